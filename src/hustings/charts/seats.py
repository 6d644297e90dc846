"""An outcome in, its house as an arch of seats out, with the line of a majority."""

import math
from collections.abc import Iterator
from dataclasses import dataclass

from hustings.charts import chart
from hustings.drawing import (
    EDGE,
    TEXT,
    WIDTH,
    Dress,
    Look,
    Table,
    assumed,
    circle,
    credit,
    dressed,
    group,
    label,
    legend,
    line,
    ranked,
    sheet,
    width_of,
    won,
    words,
)
from hustings.outcome import Outcome

OUTER, INNER = 122.0, 48.0
TOP = 34.0
"""Above the arch, for what is written around it."""


@chart("seats", cites="Seats in concentric rows, as many in each as its radius asks for: house style", takes="outcome")
@dataclass(frozen=True)
class Seats(Look):
    """The house as an arch: a dot for each seat, the parties from left to right, and the seat that makes a majority.

    Attributes
    ----------
    order : ids of parties from left to right, joined by +; the others follow, those with most seats first.
    """

    order: tuple[str, ...] = ()

    def __call__(self, outcome: Outcome) -> str:
        columns = self._columns(outcome)
        dresses = dressed([outcome.parties[column] for column in ranked(outcome)])
        dots = list(arch(outcome.house))
        middle, floor = WIDTH / 2, TOP + OUTER
        body, before = "", 0
        for column in columns:
            dress, seats = dresses[outcome.parties[column].id], int(outcome.total[column])
            own = dots[before : before + seats]
            marks = "".join(circle(middle + x, floor - y, radius, "") for x, y, radius in own)
            body += group(marks, dress.fill, title=f"{dress.name}: {seats} of {outcome.house} seats")
            if seats / outcome.house >= 0.04:
                body += _around(dress, seats, (before + seats / 2) / outcome.house)
            before += seats
        most = outcome.house // 2 + 1
        body += line(middle, floor - OUTER - 8, middle, floor - INNER + 10, "edge", stroke_dasharray="3 2")
        body += words(middle, floor - OUTER - 13, f"{most} for a majority", "small", "middle")
        body += words(middle, floor - 12, f"{outcome.house:,}", "title", "middle") + words(middle, floor + 3, "seats", "small soft", "middle")
        entries = [(dresses[outcome.parties[c].id], f"{dresses[outcome.parties[c].id].short} {outcome.total[c]:,}") for c in columns]
        body += words(EDGE, floor + 24, "From left to right:", "small soft")
        key, room = legend(entries, floor + 32)
        summary = [f"A house of {outcome.house} seats; a majority is {most}. Seats: {won(outcome)}.", *assumed([outcome])]
        title = f"The house: {outcome.election} under {label(outcome)}"
        return sheet(self, title, summary, body + key, height=floor + 32 + room, source=credit([outcome]), dresses=dresses.values())

    def table(self, outcome: Outcome) -> Table:
        """Seats of each party and their share of the house."""
        rows = [
            [outcome.parties[c].name or outcome.parties[c].id, f"{outcome.total[c]:,}", f"{outcome.total[c] / outcome.house:.1%}"]
            for c in ranked(outcome)
        ]
        return ["party", "seats", "of the house"], rows

    def _columns(self, outcome: Outcome) -> list[int]:
        place = {party.id: self.order.index(party.id) if party.id in self.order else len(self.order) for party in outcome.parties}
        return sorted(ranked(outcome), key=lambda column: place[outcome.parties[column].id])


def arch(house: int) -> Iterator[tuple[float, float, float]]:
    """(x, y, radius) of each seat from left to right: as few rows as keep seats within their share of the arch."""
    rows = next(rows for rows in range(1, house + 2) if sum(math.pi * radius / ((OUTER - INNER) / rows) for radius in _radii(rows)) >= house)
    radii = _radii(rows)
    quota = sum(radii) / house if house else 1.0
    seats = [int(radius / quota) for radius in radii]
    for at in sorted(range(rows), key=lambda at: seats[at] - radii[at] / quota)[: house - sum(seats)]:
        seats[at] += 1
    size = min(0.42 * (OUTER - INNER) / rows, 9.0)
    places = [(math.pi * (1 - (number + 0.5) / seats[at]), radii[at]) for at in range(rows) for number in range(seats[at])]
    for angle, radius in sorted(places, key=lambda place: (-round(place[0], 9), place[1])):
        yield radius * math.cos(angle), radius * math.sin(angle), size


def _radii(rows: int) -> list[float]:
    """Radii of the rows, the seats of the last within the arch."""
    return [INNER + (OUTER - INNER) * (row + 0.5) / rows for row in range(rows)]


def _around(dress: Dress, seats: int, share: float) -> str:
    """A party's name and seats outside the arch, at the middle of its part."""
    angle = math.pi * (1 - share)
    x, y = WIDTH / 2 + (OUTER + 7) * math.cos(angle), TOP + OUTER - (OUTER + 7) * math.sin(angle)
    room = x - 4 if math.cos(angle) < 0 else WIDTH - x - 4
    text = f"{dress.short} {seats}"
    anchor = "end" if math.cos(angle) < 0 else ""
    if width_of(text) <= room:
        return words(x, y + 4, text, "bold", anchor)
    first = dress.short if width_of(dress.short) <= room else dress.letter
    return words(x, y - 2, first, "bold", anchor) + words(x, y - 2 + TEXT * 1.1, f"{seats}", "bold", anchor)
