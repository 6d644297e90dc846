"""Seats that meet both margins: a toy and a city's official table, definitions by enumeration, certificates, ties."""

import os
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

import definitions
from hustings.biproportional import Biproportional, biproportional
from hustings.divisors import DIVISORS
from hustings.errors import SettingError, TieUnresolved
from hustings.lots import Lot, Seeded

MIRROR = Path(os.environ.get("HUSTINGS_MIRROR", Path(__file__).parents[2] / "shared" / "data"))
ZURICH = MIRROR / "foreign" / "ch" / "ch_zurich_canton_parliament_2006.yaml"
TOY = np.array([[123, 45, 815], [912, 714, 414], [312, 255, 215]]).T
SLOPES = {"dhondt": 1, "sainte-lague": 2, "modified-sainte-lague": 2, "danish": 3, "imperiali": 1, "stationary": 1}


def proves(found: Biproportional, votes: ArrayLike, districts: Sequence[int], method: str = "sainte-lague", *, floors: bool = False) -> bool:
    """Margins are met, and each cell is its votes over both divisors, rounded as the method rounds."""
    step = DIVISORS[method].sequence
    assert found.seats.sum(axis=1).tolist() == list(districts)
    for r, line in enumerate(np.asarray(votes).tolist()):
        for c, number in enumerate(line):
            share = Fraction(number) / (found.district_divisors[r] * found.party_divisors[c]) * SLOPES[method]
            seats = int(found.seats[r, c])
            if share > step(seats) or (seats > floors and share < step(seats - 1)):
                return False
    return True


def test_toy() -> None:
    """H22."""
    found = biproportional(TOY, [7, 5, 8])
    assert found.upper is not None
    assert found.upper.seats == (5, 11, 4)
    assert found.seats.T.tolist() == [[1, 0, 4], [4, 4, 3], [2, 1, 1]]
    assert proves(found, TOY, [7, 5, 8])
    assert proves(replace(found, district_divisors=found.published[0], party_divisors=found.published[1]), TOY, [7, 5, 8])
    assert [[float(divisor) for divisor in side] for side in found.published] == [[203, 200, 160], [1.2, 1, 1]]
    assert found.lots == ()


@pytest.mark.skipif(not ZURICH.is_file(), reason="no mirror of the public files here: set HUSTINGS_MIRROR to its folder")
def test_zurich_2006() -> None:
    """The city of Zürich's council, 2006: parties by rounded voters, then both margins; every cell is official."""
    document = yaml.safe_load(ZURICH.read_text(encoding="utf-8"))
    districts = {row["name"]: row["min_seats"] for row in document["divisions"][0]["district_seats"]["candidates"]}
    parties = {row["name"]: row["seats"] for row in document["divisions"][0]["party_seats"]["meta"]["test"]}
    cells = {(row["district"], row["name"]): row for row in document["divisions"][1]["candidates"]}
    votes = [[cells[place, name]["votes"] for name in parties] for place in districts]
    found = biproportional(votes, list(districts.values()), voters=True, round_voters=True, names=list(parties), places=list(districts))
    assert found.upper is not None
    assert found.upper.seats == tuple(parties.values())
    assert found.seats.tolist() == [[cells[place, name]["seats"] for name in parties] for place in districts]
    assert proves(found, votes, list(districts.values()))


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_tables_equal_their_definition(data: st.DataObject) -> None:
    """By trying every table: the same, or one of several and then with a lot; none where there is none."""
    rows, columns = data.draw(st.integers(1, 3)), data.draw(st.integers(1, 3))
    votes = [[data.draw(st.integers(0, 9) | st.integers(0, 500)) for _ in range(columns)] for _ in range(rows)]
    districts = [data.draw(st.integers(0, 3)) for _ in range(rows)]
    parties = [0] * columns
    for _ in range(sum(districts)):
        parties[data.draw(st.integers(0, columns - 1))] += 1
    method = data.draw(st.sampled_from(sorted(SLOPES)))
    tables = definitions.biproportional_tables(votes, districts, parties, DIVISORS[method].sequence)
    if not tables:
        with pytest.raises(SettingError, match="no seats fit both margins"):
            biproportional(votes, districts, parties, method=method)
        return
    found = biproportional(votes, districts, parties, method=method, lots=Seeded(5))
    assert tuple(map(tuple, found.seats.tolist())) in tables
    assert bool(found.lots) == (len(tables) > 1)
    assert proves(found, votes, districts, method)
    assert proves(replace(found, district_divisors=found.published[0], party_divisors=found.published[1]), votes, districts, method)


def test_every_table_of_a_tie_can_be_drawn() -> None:
    votes, districts, parties = [[10, 10, 10], [10, 10, 10]], [1, 2], [1, 1, 1]
    tables = definitions.biproportional_tables(votes, districts, parties, DIVISORS["sainte-lague"].sequence)
    drawn = {tuple(map(tuple, biproportional(votes, districts, parties, lots=Seeded(seed)).seats.tolist())) for seed in range(40)}
    assert drawn == set(tables)


def test_a_tie_names_district_and_parties() -> None:
    with pytest.raises(TieUnresolved, match="council, North: red and blue"):
        biproportional([[10, 10], [10, 10]], [1, 1], [1, 1], names=["red", "blue"], places=["North", "South"], where="council")


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10**6), method=st.sampled_from(["sainte-lague", "dhondt", "danish"]), tight=st.booleans())
def test_margins_and_certificate(seed: int, method: str, tight: bool) -> None:
    """Twelve districts, eight parties; some stand in few districts, and many numbers are level where the votes are few."""
    rng = np.random.default_rng(seed)
    districts = rng.integers(2, 20, size=12)
    votes = rng.integers(0, 6 if tight else 10**6, size=(12, 8)) * (rng.random((12, 8)) < 0.8)
    votes[:, 0] += 1
    votes[0] += 1
    found = biproportional(votes, districts.tolist(), method=method, lots=Seeded(seed))
    assert found.upper is not None
    assert tuple(found.seats.sum(axis=0).tolist()) == found.upper.seats
    assert not found.seats[votes == 0].any()
    assert proves(found, votes, districts.tolist(), method)


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 10**6), factor=st.integers(2, 9))
def test_a_district_counted_several_times_changes_nothing(seed: int, factor: int) -> None:
    """The district divisor takes up whatever multiplies a district's votes, and the party divisor a party's."""
    rng = np.random.default_rng(seed)
    votes, districts = rng.integers(1, 10**6, size=(5, 4)), [3, 5, 2, 7, 4]
    found = biproportional(votes, districts, lots=Seeded(seed))
    weighted = votes * np.array([[factor], [1], [1], [1], [1]])
    assert found.upper is not None
    assert (biproportional(weighted, districts, found.upper.seats, lots=Seeded(seed)).seats == found.seats).all()


def test_voters() -> None:
    """A voter has as many votes as the district has seats: 900 votes of 9 seats are the voters of 100 of one."""
    votes, districts = [[900, 450], [40, 60]], [9, 1]
    by_votes, by_voters = biproportional(votes, districts), biproportional(votes, districts, voters=True)
    assert by_votes.upper is not None
    assert by_voters.upper is not None
    assert by_votes.upper.seats == (6, 4)
    assert [award.quotient for award in by_voters.upper.awards[:2]] == [140, 110]
    firsts = [biproportional([[7, 4], [3, 4]], [2, 1], voters=True, round_voters=rounded).upper for rounded in (False, True)]
    assert [first.awards[0].quotient for first in firsts if first] == [Fraction(13, 2), 7]


def test_winner_take_one() -> None:
    """The largest list of a small district has its seat, though the whole would have given it to another."""
    votes, districts = [[55, 45, 0], [60, 400, 540], [70, 480, 450]], [1, 5, 5]
    plain, winners = biproportional(votes, districts, [1, 5, 5]), biproportional(votes, districts, [1, 5, 5], winner_take_one=True)
    assert plain.seats[0].tolist() != [0, 0, 0]
    assert winners.seats[0].tolist() == [1, 0, 0]
    assert winners.seats[2, 1] >= 1
    assert proves(winners, votes, districts, floors=True)


def test_winner_take_one_draws_between_the_largest() -> None:
    with pytest.raises(TieUnresolved, match="largest list"):
        biproportional([[5, 5], [9, 1]], [1, 1], [1, 1], winner_take_one=True)
    found = biproportional([[5, 5], [9, 1]], [1, 1], [1, 1], winner_take_one=True, lots=lambda w, r, t: Lot(w, r, tuple(t), "1", "drawn"))
    assert found.seats.tolist() == [[0, 1], [1, 0]]


@pytest.mark.parametrize(
    ("votes", "districts", "how", "says"),
    [
        ([[1, 2]], [1, 1], {}, "as many"),
        ([[1, 2]], [1], {"parties": [1, 1]}, "1 seats and the parties 2"),
        ([[0.5, 0.5]], [1], {}, "whole numbers"),
        ([[1, 2]], [1], {"method": "adams"}, "first divisor over 0"),
        ([[1, 2]], [1], {"method": "hare"}, "first divisor over 0"),
        ([[1, 2]], [1], {"names": ["a", "a"]}, "one name"),
        ([[5, 0], [5, 5]], [3, 1], {"parties": [2, 2]}, "0 elect 3"),
        ([[5, 1], [5, 1]], [1, 1], {"parties": [1, 1], "winner_take_one": True}, "largest list in 2 districts"),
    ],
)
def test_mistakes_are_named(votes: Any, districts: list[int], how: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingError, match=says):
        biproportional(votes, districts, **how)
