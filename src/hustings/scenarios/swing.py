"""A change of the vote in, the election by districts that it makes out: six models of swing, exact about who stood where.

Each model is `areas`, where one figure holds; `targets`, what each area is to come to; and `moved`, what a district makes of
it. A projection draws targets of its own and calls the same `moved`, in floating point and with draws for leading axes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from hustings.election import Election, Tally
from hustings.errors import DataError, SettingError, UnknownName
from hustings.exact import exact
from hustings.facts import fact
from hustings.files import read_toml
from hustings.registry import describe
from hustings.scenarios import scenario
from hustings.swings import (
    BRITAIN,
    LEFT_ALONE,
    Before,
    Rows,
    Shares,
    along,
    completed,
    elastic,
    figures,
    piecewise,
    placed,
    proportional,
    strong_transition,
    uniform,
    whole,
)

Areas = tuple[tuple[str, ...], Rows]
Figures = Mapping[str, Fraction]

MODELS = "https://www.electoralcalculus.co.uk/blogs"
WILSON = "Wilson & Grofman, Journal of Theoretical Politics 34 (2022), pp. 481–498"
ALIKE = ("country", "region")
SHOWN = Fraction(1, 1000)
"""Differences below a tenth of a point are not worth a note."""
ROUNDED = Fraction(1, 200)
"""How far polls of the whole may be off what polls of its parts come to: they are in whole per cent."""


class Swing(Protocol):
    """What every swing offers."""

    @property
    def change(self) -> Figures:
        """The figures by party."""

    @property
    def to(self) -> bool:
        """Whether they are shares to be reached."""

    @property
    def area(self) -> str:
        """Where they hold."""

    def areas(self, election: Election) -> Areas:
        """Names of areas, and the area of each district by index, shape (districts,); -1 where a district is left alone."""

    def targets(self, election: Election) -> Shares:
        """What each party is to have in each area, shape (areas, parties), exact."""

    def moved(self, before: Before, to: Shares) -> Shares:
        """What districts come to where areas come to shares of shape (…, areas, parties): shape (…, districts, parties), as `Before.closed`."""


def _exactly(self: Swing) -> None:
    object.__setattr__(self, "change", figures(self.change))


def _one_area(self: Swing, election: Election) -> Areas:
    """The area, and 0 for each district in it; -1 for one that is left alone."""
    name, inside = placed(election.main.districts, self.area)
    return (name,), np.where(inside, 0, LEFT_ALONE)


def _one_target(self: Swing, election: Election) -> Shares:
    """What each party is to have in the area, shape (1, parties), exact."""
    tally = election.main.counted()
    (name,), area = self.areas(election)
    (start,) = Before.exactly(tally, area, 1).start
    return np.array([completed(name, tally.parties, start, self.change, to=self.to)], dtype=object)


def _swung(self: Swing, election: Election) -> Election:
    """The election with the votes that the swing makes: whole, and as many in each district as before."""
    tally = election.main.counted()
    names, area = self.areas(election)
    before, to = Before.exactly(tally, area, len(names)), self.targets(election)
    new = election.main.recast(Tally(tally.parties, whole(self.moved(before, to), tally.valid.tolist(), tally.parties), tally.stood))
    start, reached = before.start, before.mean(new.counted().votes.astype(object))
    notes = [] if self.change else ["the swing has no figures and changes nothing; give some, such as lab=-0.03"]
    notes += [_line(name, tally.parties, *rows) for name, *rows in zip(names, start, to, strict=True)]
    missed = [
        f"{party.id} {float(got):.1%} for {float(asked):.1%}{f' in {name}' if len(names) > 1 else ''}"
        for name, *rows in zip(names, to, reached, strict=True)
        for party, asked, got in zip(tally.parties, *rows, strict=True)
        if abs(got - asked) >= SHOWN
    ]
    assumed = "turnout and who stands are as they were; a share that falls below 0 is 0, and each district is brought back to its valid votes"
    return election.with_main(new, describe(self), *filter(None, notes), assumed + (f", which gives {', '.join(missed)}" if missed else ""))


def _line(name: str, parties: Any, start: Shares, to: Shares) -> str:
    moves = [f"{p.id} {float(a):.1%} → {float(b):.1%}" for p, a, b in zip(parties, start, to, strict=True) if abs(a - b) >= SHOWN]
    return f"swing in {name}: {', '.join(moves)}" if moves else ""


@scenario("uniform-swing", cites=f"Electoral Calculus, Transition Model (2004), section 2, additive model: {MODELS}/newmodel.html", swing=True)
@dataclass(frozen=True)
class UniformSwing:
    """Every district changes by as many points as the area.

    Attributes
    ----------
    change : by party, points as a fraction: lab=-0.03,con=+0.03. Parties not named share what is left, in proportion.
    to : the figures are shares to be reached, not changes: to=true,con=0.24,lab=0.34.
    area : gb (all but Northern Ireland), uk (all), or a country, region or county by name; other districts stay as they are.
    """

    change: Figures = field(default_factory=dict, hash=False)
    to: bool = False
    area: str = BRITAIN
    areas, targets, __call__ = _one_area, _one_target, _swung

    def __post_init__(self) -> None:
        _exactly(self)

    def moved(self, before: Before, to: Shares) -> Shares:
        """What districts come to; see `Swing`."""
        return along(uniform(before.start, to), before)


@scenario("proportional-swing", cites=f"{WILSON}, proportional swing", swing=True)
@dataclass(frozen=True)
class ProportionalSwing:
    """Every district changes by the same factor as the area.

    Attributes
    ----------
    change : by party, points of the area's vote as a fraction: lab=-0.03. Parties not named share what is left, in proportion.
    to : the figures are shares to be reached, not changes.
    area : gb, uk, or a country, region or county by name.
    """

    change: Figures = field(default_factory=dict, hash=False)
    to: bool = False
    area: str = BRITAIN
    areas, targets, __call__ = _one_area, _one_target, _swung

    def __post_init__(self) -> None:
        _exactly(self)

    def moved(self, before: Before, to: Shares) -> Shares:
        """What districts come to; see `Swing`."""
        return along(proportional(before.start, to), before)


@scenario("piecewise", cites=f"{WILSON}, of two parties, from memory of the article; here of several, each beside all others", swing=True)
@dataclass(frozen=True)
class Piecewise:
    """A party that falls loses the same part of its voters everywhere; one that rises gains the same part of everybody else's.

    Attributes
    ----------
    change : by party, points of the area's vote as a fraction: lab=-0.03. Parties not named share what is left, in proportion.
    to : the figures are shares to be reached, not changes.
    area : gb, uk, or a country, region or county by name.
    """

    change: Figures = field(default_factory=dict, hash=False)
    to: bool = False
    area: str = BRITAIN
    areas, targets, __call__ = _one_area, _one_target, _swung

    def __post_init__(self) -> None:
        _exactly(self)

    def moved(self, before: Before, to: Shares) -> Shares:
        """What districts come to; see `Swing`."""
        return along(piecewise(before.start, to), before)


@scenario(
    "strong-transition",
    cites=f"Electoral Calculus, Strong Transition Model (2007), model principles: {MODELS}/strongmodel.html; how the rising parties share what is "
    "lost, from memory of the published description",
    swing=True,
)
@dataclass(frozen=True)
class StrongTransition:
    """A party that falls loses weak supporters before strong ones; those that rise share what is lost in each district.

    Attributes
    ----------
    change : by party, points of the area's vote as a fraction: lab=-0.03. Parties not named share what is left, in proportion.
    to : the figures are shares to be reached, not changes.
    area : gb, uk, or a country, region or county by name.
    strength : a party's voters up to this share of a district are its weak supporters, those beyond are strong [0-1].
    """

    change: Figures = field(default_factory=dict, hash=False)
    to: bool = False
    area: str = BRITAIN
    strength: Fraction = Fraction(1, 5)
    areas, targets, __call__ = _one_area, _one_target, _swung

    def __post_init__(self) -> None:
        _exactly(self)
        if not 0 <= self.strength <= 1:
            raise SettingError(f"strong-transition: strength={self.strength} must be 0 to 1")

    def moved(self, before: Before, to: Shares) -> Shares:
        """What districts come to; see `Swing`."""
        return strong_transition(before, to, self.strength)


@scenario("elasticity", cites="Own model between uniform and proportional swing, fitted on elections that the package carries", swing=True)
@dataclass(frozen=True)
class Elasticity:
    """A district changes by more points the stronger the party was there, as much more as in past elections.

    Attributes
    ----------
    change : by party, points of the area's vote as a fraction: lab=-0.03. Parties not named share what is left, in proportion.
    to : the figures are shares to be reached, not changes.
    area : gb, uk, or a country, region or county by name.
    fit : the pair of elections that it is fitted on (1997-2001, 2010-2015, 2015-2017, 2017-2019), `all` of them, or a TOML file
        of your own with falling = "0.5" and rising = "0.1": 0 is uniform swing, 1 proportional.
    """

    change: Figures = field(default_factory=dict, hash=False)
    to: bool = False
    area: str = BRITAIN
    fit: str = "all"
    areas, targets, __call__ = _one_area, _one_target, _swung

    def __post_init__(self) -> None:
        _exactly(self)
        self.fitted()

    def fitted(self) -> tuple[Fraction, Fraction]:
        """The elasticities of parties that fall and of parties that rise."""
        if self.fit.endswith(".toml"):
            found: Mapping[str, Any] = read_toml(Path(self.fit))
        else:
            known = fact("elasticities")["fit"]
            if self.fit not in known:
                raise UnknownName("fit of elasticity", self.fit, known)
            found = known[self.fit]
        try:
            return exact(str(found["falling"])), exact(str(found["rising"]))
        except (KeyError, SettingError):
            raise DataError(self.fit, 'write two numbers, falling = "0.5" and rising = "0.1"') from None

    def moved(self, before: Before, to: Shares) -> Shares:
        """What districts come to; see `Swing`."""
        return along(elastic(before.start, to, *self.fitted()), before)


@scenario("regional-swing", cites="Uniform swing as in uniform-swing, of each nation or region by itself", swing=True)
@dataclass(frozen=True)
class RegionalSwing:
    """Uniform swing of nations or regions, entered apart; what the others are to come to is implied, and shown.

    A figure with an area (Scotland.snp=0.05) is that area's; one without is the whole's. Parties not named in an area that is
    share what is left there, in proportion. A party named in areas alone, or with votes in them alone, has in the whole
    what they give it. Areas not named make up what the whole has and the named leave, each by the same points; without a
    figure for the whole they stay as they were.

    Attributes
    ----------
    change : by party or area and party, points as a fraction: con=-0.02,Scotland.snp=0.05.
    to : the figures are shares to be reached, not changes: to=true,con=0.4,Scotland.con=0.22.
    area : gb, uk, or a country or region by name: the whole.
    by : what stands apart: `country` (a nation) or `region`.
    """

    change: Figures = field(default_factory=dict, hash=False)
    to: bool = False
    area: str = BRITAIN
    by: str = "country"
    __call__ = _swung

    def __post_init__(self) -> None:
        _exactly(self)
        if self.by not in ALIKE:
            raise SettingError(f"regional-swing: by={self.by} is not one of {', '.join(ALIKE)}")

    def areas(self, election: Election) -> Areas:
        """Nations or regions of the whole, and the index of each district's; -1 where it is left alone."""
        _, inside = placed(election.main.districts, self.area)
        where = [str(getattr(district, self.by)) for district in election.main.districts]
        names = sorted({name for name, there in zip(where, inside, strict=True) if there})
        return tuple(names), np.array([names.index(name) if there else LEFT_ALONE for name, there in zip(where, inside, strict=True)])

    def targets(self, election: Election) -> Shares:
        """What each party is to have in each nation or region, shape (areas, parties), exact."""
        tally = election.main.counted()
        names, area = self.areas(election)
        start = Before.exactly(tally, area, len(names)).start
        votes = [int(tally.valid[area == number].sum()) for number in range(len(names))]
        overall, apart = self._entered(names)
        to = start.copy()
        for number, entered in apart.items():
            to[number] = completed(names[number], tally.parties, start[number], entered, to=self.to)
        rest = [number for number in range(len(names)) if number not in apart]
        if overall and rest:
            weights: Shares = np.array(votes, dtype=object)
            had, come = ((weights @ each / sum(votes)).tolist() for each in (start, to))
            elsewhere = weights[rest] @ start[rest]
            # What the areas entered say of a party holds in the whole too, unless the whole says more of it.
            ids = [party.id for party in tally.parties]
            alone = {id_ for id_, number in zip(ids, elsewhere, strict=True) if not number}
            told = {id_ for entered in apart.values() for id_ in entered} - set(overall) | alone
            moves = {id_: share if self.to else share - before for id_, share, before in zip(ids, come, had, strict=True) if id_ in told}
            for id_ in alone & set(overall):
                if abs(overall[id_] - moves[id_]) > ROUNDED:
                    raise SettingError(
                        f"regional-swing: {id_} has votes in the areas named alone, which give it {float(moves[id_]):.1%} of the whole, "
                        f"not {float(overall[id_]):.1%}; leave {id_} of the whole out"
                    )
            goal = completed(self.area, tally.parties, had, {**overall, **moves}, to=self.to)
            due = sum(votes) * np.array(goal, dtype=object) - sum(votes[number] * to[number] for number in apart)
            to[rest] = np.where(start[rest] > 0, start[rest] + self._implied(due, elsewhere, ids), 0)
        return to

    def moved(self, before: Before, to: Shares) -> Shares:
        """What districts come to; see `Swing`."""
        return along(uniform(before.start, to), before)

    def _entered(self, names: tuple[str, ...]) -> tuple[dict[str, Fraction], dict[int, dict[str, Fraction]]]:
        """The figures of the whole, and of each area by index."""
        at = {name.casefold(): number for number, name in enumerate(names)}
        overall: dict[str, Fraction] = {}
        apart: dict[int, dict[str, Fraction]] = {}
        for key, figure in self.change.items():
            name, dot, party = key.rpartition(".")
            if not dot:
                overall[party] = figure
            elif name.casefold() in at:
                apart.setdefault(at[name.casefold()], {})[party] = figure
            else:
                raise UnknownName(self.by, name, names)
        return overall, apart

    @staticmethod
    def _implied(due: Shares, had: Shares, ids: list[str]) -> Shares:
        """Points that the areas not named change by, so that they have the votes due to them and not those that they had, shape (parties,)."""
        for id_, votes in zip(ids, due, strict=True):
            if votes < 0:
                raise SettingError(f"regional-swing: the areas named have more votes for {id_} than the whole is to have; raise {id_} in the whole")
        points: Shares = due / sum(due) - had / sum(had)
        return points
