"""Periods an edition can tell: weeks, Monday to Sunday by Beijing dates (2026-W47), and months (2026-11)."""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import ClassVar, Self

from pipeline.clock import BEIJING, beijing_day

_WEEK = re.compile(r"([12]\d{3})-W(\d{2})")
_MONTH = re.compile(r"([12]\d{3})-(\d{2})")


class PeriodError(ValueError):
    """Not the name of a period; the message says what was given and what one looks like."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A span of whole days in Beijing. ``first`` is its first day; ``rhythm`` that of the slices told by it."""

    kind: ClassVar[str]
    rhythm: ClassVar[str]
    first: date

    @property
    @abstractmethod
    def last(self) -> date:
        """Its last day."""

    @property
    @abstractmethod
    def name(self) -> str:
        """As 2026-W47 or 2026-11."""

    @property
    def starts_at(self) -> datetime:
        """The instant (UTC) at which its first day begins in Beijing."""
        return _midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        """The instant (UTC) at which the day after it begins in Beijing."""
        return _midnight(self.last + timedelta(days=1))

    @property
    def before(self) -> Self:
        """The period of its kind that ended when it began."""
        return self.holding(self.first - timedelta(days=1))

    @classmethod
    @abstractmethod
    def holding(cls, day: date) -> Self:
        """The period of this kind that holds a day."""

    @classmethod
    def running(cls, now: datetime) -> Self:
        """The one it is in Beijing at an instant."""
        return cls.holding(beijing_day(now))

    @classmethod
    def ended(cls, now: datetime) -> Self:
        """The newest one that has ended in Beijing at an instant."""
        return cls.running(now).before

    def __str__(self) -> str:
        return self.name


class Week(Period):
    """One ISO week, Monday to Sunday."""

    __slots__ = ()
    kind = "week"
    rhythm = "weekly"

    @property
    def last(self) -> date:
        return self.first + timedelta(days=6)

    @property
    def number(self) -> int:
        return self.first.isocalendar().week

    @property
    def name(self) -> str:
        year, number, _ = self.first.isocalendar()
        return f"{year:04}-W{number:02}"

    @classmethod
    def holding(cls, day: date) -> Self:
        return cls(day - timedelta(days=day.weekday()))


class Month(Period):
    """One calendar month."""

    __slots__ = ()
    kind = "month"
    rhythm = "monthly"

    @property
    def last(self) -> date:
        return (self.first + timedelta(days=31)).replace(day=1) - timedelta(days=1)

    @property
    def name(self) -> str:
        return f"{self.first.year:04}-{self.first.month:02}"

    @classmethod
    def holding(cls, day: date) -> Self:
        return cls(day.replace(day=1))


KINDS: dict[str, type[Week] | type[Month]] = {kind.rhythm: kind for kind in (Week, Month)}
"""The kind of period of a rhythm."""


def parse_period(name: str) -> Week | Month:
    """The period of a name such as ``2026-W47`` or ``2026-11``. Raises PeriodError, also for a week 53 that is none."""
    text = name.strip()
    try:
        if found := _WEEK.fullmatch(text):
            return Week(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        if found := _MONTH.fullmatch(text):
            return Month(date(int(found[1]), int(found[2]), 1))
    except ValueError:
        pass
    raise PeriodError(
        f"{name!r} is neither a week nor a month; a week is written as 2026-W47 (year, W, number from 01 to 52 or 53), "
        "a month as 2026-11"
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)
