"""Requests in, the bounded ones on: from whom, how long and how slow they may be, and the headers that every answer carries."""

import asyncio
import ipaddress
import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY = 20 << 20
"""A request may carry so much [bytes]."""
SECONDS = 30.0
"""A request has to be here after so long [s]."""

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
    "cache-control": "no-store",
}
"""What an answer carries unless it says otherwise: it looks and runs like nothing but itself, and nobody on the way keeps it."""
SAFE = ("GET", "HEAD", "OPTIONS")


_log = logging.getLogger(__name__)


class Refused(Exception):
    """A request that goes no further: the status and the reason."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


@dataclass(frozen=True)
class Guard:
    """Every request passes here: one that is too long, too slow or not meant for us is answered in one line, whatever it was for.

    Attributes
    ----------
    hosts : names under which this server is reached, beside `localhost` and addresses. A stranger's page can give its own
        name our address and then read what we answer (DNS rebinding); but not without asking us by that name.
    """

    app: ASGIApp
    hosts: tuple[str, ...] = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        loop = asyncio.get_running_loop()
        until, taken, begun = loop.time() + SECONDS, 0, False
        cut: Refused | None = None

        async def bounded() -> Message:
            nonlocal taken, cut
            if taken < 0:
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), max(0.0, until - loop.time()))
            except TimeoutError:
                cut = Refused(408, f"a request has to be complete after {SECONDS:.0f} seconds")
                raise cut from None
            if message["type"] == "http.request":
                taken += len(message.get("body", b""))
                if taken > BODY:
                    cut = _too_much()
                    raise cut
                if not message.get("more_body"):
                    taken = -1  # the body is here: what is still received is only that the visitor has gone
            return message

        async def signed(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                if cut and not begun:
                    raise cut  # whoever read the body took it for one that is malformed
                begun = True
                there = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *((k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in there)]
            await send(message)

        try:
            self._check(scope)
            # Whoever asks for the head alone is answered as for the whole; the server sends no body.
            await self.app({**scope, "method": "GET"} if scope["method"] == "HEAD" else scope, bounded, signed)
        except Refused as refused:
            cut = None
            if not begun:
                await _refuse(signed, refused)
        except Exception:
            # Whoever runs the server reads what happened; whoever visits it, that it did.
            _log.exception("%s %s", scope["method"], scope["path"])
            if begun:
                raise
            await _refuse(signed, Refused(500, "a fault of ours; please report it with the address of this page"))

    def _check(self, scope: Scope) -> None:
        """Refuse what its headers alone show to be none of ours."""
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get("host", "")
        if (name := _name(host)) not in ("localhost", *self.hosts) and not _address(name):
            raise Refused(421, f"this server does not answer to the name '{name[:80]}'; start it with --name to say that it should")
        if scope["method"] not in SAFE and not _own(headers, host):
            raise Refused(403, "this request was sent by the page of another site; send it from a page of this one")
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal()) or int(length[:20]) > BODY:
            raise _too_much()


def _name(host: str) -> str:
    """The name or address in a Host header, without the port."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return host


def _address(name: str) -> bool:
    """Whether it is an address, which nobody can turn to another machine as they can a name of theirs."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _own(headers: Mapping[str, str], host: str) -> bool:
    """Whether a page of ours sent it, or no page at all: browsers say from where, programs need not."""
    if "sec-fetch-site" in headers:
        return headers["sec-fetch-site"] in ("same-origin", "none")
    return "origin" not in headers or urlsplit(headers["origin"]).netloc == host


def _too_much() -> Refused:
    return Refused(413, f"a request carries at most {BODY >> 20} MB")


async def _refuse(send: Send, refused: Refused) -> None:
    # The rest of the request is still on its way, or was never to be read: nothing else comes over this connection.
    body = json.dumps({"error": refused.why}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode()), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": refused.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
