"""Polls before elections whose results are known in; the sizes under which they are likeliest, and facts/pooling.toml, out.

Each cycle begins after an election and ends with the result of the next. Like the pool of a projection, it is not tied to the election
that it begins after. The polls and the elections have to be on this machine (hustings data pull uk-polls uk-general/2024).

Usage: python tools/fit_pooling.py [--check]
"""

import sys
from itertools import pairwise
from pathlib import Path

import hustings as hs
from hustings.analysis.polled import between, result
from hustings.analysis.pool import Pooling, fitted
from hustings.polls import uk

SHIPPED = Path(__file__).resolve().parents[1] / "src/hustings/facts/pooling.toml"
EDITIONS = ("2010", "2015", "2017", "2019", "2024")
START = Pooling(walk=0.002, house=0.015, industry=0.02, design=1.5)


def main() -> None:
    """Write the file, or say whether it is what the script makes."""
    polls, swing, cycles = uk(), hs.scenario["uniform-swing"](), []
    for one, other in pairwise(hs.load("uk-general", edition) for edition in EDITIONS):
        if one.date is None or other.date is None:
            sys.exit(f"{one.id} or {other.id} has no date")
        chosen = between(polls, one.date, other.date)
        ids = [party.id for party in chosen.parties if not party.lump]
        cycles.append((chosen, other.date, {other.date: result(other, ids, swing)}))
    found = fitted(cycles, START)
    text = "\n".join([
        "# How polls come about, for a party with half of the vote, as fractions: the vote's walk in a day, a pollster's error, the error that all",
        "# polls before an election share, and how much larger the variance of a sample is than of one drawn at random. Written by",
        f"# tools/fit_pooling.py: maximum likelihood over the elections {', '.join(EDITIONS[1:])} and the polls of the years before each.",
        "# Source: K. Simpson, UK general election polls, stacked (series uk-polls); results, series uk-general.",
        "",
        "[default]",
        f"walk = {found.walk:.4f}",
        f"house = {found.house:.4f}",
        f"industry = {found.industry:.4f}",
        f"design = {found.design:.2f}",
        "",
    ])  # fmt: skip
    print(text)
    if "--check" in sys.argv[1:]:
        sys.exit(SHIPPED.read_text(encoding="utf-8") != text)
    SHIPPED.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
