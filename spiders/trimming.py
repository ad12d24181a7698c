"""What stands among a text's lines and is none of it, and what is part of it and was passed over.

A text is set in one way. Boxes between its paragraphs that are set otherwise, captions under pictures and the
signature below it are left out; its headings and lists belong to it however they are wrapped.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from spiders.blocks import Line
from spiders.markup import BLOCKS
from spiders.prose import emphasis, ends_sentence, is_hard, is_heading, is_meta, is_prose

_CENTRED = re.compile(r"text-align\s*:\s*center", re.IGNORECASE)
_RIGHT = re.compile(r"text-align\s*:\s*right", re.IGNORECASE)
_BOXES = frozenset(("div", "section", "table", "form", "fieldset", "center"))
_PICTURES = ("img", "picture", "video", "canvas")
_LISTS = frozenset(("li", "dd", "dt"))
_DEEP = 4


def trimmed(text: Sequence[Line], lines: Sequence[Line]) -> list[Line]:
    """A text's lines without what is none of it. ``lines``: all of the page's."""
    if not text:
        return []
    prose = Counter[object]()
    for line in filter(is_prose, text):
        prose[_setting(line)] += line.width
    usual = max(prose, key=lambda setting: prose[setting], default=None)
    own = {line.number for line in text if _setting(line) == usual and is_prose(line)}
    if not own or 2 * prose[usual] < prose.total():
        return list(text)
    first, last = min(own), max(own)
    kept = [line for line in text if not first < line.number < last or not _is_in_box(line, own, lines)]
    kept = [line for line in kept if not _is_caption(line)]
    while len(kept) > 1 and _is_signature(kept[-1]):
        kept.pop()
    dropped = {line.number for line in text}.difference(line.number for line in kept)
    others = [line for line in lines if line.number not in dropped and not _is_caption(line)]
    whole = [*_with_headings(kept, others)]
    return [*_heading_above(whole, lines), *whole]


def paragraph(line: Line) -> HtmlElement:
    """The block that a line is."""
    element = line.element
    while element.tag not in BLOCKS and (above := element.getparent()) is not None:
        element = above
    return element


def are_alike(line: Line, other: Line) -> bool:
    """Whether two lines are set alike: in paragraphs of one class or, where they have none, in places that are set
    alike and stand side by side."""
    if _setting(line) != _setting(other):
        return False
    places = [paragraph(one).getparent() for one in (line, other)]
    own, its = places
    if paragraph(line).get("class") or own is its or own is None or its is None:
        return True
    return (own.tag, own.get("class")) == (its.tag, its.get("class")) and own.getparent() is its.getparent()


def _setting(line: Line) -> object:
    block = paragraph(line)
    return block.tag, block.get("class")


def _is_in_box(line: Line, own: set[int], lines: Sequence[Line]) -> bool:
    """Whether a line stands in a box between paragraphs: none of them is in it, and little else."""
    if line.number in own:
        return False
    box = None
    paragraphs = {above for number in own for above in lines[number].element.iterancestors()}
    for element in (line.element, *line.element.iterancestors()):
        if element in paragraphs:
            break
        box = element
    return (
        box is not None
        and box.tag in _BOXES
        and box.get("class") is not None
        and next(box.iter("form", "input", "button"), None) is not None
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
    return not is_prose(line) and not ends_sentence(line) and _is_set(paragraph(line), _RIGHT, "right")


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
    place = _place([line for line in text if is_prose(line)])
    for number, line in enumerate(text):
        yield line
        end = text[number + 1].number if number + 1 < len(text) else line.number
        between = (one for one in lines if line.number < one.number < end)
        missing = [one for one in between if not (one.is_outside or is_hard(one) or is_meta(one))]
        blocks = [_block(one, place) for one in missing]
        for at, one in enumerate(missing):
            is_last = at + 1 == len(missing)
            is_above_list = not is_last and blocks.count(blocks[at]) == 1 and _is_listed(blocks, at + 1)
            is_subheading = emphasis(one) > 1 and (is_last or is_above_list)
            if is_subheading or is_item(one) or _is_listed(blocks, at) or (is_last and _is_beside(one, line)):
                yield one


def _heading_above(text: Sequence[Line], lines: Sequence[Line]) -> list[Line]:
    """The heading right above a text, if it is set as others in it are."""
    headings = {_setting(line) for line in text if is_heading(line)}
    above = next((line for line in reversed(lines[: text[0].number]) if not line.is_outside), None)
    return [above] if above and is_heading(above) and _setting(above) in headings else []


def _place(prose: Sequence[Line]) -> HtmlElement | None:
    """The lowest element that holds all prose."""
    if not prose:
        return None
    others = [{*line.element.iterancestors()} for line in prose]
    return next((one for one in prose[0].element.iterancestors() if all(one in above for above in others)), None)


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
    return any(element.tag in _LISTS for element, _ in zip(_upwards(line), range(_DEEP), strict=False))


def _upwards(line: Line) -> Iterator[HtmlElement]:
    yield line.element
    yield from line.element.iterancestors()
