"""Paths of the user's in; what a file holds out, or a file written whole, or what stops either in one line."""

import os
import re
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from hustings.errors import DataError

PACKAGE = Path(__file__).parent
_folder: ContextVar[Path | None] = ContextVar("folder", default=None)


@contextmanager
def only_inside(folder: Path) -> Iterator[None]:
    """No file outside of that folder and of the package is read by name in here: for names that a stranger wrote."""
    token = _folder.set(folder.resolve())
    try:
        yield
    finally:
        _folder.reset(token)


def read_text(path: Path) -> str:
    """Read a file of text in UTF-8, or say what stops it."""
    folder = _folder.get()
    if folder is not None and not any(path.resolve().is_relative_to(place) for place in (folder, PACKAGE)):
        raise DataError(path, "files are not read by name here; give the name of an entry of the catalogue")
    try:
        data = path.read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise DataError(path, f"cannot be read ({error.strerror}); check the path") from None
    except UnicodeDecodeError as error:
        raise DataError(path, "is not text in UTF-8; save it as UTF-8", data.count(b"\n", 0, error.start) + 1) from None


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file of the user's, or say what stops it."""
    try:
        return tomllib.loads(read_text(path))
    except ValueError as error:  # also a number of thousands of digits
        at = re.search(r"at line (\d+)", str(error))
        raise DataError(path, f"is not TOML: {error}", int(at[1]) if at else None) from None


def check_folder(path: Path) -> None:
    """Refuse a file to be written where no folder is: a misspelled name should not become one."""
    if not path.parent.exists():
        raise DataError(path, f"cannot be written, as there is no folder {path.parent}; make it, or choose another place")


def make_folder(path: Path) -> None:
    """Make a folder of the user's, unless it is there, or say what stops it."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DataError(path, f"cannot be made ({error.strerror}); choose another place") from None


def write(path: Path, content: str | bytes) -> None:
    """Write a file whole or not at all, text in UTF-8: beside it first, then renamed."""
    check_folder(path)
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as beside:
            beside.write(content.encode() if isinstance(content, str) else content)
        # A temporary file is its owner's alone; what a user asked for is as open as any file of theirs.
        umask = os.umask(0)
        os.umask(umask)
        Path(beside.name).chmod(0o666 & ~umask)
        Path(beside.name).replace(path)
    except OSError as error:
        raise DataError(path, f"cannot be written ({error.strerror}); choose another place") from None
