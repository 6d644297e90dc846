"""The API against its own description, by generated requests: it never fails, and sends what it says that it sends."""

import os
import subprocess
import sys

import httpx
import pytest

from web.serving import EXAMPLES, TIED, Served

schemathesis = pytest.importorskip("schemathesis", reason="schemathesis is not installed; pip install '.[test]' brings it")

CHECKS = (
    "not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance", "response_headers_conformance",
    "negative_data_rejection", "unsupported_method",
)  # fmt: skip
LONG = bool(os.environ.get("HUSTINGS_LONG"))
"""Whoever sets it has minutes, and gets thousands of requests."""


def test_generated_requests(served: Served) -> None:
    """Not by the plugin for pytest, which wants another pytest than ours."""
    phases, number = ("examples,coverage,fuzzing", 300) if LONG else ("examples,fuzzing", 12)
    words = ["--phases", phases, "--max-examples", str(number), "--checks", ",".join(CHECKS), "--no-color", "--generation-deterministic"]
    code = "from schemathesis.cli import schemathesis; schemathesis()"
    command = [sys.executable, "-c", code, "run", f"{served.url}/api/v1/openapi.json", *words]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "9 selected / 9 total" in done.stdout


@pytest.mark.parametrize("papers", [(EXAMPLES / "sparta.blt").read_bytes(), TIED, b"", b"\0"])
def test_a_count_of_papers_is_as_described(served: Served, papers: bytes) -> None:
    """Nobody generates papers that can be counted."""
    with httpx.Client(base_url=served.url, timeout=60) as client:
        answer = client.post("/api/v1/count", files={"file": ("a.blt", papers)})
        answer.request.read()
    described = schemathesis.openapi.from_url(f"{served.url}/api/v1/openapi.json")
    described["/api/v1/count"]["POST"].validate_response(answer)
