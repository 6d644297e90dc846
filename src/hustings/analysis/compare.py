"""One election and many systems in, their outcomes and measures side by side out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from hustings.analysis.measures import measure
from hustings.election import Contest, Election, Party, aligned
from hustings.errors import AuditError, HustingsError, SettingError, Unsuitable
from hustings.lots import Lots, refuse
from hustings.outcome import Outcome
from hustings.registry import describe
from hustings.systems import system

FRONT_PAGE = ("fptp", "av", "stv", "ams", "list-pr")

Measure = Callable[[Outcome], float | None]


@dataclass(frozen=True, eq=False)
class Comparison:
    """Outcomes of one election under several systems, and what each measure says of each.

    `labels` name the outcomes; `measures` is measure → value for each outcome, None where it does not apply. `left_out` says why systems
    that nobody asked for by name have no outcome.
    """

    election: Election
    labels: tuple[str, ...]
    outcomes: tuple[Outcome, ...]
    measures: tuple[Mapping[str, float | None], ...]
    left_out: Mapping[str, HustingsError] = field(default_factory=dict)

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Header and rows, parties by votes and then measures, as a reader wants them."""
        head, order, votes, total = votes_table(self.election)
        header = ["", *head, *self.labels]
        rows = []
        for party, cells in zip(order, votes, strict=True):
            seats = [outcome.by_party.get(party.id, 0) for outcome in self.outcomes]
            rows.append([party.name or party.id, *cells, *(str(n) if n else "–" for n in seats)])
        rows.append(["total", *total, *(str(outcome.house) for outcome in self.outcomes)])
        for name in self.measures[0] if self.measures else ():
            unit = measure.entry(name.partition(":")[0]).traits.get("unit", "")
            rows.append([name, *("" for _ in head), *(figure(values[name], unit) for values in self.measures)])
        return header, rows

    def __repr__(self) -> str:
        return f"<Comparison of {self.election.id} under {', '.join(self.labels)}>"

    def __str__(self) -> str:
        header, rows = self.table()
        widths = [max(len(row[column]) for row in [header, *rows]) for column in range(len(header))]
        return "\n".join(
            "  ".join(cell.rjust(width) if column else cell.ljust(width) for column, (cell, width) in enumerate(zip(row, widths, strict=True)))
            for row in [header, *rows]
        )


def ballots_of(election: Election) -> tuple[Contest, ...]:
    """The first contest, and the second where it has votes of its own, with the same columns."""
    if election.upper is None or election.upper.tally is None:
        return (election.main,)
    both = aligned(election.main, election.upper)
    return both if (both[0].counted().total != both[1].counted().total).any() else both[:1]


def votes_table(election: Election) -> tuple[list[str], list[Party], list[list[str]], list[str]]:
    """Votes and shares on each ballot paper: header, parties with most votes on the last one first, their cells, the totals."""
    contests = ballots_of(election)
    totals = [contest.counted().total for contest in contests]
    header = [cell for contest in contests for cell in (contest.name if len(contests) > 1 else "votes", "share")]
    order = [int(column) for column in np.argsort(-totals[-1], kind="stable")]
    cells = [[cell for total in totals for cell in (f"{total[column]:,}", f"{total[column] / max(total.sum(), 1):.1%}")] for column in order]
    parties = contests[0].counted().parties
    return header, [parties[column] for column in order], cells, [cell for total in totals for cell in (f"{total.sum():,}", "")]


def figure(value: float | None, unit: str) -> str:
    """A measure's value as it is shown; a dash where it does not apply."""
    if value is None:
        return "–"
    if unit == "share":
        return f"{value:.1%}"
    return str(value) if isinstance(value, int) else f"{value:.2f}"


def compare(
    election: Election,
    systems: Sequence[str | Any] | None = None,
    measures: Sequence[str | Any] | None = None,
    *,
    lots: Lots = refuse,
) -> Comparison:
    """Run one election under many systems, given by name (with settings: `list-pr:threshold=0.05`) or as they are.

    Without any they are the five of the front page, less those that do not suit the election. `measures` are all there are unless some are
    named. An outcome is what `election.under(system)` gives.

    Raises
    ------
    HustingsError
        A system that is named does not suit, or none of the five does; the error says which.
    """
    if isinstance(systems, str):
        raise SettingError(f"systems are a list of names: compare(election, ['{systems}'])")
    election.main.counted()
    chosen = [system.parse(item) if isinstance(item, str) else item for item in (FRONT_PAGE if systems is None else systems)]
    names = list(measure) if measures is None else measures
    judges: list[Measure] = [measure.parse(item) if isinstance(item, str) else item for item in names]
    outcomes: list[Outcome] = []
    labels: list[str] = []
    left_out: dict[str, HustingsError] = {}
    for item in chosen:
        name = describe(item)
        try:
            outcomes.append(election.under(item, lots))
            labels.append(name)
        except AuditError:
            raise
        except HustingsError as error:
            if systems is not None:
                error.args = (f"{name}: {str(error).removeprefix(f'{name}: ')}",)
                raise
            left_out[name] = error
    if not outcomes:
        reasons = "; ".join(f"{name}: {error}" for name, error in left_out.items())
        raise Unsuitable(f"{election.id} suits none of {', '.join(left_out)} ({reasons}); name a system that fits")
    values = tuple({describe(judge): judge(outcome) for judge in judges} for outcome in outcomes)
    return Comparison(election, tuple(labels), tuple(outcomes), values, left_out)


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
