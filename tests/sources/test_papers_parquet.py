"""Archives of ranked papers in Parquet: the same papers as in CSV, contests apart, and each way in which a file can be wrong."""

from collections import Counter
from pathlib import Path

import duckdb
import numpy as np
import pytest

from hustings.election import NOBODY, Election
from hustings.errors import DataError, UnknownName
from hustings.sources import load
from hustings.sources.papers_parquet import split


def written(path: Path, columns: str, *rows: str) -> Path:
    duckdb.sql(f"COPY (FROM (VALUES {', '.join(rows)}) t({columns})) TO '{path}' (FORMAT parquet)")
    return path


def papers_of(election: Election) -> dict[str, dict[tuple[str, ...], int]]:
    """By district: the names ranked, '' where a rank is blank, and how many papers rank them so."""
    found: dict[str, dict[tuple[str, ...], int]] = {}
    for contest in election.contests:
        for district, profile in zip(contest.districts, contest.profiles or (), strict=True):
            names = [*(candidate.name for candidate in profile.candidates), ""]
            rows = zip(profile.rankings.tolist(), profile.papers.tolist(), strict=True)
            found[district.name] = {tuple(names[who] for who in row): papers for row, papers in rows}
    return found


def test_numbers_and_names_and_csv_are_the_same_papers(tmp_path: Path) -> None:
    numbers = written(tmp_path / "n.parquet", "rank1, rank2", "(1::TINYINT, 2::TINYINT)", "(2, 1)", "(1, 2)", "(2, 0)", "(NULL, 1)")
    names = written(tmp_path / "s.parquet", "rank1, rank2", "('1', '2')", "('2', ' 1')", "('1', '2')", "('2', '')", "(NULL, '1')")
    text = tmp_path / "t.csv"
    text.write_text("rank1,rank2\n1,2\n2,1\n1,2\n2,\n,1\n")
    expected = {("1", "2"): 2, ("2", "1"): 1, ("2", ""): 1, ("", "1"): 1}
    for path in (numbers, names, text):
        assert list(papers_of(load(path)).values()) == [expected]


@pytest.mark.parametrize("kind", ["TINYINT", "UTINYINT", "SMALLINT", "BIGINT", "VARCHAR"])
@pytest.mark.parametrize("width", [1, 3, 4, 5, 8, 9])
def test_numbers_of_every_width_are_the_same_papers(kind: str, width: int, tmp_path: Path) -> None:
    """Ranks of a byte are folded several at a time."""
    rows = [[(row * place) % 7 if place > 1 else row % 5 + 1 for place in range(1, width + 1)] for row in range(40)]
    cells = [", ".join(f"{who}::{kind}" if who else f"NULL::{kind}" for who in row) for row in rows]
    names = ", ".join(f"rank{place}" for place in range(1, width + 1))
    path = written(tmp_path / "p.parquet", names, *(f"({cell})" for cell in cells))
    expected = Counter(tuple(str(who or "") for who in row) for row in rows)
    (found,) = papers_of(load(path)).values()
    assert found == expected


def test_contests_districts_seats_and_weights(tmp_path: Path) -> None:
    path = written(
        tmp_path / "p.parquet", "contest, district, seats, weight, rank1",
        "('mayor', 'north', 1, 5, 'A')", "('mayor', 'south', 1, 2, 'B')", "('council', 'north', 3, 4, 'C')", "('council', 'north', 3, 3, 'C')",
    )  # fmt: skip
    election = load(path)
    assert [(contest.name, [(d.name, d.magnitude) for d in contest.districts]) for contest in election.contests] == [
        ("council", [("council, north", 3)]), ("mayor", [("mayor, north", 1), ("mayor, south", 1)]),
    ]  # fmt: skip
    assert [[profile.cast for profile in contest.profiles or ()] for contest in election.contests] == [[7], [5, 2]]
    assert [district.id for district in election.contests[1].districts] == ["north", "south"]
    assert election.provenance.notes == ()
    assert len(election.provenance.files[0][1]) == 64


def test_without_seats_one_is_elected_and_a_note_says_so(tmp_path: Path) -> None:
    election = load(written(tmp_path / "p.parquet", "rank1", "(1)"))
    assert election.main.house == 1
    assert "one is assumed" in election.provenance.notes[0]


def test_many_papers_are_folded(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    duckdb.sql(f"COPY (SELECT (i % 3 + 1)::TINYINT AS rank1, (i % 3 + 2)::TINYINT AS rank2 FROM range(300000) t(i)) TO '{path}'")
    (profile,) = load(path).main.profiles or ()
    assert profile.rankings.tolist() == [[0, 1], [1, 2], [2, 3]]
    assert profile.papers.tolist() == [100_000] * 3
    assert profile.rankings.dtype == np.int16
    assert NOBODY not in profile.rankings


@pytest.mark.parametrize(
    ("kind", "names"),
    [("VARCHAR", ["''", "'a'", "'b,c'", "NULL", "'É'"]), ("TINYINT", ["1", "10", "2", "-3"]), ("DATE", ["'2024-05-02'", "'2021-05-06'"]),
     ("DOUBLE", ["1.5", "0.1"]), ("BLOB", ["'x'"])],
)  # fmt: skip
def test_some_contests_alone_are_what_they_are_among_all(kind: str, names: list[str], tmp_path: Path) -> None:
    rows = [f"({name}::{kind}, {place}, 'D{1 + row % 4}', 'D{1 + row % 3}')" for row in range(30) for name in names for place in (1, 2)]
    path = written(
        tmp_path / "p.parquet", "contest, seats, rank1, rank2", *(row.replace(", 2, 'D", f", 1, 'D{number}") for number, row in enumerate(rows))
    )
    whole = load(path)
    # A missing name and an empty one are the same contest.
    listed = [name for (name,) in split(path, 100, 100)]
    assert [name or "ballot" for name in listed] == [contest.name for contest in whole.contests]
    for contest, name in zip(whole.contests, listed, strict=True):
        (alone,) = load(path, contests=(name,)).contests
        assert (alone.name, alone.districts) == (contest.name, contest.districts)
        for one, other in zip(alone.profiles or (), contest.profiles or (), strict=True):
            assert one.candidates == other.candidates
            assert (one.rankings == other.rankings).all()
            assert (one.papers == other.papers).all()
    with pytest.raises(UnknownName, match=r"no contest of .* is called 'none such'"):
        load(path, contests=("none such",))


def test_a_file_that_names_no_contest(tmp_path: Path) -> None:
    path = written(tmp_path / "p.parquet", "rank1", "(1)")
    assert split(path, 4, 2) == [("",)]
    with pytest.raises(UnknownName, match="no contest"):
        load(path, contests=("mayor",))


@pytest.mark.parametrize(
    ("contest", "pieces"),
    [("i // 10000", 20), ("i % 20", 4), ("'c' || i // 10000", 20), ("'c' || i % 20", 4), ("i // 500", 20), ("10 + i // 20000 * 2 + i % 2", 10)],
    ids=["in order", "mixed", "names in order", "names mixed", "many in order", "mixed by twos"],
)
def test_a_file_is_read_about_twice_unless_its_contests_lie_mixed(contest: str, pieces: int, tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    duckdb.sql(f"COPY (SELECT {contest} AS contest, 1 AS rank1 FROM range(200000) t(i)) TO '{path}' (ROW_GROUP_SIZE 4096)")
    found = split(path, 20, 4)
    assert len(found) == pieces
    names = [name for piece in found for name in piece]
    assert names == [contest.name for contest in load(path).contests]


def test_pieces_have_about_as_many_rows(tmp_path: Path) -> None:
    """Contests of 1, 2, … 40 papers, of 820 in all: no piece is further from its fifth than half of a contest at each end."""
    rows = [f"({contest}, 1)" for contest in range(1, 41) for _ in range(contest)]
    path = written(tmp_path / "p.parquet", "contest, rank1", *rows)
    sizes = [sum(map(int, piece)) for piece in split(path, 5, 5)]
    assert sum(sizes) == 820
    assert len(sizes) == 5
    assert all(abs(size - 820 / 5) <= 40 for size in sizes)


def test_what_cannot_be_split(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    path.write_text("no papers")
    with pytest.raises(DataError, match="is not Parquet, or is cut short"):
        split(path, 4, 2)


@pytest.mark.parametrize(
    ("columns", "row", "message"),
    [
        ("rank1, rank3", "(1, 2)", "they must be rank1, rank2 and so on"),
        ("rank1, colour", "(1, 'red')", "they must be rank1, rank2 and so on"),
        ("rank1, rank2", "(1, 'A')", "write whole numbers, or names, in all"),
        ("rank1", "(1.5)", "write whole numbers, or names, in all"),
        ("rank1", "(-1)", "a rank holds -1; candidates are numbered from 1"),
        ("rank1", "(-1::TINYINT)", "cannot be read"),
        ("rank1", "(40000)", "a rank holds 40,000; candidates are numbered from 1, up to 32,766"),
        ("rank1, weight", "(1, 0)", "a weight is missing or less than 1"),
        ("rank1, weight", "(1, NULL::INT)", "a weight is missing or less than 1"),
        ("rank1, seats", "(1, 2), (2, 3)", "has several numbers of seats"),
        ("rank1, seats", "(1, 'two')", "cannot be read"),
    ],
)
def test_what_cannot_be(columns: str, row: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(DataError, match=message):
        load(written(tmp_path / "p.parquet", columns, row))


def test_a_file_without_papers_or_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "p.parquet"
    duckdb.sql(f"COPY (SELECT 1 AS rank1 WHERE false) TO '{path}'")
    with pytest.raises(DataError, match="holds no papers"):
        load(path)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DataError, match="is not Parquet, or is cut short"):
        load(path)
