"""All site spiders by name, and which of them owns an address."""

from __future__ import annotations

from functools import cache

from scrapy.utils.misc import walk_modules_iter

from spiders.site import SiteSpider

MODULES = ("spiders.official",)
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
                if isinstance(value, type) and issubclass(value, SiteSpider) and value.__module__ == module.__name__:
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
    return next((site for site in spiders().values() if site.owns(url)), None)
