"""Ranked papers of districts of several members in, or X-votes made into them; the single transferable vote's members out."""

from dataclasses import dataclass
from fractions import Fraction

from hustings.counting.methods import method
from hustings.counting.run import count_all
from hustings.election import Election
from hustings.lots import Lots, refuse
from hustings.outcome import Outcome, lumps, outcome, seats_of
from hustings.scenarios.rankings import Rankings
from hustings.scenarios.regroup import Regroup
from hustings.systems import system


@system("stv", cites="Counted by Scottish Local Government Elections Order 2007 (SSI 2007/42), Sch. 1 rr. 45-52, unless set otherwise")
@dataclass(frozen=True)
class STV:
    """In districts of several members, candidates who reach the quota are elected and their surpluses transferred.

    Attributes
    ----------
    method : how a district is counted, a method of the catalogue.
    members : members of a district that are aimed at [3-6], where the election's districts have one each and are put together.
    matrix, depth, grain : for the scenario `rankings`, where the election has X-votes and no ranked papers: whose next
        preferences, how many candidates a paper ranks, and how finely papers are shared out.
    loyalty : for `rankings` too: share of voters whose next preference stays with the party [0-1].
    """

    method: str = "scotland-2007"
    members: int = 5
    matrix: str = "scotland-2017"
    depth: int = 8
    grain: int = 2000
    loyalty: Fraction = Fraction(3, 4)

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        if election.main.profiles is None:
            if all(district.magnitude == 1 for district in election.main.districts):
                election = election.given(Regroup(members=self.members))
            election = election.given(Rankings(matrix=self.matrix, depth=self.depth, grain=self.grain, loyalty=self.loyalty))
        contest = election.main
        transcripts = count_all(contest, method.parse(self.method), lots)
        assumed = lumps(contest.counted(), "each is taken for one candidate in a district")
        return outcome(self, election, contest, seats_of(transcripts, contest.counted().parties), transcripts=transcripts, assumed=assumed)
