"""What the pages need beside Markdown: every command that one shows is run, and links between files of the root become links between pages."""

import os
import re
import shlex
import subprocess
import sys
import tempfile
import textwrap
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform

ROOT = Path(__file__).parents[1]
PROMPT = "$ hustings"
# What a command writes goes with this folder; the examples are there as in the root.
PLACE = tempfile.TemporaryDirectory(prefix="hustings-docs-")
Path(PLACE.name, "examples").symlink_to(ROOT / "examples")
LINES, DATA_LINES, WIDTH = 64, 16, 88


@cache
def run(command: str) -> str:
    """What a command prints, as a terminal folds it; long ones are cut, and say how much is missing."""
    words = shlex.split(command, comments=True)[1:]
    environment = {**os.environ, "NO_COLOR": "1", "COLUMNS": str(WIDTH)}
    done = subprocess.run([sys.executable, "-m", "hustings", *words], capture_output=True, text=True, check=False, cwd=PLACE.name, env=environment)
    if done.returncode != int("# exit status 1" in command):
        raise ExtensionError(f"{command}: exit status {done.returncode}\n{done.stderr}")
    data = "--json" in words or "--csv" in words
    lines = done.stdout.rstrip().splitlines()
    if not data:
        lines = [part for line in lines for part in fold(line)]
    most = DATA_LINES if data else LINES
    missing = len(lines) - most
    return "\n".join([*lines[:most], f"… {missing:,} more lines"] if missing > 1 else lines)


def fold(line: str) -> list[str]:
    """Prose over several lines, indented as it was; rows of a table as they are."""
    indent = line[: len(line) - len(line.lstrip())]
    row = re.search(r"\S {2,}\S", line)
    if row or len(line) <= WIDTH:
        return [line]
    return textwrap.wrap(line.strip(), WIDTH, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)


def commands(text: str) -> list[str]:
    """The commands of a page's console blocks."""
    blocks = re.findall(r"```console\n(.*?)```", text, re.DOTALL)
    return [line[2:] for block in blocks for line in block.splitlines() if line.startswith(PROMPT)]


def run_ahead(app: Sphinx, env: BuildEnvironment, pages: list[str]) -> None:
    """Run what the pages to be read will show, several at a time."""
    wanted = [command for page in pages for command in commands(env.doc2path(page).read_text(encoding="utf-8"))]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(run, dict.fromkeys(wanted)))


def list_the_unlisted(app: Sphinx, page: str, source: list[str]) -> None:
    """Put pages that the index does not name at the end of its contents: a new page needs no line there."""
    if page == "index":
        text = source[0]
        rest = sorted(other for other in app.env.found_docs if "/" not in other and other != page and f"\n{other}\n" not in text)
        head, fence, tail = text.rpartition("\n```")
        source[0] = "\n".join([head, *rest]) + fence + tail


class ShowOutput(SphinxTransform):
    """Put under each command what it prints."""

    default_priority = 400

    def apply(self) -> None:
        for block in list(self.document.findall(nodes.literal_block)):
            text = block.astext()
            if block.get("language") != "console" or PROMPT not in text:
                continue
            shown = [f"{line}\n{run(line[2:])}\n" for line in text.splitlines() if line.startswith(PROMPT)]
            block.replace_self(nodes.literal_block("", "\n".join(shown).rstrip(), language="console"))


class FollowRoot(SphinxTransform):
    """Let a link to GLOSSARY.md, in a page that is a file of the root, lead to the page that holds it."""

    default_priority = 400

    def apply(self) -> None:
        for link in self.document.findall(addnodes.pending_xref):
            path, _, place = (link.get("reftarget") or "").partition("#")
            page = path.removesuffix(".md").lower().removeprefix("docs/")
            if link.get("reftype") == "myst" and path.endswith(".md") and page in self.env.found_docs:
                link.attributes |= {"refdomain": "doc", "reftarget": page, "reftargetid": place or None}


def setup(app: Sphinx) -> dict[str, bool]:
    """Join the build."""
    app.connect("env-before-read-docs", run_ahead)
    app.connect("source-read", list_the_unlisted)
    app.add_transform(ShowOutput)
    app.add_transform(FollowRoot)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
