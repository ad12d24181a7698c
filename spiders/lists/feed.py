"""Feeds: RSS 0.9 to 2.0 and Atom, as they are and not as they should be."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from lxml import etree

from pipeline.words import Listed
from spiders.declared import ListReading, Section
from spiders.lists import items, xml
from spiders.markup import Html, fragment, stamped_day, tidy

if TYPE_CHECKING:
    from spiders.site import SiteSpider

_DATES = ("pubdate", "published", "date", "issued", "updated", "modified")
# what WordPress puts behind every post of a feed
_CREDIT = re.compile(r"The post .+ appeared first on .+\.$")
_TEXTS = ("encoded", "content", "description", "summary")


def read(page: Html, site: type[SiteSpider], section: Section) -> ListReading:
    """The entries of a feed that lead to documents of the site; as items, where the site's items are pages."""
    try:
        root = xml.parse(page.text)
    except xml.NotXml as error:
        return ListReading(broken=str(error))
    if xml.name_of(root) not in ("rss", "rdf", "feed"):
        return ListReading(broken="not_a_feed")
    entries = [entry for entry in root.iter() if xml.name_of(entry) in ("item", "entry")]
    return items.reading([found for entry in entries if (found := _entry(entry, page, site))], site, section, "feed")


def _entry(entry: etree._Element, page: Html, site: type[SiteSpider]) -> items.Entry | None:
    for link in _links(entry):
        try:
            address = urljoin(page.url, link)
        except ValueError:
            continue
        if url := site.canonical(address):
            title = plain(xml.text_of(entry, "title"))
            texts = [_without_credit(fragment(text)) for name in _TEXTS if (text := xml.text_of(entry, name))]
            lines = max(texts, key=lambda lines: sum(map(len, lines)), default=[])
            return items.Entry(Listed(url, address, title or None, _day(entry, site.zone) or site.day_of(url)), lines)
    return None


def _links(entry: etree._Element) -> list[str]:
    """Where an entry leads, best first: its link as text or as attribute, then an id that is an address."""
    links = xml.children(entry, "link", "origlink")
    alternate = [link for link in links if link.get("rel", "alternate") == "alternate"]
    found = [(link.get("href") or "".join(link.itertext())).strip() for link in alternate]
    found += [xml.text_of(entry, "guid"), xml.text_of(entry, "id")]
    return [link for link in found if link]


def _day(entry: etree._Element, zone: str | None) -> date | None:
    texts = (xml.text_of(entry, name) for name in _DATES)
    return next((day for text in texts if text and (day := stamped_day(text, zone))), None)


def _without_credit(lines: list[str]) -> list[str]:
    return [line for line in lines if not _CREDIT.match(line)]


def plain(text: str) -> str:
    """A title without the markup that feeds put into it."""
    return tidy(" ".join(fragment(text)))
