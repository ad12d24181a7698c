"""CCTV (央视网). Lists are JSONP; since 2026 the text of an article stands in a variable of a script."""

from __future__ import annotations

import re

from spiders.declared import Keys, ListForm, Pager, Rules, Section
from spiders.lists.script import NotAValue, value_in
from spiders.markup import Html, fragment
from spiders.official.bases import PressSpider

_LISTS = "https://news.cctv.com/2019/07/gaiban/cmsdatainterface/page"
_KEYS = Keys(at="data.list", url="url", title="title", published="focus_date", summary="brief")


def _list(name: str, title: str) -> Section:
    return Section(
        f"{_LISTS}/{name}_1.jsonp?cb={name}",
        title,
        form=ListForm.JSON,
        pager=Pager.NUMBERED,
        keys=_KEYS,
        most_pages=2,
    )


class Cctv(PressSpider):
    """The evening news (新闻联播) has a list for each day, for a backfill."""

    name = "cctv"
    title = "央视网"
    language = "zh"
    hosts = ("news.cctv.com", "tv.cctv.com", "english.cctv.com", "api.cntv.cn")
    key = re.compile(r"/((?:ARTI|VIDE)\w+)\.shtml$")
    one_host = False
    home = "https://news.cctv.com/"
    home_titles = frozenset({"央视网", "新闻频道_央视网(cctv.com)", "央视网_世界就在眼前"})
    sections = (
        _list("news", "新闻"),
        _list("china", "国内"),
        _list("world", "国际"),
        Section(
            "https://api.cntv.cn/newList/getMixListByPageId?serviceId=pcenglish&id=PAGE1394789601117162&p=1&n=100",
            "CCTV English",
            form=ListForm.JSON,
            keys=_KEYS,
        ),
        Section(
            "https://tv.cctv.com/lm/xwlb/day/20260101.shtml",
            "新闻联播 of one day",
            history=True,
            further=re.compile(r"^/lm/xwlb/day/\d{8}\.shtml$"),
            day="https://tv.cctv.com/lm/xwlb/day/%Y%m%d.shtml",
        ),
    )
    article_paths = (re.compile(r"^/\d{4}/\d{2}/\d{2}/(?:ARTI|VIDE)\w+\.shtml$"),)
    rules = (Rules(titles=("h1",), dates=("div.info",), bodies=("#content_area",)),)
    verified = "on copies of our own making"

    @classmethod
    def follows(cls, url: str) -> bool:
        """Films are followed where they have a text: those of the evening news."""
        return "/VIDE" not in url or url.startswith("https://tv.cctv.com/")

    @classmethod
    def own_body(cls, page: Html) -> tuple[list[str], str] | None:
        if page.container("#content_area"):
            return None
        try:
            text = value_in(page.text, "contentdate")
        except NotAValue:
            return None
        lines = fragment(text) if isinstance(text, str) else []
        return (lines, "site:contentdate") if lines else None
