"""Rankings in, whoever wins most comparisons of two out."""

from hustings.counting.methods import method
from hustings.counting.pairwise import PairwiseCount


@method(
    "copeland",
    cites="Copeland, A reasonable social welfare function, University of Michigan seminar paper (1951)",
    over=PairwiseCount,
    unit="wins less losses",
    family="condorcet",
    promises=("condorcet", "smith", "reversal"),
)
def copeland(count: PairwiseCount) -> None:
    """Candidates in order of victories less defeats, each against one other.

    Wins and half a point for a draw give the same order.
    """
    scores = (count.beats.sum(axis=1) - count.beats.sum(axis=0)).tolist()
    count.sheet.record("comparisons of two", "wins less losses", scores)
    count.sheet.elect_best(scores, rule="most wins less losses")
