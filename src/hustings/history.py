"""Who governed when: a party and two days in, its time in government out; an edition in, the government's majority out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import pairwise

from hustings.errors import SettingError, UnknownName
from hustings.facts import fact

YEAR = Fraction(3652425, 10000)
"""Days of a Gregorian year on average."""


@dataclass(frozen=True)
class Government:
    """A prime minister and the parties that governed from `start` until the day before `end`; None where it still does."""

    start: date
    end: date | None
    prime_minister: str
    parties: tuple[str, ...]
    kind: str = ""


@cache
def governments() -> tuple[Government, ...]:
    """British governments since 1900, in order."""
    rows = fact("governments")["government"]
    return tuple(
        Government(row["start"], after and after["start"], row["prime_minister"], tuple(row["parties"]), row.get("kind", ""))
        for row, after in pairwise([*rows, None])
    )


def _within(start: date, end: date) -> Iterator[tuple[Government, date, date]]:
    """Each government of that time, and from when to when it was in it."""
    if not governments()[0].start <= start <= end:
        raise SettingError(f"from {start} to {end}: governments are known since {governments()[0].start}, and a time ends after it starts")
    for each in governments():
        begin, until = max(each.start, start), min(each.end or end, end)
        if begin < until:
            yield each, begin, until


def years(start: date, end: date) -> Fraction:
    """Years from a day to another."""
    return Fraction((end - start).days) / YEAR


def spells(party: str, start: date, end: date, *, coalition: bool | None = None) -> tuple[tuple[date, date], ...]:
    """When in that time the party had ministers, from each day until the day before another.

    Only where it shared power, or had it alone, if `coalition` says so.

    Raises
    ------
    UnknownName
        The party has never governed.
    SettingError
        The time begins before governments are known, or ends before it begins.
    """
    if party not in (known := {name for each in governments() for name in each.parties}):
        raise UnknownName("party that has governed", party, known)
    found: list[tuple[date, date]] = []
    for each, begin, until in _within(start, end):
        if party in each.parties and coalition in (None, bool(each.kind)):
            joined = found and found[-1][1] == begin
            found.append((found.pop()[0] if joined else begin, until))
    return tuple(found)


def years_in_government(party: str, start: date, end: date, *, coalition: bool | None = None) -> Fraction:
    """Years of the same."""
    return sum((years(*spell) for spell in spells(party, start, end, coalition=coalition)), Fraction(0))


def government_on(day: date) -> Government:
    """The government of that day; on a day of change, the new one.

    Raises
    ------
    SettingError
        The day lies before governments are known.
    """
    held = [each for each in governments() if each.start <= day]
    if not held:
        raise SettingError(f"{day}: governments are known since {governments()[0].start}")
    return held[-1]


def majority(edition: str) -> int | None:
    """The government's majority after a general election [seats]; None where it had none, or where none is recorded."""
    found: int | None = fact("governments")["majorities"].get(edition)
    return found
