"""What districts held and what an area is to have in, what districts come to out: the arithmetic of swing, exact and in floats alike.

Arrays have districts and parties for their last two axes, or areas and parties; further axes go before them. Everything here
is the same arithmetic for a scenario, which is exact, and for a projection, which is fast, so that they mean one thing. A
share below 0 becomes 0, a party that did not stand has none, and a district of area `LEFT_ALONE` stays as it was.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.election import District, Party, Tally
from hustings.errors import SettingError, UnknownName
from hustings.exact import exact, shared

Shares = NDArray[Any]
Rows = NDArray[np.intp]
Line = tuple[Shares, Shares]
"""Slope and offset of a district's share as a straight line of what it was, by area and party."""

LEFT_ALONE = -1
BRITAIN, NATION, NORTHERN_IRELAND = "gb", "uk", "Northern Ireland"
PLACES = ("country", "region", "county")


@dataclass(frozen=True, eq=False)
class Before:
    """What districts held before a swing: in floats, shares; exactly, votes, as whole numbers need no fractions.

    Attributes
    ----------
    held : of each party, shape (districts, parties): shares of the valid votes, or votes as Python's whole numbers.
    of : what a district holds in all, shape (districts, 1), or (1, 1) where all hold the same: valid votes, or 1.
    weight : of `held` in a sum over districts, of the same shape: 1, or valid votes.
    stood : who stood, shape (districts, parties).
    area : of each district by number, shape (districts,); `LEFT_ALONE` where the swing leaves it alone.
    areas : how many there are.
    """

    held: Shares
    of: Shares
    weight: Shares
    stood: NDArray[np.bool_]
    area: Rows
    areas: int

    @classmethod
    def exactly(cls, tally: Tally, area: Rows, areas: int) -> "Before":
        """In votes."""
        return cls(tally.votes.astype(object), tally.valid.astype(object)[:, np.newaxis], np.array([[1]], dtype=object), tally.stood, area, areas)

    @classmethod
    def roughly(cls, tally: Tally, area: Rows, areas: int, kind: type[np.floating[Any]] = np.float64) -> "Before":
        """In shares, parties first in memory."""
        valid = tally.valid[:, np.newaxis]
        held, stood = (np.asfortranarray(each) for each in ((tally.votes / np.maximum(valid, 1)).astype(kind), tally.stood))
        return cls(held, np.ones((1, 1), kind), valid.astype(kind), stood, area, areas)

    @property
    def exact(self) -> bool:
        """Whether it is in votes."""
        return self.held.dtype == object

    @cached_property
    def start(self) -> Shares:
        """Each party's share of the valid votes of each area, shape (areas, parties); fractions where exact."""
        return self.mean(self.held)

    def mean(self, held: Shares) -> Shares:
        """What parties hold in districts, as shares of each area; shape (areas, parties)."""
        weight, of = np.broadcast_to(self.weight, (len(held), 1)), np.broadcast_to(self.of, (len(held), 1))
        one = Fraction(1) if self.exact else 1
        means = []
        for number in range(self.areas):
            at = self.area == number
            means.append((held[at] * weight[at]).sum(axis=0) * (one / max((weight[at] * of[at]).sum(), 1)))
        return np.stack(means).astype(held.dtype)

    def each(self, values: Shares) -> Shares:
        """Each area's values for its districts; where all are in one area the axis stays one long, and is stretched for nothing."""
        if values.shape[-2] == 1:
            return values
        # Parties first in memory, as `held` has them.
        return np.moveaxis(np.moveaxis(values, -1, 0).take(self.area, axis=-1, mode="clip"), 0, -1)

    def closed(self, moved: Shares) -> Shares:
        """No party below 0, none where it did not stand; a district left alone, or left with nobody, as it was.

        In floats each district adds up to 1 again. Exactly they are parts of its votes, in proportion: `whole` makes votes of them.
        """
        moved = np.maximum(moved, 0)
        moved *= self.stood
        total = moved.sum(axis=-1, keepdims=True)
        keeps = (total == 0) | (self.area < 0)[:, None]
        if not self.exact:
            moved /= total + keeps
        if keeps.any():
            np.copyto(moved, self.held, where=keeps)
        return moved


def uniform(start: Shares, to: Shares) -> Line:
    """Every district changes by as many points as its area."""
    return np.ones_like(start), to - start


def proportional(start: Shares, to: Shares) -> Line:
    """Every district changes by the same factor as its area; a party without votes there has none to multiply."""
    return _ratio(to, start), np.zeros_like(start)


def piecewise(start: Shares, to: Shares) -> Line:
    """A party that falls loses the same part of its voters everywhere; one that rises gains the same part of all others."""
    falls = to < start
    slope = np.where(falls, _ratio(to, start), _ratio(1 - to, 1 - start))
    return slope, np.where(falls, 0 * slope, 1 - slope)


def elastic(start: Shares, to: Shares, falling: float | Fraction, rising: float | Fraction) -> Line:
    """A district's points are the area's times 1 + b (share / the area's share - 1): b=0 is uniform, b=1 proportional.

    falling, rising : b of parties that fall and of those that rise.
    """
    moved = to - start
    none = start <= 0
    b = np.where(moved < 0, *(np.asarray(each, dtype=start.dtype) for each in (falling, rising))) * ~none
    return 1 + b * moved / (start + none), (1 - b) * moved


def along(line: Line, before: Before) -> Shares:
    """Move each district's shares along its area's line, shape (…, districts, parties)."""
    slope, offset = _in_step(*line)
    return before.closed(before.held * before.each(slope) + before.of * before.each(offset))


def strong_transition(before: Before, to: Shares, strength: Fraction) -> Shares:
    """Falling parties lose weak supporters, then strong ones, in proportion; rising ones share in each district what was lost there.

    strength : share of a district's vote [0-1] up to which a party's supporters are weak; those beyond are strong.
    """
    held = before.held * strength.denominator
    weak = np.minimum(held, before.of * strength.numerator)
    start, soft = before.start, before.mean(weak) / strength.denominator
    hard, loss = start - soft, np.maximum(start - to, 0)
    kept_weak = 1 - np.minimum(_part(loss, soft), 1)
    kept_strong = 1 - np.minimum(_part(np.maximum(loss - soft, 0), hard), 1)
    kept_weak, kept_strong, one = map(before.each, _in_step(kept_weak, kept_strong, np.ones_like(kept_weak)))
    fallen = weak * kept_weak + (held - weak) * kept_strong
    pool = (held * one - fallen).sum(axis=-1, keepdims=True)
    risers = before.each(*_in_step(np.maximum(to - start, 0))) * before.stood
    all_risers = risers.sum(axis=-1, keepdims=True)
    return before.closed(fallen * (all_risers + (all_risers == 0)) + pool * risers)


def _in_step(*values: Shares) -> list[Shares]:
    """Values of areas, of shape (areas, parties) where exact, times one number each that makes exact ones whole; floats as they are.

    What a district comes to counts in proportion alone, and whole numbers are multiplied in a twentieth of the time.
    """
    if values[0].dtype != object:
        return list(values)
    common = [lcm(*(Fraction(value).denominator for value in row)) for row in np.concatenate(values, axis=-1)]
    return [np.array([[int(value * by) for value in row] for row, by in zip(rows, common, strict=True)], dtype=object) for rows in values]


def _ratio(to: Shares, start: Shares) -> Shares:
    """What is left or gained as a factor; 1 where there was nothing."""
    nothing = start <= 0
    factor: Shares = (to * ~nothing + nothing) / (start + nothing)
    return factor


def _part(loss: Shares, held: Shares) -> Shares:
    """Loss as a part of what was held; 0 where nothing was."""
    nothing = held <= 0
    part: Shares = loss * ~nothing / (held + nothing)
    return part


def elasticity(moves: Sequence[tuple[Shares, Shares, NDArray[np.int64]]]) -> tuple[float, float]:
    """Fit the b of `elastic` to what parties did: least squares, votes as weights, and its standard error, robust to unequal variances.

    Each move is one party between two elections: shares before, shares after and votes, of the districts where it stood both
    times, shape (districts,). With d the change of the whole and n its first share, a district's change less d is
    regressed through 0 on d (share / n - 1).
    """
    columns = []
    for before, after, votes in moves:
        start, to = np.average(before, weights=votes), np.average(after, weights=votes)
        columns.append(((to - start) * (before / start - 1), after - before - (to - start), votes))
    x, y, w = (np.concatenate(column) for column in zip(*columns, strict=True))
    spread = (w * x * x).sum()
    b = (w * x * y).sum() / spread
    return float(b), float(np.sqrt((w * w * x * x * (y - b * x) ** 2).sum()) / spread)


# From settings to targets, and from shares to whole votes.


def figures(given: Mapping[str, Any]) -> dict[str, Fraction]:
    """Settings of party to figure, exact (0.1 is a tenth whether text or float) and in order of the parties' names."""
    return {key: exact(str(value)) for key, value in sorted(given.items())}


def placed(districts: Sequence[District], area: str) -> tuple[str, NDArray[np.bool_]]:
    """The name of an area and a mask of its districts: `gb` (all but Northern Ireland), `uk` (all), a country, region or county.

    Raises
    ------
    UnknownName
        No district lies in it.
    """
    if area.casefold() in (NATION, BRITAIN):
        britain = area.casefold() == BRITAIN and any(d.country == NORTHERN_IRELAND for d in districts)
        mask = np.array([not britain or d.country != NORTHERN_IRELAND for d in districts])
        if mask.any():
            return "Great Britain" if britain else "the whole", mask
    for place in PLACES:
        values = [str(getattr(district, place)) for district in districts]
        mask = np.array([value.casefold() == area.casefold() != "" for value in values])
        if mask.any():
            return values[int(mask.argmax())], mask
    known = {getattr(district, place) for district in districts for place in PLACES} - {""}
    raise UnknownName("area of this election", area, {BRITAIN, NATION, *known})


def completed(where: str, parties: Sequence[Party], start: Sequence[Fraction], named: Mapping[str, Fraction], *, to: bool) -> list[Fraction]:
    """What each party is to have in an area where some are named: by a change, or (`to`) by the share itself.

    The parties not named share what the named leave, in proportion to what they had. A lump is no party: it keeps its
    share unless it is named. Where everybody is named the figures stand as they are.

    Raises
    ------
    UnknownName
        A party is not one of the election's.
    SettingError
        A share is out of range, or belongs to a party that had no votes there.
    """
    ids = [party.id for party in parties]
    target = list(start)
    for party, figure in named.items():
        if party not in ids:
            raise UnknownName("party of this election", party, ids)
        at = ids.index(party)
        target[at] = figure if to else start[at] + figure
        if not start[at] and target[at]:
            raise SettingError(f"{party} had no votes in {where}: a swing cannot say where it stands; use new-party")
        if not 0 <= target[at] <= 1:
            raise SettingError(
                f"{party} had {float(start[at]):.1%} in {where} and cannot come to {float(target[at]):.1%}; write fractions, 0.03 for three points"
            )
    rest = [at for at, party in enumerate(parties) if party.id not in named and not party.lump]
    had, left = sum(start[at] for at in rest), 1 - sum(target[at] for at in range(len(ids)) if at not in rest)
    if had:
        if left < 0:
            kept = sum(target[at] for at, party in enumerate(parties) if party.lump and party.id not in named)
            stays = f", and {float(kept):.1%} stay with candidates whom the source adds up" if kept else ""
            raise SettingError(
                f"the shares named for {where} come to {float(1 - left - kept):.1%}{stays}: that leaves nothing for all others; lower one of them"
            )
        for at in rest:
            target[at] = start[at] * left / had
    return target


def whole(parts: Shares, valid: Sequence[int], parties: Sequence[Party]) -> NDArray[np.int64]:
    """Votes nearest to exact parts that add up to the valid votes of each district: largest remainders, level ones by the party's id."""
    by_id = sorted(range(len(parties)), key=lambda at: parties[at].id)
    return np.array([shared(total, row, by_id) for row, total in zip(parts.tolist(), valid, strict=True)], dtype=np.int64).reshape(parts.shape)
