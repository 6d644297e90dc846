"""Seats from votes: divisor and quota methods, exact and free of elections."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from hustings.errors import SettingError, UnknownName
from hustings.exact import exact
from hustings.lots import Lot, Lots, refuse


@dataclass(frozen=True)
class Divisor:
    """The next seat goes to the largest votes^power / sequence(seats held); a divisor of 0 comes before all others."""

    sequence: Callable[[int], Fraction | int]
    power: int = 1

    def quotient(self, votes: int, held: int) -> tuple[bool, Fraction]:
        """What is compared, exactly: (divisor is zero, quotient)."""
        divisor = self.sequence(held)
        return (divisor == 0, Fraction(votes**self.power) / (divisor or 1))


@dataclass(frozen=True)
class Award:
    """One seat: which in order (from 1), to which party (its index), by what quotient or remainder."""

    seat: int
    party: int
    quotient: Fraction


@dataclass(frozen=True)
class Apportionment:
    """Seats awarded to each party, without what it held before; the awards in order; the lots that ties called for."""

    seats: tuple[int, ...]
    awards: tuple[Award, ...]
    lots: tuple[Lot, ...]


def _modified(first: Fraction) -> Divisor:
    return Divisor(lambda n: 2 * n + 1 if n else first)


# Balinski & Young, Fair Representation (2nd ed. 2001), appendix A; Pukelsheim, Proportional Representation (2nd ed. 2017), ch. 3-4.
DIVISORS: dict[str, Divisor] = {
    "dhondt": Divisor(lambda n: n + 1),
    "sainte-lague": Divisor(lambda n: 2 * n + 1),
    "modified-sainte-lague": _modified(Fraction(7, 5)),
    "danish": Divisor(lambda n: 3 * n + 1),
    "imperiali": Divisor(lambda n: n + 2),
    "adams": Divisor(lambda n: n),
    "dean": Divisor(lambda n: Fraction(2 * n * (n + 1), 2 * n + 1)),
    "huntington-hill": Divisor(lambda n: n * (n + 1), power=2),
}
QUOTAS: dict[str, Callable[[int, int], Fraction]] = {
    "hare": Fraction,
    "droop": lambda votes, seats: Fraction(votes // (seats + 1) + 1),
    "hagenbach-bischoff": lambda votes, seats: Fraction(votes, seats + 1),
    "imperiali-quota": lambda votes, seats: Fraction(votes, seats + 2),
}


def divisor_named(text: str) -> Divisor:
    """The divisor method of that name; `modified-sainte-lague:first=1.2` sets the first divisor."""
    name, _, rest = text.replace("_", "-").partition(":")
    if name not in DIVISORS:
        raise UnknownName("divisor method", name, DIVISORS)
    if not rest:
        return DIVISORS[name]
    key, _, value = rest.partition("=")
    if name != "modified-sainte-lague" or key != "first":
        raise SettingError(f"'{text}': only modified-sainte-lague has a setting, first=1.4")
    return _modified(exact(value))


def apportion(
    votes: Sequence[int],
    seats: int,
    method: str = "dhondt",
    *,
    held: Sequence[int] | None = None,
    names: Sequence[str] | None = None,
    where: str = "apportionment",
    lots: Lots = refuse,
) -> Apportionment:
    """Apportion `seats` by a divisor or quota method; a party without votes takes no part.

    `votes` has shape (parties,). `held` are the seats that each party holds already, from which its divisors start
    (additional members). `names` are what the tied are called, and `where`, when `lots` is asked to decide.

    Raises
    ------
    UnknownName
        No method is called so.
    SettingError
        Nobody has votes and there are seats to fill, or a quota fills too many.
    TieUnresolved
        Parties are level for fewer seats than they are, and `lots` decides nothing.

    Examples
    --------
    >>> apportion([100, 80, 30], seats=4).seats
    (2, 2, 0)
    >>> apportion([100, 80, 30], seats=4, method="sainte-lague").seats
    (2, 1, 1)
    """
    labels = tuple(names or map(str, range(len(votes))))
    if seats and not any(votes):
        raise SettingError(f"{where}: {seats} seats to fill and nobody with votes to take them")
    quota = method.replace("_", "-")
    urn = _Urn(labels, where, lots)
    if quota in QUOTAS:
        return _largest_remainders(votes, seats, quota, urn)
    if quota.partition(":")[0] not in DIVISORS:
        raise UnknownName("apportionment method", method, [*DIVISORS, *QUOTAS])
    return _highest_averages(votes, seats, divisor_named(method), list(held or [0] * len(votes)), urn)


@dataclass(frozen=True)
class _Urn:
    """What the tied are called, where, and who decides."""

    labels: tuple[str, ...]
    where: str
    lots: Lots
    drawn: list[Lot] = field(default_factory=list)

    def take(self, tied: Sequence[int], places: int, rule: str) -> list[int]:
        """Those who take `places` among the tied: all where there is room, else by lot one after another."""
        chosen: list[int] = []
        left = list(tied)
        while left and len(chosen) < places:
            if len(left) <= places - len(chosen):
                return chosen + left
            lot = self.lots(self.where, rule, [self.labels[party] for party in left])
            self.drawn.append(lot)
            winner = next(party for party in left if self.labels[party] == lot.chosen)
            chosen.append(winner)
            left.remove(winner)
        return chosen


def _highest_averages(votes: Sequence[int], seats: int, divisor: Divisor, held: list[int], urn: _Urn) -> Apportionment:
    won = [0] * len(votes)
    awards: list[Award] = []
    quotients = {party: divisor.quotient(number, held[party]) for party, number in enumerate(votes) if number > 0}
    while len(awards) < seats:
        best = max(quotients.values())
        tied = [party for party, quotient in quotients.items() if quotient == best]
        for party in urn.take(tied, seats - len(awards), "the rule of equal quotients"):
            won[party] += 1
            awards.append(Award(len(awards) + 1, party, best[1]))
            quotients[party] = divisor.quotient(votes[party], held[party] + won[party])
    return Apportionment(tuple(won), tuple(awards), tuple(urn.drawn))


def _largest_remainders(votes: Sequence[int], seats: int, name: str, urn: _Urn) -> Apportionment:
    if not seats:
        return Apportionment((0,) * len(votes), (), ())
    quota = QUOTAS[name](sum(votes), seats)
    won = [int(number // quota) for number in votes]
    awards = [(party, quota) for party, number in enumerate(won) for _ in range(number)]
    left = seats - sum(won)
    if left < 0:
        raise SettingError(f"{urn.where}: {name} gives {sum(won)} whole quotas for {seats} seats; choose another quota")
    remainders = {party: number - won[party] * quota for party, number in enumerate(votes) if number > 0}
    for remainder in sorted(set(remainders.values()), reverse=True):
        tied = [party for party, rest in remainders.items() if rest == remainder]
        winners = urn.take(tied, left, "the rule of equal remainders")
        awards += [(party, remainder) for party in winners]
        left -= len(winners)
        for party in winners:
            won[party] += 1
    if left:
        raise SettingError(f"{urn.where}: {name} leaves {left} of {seats} seats unfilled; choose another quota")
    numbered = tuple(Award(seat, party, value) for seat, (party, value) in enumerate(awards, 1))
    return Apportionment(tuple(won), numbered, tuple(urn.drawn))
