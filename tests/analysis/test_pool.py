"""Pooling: beside the full joint normal distribution, on polls made up by the model itself, and as a projection aims at it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

import hustings as hs
from hustings.analysis.backtest import consecutive
from hustings.analysis.draws import Aim
from hustings.analysis.polled import GONE, aim_of, aims, between, pooled, result
from hustings.analysis.pool import EXACT, VAGUE, Pool, Pooling, estimated, fitted, likelihood, pool
from hustings.election import Party
from hustings.errors import SettingError, Unsuitable
from hustings.polls import Polls
from strategies import election_of

START = date(2015, 5, 7)
HOW = Pooling(walk=0.004, house=0.015, industry=0.02, design=1.5)
IDS = ("con", "lab", "ld", "other")
LAST = {"con": 0.38, "lab": 0.32, "ld": 0.10, "other": 0.20}


@dataclass(frozen=True)
class Made:
    """Polls of a test."""

    parties: tuple[Party, ...]
    dates: tuple[date, ...]
    pollsters: tuple[str, ...]
    sizes: np.ndarray
    shares: np.ndarray
    source: str = "made up"


def multinomial(shares: np.ndarray) -> np.ndarray:
    return 4 * (np.diag(shares) - np.outer(shares, shares))


def simulated(seed: int, days: int = 120, number: int = 60, how: Pooling = HOW) -> tuple[Made, np.ndarray, np.ndarray]:
    """Polls, the votes of each day behind them, shape (days, parties), and the pollsters' errors."""
    rng = np.random.default_rng(seed)
    start = np.array([LAST[id_] for id_ in IDS])
    values, vectors = np.linalg.eigh(multinomial(start))
    root = vectors * np.sqrt(np.maximum(values, 0))

    def errors(size: float, *shape: int) -> np.ndarray:
        return np.asarray(size * rng.standard_normal((*shape, len(IDS))) @ root.T)

    steps = errors(how.walk, days)
    steps[0] = 0
    votes = start + steps.cumsum(axis=0)
    houses = errors(how.house, 5)
    houses -= houses.mean(axis=0)
    common = errors(how.industry)
    when = np.sort(rng.integers(0, days, number))
    who = rng.integers(0, 5, number)
    sizes = rng.integers(500, 3000, number)
    noise = np.array([errors(float(np.sqrt(how.design / (4 * size)))) for size in sizes])
    shares = votes[when] + houses[who] + common + noise
    parties = tuple(Party(id_, id_) for id_ in IDS)
    dates = tuple(START + timedelta(int(day)) for day in when)
    return Made(parties, dates, tuple("ABCDE"[each] for each in who), sizes, shares), votes, houses


def joint(polls: Made, column: int, how: Pooling, on: date, known: Mapping[date, Mapping[str, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Mean and variance of one party's share of each day, from the joint normal distribution of days, errors and polls, written out."""
    rows = [row for row, day in enumerate(polls.dates) if day <= on and not np.isnan(polls.shares[row, column])]
    begun = min([polls.dates[row] for row in range(len(polls.dates)) if polls.dates[row] <= on] + list(known))
    days = (on - begun).days + 1
    names = sorted({polls.pollsters[row] for row in range(len(polls.dates)) if polls.dates[row] <= on})
    level = float(np.nanmean([polls.shares[row, column] for row in rows]))
    size = days + 1 + len(names)
    # Days: a vague first, then steps.
    prior = np.zeros((size, size))
    prior[:days, :days] = VAGUE**2 + how.walk**2 * np.minimum.outer(np.arange(days), np.arange(days))
    prior[days, days] = how.industry**2
    prior[days + 1 :, days + 1 :] = how.house**2 * (np.eye(len(names)) - 1 / len(names))
    seen, values, noise = [], [], []
    for row in rows:
        line = np.zeros(size)
        line[[(polls.dates[row] - begun).days, days, days + 1 + names.index(polls.pollsters[row])]] = 1
        seen.append(line)
        values.append(polls.shares[row, column])
        noise.append(how.design / (4 * polls.sizes[row]))
    for day, shares in known.items():
        line = np.zeros(size)
        line[(day - begun).days] = 1
        seen.append(line)
        values.append(shares[polls.parties[column].id])
        noise.append(EXACT**2)
    through, start = np.array(seen), np.zeros(size)
    start[:days] = level
    gain = prior @ through.T @ np.linalg.inv(through @ prior @ through.T + np.diag(noise))
    mean = start + gain @ (np.array(values) - through @ start)
    covariance = prior - gain @ through @ prior
    return mean[:days], 4 * mean[:days] * (1 - mean[:days]) * np.diag(covariance)[:days]


@pytest.mark.parametrize("ends", [0, 1, 2])
@pytest.mark.parametrize("missing", [False, True])
def test_the_filter_is_the_joint_distribution(ends: int, missing: bool) -> None:
    polls, votes, _ = simulated(1, 40, 25)
    if missing:
        shares = polls.shares.copy()
        shares[::3, 2] = np.nan
        polls = replace(polls, shares=shares)
    on = START + timedelta(39)
    known = {day: dict(zip(IDS, votes[(day - START).days].tolist(), strict=True)) for day in (START, on)[:ends]}
    found = pool(polls, HOW, on=on, known=known)
    means = []
    for column in range(len(IDS)):
        mean, variance = joint(polls, column, HOW, on, known)
        means.append(mean)
        assert found.sd[:, column] ** 2 == pytest.approx(variance, abs=1e-9)
    expected = np.stack(means, axis=1)
    # The rounding of what is nearly singular: a hundredth of a hundredth of a point.
    assert found.mean == pytest.approx(expected / expected.sum(axis=1, keepdims=True), abs=1e-6)
    if not missing:
        assert expected.sum(axis=1) == pytest.approx(1, abs=1e-6)


def test_a_pool_of_one_poll_is_the_poll() -> None:
    polls, _, _ = simulated(1, 2, 1)
    found = pool(polls, replace(HOW, industry=0.0, house=0.0))
    assert found.mean[-1] == pytest.approx(polls.shares[0], abs=1e-9)
    variance = 1 / (1 / VAGUE**2 + 4 * polls.sizes[0] / HOW.design)
    assert found.sd[-1] == pytest.approx(2 * np.sqrt(polls.shares[0] * (1 - polls.shares[0]) * variance))


def test_the_truth_lies_inside_as_often_as_it_should() -> None:
    """Sixty campaigns: 80 and 95% intervals of the last day, common error and all, and houses found again."""
    inside, houses = [], []
    for seed in range(60):
        polls, votes, errors = simulated(seed)
        found = pool(polls, HOW, on=START + timedelta(119), known={START: LAST})
        gap = np.abs(found.mean[-1] - votes[-1]) / found.sd[-1]
        inside.append((gap[:3] < 1.2816, gap[:3] < 1.96))
        houses.append((found.houses, errors))
    eighty, most = np.mean(inside, axis=(0, 2))
    assert 0.72 < eighty < 0.88
    assert 0.89 < most <= 0.99
    told, true = (np.concatenate([pair[at].ravel() for pair in houses]) for at in (0, 1))
    assert np.corrcoef(told, true)[0, 1] > 0.9


def test_sizes_are_found_again() -> None:
    """From twenty campaigns that end with an election."""
    cycles = []
    for seed in range(20):
        polls, votes, _ = simulated(seed, 90, 60)
        end = START + timedelta(89)
        cycles.append((polls, end, {START: LAST, end: dict(zip(IDS, votes[-1].tolist(), strict=True))}))
    found = fitted(cycles, Pooling(0.001, 0.005, 0.01, 1.0))
    assert found.walk == pytest.approx(HOW.walk, rel=0.25)
    assert found.house == pytest.approx(HOW.house, rel=0.25)
    assert found.industry == pytest.approx(HOW.industry, rel=0.3)
    assert found.design == pytest.approx(HOW.design, rel=0.2)
    polls, end, known = cycles[0]
    assert likelihood(polls, found, on=end, known=known) > likelihood(polls, replace(found, walk=0.03), on=end, known=known)


def test_the_common_error_shows_where_an_election_follows_polls() -> None:
    """No other election has to be known; with none that follows, it stays as it starts."""
    start, ended, begun = replace(HOW, industry=0.005), [], []
    for seed in range(12):
        polls, votes, _ = simulated(seed, 60, 30)
        end = START + timedelta(59)
        ended.append((polls, end, {end: dict(zip(IDS, votes[-1].tolist(), strict=True))}))
        begun.append((polls, end, {START - timedelta(1): LAST}))
    assert fitted(ended, start).industry == pytest.approx(HOW.industry, rel=0.3)
    assert fitted(begun, start).industry == start.industry


def test_the_aim_is_fit_for_a_projection() -> None:
    polls, _, _ = simulated(3)
    found = pool(polls, estimated(), known={START: LAST})
    assert isinstance(found, Pool)
    aim = found.aim
    assert isinstance(aim, Aim)
    assert aim.shares.sum() == pytest.approx(1)
    assert aim.covariance is not None
    assert np.sqrt(np.diag(aim.covariance)) == pytest.approx(found.sd[-1])
    assert np.linalg.eigvalsh(aim.covariance).min() > -1e-6
    assert found.days[0] == START
    assert found.days[-1] == max(polls.dates)


def test_what_cannot_be_pooled() -> None:
    polls, _, _ = simulated(3)
    with pytest.raises(Unsuitable, match="no poll up to 2015-01-01"):
        pool(polls, HOW, on=date(2015, 1, 1))
    with pytest.raises(SettingError, match="design is over 0"):
        Pooling(0.01, 0.01, 0.01, 0)


# Polls of a country or a file, and the election that they follow: `polled`.

ELECTED = date(2019, 12, 12)


def written(folder: Path, rows: list[str], parties: str = "con,lab,ld") -> str:
    """A file of polls."""
    path = folder / "polls.csv"
    path.write_text("\n".join([f"date,pollster,sample,{parties}", *rows]) + "\n", encoding="utf-8")
    return str(path)


def voted() -> hs.Election:
    """An election of four parties, the last of them a lump, with a day."""
    parties = (Party("con"), Party("lab"), Party("pc"), Party("other", lump=True))
    return replace(election_of([[40, 30, 20, 10], [50, 30, 0, 20]], parties=parties), date=ELECTED)


def test_a_pool_is_not_tied_to_the_election_before(tmp_path: Path) -> None:
    """Beside the joint normal distribution of the polls after the election and up to the day, with no election known."""
    rng = np.random.default_rng(4)
    rows, kept = [], []
    for number in range(40):
        day = ELECTED + timedelta(3 * number - 15)
        con, lab = rng.integers(36, 44), rng.integers(28, 36)
        rows.append(f"{day},{'ABC'[number % 3]},{1000 + number},{con},{lab},{100 - con - lab}")
        kept.append((day, "ABC"[number % 3], 1000 + number, (con, lab, 100 - con - lab)))
    on = ELECTED + timedelta(80)
    found = pooled(written(tmp_path, rows), voted(), on, HOW)
    kept = [each for each in kept if ELECTED < each[0] <= on]
    days, pollsters, sizes, shares = zip(*kept, strict=True)
    polls = Made(tuple(map(Party, ("con", "lab", "ld"))), days, pollsters, np.array(sizes), np.array(shares) / 100)
    expected = np.stack([joint(polls, column, HOW, on, {})[0] for column in range(3)], axis=1)
    assert found.dates == days
    assert found.days[-1] == on
    assert found.mean == pytest.approx(expected / expected.sum(axis=1, keepdims=True), abs=1e-6)
    for column in range(3):
        assert found.sd[:, column] ** 2 == pytest.approx(joint(polls, column, HOW, on, {})[1], abs=1e-9)
    # Not knowing what polls have in common is most of what is not known, however many there are.
    assert found.sd[-1, 0] > HOW.industry * 2 * np.sqrt(0.4 * 0.6) * 0.95


def test_polls_between_two_days() -> None:
    """By hand: whose polls count, new names, parties that polls gave once, and the others where a poll leaves somebody out."""
    nan = np.nan
    day = [ELECTED + timedelta(number) for number in (0, 1, 2, 200, 200 + GONE.days, 400)]
    shares = [
        # con, brexit, reform, ukip, other
        [0.50, 0.10, nan, 0.10, 0.30],  # the day of the election: too early
        [0.40, 0.10, nan, 0.20, 0.30],  # ukip, which no later poll gives
        [0.41, nan, nan, nan, 0.59],  # leaves out brexit, so its others hold more
        [0.42, nan, 0.12, nan, 0.46],
        [0.43, nan, 0.13, nan, 0.44],
        [0.44, nan, 0.14, nan, 0.42],  # too late
    ]
    parties = (*map(Party, ("con", "brexit", "reform", "ukip")), Party("other", lump=True))
    polls = Polls(parties, tuple(day), ("A",) * 6, np.full(6, 1000), np.array(shares), ("GB", "", "UK", "GB", "GB", "GB"), "by hand")
    found = between(polls, ELECTED, day[4])
    assert [party.id for party in found.parties] == ["con", "reform", "other"]
    assert found.dates == tuple(day[1:5])
    expected = [[0.40, 0.10, 0.30], [0.41, nan, nan], [0.42, 0.12, 0.46], [0.43, 0.13, 0.44]]
    assert found.shares.tolist() == pytest.approx(np.array(expected), nan_ok=True)
    # Two days after the election nobody is gone yet, and nobody renamed.
    assert [party.id for party in between(polls, ELECTED, day[2]).parties] == ["con", "brexit", "ukip", "other"]
    elsewhere = replace(polls, areas=("Scotland",) * 6)
    assert not between(elsewhere, ELECTED, day[4]).dates


def test_what_polls_leave_out_stays_as_it_was(tmp_path: Path) -> None:
    """Parties that no poll gives keep their share, the lump has what is left, and how sure the polls are is said of theirs alone."""
    swing = hs.scenario["uniform-swing"]()
    election = voted()
    assert result(election, ["con", "lab", "pc", "other"], swing) == {"con": 0.45, "lab": 0.3, "pc": 0.1, "other": 0.15}
    found = pooled(written(tmp_path, ["2020-01-10,A,1000,40,36"], "con,lab"), election, date(2020, 1, 10), HOW)
    told = dict(zip(("con", "lab"), found.mean[-1], strict=True))
    aim = aim_of(found, election, swing)
    assert aim.parties == ("con", "lab", "pc", "other")
    left = max(1 - told["con"] - told["lab"] - 0.1, 1e-4)
    wanted = np.array([told["con"], told["lab"], 0.1, left])
    assert aim.shares == pytest.approx(wanted / wanted.sum())
    assert aim.covariance is not None
    assert aim.covariance[:2, :2] == pytest.approx(found.covariance)
    assert not aim.covariance[2:].any()
    assert not aim.covariance[:, 2:].any()


def test_a_backtest_takes_the_polls_of_the_eve(tmp_path: Path) -> None:
    rows = ["2019-11-20,A,1000,42,30,16", "2019-12-10,B,1000,44,33,12", "2019-12-12,A,1000,20,20,50"]
    text = written(tmp_path, rows)
    (pair,) = consecutive([hs.load("uk-general/2017"), hs.load("uk-general/2019")])
    (earlier,) = consecutive([hs.load("uk-general/2015"), hs.load("uk-general/2017")])
    swing = hs.scenario["uniform-swing"]()
    found = aims(text, [earlier, pair])
    assert list(found) == ["2017-2019"]
    eve = aim_of(pooled(text, pair.before, date(2019, 12, 11)), pair.before, swing)
    assert found["2017-2019"].parties == eve.parties
    assert found["2017-2019"].shares == pytest.approx(eve.shares)
    assert dict(zip(eve.parties, eve.shares, strict=True))["con"] > 0.4


@pytest.mark.parametrize(
    ("election", "on", "error", "said"),
    [
        (replace(voted(), date=None), None, SettingError, "has no date"),
        (voted(), ELECTED, SettingError, "name a later day"),
        (voted(), date(2019, 12, 20), Unsuitable, "has no poll between 2019-12-12 and 2019-12-20"),
    ],
)
def test_elections_that_no_poll_follows(election: hs.Election, on: date | None, error: type[Exception], said: str, tmp_path: Path) -> None:
    with pytest.raises(error, match=said):
        pooled(written(tmp_path, ["2020-01-10,A,1000,40,36,10"]), election, on)
