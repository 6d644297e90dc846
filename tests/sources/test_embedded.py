"""The embedded British general elections against the official record: seats, winners, votes, names.

The mirror of public files is optional: the folder that HUSTINGS_MIRROR names, or ../shared/data.
"""

from __future__ import annotations

import csv
import os
import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

EMBEDDED = files("hustings") / "embedded"
MIRROR = Path(os.environ.get("HUSTINGS_MIRROR", Path(__file__).parents[3] / "shared" / "data"))
EDITIONS = ("1997", "2001", "2005", "2010", "2015", "2017", "2019")
PSEPHOLOGY = {"2010": 55, "2015": 56, "2017": 57, "2019": 58}  # edition → Parliament

ROWS = {"1997": 2746, "2001": 2709, "2005": 2678, "2010": 3525, "2015": 3683, "2017": 3203, "2019": 3159}
# House of Commons Library, CBP-7529, UK Election Statistics: Con, Lab, LD, PC and SNP, other.
SEATS = {
    "1997": (165, 418, 46, 10, 20),
    "2001": (166, 412, 52, 9, 20),
    "2005": (198, 355, 62, 9, 22),
    "2010": (306, 258, 57, 9, 20),
    "2015": (330, 232, 8, 59, 21),
    "2017": (317, 262, 12, 39, 20),
    "2019": (365, 202, 11, 52, 20),
}
# ARK, Northern Ireland Elections, https://www.ark.ac.uk/elections/ fw97.htm, fw01.htm, fw05.htm.
NORTHERN_IRELAND = {
    "1997": {
        "uup": "Belfast North, Belfast South, East Antrim, South Antrim, Fermanagh and South Tyrone,"
        " Lagan Valley, East Londonderry, Strangford, West Tyrone, Upper Bann",
        "sdlp": "South Down, Foyle, Newry and Armagh",
        "sf": "Belfast West, Mid Ulster",
        "dup": "Belfast East, North Antrim",
        "ukup": "North Down",
    },
    "2001": {
        "uup": "Belfast South, East Antrim, South Antrim, North Down, Lagan Valley, Upper Bann",
        "dup": "Belfast East, Belfast North, North Antrim, East Londonderry, Strangford",
        "sf": "Belfast West, Fermanagh and South Tyrone, Mid Ulster, West Tyrone",
        "sdlp": "South Down, Foyle, Newry and Armagh",
    },
    "2005": {
        "dup": "Belfast East, Belfast North, East Antrim, North Antrim, South Antrim, Lagan Valley, East Londonderry, Strangford, Upper Bann",
        "sf": "Belfast West, Fermanagh and South Tyrone, Mid Ulster, Newry and Armagh, West Tyrone",
        "uup": "North Down",
        "sdlp": "Belfast South, South Down, Foyle",
    },
}
# Won by neither a party of Great Britain that the table names nor one of Northern Ireland.
OTHER_WINNERS = {
    "1997": {"Tatton": "ind", "West Bromwich West": "speaker"},
    "2001": {"Wyre Forest": "khhc", "Glasgow Springburn": "speaker"},
    "2005": {
        "Wyre Forest": "khhc",
        "Bethnal Green and Bow": "respect",
        "Blaenau Gwent": "ind",
        "Glasgow North East": "speaker",
    },
}

# What psephology calls a party, beside our id. Everyone else there is `ind` or `other` here.
ABBREVIATIONS = {
    "Con": "con",
    "Lab": "lab",
    "LD": "ld",
    "SNP": "snp",
    "PC": "pc",
    "Green": "green",
    "UKIP": "ukip",
    "BRX": "brexit",
    "DUP": "dup",
    "SF": "sf",
    "SDLP": "sdlp",
    "UUP": "uup",
    "APNI": "alliance",
    "Spk": "speaker",
}
# The differences from psephology, in all votes of all named parties, 2010 to 2019. None is in a figure.
# 1. Ulster Conservatives and Unionists of 2010: `uup` here (votes below), Independents there (no uup).
UUP_2010 = {
    "N06000001": 7305,
    "N06000002": 2837,
    "N06000003": 5910,
    "N06000004": 1000,
    "N06000005": 7223,
    "N06000006": 6218,
    "N06000008": 1221,
    "N06000009": 7713,
    "N06000010": 4509,
    "N06000011": 8558,
    "N06000012": 4634,
    "N06000013": 6817,
    "N06000014": 10353,
    "N06000015": 3093,
    "N06000016": 9050,
    "N06000017": 10639,
    "N06000018": 5281,
}
# 2. UKIP in 2019: in `other` here (no ukip), `ukip` there (votes below).
UKIP_2019 = {
    "E14000565": 254,
    "E14000576": 846,
    "E14000598": 177,
    "E14000620": 1045,
    "E14000645": 230,
    "E14000656": 442,
    "E14000673": 73,
    "E14000680": 616,
    "E14000686": 451,
    "E14000698": 259,
    "E14000711": 837,
    "E14000744": 681,
    "E14000750": 138,
    "E14000754": 897,
    "E14000770": 124,
    "E14000785": 448,
    "E14000824": 464,
    "E14000863": 488,
    "E14000871": 389,
    "E14000893": 647,
    "E14000898": 1080,
    "E14000901": 640,
    "E14000907": 476,
    "E14000908": 591,
    "E14000909": 917,
    "E14000921": 585,
    "E14000922": 168,
    "E14000955": 472,
    "E14000983": 628,
    "E14000986": 814,
    "E14000996": 968,
    "E14001007": 283,
    "E14001020": 839,
    "E14001047": 600,
    "E14001056": 324,
    "N06000009": 315,
    "N06000016": 308,
    "S14000018": 208,
    "S14000019": 559,
    "S14000020": 493,
    "S14000046": 413,
    "S14000047": 619,
    "S14000050": 382,
    "S14000056": 629,
}

mirrored = pytest.mark.skipif(not MIRROR.is_dir(), reason="no mirror of the public files here: set HUSTINGS_MIRROR to its folder")


@cache
def rows(edition: str) -> list[dict[str, str]]:
    """Read one edition as shipped."""
    with (EMBEDDED / "uk-general" / f"{edition}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def tallies(edition: str) -> dict[str, dict[str, int]]:
    """Collect votes by district and party."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows(edition):
        found[row["id"]][row["party"]] = int(row["votes"])
    return found


def winners(edition: str) -> dict[str, str]:
    """Name the party that comes first in each district."""
    return {district: max(tally, key=lambda party: tally[party]) for district, tally in tallies(edition).items()}


def column(edition: str, name: str) -> dict[str, str]:
    """Read one property of each district."""
    return {row["id"]: row[name] for row in rows(edition)}


def provenance() -> dict[str, Any]:
    """Read where the data come from."""
    return tomllib.loads((EMBEDDED / "uk-general" / "provenance.toml").read_text(encoding="utf-8"))


@cache
def psephology(edition: str) -> dict[str, dict[str, int]]:
    """Collect psephology's votes by district and party, those of parties without an id here as `other`."""
    path = MIRROR / "uk" / "psephology" / str(PSEPHOLOGY[edition]) / "general-election" / "candidacies.csv"
    found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    with path.open(encoding="utf-8") as file:
        for fields in csv.reader(file):
            found[fields[0]][ABBREVIATIONS.get(fields[8], "other")] += int(fields[18])
    return {district: dict(tally) for district, tally in found.items()}


def letters(name: str) -> str:
    """Reduce a name to its letters, in any order: Devon East is East Devon."""
    plain = unicodedata.normalize("NFKD", name.replace("&", "and")).encode("ascii", "ignore").decode()
    return "".join(sorted(re.sub("[^A-Z]", "", plain.upper())))


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_table_is_tidy(edition: str) -> None:
    """One row a party and district, in order; a district's properties the same in all its rows."""
    table = rows(edition)
    assert len(table) == ROWS[edition]
    assert len({(row["id"], row["party"]) for row in table}) == len(table)
    assert min(int(row["votes"]) for row in table) > 0
    properties = {tuple(row.values())[:6] for row in table}
    assert len(properties) == sum(SEATS[edition])
    assert len({district[0] for district in properties}) == len({district[1] for district in properties})
    assert len({district[1] for district in properties}) == sum(SEATS[edition])

    def place(row: dict[str, str]) -> tuple[bool, int, str, int, str]:
        number = row["id"].isdigit()
        return (not number, int(row["id"]) if number else 0, row["id"], -int(row["votes"]), row["party"])

    assert table == sorted(table, key=place)


@pytest.mark.parametrize("edition", EDITIONS)
def test_seats_are_official(edition: str) -> None:
    """First past the post gives each party its official seats."""
    won = Counter(winners(edition).values())
    main = (won["con"], won["lab"], won["ld"], won["pc"] + won["snp"])
    assert (*main, sum(won.values()) - sum(main)) == SEATS[edition]


@pytest.mark.parametrize("edition", EDITIONS)
def test_no_lump_comes_first(edition: str) -> None:
    """What is still a lump of several candidates wins nowhere."""
    assert "other" not in winners(edition).values()


@pytest.mark.parametrize("edition", NORTHERN_IRELAND)
def test_winners_of_northern_ireland_and_of_no_great_party(edition: str) -> None:
    """The seats that the totals of Great Britain's parties cannot vouch for, each by name."""
    won = {column(edition, "district")[district]: party for district, party in winners(edition).items()}
    expected = OTHER_WINNERS[edition] | {name: party for party, names in NORTHERN_IRELAND[edition].items() for name in names.split(", ")}
    assert {name: party for name, party in won.items() if party not in ("con", "lab", "ld", "pc", "snp")} == expected


@pytest.mark.parametrize("edition", EDITIONS)
def test_regions_and_counties(edition: str) -> None:
    """Twelve regions; each county in one of them; only Scotland and Northern Ireland without counties."""
    regions = defaultdict(set)
    for row in rows(edition):
        regions[row["county"]].add(row["region"])
    assert regions.pop("") == {"Scotland", "Northern Ireland"}
    assert {county: found for county, found in regions.items() if len(found) > 1} == {}
    assert set().union(*regions.values()) | {"Scotland", "Northern Ireland"} == {
        "East Midlands",
        "East of England",
        "London",
        "North East",
        "North West",
        "Northern Ireland",
        "Scotland",
        "South East",
        "South West",
        "Wales",
        "West Midlands",
        "Yorkshire and the Humber",
    }


@pytest.mark.parametrize("name", ["district", "county", "region", "country"])
def test_a_district_is_the_same_in_every_edition_on_its_boundaries(name: str) -> None:
    """Names, counties and regions hold within a boundary set: by id, and by name from 2001 to 2005."""
    assert column("1997", name) == column("2001", name)
    for edition in ("2015", "2017", "2019"):
        assert column("2010", name) == column(edition, name)
    scotland = {key: value for key, value in column("2005", name).items() if key.startswith("S")}
    assert len(scotland) == 59
    assert scotland.items() <= column("2010", name).items()
    before, after = ({(row["district"], row[name]) for row in rows(edition) if row["country"] != "Scotland"} for edition in ("2001", "2005"))
    assert before == after


def test_five_numbers_change_hands_in_2005() -> None:
    """The table numbers Ealing and Lewisham anew: join 2005 to 2001 by name, never by number."""
    before, after = column("2001", "district"), column("2005", "district")
    moved = {key: (before[key], after[key]) for key in before.keys() & after.keys() if before[key] != after[key]}
    assert moved == {
        "160": ("Ealing, Acton and Shepherd's Bush", "Ealing, Southall"),
        "162": ("Ealing, Southall", "Ealing, Acton and Shepherd's Bush"),
        "189": ("Lewisham, Deptford", "Lewisham East"),
        "190": ("Lewisham East", "Lewisham West"),
        "191": ("Lewisham West", "Lewisham, Deptford"),
    }


def test_every_district_of_2010_has_a_hexagon_of_its_own() -> None:
    """The layout holds the 650 districts, no two in one place."""
    with (EMBEDDED / "hexagons-2010.csv").open(encoding="utf-8") as file:
        hexagons = list(csv.DictReader(file))
    assert [hexagon["id"] for hexagon in hexagons] == sorted(column("2010", "id"))
    assert len({(int(hexagon["q"]), int(hexagon["r"])) for hexagon in hexagons}) == 650


def test_provenance_says_what_was_corrected() -> None:
    """Each edition has its date and boundaries, and each correction is what the data hold."""
    source = provenance()
    assert tuple(source["edition"]) == EDITIONS
    assert source["votes"]["attribution"].endswith("licensed under the Open Parliament Licence v3.0.")
    assert source["hexagons-2010"]["notice"].startswith("Copyright 2017, Oliver Hawkins")
    for edition, facts in source["edition"].items():
        assert str(facts["date"]).startswith(edition)
        assert facts["boundary_set"] in source["boundary_sets"]
        for correction in facts["corrected"]:
            tally = tallies(edition)[correction["id"]]
            assert column(edition, "district")[correction["id"]] == correction["district"]
            for part in correction["into"].split(", "):
                party, votes = part.split()
                assert tally[party] == int(votes)


@mirrored
@pytest.mark.parametrize("edition", PSEPHOLOGY)
def test_winners_are_psephologys(edition: str) -> None:
    """The winner, by party, of every constituency from 2010 on."""
    path = MIRROR / "uk" / "psephology" / str(PSEPHOLOGY[edition]) / "general-election" / "constituencies.csv"
    with path.open(encoding="utf-8") as file:
        theirs = {fields[0]: fields[12] for fields in csv.reader(file)}
    ids = ABBREVIATIONS | {"Ind": "ind"}
    assert winners(edition) == {district: ids[party] for district, party in theirs.items()}


@mirrored
@pytest.mark.parametrize("edition", PSEPHOLOGY)
def test_votes_are_psephologys(edition: str) -> None:
    """Every vote of every named party from 2010 on, and the total of every district."""
    named = set(ABBREVIATIONS.values())
    differences = {}
    for district, theirs in psephology(edition).items():
        ours = tallies(edition)[district]
        assert sum(ours.values()) == sum(theirs.values()), district
        for party in named:
            if (pair := (ours.get(party), theirs.get(party)))[0] != pair[1]:
                differences[district, party] = pair
    expected: dict[tuple[str, str], tuple[int | None, int | None]] = {}
    if edition == "2010":
        expected = {(district, "uup"): (votes, None) for district, votes in UUP_2010.items()}
    if edition == "2019":
        expected = {(district, "ukip"): (None, votes) for district, votes in UKIP_2019.items()}
    assert differences == expected


@mirrored
@pytest.mark.parametrize("edition", EDITIONS)
def test_votes_are_those_of_the_series_since_1918(edition: str) -> None:
    """The Library's long series (CBP-8647, its own file): Con, Lab, LD, PC or SNP, and the total."""
    ours = {letters(name): tallies(edition)[key] for key, name in column(edition, "district").items()}
    with (MIRROR / "uk" / "ge" / "1918-2019election_results.csv").open(encoding="cp1252") as file:
        table = [{key.strip(): value for key, value in line.items()} for line in csv.DictReader(file)]
    theirs = [line for line in table if line["election"] == edition]
    assert len(theirs) == sum(SEATS[edition])
    columns = {
        "con_votes": ("con",),
        "lab_votes": ("lab",),
        "lib_votes": ("ld",),
        "natSW_votes": ("pc", "snp"),
    }
    for line in theirs:
        name = re.sub("^Hull", "Kingston upon Hull", line["constituency_name"])
        tally = ours[letters(re.sub(r"^Richmond( \(Yorkshire\))?$", "Richmond (Yorks)", name))]
        for votes, parties in columns.items():
            assert int(line[votes] or 0) == sum(tally.get(party, 0) for party in parties), line
        assert int(line["total_votes"]) == sum(tally.values()), line


@mirrored
@pytest.mark.parametrize("edition", EDITIONS)
def test_names_are_the_librarys(edition: str) -> None:
    """Spelling and commas as in the Library's list of constituencies; St without a stop, and one hyphen."""
    with (MIRROR / "uk" / "psephology" / "constituencies" / "1997-2024.csv").open(encoding="utf-8-sig") as file:
        theirs = {fields["Name"].replace("St. ", "St ") for fields in csv.DictReader(file)}
    assert set(column(edition, "district").values()) - theirs == set()
