"""Limits, headers, and what a stranger may not find out or bring about."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from digests.web import security
from digests.web.app import web
from digests.web.limits import Limit
from digests.web.server import serving
from pipeline.config import Settings, WebSettings
from pipeline.store.database import Database

Get = Callable[..., Any]


def test_every_answer_forbids_scripts_and_says_what_may_be_kept(get: Get, meeting: str) -> None:
    public = ("/", f"/events/{meeting}", "/feeds/events.atom", "/charts/weeks.svg", "/web.css")
    for path in (*public, "/nothing", "/events?since=x", "/subscribe", f"/{'a' * 3000}"):
        headers = get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"], path
        assert "script-src" not in headers["Content-Security-Policy"], path
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"].startswith("public") == (path in public), path
        if path not in public:
            assert "no-store" in headers["Cache-Control"], path


def test_who_has_a_page_is_not_sent_it_again(get: Get, fill: Any) -> None:
    answer = get("/")
    tag = answer.headers["ETag"]
    again = get("/", If_None_Match=f'"other", {tag}')
    assert (again.status, again.text) == (304, "")
    assert get("/", If_None_Match='"another"').status == 200
    fill(lambda f: f.event())
    assert get("/", If_None_Match=tag).status == 200


def test_a_page_is_packed_for_who_takes_it(get: Get) -> None:
    packed, plain = get("/", Accept_Encoding="gzip"), get("/", Accept_Encoding="identity")
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.text == plain.text
    assert packed.headers["ETag"] == plain.headers["ETag"]
    assert int(packed.headers["Content-Length"]) < len(gzip.compress(plain.text.encode(), 1)) + 200


def test_a_fault_of_ours_shows_nothing_of_the_inside(get: Get, database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE event RENAME TO gone"))
    answer = get("/events")
    assert answer.status == 500
    assert "it was noted" in answer.shown
    for secret in ("Traceback", "sqlalchemy", "SELECT", "gone", ".py"):
        assert secret not in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_only_reading_is_done_here(get: Get) -> None:
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        answer = get("/events", method)
        assert (answer.status, set(answer.headers["Allow"].split(", "))) == (405, {"GET", "HEAD"}), method
        assert "Not done here" in answer.shown


def test_long_addresses_are_refused(get: Get) -> None:
    assert get("/events?q=" + "a" * 90).status == 200
    assert get("/events?q=" + "a" * 5000).status == 414
    assert get("/" + "a" * 5000).status == 414


def test_links_do_not_come_from_the_host_header(get: Get, meeting: str) -> None:
    for path in ("/feeds/events.atom", "/", "/robots.txt", f"/events/{meeting}"):
        answer = get(path, Host="evil.example", X_Forwarded_Host="evil.example", Forwarded="host=evil.example")
        assert answer.status == 200
        assert "evil.example" not in answer.text, path


def test_a_title_cannot_add_a_header(get: Get, fill: Any) -> None:
    event = fill(lambda f: f.event(merged_into=f.event(id="ev_a\r\nSet-Cookie: a=b").id).id)
    answer = get(f"/events/{event}")
    assert "Set-Cookie" not in answer.headers
    assert "a=b" not in str(answer.headers.get("Location", "")).partition("\n")[2]


def test_who_asks_too_often_has_to_wait_and_nobody_else(
    monkeypatch: pytest.MonkeyPatch, database: Any, settings: Any
) -> None:
    monkeypatch.setattr(security, "ASKS", (3, 3600.0))
    application = web(database, settings)
    one, other = (TestClient(application, client=(host, 1)) for host in ("203.0.113.1", "2001:db8::1"))
    neighbour = TestClient(application, client=("2001:db8::2", 1))
    assert [one.get("/robots.txt").status_code for _ in range(4)] == [200, 200, 200, 429]
    assert one.get("/").headers["Retry-After"]
    assert one.post("/unsubscribe/x").status_code != 429, "who wants out gets out"
    assert [other.get("/robots.txt").status_code, neighbour.get("/robots.txt").status_code] == [200, 200]
    assert [neighbour.get("/robots.txt").status_code, other.get("/robots.txt").status_code] == [200, 429]


def test_a_limit_recovers_and_its_memory_is_bounded() -> None:
    now = 0.0
    limit = Limit(2, 10.0, keys=100, monotonic=lambda: now)
    assert [limit.allows("a") for _ in range(3)] == [True, True, False]
    now = 4.9
    assert not limit.allows("a")
    now = 5.1
    assert [limit.allows("a") for _ in range(2)] == [True, False]
    for number in range(1000):
        limit.allows(str(number))
    assert len(limit._left) == 100


def test_the_server_believes_its_own_proxy_only(
    database: Database, on_a_port: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(security, "network", lambda request: asked.append(request.client.host) or request.client.host)
    port = on_a_port.web.port
    for proxies, seen in ((["127.0.0.1"], "203.0.113.7"), (["192.0.2.1"], "127.0.0.1")):
        configured = on_a_port.model_copy(update={"web": WebSettings(port=port, proxies=proxies)})
        with serving(database, configured):
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            connection.request("HEAD", "/robots.txt", headers={"X-Forwarded-For": "203.0.113.7"})
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (200, b"")
            assert int(answer.headers["Content-Length"]) > 100
            assert answer.headers.get("Server") is None
            connection.close()
        assert asked.pop() == seen


def test_a_port_that_is_taken_is_named(database: Database, settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = settings.model_copy(update={"web": WebSettings(port=other.getsockname()[1])})
        with pytest.raises(OSError, match=r"web\.port"), serving(database, taken):
            pass


def test_no_port_no_pages(database: Database, settings: Settings) -> None:
    with serving(database, settings.model_copy(update={"web": WebSettings(port=0)})) as address:
        assert address is None


def test_a_chart_is_offered_as_data_with_no_address_to_fetch(get: Get, everything: Any) -> None:
    everything("http://elsewhere.example/x.png")
    for name in ("weeks", "years", "timeline", "world"):
        answer = get(f"/charts/{name}.vl.json")
        assert answer.headers["Content-Type"] == "application/json"
        spec = json.loads(answer.text)
        assert spec["$schema"] == "https://vega.github.io/schema/vega-lite/v6.json"
        assert '"url"' not in answer.text
    assert get("/charts/other.svg").status == 404
