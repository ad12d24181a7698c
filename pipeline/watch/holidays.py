"""Chinese public holidays and make-up working days: on which days silence says nothing (data: ``holidays.toml``)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

SATURDAY = 5
_AHEAD = timedelta(days=31)
"""How long before a year begins its lack is told: announcements come in October or November."""


class DayKind(StrEnum):
    """What a day is in China. ``made_up`` is a Saturday or Sunday with work."""

    WORKING = "working"
    MADE_UP = "made_up"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


@dataclass(frozen=True, slots=True)
class Holidays:
    """The holidays by year; ``announced`` are the years known for sure."""

    off: frozenset[date]
    work: frozenset[date]
    announced: frozenset[int]
    expected: frozenset[int]

    def kind(self, day: date) -> DayKind:
        """What a day is. In a year that is only expected, or not known at all, no work is made up; see ``lack``."""
        if day in self.off:
            return DayKind.HOLIDAY
        if day.weekday() < SATURDAY:
            return DayKind.WORKING
        return DayKind.MADE_UP if day in self.work else DayKind.WEEKEND

    def lack(self, today: date) -> str | None:
        """In words, what is not known for sure of these weeks and those to come; None where nothing lacks."""
        years = sorted({today.year, (today + _AHEAD).year} - self.announced)
        if not years:
            return None
        taken = "taken from the rule" if set(years) <= self.expected else "NOT known: silence counts on them"
        named = " and ".join(map(str, years))
        return (
            f"China's holidays of {named} are {taken}; put the State Council's announcement into"
            " pipeline/watch/holidays.toml"
        )


@cache
def holidays() -> Holidays:
    """The holidays of the data file. Raises ValueError, naming the year, where it contradicts itself."""
    return read(tomllib.loads(resources.files("pipeline.watch").joinpath("holidays.toml").read_text(encoding="utf-8")))


def read(data: Mapping[str, Any]) -> Holidays:
    """The holidays of a parsed data file. Raises ValueError where it contradicts itself."""
    off: set[date] = set()
    work: set[date] = set()
    years: list[int] = []
    for entry in data["announced"]:
        year = entry["year"]
        years.append(year)
        for span in entry["off"]:
            first, _, last = span.partition("/")
            off.update(_days(_day(year, first), _day(year, last or first)))
        made_up = {_day(year, day) for day in entry["work"]}
        if any(day.weekday() < SATURDAY or day in off for day in made_up):
            raise ValueError(f"holidays.toml, {year}: a day of `work` is no Saturday or Sunday, or is free")
        work |= made_up
    announced = frozenset(years)
    for entry in data["expected"]:
        years.append(entry["year"])
        off.update(day for day in _expected(entry, data["around"]) if day.year not in announced)
    if len(years) != len(set(years)):
        raise ValueError(f"holidays.toml: a year stands twice: {sorted(years)}")
    return Holidays(frozenset(off), frozenset(work), announced, frozenset(years) - announced)


def _expected(entry: Mapping[str, Any], around: Mapping[str, Any]) -> Iterator[date]:
    fixed = {"new_year": "01-01", "labour": "05-01", "national": "10-01"}
    for name, (before, after) in around.items():
        day = _day(entry["year"], fixed.get(name) or entry[name])
        yield from _days(day - timedelta(days=before), day + timedelta(days=after))


def _day(year: int, text: str) -> date:
    return date.fromisoformat(f"{year}-{text}")


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
