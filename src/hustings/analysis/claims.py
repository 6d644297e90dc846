"""Claims in, a finding for each out: what somebody wrote about elections, beside what the data say.

`claims_file` reads the claims. A figure is found in the election of a claim, in each of those `among` which it stands, or in
the records of who governed; of a group of voters only bounds are found, and what lies within them is not decided.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, reduce
from typing import Any

from hustings.analysis.bounds import bounds
from hustings.analysis.claims_file import PREVIOUS, WORDS, Bound, Claim, Conditions, Side, refuse_all, standing
from hustings.analysis.figures import Figure, Find, Indices, Number, Value
from hustings.analysis.groups import read_rows, shares_of
from hustings.catalogue import series as catalogue
from hustings.downloads import path as path_of
from hustings.election import Contest, District, Election, Tally
from hustings.errors import DataError, NotHere, SettingError, UnknownName
from hustings.facts import fact
from hustings.history import spells, years
from hustings.lots import Seeded, refuse
from hustings.outcome import Outcome
from hustings.registry import canonical
from hustings.sources import editions
from hustings.sources import load as load_election
from hustings.workbooks import read_sheet

MANY = 3
"""Of more elections of one series that are missing, the whole series is to be got."""


@dataclass(frozen=True)
class Finding:
    """What the data say to a claim: the values found, exact, and whether it holds; None is "no data" or "not decidable"."""

    claim: Claim
    found: tuple[Value, ...] | str | None
    holds: bool | None
    note: str = ""

    @property
    def id(self) -> str:
        """The claim's."""
        return self.claim.id

    @property
    def text(self) -> str:
        """The sentence."""
        return self.claim.text

    @property
    def claimed(self) -> tuple[Bound, ...] | str:
        """The values claimed, or the place."""
        return self.claim.claimed

    def as_text(self) -> tuple[str, str]:
        """The values claimed and found as a reader sees them."""
        figures = [ELECTIONS] if self.claim.count else [item.figure for item in self.claim.find]

        def said(value: Value | Bound, figure: Figure) -> str:
            return f"{value.relation} {figure.shown(value.value)}".strip() if isinstance(value, Bound) else figure.shown(value)

        both = []
        for values in (self.claimed, self.found):
            text = values if isinstance(values, str) else " and ".join(map(said, values or (), figures))
            both.append(text or "–")
        return both[0], both[1]

    def as_json(self) -> dict[str, Any]:
        """The finding for JSON: one value by itself, several as a list; shares are fractions."""

        def plain(value: Value | Bound) -> int | float | str:
            if isinstance(value, Bound):
                return f"{value.relation} {plain(value.value)}" if value.relation else plain(value.value)
            if isinstance(value, str):
                return value
            return int(value) if value == int(value) else float(value)

        def one(values: Sequence[Value | Bound] | str | None) -> object:
            if isinstance(values, str) or not values:
                return values or None
            return plain(values[0]) if len(values) == 1 else [plain(value) for value in values]

        return {"id": self.id, "text": self.text, "claimed": one(self.claimed), "found": one(self.found), "holds": self.holds, "note": self.note}


ELECTIONS = Figure("districts", "cannot", len)
"""How a number of elections is shown."""


class _NoDataError(Exception):
    """What would have to be had before the claim can be decided, and what `hustings data pull` would be given for it."""

    def __init__(self, what: str, *pull: str) -> None:
        self.what, self.pull = what, pull
        super().__init__(what)


@dataclass(frozen=True)
class _Data:
    """Where figures come from: elections by name, their outcomes, and the editions of a series; each is asked once."""

    load: Callable[[str], Election]
    run: Callable[[Election, Any, int | None], Outcome]
    editions: Callable[[str], tuple[str, ...]]


def check(claims: Sequence[Claim], load: Callable[[str], Election] = load_election) -> tuple[Finding, ...]:
    """Hold each claim against the data; `load` makes an election of SERIES/EDITION or of the path of a file.

    Raises
    ------
    DataError
        A claim asks for what its election cannot have (a party, a place, a system): each such mistake on a line.
    """
    # Many claims look at one election.
    data = _Data(cache(load), cache(_run), cache(editions))
    findings, mistakes = [], []
    for claim in claims:
        try:
            findings.append(_finding(claim, data))
        except DataError as mistake:
            mistakes.append(mistake)
    refuse_all(mistakes)
    return tuple(findings)


def _run(election: Election, under: Any, seed: int | None) -> Outcome:
    outcome: Outcome = election.under(under, refuse if seed is None else Seeded(seed))
    return outcome


# ---- what a claim says -----------------------------------------------------------------------------------------------


def _finding(claim: Claim, data: _Data) -> Finding:
    if claim.undecidable:
        return Finding(claim, None, None, f"not decidable: {claim.undecidable}")
    try:
        asked = _asked(claim, data)
        if claim.count:
            return _counted(claim, asked, claim.count)
        if claim.group:
            return _bounded(claim, asked)
        if claim.than:
            return _compared(claim, asked)
        return _placed(claim, asked, claim.claimed) if isinstance(claim.claimed, str) else _found(claim, asked)
    except _NoDataError as gap:
        return Finding(claim, None, None, f"no data: {gap.what}")


def _found(claim: Claim, asked: "_Asked") -> Finding:
    """Figures of the claim's election, of a time or of a day, each beside the value claimed."""
    values = tuple(asked.value(item, claim.election, claim.here) for item in claim.find)
    holds = all(bound.admits(value, claim.tolerance) for bound, value in zip(claim.asserted, values, strict=True))
    return Finding(claim, values, holds, "; ".join([*_governed(claim), *asked.notes(claim.election)]))


def _governed(claim: Claim) -> list[str]:
    """The spells that years in government are made of."""
    said = []
    for item in claim.find:
        if item.figure.over == "between" and item.parties and claim.between:
            coalition = item.text.startswith("years in coalition")
            found = (f"{float(years(*spell)):.1f} from {spell[0]}" for spell in spells(item.parties[0], *claim.between, coalition=coalition))
            said.append(f"{item.text}: {', '.join(found) or 'none'}")
    return said


def _placed(claim: Claim, asked: "_Asked", claimed: str) -> Finding:
    """The place that a figure of the claim's election has among those of others."""
    (find,) = claim.find
    values = {name: asked.number(find, name, claim.here) for name in asked.names}
    end = claimed.rsplit(maxsplit=1)[-1]
    here, *others = values.values()
    ahead = sum(other < here if end == "lowest" else other > here for other in others)
    found = standing(ahead + 1, end, joint=here in others)
    series = ", ".join(f"{name} {find.figure.shown(value)}" for name, value in values.items())
    return Finding(claim, found, found == claimed, "; ".join([f"{find.text}: {series}", *asked.notes(claim.election)]))


def _counted(claim: Claim, asked: "_Asked", wanted: Bound) -> Finding:
    """In how many elections a figure is as the claim says."""
    (find,) = claim.find
    values = {name: asked.number(find, name, claim.here) for name in asked.names}
    so = {name: wanted.admits(value) for name, value in values.items()}
    what = f"{wanted.relation} {find.figure.shown(wanted.value)}".strip()
    sides = [
        f"{word}: {', '.join(f'{name} {find.figure.shown(value)}' for name, value in values.items() if so[name] is side) or 'none'}"
        for word, side in (("so", True), ("not so", False))
    ]
    found = sum(so.values())
    (bound,) = claim.asserted
    note = f"{find.text} {what} in {found} of {len(values)}; {'; '.join(sides)}"
    return Finding(claim, (found,), bound.admits(found), note)


def _compared(claim: Claim, asked: "_Asked") -> Finding:
    """Whether a figure is more or less here than there."""
    (find,) = claim.find
    here, there = (asked.number(find, claim.election, side) for side in (claim.here, claim.there))
    found = "more" if here > there else "less" if here < there else "the same"
    note = f"{find.text}: {find.figure.shown(here)} and {find.figure.shown(there)}"
    return Finding(claim, found, found == claim.claimed, "; ".join([note, *asked.notes(claim.election)]))


GROUPS = (
    "not decidable from these data: totals of districts bound what a group did, and say no more (Duncan and Davis 1953), even if "
    "a group's part of the voters is taken to be its part of the table's people"
)


def _bounded(claim: Claim, asked: "_Asked") -> Finding:
    """What can be said of a group of voters: decided where its bounds leave no choice."""
    (find,) = claim.find
    figure = find.figure
    here = asked.bounds(find, claim.here)
    said = f"{find.text} among {_group(claim.here)}: from {figure.shown(here[0])} to {figure.shown(here[1])}"
    if claim.than:
        there = asked.bounds(find, claim.there)
        said += f"; among {_group(claim.there)}: from {figure.shown(there[0])} to {figure.shown(there[1])}"
        order = {"more": (here, there), "less": (there, here)}[str(claim.claimed)]
        holds = True if order[0][0] > order[1][1] else False if order[0][1] <= order[1][0] else None
    else:
        (bound,) = claim.asserted
        least, most = (bound.admits(end, claim.tolerance) for end in here)
        # Two values that are both off may lie on either side of the value claimed.
        apart = bool(bound.relation) or not here[0] <= Fraction(bound.value) <= here[1]
        holds = least if least == most and (least or apart) else None
    if holds is None:
        return Finding(claim, None, None, f"{GROUPS}; {said}")
    return Finding(claim, f"from {figure.shown(here[0])} to {figure.shown(here[1])}", holds, said)


def _group(side: Side) -> str:
    """Which voters, where."""
    conditions = [f"{field} {', '.join(wanted)}" for field, wanted in side.where] + [f"not {field} {', '.join(w)}" for field, w in side.without]
    return f"{'+'.join(side.group)} ({'; '.join(conditions) or 'everywhere'})"


# ---- the data that it asks for ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    """A claim and its elections: `names` in which its figures are wanted, `before` each that since which it changed, and all of them loaded."""

    claim: Claim
    data: _Data
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
            raise _NoDataError(f"{name} does not give '{find.text}'")
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
            raise _NoDataError(f"{name} does not give '{find.text}'")
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
            raise _NoDataError(f"nobody there belongs to {'+'.join(side.group)}")
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


def _asked(claim: Claim, data: _Data) -> _Asked:
    keys = _names(claim, data)
    before = {name: _before(claim, name, data) for name in keys} if any(item.change for item in claim.find) else {}
    names = tuple(keys)
    for name in before.values():
        keys.setdefault(name, "since")
    districts = any(item.figure.over in ("votes", "seats") for item in claim.find)
    return _Asked(claim, data, names, before, _loaded(claim, keys, data) if districts else {})


def _names(claim: Claim, data: _Data) -> dict[str, str]:
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


def _within(claim: Claim, name: str, data: _Data) -> bool:
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


def _before(claim: Claim, name: str, data: _Data) -> str:
    """The election since which a figure of another changed."""
    if claim.since != PREVIOUS:
        return claim.since
    series, _, edition = name.partition("/")
    known = data.editions(canonical(series))
    if edition not in known[1:]:
        raise claim.place.wrong("since", f"{name} has none before it in its series; begin later (`between`), or name one")
    return f"{series}/{known[known.index(edition) - 1]}"


def _loaded(claim: Claim, wanted: Mapping[str, str], data: _Data) -> dict[str, Election]:
    """Elections by name, each as the scenario makes it; what is missing is told at once."""
    found, gaps = {}, []
    for name, key in wanted.items():
        try:
            found[name] = _election(claim, key, name, data)
        except _NoDataError as gap:
            gaps.append(gap)
    pull = [name for gap in gaps for name in gap.pull]
    several = {name.partition("/")[0] for name in pull}
    if gaps:
        what = [gap.what for gap in gaps if not gap.pull]
        if pull:
            short = sorted(several) if len(pull) > MANY * len(several) else pull
            what.append(f"`hustings data pull {' '.join(short)}` gets {'it' if len(pull) == 1 else 'them'}")
        raise _NoDataError("; ".join(what), *pull)
    with claim.place.blaming("scenario"):
        return {name: reduce(Election.given, claim.scenario, election) for name, election in found.items()}


def _election(claim: Claim, key: str, name: str, data: _Data) -> Election:
    """Load an election; one that is not on this machine, or a file that is not there, is no data and no mistake."""
    known = bool(data.editions(canonical(name.partition("/")[0])))
    path = claim.place.file.parent / name
    if not known and path.suffix and not path.is_file():
        raise _NoDataError(f"there is no file {path}")
    try:
        with claim.place.blaming(key):
            return data.load(name if known or not path.is_file() else str(path))
    except NotHere as missing:
        raise _NoDataError(f"`hustings data pull {missing.pull}` gets it", missing.pull) from None


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
            raise _NoDataError(f"`hustings data pull {missing.pull}` gets it", missing.pull) from None
        return shares_of(path, read_sheet(path) if path.suffix == ".xlsx" else read_rows(path), group, claim.everybody)


def _columns(find: Find, tally: Tally, election: Election, elections: Iterable[Election]) -> Indices:
    """Columns of the parties asked for; a party that stood in another of the elections alone has none."""
    column = {party.id.casefold(): number for number, party in enumerate(tally.parties)}
    elsewhere = {party.id.casefold() for other in elections for party in other.main.counted().parties}
    lumped = any(party.lump for party in tally.parties)
    wanted = [name.casefold() for name in find.parties]
    for name in wanted:
        if name not in column and lumped and name in {*elsewhere, *fact("parties")}:
            raise _NoDataError(f"{election.id} does not tell {name} apart from other candidates")
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
