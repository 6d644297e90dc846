"""The engine of parcels against twins that hold every paper by itself, and the laws of any count of papers."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import definitions
from by_hand import WARDS, counted, left, names, needs_mirror, profile, relabelled, votes, ward
from definitions import Table
from hustings.counting.papers import Count
from hustings.counting.reading import Reading
from hustings.counting.ties import first_difference, last_all_different, last_difference, no_history
from hustings.election import NOBODY, Candidate, Profile
from hustings.errors import AuditError, TieUnresolved
from hustings.exact import decimal
from hustings.lots import Seeded
from hustings.outcome import Transcript
from strategies import profiles

TWINS: dict[str, Callable[[Profile, int], Table]] = {
    "scotland-2007": definitions.weighted,
    "northern-ireland": definitions.northern_ireland,
    "ers97": definitions.ers97,
    "ireland-fractional": definitions.irish,
    "minneapolis": definitions.minneapolis,
    "australian-senate": lambda papers, seats: definitions.australian(papers, seats, senate=True),
    "australian-capital-territory": lambda papers, seats: definitions.australian(papers, seats, senate=False),
}
METHODS = (*TWINS, "australian-senate:bulk_exclusion=true,cut_short=true", "ireland", "cambridge-ma:signatures=0")
PATIENT = settings(max_examples=150, deadline=None)
LOTS = Seeded(7)


@st.composite
def elections(draw: st.DrawFn) -> tuple[Profile, int]:
    """Papers, some of them with a rank left out, and fewer seats than candidates."""
    papers = draw(profiles(least=3))
    return papers, draw(st.integers(1, len(papers.candidates) - 1))


def shown(count: Transcript) -> list[tuple[dict[str, int | Fraction], list[str], list[str]]]:
    """Each stage by names: votes, who is elected, who is excluded."""
    stages = []
    for stage in count.stages:
        held = {candidate.name: number for candidate, number in zip(count.candidates, stage.votes, strict=True)}
        stages.append((held, sorted(names(count, stage.elected)), sorted(names(count, stage.excluded))))
    return stages


@pytest.mark.parametrize("how", TWINS)
@PATIENT
@given(election=elections())
def test_every_stage_as_its_twin_counts_it(how: str, election: tuple[Profile, int]) -> None:
    papers, seats = election
    try:
        twin = TWINS[how](papers, seats)
    except definitions.Level:
        assume(how != "australian-senate")  # the law calls for lots there that the twin does not draw
        with pytest.raises(TieUnresolved):
            counted(how, papers, seats)
        return
    count = counted(how, papers, seats)
    found = [[decimal(number, count.places) for number in stage.votes] for stage in count.stages]
    assert found == [[decimal(stage[who] * 10**count.places, count.places) for who in sorted(stage)] for stage in twin.stages]
    assert list(count.elected) == twin.elected


@PATIENT
@given(election=elections(), signatures=st.integers(0, 20))
def test_papers_in_a_drawn_order_as_their_twin_carries_them(election: tuple[Profile, int], signatures: int) -> None:
    """Cambridge: the order is that of the seed in the transcript."""
    papers, seats = election
    count = counted(f"cambridge-ma:signatures={signatures}", papers, seats, LOTS)
    digits = [lot.chosen for lot in count.lots if "mixing" in lot.where]
    rankings = definitions.unfolded(papers, gaps=True)
    order = np.random.default_rng(int("".join(digits))).permutation(len(rankings))
    try:
        twin = definitions.cambridge([rankings[place] for place in order], len(papers.candidates), seats, signatures)
    except definitions.Level:
        assert len(count.lots) > len(digits)
        return
    assert [list(stage.votes) for stage in count.stages] == [[stage[who] for who in sorted(stage)] for stage in twin.stages]
    assert list(count.elected) == twin.elected


@pytest.mark.parametrize("how", METHODS)
@PATIENT
@given(election=elections())
def test_both_ledgers_balance_at_every_stage(how: str, election: tuple[Profile, int]) -> None:
    papers, seats = election
    count = counted(how, papers, seats, LOTS)
    gone: set[int] = set()
    for stage in count.stages:
        assert sum(stage.papers) + stage.non_transferable_papers == count.valid
        assert sum(stage.votes) + stage.non_transferable + stage.lost_to_rounding == count.valid * 10**count.places
        assert min(*stage.votes, *stage.papers, stage.non_transferable, stage.lost_to_rounding) >= 0
        assert all(isinstance(number, int) for number in (*stage.votes, stage.non_transferable, stage.lost_to_rounding))
        left_now = (*stage.elected, *stage.excluded)
        assert not gone & set(left_now)
        gone |= set(left_now)
    assert len(count.elected) == seats
    assert count.valid + count.invalid == papers.cast


def check_transfers(count: Transcript) -> None:
    """At every stage whoever hands on no papers gains what comes to him and nothing else; whoever does, gives all the rest."""
    for before, stage in pairwise(count.stages):
        candidates, cut = range(len(count.candidates)), stage.lost_to_rounding - before.lost_to_rounding
        came = {to: [each for each in stage.transfers if each.to == to] for to in (*candidates, NOBODY)}
        for who in {*candidates} - {*stage.who}:
            assert stage.votes[who] - before.votes[who] == sum(each.worth for each in came[who])
            assert stage.papers[who] - before.papers[who] == sum(each.papers for each in came[who])
        assert stage.non_transferable_papers - before.non_transferable_papers == sum(each.papers for each in came[NOBODY])
        assert sum(before.papers[who] - stage.papers[who] for who in stage.who) == sum(each.papers for each in stage.transfers)
        # What papers cannot carry of a surplus is set aside; of an excluded candidate's votes nothing is.
        aside = stage.non_transferable - before.non_transferable - sum(each.worth for each in came[NOBODY])
        assert aside >= 0
        assert not aside or stage.act == "transfer of surplus"
        handed_on = sum(before.votes[who] - stage.votes[who] for who in stage.who)
        assert handed_on == sum(each.worth for each in stage.transfers) + aside + cut
        sources = {each.source for each in stage.transfers}
        for who in sources if NOBODY not in sources else ():
            assert before.papers[who] - stage.papers[who] == sum(each.papers for each in stage.transfers if each.source == who)


@pytest.mark.parametrize("how", METHODS)
@PATIENT
@given(election=elections())
def test_transfers_tell_every_change(how: str, election: tuple[Profile, int]) -> None:
    check_transfers(counted(how, *election, LOTS))


@needs_mirror
@pytest.mark.parametrize("how", ["scotland-2007", "northern-ireland", "ers97", "minneapolis", "australian-senate", "ireland"])
def test_transfers_tell_every_change_in_wards(how: str) -> None:
    for path in sorted(WARDS.glob("*.csv"))[::18]:
        count = counted(how, *ward(path.stem), LOTS)
        check_transfers(count)
        if how == "scotland-2007":
            # The Order's values have five decimals, so what papers are worth is what whoever hands them on loses, but for the cut.
            for before, stage in pairwise(count.stages):
                cut = stage.lost_to_rounding - before.lost_to_rounding
                worth = sum(each.papers * each.value for each in stage.transfers)
                assert worth + cut == sum(before.votes[who] - stage.votes[who] for who in stage.who)


def test_transfers_that_tell_something_else_cannot_be() -> None:
    count = counted("scotland-2007", profile("ABC", (6, "AB"), (2, "B"), (3, "C")), 2)
    first, second, *rest = count.stages
    one, *others = second.transfers
    for wrong in (one._replace(papers=one.papers - 1), one._replace(value=one.value + 1), one._replace(to=2)):
        with pytest.raises(AuditError, match="stage 2: the papers transferred are not what candidates gained"):
            replace(count, stages=(first, replace(second, transfers=(wrong, *others)), *rest))


@pytest.mark.parametrize("how", METHODS)
@PATIENT
@given(election=elections())
def test_folding_identical_papers_changes_nothing(how: str, election: tuple[Profile, int]) -> None:
    papers, seats = election
    single = replace(papers, rankings=np.repeat(papers.rankings, papers.papers, axis=0), papers=np.ones(papers.cast, dtype=np.int64))
    folded, unfolded = (counted(how, one, seats, LOTS) for one in (papers, single))
    # Mixed papers lie as they are drawn; an order drawn of more rows is another order.
    assume(how != "ireland" or not any("mixing" in lot.where for lot in folded.lots))
    assert shown(folded) == shown(unfolded)
    assert folded.elected == unfolded.elected


@pytest.mark.parametrize("how", METHODS)
@PATIENT
@given(election=elections(), shuffle=st.randoms(use_true_random=False))
def test_relabelling_changes_nothing(how: str, election: tuple[Profile, int], shuffle: object) -> None:
    """S9: but for the papers that chance takes in Ireland, where one pile after the other is mixed."""
    papers, seats = election
    order = list(range(len(papers.candidates)))
    shuffle.shuffle(order)  # type: ignore[attr-defined]  # a random.Random
    one, other = (counted(how, profile, seats, LOTS) for profile in (papers, relabelled(papers, order)))
    assume(how != "ireland" or not any("mixing" in lot.where for lot in one.lots))
    assert shown(one) == shown(other)
    assert [(lot.where, lot.rule, lot.chosen) for lot in one.lots] == [(lot.where, lot.rule, lot.chosen) for lot in other.lots]


def tied(count: Transcript) -> bool:
    """Whether at any stage the lowest of those who continue are level."""
    continuing = set(range(len(count.candidates)))
    for stage in count.stages:
        continuing -= {*stage.elected, *stage.excluded}
        lowest = sorted(stage.votes[who] for who in continuing)[:2]
        if len(lowest) == 2 and lowest[0] == lowest[1]:
            return True
    return False


@pytest.mark.parametrize("how", METHODS)
@PATIENT
@given(papers=profiles(least=2))
def test_one_seat_is_the_alternative_vote(how: str, papers: Profile) -> None:
    """But for ties, which each rule breaks in its own way; and for papers with a gap, which Americans pass over."""
    blank = papers.rankings == NOBODY
    assume((blank[:, :-1] <= blank[:, 1:]).all())
    one, other = counted("av-uk-2011", papers, 1, LOTS), counted(how, papers, 1, LOTS)
    assume(not tied(one) and not tied(other))
    assert one.elected == other.elected


def test_ten_times_the_papers_may_elect_others() -> None:
    """S8: the whole number after V / (S + 1) does not grow in proportion; that is the law, and is left alone."""
    few = [(1, "ABC"), (2, "AB"), (1, "CA")]
    many = [(10 * number, ranking) for number, ranking in few]
    assert names(counted("scotland-2007", profile("ABC", *few), 2)) == ["A", "C"]
    assert names(counted("scotland-2007", profile("ABC", *many), 2)) == ["A", "B"]


@pytest.mark.parametrize(
    ("how", "quota"), [("scotland-2007", "21.00000"), ("northern-ireland", "21.00"), ("australian-senate", "21"), ("ers97", "20.00")]
)
def test_quota_of_a_hundred_and_four_seats(how: str, quota: str) -> None:
    """S1: 21, and not 20, where the rule adds one; with two decimals 20.00."""
    count = counted(how, profile("ABCDE", (40, "AB"), (30, "B"), (15, "C"), (10, "D"), (5, "E")), 4)
    assert count.quota is not None
    assert decimal(count.quota, count.places) == quota


def test_more_candidates_than_a_byte_holds() -> None:
    """The same papers among 300 candidates, whose numbers do not fit into bytes, count as among 5."""
    few = profile("ABCDE", (41, "ABC"), (20, "BD"), (15, "CE"), (13, "DCB"), (11, "E"), (7, "AEC"))
    crowd = tuple(Candidate(f"nobody's {number}") for number in range(295))
    rankings = np.where(few.rankings < 0, few.rankings, few.rankings + 295).astype(np.int16)
    many = Profile((*crowd, *few.candidates), rankings, few.papers)
    one, other = (counted("scotland-2007", papers, 3, LOTS) for papers in (few, many))
    assert names(one) == names(other)
    assert shown(one)[1][0].items() <= shown(other)[1][0].items()


def test_values_never_overflow() -> None:
    """Papers by the hundred thousand billions at six decimals: every vote is there to the last digit."""
    papers = profile("ABCD", (10**17 + 7, "AB"), (10**17, "AC"), (10**16, "B"), (10**15 + 1, "CB"), (3, "D"))
    count = counted("australian-capital-territory", papers, 2)
    valid = 2 * 10**17 + 10**16 + 10**15 + 11
    quota = valid // 3 + 1
    share = Fraction(2 * 10**17 + 7 - quota, 2 * 10**17 + 7)
    assert count.quota == quota * 10**6
    assert count.stages[1].votes[1] == 10**22 + (10**17 + 7) * share * 10**6 // 1
    assert sum(count.stages[-1].votes) + count.stages[-1].non_transferable + count.stages[-1].lost_to_rounding == valid * 10**6


def test_a_shared_rank_leads_to_the_only_one_left() -> None:
    """With the reading that keeps shared ranks: nobody's while two of them continue, the other's when one has gone."""
    rankings = np.array([[0, -2], [1, NOBODY], [2, NOBODY], [3, -2]], dtype=np.int16)
    papers = Profile(tuple(map(Candidate, "ABCD")), rankings, np.array([3, 9, 8, 4]), sets=((1, 2),))
    count = Count(papers, 1, places=0, where="test", reading=Reading(overvotes="stop-if-several-continue"))
    count.sort_first_preferences(rule="1")
    count.exclude(0, rule="2")
    assert count.votes == [0, 9, 8, 4]
    count.exclude(2, rule="2")
    count.exclude(3, rule="2")
    assert count.votes == [0, 13, 0, 0]


HISTORY = ((5, 4, 4), (6, 5, 7), (8, 8, 7))


@pytest.mark.parametrize(
    ("ties", "extreme", "expected"),
    [
        (first_difference, min, [1]),
        (first_difference, max, [0]),
        (last_difference, min, [2]),
        (last_difference, max, [0]),
        (last_all_different, min, [1]),
        (last_all_different, max, [2]),
        (no_history, min, [0, 1, 2]),
    ],
)
def test_ways_to_tell_the_level_apart(ties: Callable[..., list[int]], extreme: Callable[..., int], expected: list[int]) -> None:
    """Three are level now; stage by stage they had 5 4 4, 6 5 7, 8 8 7."""
    assert ties([0, 1, 2], HISTORY, extreme) == expected
    assert last_all_different([0, 1], HISTORY[2:], extreme) == [0, 1]


def test_a_profile_without_valid_papers() -> None:
    """Nobody has votes; whoever is to be elected is drawn, stage by stage."""
    for how in METHODS:
        count = counted(how, profile("ABC", (4, " A")), 2, LOTS) if "ma" not in how and how != "minneapolis" else None
        assert count is None or (len(count.elected), count.valid, count.invalid) == (2, 0, 4)


def test_what_is_lost_is_the_papers_own() -> None:
    """7 papers at 2/7 of a vote: 0.28571 each, and 0.00003 is lost in all; the one without a next preference has its part."""
    count = counted("scotland-2007", profile("ABC", (6, "AB"), (1, "A"), (4, "B"), (3, "C")), 2)
    assert votes(count, 2) == {"A": "5.00000", "B": "5.71426", "C": "3.00000"}
    assert left(count, 2) == ("0.28571", "0.00003")
