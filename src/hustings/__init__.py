"""Hustings: any election under any electoral system.

>>> import hustings as hs
>>> ge = hs.load("uk-general", "2010")
>>> ge.under(hs.system["fptp"]()).by_party["con"]
306
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hustings.analysis.compare import compare
    from hustings.analysis.measures import measure
    from hustings.analysis.projection import Projection, project
    from hustings.apportionment import apportion
    from hustings.charts import chart
    from hustings.counting.methods import method
    from hustings.counting.run import count
    from hustings.election import Candidate, Contest, District, Election, Party, Profile, Provenance, Tally
    from hustings.errors import HustingsError
    from hustings.lots import Lot
    from hustings.outcome import Outcome, Stage, Transcript
    from hustings.scenarios import scenario
    from hustings.sources import load, source
    from hustings.systems import system

__all__ = [
    "Candidate",
    "Contest",
    "District",
    "Election",
    "HustingsError",
    "Lot",
    "Outcome",
    "Party",
    "Profile",
    "Projection",
    "Provenance",
    "Stage",
    "Tally",
    "Transcript",
    "apportion",
    "chart",
    "compare",
    "count",
    "load",
    "measure",
    "method",
    "project",
    "scenario",
    "source",
    "system",
]

_HOMES = {
    "analysis.compare": ("compare",),
    "analysis.measures": ("measure",),
    "analysis.projection": ("Projection", "project"),
    "apportionment": ("apportion",),
    "charts": ("chart",),
    "counting.methods": ("method",),
    "counting.run": ("count",),
    "election": ("Candidate", "Contest", "District", "Election", "Party", "Profile", "Provenance", "Tally"),
    "errors": ("HustingsError",),
    "lots": ("Lot",),
    "outcome": ("Outcome", "Stage", "Transcript"),
    "scenarios": ("scenario",),
    "sources": ("load", "source"),
    "systems": ("system",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}
_PICTURES = {
    "outcome": {"Outcome": "seats", "Transcript": "transfers"},
    "analysis.compare": {"Comparison": "systems"},
    "analysis.projection": {"Projection": "fan"},
}
"""Results that a notebook shows as a chart and its table."""


def __getattr__(name: str) -> Any:
    """Import a public name on first use: `hustings --help` must not wait for arrays that it never touches."""
    if name not in _HOME:
        raise AttributeError(f"module 'hustings' has no attribute '{name}'")
    home = _HOME[name]
    found = getattr(import_module(f"hustings.{home}"), name)
    for place in {"outcome", home} & set(_PICTURES):
        module = import_module(f"hustings.{place}")
        for result, picture in _PICTURES[place].items():
            _show(getattr(module, result), picture)
    return found


def _show(result: Any, picture: str) -> None:
    """Let a notebook draw every result of that class: charts know the nouns, so the nouns cannot know the charts."""
    result._repr_html_ = lambda self: import_module("hustings.charts").figure(picture, self)


def __dir__() -> list[str]:
    return sorted(__all__)
