"""Elections abroad, under the systems that they were held under: the official seats, by party and by district."""

import csv
from ast import literal_eval
from dataclasses import replace
from pathlib import Path

import pytest

import hustings as hs
from foreign import above, child, contest, election, key, leaves, mirrored, national, official, placed, seats, tree

GOLDEN = Path(__file__).parents[1] / "golden"
SPAIN = [1977, 1979, 1982, 1986, 1989, 1993, 1996, 2000, 2004, 2008, 2011, 2015]


@pytest.mark.parametrize("year", SPAIN)
def test_spain(year: int) -> None:
    """Ley Orgánica 5/1985, arts. 162-163: D'Hondt in 52 districts, lists with 3 per cent of the valid votes, blank ones included."""
    provinces = list(leaves(tree("es", "generales", f"es_generales_diputados_{year}.yaml")))
    assert len(provinces) == 52
    found = election("es", contest("diputados", provinces, blank=True)).under(hs.system.parse("list-pr:districts=own,threshold=0.03"))
    assert seats(found) == official(provinces)
    assert found.house == 350


def test_european_parliament_germany_2009() -> None:
    """Europawahlgesetz, s. 2: Sainte-Laguë over 5 per cent of the valid votes."""
    leaf = tree("de", "de_euro_2009.yaml")
    found = election("de", contest("lists", [leaf])).under(hs.system.parse("list-pr:districts=own,divisor=sainte-lague,threshold=0.05"))
    assert seats(found) == official([leaf])


def test_anderlecht_2012() -> None:
    """Belgian communes: Imperiali's divisors."""
    leaf = tree("be", "be_loc_anderlecht_2012.yaml")
    found = election("be", contest("lists", [leaf])).under(hs.system.parse("list-pr:districts=own,divisor=imperiali"))
    assert seats(found) == official([leaf])


def test_seats_of_the_states_2000() -> None:
    """2 U.S.C. s. 2a: equal proportions, of which the first seat of each state is one."""
    leaf = tree("us", "us_congress_seat_apportionment_2000.yaml")
    found = election("us", contest("states", [{**leaf, "seats": 435}])).under(hs.system.parse("list-pr:districts=own,divisor=huntington-hill"))
    assert seats(found) == official([leaf])


AUSTRIA = [1994, 1995, 1999, 2002, 2006, 2008, 2013, 2017, 2019]


@pytest.mark.parametrize("year", AUSTRIA)
def test_austria(year: int) -> None:
    """Nationalrats-Wahlordnung 1992, ss. 100-107: D'Hondt in the whole over 4 per cent of the valid votes."""
    lines = [literal_eval(line.partition("#")[0]) for line in mirrored("nr_wahlen.txt").read_text(encoding="utf-8").splitlines()]
    names, votes, won = next(line[1:] for line in lines if line[0] == year)
    lists = [{"name": f"{name} {number}", "votes": v, "seats": s} for number, (name, v, s) in enumerate(zip(names, votes, won, strict=True))]
    leaf = {"name": "Österreich", "seats": 183, "candidates": lists}
    found = election("at", contest("lists", [leaf])).under(hs.system.parse("list-pr:districts=own,threshold=0.04"))
    assert seats(found) == official([leaf])


def test_scotland_2007() -> None:
    """Scotland Act 1998, ss. 6-8: every constituency and every regional seat."""
    regions = tree("uk", "uk_sco_parliament_2007.yaml")["divisions"]
    below = {region["name"]: list(leaves(region["divisions"][1])) for region in regions}
    constituencies = contest("constituency", [node for nodes in below.values() for node in nodes])
    regional_nodes = [{**region["divisions"][0], "key": region["name"], "name": region["name"]} for region in regions]
    regional = contest("regional", regional_nodes)
    regional = replace(
        regional,
        districts=tuple(replace(region, parts=tuple(key(node) for node in below[region.id])) for region in regional.districts),
    )
    found = election("scotland", constituencies, regional).under(hs.system["ams"]())
    assert seats(found) == official(node for nodes in below.values() for node in nodes)
    assert seats(found, upper=True) == official(regional_nodes)
    assert found.house == 129


def test_new_zealand_2011() -> None:
    """Electoral Act 1993, ss. 191-193: every electorate, the list seats, and one of overhang."""
    root = tree("nz", "nz_general_2011.yaml")
    lists = child(root, "compensatory district")
    nodes = list(leaves(child(root, "electorate vote")))
    electorates = contest("electorate", nodes)
    party_vote = contest("party", [{**lists, "name": "lists", "seats": 120 - len(nodes)}])
    found = election("nz", electorates, party_vote).under(hs.system["mmp"]())
    assert seats(found) == official(nodes)
    assert seats(found, upper=True)["lists"] == official([lists])[lists["name"]]
    assert found.house == 121


def test_denmark_2011() -> None:
    """Folketing Elections Act, ss. 76-79: constituency seats, levelling seats by party, by province and by district."""
    root = tree("dk", "dk_folketing_2011.yaml")
    provinces = child(root, "provinces")["divisions"]
    nodes = list(leaves(child(root, "provinces")))
    districts = contest("district", nodes)
    upper = above(districts, [(node["name"], node["max_adjustment_seats"], [key(leaf) for leaf in leaves(node)]) for node in provinces])
    found = election("dk", districts, upper).under(hs.system["folketing"]())
    assert seats(found) == official(nodes)
    assert national(seats(found, upper=True)) == {test["name"]: test["seats"] for test in child(root, "compensatory district")["meta"]["test"]}
    levelling = seats(found, upper=True)
    assert {name: won for name, won in levelling.items() if won} == placed(child(root, "province adjustment seats to constituencies")["meta"]["test"])
    by_province = {node["name"]: national({leaf["name"]: levelling[leaf["name"]] for leaf in leaves(node)}) for node in provinces}
    assert by_province == placed(child(root, "global adjustment seats to provinces")["meta"]["test"])
    assert found.house == 175


@pytest.mark.parametrize("year", [2009, 2013, 2017])
def test_norway(year: int) -> None:
    """Valgloven 2002, ss. 11-4 and 11-6: district seats, levelling seats by party, and the one of each district."""
    root = tree("no", f"no_stortingsvalg_{year}.yaml")
    nodes = list(leaves(child(root, "valgdistrikter")))
    districts = contest("district", nodes)
    upper = above(districts, [(key(node), node["max_adjustment_seats"], [key(node)]) for node in nodes])
    found = election("no", districts, upper).under(hs.system["storting"]())
    assert seats(found) == official(nodes)
    levelling = seats(found, upper=True)
    assert national(levelling) == {test["name"]: test["seats"] for test in child(root, "compensatory")["meta"]["test"]}
    assert levelling == placed(child(root, "reapportionment")["meta"]["test"])
    assert found.house == 169


def test_iceland_2009() -> None:
    """Elections to Althingi Act, arts. 106-108: district seats, levelling seats by party and by district."""
    root = tree("is", "is_althingi_2009.yaml")
    nodes = list(leaves(child(root, "kjördæmi")))
    districts = contest("district", nodes)
    upper = above(districts, [(key(node), node["max_adjustment_seats"], [key(node)]) for node in nodes])
    found = election("is", districts, upper).under(hs.system["althingi"]())
    assert seats(found) == official(nodes)
    levelling = seats(found, upper=True)
    assert national(levelling) == {test["name"]: test["seats"] for test in child(root, "compensatory district")["meta"]["test"]}
    assert levelling == placed(child(root, "adjustment seats to constituencies")["meta"]["test"])
    assert found.house == 63


def test_sweden_2018() -> None:
    """Elections Act 2005:837, ch. 14: the seats of each party in each of 29 districts, fixed and levelling together."""
    lines = (line for line in (GOLDEN / "sweden-2018.csv").read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    found = list(csv.DictReader(lines))
    parties = ["c", "kd", "l", "m", "mp", "s", "sd", "v", "other"]
    nodes = [
        {"name": row["district"], "seats": int(row["fixed"]), "candidates": [{"name": p, "votes": int(row[p])} for p in parties]} for row in found
    ]
    districts = contest("district", nodes)
    upper = above(districts, [("Sweden", 39, [key(node) for node in nodes])])
    outcome = election("se", districts, upper).under(hs.system["riksdag"]())
    both = {name: national({"fixed": won, "levelling": seats(outcome, upper=True)[name]}) for name, won in seats(outcome).items()}
    assert both == {row["district"]: {p: int(row[p.upper()]) for p in parties[:-1] if int(row[p.upper()])} for row in found}
    assert outcome.house == 349


def test_zurich_2006() -> None:
    """Gesetz über die politischen Rechte, ss. 102-105: seats of the parties and in each district."""
    root = tree("ch", "ch_zurich_canton_parliament_2006.yaml")
    upper, lower = root["divisions"]
    rows = lower["candidates"]
    nodes = [
        {"name": seats["name"], "seats": seats["min_seats"], "candidates": [row for row in rows if row["district"] == seats["name"]]}
        for seats in upper["district_seats"]["candidates"]
    ]
    found = election("zh", contest("district", nodes)).under(hs.system.parse("biproportional:districts=own,quorum=0.05,voters=true"))
    assert seats(found) == official(nodes)
    assert national(seats(found)) == {test["name"]: test["seats"] for test in upper["party_seats"]["meta"]["test"]}
