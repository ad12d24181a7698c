"""Pages that scripts write: read as the system's Chromium shows them, for sites that declare ``needs_browser``.

Needs the extra ``browser`` (scrapy-playwright) and a Chromium of the system; none is downloaded. The browser has no
network of its own: a page is asked for as any other is, and only a whole one is handed to it; what its scripts ask for
then is fetched here, from the hosts that the site declares, where robots.txt allows it. So redirects, refusals and
challenges are archived as they came (a challenge is told, not solved), and ``crawl.connect_to`` and the ban on private
addresses hold. What is archived of a page is its text as shown, marked by a header.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

import structlog
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError, DownloadFailedError, DownloadTimeoutError, IgnoreRequest
from scrapy.http import Response

from pipeline.words import Outcome, Record
from spiders import charset
from spiders.download import WatchedHandler
from spiders.markup import Html
from spiders.outcomes import judge

if TYPE_CHECKING:
    from playwright.async_api import Page, Route
    from playwright.async_api import Request as Wanted

    from spiders.site import SiteSpider

log = structlog.get_logger(__name__)

RENDERED = "X-Idwatch-Rendered"
"""The header that marks an archived answer as what a browser made of it."""

PROGRAM = "PLAYWRIGHT_CHROMIUM_EXECUTABLE_PATH"
"""The variable that names the Chromium to use; without it the first of these on the path."""
_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

_HANDLER = "spiders.browser.BrowserHandler"
_WRITES_TEXT = {"script", "xhr", "fetch"}
_METHODS = {"GET", "POST"}
_SAYS_ITSELF = {"accept", "content-type", "referer", "x-requested-with"}
# One reader's visit asks for so many things at most; scripts that go on asking would never come to rest.
_MOST_WANTED = 40
# Of an answer to the page's own address: its length and packing change, and a later 304 for it would say nothing of
# what the scripts fetch.
_NOT_OF_THE_TEXT = ("Content-Length", "Content-Encoding", "Content-Type", "ETag", "Last-Modified")
_NOT_HANDED_ON = {"content-length", "content-encoding", "transfer-encoding", "connection", "set-cookie"}

_browsers: WeakKeyDictionary[Crawler, Any] = WeakKeyDictionary()


def obstacle(site: type[SiteSpider]) -> str | None:
    """Why a site cannot be asked for want of a browser, with the remedy; None where nothing stands in the way."""
    if not site.needs_browser:
        return None
    if find_spec("scrapy_playwright") is None:
        return f"{site.name} needs a browser: pip install 'scrapy-playwright<0.1' into idwatch's environment"
    if program() is None:
        return f"{site.name} needs a browser: install the system's package `chromium`, or name a program in {PROGRAM}"
    if os.geteuid() == 0:
        return f"{site.name} needs a browser, and Chromium has no sandbox for root: run idwatch as an ordinary user"
    return None


def program() -> str | None:
    """The Chromium to use; None where there is none."""
    named = os.environ.get(PROGRAM)
    return shutil.which(named) if named else next(filter(None, map(shutil.which, _PROGRAMS)), None)


def scrapy_settings() -> dict[str, Any]:
    """Scrapy's settings for a crawler whose pages are shown by a browser, beside those of ``spiders.settings``."""
    return {
        "DOWNLOAD_HANDLERS": {"http": _HANDLER, "https": _HANDLER, **dict.fromkeys(("file", "data", "ftp", "s3"))},
        "PLAYWRIGHT_LAUNCH_OPTIONS": {
            "executable_path": program(),
            "chromium_sandbox": True,
            # Whatever is not fetched for it (a pop-up, a web socket, an address in numbers) leads nowhere.
            "args": ["--host-resolver-rules=MAP * ~NOTFOUND"],
        },
    }


class BrowserHandler(WatchedHandler):
    """Our HTTP handler, whose HTML pages are those that the browser shows."""

    lazy = False  # the browser's driver starts with the engine

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        if crawler not in _browsers:  # one for both schemes
            from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

            _browsers[crawler] = ScrapyPlaywrightDownloadHandler(crawler)
        self._browser = _browsers[crawler]

    async def download_request(self, request: Request) -> Response:
        request.headers["Accept-Encoding"] = "identity"  # the browser is handed it unpacked
        answer = await super().download_request(request)
        return await self._shown(request, answer) if _is_page(answer) else answer

    async def close(self) -> None:
        await super().close()
        if _browsers.pop(self._crawler, None) is not None:
            await self._browser.close()

    async def _shown(self, request: Request, answer: Response) -> Response:
        """An answer with the text that the browser shows of it. Raises DownloadFailedError where it shows none."""
        from playwright.async_api import Error, TimeoutError

        seconds = self._crawler.settings.getfloat("DOWNLOAD_TIMEOUT")
        visit = _Visit(answer, self._fetch)
        meta = {
            "playwright": True,
            "playwright_context_kwargs": {"service_workers": "block", "accept_downloads": False},
            "playwright_page_init_callback": visit.prepare,
            "playwright_page_goto_kwargs": {"wait_until": "networkidle", "timeout": seconds * 1000},
        }
        try:
            shown = await self._browser.download_request(request.replace(meta=meta))
        except TimeoutError as error:
            raise DownloadTimeoutError(f"{request.url}: its scripts did not come to rest in {seconds:g} s") from error
        except Error as error:
            raise DownloadFailedError(f"{request.url}: the browser shows nothing: {error.message}") from error
        body = shown.text.encode("utf-8", "replace")
        if len(body) > self._crawler.settings.getint("DOWNLOAD_MAXSIZE"):
            raise DownloadCancelledError(f"{request.url}: shown, it has {len(body)} bytes")
        headers = answer.headers.copy()
        for name in _NOT_OF_THE_TEXT:
            headers.pop(name, None)
        headers["Content-Type"] = "text/html; charset=utf-8"
        headers[RENDERED] = f"Chromium {self._browser.browser.version}"
        return answer.replace(body=body, headers=headers)

    async def _fetch(self, wanted: Wanted) -> Response:
        """What a page's script asks for. Raises IgnoreRequest where it may not be had, else what asking raises."""
        from spiders.middlewares import RobotsMiddleware  # it imports the registry, and so sites

        if wanted.resource_type not in _WRITES_TEXT or wanted.method not in _METHODS:
            raise IgnoreRequest(f"{wanted.method} of a {wanted.resource_type}")
        if urlsplit(wanted.url).hostname not in self._hosts:
            raise IgnoreRequest("not a host of the site")
        headers = {name: value for name, value in wanted.headers.items() if name in _SAYS_ITSELF}
        headers |= {"User-Agent": self._crawler.settings["USER_AGENT"], "Accept-Encoding": "identity"}
        request = Request(wanted.url, method=wanted.method, headers=headers, body=wanted.post_data_buffer or b"")
        robots = self._crawler.get_downloader_middleware(RobotsMiddleware)
        if robots is not None:
            await robots.process_request(request)
        return await super().download_request(request)

    @property
    def _hosts(self) -> tuple[str, ...]:
        hosts: tuple[str, ...] = getattr(self._crawler.spider, "hosts", ())
        return hosts


class _Visit:
    """One page in the browser: its document, handed over once, and what its scripts may have beside it."""

    def __init__(self, document: Response, fetch: Callable[[Wanted], Awaitable[Response]]) -> None:
        self._document: Response | None = document
        self._fetch = fetch
        self._left = _MOST_WANTED

    async def prepare(self, page: Page, request: Request) -> None:
        """scrapy-playwright's callback for a new page: from here on all its requests are answered by this visit."""
        await page.route("**", self._answer)

    async def _answer(self, route: Route, wanted: Wanted) -> None:
        if wanted.is_navigation_request():
            document, self._document = self._document, None
            # a page that opens another one, or itself again, stays as it is: "no content" leads nowhere, where a
            # request broken off would show the browser's own page
            await (route.fulfill(status=204) if document is None else _hand_over(route, document))
            return
        self._left -= 1
        if self._left < 0:
            await route.abort()
            return
        try:
            answer = await self._fetch(wanted)
        except Exception as error:  # whatever one part meets, the rest of the page is shown without it
            log.debug("part_not_had", url=wanted.url, cause=str(error))
            await route.abort()
            return
        await _hand_over(route, answer)


async def _hand_over(route: Route, answer: Response) -> None:
    headers = answer.headers.to_unicode_dict()
    kept = {str(name): value for name, value in headers.items() if str(name).lower() not in _NOT_HANDED_ON}
    await route.fulfill(status=answer.status, headers=kept, body=answer.body)


def _is_page(answer: Response) -> bool:
    """True for a whole HTML page: no redirect, refusal, challenge, feed or file, none of which a browser betters."""
    content_type = (answer.headers.get("Content-Type") or b"").decode("latin-1")
    if answer.status != 200 or "Content-Encoding" in answer.headers or "html" not in content_type.lower():
        return False
    pairs = (("Content-Type", content_type),)
    record = Record("", answer.url, datetime(1970, 1, 1, tzinfo=UTC), answer.status, pairs, answer.body, "", 0)
    text, _ = charset.decode(answer.body, content_type)
    return judge(record, Html(text, answer.url)).outcome is Outcome.OK
