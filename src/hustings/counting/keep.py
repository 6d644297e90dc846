"""Papers in that every elected candidate keeps a part of; the acts of a count by keep values, and its transcript. Knows no method."""

from collections.abc import Iterable
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from hustings.counting.reading import BRITISH_AND_IRISH, Reading
from hustings.counting.sheet import Sheet
from hustings.election import Profile
from hustings.errors import Unsuitable
from hustings.lots import Lots, refuse
from hustings.outcome import Transcript

Indices = NDArray[np.intp]
EXCLUSION, TRANSFER = "exclusion", "transfer of surpluses"


class KeepCount:
    """One district being counted by keep values: what each candidate keeps of a paper that comes by, and every act so far.

    A continuing candidate keeps all of a paper, an excluded one nothing, an elected one a part that falls until it is
    worth the quota. So papers lie in a tree: those that went by the same elected candidates to the same continuing one,
    or to nobody, lie together, and a distribution visits the places of the tree, not the papers.

    Candidates are indices; votes, quota and keep values are integers in units of 10^-places. Every part kept is rounded
    up and taken off its paper, so nothing is lost to rounding. For the ledger of papers a paper lies with the last
    candidate who keeps something of it.

    Attributes
    ----------
    prices : a keep value is the part of what is left of the paper (Meek), or a price that it pays as far as it can (Warren).
    history : votes at every distribution so far, of which stages show the last of a row of transfers.
    """

    def __init__(
        self,
        profile: Profile,
        seats: int,
        *,
        where: str,
        lots: Lots = refuse,
        reading: Reading = BRITISH_AND_IRISH,
        places: int = 9,
        prices: bool = False,
    ) -> None:
        assert places <= 9, "the product of two values has to fit into 64 bits"
        self._sheet = Sheet(profile.candidates, seats, withdrawn=profile.withdrawn, where=where, lots=lots)
        self._rankings, readable = reading(profile)
        self._papers, self._prices = profile.papers, prices
        self._nobody = len(profile.candidates)
        self.seats, self.places, self.one = seats, places, 10**places
        self.valid = int(self._papers[readable].sum())
        self.invalid = profile.cast - self.valid
        if self.valid * self.one >= 2**63:
            raise Unsuitable(f"{where}: {self.valid} papers at {places} decimals do not fit into 64 bits; count them with fewer decimals")
        self.quota: int | None = None
        self.votes = [0] * self._nobody
        self.keep = [self.one if candidate in self.continuing else 0 for candidate in range(self._nobody)]
        # Candidates who take papers; the last entry stands for NOBODY, who never does.
        self._takes = np.array([*(keep > 0 for keep in self.keep), False])
        self._passes = np.zeros(self._nobody + 1, dtype=bool)
        self._given: list[int] = []
        self._lowest = sum(self.keep)
        self.history: list[list[int]] = []
        self._done: tuple[str, str, tuple[int, ...]] | None = None
        # The tree: the place before each, whom it belongs to, how deep it lies, and the papers that came there. Place 0 is the root.
        self._before, self._whose, self._depth, self._came = [0], [self._nobody], [0], [0]
        self._place: dict[tuple[int, int], int] = {}
        self._at = np.zeros(len(self._papers), dtype=np.intp)
        self._next = np.zeros(len(self._papers), dtype=np.intp)
        self._deal(np.flatnonzero(readable))

    # What a method asks.

    @property
    def continuing(self) -> list[int]:
        """Candidates neither elected nor excluded."""
        return self._sheet.continuing

    @property
    def elected(self) -> list[int]:
        """Candidates elected, in order."""
        return self._sheet.elected

    @property
    def places_left(self) -> int:
        """Seats not yet filled [seats]."""
        return self._sheet.places_left

    @property
    def undecided(self) -> bool:
        """Whether there are places left, and more continuing candidates than these."""
        return len(self.continuing) > self.places_left > 0

    @property
    def active(self) -> int:
        """Votes that candidates have."""
        return sum(self.votes)

    @property
    def surplus(self) -> int:
        """What the elected have beyond the quota, taken together; not less than nothing."""
        assert self.quota is not None
        return max(0, sum(self.votes[candidate] - self.quota for candidate in self.elected))

    def at_quota(self) -> list[int]:
        """Continuing candidates who have the quota, most votes first."""
        assert self.quota is not None
        return [candidate for candidate in self.by_votes() if self.votes[candidate] >= self.quota]

    def above_quota(self) -> list[int]:
        """Elected candidates who have more than the quota."""
        assert self.quota is not None
        return [candidate for candidate in self.elected if self.votes[candidate] > self.quota]

    def by_votes(self) -> list[int]:
        """Continuing candidates, most votes first."""
        return sorted(self.continuing, key=lambda candidate: -self.votes[candidate])

    def choose(self, tied: list[int], rule: str) -> int:
        """One of several level, by lot; or the one there is."""
        return self._sheet.draw(tied, rule)

    # The acts.

    def distribute(self, rule: str) -> None:
        """Give every paper out anew by the keep values as they are: a stage, of the exclusion or transfer since the last one.

        Where no keep value has changed since, nothing is to be given out.
        """
        if self.keep == self._given:
            return
        self._given = list(self.keep)
        keep = np.array([*self.keep, self.one], dtype=np.int64)
        rest = np.full(len(self._before), self.one, dtype=np.int64)
        votes = np.zeros(self._nobody + 1, dtype=np.int64)
        for places, before, whose, came in self._levels:
            left = rest[before]
            kept = np.minimum(left, keep[whose]) if self._prices else -(-left * keep[whose] // self.one)
            rest[places] = left - kept
            np.add.at(votes, whose, kept * came)
        *self.votes, gone = votes.tolist()
        self.history.append(self.votes)
        act, why, who = self._done or ("first preferences", rule, ())
        papers = self._held
        self._sheet.record(
            act,
            why,
            self.votes,
            who=who,
            papers=papers[:-1],
            non_transferable=gone,
            non_transferable_papers=papers[-1],
            goes_on=act == TRANSFER,
            keep=self.keep,
        )
        self._done = None

    def elect(self, who: Iterable[int], rule: str) -> None:
        """Deem candidates elected, in that order; they go on taking papers, and pass on what they do not keep."""
        for candidate in list(who):
            self._sheet.elect([candidate], rule)
            self._passes[candidate] = True
            self._deal(self._lying_with(candidate))

    def set_quota(self, quota: int) -> None:
        """The quota of this distribution."""
        self.quota = quota
        self._sheet.set_quota(quota)

    def lower_keep_values(self, who: list[int], rule: str) -> bool:
        """Multiply keep values by quota / votes, rounding the product up and then the quotient.

        Whether they are lower than ever, taken together: rounding can raise one, and go round in circles. Transfers that
        follow each other without an election make one stage.
        """
        assert self.quota is not None
        for candidate in who:
            product = -(-self.keep[candidate] * self.quota // self.one)
            self.keep[candidate] = min(self.one, -(-product * self.one // self.votes[candidate]))
        self._done = self._done or (TRANSFER, rule, tuple(who))
        before, self._lowest = self._lowest, min(self._lowest, sum(self.keep))
        return self._lowest < before

    def exclude(self, who: list[int], rule: str) -> None:
        """Exclude candidates together: the papers go where they would have gone without them."""
        self._sheet.exclude(who)
        self._takes[who] = False
        for candidate in who:
            self.keep[candidate] = 0
            lying = self._lying_with(candidate)
            for place in set(self._at[lying].tolist()):
                self._came[place] = 0
            self._at[lying] = np.array(self._before)[self._at[lying]]
            self._deal(lying)
        self._done = (EXCLUSION, rule, tuple(who))

    # The tree.

    def _lying_with(self, candidate: int) -> Indices:
        """Rankings whose papers have come to a candidate and no further."""
        return np.flatnonzero(np.array(self._whose)[self._at] == candidate)

    def _deal(self, moved: Indices) -> None:
        """Pass papers on from their place to the next candidate who takes them, and further if that one passes them on."""
        vars(self).pop("_levels", None)
        vars(self).pop("_held", None)
        ranks = np.arange(self._rankings.shape[1])
        while len(moved):
            ranking = self._rankings[moved]
            takes = self._takes[ranking] & (ranks >= self._next[moved, None])
            rank = takes.argmax(axis=1)
            rows = np.arange(len(moved))
            to = np.where(takes[rows, rank], ranking[rows, rank], self._nobody)
            ways, way = np.unique(self._at[moved] * (self._nobody + 1) + to, return_inverse=True)
            places = np.array([self._place_of(*divmod(key, self._nobody + 1)) for key in ways.tolist()])
            papers = np.zeros(len(ways), dtype=np.int64)
            np.add.at(papers, way, self._papers[moved])
            for place, number in zip(places.tolist(), papers.tolist(), strict=True):
                self._came[place] += number
            self._at[moved], self._next[moved] = places[way], rank + 1
            moved = moved[self._passes[to]]

    def _place_of(self, before: int, candidate: int) -> int:
        """The place after another that belongs to a candidate, made where there was none."""
        if (before, candidate) not in self._place:
            self._place[before, candidate] = len(self._before)
            self._before.append(before)
            self._whose.append(candidate)
            self._depth.append(self._depth[before] + 1)
            self._came.append(0)
        return self._place[before, candidate]

    @cached_property
    def _levels(self) -> list[tuple[Indices, Indices, Indices, NDArray[np.int64]]]:
        """For each depth of the tree its places, those before them, whose they are, and the papers that came there."""
        before, whose, came = np.array(self._before), np.array(self._whose), np.array(self._came, dtype=np.int64)
        depths = [np.flatnonzero(np.array(self._depth) == depth) for depth in range(1, max(self._depth) + 1)]
        return [(places, before[places], whose[places], came[places]) for places in depths]

    @cached_property
    def _held(self) -> list[int]:
        """Papers that lie with each candidate, and at the end with nobody."""
        papers = [0] * (self._nobody + 1)
        for place, candidate in enumerate(self._whose):
            last = self._whose[self._before[place]] if candidate == self._nobody else candidate
            papers[last] += 0 if self._passes[candidate] else self._came[place]
        return papers

    def transcript(self, method: str) -> Transcript:
        """Everything that was done; it balances, or AuditError."""
        return self._sheet.transcript(method, valid=self.valid, invalid=self.invalid, unit="votes", quota=self.quota, places=self.places)
