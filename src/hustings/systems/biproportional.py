"""Votes by district in; seats that are in proportion both to the parties and to the districts out."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from hustings.biproportional import biproportional
from hustings.election import Election
from hustings.exact import check_shares
from hustings.lots import Lots, refuse
from hustings.outcome import Outcome, lumps, outcome
from hustings.scenarios.regroup import Regroup, Way
from hustings.seating import taking_part
from hustings.systems import system
from hustings.thresholds import AnyOf, Share


@system(
    "biproportional",
    cites="Pukelsheim & Schuhmacher, Aktuelle Juristische Praxis 5 (2004), pp. 505-522; Gesetz über die politischen Rechte (Zürich), ss. 102-105",
)
@dataclass(frozen=True)
class Biproportional:
    """Parties share the house by all votes, and in each district the seats fit both what the party and what the district has.

    The Swiss cantons: `voters=true`, and Zürich `quorum=0.05`; Zug and Aargau `quorum=0.05,overall=0.03`.

    Attributes
    ----------
    districts : `region`, `county`, `country`: one district each; `own`: the districts that the election has.
    divisor : the divisor method, above and below: `sainte-lague`, `dhondt` … but none whose first divisor is 0.
    quorum : least share of the votes of some district with which a list takes part in all [0-1]; 0 for none.
    overall : least share of all votes that stands for the quorum [0-1]; 0 for none.
    voters : whether a voter has as many votes as the district has seats, so that parties share the house by voters.
    round_voters : whether voters are rounded to whole numbers in each district.
    winner_take_one : whether the largest list of a district has one of its seats at least.
    """

    districts: Literal["own", Way] = "region"
    divisor: str = "sainte-lague"
    quorum: Fraction = Fraction(0)
    overall: Fraction = Fraction(0)
    voters: bool = False
    round_voters: bool = False
    winner_take_one: bool = False

    def __post_init__(self) -> None:
        check_shares(self)

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        if self.districts != "own":
            election = election.given(Regroup(by=self.districts))
        contest = election.main
        tally = contest.counted()
        reached = AnyOf(Share(self.quorum, scope="district", areas=1), *([Share(self.overall)] if self.overall else []))
        found = biproportional(
            taking_part(contest, reached),
            [district.magnitude for district in contest.districts],
            method=self.divisor,
            voters=self.voters,
            round_voters=self.round_voters,
            winner_take_one=self.winner_take_one,
            names=[party.id for party in tally.parties],
            places=[district.name for district in contest.districts],
            where="all districts",
            lots=lots,
        )
        assumed = (
            *(["a vote for a candidate is taken for a vote for the party's list"] if self.districts != "own" else []),
            *lumps(tally, "none is a list or wins a seat"),
        )
        return outcome(self, election, contest, found.seats, lots=found.lots, assumed=assumed)
