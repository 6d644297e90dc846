"""Parties that stand down: who stays, where votes go, to the last one; the pacts of history against who stood."""

import re
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hustings as hs
from catalogued import made
from hustings.election import Election, Party
from hustings.errors import DataError, HustingsError, SettingError, UnknownName, Unsuitable
from hustings.facts import fact
from hustings.registry import describe
from strategies import election_of

Pact = hs.scenario["pact"]
PATIENT = settings(max_examples=40, deadline=None)
PARTIES = tuple(Party(name) for name in ("con", "green", "lab", "ld"))
FOUR = [[400, 100, 200, 300], [400, 0, 300, 300], [500, 50, 450, 0]]


def four() -> Election:
    """Three districts: con 400, green 100, lab 200, ld 300; con 400, lab and ld 300 each; con 500, green 50, lab 450."""
    return election_of(FOUR, ["England", "England", "Wales"], PARTIES)


def votes(election: Election) -> list[list[int]]:
    found: list[list[int]] = election.main.counted().votes.tolist()
    return found


def test_by_hand() -> None:
    """The first goes to ld: half of lab's 200 follow and half stay at home; of green's 100, 40 follow, 10 go to con, 50 stay.

    The second is level and lab is named first: half of ld's 300 follow. In the third no ld stands: of green's 50, 5 go to con,
    and who would go to ld, or is not spoken for, stays at home.
    """
    rates = {"lab.ld": 0.5, "lab.none": 0.5, "ld.lab": 0.5, "ld.none": 0.5, "green.ld": 0.4, "green.lab": 0, "green.con": 0.1, "green.none": 0.5}
    changed = four().given(Pact(rates, ("lab", "ld", "green")))
    assert votes(changed) == [[410, 0, 0, 440], [400, 0, 450, 0], [505, 0, 450, 0]]
    tally = changed.main.counted()
    assert tally.stood.tolist() == [[True, False, False, True], [True, False, True, False], [True, False, True, False]]
    assert "partners level in District 1: the one named first stands" in changed.provenance.notes


def test_where_votes_go_to_the_last_one() -> None:
    """Of 101 green votes 60 per cent go to ld, 60.6; 25 to con, 25.25; 15 to nobody, 15.15: whole, 61, 25, 15."""
    election = election_of([[400, 101, 0, 300]], (), PARTIES)
    changed = election.given(Pact({"green.ld": "0.6", "green.con": "0.25", "green.none": "0.15"}, ("ld", "green")))
    assert votes(changed) == [[425, 0, 0, 361]]
    assert "101 votes of those who withdraw: 61 to the partner, 25 elsewhere, 15 to nobody" in changed.provenance.notes[1]


def test_what_the_rates_leave_follows_the_matrix(tmp_path: Path) -> None:
    """Half to ld; the other half as the matrix has it without ld, con 30 and nobody 20: 30 and 20 of 100."""
    file = tmp_path / "mine.toml"
    file.write_text('[rows]\ngreen = { ld = "50", con = "30", none = "20" }\nld = { con = "1" }\n', encoding="utf-8")
    election = election_of([[400, 100, 0, 300]], (), PARTIES)
    assert votes(election.given(Pact({"green.ld": 0.5}, ("ld", "green"), matrix=str(file)))) == [[430, 0, 0, 350]]
    assert votes(election.given(Pact({}, ("ld", "green"), matrix=str(file)))) == [[430, 0, 0, 350]]
    # Odds of 1 to 1 doubled: two thirds follow, 67; of the third that is left con has 3/5, 20.
    assert votes(election.given(Pact({}, ("ld", "green"), matrix=str(file), odds=Fraction(2)))) == [[420, 0, 0, 367]]


def test_bounds_of_no_and_of_full_transfer() -> None:
    pact = Pact({}, ("lab", "ld", "green"))
    none, full = pact.bounds()
    assert votes(four().given(none)) == [[400, 0, 0, 300], [400, 0, 300, 0], [500, 0, 450, 0]]
    assert votes(four().given(full)) == [[400, 0, 0, 600], [400, 0, 600, 0], [500, 0, 500, 0]]
    assert any("in 0 if none of these voters follows, in 2 if all do" in note for note in four().given(pact).provenance.notes)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Election, Any]:
    rows = draw(st.lists(st.lists(st.integers(0, 99), min_size=4, max_size=4).filter(lambda row: sum(row) > row[1]), min_size=1, max_size=5))
    members = draw(st.permutations(["lab", "ld", "green"]))[: draw(st.integers(2, 3))]
    odds = Fraction(draw(st.integers(1, 40)), 10)
    return election_of(rows, (), PARTIES), Pact({}, tuple(members), odds=odds)


@PATIENT
@given(case=cases())
def test_votes_are_conserved_between_the_bounds(case: tuple[Election, Any]) -> None:
    election, pact = case
    before = election.main.counted()
    none, full = (election.given(bound).main.counted() for bound in pact.bounds())
    after = election.given(pact).main.counted()
    members = [column for column, party in enumerate(before.parties) if party.id in pact.members]
    gone = int(before.votes[before.stood & ~full.stood].sum())
    assert (full.valid == before.valid).all()
    assert int(before.total.sum()) - int(none.total.sum()) == gone
    partners = [tally.votes[:, members].sum(axis=1) for tally in (none, after, full)]
    assert (partners[0] <= partners[1]).all()
    assert (partners[1] <= partners[2]).all()
    assert (after.stood[:, members].sum(axis=1) <= 1).all()
    assert (after.valid <= before.valid).all()
    assert (after.votes >= none.votes).all()


def test_only_some_districts() -> None:
    inside = Pact({}, ("lab", "ld", "green"), transfer="none", where=("country=Wales",))
    assert votes(four().given(inside)) == [*FOUR[:2], [500, 0, 450, 0]]
    held = Pact({}, ("lab", "ld", "green"), transfer="none", held_by="lab")
    assert votes(four().given(held)) == FOUR


# The pacts of history.


def test_every_pact_among_the_facts_has_a_source_and_says_how_sure_it_is() -> None:
    names = [path.stem for path in (Path(hs.__file__).parent / "facts" / "pacts").glob("*.toml")]
    assert len(names) == 10
    for name in names:
        found = fact(f"pacts/{name}")
        assert found["title"]
        assert found["source"]
        assert found["confidence"]
        assert ("members" in found) != ("known" in found)


def test_what_is_known_as_a_number_only_cannot_be_applied() -> None:
    for name in ("1906", "1918", "1931", "popular-front-1938", "1983-1987", "progressive-2017"):
        with pytest.raises(Unsuitable, match="cannot be applied"):
            hs.load("uk-general", "2017").given(Pact(file=name))


def test_letters_of_1918_add_up() -> None:
    """About 541 letters, to Unionists, Liberals and the National Democratic Party."""
    total, *parts = map(int, re.findall(r"\d+", fact("pacts/1918")["known"]))
    assert total == sum(parts) == 541


def test_the_liberals_of_1906_were_out_of_the_way_of_most_who_won() -> None:
    elected, unopposed = re.findall(r"(\d+) of (?:the Committee|them)", fact("pacts/1906")["known"])
    assert (elected, unopposed) == ("29", "24")


def test_allies_of_1931_stood_where_conservatives_did_not() -> None:
    contest = made("uk-general", "1931").main
    tally = contest.counted()
    without = tally.votes[~tally.stood[:, [party.id for party in tally.parties].index("con")]]
    winners = Counter(tally.parties[column].id for column in without.argmax(axis=1)[without.sum(axis=1) > 0])
    known = re.findall(r"\d+", fact("pacts/1931")["known"])
    assert [str(len(without)), str(len(tally.votes)), *(str(winners[party]) for party in ("other", "ld", "lab"))] == known[1:6]
    assert int((without.sum(axis=1) == 0).sum()) == int(known[6])


@pytest.mark.parametrize(("edition", "won"), [("1983", 23), ("1987", 22)])
def test_the_alliance_stood_everywhere_in_great_britain(edition: str, won: int) -> None:
    """Official: 23 members in 1983, 22 in 1987, of 633 districts (House of Commons Library, CBP-7529)."""
    contest = made("uk-general", edition).main
    tally = contest.counted()
    britain = np.array([place.country != "Northern Ireland" for place in contest.districts])
    column = [party.id for party in tally.parties].index("ld")
    assert int(tally.stood[britain, column].sum()) == int(britain.sum()) == 633
    assert int((tally.votes.argmax(axis=1) == column).sum()) == won
    assert {"633", str(won)} < set(re.findall(r"\d+", fact("pacts/1983-1987")["known"]))


def test_brecon_and_radnorshire_on_the_votes_of_2017() -> None:
    """Plaid Cymru's 1,299 votes go; no Green stood; the other 649 districts stay as they were."""
    before = hs.load("uk-general", "2017")
    after = before.given(Pact(file="brecon-2019"))
    (row,) = np.flatnonzero((after.main.counted().stood != before.main.counted().stood).any(axis=1))
    assert before.main.districts[row].name == "Brecon and Radnorshire"
    assert any(note.startswith("1,299 votes of those who withdraw") for note in after.provenance.notes)


def test_unite_to_remain_is_who_stood() -> None:
    """60 districts, 49 in England: the list of 7 November 2019; and in 2019 the bearer stood and neither partner did."""
    contest = hs.load("uk-general", "2019").main
    tally = contest.counted()
    pact = fact("pacts/unite-to-remain-2019")
    assert {party: len(names) for party, names in pact["districts"].items()} == {"ld": 43, "green": 10, "pc": 7}
    column = {party.id: number for number, party in enumerate(tally.parties)}
    row = {district.name.replace("ô", "o"): number for number, district in enumerate(contest.districts)}
    countries = []
    for party, names in pact["districts"].items():
        for name in names:
            at = row[name.replace("ô", "o")]
            assert [other for other in pact["members"] if tally.stood[at, column[other]]] == [party], name
            countries.append(contest.districts[at].country)
    assert countries.count("England") == 49
    assert countries.count("Wales") == 11


def test_unite_to_remain_on_the_votes_of_2017() -> None:
    before = hs.load("uk-general", "2017")
    after = before.given(Pact(file="unite-to-remain-2019"))
    moved = np.flatnonzero((after.main.counted().stood != before.main.counted().stood).any(axis=1))
    assert 0 < len(moved) <= 60
    assert {before.main.districts[row].country for row in moved} == {"England", "Wales"}


def test_the_brexit_party_left_317_districts() -> None:
    """Announced for the 317 seats that the Conservatives won in 2017; nobody stood for it there in 2019."""
    before, later = hs.load("uk-general", "2017"), hs.load("uk-general", "2019").main.counted()
    tally = before.main.counted()
    column = {party.id: number for number, party in enumerate(tally.parties)}
    held = np.flatnonzero(tally.votes.argmax(axis=1) == column["con"])
    assert len(held) == 317
    assert not later.stood[held, [party.id for party in later.parties].index("brexit")].any()
    after = before.given(Pact(file="brexit-withdrawal-2019")).main.counted()
    assert not after.stood[held, column["ukip"]].any()
    rest = np.setdiff1d(np.arange(len(tally.votes)), held)
    assert (after.votes[rest] == tally.votes[rest]).all()


def test_tatton() -> None:
    """In 1997 neither Labour nor the Liberal Democrats stood in Tatton, and an independent won it."""
    contest = hs.load("uk-general", "1997").main
    (row,) = [row for row, district in enumerate(contest.districts) if district.name == "Tatton"]
    tally = contest.counted()
    stood = {party.id: int(number) for party, number, there in zip(tally.parties, tally.votes[row], tally.stood[row], strict=True) if there}
    assert {"lab", "ld"} & set(stood) == set()
    assert max(stood, key=lambda party: stood[party]) == "ind"


# Files and mistakes.


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'title = "Ours"\nmembers = ["lab", "ld"]\n[rates]\n"ld.lab" = "1"\n[districts]\nlab = ["district 0", "Nowhere"]\n', encoding="utf-8"
    )
    changed = four().given(Pact(file=str(file)))
    assert votes(changed) == [[400, 100, 500, 0], *FOUR[1:]]
    assert "not in this election: Nowhere" in changed.provenance.notes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('members = ["lab"]', "write members"),
        ('members = ["lab", "ld"]\n[districts]\ngreen = ["Bath"]', "write members"),
        ('members = ["lab", "ld"]\nrule = "listed"', "goes with a table"),
        ('members = ["lab", "ld"]\n[districts]\nld = ["Bath"]', "none of its 1 districts is in this election"),
        ("members = [", "is not TOML"),
    ],
)
def test_files_that_are_wrong(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "mine.toml").write_text(text, encoding="utf-8")
    with pytest.raises((DataError, Unsuitable), match=message):
        four().given(Pact(file=str(tmp_path / "mine.toml")))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("pact", "name the partners"),
        ("pact:members=lab", "two different members"),
        ("pact:members=lab+ld,file=1906", "not both"),
        ("pact:members=lab+ld,rule=bargain", "not one of best-placed, listed"),
        ("pact:members=lab+labour", "no party of this election is called 'labour'"),
        ("pact:members=lab+ld,ld=0.5", "write the share of a party's supporters"),
        ("pact:members=lab+ld,ld.lab=0.6,ld.con=0.6", "more than 1"),
        ("pact:members=lab+ld,where=England", "write FIELD=VALUE"),
        ("pact:file=2024", "no pact is called '2024'"),
    ],
)
def test_mistakes_are_named(text: str, message: str) -> None:
    with pytest.raises((SettingError, UnknownName), match=message):
        four().given(hs.scenario.parse(text))


def test_text_reads_back() -> None:
    pact = hs.scenario.parse("pact:members=lab+ld,where=country=England+country=Wales,green.ld=0.5,odds=1.5")
    assert pact == Pact({"green.ld": Fraction(1, 2)}, ("lab", "ld"), where=("country=England", "country=Wales"), odds=Fraction(3, 2))
    assert hs.scenario.parse(describe(pact)) == pact
    assert issubclass(SettingError, HustingsError)
