"""Whose pages are looked at again because somebody fell from office or a party is no more (codebook §12)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from pipeline.clock import BEIJING, beijing_day
from pipeline.gazetteer import Gazetteer, load
from pipeline.watch.schedule import HALF_YEAR, STEPS


@dataclass(frozen=True, slots=True)
class Recall:
    """Pages that name this person or party (gazetteer ids) are due unless they were visited since an instant."""

    person: str | None
    organisation: str | None
    visited_since: datetime


def recalls(now: datetime, gazetteer: Gazetteer | None = None) -> list[Recall]:
    """What the gazetteer knows to have ended lately: pages are due 1, 3, 7, 30 and 90 days after, then as ever."""
    book = gazetteer or load()
    found = []
    for person in book.people.values():
        if instant := _last_step((post.end for post in person.posts), now):
            found.append(Recall(person.id, None, instant))
    for party in book.parties.values():
        if instant := _last_step([party.valid_to], now):
            found.append(Recall(None, party.id, instant))
    return found


def _last_step(ends: Iterable[date | None], now: datetime) -> datetime | None:
    """The newest instant of a schedule that begins with one of these days' end; None where none runs."""
    today = beijing_day(now)
    lately = [end for end in ends if end is not None and 0 <= (today - end).days < HALF_YEAR]
    return max((step for end in lately for step in _steps(end) if step <= now), default=None)


def _steps(end: date) -> Iterator[datetime]:
    yield from (_over(end) + timedelta(days=days) for days in STEPS)


def _over(end: date) -> datetime:
    return datetime.combine(end, time(), BEIJING)
