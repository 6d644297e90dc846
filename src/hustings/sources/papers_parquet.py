"""Archives of ranked papers in, as Parquet with a column for each rank; the election of its contests out."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from hustings.ballots import MOST, NO_SEATS
from hustings.downloads import sha256
from hustings.election import NOBODY, Candidate, Contest, District, Election, Profile, Provenance
from hustings.errors import DataError
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
def papers_parquet(path: Path) -> Election:
    """Ranked papers of one or many contests in Parquet, a row each: as many as a disk holds, folded before they are read.

    Columns rank1, rank2, … hold candidates' numbers from 1, or their names; nothing (or 0, or `skipped`) is a rank left
    blank. `contest`, `district`, `seats` (to be elected) and `weight` (papers that are alike) may stand beside them.

    Raises
    ------
    DataError
        The file does not say what it must; nothing is guessed.
    """
    columns = dict(_columns(path))
    ranks = _ranks(path, columns)
    numbered = [bool(WHOLE.fullmatch(columns[name])) for name in ranks]
    if not (all(numbered) or all(columns[name] == "VARCHAR" for name in ranks)):
        raise DataError(path, f"the ranks are of the types {', '.join(columns[name] for name in ranks)}; write whole numbers, or names, in all")
    table = _folded(path, columns, ranks)
    if not len(table["papers"]):
        raise DataError(path, "holds no papers; the file is cut short")
    rankings, names = _numbers(path, table, ranks) if numbered[0] else _names(table, ranks)
    contests, seatless = [], False
    rows = list(zip(table["contest"].tolist(), table["district"].tolist(), table["seats"].tolist(), strict=True))
    start = 0
    districts: list[tuple[str, District, Profile]] = []
    for (contest, district, seats), same in groupby(rows):
        end = start + len(list(same))
        if districts and (districts[-1][0], districts[-1][1].id) == (contest, district or contest or path.stem):
            raise DataError(path, f"{district or contest or 'the contest'} has several numbers of seats; give each district one")
        seatless |= seats < 0
        place = District(district or contest or path.stem, district or contest or path.stem, 1 if seats < 0 else seats)
        districts.append((contest, place, _profile(rankings[start:end], table["papers"][start:end], names)))
        start = end
    for contest, group in groupby(districts, key=lambda item: item[0]):
        members = list(group)
        profiles = tuple(profile for *_, profile in members)
        contests.append(Contest(contest or "ballot", tuple(place for _, place, _ in members), profiles=profiles))
    provenance = Provenance("Parquet file of papers", ((path.name, sha256(path)),), notes=(NO_SEATS,) if seatless else ())
    return Election(str(path), "", None, tuple(contests), provenance)


def _connection() -> "duckdb.DuckDBPyConnection":
    import duckdb  # noqa: PLC0415 — brings 70 MB of library, and other sources do without

    return duckdb.connect(config={"python_enable_replacements": False})


def _columns(path: Path) -> Iterator[tuple[str, str]]:
    """Names and types of the columns."""
    import duckdb  # noqa: PLC0415 — as in _connection

    try:
        with _connection() as connection:
            for name, kind, *_ in connection.execute("DESCRIBE FROM read_parquet(?)", [str(path)]).fetchall():
                yield name, kind
    except duckdb.Error as error:
        raise DataError(path, f"is not Parquet, or is cut short ({str(error).partition(chr(10))[0]}); get it anew") from None


def _ranks(path: Path, columns: dict[str, str]) -> list[str]:
    """The columns of the ranks, first to last; no other column may stand there but those of PLACES."""
    found = {int(match[1]): name for name in columns if (match := RANK.fullmatch(name))}
    others = [name for name in columns if name not in (*found.values(), *PLACES)]
    if others or set(found) != set(range(1, len(found) + 1)):
        what = f"the columns are {', '.join(columns)}; they must be rank1, rank2 and so on, and any of {', '.join(PLACES)}"
        raise DataError(path, what)
    return [found[rank] for rank in sorted(found)]


def _folded(path: Path, columns: dict[str, str], ranks: Sequence[str]) -> dict[str, NDArray[Any]]:
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
    inner = f"SELECT {numbered}, {papers} FROM read_parquet(?) GROUP BY ALL"  # noqa: S608 — our own names
    places = [f"COALESCE({name if name in there else 'NULL'}::{PLACES[name]}, {none}) AS {name}" for name, none in NOWHERE.items()]
    sql = f"SELECT {', '.join(places)}, COLUMNS('k[0-9]+'), papers::BIGINT AS papers, least FROM ({inner}) ORDER BY ALL"  # noqa: S608 — as above
    try:
        with _connection() as connection:
            table: dict[str, NDArray[Any]] = connection.execute(sql, [str(path)]).fetchnumpy()
    except duckdb.Error as error:
        raise DataError(path, f"cannot be read ({str(error).partition(chr(10))[0]}); correct the column, or get the file anew") from None
    if len(table["least"]) and np.ma.filled(table["least"], 0).min() < 1:
        raise DataError(path, "a weight is missing or less than 1; write a whole number of papers")
    plain = {name: np.ma.getdata(values) for name, values in table.items()}
    if bytes_:
        plain |= {name: plain[f"k{number // PACK}"] >> 8 * (PACK - 1 - number % PACK) & 255 for number, name in enumerate(ranks)}
    else:
        plain |= {name: plain[f"k{number}"] for number, name in enumerate(ranks)}
    return plain


def _numbers(path: Path, table: dict[str, NDArray[Any]], ranks: Sequence[str]) -> tuple[NDArray[np.int16], list[str]]:
    """Rankings by index where the file numbers candidates, and what they are called: by their numbers."""
    stacked = np.stack([table[name].astype(np.int64) for name in ranks], axis=1) - 1
    most = int(stacked.max(initial=NOBODY)) + 1
    if stacked.min(initial=0) < NOBODY or most > MOST:
        raise DataError(path, f"a rank holds {stacked.min() + 1 if most <= MOST else most:,}; candidates are numbered from 1, up to {MOST:,}")
    return stacked.astype(np.int16), [str(number) for number in range(1, most + 1)]


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
