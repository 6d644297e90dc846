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
from hustings.work import HERE, Workers, run

DEFAULT = "scotland-2007"
"""Counts papers whose file names no method of its own."""
TOGETHER = 8
"""Files that a worker is given at a time."""


@dataclass(frozen=True)
class Counted:
    """What became of a file: the election in it, its transcripts and the method of each; or the error that stopped it."""

    path: Path
    election: Election | None = None
    transcripts: tuple[Transcript, ...] = ()
    methods: tuple[Any, ...] = ()
    error: HustingsError | None = None


def count_files(
    paths: Iterable[Path], name: str = "", seats: int | None = None, lots: Lots = refuse, workers: Workers = HERE
) -> Iterator[Counted]:  # fmt: skip
    """Count the files, by the method named, or by its own, or by scotland-2007; in their order, whoever counts them.

    Raises
    ------
    UnknownName, SettingError
        The method, its settings or the number of seats cannot be: that is no fault of any file.
    """
    chosen = method.parse(name) if name else None
    if seats is not None and seats < 1:
        raise SettingError(f"--seats {seats}: at least one is elected")
    task, files = _Counting(chosen, seats, lots), list(paths)
    together = 1 if workers == HERE else TOGETHER
    waiting: dict[int, list[Counted]] = {}
    due = 0
    for number, counted in run(task, [files[start : start + together] for start in range(0, len(files), together)], workers):
        waiting[number] = counted
        while due in waiting:
            yield from waiting.pop(due)
            due += 1


@dataclass(frozen=True)
class _Counting:
    """How files are counted; called with some, it counts them."""

    chosen: Any
    seats: int | None
    lots: Lots

    def __call__(self, paths: list[Path]) -> list[Counted]:
        return [self._one(path) for path in paths]

    def _one(self, path: Path) -> Counted:
        try:
            return _counted(path, self.chosen, self.seats, self.lots)
        except HustingsError as error:
            return Counted(path, error=error)


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
