"""Papers that rate candidates in; out in numbers what they say of each candidate, and of each two."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from hustings.counting.sheet import Sheet
from hustings.election import Ratings
from hustings.lots import Lots, refuse
from hustings.outcome import Transcript


class RatingsCount:
    """One district counted by what its papers give to each candidate. A paper is valid if it rates anybody.

    Attributes
    ----------
    sheet : where the method writes its stages, and elects.
    unit : what the numbers of the stages are.
    given : shape (candidates, papers), int16: the ratings of the valid papers, -1 where there is none.
    papers : shape (papers,) [papers].
    """

    counts = Ratings

    def __init__(self, ratings: Ratings, seats: int, *, where: str, lots: Lots = refuse, unit: str) -> None:
        self.sheet = Sheet(ratings.candidates, seats, where=where, lots=lots)
        self.unit = unit
        valid = (ratings.ratings >= 0).any(axis=1)
        self.given: NDArray[np.int16] = np.ascontiguousarray(ratings.ratings[valid].T)
        self.papers = ratings.papers[valid]
        self.valid = int(self.papers.sum())
        self.invalid = ratings.cast - self.valid

    def at_least(self, rating: int) -> list[int]:
        """Papers that give each candidate so much or more."""
        return [int(self.papers[given >= rating].sum()) for given in self.given]

    def sums(self) -> list[int]:
        """What all papers together give each candidate; nothing where they give no rating."""
        return [int((np.maximum(given, 0) * self.papers).sum()) for given in self.given]

    def preferring(self, one: int, other: int) -> int:
        """Papers that give the one more than the other; no rating is as good as 0."""
        above = np.maximum(self.given[one], 0) > np.maximum(self.given[other], 0)
        return int(self.papers[above].sum())

    def by_rating(self) -> list[list[int]]:
        """Papers that give each candidate 0, 1, … up to the highest rating on any; no rating is 0."""
        ratings: Sequence[int] = range(int(self.given.max(initial=0)) + 1)
        return [[int(self.papers[np.maximum(given, 0) == rating].sum()) for rating in ratings] for given in self.given]

    def transcript(self, method: str) -> Transcript:
        """Everything that was done."""
        return self.sheet.transcript(method, valid=self.valid, invalid=self.invalid, unit=self.unit)
