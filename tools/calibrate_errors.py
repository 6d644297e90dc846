"""Pairs of elections in; how far districts, regions and nations strayed from what swing says, and facts/errors.toml, out.

Two things of each pair of British elections since 1950. For readers: the change of a party's share in every district of Great Britain
where it stood both times, less the change of its share of all votes; the standard deviation of what is left, in all, within regions,
and of the regions' means; and of Butler's swing. For projections: what is left over when the later election is projected from the
earlier by regional swing with its true shares, as a part of 2 sqrt(m (1 - m)) with m the projected share, so that large and small parties
are measured by one rule; taken apart by level, nations first, then regions, kinds of districts (who holds them, safely or not), districts:
at each level the squares of the groups' means are added up, then the means are taken away. What a level shows is not its error alone:
errors of all levels below are in the means, and a part of its own is gone with the means above and with the whole, which is known. So
errors of size 1 at each level are sent the same way, and the sizes are those that would have shown what was seen (Henderson, Biometrics
9 (1953), pp. 226-252: the method of moments, equations solved). What is left of districts has tails too heavy for a normal error: a
Student's t is fitted by maximum likelihood, its degrees of freedom to all pairs together.

A projection takes the root mean square over all pairs, those among them whose earlier election is carried over to new boundaries. The
pairs of the package need nothing; the others have to be in the store (hustings data pull uk-general uk-general-notional). The error of
the whole is none of these: see its note in the file.

Usage: python tools/calibrate_errors.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import lgamma, log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import hustings as hs
from hustings.analysis.backtest import LUMP, Pair, at_hand, carried_over, columns, consecutive, truth
from hustings.analysis.draws import LEVELS, aimed, levels_of
from hustings.swings import Before

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "src/hustings/facts/errors.toml"
SWING = "regional-swing"
PARTIES = ("con", "lab", "ld")
SERIES, NOTIONAL, FIRST = "uk-general", "uk-general-notional", "1950"
SMALL = 0.05
"""Share below which a swing misses by what it cannot know: it takes parties to less than nothing."""
FEW = 5
"""Districts of a group, below which its mean says nothing."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Spread:
    """Standard deviations of what a party's change left over [points]: in all, within regions, of the regions' means."""

    total: float
    within: float
    between: float


@dataclass(frozen=True)
class Found:
    """What a pair shows: a spread for each party, the standard deviation of Butler's swing [points], districts, and sizes by level."""

    spreads: dict[str, Spread]
    butler: float
    districts: int
    sizes: dict[str, float]
    rest: Floats


def found_in(pair: Pair) -> Found:
    """Both things of a pair."""
    spreads, butler, districts = _spreads(pair)
    return Found(spreads, butler, districts, *_sizes(pair))


def _spreads(pair: Pair) -> tuple[dict[str, Spread], float, int]:
    """Residuals around the change of Great Britain, as the literature has them."""
    britain = [row for row, _ in pair.rows if pair.before.main.districts[row].country != "Northern Ireland"]
    there = dict(pair.rows.tolist())
    old, new = (np.array(rows, dtype=np.intp) for rows in (britain, [there[row] for row in britain]))
    was, now = columns(pair.before, PARTIES)[old], columns(pair.after, PARTIES)[new]
    valid_was, valid_now = pair.before.main.counted().valid[old], pair.after.main.counted().valid[new]
    regions = np.array([pair.after.main.districts[row].region for row in new])
    spreads, changes = {}, {}
    for number, party in enumerate(PARTIES):
        change = now[:, number] / valid_now - was[:, number] / valid_was
        stood = (was[:, number] > 0) & (now[:, number] > 0)
        rest = (change - (now[:, number].sum() / valid_now.sum() - was[:, number].sum() / valid_was.sum()))[stood]
        changes[party] = np.where(stood, change, np.nan)
        _, place, sizes = np.unique(regions[stood], return_inverse=True, return_counts=True)
        means = np.bincount(place, rest) / sizes
        between = np.sqrt(np.average(means**2, weights=sizes))
        spreads[party] = Spread(100 * float(rest.std()), 100 * float((rest - means[place]).std()), 100 * float(between))
    return spreads, 100 * float(np.nanstd(changes["con"] - changes["lab"])) / 2, len(britain)


def _sizes(pair: Pair) -> tuple[dict[str, float], Floats]:
    """Errors of the projection by level, for a party with half of the vote, and what is left of each district."""
    swing, before, tally = hs.scenario[SWING](), pair.before, pair.before.main.counted()
    ids = [party.id for party in tally.parties]
    _, area = swing.areas(before)
    centre, _ = aimed(before, swing, truth(pair, swing))
    rows, there = pair.rows[area[pair.rows[:, 0]] >= 0].T
    said = np.asarray(swing.moved(Before.roughly(tally, area, len(centre)), centre), dtype=np.float64)[rows]
    votes = columns(pair.after, ids)[there]
    came = votes / votes.sum(axis=1, keepdims=True)
    stood = tally.stood[rows] & (votes > 0) & (said > SMALL) & (said < 1 - SMALL)
    left = (came - said) / (2 * np.sqrt(np.clip(said * (1 - said), SMALL * (1 - SMALL), None)))
    levels = levels_of(before, area)[:, rows]
    seen, expected, rests = np.zeros(len(LEVELS)), np.zeros((len(LEVELS), len(LEVELS))), []
    for number, party in enumerate(tally.parties):
        here = stood[:, number]
        if party.id != LUMP and here.sum() >= FEW * len(PARTIES):
            groups = [np.unique(level, return_inverse=True)[1] for level in levels[:, here]]
            # The whole is known: an error of a group is one of the others too, in the measure of their votes.
            part = tally.valid[rows][here] * np.sqrt(said[here, number])
            members = [np.eye(group.max() + 1)[group] for group in groups]
            alone = [*(each - part @ each / part.sum() for each in members), np.eye(here.sum())]
            shown, rest = _shown(left[here, number, np.newaxis], groups)
            seen += shown
            expected += np.stack([_shown(each, groups)[0] for each in alone], axis=1)
            rests.append(rest.ravel())
    squares = np.maximum(np.linalg.solve(expected, seen), 0)
    return dict(zip(LEVELS, np.sqrt(squares).tolist(), strict=True)), np.concatenate(rests)


def _shown(errors: Floats, groups: Sequence[NDArray[np.intp]]) -> tuple[Floats, Floats]:
    """Squares of the means of groups at each level, added up, and those of what is left of districts, shape (levels,); and what is left.

    errors : shape (districts, columns), each of which is taken apart by itself.
    """
    squares = []
    for group in groups:
        sizes = np.bincount(group)
        means = np.eye(len(sizes))[group].T @ errors / sizes[:, np.newaxis]
        squares.append((means[sizes >= FEW] ** 2).sum())
        errors = errors - means[group]
    return np.array([*squares, (errors**2).sum()]), errors


def likelihood(rest: Floats, freedom: int) -> float:
    """The logarithm of how likely these are under the Student's t around 0 that fits best, but for a constant."""
    square = float(np.median(rest**2))
    for _ in range(200):  # the EM algorithm of a scale mixture: each residual weighs less the further out it is
        square = float((rest**2 * (freedom + 1) / (freedom + rest**2 / square)).mean())
    constant = lgamma((freedom + 1) / 2) - lgamma(freedom / 2) - 0.5 * log(freedom * square)
    return len(rest) * constant - (freedom + 1) / 2 * float(np.log1p(rest**2 / (freedom * square)).sum())


def freedom_of(found: dict[str, Found]) -> int:
    """The degrees of freedom that fit the districts of all pairs best, each with a size of its own."""
    return max(range(3, 31), key=lambda freedom: sum(likelihood(each.rest, freedom) for each in found.values()))


def pairs(elections: Sequence[hs.Election], carried: Mapping[str, hs.Election] | None = None) -> dict[str, Found]:
    """What every pair shows, the earliest first; `carried` as in `consecutive`."""
    return {pair.name: found_in(pair) for pair in consecutive(elections, carried)}


def text(found: dict[str, Found]) -> str:
    """The file."""
    overall = {level: np.sqrt(np.mean([each.sizes[level] ** 2 for each in found.values()])) for level in LEVELS}
    lines = [
        "# Sizes of the errors of a projection, and the pairs of elections that they rest on. Written by tools/calibrate_errors.py.",
        "# `default`: standard deviations for a party with half of the vote, as fractions; those of a party with share m are",
        "# 2 sqrt(m (1 - m)) times as large. `nation`, `region`, `kind` and `district` are root mean squares over the pairs below.",
        "# `national` is what final polls are off by, from memory of their record in British elections 1945-2019 (2 to 2.5 points of a",
        "# large party's share, about 4 of the lead): it comes to a standard deviation of 2.2 points of each of two parties with 40%,",
        "# and to 4.0 of the lead. A pool of polls brings a covariance of its own instead.",
        "# `freedom`: of Student's t, which all but the national error follow; fitted to districts.",
        "# Source: House of Commons Library, General election results from 1918 to 2019 (CBP-8647), by constituency; UK Parliament's",
        "# psephology for 2024 and for the notional results of 2005 and 2019 (Rallings and Thrasher) on the boundaries of the election after.",
        "",
        "[default]",
        "national = 0.0225",
        *(f"{level} = {size:.4f}" for level, size in overall.items()),
        f"freedom = {freedom_of(found)}",
        "",
        "# con, lab, ld: standard deviations of what districts changed beside the change of Great Britain [points]: total, within regions,",
        "# of the means of regions; butler: of Butler's swing; districts: how many are in both elections under one name.",
        f"# {', '.join(LEVELS)}: the pair's own sizes, around {SWING} with the true shares.",
    ]
    for name, each in found.items():
        parts = [f"{party} = [{spread.total:.1f}, {spread.within:.1f}, {spread.between:.1f}]" for party, spread in each.spreads.items()]
        parts += [f"butler = {each.butler:.1f}", f"districts = {each.districts}"]
        parts += [f"{level} = {size:.4f}" for level, size in each.sizes.items()]
        lines.append("\n".join([f'[pairs."{name}"]', *parts, ""]))
    return "\n".join(lines)


def main() -> None:
    """Write the file, or say whether it is what the script makes."""
    elections, missing = at_hand(SERIES, FIRST)
    if missing or at_hand(NOTIONAL)[1]:
        sys.exit(f"some of them are not in the store; get them with: hustings data pull {SERIES} {NOTIONAL}")
    found = pairs(elections, carried_over(SERIES))
    for name, each in found.items():
        spread = "  ".join(f"{party} {s.total:4.1f} ({s.within:.1f}, {s.between:.1f})" for party, s in each.spreads.items())
        levels = " ".join(f"{level} {100 * size:.1f}" for level, size in each.sizes.items())
        print(f"{name:<16} {each.districts:4}  {spread}  butler {each.butler:.1f}  {levels}")
    if "--check" in sys.argv[1:]:
        same = SHIPPED.read_text(encoding="utf-8") == text(found)
        print("the file is what the script makes" if same else f"{SHIPPED.name} is not what the script makes; run it without --check")
        sys.exit(not same)
    SHIPPED.write_text(text(found), encoding="utf-8")


if __name__ == "__main__":
    main()
