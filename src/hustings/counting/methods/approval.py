"""Ratings in, whom most papers approve of out."""

from dataclasses import dataclass

from hustings.counting.methods import method
from hustings.counting.ratings import RatingsCount


@method(
    "approval",
    cites="Brams & Fishburn, Approval voting, American Political Science Review 72 (1978)",
    over=RatingsCount,
    unit="approvals",
    family="ratings",
)
@dataclass(frozen=True)
class Approval:
    """Candidates in order of the papers that approve of them; no rating is no approval.

    Attributes
    ----------
    least : the lowest rating that approves.
    """

    least: int = 1

    def __call__(self, count: RatingsCount) -> None:
        approvals = count.at_least(self.least)
        count.sheet.record("approvals", f"ratings from {self.least}", approvals)
        count.sheet.elect_best(approvals, rule="most approvals")
