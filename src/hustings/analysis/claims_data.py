"""A claim, and where elections come from, in; its figures in the elections and districts that it means out."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, reduce
from typing import Any

from hustings.analysis.bounds import bounds
from hustings.analysis.claims_file import PREVIOUS, WORDS, Claim, Conditions, Side
from hustings.analysis.figures import Find, Indices, Number, Value
from hustings.analysis.groups import read_rows, shares_of
from hustings.catalogue import series as catalogue
from hustings.downloads import path as path_of
from hustings.election import Contest, District, Election, Tally
from hustings.errors import NotHere, SettingError, UnknownName
from hustings.facts import fact
from hustings.lots import Seeded, refuse
from hustings.outcome import Outcome
from hustings.registry import canonical
from hustings.sources import editions
from hustings.workbooks import read_sheet

MANY = 3
"""Of more elections of one series that are missing, the whole series is to be got."""


class NoDataError(Exception):
    """What would have to be had before the claim can be decided, and what `hustings data pull` would be given for it."""

    def __init__(self, what: str, *pull: str) -> None:
        self.what, self.pull = what, pull
        super().__init__(what)


@dataclass(frozen=True)
class Data:
    """Where figures come from: elections by name, their outcomes, and the editions of a series; each is asked once."""

    load: Callable[[str], Election]
    run: Callable[[Election, Any, int | None], Outcome]
    editions: Callable[[str], tuple[str, ...]]


def data_of(load: Callable[[str], Election]) -> Data:
    """The data behind a loader; many claims look at one election."""
    return Data(cache(load), cache(_run), cache(editions))


def _run(election: Election, under: Any, seed: int | None) -> Outcome:
    outcome: Outcome = election.under(under, refuse if seed is None else Seeded(seed))
    return outcome


@dataclass(frozen=True)
class Asked:
    """A claim and its elections: `names` in which its figures are wanted, `before` each that since which it changed, and all of them loaded."""

    claim: Claim
    data: Data
    names: tuple[str, ...]
    before: Mapping[str, str]
    elections: Mapping[str, Election]

    def value(self, find: Find, name: str, side: Side) -> Value:
        """A figure in an election, or in the records of who governed."""
        figure, claim = find.figure, self.claim
        if figure.over in ("votes", "seats"):
            here = self._of_districts(find, name, side)
            value: Value | None = find.between(here, self._of_districts(find, self.before[name], side)) if find.change else here
        else:
            with claim.place.blaming("find" if figure.over == "election" else figure.over):
                value = figure.of(name if figure.over == "election" else getattr(claim, figure.over), *find.parties)
        if value is None:
            raise NoDataError(f"{name} does not give '{find.text}'")
        return value

    def number(self, find: Find, name: str, side: Side) -> Number:
        """The same of a figure that is a number."""
        value = self.value(find, name, side)
        if isinstance(value, str):
            raise self.claim.place.wrong("find", f"'{find.text}' is told in words, and words are not more or less; find a figure in numbers")
        return value

    def _of_districts(self, find: Find, name: str, side: Side) -> Number:
        ground, rows, columns = self._meant(find, name, side)
        with self.claim.place.blaming("find"):
            value: Number | None = find.figure.of(ground, rows, columns)
        if value is None:
            raise NoDataError(f"{name} does not give '{find.text}'")
        return value

    def _meant(self, find: Find, name: str, side: Side) -> tuple[Contest | Outcome, Indices, Indices]:
        """The contest or the outcome in which a figure lies, with its rows and columns."""
        claim, election = self.claim, self.elections[name]
        ground = self._ground(find, election)
        for key, conditions in (("where", side.where), ("without", side.without)):
            for field, wanted in conditions:
                with claim.place.blaming(f"{'than.' if side == claim.there and key in (claim.than or {}) else ''}{key}.{field}"):
                    for one in wanted:
                        _known(field, one, [d for other in self.elections.values() for d in self._ground(find, other).districts], name)
        rows = [row for row, district in enumerate(ground.districts) if _meets(district, side.where)]
        rows = [row for row in rows if not (side.without and _meets(ground.districts[row], side.without))]
        if not rows:
            raise claim.place.wrong("where", f"no district of {election.id} meets these conditions; loosen them")
        with claim.place.blaming("find"):
            tally = ground.counted() if isinstance(ground, Contest) else ground.tally
            return ground, rows, _columns(find, tally, election, self.elections.values())

    def _ground(self, find: Find, election: Election) -> Contest | Outcome:
        if find.figure.over == "votes":
            return election.main
        with self.claim.place.blaming("system"):
            return self.data.run(election, self.claim.system, self.claim.seed)

    def bounds(self, find: Find, side: Side) -> tuple[Fraction, Fraction]:
        """Between what and what a party's share among a group of voters lies."""
        claim = self.claim
        contest, rows, columns = self._meant(find, claim.election, side)
        tally = self.elections[claim.election].main.counted()
        parts = _parts(claim, side.group)
        missing = [contest.districts[row].name for row in rows if contest.districts[row].id not in parts]
        if missing:
            raise claim.place.wrong("table", f"{claim.table} says nothing of {missing[0]} ({len(missing)} such); leave them out with `without`")
        valid = tally.valid.tolist()
        votes = tally.votes[:, columns].sum(axis=1).tolist()
        found = bounds((parts[contest.districts[row].id] * valid[row], votes[row], valid[row]) for row in rows)
        if found is None:
            raise NoDataError(f"nobody there belongs to {'+'.join(side.group)}")
        return found

    def notes(self, name: str) -> list[str]:
        """What was assumed to make the outcome of an election, and what is known to be missing in the whole of it."""
        election = self.elections.get(name)
        if election is None:
            return []
        seats = any(item.figure.over == "seats" for item in self.claim.find)
        assumed = self.data.run(election, self.claim.system, self.claim.seed).assumed if seats else ()
        narrowed = self.claim.where or self.claim.without
        about = None if narrowed else catalogue().get(election.series)
        gaps = about.editions[election.edition].gaps if about and election.edition in about.editions else ()
        return [*assumed, *(f"{name}: {gap}" for gap in gaps)]


def asked_by(claim: Claim, data: Data) -> Asked:
    """The elections that a claim needs, loaded.

    Raises
    ------
    NoDataError
        Something that it needs is not here.
    DataError
        It asks for what there cannot be.
    """
    keys = _names(claim, data)
    before = {name: _before(claim, name, data) for name in keys} if any(item.change for item in claim.find) else {}
    names = tuple(keys)
    for name in before.values():
        keys.setdefault(name, "since")
    districts = any(item.figure.over in ("votes", "seats") for item in claim.find)
    return Asked(claim, data, names, before, _loaded(claim, keys, data) if districts else {})


def _names(claim: Claim, data: Data) -> dict[str, str]:
    """The claim's election and those it stands among, in that order, and the key that names each."""
    wanted = {claim.election: "election"} if claim.election else {}
    for item in claim.among:
        series = canonical(item)
        names = [f"{series}/{edition}" for edition in data.editions(series)]
        wanted |= {name: "among" for name in names or [item] if name not in wanted and (not names or _within(claim, name, data))}
    for name in claim.excluding:
        if wanted.pop(name, "") != "among":
            raise claim.place.wrong("excluding", f"{name} is not among the elections; leave it out of `excluding`")
    if claim.among and len(wanted) == bool(claim.election):
        raise claim.place.wrong("among", f"names no election{f' beside {claim.election}' if claim.election else ''}; add others")
    return wanted


def _within(claim: Claim, name: str, data: Data) -> bool:
    """Whether an election of a series was held in the time that the claim speaks of."""
    if claim.between is None:
        return True
    series, _, edition = name.partition("/")
    about = catalogue().get(series)
    known = about and edition in about.editions and about.editions[edition].date
    day = known or _election(claim, "among", name, data).date
    if day is None:
        raise claim.place.wrong("between", f"the day of {name} is not known; leave `between` out, or name the elections")
    return claim.between[0] <= day <= claim.between[1]


def _before(claim: Claim, name: str, data: Data) -> str:
    """The election since which a figure of another changed."""
    if claim.since != PREVIOUS:
        return claim.since
    series, _, edition = name.partition("/")
    known = data.editions(canonical(series))
    if edition not in known[1:]:
        raise claim.place.wrong("since", f"{name} has none before it in its series; begin later (`between`), or name one")
    return f"{series}/{known[known.index(edition) - 1]}"


def _loaded(claim: Claim, wanted: Mapping[str, str], data: Data) -> dict[str, Election]:
    """Elections by name, each as the scenario makes it; what is missing is told at once."""
    found, gaps = {}, []
    for name, key in wanted.items():
        try:
            found[name] = _election(claim, key, name, data)
        except NoDataError as gap:
            gaps.append(gap)
    pull = [name for gap in gaps for name in gap.pull]
    several = {name.partition("/")[0] for name in pull}
    if gaps:
        what = [gap.what for gap in gaps if not gap.pull]
        if pull:
            short = sorted(several) if len(pull) > MANY * len(several) else pull
            what.append(f"`hustings data pull {' '.join(short)}` gets {'it' if len(pull) == 1 else 'them'}")
        raise NoDataError("; ".join(what), *pull)
    with claim.place.blaming("scenario"):
        return {name: reduce(Election.given, claim.scenario, election) for name, election in found.items()}


def _election(claim: Claim, key: str, name: str, data: Data) -> Election:
    """Load an election; one that is not on this machine, or a file that is not there, is no data and no mistake."""
    known = bool(data.editions(canonical(name.partition("/")[0])))
    path = claim.place.file.parent / name
    if not known and path.suffix and not path.is_file():
        raise NoDataError(f"there is no file {path}")
    try:
        with claim.place.blaming(key):
            return data.load(name if known or not path.is_file() else str(path))
    except NotHere as missing:
        raise NoDataError(f"`hustings data pull {missing.pull}` gets it", missing.pull) from None


def _parts(claim: Claim, group: Sequence[str]) -> Mapping[str, Fraction]:
    """The group's part of the people of each district, by its id."""
    series, _, edition = claim.table.partition("/")
    about = catalogue().get(canonical(series))
    with claim.place.blaming("table"):
        if about is None:
            path = claim.place.file.parent / claim.table
            return shares_of(path, read_rows(path), group, claim.everybody)
        if edition not in about.editions:
            raise UnknownName(f"edition of {series}", edition, about.editions)
        try:
            path = path_of(about.editions[edition].files[0])
        except NotHere as missing:
            raise NoDataError(f"`hustings data pull {missing.pull}` gets it", missing.pull) from None
        return shares_of(path, read_sheet(path) if path.suffix == ".xlsx" else read_rows(path), group, claim.everybody)


def _columns(find: Find, tally: Tally, election: Election, elections: Iterable[Election]) -> Indices:
    """Columns of the parties asked for; a party that stood in another of the elections alone has none."""
    column = {party.id.casefold(): number for number, party in enumerate(tally.parties)}
    elsewhere = {party.id.casefold() for other in elections for party in other.main.counted().parties}
    lumped = any(party.lump for party in tally.parties)
    wanted = [name.casefold() for name in find.parties]
    for name in wanted:
        if name not in column and lumped and name in {*elsewhere, *fact("parties")}:
            raise NoDataError(f"{election.id} does not tell {name} apart from other candidates")
        if name not in column and name not in elsewhere:
            raise UnknownName("party", name, [party.id for party in tally.parties])
    return [column[name] for name in wanted if name in column] if wanted else list(column.values())


def _meets(district: District, conditions: Conditions) -> bool:
    return all(any(_matches(district, field, value) for value in values) for field, values in conditions)


def _matches(district: District, field: str, value: str) -> bool:
    if field == WORDS:
        # Hyphens join words: Newcastle-under-Lyme is not a Newcastle.
        return re.search(rf"(?<![\w-]){re.escape(value)}(?![\w-])", district.name, re.IGNORECASE) is not None
    return str(getattr(district, field)).casefold() == value.casefold()


def _known(field: str, value: str, districts: Sequence[District], election: str) -> None:
    """Refuse a value that no district has: that nobody won there would be true of any misspelt place."""
    if any(_matches(district, field, value) for district in districts):
        return
    words = {word for district in districts for word in re.findall(r"[\w-]+", district.name)}
    near = UnknownName(field, value, words if field == WORDS else {str(getattr(district, field)) for district in districts} - {""}).near
    by = field if field in ("region", "county", "country") else "district"
    remedy = f"did you mean {' or '.join(near)}?" if near else f"`hustings show {election} --by {by}` lists them"
    raise SettingError(f"no district of {election} has {field} '{value}'; {remedy}")
