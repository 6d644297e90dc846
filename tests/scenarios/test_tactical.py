"""Tactical voters: by hand, votes conserved, the nearer the more, and a matrix of one's own."""

from fractions import Fraction
from math import exp
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hustings as hs
from hustings.election import Election, Party, Tally
from hustings.errors import DataError, SettingError, UnknownName
from hustings.registry import describe
from hustings.scenarios.tactical import Tactical
from strategies import election_of

PATIENT = settings(max_examples=40, deadline=None)
PARTIES = tuple(Party(name) for name in ("con", "lab", "ld", "green"))
MATRIX = """
[contests.con-lab]
ld = { lab = "0.3", con = "0.1" }
[contests.con-ld]
lab = { ld = "0.5" }
"""


@pytest.fixture
def mine(tmp_path: Path) -> str:
    (tmp_path / "mine.toml").write_text(MATRIX, encoding="utf-8")
    return str(tmp_path / "mine.toml")


def votes(election: Election) -> list[list[int]]:
    found: list[list[int]] = election.main.counted().votes.tolist()
    return found


def test_by_hand(mine: str) -> None:
    """Con against lab: of 101 for ld 30.3 go to lab, 10.1 to con, 60.6 stay: 30, 10, 61.

    Con against ld: 50.5 of lab go and 50.5 stay, the odd one with the first by id, lab. Lab against green: nothing is known.
    """
    election = election_of([[500, 400, 101, 50], [500, 101, 400, 50], [0, 400, 300, 350]], (), PARTIES)
    assert votes(election.given(Tactical(mine))) == [[510, 430, 61, 50], [500, 51, 450, 50], [0, 400, 300, 350]]


def test_twice_the_rate(mine: str) -> None:
    election = election_of([[500, 400, 100, 0]], (), PARTIES)
    assert votes(election.given(Tactical(mine, rate=Fraction(2)))) == [[520, 460, 20, 0]]


def test_cells_stand_instead_of_the_matrix(mine: str) -> None:
    """As by hand above, but half of ld go to lab, whichever of the two is written first: 50.5 and 10.1, so 51 and 10; and a row that is new."""
    election = election_of([[500, 400, 101, 50], [0, 400, 300, 350]], (), PARTIES)
    tactical = hs.scenario.parse(f"tactical:matrix={mine},lab-con.ld.lab=0.5,green-lab.ld.green=0.1")
    assert votes(election.given(tactical)) == [[510, 451, 40, 50], [0, 400, 270, 380]]
    assert describe(tactical) == f"tactical:matrix={mine},green-lab.ld.green=0.1,lab-con.ld.lab=0.5"
    assert "green-lab.ld.green 10%, lab-con.ld.lab 50%" in election.given(tactical).provenance.notes[0]
    assert tactical.rates()["con", "lab"]["ld"] == {"lab": Fraction(1, 2), "con": Fraction(1, 10)}


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("con-lab.ld.green=0.1", "neither a setting nor a cell of the matrix"),
        ("modle=1", "neither a setting nor a cell of the matrix"),
        ("con-lab.lab.lab=0.1", "a third party's voters go to con or lab"),
        ("con-lab.ld.lab=0.95", "come to 1 at most"),
        ("con-lab.ld.lab=-0.1", "come to 1 at most"),
    ],
)
def test_cells_that_are_wrong(cell: str, message: str) -> None:
    with pytest.raises((SettingError, DataError), match=message):
        election_of([[3, 2]], (), PARTIES[:2]).given(hs.scenario.parse(f"tactical:{cell}"))


def test_the_farther_apart_the_fewer(mine: str) -> None:
    """Margin 0.1, width 0.1: the odds of 3/7 fall by e, to 0.1362 of 10,000; those of 1/9 to 0.0393."""
    election = election_of([[5000, 4000, 1000, 0]], (), PARTIES)
    to_lab, to_con = (1000 / (1 + exp(1) * odds) for odds in (7 / 3, 9))
    assert votes(election.given(Tactical(mine, model="closeness"))) == [
        [5000 + round(to_con), 4000 + round(to_lab), 1000 - round(to_con) - round(to_lab), 0]
    ]
    level = election_of([[4500, 4500, 1000, 0]], (), PARTIES)
    assert votes(level.given(Tactical(mine, model="closeness"))) == votes(level.given(Tactical(mine)))


def test_iterated_voters_act_on_what_they_expect(mine: str) -> None:
    """Once settled, the votes are those that voters cast who expect them."""
    election = election_of([[5000, 4000, 1000, 0]], (), PARTIES)
    settled = election.given(Tactical(mine, model="iterated", steps=50))
    assert "all districts settled" in settled.provenance.notes[-1]
    (found,) = votes(settled)
    margin = (found[0] - found[1]) / 10_000
    to_lab = 1000 / (1 + 7 / 3 * exp(margin / 0.1))
    assert abs(found[1] - 4000 - to_lab) <= 2
    assert found[1] > votes(election.given(Tactical(mine, model="closeness")))[0][1]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Election, Tactical]:
    rows = draw(st.lists(st.lists(st.integers(0, 99), min_size=4, max_size=4), min_size=1, max_size=6))
    return election_of(rows, (), PARTIES), Tactical(
        model=draw(st.sampled_from(["fixed", "closeness", "iterated"])), rate=Fraction(draw(st.integers(0, 3)))
    )


@PATIENT
@given(case=cases())
def test_votes_are_conserved_and_nobody_else_gains(case: tuple[Election, Tactical]) -> None:
    election, tactical = case
    before, after = election.main.counted(), election.given(tactical).main.counted()
    assert (after.valid == before.valid).all()
    assert (after.stood == before.stood).all()
    if tactical.model != "iterated":
        assert ((after.votes > before.votes).sum(axis=1) <= 2).all()
    turned = election.main.recast(Tally(before.parties[::-1], before.votes[:, ::-1], before.stood[:, ::-1]))
    other = election.with_main(turned, "turned").given(tactical).main.counted()
    assert (other.votes[:, ::-1] == after.votes).all()


def test_the_matrix_is_shown_and_said_to_be_an_assumption() -> None:
    notes = hs.load("uk-general", "2010").given(Tactical()).provenance.notes
    assert any(note.startswith("con against lab, ") and "ld to lab 20%" in note for note in notes)
    assert "assumption" in hs.facts.fact("tactical")["source"]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no contests"),
        ('[contests.con]\nld = { con = "0.1" }', "name the first two parties"),
        ('[contests.con-lab]\nld = { green = "0.1" }', "a third party's voters go to con or lab"),
        ('[contests.con-lab]\nlab = { con = "0.1" }', "a third party's voters go to con or lab"),
        ('[contests.con-lab]\nld = { con = "0.6", lab = "0.6" }', "come to 1 at most"),
        ('[contests.con-lab]\nld = "0.5"', "ld: write"),
    ],
)
def test_files_that_are_wrong(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=message):
        election_of([[3, 2]], (), PARTIES[:2]).given(Tactical(str(tmp_path / "mine.toml")))


def test_mistakes_are_named() -> None:
    with pytest.raises(SettingError, match="model=random is not one of fixed, closeness, iterated"):
        Tactical(model="random")  # type: ignore[arg-type]  # what mypy refuses too
    with pytest.raises(SettingError, match="width=0 over 0"):
        Tactical(width=Fraction(0))
    with pytest.raises(SettingError, match=r"rate=4 would move more voters of a party than it has; at most 3\.57 with matrix tactical"):
        hs.load("uk-general", "2010").given(Tactical(rate=Fraction(4)))
    with pytest.raises(UnknownName, match="did you mean tactical"):
        election_of([[3, 2]], (), PARTIES[:2]).given(Tactical("tacticals"))
