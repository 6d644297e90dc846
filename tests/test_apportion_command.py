"""`hustings apportion` as a user types it: the contract of keys and figures, files with mistakes, what a reader sees."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from hustings.errors import DataError
from hustings.votes_table import read_votes

LONDON = "party,votes\nLD,608725\nLab,536810\nBrexit,400257\nGreen,278957\nCon,177964\nCHUK,117635\nUKIP,46497\n"
TOY = "region,party,votes,seats\nI,A,123,7\nI,B,912,\nI,C,312,7\nII,A,45,5\nII,B,714,\nII,C,255,\nIII,A,815,8\nIII,B,414,\nIII,C,215,\n"


def run(folder: Path, text: str, *words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    file = folder / ("votes.tsv" if "\t" in text else "votes.csv")
    file.write_text(text, encoding="utf-8")
    command = [sys.executable, "-m", "hustings", "apportion", file.name, *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8", cwd=folder)
    assert done.returncode == status, done.stderr
    return done


def as_json(folder: Path, text: str, *words: str) -> Any:
    return json.loads(run(folder, text, *words, "--json").stdout)


def test_the_contract(tmp_path: Path) -> None:
    """H10, London: seats, awards in order, the next and how short, as interface and official figures have them."""
    found = as_json(tmp_path, LONDON, "--seats", "8", "--method", "dhondt")
    assert list(found) == ["method", "seats", "total", "awards", "next", "spare", "below_threshold", "lots"]
    assert found["method"] == "dhondt"
    assert found["seats"] == {"LD": 3, "Lab": 2, "Brexit": 2, "Green": 1, "Con": 0, "CHUK": 0, "UKIP": 0}
    assert found["total"] == 8
    assert found["awards"][0] == {"seat": 1, "party": "LD", "quotient": 608725}
    assert found["awards"][7] == {"seat": 8, "party": "Brexit", "quotient": 200128.5}
    assert [one["party"] for one in found["next"][:2]] == ["Lab", "Con"]
    assert found["next"][0]["quotient"] == pytest.approx(178_936.67, abs=0.01)
    assert found["next"][0]["votes_short"] == 63_576
    assert found["spare"] == [{"party": "Brexit", "votes": 42_383}]
    assert found["below_threshold"] == found["lots"] == []


def test_seats_held_start_the_divisor(tmp_path: Path) -> None:
    """H13: seats are those awarded beyond the constituencies."""
    table = "party\tvotes\theld\nSNP\t111101\t9\nLab\t59151\t\nCon\t29533\t0\nGreen\t23398\t\nLD\t5850\t\nUKIP\t4889\t\n"
    found = as_json(tmp_path, table, "--seats", "7")
    assert found["seats"] == {"SNP": 0, "Lab": 4, "Con": 2, "Green": 1, "LD": 0, "UKIP": 0}
    assert [one["party"] for one in found["awards"]] == ["Lab", "Lab", "Con", "Green", "Lab", "Lab", "Con"]


GERMANY = [
    ("cdu", 11_196_374), ("afd", 10_328_780), ("spd", 8_149_124), ("gruene", 5_762_380), ("linke", 4_356_532), ("csu", 2_964_028),
    ("ssw", 76_138), ("bsw", 2_472_947), ("fdp", 2_148_757), ("other", 2_194_452),
]  # fmt: skip
assert sum(votes for _, votes in GERMANY) == 49_649_512


@pytest.mark.parametrize(("exempt", "ssw"), [("yes", 1), ("no", 0)])
def test_threshold_and_exemption(tmp_path: Path, exempt: str, ssw: int) -> None:
    """H17; the votes of the others add up to the valid votes of 49,649,512, and stand for lists far below the threshold."""
    rows = "".join(f"{party},{votes},{exempt if party == 'ssw' else ''}\n" for party, votes in GERMANY)
    found = as_json(tmp_path, f"party,votes,exempt\n{rows}", "--seats", "630", "--method", "sainte_lague", "--threshold", "0.05")
    assert found["seats"]["ssw"] == ssw
    assert found["total"] == 630
    assert found["below_threshold"] == [*(["ssw"] if exempt == "no" else []), "bsw", "fdp", "other"]
    if ssw:
        assert list(found["seats"].values())[:7] == [164, 152, 120, 85, 64, 44, 1]


def test_direct_seats_pass_the_threshold(tmp_path: Path) -> None:
    """H18, 2008: one electorate is enough in New Zealand, three constituencies in Germany."""
    votes = "Nat,1053398,41\nLab,796880,21\nGreen,157613,0\nACT,85496,1\nMaori,55980,5\nProg,21241,1\nUF,20497,1\nNZF,95356,0\n"
    table = f"party,votes,direct\n{votes}"
    found = as_json(tmp_path, table, "--seats", "120", "--method", "sainte-lague", "--threshold", "0.05")
    assert list(found["seats"].values()) == [58, 43, 9, 5, 3, 1, 1, 0]
    assert found["below_threshold"] == ["NZF"]
    three = as_json(tmp_path, table, "--seats", "120", "--method", "sainte-lague", "--threshold", "0.05:direct=3")
    assert three["below_threshold"] == ["ACT", "Prog", "UF", "NZF"]


def test_both_margins(tmp_path: Path) -> None:
    """H22, with the house and without it, and the divisors that prove it."""
    for words in ((), ("--seats", "20")):
        found = as_json(tmp_path, TOY, "--method", "biproportional", *words)
        assert found["seats"] == {"A": 5, "B": 11, "C": 4}
        assert found["matrix"] == {"I": {"A": 1, "B": 4, "C": 2}, "II": {"A": 0, "B": 4, "C": 1}, "III": {"A": 4, "B": 3, "C": 1}}
        assert found["divisors"]["parties"] == {"A": "1.2", "B": "1", "C": "1"}
        assert found["next"][0]["votes_short"]
    voters = as_json(tmp_path, TOY, "--method", "biproportional:voters=true")
    assert voters["total"] == 20
    assert voters["next"][0]["votes_short"] is None  # a voter has several votes
    assert as_json(tmp_path, TOY, "--method", "biproportional:round_voters=true,voters=true,winner-take-one=no,divisor=dhondt")["total"] == 20


def test_each_region_by_itself(tmp_path: Path) -> None:
    found = as_json(tmp_path, TOY, "--method", "hare")
    assert {region: sum(row.values()) for region, row in found["matrix"].items()} == {"I": 7, "II": 5, "III": 8}
    assert found["seats"] == {"A": 6, "B": 11, "C": 3}
    assert {one["region"] for one in found["awards"]} == {one["region"] for one in found["next"]} == {"I", "II", "III"}
    assert as_json(tmp_path, TOY, "--method", "hare", "--threshold", "0.2")["below_threshold"] == []
    assert as_json(tmp_path, TOY, "--method", "hare", "--threshold", "0.21:scope=nation")["below_threshold"] == ["C"]
    assert as_json(tmp_path, TOY, "--method", "biproportional", "--threshold", "0.21")["below_threshold"] == ["C"]
    assert as_json(tmp_path, TOY, "--method", "biproportional", "--threshold", "0.21:scope=any")["below_threshold"] == []


def test_a_tie_is_refused_or_drawn(tmp_path: Path) -> None:
    table = "party,votes\nred,600\nblue,600\ngreen,300\n"
    refused = run(tmp_path, table, "--seats", "4", status=2)
    assert "red" in refused.stderr
    assert "--lots FILE" in refused.stderr
    drawn = as_json(tmp_path, table, "--seats", "4", "--seed", "5")
    assert drawn["lots"][0]["tied"] == ["red", "blue", "green"]
    assert drawn["lots"][0]["how"] == "seed 5"
    lots = '[[lot]]\ntied = ["red", "blue", "green"]\nchosen = "blue"\n[[lot]]\ntied = ["red", "green"]\nchosen = "green"\n'
    (tmp_path / "lots.toml").write_text(lots, encoding="utf-8")
    decided = as_json(tmp_path, table, "--seats", "4", "--lots", "lots.toml")
    assert decided["seats"] == {"red": 1, "blue": 2, "green": 1}
    assert "lot by the rule of equal quotients" in run(tmp_path, table, "--seats", "4", "--seed", "5").stdout


def test_quotients_of_every_kind_are_numbers(tmp_path: Path) -> None:
    """The root by huntington-hill; null before a divisor of 0."""
    found = as_json(tmp_path, LONDON, "--seats", "9", "--method", "huntington-hill")
    assert [one["quotient"] for one in found["awards"][:7]] == [None] * 7
    assert found["awards"][7]["quotient"] == pytest.approx(608_725 / 2**0.5)
    assert "first" in run(tmp_path, LONDON, "--seats", "7", "--method", "adams").stdout


def test_a_reader_sees_the_last_seat_and_the_next(tmp_path: Path) -> None:
    text = run(tmp_path, LONDON, "--seats", "8", "--threshold", "0.05").stdout
    for part in (
        "8 seats by dhondt", "200,128.50", "178,936.67", "63,576 votes short", "could lose 42,383 votes",
        "below the threshold: UKIP", "total   2,166,845",
    ):  # fmt: skip
        assert part in text
    table = run(tmp_path, TOY, "--method", "biproportional").stdout
    assert "divisors that prove the table: I 203, II 200, III 160, A 1.2, B 1, C 1" in table
    assert "\x1b" not in table


MISTAKES = [
    (LONDON, ["--seats", "8", "--method", "dhont"], "did you mean dhondt"),
    (LONDON, ["--seats", "8", "--method", "biproportionl"], "did you mean biproportional"),
    (LONDON, [], "--seats N"),
    (LONDON, ["--seats", "-1"], "0 or more"),
    (LONDON, ["--seats", "8", "--threshold", "5"], "0.05 is 5 per cent"),
    (LONDON, ["--seats", "8", "--threshold", "five"], "'five' is not a number"),
    (LONDON, ["--seats", "8", "--threshold", "0.05:direct=none"], "direct=N"),
    (LONDON, ["--seats", "8", "--threshold", "0.9"], "lower it"),
    (LONDON, ["--method", "biproportional"], "no column region"),
    (TOY, ["--seats", "21"], "20 seats"),
    (TOY, ["--method", "biproportional:voter=true"], "voters=true"),
    (TOY.replace("II,A,45,5", "II,A,45,"), [], "II has no seats"),
    ("region,party,votes,held,seats\nI,A,5,1,2\n", ["--method", "biproportional"], "knows no seats held"),
    ("party,votes,held\nA,5,1\n", ["--seats", "2", "--method", "hare"], "set those parties aside"),
]


@pytest.mark.parametrize(("table", "words", "says"), MISTAKES)
def test_a_mistake_is_one_line_and_status_two(tmp_path: Path, table: str, words: list[str], says: str) -> None:
    done = run(tmp_path, table, *words, status=2)
    assert done.stdout == ""
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


FILES = [
    ("", r"votes.csv: is empty"),
    ("party,votes\n", r"votes.csv:1: nothing stands under"),
    ("party,vote\nA,1\n", r"votes.csv:1: vote: .*did you mean votes.*\n.*votes.csv:1: votes: there is no such column.*party,votes"),
    ("party;votes\nA;1\n", r"votes.csv:1: .*semicolons"),
    ("party,votes,votes\nA,1,2\n", r"votes.csv:1: votes: there are two columns of this name"),
    ("party,votes,seats\nA,1,2\n", r"no column region"),
    ("party,votes\nA,1\nB,1.5\n", r"votes.csv:3: votes: '1.5' is a fraction"),
    ("party,votes\nA,-1\n", r"votes.csv:2: votes: '-1' is negative"),
    ('party,votes\nA,"1,500"\n', r"has separators of thousands; write 1500"),
    ("party,votes\nA,\n", r"votes.csv:2: votes: is empty"),
    ("party,votes\n,5\n", r"votes.csv:2: party: is empty"),
    ("party,votes\nA,5\nA,6\n", r"votes.csv:3: party: A stands twice"),
    ("party,votes\nA,5,6\n", r"3 cells under 2 columns"),
    ("party,votes,exempt\nA,5,perhaps\n", r"write yes or no"),
    ("region,party,votes,seats\nI,A,5,2\nI,B,6,3\n", r"votes.csv:3: seats: I has 3 here and 2 above"),
    ("party,votes\nA,x\nB,1\nB,y\n", r"votes.csv:2: votes: 'x'[^\n]*\n[^\n]*votes.csv:4: votes: 'y'[^\n]*\n[^\n]*votes.csv:4: party: B stands twice"),
]


@pytest.mark.parametrize(("text", "says"), FILES)
def test_every_mistake_of_a_file_is_named_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    file = tmp_path / "votes.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=says):
        read_votes(file)


def test_files_as_spreadsheets_write_them(tmp_path: Path) -> None:
    """A byte order mark, blank lines, spaces around, a name with a comma, capitals in the header, lines ended by CR LF."""
    file = tmp_path / "votes.csv"
    file.write_bytes('\ufeffParty, Votes\r\n"Greens, The", 12\r\n\r\nRed ,7\r\n,\r\n'.encode())
    table = read_votes(file)
    assert [(row.party, row.votes) for row in table.rows] == [("Greens, The", 12), ("Red", 7)]


def test_a_workbook_is_read_like_the_text(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "votes.xlsx"))
    sheet = book.add_worksheet()
    for number, row in enumerate((("party", "votes"), ("Red", 7), ("Blue", 12))):
        sheet.write_row(number, 0, row)
    book.close()
    assert [(row.party, row.votes) for row in read_votes(tmp_path / "votes.xlsx").rows] == [("Red", 7), ("Blue", 12)]


def test_more_seats_than_any_house_are_refused(tmp_path: Path) -> None:
    """In a moment, and not after hours: a quotient is worked out for every seat."""
    assert "at most 1,000,000" in run(tmp_path, LONDON, "--seats", "99999999999", status=2).stderr


def test_no_such_file() -> None:
    with pytest.raises(DataError, match="check the path"):
        read_votes(Path("nowhere.csv"))
