"""Archives of ranked papers in, as Parquet with a column for each rank; the election of its contests out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hustings.ballots import MOST, NO_SEATS
from hustings.downloads import sha256
from hustings.election import NOBODY, Candidate, Contest, District, Election, Profile, Provenance
from hustings.errors import DataError, UnknownName
from hustings.sources import source

if TYPE_CHECKING:
    import duckdb

RANK = re.compile(r"rank[ _-]*(\d{1,3})", re.IGNORECASE)
PLACES = {"contest": "VARCHAR", "district": "VARCHAR", "seats": "BIGINT", "weight": "BIGINT"}
"""Columns beside the ranks, each of which may be left out."""
NOWHERE = {"contest": "''", "district": "''", "seats": "-1"}
"""What stands for a place that the file does not name."""
PACK = 4
WHOLE = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?")
BLANK = ("", "skipped", "undervote")


def recognise(path: Path) -> bool:
    """Whether a Parquet file has a column for a first rank."""
    return any((match := RANK.fullmatch(name)) and int(match[1]) == 1 for name, _ in _columns(path))


@source(
    "papers-parquet",
    cites="no standard: Apache Parquet with a column for each rank, as this page describes it",
    suffixes=(".parquet",),
    recognise=recognise,
)
def papers_parquet(path: Path, contests: Sequence[str] = (), threads: int | None = None) -> Election:
    """Ranked papers of one or many contests in Parquet, a row each: as many as a disk holds, folded before they are read.

    Columns rank1, rank2, … hold candidates' numbers from 1, or their names; nothing (or 0, or `skipped`) is a rank left
    blank. `contest`, `district`, `seats` (to be elected) and `weight` (papers that are alike) may stand beside them.

    `contests` are those to read, "" being the one without a name; all of them unless given. As many `threads` read as there are
    cores, unless given.

    Raises
    ------
    DataError
        The file does not say what it must; nothing is guessed.
    UnknownName
        No contest of the file is called so.
    """
    columns = dict(_columns(path))
    ranks = _ranks(path, columns)
    numbered = [bool(WHOLE.fullmatch(columns[name])) for name in ranks]
    if not (all(numbered) or all(columns[name] == "VARCHAR" for name in ranks)):
        raise DataError(path, f"the ranks are of the types {', '.join(columns[name] for name in ranks)}; write whole numbers, or names, in all")
    table = _folded(path, columns, ranks, contests, threads)
    if contests and (missing := set(contests).difference(table["contest"].tolist())):
        with _listed(path) as connection:
            raise UnknownName(
                f"contest of {path}", min(missing), [name for (name,) in connection.execute("SELECT DISTINCT name FROM listed").fetchall()]
            )
    if not len(table["papers"]):
        raise DataError(path, "holds no papers; the file is cut short")
    rankings, names = _numbers(path, table, ranks) if numbered[0] else _names(table, ranks)
    found, seatless = [], False
    rows = list(zip(table["contest"].tolist(), table["district"].tolist(), table["seats"].tolist(), strict=True))
    start = 0
    districts: list[tuple[str, District, Profile]] = []
    for (contest, district, seats), same in groupby(rows):
        end = start + len(list(same))
        if districts and (districts[-1][0], districts[-1][1].id) == (contest, district or contest or path.stem):
            raise DataError(path, f"{district or contest or 'the contest'} has several numbers of seats; give each district one")
        seatless |= seats < 0
        # Every contest may have its North: a count, and a lot in it, is told by both names.
        name = ", ".join(filter(None, (contest, district))) or path.stem
        place = District(district or contest or path.stem, name, 1 if seats < 0 else seats)
        districts.append((contest, place, _profile(rankings[start:end], table["papers"][start:end], names)))
        start = end
    for contest, group in groupby(districts, key=lambda item: item[0]):
        members = list(group)
        profiles = tuple(profile for *_, profile in members)
        found.append(Contest(contest or "ballot", tuple(place for _, place, _ in members), profiles=profiles))
    about = path.stat()
    provenance = Provenance(
        "Parquet file of papers", ((path.name, _sha256(path, about.st_size, about.st_mtime_ns)),), notes=(NO_SEATS,) if seatless else ()
    )
    return Election(str(path), "", None, tuple(found), provenance)


def split(path: Path, most: int, mixed: int) -> list[tuple[str, ...]]:
    """The contests of a file in its order, in at most so many pieces with about as many rows in each.

    There are fewer where all of them would read the file more than twice, as a part of it that holds several contests is read for
    each; yet at least `mixed`, however they lie, if there are contests enough.

    Raises
    ------
    DataError
        The file is not Parquet, or is cut short.
    """
    with _listed(path) as connection:
        rows: dict[str, int] = dict(connection.execute("SELECT name, sum(rows)::BIGINT FROM listed GROUP BY name ORDER BY name").fetchall())
        # A reader passes over the groups of rows whose least and greatest values leave no room for what it wants.
        meet = """
            WITH pieces AS (SELECT unnest(?) AS name, unnest(?) AS piece)
            SELECT count(DISTINCT (number, piece)) <= 2 * (SELECT count(*) FROM groups)
            FROM groups JOIN listed ON contest BETWEEN least AND greatest OR least IS NULL JOIN pieces USING (name)"""
        while len(found := _pieces(rows, most)) > mixed:
            numbers = [number for number, piece in enumerate(found) for _ in piece]
            ((twice,),) = connection.execute(meet, [list(rows), numbers]).fetchall()
            if twice:
                break
            most = max(mixed, most // 2)
    return found


def _pieces(rows: Mapping[str, int], most: int) -> list[tuple[str, ...]]:
    """Contests next to each other, cut where so many equal parts of the rows would end."""
    found: dict[int, list[str]] = {}
    total, before = sum(rows.values()), 0
    for contest, here in rows.items():
        found.setdefault((2 * before + here) * most // (2 * total), []).append(contest)
        before += here
    return [tuple(contests) for contests in found.values()]


@contextmanager
def _listed(path: Path) -> Iterator["duckdb.DuckDBPyConnection"]:
    """The contests of a file with their rows as a table `listed`, and as `groups` between which contests its groups of rows lie.

    One column is read for it: some tenths of a second for 10⁸ papers.
    """
    import duckdb  # noqa: PLC0415 — as in _connection

    columns = dict(_columns(path))
    value, kind = ("contest", columns["contest"]) if "contest" in columns else ("NULL", "VARCHAR")
    listed = f"SELECT {value} AS contest, COALESCE({value}::VARCHAR, '') AS name, count(*) AS rows FROM read_parquet(?) GROUP BY {value}"  # noqa: S608 — our own names
    bounds = f"TRY_CAST(stats_min_value AS {kind}) AS least, TRY_CAST(stats_max_value AS {kind}) AS greatest"
    groups = f"SELECT row_group_id AS number, {bounds} FROM parquet_metadata(?) WHERE path_in_schema = 'contest'"  # noqa: S608 — as above
    try:
        with _connection() as connection:
            connection.execute(f"CREATE TABLE listed AS {listed}", [str(path)])
            connection.execute(f"CREATE TABLE groups AS {groups}", [str(path)])
            yield connection
    except duckdb.Error as error:
        raise DataError(path, f"cannot be read ({_said(error)}); get the file anew") from None


@lru_cache(maxsize=8)
def _sha256(path: Path, _size: int, _modified: int) -> str:
    """The sha256 of a file, taken once by whoever reads one contest of it after another."""
    return sha256(path)


def _connection(threads: int | None = None) -> "duckdb.DuckDBPyConnection":
    import duckdb  # noqa: PLC0415 — brings 70 MB of library, and other sources do without

    return duckdb.connect(config={"python_enable_replacements": False, **({"threads": threads} if threads else {})})


def _said(error: Exception) -> str:
    """What DuckDB says, without the picture of the query below it."""
    return str(error).partition("\n")[0]


def _columns(path: Path) -> Iterator[tuple[str, str]]:
    """Names and types of the columns."""
    import duckdb  # noqa: PLC0415 — as in _connection

    try:
        with _connection() as connection:
            for name, kind, *_ in connection.execute("DESCRIBE FROM read_parquet(?)", [str(path)]).fetchall():
                yield name, kind
    except duckdb.Error as error:
        raise DataError(path, f"is not Parquet, or is cut short ({_said(error)}); get it anew") from None


def _ranks(path: Path, columns: dict[str, str]) -> list[str]:
    """The columns of the ranks, first to last; no other column may stand there but those of PLACES."""
    found = {int(match[1]): name for name in columns if (match := RANK.fullmatch(name))}
    others = [name for name in columns if name not in (*found.values(), *PLACES)]
    if others or set(found) != set(range(1, len(found) + 1)):
        what = f"the columns are {', '.join(columns)}; they must be rank1, rank2 and so on, and any of {', '.join(PLACES)}"
        raise DataError(path, what)
    return [found[rank] for rank in sorted(found)]


def _folded(
    path: Path, columns: dict[str, str], ranks: Sequence[str], contests: Sequence[str], threads: int | None
) -> dict[str, NDArray[Any]]:  # fmt: skip
    """Each distinct ranking of a district once, with its papers: in order of contest, district and ranking."""
    import duckdb  # noqa: PLC0415 — as in _connection

    blank = "0" if all(WHOLE.fullmatch(columns[name]) for name in ranks) else "''"
    # Ranks of a byte each are folded four at a time, which takes two thirds of the time; fewer than four are filled up.
    bytes_ = all(columns[name] in ("TINYINT", "UTINYINT") for name in ranks)
    cells = [f'COALESCE("{name}", {blank})' for name in ranks]
    packs = [[*cells[at : at + PACK], *["0"] * (PACK - len(cells[at : at + PACK]))] for at in range(0, len(cells), PACK)] if bytes_ else []
    keys = [
        " + ".join(f"{cell}::UTINYINT::UINTEGER * {256**place}::UINTEGER" for cell, place in zip(pack, (3, 2, 1, 0), strict=True)) for pack in packs
    ]
    there = [name for name in PLACES if name in columns and name != "weight"]
    papers = "sum(weight) AS papers, min(weight) AS least" if "weight" in columns else "count(*) AS papers, 1 AS least"
    numbered = ", ".join([*there, *(f"{key} AS k{number}" for number, key in enumerate(keys or cells))])
    chosen, values = _chosen(columns, contests)
    inner = f"SELECT {numbered}, {papers} FROM read_parquet(?) {chosen} GROUP BY ALL"  # noqa: S608 — our own names
    places = [f"COALESCE({name if name in there else 'NULL'}::{PLACES[name]}, {none}) AS {name}" for name, none in NOWHERE.items()]
    sql = f"SELECT {', '.join(places)}, COLUMNS('k[0-9]+'), papers::BIGINT AS papers, least FROM ({inner}) ORDER BY ALL"  # noqa: S608 — as above
    try:
        with _connection(threads) as connection:
            table: dict[str, NDArray[Any]] = connection.execute(sql, [str(path), *values]).fetchnumpy()
    except duckdb.Error as error:
        raise DataError(path, f"cannot be read ({_said(error)}); correct the column, or get the file anew") from None
    if len(table["least"]) and np.ma.filled(table["least"], 0).min() < 1:
        raise DataError(path, "a weight is missing or less than 1; write a whole number of papers")
    plain = {name: np.ma.getdata(values) for name, values in table.items()}
    if bytes_:
        plain |= {name: plain[f"k{number // PACK}"] >> 8 * (PACK - 1 - number % PACK) & 255 for number, name in enumerate(ranks)}
    else:
        plain |= {name: plain[f"k{number}"] for number, name in enumerate(ranks)}
    return plain


def _chosen(columns: dict[str, str], contests: Sequence[str]) -> tuple[str, list[str]]:
    """SQL that leaves these contests alone, and its values."""
    if not contests or "contest" not in columns:
        return "", []
    # The values are compared as the file holds them: so groups of rows that cannot hold them are not read.
    values = ", ".join([f"TRY_CAST(? AS {columns['contest']})"] * len(contests))
    return f"WHERE contest IN ({values}){' OR contest IS NULL' if '' in contests else ''}", list(contests)


def _numbers(path: Path, table: dict[str, NDArray[Any]], ranks: Sequence[str]) -> tuple[NDArray[np.int16], list[str]]:
    """Rankings by index where the file numbers candidates, and what they are called: by their numbers."""
    least, most = (pick(int(pick(table[name])) for name in ranks) for pick in (min, max))
    if least < 0 or most > MOST:
        raise DataError(path, f"a rank holds {least if most <= MOST else most:,}; candidates are numbered from 1, up to {MOST:,}")
    rankings = np.stack([table[name].astype(np.int16) for name in ranks], axis=1)
    rankings -= 1
    return rankings, [str(number) for number in range(1, most + 1)]


def _names(table: dict[str, NDArray[Any]], ranks: Sequence[str]) -> tuple[NDArray[np.int16], list[str]]:
    """Rankings by index where the file names candidates, and their names in alphabetical order."""
    there = sorted({str(name).strip() for rank in ranks for name in set(table[rank].tolist())})
    names = [name for name in there if name.casefold() not in BLANK]
    place = {name: number for number, name in enumerate(names)}
    stacked = [[place.get(str(name).strip(), NOBODY) for name in table[rank].tolist()] for rank in ranks]
    return np.array(stacked, dtype=np.int16).T, names


def _profile(rankings: NDArray[np.int16], papers: NDArray[np.int64], names: Sequence[str]) -> Profile:
    """The papers of a district with those candidates whom they name."""
    there = np.unique(rankings[rankings >= 0])
    new = np.full(len(names) + 1, NOBODY, dtype=np.int16)
    new[there] = np.arange(len(there))
    # NOBODY is the index of the last, which stays NOBODY.
    return Profile(tuple(Candidate(names[number]) for number in there.tolist()), new[rankings], papers)
