"""Rankings in, the candidate who beats all others out, or else the one with most points of Borda."""

from dataclasses import dataclass

from hustings.counting.methods import method
from hustings.counting.pairwise import PairwiseCount, Truncation


@method(
    "black",
    cites="Black, The Theory of Committees and Elections (1958), part I",
    over=PairwiseCount,
    unit="points",
    single=True,
    family="condorcet",
    promises=("condorcet",),
)
@dataclass(frozen=True)
class Black:
    """Whoever beats every other is elected; if nobody does, whoever has most points.

    Attributes
    ----------
    truncation : as in borda.
    """

    truncation: Truncation = "average"

    def __call__(self, count: PairwiseCount) -> None:
        points = count.borda(count.sheet.continuing, self.truncation)
        winner = count.condorcet_winner()
        count.sheet.record("points", f"Borda, truncation {self.truncation}", points)
        if winner is None:
            count.sheet.elect_best(points, rule="most points")
        else:
            count.sheet.elect([winner], rule="beats every other")
