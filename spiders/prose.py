"""What kind a line of a page is: prose, furniture, a label, or a word about the article such as its day.

Told by the line's text in both languages, its width and its links; a text may speak of anything, so that furniture is
known by whole lines or their beginnings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import wraps
from typing import TypeVar

from lxml.html import HtmlElement

from spiders import phrases
from spiders.blocks import SIZES, Line
from spiders.markup import (
    DAY_IN_FIGURES,
    begins_with_day,
    first_day,
    is_block,
    is_component,
    is_day_alone,
    leaf_day,
    tidy,
)
from spiders.named import is_named_headline

Answer = TypeVar("Answer")

_CLAUSES = re.compile(r"[，。；：！？、,.;:!?…—]")
_SENTENCE_ENDS = re.compile(r"[。！？.!?…”\"’）)]\W*$")
_SENTENCE = re.compile(r"[。！？；.!?;…][”\"’）)]*\W*$")
_PROSE_WIDTH = 40
_SHORT_LINE = 120
_DAY_AND_LITTLE = 60
_LEADS_AWAY = 0.8
_LONGEST_FURNITURE = 200
_LONGEST_HEADING = 200
# A calendar's leaf, of which each part stands in a line of its own.
_LEAF = re.compile(
    r"^(?:\d{1,2}|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,? (?:19|20)\d\d"
    r"|20\d\d[-./年]\d{1,2}月?)$",
    re.IGNORECASE,
)
_FIGURE = re.compile(r"(?:19|20)\d\d")
_SIZE = re.compile(r"font-size\s*:\s*(\d+(?:\.\d+)?)(px|pt|r?em)", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
# larger than any text is set; Chinese offices set theirs in 16 pt
_LARGE = {"px": 23, "pt": 17.5, "em": 1.4, "rem": 1.4}
_SET_LARGE = {
    "h1": 6,
    "h2": 5,
    "h3": 4,
    "h4": 3,
    "h5": 2,
    "h6": 2,
    "th": 3,
    "caption": 2,
    "b": 2,
    "strong": 2,
    "big": 2,
}


def squeezed(text: str) -> str:
    return "".join(text.split())


def _once(ask: Callable[[Line], Answer]) -> Callable[[Line], Answer]:
    """A question that is asked of a line once: readers ask it again for each place that the line stands in."""
    name = ask.__name__

    @wraps(ask)
    def asked(line: Line) -> Answer:
        if name not in line.known:
            line.known[name] = ask(line)
        answer: Answer = line.known[name]
        return answer

    return asked


@_once
def is_prose(line: Line) -> bool:
    """A line that only a text has: long, with clauses, and not a link."""
    return (
        line.width >= _PROSE_WIDTH
        and line.linked < 0.5
        and not line.is_outside
        and has_clauses(line)
        and not is_hard(line)
        and not is_meta(line)
        and not is_heading(line)
    )


def has_clauses(line: Line) -> bool:
    return _CLAUSES.search(line.text) is not None


@_once
def day_of(line: Line) -> date | None:
    """The day in a line, whose pieces may touch one another (`JaneMay 14, 2024`)."""
    if (day := first_day(line.text)) or len(line.pieces) < 2 or not _FIGURE.search(line.text):
        return day
    return first_day(" ".join(line.pieces)) or leaf_day([*filter(None, map(tidy, line.pieces))])


@_once
def is_hard(line: Line) -> bool:
    """A line that no text has: furniture, a heading over other things, a link to another page."""
    if is_inserted(line):
        return True
    is_furniture = line.width <= _LONGEST_FURNITURE and phrases.FURNITURE.search(line.text) is not None
    return is_furniture or is_other_heading(line)


@_once
def is_meta(line: Line) -> bool:
    """A line that tells of the article: its day, source, author."""
    if line.width > _SHORT_LINE:
        return False
    if phrases.TODAY.search(line.text) or phrases.ABOUT_IT.search(line.text) or _LEAF.search(line.text):
        return True
    if day_of(line) is None and not DAY_IN_FIGURES.search(line.text):
        return False
    # a day alone, or a day and little besides, but for headlines of weekly reports
    if is_day_alone(line.text) or phrases.PUBLISHED.search(line.text):
        return True
    if phrases.SAYS_UPDATED.search(line.text) and begins_with_day(line.text):
        return True
    return line.width <= _DAY_AND_LITTLE and not ends_sentence(line) and not emphasis(line)


def ends_sentence(line: Line) -> bool:
    """Whether a line ends as sentences end."""
    return _SENTENCE_ENDS.search(line.text) is not None


def is_sentence(line: Line) -> bool:
    """Whether a line ends as a sentence does, and not in a quotation or brackets alone."""
    return _SENTENCE.search(line.text) is not None


def _set_by_style(style: str | None) -> int:
    if not style or "font" not in style:
        return 0
    size = _SIZE.search(style)
    if size and float(size[1]) >= _LARGE[size[2].lower()]:
        return 4
    return 2 if _BOLD.search(style) else 0


@_once
def is_heading(line: Line) -> bool:
    """Whether a line is set as a heading: by tag, role or class, or in bold or large letters and no sentence."""
    return (emphasis(line) > 1 and not is_sentence(line)) or any(
        element.tag in SIZES
        or (line.width <= _LONGEST_HEADING and is_named_headline(element))
        or element.get("role") == "heading"
        for element in around(line)
    )


@_once
def emphasis(line: Line) -> int:
    """How large a line is set, as far as its elements tell."""
    most = 0
    for element in around(line):
        most = max(most, _SET_LARGE.get(str(element.tag), 0))
        if not element.attrib and not is_component(element):
            continue
        size = element.get("size") or ""
        most = max(most, 4 if size.isdigit() and int(size) >= 4 else 0, _set_by_style(element.get("style")))
        if element.get("role") == "heading" or is_named_headline(element):
            most = max(most, 3)
    return most


def is_byline(line: Line) -> bool:
    """A line that names the author alone."""
    return line.width <= _SHORT_LINE and phrases.BYLINE.search(line.text) is not None


def around(line: Line) -> Iterator[HtmlElement]:
    """The elements that hold a line and, as far as that can be told, nothing else."""
    top = line.top
    for element in (line.element, *line.element.iterancestors()):
        if top is None and is_block(element):
            return
        yield element
        if element is top:
            return


@_once
def is_advert(line: Line) -> bool:
    """A mark of an advertisement or of another story between paragraphs."""
    return phrases.INSERTED.search(line.text) is not None


def is_inserted(line: Line) -> bool:
    """A line between paragraphs that is none of them: a mark of something else, or a link."""
    return line.linked >= _LEADS_AWAY or is_advert(line)


def is_source(line: Line, are_before: bool) -> bool:
    """A source named below a text is its last line; above it, it is furniture."""
    return not are_before and phrases.SOURCE.search(line.text) is not None


@_once
def is_other_heading(line: Line) -> bool:
    """A heading over what is not the article: related stories, comments."""
    return phrases.OTHER_HEADINGS.search(line.text) is not None


def is_label(line: Line) -> bool:
    """A word that names a field of a page (标题, Text)."""
    return phrases.LABELS.search(line.text) is not None
