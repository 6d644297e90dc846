"""The elections that can be had, in: series, their editions, and the pinned files of each, from `facts/catalogue/`; nothing is opened.

A series is a file `facts/catalogue/NAME.toml`:

* `title`; `cites`, who publishes it; `licence`, "none stated" where the publisher states none; `attribution`, a list of sentences;
* `source`, the source that reads its files, where that is not called as the series is;
* `gaps`, what is known to be missing or to differ in all editions, a sentence each;
* `files`, those that every edition needs beside its own;
* `[edition.NAME]` for each edition: `date`, where it is known; `files`; `gaps`; `embedded = true` where the package carries it;
  `boundaries`, the set of districts that its ids are of; `differences`, in `seats` and `votes` by party from the official total.

A file is named by its path in `facts/catalogue/files.tsv`, which pins its address, bytes and sha256; `*` stands for anything.
`tools/build_catalogue.py` makes that table of the files that the series name.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import translate
from functools import cache
from importlib.resources import files as resources
from re import compile as pattern
from types import MappingProxyType

from hustings.errors import UnknownName
from hustings.facts import fact

FOLDER = resources("hustings").joinpath("facts", "catalogue")
KEYS = frozenset({"title", "source", "cites", "licence", "attribution", "gaps", "files", "edition"})
EDITION_KEYS = frozenset({"date", "files", "gaps", "embedded", "boundaries", "differences"})


@dataclass(frozen=True)
class File:
    """A file as it was pinned: its path here and on a mirror, where it is published, its length [bytes] and its sha256."""

    path: str
    url: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Edition:
    """One election of a series: the files that make it, and what is known to be missing or to differ in it alone.

    `boundaries` is the set of districts that its ids are of. `differences` are ours less the official total, in seats and votes by
    party; the gaps say them in words, after the reasons.
    """

    series: str
    name: str
    date: date | None
    files: tuple[File, ...]
    gaps: tuple[str, ...] = ()
    embedded: bool = False
    boundaries: str = ""
    differences: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """'uk-general/1951'."""
        return f"{self.series}/{self.name}"

    @property
    def bytes(self) -> int:
        """Of all its files [bytes]."""
        return sum(file.bytes for file in self.files)


@dataclass(frozen=True)
class Series:
    """Elections of one kind: who publishes them, under what licence, who is to be named, and the editions by name."""

    name: str
    title: str
    source: str
    cites: str
    licence: str
    attribution: tuple[str, ...]
    gaps: tuple[str, ...]
    editions: Mapping[str, Edition]


@cache
def files() -> Mapping[str, File]:
    """Every pinned file by its path."""
    _, *lines = FOLDER.joinpath("files.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return MappingProxyType({path: File(path, url, int(size), sha256) for path, url, size, sha256 in rows})


@cache
def series() -> Mapping[str, Series]:
    """Every series of the catalogue by name."""
    names = sorted(item.name.removesuffix(".toml") for item in FOLDER.iterdir() if item.name.endswith(".toml"))
    return MappingProxyType({name: _series(name) for name in names})


def _series(name: str) -> Series:
    about = fact(f"catalogue/{name}")
    editions = {
        edition: Edition(
            name, edition, facts.get("date"), chosen((*about.get("files", ()), *facts.get("files", ())), files()),
            (*facts.get("gaps", ()), *_told(facts.get("differences", {}))), facts.get("embedded", False), facts.get("boundaries", ""),
            facts.get("differences", {}),
        )
        for edition, facts in about["edition"].items()
    }  # fmt: skip
    return Series(
        name, about["title"], about.get("source", name), about["cites"], about["licence"],
        tuple(about["attribution"]), tuple(about.get("gaps", ())), MappingProxyType(editions),
    )  # fmt: skip


def _told(differences: Mapping[str, Mapping[str, int]]) -> list[str]:
    """Differences in words, so that whoever reads the gaps reads them."""
    figures = {what: ", ".join(f"{party} {number:+,}" for party, number in of.items()) for what, of in differences.items()}
    return [f"{'seats under fptp' if what == 'seats' else what} less the official total: {said}" for what, said in figures.items()]


def chosen(wanted: Iterable[str], known: Mapping[str, File]) -> tuple[File, ...]:
    """The files that these paths and patterns name, in that order, each once."""
    found: dict[str, File] = {}
    for path in wanted:
        match = pattern(translate(path)).match if "*" in path else path.__eq__
        paths = [path] if path in known else [other for other in known if match(other)]
        if not paths:
            raise UnknownName("file of the catalogue", path, known)
        found |= {path: known[path] for path in paths}
    return tuple(found.values())


def edition(name: str, edition: str) -> Edition:
    """An edition of a series.

    Raises
    ------
    UnknownName
        No series, or no edition of it, is called so.
    """
    known = series()
    if name not in known:
        raise UnknownName("series", name, known)
    if edition not in known[name].editions:
        raise UnknownName(f"edition of {name}", edition, known[name].editions, f"hustings data list {name}")
    return known[name].editions[edition]
