"""The Bundeswahlleiter's table of a Bundestag election in; first votes by constituency and second votes by Land out."""

import csv
from collections.abc import Mapping, Sequence
from io import StringIO
from pathlib import Path

import numpy as np

from hustings.catalogue import edition as catalogued
from hustings.election import Contest, District, Election, Party, Tally
from hustings.errors import DataError
from hustings.facts import fact
from hustings.files import read_text
from hustings.sources import provenance, source

FIGURES = 9
"""The column of the first party's first votes; its second votes stand beside them, and so on."""
LAND, REPUBLIC = "99", "Bundesgebiet"
LUMP = "Übrige"
"""Candidates of no party, who are added up."""
LAW = {"2017": "bundestag-2013", "2021": "bundestag-2021"}
"""The system of the law in force."""
SEATS = "seats come of the law in force and not of the source; by region or district, those of constituencies alone are shown"


@source("bundestag-votes", cites="Der Bundeswahlleiter, Endgültiges Ergebnis nach Wahlkreisen (kerg.csv)", series=True)
def bundestag_votes(edition: str, files: Mapping[str, Path]) -> Election:
    """Bundestag elections: constituencies with first votes, and above them the Länder with second votes and populations.

    Raises
    ------
    DataError
        The table is cut short, or holds something else than figures.
    """
    (path,) = files.values()
    header, *rows = csv.reader(StringIO(read_text(path)), delimiter="\t", quoting=csv.QUOTE_NONE)
    names = header[FIGURES::2]
    if header[:1] != ["Nr"] or not names or names != header[FIGURES + 1 :: 2]:
        raise DataError(path, "the first line must name Nr, Name, Land, five figures twice over, and each party twice; it is cut short or altered", 1)
    # Two more lines of the header follow; rows without the number of a Land are totals of the republic.
    numbered = [(line, row) for line, row in enumerate(rows, 2) if len(row) > 2 and row[2].isdigit()]
    for line, row in enumerate(rows, 2):
        if row and row[0].isdigit() and len(row) < len(header):
            raise DataError(path, f"{len(row)} cells under {len(header)} columns; the file is cut short", line)
    if not rows or rows[-1][1:2] != [REPUBLIC]:
        raise DataError(path, f"the last line must be that of {REPUBLIC}; the file is cut short", len(rows) + 1)
    parties = tuple(Party(name.lower(), name, lump=name == LUMP) for name in names)
    places = [(line, row) for line, row in numbered if row[2] != LAND]
    laender = [(line, row) for line, row in numbered if row[2] == LAND]
    called = {row[0]: row[1] for _, row in laender}
    constituencies = tuple(
        District(row[0], row[1], 1, _number(path, line, row[3]), region=called[row[2]], country="Deutschland") for line, row in places
    )
    population = fact("bundestag")[edition]
    lists = []
    for line, row in laender:
        parts = tuple(place[0] for _, place in places if place[2] == row[0])
        electors = _number(path, line, row[3])
        lists.append(
            District(f"land {row[0]}", row[1], len(parts), electors, row[1], country="Deutschland", parts=parts, population=population[row[1]])
        )
    contests = (
        Contest("first votes", constituencies, _tally(path, parties, places, FIGURES), method=LAW[edition]),
        Contest("second votes", tuple(lists), _tally(path, parties, laender, FIGURES + 1)),
    )
    return Election("bundestag", edition, catalogued("bundestag", edition).date, contests, provenance("bundestag", edition, SEATS))


def _tally(path: Path, parties: tuple[Party, ...], rows: Sequence[tuple[int, list[str]]], first: int) -> Tally:
    votes = np.array([[_number(path, line, cell) for cell in row[first : first + 2 * len(parties) : 2]] for line, row in rows], dtype=np.int64)
    return Tally(parties, votes, votes > 0)


def _number(path: Path, line: int, text: str) -> int:
    """A whole number; nothing stands for 0."""
    if text and not (text.isascii() and text.isdecimal()):
        raise DataError(path, f"'{text}' must be a whole number; the file is cut short or altered", line)
    return int(text or 0)
