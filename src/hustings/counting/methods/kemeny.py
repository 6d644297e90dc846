"""Rankings in, the order that agrees best with them out."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from hustings.counting.methods import method
from hustings.counting.pairwise import Matrix, PairwiseCount, smith_set
from hustings.errors import Unsuitable

MOST = 20
"""Candidates who beat each other in circles: their 2^20 sets take a quarter of a second, and each candidate more twice as long."""


@method(
    "kemeny",
    cites="Kemeny, Mathematics without numbers, Daedalus 88 (1959); Young, Condorcet's theory of voting, American Political Science Review 82 (1988)",
    over=PairwiseCount,
    unit="agreements",
    family="condorcet",
    promises=("condorcet", "smith", "reversal"),
)
def kemeny(count: PairwiseCount) -> None:
    """The order that agrees with most of the comparisons of two which the papers make; exact.

    Place by place: a candidate's number is the agreements of the best order of those left that begins with this one.
    Where equally good orders begin with several, a lot. In every best order the Smith set comes before all others, so
    that only those within such a set have to be ordered: 20 at most.
    """
    left = list(count.sheet.continuing)
    while count.sheet.places_left:
        circle = smith_set(count.beats, left)
        if len(circle) > MOST:
            raise Unsuitable(f"kemeny: {len(circle)} candidates beat each other in circles, and {MOST} can be ordered; take schulze or ranked-pairs")
        table = Orders(count.matrix[np.ix_(circle, circle)])
        waiting = table.everybody
        while waiting and count.sheet.places_left:
            scores = {circle[first]: score for first, score in table.beginnings(waiting).items()}
            count.sheet.record("best orders", "by who comes first", [scores.get(who, 0) for who in count.everybody])
            best = max(scores.values())
            count.sheet.elect_one([who for who, score in scores.items() if score == best], rule="first of a best order")
            waiting &= ~(1 << circle.index(count.sheet.elected[-1]))
        left = [who for who in left if who not in circle]


class Orders:
    """Agreements of the best order of every set of candidates; a set is a number whose bits are its members."""

    def __init__(self, matrix: Matrix) -> None:
        number = len(matrix)
        self.everybody = (1 << number) - 1
        self._cut = number // 2
        self._low, self._high = _sums(matrix[:, : self._cut]), _sums(matrix[:, self._cut :])
        self._best = np.zeros(1 << number, dtype=np.int64)
        size = _sums(np.ones((1, number), dtype=np.int64))[0]
        for members in range(1, number + 1):
            sets = np.flatnonzero(size == members)
            for first in range(number):
                some = sets[sets >> first & 1 == 1]
                self._best[some] = np.maximum(self._best[some], self._beginning(first, some))

    def _beginning(self, first: int, sets: NDArray[np.int64]) -> NDArray[np.int64]:
        """Agreements of the best order of each set that begins with one of its members."""
        rest = sets ^ (1 << first)
        agreed: NDArray[np.int64] = self._low[first, rest & ((1 << self._cut) - 1)] + self._high[first, rest >> self._cut] + self._best[rest]
        return agreed

    def beginnings(self, members: int) -> dict[int, int]:
        """Agreements of the best order of a set, by who comes first."""
        return {first: int(self._beginning(first, np.array([members]))[0]) for first in range(len(self._low)) if members >> first & 1}

    def best(self, members: int) -> Iterator[tuple[int, ...]]:
        """Every best order of a set. There may be very many."""
        if not members:
            yield ()
            return
        scores = self.beginnings(members)
        for first, score in scores.items():
            if score == max(scores.values()):
                for rest in self.best(members ^ (1 << first)):
                    yield (first, *rest)


def _sums(rows: Matrix) -> Matrix:
    """The sum of every set of columns, shape (rows, 2^columns)."""
    sums = np.zeros((len(rows), 1), dtype=np.int64)
    for column in rows.T:
        sums = np.concatenate([sums, sums + column[:, None]], axis=1)
    return sums
