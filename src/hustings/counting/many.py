"""Ranked papers of many districts in, who is elected in each and where it comes to a lot out: what a count says, draw after draw.

Two methods are counted here in arrays, av-uk-2011 and scotland-2007, to the last unit as `papers.Count` does; with numba (extra
`fast`) in compiled loops. Papers of any other method are counted one district after another.
"""

from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.bundles import EXACT, Ballots, ballots, largest_remainders
from hustings.counting.run import count
from hustings.election import Candidate, Contest, Profile
from hustings.errors import TieUnresolved, Unsuitable

Ints = NDArray[np.int64]
Short = NDArray[np.int32]
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
AV, STV = "av-uk-2011", "scotland-2007"
UNITS = {AV: 1, STV: 10**5}
"""Units of a vote in which each counts."""
BUNDLES, ROWS = 16, 4096
"""Districts at a time whose bundles, and whose votes, stay in the processor's cache."""


def fast(places: int) -> Any:
    """The compiled loops for districts of so many parties, or None: numba is not installed, or these are too many."""
    # Loading numba takes its time: not before it is needed.
    kernels = None if find_spec("numba") is None else import_module("hustings.kernels")
    return None if kernels is None or places > kernels.MOST else kernels


def seats_in(contest: Contest, votes: Ints, rankings: Any, method: Any) -> tuple[Ints, Mask]:
    """Seats of each party in each district of each draw, and where a lot is called for, shape (draws, districts).

    `votes` and the seats have shape (draws, districts, parties); papers are made of the votes as the scenario `rankings` makes
    them, and counted by a `method` of the catalogue.

    Raises
    ------
    Unsuitable
        Somewhere there are fewer candidates than seats.
    """
    draws, places, columns = votes.shape
    rows, name = votes.reshape(-1, columns).astype(np.int64), method.__entry__.name
    magnitude = np.array([district.magnitude for district in contest.districts], dtype=np.int64)
    names, seats = [party.id for party in contest.counted().parties], np.zeros_like(rows)
    # Where nobody has votes, no paper says who stood: the exact path decides.
    tied: Mask = np.asarray(~rows.any(axis=1))
    over = np.zeros_like(tied)
    if name == AV:
        # Whoever has over half of the first preferences is elected, whatever the papers say beyond.
        over = 2 * rows.max(axis=1) > rows.sum(axis=1)
        seats[over, rows[over].argmax(axis=1)] = 1
    open_ = np.flatnonzero(~tied & ~over)
    for start in range(0, len(open_), ROWS):
        part = open_[start : start + ROWS]
        made = ballots(contest, rows[part], part % places, rankings)
        seats[part], tied[part] = _elected(made, magnitude[part % places], names, method)
    return seats.reshape(votes.shape), tied.reshape(draws, places)


def votes_again(contest: Contest, votes: Ints, which: NDArray[np.intp], on: Mask, rankings: Any) -> Ints:
    """Votes of a second round among the parties that go `on`, each paper for the highest of them; all of shape (rows, parties).

    Rows are districts of one member, each that which `which` says; the papers are those of the scenario `rankings`.
    """
    found = np.zeros(votes.shape, dtype=np.int64)
    for start in range(0, len(votes), ROWS // 8):
        rows = slice(start, start + ROWS // 8)
        made = ballots(contest, votes[rows], which[rows], rankings)
        district, ranks, papers = made.papers()
        # A party with votes has one candidate, numbered as its place; nobody, -1, is the last.
        there = np.column_stack((np.take_along_axis(on[rows], made.columns, axis=1), np.zeros(len(made.columns), dtype=np.bool_)))
        going = there[district[:, np.newaxis], ranks]
        to = np.take_along_axis(ranks, going.argmax(axis=1)[:, np.newaxis], axis=1)[:, 0]
        counted = going.any(axis=1)
        np.add.at(found[rows], (district[counted], made.columns[district[counted], to[counted]]), papers[counted])
    return found


def _elected(made: Ballots, seats: Ints, names: Sequence[str], method: Any) -> tuple[Ints, Mask]:
    """Seats of each party in each district, shape (districts, parties) [seats], and where a lot is called for."""
    short = np.flatnonzero(made.candidates.sum(axis=1) < np.maximum(seats, 1))
    if short.size:
        there = int(made.candidates[short[0]].sum())
        raise Unsuitable(f"{there} candidates cannot fill {seats[short[0]]} seats")
    name = method.__entry__.name
    units = int(made.valid.max(initial=0)) * max(UNITS.get(name, 1), int(made.weights.sum(axis=2).max(initial=1)) * made.loyalty.denominator)
    if name in UNITS and units < EXACT:
        elected, tied = _alternative(made) if name == AV else _transferable(made, seats)
    else:
        elected, tied = _one_by_one(made, seats, names, method)
    elected[tied] = False
    parties = np.zeros((len(tied), len(names)), dtype=np.int64)
    rows, who = np.nonzero(elected)
    np.add.at(parties, (rows, made.party_of()[rows, who]), 1)
    return parties, tied


def _one_by_one(made: Ballots, seats: Ints, names: Sequence[str], method: Any) -> tuple[Mask, Mask]:
    """The same by any method: who is elected, shape (districts, candidates), and where a lot is called for."""
    party = made.party_of()
    elected, tied = np.zeros(party.shape, dtype=np.bool_), np.zeros(len(party), dtype=np.bool_)
    for row in range(len(party)):
        _, rankings, papers = made.at(slice(row, row + 1)).papers()
        candidates = tuple(Candidate(f"{names[party[row, k]]} {k}", names[party[row, k]]) for k in range(int(made.candidates[row].sum())))
        try:
            elected[row, list(count(Profile(candidates, rankings, papers), int(seats[row]), method).elected)] = True
        except TieUnresolved:
            tied[row] = True
    return elected, tied


def _in_parts(made: Ballots, size: int, part: Callable[[Ballots, slice], tuple[Mask, Mask]]) -> tuple[Mask, Mask]:
    """What `part` says of so many districts at a time, put together."""
    elected = np.zeros((len(made.votes), int(made.candidates.sum(axis=1).max(initial=0))), dtype=np.bool_)
    tied = np.zeros(len(made.votes), dtype=np.bool_)
    for start in range(0, len(tied), size):
        rows = slice(start, start + size)
        found, tied[rows] = part(made.at(rows), rows)
        elected[rows, : found.shape[1]] = found
    return elected, tied


def _settings(made: Ballots) -> tuple[int, int, int, int]:
    return made.depth, made.grain, made.loyalty.numerator, made.loyalty.denominator


def _transferable(made: Ballots, seats: Ints) -> tuple[Mask, Mask]:
    """By scotland-2007."""
    kernels = fast(made.columns.shape[1])
    if kernels is not None:
        found: tuple[Mask, Mask] = kernels.transferable(made.votes, made.candidates, made.weights, _settings(made), seats)
        return found
    return _in_parts(made, BUNDLES, lambda part, rows: _counted(part, seats[rows]))


def _alternative(made: Ballots) -> tuple[Mask, Mask]:
    """By av-uk-2011: what few preferences decide, and the rest from whole papers."""
    elected, tied = np.zeros(made.votes.shape, dtype=np.bool_), np.zeros(len(made.votes), dtype=np.bool_)
    rows = np.arange(len(tied))
    # In a district of one member each party with votes has one candidate, numbered as its place.
    for deep in (False, True) if made.depth >= 3 else ():
        if not rows.size:
            return elected, tied
        winner = _Bounded(made.at(rows), deep=deep).winners()
        elected[rows[winner >= 0], winner[winner >= 0]] = True
        rows = rows[winner < 0]
    rest, kernels = made.at(rows), fast(made.columns.shape[1])
    if kernels is not None:
        who, tied[rows] = kernels.alternative(rest.votes, rest.candidates, rest.weights, _settings(rest))
        elected[rows, who] = ~tied[rows]
    elif rows.size:
        found, tied[rows] = _in_parts(rest, 8 * BUNDLES, lambda part, _: _counted(part, None))
        elected[rows, : found.shape[1]] = found
    return elected, tied


def _counted(made: Ballots, seats: Ints | None) -> tuple[Mask, Mask]:
    """Who is elected in each district and where it comes to a lot, all at once, a stage after another.

    With `seats` by scotland-2007, without by av-uk-2011. Somebody holds a node of the tree until he passes it on: then those who
    are there hold what lies below it. So the papers of a node are not told apart before they have to be.
    """
    tree, number = made.tree(), made.candidates.sum(axis=1)
    rows, width = len(number), int(number.max(initial=1))
    one = 1 if seats is None else UNITS[STV]
    # A candidate is its district's number times `width` and its own.
    keys = tree.district * width + tree.candidate
    held = np.arange(tree.children[0])
    value = np.full(len(held), one)
    votes = _added(keys[held], tree.papers[held] * value, rows * width).reshape(rows, width)
    there = np.arange(width) < number[:, None]
    elected, tied, going = np.zeros_like(there), np.zeros(rows, dtype=np.bool_), np.ones(rows, dtype=np.bool_)
    history = [votes]
    left = np.ones(rows, dtype=np.int64) if seats is None else seats.copy()
    quota = None if seats is None else ((made.valid // (seats + 1) + 1) * one)[:, None]
    while True:
        reached = there & ((2 * votes > votes.sum(axis=1, keepdims=True)) if quota is None else votes >= quota)
        elected |= reached
        there &= ~reached
        left -= reached.sum(axis=1)
        filled = there.sum(axis=1) <= left
        elected |= there & filled[:, None]
        going &= ~filled & (left > 0)
        there &= going[:, None]
        if not going.any():
            return elected, tied
        over = elected & going[:, None] & (False if quota is None else votes > quota)
        electing = over.any(axis=1)
        who, lots = _extreme(np.where(electing[:, None], over, there), electing, history)
        tied |= lots & going
        going &= ~lots
        there &= going[:, None]
        active = np.flatnonzero(going)
        at = active * width + who[active]
        there.ravel()[at] = False
        kept = np.zeros(rows, dtype=np.int64) if quota is None else np.where(electing, quota[:, 0], 0)
        had, votes = votes.ravel()[np.arange(rows) * width + who], votes.copy()
        votes.ravel()[at] = kept[active]
        moving = np.zeros(rows * width, dtype=np.bool_)
        moving[at] = True
        moved = moving.take(keys.take(held))
        nodes, given, held, value = held[moved], value[moved], held[~moved], value[~moved]
        passed = np.flatnonzero(electing[tree.district[nodes]])
        source = tree.district[nodes[passed]]
        given[passed] = given[passed] * (had - kept)[source] // had[source]
        nodes, given = _onward(tree.children, keys, nodes, given, there.ravel())
        votes += _added(keys[nodes], tree.papers[nodes] * given, rows * width).reshape(rows, width)
        held, value = np.append(held, nodes), np.append(value, given)
        history.append(votes)


def _onward(children: Short, keys: Short, nodes: Ints, value: Ints, there: Mask) -> tuple[Ints, Ints]:
    """The first nodes below these that are of somebody who is there, and their values."""
    found = [(nodes[:0], value[:0])]
    while nodes.size:
        begin = children.take(nodes)
        number = children.take(nodes + 1) - begin
        nodes = np.arange(number.sum()) + (begin - number.cumsum() + number).repeat(number)
        value = value.repeat(number)
        here = there.take(keys.take(nodes))
        found.append((nodes[here], value[here]))
        nodes, value = nodes[~here], value[~here]
    first, values = map(np.concatenate, zip(*found, strict=True))
    return first, values


def _added(to: Ints, worth: Ints, length: int) -> Ints:
    # Sums below 2^53 are exact in the floats that bincount adds.
    return np.bincount(to, weights=worth, minlength=length).astype(np.int64)


def _extreme(pool: Mask, most: Mask, history: Sequence[Ints]) -> tuple[NDArray[np.intp], Mask]:
    """The one of each row's pool with most votes, or fewest, at the last stage or the one before …; and where all are level in all."""
    sign = np.where(most, 1, -1)[:, None]
    figures = np.where(pool, sign * history[-1], np.iinfo(np.int64).min)
    level = figures == figures.max(axis=1, keepdims=True)
    lots = np.zeros(len(pool), dtype=np.bool_)
    rows = np.flatnonzero((level & pool).sum(axis=1) > 1)
    for votes in history[-2::-1]:
        if not rows.size:
            break
        figures = np.where(level[rows], sign[rows] * votes[rows], np.iinfo(np.int64).min)
        level[rows] = figures == figures.max(axis=1, keepdims=True)
        rows = rows[level[rows].sum(axis=1) > 1]
    lots[rows] = True
    return level.argmax(axis=1), lots


class _Bounded:
    """Counts by av-uk-2011 that follow papers to their second preference, or third (`deep`), and no further.

    Papers that go on beyond are somewhere or nowhere: they may be anybody's. A count is decided if they cannot change it.
    Places lie along the first axes, districts along the last: a bundle's next preferences are added up over places.
    """

    def __init__(self, made: Ballots, *, deep: bool) -> None:
        self.deep = deep
        self.votes = made.votes.T.astype(np.float64)
        self.grain = made.grain
        self.valid = self.votes.sum(axis=0)
        self.weights = np.ascontiguousarray(np.moveaxis(made.weights, 0, 2), dtype=np.float64)
        places, rows = self.votes.shape
        turn = np.zeros(rows)
        self.second = np.empty_like(self.weights)
        self.everywhere = np.arange(rows)
        for place in range(places):
            stood = self.votes[place] > 0
            few = stood & (self.votes[place] * self.grain < self.valid)
            self.second[place] = self._shared(self.votes[place], self.weights[place], few, turn)
            turn += few
        if deep:
            papers = self.second[:, :-1].reshape(-1, rows)
            few = (papers > 0) & (papers * self.grain < self.valid)
            self.few = few.reshape(places, places, rows)
            self.turn = (np.cumsum(few, axis=0) - few).reshape(places, places, rows)

    def _shared(self, papers: Floats, weights: Floats, few: Mask, turn: Floats | Ints) -> Floats:
        """Papers by next preference, as `Ballots` shares them, shape (places + 1, districts)."""
        weights = weights.copy()
        weights[-1, weights.sum(axis=0) == 0] = 1
        whole: Floats = largest_remainders(papers, weights)
        rows = np.flatnonzero(few)
        if rows.size:
            point = (turn[rows].astype(np.int64) * 2654435769) % 2**32
            upto = weights[:, rows].astype(np.int64).cumsum(axis=0)
            whole[:, rows] = 0
            whole[(upto > (point * upto[-1] >> 32)).argmax(axis=0), rows] = papers[rows]
        return whole

    def _third(self, rows: NDArray[np.intp], first: NDArray[np.intp], then: NDArray[np.intp]) -> Floats:
        """Papers that went from one to another, by who comes next on them."""
        weights = self.weights[then, :, rows].T
        weights[first, np.arange(len(rows))] = 0
        papers: Floats = self.second[first, then, rows]
        return self._shared(papers, weights, self.few[first, then, rows], self.turn[first, then, rows])

    def winners(self) -> NDArray[np.intp]:
        """Place of the winner, shape (districts,); -1 where more has to be known, or where it may come to a lot.

        The last candidates go together as soon as all their votes, and the papers that may be anybody's, are fewer than the
        votes of the next one. Whatever goes to and fro among them, each has less than any of the others until he is excluded:
        his votes can be no others than these. So all are excluded before any other is, in an order that leaves no trace, for
        a paper goes to the first on it who is there. A lot between two of them would need equal votes at every stage, and so
        equal first preferences. Nor can a majority on the way be missed: whoever has it has it ever after.
        """
        rows = self.everywhere
        found = np.full(len(rows), -1)
        votes, there = self.votes.copy(), self.votes > 0
        # Places are in order of votes: who has as many first preferences as the next.
        level = np.zeros_like(there)
        level[1:] = there[1:] & (votes[1:] == votes[:-1])
        # Who goes and has yet to pass papers on; of the votes, those on papers that are followed no further; papers that may be anybody's.
        going, last, loose = np.zeros_like(there), np.zeros_like(votes), np.zeros(len(rows))
        gone: list[NDArray[np.intp]] = []
        while rows.size:
            ready = ~going.any(axis=0)
            most = votes.max(axis=0)
            won = ready & ((2 * most > votes.sum(axis=0) + loose) | (there.sum(axis=0) == 1))
            found[rows[won]] = votes.argmax(axis=0)[won]
            rising = np.sort(np.where(there, votes, np.inf), axis=0)
            apart = (rising.cumsum(axis=0)[:-1] + loose < rising[1:]) & (rising[1:] < np.inf)
            lowest = there & ready & (votes <= rising[apart.argmax(axis=0), np.arange(len(rows))])
            sure = apart.any(axis=0) & ((lowest.sum(axis=0) == 1) | ~(lowest & level).any(axis=0))
            on = ~won & (~ready | sure)
            rows, votes, there, level, last, loose = rows[on], votes[:, on], there[:, on], level[:, on], last[:, on], loose[on]
            going, gone = (going | lowest)[:, on], [before[on] for before in gone]
            there &= ~going
            here, who = np.arange(len(rows)), going.argmax(axis=0)
            loose += last[who, here]
            going[who, here] = False
            votes[who, here] = last[who, here] = 0
            direct = self.second[who, :-1, rows].T
            self._pass(direct, there, votes, None if self.deep else last)
            if not self.deep:
                loose += (direct * ~there).sum(axis=0)
            for before in gone if self.deep else ():
                for first, then in ((who, before), (before, who)):
                    third = self._third(rows, first, then)[:-1]
                    self._pass(third, there, votes, last)
                    loose += (third * ~there).sum(axis=0)
            gone.append(who)
        return found

    @staticmethod
    def _pass(papers: Floats, there: Mask, votes: Floats, last: Floats | None) -> None:
        """Credit papers to those who are there."""
        mine = papers * there
        votes += mine
        if last is not None:
            last += mine
