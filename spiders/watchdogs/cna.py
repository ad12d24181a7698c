"""Taiwan's Central News Agency: Focus Taiwan (English) and CNA (Chinese). Addresses tell the day and a number of it:
``/politics/202410150012``."""

from __future__ import annotations

import re
from datetime import date
from typing import ClassVar
from urllib.parse import urlsplit

from pipeline.words import SiteKind
from spiders.declared import ListForm, Rules, Section
from spiders.markup import first_day
from spiders.watchdogs.bases import OtherSpider

_NUMBERED = re.compile(r"/(\d{8})\d{4}(?:\.aspx)?$")


class CnaSpider(OtherSpider, abstract=True):
    """An edition of the agency."""

    kind = SiteKind.MEDIA
    family = "local_media"
    general = True
    zone = "Asia/Taipei"
    quiet_days = 60
    key: ClassVar[re.Pattern[str] | None] = re.compile(r"/(\d{12})(?:\.aspx)?$")

    @classmethod
    def day_of(cls, url: str) -> date | None:
        match = _NUMBERED.search(urlsplit(url).path)
        return first_day(match[1]) if match else None


class FocusTaiwan(CnaSpider):
    """No markup was seen: title, day and text by metadata and general rules. Much of it is about relations across the
    strait, with which other offices of the Party deal."""

    name = "focus_taiwan"
    title = "Focus Taiwan"
    language = "en"
    hosts = ("focustaiwan.tw", "www.focustaiwan.tw")
    home = "https://focustaiwan.tw/"
    home_titles = frozenset({"Focus Taiwan"})
    sections = (
        Section(f"{home}rss/politics.xml", "Politics", form=ListForm.FEED),
        Section(f"{home}rss/news.xml", "News", form=ListForm.FEED),
    )
    article_paths = (re.compile(r"^/[a-z-]+/\d{12}$"),)
    verified = "addresses of feeds and articles seen; on copies of our own making"


class CnaZh(CnaSpider):
    """In traditional script. Its feeds stand on another host. No markup was seen: title, day and text by metadata and
    general rules."""

    name = "cna_zh"
    title = "中央社"
    language = "zh"
    hosts = ("www.cna.com.tw", "feeds.feedburner.com")
    one_host = False
    home = "https://www.cna.com.tw/"
    home_titles = frozenset({"中央社", "中央社 CNA"})
    sections = tuple(
        Section(f"https://feeds.feedburner.com/rsscna/{name}", title, form=ListForm.FEED)
        for name, title in (("mainland", "兩岸"), ("intworld", "國際"), ("politics", "政治"))
    )
    article_paths = (re.compile(r"^/news/[a-z]+/\d{12}\.aspx$"),)
    rules = (Rules(furniture=re.compile("^請繼續下滑閱讀$")),)
    verified = "addresses of feeds and articles seen; on copies of our own making"
