"""`hustings backtest`: past elections, each projected from the one before, and scored."""

from typing import Annotated

import typer

from hustings.commands import AsJson, ChartFile, ChartName, Cluster, Processes, app, bar, drawn_to, emit, notes, table
from hustings.errors import SettingError, Unsuitable

SWINGS = ("regional-swing", "uniform-swing", "proportional-swing", "strong-transition", "piecewise", "elasticity")


@app.command()
def backtest(
    series: Annotated[str, typer.Argument(metavar="SERIES", help="A series of the catalogue, such as uk-general.")], *,
    swing: Annotated[
        list[str] | None, typer.Option("--swing", metavar="NAME[:key=value,…]", help="A model to score; repeat for several. All, unless given.")
    ] = None,
    first: Annotated[str, typer.Option("--from", metavar="EDITION", help="Leave earlier elections out.")] = "1950",
    polls: Annotated[str, typer.Option("--polls", metavar="FILE|uk", help="Score what polls said too, where there are some.")] = "",
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="How many elections to draw of each.")] = 4096,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Makes the draws; the same seed, the same draws.")] = 1832,
    workers: Processes = 1, cluster: Cluster = "",
    as_json: AsJson = False, chart: ChartName = "", out: ChartFile = None,
) -> None:  # fmt: skip
    """Project each past election from the one before by several models of swing, and score seats, districts and chances."""
    from hustings import report_backtest as report
    from hustings import scenario
    from hustings.analysis import polled
    from hustings.analysis.backtest import at_hand, carried_over, consecutive, summaries
    from hustings.analysis.backtest import backtest as scored
    from hustings.work import Workers

    if seed < 0 or draws < 1:
        raise SettingError(f"--seed {seed} --draws {draws}: a seed is a whole number from 0, draws are at least one")
    draw = drawn_to(chart, out)
    elections, missing = at_hand(series, first)
    pairs = consecutive(elections, carried_over(series))
    lacking = f"not on this machine: {', '.join(missing)}; get them with: hustings data pull {' '.join(f'{series}/{name}' for name in missing)}"
    if not pairs:
        raise Unsuitable(f"{series}: no two elections on the same boundaries follow each other{f'; {lacking}' if missing else ''}")
    models = [scenario.parse(item) for item in swing or SWINGS]
    aims = polled.aims(polls, pairs) if polls else {}
    with bar((len(pairs) + len(aims)) * len(models), "projections") as progress:
        scores = scored(pairs, models, draws=draws, seed=seed, aims=aims, workers=Workers(workers, cluster), progress=progress)
    found = summaries(scores)
    draw(found[0])
    if as_json:
        emit(report.document(series, scores, missing, draws, seed))
        return
    table(f"{series}: each election projected from the one before, {draws:,} draws, seed {seed}", report.models(scores))
    best = found[0].swing
    for aim in dict.fromkeys(each.aim for each in found):
        typer.echo("")
        table(f"{best}, {aim} shares", report.pairs(scores, best, aim))
    notes([
        "seats off: mean of the absolute errors of parties' seats. right: districts whose likeliest winner won. Brier, log: of the chances to win",
        "each district, less is better. 50%, 80%, 95%: how many of the parties' seats lay inside the interval of that name.",
        "Errors of each pair have the sizes that all other pairs give. Districts outside Great Britain are not scored.",
        *([lacking] if missing else []),
    ])  # fmt: skip
