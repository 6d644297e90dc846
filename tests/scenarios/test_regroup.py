"""Districts put together: sizes, areas, contiguity sought, the same way every time."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import hustings as hs
from hustings.errors import SettingError, Unsuitable
from hustings.scenarios.regroup import Regroup, _around, _sizes
from strategies import election_of


def test_five_members_where_it_can_be() -> None:
    assert [_sizes(number, 5) for number in (5, 7, 8, 9, 12, 14)] == [[5], [4, 3], [4, 4], [5, 4], [6, 6], [5, 5, 4]]


@given(number=st.integers(3, 120), aim=st.integers(3, 6))
def test_sizes_fill_and_lie_between_three_and_six(number: int, aim: int) -> None:
    sizes = _sizes(number, aim)
    assert sum(sizes) == number
    assert all(3 <= size <= 6 for size in sizes)


def test_neighbours_in_an_odd_r_layout() -> None:
    """Rows of odd r are shoved right: https://www.redblobgames.com/grids/hexagons/#coordinates-offset."""
    assert sorted(_around(0, 0)) == sorted([(-1, 0), (1, 0), (-1, -1), (0, -1), (-1, 1), (0, 1)])
    assert sorted(_around(0, 1)) == sorted([(-1, 1), (1, 1), (0, 0), (1, 0), (0, 2), (1, 2)])


def test_a_worked_example() -> None:
    """Seven districts of the North and five of the South: 4 and 3 members, and 5; votes added up."""
    election = election_of([[row + 1, 10 - row] for row in range(12)][:9] + [[1, 2]] * 3, ["North"] * 7 + ["South"] * 5)
    merged = election.given(Regroup()).main
    assert [(d.name, d.magnitude, d.parts) for d in merged.districts] == [
        ("North 1", 4, ("d0", "d1", "d2", "d3")),
        ("North 2", 3, ("d4", "d5", "d6")),
        ("South", 5, ("d7", "d8", "d9", "d10", "d11")),
    ]
    assert merged.counted().votes.tolist() == [[1 + 2 + 3 + 4, 10 + 9 + 8 + 7], [5 + 6 + 7, 6 + 5 + 4], [8 + 9 + 3, 3 + 2 + 6]]


def test_great_britain_keeps_to_counties_and_mostly_touches() -> None:
    election = hs.load("uk-general", "2010")
    merged = election.given(Regroup())
    by_id = {district.id: district for district in election.main.districts}
    apart = 0
    for district in merged.main.districts:
        parts = [by_id[part] for part in district.parts]
        assert len({part.region for part in parts}) == 1
        at = {election.layout[part.id] for part in parts}
        reached = {min(at)}
        while more := {near for place in reached for near in _around(*place)} & at - reached:
            reached |= more
        apart += reached != at
    assert apart <= 14  # of 136; sought, not promised: some counties lie apart on the layout themselves
    assert [d.name for d in merged.main.districts] == [d.name for d in election.given(Regroup()).main.districts]


def test_half_as_many_constituencies_of_near_equal_electorates() -> None:
    election = hs.load("uk-general", "2010")
    merged = election.given(Regroup(by="share")).main.districts
    assert len(merged) == 325
    assert {len(district.parts) for district in merged} <= {1, 2, 3}
    mean = sum(district.electorate or 0 for district in merged) / len(merged)
    near = sum(abs((district.electorate or 0) / mean - 1) < 0.25 for district in merged)
    assert near > 0.85 * len(merged)  # a county of an odd number has one district of one or of three


def test_a_pair_is_named_after_its_parts() -> None:
    merged = election_of([[1, 2]] * 4).given(Regroup(by="share", share=Fraction(1, 2))).main.districts
    assert [district.name for district in merged] == ["District 0 / District 1", "District 2 / District 3"]


def test_mistakes_are_named() -> None:
    with pytest.raises(SettingError, match="one of members, share, region"):
        hs.scenario.parse("regroup:by=parish")
    with pytest.raises(SettingError, match="3 to 6"):
        Regroup(members=9)
    with pytest.raises(Unsuitable, match="single-member"):
        election_of([[1, 2]] * 6).given(Regroup()).given(Regroup(members=4))
