"""Sites on WordPress: a feed of the newest posts with numbered pages, articles with good metadata.

Conventions: the feed stands under any list's address (``/feed/``, ``/category/x/feed/``), page N of it under
``?paged=N``; further pages of a list under ``/page/N/``; every address ends in a slash.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from spiders import articles, general
from spiders.declared import ArticleReading, ListForm, Pager, Rules, Section
from spiders.markup import Html
from spiders.site import SiteSpider

# Lists and feeds anywhere in a path, and pages that stand for years: on many sites articles are a bare `/slug/` too.
_NO_DOCUMENT = re.compile(
    r"/(?:feed|page|category|tag|author|comments|search|wp-\w+)/"
    r"|/(?:about(?:-us)?|contacts?(?:-us)?|(?:our-)?team|people|staff|authors|analysts|experts|donate|support-us|"
    r"subscribe|newsletter|events|careers|jobs|advertise|publications|projects|archives?|home|imprint|login|"
    r"(?:privacy|cookies?|terms|editorial)(?:-policy|-of-use|-of-service|-and-conditions)?)/$"
)
# What WordPress, its plugins (Jetpack, WordAds) and themes put into the container of the text besides the text.
_STRIPS = (
    "aside",
    "form",
    "nav",
    "ins",
    "figcaption",
    ".wp-caption-text",
    ".wp-block-file",
    '[class*="pullquote"]',
    '[class*="pull-quote"]',
    '[class*="newsletter"]',
    '[class*="subscribe"]',
    ".sharedaddy",
    '[class*="share-buttons"]',
    ".jp-relatedposts",
    ".wpcnt",
    'a[aria-label^="Jump to footnote"]',
)
_FURNITURE = re.compile(
    r"^\W*advertisements?\W*$|^download\b.{0,40}\bpdf\W*$|^(?:also read|read also|more on): |^stay informed with |"
    r"^a version of this (?:article|story) appear",
    re.IGNORECASE,
)


class WordPressSpider(SiteSpider, abstract=True):
    """A site on WordPress; a row without lists is read by ``/feed/``. Title and day come from the metadata of the
    pages (SEO plugins write them better than themes do), the text from WordPress's own container. A full day in an
    address is the local day of publication, where metadata tell it in UTC."""

    pagers: ClassVar[Mapping[ListForm, Pager]] = {ListForm.LINKS: Pager.FOLDER, ListForm.FEED: Pager.PAGED}
    most_pages = 3
    rewrites: ClassVar[tuple[tuple[re.Pattern[str], str], ...]] = ((re.compile(r"(/[^/.]+)$"), r"\1/"),)
    rules: ClassVar[tuple[Rules, ...]] = (Rules(bodies=(".entry-content",)),)
    every_hours = 24
    quiet_days = 14
    empty_is_normal = False
    # small newsrooms and projects on shared servers
    delay = 6
    licence = None

    @classmethod
    def canonical(cls, url: str) -> str | None:
        found = super().canonical(url)
        return None if found is None or _NO_DOCUMENT.search(urlsplit(found).path) else found

    @classmethod
    def usual_sections(cls, home: str) -> tuple[Section, ...]:
        return (Section(urljoin(home, "feed/"), "All posts", form=ListForm.FEED, most_pages=cls.most_pages),)

    @classmethod
    def read_article(cls, page: Html, fetched_on: date) -> ArticleReading:
        rules = articles.rules_on(cls.rules, fetched_on)
        rules = replace(rules, strips=(*rules.strips, *_STRIPS))
        found = articles.read(page, rules, cls.furniture(), cls.own_body(page), cls.zone, fetched_on)
        lines = [line for line in found.body[0] if not _FURNITURE.search(line)] if found.body else []
        return replace(
            found,
            published=general.url_day(page.url) or found.published,
            body=(lines, found.body[1]) if found.body and lines else None,
        )
