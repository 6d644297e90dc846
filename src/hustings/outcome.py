"""What an election came to: seats, who is elected, and the stages of each count; what does not balance cannot be built."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from hustings.election import Candidate, Contest, District, Election, Party, Tally, frozen
from hustings.errors import AuditError
from hustings.exact import decimal
from hustings.lots import Lot
from hustings.registry import settings_of


class Transfer(NamedTuple):
    """Papers of one transfer value that passed together at a stage.

    Attributes
    ----------
    source : the candidate who handed them on; NOBODY where those of several candidates were sorted together.
    to : the candidate who received them; NOBODY if they are not transferable.
    value : of each paper, in units of 10^-places of the transcript; a fraction of units where the count never cuts values.
    papers : number [papers].
    """

    source: int
    to: int
    value: int | Fraction
    papers: int

    @property
    def worth(self) -> int:
        """What the receiver is credited with for them, in whole units."""
        return self.papers * self.value // 1


@dataclass(frozen=True)
class Stage:
    """One act of a count and where every paper and every vote lies after it.

    Attributes
    ----------
    votes : value credited to each candidate, in units of 10^-places of the transcript.
    papers : papers held by each candidate [papers].
    non_transferable, non_transferable_papers : value and number of papers that no candidate holds.
    lost_to_rounding : value lost to rounding so far, same units; never negative.
    elected, excluded : candidates' indices, at this stage, in order.
    elected_rules : the rule under which each of the elected is, in the same order.
    quota : where it is set anew at this stage; None where it stays, or where the engine says it only of the whole.
    transfers : the papers that passed at this stage, each with `source`, `to`, `value`, `papers`; none where the engine keeps no parcels.
    keep : what each candidate keeps of a paper that comes by, as the votes of this stage are given out, same units; empty
        but where a method counts by keep values.
    inactive : why papers count for nobody, and their value so far, invalid papers included; empty where the engine does not say.
    """

    number: int
    act: str
    rule: str
    who: tuple[int, ...]
    votes: tuple[int | Fraction, ...]
    papers: tuple[int, ...]
    non_transferable: int | Fraction
    non_transferable_papers: int
    lost_to_rounding: int | Fraction
    elected: tuple[int, ...] = ()
    elected_rules: tuple[str, ...] = ()
    excluded: tuple[int, ...] = ()
    lots: tuple[Lot, ...] = ()
    quota: int | Fraction | None = None
    transfers: tuple[Transfer, ...] = ()
    keep: tuple[int, ...] = ()
    inactive: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Transcript:
    """The count of one district: candidates, quota, and its stages; papers and value balance at each, and transfers tell what changed.

    `places` is the number of decimals in which values are held; `elected` are candidates' indices in order of election.
    `unit` says what the values are; only votes are conserved, points and majorities are not.
    """

    name: str
    method: str
    candidates: tuple[Candidate, ...]
    seats: int
    valid: int
    invalid: int
    quota: int | Fraction | None
    places: int
    stages: tuple[Stage, ...]
    elected: tuple[int, ...] = ()
    unit: str = "votes"

    def __post_init__(self) -> None:
        value = self.valid * 10**self.places
        for stage in self.stages if self.unit == "votes" else ():
            where = f"{self.name}, stage {stage.number}"
            held = sum(stage.papers) + stage.non_transferable_papers
            if held != self.valid:
                raise AuditError(f"{where}: {held} papers held, {self.valid} valid")
            if sum(stage.votes) + stage.non_transferable + stage.lost_to_rounding != value:
                raise AuditError(f"{where}: the values do not add up to {self.valid} votes")
            if stage.inactive and sum(part for _, part in stage.inactive) != stage.non_transferable + self.invalid * 10**self.places:
                raise AuditError(f"{where}: the reasons do not add up to the papers that count for nobody")
            if stage.lost_to_rounding < 0:
                raise AuditError(f"{where}: rounding made votes ({decimal(stage.lost_to_rounding, self.places)})")
            if stage.keep and any(votes for votes, keep in zip(stage.votes, stage.keep, strict=True) if not keep):
                raise AuditError(f"{where}: who keeps nothing of a paper has votes")
        for before, stage in pairwise(self.stages):
            if stage.transfers and not _reconciles(before, stage):
                raise AuditError(f"{self.name}, stage {stage.number}: the papers transferred are not what candidates gained")
        if len(self.elected) != len(set(self.elected)) or len(self.elected) > self.seats:
            raise AuditError(f"{self.name}: {len(self.elected)} elected for {self.seats} seats")

    @property
    def lots(self) -> tuple[Lot, ...]:
        """All lots drawn, in order."""
        return tuple(lot for stage in self.stages for lot in stage.lots)


def _reconciles(before: Stage, stage: Stage) -> bool:
    """Whether those who hand on no papers gain what their transfers are worth, and the papers; whoever does, gives the rest."""
    # NOBODY is the index of the last.
    votes, papers = [*before.votes, 0], [*before.papers, before.non_transferable_papers]
    for _, to, value, number in stage.transfers:
        votes[to] += number * value // 1
        papers[to] += number
    for who in stage.who:
        votes[who], papers[who] = stage.votes[who], stage.papers[who]
    return (*votes[:-1],) == stage.votes and (*papers,) == (*stage.papers, stage.non_transferable_papers)


@dataclass(frozen=True, eq=False)
class Outcome:
    """The seats that a system gives.

    Attributes
    ----------
    districts : a row each: the districts, then each upper tier.
    tally : votes in the districts, the first rows of `seats`.
    seats : shape (districts, parties) [seats], int64, a row for each district and for each upper tier.
    basis : the Tally that the seats are judged by; that of the districts unless there was a vote of its own for parties.
    elected : names of those elected in each row, where the election names candidates.
    assumed : what was assumed to get here, to be printed beside the result.
    layout : hexagon of each district id, and of each id in a district's `parts`, as the election has it.
    """

    election: str
    system: str
    settings: Mapping[str, str]
    districts: tuple[District, ...]
    tally: Tally
    seats: NDArray[np.int64]
    house: int
    basis: Tally = None  # type: ignore[assignment]  # filled below
    elected: tuple[tuple[Candidate, ...], ...] = ()
    transcripts: tuple[Transcript, ...] = ()
    lots: tuple[Lot, ...] = ()
    assumed: tuple[str, ...] = ()
    attribution: tuple[str, ...] = ()
    layout: Mapping[str, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.basis is None:
            object.__setattr__(self, "basis", self.tally)
        object.__setattr__(self, "seats", frozen(self.seats, np.int64))
        if self.seats.shape != (len(self.districts), len(self.tally.parties)):
            raise AuditError(f"{self.system}: seats {self.seats.shape} for {len(self.districts)} districts")
        if (self.seats < 0).any():
            raise AuditError(f"{self.system}: a party has a negative number of seats")
        rows = self.seats.sum(axis=1)
        for district, row in zip(self.districts, rows, strict=True):
            if row != district.magnitude:
                raise AuditError(f"{self.system}: {district.name} has {district.magnitude} seats and {row} are filled")
        if rows.sum() != self.house:
            raise AuditError(f"{self.system}: {rows.sum()} seats are filled in a house of {self.house}")
        # Whoever is returned unopposed has a seat without a vote.
        contested = np.ones(len(self.districts), dtype=np.bool_)
        contested[: len(self.tally.votes)] = self.tally.valid > 0
        winners = self.seats[contested].sum(axis=0) > 0
        if (winners & (self.basis.total == 0) & (self.tally.total == 0)).any():
            raise AuditError(f"{self.system}: a party without votes has seats")

    def __repr__(self) -> str:
        seats = ", ".join(f"{party} {number}" for party, number in self.by_party.items())
        return f"<Outcome of {self.election} under {self.system}: {self.house} seats, {seats}>"

    @property
    def parties(self) -> tuple[Party, ...]:
        """The columns."""
        return self.tally.parties

    @cached_property
    def total(self) -> NDArray[np.int64]:
        """Seats of each party, shape (parties,) [seats]."""
        return frozen(self.seats.sum(axis=0), np.int64)

    @property
    def by_party(self) -> dict[str, int]:
        """Party id → seats, of those that have any, most first."""
        pairs = [(party.id, int(number)) for party, number in zip(self.parties, self.total, strict=True) if number]
        return dict(sorted(pairs, key=lambda pair: -pair[1]))


def outcome(
    system: Any,
    election: Election,
    contest: Contest,
    seats: Sequence[Sequence[int]] | NDArray[np.int64],
    *,
    house: int | None = None,
    upper: Contest | None = None,
    transcripts: Sequence[Transcript] = (),
    lots: Sequence[Lot] = (),
    assumed: Sequence[str] = (),
) -> Outcome:
    """The outcome of `election` under `system`, whose seats are those of `contest` and of the areas of `upper` above it.

    `upper` has the columns of `contest`, and its votes are those by which the outcome is judged.
    """
    tally = contest.counted()
    areas = [replace(area, parts=()) for area in upper.districts] if upper else []
    districts = (*contest.districts, *areas)
    return Outcome(
        election=election.id,
        system=system.__entry__.name,
        settings=settings_of(system),
        districts=districts,
        tally=tally,
        seats=np.asarray(seats, dtype=np.int64).reshape(len(districts), len(tally.parties)),
        house=sum(district.magnitude for district in districts) if house is None else house,
        basis=(upper or contest).counted(),
        transcripts=tuple(transcripts),
        lots=(*lots, *(lot for transcript in transcripts for lot in transcript.lots)),
        assumed=(*election.provenance.notes, *assumed),
        attribution=election.provenance.attribution,
        layout=election.layout,
    )


def as_filled(contest: Contest, seats: Sequence[Sequence[int]] | NDArray[np.int64]) -> Contest:
    """The same contest where each district elects as many as it has seats [seats]: for a law that fixes no number."""
    numbers = np.asarray(seats, dtype=np.int64).sum(axis=1).tolist()
    districts = (replace(district, magnitude=number) for district, number in zip(contest.districts, numbers, strict=True))
    return replace(contest, districts=tuple(districts))


def lumps(tally: Tally, what: str) -> tuple[str, ...]:
    """The notes that a result owes its reader where the source lumps candidates: which lumps and how many votes, and `what` of them.

    Two notes, since the first is the same under every system.
    """
    there = [f"{party.id} ({int(votes):,} votes)" for party, votes in zip(tally.parties, tally.total, strict=True) if party.lump and votes]
    return (f"the source adds up several candidates as {' and '.join(there)}", f"of such lumps {what}") if there else ()


def seats_of(transcripts: Sequence[Transcript], parties: Sequence[Party]) -> NDArray[np.int64]:
    """Seats by party of those whom each count elected, shape (counts, parties) [seats]."""
    column = {party.id: number for number, party in enumerate(parties)}
    seats = np.zeros((len(transcripts), len(parties)), dtype=np.int64)
    for row, transcript in enumerate(transcripts):
        for candidate in transcript.elected:
            seats[row, column[transcript.candidates[candidate].party]] += 1
    return seats


@dataclass(frozen=True, eq=False)
class Batch:
    """What a system gives in many draws of the votes at once: `system.batch(election, votes)`, votes (draws, districts, parties).

    Attributes
    ----------
    seats : of each party, shape (draws, parties) [seats].
    winners : column of the party that wins each district, shape (draws, districts); None where districts elect several.
    tied : shape (draws,): the rule calls for a lot there, and seats and winners hold nothing until `under` has decided it.
        A lot that only says in which area a party has a seat that it is due leaves the seats alone and ties no draw.
    apart : of a system that counts its districts apart, those in which the rule calls for a lot, shape (draws, districts of the
        system): `seats` are those of all the others, and the exact path has only these to count.
    """

    seats: NDArray[np.int64]
    winners: NDArray[np.int16] | None
    tied: NDArray[np.bool_]
    apart: NDArray[np.bool_] | None = None
