"""The walk through the Internet Archive's index and captures: one request at a time, and as slow as it asks for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any, ClassVar

import scrapy
from scrapy.exceptions import IgnoreRequest
from sqlalchemy import select

from pipeline import clock
from pipeline.archive import ContentError, decoded
from pipeline.archive.copies import copied
from pipeline.store.models import ArchiveRecord, Page, Visit
from pipeline.store.rows import storable_address
from pipeline.words import Record, Shown
from spiders.failures import cause_of
from spiders.history import wayback
from spiders.history.backlog import Errand
from spiders.history.errands import ErrandWalk
from spiders.keeping import Keeper

if TYPE_CHECKING:
    from scrapy.http import Response
    from twisted.python.failure import Failure

LEAST_DELAY = 3.0
"""Seconds between two requests: from 24 index requests a minute on the archive refuses."""
_INDEX_TIMEOUT = 180.0
_BUSY = {429, 500, 502, 503, 504, 520, 521, 522, 523, 524}
_FIRST_PAUSE = 60.0
_LONGEST_PAUSE = 3600.0
_MOST_TRIES = 5
_A_DAY = timedelta(days=1)


class ArchiveSpider(scrapy.Spider):
    """Scrapy's side of the walk."""

    name = "wayback"
    allowed_domains: ClassVar[list[str]] = [wayback.HOST]
    keeper: Keeper
    walk: ArchiveWalk

    async def start(self) -> AsyncIterator[Any]:
        """Scrapy's entry."""
        for request in self.walk.first_requests():
            yield request


class CaptureKeeper(Keeper):
    """Archives captures as what they are: answers of the site at the time of their capture. What the archive says by
    itself (index, errors, robots.txt) is archived like any exchange."""

    def take(self, **exchange: Any) -> Shown:
        told = (exchange[name] for name in ("url", "status", "reason", "headers", "body"))
        capture = wayback.capture(*told)
        if capture is None:
            return super().take(**exchange)
        self.counts["captures"] += 1
        return self.put(copied(capture, clock.now(self.settings)))

    def _count(self, record: Record, shown: Shown) -> None:
        super()._count(record, shown)
        self._refusals = 0  # a challenge that somebody met years ago is no refusal of ours


@dataclass(slots=True)
class ArchiveWalk(ErrandWalk):
    """The state of one run's walk: its errands are pages of the index, and the captures that these name."""

    crawler: scrapy.crawler.Crawler | None = None
    _tries: int = 0

    def request(self, errand: Errand) -> scrapy.Request:
        is_capture = wayback.asked_for(errand.address) is not None
        meta: dict[str, Any] = {"dont_retry": True, "dont_redirect": True}
        if not is_capture:
            meta["download_timeout"] = max(self.keeper.settings.crawl.timeout, _INDEX_TIMEOUT)
        return scrapy.Request(
            errand.address,
            callback=self.capture_had if is_capture else self.index_had,
            errback=self.not_had,
            cb_kwargs={"errand": errand},
            meta=meta,
            # what it packs for the way it announces wrongly where the server had packed it too
            headers={"Accept-Encoding": "identity"},
        )

    async def index_had(self, response: Response, errand: Errand) -> AsyncIterator[scrapy.Request]:
        """Scrapy's callback for a page of the index."""
        self._under_way -= 1
        if response.status in _BUSY:
            async for request in self._again(
                errand, f"answers {response.status}", _retry_after(response, clock.now(self.keeper.settings))
            ):
                yield request
            return
        self._tries = 0
        if response.status != 200:
            told = _header(response, "X-Archive-Wayback-Runtime-Error")
            self.troubles[errand.address] = f"answered {response.status} {told}".strip()
        else:
            trouble = self._take_index(errand, response.body)
            if trouble:
                self.troubles[errand.address] = trouble
        for request in self.more():
            yield request

    async def capture_had(self, response: Response, errand: Errand) -> AsyncIterator[scrapy.Request]:
        """Scrapy's callback for a capture, which has been kept on its way here."""
        self._under_way -= 1
        is_capture = b"Memento-Datetime" in response.headers
        if not is_capture and response.status in _BUSY:
            async for request in self._again(
                errand, f"answers {response.status}", _retry_after(response, clock.now(self.keeper.settings))
            ):
                yield request
            return
        self._tries = 0
        if not is_capture:  # excluded meanwhile, or moved to another capture, which the index names as well
            self.keeper.counts["not_played_back"] += 1
        self.answered(errand, [])
        for request in self.more():
            yield request

    async def not_had(self, failure: Failure) -> AsyncIterator[scrapy.Request]:
        """Scrapy's errback: no answer, or the request was not to be sent."""
        self._under_way -= 1
        errand: Errand = failure.request.cb_kwargs["errand"]  # type: ignore[attr-defined]  # set by Scrapy
        error = failure.value or RuntimeError("unknown")
        cause = cause_of(error, errand.address)
        if isinstance(error, IgnoreRequest):
            self.keeper.stopped = self.keeper.stopped or cause
            return
        self.keeper.failed(errand.address, cause)
        async for request in self._again(errand, cause, None):
            yield request

    def is_had(self, errand: Errand) -> bool:
        asked = wayback.asked_for(errand.address)
        if asked is None:
            record = self.archived(errand)
            return record is not None and record.status == 200 and self._take_index(errand, _content(record)) is None
        if not self._is_held(*asked):
            return False
        self.answered(errand, [])
        return True

    def _is_held(self, at: datetime, original: str) -> bool:
        """True for a capture that is in our archive, and for a page that was had on its day already."""
        same = select(ArchiveRecord.id).where(
            ArchiveRecord.url == storable_address(wayback.plain(original)), ArchiveRecord.fetched_at == at
        )
        day = at.replace(hour=0, minute=0, second=0)
        that_day = select(Visit.id).join(Page, Page.id == Visit.page_id)
        that_day = that_day.where(Page.url == self.site.canonical(original), Visit.at >= day, Visit.at < day + _A_DAY)
        with self.keeper.database.reading() as session:
            return any(session.scalar(query.limit(1)) is not None for query in (same, that_day))

    def _take_index(self, errand: Errand, body: bytes) -> str | None:
        """Put down the captures on a page of the index; gives the trouble where it is none."""
        try:
            rows, key = wayback.read_index(body)
        except wayback.NotAnIndex as error:
            return str(error)
        further = [Errand(row.address) for row in wayback.choose(rows, self.site)]
        if key is not None:
            following = wayback.next_page(errand.address, key)
            if following == errand.address:
                return "the index gives the same page again"
            further.append(Errand(following))
        self.answered(errand, further)
        return None

    async def _again(self, errand: Errand, cause: str, asked_for: float | None) -> AsyncIterator[scrapy.Request]:
        """Wait as long as the archive asks for, or longer each time, and ask again; give up after some times."""
        self._tries += 1
        if self._tries >= _MOST_TRIES:
            self.keeper.stopped = f"{wayback.HOST} {cause}, {self._tries} times; start the same command in an hour"
            return
        own_server = wayback.HOST in self.keeper.settings.crawl.connect_to
        pause = 0.0 if own_server else _FIRST_PAUSE * 2 ** (self._tries - 1)
        left = min(pause if asked_for is None else asked_for, _LONGEST_PAUSE)
        while left > 0 and self.crawler is not None and self.crawler.crawling:
            await asyncio.sleep(min(left, 1.0))
            left -= 1.0
        self._under_way += 1
        yield self.request(errand)

    def _asked_for(self, response: Response) -> float | None:
        """The seconds that an answer asks to wait; None where it does not."""
        return _retry_after(response, clock.now(self.keeper.settings))


def _retry_after(response: Response, now: datetime) -> float | None:
    value = _header(response, "Retry-After")
    if value.isdecimal():
        return float(value)
    try:
        return (parsedate_to_datetime(value) - now).total_seconds() if value else None
    except (TypeError, ValueError):
        return None


def _header(response: Response, name: str) -> str:
    return (response.headers.get(name) or b"").decode("latin-1").strip()


def _content(record: Record) -> bytes:
    try:
        return decoded(record, 1 << 26)
    except ContentError:
        return b""
