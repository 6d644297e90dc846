"""The nouns of an election: who stood where, who voted how, and where the figures come from. All frozen, all checked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.errors import DataError, SettingError, UnknownName, Unsuitable
from hustings.lots import Lots, refuse
from hustings.registry import canonical, describe

NOBODY = -1
"""In a ranking: no candidate at this rank (a rank skipped, or the end of the paper)."""


def frozen(values: Any, dtype: Any) -> NDArray[Any]:
    """A read-only array of that type; one that nobody can write to is not copied."""
    parts = (values, values.base) if isinstance(values, np.ndarray) and values.base is not None else (values,)
    if all(isinstance(part, np.ndarray) and not part.flags.writeable for part in parts) and values.dtype == dtype:
        return values  # type: ignore[no-any-return]  # an array, as has just been seen
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


@dataclass(frozen=True)
class Provenance:
    """Where an election comes from: source, files with sha256, licence and attribution, the steps applied since, known gaps."""

    source: str
    files: tuple[tuple[str, str], ...] = ()
    licence: str = ""
    attribution: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def then(self, step: str, *notes: str) -> "Provenance":
        """The same with one more step, and what that step assumed."""
        return replace(self, steps=(*self.steps, step), notes=(*self.notes, *notes))


@dataclass(frozen=True)
class District:
    """An area that elects `magnitude` members; `parts` are the ids of the districts it was merged from, or stands above.

    `population` is what some laws count instead of electors.
    """

    id: str
    name: str
    magnitude: int = 1
    electorate: int | None = None
    region: str = ""
    county: str = ""
    country: str = ""
    parts: tuple[str, ...] = ()
    population: int | None = None

    def __post_init__(self) -> None:
        if self.magnitude < 0 or (self.electorate or 0) < 0:
            raise DataError(self.name, f"magnitude {self.magnitude} and electorate {self.electorate} cannot be negative")


def electors(districts: Iterable[District]) -> int | None:
    """Electors of several districts together; None unless they are known of each."""
    known = [district.electorate for district in districts]
    return None if None in known else sum(filter(None, known))


@dataclass(frozen=True)
class Party:
    """A party by id. A `lump` stands for several candidates that the source adds up: it is no list and no party."""

    id: str
    name: str = ""
    lump: bool = False


@dataclass(frozen=True)
class Candidate:
    """A name on a ballot paper, the id of the party it stands for, and what the paper says of it ('Labour Party').

    `registered` is the id of that party in the public register of parties ('PP53').
    """

    name: str
    party: str = ""
    description: str = ""
    registered: str = ""


@dataclass(frozen=True, eq=False)
class Tally:
    """Votes by district and party, and who stood where.

    Attributes
    ----------
    votes : shape (districts, parties) [votes], int64, read-only.
    stood : boolean mask of the same shape; a party that did not stand has no votes.
    """

    parties: tuple[Party, ...]
    votes: NDArray[np.int64]
    stood: NDArray[np.bool_]

    def __post_init__(self) -> None:
        object.__setattr__(self, "votes", frozen(self.votes, np.int64))
        object.__setattr__(self, "stood", frozen(self.stood, np.bool_))
        if self.votes.shape != self.stood.shape or self.votes.shape[1:] != (len(self.parties),):
            raise DataError("tally", f"votes {self.votes.shape}, mask {self.stood.shape} and {len(self.parties)} parties differ")
        if (self.votes < 0).any():
            raise DataError("tally", "a number of votes is negative")
        if self.votes[~self.stood].any():
            raise DataError("tally", "a party has votes where it did not stand")

    @cached_property
    def total(self) -> NDArray[np.int64]:
        """Votes of each party over all districts, shape (parties,) [votes]."""
        return frozen(self.votes.sum(axis=0), np.int64)

    @cached_property
    def valid(self) -> NDArray[np.int64]:
        """Valid votes in each district, shape (districts,) [votes]."""
        return frozen(self.votes.sum(axis=1), np.int64)

    def merged(self, groups: Sequence[Sequence[int]]) -> "Tally":
        """One row for each group of rows: votes added, a party standing where it stood in any of them."""
        index = np.array([row for group in groups for row in group], dtype=np.intp)
        starts = np.cumsum([0, *map(len, groups)])[:-1]
        votes = np.add.reduceat(self.votes[index], starts, axis=0)
        stood = np.logical_or.reduceat(self.stood[index], starts, axis=0)
        return Tally(self.parties, votes, stood)

    def at(self, rows: Sequence[int] | NDArray[np.intp]) -> "Tally":
        """The rows given, and no party that stood in none of them."""
        index = np.asarray(rows, dtype=np.intp)
        there = np.flatnonzero(self.stood[index].any(axis=0))
        parties = tuple(self.parties[column] for column in there)
        return Tally(parties, self.votes[np.ix_(index, there)], self.stood[np.ix_(index, there)])

    def over(self, parties: Sequence[Party]) -> "Tally":
        """The same votes with these parties for columns, among which are those that it has."""
        column = {party.id: number for number, party in enumerate(parties)}
        at = [column[party.id] for party in self.parties]
        shape = (len(self.votes), len(parties))
        votes, stood = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.bool_)
        votes[:, at], stood[:, at] = self.votes, self.stood
        return Tally(tuple(parties), votes, stood)


@dataclass(frozen=True, eq=False)
class Profile:
    """Ranked papers of one district: each distinct ranking once, in the order of the source, with its number of papers.

    Attributes
    ----------
    rankings : shape (rankings, ranks), int16. A candidate's index, NOBODY where the rank names none, or -2-k where
        it names several: those of `sets[k]`. Nothing is interpreted here: a method reads the paper as its rule says.
    papers : shape (rankings,) [papers], int64.
    withdrawn : candidates who are on the paper and never continue.
    """

    candidates: tuple[Candidate, ...]
    rankings: NDArray[np.int16]
    papers: NDArray[np.int64]
    sets: tuple[tuple[int, ...], ...] = ()
    withdrawn: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "rankings", frozen(self.rankings, np.int16))
        object.__setattr__(self, "papers", frozen(self.papers, np.int64))
        if self.rankings.ndim != 2 or self.papers.shape != self.rankings.shape[:1]:
            raise DataError("profile", f"rankings {self.rankings.shape} and papers {self.papers.shape} differ")
        if self.rankings.size:
            low, high = int(self.rankings.min()), int(self.rankings.max())
            if high >= len(self.candidates) or low < -1 - len(self.sets):
                raise DataError("profile", f"a ranking names a candidate who is not among {len(self.candidates)}")
        named = {who for members in (*self.sets, self.withdrawn) for who in members}
        if not named <= set(range(len(self.candidates))):
            raise DataError("profile", f"a set or the list of withdrawn names a candidate who is not among {len(self.candidates)}")
        if (self.papers < 0).any():
            raise DataError("profile", "a number of papers is negative")

    @cached_property
    def cast(self) -> int:
        """All papers [papers]."""
        return int(self.papers.sum())


@dataclass(frozen=True, eq=False)
class Ratings:
    """Papers of one district that rate candidates: each distinct paper once, in the order of the source, with its number.

    Attributes
    ----------
    ratings : shape (papers, candidates), int16: the higher the better, -1 where a paper does not rate a candidate.
    papers : shape (papers,) [papers], int64.
    grades : what the ratings 0, 1, … are called, from the worst to the best; empty where they are numbers.
    """

    candidates: tuple[Candidate, ...]
    ratings: NDArray[np.int16]
    papers: NDArray[np.int64]
    grades: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "ratings", frozen(self.ratings, np.int16))
        object.__setattr__(self, "papers", frozen(self.papers, np.int64))
        if self.ratings.ndim != 2 or self.ratings.shape != (len(self.papers), len(self.candidates)):
            raise DataError("ratings", f"ratings {self.ratings.shape}, {len(self.papers)} papers and {len(self.candidates)} candidates differ")
        if (self.papers < 0).any():
            raise DataError("ratings", "a number of papers is negative")
        if self.ratings.size and int(self.ratings.min()) < -1:
            raise DataError("ratings", "a rating is negative; -1 stands for none")
        if self.grades and self.ratings.size and int(self.ratings.max()) >= len(self.grades):
            raise DataError("ratings", f"a rating is not among {len(self.grades)} grades")

    @cached_property
    def cast(self) -> int:
        """All papers [papers]."""
        return int(self.papers.sum())


@dataclass(frozen=True)
class Candidacy:
    """A candidate's or a list's votes [votes] as the source has them, and how many of it the source says were elected.

    Of a candidate `elected` is 0 or 1, of a list its seats; None where the source says nothing.
    """

    candidate: Candidate
    votes: int
    elected: int | None = None


@dataclass(frozen=True, eq=False)
class Contest:
    """One ballot paper's districts, with a Tally or a Profile for each district, or both.

    Attributes
    ----------
    method : how the source says that its papers are counted, as `NAME:key=value`, or, of votes by party, the system by which it was held;
        empty where it says nothing.
    candidacies : who stood in each district, where the source names them, or which lists, where it says how many of each
        were elected; their votes are those of the tally by party.
    """

    name: str
    districts: tuple[District, ...]
    tally: Tally | None = None
    profiles: tuple[Profile, ...] | None = None
    method: str = ""
    candidacies: tuple[tuple[Candidacy, ...], ...] = ()

    def __post_init__(self) -> None:
        rows = len(self.districts)
        if self.tally is not None and len(self.tally.votes) != rows:
            raise DataError(self.name, f"{rows} districts, {len(self.tally.votes)} rows of votes")
        if self.profiles is not None and len(self.profiles) != rows:
            raise DataError(self.name, f"{rows} districts, {len(self.profiles)} profiles")
        if self.tally is None and self.profiles is None:
            raise DataError(self.name, "a contest needs a tally or profiles")
        if len({district.id for district in self.districts}) != rows:
            raise DataError(self.name, "two districts have one id")
        if self.candidacies:
            self._check_candidacies()

    def _check_candidacies(self) -> None:
        tally = self.counted()
        if len(self.candidacies) != len(self.districts):
            raise DataError(self.name, f"{len(self.districts)} districts, candidates of {len(self.candidacies)}")
        column = {party.id: number for number, party in enumerate(tally.parties)}
        votes = np.zeros_like(tally.votes)
        for row, there in enumerate(self.candidacies):
            for candidacy in there:
                votes[row, column[candidacy.candidate.party]] += candidacy.votes
        named = np.array([bool(there) for there in self.candidacies])
        for row in np.flatnonzero(named & (votes != tally.votes).any(axis=1))[:1]:
            raise DataError(self.name, f"{self.districts[row].name}: the candidates' votes are not those of their parties")

    def __repr__(self) -> str:
        return f"<Contest {self.name}: {len(self.districts):,} districts>"

    @cached_property
    def house(self) -> int:
        """All seats [seats]."""
        return sum(district.magnitude for district in self.districts)

    @cached_property
    def declared(self) -> NDArray[np.int64] | None:
        """Seats that the source says each party won, shape (districts, parties) [seats]; None unless it says so of all who stood."""
        known = self.candidacies and all(there and all(c.elected is not None for c in there) for there in self.candidacies)
        if not known:
            return None
        tally = self.counted()
        column = {party.id: number for number, party in enumerate(tally.parties)}
        seats = np.zeros_like(tally.votes)
        for row, there in enumerate(self.candidacies):
            for candidacy in there:
                seats[row, column[candidacy.candidate.party]] += candidacy.elected or 0
        return frozen(seats, np.int64)

    def counted(self) -> Tally:
        """The tally, or Unsuitable where there are only ranked papers."""
        if self.tally is None:
            raise Unsuitable(f"contest '{self.name}' has ranked papers and no tally of votes by party; hustings count counts them")
        return self.tally

    def recast(self, tally: Tally) -> "Contest":
        """The same districts with other votes by party; papers and candidates' votes are those of the old ones and go."""
        return replace(self, tally=tally, profiles=None, candidacies=())

    def merged(self, groups: Sequence[Sequence[int]], districts: Sequence[District]) -> "Contest":
        """One district for each group of districts; papers of different districts name different people and are left out."""
        return Contest(self.name, tuple(districts), self.counted().merged(groups))


def aligned(*contests: Contest) -> tuple[Contest, ...]:
    """The same contests, each with a column for every party of any of them."""
    parties = {party.id: party for contest in contests for party in contest.counted().parties}
    return tuple(replace(contest, tally=contest.counted().over(tuple(parties.values()))) for contest in contests)


@dataclass(frozen=True, eq=False)
class Election:
    """An election of a series: its contests, and where its figures come from."""

    series: str
    edition: str
    date: date | None
    contests: tuple[Contest, ...]
    provenance: Provenance
    layout: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Hexagon of each district id, as (column, row) of an odd-r layout; empty where none is known."""

    def __repr__(self) -> str:
        contests = ", ".join(f"{contest.name} of {len(contest.districts):,} districts" for contest in self.contests)
        return f"<Election {self.id}: {contests}{''.join(f', given {step}' for step in self.provenance.steps)}>"

    @property
    def id(self) -> str:
        """'uk-general/2010'."""
        return f"{self.series}/{self.edition}" if self.edition else self.series

    @property
    def main(self) -> Contest:
        """The first contest: the one that elects the districts' members."""
        return self.contests[0]

    @property
    def upper(self) -> Contest | None:
        """The second contest, where there is one: the areas above the districts, with votes of their own or the same."""
        return self.contests[1] if len(self.contests) > 1 else None

    def given(self, scenario: Callable[["Election"], "Election"]) -> "Election":
        """The election that the scenario makes of this one, with the step in its provenance."""
        changed = scenario(self)
        step = describe(scenario)
        if changed.provenance.steps[-1:] == (step,):
            return changed
        return replace(changed, provenance=changed.provenance.then(step))

    def under(self, system: Callable[..., Any], lots: Lots = refuse) -> Any:
        """The Outcome of this election under a system; `lots` decides what the rule leaves to chance."""
        if isinstance(system, str):
            raise SettingError(f"under() takes a system and not its name: under(hustings.system.parse('{system}'))")
        return system(self, lots)

    def with_main(self, contest: Contest, step: str, *notes: str) -> "Election":
        """The same election with another main contest, and the step that made it."""
        return replace(self, contests=(contest, *self.contests[1:]), provenance=self.provenance.then(step, *notes))

    def where(self, conditions: Mapping[str, str | Sequence[str]]) -> "Election":
        """The election in those districts alone that meet every condition: field → a value, or several of which one must match.

        Raises
        ------
        UnknownName
            A field is not one of `District`.
        Unsuitable
            No district meets the conditions.
        """
        names = [item.name for item in fields(District)]
        wanted = {}
        for name, values in conditions.items():
            if canonical(name) not in names:
                raise UnknownName("field of a district", name, names)
            several = [values] if isinstance(values, str) else values
            wanted[canonical(name)] = {value.strip().casefold(): value.strip() for value in several}
        contests = []
        for contest in self.contests:
            rows = [
                row
                for row, district in enumerate(contest.districts)
                if all(str(getattr(district, name)).casefold() in values for name, values in wanted.items())
            ]
            if not rows:
                raise Unsuitable(self._nowhere(contest, wanted))
            contests.append(
                Contest(
                    contest.name,
                    tuple(contest.districts[row] for row in rows),
                    contest.tally and contest.tally.at(rows),
                    contest.profiles and tuple(contest.profiles[row] for row in rows),
                    contest.method,
                    contest.candidacies and tuple(contest.candidacies[row] for row in rows),
                )
            )
        return replace(self, contests=tuple(contests))

    def _nowhere(self, contest: Contest, wanted: Mapping[str, Mapping[str, str]]) -> str:
        hints = []
        for name, values in wanted.items():
            there = {str(getattr(district, name)) for district in contest.districts}
            unknown = sorted(values[value] for value in values if value not in {item.casefold() for item in there})
            if unknown:
                hints.append(str(UnknownName(name, unknown[0], there)) if len(there) < 1000 else f"no {name} {unknown[0]}")
        return f"{self.id}: no district meets these conditions" + (f" ({'; '.join(hints)})" if hints else "")
