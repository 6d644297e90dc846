"""Papers of a district in, its members out: the single transferable vote by keep values, as Meek and as Warren would share a paper."""

from hustings.counting.keep import KeepCount
from hustings.counting.methods import method

OMEGA = 1_000
"""A millionth of a vote, in units of 10^-9: a surplus below it is none."""


@method(
    "meek",
    cites="Proportional Representation Foundation, Reference Meek Rule, steps A-C; after Hill, Wichmann & Woodall, Algorithm 123, "
    "Computer Journal 30 (1987), pp. 277-281",
    over=KeepCount,
    family="stv",
)
def meek(count: KeepCount) -> None:
    """Each elected candidate keeps that part of every paper which is worth the quota; the quota falls as papers run out.

    Nine decimals, and what is kept is rounded up. Surpluses are passed on until less than a millionth of a vote is left,
    or no less than before; then the lowest is excluded.

    Readings
    --------
    T: the reference leaves the procedure for ties open; a lot. Tied are all within the surplus of the lowest (B.3).
    """
    _reference(count, patient=False)


@method(
    "warren",
    cites="Hill & Warren, Meek versus Warren, Voting matters 20 (2005); Hill, Meek or Warren counting, Voting matters 1 (1994), paper 5",
    over=KeepCount,
    prices=True,
    family="stv",
)
def warren(count: KeepCount) -> None:
    """As Meek, but a keep value is a price: every paper pays the same for a candidate, as long as it has so much left.

    Readings
    --------
    The papers describe the principle and no arithmetic: decimals, quota, ties and exclusions are those of the Reference
    Meek Rule. A price may have to fall for a while before a paper feels it, so surpluses are passed on as long as
    prices fall, whether or not the surplus does. `test_warren_is_patient`
    """
    _reference(count, patient=True)


def _reference(count: KeepCount, *, patient: bool) -> None:
    before: int | None = None
    moved = True
    count.distribute(rule="B.2.a")
    while count.undecided:  # B.1
        count.distribute(rule="B.2.a")
        count.set_quota(count.active // (count.seats + 1) + 1)  # B.2.b: truncated, and one unit more
        if winners := count.at_quota():
            count.elect(winners, rule="B.2.c")
            before, moved = None, True
            continue
        surplus = count.surplus
        stuck = not moved if patient else before is not None and surplus >= before
        if surplus < OMEGA or stuck:
            least = min(count.votes[who] for who in count.continuing)
            tied = [who for who in count.continuing if count.votes[who] <= least + surplus]
            count.exclude([count.choose(tied, rule="T")], rule="B.3")
            before, moved = None, True
        else:
            moved = count.lower_keep_values(count.above_quota() if patient else count.elected, rule="B.2.f")
            before = surplus
    if count.places_left:
        count.elect(count.by_votes(), rule="C.1")
