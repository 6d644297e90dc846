"""Many files of papers, and many contests of one: counted here, by processes, by a cluster; in order, resumed, a bad one among them."""

import json
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from hustings import work
from hustings.analysis import archive as archives
from hustings.analysis.archive import TOGETHER, Counted, count_election, count_files
from hustings.counting.methods import method
from hustings.election import Election
from hustings.errors import DataError, HustingsError, SettingError, TieUnresolved, UnknownName
from hustings.lots import Decided, Lot, Lots, Seeded, refuse
from hustings.sources import load
from hustings.sources.papers_parquet import papers_parquet
from hustings.work import HERE, Workers

BLT = '3 1\n{first} 1 2 0\n{second} 2 3 0\n2 3 0\n0\n"Ada"\n"Ben"\n"Cyd"\n"{name}"\n'


def archive(folder: Path, number: int) -> list[Path]:
    """Files of papers of one seat each; in every fourth the lot is called for, and the fifth cannot be read."""
    paths = []
    for file in range(number):
        path = folder / f"ward{file}.blt"
        text = BLT.format(first=4, second=4 if file % 4 == 3 else 7, name=f"Ward {file}")
        path.write_text("not papers\n" if file == 5 else text, encoding="utf-8")
        paths.append(path)
    return paths


@pytest.mark.parametrize("lots", [refuse, Seeded(3)])
def test_processes_count_the_same_in_the_same_order(lots: Lots, tmp_path: Path) -> None:
    paths = archive(tmp_path, 2 * TOGETHER + 3)
    here, there = (list(count_files(paths, lots=lots, workers=Workers(number))) for number in (1, 2))
    assert [counted.path for counted in here] == paths
    assert [counted.path for counted in there] == paths
    assert [counted.transcripts for counted in there] == [counted.transcripts for counted in here]
    assert [str(counted.error) for counted in there] == [str(counted.error) for counted in here]
    assert isinstance(there[5].error, HustingsError)
    assert sum(counted.error is not None for counted in there) == (1 if lots != refuse else 1 + sum(file % 4 == 3 for file in range(len(paths))))


@pytest.mark.parametrize(
    "error",
    [
        UnknownName("method", "stv", ["meek", "scotland-2007"]),
        DataError("ward.blt", "ends early", 7),
        TieUnresolved("Ward 3", "r. 51", ["Ada", "Ben"]),
        SettingError("--seats 0: at least one is elected"),
    ],
)
def test_an_error_comes_back_from_another_process_as_it_was(error: HustingsError) -> None:
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert str(back) == str(error)
    assert vars(back) == vars(error)


# One file of many contests.

CONTESTS = 13
CELLS = """if(i % 13 > 0, 1 + (i * 7 + i // 11) % 6, 1 + i // 13 % 2)::TINYINT AS rank1,
    if(i % 13 > 0, 1 + (i * i + i // 5) % 6, NULL)::TINYINT AS rank2, if(i % 13 > 0, i % 7, NULL)::TINYINT AS rank3"""
"""Of whoever takes every thirteenth paper, those of Ward 0, one half is for each of two."""


def parquet(path: Path, contest: str = f"'Ward ' || i % {CONTESTS}", cells: str = CELLS, where: str = "true") -> Path:
    """40,000 papers in groups of 2,048 rows; the contests lie mixed unless `contest` says otherwise."""
    seats = "(1 + COALESCE(ascii(right(contest::VARCHAR, 1)), 0) % 3)::INT AS seats"
    rows = f"SELECT {contest} AS contest, {seats}, {cells} FROM range(40000) t(i) WHERE {where} ORDER BY i"
    duckdb.sql(f"COPY ({rows}) TO '{path}' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
    return path


@pytest.fixture
def papers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An unsorted archive that is split however small it is, and whose every finished piece is kept."""
    monkeypatch.setattr(archives, "LEAST", 1)
    monkeypatch.setattr(work, "SOON", 0)
    return parquet(tmp_path / "papers.parquet", where="i > 0 AND (i % 5 > 0 OR i % 13 < 6)")


def alike(one: Counted, other: Counted) -> bool:
    """Everything that two counts of a file hold is the same, to the type of each array."""
    assert (one.path, one.methods, str(one.error)) == (other.path, other.methods, str(other.error))
    assert one.transcripts == other.transcripts
    assert (one.election is None) == (other.election is None)
    for left, right in zip(told(one.election), told(other.election), strict=True):
        assert left == right
    return True


def told(election: Election | None) -> list[object]:
    if election is None:
        return []
    nouns = [getattr(election, field.name) for field in fields(election) if field.name != "contests"]
    for contest in election.contests:
        nouns += [contest.name, contest.districts, contest.tally, contest.method, contest.candidacies]
        for profile in contest.profiles or ():
            nouns += [profile.candidates, profile.sets, profile.withdrawn]
            nouns += [(table.dtype, table.shape, table.tobytes()) for table in (profile.rankings, profile.papers)]
    return nouns


def whole(path: Path, lots: Lots = refuse, law: Any = None) -> Counted:
    """The file as it is counted in one piece."""
    return count_election(load(path), path, law, None, lots)


SEEDED = Seeded(3)
IN_ORDER = "'Ward ' || i // 3000"


def counted_in(number: int, path: Path, *, lots: Lots = refuse, workers: Workers = HERE, **given: Any) -> Counted:
    """The file as it is counted in several pieces, of which there are so many at least."""
    pieces = archives._pieces(path, workers)
    assert len(pieces) >= number
    (counted,) = count_files([path], lots=lots, workers=workers, **given)
    return counted


@pytest.mark.parametrize(("workers", "pieces"), [(HERE, 2), (Workers(2), 2), (Workers(3), 3)])
def test_a_file_in_pieces_is_the_file(workers: Workers, pieces: int, papers: Path) -> None:
    found = counted_in(pieces, papers, lots=SEEDED, workers=workers)
    assert alike(found, whole(papers, SEEDED))
    assert len(found.transcripts) == CONTESTS
    assert any(transcript.lots for transcript in found.transcripts), "no lot was called for; the papers are too different"
    assert {transcript.seats for transcript in found.transcripts} == {1, 2, 3}


def test_threads_of_an_executor_count_the_same(papers: Path) -> None:
    with ThreadPoolExecutor(3) as executor:
        assert alike(counted_in(4, papers, lots=SEEDED, workers=Workers(executor=executor)), whole(papers, SEEDED))


@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_a_cluster_counts_the_same(papers: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install 'hustings[cluster]'")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=False, dashboard_address=None) as cluster:
        found = counted_in(4, papers, lots=SEEDED, workers=Workers(cluster=cluster.scheduler_address))
    assert alike(found, whole(papers, SEEDED))


@pytest.mark.parametrize(
    ("contest", "pieces"),
    [
        ("i // 4000", 5),
        ("lpad((i // 4000)::VARCHAR, 2, '0')", 5),
        ("CASE WHEN i % 13 > 2 THEN 'Ward ' || i % 13 END", 2),
        ("CASE i % 3 WHEN 0 THEN '' WHEN 1 THEN 'b' END", 2),
        ("DATE '2024-01-01' + (i % 13)::INT", 2),
        ("'only one'", 0),
        ("NULL::VARCHAR", 0),
    ],
    ids=["sorted numbers", "sorted names", "some without a name", "no name and an empty one", "dates", "one contest", "one without a name"],
)
def test_contests_of_every_kind(contest: str, pieces: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "LEAST", 1)
    path = parquet(tmp_path / "papers.parquet", contest)
    duckdb.sql(f"COPY (SELECT * EXCLUDE seats FROM '{path}') TO '{path}2' (FORMAT parquet, ROW_GROUP_SIZE 2048)")
    Path(f"{path}2").replace(path)
    for workers in (HERE, Workers(2)):
        assert alike(counted_in(pieces, path, lots=SEEDED, workers=workers), whole(path, SEEDED))


def test_a_file_in_order_is_split_finer_than_one_that_is_read_again_and_again(papers: Path) -> None:
    in_order = parquet(papers.with_name("sorted.parquet"), IN_ORDER)
    assert len(archives._pieces(in_order, HERE)) > archives.SCANS
    assert len(archives._pieces(papers, HERE)) == 2
    assert len(archives._pieces(papers, Workers(50))) == archives.SCANS


def test_small_archives_and_other_files_are_not_split(tmp_path: Path) -> None:
    assert archives._pieces(parquet(tmp_path / "papers.parquet"), Workers(4)) == []
    assert archives._pieces(tmp_path / "nowhere.parquet", Workers(4)) == []


def test_archives_among_other_files(papers: Path, tmp_path: Path) -> None:
    wards = archive(tmp_path, 3)
    given = [wards[0], papers, papers, wards[1], wards[2]]
    done: list[float] = []
    found = list(count_files(given, lots=SEEDED, workers=Workers(2), progress=done.append))
    assert [counted.path for counted in found] == given
    assert alike(found[1], whole(papers, SEEDED))
    assert alike(found[1], found[2])
    assert done == [1, 1.5, 2, 2.5, 3, 5]


@pytest.mark.parametrize("workers", [HERE, Workers(2)])
def test_an_error_is_the_one_that_the_whole_file_gives(workers: Workers, papers: Path) -> None:
    """A tie in the first contest; papers that cannot be in a later one, which reading meets before anything is counted."""
    with pytest.raises(TieUnresolved) as tie:
        whole(papers)
    assert str(counted_in(2, papers, workers=workers).error) == str(tie.value)
    bad = parquet(papers.with_name("bad.parquet"), cells="CASE WHEN i % 13 = 9 THEN -2 ELSE 1 + i % 2 END::SMALLINT AS rank1")
    with pytest.raises(DataError, match="a rank holds -2") as wrong:
        whole(bad)
    assert str(counted_in(2, bad, workers=workers).error) == str(wrong.value)
    twice = parquet(papers.with_name("twice.parquet"))
    duckdb.sql(f"COPY (SELECT * REPLACE (if(contest = 'Ward 9', rank3, seats)::INT AS seats) FROM '{twice}') TO '{twice}2' (FORMAT parquet)")
    Path(f"{twice}2").replace(twice)
    with pytest.raises(DataError, match="Ward 9 has several numbers of seats") as wrong:
        whole(twice)
    assert str(counted_in(2, twice, workers=workers).error) == str(wrong.value)


def test_a_file_that_changes_meanwhile_is_refused(papers: Path) -> None:
    def change(done: float) -> None:
        if done < 1:
            parquet(papers, cells="1::TINYINT AS rank1, 2::TINYINT AS rank2, 3::TINYINT AS rank3")

    counted = counted_in(2, papers, lots=SEEDED, progress=change)
    assert "was not the same for all who counted it" in str(counted.error)


def test_a_killed_worker_costs_nothing_but_time(papers: Path) -> None:
    killed: list[int] = []

    def kill(_done: float) -> None:
        if not killed:
            victim = multiprocessing.active_children()[0]
            assert victim.pid is not None
            os.kill(victim.pid, signal.SIGKILL)
            killed.append(victim.pid)

    in_order = parquet(papers.with_name("sorted.parquet"), IN_ORDER)
    assert alike(counted_in(5, in_order, lots=SEEDED, workers=Workers(2), progress=kill), whole(in_order, SEEDED))
    assert killed


RESUMED = """
import os, signal, sys
from pathlib import Path
from hustings import work
from hustings.analysis import archive
from hustings.lots import Seeded

archive.LEAST, work.SOON = 1, 0
die = lambda done: done > 0.4 and os.kill(os.getpid(), signal.SIGKILL)
list(archive.count_files([Path(sys.argv[1])], lots=Seeded(3), kept=Path(sys.argv[2]), progress=die))
"""


def test_a_killed_run_goes_on_where_it_was(papers: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_order = parquet(papers.with_name("sorted.parquet"), IN_ORDER)
    done = subprocess.run([sys.executable, "-c", RESUMED, in_order, tmp_path / "kept"], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    kept = len(list((tmp_path / "kept").rglob("*.done")))
    pieces = archives._pieces(in_order, HERE)
    assert 0 < kept < len(pieces)
    asked: list[Sequence[str]] = []

    def read(path: Path, contests: Sequence[str], threads: int | None) -> Election:
        asked.append(contests)
        return papers_parquet(path, contests, threads)

    monkeypatch.setattr(archives, "papers_parquet", partial(read))
    monkeypatch.setattr(archives, "_pieces", lambda _path, _workers: pieces)
    (counted,) = count_files([in_order], lots=SEEDED, kept=tmp_path / "kept")
    assert asked == pieces[kept:]
    assert alike(counted, whole(in_order, SEEDED))
    assert not list((tmp_path / "kept").rglob("*.done"))


def test_requests_differ_where_anything_asked_differs(papers: Path) -> None:
    decisions = (("", frozenset({"1", "2", "3"}), "1"),)

    def request(
        law: str = "", seats: int | None = None, lots: Lots = refuse, path: Path = papers, pieces: Sequence[tuple[str, ...]] = (("a",), ("b",))
    ) -> str:  # fmt: skip
        counting = archives._Counting(method.parse(law) if law else None, seats, lots)
        return archives._Contests(counting, path, None).request(list(pieces))

    others = [
        request("meek"), request("us-rcv:max_rankings=3"), request("us-rcv"), request(seats=2), request(lots=SEEDED), request(lots=Seeded(4)),
        request(lots=Decided(decisions, "lots.toml")), request(lots=Decided((), "lots.toml")), request(lots=Decided((), "other.toml")),
        request(pieces=[("a", "b")]),
        request(path=parquet(papers.with_name("other.parquet"))),
    ]  # fmt: skip
    one = request()
    assert one == request()
    os.utime(papers, ns=(1, 1))
    assert len({one, request(), *others}) == 13


def test_lots_of_the_callers_own_making_are_not_kept(papers: Path, tmp_path: Path) -> None:
    def first(where: str, rule: str, tied: Sequence[str]) -> Lot:
        return Lot(where, rule, tuple(tied), tied[0], "the first")

    seen: list[bool] = []
    kept = tmp_path / "kept"
    for lots in (SEEDED, first):
        (counted,) = count_files([papers], lots=lots, kept=kept, progress=lambda _: seen.append(any(kept.rglob("*.done"))))
        assert counted.error is None
    assert seen == [True, True, False, False]


# The command.


def run_command(*words: str | Path) -> str:
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run([sys.executable, "-m", "hustings", "count", *map(str, words)], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_table_of_contests_and_their_documents(tmp_path: Path) -> None:
    rows = "('a/b', 'north', 1, 2, 3), ('a/b', 'north', 1, 1, 2), ('a/b', 'south', 2, 1, 2), ('c', NULL, 1, 3, NULL)"
    path = tmp_path / "papers.parquet"
    duckdb.sql(f"COPY (FROM (VALUES {rows}) t(contest, district, weight, rank1, rank2)) TO '{path}' (FORMAT parquet)")
    lines = run_command(path, "--seats", "1", "--seed", "1").splitlines()
    assert lines[0] == "3 counts of papers.parquet"
    assert [line.split("  ")[0] for line in lines[2:]] == ["count", "a/b, north", "a/b, south", "c"]
    found = json.loads(run_command(path, "--seats", "1", "--seed", "1", "--json", "--out", tmp_path / "out"))
    assert [(count["name"], count["valid"], count["elected"]) for count in found["counts"]] == [
        ("a/b, north", 2, found["counts"][0]["elected"]), ("a/b, south", 2, ["1"]), ("c", 1, ["3"]),
    ]  # fmt: skip
    files = sorted((tmp_path / "out" / "papers").iterdir())
    assert [file.name for file in files] == ["1 a-b, north.json", "2 a-b, south.json", "3 c.json"]
    assert [json.loads(file.read_text(encoding="utf-8")) for file in files] == found["counts"]


def test_rctab_of_several_contests(tmp_path: Path) -> None:
    """Each summary is of its own contest and district, in turn, though the counts are numbered through all of them."""
    rows = "('mayor', 'north', 1, 1, 2), ('mayor', 'south', 2, 1, 2), ('mayor', 'south', 1, 2, 1), ('club', NULL, 3, 3, 4), ('club', NULL, 2, 4, 3)"
    path = tmp_path / "papers.parquet"
    duckdb.sql(f"COPY (FROM (VALUES {rows}) t(contest, district, weight, rank1, rank2)) TO '{path}' (FORMAT parquet)")
    found = json.loads(run_command(path, "--method", "us-rcv", "--seats", "1", "--rctab"))
    of = [(each["config"]["office"], each["config"]["contest"], each["summary"]["totalNumBallots"]) for each in found]
    assert of == [("club", "club", "5"), ("mayor", "mayor, north", "1"), ("mayor", "mayor, south", "3")]
    assert [each["results"][-1]["tally"] for each in found] == [{"3": "3", "4": "2"}, {"1": "1", "2": "0"}, {"1": "2", "2": "1"}]
