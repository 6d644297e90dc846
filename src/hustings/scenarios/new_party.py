"""A party that enters or withdraws in, the election with it or without it out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import numpy as np

from hustings.election import Contest, Election, Party, Tally
from hustings.errors import SettingError, Unsuitable
from hustings.exact import shared
from hustings.registry import describe
from hustings.scenarios import scenario
from hustings.swings import figures
from hustings.transfers import ESTIMATED, NO, NOBODY, Mask, chosen_districts, columns, transfers, withdrawn


@scenario("new-party", cites="Own arithmetic: a share of each district, drawn from other parties as far as they have votes")
@dataclass(frozen=True)
class NewParty:
    """A party enters with a share of each district's votes and draws them from others.

    Attributes
    ----------
    draws : parties that it draws from, and how its votes divide among them: con=0.6,lab=0.4. Without any, all parties in
        proportion to their votes. One that has too few votes in a district gives all; the others make it up.
    name : its id; one that the election has may enter where it did not stand.
    share : its share of the valid votes of each district [0-1].
    where : only these districts, FIELD=VALUE: where=region=London+region=Wales.
    """

    draws: Mapping[str, Fraction] = field(default_factory=dict, hash=False)
    name: str = "new"
    share: Fraction = Fraction(1, 10)
    where: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "draws", figures(self.draws))
        if not 0 < self.share <= 1 or any(weight <= 0 for weight in self.draws.values()) or self.name in self.draws or not self.name:
            raise SettingError(f"new-party: share={self.share} must be over 0 and up to 1, and what it draws over 0 and from others")

    def __call__(self, election: Election) -> Election:
        contest = election.main
        tally = contest.counted()
        if self.name not in [party.id for party in tally.parties]:
            tally = tally.over((*tally.parties, Party(self.name)))
        (new,) = columns(tally, [self.name])
        sources = dict(zip(columns(tally, tuple(self.draws)), self.draws.values(), strict=True))
        ids = [party.id for party in tally.parties]
        by_id = sorted(range(len(ids)), key=lambda at: ids[at])
        inside = chosen_districts(election, self.where, "")
        enters = np.flatnonzero(inside & ~tally.stood[:, new])
        if not len(enters):
            raise Unsuitable(f"new-party: {self.name} stands in all these districts already; a swing changes its share")
        votes, stood, short = tally.votes.copy(), tally.stood.copy(), 0
        for row in enters:
            wanted = int(self.share * int(tally.valid[row]) + Fraction(1, 2))
            given = _drawn(votes[row].tolist(), wanted, sources, by_id)
            votes[row] -= given
            votes[row, new] = sum(given)
            short += sum(given) < wanted
        stood[enters, new] = True
        drawn = ", ".join(f"{party} {float(weight):g}" for party, weight in self.draws.items()) or "all in proportion"
        gained = int(votes[enters, new].sum())
        notes = [
            f"{self.name} enters {len(enters)} districts with {float(self.share):.1%} of the votes of each, {gained:,} in all, from {drawn}",
            f"in {short} districts those it draws from have fewer votes than that: it has them all" if short else "",
            f"{self.name} stood in {int((inside & tally.stood[:, new]).sum())} of the districts already: they stay as they were"
            if (inside & tally.stood[:, new]).any()
            else "",
        ]
        return election.with_main(contest.recast(Tally(tally.parties, votes, stood)), describe(self), *filter(None, notes))


def _drawn(votes: list[int], wanted: int, sources: Mapping[int, Fraction], order: list[int]) -> list[int]:
    """Votes taken from each party of a district: by weight, none more than it has, others making up for it."""
    given = [0] * len(votes)
    while (left := wanted - sum(given)) > 0:
        open_to = [have > took for have, took in zip(votes, given, strict=True)]
        weights = [(sources.get(at, 0) if sources else votes[at]) * open_to[at] for at in range(len(votes))]
        parts = shared(left, weights, order)
        if not any(parts):
            break
        given = [min(have, took + part) for have, took, part in zip(votes, given, parts, strict=True)]
    return given


@scenario("withdrawal", cites="Own arithmetic of withdrawals: supporters of a party that does not stand go by a matrix of next preferences")
@dataclass(frozen=True)
class Withdrawal:
    """A party withdraws; its voters go to others or stay at home.

    Attributes
    ----------
    rates : share of its voters that goes to another, ukip.con=0.7, or to nobody, ukip.none=0.2; what is left follows the matrix.
    party : the party that withdraws.
    votes : `matrix`, or `abstain`: all stay at home.
    where : only these districts, FIELD=VALUE: where=region=London+region=Wales.
    held_by : only districts in which this party had most votes.
    matrix, northern_ireland : next preferences, among the facts or TOML files.
    """

    rates: Mapping[str, Fraction] = field(default_factory=dict, hash=False)
    party: str = ""
    votes: Literal["matrix", "abstain"] = "matrix"
    where: tuple[str, ...] = ()
    held_by: str = ""
    matrix: str = "scotland-2017"
    northern_ireland: str = "northern-ireland"

    def __post_init__(self) -> None:
        object.__setattr__(self, "rates", figures(self.rates))
        if not self.party:
            raise SettingError("withdrawal: say who withdraws, party=ukip")

    def __call__(self, election: Election) -> Election:
        contest, tally = election.main, election.main.counted()
        (column,) = columns(tally, [self.party])
        leaving = np.zeros_like(tally.stood)
        leaving[:, column] = chosen_districts(election, self.where, self.held_by) & tally.stood[:, column]
        self._somebody_stays(contest, leaving)
        how = transfers(self.rates, self.matrix, self.northern_ireland, NO if self.votes == "abstain" else ESTIMATED)
        moved = withdrawn(contest, leaving, np.full(len(leaving), NOBODY), how)
        rates = ", ".join(f"{key} {float(rate):g}" for key, rate in self.rates.items())
        assumed = "all stay at home" if self.votes == "abstain" else ", ".join(filter(None, (rates, f"matrix {self.matrix}")))
        note = (
            f"{self.party} withdraws from {int(leaving.sum())} districts: of {int(tally.votes[leaving].sum()):,} votes "
            f"{moved.others:,} go to others, {moved.nobody:,} to nobody ({assumed})"
        )
        return election.with_main(contest.recast(moved.tally), describe(self), note)

    def _somebody_stays(self, contest: Contest, leaving: Mask) -> None:
        alone = np.flatnonzero(leaving.any(axis=1) & (contest.counted().stood.sum(axis=1) == 1))
        if len(alone):
            raise Unsuitable(f"withdrawal: nobody but {self.party} stands in {contest.districts[alone[0]].name}; leave it out with where")
