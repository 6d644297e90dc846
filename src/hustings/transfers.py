"""Who withdraws where in, the votes of those who stand out: where supporters go by a matrix, whole votes, abstentions apart."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from hustings.election import Contest, Election, Tally
from hustings.errors import SettingError, UnknownName
from hustings.exact import shared
from hustings.preferences import NONE, Preferences, preferences

NOBODY = -1
FULL, NO, ESTIMATED = "full", "none", "estimated"
WAYS = (ESTIMATED, FULL, NO)

Mask = NDArray[np.bool_]
Columns = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Transfers:
    """Where supporters of a party go that does not stand.

    Attributes
    ----------
    rates : (party, to whom) → share of its supporters; `none` is nobody. What they leave follows the matrix.
    matrices : the matrix of Great Britain and that of Northern Ireland.
    way : `estimated`; or `full`, all follow the partner; or `none`, all abstain.
    odds : factor on the odds that a supporter follows the partner.
    """

    rates: Mapping[tuple[str, str], Fraction]
    matrices: tuple[Preferences, Preferences]
    way: str = ESTIMATED
    odds: Fraction = Fraction(1)

    def vector(self, last: str, standing: tuple[str, ...], partner: str | None, *, north: bool) -> list[Fraction]:
        """Share of the supporters of `last` for each of those standing, and for nobody; adds up to 1."""
        names = (*standing, NONE)
        if self.way != ESTIMATED and (partner or self.way == NO):
            chosen = partner if self.way == FULL else NONE
            return [Fraction(name == chosen) for name in names]
        weights = self.matrices[north].weights(last, standing)
        fixed = {name: self.rates[last, name] for name in names if (last, name) in self.rates}
        open_to = sum(weight for name, weight in weights.items() if name not in fixed)
        left = 1 - sum(fixed.values())
        shares = {name: fixed[name] if name in fixed else weights[name] * left / open_to if open_to else Fraction(0) for name in names}
        # Where the matrix knows nobody who is left, they stay at home.
        shares[NONE] += 1 - sum(shares.values())
        if partner and 0 < shares[partner] < 1:
            before = shares[partner]
            after = self.odds * before / (self.odds * before + 1 - before)
            shares = {name: after if name == partner else share * (1 - after) / (1 - before) for name, share in shares.items()}
        return [shares[name] for name in names]


@dataclass(frozen=True, eq=False)
class Moved:
    """The votes after withdrawals, and where those of the withdrawn went [votes]: to partners, to others, to nobody."""

    tally: Tally
    partners: int
    others: int
    nobody: int


def transfers(rates: Mapping[str, Fraction], matrix: str, northern_ireland: str, way: str = ESTIMATED, odds: Fraction = Fraction(1)) -> Transfers:
    """Transfers from settings: rates as `green.ld` → share.

    Raises
    ------
    SettingError
        A rate is not written so, is out of range, or those of a party come to more than 1.
    """
    known: dict[tuple[str, str], Fraction] = {}
    for key, rate in rates.items():
        last, dot, to = key.partition(".")
        if not dot or not 0 <= rate <= 1:
            raise SettingError(
                f"{key}={float(rate):g}: write the share of a party's supporters that goes to another as green.ld=0.5, to nobody as green.none=0.2"
            )
        known[last, to] = rate
    for last in {last for last, _ in known}:
        if (total := sum(rate for (party, _), rate in known.items() if party == last)) > 1:
            raise SettingError(f"{last}: the shares that go elsewhere come to {float(total):g}, more than 1")
    return Transfers(known, (preferences(matrix), preferences(northern_ireland)), way, odds)


def withdrawn(contest: Contest, leaving: Mask, partner: Columns, how: Transfers) -> Moved:
    """Let parties withdraw, shape (districts, parties), in favour of the partner of each district (or nobody), shape (districts,).

    Each party's votes go to those who stand by largest remainders, level ones by id. A partner stands even where it did not.
    """
    tally = contest.counted()
    ids = [party.id for party in tally.parties]
    by_id = sorted(range(len(ids)), key=lambda at: ids[at])
    vector = lru_cache(maxsize=None)(how.vector)
    votes, stood = tally.votes.copy(), tally.stood & ~leaving
    rows = np.flatnonzero(leaving.any(axis=1))
    served = rows[partner[rows] != NOBODY]
    stood[served, partner[served]] = True
    to_partners = nobody = 0
    for row in rows:
        standing = [at for at in by_id if stood[row, at]]
        named = ids[partner[row]] if partner[row] != NOBODY else None
        north = contest.districts[row].country == "Northern Ireland"
        for at in np.flatnonzero(leaving[row]):
            shares = vector(ids[at], tuple(ids[column] for column in standing), named, north=north)
            parts = shared(int(tally.votes[row, at]), shares, range(len(shares)))
            votes[row, at] = 0
            votes[row, standing] += np.array(parts[:-1], dtype=np.int64)
            nobody += parts[-1]
            to_partners += parts[standing.index(int(partner[row]))] if named else 0
    gone = int(tally.votes[leaving].sum())
    return Moved(Tally(tally.parties, votes, stood), to_partners, gone - to_partners - nobody, nobody)


def chosen_districts(election: Election, where: Sequence[str], held_by: str) -> Mask:
    """Districts that meet conditions FIELD=VALUE (values of one field: any of them), and that a party leads; shape (districts,)."""
    districts, tally = election.main.districts, election.main.counted()
    conditions: dict[str, list[str]] = {}
    for item in where:
        field, equals, value = item.partition("=")
        if not equals:
            raise SettingError(f"where={item}: write FIELD=VALUE, such as where=country=England; several with +")
        conditions.setdefault(field, []).append(value)
    mask = np.ones(len(districts), dtype=np.bool_)
    if conditions:
        inside = {district.id for district in election.where(conditions).main.districts}
        mask &= np.array([district.id in inside for district in districts])
    if held_by:
        column = columns(tally, [held_by])[0]
        mask &= (tally.votes[:, column] > np.delete(tally.votes, column, axis=1).max(axis=1, initial=0)) & tally.stood[:, column]
    return mask


def columns(tally: Tally, parties: Sequence[str]) -> list[int]:
    """The columns of parties by id, or UnknownName."""
    ids = [party.id for party in tally.parties]
    for party in parties:
        if party not in ids:
            raise UnknownName("party of this election", party, ids)
    return [ids.index(party) for party in parties]
