"""Who is drawn where the rule calls for a lot: a decision is an input, and every one made is kept as a `Lot`."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from hustings.errors import DataError, TieUnresolved
from hustings.files import read_toml


@dataclass(frozen=True)
class Lot:
    """One decision that the rule left to chance: where, by which rule, who was tied, who was chosen, and how."""

    where: str
    rule: str
    tied: tuple[str, ...]
    chosen: str
    how: str

    def __str__(self) -> str:
        return f"lot by {self.rule} in {self.where} between {', '.join(self.tied)}: {self.chosen} ({self.how})"


Lots = Callable[[str, str, Sequence[str]], Lot]
"""(where, rule, names of the tied) → the lot drawn."""


def refuse(where: str, rule: str, tied: Sequence[str]) -> Lot:
    """Draw nobody: the decision has to be supplied."""
    raise TieUnresolved(where, rule, tied)


@dataclass(frozen=True)
class Seeded:
    """Let a seed draw: the same seed, place, rule and names give the same lot, in whatever order lots are called for."""

    seed: int

    def __call__(self, where: str, rule: str, tied: Sequence[str]) -> Lot:
        names = sorted(tied)
        stream = random.Random(f"{self.seed}|{where}|{rule}|{'|'.join(names)}")  # noqa: S311 — a recorded lot, not a secret
        return Lot(where, rule, tuple(tied), stream.choice(names), f"seed {self.seed}")


@dataclass(frozen=True)
class Decided:
    """Take the decisions that somebody recorded: (where, who were tied) → who was chosen.

    Names decide nothing when the tie is between others; then the lot is refused.
    """

    decisions: tuple[tuple[str, frozenset[str], str], ...]
    source: str

    def __call__(self, where: str, rule: str, tied: Sequence[str]) -> Lot:
        for place, names, chosen in self.decisions:
            # What stands at stage 1 is not what stands at stage 12.
            if names == frozenset(tied) and where.startswith(place) and not (place and where[len(place) :][:1].isdigit()):
                return Lot(where, rule, tuple(tied), chosen, f"decided ({self.source})")
        raise TieUnresolved(where, rule, tied)


def read_lots(path: Path) -> Decided:
    """Read a file of lots (TOML): `[[lot]]` with `tied`, `chosen` and, where known, `where` and `stage`.

    Raises
    ------
    DataError
        The file cannot be read, is not TOML, or a lot chooses somebody who was not tied.
    """
    document = read_toml(path)
    decisions = []
    for number, lot in enumerate(document.get("lot", []), 1):
        tied, chosen = lot.get("tied"), lot.get("chosen")
        if not isinstance(tied, list) or chosen not in tied:
            raise DataError(path, f"lot {number}: `tied` must list the tied and `chosen` must be one of them")
        place = str(lot.get("where", ""))
        stage = f"{', ' if place else ''}stage {lot['stage']}" if "stage" in lot else ""
        decisions.append((place + stage, frozenset(map(str, tied)), str(chosen)))
    return Decided(tuple(decisions), str(path))
