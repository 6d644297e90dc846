"""`hustings project`: the next election, and how sure."""

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from hustings.commands import (
    AsJson,
    ChartFile,
    ChartName,
    Cluster,
    ElectionName,
    Processes,
    Scenarios,
    Systems,
    Where,
    app,
    bar,
    chosen_election,
    drawn_to,
    emit,
    notes,
    table,
)
from hustings.errors import SettingError
from hustings.exact import exact
from hustings.files import write

DEFAULT = "regional-swing"
"""The swing that past elections bear out best: docs/backtest.md."""


@app.command()
def project(
    election: ElectionName, *,
    to: Annotated[str, typer.Option("--to", metavar="P=PCT,…", help="Shares of the vote in per cent, as polls are written: con=24,lab=34.")] = "",
    polls: Annotated[str, typer.Option("--polls", metavar="FILE|uk", help="Pool these polls instead; uk: those that were pulled.")] = "",
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="Polls up to this day, such as 2024-06-01.")] = "",
    swing: Annotated[str, typer.Option("--swing", metavar="NAME[:key=value,…]", help="How districts move with the whole.")] = DEFAULT,
    system: Systems = None, scenario: Scenarios = None, where: Where = None,
    coalition: Annotated[list[str] | None, typer.Option("--coalition", metavar="P+P…", help="How likely these have a majority; repeatable.")] = None,
    errors: Annotated[str, typer.Option("--errors", metavar="KEY=VALUE,…", help="Sizes of errors, in fractions: national=0.03.")] = "",
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="How many elections to draw.")] = 10_000,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Makes the draws; the same seed, the same draws.")] = 1832,
    workers: Processes = 1, cluster: Cluster = "",
    as_json: AsJson = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="A page to publish.")] = None,
    chart: ChartName = "", out: ChartFile = None,
) -> None:  # fmt: skip
    """The next election from the last one: seats, chances, and districts that change hands; several systems from the same draws."""
    from hustings import report_projection as report
    from hustings import scenario as scenarios
    from hustings import system as systems
    from hustings.analysis.draws import calibrated
    from hustings.analysis.polled import aim_of, pooled
    from hustings.analysis.projection import side_by_side
    from hustings.work import Workers, cache

    if polls and to:
        raise SettingError("--to and --polls exclude each other: shares are given, or pooled")
    if on and not polls:
        raise SettingError(f"--on {on}: goes with --polls, up to which day they count")
    if seed < 0:
        raise SettingError(f"--seed {seed}: a seed is a whole number from 0")
    draw = drawn_to(chart, out)
    chosen = chosen_election(election, scenario, where)
    shares = _shares(to)
    model = scenarios.parse(swing)
    pool = pooled(polls, chosen, _day(on)) if polls else None
    coalitions = [[party.strip() for party in item.split("+")] for item in coalition or ()]
    with bar(draws, "draws", kept=True) as progress:
        projections = side_by_side(
            chosen,
            model,
            [systems.parse(item) for item in system or ("fptp",)],
            draws=draws,
            rng=seed,
            to=aim_of(pool, chosen, model) if pool else shares or None,
            errors=calibrated(**_figures("--errors", errors)),
            workers=Workers(workers, cluster),
            kept=cache() / "projections",
            progress=progress,
        )
    majorities = report.chances(projections, coalitions)
    draw([*projections, pool] if pool else projections)
    if html is not None:
        write(html, report.html(projections, coalitions))
    if as_json:
        emit(report.documents(projections) | ({"pool": report.pool_document(pool)} if pool else {}))
        return
    if pool:
        table(f"{len(pool.dates):,} polls pooled on {pool.days[-1]:%Y-%m-%d}", report.pool_table(pool))
        typer.echo("")
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


def _day(text: str) -> date | None:
    """A day as it is written on the command line."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise SettingError(f"--on {text}: write a day as 2024-06-01") from None


def _shares(text: str) -> dict[str, float]:
    """Shares of the vote, as fractions, from `--to`, which has them in per cent."""
    found = _figures("--to", text)
    if found and "%" not in text and 0 < max(found.values()) <= 1:
        raise SettingError(f"--to {text}: shares are in per cent, con=24 or con=24%; for shares as small as these write the sign, con=0.24%")
    for party, share in found.items():
        if not 0 <= share <= 100:
            raise SettingError(f"--to {party}={share:g}: a share is from 0 to 100 per cent")
    if sum(found.values()) > 100:
        raise SettingError(f"--to {text}: the shares add up to {sum(found.values()):g} per cent; all of them are 100 at most")
    return {party: share / 100 for party, share in found.items()}


def _figures(option: str, text: str) -> dict[str, float]:
    """Numbers by name, from `a=1,b=2.5`."""
    found: dict[str, float] = {}
    for part in filter(None, text.split(",")):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise SettingError(f"{option} {part}: write NAME=NUMBER, such as con=24")
        found[name] = float(exact(value.removesuffix("%")))
    return found
