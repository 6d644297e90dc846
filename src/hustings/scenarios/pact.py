"""Parties that stand down for each other in, the election with one of them in each district out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import erf, floor, sqrt
from pathlib import Path
from typing import Any
from unicodedata import combining, normalize

import numpy as np
from numpy.typing import NDArray

from hustings.election import Contest, Election, Tally
from hustings.errors import DataError, SettingError, Unsuitable
from hustings.facts import fact
from hustings.files import read_toml
from hustings.registry import describe
from hustings.scenarios import scenario
from hustings.swings import figures
from hustings.transfers import ESTIMATED, FULL, NO, NOBODY, WAYS, Columns, Mask, Transfers, chosen_districts, columns, transfers, withdrawn

BEST, LISTED, OPTIMISED = "best-placed", "listed", "optimise"
RULES = (BEST, LISTED, OPTIMISED)
GRAIN = 10**6


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
        `listed`, as the file has it; `optimise`, whatever gives the partners the most seats that can be expected by rates and matrix.
    file : a pact of the facts (1906, 1918, 1931, 1983-1987, tatton-1997, progressive-2017, unite-to-remain-2019,
        brexit-withdrawal-2019), or a TOML file of your own.
    transfer : `estimated` by rates and matrix; or the bounds, `full` (all follow the partner) and `none` (all stay at home).
    odds : factor on the odds that a supporter follows the partner: 2 turns a half into two thirds.
    certainty : how sure the transfers are, for `drawn`: the share that follows where a half is expected is Beta-distributed with
        both parameters half of this.
    where : districts of the pact, FIELD=VALUE: where=country=England+country=Wales.
    held_by : only districts in which this party had most votes.
    matrix, northern_ireland : next preferences, among the facts or TOML files.
    slack : for `optimise`: a partner's share of the districts may fall short of its share of the partners' votes by this much.
    error : for `optimise`: standard deviation of the lead in a district, as a share of its vote.
    """

    rates: Mapping[str, Fraction] = field(default_factory=dict, hash=False)
    members: tuple[str, ...] = ()
    rule: str = BEST
    file: str = ""
    transfer: str = ESTIMATED
    odds: Fraction = Fraction(1)
    certainty: int = 20
    where: tuple[str, ...] = ()
    held_by: str = ""
    matrix: str = "scotland-2017"
    northern_ireland: str = "northern-ireland"
    slack: Fraction = Fraction(1, 10)
    error: Fraction = Fraction(7, 100)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rates", figures(self.rates))
        if self.rule not in RULES or self.transfer not in WAYS:
            raise SettingError(f"pact: rule={self.rule} is one of {', '.join(RULES)}; transfer={self.transfer} is one of {', '.join(WAYS)}")
        if self.odds <= 0 or self.certainty < 1 or not 0 <= self.slack <= 1 or self.error <= 0:
            raise SettingError(f"pact: odds={self.odds}, error={self.error} and certainty={self.certainty} must be over 0, slack={self.slack} 0 to 1")
        if bool(self.file) == bool(self.members):
            raise SettingError("pact: name the partners, members=lab+ld, or a file that does, file=unite-to-remain-2019; not both")
        if self.members and (len(set(self.members)) < 2 or self.rule == LISTED):
            raise SettingError("pact: it takes two different members, members=lab+ld; rule=listed needs a file")

    def bounds(self) -> tuple["Pact", "Pact"]:
        """The same pact if no voter follows, all staying at home, and if all do."""
        return replace(self, transfer=NO), replace(self, transfer=FULL)

    def drawn(self, rng: np.random.Generator) -> "Pact":
        """The same with odds drawn: the uncertainty of its transfers, one draw for all districts."""
        share = rng.beta(self.certainty / 2, self.certainty / 2)
        return replace(self, odds=self.odds * Fraction(max(1, round(share / (1 - share) * GRAIN)), GRAIN))

    def __call__(self, election: Election) -> Election:
        terms = self._terms()
        contest, tally = election.main, election.main.counted()
        members = columns(tally, terms.members)
        inside = chosen_districts(election, terms.where, terms.held_by)
        rates = {**(terms.rates or {}), **self.rates}
        how = transfers(rates, self.matrix, self.northern_ireland, self.transfer, self.odds)
        notes = []
        if terms.rule == LISTED:
            bearer, missing = _listed(contest, terms, inside)
            notes += [f"not in this election: {', '.join(missing)}"] if missing else []
        elif terms.rule == OPTIMISED:
            # Who stands is settled before anybody knows how many will follow.
            bearer = self._optimised(contest, members, inside, replace(how, way=ESTIMATED, odds=Fraction(1)))
        else:
            bearer = _best_placed(tally, members, inside)
            level = _level(contest, members, inside)
            notes += [f"partners level in {', '.join(level)}: the one named first stands"] if level else []
        leaving = _leaving(tally, members, bearer)
        moved = withdrawn(contest, leaving, bearer, how)
        alone = leaving.any(axis=1)
        stands = ", ".join(f"{name} {int((bearer[alone] == at).sum())}" for name, at in zip(terms.members, members, strict=True))
        none, every = (_ahead(withdrawn(contest, leaving, bearer, replace(how, way=way)).tally, members) for way in (NO, FULL))
        gone = f"{int(tally.votes[leaving].sum()):,} votes of those who withdraw: {moved.partners:,} to the partner, {moved.others:,} elsewhere"
        notes += [
            f"{terms.title}, {terms.rule}: {stands}, one in place of several (districts: {int(alone.sum())})",
            f"{gone}, {moved.nobody:,} to nobody ({self._assumed(how)})",
            f"partners have most votes in {_ahead(moved.tally, members)} districts; in {none} if none of these voters follows, in {every} if all do",
        ]
        return election.with_main(contest.recast(moved.tally), describe(self), *notes)

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

    def _optimised(self, contest: Contest, members: list[int], inside: Mask, how: Transfers) -> Columns:
        """Who stands so that the seats to be expected are most, and each partner has its share of districts less the slack.

        A partner's chance in a district is that of a lead over the strongest other being above 0 when it errs normally.
        """
        tally = contest.counted()
        rows = np.flatnonzero(inside & (tally.stood[:, members].sum(axis=1) > 1))
        chance = np.full((len(rows), len(members)), -np.inf)
        for number, at in enumerate(members):
            bearer = np.full(len(tally.votes), NOBODY)
            bearer[rows] = np.where(tally.stood[rows, at], at, NOBODY)
            votes = withdrawn(contest, _leaving(tally, members, bearer), bearer, how).tally.votes[rows]
            lead = (votes[:, at] - np.delete(votes, members, axis=1).max(axis=1, initial=0)) / np.maximum(votes.sum(axis=1), 1)
            win = [(1 + erf(x / (float(self.error) * sqrt(2)))) / 2 for x in lead]
            chance[:, number] = np.where(tally.stood[rows, at], win, -np.inf)
        votes = tally.votes[rows][:, members].sum(axis=0)
        due = [floor((Fraction(int(number), max(1, int(votes.sum()))) - self.slack) * len(rows)) for number in votes]
        bearer = np.full(len(tally.votes), NOBODY)
        bearer[rows] = np.array(members)[assigned(chance, due)]
        return bearer


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


def assigned(chance: NDArray[np.float64], due: Sequence[int]) -> NDArray[np.intp]:
    """One column for each row, of greatest sum, such that each column has at least the rows due to it; -inf is no choice.

    From the best choice of each row, columns short of their due take rows along the cheapest chain of changes: successive
    shortest paths, hence the optimum (Ahuja, Magnanti & Orlin, Network Flows (1993), section 9.7).

    Raises
    ------
    Unsuitable
        No choice gives every column its due.
    """
    chosen: NDArray[np.intp] = chance.argmax(axis=1)
    number = chance.shape[1]
    while short := [to for to in range(number) if (chosen == to).sum() < due[to]]:
        spare = [at for at in range(number) if (chosen == at).sum() > due[at]]
        cost, step = np.full((number, number), np.inf), np.zeros((number, number), dtype=np.intp)
        for at in range(number):
            rows = np.flatnonzero(chosen == at)
            for to in range(number):
                if to != at and len(rows):
                    loss = chance[rows, at] - chance[rows, to]
                    cost[at, to], step[at, to] = loss.min(), rows[loss.argmin()]
        reach = np.where(np.isin(np.arange(number), spare), 0.0, np.inf)
        before = np.full(number, NOBODY)
        for _ in range(number):
            through = reach[:, None] + cost
            better = through.min(axis=0) < reach - 1e-15
            before[better], reach[better] = through.argmin(axis=0)[better], through.min(axis=0)[better]
        to = min(short, key=lambda column: reach[column])
        if not np.isfinite(reach[to]):
            raise Unsuitable("pact: no division of the districts is as fair as asked; raise slack")
        while before[to] != NOBODY:
            chosen[step[before[to], to]] = to
            to = int(before[to])
    return chosen


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
    if rule not in RULES or (rule == LISTED) != bool(districts):
        raise DataError(name, f'rule = "{rule}" is one of {", ".join(RULES)}; `listed` goes with a table [districts]')
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


def _leaving(tally: Tally, members: list[int], bearer: Columns) -> Mask:
    """Partners who stood and leave the district to another, shape (districts, parties)."""
    leaving = np.zeros_like(tally.stood)
    for at in members:
        leaving[:, at] = tally.stood[:, at] & (bearer != NOBODY) & (bearer != at)
    return leaving


def _ahead(tally: Tally, members: list[int]) -> int:
    """Districts in which a partner has more votes than anybody else."""
    best = tally.votes[:, members].max(axis=1)
    return int((best > np.delete(tally.votes, members, axis=1).max(axis=1, initial=0)).sum())
