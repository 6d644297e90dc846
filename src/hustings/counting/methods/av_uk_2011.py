"""Papers of a constituency in, its member out: the alternative vote that the referendum of 2011 was held on."""

from hustings.counting.methods import method
from hustings.counting.papers import Count


@method(
    "av-uk-2011",
    cites="Parliamentary Voting System and Constituencies Act 2011, s. 9 (rules 37A, 45A, 45B) and Sch. 10 (rule 49A); repealed unused",
    over=Count,
    places=0,
    single=True,
)
def av_uk_2011(count: Count) -> None:
    """One candidate is excluded a stage until one has more votes than all the others still in the count together.

    The majority is of votes still in play, so a winner may have less than half of all valid papers.
    """
    count.sort_first_preferences(rule="45A(2)")
    while True:
        in_play = sum(count.votes[who] for who in count.continuing)
        if majority := [who for who in count.continuing if 2 * count.votes[who] > in_play]:
            count.elect(majority, rule="45A(3)")
            return
        if len(count.continuing) == 1:
            count.elect(count.continuing, rule="45A(3)")
            return
        count.exclude(count.first(count.continuing, min, rule="49A"), rule="45A(4)")
