"""Elections, outcomes and comparisons in; the tables, JSON and CSV that a reader gets out."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from fractions import Fraction
from io import StringIO
from typing import Any

import numpy as np

from hustings.analysis.bias import Duel
from hustings.analysis.coalitions import Game, banzhaf, minimal_connected, minimal_winning, shapley_shubik
from hustings.analysis.compare import Comparison, ballots_of, votes_table
from hustings.election import Contest, District, Election, Tally, electors
from hustings.errors import SettingError
from hustings.outcome import Outcome
from hustings.registry import Entry, Registry
from hustings.sources import source
from hustings.systems.described import BUILT_IN

BY = ("region", "county", "country", "district")
Table = tuple[list[str], list[list[str]]]
UNSEATED = "who has won the seats is a matter of the system: hustings compare gives them"


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


def _parties(tally: Tally, numbers: Iterable[int]) -> dict[str, int]:
    return {party.id: int(number) for party, number in zip(tally.parties, numbers, strict=True)}


def _ballots(election: Election) -> dict[str, dict[str, dict[str, int]]]:
    """The votes of each ballot paper by name, where there are two."""
    contests = ballots_of(election)
    return {"contests": {contest.name: _parties(contest.counted(), contest.counted().total) for contest in contests}} if len(contests) > 1 else {}


def show_json(election: Election, outcome: Outcome | None, by: str | None = None) -> dict[str, Any]:
    """What happened: votes, seats where there is an outcome, electorate, valid votes and turnout, in all and by group."""
    contest, tally = election.main, election.main.counted()
    electorate, valid = electors(contest.districts), int(tally.total.sum())
    document: dict[str, Any] = {
        "election": election.id,
        "votes": _parties(tally, tally.total),
        **_ballots(election),
        "seats": _parties(tally, outcome.total) if outcome else {},
        "electorate": electorate,
        "valid": valid,
        "turnout": valid / electorate if electorate else None,
        "notes": list(outcome.assumed) if outcome else [*election.provenance.notes, UNSEATED],
        "attribution": list(election.provenance.attribution),
    }
    if by:
        document["groups"] = [
            {
                "by": by,
                "key": key,
                **({"name": contest.districts[rows[0]].name} if by == "district" else {}),
                "votes": _parties(tally, tally.votes[rows].sum(axis=0)),
                "seats": _parties(tally, outcome.seats[rows].sum(axis=0)) if outcome else {},
                "electorate": electors(contest.districts[row] for row in rows),
                "valid": int(tally.valid[rows].sum()),
            }
            for key, rows in groups(contest.districts, by).items()
        ]
    return document


def show_table(election: Election, outcome: Outcome | None, by: str | None = None) -> Table:
    """The same for a reader: parties down; or groups down, with what each party has there."""
    if by == "district":
        return _districts_table(election.main, outcome)
    if by:
        return _groups_table(election.main, outcome, by)
    tally = election.main.counted()
    stood = dict(zip((party.id for party in tally.parties), tally.stood.sum(axis=0), strict=True))
    head, order, votes, total = votes_table(election)
    rows = []
    for party, cells in zip(order, votes, strict=True):
        won = outcome.by_party.get(party.id, 0) if outcome else 0
        seats = [f"{won:,}" if won else "–", f"{won / outcome.house:.1%}" if won else ""] if outcome else []
        rows.append([party.name or party.id, *cells, *seats, f"{stood.get(party.id, 0):,}"])
    rows.append(["total", *total, *([f"{outcome.house:,}", ""] if outcome else []), ""])
    return ["", *head, *(["seats", "of seats"] if outcome else []), "stood in"], rows


def _groups_table(contest: Contest, outcome: Outcome | None, by: str) -> Table:
    tally = contest.counted()
    won = outcome.seats if outcome else (tally.votes == tally.votes.max(axis=1, keepdims=True)).astype(np.int64)  # who leads anywhere is shown
    columns = [c for c in np.argsort(-tally.total, kind="stable") if won[:, c].any() or tally.total[c] * 50 > tally.total.sum()]
    rows = []
    for key, inside in groups(contest.districts, by).items():
        votes, seats = tally.votes[inside].sum(axis=0), won[inside].sum(axis=0)
        electorate = electors(contest.districts[row] for row in inside)
        turnout = f"{votes.sum() / electorate:.1%}" if electorate else ""
        shares = [f"{votes[c] / votes.sum():.1%}" if votes[c] else "" for c in columns]
        cells = [f"{share} {seats[c] or '–':>3}" if share and outcome else share for share, c in zip(shares, columns, strict=True)]
        if len(columns) < len(tally.parties):
            cells.append(f"{1 - votes[columns].sum() / max(votes.sum(), 1):.1%}")
        rows.append([key or f"(no {by} known)", f"{sum(contest.districts[row].magnitude for row in inside)}", turnout, *cells])
    return [by, "seats", "turnout", *(tally.parties[c].id for c in columns), *(["all others"] if len(columns) < len(tally.parties) else [])], rows


def _districts_table(contest: Contest, outcome: Outcome | None) -> Table:
    tally = contest.counted()
    rows = []
    for row, district in enumerate(contest.districts):
        votes, valid = tally.votes[row], int(tally.valid[row])
        first, second = (int(c) for c in [*np.argsort(-votes, kind="stable"), 0][:2])
        turnout = f"{valid / district.electorate:.1%}" if district.electorate and valid else ""
        where = [district.name, district.region, f"{district.electorate:,}" if district.electorate else "", turnout]
        best = _won(outcome, row) if outcome else tally.parties[first].id
        if not valid:
            rows.append([*where, best, "", "", *(["unopposed", ""] if outcome else [f"{district.magnitude}"])])
            continue
        lead = [f"{votes[first] - votes[second]:,}", f"{(votes[first] - votes[second]) / valid:.1%}"] if outcome else [f"{district.magnitude}"]
        rows.append([*where, best, f"{votes[first] / valid:.1%}", tally.parties[second].id, *lead])
    ahead = ["won by", "share", "second", "majority", "of votes"] if outcome else ["first", "share", "second", "seats"]
    return ["district", "region", "electorate", "turnout", *ahead], rows


def _won(outcome: Outcome, row: int) -> str:
    """Who won a district: a party, or several with their seats."""
    if outcome.districts[row].magnitude == 1:
        return outcome.parties[int(outcome.seats[row].argmax())].id
    order = [column for column in np.argsort(-outcome.seats[row], kind="stable") if outcome.seats[row, column]]
    return " ".join(f"{outcome.parties[column].id} {outcome.seats[row, column]}" for column in order)


def compare_json(comparison: Comparison, scenarios: Sequence[str], by: str | None = None) -> dict[str, Any]:
    """A comparison: votes, and for each system its settings, seats, measures, lots and what was assumed."""
    tally = comparison.election.main.counted()
    return {
        "election": comparison.election.id,
        "scenario": list(scenarios),
        "votes": _parties(tally, tally.total),
        **_ballots(comparison.election),
        "results": [
            {
                "system": outcome.system,
                "settings": dict(outcome.settings),
                "seats": _parties(outcome.tally, outcome.total),
                "total": outcome.house,
                "measures": dict(measures),
                "lots": [asdict(lot) for lot in outcome.lots],
                "assumed": list(outcome.assumed),
                **({"districts" if by == "district" else "groups": _rows_json(outcome, by)} if by else {}),
            }
            for outcome, measures in zip(comparison.outcomes, comparison.measures, strict=True)
        ],
        **({"left_out": {label: str(error) for label, error in comparison.left_out.items()}} if comparison.left_out else {}),
        "attribution": list(comparison.election.provenance.attribution),
    }


def _rows_json(outcome: Outcome, by: str) -> list[dict[str, Any]]:
    if by == "district":
        return [
            {
                "id": district.id,
                "name": district.name,
                "seats": _parties(outcome.tally, seats),
                **({"parts": list(district.parts)} if district.parts else {}),
            }
            for district, seats in zip(outcome.districts, outcome.seats, strict=True)
        ]
    return [
        {"by": by, "key": key, "seats": _parties(outcome.tally, outcome.seats[rows].sum(axis=0))}
        for key, rows in groups(outcome.districts, by).items()
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


def compare_csv(comparison: Comparison, *, measures: bool = False) -> str:
    """A row for each party and system: election, system, party, votes, seats, scenarios that changed the votes; with `measures`, the system's."""
    names = list(comparison.measures[0]) if measures else []
    changed = " ".join(comparison.election.provenance.steps)
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["election", "system", "party", "votes", "seats", "scenario", *names])
    for label, outcome, values in zip(comparison.labels, comparison.outcomes, comparison.measures, strict=True):
        for party, votes, seats in zip(outcome.parties, outcome.basis.total, outcome.total, strict=True):
            writer.writerow([outcome.election, label, party.id, int(votes), int(seats), changed, *(values[name] for name in names)])
    return out.getvalue()


def entry_json(entry: Entry) -> dict[str, Any]:
    """An entry of the catalogue: what it does, its source, its settings."""
    return {
        "kind": entry.kind,
        "name": entry.name,
        "doc": entry.doc,
        "cites": entry.cites,
        "settings": [
            {"name": setting.name, "type": getattr(setting.kind, "__name__", str(setting.kind)), "default": setting.default, "doc": setting.doc}
            for setting in entry.settings
        ],
        **({"described": BUILT_IN[entry.name].read_text(encoding="utf-8")} if entry.kind == "system" and entry.name in BUILT_IN else {}),
    }


def catalogue_json(registry: Registry) -> list[dict[str, Any]]:
    """Every entry of a seam."""
    return [entry_json(registry.entry(name)) for name in registry]


def many(number: int, what: str) -> str:
    """So many of them: '1 seat', '650 seats'."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def title(election: Election, *outcomes: Outcome) -> str:
    """What the table is of: election, date, districts and seats, valid votes; the seats are those of the outcomes, where all have as many."""
    contest = election.main
    when = f", {election.date:%-d %B %Y}" if election.date else ""
    steps = f" given {', '.join(election.provenance.steps)}" if election.provenance.steps else ""
    unit = source.entry(election.series).traits.get("votes", "valid votes") if election.series in source else "valid votes"
    votes = f", {int(contest.tally.total.sum()):,} {unit}" if contest.tally is not None else ""
    houses = {outcome.house for outcome in outcomes}
    house = houses.pop() if len(houses) == 1 else contest.house
    return f"{election.id}{when}{steps}: {many(len(contest.districts), 'district')}, {many(house, 'seat')}{votes}"


def notes(labelled: Mapping[str, Sequence[str]], attribution: Sequence[str]) -> list[str]:
    """What was assumed under each label, each note once with all the labels that share it; then the attribution."""
    shared: dict[str, list[str]] = {}
    for label, assumed in labelled.items():
        for note in dict.fromkeys(assumed):
            shared.setdefault(note, []).append(label)
    return [f"{', '.join(labels)}: {note}." for note, labels in shared.items()] + list(attribution)


def coalitions_json(election: str, under: str, game: Game, order: Sequence[str] = ()) -> dict[str, Any]:
    """Who can form a majority and how much each party counts in that; with parties in `order` on a line, who is connected too."""
    swing, pivot = banzhaf(game), shapley_shubik(game)
    listed = {"minimal_winning": minimal_winning(game), "minimal_connected": minimal_connected(game, order) if order else ()}
    return {
        "election": election,
        "system": under,
        "quota": game.quota,
        "parties": {name: {"seats": n, "banzhaf": float(swing[name]), "shapley_shubik": float(pivot[name])} for name, n in game.seats.items()},
        **{key: [{"parties": list(names), "seats": sum(game.seats[name] for name in names)} for names in found] for key, found in listed.items()},
    }


def bias_json(election: str, two: Duel, curve: Mapping[Fraction, float], expected: Sequence[float]) -> dict[str, Any]:
    """Two parties: bias, its causes, `curve` (share of the seats at each share of the votes), what the seat product lets expect."""
    parts, names = two.decomposed(), (two.one, two.two)
    return {
        "election": election,
        "parties": list(names),
        "votes": {two.one: int(two.a.sum()), two.two: int(two.b.sum())},
        "seats": dict(zip(names, two.seats, strict=True)),
        "bias": two.bias,
        "reverse": dict(zip(names, two.reverse, strict=True)),
        "causes": {name: {"shapley": parts.shapley[name], "sequential": parts.sequential[name]} for name in parts.shapley},
        "alike": parts.alike,
        "asymmetry": {"0.5": two.asymmetry(Fraction(1, 2)), "actual": two.asymmetry(two.share)},
        "responsiveness": two.responsiveness,
        "deviation": two.deviation,
        "exponent": two.exponent,
        "curve": [{"votes": float(at), "seats": float(share)} for at, share in curve.items()],
        "seat_product": dict(zip(("enp_seats", "largest", "enp_votes"), expected, strict=True)),
    }
