"""Approvals, scores, stars and grades: examples by hand, ties, and twins from the definitions."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import definitions
from by_hand import names, profile
from hustings.counting.methods import method
from hustings.counting.run import count
from hustings.election import Candidate, Ratings
from hustings.errors import DataError, SettingError, TieUnresolved, Unsuitable
from hustings.lots import Lots, Seeded, refuse
from hustings.outcome import Transcript

OFTEN = settings(max_examples=200, deadline=None)
BLANK = -1


def rated(candidates: str, *papers: tuple[int, tuple[int, ...]], grades: tuple[str, ...] = ()) -> Ratings:
    numbers, ratings = zip(*papers, strict=True)
    return Ratings(tuple(map(Candidate, candidates)), np.array(ratings), np.array(numbers), grades)


def counted(how: str, papers: Ratings, seats: int = 1, lots: Lots = refuse) -> Transcript:
    return count(papers, seats, method.parse(how), lots=lots)


def winners(how: str, papers: Ratings, seats: int = 1) -> str:
    return "".join(names(counted(how, papers, seats)))


def test_approval() -> None:
    papers = rated("ABC", (5, (1, 0, 0)), (4, (0, 1, 1)), (3, (0, 0, 1)), (1, (BLANK, BLANK, BLANK)))
    transcript = counted("approval", papers, 3)
    assert transcript.stages[0].votes == (5, 4, 7)
    assert names(transcript) == ["C", "A", "B"]
    assert (transcript.valid, transcript.invalid) == (12, 1)
    assert winners("approval:least=3", rated("AB", (2, (3, 2)), (1, (0, 5)), (1, (4, 0)))) == "A"


def test_score_and_what_no_rating_is_worth() -> None:
    papers = rated("AB", (3, (4, BLANK)), (2, (2, 5)))
    assert counted("score", papers).stages[0].votes == (16, 10)
    assert counted("score:blank=no-opinion", papers).stages[0].votes == (Fraction(16, 5), 5)
    assert [winners(f"score:blank={how}", papers) for how in ("zero", "no-opinion", "no-opinion,quorum=1/2")] == ["A", "B", "A"]
    with pytest.raises(SettingError, match="half is not one of zero, no-opinion"):
        counted("score:blank=half", papers)


def test_star_runs_off_the_two_best_scored() -> None:
    """C has the highest sum after A and is out; B is below A by score and above on more papers."""
    papers = rated("ABC", (3, (5, 4, 0)), (4, (3, 4, 1)), (2, (5, 0, 5)))
    transcript = counted("star", papers)
    assert [stage.votes for stage in transcript.stages] == [(37, 28, 14), (5, 4, 0)]
    papers = rated("ABC", (3, (5, 4, 0)), (6, (3, 4, 1)), (2, (5, 0, 5)))
    assert winners("star", papers) == "B"


def test_star_ties() -> None:
    """By number: the runoff by score; a place in it by comparisons, then by fives, then by lot."""
    assert winners("star", rated("AB", (1, (5, 1)), (1, (2, 3)))) == "A"
    by_comparisons = rated("ABC", (1, (5, 5, 0)), (1, (5, 0, 3)), (1, (0, 0, 2)))
    assert counted("star", by_comparisons).stages[1].who == (0, 2)
    by_fives = rated("ABC", (1, (5, 5, 1)), (1, (5, 0, 4)))
    assert counted("star", by_fives).stages[1].who == (0, 1)
    with pytest.raises(TieUnresolved, match="place in the runoff"):
        counted("star", rated("ABC", (1, (5, 0, 0)), (1, (0, 5, 0)), (1, (0, 0, 5))))
    with pytest.raises(Unsuitable, match="from 0 to 5"):
        counted("star", rated("AB", (1, (9, 1))))


def test_majority_judgment_takes_the_lower_median() -> None:
    """Of four grades the second lowest: A has 1, B has 2."""
    papers = rated("AB", (1, (0, 2)), (1, (1, 2)), (1, (3, 2)), (1, (3, 0)), grades=("Poor", "Fair", "Good", "Excellent"))
    transcript = counted("majority-judgment", papers)
    assert transcript.stages[0].votes == (1, 2)
    assert names(transcript) == ["B"]


def test_majority_judgment_takes_medians_off() -> None:
    """Both have the median 2 of five grades; without it A has 1 and B has 2."""
    papers = rated("AB", (1, (0, 0)), (1, (1, 2)), (1, (2, 2)), (1, (3, 2)), (1, (3, 2)))
    assert definitions.majority_value([0, 1, 2, 3, 3]) == [2, 1, 3, 0, 3]
    transcript = counted("majority-judgment", papers)
    assert [stage.act for stage in transcript.stages] == ["medians", "medians taken off"]
    assert names(transcript) == ["B"]


def test_majority_judgment_of_equal_grades_is_a_lot() -> None:
    papers = rated("AB", (3, (1, 2)), (3, (2, 1)))
    with pytest.raises(TieUnresolved):
        counted("majority-judgment", papers)
    assert len(counted("majority-judgment", papers, 1, Seeded(1)).lots) == 1


def test_ratings_that_cannot_be() -> None:
    with pytest.raises(DataError, match="differ"):
        rated("AB", (1, (1,)))
    with pytest.raises(DataError, match="negative"):
        rated("AB", (1, (-2, 0)))
    with pytest.raises(DataError, match="grades"):
        rated("AB", (1, (2, 0)), grades=("No", "Yes"))
    with pytest.raises(DataError, match="number of papers"):
        rated("AB", (-1, (1, 0)))


def test_the_kind_of_paper_is_told_apart() -> None:
    with pytest.raises(Unsuitable, match="approval counts ratings, and these papers are profile"):
        count(profile("AB", (1, "AB")), 1, method["approval"])
    with pytest.raises(Unsuitable, match="meek counts profile, and these papers are ratings"):
        count(rated("AB", (1, (1, 0))), 1, method["meek"])


@st.composite
def ratings(draw: st.DrawFn) -> Ratings:
    candidates = draw(st.integers(1, 5))
    rows = draw(st.lists(st.lists(st.integers(-1, 5), min_size=candidates, max_size=candidates), min_size=1, max_size=8))
    papers = draw(st.lists(st.integers(0, 12), min_size=len(rows), max_size=len(rows)))
    return Ratings(tuple(map(Candidate, "abcde"[:candidates])), np.array(rows), np.array(papers))


def given_to(papers: Ratings) -> list[list[int]]:
    """What every valid paper gives, by candidate."""
    rows = [row for row, number in zip(papers.ratings.tolist(), papers.papers.tolist(), strict=True) for _ in range(number) if max(row) >= 0]
    return [[row[who] for row in rows] for who in range(len(papers.candidates))]


@OFTEN
@given(papers=ratings(), data=st.data())
def test_majority_judgment_against_the_definition(papers: Ratings, data: st.DataObject) -> None:
    seats = data.draw(st.integers(1, len(papers.candidates)))
    transcript = counted("majority-judgment", papers, seats, Seeded(1))
    values = [definitions.majority_value([max(0, grade) for grade in grades]) for grades in given_to(papers)]
    assert [values[who] for who in transcript.elected] == sorted(values, reverse=True)[:seats]
    level = [value for value in values if value == values[transcript.elected[-1]]]
    assert bool(transcript.lots) == (len({tuple(value) for value in values if value >= level[0]}) < sum(value >= level[0] for value in values))


@OFTEN
@given(papers=ratings())
def test_sums_and_means_against_the_definition(papers: Ratings) -> None:
    columns = given_to(papers)
    seats = len(columns)
    assert list(counted("approval:least=2", papers, seats).stages[0].votes) == [sum(rating >= 2 for rating in column) for column in columns]
    assert list(counted("score", papers, seats).stages[0].votes) == [sum(max(0, rating) for rating in column) for column in columns]
    means = [Fraction(sum(real), len(real)) if (real := [rating for rating in column if rating >= 0]) else -1 for column in columns]
    assert list(counted("score:blank=no-opinion", papers, seats).stages[0].votes) == means


@OFTEN
@given(papers=ratings())
def test_star_against_the_definition(papers: Ratings) -> None:
    columns = [[max(0, rating) for rating in column] for column in given_to(papers)]
    transcript = counted("star", papers, 1, Seeded(1))
    runoff, winner = transcript.stages[-1].who, transcript.elected[0]
    sums = [sum(column) for column in columns]
    assert sorted((sums[who] for who in runoff), reverse=True) == sorted(sums, reverse=True)[: len(runoff)]
    for other in set(runoff) - {winner}:
        ahead = sum(a > b for a, b in zip(columns[winner], columns[other], strict=True))
        assert (ahead, sums[winner]) >= (sum(b > a for a, b in zip(columns[winner], columns[other], strict=True)), sums[other])
