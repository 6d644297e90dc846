"""`hustings project`: the next election, and how sure."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from hustings.commands import AsJson, Cluster, ElectionName, Processes, Scenarios, Systems, Where, app, chosen_election, emit, notes, table
from hustings.errors import SettingError
from hustings.exact import exact
from hustings.files import write

PATIENCE = 1.0
"""Seconds before a bar says that something goes on."""


@app.command()
def project(
    election: ElectionName, *,
    to: Annotated[str, typer.Option("--to", metavar="P=PCT,…", help="Shares of the vote in per cent, as polls are written: con=24,lab=34.")] = "",
    swing: Annotated[str, typer.Option("--swing", metavar="NAME[:key=value,…]", help="How districts move with the whole.")] = "uniform-swing",
    system: Systems = None, scenario: Scenarios = None, where: Where = None,
    coalition: Annotated[list[str] | None, typer.Option("--coalition", metavar="P+P…", help="How likely these have a majority; repeatable.")] = None,
    errors: Annotated[str, typer.Option("--errors", metavar="KEY=VALUE,…", help="Sizes of errors, in fractions: national=0.03.")] = "",
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="How many elections to draw.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Makes the draws; the same seed, the same draws.")] = 1832,
    workers: Processes = 1, cluster: Cluster = "",
    as_json: AsJson = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="A page to publish.")] = None,
) -> None:  # fmt: skip
    """The next election from the last one: seats, chances, and districts that change hands; several systems from the same draws."""
    from hustings import report_projection as report
    from hustings import scenario as scenarios
    from hustings import system as systems
    from hustings.analysis.draws import calibrated
    from hustings.analysis.projection import side_by_side
    from hustings.work import Workers, cache

    if seed < 0:
        raise SettingError(f"--seed {seed}: a seed is a whole number from 0")
    chosen = chosen_election(election, scenario, where)
    shares = {party: share / 100 for party, share in _figures("--to", to).items()}
    coalitions = [[party.strip() for party in item.split("+")] for item in coalition or ()]
    with _bar(draws) as progress:
        projections = side_by_side(
            chosen,
            scenarios.parse(swing),
            [systems.parse(item) for item in system or ("fptp",)],
            draws=draws,
            rng=seed,
            to=shares or None,
            errors=calibrated(**_figures("--errors", errors)),
            workers=Workers(workers, cluster),
            kept=cache() / "projections",
            progress=progress,
        )
    majorities = report.chances(projections, coalitions)
    if html is not None:
        write(html, report.html(projections, coalitions))
    if as_json:
        emit(report.documents(projections))
        return
    table(report.title(projections[0]), report.seats(projections))
    typer.echo("")
    table("Majorities", majorities)
    for each in projections:
        if each.wins is not None:
            typer.echo("")
            table(f"Likeliest to change hands under {each.system}", report.changes(each))
            typer.echo("\n" + "\n".join(report.sentences(each)))
    assumed = dict.fromkeys(note for each in projections for note in report.assumed(each))
    notes([*(f"{note}." for note in assumed), *dict.fromkeys(line for each in projections for line in each.attribution)])


def _figures(option: str, text: str) -> dict[str, float]:
    """Numbers by name, from `a=1,b=2.5`."""
    found: dict[str, float] = {}
    for part in filter(None, text.split(",")):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise SettingError(f"{option} {part}: write NAME=NUMBER, such as con=24")
        found[name] = float(exact(value.removesuffix("%")))
    return found


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    """Tells how many draws are finished, on standard error, once it takes longer than it takes to wonder."""
    begun = time.monotonic()
    shown = None

    def told(done: int) -> None:
        nonlocal shown
        if shown is None and sys.stderr.isatty() and time.monotonic() - begun > PATIENCE:
            from rich.console import Console
            from rich.progress import Progress

            shown = Progress(console=Console(stderr=True), transient=True)
            shown.start()
            shown.add_task("draws", total=total)
        if shown is not None:
            shown.update(shown.task_ids[0], completed=done)

    try:
        yield told
    finally:
        if shown is not None:
            shown.stop()
