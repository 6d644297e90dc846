"""The Capital Territory: the last parcel to six decimals, the cap on values, and whose surplus goes first."""

import pytest

from by_hand import acts, counted, left, profile, votes
from hustings.errors import SettingError

TERRITORY = "australian-capital-territory"


def test_the_last_parcel_to_six_decimals() -> None:
    """A's 17 over 30 papers with a next preference: 11.333333 and 5.666666, and a millionth is lost; before 2020 11 and 5, and one."""
    papers = profile("ABCD", (20, "AB"), (10, "AC"), (9, "A"), (10, "B"), (7, "C"), (7, "D"))
    count, old = counted(TERRITORY, papers, 2), counted(f"{TERRITORY}:decimals=0", papers, 2)
    assert votes(count, 2) == {"A": "22.000000", "B": "21.333333", "C": "12.666666", "D": "7.000000"}
    assert votes(old, 2) == {"A": "22", "B": "21", "C": "12", "D": "7"}
    assert (left(count, 2), left(old, 2)) == (("0.000000", "0.000001"), ("0", "1"))
    with pytest.raises(SettingError, match="decimals"):
        counted(f"{TERRITORY}:decimals=-1", papers, 2)


def test_what_papers_cannot_carry_is_not_lost_to_rounding() -> None:
    """cl. 1C(4): 18 votes of surplus and 5 papers that can carry one each: 13 are not transferable."""
    count = counted(TERRITORY, profile("ABC", (5, "AB"), (34, "A"), (14, "B"), (9, "C")), 2)
    assert (count.quota, left(count, 2)) == (21 * 10**6, ("13.000000", "0.000000"))
    assert votes(count, 2)["B"] == "19.000000"


def test_surpluses_of_an_earlier_count_first() -> None:
    """cl. 7(3): B is elected by A's papers with a larger surplus than C, who was elected before, has."""
    papers = profile("ABCDE", (60, "AB"), (20, "BE"), (30, "CD"), (10, "D"), (9, "E"))
    count = counted(TERRITORY, papers, 4)
    assert (votes(count, 2)["B"], votes(count, 2)["C"]) == ("54.000000", "30.000000")
    assert acts(count)[1:4] == [("transfer of surplus", [name]) for name in "ACB"]


def test_a_surplus_of_less_than_one_vote() -> None:
    """B has a third of a vote more than the quota of 22, and it passes on to C."""
    papers = profile("ABCDEF", (20, "ABC"), (10, "AC"), (9, "A"), (11, "B"), (7, "C"), (6, "D"), (12, "E"), (10, "F"))
    count = counted(TERRITORY, papers, 3)
    assert count.quota == 22 * 10**6
    assert acts(count)[1:3] == [("transfer of surplus", ["A"]), ("transfer of surplus", ["B"])]
    assert (votes(count, 2)["B"], votes(count, 2)["C"]) == ("22.333333", "12.666666")
    assert (votes(count, 3)["B"], votes(count, 3)["C"]) == ("22.000000", "12.999999")
