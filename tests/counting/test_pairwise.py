"""Methods over rankings: textbook examples, an election that tells them apart, and twins from the definitions."""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import definitions
from by_hand import counted, names, profile
from hustings.counting.methods import method
from hustings.counting.methods.kemeny import Orders
from hustings.counting.pairwise import PairwiseCount, pairwise_matrix, smith_set, standings
from hustings.counting.run import count
from hustings.election import NOBODY, Candidate, Profile
from hustings.errors import SettingError, TieUnresolved, Unsuitable
from hustings.lots import Seeded
from hustings.outcome import Transcript

OFTEN = settings(max_examples=150, deadline=None)
SCHULZE = profile(
    "ABCDE", (5, "ACBED"), (5, "ADECB"), (8, "BEDAC"), (3, "CABED"), (7, "CAEBD"), (2, "CBADE"), (7, "DCEBA"), (8, "EBADC")
)  # the 45 papers of Schulze, section 3, example 1
BURLINGTON = profile(
    ("Montroll", "Kiss", "Wright"),
    *((1332, "MKW"), (767, "MWK"), (455, "M"), (2043, "KMW"), (371, "KWM"), (568, "K"), (1513, "WMK"), (495, "WKM"), (1289, "W")),
)
TENNESSEE = profile(("Memphis", "Nashville", "Chattanooga", "Knoxville"), (42, "MNCK"), (26, "NCKM"), (15, "CKNM"), (17, "KCNM"))


def numbers(transcript: Transcript, stage: int = 0) -> dict[str, Any]:
    return dict(zip((candidate.name for candidate in transcript.candidates), transcript.stages[stage].votes, strict=True))


# H32: all six results.


def test_schulze() -> None:
    assert "".join(names(counted("schulze", SCHULZE, 5))) == "EACBD"


def test_ranked_pairs() -> None:
    assert "".join(names(counted("ranked-pairs", SCHULZE, 5))) == "ACEBD"


def test_kemeny() -> None:
    assert "".join(names(counted("kemeny", SCHULZE, 5))) == "EBADC"
    orders = Orders(pairwise_matrix(standings(SCHULZE), SCHULZE.papers))
    assert ["".join("ABCDE"[who] for who in order) for order in orders.best(orders.everybody)] == ["EBADC"]
    scores = orders.beginnings(orders.everybody)
    assert (scores.pop(4), max(scores.values())) == (260, 259)


def test_minimax() -> None:
    transcript = counted("minimax", SCHULZE, 1)
    assert names(transcript) == ["E"]
    assert numbers(transcript)["E"] == 24


def test_copeland() -> None:
    transcript = counted("copeland", SCHULZE, 1)
    assert names(transcript) == ["E"]
    assert numbers(transcript)["E"] == 2


def test_borda() -> None:
    transcript = counted("borda", SCHULZE, 5)
    assert numbers(transcript) == {"A": 98, "B": 92, "C": 89, "D": 69, "E": 102}
    assert "".join(names(transcript)) == "EABCD"


# H07: Burlington, mayor 2009.


def test_burlington_matrix() -> None:
    m, k, w = range(3)
    matrix = pairwise_matrix(standings(BURLINGTON), BURLINGTON.papers)
    assert [(matrix[a, b], matrix[b, a]) for a, b in ((m, k), (m, w), (k, w))] == [(4067, 3477), (4597, 3668), (4314, 4064)]


def test_burlington_by_irv() -> None:
    transcript = counted("av-uk-2011", BURLINGTON, 1)
    assert names(transcript) == ["Kiss"]
    assert numbers(transcript) == {"Montroll": 2554, "Kiss": 2982, "Wright": 3297}
    assert numbers(transcript, -1) == {"Montroll": 0, "Kiss": 4314, "Wright": 4064}


@pytest.mark.parametrize("how", [name for name in method if method.entry(name).traits.get("family") == "condorcet"])
def test_burlington_by_condorcet(how: str) -> None:
    assert names(counted(how, BURLINGTON, 1)) == ["Montroll"]


@pytest.mark.parametrize("how", ["minimax", "schulze", "ranked-pairs"])
def test_burlington_by_margins(how: str) -> None:
    assert names(counted(f"{how}:strength=margins", BURLINGTON, 1)) == ["Montroll"]


def test_burlington_by_bucklin() -> None:
    assert names(counted("bucklin", BURLINGTON, 1)) == ["Montroll"]


# The capital of Tennessee.


def test_tennessee_by_points() -> None:
    transcript = counted("borda", TENNESSEE, 4)
    assert names(transcript) == ["Nashville", "Chattanooga", "Memphis", "Knoxville"]
    assert numbers(transcript) == {"Nashville": 194, "Chattanooga": 173, "Memphis": 126, "Knoxville": 107}


def test_tennessee_by_bucklin() -> None:
    transcript = counted("bucklin", TENNESSEE, 1)
    assert names(transcript) == ["Nashville"]
    assert numbers(transcript, 1) == {"Memphis": 42, "Nashville": 68, "Chattanooga": 58, "Knoxville": 32}


def test_tennessee_by_coombs() -> None:
    for how in ("coombs", "coombs:stop=false"):
        transcript = counted(how, TENNESSEE, 1)
        assert names(transcript) == ["Nashville"]
        assert next(names(transcript, stage.excluded) for stage in transcript.stages if stage.excluded) == ["Memphis"]


def test_coombs_stops_at_a_majority_or_not() -> None:
    """A has more than half of the first preferences, and is last on more papers than B or C."""
    papers = profile("ABC", (3, "ACB"), (3, "ABC"), (3, "BCA"), (2, "CBA"))
    assert names(counted("coombs", papers, 1)) == ["A"]
    assert names(counted("coombs:stop=false", papers, 1)) == ["B"]


# Truncated papers, shared and skipped ranks.


def test_borda_truncation() -> None:
    papers = profile("ABCD", (1, "A"), (1, "BA"))
    points = {how: counted(f"borda:truncation={how}", papers, 1, Seeded(1)).stages[0].votes for how in ("average", "zero", "modified")}
    assert points == {"average": (5, 4, Fraction(3, 2), Fraction(3, 2)), "zero": (5, 3, 0, 0), "modified": (2, 2, 0, 0)}


def test_a_shared_rank_prefers_none_of_its_candidates() -> None:
    papers = Profile(tuple(map(Candidate, "ABC")), np.array([[-2, 2, NOBODY]]), np.array([3]), sets=((0, 1),))
    assert pairwise_matrix(standings(papers), papers.papers).tolist() == [[0, 0, 3], [0, 0, 3], [0, 0, 0]]


def test_a_skipped_rank_says_nothing_and_the_first_mention_counts() -> None:
    papers = profile("ABC", (2, "A B"), (3, "CAC"))
    assert pairwise_matrix(standings(papers), papers.papers).tolist() == [[0, 5, 2], [0, 0, 2], [3, 3, 0]]


def test_the_withdrawn_are_not_there() -> None:
    """A is ahead of B by the paper for the withdrawn D alone, were D counted."""
    papers = Profile(tuple(map(Candidate, "ABCD")), np.array([[3, 0, 1, 2], [1, 0, 2, 3], [3, -1, -1, -1]]), np.array([2, 1, 1]), withdrawn=(3,))
    for how in ("copeland", "borda", "kemeny", "schulze", "minimax", "ranked-pairs"):
        transcript = counted(how, papers, 3)
        assert "".join(names(transcript)) == "ABC"
        assert (transcript.valid, transcript.invalid) == (3, 1)


# Ties.


@pytest.mark.parametrize("how", [name for name in method if method.entry(name).traits["over"] is PairwiseCount])
def test_a_perfect_circle_calls_for_a_lot(how: str) -> None:
    papers = profile("ABC", (1, "ABC"), (1, "BCA"), (1, "CAB"))
    with pytest.raises(TieUnresolved):
        counted(how, papers, 1)
    transcript = counted(how, papers, 1, Seeded(5))
    assert len(transcript.lots) >= 1


def test_ranked_pairs_draw_between_victories() -> None:
    transcript = counted("ranked-pairs", profile("ABC", (1, "ABC"), (1, "BCA"), (1, "CAB")), 1, Seeded(5))
    assert set(transcript.lots[0].tied) == {"A over B", "B over C", "C over A"}


def test_places_for_all_who_are_level_call_for_none() -> None:
    assert sorted(names(counted("copeland", profile("ABC", (1, "ABC"), (1, "BAC")), 2))) == ["A", "B"]


# Settings and limits.


def test_what_there_is_not_is_refused() -> None:
    for how in ("borda:truncation=none", "minimax:strength=ratio", "schulze:strength=opposition"):
        with pytest.raises(SettingError, match="is not one of"):
            counted(how, TENNESSEE, 1)


def test_kemeny_refuses_a_great_circle() -> None:
    rows = [[(start + step) % 21 for step in range(21)] for start in range(21)]
    papers = Profile(tuple(Candidate(f"c{who}") for who in range(21)), np.array(rows), np.ones(21, dtype=np.int64))
    with pytest.raises(Unsuitable, match="21 candidates beat each other in circles, and 20"):
        count(papers, 1, method["kemeny"])


def test_kemeny_orders_many_who_do_not_go_in_circles() -> None:
    papers = Profile(tuple(Candidate(f"c{who}") for who in range(30)), np.arange(30, dtype=np.int16)[None], np.array([1]))
    assert counted("kemeny", papers, 30).elected == tuple(range(30))


# The definitions.


@st.composite
def rankings(draw: st.DrawFn) -> Profile:
    """Rankings with ranks that are skipped, shared and repeated, and now and then a candidate who has withdrawn."""
    candidates = draw(st.integers(2, 5))
    sets = tuple(draw(st.lists(st.sets(st.integers(0, candidates - 1), min_size=2).map(tuple), max_size=2)))
    entries = st.integers(-1 - len(sets), candidates - 1)
    rows = draw(st.lists(st.lists(entries, min_size=candidates, max_size=candidates), min_size=1, max_size=8))
    papers = draw(st.lists(st.integers(0, 9), min_size=len(rows), max_size=len(rows)))
    withdrawn = (0,) if candidates > 2 and draw(st.integers(0, 5)) == 0 else ()
    return Profile(tuple(map(Candidate, "abcde"[:candidates])), np.array(rows, dtype=np.int16), np.array(papers), sets, withdrawn)


def standing_for(papers: Profile) -> list[int]:
    return [who for who in range(len(papers.candidates)) if who not in papers.withdrawn]


def preferences(papers: Profile) -> list[list[int]]:
    matrix = definitions.preferences(definitions.ranked_papers(papers), len(papers.candidates))
    return [[0 if {a, b} & set(papers.withdrawn) else number for b, number in enumerate(row)] for a, row in enumerate(matrix)]


@OFTEN
@given(papers=rankings())
def test_matrix_and_smith_set(papers: Profile) -> None:
    d, among = preferences(papers), standing_for(papers)
    counting = PairwiseCount(papers, 1, where="", unit="")
    assert counting.matrix.tolist() == d
    assert counting.valid == sum(number for number, _ in definitions.ranked_papers(papers))
    assert set(smith_set(counting.beats, among)) == definitions.smith(d, among)


@OFTEN
@given(papers=rankings(), truncation=st.sampled_from(["average", "zero", "modified"]))
def test_points(papers: Profile, truncation: str) -> None:
    among = standing_for(papers)
    points = counted(f"borda:truncation={truncation}", papers, 1, Seeded(1)).stages[0].votes
    assert {who: points[who] for who in among} == definitions.borda_points(definitions.ranked_papers(papers), among, truncation)


@OFTEN
@given(papers=rankings())
def test_kemeny_against_all_orders(papers: Profile) -> None:
    d, among = preferences(papers), standing_for(papers)
    best, orders = definitions.kemeny_orders(d, among)
    transcript = count(papers, len(among), method["kemeny"], lots=Seeded(2))
    assert transcript.elected in orders
    assert bool(transcript.lots) == (len(orders) > 1)
    table = Orders(np.array(d)[np.ix_(among, among)])
    assert {tuple(among[who] for who in order) for order in table.best(table.everybody)} == orders
    assert max(table.beginnings(table.everybody).values()) == best


def winning_votes(d: list[list[int]]) -> Callable[[int, int], int]:
    return lambda a, b: d[a][b]


def margins(d: list[list[int]]) -> Callable[[int, int], int]:
    return lambda a, b: d[a][b] - d[b][a]


STRENGTHS = {"winning-votes": winning_votes, "margins": margins}


@pytest.mark.parametrize("strength", STRENGTHS)
@OFTEN
@given(papers=rankings())
def test_schulze_against_all_paths(strength: str, papers: Profile) -> None:
    d, among = preferences(papers), standing_for(papers)
    path = {(a, b): definitions.widest(d, STRENGTHS[strength](d), a, b) for a in among for b in among if a != b}
    transcript = counted(f"schulze:strength={strength}", papers, 1, Seeded(3))
    unbeaten = [a for a in among if all(path[a, b] >= path[b, a] for b in among if b != a)]
    assert transcript.elected[0] in unbeaten
    assert bool(transcript.lots) == (len(unbeaten) > 1)
    assert [transcript.stages[0].votes[a] for a in among] == [sum(path[a, b] > path[b, a] for b in among if b != a) for a in among]


@pytest.mark.parametrize("strength", STRENGTHS)
@OFTEN
@given(papers=rankings())
def test_ranked_pairs_against_the_definition(strength: str, papers: Profile) -> None:
    d, among = preferences(papers), standing_for(papers)
    try:
        locked = definitions.locked(d, STRENGTHS[strength](d))
    except ValueError:
        assume(condition=False)
    transcript = counted(f"ranked-pairs:strength={strength}", papers, 1, Seeded(3))
    assert {stage.who for stage in transcript.stages[1:]} == locked
    assert transcript.elected[0] in [a for a in among if all(pair[1] != a for pair in locked)]


@OFTEN
@given(papers=rankings(), strength=st.sampled_from(["winning-votes", "margins", "opposition"]))
def test_minimax_and_copeland_against_the_definition(papers: Profile, strength: str) -> None:
    d, among = preferences(papers), standing_for(papers)

    def against(a: int, b: int) -> int:
        lost = d[b][a] > d[a][b]
        return {"winning-votes": d[b][a] * lost, "margins": (d[b][a] - d[a][b]) * lost, "opposition": d[b][a]}[strength]

    worst = {a: max(against(a, b) for b in among if b != a) for a in among}
    transcript = counted(f"minimax:strength={strength}", papers, len(among))
    assert [worst[a] for a in transcript.elected] == sorted(worst.values())
    wins = {a: sum((d[a][b] > d[b][a]) - (d[a][b] < d[b][a]) for b in among) for a in among}
    assert [wins[a] for a in counted("copeland", papers, len(among)).elected] == sorted(wins.values(), reverse=True)


@OFTEN
@given(papers=rankings())
def test_elimination_by_points_against_the_definition(papers: Profile) -> None:
    plain, among = definitions.ranked_papers(papers), standing_for(papers)
    for how in ("nanson", "baldwin"):
        transcript = counted(how, papers, 1, Seeded(4))
        left = list(among)
        for stage in transcript.stages:
            points = definitions.borda_points(plain, left, "average")
            if stage.excluded and how == "nanson":
                assert set(stage.excluded) == {who for who in left if points[who] < sum(points.values()) / len(left)}
            elif stage.excluded:
                assert points[stage.excluded[0]] == min(points.values())
                assert bool(stage.lots) == (list(points.values()).count(min(points.values())) > 1)
            left = [who for who in left if who not in stage.excluded]
        assert transcript.elected[0] in left


@OFTEN
@given(papers=rankings(), stop=st.booleans())
def test_coombs_against_the_definition(papers: Profile, stop: bool) -> None:
    plain, left = definitions.ranked_papers(papers), standing_for(papers)
    transcript = counted(f"coombs:stop={stop}".lower(), papers, 1, Seeded(4))
    for stage in transcript.stages:
        firsts, lasts = (definitions.shares(plain, left, first=first) for first in (True, False))
        if stage.act == "first preferences":
            assert {who: stage.votes[who] for who in left} == firsts
            majority = [who for who in left if stop and 2 * firsts[who] > sum(firsts.values())]
            assert list(stage.elected) == (majority or (left if len(left) == 1 else []))
        else:
            assert {who: stage.votes[who] for who in left} == lasts
            assert lasts[stage.excluded[0]] == max(lasts.values())
        left = [who for who in left if who not in stage.excluded]


@OFTEN
@given(papers=rankings())
def test_smith_irv_against_the_definition(papers: Profile) -> None:
    plain, among = definitions.ranked_papers(papers), standing_for(papers)
    transcript = counted("smith-irv", papers, 1, Seeded(4))
    left = sorted(definitions.smith(preferences(papers), among))
    assert {*among} - {*left} == {*transcript.stages[0].excluded}
    for before, stage in zip([None, *transcript.stages], transcript.stages, strict=False):
        if before:
            assert before.votes[stage.excluded[0]] == min(before.votes[who] for who in left)
            left.remove(stage.excluded[0])
        assert {who: stage.votes[who] for who in left} == definitions.shares(plain, left, first=True)
    assert transcript.elected == (max(left, key=lambda who: transcript.stages[-1].votes[who]),)


@OFTEN
@given(papers=rankings())
def test_bucklin_against_the_definition(papers: Profile) -> None:
    plain, among = definitions.ranked_papers(papers), standing_for(papers)
    transcript = counted("bucklin", papers, 1, Seeded(4))
    for rank, stage in enumerate(transcript.stages):
        votes = {who: sum(number for number, ranks in plain if ranks.get(who, 99) <= rank) for who in among}
        assert {who: stage.votes[who] for who in among} == votes
        assert (2 * max(votes.values()) > transcript.valid) <= (stage is transcript.stages[-1])
    assert votes[transcript.elected[0]] == max(votes.values())


# Laws.


@pytest.mark.parametrize("how", [name for name in method if method.entry(name).traits["over"] is PairwiseCount and name != "bucklin"])
@settings(max_examples=30, deadline=None)
@given(papers=rankings(), gap=st.integers(0, 4))
def test_a_rank_left_open_changes_nothing(how: str, papers: Profile, gap: int) -> None:
    wider = np.insert(papers.rankings, min(gap, papers.rankings.shape[1]), NOBODY, axis=1)
    other = Profile(papers.candidates, wider, papers.papers, papers.sets, papers.withdrawn)
    assert counted(how, other, 1, Seeded(1)) == counted(how, papers, 1, Seeded(1))


@pytest.mark.parametrize("how", [name for name in method if "reversal" in method.entry(name).traits.get("promises", ())])
@settings(max_examples=150, deadline=None)
@given(papers=rankings())
def test_a_winner_without_lots_does_not_win_when_papers_are_turned_round(how: str, papers: Profile) -> None:
    """Truncated papers too: whom they do not rank they then rank first, together."""
    among = standing_for(papers)
    turned: list[list[int]] = []
    sets: list[tuple[int, ...]] = []
    for _, ranks in definitions.ranked_papers(papers):
        tiers = [[who for who in among if ranks.get(who, 99) == rank] for rank in sorted({ranks.get(who, 99) for who in among}, reverse=True)]
        turned.append([-2 - len(sets) - number for number in range(len(tiers))] + [NOBODY] * (len(papers.candidates) - len(tiers)))
        sets += [tuple(tier) for tier in tiers]
    numbers = [number for number, _ in definitions.ranked_papers(papers)]
    assume(numbers)
    other = Profile(papers.candidates, np.array(turned, dtype=np.int16), np.array(numbers), tuple(sets), papers.withdrawn)
    one, two = counted(how, papers, 1, Seeded(1)), counted(how, other, 1, Seeded(1))
    assume(not one.lots and not two.lots)
    assert one.elected != two.elected
