"""Papers of a Cambridge election in, its councillors out: Plan E's proportional representation, with whole papers in a drawn order."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hustings.counting.methods import method
from hustings.counting.papers import Count
from hustings.counting.parcels import Indices, Parcel
from hustings.counting.reading import Reading


@method(
    "cambridge-ma",
    cites="Massachusetts General Laws ch. 54A (1938), ss. 9, 16(b), and the Cambridge Election Commission's description of the Cincinnati "
    "method, both read in copies; the order of surpluses from memory, not checked against the text",
    over=Count,
    places=0,
    reading=Reading(skips=None, overvotes="skip", repeats="ignore", first_required=False),
    family="stv",
)
@dataclass(frozen=True)
class CambridgeMA:
    """Papers pass one by one, and nobody is credited with more than the quota; of a surplus, every n-th paper.

    Attributes
    ----------
    signatures : candidates with fewer papers than a nomination needs signatures go together, once surpluses are transferred.

    Readings
    --------
    s. 8, 9(d): the order of papers is that of polling places, drawn by lot; a profile knows no polling places, so the order
    of all papers is drawn. `test_another_order_moves_other_papers`
    s. 9(g): of those with too few papers as many stay as there are places to fill; the papers of the lowest are transferred first.
    `test_those_with_too_few_papers_go_together`
    Cincinnati method: n is the nearest whole number to papers / surplus, a half counted up; the papers before the first
    n-th come last of all. `test_papers_in_a_drawn_order_as_their_twin_carries_them`
    """

    signatures: int = 50

    def __call__(self, count: Count) -> None:
        count.sort_first_preferences(rule="9(d)", mixed=True)
        count.quota = count.droop()  # s. 9(c)
        count.elect(count.at_quota(), rule="9(c)")
        surpluses = count.surpluses()
        while surpluses and count.places_left:
            surpluses.remove(largest := count.first(surpluses, max, rule="9(k)"))
            cincinnati(count, largest)
        few = sum(count.votes[who] < self.signatures for who in count.continuing)
        if count.places_left and (number := min(few, len(count.continuing) - count.places_left)) > 0:
            defeat(count, count.lowest(number, rule="9(k)"), rule="9(g)")
        while 0 < count.places_left < len(count.continuing):
            defeat(count, [count.first(count.continuing, min, rule="9(k)")], rule="9(i)")
        count.elect(count.by_votes()[: count.places_left], rule="9(l)")
        count.deem_excluded(count.by_votes())


def defeat(count: Count, losers: list[int], rule: str) -> None:
    """Transfer every paper of the defeated, one after the other, those of the lowest first."""
    lowest_first = sorted(losers, key=lambda who: (count.votes[who], count.candidates[who].name))
    count.begin_exclusion(lowest_first, rule)
    for who, parcel in count.held(lowest_first):
        waiting = parcel.rankings
        while len(waiting):
            moved = until_elected(count, count.table.next_preferences(waiting))
            pass_on(count, who, waiting[:moved])
            waiting = waiting[moved:]


def cincinnati(count: Count, who: int) -> None:
    """Transfer every n-th paper until the surplus is used up; those without a next choice are skipped, and remain (s. 16(b))."""
    surplus, papers = count.surplus(who), count.papers[who]
    step = (2 * papers + surplus) // (2 * surplus)
    order = np.concatenate([*(np.arange(step - 1 + start, papers, step) for start in range(step)), np.arange(step - 1)])
    waiting = count.held([who])[0][1].rankings[order]
    count.begin("transfer of surplus", [who], rule="16(b)")
    while surplus and len(waiting):
        to = count.table.next_preferences(waiting)
        able = np.flatnonzero(np.isin(to, count.continuing))[:surplus]
        if not len(able):
            return
        able = able[: until_elected(count, to[able])]
        pass_on(count, who, waiting[able])
        surplus -= len(able)
        waiting = waiting[able[-1] + 1 :]


def until_elected(count: Count, to: NDArray[np.integer]) -> int:
    """How many of these papers pass on before somebody has the quota, the last one of his included."""
    assert count.quota is not None
    reached = [(who, count.quota - count.votes[who]) for who in count.continuing]
    return min((int(np.flatnonzero(to == who)[short - 1]) + 1 for who, short in reached if (to == who).sum() >= short), default=len(to))


def pass_on(count: Count, who: int, rankings: Indices) -> None:
    """Transfer these papers; whoever has the quota is elected."""
    count.transfer([(who, Parcel(count.one, len(rankings), rankings))])
    count.elect(count.at_quota(), rule="9(c)")
