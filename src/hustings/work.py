"""Many independent pieces of work in; their answers out, from this process, from several, or from the workers of a cluster."""

import os
import pickle
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from shutil import rmtree
from typing import Any, TypeVar

from hustings.errors import DataError, HustingsError, SettingError

T = TypeVar("T")
R = TypeVar("R")

DEATHS = 5
"""Times that the workers may die in turn, none of them having finished a piece, before somebody has to look."""
SOON = 2.0
"""Seconds of work that are sooner done again than kept: a short run leaves the disk alone."""
PATIENCE = "10s"
"""How long a scheduler has to answer."""
AHEAD = 4
"""Pieces handed out for each worker: enough that none waits for the next, few enough that little is lost with a worker."""


@dataclass(frozen=True)
class Workers:
    """Where pieces of work run.

    Attributes
    ----------
    number : processes on this machine; 1 is this process itself.
    cluster : the address of a Dask scheduler (`tcp://host:8786`), whose workers are used instead.
    executor : any other `concurrent.futures.Executor`, of whoever calls.
    """

    number: int = 1
    cluster: str = ""
    executor: Executor | None = None

    def __post_init__(self) -> None:
        if self.number < 1:
            raise SettingError(f"--workers {self.number}: at least one process does the work")
        if self.cluster and self.number > 1:
            raise SettingError("--workers and --cluster exclude each other; the cluster has workers of its own")


HERE = Workers()


@dataclass(frozen=True)
class Kept:
    """A folder that keeps the answers of finished pieces until all are there: whoever is interrupted goes on where it was.

    `request` names the work to the last bit, so that nothing of another is taken up.
    """

    folder: Path
    request: str

    @property
    def place(self) -> Path:
        """The folder of this request."""
        return self.folder / self.request

    def read(self, piece: int) -> Any:
        """The answer of a piece, or None where it is not there or was not written whole."""
        try:
            return pickle.loads((self.place / f"{piece}.done").read_bytes())  # noqa: S301 — we wrote it, in the user's own cache
        except (OSError, pickle.UnpicklingError, EOFError):
            return None

    def write(self, piece: int, answer: Any) -> None:
        """Keep an answer: beside first, then renamed, so that what stands there is whole."""
        try:
            self.place.mkdir(parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.place, delete=False) as beside:
                pickle.dump(answer, beside, pickle.HIGHEST_PROTOCOL)
            Path(beside.name).replace(self.place / f"{piece}.done")
        except OSError as error:
            raise DataError(self.place, f"cannot keep what is done ({error.strerror}); name another folder in HUSTINGS_CACHE") from None

    def clear(self) -> None:
        """Forget them: the work is done."""
        rmtree(self.place, ignore_errors=True)


def cache() -> Path:
    """The folder for what can be made again: HUSTINGS_CACHE, or where this system keeps such things."""
    from platformdirs import user_cache_path  # noqa: PLC0415 — nobody else needs it

    return Path(os.environ["HUSTINGS_CACHE"]) if os.environ.get("HUSTINGS_CACHE") else user_cache_path("hustings")


def run(task: Callable[[T], R], pieces: Sequence[T], workers: Workers = HERE, kept: Kept | None = None) -> Iterator[tuple[int, R]]:
    """Do each piece and hand over (its number, the answer) as they are finished, in any order.

    A process that dies costs the pieces that it had in hand, which are done again; `task` and the pieces are pickled, and the
    answer of a piece must not depend on where it is done. With `kept`, what an interrupted run had finished after its first
    seconds comes first.

    Raises
    ------
    HustingsError
        The workers die again and again; a cluster does not answer.
    SettingError
        A cluster is named and Dask is not installed.
    """
    answers = {} if kept is None else {number: found for number in range(len(pieces)) if (found := kept.read(number)) is not None}
    yield from answers.items()
    left = [number for number in range(len(pieces)) if number not in answers]
    begun = time.monotonic()
    for number, answer in _done(task, pieces, left, workers):
        if kept is not None and time.monotonic() - begun >= SOON:
            kept.write(number, answer)
        yield number, answer
    if kept is not None:
        kept.clear()


def _done(task: Callable[[T], R], pieces: Sequence[T], left: list[int], workers: Workers) -> Iterator[tuple[int, R]]:
    if workers == HERE:
        for number in left:
            yield number, task(pieces[number])
        return
    packed = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
    deaths = 0
    while left:
        with ExitStack() as stack:
            executor, breadth = _executor(workers, stack)
            try:
                for number, answer in _handed_out(executor, breadth, packed, pieces, left):
                    left = [other for other in left if other != number]
                    deaths = 0
                    yield number, answer
            except BrokenExecutor as error:
                deaths += 1
                if workers.executor is not None or deaths >= DEATHS:
                    raise HustingsError(f"the workers died {deaths} times without finishing a piece ({error}); is there memory enough?") from None


def _handed_out(executor: Executor, breadth: int, packed: bytes, pieces: Sequence[T], left: Sequence[int]) -> Iterator[tuple[int, Any]]:
    """Answers as they come; a few pieces a worker are in hand at a time."""
    waiting = iter(left)
    pending: dict[Future[Any], int] = {}
    while True:
        for number in waiting:
            pending[executor.submit(_unpacked_and_done, packed, pieces[number])] = number
            if len(pending) >= breadth:
                break
        if not pending:
            return
        finished, _ = wait(pending, return_when=FIRST_COMPLETED)
        for future in finished:
            yield pending.pop(future), future.result()


@lru_cache(maxsize=2)
def _unpacked(packed: bytes) -> Callable[[Any], Any]:
    task: Callable[[Any], Any] = pickle.loads(packed)  # noqa: S301 — from the process that handed the work out
    return task


def _unpacked_and_done(packed: bytes, piece: Any) -> Any:
    """Do a piece; a worker unpacks what all pieces share once."""
    return _unpacked(packed)(piece)


def _executor(workers: Workers, stack: ExitStack) -> tuple[Executor, int]:
    """Somebody to hand pieces to, and how many at a time."""
    if workers.executor is not None:
        return workers.executor, AHEAD * (os.cpu_count() or 1)
    if not workers.cluster:
        pool = stack.enter_context(ProcessPoolExecutor(workers.number))
        stack.callback(pool.shutdown, wait=True, cancel_futures=True)
        return pool, AHEAD * workers.number
    try:
        from distributed import Client  # noqa: PLC0415 — an extra
    except ModuleNotFoundError:
        raise SettingError("--cluster needs Dask, which is not installed: pip install 'hustings[cluster]'") from None
    try:
        client = stack.enter_context(Client(workers.cluster, timeout=PATIENCE))
    except (OSError, TimeoutError, ValueError) as error:
        raise HustingsError(f"--cluster {workers.cluster}: no scheduler answers ({error}); start one with: dask scheduler") from None
    threads = sum(worker["nthreads"] for worker in client.scheduler_info(n_workers=-1)["workers"].values())
    if not threads:
        raise HustingsError(f"--cluster {workers.cluster}: the scheduler has no workers; start some with: dask worker {workers.cluster}")
    return client.get_executor(pure=False), AHEAD * threads


def processes(number: int) -> Workers:
    """So many processes on this machine."""
    return replace(HERE, number=number)
