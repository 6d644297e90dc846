"""Many draws at once and one after another by the exact path: the same seats, and lots in the same draws."""

from contextlib import nullcontext
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hustings as hs
from hustings.batches import added, drawn, draws_of, most_votes
from hustings.bundles import ballots
from hustings.counting import many
from hustings.election import Election, Party, Tally
from hustings.errors import SettingError, TieUnresolved, Unsuitable
from hustings.facts import fact
from hustings.lots import Seeded
from strategies import election_of, party_elections, two_tier_elections

PATIENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
BATCHED = [name for name in sorted(hs.system) if hasattr(hs.system[name], "batch") and "needs" not in hs.system.entry(name).traits]
# Lots that only say in which district or province a party has a seat leave its seats alone: no draw is tied for them.
PLACED = {"riksdag", "storting", "althingi", "folketing"}
SETTINGS = [
    *BATCHED,
    "list-pr:districts=own,divisor=sainte-lague",
    "list-pr:quota=hare",
    "list-pr:quota=droop,threshold=0.2",
    "list-pr:quota=hagenbach-bischoff-rounded:excess=subtract",
    "list-pr:divisor=huntington-hill",
    "list-pr:divisor=adams,scope=nation,threshold=1/7",
    "list-pr:divisor=modified-sainte-lague:first=1.2",
    "ams:threshold=0.1,ties=most-votes",
    "ams:share=0.7,divisor=sainte-lague,ties=lot",
    "mmp:electorates=0,threshold=0.15",
    "mmp:divisor=dhondt,electorates=2",
    "parallel:threshold=0.1",
    "majority-bonus:form=guaranteed,bonus=0.6,method=dhondt",
    "scorporo:cost=runner-up,method=hare",
    "storting:threshold=0.2",
    "riksdag:threshold=0.3,district_threshold=0.1,share=0.95",
    "folketing:threshold=0.2,share=0.95",
    "block-vote:members=4,candidates=3",
    "limited-vote:votes=3,members=5",
    "sntv:candidates=2",
    "two-round:registered=0.03,qualify=0.02",
    "two-round:qualify=0.01,depth=2,grain=20",
    "av-plus:share=0.6,depth=3,grain=9",
]  # fmt: skip
# Those that count ranked papers: depths at which papers end, grains at which all are shared out or go by turns, other methods.
RANKED = [
    "av",
    "av:depth=2,grain=20",
    "av:depth=3,grain=7",
    "av:depth=8,grain=100000",
    "av:method=sv,depth=3",
    "stv",
    "stv:members=3,depth=3,grain=5",
    "stv:members=6,loyalty=0.9,depth=12",
    "stv:loyalty=0,grain=300",
    "stv:loyalty=1,matrix=scotland-2022",
    "stv:method=northern-ireland,depth=4",
    "two-round",
    "two-round:qualify=0.01,depth=2,grain=20",
]
SETTINGS += [text for text in RANKED if text not in SETTINGS]


def votes_of(data: st.DataObject, election: Election) -> np.ndarray:
    """A few draws of the votes; few different numbers, so that many are level."""
    tally = election.main.counted()
    most = data.draw(st.sampled_from([3, 60, 2000]))
    seed = data.draw(st.integers(0, 2**32 - 1))
    votes = np.random.default_rng(seed).integers(0, most, (6, *tally.votes.shape)) * tally.stood
    # The first two stand everywhere, so that no area is without a list.
    votes[:, :, :2] += data.draw(st.sampled_from([1, most]))
    return votes


def exact(system: Any, election: Election, votes: np.ndarray, lots: Any = None) -> Any:
    tally = election.main.counted()
    changed = replace(election, contests=(election.main.recast(Tally(tally.parties, votes, tally.stood)), *election.contests[1:]))
    return changed.under(system) if lots is None else changed.under(system, lots)


@pytest.mark.parametrize("text", SETTINGS)
@PATIENT
@given(data=st.data())
def test_each_draw_is_what_the_exact_path_gives(text: str, data: st.DataObject) -> None:
    name = text.partition(":")[0]
    two = hs.system.entry(name).traits.get("tiers")
    election = data.draw(st.one_of(party_elections(), two_tier_elections()) if two else party_elections())
    system = hs.system.parse(text)
    votes = votes_of(data, election)
    try:
        batch = system.batch(election, votes)
    except (SettingError, Unsuitable):
        # Some draw has no answer: so says the exact path.
        with pytest.raises((SettingError, Unsuitable, TieUnresolved)):
            _ = [exact(system, election, draw) for draw in votes]
        return
    for draw, seats, tied in zip(votes, batch.seats, batch.tied, strict=True):
        if tied:
            with pytest.raises(TieUnresolved):
                exact(system, election, draw)
        else:
            outcome = exact(system, election, draw, Seeded(3) if name in PLACED else None)
            assert outcome.total.tolist() == seats.tolist()


@pytest.mark.parametrize("text", RANKED)
@PATIENT
@given(data=st.data())
def test_only_the_tied_districts_are_counted_again(text: str, data: st.DataObject) -> None:
    election = data.draw(party_elections())
    system = hs.system.parse(text)
    votes = votes_of(data, election)
    scenarios = system.scenarios(election) if hasattr(system, "scenarios") else ()
    try:
        batch = system.batch(election, votes)
    except Unsuitable:
        return
    if batch.apart is None:
        return
    assert (batch.apart.any(axis=1) == batch.tied).all()
    for row in np.flatnonzero(batch.tied):
        again = drawn(election, votes[row], scenarios, batch.apart[row]).under(system, Seeded(3))
        whole = drawn(election, votes[row], scenarios).under(system, Seeded(3))
        assert (again.total + batch.seats[row]).tolist() == whole.total.tolist()
        assert again.lots == whole.lots


@pytest.mark.parametrize("text", RANKED)
@PATIENT
@given(data=st.data())
def test_arrays_and_compiled_loops_say_the_same(text: str, data: st.DataObject) -> None:
    election = data.draw(party_elections())
    system = hs.system.parse(text)
    votes = votes_of(data, election)
    try:
        found = system.batch(election, votes)
        with patch.object(many, "fast", return_value=None):
            plain = system.batch(election, votes)
    except Unsuitable:
        return
    assert (found.seats == plain.seats).all()
    assert (found.tied == plain.tied).all()


@pytest.mark.parametrize("text", SETTINGS)
@PATIENT
@given(data=st.data())
def test_a_tied_draw_is_counted_alike_after_the_scenarios(text: str, data: st.DataObject) -> None:
    """What a projection does with a tied draw: the districts are put together once, and the draw is counted in these."""
    election = data.draw(party_elections())
    system = hs.system.parse(text)
    (votes,) = votes_of(data, election)[:1]
    scenarios = system.scenarios(election) if hasattr(system, "scenarios") else ()
    try:
        expected = exact(system, election, votes, Seeded(3)).total.tolist()
    except (SettingError, Unsuitable):
        return
    assert drawn(election, votes, scenarios).under(system, Seeded(3)).total.tolist() == expected


PARTIES = tuple(Party(name, lump=name == "other") for name in ("con", "lab", "ld", "snp", "green", "brexit", "ind", "other"))


@pytest.mark.parametrize("text", ["av", "av:grain=100,matrix=scotland-2022", "stv", "stv:members=6,depth=12,grain=5000"])
@pytest.mark.parametrize("plain", [False, True])
def test_eight_parties_that_the_matrices_know(text: str, plain: bool) -> None:
    """Districts of the size of real ones: papers by the hundred, exclusions one after another, few of them level."""
    rng = np.random.default_rng(1832)
    shares = rng.dirichlet([5, 5, 2, 2, 1, 1, 0.5, 0.5], (4, 24))
    votes = np.floor(shares * 40_000).astype(np.int64) * (rng.random((24, 8)) < 0.9)
    votes[:, :, :2] += 1
    election = election_of(votes.max(axis=0).tolist(), ["North"] * 12 + ["Northern Ireland"] * 12, PARTIES)
    system = hs.system.parse(text)
    with patch.object(many, "fast", return_value=None) if plain else nullcontext():
        batch = system.batch(election, votes)
    for draw, seats, tied in zip(votes, batch.seats, batch.tied, strict=True):
        if tied:
            with pytest.raises(TieUnresolved):
                exact(system, election, draw)
        else:
            assert exact(system, election, draw).total.tolist() == seats.tolist()
    assert batch.tied.sum() < 4


@pytest.mark.parametrize("text", ["av", "stv:members=4"])
@pytest.mark.parametrize("number", [11, 13])
def test_more_parties_than_tables_hold(text: str, number: int) -> None:
    """Beyond ten, no bundles share their weights; beyond twelve there are no compiled loops."""
    rng = np.random.default_rng(number)
    votes = rng.integers(20, 4000, (2, 8, number))
    election = election_of(votes[0].tolist(), parties=[Party(f"p{column:02}") for column in range(number)])
    system = hs.system.parse(text)
    batch = system.batch(election, votes)
    assert not batch.tied.any()
    assert batch.seats.tolist() == [exact(system, election, draw).total.tolist() for draw in votes]


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), most=st.sampled_from([12, 300, 40_000]))
def test_what_few_preferences_decide_is_what_whole_papers_decide(seed: int, most: int) -> None:
    """Two in front and six far behind, who go together: the winner, if one is named, is that of the exact count, without a lot."""
    rng = np.random.default_rng(seed)
    votes = np.floor(rng.dirichlet([9, 9, 2, 1, 1, 1, 0.5, 0.5], 12) * most).astype(np.int64)
    votes[:, :2] += 1
    election = election_of(votes.tolist(), parties=PARTIES)
    av = hs.system["av"](grain=int(rng.integers(1, 3000)))
    made = ballots(election.main, votes, np.arange(12), av._rankings)
    elected, tied = many._one_by_one(made, np.ones(12, dtype=np.int64), [party.id for party in PARTIES], hs.method.parse(av.method))
    for deep in (False, True):
        winner = many._Bounded(made, deep=deep).winners()
        assert not (tied & (winner >= 0)).any()
        assert (winner == elected.argmax(axis=1))[winner >= 0].all()


def test_those_who_go_together_spare_the_papers() -> None:
    """Parties that fall behind one another by turns are no reason to follow papers to the end."""
    votes = np.array([[9000, 7000, 3, 2, 1, 4, 5, 6], [9000, 8999, 3, 2, 1, 4, 5, 6]])
    made = ballots(election_of(votes.tolist(), parties=PARTIES).main, votes, np.arange(2), hs.system["av"]()._rankings)
    assert many._Bounded(made, deep=False).winners().tolist() == [0, -1]


@pytest.mark.parametrize("text", ["av", "stv", "two-round"])
def test_a_district_where_nobody_has_votes(text: str) -> None:
    """Whoever stood there alone is elected; among several it comes to a lot; where nobody stood there is no answer."""
    election = election_of([[5, 4, 3], [0, 0, 0]])
    system = hs.system.parse(text)
    votes = election.main.counted().votes

    def standing(*stood: int) -> Election:
        table = np.array([[1, 1, 1], stood], dtype=np.bool_)
        return replace(election, contests=(election.main.recast(Tally(election.main.counted().parties, votes, table)),))

    alone, several, nobody = standing(0, 1, 0), standing(1, 1, 0), standing(0, 0, 0)
    assert system.batch(several, votes[np.newaxis]).tied.all()
    assert several.under(system, Seeded(3)).lots
    assert hs.project(several, hs.scenario["uniform-swing"](), system, draws=2, rng=1).tied == 2
    if text != "stv":
        assert alone.under(system, Seeded(3)).total[1] >= 1
        with pytest.raises(Unsuitable):
            nobody.under(system, Seeded(3))


def places_of(name: str) -> list[str]:
    """Names that the system needs: regions, or Westminster's constituencies in Wales."""
    if name == "senedd-2026":
        return [part for pair in fact("senedd-2026")["pairs"].values() for part in pair]
    return list(fact("european-parliament")["2014"])


@pytest.mark.parametrize("name", ["ep-gb", "lords-2012", "senedd-2026"])
@pytest.mark.parametrize("most", [12, 60, 90_000])
def test_systems_that_need_their_own_places(name: str, most: int) -> None:
    rng = np.random.default_rng(most)
    places = places_of(name)
    votes = rng.integers(0, most, (12, len(places), 5))
    votes[:, :, :2] += most
    election = election_of(np.ones((len(places), 5), dtype=np.int64).tolist(), places)
    main = election.main
    districts = tuple(replace(district, name=place) for district, place in zip(main.districts, places, strict=True))
    election = replace(election, contests=(replace(main, districts=districts),))
    system = hs.system[name]()
    batch = system.batch(election, votes)
    for draw, seats, tied in zip(votes, batch.seats, batch.tied, strict=True):
        if tied:
            with pytest.raises(TieUnresolved):
                exact(system, election, draw)
        else:
            assert exact(system, election, draw).total.tolist() == seats.tolist()
    assert most < 90_000 or not batch.tied.any()


@pytest.mark.parametrize("text", ["av", "stv:members=3"])
def test_a_projection_is_that_of_the_exact_path(text: str) -> None:
    """Lots included: the same seed draws them, whether all districts are counted or those that are tied."""
    system = hs.system.parse(text)
    election = election_of([[5, 4, 4], [3, 9, 3], [7, 7, 2], [6, 5, 5]])

    @dataclass(frozen=True)
    class Slow:
        """The same without its batch."""

        def __call__(self, election: Election, lots: Any) -> Any:
            return system(election, lots)

    Slow.__entry__ = system.__entry__  # type: ignore[attr-defined]  # what a registry does
    swing = hs.scenario["uniform-swing"]()
    found, slow = (hs.project(election, swing, how, draws=40, rng=3) for how in (system, Slow()))
    assert (found.seats == slow.seats).all()
    assert found.tied == slow.tied > 0
    if found.winners is not None:
        assert slow.winners is not None
        assert (found.winners == slow.winners).all()


@PATIENT
@given(data=st.data())
def test_winners_of_first_past_the_post(data: st.DataObject) -> None:
    election = data.draw(party_elections())
    votes = votes_of(data, election)
    batch = hs.system["fptp"]().batch(election, votes)
    assert batch.winners is not None
    for draw, winners, tied in zip(votes, batch.winners, batch.tied, strict=True):
        if not tied:
            assert exact(hs.system["fptp"](), election, draw).seats.argmax(axis=1).tolist() == winners.tolist()


def test_who_did_not_stand_does_not_win_where_nobody_has_votes() -> None:
    election = election_of([[5, 0, 3]])
    batch = hs.system["fptp"]().batch(election, np.array([[[0, 0, 0]], [[0, 0, 1]]]))
    assert batch.tied.tolist() == [True, False]
    assert batch.winners is not None
    assert batch.winners[1].tolist() == [2]


def test_votes_too_many_for_four_bytes() -> None:
    """Nobody's votes wrap around, whatever the party's column."""
    large = 2**40
    winners, tied = most_votes(draws_of(election_of([[1] * 8]), np.array([[[large, large + 1, 5, 1, 1, 1, 1, large]]]))[0])
    assert (winners.tolist(), tied.tolist()) == ([[1]], [False])


def test_first_past_the_post_elects_one() -> None:
    election = election_of([[5, 3]])
    place = replace(election.main.districts[0], magnitude=2)
    several = replace(election, contests=(replace(election.main, districts=(place,)),))
    with pytest.raises(Unsuitable, match="several members"):
        hs.system["fptp"]().batch(several, np.array([[[5, 3]]]))


@given(
    places=st.integers(1, 40),
    groups=st.integers(1, 12),
    most=st.sampled_from([3, 2**23, 2**26, 2**57]),
    seed=st.integers(0, 2**32 - 1),
)
def test_sums_by_group_are_exact(places: int, groups: int, most: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    of = rng.integers(0, groups, places)
    votes = rng.integers(0, most, (2, 3, places))
    rows = [np.flatnonzero(of == group).tolist() for group in range(groups) if (of == group).any()]
    expected = np.stack([votes[..., row].sum(axis=-1) for row in rows], axis=-1)
    assert (added(votes, rows) == expected).all()


def test_a_threshold_of_many_digits_is_exact() -> None:
    """A share whose denominator is too large for eight bytes together with the votes."""
    share = Fraction(10**18 + 1, 10**19)
    system = hs.system["list-pr"](threshold=share)
    election = election_of([[9, 1], [1, 1]])
    votes = np.array([[[9_000_000_000, 1_000_000_000], [0, 0]], [[8_999_999_999, 1_000_000_001], [0, 0]]])
    batch = system.batch(election, votes)
    assert [exact(system, election, draw).total.tolist() for draw in votes] == batch.seats.tolist()
