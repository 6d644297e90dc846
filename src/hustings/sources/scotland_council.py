"""Scottish council elections: the papers of every contested ward in, the election of all councils out."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from hustings.catalogue import edition as catalogued
from hustings.election import Candidacy, Contest, District, Election, Party, Profile, Tally
from hustings.errors import DataError
from hustings.facts import fact
from hustings.sources import provenance, source

METHOD = "scotland-2007"
NAME = re.compile(r"(?P<council>[a-z_]+?)_(?P<year>20\d\d)_(?P<ward>.+)")
COUNCILS = {
    "argyll_bute": "Argyll and Bute", "dumgal": "Dumfries and Galloway", "eilean_siar": "Na h-Eileanan Siar",
    "perth_kinross": "Perth and Kinross", "sc_borders": "Scottish Borders",
}  # fmt: skip
"""Councils that the names of the files cut short; the others are called as their files are."""
NUMBER = re.compile(r"(?:ward )?0?\d+\s*[-‐–.]?\s*|\s+ward$", re.IGNORECASE)
MENDED = {"Wa rd 1 - B an ff a nd District": "Banff and District", "Midlothian Wes0": "Midlothian West"}
"""Names of wards that are garbled in the files."""


@source(
    "scotland-council", cites="D. McCune, scot-elex (mggg/scot-elex): ranked papers of Scottish councils since 2007, one file a ward", series=True
)
def scotland_council(edition: str, files: Mapping[str, Path]) -> Election:
    """Elections of all Scottish councils of a year: ranked papers, candidates and seats of each ward where there was a poll.

    A district is a ward; its region and its county are the council. Votes by party are first preferences.

    Raises
    ------
    DataError
        A file is not called COUNCIL_YEAR_WARD.csv, or is not what `scottish-ward` reads.
    """
    wards = sorted((_ward(path, edition) for path in files.values()), key=lambda ward: _order(ward[0]))
    profiles = tuple(profile for _, profile in wards)
    candidacies = tuple(map(_first_preferences, profiles))
    contest = Contest("ward", tuple(district for district, _ in wards), _tally(candidacies), profiles, METHOD, candidacies)
    return Election("scotland-council", edition, catalogued("scotland-council", edition).date, (contest,), provenance("scotland-council", edition))


def _ward(path: Path, edition: str) -> tuple[District, Profile]:
    """A ward as a district of its council, and its papers."""
    match = NAME.fullmatch(path.stem)
    if not match or match["year"] != edition:
        raise DataError(path, f"must be called COUNCIL_{edition}_WARD.csv; give the files of {edition} by the names that they have in scot-elex")
    election: Election = source["scottish-ward"](path)
    (read,), (profile,) = election.main.districts, election.main.profiles or ()
    council = COUNCILS.get(match["council"]) or match["council"].replace("_", " ").title()
    title = MENDED.get(read.name) or NUMBER.sub("", read.name)
    ward = f"{council}: {title.title() if title.isupper() or title.islower() else title}"
    district = District(f"{match['council']}_{match['ward']}", ward, read.magnitude, region=council, county=council, country="Scotland")
    return district, profile


def _order(district: District) -> tuple[str, int, str]:
    """By council, then by the number of the ward where the file is called by it, so that ward 2 comes before ward 10."""
    number = re.search(r"_ward(\d+)$", district.id)
    return district.county, int(number[1]) if number else 0, district.id


def _first_preferences(profile: Profile) -> tuple[Candidacy, ...]:
    """Each candidate with the papers that name him first."""
    votes = np.zeros(len(profile.candidates), dtype=np.int64)
    first = profile.rankings[:, 0]
    np.add.at(votes, first, profile.papers)
    return tuple(Candidacy(candidate, int(number)) for candidate, number in zip(profile.candidates, votes, strict=True))


def _tally(candidacies: tuple[tuple[Candidacy, ...], ...]) -> Tally:
    """First preferences by district and party, the parties that the house knows first."""
    known = fact("parties")
    names = {c.candidate.party: c.candidate.description for there in candidacies for c in there}
    order = [id_ for id_ in known if id_ in names] + sorted(set(names) - set(known))
    parties = tuple(
        Party(id_, known[id_]["name"], known[id_].get("lump", False)) if id_ in known else Party(id_, re.sub(r"\s*\([^()]*\)$", "", names[id_]))
        for id_ in order
    )
    column = {id_: number for number, id_ in enumerate(order)}
    votes = np.zeros((len(candidacies), len(order)), dtype=np.int64)
    stood = np.zeros(votes.shape, dtype=bool)
    for row, there in enumerate(candidacies):
        for candidacy in there:
            votes[row, column[candidacy.candidate.party]] += candidacy.votes
            stood[row, column[candidacy.candidate.party]] = True
    return Tally(parties, votes, stood)
