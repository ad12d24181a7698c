"""Atom feeds (RFC 4287): what was newly heard of, for every filter of the lists, and what became of pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.web import lists
from digests.web.lists import Filter
from digests.web.register import register
from digests.web.told import told
from pipeline.store.models import EventRow


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
    def updated(self) -> datetime | None:
        return max((entry.updated for entry in self.entries), default=None)


def events_feed(session: Session, wanted: Filter, root: str, size: int) -> Feed:
    """The events of a filter by when they were first heard of, the newest first."""
    events = lists.newest(session, wanted, size)
    ids = [event.id for event in events]
    seen = dict(session.execute(select(EventRow.id, EventRow.first_seen_at).where(EventRow.id.in_(ids))).all())
    query = f"?{wanted.query}" if wanted.query else ""
    entries = []
    for event in events:
        said = told(event)
        sources = " ".join(source.url for source in said.sources if source.url)
        entries.append(
            Entry(f"{root}{said.path}", said.plain, seen[event.id], f"{root}{said.path}", f"{said.plain} {sources}")
        )
    title = f"idwatch: events ({wanted.query})" if wanted.query else "idwatch: events"
    return Feed(title, f"{root}/feeds/events.atom{query}", f"{root}/events{query}", tuple(entries))


def changes_feed(session: Session, root: str, size: int) -> Feed:
    """Pages that were edited, delisted or removed."""
    entries = tuple(
        Entry(
            id=f"{root}/changes#{entry.what}-{entry.after or entry.before}-{entry.at:%Y%m%dT%H%M%SZ}",
            title=f"{entry.what}: {entry.title}",
            updated=entry.at,
            link=f"{root}/copies/{entry.after or entry.before}" if entry.after or entry.before else f"{root}/changes",
            text=f"{entry.site}. {entry.detail}",
        )
        for entry in register(session, size)
    )
    return Feed("idwatch: edited, delisted and removed pages", f"{root}/feeds/changes.atom", f"{root}/changes", entries)
