"""The register of pages that were edited, delisted or removed, the newest first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from digests.texts import clean, is_chinese, web_address
from digests.wording import word
from pipeline.store.models import Change, Loss, Page, Site, Snapshot


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that became of a page. ``before`` and ``after`` are codes of archived copies; ``diff`` its lines."""

    at: datetime
    what: str
    title: str
    language: str
    url: str | None
    site: str
    detail: str
    before: str | None
    after: str | None
    diff: tuple[str, ...] = ()


LONGEST_DIFF = 40
"""Lines of a diff that are shown; both copies are one click away."""


def register(session: Session, size: int) -> list[Entry]:
    """The newest entries of all three kinds."""
    entries = [*_edits(session, size), *_losses(session, size)]
    return sorted(entries, key=lambda entry: (entry.at, entry.title), reverse=True)[:size]


def _edits(session: Session, size: int) -> list[Entry]:
    before, after = aliased(Snapshot), aliased(Snapshot)
    rows = session.execute(
        select(Change, Page, Site.title, before.code, after.code)
        .join(Page, Page.id == Change.page_id)
        .join(Site, Site.name == Page.site)
        .join(before, before.id == Change.before_id)
        .join(after, after.id == Change.after_id)
        .where(Change.material.is_(True))
        .order_by(Change.seen_at.desc(), Change.id.desc())
        .limit(size)
    )
    return [
        _entry(
            page, site, change.seen_at, "edited", ", ".join(word("fields", str(name)) for name in change.fields),
            before=old, after=new, diff=_lines(change.diff),
        )
        for change, page, site, old, new in rows
    ]  # fmt: skip


def _losses(session: Session, size: int) -> list[Entry]:
    query = (
        select(Loss, Page, Site.title)
        .join(Page, Page.id == Loss.page_id)
        .join(Site, Site.name == Page.site)
        .where(Loss.confirmed_at.is_not(None))
        .order_by(Loss.since.desc(), Page.url)
        .limit(size)
    )
    entries = []
    for loss, page, site in session.execute(query):
        last = session.scalar(
            select(Snapshot.code).where(Snapshot.page_id == page.id).order_by(Snapshot.fetched_at.desc()).limit(1)
        )
        came_back = f"; there again on {loss.ended_at:%Y-%m-%d}" if loss.ended_at else ""
        detail = f"confirmed on {loss.confirmed_at:%Y-%m-%d}{came_back}"
        entries.append(_entry(page, site, loss.since, loss.kind, detail, before=last, after=None))
    return entries


def _entry(
    page: Page, site: str, at: datetime, what: str, detail: str, *, before: str | None, after: str | None,
    diff: tuple[str, ...] = (),
) -> Entry:  # fmt: skip
    title = clean(page.listed_title) or clean(page.url) or ""
    language = "zh" if is_chinese(title) else "en"
    return Entry(at, what, title, language, web_address(page.url), site, detail, before, after, diff)


def _lines(diff: str) -> tuple[str, ...]:
    lines = [line for line in diff.splitlines() if line[:1] in "+-" and not line.startswith(("+++", "---"))]
    return tuple(clean(line, 400) or "" for line in lines[:LONGEST_DIFF])
