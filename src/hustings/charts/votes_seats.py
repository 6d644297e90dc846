"""An outcome in, each party's share of the votes beside its share of the seats out."""

from dataclasses import dataclass

from hustings.charts import chart
from hustings.drawing import EDGE, INNER, WIDTH, Look, Scale, Table, assumed, circle, clip, credit, dressed, label, line, rect, sheet, words
from hustings.election import Party
from hustings.outcome import Outcome

LEAST = 0.01
"""Parties with fewer votes and no seat are left to the table."""
ROW = 31.0


@chart("votes-seats", cites="Gallagher, Electoral Studies 10 (1991), p. 40: the shares that the least squares index compares", takes="outcome")
@dataclass(frozen=True)
class VotesSeats(Look):
    """Each party's share of the votes, a ring, and its share of the seats, a square, joined by a bar."""

    def __call__(self, outcome: Outcome) -> str:
        shares = _shares(outcome)
        shown = [(party, votes, seats) for party, votes, seats in shares if seats or votes >= LEAST]
        dresses = dressed([party for party, _, _ in shown])
        x = Scale(0, max(max(votes, seats) for _, votes, seats in shown) * 1.02, EDGE + 6, WIDTH - EDGE - 6)
        bottom = 22 + len(shown) * ROW
        percent = Scale(0, 100 * x.high, x.start, x.end)
        body = circle(EDGE + 6, 7, 5, "line edge", stroke_width=2) + words(EDGE + 15, 11, "votes", "soft")
        body += rect(EDGE + 58, 4, 6, 6, "mute") + words(EDGE + 71, 11, "seats", "soft")
        body += percent.axis(22, bottom, "{:g}%")
        for number, (party, votes, seats) in enumerate(shown):
            dress, y = dresses[party.id], 22 + number * ROW
            figures = f"{votes:.1%} of votes, {seats:.1%} of seats"
            body += words(EDGE, y + 12, clip(dress.name, INNER - 96), "halo")
            body += words(WIDTH - EDGE, y + 12, f"{votes:.1%} → {seats:.1%}", "halo", "end")
            body += line(x(votes), y + 22, x(seats), y + 22, dress.stroke, stroke_width=3)
            body += circle(x(votes), y + 22, 5, f"ground {dress.stroke}", title=f"{dress.name}: {figures}", stroke_width=2)
            body += rect(x(seats) - 3, y + 19, 6, 6, dress.fill, title=f"{dress.name}: {figures}")
        title = f"Votes and seats: {outcome.election} under {label(outcome)}"
        said = "; ".join(f"{party.name or party.id} {votes:.1%} of votes, {seats:.1%} of seats" for party, votes, seats in shown)
        return sheet(self, title, [f"{said}.", *assumed([outcome])], body, height=bottom + 18, source=credit([outcome]), dresses=dresses.values())

    def table(self, outcome: Outcome) -> Table:
        """Shares of votes and seats, and their difference in points."""
        rows = [
            [party.name or party.id, f"{votes:.1%}", f"{seats:.1%}", f"{100 * (seats - votes):+.1f}"]
            for party, votes, seats in _shares(outcome)
            if votes or seats
        ]
        return ["party", "votes", "seats", "points"], rows


def _shares(outcome: Outcome) -> list[tuple[Party, float, float]]:
    """(party, share of votes, share of seats), most votes first; votes are those by which the outcome is judged."""
    votes = {party.id: int(number) for party, number in zip(outcome.basis.parties, outcome.basis.total, strict=True)}
    cast = sum(votes.values()) or 1
    found = [
        (party, votes.get(party.id, 0) / cast, int(seats) / (outcome.house or 1)) for party, seats in zip(outcome.parties, outcome.total, strict=True)
    ]
    return sorted(found, key=lambda each: (-each[1], -each[2]))
