"""Austria and ParlGov: shares and seats as they were declared, and files that are not what they must be."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import hustings as hs
from catalogued import files_of, made, spoilt
from hustings import catalogue
from hustings.errors import Unsuitable
from hustings.sources import source

AUSTRIA = sorted(catalogue.series()["nationalrat"].editions)
PARLGOV = sorted(catalogue.series()["parlgov"].editions)


@pytest.mark.parametrize("edition", AUSTRIA)
def test_austria_is_dhondt_with_four_per_cent(edition: str) -> None:
    """The seats that the source declares are those that national D'Hondt with a threshold of 4 per cent gives."""
    election = made("nationalrat", edition)
    declared = election.under(hs.system["declared"]())
    assert declared.house == 183
    assert declared.by_party == election.under(hs.system.parse("list-pr:districts=own,threshold=0.04")).by_party


def test_austria_2019() -> None:
    """Bundesministerium für Inneres, 29 September 2019: valid votes and mandates."""
    election = made("nationalrat", "2019")
    assert int(election.main.counted().total.sum()) == 4_777_246
    assert election.under(hs.system["declared"]()).by_party == {"övp": 71, "spö": 40, "fpö": 31, "grüne": 26, "neos": 15}


def test_what_declared_cannot_give() -> None:
    election = made("nationalrat", "2019")
    with pytest.raises(Unsuitable, match="the source does not say who was elected"):
        replace(election, contests=(replace(election.main, candidacies=()),)).under(hs.system["declared"]())
    larger = replace(election.main, districts=(replace(election.main.districts[0], magnitude=184),))
    with pytest.raises(Unsuitable, match="183 were elected in Austria, which has 184 seats"):
        replace(election, contests=(larger,)).under(hs.system["declared"]())


def test_two_lists_of_one_name() -> None:
    ids = [party.id for party in made("nationalrat", "2008").main.counted().parties]
    assert {"linke", "linke 2"} <= set(ids)


def test_austria_cut_or_altered(tmp_path: Path) -> None:
    assert ":9: is not (year, [lists], [votes], [seats])" in spoilt("nationalrat", "1994", lambda data: data[:-20], tmp_path)
    assert "has no line of 1994" in spoilt("nationalrat", "1994", lambda data: data[: data.index(b"(1994")], tmp_path)
    assert "is not text in UTF-8" in spoilt("nationalrat", "1994", lambda data: data.decode().encode("cp1252"), tmp_path)
    assert ":1: is not" in spoilt("nationalrat", "1994", lambda data: data.replace(b"71, 40", b"71", 1), tmp_path)


def test_every_election_of_parlgov() -> None:
    """All of them load; seats that are declared fill the house, and most are."""
    files = files_of("parlgov", PARLGOV[0])
    countries, declared = set(), 0
    for edition in PARLGOV:
        contest = source["parlgov"](edition, files).main
        (district,) = contest.districts
        countries.add(district.name)
        assert abs(int(contest.counted().total.sum()) - 100_000) < 800
        if contest.declared is not None:
            declared += 1
            assert int(contest.declared.sum()) == district.magnitude
            assert not contest.declared[contest.counted().votes == 0].any()
    assert len(countries) == 37
    assert declared > 0.85 * len(PARLGOV)


# House of Commons Library, CBP-7529 (2019); Electoral Commission of New Zealand (2008); Bundesministerium für Inneres (2019): all
# seats, and of one party its share of the vote in thousandths of a point, and its seats.
@pytest.mark.parametrize(
    ("edition", "house", "party", "votes", "seats"),
    [("united-kingdom-2019", 650, "con", 43_600, 365), ("new-zealand-2008", 122, "np", 44_900, 58), ("austria-2019", 183, "ovp", 37_500, 71)],
)
def test_an_election_of_parlgov(edition: str, house: int, party: str, votes: int, seats: int) -> None:
    election = made("parlgov", edition)
    tally = election.main.counted()
    column = [each.id for each in tally.parties].index(party)
    assert election.main.house == house
    assert abs(int(tally.votes[0, column]) - votes) <= 100
    assert election.under(hs.system["declared"]()).by_party[party] == seats


def test_seats_of_an_alliance_are_left_out_with_a_note() -> None:
    """Hungary 2018: Fidesz and KDNP have one share and seats each."""
    election = made("parlgov", "hungary-2018")
    assert election.main.declared is None
    assert any("states no share of the vote for" in note and "seats by party are left out" in note for note in election.provenance.notes)


def test_small_parties_without_a_share_are_other() -> None:
    """Switzerland 2019: the Ticino League has one seat of 200, and no share in ParlGov."""
    election = made("parlgov", "switzerland-2019")
    declared = election.main.declared
    assert declared is not None
    assert int(declared[0, [party.id for party in election.main.counted().parties].index("other")]) == 1
    assert int(np.sum(declared)) == 200


def test_parlgov_cut_or_altered(tmp_path: Path) -> None:
    edition = "united-kingdom-2019"
    assert "cut short" in spoilt("parlgov", edition, lambda data: data[:500_000], tmp_path)
    assert ":1: has no column vote_share" in spoilt("parlgov", edition, lambda data: data.replace(b"vote_share", b"share", 1), tmp_path)
    assert "is not text in UTF-8" in spoilt("parlgov", edition, lambda data: data.decode().encode("cp1252", errors="replace"), tmp_path)
    assert "vote_share is '43.63%' and must be a number" in spoilt(
        "parlgov", edition, lambda data: data.replace(b"2019-12-12,43.63,", b"2019-12-12,43.63%,"), tmp_path
    )
