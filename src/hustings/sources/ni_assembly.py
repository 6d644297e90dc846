"""Stage sheets of an election to the Northern Ireland Assembly in; first preferences and members of each constituency out."""

import csv
import re
import zipfile
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

import numpy as np

from hustings.catalogue import edition as catalogued
from hustings.election import Candidacy, Candidate, Contest, District, Election, Party, Tally
from hustings.errors import DataError
from hustings.facts import fact
from hustings.sources import provenance, source

NEEDED = {
    "ConstituencyCount.csv": ("Constituency_Name", "Number_Of_Seats", "Total_Electorate"),
    "Count.csv": ("Candidate_Id", "Count_Number", "Firstname", "Surname", "Party_Name", "Candidate_First_Pref_Votes", "Status"),
}
"""The tables of a constituency, and what is read of each; Candidate.csv is cut short in one and has nothing more that counts."""
IDS = {"Sinn Fein": "sf", "Alliance Party": "alliance", "Green Party": "green", "Independent": "ind"}
"""Names of parties that are not those of facts/parties.toml."""
NO_PAPERS = "the source has the stages of each count and no papers: votes are first preferences, and members those whom the sheets call elected"


@source("ni-assembly", cites="NICVA, electionsni (NICVA/electionsni): stage sheets of the Electoral Office for Northern Ireland", series=True)
def ni_assembly(edition: str, files: Mapping[str, Path]) -> Election:
    """Elections to the Northern Ireland Assembly: candidates with first preferences, and who was elected.

    Raises
    ------
    DataError
        The archive is damaged, lacks a table or a column, or a table holds something else than figures.
    """
    (path,) = files.values()
    tables = _tables(path)
    places = sorted({folder for folder, name in tables if name == "Count.csv"})
    if not places:
        raise DataError(path, "has no Count.csv of any constituency; get the archive anew")
    districts, people = [], []
    for place in places:
        rows = {name: _rows(path, place, name, tables) for name in NEEDED}
        try:
            districts.append(_district(place, rows["ConstituencyCount.csv"]))
            people.append(_people(rows["Count.csv"]))
        except ValueError as error:
            raise DataError(f"{path}/{place}", f"has something else where figures should be ({error}); get the archive anew") from None
    contest = Contest("constituency", tuple(districts), _tally(people), candidacies=tuple(people))
    return Election("ni-assembly", edition, catalogued("ni-assembly", edition).date, (contest,), provenance("ni-assembly", edition, NO_PAPERS))


def _tables(path: Path) -> dict[tuple[str, str], str]:
    """The text of each table by the folder of its constituency and its name."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.split("/") for name in archive.namelist()]
            return {
                (parts[-2], parts[-1]): archive.read("/".join(parts)).decode("utf-8-sig") for parts in names if len(parts) > 1 and parts[-1] in NEEDED
            }
    except (OSError, zipfile.BadZipFile, UnicodeDecodeError) as error:
        raise DataError(path, f"cannot be read ({error}); get the archive anew") from None


def _rows(path: Path, place: str, name: str, tables: Mapping[tuple[str, str], str]) -> list[dict[str, str]]:
    reader = csv.DictReader(StringIO(tables.get((place, name), "")))
    missing = [column for column in NEEDED[name] if column not in (reader.fieldnames or ())]
    if missing:
        raise DataError(f"{path}/{place}/{name}", f"is missing, or has no column {' and no column '.join(missing)}; get the archive anew")
    rows = list(reader)
    if not rows or any(None in row.values() for row in rows):
        raise DataError(f"{path}/{place}/{name}", "is cut short; get the archive anew")
    return rows


def _district(place: str, rows: list[dict[str, str]]) -> District:
    row = rows[0]
    region = "Northern Ireland"
    return District(place, row["Constituency_Name"].strip(), int(row["Number_Of_Seats"]), int(row["Total_Electorate"]), region, country=region)


def _people(rows: list[dict[str, str]]) -> tuple[Candidacy, ...]:
    """Candidates with first preferences, in the order of the sheet; elected is whom it calls so at any stage."""
    elected = {row["Candidate_Id"] for row in rows if row["Status"].strip() == "Elected"}
    found = []
    for row in rows:
        if row["Count_Number"] == "1":
            name, party = " ".join(f"{row['Firstname']} {row['Surname']}".split()), row["Party_Name"].strip()
            votes = int(row["Candidate_First_Pref_Votes"])
            found.append(Candidacy(Candidate(name, _party(party).id, party), votes, int(row["Candidate_Id"] in elected)))
    return tuple(found)


def _party(name: str) -> Party:
    """The house's party of that name; any other keeps its name, and a short id of it."""
    known = fact("parties")
    id_ = IDS.get(name) or next((id_ for id_, about in known.items() if about["name"] == name), None)
    return Party(id_, known[id_]["name"], known[id_].get("lump", False)) if id_ else Party(re.sub(r"[^a-z0-9]+", "-", name.lower()), name)


def _tally(people: list[tuple[Candidacy, ...]]) -> Tally:
    order = {party.id: party for there in people for party in (_party(candidacy.candidate.description) for candidacy in there)}
    known = list(fact("parties"))
    parties = tuple(sorted(order.values(), key=lambda party: (known.index(party.id) if party.id in known else len(known), party.id)))
    column = {party.id: number for number, party in enumerate(parties)}
    votes, stood = np.zeros((len(people), len(parties)), dtype=np.int64), np.zeros((len(people), len(parties)), dtype=np.bool_)
    for row, there in enumerate(people):
        for candidacy in there:
            votes[row, column[candidacy.candidate.party]] += candidacy.votes
            stood[row, column[candidacy.candidate.party]] = True
    return Tally(parties, votes, stood)
