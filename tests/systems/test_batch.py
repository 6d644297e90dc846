"""Many draws at once and one after another by the exact path: the same seats, and lots in the same draws."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hustings as hs
from hustings.batches import added, drawn, draws_of, most_votes
from hustings.election import Election, Tally
from hustings.errors import SettingError, TieUnresolved, Unsuitable
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
]  # fmt: skip


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
    except SettingError:
        # Some draw has no answer: so says the exact path.
        with pytest.raises((SettingError, TieUnresolved)):
            _ = [exact(system, election, draw) for draw in votes]
        return
    for draw, seats, tied in zip(votes, batch.seats, batch.tied, strict=True):
        if tied:
            with pytest.raises(TieUnresolved):
                exact(system, election, draw)
        else:
            outcome = exact(system, election, draw, Seeded(3) if name in PLACED else None)
            assert outcome.total.tolist() == seats.tolist()


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
    except SettingError:
        return
    assert drawn(election, votes, scenarios).under(system, Seeded(3)).total.tolist() == expected


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
