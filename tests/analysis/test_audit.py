"""Audit: the slips of publishers, found anew; a fault of ours is not excused as one; each thing that cannot be in a sheet."""

import json
import tomllib
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from by_hand import MIRROR, WARDS, counted, needs_mirror, profile
from hustings.analysis.archive import count_files
from hustings.analysis.audit import Finding, check, compare
from hustings.analysis.sheets import read_sheets
from hustings.cli import app
from hustings.errors import DataError, HustingsError, Unsuitable
from hustings.report_count import count_json, documents

ROOT = Path(__file__).parents[2]
SLIPS = tomllib.loads((ROOT / "tests" / "golden" / "publishers-slips.toml").read_text(encoding="utf-8"))
SCOTTISH = profile(
    "ABCDEF", (50, "AB"), (20, "ACD"), (7, "AD"), (20, "BC"), (22, "CB"), (16, "DC"), (8, "EDB"), (6, "EB"), (5, "FB"), (4, "FC"), (1, "F")
)
IRISH = profile(
    "ABCDE", (70, "AB"), (31, "AC"), (10, "AD"), (9, "AE"), (30, "B"), (35, "C"), (18, "DC"), (14, "DB"), (9, "EB"), (7, "EC")
)  # fmt: skip
COUNT = count_json(counted("scotland-2007", SCOTTISH, 3), "toy.csv", "")
NORTHERN = count_json(counted("northern-ireland", IRISH, 3), "toy.csv", "")
OFFICIAL = {
    "winners": sorted("ABCDE".index(name) + 1 for name in COUNT["elected"]),
    "seats": 3,
    "quota": int(Fraction(COUNT["quota"])),
    "valid": COUNT["valid"],
    "stages": [[0, *(int(Fraction(total) * 10**5) for total in stage["totals"].values())] for stage in COUNT["stages"]],
}


def written(path: Path, document: object) -> Path:
    path.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    return path


def compared(tmp_path: Path, change: Callable[[Any], None]) -> tuple[Finding, ...]:
    """What differs once `change` has been at the official table."""
    table = deepcopy(OFFICIAL)
    change(table)
    ours = read_sheets(written(tmp_path / "toy.json", COUNT))
    return compare(ours, read_sheets(written(tmp_path / "official.json", table))).findings


def district(folder: Path, change: Callable[[dict[str, list[list[str]]]], None] = lambda _: None) -> Path:
    """A count of ours as Northern Irish tables, once `change` has been at their cells; rows of Count are by stage, then candidate."""
    stages: list[list[str]] = []
    names, left = list(NORTHERN["stages"][0]["totals"]), Fraction(0)
    before: dict[str, str] = {}
    lost: list[list[str]] = []
    elected = {name: str(stage["number"]) for stage in NORTHERN["stages"] for name in stage["elected"]}
    for stage in NORTHERN["stages"]:
        number, totals = str(stage["number"]), stage["totals"]
        for place, name in enumerate(names):
            gain = Fraction(totals[name]) - Fraction(before.get(name, totals[name]))
            mark = ["Elected", elected[name]] if name in elected and int(elected[name]) <= stage["number"] else ["", ""]
            stages.append([str(place), number, name, f"{float(gain):.2f}", totals[name], *mark])
        gone = Fraction(stage["non_transferable"]) + Fraction(stage["lost_to_rounding"])
        if stage["number"] > 1:
            lost.append([number, f"{float(gone - left):.2f}"])
        before, left = totals, gone
    tables = {
        "Count": [["Candidate_Id", "Count_Number", "Surname", "Transfers", "Total_Votes", "Status", "Occurred_On_Count", "Firstname"], *stages],
        "NonTransferable": [["Count_Number", "Non_Transferable"], *lost],
        "ConstituencyCount": [
            ["Constituency_Name", "Valid_Poll", "Spoiled", "Quota", "Number_Of_Seats"],
            ["Toy", str(NORTHERN["valid"]), "5", str(int(Fraction(NORTHERN["quota"]))), "3"],
        ],
    }
    change(tables)
    folder.mkdir()
    for name, rows in tables.items():
        text = "\n".join(",".join(row) + ("," if name == "Count" and row[0] != "Candidate_Id" else "") for row in rows)
        written(folder / f"{name}.csv", text)
    return folder


def cell(table: str, row: int, column: int, text: str) -> Callable[[dict[str, list[list[str]]]], None]:
    def change(tables: dict[str, list[list[str]]]) -> None:
        tables[table][row][column] = text

    return change


def add(stage: int, candidate: int, units: int, *, until: int = 99) -> Callable[[Any], None]:
    def change(table: Any) -> None:
        for row in table["stages"][stage - 1 : until]:
            row[candidate] += units

    return change


@needs_mirror
def test_slips_of_the_councils(tmp_path: Path) -> None:
    """459 wards of 2017 and 2022: what differs from the councils' sheets, and that each explains itself as a slip; our sheets are sound."""
    official = read_sheets(MIRROR / "expected" / "scotland_official_stages.json")
    counts = documents(list(count_files(WARDS / f"{sheet.file}.csv" for sheet in official)))
    ours = read_sheets(written(tmp_path / "counts.json", {"counts": counts}))
    found = compare(ours, official)
    assert [asdict(finding) for finding in found.findings] == SLIPS["scotland"]
    assert (found.sheets, found.cells, found.rounded) == (459, 22_984, 633)
    assert all(finding.why for finding in found.findings)
    assert check(ours).findings == ()


@pytest.mark.skipif(not (MIRROR / "uk" / "ni").exists(), reason="needs the mirror of public files (HUSTINGS_MIRROR)")
def test_slips_of_the_assembly_elections() -> None:
    """36 stage sheets without papers: valid polls that count invalid papers, digits swapped, papers that no candidate handed on."""
    found = [
        {"election": year, **asdict(finding)}
        for year in (2011, 2016)
        for finding in check(read_sheets(MIRROR / "uk" / "ni" / f"{year}_archive_datapackage.zip")).findings
    ]
    assert found == SLIPS["northern-ireland"]


def test_the_page_lists_every_slip() -> None:
    page = (ROOT / "docs" / "audit.md").read_text(encoding="utf-8")
    listed = [line for line in page.splitlines() if line.startswith("|") and any(digit in line for digit in "0123456789")]

    def rows() -> Iterator[str]:
        for slips in SLIPS.values():
            for slip in slips:
                yield "| " + " | ".join(str(value) if value else "" for value in slip.values()).replace("  ", " ") + " |"

    assert [" ".join(line.split()) for line in listed] == [" ".join(row.split()) for row in rows()]


def test_our_own_sheets_are_sound(tmp_path: Path) -> None:
    for number, count in enumerate((COUNT, NORTHERN)):
        assert len(count["stages"]) > 2
        assert check(read_sheets(written(tmp_path / f"{number}.json", count))).findings == ()
    assert check(read_sheets(district(tmp_path / "toy"))).findings == ()
    assert compared(tmp_path, lambda _: None) == ()


def test_a_fault_of_ours_is_not_called_a_slip(tmp_path: Path) -> None:
    """Papers that the official count gives to B and we to C, from the second stage on."""

    def moved(table: Any) -> None:
        add(2, 2, 1_00000)(table)
        add(2, 3, -1_00000)(table)

    first, second, *_ = compared(tmp_path, moved)
    assert (first.stage, first.candidate, first.why) == (2, "B", "")
    assert (second.stage, second.candidate, second.why) == (2, "C", "")


@pytest.mark.parametrize(
    ("change", "stage", "candidate", "why"),
    [
        (add(2, 3, 90_00000, until=2), 2, "C", "the column holds"),
        (add(2, 3, -2, until=2), 2, "C", "stage 3 goes on from our figure"),
        (add(2, 3, -2), 2, "C", "it alone differs"),
    ],
)
def test_a_slip_shows_by_itself(tmp_path: Path, change: Callable[[Any], None], stage: int, candidate: str, why: str) -> None:
    first, *others = compared(tmp_path, change)
    assert (first.stage, first.candidate) == (stage, candidate)
    assert first.why.startswith(why)
    assert all(other.candidate == candidate and other.why.startswith("carried on") for other in others)


def test_the_whole_of_a_count(tmp_path: Path) -> None:
    other = {"quota": 1, "seats": 2, "valid": 1, "winners": [2, 3, 4], "stages": OFFICIAL["stages"][:-1]}
    found = compared(tmp_path, lambda table: table.update(other))
    assert [finding.what for finding in found] == ["seats", "valid", "quota", "number of stages", "who is elected", "who is elected"]
    assert [finding.why for finding in found] == ["", f"its own first preferences add up to {COUNT['valid']}", "", "", "", ""]


def test_another_number_of_candidates_or_no_stages(tmp_path: Path) -> None:
    [found] = compared(tmp_path, lambda table: table.update(stages=[[*row, 0] for row in table["stages"]]))
    assert (found.what, found.published, found.ours) == ("number of candidates", "7", "6")
    found, *_ = compared(tmp_path, lambda table: table.update(stages=None, winners=[1, 2, 3, 9]))
    assert (found.candidate, found.published) == ("candidate 9", "elected")
    assert check(read_sheets(tmp_path / "official.json")).sheets == 0


def test_two_decimals_are_compared_as_such(tmp_path: Path) -> None:
    def rounded(table: Any) -> None:
        table["stages"] = [[round(units, -3) for units in row] for row in table["stages"]]

    assert compared(tmp_path, rounded) == ()


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (cell("ConstituencyCount", 1, 1, "238"), [(1, "", "valid")]),
        (cell("ConstituencyCount", 1, 3, "54"), [(0, "", "quota"), (2, "A", "surplus")]),
        (cell("NonTransferable", 1, 1, "7.00"), [(2, "", "not transferred")]),
        (cell("Count", 7, 3, "99.00"), [(2, "B", "total")]),
    ],
)
def test_what_cannot_be(tmp_path: Path, change: Callable[[dict[str, list[list[str]]]], None], found: list[tuple[int, str, str]]) -> None:
    findings = check(read_sheets(district(tmp_path / "toy", change))).findings
    assert [(finding.stage, finding.candidate, finding.what) for finding in findings][: len(found)] == found


def sheet(tmp_path: Path, change: Callable[[Any], None], count: Any = NORTHERN) -> list[tuple[int, str, str]]:
    document = deepcopy(count)
    change(document)
    return [(finding.stage, finding.candidate, finding.what) for finding in check(read_sheets(written(tmp_path / "toy.json", document))).findings]


def test_swapped_digits_of_a_gain(tmp_path: Path) -> None:
    """B gains 35.00 of A's surplus at a value of 0.50; 34.80 is no number of papers."""

    def swapped(document: Any) -> None:
        second = document["stages"][1]
        second["totals"]["B"] = "64.80"

    assert (2, "B", "gain") in sheet(tmp_path, swapped)


def test_exclusion_of_another_than_the_lowest(tmp_path: Path) -> None:
    def swapped(document: Any) -> None:
        document["stages"][2]["totals"]["F"] = "15.00000"  # E has 14

    assert (4, "F", "exclusion") in sheet(tmp_path, swapped, COUNT)


def test_who_is_elected(tmp_path: Path) -> None:
    def early(document: Any) -> None:
        last, first = document["stages"][-1], document["stages"][0]
        first["elected"], last["elected"] = [*first["elected"], *last["elected"]], []

    found = sheet(tmp_path, early)
    assert any(stage == 1 and what == "total" for stage, _, what in found), found
    assert (0, "", "number elected") in sheet(tmp_path, lambda document: document["elected"].pop())


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("{", DataError, "is not JSON"),
        ("{}", DataError, "holds no count"),
        ("[1]", DataError, "something else"),
        ('{"toy": {"stages": [[0, 1]]}}', DataError, "lacks 'winners'"),
        ('{"winners": [1], "stages": [[0, 1], [0, 1, 2]]}', DataError, "the stages of toy have 1 to 2 totals"),
        (json.dumps(COUNT | {"unit": "points"}), Unsuitable, "only counts of votes"),
    ],
)
def test_what_is_no_sheet(tmp_path: Path, text: str, error: type[HustingsError], words: str) -> None:
    with pytest.raises(error, match=words):
        read_sheets(written(tmp_path / "toy.json", text))


def test_folders_that_are_no_sheet(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"has no Count\.csv"):
        read_sheets(tmp_path)
    with pytest.raises(DataError, match="'Quota' is missing"):
        read_sheets(district(tmp_path / "a", cell("ConstituencyCount", 0, 3, "Droop")))
    with pytest.raises(DataError, match="something else"):
        read_sheets(district(tmp_path / "b", cell("Count", 3, 4, "many")))
    with pytest.raises(DataError, match="cannot be read"):
        read_sheets(written(tmp_path / "c.zip", "no archive"))


def test_no_official_sheet_of_that_name(tmp_path: Path) -> None:
    ours = read_sheets(written(tmp_path / "toy.json", COUNT))
    official = read_sheets(written(tmp_path / "official.json", {"a": OFFICIAL, "b": OFFICIAL}))
    with pytest.raises(Unsuitable, match="no official sheet is called 'toy'"):
        compare(ours, official)


def test_the_command(tmp_path: Path) -> None:
    ours = str(written(tmp_path / "toy.json", COUNT))
    official = written(tmp_path / "official.json", {"toy": OFFICIAL, "elsewhere": OFFICIAL})
    runner = CliRunner()
    for words in ([ours], [ours, str(official)]):
        assert (done := runner.invoke(app, ["audit", *words])).exit_code == 0
        assert done.stdout.startswith("sheets: 1; totals: 36; findings: 0")
    slipped = deepcopy(OFFICIAL)
    add(2, 3, -2)(slipped)
    done = runner.invoke(app, ["audit", ours, str(written(official, slipped)), "--json"])
    document = json.loads(done.stdout)
    assert done.exit_code == 1
    assert {"sheets", "cells", "rounded", "findings"} == set(document)
    assert document["findings"][0]["stage"] == 2
    assert document["findings"][0]["candidate"] == "C"
    done = runner.invoke(app, ["audit", ours, str(official)])
    assert done.exit_code == 1
    assert "stage 2, C, total: published" in done.stdout
