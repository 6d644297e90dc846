"""ABIF files: samples of its drafts, each fault with its line, and files written and read again."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from ballot_files import Ranking, added, ballots, fault, only, papers
from hustings.ballots import NO_SEATS
from hustings.sources import load
from hustings.sources.abif import abif

ABIF = """# a mixed one
{"version": "0.1"}
{title: Board 2024}
=DGM:[Doña García Márquez]
= SBJ : Steven B. Jensen
=[A M]:[Adam Muñoz]   # quoted token

27:DGM>SBJ>[蘇業]>[A M]
26: SBJ > DGM = [蘇業] > "A M"   # spaces
24:[蘇業]>DGM=SBJ:{"precinct": 51}
1:
2:SBJ>DGM=[蘇業]>[A M]
"""


def test_names_tokens_ties_and_comments(tmp_path: Path) -> None:
    path = tmp_path / "board.abif"
    path.write_text(ABIF, encoding="utf-8")
    election = load(path)
    profile = only(election)
    assert [candidate.name for candidate in profile.candidates] == ["Doña García Márquez", "Steven B. Jensen", "Adam Muñoz", "蘇業"]
    assert list(ballots(profile).items()) == [
        (((0,), (1,), (3,), (2,)), 27),
        (((1,), (0, 3), (2,)), 28),
        (((3,), (0, 1)), 24),
        ((), 1),
    ]
    assert (election.main.districts[0].name, election.main.districts[0].magnitude) == ("Board 2024", 1)
    assert election.provenance.notes == ("the file gives no name for 蘇業", NO_SEATS)


def test_scores_beside_a_ranking_are_noted(tmp_path: Path) -> None:
    path = tmp_path / "a.abif"
    path.write_text("ABIF 1.0\n3:A/5>B/ 3=C/3\n")
    election = abif(path)
    assert ballots(only(election)) == {((0,), (1, 2)): 3}
    assert election.provenance.notes == ("the scores beside the rankings are not read", NO_SEATS)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("27:DGM>SBJ", "27:DGM,SBJ"), ":8: ',' stands between scores"),
        (("27:DGM>SBJ", "27:DGM*1,SBJ"), ":8: '*' stands between scores"),
        (("27:DGM>SBJ", "-27:DGM>SBJ"), ":8: '-27' must be a whole number of papers"),
        (("27:DGM>SBJ", "0:DGM>SBJ"), ":8: '0' must be a whole number of papers"),
        (("27:DGM>SBJ", "2.7:DGM>SBJ"), ":8: '2.7' must be a whole number of papers"),
        (("27:DGM>SBJ", "27 DGM>SBJ"), ":8: '27 DGM>SBJ>[蘇業]>[A M]' is no paper"),
        (("27:DGM>SBJ", "27:DGM>>SBJ"), ":8: '>SBJ>[蘇業]>[A M]' is not a candidate"),
        ((">[A M]\n26", ">\n26"), ":8: '>' is not a candidate"),
        ((">[A M]\n26", ">[A M\n26"), ":8: '[A M' is not a candidate"),
        (("DGM=SBJ", "DGM=DGM"), ":10: 'DGM' stands twice at one rank"),
        (("27:DGM", "27:[Doña García Márquez]"), ":8: 'Doña García Márquez' is somebody's name"),
        (("= SBJ", "= DGM"), ":5: 'DGM' is named twice, or after the first paper"),
        (('{"version": "0.1"}', '{"version": 0.1'), ":2: the metadata is not JSON"),
        (("1:\n", "1:\ngarbage\n"), ":12: 'garbage' is no paper"),
        (("1:\n", "1:\n=X:[Late]\n"), ":12: 'X' is named twice, or after the first paper"),
    ],
)
def test_each_fault_has_its_line(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    assert change[0] in ABIF
    found = fault(abif, tmp_path / "a.abif", ABIF.replace(*change, 1))
    assert found.startswith(says), found


def test_no_papers_and_no_text(tmp_path: Path) -> None:
    path = tmp_path / "a.abif"
    assert fault(abif, path, ABIF[: ABIF.index("27:")]).startswith(": has no papers")
    assert fault(abif, path, ABIF.encode("utf-8")[:-20] + b"\xff").startswith(":12: byte 0xff is not text in UTF-8")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=papers(blanks=False))
def test_written_and_read_again(tmp_path: Path, drawn: tuple[int, list[tuple[int, Ranking]]]) -> None:
    candidates, rows = drawn
    path = tmp_path / "a.abif"
    names = [f"=c{who}:[Name é: {who}]" for who in range(candidates)]
    written = [f"{number}: {' > '.join('='.join(f'c{who}' for who in rank) for rank in ranking)}" for number, ranking in rows]
    path.write_text("\n".join([*names, *written]), encoding="utf-8")
    profile = only(abif(path))
    assert list(ballots(profile).items()) == list(added(rows).items())
    assert profile.candidates[-1].name == f"Name é: {candidates - 1}"
