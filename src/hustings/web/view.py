"""What a visitor asks for in, what the page shows of it out: controls, pictures, tables and words, ready for a template."""

import re
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings import report, report_projection
from hustings.analysis.bias import duel
from hustings.analysis.coalitions import MOST, game_of, minimal_winning
from hustings.analysis.compare import Comparison, compare, figure
from hustings.analysis.measures import measure
from hustings.analysis.projection import Projection, side_by_side
from hustings.catalogue import series
from hustings.charts import chart
from hustings.counting.methods import method
from hustings.divisors import DIVISORS, QUOTAS, TIES
from hustings.drawing import Dress, Table, dressed, ink_on, label
from hustings.election import Contest, Election
from hustings.errors import HustingsError, SettingError, UnknownName, Unsuitable
from hustings.facts import fact
from hustings.lots import Seeded
from hustings.outcome import Outcome
from hustings.registry import Setting
from hustings.scenarios import scenario
from hustings.scenarios.tactical import Tactical, contests
from hustings.store import elections
from hustings.swings import BRITAIN, NORTHERN_IRELAND, placed
from hustings.systems import system
from hustings.web.hexes import ARCH, dots, plan
from hustings.web.state import CELL, FEW, SEED, State

Load = Callable[[str], Election]
Shown = dict[str, Any]

SMALLEST, SLIDING = 0.005, 0.01
"""The least share of the votes [0-1] that a party has a line for, and a slider."""
REACHED = 0.05
"""A share that ends so far from what was entered [points] is shown beside it."""
LIVE = ("uniform-swing", "proportional-swing", "piecewise")
"""Swings that the page itself can follow while a slider moves; kernel.js has their arithmetic."""
NAMES = {
    "fptp": "First past the post", "av": "Alternative vote", "stv": "Single transferable vote", "ams": "Additional members",
    "list-pr": "Party lists", "av-plus": "AV plus", "mmp": "Mixed-member proportional", "two-round": "Two rounds",
    "sntv": "Single non-transferable vote", "declared": "Seats as declared", "ep-gb": "European Parliament, as Great Britain elected it",
    "block-vote": "Block vote", "limited-vote": "Limited vote", "scorporo": "Scorporo (Italy 1994-2001)", "parallel": "Parallel lists (Japan)",
    "althingi": "Althingi (Iceland)", "folketing": "Folketing (Denmark)", "riksdag": "Riksdag (Sweden)", "storting": "Storting (Norway)",
    "lords-2012": "House of Lords Reform Bill 2012",
    "uniform-swing": "Uniform", "proportional-swing": "Proportional", "piecewise": "Piecewise proportional", "elasticity": "Elastic, as in the past",
    "strong-transition": "Strong transition",
    "enp-seats": "Effective number of parties, by seats", "enp-votes": "Effective number of parties, by votes",
    "loosemore-hanby": "Loosemore–Hanby", "mean-median": "Mean less median", "won-by-half": "Won by more than half",
}  # fmt: skip
MEASURES = {
    "enp-votes": "Effective number of parties, by votes", "enp-seats": "Effective number of parties, by seats",
    "seat-product": "Effective number of parties to be expected", "gallagher": "Disproportionality (Gallagher)",
    "loosemore-hanby": "Disproportionality (Loosemore and Hanby)", "won-by-half": "Seats won by more than half",
}  # fmt: skip
SETTINGS = {
    "matrix": "next preferences, by matrix", "depth": "preferences on a paper, at the most", "grain": "papers made of a district, at the most",
    "loyalty": "loyalty to the party", "members": "members of a district", "share": "districts as a share of all seats",
}  # fmt: skip
"""Names of measures and of settings that do not speak for themselves."""
MADE = {
    "matrix": "Whose voters' next preferences the papers follow, where the election has votes and no ranked papers.",
    "depth": "Where papers are made from votes: how many candidates each ranks.",
    "grain": "Where papers are made from votes: finer is slower.",
}
"""Settings that a docstring explains together."""
COALITIONS, LIKELY = 8, 25
"""How many coalitions and how many districts that may change hands are listed."""
TRIAL, PATIENCE = 20, 10.0
"""Draws that show how long one takes, and how long a projection whose papers are counted may take with them [s]."""


def title_of(text: str) -> str:
    """A system, with its settings, or a swing as a reader knows it."""
    name, _, rest = text.partition(":")
    words = NAMES.get(name, name.replace("-", " ").capitalize())
    return f"{words} ({rest.replace(',', ', ')})" if rest else words


@lru_cache(maxsize=32)
def _before(load: Load, name: str, also: tuple[str, ...], text: str) -> Outcome:
    """An election as it was under a system: what the changes are told from."""
    outcome: Outcome = _given(load(name), also).under(system.parse(text), Seeded(SEED))
    return outcome


def _given(election: Election, scenarios: Sequence[str]) -> Election:
    for text in scenarios:
        election = election.given(scenario.parse(text))
    return election


@dataclass(frozen=True, eq=False)
class Result:
    """A state and everything computed for it, once and when it is asked for; `made` is its comparison where there is one already."""

    state: State
    load: Load
    made: Comparison | None = None

    @cached_property
    def start(self) -> Election:
        """The election that sliders move."""
        return _given(self.load(self.state.election), self.state.also)

    @cached_property
    def moved(self) -> Election:
        """The same after the swing alone."""
        if not scenario.entry(self.state.swing).traits.get("swing"):
            raise SettingError(f"{self.state.swing} is a scenario and no swing; write it under further scenarios")
        return _given(self.start, self.state.swings())

    @cached_property
    def election(self) -> Election:
        """The same after everything."""
        return _given(self.moved, self.state.scenarios()[len(self.state.also) + len(self.state.swings()) :])

    @cached_property
    def comparison(self) -> Comparison:
        """Every system side by side."""
        return self.made or compare(self.election, self.state.system, lots=Seeded(SEED))

    @cached_property
    def before(self) -> tuple[Outcome, ...]:
        """The election as it was, under the same systems."""
        if self.election is self.start:
            return self.comparison.outcomes
        return tuple(_before(self.load, self.state.election, self.state.also, text) for text in self.state.system)

    @property
    def changed(self) -> bool:
        """Whether the votes are others than those that were cast."""
        return bool(self.state.changes() or self.comparison.election.provenance.steps)

    @property
    def told(self) -> str:
        """What a picture or a file calls the election: votes that were made up never go by its name alone."""
        changes = self.state.changes()
        return f"{self.state.election} with votes changed ({changes})" if changes else self.state.election

    @property
    def shown(self) -> Outcome:
        """The outcome of the map, the house and the table."""
        return self.comparison.outcomes[self.state.shown]

    @cached_property
    def projections(self) -> tuple[Projection, ...]:
        """A projection under each system for which so many draws leave time: `quick` ones, and of few draws all.

        Where papers are counted, fewer than asked for may be made: the first of the same draws, as many as there is time for.
        """
        draws, systems = self.state.project, [system.parse(text) for text in self.state.system]
        if draws > FEW:
            systems = [each for each, quick in zip(systems, self.quick, strict=True) if quick]
            if not systems:
                raise Unsuitable(f"{', '.join(map(title_of, self.state.system))}: the papers of {draws:,} draws take more time than a page has")
        elif not all(self.quick):
            begun = time.monotonic()
            self._drawn(systems, 1)  # what all draws share is there from now on
            ready = time.monotonic()
            found = self._drawn(systems, TRIAL)
            now = time.monotonic()
            draws = min(draws, int(TRIAL * (begun + PATIENCE - now) / (now - ready)))
            if draws <= TRIAL:
                return found
        return self._drawn(systems, draws)

    def _drawn(self, systems: Sequence[Any], draws: int) -> tuple[Projection, ...]:
        return side_by_side(self.start, scenario.parse(self.state.projected()), systems, draws=draws, rng=SEED)

    @cached_property
    def quick(self) -> list[bool]:
        """Whether each system makes seats of the votes of thousands of draws at once; others count papers stage by stage."""
        return [
            hasattr(system.parse(text), "batch") and not outcome.transcripts
            for text, outcome in zip(self.state.system, self.comparison.outcomes, strict=True)
        ]

    @cached_property
    def parties(self) -> tuple[list[int], dict[str, Dress]]:
        """Columns of the parties by their votes before anything changed, and their dresses by id, numbered in that order."""
        tally, changed = self.start.main.counted(), self.election.main.counted()
        had = dict(zip((party.id for party in tally.parties), tally.total.tolist(), strict=True))
        order = sorted(range(len(changed.parties)), key=lambda column: -had.get(changed.parties[column].id, 0))
        return order, dressed([changed.parties[column] for column in order])

    def dress(self, id_: str) -> Shown:
        """A party as templates show it."""
        dress = self.parties[1][id_]
        return {"id": id_, "cls": f"p{dress.number}", "letter": dress.letter, "short": dress.short, "name": dress.name}


def style(dresses: Mapping[str, Dress]) -> str:
    """Rules that give each party its colour and the ink upon it, on a light ground and on a dark one."""
    light = "".join(f".p{d.number}{{--c:{d.light};--k:{ink_on(d.light)}}}" for d in dresses.values())
    dark = "".join(f".p{d.number}{{--c:{d.dark};--k:{ink_on(d.dark)}}}" for d in dresses.values())
    return f"{light}@media(prefers-color-scheme:dark){{{dark}}}"


# ---- controls --------------------------------------------------------------------------------------------------------


def choices(state: State) -> list[Shown]:
    """Every election that is on this machine, by series, the latest first."""
    groups: dict[str, list[Shown]] = {}
    stored = set(elections())
    for name, about in series().items():
        here = [key for key, edition in about.editions.items() if edition.embedded or f"{name}/{key}" in stored]
        groups[about.title] = [{"id": f"{name}/{key}", "name": key} for key in sorted(here, reverse=True)]
    listed = {each["id"] for group in groups.values() for each in group}
    own = sorted({*stored, state.election} - listed)
    groups["In the store"] = [{"id": id_, "name": id_} for id_ in own]
    return [{"title": title, "elections": group} for title, group in groups.items() if group]


def _places(contest: Contest) -> list[tuple[str, str, NDArray[np.bool_]]]:
    """Where shares can be entered: prefix of a party in `to`, name, and a mask of the districts."""
    name, inside = placed(contest.districts, BRITAIN)
    countries = np.array([district.country for district in contest.districts])
    nations = [nation for nation in dict.fromkeys(countries.tolist()) if nation]
    if len(nations) < 2:
        return [("", name[:1].upper() + name[1:], inside)]
    order = sorted(nations, key=lambda nation: (nation == NORTHERN_IRELAND, -int((countries == nation).sum())))
    return [("", name, inside), *((f"{nation}.", nation, countries == nation) for nation in order)]


def sliders(result: Result, moved: Election, start: Election | None = None) -> list[Shown]:
    """For each place its parties, with the share that each had, has, and is given; and what is left to all others.

    Nothing is given where they `start` from another election than the state's.
    """
    given = {} if start else dict(result.state.to)
    before, now = (start or result.start).main.counted(), moved.main.counted()
    shown = []
    for prefix, name, inside in _places(result.start.main):
        had, has_ = (tally.votes[inside].sum(axis=0) / max(1, tally.votes[inside].sum()) for tally in (before, now))
        rows = []
        for column in np.argsort(-had, kind="stable"):
            party = before.parties[column]
            key = prefix + party.id
            if key in given or (had[column] >= SLIDING and not party.lump):
                rows.append(
                    {
                        **result.dress(party.id),
                        "key": key,
                        "column": int(column),
                        "was": f"{100 * had[column]:.1f}",
                        "now": f"{100 * has_[column]:.1f}",
                        "share": round(float(has_[column]), 5),
                        "given": given.get(key, ""),
                        "reached": f"{100 * has_[column]:.1f}" if key in given and abs(float(given[key]) - 100 * has_[column]) >= REACHED else "",
                        "most": 100 if had[column] > 0.5 else 60,
                    }
                )
        rest = 1 - sum(has_[row["column"]] for row in rows)
        shown.append({"prefix": prefix, "name": name, "rows": rows, "rest": f"{100 * rest:.1f}", "open": any(row["given"] for row in rows)})
    return shown


def system_rows(state: State) -> list[Shown]:
    """The chosen systems with their settings; a field is empty where the default holds."""
    rows = []
    for text in state.system:
        entry = system.entry(text.partition(":")[0])
        own = dict(part.partition("=")[::2] for part in filter(None, text.partition(":")[2].split(",")))
        settings = [
            {
                "name": each.name,
                "label": SETTINGS.get(each.name, each.name.replace("_", " ")),
                "doc": MADE.get(each.name, each.doc[:1].upper() + each.doc[1:]).replace("`", "").replace("[0-1]", "(0 to 1)"),
                "default": each.default,
                "value": own.get(each.name, ""),
                "bool": each.kind is bool,
                "options": _options(each),
            }
            for each in entry.settings
        ]
        rows.append({"text": text, "title": title_of(text), "doc": entry.doc, "cites": entry.cites, "settings": settings})
    return rows


def matrix(result: Result) -> list[Shown]:
    """The matrix of tactical voting by contest: those that there were before anything changed, the most frequent first, then others."""
    tally, given, rates = result.start.main.counted(), dict(result.state.matrix), Tactical().rates()
    known = {party.id: result.dress(party.id) for party in tally.parties if not party.lump}
    met = dict(contests(tally))
    written = [key.partition(".")[0].partition("-") for key in given]
    shown = []
    for two in dict.fromkeys([*met, *rates, *((one, other) for one, _, other in written)]):
        if not set(two) <= set(known):
            continue
        where = met.get(two, np.zeros(len(tally.votes), dtype=np.bool_))
        votes = {party.id: int(number) for party, number in zip(tally.parties, tally.votes[where].sum(axis=0), strict=True) if party.id in known}
        large = {id_ for id_, number in votes.items() if number > SLIDING * sum(votes.values())}
        rows: list[Shown] = []
        for third in sorted((large | set(rates.get(two, {}))) & set(known) - set(two), key=lambda id_: -votes[id_]):
            usual, keys = rates.get(two, {}).get(third, {}), {to: f"{two[0]}-{two[1]}.{third}.{to}" for to in two}
            cells = [
                {"key": key, "to": known[to], "usual": f"{100 * float(usual.get(to, 0)):g}", "given": given.get(key, "")} for to, key in keys.items()
            ]
            rows += [{"third": known[third], "cells": cells}] if all(map(CELL.fullmatch, keys.values())) else []
        if rows:
            changed = any(cell["given"] for row in rows for cell in row["cells"])
            shown.append({"two": [known[id_] for id_ in two], "districts": int(where.sum()), "rows": rows, "open": changed})
    return shown


def _options(setting: Setting) -> list[str]:
    """Values that a setting is known to take; none where any number does."""
    if setting.choices:
        return [*setting.choices]
    if setting.name == "quota":
        return [*QUOTAS]
    if setting.name == "matrix":
        return [*MATRICES]
    for known in (DIVISORS, QUOTAS, TIES):
        if setting.default in known:
            return [*known] if setting.name != "method" else [*DIVISORS, *QUOTAS]
    if setting.default in method:
        family = method.entry(setting.default).traits.get("family")
        return [name for name in method if method.entry(name).traits.get("family") == family]
    return []


def controls(result: Result, moved: Election) -> Shown:
    """Everything that a visitor may change."""
    state = result.state
    contest = result.start.main
    regions = sorted({district.region for district in contest.districts} - {""})
    members = [result.dress(party.id) for party in contest.counted().parties if not party.lump]
    order = {id_: dress.number for id_, dress in result.parties[1].items()}
    members.sort(key=lambda party: order[party["id"]])
    group, _, per_cent = state.turnout.rpartition("=")
    return {
        "choices": choices(state),
        "places": sliders(result, moved),
        "swings": [(name, title_of(name), scenario.entry(name).doc) for name in scenario if scenario.entry(name).traits.get("swing")],
        "regions": regions,
        "nations": sorted({district.country for district in contest.districts} - {""}),
        "members": members,
        "partners": state.pact.split("+") if "+" in state.pact else [],
        "pacts": [(name, fact(f"pacts/{name}")["title"]) for name in PACTS if name == state.pact or name in _pacts(result.load, state.election)],
        "most_rate": _most_rate(),
        "turnout": (group, per_cent),
        "matrix": matrix(result) if state.tactical else [],
        "systems": system_rows(state),
        "more": [(name, title_of(name)) for name in sorted(system, key=lambda name: (name not in NAMES, name)) if name != "described"],
    }


PACTS = ("unite-to-remain-2019", "brexit-withdrawal-2019")
"""Pacts of the past whose districts are known."""
MATRICES = sorted(item.name.removesuffix(".toml") for item in files("hustings").joinpath("facts", "preferences").iterdir())


@lru_cache(maxsize=32)
def _pacts(load: Load, name: str) -> tuple[str, ...]:
    """Pacts of the past that would change the votes of an election: not those that shaped it, nor those whose parties it has not."""
    election, found = load(name), []
    for pact in PACTS:
        with suppress(HustingsError):
            made = scenario.parse(f"pact:file={pact}")(election)
            found += [pact] if not np.array_equal(made.main.counted().votes, election.main.counted().votes) else []
    return tuple(found)


@lru_cache(maxsize=1)
def _most_rate() -> str:
    """The greatest factor with which no party loses more voters than it has, rounded down to a tenth."""
    rows = [row for rows in fact("tactical")["contests"].values() for row in rows.values()]
    return f"{int(10 / max(sum(map(float, row.values())) for row in rows)) / 10:g}"


def fitted(state: State, election: Election) -> tuple[State, list[str]]:
    """A state without what it asks of parties and places that the election has not, and what that was.

    Whoever goes from one election to another takes along figures of parties that did not stand in both.
    """
    contest = election.main
    tally = contest.counted()
    ids = [party.id for party in tally.parties]
    places = {place for each in contest.districts for place in (each.region, each.country, each.county)} - {""}

    def voted(key: str, figure: str) -> bool:
        place, _, party = key.rpartition(".")
        with suppress(UnknownName):
            inside = placed(contest.districts, place or BRITAIN)[1]
            return party in ids and (float(figure) == 0 or bool(tally.votes[inside, ids.index(party)].sum()))
        return False

    kept = tuple((key, figure) for key, figure in state.to if voted(key, figure))
    left = [f"{key.replace('.', ' ')} {figure}%" for key, figure in state.to if (key, figure) not in kept]
    group = state.turnout.rpartition("=")[0]
    turnout = state.turnout if group.casefold() in {each.casefold() for each in (*ids, *places)} else ""
    left += [f"turnout of {group}"] if state.turnout != turnout else []
    members = fact(f"pacts/{state.pact}")["members"] if state.pact in PACTS else state.pact.split("+") if "+" in state.pact else []
    stand = set(members) <= set(ids)
    left += [] if stand else [f"pact {state.pact}"]
    coalition = tuple(party for party in state.coalition if party in ids)
    left += [f"{party} in a coalition" for party in state.coalition if party not in coalition]
    return replace(state, to=kept, turnout=turnout, pact=state.pact if stand else "", coalition=coalition), left


# ---- results ---------------------------------------------------------------------------------------------------------


def headline(outcome: Outcome, names: Callable[[str], Shown]) -> str:
    """Who has a majority and by how much, or how far the largest party is from one."""
    (first, seats), *others = outcome.by_party.items()
    most = outcome.house // 2 + 1
    if seats >= most:
        return f"{names(first)['name']} majority of {2 * seats - outcome.house}"
    level = [id_ for id_, number in others if number == seats]
    if level:
        return f"No majority: {', '.join(names(id_)['name'] for id_ in (first, *level))} level on {seats} seats"
    return f"No majority: {names(first)['name']} largest, {most - seats} short"


def _signed(number: float, form: str = "{:+d}") -> str:
    text = form.format(number)
    return "" if float(text) == 0 else text.replace("-", "−")


def seats_table(result: Result) -> list[Shown]:
    """A row for each party: votes, shares and how they changed, seats under each system and how they did."""
    order, _ = result.parties
    tally, was = result.election.main.counted(), result.start.main.counted()
    old = {party.id: int(votes) / max(1, int(was.total.sum())) for party, votes in zip(was.parties, was.total, strict=True)}
    columns = [(outcome.by_party, before.by_party) for outcome, before in zip(result.comparison.outcomes, result.before, strict=True)]
    rows = []
    for column in order:
        party, votes = tally.parties[column], int(tally.total[column])
        share = votes / max(1, int(tally.total.sum()))
        cells = [(seats.get(party.id, 0), seats.get(party.id, 0) - before.get(party.id, 0)) for seats, before in columns]
        if not any(seats or change for seats, change in cells) and share < SMALLEST and old.get(party.id, 0) < SMALLEST:
            continue
        rows.append(
            {
                **result.dress(party.id),
                "votes": f"{votes:,}",
                "share": f"{share:.1%}",
                "change": _signed(100 * (share - old.get(party.id, 0)), "{:+.1f}"),
                "cells": [(seats, _signed(change)) for seats, change in cells],
                "order": (-cells[result.state.shown][0], -votes),
            }
        )
    return sorted(rows, key=lambda row: row["order"])


def map_of(result: Result) -> Shown:
    """The hexagons of the map: the middle, the party and the row of each."""
    outcome = result.shown
    drawn = plan(outcome)
    dresses = [result.dress(party.id) for party in outcome.parties]
    cells = [(f"{cell.x:g}", f"{cell.y:.1f}".rstrip("0").rstrip("."), dresses[cell.column], cell.row) for cell in drawn.hexagons]
    return {"cells": cells, "names": drawn.names, "lines": drawn.lines, "width": drawn.width, "height": drawn.height}


def house_of(result: Result) -> Shown:
    """The dots of the house, the parties with most votes before anything changed from the left."""
    outcome = result.shown
    dresses = [result.dress(party.id) for party in outcome.parties]
    order = [column for column in result.parties[0] if outcome.total[column]]
    seats = [(x, y, r, dresses[column]["cls"]) for x, y, r, column in dots(outcome, order)]
    width, height, inner = ARCH
    return {"dots": seats, "width": width, "height": height, "inner": inner, "seats": outcome.house, "most": outcome.house // 2 + 1}


def hands(result: Result) -> list[Shown]:
    """The seats that change hands by who gains from whom, the most first, with the names of the districts."""
    now, before = result.shown, result.before[result.state.shown]
    if now is before:
        return []
    with suppress(HustingsError):
        _, rows = chart.parse("swing").table((before, now))
        kinds = Counter(gained for *_, gained in rows if gained)
        named = {kind: [name for name, _, gained in rows if gained == kind] for kind in kinds}
        return [{"kind": _said(result, kind), "number": number, "names": named[kind]} for kind, number in kinds.most_common()]
    return []


def _said(result: Result, kind: str) -> str:
    """'con from lab; …' as a reader has it."""
    known = result.parties[1]
    return " ".join(known[word.rstrip(";")].short + ";" * word.endswith(";") if word.rstrip(";") in known else word for word in kind.split())


def districts(result: Result) -> list[Shown]:
    """A row for each district of the shown outcome: who held it, who wins it, by how much of the vote, and how likely."""
    outcome, before = result.shown, result.before[result.state.shown]
    held = {(district.id, district.name): row for row, district in enumerate(before.districts)}
    dresses = [result.dress(party.id) for party in outcome.parties]
    old = [result.dress(party.id) for party in before.parties]
    chance, tally = _chances(result), outcome.tally
    won, had = _parties(outcome, dresses), _parties(before, old)
    best = np.sort(np.pad(tally.votes, ((0, 0), (1, 0))), axis=1)
    leads = (100 * (best[:, -1] - best[:, -2]) / np.maximum(1, tally.valid)).tolist()
    rows = []
    for row, district in enumerate(outcome.districts):
        there = held.get((district.id, district.name))
        now, was = won[row], had[there] if there is not None else []
        rows.append(
            {
                "name": district.name,
                "region": district.region or district.country,
                "now": now,
                "was": was if was != now else [],
                "seats": district.magnitude,
                "lead": f"{leads[row]:.1f}" if row < len(leads) else "",
                "chance": chance[row] if chance else "",
            }
        )
    return rows


def _parties(outcome: Outcome, dresses: Sequence[Shown]) -> list[list[tuple[Shown, int]]]:
    """For each district the parties that have seats there, and how many, the most first."""
    rows = ([(dress, number) for dress, number in zip(dresses, seats, strict=True) if number] for seats in outcome.seats.tolist())
    return [sorted(row, key=lambda pair: -pair[1]) for row in rows]


def _chances(result: Result) -> list[str]:
    """How likely each district goes as it is shown to, where the shown system has been projected."""
    if not result.state.project:
        return []
    with suppress(HustingsError):
        for each in result.projections:
            if each.system == result.comparison.labels[result.state.shown] and each.wins is not None:
                ids = [party.id for party in each.parties]
                winners = [ids.index(result.shown.parties[int(column)].id) for column in result.shown.seats.argmax(axis=1)]
                return [f"{100 * each.wins[row, column]:.0f}" for row, column in enumerate(winners)]
    return []


def coalitions(result: Result) -> Shown:
    """Parties to click together, and the smallest groups that have a majority."""
    outcome = result.shown
    game = game_of(outcome)
    lumps = {party.id for party in outcome.parties if party.lump}
    members = [{**result.dress(id_), "seats": seats} for id_, seats in outcome.by_party.items() if id_ not in lumps]
    known = {member["id"]: member for member in members}
    together = [id_ for id_ in result.state.coalition if id_ in known]
    # With many small ones there are millions of coalitions, and none worth a line.
    found = minimal_winning(game) if len(game.seats) <= min(16, MOST) else ()
    smallest = [names for names in found if all(name in known for name in names)]
    smallest.sort(key=lambda names: (len(names), sum(known[name]["seats"] for name in names)))
    return {
        "members": members,
        "together": together,
        "seats": sum(known[id_]["seats"] for id_ in together),
        "most": game.quota,
        "house": outcome.house,
        "smallest": [
            {"members": [known[name] for name in names], "seats": sum(known[name]["seats"] for name in names)} for names in smallest[:COALITIONS]
        ],
    }


def measures(result: Result) -> list[Shown]:
    """What each measure says of each system."""
    rows = []
    two = ("", "")
    with suppress(HustingsError):
        found = duel(result.shown)
        two = (result.dress(found.one)["short"], result.dress(found.two)["short"])
    for name in result.comparison.measures[0]:
        entry = measure.entry(name.partition(":")[0])
        cells = [figure(values[name], entry.traits.get("unit", "")).replace("-", "−") for values in result.comparison.measures]
        title = MEASURES.get(name, name.replace("-", " ").capitalize())
        doc = re.sub(r" \[[^]]*\]", "", entry.doc).replace("None where", "no figure where")
        if {setting.name for setting in entry.settings} == {"one", "two"} and all(two):
            title += f": over 0 favours {two[0]}, under 0 {two[1]}"
            doc = doc.replace("`one`", two[0]).replace("`two`", two[1]).replace("; the largest two unless named", "")
        rows.append({"name": title, "doc": doc.replace("`", ""), "cites": entry.cites, "cells": cells})
    return rows


def things(result: Result) -> dict[str, Any]:
    """What each picture is of, under the name that says how votes were changed."""
    comparison, before = result.comparison, result.before[result.state.shown]
    if result.told != result.state.election:
        outcomes = tuple(replace(outcome, election=result.told) for outcome in comparison.outcomes)
        comparison = replace(comparison, election=replace(comparison.election, series=result.told, edition=""), outcomes=outcomes)
    shown = comparison.outcomes[result.state.shown]
    return {"systems": comparison, "swing": (before, shown), "map": shown, "seats": shown, "votes-seats": shown}


def pictures(result: Result) -> list[Shown]:
    """The charts below the tables, each whole with its title, its table, and the name by which it is downloaded."""
    drawn = things(result)
    names = ["systems"] * (len(result.state.system) > 1) + ["votes-seats"] + ["swing"] * (result.shown is not result.before[result.state.shown])
    shown = []
    for name in names:
        with suppress(HustingsError):  # a swing needs districts in common, and two parties: without them there is no such picture
            shown.append(_picture(name, drawn[name]))
    return shown


def _picture(name: str, thing: Any) -> Shown:
    made = chart.parse(name)
    header, rows = made.table(thing)
    # All districts stand in a table of their own; of a swing those that change hands are enough.
    told = [row for row in rows if row[-1]] if name == "swing" else rows
    return {"name": name, "svg": made(thing), "table": (header, told), "doc": made.__entry__.doc}


def projection(result: Result) -> Shown:
    """Intervals and chances of the projection, and the districts likeliest to change hands; or why there is none."""
    state = result.state
    few = replace(state, project=FEW).address() if state.project > FEW and not all(result.quick) else ""
    try:
        state.projected()
    except SettingError as mistake:
        return {"error": str(mistake), "few": "", "command": "", "python": ""}
    try:
        found = result.projections
    except HustingsError as error:
        return {"error": str(error), "few": few, "command": state.project_command(state.project), "python": state.project_python(state.project)}
    left = [text for text in result.comparison.labels if text not in {each.system for each in found}]
    first = found[0]
    return {
        "error": "",
        "few": few,
        "precision": precision(found, state.project),
        "left": [title_of(text) for text in left],
        "seats": _headed(report_projection.seats(found)),
        "chances": _headed(report_projection.chances(found, [result.state.coalition] if result.state.coalition else [])),
        "changes": report_projection.changes(first, LIKELY) if first.wins is not None else None,
        "sentences": report_projection.sentences(first),
        "pictures": [_picture(name, first) for name in ("fan", "histogram")],
        "assumed": list(dict.fromkeys(note for each in found for note in report_projection.assumed(each))),
        "command": state.project_command(first.draws),
        "python": state.project_python(first.draws),
    }


def _headed(table: Table) -> Table:
    """A table whose columns have the names that readers know."""
    header, rows = table
    return [title_of(cell) if cell.partition(":")[0] in system else cell for cell in header], rows


def precision(found: Sequence[Projection], asked: int) -> str:
    """How many draws were made, and how far chances and means may lie from those of endless draws."""
    draws, sd = found[0].draws, max(float(each.seats.std(axis=0).max()) for each in found)
    made = f"{draws:,} elections were drawn" + (f", as many as there was time for of {asked:,}" if draws < asked else "")
    # Two standard errors; that of a chance is largest at one half.
    points, seats = round(100 / draws**0.5), 2 * sd / draws**0.5
    return f"{made}: that gives chances to within {points} point{'s' * (points != 1)} and mean seats to within {seats:.1f}, 19 times in 20."


def live(result: Result) -> Shown | None:
    """What the page needs to follow a slider by itself; None where the shown result is more than that of a swing and most votes."""
    state = result.state
    if state.turnout or state.pact or state.tactical or state.swing not in LIVE or state.system[state.shown] != "fptp":
        return None
    return followed(result, result.start)


def followed(result: Result, start: Election) -> Shown | None:
    """Votes and areas of an election that sliders move; None where a district elects several."""
    contest = start.main
    if any(district.magnitude != 1 for district in contest.districts):
        return None
    tally, places = contest.counted(), _places(contest)
    area = np.full(len(contest.districts), -1)
    for number, (prefix, _, inside) in enumerate(places):
        area[inside] = number if prefix or len(places) == 1 else area[inside]
    stood, cast = tally.stood.tolist(), tally.votes.tolist()
    votes = [[n for column, there in enumerate(stands) if there for n in (column, row[column])] for stands, row in zip(stood, cast, strict=True)]
    held = tally.votes.argmax(axis=1) if start is not result.start else result.before[result.state.shown].seats.argmax(axis=1)
    return {
        "parties": [{**result.dress(party.id), "lump": party.lump} for party in tally.parties],
        "order": [int(column) for column in result.parties[0]],
        "places": [prefix.removesuffix(".") for prefix, *_ in places],
        "area": area.tolist(),
        "votes": votes,
        "before": held.tolist(),
        "changed": bool(start.provenance.steps),
    }


def results(result: Result) -> Shown:
    """Everything that came of it."""
    state, comparison = result.state, result.comparison
    outcome = result.shown
    electorate = [district.electorate for district in result.election.main.districts]
    valid = int(result.election.main.counted().total.sum())
    known = [number for number in electorate if number]
    lots = {
        name: [f"lot in {lot.where} under {lot.rule}: {lot.chosen}" for lot in each.lots]
        for name, each in zip(comparison.labels, comparison.outcomes, strict=True)
    }  # fmt: skip
    drawn = [
        f"{len(each)} lots drawn by seed {SEED} under {title_of(name)}, such as: {each[0]}"
        if len(each) > 1
        else f"one lot drawn by seed {SEED} under {title_of(name)}: {each[0]}"
        for name, each in lots.items()
        if each
    ]
    assumed = {title_of(name): each.assumed for name, each in zip(comparison.labels, comparison.outcomes, strict=True)}
    return {
        "title": report.title(result.start),
        "headline": headline(outcome, result.dress),
        "system": title_of(comparison.labels[state.shown]),
        "labels": [title_of(text) for text in comparison.labels],
        "tabs": [(title_of(text), replace(state, shown=number).address()) for number, text in enumerate(comparison.labels)],
        "rows": seats_table(result),
        "totals": [each.house for each in comparison.outcomes],
        "majorities": [each.house // 2 + 1 for each in comparison.outcomes],
        "valid": f"{valid:,}",
        "turnout": f"{valid / sum(known):.1%}" if len(known) == len(electorate) and known else "",
        "map": map_of(result),
        "house": house_of(result),
        "hands": hands(result),
        "changed": result.changed,
        "speaker": "speaker" in outcome.by_party and max(outcome.by_party.values()) > outcome.house // 2,
        "reached": {place["prefix"]: {row["id"]: row["share"] for row in place["rows"]} for place in sliders(result, result.moved)},
        "districts": districts(result),
        "coalitions": coalitions(result),
        "measures": measures(result),
        "pictures": pictures(result),
        "projection": projection(result) if state.project else None,
        # What holds under every system needs no name of one.
        "assumed": [note.removeprefix(f"{', '.join(comparison.labels)}: ") for note in [*report.notes(assumed, ()), *drawn]],
        "attribution": list(dict.fromkeys(comparison.election.provenance.attribution)),
        "live": live(result),
        "label": label(outcome),
    }


def page(state: State, load: Load) -> Shown:
    """Controls and results of a state; where the state cannot be met, `error` says why and `results` is None."""
    result, error, left = Result(state, load), "", list[str]()
    try:
        fit, left = fitted(state, result.start)
        if left:
            state, result = fit, Result(fit, load)
        shown: Shown | None = results(result)
        moved = result.moved
    except HustingsError as mistake:
        error, shown = str(mistake), None
        # The controls stay as they were filled in, with the election as it was below them.
        moved = load(state.election)
        result = Result(replace(state, also=()), load)
        object.__setattr__(result, "election", moved)
    if not result.start.main.tally:
        raise Unsuitable(f"{state.election} has ranked papers, which are counted and not swung: see Count")
    return {"state": state, "error": error, "left": left, "results": shown, "style": style(result.parties[1]), "controls": controls(result, moved)}
