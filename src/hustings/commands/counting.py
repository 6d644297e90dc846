"""`hustings count` and `hustings audit`: ranked papers counted, and counts beside the official record."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from hustings.commands import STOPPED, AsJson, ChartName, Cluster, LotsFile, Processes, Seed, app, as_text, bar, drawn_to, emit, lots_of, table, told
from hustings.errors import SettingError
from hustings.files import make_folder, write

if TYPE_CHECKING:
    from hustings.analysis.archive import Counted
    from hustings.analysis.margin import Margin

    MarginsOf = dict[Path, list[Margin | None]]

LONGEST = 50
"""Letters of a count's name in that of its file: 50 of any script fit into what file systems allow."""


@app.command()
def count(
    files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Ranked papers: BLT, ward CSV, PrefLib, ABIF, CSV, RCTab, Parquet.")], *,
    method: Annotated[str, typer.Option("--method", metavar="NAME[:key=value,…]", help="How to count; the file's own, or scotland-2007.")] = "",
    seats: Annotated[int | None, typer.Option("--seats", metavar="N", help="How many to elect, instead of what the file says.")] = None,
    lots: LotsFile = None, seed: Seed = None, as_json: AsJson = False,
    margin: Annotated[bool, typer.Option("--margin", help="How few papers, filled in otherwise, elect somebody else; up to 10 s a count.")] = False,
    transcript: Annotated[bool, typer.Option("--transcript", help="Every stage, with its rule.")] = False,
    rctab: Annotated[bool, typer.Option("--rctab", help="RCTab's summary JSON, which RCVis opens; with --out, of each precinct too.")] = False,
    html: Annotated[Path | None, typer.Option("--html", metavar="FILE", help="A sheet to publish.")] = None,
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR|FILE", help="A JSON document for each file, or each count of an archive; or the chart.")
    ] = None,
    chart: ChartName = "",
    workers: Processes = 1, cluster: Cluster = "",
) -> None:  # fmt: skip
    """Count ranked papers; many files, or many contests of one, give a table."""
    from hustings import report_count, report_rctab
    from hustings.analysis.archive import count_files
    from hustings.analysis.margin import margins
    from hustings.work import Workers, cache

    if as_json + transcript + rctab > 1:
        raise SettingError("--json, --transcript and --rctab exclude each other; choose one")
    if margin and rctab:
        raise SettingError("RCTab's JSON has no place for a margin; leave out --margin or --rctab")
    draw = drawn_to(chart, out) if chart else None
    out = None if chart else out
    found: list[Counted] = []
    margins_of: MarginsOf = {}
    stopped = False

    def documents_of(counts: "list[Counted]") -> "list[dict[str, Any]]":
        documents = report_count.documents(counts)
        for document, each in zip(documents, (each for counted in counts for each in margins_of.get(counted.path, ())), strict=margin):
            document["margin"] = each and {"least": each.least, "most": each.most, "exact": each.exact}
        return documents

    with bar(len(files), "files") as progress:
        try:
            place, kept = Workers(workers, cluster), cache() / "counts"
            for counted in count_files(files, method, seats, lots_of(lots, seed), place, kept=kept, progress=progress):
                if margin and not counted.error:
                    margins_of[counted.path] = margins(counted)
                found.append(counted)
                if out is not None and not counted.error:
                    _write_documents(out, counted, report_rctab.of_file(counted) if rctab else documents_of([counted]), together=rctab)
                    for part, summaries in report_rctab.parts_of_file(counted).items() if rctab else ():
                        write(out / f"{counted.path.stem} {part.replace('/', '-')}.json", as_text(_alone(summaries)))
        except KeyboardInterrupt:
            stopped = True
    done = [counted for counted in found if not counted.error]
    if as_json:
        emit(_count_document(documents_of(done)) if len(files) == 1 else {"counts": documents_of(done)})
    elif rctab:
        emit(_alone([summary for counted in done for summary in report_rctab.of_file(counted)]))
    elif transcript or sum(len(counted.transcripts) for counted in found) == 1 == len(files):
        _print_counts(done, margins_of, whole=transcript)
    elif done:
        _print_table(done, margins_of, files)
    if draw and done:
        draw([transcript for counted in done for transcript in counted.transcripts])
    if html is not None and done:
        write(html, report_count.count_html(done))
    for counted in found:
        if counted.error:
            typer.echo(told(counted.error), err=True)
    if stopped:
        what = "what was counted is delivered, and of an archive the same command goes on where it was"
        typer.echo(f"hustings: stopped after {len(found):,} of {len(files):,} files; {what}", err=True)
        raise typer.Exit(STOPPED)
    if len(done) < len(files):
        raise typer.Exit(2)


def _print_counts(done: "list[Counted]", margins_of: "MarginsOf", *, whole: bool) -> None:
    """Who is elected in each count, or the `whole` of it."""
    from hustings.report_count import summary, transcript_text

    for counted in done:
        for number, each in enumerate(counted.transcripts):
            typer.echo(transcript_text(each) if whole else "\n".join(summary(each)))
            if margins_of:
                typer.echo(f"  margin: {margins_of[counted.path][number] or 'none, as nobody else stands'}")


def _print_table(done: "list[Counted]", margins_of: "MarginsOf", files: list[Path]) -> None:
    """A line for each count, with its file where there are several."""
    from hustings.report_count import files_table

    header, rows = files_table(done)
    if margins_of:
        header, lines = [*header, "margin"], (each for counted in done for each in margins_of[counted.path])
        rows = [[*row, str(each or "")] for row, each in zip(rows, lines, strict=True)]
    if len(files) == 1:
        header, rows = header[1:], [row[1:] for row in rows]
    table(f"{len(done):,} files counted" if len(files) > 1 else f"{len(rows):,} counts of {files[0].name}", (header, rows))


def _write_documents(out: Path, counted: "Counted", documents: "list[dict[str, Any]]", *, together: bool) -> None:
    """A document of one count is called like its file; those of several stand in a folder called so, numbered, as names may be alike."""
    stem = counted.path.stem
    alone = together or len(documents) == 1
    make_folder(out if alone else out / stem)
    if alone:
        write(out / f"{stem}.json", as_text(_alone(documents)))
        return
    width = len(str(len(documents)))
    for number, document in enumerate(documents, 1):
        name = re.sub(r'[/\\:*?"<>|\x00-\x1f]', "-", str(document["name"]))[:LONGEST]
        write(out / stem / f"{number:0{width}} {name}.json", as_text(document))


def _alone(documents: "list[dict[str, Any]]") -> object:
    return documents[0] if len(documents) == 1 else documents


def _count_document(documents: "list[dict[str, Any]]") -> object:
    return documents[0] if len(documents) == 1 else {"counts": documents}


@app.command()
def audit(
    sheet: Annotated[Path, typer.Argument(metavar="TRANSCRIPT|SHEET", help="What count --json wrote; or a published stage sheet.")],
    official: Annotated[Path | None, typer.Argument(metavar="[OFFICIAL]", help="The official stages to compare it with.")] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """A count beside the official record, or what is impossible in a published stage sheet."""
    from dataclasses import asdict

    from hustings.analysis.audit import check, compare
    from hustings.analysis.sheets import read_sheets

    result = check(read_sheets(sheet)) if official is None else compare(read_sheets(sheet), read_sheets(official))
    if as_json:
        emit(asdict(result))
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
