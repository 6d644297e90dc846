"""Votes by district in, the candidate with most votes in each elected: first past the post."""

from dataclasses import dataclass

from hustings.counting.plurality import plurality
from hustings.election import Election
from hustings.lots import Lots, refuse
from hustings.outcome import Outcome, lumps, outcome
from hustings.systems import system


@system("fptp", cites="Representation of the People Act 1983, Sch. 1 rr. 18, 49, 50")
@dataclass(frozen=True)
class FPTP:
    """In each district the one seat goes to the candidate with most votes; equal votes are decided by lot (r. 49)."""

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        seats, drawn = plurality(election.main, "r. 49", lots)
        assumed = lumps(election.main.counted(), "each is taken for one candidate in a district")
        return outcome(self, election, election.main, seats, lots=drawn, assumed=assumed)
