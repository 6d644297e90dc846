"""Cambridge: whole papers in a drawn order, and nobody above the quota."""

from by_hand import acts, counted, names, needs_mirror, profile, votes, ward
from hustings.lots import Seeded


@needs_mirror
def test_nobody_is_credited_with_more_than_the_quota() -> None:
    count = counted("cambridge-ma", *ward("glasgow_2017_ward3"), Seeded(4))
    assert count.quota is not None
    surpluses = sum(act == "transfer of surplus" for act, _ in acts(count))
    assert surpluses
    for stage in count.stages[surpluses:]:
        assert max(stage.votes) <= count.quota
    assert all(stage.votes == stage.papers for stage in count.stages)


@needs_mirror
def test_another_order_moves_other_papers() -> None:
    """The order stands in the transcript, as the digits of its seed; the same seed counts the same."""
    one, other = (counted("cambridge-ma", *ward("glasgow_2017_ward3"), Seeded(seed)) for seed in (4, 5))
    assert one.stages[0].votes == other.stages[0].votes
    assert one.stages[1].votes != other.stages[1].votes
    assert one == counted("cambridge-ma", *ward("glasgow_2017_ward3"), Seeded(4))
    assert len([lot for lot in one.lots if "mixing the papers" in lot.where]) == 6


def test_a_surplus_of_whole_papers() -> None:
    """9 of A's 30 papers go, of the 20 that have a next choice; of B and C whoever has the quota by that takes no more."""
    count = counted("cambridge-ma:signatures=0", profile("ABC", (20, "ABC"), (10, "A"), (18, "B"), (13, "C")), 2, Seeded(2))
    assert (count.quota, votes(count, 2)) == (21, {"A": "21", "B": "21", "C": "19"})
    assert (names(count), count.stages[1].papers) == (["A", "B"], (21, 21, 19))


def test_those_with_too_few_papers_go_together() -> None:
    """But as many stay as there are places to fill, those with most."""
    count = counted("cambridge-ma", profile("ABCDE", (70, "A"), (60, "B"), (49, "C"), (20, "D"), (9, "E")), 3, Seeded(1))
    assert acts(count)[1:] == [("transfer of surplus", ["A"]), ("transfer of surplus", ["B"]), ("exclusion", ["E", "D"])]
    assert names(count) == ["A", "B", "C"]
