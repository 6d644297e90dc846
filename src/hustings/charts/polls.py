"""Polls and the line pooled from them in, points and lines over time out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from hustings.charts import chart
from hustings.drawing import (
    EDGE,
    SMALL,
    WIDTH,
    Dress,
    Look,
    Scale,
    Table,
    clip,
    dressed,
    group,
    legend,
    line,
    num,
    path,
    sheet,
    ticks,
    width_of,
    words,
)
from hustings.election import Party

HIGH = 250.0
RIGHT = 58.0
"""At the end of the lines, for the names of the parties."""
MARKS = (
    "m-2 0a2 2 0 1 0 4 0a2 2 0 1 0-4 0z",
    "m-1.8-1.8h3.6v3.6h-3.6z",
    "m0-2.5l2.4 4.2h-4.8z",
    "m0-2.7l2.7 2.7-2.7 2.7-2.7-2.7z",
    "m0 2.5l2.4-4.2h-4.8z",
    "m-.8-2.4h1.6v1.6h1.6v1.6h-1.6v1.6h-1.6v-1.6h-1.6v-1.6h1.6z",
)
"""Shapes of points, in turn."""
NORMAL = 1.96
"""Standard deviations to either side that hold 95% of a normal distribution."""


class Polls(Protocol):
    """What is drawn. Shares and their standard deviations are fractions [0–1], NaN where a party was not asked for.

    Attributes
    ----------
    dates, pollsters : of each poll, its last day of fieldwork and who did it.
    shares : shape (polls, parties).
    days : those of the pooled line, in order.
    mean, sd : the pooled line and its standard deviation, shape (days, parties).
    source : where the polls are from.
    """

    @property
    def parties(self) -> Sequence[Party]: ...
    @property
    def dates(self) -> Sequence[date]: ...
    @property
    def pollsters(self) -> Sequence[str]: ...
    @property
    def shares(self) -> NDArray[Any]: ...
    @property
    def days(self) -> Sequence[date]: ...
    @property
    def mean(self) -> NDArray[Any]: ...
    @property
    def sd(self) -> NDArray[Any]: ...
    @property
    def source(self) -> str: ...


@chart("polls", cites="Jackman, Australian Journal of Political Science 40 (2005), pp. 499-517: polls pooled over a campaign", takes="polls")
@dataclass(frozen=True)
class PollsChart(Look):
    """Each poll as a point of its party, the pooled line, and the band that holds it with a probability of 95%."""

    def __call__(self, polls: Polls) -> str:
        last = polls.mean[-1]
        order = [int(column) for column in np.argsort(-np.nan_to_num(last), kind="stable")]
        dresses = dressed([polls.parties[column] for column in order])
        dates = [day.toordinal() for day in (*polls.dates, *polls.days)]
        x = Scale(min(dates), max(dates), EDGE + 24, WIDTH - EDGE - RIGHT)
        top = float(np.nanmax([np.nanmax(polls.shares), np.nanmax(polls.mean + NORMAL * polls.sd)])) * 1.05
        y = Scale(0, top, HIGH, 6)
        body = _axes(x, y, top)
        for column in order:
            body += _party(polls, column, dresses[polls.parties[column].id], x, y)
        body += _names(polls, order, dresses, y)
        key, room = legend([(dresses[polls.parties[c].id], dresses[polls.parties[c].id].short) for c in order], HIGH + 24)
        said = "; ".join(f"{polls.parties[c].name or polls.parties[c].id} {last[c]:.1%} ± {NORMAL * polls.sd[-1, c]:.1%}" for c in order)
        summary = f"{len(polls.dates)} polls from {min(polls.dates):%Y-%m-%d} to {max(polls.dates):%Y-%m-%d}. Pooled at the end: {said}."
        source = f"{polls.source} {len(polls.dates)} polls; line and 95% band pooled by Hustings.".strip()
        return sheet(self, "Polls", [summary], body + key, height=HIGH + 24 + room, source=source, dresses=dresses.values())

    def table(self, polls: Polls) -> Table:
        """Each poll, and the pooled line on its last day."""
        rows = [
            [f"{day:%Y-%m-%d}", pollster, *("" if np.isnan(share) else f"{share:.1%}" for share in shares)]
            for day, pollster, shares in zip(polls.dates, polls.pollsters, polls.shares, strict=True)
        ]
        rows.append(
            [
                f"{polls.days[-1]:%Y-%m-%d}",
                "pooled",
                *(f"{mean:.1%} ± {NORMAL * sd:.1%}" for mean, sd in zip(polls.mean[-1], polls.sd[-1], strict=True)),
            ]
        )
        return ["date", "pollster", *(party.name or party.id for party in polls.parties)], rows


def _axes(x: Scale, y: Scale, top: float) -> str:
    out = ""
    for share in ticks(0, 100 * top, 7):
        out += line(x.start, y(share / 100), x.end, y(share / 100)) + words(x.start - 4, y(share / 100) + 4, f"{share:g}%", "small soft", "end")
    days = int(x.high - x.low)
    step = max(1, days // 3)
    for number in range(0, days + 1, step):
        day = date.fromordinal(int(x.low) + number)
        text = f"{day:%-d %b %Y}" if days > 300 else f"{day:%-d %b}"
        out += line(x(x.low + number), HIGH, x(x.low + number), HIGH + 4, "edge") + words(x(x.low + number), HIGH + 16, text, "small soft", "middle")
    return out


def _party(polls: Polls, column: int, dress: Dress, x: Scale, y: Scale) -> str:
    """One party: its band, its line, and its polls, each with its pollster."""
    days = [x(day.toordinal()) for day in polls.days]
    mean, sd = polls.mean[:, column], polls.sd[:, column]
    there = [at for at in range(len(days)) if not np.isnan(mean[at])]
    up = " ".join(f"{num(days[at])},{num(y(float(mean[at] + NORMAL * sd[at])))}" for at in there)
    down = " ".join(f"{num(days[at])},{num(y(float(mean[at] - NORMAL * sd[at])))}" for at in reversed(there))
    along = " ".join(f"{num(days[at])},{num(y(float(mean[at])))}" for at in there)
    band = path(f"M{up} {down}z", dress.fill, title=f"{dress.name}: 95% band", fill_opacity="0.22") if there else ""
    mark = MARKS[dress.number % len(MARKS)]
    points = "".join(
        path(f"M{num(x(day.toordinal()))} {num(y(float(share)))}{mark}", "", title=f"{pollster}, {day:%-d %B %Y}: {dress.short} {share:.1%}")
        for day, pollster, share in zip(polls.dates, polls.pollsters, polls.shares[:, column], strict=True)
        if not np.isnan(share)
    )
    return band + group(points, dress.fill) + (path(f"M{along}", f"line {dress.stroke}", stroke_width=2) if there else "")


def _names(polls: Polls, order: Sequence[int], dresses: Any, y: Scale) -> str:
    """Each party's name and last share at the end of its line, moved apart where lines end together."""
    out, lowest = "", 0.0
    for column in order:
        share = polls.mean[-1, column]
        if np.isnan(share):
            continue
        at = max(y(float(share)) + 4, lowest + 12)
        dress, lowest = dresses[polls.parties[column].id], at
        figure = f"{100 * share:.0f}%"
        out += words(WIDTH - EDGE - RIGHT + 5, at, f"{clip(dress.short, RIGHT - 3 - width_of(figure, SMALL), SMALL)} {figure}", "small")
    return out
