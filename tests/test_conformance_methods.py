"""The laws of every method that counts ranked papers: a new entry is tested by existing.

A law that says nothing of what chance decides is held to only where no lot was drawn.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import hustings as hs
from hustings.counting.pairwise import pairwise_matrix, smith_set, standings
from hustings.election import NOBODY, Candidate, Profile, Ratings
from hustings.errors import TieUnresolved, Unsuitable
from hustings.lots import Lot, refuse
from hustings.outcome import Transcript
from strategies import profiles

RANKED = [name for name in hs.method if getattr(hs.method.entry(name).traits["over"], "counts", Profile) is Profile]
RATED = [name for name in hs.method if name not in RANKED]
PATIENT = settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])


def promising(law: str) -> list[str]:
    return [name for name in RANKED if law in hs.method.entry(name).traits.get("promises", ())]


def last(where: str, rule: str, tied: Sequence[str]) -> Lot:
    names = tuple(sorted(tied))
    return Lot(where, rule, names, names[-1], "the last by name")


def counted(profile: Profile | Ratings, seats: int, name: str, lots: Callable[..., Lot] = last) -> Transcript:
    if hs.method.entry(name).traits.get("single"):
        seats = 1
    return hs.count(profile, seats, hs.method[name], lots=lots)


def elected(transcript: Transcript) -> list[str]:
    return [transcript.candidates[candidate].name for candidate in transcript.elected]


def seats_for(profile: Profile) -> st.SearchStrategy[int]:
    return st.integers(1, len(profile.candidates) - 1)


@pytest.mark.parametrize("name", RANKED)
@PATIENT
@given(profile=profiles(), data=st.data())
def test_ends_with_every_seat_filled(name: str, profile: Profile, data: st.DataObject) -> None:
    """Papers and value balance at each stage, or the transcript could not be built."""
    seats = data.draw(seats_for(profile))
    transcript = counted(profile, seats, name)
    assert len(transcript.elected) == transcript.seats
    assert [who for stage in transcript.stages for who in stage.elected] == list(transcript.elected)
    assert all(stage.rule for stage in transcript.stages)
    assert transcript.valid + transcript.invalid == profile.cast


@pytest.mark.parametrize("name", RANKED)
@PATIENT
@given(profile=profiles(), data=st.data())
def test_folding_and_order_of_papers_change_nothing(name: str, profile: Profile, data: st.DataObject) -> None:
    seats = data.draw(seats_for(profile))
    whole = counted(profile, seats, name)
    if whole.lots:
        return
    half = np.concatenate([profile.papers // 2, profile.papers - profile.papers // 2])
    order = data.draw(st.permutations(range(len(half))))
    split = Profile(profile.candidates, np.concatenate([profile.rankings, profile.rankings])[order], half[order])
    assert elected(counted(split, seats, name)) == elected(whole)


@pytest.mark.parametrize("name", RANKED)
@PATIENT
@given(profile=profiles(), data=st.data())
def test_the_order_of_candidates_changes_nothing(name: str, profile: Profile, data: st.DataObject) -> None:
    seats = data.draw(seats_for(profile))
    before = counted(profile, seats, name)
    if before.lots:
        return
    order = data.draw(st.permutations(range(len(profile.candidates))))
    names = tuple(profile.candidates[old] for old in order)
    new = np.array([order.index(old) for old in range(len(order))] + [NOBODY], dtype=np.int16)
    turned = Profile(names, new[profile.rankings], profile.papers)
    assert sorted(elected(counted(turned, seats, name))) == sorted(elected(before))


@pytest.mark.parametrize("name", RANKED)
@PATIENT
@given(profile=profiles(), data=st.data())
def test_no_silent_tie(name: str, profile: Profile, data: st.DataObject) -> None:
    seats = data.draw(seats_for(profile))
    drawn = counted(profile, seats, name)
    if drawn.lots:
        with pytest.raises(TieUnresolved):
            counted(profile, seats, name, refuse)
    else:
        assert counted(profile, seats, name, refuse) == drawn


@pytest.mark.parametrize("name", promising("condorcet"))
@PATIENT
@given(profile=profiles())
def test_a_condorcet_winner_is_elected(name: str, profile: Profile) -> None:
    matrix = pairwise_matrix(standings(profile), profile.papers)
    winner = [a for a in range(len(matrix)) if all(matrix[a, b] > matrix[b, a] for b in range(len(matrix)) if a != b)]
    assume(winner)
    assert elected(counted(profile, 1, name)) == [profile.candidates[winner[0]].name]


@pytest.mark.parametrize("name", promising("smith"))
@PATIENT
@given(profile=profiles())
def test_the_winner_is_in_the_smith_set(name: str, profile: Profile) -> None:
    matrix = pairwise_matrix(standings(profile), profile.papers)
    smith = smith_set(matrix > matrix.T, range(len(matrix)))
    assert counted(profile, 1, name).elected[0] in smith


@pytest.mark.parametrize("name", promising("reversal"))
@PATIENT
@given(profile=profiles())
def test_a_sole_winner_loses_when_every_paper_is_turned_round(name: str, profile: Profile) -> None:
    full = (profile.rankings != NOBODY).all(axis=1)
    assume(full.any() and len(profile.candidates) > 1)
    rankings, papers = profile.rankings[full], profile.papers[full]
    one = counted(Profile(profile.candidates, rankings, papers), 1, name)
    assume(not one.lots)
    other = counted(Profile(profile.candidates, rankings[:, ::-1], papers), 1, name)
    assume(not other.lots)
    assert elected(one) != elected(other)


STV = [name for name in RANKED if hs.method.entry(name).traits.get("family") == "stv"]


@pytest.mark.parametrize("name", STV)
@PATIENT
@given(profile=profiles())
def test_a_majority_of_first_preferences_takes_a_single_seat(name: str, profile: Profile) -> None:
    first = np.bincount(profile.rankings[:, 0], weights=profile.papers, minlength=len(profile.candidates))
    assume(2 * first.max() > first.sum() + 2)
    assert counted(profile, 1, name).elected == (int(first.argmax()),)


@pytest.mark.parametrize("name", [name for name in ("scotland-2007", "northern-ireland") if name in RANKED])
@PATIENT
@given(profile=profiles())
def test_stv_of_one_seat_is_the_alternative_vote(name: str, profile: Profile) -> None:
    stv, av = counted(profile, 1, name), counted(profile, 1, "av-uk-2011")
    assume(not stv.lots and not av.lots)
    assert elected(stv) == elected(av)


@pytest.mark.parametrize("name", sorted(hs.method))
def test_the_source_is_cited(name: str) -> None:
    entry = hs.method.entry(name)
    assert len(entry.cites) > 20
    assert entry.doc
    assert "ikipedia" not in entry.cites


@st.composite
def ratings(draw: st.DrawFn) -> Ratings:
    candidates, rows = draw(st.integers(2, 5)), draw(st.integers(1, 8))
    marks = [[draw(st.integers(-1, 5)) for _ in range(candidates)] for _ in range(rows)]
    return Ratings(tuple(Candidate(name) for name in "abcde"[:candidates]), np.array(marks), np.array([draw(st.integers(1, 9)) for _ in range(rows)]))


@pytest.mark.parametrize("name", RATED)
@PATIENT
@given(papers=ratings())
def test_ratings_fill_the_seat_and_no_tie_is_silent(name: str, papers: Ratings) -> None:
    try:
        drawn = counted(papers, 1, name)
    except Unsuitable:
        return  # ratings that are no approvals, or scores beyond the scale, are refused
    assert len(drawn.elected) == 1
    if drawn.lots:
        with pytest.raises(TieUnresolved):
            counted(papers, 1, name, refuse)
    else:
        assert counted(papers, 1, name, refuse) == drawn
