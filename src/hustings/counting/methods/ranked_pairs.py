"""Rankings in, the order that the strongest victories make out."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np

from hustings.counting.methods import method
from hustings.counting.pairwise import PairwiseCount, Relation, Strength, strengths

Pair = tuple[int, int]


@method(
    "ranked-pairs",
    cites="Tideman, Independence of clones as a criterion for voting rules, Social Choice and Welfare 4 (1987), pp. 185-206",
    over=PairwiseCount,
    unit="victories locked",
    family="condorcet",
    promises=("condorcet", "smith", "reversal"),
)
@dataclass(frozen=True)
class RankedPairs:
    """Victories are locked from the strongest to the weakest, but none that would close a circle; nobody is locked above the winner.

    Attributes
    ----------
    strength : "winning-votes", of equal ones the weaker opposition first; or "margins", as Tideman has it.

    Readings
    --------
    Victories of one strength: all are locked if together they close no circle, and else one by one in an order drawn by
    lot. (Zavist and Tideman, Social Choice and Welfare 6 (1989), draw a paper for that, which keeps clones apart from
    the decision; a lot between victories does not.)
    """

    strength: Strength = "winning-votes"

    def __call__(self, count: PairwiseCount) -> None:
        strength, margin = strengths(count.matrix, self.strength), count.matrix - count.matrix.T

        def weight(pair: Pair) -> tuple[int, int]:
            return int(strength[pair]), int(margin[pair])

        victories: list[Pair] = sorted(((int(a), int(b)) for a, b in np.argwhere(count.beats)), key=weight, reverse=True)
        above = np.zeros_like(count.beats)
        locked = [0] * len(above)
        count.sheet.record("victories", f"in order of {self.strength}", locked)
        for _, level in groupby(victories, key=weight):
            waiting = list(level)
            while waiting:
                waiting = [pair for pair in waiting if not above[pair[::-1]]]
                together = above.copy()
                for pair in waiting:
                    together = _with(together, pair)
                now = waiting if not together.diagonal().any() else [_drawn(count, waiting)]
                for pair in now:
                    above = _with(above, pair)
                    locked[pair[0]] += 1
                    count.sheet.record("victory locked", "closes no circle", locked, who=pair)
                waiting = [pair for pair in waiting if pair not in now]
        count.elect_unbeaten(above, rule="nobody above")


def _with(above: Relation, pair: Pair) -> Relation:
    """The relation with one more pair, and all that follows from it."""
    a, b = pair
    higher, lower = above[:, a].copy(), above[b].copy()
    higher[a] = lower[b] = True
    return above | np.outer(higher, lower)


def _drawn(count: PairwiseCount, pairs: list[Pair]) -> Pair:
    names = [f"{count.sheet.name(a)} over {count.sheet.name(b)}" for a, b in pairs]
    return pairs[names.index(count.sheet.choose(names, "equal victories that together close a circle"))]
