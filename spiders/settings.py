"""Scrapy's settings, made from idwatch's own: only what differs from Scrapy's defaults, each with its reason.

``scrapy_settings`` makes the object that a crawl is given. As a module this serves ``scrapy.cfg`` (``scrapy list``,
``scrapy shell``): the names are there when somebody asks for them, since reading the configuration may fail.
"""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from pipeline.config import Settings, load
from spiders.download import CONNECT_TO
from spiders.registry import MODULES, spiders


def scrapy_settings(settings: Settings) -> dict[str, Any]:
    """Scrapy's settings for one crawl under these settings of ours."""
    crawl = settings.crawl
    return {
        "BOT_NAME": "idwatch",
        "SPIDER_MODULES": list(MODULES),
        # Who asks, and where its operator can be written to.
        "USER_AGENT": f"idwatch/{version('idwatch')} (+{crawl.contact})",
        # robots.txt is asked by name, not by the whole line above; obeyed by our own reading of RFC 9309.
        "ROBOTSTXT_OBEY": True,
        "ROBOTSTXT_USER_AGENT": "idwatch",
        # Only codings that every machine can undo, so that an archive can be read anywhere.
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8",
            "Accept-Encoding": "gzip, deflate",
        },
        # Callbacks give requests, never items, one after the other; Scrapy would start a hundred tasks for each answer.
        "CONCURRENT_ITEMS": 1,
        # One request at a time and host, with a pause that grows when the server slows down.
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": crawl.delay,
        "AUTOTHROTTLE_ENABLED": True,
        "AUTOTHROTTLE_START_DELAY": crawl.delay,
        "AUTOTHROTTLE_TARGET_CONCURRENCY": 1.0,
        "DOWNLOAD_SLOTS": _paced(settings),
        # Scrapy would wait three minutes and take a gigabyte.
        "DOWNLOAD_TIMEOUT": crawl.timeout,
        "DOWNLOAD_MAXSIZE": crawl.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        # The default accepts any certificate; then anybody on the way could write the news.
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        # `connect_to` and the ban on private addresses; nothing but HTTP is ever crawled.
        "DOWNLOAD_HANDLERS": {
            "http": "spiders.download.WatchedHandler",
            "https": "spiders.download.WatchedHandler",
            "file": None,
            "data": None,
            "ftp": None,
            "s3": None,
        },
        CONNECT_TO: dict(crawl.connect_to),
        "TWISTED_DNS_RESOLVER": "spiders.download.PublicResolver",
        "DOWNLOADER_MIDDLEWARES": {
            "scrapy.downloadermiddlewares.robotstxt.RobotsTxtMiddleware": None,
            "spiders.middlewares.RobotsMiddleware": 100,
            # Next to the downloader, below decompression, redirects and retries: it sees every answer as it came.
            "spiders.middlewares.ArchiveMiddleware": 900,
        },
        # A network fault or an overloaded server deserves one more try; a refusal (403, 429, 521) does not.
        "RETRY_TIMES": 1,
        "RETRY_HTTP_CODES": [500, 502, 503, 504],
        "REDIRECT_MAX_TIMES": 5,
        # What a page shows is its content: a refresh in its markup is judged by the reading rules.
        "METAREFRESH_ENABLED": False,
        # A visitor without cookies is what we are; a site that insists on them gives a challenge, which is told.
        "COOKIES_ENABLED": False,
        # Every answer is kept and judged by spiders.outcomes, errors too.
        "HTTPERROR_ALLOW_ALL": True,
        # The walk knows what it asked for. Scrapy's filter would silently drop redirects to pages already seen.
        "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",
        # Both open a port that executes Python.
        "REMOTE_CONTROL_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        # Scrapy's own log tells of each request, ours of each run; where it goes is the command's choice.
        "LOG_INSTALL_ROOT_HANDLER": False,
        "LOG_LEVEL": "WARNING",
        "RETRY_GIVE_UP_LOG_LEVEL": "DEBUG",
        "LOGSTATS_INTERVAL": 0,
    }


def _paced(settings: Settings) -> dict[str, dict[str, float]]:
    """Hosts with a pace of their own: the pause that their site declares; none for a host that `crawl.connect_to`
    sends elsewhere, to a server of ours."""
    crawl = settings.crawl
    slow = {host: site.delay for site in spiders().values() if site.delay is not None for host in site.hosts}
    paced = {host: {"delay": max(delay, crawl.delay), "concurrency": 1} for host, delay in slow.items()}
    return paced | {host: {"delay": 0, "jitter": 0, "concurrency": 4} for host in crawl.connect_to}


def __getattr__(name: str) -> Any:
    if name.isupper():
        try:
            return scrapy_settings(load())[name]
        except KeyError:
            pass
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *scrapy_settings(load())]
