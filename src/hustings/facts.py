"""Dated, sourced constants in, from the TOML files of `facts/`: parties, preferences, houses."""

import re
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
    # The name may be a stranger's, and leads nowhere but into the folders of the facts.
    inside = all(re.fullmatch(r"[\w-]*", part) for part in folder.split("/")) and "//" not in name and place.is_dir()
    known = {item.name.removesuffix(".toml"): item for item in place.iterdir() if item.name.endswith(".toml")} if inside else {}
    if stem not in known:
        raise UnknownName(folder.rstrip("s") or "fact", stem, known)
    return tomllib.loads(known[stem].read_text(encoding="utf-8"))
