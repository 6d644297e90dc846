"""The registries in, a page of the catalogue for each seam out: every entry with its settings, its source and what it says of itself."""

import inspect
import re
from collections.abc import Iterable, Sequence
from dataclasses import fields, is_dataclass
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

import hustings as hs
from hustings import catalogue
from hustings.divisors import DIVISORS, QUOTAS
from hustings.docstrings import blocks, described, split
from hustings.facts import fact
from hustings.preferences import NONE, preferences
from hustings.registry import Entry, Registry
from hustings.sources import editions

SEAMS = {
    "sources": (hs.source, "A source is a function from an edition's name, or from files, to an election."),
    "scenarios": (hs.scenario, "A scenario is a function from an election to an election: it changes something before anything is counted."),
    "systems": (hs.system, "A system is a function from an election to an outcome: it says who has how many seats."),
    "methods": (hs.method, "A method counts the papers of one district. A system that needs one has it as its setting `method`."),
    "measures": (
        hs.measure,
        "A measure is a function from an outcome to a number. `hustings compare` prints them all, or those named by `--measure`.",
    ),
    "charts": (
        hs.chart,
        "A chart is a function from an outcome, a comparison, a count or a projection to a picture. [The gallery](../charts.md) shows each.",
    ),
}
USE = {
    "scenarios": "hustings compare ELECTION --scenario {}",
    "systems": "hustings compare ELECTION --system {}",
    "measures": "hustings compare ELECTION --measure {}",
    "charts": "hustings compare ELECTION --chart {} --out FILE",
}
MOST = 40
"""Of more editions only the first and the last are listed."""
# Shown in a form of its own, or of no use to a reader.
APART = ("editions", "unit", "family", "over", "recognise", "single", "promises", "suffixes")


def write(folder: Path) -> None:
    """Write the pages, and leave alone those that have not changed."""
    folder.mkdir(exist_ok=True)
    pages = {seam: seam_page(seam, registry, text) for seam, (registry, text) in SEAMS.items()}
    pages |= {"preferences": preferences_page(), "apportionment": apportionment_page()}
    pages["index"] = index_page()
    for name, text in pages.items():
        page = folder / f"{name}.md"
        if not page.exists() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")
    for page in folder.glob("*.md"):
        if page.stem not in pages:
            page.unlink()


def index_page() -> str:
    """Everything there is, on one page."""
    parts = ["# Catalogue", "Everything that a name stands for, as the program has it. `hustings catalogue` prints the first five parts."]
    for seam, (registry, _) in SEAMS.items():
        rows = [(f"[{name}](#{anchor(registry.entry(name))})", prose(registry.entry(name).doc)) for name in registry]
        parts += [f"## {seam.capitalize()}", table(("name", "what it is"), rows)]
    matrices = [(f"[{name}](#matrix-{name})", prose(preferences(name).title)) for name in matrix_names()]
    parts += ["## Preferences", table(("matrix", "what it is"), matrices)]
    parts += ["## Apportionment", "[Divisors and quotas](apportionment.md), which the settings `divisor` and `quota` name."]
    contents = "\n".join([*SEAMS, "preferences", "apportionment"])
    parts += [f"```{{toctree}}\n:hidden:\n\n{contents}\n```"]
    return joined(parts)


def seam_page(seam: str, registry: Registry, text: str) -> str:
    """All entries of a seam, by family where they have one."""
    parts = [f"# {seam.capitalize()}", text]
    entries = [registry.entry(name) for name in registry]
    if len(entries) > 6:
        parts.append(table(("name", "what it is"), [(f"[{entry.name}](#{anchor(entry)})", prose(entry.doc)) for entry in entries]))
    for entry in entries:
        parts += [f"({anchor(entry)})=\n## {entry.name}", *entry_parts(seam, entry)]
    return joined(parts)


def entry_parts(seam: str, entry: Entry) -> list[str]:
    """What an entry does, its source, its traits, its settings, how it is called, and what else it says of itself."""
    paragraphs, sections = split(inspect.cleandoc(entry.make.__doc__ or ""))
    facts = [f"**Source.** {prose(entry.cites)}", *traits(entry)]
    parts = [*map(prose, paragraphs), "  \n".join(facts)]
    meanings = described(sections.pop("Attributes", []))
    if entry.settings:
        rows = [(f"`{s.name}`", f"`{s.default}`" if s.default else "–", prose(meanings.get(s.name, ""))) for s in entry.settings]
        parts += [table(("setting", "default", "what it sets"), rows)]
    if seam in USE:
        example = entry.name
        number = next((s for s in entry.settings if s.kind in (int, Fraction)), next(iter(entry.settings), None))
        if number and number.default:
            example += f":{number.name}={number.default}"
        parts.append(f"```text\n{USE[seam].format(example)}\n```")
    for title, lines in sections.items():
        if title == "Examples":
            parts += [f"**{title}.**", "```pycon\n" + "\n".join(lines) + "\n```"]
        elif title == "Raises":
            rows = [(f"`{name}`", prose(text)) for name, text in blocks(lines)]
            parts += [table(("raises", "when"), rows)]
        else:
            parts += [f"**{title}.**", *map(prose, " ".join(lines).split("  "))] if title != "Readings" else ["**Readings.**", bullets(lines)]
    return parts


def traits(entry: Entry) -> list[str]:
    """What the decorator says of the entry beside its source."""
    found = []
    if entry.kind == "source":
        series = [name for name, about in catalogue.series().items() if about.source == entry.name]
        series += [entry.name] if "editions" in entry.traits and entry.name not in series else []
        known = [f"`{name}/{edition}`" for name in series for edition in editions(name)]
        few = known if len(known) <= MOST else [*known[:2], "…", known[-1], f"{len(known):,} in all"]
        found += ["**Editions.** " + ", ".join(few)] if known else []
    if "suffixes" in entry.traits:
        found.append("**Files.** " + ", ".join(f"`{suffix}`" for suffix in entry.traits["suffixes"]))
    if "family" in entry.traits:
        found.append(f"**Family.** {prose(str(entry.traits['family']))}")
    if "unit" in entry.traits:
        found.append(f"**Unit.** {prose(str(entry.traits['unit']))}")
    if entry.traits.get("single"):
        found.append("**Elects** one member")
    if "promises" in entry.traits:
        found.append("**Keeps** " + ", ".join(f"`{law}`" for law in entry.traits["promises"]))
    others = {name: value for name, value in entry.traits.items() if name not in APART and not callable(value)}
    if others:
        found.append(
            f"**{'Engine' if entry.kind == 'method' else 'Traits'}.** " + ", ".join(f"`{name}={spell(value)}`" for name, value in others.items())
        )
    return found


def spell(value: Any) -> str:
    """A trait's value."""
    several = isinstance(value, (tuple, list, set, frozenset))
    return " ".join(map(str, sorted(value))) if several else str(value).lower() if isinstance(value, bool) else str(value)


def preferences_page() -> str:
    """The matrices of next preferences that the package carries."""
    parts = [
        "# Preferences",
        "Where a paper goes next after a party, when X-votes are made into ranked papers. A matrix is named by the setting `matrix` of "
        "[rankings](#scenario-rankings), [av](#system-av) and [stv](#system-stv). [How rankings are made](../assumptions.md) explains the use, "
        "and the form of a file of your own.",
    ]
    for name in matrix_names():
        document, matrix = fact(f"preferences/{name}"), preferences(name)
        parts += [f"(matrix-{name})=\n## {name}", prose(f"{matrix.title}."), f"**Source.** {prose(str(document['source']))}", matrix_table(name)]
        proxies = {f"`{party}`": f"`{other}`" for party, other in matrix.proxy.items()}
        if proxies:
            parts.append("Rows by proxy: " + ", ".join(f"{party} takes the row of {other}" for party, other in proxies.items()) + ".")
        parts.append("Any other party takes the mean row.")
        if matrix.columns:
            parts.append("Columns by proxy: " + ", ".join(f"`{party}` that of `{other}`" for party, other in matrix.columns.items()) + ".")
    return joined(parts)


def matrix_table(name: str) -> str:
    """A matrix, in per cent of the papers of each row, and the papers on which the row rests."""
    matrix, basis = preferences(name), fact(f"preferences/{name}").get("basis", {})
    columns = list(dict.fromkeys([*matrix.rows, *(key for row in matrix.rows.values() for key in row)]))
    columns = [*(column for column in columns if column != NONE and any(column in row for row in matrix.rows.values())), NONE]
    header = ("after", *columns, "rests on")
    rows = []
    for party, row in matrix.rows.items():
        cells = [f"{float(100 * row[column]):.1f}" if column in row else ("" if column == party else "0.0") for column in columns]
        rows.append((party, *cells, f"{basis[party]:,}" if party in basis else ""))
    return table(header, rows, right=len(columns) + 1)


def apportionment_page() -> str:
    """The divisors and quotas."""
    first = [(f"`{name}`", sequence(divisor), "squared" if divisor.power == 2 else "") for name, divisor in DIVISORS.items()]
    parts = [
        "# Apportionment",
        "Names for `hs.apportion`, and for the settings `divisor` and `quota` of systems. Sources: Balinski and Young, *Fair Representation* "
        "(2nd ed. 2001), appendix A; Pukelsheim, *Proportional Representation* (2nd ed. 2017), chapters 3 and 4.",
        "## Divisors",
        "Seat after seat goes to the party with the largest quotient of its votes and the divisor for the seats that it holds; a divisor of "
        "0 comes before all others. `modified-sainte-lague:first=1.2` sets the first divisor.",
        table(("name", "divisors", "votes are"), first),
        "## Quotas",
        "Each party has a seat for each whole quota, and the seats that are left go to the largest remainders.",
        table(("name", "quota for 1,000 votes and 4 seats"), [(f"`{name}`", f"{float(quota(1000, 4)):g}") for name, quota in QUOTAS.items()]),
    ]
    return joined(parts)


def sequence(divisor: Any) -> str:
    """The first divisors of a method."""
    return ", ".join(f"{float(divisor.sequence(held)):.4g}" for held in range(5)) + ", …"


def matrix_names() -> list[str]:
    """The matrices among the facts."""
    folder = files("hustings").joinpath("facts", "preferences")
    return sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml"))


def anchor(entry: Entry) -> str:
    """Where an entry stands: `#system-av`."""
    return f"{entry.kind}-{entry.name}"


def members(noun: type) -> str:
    """A noun of the public API: its fields, properties and methods, as the program has them."""
    paragraphs, sections = split(inspect.cleandoc(noun.__doc__ or ""))
    meanings = described(sections.get("Attributes", []))
    parts = [prose(paragraph) for paragraph in paragraphs]
    if is_dataclass(noun):
        parts.append("Fields: " + ", ".join(f"`{field.name}`" for field in fields(noun)) + ".")
    if meanings:
        parts.append(table(("", ""), [(f"`{name}`", prose(text)) for name, text in meanings.items()]))
    rows = []
    for name, value in vars(noun).items():
        doc = inspect.getdoc(getattr(value, "func", value))
        if name.startswith("_") or not doc or not (callable(value) or isinstance(value, property) or hasattr(value, "func")):
            continue
        call = "(" + ", ".join(list(inspect.signature(value).parameters)[1:]) + ")" if inspect.isfunction(value) else ""
        rows.append((f"`{name}{call}`", prose(split(doc)[0][0])))
    if rows:
        parts.append(table(("", ""), rows))
    return joined(parts)


def bullets(lines: Sequence[str]) -> str:
    """Readings: a bullet for each that begins with its place in the law, or one for all."""
    items: list[str] = []
    for line in filter(str.strip, lines):
        if not items or re.match(r"(rr?\.|cls?\.|ss?\.|art\.|§|T:|Part )", line):
            items.append(line.strip())
        else:
            items[-1] += f" {line.strip()}"
    return "\n".join(f"* {prose(item)}" for item in items)


def prose(text: str) -> str:
    """Plain text as Markdown: what stands in backticks is code, and nothing else means anything."""
    pieces = re.split(r"(`[^`]+`)", " ".join(text.split()))
    return "".join(piece if piece.startswith("`") else re.sub(r"([\\*_<>\[\]|#~^$])", r"\\\1", piece) for piece in pieces)


def table(header: Sequence[str], rows: Iterable[Sequence[str]], right: int = 0) -> str:
    """A Markdown table; the last `right` columns are figures."""
    marks = ["---"] * (len(header) - right) + ["---:"] * right
    return "\n".join(f"| {' | '.join(row)} |" for row in [tuple(header), tuple(marks), *map(tuple, rows)])


def joined(parts: Iterable[str]) -> str:
    """Blocks of Markdown, one page."""
    return "\n\n".join(filter(None, parts)) + "\n"
