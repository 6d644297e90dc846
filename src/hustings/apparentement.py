"""Votes of lists and their alliances in; seats, apportioned to each alliance as to one list and then within it, out."""

from collections.abc import Mapping
from dataclasses import dataclass

from hustings.apportionment import Apportionment, apportion
from hustings.errors import SettingError
from hustings.lots import Lot, Lots, refuse


@dataclass(frozen=True)
class Alliance:
    """Lists, or alliances of lists, that are apportioned as one; `method` is that within it, the one outside unless given."""

    name: str
    members: tuple["str | Alliance", ...]
    method: str = ""

    def lists(self) -> tuple[str, ...]:
        """All lists in it, at whatever depth."""
        return tuple(name for member in self.members for name in ((member,) if isinstance(member, str) else member.lists()))


@dataclass(frozen=True)
class Allied:
    """Seats of each list; how each level came to them, the whole first, under the names of the alliances; all lots."""

    seats: Mapping[str, int]
    levels: Mapping[str, Apportionment]
    lots: tuple[Lot, ...]


def apportion_allied(
    votes: Mapping[str, int],
    seats: int,
    alliances: tuple[Alliance, ...],
    method: str = "dhondt",
    *,
    where: str = "apportionment",
    lots: Lots = refuse,
) -> Allied:
    """Apportion `seats` to alliances and to the lists in none, then the seats of each alliance among its members.

    A list without votes (one below a threshold) takes no part, so that an agreement of which one list alone is left binds
    nobody. By D'Hondt with pairs of lists this is the Israeli rule of Bader and Ofer: a pair's surplus votes are joined.

    Raises
    ------
    SettingError
        A list is unknown, or stands in two alliances.

    References
    ----------
    Pukelsheim, *Proportional Representation* (2nd ed. 2017), on list alliances.

    Examples
    --------
    >>> pact = Alliance("north", ("b", "c"))
    >>> dict(apportion_allied({"a": 510, "b": 270, "c": 220}, 5, (pact,)).seats)
    {'a': 3, 'b': 1, 'c': 1}
    """
    allied = [name for alliance in alliances for name in alliance.lists()]
    for name in allied:
        if name not in votes or allied.count(name) > 1:
            raise SettingError(f"{where}: {name} stands {'in two alliances' if name in votes else 'in an alliance and has no list'}")
    whole = Alliance(where, (*alliances, *(name for name in votes if name not in allied)), method)
    won = dict.fromkeys(votes, 0)
    levels: dict[str, Apportionment] = {}
    drawn: list[Lot] = []
    todo = [(whole, seats, method)]
    for alliance, number, outside in todo:
        if not number:
            continue
        names = [member if isinstance(member, str) else member.name for member in alliance.members]
        sums = [votes[member] if isinstance(member, str) else sum(votes[name] for name in member.lists()) for member in alliance.members]
        level = apportion(sums, number, alliance.method or outside, names=names, where=alliance.name, lots=lots)
        levels[alliance.name] = level
        drawn += level.lots
        for member, given in zip(alliance.members, level.seats, strict=True):
            if isinstance(member, str):
                won[member] = given
            else:
                todo.append((member, given, alliance.method or outside))
    return Allied(won, levels, tuple(drawn))
