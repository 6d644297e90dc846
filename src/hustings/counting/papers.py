"""Papers, parcels and values in; the acts that a method may perform on them, and a transcript of these. Knows no method."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.election import NOBODY, Profile
from hustings.errors import Unsuitable
from hustings.lots import Lot, Lots, refuse
from hustings.outcome import Stage, Transcript

Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Parcel:
    """Papers that a candidate received together: the stage, and which rankings (indices into the profile)."""

    stage: int
    rankings: Indices


def clear_preferences(profile: Profile) -> NDArray[np.int16]:
    """Each ranking up to its first rank that is blank, shared or names somebody again, shape (rankings, ranks).

    So the rules of the United Kingdom and Ireland read a paper: it is valid if a first preference stands alone, and
    becomes non-transferable where a number is missing or repeated.
    """
    rankings = profile.rankings
    if not rankings.size:
        return rankings
    stop = rankings < 0
    for rank in range(1, rankings.shape[1]):
        stop[:, rank] |= (rankings[:, :rank] == rankings[:, rank, None]).any(axis=1) | stop[:, rank - 1]
    return np.where(stop, np.int16(NOBODY), rankings)


class Count:
    """One district being counted: who holds which papers at what value, and every act so far.

    Candidates are indices. Values are integers in units of 10^-places, so that nothing is ever rounded but by an act
    that says so. `continuing`, `elected` and `votes` are for methods to read; only the acts change them.
    """

    def __init__(self, profile: Profile, seats: int, *, places: int, where: str, lots: Lots = refuse) -> None:
        self._profile, self._lots, self._where = profile, lots, where
        self._rankings = clear_preferences(profile)
        self._papers = profile.papers
        everybody = range(len(profile.candidates))
        if not 0 < seats <= len(everybody):
            raise Unsuitable(f"{where}: {len(everybody)} candidates cannot fill {seats} seats")
        valid = np.flatnonzero(self._rankings[:, 0] != NOBODY) if self._rankings.size else np.empty(0, np.intp)
        self.seats, self.places = seats, places
        self.one: int = 10**places
        self.valid = int(self._papers[valid].sum())
        self.invalid = profile.cast - self.valid
        self.quota: int | None = None
        self.continuing = list(everybody)
        self.elected: list[int] = []
        self.votes = [0] * len(everybody)
        self._held: list[list[Parcel]] = [[] for _ in everybody]
        self._count = [0] * len(everybody)
        self._value = np.full(len(self._papers), self.one, dtype=np.int64)
        # The last entry stands for NOBODY, who never continues: rankings may be looked up as they are.
        self._alive = np.array([*[True] * len(everybody), False])
        self._lost = 0
        self._gone = [0, 0]
        self._stages: list[dict[str, Any]] = []
        self._drawn: list[Lot] = []
        self._unsorted = valid

    # What a method asks.

    @property
    def places_left(self) -> int:
        """Seats not yet filled [seats]."""
        return self.seats - len(self.elected)

    def droop(self) -> int:
        """floor(valid / (seats + 1)) + 1, in units of value."""
        return (self.valid // (self.seats + 1) + 1) * self.one

    def at_quota(self) -> list[int]:
        """Continuing candidates who have the quota, most votes first."""
        assert self.quota is not None
        there = [candidate for candidate in self.continuing if self.votes[candidate] >= self.quota]
        return sorted(there, key=lambda candidate: -self.votes[candidate])

    def surpluses(self) -> list[int]:
        """Elected candidates who hold more than the quota."""
        assert self.quota is not None
        return [candidate for candidate in self.elected if self.votes[candidate] > self.quota]

    def first(self, who: Iterable[int], extreme: Callable[[Iterable[int]], int], rule: str) -> int:
        """The one with most (max) or fewest (min) votes; of those level, as they stood at the last stage that tells them
        apart, stage by stage; if none does, by lot.
        """
        tied = list(who)
        for votes in [self.votes, *(stage["votes"] for stage in reversed(self._stages[:-1]))]:
            best = extreme(votes[candidate] for candidate in tied)
            tied = [candidate for candidate in tied if votes[candidate] == best]
            if len(tied) == 1:
                return tied[0]
        names = [self._profile.candidates[candidate].name for candidate in tied]
        lot = self._lots(f"{self._where}, stage {len(self._stages) + 1}", rule, names)
        self._drawn.append(lot)
        return tied[names.index(lot.chosen)]

    # The acts.

    def sort_first_preferences(self, rule: str) -> None:
        """Give every valid paper to its first preference, at the value of one vote."""
        self._deal(self._unsorted, stage=1)
        self._record("first preferences", rule, ())

    def elect(self, who: Iterable[int], rule: str) -> None:
        """Deem candidates elected, in that order; they receive no more papers."""
        for candidate in list(who):
            self.elected.append(candidate)
            self._retire(candidate)
            self._stages[-1]["elected"] += (candidate,)
            self._stages[-1]["elected_rules"] += (rule,)

    def transfer_surplus(self, candidate: int, rule: str) -> None:
        """Pass on every paper of an elected candidate at value × surplus / votes, truncated paper by paper.

        What truncation takes is lost to rounding; papers with no next preference keep their part of the surplus.
        """
        assert self.quota is not None
        surplus, votes = self.votes[candidate] - self.quota, self.votes[candidate]
        moved = self._taken(candidate)
        # Multiply before dividing, and truncate the value of each paper, not of the parcel.
        self._value[moved] = self._value[moved] * surplus // votes
        self.votes[candidate] = self.quota
        self._lost += surplus - int((self._value[moved] * self._papers[moved]).sum())
        self._deal(moved, stage=len(self._stages) + 1)
        self._record("transfer of surplus", rule, (candidate,))

    def exclude(self, candidate: int, rule: str) -> None:
        """Exclude a candidate and pass on all papers at the value they came with."""
        self._retire(candidate)
        moved = self._taken(candidate)
        self.votes[candidate] = 0
        self._deal(moved, stage=len(self._stages) + 1)
        self._record("exclusion", rule, (candidate,), excluded=(candidate,))

    # The accounts.

    def _retire(self, candidate: int) -> None:
        self.continuing.remove(candidate)
        self._alive[candidate] = False

    def _taken(self, candidate: int) -> Indices:
        parcels, self._held[candidate], self._count[candidate] = self._held[candidate], [], 0
        return np.concatenate([parcel.rankings for parcel in parcels]) if parcels else np.empty(0, np.intp)

    def _deal(self, moved: Indices, stage: int) -> None:
        """Give papers to their next continuing candidate, or lay them aside."""
        if not len(moved):
            return
        ranks = self._rankings[moved]
        live = self._alive[ranks]
        rank = live.argmax(axis=1)
        rows = np.arange(len(moved))
        nobody = len(self.votes)
        to = np.where(live[rows, rank], ranks[rows, rank], nobody)
        order = np.argsort(to, kind="stable")
        dealt = moved[order]
        cuts = np.searchsorted(to[order], np.arange(nobody + 2))
        papers = np.concatenate(([0], np.cumsum(self._papers[dealt])))[cuts]
        value = np.concatenate(([0], np.cumsum(self._papers[dealt] * self._value[dealt])))[cuts]
        for candidate in np.flatnonzero(np.diff(cuts)).tolist():
            pile = dealt[cuts[candidate] : cuts[candidate + 1]]
            number = int(papers[candidate + 1] - papers[candidate])
            worth = int(value[candidate + 1] - value[candidate])
            if candidate == nobody:
                self._gone[0] += worth
                self._gone[1] += number
            else:
                self._held[candidate].append(Parcel(stage, pile))
                self._count[candidate] += number
                self.votes[candidate] += worth

    def _record(self, act: str, rule: str, who: tuple[int, ...], excluded: tuple[int, ...] = ()) -> None:
        self._stages.append(
            {
                "number": len(self._stages) + 1,
                "act": act,
                "rule": rule,
                "who": who,
                "votes": tuple(self.votes),
                "papers": tuple(self._count),
                "non_transferable": self._gone[0],
                "non_transferable_papers": self._gone[1],
                "lost_to_rounding": self._lost,
                "elected": (),
                "elected_rules": (),
                "excluded": excluded,
                "lots": tuple(self._drawn),
            }
        )
        self._drawn.clear()

    def transcript(self, method: str) -> Transcript:
        """Everything that was done; it balances, or AuditError."""
        if self._drawn:  # a lot drawn for an act that made no stage of its own belongs to the last
            self._stages[-1]["lots"] += tuple(self._drawn)
            self._drawn.clear()
        return Transcript(
            self._where,
            method,
            self._profile.candidates,
            self.seats,
            self.valid,
            self.invalid,
            self.quota,
            self.places,
            tuple(Stage(**stage) for stage in self._stages),
            tuple(self.elected),
        )
