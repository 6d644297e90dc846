"""Rankings in, whoever has most points out."""

from dataclasses import dataclass

from hustings.counting.methods import method
from hustings.counting.pairwise import PairwiseCount, Truncation


@method(
    "borda",
    cites="Borda, Mémoire sur les élections au scrutin, Histoire de l'Académie royale des sciences 1781 (1784); for truncated papers "
    "Emerson, The original Borda count and partial voting, Social Choice and Welfare 40 (2013)",
    over=PairwiseCount,
    unit="points",
    family="positional",
    promises=("reversal",),
)
@dataclass(frozen=True)
class Borda:
    """A candidate has a point for each other that a paper ranks below; those level share the points of their ranks.

    Attributes
    ----------
    truncation : what a paper gives those whom it does not rank: the "average" of the points left over; "zero"; or zero,
        while the last that it ranks has one point, the next two and so on ("modified").
    """

    truncation: Truncation = "average"

    def __call__(self, count: PairwiseCount) -> None:
        points = count.borda(count.sheet.continuing, self.truncation)
        count.sheet.record("points", f"truncation {self.truncation}", points)
        count.sheet.elect_best(points, rule="most points")
