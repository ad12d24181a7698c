"""Weeks: Monday to Sunday by Beijing dates, named as ISO names them (2026-W47)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from pipeline.clock import BEIJING, beijing_day

_NAME = re.compile(r"(\d{4})-W(\d{2})")


class WeekError(ValueError):
    """Not the name of a week; the message says what was given and what one looks like."""


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One ISO week. ``first`` is its Monday, ``last`` its Sunday, both days in Beijing."""

    first: date

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

    @property
    def starts_at(self) -> datetime:
        """The instant (UTC) at which its Monday begins in Beijing."""
        return _midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        """The instant (UTC) at which the Monday after it begins in Beijing."""
        return _midnight(self.first + timedelta(days=7))

    @property
    def before(self) -> Week:
        return Week(self.first - timedelta(days=7))

    def __str__(self) -> str:
        return self.name


def week_of(day: date) -> Week:
    """The week that holds a day."""
    return Week(day - timedelta(days=day.weekday()))


def running_week(now: datetime) -> Week:
    """The week it is in Beijing at an instant."""
    return week_of(beijing_day(now))


def ended_week(now: datetime) -> Week:
    """The newest week that has ended in Beijing at an instant."""
    return running_week(now).before


def parse_week(name: str) -> Week:
    """The week of a name such as ``2026-W47``. Raises WeekError for anything else, also for a week 53 that is none."""
    found = _NAME.fullmatch(name.strip())
    if found:
        try:
            return Week(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        except ValueError:
            pass
    raise WeekError(f"{name!r} is not a week; a week is written as 2026-W47 (year, W, number from 01 to 52 or 53)")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)
