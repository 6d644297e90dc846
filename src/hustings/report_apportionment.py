"""A table of votes with its seats in; text for people and JSON, down to the last seat and the next, out."""

from dataclasses import asdict
from fractions import Fraction
from math import sqrt
from typing import Any

from hustings.apportionment import Apportionment
from hustings.divisors import Divisor
from hustings.registry import spell
from hustings.votes_table import Shared

Table = tuple[list[str], list[list[str]]]


def apportion_json(shared: Shared) -> dict[str, Any]:
    """The seats of a table as the interface has them.

    A quotient is the nearest number to the exact one (by huntington-hill to its root), null before a divisor of 0.
    `spare` is how many votes the party with the last seat could lose and have it still; with regions, awards, next and
    spare name theirs; by `biproportional` they are those of the parties in the whole.
    """
    table, parties = shared.table, shared.table.parties
    document: dict[str, Any] = {
        "method": shared.method,
        "seats": shared.total,
        "total": sum(shared.total.values()),
        "awards": [
            {"seat": award.seat, "party": parties[award.party], "quotient": _number(part, award.quotient), **_region(region)}
            for region, part in shared.parts
            for award in part.awards
        ],
        "next": [
            {"party": parties[follower.party], "quotient": _number(part, follower.quotient), "votes_short": _short(shared, follower.short)}
            | _region(region)
            for region, part in shared.parts
            for follower in part.next
        ],
        "spare": [
            {"party": parties[part.awards[-1].party], "votes": _short(shared, part.spare)} | _region(region)
            for region, part in shared.parts
            if part.awards
        ],
        "below_threshold": _below(shared),
        "lots": [asdict(lot) for lot in shared.lots],
    }
    if table.by_region:
        document["matrix"] = {region: dict(zip(parties, row, strict=True)) for (region, _), row in zip(table.regions, shared.seats, strict=True)}
    if shared.table_of is not None:
        districts, lists = shared.table_of.published
        document["divisors"] = {
            "regions": {region: spell(divisor) for (region, _), divisor in zip(table.regions, districts, strict=True)},
            "parties": {party: spell(divisor) for party, divisor in zip(parties, lists, strict=True)},
        }
    return document


def apportion_table(shared: Shared) -> Table:
    """Parties down with the quotients of their last and next seat; or regions down and parties across."""
    return _regions_table(shared) if shared.table.by_region else _parties_table(shared, shared.parts[0][1])


def apportion_notes(shared: Shared) -> list[str]:
    """Who has the last seat and by how much, who is next and how short, who is kept out, what was drawn."""
    lines = []
    for region, part in shared.parts:
        where = f"{region}: " if region else ""
        if part.awards:
            last = part.awards[-1]
            spare = "" if (votes := _short(shared, part.spare)) is None else f", and could lose {votes:,} votes and have it still"
            lines.append(f"{where}the last seat goes to {shared.table.parties[last.party]} with {_written(part, last.quotient)}{spare}")
        if part.next:
            first = part.next[0]
            short = "" if (votes := _short(shared, first.short)) is None else f", {votes:,} votes short"
            lines.append(f"{where}next is {shared.table.parties[first.party]} with {_written(part, first.quotient)}{short}")
    if out := _below(shared):
        lines.append(f"below the threshold: {', '.join(out)}")
    if shared.table_of is not None:
        districts, lists = shared.table_of.published
        pairs = [*zip((region for region, _ in shared.table.regions), districts, strict=True), *zip(shared.table.parties, lists, strict=True)]
        lines.append(f"divisors that prove the table: {', '.join(f'{name} {spell(divisor)}' for name, divisor in pairs)}")
    return lines + [str(lot) for lot in shared.lots]


def _parties_table(shared: Shared, part: Apportionment) -> Table:
    rows, votes = {row.party: row for row in shared.table.rows}, sum(row.votes for row in shared.table.rows)
    last = {award.party: award.quotient for award in part.awards}
    following = {follower.party: follower for follower in part.next}
    held = any(row.held for row in rows.values())
    order = sorted(range(len(part.seats)), key=lambda party: (-part.seats[party], -shared.table.rows[party].votes))
    lines = []
    for party in order:
        name = shared.table.parties[party]
        later = following.get(party)
        lines.append(
            [
                name,
                f"{rows[name].votes:,}",
                f"{rows[name].votes / votes:.1%}" if votes else "",
                *([f"{rows[name].held:,}"] if held else []),
                f"{part.seats[party]:,}" if part.seats[party] else "–",
                _written(part, last[party]) if party in last else "",
                _written(part, later.quotient) if later else "",
                f"{later.short:,}" if later and later.short is not None else "",
            ]
        )
    total = ["total", f"{votes:,}", "", *([f"{sum(row.held for row in rows.values()):,}"] if held else []), f"{sum(part.seats):,}", "", "", ""]
    return ["", "votes", "share", *(["held"] if held else []), "seats", "last quotient", "next quotient", "votes short"], [*lines, total]


def _regions_table(shared: Shared) -> Table:
    total = shared.total
    order = sorted((party for party in total if total[party]), key=lambda party: -total[party])
    at = {party: column for column, party in enumerate(shared.table.parties)}
    lines = [
        [region, f"{sum(row):,}", *(f"{row[at[party]]:,}" if row[at[party]] else "–" for party in order)]
        for (region, _), row in zip(shared.table.regions, shared.seats, strict=True)
    ]
    return ["region", "seats", *order], [*lines, ["total", f"{sum(total.values()):,}", *(f"{total[party]:,}" for party in order)]]


def _below(shared: Shared) -> list[str]:
    """Those whom the threshold keeps out wherever they stand."""
    standing = [
        {row.party for row in shared.table.rows if row.region == region and row.votes and row.party not in out}
        for (region, _), out in zip(shared.table.regions, shared.below, strict=True)
    ]
    return [party for party in shared.table.parties if any(party in out for out in shared.below) and not any(party in there for there in standing)]


def _region(region: str) -> dict[str, str]:
    return {"region": region} if region else {}


def _short(shared: Shared, votes: int | None) -> int | None:
    """Votes by which a seat hangs; None where voters are counted, who have several."""
    return None if shared.by_voters else votes


def _number(part: Apportionment, quotient: Fraction | None) -> float | int | None:
    if quotient is None:
        return None
    rule = part.case.rule
    if isinstance(rule, Divisor) and rule.power > 1:
        return sqrt(quotient)
    return int(quotient) if quotient.denominator == 1 else float(quotient)


def _written(part: Apportionment, quotient: Fraction | None) -> str:
    number = _number(part, quotient)
    return "first" if number is None else f"{number:,.2f}".removesuffix(".00")
