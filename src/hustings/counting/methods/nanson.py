"""Rankings in, whoever is left when those with few points of Borda have gone out: all below the average, or the last one by one."""

from hustings.counting.methods import method
from hustings.counting.pairwise import PairwiseCount


@method(
    "nanson",
    cites="Nanson, Methods of election, Transactions and Proceedings of the Royal Society of Victoria 19 (1882)",
    over=PairwiseCount,
    unit="points",
    single=True,
    family="condorcet",
    promises=("condorcet", "smith"),
)
def nanson(count: PairwiseCount) -> None:
    """Points are counted among those left, and all go who have less than the average, until nobody has.

    Readings
    --------
    All left have the average: a lot. Ranks that a paper leaves open are shared, so that nobody gains by them.
    """
    points = count.borda(count.sheet.continuing)
    count.sheet.record("points", "Borda", points)
    while out := [who for who in count.sheet.continuing if points[who] * len(count.sheet.continuing) < sum(points)]:
        count.sheet.exclude(out)
        points = count.borda(count.sheet.continuing)
        count.sheet.record("exclusion", "below the average", points, who=out)
    count.sheet.elect_one(count.sheet.continuing, rule="last left")


@method(
    "baldwin",
    cites="Baldwin, The technique of the Nanson preferential majority system of election, "
    "Transactions and Proceedings of the Royal Society of Victoria 39 (1926)",
    over=PairwiseCount,
    unit="points",
    single=True,
    family="condorcet",
    promises=("condorcet", "smith"),
)
def baldwin(count: PairwiseCount) -> None:
    """Points are counted among those left, and the one with fewest goes, until one is left.

    Readings
    --------
    Several have fewest: a lot. Ranks that a paper leaves open are shared, so that nobody gains by them.
    """
    points = count.borda(count.sheet.continuing)
    count.sheet.record("points", "Borda", points)
    while len(count.sheet.continuing) > 1:
        fewest = min(points[who] for who in count.sheet.continuing)
        out = count.sheet.draw([who for who in count.sheet.continuing if points[who] == fewest], rule="fewest points")
        count.sheet.exclude([out])
        points = count.borda(count.sheet.continuing)
        count.sheet.record("exclusion", "fewest points", points, who=[out])
    count.sheet.elect(count.sheet.continuing, rule="last left")
