"""Lists in HTML: every link that is the address of a document, with the date that stands beside it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from lxml.html import HtmlElement

from pipeline.words import Listed
from spiders.declared import ListReading, Section
from spiders.lists.items import untracked
from spiders.markup import Html, first_day, texts, tidy

if TYPE_CHECKING:
    from spiders.site import SiteSpider

_PAGE_COUNT = re.compile(r"\bcreatePageHTML\w*\(\s*['\"]?(\d+)|\b(?:countPage|nPageCount)\s*=\s*['\"]?(\d+)")
_MOST_PAGES = 5000
_ITEMS = ("li", "tr", "dd", "article")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_MOST_LEVELS = 6
_NO_RANK = (False, -1)
_LONGEST_ITEM = 1000
# "题目（2025-07-30）": the ministry's lists print the day inside the link
_DAY_BEHIND = re.compile(r"\s*[（(\[]\s*\d{4}[-./年]\d{1,2}[-./月]\d{1,2}日?\s*[)）\]]\s*$")


def read(page: Html, site: type[SiteSpider], section: Section) -> ListReading:
    """The documents that a page of links shows, in its order; of several links to one document the best title."""
    links = list(_links(page, site))
    documents: dict[HtmlElement, set[str]] = defaultdict(set)
    for element, url, _ in links:
        for ancestor in _near(element):
            documents[ancestor].add(url)
    elements = {element for element, _, _ in links}
    found: dict[str, Listed] = {}
    ranks: dict[str, tuple[bool, int]] = {}
    summaries: dict[str, str] = {}
    for element, url, address in links:
        item = _item(element, documents)
        title, rank = _title(element, item)
        known = found.setdefault(site.key_of(url), Listed(url, untracked(address)))
        if known.url != url or (site.no_titles and site.no_titles.search(title)):
            continue  # the same document under another address
        beside = tidy(" ".join(texts(item, elements)))[:_LONGEST_ITEM] if item is not element else ""
        if rank > ranks.get(url, _NO_RANK):
            day = first_day(beside) or first_day(tidy("".join(texts(element)))) or site.day_of(url)
            found[site.key_of(url)], ranks[url] = Listed(url, untracked(address), title or None, day), rank
        summaries[url] = max(summaries.get(url, ""), beside, key=len)
    further = dict.fromkeys(address for _, address in addresses(page) if site.leads_on(address, section))
    listed = tuple(one for one in found.values() if one.url in ranks)
    return ListReading(listed, _pages_claimed(page, site, section), further=tuple(further), summaries=summaries)


def _pages_claimed(page: Html, site: type[SiteSpider], section: Section) -> int | None:
    """The number of list pages that the pager claims: the script's of TRS, or the highest that a link leads to."""
    scripts = "\n".join(page.selector.xpath("//script/text()").getall())
    counts = [int(one or other) for one, other in _PAGE_COUNT.findall(scripts)]
    for _, address in () if counts else addresses(page):
        if (number := site.number_of(address, section) or 1) > 1:
            counts.append(number)
    return min(max(counts), _MOST_PAGES) if counts else None


def addresses(page: Html) -> Iterator[tuple[HtmlElement, str]]:
    """Every link of a page: its element and where it leads."""
    for link in page.selector.xpath("//a[@href]"):
        try:
            yield link.root, urljoin(page.url, (link.root.get("href") or "").strip())
        except ValueError:
            continue


def _links(page: Html, site: type[SiteSpider]) -> Iterator[tuple[HtmlElement, str, str]]:
    for element, address in addresses(page):
        url = site.canonical(address)
        if url is not None and site.follows(url):
            yield element, url, address


def _near(element: HtmlElement) -> Iterator[HtmlElement]:
    for level, ancestor in enumerate(element.iterancestors()):
        if level == _MOST_LEVELS or ancestor.tag in ("body", "html"):
            return
        yield ancestor


def _item(element: HtmlElement, documents: dict[HtmlElement, set[str]]) -> HtmlElement:
    """The largest element around a link that speaks of no other document."""
    item = element
    for ancestor in _near(element):
        if len(documents[ancestor]) > 1:
            break
        item = ancestor
        if ancestor.tag in _ITEMS:
            break
    return item


def _title(element: HtmlElement, item: HtmlElement) -> tuple[str, tuple[bool, int]]:
    """A link's title and how good it is: headings before others, then the longer. Its title attribute counts where it
    is longer than what is shown (cut), or a part of it (with the length of a film, say)."""
    inner = next((tidy("".join(texts(one))) for one in element.iter(*_HEADINGS)), "")
    shown = _DAY_BEHIND.sub("", inner or tidy("".join(texts(element))))
    told = tidy(element.get("title") or "")
    in_heading = any(ancestor.tag in _HEADINGS for ancestor in element.iterancestors() if ancestor is not item)
    title = told if told and (len(told) >= len(shown) or told in shown) else shown
    return title, (bool(inner) or (in_heading and bool(shown)), len(title))
