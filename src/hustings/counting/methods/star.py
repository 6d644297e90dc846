"""Ratings from 0 to 5 in, the one of the two best scored whom more papers prefer out."""

from hustings.counting.methods import method
from hustings.counting.ratings import RatingsCount
from hustings.errors import Unsuitable

STARS = 5


@method(
    "star",
    cites="Wolk, Quinn & Ogren, STAR voting, equality of voice, and voter satisfaction, Constitutional Political Economy 34 (2023); "
    "ties from memory of the protocol of the Equal Vote Coalition",
    over=RatingsCount,
    unit="score",
    single=True,
    family="ratings",
)
def star(count: RatingsCount) -> None:
    """Score, then automatic runoff: of the two with the highest sums, whoever more papers give more; no rating is 0.

    Readings
    --------
    Ties are from memory. Several for a place in the runoff: those who win most comparisons among them, then those with
    most fives, then a lot. Equal in the runoff: the higher sum, then more fives, then a lot.
    """
    if int(count.given.max(initial=0)) > STARS:
        raise Unsuitable(f"star counts ratings from 0 to {STARS}, and a paper gives {count.given.max()}")
    sums, fives = count.sums(), count.at_least(STARS)
    count.sheet.record("sums", "score", sums)
    runoff: list[int] = []
    while len(runoff) < 2 and len(count.sheet.continuing) > len(runoff):
        others = [who for who in count.sheet.continuing if who not in runoff]
        level = _highest(others, sums)
        if len(runoff) + len(level) > 2:
            wins = [sum(count.preferring(who, other) > count.preferring(other, who) for other in level) for who in range(len(sums))]
            level = _highest(_highest(level, wins), fives)
        if len(runoff) + len(level) > 2:
            level = [count.sheet.draw(level, rule="place in the runoff")]
        runoff += level
    votes = [0] * len(sums)
    for who in runoff:
        votes[who] = sum(count.preferring(who, other) for other in runoff)
    count.sheet.record("papers preferring", "automatic runoff", votes, who=runoff)
    winners = _highest(_highest(_highest(runoff, votes), sums), fives)
    count.sheet.elect_one(winners, rule="preferred by more papers")


def _highest(among: list[int], numbers: list[int]) -> list[int]:
    return [who for who in among if numbers[who] == max(numbers[other] for other in among)]
