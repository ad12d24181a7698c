"""All site spiders by name, and which of them owns an address."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlsplit

from scrapy.utils.misc import walk_modules_iter

from spiders.site import SiteSpider

MODULES = ("spiders.official", "spiders.watchdogs")
"""The packages whose modules declare sites; Scrapy's spider loader is given the same."""


class UnknownSite(KeyError):
    """No site has that name; the message names those there are."""

    def __str__(self) -> str:
        return str(self.args[0])


@cache
def spiders() -> dict[str, type[SiteSpider]]:
    """Every declared site by its name, in the order of names."""
    found: dict[str, type[SiteSpider]] = {}
    for package in MODULES:
        for module in walk_modules_iter(package):
            for value in vars(module).values():
                if not (isinstance(value, type) and issubclass(value, SiteSpider)):
                    continue
                # a base has no name, and what a module imports is another one's
                if value.__module__ == module.__name__ and getattr(value, "name", None):
                    if value.name in found:
                        raise TypeError(f"two sites are called {value.name!r}: {found[value.name]} and {value}")
                    found[value.name] = value
    return dict(sorted(found.items()))


def spider(name: str) -> type[SiteSpider]:
    """The site of that name. Raises UnknownSite."""
    try:
        return spiders()[name]
    except KeyError:
        raise UnknownSite(f"no site is called {name!r}; there are: {', '.join(spiders())}") from None


def owner(url: str) -> type[SiteSpider] | None:
    """The site whose document or list an address is; None for any other (two editions may share a host, and so its
    robots.txt)."""
    try:
        host = urlsplit(url.strip()).hostname
    except ValueError:
        return None
    return next((site for site in spiders().values() if host in site.hosts and site.owns(url)), None)
