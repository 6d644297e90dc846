"""Tables with a column a rank: samples, each fault with its line, and files written and read again."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from ballot_files import Ranking, added, ballots, fault, only, papers
from hustings.ballots import NO_SEATS
from hustings.sources import load
from hustings.sources.ranked_csv import ranked_csv

TABLE = """weight,rank 1,rank 2,rank 3
3,Ann,Bob,
2,"Smith, Cy",,Ann
1,Ann=Bob,overvote,undervote
4,Ann,Bob,skipped
5,,,
"""


def test_a_table_with_weights(tmp_path: Path) -> None:
    path = tmp_path / "club.csv"
    path.write_text(TABLE)
    election = load(path)
    profile = only(election)
    assert [candidate.name for candidate in profile.candidates] == ["Ann", "Bob", "Smith, Cy"]
    assert list(ballots(profile).items()) == [(((0,), (1,)), 7), (((2,), (), (0,)), 2), (((0, 1),), 1), ((), 5)]
    assert profile.rankings[2, 1] == -3, "an overvote that does not say who is a set of nobody known"
    assert profile.sets == ((0, 1), ())
    assert election.main.districts[0].magnitude == 1
    assert election.provenance.notes == (NO_SEATS,)


@pytest.mark.parametrize("head", ["rank1,rank2", "Choice 1,Choice 2", "1st choice,2nd choice", "preference_1,preference_2", "rank2,rank1"])
def test_headings(tmp_path: Path, head: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"{head}\nA,B\nA,\n" if head != "rank2,rank1" else f"{head}\nB,A\n,A\n")
    assert ballots(only(load(path))) == {((0,), (1,)): 1, ((0,),): 1}


def test_tabs(tmp_path: Path) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("rank1\trank2\tpapers\nA, B\tC\t12\n")
    assert ballots(only(load(path))) == {((0,), (1,)): 12}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("rank 3", "rank 4"), ":1: the columns are 'weight', 'rank 1', 'rank 2', 'rank 4'; they must be rank1"),
        (("rank 3", "rank 2"), ":1: the columns are"),
        (("rank 3", "precinct"), ":1: the columns are"),
        (("weight", "rank 1"), ":1: the columns are"),
        (("3,Ann,Bob,", "3,Ann,Bob"), ":2: 3 cells under 4 columns"),
        (("3,Ann,Bob,", "3,Ann,Bob,,"), ":2: 5 cells under 4 columns"),
        (("3,Ann,Bob,", "-3,Ann,Bob,"), ":2: weight '-3' must be a whole number of papers"),
        (("3,Ann,Bob,", "0,Ann,Bob,"), ":2: weight '0'"),
        (("3,Ann,Bob,", "1.5,Ann,Bob,"), ":2: weight '1.5'"),
        (("3,Ann,Bob,", ",Ann,Bob,"), ":2: weight ''"),
        (("Ann=Bob", "Ann=Ann"), ":4: 'Ann=Ann' must name different candidates"),
        (("Ann=Bob", "Ann="), ":4: 'Ann=' must name different candidates"),
        (('"Smith, Cy"', '"Smith"x'), ":3: is not CSV"),
        (('"Smith, Cy"', '"Smith, Cy'), ":3: is not CSV"),
    ],
)
def test_each_fault_has_its_line(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    assert change[0] in TABLE
    found = fault(ranked_csv, tmp_path / "a.csv", TABLE.replace(*change, 1))
    assert found.startswith(says), found


def test_nobody_named_and_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    assert fault(ranked_csv, path, "rank1,rank2\n").startswith(": no paper names anybody")
    assert fault(ranked_csv, path, b"rank1\nZo\xeb\n").startswith(":2: byte 0xeb is not text in UTF-8")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=papers())
def test_written_and_read_again(tmp_path: Path, drawn: tuple[int, list[tuple[int, Ranking]]]) -> None:
    candidates, rows = drawn
    # Candidates are in the order in which papers name them: let the first paper name them all.
    everybody: Ranking = tuple((who,) for who in range(candidates))
    rows = [(1, everybody), *rows]
    width = max(len(ranking) for _, ranking in rows)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([*(f"rank{rank}" for rank in range(1, width + 1)), "count"])
    for number, ranking in rows:
        cells = ["=".join(f"é, {who}" for who in rank) for rank in ranking]
        writer.writerow([*cells, *[""] * (width - len(cells)), number])
    path = tmp_path / "a.csv"
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    profile = only(ranked_csv(path))
    assert list(ballots(profile).items()) == list(added(rows).items())
    assert len(profile.candidates) == candidates
