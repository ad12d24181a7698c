"""The International Department of the CPC Central Committee (中共中央对外联络部), Chinese and English edition.

Two hosts (idcpc.gov.cn, idcpc.org.cn) serve the same documents over http and https. The department's own HTML was
never seen: the rules are those of its content management system, its section names and address forms those of
stored links. See docs/sites.md.
"""

from __future__ import annotations

import re

from pipeline.words import SiteKind
from spiders.site import ListForm, Section
from spiders.trs import DOCUMENT_NAME, TrsSpider

_HOSTS = ("www.idcpc.gov.cn", "www.idcpc.org.cn", "idcpc.gov.cn", "idcpc.org.cn")
_ROOT = f"https://{_HOSTS[0]}"
_VERIFIED = "read on a copy of our own making"
_HOME_TITLES = frozenset(
    {
        "中共中央对外联络部",
        "中国共产党中央委员会对外联络部",
        "中联部",
        "International Department, Central Committee of CPC",
        "International Department of Central Committee of CPC",
        "International Department of the CPC Central Committee",
        "IDCPC",
    }
)


class IdcpcZh(TrsSpider):
    """The department's HTML was never seen: article and list rules are those seen on other sites of the same content
    management system (`pages/official` of the material: CCDI, MFA, CMSE); section paths and the form of addresses are
    seen on stored links. To be checked on the first live run: the pager, the containers of title and text, the leaders'
    page (its path is not known)."""

    name = "idcpc_zh"
    title = "中共中央对外联络部"
    kind = SiteKind.OFFICIAL
    language = "zh"
    family = "idcpc"
    hosts = _HOSTS
    home = f"{_ROOT}/"
    home_titles = _HOME_TITLES
    labels = frozenset({"部长活动", "外事会见", "联络动态"})
    sections = (
        Section(f"{_ROOT}/bzhd/wshd/", "部长活动 › 外事会见"),
        Section(f"{_ROOT}/lldt/", "联络动态"),
    )
    article_paths = (re.compile(rf"^/(?!english|was5)[\w/-]+{DOCUMENT_NAME}"),)
    # about 18 entries a month; the department's slowest month in three years had one
    every_hours = 12
    quiet_days = 21
    empty_is_normal = False
    licence = None
    verified = _VERIFIED


class IdcpcEn(TrsSpider):
    """As the Chinese edition. On `/english/` the line under the headline mostly prints the event's day, so the
    address's day counts as the page's; addresses under `AnnualReports` tell the day of a move, so these pages have no
    date. That items of the search list carry links is inferred; both forms are read."""

    name = "idcpc_en"
    title = "International Department, Central Committee of CPC"
    kind = SiteKind.OFFICIAL
    language = "en"
    family = "idcpc"
    hosts = _HOSTS
    home = f"{_ROOT}/english2023/"
    home_titles = _HOME_TITLES
    labels = frozenset({"IDCPC News", "Headlines", "News", "Minister's Activities", "Forenotice"})
    sections = (
        Section(f"{_ROOT}/english2023/bzhd/", "Minister's activities"),
        Section(f"{_ROOT}/english2023/lldt/", "IDCPC News"),
        Section(f"{_ROOT}/english2023/ttxw_5749/", "Headlines"),
        # the edition before August 2023, still filled in May 2024
        Section(f"{_ROOT}/english/news/", "News (old edition)", optional=True),
        Section(f"{_ROOT}/english/forenotice/", "Advance notices (old edition)", optional=True),
        # news of 2012-2015, moved here in bulk in July 2023
        *(
            Section(
                f"{_ROOT}/english2023/HistoricalData/AnnualReports/{year}/",
                f"Annual reports {year}",
                optional=True,
                closed=True,
            )
            for year in range(2012, 2016)
        ),
        # minister and vice-ministers together, newest first, as beginnings of texts; a cross-check on the lists above
        Section(
            f"{_ROOT}/was5/web/search?page=1&channelid=237734&perpage=10&outlinepage=10",
            "All English news (search)",
            form=ListForm.WAS5,
            items_are_pages=True,
            optional=True,
            most_pages=3,
        ),
    )
    article_paths = (re.compile(rf"^/english\w*/[\w/-]+{DOCUMENT_NAME}"),)
    # the old edition prints the day of the event under the headline, most of the time
    event_dated = re.compile(r"/english/(?:news|forenotice)/")
    moved_in_bulk = re.compile(r"/HistoricalData/AnnualReports/")
    # it runs up to 13 days behind the events
    every_hours = 12
    quiet_days = 30
    empty_is_normal = False
    licence = None
    verified = _VERIFIED
