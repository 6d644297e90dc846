"""Profiles written by hand, and what is read off their counts."""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hustings.counting.methods import method
from hustings.counting.run import count
from hustings.election import NOBODY, Candidate, Election, Profile
from hustings.exact import decimal
from hustings.lots import Lots, refuse
from hustings.outcome import Stage, Transcript
from hustings.sources.scottish_ward import scottish_ward

MIRROR = Path(os.environ.get("HUSTINGS_MIRROR", Path(__file__).parents[2] / "shared" / "data"))
WARDS = MIRROR / "stv" / "scotland"
needs_mirror = pytest.mark.skipif(not WARDS.exists(), reason="needs the mirror of public files (HUSTINGS_MIRROR)")


def profile(names: str | Sequence[str], *papers: tuple[int, str]) -> Profile:
    """Papers as a number and the initials of the candidates in order; a blank is a rank that names nobody."""
    initials = [name[0] for name in names]
    width = max(len(ranking) for _, ranking in papers)
    rows = [[NOBODY if initial == " " else initials.index(initial) for initial in ranking.ljust(width)] for _, ranking in papers]
    return Profile(tuple(Candidate(name) for name in names), np.array(rows, dtype=np.int16), np.array([number for number, _ in papers]))


def counted(how: str, papers: Profile, seats: int, lots: Lots = refuse) -> Transcript:
    """The count of a profile by a method as a user writes it, with its settings."""
    return count(papers, seats, method.parse(how), lots=lots)


def names(transcript: Transcript, who: Sequence[int] | None = None) -> list[str]:
    """Names of these candidates; by default of those elected, in order."""
    return [transcript.candidates[candidate].name for candidate in (transcript.elected if who is None else who)]


def votes(transcript: Transcript, stage: int) -> dict[str, str]:
    """Who had which votes at the end of a stage, those with none left out."""
    held = zip(transcript.candidates, transcript.stages[stage - 1].votes, strict=True)
    return {candidate.name: decimal(number, transcript.places) for candidate, number in held if number}


def acts(transcript: Transcript) -> list[tuple[str, list[str]]]:
    """Each stage as its act and whom it was about."""
    return [(stage.act, names(transcript, stage.who)) for stage in transcript.stages]


def left(transcript: Transcript, stage: int) -> tuple[str, str]:
    """Not transferable, and lost to rounding, at the end of a stage."""
    last: Stage = transcript.stages[stage - 1]
    return decimal(last.non_transferable, transcript.places), decimal(last.lost_to_rounding, transcript.places)


@cache
def ward(name: str) -> tuple[Profile, int]:
    """A Scottish ward of the mirror: its papers and its seats."""
    election: Election = scottish_ward(WARDS / f"{name}.csv")
    [papers] = election.main.profiles or ()
    return papers, election.main.house


def relabelled(papers: Profile, order: Sequence[int]) -> Profile:
    """The same papers with the candidates listed in another order."""
    place: dict[int, int] = {candidate: number for number, candidate in enumerate(order)}
    entries: Any = np.vectorize(lambda entry: place.get(int(entry), int(entry)), otypes=[np.int16])
    return Profile(tuple(papers.candidates[candidate] for candidate in order), entries(papers.rankings), papers.papers)
