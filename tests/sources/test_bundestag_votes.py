"""Bundestag elections: totals of the official record, and files that are not what they must be."""

from pathlib import Path

import pytest

from catalogued import made, spoilt
from hustings.analysis.compare import as_held

# Bundeswahlleiter, final results of 2017 and 2021: electors, valid first and second votes, second votes of the SPD.
OFFICIAL = {"2017": (61_688_485, 46_389_615, 46_515_492, 9_539_381), "2021": (61_181_072, 46_362_013, 46_442_023, 11_955_434)}


@pytest.mark.parametrize("edition", OFFICIAL)
def test_totals(edition: str) -> None:
    first, second = made("bundestag", edition).contests
    tally = second.counted()
    spd = int(tally.total[[party.id for party in tally.parties].index("spd")])
    electors = sum(district.electorate or 0 for district in first.districts)
    assert (electors, int(first.counted().total.sum()), int(tally.total.sum()), spd) == OFFICIAL[edition]
    assert (len(first.districts), len(second.districts), second.house) == (299, 16, 299)
    assert sorted(part for land in second.districts for part in land.parts) == sorted(district.id for district in first.districts)
    assert {district.region for district in first.districts} == {land.name for land in second.districts}


@pytest.mark.parametrize(("edition", "house"), [("2017", 709), ("2021", 736)])
def test_the_law_in_force_fills_the_house(edition: str, house: int) -> None:
    """Bundeswahlleiter: 709 members in 2017, 736 in 2021."""
    election = made("bundestag", edition)
    assert election.under(as_held(election.main)).house == house


def test_cut_short(tmp_path: Path) -> None:
    assert "cut short" in spoilt("bundestag", "2021", lambda data: data[:60_000], tmp_path)
    assert "the last line must be that of Bundesgebiet" in spoilt("bundestag", "2021", lambda data: data[: data.rindex(b"\n", 0, -2) + 1], tmp_path)
    assert "cut short or altered" in spoilt("bundestag", "2021", lambda data: data[:40], tmp_path)


def test_wrong_bytes(tmp_path: Path) -> None:
    assert "is not text in UTF-8" in spoilt("bundestag", "2021", lambda data: data.decode().encode("cp1252", errors="replace"), tmp_path)


def test_text_for_a_number(tmp_path: Path) -> None:
    """The table ends with the republic, whose line is not read; that of Thüringen is."""

    def change(data: bytes) -> bytes:
        line = next(line for line in data.split(b"\n") if line.startswith(b"16\t"))
        return data.replace(line, line.replace(line.split(b"\t")[9], b"many", 1))

    assert "'many' must be a whole number; the file is cut short or altered" in spoilt("bundestag", "2017", change, tmp_path)
