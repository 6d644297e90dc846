"""An address to listen on in, the workbench served out; a connection that keeps us waiting is cut."""

import asyncio
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from hustings.web.app import make_app
from hustings.web.guard import SECONDS

HEADERS = 15.0
"""The head of a request has to be here so long after the connection began, or after the last answer [s]."""
CONNECTIONS = 400
"""So many connections are open at once; more are told to come back."""


class Impatient(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, which waits for as long as anybody sends a byte now and then; this does not."""

    deadline: asyncio.TimerHandle | None = None
    longest = SECONDS + 120.0
    """A request has its answer after so long, whether it was read or not [s]."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self._until(HEADERS)

    def data_received(self, data: bytes) -> None:
        before = self.cycle
        super().data_received(data)
        if self.cycle is not before:
            self._until(self.longest)

    def on_response_complete(self) -> None:
        before = self.cycle
        super().on_response_complete()
        self._until(HEADERS if self.cycle is before else self.longest)

    def connection_lost(self, exc: Exception | None) -> None:
        self._until(None)
        super().connection_lost(exc)

    def _until(self, seconds: float | None) -> None:
        if self.deadline:
            self.deadline.cancel()
        self.deadline = None if seconds is None else self.loop.call_later(seconds, self.transport.abort)


def run(host: str, port: int, **settings: Any) -> None:
    """Serve until Ctrl+C; `settings` as `make_app` takes them."""
    uvicorn.run(
        make_app(**settings),
        host=host,
        port=port,
        http=Impatient,
        ws="none",
        loop="asyncio",
        log_level="warning",
        access_log=False,
        limit_concurrency=CONNECTIONS,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=5,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=32 << 10,
    )
