"""A British constituency and day, or a party, in; the ids that Democracy Club and the Electoral Commission have for them out."""

import re
import unicodedata
from datetime import date

from hustings.facts import fact

BRITISH = "uk-"
"""How the names of the series begin whose parties are those of `facts/parties.toml`."""

BALLOTS_SINCE = 2010
"""The first general election whose constituencies are known by codes that others have too."""


def ballot(constituency: str, day: date) -> str:
    """Democracy Club's id of the ballot of a constituency in a general election.

    References
    ----------
    Democracy Club, Election Identifiers, reference definition; as the package uk-election-ids 0.10 makes them.

    Examples
    --------
    >>> ballot("Birmingham, Edgbaston", date(2019, 12, 12))
    'parl.birmingham-edgbaston.2019-12-12'
    """
    ascii_ = unicodedata.normalize("NFKD", constituency).encode("ascii", "ignore").decode()
    slug = re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", ascii_).strip().lower())
    return f"parl.{slug}.{day.isoformat()}"


def registered(party: str) -> tuple[str, ...]:
    """The ids of a party in the Electoral Commission's registers of Great Britain and Northern Ireland; none of one that has none.

    Examples
    --------
    >>> registered("con")
    ('PP52', 'PP51')
    """
    return tuple(fact("parties").get(party, {}).get("ec", ()))
