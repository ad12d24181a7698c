"""Two passes over the sample sites: what is asked, what is kept, and that the archive alone gives it all again."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

FIRST = "2025-07-27T07:00:00+08:00"
"""The first pass over the sample sites, on the Sunday of their busy week."""
SECOND = "2025-07-28T07:00:00+08:00"
"""A day on: revisits fall due, one article was edited and one removed."""

pytestmark = pytest.mark.xdist_group("door")

EXPECTED = Path(__file__).parents[1] / "spiders" / "sample_expected.jsonl"
EDITED = "https://www.idcpc.gov.cn/bzhd/wshd/202507/t20250724_167377.html"
REMOVED = "https://www.idcpc.gov.cn/bzhd/wshd/202507/t20250721_167367.html"


@pytest.fixture(scope="module")
def truth() -> list[dict[str, Any]]:
    return [json.loads(line) for line in EXPECTED.read_text(encoding="utf-8").splitlines()]


def articles(requests: list[Any]) -> list[str]:
    return [request.path for request in requests if "/t20" in request.path]


def test_every_article_is_found_once_and_every_pair_is_one_event(crawled: Any, truth: list[dict[str, Any]]) -> None:
    pages = {url for (url,) in crawled.rows("SELECT p.url FROM page p JOIN snapshot s ON s.page_id = p.id")}
    addresses = dict(crawled.rows(crawled.natural_sql["address"]))
    assert {row["url"] for row in truth} <= set(addresses), "an article was not found"
    for row in truth:
        assert {addresses[address] for address in [row["url"], *row["also"]] if address in addresses} == {
            addresses[row["url"]]
        }, "one document, one page"
    assert len({addresses[row["url"]] for row in truth}) == len(truth)
    assert {addresses[row["url"]] for row in truth} <= pages

    events_of_page = defaultdict(set)
    for url, event_id in crawled.rows("SELECT p.url, m.event_id FROM mention m JOIN page p ON p.id = m.page_id"):
        events_of_page[url].add(event_id)
    pages_of_key = defaultdict(set)
    for row in truth:
        for event, key in zip(row["events"], row["event_key"], strict=True):
            if event["date"]:
                pages_of_key[key].add(addresses[row["url"]])
    split = {
        key: pages for key, pages in pages_of_key.items() if not set.intersection(*(events_of_page[p] for p in pages))
    }
    assert not split, f"told on several pages, but no event in common: {split}"


def test_a_second_crawl_at_the_same_clock_asks_for_no_article_and_adds_nothing(crawled: Any) -> None:
    before, asked = crawled.natural(), len(crawled.server.log)
    assert crawled.run("crawl", now=FIRST).returncode == 0
    again = crawled.server.log[asked:]
    assert again
    assert articles(again) == []
    assert crawled.natural() == before
    assert crawled.rows("SELECT COUNT(*) FROM run") == [(4,)], "two sites, two runs each"


def test_a_day_later_the_planted_edit_and_removal_are_found_by_the_ordinary_schedule(crawled: Any) -> None:
    before = crawled.natural()
    crawled.server.state = "second"
    asked = len(crawled.server.log)
    assert crawled.run("crawl", now=SECOND).returncode == 0
    again = [request for request in crawled.server.log[asked:] if "/t20" in request.path]
    assert again
    assert all(request.conditional for request in again), "a known article is asked for conditionally"
    assert {request.status for request in again} == {200, 304, 404}
    outcomes = dict(
        crawled.rows(
            "SELECT v.outcome, COUNT(*) FROM visit v WHERE v.page_id IS NOT NULL AND v.at >= '2025-07-27 20'"
            " GROUP BY v.outcome"
        )
    )
    assert outcomes.pop("unchanged") == len([request for request in again if request.status == 304])
    assert outcomes == {"ok": 1, "missing": 1}

    after = crawled.natural()
    (fresh,) = set(after["snapshot"]) - set(before["snapshot"])
    assert fresh[0] == EDITED
    ((_, _, material),) = set(after["change"])
    assert material == 1
    states = dict(crawled.rows("SELECT url, state FROM page"))
    assert states[EDITED] == "edited"
    assert states[REMOVED] == "gone_candidate"
    assert [url for url, state in states.items() if state in ("gone", "gone_candidate", "edited")] == sorted(
        [REMOVED, EDITED], key=list(states).index
    )
    assert {row[0] for row in before["event"]} <= {row[0] for row in after["event"]}, "a removal removes no event"


def test_the_archive_alone_gives_the_same_rows(crawled: Any) -> None:
    crawled.server.state = "second"
    crawled.run("crawl", now=SECOND)
    live = crawled.natural()
    live.pop("edition")
    for file in crawled.database.parent.glob("idwatch.sqlite*"):
        file.unlink()
    assert crawled.run("db", "upgrade", now=SECOND).returncode == 0
    asked = len(crawled.server.log)
    rebuilt = crawled.run("reprocess", "--all", now=SECOND)
    assert rebuilt.returncode == 0, rebuilt.stderr
    told = f"{len(live['event'])} events as before, 0 appeared, 0 vanished, 0 merged, 0 split off, 0 mentions moved"
    assert told in rebuilt.stdout
    assert len(crawled.server.log) == asked, "no network"
    again = crawled.natural()
    again.pop("edition")
    for table in live:
        assert again[table] == live[table], table


def test_reprocessing_what_is_there_changes_nothing(crawled: Any) -> None:
    before = crawled.natural()
    assert crawled.run("reprocess", "--all", now=FIRST).returncode == 0
    assert crawled.natural() == before
    assert crawled.run("resolve", "--all", now=FIRST).stdout.endswith("(0 new, 0 changed, 0 gone)\n")
    assert crawled.natural() == before
