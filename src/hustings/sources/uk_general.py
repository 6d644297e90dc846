"""British general elections: an edition and its files in, or the edition that the package carries; the election by constituency out."""

import csv
import hashlib
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any

from hustings.catalogue import edition as catalogued
from hustings.catalogue import series as catalogue
from hustings.election import Contest, District, Election, Provenance
from hustings.errors import UnknownName
from hustings.sources import provenance, source
from hustings.uk_tables import (
    EMBEDDED,
    by_party,
    constituencies_of,
    counties_2024,
    embedded_hexagons,
    hexagons,
    library,
    notional_2005,
    notional_2019,
    overlaps,
    psephology,
)

SERIES, NOTIONAL = "uk-general", "uk-general-notional"
TABLE = "uk/ge/1918-2019election_results.csv"
FOLDER = "uk/psephology"
RESULTS = "general-election/candidacies.csv"
PLACES = "general-election/constituencies.csv"
PARLIAMENTS = {"2010": "55", "2015": "56", "2017": "57", "2019": "58", "2024": "59"}
"""The number of the parliament that was elected: psephology's folder."""

SHARED = f"{FOLDER}/constituency-area-overlaps.csv"
HEXAGONS_2024 = "uk/geo/hex-2024.hexjson"


@source(
    SERIES,
    cites="House of Commons Library, General election results from 1918 to 2019 (CBP-8647); UK Parliament, psephology (ukparliament/psephology)",
    series=True,
)
def uk_general(edition: str, files: Mapping[str, Path]) -> Election:
    """British general elections by constituency: by party since 1918, by candidate since 2010, as the package carries them since 1997.

    Raises
    ------
    UnknownName
        There are no files, and the package does not carry the edition.
    DataError
        A file is not what it must be.
    """
    if not files:
        return _embedded(edition)
    layout: Mapping[str, tuple[int, int]] = {}
    if edition in PARLIAMENTS:
        folder = f"{FOLDER}/{PARLIAMENTS[edition]}"
        new = edition == "2024"
        counties = _counties_2024(files) if new else None
        contest = psephology(files[f"{folder}/{RESULTS}"], files[f"{folder}/{PLACES}"], counties, _unionists() if edition == "2010" else None)
        layout = hexagons(files[HEXAGONS_2024]) if new else embedded_hexagons("2010")
    else:
        contest = library(files[TABLE], edition)
    return _election(SERIES, edition, contest, layout)


@source(
    NOTIONAL,
    cites="C. Rallings and M. Thrasher, notional results of the general elections of 2005 and 2019, as UK Parliament's psephology has them",
    series=True,
)
def uk_general_notional(edition: str, files: Mapping[str, Path]) -> Election:
    """What the votes of a general election come to in the constituencies of the next review, by estimate, party by party.

    Raises
    ------
    DataError
        A file is not what it must be.
    """
    if edition == "2005-on-2010":
        contest = notional_2005(files[f"{FOLDER}/54/notional-general-election/results.csv"], files[f"{FOLDER}/55/{PLACES}"])
        return _election(NOTIONAL, edition, contest, embedded_hexagons("2010"))
    results = files[f"{FOLDER}/58/notional-general-election/results.csv"]
    contest = notional_2019(results, files[f"{FOLDER}/59/{PLACES}"], _counties_2024(files))
    return _election(NOTIONAL, edition, contest, hexagons(files[HEXAGONS_2024]))


def _election(series: str, edition: str, contest: Contest, layout: Mapping[str, tuple[int, int]]) -> Election:
    """The election of a contest; what the catalogue knows to be missing or to differ is printed with every result."""
    about = catalogued(series, edition)
    origin = provenance(series, edition, *catalogue()[series].gaps, *about.gaps)
    return Election(series, edition, about.date, (contest,), origin, layout)


def _counties_2024(files: Mapping[str, Path]) -> dict[str, str]:
    return counties_2024(overlaps(files[SHARED]), constituencies_of(files[f"{FOLDER}/58/{PLACES}"]))


def _unionists() -> dict[str, int]:
    """Votes by district of the Ulster Conservatives and Unionists in 2010, as the Library's own table has them."""
    contest = _embedded("2010").main
    tally = contest.counted()
    column = [party.id for party in tally.parties].index("uup")
    return {contest.districts[row].id: int(tally.votes[row, column]) for row in range(len(contest.districts)) if tally.stood[row, column]}


# ---- what the package carries ----------------------------------------------------------------------------------------


@cache
def about() -> dict[str, dict[str, Any]]:
    """What the package carries: where the votes and the layout come from, and each edition's date and boundaries."""
    text = (EMBEDDED / SERIES / "provenance.toml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = tomllib.loads(text)
    return found


def _embedded(edition: str) -> Election:
    known = about()
    if edition not in known["edition"]:
        raise UnknownName("edition of uk-general", edition, known["edition"])
    facts, votes = known["edition"][edition], known["votes"]
    name = f"{SERIES}/{edition}.csv"
    text = (EMBEDDED / name).read_text(encoding="utf-8")
    boundaries = facts["boundary_set"]
    layout = known.get(f"hexagons-{boundaries}")
    origin = Provenance(
        source=votes["source"],
        files=((name, hashlib.sha256(text.encode()).hexdigest()),),
        licence=votes["licence"],
        attribution=(votes["attribution"], *([layout["attribution"]] if layout else [])),
    )
    contest = _contest(csv.reader(StringIO(text)))
    places = embedded_hexagons(boundaries) if layout else {}
    return Election(SERIES, edition, facts["date"], (contest,), origin, places)


def _contest(rows: Iterable[list[str]]) -> Contest:
    """The constituencies and their tally from rows of id, district, county, region, country, electorate, party, votes."""
    districts: dict[str, District] = {}
    cells: list[tuple[int, str, int]] = []
    reader = iter(rows)
    next(reader)
    for id_, name, county, region, country, electorate, party, votes in reader:
        if id_ not in districts:
            districts[id_] = District(id_, name, 1, int(electorate), region, county, country)
        cells.append((len(districts) - 1, party, int(votes)))
    return by_party([*districts.values()], cells)
