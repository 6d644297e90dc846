"""Seats from arrays of votes: as `apportion` gives them, for thousands of apportionments at once, with every tie found."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hustings.apportionment import apportion
from hustings.divisors import Divisor, Quota, rule_named
from hustings.errors import SettingError
from hustings.lots import Lot

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
WHOLE = 2**53
"""Whole numbers up to here are floats, and the quotient of two of them is the float nearest to it."""
APART = 2**52
"""Two quotients that differ are two floats if each numerator times the other's denominator is no larger."""
FIRST = 2.0**-600
"""Stands for a divisor of 0: what it divides comes before all other quotients, in the order of votes."""


def apportion_many(votes: ArrayLike, seats: ArrayLike, method: str = "dhondt", held: ArrayLike | None = None) -> tuple[Ints, Mask]:
    """Seats of each party in each of many apportionments, and who was tied for the last of them.

    `votes` has shape (..., parties) [votes], `seats` shape (...) or one number for all, `held` the shape of `votes` or
    (parties,). Both answers have the shape of `votes`. Where the mask is true a lot has to be drawn among those parties;
    the seats then are those that `apportion` gives if each lot draws the first listed.

    Quotients are compared as floats. That is exact: each is the float nearest to its fraction, so that two which
    differ as floats differ as fractions, in the same order. A row whose last and next quotient are one float although its
    numbers are too large for that to mean equality, or whose numbers are no floats, is left to `apportion`.

    Raises
    ------
    SettingError
        As `apportion`, for the first row that has no answer; or the shapes do not fit.

    Examples
    --------
    >>> won, tied = apportion_many([[100, 80, 30], [70, 40, 35]], 3)
    >>> won.tolist(), tied.tolist()
    ([[2, 1, 0], [2, 1, 0]], [[False, False, False], [True, False, True]])
    """
    table = _whole(votes, "votes")
    if table.ndim < 1:
        raise SettingError("votes of many apportionments have shape (..., parties)")
    shape, parties = table.shape, table.shape[-1]
    rule = rule_named(method)
    # Parties down, apportionments across: numpy is fast along the long axis.
    across = np.ascontiguousarray(table.reshape(-1, parties).T)
    house = np.ascontiguousarray(_fitted(seats, shape[:-1], "seats").ravel())
    start = None if held is None else np.ascontiguousarray(_fitted(held, shape, "seats held").reshape(-1, parties).T)
    if isinstance(rule, Quota) and start is not None and start.any():
        raise SettingError("a quota knows no seats held; choose a divisor, or set those parties aside")
    won, tied, left = _by_divisor(across, house, rule, start) if isinstance(rule, Divisor) else _by_quota(across, house, rule)
    for row in np.flatnonzero(left):
        before = None if start is None else start[:, row].tolist()
        answer = apportion(across[:, row].tolist(), int(house[row]), method, held=before, where=f"row {row}", lots=_first)
        won[:, row] = answer.seats
        tied[[int(name) for lot in answer.lots for name in lot.tied], row] = True
    return np.ascontiguousarray(won.T).reshape(shape), np.ascontiguousarray(tied.T).reshape(shape)


def _first(where: str, rule: str, tied: Sequence[str]) -> Lot:
    return Lot(where, rule, tuple(tied), tied[0], "the first listed, to be drawn again")


def _whole(values: ArrayLike, what: str) -> Ints:
    given = np.asarray(values)
    if not np.issubdtype(given.dtype, np.integer) or (given.size and int(given.min()) < 0):
        raise SettingError(f"{what} of many apportionments are whole numbers from 0")
    return given.astype(np.int64, copy=False)


def _fitted(values: ArrayLike, shape: tuple[int, ...], what: str) -> Ints:
    given = _whole(values, what)
    try:
        return np.broadcast_to(given, shape)
    except ValueError:
        raise SettingError(f"{what} of shape {given.shape} do not fit apportionments of shape {shape}") from None


@lru_cache(maxsize=64)
def _steps(rule: Divisor, most: int) -> tuple[Floats, Floats]:
    """Numerators and denominators of the divisors for 0, 1, … `most` seats held."""
    steps = [Fraction(rule.sequence(held)) for held in range(most + 1)]
    return np.array([float(step.numerator) or FIRST for step in steps]), np.array([float(step.denominator) for step in steps])


def _by_divisor(votes: Ints, house: Ints, rule: Divisor, start: Ints | None) -> tuple[Ints, Mask, Mask]:
    """Seats and who is tied, shape (parties, rows), and the rows that are left to `apportion`."""
    most = int(house.max(initial=0)) + (0 if start is None else int(start.max(initial=0)))
    above, below = _steps(rule, 2 << most.bit_length())
    plain = not (below > 1).any()
    weights = votes.astype(np.float64)
    if rule.power > 1:
        weights **= rule.power
    largest = weights.max(axis=0, initial=0.0) * below.max()
    tied = np.zeros(votes.shape, dtype=np.bool_)
    left = (largest > WHOLE) | (above.max() > WHOLE) | ((house > 0) & ~votes.any(axis=0))
    sure = largest * above.max() <= APART
    won = _estimate(votes, house, (above / below) ** (1 / rule.power), start)
    rows = np.flatnonzero(~left)
    share, here, target = weights.take(rows, axis=1), won.take(rows, axis=1), house[rows]
    base = None if start is None else start.take(rows, axis=1)
    while rows.size:
        level = here if base is None else here + base
        if plain:
            following, last = share / above.take(level), share / above.take(level - 1, mode="wrap")
        else:
            following = share * below.take(level) / above.take(level)
            last = share * below.take(level - 1, mode="wrap") / above.take(level - 1, mode="wrap")
        last[here == 0] = np.inf
        nearest, lowest = following.max(axis=0), last.min(axis=0)
        gap = here.sum(axis=0) - target
        won[:, rows] = here
        settled = (gap == 0) & (lowest >= nearest)
        if (level_rows := np.flatnonzero(settled & (lowest == nearest))).size:
            able, having = following[:, level_rows] == nearest[level_rows], last[:, level_rows] == nearest[level_rows]
            certain = sure[rows[level_rows]]
            tied[:, rows[level_rows]] = (able | having) & certain
            won[:, rows[level_rows]] += _first_of(able | having, having.sum(axis=0)) - having.astype(np.int64)
            left[rows[level_rows]] = ~certain
        # A seat to the next in line where there are too few, one back where there are too many, both where it changes hands.
        on = np.flatnonzero(~settled)
        gap, here = gap[on], here.take(on, axis=1)
        here = here + _first_of((following.take(on, axis=1) == nearest[on]) & (gap <= 0), np.maximum(-gap, 1))
        here -= _first_of((last.take(on, axis=1) == lowest[on]) & (gap >= 0), np.maximum(gap, 1))
        rows, share, target = rows[on], share.take(on, axis=1), target[on]
        base = None if base is None else base.take(on, axis=1)
    return won, tied, left


def _first_of(mask: Mask, number: Ints) -> Mask:
    """Of the parties marked in each row, as many of the first listed as the number says."""
    return mask & (mask.cumsum(axis=0, dtype=np.int32) <= number)


def _estimate(votes: Ints, house: Ints, steps: Floats, start: Ints | None) -> Ints:
    """Seats near the right ones: votes over one divisor, less the place between two whole numbers where the method rounds."""
    turn = steps[-1] / (steps[-1] - steps[-2]) - (len(steps) - 1)
    taking = votes > 0
    for _ in range(4):
        seats = house + taking.sum(axis=0) * (turn - 0.5)
        if start is not None:
            seats += (start * taking).sum(axis=0)
        rate = np.maximum(seats, 0.5) / np.maximum((votes * taking).sum(axis=0), 1)
        won: Ints = (votes * rate + (1 - turn)).astype(np.int64)
        if start is not None:
            won -= start
        won = np.minimum(np.maximum(won, 0), house)
        won[votes == 0] = 0
        if start is None or np.abs(won.sum(axis=0) - house).max(initial=0) <= len(votes):
            break
        taking = won > 0
    return won


def _by_quota(votes: Ints, house: Ints, rule: Quota) -> tuple[Ints, Mask, Mask]:
    """Seats and who is tied, shape (parties, rows), and the rows that are left to `apportion`: too many whole quotas or votes."""
    total, parts = votes.sum(axis=0), np.maximum(house + rule.plus, 1)
    # A whole quota costs price / scale votes.
    if rule.offset is None:
        price, scale = total.copy(), parts
    else:
        half = rule.offset.denominator
        price, scale = (total * half + rule.offset.numerator * parts) // (half * parts), np.ones_like(parts)
    left = (total.astype(np.float64) * (2 * parts) > WHOLE) | (price <= 0)
    price[left] = 1
    won, rest = np.divmod(votes * scale, price)
    rest[votes == 0] = -1
    places = house - won.sum(axis=0)
    left |= (places < 0) | (places > (votes > 0).sum(axis=0))
    ranked = np.sort(rest, axis=0)[::-1]
    least = np.take_along_axis(ranked, np.clip(places - 1, 0, len(votes) - 1)[np.newaxis], axis=0)[0]
    level = (rest == least) & (places > 0)
    within = places - ((rest > least) & (places > 0)).sum(axis=0)
    won += ((rest > least) & (places > 0)) | _first_of(level, within)
    tied = level & (level.sum(axis=0) > within)
    left &= house > 0
    won[:, house == 0] = 0
    tied[:, left | (house == 0)] = False
    return won, tied, left
