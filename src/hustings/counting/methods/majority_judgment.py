"""Grades in, whoever has the best median out."""

from hustings.counting.methods import method
from hustings.counting.ratings import RatingsCount


@method(
    "majority-judgment",
    cites="Balinski & Laraki, Majority Judgment: Measuring, Ranking, and Electing (2011); "
    "A theory of measuring, electing, and ranking, Proceedings of the National Academy of Sciences 104 (2007)",
    over=RatingsCount,
    unit="grade",
    family="ratings",
)
def majority_judgment(count: RatingsCount) -> None:
    """Candidates in order of their median grade, of two in the middle the lower; those level lose one such grade after another.

    Readings
    --------
    A candidate whom a valid paper does not grade has the worst grade on it, as on the ballots of Balinski and Laraki.
    Grades that are the same for all who are level come off together, as many as leave the medians where they are: the
    gauge of shares above and below the median is a shortcut that can decide otherwise.
    """
    while count.sheet.places_left:
        grades = count.by_rating()
        level = list(count.sheet.continuing)
        count.sheet.record("medians", "majority grade", [_median(grade) if who in level else 0 for who, grade in enumerate(grades)])
        while True:
            medians = {who: _median(grades[who]) for who in level}
            best = max(medians.values())
            level = [who for who in level if medians[who] == best]
            if len(level) <= 1 or not sum(grades[level[0]]):
                break
            off = min(_removable(grades[who], best) for who in level)
            for who in level:
                grades[who][best] -= off
            count.sheet.record(
                "medians taken off", "majority value", [_median(grade) if who in level else 0 for who, grade in enumerate(grades)], who=level
            )
        count.sheet.elect_one(level, rule="best median")


def _median(grade: list[int]) -> int:
    """The lower of the middle grades, the worst where there are none."""
    middle, seen = (sum(grade) - 1) // 2, 0
    for number, papers in enumerate(grade):
        seen += papers
        if seen > middle:
            return number
    return 0


def _removable(grade: list[int], median: int) -> int:
    """How often the median can be taken off, one at a time, before another grade is the median."""
    below, above = sum(grade[:median]), sum(grade[median + 1 :])
    return min(grade[median] + above - below, grade[median] + below - above + 1)
