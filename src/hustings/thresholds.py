"""Votes, and seats won directly, of lists in districts in; which lists take part in which district out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from hustings.errors import SettingError

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Scope = Literal["nation", "region", "district"]
SCOPES: tuple[Scope, ...] = get_args(Scope)


@dataclass(frozen=True, eq=False)
class Field:
    """What a threshold may look at; all arrays are of whole numbers.

    Attributes
    ----------
    lists : ids of the lists.
    votes : shape (districts, lists) [votes].
    regions : the region of each district; empty where there are none.
    valid : shape (districts,) [votes], where valid votes were cast for others than the lists; else the sum of `votes`.
    blank : shape (districts,) [papers], blank papers, where a threshold counts them.
    direct : shape (districts, lists) [seats] won directly.
    magnitudes : shape (districts,) [seats].
    members : how many parties stand on each list together; one unless given.
    """

    lists: tuple[str, ...]
    votes: Ints
    regions: tuple[str, ...] = ()
    valid: Ints | None = None
    blank: Ints | None = None
    direct: Ints | None = None
    magnitudes: Ints | None = None
    members: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        shape = (len(self.votes), len(self.lists))
        if self.votes.shape != shape or (self.direct is not None and self.direct.shape != shape):
            raise SettingError(f"threshold: votes and direct seats are of shape (districts, lists), here {shape}")
        if any(array is not None and array.shape != shape[:1] for array in (self.valid, self.blank, self.magnitudes)):
            raise SettingError(f"threshold: there are {shape[0]} districts; valid votes, blank papers and magnitudes must be as many")
        if len(self.regions) not in (0, shape[0]) or len(self.members) not in (0, shape[1]):
            raise SettingError(f"threshold: {shape[0]} districts and {shape[1]} lists; regions and members must be as many")

    def areas(self, scope: Scope) -> NDArray[np.intp]:
        """The number of the area of that scope in which each district lies, shape (districts,)."""
        districts = len(self.votes)
        if scope == "nation":
            return np.zeros(districts, dtype=np.intp)
        if scope == "district":
            return np.arange(districts)
        if not self.regions:
            raise SettingError("threshold: a share of the region is asked for and the districts have no regions")
        return np.unique(self.regions, return_inverse=True)[1]

    def over(self, scope: Scope, numbers: Ints) -> Ints:
        """Numbers by district, summed over the area of that scope in which each lies; of the shape of `numbers`."""
        areas = self.areas(scope)
        sums = np.zeros((int(areas.max(initial=0)) + 1, *numbers.shape[1:]), dtype=np.int64)
        np.add.at(sums, areas, numbers)
        summed: Ints = sums[areas]
        return summed

    def cast(self, blank: bool) -> Ints:
        """Votes of which shares are taken, shape (districts,) [votes]."""
        valid = self.votes.sum(axis=1) if self.valid is None else self.valid
        return valid if self.blank is None or not blank else valid + self.blank


Threshold = Callable[[Field], Mask]
"""A field → which list takes part in which district, shape (districts, lists)."""


@dataclass(frozen=True)
class Share:
    """At least a share of the votes [0-1] (`inclusive`, else more than it), taken over the `nation`, `region` or `district`.

    A share of an area counts in that area; with `areas`, a list that has it in so many areas takes part everywhere.
    `blank` papers may count among the votes of which it is a share.
    """

    share: Fraction
    scope: Scope = "nation"
    inclusive: bool = True
    blank: bool = False
    areas: int | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.share <= 1 or self.scope not in SCOPES:
            raise SettingError(f"threshold: {self.share} of the {self.scope} is no share from 0 to 1 of one of {', '.join(SCOPES)}")

    def __call__(self, field: Field) -> Mask:
        totals = field.over(self.scope, field.cast(self.blank))
        needed = [ceil(self.share * total) if self.inclusive else floor(self.share * total) + 1 for total in totals.tolist()]
        enough: Mask = field.over(self.scope, field.votes) >= np.array(needed, dtype=np.int64)[:, np.newaxis]
        return enough if self.areas is None else _in_areas(field, self.scope, enough, self.areas)


NO_THRESHOLD = Share(Fraction(0))


@dataclass(frozen=True)
class SeatShare:
    """At least as many votes as a seat has on average, in the nation, the region or the district; `areas` as in `Share`."""

    scope: Scope = "region"
    areas: int | None = None

    def __call__(self, field: Field) -> Mask:
        if field.magnitudes is None:
            raise SettingError("threshold: votes for each seat are asked for and the districts have no magnitudes")
        seats = field.over(self.scope, field.magnitudes)[:, np.newaxis]
        enough: Mask = field.over(self.scope, field.votes) * seats >= field.over(self.scope, field.cast(blank=False))[:, np.newaxis]
        return enough if self.areas is None else _in_areas(field, self.scope, enough, self.areas)


@dataclass(frozen=True)
class DirectSeats:
    """At least so many seats won directly in the nation, the region or the district."""

    seats: int
    scope: Scope = "nation"

    def __call__(self, field: Field) -> Mask:
        direct = np.zeros_like(field.votes) if field.direct is None else field.direct
        enough: Mask = field.over(self.scope, direct) >= self.seats
        return enough


@dataclass(frozen=True)
class ByMembers:
    """A share that grows with the number of parties on a list: (from how many, threshold), such as 5, 7 and 10 per cent."""

    table: tuple[tuple[int, Threshold], ...]

    def __post_init__(self) -> None:
        if [number for number, _ in self.table] != sorted({1, *(number for number, _ in self.table)}):
            raise SettingError("threshold: the table by members starts with 1 and its numbers rise")

    def __call__(self, field: Field) -> Mask:
        members = np.array(field.members or (1,) * len(field.lists))
        rules = np.searchsorted([number for number, _ in self.table], members, side="right") - 1
        masks = np.array([threshold(field) for _, threshold in self.table])
        chosen: Mask = masks[rules, :, np.arange(len(members))].T
        return chosen


@dataclass(frozen=True)
class Exempt:
    """The lists named here, whatever their votes: those of national minorities, independents."""

    lists: tuple[str, ...]

    def __call__(self, field: Field) -> Mask:
        named = np.isin(field.lists, self.lists)
        return np.broadcast_to(named, field.votes.shape)


@dataclass(frozen=True, init=False)
class AnyOf:
    """One of these is enough."""

    parts: tuple[Threshold, ...]

    def __init__(self, *parts: Threshold) -> None:
        object.__setattr__(self, "parts", parts)

    def __call__(self, field: Field) -> Mask:
        mask: Mask = np.logical_or.reduce([part(field) for part in self.parts])
        return mask


@dataclass(frozen=True, init=False)
class AllOf:
    """Each of these is needed."""

    parts: tuple[Threshold, ...]

    def __init__(self, *parts: Threshold) -> None:
        object.__setattr__(self, "parts", parts)

    def __call__(self, field: Field) -> Mask:
        mask: Mask = np.logical_and.reduce([part(field) for part in self.parts])
        return mask


def passing(
    threshold: Threshold, votes: ArrayLike, lists: Sequence[str], *, direct: ArrayLike | None = None, valid: int | None = None
) -> tuple[bool, ...]:
    """Which lists take part where there is one district, shape (lists,); as in `Field` otherwise.

    Examples
    --------
    >>> five = AnyOf(Share(Fraction(1, 20)), Exempt(("ssw",)))
    >>> passing(five, [900, 96, 4], ["a", "b", "ssw"])
    (True, True, True)
    """
    row = np.asarray(votes, dtype=np.int64)[np.newaxis]
    won = None if direct is None else np.asarray(direct, dtype=np.int64)[np.newaxis]
    field = Field(tuple(lists), row, direct=won, valid=None if valid is None else np.array([valid]))
    return tuple(threshold(field)[0].tolist())


def _in_areas(field: Field, scope: Scope, enough: Mask, number: int) -> Mask:
    """Everywhere, for those that have enough in so many areas."""
    first = np.unique(field.areas(scope), return_index=True)[1]
    return np.broadcast_to(enough[first].sum(axis=0) >= number, field.votes.shape)
