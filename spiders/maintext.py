"""Which lines of a page are its headline and its article's text, told by the page's shape alone.

Nothing is known of the site. A text is lines of prose that stand in one
place; from the first of them its place is widened, as long as what is added reads like text too and neither
headline, date nor links to other pages come in. What stands in the same place but is set otherwise (a box with a
link, teasers of other stories, the editor's name, share bars) is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache

from lxml.html import HtmlElement

from spiders.blocks import Line, lines_of
from spiders.markup import Html, is_day_alone
from spiders.prose import (
    SIZES,
    around,
    is_advert,
    is_byline,
    is_hard,
    is_inserted,
    is_label,
    is_meta,
    is_other_heading,
    is_prose,
    is_source,
    squeezed,
)

_HEADLINE_WIDTH = 320
_LEAST_HEADLINE = 6
_GOOD_SHARE = 0.3
_NO_LEAD = 160
_GOOD_PART = 0.35
_LEAST_NAMED = 8
_HEADINGS = SIZES | {"b", "strong"}
_INLINE = frozenset(("a", "b", "strong", "span", "font", "em", "i", "u", "small", "big", "sub", "sup"))
_TEXTUAL = _HEADINGS | {"p", "ul", "ol", "dl", "blockquote", "table", "pre", "center"}
_WRAPPERS = frozenset(("td", "div", "p", "section"))
_EMPHASIS = {"h1": 6, "h2": 5, "h3": 4, "h4": 3, "h5": 2, "h6": 2, "th": 3, "caption": 2, "b": 2, "strong": 2, "big": 2}
_NAMED_HEADLINE = re.compile(r"title|headline|biaoti|\bbt\b|\btit\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a page's shape tells. ``headline``: the line that is the headline; ``text``: the lines of the text."""

    lines: Sequence[Line]
    headline: Line | None
    text: Sequence[Line]


@lru_cache(maxsize=1)
def shape_of(page: Html, named: tuple[str, ...], furniture: Set[str] = frozenset()) -> Shape:
    """The headline shown and the text. ``named``: what metadata and title tag say the headline is, the surest first;
    ``furniture``: names of site and sections, which are no headlines."""
    kept = [line for line in lines_shown(page) if line.text not in furniture]
    lines = [replace(line, number=number) for number, line in enumerate(kept)]
    headline = _named_headline(lines, named)
    text = _Places(lines, headline).text()
    if headline is None and (first := next(filter(is_prose, text), None)):
        headline = _standing_out(lines, first)
        if headline is not None:
            text = _Places(lines, headline).text()
    return Shape(lines, headline, text)


@lru_cache(maxsize=1)
def lines_shown(page: Html) -> Sequence[Line]:
    """The lines of the page's body."""
    bodies = page.selector.xpath("//body")
    return lines_of(bodies[0].root, page.url) if bodies else []


# The headline


def _named_headline(lines: Sequence[Line], named: Iterable[str]) -> Line | None:
    """The line that shows what metadata or title tag name; of several the one next to prose."""
    last_prose: dict[HtmlElement, int] = {}
    for line in filter(is_prose, lines):
        last_prose.update((element, line.number) for element in (line.element, *line.element.iterancestors()))

    def nearness(line: Line) -> tuple[int, int, int]:
        """How deep lies the place that holds the line and prose after it."""
        places = list(line.element.iterancestors())
        shared = (n for n, place in enumerate(places) if last_prose.get(place, -1) > line.number)
        return -next(shared, len(places)) + len(places), line.width, line.number

    for name in map(squeezed, named):
        fitting = [line for line in lines if _may_be_headline(line) and names_line(name, squeezed(line.text))]
        if fitting:
            return max(fitting, key=nearness)
    return None


def names_line(name: str, told: str) -> bool:
    """Whether a title names a line: the line begins it, or is a good part of it."""
    return told in name and (
        len(told) >= _GOOD_PART * len(name) or (len(told) >= _LEAST_NAMED and name.startswith(told))
    )


def _may_be_headline(line: Line) -> bool:
    return (
        _LEAST_HEADLINE <= line.width <= _HEADLINE_WIDTH
        and (line.linked < 0.5 or any(element.tag in SIZES for element in around(line)))
        and not line.is_outside
        and not is_label(line)
    )


def _standing_out(lines: Sequence[Line], first: Line) -> Line | None:
    """The line before the text that is set as a headline: of those right above it the one set largest, of equals the
    first; where there are none, in its nearest surroundings that have any the one set largest."""
    above = lines[: first.number]
    begin = next((line.number + 1 for line in reversed(above) if is_hard(line) or is_prose(line)), 0)
    before = [line for line in above if _may_be_headline(line) and not is_meta(line) and not is_hard(line)]
    before = [line for line in before if _emphasis(line)]
    if near := [line for line in before if line.number >= begin]:
        return max(near, key=lambda line: (_emphasis(line), -line.number))
    for place in first.element.iterancestors():
        inside = [line for line in before if place in (line.element, *line.element.iterancestors())]
        if inside:
            return max(inside, key=lambda line: (_emphasis(line), line.number))
    return None


def _emphasis(line: Line) -> int:
    """How large a line is set, as far as its elements tell."""
    most = 0
    for element in around(line):
        size = element.get("size") or ""
        most = max(most, _EMPHASIS.get(str(element.tag), 0), 4 if size.isdigit() and int(size) >= 4 else 0)
        if element.get("role") == "heading" or _NAMED_HEADLINE.search(element.get("class") or ""):
            most = max(most, 3)
    return most


# The text


class _Places:
    """The elements of a page with the lines in them."""

    def __init__(self, lines: Sequence[Line], headline: Line | None) -> None:
        self.lines = lines
        self.headline = headline
        self.spans: dict[HtmlElement, tuple[int, int]] = {}
        for line in lines:
            for element in (line.element, *line.element.iterancestors()):
                first, _ = self.spans.get(element, (line.number, 0))
                self.spans[element] = first, line.number + 1

    def within(self, place: HtmlElement) -> Sequence[Line]:
        """The lines in an element, but for those that stand outside of all texts."""
        first, end = self.spans.get(place, (0, 0))
        return [line for line in self.lines[first:end] if not line.is_outside]

    def text(self) -> Sequence[Line]:
        """The lines of the text: of the heaviest place after the headline; what stands below a heading over other
        things (comments, related stories) counts only where there is nothing above it."""
        groups: list[Sequence[Line]] = []
        seen: set[int] = set()
        for line in self._prose():
            if line.number not in seen:
                groups.append(self._widened(line))
                seen.update(one.number for one in groups[-1])
        return max(groups, key=_weight, default=[])

    def _prose(self) -> Sequence[Line]:
        """The prose after the headline, in the nearest surroundings of the headline that have a good part of it."""
        after = self.lines[self.headline.number + 1 if self.headline else 0 :]
        others = next((n for n, line in enumerate(after) if is_other_heading(line)), len(after))
        if _is_enough(after[:others], after[:others]):
            after = after[:others]
        prose = [line for line in after if is_prose(line)]
        if self.headline is None:
            return prose
        for place in self.headline.element.iterancestors():
            end = self.spans[place][1]
            near = [line for line in prose if line.number < end]
            if _is_enough(near, prose):
                return near
        return prose

    def _ends_text(self, line: Line) -> bool:
        return line is self.headline or is_meta(line) or is_hard(line)

    def _widened(self, seed: Line) -> Sequence[Line]:
        """The text around a line of prose: its place, widened as long as nothing comes in that ends a text."""
        place = seed.element
        own = self.within(place)
        if any(map(self._ends_text, own)):
            return self._run(own, seed)
        while (wider := place.getparent()) is not None and wider.tag != "html":
            first, end = self.spans[place]
            added = (line for line in self.within(wider) if not first <= line.number < end)
            if any(self._ends_text(line) and not is_advert(line) for line in added):
                break
            place = wider
        if wider is None or wider.tag == "html":
            return self._inside(place)
        children = [child for child in wider if isinstance(child.tag, str)]
        at = children.index(place)
        preceding = self._neighbours(reversed(children[:at]), place, are_before=True)
        following = self._neighbours(children[at + 1 :], place, are_before=False)
        return sorted([*preceding, *self._inside(place), *following], key=lambda line: line.number)

    def _run(self, lines: Sequence[Line], seed: Line) -> Sequence[Line]:
        """The lines about a line up to those that end a text."""
        at = lines.index(seed)
        begin = next((n + 1 for n in range(at, -1, -1) if self._ends_text(lines[n])), 0)
        behind = (n for n in range(at, len(lines)) if not is_source(lines[n], are_before=False))
        end = next((n for n in behind if self._ends_text(lines[n])), len(lines))
        return lines[begin:end]

    def _inside(self, place: HtmlElement) -> list[Line]:
        """The lines of a place that are text: not the boxes in it, which are set otherwise and hold no prose."""
        lines = [line for line in self.within(place) if not is_hard(line)]
        children = [child for child in place if isinstance(child.tag, str) and self.within(child)]
        with_prose = [child for child in children if any(map(is_prose, self.within(child)))]
        if not with_prose:
            return lines
        kinds = {_set_as(child) for child in with_prose}
        kept: list[Line] = [line for line in lines if line.element is place]
        short: list[Line] = []
        for child in children:
            if child in with_prose:
                kept += [*short, *self._inside(child)]
                short = []
            elif _set_as(child) in kinds or _is_plain(child):
                kept += [*short, *(line for line in self.within(child) if not is_hard(line))]
                short = []
            elif child.tag in SIZES or all(inner.tag in _INLINE for inner in child.iterdescendants()):
                short += [line for line in self.within(child) if not is_hard(line)]  # a subheading, if text follows
        return sorted(kept, key=lambda line: line.number)

    def _neighbours(self, children: Iterable[HtmlElement], place: HtmlElement, *, are_before: bool) -> list[Line]:
        """The lines of a place's neighbours, the nearest first, up to one that ends the text. What is set as the place
        is belongs to it, and so do subheadings and lists about it; boxes between paragraphs are passed over."""
        found: list[Line] = []
        waiting: list[Line] = []  # for text behind it
        is_apart = False
        wanted = _set_as(place)
        about = place.getparent()
        is_within = self.headline is not None and about is not None and not self._holds_headline(about)
        for child in children:
            told = self.within(child)
            is_same = _set_as(child) == wanted
            ending = [line for line in told if self._ends_text(line) or (are_before and is_byline(line))]
            if any(line is self.headline or is_other_heading(line) for line in ending):
                break
            if not told:
                continue
            if not (is_same or _is_plain(child) or self._holds_such(child, place)):
                is_apart = True
                continue
            if are_before and is_same and is_within:  # a day or an author above the text, set as the text is
                ending = [line for line in ending if not (is_day_alone(line.text) or is_byline(line))]
            if any(not is_inserted(line) and not is_source(line, are_before) for line in ending):
                break
            waiting += [line for line in told if not is_hard(line)]
            is_heading = child.tag in _HEADINGS and (not are_before or self.headline is None)
            if not is_heading and (not is_apart or child.get("class") or any(map(is_prose, told))):
                found += waiting
                waiting, is_apart = [], False
        return found

    def _holds_headline(self, place: HtmlElement) -> bool:
        first, end = self.spans[place]
        return self.headline is not None and first <= self.headline.number < end

    def _holds_such(self, child: HtmlElement, place: HtmlElement) -> bool:
        """Whether a place's neighbour holds paragraphs that are set as the place is (some of them in a wrapper)."""
        return any(
            is_prose(line) and any(_set_as(element) == _set_as(place) for element in _up_to(line.element, child))
            for line in self.within(child)
        )


def _is_plain(element: HtmlElement) -> bool:
    """A paragraph, subheading or list without a class of its own: set as all text is."""
    return element.tag in _TEXTUAL and not element.get("class")


def _up_to(element: HtmlElement, top: HtmlElement) -> Iterator[HtmlElement]:
    """An element and those about it that are inside of another."""
    for one in (element, *element.iterancestors()):
        if one is top:
            return
        yield one


def _is_enough(some: Sequence[Line], lines: Sequence[Line]) -> bool:
    """Whether some lines are the text by their prose, and not a mere lead to it."""
    prose = [line for line in some if is_prose(line)]
    return bool(prose) and (
        _weight(prose) >= _GOOD_SHARE * _weight(lines) or (len(prose) > 1 and _weight(prose) >= _NO_LEAD)
    )


def _weight(lines: Iterable[Line]) -> int:
    return sum(line.width for line in lines if is_prose(line))


def _set_as(element: HtmlElement) -> object:
    """How an element is set: its tag and class, and so on inwards where it holds one element alone."""
    children = [child for child in element if isinstance(child.tag, str)]
    inner = _set_as(children[0]) if len(children) == 1 and children[0].tag in _WRAPPERS else None
    return element.tag, element.get("class"), inner
