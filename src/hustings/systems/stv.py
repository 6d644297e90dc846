"""Ranked papers of districts of several members in, or X-votes made into them; the single transferable vote's members out."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hustings.batches import Scenario, draws_of
from hustings.counting.many import seats_in
from hustings.counting.methods import method
from hustings.counting.run import count_all
from hustings.election import Election
from hustings.lots import Lots, refuse
from hustings.outcome import Batch, Outcome, lumps, outcome, seats_of
from hustings.scenarios.rankings import Rankings
from hustings.scenarios.regroup import Regroup, check_members
from hustings.systems import system


@system("stv", cites="Counted by Scottish Local Government Elections Order 2007 (SSI 2007/42), Sch. 1 rr. 45-52, unless set otherwise")
@dataclass(frozen=True)
class STV:
    """In districts of several members, candidates who reach the quota are elected and their surpluses transferred.

    Attributes
    ----------
    method : how a district is counted, a method of the catalogue.
    members : members of a district that are aimed at [3-6], where the election's districts have one each and are put together.
    matrix : whose next preferences make rankings of X-votes, where there are no ranked papers: see the scenario `rankings`.
    depth : how many candidates such a paper ranks.
    grain : how finely such papers are shared out.
    loyalty : share of voters whose next preference stays with the party [0-1].
    """

    method: str = "scotland-2007"
    members: int = 5
    matrix: str = "scotland-2017"
    depth: int = 8
    grain: int = 2000
    loyalty: Fraction = Fraction(3, 4)

    def __post_init__(self) -> None:
        check_members(self)

    @property
    def _rankings(self) -> Rankings:
        return Rankings(matrix=self.matrix, depth=self.depth, grain=self.grain, loyalty=self.loyalty)

    def scenarios(self, election: Election) -> tuple[Scenario, ...]:
        """What puts the districts together."""
        single = all(district.magnitude == 1 for district in election.main.districts)
        return (Regroup(members=self.members),) if single else ()

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        made = election.main.profiles is None
        if made:
            for scenario in self.scenarios(election):
                election = election.given(scenario)
            election = election.given(self._rankings)
        contest = election.main
        transcripts = count_all(contest, method.parse(self.method), lots)
        # Real papers name each candidate, whatever the votes by party add up.
        assumed = lumps(contest.counted(), "each is taken for one candidate in a district") if made else ()
        return outcome(self, election, contest, seats_of(transcripts, contest.counted().parties), transcripts=transcripts, assumed=assumed)

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws, from votes by party: see `Batch`."""
        draws, *_ = draws_of(election, votes, self.scenarios(election))
        seats, tied = seats_in(draws.contest, np.moveaxis(draws.votes, 0, 2), self._rankings, method.parse(self.method))
        # A district of one member would be put together once more if it stood alone.
        several = all(district.magnitude > 1 for district in draws.contest.districts)
        return Batch(seats.sum(axis=1), None, np.asarray(tied.any(axis=1)), tied if several else None)
