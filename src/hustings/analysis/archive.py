"""Files of papers in, a count or an error for each out: one bad file among a thousand does not stop the others."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from itertools import groupby
from pathlib import Path
from typing import Any

from hustings.counting.methods import method
from hustings.counting.run import count
from hustings.election import District, Election
from hustings.errors import DataError, HustingsError, SettingError, Unsuitable
from hustings.lots import Decided, Lots, Seeded, refuse
from hustings.outcome import Transcript
from hustings.registry import describe
from hustings.sources import load
from hustings.sources.papers_parquet import papers_parquet, recognise, split
from hustings.work import HERE, Kept, Workers, run

DEFAULT = "scotland-2007"
"""Counts papers whose file names no method of its own."""
TOGETHER = 8
"""Files that a worker is given at a time."""
PIECES = 32
"""Into so many an archive is split at most: work for many workers, and little is lost with one."""
LEAST = 2**20
"""Bytes of an archive that are worth a piece of their own."""
SCANS = 4
"""Into so many a file is split at most whose contests lie mixed: each reads all of it, which takes a quarter of the time of folding it."""

Pieces = list[tuple[str, ...]]


@dataclass(frozen=True)
class Counted:
    """What became of a file: the election in it, its transcripts and the method of each; or the error that stopped it."""

    path: Path
    election: Election | None = None
    transcripts: tuple[Transcript, ...] = ()
    methods: tuple[Any, ...] = ()
    error: HustingsError | None = None


def count_files(
    paths: Iterable[Path],
    name: str = "",
    seats: int | None = None,
    lots: Lots = refuse,
    workers: Workers = HERE,
    *,
    kept: Path | None = None,
    progress: Callable[[float], object] | None = None,
) -> Iterator[Counted]:
    """Count the files, by the method named, or by its own, or by scotland-2007; in their order, whoever counts them.

    Each file is a piece of work, and an archive of many contests is several. `kept` is a folder in which the finished pieces of an
    archive lie until all are there, so that a run that was stopped goes on; with lots of the caller's own making nothing is kept.
    `progress` is told how many files are finished, an archive in parts.

    Raises
    ------
    UnknownName, SettingError
        The method, its settings or the number of seats cannot be: that is no fault of any file.
    """
    chosen = method.parse(name) if name else None
    if seats is not None and seats < 1:
        raise SettingError(f"--seats {seats}: at least one is elected")
    counting = _Counting(chosen, seats, lots)
    done = 0
    for apart, group in groupby(((path, _pieces(path, workers)) for path in paths), key=lambda item: len(item[1]) > 1):
        files = list(group)
        each = (_archive(*file, counting, workers, kept) for file in files) if apart else [_files([path for path, _ in files], counting, workers)]
        for going in each:
            for finished, counted in going:
                if progress:
                    progress(done + finished)
                yield from counted
            done += 1 if apart else len(files)


def _files(paths: Sequence[Path], counting: "_Counting", workers: Workers) -> Iterator[tuple[float, list[Counted]]]:
    """How many files are finished, and those whose turn it is."""
    together = 1 if workers == HERE else TOGETHER
    pieces = [paths[start : start + together] for start in range(0, len(paths), together)]
    waiting: dict[int, list[Counted]] = {}
    due = finished = 0
    for number, counted in run(counting, pieces, workers):
        waiting[number] = counted
        finished += len(counted)
        turn: list[Counted] = []
        while due in waiting:
            turn += waiting.pop(due)
            due += 1
        yield finished, turn


def _pieces(path: Path, workers: Workers) -> Pieces:
    """The contests of each piece of an archive; none where the file is not worth splitting."""
    mixed = SCANS if workers.cluster or workers.executor else max(2, min(workers.number, SCANS))
    try:
        most = min(PIECES, path.stat().st_size // LEAST)
        archive = most > 1 and path.suffix.lower() in papers_parquet.__entry__.traits["suffixes"] and recognise(path)  # type: ignore[attr-defined]  # set by @source
        return split(path, most, mixed) if archive else []
    except (OSError, DataError):
        return []  # whoever reads the file says what is wrong with it


def _archive(path: Path, pieces: Pieces, counting: "_Counting", workers: Workers, kept: Path | None) -> Iterator[tuple[float, list[Counted]]]:
    """How much of an archive is finished [0-1], and all of it at the end."""
    # Where several read at a time, each keeps to a core.
    task = _Contests(counting, path, None if workers == HERE else 1)
    store = None if kept is None or not (counting.lots is refuse or isinstance(counting.lots, Seeded | Decided)) else Kept(kept, task.request(pieces))
    parts: dict[int, Counted] = {}
    for number, part in run(task, pieces, workers, store):
        parts[number] = part
        yield len(parts) / len(pieces), ([_together(path, [parts[at] for at in range(len(pieces))])] if len(parts) == len(pieces) else [])


def _together(path: Path, parts: Sequence[Counted]) -> Counted:
    """The count of a file from those of its contests, which are in its order; or the error that reading it, or else counting it, met first."""
    errors = [part.error for part in parts if part.error]
    if errors:
        return Counted(path, error=min(errors, key=lambda error: not isinstance(error, DataError)))
    elections = [part.election for part in parts if part.election]
    first = elections[0]
    if any(election.provenance.files != first.provenance.files for election in elections):
        return Counted(path, error=DataError(path, "was not the same for all who counted it; count it again when nobody writes to it"))
    notes = tuple(dict.fromkeys(note for election in elections for note in election.provenance.notes))
    whole = replace(
        first,
        contests=tuple(contest for election in elections for contest in election.contests),
        provenance=replace(first.provenance, notes=notes),
    )
    transcripts = tuple(transcript for part in parts for transcript in part.transcripts)
    return Counted(path, whole, transcripts, tuple(law for part in parts for law in part.methods))


@dataclass(frozen=True)
class _Counting:
    """How files are counted; called with some, it counts them."""

    chosen: Any
    seats: int | None
    lots: Lots

    def __call__(self, paths: Sequence[Path]) -> list[Counted]:
        return [self.one(path, partial(load, path)) for path in paths]

    def one(self, path: Path, read: Callable[[], Election]) -> Counted:
        """The count of a file, or the error that stopped it."""
        try:
            return count_election(read(), path, self.chosen, self.seats, self.lots)
        except HustingsError as error:
            return Counted(path, error=error)


@dataclass(frozen=True)
class _Contests:
    """How contests of an archive are counted; called with some, it reads these alone and counts them."""

    counting: _Counting
    path: Path
    threads: int | None

    def __call__(self, contests: tuple[str, ...]) -> Counted:
        return self.counting.one(self.path, partial(papers_parquet, self.path, contests, self.threads))

    def request(self, pieces: Pieces) -> str:
        """The sha256 of what is asked."""
        about, lots = self.path.stat(), self.counting.lots
        # A set of names has no order of its own.
        decided = (lots.source, [(where, sorted(tied), chosen) for where, tied, chosen in lots.decisions]) if isinstance(lots, Decided) else lots
        texts = [version("hustings"), str(self.path.resolve()), repr((about.st_size, about.st_mtime_ns)), repr(self.counting.seats), repr(pieces)]
        texts += [describe(self.counting.chosen) if self.counting.chosen else "", "" if lots is refuse else repr(decided)]
        return hashlib.sha256("\n".join(texts).encode()).hexdigest()


def count_election(election: Election, path: Path, chosen: Any = None, seats: int | None = None, lots: Lots = refuse) -> Counted:
    """Count what a file held, by the method chosen, or by its own, or by scotland-2007.

    Raises
    ------
    Unsuitable
        There are no ranked papers in it.
    TieUnresolved
        The rule calls for a lot that is not among `lots`.
    """
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
