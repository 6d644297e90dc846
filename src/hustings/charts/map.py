"""An outcome in, a cartogram of hexagons out: one for each district, or for each of its members."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from hustings.charts import chart
from hustings.drawing import (
    EDGE,
    INNER,
    SMALL,
    TEXT,
    Look,
    Table,
    assumed,
    clip,
    credit,
    dressed,
    group,
    label,
    legend,
    num,
    path,
    ranked,
    sheet,
    width_of,
    won,
    words,
)  # fmt: skip
from hustings.election import District
from hustings.outcome import Outcome

RISE = math.sqrt(3) / 2
"""From one row of hexagons to the next, where a hexagon is 1 wide."""
LOWEST = 420.0
"""The map may be so high."""


@dataclass(frozen=True)
class Cell:
    """A hexagon: its place in half widths and in rows, the row of its district, the column of the party that holds it."""

    x: int
    y: int
    row: int
    column: int


@chart(
    "map", cites="Hexagons in odd-r layout: Open Innovations, HexJSON format (open-innovations.org/projects/hexmaps/hexjson.html)", takes="outcome"
)
@dataclass(frozen=True)
class Map(Look):
    """A hexagon for each district, or for each of its members, in the colour and with the letter of the party that holds it.

    Districts stand where the election's layout has them, members of merged districts on the places of their parts; without
    a layout they are packed by region and county. Seats of an upper tier are packed by area below.
    """

    def __call__(self, outcome: Outcome) -> str:
        dresses = dressed([outcome.parties[column] for column in ranked(outcome)])
        home = placed(outcome)
        rows = range(len(outcome.districts))
        loose = [row for row in rows if outcome.districts[row].magnitude and (not home or row >= len(outcome.tally.votes))]
        body, height, size = "", 0.0, 0.0
        if home:
            across = max(cell.x for cell in home) + 2
            size = min(2 * INNER / across, LOWEST / (RISE * max(cell.y for cell in home) + 1.2), 26.0)
            body = group(self._hexagons(outcome, home, size), transform=f"translate({num(EDGE + (INNER - across * size / 2) / 2)} 4)")
            height = RISE * size * max(cell.y for cell in home) + 1.2 * size + 8
        if loose:
            more, room = self._packed(outcome, loose, height + 6, size)
            body, height = body + more, height + room + 6
        entries = [(dresses[outcome.parties[c].id], f"{dresses[outcome.parties[c].id].short} {outcome.total[c]:,}") for c in ranked(outcome)]
        key, room = legend(entries, height + 8)
        summary = [f"A cartogram of {len(outcome.districts)} districts and areas. Seats: {won(outcome)}.", *assumed([outcome])]
        title = f"Who won where: {outcome.election} under {label(outcome)}"
        return sheet(self, title, summary, body + key, height=height + 8 + room, source=credit([outcome]), dresses=dresses.values())

    def table(self, outcome: Outcome) -> Table:
        """Each district and the seats of each party there."""
        rows = []
        for district, seats in zip(outcome.districts, outcome.seats, strict=True):
            here = [f"{outcome.parties[c].name or outcome.parties[c].id} {seats[c]}" for c in ranked(outcome) if seats[c]]
            rows.append([district.name, district.region, ", ".join(here)])
        return ["district", "region", "seats"], rows

    def _hexagons(self, outcome: Outcome, cells: Sequence[Cell], size: float) -> str:
        """The hexagons, `size` wide, their letters, and lines around districts of several."""
        dresses = dressed([outcome.parties[column] for column in ranked(outcome)])
        several = len(cells) > len({cell.row for cell in cells})
        w, h = size * 0.47, size * 0.47 / RISE
        steps = f"l{num(w)} {num(h / 2)}v{num(h)}l{num(-w)} {num(h / 2)} {num(-w)} {num(-h / 2)}v{num(-h)}z".replace(" -", "-")
        out = ""
        for column in ranked(outcome):
            dress = dresses[outcome.parties[column].id]
            own = [cell for cell in cells if cell.column == column]
            at = [((cell.x + 1) * size / 2, cell.y * RISE * size + size * 0.6) for cell in own]
            marks = "".join(
                path(f"M{num(x)} {num(y - h)}{steps}", "", title=f"{outcome.districts[cell.row].name}: {dress.short}")
                for cell, (x, y) in zip(own, at, strict=True)
            )
            out += group(marks, dress.fill)
            if at and dress.letter:
                across, down = (" ".join(map(num, values)) for values in ((x for x, _ in at), (y + size * 0.2 for _, y in at)))
                letters = dress.letter * len(at)
                out += f'<text class="{dress.key}" font-size="{num(size * 0.56)}" text-anchor="middle" x="{across}" y="{down}">{letters}</text>'
        return out + (borders(cells, size) if several else "")

    def _packed(self, outcome: Outcome, rows: Sequence[int], top: float, size: float) -> tuple[str, float]:
        """Blocks of hexagons by region, or by whatever else tells districts apart, the largest first; and how high they stand.

        They are as large as those of the map above them, where `size` gives it.
        """
        number = sum(outcome.districts[row].magnitude for row in rows)
        size = size or min(22.0, math.sqrt(INNER * 300 / number))
        blocks = in_blocks([outcome.districts[row] for row in rows])
        out, x, y, room = "", EDGE, top, 0.0
        for name, members in blocks:
            held = [(rows[member], column) for member in members for column in held_by(outcome, rows[member])]
            written = clip(name, INNER, SMALL)
            across = min(math.ceil(math.sqrt(len(held) * 1.3)), int(INNER / size - 0.5)) if name else int(INNER / size - 0.5)
            cells = list(to_and_fro(held, across))
            wide = max((min(across, len(held)) + 0.5) * size, width_of(written, SMALL)) + 10
            high = ((cells[-1].y + 1) * RISE + 0.4) * size + (TEXT + 4 if name else 0)
            if x > EDGE and x + wide - 10 > EDGE + INNER:
                x, y, room = EDGE, y + room + 6, 0.0
            down = y + (TEXT + 2 if name else 0)
            out += words(x, y + SMALL, written, "small soft") if name else ""
            out += group(self._hexagons(outcome, cells, size), transform=f"translate({num(x)} {num(down)})")
            x, room = x + wide, max(room, high)
        return out, y + room - top


def held_by(outcome: Outcome, row: int) -> list[int]:
    """The column of the party of each member of a district, the party with most first."""
    seats = outcome.seats[row].tolist()
    columns = [column for column, number in enumerate(seats) if number]
    if len(columns) > 1:
        columns = sorted(ranked(outcome), key=lambda c: -seats[c])
    return [column for column in columns for _ in range(seats[column])]


def placed(outcome: Outcome) -> list[Cell]:
    """The hexagons of the districts on the election's layout; none unless each member has a place there."""
    cells = []
    for row, district in enumerate(outcome.districts[: len(outcome.tally.votes)]):
        homes = sorted(outcome.layout[id_] for id_ in district.parts or (district.id,) if id_ in outcome.layout)
        if len(homes) < max(district.magnitude, len(district.parts), 1):
            return []
        seats = held_by(outcome, row)
        # A district of two merged ones that elects one member holds both their places.
        cells += [Cell(2 * q + (r & 1), -r, row, seats[number * len(seats) // len(homes)]) for number, (q, r) in enumerate(homes) if seats]
    left, top = min((cell.x for cell in cells), default=0), min((cell.y for cell in cells), default=0)
    return [Cell(cell.x - left, cell.y - top, cell.row, cell.column) for cell in cells]


def in_blocks(districts: Sequence[District]) -> list[tuple[str, list[int]]]:
    """Districts by region, county or name, in each by county and name; the largest block first."""
    if any(district.region for district in districts):
        names = [district.region for district in districts]
    elif any(district.county for district in districts):
        names = [district.county for district in districts]
    else:
        names = [district.name if district.magnitude > 1 else "" for district in districts]
    order = sorted(range(len(districts)), key=lambda row: (names[row], districts[row].county, districts[row].name))
    blocks = [(name, list(rows)) for name, rows in groupby(order, key=lambda row: names[row])]
    return sorted(blocks, key=lambda block: (-sum(districts[row].magnitude for row in block[1]), block[0]))


def to_and_fro(held: Sequence[tuple[int, int]], across: int) -> Iterator[Cell]:
    """Rows of hexagons to and fro, so that the members of a district stay together."""
    for number, (row, column) in enumerate(held):
        y, x = divmod(number, across)
        yield Cell(2 * (across - 1 - x if y & 1 else x) + (y & 1), y, row, column)


def borders(cells: Sequence[Cell], size: float) -> str:
    """Lines along the sides of hexagons beyond which another district lies."""
    owner = {(cell.x, cell.y): cell.row for cell in cells}
    half, rise = size / 2, size / (2 * RISE)
    # Neighbour to the east, north-east, …, and the corners of the side that faces it, in halves of width and of height.
    sides = {
        (2, 0): (1, -1, 1, 1), (1, -1): (0, -2, 1, -1), (-1, -1): (-1, -1, 0, -2),
        (-2, 0): (-1, 1, -1, -1), (-1, 1): (0, 2, -1, 1), (1, 1): (1, 1, 0, 2),
    }  # fmt: skip
    steps = ""
    for cell in cells:
        x, y = (cell.x + 1) * half, cell.y * RISE * size + size * 0.6
        for (right, down), (x1, y1, x2, y2) in sides.items():
            neighbour = owner.get((cell.x + right, cell.y + down))
            # Both would draw the side between them: the one further up or left does.
            if neighbour is None or (neighbour != cell.row and (down, right) > (0, 0)):
                steps += f"M{num(x + x1 * half)} {num(y + y1 * rise / 2)}l{num((x2 - x1) * half)} {num((y2 - y1) * rise / 2)}"
    return path(steps, "edge", stroke_width=1)
