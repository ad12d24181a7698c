"""Entries of feeds, JSON and the like, made into what a list page shows: links, and items that are pages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.words import Form, Listed, PageReading
from spiders.declared import ListReading, Section
from spiders.markup import language_of

if TYPE_CHECKING:
    from spiders.site import SiteSpider


_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid)=", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Entry:
    """A link with the lines of text that the list gives of its document."""

    listed: Listed
    lines: list[str] = field(default_factory=list)


def untracked(address: str) -> str:
    """An address as it is asked: without what its publisher put in to count readers."""
    parts = urlsplit(address)
    if not parts.query:
        return address
    kept = [pair for pair in parts.query.split("&") if not _TRACKING.match(pair)]
    return parts._replace(query="&".join(kept), fragment="").geturl()


def reading(entries: Sequence[Entry], site: type[SiteSpider], section: Section, route: str) -> ListReading:
    """What a list of these entries shows; a document that comes twice counts once."""
    listed: dict[str, Listed] = {}
    summaries: dict[str, str] = {}
    pages: list[PageReading] = []
    keys: set[str] = set()
    for entry in entries:
        url = entry.listed.url
        is_none = site.no_titles is not None and site.no_titles.search(entry.listed.title or "") is not None
        if site.key_of(url) in keys or is_none or not site.follows(url):
            continue
        keys.add(site.key_of(url))
        listed[url] = replace(entry.listed, address=untracked(entry.listed.address))
        summaries[url] = " ".join(entry.lines)
        if site.feed_only or section.items_are_pages:
            pages.append(item(listed[url], entry.lines, len(pages), f"site:{route}"))
    return ListReading(tuple(listed.values()), pages=tuple(pages), summaries=summaries)


def item(listed: Listed, lines: list[str], number: int, route: str) -> PageReading:
    """The page that an item is."""
    body = "\n".join(lines)
    routes = {"title": route, "body": route}
    if listed.published is not None:
        routes["published"] = route
    return PageReading(
        url=listed.url,
        address=listed.address,
        form=Form.ITEM,
        item=number,
        digest=hashlib.sha256(f"{listed.title}\n{listed.published}\n{body}".encode()).hexdigest(),
        title=listed.title,
        published=listed.published,
        language=language_of(body or listed.title or ""),
        body=body,
        routes=routes,
    )
