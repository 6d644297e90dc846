"""Numbers of each stage in, a transcript out: who continues, who is elected and which lots were drawn, for engines that keep no parcels."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from hustings.election import Candidate
from hustings.errors import Unsuitable
from hustings.lots import Lot, Lots
from hustings.outcome import Stage, Transcript

Value = int | Fraction


def plain(value: Value) -> Value:
    """A whole number as an int, any other as it is."""
    return int(value) if isinstance(value, Fraction) and value.denominator == 1 else value


class Sheet:
    """The count sheet of one district. Candidates are indices; `continuing` and `elected` are to be read, and only acts change them."""

    def __init__(self, candidates: Sequence[Candidate], seats: int, *, withdrawn: Sequence[int] = (), where: str, lots: Lots) -> None:
        self._names = [candidate.name for candidate in candidates]
        self._candidates, self._where, self._lots = tuple(candidates), where, lots
        self.continuing = [candidate for candidate in range(len(candidates)) if candidate not in withdrawn]
        if not 0 < seats <= len(self.continuing):
            raise Unsuitable(f"{where}: {len(self.continuing)} candidates cannot fill {seats} seats")
        self.seats = seats
        self.elected: list[int] = []
        self._stages: list[Stage] = []
        # What was drawn and who was excluded since the last stage.
        self._drawn: tuple[Lot, ...] = ()
        self._excluded: tuple[int, ...] = ()

    @property
    def places_left(self) -> int:
        """Seats not yet filled [seats]."""
        return self.seats - len(self.elected)

    def name(self, candidate: int) -> str:
        """What the candidate is called in a lot."""
        return self._names[candidate]

    def choose(self, tied: Sequence[str], rule: str, *, now: bool = False) -> str:
        """Who or what is drawn from several of one standing; the lot belongs to the stage that is recorded next, or `now` is the last."""
        lot = self._lots(f"{self._where}, stage {len(self._stages) + (not now)}", rule, tied)
        if now:
            self._amend(lots=(*self._stages[-1].lots, lot))
        else:
            self._drawn += (lot,)
        return lot.chosen

    def draw(self, tied: Sequence[int], rule: str, *, now: bool = False) -> int:
        """The candidate there is, or the one drawn from several."""
        names = [self.name(candidate) for candidate in tied]
        return tied[0] if len(tied) == 1 else tied[names.index(self.choose(names, rule, now=now))]

    def exclude(self, who: Sequence[int]) -> None:
        """They continue no longer; it belongs to the stage that is recorded next, or to the last if none is."""
        self._excluded += tuple(who)
        self.continuing = [candidate for candidate in self.continuing if candidate not in who]

    def record(
        self,
        act: str,
        rule: str,
        votes: Iterable[Value],
        *,
        who: Sequence[int] = (),
        papers: Sequence[int] = (),
        non_transferable: int = 0,
        non_transferable_papers: int = 0,
        goes_on: bool = False,
        keep: Sequence[int] = (),
    ) -> None:
        """A stage, as it stands after the act.

        Where the act goes on from the last stage, and nobody was elected at that, both are one stage.
        """
        if goes_on and self._stages[-1].act == act and not self._stages[-1].elected:
            self._stages.pop()
        self._stages.append(
            Stage(
                len(self._stages) + 1,
                act,
                rule,
                tuple(who),
                tuple(plain(value) for value in votes),
                tuple(papers) or (0,) * len(self._names),
                non_transferable,
                non_transferable_papers,
                lost_to_rounding=0,
                excluded=self._excluded,
                lots=self._drawn,
                keep=tuple(keep),
            )
        )
        self._drawn, self._excluded = (), ()

    def set_quota(self, quota: int) -> None:
        """The quota at the last stage."""
        self._amend(quota=quota)

    def _amend(self, **changes: Any) -> None:
        self._stages[-1] = replace(self._stages[-1], **changes)

    def elect(self, who: Iterable[int], rule: str) -> None:
        """Deem candidates elected at the last stage, in that order."""
        new = tuple(who)
        self.elected += new
        self.continuing = [candidate for candidate in self.continuing if candidate not in new]
        last = self._stages[-1]
        self._amend(elected=last.elected + new, elected_rules=last.elected_rules + (rule,) * len(new))

    def elect_one(self, level: Sequence[int], rule: str) -> None:
        """Elect the one there is, or one by lot."""
        self.elect([self.draw(level, rule, now=True)], rule)

    def elect_level(self, level: Sequence[int], rule: str) -> None:
        """Elect all of the same standing if there are places for all, and one of them if not."""
        if len(level) <= self.places_left:
            self.elect(level, rule)
        else:
            self.elect_one(level, rule)

    def elect_best(self, scores: Sequence[Value], rule: str, best: Callable[[Iterable[Value]], Value] = max) -> None:
        """Fill the places left in order of score, the highest (max) or the lowest (min) first."""
        while self.places_left:
            top = best(scores[candidate] for candidate in self.continuing)
            self.elect_level([candidate for candidate in self.continuing if scores[candidate] == top], rule)

    def transcript(self, method: str, *, valid: int, invalid: int, unit: str, quota: int | None = None, places: int = 0) -> Transcript:
        """Everything that was done; it balances, or AuditError."""
        last = self._stages[-1]
        self._amend(excluded=last.excluded + self._excluded, lots=last.lots + self._drawn)
        self._drawn, self._excluded = (), ()
        return Transcript(
            self._where,
            method,
            self._candidates,
            self.seats,
            valid,
            invalid,
            quota,
            places,
            tuple(self._stages),
            tuple(self.elected),
            unit,
        )
