"""The API: the documents of the command line over HTTP, as the types say, bounded."""

import json
import subprocess
import sys
from typing import Any

import httpx
import pytest

from hustings.errors import TieUnresolved
from hustings.lots import Decided
from hustings.web import documents
from web.serving import EXAMPLES, TIED

HERE = "/api/v1"
PAPERS = {"file": ("sparta.blt", (EXAMPLES / "sparta.blt").read_bytes())}


def printed(*words: str) -> Any:
    done = subprocess.run([sys.executable, "-m", "hustings", *words, "--json"], capture_output=True, check=False)
    assert done.returncode in (0, 1), done.stderr  # 1: a claim does not hold
    return json.loads(done.stdout)


def test_show_is_what_the_command_prints(client: httpx.Client) -> None:
    found = client.get(f"{HERE}/show", params={"election": "uk-general/2010", "by": "region"}).json()
    assert found == printed("show", "uk-general/2010", "--by", "region")
    documents.Shown.model_validate(found)


def test_compare_is_what_the_command_prints(client: httpx.Client) -> None:
    asked = {"election": "uk-general/2010", "system": ["fptp", "ams"], "by": "district", "scenario": ["uniform-swing:lab=-0.01"]}
    found = client.get(f"{HERE}/compare", params=asked).json()
    words = ("--system", "fptp", "--system", "ams", "--by", "district", "--scenario", "uniform-swing:lab=-0.01")
    assert found == printed("compare", "uk-general/2010", *words)
    documents.Compared.model_validate(found)


def test_project_is_what_the_command_prints(client: httpx.Client) -> None:
    found = client.get(f"{HERE}/project", params={"election": "uk-general/2010", "to": "con=30,lab=35", "draws": 200, "seed": 3}).json()
    assert found == printed("project", "uk-general/2010", "--to", "con=30,lab=35", "--draws", "200", "--seed", "3")
    documents.Projected.model_validate(found)


def test_coalitions_are_what_the_command_prints(client: httpx.Client) -> None:
    asked = {"election": "uk-general/2010", "absent": ["sf", "speaker"], "order": ["lab", "ld", "con"]}
    found = client.get(f"{HERE}/coalitions", params=asked).json()
    assert found == printed("coalitions", "uk-general/2010", "--absent", "sf,speaker", "--order", "lab,ld,con")
    documents.Coalitions.model_validate(found)


@pytest.mark.parametrize("kind", ["systems", "methods", "scenarios", "measures", "sources", "charts"])
def test_the_catalogue(client: httpx.Client, kind: str) -> None:
    found = client.get(f"{HERE}/catalogue", params={"kind": kind}).json()
    documents.Catalogue.model_validate(found)
    assert found[kind] == printed("catalogue", kind)[kind]


def test_elections_of_the_catalogue(client: httpx.Client) -> None:
    found = client.get(f"{HERE}/catalogue", params={"kind": "elections"}).json()["elections"]
    assert "uk-general/2010" in found
    assert sorted(found) == sorted(printed("catalogue", "elections")["elections"])


def test_count_is_what_the_command_prints(client: httpx.Client) -> None:
    found = client.post(f"{HERE}/count", files=PAPERS).json()
    documents.Count.model_validate(found)
    assert found | {"election": ""} == printed("count", str(EXAMPLES / "sparta.blt")) | {"election": ""}
    assert found["election"] == "sparta.blt"


def test_several_counts(client: httpx.Client) -> None:
    files = [("file", (f"{n}.blt", PAPERS["file"][1])) for n in "ab"]
    found = client.post(f"{HERE}/count", files=files, data={"method": "meek"}).json()
    documents.Counts.model_validate(found)
    assert [each["election"] for each in found["counts"]] == ["a.blt", "b.blt"]


def test_a_tie_says_between_whom_and_lots_decide_it(client: httpx.Client) -> None:
    papers = {"file": ("troy.blt", TIED)}
    answer = client.post(f"{HERE}/count", files=papers)
    assert answer.status_code == 400
    tie = documents.Mistake.model_validate(answer.json()).tie
    assert tie is not None
    assert (tie.where, tie.rule, tie.tied) == ("Troy, stage 2", "51(2)", ["Aeneas", "Briseis"])
    lots = '[[lot]]\ntied = ["Aeneas", "Briseis"]\nchosen = "Aeneas"\n'
    found = client.post(f"{HERE}/count", files=papers, data={"lots": lots}).json()
    assert found["stages"][1]["lots"] == [{"tied": ["Aeneas", "Briseis"], "chosen": "Aeneas", "how": "decided (by hand)", "rule": "51(2)"}]


def test_a_lot_of_one_stage_decides_no_other() -> None:
    """Stage 1 is not the beginning of stage 12."""
    decided = Decided((("Town, stage 1", frozenset("ab"), "a"),), "test")
    assert decided("Town, stage 1", "1", ("a", "b")).chosen == "a"
    with pytest.raises(TieUnresolved):
        decided("Town, stage 12", "1", ("a", "b"))


def test_apportion(client: httpx.Client) -> None:
    """Balinski & Young, Fair Representation (2001), table A1's six parties: by D'Hondt 5, 2, 2, 1."""
    table = "party,votes\na,47000\nb,16000\nc,15800\nd,12000\ne,6100\nf,3100\n"
    found = client.post(f"{HERE}/apportion", files={"file": ("v.csv", table)}, data={"seats": "10"}).json()
    documents.Apportioned.model_validate(found)
    assert found["total"] == 10
    assert found["seats"] == {"a": 5, "b": 2, "c": 2, "d": 1, "e": 0, "f": 0}


@pytest.mark.parametrize("chart", ["map", "seats", "votes-seats", "systems", "fan", "histogram", "map:dark=true"])
def test_charts(client: httpx.Client, chart: str) -> None:
    answer = client.get(f"{HERE}/chart", params={"election": "uk-general/2010", "chart": chart, "draws": 100})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("image/svg+xml")
    assert answer.text.startswith("<svg")
    assert "script" not in answer.headers["content-security-policy"]


def test_claims(client: httpx.Client) -> None:
    text = (EXAMPLES / "half-echoes-2012.toml").read_text(encoding="utf-8")
    found = client.post(f"{HERE}/claims", data={"text": text}).json()
    documents.Findings.model_validate(found)
    assert found == printed("claims", str(EXAMPLES / "half-echoes-2012.toml"))


@pytest.mark.parametrize(
    ("path", "asked"),
    [
        ("show", {}),
        ("show", {"election": ""}),
        ("show", {"election": "uk-general/2010", "bye": "region"}),
        ("show", {"election": "uk-general/2010", "by": "colour"}),
        ("project", {"election": "uk-general/2010", "draws": 20_001}),
        ("project", {"election": "uk-general/2010", "draws": 0}),
        ("compare", {"election": "uk-general/2010", "system": ["fptp"] * 9}),
        ("compare", {"election": "x" * 401}),
        ("compare", {"election": "uk-general/2010\x00"}),
        ("coalitions", {"election": "uk-general/2010", "quota": 1}),
        ("chart", {"election": "uk-general/2010", "chart": "mapp"}),
        ("catalogue", {"kind": "secrets"}),
    ],
)
def test_a_request_out_of_bounds_is_told_so_in_one_line(client: httpx.Client, path: str, asked: dict[str, Any]) -> None:
    answer = client.get(f"{HERE}/{path}", params=asked)
    assert answer.status_code == 400
    assert set(answer.json()) == {"error"}
    assert "\n" not in answer.json()["error"]
    assert len(answer.json()["error"]) < 1200


def test_what_is_not_there(client: httpx.Client) -> None:
    assert client.get(f"{HERE}/nothing").status_code == 404
    answer = client.delete(f"{HERE}/show")
    assert answer.status_code == 405
    assert "error" in answer.json()


def test_the_page_of_the_api_names_every_endpoint(client: httpx.Client) -> None:
    page = client.get("/api").text
    described = client.get(f"{HERE}/openapi.json").json()
    assert set(described["paths"]) >= {
        f"{HERE}/{name}" for name in ("show", "compare", "project", "apportion", "count", "claims", "catalogue", "coalitions", "chart")
    }
    for path in described["paths"]:
        assert path in page
