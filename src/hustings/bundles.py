"""Votes by district and party in, of one election or of many draws at once; ranked papers that add up to the votes out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.election import NOBODY, Contest
from hustings.preferences import Preferences

Ints = NDArray[np.int64]
Short = NDArray[np.int32]
Ranks = NDArray[np.int16]
NARROW = 10
"""Parties of a district up to which bundles are told apart by who is left, a bit each."""
EXACT = 2**53
"""Below it a quotient of whole numbers in floats, rounded down, is the whole quotient: one that is none lies further below than floats err."""


def candidates_of(votes: Ints, lumps: NDArray[np.bool_], magnitude: Ints) -> Ints:
    """Candidates that each party puts up in each district, shape (districts, parties): its expected quotas rounded up, and one more.

    A lump is one, as is anybody in a district of one member. `votes` and `lumps` have the same shape, `magnitude` (districts,).
    """
    quota = (votes.sum(axis=1) // (magnitude + 1) + 1)[:, np.newaxis]
    number = np.where(lumps | (magnitude == 1)[:, np.newaxis], 1, -(-votes // quota) + 1)
    return np.where(votes > 0, number, 0)


@dataclass(frozen=True, eq=False)
class Ballots:
    """Districts whose votes are to be made into ranked papers; those of many draws are one long list of districts.

    A bundle is the papers that agree so far; a step gives every bundle its next preference. Parties of a district stand in
    places in order of its votes, then of their ids, so that nothing hangs on how the source orders them. What a district's
    papers are does not depend on the districts beside it.

    Attributes
    ----------
    columns : party in each place, shape (districts, places).
    votes : same shape [votes].
    candidates : of the party in each place, same shape; its candidates are numbered on from those of the places before.
    weights : next preference by last party, the last column for none, shape (districts, places, places + 1).
    depth, grain, loyalty : as the scenario `rankings` has them.
    """

    columns: NDArray[np.intp]
    votes: Ints
    candidates: Ints
    weights: Ints
    depth: int
    grain: int
    loyalty: Fraction

    @property
    def start(self) -> Ints:
        """Number of the first candidate of each place, shape (districts, places)."""
        return np.asarray(np.cumsum(self.candidates, axis=1) - self.candidates)

    @property
    def valid(self) -> Ints:
        """Papers of each district, shape (districts,) [papers]."""
        return np.asarray(self.votes.sum(axis=1))

    def at(self, rows: NDArray[Any] | slice) -> "Ballots":
        """Some of the districts."""
        return replace(self, columns=self.columns[rows], votes=self.votes[rows], candidates=self.candidates[rows], weights=self.weights[rows])

    def party_of(self) -> NDArray[np.intp]:
        """Column of the party of each candidate, shape (districts, candidates); 0 beyond the last of a district."""
        number = self.candidates.sum(axis=1)
        found = np.zeros((len(number), int(number.max(initial=0))), dtype=np.intp)
        found[np.arange(found.shape[1]) < number[:, np.newaxis]] = np.repeat(self.columns.ravel(), self.candidates.ravel())
        return found

    def first(self) -> tuple[Ints, Ints, Ints, Ints]:
        """Bundles of those who agree on their first preference: district, place, which candidate of the party, and papers.

        A party's votes are shared among its candidates, each a paper ahead of the next: colleagues who are level at every
        stage would call for lots that mean nothing.
        """
        district, place = np.nonzero(self.candidates)
        repeats = self.candidates[district, place]
        district, place = np.repeat(district, repeats), np.repeat(place, repeats)
        turn = np.arange(len(place)) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        votes, number = self.votes[district, place], self.candidates[district, place]
        ahead = np.where(votes >= number**2, 1, 0)
        share, over = np.divmod(votes - ahead * number * (number - 1) // 2, number)
        return district, place, turn, share + ahead * (number - 1 - turn) + (turn < over)

    def papers(self) -> tuple[Short, Ranks, Ints]:
        """Every bundle's district, in order, its ranking, shape (bundles, ranks), by number of the candidate, and its papers."""
        return self.tree().rankings(self.depth)

    def tree(self) -> "Tree":
        """The same papers, rank after rank."""
        # In four bytes what fits them: of many districts there are many nodes.
        *found, papers = self.first()
        district, place, turn, start, candidates = (part.ravel().astype(np.int32) for part in (*found, self.start, self.candidates))
        places, valid = self.votes.shape[1], self.valid
        # How many of each party are on a paper, and the parties that have candidates left, a bit each.
        listed = np.zeros((len(place), places), dtype=np.int8)
        listed[np.arange(len(place)), place] = 1
        left = ((listed < self.candidates[district]) << np.arange(places)).sum(axis=1, dtype=np.int32)
        ranks, children, nodes = [(district, start[district * places + place] + turn, papers)], [], len(place)
        for _ in range(self.depth - 1):
            one, kind = _alike(district * places + place, left, places)
            weights = self._next(district.take(one), place.take(one), listed.take(one, axis=0))
            few = papers * self.grain < valid.take(district)
            some, rest = np.flatnonzero(few), np.flatnonzero(~few)
            chosen = _by_turns(district.take(some), weights, kind.take(some))
            given = largest_remainders(papers.take(rest), weights.take(kind.take(rest), axis=1))[:-1].T
            bundle, to = np.nonzero(given)
            on = (chosen < places) & (papers.take(some) > 0)
            number = np.zeros(len(papers), dtype=np.int32)
            number[some], number[rest] = on, np.bincount(bundle, minlength=len(rest))
            upto = number.cumsum(dtype=np.int32)
            children.append(nodes + upto - number)
            # Children lie as their parents do: the one child of a bundle of few papers among those of the others.
            parent = np.arange(len(papers)).repeat(number)
            alone = upto.take(some[on]) - 1
            several = np.ones(len(parent), dtype=np.bool_)
            several[alone] = False
            place, papers = np.empty(len(parent), dtype=np.int32), papers.take(parent)
            place[alone], place[several], papers[several] = chosen[on], to, given[bundle, to]
            district, turn, left, listed = district.take(parent), turn.take(parent), left.take(parent), listed.take(parent, axis=0)
            cell, here = district * places + place, np.arange(len(place), dtype=np.int32) * places + place
            others, most = listed.ravel().take(here), candidates.take(cell)
            listed.ravel()[here] = others + 1
            left ^= (others + 1 == most) << place
            ranks.append((district, start.take(cell) + (turn + others) % most, papers))
            nodes += len(place)
        children.append(np.full(len(papers) + 1, nodes, dtype=np.int32))
        district, place, papers = (np.concatenate(part) for part in zip(*ranks, strict=True))
        return Tree(district, place, papers, np.concatenate(children))

    def _next(self, district: Short, place: Short, listed: NDArray[np.int8]) -> Ints:
        """Weights of next parties, `none` last, for papers that list so many of each; shape (places + 1, papers)."""
        papers = np.arange(len(place))
        left = listed < self.candidates[district]
        weights = self.weights[district, place].T
        weights[:-1] *= left.T
        # Where the matrix knows nobody who is left, the paper ends.
        weights[-1, weights.sum(axis=0) == 0] = 1
        own, rest = left[papers, place], weights.sum(axis=0)
        loyal, all_of = self.loyalty.numerator, self.loyalty.denominator
        weights *= np.where(own, all_of - loyal, 1)
        weights[place, papers] += np.where(own, rest * loyal, 0)
        return np.ascontiguousarray(weights)


@dataclass(frozen=True, eq=False)
class Tree:
    """Ranked papers: a node is a bundle of papers of a district that agree so far, its children those that agree on one rank more.

    Nodes lie rank after rank; in a rank by district, and as their parents do. Papers that no child has end with the node.

    Attributes
    ----------
    district, candidate, papers : of each node, the candidate that of its rank, shape (nodes,).
    children : where those of each node begin; they end where the next one's begin, shape (nodes + 1,).
    """

    district: Short
    candidate: Short
    papers: Ints
    children: Short

    def rankings(self, depth: int) -> tuple[Short, Ranks, Ints]:
        """Bundles in order of their districts, of papers that end alike: district, ranking, shape (bundles, depth), and papers."""
        upto = np.append(0, self.papers.cumsum())
        ended = self.papers - np.diff(upto.take(self.children))
        rows = np.flatnonzero(ended)
        rows = rows[self.district[rows].argsort(kind="stable")]
        # Nodes of the first rank have no parent, and none is asked for.
        parent = np.append(np.zeros(self.children[0], dtype=np.int64), np.arange(len(ended)).repeat(np.diff(self.children)))
        rank, start = np.zeros(len(ended), dtype=np.int8), 0
        for _ in range(depth - 1):
            start = self.children[start]
            rank[start:] += 1
        found = np.full((len(rows), depth), NOBODY, dtype=np.int16)
        node, last = rows, rank[rows]
        for place in reversed(range(depth)):
            there = last >= place
            found[there, place] = self.candidate[node[there]]
            node = np.where(there, parent[node], node)
        return self.district[rows], found, ended[rows]


def ballots(contest: Contest, votes: Ints, which: NDArray[np.intp], settings: Any) -> Ballots:
    """What papers are to be made of these votes, shape (rows, parties) [votes], each row of the district that `which` says.

    `settings` is the scenario `rankings` with its settings.
    """
    districts, parties = contest.districts, contest.counted().parties
    ids = np.array(sorted(range(len(parties)), key=lambda column: parties[column].id), dtype=np.intp)
    columns = ids[np.argsort(-votes[:, ids], axis=1, kind="stable")]
    columns = columns[:, : max(1, int((votes > 0).sum(axis=1).max(initial=0)))]
    ordered = np.take_along_axis(votes, columns, axis=1)
    lumps = np.array([party.lump for party in parties], dtype=np.bool_)[columns]
    magnitude = np.array([district.magnitude for district in districts], dtype=np.int64)[which]
    there = np.array([district.country == "Northern Ireland" for district in districts], dtype=np.bool_)[which]
    return Ballots(
        columns,
        ordered,
        candidates_of(ordered, lumps, magnitude),
        _weights([party.id for party in parties], votes > 0, there, columns, settings.matrices),
        settings.depth,
        settings.grain,
        settings.loyalty,
    )


def _weights(
    ids: Sequence[str],
    stands: NDArray[np.bool_],
    there: NDArray[np.bool_],
    columns: NDArray[np.intp],
    matrices: tuple[Preferences, Preferences],
) -> Ints:
    """Next preference by row and last party, shape (rows, places, places + 1): what the matrix says hangs on who stands, on no order."""
    stride = len(ids) + 1
    keys = np.packbits(np.column_stack((there, stands)), axis=1)
    kinds: dict[bytes, int] = {}
    kind = np.array([kinds.setdefault(key, len(kinds)) for key in map(bytes, keys)], dtype=np.int64)
    tables = np.zeros((len(kinds), len(ids), stride), dtype=np.int64)
    for number, row in enumerate(np.unique(kind, return_index=True)[1].tolist()):
        standing = np.flatnonzero(stands[row])
        known = matrices[int(there[row])].table([ids[column] for column in standing.tolist()])
        tables[number][np.ix_(standing, np.append(standing, len(ids)))] = known
    onward = np.column_stack((columns, np.full(len(columns), len(ids))))
    flat = (kind[:, None] * len(ids) + columns) * stride
    found: Ints = tables.ravel().take(flat[:, :, None] + onward[:, None, :])
    return found


def _alike(cell: Short, left: Short, places: int) -> tuple[Short, Short]:
    """One of each kind of bundles that have the same next preferences, and the kind of each: the same last party, the same left.

    `cell` is a bundle's district and place; in a district of many parties each bundle is a kind.
    """
    if places > NARROW:
        return np.arange(len(cell), dtype=np.int32), np.arange(len(cell), dtype=np.int32)
    key = cell << places | left
    known = np.full(int(key.max(initial=0)) + 1, -1, dtype=np.int32)
    known[key] = np.arange(len(key))
    kinds = np.flatnonzero(known >= 0)
    one = known.take(kinds)
    known[kinds] = np.arange(len(kinds))
    return one, known.take(key)


def _by_turns(district: Short, weights: Ints, kind: Short) -> NDArray[np.int8]:
    """One next preference for each bundle, such that those of a district together follow the weights of their kinds.

    The turns are multiples of the golden ratio, which fall evenly however many they are (Knuth, The Art of Computer Programming
    3, 6.4); in 32 bits, exactly. Weights are millionths, of a denominator of 1000 at most, so that their sums fit four bytes.
    """
    number = np.bincount(district)
    turn = np.arange(len(district)) - (number.cumsum() - number).repeat(number)
    upto = weights.cumsum(axis=0, dtype=np.int32)
    aim = ((turn * 2654435769 & 2**32 - 1) * upto[-1].take(kind) >> 32).astype(np.int32)
    chosen = np.zeros(len(kind), dtype=np.int8)
    for sums in upto[:-1]:
        chosen += sums.take(kind) <= aim
    return chosen


def largest_remainders(papers: Any, weights: Any) -> Any:
    """Share each bundle's papers by its weights, shape (places + 1, bundles), whole and to the last one; equal remainders go to the first.

    In whole numbers, or in floats where papers times weights stay below `EXACT`.
    """
    total = weights.sum(axis=0)
    given = papers * weights
    whole = np.floor(given / total) if given.dtype.kind == "f" else given // total
    given -= whole * total
    left = papers - whole.sum(axis=0)
    # How many remainders come before each: the larger ones, and of equal ones the first.
    ahead = np.zeros(whole.shape, dtype=np.int16)
    for place in range(len(whole)):
        larger = given[place + 1 :] > given[place]
        ahead[place] += larger.sum(axis=0, dtype=np.int16)
        ahead[place + 1 :] += ~larger
    whole += ahead < left
    return whole
