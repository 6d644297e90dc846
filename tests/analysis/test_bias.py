"""Bias and shape: beside published figures, small maps by hand, and the laws that they keep."""

import json
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

import hustings as hs
from hustings.analysis.bias import FACTORS, duel, seat_product
from hustings.errors import UnknownName, Unsuitable
from strategies import election_of

# Labour seats more than Conservative ones with as many votes (Johnston, Pattie, Dorling & Rossiter and their successors), as published;
# methods differ by a seat or two, and ours is held to fifteen and the sign.
PUBLISHED = {"1997": 82, "2001": 141, "2005": 111, "2010": 54, "2015": -48}


@pytest.mark.parametrize("edition", PUBLISHED)
def test_bias_is_that_published(edition: str) -> None:
    found = duel(hs.load("uk-general", edition), "lab", "con")
    assert found.bias == pytest.approx(PUBLISHED[edition], abs=15)
    assert found.bias * PUBLISHED[edition] > 0


@pytest.mark.parametrize("edition", PUBLISHED)
def test_causes_add_up(edition: str) -> None:
    parts = duel(hs.load("uk-general", edition), "lab", "con").decomposed()
    assert sum(parts.shapley.values()) + parts.alike == pytest.approx(parts.total)
    assert sum(parts.sequential.values()) + parts.alike == parts.total
    assert abs(parts.alike) <= 1
    assert parts.total == pytest.approx(duel(hs.load("uk-general", edition), "lab", "con").bias, abs=5)


# Standard deviation of the Conservative share of the two-party vote by seat of Great Britain, computed by somebody else from the House of
# Commons Library's tables.
@pytest.mark.parametrize(("edition", "deviation"), [("1997", 0.191), ("2005", 0.202), ("2010", 0.224), ("2015", 0.220), ("2017", 0.183)])
def test_the_cube_law_decays(edition: str, deviation: float) -> None:
    found = duel(hs.load("uk-general", edition), "con", "lab")
    assert found.deviation == pytest.approx(deviation, abs=0.0015)
    assert found.exponent == pytest.approx(0.3989 / deviation, rel=0.01)


def test_the_power_of_2010() -> None:
    assert duel(hs.load("uk-general/2010"), "con", "lab").exponent == pytest.approx(1.78, abs=0.01)


def test_the_seat_product_of_the_house_of_commons() -> None:
    assert seat_product(1, 650) == pytest.approx((2.94, 0.445, 3.32), abs=0.005)


# By hand: five districts of 100 electors, A 60 40, 60 40, 60 40, 10 90, 10 90: A has 200 votes of 500 and three seats of five.
PACKED = [[60, 40]] * 3 + [[10, 90]] * 2


def test_a_packed_map_by_hand() -> None:
    found = duel(election_of(PACKED), "a", "b")
    assert found.seats == (3, 2)
    assert found.swing_to(Fraction(1, 2)) == Fraction(1, 10)
    assert found.bias == 1
    # With B's 300 votes A has 80, 80, 80, 30, 30.
    assert found.swing_to(1 - found.share) == Fraction(1, 5)
    assert found.reverse == (3, 2)
    assert found.asymmetry(Fraction(1, 2)) == pytest.approx(0.1)
    outcome = election_of(PACKED).under(hs.system["fptp"]())
    two = "one=a,two=b"
    # Wasted: A 10 in each win and 10 in each loss, 50; B 40 in each loss and 40 in each win, 200.
    assert hs.measure.parse(f"efficiency-gap:{two}")(outcome) == pytest.approx(0.3)
    assert hs.measure.parse(f"mean-median:{two}")(outcome) == pytest.approx(0.2)
    assert hs.measure.parse(f"lopsided-wins:{two}")(outcome) == pytest.approx(0.3)


def test_a_symmetric_map_has_no_bias() -> None:
    found = duel(election_of([[70, 30], [60, 40], [50, 50], [40, 60], [30, 70]]), "a", "b")
    assert found.bias == 0
    assert all(found.asymmetry(Fraction(number, 20)) == pytest.approx(0) for number in range(6, 15))
    alike = replace(found, electorate=2 * found.valid)  # the helper's districts have electors of several numbers
    assert alike.decomposed().shapley == pytest.approx(dict.fromkeys(FACTORS, 0))


def test_a_party_that_wins_small_districts_gains_by_electorate() -> None:
    """A wins three of 100 electors, B two of 150: at equal votes A has one more, by nothing but the districts' sizes."""
    found = duel(election_of([[60, 40]] * 3 + [[60, 90]] * 2), "a", "b")
    parts = found.decomposed()
    assert found.bias == 1
    assert parts.shapley["turnout"] + parts.shapley["electorate"] >= 0
    assert parts.shapley["minor votes"] == parts.shapley["minor wins"] == 0


def test_the_two_change_places() -> None:
    ge = hs.load("uk-general/2010")
    one, other = duel(ge, "lab", "con"), duel(ge, "con", "lab")
    assert one.bias == -other.bias
    assert one.reverse == other.reverse[::-1]
    curve = [Fraction(number, 20) for number in range(5, 16)]
    assert one.curve(curve) == pytest.approx(1 - other.curve(curve)[::-1])


def test_who_cannot_be_compared() -> None:
    with pytest.raises(UnknownName, match="did you mean lab"):
        duel(hs.load("uk-general/2010"), "labour", "con")
    with pytest.raises(Unsuitable, match="two parties"):
        duel(hs.load("uk-general/2010"), "lab", "lab")


# H35: figures by somebody else from the same tables.

SOUTH = ("South East", "South West", "East of England")


@pytest.mark.parametrize(("edition", "won", "seats"), [("1997", 59, 190), ("2005", 45, 190), ("2010", 10, 197), ("2015", 12, 197)])
def test_labour_in_the_south(edition: str, won: int, seats: int) -> None:
    outcome = hs.load("uk-general", edition).under(hs.system["fptp"]())
    rows = [row for row, place in enumerate(outcome.districts) if place.region in SOUTH]
    column = [party.id for party in outcome.parties].index("lab")
    assert (int(outcome.seats[rows, column].sum()), len(rows)) == (won, seats)


@pytest.mark.parametrize(("edition", "marginal"), [("2005", (166, 167)), ("2010", (194,)), ("2015", (119,)), ("2017", (162,))])
def test_marginal_seats_of_britain(edition: str, marginal: tuple[int, ...]) -> None:
    outcome = hs.load("uk-general", edition).where({"country": ["England", "Scotland", "Wales"]}).under(hs.system["fptp"]())
    assert hs.measure["marginal-seats"]()(outcome) in marginal


@pytest.mark.parametrize(("edition", "over"), [("2005", 213), ("2010", 213), ("2015", 315), ("2017", 468)])
def test_winners_over_half(edition: str, over: int) -> None:
    outcome = hs.load("uk-general", edition).where({"country": ["England", "Scotland", "Wales"]}).under(hs.system["fptp"]())
    assert hs.measure["won-by-half"](outcome) == over


def test_the_command() -> None:
    words = [sys.executable, "-m", "hustings", "bias", "uk-general/2010", "--parties", "lab,con"]
    done = subprocess.run([*words, "--json"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["bias"] == duel(hs.load("uk-general/2010"), "lab", "con").bias
    assert set(found["causes"]) == set(FACTORS)
    assert np.diff([point["seats"] for point in found["curve"]]).min() >= 0
    shown = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "With as many votes each, lab would have 54 seats more" in shown.stdout
    wrong = subprocess.run([*words[:-1], "lab"], capture_output=True, text=True, check=False)
    assert wrong.returncode == 2
    assert "name two" in wrong.stderr
