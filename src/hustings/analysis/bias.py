"""Single-member districts and two parties in; whom the map favours, by how much, through what, and how seats follow votes, out."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.election import Election
from hustings.errors import UnknownName, Unsuitable
from hustings.outcome import Outcome

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FACTORS = ("electorate", "turnout", "minor votes", "minor wins", "distribution")
"""What makes bias, in Brookes's order: each is a difference between districts that would be none if all were alike in it."""
HALF = Fraction(1, 2)
NEAR = Fraction(1, 20)
"""Shares to either side of one half between which responsiveness is measured: 45 to 55%."""
LEVEL = 1e-12
"""A lead that is none: the rounding of floats."""
DENSITY = 1 / (2 * np.pi) ** 0.5
"""The height of a normal curve of standard deviation 1."""
ROUNDS = 60
"""Halvings when the swing is sought that makes shares equal: beyond what a float can tell apart."""


@dataclass(frozen=True, eq=False)
class Duel:
    """Two parties in the single-member districts where an election was held.

    Attributes
    ----------
    one, two : ids; bias is towards `one` where it is over 0.
    a, b : their votes, shape (districts,).
    minor : votes of the strongest of all others, shape (districts,).
    valid, electorate : valid votes and electors, shape (districts,); where these are not known, all voted.
    """

    one: str
    two: str
    a: Ints
    b: Ints
    minor: Ints
    valid: Ints
    electorate: Ints

    def __post_init__(self) -> None:
        if not self.a.sum() or not self.b.sum():
            raise Unsuitable(f"{self.one if not self.a.sum() else self.two} has no votes here; choose two parties that have")

    @property
    def seats(self) -> tuple[int, int]:
        """Seats that the two won; level districts are nobody's."""
        return self._won(self.a, self.b, self.minor)

    def _won(self, a: NDArray[Any], b: NDArray[Any], minor: NDArray[Any]) -> tuple[int, int]:
        return int(((a > b) & (a > minor)).sum()), int(((b > a) & (b > minor)).sum())

    def swung(self, points: Fraction) -> tuple[int, int]:
        """Seats of the two after uniform swing: so many points of every district's vote pass from the second to the first."""
        # Exact, in units of one vote over the denominator: at the swing that makes shares level, districts are level too.
        a, b, minor = (points.denominator * each.astype(object) for each in (self.a, self.b, self.minor))
        moved = np.clip(points.numerator * self.valid.astype(object), -a, b)
        return self._won(a + moved, b - moved, minor)

    def swing_to(self, share: Fraction) -> Fraction:
        """The swing at which the first has this share of their votes [0-1]."""
        aim, low, high = share * int(self.a.sum() + self.b.sum()), -1.0, 1.0
        for _ in range(ROUNDS):
            middle = (low + high) / 2
            low, high = (middle, high) if (self.a + np.clip(middle * self.valid, -self.a, self.b)).sum() < aim else (low, middle)
        # Near there the total is a straight line of the swing, which says where exactly.
        falls, moves = -self.a < high * self.valid, high * self.valid < self.b
        if not (slope := int(self.valid[falls & moves].sum())):
            return Fraction(high)
        return (aim - int(self.a[falls & moves].sum()) - int((self.a + self.b)[~moves].sum())) / slope

    @property
    def bias(self) -> int:
        """Seats that the first has more than the second with as many votes."""
        one, two = self.swung(self.swing_to(HALF))
        return one - two

    @property
    def reverse(self) -> tuple[int, int]:
        """Seats of the two in the reverse election, in which each has the other's votes."""
        return self.swung(self.swing_to(1 - self.share))

    # The two-party vote by itself.

    @property
    def shares(self) -> Floats:
        """The first's share of the votes for both by district, shape (districts,) [0-1], where either has any."""
        both = self.a + self.b
        return np.asarray(self.a[both > 0] / both[both > 0], dtype=np.float64)

    @property
    def share(self) -> Fraction:
        """The same of the whole."""
        return Fraction(int(self.a.sum()), int(self.a.sum() + self.b.sum()))

    def seat_share(self, share: Fraction) -> float:
        """The first's part of the seats of both if it has this share of their votes [0-1], by uniform swing."""
        one, two = self.swung(self.swing_to(share))
        return one / (one + two) if one + two else 0.5

    def curve(self, shares: Sequence[Fraction]) -> Floats:
        """The seats-votes curve at these shares of the votes of both, shape (shares,) [0-1]."""
        return np.array([self.seat_share(share) for share in shares])

    def asymmetry(self, share: Fraction) -> float:
        """Partisan bias at a share (Grofman & King 2007, p. 12): half of what the first has beyond what the second would have with it."""
        return (self.seat_share(share) - (1 - self.seat_share(1 - share))) / 2

    @property
    def responsiveness(self) -> float:
        """Points of the seats of both for a point of their votes, between 45 and 55%."""
        return (self.seat_share(HALF + NEAR) - self.seat_share(HALF - NEAR)) / float(2 * NEAR)

    @property
    def deviation(self) -> float:
        """Standard deviation of the first's share of the votes for both, between districts [share]."""
        return float(self.shares.std())

    @property
    def exponent(self) -> float:
        """The power that the cube law would have with shares spread so, were they normal: 3 at a deviation of 0.133 (Kendall & Stuart 1950)."""
        return float(DENSITY / self.deviation)

    # Brookes.

    def decomposed(self) -> "Decomposition":
        """The bias, and what each of its causes adds."""
        worth = {chosen: self._with(frozenset(chosen)) for size in range(len(FACTORS) + 1) for chosen in combinations(FACTORS, size)}
        return Decomposition(worth)

    def _with(self, at_work: frozenset[str]) -> int:
        """The bias if only these causes were at work, and districts were alike in all others.

        A district's valid votes are its electors times turnout, and both parties have of them what minor ones leave; what is alike
        everywhere has its mean. Without `minor wins` the districts that others win go to the better of the two. Without
        `distribution` the two are level in the district in the middle, by votes, rather than on average.
        """
        fought = (self.a + self.b > 0) & (self.electorate > 0)
        a, b, valid, electorate, minor = (each[fought] for each in (self.a, self.b, self.valid, self.electorate, self.minor))
        parts = {"electorate": electorate, "turnout": valid / electorate, "minor votes": (a + b) / valid}
        size, turnout, both = (part if name in at_work else np.full(len(a), part.mean()) for name, part in parts.items())
        lead, weights = (a - b) / (a + b) * both, size * turnout
        if "distribution" in at_work:
            lead = lead - np.average(lead, weights=weights)
        else:
            order = np.argsort(lead, kind="stable")
            below = weights[order].cumsum() - weights[order] / 2
            lead = lead - np.interp(weights.sum() / 2, below, lead[order])
        # A party cannot lose more than it has, nor lead by more than both have.
        kept = (both + np.minimum(np.abs(lead), both)) / 2 > minor / valid if "minor wins" in at_work else np.ones(len(a), dtype=np.bool_)
        return int(((lead > LEVEL) & kept).sum() - ((lead < -LEVEL) & kept).sum())


@dataclass(frozen=True, eq=False)
class Decomposition:
    """The bias that every combination of causes would make [seats], over 0 for the first party; and from it what each cause adds.

    References
    ----------
    Brookes, Australian Journal of Politics and History 5 (1959); Johnston, Pattie, Dorling & Rossiter, From Votes to Seats (2001).
    """

    worth: dict[tuple[str, ...], int]

    @property
    def total(self) -> int:
        """The bias with all causes at work."""
        return self.worth[FACTORS]

    @property
    def sequential(self) -> dict[str, int]:
        """What each adds when they come in the order of the classic accounts, one after the other."""
        steps = [self.worth[FACTORS[:number]] for number in range(len(FACTORS) + 1)]
        return {name: after - before for name, before, after in zip(FACTORS, steps[:-1], steps[1:], strict=True)}

    @property
    def shapley(self) -> dict[str, float]:
        """What each adds on the mean of all orders in which they may come (Shapley 1953); they add up to the total but for `alike`."""
        number = len(FACTORS)

        def added(name: str) -> Iterator[float]:
            for chosen, worth in self.worth.items():
                if name in chosen:
                    rest = tuple(each for each in chosen if each != name)
                    yield factorial(len(rest)) * factorial(number - len(chosen)) / factorial(number) * (worth - self.worth[rest])

        return {name: sum(added(name)) for name in FACTORS}

    @property
    def alike(self) -> int:
        """The bias with no cause at work: a seat at most, of a district in the very middle."""
        return self.worth[()]


def duel(of: Election | Outcome, one: str = "", two: str = "") -> Duel:
    """Two parties of an election, or of an outcome's votes, in single-member districts where both have votes: the largest unless named.

    Raises
    ------
    UnknownName
        One of them is no party of it.
    Unsuitable
        No district elects one member, or one of the two has no votes.
    """
    tally, districts = (of.tally, of.districts[: len(of.tally.votes)]) if isinstance(of, Outcome) else (of.main.counted(), of.main.districts)
    ids = [party.id for party in tally.parties]
    largest = [party.id for _, party in sorted(zip(-tally.total, tally.parties, strict=True), key=lambda pair: pair[0]) if not party.lump]
    named = [party for party in (one, two) if party]
    for party in named:
        if party not in ids:
            raise UnknownName("party of this election", party, ids)
    one, two = [*named, *(party for party in largest if party not in named), "", ""][:2]
    if not two or one == two:
        raise Unsuitable("bias is between two parties; name two")
    stood: NDArray[np.bool_] = np.all(tally.votes[:, [ids.index(one), ids.index(two)]] > 0, axis=1)
    rows = [row for row, place in enumerate(districts) if place.magnitude == 1 and stood[row]]
    if not rows:
        raise Unsuitable("bias is of districts that elect one member; there is none where both have votes")
    votes = tally.votes[rows]
    others = np.delete(votes, [ids.index(one), ids.index(two)], axis=1)
    return Duel(
        one, two, votes[:, ids.index(one)], votes[:, ids.index(two)], others.max(axis=1, initial=0), tally.valid[rows],
        np.array([districts[row].electorate or tally.valid[row] for row in rows], dtype=np.int64),
    )  # fmt: skip


def seat_product(magnitude: float, seats: int) -> tuple[float, float, float]:
    """What is expected of districts of a magnitude and an assembly: effective parties by seats, the largest's seat share, and by votes.

    References
    ----------
    Taagepera, Predicting Party Sizes (2007); Shugart & Taagepera, Votes from Seats (2017).
    """
    product = magnitude * seats
    return product ** (1 / 6), product ** (-1 / 8), (product**0.25 + 1) ** (2 / 3)
