"""An election, a pact and errors in; what the partners win in draws of transfers and votes, and the division of most chance, out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.analysis.draws import CHUNK, Errors, Floats, Task, aimed, calibrated
from hustings.election import Election
from hustings.errors import SettingError, Unsuitable
from hustings.registry import describe
from hustings.scenarios.pact import Agreed, Pact
from hustings.transfers import ESTIMATED, FULL, NO, NOBODY, Columns

CERTAINTY = 20.0
"""Concentration of transfers: a share of a half has a standard deviation of 0.11."""
WIDTHS = (2.0, 1.0, 0.5, 0.25)
"""How near to a majority a draw has to come to count in the search, in standard deviations of the partners' seats; in turn."""


@dataclass(frozen=True, eq=False)
class Pacted:
    """Seats of a pact.

    Attributes
    ----------
    parties : ids.
    members : the partners.
    was : seats without it, shape (parties,) [seats].
    bounds : with it, if nobody follows and if all do, shape (2, parties) [seats].
    transfers : in draws of where supporters go, the votes as they were cast, shape (draws, parties) [seats].
    seats : in draws of both, way → shape (draws, parties) [seats]: `none`, `estimated`, `full`, and `apart` without the pact.
    """

    parties: tuple[str, ...]
    members: tuple[str, ...]
    was: NDArray[np.int64]
    bounds: NDArray[np.int64]
    transfers: NDArray[np.int64]
    seats: dict[str, NDArray[np.int64]]

    def of_partners(self, seats: NDArray[np.int64]) -> NDArray[np.int64]:
        """Seats of the partners together; `seats` has parties for its last axis."""
        return np.asarray(seats[..., [self.parties.index(party) for party in self.members]].sum(axis=-1))

    def majority(self, way: str) -> float:
        """How likely the partners have over half of the seats between them [0-1]."""
        return float((2 * self.of_partners(self.seats[way]) > self.was.sum()).mean())


@dataclass(frozen=True, eq=False)
class Draws:
    """Draws of an election of single-member districts, and of where those go whose party withdraws.

    Votes err as those of a projection do. Transfers: after each party, the shares of those who may come next are Dirichlet-distributed
    about the estimate with the concentration `certainty`, one draw for all districts. Cut down to those who stand in a district it is
    Dirichlet-distributed again, with the same concentration of each party (Aitchison, The Statistical Analysis of Compositional Data
    (1986), section 3.3). Ties go to the party that comes first: draws are of floats, and next to never level.
    """

    election: Election
    pact: Pact
    swing: Any
    certainty: float
    seed: int
    errors: Errors

    def __post_init__(self) -> None:
        if self.certainty <= 0:
            raise SettingError(f"certainty={self.certainty:g} must be over 0: 20 has a share of a half vary by a standard deviation of 0.11")
        if not hasattr(self.swing, "moved"):
            raise Unsuitable(f"{describe(self.swing)} is no swing: it does not say what a district does when the whole moves")
        if any(place.magnitude > 1 for place in self.election.main.districts):
            raise Unsuitable(f"{self.election.id} has districts of several members; a pact is drawn where one is elected")

    @cached_property
    def agreed(self) -> Agreed:
        """The pact in this election."""
        return self.pact.agreed(self.election)

    @cached_property
    def _task(self) -> Task:
        centre, covariance = aimed(self.election, self.swing, None)
        return Task(self.election, self.swing, (), self.errors, centre, covariance, self.seed)

    def votes(self, first: int, draws: int) -> Iterator[tuple[int, Floats]]:
        """The number of each chunk of draws and its votes, shape (draws, districts, parties)."""
        if draws < 1:
            raise SettingError(f"draws={draws}: at least one is needed")
        for chunk in range(first, first + -(-draws // CHUNK)):
            yield chunk, self._task.votes(chunk)[: draws - (chunk - first) * CHUNK].astype(np.float64)

    def after(self, votes: Floats, agreed: Agreed, chunk: int, draws: int) -> Floats:
        """Votes once the partners have withdrawn, shape (draws, districts, parties); `votes` has as many draws or one."""
        tally = self.election.main.counted()
        ids = [party.id for party in tally.parties]
        order = sorted(range(len(ids)), key=lambda at: ids[at])
        leaving = agreed.leaving(tally)
        stood = tally.stood & ~leaving
        served = np.flatnonzero(agreed.bearer != NOBODY)
        stood[served, agreed.bearer[served]] |= leaving[served].any(axis=1)
        alike: dict[tuple[int, int, bool, bytes], list[int]] = {}
        for row, last in np.argwhere(leaving).tolist():
            north = self.election.main.districts[row].country == "Northern Ireland"
            alike.setdefault((last, int(agreed.bearer[row]), north, stood[row].tobytes()), []).append(row)
        moved = np.where(leaving, 0.0, np.broadcast_to(votes, (draws, *votes.shape[1:])))
        noise = self._noise(agreed, chunk, draws)
        for (last, partner, north, _), rows in alike.items():
            standing = [at for at in order if stood[rows[0], at]]
            vector = agreed.how.vector(ids[last], tuple(ids[at] for at in standing), ids[partner], north=north)
            shares = np.array(vector, dtype=np.float64) * noise[last, north][:, [*standing, len(ids)]]
            shares /= shares.sum(axis=1, keepdims=True)
            moved[:, np.array(rows)[:, np.newaxis], standing] += votes[:, rows, last][:, :, np.newaxis] * shares[:, np.newaxis, :-1]
        return moved

    def _noise(self, agreed: Agreed, chunk: int, draws: int) -> dict[tuple[int, bool], Floats]:
        """Gamma numbers of mean 1 by leaving party and matrix, shape (draws, parties + 1): shares times these, closed, are Dirichlet."""
        ids = [party.id for party in self.election.main.counted().parties]
        found = {}
        for north in (False, True):
            for last in agreed.members:
                shares = agreed.how.vector(ids[last], tuple(id_ for id_ in ids if id_ != ids[last]), None, north=north)
                mean = np.insert(np.array(shares, dtype=np.float64), last, 0.0)
                rng = np.random.default_rng([self.seed, chunk, last, int(north)])
                shape = np.maximum(self.certainty * mean, 1e-9)
                found[last, north] = np.maximum(rng.standard_gamma(shape, size=(draws, len(shape))) / shape, 1e-300)
        return found


def span(seats: NDArray[np.int64]) -> tuple[int, int, int]:
    """Seats that 5%, half and 95% of the draws do not exceed, from shape (draws,)."""
    low, middle, high = np.quantile(seats, (0.05, 0.5, 0.95), method="nearest").tolist()
    return low, middle, high


def pacted(
    election: Election, pact: Pact, swing: Any, *, draws: int, seed: int, certainty: float = CERTAINTY, errors: Errors | None = None
) -> Pacted:
    """What a pact comes to: seats as the votes were, at its bounds, and in draws of transfers and of votes.

    `swing` says how districts move with the whole when votes err, as in a projection.

    Raises
    ------
    SettingError
        Nothing is drawn, or `certainty` is none.
    Unsuitable
        The swing is none, or districts elect several members.
    """
    made = Draws(election, pact, swing, certainty, seed, errors or calibrated())
    agreed = made.agreed
    ways = {way: replace(agreed, how=replace(agreed.how, way=way)) for way in (NO, ESTIMATED, FULL)}
    cast = election.main.counted().votes[np.newaxis].astype(np.float64)
    bounds = [_seats(made.after(cast, ways[way], 0, 1))[0] for way in (NO, FULL)]
    parts: dict[str, list[NDArray[np.int64]]] = {way: [] for way in ("apart", *ways, "transfers")}
    for chunk, votes in made.votes(0, draws):
        parts["apart"].append(_seats(votes))
        parts["transfers"].append(_seats(made.after(cast, ways[ESTIMATED], chunk, len(votes))))
        for way, each in ways.items():
            parts[way].append(_seats(made.after(votes, each, chunk, len(votes))))
    drawn = {way: np.concatenate(found) for way, found in parts.items()}
    ids = tuple(party.id for party in election.main.counted().parties)
    transfers = drawn.pop("transfers")
    return Pacted(ids, tuple(ids[at] for at in agreed.members), _seats(cast)[0], np.array(bounds), transfers, drawn)


def divided(
    election: Election, pact: Pact, swing: Any, *, slack: Fraction, draws: int, seed: int, certainty: float = CERTAINTY, errors: Errors | None = None
) -> dict[str, list[str]]:
    """Party → names of its districts: the division of the pact's districts with the best chance of a joint majority that was found.

    Fair is a division in which each partner's share of the districts that several want is at most `slack` below its share of the
    partners' votes there. The division with most seats to be expected is exact; from there, draws weigh the more the nearer
    they come to a majority, and the best division by these weights is tried, until none is better in more draws. That may
    miss the very best. The draws are others than those of `pacted` with this seed, which therefore judges it fairly.

    Raises
    ------
    Unsuitable
        No division is as fair as asked, or several partners stand nowhere.
    """
    made = Draws(election, pact, swing, certainty, seed, errors or calibrated())
    agreed, tally = made.agreed, election.main.counted()
    members = np.array(agreed.members)
    rows = np.flatnonzero(agreed.inside & (tally.stood[:, members].sum(axis=1) > 1))
    if not len(rows):
        raise Unsuitable("pact: several of the partners stand in none of its districts")
    stood = tally.stood[np.ix_(rows, members)]
    won, base = [], []
    # Draws of the other end of the seed: chunks that `pacted` does not reach.
    for chunk, votes in made.votes(2**31, draws):
        choices = []
        for at in members:
            bearer: Columns = np.full(len(tally.votes), NOBODY)
            bearer[rows] = np.where(tally.stood[rows, at], at, NOBODY)
            after = made.after(votes, replace(agreed, bearer=bearer), chunk, len(votes))
            choices.append(after[:, rows].argmax(axis=2) == at)
        won.append(np.stack(choices, axis=2) & stood)
        others = np.delete(votes, rows, axis=1).argmax(axis=2)
        base.append(np.isin(others, members).sum(axis=1))
    wins, elsewhere = np.concatenate(won), np.concatenate(base)
    votes_of = tally.votes[np.ix_(rows, members)].sum(axis=0)
    due = [floor((Fraction(int(number), max(1, int(votes_of.sum()))) - slack) * len(rows)) for number in votes_of]
    best = _likeliest(wins, elsewhere, stood, due, len(tally.votes))
    places = election.main.districts
    return {tally.parties[at].id: [places[row].name for row in rows[best == number]] for number, at in enumerate(members)}


def _likeliest(wins: NDArray[np.bool_], elsewhere: NDArray[Any], stood: NDArray[np.bool_], due: Sequence[int], house: int) -> Columns:
    """The member of each row with which most draws reach a majority, as far as a search by reweighted draws finds it.

    `wins` says who would win as the bearer, shape (draws, rows, members); `elsewhere` what partners win besides, shape (draws,).
    """

    def division(weights: Floats) -> Columns:
        return assigned(np.where(stood, np.tensordot(weights / weights.sum(), wins, 1), -np.inf), due)

    def seats(chosen: Columns) -> NDArray[Any]:
        return np.asarray(elsewhere + wins[:, np.arange(len(chosen)), chosen].sum(axis=1))

    best = division(np.ones(len(wins)))
    for width in WIDTHS:
        while True:
            have = seats(best)
            away = (have - house / 2) / max(width * float(have.std()), 1.0)
            # No draw is left without a say: far from a majority it is seats that count.
            found = division(np.exp(-(away**2) / 2) + 1e-6)
            if (2 * seats(found) > house).sum() <= (2 * have > house).sum():
                break
            best = found
    return best


def _seats(votes: Floats) -> NDArray[np.int64]:
    """Seats by party where each district elects whoever has most votes, shape (draws, parties)."""
    parties = votes.shape[2]
    first = votes.argmax(axis=2)
    return np.asarray((first[:, :, np.newaxis] == np.arange(parties)).sum(axis=1))


def assigned(chance: NDArray[np.float64], due: Sequence[int]) -> NDArray[np.intp]:
    """One column for each row, of greatest sum, such that each column has at least the rows due to it; -inf is no choice.

    From the best choice of each row, columns short of their due take rows along the cheapest chain of changes: successive
    shortest paths, hence the optimum (Ahuja, Magnanti & Orlin, Network Flows (1993), section 9.7).

    Raises
    ------
    Unsuitable
        No choice gives every column its due.
    """
    chosen: NDArray[np.intp] = chance.argmax(axis=1)
    number = chance.shape[1]
    while short := [to for to in range(number) if (chosen == to).sum() < due[to]]:
        spare = [at for at in range(number) if (chosen == at).sum() > due[at]]
        cost, step = np.full((number, number), np.inf), np.zeros((number, number), dtype=np.intp)
        for at in range(number):
            rows = np.flatnonzero(chosen == at)
            for to in range(number):
                if to != at and len(rows):
                    loss = chance[rows, at] - chance[rows, to]
                    cost[at, to], step[at, to] = loss.min(), rows[loss.argmin()]
        reach = np.where(np.isin(np.arange(number), spare), 0.0, np.inf)
        before = np.full(number, NOBODY)
        for _ in range(number):
            through = reach[:, None] + cost
            better = through.min(axis=0) < reach - 1e-15
            before[better], reach[better] = through.argmin(axis=0)[better], through.min(axis=0)[better]
        to = min(short, key=lambda column: reach[column])
        if not np.isfinite(reach[to]):
            raise Unsuitable("pact: no division of the districts is as fair as asked; raise slack")
        while before[to] != NOBODY:
            chosen[step[before[to], to]] = to
            to = int(before[to])
    return chosen
