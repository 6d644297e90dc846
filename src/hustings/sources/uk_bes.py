"""The British Election Study's file of constituencies in, the elections of 2010 and 2015 in Great Britain out."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from hustings.catalogue import edition as catalogued
from hustings.election import Contest, District, Election, Party, Tally
from hustings.errors import DataError
from hustings.facts import fact
from hustings.sources import provenance, source
from hustings.workbooks import read_sheet

COLUMNS = {
    "2010": ("ConVote10", "LabVote10", "LD_Vote10", "SNP_Vote10", "PC_Vote10", "UKIP_Vote10", "GreenVote10", "BNP_Vote10"),
    "2015": ("ConVote15", "LabVote15", "LD_vote_15", "SNP_Vote15", "PC_Vote15", "UKIP_Vote15", "Green_Vote15", "BNP_Vote15"),
}
"""The file's columns of votes for PARTIES, in each edition."""
REGIONS = {"Yorkshire and The Humber": "Yorkshire and the Humber"}
"""Where the file's name of a region is not the one that elections have."""
PARTIES = ("con", "lab", "ld", "snp", "pc", "ukip", "green", "bnp", "other")


@source("uk-bes", cites="British Election Study, 2015 General Election results file, version 2.21", series=True)
def uk_bes(edition: str, files: Mapping[str, Path]) -> Election:
    """General elections of 2010 and 2015 in Great Britain, in a file that has the census of 2011 by the same constituencies.

    Raises
    ------
    DataError
        The file lacks a column, or its figures are none.
    """
    (path,) = files.values()
    header, *rows = read_sheet(path)
    short = edition[-2:]
    if missing := {*COLUMNS[edition], "ONSConstID", f"TotalVote{short}"} - set(header):
        raise DataError(path, f"has no column {min(missing)}; it is altered", 1)
    districts, votes = [], []
    for line, cells in enumerate(rows, 2):
        row = dict(zip(header, cells, strict=True))
        if row["Country"] == "Northern Ireland":
            continue
        named = [_number(path, line, row, column) for column in COLUMNS[edition]]
        votes.append([*named, _number(path, line, row, f"TotalVote{short}") - sum(named)])
        if votes[-1][-1] < 0:
            raise DataError(path, f"{row['ConstituencyName']}: the parties have more votes than were cast; it is altered", line)
        electorate = _number(path, line, row, f"Electorate{short}")
        districts.append(
            District(row["ONSConstID"], row["ConstituencyName"], 1, electorate, REGIONS.get(row["Region"], row["Region"]), country=row["Country"])
        )
    known = fact("parties")
    table = np.array(votes)
    tally = Tally(tuple(Party(id_, known[id_]["name"], known[id_].get("lump", False)) for id_ in PARTIES), table, table > 0)
    contest = Contest("constituency", tuple(districts), tally)
    return Election("uk-bes", edition, catalogued("uk-bes", edition).date, (contest,), provenance("uk-bes", edition))


def _number(path: Path, line: int, row: Mapping[str, str], column: str) -> int:
    """A whole number; a party that did not stand has a blank."""
    text = row[column].strip() or "0"
    if not text.isdecimal():
        raise DataError(path, f"{column} is '{text}' and must be a whole number; it is altered", line)
    return int(text)
