"""One tier of districts in, two out: areas above the districts, with the seats that these no longer have."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from hustings.election import District, Election, electors
from hustings.errors import Unsuitable
from hustings.exact import check_shares
from hustings.registry import describe
from hustings.scenarios import scenario

Area = Literal["region", "county", "country", "nation", "district"]


@scenario("tiers", cites="The assumptions of any model of a mixed or levelled system on votes of one kind, which its notes set out")
@dataclass(frozen=True)
class Tiers:
    """Leave a share of the seats to the districts and give the others to areas above them, in a second contest.

    A single-member district that `regroup` merged gives up the seats of all its parts but one. Each vote for a
    candidate is also one for the list of its party in the area. The house stays as large as it was.

    Attributes
    ----------
    upper : the areas: `region`, `county` (by region where none is known), `country`, `nation` (one for all) or
        `district` (each its own).
    share : seats that the districts keep, of those that they have [0-1].
    """

    upper: Area = "region"
    share: Fraction = Fraction(1)

    def __post_init__(self) -> None:
        check_shares(self)

    def __call__(self, election: Election) -> Election:
        if election.upper is not None:
            raise Unsuitable(f"{election.id} has two tiers already")
        before = election.main.districts
        lower = replace(election.main, districts=tuple(_keeping(before, self.share)))
        groups: dict[str, list[int]] = {}
        for row, district in enumerate(before):
            groups.setdefault(self._area(district), []).append(row)
        areas = []
        for name, rows in groups.items():
            given_up = sum(max(before[row].magnitude, len(before[row].parts)) - lower.districts[row].magnitude for row in rows)
            areas.append(_area(name, [before[row] for row in rows], given_up))
        upper = replace(lower.merged(list(groups.values()), areas), name="lists")
        notes = (
            f"{lower.house} members of districts, {upper.house} above them",
            "a vote for a candidate is taken for a vote for the party's list",
            *(["Northern Ireland is a region like any other"] if any(d.country == "Northern Ireland" for d in before) else []),
        )
        return replace(election, contests=(lower, upper), provenance=election.provenance.then(describe(self), *notes))

    def _area(self, district: District) -> str:
        names = {"nation": "all districts", "district": district.name, "county": district.county or district.region}
        return names.get(self.upper) or getattr(district, self.upper, "") or "all districts"


def _keeping(districts: Sequence[District], share: Fraction) -> Iterator[District]:
    """The same districts with their share of seats, rounded as they add up; none is left without a member."""
    seen = kept = 0
    for district in districts:
        seen += district.magnitude
        number = min(max(1, int(seen * share + Fraction(1, 2)) - kept), district.magnitude)
        kept += number
        yield replace(district, magnitude=number)


def _area(name: str, districts: Sequence[District], seats: int) -> District:
    """The area of these districts; of the fields that tell where it lies, those in which they agree."""

    def common(field: str) -> str:
        values = {getattr(district, field) for district in districts}
        return str(values.pop()) if len(values) == 1 else ""

    return District(
        f"list {name}",
        f"{name} (list)",
        seats,
        electors(districts),
        common("region"),
        common("county"),
        common("country"),
        parts=tuple(district.id for district in districts),
    )
