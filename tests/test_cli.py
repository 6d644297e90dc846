"""The command line as a user types it: the contract of keys, figures and exit status; mistakes in one line."""

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import typer

import hustings as hs
from hustings.commands import bar
from hustings.errors import SettingError


def run(*words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([sys.executable, "-m", "hustings", *words], capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == status, done.stderr
    return done


def as_json(*words: str, status: int = 0) -> Any:
    return json.loads(run(*words, "--json", status=status).stdout)


def test_front_page_names_four_commands() -> None:
    page = run().stdout
    assert page.count("\n  hustings ") == 4


def test_compare_follows_the_contract() -> None:
    document = as_json("compare", "uk-general/2010")
    assert document["election"] == "uk-general/2010"
    assert document["scenario"] == []
    assert [result["system"] for result in document["results"]] == ["fptp", "av", "stv", "ams", "list-pr"]
    for result in document["results"]:
        assert result["total"] == 650 == sum(result["seats"].values())
        assert {"gallagher", "loosemore-hanby", "enp-votes", "enp-seats"} <= set(result["measures"])
        assert result["lots"] == []
        assert result["assumed"]
        assert set(result["seats"]) == set(document["votes"])
    assert document["results"][0]["seats"]["con"] == 306
    assert document["results"][4]["settings"]["divisor"] == "dhondt"


def test_compare_by_district_and_settings() -> None:
    document = as_json("compare", "uk-general/2019", "--system", "list-pr:divisor=sainte_lague,threshold=0.05", "--by", "district")
    (result,) = document["results"]
    assert result["settings"]["threshold"] == "0.05"
    assert len(result["districts"]) == 12
    assert {"id", "name", "seats"} <= set(result["districts"][0])


def test_the_grouping_is_printed() -> None:
    document = as_json("compare", "uk-general/2010", "--system", "stv", "--by", "district")
    parts = [part for district in document["results"][0]["districts"] for part in district["parts"]]
    assert len(parts) == len(set(parts)) == 650
    text = run("compare", "uk-general/2010", "--system", "stv", "--by", "district", "--where", "county=Cornwall,Devon").stdout
    assert "St Ives" in text


def test_compare_after_a_scenario() -> None:
    document = as_json("compare", "uk-general/2010", "--scenario", "regroup:by=region", "--system", "list-pr:districts=own")
    assert document["scenario"] == ["regroup:by=region"]
    assert document["results"][0]["total"] == 650


def test_compare_as_csv() -> None:
    rows = list(csv.DictReader(StringIO(run("compare", "uk-general/2010", "--system", "fptp", "--csv").stdout)))
    assert sum(int(row["seats"]) for row in rows) == 650
    assert list(rows[0]) == ["election", "system", "party", "votes", "seats", "scenario"]


def test_show_by_region() -> None:
    document = as_json("show", "uk-general/2010", "--by", "region")
    assert {"election", "votes", "seats", "electorate", "valid", "turnout", "groups"} <= set(document)
    assert len(document["groups"]) == 12
    assert {"by", "key", "votes", "seats", "electorate", "valid"} <= set(document["groups"][0])
    assert sum(group["valid"] for group in document["groups"]) == document["valid"]
    assert document["turnout"] == pytest.approx(0.651, abs=0.001)
    east = next(group for group in document["groups"] if group["key"] == "East of England")
    assert east["seats"]["lab"] == 2


def test_show_where_districts_elect_several() -> None:
    """Votes and turnout as they were; no seats, as no system is named."""
    several = ("show", "uk-general/2010", "--scenario", "regroup:members=5")
    document, before = as_json(*several, "--by", "district"), as_json("show", "uk-general/2010")
    assert [document[key] for key in ("votes", "valid", "electorate", "turnout")] == [
        before[key] for key in ("votes", "valid", "electorate", "turnout")
    ]
    assert document["seats"] == {} == document["groups"][0]["seats"]
    assert "hustings compare" in document["notes"][-1]
    for words in ((), ("--by", "region"), ("--by", "district")):
        text = run(*several, *words).stdout
        assert "of seats" not in text
        assert "won by" not in text


def test_where_narrows_and_ignores_case() -> None:
    three = ("--where", "region=south east,South West,EAST OF ENGLAND")
    assert as_json("show", "uk-general/2010", *three)["seats"]["lab"] == 10
    assert sum(as_json("show", "uk-general/2010", *three)["seats"].values()) == 197
    one = as_json("show", "uk-general/2010", "--where", "name=Birmingham, Yardley")
    assert one["seats"]["ld"] == 1
    both = as_json("show", "uk-general/2010", *three, "--where", "county=Kent")
    assert sum(both["seats"].values()) == 17


def test_tables_are_plain_in_a_pipe() -> None:
    for words in (["compare", "uk-general/2010"], ["show", "uk-general/2010", "--by", "district"], ["catalogue"]):
        text = run(*words).stdout
        assert "\x1b" not in text
        assert text.strip()
    assert "Conservative" in run("show", "uk-general/2010").stdout


def test_what_was_assumed_is_printed() -> None:
    text = run("compare", "uk-general/2010").stdout
    for part in ("scotland-2017", "merged into", "Northern Ireland is a region like any other", "wins no list seat", "Open Parliament Licence"):
        assert part in text


def test_catalogue_lists_everything_with_its_source() -> None:
    document = as_json("catalogue")
    assert "uk-general/1997" in document["elections"]
    for kind in ("sources", "systems", "methods", "scenarios", "measures"):
        assert document[kind]
        for entry in document[kind]:
            assert entry["cites"], entry["name"]
            assert entry["doc"], entry["name"]
    entry = as_json("catalogue", "systems", "ams")
    assert [setting["name"] for setting in entry["settings"]] == ["share", "divisor", "threshold", "ties"]
    assert "0.5" in run("catalogue", "systems", "ams").stdout


MISTAKES = [
    (["compare", "uk-genral/2010"], "uk-general"),
    (["compare", "uk-general/2011"], "2010"),
    (["compare", "uk-general/2010", "--system", "fpt"], "did you mean fptp"),
    (["compare", "uk-general/2010", "--system", "list-pr:divisr=dhondt"], "did you mean divisor"),
    (["compare", "uk-general/2010", "--system", "list-pr:divisor=dhont"], "did you mean dhondt"),
    (["compare", "uk-general/2010", "--system", "list-pr:threshold=lots"], "'lots' is not a number"),
    (["compare", "uk-general/2010", "--system", "fptp:x=1"], "no setting"),
    (["compare", "uk-general/2010", "--scenario", "regrup"], "did you mean regroup"),
    (["compare", "uk-general/2010", "--measure", "galagher"], "did you mean gallagher"),
    (["show", "uk-general/2010", "--where", "regon=Wales"], "did you mean region"),
    (["show", "uk-general/2010", "--where", "region=Wels"], "Wales"),
    (["show", "uk-general/2010", "--where", "region"], "FIELD=VALUE"),
    (["show", "uk-general/2010", "--by", "parish"], "region"),
    (["show", "no/such/file.blt"], "no/such/file.blt"),
    (["catalogue", "sistems"], "systems"),
    (["catalogue", "systems", "fptpp"], "fptp"),
    (["claims", "nowhere.toml"], "nowhere.toml"),
    (["compare", "uk-general/2010", "--system", "dhondt"], "list-pr:divisor=dhondt"),
    (["compare", "uk-general/2010", "--system", "stv:members=9"], "stv: members=9 must be 3 to 6"),
    (["compare", "uk-general/2010", "--chart", "seats", "--out", "nosuch/x.svg"], "no folder nosuch"),
    (["project", "uk-general/2019", "--draws", "99999999999"], "1 to 1,000,000"),
    (["project", "uk-general/2019", "--to", "lab=0.33"], "per cent"),
    (["project", "uk-general/2019", "--to", "lab=-3"], "0 to 100 per cent"),
    (["compare", "uk-general/2010", "--lots", "nowhere.toml"], "nowhere.toml"),
]


@pytest.mark.parametrize(("words", "says"), MISTAKES)
def test_a_mistake_is_one_line_and_status_two(words: list[str], says: str) -> None:
    done = run(*words, status=2)
    assert done.stdout == ""
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert "Traceback" not in done.stderr


@pytest.fixture
def several(tmp_path: Path) -> str:
    """Votes in districts of several members."""
    file = tmp_path / "several.csv"
    file.write_text("district,party,votes,seats\nX,red,100,3\nX,blue,85,3\nY,red,50,2\nY,blue,72,2\n", encoding="utf-8")
    return str(file)


def test_of_the_five_those_that_do_not_suit_are_left_out(several: str) -> None:
    document = as_json("compare", several)
    assert {"stv", "list-pr"} <= {result["system"] for result in document["results"]}
    assert {"fptp", "av"} <= set(document["left_out"])
    assert "fptp: left out, as there are districts of several members" in run("compare", several).stdout
    assert "hustings: fptp: there are districts of several members" in run("compare", several, "--system", "fptp", status=2).stderr
    assert "hustings count counts them" in run("compare", "examples/sparta.blt", status=2).stderr


def test_two_ballot_papers_are_told_apart(tmp_path: Path) -> None:
    """First votes beside seats of second votes would be taken for each other."""
    file = tmp_path / "two.csv"
    rows = ["first,A,red,60", "first,A,blue,40", "first,B,red,55", "first,B,blue,45", "second,All,red,90", "second,All,blue,110"]
    file.write_text("\n".join(["contest,district,party,votes", *rows, ""]), encoding="utf-8")
    document = as_json("compare", str(file), "--system", "fptp", "--system", "list-pr")
    assert document["contests"] == {"first": {"red": 115, "blue": 85}, "second": {"red": 90, "blue": 110}}
    text = run("compare", str(file), "--system", "fptp", "--system", "list-pr").stdout
    assert "first  share  second  share" in text
    assert "the votes of the other ballot paper (second) are left aside" in text
    assert "first  share  second  share" in run("show", str(file)).stdout


def test_a_measure_that_is_asked_for_stands_in_the_csv() -> None:
    words = ("compare", "uk-general/2010", "--system", "fptp", "--measure", "enp-seats")
    rows = list(csv.DictReader(StringIO(run(*words, "--csv").stdout)))
    assert {float(row["enp-seats"]) for row in rows} == {as_json(*words)["results"][0]["measures"]["enp-seats"]}


def test_in_python_slips_are_told_and_results_are_printed_short() -> None:
    ge = hs.load("uk-general", 2010)
    assert len(ge.where({"region": "Wales"}).main.districts) == 40
    outcome = ge.under(hs.system["fptp"]())
    assert all(len(repr(thing)) < 300 for thing in (ge, ge.main, outcome, hs.compare(ge, ["fptp"])))
    slips: list[tuple[Callable[[], object], str]] = [
        (lambda: ge.under("fptp"), "system.parse"),  # type: ignore[arg-type]  # the slip
        (lambda: hs.compare(ge, "fptp"), r"\['fptp'\]"),
        (lambda: hs.apportion({"red": 3}, 2), "names=list"),  # type: ignore[arg-type]  # the slip
    ]
    for slip, says in slips:
        with pytest.raises(SettingError, match=says):
            slip()


def test_a_swing_without_figures_says_that_it_changes_nothing() -> None:
    words = ("compare", "uk-general/2010", "--system", "fptp", "--scenario")
    assert "has no figures and changes nothing" in run(*words, "uniform-swing").stdout
    assert "has no figures" not in run(*words, "uniform-swing:lab=0.01").stdout


def test_parties_without_a_column_are_in_that_of_all_others() -> None:
    head, *rows = run("show", "uk-general/2019", "--by", "region").stdout.splitlines()[2:14]
    assert head.endswith("all others")
    assert next(row for row in rows if row.startswith("East Midlands")).endswith("1.7%")
    assert "(no county known)" in run("show", "uk-general/2019", "--by", "county", "--where", "country=Scotland").stdout


def test_whoever_stops_a_long_run_is_told_how_far_it_was(capsys: pytest.CaptureFixture[str]) -> None:
    def run_long() -> None:
        with bar(1000, "draws", kept=True) as told:
            told(400)
            raise KeyboardInterrupt

    with pytest.raises(typer.Exit) as stopped:
        run_long()
    assert stopped.value.exit_code == 130
    assert "stopped after 400 of 1,000 draws" in (said := capsys.readouterr().err)
    assert "the same command goes on" in said


def test_one_of_a_thing_has_no_plural_and_show_draws(tmp_path: Path) -> None:
    picture = tmp_path / "seats.svg"
    text = run("show", "uk-general/2010", "--where", "name=Brent Central", "--chart", "seats", "--out", str(picture)).stdout
    assert "1 district, 1 seat, " in text
    assert picture.read_text(encoding="utf-8").startswith("<svg")


def test_a_wide_table_is_told_which_columns_are_wanted(tmp_path: Path) -> None:
    wide = tmp_path / "wide.csv"
    wide.write_text("constituency,Con,Lab,LD\nA,10,20,30\n", encoding="utf-8")
    assert "district,party,votes" in run("compare", str(wide), status=2).stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to write to")
def test_a_full_disk_is_one_line() -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = subprocess.run(
            [sys.executable, "-m", "hustings", "show", "uk-general/2010"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert "cannot be written" in done.stderr


def test_help_names_every_command() -> None:
    text = run("--help").stdout
    for command in ("catalogue", "show", "compare", "claims"):
        assert command in text


def test_a_lot_by_seed_is_printed(tmp_path: Path) -> None:
    """Nothing in the embedded elections is level; a lots file that is not needed is read all the same."""
    file = tmp_path / "lots.toml"
    file.write_text('[[lot]]\nwhere = "Southend West"\ntied = ["con", "ld"]\nchosen = "con"\n', encoding="utf-8")
    assert as_json("compare", "uk-general/2010", "--system", "fptp", "--lots", str(file))["results"][0]["lots"] == []
    file.write_text('[[lot]]\ntied = ["con", "ld"]\nchosen = "lab"\n', encoding="utf-8")
    assert "chosen" in run("compare", "uk-general/2010", "--lots", str(file), status=2).stderr
