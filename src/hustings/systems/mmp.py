"""Votes by electorate and for parties in; electorate members, and lists that bring each party to its share, out."""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hustings.apportionment import apportion
from hustings.batches import Draws, Scenario, awarded, draws_of, lists_of, most_votes, won_by
from hustings.counting.plurality import plurality
from hustings.election import District, Election
from hustings.errors import SettingError
from hustings.exact import check_shares
from hustings.lots import Lots, refuse
from hustings.outcome import Batch, Outcome, as_filled, lumps, outcome
from hustings.scenarios.regroup import Regroup
from hustings.scenarios.tiers import Tiers
from hustings.seating import taking_part, two_tiers
from hustings.systems import system
from hustings.thresholds import AnyOf, DirectSeats, Share


@system("mmp", cites="Electoral Act 1993 (New Zealand), ss. 191-193", tiers=2, house="grows")
@dataclass(frozen=True)
class MMP:
    """A vote for the member of an electorate and one for a party, whose list brings it to its share of the whole house.

    A party that wins more electorates than its share keeps them: the house grows by as many (overhang), and nobody else
    is made up for it.

    Attributes
    ----------
    share : electorates as a share of all seats [0-1], where the election has no party vote of its own.
    threshold : least share of the party votes with which a party takes part [0-1].
    electorates : electorates won that stand for the threshold; 0 where nothing does.
    divisor : the divisor method, `dhondt`, `sainte-lague` … as `apportion` takes it.
    """

    share: Fraction = Fraction(3, 5)
    threshold: Fraction = Fraction(1, 20)
    electorates: int = 1
    divisor: str = "sainte-lague"

    def __post_init__(self) -> None:
        check_shares(self)
        if self.electorates < 0:
            raise SettingError(f"mmp: electorates={self.electorates} must be 0 or more")

    def scenarios(self, election: Election) -> tuple[Scenario, ...]:
        """What makes two tiers of an election that has one."""
        return () if election.upper else (Regroup(by="share", share=self.share), Tiers(upper="nation"))

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        election, electorates, areas = two_tiers(election, *self.scenarios(election))
        party_vote = areas.merged([range(len(areas.districts))], [District("list", "lists", areas.house)])
        direct, drawn = plurality(electorates, "the rule of equal votes in an electorate", lots)
        won = direct.sum(axis=0)

        # s. 191(4): a party takes part with its share of all party votes, or with an electorate.
        entitled = AnyOf(Share(self.threshold), *([DirectSeats(self.electorates)] if self.electorates else []))
        votes = taking_part(party_vote, entitled, direct=won[np.newaxis])[0]
        # s. 191(8): the seats are those of the house but the electorates of whoever takes no part.
        seats = electorates.house + areas.house - int(won[votes == 0].sum())
        # s. 192: quotients of 1, 3, 5 …; electorates beyond a party's quotients are its own (subs. (5)), list seats make up the rest.
        names = [party.id for party in party_vote.counted().parties]
        due = apportion(votes.tolist(), seats, self.divisor, names=names, where="the whole house", lots=lots)
        top_up = np.where(votes > 0, np.maximum(np.array(due.seats) - won, 0), 0)[np.newaxis]

        overhang = int(direct.sum() + top_up.sum()) - electorates.house - areas.house
        assumed = (
            *([f"overhang: {overhang} more seats than the house has"] if overhang else []),
            *lumps(party_vote.counted(), "each is taken for one candidate in a district and wins no list seat"),
        )
        upper = as_filled(party_vote, top_up)
        return outcome(self, election, electorates, [*direct, *top_up], upper=upper, lots=(*drawn, *due.lots), assumed=assumed)

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        electorates, areas = draws_of(election, votes, self.scenarios(election))
        parties = len(areas.parties)
        winners, level = most_votes(electorates)
        won = won_by(winners, parties)
        party_vote = Draws(areas.contest, areas.votes.sum(axis=2, keepdims=True, dtype=np.int64))
        enough = won.T[:, :, np.newaxis] >= self.electorates if self.electorates else None
        taking = lists_of(party_vote, self.threshold, direct=enough)[:, :, 0].T
        house = electorates.contest.house + areas.contest.house - (won * (taking == 0)).sum(axis=1)
        due, tied = awarded(taking, house, self.divisor)
        return Batch(np.where(taking > 0, np.maximum(due, won), won), None, level | tied)
