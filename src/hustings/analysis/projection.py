"""An election, a swing and a system in; the seats of thousands of draws of the next election, and what may be said of them, out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.analysis.draws import CHUNK, Aim, Columns, Errors, Floats, Ints, Task, aimed, calibrated, under_new_names
from hustings.batches import drawn
from hustings.election import District, Election, Party
from hustings.errors import SettingError, UnknownName, Unsuitable
from hustings.lots import Seeded
from hustings.registry import describe
from hustings.work import HERE, Kept, Workers, run

MOST = 1_000_000
"""Draws: their seats and winners lie in memory."""
PIECE, PIECES, FEW = 32 * CHUNK, 16, 16
"""Draws handed to a worker at a time: at most, and the least number of pieces; of systems that count each draw by itself."""


@dataclass(frozen=True)
class Change:
    """A district that may change hands: who holds it, who is likeliest to take it, and how likely it is to change [0-1]."""

    district: District
    holder: Party
    taker: Party
    probability: float


@dataclass(frozen=True, eq=False)
class Projection:
    """Seats in many draws of the next election, and who wins each district.

    Attributes
    ----------
    election, swing, system : what was projected, by what, under what; as they are written.
    seats : shape (draws, parties) [seats], int16.
    winners : column of the winner of each district, shape (draws, districts), one byte each; None where districts elect several.
    holders : column of who holds each district, shape (districts,); None with `winners`.
    aim : share of the whole that each party is aimed at, shape (parties,) [0-1].
    before : the same at the election, shape (parties,).
    where : the part of the country that the swing moves and the shares are of.
    seed : makes the same draws again.
    tied : in how many draws a lot was drawn, by that seed.
    """

    election: str
    swing: str
    system: str
    parties: tuple[Party, ...]
    districts: tuple[District, ...]
    house: int
    seats: NDArray[np.int16]
    winners: Columns | None
    holders: Columns | None
    aim: Floats
    before: Floats
    where: str
    errors: Errors
    seed: int
    tied: int
    assumed: tuple[str, ...] = ()
    attribution: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Projection of {self.election} by {self.swing} under {self.system}: {self.draws:,} draws>"

    @property
    def draws(self) -> int:
        """How many."""
        return len(self.seats)

    @property
    def mean(self) -> Floats:
        """Mean seats of each party, shape (parties,)."""
        return np.asarray(self.seats.mean(axis=0), dtype=np.float64)

    def quantiles(self, at: Sequence[float] = (0.05, 0.25, 0.5, 0.75, 0.95)) -> Floats:
        """Seats of each party below which so many draws lie, shape (at, parties)."""
        return np.asarray(np.quantile(self.seats, at, axis=0), dtype=np.float64)

    @cached_property
    def largest(self) -> dict[str, float]:
        """How likely each party is to have most seats [0-1]; those level share the draw."""
        most = self.seats == self.seats.max(axis=1, keepdims=True)
        return dict(zip((party.id for party in self.parties), (most / most.sum(axis=1, keepdims=True)).mean(axis=0).tolist(), strict=True))

    @cached_property
    def majority(self) -> dict[str, float]:
        """How likely each party is to have over half of the seats, and how likely `none` is [0-1]."""
        over = (2 * self.seats.astype(np.int32) > self._all).mean(axis=0).tolist()
        return {**dict(zip((party.id for party in self.parties), over, strict=True)), "none": max(0.0, 1 - sum(over))}

    @property
    def _all(self) -> Ints:
        """All seats of each draw, shape (draws, 1): a house that grows with overhang is not the same in every draw."""
        return np.asarray(self.seats.sum(axis=1, keepdims=True, dtype=np.int64))

    def coalition(self, parties: Sequence[str]) -> float:
        """How likely these parties have over half of the seats between them [0-1].

        Raises
        ------
        UnknownName
            One of them is no party of this election.
        """
        ids = [party.id for party in self.parties]
        for party in parties:
            if party not in ids:
                raise UnknownName("party of this election", party, ids)
        together = self.seats[:, [ids.index(party) for party in dict.fromkeys(parties)]].sum(axis=1, keepdims=True, dtype=np.int64)
        return float((2 * together > self._all).mean())

    @cached_property
    def wins(self) -> Floats | None:
        """How likely each party is to win each district, shape (districts, parties) [0-1]; None where districts elect several."""
        if self.winners is None:
            return None
        columns = len(self.parties)
        counts = np.zeros(self.winners.shape[1] * columns, dtype=np.int64)
        starts = np.arange(self.winners.shape[1], dtype=np.int64) * columns
        every: NDArray[Any] = self.winners
        for part in np.array_split(every, max(1, len(every) // 1024)):  # a copy of all in eight bytes would be eight times as large
            counts += np.bincount((part + starts).ravel(), minlength=len(counts))
        return np.asarray(counts.reshape(-1, columns) / len(self.winners), dtype=np.float64)

    def changes(self) -> tuple[Change, ...]:
        """Districts by how likely they change hands, the likeliest first; those that did in no draw are left out."""
        if self.wins is None or self.holders is None:
            return ()
        rows = np.arange(len(self.districts))
        changing = 1 - self.wins[rows, self.holders]
        others = self.wins.copy()
        others[rows, self.holders] = -1
        return tuple(
            Change(self.districts[row], self.parties[self.holders[row]], self.parties[int(others[row].argmax())], float(changing[row]))
            for row in np.argsort(-changing, kind="stable")
            if changing[row] > 1e-12
        )

    def tipping_point(self) -> tuple[Party, District, float] | None:
        """The party with most seats on average, the district that makes its majority, and how likely it wins that [0-1].

        With its districts in order of how likely it wins them, it is the one with which they are over half of the house.
        None where districts elect several.
        """
        if self.wins is None:
            return None
        party = int(self.mean.argmax())
        order = np.argsort(-self.wins[:, party], kind="stable")
        row = int(order[self.house // 2])
        return self.parties[party], self.districts[row], float(self.wins[row, party])


def project(
    election: Election,
    swing: Any,
    system: Any,
    *,
    draws: int,
    rng: np.random.Generator | int,
    to: Mapping[str, float] | Aim | None = None,
    errors: Errors | None = None,
    workers: Workers = HERE,
    kept: Path | None = None,
    progress: Callable[[int], object] | None = None,
) -> Projection:
    """Project the election that follows: draw its votes, and count each draw under the system.

    `swing` is a scenario that moves districts with the whole, such as `scenario["uniform-swing"]()`. `rng` gives the seed, or
    is it; the same seed gives the same draws, wherever they are counted. `to` is what parties are to have where the swing
    applies [0-1]; those not named share the rest as they did; None for the shares of the election. `errors` are those
    calibrated on past pairs of elections unless given. `workers` says where draws are counted; `kept` is a folder in which
    finished ones lie until all are there, so that a run that was stopped goes on; `progress` is told how many are finished.

    Raises
    ------
    SettingError
        The shares cannot be; a party has none to move, and needs the scenario `new-party` first.
    UnknownName
        A party is none of the election's.
    Unsuitable
        The scenario is no swing, or the election has two votes, of which a projection moves one.
    """
    return side_by_side(
        election, swing, (system,), draws=draws, rng=rng, to=to, errors=errors, workers=workers, kept=kept, progress=progress
    )[0]  # fmt: skip


def side_by_side(
    election: Election,
    swing: Any,
    systems: Sequence[Any],
    *,
    draws: int,
    rng: np.random.Generator | int,
    to: Mapping[str, float] | Aim | None = None,
    errors: Errors | None = None,
    workers: Workers = HERE,
    kept: Path | None = None,
    progress: Callable[[int], object] | None = None,
) -> tuple[Projection, ...]:
    """The same under several systems, each of which counts the same draws; all else as in `project`."""
    if not 1 <= draws <= MOST:
        raise SettingError(f"draws={draws:,}: 1 to {MOST:,} can be drawn")
    if not hasattr(swing, "moved"):
        raise Unsuitable(f"{describe(swing)} is no swing: it does not say what a district does when the whole moves")
    if election.upper is not None:
        raise Unsuitable(f"{election.id} has two votes; a projection moves one: keep the first contest")
    seed = int(rng.integers(1 << 53)) if isinstance(rng, np.random.Generator) else rng
    aim = Aim(tuple(to), np.array([float(share) for share in to.values()])) if isinstance(to, Mapping) else to
    if aim:
        election = under_new_names(election, aim.parties)
    centre, covariance = aimed(election, swing, aim)
    task = Task(election, swing, tuple(systems), errors or calibrated(), centre, covariance, seed)
    size = min(PIECE, -(-draws // (PIECES * CHUNK)) * CHUNK) if all(hasattr(system, "batch") for system in systems) else FEW
    ends = [*range(0, draws, size), draws]
    seats = [np.zeros((draws, len(task.parties)), dtype=np.int16) for _ in systems]
    winners: list[Columns | None] = [None] * len(systems)
    tied = [0] * len(systems)
    finished = 0
    store = None if kept is None else Kept(kept, task.request(size))
    for number, answer in run(task, list(pairwise(ends)), workers, store):
        start, stop = ends[number], ends[number + 1]
        for at, (won, who, lots) in enumerate(answer):
            seats[at][start:stop] = won
            tied[at] += lots
            if who is not None:
                here = winners[at]
                winners[at] = here = np.zeros((draws, who.shape[1]), dtype=who.dtype) if here is None else here
                here[start:stop] = who
        finished += stop - start
        if progress:
            progress(finished)
    return tuple(
        _told(task, system, won, who, lots) for system, won, who, lots in zip(systems, seats, winners, tied, strict=True)
    )  # fmt: skip


def _told(task: "Task", system: Any, seats: NDArray[np.int16], winners: Columns | None, tied: int) -> Projection:
    """The projection under one system."""
    election = task.election
    # The system speaks for itself: who holds the districts, and what it assumes.
    scenarios = system.scenarios(election) if hasattr(system, "scenarios") else ()
    before = drawn(election, election.main.counted().votes, scenarios).under(system, Seeded(task.seed))
    return Projection(
        election=election.id,
        swing=describe(task.swing),
        system=describe(system),
        parties=task.parties,
        districts=election.main.districts,
        house=before.house,
        seats=seats,
        winners=winners,
        holders=None if winners is None else before.seats[: len(election.main.districts)].argmax(axis=1).astype(winners.dtype),
        aim=task.whole(task.centre),
        before=task.now,
        where=task.where,
        errors=task.errors,
        seed=task.seed,
        tied=tied,
        assumed=(
            *before.assumed,
            "parties whose shares are not given divide what the others leave, as they did before",
            "each district has as many valid votes as it had, and the parties that stood stand again",
            *([] if (task.area >= 0).all() else [f"districts outside {task.where} keep their shares but for errors"]),
        ),
        attribution=before.attribution,
    )  # fmt: skip
