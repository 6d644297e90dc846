"""Seats from votes: official apportionments, evident arithmetic, and definitions by enumeration."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

import definitions
from hustings.apportionment import DIVISORS, QUOTAS, apportion
from hustings.errors import SettingError, TieUnresolved, UnknownName
from hustings.lots import Seeded

# H10: European Parliament election in Great Britain, 23 May 2019, electionpolling.co.uk/results/2019ep.
EUROPEAN_2019 = {
    "London": (8, [608_725, 536_810, 400_257, 278_957, 177_964, 117_635, 46_497], [3, 2, 2, 1, 0, 0, 0]),
    "East": (7, [604_715, 361_563, 202_460, 163_830, 139_490, 58_274, 54_676], [3, 2, 1, 1, 0, 0, 0]),
    "South East": (10, [915_686, 653_743, 343_249, 260_277, 184_678, 105_832, 56_487], [4, 3, 1, 1, 1, 0, 0]),
    "South West": (6, [611_742, 385_095, 302_364, 144_674, 108_100], [3, 2, 1, 0, 0]),
}


@pytest.mark.parametrize("region", EUROPEAN_2019)
def test_european_parliament_2019(region: str) -> None:
    seats, votes, official = EUROPEAN_2019[region]
    assert list(apportion(votes, seats).seats) == official


def test_additional_members_glasgow_2016() -> None:
    """H13: the quotients of each list seat as published, and their order."""
    award = apportion([111_101, 59_151, 29_533, 23_398, 5_850, 4_889], 7, held=[9, 0, 0, 0, 0, 0])
    assert award.seats == (0, 4, 2, 1, 0, 0)
    assert [(one.party, float(one.quotient)) for one in award.awards] == [
        (1, 59151), (1, 29575.5), (2, 29533), (3, 23398), (1, 19717), (1, 14787.75), (2, 14766.5),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("votes", "seats", "method", "expected"),
    [
        ([100, 22], 3, "sainte-lague", (2, 1)),
        ([100, 22], 3, "modified-sainte-lague:first=1.2", (3, 0)),
        ([100, 22], 3, "modified-sainte-lague", (3, 0)),
        ([100, 80, 30], 4, "dhondt", (2, 2, 0)),
        ([100, 80, 30], 4, "sainte-lague", (2, 1, 1)),
        ([6, 6, 2], 10, "hare", (4, 4, 2)),  # Alabama: one seat more in the house costs the third a seat
        ([6, 6, 2], 11, "hare", (5, 5, 1)),
        ([1000, 1, 1], 3, "adams", (1, 1, 1)),
        ([1000, 1, 1], 3, "huntington-hill", (1, 1, 1)),
    ],
)
def test_evident_arithmetic(votes: list[int], seats: int, method: str, expected: tuple[int, ...]) -> None:
    assert apportion(votes, seats, method).seats == expected


@pytest.mark.parametrize("name", DIVISORS)
@given(votes=st.lists(st.integers(0, 500), min_size=1, max_size=6).filter(any), seats=st.integers(0, 15))
def test_divisors_equal_their_definition(name: str, votes: list[int], seats: int) -> None:
    award = apportion(votes, seats, name, lots=Seeded(1))
    assert sum(award.seats) == seats
    if not award.lots and name not in ("adams", "dean", "huntington-hill"):  # those three give everybody a first seat
        f = DIVISORS[name].sequence
        assert list(award.seats) == definitions.highest_averages(votes, seats, f)


@pytest.mark.parametrize("name", [*DIVISORS, *QUOTAS])
@given(votes=st.lists(st.integers(1, 500), min_size=2, max_size=6))
def test_a_tie_is_refused_or_recorded(name: str, votes: list[int]) -> None:
    level = [votes[0]] * len(votes)
    seats = len(votes) * 2 - 1
    try:
        award = apportion(level, seats, name, lots=Seeded(3))
    except SettingError:
        return  # a quota that fills too many or too few says so
    assert award.lots
    with pytest.raises(TieUnresolved):
        apportion(level, seats, name)


def test_mistakes_are_named() -> None:
    with pytest.raises(UnknownName, match="dhondt"):
        apportion([1, 2], 1, "dhont")
    with pytest.raises(SettingError, match="nobody"):
        apportion([0, 0], 1)
    with pytest.raises(SettingError, match="first"):
        apportion([1, 2], 1, "dhondt:first=1.4")


def test_quotas() -> None:
    assert QUOTAS["droop"](100, 4) == 21
    assert QUOTAS["hagenbach-bischoff"](101, 4) == Fraction(101, 5)
