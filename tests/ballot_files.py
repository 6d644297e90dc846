"""What the tests of ballot files share: profiles as dictionaries, papers as hypothesis draws them, and the mirror."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import strategies as st

from hustings.election import NOBODY, Election, Profile
from hustings.errors import DataError

MIRROR = Path(os.environ.get("HUSTINGS_MIRROR", Path(__file__).parents[2] / "shared" / "data"))

Ranking = tuple[tuple[int, ...], ...]
"""Whom each rank names, by index; nobody, one, or several."""

HILL = """\
4 2
-2
3 1 3 4 0
4 1 3 2 0
2 4 1 3 0
1 2 0
2 2 4 3 1 0
1 3 4 2 0
0
"Adam"
"Basil"
"Charlotte"
"Donald"
"Title"
"""
"""A file of papers: four candidates, two seats, one withdrawn."""


def mirror(folder: str) -> Path:
    if not (MIRROR / folder).is_dir():
        pytest.skip(f"no {folder} here: set HUSTINGS_MIRROR to a mirror of the public files that has it")
    return MIRROR / folder


def ballots(profile: Profile) -> dict[Ranking, int]:
    """Papers by ranking, in order; trailing blank ranks left out. No ranking comes twice."""
    found: dict[Ranking, int] = {}
    for codes, number in zip(profile.rankings.tolist(), profile.papers.tolist(), strict=True):
        ranking = [() if code == NOBODY else (code,) if code >= 0 else profile.sets[-2 - code] for code in codes]
        while ranking and not ranking[-1]:
            ranking.pop()
        assert tuple(ranking) not in found
        found[tuple(ranking)] = number
    return found


def only(election: Election) -> Profile:
    assert election.main.profiles is not None
    (profile,) = election.main.profiles
    return profile


def fault(source: Callable[[Path], Election], path: Path, text: str | bytes) -> str:
    """What a source says of a file with that text, after the name of the file."""
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    with pytest.raises(DataError) as caught:
        source(path)
    assert caught.value.file == str(path)
    return str(caught.value).removeprefix(str(path))


@st.composite
def papers(draw: st.DrawFn, *, blanks: bool = True, ties: bool = True, empty: bool = True) -> tuple[int, list[tuple[int, Ranking]]]:
    """A number of candidates, and papers with the number of each."""
    candidates = draw(st.integers(1, 12))
    one = st.integers(0, candidates - 1).map(lambda who: (who,))
    several = st.lists(st.integers(0, candidates - 1), min_size=2, max_size=3, unique=True).map(lambda who: tuple(sorted(who)))
    ranks = [one, *([st.just(())] if blanks else []), *([several] if ties and candidates > 1 else [])]
    ranking = st.lists(st.one_of(ranks), min_size=0 if empty else 1, max_size=6).map(tuple)
    return candidates, draw(st.lists(st.tuples(st.integers(1, 99_999), ranking), min_size=1, max_size=12))


def added(rows: list[tuple[int, Ranking]]) -> dict[Ranking, int]:
    """The papers of alike rankings added, in order of first appearance; trailing blank ranks left out."""
    found: dict[Ranking, int] = {}
    for number, ranking in rows:
        kept = list(ranking)
        while kept and not kept[-1]:
            kept.pop()
        found[tuple(kept)] = found.get(tuple(kept), 0) + number
    return found
