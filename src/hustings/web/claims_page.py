"""Statements about elections that a visitor pastes in, each beside what the data say out."""

import json
import re
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse

from hustings.web.api import answered
from hustings.web.examples import CLAIMS, example
from hustings.web.guard import Refused
from hustings.web.templating import page

claims_routes = APIRouter(include_in_schema=False)
START = """[[claim]]
text = "Labour won 258 seats in 2010."
election = "uk-general/2010"
find = "seats of lab"
claimed = 258
"""
"""What stands in the box to begin with."""
LONGEST = 200_000
"""A file of claims is no longer [characters]."""


@claims_routes.get("/claims")
async def begin(request: Request) -> HTMLResponse:
    """The form; with an example, what becomes of its statements."""
    chosen = request.query_params.get("example", "")
    text = (example(chosen) or b"").decode() if chosen in CLAIMS else ""
    return await _shown(request, text) if text else _page(START, {})


@claims_routes.post("/claims")
async def check(request: Request) -> HTMLResponse:
    """The statements that were sent, held against the data."""
    async with request.form(max_files=1, max_fields=10, max_part_size=LONGEST * 4) as form:
        sent = form.get("text", "")
        text = sent if isinstance(sent, str) else (await sent.read()).decode(errors="replace")
    return await _shown(request, text, asked=True)


async def _shown(request: Request, text: str, *, asked: bool = False) -> HTMLResponse:
    found: dict[str, Any] = {}
    status = 200
    if len(text) > LONGEST:
        found, status = {"error": f"this is longer than {LONGEST:,} characters; split it"}, 413
    elif text.strip():
        try:
            answer = await answered(request, "verdicts", {"text": text.replace("\r\n", "\n")})
            found = json.loads(answer.body)
            status = {"done": 200, "mistake": 400, "fault": 500}[answer.kind]
        except Refused as refused:
            found, status = {"error": refused.why}, refused.status
        if "fault" in found:
            found = {"error": f"a fault of ours: {found['fault']}; please report it"}
    elif asked:
        found, status = {"error": "there is nothing to check; paste a claims file, or try an example"}, 400
    return _page(text, found, status)


def _page(text: str, found: dict[str, Any], status: int = 200) -> HTMLResponse:
    found = {"error": "", "claims": []} | found
    # The visitor has a box, and no file of that name.
    found["error"] = re.sub(r"claims\.toml:(\d+): ", r"line \1 of the box: ", found["error"]).replace("claims.toml:", "the box")
    pulls = {name for claim in found["claims"] for named in re.findall(r"hustings data pull ([^`]*)`", claim["note"]) for name in named.split()}
    missing = sorted(name for name in pulls if name.partition("/")[0] not in pulls - {name})
    return page("claims.html", status, here="Claims", text=text, found=found, missing=missing, examples=CLAIMS)
