"""A live look at a site: of every section one list and up to three articles, kept nowhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from pipeline import clock
from pipeline.clock import beijing_day
from pipeline.config import Settings
from pipeline.words import Outcome, PageReading, Shown
from spiders import browser
from spiders.failures import SHOWN, RobotsForbid, RobotsUnavailable, Stopped, cause_of
from spiders.settings import scrapy_settings
from spiders.site import Section, SiteSpider
from spiders.tools.asking import Notebook

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

ARTICLES = 3
"""How many articles of a section are asked for."""

OK = Outcome.OK.value
UNFINISHED = "unfinished"
_MOST_LISTS = 3
"""How far is gone to a list that shows articles: an index, a day, a page of it."""
_FAILURES: dict[type[BaseException], str] = {
    RobotsForbid: "robots_forbid",
    RobotsUnavailable: "robots_unavailable",
    Stopped: "stopped",
}
UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of asking an address: an outcome, or why nothing answered (``unreachable``, ``robots_forbid``,
    ``robots_unavailable``, ``stopped``). ``why`` has the reasons in short, ``seconds`` until the answer began."""

    url: str
    code: str
    status: int | None = None
    seconds: float | None = None
    why: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadPage:
    """An article or an item as it was read: the routes that served its fields, and what is odd about it. ``answer``
    is None for an item."""

    url: str
    answer: Answer | None
    routes: dict[str, str] = field(default_factory=dict)
    oddities: tuple[str, ...] = ()


@dataclass(slots=True)
class SectionCheck:
    """What a section showed. ``lists`` are the answers of its lists, the last that of the one which shows articles;
    ``found`` how many links it has, ``dated`` how many of these have a day, ``newest`` the newest of them."""

    section: Section
    lists: list[Answer] = field(default_factory=list)
    found: int = 0
    dated: int = 0
    newest: date | None = None
    items: int = 0
    pages: list[ReadPage] = field(default_factory=list)

    @property
    def code(self) -> str:
        """What the section's list came to."""
        return self.lists[-1].code if self.lists else UNFINISHED


@dataclass(slots=True)
class Checkup:
    """The walk of one site's check, and what it saw. ``obstacle`` says why nothing could be asked at all; ``slips`` are
    exceptions in our own callbacks."""

    site: type[SiteSpider]
    notebook: Notebook
    sections: list[SectionCheck] = field(default_factory=list)
    obstacle: str | None = None
    slips: int = 0
    crawler: Crawler | None = None
    _asked: set[str] = field(default_factory=set)

    @property
    def today(self) -> date:
        return beijing_day(clock.now(self.notebook.settings))

    def first_requests(self) -> Iterator[scrapy.Request]:
        """Scrapy's entry: the first list of every section."""
        self.sections = [SectionCheck(section) for section in self.site.sections]
        for check in self.sections:
            yield self._list_request(check, self._first_list(check.section))

    def _first_list(self, section: Section) -> str:
        if section.history and section.day:
            return (self.today - timedelta(days=1)).strftime(section.day)
        return self.site.list_page(section, 1)

    def _list_request(self, check: SectionCheck, address: str) -> scrapy.Request:
        return scrapy.Request(
            address, callback=self.list_answered, errback=self.list_failed, priority=1, cb_kwargs={"check": check}
        )

    def list_answered(self, response: Response, check: SectionCheck) -> Iterator[scrapy.Request]:
        """Scrapy's callback for a list: asks for some of its articles, or for the first list that it leads to."""
        shown: Shown = response.meta[SHOWN]
        answer = _answer(response, shown)
        if answer.code == OK and self.site.section_of(response.url) is None:
            answer = Answer(response.url, "elsewhere", answer.status, answer.seconds, (response.url,))
        check.lists.append(answer)
        if answer.code != OK:
            return
        entries = (*shown.listed, *shown.off_list)
        if not (entries or shown.pages) and shown.further and len(check.lists) < _MOST_LISTS:
            yield self._list_request(check, shown.further[0])
            return
        days = [*(one.published for one in entries), *(page.published for page in shown.pages)]
        check.found, check.items = len(entries), len(shown.pages)
        check.dated = sum(one.published is not None for one in entries)
        check.newest = max((day for day in days if day and day <= self.today + timedelta(days=1)), default=None)
        check.pages += [ReadPage(page.url, None, dict(page.routes), _lacking(page)) for page in shown.pages[:ARTICLES]]
        if self.site.feed_only:
            return
        new = [one for one in entries if one.url not in self._asked and "#" not in one.url]
        for one in new[:ARTICLES]:
            self._asked.add(one.url)
            yield scrapy.Request(
                one.address, callback=self.page_answered, errback=self.page_failed, cb_kwargs={"check": check}
            )

    def list_failed(self, failure: Failure, /) -> None:
        """Scrapy's errback for a list."""
        check: SectionCheck = failure.request.cb_kwargs["check"]  # type: ignore[attr-defined]  # set by Scrapy
        check.lists.append(self._failed(failure))

    def page_answered(self, response: Response, check: SectionCheck) -> None:
        """Scrapy's callback for an article."""
        shown: Shown = response.meta[SHOWN]
        answer = _answer(response, shown)
        page = shown.pages[0] if shown.pages else None
        if answer.code != OK or page is None:
            check.pages.append(ReadPage(response.url, answer))
            return
        # of no account here: the rules read a page that is off topic like any other
        oddities = tuple(word for word in shown.findings if word != "off_topic")
        check.pages.append(ReadPage(page.url, answer, dict(page.routes), oddities))

    def page_failed(self, failure: Failure, /) -> None:
        """Scrapy's errback for an article."""
        check: SectionCheck = failure.request.cb_kwargs["check"]  # type: ignore[attr-defined]  # set by Scrapy
        answer = self._failed(failure)
        check.pages.append(ReadPage(answer.url, answer))

    def _failed(self, failure: Failure) -> Answer:
        request: scrapy.Request = failure.request  # type: ignore[attr-defined]  # set by Scrapy
        error = failure.value or RuntimeError("unknown")
        cause = cause_of(error, request.url)
        if SHOWN in request.meta:  # it was answered: a packed bomb, an endless redirect
            shown: Shown = request.meta[SHOWN]
            outcome = Outcome.ERROR if shown.outcome is Outcome.OK else shown.outcome
            return Answer(request.url, outcome.value, why=(*shown.findings, cause))
        code = next((code for kind, code in _FAILURES.items() if isinstance(error, kind)), UNREACHABLE)
        if code == "robots_unavailable" and urlsplit(request.url).netloc not in self.notebook.robots:
            code = UNREACHABLE  # it is asked for before all else
        return Answer(request.url, code, why=(cause,))


def check(settings: Settings, sites: Sequence[type[SiteSpider]], heard: Callable[[str], None]) -> list[Checkup]:
    """Look at sites side by side, in their order. ``heard`` is told each address that answered. Runs Scrapy's reactor,
    which a process can start only once."""
    checkups = [Checkup(site, Notebook(settings, heard), obstacle=browser.obstacle(site)) for site in sites]
    process = AsyncCrawlerProcess(scrapy_settings(settings))
    asked = [checkup for checkup in checkups if checkup.obstacle is None]
    for checkup in asked:
        checkup.crawler = process.create_crawler(checkup.site)
        process.crawl(checkup.crawler, keeper=checkup.notebook, walk=checkup)
    if asked:
        process.start()
    for checkup in asked:
        checkup.slips = _slips(checkup.crawler)
    return checkups


def _slips(crawler: Crawler | None) -> int:
    stats = crawler.stats.get_stats() if crawler and crawler.stats else {}
    return sum(value for name, value in stats.items() if name.startswith("spider_exceptions/"))


def _answer(response: Response, shown: Shown) -> Answer:
    seconds = response.meta.get("download_latency")
    why = (*shown.findings, *([shown.moved_to] if shown.moved_to else []))
    return Answer(response.url, shown.outcome.value, response.status, seconds and round(seconds, 2), why)


def _lacking(page: PageReading) -> tuple[str, ...]:
    lacking = {"no_title": page.title is None, "no_date": page.published is None}
    return tuple(word for word, is_so in lacking.items() if is_so)
