"""A user's table in, CSV, TSV, Parquet or Excel; its cells as text by column, with the row of each, and all that is wrong with it, out."""

import codecs
import csv
import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError, fromstring
from zipfile import BadZipFile, ZipFile

from hustings.errors import DataError

SHOWN = 50
"""Mistakes that are printed; of more than these it is said how many there are."""
HEAD_ROWS = 12
"""Rows among which the names of the columns are looked for, to say where they stand."""
EXCEL = (".xlsx", ".xlsm")
SUFFIXES = (".csv", ".tsv", ".parquet", *EXCEL)
RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
ERROR_CELL = re.compile(rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)(\d+)"[^>]*>.*?<v>([^<]*)</v>', re.DOTALL)


@dataclass
class Mistakes:
    """All that is wrong with a file: row, column and what to do, in the order of the rows."""

    path: Path
    found: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, row: int, column: str, what: str) -> None:
        """Note a mistake; row 0 is the file as a whole, and an empty column the whole row."""
        self.found.append((row, column, what))

    def refuse(self) -> None:
        """Raise for all mistakes at once, a line each, if there are any."""
        if not self.found:
            return
        ordered = sorted(dict.fromkeys(self.found), key=lambda mistake: mistake[0])
        (first, *_), *_ = ordered
        lines = [f"{column}: {what}" if column else what for _, column, what in ordered[:SHOWN]]
        places = [f"{self.path}:{row}: " if row else f"{self.path}: " for row, *_ in ordered[:SHOWN]]
        text = "\n".join([lines[0], *(place + line for place, line in zip(places[1:], lines[1:], strict=True))])
        if len(ordered) > SHOWN:
            text += f"\n{self.path}: and {len(ordered) - SHOWN:,} mistakes more"
        raise DataError(self.path, text, first or None)


@dataclass
class Table:
    """Columns of text by name, without blanks around it, and the row of the file that each line of them stands in.

    What is found faulty is noted and taken for something else, so that the search for mistakes goes on.
    """

    path: Path
    columns: dict[str, Sequence[str]]
    rows: Sequence[int]
    mistakes: Mistakes

    def cells(self, name: str) -> Sequence[str]:
        """A column; empty cells where the file has none of that name."""
        return self.columns.get(name) or [""] * len(self.rows)

    def check(self, name: str, fault: Callable[[str], str | None], instead: Callable[[str], str] = lambda _: "") -> None:
        """Note each cell of a column of which `fault` has something to say, and take it for what `instead` makes of it."""
        cells = self.cells(name) if name in self.columns else ()
        faults = {cell: what for cell in set(cells) if (what := fault(cell))}
        if not faults:
            return
        for row, cell in zip(self.rows, cells, strict=True):
            if cell in faults:
                self.mistakes.add(row, name, faults[cell])
        self.columns[name] = [instead(cell) if cell in faults else cell for cell in cells]

    def one_spelling(self, name: str) -> None:
        """Note names that differ from a more frequent one in case or blanks alone: they would be two."""
        best: dict[str, str] = {}
        for spelling, _ in Counter(self.cells(name)).most_common():
            best.setdefault(_plain(spelling), spelling)
        self.check(
            name,
            lambda cell: None if best[_plain(cell)] == cell else f"'{cell}' is '{best[_plain(cell)]}' elsewhere; spell it in one way",
            lambda cell: best[_plain(cell)],
        )

    def keep(self, lines: Sequence[int]) -> None:
        """Go on with these lines alone."""
        self.columns = {name: [cells[line] for line in lines] for name, cells in self.columns.items()}
        self.rows = [self.rows[line] for line in lines]


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def read_table(path: Path, required: Sequence[str], others: Sequence[str], *, more: bool = False, sheet: str = "") -> Table:
    """Read a file whose columns are those `required` and any of `others`; with `more`, any other column too.

    A name of a column that is known counts without its case; any other is kept as it is. What is wrong with names and rows
    is noted, and the reading goes on; what stops it is raised. Rows are numbered as an editor or Excel does; those of Parquet from 1.

    Raises
    ------
    DataError
        The file cannot be read, is empty, or lacks a required column.
    """
    mistakes = Mistakes(path)
    rows, numbers = _rows(path, mistakes, [*required, *others], sheet)
    begin = next((at for at, row in enumerate(rows) if any(cell.strip() for cell in row)), len(rows))
    rows, numbers = rows[begin:], numbers[begin:]
    if not rows:
        raise DataError(path, f"is empty; the first row names the columns: {','.join(required or others)}")
    at = _header(rows, [*required, *others])
    if at:
        mistakes.add(numbers[at], "", "the names of the columns stand here; delete the rows above")
    known = {*required, *others}
    names = [_plain(cell) if _plain(cell) in known or not more else " ".join(cell.split()) for cell in rows[at]]
    body, lines = _even(rows[at + 1 :], numbers[at + 1 :], len(names), mistakes)
    columns: list[Sequence[str]] = [_stripped(column) for column in zip(*body, strict=True)] if body else [[] for _ in names]
    kept = _named(names, columns, numbers[at], mistakes, None if more else [*required, *others])
    missing = [name for name in required if name not in kept]
    for name in missing:
        near = difflib.get_close_matches(name, [other for other in names if other not in known], n=1, cutoff=0.6)
        mistakes.add(
            numbers[at],
            name,
            f"there is no such column{f': is it {near[0]!r}?' if near else ''}; the first row names the columns: {','.join(required)}",
        )
    if missing:
        mistakes.refuse()
    if not lines:
        if not any(cell.strip() for row in rows[at + 1 :] for cell in row):
            mistakes.add(numbers[at], "", "nothing stands under the names of the columns; the file is cut short")
        mistakes.refuse()
    return Table(path, kept, lines, mistakes)


def _header(rows: Sequence[Sequence[str]], known: Sequence[str]) -> int:
    """The row that names the columns: the first, or the first of some that names two known ones where the first names none."""
    hits = [sum(_plain(cell) in known for cell in row) for row in rows[:HEAD_ROWS]]
    return next((at for at, hit in enumerate(hits) if hit > 1), 0) if hits[0] < 2 else 0


def _even(rows: Sequence[Sequence[str]], numbers: Sequence[int], width: int, mistakes: Mistakes) -> tuple[list[Sequence[str]], list[int]]:
    """The rows that are not blank, of the width of the header; others are noted and left out."""
    if all(len(row) == width and any(row) for row in rows):
        return list(rows), list(numbers)
    kept, lines = [], []
    for row, number in zip(rows, numbers, strict=True):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) < width or any(cell.strip() for cell in row[width:]):
            mistakes.add(number, "", f"{len(row)} cells under {width} columns; quote a name that holds the separator, or complete the row")
            continue
        kept.append(row[:width])
        lines.append(number)
    return kept, lines


def _stripped(column: Sequence[str]) -> Sequence[str]:
    distinct = set(column)
    clean = {cell: cell.strip() for cell in distinct}
    return column if all(cell == text for cell, text in clean.items()) else [clean[cell] for cell in column]


def _named(
    names: Sequence[str], columns: Sequence[Sequence[str]], row: int, mistakes: Mistakes, known: Sequence[str] | None
) -> dict[str, Sequence[str]]:
    """Columns by name; those without one, of one name, or (unless anything goes) of an unknown name are noted."""
    kept: dict[str, Sequence[str]] = {}
    for place, (name, column) in enumerate(zip(names, columns, strict=True)):
        if not name:
            if any(column):
                mistakes.add(row, "", f"column {place + 1} has cells and no name; name it or delete it (in a sheet: split merged cells)")
        elif name in kept:
            mistakes.add(row, name, "there are two columns of this name; rename or delete one")
        elif known is not None and name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
            mistakes.add(row, name, f"no column is called so; {f'did you mean {near[0]}?' if near else 'there are: ' + ', '.join(known)}")
        else:
            kept[name] = column
    return kept


def _rows(path: Path, mistakes: Mistakes, known: Sequence[str], sheet: str) -> tuple[list[Sequence[str]], list[int]]:
    suffix = path.suffix.lower()
    if suffix in EXCEL:
        return _excel(path, mistakes, known, sheet)
    return _parquet(path) if suffix == ".parquet" else _text(path, mistakes)


# ---- text ------------------------------------------------------------------------------------------------------------


def _text(path: Path, mistakes: Mistakes) -> tuple[list[Sequence[str]], list[int]]:
    text = _decoded(path)
    head = next((line for line in text.splitlines() if line.strip()), "")
    separator = max("\t;,", key=head.count) if any(mark in head for mark in "\t;,") else ","
    if separator == ";":
        mistakes.add(1, "", "columns are separated by semicolons; separate them by commas or tabs")
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    rows: list[Sequence[str]] = []
    numbers: list[int] = []
    last = 0
    try:
        for cells in reader:
            if cells:
                rows.append(cells)
                numbers.append(last + 1)
            last = reader.line_num
    except csv.Error as error:
        mistakes.add(last + 1, "", f"is not CSV from here on ({error}); check the quotes")
        mistakes.refuse()
    return rows, numbers


def _decoded(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(path, f"cannot be read ({error.strerror}); check the path") from None
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise DataError(path, "is text in UTF-16; save it as UTF-8 (Excel: CSV UTF-8)")
    data = data.removeprefix(codecs.BOM_UTF8)
    mistakes = Mistakes(path)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        lines = data.split(b"\n")
        text = ""
    else:
        lines = data.split(b"\n") if "\0" in text else []
    for number, line in enumerate(lines, 1):
        if b"\0" in line:
            mistakes.add(number, "", "holds a NUL byte and is not text; export the file again as CSV in UTF-8")
        try:
            line.decode()
        except UnicodeDecodeError as error:
            was = line.decode("cp1252", errors="replace").strip()
            what = f"byte 0x{line[error.start]:02x} is not UTF-8 (as Windows-1252: '{was[:60]}'); save the file as UTF-8 (Excel: CSV UTF-8)"
            mistakes.add(number, "", what)
    mistakes.refuse()
    return text


# ---- Parquet ---------------------------------------------------------------------------------------------------------


def parquet_columns(path: Path) -> list[str]:
    """The names of the columns of a Parquet file; none of a file that is not one."""
    import duckdb  # noqa: PLC0415 — brings 70 MB of library, and few commands need it

    try:
        return [name for name, *_ in duckdb.connect().execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()]
    except duckdb.Error:
        return []


def _parquet(path: Path) -> tuple[list[Sequence[str]], list[int]]:
    import duckdb  # noqa: PLC0415 — as above

    connection = duckdb.connect()
    try:
        found = connection.execute("SELECT COLUMNS(*)::VARCHAR FROM read_parquet(?)", [str(path)])
        names = [name for name, *_ in found.description or ()]
        body = found.fetchall()
    except duckdb.Error as error:
        what = str(error).partition("\n")[0]
        raise DataError(path, f"is not a whole Parquet file ({what}); write it again") from None
    if any(None in row for row in body):
        body = [tuple("" if cell is None else cell for cell in row) for row in body]
    return [names, *body], list(range(len(body) + 1))


# ---- Excel -----------------------------------------------------------------------------------------------------------


def _excel(path: Path, mistakes: Mistakes, known: Sequence[str], sheet: str) -> tuple[list[Sequence[str]], list[int]]:
    """The one sheet that has the columns, or the one that is named; every error cell of it is noted."""
    import fastexcel  # noqa: PLC0415 — few commands need it

    try:
        book = fastexcel.read_excel(path)
        sheets = {name: _sheet(book, name) for name in book.sheet_names if not sheet or name == sheet}
    except (fastexcel.FastExcelError, OSError, ValueError) as error:
        what = str(error).partition("\n")[0]
        raise DataError(path, f"is not a whole Excel workbook ({what}); save it again as .xlsx") from None
    if sheet and sheet not in sheets:
        raise DataError(path, f"has no sheet '{sheet}'; there are: {', '.join(book.sheet_names)}")
    filled = {name: rows for name, rows in sheets.items() if any(map(any, rows))}
    fit = [name for name, rows in filled.items() if max((sum(_plain(cell) in known for cell in row) for row in rows[:HEAD_ROWS]), default=0) > 1]
    if not filled:
        return [], []
    if len(fit) > 1 or (not fit and len(filled) > 1):
        names = ", ".join(f"'{name}'" for name in (fit or filled))
        what = "have the columns" if fit else "have cells, and none the columns"
        raise DataError(path, f"the sheets {names} {what}; keep one, or name it in Python: load(path, sheet='{(fit or [*filled])[0]}')")
    name = (fit or [*filled])[0]
    for row, letters, value in _error_cells(path, book.sheet_names.index(name)):
        mistakes.add(row, "", f"cell {letters}{row} of sheet '{name}' is {value}, an error of the spreadsheet; mend the formula or write the value")
    rows = filled[name]
    return rows, list(range(1, len(rows) + 1))


def _sheet(book: Any, name: str) -> list[Sequence[str]]:
    """All cells of a sheet as text, from its first row; nothing is empty text."""
    import duckdb  # noqa: PLC0415 — as above

    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    if not sheet.width or not sheet.height:
        return []
    found = duckdb.connect().from_arrow(sheet).fetchall()
    return [tuple("" if cell is None else cell for cell in row) for row in found]


def _error_cells(path: Path, place: int) -> Iterable[tuple[int, str, str]]:
    """Row, column in letters and error of each cell of a sheet that holds one; readers take them for empty cells."""
    try:
        with ZipFile(path) as book:
            workbook = fromstring(book.read("xl/workbook.xml"))  # noqa: S314 — expat since 2.4.1 refuses to blow up entities
            relations = fromstring(book.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 — as above
            wanted = workbook.findall("{*}sheets/{*}sheet")[place].attrib[RELATION]
            target = {relation.attrib["Id"]: relation.attrib["Target"] for relation in relations}[wanted]
            cells = ERROR_CELL.findall(book.read(target.removeprefix("/") if target.startswith("/") else f"xl/{target}"))
    except (BadZipFile, ParseError, KeyError, IndexError) as error:
        raise DataError(path, f"is not a whole Excel workbook ({error}); save it again as .xlsx") from None
    return [(int(row), letters.decode(), error.decode()) for letters, row, error in cells]


# ---- numbers ---------------------------------------------------------------------------------------------------------

WHOLE = re.compile(r"(\d{1,15})(?:\.0+)?", re.ASCII)
YES = {"yes": 1, "y": 1, "true": 1, "elected": 1, "no": 0, "n": 0, "false": 0}


def whole(text: str) -> int:
    """The whole number that a cell holds, once `not_whole` has nothing to say of it; nothing is 0."""
    return int(text.partition(".")[0] or 0)


def not_whole(text: str) -> str | None:
    """Why a cell is no whole number, and what to do; None where it is one."""
    if WHOLE.fullmatch(text):
        return None
    if not text:
        return "is empty; write a whole number, or 0"
    digits = re.sub(r"[\s,.'’_]", "", text)
    if text[:1] in "-−–" and digits[1:].isdecimal():
        return f"'{text}' is negative; a number here is 0 or more"
    if re.fullmatch(r"\d{1,3}([\s,.'’_]\d{3})+", text):
        return f"'{text}' has separators of thousands; write {digits}"
    if re.fullmatch(r"\d+[.,]\d+", text):
        return f"'{text}' is a fraction; write a whole number"
    if text.startswith("#"):
        return f"'{text}' is an error of the spreadsheet; mend the formula or write the number"
    if digits.isdecimal() and len(digits) > 15:
        return f"'{text}' has more than 15 digits; check it"
    return f"'{text}' is not a number; write a whole number without separators or units"
