"""Votes by district in; fixed seats, what is given back of them, and levelling seats for the whole kingdom, out."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hustings.apportionment import apportion, set_aside
from hustings.batches import Scenario, awarded, draws_of, in_each_draw, lists_of, one_by_one
from hustings.divisors import Divisor, rule_named
from hustings.election import Contest, Election
from hustings.exact import check_shares
from hustings.lots import Lot, Lots, refuse
from hustings.outcome import Batch, Outcome, as_filled, lumps, outcome
from hustings.scenarios.regroup import Regroup
from hustings.scenarios.tiers import Tiers
from hustings.seating import Ints, in_each, levelling_areas, place, taking_part, two_tiers
from hustings.systems import system
from hustings.thresholds import AnyOf, Share

ROUNDS = "modified-sainte-lague:first=1.2"
FEW = 3
"""Fixed seats of a district from which any may be given back."""


@system("riksdag", cites="Instrument of Government (Sweden), ch. 3 ss. 7-8; Elections Act 2005:837, ch. 14 ss. 3-5, as since 2018", tiers=2)
@dataclass(frozen=True)
class Riksdag:
    """Fixed seats in the districts by modified Sainte-Laguë; levelling seats make the whole proportional.

    A party with more fixed seats than its due gives back those that it won with the lowest figures; they go to others in
    the same districts.

    Readings
    --------
    How seats are given back (ch. 14 ss. 4a-4c) was read in an account of the law and not in its text; none of the
    elections that come out official here needed it. `test_fixed_seats_are_given_back`
    A party that can give back no more keeps what it has, and is set aside as it was before 2018.

    Attributes
    ----------
    share : fixed seats as a share of all [0-1], where the election has no upper tier of its own.
    threshold : least share of all votes with which a party takes part [0-1].
    district_threshold : least share of a district's votes with which any party takes part in its fixed seats [0-1].
    """

    share: Fraction = Fraction(310, 349)
    threshold: Fraction = Fraction(1, 25)
    district_threshold: Fraction = Fraction(3, 25)

    def __post_init__(self) -> None:
        check_shares(self)

    def scenarios(self, election: Election) -> tuple[Scenario, ...]:
        """What makes two tiers of an election that has one."""
        return () if election.upper else (Regroup(by="region"), Tiers(upper="nation", share=self.share))

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        election, districts, nation = two_tiers(election, *self.scenarios(election))
        names = [party.id for party in districts.counted().parties]

        # Ch. 3 s. 7: who takes part in the fixed seats of a district, and in all seats; ch. 14 s. 3: fixed seats.
        local = taking_part(districts, AnyOf(Share(self.threshold), Share(self.district_threshold, scope="district")))
        levelled = taking_part(districts, Share(self.threshold)).sum(axis=0)
        fixed, drawn = in_each(districts, local, ROUNDS, lots=lots)

        # Ch. 14 s. 4: all seats but those of parties under the threshold; ss. 4a-4c: seats beyond a party's due are given back.
        house = districts.house + nation.house
        for _ in range(house):  # every round but the last gives back a seat at least
            level = house - int(fixed.sum(axis=0)[levelled == 0].sum())
            whole = apportion(levelled.tolist(), level, ROUNDS, names=names, where="all seats", lots=lots)
            drawn += whole.lots
            before, fixed = fixed, _given_back(fixed, local, levelled, np.array(whole.seats), districts=districts, lots=lots, drawn=drawn)
            if (fixed == before).all():
                break
        kept = np.where(levelled > 0, fixed.sum(axis=0), 0)
        if (kept > np.array(whole.seats)).any():
            whole = set_aside(levelled.tolist(), level, kept.tolist(), ROUNDS, names=names, where="all seats", lots=lots)
            drawn += whole.lots
        owed = np.array(whole.seats) - kept

        # Ch. 14 s. 5: each party's levelling seats where the next figure of votes / (1, 3, 5 …) is largest.
        areas = [district.name for district in districts.districts]
        everywhere = np.where(levelled > 0, local, 0)
        levelling, more = place(everywhere, fixed, owed, None, "sainte-lague", areas=areas, names=names, where="levelling seats", lots=lots)
        return outcome(
            self,
            election,
            districts,
            [*fixed, *levelling],
            house=house,
            upper=as_filled(levelling_areas(districts), levelling),
            lots=list(dict.fromkeys([*drawn, *more])),  # a round that finds nothing new draws the lots of the last again
            assumed=lumps(districts.counted(), "none is a list or wins a seat"),
        )

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`. Where seats are given back, draw by draw."""
        districts, nation = draws_of(election, votes, self.scenarios(election))
        levelled = lists_of(districts, self.threshold, "nation")
        local = lists_of(districts, self.district_threshold, direct=np.asarray(levelled.any(axis=2, keepdims=True)))
        table = levelled.sum(axis=2).T
        fixed, tied = in_each_draw(districts, local, ROUNDS)
        held = fixed.sum(axis=1)
        level = districts.contest.house + nation.contest.house - (held * (table == 0)).sum(axis=1)
        whole, again = awarded(table, level, ROUNDS)
        batch = Batch(np.where(table > 0, whole, held), None, tied | again)
        returned = ((held > whole) & (table > 0)).any(axis=1) & ~batch.tied
        return one_by_one(self, election, votes, np.flatnonzero(returned), batch)


def _over(fixed: Ints, levelled: Ints, due: Ints) -> Ints:
    """How many fixed seats each party has beyond its due, shape (parties,) [seats]."""
    return np.where(levelled > 0, np.maximum(fixed.sum(axis=0) - due, 0), 0)


def _given_back(fixed: Ints, votes: Ints, levelled: Ints, due: Ints, *, districts: Contest, lots: Lots, drawn: list[Lot]) -> Ints:
    """The fixed seats after ss. 4a and 4b: the lowest figures give back, the largest of others in the same districts take."""
    names = [party.id for party in districts.counted().parties]
    labels = [district.name for district in districts.districts]
    seats, free = fixed.copy(), np.zeros(len(labels), dtype=np.int64)

    rule = rule_named(ROUNDS)
    assert isinstance(rule, Divisor)

    def figure(district: int, party: int, seat: int) -> Fraction:
        return Fraction(int(votes[district, party])) / rule.sequence(seat)

    def chosen(cells: dict[tuple[int, int], Fraction], best: Fraction, rule: str) -> tuple[int, int]:
        tied = [cell for cell, value in cells.items() if value == best]
        if len(tied) == 1:
            return tied[0]
        called = [f"{names[party]} in {labels[district]}" for district, party in tied]
        drawn.append(lots("fixed seats", rule, called))
        return tied[called.index(drawn[-1].chosen)]

    while (over := _over(seats, levelled, due)).any():
        cells = {
            (district, int(party)): figure(district, int(party), int(seats[district, party]) - 1)
            for party in np.flatnonzero(over)
            for district, place in enumerate(districts.districts)
            if place.magnitude >= FEW and seats[district, party]
        }
        if not cells:
            break
        cell = chosen(cells, min(cells.values()), "ch. 14 s. 4a")
        seats[cell] -= 1
        free[cell[0]] += 1
    while free.any():
        room = (levelled == 0) | (seats.sum(axis=0) < due)
        cells = {
            (int(district), int(party)): figure(int(district), int(party), int(seats[district, party]))
            for district in np.flatnonzero(free)
            for party in np.flatnonzero(room & (votes[district] > 0))
        }
        if not cells:
            return fixed
        cell = chosen(cells, max(cells.values()), "ch. 14 s. 4b")
        seats[cell] += 1
        free[cell[0]] -= 1
    return seats
