"""Polls: one name for each pollster, the collection of British polls, a table of one's own, and each way in which it can be wrong."""

import csv
import os
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from hustings import store
from hustings.election import Party
from hustings.errors import DataError, NotHere
from hustings.facts import fact
from hustings.polls import Polls, pollster, read_polls, uk, unknown
from hustings.sources import load, pull, source
from hustings.tables import TABLES

MIRROR = Path(os.environ.get("HUSTINGS_MIRROR", Path(__file__).parents[2] / "shared" / "data"))
COLLECTION = MIRROR / "uk" / "polls" / "GE_polls_all.csv"
mirrored = pytest.mark.skipif(not COLLECTION.is_file(), reason="no uk/polls here: set HUSTINGS_MIRROR to a mirror of the public files that has it")


def read(folder: Path, text: str | bytes, name: str = "polls.csv") -> Polls:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_polls(path)


def faults(folder: Path, text: str | bytes) -> list[str]:
    """What is said of a table, a line each, after the name of the file."""
    with pytest.raises(DataError) as caught:
        read(folder, text)
    return [line.removeprefix(str(folder / "polls.csv")) for line in str(caught.value).split("\n")]


# ---- pollsters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("TNS BMRB Archived 29 November 2014 at the Wayback Machine", "Verian"),
        ("TNS-BMRB", "Verian"),
        ("Find Out Now/Electoral Calculus[180] (MRP)", "Find Out Now"),
        ("J.L. Partners", "JL Partners"),
        ("More in Common (MRP) ", "More in Common"),
        ("Survation[10](unpublished)", "Survation"),
        ("SavantaComRes", "Savanta"),
        ("yougov", "YouGov"),
        ("YouGov/The Times", "YouGov"),
        ("Redfield and Wilton Strategies", "Redfield & Wilton"),
        ("A. N. Other / The Gazette", "A. N. Other / The Gazette"),
    ],
)
def test_one_name_for_each_pollster(written: str, name: str) -> None:
    assert pollster(written) == name


def test_no_spelling_is_of_two_pollsters() -> None:
    spellings = [spelling for name, others in fact("pollsters").items() for spelling in (name, *others)]
    assert [pollster(spelling) for name, others in fact("pollsters").items() for spelling in (name, *others)] == [
        name for name, others in fact("pollsters").items() for _ in (name, *others)
    ]
    assert len(set(spellings)) == len(spellings)


# ---- the collection --------------------------------------------------------------------------------------------------


@mirrored
def test_the_collection() -> None:
    """3,774 rows under 206 spellings; nine polls of JL Partners stand there twice."""
    polls = read_polls(COLLECTION)
    with COLLECTION.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert (len(rows), len({row["Pollster"] for row in rows})) == (3774, 206)
    assert len(polls) == 3774 - 9
    assert unknown(polls) == ()
    assert set(polls.pollsters) == set(fact("pollsters"))
    assert Counter(polls.pollsters)["JL Partners"] == sum(row["Pollster"] in ("J.L. Partners", "JL Partners") for row in rows) - 9
    assert (min(polls.dates), max(polls.dates)) == (date(2010, 5, 12), date(2026, 4, 6))
    assert any("left out: 3731, 3732, 3733" in note for note in polls.notes)
    assert any("rows 2022, 2026, 2046, 2135, 2143, 2185, 2527 the shares named add up to 101" in note for note in polls.notes)
    assert (polls.sizes > 400).all()


@mirrored
def test_whose_the_column_reform_ukip_is() -> None:
    polls = read_polls(COLLECTION)
    ids = [party.id for party in polls.parties]
    given = {
        id_: [day for day, share in zip(polls.dates, polls.shares[:, ids.index(id_)], strict=True) if share > 0]
        for id_ in ("ukip", "brexit", "reform")
    }
    assert max(given["ukip"]) < date(2019, 4, 12) <= min(given["brexit"])
    assert max(given["brexit"]) < date(2021, 1, 4) <= min(given["reform"])
    totals = np.nansum(polls.shares, axis=1)
    assert totals.min() > 0.999
    assert totals.max() < 1.011


@mirrored
def test_a_poll_of_the_collection() -> None:
    """The first row of the file: ICM, 12 May 2010; 0 for the SNP is no figure."""
    first = next(iter(read_polls(COLLECTION)))
    assert (first.date, first.pollster, first.size, first.area) == (date(2010, 5, 12), "ICM", 1004, "GB")
    assert first.shares == {"con": 0.38, "lab": 0.33, "ld": 0.21, "green": 0.02, "ukip": 0.01, "other": 0.05}


@mirrored
def test_the_collection_spoilt(tmp_path: Path) -> None:
    data = COLLECTION.read_bytes()
    assert "cells under 13 columns" in faults(tmp_path, data[: data.index(b",", 200_000)])[0]
    assert ":2: conservative: '0,38' is not a share; the file is cut short or altered" in faults(tmp_path, data.replace(b"0.38,", b'"0,38",', 1))
    assert "is not UTF-8" in faults(tmp_path, data.replace(b"ICM", b"\xc9CM", 1))[0]
    (tmp_path / "cut.csv").write_bytes(data[:90])
    with pytest.raises(DataError):
        source["uk-polls"]("2010-2026", {"": tmp_path / "cut.csv"})


@mirrored
def test_the_series_goes_into_the_table_of_polls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUSTINGS_DATA", str(tmp_path))
    monkeypatch.setenv("HUSTINGS_MIRROR", str(MIRROR))
    with pytest.raises(NotHere, match="hustings data pull uk-polls/2010-2026"):
        uk()
    polls = pull("uk-polls/2010-2026")
    assert isinstance(polls, Polls)
    assert uk().dates == polls.dates
    found = store.query("SELECT count(DISTINCT number), min(share) >= 0, max(share) < 1 FROM polls WHERE polls = 'uk-polls'")
    assert found.rows == [(3765, True, True)]
    assert set(polls.columns()) == {column.name for column in TABLES["polls"]} - {"polls"}
    with pytest.raises(Exception, match="is no election but opinion polls"):
        load("uk-polls/2010-2026")


# ---- a table of one's own --------------------------------------------------------------------------------------------


def test_per_cent_and_fractions_are_the_same(tmp_path: Path) -> None:
    per_cent = read(tmp_path, "date,pollster,sample,con,Labour,Liberal Democrat\n2024-07-01,YouGov,1000,20,40,11\n2024-07-02,Opinium,,21.5,41,-\n")
    fractions = read(
        tmp_path, "date,pollster,sample,con,Labour,Liberal Democrat\n2024-07-01,YouGov,1000,.20,0.40,0.11\n2024-07-02,Opinium,,0.215,0.41,\n"
    )
    signs = read(tmp_path, "date,pollster,sample,con,Labour,Liberal Democrat\n2024-07-01,YouGov,1000,20%,40%,11 %\n2024-07-02,Opinium,,21.5%,41%,-\n")
    for polls in (per_cent, fractions, signs):
        assert [party.id for party in polls.parties] == ["con", "lab", "ld"]
        np.testing.assert_allclose(polls.shares, [[0.20, 0.40, 0.11], [0.215, 0.41, np.nan]])
        assert polls.sizes.tolist() == [1000, 0]
        assert polls.dates == (date(2024, 7, 1), date(2024, 7, 2))


def test_fieldwork_area_and_unknown_names(tmp_path: Path) -> None:
    polls = read(tmp_path, "began,date,pollster,area,con,lab,alba\n2024-06-28,2024-07-01,Nobody Knows,Scotland,20,40,3\n")
    assert polls.began == (date(2024, 6, 28),)
    assert polls.areas == ("Scotland",)
    assert polls.parties[2] == Party("alba", "alba")
    assert unknown(polls) == ("Nobody Knows",)
    assert any("Nobody Knows" in note for note in polls.notes)


def test_every_mistake_is_said_at_once(tmp_path: Path) -> None:
    text = (
        "date,pollster,sample,con,lab\n"
        '2024-07-01,YouGov,"1,000",20,40\n'
        '02/07/2024,,,"20,5",30\n'
        "2024-07-03,Opinium,900,-4,40\n"
        "2024-07-04,Opinium,900,0.2,0.4\n"
        "2024-07-05,Opinium,900,90,40\n"
        "2024-07-06,Opinium,900,20,40\n"
        "2024-07-06,Opinium,900,20,40\n"
        "2024-07-07,Opinium,900,many,40\n"
    )
    assert faults(tmp_path, text) == [
        ":2: sample: '1,000' has separators of thousands; write 1000",
        ":3: date: '02/07/2024' is not a day; write it as 2024-07-04",
        ":3: pollster: is empty; write who asked",
        ":3: con: '20,5' has a decimal comma; write 20.5",
        ":4: con: '-4' is negative; a share is 0 or more",
        ":5: the shares add up to 0.6 in per cent as the file has them; check them, and write all rows alike",
        ":6: the shares add up to 130 in per cent as the file has them; check them, and write all rows alike",
        ":8: is the same poll as in row 7; delete one",
        ":9: con: 'many' is not a share; write 38 or 0.38, and nothing where the poll does not give the party",
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", ": is empty; the first row names the columns"),
        ("dte,pollster,con,lab\n2024-07-01,YouGov,20,40\n", ":1: date: there is no such column: is it 'dte'?"),
        ("date,pollster,smple,con,lab\n2024-07-01,YouGov,1000,20,40\n", ":1: smple: no party that we know is called so; did you mean sample?"),
        ("date,pollster,con\n2024-07-01,YouGov,20\n", ":1: there are fewer than two parties"),
        ("date,pollster,con,Conservative\n2024-07-01,YouGov,20,30\n", ":1: con: two columns are of this party"),
        ("date,pollster,con,lab\n", ":1: nothing stands under the names of the columns"),
        ("date;pollster;con;lab\n2024-07-01;YouGov;20;40\n", ":1: columns are separated by semicolons"),
        (b"date,pollster,con,lab\n2024-07-01,Caf\xe9,20,40\n", ":2: byte 0xe9 is not UTF-8 (as Windows-1252: '2024-07-01,Café,20,40')"),
        ("date,pollster,con,lab\n2024-07-01,You\0Gov,20,40\n", ":2: holds a NUL byte"),
    ],
)
def test_a_table_that_is_none(text: str | bytes, what: str, tmp_path: Path) -> None:
    assert any(line.startswith(what) for line in faults(tmp_path, text)), faults(tmp_path, text)


def test_arrays_that_do_not_fit() -> None:
    parties = (Party("con"), Party("lab"))
    day = date(2024, 7, 1)
    with pytest.raises(DataError, match="differ"):
        Polls(parties, (day,), ("A",), np.array([1, 2]), np.array([[0.1, 0.2]]), ("GB",), "made up")
    with pytest.raises(DataError, match="differ"):
        Polls(parties, (day,), ("A",), np.array([1]), np.array([[0.1]]), ("GB",), "made up")
    with pytest.raises(DataError, match="not between 0 and 1"):
        Polls(parties, (day,), ("A",), np.array([1]), np.array([[0.1, 38]]), ("GB",), "made up")
