"""An election, a swing and the sizes of errors in; the votes of draw after draw of the next election, and their counts, out."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from fractions import Fraction
from functools import cached_property, lru_cache
from importlib.metadata import version
from math import pi
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.batches import drawn
from hustings.election import Election, Party, Tally, frozen
from hustings.errors import SettingError, UnknownName, Unsuitable
from hustings.facts import fact
from hustings.lots import Seeded
from hustings.registry import describe
from hustings.swings import Before

Floats = NDArray[np.float64]
Single = NDArray[np.float32]
Ints = NDArray[np.int64]
Columns = NDArray[np.int8] | NDArray[np.int16]
"""Columns of parties, in one byte unless there are more than 127."""

CHUNK = 128
"""Draws that share a stream of random numbers, and lie in the processor's cache together. Other numbers are other draws."""
ROUNDED = 0.005
"""How far shares of all parties may be from 1 and count as rounded."""
SAFE = 0.2
"""A majority from which a district is safe: its kind, for the errors that districts of one kind share [share]."""
LEAST, SMALLEST = 0.1, 1e-12
"""The part of its votes in an area that a party keeps however far the whole falls; what is divided by in place of nothing."""
ROUNDS, CLOSE = 1000, 1e-9
"""How often areas and parties are brought to their sums in turn at most, and how close is there [share]."""
LEVELS = ("nation", "region", "kind", "district")
"""The errors below that of the whole."""
STEPS = 2**16
"""Equally likely values that stand for the distribution of a district's error."""


@dataclass(frozen=True)
class Errors:
    """How far a projection is off, at five levels that add up.

    Each size is the standard deviation of the error of a party with half of the vote [share]. Errors are those of a
    multinomial: a party with share m has one 2 sqrt(m (1 - m)) times as large, and what one party gains the others lose in
    proportion to their shares. They are drawn apart with 2 sqrt(m), and the shares of a district made to add up to 1 again,
    which comes to the same; a share below 0 becomes 0.

    Attributes
    ----------
    national : of the share of the whole, where no covariance comes with it: what polls are off by.
    nation : of a country (Scotland), around the swing.
    region : of a region, around its country.
    kind : of the districts of one kind, those that one party holds by a small majority, or by a large one (`SAFE`), in all regions.
    district : of a district, around its region and kind.
    freedom : degrees of freedom of the Student's t that all but the national error follow; that is normal.
    """

    national: float
    nation: float
    region: float
    kind: float
    district: float
    freedom: int

    def __post_init__(self) -> None:
        sizes = (self.national, self.nation, self.region, self.kind, self.district)
        if min(sizes) < 0 or max(sizes) > 0.5:
            raise SettingError("errors: each is a standard deviation in fractions of the vote, such as 0.03")
        if self.freedom < 3:
            raise SettingError(f"errors: freedom={self.freedom}: Student's t has a standard deviation from 3 degrees on")


def calibrated(**changed: float) -> Errors:
    """The errors that past pairs of elections had (`facts/errors.toml`), with these of them changed.

    Raises
    ------
    UnknownName
        No error is called so.
    """
    sizes = dict(fact("errors")["default"])
    for name in changed:
        if name not in sizes:
            raise UnknownName("error", name, sizes)
    return Errors(**{**sizes, **changed})


@dataclass(frozen=True, eq=False)
class Aim:
    """Shares of the vote that some parties are to have where the swing applies, and how sure that is.

    Attributes
    ----------
    parties : ids.
    shares : shape (parties,) [0-1].
    covariance : of the shares, shape (parties, parties); None leaves it to `Errors.national`.
    """

    parties: tuple[str, ...]
    shares: Floats
    covariance: Floats | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "shares", frozen(self.shares, np.float64))
        if self.shares.shape != (len(self.parties),) or len(set(self.parties)) < len(self.parties):
            raise SettingError(f"aim: {len(self.parties)} parties and shares of shape {self.shares.shape}, each once")
        if (self.shares < 0).any() or self.shares.sum() > 1 + 1e-9:
            raise SettingError(f"aim: the shares add up to {self.shares.sum():.1%}; each is from 0 to 1, and all of them 1 at most")
        if self.covariance is not None:
            object.__setattr__(self, "covariance", frozen(self.covariance, np.float64))
            assert self.covariance is not None
            if self.covariance.shape != 2 * self.shares.shape or not np.allclose(self.covariance, self.covariance.T):
                raise SettingError("aim: the covariance is symmetric, of shape (parties, parties)")


def under_new_names(election: Election, parties: Sequence[str]) -> Election:
    """The election where a party that is called otherwise by now, and has no votes under its new name, has those under its old one."""
    tally = election.main.counted()
    ids = [party.id for party in tally.parties]
    known = fact("parties")
    new = {known[party]["formerly"]: party for party in parties if party not in ids and known.get(party, {}).get("formerly") in ids}
    if not new:
        return election
    named = tuple(Party(new[party.id], known[new[party.id]]["name"]) if party.id in new else party for party in tally.parties)
    notes = [f"{known[old]['name']} is called {known[party]['name']} by now and has its votes" for old, party in new.items()]
    return election.with_main(election.main.recast(Tally(named, tally.votes, tally.stood)), f"new names {','.join(new.values())}", *notes)


def aimed(election: Election, swing: Any, aim: Aim | None) -> tuple[Floats, Floats | None]:
    """What each area of the swing is to come to, shape (areas, parties), and how sure that is, shape (parties, parties).

    Every area changes by the points of the whole. Parties of all areas that are not named share what is left, in proportion; a lump
    and those that stand in some areas alone keep their share where there is one.
    """
    tally = election.main.counted()
    names, area = swing.areas(election)
    moved, start = _by_area(tally, area, len(names))
    where = ", ".join(names)
    if not moved.sum():
        raise Unsuitable(f"{election.id}: {describe(swing)} moves no district")
    if getattr(swing, "change", None):
        if aim is not None:
            raise SettingError(f"the shares to come to stand in the swing already ({describe(swing)}); leave them out there or in --to")
        return swing.targets(election).astype(np.float64), None
    if aim is None:
        return start, None
    ids = [party.id for party in tally.parties]
    now = moved.sum(axis=0) / moved.sum()
    shares, at = now.copy(), []
    for party, share in zip(aim.parties, aim.shares, strict=True):
        if party not in ids and party not in fact("parties"):
            raise UnknownName("party", party, {*ids, *fact("parties")})
        if party not in ids or not now[ids.index(party)]:
            stood = ", ".join(id_ for id_, votes in zip(ids, now, strict=True) if votes)
            raise SettingError(
                f"{party} had no votes in {where} at {election.id}, so no swing says where it stands; give it some first "
                f"(--scenario new-party:name={party},share=0.05), or aim at those who stood: {stood}"
            )
        at.append(ids.index(party))
        shares[at[-1]] = share
    # What the named leave goes to parties of all areas; with all of these named, to the lump, as polls have it; and last to parties
    # of some areas alone: not because polls leave five points to "others" has Wales room for a nationalist landslide.
    unnamed, lump = ~np.isin(np.arange(len(ids)), at), np.array([party.lump for party in tally.parties])
    everywhere = (start > 0).all(axis=0)
    others = next(
        (each for each in (unnamed & ~lump & everywhere, unnamed & lump & everywhere, unnamed & ~lump) if each.any()), np.zeros_like(unnamed)
    )
    left, had = 1 - shares[~others].sum(), now[others].sum()
    if had:
        shares[others] *= max(left, 0.0) / had
    elif abs(left) > ROUNDED:
        raise SettingError(f"every party of {where} is named, and they come to {1 - left:.1%}; they have to come to 100%")
    shares /= shares.sum()
    covariance = None
    if aim.covariance is not None:
        covariance = np.zeros((len(ids), len(ids)))
        covariance[np.ix_(at, at)] = aim.covariance
    if len(start) == 1:
        return np.clip(start + shares - now, 0, 1), covariance
    return _raked(start, shares, moved.sum(axis=1) / moved.sum(), [party.id for party in tally.parties]), covariance


def _raked(start: Floats, whole: Floats, weights: Floats, ids: Sequence[str]) -> Floats:
    """Shares of several areas, shape (areas, parties), that come to those of the whole.

    Each party moves by as many points in every area where it stands; then areas are brought to 1 and parties to their share
    of the whole, in turn, until both hold: a party of one area has all of its gain there, at the expense of those it meets.

    References
    ----------
    Deming & Stephan, Annals of Mathematical Statistics 11 (1940), pp. 427-444: iterative proportional fitting.
    """
    stands = start > 0
    gain = (whole - weights @ start) / np.maximum(weights @ stands, SMALLEST)
    to = np.where(stands, np.maximum(start + gain, LEAST * start), 0) * (whole > 0)
    for _ in range(ROUNDS):
        to /= to.sum(axis=1, keepdims=True)
        reached = weights @ to
        if np.abs(reached - whole).max() < CLOSE:
            return to
        to *= whole / np.where(reached > 0, reached, 1)
    worst = int(np.abs(reached - whole).argmax())
    raise SettingError(
        f"{ids[worst]} cannot come to {whole[worst]:.1%} of the whole: where it stands it would have to have more than the others leave; aim lower"
    )


def _by_area(tally: Tally, area: NDArray[np.intp], areas: int) -> tuple[Ints, Floats]:
    """Votes and shares of each party in each area, shape (areas, parties)."""
    votes = np.array([tally.votes[area == number].sum(axis=0) for number in range(areas)], dtype=np.int64)
    return votes, votes / np.maximum(votes.sum(axis=1, keepdims=True), 1)


@dataclass(frozen=True, eq=False)
class Task:
    """Everything that the draws depend on but their numbers; called with a range of draws, it counts them."""

    election: Election
    swing: Any
    systems: tuple[Any, ...]
    errors: Errors
    centre: Floats
    covariance: Floats | None
    seed: int
    area: NDArray[np.intp] = field(init=False)
    where: str = field(init=False)

    def __post_init__(self) -> None:
        names, area = self.swing.areas(self.election)
        object.__setattr__(self, "area", area)
        object.__setattr__(self, "where", ", ".join(names))

    def whole(self, shares: Floats) -> Floats:
        """Shares of the areas, shape (areas, parties), as shares of all that the swing moves, shape (parties,)."""
        valid = self.election.main.counted().valid
        return np.average(shares, axis=0, weights=[int(valid[self.area == number].sum()) for number in range(len(shares))])

    @property
    def now(self) -> Floats:
        """Shares of all that the swing moves, shape (parties,)."""
        return self.whole(_by_area(self.election.main.counted(), self.area, len(self.centre))[1])

    @property
    def parties(self) -> tuple[Party, ...]:
        """The columns."""
        return self.election.main.counted().parties

    @property
    def _kind(self) -> type[np.int8 | np.int16]:
        """What holds a column."""
        return np.int8 if len(self.parties) <= 127 else np.int16

    def request(self, size: int) -> str:
        """The sha256 of what is asked."""
        tally = self.election.main.counted()
        texts = [version("hustings"), self.election.id, *self.election.provenance.steps, describe(self.swing), *map(describe, self.systems)]
        texts += [repr(self.errors), repr(self.seed), repr((size, CHUNK)), repr([party.id for party in self.parties])]
        texts += [repr([(place.id, place.magnitude, place.region) for place in self.election.main.districts]), self.where]
        arrays = [tally.votes, tally.stood, self.area, self.centre, *([] if self.covariance is None else [self.covariance])]
        return hashlib.sha256("\n".join(texts).encode() + b"".join(array.tobytes() for array in arrays)).hexdigest()

    def __call__(self, draws: tuple[int, int]) -> list[tuple[NDArray[np.int16], Columns | None, int]]:
        """Seats (draws, parties), winners (draws, districts) and the number of tied draws, of each system."""
        parts: list[list[tuple[NDArray[np.int16], Columns | None, int]]] = [[] for _ in self.systems]
        for chunk, start, stop in _chunks(*draws):
            votes = self.votes(chunk)[start:stop]
            for found, system in zip(parts, self.systems, strict=True):
                found.append(self._counted(system, votes, chunk * CHUNK + start))
        return [
            (
                np.concatenate([seats for seats, _, _ in found]),
                None if found[0][1] is None else np.concatenate([who for _, who, _ in found if who is not None]),
                sum(tied for _, _, tied in found),
            )
            for found in parts
        ]

    def _counted(self, system: Any, votes: Ints, first: int) -> tuple[NDArray[np.int16], Columns | None, int]:
        """The same of one system, from votes of shape (draws, districts, parties); `first` is the number of the first draw."""
        districts = self.election.main.districts
        if hasattr(system, "batch"):
            batch = system.batch(self.election, votes)
            seats, tied, apart = batch.seats.astype(np.int16), batch.tied, batch.apart
            winners = None if batch.winners is None else batch.winners.astype(self._kind)
        else:
            seats, tied, apart = np.zeros((len(votes), len(self.parties)), dtype=np.int16), np.ones(len(votes), dtype=np.bool_), None
            one_each = all(place.magnitude == 1 for place in districts)
            winners = np.zeros((len(votes), len(districts)), dtype=self._kind) if one_each else None
        scenarios = system.scenarios(self.election) if hasattr(system, "scenarios") else ()
        lots = 0
        for row in np.flatnonzero(tied):
            where = None if apart is None else apart[row]
            outcome = drawn(self.election, votes[row], scenarios, where).under(system, Seeded(self.seed + first + int(row)))
            lots += bool(outcome.lots)
            seats[row] = outcome.total + (seats[row] if apart is not None else 0)
            if winners is not None and where is not None:
                winners[row, where] = outcome.seats.argmax(axis=1)
            elif winners is not None and len(outcome.districts) == len(districts):
                winners[row] = outcome.seats.argmax(axis=1)
            else:
                winners = None
        return seats, winners, lots

    def votes(self, chunk: int) -> Ints:
        """Whole votes of the draws of a chunk, shape (CHUNK, districts, parties), parties first in memory; the same wherever it is asked."""
        known, table = self._known, _table(self.errors.freedom)
        stream = np.random.SFC64(np.random.SeedSequence(self.seed, spawn_key=(chunk,)))
        shares = self._swung(np.random.Generator(stream))
        votes = np.zeros(shares.shape, dtype=np.float32)
        for party, rows in enumerate(known.there):
            error = table.take(_words(stream, CHUNK * len(known.spread[party])), mode="wrap").reshape(CHUNK, -1)
            error *= np.float32(self.errors.district)
            error += self._groups(stream, party).take(known.group[rows], axis=1, mode="wrap")
            error *= known.spread[party]
            error += shares[party][:, rows]
            votes[party][:, rows] = np.maximum(error, 0, out=error)
        cast = votes.sum(axis=0)
        # Where errors take everybody's votes, which is next to never, the swing alone stands.
        nobody = cast <= 0
        if nobody.any():
            votes[:, nobody], cast[nobody] = shares[:, nobody], 1
        votes *= known.valid / cast
        return np.moveaxis(np.rint(votes, out=votes).astype(np.int32), 0, 2)

    def _groups(self, stream: np.random.SFC64, party: int) -> Single:
        """Errors of a party in each group of districts, of one region and kind, shape (CHUNK, groups): country, region and kind together."""
        known, table = self._known, _table(self.errors.freedom)
        groups = np.zeros((CHUNK, len(known.moved)), dtype=np.float32)
        for size, level in zip((self.errors.nation, self.errors.region, self.errors.kind), known.levels, strict=True):
            each = table.take(_words(stream, CHUNK * (int(level.max()) + 1)), mode="wrap").reshape(CHUNK, -1)
            each *= np.float32(size)
            groups += each.take(level, axis=1, mode="wrap")
        # The error of the whole is drawn by itself: what these would add to it is taken away, in the same measure everywhere.
        groups -= (groups @ known.weight[party])[:, np.newaxis] * known.moved
        return groups

    def _swung(self, rng: np.random.Generator) -> Single:
        """Shares by district of a chunk before errors of regions and districts, shape (parties, CHUNK, districts)."""
        known = self._known
        error = rng.standard_normal((CHUNK, len(self.parties))) @ known.factor
        whole = np.maximum(known.aim + error, 0)
        whole[:, known.aim == 0] = 0
        whole /= whole.sum(axis=1, keepdims=True)
        # An error of the whole moves each area where a party stands by as many points. Parties first in memory, which every step
        # after this keeps.
        to = np.empty((len(self.parties), CHUNK, len(self.centre)), dtype=np.float32)
        to[:] = np.clip((whole - known.aim)[:, np.newaxis] * known.reach + self.centre, 0, 1).transpose(2, 0, 1)
        moved = self.swing.moved(known.before, to.transpose(1, 2, 0))
        return np.ascontiguousarray(np.moveaxis(moved, 2, 0), dtype=np.float32)

    @cached_property
    def _known(self) -> "_Known":
        return _known(self)

    def __getstate__(self) -> dict[str, Any]:
        """What is handed to a worker, who works the rest out."""
        return {item.name: getattr(self, item.name) for item in fields(self)}


@dataclass(frozen=True, eq=False)
class _Known:
    """What all draws share.

    Attributes
    ----------
    before : what districts held, parties first in memory.
    valid : votes of each district, shape (districts,).
    aim : shares of the whole that the parties are aimed at, shape (parties,).
    factor : from independent normal numbers to errors of the whole, shape (parties, parties).
    reach : points of an area for a point of the whole, shape (areas, parties): 1, more where a party stands in some areas alone.
    group : of each district, its region and kind, shape (districts,).
    levels : country, region and kind of each group by number, shape (3, groups).
    weight : part of each group in what the errors of a party add to the whole, shape (parties, groups).
    moved : 1 for the groups that the swing moves, 0 for others, shape (groups,).
    there : rows in which each party stood, a slice where everywhere.
    spread : of each party in these rows, as `Errors` has it.
    """

    before: Before
    valid: Single
    aim: Floats
    factor: Floats
    reach: Floats
    group: NDArray[np.intp]
    levels: NDArray[np.intp]
    weight: Single
    moved: Single
    there: tuple[Any, ...]
    spread: tuple[Single, ...]


def _known(task: Task) -> _Known:
    tally = task.election.main.counted()
    valid = tally.valid.astype(np.float32)
    before = Before.roughly(tally, task.area, len(task.centre), np.float32)
    stood = tally.stood.T
    aim = task.whole(task.centre)
    moved = np.asarray(task.swing.moved(before, task.centre.astype(np.float32)), dtype=np.float64)
    there = tuple(slice(None) if row.all() else np.flatnonzero(row) for row in stood)
    # The mean of the error's size over a region would be blunter: a district's own share says how far it can move.
    spread = tuple(np.ascontiguousarray(_spread(moved[rows, party]), dtype=np.float32) for party, rows in enumerate(there))
    # How much of the whole a party stands in: an error of its share there is as much less of the whole.
    inside = task.area >= 0
    there_of_whole = (tally.valid @ (stood.T & inside[:, np.newaxis])) / tally.valid[inside].sum()
    if task.covariance is None:
        factor = np.diag(task.errors.national * 2 * np.sqrt(aim * there_of_whole))
    else:
        values, vectors = np.linalg.eigh(task.covariance)
        factor = (vectors * np.sqrt(np.maximum(values, 0))).T
    levels = levels_of(task.election, task.area)
    groups, group = np.unique(levels, axis=1, return_inverse=True)
    group = group.ravel()
    weight = np.zeros((len(stood), groups.shape[1]))
    for party, rows in enumerate(there):
        np.add.at(weight[party], group[rows], spread[party] * (valid * inside)[rows])
    moved_groups = np.bincount(group, weights=inside) > 0
    return _Known(
        before, valid, aim, factor, _reach(task), group, groups,
        np.asarray(weight / np.maximum(weight.sum(axis=1, keepdims=True), 1), dtype=np.float32), moved_groups.astype(np.float32),
        there, spread,
    )  # fmt: skip


def levels_of(election: Election, area: NDArray[np.intp]) -> NDArray[np.intp]:
    """Country, region and kind of each district by number, shape (3, districts); districts that a swing leaves alone are of kinds of their own."""
    districts, tally = election.main.districts, election.main.counted()
    votes = tally.votes / np.maximum(tally.valid, 1)[:, np.newaxis]
    best = np.sort(votes, axis=1)
    lead = best[:, -1] - best[:, -2] if votes.shape[1] > 1 else best[:, -1]
    keys: list[list[tuple[Any, ...]]] = [
        [(alone < 0, place.country) for place, alone in zip(districts, area, strict=True)],
        [(alone < 0, place.country, place.region) for place, alone in zip(districts, area, strict=True)],
        list(zip(area < 0, votes.argmax(axis=1), lead >= SAFE, strict=True)),
    ]
    numbers = [{key: number for number, key in enumerate(sorted(set(level)))} for level in keys]
    return np.array([[known[key] for key in level] for known, level in zip(numbers, keys, strict=True)], dtype=np.intp)


def _reach(task: Task) -> Floats:
    """Points of an area for a point of the whole, shape (areas, parties): as many more as the whole is larger than where a party stands."""
    valid, centre = task.election.main.counted().valid, task.centre
    weights = np.array([int(valid[task.area == number].sum()) for number in range(len(centre))], dtype=np.float64)
    stands = centre > 0
    return np.asarray(stands * (weights.sum() / np.maximum(weights @ stands, 1)), dtype=np.float64)


def _spread(shares: Floats) -> Floats:
    """How large an error is at a share before all are closed to 1; closed, it is 2 sqrt(m (1 - m)) of that at a half."""
    return np.asarray(2 * np.sqrt(np.clip(shares, 0, 1)), dtype=np.float64)


def _chunks(start: int, stop: int) -> Iterator[tuple[int, int, int]]:
    """The chunks in which these draws lie: number, and the first draw and the end in each."""
    for chunk in range(start // CHUNK, -(-stop // CHUNK)):
        yield chunk, max(start - chunk * CHUNK, 0), min(stop - chunk * CHUNK, CHUNK)


def _words(stream: np.random.SFC64, number: int) -> NDArray[np.uint16]:
    """Random whole numbers below STEPS, shape (number,)."""
    return stream.random_raw(-(-number // 4)).astype("<u8", copy=False).view("<u2")[:number]


@lru_cache(maxsize=8)
def _table(freedom: int) -> Single:
    """STEPS equally likely values of Student's t, brought to standard deviation 1, in order.

    A number from the table costs an eighth of one from a generator of normal numbers.
    """
    upper = (np.arange(STEPS // 2) + 0.5) / STEPS + 0.5
    half = _student(upper, freedom)
    values = np.concatenate([-half[::-1], half])
    return frozen(values / values.std(), np.float32)


def _student(chances: Floats, freedom: int) -> Floats:
    """The values of Student's t that so many fall below, for chances over a half: its angle, by halving.

    References
    ----------
    Abramowitz & Stegun, *Handbook of Mathematical Functions* (1964), 26.7.3-4: the distribution as a finite sum.
    """
    low, high = np.zeros_like(chances), np.full_like(chances, pi / 2)
    for _ in range(60):
        middle = (low + high) / 2
        below = _student_below(middle, freedom) < chances
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.asarray(np.sqrt(freedom) * np.tan((low + high) / 2), dtype=np.float64)


def _student_below(angle: Floats, freedom: int) -> Floats:
    """How many fall below sqrt(freedom) tan(angle)."""
    sine, cosine = np.sin(angle), np.cos(angle)
    odd = freedom % 2
    term = cosine if odd else np.ones_like(angle)
    total = np.zeros_like(angle)
    for step in range(freedom // 2):
        total = total + term
        power = 2 * step + odd
        term = term * cosine**2 * float(Fraction(power + 1, power + 2))
    between = 2 / pi * (angle + sine * total) if odd else sine * total
    return np.asarray((1 + between) / 2, dtype=np.float64)
