"""The transcript of a count in; RCTab's summary JSON, which RCVis opens, out: of the whole, or of each precinct or batch."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from importlib.metadata import version
from typing import Any

from hustings.analysis.archive import Counted
from hustings.counting.methods.us_rcv import UsRcv
from hustings.counting.papers import Count
from hustings.election import NOBODY, Election, Profile
from hustings.exact import decimal
from hustings.outcome import Stage, Transcript

REASONS = {
    "choices exhausted": "exhaustedChoices",
    "overvote": "overvotes",
    "repeated candidate": "repeatedRankings",
    "skipped ranks": "skippedRankings",
}


def summaries(transcript: Transcript, election: Election, method: Any, row: int = 0, part: Sequence[str] = ()) -> list[dict[str, Any]]:
    """RCTab's summary of how a district of the election's main contest was counted by `method`: one for each contest held in turn.

    `part` says of what part the papers are, if they are not all: ("precinct", "W-1 P-01").
    """
    contest = election.main
    district = contest.districts[row]
    config = {
        "contest": district.name,
        "date": election.date.isoformat() if election.date else "",
        "generatedBy": f"Hustings {version('hustings')}",
        "jurisdiction": district.region,
        "office": contest.name,
        **({part[0]: part[1]} if part else {}),
    }
    american = method.fill(transcript.seats) if isinstance(method, UsRcv) else None
    winners = {"bottoms-up-percent": 0, "multi-pass": 1}.get(american.winners if american else "", transcript.seats)
    gone = set(contest.profiles[row].withdrawn) if contest.profiles else set()
    documents = []
    for stages in _in_turn(transcript.stages):
        results = list(_rounds(transcript, stages, gone))
        if american and american.by_surpluses:
            left = dict(stages[-1].inactive).get("surplus left over", 0)
            results[-1]["inactiveBallots"]["finalRoundSurplus"] = _number(left, transcript.places)
        summary = {
            "finalThreshold": results[-1]["threshold"],
            "numCandidates": len(transcript.candidates),
            "numWinners": winners,
            "totalNumBallots": str(transcript.valid + transcript.invalid),
            "undervotes": dict(stages[0].inactive).get("blank", 0) // 10**transcript.places,
        }
        documents.append({"config": config, "jsonFormatVersion": "1", "results": results, "summary": summary})
        gone |= {who for stage in stages for who in stage.elected}
    return documents


def of_file(counted: Counted) -> list[dict[str, Any]]:
    """The summaries of every count of a file, in turn."""
    if counted.election is None:
        return []
    # Counts stand in the order of the contests that elect somebody, and of the districts of each.
    alone = [replace(counted.election, contests=(contest,)) for contest in counted.election.contests if contest.house]
    places = [(election, row) for election in alone for row in range(len(election.main.districts))]
    counts = zip(places, counted.transcripts, counted.methods, strict=True)
    return [summary for (election, row), transcript, method in counts for summary in summaries(transcript, election, method, row)]


def parts_of_file(counted: Counted) -> dict[str, list[dict[str, Any]]]:
    """The summaries of each precinct and batch that the configuration asks for, by 'precinct NAME' or 'batch NAME'."""
    found: dict[str, list[dict[str, Any]]] = {}
    for contest in counted.election.contests[1:] if counted.election else ():
        for part in ("precinct", "batch"):
            if contest.name.endswith(f" by {part}") and isinstance(counted.methods[0], UsRcv):
                pieces = by_part(counted.transcripts[0], counted.election, counted.methods[0], part)  # type: ignore[arg-type]  # not None here
                found |= {f"{part} {name}": documents for name, documents in pieces.items()}
    return found


def by_part(transcript: Transcript, election: Election, method: UsRcv, part: str) -> dict[str, list[dict[str, Any]]]:
    """The summaries of each `precinct` or `batch`: what the acts of the count do to the papers that were cast there."""
    contest = next(contest for contest in election.contests[1:] if contest.name.endswith(f" by {part}"))
    pairs = zip(contest.districts, contest.profiles or (), strict=True)
    return {place.name: summaries(repeat(transcript, profile, method), election, method, part=(part, place.name)) for place, profile in pairs}


def repeat(transcript: Transcript, profile: Profile, method: UsRcv) -> Transcript:
    """The count of some of the papers, act by act as all were counted: who is elected or excluded is as it was there."""
    count = Count(profile, transcript.seats, where=transcript.name, **method.engine_settings)
    one, votes = 10**transcript.places, transcript.stages[0].votes
    for stage in transcript.stages:
        if stage.act == "first preferences":
            (count.sort_again if count.stages else count.sort_first_preferences)(stage.rule)
        elif stage.act == "exclusion":
            count.begin_exclusion(stage.excluded, stage.rule)
            for who in stage.excluded:
                count.transfer(count.held([who]))
        elif stage.act == "transfer of surplus":
            if not count.places_left:
                count.close()
            assert transcript.quota is not None
            surpluses = {who: int((votes[who] - transcript.quota) * one // votes[who]) for who in stage.who}
            count.transfer_surpluses({who: Fraction(surplus, one) for who, surplus in surpluses.items()}, stage.rule)
        else:
            count.begin(stage.act, stage.who, stage.rule)
        count.elect(stage.elected, "as in the whole", staying=method.until_two)
        votes = stage.votes
    part = count.transcript(transcript.method)
    return replace(part, stages=tuple(replace(here, quota=there.quota) for here, there in zip(part.stages, transcript.stages, strict=True)))


def _in_turn(stages: Sequence[Stage]) -> list[list[Stage]]:
    """The stages of each of several contests: each begins with first preferences."""
    contests: list[list[Stage]] = []
    for stage in stages:
        if stage.act == "first preferences" or not contests:
            contests.append([])
        contests[-1].append(stage)
    return contests


def _rounds(transcript: Transcript, stages: Sequence[Stage], gone: set[int]) -> Iterator[dict[str, Any]]:
    """A round is a stage, what was decided at it, and the transfers that make the next stage of it."""
    places, names = transcript.places, [candidate.name for candidate in transcript.candidates]
    gone, quota = set(gone), transcript.quota
    for number, (stage, after) in enumerate(zip(stages, [*stages[1:], None], strict=True), 1):
        if stage.act == "no transfer" and stage.who:
            return  # those who were to go when the count stopped stand in the round before
        gone |= set(stage.excluded)
        quota = stage.quota or quota
        reasons = dict(stage.inactive or [("choices exhausted", stage.non_transferable)])
        tally = {name: votes for who, (name, votes) in enumerate(zip(names, stage.votes, strict=True)) if who not in gone}
        decided = dict.fromkeys(stage.elected, "elected")
        if after:
            decided |= {who: "eliminated" if who in after.excluded else "elected" for who in after.who}
        yield {
            "inactiveBallots": {key: _number(reasons.get(reason, 0), places) for reason, key in REASONS.items()},
            "round": number,
            "tally": {name: _number(votes, places) for name, votes in tally.items()},
            "tallyResults": [{what: names[who], "transfers": _transfers(stage, after, who, names, places)} for who, what in decided.items()],
            "threshold": _number(quota or 0, places),
        }


def _transfers(stage: Stage, after: Stage | None, who: int, names: Sequence[str], places: int) -> dict[str, str]:
    """What a candidate handed on after a stage: to whom, to nobody, and what was lost to rounding."""
    if after is None or who not in after.who:
        return {}
    moved: list[tuple[int, int | Fraction]] = [(each.to, each.worth) for each in after.transfers if each.source == who]
    if not after.transfers and len(after.who) == 1:
        moved = [(to, after.votes[to] - stage.votes[to]) for to in range(len(names)) if to != who]
        moved.append((NOBODY, after.non_transferable - stage.non_transferable))
    given: dict[str, int | Fraction] = {}
    for to, value in moved:
        key = "exhausted" if to == NOBODY else names[to]
        given[key] = given.get(key, 0) + value
    given["residual surplus"] = stage.votes[who] - after.votes[who] - sum(given.values())
    return {key: _number(value, places) for key, value in given.items() if value}


def _number(units: int | Fraction, places: int) -> str:
    """A value with as few decimals as tell it."""
    text = decimal(units, places)
    return text.rstrip("0").rstrip(".") if "." in text else text
