"""British general elections nationwide: the House of Commons Library's table of votes and seats in, one district that is the kingdom out."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np

from hustings.catalogue import edition as catalogued
from hustings.election import Candidacy, Candidate, Contest, District, Election, Party, Tally
from hustings.errors import DataError, SettingError
from hustings.exact import exact
from hustings.facts import fact
from hustings.sources import provenance, source
from hustings.workbooks import read_sheet

SHEET = "1 GE-UK"
YEAR, MONTH, VOTES, SEATS = 0, 1, 2, 11
"""Columns of the sheet: the year, the month where a year has two elections, the first of the votes, the first of the seats."""
PARTIES = ("con", "lab", "ld", "nationalists", "other")
TOTAL = 5
"""The total stands five columns after the first party."""
MONTHS = {"Feb": "-02", "Oct": "-10"}


@source("uk-national", cites="House of Commons Library, UK Election Statistics: 1918-2019 (CBP-7529), tables 1a and 1c", series=True)
def uk_national(edition: str, files: Mapping[str, Path]) -> Election:
    """British general elections 1918-2019 nationwide: official votes, and the seats that each party won (`--system declared`).

    The seats of one district say nothing under any other system. `nationalists` are Plaid Cymru and the SNP together.

    Raises
    ------
    DataError
        The workbook lacks the edition, or has something else than figures there.
    """
    (path,) = files.values()
    rows = read_sheet(path, SHEET)
    blocks = [at for at, row in enumerate(rows) if row[VOTES].strip() == "CON2"]
    wanted = [at for at, row in enumerate(rows) if f"{row[YEAR]}{MONTHS.get(row[MONTH], '')}" == edition]
    if len(blocks) != 2 or len(wanted) != 2:
        raise DataError(path, f"sheet '{SHEET}' does not have votes and seats of {edition}; it is altered")
    # Votes stand there in millions, as floating point.
    votes = [round(_figure(path, rows, wanted[0], VOTES + n) * 10**6) for n in (*range(len(PARTIES) - 1), TOTAL)]
    seats = [int(_figure(path, rows, wanted[1], SEATS + n)) for n in (*range(len(PARTIES)), TOTAL)]
    # The workbook's column of others has some of the parties in it once more.
    votes[-1] -= sum(votes[:-1])
    if votes[-1] < 0 or sum(seats[:-1]) != seats[-1]:
        raise DataError(path, f"sheet '{SHEET}': the parties of {edition} do not add up to its total; it is altered", wanted[1] + 1)
    return Election("uk-national", edition, catalogued("uk-national", edition).date, (_contest(votes, seats),), provenance("uk-national", edition))


def _contest(votes: list[int], seats: list[int]) -> Contest:
    known = fact("parties")
    parties = tuple(Party(id_, known.get(id_, {}).get("name", "Plaid Cymru and SNP"), id_ in ("nationalists", "other")) for id_ in PARTIES)
    table = np.array([votes])
    there = tuple(Candidacy(Candidate(party.name, party.id), int(n), won) for party, n, won in zip(parties, votes, seats[:-1], strict=True) if n)
    kingdom = District("uk", "United Kingdom", seats[-1], country="United Kingdom")
    return Contest("nationwide", (kingdom,), Tally(parties, table, table > 0), candidacies=(there,))


def _figure(path: Path, rows: list[list[str]], row: int, column: int) -> Fraction:
    """A figure of the sheet; dots and blanks are none."""
    text = rows[row][column].strip()
    try:
        return exact(text if text.strip(".") else "0")
    except SettingError as error:
        raise DataError(path, f"sheet '{SHEET}', column {column + 1}: {error}", row + 1) from None
