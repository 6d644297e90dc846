"""Opinion polls in, as a table of the user's or of a collection; dates, pollsters, samples and shares by party as arrays out."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.catalogue import series as catalogue
from hustings.downloads import path as place_of
from hustings.election import Party, frozen
from hustings.errors import DataError
from hustings.facts import fact
from hustings.user_table import WHOLE, Table, not_whole, read_table, whole

AREA = "GB"
"""Where British polls are taken, unless a table says something else: Northern Ireland has parties and polls of its own."""
REQUIRED = ("date", "pollster")
OTHERS = ("began", "sample", "area")
SAME = {"samplesize": "sample", "sample size": "sample", "size": "sample", "ended": "date", "fieldwork end": "date", "company": "pollster"}
"""Other names of these columns."""
ROUNDING = 0.03
"""By how much the shares of a poll, each rounded, may exceed the whole [share]."""
COLLECTION = ("reform_ukip", "percent_left")
"""Columns by which the collection of British polls is known."""
COLLECTED = {"conservative": "con", "labour": "lab", "lib_dem": "ld", "snp": "snp", "green": "green", "others": "other"}
HEIRS = (("ukip", date.min), ("brexit", date(2019, 4, 12)), ("reform", date(2021, 1, 4)))
"""Whose the column Reform_UKIP is from which day on: the Brexit Party was launched on 12 April 2019, and renamed Reform UK on 4 January 2021."""
UNASKED = ("reform_ukip", "snp", "green")
"""Columns in which 0 says that the poll does not give the party; it is part of the others then."""
MARKS = re.compile(r"\s*(?:Archived .* at the Wayback Machine|\[[^\]]*\]|\((?:MRP|unpublished)\))\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Poll:
    """One poll: its last day of asking, who asked how many where, and the share of each party that it gives [0-1]."""

    date: date
    pollster: str
    size: int | None
    area: str
    shares: Mapping[str, float]


@dataclass(frozen=True, eq=False)
class Polls:
    """Polls in the order of their table.

    Attributes
    ----------
    dates : the last day of asking of each; `began`: the first, where it is known.
    pollsters : who asked.
    sizes : who were asked [persons], shape (polls,), int64, 0 where it is not known.
    areas : where they live.
    shares : of those who would vote for a party, shape (polls, parties) [0-1]; NaN where a poll does not give the party.
    notes : what was found odd, and what was assumed.
    """

    parties: tuple[Party, ...]
    dates: tuple[date, ...]
    pollsters: tuple[str, ...]
    sizes: NDArray[np.int64]
    shares: NDArray[np.float64]
    areas: tuple[str, ...]
    source: str
    began: tuple[date | None, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "sizes", frozen(self.sizes, np.int64))
        object.__setattr__(self, "shares", frozen(self.shares, np.float64))
        object.__setattr__(self, "began", self.began or (None,) * len(self.dates))
        rows = len(self.dates)
        if {len(self.pollsters), len(self.areas), len(self.began), *self.sizes.shape, len(self.shares)} != {rows}:
            raise DataError(
                self.source, f"{rows} dates, {len(self.pollsters)} pollsters, {self.sizes.shape} sizes and {self.shares.shape} shares differ"
            )
        if self.shares.shape != (rows, len(self.parties)):
            raise DataError(self.source, f"shares {self.shares.shape} and {len(self.parties)} parties differ")
        if (self.sizes < 0).any() or (self.shares < 0).any() or (self.shares > 1).any():
            raise DataError(self.source, "a sample is negative, or a share is not between 0 and 1")

    def __len__(self) -> int:
        return len(self.dates)

    def __iter__(self) -> Iterator[Poll]:
        for row, (day, pollster, area) in enumerate(zip(self.dates, self.pollsters, self.areas, strict=True)):
            given = {party.id: float(share) for party, share in zip(self.parties, self.shares[row], strict=True) if not np.isnan(share)}
            yield Poll(day, pollster, int(self.sizes[row]) or None, area, given)

    def columns(self) -> dict[str, list[Any]]:
        """The columns of the store's table `polls` but its first: a row for each poll and each party that it gives."""
        at = np.argwhere(~np.isnan(self.shares)).tolist()
        return {
            "number": [row for row, _ in at],
            "pollster": [self.pollsters[row] for row, _ in at],
            "began": [self.began[row] for row, _ in at],
            "ended": [self.dates[row] for row, _ in at],
            "sample": [int(self.sizes[row]) or None for row, _ in at],
            "area": [self.areas[row] for row, _ in at],
            "party": [self.parties[column].id for _, column in at],
            "share": [float(self.shares[row, column]) for row, column in at],
        }


def pollster(written: str) -> str:
    """The one name of a pollster, of whatever spelling; a firm that `facts/pollsters.toml` does not have keeps its name.

    >>> pollster("Kantar Public Archived 6 June 2017 at the Wayback Machine"), pollster("FindOutNow/Electoral Calculus"), pollster("A. N. Other")
    ('Verian', 'Find Out Now', 'A. N. Other')
    """
    name = " ".join(MARKS.sub(" ", written).split())
    spellings = _spellings()
    return spellings.get(_plain(name)) or spellings.get(_plain(name.partition("/")[0])) or name


def uk() -> Polls:
    """The collection of British polls since 2010, as it was pulled.

    Raises
    ------
    NotHere
        It has not been pulled; the error names the command.
    """
    about = catalogue()["uk-polls"]
    (edition,) = about.editions.values()
    (file,) = edition.files
    return replace(read_polls(place_of(file)), source=about.attribution[0])


def unknown(polls: Polls) -> tuple[str, ...]:
    """The pollsters that `facts/pollsters.toml` does not have, by name."""
    return tuple(sorted(set(polls.pollsters) - set(fact("pollsters"))))


@cache
def _spellings() -> Mapping[str, str]:
    return {_plain(spelling): name for name, others in fact("pollsters").items() for spelling in (name, *others)}


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.casefold().replace("&", "and"))


def read_polls(path: Path) -> Polls:
    """Read polls: `date,pollster` and a column for each party, in per cent or in fractions; `began`, `sample` and `area` where they are known.

    CSV, TSV, Parquet or Excel; days as 2024-07-04. Parties go by id, name or abbreviation; another column is a party of its own
    name. An empty cell or a dash says that the poll does not give the party. The collection of British polls since 2010
    (series `uk-polls`) is known by its columns and read as it is.

    Raises
    ------
    DataError
        The file cannot be read; or all that is wrong with it, each mistake with its row, its column and what to do.
    """
    table = read_table(path, (), (*REQUIRED, *OTHERS, *SAME, *COLLECTION, *COLLECTED), more=True)
    collected = all(name in table.columns for name in COLLECTION)
    table.columns = {SAME.get(name, name): cells for name, cells in table.columns.items()}
    for name in REQUIRED:
        if name not in table.columns:
            near = difflib.get_close_matches(name, [other for other in table.columns if other not in (*REQUIRED, *OTHERS)], n=1, cutoff=0.6)
            what = (
                f"there is no such column{f': is it {near[0]!r}?' if near else ''}; the first row names the columns: date,pollster,sample and parties"
            )
            table.mistakes.add(1, name, what)
    table.mistakes.refuse()
    table.check("date", _not_day)
    table.check("began", lambda cell: _not_day(cell) if cell else None)
    table.check("pollster", lambda cell: None if cell else "is empty; write who asked")
    table.check("sample", lambda cell: not_whole(cell) if cell not in ("", "-", "–") else None)
    return _collection(table) if collected else _own(table)


def _not_day(cell: str) -> str | None:
    try:
        date.fromisoformat(cell[:10])
    except ValueError:
        return f"'{cell}' is not a day; write it as 2024-07-04"
    return None if re.fullmatch(r"\d{4}-\d\d-\d\d( 00:00:00(\.0+)?)?", cell) else f"'{cell}' is not a day alone; write it as 2024-07-04"


def _made(table: Table, parties: Sequence[Party], shares: NDArray[np.float64], notes: Sequence[str]) -> Polls:
    table.mistakes.refuse()
    names = [pollster(cell) for cell in table.cells("pollster")]
    strange = sorted(set(names) - set(fact("pollsters")))
    said = [f"these pollsters are in no list of ours and keep their names: {', '.join(strange)}"] if strange else []
    days = [date.fromisoformat(cell[:10]) for cell in table.cells("date")]
    return Polls(
        tuple(parties), tuple(days), tuple(names),
        np.array([whole(cell) if WHOLE.fullmatch(cell) else 0 for cell in table.cells("sample")], dtype=np.int64), shares,
        tuple(cell or AREA for cell in table.cells("area")), table.path.name,
        tuple(date.fromisoformat(cell[:10]) if cell else None for cell in table.cells("began")), (*filter(None, notes), *said),
    )  # fmt: skip


# ---- a table of the user's -------------------------------------------------------------------------------------------


def _own(table: Table) -> Polls:
    columns = [name for name in table.columns if name not in (*REQUIRED, *OTHERS)]
    parties = [_party(name) for name in columns]
    for party in parties:
        if party.id == party.name and (near := difflib.get_close_matches(party.id.casefold(), (*REQUIRED, *OTHERS), n=1, cutoff=0.75)):
            table.mistakes.add(1, party.id, f"no party that we know is called so; did you mean {near[0]}?")
    if len(parties) < 2:
        table.mistakes.add(1, "", "there are fewer than two parties; name a column for each, such as con,lab,ld")
    for id_ in {party.id for party in parties if sum(party.id == other.id for other in parties) > 1}:
        table.mistakes.add(1, id_, "two columns are of this party; delete one")
    for name in columns:
        table.check(name, _not_share)
    shares = np.array([[_number(cell) for cell in table.columns[name]] for name in columns], dtype=np.float64).T.reshape(-1, len(columns))
    marked = np.array([[cell.endswith("%") for cell in table.columns[name]] for name in columns], dtype=np.bool_).T.reshape(shares.shape)
    total = np.nansum(shares, axis=1)
    # In per cent the least poll adds up to tens, in fractions the largest to one.
    per_cent = bool(np.median(total) > 1 + ROUNDING) if len(total) else False
    unit = 100.0 if per_cent or marked.any() else 1.0
    for row, number in zip(table.rows, (total / unit).tolist(), strict=True):
        # A row in fractions among others in per cent adds up to one at the most.
        if not (1 + ROUNDING if unit > 1 else 0) / unit < number <= 1 + ROUNDING:
            what = "in per cent" if unit > 1 else "in fractions"
            table.mistakes.add(row, "", f"the shares add up to {number * unit:g} {what} as the file has them; check them, and write all rows alike")
    _check_repeated(table, columns)
    table.mistakes.refuse()
    return _made(table, parties, shares / unit, ())


def _party(column: str) -> Party:
    known = fact("parties")
    for id_, about in known.items():
        if column.casefold() in (id_, about["name"].casefold(), about["short"].casefold()):
            return Party(id_, about["name"], about.get("lump", False))
    return Party("other", known["other"]["name"], lump=True) if column.casefold() in ("others", "oth") else Party(column, column)


def _not_share(cell: str) -> str | None:
    text = cell.removesuffix("%").strip()
    if text in ("", "-", "–") or re.fullmatch(r"\d{1,3}(\.\d*)?|\.\d+", text, re.ASCII):
        return None
    if re.fullmatch(r"\d{1,3},\d+", text):
        return f"'{cell}' has a decimal comma; write {text.replace(',', '.')}"
    if text[:1] in "-−–":
        return f"'{cell}' is negative; a share is 0 or more"
    return f"'{cell}' is not a share; write 38 or 0.38, and nothing where the poll does not give the party"


def _number(cell: str) -> float:
    text = cell.removesuffix("%").strip()
    return float("nan") if text in ("", "-", "–") else float(text)


def _check_repeated(table: Table, columns: Sequence[str]) -> None:
    """Note a poll that stands there twice, figure for figure."""
    seen: dict[tuple[str, ...], int] = {}
    for row, *cells in zip(table.rows, *(table.cells(name) for name in (*REQUIRED, *OTHERS, *columns)), strict=True):
        if (key := tuple(cells)) in seen:
            table.mistakes.add(row, "", f"is the same poll as in row {seen[key]}; delete one")
        seen.setdefault(key, row)


# ---- the collection of British polls since 2010 ----------------------------------------------------------------------


def _collection(table: Table) -> Polls:
    """Shares that add up to 1, in which a party that a poll does not give has 0 and is part of the others."""
    columns = ("reform_ukip", *COLLECTED)
    for name in columns:
        table.check(
            name, lambda cell: None if _float(cell) is not None else f"'{cell}' is not a share; the file is cut short or altered", lambda _: "0"
        )
    table.mistakes.refuse()
    copies = _copies(table, columns)
    table.keep([line for line, row in enumerate(table.rows) if row not in copies])
    raw = {name: np.array([_float(cell) for cell in table.cells(name)], dtype=np.float64) for name in columns}
    days = [date.fromisoformat(cell[:10]) for cell in table.cells("date")]
    for name in UNASKED:
        raw[name] = np.where(raw[name] == 0, np.nan, raw[name])
    negative = raw["others"] < 0
    raw["others"] = np.maximum(raw["others"], 0)
    total = np.nansum(np.array(list(raw.values())), axis=0)
    for row, number in zip(table.rows, total.tolist(), strict=True):
        if abs(number - 1) > ROUNDING:
            table.mistakes.add(row, "", f"the shares add up to {number:.3f}; the file is cut short or altered")
    begins = np.array([max(place for place, (_, since) in enumerate(HEIRS) if day >= since) for day in days])
    shares = {COLLECTED[name]: raw[name] for name in COLLECTED}
    shares |= {id_: np.where(begins == place, raw["reform_ukip"], np.nan) for place, (id_, _) in enumerate(HEIRS)}
    ids = ["con", "lab", "ld", "snp", "green", *(id_ for id_, _ in HEIRS), "other"]
    known = fact("parties")
    parties = [Party(id_, known[id_]["name"], known[id_].get("lump", False)) for id_ in ids]
    notes = _odd(table, raw, negative, days)
    if copies:
        notes.append(
            f"these rows are those of polls that stand above under another spelling of the pollster, and left out: {', '.join(map(str, copies))}"
        )
    return _made(table, parties, np.array([shares[id_] for id_ in ids]).T, notes)


def _copies(table: Table, columns: Sequence[str]) -> list[int]:
    """Rows of polls that are there before, of the same day, pollster, sample and shares."""
    seen: set[tuple[str, ...]] = set()
    found = []
    for row, name, *cells in zip(table.rows, *(table.cells(column) for column in ("pollster", "date", "sample", *columns)), strict=True):
        key = (pollster(name), *cells)
        if key in seen:
            found.append(row)
        seen.add(key)
    return found


def _float(cell: str) -> float | None:
    return float(cell) if re.fullmatch(r"-?(\d+(\.\d*)?|\.\d+)([eE]-?\d+)?", cell, re.ASCII) and -0.05 < float(cell) <= 1 else None


def _odd(table: Table, raw: Mapping[str, NDArray[np.float64]], negative: NDArray[np.bool_], days: Sequence[date]) -> list[str]:
    """What a reader of the collection should know."""
    named = np.nansum(np.array([raw[name] for name in raw if name != "others"]), axis=0)
    over = [str(row) for row, odd in zip(table.rows, (negative & (named > 1.005)).tolist(), strict=True) if odd]
    places: dict[tuple[str, date], list[int]] = {}
    for row, name, day in zip(table.rows, table.cells("pollster"), days, strict=True):
        places.setdefault((pollster(name), day), []).append(row)
    twice = ["/".join(map(str, rows)) for rows in places.values() if len(rows) > 1]
    late = sum(day < before for before, day in pairwise(days))
    return [
        f"in rows {', '.join(over)} the shares named add up to 101 per cent, and the others, who had -1, are taken for none" if over else "",
        f"a pollster has two polls that ended on one day in rows {', '.join(twice)}; both are kept" if twice else "",
        f"{late} polls do not stand in the order of their days" if late else "",
    ]
