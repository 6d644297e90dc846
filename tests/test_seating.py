"""The parts of list systems: who takes part, seats in each district, levelling seats placed, tallies side by side."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.election import Contest, District, Party, Tally, aligned
from hustings.errors import SettingError, TieUnresolved
from hustings.lots import Lot, Lots, Seeded, refuse
from hustings.scenarios.regroup import Regroup
from hustings.scenarios.tiers import Tiers
from hustings.seating import below, in_each, levelling_areas, place, summed, taking_part, two_tiers
from hustings.thresholds import Share
from strategies import election_of

NONE = np.zeros((2, 2), dtype=np.int64)


def levelled(
    votes: list[list[int]], due: list[int], room: list[int] | None, divisor: str = "sainte-lague", lots: Lots = refuse
) -> tuple[list[list[int]], list[Lot]]:
    """Seats by area and party, and the lots."""
    won, drawn = place(votes, NONE, due, room, divisor, areas=["North", "South"], names=["a", "b"], where="levelling", lots=lots)
    return won.tolist(), drawn


def contest(votes: list[list[int]], seats: list[int], parties: str = "ab", lumps: str = "") -> Contest:
    districts = tuple(District(f"d{row}", f"District {row}", number) for row, number in enumerate(seats))
    table = np.array(votes)
    return Contest("lists", districts, Tally(tuple(Party(name, lump=name in lumps) for name in parties), table, table > 0))


def pairs(least: int, most: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(least, most), min_size=2, max_size=2)


def test_seats_in_each_district() -> None:
    two = contest([[60, 40], [10, 90]], [3, 2])
    seats, drawn = in_each(two, two.counted().votes, "dhondt")
    assert seats.tolist() == [[2, 1], [0, 2]]
    assert not drawn
    # With three seats held, a's 60 counts as 15 beside b's 40 and 20.
    topped, _ = in_each(contest([[60, 40]], [2]), np.array([[60, 40]]), "dhondt", held=np.array([[3, 0]]))
    assert topped.tolist() == [[0, 2]]


def test_a_district_without_a_list_says_so() -> None:
    one = contest([[60, 40]], [3])
    with pytest.raises(SettingError, match="no list reaches the threshold in District 0, which has 3 seats"):
        in_each(one, taking_part(one, Share(Fraction(3, 4))), "dhondt")


def test_a_lump_takes_no_part_and_counts_for_the_threshold() -> None:
    three = contest([[45, 5, 50]], [3], "abz", "z")
    assert taking_part(three, Share(Fraction(1, 20))).tolist() == [[45, 5, 0]]
    assert taking_part(three, Share(Fraction(3, 50))).tolist() == [[45, 0, 0]]


def test_rows_below_an_area() -> None:
    four = contest([[1, 2], [3, 4], [5, 6]], [1, 1, 1])
    areas = Contest("above", (District("x", "X", parts=("d0", "d2")), District("y", "Y", parts=("d1",))), contest([[0, 0]] * 2, [1, 1]).tally)
    assert below(four, areas.districts[0]) == [0, 2]
    assert summed(four.counted().votes, four, areas).tolist() == [[6, 8], [3, 4]]


def test_the_largest_quotient_comes_first_and_limits_hold() -> None:
    """a's 60 in the North, then b's 50 in the South, for which a's 55 leaves no room."""
    won, drawn = levelled([[60, 30], [55, 50]], [1, 1], [1, 1])
    assert won == [[1, 0], [0, 1]]
    assert not drawn


def test_parties_come_before_areas() -> None:
    """b stands in the North alone, which is full: its seat is there all the same."""
    won, _ = levelled([[60, 30], [55, 0]], [1, 1], [1, 1])
    assert won == [[1, 1], [0, 0]]


def test_equal_quotients_call_for_a_lot_where_they_cannot_all_have_their_seats() -> None:
    with pytest.raises(TieUnresolved):
        levelled([[60, 0], [60, 0]], [1, 0], None)
    won, drawn = levelled([[60, 0], [60, 0]], [2, 0], None)
    assert (won, drawn) == ([[1, 0], [1, 0]], [])
    _, drawn = levelled([[60, 60], [0, 0]], [1, 1], [1, 1], lots=Seeded(1))
    assert drawn[0].tied == ("a in North", "b in North")


@given(votes=st.lists(pairs(1, 90), min_size=2, max_size=2), due=pairs(0, 4))
def test_everybody_has_what_is_due(votes: list[list[int]], due: list[int]) -> None:
    won, _ = levelled(votes, due, [3, 3], "danish", Seeded(1))
    assert np.sum(won, axis=0).tolist() == due
    assert sum(due) > 6 or np.sum(won, axis=1).max() <= 3


def test_what_cannot_be_placed() -> None:
    with pytest.raises(SettingError, match="quota"):
        levelled([[1, 1], [1, 1]], [1, 1], None, "hare")
    with pytest.raises(SettingError, match="without votes"):
        levelled([[0, 1], [0, 1]], [1, 0], None)


def test_two_tiers_are_made_where_there_are_none() -> None:
    plain = election_of([[60, 40]] * 4)
    election, districts, areas = two_tiers(plain, Regroup(by="region"), Tiers(upper="district", share=Fraction(1, 2)))
    assert (districts.house, areas.house) == (2, 2)
    assert districts.counted().parties == areas.counted().parties
    again, *_ = two_tiers(election, Regroup(by="members"))
    assert again is election


def test_an_area_above_each_district() -> None:
    two = levelling_areas(contest([[60, 40], [10, 90]], [3, 2]))
    assert [area.id for area in two.districts] == ["levelling d0", "levelling d1"]
    assert two.counted().votes.tolist() == [[60, 40], [10, 90]]


def test_contests_side_by_side() -> None:
    one, other = aligned(contest([[1, 2]], [1], "ab"), contest([[3, 4]], [1], "bc"))
    assert [party.id for party in one.counted().parties] == ["a", "b", "c"]
    assert one.counted().votes.tolist() == [[1, 2, 0]]
    assert other.counted().votes.tolist() == [[0, 3, 4]]
    assert other.counted().stood.tolist() == [[False, True, True]]
