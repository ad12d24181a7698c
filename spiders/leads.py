"""The lead of a text: what stands by itself between the headline and the text proper, and is the text's beginning.

Sites set it in a place of its own: above author and picture, in larger letters, even as a heading, or as what may be
read without paying. It is known by its place's name or by what stands about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from spiders.blocks import Line
from spiders.named import is_named_lead
from spiders.places import Places
from spiders.prose import (
    has_clauses,
    is_hard,
    is_heading,
    is_meta,
    is_other_heading,
    is_prose,
    is_sentence,
    squeezed,
)
from spiders.trimming import is_item

_REACH = 30
_MOST = 3
_LEAST = 40
_BEGINNING = 40
_HALF = 0.5


def told_lead(places: Places) -> Sequence[Line]:
    """The lines after the headline that are a lead by their place: its name says so, it is the page's header, or they
    are sentences set as a heading."""
    if places.headline is None:
        return []
    after = places.lines[places.headline.number + 1 : places.headline.number + 1 + _REACH]
    first = next(_readable(after, places), None)
    if first is None:
        return []
    named = [place for place in _own_places(first, places) if is_named_lead(place)]
    if any(place.tag == "p" and _has_beside(place, places) for place in named):
        return []
    if named:
        lead = [line for line in places.within(named[-1]) if _reads(line)]
        return lead if first in lead and len(lead) <= _MOST else []
    return [first] if is_heading(first) or any(place.tag == "header" for place in first.element.iterancestors()) else []


def _has_beside(place: HtmlElement, places: Places) -> bool:
    """Whether other paragraphs follow a paragraph in its own place: then it is none set by itself."""
    return any(places.within(one) for one in place.itersiblings("p"))


def untold_lead(text: Sequence[Line], places: Places) -> Sequence[Line]:
    """The prose between the headline and a text, if there is little of it and it does not repeat the text."""
    if places.headline is None or not text:
        return []
    between = places.lines[places.headline.number + 1 : text[0].number]
    lead = [*_readable(between, places)]
    return lead if len(lead) <= _MOST else []


def without_repeated(lead: Sequence[Line], text: Sequence[Line]) -> list[Line]:
    """The lines of a lead that do not only repeat the text's."""
    whole = "\n".join(squeezed(line.text) for line in text)
    return [line for line in lead if squeezed(line.text).rstrip(".…")[:_BEGINNING] not in whole]


def _readable(lines: Sequence[Line], places: Places) -> Iterator[Line]:
    """The lines that may be a lead, up to a heading over other things."""
    for line in lines:
        if is_other_heading(line) and not line.is_outside:
            return
        if _reads(line) and not places.is_caption(line):
            yield line


def _reads(line: Line) -> bool:
    """Whether a line is a sentence of prose, though it may be set as a heading; a subtitle is none."""
    if line.is_outside or not is_sentence(line):
        return False
    if is_prose(line):
        return not is_item(line)
    is_long = line.width >= _LEAST and has_clauses(line)
    return is_long and line.linked < _HALF and is_heading(line) and not is_hard(line) and not is_meta(line)


def _own_places(line: Line, places: Places) -> Iterator[HtmlElement]:
    """The elements about a line, up to the one that holds the headline as well."""
    for element in (line.element, *line.element.iterancestors()):
        if places.holds_headline(element):
            return
        yield element
