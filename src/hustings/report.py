"""Elections, outcomes and comparisons in; the tables, JSON and CSV that a reader gets out."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from io import StringIO
from typing import Any

import numpy as np

from hustings.analysis.compare import Comparison
from hustings.election import Contest, District, Election
from hustings.errors import SettingError
from hustings.outcome import Outcome
from hustings.registry import Entry, Registry
from hustings.systems.described import BUILT_IN

BY = ("region", "county", "country", "district")
Table = tuple[list[str], list[list[str]]]


def _key(district: District, by: str) -> str:
    return district.name if by == "district" else getattr(district, by)


def groups(districts: Sequence[District], by: str) -> dict[str, list[int]]:
    """Rows of the districts under each value of a field, or each district by itself."""
    if by not in BY:
        raise SettingError(f"--by {by}: choose one of {', '.join(BY)}")
    if by == "district":
        return {district.id: [row] for row, district in enumerate(districts)}
    found: dict[str, list[int]] = {}
    for row, district in sorted(enumerate(districts), key=lambda pair: _key(pair[1], by)):
        found.setdefault(_key(district, by), []).append(row)
    return found


def _parties(outcome: Outcome, numbers: Iterable[int]) -> dict[str, int]:
    return {party.id: int(number) for party, number in zip(outcome.parties, numbers, strict=True)}


def _electorate(contest: Contest, rows: Sequence[int]) -> int | None:
    electorates = [contest.districts[row].electorate for row in rows]
    return None if None in electorates else sum(filter(None, electorates))


def show_json(outcome: Outcome, contest: Contest, by: str | None = None) -> dict[str, Any]:
    """What happened: votes, seats, electorate, valid votes and turnout, in all and by group."""
    everywhere = list(range(len(contest.districts)))
    electorate, valid = _electorate(contest, everywhere), int(outcome.tally.total.sum())
    document: dict[str, Any] = {
        "election": outcome.election,
        "votes": _parties(outcome, outcome.tally.total),
        "seats": _parties(outcome, outcome.total),
        "electorate": electorate,
        "valid": valid,
        "turnout": valid / electorate if electorate else None,
        "notes": list(outcome.assumed),
        "attribution": list(outcome.attribution),
    }
    if by:
        document["groups"] = [
            {
                "by": by,
                "key": key,
                **({"name": contest.districts[rows[0]].name} if by == "district" else {}),
                "votes": _parties(outcome, outcome.tally.votes[rows].sum(axis=0)),
                "seats": _parties(outcome, outcome.seats[rows].sum(axis=0)),
                "electorate": _electorate(contest, rows),
                "valid": int(outcome.tally.valid[rows].sum()),
            }
            for key, rows in groups(contest.districts, by).items()
        ]
    return document


def show_table(outcome: Outcome, contest: Contest, by: str | None = None) -> Table:
    """The same for a reader: parties down; or groups down, with what each party won there."""
    if by == "district":
        return _districts_table(outcome, contest)
    if by:
        return _groups_table(outcome, contest, by)
    total = outcome.tally.total
    order = sorted(range(len(total)), key=lambda column: -int(total[column]))
    rows = [
        [
            outcome.parties[column].name or outcome.parties[column].id,
            f"{total[column]:,}",
            f"{total[column] / total.sum():.1%}",
            f"{outcome.total[column]:,}" if outcome.total[column] else "–",
            f"{outcome.total[column] / outcome.house:.1%}" if outcome.total[column] else "",
            f"{int(outcome.tally.stood[:, column].sum()):,}",
        ]
        for column in order
    ]
    rows.append(["total", f"{total.sum():,}", "", f"{outcome.house:,}", "", ""])
    return ["", "votes", "share", "seats", "of seats", "stood in"], rows


def _groups_table(outcome: Outcome, contest: Contest, by: str) -> Table:
    columns = [
        c for c in np.argsort(-outcome.tally.total, kind="stable") if outcome.total[c] or outcome.tally.total[c] * 50 > outcome.tally.total.sum()
    ]
    header = [by, "seats", "turnout", *(outcome.parties[c].id for c in columns)]
    rows = []
    for key, inside in groups(contest.districts, by).items():
        votes, seats = outcome.tally.votes[inside].sum(axis=0), outcome.seats[inside].sum(axis=0)
        electorate = _electorate(contest, inside)
        turnout = f"{votes.sum() / electorate:.1%}" if electorate else ""
        cells = [f"{votes[c] / votes.sum():.1%} {seats[c] or '–':>3}" if votes[c] else "" for c in columns]
        rows.append([key or "(none)", f"{seats.sum()}", turnout, *cells])
    return header, rows


def _districts_table(outcome: Outcome, contest: Contest) -> Table:
    rows = []
    for row, district in enumerate(contest.districts):
        votes = outcome.tally.votes[row]
        first, second = (int(c) for c in [*np.argsort(-votes, kind="stable"), 0][:2])
        valid = int(votes.sum())
        seats = " ".join(
            f"{party.id} {n}" if district.magnitude > 1 else party.id for party, n in zip(outcome.parties, outcome.seats[row], strict=True) if n
        )
        rows.append(
            [
                district.name,
                district.region,
                f"{district.electorate:,}" if district.electorate else "",
                f"{valid / district.electorate:.1%}" if district.electorate else "",
                seats,
                f"{votes[first] / valid:.1%}",
                outcome.parties[second].id,
                f"{votes[first] - votes[second]:,}",
                f"{(votes[first] - votes[second]) / valid:.1%}",
            ]
        )
    return ["district", "region", "electorate", "turnout", "won by", "share", "second", "majority", "of votes"], rows


def compare_json(comparison: Comparison, scenarios: Sequence[str], by: str | None = None) -> dict[str, Any]:
    """A comparison: votes, and for each system its settings, seats, measures, lots and what was assumed."""
    tally = comparison.election.main.counted()
    return {
        "election": comparison.election.id,
        "scenario": list(scenarios),
        "votes": {party.id: int(votes) for party, votes in zip(tally.parties, tally.total, strict=True)},
        "results": [
            {
                "system": outcome.system,
                "settings": dict(outcome.settings),
                "seats": _parties(outcome, outcome.total),
                "total": outcome.house,
                "measures": dict(measures),
                "lots": [asdict(lot) for lot in outcome.lots],
                "assumed": list(outcome.assumed),
                **({"districts" if by == "district" else "groups": _rows_json(outcome, by)} if by else {}),
            }
            for outcome, measures in zip(comparison.outcomes, comparison.measures, strict=True)
        ],
        "attribution": list(comparison.election.provenance.attribution),
    }


def _rows_json(outcome: Outcome, by: str) -> list[dict[str, Any]]:
    if by == "district":
        return [
            {
                "id": district.id,
                "name": district.name,
                "seats": _parties(outcome, seats),
                **({"parts": list(district.parts)} if district.parts else {}),
            }
            for district, seats in zip(outcome.districts, outcome.seats, strict=True)
        ]
    return [
        {"by": by, "key": key, "seats": _parties(outcome, outcome.seats[rows].sum(axis=0))} for key, rows in groups(outcome.districts, by).items()
    ]


def compare_by_table(comparison: Comparison, by: str) -> Table:
    """Seats in each group under each system, the parties that hold any, most first.

    Districts that one system alone put together say what they are made of.
    """
    header = [by, *comparison.labels]
    cells: dict[str, dict[int, str]] = {}
    for number, outcome in enumerate(comparison.outcomes):
        for key, rows in groups(outcome.districts, by).items():
            name = outcome.districts[rows[0]].name if by == "district" else key or "(none)"
            seats = outcome.seats[rows].sum(axis=0)
            order = np.argsort(-seats, kind="stable")
            cells.setdefault(name, {})[number] = " ".join(f"{outcome.parties[c].id} {seats[c]}" for c in order if seats[c])
    lines = [[key, *(found.get(number, "") for number in range(len(comparison.outcomes)))] for key, found in cells.items()]
    merged = [district for district in comparison.outcomes[0].districts if len(district.parts) > 1]
    if by == "district" and len(comparison.outcomes) == 1 and merged:
        names = {district.id: district.name for district in comparison.election.main.districts}
        made_of = {district.name: " / ".join(names[part] for part in district.parts) for district in merged}
        return [*header, "made of"], [[*row, made_of.get(row[0], "")] for row in lines]
    return header, lines


def compare_csv(comparison: Comparison) -> str:
    """A row for each party and system: election, system, party, votes, seats."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["election", "system", "party", "votes", "seats"])
    for label, outcome in zip(comparison.labels, comparison.outcomes, strict=True):
        for party, votes, seats in zip(outcome.parties, outcome.basis.total, outcome.total, strict=True):
            writer.writerow([outcome.election, label, party.id, int(votes), int(seats)])
    return out.getvalue()


def entry_json(entry: Entry) -> dict[str, Any]:
    """An entry of the catalogue: what it does, its source, its settings."""
    return {
        "kind": entry.kind,
        "name": entry.name,
        "doc": entry.doc,
        "cites": entry.cites,
        "settings": [
            {"name": setting.name, "type": getattr(setting.kind, "__name__", str(setting.kind)), "default": setting.default}
            for setting in entry.settings
        ],
        **({"described": BUILT_IN[entry.name].read_text(encoding="utf-8")} if entry.kind == "system" and entry.name in BUILT_IN else {}),
    }


def catalogue_json(registry: Registry) -> list[dict[str, Any]]:
    """Every entry of a seam."""
    return [entry_json(registry.entry(name)) for name in registry]


def title(election: Election) -> str:
    """What the table is of: election, date, districts and seats, valid votes."""
    contest = election.main
    when = f", {election.date:%-d %B %Y}" if election.date else ""
    steps = f" given {', '.join(election.provenance.steps)}" if election.provenance.steps else ""
    votes = f", {int(contest.tally.total.sum()):,} valid votes" if contest.tally is not None else ""
    return f"{election.id}{when}{steps}: {len(contest.districts):,} districts, {contest.house:,} seats{votes}"


def notes(labelled: Mapping[str, Sequence[str]], attribution: Sequence[str]) -> list[str]:
    """What was assumed under each label, each note once with all the labels that share it; then the attribution."""
    shared: dict[str, list[str]] = {}
    for label, assumed in labelled.items():
        for note in dict.fromkeys(assumed):
            shared.setdefault(note, []).append(label)
    return [f"{', '.join(labels)}: {note}." for note, labels in shared.items()] + list(attribution)
