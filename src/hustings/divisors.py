"""The divisor and quota methods of apportionment by their names, as exact functions of votes and seats."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache
from math import ceil, floor

from hustings.errors import SettingError, UnknownName
from hustings.exact import exact


@dataclass(frozen=True)
class Divisor:
    """The next seat goes to the largest votes^power / sequence(seats held); a divisor of 0 comes before all others."""

    sequence: Callable[[int], Fraction | int]
    power: int = 1

    def quotient(self, votes: int | Fraction, held: int) -> Fraction | None:
        """What is compared, exactly; None where the divisor is 0, which comes first, the more votes the earlier."""
        divisor = Fraction(self.sequence(held))
        return Fraction(votes**self.power * divisor.denominator, divisor.numerator) if divisor else None


@dataclass(frozen=True)
class Quota:
    """What a seat costs: votes / (seats + plus), or the whole number below that and `offset`.

    `excess` is what happens where whole quotas fill more seats than there are: `raise`, `subtract` (the smallest
    remainders give a seat back), or the quota to fall back to (`hare` or `hagenbach-bischoff`).
    """

    plus: int = 0
    offset: Fraction | None = None
    excess: str = "raise"

    def __call__(self, votes: int | Fraction, seats: int) -> Fraction:
        share = Fraction(votes) / (seats + self.plus)
        return share if self.offset is None else Fraction(floor(share + self.offset))

    def plateau(self, votes: int, seats: int) -> tuple[int, int]:
        """The fewest and the most votes for which a whole quota is what it is for `votes`."""
        quota, parts = self(votes, seats), seats + self.plus
        offset = self.offset or 0
        return ceil((quota - offset) * parts), ceil((quota + 1 - offset) * parts) - 1


def _modified(first: Fraction) -> Divisor:
    return Divisor(lambda n: 2 * n + 1 if n else first)


def _stationary(share: Fraction) -> Divisor:
    return Divisor(lambda n: n + share)


# Balinski & Young, Fair Representation (2nd ed. 2001), appendix A; Pukelsheim, Proportional Representation (2nd ed. 2017), ch. 3-5.
DIVISORS: dict[str, Divisor] = {
    "dhondt": Divisor(lambda n: n + 1),
    "sainte-lague": Divisor(lambda n: 2 * n + 1),
    "modified-sainte-lague": _modified(Fraction(7, 5)),
    "danish": Divisor(lambda n: 3 * n + 1),
    "imperiali": Divisor(lambda n: n + 2),
    "adams": Divisor(lambda n: n),
    "dean": Divisor(lambda n: Fraction(2 * n * (n + 1), 2 * n + 1)),
    "huntington-hill": Divisor(lambda n: n * (n + 1), power=2),
    "stationary": _stationary(Fraction(1, 2)),
}
QUOTAS: dict[str, Quota] = {
    "hare": Quota(),
    "droop": Quota(1, Fraction(1)),
    "hagenbach-bischoff": Quota(1),
    "hagenbach-bischoff-rounded": Quota(1, Fraction(1, 2)),
    "imperiali-quota": Quota(2),
    "reinforced-imperiali-quota": Quota(3),
}
Rule = Divisor | Quota
# What the tied are ranked by, from votes and divisor, before a lot is drawn among those level in this too.
TIES: dict[str, Callable[[int | Fraction, Fraction | int], Fraction | int]] = {
    "lot": lambda votes, divisor: 0,  # noqa: ARG005 — a rule that looks at nothing
    "most-votes": lambda votes, divisor: votes,  # noqa: ARG005 — one that looks at votes alone
    "one-vote-more": lambda votes, divisor: -divisor,  # noqa: ARG005 — (votes + 1) / divisor is largest where the divisor is smallest
}


@lru_cache(maxsize=64)
def rule_named(text: str) -> Rule:
    """The divisor or quota method of that name and setting.

    `modified-sainte-lague:first=1.2` sets the first divisor; `stationary:share=1/3` has the divisors 1/3, 4/3, 7/3 …;
    a quota takes `excess=subtract`, `excess=hare` or `excess=hagenbach-bischoff` for where its whole quotas fill too many seats.
    """
    name, _, rest = text.strip().lower().replace("_", "-").partition(":")
    rule = DIVISORS.get(name) or QUOTAS.get(name)
    if rule is None:
        raise UnknownName("apportionment method", name, [*DIVISORS, *QUOTAS])
    if not rest:
        return rule
    key, _, value = rest.partition("=")
    if (name, key) == ("modified-sainte-lague", "first") and exact(value) > 0:
        return _modified(exact(value))
    if (name, key) == ("stationary", "share") and exact(value) >= 0:
        return _stationary(exact(value))
    if isinstance(rule, Quota) and key == "excess" and value in ("raise", "subtract", "hare", "hagenbach-bischoff"):
        return replace(rule, excess=value)
    raise SettingError(
        f"'{text}': modified-sainte-lague takes first=1.4, stationary takes share=1/2 (0 or more), "
        f"a quota takes excess=raise, excess=subtract or excess=hare; nothing else is set"
    )
