"""Pooling: beside the full joint normal distribution, and on polls made up by the model itself."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import pytest

from hustings.analysis.draws import Aim
from hustings.analysis.pool import EXACT, VAGUE, Pool, Pooling, estimated, fitted, likelihood, pool
from hustings.election import Party
from hustings.errors import SettingError, Unsuitable

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
