"""A group's part of each district's voters and a party's part of its votes in; the least and the most of the group who voted so, out."""

from collections.abc import Iterable
from fractions import Fraction

from hustings.errors import SettingError

Exact = int | Fraction


def bounds(districts: Iterable[tuple[Exact, Exact, Exact]]) -> tuple[Fraction, Fraction] | None:
    """The least and the greatest share of a group that can have voted for a party, given each district's totals alone [0–1].

    Of each district: how many belong to the group, how many voted for the party, and how many voted. In each any number from
    the overlap that cannot be avoided to the smaller of the two is possible, whatever holds elsewhere; so both bounds are attained.
    None where nobody belongs to the group.

    Raises
    ------
    SettingError
        A part is negative or more than the whole.

    References
    ----------
    Duncan & Davis, An alternative to ecological correlation, American Sociological Review 18 (1953), pp. 665-666.

    Examples
    --------
    >>> bounds([(60, 70, 100), (10, 5, 50)])
    (Fraction(3, 7), Fraction(13, 14))
    """
    least = most = everybody = Fraction(0)
    for group, party, voters in districts:
        if not (0 <= group <= voters and 0 <= party <= voters):
            raise SettingError(f"a group of {group} and {party} votes for a party are not both among {voters} voters")
        least += max(0, group + party - voters)
        most += min(group, party)
        everybody += group
    return (least / everybody, most / everybody) if everybody else None
