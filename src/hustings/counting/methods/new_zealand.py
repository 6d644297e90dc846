"""Papers of a New Zealand local election in, its members out: Meek's method with the nine decimals of the Regulations."""

from hustings.counting.keep import KeepCount
from hustings.counting.methods import method
from hustings.counting.ties import first_difference

NEGLIGIBLE = 100_000
"""0.0001 of a vote, in units of 10^-9 (cl. 13)."""


@method(
    "new-zealand",
    cites="Local Electoral Regulations 2001 (SR 2001/145), Sch. 1A, cl. 3-23, 40; read in quotation: cl. 3-6, 10, 13, 19, 40; the rest from memory",
    over=KeepCount,
    family="stv",
)
def new_zealand(count: KeepCount) -> None:
    """Meek's method as New Zealand's councils count it: the lowest goes as soon as all surplus together could not save it.

    Readings
    --------
    cl. 10 rounds every product up, also what is passed on, which would let a paper count for more than one vote. The
    official calculator takes what is kept off the paper (Dunedin, Cargill ward 2004: 0.018467626 and not …627), and so
    do we.
    cl. 13: the calculator excludes at the first count too, before any keep value is used, and so do we.
    cl. 19, 40: of several lowest, whoever was not ahead at the first difference; those still level are compared further on.
    cl. 41-48: if nothing tells them apart the Regulations draw numbers by a generator of their own, whose text is
    ambiguous; we call for a lot, which records what the officer's generator gave.
    cl. 23, of a surplus that cannot be passed on within nine decimals: from memory; we exclude the lowest as soon as
    keep values fall no more. So are the numbers of cl. 12 and 17.
    Part 2 (a single vacancy, an absolute majority) gives the same winner as Part 1 with one vacancy, and is not told apart.
    """
    count.distribute(rule="cl. 6")
    rule = "cl. 6"
    while count.undecided:  # cl. 3
        count.distribute(rule="cl. 10")
        count.set_quota(count.active // (count.seats + 1) + 1)  # cl. 5, 11: truncated, and 0.000000001 more
        count.elect(count.at_quota(), rule)
        if count.undecided:
            least, *others = sorted(count.votes[who] for who in count.continuing)
            hopeless = count.surplus < NEGLIGIBLE or least + count.surplus < others[0]
            moved = count.lower_keep_values(count.above_quota(), rule="cl. 17")
            if hopeless or not moved:
                level = first_difference(count.continuing, [count.votes, *count.history], min)
                count.exclude([count.choose(level, rule="cl. 19, 40")], rule="cl. 13" if hopeless else "cl. 23")
            rule = "cl. 12"
    if count.places_left:
        count.elect(count.by_votes(), rule="cl. 3")
