"""Meek, Warren and New Zealand: published counts, the rules' own arithmetic, and twins that take every paper by itself."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import definitions
from by_hand import names, needs_mirror, profile, ward
from hustings.counting.keep import KeepCount
from hustings.counting.methods import method
from hustings.counting.run import count
from hustings.election import NOBODY, Profile
from hustings.errors import TieUnresolved, Unsuitable
from hustings.lots import Seeded
from strategies import profiles

METHODS = ("meek", "warren", "new-zealand")
VOTE = 10**9


@pytest.mark.parametrize(
    ("papers", "quota", "votes", "keep"),
    [
        (((4, "CP"), (2, "H")), 2_000000001, (2_000000004, 1_999999996, 2_000000000), 500000001),
        (((5, "CP"), (1, "P"), (3, "H")), 3_000000001, (3_000000005, 2_999999995, 3_000000000), 600000001),
    ],
)
def test_reference_examples(papers: tuple[tuple[int, str], ...], quota: int, votes: tuple[int, ...], keep: int) -> None:
    """H29: the counts of the Reference Meek Rule to the ninth decimal."""
    counting = KeepCount(profile(("Castor", "Pollux", "Helen"), *papers), 2, where="test")
    method["meek"](counting)
    assert names(counting.transcript("meek")) == ["Castor", "Helen"]
    assert counting.quota == quota
    assert counting.keep[0] == keep
    assert max(stage.votes for stage in counting.transcript("meek").stages if stage.act == "transfer of surpluses") == votes
    assert {stage.keep for stage in counting.transcript("meek").stages if stage.votes == votes} == {(keep, VOTE, VOTE)}


@needs_mirror
def test_govan_by_meek() -> None:
    """H29: Glasgow, Govan ward 2007, quota and keep value to the ninth decimal."""
    papers, seats = ward("glasgow_2007_govan")
    counting = KeepCount(papers, seats, where="Govan")
    method["meek"](counting)
    assert names(counting.transcript("meek")) == ["Allison Hunter", "John Flanagan", "Stephen Dornan", "Shaukat Butt"]
    assert counting.quota == 1668_286437503
    assert counting.keep[5] == 557569548


def test_meek_multiplies_and_warren_adds() -> None:
    """Hill, Voting matters 1: where A keeps a half and B a third, AB leaves a third by Meek and a sixth by Warren."""
    for prices, b, left in ((False, 166666667, 333333333), (True, 333333333, 166666667)):
        counting = KeepCount(profile(("A", "B"), (1, "AB")), 2, where="test", prices=prices)
        counting.distribute(rule="")
        counting.elect([0, 1], rule="")
        counting.keep[:] = [500000000, 333333333]
        counting.distribute(rule="")
        assert counting.votes == [500000000, b]
        assert counting.transcript("").stages[-1].non_transferable == left


def test_warren_is_patient() -> None:
    """B's price has to fall by half before any paper feels it; till then the surplus stands still, and nobody may be excluded."""
    papers = profile(("A", "B", "C", "D", "E"), (150, "ABC"), (62, "C"), (64, "D"), (4, "ED"))
    transcript = count(papers, 3, method["warren"])
    assert names(transcript) == ["A", "B", "C"]
    assert not any(stage.excluded for stage in transcript.stages)


def test_new_zealand_takes_what_is_kept_off_the_paper() -> None:
    """Dunedin, Cargill ward 2004: of papers that went by both elected 0.018467626 was left, not …627 (cl. 10 to the letter)."""
    counting = KeepCount(profile(("A", "B"), (1, "AB")), 2, where="test")
    counting.distribute(rule="")
    counting.elect([0, 1], rule="")
    counting.keep[:] = [VOTE - 308948430, VOTE - 59775757]
    counting.distribute(rule="")
    assert counting.transcript("").stages[-1].non_transferable == 18467626


def test_new_zealand_excludes_whoever_was_behind_first() -> None:
    """Cl. 19, 40: C and D are level when one has to go, and D had fewer first preferences."""
    papers = profile(("A", "B", "C", "D", "E"), (40, "A"), (30, "B"), (9, "C"), (8, "D"), (1, "ED"))
    transcript = count(papers, 1, method["new-zealand"])
    assert [stage.excluded for stage in transcript.stages if stage.excluded][:2] == [(4,), (3,)]
    assert not transcript.lots


def test_new_zealand_excludes_before_any_keep_value_is_used() -> None:
    """Cl. 13: the lowest is behind by more than all the surplus at the first count (as in Strath Taieri 2025)."""
    papers = profile(("A", "B", "C", "D", "E", "F"), (40, "A"), (39, "B"), (38, "C"), (30, "D"), (25, "E"), (2, "FE"))
    transcript = count(papers, 4, method["new-zealand"])
    assert (transcript.stages[1].act, transcript.stages[1].excluded, transcript.stages[1].rule) == ("exclusion", (5,), "cl. 13")


@pytest.mark.parametrize("name", METHODS)
def test_a_tie_calls_for_a_lot(name: str) -> None:
    papers = profile(("A", "B", "C"), (3, "A"), (2, "B"), (2, "C"))
    with pytest.raises(TieUnresolved, match="stage 2: B and C"):
        count(papers, 1, method[name])
    assert [lot.tied for lot in count(papers, 1, method[name], lots=Seeded(1)).stages[1].lots] == [("B", "C")]


def test_too_many_papers_are_refused() -> None:
    with pytest.raises(Unsuitable, match="64 bits"):
        count(profile(("A", "B"), (10**10, "A")), 1, method["meek"])


@pytest.mark.parametrize("name", METHODS)
@settings(max_examples=300, deadline=None)
@given(papers=profiles(), seats=st.integers(1, 3))
def test_equals_the_twin(name: str, papers: Profile, seats: int) -> None:
    seats = min(seats, len(papers.candidates) - 1)
    counting = KeepCount(papers, seats, where="test", lots=Seeded(3), prices=name == "warren")
    method[name](counting)
    transcript = counting.transcript(name)
    if not transcript.lots:
        plain = [(number, clear(ranking)) for ranking, number in zip(papers.rankings.tolist(), papers.papers.tolist(), strict=True)]
        elected, quota, keep = definitions.keep_values(plain, len(papers.candidates), seats, name)
        assert list(transcript.elected) == elected
        assert counting.quota == quota
        assert name == "new-zealand" or counting.keep == keep  # where the last exclusion and the last keep values are one step


def clear(ranking: Sequence[int]) -> list[int]:
    """Preferences up to the first rank that is left out."""
    end = [*ranking, NOBODY].index(NOBODY)
    return list(ranking[:end])


@pytest.mark.parametrize("name", METHODS)
@settings(max_examples=60, deadline=None)
@given(papers=profiles(least=3), seats=st.integers(1, 3))
def test_one_seat_or_many_the_places_are_filled(name: str, papers: Profile, seats: int) -> None:
    transcript = count(papers, seats, method[name], lots=Seeded(1))
    assert len(transcript.elected) == seats
    last = transcript.stages[-1]
    assert sum(last.votes) + last.non_transferable == transcript.valid * VOTE


@pytest.mark.parametrize("name", METHODS)
def test_the_withdrawn_take_no_papers(name: str) -> None:
    papers = profile(("A", "B", "C"), (5, "AB"), (3, "C"), (1, "A"))
    gone = Profile(papers.candidates, papers.rankings, papers.papers, withdrawn=(0,))
    transcript = count(gone, 1, method[name])
    assert names(transcript) == ["B"]
    assert (transcript.valid, transcript.invalid) == (8, 1)
