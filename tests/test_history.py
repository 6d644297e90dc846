"""Governments since 1900 against their known lengths."""

from datetime import date
from fractions import Fraction

import pytest

import hustings as hs
from hustings.errors import SettingError, UnknownName
from hustings.history import government_on, governments, majority, spells, years_in_government

FOUNDED, ESSAY = date(1900, 2, 27), date(2012, 10, 1)


def test_governments_follow_each_other() -> None:
    starts = [each.start for each in governments()]
    assert starts == sorted(set(starts))
    assert all(each.end == after.start for each, after in zip(governments(), governments()[1:], strict=False))
    assert all(len(each.parties) == 1 for each in governments() if not each.kind)


def test_labour_governed_alone_for_33_years_to_2012_and_shared_power_for_eight_and_a_half() -> None:
    """Of 1924, 1929-31, 1945-51, 1964-70, 1974-79 and 1997-2010; 1915-18 and 1940-45."""
    assert round(float(years_in_government("lab", FOUNDED, ESSAY, coalition=False)), 1) == 33.1
    assert round(float(years_in_government("lab", FOUNDED, ESSAY, coalition=True)), 1) == 8.5


def test_time_is_cut_at_both_ends() -> None:
    assert years_in_government("con", date(1960, 1, 1), date(1961, 1, 1)) == Fraction(366) * 10000 / 3652425
    assert years_in_government("lab", date(1960, 1, 1), date(1961, 1, 1)) == 0


@pytest.mark.parametrize(
    ("day", "who"), [(date(1945, 7, 25), "Winston Churchill"), (date(1945, 7, 26), "Clement Attlee"), (date(2024, 12, 1), "Keir Starmer")]
)
def test_who_governed_on_a_day(day: date, who: str) -> None:
    assert government_on(day).prime_minister == who


def test_majorities_of_the_house_of_commons_library() -> None:
    assert [majority(edition) for edition in ("1945", "1974-02", "1974-10", "2010")] == [147, None, 4, 77]


@pytest.mark.parametrize(("edition", "governing"), [("2005", ["lab"]), ("2010", ["con", "ld"]), ("2015", ["con"]), ("2019", ["con"])])
def test_majorities_are_the_seats_of_the_government_less_all_others_but_the_speaker(edition: str, governing: list[str]) -> None:
    """The rule of the Library's table (its note 1), by which that of 2024 is worked out where it stops."""
    outcome = hs.load("uk-general", edition).under(hs.system["fptp"]())
    seats = {party: number for party, number in outcome.by_party.items() if party != "speaker"}
    won = sum(seats[party] for party in governing)
    assert majority(edition) == won - (sum(seats.values()) - won)


def test_the_majority_of_2024() -> None:
    """House of Commons Library, General Election 2024 results (CBP-10009): Labour 411 of 650, the Speaker one."""
    assert majority("2024") == 411 - (650 - 1 - 411)


def test_mistakes_are_told() -> None:
    with pytest.raises(UnknownName, match="labour"):
        years_in_government("labour", FOUNDED, ESSAY)
    with pytest.raises(SettingError, match="1895-06-25"):
        years_in_government("lab", date(1890, 1, 1), ESSAY)
    with pytest.raises(SettingError, match="1895-06-25"):
        government_on(date(1890, 1, 1))


def test_spells_are_joined_where_the_party_stays() -> None:
    """Labour governed from 4 March 1974 to 4 May 1979 under two prime ministers, and from 2 May 1997 to 11 May 2010 under two."""
    assert spells("lab", date(1970, 1, 1), date(2011, 1, 1)) == (
        (date(1970, 1, 1), date(1970, 6, 19)), (date(1974, 3, 4), date(1979, 5, 4)), (date(1997, 5, 2), date(2010, 5, 11)),
    )  # fmt: skip
    # Alone and shared are spells of their own.
    assert spells("con", date(2010, 1, 1), date(2016, 1, 1), coalition=True) == ((date(2010, 5, 11), date(2015, 5, 8)),)
    assert spells("con", date(2010, 1, 1), date(2016, 1, 1)) == ((date(2010, 5, 11), date(2016, 1, 1)),)
