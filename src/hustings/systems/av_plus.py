"""Votes by constituency, ranked or made so, in; members by the alternative vote and a few that top up their areas out."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from hustings.counting.methods import method
from hustings.counting.run import count_all
from hustings.election import Election, aligned
from hustings.errors import Unsuitable
from hustings.exact import check_shares
from hustings.lots import Lots, refuse
from hustings.outcome import Outcome, lumps, outcome, seats_of
from hustings.scenarios.rankings import Rankings
from hustings.scenarios.regroup import Regroup
from hustings.scenarios.tiers import Tiers
from hustings.seating import below, in_each, summed, taking_part
from hustings.systems import system


@system(
    "av-plus",
    cites="Independent Commission on the Voting System (Jenkins), Cm 4090 (1998), recommendations; the formula and the half from memory",
    tiers=2,
)
@dataclass(frozen=True)
class AVPlus:
    """Four in five members by the alternative vote, the others in areas by a second vote and D'Hondt that counts constituency seats.

    Parties that stand in half of an area's constituencies take part. The Commission drew eighty areas of one or two such
    members; where the election has none of its own, counties are the areas, and regions where no county is known.

    Attributes
    ----------
    share : members of constituencies as a share of all [0-1]: the Commission's range is 0.80 to 0.85.
    method : how a constituency is counted, a method of the catalogue.
    matrix, depth, grain : for the scenario `rankings`, where the election has X-votes and no ranked papers: whose next
        preferences, how many candidates a paper ranks, and how finely papers are shared out.
    """

    share: Fraction = Fraction(33, 40)
    method: str = "av-uk-2011"
    matrix: str = "scotland-2017"
    depth: int = 5
    grain: int = 2000

    def __post_init__(self) -> None:
        check_shares(self)

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        if any(district.magnitude != 1 for district in election.main.districts):
            raise Unsuitable(f"{election.id} has districts of several members; the alternative vote elects one in each")
        if election.upper is None:
            election = election.given(Regroup(by="share", share=self.share)).given(Tiers(upper="county"))
        if election.main.profiles is None:
            election = election.given(Rankings(matrix=self.matrix, depth=self.depth, grain=self.grain))
        assert election.upper is not None
        constituencies, areas = aligned(election.main, election.upper)
        tally = constituencies.counted()

        transcripts = count_all(constituencies, method.parse(self.method), lots)
        direct = seats_of(transcripts, tally.parties)
        stood = summed(tally.stood.astype(np.int64), constituencies, areas)
        half = np.array([[len(below(constituencies, area))] for area in areas.districts])
        votes = np.where(2 * stood >= half, taking_part(areas), 0)
        top_up, drawn = in_each(areas, votes, "dhondt", held=summed(direct, constituencies, areas), lots=lots)
        assumed = lumps(tally, "each is taken for one candidate in a district and wins no list seat")
        seats = [*direct, *top_up]
        return outcome(self, election, constituencies, seats, upper=areas, transcripts=transcripts, lots=drawn, assumed=assumed)
