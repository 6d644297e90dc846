"""Scottish wards: published counts to the last decimal, and every stage that councils have published."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from by_hand import MIRROR, acts, counted, left, names, needs_mirror, profile, votes, ward
from hustings.errors import TieUnresolved
from hustings.lots import Decided

EXPECTED = MIRROR / "expected" / "scotland_stv_expected.json"
OFFICIAL = MIRROR / "expected" / "scotland_official_stages.json"
GOVAN = {
    1: "1371 394 1590 1657 138 2694 377 398 450 377 114",
    2: "1412.45570 449.66080 1651.16890 1705.12340 146.69700 1913 473.82660 505.55290 480.43950 399.03240 138.35160",
    3: "1415.32540 455.98000 1657.90830 1711.57290 147.27680 1913 506.59530 548.67010 481.01930 401.48190 0",
    8: "1594.69010 0 1852.95380 1881.06790 0 1913 977.80970 0 0 0 0",
    9: "1675.73560 0 1921.68010 1984.14270 0 1913 0 0 0 0 0",
}
with (Path(__file__).parents[1] / "golden" / "publishers-slips.toml").open("rb") as golden:
    SLIPS = {
        (slip["count"], slip["stage"], slip["candidate"]): (slip["ours"], slip["published"])
        for slip in tomllib.load(golden)["scotland"]
        if slip["what"] == "total"
    }


def units(text: str) -> int:
    whole, _, decimals = text.partition(".")
    return int(whole) * 10**5 + int(decimals.ljust(5, "0"))


def loaded(path: Any) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


@needs_mirror
def test_govan_2007() -> None:
    """H01: every total of the stages recorded, who did what, and the order of election."""
    count = counted("scotland-2007", *ward("glasgow_2007_govan"))
    assert (count.valid, count.quota, len(count.stages)) == (9560, 1913 * 10**5, 9)
    assert [name.split()[-1] for name in names(count)] == ["Hunter", "Flanagan", "Dornan", "Butt"]
    excluded = ["Perez", "Hughes", "Mcnee", "Cobley", "Lang", "Mcintyre", "Jess"]
    assert [(act, [name.split()[-1] for name in who]) for act, who in acts(count)] == [
        ("first preferences", []),
        ("transfer of surplus", ["Hunter"]),
        *(("exclusion", [name]) for name in excluded),
    ]
    for stage, row in GOVAN.items():
        assert count.stages[stage - 1].votes == tuple(map(units, row.split())), f"stage {stage}"
    assert left(count, 9) == ("2065.43220", "0.00940")
    surplus = count.stages[1].transfers
    assert {each.value for each in surplus} == {28990}  # 781 / 2,694, cut to five decimals
    assert sum(each.papers for each in surplus) == 2694
    assert (surplus[0].papers, surplus[0].worth) == (143, units("41.45570"))
    assert {each.value for each in count.stages[2].transfers} == {10**5, 28990}


@needs_mirror
@pytest.mark.parametrize(
    ("name", "valid", "quota", "elected"),
    [
        ("glasgow_2007_partick", 12744, 2549, ["Mclean", "Mason", "Colleran", "Clay"]),
        ("glasgow_2007_langside", 9334, 2334, ["Dornan", "Graham", "Coleshill"]),
    ],
)
def test_glasgow_2007(name: str, valid: int, quota: int, elected: list[str]) -> None:
    count = counted("scotland-2007", *ward(name))
    assert (count.valid, count.quota) == (valid, quota * 10**5)
    assert [candidate.split()[-1] for candidate in names(count)] == elected


@needs_mirror
def test_tie_by_history() -> None:
    """H27: two equal surpluses at stage 6, told apart by stage 5; no lot is drawn."""
    count = counted("scotland-2007", *ward("renfrewshire_2017_ward3"))
    assert (count.valid, count.quota) == (4804, 1202 * 10**5)
    by_stage = {stage: {name.split()[-1]: total for name, total in votes(count, stage).items()} for stage in (5, 6, 7, 8)}
    assert by_stage[6]["Graham"] == by_stage[6]["Sharkey"] == "1311.00000"
    assert (by_stage[5]["Graham"], by_stage[5]["Sharkey"]) == ("1103.00000", "1167.00000")
    assert acts(count)[6] == ("transfer of surplus", ["Jim Sharkey"])
    assert (by_stage[7]["Adam"], by_stage[7]["Clark"]) == ("1020.72274", "958.88670")
    assert (by_stage[8]["Adam"], by_stage[8]["Clark"]) == ("1024.13148", "964.12452")
    assert [name.split()[-1] for name in names(count)] == ["Graham", "Sharkey", "Adam"]
    assert count.lots == ()


def test_three_way_tie_goes_back_further() -> None:
    """B, C and D are level at stage 3; B and C still at stage 2, so that stage 1 decides between them, and no lot."""
    first = [(60, "A"), (30, "B"), (20, "C"), (40, "D")]
    papers = profile("ABCDEF", *first, (1, "EB"), (11, "EC"), (1, "ED"), (10, "FB"), (10, "FC"))
    count = counted("scotland-2007", papers, 1)
    assert [votes(count, 3)[name] for name in "BCD"] == ["41.00000"] * 3
    assert acts(count)[1:4] == [("exclusion", ["E"]), ("exclusion", ["F"]), ("exclusion", ["C"])]


def test_level_from_the_start_is_a_lot() -> None:
    papers = profile("ABC", (9, "A"), (4, "B"), (4, "C"))
    with pytest.raises(TieUnresolved, match="B and C are tied"):
        counted("scotland-2007", papers, 2)
    count = counted("scotland-2007", papers, 2, Decided((("", frozenset("BC"), "C"),), "the returning officer"))
    assert acts(count)[2] == ("exclusion", ["C"])
    assert [(lot.rule, lot.chosen) for lot in count.lots] == [("51(2)", "C")]


@needs_mirror
def test_wards_counted_by_two_other_programs() -> None:
    """710 wards: who is elected, in order; quota; who is excluded, in order; how many stages."""
    for name, expected in loaded(EXPECTED).items():
        count = counted("scotland-2007", *ward(name.removesuffix(".csv")))
        assert list(count.elected) == [number - 1 for number in expected["elected_idx"]], name
        assert count.quota == expected["quota"] * 10**5, name
        assert len(count.stages) == expected["stages"], name
        excluded = [count.candidates[candidate].name for stage in count.stages for candidate in stage.excluded]
        # Some names are cut short in the source of the expected results.
        assert len(excluded) == len(expected["excluded_order"]), name
        assert all(ours.startswith(theirs) for ours, theirs in zip(excluded, expected["excluded_order"], strict=True)), name


@needs_mirror
def test_councils_own_sheets() -> None:
    """459 wards: who is elected; 441 of them: quota and every total of every stage, to the decimals that it carries, but for slips."""
    cells, rounded, slips = 0, 0, {}
    for name, official in loaded(OFFICIAL).items():
        count = counted("scotland-2007", *ward(name))
        assert sorted(candidate + 1 for candidate in count.elected) == official["winners"], name
        if not official.get("stages"):
            continue
        assert count.quota == official["quota"] * 10**5, name
        assert len(count.stages) == len(official["stages"]), name
        for stage, row in zip(count.stages, official["stages"], strict=True):
            for candidate, ours, theirs in zip(count.candidates, stage.votes, row[1:], strict=True):
                cells += 1
                two_decimals = ours != theirs and theirs % 1000 == 0 and abs(ours - theirs) <= 500
                rounded += two_decimals
                if ours != theirs and not two_decimals:
                    slips[name, stage.number, candidate.name] = (ours, theirs)
    assert slips == {where: (units(ours), units(theirs)) for where, (ours, theirs) in SLIPS.items()}
    assert (cells, rounded) == (22_984, 633)
