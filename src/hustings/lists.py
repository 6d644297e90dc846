"""A party's list, the seats that it won and a rule in; who is elected from it, and who follows, out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby

from hustings.errors import SettingError
from hustings.lots import Lot, Lots, refuse

BARRIERS = ("list", "quota", "seat")


@dataclass(frozen=True)
class PartyList:
    """A list as it stood and what voters did to it.

    Attributes
    ----------
    candidates : names in list order.
    personal : votes for each of them by name; none where voters could not choose.
    votes : the list's votes, from which its seats come [votes].
    unmarked : votes for the list without any name, which some rules pass on.
    unavailable : candidates who can take no seat: elected elsewhere, withdrawn, dead.
    """

    name: str
    candidates: tuple[str, ...]
    personal: tuple[int, ...] = ()
    votes: int = 0
    unmarked: int = 0
    unavailable: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if len(self.personal) not in (0, len(self.candidates)):
            raise SettingError(f"{self.name}: {len(self.candidates)} candidates and {len(self.personal)} numbers of personal votes")
        if len(set(self.candidates)) < len(self.candidates) or not self.unavailable <= set(self.candidates):
            raise SettingError(f"{self.name}: a candidate stands twice, or somebody unavailable stands not at all")
        if min((*self.personal, self.votes, self.unmarked), default=0) < 0:
            raise SettingError(f"{self.name}: a number of votes is negative")

    @property
    def standing(self) -> list[tuple[str, int]]:
        """Those who can take a seat, in list order, with their personal votes."""
        personal = self.personal or (0,) * len(self.candidates)
        return [pair for pair in zip(self.candidates, personal, strict=True) if pair[0] not in self.unavailable]


@dataclass(frozen=True)
class Chosen:
    """Who is elected, in order; who follows if a seat falls vacant, in order; lots drawn. A list may be too short for its seats."""

    elected: tuple[str, ...]
    following: tuple[str, ...]
    lots: tuple[Lot, ...] = ()


@dataclass(frozen=True)
class Closed:
    """The first on the list."""

    def __call__(self, party: PartyList, seats: int, lots: Lots = refuse) -> Chosen:  # noqa: ARG002 — a closed list needs no lot
        names = [name for name, _ in party.standing]
        return Chosen(tuple(names[:seats]), tuple(names[seats:]))


@dataclass(frozen=True)
class Open:
    """Those with most personal votes; level, the first on the list (`ties=order`) or by lot (`ties=lot`)."""

    ties: str = "order"

    def __post_init__(self) -> None:
        if self.ties not in ("order", "lot"):
            raise SettingError(f"open list: ties={self.ties} is neither order nor lot")

    def __call__(self, party: PartyList, seats: int, lots: Lots = refuse) -> Chosen:
        order, drawn = _by_votes(party, party.standing, seats, lots if self.ties == "lot" else None)
        return Chosen(tuple(order[:seats]), tuple(order[seats:]), tuple(drawn))


@dataclass(frozen=True)
class SemiOpen:
    """Those with enough personal votes, most first; then the others.

    Attributes
    ----------
    share : how much is enough [0-1].
    of : of the votes of the `list`; of the `quota` that the rule is called with; or of what a `seat` costs the list, its
        votes / (seats + 1).
    inclusive : whether just as much is enough.
    devolved : share of the unmarked votes that goes to candidates in list order, to each as many as it lacks [0-1].
    rest : whether the others follow in list `order` or by `votes`.
    """

    share: Fraction
    of: str = "list"
    inclusive: bool = True
    devolved: Fraction = Fraction(0)
    rest: str = "order"

    def __post_init__(self) -> None:
        if self.rest not in ("order", "votes"):
            raise SettingError(f"semi-open list: rest={self.rest} is neither order nor votes")
        if not 0 <= self.share <= 1 or not 0 <= self.devolved <= 1 or self.of not in BARRIERS:
            raise SettingError(f"semi-open list: {self.share} of the {self.of}, {self.devolved} passed on: shares of list, quota or seat, 0 to 1")

    def __call__(self, party: PartyList, seats: int, lots: Lots = refuse, quota: Fraction | int | None = None) -> Chosen:  # noqa: ARG002 — list order settles ties
        if self.of == "quota" and quota is None:
            raise SettingError(f"{party.name}: a share of the quota is asked for; give the quota")
        whole = {"list": Fraction(party.votes), "quota": Fraction(quota or 0), "seat": Fraction(party.votes, seats + 1)}[self.of]
        barrier, pot = self.share * whole, self.devolved * party.unmarked
        votes: list[tuple[str, Fraction]] = []
        for name, personal in party.standing:
            passed = min(pot, max(barrier - personal, Fraction(0)))
            pot -= passed
            votes.append((name, personal + passed))
        enough = [pair for pair in votes if pair[1] > barrier or (self.inclusive and pair[1] == barrier)]
        first, _ = _by_votes(party, votes if self.rest == "votes" else enough, seats, None)
        order = [*first, *(name for name, _ in votes if name not in first)]
        return Chosen(tuple(order[:seats]), tuple(order[seats:]))


def free_lists(
    lists: Mapping[str, Sequence[str]], papers: Sequence[tuple[str, Sequence[str], int]], lines: int, cumulation: int = 2
) -> dict[str, PartyList]:
    """Lists from papers on which voters strike out, cumulate and mix candidates of all lists (Switzerland).

    A paper is (list at its head or "", names on its lines, how many such papers). Each name is a vote for the candidate
    and for the candidate's list; a line without a name is one for the list at the head, or for none. Of a name repeated
    beyond `cumulation`, and of names beyond `lines`, the last do not count. `Open(ties="lot")` says who is elected.

    Examples
    --------
    >>> free_lists({"a": ["Ann", "Abe"], "b": ["Bo"]}, [("a", ["Ann", "Ann", "Bo"], 10)], lines=4)["a"].votes
    30
    """
    home = {name: party for party, names in lists.items() for name in names}
    if len(home) < sum(map(len, lists.values())):
        raise SettingError("free lists: a candidate stands on two lists")
    personal, votes = dict.fromkeys(home, 0), dict.fromkeys(lists, 0)
    for head, names, number in papers:
        if head not in ("", *lists) or not set(names) <= home.keys():
            raise SettingError(f"free lists: a paper for '{head}' with {', '.join(names)} names somebody who stands on no list")
        counted = [name for place, name in enumerate(names) if names[:place].count(name) < cumulation][:lines]
        for name in counted:
            personal[name] += number
            votes[home[name]] += number
        if head:
            votes[head] += number * (lines - len(counted))
    return {party: PartyList(party, tuple(names), tuple(personal[name] for name in names), votes[party]) for party, names in lists.items()}


def _by_votes(party: PartyList, candidates: Sequence[tuple[str, Fraction | int]], seats: int, lots: Lots | None) -> tuple[list[str], list[Lot]]:
    """Candidates by votes, most first, level ones as they are listed; but drawn where a seat depends on it and lots decide."""
    order: list[str] = []
    drawn: list[Lot] = []
    for _, level in groupby(sorted(candidates, key=lambda pair: -pair[1]), key=lambda pair: pair[1]):
        left = [name for name, _ in level]
        while lots is not None and len(order) < seats < len(order) + len(left):
            lot = lots(f"{party.name}, list", "the rule of equal personal votes", left)
            drawn.append(lot)
            order.append(lot.chosen)
            left.remove(lot.chosen)
        order += left
    return order, drawn
