"""Where a request really goes: ``crawl.connect_to``, and no private address otherwise.

A page may redirect or link to an address of the inner network of whoever runs idwatch (a router, a cloud's metadata
service). So names are checked where they are resolved, which a name server cannot fool by answering twice, and
addresses written as numbers before they are connected to.
"""

from __future__ import annotations

import ipaddress
import socket
from functools import cached_property
from urllib.parse import urlsplit
from urllib.request import getproxies

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response
from scrapy.resolver import CachingThreadedResolver
from twisted.internet.defer import Deferred

CONNECT_TO = "IDWATCH_CONNECT_TO"
"""Name of the Scrapy setting that holds ``crawl.connect_to``."""

banned: dict[str, str] = {}
"""Names that resolved to a private address in this process, with that address, for the words of a failure."""


class PrivateAddress(IgnoreRequest):
    """The request would have gone to a private address."""


def is_public(address: str) -> bool:
    """True for an IP address of the public internet."""
    ip = ipaddress.ip_address(address)
    mapped = ip.ipv4_mapped if isinstance(ip, ipaddress.IPv6Address) else None
    return (mapped or ip).is_global and not ip.is_multicast


def is_number(host: str) -> bool:
    """True where a host is written as an IP address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


class PublicResolver(CachingThreadedResolver):
    """Scrapy's resolver, which refuses names of private addresses.

    Hosts written as addresses pass: ``WatchedHandler`` has judged them. So do the proxies of the environment.
    """

    def getHostByName(self, name: str, timeout: object = ()) -> Deferred[str]:
        found: Deferred[str] = super().getHostByName(name)
        if is_number(name) or name in _proxy_hosts():
            return found
        return found.addCallback(_checked, name)


def _checked(address: str, name: str) -> str:
    if is_public(address):
        return address
    banned[name] = address
    raise PrivateAddress(f"{name} resolves to {address}, a private address")


def _proxy_hosts() -> set[str | None]:
    return {urlsplit(address).hostname for address in getproxies().values()}


class WatchedHandler(HTTP11DownloadHandler):
    """Scrapy's HTTP handler: hosts named in ``connect_to`` are asked at the server given there, in plain HTTP and
    past any proxy, with their own name in the Host header; the request keeps its real address."""

    async def download_request(self, request: Request) -> Response:
        parts = urlsplit(request.url)
        target = self._targets.get(parts.hostname or "")
        if target is None:
            if is_number(parts.hostname or "") and not is_public(parts.hostname or ""):
                raise PrivateAddress(f"{parts.hostname} is a private address")
            return await super().download_request(request)
        sent = request.replace(url=parts._replace(scheme="http", netloc=target).geturl())
        sent.headers["Host"] = parts.netloc
        sent.meta.pop("proxy", None)
        response = await super().download_request(sent)
        request.meta["download_latency"] = sent.meta.get("download_latency")
        return response.replace(url=request.url)

    @cached_property
    def _targets(self) -> dict[str, str]:
        """Host to ``address:port``, the address as a number, so that the resolver's ban need not know of it."""
        targets: dict[str, str] = {}
        for host, target in self._crawler.settings.getdict(CONNECT_TO).items():
            parts = urlsplit(f"//{target}")
            address = socket.gethostbyname(parts.hostname or "")
            targets[host] = f"{address}:{parts.port or 80}"
        return targets
