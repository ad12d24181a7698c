"""The walk back through a site's own lists, e-paper calendars, sitemaps and feeds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING

import scrapy

from pipeline import clock
from pipeline.words import Outcome, Shown
from spiders.declared import Pager, Section
from spiders.failures import SHOWN
from spiders.history.backlog import Errand, wanted
from spiders.history.errands import ErrandWalk
from spiders.history.span import Span
from spiders.site import SiteSpider

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

AT_ONCE = 16


def beginning(site: type[SiteSpider], span: Span, today: date) -> Iterator[Errand]:
    """What a walk back begins with: the first page of every list, of an e-paper each day of the span, newest first."""
    for section in site.sections:
        if section.day is None:
            yield Errand(site.list_page(section, 1), section.url, 1)
            continue
        day = min(span.until or today, today)
        while day >= span.since:
            yield Errand(day.strftime(section.day), section.url)
            day -= timedelta(days=1)


@dataclass(slots=True)
class BackWalk(ErrandWalk):
    """The state of one run's walk back: its errands are lists, and beside them it asks for the span's pages."""

    span: Span = field(kw_only=True)
    _last_page: int = 0
    _before: dict[str, frozenset[str]] = field(default_factory=dict)
    """By section: what the last of its pages showed."""

    # Lists

    def request(self, errand: Errand) -> scrapy.Request:
        given = {"errand": errand}
        return scrapy.Request(errand.address, callback=self.list_had, errback=self.list_not_had, cb_kwargs=given)

    def list_had(self, response: Response, errand: Errand) -> Iterator[scrapy.Request]:
        """Scrapy's callback for a list page."""
        self._under_way -= 1
        trouble = self._take(errand, response.meta[SHOWN], response.url)
        if trouble:
            self.troubles[errand.address] = trouble
        yield from self.more()

    def list_not_had(self, failure: Failure) -> Iterator[scrapy.Request]:
        """Scrapy's errback for a list page."""
        self._under_way -= 1
        errand: Errand = failure.request.cb_kwargs["errand"]  # type: ignore[attr-defined]  # set by Scrapy
        self.troubles[errand.address] = self._failed(failure)
        yield from self.more()

    def is_had(self, errand: Errand) -> bool:
        record = self.archived(errand)
        return record is not None and self._take(errand, self.keeper.read(record), record.url) is None

    def _take(self, errand: Errand, shown: Shown, url: str) -> str | None:
        """Put down what a list page leads to; gives the trouble where it is none."""
        section = next((section for section in self.site.sections if section.url == errand.section), None)
        if section is None:  # it is declared no longer
            self.answered(errand, [])
            return None
        if shown.outcome is not Outcome.OK or self.site.section_of(url) is None:
            # a pager may claim more pages than there are, a paper may have days without an issue
            if shown.outcome is not Outcome.MISSING or (errand.number == 1 and not section.optional):
                reason = ", ".join(shown.findings) or f"led to {url}"
                return f"{shown.outcome.value} ({reason})"
            self.answered(errand, [])
            return None
        is_empty = not (shown.listed or shown.pages or shown.further or shown.off_list)
        if is_empty and errand.number == 1 and not (self.site.empty_is_normal or section.optional):
            return "the list is empty"
        further = [Errand(address, section.url) for address in shown.further]
        if errand.number is not None and self._goes_on(section, errand.number, shown):
            number = errand.number + 1
            further.append(Errand(self.site.list_page(section, number), section.url, number))
        self.answered(errand, further)
        return None

    def _goes_on(self, section: Section, number: int, shown: Shown) -> bool:
        """True where the list's next page may reach into the span: lists begin with the newest."""
        if self.site.pager_of(section) is Pager.NONE or number >= (shown.list_pages or math.inf):
            return False
        listed = (*shown.listed, *shown.off_list)
        days = [one.published for one in listed] + [page.published for page in shown.pages]
        urls = frozenset(one.url for one in listed) | frozenset(page.url for page in shown.pages)
        # a server may answer any number with the same page
        same, self._before[section.url] = self._before.get(section.url) == urls, urls
        return not same and any(day is None or day >= self.span.since for day in days)

    # Pages

    def others(self, room: int) -> list[scrapy.Request]:
        """Requests for pages of the span that are not held; none on a site whose articles are paid for."""
        requests: list[scrapy.Request] = []
        while len(requests) < room and not self.site.feed_only:
            now = clock.now(self.keeper.settings)
            most = room - len(requests)
            pages = wanted(self.keeper.database, self.site, self.span, now, self._last_page, most)
            if not pages:
                break
            self._last_page = pages[-1].id
            for page in pages:
                if page.is_in_span:
                    requests.append(scrapy.Request(page.address, callback=self.page_had, errback=self.page_not_had))
        self._under_way += len(requests)
        return requests

    def page_had(self, response: Response) -> Iterator[scrapy.Request]:
        """Scrapy's callback for a page: its exchange has been kept on its way here."""
        self._under_way -= 1
        yield from self.more()

    def page_not_had(self, failure: Failure) -> Iterator[scrapy.Request]:
        """Scrapy's errback for a page."""
        self._under_way -= 1
        self._failed(failure)
        yield from self.more()
