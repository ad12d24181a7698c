"""Which lines of a page are its headline and its article's text, told by the page's shape alone.

Nothing is known of the site. A text is lines of prose that stand in one
place; from the first of them its place is widened, as long as what is added reads like text too and neither
headline, date nor links to other pages come in. What stands in the same place but is set otherwise (a box with a
link, teasers of other stories, the editor's name, share bars) is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import cast

from lxml.html import HtmlElement

from spiders import headline
from spiders.blocks import SIZES, Line, lines_of
from spiders.headline import Names
from spiders.markup import Html, is_day_alone
from spiders.named import Part
from spiders.prose import (
    ends_sentence,
    is_advert,
    is_byline,
    is_hard,
    is_heading,
    is_inserted,
    is_meta,
    is_other_heading,
    is_prose,
    is_source,
)
from spiders.trimming import are_alike, is_item, trimmed

_GOOD_SHARE = 0.3
_NO_LEAD = 160
_MOST_ASIDE = 0.6
_LONGEST_CAPTION = 2
_WIDEST_CAPTION = 240
_NO_BOXES = SIZES | {"p", "ul", "ol", "li", "pre", "body"}
_HEADINGS = SIZES | {"b", "strong"}
_INLINE = SIZES | frozenset(("a", "b", "strong", "span", "font", "em", "i", "u", "small", "big", "sub", "sup"))
_TEXTUAL = _HEADINGS | {"p", "ul", "ol", "dl", "blockquote", "table", "pre", "center"}
_LISTS = frozenset(("ul", "ol", "dl", "blockquote"))
_CELLS = frozenset(("td", "tr"))
_WRAPPERS = frozenset(("td", "div", "p", "section"))


@dataclass(frozen=True, slots=True)
class Shape:
    """What a page's shape tells. ``headline``: the line that is the headline; ``text``: the lines of the text."""

    lines: Sequence[Line]
    headline: Line | None
    text: Sequence[Line]


@lru_cache(maxsize=1)
def shape_of(page: Html, names: Names) -> Shape:
    """The headline shown and the text. ``names``: what metadata and title tag say the headline is."""
    kept = [line for line in lines_shown(page) if line.text not in names.furniture]
    lines = [replace(line, number=number, known={}) for number, line in enumerate(kept)]
    shown = headline.named(lines, names, page)
    for line, beside in zip(lines, _beside(lines, shown), strict=True):
        if beside and not line.is_outside:
            line.is_outside = True
            line.known.clear()
    if shown and shown.is_outside:
        shown = headline.named(lines, names, page) or shown
    text = _Places(lines, shown).text()
    if shown is None and (shown := headline.standing_out(lines, text)):
        text = _Places(lines, shown).text()
    return Shape(lines, shown, trimmed(text, lines))


def _beside(lines: Sequence[Line], shown: Line | None) -> Iterator[bool]:
    """For each line whether its place's name says rightly that it is no text: places of a name that hold the headline
    or most of the page's prose are named for something else, and what tells of the article holds no prose."""
    prose: Counter[str] = Counter()
    whole = 0
    for line in lines:
        if is_prose(line):
            whole += line.width
            prose.update({_name(element): line.width for element, _ in line.parts})
    own = {_name(element) for element, _ in shown.parts} if shown else set[str]()

    def holds(element: HtmlElement, part: Part) -> bool:
        name = _name(element)
        return name not in own and prose[name] <= (0 if part is Part.META else _MOST_ASIDE * whole)

    for line in lines:
        yield any(holds(*one) for one in line.parts)


def _name(element: HtmlElement) -> str:
    return f"{element.get('class')} {element.get('id')}"


@lru_cache(maxsize=1)
def lines_shown(page: Html) -> Sequence[Line]:
    """The lines of the page's body."""
    bodies = page.selector.xpath("//body")
    return lines_of(bodies[0].root, page.url) if bodies else []


# The text


class _Places:
    """The elements of a page with the lines in them."""

    def __init__(self, lines: Sequence[Line], headline: Line | None) -> None:
        self.lines = lines
        self.headline = headline
        self.spans: dict[HtmlElement, tuple[int, int]] = {}
        self.held: dict[HtmlElement, list[Line]] = {}
        for line in lines:
            for element in (line.element, *line.element.iterancestors()):
                first, _ = self.spans.get(element, (line.number, 0))
                self.spans[element] = first, line.number + 1

    def within(self, place: HtmlElement) -> list[Line]:
        """The lines in an element, but for those that stand outside of all texts."""
        found = self.held.get(place)
        if found is None:
            found = self.held[place] = [line for line in self._all_within(place) if not line.is_outside]
        return found

    def _all_within(self, place: HtmlElement) -> Sequence[Line]:
        first, end = self.spans.get(place, (0, 0))
        return self.lines[first:end]

    def text(self) -> Sequence[Line]:
        """The lines of the text: of the heaviest place after the headline; what stands below a heading over other
        things (comments, related stories) counts only where there is nothing above it."""
        groups: list[Sequence[Line]] = []
        seen: set[int] = set()
        for line in self._prose():
            if line.number not in seen:
                group = self._widened(line)
                if groups and self._go_on(groups[-1], group):
                    groups[-1] = [*groups[-1], *self._between(groups[-1], group), *group]
                else:
                    groups.append(group)
                seen.update(one.number for one in groups[-1])
        return max(groups, key=_weight, default=[])

    def _between(self, before: Sequence[Line], after: Sequence[Line]) -> Sequence[Line]:
        lines = self.lines[before[-1].number + 1 : after[0].number] if before[-1].number < after[0].number else []
        return [line for line in lines if not line.is_outside]

    def _go_on(self, before: Sequence[Line], after: Sequence[Line]) -> bool:
        """Whether a text goes on in another place: with a heading or a list between at most, set as before."""
        if not before or not after or before[-1].number >= after[0].number:
            return False
        between = self._between(before, after)
        if any(self._ends_text(line) or not (is_heading(line) or is_item(line)) for line in between):
            return False
        told = [next(filter(is_prose, lines), None) for lines in (reversed(before), after)]
        headings = sum(map(is_heading, between))
        return headings < 2 and None not in told and are_alike(*cast("list[Line]", told))

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
                for line in prose[len(near) :]:
                    if not self._go_on(near, [line]):
                        break
                    near.append(line)
                return near
        return prose

    def _ends_text(self, line: Line) -> bool:
        return line is self.headline or is_hard(line) or (is_meta(line) and not self._is_source(line))

    def _is_source(self, line: Line) -> bool:
        """A source named below a text, set as the text is, is its last line; above it, it is furniture."""
        if not is_source(line, are_before=False) or not line.number:
            return False
        above = self.lines[line.number - 1]
        return is_prose(above) and _set_as(above.element) == _set_as(line.element)

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
        pictures = [child for child in children if self._is_picture(child)]
        if pictures and any(
            is_prose(line) for child in children if child not in pictures for line in self.within(child)
        ):
            told = {line for child in pictures for line in self.within(child)}
            children = [child for child in children if child not in pictures]
            lines = [line for line in lines if line not in told]
        with_prose = [child for child in children if any(map(is_prose, self.within(child)))]
        if not with_prose:
            return lines
        kinds = {_set_as(child) for child in with_prose}
        kinds |= {(child.tag, None) for child in with_prose if child.tag in _CELLS}
        kept: list[Line] = [line for line in lines if line.element is place]
        short: list[Line] = []
        for child in children:
            if child in with_prose:
                kept += [*short, *self._inside(child)]
                short = []
            elif _set_as(child) in kinds or (child.tag, None) in kinds or _is_plain(child):
                kept += [*short, *(line for line in self.within(child) if not is_hard(line))]
                short = []
            elif child.tag in _LISTS or all(inner.tag in _INLINE for inner in child.iterdescendants()):
                # a subheading or a list, if text follows
                short += [line for line in self.within(child) if not is_hard(line)]
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
            if any(line is self.headline or is_other_heading(line) for line in self._all_within(child)):
                break
            if not told:
                continue
            ending = [line for line in told if self._ends_text(line) or (are_before and is_byline(line))]
            if not (is_same or _is_plain(child) or self._holds_such(child, place)) or self._is_picture(child):
                is_apart = True
                continue
            if are_before and is_same and is_within:  # a day or an author above the text, set as the text is
                ending = [line for line in ending if not (is_day_alone(line.text) or is_byline(line))]
            if any(not is_inserted(line) and not is_source(line, are_before) for line in ending):
                break
            waiting += [line for line in told if not is_hard(line)]
            is_heading = child.tag in _HEADINGS and (not are_before or self.headline is None)
            is_text = not is_apart or child.get("class") or any(is_prose(one) or ends_sentence(one) for one in told)
            if not is_heading and is_text:
                found += waiting
                waiting, is_apart = [], False
        return found

    def _is_picture(self, box: HtmlElement) -> bool:
        """Whether a box holds a picture and what is said of it: a few lines, and no paragraph of its own."""
        if box.tag in _NO_BOXES or next(box.iter("img", "picture", "video", "canvas"), None) is None:
            return False
        told = self.within(box)
        return len(told) <= _LONGEST_CAPTION and all(line.width <= _WIDEST_CAPTION for line in told)

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
    """How an element is set: its tag and class, and so on inwards where it has none and holds one element alone."""
    if names := element.get("class"):
        return element.tag, names
    children = [child for child in element if isinstance(child.tag, str)]
    inner = _set_as(children[0]) if len(children) == 1 and children[0].tag in _WRAPPERS else None
    return element.tag, inner
