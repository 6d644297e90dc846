"""Factors of turnout in, by place or by party; the election with more or fewer votes out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

import numpy as np

from hustings.election import Election, Tally
from hustings.errors import SettingError, UnknownName
from hustings.exact import shared
from hustings.registry import describe
from hustings.scenarios import scenario
from hustings.swings import figures


@scenario("turnout", cites="Own arithmetic: votes by a factor, whole by largest remainders, never more than there are electors")
@dataclass(frozen=True)
class Turnout:
    """More or fewer vote, by place or by party, in proportion; a district has no more votes than electors.

    Attributes
    ----------
    factor : by group, what votes are multiplied by: turnout:London=1.1 or turnout:by=party,lab=1.05.
    by : the groups: `region`, `country`, `county`, `name` (districts) or `party` (those who vote for it).
    """

    factor: Mapping[str, Fraction] = field(default_factory=dict, hash=False)
    by: Literal["region", "country", "county", "name", "party"] = "region"

    def __post_init__(self) -> None:
        object.__setattr__(self, "factor", figures(self.factor))
        for group, factor in self.factor.items():
            if factor < 0:
                raise SettingError(f"turnout: {group}={factor} cannot be negative; 1.1 is a tenth more, 0.9 a tenth fewer")

    def __call__(self, election: Election) -> Election:
        contest, tally = election.main, election.main.counted()
        ids = [party.id for party in tally.parties]
        groups = ids if self.by == "party" else [str(getattr(district, self.by)) for district in contest.districts]
        at = {group.casefold(): group for group in groups}
        for group in self.factor:
            if group.casefold() not in at:
                raise UnknownName(self.by, group, set(groups))
        wanted = {group.casefold(): factor for group, factor in self.factor.items()}
        factors = [wanted.get(group.casefold(), Fraction(1)) for group in groups]
        by_id = sorted(range(len(ids)), key=lambda column: ids[column])
        votes, capped = tally.votes.copy(), []
        for row, district in enumerate(contest.districts):
            here = factors if self.by == "party" else [factors[row]] * len(ids)
            raw = [number * factor for number, factor in zip(tally.votes[row].tolist(), here, strict=True)]
            total = int(sum(raw) + Fraction(1, 2))
            # A source that has more votes than electors is not put right here.
            most = max(district.electorate, int(tally.valid[row])) if district.electorate else total
            capped += [district.name] if total > most else []
            votes[row] = shared(min(total, most), raw, by_id)
        groups_named = ", ".join(f"{at[group.casefold()]} × {float(factor):g}" for group, factor in self.factor.items())
        notes = [
            f"turnout by {self.by}: {groups_named or 'as it was'}; {int(tally.valid.sum()):,} votes become {int(votes.sum()):,}",
            "in a district those who come or stay away vote like those who voted" if self.by != "party" else "",
            f"no more votes than electors: {len(capped)} districts reach that, {', '.join(capped[:5])}{' …' if len(capped) > 5 else ''}"
            if capped
            else "",
            "electors are not known everywhere, so nothing caps turnout there" if any(d.electorate is None for d in contest.districts) else "",
        ]
        return election.with_main(contest.recast(Tally(tally.parties, np.array(votes), tally.stood)), describe(self), *filter(None, notes))
