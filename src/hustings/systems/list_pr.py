"""Votes by party in, seats in proportion within each region out: list proportional representation."""

from dataclasses import dataclass
from fractions import Fraction

from hustings.election import Election
from hustings.errors import SettingError
from hustings.exact import check_shares
from hustings.lots import Lots, refuse
from hustings.outcome import Outcome, lumps, outcome
from hustings.scenarios.regroup import Regroup
from hustings.seating import in_each, taking_part
from hustings.systems import system
from hustings.thresholds import Share

SCOPES = ("district", "nation")


@system("list-pr", cites="European Parliamentary Elections Act 2002, s. 2 (regional lists, D'Hondt, no threshold)")
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

    districts: str = "region"
    divisor: str = "dhondt"
    quota: str = ""
    threshold: Fraction = Fraction(0)
    scope: str = "district"

    def __post_init__(self) -> None:
        check_shares(self)
        if self.scope not in SCOPES:
            raise SettingError(f"list-pr: scope={self.scope} is not one of {', '.join(SCOPES)}")

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        if self.districts != "own":
            election = election.given(Regroup(by=self.districts))
        contest = election.main
        tally = contest.counted()
        votes = taking_part(contest, Share(self.threshold, self.scope))
        seats, drawn = in_each(contest, votes, self.quota or self.divisor, lots=lots)
        assumed = (
            "a vote for a candidate is taken for a vote for the party's list",
            *(["Northern Ireland is a region like any other"] if any(d.name == "Northern Ireland" for d in contest.districts) else []),
            *lumps(tally, "they are no list and win no seat"),
        )
        return outcome(self, election, contest, seats, lots=drawn, assumed=assumed)
