"""Ranked papers in; out in numbers who is preferred to whom, and what else the methods of social choice ask of a ranking."""

from collections.abc import Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hustings.counting.sheet import Sheet, Value
from hustings.election import NOBODY, Profile
from hustings.lots import Lots, refuse
from hustings.outcome import Transcript

Standings = NDArray[np.unsignedinteger[Any]]
"""[a, n]: the rank of candidate a on ranking n; as small a type as holds the ranks, since all that follows is comparison."""
Matrix = NDArray[np.int64]
"""[a, b]: papers that rank a above b; shape (candidates, candidates) [papers]."""
Relation = NDArray[np.bool_]
"""[a, b]: a is above b."""
Strength = Literal["winning-votes", "margins"]
Truncation = Literal["average", "zero", "modified"]


def standings(profile: Profile) -> Standings:
    """The rank at which each ranking first names each candidate, shape (candidates, rankings).

    Whoever it does not name, or has withdrawn, stands at the number of ranks: behind all others, and level.
    """
    rankings = profile.rankings
    rows, ranks = rankings.shape
    found = np.full((rows, len(profile.candidates) + 1), ranks, dtype=np.min_scalar_type(ranks))
    # From the last rank to the first, so that the first mention stays; what names nobody or several goes to a column of its own.
    for rank in range(ranks - 1, -1, -1):
        named = rankings[:, rank, None]
        np.put_along_axis(found, np.where(named < 0, len(profile.candidates), named).astype(np.intp), rank, axis=1)
    if profile.sets:
        shared, at = np.nonzero(rankings < NOBODY)
        members = [profile.sets[NOBODY - 1 - code] for code in rankings[shared, at].tolist()]
        sizes = [len(each) for each in members]
        everyone = np.array([who for each in members for who in each], dtype=np.intp)
        np.minimum.at(found, (np.repeat(shared, sizes), everyone), np.repeat(at, sizes).astype(found.dtype))
    found[:, list(profile.withdrawn)] = ranks
    return np.ascontiguousarray(found[:, :-1].T)


def pairwise_matrix(standing: Standings, papers: NDArray[np.int64]) -> Matrix:
    """Papers that rank one above the other, for each two."""
    everybody = range(len(standing))
    matrix = np.zeros((len(standing), len(standing)), dtype=np.int64)
    # Rankings whose number of papers has a certain bit count alike, so that counting is all there is to do.
    for bit in range(int(papers.max(initial=0)).bit_length()):
        some = standing[:, papers >> bit & 1 == 1]
        for a in everybody:
            for b in everybody:
                matrix[a, b] += np.count_nonzero(some[a] < some[b]) << bit
    return matrix


def strengths(matrix: Matrix, strength: Strength) -> Matrix:
    """How strong each victory is, and 0 where there is none: the votes of the winning side, or how many more they are."""
    margins = matrix - matrix.T
    return np.where(margins > 0, matrix if strength == "winning-votes" else margins, 0)


def smith_set(beats: Relation, among: Sequence[int]) -> list[int]:
    """The fewest of `among` of whom each beats everybody else.

    By number of victories they come first: each has more than any who loses to all of them.
    """
    wins = beats[np.ix_(among, among)].sum(axis=1)
    order = [among[place] for place in np.argsort(-wins, kind="stable").tolist()]
    sizes = (size for size in range(1, len(order)) if beats[np.ix_(order[:size], order[size:])].all())
    return sorted(order[: next(sizes, len(order))])


class PairwiseCount:
    """One district counted by what its rankings say of each two candidates, or of a candidate's rank.

    A paper is valid if it ranks anybody. Candidates it does not rank are tied behind those it does; a shared rank
    prefers none of its candidates to another; a skipped rank says nothing; of two mentions the first counts.

    Attributes
    ----------
    sheet : where the method writes its stages, and elects.
    unit : what the numbers of the stages are.
    """

    def __init__(self, profile: Profile, seats: int, *, where: str, lots: Lots = refuse, unit: str) -> None:
        self.sheet = Sheet(profile.candidates, seats, withdrawn=profile.withdrawn, where=where, lots=lots)
        self.unit = unit
        self.everybody = range(len(profile.candidates))
        self.ranks = profile.rankings.shape[1]
        self._withdrawn = list(profile.withdrawn)
        standing = standings(profile)
        ranked = (standing < self.ranks).any(axis=0)
        self._standing, self._papers = standing[:, ranked], profile.papers[ranked]
        self.valid = int(self._papers.sum())
        self.invalid = profile.cast - self.valid

    @cached_property
    def matrix(self) -> Matrix:
        """Papers that rank one above the other, for each two; none for those who have withdrawn."""
        matrix = pairwise_matrix(self._standing, self._papers)
        matrix[self._withdrawn] = matrix[:, self._withdrawn] = 0
        return matrix

    @cached_property
    def beats(self) -> Relation:
        """Whether more papers rank the one above the other than the other above the one."""
        return self.matrix > self.matrix.T

    def condorcet_winner(self) -> int | None:
        """Who beats everybody else in the count, if anybody does."""
        among = self.sheet.continuing
        return next((who for who in among if self.beats[who, among].sum() == len(among) - 1), None)

    def borda(self, among: Sequence[int], truncation: Truncation = "average") -> list[Value]:
        """Points of each candidate: one for each of `among` below, half a one for each level with it.

        `truncation` is what a paper gives those whom it does not rank: the "average" of the points left over, as if
        they shared the last ranks; "zero"; or zero, and one point to the last that it ranks, two to the next
        ("modified").
        """
        points: list[Value] = [Fraction(0) for _ in self.everybody]
        standing = self._standing[list(among)]
        ranked = standing < self.ranks
        # Of the points that a paper does not give, by what is left over for each whom it does not rank.
        short = (len(among) - 1 - ranked.sum(axis=0)) * self._papers
        for who, named in zip(among, ranked, strict=True):
            above = int(self.matrix[who, among].sum())
            level = self.valid * (len(among) - 1) - above - int(self.matrix[among, who].sum())
            points[who] = above + Fraction(level, 2)
            if truncation != "average":
                points[who] -= Fraction(int(short[~named].sum()), 2)
            if truncation == "modified":
                points[who] -= int(short[named].sum())
        return points

    def first_preferences(self, among: Sequence[int]) -> list[Value]:
        """Papers that rank each candidate above all others of `among`; where several share the first rank, a part to each."""
        standing = self._standing[list(among)]
        best = standing.min(axis=0)
        return self._shared(among, (standing == best) & (best < self.ranks))

    def last_places(self, among: Sequence[int]) -> list[Value]:
        """Papers that rank each candidate below all others of `among`; those who are not ranked share the last place."""
        standing = self._standing[list(among)]
        return self._shared(among, standing == standing.max(axis=0))

    def _shared(self, among: Sequence[int], there: Relation) -> list[Value]:
        found = [Fraction(0) for _ in self.everybody]
        together = there.sum(axis=0)
        for number in np.unique(together[together > 0]).tolist():
            some = together == number
            for who, rows in zip(among, there, strict=True):
                found[who] += Fraction(int(self._papers[rows & some].sum()), number)
        return list(found)

    def within(self, ranks: int) -> list[Value]:
        """Papers that name each candidate at one of the first ranks."""
        return [int(self._papers[rows].sum()) for rows in self._standing < ranks]

    def elect_unbeaten(self, above: Relation, rule: str) -> None:
        """Fill the places with those whom nobody in the count is above, and then with those whom nobody left is above."""
        while self.sheet.places_left:
            among = self.sheet.continuing
            self.sheet.elect_level([who for who in among if not above[among, who].any()], rule)

    def transcript(self, method: str) -> Transcript:
        """Everything that was done."""
        return self.sheet.transcript(method, valid=self.valid, invalid=self.invalid, unit=self.unit)
