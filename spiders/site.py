"""What every site spider declares and answers for: its lists, its addresses, its rhythm, its rules of reading.

A site is declarations: a small file, or a row of the table of its content management system. What a family shares
stands in a base such as ``spiders.trs``, a form of lists in ``spiders.lists``; how lists are walked stands in
``spiders.walk``. A declaration that is missing or wrong fails when the module is imported, not at midnight.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

import scrapy
from scrapy.settings import BaseSettings

from pipeline.words import SiteKind
from spiders import articles, general
from spiders.declared import (
    ArticleReading,
    DeclarationError,
    Keys,
    ListForm,
    ListReading,
    Pager,
    Rules,
    Section,
)
from spiders.lists import epaper, feed, json_list, links, pagers, sitemap, was5
from spiders.markup import Html

if TYPE_CHECKING:
    from spiders.keeping import Keeper
    from spiders.walk import Walk

__all__ = [
    "ArticleReading",
    "DeclarationError",
    "Keys",
    "ListForm",
    "ListReading",
    "Pager",
    "Rules",
    "Section",
    "SiteSpider",
]

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
    """The base of all site spiders. A subclass declares everything in the annotations below; what has a value here
    may be left out.

    ``hosts``: every host that serves the site, the canonical one first. ``one_host``: they all serve the same
    documents, so that addresses are folded to the first; ``mirrors``: hosts that serve what another one does, where
    not all do. ``article_paths``: patterns of document paths on them
    (searched, so anchor them). ``rewrites``: patterns and what they become, where one document has several paths.
    ``key``: what in a path names the document itself, where one document stands in several sections or on several
    hosts: its first group. ``no_titles``: titles of list entries that are no documents' (the names of a page's
    editors). ``zone``: where the site's days are told, for times in lists that name another zone.
    ``rules``: how its articles are laid out, oldest first; none: metadata and general rules. ``labels``: texts such
    as section names that may stand where a headline is looked for. ``pagers``: of sections that declare none, by their
    form; ``most_pages``: of rows (``spiders.rows``) that declare none.
    ``delay``: seconds between two requests, where the site wants more than the configuration says.
    ``needs_browser``: its pages are written by scripts; needs the extra `browser` (``spiders.browser``).
    ``feed_only``: what the lists show is all there is to have (a paywall): items are pages, articles are never asked
    for. ``general``: a site about everything, of which only what is relevant is kept
    (``pipeline.watch.relevance``). ``verified``: what the rules were tried on, for ``docs/sites.md``; ``tried_live``:
    the last day on which `idwatch doctor` found the site itself well; ``terms``: the terms of use seen. A class's
    docstring is printed there too.
    """

    title: ClassVar[str]
    kind: ClassVar[SiteKind]
    language: ClassVar[str]
    family: ClassVar[str]
    hosts: ClassVar[tuple[str, ...]]
    one_host: ClassVar[bool] = True
    home: ClassVar[str]
    home_titles: ClassVar[frozenset[str]]
    labels: ClassVar[frozenset[str]] = frozenset()
    sections: ClassVar[tuple[Section, ...]]
    pagers: ClassVar[Mapping[ListForm, Pager]] = {ListForm.WAS5: Pager.QUERY}
    most_pages: ClassVar[int | None] = None
    article_paths: ClassVar[tuple[re.Pattern[str], ...]]
    mirrors: ClassVar[Mapping[str, str]] = {}
    key: ClassVar[re.Pattern[str] | None] = None
    no_titles: ClassVar[re.Pattern[str] | None] = None
    zone: ClassVar[str | None] = None
    rewrites: ClassVar[tuple[tuple[re.Pattern[str], str], ...]] = ()
    rules: ClassVar[tuple[Rules, ...]] = ()
    every_hours: ClassVar[int]
    quiet_days: ClassVar[int]
    empty_is_normal: ClassVar[bool]
    delay: ClassVar[float | None] = None
    needs_browser: ClassVar[bool] = False
    feed_only: ClassVar[bool] = False
    general: ClassVar[bool] = False
    licence: ClassVar[str | None]
    terms: ClassVar[str] = "not seen"
    verified: ClassVar[str]
    tried_live: ClassVar[date | None] = None

    allowed_domains: ClassVar[list[str]]
    keeper: Keeper
    walk: Walk
    """What this run writes through, what is known and wanted: handed over by ``spiders.crawl`` at the start."""

    def __init_subclass__(cls, *, abstract: bool = False, **others: Any) -> None:
        super().__init_subclass__(**others)
        if not abstract:
            _check(cls)
            cls.allowed_domains = list(cls.hosts)  # what Scrapy's offsite middleware reads

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Scrapy's entry for a spider's own settings: those of a browser, where the site needs one."""
        super().update_settings(settings)
        if cls.needs_browser:
            from spiders import browser  # only where it is used: an extra

            settings.setdict(browser.scrapy_settings(), priority="spider")

    async def start(self) -> AsyncIterator[Any]:
        """Scrapy's entry: the requests that the walk begins with."""
        for request in self.walk.first_requests():
            yield request

    @classmethod
    def usual_sections(cls, home: str) -> tuple[Section, ...]:
        """The lists that a site of this family has at that home, for rows that declare none."""
        return ()

    # Addresses

    @classmethod
    @lru_cache(maxsize=4096)  # of one link and of its own address every section asks it, for each page anew
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
        host = cls.hosts[0] if cls.one_host else cls.mirrors.get(parts.hostname, parts.hostname)
        return f"https://{host}{path}"

    @classmethod
    def canonical(cls, url: str) -> str | None:
        """The one canonical address of the document behind an address; None where it is no document of this site."""
        tidied = cls.tidied(url)
        if tidied is None:
            return None
        parts = urlsplit(tidied)
        path = parts.path
        for pattern, replacement in cls.rewrites:
            path = pattern.sub(replacement, path)
        if not any(pattern.search(path) for pattern in cls.article_paths):
            return None
        return parts._replace(path=path).geturl()

    @classmethod
    def section_of(cls, url: str) -> tuple[Section, int] | None:
        """The section that an address is a list page of, and the number of that page from 1 (also for lists that the
        section leads to); None for no list."""
        for section in cls.sections:
            if (number := cls.number_of(url, section)) is not None:
                return section, number
        return next(((section, 1) for section in cls.sections if cls.leads_on(url, section)), None)

    @classmethod
    def number_of(cls, url: str, section: Section) -> int | None:
        """The number of the page that an address is of a section's list; None for none."""
        tidied, first = cls._with_query(url), cls._with_query(section.url)
        return pagers.page_number(first, cls.pager_of(section), tidied) if tidied and first else None

    @classmethod
    def leads_on(cls, url: str, section: Section) -> bool:
        """True where the address is one of the further lists of a section."""
        tidied = cls.tidied(url)
        if section.further is None or tidied is None:
            return False
        return section.further.search(urlsplit(tidied).path) is not None

    @classmethod
    def list_page(cls, section: Section, number: int) -> str:
        """The address of a section's list page, counted from 1. Raises ValueError where its lists have no pages."""
        return pagers.page_address(section.url, cls.pager_of(section), number)

    @classmethod
    def pager_of(cls, section: Section) -> Pager:
        """How a section's further pages are addressed."""
        return section.pager or cls.pagers.get(section.form, Pager.NONE)

    @classmethod
    def _with_query(cls, url: str) -> str | None:
        tidied = cls.tidied(url)
        query = urlsplit(url).query if tidied else ""
        return f"{tidied}?{query}" if query else tidied

    @classmethod
    def owns(cls, url: str) -> bool:
        """True where the address is a document or a list of this site."""
        return cls.canonical(url) is not None or cls.section_of(url) is not None

    @classmethod
    def follows(cls, url: str) -> bool:
        """True where a document that a list links to belongs to what is watched."""
        return True

    @classmethod
    def key_of(cls, url: str) -> str:
        """What two canonical addresses of one document have in common."""
        match = cls.key.search(urlsplit(url).path) if cls.key else None
        return match[1] if match else url

    @classmethod
    def day_of(cls, url: str) -> date | None:
        """The day of publication that a document's address tells."""
        dated = general.url_day(url)
        return dated[0] if dated else None

    @classmethod
    def is_home(cls, url: str) -> bool:
        """True for the site's home page and for the bare host."""
        tidied = cls.tidied(url)
        paths = ("/", "/index.html", "/index.shtml", "/index.htm")
        homes = {f"https://{host}{path}" for host in cls.hosts for path in paths}
        return tidied is not None and tidied in homes | {cls.tidied(cls.home)}

    # Reading

    @classmethod
    def read_list(cls, page: Html, section: Section) -> ListReading:
        """What one of the section's list pages shows."""
        is_further = section.further_form is not None and cls.leads_on(page.url, section)
        form = section.further_form if is_further and section.further_form else section.form
        return _READERS[form](page, cls, section)

    @classmethod
    def read_article(cls, page: Html, fetched_on: date) -> ArticleReading:
        """What an article's page says by the rules that held on the day it was fetched."""
        rules = articles.rules_on(cls.rules, fetched_on)
        return articles.read(page, rules, cls.furniture(), cls.own_body(page), cls.zone, fetched_on)

    @classmethod
    def furniture(cls) -> frozenset[str]:
        """The names of site and sections, which may stand where a headline is looked for."""
        return cls.labels | cls.home_titles | {cls.title}

    @classmethod
    def own_body(cls, page: Html) -> tuple[list[str], str] | None:
        """The paragraphs of an article's text and their route, where no selector leads to it (a script's variable)."""
        return None


_READERS: dict[ListForm, Callable[[Html, type[SiteSpider], Section], ListReading]] = {
    ListForm.LINKS: links.read,
    ListForm.FEED: feed.read,
    ListForm.SITEMAP: sitemap.read,
    ListForm.JSON: json_list.read,
    ListForm.EPAPER: epaper.read,
    ListForm.WAS5: was5.read,
}


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
        if cls.general and cls.pager_of(section) is not Pager.NONE and section.most_pages is None:
            raise DeclarationError(f"{where}: section {section.url}: declare 'most_pages'; a general site's has no end")
    ends = [rules.until for rules in cls.rules]
    if ends and (ends[-1] is not None or None in ends[:-1] or sorted(filter(None, ends)) != ends[:-1]):
        raise DeclarationError(f"{where}: 'rules' stand oldest first, and only the last has no end")
