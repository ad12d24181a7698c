"""Crawls that are stopped on their way: they say so, and the next crawl completes them."""

import json
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from spiders.sample.server import SampleServer

NOW = "2025-07-28T06:00:00+08:00"
ENOUGH = 6


class HeldServer(SampleServer):
    """The sample sites, which answer a few requests and then no more until ``go_on`` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()
        self.holds = threading.Event()

    def file(self, host: str, target: str) -> Path | None:
        if len(self.log) >= ENOUGH:
            self.holds.set()
            self.go_on.wait(60)
        return super().file(host, target)


@pytest.fixture
def server() -> Iterator[HeldServer]:
    with HeldServer() as server:
        yield server
        server.go_on.set()


def runs(folder: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / "data" / "idwatch.sqlite")) as connection:
        return connection.execute("SELECT health, cause, ended_at IS NOT NULL FROM run ORDER BY id").fetchall()


def finished(child: Any) -> Any:
    child.wait()
    return child


def test_a_crawl_ended_by_sigterm_is_no_reading_of_the_site(crawler: Any, server: HeldServer) -> None:
    child = crawler.start("idcpc_zh", connect_to=server.connect_to, now=NOW)
    assert server.holds.wait(60)
    child.send_signal(signal.SIGTERM)
    server.go_on.set()
    (report,) = json.loads(finished(child).stdout.splitlines()[-1])
    assert report["health"] == "interrupted"
    assert report["cause"] == "stopped by a signal (SIGTERM or Ctrl-C) before its end"
    assert 0 < report["counts"]["asked"] < 60, "it was not stopped on its way"
    assert runs(crawler.folder) == [("interrupted", report["cause"], 1)]
    assert crawler("idcpc_zh", connect_to=server.connect_to)["idcpc_zh"]["health"] == "ok"


def test_a_crawl_stopped_twice_is_interrupted_too(crawler: Any, server: HeldServer) -> None:
    child = crawler.start("idcpc_zh", connect_to=server.connect_to, now=NOW)
    assert server.holds.wait(60)
    while child.poll() is None:  # the first lets Scrapy wait for what it asked, which never comes; the second does not
        child.send_signal(signal.SIGTERM)
        time.sleep(0.5)
    (report,) = json.loads(finished(child).stdout.splitlines()[-1])
    assert report["health"] == "interrupted"
    assert "stopped twice" in report["cause"]


def test_a_crawl_that_asks_for_nothing_is_not_ok(crawler: Any, server: HeldServer) -> None:
    report = crawler("idcpc_zh", connect_to=server.connect_to, without_lists=True)["idcpc_zh"]
    assert server.log == []
    assert report["health"] == "broken"
    assert report["cause"].startswith("nothing was asked")


@pytest.mark.parametrize(("method", "cause"), [("list_page", "the spider failed"), ("__init__", "could not start")])
def test_a_spider_that_fails_before_it_asks_is_not_ok(
    method: str, cause: str, crawler: Any, server: HeldServer
) -> None:
    report = crawler("idcpc_zh", connect_to=server.connect_to, failing_method=method)["idcpc_zh"]
    assert report["health"] == "interrupted"
    assert cause in report["cause"]


def test_the_door_tells_a_running_crawl_from_an_interrupted_one(
    tmp_path: Path, server: HeldServer, forked: Callable[..., Any]
) -> None:
    hosts = ", ".join(f"{json.dumps(host)} = {json.dumps(address)}" for host, address in server.connect_to.items())
    config = tmp_path / "idwatch.toml"
    config.write_text(f'[crawl]\nsites = ["idcpc_zh", "idcpc_en"]\nconnect_to = {{{hosts}}}\n', encoding="utf-8")
    environment = {**os.environ, "IDWATCH_CLOCK__NOW": NOW, "NO_COLOR": "1", "COLUMNS": "200"}

    def started(*words: str) -> Any:
        return forked("idwatch", "--config", str(config), *words, folder=tmp_path, environment=environment)

    def idwatch(*words: str) -> Any:
        return finished(started(*words))

    assert idwatch("db", "upgrade").returncode == 0
    crawl = started("crawl", "idcpc_zh")
    try:
        assert server.holds.wait(60)
        status = idwatch("status")
        assert "running" in status.stdout
        assert "interrupted" not in status.stdout
        assert status.returncode == 0
        crawl.send_signal(signal.SIGTERM)
        server.go_on.set()
        assert crawl.wait(60) == 1
    finally:
        crawl.kill()
        crawl.wait()
    status = idwatch("status")
    assert "interrupted" in status.stdout
    assert "stopped by a signal" in status.stdout
    assert status.returncode == 1
