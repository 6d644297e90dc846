"""Papers of a Scottish council ward in, its members out: the single transferable vote of the 2007 Order."""

from hustings.counting.methods import method
from hustings.counting.papers import Count


@method("scotland-2007", cites="Scottish Local Government Elections Order 2007 (SSI 2007/42), Sch. 1 rr. 45-52", over=Count, places=5, family="stv")
def scotland_2007(count: Count) -> None:
    """Weighted inclusive Gregory to five decimals: every paper of a surplus is transferred, one act a stage.

    Readings
    --------
    r. 49(2), r. 51(2), several tied, some of them level at the earlier stage: silent. We keep the extreme ones and go
    back further rather than draw between them. `test_three_way_tie_goes_back_further`
    r. 52: once the continuing candidates are as many as the places left, the last exclusion is still shown with its
    transfer, as returning officers publish it; it cannot alter who is elected. `test_councils_own_sheets`
    """
    count.sort_first_preferences(rule="45")
    count.quota = count.droop()  # r. 46
    while True:
        count.elect(count.at_quota(), rule="47(1)")
        if len(count.continuing) <= count.places_left:
            count.elect(sorted(count.continuing, key=lambda who: -count.votes[who]), rule="52(1)")
        if not count.places_left:
            return
        if surpluses := count.surpluses():
            count.transfer_surplus(count.first(surpluses, max, rule="49(2)"), rule="48")
        else:
            count.exclude(count.first(count.continuing, min, rule="51(2)"), rule="50")
