"""Mentions of the database as resolution needs them: with what is known of their page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from pipeline.extract.serialise import mention_from_json
from pipeline.store.models import MentionRow, Page, Reading, Site
from pipeline.store.rows import batches
from pipeline.words import KeptMention, MentionKey, PageState, SiteKind

OPENING = 200
"""Characters, without blanks, that a result list's cut item (about 300) has of its article. Fewer do not tell: two
meetings of one day open alike up to the guest's name, some 100 characters in English."""
_AT_LEAST = 5 * OPENING
"""Characters of a body that are read for it: no page has more blanks than that."""


@dataclass(frozen=True, slots=True)
class Row:
    """A mention with the number of its row, and the event it stands in so far."""

    id: int
    event_id: str | None
    kept: KeptMention

    @property
    def key(self) -> MentionKey:
        return self.kept.key


def everything(session: Session) -> list[Row]:
    """All mentions, in the order of their keys."""
    return list(_rows(session, _QUERY))


def of_pages(session: Session, urls: Collection[str]) -> list[Row]:
    """All mentions of these pages, in the order of their keys."""
    found = [row for some in batches(sorted(urls)) for row in _rows(session, _QUERY.where(Page.url.in_(some)))]
    return sorted(found, key=lambda row: row.key)


def of_ids(session: Session, ids: Collection[int]) -> list[Row]:
    """The mentions of these rows, in the order of their keys."""
    found = [row for some in batches(sorted(ids)) for row in _rows(session, _QUERY.where(MentionRow.id.in_(some)))]
    return sorted(found, key=lambda row: row.key)


def of_events(session: Session, event_ids: Collection[str]) -> list[Row]:
    """The mentions that stand in these events, in the order of their keys."""
    found = [
        row
        for some in batches(sorted(event_ids))
        for row in _rows(session, _QUERY.where(MentionRow.event_id.in_(some)))
    ]
    return sorted(found, key=lambda row: row.key)


def by_page(mentions: Iterable[KeptMention]) -> dict[str, list[KeptMention]]:
    """Mentions by the address of their page."""
    found: dict[str, list[KeptMention]] = {}
    for one in mentions:
        found.setdefault(one.key.page, []).append(one)
    return found


def opening(body: str) -> str:
    """The first characters of a body without blanks; empty where it is shorter than that, and may open many pages."""
    packed = "".join(body.split())
    return packed[:OPENING] if len(packed) >= OPENING else ""


_QUERY = (
    select(
        MentionRow.id,
        MentionRow.event_id,
        MentionRow.number,
        MentionRow.content,
        MentionRow.lost_snapshot_id,
        Page.url,
        Page.state,
        Page.first_seen_at,
        Site.name,
        Site.kind,
        Site.family,
        Reading.title,
        Reading.language,
        func.substr(Reading.body, 1, _AT_LEAST).label("body"),
    )
    .join(Page, MentionRow.page_id == Page.id)
    .join(Site, Page.site == Site.name)
    .join(Reading, MentionRow.reading_id == Reading.id)
    .order_by(Page.url, MentionRow.number)
)


def _rows(session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[Row]:
    for row in session.execute(query):
        kept = KeptMention(
            key=MentionKey(row.url, row.number),
            mention=mention_from_json(row.content),
            site=row.name,
            site_kind=SiteKind(row.kind),
            family=row.family,
            language=row.language,
            first_seen_at=row.first_seen_at,
            title=row.title,
            opening=opening(row.body),
            lost=row.lost_snapshot_id is not None or row.state == PageState.GONE,
        )
        yield Row(row.id, row.event_id, kept)
