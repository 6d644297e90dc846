"""The seam of commands, and what they share: words of options, the election they name, tables, JSON and notes on the terminal."""

import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.errors import HustingsError, SettingError, TieUnresolved

if TYPE_CHECKING:
    from hustings.election import Election
    from hustings.lots import Lots

FIGURES = re.compile(r"[-+–<>\d,.% ]*")

PATIENCE = 1.0
"""Seconds before a bar says that something goes on."""

STOPPED = 130
"""Exit status of whoever was stopped by Ctrl-C, as shells have it."""

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

ElectionName = Annotated[str, typer.Argument(metavar="ELECTION", help="SERIES/EDITION, or the path of a file.")]
Systems = Annotated[list[str] | None, typer.Option("--system", metavar="NAME[:key=value,…]|FILE", help="A system; repeat for several.")]
Scenarios = Annotated[list[str] | None, typer.Option("--scenario", metavar="NAME[:key=value,…]", help="Change the election first; repeatable.")]
Where = Annotated[list[str] | None, typer.Option("--where", metavar="FIELD=VALUE[,VALUE…]", help="Only these districts; repeat to narrow.")]
By = Annotated[str | None, typer.Option("--by", metavar="region|county|country|district", help="Break the figures down.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
LotsFile = Annotated[Path | None, typer.Option("--lots", metavar="FILE", help="Decisions where the rule calls for a lot (TOML).")]
Processes = Annotated[int, typer.Option("--workers", metavar="N", help="Processes on this machine.")]
Cluster = Annotated[str, typer.Option("--cluster", metavar="ADDRESS", help="A Dask scheduler's workers instead, such as tcp://host:8786.")]
Seed = Annotated[int | None, typer.Option("--seed", metavar="N", help="Let a seed draw the lots; each is recorded.")]
ChartName = Annotated[str, typer.Option("--chart", metavar="NAME[:key=value,…]", help="Draw this chart into the file of --out.")]
ChartFile = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Where the chart goes: .svg, .png or .pdf.")]


def chosen_election(name: str, scenarios: Sequence[str] | None, where: Sequence[str] | None) -> "Election":
    """The election of that name or path, in those districts alone, changed by the scenarios in turn."""
    from hustings import load, scenario

    election: Election = load(name)
    conditions: dict[str, list[str]] = {}
    for item in where or ():
        field, equals, value = item.partition("=")
        if not equals:
            raise SettingError(f"--where {item}: write FIELD=VALUE, such as region=Wales")
        # A name may hold a comma itself ("Birmingham, Yardley"): the whole counts as one value too.
        conditions.setdefault(field, []).extend([*value.split(","), value])
    if conditions:
        election = election.where(conditions)
    for text in scenarios or ():
        election = election.given(scenario.parse(text))
    return election


def lots_of(file: Path | None, seed: int | None) -> "Lots":
    """How lots are decided: by a file, by a seed, or not at all."""
    from hustings.lots import Seeded, read_lots, refuse

    if file is not None and seed is not None:
        raise SettingError("--lots and --seed exclude each other; choose one")
    return read_lots(file) if file is not None else refuse if seed is None else Seeded(seed)


def as_text(document: object) -> str:
    """A JSON document as it is printed and written."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def emit(document: object) -> None:
    """One JSON document on standard output."""
    typer.echo(as_text(document), nl=False)


@contextmanager
def bar(total: int, what: str, *, kept: bool = False) -> Iterator[Callable[[float], None]]:
    """Tells how many of them are finished, on standard error, once it takes longer than it takes to wonder; or that it was stopped."""
    begun = time.monotonic()
    shown = None
    finished = 0.0

    def told(done: float) -> None:
        nonlocal shown, finished
        finished = done
        if shown is None and sys.stderr.isatty() and time.monotonic() - begun > PATIENCE:
            from rich.console import Console
            from rich.progress import Progress

            shown = Progress(console=Console(stderr=True), transient=True)
            shown.start()
            shown.add_task(what, total=total)
        if shown is not None:
            shown.update(shown.task_ids[0], completed=done)

    try:
        yield told
    except KeyboardInterrupt:
        further = "; what was finished after the first seconds is kept, and the same command goes on from there" if kept and finished else ""
        typer.echo(f"hustings: stopped after {finished:,.0f} of {total:,} {what}{further}", err=True)
        raise typer.Exit(STOPPED) from None
    finally:
        if shown is not None:
            shown.stop()


def table(heading: str, table: tuple[list[str], list[list[str]]]) -> None:
    """A table under its heading: bold heads on a terminal, plain text in a pipe; never folded."""
    header, rows = table
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    typer.secho(heading, bold=True)
    typer.echo("")
    # Text stands left, figures right; a column of figures holds nothing else.
    words = [number == 0 or not all(FIGURES.fullmatch(row[number]) for row in rows) for number in range(len(header))]
    for number, row in enumerate([header, *rows]):
        cells = [cell.ljust(width) if text else cell.rjust(width) for cell, width, text in zip(row, widths, words, strict=True)]
        typer.secho("  ".join(cells).rstrip(), bold=number == 0)


def notes(lines: Sequence[str]) -> None:
    """Notes below a table, a line each."""
    typer.echo("")
    for line in lines:
        typer.secho(line, dim=True)


def columns(rows: Sequence[Sequence[str]], *, full: bool) -> None:
    """Names and what they are; the source of each below it where `full`."""
    width = max((len(row[0]) for row in rows), default=0)
    for row in rows:
        typer.echo(f"  {row[0].ljust(width)}  {row[1] if len(row) > 1 else ''}".rstrip())
        if full and len(row) > 2:
            typer.secho(f"  {'':{width}}  {row[2]}", dim=True)


def whereabouts(embedded: bool, here: bool, fetched: bool = False) -> str:
    """Where an election is that need not be fetched; one that the package carries may have been `fetched` all the same."""
    if embedded and here and fetched:
        return "in the store, in place of the package's"
    return "in the store" if here else "with the package" if embedded else ""


def drawn_to(name: str, out: Path | None) -> Callable[[object], None]:
    """What draws a result into the file of --out, where a chart is asked for; both options are checked before anything is computed."""
    if bool(name) != (out is not None):
        raise SettingError("--chart NAME and --out FILE go together: which chart, and where to")
    if out is None:
        return lambda _: None
    from hustings.charts import chart, draw, save
    from hustings.files import check_folder

    chart.parse(name)
    check_folder(out)
    return lambda thing: save(draw(name, thing), out)


def told(error: HustingsError) -> str:
    """A mistake of the user's in one line."""
    return f"hustings: {remedied(error)}"


def remedied(error: HustingsError) -> str:
    """What went wrong; where a lot is called for, with the options that decide it."""
    return f"{error}{' (--lots FILE or --seed N)' if isinstance(error, TieUnresolved) else ''}"
