"""A user's votes: what a table says, from every format, and every mistake of a file at once with its row, column and remedy."""

import contextlib
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

import hustings as hs
from hustings.errors import DataError
from hustings.sources import load

HEAD = "district,party,votes"


def written(folder: Path, text: str | bytes, name: str = "votes.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def workbook(folder: Path, **sheets: list[list[Any]]) -> Path:
    """A workbook of these sheets; a cell that begins with = is a formula that has come to #DIV/0!."""
    path = folder / "votes.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if isinstance(cell, str) and cell.startswith("="):
                    sheet.write_formula(number, column, cell, None, "#DIV/0!")
                elif cell is not None:
                    sheet.write(number, column, cell)
    book.close()
    return path


def faults(path: Path) -> list[str]:
    """What is said of a file, a line each, after its name."""
    with pytest.raises(DataError) as caught:
        load(path)
    return [line.removeprefix(str(path)) for line in str(caught.value).split("\n")]


# ---- what a table says -----------------------------------------------------------------------------------------------


def test_the_least_table(tmp_path: Path) -> None:
    election = load(written(tmp_path, f"{HEAD}\nNorth,lab,10\nNorth,Our Party,20\nSouth,lab,7\n"))
    (contest,) = election.contests
    tally = contest.counted()
    assert [(d.id, d.magnitude, d.electorate) for d in contest.districts] == [("North", 1, None), ("South", 1, None)]
    assert [(party.id, party.name) for party in tally.parties] == [("lab", "Labour"), ("Our Party", "Our Party")]
    assert tally.votes.tolist() == [[10, 20], [7, 0]]
    assert tally.stood.tolist() == [[True, True], [True, False]]
    assert contest.candidacies == ()
    assert len(election.provenance.files[0][1]) == 64
    assert election.under(hs.system["fptp"]()).by_party == {"Our Party": 1, "lab": 1}


FULL = """contest,district,seats,electorate,region,county,country,party,candidate,votes,elected
constituency,North,1,100,Upland,Shire,England,lab,A. Lamb,40,yes
constituency,North,1,100,Upland,Shire,England,con,B. Crow,30,no
constituency,South,1,,Lowland,Shire,England,con,C. Dove,5,yes
list,Upland,2,,,,,lab,,41,1
list,Upland,2,,,,,con,,33,1
list,Lowland,1,,,,,con,,9,1
"""


def test_every_column(tmp_path: Path) -> None:
    lower, upper = load(written(tmp_path, FULL)).contests
    north = lower.districts[0]
    assert (north.name, north.magnitude, north.electorate, north.region, north.county, north.country) == (
        "North", 1, 100, "Upland", "Shire", "England",
    )  # fmt: skip
    assert [(each.candidate.name, each.candidate.party, each.votes, each.elected) for each in lower.candidacies[0]] == [
        ("A. Lamb", "lab", 40, 1), ("B. Crow", "con", 30, 0),
    ]  # fmt: skip
    assert [(d.name, d.magnitude, d.parts) for d in upper.districts] == [("Upland", 2, ("North",)), ("Lowland", 1, ("South",))]
    assert upper.declared is not None
    assert upper.declared.tolist() == [[1, 1], [0, 1]]


def test_a_second_contest_serves_systems_of_two_tiers(tmp_path: Path) -> None:
    outcome = load(written(tmp_path, FULL)).under(hs.system["ams"]())
    assert outcome.house == 5
    assert sum(outcome.by_party.values()) == 5


def test_every_format_is_the_same_election(tmp_path: Path) -> None:
    rows = [line.split(",") for line in FULL.splitlines()]
    text = written(tmp_path, FULL)
    tabs = written(tmp_path, FULL.replace(",", "\t"), "votes.tsv")
    bom = written(tmp_path, b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode(), "bom.csv")
    parquet = tmp_path / "votes.parquet"
    duckdb.sql(f"COPY (SELECT * FROM read_csv('{text}')) TO '{parquet}' (FORMAT parquet)")
    excel = workbook(tmp_path, Votes=[[int(cell) if cell.isdigit() else cell or None for cell in row] for row in rows], Notes=[["made up"]])
    expected = [(c.name, c.districts, c.counted().votes.tolist(), c.candidacies) for c in load(text).contests]
    for path in (tabs, bom, parquet, excel):
        assert [(c.name, c.districts, c.counted().votes.tolist(), c.candidacies) for c in load(path).contests] == expected, path


def test_case_and_blanks_of_the_names_of_columns(tmp_path: Path) -> None:
    election = load(written(tmp_path, "District , PARTY,Votes\n North , lab ,10\n\n South,lab,3\n"))
    assert [d.name for d in election.main.districts] == ["North", "South"]
    assert election.main.counted().parties[0].id == "lab"


def test_several_candidates_of_a_party(tmp_path: Path) -> None:
    text = "district,seats,party,candidate,votes\nWard,2,lab,A,10\nWard,2,lab,B,12\nWard,2,ind,C,9\nWard,2,ind,D,2\n"
    contest = load(written(tmp_path, text)).main
    assert contest.counted().votes.tolist() == [[22, 11]]
    assert [candidacy.votes for candidacy in contest.candidacies[0]] == [10, 12, 9, 2]
    assert contest.counted().parties[1].lump


def test_whole_numbers_that_a_program_wrote_with_a_point(tmp_path: Path) -> None:
    assert load(written(tmp_path, f"{HEAD}\nNorth,lab,10.0\n")).main.counted().votes.tolist() == [[10]]


# ---- mistakes --------------------------------------------------------------------------------------------------------


def test_every_mistake_is_said_at_once(tmp_path: Path) -> None:
    text = """district,party,votes,seats,electorate,elected
North,lab,"12,345",3,10,
North,con,abc,4,10,
North,con,7,3,9,
South,Lab,1e3,,,maybe
South,lab,5,,4,
,lab,-5,,,
East,ld
West,lab,"10,5",1,,yes
West,con,3,1,,yes
West,ld,#N/A,1,,
"""
    assert faults(written(tmp_path, text)) == [
        ":2: votes: '12,345' has separators of thousands; write 12345",
        ":3: votes: 'abc' is not a number; write a whole number without separators or units",
        ":3: seats: of North is '4' here and '3' in row 2; a district has one",
        ":4: party: con stands in North in row 3 too; delete one or add them up",
        ":4: electorate: of North is '9' here and '10' in row 2; a district has one",
        ":5: party: 'Lab' is 'lab' elsewhere; spell it in one way",
        ":5: votes: '1e3' is not a number; write a whole number without separators or units",
        ":5: elected: 'maybe' must be yes or no, or how many of a list are elected",
        ":5: electorate: South has 4 electors and 5 votes; check both",
        ":6: party: lab stands in South in row 5 too; delete one or add them up",
        ":7: district: is empty; write its name",
        ":7: votes: '-5' is negative; a number here is 0 or more",
        ":8: 2 cells under 6 columns; quote a name that holds the separator, or complete the row",
        ":9: votes: '10,5' is a fraction; write a whole number",
        ":9: elected: 2 are elected in West, which has 1 seat; check both",
        ":11: votes: '#N/A' is an error of the spreadsheet; mend the formula or write the number",
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", ": is empty; the first row names the columns: district,party,votes"),
        ("\n \n", ": is empty"),
        (f"{HEAD}\n", ":1: nothing stands under the names of the columns"),
        ("distrct,party,votes\nNorth,lab,1\n", ":1: distrct: no column is called so; did you mean district?"),
        ("distrct,party,votes\nNorth,lab,1\n", ":1: district: there is no such column: is it 'distrct'?"),
        ("party,votes\nlab,1\n", ":1: district: there is no such column"),
        (f"{HEAD},votes\nNorth,lab,1,2\n", ":1: votes: there are two columns of this name"),
        (f"{HEAD},regoin\nNorth,lab,1,x\n", ":1: regoin: no column is called so; did you mean region?"),
        (f"{HEAD},\nNorth,lab,1,x\n", ":1: column 4 has cells and no name"),
        ("district;party;votes\nNorth;lab;1\n", ":1: columns are separated by semicolons; separate them by commas or tabs"),
        ("Results of 2024,,\n\ndistrict,party,votes\nNorth,lab,1\n", ":3: the names of the columns stand here; delete the rows above"),
        (f'{HEAD}\nNorth,"lab,1\nSouth,lab,2\n', ":2: is not CSV from here on"),
        (f"{HEAD}\nNorth,lab,1 234\n", ":2: votes: '1 234' has separators of thousands; write 1234"),
        (f"{HEAD}\nNorth,lab,1.234.567\n", ":2: votes: '1.234.567' has separators of thousands; write 1234567"),
        (f"{HEAD}\nNorth,lab,12.5\n", ":2: votes: '12.5' is a fraction; write a whole number"),
        (f"{HEAD}\nNorth,lab,\n", ":2: votes: is empty; write a whole number, or 0"),
        (f"{HEAD}\nNorth,lab,١٢\n", ":2: votes: '١٢' is not a number"),
        (f"{HEAD}\nNorth,lab,12345678901234567\n", ":2: votes: '12345678901234567' has more than 15 digits"),
        (f"{HEAD}\nNorth,,1\n", ":2: party: is empty; write ind for a candidate of no party"),
        (f"{HEAD}\nNorth,lab,1\nNORTH,con,1\n", ":3: district: 'NORTH' is 'North' elsewhere; spell it in one way"),
        (f"{HEAD},candidate\nNorth,lab,1,A\nNorth,lab,2,A\n", ":3: candidate: A stands in North in row 2 too"),
        (f"{HEAD},region\nNorth,lab,1,Up\nNorth,con,2,Down\n", ":3: region: of North is 'Down' here and 'Up' in row 2"),
        (f"{HEAD},candidate,elected\nNorth,lab,1,A,2\n", ":2: elected: is 2 of one candidate; write yes or no"),
        (f"{HEAD}\nOrl\xe9ans,lab,1\n".encode("latin1"), ":2: byte 0xe9 is not UTF-8 (as Windows-1252: 'Orléans,lab,1'); save the file as UTF-8"),
        (f"{HEAD}\nNorth,lab,1\n".encode("utf-16"), ": is text in UTF-16; save it as UTF-8"),
        (f"{HEAD}\nNorth,\0lab,1\n", ":2: holds a NUL byte and is not text"),
    ],
)
def test_a_mistake(text: str | bytes, what: str, tmp_path: Path) -> None:
    found = faults(written(tmp_path, text))
    assert any(line.startswith(what) for line in found), found


def test_all_lines_of_a_wrong_encoding(tmp_path: Path) -> None:
    text = f"{HEAD}\nOrl\xe9ans,lab,1\nNorth,lab,2\nBesan\xe7on,lab,3\n".encode("latin1")
    assert [line.split(":")[1] for line in faults(written(tmp_path, text))] == ["2", "4"]


def test_many_mistakes_are_counted(tmp_path: Path) -> None:
    found = faults(written(tmp_path, HEAD + "\n" + "".join(f"District {number},lab,x\n" for number in range(200))))
    assert len(found) == 51
    assert found[-1] == ": and 150 mistakes more"


def test_candidates_for_several_seats_may_have_more_votes_than_electors(tmp_path: Path) -> None:
    text = "district,seats,electorate,party,candidate,votes\nWard,2,10,lab,A,9\nWard,2,10,lab,B,8\n"
    assert load(written(tmp_path, text)).main.house == 2
    assert "has 10 electors and 21 votes" in faults(written(tmp_path, text.replace(",9\n", ",13\n")))[0]


CELL = st.sampled_from(["North", "north", "lab", "con", "1", "0", "-1", "1,5", "12.0", "", " ", '"', "\0", "yes", "#REF!", "é", "x" * 200])
LINES = st.lists(st.lists(CELL, max_size=6), max_size=8)


@settings(max_examples=300, deadline=None)
@given(
    data=st.one_of(LINES.map(lambda rows: "\n".join(["district,party,votes,seats,elected", *map(",".join, rows)]).encode()), st.binary(max_size=200))
)
def test_whatever_stands_there_is_an_election_or_a_mistake(data: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = written(tmp_path_factory.mktemp("fuzz"), data)
    with contextlib.suppress(DataError):
        assert load(path).main.house >= 0


def test_line_ends_of_old_macs(tmp_path: Path) -> None:
    assert load(written(tmp_path, f"{HEAD}\rNorth,lab,1\rNorth,con,2\r")).main.counted().votes.tolist() == [[1, 2]]


def test_excel(tmp_path: Path) -> None:
    head = ["district", "party", "votes", "electorate"]
    assert faults(workbook(tmp_path, A=[head, ["North", "lab", 10, "=1/0"], ["North", "con", "=1/0", None]])) == [
        ":2: cell D2 of sheet 'A' is #DIV/0!, an error of the spreadsheet; mend the formula or write the value",
        ":3: cell C3 of sheet 'A' is #DIV/0!, an error of the spreadsheet; mend the formula or write the value",
        ":3: votes: is empty; write a whole number, or 0",
    ]
    two = workbook(tmp_path, A=[head, ["North", "lab", 10]], B=[head, ["North", "lab", 11]])
    assert faults(two) == [": the sheets 'A', 'B' have the columns; keep one, or name it in Python: load(path, sheet='A')"]
    assert load(two, sheet="B").main.counted().votes.tolist() == [[11]]
    with pytest.raises(DataError, match="has no sheet 'C'; there are: A, B"):
        load(two, sheet="C")
    assert faults(workbook(tmp_path, A=[["Results", None, None], [], head, ["North", "lab", 1, None]]))[0].startswith(":3: the names of the columns")
    assert faults(workbook(tmp_path, A=[[*head[:3], None], ["North", "lab", 1, 7]]))[0].startswith(":1: column 4 has cells and no name")
    assert faults(workbook(tmp_path, A=[head, ["North", "lab", 10.5]]))[0] == ":2: votes: '10.5' is a fraction; write a whole number"
    assert faults(workbook(tmp_path, A=[])) == [": is empty; the first row names the columns: district,party,votes"]
    whole = workbook(tmp_path, A=[head, ["North", "lab", 10]]).read_bytes()
    assert "is not a whole Excel workbook" in faults(written(tmp_path, whole[:2000], "cut.xlsx"))[0]


def test_parquet_cut_short(tmp_path: Path) -> None:
    path = tmp_path / "votes.parquet"
    duckdb.sql(f"COPY (SELECT 'North' AS district, 'lab' AS party, 5 AS votes) TO '{path}' (FORMAT parquet)")
    assert load(path).main.counted().votes.tolist() == [[5]]
    with pytest.raises(DataError, match="cut short"):
        load(written(tmp_path, path.read_bytes()[:-20], "cut.parquet"))
    duckdb.sql(f"COPY (SELECT 'North' AS district, 'lab' AS party, -5 AS votes) TO '{path}' (FORMAT parquet)")
    assert faults(path) == [":1: votes: '-5' is negative; a number here is 0 or more"]


# ---- beside other files ----------------------------------------------------------------------------------------------


def test_ranked_papers_are_still_read_as_such(tmp_path: Path) -> None:
    assert load(written(tmp_path, "rank1,rank2,votes\nA,B,3\nB,A,2\n")).main.profiles is not None
    assert (
        load(written(tmp_path, '2,1,\n3,1,2,\n"Candidate 1","A","Labour (Lab)",\n"Candidate 2","B","Green (Gr)",\n"Ward 1",\n')).main.profiles
        is not None
    )


def test_a_table_of_something_else_is_no_election(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no source recognises it; such a file begins with .*the columns district,party,votes \(votes\)"):
        load(written(tmp_path, "a,b\n1,2\n"))


def test_rows_that_are_all_faulty_are_not_called_missing(tmp_path: Path) -> None:
    assert faults(written(tmp_path, "district,party,votes\nTroy,Greeks\nTroy,Trojans,1,2\n")) == [
        ":2: 2 cells under 3 columns; quote a name that holds the separator, or complete the row",
        ":3: 4 cells under 3 columns; quote a name that holds the separator, or complete the row",
    ]


def test_a_large_file_is_read_whole(tmp_path: Path) -> None:
    lines = [f"District {number // 5},P{number % 5},{number}" for number in range(200_000)]
    started = time.process_time()
    tally = load(written(tmp_path, "\n".join([HEAD, *lines]))).main.counted()
    assert time.process_time() - started < 20  # minutes, where a row costs a look at all others
    assert tally.votes.shape == (40_000, 5)
    assert int(tally.total.sum()) == 199_999 * 100_000
