"""Pacts in draws: transfers as they are distributed, the bounds between which they lie, and the division of most chance."""

import json
from dataclasses import replace
from fractions import Fraction
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

import hustings as hs
from hustings.analysis.draws import calibrated
from hustings.analysis.pacts import Draws, _likeliest, assigned, divided, pacted
from hustings.cli import app
from hustings.election import Election, Party
from hustings.errors import SettingError, Unsuitable
from hustings.transfers import Columns
from strategies import election_of

Pact = hs.scenario["pact"]
SWING = hs.scenario["uniform-swing"](area="uk")
PATIENT = settings(max_examples=25, deadline=None)
PARTIES = tuple(Party(name) for name in ("con", "green", "lab", "ld"))
EXACT = calibrated(national=0, nation=0, region=0, kind=0, district=0)


def draws_of(election: Election, pact: object, certainty: float) -> Draws:
    return Draws(election, pact, SWING, certainty, 7, calibrated())  # type: ignore[arg-type]  # a registry gives entries of any class


@PATIENT
@given(
    rows=st.lists(st.lists(st.integers(1, 999), min_size=4, max_size=4), min_size=1, max_size=4),
    members=st.permutations(["lab", "ld", "green"]),
    number=st.integers(2, 3),
)
def test_where_transfers_are_certain_votes_are_those_of_the_scenario(rows: list[list[int]], members: list[str], number: int) -> None:
    """The scenario has whole votes, so each party that withdraws may put it off by one."""
    election, pact = election_of(rows, (), PARTIES), Pact({"green.ld": "0.4"}, tuple(members[:number]))
    made = draws_of(election, pact, 1e14)
    cast = election.main.counted().votes[np.newaxis].astype(float)
    found = made.after(cast, made.agreed, 0, 3)
    assert np.abs(found - election.given(pact).main.counted().votes).max() < number


def test_transfers_are_dirichlet_distributed(tmp_path: Path) -> None:
    """Half to ld, 30 of 100 to con, 20 to nobody, concentration 9: the variance of a share m is m (1 - m) / 10. Without ld the rest is
    con 3/5 and nobody 2/5 with a concentration of 4.5, half of it being gone: 6/25 / 5.5.
    """
    file = tmp_path / "mine.toml"
    file.write_text('[rows]\ngreen = { ld = "50", con = "30", none = "20" }\nld = { con = "1" }\nlab = { con = "1" }\n', encoding="utf-8")
    election = election_of([[400, 10_000, 0, 300], [400, 10_000, 200, 0]], (), PARTIES)
    made = draws_of(election, Pact({}, ("ld", "lab", "green"), matrix=str(file)), 9)
    agreed = replace(made.agreed, bearer=np.array([3, 2]))
    votes = made.after(election.main.counted().votes[np.newaxis].astype(float), agreed, 0, 40_000)
    first = (votes[:, 0, [3, 0]] - [300, 400]) / 10_000
    second = (votes[:, 1, 0] - 400) / 10_000
    assert first.mean(axis=0) == pytest.approx([0.5, 0.3], abs=0.005)
    assert first.var(axis=0) == pytest.approx([0.25 / 10, 0.21 / 10], rel=0.04)
    assert second.mean() == pytest.approx(0.6, abs=0.005)
    assert second.var() == pytest.approx(0.24 / 5.5, rel=0.04)
    # One draw for all districts: what con has of green in the second follows from the first.
    assert second == pytest.approx(first[:, 1] / (1 - first[:, 0]))


def four() -> Election:
    return election_of([[400, 100, 200, 300], [400, 0, 300, 300], [500, 51, 450, 0], [350, 60, 300, 290]], ["A", "A", "B", "B"], PARTIES)


def test_no_draw_lies_above_the_bound_of_full_transfer() -> None:
    """It may lie below that of none: supporters of those who withdraw go to the other side too."""
    pact = Pact({}, ("lab", "ld", "green"))
    found = pacted(four(), pact, SWING, draws=500, seed=3)
    fptp = hs.system["fptp"]()
    for seats, bound in zip(found.bounds, pact.bounds(), strict=True):
        assert {party: n for party, n in zip(found.parties, seats.tolist(), strict=True) if n} == four().given(bound).under(fptp).by_party
    transfers = found.of_partners(found.transfers)
    assert transfers.min() < transfers.max() <= found.of_partners(found.bounds[1])
    partners = {way: found.of_partners(seats) for way, seats in found.seats.items()}
    assert (partners["none"] <= partners["full"]).all()
    assert (partners["estimated"] <= partners["full"]).all()
    assert found.majority("estimated") == (partners["estimated"] > 2).mean()
    assert all((seats.sum(axis=1) == 4).all() for seats in found.seats.values())


def test_where_nothing_errs_votes_are_as_cast() -> None:
    found = pacted(four(), Pact({}, ("lab", "ld")), SWING, draws=50, seed=3, errors=EXACT)
    assert (found.seats["apart"] == found.was).all()
    assert (found.seats["full"] == found.bounds[1]).all()


def test_a_seed_makes_the_same_draws() -> None:
    pact = Pact({}, ("lab", "ld"))
    once, again, other = (pacted(four(), pact, SWING, draws=300, seed=seed) for seed in (5, 5, 6))
    assert (once.seats["estimated"] == again.seats["estimated"]).all()
    assert (once.seats["estimated"] != other.seats["estimated"]).any()


@PATIENT
@given(
    chance=st.lists(st.lists(st.integers(0, 20), min_size=3, max_size=3), min_size=1, max_size=6),
    due=st.lists(st.integers(0, 3), min_size=3, max_size=3),
)
def test_no_fair_division_is_better(chance: list[list[int]], due: list[int]) -> None:
    """Against all divisions there are; a 0 means that the partner cannot stand there."""
    table = np.array([[value or -np.inf for value in row] for row in chance], dtype=float)
    table[:, 0] = np.where(np.isinf(table).all(axis=1), 1, table[:, 0])
    possible = [
        sum(table[row, column] for row, column in enumerate(choice))
        for choice in product(range(3), repeat=len(table))
        if all(choice.count(column) >= due[column] for column in range(3))
    ]
    best = max(possible, default=-np.inf)
    if np.isinf(best):
        with pytest.raises(Unsuitable, match="raise slack"):
            assigned(table, due)
        return
    chosen = assigned(table, due)
    assert table[np.arange(len(table)), chosen].sum() == best
    assert all((chosen == column).sum() >= due[column] for column in range(3))


def test_a_majority_is_not_most_seats() -> None:
    """Partners hold one of three and need another. The first member wins both in draws 0-4, ten seats and a majority in half of the
    draws; with the second in the other district there are nine seats, and a majority in nine draws of ten.
    """
    wins = np.zeros((10, 2, 2), dtype=bool)
    wins[:5, :, 0] = True
    wins[5:9, 1, 1] = True
    chosen = _likeliest(wins, np.ones(10, dtype=int), np.ones((2, 2), dtype=bool), [0, 0], 3)
    assert chosen.tolist() == [0, 1]


@PATIENT
@given(seed=st.integers(0, 10**6), due=st.lists(st.integers(0, 2), min_size=2, max_size=2))
def test_the_search_is_fair_and_never_worse_than_most_seats(seed: int, due: list[int]) -> None:
    rng = np.random.default_rng(seed)
    wins, elsewhere = rng.random((40, 5, 2)) < rng.random((1, 5, 2)), rng.integers(0, 3, 40)
    stood = np.ones((5, 2), dtype=bool)

    def chance(chosen: Columns) -> int:
        return int((2 * (elsewhere + wins[:, np.arange(5), chosen].sum(axis=1)) > 7).sum())

    chosen = _likeliest(wins, elsewhere, stood, due, 7)
    assert all((chosen == column).sum() >= due[column] for column in range(2))
    assert chance(chosen) >= chance(assigned(wins.mean(axis=0), due))


def test_the_division_leaves_each_partner_its_share() -> None:
    """Lab is ahead of ld in all three, least in the last. Ld has 1,090 of 2,290 votes, so one district of three is its due."""
    election = election_of([[600, 0, 400, 350], [600, 0, 400, 350], [600, 0, 400, 390]], (), PARTIES)
    pact = Pact({"lab.ld": 0.5, "lab.none": 0.5, "ld.lab": 0.5, "ld.none": 0.5}, ("lab", "ld"))
    found = divided(election, pact, SWING, slack=Fraction(0), draws=500, seed=1)
    assert len(found["ld"]) >= 1
    assert sorted(found["lab"] + found["ld"]) == [f"District {row}" for row in range(3)]


def test_what_cannot_be_drawn() -> None:
    pact = Pact({}, ("lab", "ld"))
    with pytest.raises(SettingError, match="must be over 0"):
        pacted(four(), pact, SWING, draws=10, seed=1, certainty=0)
    for verb in (pacted, lambda *given, **more: divided(*given, slack=Fraction(1), **more)):
        with pytest.raises(SettingError, match="at least one"):
            verb(four(), pact, SWING, draws=0, seed=1)
    with pytest.raises(Unsuitable, match="tactical is no swing"):
        pacted(four(), pact, hs.scenario["tactical"](), draws=10, seed=1)
    with pytest.raises(Unsuitable, match="none of its districts"):
        divided(election_of([[500, 0, 400, 0]], (), PARTIES), pact, SWING, slack=Fraction(1), draws=10, seed=1)


def test_the_command_writes_a_pact_that_the_scenario_reads(tmp_path: Path) -> None:
    file = tmp_path / "best.toml"
    words = ["pact", "uk-general/2015", "members=lab+ld,green.ld=0.5,ld.lab=0.4", "--where", "region=Wales", "--draws", "300", "--best", str(file)]
    answer = CliRunner().invoke(app, [*words, "--json"])
    assert answer.exit_code == 0, answer.output
    document = json.loads(answer.stdout)
    wales = hs.load("uk-general", "2015").where({"region": ["Wales"]})
    assert document["cast"]["apart"] == sum(wales.under(hs.system["fptp"]()).by_party.get(party, 0) for party in ("lab", "ld"))
    assert document["cast"]["none"] <= document["cast"]["transfers"]["p05"] <= document["cast"]["transfers"]["p95"] <= document["cast"]["full"]
    named = sum(map(len, document["districts"].values()))
    changed = wales.given(Pact(file=str(file)))
    assert int((changed.main.counted().stood != wales.main.counted().stood).any(axis=1).sum()) == named == 40
    assert any("ld to lab 0.4" in note for note in changed.provenance.notes)
