"""Rankings in, whose worst defeat is least out."""

from dataclasses import dataclass
from typing import Literal

from hustings.counting.methods import method
from hustings.counting.pairwise import PairwiseCount, Strength, strengths


@method(
    "minimax",
    cites="Simpson, On defining areas of voter choice, Quarterly Journal of Economics 83 (1969); "
    "Kramer, A dynamical model of political equilibrium, Journal of Economic Theory 16 (1977)",
    over=PairwiseCount,
    unit="votes in the worst defeat",
    family="condorcet",
    promises=("condorcet",),
)
@dataclass(frozen=True)
class Minimax:
    """Candidates in order of their worst defeat, the smallest first.

    Attributes
    ----------
    strength : what a defeat counts: "winning-votes" of the other, by what "margins" they are more, or "opposition": the
        votes of the other even where there are fewer of them, as Simpson has it; that does not promise to elect a Condorcet winner.
    """

    strength: Literal[Strength, "opposition"] = "winning-votes"

    def __call__(self, count: PairwiseCount) -> None:
        against = count.matrix if self.strength == "opposition" else strengths(count.matrix, self.strength)
        worst = against.max(axis=0).tolist()
        count.sheet.record("worst defeats", self.strength, worst)
        count.sheet.elect_best(worst, rule="smallest worst defeat", best=min)
