"""RCTab's configurations: its 39 public cases round by round, each format of records, and what a fault says."""

import csv
import json
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest

from ballot_files import MIRROR, ballots, mirror, only
from hustings import cvr
from hustings.counting.methods import method
from hustings.counting.run import count
from hustings.cvr import WRITE_IN, Layout, Paper
from hustings.election import Election
from hustings.errors import DataError
from hustings.outcome import Transcript
from hustings.report_rctab import by_part, summaries
from hustings.sources import load
from hustings.sources.rctab import rctab

CASES = sorted(path.name for path in (MIRROR / "rctab").glob("*") if path.name != "_shared")


@cache
def counted(path: Path) -> tuple[Election, Any, Transcript]:
    election = rctab(path)
    rules = method.parse(election.main.method)
    return election, rules, count(only(election), election.main.districts[0].magnitude, rules, where=election.main.districts[0].name)


def numbers(table: dict[str, str]) -> dict[str, Fraction]:
    """RCTab writes 14866 and 14866.0000 for one number, and leaves out or keeps what is nothing."""
    return {key: Fraction(value) for key, value in table.items() if Fraction(value)}


def plain(document: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    rounds = [
        (
            found["round"],
            Fraction(found["threshold"]),
            {name: Fraction(votes) for name, votes in found["tally"].items()},
            numbers(found["inactiveBallots"]),
            {(what, result[what]): numbers(result["transfers"]) for result in found["tallyResults"] for what in result if what != "transfers"},
        )
        for found in document["results"]
    ]
    return rounds, {**document["summary"], "finalThreshold": Fraction(document["summary"]["finalThreshold"])}


def assert_same(found: dict[str, Any], path: Path) -> None:
    """The first round that differs, if one does."""
    (mine, summary), (theirs, expected) = plain(found), plain(json.loads(path.read_text(encoding="utf-8")))
    for one, other in zip(mine, theirs, strict=False):
        assert one == other
    assert len(mine) == len(theirs)
    assert summary == expected


def test_the_cases_are_there() -> None:
    assert len(list(mirror("rctab").glob("*/*_config.json"))) == 39


@pytest.mark.parametrize("case", CASES)
def test_every_case_as_expected(case: str) -> None:
    """None is excepted: where RCTab draws by Java's random numbers, so do we, from the same seed."""
    folder = mirror("rctab") / case
    election, rules, transcript = counted(folder / f"{case}_config.json")
    documents = summaries(transcript, election, rules)
    expected = sorted(folder.glob("*_expected_detailed_report.json"))
    assert len(documents) == len(expected)
    for document, path in zip(documents, expected, strict=True):
        assert_same(document, path)


@pytest.mark.parametrize("case", ["2013_minneapolis_mayor", "missing_precinct_example", "generic_csv_test"])
def test_precincts_and_batches(case: str) -> None:
    folder = mirror("rctab") / case
    election, rules, transcript = counted(folder / f"{case}_config.json")
    seen = 0
    for part in ("precinct", "batch"):
        for path in sorted(folder.glob(f"Tabulate by */*_{part}_detailed_report.csv")):
            rows = {row[0]: row[1:] for row in csv.reader(path.read_text(encoding="utf-8").splitlines()) if row}
            documents = by_part(transcript, election, rules, part)
            (document,) = documents[rows[part.capitalize()][0]]
            assert document["config"][part] == rows[part.capitalize()][0]
            assert document["summary"]["totalNumBallots"] == rows["Total Number of Ballots"][0]
            for place, found in enumerate(document["results"]):
                votes = {name: Fraction(rows[name][3 * place]) for name in found["tally"]}
                assert {name: Fraction(value) for name, value in found["tally"].items()} == votes
            if path.with_suffix(".json").exists():
                assert_same(document, path.with_suffix(".json"))
            seen += 1
    assert seen


def test_all_votes_lie_in_some_precinct() -> None:
    folder = mirror("rctab") / "2013_minneapolis_mayor"
    election, rules, transcript = counted(folder / "2013_minneapolis_mayor_config.json")
    parts = [documents[0] for documents in by_part(transcript, election, rules, "precinct").values()]
    assert len(parts) == 117
    for place, found in enumerate(summaries(transcript, election, rules)[0]["results"]):
        tallies = [part["results"][place]["tally"] for part in parts]
        assert {name: sum(Fraction(tally[name]) for tally in tallies) for name in found["tally"]} == {
            name: Fraction(votes) for name, votes in found["tally"].items()
        }


def test_any_count_can_be_written_so(tmp_path: Path) -> None:
    """By Scottish rules too: what a round hands on makes the next one."""
    election = rctab(config(tmp_path, generic(tmp_path, CSV + "4,,1,2,\n5,,1,,2\n6,,1,2,3\n")))
    transcript = count(only(election), 2, method["scotland-2007"], where="Nowhere")
    (document,) = summaries(transcript, election, method["scotland-2007"])
    assert document["summary"]["numWinners"] == 2
    assert document["results"][0]["tallyResults"] == [
        {"elected": "Ann", "transfers": {"Bob": "0.75", "Cy": "0.25"}},
    ]
    for before, after in pairwise(document["results"]):
        votes = {name: Fraction(value) for name, value in before["tally"].items()}
        for result in before["tallyResults"]:
            who = result.get("elected", result.get("eliminated"))
            for name, value in result["transfers"].items():
                votes[who] -= Fraction(value)
                votes[name] = votes.get(name, Fraction(0)) + Fraction(value)
        assert {name: votes[name] for name in after["tally"]} == {name: Fraction(value) for name, value in after["tally"].items()}


# What a configuration may say.

RULES = {
    "tiebreakMode": "stopCountingAndAsk",
    "overvoteRule": "alwaysSkipToNextRank",
    "winnerElectionMode": "singleWinnerMajority",
    "numberOfWinners": "1",
    "decimalPlacesForVoteArithmetic": "4",
    "maxSkippedRanksAllowed": "unlimited",
    "maxRankingsAllowed": "3",
}
CSV = "id,where,Ann,Bob,Cy\n1,p1,1,2,\n2,p2,,1,2\n3,,2,1,3\n"


def config(folder: Path, records: dict[str, Any], *, rules: dict[str, Any] | None = None, output: dict[str, Any] | None = None, **more: Any) -> Path:
    document = {
        "tabulatorVersion": "2.0.0",
        "outputSettings": {"contestName": "Mayor of Nowhere", "contestDate": "2024-11-05", **(output or {})},
        "cvrFileSources": [records],
        "candidates": [{"name": name, "excluded": False, "aliases": []} for name in ("Ann", "Bob", "Cy")],
        "rules": {**RULES, **(rules or {})},
        **more,
    }
    path = folder / "nowhere_config.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def generic(folder: Path, text: str = CSV, **more: str) -> dict[str, str]:
    (folder / "records.csv").write_text(text, encoding="utf-8")
    return {"provider": "genericCsv", "filePath": "records.csv", "firstVoteRowIndex": "2", "firstVoteColumnIndex": "3", **more}


def workbook(path: Path, rows: list[list[str]], *, inline: bool = False, prefix: str = "") -> Path:
    """An .xlsx of one sheet; an empty text is no cell."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    texts = sorted({cell for row in rows for cell in row})

    def tag(name: str, inside: str, attributes: str = "") -> str:
        return f"<{prefix}{name}{attributes}>{inside}</{prefix}{name}>"

    def document(name: str, inside: str) -> str:
        return tag(name, inside, f' xmlns{prefix and ":"}{prefix[:-1]}="{main}" xmlns:r="{relation}"')

    def cell(row: int, column: int, text: str) -> str:
        place = f' r="{chr(64 + column)}{row}"'
        if text.isdecimal():
            return tag("c", tag("v", text), place)
        if inline:
            return tag("c", tag("is", tag("t", text)), f'{place} t="inlineStr"')
        return tag("c", tag("v", str(texts.index(text))), f'{place} t="s"')

    lines = [
        tag("row", "".join(cell(row, column, text) for column, text in enumerate(cells, 1) if text), f' r="{row}"')
        for row, cells in enumerate(rows, 1)
    ]
    with ZipFile(path, "w") as book:
        book.writestr("xl/workbook.xml", document("workbook", tag("sheets", tag("sheet", "", ' r:id="x"'))))
        book.writestr("xl/_rels/workbook.xml.rels", '<Relationships><Relationship Id="x" Target="worksheets/sheet1.xml"/></Relationships>')
        book.writestr("xl/sharedStrings.xml", document("sst", "".join(tag("si", tag("t", text)) for text in texts)))
        book.writestr("xl/worksheets/sheet1.xml", document("worksheet", tag("sheetData", "".join(lines))))
    return path


def marks(papers: Any) -> list[tuple[tuple[int, str], ...]]:
    return [paper.marks for paper in papers]


def test_a_configuration_is_recognised_and_says_how_it_counts(tmp_path: Path) -> None:
    rules = {"batchElimination": True, "maxSkippedRanksAllowed": "2", "tiebreakMode": "generatePermutation", "randomSeed": "-7"}
    election = load(config(tmp_path, generic(tmp_path), rules=rules, output={"contestOffice": "Mayor", "contestJurisdiction": "Nowhere"}))
    assert election.main.method.startswith("us-rcv:")
    parsed = method.parse(election.main.method)
    assert (parsed.winners, parsed.batch, parsed.skips, parsed.ties, parsed.seed, parsed.max_rankings) == ("single", True, 2, "permutation", -7, 3)
    assert ballots(only(election)) == {((0,), (1,)): 1, ((1,), (2,)): 1, ((1,), (0,), (2,)): 1}
    assert str(election.date) == "2024-11-05"
    assert [name for name, _ in election.provenance.files] == ["nowhere_config.json", "records.csv"]


def test_phrases_of_older_configurations(tmp_path: Path) -> None:
    old = {
        "tiebreakMode": "Previous round counts (then stop counting and ask)",
        "overvoteRule": "Always skip to next rank",
        "winnerElectionMode": "Bottoms-up using percentage threshold",
        "multiSeatBottomsUpPercentageThreshold": "15",
        "numberOfWinners": "0",
        "undeclaredWriteInLabel": "Cy",
        "overvoteLabel": "",
    }
    records = {**generic(tmp_path), "provider": "Generic CSV"}
    election = rctab(config(tmp_path, records, rules=old, candidates=[{"name": "Ann"}, {"name": "Bob", "code": "2"}]))
    parsed = method.parse(election.main.method)
    assert (parsed.winners, parsed.percent, parsed.ties) == ("bottoms-up-percent", 15, "previous-ask")
    assert only(election).candidates[2].name == WRITE_IN
    assert election.main.districts[0].magnitude == 3


def test_excluded_are_withdrawn(tmp_path: Path) -> None:
    people = [{"name": "Ann", "excluded": True}, {"name": "Bob"}, {"name": "Cy"}]
    election = rctab(config(tmp_path, generic(tmp_path), candidates=people))
    assert only(election).withdrawn == (0,)


def test_by_precinct(tmp_path: Path) -> None:
    election = rctab(config(tmp_path, generic(tmp_path, precinctColumnIndex="2"), output={"tabulateByPrecinct": True}))
    contest = election.contests[1]
    assert [district.name for district in contest.districts] == ["p1", "p2", "no precinct id"]
    assert contest.profiles is not None
    assert [profile.cast for profile in contest.profiles] == [1, 1, 1]
    assert ballots(contest.profiles[0]) == {((0,), (1,)): 1}


# Formats.


@pytest.mark.parametrize(("inline", "prefix"), [(False, ""), (True, ""), (False, "x:")])
def test_ess(tmp_path: Path, *, inline: bool, prefix: str) -> None:
    rows = [["id", "1st", "2nd", "3rd"], ["7", "Ann", "undervote", "Bob"], ["8", "Ann|Cy", "", "UWI"], ["9", "overvote", "Bob"], ["10"]]
    records = workbook(tmp_path / "r.xlsx", rows, inline=inline, prefix=prefix)
    assert [row for row, _ in cvr.sheet(records)] == [1, 2, 3, 4, 5]
    source = {"provider": "ess", "filePath": "r.xlsx", "firstVoteRowIndex": "2", "firstVoteColumnIndex": "2", "idColumnIndex": "1"}
    labels = {"overvoteDelimiter": "|", "overvoteLabel": "overvote", "skippedRankLabel": "undervote", "undeclaredWriteInLabel": "UWI"}
    election = rctab(config(tmp_path, source | labels))
    assert ballots(only(election)) == {((0,), (), (1,)): 1, ((0, 2), (), (3,)): 1, ((), (1,)): 1, (): 1}
    # An overvote that hides whom it names is the set of nobody: it is no skipped rank.
    assert only(election).rankings[2].tolist() == [-3, 1, -1]
    assert only(election).sets == ((0, 2), ())


def test_ess_beyond_the_last_rank_is_another_contest(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", [["Ann", "Bob", "Zed"]])
    assert marks(cvr.ess(path, Layout(ranks=2))) == [((1, "Ann"), (2, "Bob"))]


def test_ess_blank_is_a_picture_of_a_name_written_in(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", [["Ann", "", "Bob"]])
    assert marks(cvr.ess(path, Layout(ranks=3, blank_is_write_in=True))) == [((1, "Ann"), (2, WRITE_IN), (3, "Bob"))]


def test_clear_ballot(tmp_path: Path) -> None:
    head = "RowNumber,BoxID,BoxPosition,BallotID,PrecinctID,BallotStyleID,PrecinctStyleName,ScanComputerName,Status,Remade"
    choices = ["C1:Mayor, City:1:One:Ann:NON", "C1:Mayor, City:2:One:Ann:NON", "C2:Clerk:1:One:Zed:NON", "C3:Mayor, City:1:One:Bob:NON"]
    path = tmp_path / "r.csv"
    columns = ",".join(f'"{choice}"' for choice in choices)
    path.write_text(f'{head},{columns}\n1,B1,1,x,P7,1,"a, b",S,0,0,1,0,1,0\n2,B1,2,x,P8,1,a,S,0,0,0,1,0,1\n', encoding="utf-8")
    papers = list(cvr.clear_ballot(path, Layout("Mayor, City")))
    assert papers == [Paper(((1, "Ann"),), "P7", "B1", 2), Paper(((2, "Ann"), (1, "Bob")), "P8", "B1", 3)]


def dominion_folder(folder: Path, *sessions: dict[str, Any]) -> Path:
    place = folder / "export"
    place.mkdir()
    manifest = {"PrecinctManifest": [{"Id": 5, "Description": "Five"}], "PrecinctPortionManifest": [{"Id": 6, "PrecinctId": 5}]}
    for name, items in manifest.items():
        (place / f"{name}.json").write_text("\ufeff" + json.dumps({"List": items}), encoding="utf-8")
    (place / "CvrExport.json").write_text(json.dumps({"Sessions": sessions}), encoding="utf-8")
    return place


def card(*ranked: tuple[int, int], ambiguous: tuple[int, ...] = (), contest: int = 1) -> dict[str, Any]:
    found = [{"CandidateId": who, "Rank": rank, "IsAmbiguous": who in ambiguous} for rank, who in ranked]
    return {"Contests": [{"Id": contest, "Marks": found}]}


def test_dominion(tmp_path: Path) -> None:
    """An adjudicated record replaces the original, an ambiguous mark is none, and a contest may be on the second card."""
    path = dominion_folder(
        tmp_path,
        {"BatchId": 3, "Original": {"IsCurrent": True, "PrecinctPortionId": 6, "Cards": [card((1, 9), (2, 8), ambiguous=(8,))]}},
        {
            "BatchId": 3,
            "Original": {"IsCurrent": False, "PrecinctPortionId": 6, "Cards": [card((1, 9))]},
            "Modified": {"IsCurrent": True, "PrecinctId": 5, "Cards": [card((1, 4), contest=2), card((1, 8))]},
        },
        {"BatchId": 4, "Original": {"IsCurrent": True, "PrecinctPortionId": 6, **card((1, 4), contest=2)}},
    )
    papers = list(cvr.dominion(path, Layout("1")))
    assert [(paper.marks, paper.precinct, paper.batch) for paper in papers] == [(((1, "9"),), "Five", "3"), (((1, "8"),), "Five", "3")]
    assert papers[1].record == "CvrExport.json, session 2"


def test_hart(tmp_path: Path) -> None:
    """Untested on real files: this is the format as RCTab describes it."""
    folder = tmp_path / "hart"
    folder.mkdir()
    options = "<Option><Name>Ann</Name><Id>a</Id><Value>0101</Value></Option><Option><Name>Bob</Name><Id>b</Id><Value>1000</Value></Option>"
    record = f"""<Cvr xmlns="http://tempuri.org/CVRDesign.xsd"><Contests><Contest><Name>Mayor</Name><Id>m</Id><Options>{options}</Options>
        </Contest><Contest><Id>other</Id><Options/></Contest></Contests><BatchNumber>2</BatchNumber>
        <PrecinctSplit><Name>P1</Name><Id>s</Id></PrecinctSplit><CvrGuid>g</CvrGuid></Cvr>"""
    (folder / "g.xml").write_text(record, encoding="utf-8")
    (folder / "g.xml.sig.xml").write_text("<signature/>", encoding="utf-8")
    assert list(cvr.hart(folder, Layout("m"))) == [Paper(((2, "a"), (4, "a"), (1, "b")), "P1", "2", record="g.xml")]


CDF: dict[str, Any] = {
    "Election": [
        {
            "Candidate": [{"@id": "c1", "Name": "Ann"}, {"@id": "c2", "Name": "Bob"}],
            "Contest": [
                {
                    "@id": "k",
                    "Name": "Mayor",
                    "ContestSelection": [
                        {"@id": "s1", "CandidateIds": ["c1"]},
                        {"@id": "s2", "CandidateIds": ["c2"]},
                        {"@id": "s3", "IsWriteIn": "true"},
                    ],
                }
            ],
        }
    ],
    "GpUnit": [{"@id": "g", "Name": "Ward 1"}],
    "CVR": [
        {
            "BallotStyleUnitId": "g",
            "BatchId": "b",
            "CurrentSnapshotId": "now",
            "CVRSnapshot": [
                {"@id": "then", "CVRContest": []},
                {
                    "@id": "now",
                    "CVRContest": [
                        {
                            "ContestId": "k",
                            "CVRContestSelection": [
                                {"ContestSelectionId": "s2", "Rank": 1},
                                {
                                    "ContestSelectionId": "s1",
                                    "SelectionPosition": [{"Rank": 2, "HasIndication": "no"}, {"Rank": 3, "HasIndication": "yes"}, {"Rank": 4}],
                                },
                                {"ContestSelectionId": "s1", "SelectionPosition": [{"Rank": 5, "IsAllocable": "no"}]},
                                {"ContestSelectionId": "s3", "SelectionPosition": [{"Rank": 6}]},
                                {"ContestSelectionId": "s1", "SelectionPosition": [{"Rank": 7, "CVRWriteIn": {"Text": "Me"}}]},
                                {"ContestSelectionId": "s1", "Status": "needs-adjudication", "Rank": 2},
                            ],
                        }
                    ],
                },
            ],
        },
        {"CurrentSnapshotId": "x", "CVRSnapshot": [{"@id": "x", "CVRContest": []}]},
    ],
}
RECORD = Paper(((1, "Bob"), (3, "Ann"), (4, "Ann"), (6, WRITE_IN), (7, WRITE_IN)), "Ward 1", "b", record="CVR 1")


def as_xml(name: str, node: Any) -> str:
    """The same report in XML: ids are attributes, lists are repeated elements."""
    if isinstance(node, list):
        return "".join(as_xml(name, item) for item in node)
    if not isinstance(node, dict):
        return f"<{name}>{node}</{name}>"
    identity = f' ObjectId="{node["@id"]}"' if "@id" in node else ""
    return f"<{name}{identity}>{''.join(as_xml(key, value) for key, value in node.items() if key != '@id')}</{name}>"


def test_common_data_format(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_text(json.dumps(CDF), encoding="utf-8")
    assert list(cvr.common_data_format(path, Layout("Mayor"))) == [RECORD]


def test_common_data_format_in_xml(tmp_path: Path) -> None:
    """Untested on real files: this is the standard's XML of the same report."""
    path = tmp_path / "r.xml"
    report = as_xml("CastVoteRecordReport", CDF).replace("Report>", 'Report xmlns="http://itl.nist.gov/ns/voting/1500-103/v1">', 1)
    path.write_text(report, encoding="utf-8")
    assert list(cvr.common_data_format(path, Layout("Mayor"))) == [RECORD]


# Faults: each says the file, where it has lines the line, and what to do.


def refused(path: Path, file: str, what: str, line: int | None = None) -> None:
    with pytest.raises(DataError) as caught:
        rctab(path)
    assert Path(caught.value.file).name == file
    assert what in str(caught.value)
    assert caught.value.line == line


def test_no_such_configuration(tmp_path: Path) -> None:
    refused(tmp_path / "none.json", "none.json", "cannot be read")


def test_configuration_cut_short(tmp_path: Path) -> None:
    path = config(tmp_path, generic(tmp_path))
    path.write_text('{\n"outputSettings": {},\n"rules": {"tiebreakMode"', encoding="utf-8")
    refused(path, path.name, "is not JSON", 3)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"rules": {"tiebreakMode": ""}}, "rules lack 'tiebreakMode'"),
        ({"rules": {"tiebreakMode": "coin"}}, "tiebreakMode is 'coin'; it must be one of random,"),
        ({"rules": {"numberOfWinners": "two"}}, "numberOfWinners is 'two'; write a whole number"),
        ({"rules": {"maxSkippedRanksAllowed": "-3"}}, "maxSkippedRanksAllowed is '-3'"),
        ({"rules": {"maxRankingsAllowed": "0"}}, "maxRankingsAllowed is '0'; write a whole number of 1 or more"),
        ({"rules": {"useMagic": True}}, "the rule 'useMagic' is unknown here"),
        ({"output": {"contestName": ""}}, "outputSettings lack 'contestName'"),
        ({"rules": {"numberOfWinners": "0"}}, "numberOfWinners is '0'; write a whole number of 1 or more"),
        ({"candidates": []}, "has no 'candidates'"),
        ({"candidates": ["Ann"]}, "'candidates' must be a list of objects"),
        ({"candidates": [{"name": "Ann"}, {"code": "B"}]}, "candidate 2 has no name"),
        ({"candidates": [{"name": "Ann"}, {"name": "Bob", "aliases": ["Ann"]}]}, "'Ann' is the name, code or alias of two candidates"),
        ({"output": {"tabulateByPrecinct": True}}, "do not say where papers were cast"),
    ],
)
def test_faults_of_configurations(tmp_path: Path, more: dict[str, Any], what: str) -> None:
    refused(config(tmp_path, generic(tmp_path), **more), "nowhere_config.json", what)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"provider": "abacus"}, "provider 'abacus' is unknown; it must be one of cdf,"),
        ({"filePath": ""}, "a source of records has no filePath"),
        ({"firstVoteRowIndex": ""}, "needs firstVoteRowIndex and firstVoteColumnIndex"),
        ({"firstVoteColumnIndex": "C"}, "firstVoteColumnIndex is 'C'"),
    ],
)
def test_faults_of_sources_in_configurations(tmp_path: Path, more: dict[str, str], what: str) -> None:
    refused(config(tmp_path, generic(tmp_path, **more)), "nowhere_config.json", what)


def test_overvotes_that_hide_whom_they_name_cannot_be_asked_who_continues(tmp_path: Path) -> None:
    records = generic(tmp_path, overvoteLabel="overvote")
    refused(config(tmp_path, records, rules={"overvoteRule": "exhaustIfMultipleContinuing"}), "nowhere_config.json", "overvoteLabel hides")


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("id,where,Ann,Bob,Cy\n1,p,1,2,\n2,p,1\n", "3 cells under 5 headings", 3),
        ("id,where,Ann,Bob,Cy\n1,p,1,2,\n2,p,1,,first\n", "'first' under 'Cy' is not a rank", 3),
        ("id,where,Ann,Bob,Cy\n1,p,1,-2,\n", "'-2' under 'Bob' is not a rank", 2),
        ("id,where,Ann,Bob,Zed\n1,p,1,2,\n2,p,,,3\n", "'Zed' is no candidate", 3),
        ("id,where,Ann,Bob,Cy\n1,p,1,2,\n2,p,1,4,\n", "rank 4 is not between 1 and 3", 3),
        ("id,where,Ann,Bob,Cy\n1,p,1,0,\n", "rank 0 is not between 1 and 3", 2),
        ('id,where,Ann,Bob,Cy\n1,"p,1,2,\n', "is not CSV", 2),
        ("id,where,Ann,Bob,Cy\n", "hold no paper of 'Mayor of Nowhere'", None),
        ("id,where\n", "there is no column 3, only 2", 1),
        ("", "there is no column 3, only 0", 1),
    ],
)
def test_faults_of_generic_csv(tmp_path: Path, text: str, what: str, line: int | None) -> None:
    path = config(tmp_path, generic(tmp_path, text))
    refused(path, "nowhere_config.json" if "hold no paper" in what else "records.csv", what, line)


def test_records_that_are_not_text(tmp_path: Path) -> None:
    path = config(tmp_path, generic(tmp_path))
    (tmp_path / "records.csv").write_bytes(b"id,where,Ann,Bob,Cy\n1,p,1,2,\xff\n")
    refused(path, "records.csv", "is not text in UTF-8", 2)


def test_no_such_records(tmp_path: Path) -> None:
    path = config(tmp_path, generic(tmp_path))
    (tmp_path / "records.csv").unlink()
    refused(path, "records.csv", "cannot be read")


@pytest.mark.parametrize(
    ("cells", "what"),
    [
        (["7", "Ann", "Zed"], "'Zed' is no candidate of the configuration; add the name, an alias or a label"),
        (["7", "Ann||Bob"], "'Ann||Bob' has nothing on one side of '|'"),
        (["7", "Ann|overvote"], "rank 1 is marked 'overvote' and names candidates"),
        (["", "Ann"], "no id in column 1"),
    ],
)
def test_faults_of_workbooks(tmp_path: Path, cells: list[str], what: str) -> None:
    workbook(tmp_path / "r.xlsx", [["id", "1st", "2nd"], ["1", "Bob"], cells])
    records = {"provider": "ess", "filePath": "r.xlsx", "firstVoteRowIndex": "2", "firstVoteColumnIndex": "2", "idColumnIndex": "1"}
    refused(config(tmp_path, {**records, "overvoteDelimiter": "|", "overvoteLabel": "overvote"}), "r.xlsx", what, 3)


def test_a_workbook_cut_short(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", [["Ann", "Bob"]] * 50)
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(DataError, match="is not a whole Excel workbook"):
        list(cvr.sheet(path))


def test_a_workbook_that_refers_to_a_text_it_lacks(tmp_path: Path) -> None:
    path = workbook(tmp_path / "r.xlsx", [["Ann"]])
    with ZipFile(path, "a") as book, pytest.warns(UserWarning, match="Duplicate"):
        book.writestr("xl/sharedStrings.xml", "<sst></sst>")
    with pytest.raises(DataError, match="is not a whole Excel workbook"):
        list(cvr.sheet(path))


def test_no_such_workbook(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        list(cvr.sheet(tmp_path / "r.xlsx"))


def first_selection(report: Any) -> Any:
    return report["CVR"][0]["CVRSnapshot"][1]["CVRContest"][0]["CVRContestSelection"][0]


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (lambda report: report["Election"][0]["Contest"][0].update(Name="Clerk"), "0 contests are called 'Mayor'"),
        (lambda report: report["CVR"][0].update(CurrentSnapshotId="gone"), "CVR 1 has no current snapshot"),
        (lambda report: report["CVR"][0].update(BallotStyleUnitId="h"), "CVR 1 refers to 'h', which is missing"),
        (lambda report: first_selection(report).update(Rank="one"), "CVR 1 is not as the format"),
        (lambda report: first_selection(report).update(ContestSelectionId="s9"), "refers to 's9'"),
        (lambda report: report["Election"][0]["Contest"][0]["ContestSelection"][0].update(CandidateIds=["c1", "c2"]), "a ticket cannot be ranked"),
        (lambda report: report.pop("CVR") and report.update(CVR=3), "CVR 1 is not as the format prescribes"),
    ],
)
def test_faults_of_common_data_format(tmp_path: Path, change: Any, what: str) -> None:
    report = json.loads(json.dumps(CDF))
    change(report)
    path = tmp_path / "r.json"
    path.write_text(json.dumps(report), encoding="utf-8")
    with pytest.raises(DataError) as caught:
        list(cvr.common_data_format(path, Layout("Mayor")))
    assert what in str(caught.value)


@pytest.mark.parametrize(("name", "what", "line"), [("r.json", "is not JSON", 3), ("r.xml", "is not XML", 3)])
def test_reports_cut_short(tmp_path: Path, name: str, what: str, line: int) -> None:
    text = json.dumps(CDF, indent=1) if name == "r.json" else as_xml("Report", CDF).replace(">", ">\n")
    path = tmp_path / name
    path.write_text("\n".join(text.split("\n")[:3]), encoding="utf-8")
    with pytest.raises(DataError, match=what) as caught:
        list(cvr.common_data_format(path, Layout("Mayor")))
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("session", "what"),
    [
        ({"Original": {"IsCurrent": False}}, "session 1 refers to 'Modified', which is missing"),
        ({"Original": {"IsCurrent": True, "PrecinctPortionId": 99}}, "session 1 refers to 99, which is missing"),
        ({"Original": {"IsCurrent": True, "PrecinctPortionId": 6, "Contests": 4}}, "session 1 is not as the format prescribes"),
    ],
)
def test_faults_of_dominion(tmp_path: Path, session: dict[str, Any], what: str) -> None:
    with pytest.raises(DataError) as caught:
        list(cvr.dominion(dominion_folder(tmp_path, session), Layout("1")))
    assert what in str(caught.value)
    assert caught.value.file.endswith("CvrExport.json")


def test_a_dominion_folder_without_manifest_or_export(tmp_path: Path) -> None:
    path = dominion_folder(tmp_path)
    (path / "CvrExport.json").unlink()
    with pytest.raises(DataError, match=r"holds no CvrExport\.json"):
        list(cvr.dominion(path, Layout("1")))
    (path / "PrecinctManifest.json").unlink()
    with pytest.raises(DataError, match=r"PrecinctManifest\.json: cannot be read"):
        list(cvr.dominion(path, Layout("1")))


def test_a_hart_folder_without_records(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no XML file"):
        list(cvr.hart(tmp_path, Layout("m")))
    (tmp_path / "a.xml").write_text("<Cvr><Contests><Contest><Id>m</Id></Contest></Contests></Cvr>", encoding="utf-8")
    with pytest.raises(DataError, match=r"a\.xml: the record refers to 'Options', which is missing"):
        list(cvr.hart(tmp_path, Layout("m")))


@pytest.mark.parametrize(
    ("head", "row", "what", "line"),
    [
        ("C1:Mayor:1:One:Ann:NON", "2", "'2' is neither 1", 2),
        ("C1:Mayor:1:One:Ann:NON", "1,1", "12 cells under 11 headings", 2),
        ("C1:Mayor:Ann", "1", "is headed 'C1:Mayor:Ann', not CHOICE:CONTEST", 1),
        ("C1:Clerk:1:One:Ann:NON", "1", "no column is of the contest 'Mayor'", 1),
    ],
)
def test_faults_of_clear_ballot(tmp_path: Path, head: str, row: str, what: str, line: int) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f"{','.join('abcdefghij')},{head}\n1,2,3,4,5,6,7,8,9,10,{row}\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        list(cvr.clear_ballot(path, Layout("Mayor")))
    assert what in str(caught.value)
    assert caught.value.line == line
