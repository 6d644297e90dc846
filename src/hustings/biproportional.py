"""Votes by district and party in; seats that meet both margins, and the divisors that prove them, out."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil, floor, lcm

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hustings.apportionment import Apportionment, apportion
from hustings.divisors import Divisor, rule_named
from hustings.errors import SettingError
from hustings.lots import Lot, Lots, refuse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Cell = tuple[int, int]
Rates = tuple[Floats, Floats]
Divisors = tuple[tuple[Fraction, ...], tuple[Fraction, ...]]
FAR = 1e6
"""Stands for the logarithm of a step that cannot be taken: a seat where there are no votes, or one that a floor keeps."""


@dataclass(frozen=True, eq=False)
class Biproportional:
    """Seats by district and party, and the divisors that prove them.

    In each cell the seats are votes / (district divisor * party divisor), rounded as the method rounds; where that is a
    tie, either way.

    Attributes
    ----------
    seats : shape (districts, parties) [seats]; its sums are the seats of each district and of each party.
    upper : the apportionment of the house among the parties, unless their seats were given.
    lots : those of the upper apportionment, then those of the districts.
    """

    seats: Ints
    district_divisors: tuple[Fraction, ...]
    party_divisors: tuple[Fraction, ...]
    upper: Apportionment | None
    lots: tuple[Lot, ...]
    problem: "_Problem" = field(repr=False)

    @cached_property
    def published(self) -> Divisors:
        """Divisors of districts and of parties that prove the seats too, each with as few digits as the others leave it."""
        districts, parties, steps = list(self.district_divisors), list(self.party_divisors), self.problem.steps.exact
        tables = self.problem.votes, self.seats, self.problem.least
        for own, others, (votes, seats, least) in ((parties, districts, [t.T for t in tables]), (districts, parties, tables)):
            for line, _ in enumerate(own):
                cells = list(zip(others, votes[line].tolist(), seats[line].tolist(), least[line].tolist(), strict=True))
                low = max(number / (other * steps[held]) for other, number, held, _ in cells)
                highest = [number / (other * steps[held - 1]) for other, number, held, fewest in cells if held > fewest]
                own[line] = _shortest_between(low, min(highest, default=2 * low + 1))
        return tuple(districts), tuple(parties)


def biproportional(
    votes: ArrayLike,
    districts: Sequence[int],
    parties: Sequence[int] | None = None,
    *,
    method: str = "sainte-lague",
    voters: bool = False,
    round_voters: bool = False,
    winner_take_one: bool = False,
    names: Sequence[str] | None = None,
    places: Sequence[str] | None = None,
    where: str = "biproportional",
    lots: Lots = refuse,
) -> Biproportional:
    """Apportion the seats of all districts among all parties at once ("doppelter Pukelsheim").

    `votes` has shape (districts, parties) [votes]. `districts` are the seats of each district. `parties` are those of each
    party; without them the house is apportioned by the parties' votes first, or by their `voters`, where each voter has as
    many votes as the district has seats: the sum of votes / seats, each rounded to a whole number if `round_voters`. With
    `winner_take_one` the largest list of a district has one of its seats at least. `names` and `places` are what parties
    and districts are called in lots and errors.

    Raises
    ------
    SettingError
        The margins differ, no seats fit both, or the method is no divisor method with a first divisor over 0.
    TieUnresolved
        Several tables of seats fit equally well, and `lots` decides nothing.

    References
    ----------
    Pukelsheim, *Proportional Representation* (2nd ed. 2017), chapters 14 and 15; Gaffke and Pukelsheim, *Mathematical
    Social Sciences* 56 (2008), on vector and matrix apportionment problems and separable convex integer optimization.

    Examples
    --------
    >>> biproportional([[123, 912, 312], [45, 714, 255], [815, 414, 215]], [7, 5, 8]).seats.tolist()
    [[1, 4, 2], [0, 4, 1], [4, 3, 1]]
    """
    table = np.asarray(votes)
    if table.ndim != 2 or not np.issubdtype(table.dtype, np.integer) or (table.size and int(table.min()) < 0):
        raise SettingError(f"{where}: votes are whole numbers from 0, of shape (districts, parties)")
    rows, columns = table.shape
    urn = _Urn(tuple(names or map(str, range(columns))), tuple(places or map(str, range(rows))), where, lots)
    if {len(districts), len(urn.places)} != {rows} or {len(urn.names), columns if parties is None else len(parties)} != {columns}:
        raise SettingError(f"{where}: {rows} districts and {columns} parties have votes; seats and names must be as many")
    if len(set(urn.names)) < columns or len(set(urn.places)) < rows:
        raise SettingError(f"{where}: two parties or two districts have one name; a lot could not tell them apart")
    upper = None
    if parties is None:
        upper = apportion(_strength(table, districts, voters, round_voters), sum(districts), method, names=urn.names, where=where, lots=lots)
        urn.drawn.extend(upper.lots)
        parties = upper.seats
    if sum(districts) != sum(parties) or min(*districts, *parties) < 0:
        raise SettingError(f"{where}: the districts have {sum(districts)} seats and the parties {sum(parties)}; from 0, and as many, they must be")
    whole, least = table.astype(np.int64), np.zeros(table.shape, dtype=np.int64)
    problem = _Problem(whole, np.array(districts), np.array(parties), _steps(method, sum(districts).bit_length()), least)
    if winner_take_one:
        problem = replace(problem, least=_largest_lists(problem, urn))
    seats, rates = _balanced(problem, urn)
    proof = _proof(problem, seats, *rates) or _settled(problem, seats, rates, urn)
    seats.flags.writeable = False
    return Biproportional(seats, *proof, upper, tuple(urn.drawn), problem)


def _strength(votes: Ints, districts: Sequence[int], voters: bool, rounded: bool) -> list[int | Fraction]:
    """What the house is apportioned by, shape (parties,): votes, or voters."""
    if not voters:
        return [int(number) for number in votes.sum(axis=0)]
    shares = [[Fraction(number, seats) for number in row] for row, seats in zip(votes.tolist(), districts, strict=True) if seats]
    return [sum((Fraction(floor(share + Fraction(1, 2))) if rounded else share) for share in column) for column in zip(*shares, strict=True)]


@dataclass(frozen=True)
class _Steps:
    """The divisors of a method, one apart from the next: as fractions, as whole numbers over one denominator, as logarithms.

    `logs[n]` is what it takes to have n seats, with FAR below the first.
    """

    exact: tuple[Fraction, ...]
    whole: NDArray[np.object_]
    parts: int
    near: Floats
    logs: Floats


@lru_cache(maxsize=64)
def _steps(method: str, bits: int) -> _Steps:
    rule = rule_named(method)
    if not isinstance(rule, Divisor) or rule.power > 1 or not rule.sequence(0):
        raise SettingError(f"biproportional: {method} is no divisor method with a first divisor over 0; choose sainte-lague or dhondt")
    apart = Fraction(rule.sequence(2) - rule.sequence(1))
    exact = tuple(rule.sequence(held) / apart for held in range((2 << bits) + 2))
    parts = lcm(*(step.denominator for step in exact[:2]))
    near = np.array([float(step) for step in exact])
    whole = np.array([int(step * parts) for step in exact], dtype=np.object_)
    return _Steps(exact, whole, parts, near, np.concatenate([[-FAR], np.log(near)]))


@dataclass(frozen=True, eq=False)
class _Problem:
    """What the seats answer to: votes, both margins, the divisors, and the fewest seats of each cell."""

    votes: Ints
    districts: Ints
    parties: Ints
    steps: _Steps
    least: Ints


@dataclass(frozen=True)
class _Urn:
    """What parties and districts are called, and who decides."""

    names: tuple[str, ...]
    places: tuple[str, ...]
    where: str
    lots: Lots
    drawn: list[Lot] = field(default_factory=list)

    def draw(self, district: int, parties: Sequence[int], rule: str) -> int:
        """The one of the tied who is drawn in a district."""
        lot = self.lots(f"{self.where}, {self.places[district]}", rule, [self.names[party] for party in parties])
        self.drawn.append(lot)
        return self.names.index(lot.chosen)


def _largest_lists(problem: _Problem, urn: _Urn) -> Ints:
    """One seat for the largest list of each district that has any, shape (districts, parties)."""
    least = np.zeros_like(problem.votes)
    for row in np.flatnonzero(problem.districts * problem.votes.any(axis=1)).tolist():
        first = np.flatnonzero(problem.votes[row] == problem.votes[row].max()).tolist()
        least[row, first[0] if len(first) == 1 else urn.draw(row, first, "the rule of the largest list")] = 1
    for name, districts, seats in zip(urn.names, least.sum(axis=0), problem.parties, strict=True):
        if districts > seats:
            raise SettingError(f"{urn.where}: {name} is the largest list in {districts} districts and has {seats} seats; leave winner-take-one out")
    return least


def _balanced(problem: _Problem, urn: _Urn) -> tuple[Ints, Rates]:
    """Seats that meet both margins, and the logarithms of the rates of districts and of parties that lead to them.

    Real shares that meet the margins are found by scaling, and rounded; then one seat at a time goes where a margin lacks
    one, along the path on which the rates change least (tie and transfer). `seats` are those of the rates at every step.
    """
    votes, steps = problem.votes.astype(np.float64), problem.steps
    turn, taking = float(steps.exact[1]) - 1.5, votes > 0
    rows = np.maximum(problem.districts + turn * taking.sum(axis=1), 1e-3)
    columns = np.maximum(problem.parties + turn * taking.sum(axis=0), 1e-3)
    by_column = np.ones(len(columns))
    for _ in range(12):
        by_row = rows / np.maximum(votes @ by_column, 1e-9)
        by_column = columns / np.maximum(by_row @ votes, 1e-9)
    shares = votes * by_row[:, np.newaxis] * by_column
    seats = np.maximum(np.searchsorted(steps.near[: problem.districts.sum() + 2], shares, side="right"), problem.least)
    row_rates, column_rates = np.log(by_row), np.log(by_column)
    logs = np.where(taking, np.log(np.where(taking, shares, 1.0)), -FAR)
    while True:
        lacking, beyond = problem.districts - seats.sum(axis=1), seats.sum(axis=0) - problem.parties
        if not lacking.any() and not beyond.any():
            return seats, (row_rates, column_rates)
        path, row_far, column_far = _shortest(*_slack(problem, seats, logs), lacking, beyond)
        if not path:
            raise SettingError(_no_way(problem, urn, row_far < FAR / 2, column_far < FAR / 2))
        row_rates, column_rates = row_rates - row_far, column_rates + column_far
        logs += column_far - row_far[:, np.newaxis]
        for row, column, step in path:
            seats[row, column] += step


def _slack(problem: _Problem, seats: Ints, logs: Floats) -> tuple[Floats, Floats]:
    """By how much the logarithm of each cell may rise before it has a seat more, and fall before it has one less."""
    rise = problem.steps.logs[seats + 1] - logs
    fall = logs - problem.steps.logs[seats]
    fall[seats == problem.least] = FAR
    return np.maximum(rise, 0.0), np.maximum(fall, 0.0)


def _shortest(rise: Floats, fall: Floats, lacking: Ints, beyond: Ints) -> tuple[list[tuple[int, int, int]], Floats, Floats]:
    """The cells of the path that costs least, each with the seat it gains or loses, and how far each district and party is.

    A path leads from a district that lacks a seat or a party that has one too many, by turns through a cell that gains
    one (district to party) and a cell that loses one (party to district), to the opposite of where it may start. Without
    a way there is no path.
    """
    rows, columns = np.arange(len(lacking)), np.arange(len(beyond))
    row_far, column_far = np.where(lacking > 0, 0.0, np.inf), np.where(beyond > 0, 0.0, np.inf)
    row_from, column_from = np.full(len(rows), -1), np.full(len(columns), -1)
    while True:
        reach = row_far[:, np.newaxis] + rise
        via = reach.argmin(axis=0)
        nearer = reach[via, columns]
        better = nearer < column_far
        column_far, column_from = np.where(better, nearer, column_far), np.where(better, via, column_from)
        reach = column_far + fall
        via = reach.argmin(axis=1)
        nearer = reach[rows, via]
        closer = nearer < row_far
        row_far, row_from = np.where(closer, nearer, row_far), np.where(closer, via, row_from)
        if not closer.any():
            break
    ends = [(float(column_far[c]), 1, int(c)) for c in np.flatnonzero(beyond < 0)]
    ends += [(float(row_far[r]), 0, int(r)) for r in np.flatnonzero(lacking < 0)]
    far, party, here = min(ends)
    path: list[tuple[int, int, int]] = []
    if far >= FAR / 2:
        return path, row_far, column_far
    while True:
        back = int(column_from[here] if party else row_from[here])
        if back < 0:
            return path, np.minimum(row_far, far), np.minimum(column_far, far)
        path.append((back, here, 1) if party else (here, back, -1))
        party, here = 1 - party, back


def _no_way(problem: _Problem, urn: _Urn, rows: Mask, columns: Mask) -> str:
    inside = ", ".join(np.array(urn.places)[rows]) or "no district"
    lists = ", ".join(np.array(urn.names)[columns]) or "no list"
    return (
        f"{urn.where}: no seats fit both margins: {inside} elect {problem.districts[rows].sum()}, and the lists that may win them, "
        f"{lists}, have {problem.parties[columns].sum()}; change the one or the other"
    )


def _proof(problem: _Problem, seats: Ints, row_rates: Floats, column_rates: Floats) -> Divisors | None:
    """Divisors that prove the seats and show that they alone fit; None where a tie may lie so close that fractions must tell."""
    taking = problem.votes > 0
    base = np.where(taking, np.log(np.where(taking, problem.votes, 1)), -FAR)
    for _ in range(sum(seats.shape)):  # from the edge of what the rates may be to its middle; how far is no matter, the check is exact
        logs = base + row_rates[:, np.newaxis] + column_rates
        rise, fall = _slack(problem, seats, logs)
        if min(rise.min(), fall.min()) > 1e-9:
            break
        up, down = np.minimum(rise.min(axis=1), 1.0), np.minimum(fall.min(axis=1), 1.0)
        row_rates = row_rates + (up - down) / 2
        rise, fall = _slack(problem, seats, base + row_rates[:, np.newaxis] + column_rates)
        up, down = np.minimum(rise.min(axis=0), 1.0), np.minimum(fall.min(axis=0), 1.0)
        column_rates = column_rates + (up - down) / 2
    # As whole numbers, and checked as such: rows * columns / unit is the rate of a cell.
    rows = [int(rate) for rate in np.exp(row_rates - row_rates.min()) * 2.0**60]
    columns = [int(rate) for rate in np.exp(column_rates - column_rates.min()) * 2.0**60]
    unit = int(Fraction(2) ** 120 / Fraction(float(np.exp(row_rates.min()))) / Fraction(float(np.exp(column_rates.min()))))
    shares = problem.votes.astype(np.object_) * np.array(rows, dtype=np.object_)[:, np.newaxis] * np.array(columns, dtype=np.object_)
    shares *= problem.steps.parts
    below = problem.steps.whole[np.maximum(seats - 1, 0)] * unit
    above = problem.steps.whole[seats] * unit
    if not ((shares < above) & ((shares > below) | (seats == problem.least))).all():
        return None
    middle = sorted(columns)[len(columns) // 2]  # so that party divisors lie about 1
    return tuple(Fraction(unit, row * middle) for row in rows), tuple(Fraction(middle, column) for column in columns)


def _shortest_between(low: Fraction, high: Fraction) -> Fraction:
    """The number from `low` to `high` with the fewest digits, inside where there is an inside; of several, the middle one."""
    if low == high:
        return low
    places = -len(str(floor(high)))
    while True:
        unit = Fraction(10) ** -places
        first, last = floor(low / unit) + 1, ceil(high / unit) - 1
        if first <= last and last > 0:
            return (max(first, 1) + last) // 2 * unit
        places += 1


def _settled(problem: _Problem, seats: Ints, rates: Rates, urn: _Urn) -> Divisors:
    """The same in fractions where floats could not tell; every tie drawn, district by district. `seats` are changed in place."""
    rows, columns = _potentials(problem, seats, rates)
    gains, losses = _level(problem, seats, rows, columns)
    while (tied := _tied(gains, losses)).any():
        row = int(tied.any(axis=1).argmax())
        column = urn.draw(row, np.flatnonzero(tied[row]).tolist(), "the rule of equal quotients")
        if gains[row, column]:
            for cell, step in _circle((row, column), gains, losses):
                seats[cell] += step
                gains[cell], losses[cell] = step < 0, step > 0
        losses[row, column] = False  # drawn, and so to stay
    return tuple(1 / rate for rate in rows), tuple(columns)


def _potentials(problem: _Problem, seats: Ints, rates: Rates) -> tuple[list[Fraction], list[Fraction]]:
    """Rates x of districts and divisors z of parties with divisor(seats - 1) <= votes * x / z <= divisor(seats) in each cell.

    Each bound is pulled tight in turn (Bellman and Ford); bounds that chase each other round a circle show seats that are
    better moved round it.
    """
    votes, steps = problem.votes.tolist(), problem.steps.exact
    x, z = [Fraction(rate) for rate in np.exp(rates[0]).tolist()], [Fraction(rate) for rate in np.exp(-rates[1]).tolist()]
    while True:
        held = seats.tolist()
        cells = [(r, c) for r in range(len(x)) for c in range(len(z)) if votes[r][c]]
        above = {(r, c): steps[held[r][c]] / votes[r][c] for r, c in cells}
        below = {(r, c): votes[r][c] / steps[held[r][c] - 1] for r, c in cells if held[r][c] > problem.least[r, c]}
        row_from, column_from = [-1] * len(x), [-1] * len(z)
        for _ in range(len(x) + len(z)):
            moved = -1
            for r, c in cells:
                if (bound := above[r, c] * z[c]) < x[r]:
                    x[r], row_from[r], moved = bound, c, r
                if (r, c) in below and (bound := below[r, c] * x[r]) < z[c]:
                    z[c], column_from[c], moved = bound, r, r
            if moved < 0:
                return x, z
        for _ in range(len(x)):  # back along the bounds, into the circle
            moved = column_from[row_from[moved]]
        start, here = moved, moved
        while True:
            party = row_from[here]
            seats[here, party] += 1
            here = column_from[party]
            seats[here, party] -= 1
            if here == start:
                break


def _level(problem: _Problem, seats: Ints, rows: list[Fraction], columns: list[Fraction]) -> tuple[Mask, Mask]:
    """Cells that may as well have a seat more, and cells that may as well have one less."""
    steps, gains, losses = problem.steps.exact, np.zeros(seats.shape, dtype=np.bool_), np.zeros(seats.shape, dtype=np.bool_)
    for r, c in zip(*(axis.tolist() for axis in np.nonzero(problem.votes)), strict=True):
        share, held = problem.votes[r, c].item() * rows[r] / columns[c], int(seats[r, c])
        gains[r, c] = share == steps[held]
        losses[r, c] = held > problem.least[r, c] and share == steps[held - 1]
    return gains, losses


def _tied(gains: Mask, losses: Mask) -> Mask:
    """The cells on a circle of gains and losses by turns: those that one table of seats fills and another does not."""
    way = np.eye(len(gains), dtype=np.bool_) | (gains @ losses.T)  # district to district: a gain, then a loss of the same party
    for _ in range(len(gains).bit_length()):
        way = way @ way
    tied: Mask = (gains & (way.T @ losses)) | (losses & (way @ gains))
    return tied


def _circle(start: Cell, gains: Mask, losses: Mask) -> list[tuple[Cell, int]]:
    """A shortest circle through a gain: a loss of the same party, a gain in the same district … back to its district."""
    came: dict[Cell, Cell | None] = {start: None}
    line = [start]
    for row, column in line:
        for other in np.flatnonzero(losses[:, column]).tolist():
            loss = (other, column)
            if loss in came:
                continue
            came[loss] = (row, column)
            if other == start[0]:
                circle: list[tuple[Cell, int]] = []
                step: Cell | None = loss
                while step is not None:
                    circle.append((step, 1 if gains[step] else -1))
                    step = came[step]
                return circle
            fresh = [(other, party) for party in np.flatnonzero(gains[other]).tolist() if (other, party) not in came]
            came |= dict.fromkeys(fresh, loss)
            line += fresh
    raise AssertionError("a tied cell lies on a circle")
