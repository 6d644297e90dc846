"""Votes by district in, the candidate with most votes in each elected: first past the post."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hustings.batches import main_of, most_votes, won_by
from hustings.counting.plurality import plurality
from hustings.election import Election
from hustings.lots import Lots, refuse
from hustings.outcome import Batch, Outcome, lumps, outcome
from hustings.systems import system


@system("fptp", cites="Representation of the People Act 1983, Sch. 1 rr. 18, 49, 50")
@dataclass(frozen=True)
class FPTP:
    """In each district the one seat goes to the candidate with most votes; equal votes are decided by lot (r. 49).

    Where an election was held so in districts of several members, as in Britain until 1945, voters have as many votes as there are seats.
    """

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        seats, drawn = plurality(election.main, "r. 49", lots)
        named = election.main.candidacies and all(election.main.candidacies)
        assumed = () if named else lumps(election.main.counted(), "each is taken for one candidate in a district")
        return outcome(self, election, election.main, seats, lots=drawn, assumed=assumed)

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        draws = main_of(election, votes)
        winners, tied = most_votes(draws)
        return Batch(won_by(winners, len(draws.parties)), winners, tied)
