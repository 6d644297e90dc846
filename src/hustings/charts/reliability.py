"""Chances that were given and how often they came true in, the one beside the other out."""

from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hustings.charts import chart
from hustings.drawing import EDGE, WIDTH, Look, Scale, Table, circle, line, rect, sheet, ticks, words

HIGH = 250.0
LEFT = EDGE + 30
NORMAL = 1.96
"""Standard deviations to either side that hold 95% of a normal distribution."""


class Scores(Protocol):
    """What is drawn: of each class of chances, how many there were, their sum, and how many came true, shape (classes, 3)."""

    @property
    def swing(self) -> str: ...
    @property
    def pairs(self) -> int: ...
    @property
    def chances(self) -> NDArray[Any]: ...


@chart("reliability", cites="Murphy & Winkler, Journal of the Royal Statistical Society C 26 (1977), pp. 41-47: reliability diagram", takes="scores")
@dataclass(frozen=True)
class Reliability(Look):
    """Of the chances to win a district that were near so many per cent, how many came true: on the diagonal they are what they say.

    The bar is what chance allows if they are; the smaller circles are of fewer chances.
    """

    def __call__(self, scores: Scores) -> str:
        x, y = Scale(0, 100, LEFT, WIDTH - EDGE - 8), Scale(0, 100, HIGH, 10)
        body = ""
        for at in ticks(0, 100, 6):
            body += line(x.start, y(at), x.end, y(at)) + words(x.start - 4, y(at) + 4, f"{at:g}%", "small soft", "end")
            body += line(x(at), HIGH, x(at), HIGH + 4, "edge") + words(x(at), HIGH + 16, f"{at:g}%", "small soft", "middle")
        body += line(x(0), y(0), x(100), y(100), "edge", stroke_dasharray="3 2")
        said = []
        for number, given, came, slack in self._classes(scores):
            low, high = max(given - slack, 0.0), min(given + slack, 1.0)
            body += line(x(100 * given), y(100 * low), x(100 * given), y(100 * high), "edge", stroke_width=2)
            told = f"{number:,.0f} chances of {given:.0%} on average: {came:.0%} came true"
            body += circle(x(100 * given), y(100 * came), min(2.5 + number**0.5 / 12, 9), "soft", title=told)
            said.append(told)
        body += rect(x.start, y(100), x.end - x.start, HIGH - y(100), "edge")
        body += words((x.start + x.end) / 2, HIGH + 32, "chance given of winning a district", "small soft", "middle")
        body += words(x.start + 6, y(100) + 14, "came true", "small soft halo")
        source = f"{scores.swing}, {scores.pairs} pairs of elections projected by Hustings."
        return sheet(self, "Chances and what came of them", ["; ".join(said) + "."], body, height=HIGH + 34, source=source)

    def table(self, scores: Scores) -> Table:
        """The same in figures, with what chance allows."""
        rows = [
            [f"{given:.1%}", f"{number:,.0f}", f"{came:.1%}", f"± {slack:.1%}"] for number, given, came, slack in self._classes(scores)
        ]  # fmt: skip
        return ["chance given, mean", "how many", "came true", "95% of luck"], rows

    def _classes(self, scores: Scores) -> list[tuple[float, float, float, float]]:
        """Of each class that has any: how many, the mean chance, the part that came true, and how far chance alone takes that."""
        some = scores.chances[scores.chances[:, 0] > 0]
        number, given, came = some[:, 0], some[:, 1] / some[:, 0], some[:, 2] / some[:, 0]
        slack = NORMAL * np.sqrt(given * (1 - given) / number)
        return list(zip(number.tolist(), given.tolist(), came.tolist(), slack.tolist(), strict=True))
