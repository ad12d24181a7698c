"""Events as an edition tells them: read from the database with all that belongs to them, in few queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.disagreements import disagreements
from digests.ranks import best_rank
from digests.rows import Body, Cast, Disagreement, Event, Name, Person, Source
from digests.texts import clean, host_of, is_chinese, web_address
from pipeline.store.models import (
    Country,
    EventCountry,
    EventRow,
    EventTheme,
    MentionRow,
    OrganisationRow,
    Page,
    Participation,
    PersonRow,
    Reading,
    Site,
    Snapshot,
)
from pipeline.words import Side

T = TypeVar("T")

BATCH = 400
ABSENT_ROLES = {"mentioned", "inviter"}
"""Roles of those who were not there (codebook §4); an inviter is told as such."""
PRESENT_ROLES = {"attendee", "delegation_member"}
"""Roles of those who were there without acting."""
NAME_LIMIT, TITLE_LIMIT = 120, 240


@dataclass(slots=True)
class _Related:
    """What belongs to a batch of events, by event id, and the language it is told in."""

    language: str
    names: dict[str, Country]
    countries: dict[str, list[Country]] = field(default_factory=lambda: defaultdict(list))
    themes: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    cast: dict[str, list[Participation]] = field(default_factory=lambda: defaultdict(list))
    sources: dict[str, list[Source]] = field(default_factory=lambda: defaultdict(list))
    people: dict[str, PersonRow] = field(default_factory=dict)
    bodies: dict[str, OrganisationRow] = field(default_factory=dict)
    disagreements: dict[str, tuple[Disagreement, ...]] = field(default_factory=dict)

    def first_of(self, english: str | None, chinese: str | None, limit: int) -> str | None:
        """The text in the language of the edition, cleaned, else the other one."""
        ordered = (chinese, english) if self.language == "zh" else (english, chinese)
        return next((text for one in ordered if (text := clean(one, limit))), None)

    def country(self, iso3: str | None) -> str | None:
        row = self.names.get(iso3 or "")
        return country_name(row, self.language) if row is not None else None


def load_events(session: Session, ids: Sequence[str], language: str = "en") -> dict[str, Event]:
    """The events of these ids, by id; names and titles in ``language`` where they are known in it.

    Texts are cleaned here, once, so that nothing hostile enters an edition.
    """
    names = {row.iso3: row for row in session.scalars(select(Country))}
    events: dict[str, Event] = {}
    for batch in _batches(ids):
        rows = list(session.scalars(select(EventRow).where(EventRow.id.in_(batch))))
        related = _related(session, batch, names, language)
        disputed = {row.id: tuple((row.disputed or "").split(";")) for row in rows if row.disputed}
        related.disagreements = disagreements(session, disputed)
        for row in rows:
            events[row.id] = _event(row, related)
    return events


def country_name(country: Country, language: str) -> str:
    return country.name_zh if language == "zh" else country.name_en


def _related(session: Session, ids: Sequence[str], names: dict[str, Country], language: str) -> _Related:
    related = _Related(language, names)
    countries = select(EventCountry).where(EventCountry.event_id.in_(ids)).order_by(EventCountry.ordinal)
    for country in session.scalars(countries):
        related.countries[country.event_id].append(names[country.iso3])
    for theme in session.scalars(select(EventTheme).where(EventTheme.event_id.in_(ids)).order_by(EventTheme.theme)):
        related.themes[theme.event_id].append(theme.theme)
    cast = select(Participation).where(Participation.event_id.in_(ids)).order_by(Participation.ordinal)
    for actor in session.scalars(cast):
        related.cast[actor.event_id].append(actor)
    actors = [actor for members in related.cast.values() for actor in members]
    for batch in _batches(sorted({actor.person_id for actor in actors if actor.person_id})):
        known = session.scalars(select(PersonRow).where(PersonRow.id.in_(batch)))
        related.people.update({row.id: row for row in known})
    for batch in _batches(sorted({actor.organisation_id for actor in actors if actor.organisation_id})):
        found = session.scalars(select(OrganisationRow).where(OrganisationRow.id.in_(batch)))
        related.bodies.update({row.id: row for row in found})
    for event_id, source in _sources(session, ids):
        related.sources[event_id].append(source)
    return related


def _sources(session: Session, ids: Sequence[str]) -> Iterator[tuple[str, Source]]:
    """One source for each page that tells of an event, the Chinese pages before the others."""
    found = session.execute(
        select(MentionRow.event_id, MentionRow.lost_snapshot_id, Page.url, Page.state, Site, Snapshot.code, Reading)
        .join(Page, Page.id == MentionRow.page_id)
        .join(Site, Site.name == Page.site)
        .join(Reading, Reading.id == MentionRow.reading_id)
        .join(Snapshot, Snapshot.id == Reading.snapshot_id)
        .where(MentionRow.event_id.in_(ids))
        .order_by(MentionRow.event_id, Page.url, MentionRow.number)
    )
    rows = sorted(found, key=lambda row: (row[0] or "", row[6].language != "zh", row[2]))
    seen: set[tuple[str, str]] = set()
    for event_id, lost, url, state, site, code, reading in rows:
        if event_id is None or (event_id, url) in seen:
            continue
        seen.add((event_id, url))
        link = web_address(url)
        yield event_id, Source(link, site.title, host_of(url), reading.language, code, lost is not None, state)


def _event(row: EventRow, related: _Related) -> Event:
    countries = related.countries[row.id]
    sides: dict[str, list[Participation]] = defaultdict(list)
    for actor in related.cast[row.id]:
        sides[actor.side].append(actor)
    there = [actor for actor in related.cast[row.id] if actor.role not in ABSENT_ROLES]
    guests = [actor for actor in there if actor.side == Side.FOREIGN.value]
    return Event(
        id=row.id,
        type=row.type,
        mode=row.mode,
        realis=row.realis,
        is_series=row.is_series,
        first_day=row.date_start,
        last_day=row.date_end or row.date_start,
        precision=row.date_precision,
        place=_name(related.first_of(row.place, row.place_zh, NAME_LIMIT)),
        countries=tuple(country_name(country, related.language) for country in countries),
        iso3=tuple(country.iso3 for country in countries),
        region=region_of(countries),
        chinese=_cast(sides[Side.CHINESE.value], related),
        foreign=_cast(sides[Side.FOREIGN.value], related),
        themes=tuple(related.themes[row.id]),
        participants=row.participants,
        title_zh=clean(row.title_zh),
        title_en=clean(row.title_en),
        standing=row.standing,
        source_lost=row.source_lost,
        sources=tuple(related.sources[row.id]),
        body_ids=_unique(actor.organisation_id for actor in there if actor.organisation_id),
        person_ids=_unique(actor.person_id for actor in there if actor.person_id),
        rank=best_rank((actor.title_en or actor.title_zh, _kind(actor, related)) for actor in guests),
        parent_id=row.parent_id,
        disagreements=related.disagreements.get(row.id, ()),
    )


def region_of(countries: Iterable[Country]) -> str:
    """The practical region an event stands under: that of its countries, ``several`` or ``none``."""
    regions = {country.preg for country in countries if country.preg}
    return next(iter(regions)) if len(regions) == 1 else "several" if regions else "none"


def _cast(actors: Sequence[Participation], related: _Related) -> Cast:
    """One side. A body that stands behind a named person is not listed a second time."""
    there = [actor for actor in actors if actor.role not in ABSENT_ROLES]
    people = _people([actor for actor in there if actor.role not in PRESENT_ROLES], related)
    present = _people([actor for actor in there if actor.role in PRESENT_ROLES], related)
    behind = {actor.organisation_id for actor in there if actor.person_id}
    bodies = _unique(
        _body(related.bodies[actor.organisation_id], related)
        for actor in there
        if actor.organisation_id and not actor.person_id and actor.organisation_id not in behind
    )
    inviters = _unique(_called(actor, related) for actor in actors if actor.role == "inviter")
    sends = any(actor.role == "sender" for actor in actors)
    acting = {one.id for one in people}
    return Cast(people, tuple(one for one in present if one.id not in acting), bodies, inviters, sends)


def _people(actors: Sequence[Participation], related: _Related) -> tuple[Person, ...]:
    ordered = sorted((actor for actor in actors if actor.person_id), key=lambda actor: not actor.is_leader)
    seen: dict[str, Person] = {}
    for actor in ordered:
        if actor.person_id is None or actor.person_id in seen:
            continue
        row = related.people[actor.person_id]
        body = related.bodies.get(actor.organisation_id or "")
        seen[actor.person_id] = Person(
            name=_called(actor, related),
            title=_name(related.first_of(actor.title_en, actor.title_zh, TITLE_LIMIT)),
            body=_body(body, related) if body is not None else None,
            country=related.country(row.country),
            iso3=row.country,
            id=row.id,
            leads=actor.is_leader,
            names=_names(row),
        )
    return tuple(seen.values())


def _called(actor: Participation, related: _Related) -> Name:
    """The name of an actor: in the language of the edition, else in the other one, else the id."""
    row = related.people[actor.person_id] if actor.person_id else related.bodies[actor.organisation_id or ""]
    text = related.first_of(row.name_en, row.name_zh, NAME_LIMIT) or row.id
    return Name(text, "zh" if is_chinese(text) else "en")


def _body(row: OrganisationRow, related: _Related) -> Body:
    text = related.first_of(row.name_en, row.name_zh, NAME_LIMIT) or row.id
    name = Name(text, "zh" if is_chinese(text) else "en")
    country = related.country(row.country)
    return Body(name, clean(row.name_zh, NAME_LIMIT), country, row.country, row.kind, row.id, _names(row))


def _kind(actor: Participation, related: _Related) -> str | None:
    """The kind of the body that somebody stands for: a President alone may be a university's."""
    body = related.bodies.get(actor.organisation_id or "")
    return body.kind if body is not None else None


def _names(row: PersonRow | OrganisationRow) -> tuple[str, ...]:
    return tuple(text for name in (row.name_en, row.name_zh) if (text := clean(name, NAME_LIMIT)))


def _name(text: str | None) -> Name | None:
    return Name(text, "zh" if is_chinese(text) else "en") if text else None


def _unique(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
