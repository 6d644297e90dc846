"""Coalitions and power indices against their definitions by enumeration, and the Commons of 2010."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import hustings as hs
from hustings.analysis.coalitions import Game, banzhaf, game_of, minimal_connected, minimal_winning, shapley_shubik
from hustings.cli import app
from hustings.errors import SettingError, UnknownName


@st.composite
def games(draw: st.DrawFn) -> Game:
    seats = draw(st.lists(st.integers(1, 9), min_size=1, max_size=6))
    total = sum(seats)
    return Game({f"p{number}": n for number, n in enumerate(seats)}, draw(st.integers(total // 2 + 1, total)))


def held(game: Game, names: tuple[str, ...]) -> int:
    return sum(game.seats[name] for name in names)


def subsets(names: list[str]) -> list[tuple[str, ...]]:
    return [chosen for size in range(len(names) + 1) for chosen in combinations(names, size)]


@given(games())
def test_minimal_winning_is_every_coalition_that_needs_each_member(game: Game) -> None:
    expected = {
        frozenset(names)
        for names in subsets(list(game.seats))
        if held(game, names) >= game.quota and all(held(game, names) - game.seats[name] < game.quota for name in names)
    }
    found = minimal_winning(game)
    assert len(found) == len(expected)
    assert set(map(frozenset, found)) == expected


@given(games())
def test_connected_coalitions_are_runs_that_need_both_ends(game: Game) -> None:
    order = list(game.seats)
    runs = [tuple(order[a:b]) for a in range(len(order)) for b in range(a + 1, len(order) + 1)]
    winning = [run for run in runs if held(game, run) >= game.quota]
    assert set(minimal_connected(game, order)) == {run for run in winning if held(game, run[1:]) < game.quota and held(game, run[:-1]) < game.quota}


@given(games())
def test_banzhaf_counts_the_coalitions_that_a_party_decides(game: Game) -> None:
    swings = {
        name: sum(game.quota - n <= held(game, others) < game.quota for others in subsets([p for p in game.seats if p != name]))
        for name, n in game.seats.items()
    }
    assert banzhaf(game) == {name: Fraction(number, sum(swings.values())) for name, number in swings.items()}


@given(games())
def test_shapley_shubik_counts_the_orders_in_which_a_party_decides(game: Game) -> None:
    pivots = dict.fromkeys(game.seats, 0)
    orders = list(permutations(game.seats))
    for order in orders:
        upto = 0
        for name in order:
            upto += game.seats[name]
            if upto >= game.quota:
                pivots[name] += 1
                break
    assert shapley_shubik(game) == {name: Fraction(number, len(orders)) for name, number in pivots.items()}


def test_the_commons_of_2010() -> None:
    """Quota 323: Sinn Féin and the Speaker do not vote. Derived, not official: weights 306 258 57 8 6 3 3 1 1 1."""
    outcome = hs.load("uk-general", "2010").under(hs.system["fptp"]())
    game = game_of(outcome, 323, ["sf", "speaker"])
    assert list(game.seats.values()) == [306, 258, 57, 8, 6, 3, 3, 1, 1, 1]
    power = [f"{float(share):.4f}" for share in banzhaf(game).values()]
    assert power == ["0.3626", "0.2286", "0.2286", "0.0670", "0.0554", "0.0185", "0.0185", "0.0069", "0.0069", "0.0069"]
    power = [f"{float(share):.4f}" for share in shapley_shubik(game).values()]
    assert power == ["0.3897", "0.2337", "0.2337", "0.0563", "0.0425", "0.0143", "0.0143", "0.0052", "0.0052", "0.0052"]
    winning = minimal_winning(game)
    assert len(winning) == 15
    assert {names for names in winning if len(names) == 2} == {("con", "ld"), ("con", "lab")}
    assert held(game, ("lab", "ld", "dup")) == 323
    assert ("lab", "ld", "dup") in winning


@pytest.mark.parametrize("quota", [5, 11])
def test_a_quota_is_more_than_half_and_not_more_than_all(quota: int) -> None:
    with pytest.raises(SettingError, match="a majority of 10 seats is 6 to 10"):
        Game({"a": 6, "b": 4}, quota)


def test_mistakes_are_told() -> None:
    outcome = hs.load("uk-general", "2010").under(hs.system["fptp"]())
    with pytest.raises(UnknownName, match="ukip"):
        game_of(outcome, absent=["ukip"])
    with pytest.raises(UnknownName, match="labour"):
        minimal_connected(game_of(outcome), ["labour", "ld"])
    with pytest.raises(SettingError, match="--absent"):
        minimal_winning(Game({str(number): 1 for number in range(26)}, 14))


def test_the_command_prints_both() -> None:
    result = CliRunner().invoke(app, ["coalitions", "uk-general/2010", "--quota", "323", "--absent", "sf,speaker", "--order", "lab,ld,con"])
    assert result.exit_code == 0
    assert "15 minimal winning coalitions" in result.stdout
    assert "ld + con" in result.stdout


def test_members_of_a_lump_vote_alone() -> None:
    outcome = hs.load("uk-general", "2010").under(hs.system["list-pr"](districts="own"))
    lumped = replace(outcome, tally=replace(outcome.tally, parties=tuple(replace(p, lump=p.id == "dup") for p in outcome.parties)))
    seats = game_of(lumped).seats
    assert [name for name in seats if name.startswith("dup")] == [f"dup {number}" for number in range(1, 9)]
    assert {seats[f"dup {number}"] for number in range(1, 9)} == {1}
