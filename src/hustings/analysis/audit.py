"""Stage sheets in; out where one differs from the official record, or what in a published one cannot be, without its papers."""

import csv
import io
import json
import zipfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from hustings.errors import DataError, Unsuitable
from hustings.exact import decimal, truncate
from hustings.files import read_text

STATUTORY = ("northern-ireland", "scotland-2007")
"""Methods with a Droop quota fixed at the first stage, surpluses down to it, and exclusions from below."""
NORTHERN_IRELAND = STATUTORY[0]
TABLES = ("Count.csv", "ConstituencyCount.csv", "NonTransferable.csv")
"""What is read of each district of a Northern Irish election."""
ROUNDED_PLACES = 2
"""Publishers print some tables to this many decimals."""


@dataclass(frozen=True)
class Row:
    """One stage as printed; what a sheet does not print is None.

    Attributes
    ----------
    totals : votes of each candidate after the stage.
    changes : what each gained, negative for what he gave.
    lost : votes that went to no candidate at this stage: not transferable, or lost to rounding.
    elected : candidates' indices, at this stage.
    """

    totals: tuple[Fraction, ...]
    changes: tuple[Fraction, ...] | None = None
    lost: Fraction | None = None
    elected: tuple[int, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """The stages of one count as somebody published them, or as we count them; nothing in it need be true.

    `file` is the stem of the file of papers, `places` the decimals of its figures; a table of bare totals names no candidates.
    """

    file: str
    name: str
    method: str
    candidates: tuple[str, ...]
    seats: int | None
    valid: int | None
    quota: Fraction | None
    places: int
    stages: tuple[Row, ...]
    elected: frozenset[int]
    invalid: int | None = None

    def text(self, value: Fraction | int) -> str:
        """A figure with the decimals of this sheet."""
        return decimal(Fraction(value) * 10**self.places, self.places)


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


REMEDY = "give what hustings count --json writes, or a table of official totals as docs/audit.md shows it"
CHECKS = (_first_preferences, _carried, _surpluses, _exclusions, _elected)


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """Read our count JSON, a table of official totals (JSON), or the folder or archive of a Northern Irish election.

    Raises
    ------
    DataError
        The file is none of these, or does not say what it must.
    """
    if path.is_dir() or path.suffix == ".zip":
        return _northern_irish(path)
    try:
        document = json.loads(read_text(path))
        if "counts" in document:
            return tuple(_counted(path, count) for count in document["counts"])
        if "candidates" in document:
            return (_counted(path, document),)
        tables = {path.stem: document} if "winners" in document else document
        sheets = tuple(_table(name, table) for name, table in tables.items())
    except json.JSONDecodeError as error:
        raise DataError(path, f"is not JSON ({error.msg}); {REMEDY}", error.lineno) from None
    except (KeyError, TypeError, ValueError, IndexError, AttributeError, ZeroDivisionError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else f"has something else where figures should be ({error})"
        raise DataError(path, f"{what}; {REMEDY}") from None
    if not sheets:
        raise DataError(path, f"holds no count; {REMEDY}")
    return sheets


def _counted(path: Path, count: Mapping[str, Any]) -> Sheet:
    if count.get("unit", "votes") != "votes":
        raise Unsuitable(f"{path}: {count['name']} holds {count['unit']}; only counts of votes are conserved from stage to stage")
    names = tuple(candidate["name"] for candidate in count["candidates"])
    place = {name: number for number, name in enumerate(names)}
    stages: list[Row] = []
    gone = Fraction(0)
    for stage in count["stages"]:
        left = Fraction(stage["non_transferable"]) + Fraction(stage["lost_to_rounding"])
        totals = tuple(Fraction(stage["totals"][name]) for name in names)
        stages.append(Row(totals, None, left - gone, tuple(place[name] for name in stage["elected"])))
        gone = left
    written = next(iter(count["stages"][0]["totals"].values()))
    return Sheet(
        file=Path(count["election"]).stem,
        name=count.get("name", Path(count["election"]).stem),
        method=count["method"],
        candidates=names,
        seats=int(count["seats"]),
        valid=int(count["valid"]),
        quota=None if count["quota"] is None else Fraction(count["quota"]),
        places=len(written.partition(".")[2]),
        stages=tuple(stages),
        elected=frozenset(place[name] for name in count["elected"]),
        invalid=int(count["invalid"]),
    )


def _table(name: str, table: Mapping[str, Any]) -> Sheet:
    """A table of bare totals: units of 10^-5 vote, candidate i at index i, index 0 unused."""
    stages = tuple(Row(tuple(Fraction(units, 10**5) for units in row[1:])) for row in table.get("stages") or ())
    widths = {len(row.totals) for row in stages}
    if len(widths) > 1:
        raise ValueError(f"the stages of {name} have {min(widths)} to {max(widths)} totals")
    seats, valid, quota = ((None if (figure := table.get(key)) is None else int(figure)) for key in ("seats", "valid", "quota"))
    return Sheet(
        file=name,
        name=name,
        method="",
        candidates=tuple(f"candidate {number}" for width in widths for number in range(1, width + 1)),
        seats=seats,
        valid=valid,
        quota=None if quota is None else Fraction(quota),
        places=5,
        stages=stages,
        elected=frozenset(int(number) - 1 for number in table["winners"]),
    )


def _northern_irish(path: Path) -> tuple[Sheet, ...]:
    texts = _texts(path)
    folders = sorted(name.removesuffix("Count.csv") for name in texts if name.rpartition("/")[2] == "Count.csv")
    if not folders:
        raise DataError(path, "has no Count.csv; give the folder of a district, or of many, with Count.csv and ConstituencyCount.csv")
    return tuple(_stage_sheet(path, folder, texts) for folder in folders)


def _texts(path: Path) -> dict[str, str]:
    """The tables of a folder or an archive by their path in it."""
    if path.is_dir():
        return {file.relative_to(path).as_posix(): read_text(file) for file in path.rglob("*.csv") if file.name in TABLES}
    try:
        with zipfile.ZipFile(path) as archive:
            return {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist() if name.rpartition("/")[2] in TABLES}
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise DataError(path, f"cannot be read ({error}); give an archive of CSV files in UTF-8") from None


def _stage_sheet(path: Path, folder: str, texts: Mapping[str, str]) -> Sheet:
    """Three tables of one district; NonTransferable.csv may be absent or empty."""
    file = f"{path}/{folder}Count.csv"
    try:
        [whole] = csv.DictReader(io.StringIO(texts[f"{folder}ConstituencyCount.csv"]))
        lost = {int(row["Count_Number"]): Fraction(row["Non_Transferable"]) for row in _rows(texts.get(f"{folder}NonTransferable.csv", ""))}
        stages: dict[int, dict[str, dict[str, str]]] = {}
        for row in _rows(texts[f"{folder}Count.csv"]):
            stages.setdefault(int(row["Count_Number"]), {})[row["Candidate_Id"]] = row
        people = list(stages[1])
        # Some are marked only at a stage later than the one that the mark names.
        marks = {who: int(row["Occurred_On_Count"]) for said in stages.values() for who, row in said.items() if row["Status"] == "Elected"}
        rows = []
        for number in sorted(stages):
            said = [stages[number][who] for who in people]
            marked = (place for place, who in enumerate(people) if marks.get(who) == number)
            changes = None if number == 1 else tuple(Fraction(row["Transfers"].strip() or 0) for row in said)
            rows.append(Row(tuple(Fraction(row["Total_Votes"].strip() or 0) for row in said), changes, lost.get(number), tuple(marked)))
        return Sheet(
            file=folder.rstrip("/").rpartition("/")[2] or path.name,
            name=whole["Constituency_Name"],
            method=NORTHERN_IRELAND,
            candidates=tuple(" ".join(f"{row['Firstname']} {row['Surname']}".split()) for row in stages[1].values()),
            seats=int(whole["Number_Of_Seats"]),
            valid=int(whole["Valid_Poll"]) if whole["Valid_Poll"].strip() else None,
            quota=Fraction(whole["Quota"]),
            places=2,
            stages=tuple(rows),
            elected=frozenset(who for row in rows for who in row.elected),
            invalid=int(whole["Spoiled"]) if whole["Spoiled"].strip() else None,
        )
    except KeyError as error:
        raise DataError(file, f"{error} is missing, here or beside it; the tables need the columns that docs/audit.md lists") from None
    except (TypeError, ValueError, AttributeError, ZeroDivisionError) as error:
        raise DataError(file, f"has something else where figures should be, here or beside it ({error}); mend the table") from None


def _rows(text: str) -> Iterator[dict[str, str]]:
    return iter(csv.DictReader(io.StringIO(text)))
