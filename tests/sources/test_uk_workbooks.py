"""The workbooks of the Library and of the Election Study: official totals, what was declared, and spoilt files."""

from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

import hustings as hs
from catalogued import files_of, made, pinned
from hustings import catalogue
from hustings.errors import DataError
from hustings.sources import source
from hustings.workbooks import read_sheet


@pytest.mark.parametrize(
    ("edition", "lab", "con", "total", "seats"),
    [
        # House of Commons Library, CBP-8647, tables 1a and 1b.
        ("1951", 13_948_883, 13_718_199, 28_596_594, {"con": 321, "lab": 295, "ld": 6, "other": 3}),
        ("1974-02", 11_645_616, 11_872_180, 31_340_162, {"con": 297, "lab": 301, "ld": 14, "nationalists": 9, "other": 14}),
        ("1974-10", 11_457_079, 10_462_565, 29_189_104, {"con": 277, "lab": 319, "ld": 13, "nationalists": 14, "other": 12}),
        ("2010", 8_606_517, 10_703_654, 29_687_604, {"con": 306, "lab": 258, "ld": 57, "nationalists": 9, "other": 20}),
    ],
)
def test_a_general_election_nationwide(edition: str, lab: int, con: int, total: int, seats: dict[str, int]) -> None:
    election = made("uk-national", edition)
    tally = election.main.counted()
    votes = dict(zip((party.id for party in tally.parties), tally.total.tolist(), strict=True))
    assert (votes["lab"], votes["con"], sum(votes.values())) == (lab, con, total)
    assert election.under(hs.system["declared"]()).by_party == seats


@pytest.mark.parametrize("edition", catalogue.series()["uk-national"].editions)
def test_every_edition_fills_its_house(edition: str) -> None:
    election = made("uk-national", edition)
    declared = election.main.declared
    assert declared is not None
    assert declared.sum() == election.main.house


def test_workbooks_are_as_pinned() -> None:
    pinned("uk-national", "1951")
    pinned("uk-bes", "2010")


def test_the_election_study_has_the_votes_of_great_britain() -> None:
    """Labour's 8,606,517 and 9,347,273 votes of 2010 and 2015 (CBP-7529) were all cast in Great Britain; of 2010 the file has one more."""
    for edition, labour in (("2010", 8_606_517 + 1), ("2015", 9_347_273)):
        tally = made("uk-bes", edition).main.counted()
        assert len(tally.votes) == 632
        assert int(tally.total[[party.id for party in tally.parties].index("lab")]) == labour


def test_its_districts_are_those_of_uk_general() -> None:
    ours = {district.id: district for district in made("uk-bes", "2010").main.districts}
    theirs = hs.load("uk-general/2010").main
    assert set(ours) == {district.id for district in theirs.districts if district.country != "Northern Ireland"}
    assert {district.id: district.region for district in theirs.districts if district.id in ours} == {id_: d.region for id_, d in ours.items()}
    same = np.array([district.id in ours for district in theirs.districts])
    assert same.sum() == 632


def sheet(path: Path, name: str, rows: list[list[object]]) -> Path:
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet(name)
    for number, row in enumerate(rows):
        page.write_row(number, 0, row)
    book.close()
    return path


def test_a_sheet_is_read_as_text(tmp_path: Path) -> None:
    path = sheet(tmp_path / "a.xlsx", "one", [["id", "n"], ["x", 1.5], ["", 2]])
    assert read_sheet(path) == read_sheet(path, "one") == [["id", "n"], ["x", "1.5"], ["", "2"]]
    with pytest.raises(DataError, match="cannot be read"):
        read_sheet(path, "two")
    (tmp_path / "b.xlsx").write_text("no workbook", encoding="utf-8")
    with pytest.raises(DataError, match=r"b\.xlsx: cannot be read .*give a workbook"):
        read_sheet(tmp_path / "b.xlsx")


@pytest.mark.parametrize(
    ("votes", "seats", "what"),
    [
        ([1, 2, 1, 0, 0, 5], [2, 2, 1, 0, 0, 5], ""),
        ([1, 2, 1, 0, 0, 3], [2, 2, 1, 0, 0, 5], "the parties of 1951 do not add up to its total"),
        ([1, 2, 1, 0, 0, 5], [2, 2, 1, 0, 0, 6], "the parties of 1951 do not add up to its total"),
        (["one", 2, 1, 0, 0, 5], [2, 2, 1, 0, 0, 5], ":2: sheet '1 GE-UK', column 3: 'one' is not a number"),
        ([], [2, 2, 1, 0, 0, 5], "does not have votes and seats of 1951"),
    ],
)
def test_a_spoilt_national_table(tmp_path: Path, votes: list[object], seats: list[object], what: str) -> None:
    blank: list[object] = [""] * 8
    rows: list[list[object]] = [
        ["", "", "CON2", *blank, "CON2"],
        ["1951" if votes else "1950", "", *votes],
        ["", "", "CON2"],
        ["1951", "", *blank, "", *seats],
    ]
    path = sheet(tmp_path / "a.xlsx", "1 GE-UK", rows)
    if not what:
        assert source["uk-national"]("1951", {"a": path}).main.counted().total.tolist() == [10**6, 2 * 10**6, 10**6, 0, 10**6]
        return
    with pytest.raises(DataError) as caught:
        source["uk-national"]("1951", {"a": path})
    assert what in str(caught.value)


def test_a_spoilt_election_study(tmp_path: Path) -> None:
    (path,) = files_of("uk-bes", "2010").values()
    rows: list[list[object]] = [list(row) for row in read_sheet(path)[:2]]
    column = rows[0].index("LabVote10")
    for change, what in (("many", ":2: LabVote10 is 'many' and must be a whole number"), ("99999", "more votes than were cast")):
        rows[1][column] = change
        with pytest.raises(DataError) as caught:
            source["uk-bes"]("2010", {"a": sheet(tmp_path / "a.xlsx", "Data", rows)})
        assert what in str(caught.value)
    rows[0][column] = "Labour"
    with pytest.raises(DataError, match=r":1: has no column LabVote10; it is altered"):
        source["uk-bes"]("2010", {"a": sheet(tmp_path / "a.xlsx", "Data", rows)})
