"""Pinned files in, where they lie out: fetched from their publishers or a mirror, verified, complete or absent; nothing else uses the network."""

import hashlib
import os
import re
import sys
import tarfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, unquote

from hustings.catalogue import File
from hustings.catalogue import files as pinned
from hustings.catalogue import series as catalogue
from hustings.errors import DataError, NotHere

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and how much there is in all [bytes]; 0 where nobody knows."""

Get = Callable[[str, Path], None]
"""What brings the file of an address to a path."""

TIMEOUT = (10.0, 30.0)
"""How long to wait for a server to answer, and between two pieces of a file [seconds]."""
RETRIES = 3
MANY = 50
"""From so many files of one commit on, they come as one archive."""
RAW = re.compile(r"https://raw\.githubusercontent\.com/(?P<repository>[^/]+/[^/]+)/(?P<commit>[0-9a-f]{40})/(?P<path>.+)")
ARCHIVE = "https://codeload.github.com/{repository}/tar.gz/{commit}"


def quiet(_what: str, _done: int, _of: int) -> None:
    """Say nothing of the progress."""


def folder() -> Path:
    """Where everything lies: HUSTINGS_DATA, or the user's folder for data."""
    if place := os.environ.get("HUSTINGS_DATA"):
        return Path(place).expanduser()
    import platformdirs  # noqa: PLC0415 — nobody who has chosen a folder needs it

    return platformdirs.user_data_path("hustings")


@contextmanager
def blaming(place: Path | str) -> Iterator[None]:
    """Whatever the disk refuses in here is said in one line."""
    try:
        yield
    except OSError as error:
        what = f"cannot be written ({error.strerror or error}); make room, or set HUSTINGS_DATA to a folder of yours"
        raise DataError(place, what) from None


@contextmanager
def alone(what: str, progress: Progress = quiet) -> Iterator[None]:
    """One process at a time; the system takes the lock back when its holder ends, however it ends."""
    with blaming(folder()):
        folder().mkdir(parents=True, exist_ok=True)
        file = (folder() / f"{what}.lock").open("a")
    with file:
        while not _locked(file.fileno()):
            progress("waiting for another hustings to finish", 0, 0)
            time.sleep(0.1)
        yield


def _locked(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 — is there on Windows alone

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 — is everywhere else

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def path(file: File) -> Path:
    """Where a file of the catalogue lies.

    Raises
    ------
    NotHere
        It has not been fetched; the error names the command.
    """
    if not there(file):
        editions = [edition for about in catalogue().values() for edition in about.editions.values() if file in edition.files]
        raise NotHere(file.path, editions[0].id if editions else "--all")
    return place_of(file)


def place_of(file: File) -> Path:
    """Where a file lies once it has been fetched."""
    return folder() / "files" / file.path


def there(file: File) -> bool:
    """Whether a file has been fetched; it was verified then."""
    place = place_of(file)
    return place.is_file() and place.stat().st_size == file.bytes


def _right(file: File) -> bool:
    return there(file) and sha256(place_of(file)) == file.sha256


def sha256(place: Path) -> str:
    """The sha256 of what lies there."""
    with place.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch(files: Iterable[File], progress: Progress = quiet) -> dict[str, Path]:
    """Fetch those of the files that are not here, verify each, and say where all of them lie.

    HUSTINGS_MIRROR, a folder or an address laid out by the paths of the catalogue, takes the place of the publishers.

    Raises
    ------
    DataError
        A file cannot be had, is not what was pinned, or cannot be written; what is complete stays.
    """
    wanted = list(files)
    if not all(map(_right, wanted)):
        with alone("fetch", progress):
            # Whoever held the lock before may have fetched some; what else lies about is of processes that were killed.
            for left in (folder() / "files").rglob("tmp*"):
                left.unlink(missing_ok=True)
            _fetch([file for file in wanted if not _right(file)], progress)
    return {file.path: place_of(file) for file in wanted}


def _fetch(missing: list[File], progress: Progress) -> None:
    mirror = os.environ.get("HUSTINGS_MIRROR", "")
    if not mirror:
        for url, files in _archives(missing).items():
            _unpack(url, files, progress)
        missing = [file for file in missing if not _right(file)]
    on_disk = mirror and not re.match(r"https?://", mirror)
    done, total = 0, sum(file.bytes for file in missing)
    for file in missing:
        url = f"{mirror.rstrip('/')}/{quote(file.path)}" if mirror else file.url

        def told(part: int, before: int = done) -> None:
            progress("fetching", before + part, total)

        get = _copying(Path(mirror.removeprefix("file://")).expanduser(), file) if on_disk else _downloading(file, told)
        _pooch(file.path, f"sha256:{file.sha256}", url, get, 0 if on_disk else RETRIES)
        done += file.bytes
        progress("fetching", done, total)


def _pooch(name: str, known: str | None, url: str, get: Get, retries: int) -> Path:
    """One file through pooch, which writes it beside, compares its sha256, tries again, and renames it when it is right."""
    import pooch  # type: ignore[import-untyped]  # noqa: PLC0415 — brings the network, and few commands need it; has no types
    import requests  # noqa: PLC0415

    pooch.get_logger().setLevel("ERROR")
    keeper = pooch.create(folder() / "files", base_url="", registry={name: known}, urls={name: url}, retry_if_failed=retries)
    try:
        with blaming(folder()):
            try:
                return Path(keeper.fetch(name, downloader=lambda url, to, _: get(url, Path(to))))
            except requests.exceptions.RequestException as error:
                # These are OSErrors too, and not of the disk.
                raise DataError(url, f"{_why(error)}; try again, what is here already is kept") from None
    except ValueError:
        raise DataError(url, f"is not the file that was pinned (sha256 {known}); try another mirror, or report it") from None


def _why(error: Exception) -> str:
    """What stopped a download, in words."""
    if "Read timed out" in str(error):
        return "stalled"
    what = str(error).partition(" for url")[0]
    return what if re.match(r"was cut|\d{3} ", what) else f"was cut short ({type(error).__name__})"


def _copying(mirror: Path, file: File) -> Get:
    """How a file comes from a folder."""

    def get(_url: str, to: Path) -> None:
        source = mirror / file.path
        if not source.is_file():
            raise DataError(source, "is not on the mirror (HUSTINGS_MIRROR); complete it, or unset HUSTINGS_MIRROR to fetch from the publishers")
        try:
            data = source.read_bytes()
        except OSError as error:
            raise DataError(source, f"cannot be read ({error.strerror}); mend the mirror (HUSTINGS_MIRROR)") from None
        to.write_bytes(data)

    return get


def _downloading(file: File | None, told: Callable[[int], None]) -> Get:
    """How a file comes by HTTP, from where the last attempt was cut; `file` is None where its length is not known beforehand."""
    return lambda url, to: _download(url, to, file, told)


def _download(url: str, to: Path, file: File | None, told: Callable[[int], None]) -> None:
    import requests  # noqa: PLC0415 — as in _pooch

    part = place_of(file).with_name(f"{place_of(file).name}.part") if file else to
    start = part.stat().st_size if file and part.is_file() else 0
    if file and start >= file.bytes:
        start = 0
    headers = {"Accept-Encoding": "identity", **({"Range": f"bytes={start}-"} if start else {})}
    try:
        answer = requests.get(url, headers=headers, stream=True, timeout=TIMEOUT)
    except (requests.exceptions.ConnectionError, requests.exceptions.MissingSchema):
        remedy = "check the network, or set HUSTINGS_MIRROR to a folder or an address that has the files"
        raise DataError(url, f"cannot be reached; {remedy}") from None
    with answer:
        if 400 <= answer.status_code < 500 and answer.status_code != 416:
            raise DataError(url, f"is not there (status {answer.status_code}); report it, or set HUSTINGS_MIRROR to a mirror that has it")
        if answer.status_code == 416:
            part.unlink()
        answer.raise_for_status()
        resumed = answer.status_code == 206
        with part.open("ab" if resumed else "wb") as out:
            size = start if resumed else 0
            for chunk in answer.iter_content(2**13):
                out.write(chunk)
                size += len(chunk)
                told(size)
    if file and size < file.bytes:
        raise requests.exceptions.ConnectionError(f"was cut short at {size:,} of {file.bytes:,} bytes")
    if file:
        part.replace(to)


def _archives(missing: Sequence[File]) -> dict[str, list[File]]:
    """Archives of a commit from which many files are missing, each with all files of the catalogue that lie in it."""
    commits = [match and match.group("repository", "commit") for match in (RAW.fullmatch(file.url) for file in missing)]
    found: dict[str, list[File]] = {}
    for commit in dict.fromkeys(commits):
        if commit and commits.count(commit) >= MANY:
            url = ARCHIVE.format(repository=commit[0], commit=commit[1])
            found[url] = [file for file in pinned().values() if f"/{commit[0]}/{commit[1]}/" in file.url and not _right(file)]
    return found


def _unpack(url: str, files: Sequence[File], progress: Progress) -> None:
    """Fetch an archive and take the files out of it, each verified."""
    wanted = {unquote(match["path"]): file for file in files if (match := RAW.fullmatch(file.url))}
    name = f"tmp-{hashlib.sha256(url.encode()).hexdigest()[:16]}.tar.gz"
    get = _downloading(None, lambda size: progress("fetching an archive", size, 0))
    archive = _pooch(name, None, url, get, RETRIES)
    found, total = 0, sum(file.bytes for file in files)
    try:
        with blaming(folder()), tarfile.open(archive) as tar:
            for member in tar:
                # The first folder of the archive is named after the commit.
                file = wanted.get(member.name.partition("/")[2])
                data = tar.extractfile(member) if file else None
                if file and data:
                    _write_verified(file, data.read(), url)
                    found += file.bytes
                    progress("unpacking", found, total)
    except (tarfile.TarError, EOFError, ValueError) as error:
        raise DataError(url, f"is damaged ({error}); try again") from None
    finally:
        archive.unlink(missing_ok=True)
    if lost := [file.path for file in files if not _right(file)]:
        raise DataError(url, f"lacks {lost[0]}{f' and {len(lost) - 1} others' if lost[1:] else ''}, which were pinned; report it")


def _write_verified(file: File, data: bytes, url: str) -> None:
    if hashlib.sha256(data).hexdigest() != file.sha256:
        raise DataError(url, f"{file.path} in it is not the file that was pinned; try again, or report it")
    place = place_of(file)
    place.parent.mkdir(parents=True, exist_ok=True)
    beside = place.with_name(f"tmp-{file.sha256[:16]}")
    beside.write_bytes(data)
    beside.replace(place)
