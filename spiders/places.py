"""The elements of a page with the lines that stand in them, and which of them show a picture."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

from lxml.html import HtmlElement

from spiders.blocks import SIZES, Line
from spiders.prose import is_prose

_LONGEST_CAPTION = 2
_WIDEST_CAPTION = 240
_DEEPEST_CAPTION = 3
_MOST_IN_PICTURE = 8
NO_BOXES = SIZES | {"p", "ul", "ol", "li", "pre", "body"}


class Places:
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
            found = self.held[place] = [line for line in self.all_within(place) if not line.is_outside]
        return found

    def all_within(self, place: HtmlElement) -> Sequence[Line]:
        first, end = self.spans.get(place, (0, 0))
        return self.lines[first:end]

    def is_caption(self, line: Line) -> bool:
        """Whether a line stands in a box with a picture, with more prose below it."""
        box = line.top if line.top is not None else line.element
        above = [*itertools.islice(itertools.chain([box], box.iterancestors()), _DEEPEST_CAPTION)]
        picture = next((one for one in above if line.width <= _WIDEST_CAPTION and self.is_picture(one)), None)
        place = picture.getparent() if picture is not None else None
        if place is None:
            return False
        return weight_of(one for one in self.within(place) if one.number > line.number) > line.width

    def is_picture(self, box: HtmlElement) -> bool:
        """Whether a box holds a picture and what is said of it: a few lines, and no paragraph of its own."""
        first, end = self.spans.get(box, (0, 0))
        if box.tag in NO_BOXES or end - first > _MOST_IN_PICTURE:
            return False
        told = self.within(box)
        if len(told) > _LONGEST_CAPTION or any(line.width > _WIDEST_CAPTION for line in told):
            return False
        return next(box.iter("img", "picture", "video", "canvas"), None) is not None

    def holds_headline(self, place: HtmlElement) -> bool:
        first, end = self.spans[place]
        return self.headline is not None and first <= self.headline.number < end


def weight_of(lines: Iterable[Line]) -> int:
    """How much prose some lines have."""
    return sum(line.width for line in lines if is_prose(line))
