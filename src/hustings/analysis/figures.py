"""A figure named in words in ("seats of lab", "turnout", a measure), its value in some districts of a contest or outcome out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from hustings.analysis.measures import measure
from hustings.election import Contest, Tally
from hustings.errors import AuditError, SettingError, UnknownName, Unsuitable
from hustings.outcome import Outcome

Number = int | Fraction | float
Indices = list[int]


@dataclass(frozen=True)
class Figure:
    """A number that can be found in the rows (districts) and columns (parties) of a contest, or of its outcome.

    `party` says whether a party `must`, `may` or `cannot` be named; where none is, all are meant.
    """

    unit: str
    party: str
    of: Callable[[Any, Indices, Indices], Number | None]
    outcome: bool = False

    @property
    def counts(self) -> bool:
        """Whether it comes in whole numbers."""
        return self.unit in ("seats", "votes", "electors", "districts")

    def shown(self, value: Number) -> str:
        """The value as a reader sees it."""
        if self.unit == "share":
            return f"{100 * float(value):.2f}%"
        return f"{int(value):,}" if value == int(value) else f"{float(value):.2f}"


def _votes(contest: Contest, rows: Indices, columns: Indices) -> int:
    return int(contest.counted().votes[np.ix_(rows, columns)].sum())


def _share(contest: Contest, rows: Indices, columns: Indices) -> Fraction | None:
    valid = int(contest.counted().valid[rows].sum())
    return Fraction(_votes(contest, rows, columns), valid) if valid else None


def _electorate(contest: Contest, rows: Indices, _: Indices) -> int | None:
    electorates = [contest.districts[row].electorate for row in rows]
    return None if None in electorates else sum(filter(None, electorates))


def _turnout(contest: Contest, rows: Indices, columns: Indices) -> Fraction | None:
    electorate = _electorate(contest, rows, columns)
    return Fraction(int(contest.counted().valid[rows].sum()), electorate) if electorate else None


def _second_places(contest: Contest, rows: Indices, columns: Indices) -> int:
    tally = contest.counted()
    ahead = [(tally.votes[rows] > tally.votes[rows][:, [column]]).sum(axis=1) for column in columns]
    return sum(int(((number == 1) & tally.stood[rows, column]).sum()) for number, column in zip(ahead, columns, strict=True))


def _seats(outcome: Outcome, rows: Indices, columns: Indices) -> int:
    return int(outcome.seats[np.ix_(rows, columns)].sum())


def _seat_share(outcome: Outcome, rows: Indices, columns: Indices) -> Fraction | None:
    total = int(outcome.seats[rows].sum())
    return Fraction(_seats(outcome, rows, columns), total) if total else None


FIGURES: Mapping[str, Figure] = {
    "seats": Figure("seats", "may", _seats, outcome=True),
    "seat share": Figure("share", "must", _seat_share, outcome=True),
    "votes": Figure("votes", "may", _votes),
    "share": Figure("share", "must", _share),
    "turnout": Figure("share", "cannot", _turnout),
    "electorate": Figure("electors", "cannot", _electorate),
    "second places": Figure("districts", "must", _second_places),
}


def _within(outcome: Outcome, rows: Indices) -> Outcome:
    """The outcome in those districts alone, judged by the votes there."""
    if len(rows) == len(outcome.districts):
        return outcome
    lower = [row for row in rows if row < len(outcome.tally.votes)]
    tally = Tally(outcome.parties, outcome.tally.votes[lower], outcome.tally.stood[lower])
    try:
        return replace(
            outcome,
            districts=tuple(outcome.districts[row] for row in rows),
            tally=tally,
            basis=tally,
            seats=outcome.seats[rows],
            house=int(outcome.seats[rows].sum()),
            elected=tuple(outcome.elected[row] for row in rows) if outcome.elected else (),
            transcripts=tuple(outcome.transcripts[row] for row in lower) if outcome.transcripts else (),
        )
    except AuditError as error:
        raise Unsuitable(f"lists and the districts beneath them go together ({error}); leave out `where`") from None


@dataclass(frozen=True)
class Find:
    """One figure asked for: as it is written, and of which parties together."""

    text: str
    figure: Figure
    parties: tuple[str, ...] = ()


def find_named(text: str) -> Find:
    """The figure that a text such as 'share of con+ld' or 'gallagher' asks for.

    Raises
    ------
    UnknownName
        There is no such figure and no such measure.
    SettingError
        A party is missing, or named where none can be.
    """
    what, of, parties = text.partition(" of ")
    name = " ".join(what.split()).lower()
    if name in FIGURES:
        figure = FIGURES[name]
    elif name.partition(":")[0] in measure:
        judge = measure.parse(name)
        unit = judge.__entry__.traits.get("unit", "")
        figure = Figure(unit, "cannot", lambda outcome, rows, _: judge(_within(outcome, rows)), outcome=True)
    else:
        raise UnknownName("figure", what, [*FIGURES, *measure])
    if figure.party == "must" and not of:
        raise SettingError(f"'{text}' must say of which party; write '{name} of lab'")
    if figure.party == "cannot" and of:
        raise SettingError(f"'{name}' is not of a party; write '{name}' alone")
    return Find(text, figure, tuple(party.strip() for party in parties.split("+")) if of else ())
