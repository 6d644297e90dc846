"""What the tests of catalogued series share: an edition read from the mirror, and a file of it spoilt."""

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from hustings import catalogue
from hustings.election import Election
from hustings.errors import DataError
from hustings.sources import source

MIRROR = Path(os.environ.get("HUSTINGS_MIRROR", Path(__file__).parents[2] / "shared" / "data"))


def files_of(series: str, edition: str) -> dict[str, Path]:
    """The files of an edition in the mirror, or a skipped test that says what is missing."""
    found = {file.path: MIRROR / file.path for file in catalogue.edition(series, edition).files}
    missing = [path for path, place in found.items() if not place.is_file()]
    if missing:
        pytest.skip(f"no {missing[0]} here: set HUSTINGS_MIRROR to a mirror of the public files that has it")
    return found


def made(series: str, edition: str) -> Election:
    """An edition, read from the mirror by its source."""
    election: Election = source[catalogue.series()[series].source](edition, files_of(series, edition))
    assert election.id == f"{series}/{edition}"
    assert election.date == catalogue.edition(series, edition).date
    return election


def spoilt(series: str, edition: str, change: Callable[[bytes], bytes], folder: Path, name: str = "") -> str:
    """What the source says of a file (the last, or the one of that name) whose bytes were changed; an error names the file."""
    files: dict[str, Path] = dict(files_of(series, edition))
    path = next(path for path in reversed(files) if path.endswith(name))
    files[path] = folder / Path(path).name
    files[path].write_bytes(change(MIRROR.joinpath(path).read_bytes()))
    with pytest.raises(DataError) as caught:
        _read(series, edition, files)
    assert caught.value.file.startswith(str(files[path]))
    return str(caught.value).removeprefix(str(files[path]))


def _read(series: str, edition: str, files: Mapping[str, Path]) -> None:
    source[catalogue.series()[series].source](edition, files)


def pinned(series: str, edition: str) -> None:
    """The mirror's files are those that the catalogue pins."""
    for file in catalogue.edition(series, edition).files:
        data = files_of(series, edition)[file.path].read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (file.bytes, file.sha256)
