"""The resolver: one at a time takes what the crawlers read and keeps the events (DESIGN.md, Writing)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.archive import ledger
from pipeline.extract.serialise import mention_from_json
from pipeline.resolve.actors import actors, with_ids
from pipeline.resolve.best import facts, source_order
from pipeline.resolve.cluster import cluster
from pipeline.resolve.identity import identify
from pipeline.resolve.write import write_events, write_ledger
from pipeline.store.database import Database
from pipeline.store.locks import held
from pipeline.store.models import MentionRow, Page, Reading, Site
from pipeline.store.sync import sync_gazetteer
from pipeline.words import Cluster, KeptMention, MentionKey, PageState, SiteKind

PATIENCE = 600.0
"""Seconds to wait for another resolver, which takes in what the waiting one would: two crawls may end together."""


OPENING = 200
"""Characters, without blanks, that a result list's cut item (about 300) has of its article. Fewer do not tell: two
meetings of one day open alike up to the guest's name, some 100 characters in English."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What one resolution did: mentions taken, events there are, and how many are new, changed or gone."""

    mentions: int
    events: int
    new: int
    changed: int
    gone: int


def resolve_all(database: Database, archive_folder: Path, now: datetime) -> Resolved:
    """Resolve every mention of the database into events, under the resolver's lock.

    New ids stand in the ledger beside the archive, fsynced, before the database shows them, so that an id
    once given is never given to anything else. Raises LockHeld where another resolver lives.
    """
    with held(database, "resolver", wait=PATIENCE):
        with database.reading() as session:
            mentions = kept_mentions(session)
        clusters = cluster(mentions)
        identified = identify(clusters, ledger.read(archive_folder), now)
        if identified.entries:
            ledger.append(archive_folder, identified.entries)
        by_key = {kept.key: kept for kept in mentions}
        ranked = {
            event_id: sorted((by_key[key] for key in group.members), key=source_order)
            for event_id, group in identified.events.items()
        }
        entries = [
            {
                "event_id": entry.event_id,
                "page": entry.page,
                "number": entry.number,
                "members": [list(member) for member in entry.members],
                "given_at": entry.given_at,
            }
            for entry in ledger.read(archive_folder).values()
        ]
        with database.writing() as session:
            sync_gazetteer(session)
            counts = write_events(
                session,
                identified.events,
                identified.merged,
                {event_id: facts(members) for event_id, members in ranked.items()},
                with_ids({event_id: actors(members) for event_id, members in ranked.items()}),
                parents(identified.events, by_key),
            )
            write_ledger(session, entries)
    return Resolved(len(mentions), len(identified.events), counts["new"], counts["changed"], counts["gone"])


def kept_mentions(session: Session) -> list[KeptMention]:
    """All mentions of the database as resolution needs them, in the order of their keys."""
    rows = session.execute(
        select(MentionRow, Page, Site, Reading.title, Reading.language, Reading.body)
        .join(Page, MentionRow.page_id == Page.id)
        .join(Site, Page.site == Site.name)
        .join(Reading, MentionRow.reading_id == Reading.id)
        .order_by(Page.url, MentionRow.number)
    )
    return [
        KeptMention(
            key=MentionKey(page.url, mention.number),
            mention=mention_from_json(mention.content),
            site=site.name,
            site_kind=SiteKind(site.kind),
            family=site.family,
            language=language,
            first_seen_at=page.first_seen_at,
            title=title,
            opening=opening(body),
            lost=mention.lost_snapshot_id is not None or page.state == PageState.GONE,
        )
        for mention, page, site, title, language, body in rows
    ]


def opening(body: str) -> str:
    """The first characters of a body without blanks; empty where it is shorter than that, and may open many pages."""
    packed = "".join(body.split())
    return packed[:OPENING] if len(packed) >= OPENING else ""


def parents(events: Mapping[str, Cluster], by_key: Mapping[MentionKey, KeptMention]) -> dict[str, str]:
    """The parent event of each event whose mention names a parent on its page."""
    event_of = {key: event_id for event_id, group in events.items() for key in group.members}
    found: dict[str, str] = {}
    for event_id, group in events.items():
        for key in group.members:
            number = by_key[key].mention.parent
            parent = event_of.get(MentionKey(key.page, number)) if number is not None else None
            if parent is not None and parent != event_id:
                found.setdefault(event_id, parent)
    return found
