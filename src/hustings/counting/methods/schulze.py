"""Rankings in, the order of the strongest paths of victories out."""

from dataclasses import dataclass

import numpy as np

from hustings.counting.methods import method
from hustings.counting.pairwise import PairwiseCount, Strength, strengths


@method(
    "schulze",
    cites="Schulze, A new monotonic, clone-independent, reversal symmetric, and Condorcet-consistent single-winner election method, "
    "Social Choice and Welfare 36 (2011), pp. 267-303, section 2",
    over=PairwiseCount,
    unit="wins by path",
    family="condorcet",
    promises=("condorcet", "smith", "reversal"),
)
@dataclass(frozen=True)
class Schulze:
    """A path of victories is as strong as its weakest; whoever has the stronger path to the other is above.

    Attributes
    ----------
    strength : "winning-votes" or "margins".

    Readings
    --------
    Several whom nobody is above: a lot, where Schulze (section 5) draws a paper.
    """

    strength: Strength = "winning-votes"

    def __call__(self, count: PairwiseCount) -> None:
        paths = strengths(count.matrix, self.strength)
        for over in count.everybody:
            paths = np.maximum(paths, np.minimum(paths[:, over, None], paths[over]))
        above = paths > paths.T
        count.sheet.record("strongest paths", self.strength, above.sum(axis=1).tolist())
        count.elect_unbeaten(above, rule="nobody has a stronger path")
