"""CGTN. Articles are found by its news sitemaps; the text stands in several blocks."""

from __future__ import annotations

import re

from spiders.declared import ListForm, Rules, Section
from spiders.markup import Html, paragraphs
from spiders.official.bases import PressSpider

_WWW = "https://www.cgtn.com"
_BLOCKS = "#cmsMainContent .text.en"


class Cgtn(PressSpider):
    """Regional hosts have articles of their own. Sitemaps of earlier years are for a backfill."""

    name = "cgtn"
    title = "CGTN"
    language = "en"
    hosts = ("www.cgtn.com", "news.cgtn.com", "newsaf.cgtn.com", "newseu.cgtn.com", "newsus.cgtn.com")
    one_host = False
    home = f"{_WWW}/"
    home_titles = frozenset({"CGTN", "CGTN | Breaking News, China News, World News and Video"})
    sections = (
        Section(f"{_WWW}/sitemap_latestnews.xml", "Latest news", form=ListForm.SITEMAP),
        Section(f"{_WWW}/", "Home", optional=True),
        Section(
            f"{_WWW}/sitemap.xml",
            "Sitemaps of all years",
            form=ListForm.SITEMAP,
            history=True,
            further=re.compile(r"^/sitemap_(?:news|archived)_?\w*\.xml$"),
        ),
    )
    article_paths = (re.compile(r"^/news/\d{4}-\d{2}-\d{2}/[^/]+/index\.html$"),)
    rewrites = ((re.compile(r"/(?:share_amp|p)\.html$"), "/index.html"),)
    rules = (Rules(titles=(".news-title",), dates=(".news-section-date",)),)
    terms = "robots.txt forbids /*.do* and addresses for sharing, and names the sitemaps"
    verified = "home page: a real one of 2021; sitemap and articles on copies of our own making"

    @classmethod
    def own_body(cls, page: Html) -> tuple[list[str], str] | None:
        blocks = [block.root for block in page.selector.css(_BLOCKS)]
        outer = [block for block in blocks if not set(blocks).intersection(block.iterancestors())]
        lines = [line for block in outer for line in paragraphs(block)]
        return (lines, f"site:{_BLOCKS}") if lines else None
