"""An address, a form and a state are one; the command and the Python of a state give the figures of its page."""

import base64
import contextlib
import io
import json
import shlex
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from hustings.cli import app
from hustings.errors import SettingError
from hustings.sources import load
from hustings.web.jobs import download_job
from hustings.web.state import SEED, State, read
from hustings.web.view import Result

ADDRESSES = [
    "",
    "to=con=40.5,lab=24",
    "election=uk-general/2019&to=con=40,Scotland.snp=30",
    "to=con=41,lab=27&swing=proportional-swing&turnout=London=110",
    "turnout=lab=105&pact=lab%2Bld&tactical=fixed&rate=0.5",
    "also=withdrawal:party=ukip&to=lab=33&system=fptp&system=list-pr:threshold=0.05&system=ams",
    "system=stv&system=av",
]


def test_the_defaults_have_the_shortest_address() -> None:
    assert State().address() == "/"
    assert read("election=uk-general/2010&swing=uniform-swing&follow=none&rate=2&system=fptp&to.con=&votes=100&who=London") == State()


def test_a_form_and_an_address_ask_for_the_same() -> None:
    form = (
        "to.con=40.50&to.lab=&to.Scotland.snp=45&system=fptp&system=list-pr:threshold=0.05&set.list-pr:threshold%3D0.05.threshold=0.03"
        "&add=stv&partner=lab&partner=ld&who=London&votes=110&together=con&together=ld"
    )
    address = "to=con=40.5,Scotland.snp=45&turnout=London=110&pact=lab%2Bld&system=fptp&system=list-pr:threshold=0.03&system=stv&coalition=con,ld"
    assert read(form) == read(address)
    assert read(form).query() == address


@given(
    st.builds(
        State,
        to=st.dictionaries(st.sampled_from(["con", "lab", "Scotland.snp", "Northern Ireland.dup"]), st.integers(0, 1000), max_size=4).map(
            lambda shares: tuple(sorted(((k, f"{v / 10:g}") for k, v in shares.items()), key=lambda pair: ("." in pair[0], pair[0])))
        ),
        swing=st.sampled_from(["uniform-swing", "piecewise"]),
        system=st.lists(st.sampled_from(["fptp", "stv", "list-pr:threshold=0.05"]), min_size=1, unique=True).map(tuple),
        coalition=st.sets(st.sampled_from(["con", "lab", "snp"])).map(lambda parties: tuple(sorted(parties))),
        project=st.booleans(),
    )
)
def test_a_state_comes_back_from_its_address(state: State) -> None:
    assert read(state.query()) == state


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("to=con=forty", "not a number"),
        ("to=con=140", "0 to 100"),
        ("colour=red", "knows no 'colour'"),
        ("shown=-1", "shown=-1"),
        ("turnout=110", "London=110"),
        ("election=a%00b", "one line"),
        ("&".join(f"system=list-pr:threshold=0.0{n}" for n in range(7)), "at most 6"),
        ("also=" + "x" * 20_000, "too long"),
    ],
)
def test_what_cannot_be_asked_is_said(query: str, said: str) -> None:
    with pytest.raises(SettingError, match=said):
        read(query)


def test_figures_for_the_whole_and_for_nations_need_a_swing_that_has_both() -> None:
    with pytest.raises(SettingError, match="not both"):
        read("to=con=40,Scotland.snp=45&swing=piecewise").swings()
    assert read("to=Scotland.snp=45&swing=piecewise").swings() == ["piecewise:to=true,area=Scotland,snp=0.45"]
    assert read("to=con=40,Scotland.snp=45").swings() == ["regional-swing:to=true,con=0.4,Scotland.snp=0.45"]


def downloaded(state: State, name: str, folder: Path) -> bytes:
    return base64.b64decode(download_job({"query": state.query(), "name": name}, folder)["data"])


@pytest.mark.parametrize("query", ADDRESSES)
def test_the_command_prints_what_the_page_shows(query: str, tmp_path: Path) -> None:
    state = read(query)
    words = shlex.split(state.command())
    assert words[0] == "hustings"
    ran = CliRunner().invoke(app, [*words[1:], "--json"])
    assert ran.exit_code == 0, ran.output
    shown: dict[str, Any] = json.loads(downloaded(state, "hustings.json", tmp_path))
    assert json.loads(ran.stdout) == shown
    assert SEED == 1832


@pytest.mark.parametrize("query", ADDRESSES)
def test_the_python_prints_what_the_command_prints(query: str) -> None:
    state = read(query)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(state.python(), {})
    ran = CliRunner().invoke(app, shlex.split(state.command())[1:])
    table = [line.split() for line in ran.stdout.splitlines()]
    for line in out.getvalue().splitlines():
        assert line.split() in table


def test_the_projection_of_the_page_is_that_of_its_command() -> None:
    state = read("to=lab=34,con=33&project=yes")
    ran = CliRunner().invoke(app, [*shlex.split(state.project_command())[1:], "--json"])
    assert ran.exit_code == 0, ran.output
    found = json.loads(ran.stdout)["seats"]
    (shown,) = Result(state, load).projections
    assert {party.id: float(mean) for party, mean in zip(shown.parties, shown.mean, strict=True)} == {k: v["mean"] for k, v in found.items()}
    space: dict[str, Any] = {}
    exec(state.project_python().replace("print(projection.mean)", ""), space)
    assert (space["projection"].seats == shown.seats).all()
