"""The Senate: transfer values over papers, whole votes and what is cut from them, ties, last vacancies."""

import pytest

from by_hand import acts, counted, left, names, profile, votes
from hustings.errors import SettingError, TieUnresolved
from hustings.lots import Seeded

SENATE = "australian-senate"


def test_a_surplus_is_spread_over_papers_whatever_they_were_worth() -> None:
    """B's surplus of 18 goes over 50 papers: the 40 that came at 3/5 and the 10 that came at one, all at 18/50."""
    count = counted(SENATE, profile("ABCD", (40, "ABC"), (10, "BD"), (6, "C"), (4, "D")), 3)
    assert count.quota == 16
    assert acts(count)[1:3] == [("transfer of surplus", ["A"]), ("transfer of surplus", ["B"])]
    assert votes(count, 2) == {"A": "16", "B": "34", "C": "6", "D": "4"}
    # 40 × 18/50 = 14.4 and 10 × 18/50 = 3.6
    assert votes(count, 3) == {"A": "16", "B": "16", "C": "20", "D": "7"}
    assert left(count, 3) == ("0", "1")


def test_each_value_is_a_count_of_its_own() -> None:
    """E's two first preferences go first; then, in a count of their own, the 10 papers that came at 23/60."""
    count = counted(SENATE, profile("ABCDE", (10, "AEB"), (50, "A"), (15, "B"), (17, "C"), (14, "D"), (2, "ED")), 2)
    assert [(act, who) for act, who in acts(count) if act == "exclusion"][:2] == [("exclusion", ["E"])] * 2
    stage = next(number for number, (act, who) in enumerate(acts(count), start=1) if who == ["E"])
    assert [votes(count, number).get("E") for number in (stage - 1, stage, stage + 1)] == ["5", "3", None]


def test_a_fraction_comes_back() -> None:
    """D has two papers at 1/2 that came at two counts, and no vote for either; together they are worth one to E."""
    papers = profile("ABCDEF", (1, "ADE"), (19, "A"), (1, "BDE"), (19, "B"), (3, "E"), (2, "C"), (1, "F"))
    count = counted(SENATE, papers, 4, Seeded(1))
    assert [left(count, stage)[1] for stage in (1, 2, 3, 4)] == ["0", "1", "2", "1"]
    assert acts(count)[3] == ("exclusion", ["D"])
    assert (votes(count, 3)["E"], votes(count, 4)["E"]) == ("3", "4")


def test_the_last_vacancy_waits_for_surpluses() -> None:
    """s. 273(17): B is ahead of C for the last vacancy; A's surplus, still to be transferred, puts C ahead."""
    count = counted(SENATE, profile("ABC", (24, "AC"), (19, "B"), (17, "C")), 2)
    assert votes(count, 2) == {"A": "21", "B": "19", "C": "20"}
    assert names(count) == ["A", "C"]


def test_exclusions_cut_short() -> None:
    """s. 273(18): when D goes two are left for two vacancies; in 2019 his papers did not move, and the order was another."""
    papers = profile("ABCD", (40, "A"), (12, "B"), (11, "C"), (8, "DC"), (1, "D"))
    whole, short = (counted(f"{SENATE}{setting}", papers, 3) for setting in ("", ":cut_short=true"))
    assert (names(whole), names(short)) == (["A", "C", "B"], ["A", "B", "C"])
    assert acts(short)[-1] == ("transfer of surplus", ["A"])


def test_bulk_exclusion() -> None:
    """s. 273(13A): E and F have 3 together, fewer than D, and fewer than the 4 that A is short of the quota."""
    papers = profile("ABCDEF", (18, "A"), (17, "B"), (16, "C"), (10, "D"), (2, "E"), (1, "F"))
    assert acts(counted(f"{SENATE}:bulk_exclusion=true", papers, 2))[1] == ("exclusion", ["F", "E"])
    assert acts(counted(SENATE, papers, 2))[1:3] == [("exclusion", ["F"]), ("exclusion", ["E"])]


def test_ties_before_and_since_2021() -> None:
    """B, C and D are level; at the last count that tells any apart, two of them still are: enough since 2021, not before."""
    papers = profile("ABCDEF", (60, "A"), (30, "B"), (20, "C"), (40, "D"), (1, "EB"), (11, "EC"), (1, "ED"), (10, "FB"), (10, "FC"))
    assert acts(counted(SENATE, papers, 1))[3] == ("exclusion", ["C"])
    papers = profile("ABCDEF", (60, "A"), (30, "B"), (30, "C"), (40, "D"), (1, "EB"), (1, "EC"), (11, "ED"), (20, "FB"), (20, "FC"))
    with pytest.raises(TieUnresolved, match="B and C are tied"):
        counted(SENATE, papers, 1)
    with pytest.raises(TieUnresolved):
        counted(f"{SENATE}:ties=all-different", papers, 1)
    with pytest.raises(SettingError, match="any-difference"):
        counted(f"{SENATE}:ties=any", papers, 1)
