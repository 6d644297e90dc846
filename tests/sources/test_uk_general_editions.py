"""British general elections since 1918 against the official record; what cannot be known is stated, and nothing is forced."""

import csv
import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path

import pytest

import hustings as hs
from catalogued import MIRROR, files_of, made, pinned, spoilt
from hustings import catalogue, store
from hustings.analysis.compare import as_held
from hustings.election import Election
from hustings.errors import DataError
from hustings.ids import ballot
from hustings.outcome import Outcome
from hustings.sources import source
from hustings.tables import election_of, tables_of
from hustings.uk_tables import ABBREVIATIONS, RECODED, hexagons, library

EDITIONS = [name for name in catalogue.series()["uk-general"].editions if name != "2024"]
TABLE = [name for name in EDITIONS if name < "1997"]
BY_CANDIDATE = ("2010", "2015", "2017", "2019", "2024")
GROUPS = ("con", "lab", "ld", "pc_snp")

election = cache(lambda name: made("uk-general", name))


@cache
def won(edition: str) -> Outcome:
    """Under first past the post."""
    found: Outcome = election(edition).under(hs.system["fptp"]())
    return found


def place(of: Election, name: str) -> int:
    (row,) = [row for row, district in enumerate(of.main.districts) if district.name == name]
    return row


def grouped(figures: Mapping[str, int]) -> dict[str, int]:
    """The parties as the official table has them."""
    found = {name: figures.get(name, 0) for name in ("con", "lab", "ld")} | {"pc_snp": figures.get("pc", 0) + figures.get("snp", 0)}
    return found | {"other": sum(figures.values()) - sum(found.values())}


@cache
def official() -> dict[str, dict[str, dict[str, int]]]:
    """House of Commons Library, CBP-7529, UK election statistics, sheet 1: seats and votes by edition."""
    found = {}
    path = MIRROR / "official" / "uk_ge_national_1918_2019.tsv"
    if not path.is_file():
        pytest.skip("no official table here: set HUSTINGS_MIRROR to a mirror of the public files that has it")
    with path.open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            votes = {party: round(float(row[f"{party}_votes_m"]) * 10**6) for party in GROUPS}
            votes["other"] = round(float(row["total_votes_m"]) * 10**6) - sum(votes.values())
            edition = {"1974F": "1974-02", "1974O": "1974-10"}.get(row["election"], row["election"])
            found[edition] = {"seats": {party: int(row[party]) for party in (*GROUPS, "other")}, "votes": votes}
    return found


def less(ours: Mapping[str, int], theirs: Mapping[str, int]) -> dict[str, int]:
    return {party: ours[party] - theirs[party] for party in theirs if ours[party] != theirs[party]}


@pytest.mark.parametrize("edition", EDITIONS)
def test_seats_and_votes_are_official_or_the_catalogue_states_the_difference(edition: str) -> None:
    outcome, about = won(edition), catalogue.edition("uk-general", edition)
    assert not outcome.lots
    votes = {party.id: int(number) for party, number in zip(outcome.parties, outcome.tally.total, strict=True)}
    assert less(grouped(outcome.by_party), official()[edition]["seats"]) == about.differences.get("seats", {})
    assert less(grouped(votes), official()[edition]["votes"]) == about.differences.get("votes", {})
    assert bool(about.gaps) >= bool(about.differences), "a difference has a reason"


def test_seats_differ_only_where_the_data_cannot_give_them() -> None:
    """1918-51 for districts of several members and lumped allies; 1955, 1966, 1970 and February 1974 for the Speaker."""
    stated = {edition for edition in EDITIONS if catalogue.edition("uk-general", edition).differences.get("seats")}
    assert stated == {edition for edition in EDITIONS if edition <= "1951"} | {"1955", "1966", "1970", "1974-02"}
    for edition in ("1955", "1966", "1970", "1974-02"):
        seats = catalogue.edition("uk-general", edition).differences["seats"]
        assert sorted(seats.values()) == [-1, 1]
        assert seats["other"] == 1


@pytest.mark.parametrize("edition", [*EDITIONS, "2024"])
def test_the_files_are_those_that_are_pinned(edition: str) -> None:
    pinned("uk-general", edition)


@pytest.mark.parametrize("edition", [*EDITIONS, "2024"])
def test_the_house_is_as_large_as_it_was(edition: str) -> None:
    seats = {"1918": 707, "1945": 640, "2024": 650} | dict.fromkeys(("1922", "1923", "1924", "1929", "1931", "1935"), 615)
    seats |= dict.fromkeys(("1950", "1951"), 625) | dict.fromkeys(("1955", "1959", "1964", "1966", "1970"), 630)
    seats |= dict.fromkeys(("1974-02", "1974-10", "1979"), 635) | {"1992": 651, "1997": 659, "2001": 659, "2005": 646}
    assert won(edition).house == seats.get(edition, 650)


def test_what_the_store_keeps_is_what_was_read() -> None:
    for edition in ("1922", "2024"):
        before, after = election(edition), election_of(tables_of(election(edition)))
        assert after.main.candidacies == before.main.candidacies
        assert (after.main.districts, after.provenance, after.layout) == (before.main.districts, before.provenance, before.layout)
        assert (after.main.counted().votes == before.main.counted().votes).all()
        assert after.main.method == "fptp"


# ---- the table since 1918 --------------------------------------------------------------------------------------------


def test_members_returned_unopposed_have_seats_and_no_votes() -> None:
    then, outcome = election("1922"), won("1922")
    ids = [party.id for party in outcome.parties]
    for name, seats in {"Armagh": {"con": 1}, "Antrim": {"con": 2}, "Combined Scottish Universities": {"con": 2, "ld": 1}}.items():
        row = place(then, name)
        assert not outcome.tally.valid[row]
        assert {party: int(number) for party, number in zip(ids, outcome.seats[row], strict=True) if number} == seats
        assert [(c.candidate.party, c.elected) for c in then.main.candidacies[row]] == [*seats.items()]
    assert then.where({"name": ["Armagh"]}).under(hs.system["fptp"]()).by_party == {"con": 1}


@pytest.mark.parametrize(("edition", "members"), [("1918", 107), ("1922", 57), ("1923", 50), ("1924", 32), ("1929", 7), ("1931", 67), ("1935", 40)])
def test_how_many_were_returned_unopposed(edition: str, members: int) -> None:
    """As the table has them; two of them, in 1931, it does not give to a party, and one of two at Stockport in 1918 not at all."""
    assert sum(c.elected or 0 for there in election(edition).main.candidacies for c in there) == members


def test_in_a_district_of_several_the_largest_party_has_all_seats() -> None:
    then, outcome = election("1929"), won("1929")
    row = place(then, "Derby")
    assert then.main.districts[row].magnitude == 2
    assert {party.id: int(number) for party, number in zip(outcome.parties, outcome.seats[row], strict=True) if number} == {"lab": 2}
    assert any("the largest wins them all" in note for note in outcome.assumed)


def test_who_is_returned_unopposed_is_elected_under_other_systems_too() -> None:
    then = election("1951")
    outcome: Outcome = then.under(hs.system["av"]())
    ids = [party.id for party in outcome.parties]
    for row in [row for row, there in enumerate(then.main.candidacies) if there]:
        assert then.main.districts[row].country == "Northern Ireland"
        assert outcome.seats[row, ids.index("con")] == 1
    university = place(election("1922"), "Combined Scottish Universities")
    papers = election("1922").given(hs.scenario["rankings"]()).main.profiles
    assert papers is not None
    assert [candidate.name for candidate in papers[university].candidates] == ["con 1", "con 2", "ld"]


@pytest.mark.parametrize("name", sorted(hs.measure))
def test_a_measure_bears_districts_where_nobody_voted(name: str) -> None:
    value = hs.measure[name](won("1922")) if not hs.measure.entry(name).settings else hs.measure.parse(name)(won("1922"))
    assert value is None or value == value  # noqa: PLR0124 — not NaN


def test_it_is_shown_as_it_was_held() -> None:
    for edition in ("1945", "1992", "2005"):
        assert as_held(election(edition).main) == hs.system["fptp"]()
    assert as_held(election("2024").main) == hs.system["declared"]()


def test_nationalists_are_of_scotland_and_of_wales() -> None:
    """House of Commons Library, CBP-7529: in October 1974 eleven of the SNP and three of Plaid Cymru."""
    assert (won("1974-10").by_party["snp"], won("1974-10").by_party["pc"]) == (11, 3)
    then = election("1931")
    university = then.main.districts[place(then, "University of Wales")]
    assert (university.region, university.country) == ("University", "Wales")
    ids = [party.id for party in then.main.counted().parties]
    assert then.main.counted().stood[place(then, "University of Wales"), ids.index("pc")]


def test_names_and_regions_are_mended() -> None:
    names = {district.name for edition in TABLE for district in election(edition).main.districts}
    assert {"Norfolk King's Lynn", "Barrow in Furness", "Southampton Itchen", "Fermanagh and Tyrone"} <= names
    assert not [name for name in names if "'S" in name or " Of " in name or " And " in name or "St." in name]
    regions = {district.region for edition in [*EDITIONS, "2024"] for district in election(edition).main.districts}
    assert {region for region in regions if region.startswith(("East", "York"))} == {"East Midlands", "East of England", "Yorkshire and the Humber"}


HEADER = (
    "constituency_id,seats,constituency_name,country/region,electorate,con_votes,con_share,lib_votes ,lib_share,lab_votes,lab_share,"
    "natSW_votes,natSW_share,oth_votes,oth_share,total_votes,turnout ,election,boundary_set,\n"
)


def table(folder: Path, *rows: str) -> Path:
    path = folder / "table.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="cp1252")
    return path


def test_a_small_table(tmp_path: Path) -> None:
    path = table(
        tmp_path,
        "1,1,Ynys M\xf4n,Wales,100,10,,20,,,,30,,,,60,,1974F,1974-1979,",
        ",2,King'S County,Ireland,,,,,,-1,,,,-1,,-2,,1918,1918-1935,",
        ",1,Nobody Knows,University,,,,,,,,,,,,-1,,1918,1918-1935,",
    )
    contest = library(path, "1974-02")
    assert contest.districts[0].name == "Ynys Môn"
    tally = contest.counted()
    assert dict(zip((party.id for party in tally.parties), tally.votes[0].tolist(), strict=True)) == {"con": 10, "ld": 20, "pc": 30}
    before = library(path, "1918")
    assert [district.name for district in before.districts] == ["King's County", "Nobody Knows"]
    assert [[(c.candidate.party, c.elected) for c in there] for there in before.candidacies] == [[("lab", 1), ("other", 1)], [("other", 1)]]
    with pytest.raises(DataError, match="has no election of 1950"):
        library(path, "1950")


def test_a_table_that_is_spoilt(tmp_path: Path) -> None:
    path = table(tmp_path, "1,1,Bath,South West,100,ten,,,,,,,,,,60,,1950,1950-1951,")
    with pytest.raises(DataError, match=r"table\.csv:2: con_votes is 'ten'; it must be a whole number"):
        library(path, "1950")
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n", encoding="cp1252")
    with pytest.raises(DataError, match=r"other\.csv:1: has no column con_votes"):
        library(path, "1950")


# ---- by candidate since 2010 -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("edition", BY_CANDIDATE)
def test_who_wins_is_whom_the_source_declares(edition: str) -> None:
    """Independents and others too, although their votes are added up by party."""
    declared = election(edition).main.declared
    assert declared is not None
    assert (won(edition).seats == declared).all()


def test_2024() -> None:
    path = MIRROR / "expected" / "uk_2024.json"
    if not path.is_file():
        pytest.skip("no expected/uk_2024.json here: set HUSTINGS_MIRROR to a mirror of the public files that has it")
    expected = json.loads(path.read_text(encoding="utf-8"))
    ids = {"RUK": "reform", "APNI": "alliance", "Spk": "speaker"}
    outcome = won("2024")
    assert outcome.by_party == {ids.get(name, name.lower()): seats for name, seats in expected["seats"].items()}
    votes = {party.id: int(number) for party, number in zip(outcome.parties, outcome.tally.total, strict=True)}
    theirs = {ids.get(name, name.lower()): number for name, number in expected["votes"].items()}
    assert {party: votes[party] for party in theirs if party in votes} == {party: number for party, number in theirs.items() if party in votes}
    assert len([party for party in theirs if party in votes]) == 15
    assert sum(votes.values()) == expected["total_valid"] == 28_809_340
    regions: dict[str, Counter[str]] = {}
    for row, district in enumerate(outcome.districts):
        regions.setdefault(district.region, Counter())[outcome.parties[int(outcome.seats[row].argmax())].id] += 1
    expected_regions = {
        name: {ids.get(party, party.lower()): seats for party, seats in there.items()} for name, there in expected["by_region"].items()
    }
    assert {name.lower(): dict(found) for name, found in regions.items()} == {name.lower(): found for name, found in expected_regions.items()}


def test_two_candidates_of_one_name() -> None:
    now = election("2024")
    (there,) = [there for d, there in zip(now.main.districts, now.main.candidacies, strict=True) if d.id == "E14001360"]
    smiths = [(c.candidate.party, c.candidate.registered, c.votes, c.elected) for c in there if c.candidate.name == "Greg Smith"]
    assert sorted(smiths) == [("con", "PP52", 20150, 1), ("green", "PP63", 2942, 0)]


def test_labour_and_the_co_operative_party_are_labour() -> None:
    described = Counter(c.candidate.description for there in election("2019").main.candidacies for c in there if c.candidate.party == "lab")
    assert described == {"Labour": 581, "Labour and Co-operative": 50}


def test_unionists_of_2010_are_told_by_their_votes() -> None:
    """They stood in every district of Northern Ireland but Fermanagh and South Tyrone."""
    unionists = [c for there in election("2010").main.candidacies for c in there if c.candidate.party == "uup"]
    assert (len(unionists), sum(c.votes for c in unionists)) == (17, 102_361)
    assert not any(c.elected for c in unionists)
    row = place(election("2010"), "Fermanagh and South Tyrone")
    assert "uup" not in [c.candidate.party for c in election("2010").main.candidacies[row]]


# Where psephology's electorate of 2019 is not that of the Library's table.
ELECTORATES_2019 = {
    "E14000577": 74292, "E14000637": 77072, "E14000710": 71336, "E14000928": 78347, "E14001026": 81898, "E14000623": 74296, "W07000064": 56386,
}  # fmt: skip


@pytest.mark.parametrize("edition", ["2010", "2015", "2017", "2019"])
def test_the_edition_that_the_package_carries_has_the_same_votes(edition: str) -> None:
    """In every district, for every party that both name; the electorate, the region and the country too."""
    embedded = source["uk-general"](edition, {})
    ours, theirs = election(edition).main, embedded.main
    at = {district.id: row for row, district in enumerate(ours.districts)}
    ids = [party.id for party in ours.counted().parties]
    for row, district in enumerate(theirs.districts):
        here = ours.districts[at[district.id]]
        assert (here.name, here.region, here.county, here.country) == (district.name, district.region, district.county, district.country)
        assert here.electorate == (ELECTORATES_2019.get(district.id, district.electorate) if edition == "2019" else district.electorate), here
        for column, party in enumerate(theirs.counted().parties):
            if party.id not in ("ind", "other"):
                assert ours.counted().votes[at[district.id], ids.index(party.id)] == theirs.counted().votes[row, column], (district.name, party.id)
    assert ours.counted().votes.sum() == theirs.counted().votes.sum()
    assert election(edition).layout == embedded.layout


def test_counties_of_2024_are_those_where_most_people_live() -> None:
    path = MIRROR / "derived" / "county_2024.tsv"
    if not path.is_file():
        pytest.skip("no derived/county_2024.tsv here: set HUSTINGS_MIRROR to a mirror of the public files that has it")
    with path.open(encoding="utf-8") as lines:
        theirs = {
            RECODED.get(row["pcon24cd"], row["pcon24cd"]): row["county_of_2010_seats"].replace("&", "and")
            for row in csv.DictReader(lines, delimiter="\t")
        }
    ours = {district.id: district.county for district in election("2024").main.districts}
    countries = {district.country for district in election("2024").main.districts}
    assert set(theirs) == set(ours)
    assert {id_: county for id_, county in ours.items() if county} == {id_: name for id_, name in theirs.items() if name not in countries}


def test_every_district_of_2024_has_a_hexagon_of_its_own() -> None:
    now = election("2024")
    assert set(now.layout) == {district.id for district in now.main.districts}
    assert len(set(now.layout.values())) == 650


def test_files_that_are_spoilt(tmp_path: Path) -> None:
    at = "55/general-election/candidacies.csv"
    assert "votes is 'x'; it must be a whole number" in spoilt("uk-general", "2010", lambda data: data.replace(b",16073,", b",x,", 1), tmp_path, at)
    cut = spoilt("uk-general", "2010", lambda data: b"W07000049,cut\n" + data, tmp_path, at)
    assert cut == ":1: has 2 columns where 19 must be; fetch the file anew"
    strange = spoilt("uk-general", "2010", lambda data: data.replace(b"W07000049", b"W99", 1), tmp_path, at)
    assert strange.startswith(":1: W99 is no constituency of constituencies.csv")
    (tmp_path / "hex.json").write_text('{"layout": "odd-q", "hexes": {}}', encoding="utf-8")
    with pytest.raises(DataError, match="its layout is odd-q; only odd-r is read"):
        hexagons(tmp_path / "hex.json")


# ---- notional results ------------------------------------------------------------------------------------------------


def test_notional_results_of_2019_add_up() -> None:
    tally = made("uk-general-notional", "2019-on-2024").main.counted()
    assert tally.total.sum() == 32_014_119
    with files_of("uk-general-notional", "2019-on-2024")["uk/psephology/58/notional-general-election/results.csv"].open(
        encoding="utf-8-sig"
    ) as lines:
        valid = Counter({row[0]: int(row[9]) for row in csv.reader(lines)})
    assert sum(valid.values()) == 32_014_119
    assert sorted(valid.values()) == sorted(tally.valid.tolist())


def test_notional_winners_of_2019_are_those_that_others_publish() -> None:
    """Open Innovations, constituencies, general-elections-notional.csv: the first party of each."""
    path = MIRROR / "uk" / "geo" / "general-elections-notional.csv"
    if not path.is_file():
        pytest.skip("no uk/geo/general-elections-notional.csv here: set HUSTINGS_MIRROR to a mirror of the public files that has it")
    outcome: Outcome = made("uk-general-notional", "2019-on-2024").under(hs.system["fptp"]())
    assert {party: outcome.by_party[party] for party in ("con", "lab", "snp", "ld")} == {"con": 372, "lab": 200, "snp": 48, "ld": 8}
    with path.open(encoding="utf-8-sig") as lines:
        theirs = {row["PCON24CD"]: ABBREVIATIONS[row["GE 2019 Party"]] for row in csv.DictReader(lines) if not row["GE 2019 Party"].isdigit()}
    ours = {d.id: outcome.parties[int(row.argmax())].id for d, row in zip(outcome.districts, outcome.seats, strict=True)}
    assert {id_: (ours[id_], party) for id_, party in theirs.items() if ours[id_] != party} == {}


def test_notional_results_of_2005() -> None:
    """As many votes as were cast, of every party of Great Britain: House of Commons Library, CBP-7529; the districts are those of 2010."""
    election_ = made("uk-general-notional", "2005-on-2010")
    tally = election_.main.counted()
    votes = dict(zip((party.id for party in tally.parties), tally.total.tolist(), strict=True))
    assert sum(votes.values()) == 27_148_510
    assert abs(votes["lab"] - 9_552_436) < 100
    assert abs(votes["ld"] - 5_985_454) < 1000
    assert [district.id for district in election_.main.districts] == [district.id for district in election("2010").main.districts]
    assert election_.layout == election("2010").layout


# ---- ids -------------------------------------------------------------------------------------------------------------


def test_ballots_are_called_as_democracy_club_calls_them() -> None:
    """The reference implementation names every ballot of 2019 and 2024 alike."""
    ids = pytest.importorskip("uk_election_ids.election_ids", reason="needs the package uk-election-ids")
    for edition in ("2019", "2024"):
        day = catalogue.edition("uk-general", edition).date
        assert isinstance(day, date)
        for district in election(edition).main.districts:
            assert ballot(district.name, day) == ids.IdBuilder("parl", day).with_division(district.name).ballot_id


def test_the_store_has_ids_that_others_have_too() -> None:
    made_of = tables_of(election("2019"))
    assert made_of["elections"]["boundaries"] == ["2010"]
    assert made_of["districts"]["ballot"][0] == "parl.aberavon.2019-12-12"
    assert made_of["districts"]["district"][0] == "W07000049"
    parties = dict(zip(made_of["parties"]["party"], made_of["parties"]["registered"], strict=True))
    assert (parties["con"], parties["brexit"], parties["other"]) == (["PP52", "PP51"], ["PP7931"], [])
    # At 3:1 or more on white (WCAG 2.2, 1.4.11), which `test_charts` asks of every colour.
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colour in made_of["parties"]["colour"])
    named = [c.candidate for there in election("2019").main.candidacies for c in there if c.candidate.party not in ("ind", "speaker")]
    assert {candidate.registered for candidate in named if parties.get(candidate.party)} <= {id_ for ids in parties.values() for id_ in ids}
    assert tables_of(election("1951"))["districts"]["ballot"][0] is None


def test_what_was_pulled_in_place_of_the_packages_edition_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HUSTINGS_DATA", str(tmp_path))
    packaged = hs.load("uk-general", "2010")
    assert not any("pulled" in note for note in packaged.provenance.notes)
    store.put(election("2010"))
    outcome = hs.load("uk-general", "2010").under(hs.system["fptp"]())
    assert "uk/psephology/55/general-election/candidacies.csv" in outcome.assumed[0]
    assert "in place of the edition that the package carries" in outcome.assumed[0]
