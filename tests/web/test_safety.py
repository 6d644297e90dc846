"""What a stranger cannot do: be heard under another name, keep the server waiting, read its files, or see another visitor's work."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from hustings.web.workers import Workers
from web.serving import EXAMPLES, TIED, Served, serving

SPARTA = (EXAMPLES / "sparta.blt").read_bytes()
SHOW = "/api/v1/show?election=uk-general/2010"


def dial(served: Served) -> socket.socket:
    where = urlsplit(served.url)
    return socket.create_connection((where.hostname or "", where.port or 0), timeout=60)


def heard(line: socket.socket) -> bytes:
    """Whatever comes until the server hangs up."""
    found = b""
    try:
        while more := line.recv(65536):
            found += more
    except ConnectionResetError:
        pass
    return found


# ---- names and sites -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[::1", "evil.example:8000"])
def test_no_other_name_is_answered(client: httpx.Client, host: str) -> None:
    answer = client.get(SHOW, headers={"host": host})
    assert answer.status_code == 421
    assert "votes" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST", "192.168.1.7"])
def test_names_of_this_machine_are(client: httpx.Client, host: str) -> None:
    assert client.get("/api", headers={"host": host}).status_code == 200


def test_names_that_were_given_are(tmp_path: Path) -> None:
    with serving(tmp_path, "--name", "hustings.example.org") as served:
        assert httpx.get(f"{served.url}/api", headers={"host": "hustings.example.org"}).status_code == 200
        assert httpx.get(f"{served.url}/api", headers={"host": "other.example.org"}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}],
)
def test_pages_of_other_sites_send_nothing(client: httpx.Client, headers: dict[str, str]) -> None:
    for path in ("/count", "/count/sheet", "/claims", "/api/v1/count", "/api/v1/claims"):
        assert client.post(path, data={"text": "x"}, headers=headers).status_code == 403


def test_pages_of_this_site_do(client: httpx.Client, served: Served) -> None:
    for headers in ({"origin": served.url}, {"sec-fetch-site": "same-origin"}, {}):
        assert client.post("/count", files={"file": ("s.blt", SPARTA)}, headers=headers).status_code == 200


def test_it_listens_on_this_machine_alone(served: Served) -> None:
    port = urlsplit(served.url).port
    wanted = f":{port:04X} "
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if wanted in line and line.split()[3] == "0A"]
    assert listening == [f"0100007F:{port:04X}"]


# ---- headers ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["/", "/count", "/count?example=troy", "/claims", "/api", SHOW, "/api/v1/openapi.json", "/nothing", "/static/count.js"]
)
def test_every_answer_is_under_a_strict_policy(client: httpx.Client, path: str) -> None:
    answer = client.get(path, follow_redirects=True)
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers
    if not path.startswith("/static"):
        assert answer.headers["cache-control"] in ("no-store", "private, no-cache")


@pytest.mark.parametrize("path", ["/count?example=sparta", "/claims", "/api"])
def test_no_page_asks_another_host_or_holds_a_script(client: httpx.Client, path: str) -> None:
    page = client.get(path).text
    assert "<script>" not in page
    assert " on" + "click=" not in page
    assert 'style="' not in page
    for kind in ("src", "action", "formaction"):
        assert f'{kind}="http' not in page
    assert '<link rel="stylesheet" href="http' not in page


# ---- bounds ----------------------------------------------------------------------------------------------------------


def test_a_body_that_says_it_is_huge_is_not_read(served: Served) -> None:
    with dial(served) as line:
        line.sendall(b"POST /count HTTP/1.1\r\nhost: localhost\r\ncontent-length: 99999999999\r\n\r\n")
        said = heard(line)
    assert said.startswith(b"HTTP/1.1 413")
    assert b"at most 20 MB" in said


def test_a_body_without_end_is_cut(served: Served) -> None:
    head = b"POST /count HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: chunked\r\ncontent-type: multipart/form-data; boundary=x\r\n\r\n"
    first = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.blt"\r\n\r\n'
    with dial(served) as line:
        sent = 0
        try:
            line.sendall(head + b"%x\r\n%s\r\n" % (len(first), first))
            while sent < 100 << 20:
                line.sendall(b"%x\r\n%s\r\n" % (1 << 20, b"1" * (1 << 20)))
                sent += 1 << 20
        except OSError:
            pass
        said = heard(line)
    assert sent < 60 << 20
    assert said.startswith(b"HTTP/1.1 413") or not said  # what was sent meanwhile may have drowned the answer


def test_a_file_over_the_bound_is_told_so(client: httpx.Client) -> None:
    answer = client.post("/api/v1/count", files={"file": ("a.blt", b"1" * ((20 << 20) + 1))})
    assert answer.status_code == 413
    assert answer.json() == {"error": "a request carries at most 20 MB"}


def test_too_many_files(client: httpx.Client) -> None:
    for path in ("/count", "/api/v1/count"):
        answer = client.post(path, files=[("file", (f"{n}.blt", SPARTA)) for n in range(21)])
        assert answer.status_code == 400
        assert answer.text.count("error") <= 3


def test_long_headers_and_addresses(served: Served, client: httpx.Client) -> None:
    for asked in (b"GET /" + b"a" * 200_000, b"GET /api HTTP/1.1\r\nhost: localhost\r\nx: " + b"a" * 200_000):
        with dial(served) as line:
            with suppress(OSError):
                line.sendall(asked)
            assert b" 200 " not in heard(line)[:20]
    assert client.get("/api").status_code == 200


@pytest.mark.parametrize("begun", [b"", b"GET / HT", b"GET /api HTTP/1.1\r\nhost: localhost\r\nx-slow: "])
def test_a_head_that_does_not_come_is_not_waited_for(tmp_path: Path, begun: bytes) -> None:
    """In a process whose patience is two seconds; a byte now and then does not help."""
    code = "import sys; from hustings.web import server; server.HEADERS = 2.0; server.run('127.0.0.1', int(sys.argv[1]), workers=1)"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, "-c", code, str(port)])
    try:
        served = Served(f"http://127.0.0.1:{port}", process.pid, tmp_path)
        for _ in range(200):
            try:
                line = dial(served)
                break
            except OSError:
                time.sleep(0.1)
        with line:
            line.sendall(begun)
            line.settimeout(0.3)
            start = time.monotonic()
            while time.monotonic() - start < 15:
                try:
                    if line.recv(100) == b"":
                        break
                except TimeoutError:
                    if begun:
                        line.sendall(b"a")
                except OSError:
                    break
            assert time.monotonic() - start < 10
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_idle_connections_keep_nobody_out(served: Served, client: httpx.Client) -> None:
    lines = [dial(served) for _ in range(200)]
    try:
        assert client.get("/api").status_code == 200
    finally:
        for line in lines:
            line.close()


def test_a_job_without_end_is_stopped_and_the_others_go_on(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "2", "--seconds", "3") as served, httpx.Client(base_url=served.url, timeout=60) as client:
        slow: dict[str, Any] = {"election": "uk-general/2010", "draws": 20_000, "system": ["stv", "av", "ams", "two-round"]}
        assert client.get(SHOW).status_code == 200
        with ThreadPoolExecutor(1) as other:
            stopped = other.submit(client.get, "/api/v1/project", params=slow)
            time.sleep(0.2)
            assert client.get(SHOW + "&by=region").status_code == 200
            assert stopped.result().status_code == 400, stopped.result().text
        assert "stopped after 3 seconds" in stopped.result().json()["error"]
        assert client.get(SHOW + "&by=county").status_code == 200
        assert list(tmp_path.glob("hustings-*")) == []


# ---- files -----------------------------------------------------------------------------------------------------------


def test_nothing_is_left_when_a_worker_is_killed(tmp_path: Path) -> None:
    with serving(tmp_path, "--workers", "1") as served, httpx.Client(base_url=served.url, timeout=60) as client:
        assert client.get(SHOW).status_code == 200
        candidates = 300
        papers = "".join(f"1 {' '.join(str(1 + (n * k) % candidates) for n in range(1, 1 + k % 7))} 0\n" for k in range(1, 60_000))
        big = f"{candidates} 100\n{papers}0\n{''.join(f'C{n}' + chr(10) for n in range(candidates))}T\n".encode()
        with ThreadPoolExecutor(1) as other:
            asked = other.submit(client.post, "/api/v1/count", files={"file": ("big.blt", big)}, data={"method": "meek", "seed": "1"})
            for _ in range(200):
                if list(tmp_path.glob("hustings-*/big.blt")):
                    break
                time.sleep(0.02)
            else:
                pytest.fail("the file never lay in the temporary folder")
            for worker in served.workers:
                os.kill(worker, signal.SIGKILL)
            answer = asked.result()
        assert answer.status_code == 400
        assert list(tmp_path.glob("hustings-*")) == []
        assert client.post("/api/v1/count", files={"file": ("s.blt", SPARTA)}).status_code == 200
        assert list(tmp_path.iterdir()) == []


def test_workers_that_have_nothing_to_do_are_stopped() -> None:
    async def rested() -> tuple[int, int]:
        workers = Workers(1, seconds=20, wait=20, idle=0.2)
        await workers.run("show", {"election": "uk-general/2010"})
        before = workers._free.qsize()
        await asyncio.sleep(0.6)
        after = workers._free.qsize()
        workers.close()
        return before, after

    assert asyncio.run(rested()) == (1, 0)


SECRET = "[rows]\na = { b = 1 }\n[contests.con-lab]\nld = { lab = '0.2', con = '0.1' }\n"


@pytest.fixture(scope="module")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file that anybody who can read the server's disk could read."""
    path = tmp_path_factory.mktemp("secret") / "secret.toml"
    path.write_text(SECRET)
    return path


@pytest.mark.parametrize(
    "asked",
    [
        {"system": "{}"},
        {"system": "described:file={}"},
        {"system": "stv:matrix={}"},
        {"scenario": "pact:file={}"},
        {"scenario": "tactical:model=matrix,matrix={}"},
        {"scenario": "tactical:matrix={}"},
        {"scenario": "elasticity:fit={},lab=-0.01"},
        {"scenario": "rankings:matrix={}"},
        {"scenario": "turnout:file={}"},
        {"scenario": "turnout:model={}"},
        {"election": "{}"},
        {"election": "uk-general/../../..{}"},
    ],
)
def test_no_file_is_opened_by_a_visitor_s_name(client: httpx.Client, secret: Path, asked: dict[str, str]) -> None:
    """The same is said whether the file is there or not."""
    said = []
    for path in (secret, secret.with_name("absent.toml")):
        wanted: dict[str, Any] = {"election": "uk-general/2010"} | {key: value.format(path) for key, value in asked.items()}
        answer = client.get("/api/v1/compare", params=wanted)
        assert answer.status_code == 400, answer.text
        assert "contests" not in answer.text
        said.append(answer.json()["error"].replace(str(path), "FILE").replace(path.stem, "FILE"))
    assert said[0] == said[1]


def test_a_worker_can_open_nothing_else(tmp_path: Path) -> None:
    """Whatever code does it, by whatever way."""
    code = f"""
import os, socket, subprocess, sys
from hustings.web.workers import _Wall
wall = _Wall()
wall.folder = {str(tmp_path)!r}
sys.addaudithook(wall)
open({str(tmp_path / "own")!r}, "w").close()
import json, decimal
def denied(what):
    try:
        what()
    except PermissionError:
        return True
    return False
print([denied(what) for what in (
    lambda: open("/etc/hostname"), lambda: os.open("/etc/hostname", os.O_RDONLY), lambda: open({str(tmp_path)!r} + "/../x", "w"),
    lambda: open({str(Path(__file__))!r} + ".bak", "w"), lambda: subprocess.run(["true"]), lambda: os.system("true"),
    lambda: socket.create_connection(("127.0.0.1", 9)),
)])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str([True] * 7)


# ---- visitors --------------------------------------------------------------------------------------------------------


def test_no_visitor_sees_another_s_work(client: httpx.Client) -> None:
    """Forty at once, each with papers of their own."""

    def one(number: int) -> bool:
        papers = f"2 1\n{number + 1} 1 0\n1 2 0\n0\nOwn{number}\nOther{number}\nTown{number}\n".encode()
        found = client.post("/api/v1/count", files={"file": ("ward.blt", papers)}, data={"seed": "1"}).json()
        return bool(found["name"] == f"Town{number}" and found["candidates"][0]["name"] == f"Own{number}" and found["valid"] == number + 2)

    with ThreadPoolExecutor(20) as many:
        assert all(many.map(one, range(40)))


def test_lots_of_one_visitor_are_not_another_s(client: httpx.Client) -> None:
    lots = '[[lot]]\ntied = ["Aeneas", "Briseis"]\nchosen = "Aeneas"\n'
    assert client.post("/api/v1/count", files={"file": ("t.blt", TIED)}, data={"lots": lots}).status_code == 200
    assert client.post("/api/v1/count", files={"file": ("t.blt", TIED)}).status_code == 400


def test_what_is_kept_is_the_same_bytes(client: httpx.Client) -> None:
    first, second = (client.get(SHOW + "&by=country") for _ in range(2))
    assert first.content == second.content
    assert json.loads(first.content)["groups"]
