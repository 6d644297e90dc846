"""Votes by district in; district seats, and levelling seats for the whole kingdom, one in each district, out."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hustings.apportionment import set_aside
from hustings.batches import Scenario, draws_of, in_each_draw, lists_of, set_aside_many
from hustings.election import Election
from hustings.exact import check_shares
from hustings.lots import Lots, refuse
from hustings.outcome import Batch, Outcome, as_filled, lumps, outcome
from hustings.scenarios.regroup import Regroup
from hustings.scenarios.tiers import Tiers
from hustings.seating import below, in_each, place, summed, taking_part, two_tiers
from hustings.systems import system
from hustings.thresholds import Share

ROUNDS = "modified-sainte-lague:first=1.4"


@system("storting", cites="Representation of the People Act 2002 (Norway), ss. 11-4 and 11-6", tiers=2)
@dataclass(frozen=True)
class Storting:
    """Seats in the districts by modified Sainte-Laguë; levelling seats make the whole proportional, as many in a district as it has.

    A party with more district seats than its due keeps them and is set aside; the rest is divided again among the others.

    Attributes
    ----------
    share : district seats as a share of all [0-1], where the election has no upper tier of its own.
    threshold : least share of all votes with which a party takes part in the levelling [0-1].
    """

    share: Fraction = Fraction(150, 169)
    threshold: Fraction = Fraction(1, 25)

    def __post_init__(self) -> None:
        check_shares(self)

    def scenarios(self, election: Election) -> tuple[Scenario, ...]:
        """What makes two tiers of an election that has one."""
        return () if election.upper else (Regroup(by="region"), Tiers(upper="district", share=self.share))

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        election, districts, areas = two_tiers(election, *self.scenarios(election))
        tally = districts.counted()
        names = [party.id for party in tally.parties]

        # s. 11-4: district seats; of equal quotients that of most votes comes first, then a lot.
        fixed, drawn = in_each(districts, taking_part(districts), ROUNDS, ties="most-votes", lots=lots)
        held = fixed.sum(axis=0)

        # s. 11-6(1)-(3): all seats, without those of parties under the threshold; whoever holds more keeps them and is set aside.
        votes = taking_part(districts, Share(self.threshold))
        nation = votes.sum(axis=0)
        house = districts.house + areas.house
        levelled = house - int(held[nation == 0].sum())
        kept = np.where(nation > 0, held, 0)
        whole = set_aside(nation.tolist(), levelled, kept.tolist(), ROUNDS, names=names, where="all seats", ties="most-votes", lots=lots)

        # s. 11-6(4)-(5): a seat to the largest of votes / (votes for a seat in the district) / (1, 3, 5 …), one after another.
        cast = summed(tally.votes, districts, areas).sum(axis=1).tolist()
        seats = [sum(districts.districts[row].magnitude for row in below(districts, area)) for area in areas.districts]
        shares = [
            [Fraction(number * magnitude, valid) for number in row]
            for row, magnitude, valid in zip(summed(votes, districts, areas).tolist(), seats, cast, strict=True)
        ]
        room = [area.magnitude for area in areas.districts]
        labels = [area.name for area in areas.districts]
        due, held_there = np.array(whole.seats) - kept, summed(fixed, districts, areas)
        levelling, more = place(shares, held_there, due, room, "sainte-lague", areas=labels, names=names, where="levelling seats", lots=lots)
        return outcome(
            self,
            election,
            districts,
            [*fixed, *levelling],
            house=house,
            upper=as_filled(areas, levelling),
            lots=[*drawn, *whole.lots, *more],
            assumed=lumps(tally, "none is a list or wins a seat"),
        )

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        districts, areas = draws_of(election, votes, self.scenarios(election))
        fixed, tied = in_each_draw(districts, lists_of(districts), ROUNDS, ties="most-votes")
        held = fixed.sum(axis=1)
        nation = lists_of(districts, self.threshold, "nation").sum(axis=2).T
        kept = held * (nation > 0)
        levelled = districts.contest.house + areas.contest.house - (held - kept).sum(axis=1)
        whole, again = set_aside_many(nation, levelled, kept, ROUNDS, ties="most-votes")
        return Batch(held - kept + whole, None, tied | again)
