"""PrefLib's public elections: first preferences of the record, who wins, and files that are not what they must be."""

from pathlib import Path

import pytest

import hustings as hs
from catalogued import made, spoilt
from hustings import catalogue

EDITIONS = sorted(catalogue.series()["preflib"].editions)


@pytest.mark.parametrize("edition", EDITIONS)
def test_an_edition(edition: str) -> None:
    election = made("preflib", edition)
    (district,) = election.main.districts
    assert district.magnitude == {"dublin-north-2002": 4, "dublin-west-2002": 3, "aspen-council-2009": 2}.get(edition, 1)
    assert district.name[:1].isalpha()
    assert not district.name[-4:].isdigit()
    (profile,) = election.main.profiles or ()
    assert 0.98 * profile.cast < int(election.main.counted().total.sum()) <= profile.cast


def test_dublin_west() -> None:
    """First count of 17 May 2002 (H09 of the specification)."""
    election = made("preflib", "dublin-west-2002")
    first = [candidacy.votes for candidacy in election.main.candidacies[0]]
    assert sorted(first, reverse=True) == [8086, 6442, 3810, 3694, 2404, 2370, 2300, 748, 134]
    outcome = election.under(hs.system.parse("stv:method=scotland-2007"))
    assert sorted(name.split()[1] for name in outcome.by_party) == ["Burton", "Higgins", "Lenihan"]


def test_burlington_2009() -> None:
    """Kurt Wright leads, and Bob Kiss is elected (H07 of the specification)."""
    election = made("preflib", "burlington-2009")
    assert election.under(hs.system["fptp"]()).by_party == {"Kurt Wright": 1}
    assert election.under(hs.system["av"]()).by_party == {"Bob Kiss": 1}
    assert any("rank several candidates first" in note for note in election.provenance.notes)


def test_spoilt(tmp_path: Path) -> None:
    assert "cut short" in spoilt("preflib", "burlington-2009", lambda data: data[: len(data) // 2], tmp_path)
    assert "is not text in UTF-8" in spoilt("preflib", "burlington-2009", lambda data: data + b"\xff", tmp_path)
