"""Backtests: pairs, scores by hand, and the calibration of what is shipped."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import hustings as hs
from hustings.analysis.backtest import INSIDE, Pair, backtest, consecutive, held_out, paired, score, summaries, truth
from hustings.analysis.draws import LEVELS, Errors, calibrated
from hustings.analysis.projection import project
from hustings.errors import Unsuitable
from hustings.facts import fact
from hustings.report_backtest import pairs as pairs_table
from hustings.work import Workers
from strategies import election_of

ROOT = Path(__file__).parents[2]
EDITIONS = ("1997", "2001", "2005", "2010", "2015", "2017", "2019")
SWING = hs.scenario["regional-swing"]()
UNIFORM = hs.scenario["uniform-swing"]()
NONE = Errors(national=0, nation=0, region=0, kind=0, district=0, freedom=4)


@pytest.fixture(scope="module")
def embedded() -> list[Pair]:
    return consecutive([hs.load("uk-general", edition) for edition in EDITIONS])


def test_pairs_are_of_one_map(embedded: list[Pair]) -> None:
    assert [pair.name for pair in embedded] == ["1997-2001", "2010-2015", "2015-2017", "2017-2019"]
    for pair in embedded:
        assert len(pair.rows) == len(pair.before.main.districts)
        names = [(pair.before.main.districts[one].name, pair.after.main.districts[other].name) for one, other in pair.rows]
        assert all(one.casefold() == other.casefold() for one, other in names)
    assert paired(hs.load("uk-general/2005"), hs.load("uk-general/2010")) is None


def test_an_election_that_is_carried_over_takes_the_place_of_its_own() -> None:
    """As an estimate of 2005 on the map of 2010 serves: the pair is scored, and says what it was projected from."""
    then, now = hs.load("uk-general/2005"), hs.load("uk-general/2010")
    estimate = replace(now, series="uk-general-notional", edition="2005-on-2010")
    assert consecutive([then, now]) == []
    (pair,) = consecutive([then, now], {"2005-2010": estimate})
    assert (pair.name, pair.before, len(pair.rows)) == ("2005-2010", estimate, 650)
    (found,) = backtest([pair], [UNIFORM], draws=2, seed=1)
    assert found.before == estimate.id
    assert found.right > 0.9
    header, rows = pairs_table([found], found.swing)
    assert rows[0][header.index("from")] == estimate.id


def test_the_truth_is_what_the_later_election_was() -> None:
    pair = paired(hs.load("uk-general/2017"), hs.load("uk-general/2019"))
    assert pair
    aim = truth(pair, UNIFORM)
    tally = pair.after.main.counted()
    rows = [row for row, place in enumerate(pair.after.main.districts) if place.country != "Northern Ireland"]
    votes = tally.votes[rows].sum(axis=0)
    columns = [party.id for party in tally.parties]
    for party in ("con", "lab", "ld", "snp", "pc"):
        assert aim.shares[aim.parties.index(party)] == pytest.approx(votes[columns.index(party)] / votes.sum(), abs=2e-3)
    assert aim.shares.sum() == pytest.approx(1)


def test_a_party_of_one_nation_has_its_gain_there() -> None:
    """The SNP of 2015: a few points of the whole are thirty of Scotland, which uniform swing of the whole cannot know."""
    pair = paired(hs.load("uk-general/2010"), hs.load("uk-general/2015"))
    assert pair
    found = {}
    for swing in (UNIFORM, SWING):
        projection = project(pair.before, swing, hs.system["fptp"](), draws=2, rng=1, to=truth(pair, swing), errors=NONE)
        snp = [party.id for party in projection.parties].index("snp")
        found[swing.__entry__.name] = int(projection.seats[0, snp])
    assert found["uniform-swing"] < 12
    assert abs(found["regional-swing"] - 56) <= 3


def test_scores_by_hand() -> None:
    """Four districts projected for certain, of which one goes otherwise."""
    before = election_of([[60, 40], [60, 40], [40, 60], [40, 60]])
    after = election_of([[60, 40], [45, 55], [40, 60], [40, 60]])
    pair = Pair("one-two", before, after, np.array([[row, row] for row in range(4)]))
    projection = project(before, UNIFORM, hs.system["fptp"](), draws=100, rng=1, errors=NONE)
    found = score(pair, UNIFORM, projection)
    assert found.parties == ("a", "b")
    assert found.actual.tolist() == [1, 3]
    assert found.error.tolist() == [1, 1]
    assert found.right == 0.75
    assert found.brier == pytest.approx(2 / 4)
    # A chance of nothing in 100 draws counts as half a draw in 101.
    assert found.log == pytest.approx(-(3 * np.log(100.5 / 101) + np.log(0.5 / 101)) / 4)
    assert not found.held.any()
    # Eight chances, all of 1: of the four given for certain three came true; chances of nothing are not counted.
    assert found.chances.sum(axis=0).tolist() == [4, 4, 3]
    assert found.chances[-1].tolist() == [4, 4, 3]


def test_each_pair_is_judged_by_the_others() -> None:
    pairs = fact("errors")["pairs"]
    for name in pairs:
        without = held_out(name)
        for level in LEVELS:
            rest = [about[level] ** 2 for other, about in pairs.items() if other != name]
            assert getattr(without, level) == pytest.approx(np.sqrt(np.mean(rest)))
    # The pair that strayed furthest of all would make its own intervals wider.
    assert held_out("2019-2024").district < calibrated().district


def test_the_default_is_the_best_of_the_embedded_pairs(embedded: list[Pair]) -> None:
    scores = backtest(embedded, [SWING, UNIFORM], draws=500, seed=1)
    best, other = summaries(scores)
    assert (best.swing, other.swing) == ("regional-swing", "uniform-swing")
    assert best.error < other.error
    assert best.brier < other.brier
    again = backtest(embedded, [SWING, UNIFORM], draws=500, seed=1, workers=Workers(2))
    assert [each.intervals.tobytes() for each in scores] == [each.intervals.tobytes() for each in again]


def test_calibration_since_1950() -> None:
    """Of the full run that the page shows: intervals of 80% held between 70 and 90% of the parties' seat totals, each pair by the others' errors."""
    found = json.loads((ROOT / "docs" / "backtest.json").read_text(encoding="utf-8"))
    assert not found["missing"]
    true = [each for each in found["summary"] if each["shares"] == "true"]
    assert true[0]["swing"] == "regional-swing"
    assert true[0]["pairs"] == 15
    carried = {each["pair"]: each["before"] for each in found["scores"] if not each["before"].startswith("uk-general/")}
    assert carried == {"2005-2010": "uk-general-notional/2005-on-2010", "2019-2024": "uk-general-notional/2019-on-2024"}
    assert set(fact("errors")["pairs"]) == {each["pair"] for each in found["scores"]}
    assert 0.70 <= true[0]["coverage"]["0.8"] <= 0.90
    totals = [
        party["intervals"]["0.8"][0] <= party["actual"] <= party["intervals"]["0.8"][1]
        for each in found["scores"]
        if (each["swing"], each["shares"]) == ("regional-swing", "true")
        for party in each["seats"].values()
    ]
    assert np.mean(totals) == pytest.approx(true[0]["coverage"]["0.8"])


def test_the_run_of_the_page_can_be_made_again(embedded: list[Pair]) -> None:
    """The pairs of the package, drawn again, fall as they stand in the page's file."""
    kept = json.loads((ROOT / "docs" / "backtest.json").read_text(encoding="utf-8"))
    (again,) = backtest(embedded[:1], [SWING], draws=kept["draws"], seed=kept["seed"])
    (stands,) = [each for each in kept["scores"] if (each["pair"], each["swing"], each["shares"]) == ("1997-2001", "regional-swing", "true")]
    for party, actual, mean in zip(again.parties, again.actual, again.mean, strict=True):
        assert stands["seats"][party]["actual"] == actual
        assert stands["seats"][party]["mean"] == pytest.approx(mean, abs=1.5)


def test_districts_of_several_members_are_not_scored(embedded: list[Pair]) -> None:
    projection = project(embedded[0].before, UNIFORM, hs.system["list-pr"](), draws=2, rng=1)
    if projection.winners is None:
        with pytest.raises(Unsuitable, match="elect several"):
            score(embedded[0], UNIFORM, projection)


def run(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "NO_COLOR": "1", "HUSTINGS_DATA": str(data)}
    return subprocess.run([sys.executable, "-m", "hustings", "backtest", *words], capture_output=True, text=True, check=False, env=environment)


def test_the_command(tmp_path: Path) -> None:
    picture = tmp_path / "reliability.svg"
    words = ("uk-general", "--from", "2010", "--swing", "uniform-swing", "--draws", "200", "--seed", "5")
    done = run(*words, "--chart", "reliability", "--out", str(picture), data=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "2010-2015" in done.stdout
    assert "hustings data pull uk-general/2024" in done.stdout
    assert picture.read_text(encoding="utf-8").startswith("<svg")
    found = json.loads(run(*words, "--json", data=tmp_path).stdout)
    assert [each["pair"] for each in found["scores"]] == ["2010-2015", "2015-2017", "2017-2019"]
    assert set(found["summary"][0]["coverage"]) == {f"{level:g}" for level in INSIDE}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("uk-genral",), "did you mean uk-general"),
        (("uk-general", "--swing", "unifrom-swing"), "did you mean uniform-swing"),
        (("uk-general", "--draws", "0"), "at least one"),
        (("uk-general", "--from", "2018"), "no two elections"),
        (("uk-general", "--from", "2015", "--polls", "uk"), "hustings data pull uk-polls"),
    ],
)
def test_mistakes_of_the_command_line(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    done = run(*words, data=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr
