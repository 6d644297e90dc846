"""British general elections: the name of an embedded edition in, the election by constituency out."""

import csv
import hashlib
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from io import StringIO
from typing import Any

import numpy as np

from hustings.election import Contest, District, Election, Party, Provenance, Tally
from hustings.errors import UnknownName
from hustings.facts import fact
from hustings.sources import source

EMBEDDED = files("hustings") / "embedded"


@cache
def about() -> dict[str, dict[str, Any]]:
    """What the package carries: where the votes and the layout come from, and each edition's date and boundaries."""
    text = (EMBEDDED / "uk-general" / "provenance.toml").read_text(encoding="utf-8")
    found: dict[str, dict[str, Any]] = tomllib.loads(text)
    return found


def editions() -> list[str]:
    """The editions that the package carries."""
    return sorted(about()["edition"])


@source("uk-general", cites="House of Commons Library, General election results from 1918 to 2019 (CBP-8647)", editions=editions)
def uk_general(edition: str) -> Election:
    """British general elections since 1997 by constituency and party, as the package carries them.

    Raises
    ------
    UnknownName
        The edition is not embedded.
    """
    known = about()
    if edition not in known["edition"]:
        raise UnknownName("edition of uk-general", edition, known["edition"])
    facts, votes = known["edition"][edition], known["votes"]
    name = f"uk-general/{edition}.csv"
    text = (EMBEDDED / name).read_text(encoding="utf-8")
    boundaries = facts["boundary_set"]
    layout = known.get(f"hexagons-{boundaries}")
    provenance = Provenance(
        source=votes["source"],
        files=((name, hashlib.sha256(text.encode()).hexdigest()),),
        licence=votes["licence"],
        attribution=(votes["attribution"], *([layout["attribution"]] if layout else [])),
    )
    contest = _contest(csv.reader(StringIO(text)))
    places = _hexagons(boundaries) if layout else {}
    return Election("uk-general", edition, facts["date"], (contest,), provenance, places)


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
    known = fact("parties")
    present = {party for _, party, _ in cells}
    # Unknown ids come last, so that a table with a party too many still loads and shows it.
    order = [party for party in known if party in present] + sorted(present - set(known))
    parties = tuple(Party(id_, known[id_]["name"], known[id_].get("lump", False)) for id_ in order)
    column = {party: number for number, party in enumerate(order)}
    tally = np.zeros((len(districts), len(parties)), dtype=np.int64)
    stood = np.zeros(tally.shape, dtype=bool)
    for row, party, number in cells:
        tally[row, column[party]] = number
        stood[row, column[party]] = True
    return Contest("constituency", tuple(districts.values()), Tally(parties, tally, stood))


@cache
def _hexagons(boundaries: str) -> dict[str, tuple[int, int]]:
    with (EMBEDDED / f"hexagons-{boundaries}.csv").open(encoding="utf-8") as lines:
        return {row["id"]: (int(row["q"]), int(row["r"])) for row in csv.DictReader(lines)}
