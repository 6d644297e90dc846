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
    from hustings.analysis.coalitions import banzhaf, game_of, minimal_connected, minimal_winning, shapley_shubik

    chosen = chosen_election(election, scenario, None)
    outcome = chosen.under(system.parse(under), lots_of(lots, seed))
    game = game_of(outcome, quota, [name.strip() for name in absent.split(",") if name.strip()])
    line = [name.strip() for name in order.split(",") if name.strip()]
    winning = minimal_winning(game)
    connected = minimal_connected(game, line) if line else ()
    swing, pivot = banzhaf(game), shapley_shubik(game)
    if as_json:
        listed = {"minimal_winning": winning, "minimal_connected": connected}
        emit(
            {"election": chosen.id, "system": under, "quota": game.quota}
            | {"parties": {name: {"seats": n, "banzhaf": float(swing[name]), "shapley_shubik": float(pivot[name])} for name, n in game.seats.items()}}
            | {key: [{"parties": names, "seats": sum(game.seats[name] for name in names)} for names in found] for key, found in listed.items()}
        )
        return
    rows = [[name, f"{n:,}", f"{float(swing[name]):.2%}", f"{float(pivot[name]):.2%}"] for name, n in game.seats.items()]
    table(f"{chosen.id} under {under}: {game.quota:,} of {game.total:,} seats decide", (["party", "seats", "Banzhaf", "Shapley-Shubik"], rows))
    for heading, found in (("minimal winning coalitions", winning), ("minimal connected winning coalitions", connected)):
        if found:
            typer.echo("")
            lines = [[" + ".join(names), f"{sum(game.seats[name] for name in names):,}"] for names in found]
            table(f"{len(found):,} {heading}", (["parties", "seats"], lines))
