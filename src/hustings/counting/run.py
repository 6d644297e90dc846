"""The papers of a district and a method in, the transcript of its count out."""

from typing import Any

from hustings.election import Contest, Profile, Ratings
from hustings.errors import Unsuitable
from hustings.lots import Lots, refuse
from hustings.outcome import Transcript

DESCRIBE = frozenset({"over", "single", "family", "promises"})
"""Traits that say something of a method; whatever other traits it has are settings of its engine.

`over`: the engine that it is a function over; `single`: it fills one seat; `family`: where the catalogue puts it;
`promises`: laws that it keeps ("condorcet", "smith", "reversal"), for the conformance suite to hold it to.
"""


def count(profile: Profile | Ratings, seats: int, method: Any, *, where: str = "count", lots: Lots = refuse) -> Transcript:
    """Count one district's papers by a method of the registry, configured or not.

    A configured method whose engine depends on its settings has more of them for it as `engine_settings`.

    Raises
    ------
    TieUnresolved
        The rule calls for a lot and `lots` decides nothing.
    Unsuitable
        There are fewer candidates than seats, or the method fills another number of seats.
    """
    entry = method.__entry__
    method = method() if isinstance(method, type) else method
    if entry.traits.get("single") and seats != 1:
        raise Unsuitable(f"{where}: {entry.name} elects one member, not {seats}; choose a method that elects several")
    engine = entry.traits["over"]
    wanted = getattr(engine, "counts", Profile)
    if not isinstance(profile, wanted):
        raise Unsuitable(f"{where}: {entry.name} counts {wanted.__name__.lower()}, and these papers are {type(profile).__name__.lower()}")
    settings = {name: value for name, value in entry.traits.items() if name not in DESCRIBE}
    going = engine(profile, seats, where=where, lots=lots, **settings, **getattr(method, "engine_settings", {}))
    method(going)
    transcript: Transcript = going.transcript(entry.name)
    return transcript


def count_all(contest: Contest, method: Any, lots: Lots = refuse) -> list[Transcript]:
    """Count the papers of every district of a contest, each for as many seats as it has members."""
    if contest.profiles is None:
        raise Unsuitable(f"contest '{contest.name}' has no ranked papers to count; the scenario rankings makes them from votes")
    pairs = zip(contest.districts, contest.profiles, strict=True)
    return [count(profile, district.magnitude, method, where=district.name, lots=lots) for district, profile in pairs]
