"""The papers of a district and a method in, the transcript of its count out."""

from typing import Any

from hustings.election import Contest, Profile
from hustings.errors import Unsuitable
from hustings.lots import Lots, refuse
from hustings.outcome import Transcript


def count(profile: Profile, seats: int, method: Any, *, where: str = "count", lots: Lots = refuse) -> Transcript:
    """Count one district's papers by a method of the registry, configured or not.

    The method's trait `over` is the engine that it is a function over; its other traits are the engine's settings.

    Raises
    ------
    TieUnresolved
        The rule calls for a lot and `lots` decides nothing.
    Unsuitable
        There are fewer candidates than seats, or the method fills another number of seats.
    """
    entry = method.__entry__
    traits = dict(entry.traits)
    engine, single = traits.pop("over"), traits.pop("single", False)
    if single and seats != 1:
        raise Unsuitable(f"{where}: {entry.name} elects one member, not {seats}; choose a method that elects several")
    going = engine(profile, seats, where=where, lots=lots, **traits)
    method(going)
    transcript: Transcript = going.transcript(entry.name)
    return transcript


def count_all(contest: Contest, method: Any, lots: Lots = refuse) -> list[Transcript]:
    """Count the papers of every district of a contest, each for as many seats as it has members."""
    if contest.profiles is None:
        raise Unsuitable(f"contest '{contest.name}' has no ranked papers to count; the scenario rankings makes them from votes")
    pairs = zip(contest.districts, contest.profiles, strict=True)
    return [count(profile, district.magnitude, method, where=district.name, lots=lots) for district, profile in pairs]
