"""Votes by party in, seats in proportion within each region out: list proportional representation."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hustings.batches import Scenario, draws_of, in_each_draw, lists_of
from hustings.divisors import DIVISORS, QUOTAS
from hustings.election import Election
from hustings.exact import check_shares
from hustings.lots import Lots, refuse
from hustings.outcome import Batch, Outcome, lumps, outcome
from hustings.scenarios.regroup import Regroup, Way
from hustings.seating import in_each, taking_part
from hustings.systems import system
from hustings.thresholds import Share


@system(
    "list-pr",
    cites="European Parliamentary Elections Act 2002, s. 2 (regional lists, D'Hondt, no threshold)",
    values={"divisor": DIVISORS, "quota": QUOTAS},
)
@dataclass(frozen=True)
class ListPR:
    """In each district, seats go to the parties' lists by highest averages, or by a quota and largest remainders.

    Attributes
    ----------
    districts : `region`, `county`, `country`: one district each; `own`: the districts that the election has.
    divisor : the divisor method, unless there is a quota: `dhondt`, `sainte-lague` … as `apportion` takes it.
    quota : a quota instead of a divisor: `hare`, `droop` … as `apportion` takes it; none by default.
    threshold : least share of the valid votes that a list needs for a seat [0-1].
    scope : whether that share is of the `district` or of the `nation`.
    """

    districts: Literal["own", Way] = "region"
    divisor: str = "dhondt"
    quota: str = ""
    threshold: Fraction = Fraction(0)
    scope: Literal["district", "nation"] = "district"

    def __post_init__(self) -> None:
        check_shares(self)

    def scenarios(self, election: Election) -> tuple[Scenario, ...]:  # noqa: ARG002 — every system is asked alike
        """What puts the districts together."""
        return () if self.districts == "own" else (Regroup(by=self.districts),)

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        for scenario in self.scenarios(election):
            election = election.given(scenario)
        contest = election.main
        tally = contest.counted()
        votes = taking_part(contest, Share(self.threshold, self.scope))
        seats, drawn = in_each(contest, votes, self.quota or self.divisor, lots=lots)
        assumed = (
            "a vote for a candidate is taken for a vote for the party's list"
            + (f"; the votes of the other ballot paper ({election.upper.name}) are left aside" if election.upper else ""),
            *(["Northern Ireland is a region like any other"] if any(d.name == "Northern Ireland" for d in contest.districts) else []),
            *lumps(tally, "none is a list or wins a seat"),
        )
        return outcome(self, election, contest, seats, lots=drawn, assumed=assumed)

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        draws, *_ = draws_of(election, votes, self.scenarios(election))
        seats, tied = in_each_draw(draws, lists_of(draws, self.threshold, self.scope), self.quota or self.divisor)
        return Batch(seats.sum(axis=1), None, tied)
