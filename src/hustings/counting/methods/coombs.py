"""Rankings in, whoever is left when those most often last have gone out."""

from dataclasses import dataclass

from hustings.counting.methods import method
from hustings.counting.pairwise import PairwiseCount


@method(
    "coombs",
    cites="Coombs, A Theory of Data (1964); both variants in Grofman & Feld, If you like the alternative vote (a.k.a. the instant "
    "runoff), then you ought to know about the Coombs rule, Electoral Studies 23 (2004)",
    over=PairwiseCount,
    unit="papers",
    single=True,
    family="elimination",
)
@dataclass(frozen=True)
class Coombs:
    """Whoever most papers rank last among those left goes, until one has more first preferences than all the others.

    Attributes
    ----------
    stop : at a majority; if not, candidates go until one is left.

    Readings
    --------
    Candidates whom a paper does not rank share its last place in equal parts, as those who share a rank do. The majority
    is of the papers that still rank anybody left. Several most often last: a lot.
    """

    stop: bool = True

    def __call__(self, count: PairwiseCount) -> None:
        sheet = count.sheet
        while True:
            firsts = count.first_preferences(sheet.continuing)
            sheet.record("first preferences", "majority" if self.stop else "last left", firsts)
            if majority := [who for who in sheet.continuing if (self.stop and 2 * firsts[who] > sum(firsts)) or len(sheet.continuing) == 1]:
                sheet.elect(majority, rule="majority" if self.stop else "last left")
                return
            lasts = count.last_places(sheet.continuing)
            most = max(lasts[who] for who in sheet.continuing)
            out = [sheet.draw([who for who in sheet.continuing if lasts[who] == most], rule="most often last")]
            sheet.exclude(out)
            sheet.record("last places", "most often last", lasts, who=out)
