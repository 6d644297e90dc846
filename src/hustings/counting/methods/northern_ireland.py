"""Papers of a Northern Irish district in, its members out: the single transferable vote of the local elections rules."""

from collections.abc import Sequence

from hustings.counting.methods import method
from hustings.counting.papers import Count
from hustings.counting.ties import first_difference


@method(
    "northern-ireland",
    cites="Electoral Law Act (Northern Ireland) 1962, Sch. 5 rr. 47-52, as substituted by the Local Elections (Northern Ireland) Order 1985 "
    "(SI 1985/454); applied to the Assembly by SI 2001/2599",
    over=Count,
    places=2,
    family="stv",
)
def northern_ireland(count: Count) -> None:
    """Gregory's method on the parcel last received, to two decimals; surpluses wait, and the lowest go together, where they cannot matter.

    Readings
    --------
    r. 48(3): nobody is elected by the quota to a single vacancy before an exclusion; r. 52(2) elects whoever has it all
    the same, as he has more than all the others. `test_a_single_vacancy`
    r. 49(4): silent on a surplus of first preferences larger than the papers that can carry it. They pass on at the value
    of one vote, as r. 49(7) has it for any other surplus. `test_first_preferences_pass_on_at_one_vote_at_most`
    r. 49(10), 51(12): silent on which group, where the lowest two, three or more are each behind the next. The largest that
    leaves enough candidates for the places, as officers chose in 2011 and 2016. `test_official_sheets`
    r. 50(1), 51(13), several tied, some of them level at the earliest stage: silent. We keep the extreme ones and go
    forward. `test_three_level_keep_the_extreme_and_go_on`
    r. 51(6): a candidate who reaches the quota by one sub-parcel receives none of the next, as officers count.
    `test_whoever_reaches_the_quota_takes_no_more`
    r. 52(2): in the middle of an exclusion, the papers still to be transferred count with the others' votes; and of two who
    are level, neither has as many as all the others. `test_the_last_vacancy_waits_for_sub_parcels`
    r. 52(3): no transfer is made, and no stage shown, for an exclusion that leaves as many candidates as places, as on the
    sheets. `test_no_stage_for_an_exclusion_that_fills_the_last_vacancies`
    """
    count.sort_first_preferences(rule="47")
    count.quota = count.droop()  # r. 48(1)-(2)
    while not filled(count):
        together = max(count.safely_excluded(), default=0)
        surpluses = count.surpluses()
        if surpluses and not together:  # r. 49(10): else they need not be transferred
            count.transfer_last_parcel(count.first(surpluses, max, rule="50(1)", ties=first_difference), rule="49")
            continue
        lowest = count.lowest(max(together, 1), rule="51(13)", ties=first_difference)
        if len(count.continuing) - len(lowest) == count.places_left:
            count.deem_excluded(lowest)  # r. 52(3)
        else:
            exclude(count, lowest, rule="51(12)" if together > 1 else "51(1)")


def exclude(count: Count, lowest: Sequence[int], rule: str) -> None:
    """Transfer first preferences, then the rest by sub-parcels of descending value, until the vacancies are filled."""
    count.begin_exclusion(lowest, rule)
    for sub_parcel in count.by_value(lowest, first_preferences_apart=True):  # r. 51(2), (5)-(9)
        count.transfer(sub_parcel)
        if filled(count):
            return


def filled(count: Count) -> bool:
    """Deem elected whoever is, by the quota or to the last vacancies; whether none is left."""
    if count.seats > 1 or count.excluded:  # r. 48(3): for a single vacancy only once somebody has been excluded
        count.elect(count.at_quota(), rule="48(3)")
    if len(count.continuing) <= count.places_left:
        count.elect(count.by_votes(), rule="52(1)")
    if count.places_left == 1:
        leader, second, *_ = others = count.by_votes()
        rest = sum(count.votes[who] for who in (*others, *count.excluded)) - count.votes[leader] + sum(map(count.surplus, count.elected))
        if count.votes[leader] >= rest and count.votes[leader] > count.votes[second]:
            count.elect([leader], rule="52(2)")
    return not count.places_left
