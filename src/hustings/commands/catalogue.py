"""`hustings catalogue`: what there is, with settings and sources."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.commands import AsJson, app, columns, emit, whereabouts
from hustings.errors import UnknownName
from hustings.registry import canonical

if TYPE_CHECKING:
    from hustings.registry import Registry

KINDS = ("elections", "sources", "systems", "methods", "scenarios", "measures", "charts")


@app.command()
def catalogue(
    kind: Annotated[str | None, typer.Argument(metavar="[elections|sources|systems|methods|scenarios|measures|charts]")] = None,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Everything there is, with settings and the source of each."""
    from hustings import report

    if kind is not None and kind not in KINDS:
        raise UnknownName("kind of entry", kind, KINDS)
    if name is not None and kind not in (None, "elections"):
        entry = report.entry_json(registries()[str(kind)].entry(name))
        emit(entry) if as_json else _print_entry(entry)
        return
    document: dict[str, Any] = {}
    for wanted in [kind] if kind else KINDS:
        document[wanted] = list(_named(name)) if wanted == "elections" else report.catalogue_json(registries()[wanted])
    if as_json:
        emit(document)
        return
    for number, (wanted, entries) in enumerate(document.items()):
        typer.echo(f"{chr(10) if number else ''}{wanted}")
        if wanted == "elections":
            columns([[*row] for row in _named(name).items()] if name else _series(), full=False)
            continue
        columns([[entry["name"], entry["doc"], entry["cites"]] for entry in entries], full=kind is not None)
    if kind is None or (kind == "elections" and name is None):
        typer.echo("\nhustings catalogue elections SERIES names the editions of a series; hustings data list SERIES says where they are from.")


def registries() -> "dict[str, Registry]":
    """The seams by the words that the catalogue has for them."""
    from hustings import chart, measure, method, scenario, source, system

    return {"sources": source, "systems": system, "methods": method, "scenarios": scenario, "measures": measure, "charts": chart}


def editions() -> dict[str, str]:
    """Every election that has a name, and where it is, if it need not be fetched."""
    from hustings import catalogue, source, store

    here = set(store.elections())
    marks = {
        edition.id: whereabouts(edition.embedded, edition.id in here, bool(edition.files))
        for about in catalogue.series().values()
        for edition in about.editions.values()
    }
    others = [entry for name in source if "editions" in (entry := source.entry(name)).traits and name not in catalogue.series()]
    marks |= {f"{entry.name}/{edition}": "" for entry in others for edition in entry.traits["editions"]()}
    return marks | {name: whereabouts(embedded=False, here=True) for name in sorted(here - set(marks))}


def _named(name: str | None) -> dict[str, str]:
    """The editions that a word names: all, those of a series, or one."""
    every = editions()
    series, _, edition = (name or "").partition("/")
    series = canonical(series)
    found = {id_: mark for id_, mark in every.items() if not name or id_ == f"{series}/{edition}" or (not edition and id_.startswith(f"{series}/"))}
    if not found:
        known = {id_.partition("/")[0] for id_ in every}
        if series not in known:
            raise UnknownName("series", series, known)
        raise UnknownName(f"edition of {series}", edition, [id_.partition("/")[2] for id_ in every if id_.startswith(f"{series}/")])
    return found


def _series() -> list[list[str]]:
    """Every series with the number of its editions, and the first and the last."""
    found: dict[str, list[str]] = {}
    for id_ in editions():
        series, _, edition = id_.partition("/")
        found.setdefault(series, []).append(edition)
    return [
        [series, f"{len(names):,} editions, {names[0]} to {names[-1]}" if len(names) > 1 else f"1 edition, {names[0]}"]
        for series, names in found.items()
    ]


def _print_entry(entry: dict[str, Any]) -> None:
    typer.secho(f"{entry['kind']} {entry['name']}", bold=True)
    typer.echo(f"{entry['doc']}\nsource: {entry['cites']}")
    for setting in entry["settings"]:
        typer.echo(f"  {setting['name']} = {setting['default'] or '(none)'}   {setting['type']}")
        if setting["doc"]:
            typer.secho(f"    {setting['doc'].replace('`', '')}", dim=True)
    if "described" in entry:
        typer.echo(f"as a file of its own (--system FILE):\n\n{entry['described']}", nl=False)
