"""What every site spider declares and answers for: its lists, its addresses, its rhythm, its rules of reading.

A site file is declarations; what a family of sites shares (a content management system) stands in a base such as
``spiders.trs``; how lists are walked stands in ``spiders.walk``. A declaration that is missing or wrong fails when
the module is imported, not at midnight.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import scrapy

from pipeline.words import Listed, PageReading, SiteKind
from spiders.markup import Html

if TYPE_CHECKING:
    from spiders.keeping import Keeper
    from spiders.walk import Walk


class DeclarationError(TypeError):
    """A site's declarations are incomplete or contradict one another; the message names site and declaration."""


class Pager(StrEnum):
    """How a section's further list pages are addressed."""

    TRS = "trs"
    WAS5 = "was5"


@dataclass(frozen=True, slots=True)
class Section:
    """One list of a site.

    ``items_are_pages``: its items are read as pages (form ``item``), not only as links. ``optional``: the list may be
    gone without that being a fault. ``closed``: nothing is added to it any more, so it is walked to its end once.
    ``most_pages``: how deep it is walked at most.
    """

    url: str
    title: str
    pager: Pager = Pager.TRS
    items_are_pages: bool = False
    optional: bool = False
    closed: bool = False
    most_pages: int | None = None


@dataclass(frozen=True, slots=True)
class ListReading:
    """What a list page shows: links, the number of pages its pager claims, and items that are pages themselves."""

    listed: tuple[Listed, ...]
    list_pages: int | None = None
    pages: tuple[PageReading, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleReading:
    """What an article's page says, each value with the route that served it; None where no rule found it."""

    title: tuple[str, str] | None
    published: tuple[date, str] | None
    body: tuple[list[str], str] | None


_REQUIRED: dict[str, type | tuple[type, ...]] = {
    "name": str,
    "title": str,
    "kind": SiteKind,
    "language": str,
    "family": str,
    "hosts": tuple,
    "home": str,
    "home_titles": frozenset,
    "sections": tuple,
    "article_paths": tuple,
    "every_hours": int,
    "quiet_days": int,
    "empty_is_normal": bool,
    "licence": (str, type(None)),
    "verified": str,
}


class SiteSpider(scrapy.Spider):
    """The base of all site spiders. A subclass declares everything in the annotations below.

    ``hosts``: every host that serves the site, the canonical one first. ``article_paths``: patterns of document
    paths on them (searched, so anchor them). ``verified``: what the rules were tried on, for ``docs/sites.md``.
    """

    title: ClassVar[str]
    kind: ClassVar[SiteKind]
    language: ClassVar[str]
    family: ClassVar[str]
    hosts: ClassVar[tuple[str, ...]]
    home: ClassVar[str]
    home_titles: ClassVar[frozenset[str]]
    sections: ClassVar[tuple[Section, ...]]
    article_paths: ClassVar[tuple[re.Pattern[str], ...]]
    every_hours: ClassVar[int]
    quiet_days: ClassVar[int]
    empty_is_normal: ClassVar[bool]
    licence: ClassVar[str | None]
    verified: ClassVar[str]

    allowed_domains: ClassVar[list[str]]
    keeper: Keeper
    walk: Walk
    """What this run writes through, what is known and wanted: handed over by ``spiders.crawl`` at the start."""

    def __init_subclass__(cls, *, abstract: bool = False, **others: Any) -> None:
        super().__init_subclass__(**others)
        if not abstract:
            _check(cls)
            cls.allowed_domains = list(cls.hosts)  # what Scrapy's offsite middleware reads

    async def start(self) -> AsyncIterator[Any]:
        """Scrapy's entry: the requests that the walk begins with."""
        for request in self.walk.first_requests():
            yield request

    # Addresses

    @classmethod
    def tidied(cls, url: str) -> str | None:
        """An address on this site with the canonical scheme and host, without query and fragment (tracking,
        anchors, session ids); None for another host."""
        try:
            parts = urlsplit(url.strip())
            port = parts.port
        except ValueError:
            return None
        if parts.scheme not in ("http", "https") or parts.hostname not in cls.hosts or port not in (None, 80, 443):
            return None
        path = re.sub(r"/{2,}", "/", parts.path.partition(";")[0]) or "/"
        return f"https://{cls.hosts[0]}{path}"

    @classmethod
    def canonical(cls, url: str) -> str | None:
        """The one canonical address of the document behind an address; None where it is no document of this site."""
        tidied = cls.tidied(url)
        if tidied is None:
            return None
        path = urlsplit(tidied).path
        return tidied if any(pattern.search(path) for pattern in cls.article_paths) else None

    @classmethod
    def section_of(cls, url: str) -> tuple[Section, int] | None:
        """The section that an address is a list page of, and the number of that page from 1; None for no list."""
        raise NotImplementedError

    @classmethod
    def list_page(cls, section: Section, number: int) -> str:
        """The address of a section's list page, counted from 1."""
        raise NotImplementedError

    @classmethod
    def owns(cls, url: str) -> bool:
        """True where the address is a document or a list of this site."""
        return cls.canonical(url) is not None or cls.section_of(url) is not None

    @classmethod
    def is_home(cls, url: str) -> bool:
        """True for the site's home page and for the bare host."""
        tidied = cls.tidied(url)
        homes = {f"https://{cls.hosts[0]}{path}" for path in ("/", "/index.html", "/index.shtml", "/index.htm")}
        return tidied is not None and tidied in homes | {cls.tidied(cls.home)}

    # Reading

    @classmethod
    def read_list(cls, page: Html, section: Section) -> ListReading:
        """What one of the section's list pages shows."""
        raise NotImplementedError

    @classmethod
    def read_article(cls, page: Html, fetched_on: date) -> ArticleReading:
        """What an article's page says by the rules that held on the day it was fetched. General rules fill in a title
        or a text that is not found, but no date: where the site's rules know none, the page has none."""
        raise NotImplementedError


def _check(cls: type[SiteSpider]) -> None:
    where = f"{cls.__module__}.{cls.__qualname__}"
    for name, kind in _REQUIRED.items():
        value = getattr(cls, name, DeclarationError)
        if value is DeclarationError:
            raise DeclarationError(f"{where}: declare {name!r} (see SiteSpider)")
        if not isinstance(value, kind):
            raise DeclarationError(f"{where}: {name!r} is {value!r}, not of the kind that SiteSpider declares")
    for name in ("name", "title", "language", "family", "hosts", "sections", "article_paths", "verified"):
        if not getattr(cls, name):
            raise DeclarationError(f"{where}: {name!r} is empty")
    for name in ("every_hours", "quiet_days"):
        if getattr(cls, name) <= 0:
            raise DeclarationError(f"{where}: {name!r} must be positive")
    for section in cls.sections:
        if not isinstance(section, Section) or cls.section_of(section.url) != (section, 1):
            raise DeclarationError(f"{where}: section {section!r} is not recognised by its own address")
