"""Asking as a crawl does (robots.txt, user agent, pauses, no private address), with nothing kept."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import AsyncCrawlerProcess

from pipeline import clock
from pipeline.archive import ContentError, Exchange, decoded
from pipeline.config import Settings
from pipeline.words import Outcome, Record, Shown
from spiders import browser, charset, reading
from spiders.failures import SHOWN, cause_of
from spiders.keeping import REFUSALS_ENOUGH
from spiders.markup import Html
from spiders.settings import scrapy_settings
from spiders.site import SiteSpider

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

ROBOTS = "/robots.txt"
_REFUSALS = {Outcome.BLOCKED, Outcome.CHALLENGED}


class NotAnswered(Exception):
    """Nothing usable came from an address; the message says why."""


def _nobody(url: str) -> None:
    """Nobody wants to hear of answers."""


@dataclass(slots=True)
class Notebook:
    """Stands in the place of a run's ``spiders.keeping.Keeper``: reads every exchange and writes nothing anywhere.

    ``robots`` holds each host's answer for robots.txt, ``last`` the newest other exchange. ``stopped`` says why nothing
    more is asked, as after three refusals in a row in a crawl. ``heard`` is told the address of each answer.
    """

    settings: Settings
    heard: Callable[[str], None] = _nobody
    stopped: str | None = None
    robots: dict[str, Exchange] = field(default_factory=dict)
    last: Exchange | None = None
    _refusals: int = 0

    def take(self, **exchange: Any) -> Shown:
        """What an exchange of now shows."""
        taken = Exchange(fetched_at=clock.now(self.settings), **exchange)
        self.heard(taken.url)
        shown = reading.read(as_record(taken), most_bytes=self.settings.crawl.max_bytes)
        parts = urlsplit(taken.url)
        if parts.path == ROBOTS:
            self.robots[parts.netloc] = taken
            return shown
        self.last = taken
        self._refusals = self._refusals + 1 if shown.outcome in _REFUSALS else 0
        if self._refusals >= REFUSALS_ENOUGH:
            self.stopped = f"{REFUSALS_ENOUGH} refusals in a row ({', '.join(shown.findings) or shown.outcome})"
        return shown


def as_record(exchange: Exchange) -> Record:
    """The record that an exchange would be in an archive."""
    return Record(
        id="",
        url=exchange.url,
        fetched_at=exchange.fetched_at,
        status=exchange.status,
        headers=exchange.headers,
        body=exchange.body,
        file="",
        offset=0,
    )


@dataclass(slots=True)
class _Question:
    """One address, and what came of asking it: an answer, or the cause of there being none."""

    url: str
    answer: tuple[Exchange, Shown] | None = None
    cause: str = "stopped before there was an answer"


class _Asker(scrapy.Spider):
    name = "asker"
    keeper: Notebook
    question: _Question
    hosts: tuple[str, ...]

    async def start(self) -> AsyncIterator[Any]:
        yield scrapy.Request(self.question.url, callback=self.answered, errback=self.failed)

    def answered(self, response: Response) -> None:
        assert self.keeper.last is not None  # the answer has passed it on its way here
        self.question.answer = self.keeper.last, response.meta[SHOWN]

    def failed(self, failure: Failure) -> None:
        url = failure.request.url  # type: ignore[attr-defined]  # set by Scrapy
        self.question.cause = cause_of(failure.value or RuntimeError("unknown"), url)


def ask(settings: Settings, url: str, site: type[SiteSpider] | None = None) -> tuple[Exchange, Shown]:
    """What answers at an address (after redirects, the answer at their end), and what it shows.

    ``site`` is the one whose page it is to be, where there is one. Raises NotAnswered. Runs Scrapy's reactor, which a
    process can start only once.
    """
    if site is not None and (obstacle := browser.obstacle(site)):
        raise NotAnswered(obstacle)
    shown_by_browser = browser.scrapy_settings() if site is not None and site.needs_browser else {}
    question = _Question(url)
    process = AsyncCrawlerProcess({**scrapy_settings(settings), **shown_by_browser})
    process.crawl(_Asker, keeper=Notebook(settings), question=question, hosts=site.hosts if site else ())
    process.start()
    if question.answer is None:
        raise NotAnswered(f"{url}: {question.cause}")
    return question.answer


def ask_page(settings: Settings, url: str) -> Html:
    """The HTML page at an address of no site. Raises NotAnswered, also where it is no HTML, as ``ask`` does."""
    exchange, shown = ask(settings, url)
    if shown.outcome is not Outcome.OK:
        raise NotAnswered(
            f"{exchange.url}: {shown.outcome} ({', '.join(shown.findings)}); save the page and use --from"
        )
    record = as_record(exchange)
    try:
        body = decoded(record, settings.crawl.max_bytes)
    except ContentError as error:
        raise NotAnswered(str(error)) from None
    return Html(charset.decode(body, record.header("Content-Type"))[0], exchange.url)
