"""One crawl in a process of its own: takes an order as JSON, prints the reports as one line of JSON."""

import json
import re
import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import NoReturn

from pipeline.config import ClockSettings, CrawlSettings, Settings
from pipeline.store.database import open_database
from pipeline.words import Document, Extraction, SiteKind
from spiders import registry
from spiders.crawl import crawl
from spiders.site import Section
from spiders.trs import DOCUMENT_NAME, TrsSpider


def further_site(name: str, host: str) -> type[TrsSpider]:
    declarations = {
        "name": name,
        "title": name,
        "kind": SiteKind.OFFICIAL,
        "language": "zh",
        "family": name,
        "hosts": (host,),
        "home": f"https://{host}/",
        "home_titles": frozenset({"首页"}),
        "sections": (Section(f"https://{host}/news/", "news"),),
        "article_paths": (re.compile(rf"^/news{DOCUMENT_NAME}"),),
        "every_hours": 24,
        "quiet_days": 7,
        "empty_is_normal": False,
        "licence": None,
        "verified": "a test's own site",
    }
    return type(name, (TrsSpider,), declarations)


def extractor(document: Document) -> Extraction:
    if order.get("extractor_fails"):
        raise ValueError("a fault in the extractor")
    return Extraction()


def fail(*_: object, **__: object) -> NoReturn:
    raise ValueError("a fault in the spider")


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    registry.spiders().update({name: further_site(name, host) for name, host in order["sites"].items()})
    for name in order["names"]:
        if method := order.get("failing_method"):
            setattr(registry.spider(name), method, fail)
        if order.get("without_lists"):
            registry.spider(name).sections = ()
    folder = Path(order["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        base=folder,
        clock=ClockSettings(now=datetime.fromisoformat(order["now"])),
        crawl=CrawlSettings(
            contact="mailto:operator@example.org",
            connect_to=order["connect_to"],
            timeout=order.get("timeout", 30),
            max_bytes=order.get("max_bytes", 16_000_000),
            delay=order.get("delay", 0),
        ),
    )
    since = order.get("since")
    reports = crawl(
        settings,
        open_database(settings, create=True),
        order["names"],
        extractor=extractor,
        extractor_version="test",
        since=date.fromisoformat(since) if since else None,
        limit=order.get("limit"),
    )
    print(json.dumps([asdict(report) for report in reports]))
