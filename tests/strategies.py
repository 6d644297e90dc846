"""Hypothesis strategies: elections by district and party, profiles of ranked papers."""

from collections.abc import Sequence
from dataclasses import replace

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
    votes = [draw(rows(parties)) for _ in range(districts)]
    lump = draw(st.booleans()) and parties > 2
    names = [Party(name, lump=lump and number == parties - 1) for number, name in enumerate("abcde"[:parties])]
    return election_of(votes, regions, names)


@st.composite
def rows(draw: st.DrawFn, parties: int) -> list[int]:
    """Votes of a district; the first two parties stand everywhere and are over any threshold, so that no area is without a list."""
    return [draw(st.integers(15, 60)), draw(st.integers(15, 60)), *(draw(st.integers(0, 60)) for _ in range(parties - 2))]


@st.composite
def two_tier_elections(draw: st.DrawFn) -> Election:
    """The same with lists above the districts, of their regions or of the whole, that have up to six seats and votes of their own."""
    election = draw(party_elections())
    districts, tally = election.main.districts, election.main.counted()
    whole = draw(st.booleans())
    areas = ["all districts"] if whole else list(dict.fromkeys(district.region for district in districts))
    table = np.array([draw(rows(len(tally.parties))) for _ in areas])
    lists = tuple(
        District(
            f"list {name}", f"{name} (list)", draw(st.integers(0, 6)), 1000 + 13 * number, "" if whole else name, "", "" if whole else name,
            tuple(district.id for district in districts if whole or district.region == name),
        )
        for number, name in enumerate(areas)
    )  # fmt: skip
    upper = Contest("lists", lists, Tally(tally.parties, table, table > 0))
    return replace(election, contests=(election.main, upper))


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
