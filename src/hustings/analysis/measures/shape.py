"""How seats follow the votes of two parties in single-member districts: an outcome in, one number out; over 0 it favours the first party."""

from dataclasses import dataclass
from math import atan, pi

import numpy as np
from numpy.typing import NDArray

from hustings.analysis.bias import Duel, duel, seat_product
from hustings.analysis.measures import measure
from hustings.errors import Unsuitable
from hustings.outcome import Outcome


def _duel(outcome: Outcome, one: str, two: str) -> Duel | None:
    """The two parties, the largest unless named; None where no district elects one member by votes as they were cast."""
    if outcome.transcripts:
        return None
    try:
        return duel(outcome, one, two)
    except Unsuitable:
        return None


def _split(two: Duel) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The first's share of the votes for both where it is ahead of the second, and where it is behind."""
    return two.shares[two.shares > 0.5], two.shares[two.shares < 0.5]


@measure("bias", cites="Brookes, Australian Journal of Politics and History 5 (1959); uniform swing to equal votes", unit="seats")
@dataclass(frozen=True)
class Bias:
    """Seats that `one` would have more than `two` if both had as many votes, by uniform swing; the largest two unless named [seats]."""

    one: str = ""
    two: str = ""

    def __call__(self, outcome: Outcome) -> int | None:
        found = _duel(outcome, self.one, self.two)
        return None if found is None else found.bias


@measure("efficiency-gap", cites="Stephanopoulos & McGhee, University of Chicago Law Review 82 (2015), pp. 831-900", unit="share")
@dataclass(frozen=True)
class EfficiencyGap:
    """Votes of `two` that were wasted less those of `one`, as a share of the votes for both: all of a loser's, a winner's over half [-1–1]."""

    one: str = ""
    two: str = ""

    def __call__(self, outcome: Outcome) -> float | None:
        if (found := _duel(outcome, self.one, self.two)) is None:
            return None
        a, b = found.a, found.b
        half = (a + b) / 2
        wasted = np.where(b > a, b - half, b) - np.where(a > b, a - half, a)
        return float(np.where(a == b, 0, wasted).sum() / (a + b).sum())


@measure("mean-median", cites="McDonald & Best, Election Law Journal 14 (2015), pp. 312-330", unit="share")
@dataclass(frozen=True)
class MeanMedian:
    """Median less mean of the share of `one` in the votes for both, by district [-1–1]."""

    one: str = ""
    two: str = ""

    def __call__(self, outcome: Outcome) -> float | None:
        found = _duel(outcome, self.one, self.two)
        return None if found is None else float(np.median(found.shares) - found.shares.mean())


@measure("lopsided-wins", cites="Wang, Stanford Law Review 68 (2016), pp. 1263-1321", unit="share")
@dataclass(frozen=True)
class LopsidedWins:
    """Mean share of the votes for both with which `two` is ahead, less that with which `one` is; None where one is never ahead [-1–1]."""

    one: str = ""
    two: str = ""

    def __call__(self, outcome: Outcome) -> float | None:
        if (found := _duel(outcome, self.one, self.two)) is None:
            return None
        ahead, behind = _split(found)
        return float((1 - behind).mean() - ahead.mean()) if len(ahead) and len(behind) else None


@measure("declination", cites="Warrington, Election Law Journal 17 (2018), pp. 39-57", unit="number")
@dataclass(frozen=True)
class Declination:
    """How far the line through the districts where `one` is ahead is less steep than through the others [-1–1]; None where it has none of either."""

    one: str = ""
    two: str = ""

    def __call__(self, outcome: Outcome) -> float | None:
        if (found := _duel(outcome, self.one, self.two)) is None:
            return None
        ahead, behind = _split(found)
        if not len(ahead) or not len(behind):
            return None
        number = len(ahead) + len(behind)
        lost, won = atan((1 - 2 * behind.mean()) * number / len(behind)), atan((2 * ahead.mean() - 1) * number / len(ahead))
        return 2 * (lost - won) / pi


@measure("seat-product", cites="Taagepera, Predicting Party Sizes (2007); Shugart & Taagepera, Votes from Seats (2017)", unit="parties")
def expected_parties(outcome: Outcome) -> float | None:
    """Effective number of parties by seats that mean magnitude and size of the house let expect; None where there are upper tiers."""
    districts = outcome.districts
    if len(districts) > len(outcome.tally.votes):
        return None
    house = int(outcome.total.sum())
    return seat_product(house / len(districts), house)[0]
