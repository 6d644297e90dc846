"""Papers of a society's election in, the elected out: the Electoral Reform Society's rules of 1997 for the single transferable vote."""

from hustings.counting.methods import method
from hustings.counting.papers import Count
from hustings.counting.ties import first_difference


@method(
    "ers97",
    cites="Newland & Britton, How to conduct an election by the Single Transferable Vote, 3rd ed. (Electoral Reform Society, 1997), sections 5-6",
    over=Count,
    places=2,
    family="stv",
)
def ers97(count: Count) -> None:
    """Gregory's method on the batch last received, to two decimals, with a quota to two decimals that falls until somebody is elected.

    Readings
    --------
    4.3: as many candidates as places at the outset are all elected. `test_as_many_candidates_as_places`
    """
    count.sort_first_preferences(rule="5.1.3")
    count.set_quota(quota(count))  # 5.1.6
    elect(count, rule="5.1.7")
    while count.places_left:
        if len(count.continuing) <= count.places_left:
            count.elect(count.by_votes(), rule="4.3")
            return
        together = max(count.safely_excluded(or_level=True), default=0)
        surpluses = count.surpluses()
        if surpluses and not together:  # 5.2.2: else they are deferred
            count.transfer_last_parcel(count.first(surpluses, max, "5.2.3", first_difference, count.batches), rule="5.3")
            elect(count, rule="5.3.13")
            continue
        fewest = count.lowest(max(together, 1), "5.2.5", first_difference, count.batches)
        if len(count.continuing) - len(fewest) == count.places_left:
            count.deem_excluded(fewest)
            count.elect(count.by_votes(), rule="5.5.1")
            return
        count.begin_exclusion(fewest, rule="5.2.5")
        for batch in count.by_value(fewest):  # 5.4.1
            count.transfer(batch)
            if not count.elected:
                count.set_quota(quota(count))  # 5.4.8
            elect(count, rule="5.4.9")
            if not count.places_left:
                break
    count.deem_excluded(count.by_votes())  # 5.5.2


def quota(count: Count) -> int:
    """Votes that count for anybody / (places + 1), to two decimals, and 0.01 more if that is not exact."""
    return -(-sum(count.votes) // (count.seats + 1))


def elect(count: Count, rule: str) -> None:
    """Deem elected, one after the other, whoever has the quota or more than the others could all have of the places left."""
    assert count.quota is not None
    while count.places_left and count.continuing:
        highest = count.votes[count.by_votes()[0]]
        active = sum(count.votes) - sum(min(count.votes[who], count.quota) for who in count.elected)  # 6.20, 5.6.1
        if highest < count.quota and highest * (count.places_left + 1) < active:
            return
        level = [who for who in count.continuing if count.votes[who] == highest]
        if len(level) > count.places_left:  # 5.6.2
            level = first_difference(level, count.batches, max)
        if len(level) > count.places_left:
            return
        count.elect(level, rule)
