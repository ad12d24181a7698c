"""The parts of a site's declarations: its lists, the rules of its articles, and what reading either gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from pipeline.words import Listed, PageReading


class DeclarationError(TypeError):
    """A site's declarations are incomplete or contradict one another; the message names site and declaration."""


class ListForm(StrEnum):
    """What a list is made of; each form has its module in ``spiders.lists``."""

    LINKS = "links"
    FEED = "feed"
    SITEMAP = "sitemap"
    JSON = "json"
    EPAPER = "epaper"
    WAS5 = "was5"


class Pager(StrEnum):
    """How a section's further list pages are addressed, named by the address of a second page
    (``spiders.lists.pagers``)."""

    NONE = "none"
    TRS = "index_1.html"
    INDEX_2 = "index2.html"
    PAGE_2 = "page_2.html"
    FOLDER = "/page/2/"
    INDEX_UNDER_2 = "index_2.html"
    NAME_2 = "name_2.html"
    NUMBERED = "name2.html"
    PAGED = "?paged=2"
    QUERY = "?page=2"
    QUERY_FROM_0 = "?page=1"
    OFFSET = "?offset="


@dataclass(frozen=True, slots=True)
class Keys:
    """The field names of a JSON list or of a JavaScript array. ``at`` leads from the answer's root to the array
    (``data.list``; empty: the root is it); ``url`` may be made into an address by ``address`` with ``{}`` in it.
    ``variable`` names the script's variable where the array stands in an HTML page."""

    at: str = ""
    url: str = "url"
    title: str = "title"
    published: str | None = None
    summary: str | None = None
    address: str | None = None
    variable: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One list of a site.

    ``items_are_pages``: its items are read as pages (form ``item``), not only as links. ``optional``: the list may be
    gone without that being a fault. ``closed``: nothing is added to it any more, so it is walked to its end once.
    ``history``: only a backfill walks it. ``most_pages``: how many of its pages are walked in one run at most.
    ``pager``: None for the one that the site has for lists of this form.
    ``further``: what the paths of lists look like that it leads to (the pages of an e-paper's day, a sitemap's parts),
    each a list of this section that is not turned; ``further_form``: their form, where it is another one. ``keys``: of
    form ``json``. ``day``: the address of one day's list, for ``strftime``.
    """

    url: str
    title: str
    form: ListForm = ListForm.LINKS
    pager: Pager | None = None
    items_are_pages: bool = False
    optional: bool = False
    closed: bool = False
    history: bool = False
    most_pages: int | None = None
    further: re.Pattern[str] | None = None
    further_form: ListForm | None = None
    keys: Keys | None = None
    day: str | None = None

    @property
    def is_data(self) -> bool:
        """True where its lists are no HTML (a page whose script holds the list is)."""
        forms = {self.form, self.further_form or self.form}
        return bool(forms & {ListForm.FEED, ListForm.SITEMAP, ListForm.JSON})


@dataclass(frozen=True, slots=True)
class Rules:
    """How a site's articles are laid out, and the last day on which pages were fetched in that layout.

    ``titles``, ``dates`` and ``bodies`` are CSS selectors, tried in their order; a field without any, and one that
    they do not find, is read by metadata and general rules. ``strips``: CSS of what stands in the text's container and
    is no text. ``furniture``: paragraphs that are no text; ``end``: the first paragraph after the text. ``until`` is
    None for the layout of today.
    """

    titles: tuple[str, ...] = ()
    bodies: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    strips: tuple[str, ...] = ()
    furniture: re.Pattern[str] | None = None
    end: re.Pattern[str] | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ListReading:
    """What a list page shows: links, the number of pages its pager claims, items that are pages themselves, and
    ``further`` lists that it leads to. ``summaries``: what it tells of a link beside its title, by canonical address.
    ``broken`` says in one word why it is no list at all."""

    listed: tuple[Listed, ...] = ()
    list_pages: int | None = None
    pages: tuple[PageReading, ...] = ()
    further: tuple[str, ...] = ()
    summaries: Mapping[str, str] = field(default_factory=dict)
    broken: str | None = None


@dataclass(frozen=True, slots=True)
class ArticleReading:
    """What an article's page says, each value with the route that served it; None where no rule found it."""

    title: tuple[str, str] | None
    published: tuple[date, str] | None
    body: tuple[list[str], str] | None
