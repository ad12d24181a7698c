"""Sites whose pages scripts write: shown by a browser that asks for nothing by itself; without it, a clear word."""

import json
import os
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive import iterate_all

CHILD = Path(__file__).with_name("browser_child.py")
HOST = "www.written.example"
TEXT = "The delegation met the deputy head of the department on Tuesday and spoke of exchanges between the two parties."
MORE = (
    "Both sides said that they would go on with the training of cadres, of which a third course begins in the autumn."
)
LIST = """<html><head><title>News</title></head><body><ul id="list"></ul><script>
fetch("/data/list.json").then(answer => answer.json()).then(entries => {
  list.innerHTML = entries.map(one => `<li><a href="${one.path}">${one.title}</a> ${one.day}</li>`).join("");
});</script></body></html>"""
ARTICLE = """<html><head><title>A delegation in Beijing</title></head><body><h1>A delegation in Beijing</h1>
<p>2026-03-12</p><article id="text"></article><img src="/picture.png"><script>
new WebSocket("ws://SERVER/socket");
window.open("http://SERVER/window");
for (const address of ["http://SERVER/private", "http://other.example/counter", "/data/forbidden.json"])
  fetch(address, {mode: "no-cors"}).catch(() => {});
fetch("/data/1.json", {method: "POST", body: "id=1"}).then(answer => answer.json()).then(one => {
  text.innerHTML = one.texts.map(line => `<p>${line}</p>`).join("");
  if (one.opens) location.href = "/news/2";
});</script></body></html>"""


class Site:
    """The site on loopback; ``asked`` holds method, host and path of every request."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                site.asked.append((self.command, self.headers["Host"], self.path))
                status, kind, body = site.answer(self.path)
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("ETag", '"of-the-shell"')
                self.end_headers()
                self.wfile.write(body)

            do_POST = do_GET

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    def answer(self, path: str) -> tuple[int, str, bytes]:
        if path == "/robots.txt":
            return 200, "text/plain", b"User-agent: *\nDisallow: /data/forbidden.json\n"
        if path == "/news/":
            return 200, "text/html; charset=utf-8", LIST.encode()
        if path == "/news/1":
            return 200, "text/html; charset=utf-8", ARTICLE.replace("SERVER", self.address).encode()
        if path == "/data/list.json":
            entry = {"path": "/news/1", "title": "A delegation in Beijing", "day": "2026-03-12"}
            return 200, "application/json", json.dumps([entry]).encode()
        if path == "/data/1.json":
            return 200, "application/json", json.dumps({"texts": [TEXT, MORE], "opens": True}).encode()
        return 404, "text/html", b"<h1>404</h1>"


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that an ordinary user may reach, unlike pytest's own where root runs it."""
    made = Path(tempfile.mkdtemp(prefix="idwatch-browser-"))
    yield made
    shutil.rmtree(made)


@pytest.fixture
def crawled(forked: Callable[..., Any], folder: Path, site: Site) -> Callable[..., dict[str, Any]]:
    """Crawls the site; gives its report."""

    def crawl(*, as_root: bool = False, **environment: str) -> dict[str, Any]:
        servers = {HOST: site.address, "other.example": site.address}
        order = {"folder": str(folder), "host": HOST, "connect_to": servers, "timeout": 20, "as_root": as_root}
        child = forked(str(CHILD), json.dumps(order), folder=folder, environment={**os.environ, **environment})
        assert child.wait(timeout=120) == 0, child.stderr
        (report,) = json.loads(child.stdout.splitlines()[-1])
        return dict(report)

    return crawl


@pytest.mark.skipif(find_spec("scrapy_playwright") is None, reason="the extra `browser` is not installed")
@pytest.mark.chromium
def test_text_written_by_scripts_is_read_and_the_browser_asks_for_nothing_by_itself(
    crawled: Callable[..., dict[str, Any]], folder: Path, site: Site
) -> None:
    report = crawled()
    assert (report["health"], report["cause"]) == ("ok", None)
    with closing(sqlite3.connect(folder / "idwatch.sqlite")) as connection:
        query = "SELECT title, published, body FROM reading"
        assert connection.execute(query).fetchall() == [("A delegation in Beijing", "2026-03-12", f"{TEXT}\n{MORE}")]
    # nothing of other hosts, of what robots.txt forbids, no picture, no page that a script opened
    assert sorted(set(site.asked)) == [
        ("GET", HOST, "/data/list.json"),
        ("GET", HOST, "/news/"),
        ("GET", HOST, "/news/1"),
        ("GET", HOST, "/robots.txt"),
        ("POST", HOST, "/data/1.json"),
    ]
    records = {record.url: record for record in iterate_all(folder / "archive")}
    page = records[f"http://{HOST}/news/1"]
    assert "Chromium" in (page.header("X-Idwatch-Rendered") or "")
    assert TEXT.encode() in page.body
    # a later 304 would be about the page without its text
    assert page.header("ETag") is None
    assert records[f"http://{HOST}/robots.txt"].header("X-Idwatch-Rendered") is None


@pytest.mark.skipif(find_spec("scrapy_playwright") is not None, reason="the extra `browser` is installed")
def test_without_the_extra_the_site_is_not_asked_and_its_health_says_why(
    crawled: Callable[..., dict[str, Any]], site: Site
) -> None:
    report = crawled()
    assert report["health"] == "broken"
    assert report["cause"] == "written needs a browser: pip install 'scrapy-playwright<0.1' into idwatch's environment"
    assert site.asked == []


@pytest.mark.skipif(find_spec("scrapy_playwright") is None, reason="the extra `browser` is not installed")
def test_without_a_program_the_site_is_not_asked(crawled: Callable[..., dict[str, Any]], site: Site) -> None:
    report = crawled(PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH="/nowhere/chromium")
    assert "install the system's package `chromium`" in report["cause"]
    assert site.asked == []


@pytest.mark.skipif(find_spec("scrapy_playwright") is None, reason="the extra `browser` is not installed")
@pytest.mark.chromium
@pytest.mark.skipif(os.geteuid() != 0, reason="only root has no sandbox")
def test_root_is_told_to_be_somebody_else(crawled: Callable[..., dict[str, Any]], site: Site) -> None:
    report = crawled(as_root=True)
    assert "run idwatch as an ordinary user" in report["cause"]
    assert site.asked == []
