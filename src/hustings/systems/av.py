"""Ranked papers by district in, or X-votes made into them; one member each by the alternative vote out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hustings.counting.many import seats_in
from hustings.counting.methods import method
from hustings.counting.run import count_all
from hustings.election import Election
from hustings.errors import Unsuitable
from hustings.lots import Lots, refuse
from hustings.outcome import Batch, Outcome, lumps, outcome, seats_of
from hustings.scenarios.rankings import Rankings
from hustings.systems import system


@system("av", cites="Parliamentary Voting System and Constituencies Act 2011, s. 9 and Sch. 10 (repealed unused)")
@dataclass(frozen=True)
class AV:
    """In each district the last candidate is excluded, one a stage, until one has over half of the votes still in play.

    Attributes
    ----------
    method : how a district is counted, a method of the catalogue.
    matrix : whose next preferences make rankings of X-votes, where there are no ranked papers: see the scenario `rankings`.
    depth : how many candidates such a paper ranks.
    grain : how finely such papers are shared out.
    """

    method: str = "av-uk-2011"
    matrix: str = "scotland-2017"
    depth: int = 5
    grain: int = 2000

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        _check(election)
        if election.main.profiles is None:
            election = election.given(self._rankings)
        contest = election.main
        transcripts = count_all(contest, method.parse(self.method), lots)
        assumed = lumps(contest.counted(), "each is taken for one candidate in a district")
        return outcome(self, election, contest, seats_of(transcripts, contest.counted().parties), transcripts=transcripts, assumed=assumed)

    @property
    def _rankings(self) -> Rankings:
        return Rankings(matrix=self.matrix, depth=self.depth, grain=self.grain)

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws, from votes by party: see `Batch`."""
        _check(election)
        seats, tied = seats_in(election.main, votes, self._rankings, method.parse(self.method))
        winners = seats.argmax(axis=2).astype(np.int16)
        return Batch(seats.sum(axis=1), winners, np.asarray(tied.any(axis=1)), tied)


def _check(election: Election) -> None:
    if any(district.magnitude != 1 for district in election.main.districts):
        raise Unsuitable(f"{election.id} has districts of several members; av elects one in each, stv several")
