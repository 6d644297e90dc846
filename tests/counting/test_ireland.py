"""Ireland: Dublin West 2002 and the presidency in 1990, whole papers by chance, and what of Part XIX decides when a surplus waits."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cache

import pytest

from by_hand import MIRROR, acts, counted, left, names, profile, votes
from hustings.counting.methods.ireland import shares, whole_papers
from hustings.counting.papers import Count
from hustings.election import NOBODY, Profile
from hustings.errors import TieUnresolved
from hustings.lots import Decided, Seeded
from hustings.sources.preflib import preflib

DUBLIN = MIRROR / "stv" / "preflib" / "00001-00000002.soi"
needs_dublin = pytest.mark.skipif(not DUBLIN.exists(), reason="needs the mirror of public files")


@cache
def dublin_west() -> Profile:
    """29,988 papers of 17 May 2002, recorded by voting machines."""
    [papers] = preflib(DUBLIN).main.profiles or ()
    return papers


SURNAMES = ("Bonnie", "Burton", "Ryan", "Higgins", "Lenihan", "McDonald", "Morrissey", "Smyth", "Terry")
"""Of the candidates in the order of the file."""


def by_surname(numbers: Sequence[int | Fraction]) -> dict[str, int | Fraction]:
    return {name: number for name, number in zip(SURNAMES, numbers, strict=True) if number}


@needs_dublin
@pytest.mark.parametrize("how", ["ireland", "ireland-fractional"])
def test_a_surplus_waits(how: str) -> None:
    """H09 (a): 588 could not help anybody at the second count, so the two lowest go first, together."""
    count = counted(how, dublin_west(), 3, Seeded(1))
    one = 10**count.places
    first = {"Lenihan": 8086, "Higgins": 6442, "Burton": 3810, "Terry": 3694, "McDonald": 2404, "Morrissey": 2370, "Ryan": 2300, "Bonnie": 748}
    assert by_surname(count.stages[0].votes) == {name: number * one for name, number in (first | {"Smyth": 134}).items()}
    assert count.quota == 7498 * one
    assert [(stage.act, {SURNAMES[who] for who in stage.who}) for stage in count.stages[1:2]] == [("exclusion", {"Smyth", "Bonnie"})]
    second = {"Lenihan": 8086, "Higgins": 6660, "Burton": 4020, "Terry": 3783, "McDonald": 2498, "Morrissey": 2480, "Ryan": 2386}
    assert by_surname(count.stages[1].votes) == {name: number * one for name, number in second.items()}
    assert count.stages[1].non_transferable == 75 * one


@needs_dublin
def test_whole_papers_in_proportion() -> None:
    """H09 (b): were the 588 transferred first, 7,798 papers could carry them, and these many would go to each."""
    going = Count(dublin_west(), 3, places=0, where="Dublin West", lots=Seeded(3))
    going.sort_first_preferences(rule="119")
    going.quota = going.droop()
    going.elect(going.at_quota(), rule="120")
    [lenihan] = going.elected
    before = list(going.votes)
    piles = [(to, pile) for to, pile in going.table.sort([going.held([lenihan])[0][1]]) if to != NOBODY]
    next_preferences = {"Ryan": 4096, "Morrissey": 964, "Higgins": 930, "Burton": 755, "Terry": 597, "McDonald": 330, "Bonnie": 111, "Smyth": 15}
    assert {SURNAMES[to]: pile.number for to, pile in piles} == next_preferences
    papers = {"Ryan": 309, "Morrissey": 73, "Higgins": 70, "Burton": 57, "Terry": 45, "McDonald": 25, "Bonnie": 8, "Smyth": 1}
    assert {SURNAMES[to]: size for (to, _), size in zip(piles, shares(going, piles, 588), strict=True)} == papers
    whole_papers(going, lenihan)
    assert by_surname([after - early for after, early in zip(going.votes, before, strict=True)]) == papers | {"Lenihan": -588}
    assert going.papers[lenihan] == 7498


@needs_dublin
@pytest.mark.parametrize("seed", range(20))
def test_the_same_three_by_any_seed(seed: int) -> None:
    """H09 (c): Lenihan, Higgins and Burton, whichever papers chance takes; and the seed stands in the transcript."""
    count = counted("ireland", dublin_west(), 3, Seeded(seed))
    assert [SURNAMES[who] for who in count.elected] == ["Lenihan", "Higgins", "Burton"]
    assert len([lot for lot in count.lots if "mixing the papers" in lot.where]) == 6
    assert count == counted("ireland", dublin_west(), 3, Seeded(seed))


@needs_dublin
def test_chance_is_refused_unless_supplied() -> None:
    with pytest.raises(TieUnresolved, match="mixing the papers"):
        counted("ireland", dublin_west(), 3)
    digits = tuple((f"count, mixing the papers, digit {digit}", frozenset("0123456789"), str(digit)) for digit in range(1, 7))
    assert len(counted("ireland", dublin_west(), 3, Decided(digits, "six dice with ten faces")).elected) == 3


def test_president_1990() -> None:
    """H04: Currie's papers elect Robinson; no surplus, so nothing is left to chance."""
    papers = profile(["Robinson", "Lenihan", "Currie"], (612_265, "R"), (694_484, "L"), (36_789, "CL"), (205_565, "CR"), (25_548, "C"))
    count = counted("ireland", papers, 1)
    assert (count.valid, count.quota) == (1_574_651, 787_326)
    assert acts(count)[1] == ("exclusion", ["Currie"])
    assert votes(count, 2) == {"Robinson": "817830", "Lenihan": "731273"}
    assert left(count, 2) == ("25548", "0")
    assert names(count) == ["Robinson"]


def test_expenses_keep_two_from_going_together() -> None:
    """20 votes are behind C's 40, but with E's 8 D may come above a quarter of the quota: E goes alone, as in no other place."""
    papers = profile("ABCDE", (50, "A"), (48, "B"), (40, "C"), (12, "D"), (8, "E"))
    assert acts(counted("ireland", papers, 2))[1] == ("exclusion", ["E"])
    assert acts(counted("northern-ireland", papers, 2))[1] == ("exclusion", ["E", "D"])


@pytest.mark.parametrize(
    ("papers", "why"),
    [
        (((30, "A"), (22, "B"), (9, "C"), (5, "D"), (5, "E"), (1, "F")), "B could be elected by it"),
        (((33, "AB"), (13, "B"), (9, "C"), (8, "D"), (6, "E"), (3, "F")), "F could come level with E"),
        (((40, "A"), (18, "B"), (17, "C"), (16, "D"), (15, "E"), (9, "F")), "F could come above a quarter of the quota"),
    ],
)
def test_a_surplus_that_matters_goes_first(papers: tuple[tuple[int, str], ...], why: str) -> None:
    count = counted("ireland-fractional", profile("ABCDEF", *papers), 2)
    assert acts(count)[1][0] == "transfer of surplus", why


def test_equal_fractions() -> None:
    """2 votes over 3, 3 and 6 papers: 6/12, 6/12 and 12/12; of the halves that of C goes up, who has more original votes."""
    papers = profile("ABCD", (3, "AB"), (3, "AC"), (6, "AD"), (1, "B"), (2, "C"), (1, "D"), (1, " "))
    going = Count(papers, 2, places=0, where="test")
    going.sort_first_preferences(rule="119")
    piles = [(to, pile) for to, pile in going.table.sort([going.held([0])[0][1]]) if to != 0]
    going.quota = 10
    going.elect([0], rule="120")
    piles = going.table.sort([going.held([0])[0][1]])
    assert dict(zip("BCD", shares(going, piles, 2), strict=True)) == {"B": 0, "C": 1, "D": 1}


def test_more_surplus_than_papers_to_carry_it() -> None:
    """All 5 that can go go, and 3 of the surplus are made up of papers that cannot; nothing is drawn."""
    count = counted("ireland", profile("ABCD", (5, "AB"), (20, "A"), (10, "B"), (9, "C"), (6, "D")), 2)
    assert (count.quota, acts(count)[1]) == (17, ("transfer of surplus", ["A"]))
    assert votes(count, 2) == {"A": "17", "B": "15", "C": "9", "D": "6"}
    assert (count.stages[1].non_transferable, count.stages[1].non_transferable_papers, count.stages[1].papers[0]) == (3, 3, 17)


def test_all_but_the_lowest_are_elected_at_once() -> None:
    """s. 124(1A): three for two places, and the lowest is behind with every surplus."""
    count = counted("ireland", profile("ABC", (17, "A"), (14, "B"), (3, "C")), 2)
    assert [(stage.elected, stage.elected_rules) for stage in count.stages] == [((0, 1), ("120", "120"))]
    count = counted("ireland", profile("ABCD", (24, "A"), (23, "B"), (20, "C"), (13, "D")), 3)
    assert [(stage.elected, stage.elected_rules) for stage in count.stages] == [((0, 1, 2), ("120", "120", "124(1A)"))]
