"""Which lines of a page are its headline and its article's text, told by the page's shape alone.

Nothing is known of the site. A text is lines of prose that stand in one
place; from the first of them its place is widened, as long as what is added reads like text too and neither
headline, date nor links to other pages come in. What stands in the same place but is set otherwise (a box with a
link, teasers of other stories, the editor's name, share bars) is left out.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from lxml.html import HtmlElement

from spiders import headline
from spiders.beside import beside_text
from spiders.blocks import SIZES, Line, lines_of
from spiders.headline import Names
from spiders.leads import told_lead, untold_lead, without_repeated
from spiders.markup import Html, is_day_alone
from spiders.places import NO_BOXES, Places, weight_of
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
    is_sentence,
    is_source,
)
from spiders.trimming import are_alike, is_item, paragraph, side_by_side, trimmed

_GOOD_SHARE = 0.3
_NO_LEAD = 160
_LARGEST_BOX = 6
_FARTHEST = 40
_NEAREST = 4
_ROW_OF_LINKS = 3
_HEADINGS = SIZES | {"b", "strong"}
_INLINE = SIZES | frozenset(("a", "b", "strong", "span", "font", "em", "i", "u", "small", "big", "sub", "sup"))
_TEXTUAL = _HEADINGS | {"p", "ul", "ol", "dl", "blockquote", "table", "pre", "center"}
_LISTS = frozenset(("ul", "ol", "dl", "blockquote"))
_CELLS = frozenset(("td", "tr"))
_WRAPPERS = frozenset(("td", "div", "p", "section"))


# What marks an article's text by itself: microdata, and the posts of Wix (its class names change with every build).
_MARKED_TEXTS = ('[itemprop="articleBody"]', '[data-hook="post-description"]')


@dataclass(frozen=True, slots=True)
class Shape:
    """What a page's shape tells. ``headline``: the line that is the headline; ``text``: the lines of the text."""

    lines: Sequence[Line]
    headline: Line | None
    text: Sequence[Line]


@lru_cache(maxsize=1)
def shape_of(page: Html, names: Names) -> Shape:
    """The headline shown and the text. ``names``: what metadata and title tag say the headline is."""
    marked = marked_text(page)
    kept = [line for line in lines_shown(page) if line.text not in names.furniture]
    lines = [line.anew(number) for number, line in enumerate(kept)]
    shown = headline.named(lines, names, page)
    for line, beside in zip(lines, beside_text(lines, shown), strict=True):
        if beside and not line.is_outside:
            line.is_outside = True
            line.known.clear()
    if shown and shown.is_outside:
        shown = headline.named(lines, names, page) or shown
    lead, text = _Text(lines, shown, marked).found()
    if shown is None and (shown := headline.standing_out(lines, text, page)):
        lead, text = _Text(lines, shown, marked).found()
    text = trimmed(text, lines)
    return Shape(lines, shown, [*without_repeated(lead, text), *text])


@lru_cache(maxsize=1)
def lines_shown(page: Html) -> Sequence[Line]:
    """The lines of the page's body."""
    bodies = page.selector.xpath("//body")
    return lines_of(bodies[0].root, page.url) if bodies else []


@lru_cache(maxsize=1)
def marked_text(page: Html) -> tuple[HtmlElement, list[str]] | None:
    """The place that a page marks as its text, with its paragraphs."""
    return next((place for css in _MARKED_TEXTS if (place := page.place(css))), None)


# The text


class _Text:
    """The search for a page's text."""

    def __init__(
        self, lines: Sequence[Line], headline: Line | None, marked: tuple[HtmlElement, list[str]] | None
    ) -> None:
        self.lines = lines
        self.headline = headline
        self.marked = marked[0] if marked else None
        self.places = Places(lines, headline)

    def found(self) -> tuple[Sequence[Line], Sequence[Line]]:
        """The lead, and the lines of the text."""
        if self.marked is not None:
            lines = self.places.within(self.marked)
            text: Sequence[Line] = [line for line in lines if line is not self.headline and not is_hard(line)]
            return untold_lead(text, self.places), text
        lead = told_lead(self.places)
        if lead and (text := self._text_after(lead[-1]) or self._sentences_after(lead[-1])):
            return lead, text
        text = self._text_after(self.headline)
        return untold_lead(text, self.places), text

    def _text_after(self, before_it: Line | None) -> Sequence[Line]:
        """The lines of the text after a headline or a lead: of the heaviest place; what stands below a heading over
        other things (comments, related stories) counts only where there is nothing above it."""
        groups: list[Sequence[Line]] = []
        seen: set[int] = set()
        for line in self._prose(before_it):
            if line.number not in seen:
                group = self._widened(line)
                before = next((one for one in groups[: -_NEAREST - 1 : -1] if self._go_on(one, group)), None)
                if before is not None:
                    groups = groups[: groups.index(before)]
                    group = [*before, *self._between(before, group), *group]
                groups.append(group)
                seen.update(one.number for one in group)
        return self._with_end(max(groups, key=weight_of, default=[]))

    def _sentences_after(self, lead: Line) -> Sequence[Line]:
        """The text after a lead, where no sentence of it is so long as to be prose by itself."""
        found: list[Line] = []
        for line in self.lines[lead.number + 1 : lead.number + 1 + _FARTHEST]:
            if line.is_outside or is_inserted(line):
                continue
            is_own = is_item(line) or (is_sentence(line) and paragraph(line).tag == "p")
            if is_hard(line) or (found and not is_own):
                break
            if is_own and not is_meta(line):
                found.append(line)
        while found and not is_sentence(found[-1]):
            found.pop()
        return found

    def _with_end(self, text: Sequence[Line]) -> Sequence[Line]:
        """A text with its last short sentences, where a box stands before them."""
        if text:
            for line in self.lines[text[-1].number + 1 : text[-1].number + 1 + _LARGEST_BOX]:
                is_end = ends_sentence(line) or is_source(line, are_before=False)
                if is_end and not line.is_outside and not is_hard(line) and self._go_on(text, [line]):
                    text = [*text, line]
        return text

    def _between(self, before: Sequence[Line], after: Sequence[Line]) -> Sequence[Line]:
        lines = self.lines[before[-1].number + 1 : after[0].number] if before[-1].number < after[0].number else []
        return [line for line in lines if not line.is_outside]

    def _go_on(self, before: Sequence[Line], after: Sequence[Line]) -> bool:
        """Whether a text goes on in another place, set as before: with a heading, a list or a box between at most."""
        if not before or not after or before[-1].number >= after[0].number:
            return False
        last = next(filter(is_prose, reversed(before)), None)
        first = next(filter(is_prose, after), after[0])
        if last is None or not are_alike(last, first):
            return False
        boxed = self._boxed(last, first)
        between = [line for line in self._between(before, after) if line not in boxed]
        for line in between:
            is_paragraph = bool(boxed) and are_alike(line, after[0])
            if self._ends_text(line) or not (is_paragraph or is_heading(line) or is_item(line)):
                return False
        if sum(map(is_heading, between)) > 1:
            return False
        for line in boxed:
            line.is_outside = True
            line.known.clear()
        return True

    def _boxed(self, before: Line, after: Line) -> list[Line]:
        """The lines of boxes that were put between two paragraphs of one place: small ones, that hold what no text
        has, and no row of links, with which other things begin."""
        found: list[Line] = []
        places = side_by_side(before, after)
        if places is None or after.number - before.number > _FARTHEST:
            return found
        start, stop = places
        if start is stop:  # lines of one place, parted by breaks
            boxes = [box for box in start if before.number < self.places.spans.get(box, (0, 0))[0] < after.number]
        else:
            boxes = [*itertools.takewhile(lambda one: one is not stop, start.itersiblings())]
        for box in boxes:
            first, end = self.places.spans.get(box, (0, 0))
            if first == end or box.tag in NO_BOXES:
                continue
            lines = self.lines[first:end]
            is_small = len(lines) <= _LARGEST_BOX and sum(line.linked >= 0.5 for line in lines) < _ROW_OF_LINKS
            if is_small and any(map(self._ends_text, lines)) and not any(are_alike(before, line) for line in lines):
                found += lines
        return found

    def _prose(self, before_it: Line | None) -> Sequence[Line]:
        """The prose after the headline or a lead, in the nearest surroundings of the headline that have a good part
        of it."""
        is_lead = before_it is not self.headline
        after = self.lines[before_it.number + 1 if before_it else 0 :]
        prose = [line for line in after if is_prose(line)]
        prose = [line for line in prose if not self.places.is_caption(line)] or prose
        others = next((line.number for line in after if is_other_heading(line) and not is_inserted(line)), None)
        if others is not None and ((near := [line for line in prose if line.number < others]) or is_lead):
            prose = self._extended(near, prose[len(near) :])
        if self.headline is None:
            return prose
        for place in self.headline.element.iterancestors():
            end = self.places.spans[place][1]
            near = [line for line in prose if line.number < end]
            if _is_enough(near, prose):
                return self._extended(near, prose[len(near) :])
        return prose

    def _extended(self, near: list[Line], others: Sequence[Line]) -> list[Line]:
        """Some prose and what goes on with it among other prose after it."""
        for line in others:
            if self._go_on(near, [line]):
                near.append(line)
        return near

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
        own = self.places.within(place)
        if any(map(self._ends_text, own)):
            return self._run(own, seed)
        while (wider := place.getparent()) is not None and wider.tag != "html":
            first, end = self.places.spans[place]
            added = (line for line in self.places.within(wider) if not first <= line.number < end)
            if any(self._ends_text(line) and not is_advert(line) for line in added):
                break
            place = wider
        if wider is None or wider.tag == "html":
            return self._inside(place)
        # one by one: of a page of five megabytes each paragraph has ten thousand neighbours
        preceding = self._neighbours(place.itersiblings("*", preceding=True), place, are_before=True)
        following = self._neighbours(place.itersiblings("*"), place, are_before=False)
        return sorted([*preceding, *self._inside(place), *following], key=lambda line: line.number)

    def _run(self, lines: Sequence[Line], seed: Line) -> Sequence[Line]:
        """The lines about a line up to those that end a text, but for captions."""
        at = lines.index(seed)
        begin = next((n + 1 for n in range(at, -1, -1) if self._ends_text(lines[n])), 0)
        behind = (n for n in range(at, len(lines)) if not is_source(lines[n], are_before=False))
        end = next((n for n in behind if self._ends_text(lines[n])), len(lines))
        return [line for line in lines[begin:end] if line is seed or not self.places.is_caption(line)]

    def _inside(self, place: HtmlElement) -> list[Line]:
        """The lines of a place that are text: not the boxes in it, which are set otherwise and hold no prose."""
        lines = [line for line in self.places.within(place) if not is_hard(line)]
        children = [child for child in place if isinstance(child.tag, str) and self.places.within(child)]
        pictures = {child for child in children if self.places.is_picture(child)}
        captions = {line for child in pictures for line in self.places.within(child)}
        if any(is_prose(line) for line in lines if line not in captions):
            children = [child for child in children if child not in pictures]
            lines = [line for line in lines if line not in captions]
        with_prose = {child for child in children if any(map(is_prose, self.places.within(child)))}
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
                kept += [*short, *(line for line in self.places.within(child) if not is_hard(line))]
                short = []
            elif child.tag in _LISTS or all(inner.tag in _INLINE for inner in child.iterdescendants()):
                # a subheading or a list, if text follows
                short += [line for line in self.places.within(child) if not is_hard(line)]
        return sorted(kept, key=lambda line: line.number)

    def _neighbours(self, children: Iterable[HtmlElement], place: HtmlElement, *, are_before: bool) -> list[Line]:
        """The lines of a place's neighbours, the nearest first, up to one that ends the text. What is set as the place
        is belongs to it, and so do subheadings and lists about it; boxes between paragraphs are passed over."""
        found: list[Line] = []
        waiting: list[Line] = []  # for text behind it
        is_apart = False
        wanted = _set_as(place)
        about = place.getparent()
        is_within = self.headline is not None and about is not None and not self.places.holds_headline(about)
        for child in children:
            told = self.places.within(child)
            is_same = _set_as(child) == wanted
            if any(line is self.headline or is_other_heading(line) for line in self.places.all_within(child)):
                break
            if not told:
                continue
            ending = [line for line in told if self._ends_text(line) or (are_before and is_byline(line))]
            if not (is_same or _is_plain(child) or self._holds_such(child, place)) or self.places.is_picture(child):
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

    def _holds_such(self, child: HtmlElement, place: HtmlElement) -> bool:
        """Whether a place's neighbour holds paragraphs that are set as the place is (some of them in a wrapper)."""
        return any(
            is_prose(line) and any(_set_as(element) == _set_as(place) for element in _up_to(line.element, child))
            for line in self.places.within(child)
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
        weight_of(prose) >= _GOOD_SHARE * weight_of(lines) or (len(prose) > 1 and weight_of(prose) >= _NO_LEAD)
    )


def _set_as(element: HtmlElement) -> object:
    """How an element is set: its tag and class, and so on inwards where it has none and holds one element alone."""
    if names := element.get("class"):
        return element.tag, names
    children = [child for child in element if isinstance(child.tag, str)]
    inner = _set_as(children[0]) if len(children) == 1 and children[0].tag in _WRAPPERS else None
    return element.tag, inner
