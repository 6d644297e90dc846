"""Papers of an electorate of the Australian Capital Territory in, its members out: the Hare-Clark system."""

from dataclasses import dataclass
from typing import Any

from hustings.counting.methods import method
from hustings.counting.papers import Count
from hustings.errors import SettingError


@method(
    "australian-capital-territory",
    cites="Electoral Act 1992 (ACT), Sch. 4 cl. 1-9, as amended in 2020; before that with decimals=0",
    over=Count,
    exact=True,
    family="stv",
)
@dataclass(frozen=True)
class AustralianCapitalTerritory:
    """Gregory's method on the papers of the count at which a candidate became successful; votes are cut to six decimals.

    Attributes
    ----------
    decimals : to which the votes of a candidate at a count are cut: 6, and 0 before 2020.

    Readings
    --------
    cl. 1: a surplus is whatever is above the quota, as the Schedule says now; in 2020 it still spoke of one vote at
    least. `test_a_surplus_of_less_than_one_vote`
    cl. 1C(4): what papers do not carry because their value is not to rise is set down as not transferable; Elections
    ACT sets it down as lost to rounding. `test_what_papers_cannot_carry_is_not_lost_to_rounding`
    """

    decimals: int = 6

    def __post_init__(self) -> None:
        if not 0 <= self.decimals <= 9:
            raise SettingError(f"decimals of australian-capital-territory is {self.decimals}; it is 6, or 0 before 2020")

    @property
    def engine_settings(self) -> dict[str, Any]:
        """What the engine has to know of these settings."""
        return {"places": self.decimals}

    def __call__(self, count: Count) -> None:
        count.sort_first_preferences(rule="cl. 3(1)")
        count.quota = count.droop()  # cl. 1B
        count.elect(count.at_quota(), rule="cl. 3(3)")
        while count.places_left:  # cl. 4(1)
            if surpluses := count.surpluses():
                count.transfer_last_parcel(count.first(count.elected_first(surpluses), max, rule="cl. 7(3)"), rule="cl. 6")
                count.elect(count.at_quota(), rule="cl. 6(4)")
            elif len(count.continuing) <= count.places_left:
                count.elect(count.by_votes(), rule="cl. 4(2)")
            else:
                exclude(count, count.first(count.continuing, min, rule="cl. 8(2)"))


def exclude(count: Count, lowest: int) -> None:
    """Transfer the papers of each value in a count of its own, the dearest first, until all positions are filled."""
    count.begin_exclusion([lowest], rule="cl. 8")
    for number, parcels in enumerate(count.by_value([lowest])):  # cl. 9(2)
        if number:
            count.begin("exclusion", [lowest], rule="cl. 9(2)")
        count.transfer(parcels)
        count.elect(count.at_quota(), rule="cl. 9(2)(d)")
        if not count.places_left:
            return
