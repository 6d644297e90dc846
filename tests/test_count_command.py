"""`hustings count`: the contract of its JSON, many files, a bad one among them, Ctrl-C, a sheet, files written whole."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

BLT = """\
4 2
4 1 2 0
2 3 0
1 4 3 0
0
"Castor"
"Pollux"
"Helen"
"Leda <script>"
"Sparta & Troy"
"""


@pytest.fixture
def paper(tmp_path: Path) -> Path:
    path = tmp_path / "sparta.blt"
    path.write_text(BLT, encoding="utf-8")
    return path


def run(*words: str | Path, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([sys.executable, "-m", "hustings", "count", *map(str, words)], capture_output=True, text=True, check=False)
    assert done.returncode == status, done.stderr
    return done


def as_json(*words: str | Path) -> Any:
    return json.loads(run(*words, "--json").stdout)


def test_the_transfers_are_drawn(paper: Path, tmp_path: Path) -> None:
    picture = tmp_path / "transfers.svg"
    run(paper, "--seed", "1", "--chart", "transfers", "--out", picture)
    assert picture.read_text(encoding="utf-8").startswith("<svg")


def test_the_contract(paper: Path) -> None:
    """Four papers for Castor, quota 7 // 3 + 1 = 3: his surplus of one passes to Pollux at a quarter a paper."""
    document = as_json(paper)
    assert {"election", "method", "source", "seats", "valid", "invalid", "quota", "candidates", "elected", "stages"} <= set(document)
    assert document["quota"] == "3.00000"
    assert document["candidates"][0] == {"name": "Castor", "party": ""}
    assert document["elected"] == ["Castor", "Helen"]
    first, second = document["stages"][:2]
    assert first["totals"]["Castor"] == "4.00000"
    assert first["elected"] == ["Castor"]
    assert (second["act"], second["rule"], second["who"]) == ("transfer of surplus", "48", ["Castor"])
    assert second["totals"]["Pollux"] == "1.00000"
    assert second["papers"]["Pollux"] == 4
    assert second["transfer"] == [{"from": ["Castor"], "value": "0.25000", "papers": 4, "to": {"Pollux": 4}, "non_transferable": 0}]
    assert (first["transfer"], first["keep"]) == ([], {})
    for stage in document["stages"]:
        assert {"number", "act", "rule", "who", "totals", "papers", "non_transferable", "lost_to_rounding", "elected", "excluded", "lots"} <= set(
            stage
        )


def test_keep_values_and_the_quotas_of_stages(paper: Path) -> None:
    """Of 4 papers Castor keeps the quota of 7 / 3, rounded up; nobody keeps less than all of a paper before him, or anything once excluded."""
    *_, last = as_json(paper, "--method", "meek")["stages"]
    assert last["quota"] == "2.333333334"
    assert last["keep"] == {"Castor": "0.583333334", "Pollux": "1.000000000", "Helen": "1.000000000", "Leda <script>": "0.000000000"}
    assert "keeps 0.583333334" in run(paper, "--method", "meek", "--transcript").stdout


def test_parcels_of_several_values_and_of_several_candidates(tmp_path: Path) -> None:
    """A and B are over the threshold of 6 by 3 and 2: papers of theirs pass at a third and a quarter, in one stage."""
    path = tmp_path / "two.blt"
    path.write_text('5 3\n9 1 3 0\n8 2 3 0\n3 3 4 0\n2 4 0\n1 5 4 0\n0\n"A"\n"B"\n"C"\n"D"\n"E"\n"T"\n', encoding="utf-8")
    text = run(path, "--method", "us-rcv:winners=by-seats", "--seats", "3", "--transcript").stdout
    assert "papers transferred: 9 at 0.3333 from A" in text
    assert "papers transferred: 8 at 0.2500 from B" in text


def test_seats_and_method_can_be_set(paper: Path) -> None:
    assert as_json(paper, "--seats", "1", "--method", "av_uk_2011")["elected"] == ["Castor"]


def test_a_tie_is_refused_and_a_seed_is_recorded(tmp_path: Path) -> None:
    path = tmp_path / "level.blt"
    path.write_text('2 1\n3 1 0\n3 2 0\n0\n"A"\n"B"\n"T"\n', encoding="utf-8")
    assert "--seed" in run(path, status=2).stderr
    drawn = as_json(path, "--seed", "1832")
    (lot,) = [lot for stage in drawn["stages"] for lot in stage["lots"]]
    assert sorted(lot["tied"]) == ["A", "B"]
    assert lot["how"] == "seed 1832"
    lots = tmp_path / "lots.toml"
    lots.write_text('[[lot]]\nwhere = "T"\nstage = 2\ntied = ["A", "B"]\nchosen = "A"\n', encoding="utf-8")
    assert as_json(path, "--lots", lots)["elected"] == ["B"]


def test_many_files_survive_a_bad_one(paper: Path, tmp_path: Path) -> None:
    bad = tmp_path / "cut.blt"
    bad.write_text("4 2\n4 1 2 0\n", encoding="utf-8")
    out = tmp_path / "out"
    other = tmp_path / "other.blt"
    other.write_text(BLT.replace("Sparta", "Argos"), encoding="utf-8")
    done = run(paper, bad, other, "--out", out, status=2)
    assert "2 files counted" in done.stdout
    assert "cut.blt" in done.stderr
    assert sorted(path.name for path in out.iterdir()) == ["other.json", "sparta.json"]
    assert json.loads((out / "other.json").read_text(encoding="utf-8"))["name"] == "Argos & Troy"
    assert len(json.loads(run(paper, bad, other, "--json", status=2).stdout)["counts"]) == 2


def test_the_sheet_is_one_safe_page(paper: Path, tmp_path: Path) -> None:
    page = tmp_path / "sheet.html"
    run(paper, "--html", page)
    text = page.read_text(encoding="utf-8")
    assert "Leda &lt;script&gt;" in text
    assert "<script" not in text
    assert "http" not in text
    assert "r. 48" in text
    assert '<td>papers transferred, and the value of each</td><td></td><td><span class="line">4 at 0.25000</span></td>' in text
    assert not list(tmp_path.glob(".sheet*"))


def test_the_transcript_cites_the_rule_of_each_act(paper: Path) -> None:
    text = run(paper, "--transcript").stdout
    assert "Stage 2 (r. 48): transfer of surplus of Castor." in text
    assert "elected (r. 47(1)): Castor, 4.00000" in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere.blt"], "nowhere.blt"),
        (["{paper}", "--method", "scotland-2017"], "did you mean scotland-2007"),
        (["{paper}", "--seats", "0"], "at least one"),
        (["{paper}", "--seats", "9"], "4 candidates cannot fill 9 seats"),
        (["{paper}", "--html", "/proc/none/sheet.html"], "sheet.html"),
        (["{paper}", "--json", "--transcript"], "exclude each other"),
    ],
)
def test_a_mistake_is_one_line(words: list[str], says: str, paper: Path) -> None:
    done = run(*(word.format(paper=paper) for word in words), status=2)
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX has them")
def test_ctrl_c_delivers_what_was_counted(tmp_path: Path) -> None:
    """A thousand slow files, interrupted: those counted are in --out, each whole, and the message says how many."""
    files = []
    for number in range(1000):
        path = tmp_path / f"{number:04}.blt"
        # Many distinct papers, so that the count lasts long enough to be stopped.
        papers = "".join(f"1 {1 + k % 4} {1 + (k + 1 + k // 4 % 3) % 4} 0\n" for k in range(600))
        path.write_text(f'4 2\n{papers}0\n"A"\n"B"\n"C"\n"D"\n"{number}"\n', encoding="utf-8")
        files.append(str(path))
    out = tmp_path / "out"
    process = subprocess.Popen(
        [sys.executable, "-m", "hustings", "count", *files, "--seed", "1", "--out", str(out)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and len(list(out.glob("*.json"))) < 5 if out.exists() else time.monotonic() < deadline:
        time.sleep(0.005)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    written = sorted(out.glob("*.json"))
    if process.returncode == 0:
        pytest.skip("the machine counted a thousand files before it could be interrupted")
    assert process.returncode == 130
    assert "of 1,000 files" in errors
    assert 0 < len(written) < 1000
    assert all(json.loads(path.read_text(encoding="utf-8"))["elected"] for path in written)
