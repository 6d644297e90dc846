"""Dated, sourced constants in, from the TOML files of `facts/`: parties, preferences, houses."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from hustings.errors import DataError, UnknownName


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file of the user's, or say what stops it."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(path, f"cannot be read ({error.strerror}); check the path") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DataError(path, f"is not TOML: {error}") from None


@cache
def fact(name: str) -> Mapping[str, Any]:
    """The facts of one file, 'parties' or 'preferences/scotland-2017'.

    Raises
    ------
    UnknownName
        There is no such file; the nearest names of its folder are given.
    """
    folder, _, stem = name.rpartition("/")
    place = files("hustings").joinpath("facts", folder)
    known = {item.name.removesuffix(".toml"): item for item in place.iterdir() if item.name.endswith(".toml")}
    if stem not in known:
        raise UnknownName(folder.rstrip("s") or "fact", stem, known)
    return tomllib.loads(known[stem].read_text(encoding="utf-8"))
