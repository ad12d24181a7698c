"""One exchange as a test's fixture: the archive's form, and beside it what the reader makes of it today."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

from pipeline.archive import ArchiveWriter, Exchange, iterate
from pipeline.words import Listed, PageReading, Shown
from spiders import reading
from spiders.site import SiteSpider

CHECKED = "checked"
"""The key that a fixture has until a person has held it against the page; the tests refuse one that says false."""

_LONGEST_NAME = 60


class RecordError(Exception):
    """The exchange cannot become that fixture; the message says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A fixture's two files."""

    exchange: Path
    expected: Path


def place(folder: Path, site: type[SiteSpider], url: str, name: str | None) -> Recorded:
    """The files of the fixture that an address of a site becomes; without a name one is made of the address. Raises
    RecordError where the site has no such address, the name is none for it, or the fixture is there already."""
    kind = "article" if site.canonical(url) else "list"
    if kind == "list" and site.section_of(url) is None:
        articles = ", ".join(pattern.pattern for pattern in site.article_paths)
        raise RecordError(
            f"{url} is no address of {site.name}: articles have paths such as {articles}, lists are"
            f" {', '.join(section.url for section in site.sections)}; correct these, then record again"
        )
    name = name or _name_of(url, kind)
    if not re.fullmatch(rf"{kind}_[a-z0-9_]+", name):
        raise RecordError(f"{name!r}: the name of this fixture is {kind}_ and small letters, figures or _")
    for suffix in (".http", ".warc.gz", ".json"):
        if (file := folder / site.name / f"{name}{suffix}").exists():
            raise RecordError(f"{file} exists already: give another name with --name, or take it away")
    return Recorded(folder / site.name / f"{name}.warc.gz", folder / site.name / f"{name}.json")


def _name_of(url: str, kind: str) -> str:
    parts = urlsplit(url)
    words = re.sub(r"[^a-z0-9]+", "_", f"{parts.path} {parts.query}".lower()).strip("_")
    return f"{kind}_{words or 'home'}"[:_LONGEST_NAME].rstrip("_")


def save(files: Recorded, exchange: Exchange) -> Shown:
    """Write an exchange, and what the reader makes of it, marked as seen by nobody; gives the latter."""
    folder = files.exchange.parent
    folder.mkdir(parents=True, exist_ok=True)
    name = files.exchange.name.removesuffix(".warc.gz")
    with TemporaryDirectory(prefix=".record-", dir=folder) as scratch:
        with ArchiveWriter(Path(scratch), name, exchange.fetched_at, rotate_bytes=1 << 40) as writer:
            writer.write(exchange)
        (Path(scratch) / writer.file).rename(files.exchange)
    (record,) = iterate(folder, files.exchange.name)
    shown = reading.read(record)
    values = {CHECKED: False, **(expected_article(shown) if shown.page_url else expected_list(shown))}
    files.expected.write_text(json.dumps(values, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return shown


def expected_article(shown: Shown) -> dict[str, Any]:
    """What an article's fixture says of it."""
    (page,) = shown.pages
    return {
        "url": shown.page_url,
        "title": page.title,
        "published": _day(page),
        "language": page.language,
        "body": page.body,
        "routes": dict(page.routes),
        "findings": list(shown.findings),
    }


def expected_list(shown: Shown) -> dict[str, Any]:
    """What a list's fixture says of it: every link that it shows, whether it is followed or not."""
    return {
        "listed": [[one.url, one.title, _day(one)] for one in (*shown.listed, *shown.off_list)],
        "list_pages": shown.list_pages,
        "items": [[page.title, _day(page), page.body] for page in shown.pages],
        "findings": list(shown.findings),
    }


def _day(of: PageReading | Listed) -> str | None:
    return of.published.isoformat() if of.published else None
