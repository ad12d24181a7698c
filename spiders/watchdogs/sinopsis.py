"""Sinopsis, a project on China's party-state in Central Europe: a few long reports a year, on WordPress."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from pipeline.words import SiteKind
from spiders.declared import ArticleReading, ListForm, ListReading, Rules, Section
from spiders.markup import Html, first_day, texts, tidy
from spiders.wordpress import WordPressSpider

_EN = "https://sinopsis.cz/en/"
_DATES = ("span.entry-meta-date a", "span.entry-meta-date", "time.entry-date")
_IN_FIGURES = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d\d)\b")
_DOT_BEHIND_DAY = re.compile(r"(?<=\d)\.(?=\s[A-Z][a-z]{2})")


class Sinopsis(WordPressSpider):
    """Reports tell of many visits in running text; numbers of footnotes are taken out of it. Days are written as in
    Czech: 12.9.2018. A full report may be a PDF, of which only the page about it is read."""

    name = "sinopsis"
    title = "Sinopsis"
    kind = SiteKind.WATCHDOG
    language = "en"
    family = "watchdog"
    hosts = ("sinopsis.cz", "www.sinopsis.cz")
    home = _EN
    home_titles = frozenset({"Sinopsis", "Sinopsis – China in context and perspective"})
    sections = (
        Section(f"{_EN}feed/", "Newest posts", form=ListForm.FEED, most_pages=1),
        Section(_EN, "All posts", most_pages=3),
    )
    article_paths = (re.compile(r"^/en/[a-z0-9-]+/$"),)
    rules = (Rules(titles=("h1.entry-title",), bodies=("div.entry-content",), strips=("sup",)),)
    every_hours = 48
    quiet_days = 120
    zone = "Europe/Prague"
    verified = "addresses seen; selectors of a public scraper; on copies of our own making"

    @classmethod
    def read_list(cls, page: Html, section: Section) -> ListReading:
        found = super().read_list(page, section)
        listed = (replace(one, published=one.published or _day(found.summaries[one.url])) for one in found.listed)
        return replace(found, listed=tuple(listed))

    @classmethod
    def read_article(cls, page: Html, fetched_on: date) -> ArticleReading:
        found = super().read_article(page, fetched_on)
        for css in _DATES:
            for element in page.selector.css(css):
                if day := _day(tidy("".join(texts(element.root)))):
                    return replace(found, published=(day, f"site:{css}"))
        return found


def _day(text: str) -> date | None:
    """The first day in a text, also as `12.9.2018` and `12. September 2018`."""
    return first_day(_DOT_BEHIND_DAY.sub("", _IN_FIGURES.sub(r"\3-\2-\1", text)))
