"""Rankings in, the alternative vote among those who beat all others out."""

from hustings.counting.methods import method
from hustings.counting.pairwise import PairwiseCount, smith_set


@method(
    "smith-irv",
    cites="Green-Armytage, Four Condorcet-Hare hybrid methods for single-winner elections, Voting matters 29 (2011)",
    over=PairwiseCount,
    unit="papers",
    single=True,
    family="condorcet",
    promises=("condorcet", "smith"),
)
def smith_irv(count: PairwiseCount) -> None:
    """All outside the Smith set go; then the one with fewest first preferences, one by one, until one has more than all the others.

    Readings
    --------
    Candidates who share the first rank of a paper among those left get equal parts of it; fewest level: a lot.
    """
    left = smith_set(count.beats, count.sheet.continuing)
    out, why = [who for who in count.sheet.continuing if who not in left], "not in the Smith set"
    while True:
        votes = count.first_preferences(left)
        count.sheet.exclude(out)
        count.sheet.record("exclusion" if out else "first preferences", why, votes, who=out)
        if majority := [who for who in left if 2 * votes[who] > sum(votes) or len(left) == 1]:
            count.sheet.elect(majority, rule="more than all others")
            return
        fewest = min(votes[who] for who in left)
        out, why = [count.sheet.draw([who for who in left if votes[who] == fewest], rule="fewest")], "fewest"
        left = [who for who in left if who not in out]
