"""The alternative vote of 2011: a majority of the votes in play, ties by the stages before, then a lot."""

import pytest

from by_hand import acts, counted, left, names, profile, votes
from hustings.errors import TieUnresolved
from hustings.lots import Seeded


def test_the_majority_is_of_votes_in_play() -> None:
    """S4: C's papers name nobody else; A is elected by 40 to 35, with 40 per cent of the valid papers."""
    count = counted("av-uk-2011", profile("ABC", (40, "A"), (35, "B"), (25, "C")), 1)
    assert names(count) == ["A"]
    assert votes(count, 2) == {"A": "40", "B": "35"}
    assert left(count, 2)[0] == "25"


def test_a_tie_at_the_first_stage_is_for_a_lot() -> None:
    """S6, first half."""
    papers = profile("ABC", (5, "A"), (3, "BA"), (3, "CA"))
    with pytest.raises(TieUnresolved) as refused:
        counted("av-uk-2011", papers, 1)
    assert refused.value.tied == ("B", "C")
    assert refused.value.rule == "49A"
    count = counted("av-uk-2011", papers, 1, Seeded(1))
    (lot,) = count.lots
    assert names(count, count.stages[1].excluded) == [lot.chosen]


def test_a_later_tie_falls_to_the_stage_before() -> None:
    """S6, second half: level at the second stage, B had fewer at the first and is excluded."""
    count = counted("av-uk-2011", profile("ABCD", (9, "A"), (6, "BA"), (7, "CB"), (1, "DB")), 1)
    assert acts(count)[1:] == [("exclusion", ["D"]), ("exclusion", ["B"])]
    assert votes(count, 2) == {"A": "9", "B": "7", "C": "7"}
    assert not count.lots


def test_burlington_2009() -> None:
    """H07: Wright leads on first preferences, Kiss is elected by 4,314 to 4,064 (the three finalists, rangevoting.org)."""
    papers = profile(
        ("Montroll", "Kiss", "Wright"), (1332, "MKW"), (767, "MWK"), (455, "M"), (2043, "KMW"), (371, "KWM"), (568, "K"),
        (1513, "WMK"), (495, "WKM"), (1289, "W"),
    )  # fmt: skip
    count = counted("av-uk-2011", papers, 1)
    assert votes(count, 1) == {"Wright": "3297", "Kiss": "2982", "Montroll": "2554"}
    assert votes(count, 2) == {"Kiss": "4314", "Wright": "4064"}
    assert names(count) == ["Kiss"]
