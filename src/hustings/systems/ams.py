"""Votes by constituency in; constituency members and the regional lists that make up for them out: additional members."""

from dataclasses import dataclass
from fractions import Fraction

from hustings.apportionment import apportion
from hustings.counting.plurality import plurality
from hustings.election import District, Election
from hustings.errors import SettingError
from hustings.lots import Lots, refuse
from hustings.outcome import Outcome, lists, lumps, outcome
from hustings.scenarios.regroup import Regroup
from hustings.systems import system


@system("ams", cites="Scotland Act 1998, ss. 6-8")
@dataclass(frozen=True)
class AMS:
    """Some members by first past the post, the others from regional lists by D'Hondt that counts constituency seats.

    A party that wins more constituencies than its due keeps them; the size of the house does not change.

    Attributes
    ----------
    share : constituencies as a share of all seats [0-1]; the others are list seats.
    divisor : the divisor method of the lists.
    threshold : least share of a region's votes that a list needs for a seat [0-1].
    """

    share: Fraction = Fraction(1, 2)
    divisor: str = "dhondt"
    threshold: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        if not 0 < self.share <= 1 or not 0 <= self.threshold <= 1:
            raise SettingError(f"ams: share={self.share} and threshold={self.threshold} are shares from 0 to 1")

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        merged = election.given(Regroup(by="share", share=self.share))
        constituencies = merged.main.districts
        direct, drawn = plurality(merged.main, "r. 49", lots)
        regions = election.given(Regroup(by="region")).main
        tally = regions.counted()
        names = [party.id for party in tally.parties]
        upper, top_up = [], []
        for row, region in enumerate(regions.districts):
            inside = [at for at, district in enumerate(constituencies) if district.region == region.region]
            held = direct[inside].sum(axis=0)
            left = region.magnitude - len(inside)
            votes = lists(tally, row, tally.votes[row], self.threshold)
            if left and not any(votes):
                raise SettingError(f"ams: no list in {region.name} reaches the threshold of {float(self.threshold):.1%}; lower it")
            award = apportion(votes, left, self.divisor, held=held.tolist(), names=names, where=f"{region.name} (list)", lots=lots)
            upper.append(District(f"list {region.id}", f"{region.name} (list)", left, region.electorate, region.region, "", region.country))
            top_up.append(award.seats)
            drawn += award.lots
        assumed = (
            f"{len(constituencies)} constituency seats, {sum(map(sum, top_up))} list seats",
            "the vote for a party's list is taken to be the vote for its candidate",
            *(["Northern Ireland is a region like any other"] if any(r.name == "Northern Ireland" for r in regions.districts) else []),
            *lumps(tally, "each is one candidate in a constituency and wins no list seat"),
        )
        seats = [*direct.tolist(), *top_up]
        return outcome(self, merged, merged.main, seats, house=election.main.house, upper=upper, lots=drawn, assumed=assumed)
