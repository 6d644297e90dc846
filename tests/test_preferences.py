"""The shipped matrices of next preferences: against their sources, and what every matrix must be."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
import tomllib
from collections import Counter, defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "src/hustings/facts/preferences"
MIRROR = Path(os.environ.get("HUSTINGS_MIRROR", ROOT.parent / "shared" / "data"))
PARTIES = {
    "con",
    "lab",
    "ld",
    "snp",
    "pc",
    "green",
    "ukip",
    "brexit",
    "reform",
    "dup",
    "sf",
    "sdlp",
    "uup",
    "ukup",
    "alliance",
    "tuv",
    "respect",
    "bnp",
    "speaker",
    "ind",
    "other",
}

# Per cent; the columns are snp, lab, con, ld, green, ind, none. From the ward files of github.com/mggg/scot-elex at
# commit 304b084, computed by a program that this repository does not hold; `test_scotland_is_what_the_papers_say` is ours.
SCOTLAND = {
    2017: """
        snp     -    15.4  2.8  6.2 38.4  4.5 31.2
        lab    15.4   -   14.4 16.2 11.2  5.5 34.9
        con     3.1  20.0   -  27.1  4.3  9.0 33.8
        ld     10.7  21.2 29.0   -  14.6  7.0 16.8
        green  44.9  19.5  4.2 16.8   -   4.4  8.7""",
    2022: """
        snp     -    16.9  2.1  6.3 40.2  3.8 25.5
        lab    15.2   -   14.0 22.5 11.6  3.6 29.6
        con     2.8  23.9   -  26.5  3.0  9.3 31.3
        ld     10.2  24.7 23.1   -  12.6  6.2 21.3
        green  50.9  19.5  2.0 12.6   -   3.3  8.2""",
}


def shipped(name: str) -> dict[str, Any]:
    return tomllib.loads((SHIPPED / f"{name}.toml").read_text(encoding="utf-8"))


def table(text: str) -> dict[str, dict[str, str]]:
    columns = ("snp", "lab", "con", "ld", "green", "ind", "none")
    lines = [line.split() for line in text.strip().splitlines()]
    return {row: {to: x for to, x in zip(columns, cells, strict=True) if x != "-"} for row, *cells in lines}


def names() -> list[str]:
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def test_the_three_are_there() -> None:
    assert {"northern-ireland", "scotland-2017", "scotland-2022"} <= set(names())


@pytest.mark.parametrize("year", SCOTLAND)
def test_scotland_is_the_table(year: int) -> None:
    assert shipped(f"scotland-{year}")["rows"] == table(SCOTLAND[year])


@pytest.mark.parametrize("name", names())
def test_every_matrix(name: str) -> None:
    matrix = shipped(name)
    assert matrix["name"] == name
    assert matrix["title"]
    assert matrix["source"]
    assert matrix["date"]
    assert set(matrix["rows"]) <= PARTIES
    # A survey that was printed as percentages does not say on how many answers they rest.
    assert set(matrix.get("basis", matrix["rows"])) == set(matrix["rows"])
    for party, row in matrix["rows"].items():
        assert set(row) <= PARTIES | {"none"}
        assert party not in row
        assert "none" in row
        figures = [Decimal(figure) for figure in row.values()]
        assert all(figure >= 0 for figure in figures)
        assert 90 <= sum(figures) <= Decimal("100.5")
    for party, proxy in matrix["proxy"].items():
        assert party in PARTIES - set(matrix["rows"])
        assert proxy in matrix["rows"]


def test_the_survey_of_2010_is_the_table() -> None:
    """Second preferences by first, Labour, Conservatives, Liberal Democrats, others: https://federalunion.org.uk/?p=7486."""
    printed = {"lab": [None, 7, 63, 30], "con": [7, None, 53, 40], "ld": [40, 25, None, 35], "other": [23, 28, 26, 23]}
    rows = shipped("bes-2010")["rows"]
    assert {party: [row.get(to) and int(row[to]) for to in ("lab", "con", "ld", "ind")] for party, row in rows.items()} == printed
    assert all(sum(map(int, row.values())) == 100 for row in rows.values())


def test_the_polls_of_1997_and_what_they_leave_open() -> None:
    """62 and 24 of the Liberal Democrats' 100, 81 of Labour's: http://www.economist.com/node/157297; Labour's other 19 as in 2010, 7 to 30."""
    rows, later = shipped("polls-1997")["rows"], shipped("bes-2010")["rows"]
    assert (rows["ld"]["lab"], rows["ld"]["con"], rows["lab"]["ld"]) == ("62", "24", "81")
    assert Decimal(rows["lab"]["con"]) == round(Decimal(19 * 7) / 37, 1)
    assert sum(map(Decimal, rows["lab"].values())) == sum(map(Decimal, rows["ld"].values())) == 100
    assert {party: rows[party] for party in ("con", "other")} == {party: later[party] for party in ("con", "other")}


def test_northern_ireland_is_what_the_tool_makes() -> None:
    if not (MIRROR / "uk/ni").is_dir():
        pytest.skip("the archives of the Assembly counts are not here; set HUSTINGS_MIRROR to a mirror that has uk/ni")
    tool = ROOT / "tools/ni_preferences.py"
    made = subprocess.run([sys.executable, tool, "--check"], capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stderr


@pytest.mark.parametrize("year", SCOTLAND)
def test_scotland_is_what_the_papers_say(year: int) -> None:
    if not (MIRROR / "stv/scotland").is_dir():
        pytest.skip("the ward files are not here; set HUSTINGS_MIRROR to a mirror that has stv/scotland")
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted((MIRROR / "stv/scotland").glob(f"*_{year}_*.csv")):
        parties, papers = ward(path)
        if {"snp", "lab", "con", "ld", "green"} <= set(parties.values()):
            for number, ranking in papers:
                first = parties[ranking[0]]
                counted[first][next((p for p in map(parties.__getitem__, ranking) if p != first), "none")] += number
    matrix = shipped(f"scotland-{year}")
    for party, row in matrix["rows"].items():
        cast = counted[party].total()
        assert cast == matrix["basis"][party]
        assert {to: f"{100 * counted[party][to] / cast:.1f}" for to in row} == row


def ward(path: Path) -> tuple[dict[int, str], list[tuple[int, list[int]]]]:
    """Read each candidate's party and the papers, as (number, candidates in order)."""
    ids = {"SNP": "snp", "Lab": "lab", "LabCo": "lab", "Con": "con", "LD": "ld", "Gr": "green", "Ind": "ind"}
    parties, papers = {}, []
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in list(csv.reader(file))[1:]:
            if row and row[0].startswith("Candidate"):
                abbreviation = re.sub(r".*\(([^()]*)\)\s*$", r"\1", row[2]).strip()
                parties[int(row[0].split()[1])] = ids.get(abbreviation, abbreviation)
            elif len(row) > 2 and row[0].isdigit() and row[1]:
                papers.append((int(row[0]), [int(mark) for mark in row[1:] if mark]))
    return parties, papers
