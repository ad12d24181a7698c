"""Xinhua (新华社), Chinese and English. Pages of news carry the numbers of JSON feeds, which lie beside them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlsplit

from spiders.declared import Keys, ListForm, ListReading, Rules, Section
from spiders.lists import links
from spiders.lists.pagers import folder_of
from spiders.markup import Html
from spiders.official.bases import PressSpider

_DATASOURCE = re.compile(r"datasource:([0-9a-f]{32})")
_FEED = re.compile(r"/ds_[0-9a-f]{32}\.json$")
_KEYS = Keys(at="datasource", url="publishUrl", title="title", published="publishTime", summary="summary")
_NEW = r"/20\d{6}/[0-9a-f]{32}/c\.html$"
_OLD = r"/\d{4}-\d{2}/\d{2}/c_\d+\.htm$"
_RULES = (
    Rules(
        titles=("h1 .title", ".conTop h1", "div.h-title"),
        dates=("div.header-time", "p.time", "span.h-time"),
        bodies=("#detailContent", "#detail", "#p-detail"),
        strips=(".editor", ".p-jc"),
        furniture=re.compile(r"^(?:图集|\+1)$"),
        end=re.compile(r"^【纠错】|^[\[【（(]?\s*责任编辑"),
    ),
)


def _hub(url: str, title: str) -> Section:
    """A page of news: its links, and the feeds whose numbers it carries (they change, and are read anew each time)."""
    return Section(url, title, further=_FEED, further_form=ListForm.JSON, keys=_KEYS, most_pages=6)


class _Xinhua(PressSpider, abstract=True):
    rules = _RULES
    every_hours = 6
    key = re.compile(r"/([0-9a-f]{32}|c_\d+)(?:/c)?\.html?$")

    @classmethod
    def leads_on(cls, url: str, section: Section) -> bool:
        # the editions' feeds are told apart by their hosts
        hosts = {urlsplit(cls.tidied(one) or "").hostname for one in (url, section.url)}
        return len(hosts) == 1 and super().leads_on(url, section)

    @classmethod
    def read_list(cls, page: Html, section: Section) -> ListReading:
        if cls.leads_on(page.url, section):
            return super().read_list(page, section)
        numbers = dict.fromkeys(_DATASOURCE.findall(page.text))
        feeds = tuple(f"{folder_of(page.url)}ds_{number}.json" for number in numbers)
        return replace(links.read(page, cls, section), further=feeds)


class XinhuaZh(_Xinhua):
    """The two templates since 2017 are known from real pages and public scrapers, that of today from scrapers alone."""

    name = "xinhua_zh"
    title = "新华网"
    language = "zh"
    hosts = ("www.news.cn", "www.xinhuanet.com", "news.cn", "xinhuanet.com")
    home = "https://www.news.cn/"
    home_titles = frozenset({"新华网", "新华网_让新闻离你更近"})
    sections = (
        _hub("https://www.news.cn/politics/", "时政"),
        _hub("https://www.news.cn/world/", "国际"),
        _hub("https://www.news.cn/xhsxw.htm", "新华社新闻"),
    )
    article_paths = (re.compile(rf"^/(?!english/)[\w/-]*?{_NEW}"), re.compile(rf"^/(?!english/)[\w/-]*?{_OLD}"))
    terms = "robots.txt allows all"
    verified = "articles: real saved pages of 2019 and 2020; lists and today's template on copies of our own making"


class XinhuaEn(_Xinhua):
    """As the Chinese edition; no real page was at hand."""

    name = "xinhua_en"
    title = "Xinhua"
    language = "en"
    hosts = ("english.news.cn", "www.news.cn", "www.xinhuanet.com", "news.cn", "xinhuanet.com")
    one_host = False
    mirrors: ClassVar[Mapping[str, str]] = dict.fromkeys(
        ("www.xinhuanet.com", "news.cn", "xinhuanet.com"), "www.news.cn"
    )
    home = "https://english.news.cn/"
    home_titles = frozenset({"Xinhua", "Xinhua - China, World, Business, Sports, Photos and Video"})
    sections = (
        _hub("https://english.news.cn/", "Home"),
        _hub("https://english.news.cn/list/latestnews.htm", "Latest news"),
    )
    article_paths = (re.compile(rf"^(?:/[\w-]+)*{_NEW}"), re.compile(rf"^/english{_OLD}"))
    terms = "no robots.txt"
    verified = "on copies of our own making"

    @classmethod
    def canonical(cls, url: str) -> str | None:
        canonical = super().canonical(url)
        if canonical is None or canonical.startswith((cls.home, "https://www.news.cn/english/")):
            return canonical
        return None  # the Chinese edition's
