"""Files of stage sheets in, ours, a table of official totals or a Northern Irish election's; each count's sheet out."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from hustings.errors import DataError, Unsuitable
from hustings.exact import decimal
from hustings.files import read_text

NORTHERN_IRELAND = "northern-ireland"
"""The method of every Northern Irish election."""
TABLES = ("Count.csv", "ConstituencyCount.csv", "NonTransferable.csv")
"""What is read of each district of a Northern Irish election."""
REMEDY = "give what hustings count --json writes, or a table of official totals as docs/audit.md shows it"


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
