"""Published seats in, ours beside them out, as tables of published.md."""

import tomllib
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from multiprocessing import get_context
from operator import itemgetter
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from _catalogue import table

import hustings as hs
from hustings.catalogue import series
from hustings.facts import fact
from hustings.lots import Seeded

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
    # Made-up papers of a district may tie for exclusion: a seed draws the lot.
    return election(edition, area).under(hs.system.parse(system), Seeded(1832))


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
def _document() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "published.toml").read_text(encoding="utf-8"))


@cache
def figures() -> tuple[Figure, ...]:
    """Everything in published.toml."""
    return tuple(Figure(**item) for item in _document()["figure"])


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


SURVEYS = ("bes-2010", "polls-1997")
SETTINGS = {
    "av": {"papers of 3": "depth=3", "papers of 8": "depth=8"},
    "stv": {"loyalty 0.65": "loyalty=0.65", "loyalty 0.82": "loyalty=0.82"},
}
MEMBERS = (3, 4, 5, 6)
UKIP = {
    "others in 2010": {"con": 28, "lab": 23, "ld": 26, "none": 23},
    "YouGov 2013": {"con": 56, "lab": 14, "ld": 16, "none": 14},
}
"""Next preferences after UKIP, the Brexit Party and the BNP: the survey's row of all others, and 56% for a Conservative in a pact, the rest as there."""


@cache
def matrices() -> dict[str, str]:
    """The matrices of the range, by what the page calls them, each a name among the facts or a path."""
    return {
        "scotland-2017": "scotland-2017",
        "scotland-2022": "scotland-2022",
        **{name: name for name in SURVEYS},
        **{f"{name}, others to nobody": matrix(f"{name}-nobody", {}, base=name, nobody=True) for name in SURVEYS},
        **{f"UKIP as {name}": matrix(name.replace(" ", "-"), dict.fromkeys(("ukip", "brexit", "bnp"), row)) for name, row in UKIP.items()},
    }


def varied(system: str) -> dict[str, str]:
    """What is assumed → the system with it, over the whole range: every matrix, under STV in districts of each size, and the settings."""
    if system == "av":
        found = {name: f"av:matrix={path}" for name, path in matrices().items()}
    else:
        found = {f"{name}; {size}": f"stv:matrix={path},members={size}" for name, path in matrices().items() for size in MEMBERS}
    return found | {name: f"{system}:{setting}" for name, setting in SETTINGS[system].items()}


@dataclass(frozen=True)
class Interval:
    """The least and the most of our seats over the range, and with what: a published figure beside them."""

    figure: Figure
    party: str
    least: tuple[int, str]
    most: tuple[int, str]

    @property
    def name(self) -> tuple[str, str, str, str]:
        return self.figure.edition, self.figure.system, self.figure.study, self.party

    @property
    def inside(self) -> bool:
        return self.least[0] <= self.figure.seats[self.party] <= self.most[0]

    def __str__(self) -> str:
        return f"{self.least[0]}–{self.most[0]}"


@cache
def intervals() -> list[Interval]:
    """Every published figure for the alternative vote and STV."""
    chosen = [figure for figure in figures() if figure.system in SETTINGS]
    work_out([(figure.edition, system, figure.area) for figure in chosen for system in varied(figure.system).values()])
    found = []
    for figure in chosen:
        for key in figure.seats:
            ours = [(seats((figure.edition, system, figure.area), key), name) for name, system in varied(figure.system).items()]
            # Of those level, what is named first.
            found.append(Interval(figure, key, min(ours, key=itemgetter(0)), max(ours, key=itemgetter(0))))
    return found


def range_table() -> str:
    """All of them; in bold what lies outside."""
    rows = []
    for each in intervals():
        said = str(each.figure.seats[each.party])
        title = f"{each.figure.edition} {each.figure.name}, {each.figure.study}"
        rows.append((title, each.party, said if each.inside else f"**{said}**", *map(str, each.least), *map(str, each.most)))
    head = ("published", "party", "seats", "least", "with", "most", "with")
    return table(head, rows)


@dataclass(frozen=True)
class Miss:
    """A figure outside of the interval: what was tried to come to it, and why it lies outside."""

    edition: str
    system: str
    study: str
    party: str
    tried: str
    why: str
    base: str = "scotland-2017"
    rows: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    times: Mapping[str, float] = field(default_factory=dict)
    settings: str = ""
    short: bool = False

    def comes_to(self, area: str) -> int:
        """Our seats with what was tried."""
        name = "-".join((self.edition, self.system, self.party)).replace("+", "-")
        system = f"{self.system}:matrix={matrix(name, self.rows, self.times, base=self.base)}{self.settings}"
        return seats((self.edition, system, area), self.party)


def misses() -> str:
    """Each figure outside of its interval with its reason; refuses to be shown if others lie outside, or if a trial does not do what is said."""
    told = {(miss.edition, miss.system, miss.study, miss.party): miss for miss in (Miss(**item) for item in _document()["miss"])}
    outside = {each.name: each for each in intervals() if not each.inside}
    if set(told) != set(outside):
        raise ValueError(f"published.toml has a reason for {sorted(set(told) - set(outside))} and none for {sorted(set(outside) - set(told))}")
    rows = []
    for name, each in outside.items():
        miss, said = told[name], each.figure.seats[each.party]
        found = miss.comes_to(each.figure.area)
        reached = min(each.least[0], found) <= said <= max(each.most[0], found)
        if reached == miss.short:
            raise ValueError(
                f"{name}: {miss.tried} comes to {found} for {said}, which published.toml says it does{'' if miss.short else ' not'} fall short of"
            )
        rows.append((" ".join((name[0], name[1].upper())) + f", {name[2]}", name[3], str(said), str(each), miss.tried, str(found), miss.why))
    return table(("published", "party", "seats", "interval", "tried", "comes to", "why it lies outside"), rows)


def matrix(
    name: str,
    rows: Mapping[str, Mapping[str, float]],
    times: Mapping[str, float] | None = None,
    *,
    base: str = "scotland-2017",
    nobody: bool = False,
) -> str:
    """The path of a file: a matrix of the facts with other rows, or with columns multiplied, or with its others (`ind`) sent to nobody."""
    document = fact(f"preferences/{base}")
    old = {party: {other: float(weight) for other, weight in row.items()} for party, row in document["rows"].items()}
    lines = [f'name = "{name}"', f'title = "{base}, changed"', "[rows]"]
    for party, row in (old | dict(rows)).items():
        weights = {other: weight * (times or {}).get(other, 1) for other, weight in row.items()}
        if nobody:
            weights["none"] = weights.get("none", 0) + weights.pop("ind", 0)
        lines.append(f"{party} = {{ {', '.join(f'{other} = {weight:g}' for other, weight in weights.items())} }}")
    lines += ["[proxy]", *(f'{party} = "{other}"' for party, other in document["proxy"].items() if party not in rows)]
    lines += ["[columns]", *(f'{party} = "{other}"' for party, other in document["columns"].items())]
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
