"""Bounds of a group's share against every table of votes that the totals admit, and a table of groups as it is read."""

from fractions import Fraction
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.analysis.bounds import bounds
from hustings.analysis.groups import read_rows, shares_of
from hustings.errors import DataError, SettingError, UnknownName

DISTRICT = st.integers(0, 7).flatmap(lambda voters: st.tuples(st.integers(0, voters), st.integers(0, voters), st.just(voters)))


def definition(districts: list[tuple[int, int, int]]) -> tuple[Fraction, Fraction] | None:
    """Every way to fill each district's two by two table; the least and the most of the group over all of them."""
    ways = []
    for group, party, voters in districts:
        cells = [
            both
            for both, of_group, of_party, neither in product(range(voters + 1), repeat=4)
            if both + of_group == group and both + of_party == party and both + of_group + of_party + neither == voters
        ]
        ways.append(cells)
    people = sum(group for group, _, _ in districts)
    sums = [sum(way) for way in product(*ways)]
    return (Fraction(min(sums), people), Fraction(max(sums), people)) if people else None


@given(st.lists(DISTRICT, max_size=4))
def test_bounds_are_the_extremes_of_all_tables(districts: list[tuple[int, int, int]]) -> None:
    assert bounds(districts) == definition(districts)


@given(st.lists(DISTRICT, min_size=1, max_size=6), st.fractions(Fraction(1, 9), 9))
def test_the_unit_does_not_matter(districts: list[tuple[int, int, int]], unit: Fraction) -> None:
    assert bounds(districts) == bounds([(group * unit, party * unit, voters * unit) for group, party, voters in districts])


@given(st.lists(DISTRICT, min_size=1, max_size=6))
def test_the_party_and_all_others_are_each_others_complement(districts: list[tuple[int, int, int]]) -> None:
    found, rest = bounds(districts), bounds([(group, voters - party, voters) for group, party, voters in districts])
    assert (found is None) == (rest is None)
    if found and rest:
        assert found == (1 - rest[1], 1 - rest[0])


@pytest.mark.parametrize("district", [(5, 1, 4), (-1, 1, 4), (1, 5, 4), (1, -1, 4)])
def test_what_cannot_be_is_refused(district: tuple[int, int, int]) -> None:
    with pytest.raises(SettingError, match="are not both among 4 voters"):
        bounds([district])


def read(folder: Path, text: str, name: str = "groups.csv") -> tuple[Path, list[list[str]]]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path, read_rows(path)


def test_a_table_of_groups(tmp_path: Path) -> None:
    """A blank cell leaves its district out; the part is of everybody named, in whatever unit."""
    found = shares_of(*read(tmp_path, "id,a,b,c\nx,1,2,9\ny,0.5,0.5,9\nz,,1,9\n"), ["a"], ["a", "b"])
    assert found == {"x": Fraction(1, 3), "y": Fraction(1, 2)}
    assert shares_of(*read(tmp_path, "district\ta\tb\nx\t1\t4\n", "groups.tsv"), ["a"], ["b"]) == {"x": Fraction(1, 4)}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", ":1: has no column of district ids; call it id"),
        ("name,a,b\n", ":1: has no column of district ids; call it id"),
        ("id,a,b\nx,1,2\ny,many,2\n", ":3: 'many' is not a number"),
        ("id,a,b\nx,3,2\n", ":2: x: a group of 3 is not part of everybody, 2"),
        ("id,a,b\nx,0,0\n", ":2: x: a group of 0 is not part of everybody, 0"),
    ],
)
def test_a_wrong_table_is_told(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(DataError) as caught:
        shares_of(*read(tmp_path, text), ["a"], ["b"])
    assert what in str(caught.value)


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"no column of groups\.csv is called 'aa'; did you mean a\?"):
        shares_of(*read(tmp_path, "id,a,b\n"), ["aa"], ["b"])
