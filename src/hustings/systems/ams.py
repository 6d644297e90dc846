"""Votes by constituency and for regional lists in; constituency members and the list members that make up for them out."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hustings.batches import Scenario, draws_of, held_in, in_each_draw, lists_of, most_votes, won_by
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
    "ams",
    cites="Scotland Act 1998, ss. 6-8; Government of Wales Act 2006, ss. 8-9; Greater London Authority Act 1999, s. 4 and Sch. 2 Pt II",
    tiers=2,
)
@dataclass(frozen=True)
class AMS:
    """Some members by first past the post, the others from regional lists by D'Hondt that counts constituency seats.

    A party that wins more constituencies than its due keeps them; the size of the house does not change. Scotland and
    Wales have no threshold; London is one region with `threshold=0.05` and `ties=most-votes`.

    Readings
    --------
    Equal figures: in Scotland and Wales each party has a seat where there are enough, otherwise figures are taken again
    with one vote more for each, and then a lot decides; in London they are taken again as if each had one seat more,
    which comes to most votes, and then a lot decides. Both from memory of s. 8(7)-(10) and of Sch. 2 para. 8.
    A list that runs out of candidates would drop out; no source says how long lists are.

    Attributes
    ----------
    share : constituencies as a share of all seats [0-1], where the election has no regional lists of its own.
    divisor : the divisor method of the lists, `dhondt`, `sainte-lague` … as `apportion` takes it.
    threshold : least share of a region's votes that a list needs for a seat [0-1].
    ties : what settles equal figures before the lot, as `apportion` has it.
    """

    share: Fraction = Fraction(1, 2)
    divisor: str = "dhondt"
    threshold: Fraction = Fraction(0)
    ties: str = "one-vote-more"

    def __post_init__(self) -> None:
        check_shares(self)

    def scenarios(self, election: Election) -> tuple[Scenario, ...]:
        """What makes two tiers of an election that has one."""
        return () if election.upper else (Regroup(by="share", share=self.share), Tiers(upper="region"))

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        election, constituencies, regions = two_tiers(election, *self.scenarios(election))
        # s. 1(3): the members of constituencies.
        direct, drawn = plurality(constituencies, "r. 49", lots)
        # s. 7: figures of votes / (seats held in the region's constituencies + 1); s. 8: a seat to the highest, one after another.
        held = summed(direct, constituencies, regions)
        votes = taking_part(regions, Share(self.threshold, scope="district"))
        top_up, more = in_each(regions, votes, self.divisor, held=held, ties=self.ties, lots=lots)
        assumed = lumps(regions.counted(), "each is taken for one candidate in a district and wins no list seat")
        return outcome(self, election, constituencies, [*direct, *top_up], upper=regions, lots=[*drawn, *more], assumed=assumed)

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        constituencies, regions = draws_of(election, votes, self.scenarios(election))
        winners, level = most_votes(constituencies)
        held = held_in(winners, regions.below, len(regions.parties))
        lists, tied = in_each_draw(regions, lists_of(regions, self.threshold), self.divisor, held=held, ties=self.ties)
        return Batch(won_by(winners, len(regions.parties)) + lists.sum(axis=1), None, level | tied)
