"""A site's lists walked back to a date: what is in the span is had, once, however often the walk is killed."""

from __future__ import annotations

import os
import random
import re
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

# on one worker, so that the undisturbed walk is made once
pytestmark = pytest.mark.xdist_group("backfill")

SINCE, UNTIL = date(2019, 12, 23), date(2020, 1, 15)
SPAN = {"source": "lists", "since": SINCE.isoformat(), "until": UNTIL.isoformat()}
AT_ONCE = 3 * 4
"""Requests that are answered and not yet archived: a server of ours gets four at once, the next four as soon as these
are answered, and on a busy machine four more before the first are in the archive."""


def page(title: str) -> bytes:
    text = f"{title}: somebody met somebody of another party, and they spoke about the exchange between them. " * 2
    return f"<html><head><title>{title}</title></head><h1>{title}</h1><article><p>{text}</p></article></html>".encode()


class Site:
    """What the site shows: paths to bodies."""

    def __init__(self) -> None:
        self.paths: dict[str, bytes] = {"/robots.txt": b"User-agent: *\nDisallow:\n"}
        self.days: dict[str, date] = {}
        self._news()
        self._map()
        self._paper()
        self._feed()

    def in_span(self) -> set[str]:
        return {path for path, day in self.days.items() if SINCE <= day <= UNTIL}

    def article(self, path: str, day: date) -> str:
        self.paths[path] = page(path)
        self.days[path] = day
        return path

    def _news(self) -> None:
        """Six pages of a list, two weeks from one entry to the next, the newest first."""
        day = date(2020, 6, 1)
        for number in range(6):
            links = ""
            for _ in range(5):
                path = self.article(f"/news/{day:%Y%m}/t{day:%Y%m%d}_{1000 + len(self.days)}.html", day)
                links += f"<li><a href='{path}'>News of a day, {path}</a> {day}</li>"
                day -= timedelta(days=14)
            name = f"index_{number}.html" if number else ""
            self.paths[f"/news/{name}"] = (
                f"<html><ul>{links}</ul><script>createPageHTML(6, {number}, 'index')</script>".encode()
            )

    def _map(self) -> None:
        """Three parts of six posts, of which one in three is of the span; their days stand in their addresses."""
        parts = ""
        for part in range(3):
            posts = ""
            for number in range(6):
                day = date(2018 + part, 1, 10 + number)
                path = self.article(f"/post/{day:%Y/%m/%d}/post{part}{number}/", day)
                posts += f"<url><loc>https://past.test{path}</loc><lastmod>2021-01-01</lastmod></url>"
            self.paths[f"/part{part}.xml"] = f"<urlset>{posts}</urlset>".encode()
            parts += f"<sitemap><loc>https://past.test/part{part}.xml</loc></sitemap>"
        self.paths["/sitemap.xml"] = f"<sitemapindex>{parts}</sitemapindex>".encode()

    def _paper(self) -> None:
        """Issues of a few days, each of two pages with two articles."""
        for day in (date(2019, 12, 22), date(2019, 12, 23), date(2019, 12, 24), date(2020, 1, 15), date(2020, 1, 16)):
            folder = f"/paper/{day:%Y%m/%d}"
            pages = "".join(f"<a href='{folder}/node_0{number}.html'>Page {number}</a>" for number in (1, 2))
            for number in (1, 2):
                links = ""
                for column in (1, 2):
                    path = self.article(f"{folder}/content_{day:%m%d}{number}{column}.html", day)
                    links += f"<li><a href='{path}'>Article {path}</a></li>"
                self.paths[f"{folder}/node_0{number}.html"] = f"<html><div>{pages}</div><ul>{links}</ul>".encode()

    def _feed(self) -> None:
        """Pages of a feed; it ends where its server knows no further page."""
        for number in range(1, 4):
            items = ""
            for entry in range(3):
                day = date(2020, 3, 1) - timedelta(days=45 * (number - 1) + 15 * entry)
                path = self.article(f"/post/{day:%Y/%m/%d}/told{number}{entry}/", day)
                told = f"<title>Told {path}</title><link>https://past.test{path}</link>"
                items += f"<item>{told}<pubDate>{day:%a, %d %b %Y} 08:00:00 +0000</pubDate>Some words.</item>"
            target = "/feed/" if number == 1 else f"/feed/?paged={number}"
            self.paths[target] = f"<rss version='2.0'><channel><title>F</title>{items}</channel></rss>".encode()


@pytest.fixture(scope="module")
def site() -> Site:
    return Site()


def answers(site: Site, answer: Any) -> Any:
    def found(host: str, target: str) -> Any:
        body = site.paths.get(target)
        kind = "application/xml" if target.endswith(".xml") or target.startswith("/feed") else "text/html"
        return None if body is None else answer(body, headers=(("Content-Type", kind),))

    return found


@pytest.fixture
def web(site: Site, web_type: Any, answer: Any) -> Iterator[Any]:
    with web_type(answers(site, answer)) as web:
        yield web


@pytest.fixture
def backfills(backfills_type: Any, tmp_path: Path) -> Any:
    return backfills_type(tmp_path / "data folder", **SPAN)


@dataclass
class Undisturbed:
    """A backfill that nobody disturbed: what it said, asked and left behind."""

    backfills: Any
    done: dict[str, Any]
    asked: Counter[str]
    rows: dict[str, Any]


@pytest.fixture(scope="module")
def undisturbed(
    backfills_type: Any, web_type: Any, answer: Any, site: Site, tmp_path_factory: pytest.TempPathFactory
) -> Undisturbed:
    backfills = backfills_type(tmp_path_factory.mktemp("undisturbed") / "data folder", **SPAN)
    with web_type(answers(site, answer)) as web:
        done = backfills(web)
    return Undisturbed(backfills, done, Counter(web.asked()), backfills.rows())


@pytest.fixture
def backfilled(undisturbed: Undisturbed, backfills: Any) -> Any:
    """A copy of what the undisturbed backfill left."""
    shutil.copytree(undisturbed.backfills.folder, backfills.folder)
    return backfills


def held(backfills: Any) -> set[str]:
    pages = "SELECT url FROM page JOIN snapshot ON page_id = page.id WHERE form = 'article'"
    return {url.removeprefix("https://past.test") for (url,) in backfills.query(pages)}


def test_a_walk_back_has_the_span_and_asks_nothing_twice(undisturbed: Undisturbed, web: Any, site: Site) -> None:
    done, asked, backfills = undisturbed.done, undisturbed.asked, undisturbed.backfills
    assert (done["run"]["health"], done["run"]["cause"]) == ("ok", None)
    assert done["left"] == 0
    assert [target for target, times in asked.items() if times > 1] == []
    articles = {target for target in asked if target in site.days}
    assert articles == site.in_span() == held(backfills)
    assert len(articles) == 2 + 6 + 12 + 1
    # the list is turned past what a crawl may, and not beyond the span; each day of the paper is looked for
    assert {target for target in asked if target.startswith("/news/") and target not in site.days} == {
        "/news/", "/news/index_1.html", "/news/index_2.html", "/news/index_3.html",
    }  # fmt: skip
    assert {"/sitemap.xml", "/part0.xml", "/part1.xml", "/part2.xml"} <= set(asked)
    assert sum(target.endswith("node_01.html") for target in asked) == (UNTIL - SINCE).days + 1
    assert {"/feed/?paged=2", "/feed/?paged=3"} <= set(asked)
    assert backfills.query("SELECT kind, site, health FROM run") == [("backfill", "past", "ok")]

    again = backfills(web)
    assert (again["run"], again["left"]) == (None, 0)
    assert web.log == []
    assert backfills.rows() == undisturbed.rows


def test_another_span_asks_for_its_own_and_again_asks_for_nothing_held(backfilled: Any, web: Any, site: Site) -> None:
    had = held(backfilled)
    backfilled(web, since="2020-01-16", until="2020-02-20")
    asked = {target for target in web.asked() if target in site.days}
    assert asked == {path for path, day in site.days.items() if date(2020, 1, 16) <= day <= date(2020, 2, 20)}
    before = len(web.log)
    done = backfilled(web, again=True)
    walked = [target for _, target in web.log[before:]]
    assert "/news/index_2.html" in walked
    assert not any(target in site.days for target in walked)
    assert done["run"]["health"] == "ok"
    assert held(backfilled) == had | asked


def test_what_fails_is_told_and_left_for_the_next_start(backfills: Any, web: Any, site: Site, answer: Any) -> None:
    usual, failing = web.answer, {"/news/index_1.html", "/part2.xml"}
    web.answer = lambda host, target: answer(b"busy", 500) if target in failing else usual(host, target)
    done = backfills(web)
    assert done["run"]["health"] == "broken"
    assert "https://past.test/news/index_1.html: error (status_500)" in done["run"]["cause"]
    assert done["left"] == 2
    assert held(backfills) < site.in_span()
    web.answer, before = usual, len(web.log)
    done = backfills(web)
    assert (done["run"]["health"], done["left"]) == ("ok", 0)
    assert held(backfills) == site.in_span()
    lists = [target for _, target in web.log[before:] if target not in site.days and target != "/robots.txt"]
    assert sorted(lists) == ["/news/index_1.html", "/news/index_2.html", "/news/index_3.html", "/part2.xml"]


def test_a_paywalled_site_gives_its_lists_alone(backfills: Any, web: Any, site: Site) -> None:
    done = backfills(web, feed_only=True)
    assert done["run"]["health"] == "ok"
    assert not set(web.asked()) & set(site.days)
    assert backfills.query("SELECT count(*) > 9 FROM snapshot WHERE form = 'item'") == [(1,)]


def killed_again_and_again(backfills: Any, web: Any, draw: random.Random, times: int, most: int) -> int:
    """Start and kill the backfill at random instants, then let it come to its end; gives how often it was killed."""
    for kill in range(times):
        child = backfills.start(web)
        until = len(web.log) + draw.randrange(1, most)
        while len(web.log) < until and child.poll() is None:
            time.sleep(0.001)
        time.sleep(draw.random() * 0.05)  # whatever it does then: archiving, reading, storing
        if child.poll() is not None:
            assert child.returncode == 0, child.stderr
            return kill
        child.kill()
        child.wait(30)
    assert backfills(web)["left"] == 0
    return times


def a_draw() -> random.Random:
    seed = int(os.environ.get("IDWATCH_TEST_SEED", random.SystemRandom().randrange(10**6)))
    print(f"seed {seed} (IDWATCH_TEST_SEED repeats it)")
    return random.Random(seed)


@pytest.mark.parametrize("times", [pytest.param(5, marks=pytest.mark.slow), pytest.param(25, marks=pytest.mark.soak)])
def test_a_walk_that_is_killed_again_and_again_ends_as_an_undisturbed_one(
    backfills: Any, web: Any, undisturbed: Undisturbed, times: int
) -> None:
    kills = killed_again_and_again(backfills, web, a_draw(), times, 70 // times)
    assert kills > times // 2
    assert backfills.rows() == undisturbed.rows
    archived = Counter(url for url, _ in backfills.archived() if not url.endswith("/robots.txt"))
    assert [url for url, times in archived.items() if times > 1] == [], "asked although its answer was archived"
    asked = Counter(web.asked())
    assert sum(asked.values()) - len(asked) <= kills * AT_ONCE, "asked again more than was under way at the kills"
    for file in (backfills.folder / "data" / "archive").glob("*.warc.gz"):
        assert re.match(r"past-backfill-\d{8}T\d{6}Z-\d{5}\.warc\.gz$", file.name)
