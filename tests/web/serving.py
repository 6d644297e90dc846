"""The workbench as it is served: `hustings serve` in a process of its own."""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

EXAMPLES = Path(__file__).parents[2] / "examples"
TIED = b"4 1\n9 1 0\n7 2 0\n3 3 2 0\n3 4 1 0\n0\nHector\nCassandra\nAeneas\nBriseis\nTroy\n"
"""Aeneas and Briseis are last with three papers each, and were never apart: by rule 51(2) a lot decides which of them goes."""


@dataclass(frozen=True)
class Served:
    """A running server: its address, its process, and the folder in which it may write."""

    url: str
    pid: int
    temporary: Path

    @property
    def processes(self) -> dict[int, str]:
        """It and its workers, by their ids."""
        found = {self.pid: "server"}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                try:
                    parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                except (OSError, IndexError):
                    continue
                if parent == self.pid:
                    found[int(entry.name)] = "worker"
        return found

    @property
    def workers(self) -> list[int]:
        return [pid for pid, kind in self.processes.items() if kind == "worker"]


@contextmanager
def serving(temporary: Path, *options: str) -> Iterator[Served]:
    """Serve on a free port until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "hustings", "serve", "--port", str(port), *options]
    # Into a file: a pipe that nobody reads would stop the server once it is full.
    with tempfile.NamedTemporaryFile(prefix="said-", delete=False) as said:
        process = subprocess.Popen(command, env=os.environ | {"TMPDIR": str(temporary)}, stderr=said)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            if process.poll() is not None:
                raise AssertionError(Path(said.name).read_text())
            try:
                httpx.get(f"{url}/api/v1/nothing", timeout=5)
                break
            except httpx.TransportError:
                time.sleep(0.1)
        yield Served(url, process.pid, temporary)
        assert process.poll() is None, "the server died"
    finally:
        process.terminate()
        process.wait(timeout=20)
        Path(said.name).unlink()
