"""Seats from votes: divisor and quota methods, exact and free of elections."""

import heapq
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from itertools import groupby
from math import ceil, floor, isqrt, lcm
from operator import index

from hustings.divisors import QUOTAS, TIES, Divisor, Quota, Rule, rule_named
from hustings.errors import SettingError, UnknownName
from hustings.lots import Lot, Lots, refuse

MOST = 1_000_000
"""Seats that are apportioned at once: each is awarded by itself, and who wrote more than these mistook a number."""


@dataclass(frozen=True)
class Award:
    """One seat: which in order (from 1), to which party (its index), by what quotient or remainder.

    `quotient` is what was compared: the square for huntington-hill, None before a divisor of 0.
    """

    seat: int
    party: int
    quotient: Fraction | None


@dataclass(frozen=True)
class Next:
    """Who would have the next seat: a party's index, its quotient or remainder, and how many votes it is short of the last seat.

    `short` is the smallest number of votes that, added to the party's and to nobody else's, win it one more of the
    same seats without a lot; None where no number does.
    """

    party: int
    quotient: Fraction | None
    short: int | None


@dataclass(frozen=True)
class _Case:
    """What is asked: everything that the seats depend on but the lots."""

    votes: tuple[int | Fraction, ...]
    seats: int
    rule: Rule
    held: tuple[int, ...]
    floors: tuple[int, ...]
    caps: tuple[int | None, ...]
    ties: str

    def with_votes(self, party: int, more: int) -> "_Case":
        """The same with `more` votes for one party."""
        return replace(self, votes=(*self.votes[:party], self.votes[party] + more, *self.votes[party + 1 :]))

    def priority(self, party: int, won: int) -> tuple[bool, Fraction]:
        """What orders the next seat of a party that has `won` so many here: the smaller the earlier."""
        assert isinstance(self.rule, Divisor)
        quotient = self.rule.quotient(self.votes[party], self.held[party] + won)
        return (False, -Fraction(self.votes[party])) if quotient is None else (True, -quotient)

    def rank(self, party: int, won: int) -> Fraction | int:
        """What settles a tie before the lot: the larger the earlier."""
        divisor = self.rule.sequence(self.held[party] + won) if isinstance(self.rule, Divisor) else 0
        return TIES[self.ties](self.votes[party], divisor)


@dataclass(frozen=True)
class Apportionment:
    """Seats awarded to each party, without what it held before; who had each seat in order; the lots that ties called for.

    `quota` is what a seat cost, by a quota method.
    """

    seats: tuple[int, ...]
    order: tuple[int, ...]
    lots: tuple[Lot, ...]
    case: _Case = field(repr=False)
    quota: Fraction | None = None

    @cached_property
    def awards(self) -> tuple[Award, ...]:
        """Every seat in order, with the quotient or remainder that won it; the quota for a whole quota."""
        won = [0] * len(self.seats)
        found = []
        for seat, party in enumerate(self.order, 1):
            found.append(Award(seat, party, self._quotient(party, won[party])))
            won[party] += 1
        return tuple(found)

    def _quotient(self, party: int, won: int) -> Fraction | None:
        votes, rule = self.case.votes[party], self.case.rule
        if isinstance(rule, Divisor):
            return rule.quotient(votes, self.case.held[party] + won)
        assert self.quota is not None
        return self.quota if won < votes // self.quota else votes % self.quota

    @cached_property
    def next(self) -> tuple[Next, ...]:
        """Those in line for one seat more, the first first; by a quota those to whom no remainder has given a seat."""
        line = [party for party, votes in enumerate(self.case.votes) if votes and self._has_room(party)]
        if self.quota is None:
            rows = sorted((*self.case.priority(party, self.seats[party]), party) for party in line)
        else:
            waiting = [party for party in line if self.seats[party] <= self.case.votes[party] // self.quota]
            rows = sorted((True, -(self.case.votes[party] % self.quota), party) for party in waiting)
        return tuple(Next(party, -value if later else None, self.short(party)) for later, value, party in rows)

    def short(self, party: int) -> int | None:
        """How many votes more, for this party alone, win it one more of the seats without a lot; None where no number does."""
        if self.quota is not None or self.case.ties != "lot":
            return self._fewest(lambda more: self._surely(party, more) > self.seats[party], party, 1)
        others = [p for p, won in enumerate(self.seats) if p != party and self.case.votes[p] and won > self.case.floors[p]]
        if not others or not self._has_room(party):
            return None
        level = self._level(max(self.case.priority(p, self.seats[p] - 1) for p in others), party, self.seats[party])
        return None if level is None else floor(level - self.case.votes[party]) + 1

    @cached_property
    def spare(self) -> int | None:
        """How many votes the party with the last seat could lose, others unchanged, and have it still without a lot."""
        if not self.order:
            return None
        party = self.order[-1]
        won, votes = self.seats[party], self.case.votes[party]
        if self.quota is not None or self.case.ties != "lot":
            fewest = self._fewest(lambda less: self._surely(party, -less) < won, party, -1) if self._surely(party, 0) == won else 1
            return None if fewest is None else fewest - 1
        others = [p for p, number in enumerate(self.case.votes) if p != party and number and self._has_room(p)]
        first = min((self.case.priority(p, self.seats[p]) for p in others), default=(True, Fraction(0)))
        level = self._level(first, party, won - 1)
        return None if level is None else max(ceil(votes - level) - 1, 0)

    def _has_room(self, party: int) -> bool:
        return self.case.caps[party] != self.seats[party]

    def _level(self, rival: tuple[bool, Fraction], party: int, won: int) -> Fraction | int | None:
        """The votes above which the party's next seat after `won` comes before a rival's; None where no number is enough."""
        rule, (later, value) = self.case.rule, rival
        assert isinstance(rule, Divisor)
        divisor = rule.sequence(self.case.held[party] + won)
        if not divisor:
            return 0 if later else -value
        if not later:
            return None
        return isqrt(floor(-value * divisor)) if rule.power == 2 else -value * divisor

    def _surely(self, party: int, more: int) -> int:
        """Seats of the party with so many more votes, should every lot go against it."""

        def against(where: str, rule: str, tied: Sequence[str]) -> Lot:
            return Lot(where, rule, tuple(tied), next(name for name in tied if name != str(party)), "against")

        try:
            return _solve(self.case.with_votes(party, more), _Urn(tuple(map(str, range(len(self.seats)))), "", against)).seats[party]
        except SettingError:
            return 0

    def _fewest(self, holds: Callable[[int], bool], party: int, sign: int) -> int | None:
        """The smallest number of votes, added (`sign` 1) or taken away (-1), for which `holds`; None where none does.

        More votes never cost a party a seat by a divisor, nor by an exact quota whose whole quotas never fill too many
        seats. By the others they may, where the quota's whole number rises or too many seats are filled; between two such
        places they do not, so that one place after the other is looked at.
        """
        rule, most = self.case.rule, int(self.case.votes[party]) if sign < 0 else int(sum(self.case.votes)) << 64
        if isinstance(rule, Divisor) or (rule.offset is None and rule.plus < 2):
            return _bisected(holds, 0, most)
        low = 0
        for high in (*self._places(rule, holds, party, sign, most), most):
            if holds(high):
                return _bisected(holds, low, high)
            low = high
        return None

    def _places(self, rule: Quota, holds: Callable[[int], bool], party: int, sign: int, most: int) -> list[int]:
        """Changes of votes between which one more never costs the party a seat, in order."""
        total, votes, parts = int(sum(self.case.votes)), self.case.votes, self.case.seats + rule.plus
        if rule.offset is None:
            theirs = [Fraction(v * parts, m) - total for p, v in enumerate(votes) if p != party for m in range(1, parts + 1)]
            own = [Fraction(m * total - votes[party] * parts, parts - m) for m in range(parts)]
            return sorted({end for place in (*theirs, *own) for end in (floor(sign * place), ceil(sign * place) - 1) if 0 < end < most})
        # The last unit of a quota moves the place where a seat changes hands by fewer than (seats + 1)^2 votes,
        # and the quota keeps its whole number over seats + 1 of them; a whole quota more in these may be one too many.
        places, wholes = [_bisected(holds, 0, most) or most], []
        while len(places) <= 2 * parts and places[-1] > 0:
            far, quota = places[-1], rule(total + sign * places[-1], self.case.seats)
            first, last = rule.plateau(total + sign * far, self.case.seats)
            places.append(first - 1 - total if sign > 0 else total - last - 1)
            low, high = sorted(votes[party] + sign * place for place in (far, max(places[-1], 0)))
            numbers = range(ceil(low / quota), floor(high / quota) + 1) if quota else ()
            wholes += [floor(sign * (number * quota - votes[party])) for number in numbers]
        return sorted({place for place in (*places, *(whole - (sign > 0) for whole in wholes)) if place > 0})


def _bisected(holds: Callable[[int], bool], low: int, most: int) -> int | None:
    """The smallest number over `low` from which on `holds`; None where it does not at `most`."""
    step = 1
    while not holds(min(low + step, most)):
        if low + step >= most:
            return None
        step *= 2
    low, high = low + step // 2, min(low + step, most)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def apportion(
    votes: Sequence[int | Fraction],
    seats: int,
    method: str = "dhondt",
    *,
    held: Sequence[int] | None = None,
    floors: Sequence[int] | None = None,
    caps: Sequence[int | None] | None = None,
    names: Sequence[str] | None = None,
    where: str = "apportionment",
    ties: str = "lot",
    lots: Lots = refuse,
) -> Apportionment:
    """Apportion `seats` by a divisor or quota method; a party without votes takes no part.

    `votes` has shape (parties,). `method` is a name of `DIVISORS` or `QUOTAS`, with its setting where it has one.
    `held` are the seats that each party holds already, from which its divisors start (additional members). `floors` and
    `caps` are the fewest and the most of these seats that each party may have (None: no cap), by a divisor alone; the
    awards that a floor calls for come first. `names` are what the tied are called, and `where`, when `lots` is asked to
    decide; `ties` is what comes before a lot among equal quotients: nothing (`lot`), `most-votes`, or `one-vote-more`,
    as if each of them had one.

    Raises
    ------
    UnknownName
        No method is called so.
    SettingError
        Nobody has votes and there are seats to fill, floors and caps leave no way, or a quota fills too many.
    TieUnresolved
        Parties are level for fewer seats than they are, and `lots` decides nothing.

    Examples
    --------
    >>> apportion([100, 80, 30], seats=4).seats
    (2, 2, 0)
    >>> apportion([100, 80, 30], seats=4, method="sainte-lague").seats
    (2, 1, 1)
    """
    if isinstance(votes, Mapping):
        raise SettingError("votes are numbers in a list; of a mapping, apportion(list(votes.values()), seats, names=list(votes))")
    parties = len(votes)
    labels = tuple(names or map(str, range(parties)))
    whole = tuple(number if isinstance(number, Fraction) else index(number) for number in votes)
    start, least = ((0,) * parties if given is None else tuple(map(index, given)) for given in (held, floors))
    case = _Case(whole, seats, rule_named(method), start, least, tuple(caps or (None,) * parties), ties)
    _check(case, labels, where)
    return _solve(case, _Urn(labels, where, lots))


def set_aside(votes: Sequence[int], seats: int, kept: Sequence[int], method: str, **how: object) -> Apportionment:
    """Apportion `seats`, but whoever has `kept` more than its due keeps them and is set aside with them; then again among the rest.

    The rule of levelling seats in Denmark and Norway. `seats` of the answer are all seats of each party, those kept
    included; its awards are those of the last round. `how` is what else `apportion` takes.

    Examples
    --------
    >>> set_aside([600, 300, 100], 10, [7, 0, 0], "hare").seats
    (7, 2, 1)
    """
    out: set[int] = set()
    lots: tuple[Lot, ...] = ()
    while True:
        running = [0 if party in out else number for party, number in enumerate(votes)]
        left = seats - sum(kept[party] for party in out)
        due = apportion(running, left, method, **how)  # type: ignore[arg-type]  # handed through
        lots += due.lots
        over = {party for party, won in enumerate(due.seats) if party not in out and kept[party] > won}
        if not over:
            whole = tuple(kept[party] if party in out else won for party, won in enumerate(due.seats))
            return replace(due, seats=whole, lots=lots)
        out |= over


def _check(case: _Case, labels: tuple[str, ...], where: str) -> None:
    parties = len(case.votes)
    if {len(labels), len(case.held), len(case.floors), len(case.caps)} != {parties}:
        raise SettingError(f"{where}: {parties} parties have votes; names, seats held, floors and caps must be as many")
    if len(set(labels)) < parties:
        raise SettingError(f"{where}: two parties have one name; a lot could not tell them apart")
    if case.seats < 0 or min((*case.votes, *case.held, *case.floors), default=0) < 0:
        raise SettingError(f"{where}: votes and seats cannot be negative")
    if case.seats > MOST:
        raise SettingError(f"{where}: {case.seats:,} seats are more than any house has; at most {MOST:,} are apportioned")
    if case.seats and not any(case.votes):
        raise SettingError(f"{where}: {case.seats} seats to fill and nobody with votes to take them")
    if case.ties not in TIES:
        raise UnknownName("rule for ties", case.ties, TIES)
    if isinstance(case.rule, Quota) and (any(case.held) or any(case.floors) or any(cap is not None for cap in case.caps)):
        raise SettingError(f"{where}: a quota knows no seats held, floors or caps; choose a divisor, or set those parties aside")
    if sum(case.floors) > case.seats:
        raise SettingError(f"{where}: the floors add up to {sum(case.floors)} seats and there are {case.seats}")
    for label, least, cap in zip(labels, case.floors, case.caps, strict=True):
        if cap is not None and cap < least:
            raise SettingError(f"{where}: {label} has a floor of {least} and a cap of {cap}")


@dataclass(frozen=True)
class _Urn:
    """What the tied are called, where, and who decides."""

    labels: tuple[str, ...]
    where: str
    lots: Lots
    drawn: list[Lot] = field(default_factory=list)

    def take(self, tied: Iterable[tuple[Fraction | int, int]], places: int, rule: str) -> list[int]:
        """Those who take `places` among the tied, as (rank, party): the higher ranks first, level ones by lot one after another."""
        ranked = list(tied)
        if len(ranked) == 1:
            return [party for _, party in ranked[:places]]
        chosen: list[int] = []
        for _, level in groupby(sorted(ranked, key=lambda pair: (-pair[0], pair[1])), key=lambda pair: pair[0]):
            left = [party for _, party in level]
            while left and len(chosen) < places:
                if len(left) <= places - len(chosen):
                    chosen += left
                    break
                lot = self.lots(self.where, rule, [self.labels[party] for party in left])
                self.drawn.append(lot)
                winner = next(party for party in left if self.labels[party] == lot.chosen)
                chosen.append(winner)
                left.remove(winner)
        return chosen


def _solve(case: _Case, urn: _Urn) -> Apportionment:
    return _highest_averages(case, urn) if isinstance(case.rule, Divisor) else _largest_remainders(case, case.rule, urn)


def _highest_averages(case: _Case, urn: _Urn) -> Apportionment:
    won = [0] * len(case.votes)
    order: list[int] = []
    key = _keys(case)
    for party, least in enumerate(case.floors):
        won[party] = least
        order += [party] * least
    line = [(*key(party, won[party]), party) for party, votes in enumerate(case.votes) if votes and case.caps[party] != won[party]]
    heapq.heapify(line)
    while len(order) < case.seats:
        if not line:
            raise SettingError(f"{urn.where}: the caps leave {case.seats - len(order)} of {case.seats} seats unfilled; raise one")
        later, value, party = heapq.heappop(line)
        tied = [party]
        while line and line[0][0] == later and line[0][1] == value:
            tied.append(heapq.heappop(line)[2])
        ranked = [(case.rank(p, won[p]), p) for p in tied] if len(tied) > 1 else [(0, party)]
        for winner in urn.take(ranked, case.seats - len(order), "the rule of equal quotients"):
            won[winner] += 1
            order.append(winner)
        for party in tied:
            if case.caps[party] != won[party]:
                heapq.heappush(line, (*key(party, won[party]), party))
    return Apportionment(tuple(won), tuple(order), tuple(urn.drawn), case)


def _keys(case: _Case) -> Callable[[int, int], tuple[bool, int]]:
    """`priority` in whole numbers, from a party and what it has won here: equal where quotients are, and in their order.

    Two fractions a / b and c / d that differ do so by 1 / bd or more: times over 2bd, their whole parts differ too.
    """
    assert isinstance(case.rule, Divisor)
    common = lcm(*(number.denominator for number in case.votes))
    votes = [int(number * common) ** case.rule.power for number in case.votes]
    above, below = _steps(case.rule, (max(case.held, default=0) + case.seats).bit_length())
    shift = 2 * max(above).bit_length() + 1

    def key(party: int, won: int) -> tuple[bool, int]:
        step = case.held[party] + won
        return (True, -((votes[party] * below[step] << shift) // above[step])) if above[step] else (False, -votes[party])

    return key


@lru_cache(maxsize=64)
def _steps(rule: Divisor, bits: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Numerators and denominators of the divisors for any number of seats with so many bits, and one more."""
    steps = [Fraction(rule.sequence(held)) for held in range((1 << bits) + 1)]
    return tuple(step.numerator for step in steps), tuple(step.denominator for step in steps)


def _largest_remainders(case: _Case, rule: Quota, urn: _Urn) -> Apportionment:
    quota = rule(sum(case.votes), case.seats) if case.seats else Fraction(1)
    if not quota:
        raise SettingError(f"{urn.where}: the quota of {sum(case.votes)} votes for {case.seats} seats is rounded to 0; choose another quota")
    if not case.seats:
        return Apportionment((0,) * len(case.votes), (), (), case, quota)
    won = [floor(votes / quota) for votes in case.votes]
    left = case.seats - sum(won)
    if left < 0 and rule.excess == "raise":
        raise SettingError(
            f"{urn.where}: there are {sum(won)} whole quotas of {float(quota):g} votes for {case.seats} seats; "
            "choose another quota, or add excess=subtract or excess=hare"
        )
    if left < 0 and rule.excess != "subtract":
        return replace(_largest_remainders(case, QUOTAS[rule.excess], urn), case=case)
    while left < 0:  # each gives back one seat at most before anybody gives back two
        holders = [party for party, number in enumerate(won) if number]
        keepers = _largest(case, holders, max(len(holders) + left, 0), quota, urn)
        for party in set(holders) - set(keepers):
            won[party] -= 1
            left += 1
    order = [party for party, number in enumerate(won) for _ in range(number)]
    standing = [party for party, votes in enumerate(case.votes) if votes]
    if left > len(standing):
        raise SettingError(f"{urn.where}: the quota leaves {left - len(standing)} of {case.seats} seats unfilled; choose another quota")
    for party in _largest(case, standing, left, quota, urn):
        won[party] += 1
        order.append(party)
    return Apportionment(tuple(won), tuple(order), tuple(urn.drawn), case, quota)


def _largest(case: _Case, parties: Iterable[int], places: int, quota: Fraction, urn: _Urn) -> list[int]:
    """Those of the parties whose remainders are the largest, as many as there are places."""
    remainders = [(case.votes[party] % quota, party) for party in parties]
    winners: list[int] = []
    for _, level in groupby(sorted(remainders, reverse=True), key=lambda pair: pair[0]):
        winners += urn.take([(case.rank(party, 0), party) for _, party in level], places - len(winners), "the rule of equal remainders")
    return winners
