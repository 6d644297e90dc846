"""Published seats in, ours beside them out, as tables of published.md."""

import tomllib
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from _catalogue import table

import hustings as hs
from hustings.catalogue import series
from hustings.facts import fact

BRITAIN = {"country": ["England", "Scotland", "Wales"]}
COLUMNS = {
    "Con": ("con",),
    "Lab": ("lab", "lab+speaker"),
    "LD": ("ld",),
    "SNP, PC": ("snp+pc", "snp", "pc"),
    "UKIP, Brexit": ("ukip", "brexit"),
    "Green": ("green",),
    "others": ("rest", "others", "ind", "speaker", "bnp"),
}
BIG = ("con", "lab")


def editions() -> list[str]:
    """The general elections that the package carries."""
    names = [name for name, edition in series()["uk-general"].editions.items() if edition.embedded]
    return names


@cache
def election(edition: str, area: str = "gb") -> hs.Election:
    """An election of the United Kingdom, or of Great Britain alone."""
    whole = hs.load("uk-general", edition)
    return whole.where(BRITAIN) if area == "gb" else whole


Case = tuple[str, str, str]
"""Edition, system with settings, area."""
HELD: dict[Case, Mapping[str, int]] = {}


@cache
def outcome(case: Case) -> hs.Outcome:
    """What an election comes to under a system."""
    edition, system, area = case
    return election(edition, area).under(hs.system.parse(system))


def held(case: Case) -> dict[str, int]:
    """Seats by party."""
    return outcome(case).by_party


@cache
def workers() -> ProcessPoolExecutor:
    """All cores."""
    return ProcessPoolExecutor(mp_context=get_context("spawn"))


def work_out(cases: Sequence[Case]) -> None:
    """Many cases at once, to have them at hand."""
    new = [case for case in dict.fromkeys(cases) if case not in HELD]
    HELD.update(zip(new, workers().map(held, new), strict=True))


def seats(case: Case, key: str) -> int:
    """Seats of a party, of several (`snp+pc`), or of the `rest`: all but the three largest parties of Great Britain."""
    if case not in HELD:
        HELD[case] = held(case)
    if key in ("rest", "others"):
        named = {"con", "lab", "ld"} | (set() if key == "rest" else {"snp", "pc", "ukip", "brexit", "green"})
        return sum(number for party, number in HELD[case].items() if party not in named)
    return sum(HELD[case].get(party, 0) for party in key.split("+"))


@dataclass(frozen=True)
class Figure:
    """One published set of seats."""

    edition: str
    system: str
    name: str
    study: str
    source: str
    area: str
    seats: Mapping[str, int]
    tolerance: tuple[int, int]
    seen: str
    outside: tuple[str, ...]
    rests: str = ""
    range: Mapping[str, tuple[int, int]] | None = None

    def ours(self, key: str) -> int:
        """Our seats beside a published figure."""
        return seats((self.edition, self.system, self.area), key)

    def near(self, key: str) -> bool:
        """Whether ours lies within the tolerance."""
        return abs(self.ours(key) - self.seats[key]) <= self.tolerance[key.partition("+")[0] not in BIG]

    def inside(self, key: str) -> bool:
        """Whether it does, or lies where it was to be expected with Scottish preferences."""
        low, high = (self.range or {}).get(key, (1, 0))
        return self.near(key) or low <= self.ours(key) <= high

    def check(self) -> None:
        """Refuse to be shown beside an explanation of other differences."""
        found = [key for key in self.seats if not self.inside(key)]
        if found != list(self.outside):
            raise ValueError(f"{self.edition} {self.system}, {self.source}: outside are {found}; published.md explains {list(self.outside)}")


@cache
def figures() -> tuple[Figure, ...]:
    """Everything in published.toml."""
    document: dict[str, Any] = tomllib.loads((Path(__file__).parent / "published.toml").read_text(encoding="utf-8"))
    return tuple(Figure(**item) for item in document["figure"])


def of(name: str) -> list[Figure]:
    """The figures for a system, `av` or `ams`, with whatever settings."""
    return [figure for figure in figures() if figure.system.partition(":")[0] == name]


def shown(chosen: list[Figure]) -> str:
    """Published, ours and the difference, for each figure; in bold what is outside, with † what only the range lets in."""
    columns = [label for label, keys in COLUMNS.items() if any(key in figure.seats for figure in chosen for key in keys)]
    rows = []
    for figure in chosen:
        cells = {label: [key for key in COLUMNS[label] if key in figure.seats] for label in columns}
        rows.append((f"**{figure.edition}**, {figure.study}", *(", ".join(str(figure.seats[key]) for key in keys) for keys in cells.values())))
        if figure.system:
            figure.check()
            rows.append(("Hustings", *(", ".join(str(figure.ours(key)) for key in keys) for keys in cells.values())))
            rows.append(("difference", *(", ".join(difference(figure, key) for key in keys) for keys in cells.values())))
    return table(("published", *columns), rows, right=len(columns))


def difference(figure: Figure, key: str) -> str:
    """Ours less theirs."""
    number = figure.ours(key) - figure.seats[key]
    text = f"{number:+}".replace("-", "−") if number else "0"
    return text if figure.near(key) else f"{text}†" if figure.inside(key) else f"**{text}**"


def intervals(own: Mapping[str, Sequence[str]], more: Mapping[str, Sequence[str]]) -> tuple[list[tuple[str, ...]], tuple[int, int, int]]:
    """Published figures of some systems beside the least and the most of ours under `own` settings, and under `more` as well.

    Returns the rows of a table, and how many figures lie inside the first interval, inside the second, and are there.
    """
    chosen = [figure for figure in figures() if figure.system in own]
    work_out([(f.edition, system, f.area) for f in chosen for system in (*own[f.system], *more[f.system])])
    rows, held_by = [], [0, 0, 0]
    for figure in chosen:
        for key, said in figure.seats.items():
            ours = [
                [seats((figure.edition, system, figure.area), key) for system in systems] for systems in (own[figure.system], more[figure.system])
            ]
            both = [ours[0], ours[0] + ours[1]]
            within = [min(found) <= said <= max(found) for found in both]
            held_by = [number + one for number, one in zip(held_by, (*within, 1), strict=True)]
            cells = [f"{min(found)}–{max(found)}" for found in both]
            cells = [cell if there else f"**{cell}**" for cell, there in zip(cells, within, strict=True)]
            rows.append((f"{figure.edition} {figure.name}, {figure.study}", key, str(said), *cells))
    return rows, (held_by[0], held_by[1], held_by[2])


def matrix(name: str, rows: Mapping[str, Mapping[str, float]], times: Mapping[str, float] | None = None) -> str:
    """The path of a file: the matrix of 2017 with other rows, or with columns multiplied."""
    scotland = fact("preferences/scotland-2017")
    old = {party: {other: float(weight) for other, weight in row.items()} for party, row in scotland["rows"].items()}
    lines = [f'name = "{name}"', 'title = "scotland-2017, changed"', "[rows]"]
    for party, row in (old | dict(rows)).items():
        weights = [f"{other} = {weight * (times or {}).get(other, 1):g}" for other, weight in row.items()]
        lines.append(f"{party} = {{ {', '.join(weights)} }}")
    lines += ["[proxy]", *(f'{party} = "{other}"' for party, other in scotland["proxy"].items() if party not in rows)]
    lines += ["[columns]", *(f'{party} = "{other}"' for party, other in scotland["columns"].items())]
    path = Path(mkdtemp()) / f"{name}.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def changed(old: hs.Outcome, new: hs.Outcome) -> list[str]:
    """Districts of which a seat goes to another party, each as often as it has such seats."""
    moved = abs(old.seats - new.seats).sum(axis=1) // 2
    return [district.name for district, number in zip(old.districts, moved, strict=True) for _ in range(number)]


def flicker(task: tuple[str, Sequence[str]]) -> list[list[str]]:
    """Districts of an edition that change under each of some systems with settings."""
    edition, systems = task
    return [changed(outcome((edition, system.partition(":")[0], "uk")), outcome((edition, system, "uk"))) for system in systems]


def flickers(systems: Mapping[str, Sequence[str]]) -> dict[tuple[str, str], list[str]]:
    """The same for many editions, each with its systems."""
    found = workers().map(flicker, systems.items())
    return {(edition, system): districts for (edition, tried), lists in zip(systems.items(), found) for system, districts in zip(tried, lists)}


def sources() -> str:
    """Each study: what its preferences rest on, the area, and how far we know its figures."""
    seen = {"read": "read in the source", "partly": "partly read, partly from memory", "memory": "from memory, not checked"}
    area = {"gb": "Great Britain", "uk": "United Kingdom"}
    found: dict[tuple[str, str], list[str]] = {}
    for figure in figures():
        if figure.system != "fptp":
            found.setdefault((figure.source, figure.rests), []).append(f"{figure.edition} {figure.name}: {area[figure.area]}, {seen[figure.seen]}")
    return table(("study", "rests on", "figures"), [(*key, "<br>".join(items)) for key, items in found.items()])
