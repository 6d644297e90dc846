"""Claims in, a finding for each out: what somebody wrote about elections, beside what the data say.

`claims_file` reads the claims, and `claims_data` finds their figures: in the election of a claim, in each of those `among` which it
stands, or in the records of who governed. Of a group of voters only bounds are found, and what lies within them is not decided.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from hustings.analysis.claims_data import Asked, Data, NoDataError, asked_by, data_of
from hustings.analysis.claims_file import Bound, Claim, Side, refuse_all, standing
from hustings.analysis.figures import Figure, Value
from hustings.election import Election
from hustings.errors import DataError
from hustings.history import spells, years
from hustings.sources import load as load_election


@dataclass(frozen=True)
class Finding:
    """What the data say to a claim: the values found, exact, and whether it holds; None is "no data" or "not decidable"."""

    claim: Claim
    found: tuple[Value, ...] | str | None
    holds: bool | None
    note: str = ""

    @property
    def id(self) -> str:
        """The claim's."""
        return self.claim.id

    @property
    def text(self) -> str:
        """The sentence."""
        return self.claim.text

    @property
    def claimed(self) -> tuple[Bound, ...] | str:
        """The values claimed, or the place."""
        return self.claim.claimed

    def as_text(self) -> tuple[str, str]:
        """The values claimed and found as a reader sees them."""
        figures = [ELECTIONS] if self.claim.count else [item.figure for item in self.claim.find]

        def said(value: Value | Bound, figure: Figure) -> str:
            return f"{value.relation} {figure.shown(value.value)}".strip() if isinstance(value, Bound) else figure.shown(value)

        both = []
        for values in (self.claimed, self.found):
            text = values if isinstance(values, str) else " and ".join(map(said, values or (), figures))
            both.append(text or "–")
        return both[0], both[1]

    def as_json(self) -> dict[str, Any]:
        """The finding for JSON: one value by itself, several as a list; shares are fractions."""

        def plain(value: Value | Bound) -> int | float | str:
            if isinstance(value, Bound):
                return f"{value.relation} {plain(value.value)}" if value.relation else plain(value.value)
            if isinstance(value, str):
                return value
            return int(value) if value == int(value) else float(value)

        def one(values: Sequence[Value | Bound] | str | None) -> object:
            if isinstance(values, str) or not values:
                return values or None
            return plain(values[0]) if len(values) == 1 else [plain(value) for value in values]

        return {"id": self.id, "text": self.text, "claimed": one(self.claimed), "found": one(self.found), "holds": self.holds, "note": self.note}


ELECTIONS = Figure("districts", "cannot", len)
"""How a number of elections is shown."""


def check(claims: Sequence[Claim], load: Callable[[str], Election] = load_election) -> tuple[Finding, ...]:
    """Hold each claim against the data; `load` makes an election of SERIES/EDITION or of the path of a file.

    Raises
    ------
    DataError
        A claim asks for what its election cannot have (a party, a place, a system): each such mistake on a line.
    """
    data = data_of(load)
    findings, mistakes = [], []
    for claim in claims:
        try:
            findings.append(_finding(claim, data))
        except DataError as mistake:
            mistakes.append(mistake)
    refuse_all(mistakes)
    return tuple(findings)


def _finding(claim: Claim, data: Data) -> Finding:
    if claim.undecidable:
        return Finding(claim, None, None, f"not decidable: {claim.undecidable}")
    try:
        asked = asked_by(claim, data)
        if claim.count:
            return _counted(claim, asked, claim.count)
        if claim.group:
            return _bounded(claim, asked)
        if claim.than:
            return _compared(claim, asked)
        return _placed(claim, asked, claim.claimed) if isinstance(claim.claimed, str) else _found(claim, asked)
    except NoDataError as gap:
        return Finding(claim, None, None, f"no data: {gap.what}")


def _found(claim: Claim, asked: Asked) -> Finding:
    """Figures of the claim's election, of a time or of a day, each beside the value claimed."""
    values = tuple(asked.value(item, claim.election, claim.here) for item in claim.find)
    holds = all(bound.admits(value, claim.tolerance) for bound, value in zip(claim.asserted, values, strict=True))
    return Finding(claim, values, holds, "; ".join([*_governed(claim), *asked.notes(claim.election)]))


def _governed(claim: Claim) -> list[str]:
    """The spells that years in government are made of."""
    said = []
    for item in claim.find:
        if item.figure.over == "between" and item.parties and claim.between:
            coalition = item.text.startswith("years in coalition")
            found = (f"{float(years(*spell)):.1f} from {spell[0]}" for spell in spells(item.parties[0], *claim.between, coalition=coalition))
            said.append(f"{item.text}: {', '.join(found) or 'none'}")
    return said


def _placed(claim: Claim, asked: Asked, claimed: str) -> Finding:
    """The place that a figure of the claim's election has among those of others."""
    (find,) = claim.find
    values = {name: asked.number(find, name, claim.here) for name in asked.names}
    end = claimed.rsplit(maxsplit=1)[-1]
    here, *others = values.values()
    ahead = sum(other < here if end == "lowest" else other > here for other in others)
    found = standing(ahead + 1, end, joint=here in others)
    series = ", ".join(f"{name} {find.figure.shown(value)}" for name, value in values.items())
    return Finding(claim, found, found == claimed, "; ".join([f"{find.text}: {series}", *asked.notes(claim.election)]))


def _counted(claim: Claim, asked: Asked, wanted: Bound) -> Finding:
    """In how many elections a figure is as the claim says."""
    (find,) = claim.find
    values = {name: asked.number(find, name, claim.here) for name in asked.names}
    so = {name: wanted.admits(value) for name, value in values.items()}
    what = f"{wanted.relation} {find.figure.shown(wanted.value)}".strip()
    sides = [
        f"{word}: {', '.join(f'{name} {find.figure.shown(value)}' for name, value in values.items() if so[name] is side) or 'none'}"
        for word, side in (("so", True), ("not so", False))
    ]
    found = sum(so.values())
    (bound,) = claim.asserted
    note = f"{find.text} {what} in {found} of {len(values)}; {'; '.join(sides)}"
    return Finding(claim, (found,), bound.admits(found), note)


def _compared(claim: Claim, asked: Asked) -> Finding:
    """Whether a figure is more or less here than there."""
    (find,) = claim.find
    here, there = (asked.number(find, claim.election, side) for side in (claim.here, claim.there))
    found = "more" if here > there else "less" if here < there else "the same"
    note = f"{find.text}: {find.figure.shown(here)} and {find.figure.shown(there)}"
    return Finding(claim, found, found == claim.claimed, "; ".join([note, *asked.notes(claim.election)]))


GROUPS = (
    "not decidable from these data: totals of districts bound what a group did, and say no more (Duncan and Davis 1953), even if "
    "a group's part of the voters is taken to be its part of the table's people"
)


def _bounded(claim: Claim, asked: Asked) -> Finding:
    """What can be said of a group of voters: decided where its bounds leave no choice."""
    (find,) = claim.find
    figure = find.figure
    here = asked.bounds(find, claim.here)
    said = f"{find.text} among {_group(claim.here)}: from {figure.shown(here[0])} to {figure.shown(here[1])}"
    if claim.than:
        there = asked.bounds(find, claim.there)
        said += f"; among {_group(claim.there)}: from {figure.shown(there[0])} to {figure.shown(there[1])}"
        order = {"more": (here, there), "less": (there, here)}[str(claim.claimed)]
        holds = True if order[0][0] > order[1][1] else False if order[0][1] <= order[1][0] else None
    else:
        (bound,) = claim.asserted
        least, most = (bound.admits(end, claim.tolerance) for end in here)
        # Two values that are both off may lie on either side of the value claimed.
        apart = bool(bound.relation) or not here[0] <= Fraction(bound.value) <= here[1]
        holds = least if least == most and (least or apart) else None
    if holds is None:
        return Finding(claim, None, None, f"{GROUPS}; {said}")
    return Finding(claim, f"from {figure.shown(here[0])} to {figure.shown(here[1])}", holds, said)


def _group(side: Side) -> str:
    """Which voters, where."""
    conditions = [f"{field} {', '.join(wanted)}" for field, wanted in side.where] + [f"not {field} {', '.join(w)}" for field, w in side.without]
    return f"{'+'.join(side.group)} ({'; '.join(conditions) or 'everywhere'})"
