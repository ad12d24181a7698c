"""The days that a backfill is asked for, and where it asks."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_DAY = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?")


class Source(StrEnum):
    """Where a site's past is asked for: in its own lists, or in the Internet Archive."""

    LISTS = "lists"
    WAYBACK = "wayback"


@dataclass(frozen=True, slots=True)
class Span:
    """The days asked for, both included; without an ``until`` up to today."""

    since: date
    until: date | None = None

    @classmethod
    def of(cls, since: str, until: str | None = None) -> Span:
        """A span from words: years, months or days (``2016``, ``2016-05``, ``2016-05-17``), from the first day of the
        one to the last of the other. Raises ValueError, in words for people."""
        first = _day(since, last=False)
        last = _day(until, last=True) if until is not None else None
        if last is not None and last < first:
            raise ValueError(f"{until} is before {since}")
        return cls(first, last)

    def holds(self, day: date | None) -> bool:
        """True for a day of the span, and for none: what does not tell its day must be looked at."""
        return day is None or (day >= self.since and (self.until is None or day <= self.until))

    def __str__(self) -> str:
        return f"{self.since} to {self.until or 'today'}"


def _day(text: str, *, last: bool) -> date:
    found = _DAY.fullmatch(text.strip())
    try:
        if not found:
            raise ValueError
        year, month, day = int(found[1]), int(found[2] or (12 if last else 1)), found[3]
        return date(year, month, int(day) if day else calendar.monthrange(year, month)[1] if last else 1)
    except ValueError:
        raise ValueError(f"{text!r} is no year, month or day; write it as 2016, 2016-05 or 2016-05-17") from None
