"""A comparison in, a bar of seats for each system out, with the line of a majority."""

from dataclasses import dataclass

from hustings.analysis.compare import Comparison
from hustings.charts import chart
from hustings.drawing import EDGE, INNER, WIDTH, Dress, Look, Scale, Table, assumed, clip, credit, dressed, legend, line, rect, sheet, width_of, words
from hustings.election import Party
from hustings.outcome import Outcome

ROW, BAR = 46.0, 22.0


@chart("systems", cites="Stacked bars of seats in one order of parties: house style", takes="comparison")
@dataclass(frozen=True)
class Systems(Look):
    """A bar for each system, divided by party in the same order, with the line of a majority."""

    def __call__(self, comparison: Comparison) -> str:
        parties = _parties(comparison)
        dresses = dressed(parties)
        houses = [outcome.house for outcome in comparison.outcomes]
        x = Scale(0, max(houses))
        body = "".join(self._bar(name, outcome, dresses, x, at) for at, (name, outcome) in enumerate(_pairs(comparison)))
        bottom = len(houses) * ROW + 14
        if len(set(houses)) == 1:
            body += words(x(houses[0] / 2), 9, f"{houses[0] // 2 + 1} for a majority", "small", "middle")
        key, room = legend([(dress, dress.short) for dress in dresses.values()], bottom + 8)
        title = f"Seats under {len(houses)} system{'s' * (len(houses) > 1)}: {comparison.election.id}"
        said = [f"{name}: {', '.join(f'{party} {seats}' for party, seats in outcome.by_party.items())}." for name, outcome in _pairs(comparison)]
        notes = assumed(comparison.outcomes)
        source = credit(comparison.outcomes)
        return sheet(self, title, [*said, *notes], body + key, height=bottom + 8 + room, source=source, dresses=dresses.values())

    def table(self, comparison: Comparison) -> Table:
        """Seats of each party under each system."""
        rows = [
            [party.name or party.id, *(str(outcome.by_party.get(party.id, "–")) for outcome in comparison.outcomes)] for party in _parties(comparison)
        ]
        rows.append(["majority", *(str(outcome.house // 2 + 1) for outcome in comparison.outcomes)])
        return ["party", *comparison.labels], rows

    def _bar(self, name: str, outcome: Outcome, dresses: dict[str, Dress], x: Scale, at: int) -> str:
        """One system: its name, who has a majority, and the bar."""
        y, before, out = 14 + at * ROW, 0, ""
        most, middle = outcome.house // 2 + 1, x(outcome.house / 2)
        party, seats = next(iter(outcome.by_party.items()), ("", 0))
        says = f"majority {dresses[party].short}" if seats >= most else "no majority"
        out += words(EDGE, y + 14, clip(name, INNER - width_of(says) - 12), "bold") + words(WIDTH - EDGE, y + 14, says, "soft", "end")
        for id_, dress in dresses.items():
            seats = outcome.by_party.get(id_, 0)
            if not seats:
                continue
            left, wide = x(before), x(before + seats) - x(before)
            out += rect(left, y + 19, wide, BAR, f"{dress.fill} gap", title=f"{name}: {dress.name} {seats}", stroke_width=min(1.0, wide / 4))
            text = next((text for text in (f"{dress.letter} {seats}", f"{seats}", dress.letter) if width_of(text) + 4 <= wide), "")
            at_x, room = left + wide / 2, width_of(text) / 2 + 4
            if abs(at_x - middle) < room:  # not under the line of the majority
                at_x = middle - room if middle - left > left + wide - middle else middle + room
            out += words(at_x, y + 19 + BAR / 2 + 4.2, text, f"bold {dress.key}", "middle") if text else ""
            before += seats
        return (
            out
            + line(middle, y + 17, middle, y + 21 + BAR, "gap", stroke_width=4)
            + line(middle, y + 16, middle, y + 22 + BAR, "edge", stroke_width=2)
        )


def _pairs(comparison: Comparison) -> list[tuple[str, Outcome]]:
    return list(zip(comparison.labels, comparison.outcomes, strict=True))


def _parties(comparison: Comparison) -> list[Party]:
    """The parties with a seat under any of the systems, most votes first."""
    found = {party.id: party for outcome in comparison.outcomes for party in outcome.parties if party.id in outcome.by_party}
    votes = {party.id: int(number) for outcome in comparison.outcomes for party, number in zip(outcome.parties, outcome.tally.total, strict=True)}
    return sorted(found.values(), key=lambda party: -votes[party.id])
