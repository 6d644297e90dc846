"""`hustings bias`: whom the map favours, by how much, and through what."""

from fractions import Fraction
from typing import Annotated

import typer

from hustings.commands import AsJson, ElectionName, Scenarios, Where, app, chosen_election, emit, notes, table
from hustings.errors import SettingError

AT = tuple(Fraction(number, 100) for number in range(30, 71, 5))


@app.command()
def bias(
    election: ElectionName, *, scenario: Scenarios = None, where: Where = None,
    parties: Annotated[str, typer.Option("--parties", metavar="P,P", help="The two parties; the largest unless given.")] = "",
    as_json: AsJson = False,
) -> None:  # fmt: skip
    """Seats and votes of two parties in single-member districts: bias, its causes, the reverse election, and the curve."""
    from hustings.analysis.bias import duel, seat_product
    from hustings.report import bias_json

    named = [name.strip() for name in parties.split(",") if name.strip()]
    if len(named) not in (0, 2):
        raise SettingError(f"--parties {parties}: name two, such as con,lab")
    chosen = chosen_election(election, scenario, where)
    two = duel(chosen, *named)
    parts, curve, house = two.decomposed(), two.curve(AT), chosen.main.house
    expected = seat_product(house / len(chosen.main.districts), house)
    if as_json:
        emit(bias_json(chosen.id, two, dict(zip(AT, curve, strict=True)), expected))
        return
    rows = [
        [party, f"{votes:,}", f"{seats:,}", f"{other:,}"]
        for party, votes, seats, other in zip((two.one, two.two), (two.a.sum(), two.b.sum()), two.seats, two.reverse, strict=True)
    ]
    table(f"{chosen.id}: {two.one} and {two.two}", (["party", "votes", "seats", "seats with the other's votes"], rows))
    typer.echo("")
    causes = [[name, f"{parts.shapley[name]:+.0f}", f"{parts.sequential[name]:+d}"] for name in parts.shapley]
    favoured = two.one if two.bias >= 0 else two.two
    table(
        f"With as many votes each, {favoured} would have {abs(two.bias)} seats more; causes, + for {two.one}",
        (["cause", "mean of all orders", "in order"], causes),
    )
    typer.echo("")
    table(
        f"{two.one} of the votes and of the seats of both, by uniform swing",
        (["votes", "seats"], [[f"{float(at):.0%}", f"{share:.1%}"] for at, share in zip(AT, curve, strict=True)]),
    )
    notes([
        f"A point of the votes is {two.responsiveness:.2f} points of the seats between 45 and 55%. Shares of the votes for both have a standard",
        f"deviation of {two.deviation:.3f} between districts: the cube law would have the power {two.exponent:.2f}, where Kendall and Stuart had 3.",
        f"The seat product of {house:,} seats: {expected[0]:.2f} effective parties by seats and {expected[2]:.2f} by votes, the largest with",
        f"{expected[1]:.1%} of the seats.",
    ])  # fmt: skip
