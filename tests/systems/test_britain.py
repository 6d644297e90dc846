"""British systems that were, are or might have been: official results, and the figures that others published."""

import csv
import os
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import hustings as hs
from hustings.election import Contest, District, Election, Party, Tally
from hustings.errors import SettingError, UnknownName, Unsuitable
from hustings.outcome import Outcome
from strategies import election_of

MIRROR = Path(os.environ.get("HUSTINGS_MIRROR", Path(__file__).parents[3] / "shared" / "data"))
EDITIONS = ["1997", "2001", "2005", "2010", "2015", "2017", "2019"]
REGIONS = [
    "East Midlands", "East of England", "London", "North East", "North West", "South East", "South West", "West Midlands",
    "Yorkshire and the Humber", "Scotland", "Wales",
]  # fmt: skip


def regions(votes: Mapping[str, Mapping[str, int]], lumps: tuple[str, ...] = ("others",)) -> Election:
    """An election of one district for each region."""
    names = list(dict.fromkeys(party for row in votes.values() for party in row))
    table = np.array([[row.get(name, 0) for name in names] for row in votes.values()])
    parties = tuple(Party(name, lump=name in lumps) for name in names)
    districts = tuple(District(name, name, 1, region=name) for name in votes)
    return replace(election_of([[1]]), contests=(Contest("lists", districts, Tally(parties, table, table > 0)),))


def by_region(outcome: Outcome) -> dict[str, dict[str, int]]:
    return {
        district.name: {party.id: int(number) for party, number in zip(outcome.parties, row, strict=True) if number}
        for district, row in zip(outcome.districts, outcome.seats, strict=True)
    }


# Votes and seats: electionpolling.co.uk/results/2019ep and brexitcentral.com (European elections, region by region); H10.
EUROPEAN_2019 = {
    "London": ({"ld": 608_725, "lab": 536_810, "brexit": 400_257, "green": 278_957, "con": 177_964, "chuk": 117_635, "ukip": 46_497},
               {"ld": 3, "lab": 2, "brexit": 2, "green": 1}),
    "East of England": ({"brexit": 604_715, "ld": 361_563, "green": 202_460, "con": 163_830, "lab": 139_490, "chuk": 58_274, "ukip": 54_676},
                        {"brexit": 3, "ld": 2, "green": 1, "con": 1}),
    "South East": ({"brexit": 915_686, "ld": 653_743, "green": 343_249, "con": 260_277, "lab": 184_678, "chuk": 105_832, "ukip": 56_487},
                   {"brexit": 4, "ld": 3, "green": 1, "con": 1, "lab": 1}),
    "South West": ({"brexit": 611_742, "ld": 385_095, "green": 302_364, "con": 144_674, "lab": 108_100, "ukip": 53_739, "chuk": 46_612},
                   {"brexit": 3, "ld": 2, "green": 1}),
    "East Midlands": ({"brexit": 452_321, "ld": 203_989, "lab": 164_682, "con": 126_138, "green": 124_630, "ukip": 58_198, "chuk": 41_117},
                      {"brexit": 3, "ld": 1, "lab": 1}),
}  # fmt: skip


def test_european_parliament_2019_in_regions_with_exact_votes() -> None:
    found = regions({name: votes for name, (votes, _) in EUROPEAN_2019.items()}).under(hs.system["ep-gb"]())
    assert by_region(found) == {name: seats for name, (_, seats) in EUROPEAN_2019.items()}


def test_european_parliament_2019_in_great_britain() -> None:
    """Seventy seats from shares by council area to 0.1 per cent: as official, and so nowhere nearer than the rounding can move."""
    path = MIRROR / "uk" / "ep" / "2019-EU-election-results-by-LA.csv"
    if not path.exists():
        pytest.skip("no uk/ep here: set HUSTINGS_MIRROR to a mirror of the public files that has it")
    votes: dict[str, dict[str, Fraction]] = {}
    with path.open(encoding="utf-8-sig") as lines:
        for row in csv.DictReader(lines):
            region = "East of England" if row["Region"] == "East" else row["Region"]
            total = int(row["Total votes"].replace(",", ""))
            for column in ("Brexit", "LibDem", "Lab", "Green", "Con", "UKIP", "SNP/PC", "Others"):
                inside = votes.setdefault(region, {})
                inside[column] = inside.get(column, Fraction(0)) + total * Fraction(row[column].rstrip("%")) / 100
    whole = {name: {party: int(number) for party, number in row.items()} for name, row in votes.items()}
    assert sorted(whole) == sorted(REGIONS)
    found = regions(whole, ("Others",)).under(hs.system["ep-gb"]())
    assert found.by_party == {"Brexit": 29, "LibDem": 16, "Lab": 10, "Green": 7, "Con": 4, "SNP/PC": 4}


# Seats in Great Britain: 2004 to 2014 as in spec 3.6; each set adds up to its total.
@pytest.mark.parametrize(("edition", "house"), [("1999", 87), ("2004", 78), ("2009", 72), ("2014", 73)])
def test_members_of_the_european_parliament(edition: str, house: int) -> None:
    found = hs.load("uk-general/2010").under(hs.system.parse(f"ep-gb:edition={edition}"))
    assert found.house == house
    assert len(found.transcripts) == 1


def test_what_the_european_regions_are() -> None:
    with pytest.raises(Unsuitable, match="no region of the United Kingdom is called 'North'"):
        election_of([[1, 2]], ["North"]).under(hs.system["ep-gb"]())
    with pytest.raises(UnknownName, match="1989"):
        hs.load("uk-general/2010").under(hs.system.parse("ep-gb:edition=1989"))


# The Bill's numbers, and the seats of 2010: grahampointer.blogspot.com, June 2012, by the Bill's districts.
LORDS = {
    "South East": 16, "London": 14, "North West": 14, "East of England": 11, "South West": 11, "West Midlands": 11, "Scotland": 10,
    "Yorkshire and the Humber": 10, "East Midlands": 9, "Wales": 6, "North East": 5, "Northern Ireland": 3,
}  # fmt: skip


def test_lords_of_2012() -> None:
    found = hs.load("uk-general/2010").under(hs.system["lords-2012"]())
    assert {district.name: district.magnitude for district in found.districts} == LORDS
    seats = found.by_party
    assert [seats[party] for party in ("con", "lab", "ld", "snp")] == [47, 41, 27, 2]
    assert by_region(found)["Wales"] == {"lab": 3, "con": 2, "ld": 1}
    assert sum(by_region(found)["Northern Ireland"].values()) == 3


def test_what_the_lords_need() -> None:
    with pytest.raises(SettingError, match="too few"):
        hs.load("uk-general/2010").under(hs.system.parse("lords-2012:members=30"))
    with pytest.raises(Unsuitable, match="electorates"):
        regions({"Wales": {"a": 1}}).under(hs.system["lords-2012"]())


# Votes (Plaid Cymru, Reform, Labour, Conservative, Green, Liberal Democrat, others) and members of 7 May 2026 in the order in
# which they were elected, as returning officers declared them; from a public table of them read on 23 November 2026, which has
# the last member for Sir Gaerfyrddin under Labour, against its own votes and the declared totals of the parties.
SENEDD = {
    "Afan Ogwr Rhondda": ((24_538, 22_345, 11_123, 2_831, 2_561, 1_800, 1_251), "P R P R L P"),
    "Bangor Conwy Môn": ((31_057, 19_440, 4_448, 8_555, 3_101, 1_591, 938), "P R P P R C"),
    "Blaenau Gwent Caerffili Rhymni": ((29_314, 23_955, 7_739, 3_353, 2_447, 1_284, 1_741), "P R P R P R"),
    "Brycheiniog Tawe Nedd": ((23_276, 26_897, 7_086, 6_821, 5_405, 9_549, 2_062), "R P R P D R"),
    "Caerdydd Ffynnon Taf": ((32_617, 17_335, 11_261, 8_479, 9_036, 8_442, 1_050), "P R P L P G"),
    "Caerdydd Penarth": ((36_136, 15_525, 10_907, 6_818, 12_113, 2_260, 4_294), "P P R G P L"),
    "Casnewydd Islwyn": ((23_069, 25_571, 10_622, 8_847, 5_898, 2_683, 1_008), "R P R P L C"),
    "Ceredigion Penfro": ((31_943, 23_003, 6_495, 14_789, 6_324, 4_613, 1_986), "P R P C R P"),
    "Clwyd": ((22_583, 25_741, 8_314, 16_193, 4_219, 2_355, 352), "R P C R P R"),
    "Fflint Wrecsam": ((18_440, 25_349, 8_555, 9_017, 5_138, 2_647, 850), "R R P P C L"),
    "Gwynedd Maldwyn": ((36_087, 22_667, 4_466, 5_650, 4_090, 4_554, 4_176), "P R P P R P"),
    "Gŵyr Abertawe": ((25_076, 21_641, 11_195, 7_523, 6_383, 6_262, 642), "P R P L R P"),
    "Pen-y-bont Bro Morgannwg": ((27_407, 24_602, 9_518, 12_464, 4_220, 2_175, 1_415), "P R P C R L"),
    "Pontypridd Cynon Merthyr": ((28_687, 22_217, 9_344, 4_339, 3_466, 1_393, 3_182), "P R P R P L"),
    "Sir Fynwy Torfaen": ((18_275, 24_155, 11_672, 13_394, 6_375, 2_742, 1_093), "R P C R L P"),
    "Sir Gaerfyrddin": ((36_160, 27_542, 6_458, 5_853, 3_832, 1_662, 2_476), "P R P R P R"),
}


def test_senedd_2026() -> None:
    names = ("P", "R", "L", "C", "G", "D", "others")
    found = regions({name: dict(zip(names, votes, strict=True)) for name, (votes, _) in SENEDD.items()}).under(hs.system["senedd-2026"]())
    assert by_region(found) == {name: {p: members.split().count(p) for p in names if p in members.split()} for name, (_, members) in SENEDD.items()}
    assert found.by_party == {"P": 43, "R": 34, "L": 9, "C": 7, "G": 2, "D": 1}


def test_senedd_from_westminster() -> None:
    """Pairs of the constituencies of 2024: every Welsh one in one pair, under the names of the list of candidates."""
    path = MIRROR / "uk" / "ge" / "HoC-GE2024-results-by-constituency.csv"
    if not path.exists():
        pytest.skip("no uk/ge here: set HUSTINGS_MIRROR to a mirror of the public files that has it")
    with path.open(encoding="utf-8-sig") as lines:
        rows = [row for row in csv.DictReader(lines) if row["Country name"] == "Wales"]
    votes = {row["Constituency name"]: {party: int(row[party]) for party in ("Con", "Lab", "LD", "RUK", "Green", "PC")} for row in rows}
    found = regions(votes, ()).under(hs.system["senedd-2026"]())
    assert found.house == 96
    assert sorted(part for district in found.districts for part in district.parts) == sorted(votes)
    with pytest.raises(Unsuitable, match="'Bangor Aberconwy' is not among its districts"):
        hs.load("uk-general/2019").under(hs.system["senedd-2026"]())


@pytest.mark.parametrize("edition", EDITIONS)
def test_av_plus(edition: str) -> None:
    """The Commission's share of constituencies, and more proportional than the alternative vote by itself."""
    election = hs.load("uk-general", edition)
    found = election.under(hs.system["av-plus"]())
    assert found.house == election.main.house
    assert 0.8 <= len(found.tally.votes) / found.house <= 0.85
    assert hs.measure["gallagher"](found) < hs.measure["gallagher"](election.under(hs.system["av"]()))
    assert not found.lots


# The package's editions do not say who was elected, and so declare nothing.
@pytest.mark.parametrize("system", [name for name in hs.system if name not in ("senedd-2026", "declared")])
def test_every_system_runs_on_a_british_election(system: str) -> None:
    found = hs.load("uk-general/2010").under(hs.system[system]())
    assert found.assumed or system == "fptp"
    assert int(found.seats.sum()) == found.house
