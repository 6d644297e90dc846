"""Votes of one round, and of a second where there was one, in; the winner of each district by a majority or by the second round out."""

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np
from numpy.typing import NDArray

from hustings.batches import one_by_one
from hustings.counting.many import votes_again
from hustings.election import Contest, District, Election, Profile
from hustings.errors import Unsuitable
from hustings.exact import check_shares
from hustings.lots import Lot, Lots, refuse
from hustings.outcome import Batch, Outcome, lumps, outcome
from hustings.scenarios.rankings import Rankings
from hustings.systems import system

SECOND = "second round"


@system("two-round", cites="Code électoral (France), arts. L. 126 and L. 162, by settings; with the defaults Constitution of 1958, art. 7")
@dataclass(frozen=True)
class TwoRound:
    """Elected is who has over half of the valid votes, or else whoever has most in a second round among the first of the first.

    The second round is the election's contest of that name. Without one, whoever goes on has the votes of those who rank
    him above the others that do.

    Readings
    --------
    Equal votes, for going on or in the second round: the elder is elected in France; no source has ages, and a lot decides.

    Attributes
    ----------
    registered : least votes of the first round's winner, as a share of the electorate [0-1]: a quarter for the French Assembly.
    qualify : votes with which a candidate goes on, as a share of the electorate [0-1]: an eighth for the French Assembly; 0
        for the first two alone, who always go on.
    matrix : whose next preferences make rankings of X-votes, where there is no second round and are no ranked papers: see the scenario `rankings`.
    depth : how many candidates such a paper ranks.
    grain : how finely such papers are shared out.
    """

    registered: Fraction = Fraction(0)
    qualify: Fraction = Fraction(0)
    matrix: str = "scotland-2017"
    depth: int = 5
    grain: int = 2000

    def __post_init__(self) -> None:
        check_shares(self)

    @property
    def _rankings(self) -> Rankings:
        return Rankings(matrix=self.matrix, depth=self.depth, grain=self.grain)

    def _electorate(self, district: District) -> int:
        """Electors, where it matters how many."""
        if district.electorate is None and (self.registered or self.qualify):
            raise Unsuitable(f"{district.name}: shares of the electorate are asked for and it is not known")
        return district.electorate or 0

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        second = _second(election)
        if second is None and election.main.profiles is None:
            election = election.given(self._rankings)
        contest = election.main
        tally = contest.counted()
        names = [party.id for party in tally.parties]
        seats = np.zeros(tally.votes.shape, dtype=np.int64)
        drawn: list[Lot] = []
        for row, district in enumerate(contest.districts):
            # Where nobody has votes, a lot is drawn among those who stood.
            there = np.flatnonzero(tally.votes[row] if tally.valid[row] else tally.stood[row])
            if not there.size:
                raise Unsuitable(f"{district.name}: nobody stood there, and one is to be elected")
            first = {party: int(tally.votes[row, party]) for party in there.tolist()}
            electorate = self._electorate(district)
            best = _first(first, 1, names, f"{district.name}, first round", lots=lots, drawn=drawn)[0]
            enough = 2 * first[best] > int(tally.valid[row]) and first[best] >= self.registered * electorate
            if enough or len(first) == 1:
                seats[row, best] = 1
                continue
            on = [party for party, votes in first.items() if self.qualify and votes >= self.qualify * electorate]
            if len(on) < 2:
                on = _first(first, 2, names, f"{district.name}, first round", lots=lots, drawn=drawn)
            votes = _again(contest, row, on) if second is None else _round(second, district.id, [names[party] for party in on], on)
            seats[row, _first(votes, 1, names, f"{district.name}, second round", lots=lots, drawn=drawn)[0]] = 1
        assumed = lumps(tally, "each is taken for one candidate in a district")
        return outcome(self, election, contest, seats, lots=drawn, assumed=assumed)

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws, from votes by party: see `Batch`."""
        draws, places, columns = votes.shape
        if _second(election) is not None:
            none = Batch(np.zeros((draws, columns), dtype=np.int64), None, np.zeros(draws, dtype=np.bool_))
            return one_by_one(self, election, votes, np.arange(draws), none)
        electorate = [self._electorate(district) for district in election.main.districts]
        least = np.tile([ceil(self.registered * number) for number in electorate], draws)
        goes_on = np.tile([ceil(self.qualify * number) for number in electorate], draws)[:, np.newaxis]
        table = votes.reshape(-1, columns).astype(np.int64)
        first = np.partition(table, -min(2, columns), axis=1)[:, -min(2, columns) :]
        tied = (first[:, 0] == first[:, -1]) if columns > 1 else np.zeros(len(table), dtype=np.bool_)
        winner = table.argmax(axis=1)
        over = (2 * first[:, -1] > table.sum(axis=1)) & (first[:, -1] >= least) | (first[:, 0] == 0)
        rows = np.flatnonzero(~over & ~tied)
        on = (table[rows] >= goes_on[rows]) & (table[rows] > 0) & bool(self.qualify)
        few = on.sum(axis=1) < 2
        on[few] = table[rows[few]] >= first[rows[few], :1]
        # Where several are second, a lot says who goes on.
        level = few & (on.sum(axis=1) > 2)
        tied[rows[level]] = True
        rows, on = rows[~level], on[~level]
        again = votes_again(election.main, table[rows], rows % places, on, self._rankings)
        winner[rows] = again.argmax(axis=1)
        tied[rows] = (again == again.max(axis=1, keepdims=True)).sum(axis=1) > 1
        seats = np.zeros_like(table)
        seats[np.arange(len(table)), winner] = ~tied
        apart = tied.reshape(draws, places)
        return Batch(seats.reshape(votes.shape).sum(axis=1), winner.reshape(draws, places).astype(np.int16), np.asarray(apart.any(axis=1)), apart)


def _second(election: Election) -> Contest | None:
    """The second round, where there was one."""
    if any(district.magnitude != 1 for district in election.main.districts):
        raise Unsuitable(f"{election.id} has districts of several members; two rounds elect one in each")
    return next((contest for contest in election.contests if contest.name == SECOND), None)


def _first(votes: dict[int, int], places: int, names: list[str], where: str, *, lots: Lots, drawn: list[Lot]) -> list[int]:
    """Those with most votes, as many as there are places; by lot among equals."""
    chosen: list[int] = []
    while len(chosen) < min(places, len(votes)):
        left = {party: number for party, number in votes.items() if party not in chosen}
        level = [party for party, number in left.items() if number == max(left.values())]
        if len(level) <= places - len(chosen):
            chosen += level
            continue
        drawn.append(lots(where, "the rule of equal votes", [names[party] for party in level]))
        chosen.append(names.index(drawn[-1].chosen))
    return chosen


def _round(second: Contest, district: str, ids: list[str], on: list[int]) -> dict[int, int]:
    """Votes of the second round for those who went on to it."""
    tally = second.counted()
    column = {party.id: number for number, party in enumerate(tally.parties)}
    row = next((number for number, place in enumerate(second.districts) if place.id == district), None)
    if row is None or not set(ids) <= set(column):
        raise Unsuitable(f"second round of {district}: there are no votes of it for {' and '.join(ids)}")
    return {party: int(tally.votes[row, column[id_]]) for party, id_ in zip(on, ids, strict=True)}


def _again(contest: Contest, row: int, on: list[int]) -> dict[int, int]:
    """Votes of a second round by the papers of the first: each for the highest on it of those who go on."""
    assert contest.profiles is not None
    profile: Profile = contest.profiles[row]
    parties = {party.id: number for number, party in enumerate(contest.counted().parties)}
    of = np.array([parties[candidate.party] for candidate in profile.candidates])
    ranked: NDArray[np.bool_] = (profile.rankings >= 0) & np.isin(of[profile.rankings], on)
    found = np.take_along_axis(profile.rankings, ranked.argmax(axis=1)[:, np.newaxis], axis=1)[:, 0]
    counted = ranked.any(axis=1)
    return {party: int(profile.papers[counted & (of[found] == party)].sum()) for party in on}
