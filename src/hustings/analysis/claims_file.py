"""A file of claims in, what each says out: the sentence, what to look for, and the value claimed.

A claim names an election, the figure to find there and the value claimed. Other keys say in which districts (`where`,
`without`), under which `system` and after which `scenario`; when (`on`, `between`) and `since` which election; `among` which
elections the figure is the lowest or the highest, or in how many of them it is so (`count`); and what is more or less `than`
elsewhere, or in another `group`. `KEYS` are all there are; docs/claims.md is their page.
"""

import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from hustings.analysis.figures import CHANGES, FIGURES, Find, Time, Value, find_named
from hustings.election import District
from hustings.errors import DataError, NotHere, SettingError, TieUnresolved, UnknownName, Unsuitable
from hustings.exact import exact
from hustings.files import read_toml
from hustings.registry import canonical
from hustings.scenarios import scenario
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


MORE_OR_LESS = ("more", "less")
"""What can be claimed beside `than`."""

PREVIOUS = "previous"
"""`since` the election before, in the series, whichever is looked at."""


@dataclass(frozen=True)
class Bound:
    """A value claimed, and how the value found must stand to it; equal unless a relation is given."""

    value: Fraction | str
    relation: str = ""

    def admits(self, found: Value, tolerance: Fraction = Fraction(0)) -> bool:
        """Whether the value found bears the claim out."""
        if isinstance(self.value, str) or isinstance(found, str):
            return str(self.value).casefold() == str(found).casefold()
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
        except NotHere:
            raise
        except (SettingError, UnknownName, Unsuitable) as error:
            raise self.wrong(key, str(error)) from None


@dataclass(frozen=True)
class Side:
    """Which districts are meant, and who in them: the columns of a table that make up the group; everybody where there are none."""

    where: Conditions = ()
    without: Conditions = ()
    group: tuple[str, ...] = ()


@dataclass(frozen=True)
class Claim:
    """A sentence, its source, and the query and value that stand for it; `claimed` is text where it is a place ('2nd lowest'), more or less."""

    id: str
    text: str
    place: Place
    system: Any
    source: str = ""
    election: str = ""
    among: tuple[str, ...] = ()
    excluding: tuple[str, ...] = ()
    since: str = ""
    between: Time | None = None
    on: date | None = None
    find: tuple[Find, ...] = ()
    count: Bound | None = None
    where: Conditions = ()
    without: Conditions = ()
    table: str = ""
    group: tuple[str, ...] = ()
    everybody: tuple[str, ...] = ()
    than: Mapping[str, Any] | None = None
    scenario: tuple[Any, ...] = ()
    seed: int | None = None
    claimed: tuple[Bound, ...] | str = ()
    tolerance: Fraction = Fraction(0)
    undecidable: str = ""

    @property
    def asserted(self) -> tuple[Bound, ...]:
        """The values claimed; none where it is a place, more or less."""
        return () if isinstance(self.claimed, str) else self.claimed

    @property
    def here(self) -> Side:
        """The districts and the group that it is of."""
        return Side(self.where, self.without, self.group)

    @property
    def there(self) -> Side:
        """Those that it is compared with: the same but for what `than` says."""
        return Side(**{"where": self.where, "without": self.without, "group": self.group, **(self.than or {})})


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
        shared = {key: document[key] for key in SHARED if key in document and (key == "source" or _needs_election(table))}
        claim, wrong = _claim({"id": str(number + 1), **shared, **table}, Place(path, {**head, **lines}))
        mistakes += wrong
        if claim and claim.id in {other.id for other in claims}:
            mistakes.append(claim.place.wrong("id", f"two claims have the id '{claim.id}'; give each its own"))
        claims += [claim] if claim else []
    refuse_all(mistakes)
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


def refuse_all(mistakes: Sequence[DataError]) -> None:
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


def _needs_election(table: Mapping[str, Any]) -> bool:
    """Whether a claim is of an election: its figures are, or would be if they could be read, and it does not only count others."""
    if "undecidable" in table or "count" in table:
        return False
    try:
        return any(item.figure.over not in ("between", "on") for item in KEYS["find"]("find", table["find"]))
    except (KeyError, SettingError, UnknownName):
        return True


def _missing(table: Mapping[str, Any]) -> list[str]:
    query = () if "undecidable" in table else QUERY if _needs_election(table) else QUERY[1:]
    return [key for key in ("text", *query) if key not in table]


def _disagreements(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Keys that are right each by itself and wrong together: the key to change, and why."""
    if "undecidable" in values:
        if spare := [key for key in QUERY if key in values]:
            yield "undecidable", f"a claim that no data decide has no `{spare[0]}`; leave one of the two out"
        return
    yield from _keys_apart(values)
    tolerance = values.get("tolerance")
    if tolerance is not None and tolerance < 0:
        yield "tolerance", f"`tolerance` cannot be negative; write {-float(tolerance):g}"
    if "count" in values:
        yield from _counting(values)
    elif "than" in values or values["claimed"] in MORE_OR_LESS:
        yield from _comparing(values)
    elif isinstance(values["claimed"], str):
        yield from _placing(values)
    else:
        yield from _asserting(values)


def _keys_apart(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Keys that need others, or are of no use without them."""
    find: tuple[Find, ...] = values["find"]
    over = {item.figure.over for item in find}
    needs = {
        "between": ("between" in over, "add the time, between = [1900-02-27, 2012-10-01]"),
        "on": ("on" in over, "add the day, on = 1951-10-26"),
        "since": (any(item.change for item in find), 'add since = "uk-general/2005", or since = "previous"'),
    }
    for key, (needed, remedy) in needs.items():
        if needed and key not in values:
            yield "find", f"'{find[0].text}' has no `{key}`; {remedy}"
    groups = [key for key in ("table", "group", "everybody") if key in values]
    if groups and len(groups) < 3:
        yield groups[0], "a group is told by `table`, `group` and `everybody` together; add the others, or leave it out"
    if groups and any(item.figure is not FIGURES["share"] for item in find):
        yield groups[0], 'of a group only the share of a party can be bounded; write find = "share of lab"'
    uses = {
        "between": ("between" in over or "among" in values, "is for years in government, or beside `among`"),
        "on": ("on" in over, 'is for find = "prime minister" and the like'),
        "since": (any(item.change for item in find), f'is for {" and ".join(CHANGES)}, find = "change of share of lab"'),
        "excluding": ("among" in values, "is for leaving out elections of `among`"),
        "election": ("count" not in values and over - {"between", "on"}, "is not looked at: `among` has all elections, or the figure is of none"),
    }
    for key, (used, what) in uses.items():
        if key in values and not used:
            yield key, f"`{key}` {what}; leave it out"


def _counting(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    claimed = values["claimed"]
    if "among" not in values:
        yield "count", 'in how many of which elections? add among = "uk-general", or a list'
    if len(values["find"]) > 1 or "than" in values or "group" in values:
        yield "count", "elections are counted by one figure; make the rest claims of their own"
    if isinstance(claimed, str) or len(claimed) != 1 or isinstance(claimed[0].value, str) or claimed[0].value.denominator != 1:
        yield "claimed", "say in how many elections, claimed = 3, where `count` stands"
    if "tolerance" in values:
        yield "tolerance", "elections are counted exactly; leave it out"
    yield from _fits(values["find"][0], values["count"], "count", tolerable=True)


def _comparing(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if "than" not in values:
        yield "claimed", f"'{values['claimed']}' than where? add than = {{ where = {{ region = \"London\" }} }}"
        return
    if values["claimed"] not in MORE_OR_LESS:
        yield "claimed", 'is "more" or "less" where `than` stands'
    if len(values["find"]) > 1 or "among" in values or "tolerance" in values:
        yield "than", "compares one figure, without `among` and `tolerance`; make the rest claims of their own"
    elif values["find"][0].figure.over not in ("votes", "seats"):
        yield "than", f"'{values['find'][0].text}' is not of districts; find a figure of votes or seats"
    if "group" in values["than"] and "group" not in values:
        yield "than", "names a group, and the claim does not; add `table`, `group` and `everybody`"


def _placing(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    claimed, find = values["claimed"], values["find"]
    if "among" not in values:
        yield "claimed", f"'{claimed}' among which elections? add among = \"uk-general\", or a list"
    if len(find) > 1 or "tolerance" in values or "group" in values:
        yield "claimed", f"'{claimed}' is of one figure, without a tolerance or a group; make it a claim of its own"
    elif find[0].figure.over in ("between", "on"):
        yield "claimed", f"'{find[0].text}' is of no election, and has no place among them; write its value"


def _asserting(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    find, claimed, tolerance = values["find"], values["claimed"], values.get("tolerance")
    if "among" in values:
        yield "among", 'is for a place among elections; write claimed = "lowest", "2nd highest" or the like, or leave it out'
    if len(find) != len(claimed):
        yield "claimed", f"{len(claimed)} values for {len(find)} figures to find; give one for each"
        return
    for item, bound in zip(find, claimed, strict=True):
        yield from _fits(item, bound, "claimed", tolerable=tolerance is not None)
    if tolerance is not None and all(bound.relation for bound in claimed):
        yield "tolerance", f"'{claimed[0].relation}' needs no tolerance; leave it out"


def _fits(find: Find, bound: Bound, key: str, *, tolerable: bool) -> Iterator[tuple[str, str]]:
    """Whether a figure can have that value."""
    figure = find.figure
    if isinstance(bound.value, str) or figure.unit == "text":
        if figure.unit != "text":
            yield key, f"`{key}` takes {FORMS}, or a list of figures, not {bound.value!r}"
        elif not isinstance(bound.value, str):
            yield key, f"'{find.text}' is told in words; write them in quotes"
    elif figure.counts and bound.value.denominator != 1 and not bound.relation:
        yield key, f"'{find.text}' is a whole number, not {float(bound.value):g}"
    elif figure.part and find.change != "relative change" and abs(bound.value) > 1:
        yield key, f"'{find.text}' is a share: write 0.29 or \"29%\", not {float(bound.value):g}"
    elif not figure.counts and not bound.relation and not tolerable:
        yield key, f"'{find.text}' has endless decimals; add a tolerance, such as tolerance = 0.0005 where 0.290 is claimed"


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


def _day(key: str, value: object) -> date:
    if not isinstance(value, date) or isinstance(value, datetime):
        raise SettingError(f"`{key}` takes a day without quotes, 1951-10-26, not {value!r}")
    return value


def _time(key: str, value: object) -> Time:
    if not isinstance(value, list) or len(value) != 2:
        raise SettingError(f"`{key}` takes two days, [1900-02-27, 2012-10-01], not {value!r}")
    start, end = (_day(key, item) for item in value)
    if start >= end:
        raise SettingError(f"`{key}` ends on {end}, before it begins; put the earlier day first")
    return start, end


_STANDING = re.compile(r"(joint )?(?:(\d+)(?:st|nd|rd|th) )?(lowest|highest)")
FORMS = '10, 0.29, "29%", "at least 10" (at most, more than, fewer than, less than), "lowest", "2nd highest"'


def standing(number: int, end: str, *, joint: bool) -> str:
    """'lowest', '2nd lowest', 'joint 3rd highest'."""
    suffix = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{'joint ' if joint else ''}{f'{number}{suffix} ' if number > 1 else ''}{end}"


def _claimed(key: str, value: object) -> tuple[Bound, ...] | str:
    if isinstance(value, str) and (place := _STANDING.fullmatch(value.strip())):
        return standing(int(place[2] or 1), place[3], joint=bool(place[1]))
    if isinstance(value, str) and value.strip() in MORE_OR_LESS:
        return value.strip()
    if isinstance(value, list) and value:
        return tuple(_bound(key, item) for item in value)
    return (_bound(key, value),)


def _bound(key: str, value: object) -> Bound:
    relation = next((words for words in RELATIONS if isinstance(value, str) and value.startswith(words)), "")
    try:
        return Bound(_number(key, str(value).removeprefix(relation) if relation else value), relation)
    except SettingError:
        # Words may be a prime minister's name: whether they can be is known with the figure.
        if isinstance(value, str) and value.strip() and not relation:
            return Bound(value.strip())
        raise SettingError(f"`{key}` takes {FORMS}, or a list of figures, not {value!r}") from None


def _condition(key: str, value: object) -> Conditions:
    _, dot, field = key.partition(".")
    if not dot:
        raise SettingError(f'`{key}` takes fields and their values, {{ region = ["Wales", "London"] }}, not {value!r}')
    names = [WORDS, *(item.name for item in fields(District))]
    if canonical(field) not in names:
        raise UnknownName("field of a district", field, names)
    return ((canonical(field), _texts(key, value)),)


def _side(key: str, value: object) -> Mapping[str, Any]:
    """What stands under `than`: conditions on districts, a group, or both."""
    if not isinstance(value, dict) or not value:
        raise SettingError(f'`{key}` takes what it compares with, {{ where = {{ region = "London" }} }}, not {value!r}')
    found: dict[str, Any] = {}
    for name, item in value.items():
        if name not in ("where", "without", "group"):
            raise UnknownName(f"key of `{key}`", name, ("where", "without", "group"))
        if name == "group":
            found[name] = _texts(f"{key}.{name}", item)
        elif isinstance(item, dict) and item:
            found[name] = tuple(pair for field, wanted in item.items() for pair in _condition(f"{name}.{field}", wanted))
        else:
            _condition(name, item)
    return found


KEYS: Mapping[str, Callable[[str, Any], Any]] = {
    "id": _text,
    "text": _text,
    "source": _text,
    "election": _text,
    "among": _texts,
    "excluding": _texts,
    "since": _text,
    "between": _time,
    "on": _day,
    "find": lambda key, value: tuple(find_named(text) for text in _texts(key, value)),
    "count": _bound,
    "where": _condition,
    "without": _condition,
    "table": _text,
    "group": _texts,
    "everybody": _texts,
    "than": _side,
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
"""Keys of a claim that data decide; some need no election."""
HELP = {
    "text": "quote the sentence",
    "election": 'name one, such as election = "uk-general/2010", or say in `undecidable` why no data decide it',
    "find": f'say what to look for, such as find = "seats of lab"; there are: {", ".join(FIGURES)} and the measures',
    "claimed": "give the value that the sentence claims",
}
