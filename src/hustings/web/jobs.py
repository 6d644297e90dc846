"""A request that a visitor made in, a JSON document out: whatever the workbench computes, run where it can be stopped.

No name of a visitor's is opened as a file: elections are those of the catalogue, and what was uploaded lies in `folder`,
which is empty otherwise and goes with the job.
"""

import base64
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import ZipFile, is_zipfile

from hustings import catalogue, charts, measure, method, report, report_apportionment, report_count, report_projection, scenario, source, system
from hustings.analysis.archive import Counted, count_election
from hustings.analysis.claims import Finding, check
from hustings.analysis.claims_file import PREVIOUS, Claim, read_claims
from hustings.analysis.coalitions import game_of
from hustings.analysis.compare import Comparison, as_held, compare
from hustings.analysis.draws import calibrated
from hustings.analysis.projection import Projection, side_by_side
from hustings.election import Election
from hustings.errors import DataError, HustingsError, SettingError, TieUnresolved, UnknownName
from hustings.exact import decimal, exact
from hustings.files import only_inside
from hustings.lots import Lot, Lots, Seeded, read_lots, refuse
from hustings.outcome import Transcript
from hustings.registry import Registry, canonical
from hustings.sources import editions, load
from hustings.sources.rctab import sniff
from hustings.store import elections as stored
from hustings.votes_table import read_bar, read_votes, share_out
from hustings.web import download, view
from hustings.web.state import read
from hustings.web.templating import render

Request = Mapping[str, Any]
Answer = dict[str, Any]

MOST_CANDIDATES, MOST_SEATS, MOST_PAPERS, MOST_COUNTS = 400, 1000, 2_000_000, 12
"""Candidates, seats and different rankings in an upload, and counts that it asks for."""
MOST_ROWS = 20_000
"""Rows of a table of votes."""
UNPACKED = 200 << 20
"""A workbook may unpack to so much [bytes]."""
PAPERS = "BLT, a ward's CSV, PrefLib (soc, soi, toc, toi), ABIF, CSV with a column for each rank, or RCTab's configuration (JSON) with its records"
LONGEST = 1000
"""A message is no longer than that [characters]."""


def run(name: str, request: Request, folder: Path) -> Answer:
    """Do the job of that name; a mistake of the visitor's comes back as its text under `error`."""
    # The visitor knows a file by the name they gave it, not by where it lies here.
    with only_inside(folder):
        try:
            return JOBS[name](request, folder)
        except TieUnresolved as tie:
            return {"error": _short(tie, folder), "tie": {"where": tie.where, "rule": tie.rule, "tied": list(tie.tied)}}
        except PermissionError as error:
            return {"error": f"{Path(str(error.filename)).name}: files are not read by name here"}
        except HustingsError as error:
            return {"error": _short(error, folder)}


def _short(error: HustingsError, folder: Path) -> str:
    text = str(error).replace(f"{folder}/", "")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} …"


# ---- elections -------------------------------------------------------------------------------------------------------


@lru_cache(maxsize=16)
def _edition(name: str) -> Election:
    """An election of the catalogue; never one that lies at a path."""
    series, _, edition = name.partition("/")
    if edition not in (known := editions(series)):
        raise UnknownName("election", name, (f"{series}/{each}" for each in known) if known else (f"{each}/…" for each in catalogue.series()))
    return load(series, edition)


def chosen(request: Request) -> Election:
    """The election that a request names, in the districts and under the scenarios that it asks for."""
    election = _edition(request["election"])
    conditions: dict[str, list[str]] = {}
    for item in request.get("where", ()):
        field, equals, value = item.partition("=")
        if not equals:
            raise SettingError(f"where {item}: write FIELD=VALUE, such as region=Wales")
        conditions.setdefault(field, []).extend([*value.split(","), value])
    if conditions:
        election = election.where(conditions)
    for text in request.get("scenario", ()):
        election = election.given(scenario.parse(text))
    return election


def lots_of(request: Request, folder: Path) -> Lots:
    """How a request decides lots: by decisions, or else by a seed, or not at all."""
    seed = request.get("seed")
    drawn = refuse if seed is None else Seeded(seed)
    if not request.get("lots"):
        return drawn
    path = folder / ".lots.toml"
    path.write_text(request["lots"], encoding="utf-8", errors="replace")
    decided = read_lots(path)
    decided = replace(decided, source="by hand")

    def both(where: str, rule: str, tied: Sequence[str]) -> Lot:
        try:
            return decided(where, rule, tied)
        except TieUnresolved:
            return drawn(where, rule, tied)

    return both


def compared(request: Request, folder: Path) -> Comparison:
    """The election that a request names, under its systems."""
    return compare(chosen(request), request["system"], request.get("measure"), lots=lots_of(request, folder))


def projected(request: Request) -> tuple[Projection, ...]:
    """The election that a request names, projected, under its systems from the same draws."""
    shares = {party: share / 100 for party, share in _figures("to", request.get("to", "")).items()}
    return side_by_side(
        chosen(request),
        scenario.parse(request["swing"]),
        [system.parse(text) for text in request["system"]],
        draws=request["draws"],
        rng=request["seed"],
        to=shares or None,
        errors=calibrated(**_figures("errors", request.get("errors", ""))),
    )


def _figures(field: str, text: str) -> dict[str, float]:
    """Numbers by name, from `a=1,b=2.5`."""
    found: dict[str, float] = {}
    for part in filter(None, text.split(",")):
        name, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals:
            raise SettingError(f"{field} {part}: write NAME=NUMBER, such as con=24")
        found[name] = float(exact(value.removesuffix("%")))
    return found


def show_job(request: Request, folder: Path) -> Answer:
    """Votes, shares, seats, turnout: `show` of the interface."""
    election = chosen(request)
    held = as_held(election.main)
    return report.show_json(election, election.under(held, lots_of(request, folder)) if held else None, request.get("by"))


def compare_job(request: Request, folder: Path) -> Answer:
    """One election under many systems: `compare` of the interface."""
    return report.compare_json(compared(request, folder), request.get("scenario", []), request.get("by"))


def project_job(request: Request, _folder: Path) -> Answer:
    """The next election, with its uncertainty: `project` of the interface."""
    return report_projection.documents(projected(request))


def chart_job(request: Request, folder: Path) -> Answer:
    """A picture of an election under its systems, or of its projection."""
    entry = charts.chart.entry(request["chart"].partition(":")[0])
    thing = (
        projected({"swing": "regional-swing", "draws": 1000, "seed": 1832, **request})
        if entry.traits["takes"] == "projection"
        else compared(request, folder)
    )
    return {"svg": charts.draw(request["chart"], thing)}


def coalitions_job(request: Request, folder: Path) -> Answer:
    """Who can form a majority, and how much each party counts in that: what `hustings coalitions --json` prints."""
    election = chosen(request)
    outcome = election.under(system.parse(request["system"]), lots_of(request, folder))
    game = game_of(outcome, request.get("quota"), request.get("absent", ()))
    return report.coalitions_json(election.id, request["system"], game, request.get("order", ()))


# ---- the catalogue ---------------------------------------------------------------------------------------------------

REGISTRIES: Mapping[str, Registry] = {
    "sources": source,
    "systems": system,
    "methods": method,
    "scenarios": scenario,
    "measures": measure,
    "charts": charts.chart,
}


def catalogue_job(request: Request, _folder: Path) -> Answer:
    """Everything there is, or all of a kind: `catalogue` of the interface."""
    wanted = [request["kind"]] if request.get("kind") else ["elections", *REGISTRIES]
    return {kind: _elections() if kind == "elections" else report.catalogue_json(REGISTRIES[kind]) for kind in wanted}


def _elections() -> list[str]:
    series = dict.fromkeys([*catalogue.series(), *(name.partition("/")[0] for name in stored())])
    return [f"{name}/{edition}" for name in series for edition in editions(name)]


def methods_job(_request: Request, _folder: Path) -> Answer:
    """The methods of counting with their families."""
    return {"methods": [report.entry_json(entry) | {"family": entry.traits.get("family", "")} for entry in map(method.entry, method)]}


# ---- papers and tables that were uploaded ----------------------------------------------------------------------------


def counts(request: Request, folder: Path) -> list[Counted]:
    """The uploaded papers, counted; of an RCTab configuration and its records, the configuration is what is counted."""
    return list(_counts(request, folder, lots_of(request, folder)))


def _counts(request: Request, folder: Path, lots: Lots) -> Iterator[Counted]:
    paths = [folder / name for name in request["files"]]
    for path in paths:
        _check_unpacked(path)
    configurations = [path for path in paths if path.suffix.lower() == ".json" and sniff(path.read_bytes().decode("utf-8", "replace"))]
    for path in configurations:
        _name_plainly(path, {each.name for each in paths})
    law = method.parse(request["method"]) if request.get("method") else None
    for path in configurations or paths:
        if not any(path.suffix.lower() in source.entry(name).traits.get("suffixes", ()) for name in source):
            raise DataError(path, f"is none of the formats that are counted here: {PAPERS}; save it as one of them")
        election = load(path)
        _check_size(election, path, request.get("seats"))
        yield count_election(election, path, law, request.get("seats"), lots)


def _name_plainly(path: Path, uploaded: set[str]) -> None:
    """Name the records in a configuration as they were uploaded, without folders: whatever path stood there is not followed."""
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        config = json.loads(text)
    except ValueError:
        return  # whoever reads it will say so
    found = config.get("cvrFileSources") if isinstance(config, dict) else None
    for item in found if isinstance(found, list) else ():
        if isinstance(item, dict) and isinstance(item.get("filePath"), str):
            name = item["filePath"].replace("\\", "/").rstrip("/").rpartition("/")[2]
            in_folder = name not in uploaded and str(item.get("provider", "")).casefold() in ("dominion", "hart")
            item["filePath"] = "." if in_folder else name
    path.write_text(json.dumps(config, ensure_ascii=False), encoding="utf-8", errors="replace")


def _check_unpacked(path: Path) -> None:
    if is_zipfile(path):
        with ZipFile(path) as packed:
            if sum(item.file_size for item in packed.infolist()) > UNPACKED:
                raise DataError(path, f"unpacks to more than {UNPACKED >> 20} MB; send less")


def _check_size(election: Election, path: Path, seats: int | None) -> None:
    """Refuse what would keep everybody waiting."""
    profiles = [
        (district, profile)
        for contest in election.contests
        if contest.house
        for district, profile in zip(contest.districts, contest.profiles or (), strict=False)
    ]
    if len(profiles) > MOST_COUNTS:
        raise DataError(path, f"asks for {len(profiles):,} counts; here are at most {MOST_COUNTS} counted at once")
    for district, profile in profiles:
        for what, number, most in (
            ("candidates", len(profile.candidates), MOST_CANDIDATES),
            ("seats", district.magnitude if seats is None else seats, MOST_SEATS),
            ("different papers", len(profile.rankings), MOST_PAPERS),
        ):
            if number > most:
                raise DataError(path, f"has {number:,} {what}; here are at most {most:,} counted, and more with hustings count on your own machine")


def _documents(done: Sequence[Counted], folder: Path) -> list[Answer]:
    return [document | {"election": str(document["election"]).replace(f"{folder}/", "")} for document in report_count.documents(done)]


def count_job(request: Request, folder: Path) -> Answer:
    """Ranked papers of the files in `folder`, counted: `count` of the interface."""
    documents = _documents(counts(request, folder), folder)
    return documents[0] if len(documents) == 1 else {"counts": documents}


def sheet_job(request: Request, folder: Path) -> Answer:
    """The returning officer's sheet of the files in `folder`, as a page of HTML."""
    return {"html": report_count.count_html(counts(request, folder)).replace(f"{folder}/", "")}


def steps_job(request: Request, folder: Path) -> Answer:
    """The same counts stage by stage in words and pictures; where a lot is called for, as far as they come, and the tie."""
    try:
        return {"counts": _steps(counts(request, folder), folder)}
    except TieUnresolved as tie:
        before, becomes = _until(request, folder)
        lot = {"where": tie.where, "rule": report_count.ruled(tie.rule), "tied": list(tie.tied), "becomes": becomes}
        return {"counts": _steps(before, folder), "tie": lot}


def _until(request: Request, folder: Path) -> tuple[list[Counted], str]:
    """The count that meets a tie, with the stages before: they are the same whoever is drawn; and what becomes of whoever is."""
    lots = lots_of(request, folder)
    becomes = ""

    def anyhow(where: str, rule: str, tied: Sequence[str]) -> Lot:
        try:
            return lots(where, rule, tied)
        except TieUnresolved:
            return Lot(where, rule, tuple(tied), tied[0], "not drawn yet")

    def cut(transcript: Transcript) -> Transcript | None:
        nonlocal becomes
        stage, lot = next(((stage, lot) for stage in transcript.stages for lot in stage.lots if lot.how == "not drawn yet"), (None, None))
        if stage and lot:
            names = {kind: [transcript.candidates[who].name for who in getattr(stage, kind)] for kind in ("excluded", "elected")}
            # Who of two elected is dealt with first is no matter of being elected.
            becomes = next((kind for kind, whom in names.items() if lot.chosen in whom and not set(lot.tied) <= set(whom)), "")
        before = transcript.stages[: stage.number - 1] if stage else ()
        return replace(transcript, stages=before, elected=tuple(who for each in before for who in each.elected)) if before else None

    found = []
    for counted in _counts(request, folder, anyhow):
        pairs = [(short, law) for transcript, law in zip(counted.transcripts, counted.methods, strict=True) if (short := cut(transcript))]
        if pairs:
            found.append(replace(counted, transcripts=tuple(short for short, _ in pairs), methods=tuple(law for _, law in pairs)))
            break
    return found, becomes


def _steps(done: Sequence[Counted], folder: Path) -> list[Answer]:
    transcripts = [transcript for counted in done for transcript in counted.transcripts]
    return [
        document | {"steps": [_step(transcript, at) for at in range(len(transcript.stages))], "figure": charts.figure("transfers", transcript)}
        for document, transcript in zip(_documents(done, folder), transcripts, strict=True)
    ]


def _step(transcript: Transcript, at: int) -> Answer:
    """A stage as it is read: sentences, and for each candidate the votes, what changed and how they stand."""
    stage, before = transcript.stages[at], transcript.stages[at - 1] if at else None
    elected, excluded = ({who for each in transcript.stages[: at + 1] for who in getattr(each, kind)} for kind in ("elected", "excluded"))
    rows = []
    for who, candidate in enumerate(transcript.candidates):
        change = stage.votes[who] - before.votes[who] if before else 0
        rows.append(
            {
                "name": candidate.name,
                "party": candidate.party,
                "votes": decimal(stage.votes[who], transcript.places),
                "change": f"{'+' if change > 0 else ''}{decimal(change, transcript.places)}" if change else "",
                "now": "elected" if who in stage.elected else "excluded" if who in stage.excluded else "",
                "stands": "elected" if who in elected else "excluded" if who in excluded else "",
            }
        )
    act, *rest = report_count.told(transcript, stage)
    return {"number": stage.number, "act": act.partition(": ")[2], "rule": report_count.ruled(stage.rule), "told": rest, "rows": rows}


def apportion_job(request: Request, folder: Path) -> Answer:
    """Seats from a table of votes: `apportion` of the interface."""
    (name,) = request["files"]
    table = read_votes(folder / name)
    if len(table.rows) > MOST_ROWS:
        raise DataError(name, f"has {len(table.rows):,} rows; here are at most {MOST_ROWS:,} read")
    shared = share_out(table, request["method"], request.get("seats"), read_bar(request["threshold"]), lots_of(request, folder))
    return report_apportionment.apportion_json(shared)


# ---- claims ----------------------------------------------------------------------------------------------------------


def claims_job(request: Request, folder: Path) -> Answer:
    """Each statement of a claims file beside what the data say: `claims` of the interface."""
    return {"claims": [finding.as_json() for finding in _findings(request, folder)]}


def verdicts_job(request: Request, folder: Path) -> Answer:
    """The same as a reader sees it."""
    found = [(finding, *finding.as_text()) for finding in _findings(request, folder)]
    return {
        "claims": [
            {
                "id": each.id,
                "text": each.text,
                "source": each.claim.source,
                "holds": each.holds,
                "note": each.note,
                "claimed": claimed,
                "found": value,
            }
            for each, claimed, value in found
        ]
    }


def _findings(request: Request, folder: Path) -> tuple[Finding, ...]:
    path = folder / "claims.toml"
    path.write_text(request["text"], encoding="utf-8", errors="replace")
    claims = read_claims(path)
    for claim in claims:
        _check_names(claim)
    return check(claims, _edition)


def _check_names(claim: Claim) -> None:
    """Refuse what is no name of the catalogue: whether a file of that name is there is nobody's business."""
    since = () if claim.since == PREVIOUS else (claim.since,)
    named = {"election": (claim.election,), "among": claim.among, "excluding": claim.excluding, "since": since, "table": (claim.table,)}
    for key, names in named.items():
        for series in (name.partition("/")[0] for name in names if name):
            if canonical(series) not in catalogue.series() and not editions(canonical(series)):
                raise claim.place.wrong(key, str(UnknownName("series", series, catalogue.series())))


# ---- the page of elections -------------------------------------------------------------------------------------------


def page_job(request: Request, _: Path) -> Answer:
    """The page of a state, whole, and the rules of style that are its own."""
    shown = view.page(read(request["query"]), _edition)
    return {"html": render("elections.html", origin=request.get("origin", ""), **shown), "style": shown["style"], "can": not shown["error"]}


def result_job(request: Request, _: Path) -> Answer:
    """The part of the page that changes with the state."""
    state = read(request["query"])
    shown = view.results(view.Result(state, _edition))
    return {"html": render("results.html", origin=request.get("origin", ""), state=state, results=shown)}


def download_job(request: Request, folder: Path) -> Answer:
    """A file of a state."""
    data, kind = download.file(view.Result(read(request["query"]), _edition), request["name"], folder, request.get("origin", ""))
    return {"data": base64.b64encode(data).decode(), "type": kind}


JOBS: Mapping[str, Callable[[Request, Path], Answer]] = {
    "page": page_job,
    "result": result_job,
    "download": download_job,
    "show": show_job,
    "compare": compare_job,
    "project": project_job,
    "chart": chart_job,
    "coalitions": coalitions_job,
    "catalogue": catalogue_job,
    "count": count_job,
    "sheet": sheet_job,
    "steps": steps_job,
    "apportion": apportion_job,
    "claims": claims_job,
    "verdicts": verdicts_job,
    "methods": methods_job,
}
