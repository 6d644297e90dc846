"""How safe single-member seats are, and which votes elected nobody: an outcome in, one number out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.analysis.measures import measure
from hustings.errors import UnknownName
from hustings.exact import exact
from hustings.facts import fact
from hustings.outcome import Outcome


def single_member(outcome: Outcome) -> NDArray[np.intp]:
    """Rows of the districts, upper tiers apart, that elect one member."""
    districts = outcome.districts[: len(outcome.tally.votes)]
    return np.array([row for row, district in enumerate(districts) if district.magnitude == 1], dtype=np.intp)


def majorities(outcome: Outcome) -> NDArray[np.int64]:
    """The winner's votes less those of the best other, in each single-member district, shape (districts,) [votes]."""
    rows = single_member(outcome)
    votes = np.where(outcome.seats[rows] > 0, -1, outcome.tally.votes[rows])
    won = (outcome.tally.votes[rows] * outcome.seats[rows]).sum(axis=1)
    lead: NDArray[np.int64] = won - np.maximum(votes.max(axis=1), 0)
    return lead


def _policy(name: str) -> Mapping[str, Any]:
    policies = fact("marginality")
    if name not in policies:
        raise UnknownName("policy of marginality", name, policies)
    policy: Mapping[str, Any] = policies[name]
    return policy


def _within(outcome: Outcome, name: str) -> tuple[int, int] | None:
    """Marginal and safe seats under a policy; None where no district elects one member by the votes as they were cast."""
    policy, rows = _policy(name), single_member(outcome)
    if not len(rows) or outcome.transcripts:
        return None
    votes, valid = outcome.tally.votes[rows], outcome.tally.valid[rows]
    if "parties" in policy:
        ids = [party.id for party in outcome.parties]
        if not set(policy["parties"]) <= set(ids):
            return None
        one, two = (votes[:, ids.index(party)] for party in policy["parties"])
        both, low, high = one + two, exact(policy["low"]), exact(policy["high"])
        inside = (one * low.denominator >= both * low.numerator) & (one * high.denominator <= both * high.numerator) & (both > 0)
        return int(inside.sum()), int((~inside).sum())
    lead, under, over = majorities(outcome), exact(policy["marginal"]), exact(policy["safe"])
    marginal = lead * under.denominator < valid * under.numerator
    safe = lead * over.denominator >= valid * over.numerator
    return int(marginal.sum()), int(safe.sum())


@measure("marginal-seats", cites="House of Commons Library: marginal is under ten points; Curtice & Steed (1986) by policy", unit="seats")
@dataclass(frozen=True)
class MarginalSeats:
    """Single-member seats that are marginal under a policy: `ten-points`, `five-points` or `two-party` [seats]."""

    policy: str = "ten-points"

    def __call__(self, outcome: Outcome) -> int | None:
        found = _within(outcome, self.policy)
        return found and found[0]


@measure("safe-seats", cites="House of Commons Library: marginal is under ten points; Curtice & Steed (1986) by policy", unit="seats")
@dataclass(frozen=True)
class SafeSeats:
    """Single-member seats that are safe under a policy: `ten-points`, `five-points` or `two-party` [seats]."""

    policy: str = "ten-points"

    def __call__(self, outcome: Outcome) -> int | None:
        found = _within(outcome, self.policy)
        return found and found[1]


@measure("won-by-half", cites="Winners with more than half of the valid votes in their district", unit="seats")
def won_by_half(outcome: Outcome) -> int | None:
    """Single-member seats whose winner has over half of the valid first votes [seats]."""
    rows = single_member(outcome)
    won = (outcome.tally.votes[rows] * outcome.seats[rows]).sum(axis=1)
    return int((2 * won > outcome.tally.valid[rows]).sum()) if len(rows) else None


@measure("wasted-votes", cites="Electoral Reform Society, Voters Left Voiceless: the 2019 general election (2020)", unit="share")
def wasted_votes(outcome: Outcome) -> float | None:
    """Share of the valid votes that were for losers, or that the winner did not need to be one ahead [0–1].

    For single-member districts alone.
    """
    rows = single_member(outcome)
    if not len(rows) or outcome.transcripts or len(rows) < len(outcome.districts):
        return None
    votes = outcome.tally.votes[rows]
    won = (votes * outcome.seats[rows]).sum(axis=1)
    lost = votes.sum(axis=1) - won
    spare = np.maximum(majorities(outcome) - 1, 0)
    return float((lost + spare).sum() / votes.sum())


@measure("unrepresented-votes", cites="Votes for parties without a seat in the district where they were cast", unit="share")
def unrepresented_votes(outcome: Outcome) -> float:
    """Share of the valid votes cast where their party won no seat, in the district or in the region's list [0–1]."""
    lower = len(outcome.tally.votes)
    held = outcome.seats[:lower] > 0
    for district, seats in zip(outcome.districts[lower:], outcome.seats[lower:], strict=True):
        inside = [row for row, below in enumerate(outcome.districts[:lower]) if district.region in ("", below.region)]
        held[inside] |= seats > 0
    return float(outcome.tally.votes[~held].sum() / outcome.tally.votes.sum())
