"""A description of a system in TOML and an election in, the outcome under it out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import numpy as np

from hustings.apportionment import apportion, set_aside
from hustings.counting.methods import method
from hustings.counting.plurality import plurality
from hustings.counting.run import count_all
from hustings.divisors import TIES, rule_named
from hustings.election import Contest, Election, aligned
from hustings.errors import DataError, HustingsError, SettingError, UnknownName
from hustings.exact import exact
from hustings.files import read_text, read_toml
from hustings.lots import Lot, Lots, refuse
from hustings.outcome import Outcome, Transcript, as_filled, lumps, outcome, seats_of
from hustings.scenarios import regroup, tiers
from hustings.scenarios.rankings import Rankings
from hustings.scenarios.regroup import Regroup
from hustings.scenarios.tiers import Tiers
from hustings.seating import Ints, in_each, place, summed, taking_part
from hustings.systems import system
from hustings.thresholds import NO_THRESHOLD, AnyOf, DirectSeats, Exempt, Scope, Share, Threshold

BUILT_IN = {item.name.removesuffix(".toml"): Path(str(item)) for item in files("hustings").joinpath("facts", "systems").iterdir()}
"""The built-in systems that can be so described, and the files that do."""


@dataclass(frozen=True)
class _Districts:
    """`[districts]`: what they are, where the election has single-member ones, and how they elect."""

    are: Literal["own", "fewer", "members", regroup.Area] = "own"
    share: Fraction = Fraction(1, 2)
    members: int = 5
    method: str = "plurality"
    ties: str = "lot"
    threshold: Threshold = NO_THRESHOLD
    matrix: str = "scotland-2017"
    depth: int = 5


@dataclass(frozen=True)
class _Lists:
    """`[lists]`: the areas above the districts, and what their seats make up for."""

    areas: tiers.Area = "region"
    method: str = "dhondt"
    ties: str = "lot"
    threshold: Threshold = NO_THRESHOLD
    seats: Literal["beside", "after", "missing", "levelling"] = "beside"
    placed: str = "sainte-lague"


@system("described", cites="The file that describes it names its own source", tiers=2, house="grows", suffix=".toml")
@dataclass(frozen=True)
class Described:
    """A system that a TOML file describes: what its districts are and how they elect, and the lists above them, if there are any.

    `[districts]`: `are` (`own`, `fewer` single-member ones, `members` for several each, `region`, `county`, `country`),
    `share` of all seats that they keep, `members`, `method` (`plurality`, a method of counting, or one of apportionment),
    `ties`, `threshold`, and for ranked papers `matrix` and `depth`. `[lists]`: `areas` (also `nation` and `district`),
    `method`, `ties`, `threshold` and `seats`: `beside` those of the districts; `after` them, from where a party's divisors
    start; what is `missing` of its share of the house, which grows by what others have beyond theirs; or `levelling`, where
    those are set aside. The last two go to areas by the divisor `placed`. A threshold is `share` with `of` (`nation`,
    `region`, `district`), `direct` seats, `exempt` lists: one of these is enough. `name` and `cites` say what it is.

    Attributes
    ----------
    file : the path of the file, or the name of a built-in system that can be so described.
    """

    file: str = "ams"

    def __post_init__(self) -> None:
        _read(self.file)

    def __call__(self, election: Election, lots: Lots = refuse) -> Outcome:
        districts, lists = _read(self.file)
        if election.upper is None or lists is None:
            election = _tiers(election, districts, lists)
        if _counts(districts) and election.main.profiles is None:
            election = election.given(Rankings(matrix=districts.matrix, depth=districts.depth))
        upper = election.upper if lists else None
        below, *above = aligned(election.main, upper) if upper else (election.main,)
        seats, transcripts, drawn = _elected(below, districts, lots)
        areas = None
        if lists:
            top_up, more = _topped_up(below, above[0], seats, lists, lots)
            areas, seats, drawn = as_filled(above[0], top_up), np.concatenate([seats, top_up]), [*drawn, *more]
        assumed = lumps(below.counted(), "each is taken for one candidate in a district and wins no list seat")
        return outcome(self, election, below, seats, upper=areas, transcripts=transcripts, lots=drawn, assumed=assumed)


def _tiers(election: Election, districts: _Districts, lists: _Lists | None) -> Election:
    """The election with the districts and areas that the description asks for."""
    if districts.are == "fewer":
        election = election.given(Regroup(by="share", share=districts.share))
    elif districts.are == "members":
        election = election.given(Regroup(members=districts.members))
    elif districts.are != "own":
        election = election.given(Regroup(by=districts.are))
    if lists is None:
        return election
    return election.given(Tiers(upper=lists.areas, share=Fraction(1) if districts.are == "fewer" else districts.share))


def _counts(districts: _Districts) -> bool:
    return districts.method.partition(":")[0] in method


def _elected(contest: Contest, districts: _Districts, lots: Lots) -> tuple[Ints, list[Transcript], list[Lot]]:
    """Seats of the districts, the transcripts of their counts, and the lots of those that are not counted."""
    if districts.method == "plurality":
        seats, drawn = plurality(contest, "the rule of equal votes", lots)
        return seats, [], drawn
    if _counts(districts):
        transcripts = count_all(contest, method.parse(districts.method), lots)
        return seats_of(transcripts, contest.counted().parties), transcripts, []
    seats, drawn = in_each(contest, taking_part(contest, districts.threshold), districts.method, ties=districts.ties, lots=lots)
    return seats, [], drawn


def _topped_up(below: Contest, areas: Contest, direct: Ints, lists: _Lists, lots: Lots) -> tuple[Ints, list[Lot]]:
    """Seats of the lists, and the lots."""
    held = summed(direct, below, areas)
    votes = taking_part(areas, lists.threshold, direct=held)
    if lists.seats in {"beside", "after"}:
        return in_each(areas, votes, lists.method, held=held if lists.seats == "after" else None, ties=lists.ties, lots=lots)
    nation = votes.sum(axis=0)
    kept = np.where(nation > 0, direct.sum(axis=0), 0)
    names = [party.id for party in areas.counted().parties]
    seats = below.house + areas.house - int(direct.sum() - kept.sum())
    how: dict[str, Any] = {"names": names, "where": "the whole house", "ties": lists.ties, "lots": lots}
    if lists.seats == "levelling":
        whole = set_aside(nation.tolist(), seats, kept.tolist(), lists.method, **how)
    else:
        whole = apportion(nation.tolist(), seats, lists.method, **how)
    due = np.maximum(np.array(whole.seats) - kept, 0)
    labels = [area.name for area in areas.districts]
    top_up, drawn = place(votes, held, due, None, lists.placed, areas=labels, names=names, where="lists", lots=lots)
    return top_up, [*whole.lots, *drawn]


def _read(file: str) -> tuple[_Districts, _Lists | None]:
    """The tiers that a file describes.

    Raises
    ------
    DataError
        The file is not TOML, or does not describe a system; with the line where it does not.
    """
    path = Path(file)
    if path.suffix != ".toml":
        if file not in BUILT_IN:
            raise UnknownName("described system", file, BUILT_IN)
        path = BUILT_IN[file]
    document = read_toml(path)
    for key in document:
        if key not in ("name", "cites", "districts", "lists"):
            raise _wrong(path, "", key, UnknownName("key of a description", key, ("name", "cites", "districts", "lists")))
    for key in ("name", "cites", "districts"):
        if key not in document:
            raise DataError(path, f"a description needs {key}; see hustings catalogue systems ams")
    districts = _table(path, document, "districts", _Districts)
    return districts, _table(path, document, "lists", _Lists) if "lists" in document else None


def _table(path: Path, document: Mapping[str, Any], name: str, kind: Any) -> Any:
    """A table of the file as what it describes."""
    known = {field.name: field.type for field in fields(kind)}
    values = {}
    if not isinstance(document[name], dict):
        raise _wrong(path, "", name, SettingError(f"{name} is a table; write [{name}]"))
    for key, value in document[name].items():
        try:
            if key not in known:
                raise UnknownName(f"key of [{name}]", key, known)
            values[key] = _value(key, value, known[key])
        except HustingsError as error:
            raise _wrong(path, name, key, error) from None
    return kind(**values)


def _value(key: str, value: Any, kind: Any) -> Any:
    if kind is Threshold:
        return _threshold(value)
    if kind is Fraction:
        if isinstance(value, bool) or not isinstance(value, int | float | str) or not 0 <= exact(str(value)) <= 1:
            raise SettingError(f'{key} is a share from 0 to 1, as 0.05 or "1/20"')
        return exact(str(value))
    choices = get_args(kind) if get_origin(kind) is Literal else tuple(TIES) if key == "ties" else ()
    kind = str if choices else kind
    if not isinstance(value, kind) or isinstance(value, bool):
        raise SettingError(f"{key} takes a value of kind {kind.__name__}, not {value!r}")
    if choices and value not in choices:
        raise UnknownName(key, value, choices)
    if key in ("method", "placed") and value != "plurality" and value.partition(":")[0] not in method:
        rule_named(value)
    return value


def _threshold(value: Any) -> Threshold:
    """A threshold from a table: any of its parts is enough."""
    if not isinstance(value, dict):
        raise SettingError('a threshold is a table, as { share = 0.05, of = "nation", direct = 3, exempt = ["ssw"] }')
    parts: list[Threshold] = []
    for key in value:
        if key not in ("share", "of", "direct", "exempt"):
            raise UnknownName("key of a threshold", key, ("share", "of", "direct", "exempt"))
    if "share" in value:
        parts.append(Share(_value("share", value["share"], Fraction), scope=_value("of", value.get("of", "nation"), Scope)))
    if "direct" in value:
        parts.append(DirectSeats(_value("direct", value["direct"], int)))
    if "exempt" in value:
        parts.append(Exempt(tuple(_value("exempt", name, str) for name in _value("exempt", value["exempt"], list))))
    return AnyOf(*parts) if parts else NO_THRESHOLD


def _wrong(path: Path, table: str, key: str, error: HustingsError) -> DataError:
    """What is wrong, with the line of the key in its table."""
    inside = ""
    for number, line in enumerate(read_text(path).splitlines(), 1):
        header = re.match(r"\s*\[\s*([\w-]+)\s*\]", line)
        inside = header[1] if header else inside
        if (header and header[1] == key and not table) or (inside == table and re.match(rf'\s*"?{re.escape(key)}"?\s*[=.]', line)):
            return DataError(path, str(error), number)
    return DataError(path, str(error))
