"""The European election of 2019 in Great Britain: members by region as declared, votes near the official ones, and spoilt files."""

from pathlib import Path

import pytest

import hustings as hs
from catalogued import made, spoilt

# European Parliament election of 23 May 2019, regional returning officers (H10 of the specification): votes.
VOTES = {
    "London": {"ld": 608_725, "lab": 536_810, "brexit": 400_257, "green": 278_957, "con": 177_964, "ukip": 46_497},
    "East of England": {"brexit": 604_715, "ld": 361_563, "green": 202_460, "con": 163_830, "lab": 139_490, "ukip": 54_676},
    "South East": {"brexit": 915_686, "ld": 653_743, "green": 343_249, "con": 260_277, "lab": 184_678, "ukip": 56_487},
    "South West": {"brexit": 611_742, "ld": 385_095, "green": 302_364, "con": 144_674, "lab": 108_100},
}
SEATS = {
    "London": {"ld": 3, "lab": 2, "brexit": 2, "green": 1},
    "East of England": {"brexit": 3, "ld": 2, "green": 1, "con": 1},
    "South East": {"brexit": 4, "ld": 3, "green": 1, "con": 1, "lab": 1},
    "South West": {"brexit": 3, "ld": 2, "green": 1},
}


@pytest.mark.parametrize("region", VOTES)
def test_a_region(region: str) -> None:
    election = made("ep-gb", "2019").where({"region": [region]})
    tally = election.main.counted()
    found = dict(zip((party.id for party in tally.parties), tally.votes[0].tolist(), strict=True))
    assert {party: abs(found[party] - votes) < 1000 for party, votes in VOTES[region].items()} == dict.fromkeys(VOTES[region], True)
    assert election.under(hs.system["list-pr"]()).by_party == SEATS[region]


def test_great_britain() -> None:
    """House of Commons Library, CBP-8600: 70 members of Great Britain."""
    election = made("ep-gb", "2019")
    official = {"brexit": 29, "ld": 16, "lab": 10, "green": 7, "con": 4, "snp": 3, "pc": 1}
    assert election.under(hs.system["list-pr"]()).by_party == official
    assert election.under(hs.system["ep-gb"]()).by_party == official
    assert any("shares of council areas to 0.1 per cent and no votes" in note for note in election.provenance.notes)


def test_spoilt(tmp_path: Path) -> None:
    assert "cut short" in spoilt("ep-gb", "2019", lambda data: data[:20_000], tmp_path)
    assert "has no votes in" in spoilt("ep-gb", "2019", lambda data: data[: data.index(b"\n", 20_000)], tmp_path)
    assert ":2: Brexit is '41,3%' and must be a share" in spoilt("ep-gb", "2019", lambda data: data.replace(b"41.3%", b'"41,3%"', 1), tmp_path)
    assert "is not text in UTF-8" in spoilt("ep-gb", "2019", lambda data: data + b"\xe9", tmp_path)
    assert ":2: 'Wessex' is none of the regions" in spoilt("ep-gb", "2019", lambda data: data.replace(b",East,", b",Wessex,", 1), tmp_path)
