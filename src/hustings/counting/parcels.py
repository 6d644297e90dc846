"""Rankings and who continues in; parcels sorted by the next continuing candidate on each paper out."""

from collections.abc import Iterable
from fractions import Fraction
from operator import itemgetter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hustings.election import NOBODY, Profile

Indices = NDArray[np.intp]
Value = int | Fraction
VALUE = itemgetter(0)

BLOCK = 2**13
"""Rankings that are looked up at a time, so that a cache holds them."""


class Parcel(NamedTuple):
    """Papers that came to a candidate together, all of one value.

    Attributes
    ----------
    value : of each paper, in units of 10^-places; a fraction of units where the count keeps values exact.
    number : of papers [papers].
    rankings : which rankings are on them, as rows of the count's table, in the order in which the papers lie.
    transferred : whether they came by a transfer; if not, they are first preferences.
    """

    value: Value
    number: int
    rankings: Indices
    transferred: bool = True

    @property
    def worth(self) -> int:
        """What a candidate is credited with for them, in whole units."""
        return self.number * self.value // 1


Held = tuple[int, Parcel]
"""A parcel and who holds it, or who comes next on its papers."""


class Table:
    """The rankings of a district as a rule reads them, shape (rankings, ranks), and to whom each leads while candidates come and go.

    Candidates are indices; what is none of these stands for nobody.
    """

    def __init__(self, profile: Profile, rankings: NDArray[np.int16]) -> None:
        self._sets, self._nobody, self._papers = profile.sets, len(profile.candidates), profile.papers
        # To whom each entry of a ranking leads; an index from the end is NOBODY's or a shared rank's (see Profile). In
        # single bytes, if they suffice, a look-up is seven times as fast.
        codes = self._nobody + len(profile.sets) + 1
        self._ranks: NDArray[Any] = rankings.astype(np.uint8) if codes < 256 else rankings
        self._leads: NDArray[Any] = np.empty(max(codes, 256), dtype=self._ranks.dtype)
        self._on = np.iinfo(self._ranks.dtype).max
        self._starts = np.arange(0, rankings.size, rankings.shape[1])
        self._takers: list[int] = []

    def lead_to(self, takers: Iterable[int]) -> None:
        """A rank leads to its candidate if that one takes papers, and else on; a shared rank to the only one who does, or to nobody."""
        self._takers = [*takers]
        self._leads.fill(self._on)
        self._leads[self._takers] = self._takers
        for number, members in enumerate(self._sets):
            there = [candidate for candidate in members if candidate in self._takers]
            if there:
                self._leads[-2 - number] = there[0] if len(there) == 1 else self._nobody

    def pass_over(self, candidate: int) -> None:
        """A candidate takes no more papers."""
        if self._sets:
            self.lead_to(other for other in self._takers if other != candidate)
        else:
            self._leads[candidate] = self._on

    def next_preferences(self, rankings: Indices) -> NDArray[Any]:
        """The next continuing candidate on each of these rankings; what is no candidate's index stands for nobody."""
        if len(rankings) > BLOCK:
            return np.concatenate([self.next_preferences(rankings[start : start + BLOCK]) for start in range(0, len(rankings), BLOCK)])
        ranks = self._ranks.take(rankings, axis=0)
        if ranks.itemsize == 1:
            leads: NDArray[Any] = np.frombuffer(ranks.tobytes().translate(self._leads.tobytes()), np.uint8).reshape(ranks.shape)
        else:
            leads = self._leads[ranks]
        rank = (leads != self._on).argmax(axis=1)
        rank += self._starts[: len(rank)]
        found: NDArray[Any] = leads.ravel().take(rank)
        return found

    def sort(self, parcels: Iterable[Parcel]) -> list[Held]:
        """The papers by next preference for a continuing candidate (or NOBODY), and by value, the dearest first."""
        sources = sorted(parcels, key=VALUE, reverse=True)
        if not sources:
            return []
        rankings = np.concatenate([parcel.rankings for parcel in sources]) if len(sources) > 1 else sources[0].rankings
        to = self.next_preferences(rankings)
        order = to.argsort(kind="stable")
        to, rankings = to.take(order), rankings.take(order)
        cut = np.empty(len(to), dtype=bool)
        cut[0] = True
        np.not_equal(to[1:], to[:-1], out=cut[1:])
        values: list[Value] = [parcel.value for parcel in sources]
        if values[0] == values[-1]:
            starts = cut.nonzero()[0]
            values = values[:1] * len(starts)
        else:
            place = {value: number for number, value in enumerate(values)}
            which = np.array([place[value] for value in values]).repeat([len(parcel.rankings) for parcel in sources]).take(order)
            cut[1:] |= which[1:] != which[:-1]
            starts = cut.nonzero()[0]
            values = [values[source] for source in which.take(starts).tolist()]
        numbers = np.add.reduceat(self._papers.take(rankings), starts).tolist()
        start = starts.tolist()
        return [
            (to if to < self._nobody else NOBODY, Parcel(value, number, rankings[start:end]))
            for to, value, number, start, end in zip(to.take(starts).tolist(), values, numbers, start, [*start[1:], len(rankings)], strict=True)
        ]

    def number(self, rankings: Indices) -> int:
        """Papers with these rankings [papers]."""
        return int(self._papers[rankings].sum())

    def singly(self, parcel: Parcel) -> Indices:
        """Rows of the papers of a parcel one by one: each gets a row of its own at the end of the table."""
        rows = np.repeat(parcel.rankings, self._papers[parcel.rankings])
        own = np.arange(len(rows)) + len(self._papers)
        self._ranks = np.concatenate((self._ranks, self._ranks[rows]))
        self._papers = np.concatenate((self._papers, np.ones(len(rows), dtype=np.int64)))
        self._starts = np.arange(0, self._ranks.size, self._ranks.shape[1])
        return own
