"""One crawl of a site whose pages scripts write, in a process of its own; prints the reports as one line of JSON.

Chromium keeps its sandbox only for an ordinary user: where the tests run as root, this gives that up.
"""

import json
import os
import pkgutil
import pwd
import re
import sys
from contextlib import suppress
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from pipeline.config import ArchiveSettings, ClockSettings, CrawlSettings, DatabaseSettings, Settings
from pipeline.store.database import open_database
from pipeline.words import Extraction, SiteKind
from spiders import registry
from spiders.crawl import crawl
from spiders.site import Section, SiteSpider


def load_all(package: str) -> None:
    with suppress(ImportError):  # the extra may not be there, nor what is Windows' alone
        for module in pkgutil.iter_modules(import_module(package).__path__, f"{package}."):
            with suppress(ImportError):
                import_module(module.name)


if __name__ == "__main__":
    order = json.loads(sys.argv[1])
    folder = Path(order["folder"])
    host = order["host"]
    registry.spiders()["written"] = type(
        "Written",
        (SiteSpider,),
        {
            "name": "written",
            "title": "Written by scripts",
            "kind": SiteKind.WATCHDOG,
            "language": "en",
            "family": "watchdog",
            "hosts": (host,),
            "home": f"https://{host}/",
            "home_titles": frozenset({"Home"}),
            "sections": (Section(f"http://{host}/news/", "News"),),
            "article_paths": (re.compile(r"^/news/\d+$"),),
            "every_hours": 24,
            "quiet_days": 7,
            "empty_is_normal": False,
            "licence": None,
            "verified": "a test's own site",
            "needs_browser": True,
        },
    )
    settings = Settings(
        base=folder,
        archive=ArchiveSettings(folder=Path("archive")),
        clock=ClockSettings(now="2026-03-13T08:00:00+08:00"),
        database=DatabaseSettings(url="sqlite:///idwatch.sqlite"),
        crawl=CrawlSettings(connect_to=order["connect_to"], timeout=order["timeout"]),
    )
    database = open_database(settings, create=True)
    if os.geteuid() == 0 and not order["as_root"]:
        # what is loaded late may lie where an ordinary user may not look: Python itself does, under pyenv
        for package in ("encodings", "scrapy.extensions", "scrapy.downloadermiddlewares", "scrapy_playwright"):
            load_all(package)
        nobody = pwd.getpwnam("nobody")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid)
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)
    os.environ["HOME"] = str(folder)
    reports = crawl(
        settings,
        database,
        ["written"],
        extractor=lambda document: Extraction(),
        extractor_version="test",
    )
    print(json.dumps([asdict(report) for report in reports]))
