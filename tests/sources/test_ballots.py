"""What files of papers have in common: a text read in blocks, and papers folded, against the same done line by line."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hustings import ballots
from hustings.ballots import BallotFile, folded, papers
from hustings.election import NOBODY
from hustings.errors import DataError

CANDIDATES = 40
Rows = list[tuple[int, list[int]]]
Found = tuple[np.ndarray[tuple[int, ...], np.dtype[np.int16]], np.ndarray[tuple[int, ...], np.dtype[np.int64]]]

lines = st.lists(st.tuples(st.integers(1, 120), st.lists(st.integers(1, CANDIDATES), min_size=1, max_size=6)), min_size=1, max_size=60)


def definition(rows: Rows) -> dict[tuple[int, ...], int]:
    """Each distinct ranking in order of first appearance, and its papers."""
    total: dict[tuple[int, ...], int] = {}
    for number, ranking in rows:
        total[tuple(ranking)] = total.get(tuple(ranking), 0) + number
    return total


def shown(found: Found) -> dict[tuple[int, ...], int]:
    rankings, number = found
    assert len(rankings) == len(number)
    return {tuple(who + 1 for who in ranking if who != NOBODY): papers for ranking, papers in zip(rankings.tolist(), number.tolist(), strict=True)}


def read(rows: Rows, *, blank: bool = False) -> Found:
    text = "".join(f"{number} {' '.join(map(str, ranking))} 0\n{' ' * blank + chr(10) if blank else ''}" for number, ranking in rows).encode()
    return papers(BallotFile(Path("test.blt"), text, ""), text, 1, CANDIDATES, closed=True)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text of some lines is as one of millions: it has many blocks, and its first lines are a sample."""
    monkeypatch.setattr(ballots, "BLOCK", 64)
    monkeypatch.setattr(ballots, "ROWS", 8)
    monkeypatch.setattr(ballots, "SAMPLE", 128)


@settings(deadline=None)
@given(rows=lines, copies=st.integers(1, 9), blank=st.booleans())
def test_both_ways_to_fold_a_text(rows: Rows, copies: int, blank: bool) -> None:
    """Most lines the same, and they are counted as text; most of them distinct, and they are read; the papers are the same, in the same order."""
    found = shown(read(rows * copies, blank=blank))
    assert list(found.items()) == list(definition(rows * copies).items())


@pytest.mark.parametrize("mask", [0, 2**63, 2**64 - 1])
@settings(deadline=None)
@given(rows=st.lists(st.tuples(st.integers(1, 9), st.lists(st.integers(0, 3), min_size=5, max_size=5)), max_size=50))
def test_folding_when_sums_of_different_rankings_are_the_same(mask: int, rows: Rows) -> None:
    """Of the sums only some bits are left: none, one, all."""
    right = ballots._sums
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ballots, "_sums", lambda words: right(words) & np.uint64(mask))
        rankings = np.array([ranking for _, ranking in rows], dtype=np.int16).reshape(len(rows), 5)
        found = folded(rankings, np.array([number for number, _ in rows], dtype=np.int64))
    assert list(zip(map(tuple, found[0].tolist()), found[1].tolist(), strict=True)) == list(definition(rows).items())


@pytest.mark.parametrize(("line", "says"), [("1 41 0", "ranks 41"), ("0 1 0", "number of papers"), ("1 2", "does not end with 0")])
def test_a_fault_far_down_is_named_by_its_line(line: str, says: str) -> None:
    for rows in (["3 1 2 0"] * 50, [f"{number} 2 1 0" for number in range(1, 51)]):
        text = "\n".join([*rows, line, "1 1 0\n"]).encode()
        with pytest.raises(DataError, match=f"test.blt:54: '{line}' .*{says}"):
            papers(BallotFile(Path("test.blt"), b"\n\n\n" + text, ""), text, 4, CANDIDATES, closed=True)
