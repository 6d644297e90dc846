"""Files of papers in, a count or an error for each out: one bad file among a thousand does not stop the others."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hustings.counting.methods import method
from hustings.counting.run import count
from hustings.election import District, Election
from hustings.errors import HustingsError, SettingError, Unsuitable
from hustings.lots import Lots, refuse
from hustings.outcome import Transcript
from hustings.sources import load

DEFAULT = "scotland-2007"
"""Counts papers whose file names no method of its own."""


@dataclass(frozen=True)
class Counted:
    """What became of a file: the election in it, its transcripts and the method of each; or the error that stopped it."""

    path: Path
    election: Election | None = None
    transcripts: tuple[Transcript, ...] = ()
    methods: tuple[Any, ...] = ()
    error: HustingsError | None = None


def count_files(paths: Iterable[Path], name: str = "", seats: int | None = None, lots: Lots = refuse) -> Iterator[Counted]:
    """Count each file in turn, by the method named, or by its own, or by scotland-2007.

    Raises
    ------
    UnknownName, SettingError
        The method, its settings or the number of seats cannot be: that is no fault of any file.
    """
    chosen = method.parse(name) if name else None
    if seats is not None and seats < 1:
        raise SettingError(f"--seats {seats}: at least one is elected")
    for path in paths:
        try:
            yield _counted(path, chosen, seats, lots)
        except HustingsError as error:
            yield Counted(path, error=error)


def _counted(path: Path, chosen: Any, seats: int | None, lots: Lots) -> Counted:
    election: Election = load(path)
    transcripts, methods = [], []
    for contest in election.contests:
        if not contest.house:
            continue  # the same papers by precinct, which elects nobody by itself
        if contest.profiles is None:
            raise Unsuitable(f"{path}: holds votes by party and no ranked papers; hustings compare counts these")
        law = chosen or method.parse(contest.method or DEFAULT)
        for district, profile in zip(contest.districts, contest.profiles, strict=True):
            place: District = district if seats is None else replace(district, magnitude=seats)
            transcripts.append(count(profile, place.magnitude, law, where=place.name, lots=lots))
            methods.append(law)
    return Counted(path, election, tuple(transcripts), tuple(methods))
