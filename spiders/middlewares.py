"""Scrapy's side of a crawl: every exchange into the archive before anything looks at it, and robots.txt."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Self, cast
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Headers, Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser

from spiders.download import CONNECT_TO
from spiders.failures import SHOWN, RobotsForbid, RobotsUnavailable, Stopped, cause_of
from spiders.keeping import Keeper
from spiders.site import SiteSpider

MOST_DELAY = 600.0

_ROBOTS = "idwatch_robots"


class ArchiveMiddleware:
    """Hands every exchange to the run's keeper: articles, lists, robots.txt, redirects and errors alike."""

    def __init__(self, crawler: Crawler, keeper: Keeper) -> None:
        self._crawler = crawler
        self._keeper = keeper

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        keeper = getattr(crawler.spider, "keeper", None)
        if keeper is None:  # `scrapy shell` has no run, and so nothing to archive into
            raise NotConfigured("not a run of idwatch")
        return cls(crawler, keeper)

    def process_request(self, request: Request) -> None:
        if self._keeper.stopped:
            raise Stopped(self._keeper.stopped)
        # AutoThrottle would put the pause back that `connect_to` lifts, and shorten one that a site asks for; a
        # redirect may lead to another host.
        paced = self._crawler.engine.downloader.per_slot_settings if self._crawler.engine else {}
        request.meta["autothrottle_dont_adjust_delay"] = urlsplit(request.url).hostname in paced
        request.meta.pop(SHOWN, None)

    def process_response(self, request: Request, response: Response) -> Response:
        request.meta[SHOWN] = self._keeper.take(
            url=request.url,
            method=request.method,
            request_headers=_pairs(request.headers),
            status=response.status,
            reason=_phrase(response.status),
            headers=_pairs(response.headers),
            body=response.body,
            http_version=(response.protocol or "HTTP/1.1").rpartition("/")[2],
        )
        return response


class RobotsMiddleware:
    """robots.txt by RFC 9309, where Scrapy's own takes every failure for a permission.

    An answer 4xx or an HTML page (MFA and the embassies answer so) has no rules; everything is forbidden where the
    file could not be had: a network fault, an answer 5xx, an endless redirect (the embassy in the United States). A
    `Crawl-delay` is kept to, as far as it is no wish never to be asked again.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._name: str = crawler.settings["ROBOTSTXT_USER_AGENT"]
        self._own_servers = set(crawler.settings.getdict(CONNECT_TO))
        self._asked: dict[str, asyncio.Future[RobotParser | str]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        if request.meta.get(_ROBOTS):
            return
        parts = urlsplit(request.url)
        if parts.netloc not in self._asked:
            self._asked[parts.netloc] = asyncio.ensure_future(
                self._fetch(f"{parts.scheme}://{parts.netloc}/robots.txt")
            )
        rules = await self._asked[parts.netloc]
        if isinstance(rules, str):
            raise RobotsUnavailable(rules)
        if not rules.allowed(request.url, self._name):
            raise RobotsForbid("forbidden by robots.txt")

    async def _fetch(self, url: str) -> RobotParser | str:
        """The rules, or in words why there are none to be had."""
        request = Request(url, callback=NO_CALLBACK, meta={_ROBOTS: True})
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as error:  # whatever goes wrong here must not end the crawl
            return cause_of(error, url, robots=True)
        if response.status >= 500:
            return f"robots.txt answered {response.status}"
        rules = b"" if response.status >= 400 or b"<html" in response.body[:2048].lower() else response.body
        parser = ProtegoRobotParser(rules, cast(SiteSpider, self._crawler.spider))
        host = urlsplit(url).hostname or ""
        if (delay := parser.crawl_delay(self._name)) and host not in self._own_servers:
            slow_down(self._crawler.engine.downloader, host, delay)
        return parser


def slow_down(downloader: Downloader, host: str, delay: float) -> None:
    """Let the downloader pause that many seconds at least between two requests to a host, at most ten minutes."""
    pace = downloader.per_slot_settings.setdefault(host, {"concurrency": 1})
    pace["delay"] = max(min(delay, MOST_DELAY), pace.get("delay", downloader.settings.getfloat("DOWNLOAD_DELAY")))
    if host in downloader.slots:  # robots.txt itself has been asked through it
        downloader.slots[host].delay = pace["delay"]


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""


def _pairs(headers: Headers) -> tuple[tuple[str, str], ...]:
    return tuple(
        (name.decode("latin-1"), value.decode("latin-1")) for name, values in headers.items() for value in values
    )
