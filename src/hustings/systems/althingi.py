"""Votes by district in; district seats, and levelling seats for the whole country, each placed in its turn, out."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from hustings.apportionment import apportion
from hustings.batches import Scenario, awarded, draws_of, in_each_draw, lists_of
from hustings.election import Election
from hustings.exact import check_shares
from hustings.lots import Lots, refuse
from hustings.outcome import Batch, Outcome, as_filled, lumps, outcome
from hustings.scenarios.regroup import Regroup
from hustings.scenarios.tiers import Tiers
from hustings.seating import in_each, place, summed, taking_part, two_tiers
from hustings.systems import system
from hustings.thresholds import Share


@system("althingi", cites="Elections to Althingi Act 24/2000 (Iceland), arts. 106-108: from memory, checked by the outcome of 2009", tiers=2)
@dataclass(frozen=True)
class Althingi:
    """Seats in the districts by D'Hondt; levelling seats by D'Hondt for the whole, which goes on after the seats of the districts.

    Each levelling seat goes, in the order in which they are won, to the district where the party's next quotient is the
    largest share of the votes, as many to a district as it has.

    Readings
    --------
    Seats won with equal quotients have no order: they are placed together, the largest share of votes first.

    Attributes
    ----------
    share : district seats as a share of all [0-1], where the election has no upper tier of its own.
    threshold : least share of all votes with which a party takes part in the levelling [0-1].
    """

    share: Fraction = Fraction(54, 63)
    threshold: Fraction = Fraction(1, 20)

    def __post_init__(self) -> None:
        check_shares(self)

    def scenarios(self, election: Election) -> tuple[Scenario, ...]:
        """What makes two tiers of an election that has one."""
        return () if election.upper else (Regroup(by="region"), Tiers(upper="district", share=self.share))

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        election, districts, areas = two_tiers(election, *self.scenarios(election))
        tally = districts.counted()
        names = [party.id for party in tally.parties]

        # Art. 107: district seats.
        fixed, drawn = in_each(districts, taking_part(districts), "dhondt", lots=lots)

        # Art. 108: levelling seats, by quotients of the whole that go on after the district seats.
        votes = taking_part(districts, Share(self.threshold))
        held = fixed.sum(axis=0).tolist()
        whole = apportion(votes.sum(axis=0).tolist(), areas.house, "dhondt", held=held, names=names, where="levelling seats", lots=lots)
        drawn += whole.lots

        # Art. 108: each in its turn to the district where the next quotient is the largest share of the votes.
        by_area, cast, levelling = (summed(table, districts, areas) for table in (votes, tally.votes, np.zeros_like(fixed)))
        shares = [[Fraction(number, sum(valid)) for number in row] for row, valid in zip(by_area.tolist(), cast.tolist(), strict=True)]
        room = np.array([area.magnitude for area in areas.districts])
        labels, held_there = [area.name for area in areas.districts], summed(fixed, districts, areas)
        for _, level in groupby(whole.awards, key=lambda award: award.quotient):
            due = np.bincount([award.party for award in level], minlength=len(names))
            left = np.maximum(room - levelling.sum(axis=1), 0).tolist()
            seat, more = place(shares, held_there + levelling, due, left, "dhondt", areas=labels, names=names, where="levelling seats", lots=lots)
            levelling += seat
            drawn += more
        return outcome(
            self,
            election,
            districts,
            [*fixed, *levelling],
            house=districts.house + areas.house,
            upper=as_filled(areas, levelling),
            lots=drawn,
            assumed=lumps(tally, "none is a list or wins a seat"),
        )

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        districts, areas = draws_of(election, votes, self.scenarios(election))
        fixed, tied = in_each_draw(districts, lists_of(districts), "dhondt")
        held = fixed.sum(axis=1)
        nation = lists_of(districts, self.threshold, "nation").sum(axis=2).T
        levelling, again = awarded(nation, areas.contest.house, "dhondt", held=held)
        return Batch(held + levelling, None, tied | again)
