"""A table of votes by party, and by region, in; its seats by any method of apportionment, with a threshold, out."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hustings.apportionment import Apportionment, apportion
from hustings.biproportional import Biproportional, biproportional
from hustings.divisors import DIVISORS, QUOTAS
from hustings.errors import SettingError, UnknownName
from hustings.exact import exact
from hustings.lots import Lot, Lots, refuse
from hustings.registry import YES, canonical
from hustings.thresholds import AnyOf, DirectSeats, Field, Share
from hustings.user_table import not_whole, read_table, whole

COLUMNS = ("party", "votes", "held", "exempt", "direct", "region", "seats")


@dataclass(frozen=True)
class Row:
    """One party (in one region): votes, seats held already, whether no threshold counts, direct seats won."""

    party: str
    votes: int
    held: int = 0
    exempt: bool = False
    direct: int = 0
    region: str = ""


@dataclass(frozen=True)
class VotesTable:
    """The rows of a file, and the seats of each of its regions; None where it has no regions."""

    file: str
    rows: tuple[Row, ...]
    regions: tuple[tuple[str, int | None], ...] = (("", None),)
    by_region: bool = False

    @property
    def parties(self) -> tuple[str, ...]:
        """Every party once, in the order of the file."""
        return tuple(dict.fromkeys(row.party for row in self.rows))

    def array(self, column: str) -> NDArray[np.int64]:
        """A column of numbers, shape (regions, parties); 0 where a party does not stand."""
        cells = {(row.region, row.party): int(getattr(row, column)) for row in self.rows}
        return np.array([[cells.get((region, party), 0) for party in self.parties] for region, _ in self.regions], dtype=np.int64)


@dataclass(frozen=True)
class Bar:
    """The threshold of a table: a share of the votes of the `nation` or of each `region`, or of `any` region.

    Exempt rows pass, and so do parties with `direct` seats or more, where the table says who won any.
    """

    share: Fraction = Fraction(0)
    direct: int = 1
    scope: str = ""


@dataclass(frozen=True, eq=False)
class Shared:
    """The seats of a table.

    Attributes
    ----------
    seats : of each party in each region, rows in the order of the table's regions [seats].
    parts : how each region came to them; where both margins are met at once, how the parties came to theirs.
    below : who is kept out by the threshold in each region.
    table_of : the biproportional table, by that method.
    by_voters : whether the parties' seats come from voters and not from votes.
    """

    table: VotesTable
    method: str
    seats: tuple[tuple[int, ...], ...]
    parts: tuple[tuple[str, Apportionment], ...]
    below: tuple[frozenset[str], ...]
    lots: tuple[Lot, ...]
    table_of: Biproportional | None = None
    by_voters: bool = False

    @property
    def total(self) -> dict[str, int]:
        """Seats of each party, everywhere."""
        return dict(zip(self.table.parties, map(sum, zip(*self.seats, strict=True)), strict=True))


def read_votes(path: Path) -> VotesTable:
    """Read a table with the columns party and votes, and held, exempt, direct, region, seats where they apply: CSV, TSV, Parquet or Excel.

    Raises
    ------
    DataError
        The file cannot be read; or all that is wrong with it, a line for each mistake.
    """
    table = read_table(path, COLUMNS[:2], COLUMNS[2:])
    table.check("votes", not_whole)
    for name in ("held", "direct", "seats"):
        table.check(name, lambda cell: not_whole(cell) if cell else None)
    table.check("exempt", lambda cell: None if not cell or cell.lower() in YES else f"'{cell}' is neither; write yes or no")
    for name in ("party", "region"):
        table.check(name, lambda cell: None if cell else "is empty; write its name")
    if "seats" in table.columns and "region" not in table.columns:
        table.mistakes.add(0, "seats", "are those of a region and there is no column region; add it, or leave seats out and say --seats N")
    rows: dict[tuple[str, str], Row] = {}
    seats: dict[str, int | None] = {}
    for line, party, votes, held, exempt, direct, region, number in zip(table.rows, *map(table.cells, COLUMNS), strict=True):
        if party and (region, party) in rows:
            table.mistakes.add(line, "party", f"{party} stands twice{' in ' + region if region else ''}; add up its rows or rename one")
        given = whole(number) if number else seats.get(region)
        if seats.get(region, given) not in (None, given):
            table.mistakes.add(line, "seats", f"{region} has {given} here and {seats[region]} above")
        seats[region] = given
        rows[region, party] = Row(party, whole(votes), whole(held), YES.get(exempt.lower(), False), whole(direct), region)
    table.mistakes.refuse()
    return VotesTable(str(path), tuple(rows.values()), tuple(seats.items()), "region" in table.columns)


def read_bar(text: str) -> Bar:
    """Read a threshold: `0.05`, or with settings `0.05:direct=3,scope=region`."""
    share, _, rest = text.partition(":")
    number = exact(share)
    if not 0 <= number <= 1:
        raise SettingError(f"--threshold {share}: a share lies between 0 and 1; 0.05 is 5 per cent")
    direct, scope = 1, ""
    for part in filter(None, rest.split(",")):
        key, _, value = part.partition("=")
        if key == "direct" and value.isdecimal() and int(value) > 0:
            direct = int(value)
        elif key == "scope" and value in ("nation", "region", "any"):
            scope = value
        else:
            raise SettingError(f"--threshold {text}: '{part}' is neither direct=N (N from 1) nor scope=nation, scope=region or scope=any")
    return Bar(number, direct, scope)


def share_out(table: VotesTable, method: str, seats: int | None = None, bar: Bar = Bar(), lots: Lots = refuse) -> Shared:
    """The seats of a table: at large, region by region, or of all regions at once by `biproportional`.

    `seats` are those at large, or the house where the regions have seats of their own. A share of the votes is of each
    region's where regions are apportioned one by one, and of the whole otherwise, unless the bar has a scope.

    Raises
    ------
    SettingError
        Seats are missing or contradict each other, nobody passes the threshold, or as `apportion` and `biproportional`.
    """
    name = canonical(method)
    together = name.partition(":")[0] == "biproportional"
    if name.partition(":")[0] not in (known := [*DIVISORS, *QUOTAS, "biproportional"]):
        raise UnknownName("apportionment method", method, known)
    house = _house(table, seats, together)
    votes = table.array("votes")
    out = ~_passing(table, votes, bar, bar.scope or ("nation" if together else "region"))
    below = tuple(frozenset(party for party, kept in zip(table.parties, line, strict=True) if kept) for line in out.tolist())
    votes[out] = 0
    if together:
        return _together(table, name, votes, house, below, lots=lots)
    parts = []
    for (region, _), number, line, held in zip(table.regions, house, votes.tolist(), table.array("held").tolist(), strict=True):
        where = region or table.file
        if number and not any(line):
            raise SettingError(f"{where}: nobody with votes reaches the threshold of {float(bar.share):.1%}; lower it")
        parts.append((region, apportion(line, number, name, held=held, names=table.parties, where=where, lots=lots)))
    drawn = tuple(lot for _, part in parts for lot in part.lots)
    return Shared(table, name, tuple(part.seats for _, part in parts), tuple(parts), below, drawn)


def _passing(table: VotesTable, votes: NDArray[np.int64], bar: Bar, scope: str) -> NDArray[np.bool_]:
    """Who takes part in which region, shape (regions, parties); those without votes are kept out by no threshold."""
    share = Share(bar.share, "nation" if scope == "nation" else "district", areas=1 if scope == "any" else None)
    seats = DirectSeats(bar.direct, "district" if scope == "region" else "nation")
    passing: NDArray[np.bool_] = AnyOf(share, seats)(Field(table.parties, votes, direct=table.array("direct")))
    free: NDArray[np.bool_] = (table.array("exempt") > 0) | (votes == 0)
    return np.logical_or(passing, free)


def _house(table: VotesTable, seats: int | None, together: bool) -> list[int]:
    """Seats of each region, or those at large."""
    if seats is not None and seats < 0:
        raise SettingError(f"--seats {seats}: a number of seats is 0 or more")
    if not table.by_region:
        if together:
            raise SettingError(f"{table.file} has no column region; biproportional needs region, party, votes and the seats of each region")
        if seats is None:
            raise SettingError("how many seats? add --seats N")
        return [seats]
    missing = [region for region, number in table.regions if number is None]
    if missing:
        raise SettingError(f"{table.file}: {missing[0]} has no seats; add a column seats with those of each region")
    house = [number or 0 for _, number in table.regions]
    if seats is not None and seats != sum(house):
        raise SettingError(f"--seats {seats}: the regions of {table.file} have {sum(house)} seats; leave --seats out or mend the column")
    return house


def _together(table: VotesTable, method: str, votes: NDArray[np.int64], house: list[int], below: tuple[frozenset[str], ...], *, lots: Lots) -> Shared:
    if table.array("held").any():
        raise SettingError(f"{table.file}: biproportional knows no seats held; leave the column out")
    flags, divisor = dict.fromkeys(("voters", "round-voters", "winner-take-one"), False), "sainte-lague"
    for part in filter(None, method.partition(":")[2].split(",")):
        key, _, value = part.partition("=")
        if key in flags and value in YES:
            flags[key] = YES[value]
        elif key == "divisor":
            divisor = value
        else:
            raise SettingError(f"'{part}' in '{method}': biproportional takes {', '.join(f'{flag}=true' for flag in flags)} and divisor=dhondt")
    places = [region for region, _ in table.regions]
    found = biproportional(
        votes, house, method=divisor, voters=flags["voters"], round_voters=flags["round-voters"], winner_take_one=flags["winner-take-one"],
        names=table.parties, places=places, where=table.file, lots=lots,
    )  # fmt: skip
    assert found.upper is not None
    return Shared(table, method, tuple(map(tuple, found.seats.tolist())), (("", found.upper),), below, found.lots, found, flags["voters"])
