"""Result lists of TRS WAS5, the search of many Party and government sites."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urljoin, urlsplit

from parsel import Selector

from pipeline.words import Form, Listed, PageReading
from spiders.declared import ListReading, Section
from spiders.markup import Html, first_day, fragment, language_of, tidy

if TYPE_CHECKING:
    from spiders.site import SiteSpider

_MOST_PAGES = 5000
# The first 100 characters of two meetings of one day are often the same ("City, July 24th—Name, Minister of the
# International Department of the CPC Central Committee (IDCPC), met here today with …"); the extracts have 300.
_UNLINKED_CHARACTERS = 300
_UNLINKED_LEAST = 60
_ROUTE = "site:was5"


def read(page: Html, site: type[SiteSpider], section: Section) -> ListReading:
    """The items of a WAS5 result list: with a link, or no more than the first lines of a text."""
    listed: dict[str, Listed] = {}
    pages: list[PageReading] = []
    for item in page.selector.css("li"):
        if item.css("li li, li ul"):
            continue
        link = next(filter(None, (_listed(a, page.url, item, site) for a in item.css("a[href]"))), None)
        lines = _item_lines(item, link)
        body = "\n".join(lines)
        if link:
            listed.setdefault(link.url, link)
        elif len(body) < _UNLINKED_LEAST:
            continue
        if not section.items_are_pages or not body:
            continue
        title = link.title if link else None
        published = link.published if link else _item_day(item)
        pages.append(
            PageReading(
                url=link.url if link else _unlinked(site, section, body),
                address=link.address if link else page.url,
                form=Form.ITEM,
                item=len(pages),
                digest=hashlib.sha256(f"{title}\n{published}\n{body}".encode()).hexdigest(),
                title=title,
                published=published,
                language=language_of(body),
                body=body,
                routes={"title": _ROUTE, "published": _ROUTE, "body": _ROUTE},
            )
        )
    numbers = [
        int(number)
        for href in page.selector.css("a[href]::attr(href)").getall()
        for number in parse_qs(urlsplit(href).query).get("page", [])
        if number.isdigit()
    ]
    return ListReading(tuple(listed.values()), min(max(numbers), _MOST_PAGES) if numbers else None, tuple(pages))


def _unlinked(site: type[SiteSpider], section: Section, body: str) -> str:
    """The address of an item without a link: its list's, whichever page of the list it has moved to by now."""
    channel = parse_qs(urlsplit(section.url).query)["channelid"][0]
    begin = hashlib.sha256(body[:_UNLINKED_CHARACTERS].encode()).hexdigest()[:16]
    return f"{site.tidied(section.url)}?channelid={channel}#{begin}"


def _listed(link: Selector, base: str, item: Selector, site: type[SiteSpider]) -> Listed | None:
    try:
        address = urljoin(base, link.attrib["href"].strip())
    except ValueError:
        return None
    url = site.canonical(address)
    if url is None or not site.follows(url):
        return None
    shown = tidy("".join(link.xpath(".//text()").getall()))
    title = max(tidy(link.attrib.get("title", "")), shown, key=len)
    around = tidy(" ".join(item.xpath(".//text()").getall()))
    return Listed(url, address, title or None, first_day(around.replace(shown, " ")) or site.day_of(url))


def _item_lines(item: Selector, link: Listed | None) -> list[str]:
    """An item's text without its title and its date line."""
    abstract = item.css(".abstract")
    lines = fragment((abstract or item).get() or "")
    titles = {link.title} if link else set()
    return [line for line in lines if line not in titles and not (len(line) < 24 and first_day(line))]


def _item_day(item: Selector) -> date | None:
    return first_day(tidy(" ".join(item.css(".time ::text").getall())))
