"""Parties that stand down for each other in, the election with one of them in each district out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal
from unicodedata import combining, normalize

import numpy as np

from hustings.election import Contest, Election, Tally
from hustings.errors import DataError, SettingError, Unsuitable
from hustings.facts import fact
from hustings.files import read_toml
from hustings.registry import describe
from hustings.scenarios import scenario
from hustings.swings import figures
from hustings.transfers import ESTIMATED, FULL, NO, NOBODY, Columns, Mask, Transfers, chosen_districts, columns, transfers, withdrawn

BEST, LISTED = "best-placed", "listed"


@scenario(
    "pact", cites="Own arithmetic of stand-downs: who bears the standard by a rule, where supporters go by a matrix; facts/pacts has the history"
)
@dataclass(frozen=True)
class Pact:
    """Partners leave each district to one of them; supporters of those who withdraw follow, go elsewhere, or stay at home.

    Attributes
    ----------
    rates : share of a party's supporters that goes to another when it withdraws, green.ld=0.5, or to nobody, green.none=0.2;
        what they leave follows the matrix.
    members : the partners: members=lab+ld+green.
    rule : who stands: `best-placed`, the partner with most votes last time (of those level, the one named first);
        `listed`, as the file has it. `hustings pact --best` finds the list with the best chance of a joint majority.
    file : a pact of the facts (tatton-1997, unite-to-remain-2019, brecon-2019, brexit-withdrawal-2019; others are known as a number
        only), or a TOML file of your own.
    transfer : `estimated` by rates and matrix; or the bounds, `full` (all follow the partner) and `none` (all stay at home).
    odds : factor on the odds that a supporter follows the partner: 2 turns a half into two thirds.
    where : districts of the pact, FIELD=VALUE: where=country=England+country=Wales.
    held_by : only districts in which this party had most votes.
    matrix, northern_ireland : next preferences, among the facts or TOML files.
    """

    rates: Mapping[str, Fraction] = field(default_factory=dict, hash=False)
    members: tuple[str, ...] = ()
    rule: Literal["best-placed", "listed"] = "best-placed"
    file: str = ""
    transfer: Literal["estimated", "full", "none"] = "estimated"
    odds: Fraction = Fraction(1)
    where: tuple[str, ...] = ()
    held_by: str = ""
    matrix: str = "scotland-2017"
    northern_ireland: str = "northern-ireland"

    def __post_init__(self) -> None:
        object.__setattr__(self, "rates", figures(self.rates))
        if self.odds <= 0:
            raise SettingError(f"pact: odds={self.odds} must be over 0")
        if bool(self.file) == bool(self.members):
            raise SettingError("pact: name the partners, members=lab+ld, or a file that does, file=unite-to-remain-2019; not both")
        if self.members and (len(set(self.members)) < 2 or self.rule == LISTED):
            raise SettingError("pact: it takes two different members, members=lab+ld; rule=listed needs a file")

    def bounds(self) -> tuple["Pact", "Pact"]:
        """The same pact if no voter follows, all staying at home, and if all do."""
        return replace(self, transfer="none"), replace(self, transfer="full")

    def __call__(self, election: Election) -> Election:
        agreed = self.agreed(election)
        contest, members = election.main, agreed.members
        tally = contest.counted()
        leaving = agreed.leaving(tally)
        moved, none, every = (
            withdrawn(contest, leaving, agreed.bearer, how) for how in (agreed.how, *(replace(agreed.how, way=way) for way in (NO, FULL)))
        )
        alone = leaving.any(axis=1)
        stands = ", ".join(f"{tally.parties[at].id} {int((agreed.bearer[alone] == at).sum())}" for at in members)
        gone = f"{int(tally.votes[leaving].sum()):,} votes of those who withdraw: {moved.partners:,} to the partner, {moved.others:,} elsewhere"
        ahead, ahead_none, ahead_every = (_ahead(each.tally, members) for each in (moved, none, every))
        notes = (
            *agreed.notes,
            f"{agreed.title}: {stands}, one in place of several (districts: {int(alone.sum())})",
            f"{gone}, {moved.nobody:,} to nobody ({self._assumed(agreed.how)})",
            f"partners have most votes in {ahead} districts; in {ahead_none} if none of these voters follows, in {ahead_every} if all do",
        )
        return election.with_main(contest.recast(moved.tally), describe(self), *notes)

    def agreed(self, election: Election) -> "Agreed":
        """Who stands for the partners in each district of this election, and where the supporters of the others go."""
        terms = self._terms()
        tally = election.main.counted()
        members = columns(tally, terms.members)
        inside = chosen_districts(election, terms.where, terms.held_by)
        how = transfers({**(terms.rates or {}), **self.rates}, self.matrix, self.northern_ireland, self.transfer, self.odds)
        if terms.rule == LISTED:
            bearer, missing = _listed(election.main, terms, inside)
            notes = (f"not in this election: {', '.join(missing)}",) if missing else ()
        else:
            bearer = _best_placed(tally, members, inside)
            level = _level(election.main, members, inside)
            notes = (f"partners level in {', '.join(level)}: the one named first stands",) if level else ()
        return Agreed(f"{terms.title}, {terms.rule}", tuple(members), inside, bearer, how, notes)

    def _assumed(self, how: Transfers) -> str:
        if self.transfer != ESTIMATED:
            return {FULL: "all follow, the upper bound", NO: "all stay at home, the lower bound"}[self.transfer]
        rates = [f"{last} to {to} {float(rate):g}" for (last, to), rate in sorted(how.rates.items())]
        return ", ".join([*rates, f"matrix {self.matrix}", *([f"odds {float(self.odds):g}"] if self.odds != 1 else [])])

    def _terms(self) -> "_Terms":
        if self.members:
            return _Terms("pact of " + ", ".join(self.members), self.members, self.rule, self.where, self.held_by)
        terms = _read(self.file)
        rule = terms.rule if self.rule == BEST else self.rule
        return replace(terms, rule=rule, where=(*terms.where, *self.where), held_by=self.held_by or terms.held_by)


@dataclass(frozen=True, eq=False)
class Agreed:
    """A pact in an election.

    Attributes
    ----------
    title : what it is, and the rule.
    members : columns of the partners.
    inside : districts of the pact, shape (districts,).
    bearer : column of the partner who stands, `NOBODY` where the pact says nothing, shape (districts,).
    how : where supporters of those who withdraw go.
    notes : what had to be assumed.
    """

    title: str
    members: tuple[int, ...]
    inside: Mask
    bearer: Columns
    how: Transfers
    notes: tuple[str, ...] = ()

    def leaving(self, tally: Tally) -> Mask:
        """Partners who stood and leave the district to another, shape (districts, parties)."""
        leaving = np.zeros_like(tally.stood)
        for at in self.members:
            leaving[:, at] = tally.stood[:, at] & (self.bearer != NOBODY) & (self.bearer != at)
        return leaving


@dataclass(frozen=True)
class _Terms:
    """What a pact agrees: partners, rule, districts by bearer, and where it holds."""

    title: str
    members: tuple[str, ...]
    rule: str
    where: tuple[str, ...] = ()
    held_by: str = ""
    rates: Mapping[str, Fraction] | None = None
    districts: Mapping[str, Sequence[str]] | None = None


def _read(name: str) -> _Terms:
    """The pact of that name among the facts, or the one in the user's TOML file."""
    own = name.endswith(".toml")
    found: Mapping[str, Any] = read_toml(Path(name)) if own else fact(f"pacts/{name}")
    if "known" in found and "members" not in found:
        raise Unsuitable(f"pact {name}: {found['known']}; no list of its districts is at hand, so it cannot be applied")
    districts, where = found.get("districts", {}), found.get("where", {})
    members = tuple(found.get("members", ()))
    if len(members) < 2 or not all(isinstance(names, list) for names in (*districts.values(), *where.values())) or not set(districts) <= set(members):
        raise DataError(name, 'write members = ["ld", "green"] and, where districts are named, [districts] with ld = ["Bath", …] for each of them')
    rule = found.get("rule", LISTED if districts else BEST)
    if rule not in (BEST, LISTED) or (rule == LISTED) != bool(districts):
        raise DataError(name, f'rule = "{rule}" is {BEST} or {LISTED}; `listed` goes with a table [districts]')
    conditions = tuple(f"{key}={value}" for key, values in where.items() for value in values)
    return _Terms(found.get("title", name), members, rule, conditions, found.get("held_by", ""), figures(found.get("rates", {})), districts)


def _plain(name: str) -> str:
    """A district's name without accents, commas and case."""
    letters = "".join(letter for letter in normalize("NFKD", name) if not combining(letter))
    return " ".join(letters.casefold().replace("&", "and").replace(",", " ").split())


def _listed(contest: Contest, terms: _Terms, inside: Mask) -> tuple[Columns, list[str]]:
    """The bearer of each district named, shape (districts,), and the names that the election does not have."""
    row = {_plain(district.name): number for number, district in enumerate(contest.districts)}
    bearer = np.full(len(row), NOBODY)
    names = [(name, party) for party, names in (terms.districts or {}).items() for name in names]
    for name, party in names:
        if _plain(name) in row and inside[row[_plain(name)]]:
            bearer[row[_plain(name)]] = columns(contest.counted(), [party])[0]
    missing = [name for name, _ in names if _plain(name) not in row]
    if len(missing) == len(names):
        raise Unsuitable(f"{terms.title}: none of its {len(names)} districts is in this election")
    return bearer, missing


def _best_placed(tally: Tally, members: list[int], inside: Mask) -> Columns:
    votes = np.where(tally.stood[:, members], tally.votes[:, members], NOBODY)
    best: Columns = np.where(inside & (votes.max(axis=1) > NOBODY), np.array(members)[votes.argmax(axis=1)], NOBODY)
    return best


def _level(contest: Contest, members: list[int], inside: Mask) -> list[str]:
    tally = contest.counted()
    first, second = np.sort(np.where(tally.stood[:, members], tally.votes[:, members], NOBODY), axis=1)[:, :-3:-1].T
    return [contest.districts[row].name for row in np.flatnonzero(inside & (first == second) & (first > NOBODY))]


def _ahead(tally: Tally, members: Sequence[int]) -> int:
    """Districts in which a partner has more votes than anybody else."""
    best = tally.votes[:, members].max(axis=1)
    return int((best > np.delete(tally.votes, members, axis=1).max(axis=1, initial=0)).sum())
