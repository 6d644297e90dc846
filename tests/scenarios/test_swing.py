"""Six models of swing: the published seats of a real pair of elections, laws that all keep, and each by hand."""

import math
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import hustings as hs
from hustings import swings
from hustings.election import Election, Tally
from hustings.errors import DataError, SettingError, UnknownName
from hustings.registry import describe
from strategies import election_of, party_elections

SWINGS = [name for name in sorted(hs.scenario) if hs.scenario.entry(name).traits.get("swing")]
PATIENT = settings(max_examples=40, deadline=None)
F = Fraction


def votes(election: Election) -> list[list[int]]:
    found: list[list[int]] = election.main.counted().votes.tolist()
    return found


def parts_of_one(parts: Any) -> Any:
    """Exact parts of each district as shares."""
    return parts * [[F(1, total)] for total in parts.sum(axis=1)]


def test_all_six_are_there() -> None:
    assert SWINGS == ["elasticity", "piecewise", "proportional-swing", "regional-swing", "strong-transition", "uniform-swing"]


# The general elections of 2017 and 2019: seats of Great Britain that the true change gives, from an independent implementation
# on the House of Commons files of both elections, which the votes of the package equal.

PARTIES = ("con", "lab", "snp", "ld", "pc", "green", "speaker")


@pytest.fixture(scope="module")
def pair() -> tuple[Election, Election]:
    return hs.load("uk-general", "2017"), hs.load("uk-general", "2019")


def true_change(pair: tuple[Election, Election], where: Any) -> dict[str, Fraction]:
    """Change of each party's share in the districts that `where` takes; UKIP becomes the Brexit Party, and lumps are no party."""
    shares = []
    for election in pair:
        tally = election.main.counted().at([row for row, district in enumerate(election.main.districts) if where(district)])
        total = int(tally.total.sum())
        shares.append({party.id: F(int(number), total) for party, number in zip(tally.parties, tally.total, strict=True) if not party.lump})
    before, after = shares
    after["ukip"] = after.pop("brexit")
    return {party: after.get(party, F(0)) - share for party, share in before.items()}


def by_area(pair: tuple[Election, Election], field: str) -> dict[str, Fraction]:
    names = {getattr(district, field) for district in pair[0].main.districts if district.country != "Northern Ireland"}
    changes = {name: true_change(pair, lambda district, name=name: getattr(district, field) == name) for name in names}
    return {f"{name}.{party}": figure for name, change in changes.items() for party, figure in change.items()}


@pytest.mark.parametrize(
    ("name", "by", "seats", "right"),
    [
        ("uniform-swing", "", (361, 209, 39, 18, 3, 1, 1), 581),
        ("regional-swing", "country", (350, 209, 51, 17, 3, 1, 1), 585),
        ("regional-swing", "region", (355, 204, 51, 17, 3, 1, 1), 594),
        ("proportional-swing", "", (352, 198, 47, 30, 3, 1, 1), 578),
    ],
)
def test_2017_to_2019_to_the_seat(pair: tuple[Election, Election], name: str, by: str, seats: tuple[int, ...], right: int) -> None:
    change = by_area(pair, by) if by else true_change(pair, lambda district: district.country != "Northern Ireland")
    swung = pair[0].given(hs.scenario[name](change, **({"by": by} if by else {})))
    leaders = []
    for election in (swung, pair[1]):
        tally = election.main.counted()
        leaders.append([tally.parties[column].id for column in tally.votes.argmax(axis=1)])
    britain = [row for row, district in enumerate(swung.main.districts) if district.country != "Northern Ireland"]
    won = Counter(leaders[0][row] for row in britain)
    assert (len(britain), tuple(won[party] for party in PARTIES)) == (632, seats)
    assert sum(leaders[0][row] == leaders[1][row] for row in britain) == right
    assert sum(won.values()) == sum(seats)


# Laws that every swing keeps.


@st.composite
def swung(draw: st.DrawFn, name: str) -> tuple[Election, Any]:
    """An election, and a swing of up to twenty points from its first party to its second, or the other way."""
    election = draw(party_elections())
    points = F(draw(st.integers(-20, 20)), 100)
    start = F(int(election.main.counted().total[0]), int(election.main.counted().total.sum()))
    other = F(int(election.main.counted().total[1]), int(election.main.counted().total.sum()))
    points = max(-start, min(points, other))
    return election, hs.scenario[name]({"a": points, "b": -points}, area="uk")


@pytest.mark.parametrize("name", SWINGS)
@PATIENT
@given(data=st.data())
def test_votes_districts_and_who_stood_are_kept(name: str, data: st.DataObject) -> None:
    election, swing = data.draw(swung(name))
    before, after = election.main.counted(), election.given(swing).main.counted()
    assert (after.votes >= 0).all()
    assert (after.valid == before.valid).all()
    assert (after.stood == before.stood).all()
    assert after.parties == before.parties
    assert election.given(swing).main.districts == election.main.districts


@pytest.mark.parametrize("name", SWINGS)
@PATIENT
@given(election=party_elections())
def test_no_change_changes_nothing(name: str, election: Election) -> None:
    for change in ({}, {"a": 0, "b": 0.0}):
        assert votes(election.given(hs.scenario[name](change, area="uk"))) == votes(election)


@pytest.mark.parametrize("name", SWINGS)
@PATIENT
@given(data=st.data())
def test_the_order_of_parties_does_not_matter(name: str, data: st.DataObject) -> None:
    election, swing = data.draw(swung(name))
    tally = election.main.counted()
    turned = Tally(tally.parties[::-1], tally.votes[:, ::-1], tally.stood[:, ::-1])
    other = replace(election, contests=(replace(election.main, tally=turned),))
    assert (other.given(swing).main.counted().votes[:, ::-1] == election.given(swing).main.counted().votes).all()


@pytest.mark.parametrize("name", SWINGS)
@PATIENT
@given(data=st.data())
def test_floats_are_the_same_arithmetic(name: str, data: st.DataObject) -> None:
    """With two leading axes at once; float32 stays float32."""
    election, swing = data.draw(swung(name))
    tally = election.main.counted()
    _, area = swing.areas(election)
    to = swing.targets(election)
    exact = parts_of_one(swing.moved(swings.Before.exactly(tally, area, len(to)), to)).astype(float)
    draws = np.broadcast_to(to.astype(float), (2, 3, *to.shape))
    fast = swing.moved(swings.Before.roughly(tally, area, len(to)), draws)
    assert fast.shape == (2, 3, *exact.shape)
    assert fast.dtype == np.float64
    assert np.abs(fast - exact).max() < 1e-9
    small = swing.moved(swings.Before.roughly(tally, area, len(to), np.float32), draws.astype(np.float32))
    assert small.dtype == np.float32
    assert np.abs(small - exact).max() < 1e-3


@PATIENT
@given(data=st.data())
def test_votes_are_those_of_the_definition(data: st.DataObject) -> None:
    """Uniform swing district by district in fractions: what is over 0 of who stood, brought to 1, and the largest remainders."""
    election, swing = data.draw(swung("uniform-swing"))
    tally, found = election.main.counted(), votes(election.given(swing))
    whole = [F(int(number), int(tally.valid.sum())) for number in tally.total]
    points = [aim - share for aim, share in zip(swing.targets(election)[0], whole, strict=True)]
    for row, stood, valid, came in zip(votes(election), tally.stood, tally.valid.tolist(), found, strict=True):
        moved = [max(F(held, valid) + change, F(0)) * bool(there) for held, change, there in zip(row, points, stood, strict=True)]
        due = [valid * share / sum(moved) for share in moved] if sum(moved) else [F(held) for held in row]
        parts = [math.floor(share) for share in due]
        order = sorted(range(len(due)), key=lambda at: (parts[at] - due[at], tally.parties[at].id))
        for at in order[: valid - sum(parts)]:
            parts[at] += 1
        assert came == parts


@st.composite
def crowded(draw: st.DrawFn) -> tuple[Election, Fraction]:
    """Everybody stands everywhere with an eighth of the vote at least, and the swing is a twentieth: no floor bites."""
    rows = draw(st.lists(st.lists(st.integers(40, 90), min_size=3, max_size=3), min_size=2, max_size=8))
    return election_of(rows), F(draw(st.integers(-5, 5)), 100)


@pytest.mark.parametrize("name", ["regional-swing", "strong-transition", "uniform-swing"])
@PATIENT
@given(case=crowded())
def test_the_target_is_reached_exactly(name: str, case: tuple[Election, Fraction]) -> None:
    """Where everybody stands and no share falls below 0."""
    election, points = case
    tally = election.main.counted()
    swing = hs.scenario[name]({"a": points, "b": -points})
    _, area = swing.areas(election)
    before, to = swings.Before.exactly(tally, area, 1), swing.targets(election)
    assert (before.mean(parts_of_one(swing.moved(before, to)) * before.of) == to).all()


@pytest.mark.parametrize("line", [swings.proportional, swings.piecewise, partial(swings.elastic, falling=F(1, 2), rising=F(1, 10))])
@PATIENT
@given(case=crowded())
def test_the_target_is_reached_before_districts_are_brought_back_to_one(line: Any, case: tuple[Election, Fraction]) -> None:
    """These move each party by itself; what a district then has over or under 1 is spread over it, and the note shows what that does."""
    election, points = case
    tally = election.main.counted()
    swing = hs.scenario["proportional-swing"]({"a": points, "b": -points})
    _, area = swing.areas(election)
    before, to = swings.Before.exactly(tally, area, 1), swing.targets(election)
    slope, offset = line(before.start, to)
    assert (before.mean(before.held * slope + before.of * offset) == to).all()


# Each by hand: two districts of 100, A 60 and 20, B 30 and 60, C 10 and 20 votes; so A has 40, B 45, C 15 per cent.

TWO = [[60, 30, 10], [20, 60, 20]]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        # A falls by 10 points to 30 and B rises to 55.
        ("uniform-swing", [[50, 40, 10], [10, 70, 20]]),
        # A × 3/4, B × 11/9, C × 1: (45, 36.67, 10) of 91.67 and (15, 73.33, 20) of 108.33: 49.09, 40, 10.91 and 13.85, 67.69, 18.46.
        ("proportional-swing", [[49, 40, 11], [14, 68, 18]]),
        # A × 3/4; B's opponents × 45/55, so 1 - 0.7 × 9/11 = 42.73 and 1 - 0.4 × 9/11 = 67.27; C stays. (45, 42.73, 10) of
        # 97.73: 46.05, 43.72, 10.23; (15, 67.27, 20) of 102.27: 14.67, 65.78, 19.56.
        ("piecewise", [[46, 44, 10], [15, 66, 19]]),
        # A's weak voters are 20 and 20 points, 20 in the mean, of which half go: 10 from each district, all to B.
        ("strong-transition", [[50, 40, 10], [10, 70, 20]]),
    ],
)
def test_by_hand(name: str, expected: list[list[int]]) -> None:
    assert votes(election_of(TWO).given(hs.scenario[name]({"a": -0.1, "b": 0.1}))) == expected


def test_strong_transition_where_weak_and_strong_differ() -> None:
    """A has 10 and 50 of 100: weak 10 and 20 points, 15 in the mean; strong 0 and 30, 15 in the mean.

    To lose 18 of its 30 points, all weak voters go and 3/15 of the strong: A keeps 0 and 24, and B gains 10 and 26.
    """
    assert votes(election_of([[10, 90], [50, 50]]).given(hs.scenario["strong-transition"]({"a": "-0.18"}))) == [[0, 100], [24, 76]]


def test_elasticity_lies_between_uniform_and_proportional(tmp_path: Path) -> None:
    """A at 60 and 20 of 100, 40 in the mean, falls by 10: with b = 1/2 by 10 (1 + (60/40 - 1)/2) = 12.5 and by 7.5; B rises by 10 in both.

    47.5 and 40 and 10 of 97.5; 12.5 and 70 and 20 of 102.5.
    """
    file = tmp_path / "mine.toml"
    file.write_text('falling = "0.5"\nrising = "0"\n', encoding="utf-8")
    found = votes(election_of(TWO).given(hs.scenario["elasticity"]({"a": -0.1, "b": 0.1}, fit=str(file))))
    assert found == [[49, 41, 10], [12, 68, 20]]


def test_a_fit_finds_the_elasticity_that_made_the_shares() -> None:
    before = np.array([0.1, 0.2, 0.35, 0.5])
    weight = np.array([100, 300, 200, 100])
    start = np.average(before, weights=weight)
    after = before - 0.08 * (1 + 0.6 * (before / start - 1))
    b, error = swings.elasticity([(before, after, weight)])
    assert math.isclose(b, 0.6)
    assert error < 1e-9


def test_the_elasticities_among_the_facts_are_what_the_script_makes() -> None:
    script = Path(__file__).parents[2] / "tools" / "fit_elasticities.py"
    done = subprocess.run([sys.executable, str(script), "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_party_that_did_not_stand_stays_out_and_one_below_nothing_has_none() -> None:
    """A falls by 30 points, B and C rise by 10 and 20; C did not stand in the first: (30, 50) of 80, and (0, 70, 40) of 110."""
    found = votes(election_of([[60, 40, 0], [20, 60, 20]]).given(hs.scenario["uniform-swing"]({"a": -0.3, "b": 0.1, "c": 0.2})))
    assert found == [[38, 62, 0], [0, 64, 36]]  # 37.5 and 62.5: level remainders by id


def test_the_rest_is_implied_in_proportion() -> None:
    """A to 30 of 40: 45 and 15 of the others become 70 in proportion, 52.5 and 17.5. Halves of votes go to the first by id."""
    swung = election_of(TWO).given(hs.scenario["uniform-swing"]({"a": "0.3"}, to=True))
    assert votes(swung) == [[50, 38, 12], [10, 68, 22]]
    assert swung.provenance.notes[0] == "swing in the whole: a 40.0% → 30.0%, b 45.0% → 52.5%, c 15.0% → 17.5%"


def test_other_parts_of_the_country_are_left_alone() -> None:
    election = election_of([*TWO, [10, 80, 10]], ["North", "North", "Northern Ireland"])
    assert votes(election.given(hs.scenario["uniform-swing"]({"a": -0.1, "b": 0.1}))) == [[50, 40, 10], [10, 70, 20], [10, 80, 10]]
    one = election_of(TWO, ["North", "South"]).given(hs.scenario["uniform-swing"]({"a": -0.1, "b": 0.1}, area="south"))
    assert votes(one) == [[60, 30, 10], [10, 70, 20]]


def test_regions_entered_apart_and_the_rest_implied() -> None:
    """The whole is to have A at 30 of 40, B at 55: 60 and 110 of 200 votes. The North, entered at 55 and 35, has 55 and 35 of them.

    The South is left with 5 and 75 of 100, and C keeps its 15 per cent of the whole, 10 votes in the North and 20 in the South.
    """
    swing = hs.scenario["regional-swing"]({"a": -0.1, "b": 0.1, "North.a": -0.05, "North.b": 0.05}, by="region")
    after = election_of(TWO, ["North", "South"]).given(swing)
    assert votes(after) == [[55, 35, 10], [5, 75, 20]]
    assert "swing in South: a 20.0% → 5.0%, b 60.0% → 75.0%" in after.provenance.notes


def test_a_party_of_one_region_leaves_the_others_what_the_whole_has() -> None:
    """C, which stands in the North alone with 20 of 100, is to have 40 there, a fifth of the whole; A is to have 30% of the whole.

    B is left with half. A and B had 30 and 50 in the North and share its other 60, so 22.5 and 37.5; of the whole's 60 and
    100 the South is left with 37.5 and 62.5.
    """
    election = election_of([[30, 50, 20], [60, 40, 0]], ["North", "South"])
    swing = hs.scenario["regional-swing"]({"a": "0.3", "North.c": "0.4"}, to=True, by="region", area="uk")
    after = election.given(swing)
    assert votes(after) == [[23, 37, 40], [38, 62, 0]]  # halves to the first by id
    assert "swing in South: a 60.0% → 37.5%, b 40.0% → 62.5%" in after.provenance.notes


def test_the_whole_cannot_gainsay_the_only_region_of_a_party() -> None:
    """Polls of whole and part are rounded apart: half a point is not held against them."""
    election = election_of([[30, 50, 20], [60, 40, 0]], ["North", "South"])
    rounded, alone = ({**whole, "a": "0.3", "North.c": "0.4"} for whole in ({"c": "0.204"}, {}))
    for change in (rounded, alone):
        swing = hs.scenario["regional-swing"](change, to=True, by="region", area="uk")
        assert votes(election.given(swing)) == [[23, 37, 40], [38, 62, 0]]
    with pytest.raises(SettingError, match=r"c has votes in the areas named alone, which give it 20\.0% of the whole, not 30\.0%"):
        election.given(hs.scenario["regional-swing"]({"c": "0.3", "North.c": "0.4"}, to=True, by="region", area="uk"))


def test_text_says_the_same_and_reads_back() -> None:
    election = election_of(TWO, ["North", "South"])
    for text in ("uniform-swing:a=-0.1,b=+0.1", "regional-swing:North.a=0.5,to=true,by=region", "strong-transition:a=1/30,strength=0.3"):
        swing = hs.scenario.parse(text)
        assert hs.scenario.parse(describe(swing)) == swing
        assert hash(hs.scenario.parse(describe(swing))) == hash(swing)
        assert election.given(swing).provenance.steps == (describe(swing),)
    assert hs.scenario.parse("uniform-swing:lab=-0.03") == hs.scenario["uniform-swing"]({"lab": -0.03})


def test_what_stood_on_the_old_votes_goes() -> None:
    election = election_of([[60, 40]]).given(hs.scenario["rankings"]())
    assert election.given(hs.scenario["uniform-swing"]({"a": 0.1})).main.profiles is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("uniform-swing:z=0.1", "no party of this election is called 'z'"),
        ("uniform-swing:a=0.1,area=Mars", "no area of this election is called 'Mars'"),
        ("uniform-swing:a=-0.6", "a had 40.0% in the whole and cannot come to -20.0%"),
        ("uniform-swing:to=true,a=30", "cannot come to 3000.0%; write fractions"),
        ("uniform-swing:to=true,a=0.7,b=0.5", "come to 120.0%: that leaves nothing for all others"),
        ("regional-swing:East.a=0.1", "no country is called 'East'"),
        ("regional-swing:by=parish", "by=parish is not one of country, region"),
        ("regional-swing:to=true,a=0.1,North.a=0.6", "the areas named have more votes for a than the whole"),
        ("strong-transition:strength=2", "strength=2 must be 0 to 1"),
        ("elasticity:fit=1832", "no fit of elasticity is called '1832'"),
    ],
)
def test_mistakes_are_named(text: str, message: str) -> None:
    with pytest.raises((SettingError, UnknownName), match=message):
        election_of(TWO, ["North", "South"]).given(hs.scenario.parse(text))


def test_a_party_without_votes_in_the_area_cannot_swing() -> None:
    with pytest.raises(SettingError, match="c had no votes in South"):
        election_of([[60, 30, 10], [20, 80, 0]], ["North", "South"]).given(hs.scenario["uniform-swing"]({"c": 0.1}, area="South"))


def test_a_fit_of_ones_own_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text('falling = "much"', encoding="utf-8")
    with pytest.raises(DataError, match="write two numbers"):
        hs.scenario["elasticity"](fit=str(tmp_path / "mine.toml"))
