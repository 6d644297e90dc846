"""The seam of sources: an edition's name or the path of a file in, an election out."""

from pathlib import Path
from typing import Any

from hustings.election import Election
from hustings.errors import DataError, UnknownName
from hustings.registry import Entry, Registry

source = Registry("source", __name__)


def load(name: str | Path, edition: str | None = None, **settings: Any) -> Election:
    """Load an election: 'SERIES/EDITION', a series and its edition, or the path of a file; settings go to its source.

    A file's source is told by how its name ends (trait `suffixes`) and, where several share that, by how it begins (`sniff`).

    Raises
    ------
    UnknownName
        No series, or no edition of it, is called so.
    DataError
        There is no such file, no source recognises it, or it does not say what it must.
    """
    series, _, rest = str(name).partition("/")
    editions = source.entry(series).traits.get("editions") if series in source else None
    path = Path(name)
    if editions:
        if not (edition or rest):
            raise UnknownName(f"edition of {series}", "", editions())
        election: Election = source[series](edition or rest, **settings)
    elif edition is not None or not (path.suffix or path.exists()):
        raise UnknownName("series", series, (entry.name for entry in map(source.entry, source) if "editions" in entry.traits))
    else:
        election = _source_of(path).make(path, **settings)
    return election


def _source_of(path: Path) -> Entry:
    """The source that reads this file."""
    if not path.is_file():
        raise DataError(path, "is a folder; give a file" if path.is_dir() else "there is no such file; check the path")
    readers = [entry for entry in map(source.entry, source) if "suffixes" in entry.traits]
    suffix = path.suffix.lower()
    fit = [entry for entry in readers if suffix in entry.traits["suffixes"]]
    if len(fit) > 1:
        with path.open("rb", buffering=0) as file:
            head = file.read(1024).decode("utf-8-sig", errors="replace")
        fit = [entry for entry in fit if "sniff" in entry.traits and entry.traits["sniff"](head)]
    if len(fit) != 1:
        ends = " ".join(sorted({suffix for entry in readers for suffix in entry.traits["suffixes"]}))
        what = f"may be {' or '.join(entry.name for entry in fit)}; rename it" if fit else f"no source recognises it; they read {ends}"
        raise DataError(path, f"{what} (see hustings catalogue sources)")
    return fit[0]
