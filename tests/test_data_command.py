"""`hustings data` as a user types it: figures, files, exit status, one line for each mistake."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from hustings import catalogue

ROOT = Path(__file__).parents[1]
MIRROR = Path(os.environ.get("HUSTINGS_MIRROR", ROOT.parent / "shared" / "data"))

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Run:
    def run(*words: str, status: int = 0, **environment: str) -> subprocess.CompletedProcess[str]:
        place = {name: value for name, value in os.environ.items() if name != "HUSTINGS_MIRROR"}
        place |= {"HUSTINGS_DATA": str(data), "NO_COLOR": "1", **environment}
        command = [sys.executable, "-m", "hustings", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8", env=place, cwd=tmp_path)
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done

    return run


def test_where(run: Run, data: Path) -> None:
    assert run("data", "where").stdout == f"{data}\n"
    assert not data.exists(), "asking makes nothing"


def test_list_says_what_there_is(run: Run) -> None:
    run("data", "pull", "uk-general/1997")
    listed = {line.split()[0]: line for line in run("data", "list").stdout.splitlines() if line.startswith("uk-general/")}
    assert set(listed) == {edition.id for edition in catalogue.series()["uk-general"].editions.values()}
    assert "in the store" in listed["uk-general/1997"]
    assert "with the package" in listed["uk-general/2001"]
    assert "1951-10-25  1.9 MB" in listed["uk-general/1951"]
    document = json.loads(run("data", "list", "--json").stdout)
    (series,) = (series for series in document["series"] if series["name"] == "uk-general")
    assert series["licence"] == "Open Parliament Licence v3.0"
    editions = {edition["id"]: edition for edition in series["editions"]}
    assert editions["uk-general/1997"]["here"]
    assert not editions["uk-general/1951"]["here"]
    assert {"path", "url", "bytes", "sha256"} == set(editions["uk-general/1951"]["files"][0])
    assert editions["uk-general/1951"]["boundaries"] == "1950"
    assert editions["uk-general/1951"]["differences"]["seats"] == {"con": -23, "lab": -6, "other": 29}


def test_list_of_one_series(run: Run) -> None:
    lines = run("data", "list", "preflib").stdout.splitlines()
    assert {line.split("/")[0] for line in lines if re.match(r"\S+/", line)} == {"preflib"}
    document = json.loads(run("data", "list", "uk_general", "preflib", "--json").stdout)
    assert [series["name"] for series in document["series"]] == ["uk-general", "preflib"]
    assert "no series is called 'prefli'; did you mean preflib?" in run("data", "list", "prefli", status=2).stderr


def test_a_query_of_an_empty_store_says_so(run: Run) -> None:
    done = run("data", "query", "SELECT count(*) AS n FROM votes", "--json")
    assert json.loads(done.stdout) == [{"n": 0}]
    assert "the store holds 0 elections; those that come with the package are in it once they are pulled: hustings data pull" in done.stderr


def test_the_catalogue_marks_what_need_not_be_fetched(run: Run) -> None:
    run("data", "pull", "uk-general/1997")
    run("data", "add", str(ROOT / "examples" / "sparta.blt"), "as", "mine/sparta")
    listed = (run("catalogue", "elections", series).stdout.splitlines()[1:] for series in ("uk-general", "mine"))
    lines = [line.split(maxsplit=1) for part in listed for line in part]
    marks = {name: "".join(rest) for name, *rest in lines}
    assert marks["uk-general/1997"] == marks["mine/sparta"] == "in the store"
    assert marks["uk-general/2001"] == "with the package"
    assert marks["uk-general/1951"] == ""
    names = json.loads(run("catalogue", "elections", "--json").stdout)["elections"]
    assert {"uk-general/1951", "mine/sparta"} <= set(names)
    assert "  uk-general           29 editions, 1918 to 2024" in run("catalogue", "elections").stdout.splitlines()
    assert run("catalogue", "elections", "uk-general/1997").stdout.count("uk-general/") == 1
    assert "no series is called 'uk-genral'" in run("catalogue", "elections", "uk-genral", status=2).stderr
    assert "uk-general/1951" in run("data", "list", "uk-general").stdout
    assert "parlgov/" not in run("data", "list", "uk-general").stdout
    assert "no series is called 'uk-genral'" in run("data", "list", "uk-genral", status=2).stderr


def test_a_query_of_an_empty_store_says_how_to_fill_it(run: Run) -> None:
    done = run("data", "query", "SELECT * FROM votes")
    assert "0 rows" in done.stdout
    assert "hustings data pull uk-general/2010" in done.stderr


def test_an_election_that_is_not_here_says_the_one_command(run: Run) -> None:
    line = run("show", "uk-general/1951", status=2).stderr
    assert line == "hustings: uk-general/1951 is not on this machine; get it with: hustings data pull uk-general/1951\n"


def test_without_network_and_mirror(run: Run) -> None:
    """The address cannot be reached: a proxy that is not there stands for a network that is not."""
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "NO_PROXY": "", "no_proxy": ""}
    for what in (("uk-general/1951",), ("--all",)):
        error = run("data", "pull", *what, status=2, **nowhere).stderr
        assert error.count("\n") == 1
        assert "cannot be reached; check the network, or set HUSTINGS_MIRROR" in error
    assert json.loads(run("show", "uk-general/2010", "--json").stdout)["seats"]["con"] == 306


@pytest.mark.skipif(not MIRROR.is_dir(), reason="needs a mirror of the public files: HUSTINGS_MIRROR, or ../shared/data")
def test_pull_from_a_mirror_then_verify(run: Run, data: Path, tmp_path: Path) -> None:
    mirror = tmp_path / "mirror"
    file = catalogue.edition("uk-general", "2019").files[0]
    for wanted in catalogue.edition("uk-general", "2019").files:
        (mirror / wanted.path).parent.mkdir(parents=True, exist_ok=True)
        (mirror / wanted.path).write_bytes((MIRROR / wanted.path).read_bytes())
    out = run("data", "pull", "uk-general/2019", HUSTINGS_MIRROR="mirror").stdout
    # House of Commons Library, CBP-8647: 32,014,110 valid votes by its table, in 650 constituencies.
    assert out.startswith("uk-general/2019: 650 districts, 32,014,1")
    assert "0 are not" in run("data", "verify").stdout
    place = data / "files" / file.path
    place.write_bytes(b"x")
    done = run("data", "verify", status=1)
    assert done.stdout.splitlines()[0] == f"{place}: is damaged; mend it with: hustings data pull uk-general/2019"
    (fault,) = json.loads(run("data", "verify", "--json", status=1).stdout)["faults"]
    assert fault["remedy"] == "hustings data pull uk-general/2019"
    run("data", "pull", "uk-general/2019", HUSTINGS_MIRROR=str(mirror))
    run("data", "verify")
    place.unlink()
    assert "is missing" in run("data", "verify", status=1).stdout


def test_pull_takes_names_or_all(run: Run) -> None:
    assert "or give --all" in run("data", "pull", status=2).stderr
    assert "or give --all" in run("data", "pull", "uk-general", "--all", status=2).stderr
    assert "did you mean uk-general" in run("data", "pull", "uk-genral", status=2).stderr
    assert "there are: 1918" in run("data", "pull", "uk-general/1952", status=2).stderr


def test_add_a_file_and_use_it(run: Run) -> None:
    papers = str(ROOT / "examples" / "sparta.blt")
    assert run("data", "add", papers).stdout.startswith("mine/sparta is in the store")
    assert "is in the store already" in run("data", "add", papers, status=2).stderr
    run("data", "add", papers, "--replace")
    assert "added on this machine" in run("data", "list").stdout
    assert run("data", "query", "SELECT sum(papers)::INT AS papers FROM papers", "--json").stdout.split() == ["[", "{", '"papers":', "20", "}", "]"]
    assert "call yours otherwise" in run("data", "add", papers, "as", "uk-general/2010", status=2).stderr
    assert "as SERIES/EDITION" in run("data", "add", papers, "mine/x", status=2).stderr
    assert "cannot be the id" in run("data", "add", papers, "as", "Mine", status=2).stderr
    assert "there is no such file" in run("data", "add", "nothing.blt", status=2).stderr


def test_query_prints_and_writes(run: Run, tmp_path: Path) -> None:
    run("data", "pull", "uk-general/1997")
    sql = "SELECT party, sum(votes)::BIGINT AS votes FROM votes GROUP BY party ORDER BY votes DESC LIMIT 2"
    # House of Commons Library, CBP-7529: in 1997 Labour 13,518,167 votes; the Conservatives 9,600,943, of which 9,858 in Northern Ireland,
    # where the source lumps them with others.
    assert run("data", "query", sql, "--csv").stdout == "party,votes\nlab,13518167\ncon,9591085\n"
    assert json.loads(run("data", "query", sql, "--json").stdout) == [{"party": "lab", "votes": 13518167}, {"party": "con", "votes": 9591085}]
    assert "13518167" in run("data", "query", sql).stdout
    done = run("data", "query", sql, "--out", "votes.csv")
    assert done.stdout == ""
    assert (tmp_path / "votes.csv").read_text() == "party,votes\nlab,13518167\ncon,9591085\n"
    assert (tmp_path / "datapackage.json").exists()
    assert "exclude each other" in run("data", "query", sql, "--json", "--csv", status=2).stderr
    for bad in ("SELEC", "DROP VIEW votes", "SELECT * FROM '/etc/passwd'"):
        assert run("data", "query", bad, status=2).stderr.count("\n") == 1


def test_save_outcomes(run: Run) -> None:
    assert run("data", "save", "uk-general/2010", "--system", "fptp", "--system", "list-pr").stdout.count("uk-general/2010 under") == 2
    sql = "SELECT system, sum(seats)::INT AS seats FROM outcomes JOIN seats USING (outcome) GROUP BY ALL ORDER BY ALL"
    assert json.loads(run("data", "query", sql, "--json").stdout) == [{"system": "fptp", "seats": 650}, {"system": "list-pr", "seats": 650}]


def test_a_series_of_papers_in_parquet_is_counted(run: Run, tmp_path: Path) -> None:
    duckdb.sql(f"COPY (FROM (VALUES ('x', 1, 2), ('x', 1, NULL), ('x', 2, 1), ('y', 3, 1)) t(contest, rank1, rank2)) TO '{tmp_path}/papers.parquet'")
    document: Any = json.loads(run("count", "papers.parquet", "--json").stdout)
    assert [(count["elected"], count["valid"]) for count in document["counts"]] == [(["1"], 3), (["3"], 1)]
