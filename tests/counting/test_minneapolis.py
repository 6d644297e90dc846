"""Minneapolis: the Park Board of 2013, who goes together, and who is elected when."""

import pytest

from by_hand import MIRROR, acts, counted, left, names, profile, votes
from hustings.errors import TieUnresolved
from hustings.sources.rctab import rctab

PARK = MIRROR / "rctab" / "2013_minneapolis_park"


@pytest.mark.skipif(not PARK.exists(), reason="needs the mirror of public files")
def test_park_board_2013() -> None:
    """Three members at large: threshold, first round and winners as the city had them."""
    [papers] = rctab(PARK / "2013_minneapolis_park_config.json").main.profiles or ()
    count = counted("minneapolis", papers, 3)
    assert (count.quota, count.stages[0].votes[5]) == (14_866 * 10**4, 14_678 * 10**4)
    assert acts(count)[1] == ("exclusion", ["Undeclared Write-ins", "CASPER HILL"])
    assert names(count) == ["JOHN ERWIN", "ANNIE YOUNG", "MEG FORNEY"]


def test_fractions_are_cut_twice() -> None:
    """A's fraction 6/18 is 0.3333, B's 3.9994 / 15.9994 then 0.2499; A's papers are worth 0.3333 × 0.2499, which is 0.0832, in the end."""
    papers = profile("ABCDE", (18, "ABC"), (10, "BD"), (9, "C"), (8, "D"), (1, "E"))
    count = counted("minneapolis", papers, 3)
    assert count.quota == 12 * 10**4
    assert acts(count)[1:4] == [("exclusion", ["E"]), ("transfer of surplus", ["A"]), ("transfer of surplus", ["B"])]
    assert votes(count, 3) == {"A": "12.0000", "B": "15.9994", "C": "9.0000", "D": "8.0000"}
    assert votes(count, 4) == {"A": "12.0000", "B": "12.0000", "C": "10.4976", "D": "10.4990"}
    assert left(count, 4) == ("1.0000", "0.0034")


def test_whoever_is_at_the_threshold_still_receives() -> None:
    """A has the threshold of 34 and no surplus: he is elected only when D's papers have given him one."""
    papers = profile("ABCD", (34, "AB"), (26, "B"), (25, "C"), (14, "DA"))
    count = counted("minneapolis", papers, 2)
    assert count.quota == 34 * 10**4
    assert acts(count)[1:] == [("exclusion", ["D"]), ("transfer of surplus", ["A"])]
    assert (votes(count, 2)["A"], [stage.elected for stage in count.stages]) == ("48.0000", [(), (0,), (1,)])
    assert acts(counted("scotland-2007", papers, 2))[1] == ("exclusion", ["D"])
    assert votes(counted("scotland-2007", papers, 2), 2)["A"] == "34.00000"


def test_write_ins_go_in_the_second_round() -> None:
    """W goes though he is ahead of D; and as his 9 papers might all have been E's, E is not yet hopeless."""
    papers = profile("ABCDEW", (24, "A"), (20, "B"), (12, "C"), (7, "D"), (2, "E"), (9, "W"))
    assert acts(counted("minneapolis:write_ins=W", papers, 2))[1] == ("exclusion", ["W"])
    assert acts(counted("minneapolis", papers, 2))[1] == ("exclusion", ["E"])


def test_a_tie_is_for_a_lot_whatever_was_before() -> None:
    papers = profile("ABCDE", (30, "A"), (28, "B"), (20, "C"), (18, "D"), (2, "ED"), (15, "E"))
    with pytest.raises(TieUnresolved, match="C and D are tied"):
        counted("minneapolis", papers, 2)


def test_the_last_defeated_retains_his_votes() -> None:
    count = counted("minneapolis", profile("ABCD", (30, "A"), (29, "B"), (28, "C"), (27, "D")), 3)
    assert (votes(count, len(count.stages))["D"], count.stages[-1].excluded) == ("27.0000", (3,))
