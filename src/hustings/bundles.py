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
Ranks = NDArray[np.int16]
BLOCK = 2**13
"""Bundles whose weights are looked up at a time, so that a cache holds them."""
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

    def papers(self) -> tuple[Ints, Ranks, Ints]:
        """Every bundle's district, in order, its ranking, shape (bundles, ranks), by number of the candidate, and its papers."""
        district, place, turn, papers = self.first()
        # Places and ranks lie along the first axis: what is asked of all bundles is asked of one place after another.
        valid, number = self.valid, np.ascontiguousarray(self.candidates.T, dtype=np.int16)
        start, candidates = self.start.astype(np.int16).ravel(), self.candidates.astype(np.int16).ravel()
        listed = np.zeros((len(number), len(place)), dtype=np.int16)
        listed[place, np.arange(len(place))] = 1
        turn = turn.astype(np.int16)
        path = (start[district * len(number) + place] + turn)[np.newaxis]
        done: list[tuple[Ints, Ranks, Ints]] = []
        for _ in range(self.depth - 1):
            few = papers * self.grain < valid[district]
            some, rest = np.flatnonzero(few), np.flatnonzero(~few)
            where = district[some]
            chosen = self._by_turns(where, place[some], listed.take(some, axis=1) < number.take(where, axis=1))
            given = self._shared(district[rest], place[rest], listed.take(rest, axis=1).T, papers[rest])
            ended = np.zeros_like(papers)
            ended[some] = np.where(chosen == len(number), papers[some], 0)
            ended[rest] = given[:, -1]
            done.append((district, path, ended))
            on = (chosen < len(number)) & (papers[some] > 0)
            shared, to = np.nonzero(given[:, :-1])
            bundle, to = np.concatenate((some[on], rest[shared])), np.concatenate((chosen[on], to))
            papers = np.concatenate((papers[some[on]], given[shared, to[len(to) - len(shared) :]]))
            # Two runs in order: a stable sort merges them.
            order = bundle.argsort(kind="stable")
            bundle, place, papers = bundle[order], to[order], papers[order]
            district, turn, listed = district[bundle], turn[bundle], listed.take(bundle, axis=1)
            cell, here = district * len(number) + place, place * len(place) + np.arange(len(place))
            others = listed.ravel().take(here)
            candidate = start.take(cell) + (turn + others) % candidates.take(cell)
            path = np.concatenate((path.take(bundle, axis=1), candidate[np.newaxis]))
            listed.ravel()[here] = others + 1
        done.append((district, path, papers))
        return _gathered(done)

    def _shared(self, district: Ints, place: Ints, listed: Ranks, papers: Ints) -> Ints:
        """Papers of each bundle by next party, `none` last, shape (bundles, places + 1), by largest remainders."""
        weights = self.weights[district, place]
        bundles = np.arange(len(place))
        weights[:, :-1] *= listed < self.candidates[district]
        own = listed[bundles, place] < self.candidates[district, place]
        # Where the matrix knows nobody who is left, the paper ends.
        weights[weights.sum(axis=1) == 0, -1] = 1
        rest = weights.sum(axis=1)
        loyal, all_of = self.loyalty.numerator, self.loyalty.denominator
        weights = np.where(own[:, None], weights * (all_of - loyal), weights)
        weights[bundles, place] += np.where(own, rest * loyal, 0)
        return _largest_remainders(papers, weights)

    def _by_turns(self, district: Ints, place: Ints, left: NDArray[np.bool_]) -> Ints:
        """One next preference for each bundle, such that those of a district together follow their weights.

        `left`, shape (places, bundles), says of which parties a paper may name one more. The turns are multiples of the golden
        ratio, which fall evenly however many they are (Knuth, The Art of Computer Programming 3, 6.4); in 32 bits, exactly.
        """
        turn = np.arange(len(district)) - np.searchsorted(district, np.arange(len(self.votes)))[district]
        point = (turn * 2654435769) % 2**32
        loyal, all_of = self.loyalty.numerator, self.loyalty.denominator
        chosen = np.zeros(len(district), dtype=np.int64)
        # Weights are millionths and the denominator is 1000 at most, so that all of this fits four bytes.
        columns = np.ascontiguousarray(np.moveaxis(self.weights, 2, 0), dtype=np.int32).reshape(self.weights.shape[2], -1)
        for begin in range(0, len(district), BLOCK):
            here = slice(begin, begin + BLOCK)
            row = district[here] * self.votes.shape[1] + place[here]
            weights = columns.take(row, axis=1)
            weights[:-1] *= left[:, here]
            total = weights.sum(axis=0, dtype=np.int32)
            total[total == 0] = weights[-1, total == 0] = 1
            own = left[place[here], np.arange(begin, begin + len(row))]
            times = np.where(own, all_of - loyal, 1).astype(np.int32)
            more = np.where(own, total * loyal, 0).astype(np.int32)
            aim = (point[here] * (total * np.where(own, all_of, 1)) >> 32).astype(np.int32)
            upto, before = np.zeros_like(total), np.zeros(len(row), dtype=np.int8)
            for to, weight in enumerate(weights):
                upto += weight
                before += upto * times + more * (place[here] <= to) <= aim
            chosen[here] = before
        return chosen


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


def _gathered(done: Sequence[tuple[Ints, Ranks, Ints]]) -> tuple[Ints, Ranks, Ints]:
    """The bundles of all steps that have papers, by district, then as they were done."""
    depth = len(done[-1][1])
    kept = [np.flatnonzero(number) for _, _, number in done]
    district = np.concatenate([which[rows] for (which, _, _), rows in zip(done, kept, strict=True)])
    papers = np.concatenate([number[rows] for (_, _, number), rows in zip(done, kept, strict=True)])
    rankings = np.full((len(papers), depth), NOBODY, dtype=np.int16)
    at = 0
    for (_, path, _), rows in zip(done, kept, strict=True):
        rankings[at : at + len(rows), : len(path)] = path.take(rows, axis=1).T
        at += len(rows)
    order = district.argsort(kind="stable")
    return district[order], rankings[order], papers[order]


def _largest_remainders(papers: Ints, weights: Ints) -> Ints:
    """Share each row's papers by its weights, whole and to the last one; equal remainders go to the first column."""
    whole, remainder = np.divmod(papers[:, None] * weights, weights.sum(axis=1, keepdims=True))
    left = papers - whole.sum(axis=1)
    largest = np.argsort(-remainder, axis=1, kind="stable")
    extra = np.arange(whole.shape[1])[None, :] < left[:, None]
    np.put_along_axis(whole, largest, np.take_along_axis(whole, largest, axis=1) + extra, axis=1)
    return whole
