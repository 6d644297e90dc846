"""Stage sheets in; out where one differs from the official record, or what in a published one cannot be, without its papers."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from hustings.analysis.sheets import NORTHERN_IRELAND, Row, Sheet
from hustings.errors import Unsuitable
from hustings.exact import decimal, truncate

STATUTORY = (NORTHERN_IRELAND, "scotland-2007")
"""Methods with a Droop quota fixed at the first stage, surpluses down to it, and exclusions from below."""
ROUNDED_PLACES = 2
"""Publishers print some tables to this many decimals."""


@dataclass(frozen=True)
class Finding:
    """Something that does not fit: in which count, at which stage (0: none in particular), of whom, what was published and what we find.

    `why` explains it; a difference from the official record without a `why` may be a fault of ours.
    """

    count: str
    stage: int
    candidate: str
    what: str
    published: str
    ours: str
    why: str = ""


@dataclass(frozen=True)
class Audit:
    """What was found in so many sheets with so many totals, `rounded` of which are ours to the decimals that they carry."""

    sheets: int
    cells: int
    rounded: int
    findings: tuple[Finding, ...]


def compare(ours: Sequence[Sheet], official: Sequence[Sheet]) -> Audit:
    """Each count beside the official sheet of its name, or of the name of its file; the first difference comes first.

    Raises
    ------
    Unsuitable
        None of the counts has an official sheet.
    """
    published = {sheet.file: sheet for sheet in official}
    pairs = [(sheet, published[key]) for sheet in ours for key in (sheet.file, sheet.name) if key in published]
    if len(ours) == len(official) == 1:
        pairs = [(ours[0], official[0])]
    if not pairs:
        raise Unsuitable(f"no official sheet is called '{ours[0].file}' or '{ours[0].name}'; name it as the file of papers is, without its ending")
    beside = [(sheet, other) for sheet, other in pairs if len(sheet.candidates) == len(other.candidates)]
    rounded = sum(_rounded(*cells) for pair in beside for cells in _cells(*pair))
    cells = sum(1 for pair in beside for _ in _cells(*pair))
    return Audit(len(pairs), cells, rounded, tuple(found for pair in pairs for found in _differences(*pair)))


def check(sheets: Sequence[Sheet]) -> Audit:
    """What is impossible in each sheet that has stages."""
    staged = [sheet for sheet in sheets if sheet.stages]
    cells = sum(len(row.totals) for sheet in staged for row in sheet.stages)
    return Audit(len(staged), cells, 0, tuple(found for sheet in staged for part in CHECKS for found in part(sheet)))


def _cells(ours: Sheet, official: Sheet) -> Iterator[tuple[Fraction, Fraction]]:
    for here, there in zip(ours.stages, official.stages, strict=False):
        yield from zip(here.totals, there.totals, strict=True)


def _rounded(ours: Fraction, theirs: Fraction) -> bool:
    """Whether theirs differs, and is ours to the two decimals that it carries."""
    unit = Fraction(1, 10**ROUNDED_PLACES)
    return ours != theirs and theirs % unit == 0 and abs(ours - theirs) <= unit / 2


def _differences(ours: Sheet, official: Sheet) -> Iterator[Finding]:
    if official.stages and len(ours.candidates) != len(official.candidates):
        yield Finding(ours.file, 0, "", "number of candidates", str(len(official.candidates)), str(len(ours.candidates)))
        return
    for what, here, there in (("seats", ours.seats, official.seats), ("valid", ours.valid, official.valid), ("quota", ours.quota, official.quota)):
        if there is not None and here != there:
            added = sum(official.stages[0].totals) if official.stages else None
            why = f"its own first preferences add up to {added}" if what == "valid" and added == here else ""
            yield Finding(ours.file, 0, "", what, str(there), "" if here is None else str(here), why)
    if not official.stages:
        yield from _other_winners(ours, official)
        return
    gaps = [
        [Fraction(0) if _rounded(a, b) else b - a for a, b in zip(here.totals, there.totals, strict=True)]
        for here, there in zip(ours.stages, official.stages, strict=False)
    ]
    for stage, row in enumerate(gaps):
        for who, gap in enumerate(row):
            if gap:
                here, there = ours.stages[stage].totals[who], official.stages[stage].totals[who]
                why = _slip(ours, official, gaps, stage, who)
                yield Finding(ours.file, stage + 1, ours.candidates[who], "total", ours.text(there), ours.text(here), why)
    if len(ours.stages) != len(official.stages):
        yield Finding(ours.file, len(gaps) + 1, "", "number of stages", str(len(official.stages)), str(len(ours.stages)))
    yield from _other_winners(ours, official)


def _other_winners(ours: Sheet, official: Sheet) -> Iterator[Finding]:
    for who in sorted(ours.elected ^ official.elected):
        words = ("elected", "not elected") if who in official.elected else ("not elected", "elected")
        name = ours.candidates[who] if who < len(ours.candidates) else f"candidate {who + 1}"
        yield Finding(ours.file, 0, name, "who is elected", *words)


def _slip(ours: Sheet, official: Sheet, gaps: Sequence[Sequence[Fraction]], stage: int, who: int) -> str:
    """How the official sheet shows by itself that this total is a slip of its pen; empty if it does not.

    A fault of ours moves papers: what one has too much another lacks, and it lives on in whatever these papers do next. A slip
    stands alone.
    """
    here, there = ours.stages[stage].totals, official.stages[stage].totals
    if there[who] == truncate(here[who], ours.places - 1):
        return "its last decimal is cut off"
    if not stage:
        return ""
    was, before = official.stages[stage - 1].totals, gaps[stage - 1]
    if gaps[stage][who] == before[who]:
        return f"carried on from stage {stage}: what it gains at this one is ours"
    if sum(there) > sum(was):
        return f"the column holds {ours.text(sum(there) - sum(was))} votes more than the one before it"
    if stage + 1 < len(gaps) and not gaps[stage + 1][who] and official.stages[stage + 1].totals[who]:
        return f"stage {stage + 2} goes on from our figure"
    others = [other for other in range(len(there)) if other != who and there[other] > was[other] and gaps[stage][other] == before[other]]
    if there[who] == was[who] and others:
        return f"the gain is not entered; {len(others)} gains of the same transfer are ours"
    # Who hands on all his papers has none left whatever was printed for him before.
    if not any(gaps[stage][other] != before[other] for other in range(len(there)) if other != who and there[other]):
        return f"it alone differs; {len(others)} gains of the same transfer are ours"
    return ""


def _first_preferences(sheet: Sheet) -> Iterator[Finding]:
    """The first preferences add up to the valid papers, and the quota is that of both."""
    added = sum(sheet.stages[0].totals)
    droop = {total: Fraction(total // (sheet.seats + 1) + 1) for total in (sheet.valid, added) if total is not None and sheet.seats is not None}
    quota = sheet.quota if sheet.method in STATUTORY else None
    if sheet.valid is not None and added != sheet.valid:
        why = "the first preferences do not add up to it"
        if quota is not None and quota == droop.get(added):
            why += f", and the quota {quota} is theirs"
            if sheet.invalid is not None and sheet.valid - sheet.invalid == added:
                why += f": {sheet.valid} counts the {sheet.invalid} invalid papers too"
        elif quota is not None and quota == droop.get(sheet.valid):
            why += f", but the quota {quota} is its own: a first preference is wrong, or several are"
        yield Finding(sheet.name, 1, "", "valid", str(sheet.valid), str(added), why)
    if quota is not None and droop and quota not in droop.values():
        yield Finding(sheet.name, 0, "", "quota", str(quota), str(droop[added]), f"for {sheet.seats} seats")


def _carried(sheet: Sheet) -> Iterator[Finding]:
    """Each total is the one before and what was gained; nothing comes from nowhere, and what nobody gained went to nobody."""
    for number, (before, row) in enumerate(zip(sheet.stages, sheet.stages[1:], strict=False), 2):
        for name, was, change, total in zip(sheet.candidates, before.totals, row.changes or (), row.totals, strict=False):
            if was + change != total:
                why = f"{sheet.text(was)} and a change of {sheet.text(change)}"
                yield Finding(sheet.name, number, name, "total", sheet.text(total), sheet.text(was + change), why)
        lost = sum(before.totals) - sum(row.totals)
        if row.lost is not None and row.lost != lost:
            why = "what the candidates gave less what they gained"
            yield Finding(sheet.name, number, "", "not transferred", sheet.text(row.lost), sheet.text(lost), why)
        elif lost < -_slack(sheet, number):
            why = "votes come from nowhere"
            yield Finding(sheet.name, number, "", "sum of totals", sheet.text(sum(row.totals)), sheet.text(sum(before.totals)), why)


def _slack(sheet: Sheet, number: int) -> Fraction:
    """By how much rounding to two decimals can raise the sum of totals from the stage before."""
    unit = Fraction(1, 10**ROUNDED_PLACES)
    rounded = sheet.places > ROUNDED_PLACES and all(total % unit == 0 for row in sheet.stages[number - 2 : number] for total in row.totals)
    return unit * len(sheet.candidates) if rounded else Fraction(0)


def _surpluses(sheet: Sheet) -> Iterator[Finding]:
    """What somebody elected hands on is what he has above the quota, and it passes on at a legal value of a paper."""
    if sheet.quota is None or sheet.method not in STATUTORY:
        return
    elected, received = {*sheet.stages[0].elected}, {100}
    for number, (before, row) in enumerate(zip(sheet.stages, sheet.stages[1:], strict=False), 2):
        for who in _givers(before, row) & elected:
            if row.totals[who] != sheet.quota:
                given, due = sheet.text(before.totals[who] - row.totals[who]), sheet.text(before.totals[who] - sheet.quota)
                yield Finding(sheet.name, number, sheet.candidates[who], "surplus", given, due, "what lies above the quota")
            if sheet.method == NORTHERN_IRELAND:
                first = sheet.stages[0].totals
                papers = int(first[who] if before.totals[who] == first[who] else sum(first))
                yield from _gains(sheet, number, Surplus(int((before.totals[who] - row.totals[who]) * 100), papers, received))
        elected |= {*row.elected}


def _givers(before: Row, row: Row) -> set[int]:
    return {who for who, (was, total) in enumerate(zip(before.totals, row.totals, strict=True)) if total < was}


@dataclass(frozen=True)
class Surplus:
    """A surplus in hundredths, the papers that carry it at most, and the values that papers of this count have had so far."""

    votes: int
    papers: int
    received: set[int]

    def values(self, gains: Collection[int]) -> set[int]:
        """At which values in hundredths these gains can come of it: surplus / papers that moved, or a value received before."""
        divisors = {value for value in range(1, 101) if all(gain % value == 0 for gain in gains) and sum(gains) <= self.papers * value}
        return {value for value in divisors if self.votes * value // sum(gains) == value} or divisors & self.received


def _gains(sheet: Sheet, number: int, surplus: Surplus) -> Iterator[Finding]:
    """The gains of a surplus that are not whole papers at one value: the one among them that is off, if the others are."""
    pairs = zip(sheet.stages[number - 2].totals, sheet.stages[number - 1].totals, strict=True)
    gains = {who: int((total - was) * 100) for who, (was, total) in enumerate(pairs) if total > was}
    values = surplus.values(gains.values()) if gains else set()
    surplus.received.update(values)
    if values or not gains:
        return
    for who, gain in gains.items():
        others = [other for each, other in gains.items() if each != who]
        for value in range(100, 1, -1):
            near = (gain + value // 2) // value * value
            if surplus.values([*others, near]) == {value}:
                why = f"the other {len(others)} gains are whole papers at {decimal(value, 2)}"
                yield Finding(sheet.name, number, sheet.candidates[who], "gain", decimal(gain, 2), decimal(near, 2), why)
                return
    yield Finding(sheet.name, number, "", "gains", decimal(sum(gains.values()), 2), "", "at no value in hundredths are they whole papers")


def _exclusions(sheet: Sheet) -> Iterator[Finding]:
    """Whoever is excluded was the lowest, or one of a group that could not reach the next, and keeps nothing."""
    if sheet.quota is None or sheet.method not in STATUTORY:
        return
    gone, elected = set[int](), {*sheet.stages[0].elected}
    for number, (before, row) in enumerate(zip(sheet.stages, sheet.stages[1:], strict=False), 2):
        out = sorted(_givers(before, row) - elected)
        for who in out:
            if row.totals[who] and number < len(sheet.stages):  # the last stage ends once the places are filled
                why = "whoever is excluded keeps nothing"
                yield Finding(sheet.name, number, sheet.candidates[who], "total", sheet.text(row.totals[who]), sheet.text(0), why)
        gone |= {*out}
        together = sum(before.totals[who] for who in out)
        lowest = min((total for who, total in enumerate(before.totals) if who not in gone | elected), default=together)
        waiting = sum(before.totals[who] - sheet.quota for who in elected if before.totals[who] > sheet.quota)
        if together > lowest if len(out) == 1 else out and together + waiting >= lowest:
            names = ", ".join(sheet.candidates[who] for who in out)
            why = "another is lower" if len(out) == 1 else "together, and with every surplus that waits, they are not behind the next"
            yield Finding(sheet.name, number, names, "exclusion", sheet.text(together), sheet.text(lowest), why)
        elected |= {*row.elected}


def _elected(sheet: Sheet) -> Iterator[Finding]:
    """As many are elected as there are seats: with the quota, or at the last stage ahead of all who are not."""
    if sheet.elected and sheet.seats is not None and len(sheet.elected) != sheet.seats:
        yield Finding(sheet.name, 0, "", "number elected", str(len(sheet.elected)), str(sheet.seats))
    if sheet.method not in STATUTORY or sheet.quota is None:
        return
    for number, row in enumerate(sheet.stages, 1):
        best = max((total for who, total in enumerate(row.totals) if who not in sheet.elected), default=0)
        for who in row.elected:
            if row.totals[who] < sheet.quota and (number < len(sheet.stages) or row.totals[who] < best):
                why = "elected below the quota, and not to a last vacancy"
                yield Finding(sheet.name, number, sheet.candidates[who], "total", sheet.text(row.totals[who]), sheet.text(sheet.quota), why)
        for who, total in enumerate(row.totals):
            if total >= sheet.quota and who not in sheet.elected:
                why = "has the quota and is not elected"
                yield Finding(sheet.name, number, sheet.candidates[who], "total", sheet.text(total), sheet.text(sheet.quota), why)


CHECKS = (_first_preferences, _carried, _surpluses, _exclusions, _elected)
