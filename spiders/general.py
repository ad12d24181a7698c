"""The general route: title, date and body of any HTML article, from its metadata, its shape, and trafilatura."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import date
from functools import lru_cache
from html import unescape

import trafilatura
from lxml import etree
from lxml.html import HtmlElement

from spiders import phrases
from spiders.blocks import Line, lines_of
from spiders.figures import figures_day
from spiders.headline import SEPARATORS, Names, is_column, is_cut, letters, names_line
from spiders.maintext import Shape, lines_shown, marked_text, shape_of
from spiders.markup import (
    NOTE_MARKS,
    Html,
    begins_with_day,
    days,
    first_day,
    is_block,
    is_day_alone,
    leaf_day,
    stamped_day,
    texts,
    tidy,
)
from spiders.prose import day_of, is_hard, is_other_heading, squeezed

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
    "publish_date",
    "publication_date",
    "parsely-pub-date",
    "sailthru.date",
    "citation_publication_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date.created",
    "dcterms.created",
    "dc.date",
    "dcterms.date",
    "date",
)
_URL_DAY = re.compile(
    r"/t(\d{4})(\d{2})(\d{2})_\d+|/(\d{4})[-/]?(\d{2})[-/](\d{2})(?:/|_)|/(\d{4})/(\d{2})(\d{2})/|/(\d{4})(\d{2})(\d{2})/"
)
_MARKED_DAYS = (
    "//time[@pubdate]/@datetime"
    " | //*[@itemprop='datePublished'][not(ancestor::*[@itemprop='comment'])]/@*[name()='datetime' or name()='content']"
    " | //*[contains(@property, 'dc:date') or contains(@property, 'datePublished')]/@content"
    " | //*[contains(concat(' ', @class, ' '), ' dt-published ')]/@datetime"
    " | //abbr[contains(concat(' ', @class, ' '), ' published ')]/@title"
)
# Site names that Chinese portals hang onto a title with a bare hyphen (``…影响交通-新华网``).
_HANGING_NAME = re.compile(r"[-_][^-_\s]{1,8}网$")
_BULLET = re.compile(r"^[•‣▪■◦●○◆►]\s*(?=\S)")
_DATE_LINE = 120
_LABEL = 24
_LEADS_AWAY = 0.8
_HALF = 0.5
_GOOD_PART = 0.3
_ROW_OF_LINKS = 3
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
    names = _named_titles(page)
    if headline:
        shown = letters(headline)
        for value in names:
            if names_line(letters(value), shown) or is_cut(value, headline):
                return _as_shown(value, without_site_name(value, page), headline), "metadata"
        if names_line(letters(page.title_tag), shown) or is_cut(page.title_tag, headline):
            return headline, "heading"
    for value in names:
        title = without_site_name(value, page)
        if title not in furniture and not is_column(title, page):
            return _as_shown(value, title, headline), "metadata"
    if headline:
        return headline, "heading"
    title = without_site_name(page.title_tag, page)
    if title and title != page.metas.get("columnname") and title not in furniture:
        return title, "title"
    return None


@lru_cache(maxsize=1)
def _named_titles(page: Html) -> Sequence[str]:
    """What the page's metadata call the title, the surest first: what its title tag says as well, since metadata may
    tell of other pages, or of the whole site."""
    title = letters(page.title_tag)
    return sorted(_all_named_titles(page), key=lambda name: not (title and letters(name) and letters(name) in title))


def _all_named_titles(page: Html) -> Iterator[str]:
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
    return headline if is_cut(value, headline) or letters(headline) in letters(value) else title


def _shape(page: Html, furniture: Set[str]) -> Shape:
    return shape_of(page, Names(tuple(_named_titles(page)), page.title_tag, frozenset(furniture)))


def is_overtaken(page: Html, title: str, furniture: Set[str]) -> bool:
    """Whether a rule that found this title has been overtaken by a redesign: it is a column's name or a heading over
    other stories (``h2`` is now one), or metadata or title tag name another line as the headline."""
    if is_column(title, page):
        return _shape(page, furniture).headline is not None
    names = [letters(name) for name in (*_named_titles(page), page.title_tag)]
    if any(names_line(name, letters(title)) for name in names):
        return False
    shape = _shape(page, furniture)
    if shape.headline is None or shape.headline.text == title:
        return False
    shown = [line for line in shape.lines if line.text == title]
    start = shape.text[0].number if shape.text else len(shape.lines)
    if shown and all(line.is_outside or line.number > start or is_other_heading(line) for line in shown):
        return True
    return any(names_line(name, letters(shape.headline.text)) for name in names)


def is_overgrown(page: Html, place: HtmlElement, body: Sequence[str], furniture: Set[str]) -> bool:
    """Whether a rule that found this text has been overtaken by a redesign: its selector now names a place that holds
    all of the text that the page's shape tells, and things that are no text besides; or one that holds none of it."""
    if _is_clean(page, place):
        return False  # to look at the page's shape takes longer than all rules
    shape = _shape(page, furniture)
    told = {squeezed(line.text) for line in shape.text}
    found = {squeezed(line) for line in body}
    if not told or not told <= found:
        return bool(told) and not told & found
    lines = [line for line in shape.lines if squeezed(line.text) in found - told]
    # sites that end their texts with the editor's name may well mean it, and clear away their own marks and buttons
    lines = [line for line in lines if line.linked or squeezed(line.text) != squeezed(body[-1])]
    others = [line for line in lines if line.is_outside or is_hard(line)]
    return shape.headline in lines or len(others) > 1 or not all(map(is_hard, others))


def _is_clean(page: Html, place: HtmlElement) -> bool:
    """Whether a place is a text by itself: much of what the page shows, nothing in it that a text has not, and not the
    headline."""
    lines = lines_of(place, page.url)
    names = [letters(name) for name in (*_named_titles(page), page.title_tag)]
    return sum(len(line.text) for line in lines) >= _GOOD_PART * sum(map(len, page.visible)) and not any(
        line.is_outside or line.parts or is_hard(line) or letters(line.text) in names for line in lines
    )


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
    parts = [part for part in SEPARATORS.split(title) if part]
    while len(parts) > 1 and (parts[-1] in own or len(parts[-1]) < len(parts[0])):
        parts.pop()
    kept = parts[-1] if parts else title
    return tidy(title[: title.rfind(kept) + len(kept)]) if kept in title else tidy(title)


def published_of(
    page: Html, title: str | None, body: list[str], zone: str | None = None, fetched_on: date | None = None
) -> Dated | None:
    """The day of publication and the route that served it: metadata (in the site's zone), the lines about the title,
    the address, figures about the title, the page's head."""
    if found := meta_day(page, zone) or shown_day(page, title, body) or url_day(page.url):
        return found
    day = figures_day(page, title, body)
    return (day, "shown") if day else issue_day(page, title, fetched_on)


def meta_day(page: Html, zone: str | None = None) -> Dated | None:
    """The day of publication that the metadata tell, in the named zone."""
    values: list[object] = [page.metas.get(name) for name in _DATE_METAS]
    values.extend(item.get("datePublished") for item in sorted(page.json_ld, key=_is_of_other_kind))
    values.extend(page.selector.xpath(_MARKED_DAYS).getall())
    for value in values:
        if isinstance(value, str) and (day := stamped_day(value, zone)):
            return day, "metadata"
    return None


def _is_of_other_kind(item: Mapping[str, object]) -> bool:
    """Whether an object of the metadata is none of an article: a comment, a picture, the site."""
    return re.search("Article|Posting|Report", str(item.get("@type"))) is None


def issue_day(page: Html, title: str | None, fetched_on: date | None) -> Dated | None:
    """The day of the issue that the page belongs to: in the title tag or above all else, where a clock may stand as
    well, which shows the day on which the page was fetched."""
    lines = lines_shown(page)
    headline = next((n for n, line in enumerate(lines) if line.text == title), 0)
    dated = [line for line in lines[:headline] if first_day(line.text)]
    told: set[date] = set()
    if not any(_is_anothers(line, page) for line in dated):
        told = {day for line in dated if begins_with_day(line.text) and (day := _day_in(line)) and day != fetched_on}
    if title is None or letters(title) not in letters(page.title_tag):
        told |= {*days(page.title_tag)}
    return (told.pop(), "shown") if len(told) == 1 else None


def shown_day(page: Html, title: str | None, body: list[str]) -> Dated | None:
    """The date printed between headline and text, else shortly above the headline or below the text, the nearer in the
    page's tree. Dates inside the text are those of events, those beside links are other pages', those of the footer
    are nobody's."""
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
        around = [*lines[max(0, start - _REACH) : start]]
    else:
        between = lines[headline + 1 : min(start, headline + 1 + _REACH)]
        around = [*lines[max(0, headline - _REACH_ABOVE) : headline]]
    if start < len(lines):
        around += _below(lines, start, body)
    for near in (between, _below_lead(lines, start, body)):
        if told := _told(near, title):
            return told[0], "shown"
    about = lines[min(start, len(lines) - 1)].element if lines else None
    places = {above: n for n, above in enumerate(about.iterancestors())} if about is not None else {}
    depths: dict[int, list[Line]] = {}
    for line in around:
        if not _is_anothers(line, page):
            shared = (places[above] for above in line.element.iterancestors() if above in places)
            depths.setdefault(next(shared, len(places)), []).append(line)
    return next(((told[0], "shown") for depth in sorted(depths) if (told := _told(depths[depth], title))), None)


def _told(lines: Sequence[Line], title: str | None) -> list[date]:
    """The days in some lines: those told as the day of publication, else those not told as another day."""
    key = letters(title or "")
    told = [
        (label, day)
        for n, line in enumerate(lines)
        if not (key and key in letters(line.text)) and (day := _day_in(line, lines[n + 1 : n + 3]))
        for label in [_label(lines, n) + line.text]
    ]
    for wanted in (_is_of_publication, lambda text: not phrases.SAYS_UPDATED.search(text), bool):
        if found := [day for text, day in told if wanted(text)]:
            return found
    return []


def _label(lines: Sequence[Line], number: int) -> str:
    """What a table or a list says before a day, in a line of its own."""
    if not number or lines[number - 1].width > _LABEL or first_day(lines[number - 1].text):
        return ""
    return lines[number - 1].text + " "


def _is_of_publication(text: str) -> bool:
    return phrases.SAYS_PUBLISHED.search(text) is not None and phrases.SAYS_UPDATED.search(text) is None


def _day_in(line: Line, following: Sequence[Line] = ()) -> date | None:
    """The day in a short line, if it may be the page's own: in words, or for machines where the words are relative
    (`3 days ago`), or as a leaf of a calendar, with its month in the next line."""
    if len(line.text) > _DATE_LINE or phrases.NOT_ITS_OWN.search(line.text):
        return None
    if day := day_of(line):
        return day
    if line.top is not None or not is_block(line.element):
        for element in line.element.iter(etree.Element):
            if day := stamped_day(element.get("datetime") or "", None):
                return day
    return leaf_day([line.text, *(one.text for one in following)])


def _is_anothers(line: Line, page: Html) -> bool:
    """A line that leads to another page, or stands beside one that does."""
    place = line.element.getparent()
    if place is None or (line.linked >= _HALF and not _is_of_publication(line.text)):
        return place is not None
    beside = lines_shown(page)[max(0, line.number - 1) : line.number + 2]
    return any(_leads_to_one(one) and one is not line and place in one.element.iterancestors() for one in beside)


def _leads_to_one(line: Line) -> bool:
    """Whether a line is a link to one other page, not a row of them, which leads through the site."""
    return line.linked >= _LEADS_AWAY and sum(1 for _ in line.element.iter("a")) < _ROW_OF_LINKS


def _below_lead(lines: Sequence[Line], start: int, body: list[str]) -> Sequence[Line]:
    """The lines between a lead, that the text begins with, and the rest."""
    if start == len(lines) or len(body) < 2:
        return []
    lead, rest = squeezed(lines[start].text), squeezed(body[1])[:20]
    following = lines[start + 1 : start + 1 + _REACH]
    end = next((n for n, line in enumerate(following) if squeezed(line.text).startswith(rest)), 0)
    return following[:end] if lead == squeezed(body[0]) else []


def _below(lines: Sequence[Line], start: int, body: list[str]) -> Sequence[Line]:
    """The lines right below the text, up to what leads elsewhere."""
    last = squeezed(body[-1])
    end = next((n + 1 for n in range(len(lines) - 1, start - 1, -1) if squeezed(lines[n].text) == last), None)
    if end is None:
        return []
    following = lines[end : end + _REACH_BELOW]
    following = following[: next((n for n, line in enumerate(following) if is_hard(line)), len(following))]
    return [line for line in following if phrases.SAYS_PUBLISHED.search(line.text) or is_day_alone(line.text)]


def url_day(url: str) -> Dated | None:
    """The day in an article's address: the day of its publication on this address."""
    for match in _URL_DAY.finditer(url):
        year, month, day = (part for part in match.groups() if part)
        if found := next(days(f"{year}-{month}-{day}"), None):
            return found, "url"
    return None


def body_of(page: Html, furniture: Set[str] = frozenset()) -> tuple[list[str], str] | None:
    """The paragraphs of the article's text and the route that served them; None where no rule finds any.

    What its marks and its shape tell (``spiders.maintext``), then trafilatura, for texts so short that no line of them
    reads like prose.
    """
    marked = marked_text(page)
    if shown := _shape(page, furniture).text:
        return [_BULLET.sub("", line.text) for line in shown], "metadata" if marked else "shape"
    if marked:
        return marked[1], "metadata"
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
