"""Lingua Sinica, the China Media Project's database: lists of dated activities of Party-state media, told in full.

No markup was seen, only the order of the text: a title, then one paragraph with the day of the activity in it. So an
entry is taken to be a heading and what stands with it up to the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from itertools import islice
from urllib.parse import urljoin

from lxml.html import HtmlElement

from pipeline.words import Listed, PageReading, SiteKind
from spiders.declared import ListReading, Section
from spiders.lists import items, links
from spiders.markup import Html, first_day, paragraphs, texts, tidy
from spiders.wordpress import WordPressSpider

_HOME = "https://lingua-sinica.org/"
_HEADINGS = ("h2", "h3", "h4")
_LEAST = 40
"""Characters of the shortest entry; headings of menus and footers have less beside them, and no day."""


class LinguaSinica(WordPressSpider):
    """One entry of a list is one activity; the address is the entry's own, where its title is a link."""

    name = "lingua_sinica"
    title = "Lingua Sinica"
    kind = SiteKind.WATCHDOG
    language = "en"
    family = "watchdog"
    hosts = ("lingua-sinica.org", "www.lingua-sinica.org")
    home = _HOME
    home_titles = frozenset({"Lingua Sinica"})
    sections = (
        Section(
            f"{_HOME}activity-type/media-training-or-seminar/",
            "Media trainings and seminars",
            items_are_pages=True,
            most_pages=3,
        ),
    )
    article_paths = (re.compile(r"^/activity/[^/]+/$"),)
    every_hours = 48
    quiet_days = 180
    verified = "addresses and text of lists seen, no markup; on copies of our own making"

    @classmethod
    def read_list(cls, page: Html, section: Section) -> ListReading:
        entries: dict[str, PageReading] = {}
        linked: list[Listed] = []
        for heading in page.selector.css(", ".join(_HEADINGS)):
            title = tidy("".join(texts(heading.root)))
            lines = _beside(heading.root)
            told = " ".join(lines)
            if not title or len(told) < _LEAST or not first_day(told):
                continue
            url = next(filter(None, map(cls.canonical, _leads(page, heading.root))), None)
            begin = sha256(f"{title}\n{told}"[:100].encode()).hexdigest()[:16]
            # the day that is told is that of the activity, and not of its publication
            entry = Listed(url or f"{cls.tidied(section.url)}#{begin}", url or page.url, title)
            if entry.url not in entries:
                entries[entry.url] = items.item(entry, lines, len(entries), "site:heading")
                linked += [entry] if url else []
        found = links.read(page, cls, section)
        return replace(found, listed=tuple(linked) or found.listed, pages=tuple(entries.values()))


def _beside(heading: HtmlElement) -> list[str]:
    """The paragraphs that stand with a heading and with no other one."""
    title = tidy("".join(texts(heading)))
    item = heading
    for ancestor in heading.iterancestors():
        if ancestor.tag in ("body", "html") or len(list(islice(ancestor.iter(*_HEADINGS), 2))) > 1:
            break
        item = ancestor
    found = [line for line in paragraphs(item) if line != title]
    for sibling in () if found else heading.itersiblings():
        if next(sibling.iter(*_HEADINGS), None) is not None:
            break
        found += paragraphs(sibling)
    return found


def _leads(page: Html, heading: HtmlElement) -> Iterator[str]:
    """Where the links in a heading, and the one about it, lead."""
    for link in (*heading.iter("a"), *heading.iterancestors("a")):
        try:
            yield urljoin(page.url, (link.get("href") or "").strip())
        except ValueError:
            continue
