"""An election in, its tables out, and the election back; the columns of every table of the store, with types, units and keys."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.catalogue import series as catalogue
from hustings.election import NOBODY, Candidacy, Candidate, Contest, District, Election, Party, Profile, Provenance, Tally
from hustings.errors import DataError
from hustings.facts import fact
from hustings.ids import BALLOTS_SINCE, BRITISH, ballot, registered

Columns = Mapping[str, Sequence[Any] | NDArray[Any]]
"""A table: its columns by name, of one length; None where nothing is known."""

RANK = "rank"
"""Columns rank1, rank2, … of `papers`: as many as the longest paper of the election has ranks."""


@dataclass(frozen=True)
class Column:
    """A column: its name, its SQL type, what it holds with the unit in brackets, and whether it is part of the table's key."""

    name: str
    type: str
    about: str
    key: bool = False

    @property
    def unit(self) -> str:
        """'votes' of 'for the party [votes]'; empty where a column has no unit."""
        return self.about.rpartition("[")[2].removesuffix("]") if self.about.endswith("]") else ""


_ELECTION = Column("election", "VARCHAR", "the election, as SERIES/EDITION", key=True)
_CONTEST = Column("contest", "VARCHAR", "the ballot paper, such as constituency or regional", key=True)
_DISTRICT = Column("district", "VARCHAR", "the district's id", key=True)
_OUTCOME = Column("outcome", "VARCHAR", "the outcome's id", key=True)

TABLES: Mapping[str, tuple[Column, ...]] = {
    "elections": (
        _ELECTION,
        Column("series", "VARCHAR", "elections of one kind"),
        Column("edition", "VARCHAR", "which of them"),
        Column("date", "DATE", "polling day, where it is known"),
        Column("source", "VARCHAR", "who publishes the figures"),
        Column("licence", "VARCHAR", "under what licence"),
        Column("attribution", "VARCHAR[]", "sentences that name whom the licence wants named"),
        Column("files", "VARCHAR[]", "the files that the election was read from"),
        Column("sha256", "VARCHAR[]", "of each file, in the same order"),
        Column("steps", "VARCHAR[]", "what was done to the figures since"),
        Column("notes", "VARCHAR[]", "known gaps, and what the steps assumed"),
        Column("boundaries", "VARCHAR", "the set of districts that its ids are of, where the catalogue says so"),
    ),
    "contests": (
        _ELECTION,
        _CONTEST,
        Column("number", "BIGINT", "its place in the election, from 0"),
        Column("method", "VARCHAR", "how the source says that papers are counted"),
        Column("tally", "BOOLEAN", "whether there are votes by party"),
        Column("ranked", "BOOLEAN", "whether there are ranked papers"),
    ),
    "districts": (
        _ELECTION,
        _CONTEST,
        _DISTRICT,
        Column("number", "BIGINT", "its place in the contest, from 0"),
        Column("name", "VARCHAR", "its name"),
        Column("magnitude", "BIGINT", "members that it elects [seats]"),
        Column("electorate", "BIGINT", "who may vote [electors]"),
        Column("population", "BIGINT", "who lives there [persons]"),
        Column("region", "VARCHAR", "region"),
        Column("county", "VARCHAR", "county"),
        Column("country", "VARCHAR", "country"),
        Column("parts", "VARCHAR[]", "ids of the districts that it was merged from, or stands above"),
        Column("ranks", "BIGINT", "ranks that a paper has here, where papers are ranked"),
        Column("ballot", "VARCHAR", "Democracy Club's id of the ballot there, of British general elections since 2010"),
    ),
    "hexagons": (
        _ELECTION,
        _DISTRICT,
        Column("q", "BIGINT", "column of its hexagon in an odd-r layout"),
        Column("r", "BIGINT", "row of its hexagon"),
    ),
    "parties": (
        _ELECTION,
        _CONTEST,
        Column("party", "VARCHAR", "the party's id", key=True),
        Column("number", "BIGINT", "its place in the contest, from 0"),
        Column("name", "VARCHAR", "its name"),
        Column("lump", "BOOLEAN", "whether it stands for several candidates that the source adds up"),
        Column("registered", "VARCHAR[]", "the Electoral Commission's ids of a British party"),
        Column("colour", "VARCHAR", "of a British party, on a white page; its contrast is 3:1 or more"),
    ),
    "votes": (
        _ELECTION,
        _CONTEST,
        _DISTRICT,
        Column("party", "VARCHAR", "a party that stood there", key=True),
        Column("votes", "BIGINT", "its votes [votes]"),
    ),
    "candidates": (
        _ELECTION,
        _CONTEST,
        _DISTRICT,
        Column("ranked", "BOOLEAN", "whether the row is of the ranked papers, or of votes by candidate", key=True),
        Column("number", "BIGINT", "place on the paper, from 0: what rank1, rank2, … hold", key=True),
        Column("name", "VARCHAR", "the candidate's name"),
        Column("party", "VARCHAR", "the party's id"),
        Column("description", "VARCHAR", "what the paper says of the candidate"),
        Column("registered", "VARCHAR", "id of the candidate's party in the public register of parties, such as the Electoral Commission's"),
        Column("votes", "BIGINT", "the candidate's votes; none where papers are ranked [votes]"),
        Column("elected", "BIGINT", "how many the source says were elected: of a candidate 0 or 1, of a list its seats [seats]"),
        Column("withdrawn", "BOOLEAN", "whether the candidate is on the ranked paper and stands no longer"),
    ),
    "papers": (
        _ELECTION,
        _CONTEST,
        _DISTRICT,
        Column("papers", "BIGINT", "papers that rank candidates so [papers]"),
        Column(f"{RANK}1", "SMALLINT", "number of the candidate at the first rank; -1: nobody; -2-k: those of set k; rank2, … alike"),
    ),
    "shared_ranks": (
        _ELECTION,
        _CONTEST,
        _DISTRICT,
        Column("number", "BIGINT", "k: the set for which -2-k stands on a paper", key=True),
        Column("candidates", "BIGINT[]", "numbers of the candidates who share the rank"),
    ),
    "outcomes": (
        _OUTCOME,
        Column("election", "VARCHAR", "the election, as SERIES/EDITION or a path"),
        Column("system", "VARCHAR", "the system"),
        Column("settings", "VARCHAR[]", "its settings, each as key=value"),
        Column("house", "BIGINT", "all seats [seats]"),
        Column("steps", "VARCHAR[]", "the scenarios that changed the election"),
        Column("assumed", "VARCHAR[]", "what was assumed on the way"),
        Column("attribution", "VARCHAR[]", "sentences that name whom the licence wants named"),
    ),
    "seats": (
        _OUTCOME,
        Column("number", "BIGINT", "the district's place in the outcome, from 0; upper tiers last", key=True),
        Column("district", "VARCHAR", "the district's id"),
        Column("name", "VARCHAR", "the district's name"),
        Column("party", "VARCHAR", "the party's id", key=True),
        Column("votes", "BIGINT", "its votes there; none in an upper tier [votes]"),
        Column("seats", "BIGINT", "its seats there [seats]"),
    ),
    "elected": (
        _OUTCOME,
        Column("number", "BIGINT", "the district's place in the outcome, from 0", key=True),
        Column("place", "BIGINT", "in order of election, from 0", key=True),
        Column("name", "VARCHAR", "who is elected"),
        Column("party", "VARCHAR", "the party's id"),
    ),
    "polls": (
        Column("polls", "VARCHAR", "the collection of polls", key=True),
        Column("number", "BIGINT", "the poll's place in it, from 0", key=True),
        Column("pollster", "VARCHAR", "who asked"),
        Column("began", "DATE", "first day of asking, where it is known"),
        Column("ended", "DATE", "last day of asking"),
        Column("sample", "BIGINT", "who were asked [persons]"),
        Column("area", "VARCHAR", "where they live"),
        Column("party", "VARCHAR", "the party's id", key=True),
        Column("share", "DOUBLE", "of those who would vote for a party [share, 0 to 1]"),
    ),
}
"""What the store holds."""


def tables_of(election: Election) -> dict[str, dict[str, Any]]:
    """The tables of an election; one without rows is left out.

    Raises
    ------
    DataError
        Two contests, or two parties of a contest, have one name: nobody could tell them apart in a table.
    """
    rows = _Rows(election.id)
    origin = election.provenance
    rows.add(
        "elections", series=election.series, edition=election.edition, date=election.date, source=origin.source, licence=origin.licence,
        attribution=[*origin.attribution], files=[name for name, _ in origin.files], sha256=[digest for _, digest in origin.files],
        steps=[*origin.steps], notes=[*origin.notes], boundaries=_boundaries(election),
    )  # fmt: skip
    for district, (q, r) in election.layout.items():
        rows.add("hexagons", district=district, q=q, r=r)
    if len({contest.name for contest in election.contests}) < len(election.contests):
        raise DataError(election.id, "two contests have one name; give each its own")
    for number, contest in enumerate(election.contests):
        rows.add(
            "contests", contest=contest.name, number=number, method=contest.method,
            tally=contest.tally is not None, ranked=contest.profiles is not None,
        )  # fmt: skip
        _add_contest(rows, contest, election)
    papers = _papers(election)
    return {**rows.tables, **({"papers": papers} if papers else {})}


class _Rows:
    """Tables that grow: by a row, or by many at once."""

    def __init__(self, election: str) -> None:
        self.election = election
        self.tables: dict[str, dict[str, Any]] = {}

    def add(self, table: str, **row: Any) -> None:
        """Add a row of an election's table."""
        columns = self.tables.setdefault(table, defaultdict(list))
        for name, value in {"election": self.election, **row}.items():
            columns[name].append(value)


def _boundaries(election: Election) -> str | None:
    """The boundary set of the edition; none where a scenario may have changed it."""
    about = catalogue().get(election.series)
    known = about and not election.provenance.steps and about.editions.get(election.edition)
    return known.boundaries or None if known else None


def _add_contest(rows: _Rows, contest: Contest, election: Election) -> None:
    day = election.date if election.series == "uk-general" and election.date and election.date.year >= BALLOTS_SINCE else None
    profiles = contest.profiles or (None,) * len(contest.districts)
    for number, (d, profile) in enumerate(zip(contest.districts, profiles, strict=True)):
        rows.add(
            "districts", contest=contest.name, district=d.id, number=number, name=d.name, magnitude=d.magnitude, electorate=d.electorate,
            population=d.population, region=d.region, county=d.county, country=d.country, parts=[*d.parts],
            ranks=profile and profile.rankings.shape[1], ballot=ballot(d.name, day) if day else None,
        )  # fmt: skip
    if contest.tally is not None:
        _add_tally(rows, contest, contest.tally, british=election.series.startswith(BRITISH))
    for district, there in zip(contest.districts, contest.candidacies, strict=False):
        for number, candidacy in enumerate(there):
            _add_candidate(rows, contest, district, number, candidacy.candidate, ranked=False, votes=candidacy.votes, elected=candidacy.elected)
    for district, profile in zip(contest.districts, contest.profiles or (), strict=False):
        for number, candidate in enumerate(profile.candidates):
            gone = number in profile.withdrawn
            _add_candidate(rows, contest, district, number, candidate, ranked=True, withdrawn=gone)
        for number, members in enumerate(profile.sets):
            rows.add("shared_ranks", contest=contest.name, district=district.id, number=number, candidates=[*members])


def _add_tally(rows: _Rows, contest: Contest, tally: Tally, *, british: bool) -> None:
    if len({party.id for party in tally.parties}) < len(tally.parties):
        raise DataError(contest.name, "two parties have one id; give each its own")
    for number, party in enumerate(tally.parties):
        ids, colour = ([*registered(party.id)], fact("parties").get(party.id, {}).get("colour")) if british else ([], None)
        rows.add(
            "parties", contest=contest.name, party=party.id, number=number, name=party.name, lump=party.lump, registered=ids, colour=colour,
        )  # fmt: skip
    for row, column in np.argwhere(tally.stood).tolist():
        votes = int(tally.votes[row, column])
        rows.add("votes", contest=contest.name, district=contest.districts[row].id, party=tally.parties[column].id, votes=votes)


def _add_candidate(
    rows: _Rows, contest: Contest, district: District, number: int, candidate: Candidate, *, ranked: bool,
    votes: int | None = None, elected: int | None = None, withdrawn: bool | None = None,
) -> None:  # fmt: skip
    rows.add(
        "candidates", contest=contest.name, district=district.id, ranked=ranked, number=number, name=candidate.name, party=candidate.party,
        description=candidate.description, registered=candidate.registered, votes=votes, elected=elected, withdrawn=withdrawn,
    )  # fmt: skip


def _papers(election: Election) -> dict[str, Any] | None:
    """All rankings of an election at once: there may be millions."""
    ballots = [
        (contest.name, district.id, profile)
        for contest in election.contests
        for district, profile in zip(contest.districts, contest.profiles or (), strict=False)
    ]
    counts = [len(profile.papers) for *_, profile in ballots]
    width = max((profile.rankings.shape[1] for *_, profile in ballots), default=0)
    if not sum(counts):
        return None
    table = np.full((sum(counts), width), NOBODY, dtype=np.int16)
    for start, (*_, profile) in zip(np.cumsum([0, *counts]).tolist(), ballots, strict=False):
        table[start : start + len(profile.papers), : profile.rankings.shape[1]] = profile.rankings
    return {
        "election": np.full(len(table), election.id, dtype=object),
        "contest": np.repeat(np.array([contest for contest, *_ in ballots], dtype=object), counts),
        "district": np.repeat(np.array([district for _, district, _ in ballots], dtype=object), counts),
        "papers": np.concatenate([profile.papers for *_, profile in ballots]),
        **{f"{RANK}{rank + 1}": table[:, rank] for rank in range(width)},
    }


def election_of(tables: Mapping[str, Columns]) -> Election:
    """The election of which `tables_of` made these tables, in every field."""
    (head,) = _records(tables, "elections")
    files = tuple(zip(head["files"], head["sha256"], strict=True))
    steps, notes = tuple(head["steps"]), tuple(head["notes"])
    provenance = Provenance(head["source"], files, head["licence"], tuple(head["attribution"]), steps, notes)
    contests = sorted(_records(tables, "contests"), key=lambda row: row["number"])
    parts = {name: _by(_records(tables, name), "contest") for name in ("districts", "parties", "candidates", "shared_ranks")}
    layout = {row["district"]: (row["q"], row["r"]) for row in _records(tables, "hexagons")}
    made = tuple(_contest(about, {name: rows.get(about["contest"], []) for name, rows in parts.items()}, tables) for about in contests)
    return Election(head["series"], head["edition"], head["date"], made, provenance, layout)


def _records(tables: Mapping[str, Columns], name: str) -> list[dict[str, Any]]:
    columns = tables.get(name, {})
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def _by(rows: Iterable[dict[str, Any]], key: str) -> dict[Any, list[dict[str, Any]]]:
    groups: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def _contest(about: Mapping[str, Any], parts: Mapping[str, list[dict[str, Any]]], tables: Mapping[str, Columns]) -> Contest:
    rows = parts["districts"]
    districts = tuple(
        District(
            row["district"], row["name"], row["magnitude"], row["electorate"], row["region"], row["county"], row["country"],
            tuple(row["parts"]), row["population"],
        )
        for row in rows
    )  # fmt: skip
    people = _by(parts["candidates"], "district")
    named = any(not row["ranked"] for row in parts["candidates"])
    candidacies = tuple(
        tuple(Candidacy(_candidate(row), row["votes"], row["elected"]) for row in people[district.id] if not row["ranked"]) for district in districts
    )
    tally = _tally(about["contest"], parts["parties"], districts, tables) if about["tally"] else None
    profiles = _profiles(about["contest"], rows, people, _by(parts["shared_ranks"], "district"), tables) if about["ranked"] else None
    return Contest(about["contest"], districts, tally, profiles, about["method"], candidacies if named else ())


def _candidate(row: Mapping[str, Any]) -> Candidate:
    return Candidate(row["name"], row["party"], row["description"], row.get("registered") or "")


def _tally(contest: str, parties: list[dict[str, Any]], districts: Sequence[District], tables: Mapping[str, Columns]) -> Tally:
    place = {district.id: row for row, district in enumerate(districts)}
    column = {party["party"]: number for number, party in enumerate(parties)}
    votes = np.zeros((len(districts), len(parties)), dtype=np.int64)
    stood = np.zeros(votes.shape, dtype=np.bool_)
    table = tables.get("votes")
    if table is not None:
        keys = zip(table["contest"], table["district"], table["party"], table["votes"], strict=True)
        cells = [(place[district], column[party], number) for name, district, party, number in keys if name == contest]
        if cells:
            at = np.array(cells, dtype=np.int64)
            votes[at[:, 0], at[:, 1]] = at[:, 2]
            stood[at[:, 0], at[:, 1]] = True
    return Tally(tuple(Party(row["party"], row["name"], row["lump"]) for row in parties), votes, stood)


def _profiles(
    contest: str, rows: Sequence[Mapping[str, Any]], people: Mapping[str, list[dict[str, Any]]], shared: Mapping[str, list[dict[str, Any]]],
    tables: Mapping[str, Columns],
) -> tuple[Profile, ...]:  # fmt: skip
    names = [f"{RANK}{rank + 1}" for rank in range(max((row["ranks"] for row in rows), default=0))]
    table = tables.get("papers", {})
    here = np.flatnonzero(np.asarray(table.get("contest", ()), dtype=object) == contest)
    papers = np.asarray(table.get("papers", ()), dtype=np.int64)[here]
    ranks = [np.asarray(table.get(name, ()), dtype=np.int16)[here] for name in names]
    rankings = np.stack(ranks, axis=1) if ranks else np.zeros((len(papers), 0), dtype=np.int16)
    # The rows of a district lie together, in the order of the source.
    district = np.asarray(table.get("district", ()), dtype=object)[here]
    edges = [0, *(np.flatnonzero(district[1:] != district[:-1]) + 1).tolist(), len(district)]
    span = {district[start]: slice(start, end) for start, end in pairwise(edges) if start < end}
    made = []
    for row in rows:
        on_paper = [person for person in people.get(row["district"], ()) if person["ranked"]]
        at = span.get(row["district"], slice(0))
        withdrawn = tuple(person["number"] for person in on_paper if person["withdrawn"])
        sets = tuple(tuple(item["candidates"]) for item in shared.get(row["district"], ()))
        made.append(Profile(tuple(map(_candidate, on_paper)), rankings[at, : row["ranks"]], papers[at], sets, withdrawn))
    return tuple(made)


def columns_of(table: str, names: Iterable[str]) -> tuple[Column, ...]:
    """The columns of a table with those of its ranks that are there: as many as `names` has."""
    ranks = sum(name.startswith(RANK) and name[len(RANK) :].isdigit() for name in names)
    more = (Column(f"{RANK}{rank}", "SMALLINT", f"number of the candidate at rank {rank}; see {RANK}1") for rank in range(2, ranks + 1))
    return tuple(chain(TABLES[table], more if table == "papers" else ()))
