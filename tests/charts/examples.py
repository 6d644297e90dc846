"""What each kind of chart is drawn of in its tests, small enough to be read; run, it writes the snapshots of `golden/charts` anew."""

import os
import tempfile
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

import hustings as hs
from hustings.charts import chart, draw
from hustings.election import Party
from hustings.outcome import Outcome, Transcript

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden" / "charts"
PARTIES = (Party("con", "Conservative"), Party("lab", "Labour"), Party("levellers", "The Levellers"))


@cache
def outcome(edition: str, system: str = "fptp", county: str = "") -> Outcome:
    """A British general election under a system, in one county or everywhere."""
    election = hs.load("uk-general", edition)
    found: Outcome = (election.where({"county": [county]}) if county else election).under(hs.system.parse(system))
    return found


@cache
def sparta() -> Transcript:
    """The count of the example's papers."""
    election = hs.load(ROOT / "examples" / "sparta.blt")
    assert election.main.profiles
    district = election.main.districts[0]
    found: Transcript = hs.count(election.main.profiles[0], district.magnitude, hs.method.parse("scotland-2007"), where=district.name)
    return found


def projection(parties: tuple[Party, ...] = PARTIES) -> Any:
    """Draws as a projection has them: fifty, of a house of 100."""
    first = np.arange(50) % 17 + 42
    third = np.arange(50) % 5
    seats = np.stack([first, 100 - first - third, third], axis=1)
    return SimpleNamespace(
        election="putney/1647", swing="uniform-swing", system="fptp", parties=parties, house=100, seats=seats, assumed=("the draws are invented",),
        attribution=(),
    )  # fmt: skip


def polls(parties: tuple[Party, ...] = PARTIES) -> Any:
    """Twelve polls over six weeks and a line through them; the third party was not asked for at first."""
    days = [date(2010, 3, 25) + timedelta(number) for number in range(43)]
    mean = np.array([[0.36, 0.29, 0.1]]) + np.linspace(0, 1, 43)[:, None] * np.array([[0.01, -0.02, 0.03]])
    asked = range(0, 43, 4)[:12]
    shares = np.array([mean[day] + 0.01 * ((-1) ** number) for number, day in enumerate(asked)])
    shares[:3, 2] = np.nan
    return SimpleNamespace(
        parties=parties,
        dates=[days[day] for day in asked],
        pollsters=["Ipsos", "ICM"] * 5 + ["YouGov"],
        shares=shares,
        days=days,
        mean=mean,
        sd=np.full((43, 3), 0.01),
        source="Invented polls.",
    )


def scores() -> Any:
    """Chances in ten classes, of which the middle ones came true too seldom; none near a half."""
    given = np.linspace(0.05, 0.95, 10)
    number = np.array([900, 200, 120, 80, 0, 60, 80, 120, 200, 900])
    return SimpleNamespace(swing="uniform-swing", pairs=3, chances=np.stack([number, number * given, number * given**1.2], axis=1))


@cache
def things() -> Mapping[str, Any]:
    """Kind → what charts of that kind are drawn of."""
    cornwall = hs.load("uk-general", "2010").where({"county": ["Cornwall"]})
    return {
        "outcome": outcome("2010", county="Cornwall"),
        "comparison": hs.compare(cornwall, ["fptp", "list-pr"]),
        "transcript": sparta(),
        "change": (outcome("2010", county="Cornwall"), outcome("2019", county="Cornwall")),
        "projection": projection(),
        "polls": polls(),
        "scores": scores(),
    }


def drawn(text: str) -> str:
    """A chart of what its kind is drawn of."""
    return draw(text, things()[chart.parse(text).__entry__.traits["takes"]])


if __name__ == "__main__":
    # The elections are those of the package, whatever whoever draws has pulled.
    os.environ["HUSTINGS_DATA"] = tempfile.mkdtemp()
    GOLDEN.mkdir(exist_ok=True)
    for name in chart:
        (GOLDEN / f"{name}.svg").write_text(drawn(name), encoding="utf-8")
