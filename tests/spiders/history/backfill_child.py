"""One backfill in a process of its own: takes an order as JSON, prints what came of it as one line of JSON."""

import json
import re
import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

from pipeline.config import ClockSettings, CrawlSettings, DatabaseSettings, Settings
from pipeline.store.database import open_database
from pipeline.words import Document, Extraction, SiteKind
from spiders import registry
from spiders.history.backfill import backfill
from spiders.history.span import Source, Span
from spiders.site import ListForm, Pager, Rules, Section, SiteSpider

HOST = "past.test"
ROOT = f"https://{HOST}"


class Past(SiteSpider):
    """A site with a list that is turned, a sitemap in parts, an e-paper and a feed in pages."""

    name = "past"
    title = "Past"
    kind = SiteKind.MEDIA
    language = "en"
    family = "past"
    hosts = (HOST, f"www.{HOST}")
    home = f"{ROOT}/"
    home_titles = frozenset({"Past"})
    rules = (Rules(titles=("h1",), bodies=("article",)),)
    sections = (
        Section(f"{ROOT}/news/", "News", pager=Pager.TRS, most_pages=1),
        Section(f"{ROOT}/sitemap.xml", "Map", ListForm.SITEMAP, history=True, further=re.compile(r"^/part\d+\.xml$")),
        Section(
            f"{ROOT}/paper/index.html",
            "Paper",
            ListForm.EPAPER,
            further=re.compile(r"^/paper/\d{6}/\d\d/node_\d+\.html$"),
            day=f"{ROOT}/paper/%Y%m/%d/node_01.html",
        ),
        Section(f"{ROOT}/feed/", "Feed", ListForm.FEED, pager=Pager.PAGED),
    )
    article_paths = (
        re.compile(r"^/news/\d{6}/t\d{8}_\d+\.html$"),
        re.compile(r"^/post/\d{4}/\d\d/\d\d/\w+/$"),
        re.compile(r"^/paper/\d{6}/\d\d/content_\d+\.html$"),
    )
    every_hours = 24
    quiet_days = 30
    empty_is_normal = False
    licence = None
    verified = "a test's own site"


def extractor(document: Document) -> Extraction:
    return Extraction()


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    registry.spiders()["past"] = Past
    Past.feed_only = order.get("feed_only", False)
    folder = Path(order["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        base=folder,
        database=DatabaseSettings(url=order.get("database", "sqlite:///idwatch.sqlite")),
        clock=ClockSettings(now=datetime.fromisoformat(order["now"])),
        crawl=CrawlSettings(connect_to=order["connect_to"], timeout=10, delay=0),
    )
    until = order.get("until")
    done = backfill(
        settings,
        open_database(settings, create=True),
        "past",
        Span(date.fromisoformat(order["since"]), date.fromisoformat(until) if until else None),
        source=Source(order["source"]),
        again=order.get("again", False),
        extractor=extractor,
        extractor_version="test",
    )
    print(json.dumps(asdict(done)))
