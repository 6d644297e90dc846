"""Ratings in, whoever is given most out."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from hustings.counting.methods import method
from hustings.counting.ratings import RatingsCount


@method(
    "score",
    cites="Gaertner & Xu, A general scoring rule, Mathematical Social Sciences 63 (2012)",
    over=RatingsCount,
    unit="score",
    family="ratings",
)
@dataclass(frozen=True)
class Score:
    """Candidates in order of what the papers give them.

    Attributes
    ----------
    blank : a candidate who is not rated gets "zero"; or the paper has "no-opinion", and the mean of the others counts.
    quorum : without an opinion, the share of the papers [0-1] that must rate a candidate for the mean to count; below it
        a candidate comes after all others.
    """

    blank: Literal["zero", "no-opinion"] = "zero"
    quorum: Fraction = Fraction(0)

    def __call__(self, count: RatingsCount) -> None:
        sums = count.sums()
        if self.blank == "zero":
            count.sheet.record("sums", "blank zero", sums)
            count.sheet.elect_best(sums, rule="highest sum")
            return
        rated = count.at_least(0)
        enough = [number > 0 and number >= self.quorum * count.valid for number in rated]
        means = [Fraction(total, number) if there else Fraction(-1) for total, number, there in zip(sums, rated, enough, strict=True)]
        count.sheet.record("means", "blank no-opinion", means)
        count.sheet.elect_best(means, rule="highest mean")
