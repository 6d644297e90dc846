"""Votes and weights of one district after another in, who is elected out: `bundles` and two methods as loops that numba compiles.

Nothing is said here that is not said elsewhere: papers are those of `bundles`, methods av-uk-2011 and scotland-2007. Without
numba (extra `fast`) the same functions run as they stand, slowly. Imported where it is used: loading numba takes its time.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Ranks = NDArray[np.int16]
Mask = NDArray[np.bool_]
Settings = tuple[int, int, int, int]
"""Depth, grain, and loyalty as numerator and denominator."""
VOTE = 10**5
"""Units of a vote by scotland-2007."""
NARROW = 10
"""Parties of a district up to which it is remembered what follows on each, whoever is left; a bit each tells who is."""
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
        machine: Any = numba.njit(cache=True)(function)
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
def _next(row: Ints, there: int, place: int, settings: Settings, weights: Ints) -> int:
    """Fill in the weights of a bundle's next preferences, `none` last, of whoever is `there` (a bit each); returns their sum."""
    places, (_, _, loyal, all_of) = len(row) - 1, settings
    rest = int(row[places])
    for party in range(places):
        weights[party] = row[party] if there >> party & 1 else 0
        rest += int(weights[party])
    weights[places] = row[places]
    if rest == 0:
        weights[places] = rest = 1
    if there >> place & 1:
        for party in range(places + 1):
            weights[party] *= all_of - loyal
        weights[place] += rest * loyal
        rest *= all_of
    return rest


@compiled
def _largest_remainders(papers: int, weights: Ints, total: int, shares: Ints, remainders: Ints) -> None:
    """Share papers by weights, equal remainders to the first; papers times weights stay below 2^53, so floats are exact."""
    left = papers
    for to in range(len(weights)):
        shares[to] = int(papers * weights[to] / total)
        remainders[to] = papers * weights[to] - shares[to] * total
        left -= shares[to]
    for _ in range(left):
        best = 0
        for to in range(1, len(weights)):
            if remainders[to] > remainders[best]:
                best = to
        shares[best] += 1
        remainders[best] = -1


@compiled
def _longer(table: Any, rows: int) -> Any:
    """The same table with so many rows."""
    wide = np.empty((rows, table.shape[1]), table.dtype)
    wide[: min(rows, len(table))] = table[: min(rows, len(table))]
    return wide


@compiled
def _by_turns(weights: Ints, total: int, turn: int) -> int:
    """The one next preference of a bundle of few papers."""
    chosen, upto = 0, weights[0]
    point = ((turn * 2654435769) % 4294967296) * total >> 32
    while upto <= point:
        chosen += 1
        upto += weights[chosen]
    return chosen


@compiled
def papers_of(votes: Ints, candidates: Ints, weights: Ints, settings: Settings) -> tuple[Ranks, Ints]:
    """Bundles of a district: rankings, shape (bundles, depth + 1), filled up with the number of candidates, and their papers."""
    places, everybody, valid, (depth, grain, _, _) = len(votes), int(candidates.sum()), votes.sum(), settings
    start = np.cumsum(candidates) - candidates
    place, turn, papers = _first(votes, candidates)
    path = np.full((everybody, depth + 1), everybody, np.int16)
    listed = np.zeros((everybody, places), np.int16)
    # Which parties have candidates left, a bit each.
    left = np.zeros(everybody, np.int64)
    for bundle in range(everybody):
        path[bundle, 0] = bundle
        listed[bundle, place[bundle]] = 1
        for party in range(places):
            left[bundle] |= int(listed[bundle, party] < candidates[party]) << party
    done, number, ended = np.empty((1024, depth + 1), np.int16), np.empty((1024, 1), np.int64), 0
    shares, remainders = np.empty(places + 1, np.int64), np.empty(places + 1, np.int64)
    # Weights by last party and who is left: of the many bundles few differ in both.
    wide = 1 << min(places, NARROW)
    known = np.full((places, wide), -1, np.int64)
    tables, totals, seen = np.empty((64, places + 1), np.int64), np.empty((64, 1), np.int64), 0
    for rank in range(1, depth):
        few = papers * grain < valid
        most = int(few.sum() + (len(papers) - few.sum()) * places)
        new_place, new_turn = np.empty(most, np.int64), np.empty(most, np.int64)
        new_papers, new_left = np.empty(most, np.int64), np.empty(most, np.int64)
        new_path, new_listed = np.empty((most, depth + 1), np.int16), np.empty((most, places), np.int16)
        at = by_turns = 0
        if ended + len(papers) > len(done):
            done, number = _longer(done, 2 * (ended + len(papers))), _longer(number, 2 * (ended + len(papers)))
        for bundle in range(len(papers)):
            last, there = place[bundle], left[bundle]
            row = known[last, there % wide]
            if row < 0 or places > NARROW:
                if seen == len(tables):
                    tables, totals = _longer(tables, 2 * seen), _longer(totals, 2 * seen)
                row = seen if places <= NARROW else 0
                totals[row, 0] = _next(weights[last], there, last, settings, tables[row])
                known[last, there % wide] = row
                seen = row + 1
            total = totals[row, 0]
            if few[bundle]:
                low = _by_turns(tables[row], total, by_turns)
                high = low + 1
                by_turns += 1
                shares[low] = papers[bundle]
            else:
                _largest_remainders(papers[bundle], tables[row], total, shares, remainders)
                low, high = 0, places + 1
            for to in range(low, high):
                if shares[to] == 0:
                    continue
                if to == places:
                    for before in range(depth + 1):
                        done[ended, before] = path[bundle, before]
                    number[ended, 0] = shares[to]
                    ended += 1
                    continue
                for before in range(rank):
                    new_path[at, before] = path[bundle, before]
                for after in range(rank + 1, depth + 1):
                    new_path[at, after] = everybody
                others = listed[bundle, to]
                if rank < depth - 1:
                    for party in range(places):
                        new_listed[at, party] = listed[bundle, party]
                new_path[at, rank] = start[to] + (turn[bundle] + others) % candidates[to]
                new_listed[at, to] = others + 1
                new_left[at] = there ^ (int(others + 1 == candidates[to]) << to)
                new_place[at], new_turn[at], new_papers[at] = to, turn[bundle], shares[to]
                at += 1
        place, turn, papers, left = new_place[:at], new_turn[:at], new_papers[:at], new_left[:at]
        path, listed = new_path[:at], new_listed[:at]
    done, number = _longer(done, ended + len(papers)), _longer(number, ended + len(papers))
    done[ended:] = path
    number[ended:, 0] = papers
    return done, number[:, 0]


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
def _alternative(votes: Ints, candidates: Ints, weights: Ints, settings: Settings) -> tuple[int, bool]:
    """Who is elected by av-uk-2011, and whether it comes to a lot."""
    rankings, papers = papers_of(votes, candidates, weights, settings)
    everybody = int(candidates.sum())
    going, there, left = np.ones(everybody + 1, np.bool_), np.ones(everybody, np.bool_), everybody
    history = np.zeros((everybody, everybody), np.int64)
    at = np.zeros(len(papers), np.int64)
    for bundle in range(len(papers)):
        history[0, rankings[bundle, 0]] += papers[bundle]
    for stage in range(everybody):
        now = history[stage]
        in_play = now.sum()
        for candidate in range(everybody):
            if there[candidate] and (2 * now[candidate] > in_play or left == 1):
                return candidate, False
        last = _extreme(there, history[: stage + 1], -1)
        if last < 0:
            return 0, True
        there[last] = going[last] = False
        left -= 1
        history[stage + 1] = now
        history[stage + 1, last] = 0
        for bundle in range(len(papers)):
            if rankings[bundle, at[bundle]] == last:
                while not going[rankings[bundle, at[bundle]]]:
                    at[bundle] += 1
                to = rankings[bundle, at[bundle]]
                if to < everybody:
                    history[stage + 1, to] += papers[bundle]
    return 0, True


@compiled
def _transferable(votes: Ints, candidates: Ints, weights: Ints, settings: Settings, seats: int) -> tuple[Mask, bool]:
    """Who is elected by scotland-2007, and whether it comes to a lot."""
    rankings, papers = papers_of(votes, candidates, weights, settings)
    everybody = int(candidates.sum())
    going, there, elected = np.ones(everybody + 1, np.bool_), np.ones(everybody, np.bool_), np.zeros(everybody, np.bool_)
    history = np.zeros((everybody + seats + 2, everybody), np.int64)
    at, value = np.zeros(len(papers), np.int64), np.full(len(papers), VOTE, np.int64)
    # Who holds a bundle, as chains: the last one that came to each candidate, and the one before each.
    last, before = np.full(everybody, -1, np.int64), np.empty(len(papers), np.int64)
    for bundle in range(len(papers)):
        to = rankings[bundle, 0]
        history[0, to] += papers[bundle] * VOTE
        before[bundle], last[to] = last[to], bundle
    quota = (papers.sum() // (seats + 1) + 1) * VOTE
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
        going[:everybody] = there
        over = elected & (now > quota)
        electing = over.any()
        who = _extreme(over, history[: stage + 1], 1) if electing else _extreme(there, history[: stage + 1], -1)
        if who < 0:
            return elected, True
        stage += 1
        history[stage] = now
        surplus = now[who] - quota
        history[stage, who] = quota if electing else 0
        there[who] = going[who] = False
        bundle, last[who] = last[who], -1
        while bundle >= 0:
            following = before[bundle]
            if electing:
                value[bundle] = value[bundle] * surplus // now[who]
            while not going[rankings[bundle, at[bundle]]]:
                at[bundle] += 1
            to = rankings[bundle, at[bundle]]
            if to < everybody:
                history[stage, to] += papers[bundle] * value[bundle]
                before[bundle], last[to] = last[to], bundle
            bundle = following


@compiled
def alternative(votes: Ints, candidates: Ints, weights: Ints, settings: Settings) -> tuple[Ints, Mask]:
    """Number of the candidate elected in each district, and where it comes to a lot; arguments as in `Ballots`."""
    winner, tied = np.zeros(len(votes), np.int64), np.zeros(len(votes), np.bool_)
    for row in range(len(votes)):
        winner[row], tied[row] = _alternative(votes[row], candidates[row], weights[row], settings)
    return winner, tied


@compiled
def transferable(votes: Ints, candidates: Ints, weights: Ints, settings: Settings, seats: Ints) -> tuple[Mask, Mask]:
    """Who is elected in each district, shape (districts, candidates), and where it comes to a lot; arguments as in `Ballots`."""
    most = 0
    for row in range(len(votes)):
        most = max(most, candidates[row].sum())
    elected, tied = np.zeros((len(votes), most), np.bool_), np.zeros(len(votes), np.bool_)
    for row in range(len(votes)):
        who, tied[row] = _transferable(votes[row], candidates[row], weights[row], settings, int(seats[row]))
        elected[row, : len(who)] = who
    return elected, tied
