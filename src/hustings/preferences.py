"""Next preferences between parties: a matrix of facts or of the user's own in, exact weights for any set of parties out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.errors import DataError, SettingError
from hustings.exact import exact
from hustings.facts import fact
from hustings.files import read_toml

NONE, OTHERS = "none", "ind"


@dataclass(frozen=True, eq=False)
class Preferences:
    """Where a paper goes next after a party: `rows` of party → next party (or `none`) → weight, each adding up to 1.

    A party without a row takes that of its `proxy`; any other, the mean row. A party without a column takes that of the
    party named in `columns`; all others share the column `ind` equally, as far as they stand.
    """

    name: str
    title: str
    rows: Mapping[str, Mapping[str, Fraction]]
    proxy: Mapping[str, str]
    columns: Mapping[str, str]

    def weights(self, last: str, parties: Sequence[str]) -> dict[str, Fraction]:
        """Share of each of `parties` (those standing, without `last`) and of `none`; not yet renormalised."""
        row = self.rows.get(last) or self.rows.get(self.proxy.get(last, "")) or self._mean
        column = {party: party if party in self._keys else self.columns.get(party, OTHERS) for party in parties if party != last}
        sharing = sum(1 for key in column.values() if key == OTHERS)
        found = {party: row.get(key, Fraction(0)) / (sharing if key == OTHERS else 1) for party, key in column.items()}
        return {**found, NONE: row.get(NONE, Fraction(0))}

    @cached_property
    def _keys(self) -> set[str]:
        return {key for row in self.rows.values() for key in row}

    @cached_property
    def _mean(self) -> Mapping[str, Fraction]:
        """The mean of each column over the rows that have it, adding up to 1 again."""
        columns = {key: [row[key] for row in self.rows.values() if key in row] for key in sorted(self._keys)}
        means = {key: sum(found, Fraction(0)) / len(found) for key, found in columns.items()}
        return {key: mean / sum(means.values()) for key, mean in means.items()}

    def table(self, parties: Sequence[str]) -> NDArray[np.int64]:
        """Weights for those parties in millionths, shape (parties, parties + 1), the last column `none`; read-only."""
        return _table(self, tuple(parties))


def preferences(name: str) -> Preferences:
    """The matrix of that name among the facts, or the one in the user's TOML file.

    Raises
    ------
    UnknownName
        No matrix is called so.
    DataError
        The file does not hold a matrix; the row and the remedy are named.
    """
    if name.endswith(".toml"):
        return _checked(read_toml(Path(name)), name)
    return _of_facts(name)


@lru_cache
def _of_facts(name: str) -> Preferences:
    return _checked(fact(f"preferences/{name}"), name)


@lru_cache(maxsize=4096)
def _table(matrix: Preferences, parties: tuple[str, ...]) -> NDArray[np.int64]:
    """What `Preferences.table` says, which is asked of the same parties draw after draw."""
    weights = [matrix.weights(last, parties) for last in parties]
    table = np.array([[int(row.get(party, 0) * 10**6) for party in (*parties, NONE)] for row in weights], dtype=np.int64)
    table = table.reshape(len(parties), len(parties) + 1)
    table.flags.writeable = False
    return table


def _checked(document: Mapping[str, Any], file: str) -> Preferences:
    rows = document.get("rows")
    if not isinstance(rows, dict) or not rows or not all(isinstance(row, dict) for row in rows.values()):
        raise DataError(file, 'has no [rows]; write rows as con = { lab = "20.0", none = "33.8" }')
    normal = {}
    for party, row in rows.items():
        try:
            weights = {key: exact(str(value)) for key, value in row.items()}
        except SettingError as error:
            raise DataError(file, f"row {party}: {error}") from None
        total = sum(weights.values())
        if total <= 0 or min(weights.values()) < 0 or party in weights:
            raise DataError(file, f"row {party}: weights must be positive, and none for {party} itself")
        normal[party] = {key: weight / total for key, weight in weights.items()}
    proxy, columns = document.get("proxy", {}), document.get("columns", {})
    for party, other in proxy.items():
        if other not in normal:
            raise DataError(file, f"proxy of {party}: there is no row {other}")
    return Preferences(str(document.get("name", file)), str(document.get("title", file)), normal, proxy, columns)
