"""Votes by district in, the candidates with most in each out, and the lots that equal votes called for."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hustings.election import Candidacy, Contest
from hustings.errors import Unsuitable
from hustings.lots import Lot, Lots


def plurality(contest: Contest, rule: str, lots: Lots) -> tuple[NDArray[np.int64], list[Lot]]:
    """Seats by district and party, as many in each district as it elects, shape (districts, parties) [seats].

    Where candidates are known each is counted singly, so that one of a lump may win; else a party is taken for one candidate, and
    for as many as there are seats in a district of several. Whom the source has as returned without a vote is elected.

    Raises
    ------
    Unsuitable
        A district has several members, and the source does not say that they were elected by most votes.
    """
    if any(district.magnitude != 1 for district in contest.districts) and contest.method != "fptp":
        raise Unsuitable("there are districts of several members; first past the post elects one in each")
    tally = contest.counted()
    votes = np.where(tally.stood, tally.votes, -1)
    level = votes == votes.max(axis=1, keepdims=True)
    seats = np.zeros(votes.shape, dtype=np.int64)
    seats[np.arange(len(seats)), votes.argmax(axis=1)] = [district.magnitude for district in contest.districts]
    drawn: list[Lot] = []
    column = {party.id: number for number, party in enumerate(tally.parties)}
    named = np.array([bool(there) for there in contest.candidacies] or [False] * len(seats))
    for row in np.flatnonzero(named | (level.sum(axis=1) > 1)):
        place = contest.districts[row]
        if named[row]:
            won, lot = _by_name(contest.candidacies[row], place.magnitude, place.name, rule, lots)
        else:
            tied = [tally.parties[number].id for number in np.flatnonzero(level[row])]
            lot = [lots(place.name, rule, tied)]
            won = [lot[0].chosen] * place.magnitude
        drawn += lot
        seats[row] = 0
        np.add.at(seats[row], [column[party] for party in won], 1)
    return seats, drawn


def _by_name(there: Sequence[Candidacy], places: int, where: str, rule: str, lots: Lots) -> tuple[list[str], list[Lot]]:
    """The parties of the candidates with most votes, as many as there are places, and the lots between equal ones."""
    if not any(candidacy.votes for candidacy in there):
        return [candidacy.candidate.party for candidacy in there for _ in range(candidacy.elected or 0)], []
    order = sorted(there, key=lambda candidacy: -candidacy.votes)
    least = order[min(places, len(order)) - 1].votes
    won = [candidacy.candidate for candidacy in order if candidacy.votes > least]
    tied = [candidacy.candidate for candidacy in order if candidacy.votes == least]
    drawn: list[Lot] = []
    if (free := places - len(won)) >= len(tied):
        return [candidate.party for candidate in (*won, *tied)], drawn
    for _ in range(free):
        drawn.append(lots(where, rule, [candidate.name for candidate in tied]))
        won.append(next(candidate for candidate in tied if candidate.name == drawn[-1].chosen))
        tied.remove(won[-1])
    return [candidate.party for candidate in won], drawn
