"""Votes in; members of the regions of Great Britain by lists and those of Northern Ireland by the transferable vote out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.apportionment import apportion
from hustings.batches import Draws, draws_of, in_each_draw, lists_of
from hustings.counting.many import seats_in
from hustings.counting.methods import method
from hustings.counting.run import count_all
from hustings.election import Contest, District, Election
from hustings.errors import SettingError, TieUnresolved, UnknownName, Unsuitable
from hustings.facts import fact
from hustings.lots import Lot, Lots, refuse
from hustings.outcome import Batch, Outcome, lumps, outcome, seats_of
from hustings.scenarios.rankings import Rankings
from hustings.scenarios.regroup import Regroup
from hustings.seating import in_each, taking_part
from hustings.systems import system

NORTHERN_IRELAND = "Northern Ireland"
RANKINGS = Rankings(matrix="northern-ireland")


@system(
    "ep-gb",
    cites="European Parliamentary Elections Act 2002, ss. 1-3 (lists in Great Britain, the transferable vote in Northern Ireland)",
    needs="the regions of the United Kingdom by name",
    house="own",
)
@dataclass(frozen=True)
class EuropeanParliament:
    """In each region of Great Britain closed lists by D'Hondt without a threshold; in Northern Ireland three by the transferable vote.

    Readings
    --------
    Equal figures: taken again with one vote more for each, then a lot decides. From memory of s. 2(8).
    Gibraltar votes in the South West, where a source has its votes.

    Attributes
    ----------
    edition : the numbers of members: those from 1999, 2004, 2009 or 2014.
    method : how Northern Ireland's papers are counted.
    """

    edition: str = "2014"
    method: str = "northern-ireland"

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        members = self._members
        return _elected(self, _regions(election, members), members, lots)

    @property
    def _members(self) -> Mapping[str, int]:
        tables = fact("european-parliament")
        if self.edition not in tables:
            raise UnknownName("edition of ep-gb", self.edition, tables)
        members: Mapping[str, int] = tables[self.edition]
        return members

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        _regions(election, self._members)
        return _many(self, election, votes, self._members)


@system(
    "lords-2012",
    cites="House of Lords Reform Bill (Bill 52 of 2012-13, withdrawn), cl. 4-5 and Schs. 2-3; lists and their ties from accounts of it",
    needs="the regions of the United Kingdom by name",
    house="own",
)
@dataclass(frozen=True)
class Lords2012:
    """A third of the elected Lords: 120 members of twelve districts, the regions; D'Hondt in Great Britain, else the transferable vote.

    Each district has its least number, then each member in turn goes where electors / (2 members + 1) are most.

    Readings
    --------
    Lists were to be semi-open: 5 per cent of a party's votes for one of its candidates would have put that candidate
    first. No election has such votes for candidates, and whom a list elects is not said here.

    Attributes
    ----------
    members : members of all districts.
    least : members of a district at the least.
    method : how Northern Ireland's papers are counted.
    """

    members: int = 120
    least: int = 3
    method: str = "northern-ireland"

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        regions = _regions(election, fact("european-parliament")["2009"])
        members, drawn = self._members(regions, lots)
        return _elected(self, regions, members, lots, drawn)

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        try:
            members, _ = self._members(_regions(election, fact("european-parliament")["2009"]), refuse)
        except TieUnresolved:
            return Batch(np.zeros((len(votes), votes.shape[2]), dtype=np.int64), None, np.ones(len(votes), dtype=np.bool_))
        return _many(self, election, votes, members)

    def _members(self, regions: Election, lots: Lots) -> tuple[Mapping[str, int], tuple[Lot, ...]]:
        """Members of each district, by electors, and the lots that this took."""
        districts = regions.main.districts
        if any(not district.electorate for district in districts):
            raise Unsuitable(f"{regions.id}: members are shared by electorates, and that of a region is not known")
        if self.members < self.least * len(districts):
            raise SettingError(f"lords-2012: members={self.members} are too few for {self.least} in each of {len(districts)} districts")
        # The district with fewer electors comes first of two that are level: one vote more weighs more with it.
        shares = apportion(
            [district.electorate or 0 for district in districts],
            self.members,
            "sainte-lague",
            floors=[self.least] * len(districts),
            names=[district.name for district in districts],
            where="members of the districts",
            ties="one-vote-more",
            lots=lots,
        )
        return {district.name: seats for district, seats in zip(districts, shares.seats, strict=True)}, shares.lots


def _regions(election: Election, known: Mapping[str, int]) -> Election:
    """The election with a district for each region, or Unsuitable where a region is none of the twelve."""
    regions = election.given(Regroup(by="region"))
    strange = sorted({region.name for region in regions.main.districts} - set(known))
    if strange:
        raise Unsuitable(f"{election.id}: no region of the United Kingdom is called '{strange[0]}'; there are: {', '.join(known)}")
    return regions


def _divided(regions: Contest, members: Mapping[str, int]) -> tuple[tuple[District, ...], list[int], list[int]]:
    """The regions with so many members each, and which of them have lists and which ranked papers."""
    districts = tuple(replace(region, magnitude=members[region.name]) for region in regions.districts)
    by_papers = [row for row, region in enumerate(districts) if region.name == NORTHERN_IRELAND]
    return districts, [row for row in range(len(districts)) if row not in by_papers], by_papers


def _many(system: Any, election: Election, votes: NDArray[np.int64], members: Mapping[str, int]) -> Batch:
    """The same in many draws where each region has so many members."""
    draws, *_ = draws_of(election, votes, (Regroup(by="region"),))
    districts, by_lists, by_papers = _divided(draws.contest, members)
    tally = draws.contest.counted()

    def part(rows: list[int]) -> Contest:
        return Contest("part", tuple(districts[row] for row in rows), replace(tally, votes=tally.votes[rows], stood=tally.stood[rows]))

    lists = Draws(part(by_lists), draws.votes[:, :, by_lists])
    seats, tied = in_each_draw(lists, lists_of(lists), "dhondt", ties="one-vote-more")
    ranked = np.moveaxis(draws.votes[:, :, by_papers], 0, 2)
    of_papers, level = seats_in(part(by_papers), ranked, RANKINGS, method.parse(system.method))
    return Batch(seats.sum(axis=1) + of_papers.sum(axis=1), None, tied | level.any(axis=1))


def _elected(system: Any, regions: Election, members: Mapping[str, int], lots: Lots, drawn: tuple[Lot, ...] = ()) -> Outcome:
    """The outcome where each region has so many members: lists, and papers in Northern Ireland."""
    here = regions.main
    districts, by_lists, by_papers = _divided(here, members)
    tally = here.counted()
    seats = np.zeros(tally.votes.shape, dtype=np.int64)

    def part(name: str, rows: list[int]) -> Contest:
        return Contest(name, tuple(districts[row] for row in rows), replace(tally, votes=tally.votes[rows], stood=tally.stood[rows]))

    lists = part("lists", by_lists)
    seats[by_lists], more = in_each(lists, taking_part(lists), "dhondt", ties="one-vote-more", lots=lots)
    ranked = replace(regions, contests=(part("papers", by_papers),))
    transcripts = []
    if by_papers:
        ranked = ranked.given(RANKINGS)
        transcripts = count_all(ranked.main, method.parse(system.method), lots)
        seats[by_papers] = seats_of(transcripts, tally.parties)
    assumed = (
        "a vote for a candidate is taken for a vote for the party's list",
        *lumps(tally, "none is a list or wins a seat, but in Northern Ireland, where each is taken for one candidate"),
    )
    whole = replace(here, districts=districts)
    return outcome(system, ranked, whole, seats, transcripts=transcripts, lots=[*drawn, *more], assumed=assumed)
