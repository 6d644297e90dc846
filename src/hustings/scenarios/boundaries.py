"""An election in the constituencies of one review in; the same votes in those of another out."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from math import lcm

import numpy as np

from hustings.catalogue import files
from hustings.downloads import path
from hustings.election import Contest, District, Election, Tally
from hustings.errors import SettingError, Unsuitable
from hustings.registry import describe
from hustings.scenarios import scenario
from hustings.uk_tables import embedded_hexagons, hexagons, overlaps

OLD, NEW = "2010", "2024"
SHARED = "uk/psephology/constituency-area-overlaps.csv"
HEXAGONS = "uk/geo/hex-2024.hexjson"


@dataclass(frozen=True)
class _Part:
    """What of a constituency comes to lie in another: both ids, the name there, and the share of the people of either [0-1]."""

    source: str
    to: str
    name: str
    share: Fraction
    of_it: Fraction


@scenario("boundaries", cites="UK Parliament, psephology: overlaps of the constituencies of 2010 and 2024, by population")
@dataclass(frozen=True)
class Boundaries:
    """Carry a British general election of 2010-19 to the constituencies of 2024, or one of 2024 back, as people live.

    The votes of each party, and the electors, of a constituency go to those that it overlaps by its shares of population, in whole
    votes by largest remainders: none is lost and none is made. Everybody is taken to vote alike all over a constituency.

    Attributes
    ----------
    to : the year in which the boundaries came into force, 2024 or 2010.
    """

    to: str = NEW

    def __post_init__(self) -> None:
        if self.to not in (OLD, NEW):
            raise SettingError(f"boundaries: to={self.to} is neither {NEW} nor {OLD}")

    def __call__(self, election: Election) -> Election:
        shared = overlaps(path(files()[SHARED]))
        if self.to == NEW:
            parts = [_Part(o.old, o.new, o.new_name, o.of_old, o.of_new) for o in shared]
            places: Mapping[str, tuple[int, int]] = hexagons(path(files()[HEXAGONS]))
        else:
            parts = [_Part(o.new, o.old, o.old_name, o.of_new, o.of_old) for o in shared]
            places = embedded_hexagons(OLD)
        contest = _carried(election, parts, OLD if self.to == NEW else NEW)
        note = (
            f"votes are carried to the constituencies of {self.to} by shares of population, as if everybody voted alike all over a constituency"
            "; candidates of one party or none who stood in different ones are added up"
        )
        changed = election.with_main(contest, describe(self), note)
        return replace(changed, layout={district.id: places[district.id] for district in contest.districts})


def _carried(election: Election, parts: Sequence[_Part], before: str) -> Contest:
    """The main contest in the constituencies that `parts` make of those in force since `before`."""
    old, tally = {district.id: district for district in election.main.districts}, election.main.counted()
    sources, made = _by_source(parts), _made(election, parts, before)
    to = {id_: number for number, id_ in enumerate(made)}
    votes = np.zeros((len(made), len(tally.parties)), dtype=np.int64)
    stood = np.zeros(votes.shape, dtype=np.bool_)
    electors, unknown = [0] * len(made), set()
    for row, district in enumerate(old.values()):
        here = [part for part in sources[district.id] if part.share]
        at, shares = [to[part.to] for part in here], [part.share for part in here]
        votes[at] += np.array([split(number, shares) for number in tally.votes[row].tolist()], dtype=np.int64).reshape(-1, len(at)).T
        stood[at] |= tally.stood[row]
        for there, number in zip(at, split(district.electorate or 0, shares), strict=True):
            electors[there] += number
        if district.electorate is None:
            unknown.update(at)
    districts = tuple(
        _district(there, [old[part.source] for part in there], None if number in unknown else electors[number])
        for number, there in enumerate(made.values())
    )
    return Contest(election.main.name, districts, Tally(tally.parties, votes, stood), method=election.main.method)


def _by_source(parts: Sequence[_Part]) -> Mapping[str, list[_Part]]:
    found: dict[str, list[_Part]] = defaultdict(list)
    for part in parts:
        found[part.source].append(part)
    return found


def _made(election: Election, parts: Sequence[_Part], before: str) -> Mapping[str, list[_Part]]:
    """The parts of each constituency that is made, by its id.

    Raises
    ------
    Unsuitable
        A district of the election is none of those in force since `before`, or a part of one that is made is not in the election.
    """
    chosen, sources = {district.id for district in election.main.districts}, {part.source for part in parts}
    if strange := next((district.name for district in election.main.districts if district.id not in sources), None):
        raise Unsuitable(f"{election.id}: {strange} is no constituency in force since {before}; take an election that was held in those")
    reached = {part.to for part in parts if part.source in chosen}
    found: dict[str, list[_Part]] = defaultdict(list)
    for part in parts:
        if part.to in reached:
            found[part.to].append(part)
            if part.source not in chosen:
                raise Unsuitable(f"{election.id}: a part of {part.name} lies outside of what was chosen; carry the whole election, and choose then")
    return found


def split(votes: int, shares: Sequence[Fraction]) -> list[int]:
    """Whole votes in these proportions, by largest remainders; of level remainders the one of the larger share, then the first."""
    scale = lcm(*(share.denominator for share in shares))
    weights = [int(share * scale) for share in shares]
    found = [divmod(votes * weight, sum(weights)) for weight in weights]
    whole = [number for number, _ in found]
    order = sorted(range(len(shares)), key=lambda place: (-found[place][1], -weights[place], place))
    for place in order[: votes - sum(whole)]:
        whole[place] += 1
    return whole


def _district(parts: Sequence[_Part], sources: Sequence[District], electorate: int | None) -> District:
    """The district of these parts; it lies where most of its people did."""

    def most(field: str) -> str:
        people: dict[str, Fraction] = defaultdict(Fraction)
        for part, source in zip(parts, sources, strict=True):
            people[getattr(source, field)] += part.of_it
        return max(people, key=lambda name: people[name])

    return District(parts[0].to, parts[0].name, 1, electorate, most("region"), most("county"), most("country"))
