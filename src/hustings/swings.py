"""Shares by district and what an area is to have in, shares by district out: the arithmetic of swing, for fractions and floats alike.

Arrays of shares have districts and parties for their last two axes, or areas and parties; further axes go before them.
Everything here works on float32, float64 and on objects of `Fraction`, keeps the type it is given, and is the same
arithmetic for each: a projection is fast, a scenario exact, and they mean one thing. A district of area `LEFT_ALONE` keeps
its shares. A share below 0 becomes 0, a party that did not stand has none, and each district adds up to 1 again.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
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


def along(line: Line, base: Shares, stood: NDArray[np.bool_], area: Rows) -> Shares:
    """Move each district's shares along its area's line, shape (…, districts, parties)."""
    slope, offset = line
    return _closed(base * _at(slope, area) + _at(offset, area), base, stood, area)


def strong_transition(
    base: Shares, stood: NDArray[np.bool_], valid: NDArray[Any], area: Rows, to: Shares, *, strength: float | Fraction
) -> Shares:  # fmt: skip
    """Falling parties lose weak supporters, then strong ones, in proportion; rising ones share in each district what was lost there.

    strength : share of a district's vote [0-1] up to which a party's supporters are weak; those beyond are strong.
    """
    areas = to.shape[-2]
    weak = np.minimum(base, np.asarray(strength, dtype=base.dtype))
    start, soft = means(base, valid, area, areas), means(weak, valid, area, areas)
    hard, loss = start - soft, np.maximum(start - to, 0)
    kept_weak = 1 - np.minimum(_part(loss, soft), 1)
    kept_strong = 1 - np.minimum(_part(np.maximum(loss - soft, 0), hard), 1)
    fallen = weak * _at(kept_weak, area) + (base - weak) * _at(kept_strong, area)
    pool = (base - fallen).sum(axis=-1, keepdims=True)
    risers = _at(np.maximum(to - start, 0), area) * stood
    all_risers = risers.sum(axis=-1, keepdims=True)
    return _closed(fallen + pool * risers / (all_risers + (all_risers == 0)), base, stood, area)


def means(base: Shares, valid: NDArray[Any], area: Rows, areas: int) -> Shares:
    """Each party's share of the valid votes of each area, shape (areas, parties)."""
    rows = [np.flatnonzero(area == number) for number in range(areas)]
    votes = [(base[at] * valid[at, None]).sum(axis=0) / max(1, valid[at].sum()) for at in rows]
    return np.stack(votes).astype(base.dtype)


def _at(values: Shares, area: Rows) -> Shares:
    """Each area's values for its districts; where all are in one area the axis stays one long, and is stretched for nothing."""
    return values if values.shape[-2] == 1 else values[..., np.maximum(area, 0), :]


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


def _closed(moved: Shares, base: Shares, stood: NDArray[np.bool_], area: Rows) -> Shares:
    """No share below 0, none where the party did not stand, 1 in all; a district left alone, or left with nobody, as it was."""
    moved = np.maximum(moved, 0) * stood
    total = moved.sum(axis=-1, keepdims=True)
    keeps = (total == 0) | (area < 0)[:, None]
    moved /= total + keeps
    if keeps.any():
        np.copyto(moved, base, where=keeps)
    return moved


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


def as_shares(tally: Tally) -> Shares:
    """Exact shares of the valid votes of each district, shape (districts, parties), objects of `Fraction`."""
    shares = np.empty(tally.votes.shape, dtype=object)
    for row, (votes, valid) in enumerate(zip(tally.votes.tolist(), tally.valid.tolist(), strict=True)):
        shares[row] = [Fraction(number, valid or 1) for number in votes]
    return shares


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
            raise SettingError(f"the shares named for {where} leave {float(left):.1%} for all others")
        for at in rest:
            target[at] = start[at] * left / had
    return target


def whole(shares: Shares, valid: Sequence[int], parties: Sequence[Party]) -> NDArray[np.int64]:
    """Votes nearest to exact shares that add up to the valid votes of each district: largest remainders, level ones by the party's id."""
    by_id = sorted(range(len(parties)), key=lambda at: parties[at].id)
    votes = np.zeros(shares.shape, dtype=np.int64)
    for row, (district, total) in enumerate(zip(shares, valid, strict=True)):
        votes[row] = shared(total, district, by_id)
    return votes
