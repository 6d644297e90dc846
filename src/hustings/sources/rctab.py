"""An RCTab configuration and the cast vote records that it names in; the election, and the method to count it by, out."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hustings.cvr import FORMATS, WRITE_IN, Layout, Paper
from hustings.election import NOBODY, Candidate, Contest, District, Election, Profile, Provenance
from hustings.errors import DataError
from hustings.files import read_text
from hustings.sources import source

# What each rule of a configuration is as a setting of us-rcv; of choices, the longer name comes before one that it begins with.
CHOICES = {
    "winnerElectionMode": {
        "singleWinnerMajority": "winners=single",
        "multiWinnerAllowOnlyOneWinnerPerRound": "winners=one-per-round",
        "multiWinnerAllowMultipleWinnersPerRound": "winners=all-per-round",
        "bottomsUpUsingPercentageThreshold": "winners=bottoms-up-percent",
        "bottomsUp": "winners=bottoms-up",
        "multiPassIrv": "winners=multi-pass",
    },
    "tiebreakMode": {
        "random": "ties=random",
        "stopCountingAndAsk": "ties=ask",
        "previousRoundCountsThenRandom": "ties=previous-random",
        "previousRoundCountsThenAsk": "ties=previous-ask",
        "previousRoundCountsThenStopCountingAndAsk": "ties=previous-ask",
        "useCandidateOrder": "ties=candidate-order",
        "generatePermutation": "ties=permutation",
    },
    "overvoteRule": {
        "exhaustImmediately": "overvotes=stop",
        "alwaysSkipToNextRank": "overvotes=skip",
        "exhaustIfMultipleContinuing": "overvotes=stop-if-several-continue",
    },
}
NUMBERS = {
    "decimalPlacesForVoteArithmetic": "decimals",
    "minimumVoteThreshold": "minimum",
    "multiSeatBottomsUpPercentageThreshold": "percent",
    "stopTabulationEarlyAfterRound": "stop-after",
    "randomSeed": "seed",
}
SWITCHES = {
    "nonIntegerWinningThreshold": "non-integer=true",
    "doesFirstRoundDetermineThreshold": "first-round-threshold=true",
    "hareQuota": "threshold=hare",
    "batchElimination": "batch=true",
    "cutoffElimination": "cutoff=true",
    "continueUntilTwoCandidatesRemain": "until-two=true",
    "exhaustOnDuplicateCandidate": "repeats=stop",
}
LIMITS = {"maxSkippedRanksAllowed": ("unlimited", "skips"), "maxRankingsAllowed": ("max", "max-rankings")}
LABELS = {
    "overvoteLabel": "overvoteLabel",
    "undervoteLabel": "skippedRankLabel",
    "undeclaredWriteInLabel": "undeclaredWriteInLabel",
    "treatBlankAsUndeclaredWriteIn": "treatBlankAsUndeclaredWriteIn",
}
"""Labels that older configurations keep among the rules, and where newer ones have them: at each file of records."""
COLUMNS = {
    "firstVoteRowIndex": "first_row",
    "firstVoteColumnIndex": "first_column",
    "idColumnIndex": "id_column",
    "precinctColumnIndex": "precinct_column",
    "batchColumnIndex": "batch_column",
}


@dataclass(frozen=True)
class Records:
    """One source of cast vote records: where it is, how it is laid out, and the words that it has for what is no candidate."""

    path: Path
    form: str
    layout: Layout
    overvote: str
    skipped: str
    write_in: str
    limit: int | None

    @property
    def files(self) -> list[Path]:
        """The file, or those of the folder."""
        return sorted(file for file in self.path.iterdir() if file.is_file()) if self.path.is_dir() else [self.path]

    def wrong(self, paper: Paper, what: str) -> DataError:
        """The fault of a paper, with the line of its record or, where the format has no lines, the record's name."""
        return DataError(self.path, f"{paper.record}: {what}" if paper.record else what, paper.line or None)


def sniff(head: str) -> bool:
    """Whether a JSON file is a configuration of RCTab."""
    return '"outputSettings"' in head or '"cvrFileSources"' in head


@source(
    "rctab",
    cites="RCTab v1.3.2, Configuration File Parameters; config_file_documentation.txt (Bright Spots, MPL-2.0)",
    suffixes=(".json",),
    sniff=sniff,
)
def rctab(path: str | Path) -> Election:
    """An RCTab configuration (JSON) with its cast vote records: ES&S, CDF, Dominion, Clear Ballot, Hart or a generic CSV.

    CDF in XML and Hart follow their public descriptions and are untested on real files. The first contest is the whole;
    where the configuration asks for them, one by precinct and one by batch follow. Candidates that it excludes are withdrawn.

    Raises
    ------
    DataError
        The configuration or a record does not say what it must; nothing is guessed.
    """
    path = Path(path)
    config = _configuration(path)
    output, rules = config["outputSettings"], config["rules"]
    method = _method(path, rules)
    candidates, known, withdrawn = _candidates(path, config["candidates"])
    sources = [_records(path, item, rules, len(candidates)) for item in config["cvrFileSources"]]
    if "overvotes=stop-if-several-continue" in method and any(item.overvote for item in sources):
        raise DataError(path, "overvoteRule asks which of the candidates continue, and overvoteLabel hides who they are; drop one of the two")
    papers = [list(FORMATS[item.form](item.path, item.layout)) for item in sources]
    if not any(papers):
        raise DataError(path, f"the records hold no paper of '{output['contestName']}'; correct contestId or the first row and column")
    if any(item.write_in for item in sources) or _names_written_in(papers):
        known[WRITE_IN] = len(candidates)
        candidates.append(Candidate(WRITE_IN))
    rankings, sets, rows = _rankings(zip(sources, papers, strict=True), known)
    whole = Profile(tuple(candidates), rankings, np.bincount(rows, minlength=len(rankings)), sets, withdrawn)
    name, place = output["contestName"], output.get("contestJurisdiction", "")
    # By a percentage as many are elected as reach it: no more than stand.
    standing = len(candidates) - len(withdrawn)
    seats = standing if "bottoms-up-percent" in method else _whole(path, "numberOfWinners", rules["numberOfWinners"], 1)
    office = output.get("contestOffice") or name
    contests = [Contest(office, (District(path.stem, name, seats, region=place),), profiles=(whole,), method=method)]
    for part, wanted in (("precinct", "tabulateByPrecinct"), ("batch", "tabulateByBatch")):
        if output.get(wanted):
            places = [getattr(paper, part) for read in papers for paper in read]
            contests.append(_parts(path, f"{office} by {part}", places, rows, whole))
    files = [path, *(file for item in sources for file in item.files)]
    hashes = tuple((file.name, hashlib.sha256(file.read_bytes()).hexdigest()) for file in files)
    return Election(str(path), "", _date(output.get("contestDate", "")), tuple(contests), Provenance("RCTab configuration", hashes))


def _configuration(path: Path) -> Mapping[str, Any]:
    try:
        config: Any = json.loads(read_text(path))
    except json.JSONDecodeError as error:
        raise DataError(path, f"is not JSON: {error.msg}; the file may be cut short", error.lineno) from None
    parts = {"outputSettings": dict, "cvrFileSources": list, "candidates": list, "rules": dict}
    for part, kind in parts.items():
        if not isinstance(config, dict) or not isinstance(config.get(part), kind) or not config[part]:
            raise DataError(path, f"has no '{part}', which an RCTab configuration needs; save it again from RCTab")
        if kind is list and not all(isinstance(item, dict) for item in config[part]):
            raise DataError(path, f"'{part}' must be a list of objects; save it again from RCTab")
    for part, name in (("outputSettings", "contestName"), ("rules", "numberOfWinners"), *(("rules", rule) for rule in (*CHOICES, *LIMITS))):
        if config[part].get(name) in (None, ""):
            raise DataError(path, f"{part} lack '{name}'; save it again from RCTab")
    checked: Mapping[str, Any] = config
    return checked


def _whole(path: Path, name: str, value: Any, least: int = 0) -> int:
    if not re.fullmatch(r"-?\d+", str(value)) or int(value) < least:
        raise DataError(path, f"{name} is '{value}'; write a whole number of {least} or more")
    return int(value)


def _method(path: Path, rules: Mapping[str, Any]) -> str:
    """The text that makes us-rcv with the settings of these rules."""
    settings = []
    for rule, value in rules.items():
        if value in (None, "", False):
            continue
        if rule in CHOICES:
            settings.append(_choice(path, rule, value))
        elif rule in NUMBERS:
            settings.append(f"{NUMBERS[rule]}={_whole(path, rule, value, -(2**63) if rule == 'randomSeed' else 0)}")
        elif rule in SWITCHES:
            settings.append(SWITCHES[rule])
        elif rule in LIMITS:
            none, setting = LIMITS[rule]
            settings += [f"{setting}={_whole(path, rule, value)}"] if value != none else []
        elif rule not in (*LABELS, "numberOfWinners", "rulesDescription"):
            raise DataError(path, f"the rule '{rule}' is unknown here, and set to '{value}'; clear it to count without it")
    return f"us-rcv:{','.join(settings)}"


def _choice(path: Path, rule: str, value: str) -> str:
    """The setting for one of RCTab's words, or for the phrase that older configurations have for it."""
    for word, setting in CHOICES[rule].items():
        if re.sub("[^a-z]", "", value.lower()).startswith(word.lower()):
            return setting
    raise DataError(path, f"{rule} is '{value}'; it must be one of {', '.join(CHOICES[rule])}")


def _candidates(path: Path, entries: Sequence[Mapping[str, Any]]) -> tuple[list[Candidate], dict[str, int], tuple[int, ...]]:
    """The candidates, whom each name, code or alias is for, and who is excluded."""
    known: dict[str, int] = {}
    for number, entry in enumerate(entries):
        names = (entry.get("name"), entry.get("code"), *(entry.get("aliases") or ()))
        if not names[0]:
            raise DataError(path, f"candidate {number + 1} has no name; give one")
        for name in filter(None, names):
            if known.setdefault(name, number) != number:
                raise DataError(path, f"'{name}' is the name, code or alias of two candidates; keep it for one")
    withdrawn = tuple(number for number, entry in enumerate(entries) if entry.get("excluded"))
    return [Candidate(entry["name"]) for entry in entries], known, withdrawn


def _records(config: Path, item: Mapping[str, Any], rules: Mapping[str, Any], declared: int) -> Records:
    form = re.sub("[^a-z]", "", str(item.get("provider", "")).lower())
    if form not in FORMATS:
        raise DataError(config, f"provider '{item.get('provider', '')}' is unknown; it must be one of {', '.join(FORMATS)}")
    if not item.get("filePath") or not isinstance(item["filePath"], str):
        raise DataError(config, "a source of records has no filePath; give the file, or the folder of Dominion and Hart records")
    columns = {name: _whole(config, key, item[key], 1) for key, name in COLUMNS.items() if item.get(key)}
    if form in ("ess", "genericcsv") and not {"first_row", "first_column"} <= set(columns):
        raise DataError(config, f"{item['filePath']} needs firstVoteRowIndex and firstVoteColumnIndex; give both")
    words = {new: item.get(new, rules.get(old)) or "" for old, new in LABELS.items()}
    limit = None if rules["maxRankingsAllowed"] == "max" else _whole(config, "maxRankingsAllowed", rules["maxRankingsAllowed"], 1)
    layout = Layout(
        contest=str(item.get("contestId", "")),
        ranks=limit or declared,
        delimiter=item.get("overvoteDelimiter", ""),
        blank_is_write_in=bool(words["treatBlankAsUndeclaredWriteIn"]),
        **columns,
    )
    labels = words["overvoteLabel"], words["skippedRankLabel"], words["undeclaredWriteInLabel"]
    return Records(config.parent / item["filePath"], form, layout, *labels, limit)


def _names_written_in(papers: Iterable[Iterable[Paper]]) -> bool:
    return any(name == WRITE_IN for marks in {paper.marks for read in papers for paper in read} for _, name in marks)


def _rankings(
    papers: Iterable[tuple[Records, Sequence[Paper]]], known: Mapping[str, int]
) -> tuple[NDArray[np.int16], tuple[tuple[int, ...], ...], NDArray[np.intp]]:
    """Each distinct ranking once, the sets that overvotes name, and the row of each paper."""
    sets: dict[tuple[int, ...], int] = {}
    rankings: dict[tuple[int, ...], int] = {}
    rows: list[int] = []
    for records, read in papers:
        seen: dict[tuple[tuple[int, str], ...], int] = {}
        for paper in read:
            if paper.marks not in seen:
                ranking = tuple(_ranking(records, paper, known, sets))
                seen[paper.marks] = rankings.setdefault(ranking, len(rankings))
            rows.append(seen[paper.marks])
    matrix = np.full((len(rankings), max(1, *map(len, rankings))), NOBODY, dtype=np.int16)
    for row, ranking in enumerate(rankings):
        matrix[row, : len(ranking)] = ranking
    return matrix, tuple(sets), np.array(rows)


def _ranking(records: Records, paper: Paper, known: Mapping[str, int], sets: dict[tuple[int, ...], int]) -> Iterator[int]:
    """What each rank names, up to the last that names anybody; an overvote that hides whom it names is the set of nobody."""
    ranks: dict[int, list[int]] = {}
    hidden = set()
    for rank, name in paper.marks:
        if rank < 1 or (records.limit and rank > records.limit):
            raise records.wrong(paper, f"rank {rank} is not between 1 and {records.limit or 'the last'}; correct it or maxRankingsAllowed")
        if name and name == records.skipped:
            continue
        if name and name == records.overvote:
            hidden.add(rank)
            continue
        who = known.get(WRITE_IN if name and name == records.write_in else name)
        if who is None:
            raise records.wrong(paper, f"'{name}' is no candidate of the configuration; add the name, an alias or a label for it")
        ranks.setdefault(rank, []).append(who)
    if mixed := hidden & set(ranks):
        raise records.wrong(paper, f"rank {min(mixed)} is marked '{records.overvote}' and names candidates; correct it or overvoteLabel")
    for rank in range(1, max([*ranks, *hidden], default=0) + 1):
        named = ranks.get(rank, [])
        if len(named) == 1:
            yield named[0]
        elif named or rank in hidden:
            yield -2 - sets.setdefault(tuple(sorted(named)), len(sets))
        else:
            yield NOBODY


def _parts(path: Path, name: str, places: Sequence[str], rows: NDArray[np.intp], whole: Profile) -> Contest:
    """The same papers, apart by where they were cast: each part a district that elects nobody by itself."""
    if not any(places):
        raise DataError(path, f"'{name}' is asked for, and the records do not say where papers were cast; give their column or do not ask")
    districts, profiles = [], []
    code = {place: number for number, place in enumerate(dict.fromkeys(places))}
    codes = np.array([code[place] for place in places])
    for place, number in code.items():
        there, papers = np.unique(rows[codes == number], return_counts=True)
        districts.append(District(place, place, 0))
        profiles.append(Profile(whole.candidates, whole.rankings[there], papers, whole.sets, whole.withdrawn))
    return Contest(name, tuple(districts), profiles=tuple(profiles))


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
