"""Scottish council elections: every ward of the data counted, beside official totals; and files that are not what they must be."""

from pathlib import Path

import pytest

import hustings as hs
from catalogued import files_of, made, spoilt
from hustings.errors import DataError
from hustings.sources import source

# Councils' own declarations, as issue H02 of the specification collects them: seats by party after the polls of 2017 and 2022.
OFFICIAL = {
    ("2017", "Glasgow"): {"snp": 39, "lab": 31, "con": 8, "green": 7},
    ("2022", "Glasgow"): {"snp": 37, "lab": 36, "green": 10, "con": 2},
    ("2017", "Edinburgh"): {"snp": 19, "con": 18, "lab": 12, "green": 8, "ld": 6},
    ("2022", "Edinburgh"): {"snp": 19, "lab": 13, "ld": 12, "green": 10, "con": 9},
}
# Wards and members of the Local Government Boundary Commission for Scotland (1,223 in 353; 1,227 in 354; 1,226 in 355) less those
# without papers, which the catalogue names.
WARDS = {"2007": (21, 79), "2012": (353, 1223), "2017": (354 - 3, 1227 - 9), "2022": (355 - 10, 1226 - 28)}


@pytest.mark.parametrize("edition", WARDS)
def test_every_ward_is_counted(edition: str) -> None:
    election = made("scotland-council", edition)
    outcome = election.under(hs.system["stv"](method=election.main.method))
    assert (len(election.main.districts), election.main.house) == WARDS[edition]
    assert len(outcome.transcripts) == len(election.main.districts)
    assert int(outcome.seats.sum()) == election.main.house
    assert not outcome.lots
    assert not outcome.assumed


@pytest.mark.parametrize(("edition", "council"), OFFICIAL)
def test_seats_of_a_council(edition: str, council: str) -> None:
    election = made("scotland-council", edition).where({"county": [council]})
    assert election.under(hs.system["stv"](method=election.main.method)).by_party == OFFICIAL[edition, council]


def test_a_ward() -> None:
    """Govan 2007: valid papers and first preferences of the official count."""
    contest = made("scotland-council", "2007").main
    row = next(row for row, district in enumerate(contest.districts) if district.id == "glasgow_govan")
    district = contest.districts[row]
    assert (district.name, district.magnitude, district.region, district.county, district.country) == (
        "Glasgow: Govan", 4, "Glasgow", "Glasgow", "Scotland",
    )  # fmt: skip
    assert int(contest.counted().valid[row]) == 9560
    first = {candidacy.candidate.name: candidacy.votes for candidacy in contest.candidacies[row]}
    assert first["Allison Hunter"] == 2694
    assert first["Shaukat Butt"] == 1371


def test_names_and_order() -> None:
    """Wards by number, names without it; names that the files garble are mended."""
    districts = made("scotland-council", "2022").main.districts
    assert [d.id for d in districts if d.county == "Glasgow"] == [f"glasgow_ward{number}" for number in range(1, 24)]
    names = [district.name for district in districts]
    assert "Aberdeenshire: Banff and District" in names
    assert "Glasgow: Linn" in names
    assert "Highland: Caol and Mallaig" not in names
    assert len(set(names)) == len(names)
    assert not [name for name in names if "Ward" in name or any(character.isdigit() for character in name)]


def test_a_file_cut_short(tmp_path: Path) -> None:
    assert "the file is cut short" in spoilt("scotland-council", "2022", lambda data: data[: len(data) // 2], tmp_path)


def test_wrong_bytes(tmp_path: Path) -> None:
    assert "is not text in UTF-8" in spoilt("scotland-council", "2022", lambda data: data + b"\xff\xfe", tmp_path)


def test_a_file_of_another_year() -> None:
    with pytest.raises(DataError, match=r"must be called COUNCIL_2017_WARD\.csv"):
        source["scotland-council"]("2017", files_of("scotland-council", "2022"))
