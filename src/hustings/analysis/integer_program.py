"""A linear program in; a bound on its least cost that integers prove, and the best solution in integers, out.

Floating point only proposes: whatever weights of the rows it gives are made whole, and prove what they prove.

References
----------
Neumaier & Shcherbina, "Safe bounds in linear and mixed-integer linear programming", Mathematical Programming 99 (2004).
"""

import heapq
import itertools
import time
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

SCALE = 1 << 30
"""Weights that prove a bound are whole multiples of one in so many."""
TINY = 1e-7
LARGE = 1 << 20


class Program(NamedTuple):
    """Least cost @ x with table @ x <= right and 0 <= x <= upper."""

    table: Integers
    right: Integers
    cost: Integers
    upper: Integers


def bounded(program: Program) -> int:
    """A proven bound on the least cost, in fractions as in integers."""
    return _relaxed(program).bound


def solved(program: Program, enough: int, stop: float) -> tuple[int, Integers | None]:
    """The program in integers, by branch and bound until the clock is at `stop`: a proven bound, and the best found below `enough`."""
    best: Integers | None = None
    least = enough
    open_branches: list[tuple[int, int, tuple[tuple[int, int, int], ...]]] = [(0, 0, ())]
    number = itertools.count(1)
    while open_branches:
        bound, _, branch = heapq.heappop(open_branches)
        if bound >= enough or time.monotonic() > stop:
            return min(least, bound), best
        relaxed = _relaxed(program, branch)
        bound = max(bound, relaxed.bound)
        if bound >= enough:
            continue
        if relaxed.point is None:
            least = min(least, bound)  # given up: no more than the bound is known
            continue
        near = np.rint(relaxed.point).astype(np.int64)
        column = int(np.abs(relaxed.point - near).argmax())
        if abs(relaxed.point[column] - near[column]) > TINY * 100:
            floor = int(np.floor(relaxed.point[column]))
            for half in ((column, 1, floor), (column, -1, -floor - 1)):
                heapq.heappush(open_branches, (bound, -next(number), (*branch, half)))
        elif (program.table @ near <= program.right).all() and (near >= 0).all() and (near <= program.upper).all():
            if (found := int(program.cost @ near)) < enough:
                best, enough = near, found
            if bound < found:
                least = min(least, bound)
        else:
            least = min(least, bound)
    return min(least, enough), best


class _Solved(NamedTuple):
    """A proven bound, and the point that the floating-point solution is at; None where it found none."""

    bound: int
    point: Floats | None


def _relaxed(program: Program, branch: Sequence[tuple[int, int, int]] = ()) -> _Solved:
    """The program in fractions, with rows sign * x[column] <= limit for each (column, sign, limit); upper bounds join as they are broken."""
    rows = list(branch)
    while True:
        unit = np.zeros((len(rows), len(program.cost)), dtype=np.int64)
        for row, (column, sign, _) in enumerate(rows):
            unit[row, column] = sign
        table = np.vstack((program.table, unit))
        right = np.concatenate((program.right, np.array([limit for _, _, limit in rows], dtype=np.int64)))
        point, weights = _dual_simplex(table.astype(float), right.astype(float), program.cost.astype(float))
        over = [] if point is None else np.flatnonzero(point > program.upper + TINY).tolist()
        if not over:
            return _Solved(_proven(program, table, right, weights), point)
        rows += [(column, 1, int(program.upper[column])) for column in over]


def _proven(program: Program, table: Integers, right: Integers, weights: Floats) -> int:
    """What any weights >= 0 of the rows prove, in integers: cost @ x >= (cost + weights @ table) @ x - weights @ right."""
    whole = np.rint(np.clip(weights, 0, 2 * LARGE) * SCALE).astype(np.int64)
    reduced = program.cost * SCALE + whole @ table
    low = sum(int(rate) * int(most) for rate, most in zip(reduced, program.upper, strict=True) if rate < 0)
    low -= sum(int(weight) * int(limit) for weight, limit in zip(whole, right, strict=True))
    return max(0, -(-low // SCALE))


def _dual_simplex(table: Floats, right: Floats, cost: Floats) -> tuple[Floats | None, Floats]:
    """The least cost @ x with table @ x <= right, x >= 0, for cost >= 0: a point and the weights of the rows that prove it.

    Where no point is there the weights prove that, and where the search is given up, what was reached.
    """
    rows, columns = table.shape
    body = np.hstack((table, np.eye(rows), right[:, None]))
    rates = np.concatenate((cost, np.zeros(rows)))
    basis = np.arange(columns, columns + rows)
    for _ in range(50 * (rows + 10)):
        row = int(body[:, -1].argmin())
        if body[row, -1] > -TINY:
            point = np.zeros(columns + rows)
            point[basis] = body[:, -1]
            return point[:columns], rates[columns:]
        falling = np.flatnonzero(body[row, :-1] < -TINY)
        if not len(falling):
            ray = body[row, columns:-1]
            return None, rates[columns:] + ray / ray.max() * LARGE
        ratios = rates[falling] / -body[row, falling]
        ties = falling[ratios <= ratios.min() + TINY]
        column = int(ties[body[row, ties].argmin()])
        body[row] /= body[row, column]
        factors = body[:, column].copy()
        factors[row] = 0
        body -= np.outer(factors, body[row])
        rates -= rates[column] * body[row, :-1]
        basis[row] = column
    return None, rates[columns:]
