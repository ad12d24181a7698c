"""Why a request got no usable answer, in words for people."""

from __future__ import annotations

from urllib.parse import urlsplit

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)

from spiders.download import banned

SHOWN = "idwatch_shown"
"""Key of a request's meta under which a callback finds what its answer shows (``pipeline.words.Shown``)."""


class RobotsForbid(IgnoreRequest):
    """robots.txt forbids the address."""


class RobotsUnavailable(IgnoreRequest):
    """robots.txt could not be had, and so nothing of its host may be asked (RFC 9309, 2.3.1.4)."""


class Stopped(IgnoreRequest):
    """The run has ended early (the site refuses us, or storing failed); what was still queued is dropped."""


def cause_of(error: BaseException, url: str, *, robots: bool = False) -> str:
    """The cause of a failed request to ``url`` in a few words."""
    host = urlsplit(url).hostname or url
    words = _words(error, host)
    return f"robots.txt: {words}" if robots else words


def _words(error: BaseException, host: str) -> str:
    if isinstance(error, CannotResolveHostError):
        if host in banned:
            return f"{host} resolves to {banned[host]}, a private address"
        return f"the name {host} cannot be resolved"
    if isinstance(error, DownloadTimeoutError):
        return f"{host} did not answer in time"
    if isinstance(error, DownloadConnectionRefusedError):
        return f"{host} refuses the connection"
    if isinstance(error, DownloadCancelledError):
        return "the answer is too large"
    if isinstance(error, ResponseDataLossError):
        return "the answer breaks off"
    if isinstance(error, DownloadFailedError):
        return f"the connection to {host} broke off or could not be secured"
    if isinstance(error, IgnoreRequest):
        return str(error) or "not asked"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
