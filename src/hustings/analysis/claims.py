"""A file of claims in, a finding for each out: what somebody wrote about elections, beside what the data say.

A claim names an election, the figure to find there and the value claimed. Other keys say in which districts (`where`,
`without`), under which `system` and after which `scenario`, and `among` which elections the figure is the lowest or the
highest. `KEYS` are all there are; docs/claims.md is their page.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import cache, reduce
from pathlib import Path
from typing import Any

from hustings.analysis.figures import FIGURES, Figure, Find, Indices, Number, find_named
from hustings.election import Contest, District, Election, Tally
from hustings.errors import DataError, SettingError, TieUnresolved, UnknownName, Unsuitable
from hustings.exact import exact
from hustings.facts import fact
from hustings.files import read_toml
from hustings.lots import Seeded, refuse
from hustings.outcome import Outcome
from hustings.registry import canonical
from hustings.scenarios import scenario
from hustings.sources import load as load_election
from hustings.sources import source
from hustings.systems import system

Conditions = tuple[tuple[str, tuple[str, ...]], ...]
"""Pairs of a field and its values: every field must match, by one of its values."""

WORDS = "named"
"""Stands beside the fields of `District` in a condition: whole words of the district's name."""


# ---- claims ----------------------------------------------------------------------------------------------------------

RELATIONS: Mapping[str, Callable[[Fraction, Fraction], bool]] = {
    "at least": operator.ge,
    "at most": operator.le,
    "more than": operator.gt,
    "fewer than": operator.lt,
    "less than": operator.lt,
}


@dataclass(frozen=True)
class Bound:
    """A value claimed, and how the value found must stand to it; equal unless a relation is given."""

    value: Fraction
    relation: str = ""

    def admits(self, found: Number, tolerance: Fraction) -> bool:
        """Whether the value found bears the claim out."""
        if self.relation:
            return RELATIONS[self.relation](Fraction(found), self.value)
        return abs(Fraction(found) - self.value) <= tolerance


@dataclass(frozen=True)
class Place:
    """Where a claim stands: its file and the line of each of its keys; '' is that of the claim."""

    file: Path
    lines: Mapping[str, int]

    def wrong(self, key: str, what: str) -> DataError:
        """The error that names the line of a key (`where.region`: or of `where`), or else of the claim."""
        line = next(self.lines[name] for name in (key, key.partition(".")[0], "") if name in self.lines)
        return DataError(self.file, what, line)

    @contextmanager
    def blaming(self, key: str) -> Iterator[None]:
        """Whatever cannot be done in here is a mistake at that key."""
        try:
            yield
        except TieUnresolved as tie:
            what = f"{tie.where}: {' and '.join(tie.tied)} are tied and {tie.rule} calls for a lot; let one be drawn with seed = 1 in the claim"
            raise self.wrong(key, what) from None
        except (SettingError, UnknownName, Unsuitable) as error:
            raise self.wrong(key, str(error)) from None


@dataclass(frozen=True)
class Claim:
    """A sentence, its source, and the query and value that stand for it; `claimed` is text where it is a place ('2nd lowest')."""

    id: str
    text: str
    place: Place
    system: Any
    source: str = ""
    election: str = ""
    among: tuple[str, ...] = ()
    find: tuple[Find, ...] = ()
    where: Conditions = ()
    without: Conditions = ()
    scenario: tuple[Any, ...] = ()
    seed: int | None = None
    claimed: tuple[Bound, ...] | str = ()
    tolerance: Fraction = Fraction(0)
    undecidable: str = ""


def read_claims(path: Path) -> tuple[Claim, ...]:
    """Read a file of claims (TOML).

    Raises
    ------
    DataError
        The file is not TOML or has mistakes: each is named on a line of its own, with its line in the file.
    """
    document = read_toml(path)
    head, *sections = _lines(path.read_text(encoding="utf-8"))
    tables = document.pop("claim", None)
    top = Place(path, {"": 1, **head})
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise top.wrong("claim", "has no claims; begin each with a line [[claim]]")
    claims: list[Claim] = []
    mistakes = [top.wrong(key, str(UnknownName("key above the claims", key, SHARED))) for key in document if key not in SHARED]
    for number, table in enumerate(tables):
        lines = sections[number] if number < len(sections) else {"": head.get("claim", 1)}
        shared = {key: document[key] for key in SHARED if key in document and not (key in QUERY and "undecidable" in table)}
        claim, wrong = _claim({"id": str(number + 1), **shared, **table}, Place(path, {**head, **lines}))
        mistakes += wrong
        if claim and claim.id in {other.id for other in claims}:
            mistakes.append(claim.place.wrong("id", f"two claims have the id '{claim.id}'; give each its own"))
        claims += [claim] if claim else []
    _refuse(mistakes)
    return tuple(claims)


_HIDDEN = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL)
_HEADER = re.compile(r"\s*\[\[?([\w.\s-]+)\]")
_KEY = re.compile(r"\s*([\w-]+)(?:\s*\.\s*([\w-]+))?\s*=")


def _lines(text: str) -> list[dict[str, int]]:
    """The line of each key above the claims, then of each key of each claim; tomllib does not tell."""
    sections: list[dict[str, int]] = [{}]
    table = ""
    # Strings and comments may hold anything; without them a key or a header begins its line.
    shown = _HIDDEN.sub(lambda hidden: "\n" * hidden[0].count("\n"), text)
    for number, line in enumerate(shown.split("\n"), 1):
        if header := _HEADER.match(line):
            name, _, table = (part.strip() for part in header[1].partition("."))
            sections[0].setdefault(name, number)
            sections += [{"": number}] if name == "claim" and not table else []
        if key := _KEY.match(line):
            names = [name for name in (table, key[1], key[2]) if name]
            for depth in range(len(names)):
                sections[-1].setdefault(".".join(names[: depth + 1]), number)
    return sections


def _refuse(mistakes: Sequence[DataError]) -> None:
    """Raise all mistakes as one, each on its line."""
    if mistakes:
        # What stands above the claims is wrong once, not once for each claim.
        first, *rest = {str(mistake): mistake for mistake in sorted(mistakes, key=lambda mistake: mistake.line or 0)}.values()
        raise DataError(first.file, "\n".join([first.what, *map(str, rest)]), first.line)


def _claim(table: Mapping[str, Any], place: Place) -> tuple[Claim | None, list[DataError]]:
    """The claim that a table makes, or its mistakes."""
    values: dict[str, Any] = {"system": system["fptp"]()}
    mistakes: list[DataError] = []
    for key, value in table.items():
        # Each condition is read by itself, so that a mistake has its own line: `where.region`.
        several = KEYS.get(key) is _condition and isinstance(value, dict) and value
        for name, item in [(f"{key}.{field}", item) for field, item in value.items()] if several else [(key, value)]:
            try:
                with place.blaming(name):
                    if key not in KEYS:
                        raise UnknownName("key of a claim", key, KEYS)
                    read = KEYS[key](name, item)
                    values[key] = (*values.get(key, ()), *read) if several else read
            except DataError as mistake:
                mistakes.append(mistake)
    mistakes += [place.wrong("", f"the claim has no `{key}`; {HELP[key]}") for key in _missing(table)]
    if not mistakes:
        mistakes = [place.wrong(key, what) for key, what in _disagreements(values)]
    return (None, mistakes) if mistakes else (Claim(place=place, **values), [])


def _missing(table: Mapping[str, Any]) -> list[str]:
    return [key for key in ("text", *(() if "undecidable" in table else QUERY)) if key not in table]


def _disagreements(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Keys that are right each by itself and wrong together: the key to change, and why."""
    if "undecidable" in values:
        if spare := [key for key in QUERY if key in values]:
            yield "undecidable", f"a claim that no data decide has no `{spare[0]}`; leave one of the two out"
        return
    find, claimed, tolerance = values["find"], values["claimed"], values.get("tolerance")
    if tolerance is not None and tolerance < 0:
        yield "tolerance", f"`tolerance` cannot be negative; write {-float(tolerance):g}"
    if isinstance(claimed, str):
        if "among" not in values:
            yield "claimed", f"'{claimed}' among which elections? add among = \"uk-general\", or a list"
        if len(find) > 1 or tolerance is not None:
            yield "claimed", f"'{claimed}' is of one figure, without a tolerance; make it a claim of its own"
        return
    if "among" in values:
        yield "among", 'is for a place among elections; write claimed = "lowest", "2nd highest" or the like, or leave it out'
    if len(find) != len(claimed):
        yield "claimed", f"{len(claimed)} values for {len(find)} figures to find; give one for each"
        return
    for item, bound in zip(find, claimed, strict=True):
        if item.figure.counts and bound.value.denominator != 1 and not bound.relation:
            yield "claimed", f"'{item.text}' is a whole number, not {float(bound.value):g}"
        elif item.figure.unit == "share" and bound.value > 1:
            yield "claimed", f"'{item.text}' is a share: write 0.29 or \"29%\", not {float(bound.value):g}"
        elif not item.figure.counts and not bound.relation and tolerance is None:
            yield "claimed", f"'{item.text}' has endless decimals; add a tolerance, such as tolerance = 0.0005 where 0.290 is claimed"
    if tolerance is not None and all(bound.relation for bound in claimed):
        yield "tolerance", f"'{claimed[0].relation}' needs no tolerance; leave it out"


# ---- keys: how the value of each is read -----------------------------------------------------------------------------


def _text(key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise SettingError(f"`{key}` takes a text in quotes, not {value!r}")
    return value.strip()


def _texts(key: str, value: object) -> tuple[str, ...]:
    return tuple(_text(key, item) for item in (value if isinstance(value, list) and value else [value]))


def _whole(key: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise SettingError(f"`{key}` takes a whole number, not {value!r}")
    return value


def _number(key: str, value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise SettingError(f'`{key}` takes a number, or per cent in quotes ("29%"), not {value!r}')
    text = str(value).strip()
    return exact(text.removesuffix("%")) / (100 if text.endswith("%") else 1)


_STANDING = re.compile(r"(joint )?(?:(\d+)(?:st|nd|rd|th) )?(lowest|highest)")


def _claimed(key: str, value: object) -> tuple[Bound, ...] | str:
    if isinstance(value, str) and (standing := _STANDING.fullmatch(value.strip())):
        return _standing(int(standing[2] or 1), standing[3], joint=bool(standing[1]))
    if isinstance(value, list) and value:
        return tuple(_bound(key, item) for item in value)
    return (_bound(key, value),)


def _bound(key: str, value: object) -> Bound:
    relation = next((words for words in RELATIONS if isinstance(value, str) and value.startswith(words)), "")
    try:
        return Bound(_number(key, str(value).removeprefix(relation) if relation else value), relation)
    except SettingError:
        forms = '10, 0.29, "29%", "at least 10" (at most, more than, fewer than, less than), "lowest", "2nd highest"'
        raise SettingError(f"`{key}` takes {forms}, or a list of figures, not {value!r}") from None


def _condition(key: str, value: object) -> Conditions:
    _, dot, field = key.partition(".")
    if not dot:
        raise SettingError(f'`{key}` takes fields and their values, {{ region = ["Wales", "London"] }}, not {value!r}')
    names = [WORDS, *(item.name for item in fields(District))]
    if canonical(field) not in names:
        raise UnknownName("field of a district", field, names)
    return ((canonical(field), _texts(key, value)),)


KEYS: Mapping[str, Callable[[str, Any], Any]] = {
    "id": _text,
    "text": _text,
    "source": _text,
    "election": _text,
    "among": _texts,
    "find": lambda key, value: tuple(find_named(text) for text in _texts(key, value)),
    "where": _condition,
    "without": _condition,
    "system": lambda key, value: system.parse(_text(key, value)),
    "scenario": lambda key, value: tuple(scenario.parse(text) for text in _texts(key, value)),
    "seed": _whole,
    "claimed": _claimed,
    "tolerance": _number,
    "undecidable": _text,
}
SHARED = ("source", "election")
"""Keys that may stand above the claims, for all of them."""
QUERY = ("election", "find", "claimed")
"""Keys of a claim that data decide."""
HELP = {
    "text": "quote the sentence",
    "election": 'name one, such as election = "uk-general/2010", or say in `undecidable` why no data decide it',
    "find": f'say what to look for, such as find = "seats of lab"; there are: {", ".join(FIGURES)} and the measures',
    "claimed": "give the value that the sentence claims",
}


# ---- findings --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Finding:
    """What the data say to a claim: the values found, exact, and whether it holds; None is "no data" or "not decidable"."""

    claim: Claim
    found: tuple[Number, ...] | str | None
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

        def said(value: Number | Bound, figure: Figure) -> str:
            return f"{value.relation} {figure.shown(value.value)}".strip() if isinstance(value, Bound) else figure.shown(value)

        both = []
        for values in (self.claimed, self.found):
            text = values if isinstance(values, str) else " and ".join(map(said, values or (), [item.figure for item in self.claim.find]))
            both.append(text or "–")
        return both[0], both[1]

    def as_json(self) -> dict[str, Any]:
        """The finding for JSON: one value by itself, several as a list; shares are fractions."""

        def plain(value: Number | Bound) -> int | float | str:
            if isinstance(value, Bound):
                return f"{value.relation} {plain(value.value)}" if value.relation else plain(value.value)
            return int(value) if value == int(value) else float(value)

        def one(values: Sequence[Number | Bound] | str | None) -> object:
            if isinstance(values, str) or not values:
                return values or None
            return plain(values[0]) if len(values) == 1 else [plain(value) for value in values]

        return {"id": self.id, "text": self.text, "claimed": one(self.claimed), "found": one(self.found), "holds": self.holds, "note": self.note}


class _NoData(Exception):
    """What would have to be had before the claim can be decided."""


Run = Callable[[Election, Any, int | None], Outcome]


def check(claims: Sequence[Claim], load: Callable[[str], Election] = load_election) -> tuple[Finding, ...]:
    """Hold each claim against the data; `load` makes an election of SERIES/EDITION or of the path of a file.

    Raises
    ------
    DataError
        A claim asks for what its election cannot have (a party, a place, a system): each such mistake on a line.
    """
    # Many claims look at one election.
    elections, run = cache(load), cache(_run)
    findings, mistakes = [], []
    for claim in claims:
        try:
            findings.append(_finding(claim, elections, run))
        except DataError as mistake:
            mistakes.append(mistake)
    _refuse(mistakes)
    return tuple(findings)


def _run(election: Election, under: Any, seed: int | None) -> Outcome:
    outcome: Outcome = election.under(under, refuse if seed is None else Seeded(seed))
    return outcome


def _finding(claim: Claim, load: Callable[[str], Election], run: Run) -> Finding:
    if claim.undecidable:
        return Finding(claim, None, None, f"not decidable: {claim.undecidable}")
    try:
        elections = _elections(claim, load)
        values = [_values(claim, item, elections, run) for item in claim.find]
    except _NoData as gap:
        return Finding(claim, None, None, f"no data: {gap}")
    notes = list(run(elections[0], claim.system, claim.seed).assumed) if any(item.figure.outcome for item in claim.find) else []
    if isinstance(claim.claimed, str):
        end = claim.claimed.split()[-1]
        here, *others = values[0]
        ahead = sum(other < here if end == "lowest" else other > here for other in others)
        found = _standing(ahead + 1, end, joint=here in others)
        series = ", ".join(f"{election.id} {claim.find[0].figure.shown(value)}" for election, value in zip(elections, values[0], strict=True))
        return Finding(claim, found, found == claim.claimed, "; ".join([f"{claim.find[0].text}: {series}", *notes]))
    figures = tuple(row[0] for row in values)
    holds = all(bound.admits(value, claim.tolerance) for bound, value in zip(claim.claimed, figures, strict=True))
    return Finding(claim, figures, holds, "; ".join(notes))


def _standing(number: int, end: str, *, joint: bool) -> str:
    """'lowest', '2nd lowest', 'joint 3rd highest'."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{'joint ' if joint else ''}{f'{number}{suffix} ' if number > 1 else ''}{end}"


def _elections(claim: Claim, load: Callable[[str], Election]) -> list[Election]:
    """The claim's election and those it stands among, in that order, each as the scenario makes it."""
    wanted = {claim.election: "election"}
    for item in claim.among:
        traits = source.entry(item).traits if item in source else {}
        names = [f"{item}/{edition}" for edition in traits["editions"]()] if "editions" in traits else [item]
        wanted |= {name: "among" for name in names if name not in wanted}
    if claim.among and len(wanted) == 1:
        raise claim.place.wrong("among", f"names no election beside {claim.election}; add others")
    found, gaps = [], []
    for name, key in wanted.items():
        try:
            found.append(_election(claim, key, name, load))
        except _NoData as gap:
            gaps.append(str(gap))
    if gaps:
        raise _NoData("; ".join(gaps))
    with claim.place.blaming("scenario"):
        return [reduce(Election.given, claim.scenario, election) for election in found]


def _election(claim: Claim, key: str, name: str, load: Callable[[str], Election]) -> Election:
    """Load an election; one that the catalogue's series lacks, or a file that is not there, is no data and no mistake."""
    series, _, edition = name.partition("/")
    known = series in source
    path = claim.place.file.parent / name
    if not known and path.suffix and not path.is_file():
        raise _NoData(f"there is no file {path}")
    with claim.place.blaming(key):
        try:
            return load(name if known or not path.is_file() else str(path))
        except UnknownName:
            if known and edition:
                raise _NoData(f"`hustings data pull {name}` gets it") from None
            raise


def _values(claim: Claim, find: Find, elections: Sequence[Election], run: Run) -> list[Number]:
    """The figure in each election."""
    with claim.place.blaming("system"):
        grounds = [run(election, claim.system, claim.seed) if find.figure.outcome else election.main for election in elections]
    districts = [district for ground in grounds for district in ground.districts]
    for key, conditions in (("where", claim.where), ("without", claim.without)):
        for field, wanted in conditions:
            with claim.place.blaming(f"{key}.{field}"):
                for name in wanted:
                    _known(field, name, districts, elections[0].id)
    values: list[Number] = []
    for election, ground in zip(elections, grounds, strict=True):
        rows = [row for row, district in enumerate(ground.districts) if _meets(district, claim.where)]
        rows = [row for row in rows if not (claim.without and _meets(ground.districts[row], claim.without))]
        if not rows:
            raise claim.place.wrong("where", f"no district of {election.id} meets these conditions; loosen them")
        with claim.place.blaming("find"):
            tally = ground.counted() if isinstance(ground, Contest) else ground.tally
            value = find.figure.of(ground, rows, _columns(find, tally, election, elections))
        if value is None:
            raise _NoData(f"{election.id} does not give '{find.text}'")
        values.append(value)
    return values


def _columns(find: Find, tally: Tally, election: Election, elections: Sequence[Election]) -> Indices:
    """Columns of the parties asked for; a party that stood in another of the elections alone has none."""
    column = {party.id.casefold(): number for number, party in enumerate(tally.parties)}
    elsewhere = {party.id.casefold() for other in elections for party in other.main.counted().parties}
    lumped = any(party.lump for party in tally.parties)
    wanted = [name.casefold() for name in find.parties]
    for name in wanted:
        if name not in column and lumped and name in {*elsewhere, *fact("parties")}:
            raise _NoData(f"{election.id} does not tell {name} apart from other candidates")
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
