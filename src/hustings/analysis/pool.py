"""Polls in; the vote on each day behind them, with what pollsters have in common and apart taken out, and how sure that is, out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from hustings.analysis.draws import Aim
from hustings.election import Party
from hustings.errors import SettingError, Unsuitable
from hustings.facts import fact

Floats = NDArray[np.float64]

VAGUE = 0.5
"""Standard deviation of the vote on the first day where no election says what it was: nothing is known [share]."""
EXACT = 1e-5
"""The same of the vote on the day of an election."""
SAMPLE = 1000
"""Voters asked by a poll that does not say how many."""
NARROWEST = 1e-5
"""The smallest standard deviation that a fit tries."""


class Polls(Protocol):
    """What is pooled: shares of the vote are fractions [0–1], NaN where a poll does not give a party; sizes are voters, 0 where unknown."""

    @property
    def parties(self) -> Sequence[Party]: ...
    @property
    def dates(self) -> Sequence[date]: ...
    @property
    def pollsters(self) -> Sequence[str]: ...
    @property
    def sizes(self) -> NDArray[np.int64]: ...
    @property
    def shares(self) -> Floats: ...
    @property
    def source(self) -> str: ...


@dataclass(frozen=True)
class Pooling:
    """How polls come about. Sizes are standard deviations for a party with half of the vote; one with share m has 2 sqrt(m (1 - m)) times that.

    The vote walks at random from day to day. A poll shows it with the error that all polls share until the next election, with
    that of its pollster, and with that of its sample. Pollsters' errors add up to nothing, since what they have in common is the first.

    Attributes
    ----------
    walk : of the change in a day [share].
    house : of a pollster's error [share].
    industry : of the error that all polls share [share].
    design : by how much the variance of a sample is larger than that of one drawn at random.
    """

    walk: float
    house: float
    industry: float
    design: float

    def __post_init__(self) -> None:
        if min(self.walk, self.house, self.industry) < 0 or max(self.walk, self.house, self.industry) > 0.5 or self.design <= 0:
            raise SettingError("pooling: walk, house and industry are standard deviations in fractions of the vote, design is over 0")


def estimated() -> Pooling:
    """The sizes that fit past polls best (`facts/pooling.toml`)."""
    return Pooling(**{name: fact("pooling")["default"][name] for name in ("walk", "house", "industry", "design")})


@dataclass(frozen=True, eq=False)
class Pool:
    """The vote of each day, and the polls that it is drawn from.

    Attributes
    ----------
    parties, dates, pollsters, shares, source : of the polls.
    days : in order.
    mean : shares of each day, shape (days, parties) [0-1].
    sd : their standard deviations, the same shape.
    covariance : of the shares of the last day, shape (parties, parties).
    houses : each pollster's error of each party, shape (pollsters, parties), and `names` whose they are.
    """

    parties: tuple[Party, ...]
    dates: tuple[date, ...]
    pollsters: tuple[str, ...]
    shares: Floats
    source: str
    days: tuple[date, ...]
    mean: Floats
    sd: Floats
    covariance: Floats
    names: tuple[str, ...]
    houses: Floats

    @property
    def aim(self) -> Aim:
        """The shares of the last day, for a projection."""
        return Aim(tuple(party.id for party in self.parties), self.mean[-1], self.covariance)


def pool(polls: Polls, how: Pooling, *, on: date | None = None, known: Mapping[date, Mapping[str, float]] | None = None) -> Pool:
    """Pool the polls up to a day (the last poll's unless given), from the first poll or the first election that is `known`.

    known : shares of the vote on days of elections [0-1], by party; parties that are left out there are not tied to them.

    References
    ----------
    Jackman, Australian Journal of Political Science 40 (2005), pp. 499-517; here by the Kalman filter and the smoother of Rauch,
    Tung & Striebel, AIAA Journal 3 (1965), pp. 1445-1450, which need no sampling. All errors are a multinomial's: one filter for each
    set of polls that name the same parties.

    Raises
    ------
    Unsuitable
        There is no poll up to that day.
    """
    last = on or max(polls.dates, default=date.min)
    here = [row for row, day in enumerate(polls.dates) if day <= last]
    if not here:
        raise Unsuitable(f"no poll up to {last:%Y-%m-%d} is among these; name a later day or another file")
    order = np.array(sorted(here, key=lambda row: polls.dates[row]), dtype=np.intp)
    elections = {day: shares for day, shares in (known or {}).items() if day <= last}
    begun = min([polls.dates[order[0]], *elections])
    days = tuple(begun + timedelta(number) for number in range((last - begun).days + 1))
    names = sorted({polls.pollsters[row] for row in order})
    run = _Run(polls, order, begun, len(days), tuple(names), how, elections)
    shares = polls.shares[order]
    number = len(polls.parties)
    mean, sd = np.zeros((len(days), number)), np.zeros((len(days), number))
    houses = np.zeros((len(names), number))
    for columns in run.groups():
        smooth = run.smoothed(columns)
        mean[:, columns], houses[:, columns] = smooth.mean, smooth.houses
        sd[:, columns] = np.sqrt(smooth.variance)[:, np.newaxis] * _size(smooth.mean)
    total = mean.sum(axis=1, keepdims=True)
    # Polls that name different parties need not agree on the whole.
    mean = np.clip(mean / total, 0, 1)
    mean /= mean.sum(axis=1, keepdims=True)
    return Pool(
        tuple(polls.parties), tuple(polls.dates[row] for row in order), tuple(polls.pollsters[row] for row in order), shares, polls.source,
        days, mean, sd, _multinomial(mean[-1], sd[-1]), tuple(names), houses,
    )  # fmt: skip


def _size(shares: Floats) -> Floats:
    """An error at a share beside one at a half."""
    return np.asarray(2 * np.sqrt(np.clip(shares * (1 - shares), 0, None)), dtype=np.float64)


def _multinomial(shares: Floats, sd: Floats) -> Floats:
    """A covariance with these standard deviations, and the correlations of a multinomial: what one gains the others lose by their shares."""
    odds = np.sqrt(shares / np.maximum(1 - shares, NARROWEST))
    correlation = -np.outer(odds, odds)
    np.fill_diagonal(correlation, 1)
    return np.asarray(correlation * np.outer(sd, sd), dtype=np.float64)


@dataclass(frozen=True, eq=False)
class _Smooth:
    """Mean of the vote by day, shape (days, parties), its variance for a party at half, shape (days,), and houses (pollsters, parties)."""

    mean: Floats
    variance: Floats
    houses: Floats


@dataclass(frozen=True, eq=False)
class _Run:
    """Polls in order, by day and pollster. The state is the vote, the common error, and the pollsters' in a basis of what adds up to nothing."""

    polls: Polls
    order: NDArray[np.intp]
    begun: date
    days: int
    names: tuple[str, ...]
    how: Pooling
    elections: Mapping[date, Mapping[str, float]]

    def groups(self) -> list[list[int]]:
        """Columns of parties that the same polls and elections name."""
        given = ~np.isnan(self.polls.shares[self.order])
        found: dict[bytes, list[int]] = {}
        for column, party in enumerate(self.polls.parties):
            told = bytes(party.id in shares for shares in self.elections.values())
            if given[:, column].any():
                found.setdefault(given[:, column].tobytes() + told, []).append(column)
        return list(found.values())

    @property
    def basis(self) -> Floats:
        """Orthonormal columns that add up to nothing, shape (pollsters, pollsters - 1)."""
        number = len(self.names)
        return np.linalg.qr(np.eye(number) - 1 / number)[0][:, : number - 1]

    def observed(self, columns: list[int]) -> dict[int, list[tuple[Floats, Floats, float]]]:
        """By day, what was seen: how it hangs on the state, the shares (parties,), and the variance for a party at half."""
        basis = self.basis
        found: dict[int, list[tuple[Floats, Floats, float]]] = {}
        for day, shares in self.elections.items():
            ids = [self.polls.parties[column].id for column in columns]
            if ids[0] in shares:
                seen = (np.eye(2 + basis.shape[1])[0], np.array([shares[id_] for id_ in ids]), EXACT**2)
                found.setdefault((day - self.begun).days, []).append(seen)
        for row in self.order:
            shares_ = self.polls.shares[row, columns]
            if not np.isnan(shares_[0]):
                through = np.concatenate([[1.0, 1.0], basis[self.names.index(self.polls.pollsters[row])]])
                size = int(self.polls.sizes[row]) or SAMPLE
                found.setdefault((self.polls.dates[row] - self.begun).days, []).append((through, shares_, self.how.design / (4 * size)))
        return found

    def _start(self, columns: list[int]) -> tuple[Floats, Floats]:
        """Mean, shape (states, parties), and covariance before anything was seen."""
        states = 1 + len(self.names)
        mean = np.zeros((states, len(columns)))
        mean[0] = np.nanmean(self.polls.shares[self.order][:, columns], axis=0)
        return mean, np.diag([VAGUE**2, self.how.industry**2, *[self.how.house**2] * (states - 2)])

    def filtered(self, columns: list[int]) -> tuple[list[tuple[Floats, Floats]], float]:
        """State of each day given all up to it, and the logarithm of the likelihood of what was seen."""
        mean, covariance = self._start(columns)
        level = np.clip(mean[0], NARROWEST, 1)
        size = _size(level) ** 2
        seen, found, likelihood = self.observed(columns), [], 0.0
        for day in range(self.days):
            if day:
                covariance = covariance.copy()
                covariance[0, 0] += self.how.walk**2
            for through, shares, variance in seen.get(day, ()):
                spread = covariance @ through
                total = float(through @ spread) + variance
                surprise = shares - through @ mean
                likelihood -= 0.5 * float((np.log(2 * np.pi * total * size) + surprise**2 / (total * size)).sum())
                mean = mean + np.outer(spread / total, surprise)
                covariance = covariance - np.outer(spread, spread) / total
            found.append((mean, covariance))
        return found, likelihood

    def smoothed(self, columns: list[int]) -> _Smooth:
        """State of each day given everything."""
        found, _ = self.filtered(columns)
        mean, covariance = found[-1]
        basis = self.basis
        houses = basis @ mean[2:]
        means, variances = [mean[0]], [covariance[0, 0]]
        first = np.zeros(len(covariance))
        first[0] = self.how.walk**2
        for before, spread in reversed(found[:-1]):
            ahead = spread + np.diag(first)
            # The vote alone walks, so the gain differs from one in its first row alone.
            gain = np.eye(len(first))
            gain[0] -= np.linalg.solve(ahead, first) if self.how.walk else 0
            mean = before + gain @ (mean - before)
            covariance = spread + gain @ (covariance - ahead) @ gain.T
            means.append(mean[0])
            variances.append(covariance[0, 0])
        return _Smooth(np.array(means[::-1]), np.maximum(np.array(variances[::-1]), 0), houses)


def likelihood(polls: Polls, how: Pooling, *, on: date, known: Mapping[date, Mapping[str, float]]) -> float:
    """The logarithm of how likely these polls and elections are, up to a day; parties count as if apart."""
    order = np.array(sorted((row for row, day in enumerate(polls.dates) if day <= on), key=lambda row: polls.dates[row]), dtype=np.intp)
    begun = min([polls.dates[order[0]], *known])
    names = tuple(sorted({polls.pollsters[row] for row in order}))
    run = _Run(polls, order, begun, (on - begun).days + 1, names, how, known)
    return sum(run.filtered(columns)[1] for columns in run.groups())


def fitted(cycles: Sequence[tuple[Polls, date, Mapping[date, Mapping[str, float]]]], start: Pooling) -> Pooling:
    """The sizes under which several cycles are likeliest: each its polls, its last day, and the elections that are known in it.

    The common error shows only where an election follows polls; with no such cycle it stays as it starts.
    """
    followed = any(min(polls.dates) <= max(known) for polls, _, known in cycles if known)
    free = [name for name in ("walk", "house", "industry", "design") if name != "industry" or followed]

    def worth(how: Pooling) -> float:
        return sum(likelihood(polls, how, on=on, known=known) for polls, on, known in cycles)

    return climbed(worth, start, free)


def climbed(worth: Callable[[Pooling], float], start: Pooling, free: Sequence[str]) -> Pooling:
    """Go up in one direction after another, by factors that shrink: maxima of likelihoods like these are alone."""
    best, highest, step = start, worth(start), 2.0
    while step > 1.02:  # two per cent of a standard deviation matter to nobody
        moved = False
        for name in free:
            for factor in (step, 1 / step):
                there = replace(best, **{name: min(max(getattr(best, name) * factor, NARROWEST), 0.5 if name != "design" else 20.0)})
                if astuple(there) != astuple(best) and (found := worth(there)) > highest:
                    best, highest, moved = there, found, True
                    break
        if not moved:
            step = step**0.5
    return best
