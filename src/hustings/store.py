"""The data folder: elections, outcomes and polls put as tables and got again, verified, and asked in SQL.

    HUSTINGS_DATA/files/PATH                              a file of the catalogue, complete and verified, or absent
    HUSTINGS_DATA/tables/SERIES/EDITION/N/TABLE.parquet   an election; the highest N is the one
    HUSTINGS_DATA/outcomes/ID/1/TABLE.parquet             an outcome
    HUSTINGS_DATA/polls/NAME/N/polls.parquet              polls

A folder N is written beside and renamed when it is whole, and never changed: readers need no lock, and whoever is killed
leaves nothing half there. Writers take turns by a lock that the system takes back from the dead.
"""

import contextlib
import hashlib
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from hustings.catalogue import series as catalogue
from hustings.downloads import Progress, alone, blaming, folder, place_of, quiet, sha256
from hustings.election import Election
from hustings.errors import DataError, NotHere, SettingError
from hustings.files import check_folder, write
from hustings.outcome import Outcome
from hustings.tables import TABLES, Columns, columns_of, election_of, tables_of

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")

PARTS = {"tables": "*/*", "outcomes": "*", "polls": "*"}
"""Folders of tables, and how deep below each those lie that hold the numbered ones."""

SUMS = "SHA256SUMS"
RETRIES = 20
"""How often to read anew what was replaced in the meantime."""

ID = re.compile(r"[a-z0-9][a-z0-9._-]*/[a-z0-9][a-z0-9._-]*")

# ---- tables ----------------------------------------------------------------------------------------------------------


def has(series: str, edition: str) -> bool:
    """Whether an election is in the store."""
    return _latest(_home(series, edition)) is not None


def has_polls(name: str) -> bool:
    """Whether polls of that name are in the store."""
    return _latest(folder() / "polls" / name) is not None


def elections() -> list[str]:
    """The id of every election in the store."""
    homes = (folder() / "tables").glob("*/*")
    return sorted(f"{home.parent.name}/{home.name}" for home in homes if _latest(home))


def _home(series: str, edition: str) -> Path:
    return folder() / "tables" / series / edition


def _latest(home: Path) -> Path | None:
    """The folder of tables that holds: the one with the highest number."""
    with contextlib.suppress(OSError):
        return max((place for place in home.iterdir() if place.name.isdigit()), key=lambda place: int(place.name), default=None)
    return None


@cache
def _duckdb() -> "duckdb.DuckDBPyConnection":
    """The connection that writes and reads tables; a cursor of it for each use, so that threads do not meet."""
    import duckdb  # noqa: PLC0415 — brings 70 MB of library, and few commands need it

    return duckdb.connect(config={"python_enable_replacements": False})


def put(election: Election) -> tuple[str, str]:
    """Put an election into the store, in place of any of its id; its series and its edition are what `get` takes.

    Raises
    ------
    SettingError
        Its id cannot be the name of a folder.
    DataError
        The folder cannot be written.
    """
    if not ID.fullmatch(election.id):
        raise SettingError(f"'{election.id}' cannot be the id of an election in the store; write SERIES/EDITION in a-z, 0-9, '.', '_' and '-'")
    _put(_home(election.series, election.edition), tables_of(election))
    return election.series, election.edition


def save(outcome: Outcome, steps: Sequence[str] = ()) -> str:
    """Put an outcome into the store, with the steps that made its election; the same outcome has the same id and is there once."""
    content = _tables_of_outcome(outcome, "", steps)
    name = hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()[:12]
    home = folder() / "outcomes" / name
    if not _latest(home):
        _put(home, _tables_of_outcome(outcome, name, steps))
    return name


def _tables_of_outcome(outcome: Outcome, name: str, steps: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The tables of an outcome that is called `name`; `steps` are those of its election."""
    head = {
        "outcome": [name], "election": [outcome.election], "system": [outcome.system], "house": [outcome.house], "steps": [[*steps]],
        "settings": [[f"{key}={value}" for key, value in outcome.settings.items()]], "assumed": [[*outcome.assumed]],
        "attribution": [[*outcome.attribution]],
    }  # fmt: skip
    votes = outcome.tally.votes
    stood = np.zeros(outcome.seats.shape, dtype=np.bool_)
    stood[: len(votes)] = outcome.tally.stood
    cells = np.argwhere(stood | (outcome.seats > 0)).tolist()
    seats = {
        "outcome": [name] * len(cells),
        "number": [row for row, _ in cells],
        "district": [outcome.districts[row].id for row, _ in cells],
        "name": [outcome.districts[row].name for row, _ in cells],
        "party": [outcome.parties[column].id for _, column in cells],
        "votes": [int(votes[row, column]) if row < len(votes) else None for row, column in cells],
        "seats": [int(outcome.seats[row, column]) for row, column in cells],
    }
    people = [(row, place, who) for row, there in enumerate(outcome.elected) for place, who in enumerate(there)]
    elected = {
        "outcome": [name] * len(people), "number": [row for row, _, _ in people], "place": [place for _, place, _ in people],
        "name": [who.name for *_, who in people], "party": [who.party for *_, who in people],
    }  # fmt: skip
    return {"outcomes": head, "seats": seats, **({"elected": elected} if people else {})}


def put_polls(name: str, polls: Columns) -> None:
    """Put polls into the store, in place of any of that name: the columns of `TABLES["polls"]` but the first, a row for each poll and party."""
    if not ID.fullmatch(f"polls/{name}"):
        raise SettingError(f"'{name}' cannot be the name of polls in the store; write a-z, 0-9, '.', '_' and '-'")
    rows = len(next(iter(polls.values())))
    _put(folder() / "polls" / name, {"polls": {"polls": [name] * rows, **polls}})


def _put(home: Path, tables: Mapping[str, Columns]) -> None:
    with alone("tables"), blaming(home):
        home.mkdir(parents=True, exist_ok=True)
        for left in home.glob("tmp*"):
            shutil.rmtree(left, ignore_errors=True)
        before = _latest(home)
        beside = Path(tempfile.mkdtemp(prefix="tmp", dir=home))
        try:
            for name, columns in tables.items():
                _write_table(beside / f"{name}.parquet", name, columns)
            sums = ((file.name, sha256(file)) for file in sorted(beside.iterdir()))
            (beside / SUMS).write_text("".join(f"{digest}  {name}\n" for name, digest in sums), encoding="ascii")
            beside.chmod(0o755)
            beside.rename(home / str(int(before.name) + 1 if before else 1))
        except BaseException:
            shutil.rmtree(beside, ignore_errors=True)
            raise
        for old in set(home.iterdir()) - {_latest(home)}:
            # Renamed first: whoever was reading it sees at once that it is gone, and not that files are missing.
            shutil.rmtree(old.rename(home / f"tmp-{old.name}"), ignore_errors=True)


def _write_table(to: Path, table: str, columns: Columns) -> None:
    import duckdb  # noqa: PLC0415 — as in _duckdb

    casts = ", ".join(f'"{column.name}"::{column.type} AS "{column.name}"' for column in columns_of(table, columns))
    with _duckdb().cursor() as connection:
        # Types are looked for in all rows: the first thousand may be empty.
        connection.execute(f"SET pandas_analyze_sample = {max(map(len, columns.values()))}")
        connection.register("made", {name: _array(values) for name, values in columns.items()})
        try:
            connection.execute(f"COPY (SELECT {casts} FROM made) TO {_quoted(to)} (FORMAT parquet, COMPRESSION zstd)")  # noqa: S608 — our names
        except duckdb.IOException as error:
            raise OSError(None, _first(error)) from None


def _array(values: Any) -> Any:
    if isinstance(values, np.ndarray):
        return np.ascontiguousarray(values)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _quoted(text: Path | str) -> str:
    return "'" + str(text).replace("'", "''") + "'"


def get(series: str, edition: str) -> Election:
    """An election of the store, as it was put.

    Raises
    ------
    NotHere
        It is not in the store.
    DataError
        Its tables are damaged.
    """
    name, home = f"{series}/{edition}", _home(series, edition)

    def read(places: Sequence[Path]) -> Election:
        if not places:
            raise NotHere(name, name)
        try:
            return election_of({file.stem: _read_table(file) for file in places[0].glob("*.parquet")})
        except (DataError, OSError, ValueError, KeyError) as error:
            raise DataError(places[0], f"is damaged ({_first(error)}); get it anew: {_remedy(name)}") from None

    return _steadily(lambda: [place for place in [_latest(home)] if place], read)


def _steadily(places: Callable[[], list[Path]], read: Callable[[list[Path]], T]) -> T:
    """What `read` makes of folders of tables, none of which somebody replaced and took away in the meantime."""
    for _ in range(RETRIES):
        there = places()
        found: T | DataError
        try:
            found = read(there)
        except DataError as error:
            found = error
        if all(place.is_dir() for place in there):
            if isinstance(found, DataError):
                raise found
            return found
    raise DataError(folder(), "is being changed all the time; try again")


def _read_table(file: Path) -> dict[str, Any]:
    import duckdb  # noqa: PLC0415 — as in _duckdb

    with _duckdb().cursor() as connection:
        try:
            found = connection.execute(f"SELECT * FROM read_parquet({_quoted(file)})")  # noqa: S608 — a path of ours, quoted
            if file.stem == "papers":
                arrays: dict[str, Any] = found.fetchnumpy()
                return arrays
            names = [name for name, *_ in found.description or ()]
            return dict(zip(names, zip(*found.fetchall(), strict=True), strict=True))
        except duckdb.Error as error:
            raise OSError(str(error)) from None


def _remedy(name: str) -> str:
    """The command that brings an election back."""
    series, _, edition = name.partition("/")
    known = catalogue()
    return f"hustings data pull {name}" if series in known and edition in known[series].editions else f"hustings data add FILE as {name} --replace"


# ---- SQL -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What the store says to a query: the columns' names, and the rows."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]


def query(sql: str) -> Answer:
    """Ask the store; `tables.TABLES` says what it holds.

    It reads, and nothing but the store: no statement but SELECT and its kin, no other file, no address, no setting.

    Raises
    ------
    SettingError
        The statement is not SQL, asks for what is not there, or does more than ask.
    """

    def read(places: Sequence[Path]) -> Answer:
        connection = _connection(places)
        _only_asks(connection, sql)
        with _answering(folder()):
            found = connection.execute(sql)
            return Answer(tuple(name for name, *_ in found.description or ()), found.fetchall())

    return _steadily(_places, read)


def _places() -> list[Path]:
    """Every folder of tables that holds."""
    return [place for part, depth in PARTS.items() for home in (folder() / part).glob(depth) if (place := _latest(home))]


@contextmanager
def _answering(place: Path) -> Iterator[None]:
    """What DuckDB finds wrong in here with a user's query, or with the files at that place, is said on one line."""
    import duckdb  # noqa: PLC0415 — as in _duckdb

    try:
        yield
    except duckdb.IOException as error:
        raise DataError(place, f"cannot be read or written ({_first(error)}); hustings data verify finds what is damaged") from None
    except duckdb.Error as error:
        raise SettingError(_said(error)) from None


def _only_asks(connection: "duckdb.DuckDBPyConnection", sql: str) -> None:
    import duckdb  # noqa: PLC0415 — as in _duckdb

    with _answering(folder()):
        statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        raise SettingError("the store answers one SELECT (or DESCRIBE, SUMMARIZE, SHOW TABLES) at a time, and changes nothing")


def _first(error: Exception) -> str:
    """The first line of an error."""
    return str(error).partition("\n")[0]


def _said(error: Exception) -> str:
    """DuckDB's error on one line; where it drew an arrow, the arrow's line is left out."""
    lines = [line.strip() for line in str(error).split("\n\nLINE")[0].splitlines() if line.strip()]
    return f"the query cannot be answered: {' '.join(lines)} (hustings data query 'SHOW TABLES' lists what there is)"


def _connection(places: Sequence[Path], *writable: Path) -> "duckdb.DuckDBPyConnection":
    """A connection to views over the tables of these places that can touch no other file but those that are `writable`."""
    import duckdb  # noqa: PLC0415 — as in _duckdb

    connection = duckdb.connect(config={"python_enable_replacements": False, "autoinstall_known_extensions": False})
    for table, columns in TABLES.items():
        files = [file for place in places if (file := place / f"{table}.parquet").is_file()]
        blank = f"SELECT {', '.join(f'NULL::{column.type} AS {chr(34)}{column.name}{chr(34)}' for column in columns)} WHERE false"
        there = f" UNION ALL BY NAME FROM read_parquet([{', '.join(map(_quoted, files))}], union_by_name = true)" if files else ""
        try:
            connection.execute(f"CREATE VIEW {table} AS {blank}{there}")
        except duckdb.Error as error:
            raise DataError(folder(), f"cannot be read ({_first(error)}); hustings data verify finds what is damaged") from None
    inside = ", ".join(_quoted(f"{(folder() / part).absolute()}/") for part in PARTS)
    connection.execute(f"SET allowed_directories = [{inside}]")
    connection.execute(f"SET allowed_paths = [{', '.join(map(_quoted, writable))}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


FORMATS = {".csv": "FORMAT csv, HEADER", ".json": "FORMAT json, ARRAY true", ".parquet": "FORMAT parquet", ".xlsx": ""}


def export(sql: str, to: Path) -> int:
    """Write the answer to a file (CSV, JSON, Parquet, Excel) and describe it in `datapackage.json` beside it; rows written.

    Raises
    ------
    SettingError
        As `query`; or the file's name ends otherwise.
    DataError
        The file, or the description, cannot be written.
    """
    if to.suffix.lower() not in FORMATS:
        raise SettingError(f"{to}: write to a file that ends in {', '.join(FORMATS)}")
    check_folder(to)
    package = to.with_name("datapackage.json")
    described = _package(package)
    try:
        with tempfile.TemporaryDirectory(prefix=".hustings", dir=to.parent) as beside:
            made = Path(beside).absolute() / f"made{to.suffix.lower()}"
            rows, resource = _steadily(_places, lambda places: _written(places, sql, made, to))
            made.replace(to)
    except OSError as error:
        raise DataError(to, f"cannot be written ({error.strerror or error}); choose another place") from None
    resources = [other for other in described.get("resources", ()) if other.get("path") != to.name]
    write(package, json.dumps({"profile": "data-package", **described, "resources": [*resources, resource]}, ensure_ascii=False, indent=2) + "\n")
    return rows


def _written(places: Sequence[Path], sql: str, made: Path, to: Path) -> tuple[int, dict[str, Any]]:
    """Write the answer to `made`, which becomes `to`: its rows, and its description."""
    connection = _connection(places, made)
    _only_asks(connection, sql)
    inner = f"({sql.strip().rstrip(';')}\n)"
    with _answering(to):
        fields = [(name, kind) for name, kind, *_ in connection.execute(f"DESCRIBE FROM {inner}").fetchall()]
        rows = _write_answer(connection, inner, made)
        return rows, _resource(to.name, fields, connection, inner, made)


def _package(path: Path) -> dict[str, Any]:
    """The description that is there already; other exports of the folder stand in it."""
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        if isinstance(found, dict) and isinstance(found.get("resources", []), list):
            return found
    except (OSError, ValueError):
        pass
    raise DataError(path, "is there and describes no data that we could add to; export to another folder")


SHEET = 2**20 - 1
"""Rows under the header that a sheet of Excel has."""


def _write_answer(connection: "duckdb.DuckDBPyConnection", inner: str, made: Path) -> int:
    """Write the answer to `inner`, a query in brackets; how many rows it has."""
    if made.suffix != ".xlsx":
        copied = connection.execute(f"COPY {inner} TO {_quoted(made)} ({FORMATS[made.suffix]})").fetchone()
        assert copied is not None
        return int(copied[0])
    import xlsxwriter  # noqa: PLC0415 — one format of four needs it

    found = connection.execute(f"FROM {inner}")
    names, rows = [name for name, *_ in found.description or ()], found.fetchmany(SHEET + 1)
    if len(rows) > SHEET:
        raise SettingError(f"a sheet of Excel holds {SHEET:,} rows, and the answer has more; write CSV or Parquet, or ask for less")
    # What is text stays text, whatever it looks like.
    with xlsxwriter.Workbook(made, {"default_date_format": "yyyy-mm-dd", "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("answer")
        for number, row in enumerate([names, *rows]):
            sheet.write_row(number, 0, ["; ".join(map(str, cell)) if isinstance(cell, list) else cell for cell in row])
        sheet.freeze_panes(1, 0)
    return len(rows)


_KINDS = {
    "[]": "array", "BOOLEAN": "boolean", "DATE": "date", "DECIMAL": "number", "DOUBLE": "number", "FLOAT": "number", "INT": "integer",
    "VARCHAR": "string",
}  # fmt: skip
"""Frictionless's word for a type by what stands in DuckDB's; the first that fits."""


LICENCES = {
    "MIT": "MIT", "Open Database License v1.0; CC BY-SA 4.0": "ODbL-1.0", "Open Parliament Licence v3.0": "other-at",
    "Datenlizenz Deutschland – Namensnennung – Version 2.0": "other-at",
    "terms of the British Election Study: free for research, to be cited": "other-nc",
}  # fmt: skip
"""Open Definition's id of a licence, by which Frictionless names it; any other is `notspecified`, and has its words as the title."""


def _resource(
    name: str, fields: Sequence[tuple[str, str]], connection: "duckdb.DuckDBPyConnection", inner: str, made: Path
) -> dict[str, Any]:  # fmt: skip
    """What Frictionless wants said of a file: its fields with their types and units, its sources and licences."""
    columns = [column for table in TABLES.values() for column in table]
    described = []
    for field, type_ in fields:
        kind = next((kind for sign, kind in _KINDS.items() if sign in type_), "any")
        # What all tables say alike of a column of that name holds of the answer's.
        said = {"description": {c.about for c in columns if c.name == field}, "unit": {c.unit for c in columns if c.name == field}}
        more = {key: value for key, (value, *others) in said.items() if value and not others} if all(said.values()) else {}
        described.append({"name": field, "type": kind, **more})
    # Of the elections that the answer names, or else of all that it may rest on.
    only = f"WHERE election IN (SELECT election::VARCHAR FROM {inner})" if "election" in [name for name, _ in fields] else ""  # noqa: S608 — as was asked
    origins = connection.execute(f"SELECT DISTINCT source, licence FROM elections {only} ORDER BY ALL").fetchall()  # noqa: S608 — as above
    origin = {
        "sources": [{"title": source} for source in dict.fromkeys(source for source, _ in origins)],
        "licenses": [
            {"name": LICENCES.get(licence, "notspecified"), "title": licence or "none stated"}
            for licence in dict.fromkeys(licence for _, licence in origins)
        ],
    }
    return {
        "name": re.sub(r"[^a-z0-9._-]+", "-", name.lower()),
        "path": name,
        "format": made.suffix[1:],
        "hash": f"sha256:{hashlib.sha256(made.read_bytes()).hexdigest()}",
        "bytes": made.stat().st_size,
        "schema": {"fields": described},
        **(origin if origins else {}),
    }


# ---- verify ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Fault:
    """A file of the data folder that is damaged or missing, and the command that mends it."""

    path: Path
    what: str
    remedy: str


def verify(progress: Progress = quiet) -> tuple[int, list[Fault]]:
    """Compare every file that should be here with its sha256: how many are right, and what is wrong."""
    checks = [*_checks()]
    faults: list[Fault] = []
    for number, (place, digest, remedy) in enumerate(checks):
        progress("verifying", number, len(checks))
        if not place.is_file():
            faults.append(Fault(place, "is missing", remedy))
        elif sha256(place) != digest:
            faults.append(Fault(place, "is damaged", remedy))
    return len(checks) - len(faults), faults


def _checks() -> Iterator[tuple[Path, str, str]]:
    """Every file that should be here, its sha256, and the command that brings it back."""
    seen: set[str] = set()
    for about in catalogue().values():
        for edition in about.editions.values():
            expected = has(edition.series, edition.name)
            for file in edition.files:
                if file.path not in seen and (expected or place_of(file).exists()):
                    seen.add(file.path)
                    yield place_of(file), file.sha256, f"hustings data pull {edition.id}"
    for part, depth in PARTS.items():
        for home in sorted((folder() / part).glob(depth)):
            if place := _latest(home):
                remedy = _remedy(f"{home.parent.name}/{home.name}") if part == "tables" else f"rm -r '{home}', and make it again"
                sums = place / SUMS
                lines = sums.read_text(encoding="utf-8", errors="replace").splitlines() if sums.is_file() else [f"  {SUMS}"]
                for line in lines:
                    digest, _, name = line.partition("  ")
                    yield place / name, digest, remedy
