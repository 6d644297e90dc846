"""Pairs of British general elections in, the elasticities of the scenario `elasticity` out: facts/elasticities.toml.

Each party of Great Britain in each pair on the same boundaries is a move: its shares before and after in the districts, matched
by name, where it stood both times. Moves of parties that fell in those districts give `falling`, the others `rising`; `all`
takes the moves of every pair together. `hustings.swings.elasticity` says what is fitted.

Usage: python tools/fit_elasticities.py [--check]
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

import hustings as hs
from hustings.swings import elasticity

PAIRS = (("1997", "2001"), ("2010", "2015"), ("2015", "2017"), ("2017", "2019"))
LEAST = 20  # districts in which a party must have stood both times
OUT = Path(__file__).parents[1] / "src" / "hustings" / "facts" / "elasticities.toml"
HEAD = '''# Made by tools/fit_elasticities.py, which explains the estimate; do not edit.
source = """
The general elections that the package carries (House of Commons Library, CBP-8647), Great Britain, pairs on the same boundaries,
computed: b in change = d (1 + b (share / n - 1)) of a party that was at n in the whole and changed by d, least squares over its
districts; `falling` and `rising` are parties by whether d is below 0. `error` is the standard error of each, which takes
districts to be independent, so it is too small."""

[fit]
'''


def moves(first: str, second: str) -> list[Any]:
    """(change of the whole, shares before, shares after, votes before) of each party of a pair."""
    before, after = (hs.load("uk-general", edition).where({"country": ["England", "Scotland", "Wales"]}).main for edition in (first, second))
    there = {district.name: row for row, district in enumerate(after.districts)}
    rows = [(row, there[district.name]) for row, district in enumerate(before.districts) if district.name in there]
    one, other = (contest.counted().at(side) for contest, side in zip((before, after), zip(*rows, strict=True), strict=True))
    columns = {party.id: column for column, party in enumerate(other.parties) if not party.lump}
    found = []
    for column, party in enumerate(one.parties):
        if party.id in columns:
            both = one.stood[:, column] & other.stood[:, columns[party.id]]
            if both.sum() >= LEAST:
                shares = [tally.votes[both, at] / tally.valid[both] for tally, at in ((one, column), (other, columns[party.id]))]
                found.append((np.average(shares[1] - shares[0], weights=one.valid[both]), *shares, one.valid[both]))
    return found


def line(name: str, found: list[Any]) -> str:
    """One fit as a line of TOML."""
    values = []
    for way, sign in (("falling", -1), ("rising", 1)):
        b, error = elasticity([move[1:] for move in found if move[0] * sign > 0])
        values.append(f'{way} = "{b:.3f}", {way}_error = "{error:.3f}"')
    return f"{name} = {{ {', '.join(values)} }}\n"


def main() -> None:
    """Write the facts, or check them."""
    pairs = {f"{first}-{second}": moves(first, second) for first, second in PAIRS}
    fits = {"all": [move for found in pairs.values() for move in found], **pairs}
    text = HEAD + "".join(line(name, found) for name, found in fits.items())
    if "--check" in sys.argv:
        if OUT.read_text(encoding="utf-8") != text:
            sys.exit(f"{OUT} is not what this script makes")
        return
    OUT.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
