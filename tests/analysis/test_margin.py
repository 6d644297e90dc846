"""Margins: exact by instant runoff against every change there is, upper bounds against a recount, bounds that never cross."""

import itertools
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from by_hand import counted, needs_mirror, profile, ward
from hustings.analysis.margin import Margin, changed, margin, plurality_margin, possibly_elected
from hustings.counting.methods import method
from hustings.election import NOBODY, Candidate, Profile
from hustings.lots import Seeded

BURLINGTON = profile(
    ("Montroll", "Kiss", "Wright"),
    *((1332, "MKW"), (767, "MWK"), (455, "M"), (2043, "KMW"), (371, "KWM"), (568, "K"), (1513, "WMK"), (495, "WKM"), (1289, "W")),
)


def found(how: str, papers: Profile, seats: int = 1, seconds: float = 60.0) -> Margin:
    """The margin of the count, whose lots a seed draws."""
    law = method.parse(how)
    result = margin(papers, counted(how, papers, seats, Seeded(1)), law, seconds=seconds)
    assert result is not None
    return result


def by_definition(how: str, papers: Profile, seats: int, most: int) -> int:
    """Change every set of k papers to every content, k = 0, 1, …, until a recount, by some lot, elects others; `most` + 1 if none does."""
    law = method.parse(how)
    elected = set(counted(how, papers, seats, Seeded(1)).elected)
    everybody = range(len(papers.candidates))
    contents = [ranking for length in range(len(everybody) + 1) for ranking in itertools.permutations(everybody, length)]
    rows = as_rows(papers)
    for k in range(most + 1):
        for kept, new in itertools.product(_subsets(rows, len(rows) - k), itertools.combinations_with_replacement(contents, k)):
            anew = folded(papers.candidates, [*kept, *new])
            if any(elected != set(others) for others in possibly_elected(anew, seats, law)):
                return k
    return most + 1


def as_rows(papers: Profile) -> list[tuple[int, ...]]:
    """Each paper as the candidates that it ranks."""
    pairs = zip(papers.rankings.tolist(), papers.papers.tolist(), strict=True)
    return [tuple(who for who in ranking if who != NOBODY) for ranking, number in pairs for _ in range(number)]


def may_win(papers: frozenset[tuple[tuple[int, ...], int]], left: frozenset[int]) -> set[int]:
    """Whoever may be the last of these, if one with fewest votes goes at a time."""
    if len(left) == 1:
        return set(left)
    votes = dict.fromkeys(left, 0)
    for ranking, number in papers:
        holder = next((who for who in ranking if who in left), None)
        if holder is not None:
            votes[holder] += number
    return set().union(*(may_win(papers, left - {who}) for who in left if votes[who] == min(votes.values())))


def by_steps(papers: Profile, elected: int, most: int) -> int:
    """The margin between three: profiles one change away, those a change away from these, and so on; `most` + 1 if none will do."""
    contents = [(), *((who,) for who in range(3)), *itertools.permutations(range(3), 2)]
    level = {frozenset(Counter(ranking[:2] for ranking in as_rows(papers)).items())}
    seen = set(level)
    for k in range(most + 1):
        if any(may_win(each, frozenset(range(3))) != {elected} for each in level):
            return k
        after = set()
        for each in level:
            for (old, _), new in itertools.product(each, contents):
                moved = Counter(dict(each)) + Counter([new])
                moved[old] -= 1
                after.add(frozenset((+moved).items()))
        level = after - seen
        seen |= after
    return most + 1


def _subsets(rows: list[tuple[int, ...]], number: int) -> Iterator[tuple[tuple[int, ...], ...]]:
    yield from dict.fromkeys(itertools.combinations(sorted(rows), number))


def folded(candidates: tuple[Candidate, ...], rows: list[tuple[int, ...]]) -> Profile:
    """A profile of these papers, each a row."""
    rankings = np.full((len(rows), len(candidates)), NOBODY, dtype=np.int16)
    for row, ranking in enumerate(rows):
        rankings[row, : len(ranking)] = ranking
    return Profile(candidates, rankings, np.ones(len(rows), dtype=np.int64))


@st.composite
def few_papers(draw: st.DrawFn, candidates: int, most: int) -> Profile:
    """Up to so many papers, some of them blank."""
    everybody = list(range(candidates))
    ranking = st.permutations(everybody).flatmap(lambda order: st.integers(0, candidates).map(lambda length: tuple(order[:length])))
    rows = draw(st.lists(ranking, min_size=1, max_size=most))
    return folded(tuple(Candidate(name) for name in "ABCD"[:candidates]), rows)


@settings(max_examples=60, deadline=None)
@given(papers=few_papers(3, 6))
def test_exact_where_a_lot_decides_every_tie(papers: Profile) -> None:
    result = found("us-rcv", papers)
    assert result.exact
    assert result.least == by_definition("us-rcv", papers, 1, 2) or (result.least > 2 and by_definition("us-rcv", papers, 1, 2) == 3)


@settings(max_examples=25, deadline=None)
@given(papers=few_papers(3, 14))
def test_exact_between_three(papers: Profile) -> None:
    result = found("us-rcv", papers)
    [elected] = counted("us-rcv", papers, 1, Seeded(1)).elected
    assert result.exact
    assert min(result.least, 4) == by_steps(papers, elected, 3)


@settings(max_examples=15, deadline=None)
@given(papers=few_papers(4, 5))
def test_exact_with_four_candidates(papers: Profile) -> None:
    result = found("us-rcv", papers)
    assert result.exact
    assert min(result.least, 2) == by_definition("us-rcv", papers, 1, 1)


@settings(max_examples=60, deadline=None)
@given(papers=few_papers(3, 6), how=st.sampled_from(["av-uk-2011", "scotland-2007", "northern-ireland", "schulze"]), seats=st.integers(1, 2))
def test_bounds_hold(papers: Profile, how: str, seats: int) -> None:
    """S6 among them: where equal votes are told apart by an earlier stage, the bounds need not meet, and never cross."""
    seats = 1 if how in ("av-uk-2011", "schulze") else seats
    result = found(how, papers, seats)
    true = by_definition(how, papers, seats, 2)
    assert result.least <= true or true == 3
    assert result.most is None or true == 3 or true <= result.most
    assert result.most is None or result.least <= result.most


def test_burlington() -> None:
    """H07: the last round is 4314 to 4064, so 125 papers make a tie; no fewer do, as Wright leads Montroll by 743 and Kiss by 428."""
    for how in ("av-uk-2011", "us-rcv", "scotland-2007"):
        result = found(how, BURLINGTON)
        assert result.exact
        assert result.least == 125
        assert sum(change.papers for change in result.changes) == 125
        assert {2} in list(possibly_elected(changed(BURLINGTON, result.changes), 1, method.parse(how)))


def test_a_lot_decided() -> None:
    """S6: level at stage 1, so a lot; nothing need be changed."""
    result = found("av-uk-2011", profile("ABC", (2, "AB"), (2, "B"), (3, "C")))
    assert (result.least, result.most) == (0, 0)
    assert str(result) == "0 papers"


def test_an_earlier_stage_decided() -> None:
    """S6: A and B are level at stage 2, and B, behind at stage 1, goes out: one paper of A's first preferences turns that."""
    result = found("av-uk-2011", profile("ABC", (4, "AC"), (3, "BA"), (1, "CB")))
    assert (result.least, result.most) == (1, 1)


def test_plurality() -> None:
    assert [plurality_margin(votes) for votes in ([5, 5, 1], [6, 5], [7, 5], [8, 5, 5])] == [0, 1, 1, 2]


def test_nobody_else_stands() -> None:
    papers = profile("AB", (2, "AB"), (1, "B"))
    assert margin(papers, counted("scotland-2007", papers, 2), method["scotland-2007"]) is None


def test_no_time() -> None:
    """Bounds, and no claim that they are exact unless they meet."""
    result = found("us-rcv", BURLINGTON, seconds=0)
    assert result.least <= 125
    assert result.most is None or result.most >= 125


def test_all_by_first_preferences() -> None:
    """Quota 100 // 3 + 1 = 34, which B has 6 more than: one of seven papers changed for C is one too many."""
    result = found("scotland-2007", profile("ABC", (50, "A"), (40, "B"), (10, "C")), 2)
    assert result.least == 7
    assert result.most is not None
    assert result.most >= 7


@needs_mirror
def test_a_ward() -> None:
    papers, seats = ward("renfrewshire_2017_ward3")
    result = found("scotland-2007", papers, seats)
    assert result.least == 1
    law = method["scotland-2007"]
    assert sum(change.papers for change in result.changes) == result.most
    elected = set(counted("scotland-2007", papers, seats).elected)
    assert any(elected != set(others) for others in possibly_elected(changed(papers, result.changes), seats, law))


def test_the_command(tmp_path: Path) -> None:
    path = tmp_path / "sparta.blt"
    path.write_text('2 1\n4 1 2 0\n1 2 0\n0\n"Castor"\n"Pollux"\n"Sparta"\n', encoding="utf-8")
    words = [sys.executable, "-m", "hustings", "count", str(path), "--margin"]
    assert "margin: 2 papers" in subprocess.run(words, capture_output=True, text=True, check=True).stdout
    document = json.loads(subprocess.run([*words, "--json"], capture_output=True, text=True, check=True).stdout)
    assert document["margin"] == {"least": 2, "most": 2, "exact": True}
