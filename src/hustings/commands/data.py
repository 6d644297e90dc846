"""`hustings data`: the catalogue on this machine, fetched, verified, added to, and asked in SQL."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.commands import AsJson, ElectionName, LotsFile, Scenarios, Seed, Systems, Where, app, chosen_election, emit, lots_of, table, whereabouts
from hustings.errors import HustingsError, SettingError, UnknownName

if TYPE_CHECKING:
    from hustings.catalogue import Edition, Series
    from hustings.downloads import Progress

WONDER = 2.0
"""How long nobody minds that nothing is said [seconds]."""

data = typer.Typer(help="The catalogue on this machine: list, pull, verify, add, save, query.", rich_markup_mode=None, no_args_is_help=True)
app.add_typer(data, name="data")


@contextmanager
def meter() -> "Iterator[Progress]":
    """What shows progress on standard error, once it takes longer than it takes to wonder."""
    started = time.monotonic()
    if not sys.stderr.isatty():
        yield lambda _what, _done, _of: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn

    with Progress(
        TextColumn("{task.description}"), BarColumn(), DownloadColumn(), console=Console(stderr=True), transient=True, disable=False
    ) as bar:
        task = bar.add_task("", visible=False)

        def told(what: str, done: int, of: int) -> None:
            bar.update(task, description=what, completed=done, total=of or None, visible=time.monotonic() - started > WONDER)

        yield told


@data.command("list")
def list_(
    names: Annotated[list[str] | None, typer.Argument(metavar="[SERIES…]", help="Of these series alone.")] = None, *, as_json: AsJson = False,
) -> None:  # fmt: skip
    """What there is: its size, whether it is here, licence and known gaps."""
    from dataclasses import asdict

    from hustings import catalogue, store

    chosen = [_series(name) for name in names or catalogue.series()]
    here = {*store.elections(), *(e.id for about in catalogue.series().values() if store.has_polls(about.name) for e in about.editions.values())}
    known = {edition.id for about in catalogue.series().values() for edition in about.editions.values()}
    own = [] if names else sorted(here - known)
    if as_json:
        found = []
        for about in chosen:
            editions = [
                {
                    "id": edition.id, "date": edition.date and str(edition.date), "bytes": edition.bytes, "here": edition.id in here,
                    "embedded": edition.embedded, "boundaries": edition.boundaries, "gaps": list(edition.gaps),
                    "differences": edition.differences, "files": [asdict(file) for file in edition.files],
                }
                for edition in about.editions.values()
            ]  # fmt: skip
            described = {name: getattr(about, name) for name in ("name", "title", "cites", "licence", "attribution", "gaps")}
            found.append({**described, "editions": editions})
        emit({"series": found, "added": own})
        return

    def place(edition: "Edition") -> str:
        return whereabouts(edition.embedded, edition.id in here, bool(edition.files))

    for about in chosen:
        rows = [
            [edition.id, str(edition.date or ""), _size(edition.bytes), place(edition), "; ".join(edition.gaps)]
            for edition in about.editions.values()
        ]
        table(f"{about.title} (licence: {about.licence})", (["election", "date", "fetched", "is here", "known gaps"], rows))
        for gap in about.gaps:
            typer.secho(f"all: {gap}", dim=True)
        typer.echo("")
    if own:
        table("added on this machine", (["election"], [[name] for name in own]))


def _size(number: int) -> str:
    return f"{number / 1e6:.1f} MB" if number else ""


@data.command()
def pull(
    names: Annotated[list[str] | None, typer.Argument(metavar="SERIES[/EDITION]…", help="What to get.")] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="All that the catalogue has.")] = False,
) -> None:
    """Fetch elections, verify them, and put them into the store."""
    from hustings import catalogue, downloads
    from hustings.polls import Polls
    from hustings.sources import pull as pull_one

    if bool(names) == everything:
        raise SettingError("name what to get, such as uk-general or uk-general/1951 (hustings data list shows all), or give --all")
    editions = [edition for name in names or catalogue.series() for edition in _named(name)]
    failed = 0
    with meter() as progress:
        # All files first: where there is no network, one line says so.
        downloads.fetch({file.path: file for edition in editions for file in edition.files}.values(), progress)
        for edition in editions:
            try:
                made = pull_one(edition.id, progress)
            except HustingsError as error:
                failed += 1
                typer.echo(f"hustings: {edition.id}: {error}", err=True)
                continue
            if isinstance(made, Polls):
                typer.echo(f"{edition.id}: {len(made):,} polls")
                continue
            contest = made.main
            votes = f", {int(contest.tally.total.sum()):,} votes" if contest.tally else ""
            typer.echo(f"{made.id}: {len(contest.districts):,} districts{votes}")
    if failed:
        raise typer.Exit(2)


def _series(name: str) -> "Series":
    """The series that a word of the command names."""
    from hustings import catalogue
    from hustings.registry import canonical

    known = catalogue.series()
    if canonical(name) not in known:
        raise UnknownName("series", name, known)
    return known[canonical(name)]


def _named(name: str) -> "list[Edition]":
    """The editions that a word of the command names."""
    from hustings import catalogue

    series, _, wanted = name.partition("/")
    about = _series(series)
    return [catalogue.edition(about.name, wanted)] if wanted else list(about.editions.values())


@data.command()
def verify(*, as_json: AsJson = False) -> None:
    """Compare every file that is here with its sha256; what is damaged or missing is named, with the remedy."""
    from hustings import store

    with meter() as progress:
        right, faults = store.verify(progress)
    if as_json:
        found = [{"path": str(fault.path), "what": fault.what, "remedy": fault.remedy} for fault in faults]
        emit({"right": right, "faults": found})
    else:
        for fault in faults:
            typer.echo(f"{fault.path}: {fault.what}; mend it with: {fault.remedy}")
        typer.echo(f"{right:,} files are right, {len(faults):,} are not")
    if faults:
        raise typer.Exit(1)


@data.command()
def add(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Any file that Hustings reads.")],
    words: Annotated[list[str] | None, typer.Argument(metavar="[as SERIES/EDITION]", help="What to call it; mine/FILE if nothing is said.")] = None,
    *,
    replace: Annotated[bool, typer.Option("--replace", help="In place of the one that is called so.")] = False,
) -> None:
    """Put a file of your own into the store under a name."""
    import re
    from dataclasses import replace as changed

    from hustings import catalogue, load, store

    name = (words or ["as", f"mine/{re.sub('[^a-z0-9._-]+', '-', file.stem.lower()).strip('-._')}"])[-1]
    if words and (len(words) != 2 or words[0] != "as"):
        raise SettingError(f"write: hustings data add {file} as SERIES/EDITION")
    series, _, edition = name.partition("/")
    if series in catalogue.series() and edition in catalogue.series()[series].editions:
        raise SettingError(f"{name} is the catalogue's; call yours otherwise, such as mine/{edition}")
    if not replace and store.has(series, edition):
        raise SettingError(f"{name} is in the store already; call this one otherwise, or say --replace")
    if not file.is_file():
        load(file)  # says what stops it
    store.put(changed(load(file), series=series, edition=edition))
    typer.echo(f"{name} is in the store; hustings show {name}")


@data.command()
def where() -> None:
    """The folder in which everything lies; HUSTINGS_DATA names another."""
    from hustings.downloads import folder

    typer.echo(folder())


@data.command()
def save(
    election: ElectionName, *, system: Systems = None, scenario: Scenarios = None, where: Where = None, lots: LotsFile = None, seed: Seed = None,
) -> None:  # fmt: skip
    """Keep the outcome of an election under systems as tables: outcomes, seats, elected."""
    from hustings import store
    from hustings import system as systems

    chosen = chosen_election(election, scenario, where)
    decide = lots_of(lots, seed)
    for text in system or ["fptp"]:
        name = store.save(chosen.under(systems.parse(text), decide), chosen.provenance.steps)
        typer.echo(f"{name}: {chosen.id} under {text}")


@data.command()
def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT; SHOW TABLES and DESCRIBE TABLE tell what there is.")], *,
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="A file: .csv, .json, .parquet or .xlsx, described beside it.")] = None,
    as_json: AsJson = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="CSV on standard output.")] = False,
) -> None:  # fmt: skip
    """Ask all elections and outcomes of the store in SQL."""
    from hustings import store

    if as_json + as_csv + (out is not None) > 1:
        raise SettingError("--json, --csv and --out exclude each other; choose one")
    if out is not None:
        rows = store.export(sql, out)
        typer.echo(f"{out}: {rows:,} rows; datapackage.json beside it describes them", err=True)
        return
    answer = store.query(sql)
    found = answer.rows
    here = store.elections()
    if not found or not here:
        remedy = "those that come with the package are in it once they are pulled: hustings data pull uk-general/2010"
        typer.echo(f"the store holds {len(here):,} elections; {remedy}", err=True)
    if as_json:
        emit([dict(zip(answer.columns, map(_plain, row), strict=True)) for row in found])
    elif as_csv:
        import csv

        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(answer.columns)
        writer.writerows([[_cell(value) for value in row] for row in found])
    else:
        table(f"{len(found):,} rows", (list(answer.columns), [[_cell(value) for value in row] for row in found]))


def _plain(value: object) -> object:
    return value if isinstance(value, bool | int | float | str | list | dict | None) else str(value)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
