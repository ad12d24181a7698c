"""The walk through a site: its lists as far as there is news, then the pages that are new or due."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import scrapy

from pipeline.store.known import KnownPage
from pipeline.words import Outcome, Shown
from spiders.declared import Pager
from spiders.failures import SHOWN, RobotsForbid, Stopped, cause_of

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

    from spiders.keeping import Keeper
    from spiders.site import Section, SiteSpider

_LISTS_FIRST = 10


@dataclass(slots=True)
class Walk:
    """The state of one run's walk.

    A list is turned on until one of its pages shows nothing that was not known before the section's last complete
    walk: ``walked`` gives that walk's run by section. A page first seen in a later run, one that was killed, is news
    again. ``since`` leaves out what was published before that
    day; ``limit`` is the number of pages asked for at most.
    """

    site: type[SiteSpider]
    keeper: Keeper
    known: Mapping[str, KnownPage]
    due: Iterable[KnownPage]
    walked: Mapping[str, int]
    since: date | None = None
    limit: int | None = None
    troubles: dict[str, str] = field(default_factory=dict)
    """By section address: why it could not be read."""
    _asked: set[str] = field(default_factory=set)
    _turned: dict[str, set[str]] = field(default_factory=dict)
    _lists: dict[str, set[str]] = field(default_factory=dict)
    """By section address: the list pages asked in this run."""
    _waiting: Counter[str] = field(default_factory=Counter)
    _cut_short: set[str] = field(default_factory=set)

    def first_requests(self) -> Iterator[scrapy.Request]:
        """The first page of every section, and the known pages that are due."""
        for section in self.site.sections:
            if not (section.history or (section.closed and section.url in self.walked)):
                yield from self._list_request(section, self.site.list_page(section, 1), 1)
        if self.site.feed_only:
            return
        for page in self.due:
            yield from self._page_request(page.url, page.address, None)

    # Lists

    def _list_request(self, section: Section, address: str, number: int | None) -> Iterator[scrapy.Request]:
        """The request for a list page; ``number`` is None for a list that another one leads to, and that is not
        turned. None where it was asked already, or the section is walked no deeper."""
        asked = self._lists.setdefault(section.url, set())
        key = self.site.tidied(address) or address
        key = f"{key}?{urlsplit(address).query}"
        if key in asked or len(asked) >= (section.most_pages or math.inf):
            return
        asked.add(key)
        self._waiting[section.url] += 1
        yield scrapy.Request(
            address,
            callback=self.list_answered,
            errback=self.list_failed,
            priority=_LISTS_FIRST,
            cb_kwargs={"section": section, "number": number},
        )

    def list_answered(self, response: Response, section: Section, number: int | None) -> Iterator[scrapy.Request]:
        """Scrapy's callback for a list page: asks for what it shows and, as far as there is news, for the next."""
        yield from self._followed(response, section, number)
        self._waiting[section.url] -= 1
        if not self._waiting[section.url] and section.url not in self._cut_short | self.troubles.keys():
            self.keeper.walked(section.url)

    def _followed(self, response: Response, section: Section, number: int | None) -> Iterator[scrapy.Request]:
        shown: Shown = response.meta[SHOWN]
        if shown.outcome is not Outcome.OK or self.site.section_of(response.url) is None:
            # a pager may claim more pages than there are
            if shown.outcome is not Outcome.MISSING or not (number != 1 or section.optional):
                reason = ", ".join(shown.findings) or f"led to {response.url}"
                self.troubles[section.url] = f"{shown.outcome.value} ({reason})"
            return
        is_empty = not (shown.listed or shown.pages or shown.further or shown.off_list)
        if number == 1 and is_empty and not (self.site.empty_is_normal or section.optional):
            self.troubles[section.url] = "the list is empty"
            return
        for listed in shown.listed:
            yield from self._page_request(listed.url, listed.address, listed.published)
        if self._at_limit() or not self._is_recent(shown):
            # the rest was left out: the section has not been walked to its end
            self._cut_short.add(section.url)
            return
        for address in shown.further:
            yield from self._list_request(section, address, None)
        if number is None or self.site.pager_of(section) is Pager.NONE or not self._has_news(section, shown):
            return
        # without a pager that can be read, the next page is tried; a list that has no more answers 404
        if number < (shown.list_pages or math.inf):
            yield from self._list_request(section, self.site.list_page(section, number + 1), number + 1)

    def list_failed(self, failure: Failure) -> None:
        """Scrapy's errback for a list page."""
        cause = self._failed(failure)
        section: Section = failure.request.cb_kwargs["section"]  # type: ignore[attr-defined]  # set by Scrapy
        self._waiting[section.url] -= 1
        self.troubles[section.url] = cause

    def _has_news(self, section: Section, shown: Shown) -> bool:
        """True where a list page shows what was not known before the section's last walk, and not before in this
        one: a server may answer any page number with the same page. Of a general site most entries are never known,
        so there a page is the last that shows a known one."""
        turned = self._turned.setdefault(section.url, set())
        urls = {listed.url for listed in shown.listed} | {page.url for page in shown.pages}
        shows_more = not turned.issuperset(urls | {listed.url for listed in shown.off_list})
        fresh = urls - turned
        turned |= urls | {listed.url for listed in shown.off_list}
        last_walk = self.walked.get(section.url, -math.inf)
        news = [self._first_run(url) > last_walk for url in fresh]
        return shows_more and all(news) if self.site.general else any(news)

    def _first_run(self, url: str) -> float:
        """The run in which a page was first seen; later than all for a page of this run, or of no run."""
        known = self.known.get(url)
        return math.inf if known is None or known.first_run_id is None else known.first_run_id

    def _is_recent(self, shown: Shown) -> bool:
        dates = [listed.published for listed in shown.listed]
        return self.since is None or not dates or any(day is None or day >= self.since for day in dates)

    # Pages

    def _page_request(self, url: str, address: str, day: date | None) -> Iterator[scrapy.Request]:
        """The request for a page, unless it was asked already, is not due, or is no page of its own."""
        known = self.known.get(url)
        if self.site.feed_only or url in self._asked or "#" in url or self._at_limit():
            return
        if known is not None and not known.is_due:
            return
        is_held = known is not None and known.has_snapshot
        if not is_held and self.since is not None and day is not None and day < self.since:
            return
        self._asked.add(url)
        headers: dict[str, str] = {}
        if known is not None and known.has_snapshot:
            if known.etag:
                headers["If-None-Match"] = known.etag
            if known.last_modified:
                headers["If-Modified-Since"] = known.last_modified
        yield scrapy.Request(address, callback=self.page_answered, errback=self.page_failed, headers=headers)

    def page_answered(self, response: Response) -> None:
        """Scrapy's callback for a page: its exchange has been kept on its way here."""

    def page_failed(self, failure: Failure) -> None:
        """Scrapy's errback for a page."""
        self._failed(failure)

    def _failed(self, failure: Failure) -> str:
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        cause = cause_of(failure.value or RuntimeError("unknown"), request.url)
        if SHOWN in request.meta or isinstance(failure.value, Stopped):
            # the answer is archived and judged already (a packed bomb, an endless redirect), or was never asked for
            return cause
        if isinstance(failure.value, RobotsForbid):
            self.keeper.counts["forbidden"] += 1
            return cause
        self.keeper.failed(request.url, cause)
        return cause

    def _at_limit(self) -> bool:
        return self.limit is not None and len(self._asked) >= self.limit
