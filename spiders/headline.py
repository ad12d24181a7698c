"""Which line of a page is its headline.

What metadata and title tag say the headline is mostly stands on the page, and the line next to the text is it. Where
they say a column's name or nothing, it is the line above the text that is set as a headline.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial

from lxml.html import HtmlElement

from spiders.blocks import SIZES, Line, Own
from spiders.markup import Html
from spiders.prose import around, emphasis, is_hard, is_label, is_meta, is_other_heading, is_prose

_WIDEST = 320
_LEAST = 6
_GOOD_PART = 0.35
_LEAST_NAMED = 8
_COLUMN_WIDTH = 36
_COLUMN_NAME = 20
_NO_LETTERS = re.compile(r"[\W_]+")
SEPARATORS = re.compile(r"\s*(?:_+|-{2,}|—{2,}|\||｜|::|»|›)\s*|\s+[-–—:·•/>]\s+")
_KIND = re.compile(r"[:：]\s*")
_NO_PAGE = re.compile(r"^(?:#|javascript:)|\.(?:pdf|docx?|xlsx?|pptx?|zip|jpe?g|png|mp[34])$", re.IGNORECASE)
_CUT = re.compile(r"\s*(?:\.{3}|…+)\s*$")


@dataclass(frozen=True, slots=True)
class Names:
    """What the headline may be. ``sure``: by the metadata; ``title``: the title tag's text, which may be a column's;
    ``furniture``: names of site and sections, which are no headlines."""

    sure: tuple[str, ...]
    title: str
    furniture: Set[str]


def letters(text: str) -> str:
    """A text without what typists and systems set differently: blanks, quotes, dashes, capitals."""
    return _NO_LETTERS.sub("", text).casefold()


def names_line(name: str, told: str) -> bool:
    """Whether a title names a line (both as ``letters``): the line begins it, or is a good part of it."""
    return (
        bool(told)
        and told in name
        and (len(told) >= _GOOD_PART * len(name) or (len(told) >= _LEAST_NAMED and name.startswith(told)))
    )


def is_cut(name: str, text: str) -> bool:
    """Whether a title is the beginning of a line and says so (``…``)."""
    if not _CUT.search(name):
        return False
    begin = letters(SEPARATORS.split(_CUT.sub("", name))[-1])
    return len(begin) >= _LEAST and letters(text).startswith(begin)


def named(lines: Sequence[Line], names: Names, page: Html) -> Line | None:
    """The line that shows what metadata or title tag name; of several the one next to prose. None where they name a
    column of the site, to which it links."""
    fitting = [line for line in lines if _may_be(line)]
    told = {line: letters(line.text) for line in fitting}
    parts = {letters(part) for whole in SEPARATORS.split(names.title) for part in (whole, *_KIND.split(whole))}
    ways: list[Callable[[Line, str], bool]] = [
        *(partial(_is_named, name, letters(name)) for name in (*names.sure, names.title)),
        partial(_is_part, parts),
    ]
    for fits in ways:
        if those := [line for line in fitting if fits(line, told[line])]:
            places = _last_prose(lines)
            best = max(those, key=lambda line: (not is_prose(line), *_nearness(line, places)))
            if not is_column(best.text, page) and not (best.width <= _COLUMN_NAME and _is_outdone(best, fitting)):
                return best
    return None


def _is_named(name: str, name_key: str, line: Line, key: str) -> bool:
    return names_line(name_key, key) or is_cut(name, line.text)


def _is_part(parts: Set[str], line: Line, key: str) -> bool:
    return key in parts


def _is_outdone(line: Line, lines: Sequence[Line]) -> bool:
    """Whether a longer line set larger stands between a line and the text: then the former is a column's name."""
    following = itertools.takewhile(lambda one: not is_prose(one), (one for one in lines if one.number > line.number))
    return any(emphasis(one) > emphasis(line) and one.width > line.width and not is_hard(one) for one in following)


def is_column(text: str, page: Html) -> bool:
    """Whether a short text is the name of a column: the page links from it to another page."""
    if len(text) > _COLUMN_WIDTH:
        return False
    own = Own(page.url)
    links = page.selector.root.xpath("//a[@href][normalize-space(.) = $text]", text=text)
    hrefs = [link.get("href") for link in links if not any(map(_is_heading, link.iterancestors()))]
    return any(own.leads_away(href) and not _NO_PAGE.search(href) for href in hrefs)


def _is_heading(element: HtmlElement) -> bool:
    return element.tag in SIZES


def standing_out(lines: Sequence[Line], text: Sequence[Line], page: Html) -> Line | None:
    """The line before the text's first prose that is set as a headline: of those right above it the one set largest,
    of equals the first; where there are none, in its nearest surroundings that have any the one set largest. What is
    set as other lines of the text are is a subheading, if there is anything else."""
    first = next(filter(is_prose, text), None)
    if first is None:
        return None
    above = lines[: first.number]
    begin = next((line.number + 1 for line in reversed(above) if is_hard(line) or is_prose(line)), 0)
    before = [line for line in above if _may_be(line) and not is_meta(line) and not is_hard(line) and emphasis(line)]
    before = [line for line in before if not is_column(line.text, page)]
    last = max(line.number for line in text if is_prose(line))
    subheadings = {_set_as(line) for line in text if first.number < line.number < last}
    before = [line for line in before if _set_as(line) not in subheadings] or before
    if near := [line for line in before if line.number >= begin]:
        return max(near, key=lambda line: (emphasis(line), -line.number))
    for place in first.element.iterancestors():
        inside = [line for line in before if place in (line.element, *line.element.iterancestors())]
        if inside:
            return max(inside, key=lambda line: (emphasis(line), line.number))
    return None


def _may_be(line: Line) -> bool:
    return (
        _LEAST <= line.width <= _WIDEST
        and (line.linked < 0.5 or any(map(_is_heading, around(line))))
        and not line.is_outside
        and not is_label(line)
        and not is_other_heading(line)
    )


def _set_as(line: Line) -> object:
    return line.element.tag, line.element.get("class"), emphasis(line)


def _last_prose(lines: Iterable[Line]) -> Mapping[HtmlElement, int]:
    """The elements that hold prose, with the number of the last line of it."""
    found: dict[HtmlElement, int] = {}
    for line in filter(is_prose, lines):
        found[line.element] = line.number
        found.update((element, line.number) for element in line.element.iterancestors())
    return found


def _nearness(line: Line, last_prose: Mapping[HtmlElement, int]) -> tuple[int, int, int]:
    """How deep lies the place that holds the line and prose after it."""
    places = list(line.element.iterancestors())
    shared = (n for n, place in enumerate(places) if last_prose.get(place, -1) > line.number)
    return len(places) - next(shared, len(places)), line.width, line.number
