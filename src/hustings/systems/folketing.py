"""Votes by district in; constituency seats, and levelling seats for the whole kingdom, its provinces and districts, out."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hustings.apportionment import set_aside
from hustings.batches import Scenario, added, draws_of, in_each_draw, lists_of, set_aside_many
from hustings.election import Election
from hustings.exact import check_shares
from hustings.lots import Lots, refuse
from hustings.outcome import Batch, Outcome, as_filled, lumps, outcome
from hustings.scenarios.regroup import Regroup
from hustings.scenarios.tiers import Tiers
from hustings.seating import below, in_each, levelling_areas, place, summed, taking_part, two_tiers
from hustings.systems import system
from hustings.thresholds import AnyOf, DirectSeats, SeatShare, Share


@system("folketing", cites="Folketing (Parliamentary) Elections Act (Denmark), ss. 76-79, with D'Hondt in the districts since 2007", tiers=2)
@dataclass(frozen=True)
class Folketing:
    """Seats in the districts by D'Hondt; levelling seats make the whole proportional by Hare's quota, and go to provinces and districts.

    A party with more constituency seats than its due keeps them and is set aside; the rest is divided again among the others.

    Attributes
    ----------
    share : constituency seats as a share of all [0-1], where the election has no upper tier of its own.
    threshold : least share of the valid votes with which a party takes part in the levelling [0-1].
    """

    share: Fraction = Fraction(135, 175)
    threshold: Fraction = Fraction(1, 50)

    def __post_init__(self) -> None:
        check_shares(self)

    def scenarios(self, election: Election) -> tuple[Scenario, ...]:
        """What makes two tiers of an election that has one."""
        return () if election.upper else (Regroup(by="region"), Tiers(upper="country", share=self.share))

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        election, districts, provinces = two_tiers(election, *self.scenarios(election))
        names = [party.id for party in districts.counted().parties]
        inside = [below(districts, province) for province in provinces.districts]
        province_of = {row: province.name for province, rows in zip(provinces.districts, inside, strict=True) for row in rows}

        # s. 76: constituency seats.
        votes = taking_part(districts)
        fixed, drawn = in_each(districts, votes, "dhondt", lots=lots)
        held = fixed.sum(axis=0)

        # s. 77(1): who takes part in the levelling.
        enough = AnyOf(DirectSeats(1), SeatShare("region", areas=2), Share(self.threshold))
        levelled = taking_part(districts, enough, direct=fixed, regions=[province_of[row] for row in sorted(province_of)])

        # s. 77(2)-(3): all seats by Hare's quota; whoever holds more keeps them and is set aside.
        house = districts.house + provinces.house
        whole = set_aside(levelled.sum(axis=0).tolist(), house, held.tolist(), "hare", names=names, where="levelling seats", lots=lots)
        due = np.array(whole.seats) - held

        # s. 78: to the provinces, by Sainte-Laguë after the seats that each party holds there.
        holds, by_province = (summed(table, districts, provinces) for table in (fixed, levelled))
        room = [province.magnitude for province in provinces.districts]
        labels = [province.name for province in provinces.districts]
        share_of, lots_78 = place(by_province, holds, due, room, "sainte-lague", areas=labels, names=names, where="s. 78", lots=lots)

        # s. 79: within a province to its districts, each party's for itself, by the divisors 1, 4, 7 ….
        levelling = np.zeros_like(fixed)
        for rows, owed in zip(inside, share_of, strict=True):
            areas = [districts.districts[row].name for row in rows]
            levelling[rows], lots_79 = place(votes[rows], fixed[rows], owed, None, "danish", areas=areas, names=names, where="s. 79", lots=lots)
            drawn += lots_79

        return outcome(
            self,
            election,
            districts,
            [*fixed, *levelling],
            house=house,
            upper=as_filled(levelling_areas(districts), levelling),
            lots=[*drawn, *whole.lots, *lots_78],
            assumed=lumps(districts.counted(), "none is a list or wins a seat"),
        )

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        districts, provinces = draws_of(election, votes, self.scenarios(election))
        fixed, tied = in_each_draw(districts, lists_of(districts), "dhondt")
        held = fixed.sum(axis=1)
        # s. 77(1): with a seat, or as many votes as a seat has on average in two provinces, or with the share of the whole.
        by_province = added(districts.votes, provinces.below).astype(np.int64)
        average = by_province * added(districts.magnitudes, provinces.below) >= by_province.sum(axis=0)
        enough = (held.T > 0) | (average.sum(axis=2) >= 2)
        levelled = lists_of(districts, self.threshold, "nation", direct=enough[:, :, np.newaxis]).sum(axis=2).T
        house = np.full(len(votes), districts.contest.house + provinces.contest.house)
        whole, again = set_aside_many(levelled, house, held, "hare")
        return Batch(whole, None, tied | again)
