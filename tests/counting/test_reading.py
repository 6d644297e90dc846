"""How a rule reads a paper, against a slow reader that goes rank by rank."""

from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hustings.counting.papers import Count
from hustings.counting.reading import BRITISH_AND_IRISH, Reading
from hustings.election import NOBODY, Candidate, Profile
from hustings.errors import SettingError, Unsuitable

LATER_RANKS = Reading(skips=None, overvotes="skip", repeats="ignore", first_required=False)


def paper(*ranks: int | tuple[int, ...] | None, candidates: int = 5, withdrawn: tuple[int, ...] = ()) -> Profile:
    sets = tuple(rank for rank in ranks if isinstance(rank, tuple))
    codes = [NOBODY if rank is None else -2 - sets.index(rank) if isinstance(rank, tuple) else rank for rank in ranks]
    names = tuple(Candidate(name) for name in "ABCDE"[:candidates])
    return Profile(names, np.array([codes], np.int16), np.array([1]), sets, withdrawn)


def read(profile: Profile, reading: Reading) -> tuple[list[int], bool]:
    rankings, valid = reading(profile)
    row = rankings[0].tolist()
    while row and row[-1] == NOBODY:
        row.pop()
    return row, bool(valid[0])


def definition(profile: Profile, row: int, reading: Reading) -> tuple[list[int], bool]:
    """Rank by rank, as one would with the paper in hand."""
    raw = profile.rankings[row].tolist()[: reading.max_ranks]
    while raw and raw[-1] == NOBODY:
        raw.pop()
    found: list[int] = []
    named: set[int] = set()
    empty = 0
    for code in raw:
        who = {code} if code >= 0 else set() if code == NOBODY else set(profile.sets[-2 - code])
        if code == NOBODY:
            empty += 1
            if reading.skips is not None and empty > reading.skips:
                break
            continue
        empty = 0
        again = bool(who & named)
        several = code < NOBODY
        if reading.repeats == "stop":
            if again:
                break
            named |= who
        elif not several:
            if again:
                continue
            named |= who
        if several and reading.overvotes == "stop":
            break
        if several and reading.overvotes == "skip":
            continue
        if several or code not in profile.withdrawn:
            found.append(code)
    return found, bool(found) and (not reading.first_required or profile.rankings[row, 0] >= 0)


@st.composite
def raw_profiles(draw: st.DrawFn) -> Profile:
    everybody = draw(st.sampled_from([2, 5, 17, 70, 130]))
    # Few of many candidates, of both ends, so that ranks repeat and every block of 64 is met.
    known = sorted({0, 1, everybody // 2, everybody - 2, everybody - 1})
    sets = tuple(draw(st.lists(st.lists(st.sampled_from(known), min_size=2, max_size=3, unique=True).map(tuple), max_size=3)))
    codes = st.sampled_from([*known, NOBODY, *range(-2, -2 - len(sets), -1)])
    width = draw(st.integers(0, 6))
    rows = draw(st.lists(st.lists(codes, min_size=width, max_size=width), min_size=1, max_size=8))
    withdrawn = tuple(draw(st.lists(st.sampled_from(known), max_size=2, unique=True)))
    rankings = np.array(rows, dtype=np.int16).reshape(len(rows), width)
    return Profile(tuple(Candidate(f"c{k}") for k in range(everybody)), rankings, np.ones(len(rows), np.int64), sets, withdrawn)


readings = st.builds(
    Reading,
    skips=st.sampled_from([None, 0, 1, 2]),
    overvotes=st.sampled_from(["stop", "skip", "stop-if-several-continue"]),
    repeats=st.sampled_from(["stop", "ignore"]),
    max_ranks=st.sampled_from([None, 1, 3]),
    first_required=st.booleans(),
)


@given(profile=raw_profiles(), reading=readings)
def test_reads_like_the_slow_reader(profile: Profile, reading: Reading) -> None:
    rankings, valid = reading(profile)
    assert rankings.dtype == np.int16
    assert rankings.shape[1] >= 1
    for row in range(len(rankings)):
        expected, fit = definition(profile, row, reading)
        assert rankings[row].tolist() == expected + [NOBODY] * (rankings.shape[1] - len(expected))
        assert valid[row] == fit


def test_a_clean_profile_is_handed_on_as_it_is() -> None:
    profile = paper(2, 0, 1, None, None)
    assert BRITISH_AND_IRISH(profile)[0].base is profile.rankings


@pytest.mark.parametrize(
    ("ranks", "expected", "valid"),
    [
        ((1, 2, 0), [1, 2, 0], True),
        ((1, None, 0), [1], True),
        ((1, (0, 2), 3), [1], True),
        ((1, 2, 1, 0), [1, 2], True),
        ((None, 1), [], False),
        (((0, 1), 2), [], False),
        ((), [], False),
    ],
)
def test_the_united_kingdom_and_ireland_stop_at_the_first_fault(ranks: tuple[int | None, ...], expected: list[int], valid: bool) -> None:
    assert read(paper(*ranks), BRITISH_AND_IRISH) == (expected, valid)


@pytest.mark.parametrize(("skips", "expected"), [(0, []), (1, [2, 3]), (2, [2, 3, 1]), (None, [2, 3, 1])])
def test_skips(skips: int | None, expected: list[int]) -> None:
    assert read(paper(None, 2, None, 3, None, None, 1), Reading(skips=skips, first_required=False))[0] == expected


@pytest.mark.parametrize(("how", "expected"), [("stop", [3]), ("skip", [3, 2]), ("stop-if-several-continue", [3, -2, 2])])
def test_overvotes(how: Literal["stop", "skip", "stop-if-several-continue"], expected: list[int]) -> None:
    assert read(paper(3, (0, 1), 2), Reading(overvotes=how))[0] == expected


def test_a_repeat_says_nothing_new_where_the_rule_says_so() -> None:
    assert read(paper(1, 1, 2, 1, 0), Reading(repeats="ignore"))[0] == [1, 2, 0]
    assert read(paper((0, 1), 0), Reading(overvotes="skip", first_required=False))[0] == []
    assert read(paper((0, 1), 0), LATER_RANKS) == ([0], True)


def test_ranks_beyond_the_last_are_not_read() -> None:
    assert read(paper(1, 2, 0, 3), Reading(max_ranks=2))[0] == [1, 2]


def test_first_preference_may_stand_later_where_the_rule_says_so() -> None:
    assert read(paper(None, 2), LATER_RANKS) == ([2], True)
    assert read(paper(None, 2), Reading(skips=None)) == ([2], False)
    assert read(paper(None, None), LATER_RANKS) == ([], False)


def test_withdrawn_candidates_are_passed_over_and_still_count_as_marks() -> None:
    assert read(paper(1, 2, withdrawn=(1,)), BRITISH_AND_IRISH) == ([2], True)
    assert read(paper(2, 1, 1, 0, withdrawn=(1,)), BRITISH_AND_IRISH) == ([2], True)
    assert read(paper(1, withdrawn=(1,)), BRITISH_AND_IRISH) == ([], False)


def test_settings_that_no_rule_can_have() -> None:
    with pytest.raises(SettingError):
        Reading(skips=-1)
    with pytest.raises(SettingError):
        Reading(max_ranks=0)


def test_a_count_leaves_the_withdrawn_out() -> None:
    profile = paper(1, 2, 0, candidates=3, withdrawn=(1,))
    count = Count(profile, 2, places=0, where="here")
    assert count.continuing == [0, 2]
    assert (count.valid, count.invalid) == (1, 0)
    with pytest.raises(Unsuitable, match="2 candidates cannot fill 3"):
        Count(profile, 3, places=0, where="here")
