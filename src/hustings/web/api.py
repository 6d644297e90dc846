"""The JSON of the interface over HTTP: typed and bounded requests in, the documents that the command line prints out."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from starlette.datastructures import UploadFile as Sent

from hustings.web import documents
from hustings.web.guard import Refused
from hustings.web.workers import Answer, Busy, Stopped, Upload, Workers

MOST_FILES = 20
LINE = r"^[^\x00-\x1f\x7f]+$"
Text = Annotated[str, StringConstraints(min_length=1, max_length=400, pattern=LINE)]
"""An entry with its settings, a place, an election: one line."""
Change = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=LINE)]
"""A scenario with its settings, which may have many cells: one line."""
Seed = Annotated[int, Field(ge=0, le=2**53 - 1)]
By = Literal["region", "county", "country", "district"]


class Strict(BaseModel):
    """A request whose every field is known."""

    model_config = ConfigDict(extra="forbid")


class Here(Strict):
    """An election, in some districts, under scenarios."""

    election: Annotated[Text, Field(description="SERIES/EDITION of the catalogue.", examples=["uk-general/2010"])]
    scenario: Annotated[list[Change], Field(max_length=8, description="NAME:key=value,… in turn.")] = []
    where: Annotated[list[Text], Field(max_length=8, description="FIELD=VALUE[,VALUE…], all of which hold.")] = []


class Show(Here):
    """What `hustings show` takes."""

    by: By | None = None
    seed: Seed | None = None


class Compare(Show):
    """What `hustings compare` takes."""

    system: Annotated[list[Text], Field(min_length=1, max_length=8, description="NAME:key=value,…")] = ["fptp"]
    measure: Annotated[list[Text] | None, Field(max_length=20)] = None


class Project(Here):
    """What `hustings project` takes."""

    to: Annotated[str, StringConstraints(max_length=400), Field(description="Shares in per cent, as polls are written: con=24,lab=34.")] = ""
    swing: Text = "regional-swing"
    system: Annotated[list[Text], Field(min_length=1, max_length=4)] = ["fptp"]
    errors: Annotated[str, StringConstraints(max_length=400), Field(description="Sizes of errors, in fractions: national=0.03.")] = ""
    draws: Annotated[int, Field(ge=1, le=20_000)] = 1000
    seed: Seed = 1832


class Chart(Project):
    """What to draw, of the election under its systems or of its projection."""

    chart: Annotated[Text, Field(description="NAME:key=value,…", examples=["map", "seats", "systems", "fan"])]
    seed: Seed | None = None  # type: ignore[assignment]  # an election that was counted needs none


class Coalitions(Here):
    """What `hustings coalitions` takes."""

    system: Text = "fptp"
    quota: Annotated[int | None, Field(ge=1, le=100_000)] = None
    absent: Annotated[list[Text], Field(max_length=50, description="Parties that do not take their seats.")] = []
    order: Annotated[list[Text], Field(max_length=50, description="Parties from one wing to the other: connected coalitions too.")] = []
    seed: Seed | None = None


class Catalogue(Strict):
    """What `hustings catalogue` takes."""

    kind: documents.Kind | None = None


ANSWERS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": documents.Mistake, "description": "It cannot be done; `error` says why and what to do."},
    "5XX": {"model": documents.Mistake, "description": "Everybody is at work (503), or a fault of ours (500)."},
}
api = APIRouter(prefix="/api/v1", responses=ANSWERS)
Lots = Annotated[str, Form(max_length=100_000, description="A file of lots (TOML): what was decided where a rule calls for one.")]
DrawnBy = Annotated[int | None, Form(ge=0, le=2**53 - 1, description="Draws whatever lot is not decided.")]


async def answered(request: Request, job: str, asked: Mapping[str, Any], uploads: Sequence[Upload] = ()) -> Answer:
    """What a job came to; `Refused` if nobody could do it, or it was stopped."""
    workers: Workers = request.app.state.workers
    try:
        return await workers.answer(job, asked, uploads)
    except Busy:
        raise Refused(503, "everybody is at work; try again in a moment") from None
    except Stopped:
        raise Refused(400, f"stopped after {workers.seconds:.0f} seconds, or for want of memory; choose something smaller") from None


async def answer(request: Request, job: str, asked: Mapping[str, Any], uploads: Sequence[Upload] = ()) -> Response:
    """The document of a job, or its error with the status that belongs to it."""
    kind, body = await answered(request, job, asked, uploads)
    if kind == "fault":
        body = json.dumps({"error": f"a fault of ours: {json.loads(body)['fault']}; please report it with the address of this page"}).encode()
    return Response(body, {"done": 200, "mistake": 400, "fault": 500}[kind], media_type="application/json")


async def uploaded(files: Sequence[Sent]) -> tuple[Upload, ...]:
    """The files of a visitor, each under a name that leads nowhere: its last part, of plain characters, with its ending."""
    found: dict[str, Upload] = {}
    for file in files:
        last = re.split(r"[\\/]", file.filename or "")[-1]
        stem, dot, suffix = re.sub(r"[^\w .()+-]", "_", last).strip(" .").rpartition(".")
        name = f"{stem[:80]}{dot}{suffix[:12]}" if stem else suffix[:80] or "file"
        if name in found:
            raise Refused(400, f"two files are called {name}; rename one")
        found[name] = Upload(name, await file.read())
    return tuple(found.values())


@api.get("/show", summary="Votes, shares, seats, turnout", response_model=documents.Shown)
async def show(request: Request, asked: Annotated[Show, Query()]) -> Response:
    """What `hustings show --json` prints."""
    return await answer(request, "show", asked.model_dump(exclude_none=True))


@api.get("/compare", summary="One election under many systems", response_model=documents.Compared)
async def compare(request: Request, asked: Annotated[Compare, Query()]) -> Response:
    """What `hustings compare --json` prints."""
    return await answer(request, "compare", asked.model_dump(exclude_none=True))


@api.get("/project", summary="The next election, with its uncertainty", response_model=documents.Projected | documents.Projections)
async def project(request: Request, asked: Annotated[Project, Query()]) -> Response:
    """What `hustings project --json` prints."""
    return await answer(request, "project", asked.model_dump(exclude_none=True))


@api.get("/coalitions", summary="Who can form a majority", response_model=documents.Coalitions)
async def coalitions(request: Request, asked: Annotated[Coalitions, Query()]) -> Response:
    """What `hustings coalitions --json` prints."""
    return await answer(request, "coalitions", asked.model_dump(exclude_none=True))


@api.get("/catalogue", summary="What there is, with settings and sources", response_model=documents.Catalogue)
async def catalogue(request: Request, asked: Annotated[Catalogue, Query()]) -> Response:
    """What `hustings catalogue --json` prints; elections as a list."""
    return await answer(request, "catalogue", asked.model_dump(exclude_none=True))


PICTURE: dict[int | str, dict[str, Any]] = {200: {"content": {"image/svg+xml": {"schema": {"type": "string"}}}, "description": "The picture."}}


@api.get("/chart", summary="A picture, as SVG", response_class=Response, responses=PICTURE)
async def chart(request: Request, asked: Annotated[Chart, Query()]) -> Response:
    """What `--chart NAME` draws, by itself: a page shows it as an image."""
    kind, body = await answered(request, "chart", asked.model_dump(exclude_none=True))
    if kind != "done":
        return await answer(request, "chart", asked.model_dump(exclude_none=True))
    policy = {"content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"}
    return Response(json.loads(body)["svg"], 200, policy, media_type="image/svg+xml")


@api.post("/apportion", summary="Seats from a table of votes", response_model=documents.Apportioned)
async def apportion(
    request: Request,
    file: Annotated[UploadFile, File(description="party,votes[,held,exempt,direct,region,seats] (CSV or TSV)")],
    *,
    seats: Annotated[int | None, Form(ge=0, le=100_000)] = None,
    method: Annotated[str, Form(min_length=1, max_length=400)] = "dhondt",
    threshold: Annotated[str, Form(min_length=1, max_length=100)] = "0",
    lots: Lots = "",
    seed: DrawnBy = None,
) -> Response:
    """What `hustings apportion --json` prints. Nothing is kept."""
    uploads = await uploaded([file])
    asked = {"files": [each.name for each in uploads], "seats": seats, "method": method, "threshold": threshold, "lots": lots, "seed": seed}
    return await answer(request, "apportion", asked, uploads)


@api.post("/count", summary="Ranked papers counted", response_model=documents.Count | documents.Counts)
async def count(
    request: Request,
    file: Annotated[list[UploadFile], File(max_length=MOST_FILES, description="BLT, ward CSV, PrefLib, ABIF, CSV; or RCTab with its records")],
    *,
    method: Annotated[str, Form(max_length=400)] = "",
    seats: Annotated[int | None, Form(ge=1, le=1000)] = None,
    lots: Lots = "",
    seed: DrawnBy = None,
) -> Response:
    """What `hustings count --json` prints. Nothing is kept."""
    uploads = await uploaded(file)
    asked = {"files": [each.name for each in uploads], "method": method, "seats": seats, "lots": lots, "seed": seed}
    return await answer(request, "count", asked, uploads)


@api.post("/claims", summary="A claims file beside what the data say", response_model=documents.Findings)
async def claims(request: Request, text: Annotated[str, Form(min_length=1, max_length=200_000, description="The claims file (TOML).")]) -> Response:
    """What `hustings claims --json` prints. Nothing is kept."""
    return await answer(request, "claims", {"text": text})
