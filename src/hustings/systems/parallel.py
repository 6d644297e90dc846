"""Votes by constituency and for lists in; members of both kinds, neither made up for by the other, out."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hustings.batches import Scenario, draws_of, in_each_draw, lists_of, most_votes, won_by
from hustings.counting.plurality import plurality
from hustings.election import Election
from hustings.exact import check_shares
from hustings.lots import Lots, refuse
from hustings.outcome import Batch, Outcome, lumps, outcome
from hustings.scenarios.regroup import Regroup
from hustings.scenarios.tiers import Tiers
from hustings.seating import in_each, taking_part, two_tiers
from hustings.systems import system
from hustings.thresholds import Share


@system(
    "parallel",
    cites="Public Offices Election Act (Japan, Act 100 of 1950, as amended in 1994 and since), arts. 4, 95, 95-2; no election at hand to check it",
    tiers=2,
)
@dataclass(frozen=True)
class Parallel:
    """Some members by most votes in constituencies, the others by lists in blocks, each for itself.

    Whom a list elects among those who lost a constituency (sekihairitsu) is not said: no source has the order of lists.

    Attributes
    ----------
    share : constituencies as a share of all seats [0-1], where the election has no blocks of its own.
    divisor : the divisor method of the lists, `dhondt`, `sainte-lague` … as `apportion` takes it.
    threshold : least share of a block's votes that a list needs for a seat [0-1].
    """

    share: Fraction = Fraction(289, 465)
    divisor: str = "dhondt"
    threshold: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        check_shares(self)

    def scenarios(self, election: Election) -> tuple[Scenario, ...]:
        """What makes two tiers of an election that has one."""
        return () if election.upper else (Regroup(by="share", share=self.share), Tiers(upper="region"))

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        election, constituencies, blocks = two_tiers(election, *self.scenarios(election))
        direct, drawn = plurality(constituencies, "art. 95", lots)
        votes = taking_part(blocks, Share(self.threshold, scope="district"))
        lists, more = in_each(blocks, votes, self.divisor, lots=lots)
        assumed = lumps(blocks.counted(), "each is taken for one candidate in a district and wins no list seat")
        return outcome(self, election, constituencies, [*direct, *lists], upper=blocks, lots=[*drawn, *more], assumed=assumed)

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        constituencies, blocks = draws_of(election, votes, self.scenarios(election))
        winners, level = most_votes(constituencies)
        lists, tied = in_each_draw(blocks, lists_of(blocks, self.threshold), self.divisor)
        return Batch(won_by(winners, len(blocks.parties)) + lists.sum(axis=1), None, level | tied)
