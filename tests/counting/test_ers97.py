"""The rules of 1997: a quota to two decimals that falls, election by what is left of the votes, batches and their ties."""

import pytest

from by_hand import acts, counted, left, names, profile, votes
from hustings.errors import TieUnresolved
from hustings.exact import decimal


@pytest.mark.parametrize(("papers", "seats", "quota"), [(100, 4, "20.00"), (101, 4, "20.20"), (100, 6, "14.29")])
def test_quota(papers: int, seats: int, quota: str) -> None:
    """S1: exact, or 0.01 more."""
    count = counted("ers97", profile("ABCDEFGH", (papers - 21, "A"), (6, "B"), (5, "C"), (4, "D"), (3, "E"), (2, "F"), (1, "G")), seats)
    assert count.stages[0].quota is not None
    assert decimal(count.stages[0].quota, 2) == quota


def test_the_quota_falls_until_somebody_is_elected() -> None:
    """5.4.8: 12 papers of 96 become non-transferable, and 32.00 becomes 28.00, which two candidates have."""
    count = counted("ers97", profile("ABCD", (30, "A"), (29, "B"), (25, "C"), (12, "D")), 2)
    assert [stage.quota for stage in count.stages] == [32_00, 28_00]
    assert [(stage.elected, stage.elected_rules) for stage in count.stages] == [((), ()), ((0, 1), ("5.4.9", "5.4.9"))]
    assert count.stages[-1].excluded == (3, 2)


def test_elected_below_the_quota() -> None:
    """5.3.13 (b): of 51.67 votes still active for one place B has more than half, and is elected with less than the quota."""
    count = counted("ers97", profile("ABCD", (60, "A"), (26, "B"), (14, "C"), (11, "D")), 2)
    assert (count.quota, votes(count, 2)["B"]) == (37_00, "26.00")
    assert [stage.elected for stage in count.stages] == [(0,), (1,)]
    assert count.stages[1].elected_rules == ("5.3.13",)


def test_a_surplus_that_could_only_draw_level_waits() -> None:
    """5.2.2: a surplus of 6.00 does not exceed the difference of 6.00 between the two lowest."""
    papers = profile("ABCD", (27, "AD"), (20, "B"), (11, "C"), (5, "DC"))
    assert acts(counted("ers97", papers, 2))[1] == ("exclusion", ["D"])
    assert acts(counted("scotland-2007", papers, 2))[1] == ("transfer of surplus", ["A"])


def test_the_neglected_remainder_and_what_cannot_be_carried() -> None:
    """20.33 over 40 papers is 0.50 each and 0.33 lost; over 10 papers it is 1.00 each, and 10.33 is not transferable."""
    others = ((101, "B"), (99, "C"), (70, "D"), (75, "E"))
    count = counted("ers97", profile("ABCDE", (40, "AD"), (163, "A"), *others), 2)
    assert (acts(count)[1], left(count, 2)) == (("transfer of surplus", ["A"]), ("0.00", "0.33"))
    assert votes(count, 2)["D"] == "90.00"
    count = counted("ers97", profile("ABCDE", (10, "AD"), (193, "A"), *others), 2)
    assert (left(count, 2), votes(count, 2)["D"]) == (("10.33", "0.00"), "80.00")


def test_ties_are_told_apart_by_batches() -> None:
    """5.2.5: B and C are level at the end of every stage; in the last one B had its 20 by the first batch, and C by the second."""
    papers = profile("ABCDEF", (40, "ADC"), (263, "A"), (100, "B"), (100, "C"), (20, "DB"), (50, "D"), (75, "E"), (200, "F"))
    count = counted("ers97", papers, 2)
    assert acts(count)[1:4] == [("transfer of surplus", ["A"]), ("exclusion", ["E"]), ("exclusion", ["D"])]
    assert votes(count, 4)["B"] == votes(count, 4)["C"] == "120.00"
    assert acts(count)[4] == ("exclusion", ["C"])


def test_nobody_is_elected_by_a_tie_for_the_last_place() -> None:
    """5.6.2: three have the quota to the hundredth and two places are left; none is deemed elected, and one has to be drawn."""
    papers = profile("ABCD", (10, "A"), (10, "B"), (10, "C"))
    with pytest.raises(TieUnresolved, match="A and B and C"):
        counted("ers97", papers, 2)
    assert names(counted("ers97", profile("ABC", (11, "A"), (10, "B"), (9, "C")), 2)) == ["A", "B"]


def test_as_many_candidates_as_places() -> None:
    """4.3: all are elected, though one of them has no vote at all."""
    count = counted("ers97", profile("ABC", (60, "A"), (5, "B"), (0, "C")), 3)
    assert (names(count), count.stages[-1].elected_rules[-1]) == (["A", "B", "C"], "4.3")
