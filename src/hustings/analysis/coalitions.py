"""Seats by party in; who can form a majority together, and how much each party counts in that, out. Exact."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import factorial

from hustings.errors import SettingError, UnknownName
from hustings.outcome import Outcome

MOST = 25
"""Coalitions are listed one by one up to so many members of the game; power indices have no limit."""


@dataclass(frozen=True)
class Game:
    """Who votes with how many seats, and how many seats decide: a weighted voting game.

    Attributes
    ----------
    seats : party id → seats [seats], more than 0.
    quota : seats that decide [seats]; more than half of all, so that no two coalitions decide at once.
    """

    seats: Mapping[str, int]
    quota: int

    def __post_init__(self) -> None:
        if any(seats <= 0 for seats in self.seats.values()):
            raise SettingError("a party in a game has 1 seat or more")
        if not self.total < 2 * self.quota <= 2 * self.total:
            raise SettingError(f"a majority of {self.total} seats is {self.total // 2 + 1} to {self.total}, not {self.quota}")

    @property
    def total(self) -> int:
        """All seats that vote [seats]."""
        return sum(self.seats.values())


def game_of(outcome: Outcome, quota: int | None = None, absent: Sequence[str] = ()) -> Game:
    """The game of an outcome: every member of a lump votes alone, parties that are `absent` do not vote.

    The quota is more than half of the members who vote, unless it is given.

    Raises
    ------
    UnknownName
        A party that is absent has no seats.
    """
    parties = {party.id: party for party in outcome.parties}
    for name in absent:
        if name not in outcome.by_party:
            raise UnknownName("party with seats", name, outcome.by_party)
    seats: dict[str, int] = {}
    for name, number in outcome.by_party.items():
        if name not in absent:
            alone = {f"{name} {member}": 1 for member in range(1, number + 1)}
            seats |= alone if parties[name].lump and number > 1 else {name: number}
    return Game(seats, sum(seats.values()) // 2 + 1 if quota is None else quota)


def minimal_winning(game: Game) -> tuple[tuple[str, ...], ...]:
    """Coalitions that decide and would not without any one member, the fewest seats first (Riker 1962, p. 40).

    Raises
    ------
    SettingError
        There are more than `MOST` parties.
    """
    if len(game.seats) > MOST:
        raise SettingError(f"{len(game.seats)} parties have too many coalitions to list; leave out the smallest with --absent")
    order = sorted(game.seats, key=lambda name: -game.seats[name])
    sizes = [game.seats[name] for name in order]
    upto = [0]
    for size in sizes:
        upto.append(upto[-1] + size)
    found: list[tuple[str, ...]] = []

    def extend(start: int, members: tuple[int, ...], held: int) -> None:
        # Members come largest first, so that the last is the one whom the coalition needs least.
        for at in range(start, len(order)):
            if held + upto[-1] - upto[at] < game.quota:
                return
            if held + sizes[at] < game.quota:
                extend(at + 1, (*members, at), held + sizes[at])
            else:
                found.append(tuple(order[member] for member in (*members, at)))

    extend(0, (), 0)
    return tuple(sorted(found, key=lambda names: (sum(game.seats[name] for name in names), len(names), names)))


def minimal_connected(game: Game, order: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Neighbours on a line, `order`, who decide together and would not without either end (Axelrod 1970, pp. 169-170).

    Raises
    ------
    UnknownName
        The order names a party that has no seats.
    """
    for name in order:
        if name not in game.seats:
            raise UnknownName("party with seats", name, game.seats)
    runs = [tuple(order[a:b]) for a, b in combinations(range(len(order) + 1), 2) if sum(game.seats[name] for name in order[a:b]) >= game.quota]
    return tuple(run for run in runs if not any(set(other) < set(run) for other in runs))


def _without(ways: list[list[int]], weight: int) -> list[list[int]]:
    """Coalitions by number of members and seats once a party of that weight is taken out of those of everybody."""
    rest = [list(row) for row in ways]
    for size in range(1, len(rest)):
        for held in range(weight, len(rest[0])):
            rest[size][held] -= rest[size - 1][held - weight]
    return rest


def _pivots(game: Game) -> dict[str, list[int]]:
    """For each party, coalitions of others by size that decide with it and not without it."""
    size, total = len(game.seats), game.total
    ways = [[0] * (total + 1) for _ in range(size + 1)]
    ways[0][0] = 1
    for number, weight in enumerate(game.seats.values()):
        for members in range(number, -1, -1):
            for held in range(total - weight, -1, -1):
                ways[members + 1][held + weight] += ways[members][held]
    by_weight = {
        weight: [sum(row[max(0, game.quota - weight) : game.quota]) for row in _without(ways, weight)[:size]] for weight in set(game.seats.values())
    }
    return {name: by_weight[weight] for name, weight in game.seats.items()}


def banzhaf(game: Game) -> dict[str, Fraction]:
    """Each party's share of all swings: coalitions that it decides by joining (Banzhaf 1965; normalised) [0-1]."""
    swings = {name: sum(by_size) for name, by_size in _pivots(game).items()}
    return {name: Fraction(number, sum(swings.values())) for name, number in swings.items()}


def shapley_shubik(game: Game) -> dict[str, Fraction]:
    """Each party's share of all orders of joining in which it is the one that decides (Shapley & Shubik 1954) [0-1]."""
    size = len(game.seats)
    orders = [factorial(before) * factorial(size - before - 1) for before in range(size)]
    return {name: Fraction(sum(a * b for a, b in zip(by_size, orders, strict=True)), factorial(size)) for name, by_size in _pivots(game).items()}
