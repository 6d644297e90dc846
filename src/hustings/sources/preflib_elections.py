"""PrefLib's files of public elections in; each as an election with its seats, and first preferences by candidate, out."""

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import numpy as np

from hustings.catalogue import edition as catalogued
from hustings.election import Candidacy, Candidate, Contest, Election, Party, Profile, Tally
from hustings.sources import provenance, source

SEATS = {"dublin-north-2002": 4, "dublin-west-2002": 3, "aspen-council-2009": 2}
"""Members elected; one everywhere else. Dublin: Electoral (Amendment) (No. 2) Act 1998, Sch.; Aspen elected two of its council at a time."""
NO_PARTIES = "the files name no parties: each candidate stands for nobody else"


@source("preflib-elections", cites="N. Mattei & T. Walsh, PrefLib: A Library for Preferences, ADT 2013; datasets 1, 5, 16, 19, 20, 21", series=True)
def preflib_elections(edition: str, files: Mapping[str, Path]) -> Election:
    """Ranked papers of Dublin in 2002 and of American mayors and councils since 2006; candidates are their own parties.

    Votes are first preferences; a paper that ranks several first is in no candidate's.

    Raises
    ------
    DataError
        The file is not what `preflib` reads.
    """
    (path,) = files.values()
    election: Election = source["preflib"](path)
    ((read,), (papers,)) = election.main.districts, election.main.profiles or ()
    candidates = tuple(Candidate(candidate.name, candidate.name) for candidate in papers.candidates)
    profile = replace(papers, candidates=candidates)
    first = _first_preferences(profile)
    notes = [NO_PARTIES]
    if (several := profile.cast - int(first.sum())) > 0:
        notes.append(f"{several:,} papers rank several candidates first, or nobody, and are in no candidate's first preferences")
    title = re.sub(r"^M?\d{4} | \d{4}$", "", read.name)
    district = replace(read, id=edition, name=title, magnitude=SEATS.get(edition, 1), country="Ireland" if "dublin" in edition else "United States")
    parties = tuple(Party(candidate.name, candidate.name) for candidate in candidates)
    tally = Tally(parties, first[np.newaxis], np.ones((1, len(parties)), dtype=np.bool_))
    candidacies = tuple(Candidacy(candidate, int(votes)) for candidate, votes in zip(candidates, first, strict=True))
    contest = Contest("ballot", (district,), tally, (profile,), candidacies=(candidacies,))
    return Election("preflib", edition, catalogued("preflib", edition).date, (contest,), provenance("preflib", edition, *notes))


def _first_preferences(profile: Profile) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Papers that name each candidate first and alone, shape (candidates,) [papers]."""
    votes = np.zeros(len(profile.candidates), dtype=np.int64)
    alone = profile.rankings[:, 0] >= 0
    np.add.at(votes, profile.rankings[alone, 0], profile.papers[alone])
    return votes
