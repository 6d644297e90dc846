"""Pairs of elections on the same boundaries in; how far districts and regions strayed from the change of the whole, and facts/errors.toml, out.

For each pair and party: the change of its share in every district of Great Britain where it stood both times, less the change of
its share of all votes; the standard deviation of what is left, in all, within regions, and of the regions' means; and of Butler's
swing. The sizes that a projection takes are root mean squares over all pairs, each residual divided by 2 sqrt(m (1 - m)) with m the
share that uniform swing gives the district (over a twentieth), so that large and small parties are measured by one rule.

The pairs of the package need nothing. Those before need the House of Commons Library's table of 1918-2019 (CBP-8647) in the mirror
of public files that HUSTINGS_MIRROR names. The error of the whole is none of these: see its note in the file.

Usage: python tools/calibrate_errors.py [--check]
"""

from __future__ import annotations

import csv
import os
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import hustings as hs

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "src/hustings/facts/errors.toml"
MIRROR = Path(os.environ.get("HUSTINGS_MIRROR", ROOT.parent / "shared" / "data"))
TABLE = MIRROR / "uk/ge/1918-2019election_results.csv"
PARTIES = ("con", "lab", "ld")
COLUMNS = {"con": "con_votes", "lab": "lab_votes", "ld": "lib_votes"}
EMBEDDED = (("1997", "2001"), ("2010", "2015"), ("2015", "2017"), ("2017", "2019"))
FIRST, LEAST = "1950", 300
"""Where the table is taken up, and the fewest districts of one name in both elections that make a pair of the same boundaries."""
SMALL = 0.05
"""Share below which uniform swing misses by what it cannot know: it takes parties to less than nothing."""
FEW = 3
"""Districts of a region, below which its mean says nothing."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Votes:
    """Votes of an election in Great Britain by the name of the district: region, valid votes, and those of each party (0: none stood)."""

    region: dict[str, str]
    valid: dict[str, int]
    votes: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Spread:
    """Standard deviations of what a party's change left over [points]: in all, within regions, of the regions' means."""

    total: float
    within: float
    between: float


@dataclass(frozen=True)
class Pair:
    """What a pair shows: a spread for each party, the standard deviation of Butler's swing [points], districts, and scaled residuals."""

    spreads: dict[str, Spread]
    butler: float
    districts: int
    within: Floats
    between: Floats


def embedded(edition: str) -> Votes:
    """An election of the package."""
    contest = hs.load("uk-general", edition).main
    tally = contest.counted()
    column = {party.id: number for number, party in enumerate(tally.parties)}
    rows = [row for row, district in enumerate(contest.districts) if district.country != "Northern Ireland"]
    names = {row: contest.districts[row].name for row in rows}
    return Votes(
        {names[row]: contest.districts[row].region for row in rows},
        {names[row]: int(tally.valid[row]) for row in rows},
        {names[row]: {party: int(tally.votes[row, column[party]]) for party in PARTIES} for row in rows},
    )


def table() -> dict[str, tuple[str, Votes]]:
    """Edition → boundary set and election, from the table; nothing where there is no mirror."""
    found: dict[str, tuple[str, Votes]] = {}
    if not TABLE.exists():
        return found
    with TABLE.open(encoding="cp1252", newline="") as lines:
        for raw in csv.DictReader(lines):
            row = {key.strip(): (value or "").strip() for key, value in raw.items() if key}
            place, edition = row["country/region"], row["election"]
            if place in ("Northern Ireland", "Ireland") or place.startswith("Univ") or edition < FIRST:
                continue
            votes = {party: int(float(row[column] or 0)) for party, column in COLUMNS.items()}
            valid = int(float(row["total_votes"] or 0))
            if valid <= 0 or min(votes.values()) < 0:
                continue  # returned unopposed
            _, election = found.setdefault(edition, (row["boundary_set"], Votes({}, {}, {})))
            name = row["constituency_name"].casefold()
            election.region[name], election.valid[name], election.votes[name] = place, valid, votes
    return found


def pair(before: Votes, after: Votes) -> Pair:
    """What the change between two elections left over."""
    names = sorted(set(before.valid) & set(after.valid))
    regions = np.array([after.region[name] for name in names])
    spreads, scaled_within, scaled_between, changes = {}, [], [], {}
    for party in PARTIES:
        was, now = (np.array([each.votes[name][party] for name in names], dtype=float) for each in (before, after))
        old, new = (np.array([each.valid[name] for name in names], dtype=float) for each in (before, after))
        moved = now.sum() / new.sum() - was.sum() / old.sum()
        stood = (was > 0) & (now > 0)
        rest, share = (now / new - was / old - moved)[stood], (was / old + moved)[stood]
        changes[party] = np.where(stood, now / new - was / old, np.nan)
        where = regions[stood]
        there = [region for region in np.unique(where) if (where == region).sum() >= FEW]
        means = {region: rest[where == region].mean() for region in np.unique(where)}
        inside = rest - np.array([means[region] for region in where])
        weights = [(where == region).sum() for region in there]
        between = np.sqrt(np.average([means[region] ** 2 for region in there], weights=weights))
        spreads[party] = Spread(100 * rest.std(), 100 * inside.std(), 100 * float(between))
        counted = (share > SMALL) & (share < 1 - SMALL)
        size = 2 * np.sqrt(np.clip(share * (1 - share), SMALL * (1 - SMALL), None))
        scaled_within.append((inside / size)[counted])
        scaled_between.append([means[region] / size[where == region].mean() for region in there])
    butler = np.nanstd(changes["con"] - changes["lab"]) / 2
    return Pair(spreads, 100 * float(butler), len(names), np.concatenate(scaled_within), np.concatenate(scaled_between))


def pairs() -> dict[str, Pair]:
    """All pairs on the same boundaries, the earliest first."""
    known = table()
    editions = sorted(known, key=lambda edition: edition.replace("F", "-1").replace("O", "-2"))
    found = {}
    for one, other in pairwise(editions):
        (old, before), (new, after) = known[one], known[other]
        if old == new and len(set(before.valid) & set(after.valid)) >= LEAST:
            found[f"{_edition(one)}-{_edition(other)}"] = pair(before, after)
    found |= {f"{one}-{other}": pair(embedded(one), embedded(other)) for one, other in EMBEDDED}
    return dict(sorted(found.items()))


def _edition(key: str) -> str:
    """Its name in the catalogue: 1974F is 1974-02."""
    return key.replace("F", "-02").replace("O", "-10")


def sizes(found: dict[str, Pair]) -> tuple[float, float]:
    """The errors of a region and of a district, for a party with half of the vote."""
    region = np.sqrt(np.mean([np.mean(each.between**2) for each in found.values()]))
    district = np.sqrt(np.mean([np.mean(each.within**2) for each in found.values()]))
    return round(float(region), 3), round(float(district), 3)


def text(found: dict[str, Pair]) -> str:
    """The file."""
    region, district = sizes(found)
    lines = [
        "# Sizes of the errors of a projection, and the pairs of elections that they rest on. Written by tools/calibrate_errors.py.",
        "# `default`: standard deviations for a party with half of the vote, as fractions; those of a party with share m are",
        "# 2 sqrt(m (1 - m)) times as large. `region` and `district` are root mean squares over the pairs below,",
        "# each residual divided by that factor.",
        "# `national` is what final polls are off by, from memory of their record in British elections 1945-2019 (2 to 2.5 points of a",
        "# large party's share, about 4 of the lead): closed to 1 it comes to a standard deviation of 2.2 points of each of two large",
        "# parties, and to 4.0 of the lead. A pool of polls brings a covariance of its own instead.",
        "# `small`, `freedom`: residuals of parties under a fifth of the vote have tails like Student's t with 5 degrees of freedom.",
        "# Source: House of Commons Library, General election results from 1918 to 2019 (CBP-8647), by constituency.",
        "",
        "[default]",
        "national = 0.03",
        f"region = {region}",
        f"district = {district}",
        "small = 0.2",
        "freedom = 5",
        "",
        "# Standard deviations of what districts changed beside the change of Great Britain [points]: total, within regions, of the",
        "# means of regions; of Butler's swing; and how many districts have one name in both elections.",
    ]
    for name, each in found.items():
        parts = [f"{party} = [{spread.total:.1f}, {spread.within:.1f}, {spread.between:.1f}]" for party, spread in each.spreads.items()]
        lines.append(f'[pairs."{name}"]\n' + "\n".join([*parts, f"butler = {each.butler:.1f}", f"districts = {each.districts}", ""]))
    return "\n".join(lines)


def main() -> None:
    """Write the file, or say whether it is what the script makes."""
    found = pairs()
    if not table():
        sys.exit(f"there is no {TABLE}; name the mirror of public files in HUSTINGS_MIRROR")
    for name, each in found.items():
        spread = "  ".join(f"{party} {s.total:4.1f} ({s.within:.1f}, {s.between:.1f})" for party, s in each.spreads.items())
        kurtosis = np.mean(each.within**4) / np.mean(each.within**2) ** 2
        print(f"{name:<16} {each.districts:4}  {spread}  butler {each.butler:.1f}  scaled {100 * each.within.std():.1f} kurtosis {kurtosis:.1f}")
    if "--check" in sys.argv[1:]:
        same = SHIPPED.read_text(encoding="utf-8") == text(found)
        print("the file is what the script makes" if same else f"{SHIPPED.name} is not what the script makes; run it without --check")
        sys.exit(not same)
    SHIPPED.write_text(text(found), encoding="utf-8")


if __name__ == "__main__":
    main()
