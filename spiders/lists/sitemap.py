"""Sitemaps: lists of addresses (with their titles and days in a news sitemap), and indexes of further sitemaps."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urljoin

from lxml import etree

from pipeline.words import Listed
from spiders.declared import ListReading, Section
from spiders.lists import items, xml
from spiders.lists.feed import plain
from spiders.markup import Html, stamped_day

if TYPE_CHECKING:
    from spiders.site import SiteSpider


def read(page: Html, site: type[SiteSpider], section: Section) -> ListReading:
    """The documents that a sitemap names, those changed last first where it says so, or the sitemaps of an index."""
    try:
        root = xml.parse(page.text)
    except xml.NotXml as error:
        return ListReading(broken=str(error))
    if xml.name_of(root) == "sitemapindex":
        parts = sorted(xml.children(root, "sitemap"), key=lambda part: xml.text_of(part, "lastmod"), reverse=True)
        return ListReading(further=tuple(_address(page, part) for part in parts))
    if xml.name_of(root) != "urlset":
        return ListReading(broken="not_a_sitemap")
    entries = [found for entry in xml.children(root, "url") if (found := _entry(page, entry, site))]
    return items.reading(entries, site, section, "sitemap")


def _entry(page: Html, entry: etree._Element, site: type[SiteSpider]) -> items.Entry | None:
    address = _address(page, entry)
    url = site.canonical(address)
    if url is None:
        return None
    news = next(iter(xml.children(entry, "news")), entry)
    published = stamped_day(xml.text_of(news, "publication_date"), site.zone)
    # `lastmod` tells of any change of the page, and no day of its publication
    return items.Entry(Listed(url, address, plain(xml.text_of(news, "title")) or None, published or site.day_of(url)))


def _address(page: Html, entry: etree._Element) -> str:
    try:
        return urljoin(page.url, xml.text_of(entry, "loc"))
    except ValueError:
        return ""
