"""Days told in figures alone, of which nothing says which is the month (`14/05/2024`).

They are read about the headline alone, and where there is no doubt: one figure is above 12, or the page tells one of
the two days elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence, Set
from datetime import date

from spiders import phrases
from spiders.blocks import Line
from spiders.maintext import lines_shown
from spiders.markup import DAY_IN_FIGURES, Html, days
from spiders.prose import squeezed

_WIDEST = 100
_ABOVE = 3
_BELOW = 12
_HALF = 0.5


def figures_day(page: Html, title: str | None, body: Sequence[str]) -> date | None:
    """The day in figures about the headline: one that is said to be of publication, else the only one."""
    lines = lines_shown(page)
    at = next((n for n, line in enumerate(lines) if title and line.text == title), None)
    if at is None:
        return None
    begins = {squeezed(paragraph) for paragraph in body}
    near = [
        line
        for line in lines[max(0, at - _ABOVE) : at + _BELOW]
        if _may_tell(line) and squeezed(line.text) not in begins
    ]
    ways: tuple[Callable[[str], object], ...] = (phrases.SAYS_PUBLISHED.search, bool)
    for wanted in ways:
        told = {day for line in near if wanted(_with_label(lines, line)) for day in _surely(line.text, page)}
        if told:
            return told.pop() if len(told) == 1 else None
    return None


def _may_tell(line: Line) -> bool:
    if line.width > _WIDEST or line.linked >= _HALF or phrases.NOT_ITS_OWN.search(line.text):
        return False
    return DAY_IN_FIGURES.search(line.text) is not None and phrases.SAYS_UPDATED.search(line.text) is None


def _with_label(lines: Sequence[Line], line: Line) -> str:
    """What a line says with what a table or a list says before it."""
    before = lines[line.number - 1].text if line.number else ""
    return line.text if DAY_IN_FIGURES.search(before) else f"{before} {line.text}"


def _surely(text: str, page: Html) -> Iterator[date]:
    """The days in a text of which the month is known."""
    for match in DAY_IN_FIGURES.finditer(text):
        one, other, year = int(match[1]), int(match[3]), int(match[4])
        found = {day for day in (_day(year, one, other), _day(year, other, one)) if day}
        if len(found) > 1:
            found &= _days_elsewhere(page)
        if len(found) == 1:
            yield found.pop()


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _days_elsewhere(page: Html) -> Set[date]:
    """The days that the page tells without doubt: in its lines, its metadata and its address."""
    texts = (*(line.text for line in lines_shown(page)), *page.metas.values(), page.url)
    return {day for text in texts for day in days(text)}
