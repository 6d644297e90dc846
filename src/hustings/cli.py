"""Words from the command line in; tables, JSON and an exit status out. The one module that prints."""

import json
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from hustings.errors import AuditError, HustingsError, SettingError, UnknownName
from hustings.files import write

if TYPE_CHECKING:
    from hustings.election import Election
    from hustings.lots import Lots
    from hustings.registry import Registry

FRONT_PAGE = """\
Hustings runs any election under any electoral system, exactly, and shows how.

Try:
  hustings compare uk-general/2010            one real election under five systems
  hustings show uk-general/2019 --by region   what happened, region by region
  hustings compare uk-general/2017 --system fptp --system list-pr:divisor=sainte-lague,threshold=0.05
  hustings catalogue                          every election, system, method, scenario and measure

hustings COMMAND --help says what each takes.
"""
T = TypeVar("T")
FIGURES = re.compile(r"[-+–\d,.% ]*")
KINDS = ("elections", "sources", "systems", "methods", "scenarios", "measures")

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

ElectionName = Annotated[str, typer.Argument(metavar="ELECTION", help="SERIES/EDITION, or the path of a file.")]
Systems = Annotated[list[str] | None, typer.Option("--system", metavar="NAME[:key=value,…]|FILE", help="A system; repeat for several.")]
Scenarios = Annotated[list[str] | None, typer.Option("--scenario", metavar="NAME[:key=value,…]", help="Change the election first; repeatable.")]
Where = Annotated[list[str] | None, typer.Option("--where", metavar="FIELD=VALUE[,VALUE…]", help="Only these districts; repeat to narrow.")]
By = Annotated[str | None, typer.Option("--by", metavar="region|county|country|district", help="Break the figures down.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
LotsFile = Annotated[Path | None, typer.Option("--lots", metavar="FILE", help="Decisions where the rule calls for a lot (TOML).")]
Seed = Annotated[int | None, typer.Option("--seed", metavar="N", help="Let a seed draw the lots; each is recorded.")]


@app.callback(invoke_without_command=True)
def front_page(context: typer.Context, *, version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Any election under any electoral system."""
    if version:
        from importlib.metadata import version as installed

        typer.echo(installed("hustings"))
    elif context.invoked_subcommand is None:
        typer.echo(FRONT_PAGE, nl=False)


@app.command()
def catalogue(
    kind: Annotated[str | None, typer.Argument(metavar="[elections|sources|systems|methods|scenarios|measures]")] = None,
    name: Annotated[str | None, typer.Argument(metavar="[NAME]")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Everything there is, with settings and the source of each."""
    from hustings import report

    if kind is not None and kind not in KINDS:
        raise UnknownName("kind of entry", kind, KINDS)
    if name is not None and kind not in (None, "elections"):
        entry = report.entry_json(_registries()[str(kind)].entry(name))
        _emit(entry) if as_json else _print_entry(entry)
        return
    document: dict[str, Any] = {}
    for wanted in [kind] if kind else KINDS:
        document[wanted] = _elections() if wanted == "elections" else report.catalogue_json(_registries()[wanted])
    if as_json:
        _emit(document)
        return
    for number, (wanted, entries) in enumerate(document.items()):
        typer.echo(f"{chr(10) if number else ''}{wanted}")
        rows = [[entry["name"], entry["doc"], entry["cites"]] if wanted != "elections" else [entry] for entry in entries]
        _columns(rows, full=kind is not None)


@app.command()
def show(
    election: ElectionName, *, scenario: Scenarios = None, where: Where = None, by: By = None, as_json: AsJson = False,
    lots: LotsFile = None, seed: Seed = None,
) -> None:  # fmt: skip
    """Votes, shares, seats, turnout and majorities."""
    from hustings import report, system

    chosen = _election(election, scenario, where)
    outcome = chosen.under(system["fptp"](), _lots(lots, seed))
    document = report.show_json(outcome, chosen.main, by)
    if as_json:
        _emit(document)
        return
    _table(report.title(chosen), report.show_table(outcome, chosen.main, by))
    if document["electorate"]:
        typer.echo(f"\nelectorate {document['electorate']:,}, turnout {document['turnout']:.1%}")
    _notes(report.notes({"seats": outcome.assumed}, outcome.attribution))


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
    chosen = _election(election, scenario, where)
    comparison = analysis.compare(chosen, system or analysis.FRONT_PAGE, measure or None, lots=_lots(lots, seed))
    if as_json:
        _emit(report.compare_json(comparison, scenario or [], by))
    elif as_csv:
        typer.echo(report.compare_csv(comparison), nl=False)
    else:
        _table(report.title(chosen), report.compare_by_table(comparison, by) if by else comparison.table())
        assumed = {label: outcome.assumed for label, outcome in zip(comparison.labels, comparison.outcomes, strict=True)}
        drawn = {
            label: [f"lot by {lot.rule} in {lot.where}: {lot.chosen} ({lot.how})" for lot in outcome.lots]
            for label, outcome in zip(comparison.labels, comparison.outcomes, strict=True)
        }
        _notes(report.notes({label: (*assumed[label], *drawn[label]) for label in assumed}, chosen.provenance.attribution))


@app.command()
def count(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Ranked papers: BLT, ward CSV, PrefLib, ABIF, CSV, RCTab.")], *,
    method: Annotated[str, typer.Option("--method", metavar="NAME[:key=value,…]", help="How to count; the file's own, or scotland-2007.")] = "",
    seats: Annotated[int | None, typer.Option("--seats", metavar="N", help="How many to elect, instead of what the file says.")] = None,
    lots: LotsFile = None, seed: Seed = None, as_json: AsJson = False,
    margin: Annotated[bool, typer.Option("--margin", help="How few papers, filled in otherwise, elect somebody else; up to 10 s a count.")] = False,
    transcript: Annotated[bool, typer.Option("--transcript", help="Every stage, with its rule.")] = False,
    rctab: Annotated[bool, typer.Option("--rctab", help="RCTab's summary JSON, which RCVis opens; with --out, of each precinct too.")] = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="A sheet to publish.")] = None,
    out: Annotated[Path | None, typer.Option("--out", metavar="DIR", help="A JSON document for each file.")] = None,
) -> None:  # fmt: skip
    """Count ranked papers; many files give a table."""
    from hustings import report_count, report_rctab
    from hustings.analysis.archive import Counted, count_files
    from hustings.analysis.margin import Margin, margins

    if as_json + transcript + rctab > 1:
        raise SettingError("--json, --transcript and --rctab exclude each other; choose one")
    if margin and rctab:
        raise SettingError("RCTab's JSON has no place for a margin; leave out --margin or --rctab")
    found: list[Counted] = []
    margins_of: dict[Path, list[Margin | None]] = {}
    stopped = False

    def documents_of(counts: list[Counted]) -> "list[dict[str, Any]]":
        documents = report_count.documents(counts)
        for document, each in zip(documents, (each for counted in counts for each in margins_of.get(counted.path, ())), strict=margin):
            document["margin"] = each and {"least": each.least, "most": each.most, "exact": each.exact}
        return documents

    try:
        for counted in _progress(count_files(files, method, seats, _lots(lots, seed)), len(files)):
            if margin and not counted.error:
                margins_of[counted.path] = margins(counted)
            found.append(counted)
            if out is not None and not counted.error:
                documents = report_rctab.of_file(counted) if rctab else documents_of([counted])
                write(out / f"{counted.path.stem}.json", _json(_alone(documents) if rctab else _count_document(documents)))
                for part, summaries in report_rctab.parts_of_file(counted).items() if rctab else ():
                    write(out / f"{counted.path.stem} {part.replace('/', '-')}.json", _json(_alone(summaries)))
    except KeyboardInterrupt:
        stopped = True
    done = [counted for counted in found if not counted.error]
    if as_json:
        _emit(_count_document(documents_of(done)) if len(files) == 1 else {"counts": documents_of(done)})
    elif rctab:
        _emit(_alone([summary for counted in done for summary in report_rctab.of_file(counted)]))
    elif transcript or len(files) == 1:
        for counted in done:
            for number, each in enumerate(counted.transcripts):
                typer.echo(report_count.transcript_text(each) if transcript else "\n".join(report_count.summary(each)))
                if margin:
                    typer.echo(f"  margin: {margins_of[counted.path][number] or 'none, as nobody else stands'}")
    elif done:
        header, rows = report_count.files_table(done)
        if margin:
            header, lines = [*header, "margin"], (each for counted in done for each in margins_of[counted.path])
            rows = [[*row, str(each or "")] for row, each in zip(rows, lines, strict=True)]
        _table(f"{len(done):,} files counted", (header, rows))
    if html is not None and done:
        write(html, report_count.count_html(done))
    for counted in found:
        if counted.error:
            typer.echo(f"hustings: {counted.error}", err=True)
    if stopped:
        typer.echo(f"hustings: stopped after {len(found):,} of {len(files):,} files; what was counted is delivered", err=True)
        raise typer.Exit(130)
    if len(done) < len(files):
        raise typer.Exit(2)


@app.command()
def apportion(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A table: party,votes[,held,exempt,direct,region,seats] (CSV or TSV).")],
    *,
    seats: Annotated[int | None, typer.Option("--seats", metavar="N", help="Seats to award; regions bring their own.")] = None,
    method: Annotated[str, typer.Option("--method", metavar="NAME[:key=value,…]", help="dhondt, sainte-lague, hare … or biproportional.")] = "dhondt",
    threshold: Annotated[str, typer.Option("--threshold", metavar="F[:direct=K,scope=…]", help="Least share of the votes: 0.05.")] = "0",
    as_json: AsJson = False, lots: LotsFile = None, seed: Seed = None,
) -> None:  # fmt: skip
    """Seats from a table of votes: who has the last, who is next, and by how many votes."""
    from hustings import report_apportionment as report
    from hustings.votes_table import read_bar, read_votes, share_out

    shared = share_out(read_votes(file), method, seats, read_bar(threshold), _lots(lots, seed))
    if as_json:
        _emit(report.apportion_json(shared))
    else:
        _table(f"{file}: {sum(shared.total.values()):,} seats by {shared.method}", report.apportion_table(shared))
        _notes(report.apportion_notes(shared))


@app.command()
def claims(file: Annotated[Path, typer.Argument(metavar="FILE", help="A claims file (TOML).")], *, as_json: AsJson = False) -> None:
    """Each statement of a claims file beside what the data say."""
    from hustings.analysis.claims import check, read_claims

    findings = check(read_claims(file))
    if as_json:
        _emit({"claims": [finding.as_json() for finding in findings]})
    else:
        for finding in findings:
            verdict = {True: "holds", False: "DOES NOT HOLD", None: "no data or not decidable"}[finding.holds]
            claimed, found = finding.as_text()
            typer.secho(f"{finding.id}: {verdict}", bold=True)
            typer.echo(f"  “{finding.text}” ({finding.claim.source})\n  claimed {claimed}, found {found}")
            if finding.note:
                typer.secho(f"  {finding.note}", dim=True)
    if any(finding.holds is False for finding in findings):
        raise typer.Exit(1)


@app.command()
def audit(
    sheet: Annotated[Path, typer.Argument(metavar="TRANSCRIPT|SHEET", help="What count --json wrote; or a published stage sheet.")],
    official: Annotated[Path | None, typer.Argument(metavar="[OFFICIAL]", help="The official stages to compare it with.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """A count beside the official record, or what is impossible in a published stage sheet."""
    from dataclasses import asdict

    from hustings.analysis.audit import check, compare, read_sheets

    result = check(read_sheets(sheet)) if official is None else compare(read_sheets(sheet), read_sheets(official))
    if as_json:
        _emit(asdict(result))
    else:
        ours = "due" if official is None else "ours"
        rounded = f", {result.rounded:,} of them official ones rounded to two decimals" if result.rounded else ""
        typer.echo(f"sheets: {result.sheets:,}; totals: {result.cells:,}{rounded}; findings: {len(result.findings):,}")
        for number, found in enumerate(result.findings):
            if not number or result.findings[number - 1].count != found.count:
                typer.secho(f"\n{found.count}", bold=True)
            where = ", ".join(filter(None, [f"stage {found.stage}" if found.stage else "", found.candidate, found.what]))
            typer.echo(f"  {where}: published {found.published}{f', {ours} {found.ours}' if found.ours else ''}")
            if found.why or official is not None:
                typer.secho(f"    {found.why or 'nothing in the official sheet explains it'}", dim=True)
    if result.findings:
        raise typer.Exit(1)


def _registries() -> "dict[str, Registry]":
    from hustings import measure, method, scenario, source, system

    return {"sources": source, "systems": system, "methods": method, "scenarios": scenario, "measures": measure}


def _elections() -> list[str]:
    from hustings import source

    series = [source.entry(name) for name in source]
    return [f"{entry.name}/{edition}" for entry in series if "editions" in entry.traits for edition in entry.traits["editions"]()]


def _election(name: str, scenarios: Sequence[str] | None, where: Sequence[str] | None) -> "Election":
    from hustings import load, scenario

    election: Election = load(name)
    conditions: dict[str, list[str]] = {}
    for item in where or ():
        field, equals, value = item.partition("=")
        if not equals:
            raise SettingError(f"--where {item}: write FIELD=VALUE, such as region=Wales")
        # A name may hold a comma itself ("Birmingham, Yardley"): the whole counts as one value too.
        conditions.setdefault(field, []).extend([*value.split(","), value])
    if conditions:
        election = election.where(conditions)
    for text in scenarios or ():
        election = election.given(scenario.parse(text))
    return election


def _lots(file: Path | None, seed: int | None) -> "Lots":
    from hustings.lots import Seeded, read_lots, refuse

    if file is not None and seed is not None:
        raise SettingError("--lots and --seed exclude each other; choose one")
    return read_lots(file) if file is not None else refuse if seed is None else Seeded(seed)


def _json(document: object) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _emit(document: object) -> None:
    typer.echo(_json(document), nl=False)


def _alone(documents: "list[dict[str, Any]]") -> object:
    return documents[0] if len(documents) == 1 else documents


def _count_document(documents: "list[dict[str, Any]]") -> object:
    return documents[0] if len(documents) == 1 else {"counts": documents}


def _progress(items: "Iterable[T]", total: int) -> "Iterator[T]":
    """The items, with a bar on standard error once they take longer than it takes to wonder."""
    if total < 2 or not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import track

    yield from track(items, total=total, description="counting", console=Console(stderr=True), transient=True)


def _table(heading: str, table: tuple[list[str], list[list[str]]]) -> None:
    """A table under its heading: bold heads on a terminal, plain text in a pipe; never folded."""
    header, rows = table
    widths = [max(map(len, column)) for column in zip(header, *rows, strict=True)]
    typer.secho(heading, bold=True)
    typer.echo("")
    # Text stands left, figures right; a column of figures holds nothing else.
    words = [number == 0 or not all(FIGURES.fullmatch(row[number]) for row in rows) for number in range(len(header))]
    for number, row in enumerate([header, *rows]):
        cells = [cell.ljust(width) if text else cell.rjust(width) for cell, width, text in zip(row, widths, words, strict=True)]
        typer.secho("  ".join(cells).rstrip(), bold=number == 0)


def _notes(lines: Sequence[str]) -> None:
    typer.echo("")
    for line in lines:
        typer.secho(line, dim=True)


def _columns(rows: Sequence[Sequence[str]], *, full: bool) -> None:
    width = max((len(row[0]) for row in rows), default=0)
    for row in rows:
        typer.echo(f"  {row[0].ljust(width)}  {row[1] if len(row) > 1 else ''}".rstrip())
        if full and len(row) > 2:
            typer.secho(f"  {'':{width}}  {row[2]}", dim=True)


def _print_entry(entry: dict[str, Any]) -> None:
    typer.secho(f"{entry['kind']} {entry['name']}", bold=True)
    typer.echo(f"{entry['doc']}\nsource: {entry['cites']}")
    for setting in entry["settings"]:
        typer.echo(f"  {setting['name']} = {setting['default'] or '(none)'}   {setting['type']}")
    if "described" in entry:
        typer.echo(f"as a file of its own (--system FILE):\n\n{entry['described']}", nl=False)


def main() -> None:
    """Run the command line; a mistake of the user's is one line on standard error and status 2, a fault of ours 3."""
    try:
        app()
    except AuditError as error:
        typer.echo(f"hustings: a fault of ours: {error}. Please report it with the command and the file.", err=True)
        sys.exit(3)
    except HustingsError as error:
        typer.echo(f"hustings: {error}", err=True)
        sys.exit(2)
    except Exception as error:  # the last line of defence: a traceback helps nobody who only types commands
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{Path(last.filename).name}:{last.lineno}"
        typer.echo(f"hustings: a fault of ours: {type(error).__name__}: {error} ({where}). Please report it with the command.", err=True)
        sys.exit(3)
