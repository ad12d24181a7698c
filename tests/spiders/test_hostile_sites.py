"""Sites that hang, fail, lie or lead astray, beside a good one: nobody stops the others."""

import gzip
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

HTML = "text/html; charset=utf-8"
TEXT = "3月11日，中联部部长甲某在京会见某国某党主席乙某一行，双方就深化两党交流互鉴、加强治国理政经验交流深入交换意见。"
SITES = {
    name: f"www.{name}.example"
    for name in ("good", "hanging", "failing", "looping", "bomb", "liar", "refusing", "forbidding", "broken_robots")
}
DOCUMENT = "202603/t20260312_100.html"


def listing(*names: str) -> bytes:
    return "".join(f'<ul><li><a href="./{name}">标题</a> 2026-03-12</li></ul>' for name in names).encode()


def article(text: str = TEXT, meta: str = "utf-8") -> str:
    head = f'<html><head><meta charset="{meta}"></head>'
    return f'{head}<h1>甲某会见乙某</h1><div class="TRS_Editor"><p>{text}</p></div></html>'


class Internet:
    """One loopback server that is all of these sites, told apart by the Host header."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str]] = []
        self.over = threading.Event()
        internet = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                name = self.headers["Host"].split(".")[1] if "." in self.headers["Host"] else self.headers["Host"]
                internet.asked.append((name, self.path))
                answer = internet.answer(name, self.path)
                if answer is None:
                    internet.over.wait()
                    return
                status, headers, body = answer
                self.send_response(status)
                for header, value in {"Content-Type": HTML, "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(header, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    def answer(self, name: str, path: str) -> tuple[int, dict[str, str], bytes] | None:
        is_list = path.endswith("/news/") or (name == "good" and "index_" in path)
        if path == "/robots.txt":
            if name == "broken_robots":
                return 503, {}, b"later"
            if name == "forbidding":
                return 200, {"Content-Type": "text/plain"}, b"User-agent: idwatch\nDisallow: /news/\n"
            return None if name == "hanging" else (404, {}, b"none")
        if name == "hanging":
            return None
        if name == "failing":
            return 500, {}, b"<html>Internal Server Error</html>"
        if name == "refusing":
            return 403, {}, b"<html>Forbidden</html>"
        if name == "looping" and not is_list:
            return 302, {"Location": f"{path}0"}, b""
        if is_list:
            pager = b"" if name == "good" else b'<script>createPageHTML(1, 0, "index", "html");</script>'
            return 200, {}, listing(DOCUMENT, "202603/t20260312_200.html") + pager
        if name == "bomb":
            return 200, {"Content-Encoding": "gzip"}, gzip.compress(b"0" * 30_000_000)
        if name == "liar":
            body = article(meta="utf-8").encode("gb18030")
            return 200, {"Content-Type": "text/html; charset=iso-8859-1"}, body
        return 200, {}, article().encode()


@pytest.fixture
def internet() -> Iterator[Internet]:
    internet = Internet()
    yield internet
    internet.over.set()
    internet.server.shutdown()
    internet.server.server_close()


def rows(crawler: Any, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(crawler.folder / "data" / "idwatch.sqlite")) as connection:
        return connection.execute(query).fetchall()


def test_no_site_stops_another(crawler: Any, internet: Internet) -> None:
    reports = crawler(
        *SITES,
        sites=SITES,
        connect_to=dict.fromkeys(SITES.values(), internet.address),
        now="2026-03-13T08:00:00+08:00",
        timeout=2,
        max_bytes=1_000_000,
    )
    assert list(reports) == list(SITES)
    health = {name: report["health"] for name, report in reports.items()}
    assert health == {
        "good": "ok",
        "hanging": "unreachable",
        "failing": "broken",
        "looping": "ok",
        "bomb": "ok",
        "liar": "ok",
        "refusing": "blocked",
        "forbidding": "broken",
        "broken_robots": "broken",
    }
    assert "www.hanging.example did not answer in time" in reports["hanging"]["cause"]
    assert "status_500" in reports["failing"]["cause"]
    assert "status_403" in reports["refusing"]["cause"]
    assert "forbidden by robots.txt" in reports["forbidding"]["cause"]
    assert "robots.txt answered 503" in reports["broken_robots"]["cause"]
    # the bomb, the loop and the refusal are outcomes of their pages
    assert reports["bomb"]["counts"]["error"] == 2
    assert reports["looping"]["counts"]["moved"] == 12
    query = "SELECT site, body FROM page JOIN snapshot s ON page_id = page.id JOIN reading ON snapshot_id = s.id"
    read = dict(rows(crawler, query))
    assert read == {"good": TEXT, "liar": TEXT}
    # a list without a pager: the next page is tried, and the same again is the end
    assert ("good", "/news/index_1.html") in internet.asked
    assert ("good", "/news/index_2.html") not in internet.asked
    # what is forbidden was not asked for
    assert {path for name, path in internet.asked if name in ("forbidding", "broken_robots", "hanging")} == {
        "/robots.txt"
    }
    refused = "SELECT count(*) FROM visit WHERE site = 'refusing' AND outcome = 'blocked'"
    assert rows(crawler, refused) == [(1,)]


def test_a_site_that_cannot_be_reached_is_told_by_its_cause(crawler: Any) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        closed = f"127.0.0.1:{unused.getsockname()[1]}"
    sites = {"closed": "www.closed.example", "nameless": "no-such-host.invalid", "local": "localhost"}
    reports = crawler(*sites, sites=sites, connect_to={"www.closed.example": closed}, timeout=5)
    assert {report["health"] for report in reports.values()} == {"unreachable"}
    assert "www.closed.example refuses the connection" in reports["closed"]["cause"]
    assert "the name no-such-host.invalid cannot be resolved" in reports["nameless"]["cause"]
    assert "localhost resolves to 127.0.0.1, a private address" in reports["local"]["cause"]
    assert rows(crawler, "SELECT count(*) FROM record") == [(0,)]
    details = [detail for (detail,) in rows(crawler, "SELECT detail FROM visit")]
    assert len(details) == 3
    assert rows(crawler, "SELECT count(*) FROM run WHERE health = 'unreachable' AND ended_at IS NOT NULL") == [(3,)]


def test_a_private_address_is_not_asked_even_where_a_server_listens(crawler: Any, internet: Internet) -> None:
    sites = {"number": "127.0.0.1", "odd": "2130706433"}
    reports = crawler(*sites, sites=sites, connect_to={"www.other.example": internet.address}, timeout=5)
    assert [report["health"] for report in reports.values()] == ["unreachable", "unreachable"]
    assert all("private address" in report["cause"] for report in reports.values())
    assert internet.asked == []


def test_a_damaged_archive_stops_no_crawl(crawler: Any, internet: Internet) -> None:
    order = {"sites": {"good": SITES["good"]}, "connect_to": {SITES["good"]: internet.address}}
    crawler("good", **order, now="2026-03-13T08:00:00+08:00")
    archive = crawler.folder / "data" / "archive"
    (first,) = archive.glob("*.warc.gz")
    whole = first.read_bytes()
    (archive / "zz-20260313T000000Z-00000.warc.gz").write_bytes(whole[:700] + b"damage" + whole[706:])
    report = crawler("good", **order, now="2026-03-15T08:00:00+08:00")["good"]
    assert report["health"] == "ok"
    assert report["counts"]["ok"] > 1


def test_a_fault_of_the_extractor_reaches_the_report(crawler: Any, internet: Internet) -> None:
    order = {"sites": {"good": SITES["good"]}, "connect_to": {SITES["good"]: internet.address}}
    report = crawler("good", **order, extractor_fails=True)["good"]
    assert report["health"] == "broken"
    assert report["cause"] == "the extractor failed on 2 texts; see the findings"
    # the pages are kept all the same
    assert rows(crawler, "SELECT count(*) FROM snapshot") == [(2,)]
