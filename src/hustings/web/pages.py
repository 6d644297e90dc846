"""Addresses of the page of elections in; the page, the part of it that changes, and the files to take away out."""

import base64
import json
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from hustings.errors import SettingError
from hustings.web.api import answered
from hustings.web.guard import Refused
from hustings.web.state import State, read
from hustings.web.templating import POLICY, page, policy

pages = APIRouter(include_in_schema=False)


def asked(request: Request) -> State:
    """The state that an address asks for.

    Raises
    ------
    Refused
        It asks for what there is no such thing as.
    """
    try:
        return read(request.url.query)
    except SettingError as error:
        raise Refused(400, str(error)) from None


async def done(request: Request, job: str, state: State, **more: str) -> dict[str, Any]:
    """What a job made of a state.

    Raises
    ------
    Refused
        It made nothing of it, for whatever reason.
    """
    kind, body = await answered(request, job, {"query": state.query(), "origin": str(request.base_url).rstrip("/"), **more})
    document: dict[str, Any] = json.loads(body)
    if kind == "fault":
        raise Refused(500, f"a fault of ours: {document['fault']}; please report it with the address of this page")
    if kind == "mistake":
        raise Refused(400, document["error"])
    return document


@pages.get("/")
async def elections(request: Request) -> Response:
    """The page of a state, under its one address."""
    try:
        state = asked(request)
        if request.url.query != state.query():
            return RedirectResponse(state.address(), 303)
        made = await done(request, "page", state)
    except Refused as why:
        return page("refused.html", why.status, said=why.why)
    return HTMLResponse(made["html"], 200 if made["can"] else 400, {POLICY: policy(made["style"])})


@pages.get("/result")
async def result(request: Request) -> Response:
    """The part of the page that changes, for whoever has the rest; the header `x-address` says where the whole is."""
    try:
        state = asked(request)
        made = await done(request, "result", state)
    except Refused as why:
        return page("refusal.html", why.status, said=why.why)
    return HTMLResponse(made["html"], headers={"x-address": state.address()})


@pages.get("/download/{name}")
async def download(request: Request, name: str) -> Response:
    """A file of a state: hustings.csv, .xlsx, .json or .html, or a chart as NAME.svg or NAME.png."""
    try:
        state = asked(request)
        made = await done(request, "download", state, name=name[:60])
    except Refused as why:
        return page("refused.html", why.status, said=why.why)
    saved = f"{state.election.replace('/', '-')}{'-votes-changed' if state.changes() else ''}-{name}"
    return Response(base64.b64decode(made["data"]), media_type=made["type"], headers={"content-disposition": f'attachment; filename="{saved}"'})
