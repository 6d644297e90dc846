"""An outcome in, where the hexagons of its map and the dots of its house lie out, in units of a hexagon's width."""

import math
from dataclasses import dataclass

from hustings.charts.map import RISE, borders, held_by, in_blocks, placed, to_and_fro
from hustings.charts.seats import INNER, OUTER, arch
from hustings.outcome import Outcome

SIZE = 10.0
ACROSS = 320.0
"""As wide as a map is that has no layout of its own."""


@dataclass(frozen=True)
class Hexagon:
    """Its middle, the row of its district and the column of the party that holds it."""

    x: float
    y: float
    row: int
    column: int


@dataclass(frozen=True)
class Plan:
    """A map: hexagons in the order of their districts, names of blocks at (x, y), lines between districts of several, and its size."""

    hexagons: tuple[Hexagon, ...]
    names: tuple[tuple[float, float, str], ...]
    lines: str
    width: float
    height: float


def plan(outcome: Outcome) -> Plan:
    """Districts where the election's layout has them; those without, and areas above the districts, in blocks below."""
    home = placed(outcome)
    several = len(home) > len({cell.row for cell in home})
    hexagons = [Hexagon((cell.x + 1) * SIZE / 2, cell.y * RISE * SIZE + SIZE * 0.6, cell.row, cell.column) for cell in home]
    width = max((cell.x for cell in hexagons), default=ACROSS - SIZE / 2) + SIZE / 2
    top = max((cell.y + SIZE * 1.4 for cell in hexagons), default=0.0)
    rows = range(len(outcome.districts))
    loose = [row for row in rows if outcome.districts[row].magnitude and (not home or row >= len(outcome.tally.votes))]
    names, x, y, room = [], 0.0, top, 0.0
    for name, members in in_blocks([outcome.districts[row] for row in loose]):
        held = [(loose[member], column) for member in members for column in held_by(outcome, loose[member])]
        across = min(math.ceil(math.sqrt(len(held) * 1.3)), int(width / SIZE - 0.5)) if name else int(width / SIZE - 0.5)
        wide = max((min(across, len(held)) + 0.5) * SIZE, len(name) * 4.3) + SIZE
        if x and x + wide - SIZE > width:
            x, y, room = 0.0, y + room + SIZE, 0.0
        down = y + (SIZE if name else 0.0)
        names += [(x, y + SIZE * 0.6, name)] if name else []
        own = [Hexagon(x + (c.x + 1) * SIZE / 2, down + c.y * RISE * SIZE + SIZE * 0.6, c.row, c.column) for c in to_and_fro(held, across)]
        hexagons += own
        x, room = x + wide, max(room, own[-1].y + SIZE * 0.6 - y)
    height = max(y + room, *(cell.y + SIZE * 0.6 for cell in hexagons))
    return Plan(
        tuple(sorted(hexagons, key=lambda cell: cell.row)), tuple(names), borders(home, SIZE) if several else "", round(width, 1), round(height, 1)
    )


def dots(outcome: Outcome, order: list[int]) -> list[tuple[float, float, float, int]]:
    """(x, y, radius, column) of each seat of the house, the parties from left to right in that order of columns."""
    columns = [column for column in order for _ in range(outcome.total[column])]
    return [
        (round(OUTER + x, 1), round(OUTER - y, 1), round(radius, 2), column)
        for (x, y, radius), column in zip(arch(outcome.house), columns, strict=True)
    ]


ARCH = (2 * OUTER, OUTER, INNER)
"""Width, height and inner radius of the house."""
