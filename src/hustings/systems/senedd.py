"""Votes by Westminster constituency in; six members of each pair of them, Senedd Cymru's from 2026, out."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from hustings.batches import Draws, added, in_each_draw, lists_of
from hustings.election import Contest, District, Election, electors
from hustings.errors import Unsuitable
from hustings.facts import fact
from hustings.lots import Lots, refuse
from hustings.outcome import Batch, Outcome, lumps, outcome
from hustings.seating import in_each, taking_part
from hustings.systems import system


@system(
    "senedd-2026",
    cites="Senedd Cymru (Members and Elections) Act 2024, ss. 1 and 5, with the pairs of March 2025",
    needs="the Westminster constituencies of 2024 in Wales, or the constituencies of the Senedd",
    house="own",
)
@dataclass(frozen=True)
class Senedd2026:
    """In each of sixteen constituencies closed lists win six seats by D'Hondt, without a threshold.

    The constituencies are pairs of those of Westminster, which are put together; accents do not count in their names.
    """

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        _, merged, own = _paired(election)
        seats, drawn = in_each(merged, taking_part(merged), "dhondt", lots=lots)
        assumed = (
            *(() if own else ("a vote for a candidate is taken for a vote for the party's list",)),
            *lumps(merged.counted(), "none is a list or wins a seat"),
        )
        return outcome(self, election, merged, seats, lots=drawn, assumed=assumed)

    def batch(self, election: Election, votes: NDArray[np.int64]) -> Batch:
        """The same in many draws: see `Batch`."""
        groups, merged, _ = _paired(election)
        draws = Draws(merged, added(np.moveaxis(votes, 2, 0), groups))
        seats, tied = in_each_draw(draws, lists_of(draws), "dhondt")
        return Batch(seats.sum(axis=1), None, tied)


def _paired(election: Election) -> tuple[list[list[int]], Contest, bool]:
    """Rows of each pair, the constituencies that they make, and whether the election has these of its own."""
    pairs: Mapping[str, Sequence[str]] = fact("senedd-2026")["pairs"]
    contest, old = election.main, election.main.districts
    row = {_plain(district.name): number for number, district in enumerate(old)}
    own = all(_plain(name) in row for name in pairs)
    parts = {name: [name] if own else list(pair) for name, pair in pairs.items()}
    missing = [part for members in parts.values() for part in members if _plain(part) not in row]
    if missing:
        raise Unsuitable(
            f"{election.id}: the Senedd's constituencies are pairs of Westminster's of 2024, and '{missing[0]}' is not among its districts"
        )
    groups = [[row[_plain(part)] for part in members] for members in parts.values()]
    districts = [_district(name, [old[number] for number in group]) for name, group in zip(parts, groups, strict=True)]
    return groups, replace(contest.merged(groups, districts), name="constituency"), own


def _plain(name: str) -> str:
    """A name without its accents and in lower case."""
    return "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter)).lower()


def _district(name: str, parts: Sequence[District]) -> District:
    return District(name, name, fact("senedd-2026")["members"], electors(parts), "Wales", "", "Wales", tuple(part.id for part in parts))
