"""PrefLib files: a sample of each kind, each fault with its line, files written and read again, and the mirror's."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from ballot_files import Ranking, added, ballots, fault, mirror, only, papers
from hustings.ballots import NO_SEATS
from hustings.sources import load
from hustings.sources.preflib import preflib

TOI = """# FILE NAME: 00005-00000001.toi
# TITLE: 2006 Burlington: Mayor
# DESCRIPTION:
# DATA TYPE: toi
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 16
# NUMBER UNIQUE ORDERS: 4
# ALTERNATIVE NAME 1: Louie The Cowman Beaudin
# ALTERNATIVE NAME 2: Kevin J. Curley
# ALTERNATIVE NAME 3: Write-Ins: #1
9: 3,1
4: {1,2},3
2: 3,{2, 1}
1: {3}
"""


def test_a_file_with_ties(tmp_path: Path) -> None:
    path = tmp_path / "00005-00000001.toi"
    path.write_text(TOI)
    election = load(path)
    profile = only(election)
    (district,) = election.main.districts
    assert (district.id, district.name, district.magnitude) == ("00005-00000001", "2006 Burlington: Mayor", 1)
    assert election.provenance.notes == (NO_SEATS,)
    assert [candidate.name for candidate in profile.candidates] == ["Louie The Cowman Beaudin", "Kevin J. Curley", "Write-Ins: #1"]
    assert list(ballots(profile).items()) == [(((2,), (0,)), 9), (((0, 1), (2,)), 4), (((2,), (0, 1)), 2), (((2,),), 1)]
    assert profile.sets == ((0, 1),)


@pytest.mark.parametrize(
    ("kind", "orders"), [("soc", "3: 1,2\n1: 2,1"), ("soi", "3: 1,2\n1: 2"), ("toc", "3: 1,2\n1: {1,2}"), ("toi", "3: {1,2}\n1: 2")]
)
def test_each_kind(tmp_path: Path, kind: str, orders: str) -> None:
    head = f"# TITLE: T\n# DATA TYPE: {kind}\n# NUMBER ALTERNATIVES: 2\n# NUMBER VOTERS: 4\n# NUMBER UNIQUE ORDERS: 2\n"
    path = tmp_path / f"a.{kind}"
    path.write_text(f"{head}# ALTERNATIVE NAME 1: A\n# ALTERNATIVE NAME 2: B\n{orders}")
    assert only(load(path)).cast == 4


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("# NUMBER ALTERNATIVES: 3", "# NUMBER ALTERNATIVES: 4"), ":10: the header names alternatives 1, 2, 3; there must be 1 to 4"),
        (("# NUMBER ALTERNATIVES: 3\n", ""), ":1: the header's NUMBER ALTERNATIVES is ''"),
        (("# NUMBER VOTERS: 16", "# NUMBER VOTERS: many"), ":1: the header's NUMBER VOTERS is 'many'"),
        (("# NUMBER VOTERS: 16", "# NUMBER VOTERS: 17"), ":15: the header says NUMBER VOTERS 17, and there are 16; the file is cut short"),
        (("# NUMBER UNIQUE ORDERS: 4", "# NUMBER UNIQUE ORDERS: 5"), ":15: the header says NUMBER UNIQUE ORDERS 5, and there are 4"),
        (("NAME 2", "NAME 1"), ":9: alternative 1 is named twice"),
        (("# DATA TYPE: toi", "# DATA TYPE: wmd"), ":10: the header's DATA TYPE is 'wmd'"),
        (("# DATA TYPE: toi", "# DATA TYPE: soi"), ":11: DATA TYPE soi has no ties, and there are some; it should be toi"),
        (("# DATA TYPE: toi", "# DATA TYPE: toc"), ":11: DATA TYPE toc ranks all 3 alternatives, and 10 papers do not; it should be toi"),
        (("9: 3,1", "9: 3,4"), ":11: '9: 3,4' ranks 4, who is not among 3 candidates"),
        (("9: 3,1", "-9: 3,1"), ":11: '-9: 3,1' is not a number of papers"),
        (("9: 3,1", "0: 3,1"), ":11: '0: 3,1' does not begin with a number of papers"),
        (("9: 3,1", "9.5: 3,1"), ":11: '9.5: 3,1' is not a number of papers"),
        (("9: 3,1", "9, 3,1"), ":11: '9, 3,1' is not a number of papers"),
        (("9: 3,1", "9: 3,,1"), ":11: '9: 3,,1' is not a number of papers"),
        (("9: 3,1", "9: 3,{1"), ":11: '9: 3,{1' is not a number of papers"),
        (("9: 3,1", "9: 3,{}"), ":11: '9: 3,{}' is not a number of papers"),
        (("9: 3,1", "9:"), ":11: '9:' is not a number of papers"),
        (("9: 3,1", "9: @1"), ":11: '9: @1' is not a number of papers"),
        (("{1,2},3", "{1,9},3"), ":12: '{1,9}' must name different candidates, from 1 to 3"),
        (("{1,2},3", "{1,1},3"), ":12: '{1,1}' must name different candidates"),
        (("1: {3}\n", "1: {3}\ngarbage\n"), ":15: 'garbage' is not a number of papers"),
    ],
)
def test_each_fault_has_its_line(tmp_path: Path, change: tuple[str, str], says: str) -> None:
    assert change[0] in TOI
    found = fault(preflib, tmp_path / "a.toi", TOI.replace(*change, 1))
    assert found.startswith(says), found


@pytest.mark.parametrize("length", range(0, len(TOI) - 3, 11))
def test_a_file_cut_short_anywhere_is_noticed(tmp_path: Path, length: int) -> None:
    fault(preflib, tmp_path / "a.toi", TOI[:length])


def test_a_file_without_its_header(tmp_path: Path) -> None:
    assert fault(preflib, tmp_path / "a.soi", "2\n1,A\n2,B\n3,3,1\n3,1,2\n").startswith(":1: the header (# TITLE: …) is missing")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=papers(blanks=False, empty=False))
def test_written_and_read_again(tmp_path: Path, drawn: tuple[int, list[tuple[int, Ranking]]]) -> None:
    candidates, rows = drawn
    path = tmp_path / "a.toi"
    head = {"TITLE": "T", "DATA TYPE": "toi", "NUMBER ALTERNATIVES": candidates, "NUMBER VOTERS": sum(number for number, _ in rows)}
    head |= {"NUMBER UNIQUE ORDERS": len(rows)} | {f"ALTERNATIVE NAME {number}": f"é {number}" for number in range(1, candidates + 1)}
    orders = [(number, [",".join(str(who + 1) for who in rank) for rank in ranking]) for number, ranking in rows]
    written = [f"{number}: {','.join(f'{{{rank}}}' if ',' in rank else rank for rank in ranks)}" for number, ranks in orders]
    path.write_text("\n".join([*(f"# {key}: {value}" for key, value in head.items()), *written]), encoding="utf-8")
    assert list(ballots(only(preflib(path))).items()) == list(added(rows).items())


def test_the_mirror_has_as_many_voters_as_it_says() -> None:
    files = sorted(file for file in mirror("stv/preflib").iterdir() if file.suffix in (".soi", ".toi", ".soc", ".toc"))
    assert len(files) == 31
    for file in files:
        profile, text = only(load(file)), file.read_text(encoding="utf-8")
        assert [str(profile.cast)] == re.findall(r"(?m)^# NUMBER VOTERS: (\d+)", text), file.name
        assert len(profile.papers) <= int(re.findall(r"(?m)^# NUMBER UNIQUE ORDERS: (\d+)", text)[0]), file.name
