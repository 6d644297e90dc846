"""A transcript in, the count as bars and flows out: a lane for each candidate, a column for each stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from hustings.charts import chart
from hustings.drawing import EDGE, SMALL, WIDTH, Dress, Look, Table, clip, dressed, group, line, num, path, rect, sheet, width_of, words
from hustings.election import Party
from hustings.exact import decimal
from hustings.outcome import Stage, Transcript

LANE, TALLEST = 46.0, 25.0
NON_TRANSFERABLE, LOST = -1, -2
Flow = tuple[int, int, float]


@chart(
    "transfers",
    cites="Bars by stage and the papers that pass between them; quota, surplus and non-transferable apart: house style",
    takes="transcript",
)
@dataclass(frozen=True)
class Transfers(Look):
    """The stages of a count across, a lane for each candidate: votes as bars, transfers as bands, the quota as a line.

    What lies over the quota of an elected candidate, the surplus, is hatched; non-transferable votes and those lost to
    rounding have lanes of their own.
    """

    def __call__(self, transcript: Transcript) -> str:
        picture = _Grid(transcript)
        body = picture.heads() + picture.bands() + "".join(picture.lane(who, at) for at, who in enumerate(picture.lanes))
        height = picture.floor(len(picture.lanes) - 1) + 12
        quota = f", quota {_plain(transcript.quota, transcript.places)}" if transcript.quota is not None else ""
        names = ", ".join(transcript.candidates[who].name for who in transcript.elected)
        summary = (
            f"{transcript.name}: {transcript.valid} valid papers, {transcript.seats} to be elected{quota}, "
            f"{len(transcript.stages)} stages. Elected, in order: {names}."
        )
        source = f"{transcript.valid:,} valid papers, {transcript.invalid:,} invalid{quota}. Counted by {transcript.method}, by Hustings."
        title = f"The count: {transcript.name}"
        return sheet(self, title, [summary], body, height=height, source=source, dresses=picture.dresses.values())

    def table(self, transcript: Transcript) -> Table:
        """Votes of each candidate at each stage, and those that nobody holds."""
        header = ["candidate", *(f"{stage.number} {stage.act}" for stage in transcript.stages)]
        rows = [
            [candidate.name, *(decimal(stage.votes[number], transcript.places) for stage in transcript.stages)]
            for number, candidate in enumerate(transcript.candidates)
        ]
        if transcript.unit == "votes":
            rows.append(["non-transferable", *(decimal(stage.non_transferable, transcript.places) for stage in transcript.stages)])
            rows.append(["lost to rounding", *(decimal(stage.lost_to_rounding, transcript.places) for stage in transcript.stages)])
        return header, rows


def _plain(value: int | Fraction, places: int) -> str:
    """A value without the decimals that say nothing."""
    text = decimal(value, places)
    return text.rstrip("0").rstrip(".") if "." in text else text


def flows(before: Stage, stage: Stage) -> list[Flow]:
    """(from, to, units) of what passed at a stage, by its transfers, or by its differences where one candidate alone lost."""
    if stage.transfers:
        found: dict[tuple[int, int], float] = {}
        for transfer in stage.transfers:
            if transfer.source >= 0:
                pair = (transfer.source, transfer.to)
                found[pair] = found.get(pair, 0) + float(transfer.worth)
        return [(source, to, worth) for (source, to), worth in found.items() if worth > 0 and source != to]
    changes = {number: float(after - was) for number, (was, after) in enumerate(zip(before.votes, stage.votes, strict=True)) if after != was}
    changes[NON_TRANSFERABLE] = float(stage.non_transferable - before.non_transferable)
    losers = [number for number, change in changes.items() if change < 0]
    return [(losers[0], to, change) for to, change in changes.items() if change > 0] if len(losers) == 1 else []


@dataclass(frozen=True)
class _Grid:
    """Where everything of a transcript stands."""

    transcript: Transcript

    @cached_property
    def lanes(self) -> tuple[int, ...]:
        """Candidates from top to bottom, then who holds what no candidate does: the elected in order, then who stayed longest.

        So papers mostly pass upwards.
        """
        stages = self.transcript.stages
        out = {who: stage.number for stage in stages for who in stage.excluded}
        rest = sorted(
            (who for who in range(len(self.transcript.candidates)) if who not in self.transcript.elected),
            key=lambda who: (-out.get(who, len(stages) + 1), -(stages[-1].votes[who] if stages else 0), who),
        )
        nobody = [NON_TRANSFERABLE] if any(stage.non_transferable for stage in stages) else []
        lost = [LOST] if any(stage.lost_to_rounding for stage in stages) else []
        return (*self.transcript.elected, *rest, *(nobody + lost if self.transcript.unit == "votes" else []))

    @cached_property
    def dresses(self) -> Mapping[str, Dress]:
        """How each party is shown."""
        return dressed(list({(party := self._party(who)).id: party for who in self.lanes if who >= 0}.values()))

    @cached_property
    def most(self) -> float:
        """The most that anybody holds, in units, or the quota."""
        held = [self.held(who, stage) for who in self.lanes for stage in self.transcript.stages]
        return max(*held, float(self.transcript.quota or 0), 1.0)

    def _party(self, who: int) -> Party:
        """Its party; a candidate without one stands for itself."""
        candidate = self.transcript.candidates[who]
        return Party(candidate.party or candidate.name, candidate.description if candidate.party else "")

    def dress(self, who: int) -> Dress:
        """How a candidate is shown."""
        return self.dresses[self._party(who).id]

    def held(self, who: int, stage: Stage) -> float:
        """What a lane holds at a stage, in units."""
        return float(stage.non_transferable if who == NON_TRANSFERABLE else stage.lost_to_rounding if who == LOST else stage.votes[who])

    @property
    def step(self) -> float:
        """From one stage to the next."""
        return (WIDTH - 2 * EDGE) / max(len(self.transcript.stages), 4)

    @property
    def bar(self) -> float:
        """How wide a bar is."""
        return min(self.step * 0.5, 30.0)

    def left(self, stage: int) -> float:
        """Where the bars of a stage begin."""
        return EDGE + stage * self.step

    def floor(self, lane: int) -> float:
        """Where the bars of a lane stand."""
        return 22 + (lane + 1) * LANE - 4

    def high(self, units: float) -> float:
        """How high a bar of so many units is."""
        return TALLEST * units / self.most

    def heads(self) -> str:
        """The numbers of the stages."""
        every = 1 + int(16 / self.step)
        return words(EDGE, 5, "stage", "small soft") + "".join(
            words(self.left(at) + self.bar / 2, 19, f"{stage.number}", "small soft", "middle")
            for at, stage in enumerate(self.transcript.stages)
            if at % every == 0
        )

    def bands(self) -> str:
        """What passed at each stage, as bands from the bar that gave to the bar that received."""
        out = ""
        place = {who: lane for lane, who in enumerate(self.lanes)}
        for at in range(1, len(self.transcript.stages)):
            before, stage = self.transcript.stages[at - 1], self.transcript.stages[at]
            x, end = self.left(at - 1) + self.bar, self.left(at)
            given: dict[int, float] = {}
            for source, to, units in flows(before, stage):
                if to not in place:
                    continue
                thick = max(self.high(units), 0.4)
                y = self.floor(place[source]) - self.high(self.held(source, before)) + given.get(source, 0.0) + thick / 2
                given[source] = given.get(source, 0.0) + self.high(units)
                goal = self.floor(place[to]) - self.high(self.held(to, stage)) + thick / 2
                middle = (x + end) / 2
                curve = f"M{num(x)} {num(y)}C{num(middle)} {num(y)} {num(middle)} {num(goal)} {num(end)} {num(goal)}"
                title = f"{self.name(source)} to {self.name(to)}: {units / 10**self.transcript.places:,.2f}"
                out += path(curve, f"line {self.dress(source).stroke}", title=title, stroke_width=f"{thick:.2f}", stroke_opacity="0.45")
        return out

    def name(self, who: int) -> str:
        """What a lane is called."""
        return "non-transferable" if who == NON_TRANSFERABLE else "lost to rounding" if who == LOST else self.transcript.candidates[who].name

    def lane(self, who: int, at: int) -> str:
        """One lane: name and fate, base line, quota, bars, and where it was elected or excluded."""
        floor, transcript = self.floor(at), self.transcript
        fate, mark = self._fate(who)
        party = f" ({self.dress(who).short})" if who >= 0 and transcript.candidates[who].party else ""
        name = clip(self.name(who) + party, WIDTH - 2 * EDGE - width_of(fate, SMALL) - 12)
        out = words(EDGE, floor - TALLEST - 5, name, "bold halo" if who in transcript.elected else "halo" if who >= 0 else "soft halo")
        out += words(WIDTH - EDGE, floor - TALLEST - 5, fate, "small soft halo", "end")
        out += line(EDGE, floor, WIDTH - EDGE, floor)
        bars, over = "", ""
        for number, stage in enumerate(transcript.stages):
            units, quota = self.held(who, stage), stage.quota or transcript.quota
            if units:
                title = f"{self.name(who)}, stage {stage.number}: {units / 10**transcript.places:,.2f}"
                bars += rect(self.left(number), floor - self.high(units), self.bar, max(self.high(units), 0.5), "", title=title)
            if who >= 0 and quota is not None and units > quota:
                over += self._hatched(self.left(number), floor - self.high(units), self.high(units - float(quota)))
        out += group(bars, self.dress(who).fill if who >= 0 else "mute") + over
        if who >= 0 and transcript.quota is not None:
            out += self._quota(floor)
        if mark >= 0:
            x = self.left(mark) + self.bar / 2
            tick, cross = f"M{num(x - 4)} {num(floor - 7)}l3 2.8 4.2-5.6 1.6 1.2-5.4 7.2-4.8-4z", f"M{num(x - 3)} {num(floor - 8)}l6 6m0-6l-6 6"
            elected = who in transcript.elected
            out += path(tick, self.dress(who).key) if elected else path(cross, "edge", stroke_width="1.6")
        return out

    def _fate(self, who: int) -> tuple[str, int]:
        """What became of a lane in words, and the stage at which it did."""
        stages, places = self.transcript.stages, self.transcript.places
        if who < 0:
            decimals = 2 if who == NON_TRANSFERABLE else min(places, 5)
            return f"{self.held(who, stages[-1]) / 10**places:,.{decimals}f} in all", -1
        for at, stage in enumerate(stages):
            if who in stage.elected:
                return f"elected {self.transcript.elected.index(who) + 1}, stage {stage.number}" if who in self.transcript.elected else "", at
            if who in stage.excluded:
                return f"excluded, stage {stage.number}", at
        return ("elected", len(stages) - 1) if who in self.transcript.elected else ("not elected", -1)

    def _quota(self, floor: float) -> str:
        """The quota at each stage, as one line that steps where it is set anew."""
        steps = ""
        for at, stage in enumerate(self.transcript.stages):
            quota = stage.quota if stage.quota is not None else self.transcript.quota
            y = floor - self.high(float(quota or 0))
            steps += f"{'L' if steps else 'M'}{num(self.left(at) - (2 if at else 0))} {num(y)}H{num(self.left(at) + self.step - 2)}"
        return path(steps, "edge", stroke_width="0.8", stroke_dasharray="2.5 2") if steps else ""

    def _hatched(self, x: float, y: float, height: float) -> str:
        """Slanted lines over a surplus."""
        steps, at = "", 0.0
        while at < height + self.bar:
            # From the left side or the floor up to the top or the right side, at 45 degrees.
            x1, y1 = (0.0, at) if at <= height else (at - height, height)
            x2, y2 = (at, 0.0) if at <= self.bar else (self.bar, at - self.bar)
            steps += f"M{num(x + x1)} {num(y + y1)}L{num(x + x2)} {num(y + y2)}"
            at += 3.0
        return path(steps, "gap", stroke_width=1) if steps else ""
