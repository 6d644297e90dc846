"""A server on this machine that serves files, and fails in every way that servers fail."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Server:
    """What it serves by path, what goes wrong there (a fault for each request in turn, then none), and who asked for what.

    Faults: `cut` (half of the file, then the end), `corrupt` (a byte is another), `stall` (half of the file, then nothing),
    `500`, `404`, `slow` (the file in small pieces), `no-range` (the whole whatever is asked for).
    """

    files: dict[str, bytes]
    faults: dict[str, list[str]] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)
    url: str = ""
    over: threading.Event = field(default_factory=threading.Event)

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path.lstrip("/")
        span = request.headers.get("Range", "")
        self.asked.append((path, span))
        fault = self.faults[path].pop(0) if self.faults.get(path) else ""
        body = self.files.get(path)
        if body is None or fault in ("500", "404"):
            request.send_error(int(fault or 404))
            return
        match = re.fullmatch(r"bytes=(\d+)-", span) if fault != "no-range" else None
        start = int(match[1]) if match else 0
        if match and start >= len(body):
            request.send_error(416)
            return
        if fault == "corrupt":
            body = body[:-1] + bytes([body[-1] ^ 1])
        request.send_response(206 if match else 200)
        request.send_header("Content-Length", str(len(body) - start))
        if match:
            request.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        request.end_headers()
        end = start + (len(body) - start) // 2 if fault in ("cut", "stall") else len(body)
        step = 1024 if fault == "slow" else len(body)
        for at in range(start, end, step):
            request.wfile.write(body[at : min(at + step, end)])
            request.wfile.flush()
            if fault == "slow" and self.over.wait(0.02):
                break
        if fault == "stall":
            self.over.wait(10)
        request.close_connection = True


@contextmanager
def serving(files: dict[str, bytes], **faults: list[str]) -> Iterator[Server]:
    """The server, until the end of the block."""
    server = Server(files, dict(faults))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                server.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        server.url = f"http://127.0.0.1:{http.server_port}"
        threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            server.over.set()
            http.shutdown()
