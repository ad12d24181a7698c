"""What stands among a text's lines and is none of it, and what is part of it and was passed over.

A text is set in one way. Boxes between its paragraphs that are set otherwise, captions under pictures and the
signature below it are left out; its headings and lists belong to it however they are wrapped.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from spiders.blocks import Line
from spiders.markup import is_block
from spiders.prose import day_of, emphasis, ends_sentence, is_hard, is_heading, is_meta, is_prose, is_source, squeezed

_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_RIGHT = re.compile(r"text-align\s*:\s*right", re.IGNORECASE)
_BOXES = frozenset(("div", "section", "table", "form", "fieldset", "center"))
_PICTURES = ("img", "picture", "video", "canvas")
_LISTS = frozenset(("li", "dd", "dt"))
_IN_BRACKETS = re.compile(r"[(（].*[)）]")
_WIDE = 30
_LONGEST = 50_000
_LEAST_QUOTED = 12
_DEEP = 4
_DEEP_IN_COMPONENT = 7
_REACH = 6
_HALF = 0.5


def trimmed(text: Sequence[Line], lines: Sequence[Line]) -> list[Line]:
    """A text's lines without what is none of it. ``lines``: all of the page's."""
    # a text's parts may be set off by asterisks, its end told by `###`
    text = [line for line in text if any(map(str.isalnum, line.text))]
    if not text:
        return []
    prose = Counter[object]()
    for line in filter(is_prose, text):
        prose[_setting(line)] += line.width
    usual = max(prose, key=lambda setting: prose[setting], default=None)
    own = {line.number for line in text if _setting(line) == usual and is_prose(line)}
    whole_text = "\n".join(squeezed(line.text) for line in text)
    if not own or 2 * prose[usual] < prose.total():
        return [line for line in text if not _is_repeated(line, own, whole_text)]
    first, last = min(own), max(own)
    boxed = _Boxed(own, lines)
    end = text[-1].number

    def is_inner(line: Line) -> bool:
        return first < line.number < (end if line.linked >= _HALF else last)

    kept = [line for line in text if not (is_inner(line) and boxed.holds(line))]
    kept = [line for line in kept if not _is_caption(line) and not _is_repeated(line, own, whole_text)]
    prose_lines = [line for line in kept if is_prose(line)]
    above, below = prose_lines[0].rules, prose_lines[-1].rules
    kept = [line for line in kept if above <= line.rules <= below]
    while len(kept) > 1 and (_is_signature(kept[-1]) or _is_left_over(kept[-1], usual)):
        kept.pop()
    dropped = {line.number for line in text}.difference(line.number for line in kept)
    passed_over = [line for line in lines[kept[0].number : kept[-1].number] if any(map(str.isalnum, line.text))]
    whole = [*_with_headings(kept, [one for one in passed_over if one.number not in dropped and not boxed.holds(one)])]
    return [*_heading_above(whole, lines), *whole]


def _is_repeated(line: Line, own: set[int], text: str) -> bool:
    """Whether a line set otherwise than the text repeats some words of it: a quotation pulled out of it, a summary."""
    if line.number in own or is_heading(line) or is_item(line) or len(text) > _LONGEST:
        return False
    is_quoted = any(element.tag == "blockquote" for element in line.element.iterancestors())
    return line.width >= (_LEAST_QUOTED if is_quoted else _WIDE) and text.count(squeezed(line.text).rstrip(".…")) > 1


def paragraph(line: Line) -> HtmlElement:
    """The block that a line is."""
    element = line.element
    while not is_block(element) and (above := element.getparent()) is not None:
        element = above
    return element


def are_alike(line: Line, other: Line) -> bool:
    """Whether two lines are set alike: in paragraphs of one class or, where they have none, in places that are set
    alike and stand side by side."""
    if _setting(line) != _setting(other):
        return False
    return paragraph(line).get("class") is not None or side_by_side(line, other) is not None


def side_by_side(line: Line, other: Line) -> tuple[HtmlElement, HtmlElement] | None:
    """The places of two lines that stand side by side, if all that holds the lines in them is set alike: paragraphs of
    one place, or components of a page that hold paragraphs."""
    own, its = paragraph(line), paragraph(other)
    for _ in range(_DEEP_IN_COMPONENT):
        above, others = own.getparent(), its.getparent()
        if above is None or others is None or own.tag != its.tag:
            return None
        if above is others:
            return own, its
        own, its = above, others
        if own.get("class") != its.get("class"):
            return None
    return None


def _setting(line: Line) -> object:
    block = paragraph(line)
    return block.tag, block.get("class")


class _Boxed:
    """What stands in boxes between paragraphs that hold a form or lead elsewhere. ``own``: the paragraphs' numbers."""

    def __init__(self, own: set[int], lines: Sequence[Line]) -> None:
        self.own = own
        self.lines = lines
        self.known: dict[HtmlElement, bool] = {}
        self.places = {above for number in own for above in lines[number].element.iterancestors()}

    def holds(self, line: Line) -> bool:
        """Whether a line stands in such a box."""
        if line.number in self.own or line.element in self.places:
            return False
        box = line.element
        for element in line.element.iterancestors():
            if element in self.places:
                break
            box = element
        if box not in self.known:
            self.known[box] = box.tag in _BOXES and box.get("class") is not None and self._is_other(box, line.number)
        return self.known[box]

    def _is_other(self, box: HtmlElement, number: int) -> bool:
        works = next(box.iter("form", "input", "button"), None) is not None
        return works or (box.tag != "table" and self._leads_away(box, number))

    def _leads_away(self, box: HtmlElement, number: int) -> bool:
        near = self.lines[max(0, number - _REACH) : number + _REACH + 1]
        return any(
            (one.linked >= _HALF if one.element is box else one.linked and box in one.element.iterancestors())
            for one in near
            if not one.is_outside
        )


def _is_caption(line: Line) -> bool:
    """Whether a line is centred below a picture, or stands in one paragraph with it; a bold one is a heading."""
    block = paragraph(line)
    is_text = is_prose(line) or ends_sentence(line)
    if block.tag == "p" and not is_text and next(block.iter(*_PICTURES), None) is not None:
        return True
    if emphasis(line) > 1 or not _is_set(block, _CENTRED, "center"):
        return False
    for place in (block, block.getparent()):
        before = place.getprevious() if place is not None else None
        if before is not None and isinstance(before.tag, str) and _is_picture_alone(before):
            return True
        if before is not None and isinstance(before.tag, str):
            return False
    return False


def _is_picture_alone(element: HtmlElement) -> bool:
    shows = element.tag in _PICTURES or next(element.iter(*_PICTURES), None) is not None
    return shows and not "".join(element.itertext()).strip()


def _is_signature(line: Line) -> bool:
    """Whether a line below the text is set to the right."""
    is_sentence = ends_sentence(line) and not _IN_BRACKETS.fullmatch(line.text)
    return not is_prose(line) and not is_sentence and _is_set(paragraph(line), _RIGHT, "right")


def _is_left_over(line: Line, usual: object) -> bool:
    """Whether a text's last line is a heading over nothing, or one about the text, in a class of its own."""
    if is_prose(line) or is_item(line) or is_source(line, are_before=False):
        return False
    is_told = not ends_sentence(line) or day_of(line) is not None
    return is_heading(line) or (is_told and paragraph(line).get("class") is not None and _setting(line) != usual)


def _is_set(block: HtmlElement, style: re.Pattern[str], align: str) -> bool:
    for element in (block, block.getparent()):
        if element is None:
            return False
        if style.search(element.get("style") or "") or (element.get("align") or "").lower() == align:
            return True
        if align == "center" and element.tag == "center":
            return True
    return False


def _with_headings(text: Sequence[Line], lines: Sequence[Line]) -> Iterator[Line]:
    """A text with the headings and lists between its lines that were passed over."""
    place = _place(text)
    numbers = [line.number for line in lines]
    for line, following in zip(text, [*text[1:], text[-1]], strict=True):
        yield line
        between = lines[bisect_right(numbers, line.number) : bisect_left(numbers, following.number)]
        missing = [one for one in between if not (one.is_outside or is_hard(one) or is_meta(one) or _is_caption(one))]
        blocks = [_block(one, place) for one in missing]
        for at, one in enumerate(missing):
            is_last = at + 1 == len(missing)
            is_above_list = not is_last and (
                is_item(missing[at + 1]) or (blocks.count(blocks[at]) == 1 and _is_listed(blocks, at + 1))
            )
            is_subheading = emphasis(one) > 1 and (is_last or is_above_list)
            if is_subheading or is_item(one) or _is_listed(blocks, at) or (is_last and _is_beside(one, line)):
                yield one


def _heading_above(text: Sequence[Line], lines: Sequence[Line]) -> list[Line]:
    """The heading right above a text, if it is set as others in it are."""
    headings = {_setting(line) for line in text if is_heading(line)}
    above = next((line for line in reversed(lines[: text[0].number]) if not line.is_outside), None)
    return [above] if above and is_heading(above) and _setting(above) in headings else []


def _place(lines: Sequence[Line]) -> HtmlElement | None:
    """The lowest element that holds all lines."""
    others = [{*line.element.iterancestors()} for line in lines]
    return next((one for one in lines[0].element.iterancestors() if all(one in above for above in others)), None)


def _block(line: Line, place: HtmlElement | None) -> HtmlElement:
    """The part of a place that a line stands in."""
    part = line.element
    for above in line.element.iterancestors():
        if above is place:
            break
        part = above
    return part


def _is_listed(blocks: Sequence[HtmlElement], at: int) -> bool:
    """Whether a part is one of several set alike that follow one another, with one line in each."""
    own = blocks[at]
    beside = [blocks[n] for n in (at - 1, at + 1) if 0 <= n < len(blocks)]
    alike = [one for one in beside if one is not own and (one.tag, one.get("class")) == (own.tag, own.get("class"))]
    return bool(alike) and blocks.count(own) == 1


def _is_beside(line: Line, other: Line) -> bool:
    """Whether a line that is no sentence stands as a paragraph beside another (a subheading that is set as nobody
    would think)."""
    above = paragraph(line).getparent()
    return not ends_sentence(line) and paragraph(line).tag == "p" and paragraph(other).getparent() is above


def is_item(line: Line) -> bool:
    """Whether a line is an item of a list."""
    near = (str(element.tag) for element, _ in zip(_upwards(line), range(_DEEP), strict=False))
    return any(tag in _LISTS or tag.endswith("-item") for tag in near)


def _upwards(line: Line) -> Iterator[HtmlElement]:
    yield line.element
    yield from line.element.iterancestors()
