"""The workbench as an ASGI application: its pages, its API, and what guards both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles

from hustings.web.api import api
from hustings.web.api_page import api_routes
from hustings.web.claims_page import claims_routes
from hustings.web.count_page import count_routes
from hustings.web.guard import Guard
from hustings.web.pages import pages
from hustings.web.templating import FOLDER, page
from hustings.web.workers import Workers


async def mistaken(_: Request, error: Exception) -> JSONResponse:
    """A request that is not of its type, in one line."""
    assert isinstance(error, RequestValidationError)
    said = "; ".join(f"{'.'.join(str(part) for part in each['loc'][1:]) or 'the request'}: {each['msg']}" for each in error.errors()[:5])
    return JSONResponse({"error": said}, 400)


async def unheard(request: Request, error: Exception) -> Response:
    """An address or a method that is not there: in one line to a program, on a page to a reader."""
    assert isinstance(error, HTTPException)
    if request.url.path.startswith("/api/"):
        return JSONResponse({"error": str(error.detail)}, error.status_code, error.headers)
    said = {404: "There is no page at this address.", 405: "This address is for a form to send to, not to open."}
    answer = page("refused.html", error.status_code, said=said.get(error.status_code, str(error.detail)))
    answer.headers.update(error.headers or {})
    return answer


def make_app(*, workers: int = 2, seconds: float = 20.0, hosts: tuple[str, ...] = ()) -> FastAPI:
    """The application; a job has so many `seconds`, `workers` jobs run at once, and it answers to the names `hosts`."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        app.state.workers = Workers(workers, seconds=seconds, wait=seconds)
        yield
        app.state.workers.close()

    app = FastAPI(
        title="Hustings",
        version=version("hustings"),
        description="Any election under any electoral system. The documents are those that the command line prints with --json.",
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
        middleware=[Middleware(Guard, hosts=hosts), Middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)],
        lifespan=lifespan,
    )
    app.add_exception_handler(RequestValidationError, mistaken)
    app.add_exception_handler(HTTPException, unheard)
    app.include_router(api)
    for part in (pages, count_routes, claims_routes, api_routes):
        app.include_router(part)
    app.mount("/static", StaticFiles(directory=FOLDER / "static"), name="static")
    return app
