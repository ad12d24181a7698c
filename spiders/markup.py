"""An HTML page as the reading rules want it: selector, metadata, visible texts, and a container's paragraphs."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time
from email.utils import parsedate_to_datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from lxml import etree
from lxml.html import HtmlElement
from parsel import Selector

MOST_CHARACTERS = 1_500_000
"""What is read of a page's source. The longest real pages (Wix, with its scripts) have a million."""

MOST_DEPTH = 400
"""Deepest nesting of elements that is read; real pages stay under a hundred."""

_BEYOND_MOST_DEPTH = etree.XPath(f"boolean({'/*' * (MOST_DEPTH + 1)})")

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "caption", "figcaption", "dt", "th")
_TEXTS = ("p", "div", "br", "hr", "li", "dd", "td", "tr", "pre", "blockquote", "address", "center")
_GROUPS = (
    "article",
    "aside",
    "dl",
    "figure",
    "footer",
    "form",
    "header",
    "main",
    "nav",
    "ol",
    "section",
    "table",
    "ul",
)
BLOCKS = frozenset((*_HEADINGS, *_TEXTS, *_GROUPS))
SILENT = frozenset(
    ("script", "style", "noscript", "template", "iframe", "object", "select", "textarea", "video", "audio")
)
_SET_AS_BLOCK = re.compile(r"display\s*:\s*(?:block|flex|grid|list-item|table\b(?!-))", re.IGNORECASE)
NOTE_MARKS = (
    "//sup[count(*) < 2 and not(*/*)][parent::a or parent::*/parent::a or a]"
    "[translate(normalize-space(.), '0123456789[]()*†‡', '') = '']"
)
"""Marks of footnotes (`guests<a href="#n1"><sup>[1]</sup></a>`): no text, and they would stick to the word before."""
_BREAK = "\x1e"
_MOST_TRIED = 20
# What XML cannot hold: as part of an attribute's name (bytes read in a wrong charset) lxml raises on it when asked.
_UNHOLDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HAN = r"\u3400-\u9fff\uf900-\ufaff\u3001-\u3003\u3008-\u3011\uff00-\uff0f\uff1a-\uff20"
_BREAK_IN_HAN = re.compile(rf"(?<=[{_HAN}])[^\S\n]*[\r\n]\s*(?=[{_HAN}])")
_UNSEEN = re.compile("[\u200b\ufeff]")  # blanks that `split` does not know
_LETTER_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_LETTER_LATIN = re.compile(r"[A-Za-z\u00c0-\u024f]")

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_YEAR = r"(?:19|20)\d\d"
_FIRST_YEAR, _LAST_YEAR = 1900, 2099
_DAY = re.compile(
    rf"(?<!\d)(?P<y>{_YEAR})\s*[-./年]\s*(?P<m>\d{{1,2}})\s*[-./月]\s*-?(?P<d>\d{{1,2}})(?!\d)"
    rf"|(?<!\d)(?P<y2>{_YEAR})(?P<m2>[01]\d)(?P<d2>[0-3]\d)(?!\d)"
    rf"|\b(?P<m3>{_MONTH})\s*(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y3>{_YEAR})\b"
    rf"|\b(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?[\s-]*(?P<m4>{_MONTH}),?[\s-]*(?P<y4>{_YEAR})\b",
    re.IGNORECASE,
)

DAY_IN_FIGURES = re.compile(rf"(?<![\d./-])(\d{{1,2}})([./-])(\d{{1,2}})\2({_YEAR})(?!\d|[./-]\d)")
"""A day of which nothing says which figure is the month (`14/05/2024`)."""

_LEAF = re.compile(rf"\d|{_MONTH}", re.IGNORECASE)
_LONGEST_LEAF = 12
_BESIDE_DAY = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|[ap]m|gmt|utc)\b|(?:星期|周)[一二三四五六日天]|[日时分秒]|[上下]午",
    re.I,
)
_NUMERALS = dict(zip("〇一二三四五六七八九", range(10), strict=True)) | {"零": 0, "○": 0}
_NUMERAL_DAY = re.compile(
    r"([〇零○一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)


class Html:
    """One HTML document, parsed once and lazily. ``text`` is the decoded source without what XML cannot
    hold, ``is_cut`` where only its beginning. Of answers that are no HTML (feeds, JSON) the text alone is asked."""

    def __init__(self, text: str, url: str, most: int = MOST_CHARACTERS) -> None:
        self.text = _UNHOLDABLE.sub("", text[:most])
        self.is_cut = len(text) > most
        self.url = url

    @cached_property
    def selector(self) -> Selector:
        selector = Selector(text=self.text or "<html></html>", type="html", base_url=self.url)
        if "<sup" in self.text or "<SUP" in self.text:
            for mark in selector.root.xpath(NOTE_MARKS):
                mark.drop_tree()
        return selector

    @cached_property
    def metas(self) -> dict[str, str]:
        """The first non-empty content of each meta, by its name, property or itemprop in lower case."""
        found: dict[str, str] = {}
        for meta in self.selector.xpath("//meta[@content]"):
            # by the element itself: parsel's `attrib` raises where any attribute of it has a broken name
            name = meta.root.get("name") or meta.root.get("property") or meta.root.get("itemprop")
            value = tidy(meta.root.get("content"))
            if name and value:
                found.setdefault(name.lower(), value)
        return found

    @cached_property
    def json_ld(self) -> list[dict[str, Any]]:
        """The objects of the page's JSON-LD blocks, flattened; broken blocks are passed over."""
        found: list[dict[str, Any]] = []
        for block in self.selector.xpath('//script[@type="application/ld+json"]/text()').getall():
            try:
                found.extend(_objects(json.loads(block)))
            except (ValueError, RecursionError):
                continue
        return found

    @cached_property
    def is_too_deep(self) -> bool:
        """True where elements are nested as on no honest page; reading rules would take minutes over it."""
        return bool(_BEYOND_MOST_DEPTH(self.selector.root))

    @cached_property
    def visible(self) -> list[str]:
        """The texts of the page's body in order, each text node a string, without scripts and styles."""
        bodies = self.selector.xpath("//body")
        return [line for body in bodies[:1] for line in map(tidy, texts(body.root)) if line]

    @cached_property
    def title_tag(self) -> str:
        return tidy(self.selector.xpath("string(//title)").get() or "")

    def container(self, css: str, strips: Sequence[str] = ()) -> list[str]:
        """The paragraphs of the first element that the selector names and that holds text, without those of elements
        that ``strips`` name; [] without one."""
        found = self.place(css, strips)
        return found[1] if found else []

    def place(self, css: str, strips: Sequence[str] = ()) -> tuple[HtmlElement, list[str]] | None:
        """The element of ``container``, with its paragraphs."""
        tried: set[HtmlElement] = set()
        left_out = {element.root for strip in strips for element in self.selector.css(strip)}
        for element in self.selector.css(css)[:_MOST_TRIED]:
            if tried.intersection(element.root.iterancestors()):
                continue  # it was read with what it is nested in
            tried.add(element.root)
            lines = paragraphs(element.root, left_out)
            if lines:
                return element.root, lines
        return None


def texts(element: HtmlElement, left_out: Collection[HtmlElement] = frozenset()) -> Iterator[str]:
    """The texts in an element, in order and as they stand, without those of the elements left out, of scripts, styles
    and the like."""
    return (piece for piece in _pieces(element, left_out) if piece is not _BREAK)


def paragraphs(element: HtmlElement, left_out: Collection[HtmlElement] = frozenset()) -> list[str]:
    """The paragraphs of an element without those of the elements left out. Block elements part them; inline elements
    leave no trace, since editors split words with them (中联<span>部</span>)."""
    return [line for line in map(tidy, "".join(_pieces(element, left_out)).split(_BREAK)) if line]


def _pieces(element: HtmlElement, left_out: Collection[HtmlElement] = frozenset()) -> Iterator[str]:
    """The texts in an element in order, with ``_BREAK`` where a block element begins and ends."""
    walker = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, node in walker:
        if event == "start":
            if node.tag in SILENT or node in left_out:
                walker.skip_subtree()
                continue
            if is_block(node):
                yield _BREAK
            if node.text:
                yield node.text
            continue
        if event == "end" and is_block(node):
            yield _BREAK
        if node is not element and node.tail:
            yield node.tail


def is_block(element: HtmlElement) -> bool:
    """Whether an element parts lines: by its tag, by its style, or as a component of the page's own making
    (``<story-head>``) that does not stand amid words."""
    tag = element.tag
    if tag in BLOCKS:
        return True
    if is_component(element):
        return not _is_amid_words(element)
    style = element.get("style")
    return style is not None and _SET_AS_BLOCK.search(style) is not None


def is_component(element: HtmlElement) -> bool:
    """Whether an element is of the page's own making, named by its tag."""
    return "-" in str(element.tag)


def _is_amid_words(element: HtmlElement) -> bool:
    above, before = element.getparent(), element.getprevious()
    ahead = before.tail if before is not None else above.text if above is not None else None
    return any(text and not text.isspace() for text in (ahead, element.tail))


def fragment(text: str) -> list[str]:
    """The paragraphs of a piece of HTML source."""
    return paragraphs(Html(text, "").selector.root)


def tidy(text: str) -> str:
    """One line: runs of white space become one space, a line break between two Han characters becomes nothing."""
    if "\n" in text or "\r" in text:
        text = _BREAK_IN_HAN.sub("", text.strip())
    return " ".join((text if text.isascii() else _UNSEEN.sub(" ", text)).split())


def language_of(text: str) -> str:
    """``zh`` or ``en`` by the share of Han characters; ``und`` where the text has no letters."""
    han = len(_LETTER_HAN.findall(text))
    latin = len(_LETTER_LATIN.findall(text))
    if not han + latin:
        return "und"
    return "zh" if han / (han + latin) >= 0.2 else "en"


def first_day(text: str) -> date | None:
    """The first full calendar day in a text, in the forms of Chinese and English pages; None without one."""
    return next(days(text), None)


def is_day_alone(text: str) -> bool:
    """Whether a text is a calendar day and nothing besides, but for weekday and hour."""
    rest = DAY_IN_FIGURES.sub("", _DAY.sub("", _NUMERAL_DAY.sub("", text)))
    return rest != text and not _LETTER_LATIN.search(rest := _BESIDE_DAY.sub("", rest)) and not _LETTER_HAN.search(rest)


def leaf_day(lines: Sequence[str]) -> date | None:
    """The day that lines show as a calendar's leaf does: `12` and `Mar 2026`, or `03-12` and `2026`."""
    if not lines or not _LEAF.match(lines[0]) or len(lines[0]) > _LONGEST_LEAF:
        return None
    for some in (lines[:2], lines[:3]):
        if all(len(one) <= _LONGEST_LEAF for one in some):
            joined = (" ".join(some), "-".join(some), "-".join(reversed(some)), " ".join(reversed(some)))
            if day := next((day for text in joined if (day := first_day(text))), None):
                return day
    return None


def begins_with_day(text: str) -> bool:
    """Whether a text begins with a calendar day, but for a weekday."""
    begin = _BESIDE_DAY.sub("", text).lstrip(" ,，")
    return _DAY.match(begin) is not None or _NUMERAL_DAY.match(begin) is not None


def stamped_day(text: str, zone: str | None) -> date | None:
    """The day of a time as feeds and metadata write it (RFC 822, ISO 8601), else the first day printed. A time told in
    UTC is turned into the named zone; one with an offset of its own is the site's local time already."""
    stamp: datetime | None = None
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            stamp = read(text.strip())
            break
        except (ValueError, TypeError, IndexError):
            continue
    if stamp is None or not _FIRST_YEAR <= stamp.year <= _LAST_YEAR:
        return first_day(text)
    # midnight is no hour: systems that know the day alone write it so
    is_utc = stamp.tzinfo is not None and not stamp.utcoffset() and stamp.time() != time.min
    return (stamp.astimezone(ZoneInfo(zone)) if zone and is_utc else stamp).date()


def days(text: str) -> Iterator[date]:
    """Every full calendar day printed in a text, in figures or Chinese numerals (二〇二六年三月十二日)."""
    text = _NUMERAL_DAY.sub(_in_figures, text)
    for match in _DAY.finditer(text):
        year, month, day = (
            next(value for name, value in match.groupdict().items() if name[0] == wanted and value) for wanted in "ymd"
        )
        number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
        try:
            yield date(int(year), number, int(day))
        except ValueError:
            continue


def _in_figures(match: re.Match[str]) -> str:
    year = "".join(str(_NUMERALS[numeral]) for numeral in match[1])
    return f"{year}年{_number(match[2])}月{_number(match[3])}日"


def _number(numerals: str) -> int:
    """A number below a hundred: 三, 十, 十二, 二十, 三十一."""
    tens, ten, ones = numerals.rpartition("十")
    return (_NUMERALS.get(tens, 1) * 10 if ten else 0) + _NUMERALS.get(ones, 0)


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for item in value:
            yield from _objects(item)
    elif isinstance(value, dict):
        yield value
        for inner in ("@graph", "mainEntity"):
            yield from _objects(value.get(inner, []))
