"""`hustings pact`: what parties that stand down for each other win, how sure that is, and the fair division that wins most often."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hustings.commands import AsJson, ElectionName, Scenarios, Where, app, chosen_election, emit, notes, table
from hustings.errors import SettingError
from hustings.exact import exact
from hustings.files import write

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from hustings.analysis.pacts import Pacted
    from hustings.scenarios.pact import Agreed

ROWS = {"apart": "no pact", "none": "pact, nobody follows", "estimated": "pact, transfers drawn", "full": "pact, all follow"}


@app.command()
def pact(
    election: ElectionName,
    terms: Annotated[str, typer.Argument(metavar="PACT", help="A pact of the facts, a TOML file, or settings: members=lab+ld+green.")], *,
    scenario: Scenarios = None, where: Where = None,
    swing: Annotated[str, typer.Option("--swing", metavar="NAME[:key=value,…]", help="How districts move with the whole.")] = "regional-swing",
    certainty: Annotated[float, typer.Option("--certainty", metavar="N", help="How sure transfers are; 20 varies a half by ±0.11.")] = 20,
    best: Annotated[Path | None, typer.Option("--best", metavar="FILE", help="Divide the districts for a joint majority; write that pact.")] = None,
    slack: Annotated[str, typer.Option("--slack", metavar="F", help="Districts a partner may lack of its share, as a share of all.")] = "0.1",
    draws: Annotated[int, typer.Option("--draws", metavar="N", help="How many elections to draw.")] = 2000,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="Makes the draws; the same seed, the same draws.")] = 1832,
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """What a pact wins: if nobody follows, if all do, in draws of where supporters go and of votes; and a division for a joint majority."""
    from hustings import scenario as scenarios
    from hustings.analysis.pacts import divided, pacted
    from hustings.scenarios.pact import Pact

    if not 0 <= (room := exact(slack)) <= 1:
        raise SettingError(f"--slack {slack}: from 0 to 1")
    if seed < 0:
        raise SettingError(f"--seed {seed}: a seed is a whole number from 0")
    chosen, model = chosen_election(election, scenario, where), scenarios.parse(swing)
    made: Pact = scenarios.parse(f"pact:{terms if '=' in terms else f'file={terms}'}")
    agreed, districts = made.agreed(chosen), None
    if best is not None:
        districts = divided(chosen, made, model, slack=room, draws=draws, seed=seed, certainty=certainty)
        write(best, _as_toml(agreed, districts, f"{chosen.id}: the best chance of a joint majority in {draws:,} draws, slack {slack}"))
    found = pacted(chosen, made, model, draws=draws, seed=seed, certainty=certainty)
    if as_json:
        emit(_document(chosen.id, agreed.title, found) | ({"districts": districts} if districts else {}))
        return
    table(f"{chosen.id}: {agreed.title}", _as_cast(found))
    typer.echo("")
    table(f"{draws:,} draws of the votes as well: seats of half the draws, partners' range of nine in ten", _as_drawn(found))
    if districts is not None:
        divided_by = Pact(file=str(best), transfer=made.transfer, odds=made.odds, matrix=made.matrix, northern_ireland=made.northern_ireland)
        again = pacted(chosen, divided_by, model, draws=draws, seed=seed, certainty=certainty)
        typer.echo("")
        table(f"Divided as in {best}: " + ", ".join(f"{party} {len(names)}" for party, names in districts.items()), _as_drawn(again))
    notes([
        *agreed.notes,
        f"Transfers after each party are Dirichlet-distributed about the estimate, concentration {certainty:g}, the same in all districts.",
        f"Votes err as those of a projection by {swing} from {chosen.id}, seed {seed}.",
        *chosen.provenance.notes,
    ])  # fmt: skip


def _as_cast(found: "Pacted") -> tuple[list[str], list[list[str]]]:
    """The votes as they were: without the pact, at its bounds, and with transfers drawn."""
    from hustings.analysis.pacts import span

    rows = [
        [ROWS[way], *(str(seats[found.parties.index(party)]) for party in found.members), str(found.of_partners(seats)), ""]
        for way, seats in zip(("apart", "none", "full"), (found.was, *found.bounds), strict=True)
    ]
    low, middle, high = span(found.of_partners(found.transfers))
    rows.insert(2, [ROWS["estimated"], *("" for _ in found.members), str(middle), f"{low}–{high}"])
    return ["votes as cast", *found.members, "partners", "5–95%"], rows


def _as_drawn(found: "Pacted") -> tuple[list[str], list[list[str]]]:
    """The votes drawn as well: seats of each partner and of all of them, and how likely these are a majority."""
    from hustings.analysis.pacts import span

    rows = []
    for way, label in ROWS.items():
        low, middle, high = span(found.of_partners(found.seats[way]))
        each = [str(span(found.seats[way][:, found.parties.index(party)])[1]) for party in found.members]
        rows.append([label, *each, str(middle), f"{low}–{high}", f"{found.majority(way):.1%}"])
    return ["votes drawn", *found.members, "partners", "5–95%", "majority"], rows


def _document(election: str, title: str, found: "Pacted") -> "dict[str, object]":
    """The JSON of `hustings pact`, seats of the partners: as cast and at the bounds, in draws of transfers alone, and in draws of both."""
    from hustings.analysis.pacts import span

    def quantiles(seats: "NDArray[np.int64]") -> dict[str, int]:
        return dict(zip(("p05", "p50", "p95"), span(found.of_partners(seats)), strict=True))

    was, none, full = (int(found.of_partners(seats)) for seats in (found.was, *found.bounds))
    return {
        "election": election,
        "pact": title,
        "members": list(found.members),
        "cast": {"apart": was, "none": none, "full": full, "transfers": quantiles(found.transfers)},
        "drawn": {way: quantiles(seats) for way, seats in found.seats.items()},
        "majority": {way: found.majority(way) for way in found.seats},
    }


def _as_toml(agreed: "Agreed", districts: "Mapping[str, Sequence[str]]", title: str) -> str:
    """A pact whose districts are listed, as the scenario `pact` reads it."""
    lines = [f"title = {_quoted(title)}", f"members = [{', '.join(map(_quoted, districts))}]", 'rule = "listed"', "", "[districts]"]
    lines += [f"{_quoted(party)} = [{', '.join(map(_quoted, names))}]" for party, names in districts.items()]
    if agreed.how.rates:
        lines += ["", "[rates]", *(f'{_quoted(f"{last}.{to}")} = "{rate}"' for (last, to), rate in agreed.how.rates.items())]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
