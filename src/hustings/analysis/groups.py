"""A table of districts, as rows of text, in; the part of a group in each district's people out, exact."""

import csv
from collections.abc import Mapping, Sequence
from fractions import Fraction
from io import StringIO
from pathlib import Path

from hustings.errors import DataError, SettingError, UnknownName
from hustings.exact import exact
from hustings.files import read_text

IDS = ("id", "district", "ONSConstID")
"""Columns that tell the district, the first of them that there is: its id, as elections have it."""


def shares_of(path: Path, rows: Sequence[Sequence[str]], group: Sequence[str], everybody: Sequence[str]) -> Mapping[str, Fraction]:
    """The group's columns over those of everybody, by district id [0–1]; a district where one of them is blank is left out.

    Columns may be numbers of people or shares of them, as long as all are the same.

    Raises
    ------
    DataError
        The table has no column of ids, or holds something else than figures; `path` is where it was read.
    UnknownName
        There is no such column.
    """
    header, *below = rows
    ids = next((name for name in IDS if name in header), None)
    if ids is None:
        raise DataError(path, f"has no column of district ids; call it {IDS[0]}", 1)
    for name in (*group, *everybody):
        if name not in header:
            raise UnknownName(f"column of {path.name}", name, header)
    found = {}
    for line, cells in enumerate(below, 2):
        row = dict(zip(header, cells, strict=False))
        if any(not row.get(name) for name in (*group, *everybody)):
            continue
        try:
            part, whole = (sum((exact(row[name]) for name in names), Fraction(0)) for names in (group, everybody))
        except SettingError as error:
            raise DataError(path, str(error), line) from None
        if not 0 <= part <= whole or not whole:
            raise DataError(path, f"{row[ids]}: a group of {float(part):g} is not part of everybody, {float(whole):g}", line)
        found[row[ids]] = part / whole
    return found


def read_rows(path: Path) -> list[list[str]]:
    """The rows of a file of text, the header first; tabs part the cells where its name ends in .tsv, commas elsewhere."""
    return list(csv.reader(StringIO(read_text(path)), delimiter="\t" if path.suffix.lower() == ".tsv" else ",")) or [[]]
