"""Votes and weights of one district after another in, who is elected out: `bundles` and two methods as loops that numba compiles.

Nothing is said here that is not said elsewhere: papers are those of `bundles`, methods av-uk-2011 and scotland-2007. Without
numba (extra `fast`) the same functions run as they stand, slowly. Imported where it is used: loading numba takes its time.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Settings = tuple[int, int, int, int]
"""Depth, grain, and loyalty as numerator and denominator."""
VOTE = 10**5
"""Units of a vote by scotland-2007."""
MOST = 12
"""Parties of a district at the most: a bit for each tells who is left, and five how many candidates of it a paper lists."""
PAPERS, CANDIDATE, PLACE, TURN, LEFT, LISTED, CHILDREN, HELD, BEFORE = range(9)
"""What a row of a tree says of a node: papers; candidate, place of his party; which candidate of the party came first on them; who
is left and how many are listed; where children begin, which end where those of the next node begin; in a count, the value of a
paper, and the node that its holder came by before."""
Function = TypeVar("Function", bound=Callable[..., Any])

try:
    import numba
except ImportError:

    def compiled(function: Function) -> Function:
        """As it stands."""
        return function
else:

    def compiled(function: Function) -> Function:
        """To machine code when first called, kept on disk."""
        machine: Any = numba.njit(cache=True, error_model="numpy")(function)
        fast: Function = machine
        return fast


@compiled
def _first(votes: Ints, candidates: Ints) -> tuple[Ints, Ints, Ints]:
    """Place, number within the party, and papers of each candidate."""
    everybody = candidates.sum()
    place, turn, papers = np.empty(everybody, np.int64), np.empty(everybody, np.int64), np.empty(everybody, np.int64)
    at = 0
    for party in range(len(votes)):
        number = candidates[party]
        if number:
            ahead = 1 if votes[party] >= number * number else 0
            shared = votes[party] - ahead * (number * (number - 1) // 2)
            share, over = shared // number, shared % number
            for own in range(number):
                place[at], turn[at] = party, own
                papers[at] = share + ahead * (number - 1 - own) + (1 if own < over else 0)
                at += 1
    return place, turn, papers


@compiled
def _next(row: Ints, there: int, place: int, settings: Settings, upto: Ints) -> None:
    """Fill in the running sums of the weights of next preferences, `none` last, after `place`, of whoever is `there` (a bit each)."""
    places, (_, _, loyal, all_of) = len(row) - 1, settings
    rest = int(row[places])
    for party in range(places):
        rest += int(row[party]) * (there >> party & 1)
    none = int(row[places]) if rest else 1
    rest, own = max(rest, 1), there >> place & 1
    total = 0
    for party in range(places):
        total += int(row[party]) * (there >> party & 1) * (all_of - loyal if own else 1) + (rest * loyal if own and party == place else 0)
        upto[party] = total
    upto[places] = total + none * (all_of - loyal if own else 1)


@compiled
def _largest_remainders(papers: int, upto: Ints, shares: Ints, remainders: Ints) -> None:
    """Share papers by running sums of weights, equal remainders to the first; papers times weights stay below 2^53, so floats are exact."""
    left, total, before = papers, upto[-1], 0
    for to in range(len(upto)):
        given = papers * (upto[to] - before)
        shares[to] = int(given / total)
        remainders[to] = given - shares[to] * total
        left -= shares[to]
        before = upto[to]
    for _ in range(left):
        best = 0
        for to in range(1, len(upto)):
            if remainders[to] > remainders[best]:
                best = to
        shares[best] += 1
        remainders[best] = -1


@compiled
def _tree(votes: Ints, candidates: Ints, weights: Ints, settings: Settings, nodes: Ints) -> Ints:
    """The nodes of `bundles.Tree` for a district, a row each, and a row where children end; in the table given, or a longer one."""
    places, everybody, valid, (depth, grain, _, _) = len(votes), int(candidates.sum()), votes.sum(), settings
    start = np.cumsum(candidates) - candidates
    place, turn, papers = _first(votes, candidates)
    for node in range(everybody):
        nodes[node, PAPERS], nodes[node, CANDIDATE], nodes[node, PLACE], nodes[node, TURN] = papers[node], node, place[node], turn[node]
        nodes[node, LISTED], nodes[node, LEFT] = 1 << 5 * place[node], 0
        for party in range(places):
            nodes[node, LEFT] |= int(int(party == place[node]) < candidates[party]) << party
    # Sums of weights by last party and who is left: of the many nodes few differ in both.
    upto, known = np.empty((places << places, places + 1), np.int64), np.zeros(places << places, np.bool_)
    shares, remainders = np.empty(places + 1, np.int64), np.empty(places + 1, np.int64)
    begin, end, made = 0, everybody, everybody
    for _ in range(1, depth):
        point = 0
        for node in range(begin, end):
            if made + places >= len(nodes):
                longer = np.empty((2 * len(nodes), 9), np.int64)
                longer[:made] = nodes[:made]
                nodes = longer
            nodes[node, CHILDREN] = made
            last, there, number = nodes[node, PLACE], nodes[node, LEFT], nodes[node, PAPERS]
            row = last << places | there
            if not known[row]:
                _next(weights[last], there, last, settings, upto[row])
                known[row] = True
            if number * grain < valid:
                low, aim = 0, point * upto[row, places] >> 32
                for to in range(places):
                    low += int(upto[row, to] <= aim)
                high = low + 1
                shares[low] = number
                point = (point + 2654435769) % 4294967296
            else:
                _largest_remainders(number, upto[row], shares, remainders)
                low, high = 0, places
            for to in range(low, min(high, places)):
                if shares[to]:
                    listed = nodes[node, LISTED]
                    others = listed >> 5 * to & 31
                    nodes[made, PAPERS], nodes[made, PLACE], nodes[made, TURN] = shares[to], to, nodes[node, TURN]
                    nodes[made, CANDIDATE] = start[to] + (nodes[node, TURN] + others) % candidates[to]
                    nodes[made, LISTED] = listed + (1 << 5 * to)
                    nodes[made, LEFT] = there ^ (int(others + 1 == candidates[to]) << to)
                    made += 1
        begin, end = end, made
    nodes[begin : made + 1, CHILDREN] = made
    return nodes


@compiled
def _passed(nodes: Ints, hand: int, going: Mask, last: Ints, votes: Ints) -> None:
    """Pass on what somebody held, from `hand` back: whoever is `going` holds the first node below that is his, and has its votes."""
    while hand >= 0:
        node, hand = hand, nodes[hand, BEFORE]
        for child in range(nodes[node, CHILDREN], nodes[node + 1, CHILDREN]):
            nodes[child, HELD] = nodes[node, HELD]
            to = nodes[child, CANDIDATE]
            if going[to]:
                votes[to] += nodes[child, PAPERS] * nodes[child, HELD]
                nodes[child, BEFORE], last[to] = last[to], child
            else:
                nodes[child, BEFORE], hand = hand, child


@compiled
def _extreme(who: Mask, history: Ints, sign: int) -> int:
    """The one of them with most votes (sign 1) or fewest (-1) at the last stage, or the stage before …; -1 if all are level in all."""
    tied = who.copy()
    for stage in range(len(history) - 1, -1, -1):
        best, number, last = 0, 0, -1
        for candidate in range(len(tied)):
            if tied[candidate]:
                votes = sign * history[stage, candidate]
                if number == 0 or votes > best:
                    best, number, last = votes, 1, candidate
                elif votes == best:
                    number += 1
        if number == 1:
            return last
        for candidate in range(len(tied)):
            tied[candidate] = tied[candidate] and sign * history[stage, candidate] == best
    return -1


@compiled
def _alternative(nodes: Ints, everybody: int) -> tuple[int, bool]:
    """Who is elected by av-uk-2011, and whether it comes to a lot."""
    there, left = np.ones(everybody, np.bool_), everybody
    history = np.zeros((everybody, everybody), np.int64)
    # What each holds, as chains: the last node that came to him, and in the tree the one before each.
    hand = np.arange(everybody)
    for candidate in range(everybody):
        history[0, candidate] = nodes[candidate, PAPERS]
        nodes[candidate, HELD], nodes[candidate, BEFORE] = 1, -1
    for stage in range(everybody):
        now = history[stage]
        in_play = now.sum()
        for candidate in range(everybody):
            if there[candidate] and (2 * now[candidate] > in_play or left == 1):
                return candidate, False
        last = _extreme(there, history[: stage + 1], -1)
        if last < 0:
            return 0, True
        there[last] = False
        left -= 1
        history[stage + 1] = now
        history[stage + 1, last] = 0
        _passed(nodes, hand[last], there, hand, history[stage + 1])
    return 0, True


@compiled
def _transferable(nodes: Ints, everybody: int, seats: int) -> tuple[Mask, bool]:
    """Who is elected by scotland-2007, and whether it comes to a lot."""
    there, elected = np.ones(everybody, np.bool_), np.zeros(everybody, np.bool_)
    history = np.zeros((everybody + seats + 2, everybody), np.int64)
    hand = np.arange(everybody)
    for candidate in range(everybody):
        history[0, candidate] = nodes[candidate, PAPERS] * VOTE
        nodes[candidate, HELD], nodes[candidate, BEFORE] = VOTE, -1
    quota = (history[0].sum() // VOTE // (seats + 1) + 1) * VOTE
    left, stage = seats, 0
    while True:
        now = history[stage]
        for candidate in range(everybody):
            if there[candidate] and now[candidate] >= quota:
                there[candidate], elected[candidate] = False, True
                left -= 1
        if there.sum() <= left:
            return elected | there, False
        if left == 0:
            return elected, False
        over = elected & (now > quota)
        electing = over.any()
        who = _extreme(over, history[: stage + 1], 1) if electing else _extreme(there, history[: stage + 1], -1)
        if who < 0:
            return elected, True
        stage += 1
        history[stage] = now
        history[stage, who] = quota if electing else 0
        there[who] = False
        node = hand[who] if electing else -1
        while node >= 0:
            nodes[node, HELD] = nodes[node, HELD] * (now[who] - quota) // now[who]
            node = nodes[node, BEFORE]
        _passed(nodes, hand[who], there, hand, history[stage])


@compiled
def alternative(votes: Ints, candidates: Ints, weights: Ints, settings: Settings) -> tuple[Ints, Mask]:
    """Number of the candidate elected in each district, and where it comes to a lot; arguments as in `Ballots`."""
    winner, tied = np.zeros(len(votes), np.int64), np.zeros(len(votes), np.bool_)
    nodes = np.empty((1024, 9), np.int64)
    for row in range(len(votes)):
        nodes = _tree(votes[row], candidates[row], weights[row], settings, nodes)
        winner[row], tied[row] = _alternative(nodes, int(candidates[row].sum()))
    return winner, tied


@compiled
def transferable(votes: Ints, candidates: Ints, weights: Ints, settings: Settings, seats: Ints) -> tuple[Mask, Mask]:
    """Who is elected in each district, shape (districts, candidates), and where it comes to a lot; arguments as in `Ballots`."""
    most = 0
    for row in range(len(votes)):
        most = max(most, candidates[row].sum())
    elected, tied = np.zeros((len(votes), most), np.bool_), np.zeros(len(votes), np.bool_)
    nodes = np.empty((1024 + most, 9), np.int64)
    for row in range(len(votes)):
        nodes = _tree(votes[row], candidates[row], weights[row], settings, nodes)
        who, tied[row] = _transferable(nodes, int(candidates[row].sum()), int(seats[row]))
        elected[row, : len(who)] = who
    return elected, tied
