"""A user's votes by district and party in, a row each, from CSV, TSV, Parquet or Excel; the election out."""

import csv
import difflib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hustings.downloads import sha256
from hustings.election import Candidacy, Candidate, Contest, District, Election, Party, Provenance, Tally
from hustings.errors import DataError
from hustings.facts import fact
from hustings.sources import source
from hustings.user_table import SUFFIXES, WHOLE, YES, Table, not_whole, parquet_columns, read_table, whole

REQUIRED = ("district", "party", "votes")
OTHERS = ("contest", "seats", "electorate", "region", "county", "country", "candidate", "elected")
CONTEST = "votes"
"""What a contest is called in a file that names none."""
CELLS = 10**8
"""Districts times parties that are held; a file with more has something else in one of these columns."""
SAID = (*REQUIRED, "candidate")

Codes = NDArray[np.int64]


def sniff(head: str) -> bool:
    """Whether one of the first lines names two of district, party, votes and candidate, or nearly; or there is nothing to read at all."""
    if head.startswith("PAR1"):
        return False
    text = head.replace("\0", "").replace("\ufffd", "")
    if not text.strip():
        return True
    return any(_names(next(csv.reader([line], delimiter=max("\t;,", key=line.count)), [])) > 1 for line in text.splitlines()[:5])


def recognise(path: Path) -> bool:
    """Whether a Parquet file has such columns; a workbook is one of votes for want of other sources."""
    suffix = path.suffix.lower()
    return suffix not in (".csv", ".tsv") and (suffix != ".parquet" or _names(parquet_columns(path)) > 1)


def _names(cells: Sequence[str]) -> int:
    return len({near[0] for cell in cells if (near := difflib.get_close_matches(cell.strip().casefold(), SAID, n=1, cutoff=0.75))})


@source(
    "votes",
    cites="no standard: a table with a row for each candidate or list, as this page describes it",
    suffixes=SUFFIXES,
    begins=f"columns {','.join(REQUIRED)} and a row for each candidate or list",
    sniff=sniff,
    recognise=recognise,
)
def votes_file(path: Path, sheet: str = "") -> Election:
    """Votes by district, a row for each candidate or list: `district,party,votes` and what else is known.

    `contest` (a second ballot has its own rows), `seats` of the district (one, where nothing is said), `electorate`, `region`, `county`,
    `country`, `candidate`, `elected` (yes or no, or how many of a list). Names stay as they are; an id that the house knows has its name.

    Raises
    ------
    DataError
        The file cannot be read; or all that is wrong with it, each mistake with its row, its column and what to do.
    """
    table = read_table(path, REQUIRED, OTHERS, sheet=sheet)
    _check_cells(table)
    if not table.rows:
        table.mistakes.refuse()
    numbers, number = _codes(table.cells("votes"))
    votes = np.array(list(map(whole, numbers)), dtype=np.int64)[number]
    rows = _Rows(table, *_codes(table.cells("party")), votes, *_places(table))
    _check_rows(rows)
    table.mistakes.refuse()
    if len(rows.districts) * len(rows.parties) > CELLS:
        what = f"{len(rows.districts):,} districts and {len(rows.parties):,} parties are too many; is one of these columns something else?"
        raise DataError(path, what)
    return Election(str(path), "", None, _contests(rows), Provenance("votes file", ((path.name, sha256(path)),)))


# ---- cells -----------------------------------------------------------------------------------------------------------


def _check_cells(table: Table) -> None:
    """Cell by cell: names that must be there, numbers, and who is elected."""
    for name in ("district", "party"):
        remedy = "; write ind for a candidate of no party" if name == "party" else ""
        table.check(name, lambda cell, remedy=remedy: None if cell else f"is empty{remedy or '; write its name'}")  # type: ignore[misc]  # bound now
        table.one_spelling(name)
    table.check("votes", not_whole)
    for name in ("seats", "electorate"):
        table.check(name, lambda cell: not_whole(cell) if cell else None)
    table.check("elected", _not_elected)
    named = [line for line, names in enumerate(zip(table.cells("district"), table.cells("party"), strict=True)) if all(names)]
    if len(named) < len(table.rows):
        table.keep(named)


def _not_elected(cell: str) -> str | None:
    return None if not cell or cell.casefold() in YES or WHOLE.fullmatch(cell) else f"'{cell}' must be yes or no, or how many of a list are elected"


def _elected(cell: str) -> int | None:
    return YES.get(cell.casefold(), whole(cell) if cell[:1].isdigit() else None)


def _codes(cells: Sequence[str]) -> tuple[list[str], Codes]:
    """The distinct cells in order of appearance, and the number of each cell's among them."""
    index = {cell: number for number, cell in enumerate(dict.fromkeys(cells))}
    return list(index), np.fromiter(map(index.__getitem__, cells), np.int64, len(cells))


# ---- rows ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Rows:
    """The rows of a file: party, votes and district of each as numbers; districts as (contest, name), in order of appearance."""

    table: Table
    parties: list[str]
    party: Codes
    votes: Codes
    districts: list[tuple[str, str]]
    district: Codes


def _places(table: Table) -> tuple[list[tuple[str, str]], Codes]:
    (contests, contest), (names, name) = _codes(table.cells("contest")), _codes(table.cells("district"))
    keys, first, inverse = np.unique(contest * len(names) + name, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return [(contests[key // len(names)] or CONTEST, names[key % len(names)]) for key in keys[order].tolist()], rank[inverse]


def _check_rows(rows: _Rows) -> None:
    """Row against row: who stands twice, and districts of which two rows say different things."""
    table = rows.table
    people, person = _codes(table.cells("candidate"))
    key = (rows.district * len(rows.parties) + rows.party) * len(people) + person
    values, count = np.unique(key, return_counts=True)
    for repeated in values[count > 1].tolist():
        first, *others = (table.rows[at] for at in np.flatnonzero(key == repeated).tolist())
        who = people[repeated % len(people)] or rows.parties[repeated // len(people) % len(rows.parties)]
        where = rows.districts[repeated // len(people) // len(rows.parties)][1]
        for row in others:
            table.mistakes.add(
                row,
                "candidate" if people[repeated % len(people)] else "party",
                f"{who} stands in {where} in row {first} too; delete one or add them up",
            )
    for name in ("seats", "electorate", "region", "county", "country"):
        if name in table.columns:
            _check_agree(rows, name)
    if "electorate" in table.columns:
        _check_electorates(rows)
    if "elected" in table.columns:
        _check_elected(rows)


def _check_agree(rows: _Rows, name: str) -> None:
    cells, code = _codes(rows.table.cells(name))
    said = np.array([bool(cell) for cell in cells])[code]
    pairs = np.unique(rows.district[said] * len(cells) + code[said])
    districts, count = np.unique(pairs // len(cells), return_counts=True)
    for district in districts[count > 1].tolist():
        first, *others = np.flatnonzero(said & (rows.district == district)).tolist()
        for at in others:
            if code[at] != code[first]:
                here, there = cells[code[at]], f"'{cells[code[first]]}' in row {rows.table.rows[first]}"
                rows.table.mistakes.add(
                    rows.table.rows[at], name, f"of {rows.districts[district][1]} is '{here}' here and {there}; a district has one"
                )


def _of_district(rows: _Rows, name: str) -> list[str]:
    """What the rows of each district say of it first, in a column in which they agree."""
    found = [""] * len(rows.districts)
    cells = rows.table.cells(name) if name in rows.table.columns else ()
    said = np.flatnonzero(np.fromiter(map(bool, cells), np.bool_, len(cells)))
    districts, first = np.unique(rows.district[said], return_index=True)
    for district, at in zip(districts.tolist(), said[first].tolist(), strict=True):
        found[district] = cells[at]
    return found


def _check_electorates(rows: _Rows) -> None:
    """Nobody votes twice; but where candidates stand for several seats a voter may have as many votes."""
    valid = np.bincount(rows.district, rows.votes, len(rows.districts)).astype(np.int64)
    each = [whole(cell) or 1 if "candidate" in rows.table.columns else 1 for cell in _of_district(rows, "seats")]
    for number, electorate in enumerate(_of_district(rows, "electorate")):
        if electorate and valid[number] > whole(electorate) * each[number]:
            row = rows.table.rows[int((rows.district == number).argmax())]
            what = f"{rows.districts[number][1]} has {whole(electorate):,} electors and {valid[number]:,} votes; check both"
            rows.table.mistakes.add(row, "electorate", what)


def _check_elected(rows: _Rows) -> None:
    cells = rows.table.cells("elected")
    people = "candidate" in rows.table.columns
    won = np.zeros(len(rows.districts), dtype=np.int64)
    for at, cell in enumerate(cells):
        number = _elected(cell) or 0
        if number > 1 and people and rows.table.cells("candidate")[at]:
            rows.table.mistakes.add(rows.table.rows[at], "elected", f"is {number} of one candidate; write yes or no")
        won[rows.district[at]] += number
    for number, seats in enumerate(whole(cell) if cell else 1 for cell in _of_district(rows, "seats")):
        if won[number] > seats:
            row = rows.table.rows[int((rows.district == number).argmax())]
            what = f"{won[number]} are elected in {rows.districts[number][1]}, which has {seats} seat{'s' * (seats != 1)}; check both"
            rows.table.mistakes.add(row, "elected", what)


# ---- the election ----------------------------------------------------------------------------------------------------


def _contests(rows: _Rows) -> tuple[Contest, ...]:
    """The contests in order of appearance; districts of the second and later ones stand above those of the first, where names say so."""
    attributes = {name: _of_district(rows, name) for name in ("seats", "electorate", "region", "county", "country")}
    places = [
        District(
            name, name, whole(seats) if seats else 1, whole(electors) if electors else None, region, county, country,
        )
        for (_, name), seats, electors, region, county, country in zip(rows.districts, *attributes.values(), strict=True)
    ]  # fmt: skip
    votes = np.zeros((len(places), len(rows.parties)), dtype=np.int64)
    stood = np.zeros(votes.shape, dtype=np.bool_)
    np.add.at(votes, (rows.district, rows.party), rows.votes)
    stood[rows.district, rows.party] = True
    known = fact("parties")
    parties = tuple(Party(id_, known[id_]["name"], known[id_].get("lump", False)) if id_ in known else Party(id_, id_) for id_ in rows.parties)
    whole_tally, candidacies = Tally(parties, votes, stood), _candidacies(rows)
    contests: list[Contest] = []
    for contest in dict.fromkeys(contest for contest, _ in rows.districts):
        at = [number for number, (name, _) in enumerate(rows.districts) if name == contest]
        districts = tuple(places[number] for number in at)
        if contests:
            districts = tuple(_above(district, contest, contests[0].districts, alone=len(at) == 1) for district in districts)
        contests.append(Contest(contest, districts, whole_tally.at(at), candidacies=tuple(candidacies[number] for number in at if candidacies)))
    return tuple(contests)


def _above(district: District, contest: str, lower: Sequence[District], *, alone: bool) -> District:
    """A district of a further contest, above those of the first that lie in it: of its name, or in the region, county or country of its name."""
    parts = tuple(d.id for d in lower if alone or district.name in (d.name, d.region, d.county, d.country))
    taken = any(district.name == d.id for d in lower)
    return replace(district, id=f"{contest}: {district.name}" if taken else district.id, region=district.region or district.name, parts=parts)


def _candidacies(rows: _Rows) -> list[tuple[Candidacy, ...]]:
    """Candidates or lists by district, where the file names candidates or says who is elected."""
    table = rows.table
    if not {"candidate", "elected"} & set(table.columns):
        return []
    found: list[list[Candidacy]] = [[] for _ in rows.districts]
    elected = {cell: _elected(cell) for cell in set(table.cells("elected"))}
    names, cells = table.cells("candidate"), table.cells("elected")
    for district, party, votes, name, cell in zip(rows.district.tolist(), rows.party.tolist(), rows.votes.tolist(), names, cells, strict=True):
        id_ = rows.parties[party]
        found[district].append(Candidacy(Candidate(name or id_, id_), votes, elected[cell]))
    return list(map(tuple, found))
