"""Numbers as the law writes them: exact fractions in, exact fractions or scaled integers out. The only place of rounding."""

import re
from collections.abc import Sequence
from dataclasses import fields
from fractions import Fraction
from typing import Any

from hustings.errors import SettingError

EXPONENT = re.compile(r"e[+-]?0*[1-9]\d{2}", re.IGNORECASE)
"""A power of ten from which on a number is nobody's share or figure, and may fill the memory."""


def exact(text: str) -> Fraction:
    """Read a decimal or a ratio exactly: '1.4' is 7/5, '1/2' a half.

    >>> exact("1.4")
    Fraction(7, 5)
    """
    try:
        return Fraction("" if EXPONENT.search(text) else text)
    except (ValueError, ZeroDivisionError):
        raise SettingError(f"'{text}' is not a number; write a decimal (0.05) or a ratio (1/20)") from None


def check_shares(entry: Any) -> None:
    """Refuse an entry of which a setting that is a fraction lies outside 0 to 1; its `share`, of seats that districts keep, is over 0."""
    for field in fields(entry):
        value = getattr(entry, field.name)
        if isinstance(value, Fraction) and not (0 <= value <= 1 and (value or field.name != "share")):
            least = "over 0 and up to 1" if field.name == "share" else "from 0 to 1"
            raise SettingError(f"{entry.__entry__.name}: {field.name}={value} is not a share {least}; 0.05 is 5 per cent")


def truncate(value: Fraction, places: int) -> Fraction:
    """Drop what lies beyond `places` decimals, towards zero for the positive values of a count.

    >>> truncate(Fraction(2, 3), places=5)
    Fraction(33333, 50000)
    """
    return Fraction(value.numerator * 10**places // value.denominator, 10**places)


def decimal(units: int | Fraction, places: int) -> str:
    """Write a value held in units of 10^-places as a decimal string, with more decimals where it takes them; what has no end, as a ratio.

    >>> decimal(141245570, places=5), decimal(Fraction(5, 2), places=0), decimal(Fraction(5, 3), places=0)
    ('1412.45570', '2.5', '5/3')
    """
    if isinstance(units, Fraction) and units.denominator != 1:
        value, more = Fraction(units, 10**places), units.denominator.bit_length()
        # A denominator of 2s and 5s alone divides that power of ten.
        if 10**more % units.denominator:
            return f"{value}"
        return decimal(int(units * 10**more), places + more).rstrip("0")
    whole, rest = divmod(abs(int(units)), 10**places)
    sign = "-" if units < 0 else ""
    return f"{sign}{whole}.{rest:0{places}d}" if places else f"{sign}{whole}"


def shared(total: int, weights: Sequence[Fraction | int], order: Sequence[int]) -> list[int]:
    """Share a whole number by weights: whole parts, then the largest remainders, level ones in the order given. No weight, no part.

    >>> shared(10, [Fraction(1, 3), Fraction(1, 3), Fraction(1, 3)], order=[2, 1, 0])
    [3, 3, 4]
    """
    rest = sum(weights)
    if not rest:
        return [0] * len(weights)
    parts, remainders = zip(*(divmod(total * weight, rest) for weight in weights), strict=True)
    largest = sorted(order, key=lambda at: -remainders[at])
    more = set(largest[: total - sum(parts)])
    return [int(part) + (at in more) for at, part in enumerate(parts)]
