"""A file of polls or the country's, and the election before them, in; what they pool to on a day, as a projection aims at it, out."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from hustings.analysis.backtest import Pair, columns
from hustings.analysis.draws import Aim, under_new_names
from hustings.analysis.pool import Pool, Pooling, estimated, pool
from hustings.catalogue import series as catalogue
from hustings.election import Election
from hustings.errors import SettingError, Unsuitable
from hustings.facts import fact
from hustings.polls import AREA, Polls, read_polls, uk
from hustings.scenarios import scenario

COUNTRY = "uk"
GONE = timedelta(60)
"""How long before the last poll a party may have been in one for the last time; polls that leave it out since have it among the others."""
LEAST = 1e-4
"""What a lump of small parties has at least [share]."""


def polls_of(text: str) -> Polls:
    """The polls of a file, or those of the United Kingdom that were pulled.

    Raises
    ------
    NotHere
        They were not pulled; the error names the command.
    DataError
        The file cannot be read.
    """
    return uk() if text.casefold() == COUNTRY else read_polls(Path(text))


def between(polls: Polls, begun: date, ended: date) -> Polls:
    """The polls of Great Britain after one election and up to a day, with each party under the last name that it had, if polls still give it.

    In a poll that leaves out a party which others give, the rest holds more than in these: it is taken not to give the rest.
    """
    rows = [
        row for row, (day, area) in enumerate(zip(polls.dates, polls.areas, strict=True)) if begun < day <= ended and area in (AREA, "UK", "")
    ]  # fmt: skip
    ids, shares = [party.id for party in polls.parties], polls.shares[rows].copy()
    given = ~np.isnan(shares)
    for column, id_ in enumerate(ids):
        old = fact("parties").get(id_, {}).get("formerly")
        if given[:, column].any() and old in ids and given[:, ids.index(old)].any():
            shares[:, column] = np.where(given[:, column], shares[:, column], shares[:, ids.index(old)])
            shares[:, ids.index(old)] = np.nan
    since = max((polls.dates[row] for row in rows), default=ended) - GONE
    late = np.array([polls.dates[row] >= since for row in rows], dtype=np.bool_)
    kept = [column for column in range(len(ids)) if not np.isnan(shares[late, column]).all()]
    named = [column for column in kept if not polls.parties[column].lump]
    for column in set(kept) - set(named):
        shares[np.isnan(shares[:, named]).any(axis=1), column] = np.nan
    kept = [column for column in kept if not np.isnan(shares[:, column]).all()]
    return replace(
        polls, parties=tuple(polls.parties[column] for column in kept), dates=tuple(polls.dates[row] for row in rows),
        pollsters=tuple(polls.pollsters[row] for row in rows), sizes=polls.sizes[rows], shares=shares[:, kept],
        areas=tuple(polls.areas[row] for row in rows), began=tuple(polls.began[row] for row in rows),
    )  # fmt: skip


def result(election: Election, parties: Sequence[str], swing: Any) -> dict[str, float]:
    """What these parties had where the swing applies [0-1]; the lump, all others."""
    renamed = under_new_names(election, parties)
    votes = columns(renamed, list(parties))[swing.areas(renamed)[1] >= 0].sum(axis=0)
    valid = renamed.main.counted().valid[swing.areas(renamed)[1] >= 0].sum()
    return {party: float(number / valid) for party, number in zip(parties, votes, strict=True) if number}


def pooled(text: str, election: Election, on: date | None = None, how: Pooling | None = None, begun: date | None = None) -> Pool:
    """Pool the polls after an election up to a day, or up to the next election that the catalogue has.

    begun : the day of the election, where it says none itself.

    Raises
    ------
    SettingError
        The election has no date, or the day lies before it.
    Unsuitable
        No poll lies between.
    """
    if (start := begun or election.date) is None:
        raise SettingError(f"{election.id} has no date, so no polls come after it")
    following = _next(election, start)
    if on is not None and on <= start:
        raise SettingError(f"--on {on:%Y-%m-%d}: the election was on {start:%Y-%m-%d}; name a later day")
    ended = on or (following - timedelta(1) if following else date.max)
    chosen = between(polls_of(text), start, ended)
    if not chosen.dates:
        raise Unsuitable(f"{text} has no poll between {start:%Y-%m-%d} and {ended:%Y-%m-%d}; name another day (--on) or another file")
    # The election that they follow does not tie them down: tied to it, what polls have in common would be the same in its wake as on the
    # eve of the next, which the elections of 2015 to 2024 do not bear out (docs/projection.md).
    return pool(chosen, how or estimated(), on=on or max(chosen.dates))


def _next(election: Election, start: date) -> date | None:
    """The day of the election that followed in its series."""
    about = catalogue().get(election.series)
    days = [edition.date for edition in about.editions.values() if edition.date] if about else []
    return min((day for day in days if day > start), default=None)


def aim_of(found: Pool, election: Election, swing: Any) -> Aim:
    """What a projection of the election aims at: the pool's parties, and as they were those that no poll gives; the lump has the rest."""
    aim = found.aim
    renamed = under_new_names(election, aim.parties)
    parties = renamed.main.counted().parties
    had = result(renamed, [party.id for party in parties], swing)
    shares = {party.id: aim.shares[aim.parties.index(party.id)] if party.id in aim.parties else had[party.id] for party in parties if party.id in had}
    lumps = [party.id for party in parties if party.lump and party.id in had]
    if lumps:
        named = sum(share for id_, share in shares.items() if id_ not in lumps)
        shares |= {id_: max(1 - named, LEAST) / len(lumps) for id_ in lumps}
    total = sum(shares.values())
    covariance = np.zeros((len(shares), len(shares)))
    here = [(number, aim.parties.index(id_)) for number, id_ in enumerate(shares) if id_ in aim.parties and id_ not in lumps]
    if here and aim.covariance is not None:
        to, of = (np.array(each, dtype=np.intp) for each in zip(*here, strict=True))
        covariance[np.ix_(to, to)] = aim.covariance[np.ix_(of, of)]
    return Aim(tuple(shares), np.array(list(shares.values())) / total, covariance)


def aims(text: str, pairs: Sequence[Pair]) -> dict[str, Aim]:
    """What the polls said on the eve of the later election of each pair, where there are some; by the pair's name."""
    swing, found = scenario["uniform-swing"](), {}
    for pair in pairs:
        days = _days(pair)
        if days is not None:
            try:
                told = pooled(text, pair.before, days[1] - timedelta(1), begun=days[0])
            except Unsuitable:
                continue
            found[pair.name] = aim_of(told, pair.before, swing)
    return found


def _days(pair: Pair) -> tuple[date, date] | None:
    """The days of both elections, where they are known; of one that was carried over, that of the votes."""
    editions: Mapping[str, Any] = catalogue()[pair.after.series].editions if pair.after.series in catalogue() else {}
    first = pair.name.removesuffix(f"-{pair.after.edition}")
    start = editions[first].date if first in editions else pair.before.date
    return (start, pair.after.date) if start and pair.after.date else None
