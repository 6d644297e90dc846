"""Two outcomes in, before and after; the swing by district and the seats that change hands out."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor

import numpy as np
from numpy.typing import NDArray

from hustings.charts import chart
from hustings.drawing import (
    EDGE,
    INNER,
    SMALL,
    WIDTH,
    Dress,
    Look,
    Scale,
    Table,
    assumed,
    clip,
    credit,
    dressed,
    label,
    line,
    rect,
    sheet,
    swatch,
    width_of,
    words,
)  # fmt: skip
from hustings.election import District, Party
from hustings.errors import UnknownName, Unsuitable
from hustings.outcome import Outcome

Change = tuple[Outcome, Outcome]
HIGH = 110.0


@dataclass(frozen=True)
class Swung:
    """A district of both outcomes: its swing in points, None where not both parties stood both times, and who gained from whom.

    Several parties that lost to several have no one from whom a seat was gained: `""`.
    """

    district: District
    swing: float | None
    gains: tuple[tuple[str, str], ...]


@chart("swing", cites="Political Science Resources, Butler swing (politicsresources.net/area/uk/swing.htm)", takes="change")
@dataclass(frozen=True)
class Swing(Look):
    """How far each district swung between two parties, and the seats that changed hands.

    Swing is Butler's: half of the one party's gain in points of all valid votes, less the other's, [-100 to 100]. It is
    given for districts of both elections in which both parties stood both times.

    Attributes
    ----------
    towards, away : ids of the parties; the largest two, and towards whichever gained on the other, unless they are named.
    """

    towards: str = ""
    away: str = ""

    def __call__(self, change: Change) -> str:
        to, source, districts = self._swung(change)
        before, after = change
        found = [each.swing for each in districts if each.swing is not None]
        pairs = Counter(pair for each in districts for pair in each.gains)
        named = {party.id: party for outcome in (before, after) for party in outcome.parties}
        order = [to, source, *dict.fromkeys(id_ for pair, _ in pairs.most_common() for id_ in pair if id_)]
        dresses = dressed([named[id_] for id_ in dict.fromkeys(order)])
        # One election under two systems has no swing to draw.
        swings = before.election != after.election or any(found)
        body, height = _histogram(found, dresses[to], dresses[source]) if swings else ("", 0.0)
        hands, room = _hands(pairs, districts, dresses, height + 6)
        systems = f"{label(before)} to {label(after)}" if label(before) != label(after) else f"{before.election} as it was and as it is changed"
        between = f"{before.election} to {after.election}" if before.election != after.election else systems
        title = f"Swing from {dresses[source].short} to {dresses[to].short}: {between}" if swings else f"Seats that change hands: {between}"
        mean = f"{np.mean(found):+.2f} points, standard deviation {np.std(found):.2f}, in {len(found)} districts" if found else "not to be had"
        said = "; ".join(
            f"{dresses[won].name} from {dresses[lost].name if lost else 'several'} {seats}" for (won, lost), seats in pairs.most_common()
        )
        summary = [f"Mean swing {mean}. {sum(pairs.values())} seats change hands: {said or 'none'}.", *assumed(change)]
        return sheet(self, title, summary, body + hands, height=height + 6 + room, source=credit(change), dresses=dresses.values())

    def table(self, change: Change) -> Table:
        """Each district: its swing in points, and which party gained a seat from which."""
        to, source, districts = self._swung(change)
        rows = [
            [
                each.district.name,
                f"{each.swing:+.2f}" if each.swing is not None else "–",
                "; ".join(f"{won} from {lost or 'several'}" for won, lost in each.gains),
            ]
            for each in districts
        ]
        return ["district", f"swing {source} to {to}", "gained"], rows

    def _swung(self, change: Change) -> tuple[str, str, list[Swung]]:
        """The party towards which and the one from which, and every district of both outcomes."""
        before, after = change
        rows = {(district.id, district.name): row for row, district in enumerate(before.districts)}
        both = [(rows[key], row) for row, district in enumerate(after.districts) if (key := (district.id, district.name)) in rows]
        if not both:
            raise Unsuitable(f"{before.election} and {after.election} have no district in common, so there is no swing by district")
        to, source = self._parties(before, after)
        was, now = (_held(outcome) for outcome in change)
        swings = _butler(change, np.array(both), to, source)
        districts = [Swung(after.districts[row], swing, _gains(was[there], now[row])) for (there, row), swing in zip(both, swings, strict=True)]
        return to, source, districts

    def _parties(self, before: Outcome, after: Outcome) -> tuple[str, str]:
        was, now = _shares(before.tally.parties, before.tally.total), _shares(after.tally.parties, after.tally.total)
        known = [party.id for party in before.parties if party.id in now]
        for id_ in filter(None, (self.towards, self.away)):
            if id_ not in known:
                raise UnknownName("party of both elections", id_, known)
        lumps = {party.id for party in before.parties if party.lump}
        largest = sorted((id_ for id_ in known if id_ not in lumps | {self.towards, self.away}), key=lambda id_: -was[id_] - now[id_])
        if len(largest) + bool(self.towards) + bool(self.away) < 2:
            raise Unsuitable("a swing is between two parties that stood in both elections")
        if self.towards or self.away:
            return self.towards or largest[0], self.away or largest[0]
        one, other = largest[:2]
        return (one, other) if now[one] - was[one] >= now[other] - was[other] else (other, one)


def _shares(parties: Sequence[Party], votes: NDArray[np.int64]) -> Mapping[str, float]:
    cast = float(sum(votes)) or 1.0
    return {party.id: float(number) / cast for party, number in zip(parties, votes, strict=True)}


def _held(outcome: Outcome) -> list[dict[str, int]]:
    """Seats in each district by the ids of the parties that have any."""
    ids = [party.id for party in outcome.parties]
    return [{id_: number for id_, number in zip(ids, row, strict=True) if number} for row in outcome.seats.tolist()]


def _gains(was: Mapping[str, int], now: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    """Who gained a seat from whom, from the seats of a district before and after."""
    if was == now:
        return ()
    won = [id_ for id_ in now for _ in range(now[id_] - was.get(id_, 0))]
    lost = [id_ for id_ in was for _ in range(was[id_] - now.get(id_, 0))]
    if len(won) != len(lost):
        return ()
    plain = len(set(won)) == 1 or len(set(lost)) == 1
    return tuple((one, other if plain else "") for one, other in zip(won, lost, strict=True))


def _butler(change: Change, rows: NDArray[np.int64], to: str, source: str) -> list[float | None]:
    """The swing in each pair of rows of the two outcomes; None where not both parties stood both times."""
    shares, stood = [], np.ones(len(rows), dtype=np.bool_)
    for outcome, at in zip(change, rows.T, strict=True):
        columns = [[party.id for party in outcome.parties].index(id_) for id_ in (to, source)]
        inside = at < len(outcome.tally.votes)  # an area above the districts has no votes of its own
        votes, there = (values[np.where(inside, at, 0)] for values in (outcome.tally.votes, outcome.tally.stood))
        shares.append(votes[:, columns] / np.maximum(1, votes.sum(axis=1))[:, None])
        stood &= inside & there[:, columns].all(axis=1)
    to_gains, source_gains = (shares[1] - shares[0]).T
    return [swing if both else None for swing, both in zip((50 * (to_gains - source_gains)).tolist(), stood.tolist(), strict=True)]


def _histogram(found: Sequence[float], to: Dress, source: Dress) -> tuple[str, float]:
    """Districts by their swing, a bar for each point; hatched against the party from which it is counted."""
    if not found:
        return words(EDGE, 14, "No district where both parties stood both times.", "soft"), 24.0
    low, high = min(floor(min(found)), -1), max(ceil(max(found)), 1)
    wide = max(1, ceil((high - low) / 40))
    low -= low % wide
    bins = Counter(floor((value - low) / wide) for value in found)
    x, tallest = Scale(low, low + wide * ceil((high - low) / wide)), max(bins.values())
    out = words(EDGE, 11, f"← to {source.short}", "small soft") + words(WIDTH - EDGE, 11, f"to {to.short} →", "small soft", "end")
    top, bottom = 28.0, 28.0 + HIGH
    out += x.axis(top, bottom, "{:+g}")
    for at, number in sorted(bins.items()):
        left, tall = low + at * wide, HIGH * number / tallest
        dress = to if left >= 0 else source
        title = f"{left:+g} to {left + wide:+g} points: {number} districts"
        out += rect(x(left) + 0.4, bottom - tall, x(left + wide) - x(left) - 0.8, tall, dress.fill, title=title)
    mean = float(np.mean(found))
    text = f"mean {mean:+.1f}, {len(found)} districts"
    half = width_of(text) / 2
    out += line(x(0), top, x(0), bottom, "edge") + line(x(mean), top - 4, x(mean), bottom, "edge", stroke_dasharray="3 2", stroke_width=1.5)
    out += words(min(max(x(mean), EDGE + half), WIDTH - EDGE - half), top - 6, text, "bold", "middle")
    return out + words(WIDTH / 2, bottom + 27, "swing in points", "small soft", "middle"), bottom + 30


def _hands(pairs: Mapping[tuple[str, str], int], districts: Sequence[Swung], dresses: Mapping[str, Dress], y: float) -> tuple[str, float]:
    """The seats that change hands: who from whom, how many, and as many of their names as there is room for."""
    total = sum(pairs.values())
    out = words(EDGE, y + 14, f"{total:,} seat{'s' * (total != 1)} change{'s' * (total == 1)} hands", "bold")
    at = y + 24
    names = defaultdict(list)
    for each in districts:
        for pair in dict.fromkeys(each.gains):
            names[pair].append(each.district.name)
    most = max(pairs.values(), default=1)
    for (won, lost), number in sorted(pairs.items(), key=lambda item: (-item[1], item[0])):
        gainer, loser = dresses[won], dresses[lost] if lost else None
        said = f"{gainer.short} from {loser.short if loser else 'several'}"
        bar = (INNER - 178) * number / most
        out += swatch(gainer, EDGE, at)
        out += words(EDGE + 20, at + 11.3, clip(said, 124)) + rect(EDGE + 148, at + 1, max(bar, 1), 12, gainer.fill)
        out += words(EDGE + 154 + max(bar, 1), at + 11.3, f"{number}", "bold")
        out += words(EDGE + 20, at + 26, clip(", ".join(names[won, lost]), INNER - 20, SMALL), "small soft")
        at += 36
    return out, at - y
