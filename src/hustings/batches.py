"""Votes of many draws by district in; the same by the districts and areas of a system, and seats in each of them, out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.apportionment import apportion
from hustings.apportionment_batch import apportion_many
from hustings.election import Contest, Election, Party, Provenance, Tally, aligned
from hustings.errors import SettingError, TieUnresolved, Unsuitable
from hustings.outcome import Batch

Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Groups = tuple[tuple[int, ...], ...]
"""Rows of a contest's districts that belong together."""
Scenario = Callable[[Election], Election]
FEW, ROWS = 8, 16
"""Districts of a group up to which they are added one after another; more are added as a product of matrices."""


@dataclass(frozen=True, eq=False)
class Draws:
    """A contest in many draws of its votes.

    Attributes
    ----------
    contest : its districts, parties and who stood; its own votes are those of no draw.
    votes : shape (parties, draws, districts) [votes]: whoever adds up over districts or compares parties goes along the memory.
    below : of a contest above the first: rows of the first's districts over which each of its areas stands.
    """

    contest: Contest
    votes: Ints
    below: Groups = ()

    @property
    def parties(self) -> tuple[Party, ...]:
        """The columns."""
        return self.contest.counted().parties

    @property
    def listed(self) -> Mask:
        """Who is a list, shape (parties, 1): a lump is none."""
        return np.array([[not party.lump] for party in self.parties])

    @property
    def magnitudes(self) -> Ints:
        """Seats of each district, shape (districts,) [seats]."""
        return np.array([district.magnitude for district in self.contest.districts], dtype=np.int64)


def draws_of(election: Election, votes: Ints, scenarios: Sequence[Scenario] = ()) -> tuple[Draws, ...]:
    """The contests of the election after the scenarios, with the votes that they have in each draw.

    `votes` has shape (draws, districts, parties), of the main contest [votes]. A contest that the scenarios make adds up
    districts of the main one; one that the election has of its own keeps its votes in every draw.
    """
    by_party = np.moveaxis(np.asarray(votes), 2, 0)
    found: list[Draws] = []
    for place in _arranged(election, tuple(scenarios))[1]:
        tally = place.contest.counted()
        if place.groups is None:
            table = np.broadcast_to(tally.votes.T[:, np.newaxis], (len(tally.parties), len(votes), len(tally.votes)))
        elif place.nested:
            table = added(found[0].votes, place.below)
        else:
            table = added(by_party, place.groups)
            if len(table) < len(tally.parties):
                wide = np.zeros((len(tally.parties), *table.shape[1:]), dtype=table.dtype)
                wide[list(place.columns)] = table
                table = wide
        found.append(Draws(place.contest, table, place.below))
    return tuple(found)


def main_of(election: Election, votes: Ints) -> Draws:
    """The main contest as it is, with these votes, shape (draws, districts, parties) [votes]."""
    return Draws(election.main, np.moveaxis(np.asarray(votes), 2, 0))


def drawn(election: Election, votes: Ints, scenarios: Sequence[Scenario] = (), apart: Mask | None = None) -> Election:
    """The election of one draw after the scenarios, `votes` of shape (districts, parties) [votes]; `apart`, in these districts alone."""
    draws = draws_of(election, np.asarray(votes)[np.newaxis], scenarios)
    contests = [
        draw.contest.recast(Tally(draw.parties, draw.votes[:, 0].T, draw.contest.counted().stood)) for draw in draws
    ]  # fmt: skip
    if apart is not None:
        main, rows = contests[0], np.flatnonzero(apart)
        tally = Tally(main.counted().parties, main.counted().votes[rows], main.counted().stood[rows])
        contests = [Contest(main.name, tuple(main.districts[row] for row in rows), tally)]
    return replace(election, contests=tuple(contests), provenance=_arranged(election, tuple(scenarios))[0])


@dataclass(frozen=True, eq=False)
class _Place:
    """A contest that the scenarios make, the rows of the main one that each of its districts adds up, and their columns in it.

    `below` are rows of the first contest; `nested` says that adding these up comes to the same.
    """

    contest: Contest
    groups: Groups | None
    columns: tuple[int, ...]
    below: Groups
    nested: bool


@lru_cache(maxsize=32)
def _arranged(election: Election, scenarios: tuple[Scenario, ...]) -> tuple[Provenance, tuple[_Place, ...]]:
    """What the scenarios did, and where each contest has its votes from: once for an election, as none of them looks at votes.

    A party for each district, that stands there alone and has one vote, shows in which rows a district has come to lie.
    """
    ids = [party.id for party in election.main.counted().parties]
    rows = len(election.main.districts)
    each = Tally(tuple(Party(str(row)) for row in range(rows)), np.eye(rows, dtype=np.int64), np.eye(rows, dtype=np.bool_))
    probe = replace(election, contests=(election.main.recast(each),))
    for scenario in scenarios:
        probe = scenario(probe)
    groups = [tuple(tuple(np.flatnonzero(row).tolist()) for row in contest.counted().votes) for contest in probe.contests]
    made = [contest.recast(election.main.counted().merged(rows)) for contest, rows in zip(probe.contests, groups, strict=True)]
    own = election.contests[1:]
    contests = aligned(*made, *own) if len(made) + len(own) > 1 else made
    places = []
    for number, contest in enumerate(contests):
        known = [party.id for party in contest.counted().parties]
        here = groups[number] if number < len(groups) else None
        below = _below(contests[0], contest) if number else ()
        parts = [sorted(row for lower in rows for row in groups[0][lower]) for rows in below]
        nested = bool(parts) and here is not None and parts == [list(rows) for rows in here]
        places.append(_Place(contest, here, tuple(known.index(id_) for id_ in ids), below, nested))
    return probe.provenance, tuple(places)


def added(votes: Ints, groups: Sequence[Sequence[int]]) -> Ints:
    """The last axis added up by groups of its places, each place in one group or none: (…, places) → (…, groups), exactly."""
    most = max(map(len, groups), default=0)
    if most == 1:
        first = [group[0] for group in groups]
        return votes if first == list(range(votes.shape[-1])) else votes.take(first, axis=-1)
    if most <= FEW:
        # Those with most places first, so that whoever has one more stands together.
        order = sorted(range(len(groups)), key=lambda number: -len(groups[number]))
        total: Ints = votes.take([groups[number][0] for number in order], axis=-1, mode="clip")
        for turn in range(1, most):
            more = [groups[number][turn] for number in order if len(groups[number]) > turn]
            total[..., : len(more)] += votes.take(more, axis=-1, mode="clip")
        return total if order == sorted(order) else total.take(np.argsort(order), axis=-1, mode="clip")
    member = np.zeros((votes.shape[-1], len(groups)), dtype=np.float32)
    for number, group in enumerate(groups):
        member[list(group), number] = 1
    # Sums of whole numbers are exact in floats up to 2^24, and no part of a sum is larger than the sum.
    for kind, whole in ((np.float32, 2**24), (np.float64, 2**53)):
        # In small products: a library that splits a large one over threads burns more of the processor than it saves.
        rows = votes.astype(kind).reshape(-1, votes.shape[-1])
        block = ROWS if len(rows) % ROWS == 0 else 1
        sums = (rows.reshape(-1, block, rows.shape[-1]) @ member.astype(kind)).reshape(*votes.shape[:-1], len(groups))
        if sums.size == 0 or sums.max() < whole:
            summed: Ints = sums.astype(votes.dtype)
            return summed
    exact: Ints = np.stack([votes[..., list(group)].sum(axis=-1) for group in groups], axis=-1)
    return exact


def most_votes(draws: Draws) -> tuple[NDArray[np.int16], Mask]:
    """The column with most votes in each district, shape (draws, districts), and where the first are level, shape (draws,).

    Raises
    ------
    Unsuitable
        A district has several members.
    """
    if any(district.magnitude != 1 for district in draws.contest.districts):
        raise Unsuitable("there are districts of several members; first past the post elects one in each")
    stood = draws.contest.counted().stood.T
    bits = max(len(stood) - 1, 1).bit_length()
    low = (1 << bits) - 1
    votes = draws.votes if int(draws.votes.max(initial=0)) >> (30 - bits) == 0 else draws.votes.astype(np.int64)
    # Votes and column in one number: the largest tells who has most. With the columns counted down it tells another if two are level.
    first = last = None
    for column, there in enumerate(stood):
        key = votes[column] << bits
        if not there.all():
            key[:, ~there] = -1 << bits
        up, down = key | column, key | (low - column)
        first = up if first is None else np.maximum(first, up, out=first)
        last = down if last is None else np.maximum(last, down, out=last)
    assert first is not None
    assert last is not None
    first &= low
    last &= low
    return first.astype(np.int16), (first + last != low).any(axis=1)


def won_by(winners: NDArray[np.int16], parties: int) -> Ints:
    """Seats of each party where each district elects one, shape (draws, parties) [seats]."""
    rows = np.arange(len(winners), dtype=np.int32)[:, np.newaxis] * parties
    return np.bincount((rows + winners).ravel(), minlength=len(winners) * parties).reshape(-1, parties)


def held_in(winners: NDArray[np.int16], groups: Groups, parties: int) -> Ints:
    """The same in each area, whose districts `groups` lists; shape (draws, areas, parties) [seats]."""
    # One more for the districts over which none stands.
    areas = len(groups) + 1
    area = np.full(winners.shape[1], len(groups), dtype=np.int32)
    for number, group in enumerate(groups):
        area[list(group)] = number
    draws = np.arange(len(winners), dtype=np.int32)[:, np.newaxis] * areas
    cells = ((draws + area) * parties + winners).ravel()
    return np.bincount(cells, minlength=len(winners) * areas * parties).reshape(len(winners), areas, parties)[:, :-1]


def _below(districts: Contest, areas: Contest) -> Groups:
    """Rows of the districts over which each area stands."""
    row = {district.id: number for number, district in enumerate(districts.districts)}
    return tuple(tuple(sorted(row[part] for part in area.parts if part in row)) for area in areas.districts)


def reaching(votes: Ints, of: Ints, share: Fraction) -> Mask:
    """Whether votes are at least that share of others, exactly; of the shape that both come to."""
    if not share:
        return np.ones(np.broadcast_shapes(votes.shape, of.shape), dtype=np.bool_)
    large = max(int(votes.max(initial=0)), int(of.max(initial=0))) * max(share.numerator, share.denominator) >= 2**63
    kind = object if large else np.int64
    enough: Mask = np.asarray(votes.astype(kind) * share.denominator >= of.astype(kind) * share.numerator, dtype=np.bool_)
    return enough


def lists_of(draws: Draws, threshold: Fraction = Fraction(0), scope: str = "district", *, direct: Mask | None = None) -> Ints:
    """Votes of the lists with that share of their district or of the nation, else 0, of the shape of `votes`; a lump is no list.

    `direct`, of a shape that fits, is who takes part whatever their votes.
    """
    everywhere = draws.votes.sum(axis=2, keepdims=True, dtype=np.int64) if scope == "nation" else draws.votes
    enough = reaching(everywhere, everywhere.sum(axis=0, dtype=np.int64), threshold)
    if direct is not None:
        enough |= direct
    return draws.votes * (enough & draws.listed[:, :, np.newaxis])


def awarded(votes: Ints, seats: Ints | int, method: str, *, held: Ints | None = None, ties: str = "lot") -> tuple[Ints, Mask]:
    """Seats of many apportionments, and which of them are tied beyond what `ties` settles.

    `votes` and `held` have shape (…, parties), the answers (…, parties) [seats] and (…).
    """
    won, level = apportion_many(votes, seats, method, held)
    tied: Mask = np.asarray(level.any(axis=-1))
    if ties != "lot" and tied.any():
        house = np.broadcast_to(seats, tied.shape)
        for place in map(tuple, np.argwhere(tied)):
            before = None if held is None else np.broadcast_to(held, votes.shape)[place].tolist()
            try:
                won[place] = apportion(votes[place].tolist(), int(house[place]), method, held=before, ties=ties).seats
                tied[place] = False
            except TieUnresolved:
                continue
    return won, tied


def in_each_draw(draws: Draws, votes: Ints, method: str, *, held: Ints | None = None, ties: str = "lot") -> tuple[Ints, Mask]:
    """Seats in each district, apportioned by itself, shape (draws, districts, parties) [seats], and the draws that are tied.

    `votes` are those that count, of the shape of those of `draws`; `held`, (draws, districts, parties), where divisors start.

    Raises
    ------
    SettingError
        In some draw no list takes part in a district that has seats.
    """
    empty = ~votes.any(axis=0) & (draws.magnitudes > 0)
    if empty.any():
        district = draws.contest.districts[int(np.argwhere(empty)[0, 1])]
        raise SettingError(f"no list reaches the threshold in {district.name}, which has {district.magnitude} seats to fill; lower it")
    seats, tied = awarded(np.moveaxis(votes, 0, 2), draws.magnitudes, method, held=held, ties=ties)
    crossed: Mask = np.asarray(tied.any(axis=1))
    return seats, crossed


def set_aside_many(votes: Ints, seats: Ints, kept: Ints, method: str, ties: str = "lot") -> tuple[Ints, Mask]:
    """All seats of each party, where whoever keeps more than its due is set aside with them; and the draws that are tied.

    `votes` and `kept` have shape (draws, parties), `seats` (draws,) [seats].
    """
    out = np.zeros(votes.shape, dtype=np.bool_)
    whole, tied = np.zeros_like(votes), np.zeros(len(votes), dtype=np.bool_)
    rows = np.arange(len(votes))
    while rows.size:
        gone = out[rows]
        left = seats[rows] - (kept[rows] * gone).sum(axis=1)
        due, level = awarded(votes[rows] * ~gone, left, method, ties=ties)
        tied[rows] |= level
        over = ~gone & (kept[rows] > due)
        whole[rows] = np.where(gone, kept[rows], due)
        out[rows] |= over
        rows = rows[over.any(axis=1) & ~tied[rows]]
    return whole, tied


def one_by_one(system: Any, election: Election, votes: Ints, rows: NDArray[np.intp], batch: Batch) -> Batch:
    """The same batch with these draws counted by the exact path: for turns of a law that no array follows."""
    for row in rows:
        try:
            batch.seats[row] = drawn(election, votes[row]).under(system).total
        except TieUnresolved:
            batch.tied[row] = True
    return batch
