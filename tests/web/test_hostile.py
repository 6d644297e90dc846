"""Hostile uploads: each gets one clear message, and the server goes on."""

import io
import json
import zipfile
from html import unescape

import httpx
import pytest

from web.serving import EXAMPLES, Served

SPARTA = (EXAMPLES / "sparta.blt").read_bytes()
RULES = {
    "tiebreakMode": "stopCountingAndAsk", "overvoteRule": "alwaysSkipToNextRank", "winnerElectionMode": "singleWinnerMajority",
    "numberOfWinners": "1", "maxSkippedRanksAllowed": "unlimited", "maxRankingsAllowed": "max",
}  # fmt: skip


def config(path: str, provider: str = "genericCsv", **rules: str) -> bytes:
    sources = [{"filePath": path, "provider": provider, "firstVoteColumnIndex": "2", "firstVoteRowIndex": "2", "contestId": "1"}]
    candidates = [{"name": "Ada"}, {"name": "Bea"}]
    return json.dumps({"outputSettings": {"contestName": "M"}, "cvrFileSources": sources, "candidates": candidates, "rules": RULES | rules}).encode()


def bomb(parts: int = 1) -> bytes:
    """A workbook of a few kilobytes that unpacks to 300 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for part in range(parts):
            packed.writestr(f"xl/part{part}.xml", b"0" * 1000)
        with packed.open("xl/sharedStrings.xml", "w", force_zip64=True) as member:
            for _ in range(300):
                member.write(b"<" * (1 << 20))
    return out.getvalue()


ENTITIES = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><CastVoteRecordReport>&j;</CastVoteRecordReport>"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/hostname">]><CastVoteRecordReport>&a;</CastVoteRecordReport>'

UPLOADS: dict[str, list[tuple[str, bytes]]] = {
    "zip bomb": [("m.json", config("a.xlsx", "ess")), ("a.xlsx", bomb())],
    "zip bomb by itself": [("a.xlsx", bomb())],
    "no zip": [("m.json", config("a.xlsx", "ess")), ("a.xlsx", b"PK\x03\x04" + b"\xff" * 5000)],
    "entities of entities": [("m.json", config("a.xml", "cdf")), ("a.xml", ENTITIES.encode())],
    "entities from outside": [("m.json", config("a.xml", "cdf")), ("a.xml", OUTSIDE.encode())],
    "10^9 seats": [("a.blt", b"2 1000000000\n1 1 0\n0\nA\nB\nT\n")],
    "10^9 candidates": [("a.blt", b"1000000000 1\n1 1 0\n0\nA\nB\nT\n")],
    "99,999 candidates": [("a.blt", b"99999 1\n1 1 0\n0\nA\nB\nT\n")],
    "30,000 candidates who are there": [("a.blt", b"30000 1\n1 1 0\n2 30000 0\n0\n" + b"".join(b"C%d\n" % n for n in range(30000)) + b"T\n")],
    "99,999 seats": [("a.blt", b"2 99999\n3 1 0\n2 2 0\n0\nA\nB\nT\n")],
    "10^9 winners": [("m.json", config("c.csv", numberOfWinners="1000000000")), ("c.csv", b"id,Ada,Bea\n1,1,2\n")],
    "more papers than are": [("a.blt", b"2 1\n99999999999999999999999 1 0\n0\nA\nB\nT\n")],
    "deep JSON": [("a.json", b'{"cvrFileSources":' + b"[" * 100_000 + b"]" * 100_000 + b"}")],
    "deep JSON that is not closed": [("a.json", b'{"outputSettings":' * 100_000)],
    "deep records": [("m.json", config("c.json", "cdf")), ("c.json", b"[" * 200_000)],
    "no UTF-8": [("a.blt", b"2 1\n3 1 0\n0\n\xff\xfe\nB\nT\n")],
    "UTF-16": [("a.blt", SPARTA.decode().encode("utf-16"))],
    "UTF-32 CSV": [("a.csv", "rank1,rank2\nA,B\n".encode("utf-32"))],
    "NUL": [("a.blt", b"2 1\n3 1 0\n\0 0\nA\nB\nT\n")],
    "NUL in CSV": [("a.csv", b"rank1,rank2\nA\0,B\n")],
    "endless line": [("a.blt", b"2 1\n" + b"1 " * 5_000_000)],
    "endless line of CSV": [("a.csv", b"rank1,rank2\n" + b"a" * 10_000_000)],
    "endless quote": [("a.csv", b'rank1,rank2\n"' + b"a\n" * 3_000_000)],
    "a million columns": [("a.csv", b",".join(b"rank%d" % n for n in range(1, 1_000_001)) + b"\n")],
    "a million commas": [("a.csv", b"," * 1_000_000 + b"\n")],
    "cut in the middle": [("a.blt", SPARTA[: len(SPARTA) // 2])],
    "cut configuration": [("m.json", config("c.csv")[:-40])],
    "nothing": [("a.blt", b"")],
    "blanks": [("a.csv", b" \n\n \n")],
    "a picture": [("a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 100)],
    "a picture called papers": [("a.blt", b"\x89PNG\r\n\x1a\n" + b"\0" * 100)],
    "Parquet that is none": [("a.parquet", b"PAR1" + b"\0" * 100 + b"PAR1")],
    "no ending": [("papers", SPARTA)],
    "a way out, in the name": [("../../../../tmp/x", SPARTA)],
    "a way out by Windows": [("..\\..\\x.exe", SPARTA)],
    "a device": [("/dev/stdin", SPARTA)],
    "hidden": [("...", SPARTA)],
    "records elsewhere": [("m.json", config("/etc/passwd"))],
    "records above": [("m.json", config("../../../etc/passwd"))],
    "records in a folder elsewhere": [("m.json", config("/etc", "dominion"))],
    "records are a list": [("m.json", config("c.csv").replace(b'"c.csv"', b"[1]")), ("c.csv", b"1\n")],
    "a configuration of numbers": [("m.json", b'{"outputSettings":1,"cvrFileSources":2,"candidates":3,"rules":4}')],
    "the same name twice": [("a.blt", SPARTA), ("x/a.blt", SPARTA)],
    "ranks past the end": [("a.soc", b"# FILE NAME: a\n# DATA TYPE: soc\n# NUMBER ALTERNATIVES: 999999999\n# ALTERNATIVE NAME 1: A\n1: 1\n")],
    "a name of a megabyte": [("a.abif", b"1:" + b"A" * 1_000_000 + b">B\n1:{" + b"[" * 1000)],
}  # fmt: skip


@pytest.fixture(scope="module")
def pid(served: Served) -> int:
    return served.pid


@pytest.mark.parametrize("name", UPLOADS)
def test_one_clear_message(client: httpx.Client, served: Served, name: str) -> None:
    answer = client.post("/api/v1/count", files=[("file", upload) for upload in UPLOADS[name]], data={"seed": "1"})
    assert answer.status_code == 400, answer.text[:500]
    said = answer.json()["error"]
    assert said
    assert len(said) < 1100
    assert "Traceback" not in said
    assert str(served.temporary) not in said
    assert "root:" not in said
    assert list(served.temporary.glob("hustings-*")) == []
    # The server lives, and its workers do.
    assert client.post("/api/v1/count", files={"file": ("s.blt", SPARTA)}).json()["elected"] == ["Castor", "Helen"]


@pytest.mark.parametrize(
    "name", ["../../x.blt", "..\\..\\x.blt", "/etc/cron.d/x.blt", "x.blt\0.png", "a" * 5000 + ".blt", "<b>.blt", ".lots.blt", "x\r\ny.blt", "é.blt"]
)
def test_a_file_s_name_leads_nowhere(client: httpx.Client, served: Served, name: str) -> None:
    before = set(served.temporary.parent.glob("**/x*"))
    answer = client.post("/count", files={"file": (name, SPARTA)}, data={"lots": '[[lot]]\ntied = ["a", "b"]\nchosen = "a"\n'})
    assert answer.status_code in (200, 400)
    assert "<b>." not in answer.text
    assert set(served.temporary.parent.glob("**/x*")) <= before


CLAIMS = {
    "deep TOML": "x = " + "[" * 50_000,
    "deep tables": "[" + ".".join("a" * 20_000) + "]\n",
    "a number of 10,000 digits": "[[claim]]\ntext='x'\nelection='uk-general/2010'\nfind='seats'\nclaimed=" + "9" * 10_000,
    "no claims": "x = 1",
    "NUL": "\0",
    "an endless line": "#" + "a" * 190_000,
    "10^9 claims": "[[claim]]\n" * 15_000,
    "an exponent": "[[claim]]\ntext='x'\nelection='uk-general/2010'\nfind='share of lab'\nclaimed=1e400\ntolerance=0",
    "a tolerance that is none": "[[claim]]\ntext='x'\nelection='uk-general/2010'\nfind='share of lab'\nclaimed=0.3\ntolerance=nan",
}


@pytest.mark.parametrize("name", CLAIMS)
def test_hostile_claims(client: httpx.Client, name: str) -> None:
    answer = client.post("/api/v1/claims", data={"text": CLAIMS[name]})
    assert answer.status_code == 400, answer.text[:500]
    assert len(answer.json()["error"]) < 1100


TABLES = {
    "10^12 seats": ("party,votes\na,10\nb,5\n", {"seats": "1000000000000"}),
    "many rows": ("party,votes\n" + "".join(f"p{n},1\n" for n in range(100_000)), {"seats": "3"}),
    "a number without end": ("party,votes\na," + "9" * 100_000 + "\n", {"seats": "3"}),
    "a threshold of a million digits": ("party,votes\na,1\n", {"seats": "1", "threshold": "0." + "1" * 99}),
    "a way out in a method": ("party,votes\na,1\n", {"seats": "1", "method": "../../etc/passwd"}),
    "no table": ("\0\0\0", {"seats": "1"}),
}


@pytest.mark.parametrize("name", TABLES)
def test_hostile_tables(client: httpx.Client, name: str) -> None:
    text, asked = TABLES[name]
    answer = client.post("/api/v1/apportion", files={"file": ("v.csv", text)}, data=asked)
    assert answer.status_code in (200, 400), answer.text[:500]
    if answer.status_code == 400:
        assert len(answer.json()["error"]) < 1100


@pytest.mark.parametrize(
    "text",
    [
        "uniform-swing:lab=1e999999999",
        "uniform-swing:lab=1/0",
        "turnout:con=9e9999",
        "x" * 400,
        "{{7*7}}",
        "%s%n",
        "'; DROP TABLE x; --",
        "\u202e",
        "__class__",
    ],
)
def test_hostile_words(client: httpx.Client, text: str) -> None:
    """No template, no SQL: a name of nothing, or a figure that cannot be."""
    for key in ("scenario", "system", "where", "measure", "election"):
        wanted = {"election": "uk-general/2010", key: text}
        answer = client.get("/api/v1/compare", params=wanted)
        assert answer.status_code == 400, answer.text[:300]
        assert "49" not in unescape(answer.json()["error"]).replace("1749", "") or key == "election"


def test_no_multipart_at_all(client: httpx.Client) -> None:
    for kind in ("multipart/form-data", "multipart/form-data; boundary=", "text/plain", "application/json"):
        for path in ("/count", "/claims", "/api/v1/count", "/api/v1/claims"):
            answer = client.post(path, content=b"\xff" * 1000, headers={"content-type": kind})
            assert answer.status_code == 400, (path, kind, answer.status_code)
