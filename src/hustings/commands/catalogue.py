"""`hustings catalogue`: what there is, with settings and sources."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.commands import AsJson, app, columns, emit, whereabouts
from hustings.errors import UnknownName

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
        document[wanted] = list(editions()) if wanted == "elections" else report.catalogue_json(registries()[wanted])
    if as_json:
        emit(document)
        return
    for number, (wanted, entries) in enumerate(document.items()):
        typer.echo(f"{chr(10) if number else ''}{wanted}")
        rows = (
            [[*row] for row in editions().items()] if wanted == "elections" else [[entry["name"], entry["doc"], entry["cites"]] for entry in entries]
        )
        columns(rows, full=kind is not None)


def registries() -> "dict[str, Registry]":
    """The seams by the words that the catalogue has for them."""
    from hustings import chart, measure, method, scenario, source, system

    return {"sources": source, "systems": system, "methods": method, "scenarios": scenario, "measures": measure, "charts": chart}


def editions() -> dict[str, str]:
    """Every election that has a name, and where it is, if it need not be fetched."""
    from hustings import catalogue, source, store

    here = set(store.elections())
    marks = {
        edition.id: whereabouts(edition.embedded, edition.id in here) for about in catalogue.series().values() for edition in about.editions.values()
    }
    others = [entry for name in source if "editions" in (entry := source.entry(name)).traits and name not in catalogue.series()]
    marks |= {f"{entry.name}/{edition}": "" for entry in others for edition in entry.traits["editions"]()}
    return marks | {name: whereabouts(embedded=False, here=True) for name in sorted(here)}


def _print_entry(entry: dict[str, Any]) -> None:
    typer.secho(f"{entry['kind']} {entry['name']}", bold=True)
    typer.echo(f"{entry['doc']}\nsource: {entry['cites']}")
    for setting in entry["settings"]:
        typer.echo(f"  {setting['name']} = {setting['default'] or '(none)'}   {setting['type']}")
        if setting["doc"]:
            typer.secho(f"    {setting['doc'].replace('`', '')}", dim=True)
    if "described" in entry:
        typer.echo(f"as a file of its own (--system FILE):\n\n{entry['described']}", nl=False)
