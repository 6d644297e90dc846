"""Files of papers that a visitor sends in, their counts stage by stage out, with every lot left to the visitor.

Nothing is kept here: the files stay in the browser and come with each request, the lots that were decided with them.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.datastructures import FormData, QueryParams
from starlette.datastructures import UploadFile as Sent
from starlette.responses import HTMLResponse, Response

from hustings.web.api import MOST_FILES, answered, uploaded
from hustings.web.examples import PAPERS, example
from hustings.web.guard import HEADERS, Refused
from hustings.web.templating import POLICY, digest, page
from hustings.web.workers import Upload

count_routes = APIRouter(include_in_schema=False)
STYLE = re.compile(r"<style>(.*?)</style>", re.DOTALL)
FAMILIES = {
    "stv": "Single transferable vote",
    "elimination": "Alternative vote and its kin",
    "condorcet": "Condorcet",
    "positional": "Points by rank",
    "ratings": "Ratings",
}


@dataclass(frozen=True)
class Asked:
    """What the form says: the papers, how to count them, and the lots decided so far."""

    uploads: tuple[Upload, ...] = ()
    example: str = ""
    method: str = ""
    settings: Mapping[str, str] | None = None
    seats: str = ""
    seed: str = ""
    lots: str = ""

    def request(self) -> dict[str, Any]:
        """The same as a job takes it.

        Raises
        ------
        Refused
            A number is none.
        """
        chosen = ",".join(f"{name}={value}" for name, value in (self.settings or {}).items())
        return {
            "files": [upload.name for upload in self.uploads],
            "method": f"{self.method}:{chosen}" if chosen and self.method else self.method,
            "seats": _whole("seats", self.seats, 1, 1000),
            "seed": _whole("seed", self.seed, 0, 2**53 - 1),
            "lots": self.lots,
        }


def _whole(name: str, text: str, least: int, most: int) -> int | None:
    if not text.strip():
        return None
    if not re.fullmatch(r"\d{1,16}", text.strip(), re.ASCII) or not least <= int(text) <= most:
        raise Refused(400, f"{name} is '{text[:40]}'; write a whole number from {least:,} to {most:,}")
    return int(text)


async def _asked(form: FormData | QueryParams) -> Asked:
    """What a form or an address asks for; files before an example."""

    def text(name: str, most: int = 400) -> str:
        value = form.get(name, "")
        return value[:most] if isinstance(value, str) else ""

    files = [item for name, item in form.multi_items() if name == "file" and isinstance(item, Sent) and item.filename]
    uploads = await uploaded(files)
    chosen = "" if uploads else text("example")
    if chosen and chosen in PAPERS:
        uploads = (Upload(f"{chosen}.blt", example(chosen) or b""),)
    method = text("method")
    prefix = f"{method}."
    settings = {name.removeprefix(prefix): str(value)[:400] for name, value in form.multi_items() if method and name.startswith(prefix) and value}
    return Asked(uploads, chosen, method, settings, text("seats"), text("seed"), _decided(text, text("lots", 100_000)))


def _decided(text: Any, lots: str) -> str:
    """The file of lots with the one that was decided just now."""
    if not (text("decide") and text("chosen")):
        return lots
    try:
        tied = [str(name) for name in json.loads(text("tied", 40_000))]
    except (ValueError, TypeError):
        return lots
    lines = ["[[lot]]", f"where = {_toml(text('where'))}", f"tied = [{', '.join(map(_toml, tied))}]", f"chosen = {_toml(text('chosen'))}"]
    return "\n".join(filter(None, [lots.rstrip(), *lines])) + "\n"


def _toml(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


@count_routes.get("/count")
async def begin(request: Request) -> HTMLResponse:
    """The form; with an example, its count, so that each state of it is an address."""
    return await _shown(request, await _asked(request.query_params))


@count_routes.post("/count")
async def count(request: Request) -> HTMLResponse:
    """The form and the count of what came with it."""
    async with request.form(max_files=MOST_FILES, max_fields=200) as form:
        return await _shown(request, await _asked(form))


@count_routes.post("/count/sheet")
async def sheet(request: Request) -> Response:
    """The returning officer's sheet, to print."""
    async with request.form(max_files=MOST_FILES, max_fields=200) as form:
        asked = await _asked(form)
    found = await _done(request, "sheet", asked)
    if "error" in found:
        return await _shown(request, asked)
    styles = " ".join(map(digest, STYLE.findall(found["html"])))
    return HTMLResponse(found["html"], headers={POLICY: HEADERS[POLICY].replace("style-src 'self'", f"style-src {styles}")})


@count_routes.post("/count/json")
async def document(request: Request) -> Response:
    """The count as JSON, to keep."""
    async with request.form(max_files=MOST_FILES, max_fields=200) as form:
        asked = await _asked(form)
    found = await _done(request, "count", asked)
    if "error" in found:
        return await _shown(request, asked)
    text = json.dumps(found, ensure_ascii=False, indent=2) + "\n"
    return Response(text, headers={"content-disposition": 'attachment; filename="count.json"'}, media_type="application/json")


async def _done(request: Request, job: str, asked: Asked) -> dict[str, Any]:
    """What a job came to, or what stopped it."""
    if not asked.uploads:
        return {"error": "no file came with this; choose one, or try an example"}
    try:
        answer = await answered(request, job, asked.request(), asked.uploads)
    except Refused as refused:
        return {"error": refused.why, "status": refused.status}
    found: dict[str, Any] = json.loads(answer.body)
    if answer.kind == "fault":
        return {"error": f"a fault of ours: {found['fault']}; please report it", "status": 500}
    return found


async def _shown(request: Request, asked: Asked) -> HTMLResponse:
    listed = json.loads((await answered(request, "methods", {})).body)["methods"]
    methods: dict[str, list[Any]] = {}
    for entry in listed:
        methods.setdefault(FAMILIES.get(entry["family"], "Others"), []).append(entry)
    idle = request.method == "GET" and not asked.example
    found: dict[str, Any] = {} if idle else await _done(request, "steps", asked)
    style = ""
    for each in found.get("counts", ()):
        style += "".join(STYLE.findall(each["figure"]))
        each["figure"] = Markup(re.sub(r' style="[^"]*"', "", STYLE.sub("", each["figure"])))  # noqa: S704 — drawn and escaped by us
    status = found.get("status", 400 if "error" in found else 200)
    found = {"error": "", "tie": None, "counts": []} | found
    return page("count.html", status, style=style, here="Count", asked=asked, found=found, methods=methods, examples=PAPERS)
