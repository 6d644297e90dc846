"""Votes by district in, the candidate with most in each out, and the lots that equal votes called for."""

import numpy as np
from numpy.typing import NDArray

from hustings.election import Contest
from hustings.errors import Unsuitable
from hustings.lots import Lot, Lots


def plurality(contest: Contest, rule: str, lots: Lots) -> tuple[NDArray[np.int64], list[Lot]]:
    """Seats by district and party, one in each district, shape (districts, parties) [seats].

    Raises
    ------
    Unsuitable
        A district has several members.
    """
    if any(district.magnitude != 1 for district in contest.districts):
        raise Unsuitable("there are districts of several members; first past the post elects one in each")
    tally = contest.counted()
    votes = np.where(tally.stood, tally.votes, -1)
    level = votes == votes.max(axis=1, keepdims=True)
    winners = votes.argmax(axis=1)
    drawn = []
    for row in np.flatnonzero(level.sum(axis=1) > 1):
        tied = np.flatnonzero(level[row])
        names = [tally.parties[column].id for column in tied]
        drawn.append(lots(contest.districts[row].name, rule, names))
        winners[row] = tied[names.index(drawn[-1].chosen)]
    seats = np.zeros(votes.shape, dtype=np.int64)
    seats[np.arange(len(seats)), winners] = 1
    return seats, drawn
