"""The published tables of British general elections in: the Library's by party, psephology's by candidate; contests out."""

import csv
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hustings.election import Candidacy, Candidate, Contest, District, Party, Tally
from hustings.errors import DataError
from hustings.facts import fact

EMBEDDED = files("hustings") / "embedded"
METHOD = "fptp"
"""By what system these elections were held."""

EDITIONS = {"1974F": "1974-02", "1974O": "1974-10"}
"""What the Library's table calls an election, where we call it otherwise."""

COLUMNS = {"con_votes": "con", "lib_votes": "ld", "lab_votes": "lab", "natSW_votes": "", "oth_votes": "other"}
NATIONALISTS = {"Scotland": "snp", "Wales": "pc"}
UNIVERSITIES = {
    "Combined Scottish Universities": "Scotland",
    "Dublin University": "Ireland",
    "National University of Ireland": "Ireland",
    "University of Wales": "Wales",
}
"""Where a university is that the table does not place; those not named here are English, and Queen's is in Ireland, since 1922 in the North of it."""

MENDED = {"Southamptonitchen": "Southampton Itchen", "Southamptontest": "Southampton Test"}
"""Names that the table garbles."""

REGIONS = {"eastern": "East of England", "yorkshire & the humber": "Yorkshire and the Humber", "yorkshire and the humber": "Yorkshire and the Humber"}
ABBREVIATIONS = {
    "Con": "con", "Lab": "lab", "LD": "ld", "SNP": "snp", "PC": "pc", "Green": "green", "UKIP": "ukip", "BRX": "brexit", "RUK": "reform",
    "DUP": "dup", "SF": "sf", "SDLP": "sdlp", "UUP": "uup", "APNI": "alliance", "TUV": "tuv", "Res": "respect", "BNP": "bnp", "KHHC": "khhc",
    "Spk": "speaker", "Ind": "ind",
}  # fmt: skip
"""What psephology calls a party, beside our id; candidates of any other party are `other`."""

CODES = {
    "CONV": "con", "LABV": "lab", "LDV": "ld", "SNPV": "snp", "PCV": "pc", "GRNV": "green", "UKIPV": "ukip", "BRXV": "brexit", "DUPV": "dup",
    "SFV": "sf", "SDLPV": "sdlp", "UUPV": "uup", "APNIV": "alliance", "BNPV": "bnp", "Commons Speaker": "speaker",
}  # fmt: skip
"""The columns of the notional results of 2019, beside our ids; any other is `other`."""

INDEPENDENT = re.compile(r"IND\d+V")
AGGREGATES = ("TOTOTHV", "MAXOTHV")
"""Columns that add up others, or repeat the largest of them."""


RECODED = {
    "S14000006": "S14000107", "S14000008": "S14000108", "S14000010": "S14000109", "S14000040": "S14000110", "S14000058": "S14000111",
}  # fmt: skip
"""Five constituencies of 2024 have new codes in the results of 2024, and in the files made before the codes of those of 2010."""


class Overlap(NamedTuple):
    """What an old and a new constituency share: ids and names, and the share of the population of either that lives there [0-1]."""

    old: str
    old_name: str
    new: str
    new_name: str
    of_old: Fraction
    of_new: Fraction


def by_party(
    districts: Sequence[District], cells: Iterable[tuple[int, str, int]], candidacies: Sequence[Sequence[Candidacy]] = ()
) -> Contest:  # fmt: skip
    """The contest in these districts, from cells of (row, party id, votes); cells of one party in one district are added up."""
    known = fact("parties")
    cells = list(cells)
    present = {party for _, party, _ in cells}
    # Unknown ids come last, so that a table with a party too many still loads and shows it.
    order = [party for party in known if party in present] + sorted(present - set(known))
    parties = tuple(Party(id_, known[id_]["name"], known[id_].get("lump", False)) if id_ in known else Party(id_) for id_ in order)
    column = {party: number for number, party in enumerate(order)}
    votes = np.zeros((len(districts), len(parties)), dtype=np.int64)
    stood = np.zeros(votes.shape, dtype=bool)
    for row, party, number in cells:
        votes[row, column[party]] += number
        stood[row, column[party]] = True
    return Contest("constituency", tuple(districts), Tally(parties, votes, stood), None, METHOD, tuple(map(tuple, candidacies)))


# ---- the Library's table since 1918 ----------------------------------------------------------------------------------


def library(path: Path, edition: str) -> Contest:
    """An election of the House of Commons Library's table (CBP-8647): votes by party, `oth` being a lump.

    Votes in districts of several members are divided by their number, as the table has them: a figure for each voter, about.
    Members who were returned unopposed are candidacies without a name and without votes, as many as the table says.

    Raises
    ------
    DataError
        A figure is not a number, or the table has no such election.
    """
    rows = _library(path).get(edition)
    if rows is None:
        raise DataError(path, f"has no election of {edition}; give the Library's table of 1918 to 2019")
    districts, cells, unopposed = [], [], []
    for number, (line, row) in enumerate(rows):
        district = _place(path, line, row)
        ids = {**COLUMNS, "natSW_votes": NATIONALISTS.get(district.country, "other")}
        figures = [(party, _number(path, line, name, row[name]) or 0) for name, party in ids.items()]
        returned = _returned(figures, district)
        districts.append(district)
        unopposed.append(returned)
        cells += [(number, candidacy.candidate.party, 0) for candidacy in returned]
        cells += [(number, party, votes) for party, votes in figures if votes > 0]
    return by_party(districts, cells, unopposed if any(unopposed) else ())


@lru_cache(maxsize=1)
def _library(path: Path) -> Mapping[str, list[tuple[int, dict[str, str]]]]:
    """The rows of each election with their lines: the table is read once for all of them."""
    found = defaultdict(list)
    with path.open(encoding="cp1252", newline="") as lines:
        reader = csv.reader(lines)
        header = [name.strip() for name in next(reader, [])]
        if missing := {*COLUMNS, "seats", "constituency_name", "country/region", "electorate", "election"} - set(header):
            raise DataError(path, f"has no column {' and none '.join(sorted(missing))}; give the Library's table of 1918 to 2019", 1)
        at = header.index("election")
        for line in reader:
            found[EDITIONS.get(line[at], line[at])].append((reader.line_num, dict(zip(header, line, strict=True))))
    return found


def _number(path: Path, line: int, column: str, text: str) -> int | None:
    try:
        return int(text.replace(",", "")) if text.strip() else None
    except ValueError:
        raise DataError(path, f"{column} is '{text}'; it must be a whole number", line) from None


def _place(path: Path, line: int, row: Mapping[str, str]) -> District:
    name = _name(row["constituency_name"])
    area = _region(row["country/region"])
    if area == "University":
        irish = "Ireland" if row["election"] == "1918" else "Northern Ireland"
        country = irish if name.startswith("Queen's") else UNIVERSITIES.get(name, "England")
    else:
        country = area if area in ("Scotland", "Wales", "Ireland", "Northern Ireland") else "England"
    magnitude, electorate = _number(path, line, "seats", row["seats"]) or 0, _number(path, line, "electorate", row["electorate"])
    return District(row["constituency_id"].strip() or name, name, magnitude, electorate, area, "", country)


def _name(text: str) -> str:
    """A name of which the source begins every word with a capital (King'S Lynn, Barrow In Furness)."""
    text = re.sub(r"\bSt\.\s?", "St ", " ".join(text.split())).replace("'S", "'s")
    text = MENDED.get(text, text)
    return re.sub(r"(?<=\w[ -])(An|And|Of|Upon|On|In|Under|Le|With)(?=[ -]\w)", lambda word: word[0].lower(), text)


def _region(text: str) -> str:
    text = text.strip()
    return REGIONS.get(text.lower(), text)


def _returned(figures: Sequence[tuple[str, int]], district: District) -> tuple[Candidacy, ...]:
    """Who was returned unopposed: -2 for a party is two members; whom the table says nothing of is one of `other`."""
    if any(votes > 0 for _, votes in figures):
        return ()
    seats = {party: -votes for party, votes in figures if votes}
    if unknown := district.magnitude - sum(seats.values()):
        seats["other"] = seats.get("other", 0) + unknown
    return tuple(Candidacy(Candidate("", party, "returned unopposed"), 0, number) for party, number in seats.items())


# ---- psephology's files since 2010 -----------------------------------------------------------------------------------


def psephology(
    candidacies: Path, constituencies: Path, counties: Mapping[str, str] | None = None, uup: Mapping[str, int] | None = None
) -> Contest:  # fmt: skip
    """An election of ukparliament/psephology: every candidate with votes, and who the source says was elected.

    `counties` are those of districts by id, where the files name none. `uup` are votes by district id: of the Ulster
    Conservatives and Unionists, whom the files of 2010 call independents.

    Raises
    ------
    DataError
        A row is cut short, or a figure is not a number.
    """
    places = constituencies_of(constituencies, counties)
    winners = {row[0]: (row[12], row[8].strip(), row[9].strip()) for _, row in _rows(constituencies, 15)}
    there: dict[str, list[Candidacy]] = {id_: [] for id_ in places}
    for line, row in _rows(candidacies, 19):
        if row[0] not in there:
            raise DataError(candidacies, f"{row[0]} is no constituency of {constituencies.name}; give both files of one election", line)
        votes = _number(candidacies, line, "votes", row[18]) or 0
        party, description = ABBREVIATIONS.get(row[8], "other"), row[7].strip()
        if party == "ind" and uup and uup.get(row[0]) == votes:
            party, description = "uup", "Ulster Conservatives and Unionists - New Force"
        first, last = row[12].strip(), row[13].strip()
        candidate = Candidate(f"{first} {last}".strip(), party, description, row[9].strip())
        there[row[0]].append(Candidacy(candidate, votes, int((row[8], first, last) == winners[row[0]])))
    cells = [(number, c.candidate.party, c.votes) for number, stood in enumerate(there.values()) for c in stood]
    return by_party([*places.values()], cells, [*there.values()])


def constituencies_of(path: Path, counties: Mapping[str, str] | None = None) -> dict[str, District]:
    """The constituencies of a file of psephology's by id; `counties` are theirs by id where the file names none."""
    found = {}
    for line, row in _rows(path, 15):
        country = row[5].strip()
        county = (counties or {}).get(row[0], row[3].strip()).replace("&", "and")
        electorate = _number(path, line, "electorate", row[14])
        found[row[0]] = District(row[0], _name(row[2]), 1, electorate, _region(row[4]), "" if county == country else county, country)
    return found


def _rows(path: Path, least: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of a file with their lines; the file of 2024 has a header, those before have none."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        for number, row in enumerate(reader := csv.reader(lines)):
            if number or row[:1] not in (["ONS ID"], ["constituency_id"]):
                if len(row) < least:
                    raise DataError(path, f"has {len(row)} columns where {least} must be; fetch the file anew", reader.line_num)
                yield reader.line_num, row


def notional_2005(path: Path, constituencies: Path) -> Contest:
    """What the votes of 2005 come to in the constituencies of 2010, as psephology has it of Rallings and Thrasher."""
    places = constituencies_of(constituencies)
    cells = [(row[0], ABBREVIATIONS.get(row[4], "other"), line, row[5], row[7]) for line, row in _rows(path, 8)]
    return _notional(path, places, cells)


def notional_2019(path: Path, constituencies: Path, counties: Mapping[str, str]) -> Contest:
    """What the votes of 2019 come to in the constituencies of 2024, as psephology has it of Rallings and Thrasher."""
    places = constituencies_of(constituencies, counties)
    cells = [
        (RECODED.get(row[2], row[2]), "ind" if INDEPENDENT.fullmatch(row[11]) else CODES.get(row[11], "other"), line, row[12], row[8])
        for line, row in _rows(path, 13)
        if row[11] not in AGGREGATES
    ]
    return _notional(path, places, cells)


def _notional(path: Path, places: Mapping[str, District], cells: Iterable[tuple[str, str, int, str, str]]) -> Contest:
    """The contest of cells (district id, party, line, votes, electorate of the district)."""
    row = {id_: number for number, id_ in enumerate(places)}
    found, electors = [], {}
    for id_, party, line, votes, electorate in cells:
        if id_ not in row:
            raise DataError(path, f"{id_} is no constituency of the new boundaries; give the files of one review", line)
        found.append((row[id_], party, _number(path, line, "votes", votes) or 0))
        electors[id_] = _number(path, line, "electorate", electorate)
    districts = [District(id_, d.name, 1, electors.get(id_), d.region, d.county, d.country) for id_, d in places.items()]
    return by_party(districts, found)


@lru_cache(maxsize=1)
def overlaps(path: Path) -> tuple[Overlap, ...]:
    """What the constituencies of 2010 and those of 2024 have in common, where anybody lives there."""
    rows = (row for _, row in _rows(path, 11))
    found = (Overlap(row[1], row[2], RECODED.get(row[3], row[3]), row[4], Fraction(row[9]), Fraction(row[10])) for row in rows)
    return tuple(overlap for overlap in found if overlap.of_old or overlap.of_new)


def counties_2024(shared: Iterable[Overlap], old: Mapping[str, District]) -> dict[str, str]:
    """The county of each constituency of 2024, by id: the one where most of its people lived in the constituencies of 2010."""
    people: dict[str, dict[str, Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for overlap in shared:
        people[overlap.new][old[overlap.old].county] += overlap.of_new
    return {id_: max(there, key=lambda county: there[county]) for id_, there in people.items()}


def hexagons(path: Path) -> dict[str, tuple[int, int]]:
    """The hexagon of each constituency by id, as (column, row), of a file of hexagons with layout odd-r.

    Raises
    ------
    DataError
        The layout is another.
    """
    document = json.loads(path.read_text(encoding="utf-8"))
    if document.get("layout") != "odd-r":
        raise DataError(path, f"its layout is {document.get('layout')}; only odd-r is read")
    return {id_: (hexagon["q"], hexagon["r"]) for id_, hexagon in document["hexes"].items()}


@cache
def embedded_hexagons(boundaries: str) -> dict[str, tuple[int, int]]:
    """The hexagons of a boundary set that the package carries; none of one that it does not."""
    file = EMBEDDED / f"hexagons-{boundaries}.csv"
    if not file.is_file():
        return {}
    with file.open(encoding="utf-8") as lines:
        return {row["id"]: (int(row["q"]), int(row["r"])) for row in csv.DictReader(lines)}
