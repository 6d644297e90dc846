"""Cast vote records in, as the makers of voting systems write them; the marks of each paper out. Knows no rule and no candidate."""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import Element, ParseError, fromstring, iterparse
from zipfile import BadZipFile, ZipFile

from hustings.errors import DataError
from hustings.files import read_text

WRITE_IN = "Undeclared Write-ins"
"""Whom a mark is for where the record itself says that it is for a name written in."""

RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper: its marks as (rank, name or code), where it was cast, and its record: a line of the file, or what it is called."""

    marks: tuple[tuple[int, str], ...]
    precinct: str = ""
    batch: str = ""
    line: int = 0
    record: str = ""


@dataclass(frozen=True)
class Layout:
    """What is not in a file of records and has to be said; rows and columns are numbered from 1, and 0 is none.

    Attributes
    ----------
    contest : the contest's name or id, as the file has it.
    ranks : how many columns of a workbook hold ranks.
    delimiter : what separates the names in a cell that holds several.
    blank_is_write_in : an empty cell of a workbook is a name written in, which the workbook shows as a picture.
    """

    contest: str = ""
    first_row: int = 1
    first_column: int = 1
    ranks: int = 0
    id_column: int = 0
    precinct_column: int = 0
    batch_column: int = 0
    delimiter: str = ""
    blank_is_write_in: bool = False


def ess(path: Path, layout: Layout) -> Iterator[Paper]:
    """ES&S: an Excel workbook with a row for each paper and a column for each rank."""
    columns = range(layout.first_column, layout.first_column + layout.ranks)
    known: dict[tuple[str, ...], tuple[tuple[int, str], ...]] = {}
    for row, cells in sheet(path):
        if row < layout.first_row:
            continue
        if layout.id_column and layout.id_column not in cells:
            raise DataError(path, f"no id in column {layout.id_column}; correct idColumnIndex, or remove what is no record", row)
        ranks = tuple(cells.get(column, "").strip() for column in columns)
        if ranks not in known:
            known[ranks] = tuple(_in_cells(path, row, ranks, layout))
        precinct = cells.get(layout.precinct_column, "missing_precinct_id") if layout.precinct_column else ""
        batch = cells.get(layout.batch_column, "missing_batch_id") if layout.batch_column else ""
        yield Paper(known[ranks], precinct, batch, row)


def _in_cells(path: Path, row: int, ranks: Iterable[str], layout: Layout) -> Iterator[tuple[int, str]]:
    for rank, cell in enumerate(ranks, 1):
        names = [name.strip() for name in cell.split(layout.delimiter)] if layout.delimiter else [cell]
        if len(names) > 1 and not all(names):
            raise DataError(path, f"'{cell}' has nothing on one side of '{layout.delimiter}'; correct the cell or overvoteDelimiter", row)
        if names != [""]:
            yield from ((rank, name) for name in names)
        elif layout.blank_is_write_in:
            yield rank, WRITE_IN


def generic_csv(path: Path, layout: Layout) -> Iterator[Paper]:
    """A CSV with a line for each paper, a column for each candidate, and in the cell the rank."""
    rows = _csv(path)
    header = next(rows, (0, []))[1]
    first = layout.first_column - 1
    if (last := max(layout.first_column, layout.precinct_column, layout.batch_column)) > len(header):
        raise DataError(path, f"there is no column {last}, only {len(header)}; correct the columns in the configuration", 1)
    for line, cells in rows:
        if line < layout.first_row:
            continue
        if len(cells) != len(header):
            raise DataError(path, f"{len(cells)} cells under {len(header)} headings; quote what holds a comma", line)
        marks = []
        for name, cell in zip(header[first:], map(str.strip, cells[first:]), strict=True):
            if cell and not cell.isdecimal():
                raise DataError(path, f"'{cell}' under '{name}' is not a rank; write a whole number or nothing", line)
            if cell:
                marks.append((int(cell), name))
        precinct = cells[layout.precinct_column - 1] or "no precinct id" if layout.precinct_column else ""
        batch = cells[layout.batch_column - 1] or "no batch id" if layout.batch_column else ""
        yield Paper(tuple(marks), precinct, batch, line)


def clear_ballot(path: Path, layout: Layout) -> Iterator[Paper]:
    """Clear Ballot: a CSV with a line for each paper and a column for each rank that a candidate may get."""
    rows = _csv(path)
    header = next(rows, (0, []))[1]
    marks = {}
    for column, head in enumerate(header[10:], 10):
        parts = head.split(":")
        if len(parts) != 6 or not parts[2].isdecimal():
            raise DataError(path, f"column {column + 1} is headed '{head}', not CHOICE:CONTEST:RANK:RULE:NAME:PARTY; export it again", 1)
        if parts[1] == layout.contest:
            marks[column] = int(parts[2]), parts[4]
    if not marks:
        raise DataError(path, f"no column is of the contest '{layout.contest}'; correct contestId in the configuration", 1)
    for line, cells in rows:
        if len(cells) != len(header):
            raise DataError(path, f"{len(cells)} cells under {len(header)} headings; the file may be cut short", line)
        if odd := next((cells[column] for column in marks if cells[column] not in ("0", "1", "")), None):
            raise DataError(path, f"'{odd}' is neither 1 (marked) nor 0; export the records again", line)
        yield Paper(tuple(mark for column, mark in marks.items() if cells[column] == "1"), cells[4], cells[1], line)


def dominion(path: Path, layout: Layout) -> Iterator[Paper]:
    """Dominion: a folder with manifests and CvrExport.json, or several CvrExport_N.json; names are given as candidate ids.

    A record that was adjudicated counts as modified; an ambiguous mark does not count.
    """
    with _as_prescribed(path / "PrecinctManifest.json", "the manifest"):
        precincts = {item["Id"]: item["Description"] for item in _json(path / "PrecinctManifest.json")["List"]}
    with _as_prescribed(path / "PrecinctPortionManifest.json", "the manifest"):
        portions = {item["Id"]: item.get("PrecinctId") for item in _json(path / "PrecinctPortionManifest.json")["List"]}
    exports = sorted(path.glob("CvrExport*.json"), key=lambda file: (len(file.name), file.name))
    if not exports:
        raise DataError(path, "holds no CvrExport.json; give the folder that the export was made in")
    for export in exports:
        with _as_prescribed(export, "the export"):
            sessions = _json(export)["Sessions"]
        for number, session in enumerate(sessions, 1):
            with _as_prescribed(export, f"session {number}"):
                record = session["Original"] if session["Original"]["IsCurrent"] else session["Modified"]
                precinct = record.get("PrecinctId") or portions[record["PrecinctPortionId"]]
                cards = record.get("Cards", [record])
                contests = [contest for card in cards for contest in card["Contests"] if str(contest["Id"]) == layout.contest]
                marks = [[mark for mark in contest["Marks"] if not mark["IsAmbiguous"]] for contest in contests]
                papers = [tuple((int(mark["Rank"]), str(mark["CandidateId"])) for mark in paper) for paper in marks]
                place = precincts[precinct] if precinct else ""
            yield from (Paper(paper, place, str(session.get("BatchId", "")), record=f"{export.name}, session {number}") for paper in papers)


def hart(path: Path, layout: Layout) -> Iterator[Paper]:
    """Hart: a folder with an XML file for each paper. Untested on real files; written from RCTab's description.

    An option's value has a digit for each rank: 0100 ranks it second, 0101 second and fourth.
    """
    files = sorted(file for file in path.glob("*") if file.suffix.lower() == ".xml" and not file.name.endswith(".sig.xml"))
    if not files:
        raise DataError(path, "holds no XML file; give the folder of the cast vote records")
    for file in files:
        record = _xml(file)
        with _as_prescribed(file, "the record"):
            for contest in _all(_one(record, "Contests"), "Contest"):
                if _one(contest, "Id") != layout.contest:
                    continue
                options = _all(_one(contest, "Options"), "Option")
                ranked = ((_one(option, "Id"), rank) for option in options for rank, digit in enumerate(_one(option, "Value"), 1) if digit == "1")
                marks = tuple((rank, name) for name, rank in ranked)
                precinct = _one(_one(record, "PrecinctSplit"), "Name")
                yield Paper(marks, precinct, _one(record, "BatchNumber"), record=file.name)


def common_data_format(path: Path, layout: Layout) -> Iterator[Paper]:
    """The Common Data Format for cast vote records (NIST SP 1500-103), JSON or XML; XML is untested on real files.

    Of a record the current snapshot counts. A selection that awaits adjudication does not, nor does a position that has no
    indication or is not allocable.
    """
    report = _xml(path) if path.suffix.lower() == ".xml" else _json(path)
    with _as_prescribed(path, "the report"):
        elections = _all(report, "Election")
        candidates = {_one(item, "@id"): _one(item, "Name") for election in elections for item in _all(election, "Candidate")}
        contests = [item for election in elections for item in _all(election, "Contest") if _one(item, "Name") == layout.contest]
        if len(contests) != 1:
            raise DataError(path, f"{len(contests)} contests are called '{layout.contest}'; correct contestId in the configuration")
        contest = _one(contests[0], "@id")
        selections = {_one(item, "@id"): _name(item, candidates) for item in _all(contests[0], "ContestSelection")}
        units = {_one(item, "@id"): _one(item, "Name") for item in _all(report, "GpUnit")}
        records = _all(report, "CVR")
    for number, record in enumerate(records, 1):
        with _as_prescribed(path, f"CVR {number}"):
            current = _one(record, "CurrentSnapshotId")
            snapshot = next(item for item in _all(record, "CVRSnapshot") if _one(item, "@id") == current)
            found = [item for item in _all(snapshot, "CVRContest") if _one(item, "ContestId") == contest]
            papers = [tuple(_in_selections(item, selections)) for item in found]
            unit, batch = _all(record, "BallotStyleUnitId"), _all(record, "BatchId")
            precinct = units[unit[0]] if unit else ""
        yield from (Paper(paper, precinct, batch[0] if batch else "", record=f"CVR {number}") for paper in papers)


def _name(selection: Any, candidates: Mapping[str, str]) -> str:
    """Whom a selection is for. JSON lists the ids of a ticket's candidates, XML writes them in one text."""
    if "true" in [str(value).lower() for value in _all(selection, "IsWriteIn")]:
        return WRITE_IN
    ids = [name for text in _all(selection, "CandidateIds") for name in text.split()]
    if len(ids) != 1:
        raise ValueError(f"selection {_one(selection, '@id')} is for {len(ids)} candidates; a ticket cannot be ranked")
    return candidates[ids[0]]


def _in_selections(contest: Any, names: Mapping[str, str]) -> Iterator[tuple[int, str]]:
    for selection in _all(contest, "CVRContestSelection"):
        if "needs-adjudication" in _all(selection, "Status"):
            continue
        name = names[_one(selection, "ContestSelectionId")]
        if ranks := _all(selection, "Rank"):  # the standard allows it here or at the positions
            yield int(ranks[0]), name
            continue
        for position in _all(selection, "SelectionPosition"):
            if "no" not in (*_all(position, "HasIndication"), *_all(position, "IsAllocable")):
                yield int(_one(position, "Rank")), WRITE_IN if _all(position, "CVRWriteIn") else name


FORMATS: Mapping[str, Callable[[Path, Layout], Iterator[Paper]]] = {
    "cdf": common_data_format,
    "clearballot": clear_ballot,
    "dominion": dominion,
    "ess": ess,
    "genericcsv": generic_csv,
    "hart": hart,
}
"""Readers by RCTab's name of the provider, in small letters."""


def sheet(path: Path) -> Iterator[tuple[int, dict[int, str]]]:
    """Rows of a workbook's first sheet: the number of the row, and the text of its cells by column, both from 1."""
    try:
        with ZipFile(path) as book:
            texts = _shared(book)
            columns: dict[str, int] = {}
            with book.open(_first_sheet(book)) as content:
                for row, cells in _rows(content):
                    found = {}
                    for cell in cells:
                        text = _text(cell, texts)
                        if text:
                            letters = cell.attrib["r"].rstrip("0123456789")
                            if letters not in columns:
                                columns[letters] = _column(letters)
                            found[columns[letters]] = text
                    yield row, found
    except OSError as error:
        raise DataError(path, f"cannot be read ({error.strerror}); give the path of a workbook") from None
    except (BadZipFile, ParseError, KeyError, IndexError, ValueError) as error:
        raise DataError(path, f"is not a whole Excel workbook ({error}); save it again as .xlsx") from None


def _rows(content: IO[bytes]) -> Iterator[tuple[int, Element]]:
    number = 0
    for _, element in iterparse(content):  # noqa: S314 — expat since 2.4.1 refuses to blow up entities
        if element.tag.endswith("}row"):
            number = int(element.get("r", number + 1))
            yield number, element
            element.clear()


def _text(cell: Element, shared: list[str]) -> str:
    if not len(cell):
        return ""
    if cell.get("t") == "inlineStr":
        return "".join(cell.itertext())
    value = cell[-1].text or ""
    return shared[int(value)] if cell.get("t") == "s" else value


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _shared(book: ZipFile) -> list[str]:
    """Texts that cells refer to by number, without the phonetic ones."""
    if "xl/sharedStrings.xml" not in book.namelist():
        return []
    items = fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314 — as above
    return ["".join(part.text or "" for part in (*item.findall("{*}t"), *item.findall("{*}r/{*}t"))) for item in items]


def _first_sheet(book: ZipFile) -> str:
    workbook = fromstring(book.read("xl/workbook.xml"))  # noqa: S314 — as above
    relations = fromstring(book.read("xl/_rels/workbook.xml.rels"))  # noqa: S314 — as above
    wanted = workbook.findall("{*}sheets/{*}sheet")[0].attrib[RELATION]
    target = {relation.attrib["Id"]: relation.attrib["Target"] for relation in relations}[wanted]
    return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    rows = csv.reader(StringIO(read_text(path), newline=""), strict=True)
    try:
        for cells in rows:
            if cells:
                yield rows.line_num, cells
    except csv.Error as error:
        raise DataError(path, f"is not CSV: {error}; the file may be cut short", rows.line_num) from None


def _json(path: Path) -> Any:
    try:
        return json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise DataError(path, f"is not JSON: {error.msg}; the file may be cut short", error.lineno) from None


def _xml(path: Path) -> Any:
    try:
        return _tree(fromstring(path.read_bytes()))  # noqa: S314 — as above
    except OSError as error:
        raise DataError(path, f"cannot be read ({error.strerror}); check the path") from None
    except ParseError as error:
        raise DataError(path, f"is not XML: {error.msg}; the file may be cut short", error.position[0]) from None


def _tree(element: Element) -> Any:
    """An XML element as JSON has it: children by their names without namespace, each a list; a text where there are none."""
    if not len(element) and "ObjectId" not in element.attrib:
        return (element.text or "").strip()
    node: dict[str, Any] = {"@id": element.get("ObjectId", "")}
    for child in element:
        node.setdefault(re.sub(r"\{.*\}", "", child.tag), []).append(_tree(child))
    return node


def _all(node: Any, name: str) -> list[Any]:
    """All that a node has of that name: none, one or a list of them."""
    found = node.get(name, [])
    return found if isinstance(found, list) else [found]


def _one(node: Any, name: str) -> Any:
    """What a node must have of that name."""
    found = _all(node, name)
    if not found:
        raise KeyError(name)
    return found[0]


@contextmanager
def _as_prescribed(path: Path, what: str) -> Iterator[None]:
    """Say which record of which file lacks or garbles what its format prescribes."""
    try:
        yield
    except KeyError as error:
        raise DataError(path, f"{what} refers to {error}, which is missing; export the records again") from None
    except StopIteration:
        raise DataError(path, f"{what} has no current snapshot; export the records again") from None
    except (AttributeError, IndexError, TypeError, ValueError) as error:
        raise DataError(path, f"{what} is not as the format prescribes: {error}; export the records again") from None
