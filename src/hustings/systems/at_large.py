"""Votes by district in; the candidates with most votes in districts of several members, by one vote each or several, out."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from hustings.election import Election
from hustings.errors import SettingError
from hustings.lots import Lot, Lots, refuse
from hustings.outcome import Outcome, lumps, outcome
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

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        return _at_large(self, election, lambda magnitude: magnitude, lots)


@system("limited-vote", cites=f"Representation of the People Act 1867 (repealed), s. 9: two votes for three members; {COX}")
@dataclass(frozen=True)
class LimitedVote:
    """A voter has fewer votes than the district has members; the candidates with most are elected.

    Where votes are by party, a party has as many candidates as serve it best, among whom its voters divide themselves evenly.

    Attributes
    ----------
    votes : how many votes a voter has.
    members, candidates : as for the block vote.
    """

    votes: int = 2
    members: int = 3
    candidates: int = 0

    def __post_init__(self) -> None:
        _check(self)
        if self.votes < 1:
            raise SettingError(f"limited-vote: votes={self.votes} must be 1 or more")

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        return _at_large(self, election, lambda magnitude: min(self.votes, magnitude), lots)


@system("sntv", cites=f"Public Offices Election Act (Japan, Act 100 of 1950), as it stood until 1994; {COX}")
@dataclass(frozen=True)
class SNTV:
    """A voter has a single vote, which does not transfer, in a district of several members; the candidates with most are elected.

    Where votes are by party, a party has as many candidates as serve it best, among whom its voters divide themselves
    evenly: it wins what D'Hondt would give it.

    Attributes
    ----------
    members, candidates : as for the block vote.
    """

    members: int = 5
    candidates: int = 0

    def __post_init__(self) -> None:
        _check(self)

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        return _at_large(self, election, lambda magnitude: min(1, magnitude), lots)


def _check(system: Any) -> None:
    if system.candidates < 0:
        raise SettingError(f"{system.__entry__.name}: candidates={system.candidates} must be 0 or more")


def _at_large(system: Any, election: Election, votes_of: Callable[[int], int], lots: Lots) -> Outcome:
    if all(district.magnitude == 1 for district in election.main.districts):
        election = election.given(Regroup(members=system.members))
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
