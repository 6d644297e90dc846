"""A PrefLib file of orders in (soc, soi, toc, toi), in the form of 2022; the election of its papers out."""

import re
from pathlib import Path

import numpy as np

from hustings.ballots import MARK, BallotFile, ballot_election, papers, read, shared
from hustings.election import Candidate, Election, Profile
from hustings.sources import source

FIELD = re.compile(r"# ([A-Z][A-Z ]*?)(?: (\d+))?:[ \t]*(.*)")
SET = r"\{[^{}\n]*\}"
ORDER = re.compile(rb"\s*\d+\s*:\s*X(?:\s*,\s*X)*\s*".replace(b"X", rb"@?[1-9]\d*"))
TIES, COMPLETE = ("toc", "toi"), ("soc", "toc")


@source(
    "preflib",
    cites="N. Mattei & T. Walsh, PrefLib: A Library for Preferences, ADT 2013; preflib.org, Data Format (2022)",
    suffixes=(".soc", ".soi", ".toc", ".toi"),
)
def preflib(path: Path) -> Election:
    """PrefLib orders, with ties ({1,2}) or without, complete or not; they must agree with the header's numbers.

    Raises
    ------
    DataError
        The file does not say what it must; nothing is guessed.
    """
    file = read(path)
    fields, names, first = _header(file)
    number = _number(file, fields, "ALTERNATIVES")
    if list(names) != list(range(1, number + 1)):
        raise file.error(f"the header names alternatives {', '.join(map(str, names)) or 'none'}; there must be 1 to {number}, in order", first - 1)
    kind = fields.get("DATA TYPE", "")
    if kind not in {*TIES, *COMPLETE, "soi"}:
        raise file.error(f"the header's DATA TYPE is '{kind}'; orders are soc, soi, toc or toi", first - 1)
    body = b"\n".join(file.text.split(b"\n")[first - 1 :])
    plain, sets = shared(file, body, first, number, SET) if b"{" in body else (body, ())
    rows = plain.split(b"\n")
    for row, (line, raw) in enumerate(zip(rows, body.split(b"\n"), strict=True), first):
        if MARK in raw or (line and not line.isspace() and not ORDER.fullmatch(line)):
            raise file.error(f"'{raw.decode().strip()}' is not a number of papers, a colon and alternatives with commas (12: 3,1,2); correct it", row)
    rankings, weights = papers(file, plain, first, number)
    orders = sum(1 for line in rows if line.strip())
    for what, found in (("VOTERS", int(weights.sum())), ("UNIQUE ORDERS", orders)):
        if found != (said := _number(file, fields, what)):
            raise file.error(f"the header says NUMBER {what} {said}, and there are {found}; the file is cut short or altered", first + len(rows) - 1)
    if sets and kind not in TIES:
        raise file.error(f"DATA TYPE {kind} has no ties, and there are some; it should be {kind.replace('s', 't', 1)}", first)
    size = np.array([1] * number + [len(members) for members in reversed(sets)] + [0])
    if kind in COMPLETE and (short := size[rankings].sum(axis=1) != number).any():
        what = f"DATA TYPE {kind} ranks all {number} alternatives, and {weights[short].sum()} papers do not; it should be {kind[:2]}i"
        raise file.error(what, first)
    candidates = tuple(Candidate(name) for name in names.values())
    return ballot_election(file, f"PrefLib {kind} file", Profile(candidates, rankings, weights, sets), title=fields.get("TITLE", ""))


def _header(file: BallotFile) -> tuple[dict[str, str], dict[int, str], int]:
    """Its fields, its alternatives by number, and the first line after it."""
    fields: dict[str, str] = {}
    names: dict[int, str] = {}
    lines = file.text.split(b"\n")
    first = next((row for row, line in enumerate(lines, 1) if line.strip() and not line.startswith(b"#")), len(lines) + 1)
    for row, line in enumerate(lines[: first - 1], 1):
        if match := FIELD.fullmatch(line.decode().rstrip()):
            name, place, value = match.groups()
            if name == "ALTERNATIVE NAME" and place:
                if int(place) in names or not value:
                    raise file.error(f"alternative {place} is named twice or not at all; correct it", row)
                names[int(place)] = value
            else:
                fields[name] = value
    if not fields:
        raise file.error("the header (# TITLE: …) is missing; PrefLib's files have had it since 2022, get this one anew", 1)
    return fields, names, first


def _number(file: BallotFile, fields: dict[str, str], what: str) -> int:
    text = fields.get(f"NUMBER {what}", "")
    if not text.isdecimal():
        raise file.error(f"the header's NUMBER {what} is '{text}' and must be a whole number", 1)
    return int(text)
