"""How far seats are from votes: an outcome in, one number out; over all parties that the source tells apart."""

import numpy as np
from numpy.typing import NDArray

from hustings.analysis.measures import measure
from hustings.outcome import Outcome


def gaps(outcome: Outcome) -> NDArray[np.float64]:
    """Seat share minus vote share of each party, shape (parties,) [-1–1].

    A lump is no party: its votes count in the total and its gap is left out, as in Gallagher's own practice of taking
    each independent by itself.
    """
    named = np.array([not party.lump for party in outcome.parties])
    found: NDArray[np.float64] = outcome.total / outcome.total.sum() - outcome.basis.total / outcome.basis.total.sum()
    return np.where(named, found, 0.0)


@measure("gallagher", cites="Gallagher, Electoral Studies 10 (1991), pp. 33-51, least squares index", unit="points")
def gallagher(outcome: Outcome) -> float:
    """Least squares index: the root of half the sum of squared gaps, in percentage points [0–100]."""
    return 100 * float(np.sqrt((gaps(outcome) ** 2).sum() / 2))


@measure("loosemore-hanby", cites="Loosemore & Hanby, British Journal of Political Science 1 (1971), pp. 467-477", unit="points")
def loosemore_hanby(outcome: Outcome) -> float:
    """Half the sum of absolute gaps: the seats that would have to change hands, in percentage points [0–100]."""
    return 50 * float(np.abs(gaps(outcome)).sum())


@measure("largest-deviation", cites="Lijphart, Electoral Systems and Party Systems (1994), ch. 3", unit="points")
def largest_deviation(outcome: Outcome) -> float:
    """The largest gap of any party, either way, in percentage points [0–100]."""
    return 100 * float(np.abs(gaps(outcome)).max())
