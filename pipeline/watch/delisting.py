"""Which pages left a list while their neighbours stayed (codebook §12); never those that moved to its next page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import TypeAlias

Entry: TypeAlias = tuple[int, date | None]
"""A page that a list shows, and the day the list gives it."""

_SLACK = timedelta(days=3)
"""Lists in order of time have inversions: of the department's 705 entries three stand 3 or 4 days off."""


def vanished(before: Sequence[Entry], after: Sequence[Entry]) -> list[int]:
    """The pages that ``before`` shows between two others which ``after`` shows still, without them.

    Only within that part of the list which stands in order of time, the longest: items pinned to its top and the
    columns beside it (most read, recommended) come and go by themselves. A list without days, or whose items have
    changed places, tells nothing.
    """
    listed = [page for page, _ in after]
    still = set(listed)
    core = max(_falling(before), key=len, default=[])
    kept = [page for page in core if page in still]
    if kept != [page for page in dict.fromkeys(listed) if page in set(kept)]:
        return []
    first, last = (core.index(kept[0]), core.index(kept[-1])) if kept else (0, 0)
    return [page for page in core[first:last] if page not in still]


def _falling(entries: Sequence[Entry]) -> Iterator[list[int]]:
    """The stretches of a list in which no item is newer than the one above it."""
    stretch: list[int] = []
    seen: set[int] = set()
    above: date | None = None
    for page, day in entries:
        if page in seen:
            continue
        seen.add(page)
        if day is None or above is None or day > above + _SLACK:
            yield stretch
            stretch = []
        if day is not None:
            stretch.append(page)
        above = day
    yield stretch
