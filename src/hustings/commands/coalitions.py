"""`hustings coalitions`: who can form a majority, and how much each party counts in that."""

from typing import Annotated

import typer

from hustings.commands import AsJson, ElectionName, LotsFile, Scenarios, Seed, app, chosen_election, emit, lots_of, table


@app.command()
def coalitions(
    election: ElectionName, *, scenario: Scenarios = None,
    under: Annotated[str, typer.Option("--system", metavar="NAME[:key=value,…]|FILE", help="The system that gives the seats.")] = "fptp",
    quota: Annotated[int | None, typer.Option("--quota", metavar="N", help="Seats that decide; more than half of those who vote.")] = None,
    absent: Annotated[str, typer.Option("--absent", metavar="P,…", help="Parties that do not take their seats.")] = "",
    order: Annotated[str, typer.Option("--order", metavar="P,P,…", help="Parties from one wing to the other: connected coalitions too.")] = "",
    as_json: AsJson = False, lots: LotsFile = None, seed: Seed = None,
) -> None:  # fmt: skip
    """Minimal winning coalitions, and the power of each party."""
    from hustings import system
    from hustings.analysis.coalitions import game_of
    from hustings.report import coalitions_json

    chosen = chosen_election(election, scenario, None)
    outcome = chosen.under(system.parse(under), lots_of(lots, seed))
    game = game_of(outcome, quota, [name.strip() for name in absent.split(",") if name.strip()])
    line = [name.strip() for name in order.split(",") if name.strip()]
    document = coalitions_json(chosen.id, under, game, line)
    if as_json:
        emit(document)
        return
    rows = [[name, f"{it['seats']:,}", f"{it['banzhaf']:.2%}", f"{it['shapley_shubik']:.2%}"] for name, it in document["parties"].items()]
    table(f"{chosen.id} under {under}: {game.quota:,} of {game.total:,} seats decide", (["party", "seats", "Banzhaf", "Shapley-Shubik"], rows))
    for heading, key in (("minimal winning coalitions", "minimal_winning"), ("minimal connected winning coalitions", "minimal_connected")):
        if found := document[key]:
            typer.echo("")
            table(f"{len(found):,} {heading}", (["parties", "seats"], [[" + ".join(each["parties"]), f"{each['seats']:,}"] for each in found]))
