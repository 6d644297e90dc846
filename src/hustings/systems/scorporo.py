"""Votes by constituency in; constituency members, and lists by the votes that elected nobody, out."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hustings.batches import Scenario, added, draws_of, in_each_draw, lists_of, most_votes, won_by
from hustings.counting.plurality import plurality
from hustings.election import Election
from hustings.exact import check_shares
from hustings.lots import Lots, refuse
from hustings.outcome import Batch, Outcome, lumps, outcome
from hustings.scenarios.regroup import Regroup
from hustings.scenarios.tiers import Tiers
from hustings.seating import in_each, summed, taking_part, two_tiers
from hustings.systems import system
from hustings.thresholds import Share


@system(
    "scorporo",
    cites="The shape of Italy's Acts 276 and 277 of 1993, from memory of them; neither their text nor an election at hand to check it",
    tiers=2,
)
@dataclass(frozen=True)
class Scorporo:
    """Most members by most votes in constituencies; the others by lists in regions, whose votes are less what the constituencies cost.

    Readings
    --------
    Where the constituencies cost all votes of a region, its seats go by the votes before that.
    `test_where_constituencies_cost_all_votes`

    Attributes
    ----------
    share : constituencies as a share of all seats [0-1], where the election has no regional lists of its own.
    cost : what a constituency costs its party: all votes of the `winner`, as for the Senate; or one more than the votes of
        the `runner-up`, and a quarter of the valid votes at least (if the winner had so many), as for the Chamber.
    method : the divisor or quota method of the lists, `hare`, `dhondt` … as `apportion` takes it.
    threshold : least share of all votes that a list needs, before costs [0-1].
    """

    share: Fraction = Fraction(3, 4)
    cost: Literal["winner", "runner-up"] = "winner"
    method: str = "dhondt"
    threshold: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        check_shares(self)

    def scenarios(self, election: Election) -> tuple[Scenario, ...]:
        """What makes two tiers of an election that has one."""
        return () if election.upper else (Regroup(by="share", share=self.share), Tiers(upper="region"))

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        election, constituencies, regions = two_tiers(election, *self.scenarios(election))
        tally = constituencies.counted()
        direct, drawn = plurality(constituencies, "the rule of equal votes in a constituency", lots)
        cost = tally.votes * direct
        if self.cost == "runner-up":
            second = np.where(direct > 0, 0, tally.votes).max(axis=1, keepdims=True) + 1
            quarter = -(-tally.valid[:, np.newaxis] // 4)
            cost = np.minimum(cost, np.maximum(second, quarter) * direct)
        before = taking_part(regions, Share(self.threshold))
        votes = np.maximum(before - summed(cost, constituencies, regions), 0)
        votes = np.where(votes.any(axis=1, keepdims=True), votes, before)
        lists, more = in_each(regions, votes, self.method, lots=lots)
        assumed = lumps(regions.counted(), "each is taken for one candidate in a district and wins no list seat")
        return outcome(self, election, constituencies, [*direct, *lists], upper=regions, lots=[*drawn, *more], assumed=assumed)

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        constituencies, regions = draws_of(election, votes, self.scenarios(election))
        winners, level = most_votes(constituencies)
        won = np.arange(len(regions.parties))[:, np.newaxis, np.newaxis] == winners
        cost = constituencies.votes * won
        if self.cost == "runner-up":
            second = np.where(won, 0, constituencies.votes).max(axis=0) + 1
            quarter = -(-constituencies.votes.sum(axis=0) // 4)
            cost = np.minimum(cost, np.maximum(second, quarter) * won)
        before = lists_of(regions, self.threshold, "nation")
        left = np.maximum(before - added(cost, regions.below), 0)
        left = np.where(left.any(axis=0), left, before)
        lists, tied = in_each_draw(regions, left, self.method)
        return Batch(won_by(winners, len(regions.parties)) + lists.sum(axis=1), None, level | tied)
