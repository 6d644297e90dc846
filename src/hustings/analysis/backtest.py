"""Pairs of elections that followed each other in; how far projecting the later from the earlier would have missed, out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.analysis.draws import LEVELS, Aim, Errors, Floats, Ints, calibrated, under_new_names
from hustings.analysis.projection import Projection, project
from hustings.catalogue import series as catalogue
from hustings.election import Election
from hustings.errors import NotHere, UnknownName, Unsuitable
from hustings.facts import fact
from hustings.registry import describe
from hustings.sources import editions, load
from hustings.systems import system
from hustings.work import HERE, Workers, run

INSIDE = (0.5, 0.8, 0.95)
"""Chances with which an interval is to hold the seats of a party."""
LUMP, NOBODY = "other", ("speaker", "ind")
"""The column of small parties, and those that are no party: their seats are nobody's totals."""
BINS = 10
"""Classes of equal width for the reliability of chances."""
ALIKE = 0.8
"""Part of the districts that has to be there in both elections, under one name, for them to have the same boundaries."""
SEAT = 0.5
"""Mean seats from which a party's total is scored although it had none before and none after."""


@dataclass(frozen=True, eq=False)
class Pair:
    """Two elections of which the later is projected from the earlier, and the rows of the districts that are in both.

    Attributes
    ----------
    name : `1992-1997`.
    before, after : the elections; where boundaries were drawn anew, `before` is carried over to the new ones.
    rows : of each district scored, its row in `before` and in `after`, shape (districts, 2).
    """

    name: str
    before: Election
    after: Election
    rows: NDArray[np.intp]


def paired(before: Election, after: Election, name: str = "") -> Pair | None:
    """The pair, or None where boundaries were drawn anew: districts are the same that have one id and name, or one name at least."""
    if before.series == after.series and after.edition in fact("redrawn").get(after.series, ()):
        return None
    before = under_new_names(before, [party.id for party in after.main.counted().parties])
    new = after.main.districts
    by_id, by_name = ({getattr(place, key).casefold(): row for row, place in enumerate(new)} for key in ("id", "name"))
    found = []
    for row, place in enumerate(before.main.districts):
        called = place.name.casefold()
        there = by_id.get(place.id.casefold(), -1)
        if there < 0 or new[there].name.casefold() != called:
            there = by_name.get(called, -1)
        if there >= 0 and place.magnitude == new[there].magnitude == 1:
            found.append((row, there))
    same = len(found) >= ALIKE * max(len(before.main.districts), len(new))
    return Pair(name or f"{before.edition}-{after.edition}", before, after, np.array(found, dtype=np.intp)) if same else None


def at_hand(series: str, first: str = "", last: str = "~") -> tuple[list[Election], list[str]]:
    """The elections of a series from one edition to another that are on this machine, in order, and the editions that are not.

    Raises
    ------
    UnknownName
        There is no such series.
    """
    if not (known := editions(series)):
        raise UnknownName("series", series, catalogue())
    found, missing = [], []
    for edition in sorted(name for name in known if first <= name <= last):
        try:
            found.append(load(series, edition))
        except NotHere:
            missing.append(edition)
    return found, missing


def consecutive(elections: Sequence[Election], carried: Mapping[str, Election] | None = None) -> list[Pair]:
    """The pairs among elections in order of their dates: on the same boundaries, or with the earlier one carried over to the new ones.

    carried : by the name of a pair, its earlier election on the boundaries of the later one.
    """
    found = []
    for one, other in pairwise(elections):
        name = f"{one.edition}-{other.edition}"
        before = (carried or {}).get(name, one)
        if pair := paired(before, other, name):
            found.append(pair)
    return found


def carried_over(series: str) -> dict[str, Election]:
    """By the name of a pair, the earlier election on the boundaries of the later one, as far as this machine has an estimate of it.

    Estimates are editions of the series `SERIES-notional`, such as `2019-on-2024`.
    """
    name = f"{series}-notional"
    found = at_hand(name)[0] if name in catalogue() else []
    return {election.edition.replace("-on-", "-"): election for election in found}


@dataclass(frozen=True, eq=False)
class Score:
    """What projecting one election from another came to.

    Attributes
    ----------
    pair, before : `2019-2024`, and the earlier election as it was taken, `uk-general-notional/2019-on-2024` where it was carried over.
    swing, aim : the model as it is written, and what the shares of the whole were: `true`, or `polls`.
    parties : those whose seats are scored: with a seat before or after, or half of one on average.
    actual, mean : seats as they fell and as projected, shape (parties,).
    intervals : lowest and highest seats of the intervals of 50, 80 and 95%, shape (levels, 2, parties).
    districts : how many were scored.
    right : part of them whose likeliest winner won [0-1].
    brier : mean over districts of the squared distance of chances from what happened [0-2].
    log : mean over districts of minus the logarithm of the chance that the winner had.
    chances : of each class of chances, how many there were, the sum of them, and how many came true, shape (bins, 3).
    """

    pair: str
    before: str
    swing: str
    aim: str
    parties: tuple[str, ...]
    actual: Ints
    mean: Floats
    intervals: Floats
    districts: int
    right: float
    brier: float
    log: float
    chances: Floats

    @property
    def error(self) -> Floats:
        """How many seats each party was off by, shape (parties,)."""
        return np.asarray(np.abs(self.mean - self.actual), dtype=np.float64)

    @property
    def held(self) -> NDArray[np.bool_]:
        """Whether each interval held the seats of each party, shape (levels, parties)."""
        return np.asarray((self.intervals[:, 0] <= self.actual) & (self.actual <= self.intervals[:, 1]))


@dataclass(frozen=True, eq=False)
class _Run:
    """What is the same for all pairs; called with one, it scores it."""

    draws: int
    seed: int
    errors: Errors | None

    def __call__(self, piece: tuple[Pair, Any, Aim | None]) -> Score:
        pair, swing, aim = piece
        errors = self.errors or held_out(pair.name)
        projection = project(pair.before, swing, system["fptp"](), draws=self.draws, rng=self.seed, to=aim or truth(pair, swing), errors=errors)
        return score(pair, swing, projection, "polls" if aim else "true")


def held_out(pair: str) -> Errors:
    """The sizes of errors that all pairs but this one give, so that no pair is judged by itself."""
    known = fact("errors")["pairs"]
    rest = [about for name, about in known.items() if name != pair]
    sizes = {level: float(np.sqrt(np.mean([about[level] ** 2 for about in rest]))) for level in LEVELS}
    return calibrated(**sizes)


def columns(election: Election, ids: Sequence[str]) -> Ints:
    """Votes by district of parties of these ids, shape (districts, ids); others are in a column of `LUMP`, if there is one."""
    tally = election.main.counted()
    votes = np.zeros((len(tally.votes), len(ids)), dtype=np.int64)
    for column, party in enumerate(tally.parties):
        if (name := party.id if party.id in ids else LUMP) in ids:
            votes[:, ids.index(name)] += tally.votes[:, column]
    return votes


def truth(pair: Pair, swing: Any) -> Aim:
    """The shares of the later election where the swing applies, known for certain, of the parties that the earlier one tells apart.

    Votes of a party that did not stand before are among those of the lump, or left out where there is none.
    """
    ids = [party.id for party in pair.before.main.counted().parties]
    had, has = (columns(each, ids)[swing.areas(each)[1] >= 0].sum(axis=0) for each in (pair.before, pair.after))
    at = np.flatnonzero(had)
    return Aim(tuple(ids[column] for column in at), has[at] / has[at].sum(), np.zeros((len(at), len(at))))


def _winners(election: Election, ids: Sequence[str]) -> NDArray[np.intp]:
    """Column of who won each district, shape (districts,); -1 for somebody else."""
    outcome = election.under(system["fptp"]())
    columns = np.array([ids.index(party.id) if party.id in ids else ids.index(LUMP) if LUMP in ids else -1 for party in outcome.parties])
    return np.asarray(columns[outcome.seats.argmax(axis=1)], dtype=np.intp)


def score(pair: Pair, swing: Any, projection: Projection, aim: str = "true") -> Score:
    """Score a projection of the pair's earlier election by its later one, in the districts that the swing moves.

    Raises
    ------
    Unsuitable
        The projection is of districts that elect several.
    """
    if projection.winners is None or projection.holders is None:
        raise Unsuitable(f"{projection.election}: districts that elect several are not scored")
    moved = swing.areas(pair.before)[1][pair.rows[:, 0]] >= 0
    rows, there = pair.rows[moved].T
    parties = projection.parties
    ids = [party.id for party in parties]
    won = _winners(pair.after, ids)[there]
    drawn = projection.winners[:, rows]
    seats = np.stack([(drawn == column).sum(axis=1) for column in range(len(ids))], axis=1)
    wins = np.stack([(drawn == column).mean(axis=0) for column in range(len(ids))], axis=1)
    actual = np.array([(won == column).sum() for column in range(len(ids))], dtype=np.int64)
    held = np.array([(projection.holders[rows] == column).sum() for column in range(len(ids))])
    mean = seats.mean(axis=0)
    scored = np.array([not party.lump and party.id not in NOBODY for party in parties]) & ((actual > 0) | (held > 0) | (mean >= SEAT))
    truth = won[:, np.newaxis] == np.arange(len(ids))
    tails = [((1 - level) / 2, (1 + level) / 2) for level in INSIDE]
    # A chance of nothing in so many draws is not a chance of nothing: half a draw is added to each (Krichevsky & Trofimov 1981).
    careful = (wins * projection.draws + 0.5) / (projection.draws + 0.5 * len(ids))
    return Score(
        pair=pair.name,
        before=pair.before.id,
        swing=describe(swing),
        aim=aim,
        parties=tuple(np.array(ids)[scored].tolist()),
        actual=actual[scored],
        mean=mean[scored],
        intervals=np.stack([np.quantile(seats[:, scored], tail, axis=0, method="inverted_cdf") for tail in tails]),
        districts=len(rows),
        right=float((wins.argmax(axis=1) == won).mean()),
        brier=float(((wins - truth) ** 2).sum(axis=1).mean()),
        log=float(-np.log(np.where(won >= 0, careful[np.arange(len(won)), won], 0.5 / projection.draws)).mean()),
        chances=_classes(wins, truth),
    )


def _classes(wins: Floats, truth: NDArray[np.bool_]) -> Floats:
    """Of each class of chances over none: how many, their sum, and how many came true, shape (bins, 3)."""
    some = wins > 0
    bins = np.minimum((wins[some] * BINS).astype(np.intp), BINS - 1)
    return np.stack([np.bincount(bins, weights, BINS) for weights in (None, wins[some], truth[some])], axis=1).astype(np.float64)


def backtest(
    pairs: Sequence[Pair],
    swings: Sequence[Any],
    *,
    draws: int,
    seed: int,
    errors: Errors | None = None,
    aims: Mapping[str, Aim] | None = None,
    workers: Workers = HERE,
    progress: Callable[[int], object] | None = None,
) -> list[Score]:
    """Project the later of each pair from the earlier by each swing, and score it; in the order of pairs, then of swings.

    `errors` are those that all other pairs give unless given. With `aims`, by the name of a pair, those that have one are
    scored once more with it in place of the true shares: what polls said.
    """
    said = aims or {}
    shares = {pair.name: (None, said[pair.name]) if pair.name in said else (None,) for pair in pairs}
    pieces = [(pair, swing, aim) for pair in pairs for aim in shares[pair.name] for swing in swings]
    found: dict[int, Score] = {}
    for number, answer in run(_Run(draws, seed, errors), pieces, workers):
        found[number] = answer
        if progress:
            progress(len(found))
    return [found[number] for number in range(len(pieces))]


@dataclass(frozen=True, eq=False)
class Summary:
    """The scores of one model over all pairs: seats missed by party total, and of districts the means over pairs.

    Attributes
    ----------
    swing, aim : the model, and what the shares were.
    pairs, totals : how many pairs, and how many totals of parties.
    error : mean absolute error [seats].
    right, brier, log : means over pairs.
    held : part of the totals that intervals of 50, 80 and 95% held, shape (levels,) [0-1].
    chances : as in `Score`, of all pairs.
    """

    swing: str
    aim: str
    pairs: int
    totals: int
    error: float
    right: float
    brier: float
    log: float
    held: Floats
    chances: Floats


def summaries(scores: Sequence[Score]) -> list[Summary]:
    """One for each model and kind of aim, the best by the log score first."""
    groups: dict[tuple[str, str], list[Score]] = {}
    for each in scores:
        groups.setdefault((each.aim, each.swing), []).append(each)
    found = [
        Summary(
            swing=swing,
            aim=aim,
            pairs=len(group),
            totals=sum(len(each.parties) for each in group),
            error=float(np.concatenate([each.error for each in group]).mean()),
            right=float(np.mean([each.right for each in group])),
            brier=float(np.mean([each.brier for each in group])),
            log=float(np.mean([each.log for each in group])),
            held=np.concatenate([each.held for each in group], axis=1).mean(axis=1),
            chances=np.sum([each.chances for each in group], axis=0),
        )
        for (aim, swing), group in groups.items()
    ]
    return sorted(found, key=lambda each: (each.aim != "true", each.log))
