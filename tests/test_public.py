"""The public surface is frozen, documented, and what README and docs show runs."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import hustings as hs

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PUBLIC = [
    "Candidate", "Contest", "District", "Election", "HustingsError", "Lot", "Outcome", "Party", "Profile", "Projection", "Provenance", "Stage",
    "Tally", "Transcript", "apportion", "chart", "compare", "count", "load", "measure", "method", "project", "scenario", "source", "system",
]  # fmt: skip


def test_the_public_surface_is_frozen() -> None:
    assert hs.__all__ == PUBLIC
    assert len(PUBLIC) <= 25


def test_every_result_shows_itself_in_a_notebook() -> None:
    ge = hs.load("uk-general", "2010")
    outcome = ge.under(hs.system["fptp"]())
    comparison = hs.compare(ge, ["fptp", "list-pr"])
    projection = hs.project(ge, hs.scenario["uniform-swing"]({}), hs.system["fptp"](), draws=10, rng=1)
    ward = hs.load(ROOT / "examples" / "sparta.blt").main
    assert ward.profiles is not None
    transcript = hs.count(ward.profiles[0], 2, hs.method["scotland-2007"])
    results: tuple[Any, ...] = (outcome, comparison, projection, transcript)
    for result in results:
        shown = result._repr_html_()
        assert "<svg" in shown
        assert "<table" in shown


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_is_documented(name: str) -> None:
    assert getattr(hs, name).__doc__
    documented = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert re.search(rf"\b{name}\b", documented), f"{name} stands on no page"


def blocks() -> list[tuple[str, str]]:
    """(page and number, command) of every console line shown as `$ hustings …`."""
    found = []
    for page in PAGES:
        for block in re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            found += [(f"{page.name}: {line}", line[2:]) for line in block.splitlines() if line.startswith("$ hustings")]
    return found


@pytest.mark.parametrize(("where", "command"), blocks())
def test_every_command_shown_runs(where: str, command: str, tmp_path: Path) -> None:
    words = [word.replace("examples/", f"{ROOT}/examples/") for word in shlex.split(command, comments=True)[1:]]
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run([sys.executable, "-m", "hustings", *words], capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    assert done.returncode == int("# exit status 1" in command), f"{where}: {done.stderr}"


def test_unknown_public_name() -> None:
    with pytest.raises(AttributeError, match="no attribute 'elect'"):
        hs.elect  # noqa: B018 — the access is the test
