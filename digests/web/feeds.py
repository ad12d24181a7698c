"""Atom feeds (RFC 4287), for every filter of the lists: what was newly heard of, what became of pages, what was told
wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from digests.web import lists
from digests.web.corrected import Correction
from digests.web.lists import Filter
from digests.web.register import register
from digests.web.told import told
from pipeline.store.models import EventRow

SIZE = 100
"""Entries of a feed."""
NOTHING_YET = datetime(2000, 1, 1, tzinfo=UTC)
"""When an empty feed was updated: RFC 4287 asks for an instant, and now would be news at every visit."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry. ``id`` never changes; ``link`` is where to click."""

    id: str
    title: str
    updated: datetime
    link: str
    text: str


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed with its own address and that of the page it belongs to."""

    title: str
    address: str
    page: str
    entries: tuple[Entry, ...]

    @property
    def updated(self) -> datetime:
        return max((entry.updated for entry in self.entries), default=NOTHING_YET)


def events_feed(session: Session, wanted: Filter, root: str) -> Feed:
    """The events of a filter by when they were first heard of, the newest first."""
    events = lists.newest(session, wanted, SIZE)
    ids = [event.id for event in events]
    said_since = func.coalesce(EventRow.changed_at, EventRow.first_seen_at)
    updated = dict(session.execute(select(EventRow.id, said_since).where(EventRow.id.in_(ids))).all())
    entries = []
    for event in events:
        said = told(event)
        sources = " ".join(source.url for source in said.sources if source.url)
        address = f"{root}{said.path}"
        entries.append(Entry(address, said.plain, updated[event.id], address, f"{said.plain} {sources}"))
    return _feed("events", "events", "/events", wanted, root, entries)


def changes_feed(session: Session, wanted: Filter, root: str) -> Feed:
    """Pages that were edited, delisted or removed: all, or those that tell events of a filter."""
    entries = [
        Entry(
            id=f"{root}/changes#{entry.key}",
            title=f"{entry.what}: {entry.title}",
            updated=entry.changed_at,
            link=f"{root}/copies/{entry.after or entry.before}" if entry.after or entry.before else f"{root}/changes",
            text=f"{entry.site}. {entry.detail}",
        )
        for entry in register(session, SIZE, wanted)
    ]
    return _feed("changes", "edited, delisted and removed pages", "/changes", wanted, root, entries)


def corrections_feed(corrections: Sequence[Correction], wanted: Filter, root: str) -> Feed:
    """What earlier editions told wrong, of the events of a filter."""
    entries = [
        Entry(
            id=f"{root}/corrections#{one.key}",
            title=f"{one.period}: {one.why}",
            updated=one.at,
            link=f"{root}/events/{one.event_id}",
            text=" ".join([one.why, *(f"{part.field}: {part.was} → {part.now}." for part in one.parts)]),
        )
        for one in corrections
    ]
    return _feed("corrections", "corrections", "/corrections", wanted, root, entries)


def _feed(name: str, title: str, page: str, wanted: Filter, root: str, entries: Sequence[Entry]) -> Feed:
    query = f"?{wanted.query}" if wanted.query else ""
    told = f"idwatch: {title} ({', '.join(wanted.words)})" if wanted.query else f"idwatch: {title}"
    return Feed(told, f"{root}/feeds/{name}.atom{query}", f"{root}{page}{query}", tuple(entries))
