"""The papers of a district in; the acts that a method may perform on them, and a transcript of these. Knows no method."""

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import accumulate, groupby
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.counting.parcels import Held, Parcel, Table, Value
from hustings.counting.reading import BRITISH_AND_IRISH, ENDS, Reading
from hustings.counting.ties import Extreme, Ties, Votes, first_difference, last_difference
from hustings.election import NOBODY, Profile
from hustings.errors import Unsuitable
from hustings.lots import Lot, Lots, refuse
from hustings.outcome import Stage, Transcript, Transfer

DIGITS = tuple("0123456789")


class Count:
    """One district being counted: who holds which papers at what value, and every act so far.

    Candidates are indices. Votes are whole units of 10^-places, values whole units or fractions of them, so that nothing
    is rounded but by an act that says so. `continuing`, `elected`, `excluded`, `votes`, `papers`, `batches` and `table` are
    for methods to read; only the acts change them.

    Attributes
    ----------
    exact : the value of a transferred paper is never cut; what a candidate is credited with for a pile of papers is, to
        whole units. Else the value of each paper is.
    detailed : stages say why papers count for nobody.
    scarce : there may be fewer candidates than seats.
    batches : votes after each transfer so far; a stage has several where its papers moved in batches.
    table : the rankings, and who comes next on each.
    """

    def __init__(
        self,
        profile: Profile,
        seats: int,
        *,
        places: int,
        where: str,
        lots: Lots = refuse,
        reading: Reading = BRITISH_AND_IRISH,
        exact: bool = False,
        detailed: bool = False,
        scarce: bool = False,
    ) -> None:
        self._profile, self._lots, self._where, self._exact = profile, lots, where, exact
        rankings, readable = reading(profile)
        self.candidates = profile.candidates
        everybody = len(profile.candidates)
        self.continuing = [candidate for candidate in range(everybody) if candidate not in profile.withdrawn]
        if seats < 1 or (seats > len(self.continuing) and not scarce):
            raise Unsuitable(f"{where}: {len(self.continuing)} candidates cannot fill {seats} seats")
        valid = np.flatnonzero(readable & (profile.papers > 0))
        self.valid = int(profile.papers[valid].sum())
        self.invalid = profile.cast - self.valid
        self.seats, self.places = seats, places
        self.quota: int | None = None
        self.elected: list[int] = []
        self.excluded: list[int] = []
        self.votes = [0] * everybody
        self.papers = [0] * everybody
        self.batches: list[Votes] = []
        self._unsorted = Parcel(1, self.valid, valid)
        self._held: list[list[Parcel]] = [[] for _ in range(everybody)]
        self._lost: Value = 0
        self._gone, self._gone_papers = 0, 0
        self._stages: list[dict[str, Any]] = []
        self._drawn: list[Lot] = []
        self._mixer: np.random.Generator | None = None
        self._staying: list[int] = []
        self._ends = reading.ends(profile) if detailed else None
        self._inactive = [0] * (len(ENDS) + 1)
        if self._ends is not None:
            for end, number in zip(self._ends[~readable].tolist(), profile.papers[~readable].tolist(), strict=True):
                self._inactive[end] += number * self.one
        self._invalid = tuple(self._inactive)
        self.table = Table(profile, rankings)
        self.table.lead_to(self.continuing)

    # What a method asks.

    @property
    def one(self) -> int:
        """One vote, in units of value."""
        return int(10**self.places)

    @property
    def places_left(self) -> int:
        """Seats not yet filled [seats]."""
        return self.seats - len(self.elected)

    @property
    def stages(self) -> list[Votes]:
        """Votes at the end of each stage so far."""
        return [*(stage["votes"] for stage in self._stages[:-1]), tuple(self.votes)]

    def droop(self) -> int:
        """floor(valid / (seats + 1)) + 1, in units of value."""
        return (self.valid // (self.seats + 1) + 1) * self.one

    def by_votes(self) -> list[int]:
        """Continuing candidates, most votes first."""
        return sorted(self.continuing, key=lambda candidate: -self.votes[candidate])

    def at_quota(self) -> list[int]:
        """Continuing candidates who have the quota, most votes first."""
        assert self.quota is not None
        there = [candidate for candidate in self.continuing if self.votes[candidate] >= self.quota]
        return sorted(there, key=lambda candidate: -self.votes[candidate])

    def surplus(self, candidate: int) -> int:
        """What a candidate holds beyond the quota, or 0."""
        assert self.quota is not None
        return max(0, self.votes[candidate] - self.quota)

    def surpluses(self) -> list[int]:
        """Elected candidates who hold more than the quota, in order of election."""
        return [candidate for candidate in self.elected if self.surplus(candidate)]

    def elected_first(self, who: Iterable[int]) -> list[int]:
        """Those of them who were elected at the earliest stage."""
        stages = ([candidate for candidate in who if candidate in stage["elected"]] for stage in self._stages)
        return next(filter(None, stages))

    def safely_excluded(self, *, or_level: bool = False, besides: Sequence[int] = ()) -> list[int]:
        """How many of the lowest are behind the next one with all their votes together and every surplus, each number there is.

        Enough candidates continue to fill the places left. `or_level`: they may draw level with the next. Whoever goes
        `besides` is not among them, and his votes are as a surplus.
        """
        rising = [self.votes[candidate] for candidate in reversed(self.by_votes()) if candidate not in besides]
        waiting = sum(map(self.surplus, range(len(self.votes)))) + sum(self.votes[candidate] for candidate in besides)
        together = list(accumulate(rising, initial=waiting))
        numbers = range(1, len(rising) - self.places_left + 1)
        return [number for number in numbers if together[number] < rising[number] + or_level]

    def first(
        self,
        who: Iterable[int],
        extreme: Extreme,
        rule: str,
        ties: Ties = last_difference,
        history: Sequence[Votes] | None = None,
        *,
        lots: Lots | None = None,
    ) -> int:
        """The one with most (max) or fewest (min) votes; of those level, as `ties` tells them apart by their votes at each stage so far,
        or by another history; if it does not, by lot, or by the lots that the rule itself prescribes.
        """
        return self.choose(first_difference(list(who), [self.votes], extreme), extreme, rule, ties, history, lots=lots)

    def choose(
        self,
        tied: list[int],
        extreme: Extreme,
        rule: str,
        ties: Ties = last_difference,
        history: Sequence[Votes] | None = None,
        *,
        lots: Lots | None = None,
    ) -> int:
        """One of several level, as `first` has it."""
        if len(tied) > 1:
            tied = ties(tied, self.stages if history is None else history, extreme)
        if len(tied) == 1:
            return tied[0]
        names = [self._profile.candidates[candidate].name for candidate in tied]
        return tied[names.index(self._draw(f"stage {len(self._stages) + 1}", rule, names, lots))]

    def lowest(self, number: int, rule: str, ties: Ties = last_difference, history: Sequence[Votes] | None = None) -> list[int]:
        """The `number` continuing candidates with fewest votes, those level at the edge told apart as `first` does."""
        edge = sorted(self.votes[candidate] for candidate in self.continuing)[number - 1]
        lowest = [candidate for candidate in self.continuing if self.votes[candidate] < edge]
        level = [candidate for candidate in self.continuing if self.votes[candidate] == edge]
        while len(lowest) + len(level) > number > len(lowest):
            lowest.append(self.first(level, min, rule, ties, history))
            level.remove(lowest[-1])
        return lowest if len(lowest) == number else lowest + level

    def held(self, who: Iterable[int]) -> list[Held]:
        """Every parcel of these candidates, in the order in which it came."""
        return [(candidate, parcel) for candidate in who for parcel in self._held[candidate]]

    def by_value(self, who: Iterable[int], *, first_preferences_apart: bool = False) -> list[list[Held]]:
        """The parcels of these candidates, all of one value together, the dearest first; or first preferences apart, before the rest."""

        def order(held: Held) -> tuple[bool, Value]:
            return first_preferences_apart and held[1].transferred, -held[1].value

        return [list(batch) for _, batch in groupby(sorted(self.held(who), key=order), order)]

    def mixed(self, parcel: Parcel, rule: str) -> Parcel:
        """The same papers one by one, in an order that is drawn: the digits of its seed, by lot."""
        if self._mixer is None:
            digits = (self._draw(f"mixing the papers, digit {digit} of a seed", rule, DIGITS) for digit in range(1, 7))
            self._mixer = np.random.default_rng(int("".join(digits)))
        return parcel._replace(rankings=self._mixer.permutation(self.table.singly(parcel)))

    # The acts.

    def begin(self, act: str, who: Iterable[int], rule: str) -> None:
        """Open a stage: whatever is done until the next one belongs to it."""
        self._settle()
        self._stages.append(
            {
                "number": len(self._stages) + 1,
                "act": act,
                "rule": rule,
                "who": tuple(who),
                "elected": (),
                "elected_rules": (),
                "excluded": (),
                "lots": tuple(self._drawn),
                "transfers": (),
            }
        )
        self._drawn.clear()

    def sort_first_preferences(self, rule: str, *, mixed: bool = False) -> None:
        """Give every valid paper to its first preference, at the value of one vote; `mixed`: in an order that is drawn."""
        papers = self.mixed(self._unsorted, rule) if mixed else self._unsorted
        self.begin("first preferences", (), rule)
        self._give_first_preferences(papers)

    def _give_first_preferences(self, papers: Parcel) -> None:
        piles = self.table.sort([papers] if self.valid else [])
        self._give([(to, Parcel(self.one, parcel.number, parcel.rankings, transferred=False)) for to, parcel in piles])

    def sort_again(self, rule: str) -> None:
        """Give every valid paper anew, to its first preference among all who are not elected."""
        self.begin("first preferences", (), rule)
        everybody = range(len(self.votes))
        self.continuing = [candidate for candidate in everybody if candidate not in (*self.elected, *self._profile.withdrawn)]
        self.excluded, self._staying, self._held = [], [], [[] for _ in everybody]
        self.votes, self.papers = [0 for _ in everybody], [0 for _ in everybody]
        self._lost, self._gone, self._gone_papers, self._inactive = 0, 0, 0, [*self._invalid]
        self.table.lead_to(self.continuing)
        self._give_first_preferences(self._unsorted)

    def set_quota(self, quota: int) -> None:
        """The quota from this stage on."""
        self.quota = self._stages[-1]["quota"] = quota

    def elect(self, who: Iterable[int], rule: str, *, staying: bool = False) -> None:
        """Deem candidates elected, in that order; they receive no more papers, unless they stay."""
        stage = self._stages[-1]
        for candidate in list(who):
            self.elected.append(candidate)
            self._staying += [candidate] if staying else []
            self._retire(candidate)
            stage["elected"] += (candidate,)
            stage["elected_rules"] += (rule,)

    def deem_excluded(self, who: Iterable[int]) -> None:
        """Exclude candidates at this stage; they keep their papers."""
        for candidate in list(who):
            self.excluded.append(candidate)
            self._retire(candidate)
            self._stages[-1]["excluded"] += (candidate,)

    def exclude(self, who: int | Sequence[int], rule: str) -> None:
        """Exclude candidates and pass on all their papers at the value that they came with, in one transfer."""
        together = [who] if isinstance(who, int) else who
        self.begin_exclusion(together, rule)
        self.transfer(self.held(together))

    def begin_exclusion(self, who: Sequence[int], rule: str) -> None:
        """Exclude candidates, whose papers are to be transferred batch by batch."""
        self.begin("exclusion", who, rule)
        self.deem_excluded(who)

    def transfer(self, parcels: Sequence[Held]) -> None:
        """Pass on these parcels of excluded candidates, at the value that they came with."""
        moved = {id(parcel) for _, parcel in parcels}
        sources = {candidate for candidate, _ in parcels}
        for candidate, parcel in parcels:
            worth = parcel.worth
            self.votes[candidate] -= worth
            self.papers[candidate] -= parcel.number
            if self._exact:  # what was cut from these papers is theirs again: they are put together anew
                self._lost -= parcel.number * parcel.value - worth
        for candidate in sources:
            self._held[candidate] = [parcel for parcel in self._held[candidate] if id(parcel) not in moved]
        self._give(self.table.sort([parcel for _, parcel in parcels]), sources.pop() if len(sources) == 1 else NOBODY)

    def transfer_surplus(self, candidate: int, rule: str, *, fraction: Fraction | None = None, value: Fraction | None = None) -> None:
        """Pass on every paper of an elected candidate; those without a next preference keep their part of the surplus.

        Each is worth its value × surplus / votes, or × a `fraction` where the rule rounds that; or all the same `value`.
        """
        self.begin("transfer of surplus", (candidate,), rule)
        self._pass_all_on(candidate, self.surplus(candidate), fraction, value)

    def transfer_surpluses(self, fractions: Mapping[int, Fraction], rule: str) -> None:
        """Pass on every paper of several elected candidates in one stage, each worth its value × the candidate's fraction.

        Without a quota a candidate keeps what the papers do not carry.
        """
        self.begin("transfer of surplus", fractions, rule)
        for candidate, fraction in fractions.items():
            if not self._held[candidate]:
                continue  # of these papers none is the candidate's
            carried = sum(parcel.number * int(parcel.value * fraction) for parcel in self._held[candidate])
            self._pass_all_on(candidate, carried if self.quota is None else self.surplus(candidate), fraction)

    def close(self) -> None:
        """Nobody receives papers any more."""
        self.table.lead_to([])
        self._ends = None if self._ends is None else np.full_like(self._ends, len(ENDS))

    def transfer_last_parcel(self, candidate: int, rule: str) -> None:
        """Pass on those papers of the parcel last received that have a next preference; the others stay.

        Each is worth surplus / papers passed on, and never more than it was; what they do not carry is not transferable.
        """
        self.begin("transfer of surplus", (candidate,), rule)
        surplus, last = self.surplus(candidate), self._held[candidate].pop()
        piles = self.table.sort([last])
        stay = [parcel for to, parcel in piles if to == NOBODY]
        self._held[candidate] += stay
        number = last.number - sum(parcel.number for parcel in stay)
        share = min(Fraction(surplus, number), last.value) if number else 0
        value = share if self._exact else share // 1
        aside = (surplus - number * share) // 1
        self._gone += aside
        # What is cut from each paper; and from what they do not carry, where that is no whole number of units.
        self._lost += number * (share - value) + (surplus - number * share - aside)
        self._pass_on(candidate, [(to, Parcel(value, parcel.number, parcel.rankings)) for to, parcel in piles if to != NOBODY], surplus)

    def transfer_papers(self, candidate: int, piles: Sequence[Held], rest: Sequence[Parcel], rule: str) -> None:
        """Pass on whole papers of the parcel last received, at the value that they came with; `rest` are those of it that stay."""
        self.begin("transfer of surplus", (candidate,), rule)
        self._held[candidate][-1:] = rest
        self._pass_on(candidate, piles, sum(parcel.worth for _, parcel in piles))

    # The accounts.

    def _draw(self, what: str, rule: str, tied: Sequence[str], lots: Lots | None = None) -> str:
        lot = (lots or self._lots)(f"{self._where}, {what}", rule, tied)
        self._drawn.append(lot)
        return lot.chosen

    def _retire(self, candidate: int) -> None:
        self.continuing.remove(candidate)
        if candidate not in self._staying:
            self.table.pass_over(candidate)

    def _pass_all_on(self, candidate: int, surplus: int, fraction: Fraction | None = None, value: Fraction | None = None) -> None:
        votes = self.votes[candidate]
        parcels, self._held[candidate] = self._held[candidate], []
        received = {parcel.value for parcel in parcels}
        worth: dict[Value, Value]
        if value is not None:
            worth = dict.fromkeys(received, value * self.one)
        else:
            worth = {old: old * surplus // votes if fraction is None else old * fraction // 1 for old in received}
            cut = sum(parcel.number * (parcel.value * surplus - worth[parcel.value] * votes) for parcel in parcels)
            self._lost += cut // votes if cut % votes == 0 else Fraction(cut, votes)
        self._pass_on(candidate, self.table.sort([Parcel(worth[parcel.value], parcel.number, parcel.rankings) for parcel in parcels]), surplus)

    def _pass_on(self, candidate: int, piles: Sequence[Held], surplus: int) -> None:
        """Take the surplus off a candidate, and give these piles."""
        self.votes[candidate] -= surplus
        self.papers[candidate] -= sum(parcel.number for _, parcel in piles)
        self._give(piles, candidate)

    def _give(self, piles: Sequence[Held], source: int | None = None) -> None:
        """Credit these piles: first preferences, or transferred by a candidate, or by several (NOBODY)."""
        if source is not None:
            self._stages[-1]["transfers"] += tuple([Transfer(source, to, value, number) for to, (value, number, _, _) in piles])
        votes, papers, held = self.votes, self.papers, self._held
        for to, parcel in piles:
            value, number, _, _ = parcel
            worth = number * value // 1
            if self._exact:
                self._lost += number * value - worth
            if to == NOBODY:
                self._gone += worth
                self._gone_papers += number
            else:
                held[to].append(parcel)
                votes[to] += worth
                papers[to] += number
        self.batches.append(tuple(votes))
        if self._ends is not None:
            for to, parcel in piles:
                if to == NOBODY:
                    self._tell(parcel, self._ends)

    def _tell(self, parcel: Parcel, ends: NDArray[np.int8]) -> None:
        """Note why papers count for nobody, by how each ranking ends."""
        # A shared rank of several who continue stops a paper before the reading does.
        shared = self.table.next_preferences(parcel.rankings) == len(self.votes)
        why = np.where(shared, ENDS.index("overvote"), ends[parcel.rankings])
        for end in np.unique(why).tolist():
            self._inactive[end] += self.table.number(parcel.rankings[why == end]) * int(parcel.value)

    def _settle(self) -> None:
        """Enter in the last stage where everything lies at its end."""
        for stage in self._stages[-1:]:
            stage |= {
                "votes": tuple(self.votes),
                "papers": tuple(self.papers),
                "non_transferable": self._gone,
                "non_transferable_papers": self._gone_papers,
                "lost_to_rounding": int(self._lost) if self._lost == int(self._lost) else self._lost,
            }
            if self._ends is not None:
                told = zip((*ENDS, "surplus left over"), self._inactive, strict=True)
                stage["inactive"] = tuple((end, value) for end, value in told if value)

    def transcript(self, method: str) -> Transcript:
        """Everything that was done; it balances, or AuditError."""
        if self._drawn:  # a lot drawn for an act that made no stage of its own belongs to the last
            self._stages[-1]["lots"] += tuple(self._drawn)
            self._drawn.clear()
        self._settle()
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
