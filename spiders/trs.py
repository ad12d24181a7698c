"""Sites on TRS WCM, the content management system of most Party and government sites.

Documents are ``<section>/YYYYMM/tYYYYMMDD_<id>.html``; lists are ``index.html``, ``index_1.html`` (the second page) …
with a pager that a script writes, so that no link leads on and the number of pages stands in a script. Searches on
WAS5 are lists of the form ``was5``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from spiders import articles, general
from spiders.declared import ArticleReading, ListForm, Pager, Rules
from spiders.lists.pagers import folder_of
from spiders.markup import Html, fragment
from spiders.site import SiteSpider

DOCUMENT_NAME = r"/\d{6}/t\d{8}_\d+\.s?html?$"

_MARKED = re.compile(
    r"<(?:meta\s+name=[\"']?|!--\s*)(?:TRSWCM\.Cont|Content)Start\b.*?>(.*?)"
    r"<(?:meta\s+name=[\"']?|!--\s*)(?:TRSWCM\.Cont|Content)End\b",
    re.DOTALL | re.IGNORECASE,
)

RULES = Rules(
    titles=("h1", "h2", ".title, .bt, .tit"),
    bodies=(
        '[class*="TRS_UEDITOR"], [class*="trs_editor_view"]',
        '[class*="TRS_Editor"]',
        "#Zoom, #zoom",
        "#News_Body_Txt_A",
        "#dochtmlcon",
        "div.content",
    ),
)
"""The layouts seen on the system's real pages (MFA, CCDI, CMSE) and in public scrapers."""


class TrsSpider(SiteSpider, abstract=True):
    """A site on TRS WCM. Declares besides: ``event_dated``, paths whose printed date is the event's, not the page's;
    ``moved_in_bulk``, paths whose addresses tell the day of a move, years after the pages were published."""

    pagers: ClassVar[Mapping[ListForm, Pager]] = {ListForm.LINKS: Pager.TRS, ListForm.WAS5: Pager.QUERY}
    rules: ClassVar[tuple[Rules, ...]] = (RULES,)
    event_dated: ClassVar[re.Pattern[str] | None] = None
    moved_in_bulk: ClassVar[re.Pattern[str] | None] = None

    @classmethod
    def follows(cls, url: str) -> bool:
        """True where a document stands in one of the declared sections: lists also link to imprints and laws."""
        folders = (cls.tidied(folder_of(section.url)) for section in cls.sections if section.form is ListForm.LINKS)
        return any(url.startswith(folder) for folder in folders if folder)

    @classmethod
    def read_article(cls, page: Html, fetched_on: date) -> ArticleReading:
        rules = articles.rules_on(cls.rules, fetched_on)
        furniture = cls.furniture()
        body = cls._body(page, rules) or general.body_of(page, furniture)
        title = cls._title(page, rules)
        published = general.meta_day(page) or articles.day_by(page, rules)
        if published is None:  # to look for a day that is only shown takes longer than all the rest
            shown = general.shown_day(page, title[0] if title else None, body[0] if body else [])
            address_first = bool(cls.event_dated and cls.event_dated.search(page.url))
            undated = bool(cls.moved_in_bulk and cls.moved_in_bulk.search(page.url))
            by_address = None if undated else general.url_day(page.url)
            published = by_address or shown if address_first else shown or by_address
            published = published or general.issue_day(page, title[0] if title else None, fetched_on)
        return ArticleReading(title, published, body)

    @classmethod
    def _title(cls, page: Html, rules: Rules) -> tuple[str, str] | None:
        if title := page.metas.get("articletitle"):
            return title, "metadata"
        furniture = cls.furniture()
        if shown := articles.title_by(page, rules.titles, furniture):
            return shown
        return general.title_of(page, furniture)

    @classmethod
    def _body(cls, page: Html, rules: Rules) -> tuple[list[str], str] | None:
        for css in rules.bodies[:2]:
            if lines := page.container(css, rules.strips):
                return lines, f"site:{css}"
        if (marked := _MARKED.search(page.text)) and (lines := fragment(marked[1])):
            return lines, "site:ContStart"
        for css in rules.bodies[2:]:
            found = page.place(css, rules.strips)
            if found and not general.is_overgrown(page, *found, cls.furniture()):
                return found[1], f"site:{css}"
        return None
