"""The seam of sources: an election's id or the path of a file in, an election out of the store, of the package, or of the file."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from hustings.catalogue import edition as catalogued
from hustings.catalogue import series as catalogue
from hustings.downloads import Progress, fetch, quiet
from hustings.election import Election, Provenance
from hustings.errors import DataError, NotHere, UnknownName, Unsuitable
from hustings.polls import Polls
from hustings.registry import Entry, Registry, canonical
from hustings.store import elections, get, has, put, put_polls

source = Registry("source", __name__)


def load(name: str | Path, edition: str | int | None = None, **settings: Any) -> Election:
    """Load an election: 'SERIES/EDITION', a series and its edition, or the path of a file; settings go to its source.

    One of the catalogue comes from the store, or else from the package if it carries it. A file's source is told by how its
    name ends (trait `suffixes`) and, where several share that, by how it begins (`sniff`) or by the whole of it (`recognise`).

    Raises
    ------
    UnknownName
        No series, or no edition of it, is called so.
    NotHere
        The catalogue has it and this machine has not; the error names the command that gets it.
    DataError
        There is no such file, no source recognises it, or it does not say what it must.
    """
    given, _, rest = str(name).partition("/")
    series, wanted, path = canonical(given), rest if edition is None else str(edition), Path(name)
    # No edition is called like a file that is there: a thousand files need not look into the store a thousand times.
    if edition is not None or not (path.suffix and path.is_file()):
        known = editions(series)
        if wanted in known:
            return _edition(series, wanted)
        if known and not path.is_file():
            raise UnknownName(f"edition of {series}", wanted, known, f"hustings data list {series}")
        if edition is not None or not (path.suffix or path.exists()):
            raise UnknownName("series", given, {*catalogue(), *(id_.partition("/")[0] for id_ in elections())})
    election: Election = _source_of(path).make(path, **settings)
    return election


def editions(series: str) -> tuple[str, ...]:
    """The editions of a series that the catalogue, the store or a source of another package has; none where there is no such series."""
    about = catalogue().get(series)
    own = source.entry(series).traits.get("editions") if series in source else None
    here = (id_.partition("/") for id_ in elections())
    found = [*(about.editions if about else ()), *(own() if own else ()), *(edition for name, _, edition in here if name == series)]
    return tuple(dict.fromkeys(found))


def _edition(series: str, edition: str) -> Election:
    """An edition that is known, wherever it is."""
    about = catalogue().get(series)
    if has(series, edition):
        stored = get(series, edition)
        pinned = about.editions.get(edition) if about else None
        paths = [path for path, _ in stored.provenance.files]
        if not (pinned and pinned.embedded and pinned.files and pinned.files[0].path in paths):
            return stored
        note = f"the votes are those that were pulled ({paths[0]}), in place of the edition that the package carries"
        return replace(stored, provenance=replace(stored.provenance, notes=(note, *stored.provenance.notes)))
    if about and source.entry(about.source).traits.get("polls"):
        raise Unsuitable(f"{series}/{edition} is no election but opinion polls; hustings.polls.uk() has them, and the store's table polls")
    if about and edition in about.editions and not about.editions[edition].embedded:
        raise NotHere(f"{series}/{edition}", f"{series}/{edition}")
    election = _made(about.source if about else series, edition, {})
    assert isinstance(election, Election)
    return election


def _made(name: str, edition: str, files: dict[str, Path]) -> Election | Polls:
    entry = source.entry(name)
    made: Election | Polls = entry.make(edition, files) if entry.traits.get("series") else entry.make(edition)
    return made


def pull(name: str, progress: Progress = quiet) -> Election | Polls:
    """Fetch the files of 'SERIES/EDITION' that are not here, verify them, read the election, or polls, and put it into the store.

    Raises
    ------
    UnknownName
        The catalogue has no such election.
    DataError
        A file cannot be had, or is not what it must be.
    """
    series, _, wanted = name.partition("/")
    edition = catalogued(canonical(series), wanted)
    files = fetch(edition.files, progress)
    progress(f"reading {edition.id}", 0, 0)
    made = _made(catalogue()[edition.series].source, edition.name, files)
    if isinstance(made, Polls):
        put_polls(edition.series, made.columns())
    else:
        put(made)
    return made


def provenance(series: str, edition: str, *notes: str) -> Provenance:
    """Where an edition comes from, for the source that makes it: its files as pinned, its licence, and whatever `notes` say of it."""
    about, pinned = catalogue()[series], catalogued(series, edition).files
    return Provenance(about.cites, tuple((file.path, file.sha256) for file in pinned), about.licence, about.attribution, notes=notes)


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
        looks = {"sniff": head, "recognise": path}
        fit = [entry for entry in fit if any(look in entry.traits and entry.traits[look](given) for look, given in looks.items())]
    if len(fit) != 1:
        ends = " ".join(sorted({suffix for entry in readers for suffix in entry.traits["suffixes"]}))
        begins = [f"{entry.traits['begins']} ({entry.name})" for entry in readers if suffix in entry.traits["suffixes"] and "begins" in entry.traits]
        if fit:
            what = f"may be {' or '.join(entry.name for entry in fit)}; rename it"
        else:
            read = f"such a file begins with {', or '.join(begins)}" if begins else f"they read {ends}"
            what = f"no source recognises it; {read}"
        raise DataError(path, f"{what} (see hustings catalogue sources)")
    return fit[0]
