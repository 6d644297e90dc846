"""Oracles: measures, divisors, counts straight from the papers, in plain slow Python."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import sqrt

from hustings.outcome import Outcome

# Measures, from the votes and seats of each party, in plain Python.


def _shares(outcome: Outcome, numbers: Sequence[int]) -> list[Fraction]:
    """Of the whole; without those of lumps, which are no parties."""
    shares = [Fraction(int(number), int(sum(numbers))) for number in numbers]
    return [share for share, party in zip(shares, outcome.parties, strict=True) if not party.lump]


def _gaps(outcome: Outcome) -> list[Fraction]:
    pairs = zip(_shares(outcome, outcome.total.tolist()), _shares(outcome, outcome.basis.total.tolist()), strict=True)
    return [seats - votes for seats, votes in pairs]


def _enp(outcome: Outcome, numbers: Sequence[int]) -> float:
    squares = sum(share**2 for share in _shares(outcome, numbers))
    return float(1 / squares) if squares else float("inf")


def _single(outcome: Outcome) -> list[int]:
    return [row for row in range(len(outcome.tally.votes)) if outcome.districts[row].magnitude == 1]


def _margins(outcome: Outcome) -> list[tuple[int, int]]:
    """(majority, valid votes) of each single-member district."""
    found = []
    for row in _single(outcome):
        votes, seats = outcome.tally.votes[row].tolist(), outcome.seats[row].tolist()
        others = [number for number, seat in zip(votes, seats, strict=True) if not seat]
        found.append((votes[seats.index(1)] - max(others), sum(votes)))
    return found


def _marginal(outcome: Outcome) -> int | None:
    return sum(10 * lead < valid for lead, valid in _margins(outcome)) if _single(outcome) and not outcome.transcripts else None


def _safe(outcome: Outcome) -> int | None:
    return sum(5 * lead >= valid for lead, valid in _margins(outcome)) if _single(outcome) and not outcome.transcripts else None


def _won_by_half(outcome: Outcome) -> int | None:
    rows = _single(outcome)
    halves = [2 * int(outcome.tally.votes[row] @ outcome.seats[row]) > int(outcome.tally.votes[row].sum()) for row in rows]
    return sum(halves) if rows else None


def _wasted(outcome: Outcome) -> float | None:
    """Every vote by itself: was it for a loser, or one that the winner did not need?"""
    if not _single(outcome) or outcome.transcripts or len(_single(outcome)) < len(outcome.districts):
        return None
    wasted = 0
    for row in _single(outcome):
        votes, winner = outcome.tally.votes[row].tolist(), outcome.seats[row].tolist().index(1)
        second = max(number for party, number in enumerate(votes) if party != winner)
        needed = min(votes[winner], second + 1)
        wasted += sum(votes) - needed
    return wasted / int(outcome.tally.votes.sum())


def _unrepresented(outcome: Outcome) -> float:
    lower, lost = len(outcome.tally.votes), 0
    for row, district in enumerate(outcome.districts[:lower]):
        tiers = [row, *(n for n, above in enumerate(outcome.districts[lower:], lower) if above.region == district.region)]
        for party, votes in enumerate(outcome.tally.votes[row].tolist()):
            lost += 0 if any(outcome.seats[tier][party] for tier in tiers) else votes
    return lost / int(outcome.tally.votes.sum())


MEASURES: dict[str, Callable[[Outcome], float | int | None]] = {
    "gallagher": lambda outcome: 100 * sqrt(sum(gap * gap for gap in _gaps(outcome)) / 2),
    "loosemore-hanby": lambda outcome: 100 * float(sum(abs(gap) for gap in _gaps(outcome)) / 2),
    "largest-deviation": lambda outcome: 100 * float(max(abs(gap) for gap in _gaps(outcome))),
    "enp-votes": lambda outcome: _enp(outcome, outcome.basis.total.tolist()),
    "enp-seats": lambda outcome: _enp(outcome, outcome.total.tolist()),
    "marginal-seats": _marginal,
    "safe-seats": _safe,
    "won-by-half": _won_by_half,
    "wasted-votes": _wasted,
    "unrepresented-votes": _unrepresented,
}


# Apportionment, by enumeration.


def highest_averages(votes: Sequence[int], seats: int, divisor: Callable[[int], Fraction | int]) -> list[int]:
    """Sort every quotient there is and take the highest; for votes without ties at the last seat."""
    quotients = sorted(((Fraction(v) / divisor(n), party) for party, v in enumerate(votes) for n in range(seats) if v), reverse=True)
    won = [0] * len(votes)
    for _, party in quotients[:seats]:
        won[party] += 1
    return won
