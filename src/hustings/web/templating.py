"""A template's name and what it shows in, a page out, under a policy that lets it run and look like nothing but itself."""

import base64
import hashlib
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from hustings.web.guard import HEADERS

FOLDER = Path(__file__).parent
POLICY = "content-security-policy"


def picture(svg: str) -> str:
    """The address of an SVG for `<img src>`: its own rules of style work there, and nowhere on the page."""
    return "data:image/svg+xml," + quote(svg.strip(), safe=" !$&()*+,-./:;=?@_~'<>")


def code(text: str) -> Markup:
    """A text whose parts between backticks are code."""
    return Markup(re.sub(r"`([^`]*)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 — escaped here


def digest(text: str) -> str:
    """How a policy names a block of style or script that may stand in a page."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


templates = Environment(
    loader=FileSystemLoader(FOLDER / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
templates.policies["json.dumps_kwargs"] = {"separators": (",", ":")}
templates.filters |= {"picture": picture, "code": code}
templates.globals["version"] = version("hustings")


def render(name: str, *, style: str = "", **shown: Any) -> str:
    """The text of a template; `style` stands as it is."""
    return templates.get_template(name).render(style=Markup(style), **shown)  # noqa: S704 — rules are ours


def policy(style: str) -> str:
    """The policy of a page that has one block of style, this."""
    return HEADERS[POLICY].replace("style-src 'self'", f"style-src 'self' {digest(style)}")


def page(name: str, status: int = 200, *, style: str = "", **shown: Any) -> HTMLResponse:
    """A page from its template; `style` are rules of its own, the one block of style that its policy lets it have."""
    answer = HTMLResponse(render(name, style=style, **shown), status)
    if style:
        answer.headers[POLICY] = policy(style)
    return answer
