"""One election and many systems in, their outcomes and measures side by side out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hustings.analysis.measures import measure
from hustings.election import Contest, Election
from hustings.lots import Lots, refuse
from hustings.outcome import Outcome
from hustings.registry import describe
from hustings.systems import system

FRONT_PAGE = ("fptp", "av", "stv", "ams", "list-pr")

Measure = Callable[[Outcome], float | None]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Outcomes of one election under several systems, and what each measure says of each.

    `labels` name the outcomes; `measures` is measure → value for each outcome, None where it does not apply.
    """

    election: Election
    labels: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    measures: tuple[Mapping[str, float | None], ...]

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Header and rows, parties by votes and then measures, as a reader wants them."""
        tally = self.election.main.counted()
        header = ["", "votes", "share", *self.labels]
        order = sorted(range(len(tally.parties)), key=lambda column: -int(tally.total[column]))
        rows = []
        for column in order:
            party = tally.parties[column]
            votes = int(tally.total[column])
            seats = [outcome.by_party.get(party.id, 0) for outcome in self.outcomes]
            rows.append([party.name or party.id, f"{votes:,}", f"{votes / tally.total.sum():.1%}", *(str(n) if n else "–" for n in seats)])
        rows.append(["total", f"{int(tally.total.sum()):,}", "", *(str(outcome.house) for outcome in self.outcomes)])
        for name in self.measures[0] if self.measures else ():
            unit = measure.entry(name.partition(":")[0]).traits.get("unit", "")
            rows.append([name, "", "", *(figure(values[name], unit) for values in self.measures)])
        return header, rows

    def __str__(self) -> str:
        header, rows = self.table()
        widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
        return "\n".join(
            "  ".join(cell.rjust(width) if column else cell.ljust(width) for column, (cell, width) in enumerate(zip(row, widths, strict=True)))
            for row in [header, *rows]
        )


def figure(value: float | None, unit: str) -> str:
    """A measure's value as it is shown; a dash where it does not apply."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{value:.1%}"
    return str(value) if isinstance(value, int) else f"{value:.2f}"


def compare(
    election: Election,
    systems: Sequence[str | Any] = FRONT_PAGE,
    measures: Sequence[str | Any] | None = None,
    *,
    lots: Lots = refuse,
) -> Comparison:
    """Run one election under many systems, given by name (with settings: `list-pr:threshold=0.05`) or as they are.

    `measures` are all there are unless some are named. An outcome is what `election.under(system)` gives.
    """
    chosen = [system.parse(item) if isinstance(item, str) else item for item in systems]
    names = list(measure) if measures is None else measures
    judges: list[Measure] = [measure.parse(item) if isinstance(item, str) else item for item in names]
    outcomes = tuple(election.under(item, lots) for item in chosen)
    values = tuple({describe(judge): judge(outcome) for judge in judges} for outcome in outcomes)
    return Comparison(election, tuple(describe(item) for item in chosen), outcomes, values)


def as_held(contest: Contest) -> Any:
    """The system that turns what the source has into seats without a choice of ours; None where there is none."""
    filled = contest.declared
    if filled is not None and filled.sum(axis=1).tolist() == [district.magnitude for district in contest.districts]:
        return system["declared"]()
    if contest.profiles is not None:
        return system["stv"](method=contest.method) if contest.method else None
    if contest.method in system:
        return system[contest.method]()
    return system["fptp"]() if all(district.magnitude == 1 for district in contest.districts) else None
