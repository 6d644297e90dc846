"""Files are complete and right or absent, whatever the network, the disk and other processes do. docs/faults.md lists these."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import resource
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import requests

from fault_server import Server, serving
from hustings import catalogue, downloads
from hustings.catalogue import File
from hustings.errors import DataError, NotHere

BODY = bytes(range(256)) * 400
NAME = "a/b c.csv"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def file_of(url: str, body: bytes = BODY, path: str = NAME) -> File:
    return File(path, url, len(body), hashlib.sha256(body).hexdigest())


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HUSTINGS_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("HUSTINGS_MIRROR", raising=False)
    monkeypatch.setattr(downloads, "TIMEOUT", (1.0, 0.3))
    monkeypatch.setattr("pooch.core.time", SimpleNamespace(sleep=lambda _seconds: None))
    return tmp_path / "data"


@pytest.fixture
def server(data: Path) -> Iterator[Server]:
    assert data
    with serving({"file": BODY}) as server:
        yield server


def nothing_half(data: Path, *, parts: bool = True) -> bool:
    """No file lies there but what may: locks, and the part from which a download goes on."""
    left = [path for path in data.rglob("*") if path.is_file() and path.suffix != ".lock" and not (parts and path.suffix == ".part")]
    return not left


def fetch(server: Server) -> bytes:
    file = file_of(f"{server.url}/file")
    return downloads.fetch([file])[file.path].read_bytes()


def test_a_file_is_fetched_once(server: Server, data: Path) -> None:
    assert fetch(server) == fetch(server) == BODY
    assert server.asked == [("file", "")]
    assert {path.name for path in (data / "files").rglob("*") if path.is_file()} == {"b c.csv"}


def test_a_download_that_is_cut_goes_on_from_there(server: Server) -> None:
    server.faults["file"] = ["cut", "cut"]
    assert fetch(server) == BODY
    first, second, third = (int(span.removeprefix("bytes=").removesuffix("-") or 0) for _, span in server.asked)
    assert first == 0 < len(BODY) // 3 < second <= len(BODY) // 2 < third < len(BODY)


def test_a_server_that_cannot_go_on_is_asked_for_the_whole(server: Server) -> None:
    server.faults["file"] = ["cut", "no-range"]
    assert fetch(server) == BODY


def test_a_download_that_is_always_cut_is_said_and_goes_on_next_time(server: Server, data: Path) -> None:
    server.faults["file"] = ["cut"] * 4
    with pytest.raises(DataError, match=r"was cut short.*what is here already is kept"):
        fetch(server)
    assert nothing_half(data)
    assert fetch(server) == BODY
    assert int(server.asked[-1][1][6:-1]) > len(BODY) // 2


def test_a_corrupt_download_is_fetched_again(server: Server) -> None:
    server.faults["file"] = ["corrupt"]
    assert fetch(server) == BODY


def test_a_file_that_is_always_corrupt_is_refused(server: Server, data: Path) -> None:
    server.faults["file"] = ["corrupt"] * 9
    with pytest.raises(DataError, match="is not the file that was pinned"):
        fetch(server)
    assert nothing_half(data, parts=False)


def test_a_corrupt_part_is_not_gone_on_from_for_ever(server: Server, data: Path) -> None:
    part = data / "files" / f"{NAME}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * (len(BODY) // 2))
    assert fetch(server) == BODY


def test_a_part_longer_than_the_file(server: Server, data: Path) -> None:
    part = data / "files" / f"{NAME}.part"
    part.parent.mkdir(parents=True)
    part.write_bytes(b"x" * (len(BODY) + 7))
    assert fetch(server) == BODY


def test_a_server_that_stalls(server: Server) -> None:
    server.faults["file"] = ["stall"]
    assert fetch(server) == BODY


def test_a_server_that_always_stalls(server: Server, data: Path) -> None:
    server.faults["file"] = ["stall"] * 9
    with pytest.raises(DataError, match="stalled"):
        fetch(server)
    assert nothing_half(data)


def test_a_server_that_has_a_fault(server: Server, data: Path) -> None:
    server.faults["file"] = ["500"]
    assert fetch(server) == BODY
    shutil.rmtree(data)
    server.faults["file"] = ["500"] * 9
    with pytest.raises(DataError, match="500 Server Error"):
        fetch(server)
    assert nothing_half(data, parts=False)


def test_a_file_that_is_gone_is_not_asked_for_again(server: Server) -> None:
    server.faults["file"] = ["404"] * 9
    with pytest.raises(DataError, match=r"is not there \(status 404\)"):
        fetch(server)
    assert len(server.asked) == 1


def test_without_network_one_line_says_so(data: Path) -> None:
    with serving({}) as gone:
        url = gone.url
    with pytest.raises(DataError, match="cannot be reached; check the network, or set HUSTINGS_MIRROR") as caught:
        downloads.fetch([file_of(f"{url}/file")])
    assert "\n" not in str(caught.value)
    assert nothing_half(data, parts=False)


def test_a_server_that_does_not_answer_is_not_asked_again(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def silent(url: str, **_: object) -> None:
        asked.append(url)
        raise requests.exceptions.ConnectTimeout

    monkeypatch.setattr("requests.get", silent)
    with pytest.raises(DataError, match="cannot be reached; check the network"):
        downloads.fetch([file_of("https://nowhere.invalid/file")])
    assert len(asked) == 1
    assert nothing_half(data, parts=False)


def test_a_damaged_file_is_fetched_anew(server: Server, data: Path) -> None:
    fetch(server)
    (data / "files" / NAME).write_bytes(BODY[::-1])
    assert fetch(server) == BODY


def test_a_mirror_by_address(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.files["mirror/a/b%20c.csv"] = BODY
    monkeypatch.setenv("HUSTINGS_MIRROR", f"{server.url}/mirror/")
    file = file_of("https://nowhere.invalid/file")
    assert downloads.fetch([file])[file.path].read_bytes() == BODY


@pytest.mark.parametrize("form", ["{}", "file://{}"])
def test_a_mirror_on_disk(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: str) -> None:
    monkeypatch.setenv("HUSTINGS_MIRROR", form.format(tmp_path / "mirror"))
    file = file_of("https://nowhere.invalid/file")
    with pytest.raises(DataError, match="is not on the mirror"):
        downloads.fetch([file])
    place = tmp_path / "mirror" / NAME
    place.parent.mkdir(parents=True)
    place.write_bytes(BODY[:-1])
    with pytest.raises(DataError, match="is not the file that was pinned"):
        downloads.fetch([file])
    assert nothing_half(data, parts=False)
    place.write_bytes(BODY)
    assert downloads.fetch([file])[NAME].read_bytes() == BODY


def test_where_a_file_lies_that_was_not_fetched(data: Path) -> None:
    assert data
    file = catalogue.edition("uk-general", "1951").files[0]
    with pytest.raises(NotHere, match="get it with: hustings data pull uk-general/1918"):
        downloads.path(file)


# ---- one archive for many files --------------------------------------------------------------------------------------


def tar_of(bodies: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as tar:
        for name, body in bodies.items():
            member = tarfile.TarInfo(f"repository-{COMMIT}/{name}")
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))
    return out.getvalue()


@pytest.fixture
def many(server: Server, monkeypatch: pytest.MonkeyPatch) -> tuple[dict[str, bytes], list[File]]:
    bodies = {f"8 cands/ward{number}.csv": b"%d" % number * 40 for number in range(60)}
    raw = f"https://raw.githubusercontent.com/owner/repository/{COMMIT}"
    files = [file_of(f"{raw}/{name.replace(' ', '%20')}", body, f"wards/{Path(name).name}") for name, body in bodies.items()]
    monkeypatch.setattr(downloads, "ARCHIVE", f"{server.url}/{{repository}}/tar.gz/{{commit}}")
    monkeypatch.setattr(downloads, "pinned", lambda: {file.path: file for file in files})
    return bodies, files


ARCHIVE = f"owner/repository/tar.gz/{COMMIT}"


def test_many_files_of_a_commit_come_as_one_archive(server: Server, many: tuple[dict[str, bytes], list[File]], data: Path) -> None:
    bodies, files = many
    server.files[ARCHIVE] = tar_of({**bodies, "README": b"another file"})
    server.faults[ARCHIVE] = ["cut", "500"]
    # Those of other editions come along.
    paths = downloads.fetch(files[:55])
    assert [paths[file.path].read_bytes() for file in files[:55]] == list(bodies.values())[:55]
    assert len(server.asked) == 3
    assert len(list((data / "files" / "wards").iterdir())) == 60
    assert not list((data / "files").glob("tmp*"))


def test_an_archive_with_a_file_that_is_not_as_pinned(server: Server, many: tuple[dict[str, bytes], list[File]], data: Path) -> None:
    bodies, files = many
    server.files[ARCHIVE] = tar_of({**bodies, "8 cands/ward7.csv": b"another"})
    with pytest.raises(DataError, match=r"wards/ward7\.csv in it is not the file that was pinned"):
        downloads.fetch(files)
    assert not (data / "files" / "wards" / "ward7.csv").exists()
    assert not list((data / "files").glob("tmp*"))


def test_an_archive_that_lacks_files_or_is_damaged(server: Server, many: tuple[dict[str, bytes], list[File]], data: Path) -> None:
    bodies, files = many
    server.files[ARCHIVE] = tar_of(dict(list(bodies.items())[:50]))
    with pytest.raises(DataError, match=r"lacks wards/ward50\.csv and 9 others"):
        downloads.fetch(files)
    shutil.rmtree(data)
    server.files[ARCHIVE] = tar_of(bodies)[:-200]
    with pytest.raises(DataError, match="is damaged"):
        downloads.fetch(files)
    assert not list((data / "files").glob("tmp*"))


# ---- the disk, other processes, and sudden ends ----------------------------------------------------------------------

CHILD = """
import sys
from hustings import downloads
from hustings.catalogue import File
from hustings.errors import HustingsError
downloads.RETRIES = 0
url, size, sha256 = sys.argv[1:]
try:
    print(downloads.fetch([File("a/b c.csv", url, int(size), sha256)]))
except HustingsError as error:
    sys.exit(str(error))
"""


def start(server: Server, **options: Any) -> subprocess.Popen[str]:
    file = file_of(f"{server.url}/file")
    words = [sys.executable, "-c", CHILD, file.url, str(file.bytes), file.sha256]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **options)


def test_two_processes_that_fetch_at_once_fetch_once(server: Server) -> None:
    server.faults["file"] = ["slow"]
    children = [start(server) for _ in range(3)]
    for child in children:
        out, error = child.communicate(timeout=60)
        assert child.returncode == 0, error
        assert "b c.csv" in out
    assert server.asked == [("file", "")]
    assert fetch(server) == BODY


def test_killed_in_the_middle_of_a_download(server: Server, data: Path) -> None:
    server.faults["file"] = ["slow"]
    child = start(server)
    part = data / "files" / f"{NAME}.part"
    deadline = time.monotonic() + 30
    while not (part.exists() and part.stat().st_size > 4096):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    child.send_signal(signal.SIGKILL)
    child.communicate(timeout=30)
    assert not (data / "files" / NAME).exists()
    # The lock went with its holder; the download goes on, and what the dead left is cleared away.
    assert fetch(server) == BODY
    assert server.asked[-1][1].startswith("bytes=")
    assert [path.name for path in (data / "files").rglob("*") if path.is_file()] == ["b c.csv"]


def test_a_disk_that_is_full(server: Server, data: Path) -> None:
    def little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    child = start(server, preexec_fn=little)
    _, error = child.communicate(timeout=60)
    assert child.returncode == 1
    assert "cannot be written (File too large); make room, or set HUSTINGS_DATA" in error
    assert "Traceback" not in error
    assert nothing_half(data)
    assert fetch(server) == BODY


def test_a_disk_without_room(server: Server, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr("pooch.core.shutil.move", full)
        with pytest.raises(DataError, match=r"cannot be written \(No space left on device\)"):
            fetch(server)
    assert nothing_half(data)
    assert fetch(server) == BODY


def test_a_folder_that_cannot_be_written(server: Server) -> None:
    """Root may write anywhere, and becomes somebody else once all is imported."""
    become = "import os, pooch, requests\nif not os.geteuid(): os.setgid(65534); os.setuid(65534)\n"
    file = file_of(f"{server.url}/file")
    with tempfile.TemporaryDirectory() as place:
        Path(place).chmod(0o555)
        words = [sys.executable, "-c", CHILD.replace("downloads.RETRIES", f"{become}downloads.RETRIES"), file.url, str(file.bytes), file.sha256]
        environment = {**os.environ, "HUSTINGS_DATA": f"{place}/data"}
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=60, env=environment)
        Path(place).chmod(0o755)
    assert done.returncode == 1
    assert "cannot be written (Permission denied)" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_that_is_a_file(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("HUSTINGS_DATA", str(tmp_path / "file"))
    with pytest.raises(DataError, match=r"cannot be written \(File exists\)"):
        fetch(server)
