"""Scores of past elections projected in; the page's tables and the JSON that a reader gets out."""

from collections.abc import Sequence
from typing import Any

from hustings.analysis.backtest import INSIDE, Score, Summary, summaries

Table = tuple[list[str], list[list[str]]]
LEVEL = 1
"""Which of the intervals the screen shows: 80%."""


def document(series: str, scores: Sequence[Score], missing: Sequence[str], draws: int, seed: int) -> dict[str, Any]:
    """Everything as JSON."""
    return {
        "series": series,
        "draws": draws,
        "seed": seed,
        "missing": list(missing),
        "summary": [_summary(each) for each in summaries(scores)],
        "scores": [_score(each) for each in scores],
    }


def _summary(each: Summary) -> dict[str, Any]:
    return {
        "swing": each.swing,
        "shares": each.aim,
        "pairs": each.pairs,
        "totals": each.totals,
        "mean_absolute_error": each.error,
        "right": each.right,
        "brier": each.brier,
        "log": each.log,
        "coverage": {f"{level:g}": float(held) for level, held in zip(INSIDE, each.held, strict=True)},
        "reliability": [
            {"chances": int(number), "given": given / number, "came_true": came / number} for number, given, came in each.chances.tolist() if number
        ],
    }


def _score(each: Score) -> dict[str, Any]:
    return {
        "pair": each.pair,
        "before": each.before,
        "swing": each.swing,
        "shares": each.aim,
        "districts": each.districts,
        "right": each.right,
        "brier": each.brier,
        "log": each.log,
        "seats": {
            party: {
                "actual": int(each.actual[column]),
                "mean": float(each.mean[column]),
                "intervals": {f"{level:g}": [int(end) for end in each.intervals[row, :, column]] for row, level in enumerate(INSIDE)},
            }
            for column, party in enumerate(each.parties)
        },
    }


def models(scores: Sequence[Score]) -> Table:
    """A line for each model: its errors over all pairs, and how many of the party totals its intervals held."""
    header = ["swing", "shares", "pairs", "seats off", "right", "Brier", "log", *(f"{level:.0%}" for level in INSIDE)]
    rows = [
        [
            each.swing, each.aim, f"{each.pairs}", f"{each.error:.1f}", f"{each.right:.1%}", f"{each.brier:.3f}", f"{each.log:.3f}",
            *(f"{held:.0%}" for held in each.held),
        ]
        for each in summaries(scores)
    ]  # fmt: skip
    return header, rows


def pairs(scores: Sequence[Score], swing: str, aim: str = "true") -> Table:
    """A line for each pair under one model: districts called right, and each party's seats beside the interval of 80%, a star where it missed."""
    rows = []
    for each in scores:
        if (each.swing, each.aim) == (swing, aim):
            seats = []
            for column, party in enumerate(each.parties):
                low, high = each.intervals[LEVEL, :, column]
                missed = "" if each.held[LEVEL, column] else " *"
                seats.append(f"{party} {each.actual[column]} ({low:.0f} to {high:.0f}){missed}")
            rows.append([each.pair, each.before, f"{each.districts}", f"{each.right:.1%}", ", ".join(seats)])
    return ["pair", "from", "districts", "right", "seats as they fell (80% of draws)"], rows
