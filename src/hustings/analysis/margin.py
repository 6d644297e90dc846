"""The papers and the count of a district in; the least number of papers that, filled in otherwise, elect somebody else out.

A paper may be changed to any content, and a lot elects whoever it may: a count that a lot decided has a margin of 0.

One seat by instant runoff: branch and bound over the orders in which candidates could go out, from the winner back. Whatever
papers make the last m of an order the last m must satisfy the linear program of that order, in which a paper is the row of
those who would hold it; so its least number of changes bounds every order with that end, and for a whole order it is the
answer. A bound is kept for the integer weights that prove it, a change for the recount that elects somebody else.

References
----------
Magrino, Rivest, Shen & Wagner, "Computing the Margin of Victory in IRV Elections", EVT/WOTE 2011, sections 4-5.
Blom, Stuckey, Teague & Tidhar, "Efficient Computation of Exact IRV Margins", ECAI 2016; arXiv:1508.04885.
Cary, "Estimating the Margin of Victory for Instant-Runoff Voting", EVT/WOTE 2011: the last round's margin bounds from above.
"""

import heapq
import itertools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hustings.analysis.archive import Counted
from hustings.analysis.integer_program import Program, bounded, solved
from hustings.counting.reading import BRITISH_AND_IRISH, Reading
from hustings.counting.run import count
from hustings.election import NOBODY, Profile
from hustings.lots import Lot
from hustings.outcome import Transcript

Integers = NDArray[np.int64]

LONGEST = 12
"""Orders of more candidates keep the bound of their end: their programs, of 2^candidates columns, are too large."""
UNRANKED = 1 << 15
RECOUNTS = 64
"""So many ways for lots to fall are tried before a change is given up."""


class Change(NamedTuple):
    """So many papers of a row of the profile are filled in as `now`: candidates' indices, the first preference first."""

    row: int
    now: tuple[int, ...]
    papers: int


@dataclass(frozen=True)
class Margin:
    """At least and at most so many papers; `changes` are those that a recount confirmed, and make up `most`.

    `most` is None where no change was found that elects somebody else.
    """

    least: int
    most: int | None
    changes: tuple[Change, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether fewer papers are proven not to do."""
        return self.least == self.most

    def __str__(self) -> str:
        if self.exact:
            return f"{self.least:,} paper{'s' * (self.least != 1)}"
        return f"{self.least:,} to {self.most:,} papers" if self.most is not None else f"{self.least:,} or more papers"


def plurality_margin(votes: Sequence[int]) -> int:
    """Half of what the first has more than the second, rounded up: each paper changed takes one and gives one.

    >>> plurality_margin([3297, 2982, 2554])
    158
    """
    first, second = sorted(votes, reverse=True)[:2]
    return (first - second + 1) // 2


def changed(profile: Profile, changes: Sequence[Change]) -> Profile:
    """The profile with these papers filled in anew."""
    width = max([profile.rankings.shape[1], *(len(change.now) for change in changes)])
    rankings = np.full((len(profile.papers) + len(changes), width), NOBODY, dtype=np.int16)
    rankings[: len(profile.papers), : profile.rankings.shape[1]] = profile.rankings
    papers = np.concatenate((profile.papers, [change.papers for change in changes]))
    for row, change in enumerate(changes, len(profile.papers)):
        rankings[row, : len(change.now)] = change.now
        papers[change.row] -= change.papers
    return Profile(profile.candidates, rankings, papers, profile.sets, profile.withdrawn)


def margin(profile: Profile, transcript: Transcript, law: Any, *, seconds: float = 10.0) -> Margin | None:
    """The margin of a count by `law`, exact or between bounds; when the time is up, the bounds so far.

    Exact for one seat by instant runoff, but where equal votes are told apart by earlier stages and the least change makes
    some equal: then the bounds may stay a paper or so apart; of more than LONGEST candidates they may too.
    Otherwise the lower bound is that the same papers elect the same, or what it takes to bring one of several,
    all elected by first preferences, below a Droop quota.

    Returns None where nobody else stands.
    """
    if len(profile.candidates) - len(profile.withdrawn) <= len(transcript.elected):
        return None
    return _Search(profile, transcript, law, seconds)()


def margins(counted: Counted, *, seconds: float = 10.0) -> list[Margin | None]:
    """The margin of each count of a file, None where nobody else stands or the papers are not rankings."""
    contests = counted.election.contests if counted.election else ()
    papers = [profile for contest in contests if contest.house for profile in contest.profiles or ()]
    return [
        margin(profile, transcript, law, seconds=seconds) if isinstance(profile, Profile) else None
        for profile, transcript, law in zip(papers, counted.transcripts, counted.methods, strict=True)
    ]


def _is_runoff(law: Any, transcript: Transcript) -> bool:
    """Whether one seat goes, in effect, by excluding whoever has fewest until one is left, however equal votes are told apart."""
    if transcript.seats != 1 or transcript.method in ("av-uk-2011", "scotland-2007"):
        return transcript.seats == 1
    return (
        transcript.method == "us-rcv"
        and law.winners in ("by-seats", "single")
        and (law.threshold, law.minimum, law.stop_after, law.max_rankings) == ("droop", 0, 0, 0)
        and all(candidate.name != law.write_ins for candidate in transcript.candidates)
    )


@dataclass
class _Falling:
    """Lots that fall as `script` says, and then to whoever stands first in `order`; `taken` are the choices made and how many there were."""

    script: tuple[int, ...]
    order: Sequence[str]
    taken: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, where: str, rule: str, tied: Sequence[str]) -> Lot:
        choice = self.script[len(self.taken)] if len(self.taken) < len(self.script) else 0
        self.taken.append((choice, len(tied)))
        ranked = sorted(tied, key=lambda name: self.order.index(name) if name in self.order else 0)
        return Lot(where, rule, tuple(tied), ranked[choice], "any lot")


def possibly_elected(profile: Profile, seats: int, law: Any, order: Sequence[str] = ()) -> Iterator[frozenset[int]]:
    """Who is elected, for each way in which lots may fall, the first RECOUNTS of them."""
    scripts: list[tuple[int, ...]] = [()]
    for _ in range(RECOUNTS):
        if not scripts:
            return
        lots = _Falling(scripts.pop(), order)
        yield frozenset(count(profile, seats, law, lots=lots).elected)
        for depth in range(len(lots.script), len(lots.taken)):
            before = tuple(choice for choice, _ in lots.taken[:depth])
            scripts += [(*before, other) for other in range(1, lots.taken[depth][1])]


class _Search:
    """The search for the margin of one count: `most` and `changes` are the best so far."""

    def __init__(self, profile: Profile, transcript: Transcript, law: Any, seconds: float) -> None:
        self.profile, self.transcript, self.law = profile, transcript, law
        self.halfway, self.stop = time.monotonic() + seconds / 2, time.monotonic() + seconds
        self.elected = frozenset(transcript.elected)
        self.standing = [who for who in range(len(profile.candidates)) if who not in profile.withdrawn]
        settings = {**law.__entry__.traits, **getattr(law, "engine_settings", {})}
        reading: Reading = settings.get("reading", BRITISH_AND_IRISH)
        rankings, valid = reading(profile)
        self.rankings = np.where(valid[:, None], rankings, NOBODY)
        self.floor = 0 if transcript.lots else 1
        self.most: int | None = None
        self.changes: tuple[Change, ...] = ()

    def __call__(self) -> Margin:
        if self.transcript.lots and self._confirmed(()):
            return Margin(0, 0)
        self._try_to_elect_each()
        self._try_to_turn_each_stage()
        runoff = _is_runoff(self.law, self.transcript) and int(self.rankings.min(initial=NOBODY)) >= NOBODY
        least = self._runoff() if runoff else self._safe_by_first_preferences()
        return Margin(least, self.most, self.changes)

    @property
    def late(self) -> bool:
        """Whether so much of the time is gone that what is left belongs to the proof."""
        return time.monotonic() > self.halfway

    @property
    def _enough(self) -> int:
        """So many papers do, as far as is known."""
        return self.profile.cast if self.most is None else self.most

    def _confirmed(self, changes: tuple[Change, ...], order: Sequence[int] = ()) -> bool:
        """Whether a recount of these changes elects somebody else; if so, and they are fewer, they are the best so far."""
        papers = sum(change.papers for change in changes)
        names = [self.profile.candidates[who].name for who in order]
        found = possibly_elected(changed(self.profile, changes), self.transcript.seats, self.law, names)
        if all(elected == self.elected for elected in found):
            return False
        if self.most is None or papers < self.most:
            self.most, self.changes = papers, changes
        return True

    # Changes that may do.

    def _taken(self, rows: Sequence[int], now: tuple[int, ...], papers: int) -> tuple[Change, ...]:
        """So many papers of these rows, in this order, filled in as `now`."""
        changes = []
        for row in rows:
            if number := min(papers, int(self.profile.papers[row])):
                changes.append(Change(row, now, number))
                papers -= number
        return tuple(changes)

    def _try_to_elect_each(self) -> None:
        """Papers for nobody else than one who is not elected, as many as it takes by bisection: from those elected first."""
        first = self.rankings[:, 0]
        for who in sorted(set(self.standing) - self.elected):
            rows = [int(row) for row in np.flatnonzero(first != who)]
            rows.sort(key=lambda row: int(first[row]) not in self.elected)
            low, high = 0, sum(int(self.profile.papers[row]) for row in rows)
            while low < high and not self.late:
                middle = (low + high) // 2
                if self._confirmed(self._taken(rows, (who,), middle)):
                    high = middle
                else:
                    low = middle + 1
            self._confirmed(self._taken(rows, (who,), high))

    def _try_to_turn_each_stage(self) -> None:
        """Papers of one candidate given to another whom he was ahead of at some stage, until they are level or one more; fewest first."""
        if self.transcript.unit != "votes":
            return
        first, unit = self.rankings[:, 0], 2 * 10**self.transcript.places
        trials = set()
        for stage in self.transcript.stages:
            for ahead, behind in itertools.permutations(self.standing, 2):
                gap = stage.votes[ahead] - stage.votes[behind]
                if gap >= 0:
                    trials |= {(int(gap // unit) + more, ahead, behind) for more in (0, 1, 2)}
        for papers, ahead, behind in sorted(trials):
            if self.late or (self.most is not None and papers >= self.most):
                return
            rows = [int(row) for row in np.flatnonzero(first == ahead)]
            changes = self._taken(rows, (behind,), papers)
            if sum(change.papers for change in changes) == papers and self._confirmed(changes):
                return

    # What is proven.

    def _safe_by_first_preferences(self) -> int:
        """Nothing changed elects the same; and by the Droop quota all whose first preferences reach it, invalid papers made valid included."""
        first, seats = self.transcript.stages[0], self.transcript.seats
        unit = 10**self.transcript.places
        if self.transcript.method != "scotland-2007" or self.elected != set(first.elected):
            return self.floor
        spare = min(int(first.votes[who]) for who in self.elected) // unit
        valid, invalid = self.transcript.valid, self.transcript.invalid
        return next(k for k in itertools.count(1) if spare - k <= (valid + min(k, invalid)) // (seats + 1))

    def _runoff(self) -> int:
        """Least number of papers by which anybody else may be the last: the bound of every order, the lowest first."""
        place = np.full((len(self.rankings), len(self.profile.candidates)), UNRANKED)
        for column in range(self.rankings.shape[1]):
            rows = np.flatnonzero(self.rankings[:, column] >= 0)
            place[rows, self.rankings[rows, column]] = column
        ends: list[tuple[int, int, tuple[int, ...]]] = [(self.floor, 0, (who,)) for who in self.standing if who not in self.elected]
        least = self.profile.cast
        while ends:
            bound, _, end = heapq.heappop(ends)
            if bound >= min(least, self._enough) or time.monotonic() > self.stop:
                least = min(least, bound)
                break
            for order in ((who, *end) for who in self.standing if who not in end):
                low = bound
                if len(order) == len(self.standing):
                    low = max(low, self._whole(order, _held(place, order))) if len(order) <= LONGEST else low
                    least = min(least, low)
                    continue
                low = max(low, self._to_go_before(place, order))
                if low < self._enough and len(order) <= LONGEST:
                    low = max(low, bounded(_refill(_held(place, order), self.profile.papers, len(order)).program))
                heapq.heappush(ends, (low, -len(order), order))
        return min(least, self._enough)

    def _to_go_before(self, place: Integers, order: tuple[int, ...]) -> int:
        """Least number of papers by which all others go out before these do, by votes that each has at least and at most.

        Whoever goes out has his first preferences, and each of these needs as many: at best the papers that rank him before
        the others of these and before the one who goes. A changed paper makes up two votes.
        """
        papers, nearest, holder = self.profile.papers, place[:, order].min(axis=1), place[:, order].argmin(axis=1)
        least = 0
        for who in set(self.standing) - set(order):
            theirs = nearest < place[:, who]
            weakest = int(np.bincount(holder[theirs], weights=papers[theirs], minlength=len(order)).min())
            first = int(papers[place[:, who] == 0].sum())
            least = max(least, (first - weakest + 1) // 2)
        return least

    def _whole(self, order: tuple[int, ...], held: Integers) -> int:
        """Least number of papers that makes candidates go out in this order, by lots where they are level.

        Where earlier stages tell those apart who are level, a recount may not go so; then each has to be one ahead.
        """
        least = self._enough
        for ahead in (0, 1):
            refill = _refill(held, self.profile.papers, len(order), ahead)
            bound, numbers = solved(refill.program, self._enough, self.stop)
            least = min(least, bound)
            if numbers is None or self._confirmed(self._changes(refill, numbers, order, held), order):
                break
        return least

    def _changes(self, refill: "_Refill", numbers: Integers, order: tuple[int, ...], held: Integers) -> tuple[Change, ...]:
        """What a solution says, as papers of the profile."""
        changes = []
        givers = [(int(mask), int(number)) for mask, number in zip(refill.old, numbers[len(refill.new) :], strict=True) if number]
        takers = [int(mask) for mask, number in zip(refill.new, numbers, strict=False) for _ in range(int(number))]
        rows = [int(row) for mask, number in givers for row in _each(np.flatnonzero(held == mask), self.profile.papers, number)]
        takers += [1] * (len(rows) - len(takers))
        for (row, mask), same in itertools.groupby(sorted(zip(rows, takers, strict=True))):
            now = tuple(who for bit, who in zip(range(len(order))[::-1], order, strict=True) if mask >> bit & 1)
            changes.append(Change(row, now, len(list(same))))
        return tuple(changes)


def _each(rows: Integers, papers: Integers, number: int) -> list[int]:
    """The rows of so many papers, a row as often as it has them."""
    repeated: list[int] = np.repeat(rows, papers[rows])[:number].tolist()
    return repeated


# The linear program of an order. Candidates are bits: bit 0 is the last to go, the highest the first. A paper counts as the
# set of those who would hold it in turn; at stage b, when those of bits 0 to b are left, the highest of these bits holds it.


class _Refill(NamedTuple):
    """The program of an order: how many papers are filled in as each of `new`, then how many are taken from each of `old`."""

    program: Program
    new: Integers
    old: Integers


def _held(place: Integers, order: Sequence[int]) -> Integers:
    """Who would hold each paper in turn, as bits: whoever it ranks before all that go out later."""
    held = np.zeros(len(place), dtype=np.int64)
    nearest = np.full(len(place), UNRANKED)
    for bit, who in enumerate(reversed(order)):
        held |= (place[:, who] < nearest).astype(np.int64) << bit
        nearest = np.minimum(nearest, place[:, who])
    return held


@lru_cache(maxsize=16)
def _leads(size: int) -> Integers:
    """For each stage and each of those left, by how much a paper puts whoever goes out ahead of him, shape (pairs, 2^size)."""
    masks = np.arange(1 << size)
    rows = []
    for stage in range(1, size):
        left = masks & ((2 << stage) - 1)
        rows += [(left >> stage & 1) - (left >> other == 1) for other in range(stage)]
    return np.array(rows, dtype=np.int64)


def _refill(held: Integers, papers: Integers, size: int, ahead: int = 0) -> _Refill:
    """The changes after which nobody goes out who has more votes than another left, or so many fewer as to be that much behind.

    No paper is better filled in anew than one that ends with the last to go, so no others are.
    """
    numbers = np.zeros(1 << size, dtype=np.int64)
    np.add.at(numbers, held, papers)
    leads = _leads(size)
    old, new = np.flatnonzero(numbers), np.arange(1, 1 << size, 2)
    balance = np.concatenate((np.ones(len(new), dtype=np.int64), -np.ones(len(old), dtype=np.int64)))
    program = Program(
        table=np.vstack((balance, np.hstack((leads[:, new], -leads[:, old])))),
        right=np.concatenate(([0], -(leads @ numbers) - ahead)),
        cost=np.concatenate((np.zeros(len(new), dtype=np.int64), np.ones(len(old), dtype=np.int64))),
        upper=np.concatenate((np.full(len(new), papers.sum()), numbers[old])),
    )
    return _Refill(program, new, old)
