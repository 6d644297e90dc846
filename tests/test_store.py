"""What is put into the store is what comes out, whoever reads, writes or dies meanwhile; and SQL sees the store and nothing else."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
import zipfile
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hustings as hs
from hustings import catalogue, store
from hustings.election import Candidacy, Candidate, Contest, Election, Party, Profile, Provenance
from hustings.errors import DataError, NotHere, SettingError
from hustings.tables import TABLES, tables_of
from strategies import election_of, party_elections, profiles, two_tier_elections

PATIENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUSTINGS_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


def same(one: Any, other: Any) -> bool:
    """Equal in every field, arrays in every cell and in type."""
    if isinstance(one, np.ndarray):
        return bool(one.dtype == other.dtype and one.shape == other.shape and (one == other).all())
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if type(one).__module__ == "hustings.election":
        return type(one) is type(other) and all(same(getattr(one, item.name), getattr(other, item.name)) for item in fields(one))
    return bool(one == other and type(one) is type(other))


texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12)


@st.composite
def provenances(draw: st.DrawFn) -> Provenance:
    some = st.lists(texts, max_size=3).map(tuple)
    files = draw(st.lists(st.tuples(texts, st.binary(max_size=4).map(lambda data: hashlib.sha256(data).hexdigest())), max_size=3))
    return Provenance(draw(texts), tuple(files), draw(texts), draw(some), draw(some), draw(some))


@st.composite
def ballots(draw: st.DrawFn) -> Profile:
    """A profile with withdrawn candidates and shared ranks now and then."""
    profile = draw(profiles())
    who = range(len(profile.candidates))
    gone = draw(st.lists(st.sampled_from(who), unique=True, max_size=2).map(sorted))
    rankings = profile.rankings.copy()
    sets = tuple(tuple(members) for members in draw(st.lists(st.lists(st.sampled_from(who), min_size=2, unique=True), max_size=2)))
    if sets:
        rankings[0, 0] = -2
    people = tuple(Candidate(person.name, draw(texts), draw(texts)) for person in profile.candidates)
    return replace(profile, candidates=people, rankings=rankings, sets=sets, withdrawn=tuple(gone))


@st.composite
def elections(draw: st.DrawFn) -> Election:
    """Elections of one tier or two, with all that an election may have beside."""
    election: Election = draw(st.one_of(party_elections(), two_tier_elections()))
    contest = election.main
    unknown = st.one_of(st.none(), st.integers(0, 2**40))
    districts = tuple(
        replace(district, name=draw(texts), electorate=draw(unknown), population=draw(unknown), county=draw(texts)) for district in contest.districts
    )
    contest = replace(contest, districts=districts, method=draw(st.sampled_from(["", "scotland-2007", "ers97:places=2"])))
    if draw(st.booleans()):
        contest = replace(contest, candidacies=candidacies(draw, contest))
    if draw(st.booleans()):
        contest = replace(contest, profiles=tuple(draw(ballots()) for _ in contest.districts))
        contest = replace(contest, tally=None, candidacies=()) if draw(st.booleans()) and len(election.contests) == 1 else contest
    extra = (Contest("papers", districts[:1], profiles=(draw(ballots()),)),) if draw(st.booleans()) else ()
    contests = (contest, *election.contests[1:], *extra)
    layout = {district.id: (draw(st.integers(-9, 9)), draw(st.integers(-9, 9))) for district in districts} if draw(st.booleans()) else {}
    day = draw(st.one_of(st.none(), st.dates(date(1800, 1, 1), date(2100, 1, 1))))
    return Election("generated", "1", day, contests, draw(provenances()), layout)


def candidacies(draw: st.DrawFn, contest: Contest) -> tuple[tuple[Candidacy, ...], ...]:
    """Candidates of each party that stood, whose votes are together those of the party."""
    tally = contest.counted()
    rows = []
    for row in range(len(contest.districts)):
        people = []
        for column in np.flatnonzero(tally.stood[row]).tolist():
            votes = int(tally.votes[row, column])
            first = draw(st.integers(0, votes))
            elected = st.sampled_from([None, 0, 1])
            people += [
                Candidacy(Candidate(draw(texts), tally.parties[column].id, draw(texts)), part, draw(elected)) for part in (first, votes - first)
            ]
        rows.append(tuple(people))
    return tuple(rows)


# ---- the law -----------------------------------------------------------------------------------------------------------


@PATIENT
@given(election=elections())
def test_what_is_put_is_what_comes_out(election: Election) -> None:
    assert same(store.get(*store.put(election)), election)


@pytest.mark.parametrize("name", ["uk-general/1997", "uk-general/2010"])
def test_an_embedded_election_comes_out_of_the_store_as_it_is(name: str) -> None:
    embedded = hs.load(name)
    store.put(embedded)
    assert store.elections() == [name]
    assert same(hs.load(name), embedded)


def test_papers_and_their_count_come_out_as_they_went_in() -> None:
    papers = hs.load(Path(__file__).parents[1] / "examples" / "sparta.blt")
    put = replace(papers, series="mine", edition="sparta")
    store.put(put)
    found = hs.load("mine/sparta")
    assert same(found, put)
    counts = [hs.count(e.main.profiles[0], 2, hs.method["scotland-2007"]) for e in (papers, found) if e.main.profiles]
    assert counts[0].stages == counts[1].stages


def test_the_newest_holds_and_the_old_is_gone(data: Path) -> None:
    store.put(named(election_of([[5, 3]])))
    store.put(named(election_of([[6, 3]])))
    assert votes_of(store.get("mine", "1")) == [[6, 3]]
    assert [path.name for path in (data / "tables" / "mine" / "1").iterdir()] == ["2"]


def named(election: Election, name: str = "1") -> Election:
    return replace(election, series="mine", edition=name)


def votes_of(election: Election) -> Any:
    return election.main.counted().votes.tolist()


def test_what_cannot_be_put() -> None:
    election = election_of([[5, 3]])
    for name in ("../x", "A b", "", "x/y"):
        with pytest.raises(SettingError, match="cannot be the id of an election in the store"):
            store.put(named(election, name))
    twice = replace(named(election), contests=(election.main, election.main))
    with pytest.raises(DataError, match="two contests have one name"):
        store.put(twice)
    alike = election_of([[5, 3]], parties=[Party("a"), Party("a")])
    with pytest.raises(DataError, match="two parties have one id"):
        store.put(named(alike))


def test_what_is_not_there() -> None:
    with pytest.raises(NotHere, match="mine/1 is not on this machine"):
        store.get("mine", "1")
    assert not store.has("mine", "1")
    assert store.elections() == []


@given(election=party_elections())
@settings(max_examples=5, deadline=None)
def test_every_table_has_the_columns_that_are_documented(election: Election) -> None:
    for table, columns in tables_of(election).items():
        assert set(columns) == {column.name for column in TABLES[table]}
    for documented in TABLES.values():
        assert any(column.key for column in documented)
        assert all(column.about for column in documented)


# ---- damage ------------------------------------------------------------------------------------------------------------


def test_verify_names_what_is_damaged_or_missing_and_the_remedy(data: Path) -> None:
    store.put(named(election_of([[5, 3]])))
    right, faults = store.verify()
    assert right >= 5
    assert not faults
    place = data / "tables" / "mine" / "1" / "1"
    body = (place / "votes.parquet").read_bytes()
    (place / "votes.parquet").write_bytes(body[:-1] + b"x")
    (place / "parties.parquet").unlink()
    _, faults = store.verify()
    assert {(fault.path.name, fault.what) for fault in faults} == {("votes.parquet", "is damaged"), ("parties.parquet", "is missing")}
    assert {fault.remedy for fault in faults} == {"hustings data add FILE as mine/1 --replace"}
    with pytest.raises(DataError, match=r"is damaged .*; get it anew: hustings data add FILE as mine/1 --replace"):
        store.get("mine", "1")
    with pytest.raises(DataError, match="hustings data verify finds what is damaged"):
        store.query("SELECT * FROM votes")


def test_a_catalogue_election_whose_file_went_is_named(data: Path) -> None:
    store.put(hs.load("uk-general/2010"))
    _, faults = store.verify()
    lost = {fault.path.relative_to(data / "files").as_posix() for fault in faults}
    assert lost == {file.path for file in catalogue.edition("uk-general", "2010").files}
    assert {fault.remedy for fault in faults} == {"hustings data pull uk-general/2010"}


# ---- other processes, sudden ends, full disks ----------------------------------------------------------------------------

WRITER = """
import sys
from dataclasses import replace
import hustings as hs
from hustings import catalogue, store
from hustings.errors import HustingsError
election = replace(hs.load("uk-general/2010"), series="mine", edition="1")
print("ready", flush=True)
try:
    for _ in range(int(sys.argv[1])):
        store.put(election)
except HustingsError as error:
    sys.exit(str(error))
"""


def writer(times: int, **options: Any) -> subprocess.Popen[str]:
    child = subprocess.Popen([sys.executable, "-c", WRITER, str(times)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)
    assert child.stdout
    assert child.stdout.readline() == "ready\n"
    return child


def ended(child: subprocess.Popen[str]) -> str:
    _, error = child.communicate(timeout=120)
    return error


def test_readers_while_two_writers_replace() -> None:
    store.put(replace(hs.load("uk-general/2010"), series="mine", edition="1"))
    children = [writer(8), writer(8)]
    reads = 0
    while any(child.poll() is None for child in children):
        assert store.get("mine", "1").main.counted().total.sum() == 29_687_604
        reads += 1
    assert [ended(child) for child in children] == ["", ""]
    assert [child.returncode for child in children] == [0, 0]
    assert reads > 3
    assert not store.verify()[1]


def test_queries_while_a_writer_replaces() -> None:
    store.put(replace(hs.load("uk-general/2010"), series="mine", edition="1"))
    child = writer(8)
    while child.poll() is None:
        assert store.query("SELECT sum(votes) FROM votes").rows == [(29_687_604,)]
    assert ended(child) == ""


@pytest.mark.parametrize("after", [0.0, 0.01, 0.02, 0.04, 0.06, 0.1])
def test_killed_in_the_middle_of_a_put(after: float, data: Path) -> None:
    store.put(named(election_of([[5, 3]])))
    child = writer(1000)
    time.sleep(after)
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=30)
    found = store.get("mine", "1")
    assert votes_of(found) == [[5, 3]] or found.main.counted().total.sum() == 29_687_604
    assert not store.verify()[1]
    # Nobody waits for the dead, and what they left is cleared away.
    store.put(named(election_of([[7, 3]])))
    assert votes_of(store.get("mine", "1")) == [[7, 3]]
    assert len(list((data / "tables" / "mine" / "1").iterdir())) == 1


def test_a_disk_that_is_full(data: Path) -> None:
    store.put(named(election_of([[5, 3]])))
    child = writer(1, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (8_000, 8_000)))
    error = ended(child)
    assert child.returncode == 1
    assert "cannot be written (" in error
    assert "make room" in error
    assert "Traceback" not in error
    assert votes_of(store.get("mine", "1")) == [[5, 3]]
    assert [path.name for path in (data / "tables" / "mine" / "1").iterdir()] == ["1"]


def test_a_disk_without_room(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.put(named(election_of([[5, 3]])))

    def full(*_: object, **_more: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(DataError, match=r"cannot be written \(No space left on device\)"):
        store.put(named(election_of([[6, 3]])))
    assert votes_of(store.get("mine", "1")) == [[5, 3]]
    assert [path.name for path in (data / "tables" / "mine" / "1").iterdir()] == ["1"]


# ---- SQL ---------------------------------------------------------------------------------------------------------------


def test_an_empty_store_has_every_table() -> None:
    for table, columns in TABLES.items():
        answer = store.query(f"SELECT * FROM {table}")
        assert answer.columns == tuple(column.name for column in columns)
        assert answer.rows == []


def test_tables_hold_what_the_election_holds() -> None:
    store.put(hs.load("uk-general/2010"))
    store.put(hs.load("uk-general/2019"))
    seats = """
        SELECT election, party, count(*) FROM (
            SELECT election, district, party, row_number() OVER (PARTITION BY election, district ORDER BY votes DESC) AS place FROM votes
        ) WHERE place = 1 AND party IN ('con', 'lab') GROUP BY ALL ORDER BY ALL"""
    # House of Commons Library, CBP-7529; in 2010 without the Speaker, whom the table does not call a Conservative.
    expected = [("uk-general/2010", "con", 306), ("uk-general/2010", "lab", 258), ("uk-general/2019", "con", 365), ("uk-general/2019", "lab", 202)]
    assert store.query(seats).rows == expected
    assert store.query("SELECT count(*), sum(electorate) FROM districts WHERE election = 'uk-general/2010'").rows[0][0] == 650


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{outside}')", "SELECT * FROM '{outside}'", "SELECT * FROM read_text('{outside}')", "SELECT * FROM glob('/*')",
        "SELECT * FROM read_text('{data}/tables/../../outside.csv')", "SELECT * FROM read_csv('https://example.org/x.csv')",
        "COPY (SELECT 1) TO '{outside}'", "COPY (SELECT 1) TO '{data}/tables/x.csv'", "ATTACH '{outside}'", "INSTALL httpfs", "LOAD httpfs",
        "SET enable_external_access = true", "CREATE TABLE x (y INT)", "DROP VIEW votes", "SELECT 1; SELECT 2", "",
        "SELEC 1", "SELECT nix FROM votes",
        "SELECT * FROM secrets", "SELECT CAST('x' AS INT)", "PRAGMA database_list", "EXPORT DATABASE '{outside}'", "CALL pragma_version()",
    ],
)  # fmt: skip
def test_a_query_reads_the_store_and_nothing_else(sql: str, data: Path) -> None:
    store.put(named(election_of([[5, 3]])))
    outside = data.parent / "outside.csv"
    outside.write_text("a\n1\n")
    with pytest.raises(SettingError) as caught:
        store.query(sql.format(outside=outside, data=data))
    assert "\n" not in str(caught.value)
    assert outside.read_text() == "a\n1\n"
    assert not (data / "tables" / "x.csv").exists()


def test_an_outcome_is_saved_once() -> None:
    outcome = hs.load("uk-general/2010").under(hs.system["fptp"]())
    assert store.save(outcome) == store.save(outcome)
    assert store.save(outcome, ["regroup:by=region"]) != store.save(outcome)
    sql = "SELECT party, sum(seats)::INT AS seats FROM outcomes JOIN seats USING (outcome) WHERE len(steps) = 0 GROUP BY ALL HAVING seats > 0"
    assert dict(store.query(sql).rows) == outcome.by_party


def test_polls_are_a_table() -> None:
    polls: dict[str, list[Any]] = {
        "number": [0, 0], "pollster": ["A", "A"], "began": [None, None], "ended": [date(2024, 7, 3)] * 2, "sample": [1000, 1000],
        "area": ["GB", "GB"], "party": ["con", "lab"], "share": [0.24, 0.38],
    }  # fmt: skip
    store.put_polls("test", polls)
    assert store.query("SELECT pollster, party, share FROM polls WHERE ended = DATE '2024-07-03' ORDER BY party").rows == [
        ("A", "con", 0.24), ("A", "lab", 0.38),
    ]  # fmt: skip
    assert store.elections() == []
    with pytest.raises(SettingError, match="cannot be the name of polls"):
        store.put_polls("../x", polls)


# ---- exports -----------------------------------------------------------------------------------------------------------

SQL = "SELECT election, party, sum(votes)::BIGINT AS votes, min(district) AS district FROM votes "
SQL += "WHERE party IN ('con', 'lab') GROUP BY ALL ORDER BY 2; "
ROWS = [("uk-general/2010", "con", 10_703_654), ("uk-general/2010", "lab", 8_606_517)]


def read_csv(path: Path) -> list[dict[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_parquet(path: Path) -> list[dict[str, Any]]:
    found = duckdb.connect().execute(f"FROM read_parquet('{path}')")
    names = [name for name, *_ in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


@pytest.mark.parametrize(("suffix", "read"), [(".csv", read_csv), (".json", lambda path: json.loads(path.read_text())), (".parquet", read_parquet)])
def test_an_export_and_its_description(suffix: str, read: Any, tmp_path: Path) -> None:
    store.put(hs.load("uk-general/2010"))
    to = tmp_path / "out" / f"votes{suffix}"
    with pytest.raises(DataError, match="there is no folder"):
        store.export(SQL, to)
    to.parent.mkdir()
    assert store.export(SQL, to) == 2
    assert [(row["election"], row["party"], int(row["votes"])) for row in read(to)] == ROWS
    (resource,) = json.loads((to.parent / "datapackage.json").read_text(encoding="utf-8"))["resources"]
    assert resource["path"] == to.name
    assert resource["hash"] == f"sha256:{hashlib.sha256(to.read_bytes()).hexdigest()}"
    assert resource["bytes"] == to.stat().st_size
    assert [(field["name"], field["type"]) for field in resource["schema"]["fields"]] == [
        ("election", "string"), ("party", "string"), ("votes", "integer"), ("district", "string"),
    ]  # fmt: skip
    assert resource["schema"]["fields"][2]["unit"] == "votes"
    assert resource["licenses"] == [{"name": "other-at", "title": "Open Parliament Licence v3.0"}]
    assert "House of Commons Library" in resource["sources"][0]["title"]
    assert {path.name for path in to.parent.iterdir()} == {to.name, "datapackage.json"}


def test_an_export_to_excel(tmp_path: Path) -> None:
    store.put(hs.load("uk-general/2010"))
    assert store.export("SELECT name, attribution, date FROM elections, districts WHERE districts.name LIKE 'Y%' ORDER BY 1", tmp_path / "x.xlsx") > 1
    with zipfile.ZipFile(tmp_path / "x.xlsx") as book:
        assert b"Ynys M" in book.read("xl/sharedStrings.xml")


def test_a_description_names_the_sources_of_its_elections_alone(tmp_path: Path) -> None:
    store.put(hs.load("uk-general/2010"))
    store.put(replace(hs.load("uk-general/2015"), provenance=Provenance("another source")))
    for name in ("a.csv", "b.xlsx"):
        store.export("SELECT election, name FROM districts WHERE election = 'uk-general/2015'", tmp_path / name)
    for export in json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))["resources"]:
        assert export["sources"] == [{"title": "another source"}]
        assert export["licenses"] == [{"name": "notspecified", "title": "none stated"}]


def test_a_description_is_as_frictionless_wants_it(tmp_path: Path) -> None:
    """Data Package 1.0: names of a few letters, hashes with their kind, types of Table Schema, no empty lists; a licence has a name."""
    store.export("SELECT 1 AS x, DATE '2010-05-06' AS day, [1] AS many, true AS so, 0.5 AS share, 'a' AS word", tmp_path / "My File.csv")
    store.put(hs.load("uk-general/2010"))
    store.export("FROM elections", tmp_path / "e.json")
    package = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert package["profile"] == "data-package"
    first, second = package["resources"]
    assert first["name"] == "my-file.csv"
    assert "sources" not in first
    assert "licenses" not in first
    assert [field["type"] for field in first["schema"]["fields"]] == ["integer", "date", "array", "boolean", "number", "string"]
    assert all(re.fullmatch(r"[-a-zA-Z0-9._]+", licence["name"]) for licence in second["licenses"])
    assert re.fullmatch(r"sha256:[0-9a-f]{64}", second["hash"])
    named = {about.licence for about in catalogue.series().values()} - {"none stated"}
    assert named == set(store.LICENCES)


def test_exports_of_a_folder_are_described_together(tmp_path: Path) -> None:
    for name in ("a.csv", "b.json", "a.csv"):
        store.export("SELECT 1 AS x", tmp_path / name)
    described = json.loads((tmp_path / "datapackage.json").read_text(encoding="utf-8"))
    assert [resource["path"] for resource in described["resources"]] == ["b.json", "a.csv"]


def test_an_export_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"write to a file that ends in \.csv, \.json, \.parquet, \.xlsx"):
        store.export("SELECT 1", tmp_path / "x.txt")
    (tmp_path / "x.csv").write_text("mine")
    for sql in ("SELEC 1", "DROP VIEW votes", "SELECT 1) TO '/tmp/elsewhere.csv'; --", "SELECT CAST('x' AS INT)"):
        with pytest.raises(SettingError):
            store.export(sql, tmp_path / "x.csv")
    (tmp_path / "datapackage.json").write_text("[1]")
    with pytest.raises(DataError, match="describes no data that we could add to"):
        store.export("SELECT 1", tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"x.csv", "datapackage.json"}
