"""A projection in, how often each number of seats was drawn out, party by party."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.charts import chart
from hustings.drawing import (
    EDGE,
    INNER,
    WIDTH,
    Draws,
    Dress,
    Look,
    Scale,
    Table,
    assumed,
    clip,
    credit,
    dressed,
    line,
    num,
    path,
    sheet,
    ticks,
    words,
)

PANEL, HIGH = 74.0, 46.0


@chart("histogram", cites="Draws counted in bins of equal width, one scale of seats for all parties: house style", takes="projection")
@dataclass(frozen=True)
class Histogram(Look):
    """How many draws give a party how many seats, the largest parties below each other, with the line of a majority.

    Attributes
    ----------
    parties : how many are drawn.
    """

    parties: int = 4

    def __call__(self, projection: Draws) -> str:
        draws, house = len(projection.seats), projection.house
        order = np.argsort(-projection.seats.mean(axis=0), kind="stable")[: max(self.parties, 1)]
        dresses = dressed([projection.parties[column] for column in order])
        majority = house // 2 + 1
        x = Scale(0, max(majority * 1.05, float(projection.seats.max()) * 1.02), EDGE, WIDTH - EDGE - 4)
        step = max(1, int(x.high // 110))
        bottom = 18 + len(order) * PANEL
        said, bars, texts = [], "", ""
        for at, column in enumerate(order):
            dress, floor, seats = dresses[projection.parties[column].id], 18 + (at + 1) * PANEL, projection.seats[:, column]
            often = float((seats >= majority).mean())
            text = f"majority in {f'{often:.0%}' if often >= 0.005 else 'under 1%'} of draws" if often else f"{seats.min():,} to {seats.max():,}"
            said.append(f"{dress.name}: mean {seats.mean():.1f}, from {seats.min()} to {seats.max()}, majority in {often:.1%} of draws")
            texts += words(EDGE, floor - HIGH - 8, clip(dress.name, INNER - 150), "bold") + words(
                WIDTH - EDGE, floor - HIGH - 8, text, "small halo", "end"
            )
            bars += _bars(seats, step, x, floor, dress) + line(EDGE, floor, WIDTH - EDGE, floor)
        body = x.axis(18, bottom) + bars + line(x(majority), 12, x(majority), bottom, "edge", stroke_dasharray="3 2") + texts
        body += words(min(x(majority), WIDTH - EDGE - 48), 8, f"{majority} for a majority", "small", "middle")
        body += words(WIDTH / 2, bottom + 28, "seats", "small soft", "middle")
        title = f"Seats drawn from {projection.election} under {projection.system}"
        source = credit([projection], f"{draws:,} draws of {projection.swing} by Hustings, each party by a scale of its own.")
        summary = [f"{'; '.join(said)}. {draws} draws", *assumed([projection])]
        return sheet(self, title, summary, body, height=bottom + 30, source=source, dresses=dresses.values())

    def table(self, projection: Draws) -> Table:
        """Draws by bins of seats, for the parties drawn."""
        order = np.argsort(-projection.seats.mean(axis=0), kind="stable")[: max(self.parties, 1)]
        edges = [*ticks(0, float(projection.seats.max()) + 1, 30), float("inf")]
        rows = []
        for low, high in pairwise(edges):
            counts = [int(((projection.seats[:, column] >= low) & (projection.seats[:, column] < high)).sum()) for column in order]
            rows.append([f"{low:.0f} and more" if high == float("inf") else f"{low:.0f}–{high - 1:.0f}", *map(str, counts)])
        return ["seats", *(projection.parties[column].name or projection.parties[column].id for column in order)], rows


def _bars(seats: NDArray[Any], step: int, x: Scale, floor: float, dress: Dress) -> str:
    """A bar for each bin of so many seats, all as one outline."""
    bins, counts = np.unique(seats // step, return_counts=True)
    steps = "".join(
        f"M{num(x(float(at) * step))} {num(floor)}V{num(floor - max(HIGH * number / counts.max(), 0.6))}H{num(x(float(at + 1) * step))}V{num(floor)}z"
        for at, number in zip(bins, counts, strict=True)
    )
    return path(steps, dress.fill, title=f"{dress.name}: mean {seats.mean():.1f} seats")
