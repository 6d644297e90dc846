"""A projection in, the spread of each party's seats over its draws out."""

from dataclasses import dataclass

import numpy as np

from hustings.charts import chart
from hustings.drawing import EDGE, INNER, WIDTH, Draws, Look, Scale, Table, assumed, clip, credit, dressed, line, rect, sheet, words
from hustings.election import Party

ROW = 36.0
MEAN = 0.5
"""Parties with fewer seats in the mean are left to the table."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


@chart("fan", cites="Intervals of 50% and 90% and the median of the draws, by linear quantiles: house style", takes="projection")
@dataclass(frozen=True)
class Fan(Look):
    """Each party's seats over the draws: the median, half of the draws, and nine in ten of them, with the line of a majority."""

    def __call__(self, projection: Draws) -> str:
        draws, house = len(projection.seats), projection.house
        shown = [(party, points) for party, mean, points in _spread(projection) if mean >= MEAN]
        dresses = dressed([party for party, _ in shown])
        majority = house // 2 + 1
        x = Scale(0, max(majority * 1.05, *(points[-1] for _, points in shown)), EDGE, WIDTH - EDGE - 4)
        bottom = 20 + len(shown) * ROW
        body = x.axis(20, bottom) + line(x(majority), 12, x(majority), bottom, "edge", stroke_dasharray="3 2")
        for at, (party, points) in enumerate(shown):
            dress, y = dresses[party.id], 20 + at * ROW
            least, low, median, high, most = points
            text = f"{median:.0f} ({least:.0f}–{most:.0f})"
            body += words(EDGE, y + 13, clip(dress.name, INNER - 110)) + words(WIDTH - EDGE, y + 13, text, "bold halo", "end")
            title = f"{dress.name}: median {median:.0f}, half of the draws {low:.0f} to {high:.0f}, nine in ten {least:.0f} to {most:.0f}"
            body += line(x(least), y + 24, x(most), y + 24, dress.stroke, stroke_width=3)
            body += rect(x(low), y + 19, max(x(high) - x(low), 1), 10, dress.fill, title=title)
            body += line(x(median), y + 17, x(median), y + 31, "gap", stroke_width=4) + line(
                x(median), y + 17, x(median), y + 31, "edge", stroke_width=2
            )
        body += words(min(x(majority), WIDTH - EDGE - 48), 8, f"{majority} for a majority", "small", "middle")
        body += words(EDGE, bottom + 30, "Line: the median. Box: half of the draws. Bar: nine in ten.", "small soft")
        said = "; ".join(f"{party.name or party.id} {points[2]:.0f} ({points[0]:.0f} to {points[-1]:.0f})" for party, points in shown)
        ranges = f"Median seats and the range of nine draws in ten, of {draws} draws: {said}. A majority is {majority} of {house}."
        title = f"Seats projected from {projection.election} under {projection.system}"
        source = credit([projection], f"{draws:,} draws of {projection.swing} by Hustings.")
        summary = [ranges, *assumed([projection])]
        return sheet(self, title, summary, body, height=bottom + 32, source=source, dresses=dresses.values())

    def table(self, projection: Draws) -> Table:
        """Mean and quantiles of each party's seats."""
        rows = [[party.name or party.id, f"{mean:.1f}", *(f"{point:.0f}" for point in points)] for party, mean, points in _spread(projection)]
        return ["party", "mean", *(f"{100 * quantile:.0f}%" for quantile in QUANTILES)], rows


def _spread(projection: Draws) -> list[tuple[Party, float, list[float]]]:
    """(party, mean, quantiles) of seats, the largest mean first."""
    means, points = projection.seats.mean(axis=0), np.quantile(projection.seats, QUANTILES, axis=0)
    order = np.argsort(-means, kind="stable")
    return [(projection.parties[column], float(means[column]), points[:, column].tolist()) for column in order]
