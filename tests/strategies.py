"""Hypothesis strategies: elections by district and party, profiles of ranked papers."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from hustings.election import NOBODY, Candidate, Contest, District, Election, Party, Profile, Provenance, Tally

REGIONS = ("North", "South", "Northern Ireland")


def election_of(votes: Sequence[Sequence[int]], regions: Sequence[str] = (), parties: Sequence[Party] = ()) -> Election:
    """An election of single-member districts from rows of votes; a zero means that the party did not stand."""
    table = np.array(votes, dtype=np.int64)
    names = tuple(parties) or tuple(Party(name) for name in "abcdefgh"[: table.shape[1]])
    places = regions or ["North"] * len(table)
    districts = tuple(District(f"d{row}", f"District {row}", 1, 1000 + 7 * row, region, "", region) for row, region in enumerate(places))
    contest = Contest("constituency", districts, Tally(names, table, table > 0))
    return Election("generated", "", None, (contest,), Provenance("generated"))


@st.composite
def party_elections(draw: st.DrawFn) -> Election:
    """One to twelve districts in up to three regions, two to five parties, the last of them now and then a lump."""
    districts, parties = draw(st.integers(1, 12)), draw(st.integers(2, 5))
    regions = [draw(st.sampled_from(REGIONS)) for _ in range(districts)]
    # The first two parties stand everywhere, so that no region is without a list.
    votes = [[draw(st.integers(1, 60)), draw(st.integers(1, 60)), *(draw(st.integers(0, 60)) for _ in range(parties - 2))] for _ in range(districts)]
    lump = draw(st.booleans()) and parties > 2
    names = [Party(name, lump=lump and number == parties - 1) for number, name in enumerate("abcde"[:parties])]
    return election_of(votes, regions, names)


@st.composite
def profiles(draw: st.DrawFn, least: int = 2, most: int = 6) -> Profile:
    """Up to twelve distinct rankings of two to six candidates, truncated, with a skipped rank now and then."""
    candidates = draw(st.integers(least, most))
    rows = draw(st.lists(st.permutations(range(candidates)), min_size=1, max_size=12))
    rankings = np.array(rows, dtype=np.int16)
    for row in range(len(rows)):
        rankings[row, draw(st.integers(1, candidates)) :] = NOBODY
        if draw(st.integers(0, 9)) == 0:
            rankings[row, draw(st.integers(1, candidates - 1))] = NOBODY
    papers = [draw(st.integers(1, 30)) for _ in rows]
    return Profile(tuple(Candidate(name, name) for name in "abcdef"[:candidates]), rankings, np.array(papers))
