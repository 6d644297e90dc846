"""Projections in; the page, the JSON and the HTML that a reader gets out."""

from collections.abc import Sequence
from html import escape
from typing import Any

import numpy as np

from hustings.analysis.draws import LEVELS as ERRORS
from hustings.analysis.pool import Pool
from hustings.analysis.projection import Projection
from hustings.charts import figure
from hustings.report import many
from hustings.report_count import STYLE

Table = tuple[list[str], list[list[str]]]
LEVELS = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}
CHARTS = ("fan", "histogram")
NORMAL = 1.96
"""Standard deviations to either side that hold 95% of a normal distribution."""
SIZES = ("national", *ERRORS)
SHOWN, LIKELY = 0.005, 12
"""The least chance worth a line, and how many districts that may change hands are named on the screen."""


def document(projection: Projection) -> dict[str, Any]:
    """A projection as JSON: seats by party, chances, and who wins each district."""
    points = projection.quantiles(list(LEVELS.values()))
    spread = projection.seats.std(axis=0)
    ids = [party.id for party in projection.parties]
    tipping = projection.tipping_point()
    return {
        "election": projection.election,
        "system": projection.system,
        "swing": projection.swing,
        "draws": projection.draws,
        "seed": projection.seed,
        "house": projection.house,
        "where": projection.where,
        "shares": {id_: {"before": float(was), "to": float(to)} for id_, was, to in zip(ids, projection.before, projection.aim, strict=True)},
        "errors": {name: getattr(projection.errors, name) for name in SIZES},
        "seats": {
            id_: {
                "mean": float(projection.mean[column]),
                "sd": float(spread[column]),
                **{name: float(points[row, column]) for row, name in enumerate(LEVELS)},
            }
            for column, id_ in enumerate(ids)
        },
        "largest": projection.largest,
        "majority": projection.majority,
        "tipping_point": tipping and {"party": tipping[0].id, "id": tipping[1].id, "name": tipping[1].name, "win": tipping[2]},
        "districts": []
        if projection.wins is None
        else [
            {"id": place.id, "name": place.name, "win": {id_: float(chance) for id_, chance in zip(ids, row, strict=True) if chance}}
            for place, row in zip(projection.districts, projection.wins, strict=True)
        ],
        "tied": projection.tied,
        "assumed": assumed(projection),
        "attribution": list(projection.attribution),
    }


def documents(projections: Sequence[Projection]) -> dict[str, Any]:
    """One projection, or several of the same draws under several systems."""
    return document(projections[0]) if len(projections) == 1 else {"projections": [document(each) for each in projections]}


def title(projection: Projection) -> str:
    """What the page is of."""
    return f"{projection.election} projected by {projection.swing} in {projection.where}: {many(projection.draws, 'draw')}, seed {projection.seed}"


def seats(projections: Sequence[Projection]) -> Table:
    """Parties down; shares before and to come to, then mean seats and nine draws in ten under each system."""
    one = projections[0]
    most = np.max([each.mean for each in projections], axis=0)
    header = ["", "was", "to", *(name for each in projections for name in (each.system, "90%"))]
    if len(projections) == 1:
        header += ["largest", "majority"]
    rows = []
    for column in np.lexsort((-one.aim, -most)):
        party = one.parties[column]
        if most[column] < SHOWN and one.aim[column] < SHOWN:
            continue
        row = [party.name or party.id, _share(one.before[column]), _share(one.aim[column])]
        for each in projections:
            low, high = each.quantiles((0.05, 0.95))[:, column]
            row += [f"{each.mean[column]:.0f}", f"{low:.0f}–{high:.0f}"]
        rows.append(row + ([_chance(one.largest[party.id]), _chance(one.majority[party.id])] if len(projections) == 1 else []))
    return header, rows


def pool_table(pool: Pool) -> Table:
    """Each party's share on the last day, how sure that is, and the pollsters whose polls are highest and lowest for it [points]."""
    rows = []
    for column in np.argsort(-pool.mean[-1]):
        party, houses = pool.parties[column], pool.houses[:, column]
        low, high = int(houses.argmin()), int(houses.argmax())
        ends = [f"{pool.names[at]} {100 * houses[at]:+.1f}" for at in (high, low)] if len(pool.names) > 1 else ["", ""]
        rows.append([party.name or party.id, f"{pool.mean[-1, column]:.1%}", f"{100 * NORMAL * pool.sd[-1, column]:.1f}", *ends])
    return ["", "share", "± 95%", "highest pollster", "lowest pollster"], rows


def pool_document(pool: Pool) -> dict[str, Any]:
    """The last day of a pool, its covariance, and each pollster's error as JSON."""
    ids = [party.id for party in pool.parties]
    return {
        "day": f"{pool.days[-1]:%Y-%m-%d}",
        "polls": len(pool.dates),
        "shares": {id_: {"mean": float(mean), "sd": float(sd)} for id_, mean, sd in zip(ids, pool.mean[-1], pool.sd[-1], strict=True)},
        "covariance": {id_: dict(zip(ids, row, strict=True)) for id_, row in zip(ids, pool.covariance.tolist(), strict=True)},
        "houses": {name: dict(zip(ids, row, strict=True)) for name, row in zip(pool.names, pool.houses.tolist(), strict=True)},
        "source": pool.source,
    }


def chances(projections: Sequence[Projection], coalitions: Sequence[Sequence[str]] = ()) -> Table:
    """How likely each majority is, under each system: of a party, of the coalitions asked for, of nobody."""
    rows = []
    for party in projections[0].parties:
        found = [each.majority[party.id] for each in projections]
        if max(found) >= SHOWN:
            rows.append([f"{party.name or party.id} alone", *map(_chance, found)])
    rows.append(["nobody alone", *(_chance(each.majority["none"]) for each in projections)])
    rows += [[" + ".join(parties), *(_chance(each.coalition(parties)) for each in projections)] for parties in coalitions]
    return ["over half of the seats", *(each.system for each in projections)], rows


def changes(projection: Projection, most: int | None = LIKELY) -> Table:
    """The districts likeliest to change hands, as many as that."""
    rows = [
        [change.district.name, change.district.region, change.holder.id, change.taker.id, _chance(change.probability)]
        for change in projection.changes()[:most]
    ]
    return ["district", "region", "held by", "likeliest", "changes hands"], rows


def sentences(projection: Projection) -> list[str]:
    """How many districts change hands, and where the majority is decided."""
    if projection.wins is None or projection.holders is None:
        return []
    changing = 1 - projection.wins[np.arange(len(projection.districts)), projection.holders]
    lines = [f"{changing.sum():.0f} of {len(changing):,} districts change hands on average; {(changing > 0.5).sum():,} are likelier to than not."]
    if tipping := projection.tipping_point():
        party, place, chance = tipping
        seat = f"seat {projection.house // 2 + 1} of {projection.house} for {party.name or party.id}"
        lines.append(f"Tipping point: {place.name} would be {seat}, won in {_chance(chance)} of draws.")
    return lines


def assumed(projection: Projection) -> list[str]:
    """What the projection rests on."""
    errors = projection.errors
    sizes = ", ".join(
        f"{100 * size:.1f} {what}"
        for size, what in (
            (errors.national, "of the whole"),
            (errors.nation, "of a country"),
            (errors.region, "of a region"),
            (errors.kind, "of the safe or the marginal districts of a party"),
            (errors.district, "of a district"),
        )
    )
    lots = f"lots were drawn in {projection.tied:,} draws, by the seed" if projection.tied else ""
    notes = (
        f"errors in points for a party with half of the vote: {sizes}; at a share m they are 2 sqrt(m (1 - m)) times that",
        f"all but the error of the whole have heavy tails (t with {errors.freedom} degrees of freedom)",
        *projection.assumed,
        lots,
    )
    return [note for note in notes if note]


def html(projections: Sequence[Projection], coalitions: Sequence[Sequence[str]] = ()) -> str:
    """A page that needs nothing but itself."""
    one = projections[0]
    parts = [f"<h1>{escape(title(one))}</h1>", _table(seats(projections))]
    parts += [figure(name, each) for each in projections for name in CHARTS]
    parts += ["<h2>Majorities</h2>", _table(chances(projections, coalitions))]
    for each in projections:
        if each.wins is not None:
            parts += [f"<h2>Districts under {escape(each.system)}</h2>", *(f"<p>{escape(line)}</p>" for line in sentences(each))]
            parts.append(_table(changes(each, None)))
    notes = dict.fromkeys(note for each in projections for note in [*assumed(each), *each.attribution])
    parts += ["<h2>What it rests on</h2><ul>", *(f"<li>{escape(note)}</li>" for note in notes), "</ul>"]
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title(one))}</title><style>{STYLE}</style></head><body>\n{body}\n</body></html>\n"
    )


def _table(table: Table) -> str:
    header, rows = table
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in header)
    body = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>' for row in rows
    )  # fmt: skip
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table></div>'


def _share(share: float) -> str:
    return f"{share:.1%}" if share else "–"


def _chance(chance: float) -> str:
    """A chance as it is said: none, under one in a hundred, or whole per cent; never certain before it happened."""
    if not 0 < chance < 1:
        return "–" if chance <= 0 else "100%"
    return "<1%" if chance < 0.01 else ">99%" if chance > 0.99 else f"{chance:.0%}"
