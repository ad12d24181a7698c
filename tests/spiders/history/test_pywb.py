"""Our archive replayed by pywb, where it is installed: in an environment of its own, since it pins much.

python -m venv /tmp/pywb && /tmp/pywb/bin/pip install pywb
IDWATCH_TEST_PYWB=/tmp/pywb/bin make soak ARGS="tests/spiders/history/test_pywb.py"
"""

from __future__ import annotations

import gzip
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive import ArchiveWriter, Exchange
from pipeline.archive.copies import Capture, copied

AT = datetime(2026, 11, 2, 8, 30, 15, tzinfo=UTC)
LATER = datetime(2026, 11, 3, 8, 30, 15, tzinfo=UTC)
ROOT = "https://www.idcpc.gov.cn"
PAGE = "<html><head><title>会见</title></head><body><p>会见 met</p></body></html>".encode()

pytestmark = pytest.mark.soak


def programs() -> Path:
    named = os.environ.get("IDWATCH_TEST_PYWB")
    found = shutil.which("wayback", path=named) if named else shutil.which("wayback")
    if found is None:
        pytest.skip("no pywb: name the folder of its programs in IDWATCH_TEST_PYWB")
    return Path(found).parent


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What runs leave: a page, a packed one, one unchanged a day later, a redirect, a removed page, a copy."""
    folder = tmp_path_factory.mktemp("archive")

    def exchange(path: str, body: bytes, status: int = 200, at: datetime = AT, **headers: str) -> Exchange:
        named = {"Content-Type": "text/html; charset=utf-8"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        return Exchange(f"{ROOT}{path}", "GET", (("User-Agent", "x"),), status, "", tuple(named.items()), body, at)

    with ArchiveWriter(folder, "idcpc_zh", AT, 10**9) as writer:
        writer.write(exchange("/page.html", PAGE, ETag='"1"'))
        writer.write(exchange("/packed.html", gzip.compress(PAGE), Content_Encoding="gzip"))
        writer.write(exchange("/chunks.html", PAGE, Transfer_Encoding="chunked"))
        writer.write(exchange("/old.html", b"", 301, Location=f"{ROOT}/page.html"))
        writer.write(exchange("/gone.html", b"<html>gone</html>", 404))
        writer.write(exchange("/page.html", b"", 304, LATER, ETag='"1"'))
    origin = (("source-file", "other.warc.gz"), ("source-offset", "0"))
    headers = (("Content-Type", "text/html; charset=utf-8"),)
    copy = Capture(f"{ROOT}/copy.html", AT, 200, "OK", "1.1", headers, PAGE, None, origin)
    with ArchiveWriter(folder, "idcpc_zh-import", LATER, 10**9) as writer:
        writer.write(copied(copy, LATER))
    return folder


@pytest.fixture(scope="module")
def replay(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Asks pywb for what stands in the archive at an instant, as it came."""
    bin_folder = programs()
    folder = tmp_path_factory.mktemp("pywb")
    manage = str(bin_folder / "wb-manager")
    subprocess.run([manage, "init", "idwatch"], cwd=folder, check=True, capture_output=True, timeout=120)
    files = sorted(map(str, archive.glob("*.warc.gz")))
    subprocess.run([manage, "add", "idwatch", *files], cwd=folder, check=True, capture_output=True, timeout=120)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(bin_folder / "wayback"), "--bind", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("wb") as log, subprocess.Popen(command, cwd=folder, stdout=log, stderr=log) as server:
        try:
            until = time.monotonic() + 60
            while True:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    assert server.poll() is None, (folder / "log").read_text()
                    assert time.monotonic() < until, "pywb does not answer"
                    time.sleep(0.1)

            def ask(path: str, at: str = "20261102083015") -> tuple[HTTPResponse, bytes]:
                connection = HTTPConnection("127.0.0.1", port, timeout=30)
                connection.request("GET", f"/idwatch/{at}id_/{ROOT}{path}")
                answer = connection.getresponse()
                return answer, answer.read()

            yield ask
        finally:
            server.terminate()


def test_pages_come_back_as_they_came(replay: Any) -> None:
    for path in ("/page.html", "/chunks.html", "/copy.html"):
        answer, body = replay(path)
        assert (answer.status, body) == (200, PAGE), path
        assert answer.headers["Memento-Datetime"] == "Mon, 02 Nov 2026 08:30:15 GMT"
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_packed_page_comes_back_whole(replay: Any) -> None:
    answer, body = replay("/packed.html")
    assert answer.status == 200
    assert (gzip.decompress(body) if answer.headers["Content-Encoding"] == "gzip" else body) == PAGE


def test_redirects_and_removed_pages_are_what_they_were(replay: Any) -> None:
    answer, _ = replay("/old.html")
    assert answer.status == 301
    assert answer.headers["Location"].endswith(f"{ROOT}/page.html")
    answer, body = replay("/gone.html")
    assert (answer.status, body) == (404, b"<html>gone</html>")


def test_an_unchanged_answer_is_replayed_as_the_304_that_it_was(replay: Any) -> None:
    answer, body = replay("/page.html", "20261103083015")
    assert (answer.status, body) == (304, b"")
