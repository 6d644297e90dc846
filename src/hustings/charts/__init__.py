"""The seam of charts: an outcome, a comparison, a count or a projection in, an SVG picture out, and the same as a table."""

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from hustings.analysis.compare import Comparison
from hustings.drawing import stacked
from hustings.errors import SettingError, Unsuitable
from hustings.files import write
from hustings.outcome import Outcome, Transcript
from hustings.registry import Registry

chart = Registry("chart", __name__)

MOST = 12
"""Pictures in one file."""
NEEDS = {
    "outcome": "the outcome of an election under a system",
    "comparison": "a comparison of systems",
    "transcript": "the stages of a count, so choose a system or method that has some",
    "change": "two outcomes, so choose two systems (--system, twice)",
    "projection": "a projection",
    "polls": "polls",
    "scores": "the scores of a backtest",
}


def draw(text: str, thing: Any) -> str:
    """Draw a chart, `NAME` or `NAME:key=value,…`, of a thing; of what it holds, one below another, where it holds what the chart takes.

    A comparison holds its outcomes and their counts; two outcomes, the first before the second, are a change.

    Raises
    ------
    Unsuitable
        The chart takes something else, or the thing lacks what it needs.
    SettingError
        There would be more than twelve pictures.
    """
    made = chart.parse(text)
    return stacked([made(item) for item in _held(made, thing)], made.__entry__.doc)


def figure(text: str, thing: Any) -> str:
    """Draw the same as HTML, each picture with its table to open below it."""
    made = chart.parse(text)
    return "\n".join(f"<figure>{made(item)}{_details(*made.table(item))}</figure>" for item in _held(made, thing))


def _held(made: Any, thing: Any) -> list[Any]:
    """What a configured chart can draw of a thing: the thing itself, or what it holds."""
    takes, name = made.__entry__.traits["takes"], made.__entry__.name
    found = [item for kind, item in _parts(thing) if kind == takes]
    if not found:
        raise Unsuitable(f"chart {name} draws {NEEDS[takes]}")
    if len(found) > MOST:
        raise SettingError(f"chart {name} would draw {len(found)} pictures; narrow the election (--where) until there are {MOST} or fewer")
    return found


def _parts(thing: Any) -> Iterator[tuple[str, Any]]:
    """Each thing that a thing holds, with the kind by which charts ask for it."""
    if isinstance(thing, Comparison):
        yield "comparison", thing
        yield from _parts(thing.outcomes)
    elif isinstance(thing, Outcome):
        yield "outcome", thing
        yield from (("transcript", transcript) for transcript in thing.transcripts)
    elif isinstance(thing, Transcript):
        yield "transcript", thing
    elif isinstance(thing, Sequence):
        for item in thing:
            yield from _parts(item)
        if len(thing) == 2 and all(isinstance(item, Outcome) for item in thing):
            yield "change", tuple(thing)
    elif hasattr(thing, "chances"):
        # Told by what they hold, not by their class: other people's may be drawn too.
        yield "scores", thing
    elif hasattr(thing, "pollsters") or hasattr(thing, "seats"):
        yield "polls" if hasattr(thing, "pollsters") else "projection", thing


def _details(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "".join(f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>' for row in rows)
    return f"<details><summary>The same as a table</summary><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></details>"


def save(svg: str, path: Path) -> None:
    """Write a picture whole or not at all, as .svg, .png or .pdf by the ending of its name; the last two need the extra `charts`."""
    kind = path.suffix.lower()
    if kind == ".svg":
        write(path, svg)
    elif kind in (".png", ".pdf"):
        try:
            import vl_convert  # noqa: PLC0415 — an extra, and only for these two
        except ImportError:
            raise SettingError(f"{path}: {kind[1:].upper()} needs the extra 'charts': pip install 'hustings[charts]'; or write .svg") from None
        write(path, vl_convert.svg_to_png(svg, scale=2) if kind == ".png" else vl_convert.svg_to_pdf(svg))
    else:
        raise SettingError(f"{path}: a chart is written as .svg, .png or .pdf")
