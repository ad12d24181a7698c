"""KCNA Watch, a mirror of North Korea's state media run by NK News: the other side's account of delegations."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pipeline.words import SiteKind
from spiders.declared import ArticleReading, ListForm, Pager, Rules, Section
from spiders.markup import Html
from spiders.wordpress import WordPressSpider

_HOME = "https://kcnawatch.org/"
_STAMP = re.compile(r"^/newstream/(\d{9,10})-\d+/")


class KcnaWatch(WordPressSpider):
    """Addresses begin with the second of publication. The feed was told to be malformed. The last list is that of a
    public scraper of years ago, and may be gone."""

    name = "kcna_watch"
    title = "KCNA Watch"
    kind = SiteKind.MEDIA
    language = "en"
    family = "foreign_state"
    hosts = ("kcnawatch.org", "www.kcnawatch.org")
    home = _HOME
    home_titles = frozenset({"KCNA Watch"})
    sections = (
        Section(f"{_HOME}newstream/feed/", "Newstream", form=ListForm.FEED, most_pages=2),
        Section(f"{_HOME}newstream/atom/", "Newstream (Atom)", form=ListForm.FEED, optional=True, most_pages=1),
        Section(
            f"{_HOME}wp-admin/admin-ajax.php?action=get_cat_by_source&die=true&from=0&to=10&sort=&id=189661",
            "Rodong Sinmun",
            pager=Pager.NONE,
            optional=True,
            most_pages=1,
        ),
    )
    article_paths = (re.compile(r"^/newstream/\d+-\d+/[^/]+/$"),)
    key = re.compile(r"^/newstream/(\d+-\d+)/")
    rules = (
        Rules(
            bodies=(".article-content",),
            furniture=re.compile(r"^Date: \d\d/\d\d/\d{4}\b|^Read original version at source$"),
            end=re.compile(r"^-0-$|^More From "),
        ),
    )
    general = True
    every_hours = 12
    quiet_days = 30
    zone = "Asia/Pyongyang"
    verified = "addresses seen; selectors of a public scraper, years old; on copies of our own making"

    @classmethod
    def day_of(cls, url: str) -> date | None:
        match = _STAMP.search(urlsplit(url).path)
        return datetime.fromtimestamp(int(match[1]), UTC).astimezone(ZoneInfo(cls.zone)).date() if match else None

    @classmethod
    def read_article(cls, page: Html, fetched_on: date) -> ArticleReading:
        found = super().read_article(page, fetched_on)
        # pages begin with the day on which they are looked at
        day = cls.day_of(page.url)
        return replace(found, published=(day, "url") if day else found.published)
