"""What official sites share: all are general sites of the Chinese state or its media."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pipeline.words import SiteKind
from spiders.declared import Pager, Rules, Section
from spiders.site import SiteSpider
from spiders.trs import RULES, TrsSpider

_CONSULAR = (
    "lsfw|lszc|lsbh|lsyw|visa|qz\\w*|hzlx|lqfw|consular|zjsg|sgbgsjjdz|contact\\w*|lxwm|sggbm|sgjss|xyxx|lxgz|jyjl|"
    "images|material"
)


class PressSpider(SiteSpider, abstract=True):
    """A newspaper, agency or portal, of which only what is relevant is kept."""

    kind = SiteKind.OFFICIAL
    family = "prc_media"
    general = True
    zone = "Asia/Shanghai"
    every_hours = 12
    # what is relevant of it comes seldom; that the site itself still publishes shows by its lists
    quiet_days = 30
    empty_is_normal = False
    licence = None


class StateSpider(TrsSpider, abstract=True):
    """A site of a ministry or Party organ on TRS WCM, of which only what is relevant is kept."""

    kind = SiteKind.OFFICIAL
    family = "prc_state"
    general = True
    zone = "Asia/Shanghai"
    key = re.compile(r"/(t(?:\d{8}_)?\d+)\.s?html?$")
    most_pages = 3
    every_hours = 12
    quiet_days = 30
    empty_is_normal = False
    licence = None
    # RULES with the containers of the ministry's templates to 2021 and since, before the last and widest one
    rules = (
        Rules(
            titles=("div.news-title h1", "#News_Body_Title", ".bigtitle", *RULES.titles),
            dates=("p.time", "#News_Body_Time"),
            bodies=(*RULES.bodies[:-1], "div.news-main", ".content_text", RULES.bodies[-1]),
            strips=("#relnews_list",),
        ),
    )


class EmbassySpider(StateSpider, abstract=True):
    """An edition of an embassy's site. Sections have no fixed names: those that the edition's home page leads to are
    read, but for the consular ones."""

    every_hours = 24
    quiet_days = 60
    most_pages = 15

    @classmethod
    def usual_sections(cls, home: str) -> tuple[Section, ...]:
        edition = re.escape(urlsplit(home).path)
        further = re.compile(rf"^{edition}(?!.*\b(?:{_CONSULAR})/)(?:[\w-]+/){{1,3}}(?:index\.html?)?$", re.IGNORECASE)
        return (Section(home, "Home", pager=Pager.NONE, most_pages=cls.most_pages, further=further),)
