"""Votes by district in; the candidates with most votes in districts of several members, by one vote each or several, out."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import lcm
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.batches import Scenario, draws_of, one_by_one
from hustings.election import Election
from hustings.errors import SettingError
from hustings.lots import Lot, Lots, refuse
from hustings.outcome import Batch, Outcome, lumps, outcome
from hustings.scenarios.regroup import Regroup
from hustings.systems import system

COX = "Cox, Electoral Studies 10 (1991), pp. 118-132, on how many candidates serve a party best; no election at hand to check it"


@system("block-vote", cites=f"Representation of the People Act 1983, s. 36 with the rules of local elections in England and Wales; {COX}")
@dataclass(frozen=True)
class BlockVote:
    """A voter has as many votes as the district has members; the candidates with most are elected.

    Where votes are by party, each voter votes for the candidates of one, and a party has as many as serve it best: the
    largest wins every seat of the district.

    Attributes
    ----------
    members : members of a district that are aimed at [3-6], where the election's districts have one each and are put together.
    candidates : candidates of each party; 0 for as many as serve it best. With 1, each column is one candidate.
    """

    members: int = 3
    candidates: int = 0

    def __post_init__(self) -> None:
        _check(self)

    def scenarios(self, election: Election) -> tuple[Scenario, ...]:
        """What puts the districts together."""
        return _together(self, election)

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        return _at_large(self, election, lambda magnitude: magnitude, lots)

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        return _many(self, election, lambda magnitude: magnitude, votes)


@system("limited-vote", cites=f"Representation of the People Act 1867 (repealed), s. 9: two votes for three members; {COX}")
@dataclass(frozen=True)
class LimitedVote:
    """A voter has fewer votes than the district has members; the candidates with most are elected.

    Where votes are by party, a party has as many candidates as serve it best, among whom its voters divide themselves evenly.

    Attributes
    ----------
    votes : how many votes a voter has.
    members : members of a district that are aimed at [3-6], where the election's districts have one each and are put together.
    candidates : candidates of each party; 0 for as many as serve it best. With 1, each column is one candidate.
    """

    votes: int = 2
    members: int = 3
    candidates: int = 0

    def __post_init__(self) -> None:
        _check(self)
        if self.votes < 1:
            raise SettingError(f"limited-vote: votes={self.votes} must be 1 or more")

    def scenarios(self, election: Election) -> tuple[Scenario, ...]:
        """What puts the districts together."""
        return _together(self, election)

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        return _at_large(self, election, lambda magnitude: min(self.votes, magnitude), lots)

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        return _many(self, election, lambda magnitude: min(self.votes, magnitude), votes)


@system("sntv", cites=f"Public Offices Election Act (Japan, Act 100 of 1950), as it stood until 1994; {COX}")
@dataclass(frozen=True)
class SNTV:
    """A voter has a single vote, which does not transfer, in a district of several members; the candidates with most are elected.

    Where votes are by party, a party has as many candidates as serve it best, among whom its voters divide themselves
    evenly: it wins what D'Hondt would give it.

    Attributes
    ----------
    members : members of a district that are aimed at [3-6], where the election's districts have one each and are put together.
    candidates : candidates of each party; 0 for as many as serve it best. With 1, each column is one candidate.
    """

    members: int = 5
    candidates: int = 0

    def __post_init__(self) -> None:
        _check(self)

    def scenarios(self, election: Election) -> tuple[Scenario, ...]:
        """What puts the districts together."""
        return _together(self, election)

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        return _at_large(self, election, lambda magnitude: min(1, magnitude), lots)

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        return _many(self, election, lambda magnitude: min(1, magnitude), votes)


def _check(system: Any) -> None:
    if system.candidates < 0:
        raise SettingError(f"{system.__entry__.name}: candidates={system.candidates} must be 0 or more")


def _together(system: Any, election: Election) -> tuple[Scenario, ...]:
    single = all(district.magnitude == 1 for district in election.main.districts)
    return (Regroup(members=system.members),) if single else ()


def _at_large(system: Any, election: Election, votes_of: Callable[[int], int], lots: Lots) -> Outcome:
    for scenario in system.scenarios(election):
        election = election.given(scenario)
    contest = election.main
    tally = contest.counted()
    names = [party.id for party in tally.parties]
    caps = [1 if party.lump else system.candidates for party in tally.parties]
    rows, drawn = [], []
    for district, row in zip(contest.districts, tally.votes.tolist(), strict=True):
        seats, more = _elected(row, caps, district.magnitude, votes_of(district.magnitude), names, where=district.name, lots=lots)
        rows.append(seats)
        drawn += more
    assumed = (
        "all voters of a party divide their votes evenly among its candidates",
        *lumps(tally, "each is taken for one candidate in a district"),
    )
    return outcome(system, election, contest, np.array(rows), lots=drawn, assumed=assumed)


def _elected(votes: list[int], caps: list[int], seats: int, each: int, names: list[str], *, where: str, lots: Lots) -> tuple[list[int], list[Lot]]:
    """Seats of each party where every voter has `each` votes: its n-th candidate has votes * each / n, or all of its voters' if n is fewer."""
    won = [0] * len(votes)
    drawn: list[Lot] = []
    while sum(won) < seats:
        figures = {
            party: Fraction(number * each, max(each, won[party] + 1))
            for party, number in enumerate(votes)
            if number and (not caps[party] or won[party] < caps[party])
        }
        if not figures:
            raise SettingError(f"{where}: there are {seats} seats and no more than {sum(won)} candidates with votes; raise candidates")
        best = [party for party, figure in figures.items() if figure == max(figures.values())]
        if len(best) > seats - sum(won):
            drawn.append(lots(where, "the rule of equal votes", [names[party] for party in best]))
            best = [names.index(drawn[-1].chosen)]
        for party in best:
            won[party] += 1
    return won, drawn


def _many(system: Any, election: Election, votes_of: Callable[[int], int], votes: NDArray[np.int64]) -> Batch:
    """The same in many draws, a seat after another in all districts at once; figures are whole, times what all their divisors divide."""
    draws, *_ = draws_of(election, votes, system.scenarios(election))
    contest, size = draws.contest, draws.votes.shape[1:]
    seats = np.broadcast_to(draws.magnitudes, size).ravel()
    each = np.array([votes_of(district.magnitude) for district in contest.districts], dtype=np.int64)
    times = lcm(*range(1, 1 + max(1, *draws.magnitudes.tolist(), *each.tolist())))
    if int(draws.votes.max(initial=0)) * int(each.max(initial=1)) * times >= 2**63:
        none = Batch(np.zeros((size[0], len(draws.parties)), dtype=np.int64), None, np.zeros(size[0], dtype=np.bool_))
        return one_by_one(system, election, votes, np.arange(size[0]), none)
    each = np.broadcast_to(each, size).ravel()
    table = draws.votes.reshape(len(draws.parties), -1).T.astype(np.int64)
    caps = np.array([1 if party.lump else system.candidates or np.iinfo(np.int64).max for party in draws.parties])
    won, tied = np.zeros_like(table), np.zeros(len(table), dtype=np.bool_)
    rows = np.flatnonzero(seats)
    while rows.size:
        here = table[rows] * each[rows, np.newaxis] * times // np.maximum(each[rows, np.newaxis], won[rows] + 1)
        here[won[rows] >= caps] = 0
        most = here.max(axis=1, keepdims=True)
        if not most.all():
            row = rows[~most[:, 0].astype(np.bool_)][0]
            where = contest.districts[row % size[1]].name
            raise SettingError(f"{where}: there are {seats[row]} seats and no more than {won[row].sum()} candidates with votes; raise candidates")
        best = here == most
        level = best.sum(axis=1) > seats[rows] - won[rows].sum(axis=1)
        tied[rows[level]] = True
        won[rows] += best & ~level[:, np.newaxis]
        rows = rows[~level & (won[rows].sum(axis=1) < seats[rows])]
    return Batch(won.reshape(*size, -1).sum(axis=1), None, np.asarray(tied.reshape(size).any(axis=1)))
