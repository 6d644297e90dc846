"""Rankings in, whoever has a majority at the fewest ranks out."""

from hustings.counting.methods import method
from hustings.counting.pairwise import PairwiseCount


@method(
    "bucklin",
    cites="Bucklin, The Grand Junction plan of city government and its results, "
    "Annals of the American Academy of Political and Social Science 38 (1911); here without its limit of three choices",
    over=PairwiseCount,
    unit="papers",
    single=True,
    family="positional",
)
def bucklin(count: PairwiseCount) -> None:
    """First choices are counted, then second choices added, and so on until somebody is named by more than half of the papers.

    If several are then, or if ranks run out before anybody is, the most papers decide.

    Readings
    --------
    A rank is a column of the paper: one left open stays open, and all who share one have it. Equal papers: a lot.
    """
    for ranks in range(1, max(1, count.ranks) + 1):
        papers = count.within(ranks)
        count.sheet.record("first choices" if ranks == 1 else f"choices to rank {ranks}", "added", papers)
        if 2 * max(papers) > count.valid:
            break
    count.sheet.elect_best(papers, rule="most papers")
