"""The general route: title, date and body of any HTML article, from its metadata, its shape, and trafilatura."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence, Set
from datetime import date
from html import unescape

import trafilatura

from spiders.blocks import Line
from spiders.maintext import Shape, lines_shown, names_line, shape_of
from spiders.markup import NOTE_MARKS, Html, days, first_day, is_day_alone, stamped_day, texts, tidy
from spiders.prose import is_hard, squeezed

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
_NOT_THE_PAGES_OWN = re.compile(r"©|版权|copyright|ICP|备案|今天是|今日|\btoday is\b", re.IGNORECASE)
_SAYS_PUBLISHED = re.compile(
    r"发布|发表|发文|时间|日期|刊发|\b(?:published|posted|date|released|issued|on)\b", re.IGNORECASE
)
_SAYS_UPDATED = re.compile(r"更新|修改|\b(?:updated|modified|revised)\b", re.IGNORECASE)
# What marks an article's text by itself: microdata, and the posts of Wix (its class names change with every build).
_MARKED_BODIES = ('[itemprop="articleBody"]', '[data-hook="post-description"]')
# Site names that Chinese portals hang onto a title with a bare hyphen (``…影响交通-新华网``).
_HANGING_NAME = re.compile(r"[-_][^-_\s]{1,8}网$")
_DATE_LINE = 120
_LEADS_AWAY = 0.8
_REACH = 25
_REACH_ABOVE = 6
_REACH_BELOW = 3
_MOST_HEADINGS = 50
# characters; trafilatura's time grows with the square of a page's text: 1 s for these, minutes for 5 MB
_LONGEST = 150_000


def title_of(page: Html, furniture: Set[str] = frozenset()) -> Titled | None:
    """The title and the route that served it: metadata, the headline shown, the title tag. ``furniture``: names of
    site and sections, which are no titles."""
    shape = _shape(page, furniture)
    headline = shape.headline.text if shape.headline else None
    for value in _named_titles(page):
        title = without_site_name(value, page)
        if title not in furniture:
            return _as_shown(value, title, headline), "metadata"
    if headline:
        return headline, "heading"
    title = without_site_name(page.title_tag, page)
    if title and title != page.metas.get("columnname") and title not in furniture:
        return title, "title"
    return None


def _named_titles(page: Html) -> Iterator[str]:
    """What the page's metadata call the title, the surest first."""
    for name in _TITLE_METAS:
        if value := page.metas.get(name):
            yield unescape(value)
    for item in page.json_ld:
        if isinstance(value := item.get("headline"), str) and tidy(value):
            yield tidy(unescape(value))
    for element in page.selector.css('body [itemprop~="headline"]'):
        if value := tidy("".join(texts(element.root))):
            yield value
            break


def _as_shown(value: str, title: str, headline: str | None) -> str:
    """The title as the headline has it, where the metadata hold its beginning alone, or a site's name behind it."""
    if headline is None:
        return title
    begin = value.removesuffix("...").removesuffix("…").strip()
    is_cut = begin != value and headline.startswith(begin)
    return headline if is_cut or squeezed(headline) in squeezed(value) else title


def _shape(page: Html, furniture: Set[str]) -> Shape:
    return shape_of(page, (*_named_titles(page), page.title_tag), frozenset(furniture))


def is_contradicted(page: Html, title: str, furniture: Set[str]) -> bool:
    """Whether metadata or title tag name another line as the headline: then a rule that found this title has been
    overtaken by a redesign (``h2`` is now a column's name)."""
    headline = _shape(page, furniture).headline
    names = [squeezed(name) for name in (*_named_titles(page), page.title_tag)]
    if headline is None or headline.text == title or any(names_line(name, squeezed(title)) for name in names):
        return False
    return any(names_line(name, squeezed(headline.text)) for name in names)


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


def published_of(page: Html, title: str | None, body: list[str], zone: str | None = None) -> Dated | None:
    """The day of publication and the route that served it: metadata (in the site's zone), the lines about the title,
    the address."""
    return meta_day(page, zone) or shown_day(page, title, body) or url_day(page.url)


def meta_day(page: Html, zone: str | None = None) -> Dated | None:
    """The day of publication that the metadata tell, in the named zone."""
    values: list[object] = [page.metas.get(name) for name in _DATE_METAS]
    values.extend(item.get("datePublished") for item in page.json_ld)
    values.extend(page.selector.xpath("//time[@pubdate]/@datetime").getall())
    values.extend(
        page.selector.xpath("//*[@itemprop='datePublished']/@*[name()='datetime' or name()='content']").getall()
    )
    for value in values:
        if isinstance(value, str) and (day := stamped_day(value, zone)):
            return day, "metadata"
    return None


def shown_day(page: Html, title: str | None, body: list[str]) -> Dated | None:
    """The date printed between headline and text, else shortly above the headline or below the text. Dates inside the
    text are those of events, those beside links are other pages', those of the footer are nobody's."""
    lines = lines_shown(page)
    begin = squeezed(body[0])[:20] if body else None
    # a text may well begin with the words of its title
    starts = (
        n for n, line in enumerate(lines) if begin and line.text != title and squeezed(line.text).startswith(begin)
    )
    start = next(starts, len(lines))
    headline = max((n for n, line in enumerate(lines[:start]) if title and line.text == title), default=None)
    if headline is None:
        between: Sequence[Line] = []
        around = [lines[max(0, start - _REACH) : start]]
    else:
        between = lines[headline + 1 : min(start, headline + 1 + _REACH)]
        around = [lines[max(0, headline - _REACH_ABOVE) : headline]]
    if start < len(lines):
        around.append(_below(lines, start, body))
    for place in (between, *([line for line in lines if not _is_anothers(line, page)] for lines in around)):
        told = [(line.text, day) for line in place if (day := _day_in(line))]
        # told as the day of publication, else not told as another day
        for wanted in (_SAYS_PUBLISHED.search, lambda text: not _SAYS_UPDATED.search(text), bool):
            if days_told := [day for text, day in told if wanted(text)]:
                return days_told[0], "shown"
    return None


def _day_in(line: Line) -> date | None:
    """The day in a short line, if it may be the page's own."""
    if len(line.text) > _DATE_LINE or _NOT_THE_PAGES_OWN.search(line.text):
        return None
    return first_day(line.text)


def _is_anothers(line: Line, page: Html) -> bool:
    """A line that leads to another page, or stands beside one that does."""
    place = line.element.getparent()
    if place is None:
        return False
    beside = lines_shown(page)[max(0, line.number - 1) : line.number + 2]
    return any(one.linked >= _LEADS_AWAY and (one is line or place in one.element.iterancestors()) for one in beside)


def _below(lines: Sequence[Line], start: int, body: list[str]) -> Sequence[Line]:
    """The lines right below the text, up to what leads elsewhere."""
    last = squeezed(body[-1])
    end = next((n + 1 for n in range(len(lines) - 1, start - 1, -1) if squeezed(lines[n].text) == last), None)
    if end is None:
        return []
    following = lines[end : end + _REACH_BELOW]
    following = following[: next((n for n, line in enumerate(following) if is_hard(line)), len(following))]
    return [line for line in following if _SAYS_PUBLISHED.search(line.text) or is_day_alone(line.text)]


def url_day(url: str) -> Dated | None:
    """The day in an article's address: the day of its publication on this address."""
    for match in _URL_DAY.finditer(url):
        year, month, day = (part for part in match.groups() if part)
        if found := next(days(f"{year}-{month}-{day}"), None):
            return found, "url"
    return None


def body_of(page: Html, furniture: Set[str] = frozenset()) -> tuple[list[str], str] | None:
    """The paragraphs of the article's text and the route that served them; None where no rule finds any.

    What a page marks as its text, then what its shape tells (``spiders.maintext``), then trafilatura, for texts so
    short that no line of them reads like prose.
    """
    for css in _MARKED_BODIES:
        if lines := page.container(css):
            return lines, "metadata"
    if shown := _shape(page, furniture).text:
        return [line.text for line in shown], "shape"
    if sum(map(len, page.visible)) > _LONGEST:
        return None
    text = _trafilatura(page.text, favor_precision=True) or _trafilatura(page.text, favor_recall=True) or ""
    found = [line for line in map(tidy, text.splitlines()) if line]
    return (found, "trafilatura") if found else None


def _trafilatura(text: str, *, favor_precision: bool = False, favor_recall: bool = False) -> str | None:
    found = trafilatura.extract(
        text,
        include_comments=False,
        favor_precision=favor_precision,
        favor_recall=favor_recall,
        prune_xpath=NOTE_MARKS,
    )
    return found if isinstance(found, str) else None
