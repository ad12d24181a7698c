"""All spiders in one `idwatch crawl` of a replica of their sites on loopback; six of the sites are ill.

The replica answers with the fixtures, under their own hosts and addresses and with their own headers. Lists that no
fixture has show the site's own recorded articles; articles that only lists name are made up from what the lists say.
What is to be found is told by the fixtures' JSON files, not by the spiders.
"""

from __future__ import annotations

import gzip
import html
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from pipeline.config import as_toml, load
from pipeline.store.database import open_database
from pipeline.words import Record
from spiders import registry
from spiders.declared import ListForm, Section
from spiders.site import SiteSpider

HERE = Path(__file__).parent
PAGES = HERE / "pages"
NOW = datetime(2026, 6, 10, 4, tzinfo=UTC)
ILL = {
    "hanging": "cmp",
    "failing": "jamestown",
    "looping": "choice",
    "challenging": "mapinfluence",
    "bomb": "sinopsis",
    "liar": "embassy_la_zh",
}
"""Which site is ill of what, in the first crawl."""
FAMILIES = {
    "TRS": "mfa_zh", "TRS with WAS5": "idcpc_en", "Xinhua JSON": "xinhua_zh", "People's Daily CMS": "people_zh",
    "e-paper": "people_paper", "China Daily": "chinadaily_en", "CGTN sitemap": "cgtn", "JSON with callback": "cctv",
    "JSON by offset": "huanqiu", "JSON of gov.cn": "govcn_zh", "WordPress feed": "chinascope", "Wix": "ccp_watch",
    "RSS only": "economist", "Crossref JSON": "isq", "Atom": "kcna_watch", "sitemap index": "taipei_times",
    "Focus Taiwan": "focus_taiwan", "WordPress list": "lingua_sinica",
}  # fmt: skip
"""One site of each form in which sites publish; all of them are read in the first crawl."""
CHALLENGE = (
    b"<html><head><script>document.cookie='k=1;path=/';window.location.reload();</script></head><body></body></html>"
)
TEXTS = {
    "zh": "中联部有关负责人在京会见来访的外国政党代表团，双方就加强治国理政经验交流、深化两党关系交换了意见。",
    "en": "A leader of the International Department of the CPC Central Committee met a delegation of a foreign party "
    "in Beijing, and the two sides exchanged views on relations between the parties.",
}


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # all sites are asked at once


@dataclass
class Replica:
    """The sites on loopback. ``is_ill``: whether the sites of ``ILL`` are; ``asked``: host and target, in order."""

    read_exchange: Callable[[str], Record]
    is_ill: bool = True
    asked: list[tuple[str, str]] = field(default_factory=list)
    recorded: dict[tuple[str, str], Record] = field(default_factory=dict)
    listed: dict[str, dict[str, tuple[str | None, str | None]]] = field(default_factory=dict)
    """Per site what its lists name: canonical address to title and day."""
    items: dict[str, list[str]] = field(default_factory=dict)
    """Per site the titles of its items, where these are pages."""
    articles: dict[str, list[tuple[Record, dict[str, Any]]]] = field(default_factory=dict)
    lists: dict[str, list[Record]] = field(default_factory=dict)
    wanted: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What a list's record is to be read as."""
    by_address: dict[str, Record] = field(default_factory=dict)
    """The recorded articles by their canonical addresses."""
    made_up: dict[str, tuple[str | None, str | None]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for site in registry.spiders():
            self.listed[site], self.items[site], self.articles[site] = {}, [], []
            for file in sorted((PAGES / site).glob("*.json")):
                record = self.read_exchange(f"{site}/{file.stem}")
                wanted = json.loads(file.read_text(encoding="utf-8"))
                self.recorded.setdefault(place(record.url), record)
                if file.stem.startswith("list_"):
                    self.listed[site] |= {url: (title, day) for url, title, day in wanted["listed"]}
                    self.items[site] += [title for title, _, _ in wanted["items"]]
                    self.lists.setdefault(site, []).append(record)
                    self.wanted[record.id] = wanted
                else:
                    self.articles[site].append((record, wanted))
                    self.by_address[wanted["url"]] = record
        for site, articles in self.articles.items():
            known = {wanted["url"] for _, wanted in articles}
            self.made_up |= {url: told for url, told in self.listed[site].items() if url not in known}
        replica = self
        self.over = Event()
        self.lock = Lock()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                host = self.headers["Host"].partition(":")[0]
                with replica.lock:
                    replica.asked.append((host, self.path))
                answer = replica.answer(host, self.path)
                if answer is None:
                    replica.over.wait()
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = _Server(("127.0.0.1", 0), Handler)
        Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def connect_to(self) -> dict[str, str]:
        hosts = {host for site in registry.spiders().values() for host in site.hosts}
        hosts |= {host for host, _ in self.recorded}
        return dict.fromkeys(sorted(hosts), f"127.0.0.1:{self.server.server_port}")

    def close(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()

    # What is answered

    def answer(self, host: str, target: str) -> tuple[int, dict[str, str], bytes] | None:
        site = site_of(host, target)
        illness = next((name for name, ill in ILL.items() if site and ill == site.name), None) if self.is_ill else None
        if illness == "hanging":
            return None
        if target == "/robots.txt":
            return 404, {"Content-Type": "text/plain"}, b"none"
        if illness == "failing":
            return 500, {"Content-Type": "text/html"}, b"<html>Internal Server Error</html>"
        if illness == "challenging":
            return 200, {"Content-Type": "text/html"}, CHALLENGE
        is_list = site is not None and site.canonical(f"https://{host}{target}") is None
        if illness == "looping" and not is_list:
            return 302, {"Location": f"{target.rstrip('/')}0/"}, b""
        found = self.content(site, host, target)
        if found[0] == 200 and not is_list:
            if illness == "bomb":
                return 200, {"Content-Type": "text/html", "Content-Encoding": "gzip"}, BOMB
            if illness == "liar":
                text = found[2].decode("utf-8").encode("gb18030")
                return 200, {"Content-Type": "text/html; charset=iso-8859-1"}, text
        return found

    def content(self, site: type[SiteSpider] | None, host: str, target: str) -> tuple[int, dict[str, str], bytes]:
        if record := self.recorded.get((host, target)):
            return record.status, kept(record), record.body
        url = f"https://{host}{target}"
        for record in self.lists[site.name] if site else ():
            if same_list(record.url, url):
                return record.status, kept(record), record.body
        found = site.section_of(url) if site else None
        if site is not None and found and found[1] == 1 and not site.leads_on(url, found[0]):
            return self.list_of(site, found[0])
        canonical = site.canonical(url) if site else None
        if record := self.by_address.get(canonical or ""):
            return record.status, kept(record), record.body
        if site is not None and canonical in self.made_up:
            title, day = self.made_up[canonical]
            return 200, HTML, made_up(title or "", day, site.language).encode()
        return 404, HTML, b"<html><title>404</title>Not Found</html>"

    def list_of(self, site: type[SiteSpider], section: Section) -> tuple[int, dict[str, str], bytes]:
        """A list that no fixture has: the recorded articles by feed or links, else what a list of its form shows."""
        own = [(record.url, wanted) for record, wanted in self.articles[site.name]]
        if section.form is ListForm.FEED:
            shown = "".join(
                f"<item><title>{html.escape(wanted['title'])}</title><link>{html.escape(url)}</link></item>"
                for url, wanted in own
            )
            feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{shown}</channel></rss>'
            return 200, {"Content-Type": "application/rss+xml"}, feed.encode()
        if section.form is ListForm.LINKS:
            shown = "".join(
                f'<ul><li><a href="{html.escape(url)}">{html.escape(one["title"])}</a> {one["published"]}</li></ul>'
                for url, one in own
            )
            further = [record.url for record in self.lists[site.name] if site.leads_on(record.url, section)]
            shown += "".join(f'<p><a href="{html.escape(url)}">更多</a></p>' for url in further)
            return 200, HTML, f"<html><title>{site.title}</title><body>{shown}</body></html>".encode()
        like = next(
            record
            for record in self.recorded.values()
            if (found := site.section_of(record.url)) and found[0].form is section.form
        )
        return like.status, kept(like), like.body


HTML = {"Content-Type": "text/html; charset=utf-8"}
BOMB = gzip.compress(b"0" * 30_000_000)


def same_list(one: str, other: str) -> bool:
    """Whether two addresses are one list's, but for scheme, quoting and the name of a folder's page."""
    first, second = (
        re.sub(r"(?:/index\.s?html?|/)(?=$|\?)", "", unquote(url.partition("://")[2])) for url in (one, other)
    )
    return first == second


def kept(record: Record) -> dict[str, str]:
    """The headers of a recorded answer that are its own."""
    return {name: value for name, value in record.headers if name.lower() not in ("content-length", "connection")}


def site_of(host: str, target: str) -> type[SiteSpider] | None:
    """The site that is asked; some share their hosts."""
    mine = [site for site in registry.spiders().values() if host in site.hosts]
    return next((site for site in mine if site.owns(f"https://{host}{target}")), mine[0] if mine else None)


def place(url: str) -> tuple[str, str]:
    """Host and target of an address."""
    parts = urlsplit(url)
    return parts.hostname or "", (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def made_up(title: str, day: str | None, language: str) -> str:
    """An article of which a list tells title and day."""
    shown = f"<time>{day}</time>" if day else ""
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><title>{html.escape(title)}</title></head><body><main><article>'
        f"<h1>{html.escape(title)}</h1>{shown}<div><p>{TEXTS[language]}</p><p>{TEXTS[language]}</p></div>"
        "</article></main></body></html>"
    )


# The crawl

WORDS_OF_OURS = ("International Department", "International Liaison Department", "中联部", "中聯部", "对外联络部")
"""A title with one of these is followed on any site; what a general site's other titles are worth is not told here."""


@pytest.fixture
def replica(exchange: Callable[[str], Record]) -> Iterator[Replica]:
    replica = Replica(exchange)
    yield replica
    replica.close()


@dataclass(frozen=True, slots=True)
class Crawl:
    """What `idwatch crawl` leaves in a folder of its own."""

    folder: Path
    forked: Callable[..., Any]

    def prepare(self, replica: Replica) -> None:
        sections = {
            "crawl": {"connect_to": replica.connect_to, "delay": 0.0, "timeout": 8.0, "max_bytes": 1_000_000},
            "clock": {"now": NOW.isoformat()},
        }
        (self.folder / "idwatch.toml").write_text(as_toml(sections), encoding="utf-8")
        open_database(load(self.folder / "idwatch.toml"), create=True).close()

    def run(self, *names: str) -> str:
        """Crawl these sites, or all; what was printed, at the end of the log."""
        words = ("idwatch", "--config", str(self.folder / "idwatch.toml"), "crawl", *names)
        child = self.forked(*words, folder=HERE.parents[1])
        child.wait(timeout=300)
        printed: str = child.stderr
        return printed

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "data" / "idwatch.sqlite")) as connection:
            return connection.execute(query, values).fetchall()

    def titles(self, site: str) -> dict[str, str | None]:
        """Address to title of every page of a site that was read."""
        query = (
            "SELECT page.url, form, reading.title FROM page JOIN snapshot ON page_id = page.id "
            "JOIN reading ON snapshot_id = snapshot.id WHERE site = ? ORDER BY form DESC"
        )
        found = self.rows(query, site)
        assert len(found) == len({(url, form) for url, form, _ in found}), f"{site}: a page was read twice"
        return {url: title for url, _, title in found}  # of the article, where there is an item too


@pytest.mark.slow
def test_all_sites_are_crawled_at_once_and_the_ill_stop_nobody(
    replica: Replica, tmp_path: Path, forked: Callable[..., Any]
) -> None:
    crawl = Crawl(tmp_path, forked)
    crawl.prepare(replica)
    printed = crawl.run()
    health = {site: (word, cause) for site, word, cause in crawl.rows("SELECT site, health, cause FROM run")}
    assert set(health) == set(registry.spiders()), printed
    # fixtures are of many years: where the newest of them is old, the site is rightly told to be silent
    for site, (word, cause) in health.items():
        if site not in ILL.values():
            silent = word == "late" and cause.startswith("nothing published since")
            assert word == "ok" or silent, (site, word, cause)
    assert len(FAMILIES) >= 12
    assert not set(FAMILIES.values()) & set(ILL.values())
    well = [site for site in registry.spiders() if site not in ILL.values()]
    assert all_found(crawl, replica, well) > 150
    pages = Counter(one for one in replica.asked if one[1] != "/robots.txt" and is_article(one))
    of_ill = {host for site in ILL.values() for host in registry.spider(site).hosts}
    assert [one for one, times in pages.items() if times > 1 and one[0] not in of_ill] == []
    told_of_the_ill(crawl, health)
    # well again, those that gave nothing give all they have
    replica.is_ill = False
    recovered = [ILL[illness] for illness in ("hanging", "failing", "challenging")]
    crawl.run(*recovered)
    assert all_found(crawl, replica, recovered) >= 6


def is_article(asked: tuple[str, str]) -> bool:
    site = site_of(*asked)
    return site is not None and site.canonical(f"https://{asked[0]}{asked[1]}") is not None


def all_found(crawl: Crawl, replica: Replica, sites: list[str]) -> int:
    """That everything was found and read that the lists show which were asked for; gives how much that was."""
    asked = {f"https://{host}{target}" for host, target in replica.asked}
    number = 0
    for name in sites:
        site = registry.spider(name)
        found = crawl.titles(name)
        off_topic = {url for (url,) in crawl.rows("SELECT url FROM page WHERE site = ? AND off_topic", name)}
        lists = [record for record in replica.lists[name] if any(same_list(record.url, url) for url in asked)]
        assert lists, f"{name}: no recorded list was asked for"
        # what a general site's list shows is followed or passed over, and both are counted
        counts = [json.loads(told) for (told,) in crawl.rows("SELECT counts FROM run WHERE site = ?", name)]
        shown = sum(len(replica.wanted[record.id]["listed"]) for record in lists)
        assert shown <= sum(one.get("listed", 0) + one.get("off_list", 0) for one in counts), name
        number += shown
        for record in lists:
            wanted = replica.wanted[record.id]
            for url, title, _ in wanted["listed"]:
                if site.feed_only or url in off_topic:
                    continue
                if not site.general or any(word in (title or "") for word in WORDS_OF_OURS):
                    assert url in found, (name, url, title)
                if url in found and url in replica.made_up and title:
                    assert found[url] == title, (name, url)
            for title, _, _ in wanted["items"]:
                if not site.general or any(word in (title or "") for word in WORDS_OF_OURS):
                    assert title in found.values(), (name, title)
        for _, article in replica.articles[name]:
            if article["url"] in found:
                assert found[article["url"]] == article["title"], (name, article["url"])
    return number


def told_of_the_ill(crawl: Crawl, health: dict[str, tuple[str, str | None]]) -> None:
    """That the health and the visits of the ill sites say what they are ill of."""

    def visits(site: str) -> Counter[str]:
        return Counter(outcome for (outcome,) in crawl.rows("SELECT outcome FROM visit WHERE site = ?", site))

    word, cause = health[ILL["hanging"]]
    assert (word, "did not answer in time" in (cause or "")) == ("unreachable", True)
    word, cause = health[ILL["failing"]]
    assert (word, "status_500" in (cause or "")) == ("broken", True)
    word, cause = health[ILL["challenging"]]
    assert (word, "challenged" in (cause or "")) == ("blocked", True), cause
    assert visits(ILL["looping"])["moved"] > 1
    assert visits(ILL["bomb"])["error"] >= 1
    assert crawl.titles(ILL["looping"]) == crawl.titles(ILL["bomb"]) == {}
    # whatever the header and the page say of their charset
    assert "谭远志大使会见老挝人民革命党中央对外联络委员会副主席" in crawl.titles(ILL["liar"]).values()
