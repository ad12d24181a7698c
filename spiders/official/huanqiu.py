"""Global Times in Chinese (环球网): lists are JSON, and articles stand in text areas that a script lays out."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from lxml import etree

from spiders.declared import ArticleReading, Keys, ListForm, Pager, Section
from spiders.lists.json_list import day_of_time
from spiders.markup import Html, fragment, tidy
from spiders.official.bases import PressSpider

_KEYS = Keys(
    at="list",
    url="aid",
    title="title",
    published="ctime",
    summary="summary",
    address="https://world.huanqiu.com/article/{}",
)
_NODES = ("e3pmh2398", "e3pmh26vv", "e3pn6efsl", "efp8fqe21")


class Huanqiu(PressSpider):
    """An article is known by its number, on whichever of the hosts it stands. The lists' nodes were seen in code."""

    name = "huanqiu"
    title = "环球网"
    language = "zh"
    hosts = ("world.huanqiu.com", "china.huanqiu.com", "www.huanqiu.com", "m.huanqiu.com")
    one_host = False
    key = re.compile(r"/article/(\w+)$")
    home = "https://www.huanqiu.com/"
    home_titles = frozenset({"环球网", "环球网_全球生活新门户_环球时报旗下网站"})
    sections = (
        *(
            Section(
                f"https://world.huanqiu.com/api/list?node=%22/e3pmh22ph/{node}%22&offset=0&limit=24",
                f"国际 ({node})",
                form=ListForm.JSON,
                pager=Pager.OFFSET,
                keys=_KEYS,
                most_pages=2,
            )
            for node in _NODES
        ),
        Section("https://china.huanqiu.com/", "国内"),
    )
    article_paths = (re.compile(r"^/article/[0-9A-Za-z]{11}$"),)
    verified = "on copies of our own making"

    @classmethod
    def read_article(cls, page: Html, fetched_on: date) -> ArticleReading:
        found = super().read_article(page, fetched_on)
        title = tidy(_area(page, "article-title"))
        day = day_of_time(_area(page, "article-time"))
        return replace(
            found,
            title=(title, "site:textarea.article-title") if title else found.title,
            published=(day, "site:textarea.article-time") if day else found.published,
        )

    @classmethod
    def own_body(cls, page: Html) -> tuple[list[str], str] | None:
        lines = fragment(_area(page, "article-content"))
        return (lines, "site:textarea.article-content") if lines else None


def _area(page: Html, name: str) -> str:
    """What stands in a text area, as source: written out, or escaped."""
    for area in page.selector.css(f"textarea.{name}"):
        inner = (area.root.text or "") + "".join(etree.tostring(child, encoding="unicode") for child in area.root)
        return inner
    return ""
