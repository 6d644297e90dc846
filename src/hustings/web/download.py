"""What came of a state in, the file that a visitor takes away out: tables, JSON, pictures, a page that works by itself."""

import json
import tempfile
from io import BytesIO
from pathlib import Path

import xlsxwriter

from hustings import report
from hustings.charts import draw, save
from hustings.errors import UnknownName
from hustings.registry import canonical
from hustings.web.standalone import standalone
from hustings.web.view import Result, districts, things, title_of

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}
CHARTS = ("map", "seats", "votes-seats", "systems", "swing")


def file(result: Result, name: str, folder: Path, origin: str = "") -> tuple[bytes, str]:
    """The file of that name and its type; `folder` is for what has to be written on the way, `origin` is where the page is served.

    Raises
    ------
    UnknownName
        There is no such file.
    """
    stem, _, kind = name.rpartition(".")
    comparison = result.comparison
    if stem == "hustings" and kind == "csv":
        return report.compare_csv(comparison).encode(), TYPES[kind]
    if stem == "hustings" and kind == "json":
        document = report.compare_json(comparison, result.state.scenarios())
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode(), TYPES[kind]
    if stem == "hustings" and kind == "xlsx":
        return workbook(result, origin), TYPES[kind]
    if stem == "hustings" and kind == "html":
        return standalone(result, result.state.command()).encode(), TYPES[kind]
    if stem in CHARTS and kind in ("svg", "png"):
        svg = draw(stem, things(result)[stem])
        if kind == "svg":
            return svg.encode(), TYPES[kind]
        with tempfile.TemporaryDirectory(dir=folder) as place:
            path = Path(place, "picture.png")
            save(svg, path)
            return path.read_bytes(), TYPES[kind]
    files = [*(f"hustings.{each}" for each in ("csv", "xlsx", "json", "html")), *(f"{each}.{ending}" for each in CHARTS for ending in ("svg", "png"))]
    raise UnknownName("file to take away", canonical(name), files)


def workbook(result: Result, origin: str = "") -> bytes:
    """Seats, measures, districts and assumptions as sheets of an Excel file; numbers are numbers."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    bold, share = book.add_format({"bold": True}), book.add_format({"num_format": "0.0%"})
    comparison, labels = result.comparison, result.comparison.labels
    tally = result.election.main.counted()

    sheet = book.add_worksheet("Seats")
    sheet.write_row(0, 0, ["party", "name", "votes, changed" if result.state.changes() else "votes", "share", *labels], bold)
    for line, column in enumerate(result.parties[0], 1):
        party, votes = tally.parties[column], int(tally.total[column])
        sheet.write_row(line, 0, [party.id, party.name or party.id, votes])
        sheet.write_number(line, 3, votes / max(1, int(tally.total.sum())), share)
        sheet.write_row(line, 4, [outcome.by_party.get(party.id, 0) for outcome in comparison.outcomes])

    sheet = book.add_worksheet("Measures")
    sheet.write_row(0, 0, ["measure", *labels], bold)
    for line, name in enumerate(comparison.measures[0], 1):
        sheet.write_row(line, 0, [name, *("" if values[name] is None else values[name] for values in comparison.measures)])

    sheet = book.add_worksheet("Districts")
    sheet.write_row(0, 0, ["district", "region", f"won by ({labels[result.state.shown]})", "held by", "lead, points"], bold)
    for line, row in enumerate(districts(result), 1):
        won, held = (" ".join(f"{party['id']} {seats}" for party, seats in row[key]) for key in ("now", "was"))
        sheet.write_row(line, 0, [row["name"], row["region"], won, held, float(row["lead"]) if row["lead"] else ""])

    sheet = book.add_worksheet("What was assumed")
    notes = report.notes({title_of(name): each.assumed for name, each in zip(labels, comparison.outcomes, strict=True)}, ())
    lines = [result.told, origin + result.state.address(), result.state.command(), *notes, *comparison.election.provenance.attribution]
    sheet.write_column(0, 0, lines)
    book.close()
    return out.getvalue()
