"""Ward files of scot-elex: a sample, each fault with its line, files written and read again, and all 1,070 wards."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from ballot_files import Ranking, added, ballots, fault, mirror, only, papers
from hustings.election import Candidate
from hustings.sources import load
from hustings.sources.scottish_ward import scottish_ward

WARD = """3,2,
100,1,
8,1,2,3,
10,3,1,
8,1,2,3,
"Candidate 1","Barney Crockett","Labour (Lab)",
"Candidate 2","Rhonda Reekie","Green (Gr)",
"Candidate 3","Ian Yuill","Labour and Co-operative Party (LabCo)",
"Ward 1 - Dyce, Bucksburn & Danestone","""


def test_a_ward(tmp_path: Path) -> None:
    path = tmp_path / "aberdeen_2012_ward1.csv"
    path.write_text(WARD)
    election = load(path)
    profile = only(election)
    (district,) = election.main.districts
    assert election.id == str(path)
    assert (district.id, district.name, district.magnitude) == ("aberdeen_2012_ward1", "Ward 1 - Dyce, Bucksburn & Danestone", 2)
    assert profile.candidates == (
        Candidate("Barney Crockett", "lab", "Labour (Lab)"),
        Candidate("Rhonda Reekie", "green", "Green (Gr)"),
        Candidate("Ian Yuill", "lab", "Labour and Co-operative Party (LabCo)"),
    )
    assert list(ballots(profile).items()) == [(((0,),), 100), (((0,), (1,), (2,)), 16), (((2,), (0,)), 10)]


@pytest.mark.parametrize("ward", ['""Ward 14 - Huntly, Strathbogie"",', '"""" Ward 14 - Huntly, Strathbogie"" "",'])
def test_the_name_of_a_ward_in_more_quotes(tmp_path: Path, ward: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(WARD[: WARD.index('"Ward')] + ward)
    assert load(path).main.districts[0].name == "Ward 14 - Huntly, Strathbogie"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("3,2,", "three,2,"), ":1: the first line must be two numbers"),
        (("3,2,", "3,0,"), ":1: there are 3 candidates and 0 seats"),
        (("3,2,", "2,2,"), ":3: '8,1,2,3,' ranks 3, who is not among 2 candidates"),
        (("3,2,", "4,2,"), ':9: \'"Ward 1 - Dyce, Bucksburn & Danestone",\' must be "Candidate 4"'),
        (("10,3,1,", "-10,3,1,"), ":4: '-10,3,1,' is not a whole number of papers"),
        (("10,3,1,", "1.5,3,1,"), ":4: '1.5,3,1,' is not a whole number of papers"),
        (("10,3,1,", "0,3,1,"), ":4: '0,3,1,' does not begin with a number of papers"),
        (("10,3,1,", "10,3,,1,"), ":4: '10,3,,1,' is not a whole number"),
        (("10,3,1,", ",3,1,"), ":4: ',3,1,' is not a whole number"),
        (("10,3,1,", "10,3,0,"), ":4: '10,3,0,' ranks 0"),
        (("10,3,1,", "10,3,4,"), ":4: '10,3,4,' ranks 4, who is not among 3 candidates"),
        (("10,3,1,", "10 3 1"), ":4: '10 3 1' is not a whole number"),
        (("10,3,1,", '"10",3,1,'), ":4: '\"10\",3,1,' is not a whole number"),
        (('"Candidate 2"', '"Candidate 3"'), ':7: \'"Candidate 3","Rhonda Reekie","Green (Gr)",\' must be "Candidate 2"'),
        (('"Rhonda Reekie"', '""'), ':7: \'"Candidate 2","","Green (Gr)",\' must be "Candidate 2"'),
        (('\n"Ward 1 - Dyce, Bucksburn & Danestone",', ""), ":8: 3 candidates and the ward's name must stand at the foot; the file is cut short"),
        (('"Ward 1 - Dyce, Bucksburn & Danestone",', '"Candidate 4","D","E",'), ':9: \'"Candidate 4","D","E",\' must be the ward\'s'),
        (('Danestone",', 'Danestone",\n0'), ":10: '0' follows the ward's name"),
    ],
)
def test_each_fault_has_its_line(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    assert change[0] in WARD
    found = fault(scottish_ward, tmp_path / "a.csv", WARD.replace(*change, 1))
    assert found.startswith(says), found


@pytest.mark.parametrize("length", range(0, WARD.index("Ward 1"), 6))
def test_a_file_cut_short_anywhere_is_noticed(tmp_path: Path, length: int) -> None:
    fault(scottish_ward, tmp_path / "a.csv", WARD[:length])


def test_what_is_not_text(tmp_path: Path) -> None:
    assert fault(scottish_ward, tmp_path / "a.csv", WARD.replace("Rhonda", "Zoë").encode("latin-1")).startswith(":7: byte 0xeb is not text in UTF-8")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=papers(blanks=False, ties=False))
def test_written_and_read_again(tmp_path: Path, drawn: tuple[int, list[tuple[int, Ranking]]]) -> None:
    candidates, rows = drawn
    path = tmp_path / "a.csv"
    written = [",".join(str(number) for number in (papers, *(rank[0] + 1 for rank in ranking))) + "," for papers, ranking in rows]
    names = [f'"Candidate {number}","Name é {number}","Independent (Ind)",' for number in range(1, candidates + 1)]
    path.write_text("\n".join([f"{candidates},1,", *written, *names, '"Ward",']), encoding="utf-8")
    profile = only(scottish_ward(path))
    assert list(ballots(profile).items()) == list(added(rows).items())
    assert profile.candidates[-1] == Candidate(f"Name é {candidates}", "ind", "Independent (Ind)")


def test_all_wards() -> None:
    folder = mirror("stv/scotland")
    expected = json.loads((mirror("expected") / "scotland_stv_expected.json").read_text(encoding="utf-8"))
    elections = {path.name: scottish_ward(path) for path in sorted(folder.glob("*.csv"))}
    assert len(elections) == 1070
    assert sum(only(election).cast for election in elections.values()) == 5_481_486
    for name, ward in expected.items():
        profile, (district,) = only(elections[name]), elections[name].main.districts
        figures = (district.magnitude, len(profile.candidates), profile.cast)
        assert figures == (ward["seats"], ward["candidates"], ward["valid"]), name
        # The programs that made the file cut a ward's name at its first comma.
        assert district.name.startswith(ward["title"].strip('" ')), name
        assert [int(profile.papers[profile.rankings[:, 0] == who].sum()) for who in range(len(profile.candidates))] == ward["first"], name
        elected = [profile.candidates[index - 1] for index in ward["elected_idx"]]
        assert [(who.name, who.description) for who in elected] == list(zip(ward["elected"], ward["parties"], strict=True)), name
