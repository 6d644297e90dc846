"""BLT files: the dialects, each fault with its line, files written and read again, and twins of the Scottish wards."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from ballot_files import HILL, Ranking, added, ballots, fault, mirror, only, papers
from hustings.election import Candidate
from hustings.sources import load
from hustings.sources.blt import blt

OPAVOTE = """\ufeff# exported

4 2          # four candidates are competing for two seats
-2 -4        # two have withdrawn
(a1) 1 4 1 3 2 0  # first paper
(a2) 1 2 - 1=3 0

1 1=3 0
7 0
1 4 1 3 2 0
0            # end of papers marker
"Amy"        # candidate 1
Bob Smith    # candidate 2
"Chuck ""Norris"" Jones"
"Diane" "Labour (Lab)"

"Gardening #1 Club"
"""


def test_hill(tmp_path: Path) -> None:
    path = tmp_path / "club.blt"
    path.write_text(HILL)
    election = blt(path)
    profile = only(election)
    assert election.id == str(path)
    assert (election.main.name, election.main.tally) == ("ballot", None)
    (district,) = election.main.districts
    assert (district.id, district.name, district.magnitude) == ("club", "Title", 2)
    assert [candidate.name for candidate in profile.candidates] == ["Adam", "Basil", "Charlotte", "Donald"]
    assert profile.withdrawn == (1,)
    assert profile.rankings[0].tolist() == [0, 2, 3, -1]
    assert profile.papers.tolist() == [3, 4, 2, 1, 2, 1]
    (name, sha256) = election.provenance.files[0]
    assert (name, len(sha256), election.provenance.notes) == ("club.blt", 64, ())


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_opavote_with_any_end_of_line(tmp_path: Path, end: str) -> None:
    path = tmp_path / "club.blt"
    path.write_bytes(OPAVOTE.replace("\n", end).encode())
    profile = only(blt(path))
    assert ballots(profile) == {((3,), (0,), (2,), (1,)): 2, ((1,), (), (0, 2)): 1, ((0, 2),): 1, (): 7}
    assert profile.withdrawn == (1, 3)
    assert profile.candidates == (
        Candidate("Amy"),
        Candidate("Bob Smith"),
        Candidate('Chuck "Norris" Jones'),
        Candidate("Diane", "lab", "Labour (Lab)"),
    )
    assert blt(path).main.districts[0].name == "Gardening #1 Club"


def test_equal_ranks_are_the_same_set_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "a.blt"
    path.write_text("3 1\n1 1=2 3 0\n1 2=1 3 0\n0\nA\nB\nC\nT\n")
    profile = only(blt(path))
    assert (profile.sets, profile.papers.tolist()) == (((0, 1),), [2])


def test_names_quoted_once_more_and_names_in_comments(tmp_path: Path) -> None:
    path = tmp_path / "a.blt"
    path.write_text('2 1\n1 1 0\n0\n"""Liz BARRETT"" ""Scottish Liberal Democrats"""\n# ALTERNATIVE NAME 2: Gary Barton (Ind)\n"""Ward 10"""')
    election = blt(path)
    assert [candidate.name for candidate in only(election).candidates] == ["Liz BARRETT", "Gary Barton (Ind)"]
    assert only(election).candidates[0].description == "Scottish Liberal Democrats"
    assert election.main.districts[0].name == "Ward 10"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("4 2\n", "four two\n"), ":1: the first line must be two numbers, of candidates and of seats (4 2)"),
        (("4 2\n", "4\n"), ":1: the first line must be two numbers"),
        (("4 2\n", "4 0\n"), ":1: there are 4 candidates and 0 seats"),
        (("4 2\n", "\n5 2\n"), ":15: 5 names where 5 names and a title must follow the end mark"),
        (("4 2\n", "3 2\n"), ":3: '3 1 3 4 0' ranks 4, who is not among 3 candidates"),
        (("-2\n", "-5\n"), ":2: -5: who withdrew must be one of 4 candidates"),
        (("-2\n", "-2 -2\n"), ":2: -2 -2: who withdrew must be one of 4 candidates, once each"),
        (("4 1 3 2 0", "-4 1 3 2 0"), ":4: '-4' is negative; a number of papers is 1 or more"),
        (("4 1 3 2 0", "4 1 -3 2 0"), ":4: '-3' is negative"),
        (("4 1 3 2 0", "0 1 3 2 0"), ":4: '0 1 3 2 0' does not begin with a number of papers"),
        (("4 1 3 2 0", "1.5 1 3 2 0"), ":4: '1.5' is not a whole number"),
        (("4 1 3 2 0", "4 1 3,2 0"), ":4: '3,2' is not a number"),
        (("4 1 3 2 0", "4 1 x 2 0"), ":4: 'x' is not a number"),
        (("4 1 3 2 0", "4 1 @3 2 0"), ":4: '@3' is not a number"),
        (("4 1 3 2 0", "4 1 9 2 0"), ":4: '4 1 9 2 0' ranks 9, who is not among 4 candidates"),
        (("4 1 3 2 0", "4 1 3=9 2 0"), ":4: '3=9' must name different candidates, from 1 to 4"),
        (("4 1 3 2 0", "4 1 3=3 2 0"), ":4: '3=3' must name different candidates"),
        (("4 1 3 2 0", "1=2 1 3 2 0"), ":4: '1=2 1 3 2 0' does not begin with a number of papers"),
        (("4 1 3 2 0", "4 1 0 3 2 0"), ":4: '4 1 0 3 2 0' ranks 0, who is not among 4"),
        (("4 1 3 2 0", "4 1 3 2"), ":4: '4 1 3 2' does not end with 0; write one paper a line"),
        (("4 1 3 2 0", "4 1 3\n2 0"), ":4: '4 1 3' does not end with 0"),
        (("4 1 3 2 0", "4444444444444444 1 0"), ":4: '4444444444444444 1 0' has a number of more than 15 digits"),
        (("\n0\n", "\n"), ":13: no end mark, a line that is 0 alone, follows the papers; the file is cut short"),
        (('\n0\n"Adam"', '\n0\n0\n"Adam"'), ":10: a second end mark"),
        (('"Title"\n', '"Title"\n0\n'), ":15: a second end mark"),
        (('"Donald"\n', ""), ":13: 4 names where 4 names and a title must follow the end mark"),
        (('"Title"\n', '"Title"\n"More"\n'), ":15: '\"More\"' follows the title"),
        (('"Title"\n', '"Title"\n1 2 0\n'), ":15: '1 2 0' follows the title"),
        (('"Adam"\n', '"Adam\n'), ':10: the quotes of "Adam do not pair'),
        (('"Adam"\n', '""\n'), ":10: a name is empty"),
    ],
)
def test_each_fault_has_its_line(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    assert change[0] in HILL
    found = fault(blt, tmp_path / "a.blt", HILL.replace(*change, 1))
    assert found.startswith(says), found


@pytest.mark.parametrize("length", range(0, len(HILL) - 3, 7))
def test_a_file_cut_short_anywhere_is_noticed(tmp_path: Path, length: int) -> None:
    fault(blt, tmp_path / "a.blt", HILL[:length])


def test_what_is_not_text(tmp_path: Path) -> None:
    path = tmp_path / "a.blt"
    assert fault(blt, path, HILL.replace("Adam", "Zoë").encode("cp1252")).startswith(":10: byte 0xeb is not text in UTF-8")
    assert fault(blt, path, HILL.encode("utf-16")).startswith(": is not text in UTF-8") or ":1:" in fault(blt, path, HILL.encode("utf-16"))
    assert fault(blt, path, HILL.replace("3 4 0", "3\0 4 0")).startswith(":3: is not text")
    assert fault(blt, path, "").startswith(": is empty")
    assert fault(blt, path, "4 2\n1 1 0\n0\nA\n").startswith(":4: 1 names where 4 names and a title")


def test_the_line_of_a_fault_in_a_large_file_is_that_of_its_first_copy(tmp_path: Path) -> None:
    lines = ["5 1", *["1 2 3 4 5 1 0"] * 90_000, "1 6 0", *["1 1 0"] * 10_000, "1 6 0", "0", *"ABCDE", "T", ""]
    assert fault(blt, tmp_path / "a.blt", "\n".join(lines)).startswith(":90002: '1 6 0' ranks 6")


def test_copies_in_a_large_file_are_added(tmp_path: Path) -> None:
    path = tmp_path / "a.blt"
    rng = np.random.default_rng(1832)
    drawn = rng.integers(0, 50, 120_000).tolist()
    lines = [f"{1 + which % 3} {1 + which % 5} {1 + which % 7} - 1=2 0" for which in drawn]
    path.write_text("\n".join(["7 1", *lines, "0", *"ABCDEFG", "T"]))
    rows: list[tuple[int, Ranking]] = [(1 + which % 3, ((which % 5,), (which % 7,), (), (0, 1))) for which in drawn]
    assert ballots(only(blt(path))) == added(rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=papers())
def test_written_and_read_again(tmp_path: Path, drawn: tuple[int, list[tuple[int, Ranking]]]) -> None:
    candidates, rows = drawn
    path = tmp_path / "a.blt"
    written = [" ".join([str(number), *("=".join(str(who + 1) for who in rank) or "-" for rank in ranking), "0"]) for number, ranking in rows]
    names = [f'"Name ""{number}"" é"' for number in range(candidates)]
    path.write_text("\n".join([f"{candidates} 1", *written, "0", *names, '"T"']), encoding="utf-8")
    profile = only(blt(path))
    assert list(ballots(profile).items()) == list(added(rows).items())
    assert [candidate.name for candidate in profile.candidates] == [f'Name "{number}" é' for number in range(candidates)]


def test_twins_of_the_scottish_wards() -> None:
    files = sorted(mirror("stv/scotland_blt").glob("*.blt"))
    assert len(files) == 63
    for file in files:
        twin = load(mirror("stv/scotland") / f"{file.stem}.csv")
        election = load(file)
        assert ballots(only(election)) == ballots(only(twin)), file.stem
        assert election.main.districts[0].magnitude == twin.main.districts[0].magnitude
        assert len(only(election).candidates) == len(only(twin).candidates)
