"""Jobs in, their answers out: each in a process of its own that is stopped when it takes too long or too much.

What a visitor sent lies in a temporary folder while the job runs; whoever made the folder removes it, also when the worker
was killed. Answers to jobs without files follow from the request alone, and some of them are kept.
"""

import asyncio
import contextlib
import json
import os
import queue
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import zlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe
from pathlib import Path
from typing import Any, Literal, NamedTuple

from hustings.downloads import folder as data_folder
from hustings.work import cache

MEMORY = 2 << 30
"""A worker may hold so much [bytes]; what asks for more fails there and nowhere else."""
WRITTEN = 64 << 20
"""A file that a worker writes may be so long [bytes]."""
KEPT = 16 << 20
"""Answers that are kept together are so long at most, compressed [bytes]."""
WAITING = 200
"""So many jobs may wait for a worker."""
IDLE = 60.0
"""Workers that had nothing to do for so long are stopped [s]."""


START = 60.0
"""A worker is there after so long [s]."""


class Busy(Exception):
    """Every worker has been at work for longer than a visitor should wait."""


class Stopped(Exception):
    """The job took too long or too much, and was stopped."""


@dataclass(frozen=True)
class Upload:
    """A file that a visitor sent: the name they gave it, without any folder, and its bytes."""

    name: str
    data: bytes


class Answer(NamedTuple):
    """What a job came to, as JSON: a document; or under `error` the visitor's mistake, or under `fault` ours."""

    kind: Literal["done", "mistake", "fault"]
    body: bytes


# ---- in the worker ---------------------------------------------------------------------------------------------------


def serve_jobs(descriptor: int) -> None:
    """Answer one job after another, until the server is gone."""
    pipe = Connection(descriptor)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the server, which then stops its workers
    os.nice(2)  # pages that need no worker come first, and other programs not much before ours
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (WRITTEN, WRITTEN))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.environ["NUMBA_CACHE_DIR"] = machine_code = str(cache() / "numba")  # loops that are compiled here stay on disk for the next worker
    from hustings.web.jobs import run  # noqa: PLC0415 — the server itself needs neither arrays nor elections

    wall = _Wall(machine_code)
    sys.addaudithook(wall)
    pipe.send(Answer("done", b"ready"))
    while True:
        try:
            name, request, folder = pipe.recv()
        except EOFError:
            return
        wall.folder = folder
        tempfile.tempdir = folder
        try:
            document = run(name, request, Path(folder))
            answer = Answer("mistake" if "error" in document else "done", json.dumps(document, allow_nan=False).encode())
        except MemoryError:
            answer = _mistaken("this takes more memory than one visitor may have; choose something smaller")
        except RecursionError:
            answer = _mistaken("this is nested too deeply; no file of an election is")
        except Exception as fault:  # noqa: BLE001 — a fault of ours ends one job and not the worker
            answer = Answer("fault", json.dumps({"fault": f"{type(fault).__name__}: {fault}"[:500]}).encode())
        try:
            pipe.send(answer)
        except OSError:  # the server was killed, and cannot clear up itself
            shutil.rmtree(folder, ignore_errors=True)
            return


def _mistaken(what: str) -> Answer:
    return Answer("mistake", json.dumps({"error": what}).encode())


class _Wall:
    """Watches what Python code in a worker opens: to read, only programs, the data folder and the job's own; to write, only that and `written`.

    It stands behind `files.only_inside`, for what is opened without asking there.
    """

    def __init__(self, *written: str) -> None:
        self.folder = os.devnull
        self.written = tuple(map(os.path.realpath, written))
        code = [sys.prefix, sys.base_prefix, str(Path(__file__).parents[1]), *sys.path]
        self.read = tuple(sorted({os.path.realpath(place) for place in [*code, str(data_folder()), os.devnull, "/dev/urandom"] if place}))

    def __call__(self, event: str, facts: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(facts[0], str | bytes):
            path, mode, flags = facts
            writes = any(letter in mode for letter in "wax+") if isinstance(mode, str) else flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
            place = os.path.realpath(os.fsdecode(path))
            if not any(
                place == allowed or place.startswith(f"{allowed}{os.sep}")
                for allowed in ((self.folder, *self.written) if writes else (self.folder, *self.written, *self.read))
            ):
                raise PermissionError(13, "Permission denied", str(path))
        elif event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.connect", "socket.bind"):
            raise PermissionError(13, "Permission denied", event)


# ---- in the server ---------------------------------------------------------------------------------------------------


class Workers:
    """So many processes, started when first needed; one that had to be stopped is replaced by the next job."""

    def __init__(self, number: int, *, seconds: float, wait: float, idle: float = IDLE) -> None:
        self.seconds, self.wait, self.idle = seconds, wait, idle
        self._threads = ThreadPoolExecutor(number, "job")
        self._free: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._kept: OrderedDict[str, bytes] = OrderedDict()
        self._underway: dict[str, asyncio.Future[Answer]] = {}
        self._jobs = 0
        self._rest: asyncio.TimerHandle | None = None

    async def run(self, name: str, request: Mapping[str, Any], uploads: Sequence[Upload] = ()) -> dict[str, Any]:
        """The document of a job; with `error` or `fault` if it came to nothing. Raises as `answer`."""
        document: dict[str, Any] = json.loads((await self.answer(name, request, uploads)).body)
        return document

    async def answer(self, name: str, request: Mapping[str, Any], uploads: Sequence[Upload] = ()) -> Answer:
        """The answer to a job; to one that was done before, or is under way for somebody else, the same.

        Raises
        ------
        Busy
            No worker came free in time.
        Stopped
            The job was stopped.
        """
        if uploads:
            return await self._new(name, request, uploads)
        key = json.dumps([name, request], sort_keys=True)
        if key in self._kept:
            self._kept.move_to_end(key)
            return Answer("done", zlib.decompress(self._kept[key]))
        if key not in self._underway:
            self._underway[key] = task = asyncio.ensure_future(self._new(name, request, ()))
            task.add_done_callback(lambda done: self._keep(key, done))
        return await asyncio.shield(self._underway[key])

    def _keep(self, key: str, done: asyncio.Future[Answer]) -> None:
        """Keep an answer. A mistake is none: what is missing may be there tomorrow."""
        del self._underway[key]
        if done.cancelled() or done.exception() or done.result().kind != "done":
            return
        self._kept[key] = zlib.compress(done.result().body, 1)
        while sum(map(len, self._kept.values())) > KEPT:
            self._kept.popitem(last=False)

    async def _new(self, name: str, request: Mapping[str, Any], uploads: Sequence[Upload]) -> Answer:
        if self._jobs >= WAITING:
            raise Busy
        loop = asyncio.get_running_loop()
        self._jobs += 1
        if self._rest:
            self._rest.cancel()
        try:
            return await loop.run_in_executor(self._threads, self._done, time.monotonic(), name, dict(request), uploads)
        finally:
            self._jobs -= 1
            if not self._jobs:
                self._rest = loop.call_later(self.idle, self._stop_all)

    def _done(self, asked: float, name: str, request: dict[str, Any], uploads: Sequence[Upload]) -> Answer:
        """Have a job done; in a thread that waits for the worker."""
        if time.monotonic() - asked > self.wait:
            raise Busy
        with tempfile.TemporaryDirectory(prefix="hustings-", ignore_cleanup_errors=True) as folder:
            for upload in uploads:
                Path(folder, upload.name).write_bytes(upload.data)
            try:
                worker = self._free.get_nowait()
            except queue.Empty:
                worker = _Worker()
            try:
                answer = worker.do(name, request, folder, self.seconds)
            except BaseException:
                worker.stop()
                raise
            self._free.put(worker)
            return answer

    def _stop_all(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._free.get_nowait().stop()

    def close(self) -> None:
        """Wait for the jobs under way, and stop every worker."""
        if self._rest:
            self._rest.cancel()
        self._threads.shutdown(cancel_futures=True)
        self._stop_all()


class _Worker:
    """A process that does one job at a time."""

    def __init__(self) -> None:
        # Not by `multiprocessing`, which runs the main program again in each process and keeps one more to look after them.
        self._pipe, theirs = Pipe()
        code = f"from hustings.web.workers import serve_jobs; serve_jobs({theirs.fileno()})"
        self._process = subprocess.Popen([sys.executable, "-P", "-c", code], pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)  # noqa: S603 — ourselves
        theirs.close()
        self._ready = False

    def do(self, name: str, request: dict[str, Any], folder: str, seconds: float) -> Answer:
        try:
            if not self._ready:  # what a start takes is not charged to the job
                self._heard(START)
                self._ready = True
            self._pipe.send((name, request, folder))
            return self._heard(seconds)
        except (EOFError, OSError):
            self._process.wait(1)
            if (self._process.returncode or 0) > 0:  # not by a signal: it fell over by itself
                raise RuntimeError(f"a worker ended with status {self._process.returncode}; what it said is on the server's terminal") from None
            raise Stopped from None

    def _heard(self, seconds: float) -> Answer:
        if not self._pipe.poll(seconds):
            raise Stopped
        answer: Answer = self._pipe.recv()
        return answer

    def stop(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.wait()
