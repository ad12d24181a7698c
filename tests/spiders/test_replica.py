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

from pipeline.config import CrawlSettings, Settings, as_toml, load
from pipeline.store.database import open_database
from pipeline.words import Record
from spiders import registry
from spiders.declared import ListForm, Section
from spiders.site import SiteSpider

HERE = Path(__file__).parent
PAGES = HERE / "pages"
NOW = datetime(2026, 6, 10, 4, tzinfo=UTC)
ILL = {
    "hanging": "merics",
    "failing": "cgsp",
    "looping": "choice",
    "challenging": "embassy_ke_en",
    "bomb": "iri",
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
                else:
                    self.articles[site].append((record, wanted))
                    self.recorded.setdefault(place(wanted["url"]), record)
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
        Thread(target=self.server.serve_forever, daemon=True).start()

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
        found = self.content(site, host, target)
        is_list = site is not None and site.canonical(f"https://{host}{target}") is None
        if found[0] == 200 and not is_list:
            if illness == "looping":
                return 302, {"Location": f"{target.rstrip('/')}0/"}, b""
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
        if site is not None and (found := site.section_of(url)) and found[1] == 1:
            if not site.leads_on(url, found[0]):
                return self.list_of(site, found[0])
        canonical = site.canonical(url) if site else None
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
                f'<ul><li><a href="{html.escape(url)}">{html.escape(wanted["title"])}</a> {wanted["published"]}</li></ul>'
                for url, wanted in own
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
