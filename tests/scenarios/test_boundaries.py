"""Votes carried to the constituencies of another review: none is lost, and who wins is beside what Rallings and Thrasher found."""

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import hustings as hs
from catalogued import MIRROR, files_of, made
from hustings import catalogue
from hustings.downloads import fetch
from hustings.election import Contest, District, Election, Tally
from hustings.errors import NotHere, SettingError, Unsuitable
from hustings.scenarios.boundaries import HEXAGONS, SHARED, Boundaries, split
from hustings.uk_tables import overlaps

EDITIONS = ("2010", "2015", "2017", "2019")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the files that the scenario wants."""
    files_of("uk-general", "2024")
    folder = tmp_path_factory.mktemp("data")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HUSTINGS_DATA", str(folder))
        patch.setenv("HUSTINGS_MIRROR", str(MIRROR))
        fetch([catalogue.files()[SHARED], catalogue.files()[HEXAGONS]])
    return folder


@pytest.fixture
def data(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUSTINGS_DATA", str(shared))


def totals(election: Election) -> dict[str, int]:
    tally = election.main.counted()
    return {party.id: int(number) for party, number in zip(tally.parties, tally.total, strict=True)}


def electors(election: Election) -> int:
    return sum(district.electorate or 0 for district in election.main.districts)


@pytest.mark.usefixtures("data")
@pytest.mark.parametrize("edition", EDITIONS)
def test_no_vote_is_lost_or_made_forth_and_back(edition: str) -> None:
    before = made("uk-general", edition)
    after = before.given(Boundaries())
    back = after.given(Boundaries("2010"))
    assert totals(before) == totals(after) == totals(back)
    assert electors(before) == electors(after) == electors(back)
    assert {d.id for d in after.main.districts} == {d.id for d in made("uk-general", "2024").main.districts} == set(after.layout)
    assert {d.id for d in back.main.districts} == {d.id for d in before.main.districts} == set(back.layout)
    assert after.provenance.steps == ("boundaries",)
    assert back.provenance.steps == ("boundaries", "boundaries:to=2010")
    assert not after.main.candidacies


@pytest.mark.usefixtures("data")
def test_a_seat_that_the_review_left_alone_keeps_its_votes() -> None:
    before = made("uk-general", "2019")
    after = before.given(Boundaries())
    same = [o for o in overlaps(files_of("uk-general", "2024")[SHARED]) if o.of_old == o.of_new == 1]
    assert len(same) == 78
    old, new = ({d.id: row for row, d in enumerate(election.main.districts)} for election in (before, after))
    for overlap in same:
        assert (before.main.counted().votes[old[overlap.old]] == after.main.counted().votes[new[overlap.new]]).all(), overlap.old_name
        assert before.main.districts[old[overlap.old]].electorate == after.main.districts[new[overlap.new]].electorate


@pytest.mark.usefixtures("data")
def test_a_seat_that_was_cut_in_two() -> None:
    """Aldershot of 2010 lies whole in the new one, which has besides five in a hundred of its people from elsewhere."""
    before = made("uk-general", "2019")
    after = before.given(Boundaries())
    (old,) = [row for row, d in enumerate(before.main.districts) if d.id == "E14000530"]
    (new,) = [row for row, d in enumerate(after.main.districts) if d.id == "E14001063"]
    more = after.main.counted().votes[new] - before.main.counted().votes[old]
    assert (more >= 0).all()
    parts = [o for o in overlaps(files_of("uk-general", "2024")[SHARED]) if o.new == "E14001063" and o.old != "E14000530"]
    rows = {d.id: row for row, d in enumerate(before.main.districts)}
    expected = sum(before.main.counted().votes[rows[o.old]] * float(o.of_old) for o in parts)
    assert np.abs(more - expected).max() <= len(parts)


@pytest.mark.usefixtures("data")
def test_names_and_places_of_the_new_seats() -> None:
    theirs = {d.id: d for d in made("uk-general", "2024").main.districts}
    for district in made("uk-general", "2019").given(Boundaries()).main.districts:
        there = theirs[district.id]
        assert (district.region, district.county, district.country) == (there.region, there.county, there.country)
        assert district.name.replace("Glyndwr", "Glyndŵr") == there.name


@pytest.mark.usefixtures("data")
def test_winners_of_2019_are_nearly_those_of_rallings_and_thrasher() -> None:
    """639 of 650: they went by the wards' local elections, and not by population alone."""
    first = hs.system["fptp"]()
    ours, theirs = (
        {d.id: outcome.parties[int(row.argmax())].id for d, row in zip(outcome.districts, outcome.seats, strict=True)}
        for outcome in (made("uk-general", "2019").given(Boundaries()).under(first), made("uk-general-notional", "2019-on-2024").under(first))
    )
    assert sum(ours[id_] == theirs[id_] for id_ in theirs) == 639


@pytest.mark.usefixtures("data")
def test_one_country_can_be_carried_and_one_seat_cannot() -> None:
    before = made("uk-general", "2019")
    wales = before.where({"country": ["Wales"]})
    after = wales.given(Boundaries())
    assert len(after.main.districts) == 32
    assert totals(after) == totals(wales)
    with pytest.raises(Unsuitable, match="lies outside of what was chosen; carry the whole election, and choose then"):
        before.where({"name": ["Aldershot"]}).given(Boundaries())


@pytest.mark.usefixtures("data")
def test_an_election_in_other_constituencies() -> None:
    with pytest.raises(Unsuitable, match="uk-general/2024: Aberafan Maesteg is no constituency in force since 2010"):
        made("uk-general", "2024").given(Boundaries())
    with pytest.raises(Unsuitable, match="is no constituency in force since 2024"):
        made("uk-general", "2019").given(Boundaries("2010"))


@pytest.mark.usefixtures("data")
def test_an_electorate_that_is_not_known_stays_unknown() -> None:
    before = made("uk-general", "2019").where({"country": ["Northern Ireland"]})
    first, *rest = before.main.districts
    unknown = District(first.id, first.name, 1, None, first.region, first.county, first.country)
    tally = before.main.counted()
    contest = Contest("constituency", (unknown, *rest), Tally(tally.parties, tally.votes, tally.stood))
    after = replace(before, contests=(contest,)).given(Boundaries())
    lost = [district.name for district in after.main.districts if district.electorate is None]
    assert lost
    assert len(lost) < len(rest)


def test_settings() -> None:
    with pytest.raises(SettingError, match="boundaries: to=2005 is neither 2024 nor 2010"):
        Boundaries("2005")


def test_without_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUSTINGS_DATA", str(tmp_path))
    with pytest.raises(NotHere, match="get it with: hustings data pull uk-general/2024"):
        hs.load("uk-general/2019").given(Boundaries())


@given(st.integers(0, 10**6), st.lists(st.integers(1, 999), min_size=1, max_size=6))
def test_a_split_is_whole_and_within_one_of_its_share(votes: int, people: list[int]) -> None:
    shares = [Fraction(number, sum(people)) for number in people]
    parts = split(votes, shares)
    assert sum(parts) == votes
    assert all(abs(part - votes * share) < 1 for part, share in zip(parts, shares, strict=True))


def test_level_remainders_go_to_the_larger_share_then_to_the_first() -> None:
    assert split(1, [Fraction(1, 2), Fraction(1, 2)]) == [1, 0]
    assert split(2, [Fraction(1, 4), Fraction(3, 4)]) == [0, 2]
    assert split(0, [Fraction(1)]) == [0]
