"""A matrix by the first two parties in, the election with third parties' voters gone to one of the two out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import exp, floor
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from hustings.election import Election, Tally
from hustings.errors import DataError, SettingError
from hustings.exact import exact, shared
from hustings.facts import fact
from hustings.files import read_toml
from hustings.registry import describe
from hustings.scenarios import scenario

Ints = NDArray[np.int64]
Rows = NDArray[np.bool_]
Rates = Mapping[tuple[str, str], Mapping[str, Mapping[str, Fraction]]]
"""First two parties in the order of their ids → third party → one of the two → share of its voters."""

GRAIN = 10**6
"""A share that closeness gives is taken to the millionth; votes are exact from there."""


@scenario(
    "tactical",
    cites="Cox, Making Votes Count (1997), chapter 4, from memory, for voters who desert all but the first two; the rates are the matrix's",
)
@dataclass(frozen=True)
class Tactical:
    """Voters of parties that come third or lower go to one of the first two, by a matrix for each pair of these.

    Attributes
    ----------
    matrix : `tactical`, an assumption of ours that the catalogue of facts holds, or a TOML file of your own.
    cells : shares instead of the matrix's, by contest, third party and one of the two: con-lab.ld.lab=0.3.
    model : `fixed`, the matrix as it is; `closeness`, its rates where the first two are level, and the lower the farther they are apart
        (logit in the margin); `iterated`, the same again on the votes that come of it, voters acting on what they expect, until no party's
        votes change by more than one.
    rate : factor on the rates of the matrix.
    width : margin, as a share of the vote, that takes one from the logit of a rate.
    steps : for `iterated`: rounds at the most.
    """

    matrix: str = "tactical"
    cells: Mapping[str, Fraction] = field(default_factory=dict, hash=False)
    model: Literal["fixed", "closeness", "iterated"] = "fixed"
    rate: Fraction = Fraction(1)
    width: Fraction = Fraction(1, 10)
    steps: int = 20

    def __post_init__(self) -> None:
        object.__setattr__(self, "cells", {key: exact(str(share)) for key, share in sorted(self.cells.items())})
        if self.rate < 0 or self.width <= 0 or not 1 <= self.steps <= 1000:
            raise SettingError(f"tactical: rate={self.rate} must be 0 or more, width={self.width} over 0, steps={self.steps} 1 to 1000")

    def __call__(self, election: Election) -> Election:
        rates = self.rates()
        sincere = election.main.counted()
        ids = [party.id for party in sincere.parties]
        order = sorted(range(len(ids)), key=lambda at: ids[at])
        votes, rounds = sincere.votes, 0
        restless: Rows = np.ones(len(votes), dtype=np.bool_)
        while restless.any() and rounds < (self.steps if self.model == "iterated" else 1):
            new = votes.copy()
            for row in np.flatnonzero(restless):
                new[row] = self._voted(sincere.votes[row], votes[row], ids, order, rates)
            # To within a vote: whole votes may go to and fro by one for ever.
            restless, votes, rounds = (np.abs(new - votes) > 1).any(axis=1), new, rounds + 1
        moved = int(np.maximum(sincere.votes - votes, 0).sum())
        times = f" with {', '.join(f'{key} {float(share):.0%}' for key, share in self.cells.items())}" if self.cells else ""
        times += f", rates × {float(self.rate):g}" if self.rate != 1 else ""
        share = f"{moved:,} votes ({moved / max(1, int(votes.sum())):.1%})"
        notes = [
            f"{share} go from third parties to one of the first two; {self.model}, matrix {self.matrix}{times}",
            *_shown(sincere, rates),
        ]
        if self.model == "iterated":
            left = int(restless.sum())
            notes.append(
                f"{rounds} rounds; "
                + (f"{left} districts had not settled, and stand as the last round left them" if left else "all districts settled")
            )
        return election.with_main(election.main.recast(Tally(sincere.parties, votes, sincere.stood)), describe(self), *notes)

    def rates(self) -> Rates:
        """The matrix of that name among the facts, or the one in the user's TOML file, with its cells replaced and then multiplied."""
        rows = {where: dict(row) for where, row in _read(self.matrix).items()}
        for key, share in self.cells.items():
            contest, _, rest = key.partition(".")
            third, _, to = rest.partition(".")
            one, _, other = contest.partition("-")
            if not all((one, other, third)) or to not in (one, other):
                raise SettingError(f"tactical: '{key}' is neither a setting nor a cell of the matrix; a cell is written con-lab.ld.lab=0.3")
            rows.setdefault((*_contest(one, other), third), {})[to] = share
        found: dict[tuple[str, str], dict[str, dict[str, Fraction]]] = {}
        for (one, other, third), row in rows.items():
            if third in (one, other) or not set(row) <= {one, other} or min(row.values(), default=Fraction(0)) < 0 or sum(row.values()) > 1:
                raise DataError(
                    self.matrix,
                    f"[contests.{one}-{other}] {third}: a third party's voters go to {one} or {other}, in shares that come to 1 at most",
                )
            found.setdefault((one, other), {})[third] = {to: share * self.rate for to, share in row.items()}
        most = max((sum(row.values(), Fraction(0)) for row in rows.values()), default=Fraction(0))
        if most * self.rate > 1:
            raise SettingError(
                f"tactical: rate={float(self.rate):g} would move more voters of a party than it has; "
                f"at most {floor(100 / most) / 100:g} with matrix {self.matrix}"
            )
        return found

    def _voted(self, sincere: Ints, expected: Ints, ids: list[str], order: list[int], rates: Rates) -> list[int]:
        """Votes of a district whose voters like `sincere` and expect `expected`, shape (parties,)."""
        first, second = _first_two(expected, order)
        rows = rates.get(_contest(ids[first], ids[second]), {})
        margin = Fraction(int(expected[first] - expected[second]), max(1, int(expected.sum())))
        votes: list[int] = sincere.tolist()
        for third in order:
            if third in (first, second) or ids[third] not in rows or not sincere[third]:
                continue
            going = [self._close(rows[ids[third]].get(ids[to], Fraction(0)), margin) for to in (first, second)]
            stay = max(Fraction(0), 1 - sum(going))
            parts = shared(int(sincere[third]), [*going, stay], sorted(range(3), key=lambda k: ids[(first, second, third)[k]]))
            votes[first] += parts[0]
            votes[second] += parts[1]
            votes[third] = parts[2]
        return votes

    def _close(self, rate: Fraction, margin: Fraction) -> Fraction:
        """The rate where the first two are as far apart as that: one less of its logit for each width."""
        if self.model == "fixed" or not 0 < rate < 1 or not margin:
            return rate
        odds = float((1 - rate) / rate) * exp(min(700.0, float(margin / self.width)))
        return Fraction(round(GRAIN / (1 + odds)), GRAIN)


def _first_two(votes: Ints, order: list[int]) -> tuple[int, int]:
    """The columns of the first two parties; those level by their ids."""
    first, second = sorted(order, key=lambda at: -int(votes[at]))[:2]
    return first, second


def _contest(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _read(name: str) -> Mapping[tuple[str, str, str], Mapping[str, Fraction]]:
    """The rows of a matrix as they are written: first two parties and third party → one of the two → share."""
    document = read_toml(Path(name)) if name.endswith(".toml") else fact(name)
    contests = document.get("contests")
    if not isinstance(contests, dict) or not contests:
        raise DataError(name, 'has no contests; write [contests.con-lab] and below it ld = { lab = "0.2", con = "0.1" }')
    found = {}
    for key, rows in contests.items():
        two = key.split("-")
        if len(two) != 2:
            raise DataError(name, f"[contests.{key}]: name the first two parties, con-lab")
        for third, row in rows.items():
            try:
                found[(*_contest(*two), third)] = {to: exact(str(share)) for to, share in row.items()}
            except (SettingError, AttributeError):
                raise DataError(name, f'[contests.{key}] {third}: write {{ {two[0]} = "0.2", {two[1]} = "0.1" }}') from None
    return found


def contests(tally: Tally) -> list[tuple[tuple[str, str], Rows]]:
    """Every pair of parties that are the first two somewhere, and a mask of the districts where they are; the most frequent first."""
    ids = [party.id for party in tally.parties]
    order = sorted(range(len(ids)), key=lambda at: ids[at])
    pairs = [_contest(*(ids[at] for at in _first_two(votes, order))) for votes in tally.votes]
    met = sorted(Counter(pairs).items(), key=lambda item: (-item[1], item[0]))
    return [(two, np.array([pair == two for pair in pairs])) for two, _ in met]


def _shown(tally: Tally, rates: Rates) -> list[str]:
    """The rows of the matrix that the election meets, by type of contest."""
    ids = {party.id for party in tally.parties}
    lines = []
    for two, where in contests(tally):
        there = [f"{third} to {to} {float(rate):.0%}" for third, row in rates.get(two, {}).items() if third in ids for to, rate in row.items()]
        lines += [f"{two[0]} against {two[1]}, {int(where.sum())} districts: {', '.join(there)}"] if there else []
    return lines
