"""Papers with a first and a second choice in, the one member out: the supplementary vote, as mayors were elected until 2022."""

from hustings.counting.methods import method
from hustings.counting.papers import Count
from hustings.counting.reading import Reading
from hustings.counting.ties import no_history


@method(
    "sv",
    cites="Greater London Authority Act 1999, s. 4 and Sch. 2 Part I; Police Reform and Social Responsibility Act 2011, Sch. 9; "
    "replaced by the Elections Act 2022, s. 13",
    over=Count,
    places=0,
    reading=Reading(max_ranks=2),
    single=True,
    family="supplementary",
)
def sv(count: Count) -> None:
    """Whoever has more than half of the first choices; or of the two with most, whoever has more with the second choices of the others.

    A paper is valid if its first choice names one candidate; a second choice for the same is void. All who tie for second
    place stay in, and second choices on the papers of those who stay are never looked at.

    Readings
    --------
    A published table, first choices and second choices by first, is a profile of two ranks. What happens to papers with
    two first choices, or a second like the first, is from memory.
    """
    count.sort_first_preferences(rule="Sch. 2 Part I")
    if majority := [who for who in count.continuing if 2 * count.votes[who] > count.valid]:
        count.elect(majority, rule="more than half")
        return
    second = [count.votes[who] for who in count.by_votes()][:2][-1]
    if out := [who for who in count.continuing if count.votes[who] < second]:
        count.exclude(out, rule="all but the two with most")
    count.elect([count.first(count.continuing, max, rule="equal votes", ties=no_history)], rule="most votes")
