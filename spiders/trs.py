"""Sites on TRS WCM, the content management system of most Party and government sites, and its WAS5 lists.

Documents are ``<section>/YYYYMM/tYYYYMMDD_<id>.html``; lists are ``index.html``, ``index_1.html`` (the second page) …
with a pager that a script writes, so that no link leads on and the number of pages stands in a script.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from urllib.parse import parse_qs, urljoin, urlsplit

from parsel import Selector

from pipeline.words import Form, Listed, PageReading
from spiders import general
from spiders.markup import Html, first_day, fragment, language_of, tidy
from spiders.site import ArticleReading, DeclarationError, ListReading, Pager, Section, SiteSpider

DOCUMENT_NAME = r"/\d{6}/t\d{8}_\d+\.s?html?$"

_PAGE_COUNT = re.compile(r"\bcreatePageHTML\w*\(\s*['\"]?(\d+)|\b(?:countPage|nPageCount)\s*=\s*['\"]?(\d+)")
_MARKED = re.compile(
    r"<(?:meta\s+name=[\"']?|!--\s*)(?:TRSWCM\.Cont|Content)Start\b.*?>(.*?)"
    r"<(?:meta\s+name=[\"']?|!--\s*)(?:TRSWCM\.Cont|Content)End\b",
    re.DOTALL | re.IGNORECASE,
)
_MOST_PAGES = 5000
# The first 100 characters of two meetings of one day are often the same ("City, July 24th—Name, Minister of the
# International Department of the CPC Central Committee (IDCPC), met here today with …"); the extracts have 300.
_UNLINKED_CHARACTERS = 300
_UNLINKED_LEAST = 60


@dataclass(frozen=True, slots=True)
class TrsRules:
    """How a site's articles are laid out, and the last day on which pages were fetched in that layout.

    ``titles`` and ``bodies`` are CSS selectors, tried in their order; ``until`` is None for the layout of today.
    """

    titles: tuple[str, ...]
    bodies: tuple[str, ...]
    until: date | None = None


RULES = TrsRules(
    titles=("h1", "h2", ".title, .bt, .tit"),
    bodies=(
        '[class*="TRS_UEDITOR"], [class*="trs_editor_view"]',
        '[class*="TRS_Editor"]',
        "#Zoom, #zoom",
        "#News_Body_Txt_A",
        "#dochtmlcon",
        "div.content",
    ),
)
"""The layouts seen on the system's real pages (MFA, CCDI, CMSE) and in public scrapers."""


class TrsSpider(SiteSpider, abstract=True):
    """A site on TRS WCM. Declares besides: ``rules``, oldest first; ``labels``, texts such as section names that may
    stand where a headline is looked for; ``event_dated``, paths whose printed date is the event's, not the page's;
    ``moved_in_bulk``, paths whose addresses tell the day of a move, years after the pages were published."""

    rules: ClassVar[tuple[TrsRules, ...]] = (RULES,)
    labels: ClassVar[frozenset[str]] = frozenset()
    event_dated: ClassVar[re.Pattern[str] | None] = None
    moved_in_bulk: ClassVar[re.Pattern[str] | None] = None
    list_suffix: ClassVar[str] = "html"

    def __init_subclass__(cls, *, abstract: bool = False) -> None:
        super().__init_subclass__(abstract=abstract)
        ends = [rules.until for rules in cls.rules]
        if ends[-1] is not None or None in ends[:-1] or sorted(filter(None, ends)) != ends[:-1]:
            raise DeclarationError(f"{cls.__qualname__}: 'rules' stand oldest first, and only the last has no end")

    # Addresses

    @classmethod
    def section_of(cls, url: str) -> tuple[Section, int] | None:
        tidied = cls.tidied(url)
        if tidied is None:
            return None
        query = parse_qs(urlsplit(url).query)
        for section in cls.sections:
            if section.pager is Pager.WAS5:
                own = parse_qs(urlsplit(section.url).query)
                if cls.tidied(section.url) == tidied and query.get("channelid") == own.get("channelid"):
                    page = query.get("page", ["1"])[0]
                    return (section, int(page)) if page.isdigit() and int(page) else None
            elif tidied.startswith(section.url):
                name = re.fullmatch(r"(?:index(?:_(\d+))?\.s?html?)?", tidied.removeprefix(section.url))
                if name:
                    return section, int(name[1] or 0) + 1
        return None

    @classmethod
    def list_page(cls, section: Section, number: int) -> str:
        if section.pager is Pager.WAS5:
            return re.sub(r"\bpage=\d+", f"page={number}", section.url)
        return section.url if number == 1 else f"{section.url}index_{number - 1}.{cls.list_suffix}"

    # Lists

    @classmethod
    def read_list(cls, page: Html, section: Section) -> ListReading:
        if section.pager is Pager.WAS5:
            return cls._read_was5(page, section)
        found: dict[str, Listed] = {}
        for link in page.selector.css("a[href]"):
            listed = cls._listed(link, page.url, next(iter(link.xpath("ancestor::li[1]")), None))
            if listed and len(listed.title or "") > len(found.get(listed.url, Listed("", "")).title or ""):
                found[listed.url] = listed
        scripts = "\n".join(page.selector.xpath("//script/text()").getall())
        counts = [int(one or other) for one, other in _PAGE_COUNT.findall(scripts)]
        return ListReading(tuple(found.values()), min(max(counts), _MOST_PAGES) if counts else None)

    @classmethod
    def _read_was5(cls, page: Html, section: Section) -> ListReading:
        """The items of a WAS5 result list: with a link, or no more than the first lines of a text."""
        listed: dict[str, Listed] = {}
        pages: list[PageReading] = []
        for item in page.selector.css("li"):
            if item.css("li li, li ul"):
                continue
            link = next(filter(None, (cls._listed(a, page.url, item) for a in item.css("a[href]"))), None)
            lines = _item_lines(item, link)
            body = "\n".join(lines)
            if link:
                listed.setdefault(link.url, link)
            elif len(body) < _UNLINKED_LEAST:
                continue
            if not section.items_are_pages or not body:
                continue
            url = link.url if link else cls._unlinked(section, body)
            title = link.title if link else None
            published = link.published if link else _item_day(item)
            pages.append(
                PageReading(
                    url=url,
                    address=link.address if link else page.url,
                    form=Form.ITEM,
                    item=len(pages),
                    digest=hashlib.sha256(f"{title}\n{published}\n{body}".encode()).hexdigest(),
                    title=title,
                    published=published,
                    language=language_of(body),
                    body=body,
                    routes={"title": "site:was5", "published": "site:was5", "body": "site:was5"},
                )
            )
        numbers = [
            int(number)
            for href in page.selector.css("a[href]::attr(href)").getall()
            for number in parse_qs(urlsplit(href).query).get("page", [])
            if number.isdigit()
        ]
        return ListReading(tuple(listed.values()), min(max(numbers), _MOST_PAGES) if numbers else None, tuple(pages))

    @classmethod
    def _unlinked(cls, section: Section, body: str) -> str:
        """The address of an item without a link: its list's, whichever page of the list it has moved to by now."""
        channel = parse_qs(urlsplit(section.url).query)["channelid"][0]
        begin = hashlib.sha256(body[:_UNLINKED_CHARACTERS].encode()).hexdigest()[:16]
        return f"{cls.tidied(section.url)}?channelid={channel}#{begin}"

    @classmethod
    def _listed(cls, link: Selector, base: str, item: Selector | None) -> Listed | None:
        try:
            address = urljoin(base, link.attrib["href"].strip())
        except ValueError:
            return None
        url = cls.canonical(address)
        if url is None or not cls.follows(url):
            return None
        shown = tidy("".join(link.xpath(".//text()").getall()))
        title = max(tidy(link.attrib.get("title", "")), shown, key=len)
        around = tidy(" ".join(item.xpath(".//text()").getall())) if item else ""
        return Listed(url, address, title or None, first_day(around.replace(shown, " ")) or _url_day(url))

    @classmethod
    def follows(cls, url: str) -> bool:
        """True where a document stands in one of the declared sections: lists also link to imprints and laws."""
        return any(url.startswith(section.url) for section in cls.sections if section.pager is Pager.TRS)

    # Articles

    @classmethod
    def read_article(cls, page: Html, fetched_on: date) -> ArticleReading:
        rules = next(rules for rules in cls.rules if rules.until is None or fetched_on <= rules.until)
        body = cls._body(page, rules)
        title = cls._title(page, rules)
        shown = general.shown_day(page, title[0] if title else None, body[0] if body else [])
        address_first = bool(cls.event_dated and cls.event_dated.search(page.url))
        undated = bool(cls.moved_in_bulk and cls.moved_in_bulk.search(page.url))
        by_address = None if undated else general.url_day(page.url)
        published = general.meta_day(page) or (by_address or shown if address_first else shown or by_address)
        return ArticleReading(title, published, body)

    @classmethod
    def _title(cls, page: Html, rules: TrsRules) -> tuple[str, str] | None:
        if title := page.metas.get("articletitle"):
            return title, "metadata"
        furniture = cls.labels | cls.home_titles
        for css in rules.titles:
            for text in general.headings(page, (css,)):
                if text not in furniture:
                    return text, f"site:{css}"
        title = general.without_site_name(page.title_tag, page)
        return (title, "title") if title and title not in furniture else None

    @classmethod
    def _body(cls, page: Html, rules: TrsRules) -> tuple[list[str], str] | None:
        for css in rules.bodies[:2]:
            if lines := page.container(css):
                return lines, f"site:{css}"
        if (marked := _MARKED.search(page.text)) and (lines := fragment(marked[1])):
            return lines, "site:ContStart"
        for css in rules.bodies[2:]:
            if lines := page.container(css):
                return lines, f"site:{css}"
        return None


def _item_lines(item: Selector, link: Listed | None) -> list[str]:
    """An item's text without its title and its date line."""
    abstract = item.css(".abstract")
    lines = fragment((abstract or item).get() or "")
    titles = {link.title} if link else set()
    return [line for line in lines if line not in titles and not (len(line) < 24 and first_day(line))]


def _item_day(item: Selector) -> date | None:
    return first_day(tidy(" ".join(item.css(".time ::text").getall())))


def _url_day(url: str) -> date | None:
    dated = general.url_day(url)
    return dated[0] if dated else None
