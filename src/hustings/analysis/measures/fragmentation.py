"""Into how many parties votes and seats are divided: an outcome in, one number out."""

import numpy as np
from numpy.typing import NDArray

from hustings.analysis.measures import measure
from hustings.outcome import Outcome

CITES = "Laakso & Taagepera, Comparative Political Studies 12 (1979), pp. 3-27"


def effective(outcome: Outcome, numbers: NDArray[np.int64]) -> float:
    """One over the sum of squared shares; a lump is many small ones, whose squares come to nothing."""
    named = np.array([not party.lump for party in outcome.parties])
    squares = float(((numbers / numbers.sum())[named] ** 2).sum())
    return 1 / squares if squares else float("inf")


@measure("enp-votes", cites=CITES, unit="parties")
def enp_votes(outcome: Outcome) -> float:
    """Effective number of parties by votes."""
    return effective(outcome, outcome.basis.total)


@measure("enp-seats", cites=CITES, unit="parties")
def enp_seats(outcome: Outcome) -> float:
    """Effective number of parties by seats."""
    return effective(outcome, outcome.total)
