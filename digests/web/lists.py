"""What a web page or a feed lists: events by who, where, what and when, newest first, page by page."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TypeVarTuple
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from digests.entries import load_events
from digests.known import tellable
from digests.rows import Event
from digests.web.search import says
from pipeline.store.models import EventCountry, EventRow, EventTheme, Participation

Columns = TypeVarTuple("Columns")

PAGE = 50
"""Events on one page of a list."""
MOST_PAGES = 200
"""Pages that can be turned to; who wants more exports."""
LONGEST_QUERY = 100


class BadFilter(ValueError):
    """A part of an address cannot be understood; the message says which one and what it may be."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which events: each field narrows, None leaves open. ``type`` is a whole type or its first level (``TRAIN``),
    ``q`` words of titles, places, countries and names."""

    country: str | None = None
    organisation: str | None = None
    person: str | None = None
    type: str | None = None
    theme: str | None = None
    since: date | None = None
    until: date | None = None
    q: str | None = None

    @property
    def words(self) -> list[str]:
        """What is asked for, for a title."""
        return [str(value) for one in fields(self) if (value := getattr(self, one.name)) is not None]

    @property
    def query(self) -> str:
        """The filter as the query of an address; empty for none."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return urlencode({name: str(value) for name, value in values.items() if value is not None})


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list; ``number`` counts from 1."""

    events: tuple[Event, ...]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return min(MOST_PAGES, max(1, -(-self.total // PAGE)))


def filter_of(values: Mapping[str, str]) -> Filter:
    """The filter that the query of an address asks for; names it does not know are left aside. Raises BadFilter."""

    def text(name: str) -> str | None:
        value = values.get(name, "").strip()
        if len(value) > LONGEST_QUERY:
            raise BadFilter(f"{name} has more than {LONGEST_QUERY} characters")
        if any(unicodedata.category(letter) == "Cc" for letter in value):
            # SQLite ends a pattern at a NUL and would match everything, PostgreSQL takes none
            raise BadFilter(f"{name} holds a control character")
        return value or None

    return Filter(
        country=text("country"),
        organisation=text("organisation"),
        person=text("person"),
        type=text("type"),
        theme=text("theme"),
        since=_day(values, "since"),
        until=_day(values, "until"),
        q=text("q"),
    )


def page_number(values: Mapping[str, str]) -> int:
    """The page that the query of an address asks for, from 1. Raises BadFilter."""
    text = values.get("page", "1")
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= MOST_PAGES):
        raise BadFilter(f"page is a number from 1 to {MOST_PAGES}")
    return int(text)


def events(session: Session, wanted: Filter, number: int = 1, size: int = PAGE) -> Listed:
    """The events of a filter, the newest first; what is planned stands where its days are."""
    query = narrowed(select(EventRow.id), wanted)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    order = (func.coalesce(EventRow.date_end, EventRow.date_start).desc().nulls_last(), EventRow.id)
    ids = session.scalars(query.order_by(*order).offset((number - 1) * size).limit(size)).all()
    return Listed(loaded(session, ids), total, number)


def newest(session: Session, wanted: Filter, size: int) -> tuple[Event, ...]:
    """The events of a filter that were heard of last."""
    query = narrowed(select(EventRow.id), wanted).order_by(EventRow.first_seen_at.desc(), EventRow.id)
    return loaded(session, session.scalars(query.limit(size)).all())


def loaded(session: Session, ids: Sequence[str]) -> tuple[Event, ...]:
    """Events by their ids, in the order of these."""
    found = load_events(session, ids)
    return tuple(found[event_id] for event_id in ids)


def narrowed(query: Select[*Columns], wanted: Filter) -> Select[*Columns]:
    """A query over ``event`` for those of a filter that are told and counted, as in a mail: no context, no merged and
    no retracted ones."""
    return matching(query.where(*tellable()), wanted)


def matching(query: Select[*Columns], wanted: Filter) -> Select[*Columns]:
    """A query over ``event`` for those of a filter, whatever became of them."""
    if wanted.country:
        query = query.where(_in(EventCountry.event_id, EventCountry.iso3 == wanted.country.upper()))
    if wanted.organisation:
        query = query.where(_in(Participation.event_id, Participation.organisation_id == wanted.organisation))
    if wanted.person:
        query = query.where(_in(Participation.event_id, Participation.person_id == wanted.person))
    if wanted.theme:
        query = query.where(_in(EventTheme.event_id, EventTheme.theme == wanted.theme))
    if wanted.type:
        query = query.where(
            or_(
                EventRow.type == wanted.type.upper(),
                EventRow.type.startswith(wanted.type.upper() + ".", autoescape=True),
            )
        )
    if wanted.since:
        query = query.where(func.coalesce(EventRow.date_end, EventRow.date_start) >= wanted.since)
    if wanted.until:
        query = query.where(EventRow.date_start <= wanted.until)
    for word in (wanted.q or "").split():
        query = query.where(says(word))
    return query


def _in(column: InstrumentedAttribute[str], condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return EventRow.id.in_(select(column).where(condition))


def _day(values: Mapping[str, str], name: str) -> date | None:
    text = values.get(name, "").strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BadFilter(f"{name} is a day such as 2026-11-16") from None
