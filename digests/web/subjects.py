"""Whom a page is about: a country, a body, a person; and the lists of them."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from digests.texts import clean
from digests.web.lists import Filter, narrowed
from pipeline.store.models import Country, EventCountry, EventRow, OrganisationRow, Participation, PersonRow


@dataclass(frozen=True, slots=True)
class Subject:
    """A country, body or person: what it is called, what is known of it, and its number of events."""

    kind: str
    id: str
    name: str
    name_zh: str | None
    notes: tuple[tuple[str, str], ...] = ()
    events: int = 0

    @property
    def path(self) -> str:
        return f"/{self.kind}/{quote(self.id, safe='')}"


def country(session: Session, iso3: str) -> Subject | None:
    row = session.get(Country, iso3.upper())
    if row is None:
        return None
    notes = (("ISO 3166", row.iso3), ("M49", row.m49 or ""))
    return Subject("countries", row.iso3, row.name_en, row.name_zh, _filled(notes))


def body(session: Session, id_: str) -> Subject | None:
    row = session.get(OrganisationRow, id_)
    if row is None:
        return None
    notes = (("Country", _country(session, row)), ("Kind", (row.kind or "").replace("_", " ")), *_identifiers(row))
    return Subject("parties", row.id, _called(row), clean(row.name_zh), _filled(notes))


def person(session: Session, id_: str) -> Subject | None:
    row = session.get(PersonRow, id_)
    if row is None:
        return None
    notes = _filled((("Country", _country(session, row)),))
    return Subject("officials", row.id, _called(row), clean(row.name_zh), notes)


def countries(session: Session) -> list[Subject]:
    """Every country with events, by name."""
    query = (
        select(Country, func.count(EventRow.id))
        .join(EventCountry, EventCountry.iso3 == Country.iso3)
        .join(EventRow, EventRow.id == EventCountry.event_id)
    )
    rows = session.execute(narrowed(query, Filter()).group_by(Country.iso3).order_by(Country.name_en)).all()
    return [Subject("countries", row.iso3, row.name_en, row.name_zh, events=count) for row, count in rows]


def bodies(session: Session) -> list[Subject]:
    """Every foreign party with events, by country and name."""
    events = func.count(func.distinct(Participation.event_id))
    query = (
        select(OrganisationRow, Country.name_en, events)
        .outerjoin(Country, Country.iso3 == OrganisationRow.country)
        .join(Participation, Participation.organisation_id == OrganisationRow.id)
        .join(EventRow, EventRow.id == Participation.event_id)
        .where(Participation.side == "foreign", OrganisationRow.kind.like("party%"))
        .group_by(OrganisationRow.id, Country.name_en)
        .order_by(Country.name_en, OrganisationRow.name_en)
    )
    return [
        Subject("parties", row.id, _called(row), clean(row.name_zh), (("Country", country or ""),), count)
        for row, country, count in session.execute(narrowed(query, Filter()))
    ]


def people(session: Session) -> list[Subject]:
    """The Chinese officials who took part, those of most events first."""
    events = func.count(func.distinct(Participation.event_id))
    query = (
        select(PersonRow, events)
        .join(Participation, Participation.person_id == PersonRow.id)
        .join(EventRow, EventRow.id == Participation.event_id)
        .where(Participation.side == "chinese")
        .group_by(PersonRow.id)
        .order_by(events.desc(), PersonRow.name_en)
    )
    rows = session.execute(narrowed(query, Filter()))
    return [Subject("officials", row.id, _called(row), clean(row.name_zh), events=count) for row, count in rows]


def _country(session: Session, row: OrganisationRow | PersonRow) -> str:
    known = session.get(Country, row.country) if row.country else None
    return known.name_en if known else ""


def _called(row: OrganisationRow | PersonRow) -> str:
    return clean(row.name_en) or clean(row.name_zh) or row.id


def _identifiers(row: OrganisationRow) -> tuple[tuple[str, str], ...]:
    return (("Party Facts", row.pf_id or ""), ("Wikidata", row.qid or ""))


def _filled(notes: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in notes if text)
