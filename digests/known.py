"""What is known at an instant, read once for an edition whatever the number of its slices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from digests.entries import ABSENT_ROLES
from pipeline.clock import beijing_day
from pipeline.store.models import (
    Country,
    EventCountry,
    EventRow,
    EventTheme,
    MentionRow,
    OrganisationRow,
    Page,
    Participation,
)
from pipeline.words import DatePrecision, Realis, Scope, Side, Standing

TOLD_REALIS = (Realis.ACTUAL, Realis.PLANNED, Realis.CANCELLED, Realis.DENIED)
ACTUAL = Realis.ACTUAL.value
FOR_REVIEW = "OTHER.UNCLEAR"
CONTACT_FAMILIES = {"MEET", "TRAIN", "CONF", "BRIEF"}
CONTACT_TYPES = {"DOC.MECH"}
"""The contact count of codebook §2: these, actual, in scope; visits are series and counted on their own."""
TOO_WIDE = {DatePrecision.MONTH.value, DatePrecision.YEAR.value}
"""Spans within which the day is not known: too wide for a week, and for the order that a first needs."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What choosing and counting need of an event that can be told.

    ``body_ids`` and ``person_ids`` are those that were there, ``officials`` the people of the Chinese side among
    them, ``parties`` the foreign parties that the gazetteer knows. ``sites`` are those whose pages tell of it.
    """

    id: str
    type: str
    realis: str
    is_series: bool
    parent_id: str | None
    first_day: date | None
    last_day: date | None
    precision: str | None
    first_seen: date
    standing: str
    iso3: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    body_ids: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()
    officials: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()

    @property
    def actual(self) -> bool:
        return self.realis == ACTUAL

    @property
    def family(self) -> str:
        """Level 1 of its type."""
        return self.type.partition(".")[0]

    @property
    def is_contact(self) -> bool:
        """Whether it enters the contact count."""
        counted = self.type in CONTACT_TYPES or self.family in CONTACT_FAMILIES
        return self.actual and counted and not self.is_series


@dataclass(frozen=True, slots=True)
class Known:
    """All events that can be told, by id; ``merged`` leads from an id to the event that took it over in the end.

    ``untold`` is what took place besides: out of scope, of a doubtful type, or only recalled by a page.
    """

    facts: Mapping[str, Fact]
    merged: Mapping[str, str]
    countries: Mapping[str, Country]
    parties: Mapping[str, OrganisationRow]
    children: Mapping[str, tuple[Fact, ...]]
    untold: Mapping[str, Fact] = field(default_factory=dict)

    @property
    def took_place(self) -> list[Fact]:
        """All that took place, whether it can be told or not."""
        return [*(fact for fact in self.facts.values() if fact.actual), *self.untold.values()]


def read_known(session: Session) -> Known:
    """What a database knows: a handful of queries, none of them per event. Reads only."""
    wanted = or_(and_(*tellable()), and_(*_took_place()))
    told = set(session.scalars(select(EventRow.id).where(*tellable())))
    countries = {row.iso3: row for row in session.scalars(select(Country))}
    a_party = (OrganisationRow.kind == "party", OrganisationRow.source == "gazetteer")
    parties = {row.id: row for row in session.scalars(select(OrganisationRow).where(*a_party))}
    own: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    of_countries = select(EventCountry.event_id, EventCountry.iso3).join(EventRow).where(wanted)
    for event_id, iso3 in session.execute(of_countries.order_by(EventCountry.event_id, EventCountry.ordinal)):
        own[event_id]["iso3"].append(iso3)
    of_themes = select(EventTheme.event_id, EventTheme.theme).join(EventRow).where(wanted)
    for event_id, theme in session.execute(of_themes.order_by(EventTheme.event_id, EventTheme.theme)):
        own[event_id]["themes"].append(theme)
    of_sites = select(MentionRow.event_id, Page.site).join(Page, Page.id == MentionRow.page_id)
    told_by = of_sites.join(EventRow, EventRow.id == MentionRow.event_id).where(wanted).distinct()
    for bearer, site in session.execute(told_by.order_by(MentionRow.event_id, Page.site)):
        own[bearer or ""]["sites"].append(site)
    cast = select(
        Participation.event_id, Participation.side, Participation.person_id, Participation.organisation_id
    ).where(Participation.role.not_in(ABSENT_ROLES))
    of_wanted = cast.join(EventRow).where(wanted)
    for event_id, side, person, body in session.execute(of_wanted.order_by(Participation.id)):
        if person is not None:
            own[event_id]["person_ids"].append(person)
            own[event_id]["officials"] += [person] if side == Side.CHINESE.value else []
        if body is not None:
            own[event_id]["body_ids"].append(body)
            own[event_id]["parties"] += [body] if side == Side.FOREIGN.value and body in parties else []
    every = {
        row.id: _fact(row, {name: tuple(dict.fromkeys(values)) for name, values in own[row.id].items()})
        for row in session.execute(_EVENTS.where(wanted).order_by(EventRow.id))
    }
    facts = {event_id: fact for event_id, fact in every.items() if event_id in told}
    untold = {event_id: fact for event_id, fact in every.items() if event_id not in told}
    redirects = select(EventRow.id, EventRow.merged_into).where(EventRow.merged_into.is_not(None))
    merged = {event_id: into for event_id, into in session.execute(redirects) if into is not None}
    ends = {event_id: _end(event_id, merged) for event_id in merged}
    return Known(facts, ends, countries, parties, _children(facts), untold)


_EVENTS = select(
    EventRow.id,
    EventRow.type,
    EventRow.realis,
    EventRow.is_series,
    EventRow.parent_id,
    EventRow.date_start,
    EventRow.date_end,
    EventRow.date_precision,
    EventRow.first_seen_at,
    EventRow.standing,
)


def tellable() -> tuple[ColumnElement[bool], ...]:
    """The conditions under which an event is told and counted."""
    return (
        EventRow.scope == Scope.IN.value,
        EventRow.realis.in_([realis.value for realis in TOLD_REALIS]),
        EventRow.merged_into.is_(None),
        EventRow.standing != Standing.RETRACTED.value,
        EventRow.type != FOR_REVIEW,
    )


def _took_place() -> tuple[ColumnElement[bool], ...]:
    return (
        EventRow.realis.in_([Realis.ACTUAL.value, Realis.HISTORICAL_REFERENCE.value]),
        EventRow.merged_into.is_(None),
        EventRow.standing != Standing.RETRACTED.value,
    )


def _fact(row: Any, own: Mapping[str, tuple[str, ...]]) -> Fact:
    return Fact(
        id=row.id,
        type=row.type,
        realis=row.realis,
        is_series=row.is_series,
        parent_id=row.parent_id,
        first_day=row.date_start,
        last_day=row.date_end or row.date_start,
        precision=row.date_precision,
        first_seen=beijing_day(row.first_seen_at),
        standing=row.standing,
        **own,
    )


def _end(event_id: str, merged: Mapping[str, str]) -> str:
    """Where the merges of an event end; a circle, which only a damaged database holds, ends where it closes."""
    seen = {event_id}
    while (target := merged.get(event_id)) is not None and target not in seen:
        seen.add(target)
        event_id = target
    return event_id


def _children(facts: Mapping[str, Fact]) -> dict[str, tuple[Fact, ...]]:
    children: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts.values():
        if fact.parent_id is not None:
            children[fact.parent_id].append(fact)
    return {parent: tuple(sorted(some, key=by_day)) for parent, some in children.items()}


def by_day(fact: Fact) -> tuple[date, date, str]:
    """The order of days, undated ones last."""
    return fact.first_day or date.max, fact.last_day or date.max, fact.id


def ended_in(facts: Iterable[Fact], first: date, last: date) -> list[Fact]:
    """Those that ended between two days; of what took place "in July" nobody knows that of a week."""
    return [
        fact
        for fact in facts
        if fact.last_day is not None and first <= fact.last_day <= last and not spills(fact, first, last)
    ]


def spills(fact: Fact, first: date, last: date) -> bool:
    """Whether a fact's day is only known within a span that is not wholly between two days."""
    if fact.precision not in TOO_WIDE or fact.first_day is None or fact.last_day is None:
        return False
    return fact.first_day < first or fact.last_day > last
