"""The European election of 2019 in Great Britain: shares by council area in, approximate votes by electoral region out."""

import re
from collections.abc import Mapping
from csv import DictReader
from io import StringIO
from pathlib import Path

import numpy as np

from hustings.catalogue import edition as catalogued
from hustings.election import Contest, District, Election, Party, Tally
from hustings.errors import DataError
from hustings.facts import fact
from hustings.files import read_text
from hustings.sources import provenance, source

COLUMNS = {"Brexit": "brexit", "LibDem": "ld", "Lab": "lab", "Green": "green", "Con": "con", "UKIP": "ukip", "SNP/PC": "", "Others": "other"}
NATIONAL = {"Scotland": "snp", "Wales": "pc"}
"""Whose the column SNP/PC is; it is 0 in England."""
REGIONS = {"East": "East of England"}
"""Where the file's name of a region is not the law's."""
APPROXIMATE = (
    "the source gives shares of council areas to 0.1 per cent and no votes: votes here are shares times votes cast, added up by region, and "
    "each is off by some hundreds at the most where the source's shares add up"
)


@source("ep-gb", cites="M. Tiratelli, 2019 EU Election Results by local authority (MatteoTiratelli/5GPopulism)", series=True)
def ep_gb(edition: str, files: Mapping[str, Path]) -> Election:
    """Great Britain's eleven electoral regions with the members of the law, and votes that are added up from rounded shares.

    Raises
    ------
    DataError
        The file lacks a column, names a region that the law does not know, or holds something else than figures.
    """
    (path,) = files.values()
    members = fact("european-parliament")["2014"]
    votes = {name: dict.fromkeys(COLUMNS, 0) for name in members if name != "Northern Ireland"}
    electors = dict.fromkeys(votes, 0)
    for line, row in enumerate(DictReader(StringIO(read_text(path))), 2):
        region = (row.get("Region") or "").strip()
        region = REGIONS.get(region, region)
        if region not in votes:
            raise DataError(path, f"'{region}' is none of the regions {', '.join(votes)}; the file is cut short or altered", line)
        cast = _number(path, line, row, "Total votes")
        electors[region] += _number(path, line, row, "Electorate")
        for column in COLUMNS:
            votes[region][column] += cast * _thousandths(path, line, row, column)
    for region, found in votes.items():
        if not any(found.values()):
            raise DataError(path, f"has no votes in {region}; the file is cut short")
    return Election(
        "ep-gb", edition, catalogued("ep-gb", edition).date, (_contest(votes, electors, members),), provenance("ep-gb", edition, APPROXIMATE)
    )


def _contest(votes: Mapping[str, Mapping[str, int]], electors: Mapping[str, int], members: Mapping[str, int]) -> Contest:
    known = fact("parties")
    ids = [*filter(None, COLUMNS.values()), *NATIONAL.values()]
    table = np.zeros((len(votes), len(ids)), dtype=np.int64)
    for row, (region, found) in enumerate(votes.items()):
        for column, thousandths in found.items():
            id_ = COLUMNS[column] or NATIONAL.get(region)
            if id_:
                table[row, ids.index(id_)] = (thousandths + 500) // 1000
    parties = tuple(Party(id_, known[id_]["name"], known[id_].get("lump", False)) for id_ in ids)
    districts = tuple(
        District(name, name, members[name], electors[name], region=name, country=name if name in NATIONAL else "England") for name in votes
    )
    return Contest("region", districts, Tally(parties, table, table > 0))


def _number(path: Path, line: int, row: Mapping[str, str | None], column: str) -> int:
    """A whole number that may have commas between thousands."""
    text = (row.get(column) or "").strip()
    if not re.fullmatch(r"\d{1,3}(,?\d{3})*", text):
        raise DataError(path, f"{column} is '{text}' and must be a whole number; the file is cut short or altered", line)
    return int(text.replace(",", ""))


def _thousandths(path: Path, line: int, row: Mapping[str, str | None], column: str) -> int:
    """A share in per cent with one decimal, in thousandths."""
    text = (row.get(column) or "").strip()
    if not (match := re.fullmatch(r"(\d{1,3})\.(\d)%", text)):
        raise DataError(path, f"{column} is '{text}' and must be a share such as 12.3%; the file is cut short or altered", line)
    return int(match[1] + match[2])
