"""A profile in, its papers as a rule reads them out: what skips, overvotes and repeats do, and which papers are valid."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from hustings.election import NOBODY, Profile
from hustings.errors import SettingError

ENDS = ("choices exhausted", "skipped ranks", "repeated candidate", "overvote", "blank")
"""Why a paper goes no further than it does."""

Overvotes = Literal["stop", "skip", "stop-if-several-continue"]
Repeats = Literal["stop", "ignore"]

BLOCK = 2**11
"""Rankings that are looked through at a time, so that a cache holds them and what is found."""


@dataclass(frozen=True)
class Reading:
    """How a rule reads a paper; as it stands, the way of the United Kingdom and Ireland.

    There a paper is valid if a first preference stands alone, and becomes non-transferable at the first number that is
    missing or repeated, whether or not the candidates there still continue.

    Attributes
    ----------
    skips : how many ranks in a row may be left out; at one more the paper stops. None: any number.
    overvotes : where a rank names several the paper stops there; or it goes on at the next rank; or the rank stays in
        the ranking as -2-k, for the engine to stop there only while more than one of `profile.sets[k]` is continuing.
    repeats : where a rank names somebody named before the paper stops there; or that rank says nothing new.
    max_ranks : ranks beyond these are not read.
    first_required : a paper is valid only if rank 1 names one candidate.

    References
    ----------
    Electoral Act 1992 (Ireland), s. 118. The other choices are those of RCTab's configuration: `maxSkippedRanksAllowed`,
    `overvoteRule`, `exhaustOnDuplicateCandidate`.
    """

    skips: int | None = 0
    overvotes: Overvotes = "stop"
    repeats: Repeats = "stop"
    max_ranks: int | None = None
    first_required: bool = True

    def __post_init__(self) -> None:
        if (self.skips or 0) < 0 or (self.max_ranks is not None and self.max_ranks < 1):
            raise SettingError(f"skips {self.skips} and max_ranks {self.max_ranks}: a paper needs at least one rank, and no negative number of skips")

    def __call__(self, profile: Profile) -> tuple[NDArray[np.int16], NDArray[np.bool_]]:
        """The rankings as read, and which of them are valid papers.

        Each ranking is packed to the left and filled up with NOBODY; there is always a first column. Withdrawn
        candidates are on the paper, so a repeat of them counts as one, and then are passed over; a paper for nobody
        else is not valid.

        Returns
        -------
        rankings : shape (rankings, ranks), int16.
        valid : shape (rankings,).
        """
        rankings = profile.rankings[:, : self.max_ranks]
        if not rankings.shape[1]:
            rankings = np.full((len(rankings), 1), NOBODY, dtype=np.int16)
        first = rankings[:, 0] >= 0
        amiss = np.zeros(len(rankings), dtype=bool)
        for start in range(0, len(rankings), BLOCK):
            amiss[start : start + BLOCK] = self._amiss(rankings[start : start + BLOCK], profile)
        if amiss.any():
            rankings = rankings.copy()
            rankings[amiss] = self._packed(rankings[amiss], profile)
        read = rankings[:, 0] != NOBODY
        return rankings, read & first if self.first_required else read

    def ends(self, profile: Profile) -> NDArray[np.int8]:
        """Why each ranking goes no further, as an index into ENDS, shape (rankings,)."""
        ranks = profile.rankings[:, : self.max_ranks]
        named = ranks != NOBODY
        width = ranks.shape[1]
        if not width:
            return np.full(len(ranks), ENDS.index("blank"), dtype=np.int8)
        stops = self._stops(ranks, self._repeated(ranks.T, profile).T)
        places = np.array([np.where(stop.any(axis=1), stop.argmax(axis=1), width) for stop in stops])
        last = width - 1 - named[:, ::-1].argmax(axis=1)
        ends = np.where(places.min(axis=0) <= last, 1 + places.argmin(axis=0), 0)
        return np.where(named.any(axis=1), ends, ENDS.index("blank")).astype(np.int8)

    def _stops(self, ranks: NDArray[np.int16], repeated: NDArray[np.bool_]) -> tuple[NDArray[np.bool_], ...]:
        """Where papers stop for each of three reasons, in the order of ENDS: ranks left out, somebody repeated, several named."""
        never = np.zeros(ranks.shape, dtype=bool)
        here = np.arange(ranks.shape[1])
        last = np.maximum.accumulate(np.where(ranks == NOBODY, -1, here), axis=1)
        return (
            never if self.skips is None else here - last > self.skips,
            repeated if self.repeats == "stop" else never,
            ranks < NOBODY if self.overvotes == "stop" else never,
        )

    def _amiss(self, rankings: NDArray[np.int16], profile: Profile) -> NDArray[np.bool_]:
        """Which rankings may not be read as they stand, shape (rankings,)."""
        ranks = np.ascontiguousarray(rankings.T)
        amiss: NDArray[np.bool_] = np.logical_or.reduce((ranks[:-1] == NOBODY) & (ranks[1:] != NOBODY), axis=0)
        for bits in self._bits(profile):
            named = bits.take(ranks)
            # A sum of bits is their union unless one of them is there twice.
            amiss |= np.add.reduce(named, axis=0, dtype=np.uint64) != np.bitwise_or.reduce(named, axis=0)
        if profile.sets:
            amiss |= (ranks < NOBODY).any(axis=0)
        if profile.withdrawn:
            amiss |= np.isin(ranks, profile.withdrawn).any(axis=0)
        return amiss

    def _packed(self, ranks: NDArray[np.int16], profile: Profile) -> NDArray[np.int16]:
        """Rankings with something amiss, read and packed, same shape."""
        repeated = self._repeated(ranks.T, profile).T
        stop = np.logical_or.reduce(self._stops(ranks, repeated))
        keep = ranks != NOBODY
        if self.overvotes == "skip":
            keep &= ranks >= NOBODY
        if self.repeats == "ignore":
            keep &= ~repeated
        keep &= ~np.logical_or.accumulate(stop, axis=1)
        keep &= ~np.isin(ranks, profile.withdrawn)
        order = np.argsort(~keep, axis=1, kind="stable")
        return np.take_along_axis(np.where(keep, ranks, np.int16(NOBODY)), order, axis=1)

    def _repeated(self, ranks: NDArray[np.int16], profile: Profile) -> NDArray[np.bool_]:
        """Where a rank names somebody named at an earlier one, both of shape (ranks, rankings); where papers stop at it, also where sets do."""
        found = np.zeros(ranks.shape, dtype=bool)
        for bits in self._bits(profile):
            named = bits.take(ranks)
            union = named[:-1].copy()
            for rank in range(1, len(union)):  # bitwise_or.accumulate does the same, and takes ten times as long
                union[rank] |= union[rank - 1]
            found[1:] |= (union & named[1:]) != 0
        return found

    def _bits(self, profile: Profile) -> Iterator[NDArray[Any]]:
        """Candidates as bits, 32 of them at a time, in a table that ends with the sets, backwards, and NOBODY."""
        everybody = len(profile.candidates)
        for base in range(0, everybody, 32):
            block = range(base, min(base + 32, everybody))
            bits = np.zeros(everybody + len(profile.sets) + 1, dtype=np.uint16 if len(block) <= 16 else np.uint32)
            bits[block.start : block.stop] = [1 << (candidate - base) for candidate in block]
            if self.repeats == "stop":
                for number, members in enumerate(profile.sets):
                    bits[-2 - number] = sum(1 << (candidate - base) for candidate in set(members) if candidate in block)
            yield bits


BRITISH_AND_IRISH = Reading()
