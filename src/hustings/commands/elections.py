"""`hustings show` and `hustings compare`: an election as it was, and under many systems."""

from typing import Annotated

import typer

from hustings.commands import AsJson, By, ElectionName, LotsFile, Scenarios, Seed, Systems, Where, app, chosen_election, emit, lots_of, notes, table
from hustings.errors import SettingError


@app.command()
def show(
    election: ElectionName, *, scenario: Scenarios = None, where: Where = None, by: By = None, as_json: AsJson = False,
    lots: LotsFile = None, seed: Seed = None,
) -> None:  # fmt: skip
    """Votes, shares, turnout; seats and majorities where each district elects one member."""
    from hustings import report, system

    chosen = chosen_election(election, scenario, where)
    single = all(district.magnitude == 1 for district in chosen.main.districts)
    outcome = chosen.under(system["fptp"](), lots_of(lots, seed)) if single else None
    document = report.show_json(chosen, outcome, by)
    if as_json:
        emit(document)
        return
    table(report.title(chosen), report.show_table(chosen, outcome, by))
    if document["electorate"]:
        typer.echo(f"\nelectorate {document['electorate']:,}, turnout {document['turnout']:.1%}")
    notes(report.notes({"seats": document["notes"]}, document["attribution"]))


@app.command()
def compare(
    election: ElectionName, *, system: Systems = None, scenario: Scenarios = None, where: Where = None, by: By = None,
    measure: Annotated[list[str] | None, typer.Option("--measure", metavar="NAME[:key=value,…]", help="Only these measures.")] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="A row for each party and system.")] = False,
    lots: LotsFile = None, seed: Seed = None,
) -> None:  # fmt: skip
    """One election under many systems; without --system, five."""
    from hustings import report
    from hustings.analysis import compare as analysis

    if as_json and as_csv:
        raise SettingError("--json and --csv exclude each other; choose one")
    chosen = chosen_election(election, scenario, where)
    comparison = analysis.compare(chosen, system or analysis.FRONT_PAGE, measure or None, lots=lots_of(lots, seed))
    if as_json:
        emit(report.compare_json(comparison, scenario or [], by))
    elif as_csv:
        typer.echo(report.compare_csv(comparison), nl=False)
    else:
        table(report.title(chosen), report.compare_by_table(comparison, by) if by else comparison.table())
        pairs = zip(comparison.labels, comparison.outcomes, strict=True)
        said = {label: (*outcome.assumed, *map(str, outcome.lots)) for label, outcome in pairs}
        notes(report.notes(said, chosen.provenance.attribution))
