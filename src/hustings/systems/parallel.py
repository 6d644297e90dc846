"""Votes by constituency and for lists in; members of both kinds, neither made up for by the other, out."""

from dataclasses import dataclass
from fractions import Fraction

from hustings.counting.plurality import plurality
from hustings.election import Election
from hustings.exact import check_shares
from hustings.lots import Lots, refuse
from hustings.outcome import Outcome, lumps, outcome
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

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        election, constituencies, blocks = two_tiers(election, Regroup(by="share", share=self.share), Tiers(upper="region"))
        direct, drawn = plurality(constituencies, "art. 95", lots)
        votes = taking_part(blocks, Share(self.threshold, scope="district"))
        lists, more = in_each(blocks, votes, self.divisor, lots=lots)
        assumed = lumps(blocks.counted(), "each is taken for one candidate in a district and wins no list seat")
        return outcome(self, election, constituencies, [*direct, *lists], upper=blocks, lots=[*drawn, *more], assumed=assumed)
