"""`hustings apportion`: seats from a table of votes."""

from pathlib import Path
from typing import Annotated

import typer

from hustings.commands import AsJson, LotsFile, Seed, app, emit, lots_of, notes, table


@app.command()
def apportion(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table: party,votes[,held,exempt,direct,region,seats] (CSV, TSV, Parquet, Excel).")],
    *,
    seats: Annotated[int | None, typer.Option("--seats", metavar="N", help="Seats to award; regions bring their own.")] = None,
    method: Annotated[str, typer.Option("--method", metavar="NAME[:key=value,…]", help="dhondt, sainte-lague, hare … or biproportional.")] = "dhondt",
    threshold: Annotated[str, typer.Option("--threshold", metavar="F[:direct=K,scope=…]", help="Least share of the votes: 0.05.")] = "0",
    as_json: AsJson = False, lots: LotsFile = None, seed: Seed = None,
) -> None:  # fmt: skip
    """Seats from a table of votes: who has the last, who is next, and by how many votes."""
    from hustings import report_apportionment as report
    from hustings.votes_table import read_bar, read_votes, share_out

    shared = share_out(read_votes(file), method, seats, read_bar(threshold), lots_of(lots, seed))
    if as_json:
        emit(report.apportion_json(shared))
    else:
        table(f"{file}: {sum(shared.total.values()):,} seats by {shared.method}", report.apportion_table(shared))
        notes(report.apportion_notes(shared))
