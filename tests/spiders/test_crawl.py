"""Real crawls, in child processes, of the sample sites on loopback."""

import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from spiders.sample.server import Asked, SampleServer

BOTH = ("idcpc_zh", "idcpc_en")
NEXT_DAY = "2025-07-29T06:00:00+08:00"
EDITED = "https://www.idcpc.gov.cn/bzhd/wshd/202507/t20250724_167377.html"
REMOVED = "https://www.idcpc.gov.cn/bzhd/wshd/202507/t20250721_167367.html"


@pytest.fixture
def server() -> Iterator[SampleServer]:
    with SampleServer() as server:
        yield server


def rows(crawler: Any, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(crawler.folder / "data" / "idwatch.sqlite")) as connection:
        return connection.execute(query).fetchall()


def natural(crawler: Any) -> dict[str, list[tuple[Any, ...]]]:
    """What a crawl leaves, by natural keys."""
    return {
        "pages": rows(crawler, "SELECT url, site, state, listed_title, listed_date, due_at FROM page ORDER BY url"),
        "snapshots": rows(crawler, "SELECT code, form, digest FROM snapshot ORDER BY code"),
        "readings": rows(
            crawler,
            "SELECT code, title, text_hash FROM reading JOIN snapshot ON snapshot.id = snapshot_id ORDER BY code",
        ),
        "changes": rows(crawler, "SELECT seen_at, diff FROM change ORDER BY diff"),
        "sections": rows(crawler, "SELECT site, url, walked_run_id IS NOT NULL FROM section ORDER BY url"),
    }


def pages_asked(asked: list[Asked]) -> list[Asked]:
    return [one for one in asked if not is_list(one) and one.path != "/robots.txt"]


def is_list(asked: Asked) -> bool:
    name = asked.path.rpartition("/")[2]
    return name == "" or name.startswith("index") or "was5" in asked.path


def archived(crawler: Any) -> list[tuple[str, str, str]]:
    """Status, host and path of every answer in the archive, as another WARC reader finds them."""
    answers: list[tuple[str, str, str]] = []
    requests = 0
    for file in sorted((crawler.folder / "data" / "archive").glob("*.warc.gz")):
        with file.open("rb") as stream:
            for record in ArchiveIterator(stream, check_digests=True):
                requests += record.rec_type == "request"
                if record.rec_type in ("response", "revisit"):
                    host, path = record.rec_headers.get_header("WARC-Target-URI").split("://")[1].split("/", 1)
                    answers.append((record.http_headers.get_statuscode(), host, f"/{path}"))
                assert record.digest_checker.passed is not False
    assert requests == len(answers)
    return answers


@dataclass
class First:
    """A first crawl of both sites: its reports, what it asked, and its crawler, only to be copied."""

    reports: dict[str, Any]
    asked: list[Asked]
    crawler: Any


@pytest.fixture(scope="module")
def first_crawl(tmp_path_factory: pytest.TempPathFactory, crawler_in: Any) -> First:
    crawler = crawler_in(tmp_path_factory.mktemp("first") / "data folder")
    with SampleServer() as server:
        return First(crawler(*BOTH, connect_to=server.connect_to), server.log, crawler)


@pytest.fixture
def crawled(first_crawl: First, crawler: Any) -> Any:
    """A crawler with a copy of what the first crawl left."""
    shutil.copytree(first_crawl.crawler.folder, crawler.folder)
    return crawler


@pytest.mark.xdist_group("first_crawl")
def test_the_sites_are_crawled_and_a_second_crawl_asks_only_for_robots_and_lists(
    first_crawl: First, crawled: Any, server: SampleServer
) -> None:
    reports, first, crawler = first_crawl.reports, first_crawl.asked, crawled
    assert {(report["health"], report["cause"]) for report in reports.values()} == {("ok", None)}
    assert set(reports) == set(BOTH)
    assert len(pages_asked(first)) == len({(one.host, one.path) for one in pages_asked(first)}), (
        "a page was asked twice"
    )
    assert not any(one.conditional for one in first)
    assert all(
        one.user_agent.startswith("idwatch/") and "mailto:operator@example.org" in one.user_agent for one in first
    )
    left = natural(crawler)
    article = "SELECT count(*) FROM page WHERE url NOT LIKE '%#%'"
    assert rows(crawler, article) == [(len(pages_asked(first)),)]
    assert reports["idcpc_en"]["counts"]["items"] == 30
    assert sum(report["counts"]["listed"] for report in reports.values()) > 0
    assert any(name.startswith("body:site:") for name in reports["idcpc_zh"]["counts"]["fields"])

    again = crawler(*BOTH, connect_to=server.connect_to)
    second = server.log
    assert pages_asked(second) == []
    assert {one.path for one in second if not is_list(one)} == {"/robots.txt"}
    # nothing new on any first list page: no list is turned on
    assert not any("index_" in one.path or "page=2" in one.path for one in second)
    assert natural(crawler) == left
    assert all(report["health"] == "ok" for report in again.values())
    assert rows(crawler, "SELECT count(*), count(ended_at), count(health) FROM run") == [(4, 4, 4)]

    # every exchange, robots.txt and lists too, is in the archive and in the table of records
    assert sorted(archived(crawler)) == sorted((str(one.status), one.host, one.path) for one in first + second)
    assert rows(crawler, "SELECT count(*) FROM record") == [(len(first + second),)]


@pytest.mark.xdist_group("first_crawl")
def test_a_day_later_an_edit_and_a_removal_are_noticed_by_conditional_visits(
    crawled: Any, server: SampleServer
) -> None:
    crawler, before = crawled, natural(crawled)
    server.state = "second"
    reports = crawler(*BOTH, connect_to=server.connect_to, now=NEXT_DAY)
    visits = pages_asked(server.log)
    assert visits
    assert all(one.conditional for one in visits)
    assert sorted(one.status for one in visits if one.status != 304) == [200, 404]
    assert sum(report["counts"].get("unchanged", 0) for report in reports.values()) == len(visits) - 2
    after = natural(crawler)
    assert len(after["snapshots"]) == len(before["snapshots"]) + 1
    assert len(after["changes"]) == len(before["changes"]) + 1 == 1
    assert len(after["pages"]) == len(before["pages"])
    assert [status for status, *_ in archived(crawler)].count("304") == len(visits) - 2
    states = {url: state for url, _, state, *_ in after["pages"]}
    assert [url for url, state in states.items() if state == "edited"] == [EDITED]
    assert [url for url, state in states.items() if state == "gone_candidate"] == [REMOVED]


def test_limit_and_since(crawler: Any, server: SampleServer) -> None:
    crawler("idcpc_zh", connect_to=server.connect_to, limit=3)
    assert len(pages_asked(server.log)) == 3
    # what was listed and never fetched is due at once; a walk that was cut short is walked again
    asked = len(server.log)
    crawler("idcpc_zh", connect_to=server.connect_to, since="2025-07-20")
    visits = pages_asked(server.log[asked:])
    assert visits
    assert all(one.path.rpartition("/t")[2][:8] >= "20250720" for one in visits)
    crawler("idcpc_zh", connect_to=server.connect_to)
    everything = {(one.host, one.path) for one in pages_asked(server.log)}
    assert len(everything) == len(pages_asked(server.log)), "a page was asked twice"
    assert rows(crawler, "SELECT count(*) FROM page WHERE visited_at IS NULL") == [(0,)]


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, crawler_in: Any) -> dict[str, list[Any]]:
    crawler = crawler_in(tmp_path_factory.mktemp("undisturbed"))
    with SampleServer() as server:
        crawler("idcpc_zh", connect_to=server.connect_to)
    return natural(crawler)


@pytest.mark.slow
def test_a_killed_crawl_is_completed_by_the_next(
    crawler: Any, server: SampleServer, undisturbed: dict[str, list[tuple[Any, ...]]]
) -> None:
    seed = int(os.environ.get("IDWATCH_TEST_SEED", random.SystemRandom().randrange(10**6)))
    after = random.Random(seed).randrange(1, 70)
    print(f"seed {seed}: killed after {after} answers")
    child = crawler.start("idcpc_zh", connect_to=server.connect_to)
    while len(server.log) < after and child.poll() is None:
        time.sleep(0.001)
    child.send_signal(signal.SIGKILL)
    child.wait()
    crawler("idcpc_zh", connect_to=server.connect_to)
    assert natural(crawler) == undisturbed
    for file in (crawler.folder / "data" / "archive").glob("*.warc.gz"):
        with file.open("rb") as stream:
            assert sum(1 for _ in ArchiveIterator(stream)) > 0
