"""American ranked choice: Minneapolis 2013, RCTab's options one by one, Java's random numbers, and a twin that goes paper by paper."""

import itertools
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ballot_files import mirror, only
from hustings.counting.methods import method
from hustings.counting.methods.us_rcv import UsRcv, java_below, java_hashed, java_random, java_shuffled, java_states, safe_batches
from hustings.counting.run import count
from hustings.election import NOBODY, Candidate, Profile
from hustings.errors import SettingError, TieUnresolved, Unsuitable
from hustings.lots import Lot, Lots, refuse
from hustings.outcome import Transcript
from hustings.report_rctab import repeat
from hustings.sources.rctab import rctab

WRITE_IN = "Undeclared Write-ins"


def profile(*papers: str, candidates: str = "ABCDE", withdrawn: str = "") -> Profile:
    """Papers such as '3 A-(BC)' for three of them: - is a blank rank, (…) an overvote, W the undeclared write-ins."""
    names = tuple(Candidate(WRITE_IN if name == "W" else name) for name in candidates)
    rows, numbers, sets = [], [], list[tuple[int, ...]]()
    for paper in papers:
        number, _, text = paper.partition(" ")
        row, several = list[int](), list[int]()
        inside = False
        for letter in text:
            if letter == "(":
                inside, several = True, []
            elif letter == ")":
                inside = False
                sets.append(tuple(several))
                row.append(-1 - len(sets))
            elif inside:
                several.append(candidates.index(letter))
            else:
                row.append(NOBODY if letter == "-" else candidates.index(letter))
        rows.append(row)
        numbers.append(int(number))
    width = max(map(len, rows))
    table = np.array([row + [NOBODY] * (width - len(row)) for row in rows], dtype=np.int16)
    return Profile(names, table, np.array(numbers), tuple(sets), tuple(candidates.index(name) for name in withdrawn))


def run(papers: Profile, seats: int = 1, lots: Lots = refuse, **options: Any) -> Transcript:
    return count(papers, seats, UsRcv(**options), where="contest", lots=lots)


def elected(transcript: Transcript) -> str:
    return "".join(transcript.candidates[who].name for who in transcript.elected)


def totals(transcript: Transcript, *names: str) -> list[list[Fraction]]:
    columns = [next(i for i, candidate in enumerate(transcript.candidates) if candidate.name == name) for name in names]
    return [[Fraction(stage.votes[column], 10**transcript.places) for column in columns] for stage in transcript.stages]


# H05: the mayor of Minneapolis, 2013.


@pytest.fixture(scope="module")
def minneapolis() -> tuple[Profile, UsRcv]:
    folder = mirror("rctab") / "2013_minneapolis_mayor"
    election = rctab(folder / "2013_minneapolis_mayor_config.json")
    return only(election), method.parse(election.main.method)


LEADERS = ("BETSY HODGES", "MARK ANDREW", "DON SAMUELS", "CAM WINTON", "JACKIE CHERRYHOMES")


def test_minneapolis_by_the_rules_of_the_city(minneapolis: tuple[Profile, UsRcv]) -> None:
    """The official count: skipped ranks and overvotes are passed over."""
    papers, rules = minneapolis
    transcript = count(papers, 1, replace(rules, skips=-1, overvotes="skip"))
    first, last = totals(transcript, *LEADERS)[0], totals(transcript, *LEADERS)[-1]
    assert first == [28_962, 19_648, 8_350, 7_533, 3_548]
    assert transcript.valid == sum(transcript.stages[0].papers) == 79_415
    assert last == [38_870, 24_972, 0, 0, 0]
    assert [transcript.candidates[who].name for who in transcript.elected] == ["BETSY HODGES"]
    assert transcript.stages[1].rule == "undeclaredWriteInLabel"


def test_minneapolis_by_the_rules_of_maine(minneapolis: tuple[Profile, UsRcv]) -> None:
    """An overvote exhausts a paper, and so do two skipped ranks: what the configuration of the repository says."""
    papers, rules = minneapolis
    transcript = count(papers, 1, rules)
    found = totals(transcript, *LEADERS)
    assert found[0] == [28_951, 19_621, 8_344, 7_523, 3_539]
    assert transcript.valid == 79_312
    assert transcript.stages[0].quota == 39_657 * 10**4
    assert found[-1] == [38_852, 24_942, 0, 0, 0]
    assert len(transcript.stages) == 33
    assert dict(transcript.stages[0].inactive) == {"skipped ranks": 47 * 10**4, "overvote": 103 * 10**4, "blank": 639 * 10**4}


# S3: batch elimination.


def test_batches_of_the_specification() -> None:
    assert safe_batches([40, 5, 37, 6, 12]) == [1, 2, 3]
    assert safe_batches([5, 7, 12, 13, 24]) == [1]


@given(st.lists(st.integers(0, 12), min_size=1, max_size=7))
def test_a_batch_is_any_group_that_cannot_catch_up(votes: list[int]) -> None:
    """Every group tried: even if all its votes came to one of them he would have fewer than anybody outside."""
    everybody = range(len(votes))
    safe = {
        len(group)
        for size in range(1, len(votes))
        for group in itertools.combinations(everybody, size)
        if sum(votes[who] for who in group) < min(votes[who] for who in everybody if who not in group)
    }
    assert set(safe_batches(votes)) == safe


BATCH = profile("5 ABDE", "6 BADE", "12 CED", "37 D", "40 E")


def test_a_batch_leaves_in_one_round() -> None:
    transcript = run(BATCH, batch=True)
    assert transcript.stages[1].excluded == (0, 1, 2)
    assert transcript.stages[1].rule == "batchElimination"
    assert totals(transcript, "D", "E") == [[37, 40], [48, 52]]
    assert transcript.stages[1].transfers == ((0, 3, 10**4, 5), (1, 3, 10**4, 6), (2, 4, 10**4, 12))
    assert [stage.excluded for stage in run(BATCH).stages] == [(), (0,), (1,), (2,)]


def test_one_alone_is_no_batch() -> None:
    assert run(profile("5 A", "7 B", "12 C", "13 D", "24 E"), batch=True).stages[1].rule == "fewest votes"


# Winners.


def test_one_winner_is_no_other_number() -> None:
    with pytest.raises(Unsuitable, match="elects one, not 2"):
        run(BATCH, 2, winners="single")


def test_by_seats() -> None:
    assert elected(run(BATCH)) == "E"
    assert run(BATCH, 2).stages[0].quota == 34 * 10**4


STV = profile("9 AB", "3 BC", "4 C", "2 D")


def test_surpluses_pass_by_fractions_cut_to_the_decimals() -> None:
    """Threshold 18 // 3 + 1 = 7; A has 2 beyond it: 2/9 = 0.2222, so 9 papers carry 1.9998 and 0.0002 is lost."""
    transcript = run(STV, 2, ties="candidate-order")
    assert totals(transcript, "A", "B")[1] == [7, Fraction("4.9998")]
    assert transcript.stages[1].lost_to_rounding == 2
    assert transcript.stages[1].transfers == ((0, 1, 2222, 9),)


def test_the_last_surpluses_pass_to_nobody() -> None:
    transcript = run(profile("6 AB", "6 BA", "1 C", candidates="ABC"), 2)
    assert elected(transcript) == "AB"
    assert len(transcript.stages) == 2
    assert transcript.stages[1].votes == (5 * 10**4, 5 * 10**4, 10**4)
    assert dict(transcript.stages[1].inactive) == {"surplus left over": 2 * 6 * 1666}


def test_one_per_round() -> None:
    papers = profile("6 AC", "5 BC", "1 C", candidates="ABC")
    assert [stage.elected for stage in run(papers, 2, winners="all-per-round").stages] == [(0, 1), ()]
    assert [stage.elected for stage in run(papers, 2, winners="one-per-round").stages] == [(0,), (1,), ()]


def test_one_per_round_to_the_last_seats() -> None:
    """As many are left as seats, and still they are elected one by one."""
    transcript = run(profile("3 A", "2 B", candidates="AB"), 2, winners="one-per-round")
    assert [stage.elected for stage in transcript.stages] == [(0,), (1,), ()]


def test_bottoms_up_passes_no_surplus() -> None:
    transcript = run(replace(STV, candidates=STV.candidates[:4]), 2, winners="bottoms-up")
    assert [stage.excluded for stage in transcript.stages] == [(), (3,), (1,)]
    assert (elected(transcript), transcript.stages[-1].votes[:3]) == ("AC", (9 * 10**4, 0, 7 * 10**4))


def test_bottoms_up_to_a_percentage_is_met_by_as_much() -> None:
    """Four of twenty are 20 per cent: the documentation has "meet or exceed"."""
    papers = profile("9 A", "4 B", "4 C", "3 DB", candidates="ABCD")
    transcript = run(papers, 4, winners="bottoms-up-percent", percent=20)
    assert (elected(transcript), len(transcript.stages)) == ("ABC", 2)
    assert transcript.quota == 4 * 10**4


def test_cutoff_takes_all_below_the_percentage_at_once() -> None:
    papers = profile("9 A", "6 B", "3 CD", "2 DC", candidates="ABCD")
    assert elected(run(papers, 4, winners="bottoms-up-percent", percent=25)) == "ABC"
    transcript = run(papers, 4, winners="bottoms-up-percent", percent=25, cutoff=True)
    assert (elected(transcript), transcript.stages[1].excluded) == ("AB", (2, 3))


def test_multi_pass_holds_a_contest_for_each_seat() -> None:
    """All papers are dealt again, without those who have won."""
    transcript = run(profile("5 AB", "3 B", "4 C", candidates="ABC"), 2, winners="multi-pass")
    assert elected(transcript) == "AB"
    assert [stage.act for stage in transcript.stages] == ["first preferences", "exclusion", "first preferences"]
    assert transcript.stages[2].votes == (0, 8 * 10**4, 4 * 10**4)
    assert transcript.stages[2].rule == "multiPassIrv"


def test_more_seats_than_candidates() -> None:
    assert elected(run(profile("3 A", "2 B", candidates="AB"), 5)) == "AB"


def test_undeclared_write_ins_go_first_and_never_win() -> None:
    papers = profile("5 W", "4 WA", "3 A", "2 B", candidates="ABW")
    transcript = run(papers)
    assert transcript.stages[0].elected == ()
    assert transcript.stages[1].excluded == (2,)
    assert elected(transcript) == "A"
    assert elected(run(papers, write_ins="nobody")) == WRITE_IN
    assert elected(run(profile("1 A", "1 W", candidates="AW"), 3)) == "A"


# Thresholds.


@pytest.mark.parametrize(
    ("options", "threshold"),
    [
        ({}, "4"),
        ({"non_integer": True}, "3.3334"),
        ({"non_integer": True, "decimals": 1}, "3.4"),
        ({"threshold": "hare"}, "5"),
        ({"threshold": "hare", "minimum": 6}, "6"),
    ],
)
def test_thresholds_of_several(options: dict[str, Any], threshold: str) -> None:
    """Ten votes, two seats."""
    transcript = run(profile("7 A", "3 B"), 2, **{"ties": "candidate-order"} | options)
    assert transcript.quota == Fraction(threshold) * 10**transcript.places


def test_hare_rounds_up() -> None:
    assert run(profile("8 A", "3 B"), 2, threshold="hare", ties="candidate-order").quota == 6 * 10**4


ROUNDS = profile("6 A", "5 BA", "3 C", "1 DA", candidates="ABCD")


def test_one_winner_needs_a_majority_of_what_is_left_in_each_round() -> None:
    assert [stage.quota for stage in run(ROUNDS).stages] == [8 * 10**4, 8 * 10**4, 7 * 10**4]


def test_a_threshold_of_the_first_round() -> None:
    """Nobody comes to eight; of the last two the one with more is elected."""
    transcript = run(ROUNDS, first_round_threshold=True)
    assert [stage.quota for stage in transcript.stages] == [8 * 10**4, None, None]
    assert transcript.stages[-1].elected == (0,)


def test_the_threshold_stays_once_somebody_is_elected() -> None:
    transcript = run(profile("8 A", "3 B", "2 C", "1 D", candidates="ABCD"), until_two=True)
    assert transcript.stages[0].elected == (0,)
    assert [stage.quota for stage in transcript.stages] == [8 * 10**4, None, None, None]
    assert [stage.excluded for stage in transcript.stages] == [(), (), (3,), (2,)]


def test_until_two_the_winner_goes_on_receiving() -> None:
    transcript = run(profile("8 A", "3 B", "2 CA", candidates="ABC"), until_two=True)
    assert totals(transcript, "A", "B") == [[8, 3], [8, 3], [10, 3]]


def test_until_two_a_batch_does_not_leave_the_winner_alone() -> None:
    transcript = run(profile("30 A", "5 B", "2 C", "1 D", candidates="ABCD"), until_two=True, batch=True)
    assert [stage.excluded for stage in transcript.stages] == [(), (), (2, 3)]


def test_a_minimum() -> None:
    assert run(ROUNDS, minimum=4).stages[1].excluded == (2, 3)
    with pytest.raises(Unsuitable, match="every candidate has fewer than 9 votes"):
        run(ROUNDS, minimum=9)


def test_stopped_after_a_round() -> None:
    """Who was to go is named, and keeps the papers."""
    transcript = run(ROUNDS, stop_after=2)
    assert transcript.stages[-1].excluded == (2,)
    assert transcript.stages[-1].votes == transcript.stages[-2].votes
    assert transcript.elected == ()


# Papers.


def test_an_overvote_may_wait_until_one_of_those_named_is_left() -> None:
    papers = profile("2 (AB)C", "3 A", "4 C", "1 B", candidates="ABC")
    assert totals(run(papers, overvotes="stop"), "A", "C")[-1] == [3, 4]
    assert totals(run(papers, overvotes="skip"), "A", "C")[-1] == [3, 6]
    transcript = run(papers, overvotes="stop-if-several-continue")
    assert dict(transcript.stages[0].inactive) == {"overvote": 2 * 10**4}
    later = run(profile("2 B(AB)", "3 A", "4 C", "1 D", candidates="ABCD"), overvotes="stop-if-several-continue")
    assert totals(later, "A", "C")[-1] == [5, 4]


def test_why_papers_count_for_nobody() -> None:
    papers = profile("1 --A", "1 B--A", "1 B(AC)A", "1 BBA", "1 B", "1 -", "9 A", "8 C", candidates="ABC")
    found = dict(run(papers, skips=1, overvotes="stop", repeats="stop").stages[-1].inactive)
    assert found == {name: 10**4 * number for name, number in {
        "choices exhausted": 1, "skipped ranks": 2, "repeated candidate": 1, "overvote": 1, "blank": 1,
    }.items()}  # fmt: skip


def test_ranks_beyond_the_maximum_are_not_read() -> None:
    papers = profile("4 CA", "5 B", "4 A", candidates="ABC")
    assert elected(run(papers, ties="candidate-order")) == "A"
    assert elected(run(papers, ties="candidate-order", max_rankings=1)) == "B"


# Ties.

LEVEL = profile("2 A", "2 B", "2 C", "3 D", candidates="ABCD")


def excluded(transcript: Transcript) -> list[str]:
    return [transcript.candidates[who].name for stage in transcript.stages for who in stage.excluded]


def test_a_tie_asks_for_a_lot() -> None:
    with pytest.raises(TieUnresolved, match="contest, stage 2: A and B and C are tied and tiebreakMode calls for a lot"):
        run(LEVEL)
    transcript = run(LEVEL, lots=lambda where, rule, tied: Lot(where, rule, tuple(tied), tied[-1], "a hat"))
    assert excluded(transcript) == ["C", "B"]
    assert [lot.how for lot in transcript.lots] == ["a hat", "a hat"]


def test_the_order_of_the_candidates() -> None:
    """The last of the list goes, the first of it wins; and write-ins without a vote are not on the list."""
    assert excluded(run(LEVEL, ties="candidate-order")) == ["C", "B"]
    assert elected(run(profile("2 B", "2 A", candidates="AB"), ties="candidate-order")) == "A"
    transcript = run(profile("3 A", "2 B", "2 D", candidates="ABCDW"), ties="candidate-order")
    assert excluded(transcript) == ["C", WRITE_IN, "D"]
    assert transcript.lots[0].how == "order of the candidates, from the last"


def test_a_permutation_is_drawn_once() -> None:
    order = java_shuffled("ABCD", 5)
    level = [name for name in order if name != "D"]
    assert excluded(run(LEVEL, ties="permutation", seed=5)) == level[:0:-1]


def test_going_back_round_by_round() -> None:
    """B and C are level at last; a round before C was behind."""
    papers = profile("5 A", "4 B", "3 C", "1 DC", candidates="ABCD")
    assert excluded(run(papers, ties="previous-ask")) == ["D", "C"]
    assert excluded(run(papers, ties="candidate-order")) == ["D", "C"]
    with pytest.raises(TieUnresolved):
        run(LEVEL, ties="previous-ask")


def test_random_numbers_run_on_from_tie_to_tie() -> None:
    draw = java_random(0)
    one = draw("", "", "ABC").chosen
    two = draw("", "", sorted({"A", "B", "C"} - {one})).chosen
    assert excluded(run(LEVEL, ties="random", seed=0)) == [one, two]


def test_going_back_leaves_the_order_of_a_hash_table() -> None:
    """RCTab's own case, seed 12345: 0.3618 of two is the first, who is Sneezy in Java's table and Dopey in the alphabet."""
    names = ("Happy", "Sneezy", "Dopey", "Grumpy")
    papers = profile("1 AD", "3 B", "3 C", "2 D", candidates="ABCD")
    papers = replace(papers, candidates=tuple(map(Candidate, names)))
    assert java_hashed(["Dopey", "Sneezy"]) == ["Sneezy", "Dopey"]
    transcript = run(papers, ties="previous-random", seed=12345)
    assert excluded(transcript) == ["Happy", "Grumpy"]
    assert elected(transcript) == "Sneezy"


# Java.


def test_java_util_random() -> None:
    """What Random(42).nextInt() and Random(0).nextDouble() are known to give."""
    states = java_states(42)
    assert [next(states) >> 16 for _ in range(2)] == [-1170105035 % 2**32, 234785527]
    states = java_states(0)
    assert ((next(states) >> 22) << 27) + (next(states) >> 21) == int(0.730967787376657 * 2**53)


def test_java_below() -> None:
    """Random(42).nextInt(10) begins 0, 3, 8, 4, 0, 5, 5, 8, 9, 3; of a power of two the high bits are taken."""
    states = java_states(42)
    assert [java_below(10, states) for _ in range(7)] == [0, 3, 8, 4, 0, 5, 5]
    assert java_below(16, java_states(42)) == (-1170105035 % 2**32) >> 28


def test_java_hash_codes_fill_a_table_twice_their_number() -> None:
    """ "Aa" and "BB" have one hash code, 2112; thirteen names need a table of 32."""
    assert java_hashed(["BB", "Aa"]) == ["Aa", "BB"]
    letters = "abcdefghijklm"
    assert java_hashed(letters) == sorted(letters, key=lambda letter: ord(letter) % 32)
    assert java_hashed(letters[:12]) == sorted(letters[:12], key=lambda letter: ord(letter) % 32)
    assert java_hashed("ap") == ["p", "a"]


# Settings.


@pytest.mark.parametrize(
    "options",
    [
        {"winners": "first"},
        {"ties": "dice"},
        {"batch": True, "winners": "bottoms-up"},
        {"until_two": True, "winners": "all-per-round"},
        {"threshold": "hare", "winners": "single"},
        {"percent": 15},
        {"winners": "bottoms-up-percent"},
        {"decimals": 21},
    ],
)
def test_settings_that_say_nothing(options: dict[str, Any]) -> None:
    with pytest.raises(SettingError):
        UsRcv(**options)


# The twin: paper by paper, round by round, with fractions.


@dataclass
class Slip:
    """One paper: whom each rank names, what it is still worth, who has it, and why nobody has."""

    ranks: list[tuple[int, ...]]
    value: Fraction = Fraction(1)
    holder: int | None = None
    end: str = ""


@dataclass
class Twin:
    """The count of one contest as the documentation tells it."""

    papers: Profile
    rules: UsRcv
    seats: int
    slips: list[Slip] = field(default_factory=list)
    rounds: list[tuple[dict[int, Fraction], set[int], dict[str, Fraction]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for codes, number in zip(self.papers.rankings.tolist(), self.papers.papers.tolist(), strict=True):
            ranks = [() if code == NOBODY else (code,) if code >= 0 else self.papers.sets[-2 - code] for code in codes]
            self.slips += [Slip(ranks[: self.rules.max_rankings or None]) for _ in range(number)]
        self.inside = set(range(len(self.papers.candidates))) - set(self.papers.withdrawn)
        self.won: list[int] = []

    def place(self, slip: Slip) -> None:
        seen, blank = set[int](), 0
        slip.holder, slip.end = None, "choices exhausted" if any(slip.ranks) else "blank"
        for names, code in zip(slip.ranks, [len(names) for names in slip.ranks], strict=True):
            if not code:
                blank += 1
                continue
            if 0 <= self.rules.skips < blank:
                slip.end = "skipped ranks"
                return
            blank = 0
            if self.rules.repeats == "stop" and seen & set(names):
                slip.end = "repeated candidate"
                return
            seen |= set(names)
            there = [name for name in names if name in self.inside]
            if code > 1 and (self.rules.overvotes == "stop" or (self.rules.overvotes != "skip" and len(there) > 1)):
                slip.end = "overvote"
                return
            if there and not (code > 1 and self.rules.overvotes == "skip"):
                slip.holder, slip.end = there[0], ""
                return

    def tally(self) -> dict[int, Fraction]:
        votes = {who: Fraction(0) for who in sorted(self.inside)}
        for slip in self.slips:
            if slip.end == "" and slip.holder not in self.inside:
                self.place(slip)
            if slip.holder in votes:
                votes[slip.holder] += slip.value
        ends = {slip.end for slip in self.slips if slip.end}
        reasons = {end: sum((slip.value for slip in self.slips if slip.end == end), Fraction(0)) for end in ends}
        self.rounds.append((votes, set(), {end: value for end, value in reasons.items() if value}))
        return votes

    def run(self) -> "Twin":
        for slip in self.slips:
            slip.holder = -9  # with nobody yet
        threshold = 0
        while True:
            votes = self.tally()
            if self.seats == 1 or len(self.rounds) == 1:
                threshold = int(sum(votes.values()) / (self.seats + 1)) + 1
            left = self.seats - len(self.won)
            reached = [who for who in votes if votes[who] >= threshold] if self.rules.winners != "bottoms-up" else []
            if len(votes) <= left:
                reached = list(votes)
            if self.seats == 1 and not reached and len(votes) == 2:
                reached = [max(votes, key=lambda who: (votes[who], -who))]
            if reached:
                self.rounds[-1][1].update(reached)
                self.won += reached
                self.inside -= set(reached)
                if self.rules.winners == "bottoms-up" or self.seats == 1:
                    return self
                self.pass_on(votes, reached, threshold)
                if len(self.won) >= self.seats:
                    for slip in self.slips:
                        slip.end = slip.end or ("surplus left over" if slip.holder in reached else "")
                    self.tally()
                    return self
            else:
                self.inside.remove(min(votes, key=lambda who: (votes[who], -who)))

    def pass_on(self, votes: dict[int, Fraction], winners: list[int], threshold: int) -> None:
        for who in winners:
            fraction = cut((votes[who] - threshold) / votes[who]) if votes[who] > threshold else Fraction(0)
            for slip in self.slips:
                if slip.holder == who:
                    slip.value = cut(slip.value * fraction)


def cut(value: Fraction) -> Fraction:
    return Fraction(int(value * 10**4), 10**4)


@st.composite
def raw(draw: st.DrawFn) -> Profile:
    """Up to ten different papers of three to five candidates, with skipped ranks, repeats, overvotes, and somebody withdrawn."""
    people = draw(st.integers(3, 5))
    sets = tuple(draw(st.lists(st.lists(st.integers(0, people - 1), min_size=2, max_size=3, unique=True).map(tuple), max_size=2)))
    codes = st.sampled_from([*range(people), *range(people), NOBODY, *range(-2, -2 - len(sets), -1)])
    rows = draw(st.lists(st.lists(codes, min_size=4, max_size=4), min_size=1, max_size=10))
    papers = draw(st.lists(st.integers(1, 5), min_size=len(rows), max_size=len(rows)))
    withdrawn = draw(st.sampled_from([(), (), (0,)]))
    return Profile(tuple(Candidate(name) for name in "ABCDE"[:people]), np.array(rows, dtype=np.int16), np.array(papers), sets, withdrawn)


OPTIONS = st.fixed_dictionaries(
    {
        "skips": st.sampled_from([-1, 0, 1]),
        "overvotes": st.sampled_from(["stop", "skip", "stop-if-several-continue"]),
        "repeats": st.sampled_from(["stop", "ignore"]),
        "max_rankings": st.sampled_from([0, 3]),
    }
)


@settings(max_examples=150, deadline=None)
@given(raw(), OPTIONS, st.sampled_from([("single", 1), ("all-per-round", 2), ("bottoms-up", 2)]))
def test_the_twin_agrees(papers: Profile, options: dict[str, Any], mode: tuple[str, int]) -> None:
    rules: UsRcv = method["us-rcv"](winners=mode[0], ties="candidate-order", **options)
    twin, transcript = Twin(papers, rules, mode[1]).run(), count(papers, mode[1], rules)
    for (votes, winners, reasons), stage in zip(twin.rounds, transcript.stages, strict=True):
        assert set(stage.elected) == winners
        assert {who: Fraction(stage.votes[who], 10**4) for who in votes} == votes
        assert {name: Fraction(value, 10**4) for name, value in stage.inactive} == reasons
    assert set(transcript.elected) == set(twin.won)


@settings(max_examples=100, deadline=None)
@given(raw(), OPTIONS)
def test_a_batch_changes_nothing_but_the_number_of_rounds(papers: Profile, options: dict[str, Any]) -> None:
    one = run(papers, ties="candidate-order", **options)
    together = run(papers, ties="candidate-order", batch=True, **options)
    assert together.elected == one.elected
    shown = iter([stage.votes for stage in one.stages])
    # One by one, the count may end before the last of a batch is out: then the last round of the other is beyond it.
    assert all(stage.votes in shown for stage in together.stages[:-1])


@settings(max_examples=60, deadline=None)
@given(raw(), st.integers(0, 9), st.sampled_from([("single", 1), ("all-per-round", 2), ("multi-pass", 2), ("one-per-round", 2)]))
def test_parts_add_up_to_the_whole(papers: Profile, where: int, mode: tuple[str, int]) -> None:
    """The acts of the count, done to two parts of the papers: votes and reasons add up, but for what rounding takes of the whole."""
    rules: UsRcv = method["us-rcv"](winners=mode[0], ties="candidate-order")
    transcript = count(papers, mode[1], rules)
    here = np.arange(len(papers.papers)) <= where
    halves = [
        repeat(transcript, replace(papers, rankings=papers.rankings[part], papers=papers.papers[part]), rules) for part in (here, ~here) if part.any()
    ]
    for stage, *parts in zip(transcript.stages, *(half.stages for half in halves), strict=True):
        assert sum(part.non_transferable for part in parts) == stage.non_transferable
        assert sum(sum(part.votes) for part in parts) == sum(stage.votes) + stage.lost_to_rounding
        assert [sum(part.votes[who] for part in parts) for who in range(len(stage.votes)) if who not in transcript.elected] == [
            votes for who, votes in enumerate(stage.votes) if who not in transcript.elected
        ]


def test_java_lots_are_kept() -> None:
    (lot, *_) = run(LEVEL, ties="random", seed=3).lots
    assert (lot.rule, lot.tied, lot.how) == ("tiebreakMode", ("A", "B", "C"), "java.util.Random, seed 3")
