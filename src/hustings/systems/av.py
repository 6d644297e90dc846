"""Ranked papers by district in, or X-votes made into them; one member each by the alternative vote out."""

from dataclasses import dataclass

from hustings.counting.methods import method
from hustings.counting.run import count_all
from hustings.election import Election
from hustings.errors import Unsuitable
from hustings.lots import Lots, refuse
from hustings.outcome import Outcome, lumps, outcome, seats_of
from hustings.scenarios.rankings import Rankings
from hustings.systems import system


@system("av", cites="Parliamentary Voting System and Constituencies Act 2011, s. 9 and Sch. 10 (repealed unused)")
@dataclass(frozen=True)
class AV:
    """In each district the last candidate is excluded, one a stage, until one has over half of the votes still in play.

    Attributes
    ----------
    method : how a district is counted, a method of the catalogue.
    matrix, depth, grain : for the scenario `rankings`, where the election has X-votes and no ranked papers: whose next
        preferences, how many candidates a paper ranks, and how finely papers are shared out.
    """

    method: str = "av-uk-2011"
    matrix: str = "scotland-2017"
    depth: int = 5
    grain: int = 2000

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        if any(district.magnitude != 1 for district in election.main.districts):
            raise Unsuitable(f"{election.id} has districts of several members; av elects one in each, stv several")
        if election.main.profiles is None:
            election = election.given(Rankings(matrix=self.matrix, depth=self.depth, grain=self.grain))
        contest = election.main
        transcripts = count_all(contest, method.parse(self.method), lots)
        assumed = lumps(contest.counted(), "each is taken for one candidate in a district")
        return outcome(self, election, contest, seats_of(transcripts, contest.counted().parties), transcripts=transcripts, assumed=assumed)
