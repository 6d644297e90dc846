"""Dated, sourced constants in, from the TOML files of `facts/`: parties, preferences, houses."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from hustings.errors import UnknownName


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
