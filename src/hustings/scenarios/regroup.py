"""Single-member districts in, larger ones out: neighbours of one county or region put together, the same way every time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from math import ceil, cos, dist, pi, sin
from typing import Any, Literal, get_args

from hustings.election import District, Election, electors
from hustings.errors import SettingError, Unsuitable
from hustings.exact import check_shares
from hustings.registry import describe
from hustings.scenarios import scenario

LEAST, MOST = 3, 6
Area = Literal["region", "county", "country"]
AREAS: tuple[Area, ...] = get_args(Area)
Way = Literal["members", "share", Area]
DIRECTIONS = [(cos(k * pi / 6), sin(k * pi / 6)) for k in range(6)]


@scenario("regroup", cites="Districts of three to six within counties, as the Electoral Reform Society's studies of 2010-19 drew them")
@dataclass(frozen=True)
class Regroup:
    """Merge districts into districts of several members, into fewer single-member ones, or into whole areas.

    A group stays within a region, and within a county where the county is known and has districts enough. Groups are
    cut across the hexagon layout, each cut in the direction that leaves both sides in fewest pieces; contiguity is
    sought and not promised. Without a layout, districts that stand together in the source go together.

    Attributes
    ----------
    by : `members`: three to six members each, `members` where it can be. `share`: single-member districts, `share`
        times as many, of near-equal electorates. `region`, `county`, `country`: one district each.
    members : members of a district that are aimed at [3-6].
    share : single-member districts in a hundred of the old ones, as a fraction [0-1].
    """

    by: Way = "members"
    members: int = 5
    share: Fraction = Fraction(1, 2)

    def __post_init__(self) -> None:
        check_shares(self)
        check_members(self)

    def __call__(self, election: Election) -> Election:
        old = election.main.districts
        if self.by in AREAS:
            keys = [getattr(district, self.by) for district in old]
            groups = [[row for row, key in enumerate(keys) if key == name] for name in dict.fromkeys(keys)]
            names = [keys[group[0]] or "all districts" for group in groups]
            new = [_merged(name, [old[row] for row in group]) for name, group in zip(names, groups, strict=True)]
        elif any(district.magnitude != 1 for district in old):
            raise Unsuitable(f"{election.id}: only single-member districts can be regrouped by {self.by}")
        else:
            land = _Land(old, election.layout)
            if self.by == "members":
                groups, new = _multi_member(land, self.members)
            else:
                groups, new = _single_member(land, self.share)
        note = f"{len(old)} districts are merged into {len(new)}, {self._note}"
        return election.with_main(election.main.merged(groups, new), describe(self), note)

    @property
    def _note(self) -> str:
        if self.by in AREAS:
            return f"one for each {self.by}"
        aim = f"of {LEAST} to {MOST} members" if self.by == "members" else "of one member"
        return f"{aim}, neighbours within a county or region; no boundary commission drew them"


def check_members(entry: Any) -> None:
    """Refuse an entry that aims at districts of more or fewer members than are made."""
    if not LEAST <= entry.members <= MOST:
        raise SettingError(f"{entry.__entry__.name}: members={entry.members} must be {LEAST} to {MOST}")


def _merged(name: str, parts: Sequence[District], id_: str = "", magnitude: int | None = None) -> District:
    def common(field: str) -> str:
        values = list(dict.fromkeys(getattr(part, field) for part in parts))
        return values[0] if len(values) == 1 else " and ".join(filter(None, values)) if len(values) <= 3 else ""

    return District(
        id_ or name,
        name,
        sum(part.magnitude for part in parts) if magnitude is None else magnitude,
        electors(parts),
        common("region"),
        common("county"),
        common("country"),
        tuple(part.id for part in parts),
    )


def _multi_member(land: "_Land", aim: int) -> tuple[list[list[int]], list[District]]:
    groups, districts = [], []
    for name, block in land.blocks(LEAST):
        pieces = list(land.cut(block, _sizes(len(block), aim), by_number=True))
        for number, piece in enumerate(pieces, 1):
            groups.append(piece)
            label = f"{name} {number}" if len(pieces) > 1 else name
            districts.append(_merged(label, [land.districts[row] for row in piece]))
    return groups, districts


def _single_member(land: "_Land", share: Fraction) -> tuple[list[list[int]], list[District]]:
    groups, districts = [], []
    seen = made = 0
    for _, block in land.blocks(ceil(1 / share)):
        # Rounded as they add up, so that the whole house has its share to the last district.
        seen += len(block)
        number = max(1, int(seen * share + Fraction(1, 2)) - made)
        made += number
        for piece in land.cut(block, [1] * number, by_number=False):
            parts = [land.districts[row] for row in piece]
            groups.append(piece)
            districts.append(_merged(" / ".join(p.name for p in parts), parts, "+".join(p.id for p in parts), 1))
    return groups, districts


def _sizes(number: int, aim: int) -> list[int]:
    """Members of each district of an area: as near to `aim` as can be, none outside 3 to 6 unless the area is too small."""
    options = []
    for districts in range(ceil(number / MOST), max(1, number // LEAST) + 1):
        whole, over = divmod(number, districts)
        sizes = [whole + 1] * over + [whole] * (districts - over)
        options.append((sum((size - aim) ** 2 for size in sizes), sizes))
    return min(options)[1]


class _Land:
    """Districts, where they lie, and which touch."""

    def __init__(self, districts: Sequence[District], layout: Mapping[str, tuple[int, int]]) -> None:
        self.districts = districts
        known = all(district.id in layout for district in districts)
        # Rows of an odd-r layout are shoved right by half a hexagon where odd, and lie cos(30 degrees) apart.
        hexes = [layout[district.id] if known else (row, 0) for row, district in enumerate(districts)]
        self.places = [(q + (r % 2) / 2, r * cos(pi / 6)) for q, r in hexes]
        at = {place: row for row, place in enumerate(hexes)}
        self.touching = [
            [at[place] for place in _around(*hexes[row]) if place in at] if known else [row - 1, row + 1] for row in range(len(districts))
        ]

    def blocks(self, least: int) -> Iterator[tuple[str, list[int]]]:
        """The counties of each region, or the region where no county is known; those too small join a neighbour."""
        rows = sorted(range(len(self.districts)), key=lambda row: (self.districts[row].region, self.districts[row].county, row))
        for region, inside in groupby(rows, key=lambda row: self.districts[row].region):
            blocks: dict[tuple[str, ...], list[int]] = {
                (county or region or "all districts",): list(members)
                for county, members in groupby(inside, key=lambda row: self.districts[row].county)
            }
            while len(blocks) > 1 and (small := min(blocks, key=lambda name: (len(blocks[name]), name))):
                if len(blocks[small]) >= least:
                    break
                members = blocks.pop(small)
                near = {name: (-self._edges(members, block), self._distance(members, block)) for name, block in blocks.items()}
                host = min(blocks, key=lambda name: (*near[name], len(blocks[name]), name))
                blocks[*host, *small] = blocks.pop(host) + members
            for names in sorted(blocks):
                yield " and ".join(names), sorted(blocks[names])

    def cut(self, rows: list[int], parts: Sequence[int], *, by_number: bool) -> Iterator[list[int]]:
        """Cut an area into parts, by number of districts or into near-equal electorates, by halves of halves."""
        if len(parts) == 1:
            yield sorted(rows)
            return
        left, right = parts[: len(parts) // 2], parts[len(parts) // 2 :]
        best = None
        for number, (east, north) in enumerate(DIRECTIONS):
            line = sorted(rows, key=lambda row: (self.places[row][0] * east + self.places[row][1] * north, row))
            at = sum(left) if by_number else self._balance(line, len(left), len(right))
            halves = line[:at], line[at:]
            score = (sum(map(self._pieces, halves)), -sum(map(self._ties, halves)), number)
            if best is None or score < best[0]:
                best = score, halves
        assert best is not None
        yield from self.cut(best[1][0], left, by_number=by_number)
        yield from self.cut(best[1][1], right, by_number=by_number)

    def _balance(self, line: list[int], left: int, right: int) -> int:
        """Where to cut a line of districts so that `left` of `left + right` equal electorates lie before it."""
        weights = [self.districts[row].electorate or 1 for row in line]
        goal = sum(weights) * left / (left + right)
        sums = [sum(weights[:at]) for at in range(len(line) + 1)]
        return min(range(left, len(line) - right + 1), key=lambda at: (abs(sums[at] - goal), at))

    def _distance(self, one: Sequence[int], other: Sequence[int]) -> float:
        """Between the nearest districts of two areas, in hexagons."""
        return min(dist(self.places[row], self.places[there]) for row in one for there in other)

    def _edges(self, one: Sequence[int], other: Sequence[int]) -> int:
        there = set(other)
        return sum(1 for row in one for near in self.touching[row] if near in there)

    def _ties(self, rows: Sequence[int]) -> int:
        return self._edges(rows, rows)

    def _pieces(self, rows: Sequence[int]) -> int:
        left, pieces = set(rows), 0
        while left:
            pieces += 1
            edge = [left.pop()]
            while edge:
                near = [row for row in self.touching[edge.pop()] if row in left]
                left.difference_update(near)
                edge += near
        return pieces


def _around(q: int, r: int) -> list[tuple[int, int]]:
    """The six neighbours of a hexagon in an odd-r layout."""
    shift = r % 2
    return [(q - 1, r), (q + 1, r), *((q - 1 + shift + step, r + row) for row in (-1, 1) for step in (0, 1))]
