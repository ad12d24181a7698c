"""The general route: title, date and body of any HTML article, from its metadata, what it shows, and trafilatura."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import trafilatura
from lxml.html import HtmlElement

from spiders.markup import Html, days, first_day, paragraphs, texts, tidy

# It reports every document without a text (an empty answer, an image) as an ERROR, four times. To us that is a reading
# without a body, which the outcome of the visit tells of; its faults reach us as exceptions.
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

Titled = tuple[str, str]
Dated = tuple[date, str]

_TITLE_METAS = ("articletitle", "og:title", "twitter:title", "dc.title", "headline")
_DATE_METAS = (
    "pubdate",
    "firstpublishedtime",
    "article:published_time",
    "og:published_time",
    "datepublished",
    "publishdate",
    "publish-date",
    "dc.date.issued",
    "dc.date",
    "date",
)
_SEPARATORS = re.compile(r"\s*(?:_+|-{2,}|—{2,}|\||｜)\s*|\s+[-–—]\s+")
_URL_DAY = re.compile(
    r"/t(\d{4})(\d{2})(\d{2})_\d+|/(\d{4})[-/]?(\d{2})[-/](\d{2})(?:/|_)|/(\d{4})/(\d{2})(\d{2})/|/(\d{4})(\d{2})(\d{2})/"
)
_NOT_THE_PAGES_OWN = re.compile(r"©|版权|copyright|ICP|备案", re.IGNORECASE)
# What marks an article's text by itself: microdata, and the posts of Wix (its class names change with every build).
_MARKED_BODIES = ('[itemprop="articleBody"]', '[data-hook="post-description"]')
# Site names that Chinese portals hang onto a title with a bare hyphen (``…影响交通-新华网``).
_HANGING_NAME = re.compile(r"[-_][^-_\s]{1,8}网$")
_DATE_LINE = 120
_REACH = 25
_MOST_HEADINGS = 50
_ONE_ARTICLE = 0.5
# characters; trafilatura's time grows with the square of a page's text: 1 s for these, minutes for 5 MB
_LONGEST = 150_000


def title_of(page: Html) -> Titled | None:
    """The title and the route that served it: metadata, then the headline shown, then the title tag."""
    heading = next(iter(headings(page, ("h1", "h2"))), None)
    for name in _TITLE_METAS:
        if value := page.metas.get(name):
            return _fuller(without_site_name(unescape(value), page), heading), "metadata"
    for item in page.json_ld:
        if isinstance(value := item.get("headline"), str) and tidy(value):
            return tidy(unescape(value)), "metadata"
    if heading and _agrees(heading, page.title_tag):
        return heading, "heading"
    column = page.metas.get("columnname")
    if page.title_tag and (title := without_site_name(page.title_tag, page)) != column:
        return title, "title"
    return (heading, "heading") if heading else None


def headings(page: Html, selectors: tuple[str, ...]) -> Iterator[str]:
    """The texts of the elements that the selectors name, in the order of the selectors."""
    for css in selectors:
        for element in page.selector.css(css)[:_MOST_HEADINGS]:
            if text := tidy("".join(texts(element.root))):
                yield text


def without_site_name(title: str, page: Html) -> str:
    """A title tag's text without the names of column and site behind it (``标题————头条——某网站``)."""
    own = {page.metas.get(name, "") for name in ("sitename", "columnname", "og:site_name")} - {""}
    title = _HANGING_NAME.sub("", title)
    parts = [part for part in _SEPARATORS.split(title) if part]
    while len(parts) > 1 and (parts[-1] in own or len(parts[-1]) < len(parts[0])):
        parts.pop()
    kept = parts[-1] if parts else title
    return tidy(title[: title.rfind(kept) + len(kept)]) if kept in title else tidy(title)


def _fuller(title: str, heading: str | None) -> str:
    """The headline shown, where the metadata hold only its cut beginning."""
    begin = title.removesuffix("...").removesuffix("…").strip()
    return heading if heading and begin != title and heading.startswith(begin) else title


def _agrees(heading: str, title_tag: str) -> bool:
    return not title_tag or heading in title_tag or title_tag.startswith(heading[:12])


def published_of(page: Html, title: str | None, body: list[str]) -> Dated | None:
    """The day of publication and the route that served it: metadata, the lines about the title, the address."""
    return meta_day(page) or shown_day(page, title, body) or url_day(page.url)


def meta_day(page: Html) -> Dated | None:
    values: list[object] = [page.metas.get(name) for name in _DATE_METAS]
    values.extend(item.get("datePublished") for item in page.json_ld)
    values.extend(page.selector.xpath("//time[@pubdate or @itemprop='datePublished']/@datetime").getall())
    for value in values:
        if isinstance(value, str) and (day := first_day(value)):
            return day, "metadata"
    return None


def shown_day(page: Html, title: str | None, body: list[str]) -> Dated | None:
    """The date printed between headline and text (else shortly before the text). Dates inside the text are those of
    events, and those of the footer are nobody's: neither is looked at."""
    lines = page.visible
    begin = body[0][:20] if body else None
    end = next((n for n, line in enumerate(lines) if begin and line.startswith(begin[: max(4, len(line))])), len(lines))
    start = max((n for n, line in enumerate(lines[:end]) if title and line == title), default=None)
    around = lines[start : min(end, start + _REACH)] if start is not None else lines[max(0, end - _REACH) : end]
    if start is not None:
        around += lines[max(0, start - 6) : start]
    for line in around:
        if len(line) <= _DATE_LINE and not _NOT_THE_PAGES_OWN.search(line) and (day := first_day(line)):
            return day, "shown"
    return None


def url_day(url: str) -> Dated | None:
    """The day in an article's address: the day of its publication on this address."""
    for match in _URL_DAY.finditer(url):
        year, month, day = (part for part in match.groups() if part)
        if found := next(days(f"{year}-{month}-{day}"), None):
            return found, "url"
    return None


def body_of(page: Html) -> tuple[list[str], str] | None:
    """The paragraphs of the article's text and the route that served them; None where no rule finds any.

    trafilatura decides what is text. Where its choice and the block with the most paragraphs tell of one article,
    what stands before and after that block (bylines, teasers of other stories) is left off, and old pages laid
    out in tables get their paragraphs back. A text longer than any article is read as its densest block alone.
    """
    for css in _MARKED_BODIES:
        if lines := page.container(css):
            return lines, "metadata"
    if sum(map(len, page.visible)) > _LONGEST:
        return (block, "densest") if (block := _densest(page)) else None
    text = _trafilatura(page.text, favor_precision=True) or _trafilatura(page.text, favor_recall=True) or ""
    found = [line for line in map(tidy, text.splitlines()) if line]
    if not found:
        return None
    block = _densest(page)
    if "|" in found[0][:2] and _letters(block) in _letters(found):
        return block, "trafilatura"
    lines_of_block = set(block)
    shared = [number for number, line in enumerate(found) if line in lines_of_block]
    told = sum(len(found[number]) for number in shared)
    if told >= _ONE_ARTICLE * max(sum(map(len, block)), sum(map(len, found))):
        found = found[shared[0] : shared[-1] + 1]
    return found, "trafilatura"


def _densest(page: Html) -> list[str]:
    """The paragraphs of the element whose own ``p`` children hold the most text."""
    weights: dict[HtmlElement, int] = {}
    for paragraph in page.selector.root.iter("p"):
        parent = paragraph.getparent()
        if parent is not None:
            weights[parent] = weights.get(parent, 0) + len("".join(paragraph.itertext()).strip())
    if not weights:
        return []
    return paragraphs(max(weights, key=lambda parent: weights[parent]))


def _letters(lines: list[str]) -> str:
    return "".join("".join(lines).replace("|", "").split())


def _trafilatura(text: str, *, favor_precision: bool = False, favor_recall: bool = False) -> str | None:
    found = trafilatura.extract(
        text, include_comments=False, favor_precision=favor_precision, favor_recall=favor_recall
    )
    return found if isinstance(found, str) else None
