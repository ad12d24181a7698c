"""The register of pages that were edited, delisted or removed, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from digests.rows import checksum
from digests.texts import clean, is_chinese, web_address
from digests.web.lists import Filter, narrowed
from digests.wording import word
from pipeline.store.models import Change, EventRow, Loss, MentionRow, Page, Site, Snapshot

EDITED, LOSSES = "edited", ("delisted", "removed")
KINDS = (EDITED, *LOSSES)
LONGEST_DIFF = 40
"""Lines of a diff that are shown; both copies are one click away."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that became of a page, by a ``key`` that never changes. ``changed_at`` is when it came to say what it
    says: a loss is confirmed later, and may end. ``before`` and ``after`` are codes of archived copies; ``diff`` its
    lines; ``events`` those that the page tells."""

    key: str
    at: datetime
    changed_at: datetime
    what: str
    title: str
    language: str
    url: str | None
    site: str
    detail: str
    before: str | None
    after: str | None
    diff: tuple[str, ...] = ()
    events: tuple[str, ...] = ()


def register(
    session: Session, size: int, wanted: Filter | None = None, kinds: Sequence[str] = KINDS, start: int = 0
) -> list[Entry]:
    """``size`` entries of these kinds from the ``start``-th on: of all pages, or of those that tell events of a
    filter."""
    pages = None
    if wanted is not None and wanted.query:
        told = narrowed(select(EventRow.id), wanted)
        pages = select(MentionRow.page_id).where(MentionRow.event_id.in_(told))
    reach = start + size
    entries: list[Entry] = []
    if EDITED in kinds:
        entries += _edits(session, reach, pages)
    if lost := [kind for kind in LOSSES if kind in kinds]:
        entries += _losses(session, reach, pages, lost)
    return sorted(entries, key=lambda entry: (entry.at, entry.title), reverse=True)[start:reach]


def _edits(session: Session, size: int, pages: Select[int] | None) -> list[Entry]:
    before, after = aliased(Snapshot), aliased(Snapshot)
    query = (
        select(Change, Page, Site.title, before.code, after.code)
        .join(Page, Page.id == Change.page_id)
        .join(Site, Site.name == Page.site)
        .join(before, before.id == Change.before_id)
        .join(after, after.id == Change.after_id)
        .where(Change.material.is_(True))
        .order_by(Change.seen_at.desc(), Change.id.desc())
        .limit(size)
    )
    rows = session.execute(query.where(Change.page_id.in_(pages)) if pages is not None else query).all()
    told = _events(session, [page.id for _, page, *_ in rows])
    return [
        _entry(
            page, site, new, change.seen_at, EDITED, ", ".join(word("fields", str(name)) for name in change.fields),
            changed_at=change.seen_at, before=old, after=new, diff=_lines(change.diff), events=told.get(page.id, ()),
        )
        for change, page, site, old, new in rows
    ]  # fmt: skip


def _losses(session: Session, size: int, pages: Select[int] | None, kinds: Sequence[str]) -> list[Entry]:
    query = (
        select(Loss, Page, Site.title)
        .join(Page, Page.id == Loss.page_id)
        .join(Site, Site.name == Page.site)
        .where(Loss.confirmed_at.is_not(None), Loss.kind.in_(kinds))
        .order_by(Loss.since.desc(), Page.url)
        .limit(size)
    )
    rows = session.execute(query.where(Loss.page_id.in_(pages)) if pages is not None else query).all()
    told = _events(session, [page.id for _, page, _ in rows])
    entries = []
    for loss, page, site in rows:
        copies = select(Snapshot.code).where(Snapshot.page_id == page.id, Snapshot.fetched_at < loss.since)
        last = session.scalar(copies.order_by(Snapshot.fetched_at.desc()).limit(1))
        came_back = f"; there again on {loss.ended_at:%Y-%m-%d}" if loss.ended_at else ""
        detail = f"confirmed on {loss.confirmed_at:%Y-%m-%d}{came_back}"
        entries.append(
            _entry(
                page, site, checksum(page.url)[:16], loss.since, loss.kind, detail,
                changed_at=loss.ended_at or loss.confirmed_at, before=last, after=None, events=told.get(page.id, ()),
            )
        )  # fmt: skip
    return entries


def _events(session: Session, pages: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The events that pages tell, by page."""
    rows = session.execute(
        select(MentionRow.page_id, MentionRow.event_id)
        .where(MentionRow.page_id.in_(pages))
        .order_by(MentionRow.page_id, MentionRow.number)
    )
    found: dict[int, tuple[str, ...]] = {}
    for page, event in rows:
        if event is not None and event not in found.get(page, ()):
            found[page] = (*found.get(page, ()), event)
    return found


def _entry(page: Page, site: str, name: str, at: datetime, what: str, detail: str, **values: Any) -> Entry:
    """``name``: what tells the entry from others of its kind and instant, also in a database made anew."""
    title = clean(page.listed_title) or clean(page.url) or ""
    language = "zh" if is_chinese(title) else "en"
    key = f"{what}-{name}-{at:%Y%m%dT%H%M%SZ}"
    return Entry(
        key=key, at=at, what=what, title=title, language=language, url=web_address(page.url), site=site, detail=detail,
        **values,
    )  # fmt: skip


def _lines(diff: str) -> tuple[str, ...]:
    lines = [line for line in diff.splitlines() if line[:1] in "+-" and not line.startswith(("+++", "---"))]
    return tuple(clean(line, 400) or "" for line in lines[:LONGEST_DIFF])
