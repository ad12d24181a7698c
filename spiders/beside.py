"""Which lines stand in places whose names say, and rightly, that they hold none of the article's text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from spiders.blocks import Line
from spiders.named import Part
from spiders.prose import is_prose

_MOST_ASIDE = 0.6


def beside_text(lines: Sequence[Line], shown: Line | None) -> Iterator[bool]:
    """For each line whether its place's name says rightly that it is no text: places of a name that hold the headline
    or most of the page's prose are named for something else, and what tells of the article holds no prose."""
    prose: Counter[str] = Counter()
    whole = 0
    teasers = Counter(
        _name(place) for place in {one for line in lines for one, part in line.parts if part is Part.TEASER}
    )
    for line in lines:
        if is_prose(line):
            whole += line.width
            prose.update({_name(element): line.width for element, _ in line.parts})
    own = {_name(element) for element, _ in shown.parts} if shown else set[str]()

    def holds(element: HtmlElement, part: Part) -> bool:
        name = _name(element)
        if part is Part.TEASER and teasers[name] == 1 and shown and _is_own_teaser(element):
            return False
        return name not in own and prose[name] <= (0 if part is Part.META else _MOST_ASIDE * whole)

    for line in lines:
        yield any(holds(*one) for one in line.parts)


def _is_own_teaser(element: HtmlElement) -> bool:
    """Whether a place that is named a teaser leads nowhere: then it is the beginning of the page's own text."""
    return next(element.iter("a"), None) is None and not any(above.tag == "a" for above in element.iterancestors())


def _name(element: HtmlElement) -> str:
    return f"{element.get('class')} {element.get('id')}"
