"""The counting page: files in, stages in words and pictures out, a lot left to the visitor; without any script."""

import json
import re
import tomllib
from html import unescape

import httpx
import pytest

from web.serving import EXAMPLES, TIED

SOI = b"""\
# FILE NAME: a.soi
# TITLE: Town
# DATA TYPE: soi
# NUMBER ALTERNATIVES: 3
# NUMBER VOTERS: 6
# NUMBER UNIQUE ORDERS: 3
# ALTERNATIVE NAME 1: Ada
# ALTERNATIVE NAME 2: Bea
# ALTERNATIVE NAME 3: Cleo
3: 1,2
2: 2,3
1: 3,2
"""
SPARTA = (EXAMPLES / "sparta.blt").read_bytes()


def count(client: httpx.Client, *files: tuple[str, bytes], path: str = "/count", **fields: str) -> httpx.Response:
    return client.post(path, files=[("file", file) for file in files], data=fields)


def lots(page: str) -> str:
    found = re.search(r'<textarea id="lots"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert found
    return unescape(found[1])


def test_the_form_names_every_method_with_its_settings(client: httpx.Client) -> None:
    page = client.get("/count").text
    assert '<option value="scotland-2007">' in page
    assert 'name="us-rcv.overvotes"' in page
    assert "Stage 1" not in page


def test_a_ward_is_counted_stage_by_stage(client: httpx.Client) -> None:
    """Twenty papers, two seats, quota 20 // 3 + 1 = 7: Castor has eight, and one vote passes on in eighths of eight papers."""
    answer = count(client, ("sparta.blt", SPARTA))
    assert answer.status_code == 200
    page = re.sub(r"\s+", " ", answer.text)
    assert "20 valid papers, 0 invalid; 2 to be elected; quota 7.00000" in page
    assert "Stage 2: transfer of surplus of Castor." in page
    assert '<span class="rule">r. 48' in page
    assert "<strong>Elected, in order:</strong> Castor, Helen." in page
    assert "Castor to Pollux: 0.75" in page  # drawn


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", b"rank1,rank2,weight\nAda,Bea,3\nBea,Cleo,2\nCleo,Bea,1\n"),
        ("a.soi", SOI),
        ("a.abif", b"3:Ada>Bea\n2:Bea>Cleo\n1:Cleo>Bea\n"),
    ],
)  # fmt: skip
def test_other_formats(client: httpx.Client, name: str, text: bytes) -> None:
    answer = count(client, (name, text), seats="1", seed="1")
    assert answer.status_code == 200, answer.text
    assert "6 valid papers" in answer.text


def test_a_configuration_and_its_records_count_together_wherever_it_says_they_lie(client: httpx.Client) -> None:
    config = {
        "tabulatorVersion": "1.3.2",
        "outputSettings": {"contestName": "Mayor"},
        "cvrFileSources": [
            {"filePath": "/srv/secret/../votes/cvr.csv", "provider": "genericCsv", "firstVoteColumnIndex": "1", "firstVoteRowIndex": "2"},
        ],
        "candidates": [{"name": "Ada"}, {"name": "Bea"}],
        "rules": {
            "tiebreakMode": "stopCountingAndAsk", "overvoteRule": "alwaysSkipToNextRank", "winnerElectionMode": "singleWinnerMajority",
            "numberOfWinners": "1", "maxSkippedRanksAllowed": "unlimited", "maxRankingsAllowed": "max",
        },
    }  # fmt: skip
    answer = count(client, ("mayor.json", json.dumps(config).encode()), ("cvr.csv", b"Ada,Bea\n1,2\n1,\n2,1\n"))
    assert answer.status_code == 200, unescape(answer.text)
    assert "<strong>Elected, in order:</strong> Ada." in answer.text


def test_settings_of_the_method_are_taken(client: httpx.Client) -> None:
    page = count(client, ("sparta.blt", SPARTA), **{"method": "borda", "borda.truncation": "zero", "us-rcv.decimals": "2"}).text
    assert "Counted by borda" in page
    assert "truncation zero" in page
    mistake = count(client, ("sparta.blt", SPARTA), **{"method": "borda", "borda.truncation": "sideways"})
    assert mistake.status_code == 400
    assert "sideways" in mistake.text


def test_a_lot_asks_for_what_becomes_of_whoever_is_drawn(client: httpx.Client) -> None:
    level = b'2 1\n5 1 0\n5 2 0\n0\n"Ada"\n"Bea"\n"Level"\n'
    assert "<legend>Who is elected?</legend>" in count(client, ("level.blt", level), method="schulze").text
    assert "<legend>Who is excluded?</legend>" in count(client, ("level.blt", level), method="av-uk-2011").text


def test_a_file_of_another_kind_is_told_which_are_counted(client: httpx.Client) -> None:
    answer = count(client, ("papers.txt", b"hello"))
    assert answer.status_code == 400
    assert "papers.txt: is none of the formats that are counted here: BLT, a ward's CSV, PrefLib" in unescape(answer.text)
    assert "catalogue sources" not in answer.text


def test_a_lot_is_shown_decided_by_hand_and_logged(client: httpx.Client) -> None:
    page = count(client, ("troy.blt", TIED)).text
    assert "A lot is called for" in page
    assert "Not finished:" in page
    assert "Aeneas and Briseis are tied, and r. 51(2) calls for a lot" in page.replace("\n", " ")
    assert "<legend>Who is excluded?</legend>" in page
    assert "Elected (r." not in page
    where, tied = (unescape(re.search(rf'name="{name}" value="([^"]*)"', page)[1]) for name in ("where", "tied"))  # type: ignore[index]  # else it fails
    page = count(client, ("troy.blt", TIED), decide="yes", chosen="Briseis", where=where, tied=tied).text
    assert "A lot is called for" not in page
    assert "Lot (r. 51(2)): Briseis of Aeneas, Briseis (decided (by hand))." in page
    assert tomllib.loads(lots(page))["lot"] == [{"where": "Troy, stage 2", "tied": ["Aeneas", "Briseis"], "chosen": "Briseis"}]
    again = count(client, ("troy.blt", TIED), lots=lots(page)).text
    assert "(decided (by hand))" in again
    assert 'download="lots.toml"' in again


def test_a_seed_draws_and_says_so(client: httpx.Client) -> None:
    page = count(client, ("troy.blt", TIED), seed="7").text
    assert "(seed 7)" in page


def test_the_sheet_and_the_document_to_keep(client: httpx.Client) -> None:
    sheet = count(client, ("sparta.blt", SPARTA), path="/count/sheet")
    assert "<h2>Elected, in order</h2>" in sheet.text
    policy = sheet.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "style-src 'sha256-" in policy
    document = count(client, ("sparta.blt", SPARTA), path="/count/json")
    assert document.headers["content-disposition"].startswith("attachment")
    assert document.json()["elected"] == ["Castor", "Helen"]


@pytest.mark.parametrize("name", ["sparta", "troy"])
def test_an_example_is_an_address(client: httpx.Client, name: str) -> None:
    page = client.get("/count", params={"example": name}).text
    assert "Stage 1" in page


def test_a_mistake_is_one_line_that_names_the_file_as_the_visitor_does(client: httpx.Client) -> None:
    answer = count(client, ("ward 1.blt", b"3 1\n1 9 0\n0\nA\nB\nC\nT\n"))
    assert answer.status_code == 400
    (said,) = re.findall(r'<p class="error" role="alert">(.*?)</p>', answer.text)
    assert unescape(said).startswith("ward 1.blt:2: '1 9 0' ranks 9")


def test_nothing_sent_is_an_error(client: httpx.Client) -> None:
    assert "no file came with this" in client.post("/count", data={"method": ""}).text


def test_names_are_text(client: httpx.Client) -> None:
    page = count(client, ("x.blt", b'2 1\n3 1 0\n1 2 0\n0\n"<script>alert(1)</script>"\n"B"\n"<b>T"\n')).text
    assert "<script>alert" not in page
    assert "<b>T" not in page
