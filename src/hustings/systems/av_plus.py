"""Votes by constituency, ranked or made so, in; members by the alternative vote and a few that top up their areas out."""

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hustings.batches import Scenario, added, draws_of, in_each_draw, lists_of
from hustings.counting.many import seats_in
from hustings.counting.methods import method
from hustings.counting.run import count_all
from hustings.election import Election
from hustings.errors import Unsuitable
from hustings.exact import check_shares
from hustings.lots import Lots, refuse
from hustings.outcome import Batch, Outcome, lumps, outcome, seats_of
from hustings.scenarios.rankings import Rankings
from hustings.scenarios.regroup import Regroup
from hustings.scenarios.tiers import Tiers
from hustings.seating import below, in_each, summed, taking_part, two_tiers
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
    matrix : whose next preferences make rankings of X-votes, where there are no ranked papers: see the scenario `rankings`.
    depth : how many candidates such a paper ranks.
    grain : how finely such papers are shared out.
    """

    share: Fraction = Fraction(33, 40)
    method: str = "av-uk-2011"
    matrix: str = "scotland-2017"
    depth: int = 5
    grain: int = 2000

    def __post_init__(self) -> None:
        check_shares(self)

    @property
    def _rankings(self) -> Rankings:
        return Rankings(matrix=self.matrix, depth=self.depth, grain=self.grain)

    def scenarios(self, election: Election) -> tuple[Scenario, ...]:
        """What makes two tiers of an election that has one."""
        return () if election.upper else (Regroup(by="share", share=self.share), Tiers(upper="county"))

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        _check(election)
        election, constituencies, areas = two_tiers(election, *self.scenarios(election))
        if election.main.profiles is None:
            election = election.given(self._rankings)
            constituencies = replace(constituencies, profiles=election.main.profiles)
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

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws, from votes by party: see `Batch`."""
        _check(election)
        constituencies, areas = draws_of(election, votes, self.scenarios(election))
        by_draw = np.moveaxis(constituencies.votes, 0, 2)
        direct, level = seats_in(constituencies.contest, by_draw, self._rankings, method.parse(self.method))
        held = np.moveaxis(added(np.moveaxis(direct, 1, 2), areas.below), 1, 2)
        stood = summed(constituencies.contest.counted().stood.astype(np.int64), constituencies.contest, areas.contest)
        half = np.array([[len(rows)] for rows in areas.below])
        lists = lists_of(areas) * (2 * stood >= half).T[:, np.newaxis]
        top_up, tied = in_each_draw(areas, lists, "dhondt", held=held)
        return Batch(direct.sum(axis=1) + top_up.sum(axis=1), None, level.any(axis=1) | tied)


def _check(election: Election) -> None:
    if any(district.magnitude != 1 for district in election.main.districts):
        raise Unsuitable(f"{election.id} has districts of several members; the alternative vote elects one in each")
