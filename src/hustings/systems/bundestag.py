"""First votes by constituency and second votes by Land in; the Bundestag as three Electoral Acts would fill it out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from typing import Any

import numpy as np

from hustings.apportionment import apportion
from hustings.counting.plurality import plurality
from hustings.election import Contest, District, Election
from hustings.errors import SettingError, Unsuitable
from hustings.exact import check_shares
from hustings.lots import Lot, Lots, refuse
from hustings.outcome import Outcome, as_filled, lumps, outcome
from hustings.scenarios.regroup import Regroup
from hustings.scenarios.tiers import Tiers
from hustings.seating import Ints, below, in_each, summed, taking_part, two_tiers
from hustings.systems import system
from hustings.thresholds import AnyOf, DirectSeats, Exempt, Share

METHOD = "sainte-lague"
UNCOMPENSATED = 3
"""Seats beyond its due that the Act of 2020 leaves to parties without making the house larger for them."""


@system("bundestag-2013", cites="Federal Electoral Act (Germany), s. 6 as amended in 2013 (BGBl. I p. 1082)", tiers=2, house="grows")
@dataclass(frozen=True)
class Bundestag2013:
    """A first vote for a constituency's member, a second for a Land list; the house grows until every party's seats fit its share.

    Seats go to the Länder by population and in each to parties. What a party has in all Länder, or more where it won more
    constituencies, is its minimum; the house is enlarged until the parties' second votes give each its minimum.

    Readings
    --------
    S. 6(1) leaves out the second votes of those whose first vote elected somebody without a list, or whose party takes no
    part. Totals do not tell them apart, and they count here.

    Attributes
    ----------
    share : constituencies as a share of all seats [0-1], where the election has no vote for lists of its own.
    threshold : least share of all second votes with which a party takes part [0-1].
    constituencies : constituencies won that stand for the threshold.
    minorities : ids of parties of national minorities, which need no threshold, with + between them.
    """

    share: Fraction = Fraction(1, 2)
    threshold: Fraction = Fraction(1, 20)
    constituencies: int = 3
    minorities: str = "ssw"

    def __post_init__(self) -> None:
        _check(self)

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        vote = _Vote(self, election, lots)
        direct, first = vote.direct, vote.first_distribution()
        # S. 6(4)-(5): seats of the first distribution, and constituencies beyond them, are a party's minimum.
        minimum = np.maximum(direct, first).sum(axis=0)
        national = vote.enlarged(lambda due: bool((due >= minimum).all()), vote.outside)
        # S. 6(6): by Land, no list with less than the constituencies that it won.
        return vote.outcome(vote.by_land(national, direct))


@system(
    "bundestag-2021",
    cites="Federal Electoral Act (Germany), s. 6 as amended in 2020 (BGBl. I p. 2395), in force at the election of 2021",
    tiers=2,
    house="grows",
)
@dataclass(frozen=True)
class Bundestag2021:
    """As in 2013, with smaller minima and up to three seats that nobody is made up for.

    In each Land a party's minimum is the constituencies that it won, or the mean of these and of its seats there, rounded
    up, if that is more; the house is enlarged until all but three such seats fit.

    Attributes
    ----------
    share : constituencies as a share of all seats [0-1], where the election has no vote for lists of its own.
    threshold : least share of all second votes with which a party takes part [0-1].
    constituencies : constituencies won that stand for the threshold.
    minorities : ids of parties of national minorities, which need no threshold, with + between them.
    """

    share: Fraction = Fraction(1, 2)
    threshold: Fraction = Fraction(1, 20)
    constituencies: int = 3
    minorities: str = "ssw"

    def __post_init__(self) -> None:
        _check(self)

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        vote = _Vote(self, election, lots)
        direct, first = vote.direct, vote.first_distribution()
        # S. 6(5) sentence 2: in each Land the constituencies won, or the mean, rounded up.
        least = np.maximum(direct, -(-(direct + first) // 2))
        minimum = np.maximum(least.sum(axis=0), first.sum(axis=0))
        # Sentence 4: of seats won beyond those of the first distribution three need not fit.
        beyond = np.maximum(direct - first, 0).sum(axis=0)

        def fits(due: Ints) -> bool:
            short = np.maximum(minimum - due, 0)
            return bool((short <= beyond).all() and short.sum() <= UNCOMPENSATED)

        national = vote.enlarged(fits, vote.outside)
        # S. 6(6): by Land, no list with less than its minimum; what does not fit stays with the party beside the rest.
        return vote.outcome(vote.by_land(np.maximum(national, minimum), least))


@system(
    "bundestag-2023",
    cites="Federal Electoral Act (Germany), ss. 1, 4-6 as amended in 2023 (BGBl. I No. 147), with BVerfG, 30 July 2024, 2 BvF 1/23",
    tiers=2,
    house="grows",
)
@dataclass(frozen=True)
class Bundestag2023:
    """A house of fixed size, shared out by second votes; winners of constituencies sit only where the votes cover them.

    Of a party's winners in a Land, those with the largest shares of first votes are elected, as many as the list has
    seats; a constituency whose winner is not covered elects nobody.

    Attributes
    ----------
    share : constituencies as a share of all seats [0-1], where the election has no vote for lists of its own.
    threshold : least share of all second votes with which a party takes part [0-1].
    constituencies : constituencies won that stand for the threshold.
    minorities : ids of parties of national minorities, which need no threshold, with + between them.
    """

    share: Fraction = Fraction(299, 630)
    threshold: Fraction = Fraction(1, 20)
    constituencies: int = 3
    minorities: str = "ssw"

    def __post_init__(self) -> None:
        _check(self)

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        vote = _Vote(self, election, lots)
        # S. 4(1)-(3): all seats, but those of winners whom no list of the Land covers, by second votes, then each party's by Land.
        national = vote.enlarged(lambda due: True, vote.unlisted)  # noqa: ARG005 — the house is as large as it is
        seats = vote.by_land(national, np.zeros_like(vote.direct))
        # S. 6(1): winners in the order of their shares, as far as the seats of their party in the Land go.
        return vote.outcome(seats, vote.uncovered(seats))


def _anybody(where: str, rule: str, tied: Sequence[str]) -> Lot:
    """Any of the tied: for a search that is checked afterwards."""
    return Lot(where, rule, tuple(tied), tied[0], "search")


def _smallest(holds: Callable[[int], bool], least: int) -> int:
    """The smallest number from `least` on that holds."""
    low, high = least - 1, max(least, 1)
    while not holds(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def _check(system: Any) -> None:
    check_shares(system)
    if system.constituencies < 1:
        raise SettingError(f"{system.__entry__.name}: constituencies={system.constituencies} must be 1 or more")


@dataclass
class _Vote:
    """What the three Acts have in common: who takes part, how the house is shared, and how parties' seats go to Länder."""

    system: Bundestag2013 | Bundestag2021 | Bundestag2023
    election: Election
    lots: Lots
    drawn: list[Lot] = field(default_factory=list)

    def __post_init__(self) -> None:
        ways = Regroup(by="share", share=self.system.share), Tiers(upper="region")
        self.election, self.constituencies, self.laender = two_tiers(self.election, *ways)
        self.parties = self.laender.counted().parties
        self.names = [party.id for party in self.parties]
        self.winners, drawn = plurality(self.constituencies, "s. 5", self.lots)
        self.drawn += drawn
        won = summed(self.winners, self.constituencies, self.laender)
        minorities = tuple(name for name in self.names if name.lower() in self.system.minorities.lower().split("+"))
        enough = AnyOf(Share(self.system.threshold), DirectSeats(self.system.constituencies), Exempt(minorities))
        self.votes: Ints = taking_part(self.laender, enough, direct=won)
        self.national: Ints = self.votes.sum(axis=0)
        # Winners without a list of theirs in the Land, independents above all; and all who come off the seats to be shared before 2023.
        listed = self.laender.counted().stood & ~np.array([party.lump for party in self.parties])
        self.unlisted: Ints = np.where(listed, 0, won)
        self.direct: Ints = np.where(self.votes > 0, won, 0)
        self.outside: Ints = won - self.direct
        self.house = self.constituencies.house + self.laender.house

    def first_distribution(self) -> Ints:
        """Seats to the Länder by population, and in each to parties, shape (Länder, parties): s. 6(2)."""
        people = [land.electorate if land.population is None else land.population for land in self.laender.districts]
        if None in people:
            raise Unsuitable(f"{self.election.id}: seats go to the Länder by population, and neither it nor the electorate is known of each")
        labels = [land.name for land in self.laender.districts]
        shares = apportion([number or 0 for number in people], self.house, METHOD, names=labels, where="seats of the Länder", lots=self.lots)
        self.drawn += shares.lots
        left = np.maximum(np.array(shares.seats) - self.outside.sum(axis=1), 0).tolist()
        standing = np.where(self.votes.any(axis=1), left, 0).tolist()
        areas = tuple(District(land.id, land.name, number) for land, number in zip(self.laender.districts, standing, strict=True))
        seats, drawn = in_each(Contest("first distribution", areas, self.laender.counted()), self.votes, METHOD, lots=self.lots)
        self.drawn += drawn
        return seats

    def enlarged(self, fits: Callable[[Ints], bool], off: Ints) -> Ints:
        """Seats of each party in the smallest house, from the statutory one up, that `fits`; with the majority clause.

        `off` are the seats that are not shared. `fits` must hold of every house larger than one of which it holds.
        """
        least = self.house - int(off.sum())
        near = max(least, _smallest(lambda seats: fits(self._shared(seats, _anybody)), least) - len(self.names))
        # Lots may move the threshold by a seat for each party that is tied: these houses are tried one by one.
        due = next(due for due in (self._shared(seats, self._kept) for seats in count(near)) if fits(due))
        # S. 6(7), since 2023 s. 4(4): over half of the votes is over half of the seats.
        for party in np.flatnonzero(2 * self.national > self.national.sum()):
            due[party] = max(due[party], int(due.sum() - due[party]) + 1)
        return due

    def _shared(self, seats: int, lots: Lots) -> Ints:
        """That many seats by the parties' second votes."""
        return np.array(apportion(self.national.tolist(), seats, METHOD, names=self.names, where="all seats", lots=lots).seats)

    def _kept(self, where: str, rule: str, tied: Sequence[str]) -> Lot:
        self.drawn.append(self.lots(where, rule, tied))
        return self.drawn[-1]

    def by_land(self, national: Ints, least: Ints) -> Ints:
        """Each party's seats by Land, no list with fewer than its `least`, shape (Länder, parties)."""
        labels = [land.name for land in self.laender.districts]
        columns = []
        for party, seats in enumerate(national.tolist()):
            floors = least[:, party].tolist()
            votes = self.votes[:, party].tolist()
            where = f"Land lists of {self.names[party]}"
            award = apportion(votes, seats, METHOD, floors=floors, names=labels, where=where, lots=self.lots)
            self.drawn += award.lots
            columns.append(award.seats)
        return np.array(columns, dtype=np.int64).T

    def uncovered(self, seats: Ints) -> list[int]:
        """Rows of the constituencies whose winner is not among as many as the party has seats in the Land."""
        tally = self.constituencies.counted()
        rows: list[int] = []
        for land, inside in enumerate(below(self.constituencies, area) for area in self.laender.districts):
            for party in np.flatnonzero(self.winners[inside].sum(axis=0) > self.unlisted[land]):
                shares = {row: Fraction(int(tally.votes[row, party]), int(tally.valid[row])) for row in inside if self.winners[row, party]}
                short = len(shares) - int(seats[land, party])
                while short > 0:
                    level = [row for row, share in shares.items() if share == min(shares.values())]
                    out = level if len(level) <= short else [self._drawn(level)]
                    rows += out
                    short -= len(out)
                    shares = {row: share for row, share in shares.items() if row not in out}
        return rows

    def _drawn(self, level: list[int]) -> int:
        """By lot, one of equal winners that stays without a seat."""
        names = [self.constituencies.districts[row].name for row in level]
        self.drawn.append(self.lots("cover by second votes", "the rule of equal shares", names))
        return level[names.index(self.drawn[-1].chosen)]

    def outcome(self, seats: Ints, uncovered: list[int] | None = None) -> Outcome:
        """The outcome with these seats by Land and party, those of covered winners among them."""
        empty = uncovered or []
        winners = self.winners.copy()
        winners[empty] = 0
        lists = np.where(self.votes > 0, seats - summed(winners, self.constituencies, self.laender), 0)
        house = int(winners.sum() + lists.sum())
        unpeopled = any(land.population is None for land in self.laender.districts) and not isinstance(self.system, Bundestag2023)
        assumed = (
            *([f"the house has {house} members, {house - self.house} more than the statutory number"] if house != self.house else []),
            *([f"{len(empty)} constituencies stay without a member: votes for the lists do not cover their winners"] if empty else []),
            *(["electors stand for the population, by which seats go to the Länder"] if unpeopled else []),
            *lumps(self.laender.counted(), "each is taken for one candidate in a district and wins no list seat"),
        )
        return outcome(
            self.system,
            self.election,
            as_filled(self.constituencies, winners),
            [*winners, *lists],
            upper=as_filled(self.laender, lists),
            lots=self.drawn,
            assumed=assumed,
        )
