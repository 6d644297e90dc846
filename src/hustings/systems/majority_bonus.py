"""Votes of the whole in; seats by lists, with a bonus for the largest, out."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hustings.apportionment import apportion
from hustings.batches import Draws, awarded, lists_of, main_of
from hustings.election import District, Election, electors
from hustings.errors import SettingError
from hustings.exact import check_shares
from hustings.lots import Lots, refuse
from hustings.outcome import Batch, Outcome, lumps, outcome
from hustings.seating import taking_part
from hustings.systems import system
from hustings.thresholds import Share


@system(
    "majority-bonus",
    cites="Two shapes known from Greece (50 of 300) and Italy (Act 270 of 2005, 340 of 630), from memory of them; no election at hand to check it",
)
@dataclass(frozen=True)
class MajorityBonus:
    """Lists in the whole country, with seats set apart for the list with most votes.

    Attributes
    ----------
    bonus : seats of the largest list, as a share of all, rounded down [0-1].
    form : `added`: the bonus comes on top of its part of the other seats; `guaranteed`: it has the bonus at the least, and
        the others share what is left.
    method : the divisor or quota method, `hare`, `dhondt` … as `apportion` takes it.
    threshold : least share of all votes that a list needs for a seat [0-1].
    """

    bonus: Fraction = Fraction(1, 6)
    form: Literal["added", "guaranteed"] = "added"
    method: str = "hare"
    threshold: Fraction = Fraction(3, 100)

    def __post_init__(self) -> None:
        check_shares(self)

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        old = election.main
        whole = old.merged([range(len(old.districts))], [District("all districts", "all districts", old.house, electors(old.districts))])
        names = [party.id for party in whole.counted().parties]
        votes = taking_part(whole, Share(self.threshold))[0].tolist()
        if not any(votes):
            raise SettingError(f"majority-bonus: no list reaches the threshold of {float(self.threshold):.1%}; lower it")
        level = [names[party] for party, number in enumerate(votes) if number == max(votes)]
        drawn = [lots("all districts", "the largest list", level)] if len(level) > 1 else []
        first = names.index(drawn[0].chosen if drawn else level[0])
        bonus = int(old.house * self.bonus)

        left = old.house - bonus if self.form == "added" else old.house
        share = apportion(votes, left, self.method, names=names, where="all districts", lots=lots)
        seats = np.array(share.seats)
        if self.form == "added":
            seats[first] += bonus
        elif seats[first] < bonus:
            others = [0 if party == first else number for party, number in enumerate(votes)]
            share = apportion(others, old.house - bonus if any(others) else 0, self.method, names=names, where="all districts", lots=lots)
            seats = np.array(share.seats)
            seats[first] = old.house - seats.sum()
        assumed = (
            "a vote for a candidate is taken for a vote for the party's list",
            f"{names[first]} has most votes and the bonus of {bonus} seats",
            *lumps(whole.counted(), "none is a list or wins a seat"),
        )
        return outcome(self, election, whole, seats[np.newaxis], lots=[*drawn, *share.lots], assumed=assumed)

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        draws = main_of(election, votes)
        whole = Draws(draws.contest, draws.votes.sum(axis=2, keepdims=True, dtype=np.int64))
        table = lists_of(whole, self.threshold)[:, :, 0].T
        if not table.any(axis=1).all():
            raise SettingError(f"majority-bonus: no list reaches the threshold of {float(self.threshold):.1%}; lower it")
        house, bonus = draws.contest.house, int(draws.contest.house * self.bonus)
        first = table == table.max(axis=1, keepdims=True)
        level = first.sum(axis=1) > 1
        seats, tied = awarded(table, house - bonus if self.form == "added" else house, self.method)
        if self.form == "added":
            return Batch(seats + bonus * first, None, level | tied)
        short = np.flatnonzero(((seats * first).sum(axis=1) < bonus) & ~level)
        others = table[short] * ~first[short]
        rest, again = awarded(others, np.where(others.any(axis=1), house - bonus, 0), self.method)
        seats[short] = np.where(first[short], house - rest.sum(axis=1, keepdims=True), rest)
        tied[short] |= again
        return Batch(seats, None, level | tied)
