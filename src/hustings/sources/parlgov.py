"""ParlGov's table of elections in; one national election of a country, shares and seats by party, out."""

import csv
import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import lru_cache
from io import StringIO
from pathlib import Path

import numpy as np

from hustings.catalogue import edition as catalogued
from hustings.election import Candidacy, Candidate, Contest, District, Election, Party, Tally
from hustings.errors import DataError
from hustings.files import read_text
from hustings.sources import provenance, source

WHOLE = 100_000
"""The valid votes of an election [thousandths of a percentage point]."""
COLUMNS = ("country_name", "election_type", "election_date", "vote_share", "seats", "seats_total", "party_name_short", "party_name")
UNIT = "ParlGov gives shares and no votes: a vote here is a thousandth of a percentage point of the valid vote"
OTHERS = "other"
Row = Mapping[str, str]


@source(
    "parlgov",
    cites="ParlGov (parlgov.org), view_election: Döring & Manow, Parliaments and governments database",
    series=True,
    votes="thousandths of a per cent of the valid votes",
)
def parlgov(edition: str, files: Mapping[str, Path]) -> Election:
    """Elections of 37 democracies in the whole country: the share of each party in thousandths of a point, and its seats.

    Parties that ParlGov does not list, and what they won, are the lump `other`. Seats by party are left out where parties
    without a share of their own won a larger part of the seats than is left of the vote: their alliance has the votes then.

    Raises
    ------
    DataError
        The table lacks a column or the election, or holds something else than figures.
    """
    (path,) = files.values()
    day = catalogued("parlgov", edition).date
    country, _, rest = edition.partition(f"-{day:%Y}")
    kind = "ep" if rest.endswith("-ep") else "parliament"
    rows = _table(path, path.stat().st_mtime_ns).get((country, kind, str(day)), [])
    if not rows:
        raise DataError(path, f"has no election of {edition} on {day}; the file is cut short or altered")
    contest, notes = _contest(path, rows)
    return Election("parlgov", edition, day, (contest,), provenance("parlgov", edition, UNIT, *notes))


@lru_cache(maxsize=1)
def _table(path: Path, _stamp: int) -> Mapping[tuple[str, str, str], list[tuple[int, Row]]]:
    """Rows with their lines, by country, kind and day: a thousand elections are read from one file, one after another."""
    reader = csv.DictReader(StringIO(read_text(path)), strict=True)
    missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
    if missing:
        raise DataError(path, f"has no column {' and no column '.join(missing)}; get the table view_election of ParlGov", 1)
    found: dict[tuple[str, str, str], list[tuple[int, Row]]] = {}
    try:
        for row in reader:
            if None in row.values():
                raise DataError(path, "a row has fewer cells than there are columns; the file is cut short", reader.line_num)
            place = row["country_name"].lower().replace(" ", "-"), row["election_type"], row["election_date"]
            found.setdefault(place, []).append((reader.line_num, row))
    except csv.Error as error:
        raise DataError(path, f"is not CSV: {error}; the file is cut short", reader.line_num) from None
    return found


def _contest(path: Path, rows: Sequence[tuple[int, Row]]) -> tuple[Contest, list[str]]:
    """One district, the country; and notes of what the figures leave open."""
    parties: dict[str, Party] = {}
    votes: dict[str, int] = {}
    seats: dict[str, int] = {}
    silent: dict[str, int] = {}
    for line, row in rows:
        won = int(_figure(path, line, row, "seats"))
        if row["vote_share"]:
            id_ = row["party_name_short"].lower()
            parties[id_] = Party(id_, row["party_name"])
            votes[id_] = round(_figure(path, line, row, "vote_share") * WHOLE / 100)
            seats[id_] = won
        elif won:
            silent[row["party_name"]] = won
    if not votes:
        raise DataError(path, "states no share of any party at this election; it cannot be shown", rows[0][0])
    house = sum(seats.values()) + sum(silent.values())
    rest = WHOLE - sum(votes.values())
    known = sum(silent.values()) * WHOLE <= max(rest, 0) * house
    notes = []
    if (total := int(_figure(path, *rows[0], "seats_total"))) != house:
        notes.append(f"ParlGov lists the winners of {house} of {total} seats")
    if silent:
        names = ", ".join(f"{name} ({won})" for name, won in silent.items())
        notes.append(f"ParlGov states no share of the vote for {names}: " + ("they are part of other" if known else "seats by party are left out"))
    if rest < 0:
        notes.append(f"the shares add up to {100 * sum(votes.values()) / WHOLE:.1f} per cent")
    if rest > 0:
        parties[OTHERS] = Party(OTHERS, "Others", lump=True)
        votes[OTHERS], seats[OTHERS] = rest, sum(silent.values())
    candidacies = tuple(Candidacy(Candidate(party.name, id_), votes[id_], seats[id_] if known else None) for id_, party in parties.items())
    row = rows[0][1]
    district = District(row["country_name"].lower().replace(" ", "-"), row["country_name"], house, country=row["country_name"])
    table = np.array([list(votes.values())], dtype=np.int64)
    tally = Tally(tuple(parties.values()), table, np.ones(table.shape, dtype=np.bool_))
    return Contest("nation", (district,), tally, candidacies=(candidacies,)), notes


def _figure(path: Path, line: int, row: Row, column: str) -> Fraction:
    """A number without a sign; nothing stands for 0."""
    text = row[column]
    if text and not re.fullmatch(r"\d+(\.\d+)?", text, re.ASCII):
        raise DataError(path, f"{column} is '{text}' and must be a number; the file is cut short or altered", line)
    return Fraction(text or 0)
