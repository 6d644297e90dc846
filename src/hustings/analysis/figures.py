"""A figure named in words in ("seats of lab", "turnout", a measure, "prime minister"), the function that finds it out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any, Literal

import numpy as np

from hustings.analysis.measures import measure
from hustings.election import Contest, Tally, electors
from hustings.errors import AuditError, SettingError, UnknownName, Unsuitable
from hustings.history import government_on, majority, years, years_in_government
from hustings.outcome import Outcome

Number = int | Fraction | float
Value = Number | str
Indices = list[int]
Time = tuple[date, date]


@dataclass(frozen=True)
class Figure:
    """Something that can be found, and in what it is found: `over`.

    * "votes", "seats": in the rows (districts) and columns (parties) of a contest, or of its outcome: `of(contest, rows, columns)`.
    * "election": of an election's id: `of("uk-general/1951")`.
    * "between", "on": of a time or a day, and of one party where one is named: `of((start, end), "lab")`, `of(day)`.

    None where it cannot be told. `party` says whether a party `must`, `may` or `cannot` be named; where none is, all are meant.
    """

    unit: str
    party: str
    of: Callable[..., Any]
    over: Literal["votes", "seats", "election", "between", "on"] = "votes"

    @property
    def counts(self) -> bool:
        """Whether it comes in whole numbers."""
        return self.unit in ("seats", "votes", "electors", "districts")

    @property
    def part(self) -> bool:
        """Whether it is a part of a whole, or the change of one: 0.29, "29%"."""
        return self.unit in ("share", "share change", "relative change")

    def shown(self, value: Value) -> str:
        """The value as a reader sees it."""
        if isinstance(value, str):
            return value
        if self.part:
            return f"{100 * float(value):{'' if self.unit == 'share' else '+'}.2f}{' points' if self.unit == 'share change' else '%'}"
        return f"{int(value):,}" if value == int(value) else f"{float(value):.2f}"


def _votes(contest: Contest, rows: Indices, columns: Indices) -> int:
    return int(contest.counted().votes[np.ix_(rows, columns)].sum())


def _share(contest: Contest, rows: Indices, columns: Indices) -> Fraction | None:
    valid = int(contest.counted().valid[rows].sum())
    return Fraction(_votes(contest, rows, columns), valid) if valid else None


def _electorate(contest: Contest, rows: Indices, _: Indices) -> int | None:
    return electors(contest.districts[row] for row in rows)


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


def _majority(election: str) -> int | None:
    series, _, edition = election.partition("/")
    return majority(edition) if series in ("uk-general", "uk-national") else None


def _years(time: Time, party: str, *, coalition: bool) -> Fraction:
    return years_in_government(party, *time, coalition=coalition)


def _in_government(day: date, party: str) -> str:
    """Whether that day a party governs "alone", "in coalition" or "no"."""
    held = government_on(day)
    years_in_government(party, day, day)  # refuses a party that never governed: it would be right that any misspelt one did not
    return "no" if party not in held.parties else "in coalition" if held.kind else "alone"


FIGURES: Mapping[str, Figure] = {
    "seats": Figure("seats", "may", _seats, "seats"),
    "seat share": Figure("share", "must", _seat_share, "seats"),
    "votes": Figure("votes", "may", _votes),
    "share": Figure("share", "must", _share),
    "turnout": Figure("share", "cannot", _turnout),
    "electorate": Figure("electors", "cannot", _electorate),
    "second places": Figure("districts", "must", _second_places),
    "government majority": Figure("seats", "cannot", _majority, "election"),
    "years": Figure("years", "cannot", lambda time: years(*time), "between"),
    "years in government": Figure("years", "must", partial(_years, coalition=False), "between"),
    "years in coalition": Figure("years", "must", partial(_years, coalition=True), "between"),
    "prime minister": Figure("text", "cannot", lambda day: government_on(day).prime_minister, "on"),
    "in government": Figure("text", "must", _in_government, "on"),
}
CHANGES = {"change": "share change", "relative change": "relative change"}
"""What may stand before "of" and a figure of votes or seats, and the unit that a share then has."""


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
    """One figure asked for: as it is written, of which parties together, and whether it is its change since another election."""

    text: str
    figure: Figure
    parties: tuple[str, ...] = ()
    change: str = ""

    def between(self, here: Number, there: Number) -> Number | None:
        """The change from there to here; None where it has no size."""
        if self.change == "relative change":
            return Fraction(here - there) / Fraction(there) if there else None
        return here - there


def find_named(text: str) -> Find:
    """The figure that a text such as 'share of con+ld', 'change of share of lab' or 'gallagher' asks for.

    Raises
    ------
    UnknownName
        There is no such figure and no such measure.
    SettingError
        A party is missing, or named where none can be; or the figure has no change.
    """
    what, of, parties = text.partition(" of ")
    name = " ".join(what.split()).lower()
    if name in CHANGES and of:
        inner = find_named(parties)
        if inner.change or inner.figure.over not in ("votes", "seats"):
            raise SettingError(f"'{text}': '{inner.text}' has no change since another election; find a figure of votes or seats")
        unit = CHANGES[name] if inner.figure.unit == "share" or name == "relative change" else inner.figure.unit
        return replace(inner, text=text, change=name, figure=replace(inner.figure, unit=unit))
    if name in FIGURES:
        figure = FIGURES[name]
    elif name.partition(":")[0] in measure:
        judge = measure.parse(name)
        unit = judge.__entry__.traits.get("unit", "")
        figure = Figure(unit, "cannot", lambda outcome, rows, _: judge(_within(outcome, rows)), "seats")
    else:
        raise UnknownName("figure", what, [*FIGURES, *(f"{change} of" for change in CHANGES), *measure])
    if figure.party == "must" and not of:
        raise SettingError(f"'{text}' must say of which party; write '{name} of lab'")
    if figure.party == "cannot" and of:
        raise SettingError(f"'{name}' is not of a party; write '{name}' alone")
    named = tuple(party.strip() for party in parties.split("+")) if of else ()
    if figure.over in ("between", "on") and len(named) > 1:
        raise SettingError(f"'{name}' is of one party; ask for each by itself")
    return Find(text, figure, named)
