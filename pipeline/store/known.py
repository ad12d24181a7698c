"""What a crawler asks of the database: which pages are known, which are due, how far its lists were walked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, insert, or_, select, update
from sqlalchemy.orm import Session

from pipeline.store.models import MentionRow, Page, PageAddress, Participation, Run, Section, Snapshot, Visit
from pipeline.store.rows import upsert
from pipeline.watch.recall import recalls
from pipeline.words import Form, Outcome

CRAWL = "crawl"
"""Kind of the runs that ask a site for what is there now; a site's health is theirs alone."""


@dataclass(frozen=True, slots=True)
class KnownPage:
    """A page with what the next asking for it needs. ``address`` is the one that last served it, else the first seen.

    ``due_at`` is None where it is due at once; ``first_run_id`` is the run that found it.
    """

    url: str
    address: str
    etag: str | None
    last_modified: str | None
    due_at: datetime | None
    is_due: bool
    has_snapshot: bool
    first_run_id: int | None


def known_pages(session: Session, site: str, now: datetime) -> dict[str, KnownPage]:
    """All pages of a site by canonical address; ``is_due`` says whether a visit is due now: by its schedule, or because
    somebody it names has fallen from office. For a page that was found off topic it never is."""
    return {page.url: page for page in _pages(session, _query(site, now))}


def due(session: Session, site: str, now: datetime) -> list[KnownPage]:
    """The pages of a site that are due, those never asked for first, then by the day they fell due.

    Without those that are items only: an address with ``#`` is ours, and no server answers to it. Without those that
    only a walk through the past has named and nobody has asked for: they may be thousands.
    """
    of_the_past = exists().where(Run.id == Page.first_run_id, Run.kind != CRAWL).correlate(Page)
    wanted = or_(Page.due_at.is_not(None), ~of_the_past)
    query = _query(site, now).where(is_due(now), wanted, Page.url.not_like("%#%"))
    return _pages(session, query.order_by(Page.due_at.is_not(None), Page.due_at, Page.id))


def is_due(now: datetime) -> ColumnElement[bool]:
    """The condition on a row of ``page`` that a visit is due."""
    scheduled = or_(Page.due_at.is_(None), Page.due_at <= now, _is_recalled(now))
    return and_(Page.off_topic.is_(False), scheduled)


def section_walked(session: Session, site: str, section: str) -> int | None:
    """The last run that walked a section to its end; None where none has."""
    return session.scalar(select(Section.walked_run_id).where(Section.site == site, Section.url == section))


def mark_walked(session: Session, site: str, section: str, run_id: int) -> None:
    """Note that a run has walked a section to its end."""
    upsert(session, Section, [{"site": site, "url": section, "walked_run_id": run_id}], ["site", "url"])


def start_run(session: Session, site: str, at: datetime, file: str | None, *, kind: str = CRAWL) -> int:
    """Begin a run; ``file`` is its first WARC file, ``kind`` is crawl, backfill or import. Gives its id."""
    values = {"site": site, "kind": kind, "started_at": at, "file": file, "counts": {}}
    return session.execute(insert(Run).values(**values).returning(Run.id)).scalar_one()


def end_run(
    session: Session, run_id: int, at: datetime, counts: Mapping[str, Any], health: str, cause: str | None = None
) -> None:
    """End a run with its counts and its health."""
    values = {"ended_at": at, "counts": dict(counts), "health": health, "cause": cause}
    session.execute(update(Run).where(Run.id == run_id).values(**values))


def _is_recalled(now: datetime) -> ColumnElement[bool]:
    named = [
        and_(
            Participation.person_id == recall.person
            if recall.person is not None
            else Participation.organisation_id == recall.organisation,
            Page.visited_at < recall.visited_since,
        )
        for recall in recalls(now)
    ]
    own = and_(MentionRow.page_id == Page.id, Participation.event_id == MentionRow.event_id)
    return exists().where(own, or_(false(), *named)).correlate(Page)


def _query(site: str, now: datetime) -> Select[*tuple[Any, ...]]:
    served = (
        select(Visit.url)
        .where(Visit.page_id == Page.id, Visit.outcome == Outcome.OK.value)
        .order_by(Visit.at.desc())
        .limit(1)
        .correlate(Page)
        .scalar_subquery()
    )
    seen = (
        select(PageAddress.address)
        .where(PageAddress.page_id == Page.id)
        .order_by(PageAddress.first_seen_at, PageAddress.address)
        .limit(1)
        .correlate(Page)
        .scalar_subquery()
    )
    has_snapshot = exists().where(Snapshot.page_id == Page.id, Snapshot.form == Form.ARTICLE.value)
    return select(
        Page.url,
        func.coalesce(served, seen, Page.url),
        Page.etag,
        Page.last_modified,
        Page.due_at,
        is_due(now),
        has_snapshot,
        Page.first_run_id,
    ).where(Page.site == site)


def _pages(session: Session, query: Select[*tuple[Any, ...]]) -> list[KnownPage]:
    return [
        KnownPage(url, address, etag, modified, due_at, bool(now_due), bool(has_snapshot), run_id)
        for url, address, etag, modified, due_at, now_due, has_snapshot, run_id in session.execute(query)
    ]
