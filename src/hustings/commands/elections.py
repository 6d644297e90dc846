"""`hustings show` and `hustings compare`: an election as it was, and under many systems."""

import shlex
import sys
from pathlib import Path
from typing import Annotated

import typer

from hustings.commands import (
    AsJson,
    By,
    ChartFile,
    ChartName,
    ElectionName,
    LotsFile,
    Scenarios,
    Seed,
    Systems,
    Where,
    app,
    chosen_election,
    drawn_to,
    emit,
    lots_of,
    notes,
    remedied,
    table,
)
from hustings.errors import SettingError, Unsuitable
from hustings.files import write


@app.command()
def show(
    election: ElectionName, *, scenario: Scenarios = None, where: Where = None, by: By = None, as_json: AsJson = False,
    chart: ChartName = "", out: ChartFile = None, lots: LotsFile = None, seed: Seed = None,
) -> None:  # fmt: skip
    """Votes, shares, turnout; seats where the source declares them, says how papers are counted, or each district elects one member."""
    from hustings import report
    from hustings.analysis.compare import as_held

    draw = drawn_to(chart, out)
    chosen = chosen_election(election, scenario, where)
    held = as_held(chosen.main)
    outcome = chosen.under(held, lots_of(lots, seed)) if held else None
    if chart and outcome is None:
        raise Unsuitable(f"{chosen.id}: {report.UNSEATED}, and draws them")
    draw(outcome)
    document = report.show_json(chosen, outcome, by)
    if as_json:
        emit(document)
        return
    table(report.title(chosen, *([outcome] if outcome else [])), report.show_table(chosen, outcome, by))
    if document["electorate"]:
        typer.echo(f"\nelectorate {document['electorate']:,}, turnout {document['turnout']:.1%}")
    notes(report.notes({"seats": document["notes"]}, document["attribution"]))


@app.command()
def compare(
    election: ElectionName, *, system: Systems = None, scenario: Scenarios = None, where: Where = None, by: By = None,
    measure: Annotated[list[str] | None, typer.Option("--measure", metavar="NAME[:key=value,…]", help="Only these measures.")] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A row for each party and system.")] = False,
    chart: ChartName = "", out: ChartFile = None,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="One page to publish, with sliders that need no server.")] = None,
    lots: LotsFile = None, seed: Seed = None,
) -> None:  # fmt: skip
    """One election under many systems; without --system, five."""
    from hustings import report
    from hustings.analysis import compare as analysis

    if as_json and as_csv:
        raise SettingError("--json and --csv exclude each other; choose one")
    draw = drawn_to(chart, out)
    chosen = chosen_election(election, scenario, where)
    comparison = analysis.compare(chosen, system, measure or None, lots=lots_of(lots, seed))
    draw(comparison)
    if html is not None:
        from hustings.web.standalone import of_comparison

        write(html, of_comparison(comparison, shlex.join(["hustings", *sys.argv[1:]])))
    if as_json:
        emit(report.compare_json(comparison, scenario or [], by))
    elif as_csv:
        typer.echo(report.compare_csv(comparison, measures=bool(measure)), nl=False)
    else:
        table(report.title(chosen, *comparison.outcomes), report.compare_by_table(comparison, by) if by else comparison.table())
        pairs = zip(comparison.labels, comparison.outcomes, strict=True)
        said = {label: (*outcome.assumed, *map(str, outcome.lots)) for label, outcome in pairs}
        said |= {label: (f"left out, as {remedied(error)}",) for label, error in comparison.left_out.items()}
        legend = [] if by else ["What each measure says: hustings catalogue measures."]
        notes([*report.notes(said, chosen.provenance.attribution), *legend])
