"""Votes by district in, seats in each and above them out: the parts that list systems of one tier or more are made of."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from hustings.apportionment import apportion
from hustings.divisors import Divisor, rule_named
from hustings.election import Contest, District, Election, aligned
from hustings.errors import SettingError
from hustings.lots import Lot, Lots, refuse
from hustings.thresholds import NO_THRESHOLD, Field, Threshold

Ints = NDArray[np.int64]


def two_tiers(election: Election, *scenarios: Callable[[Election], Election]) -> tuple[Election, Contest, Contest]:
    """The election, its districts, and the areas above them with the same columns; the scenarios make these where it has none."""
    if election.upper is None:
        for scenario in scenarios:
            election = election.given(scenario)
    assert election.upper is not None
    districts, areas = aligned(election.main, election.upper)
    return election, districts, areas


def below(contest: Contest, area: District) -> list[int]:
    """Rows of the districts over which an area stands."""
    parts = set(area.parts)
    return [row for row, district in enumerate(contest.districts) if district.id in parts]


def levelling_areas(districts: Contest) -> Contest:
    """An area above each district, with its votes, for levelling seats that go straight to districts."""
    areas = (replace(district, id=f"levelling {district.id}", name=f"{district.name} (levelling)") for district in districts.districts)
    return replace(districts, districts=tuple(areas))


def summed(table: Ints, districts: Contest, areas: Contest) -> Ints:
    """The rows of the districts below each area, added up: from shape (districts, parties) to (areas, parties)."""
    return np.array([table[below(districts, area)].sum(axis=0) for area in areas.districts], dtype=np.int64)


def taking_part(contest: Contest, threshold: Threshold = NO_THRESHOLD, *, direct: Ints | None = None, regions: Sequence[str] = ()) -> Ints:
    """Votes of the lists that the threshold lets take part, else 0, shape (districts, parties) [votes]; a lump is no list.

    `direct` are seats won directly, of the same shape; `regions` are those of the districts, where the threshold asks.
    """
    tally = contest.counted()
    magnitudes = np.array([district.magnitude for district in contest.districts])
    field = Field(tuple(p.id for p in tally.parties), tally.votes, tuple(regions), direct=direct, magnitudes=magnitudes)
    listed = np.array([not party.lump for party in tally.parties])
    return np.where(threshold(field) & listed, tally.votes, 0)


def in_each(
    contest: Contest, votes: Ints, method: str, *, held: Ints | None = None, ties: str = "lot", lots: Lots = refuse
) -> tuple[Ints, list[Lot]]:
    """Seats in each district, apportioned by itself, shape (districts, parties) [seats], and the lots drawn.

    `votes` are those that count, and `held` the seats from which a party's divisors start, both of the same shape.

    Raises
    ------
    SettingError
        No list takes part in a district that has seats.
    """
    names = [party.id for party in contest.counted().parties]
    start = np.zeros_like(votes) if held is None else held
    seats: list[tuple[int, ...]] = []
    drawn: list[Lot] = []
    for district, row, has in zip(contest.districts, votes.tolist(), start.tolist(), strict=True):
        if district.magnitude and not any(row):
            raise SettingError(f"no list reaches the threshold in {district.name}, which has {district.magnitude} seats to fill; lower it")
        award = apportion(row, district.magnitude, method, held=has, names=names, where=district.name, ties=ties, lots=lots)
        seats.append(award.seats)
        drawn += award.lots
    return np.array(seats, dtype=np.int64).reshape(votes.shape), drawn


def place(
    votes: Sequence[Sequence[int | Fraction]] | Ints,
    held: Ints,
    due: Sequence[int] | Ints,
    room: Sequence[int] | None,
    divisor: str,
    *,
    areas: Sequence[str],
    names: Sequence[str],
    where: str,
    lots: Lots = refuse,
) -> tuple[Ints, list[Lot]]:
    """Give each party the seats it is `due`, one after another where the quotient of votes and divisor is the largest of all.

    `votes` and `held` have shape (areas, parties); a party's divisors in an area start after what it holds there. `room`
    is how many seats an area takes, if that is limited. Once nobody with seats left has votes where there is room, the
    limits fall: parties come before areas. Equal quotients that cannot all have their seats are decided by lot.

    Examples
    --------
    >>> place([[60, 30], [50, 40]], np.array([[1, 0], [0, 0]]), [1, 1], [1, 1], "dhondt", areas="NS", names="ab", where="levelling")[0].tolist()
    [[0, 1], [1, 0]]
    """
    rule = rule_named(divisor)
    if not isinstance(rule, Divisor):
        raise SettingError(f"{where}: {divisor} is a quota; levelling seats are placed by a divisor")
    there = None if room is None else list(room)
    left, start = [int(number) for number in due], held.tolist()
    won = [[0] * len(names) for _ in areas]
    drawn: list[Lot] = []
    while any(left):
        cells = {
            (area, party): Fraction(number) / rule.sequence(start[area][party] + won[area][party])
            for area, row in enumerate(votes.tolist() if isinstance(votes, np.ndarray) else votes)
            for party, number in enumerate(row)
            if number and left[party] and (there is None or there[area])
        }
        if not cells:
            if there is None:
                raise SettingError(f"{where}: {sum(left)} seats are due to parties without votes")
            there = None
            continue
        largest = max(cells.values())
        best = [cell for cell, quotient in cells.items() if quotient == largest]
        by_area, by_party = (Counter(cell[side] for cell in best) for side in (0, 1))
        crowded = any(number > left[party] for party, number in by_party.items())
        if crowded or (there is not None and any(number > there[area] for area, number in by_area.items())):
            labels = [f"{names[party]} in {areas[area]}" for area, party in best]
            drawn.append(lots(where, "the rule of equal quotients", labels))
            best = [best[labels.index(drawn[-1].chosen)]]
        for area, party in best:
            won[area][party] += 1
            left[party] -= 1
            if there is not None:
                there[area] -= 1
    return np.array(won, dtype=np.int64), drawn
