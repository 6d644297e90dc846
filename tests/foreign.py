"""Node trees of foreign elections in; Elections and the official seats beside them out.

The files are interregnum's test examples, in the mirror of public files that HUSTINGS_MIRROR names. A leaf has candidates
with `votes` and, where elected, official `seats`; of upper tiers they stand in `meta.test` of the node.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from hustings.election import Contest, District, Election, Party, Provenance, Tally
from hustings.outcome import Outcome

MIRROR = Path(os.environ.get("HUSTINGS_MIRROR", Path(__file__).parents[2] / "shared" / "data"))
Node = dict[str, Any]
Seats = dict[str, dict[str, int]]
BLANK = "? blank"


def mirrored(*path: str) -> Path:
    """A file of the mirror, or a skipped test that says what is missing."""
    file = MIRROR.joinpath("foreign", *path)
    if not file.exists():
        pytest.skip(f"no {'/'.join(path)} here: set HUSTINGS_MIRROR to a mirror of the public files that has it")
    return file


def tree(*path: str) -> Node:
    """The node at the root of a file."""
    found: Node = yaml.safe_load(mirrored(*path).read_text(encoding="utf-8"))
    return found


def child(node: Node, name: str) -> Node:
    """The division of that name."""
    return next(division for division in node["divisions"] if division["name"] == name)


def leaves(node: Node) -> Iterator[Node]:
    """Every node with votes, in the order of the file."""
    if "divisions" in node:
        for division in node["divisions"]:
            yield from leaves(division)
    elif isinstance(node.get("candidates"), list):
        yield node


def rows(node: Node, *, blank: bool = False) -> Iterator[tuple[str, int, int]]:
    """(party, votes, official seats) of a leaf; whoever has no alliance stands for nobody else. Blank votes where the law counts them."""
    for candidate in node["candidates"]:
        name = candidate.get("alliance", candidate["name"])
        if name.startswith("?") and blank:
            yield BLANK, candidate["votes"], 0
        elif not name.startswith(("?", "!")):
            yield name, candidate["votes"], candidate.get("seats", 0)


def key(node: Node) -> str:
    """What the placements of the file call a district."""
    return str(node.get("key", node["name"]))


def contest(name: str, nodes: Sequence[Node], *, blank: bool = False) -> Contest:
    """A contest of the leaves given, each a district that elects its `seats`, or one member."""
    found = {(row, party): votes for row, node in enumerate(nodes) for party, votes, _ in rows(node, blank=blank)}
    names = list(dict.fromkeys(party for _, party in found))
    votes, stood = np.zeros((len(nodes), len(names)), dtype=np.int64), np.zeros((len(nodes), len(names)), dtype=bool)
    for (row, party), number in found.items():
        votes[row, names.index(party)], stood[row, names.index(party)] = number, True
    parties = tuple(Party(party, lump=party == BLANK) for party in names)
    districts = tuple(District(key(node), node["name"], node.get("seats", 1), region=node["name"]) for node in nodes)
    return Contest(name, districts, Tally(parties, votes, stood))


def election(name: str, *contests: Contest) -> Election:
    return Election(name, "", None, contests, Provenance("interregnum 0.4.1, test examples"))


def above(lower: Contest, areas: Iterable[tuple[str, int, Sequence[str]]]) -> Contest:
    """A contest of areas, as (name, seats, ids of the districts below), with the votes of the contest below."""
    place = {district.id: row for row, district in enumerate(lower.districts)}
    found = list(areas)
    districts = [District(f"list {name}", f"{name} (list)", seats, region=name, parts=tuple(parts)) for name, seats, parts in found]
    return replace(lower.merged([[place[part] for part in parts] for _, _, parts in found], districts), name="lists")


def official(nodes: Iterable[Node]) -> Seats:
    """District → party → seats, of those that have any."""
    return {key(node): {party: seats for party, _, seats in rows(node) if seats} for node in nodes}


def placed(tests: Iterable[Node]) -> Seats:
    """The same of a list of placements (`district`, `name`, `seats`)."""
    found: Seats = {}
    for test in tests:
        found.setdefault(test["district"], {})[test["name"]] = test["seats"]
    return found


def seats(outcome: Outcome, *, upper: bool = False) -> Seats:
    """The same of an outcome: of its districts, or of the areas above them by the names that these have without what is in brackets."""
    lower = len(outcome.tally.votes)
    chosen = slice(lower, None) if upper else slice(lower)
    return {
        district.name.removesuffix(" (list)").removesuffix(" (levelling)") if upper else district.id: {
            party.id: int(number) for party, number in zip(outcome.parties, numbers, strict=True) if number
        }
        for district, numbers in zip(outcome.districts[chosen], outcome.seats[chosen], strict=True)
    }


def national(found: Seats) -> dict[str, int]:
    """Party → seats over all districts."""
    total: dict[str, int] = {}
    for won in found.values():
        for party, number in won.items():
            total[party] = total.get(party, 0) + number
    return total
