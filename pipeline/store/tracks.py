"""The state of pages, told anew from all their visits: so it does not depend on the order in which these come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.orm import Session

from pipeline.store import stale
from pipeline.store.models import ArchiveRecord, Change, Page, PageAddress, Snapshot, Visit
from pipeline.store.rows import batches, table
from pipeline.watch.states import Track, after_visit, first_seen
from pipeline.words import Outcome, PageState

_SITE_ANSWERED_WITHIN = timedelta(days=1)
_ANSWERS = (Outcome.OK, Outcome.UNCHANGED, Outcome.MOVED)
_TRACKED = ("state", "state_since", "visited_at", "schedule_from", "due_at", "missing_since", "missing_count")


@dataclass(frozen=True, slots=True)
class SeenVisit:
    """One visit of a page. ``status`` is None where nothing answered."""

    at: datetime
    outcome: Outcome
    status: int | None
    detail: str | None


def follow(session: Session, page_ids: Iterable[int]) -> dict[int, list[SeenVisit]]:
    """Tell the state of the pages anew and write it where it differs; gives their visits in order of time."""
    wanted = sorted(set(page_ids))
    visits = _visits(session, wanted)
    edits = _edits(session, wanted)
    items = _first_items(session, [page_id for page_id in wanted if not visits[page_id]])
    changed, lost_or_found = [], []
    for some in batches(wanted):
        for page in session.execute(select(table(Page)).where(Page.id.in_(some))).mappings():
            track = _track(session, dict(page), visits[page["id"]], edits[page["id"]], items.get(page["id"]))
            values = {name: getattr(track, name) for name in _TRACKED} | {"state": track.state.value}
            if any(page[name] != value for name, value in values.items()):
                changed.append({"page": page["id"], **values})
            if (page["state"] == PageState.GONE) != (track.state is PageState.GONE):
                lost_or_found.append(page["id"])
    stale.mark(session, lost_or_found)
    if changed:
        pages = table(Page)
        statement = update(pages).where(pages.c.id == bindparam("page"))
        session.connection().execute(statement.values({name: bindparam(name) for name in _TRACKED}), changed)
    return visits


def _track(
    session: Session,
    page: dict[str, Any],
    visits: list[SeenVisit],
    edits: set[datetime],
    first_item: datetime | None,
) -> Track:
    track = first_seen(page["first_seen_at"], page["published"])
    if first_item is not None:
        edited = max((at for at in edits), default=None)
        state = PageState.LIVE if edited is None else PageState.EDITED
        return replace(track, state=state, state_since=edited or first_item)
    own = _own_addresses(session, page, visits)
    for visit in visits:
        if visit.outcome is Outcome.MOVED and visit.detail in own:
            continue  # from http to https, or between hosts: the page itself has not moved
        answers = visit.outcome is not Outcome.MISSING or _site_answers(session, page, visit.at)
        after = after_visit(track, visit.outcome, visit.at, edited=visit.at in edits, site_answers=answers)
        track = after if visit.status is not None else replace(after, visited_at=track.visited_at)
    return track


def _own_addresses(session: Session, page: dict[str, Any], visits: list[SeenVisit]) -> set[str | None]:
    if not any(visit.outcome is Outcome.MOVED for visit in visits):
        return set()
    return {page["url"], *session.scalars(select(PageAddress.address).where(PageAddress.page_id == page["id"]))}


def _site_answers(session: Session, page: dict[str, Any], at: datetime) -> bool:
    """Whether another address of the site answered shortly before: without that, a `missing` proves nothing."""
    query = (
        select(Visit.id)
        .where(Visit.site == page["site"], Visit.at <= at, Visit.at >= at - _SITE_ANSWERED_WITHIN)
        .where(or_(Visit.page_id.is_(None), Visit.page_id != page["id"]), Visit.outcome.in_(_ANSWERS))
        .where(Visit.url.not_like("%/robots.txt"))
    )
    return session.scalar(query.limit(1)) is not None


def _visits(session: Session, page_ids: list[int]) -> dict[int, list[SeenVisit]]:
    found: dict[int, list[SeenVisit]] = defaultdict(list)
    for some in batches(page_ids):
        query = (
            select(Visit.page_id, Visit.at, Visit.outcome, ArchiveRecord.status, Visit.detail)
            .outerjoin(ArchiveRecord, Visit.record_id == ArchiveRecord.id)
            .where(Visit.page_id.in_(some))
            .order_by(Visit.at, ArchiveRecord.file, ArchiveRecord.offset)
        )
        for page_id, at, outcome, status, detail in session.execute(query):
            if page_id is not None:
                found[page_id].append(SeenVisit(at, Outcome(outcome), status, detail))
    return found


def _edits(session: Session, page_ids: list[int]) -> dict[int, set[datetime]]:
    found: dict[int, set[datetime]] = defaultdict(set)
    for some in batches(page_ids):
        for page_id, at in session.execute(select(Change.page_id, Change.seen_at).where(Change.page_id.in_(some))):
            found[page_id].add(at)
    return found


def _first_items(session: Session, page_ids: list[int]) -> dict[int, datetime]:
    """When pages that were never asked for themselves were first read from an item."""
    found: dict[int, datetime] = {}
    for some in batches(page_ids):
        query = (
            select(Snapshot.page_id, func.min(Snapshot.fetched_at).label("at"))
            .where(Snapshot.page_id.in_(some))
            .group_by(Snapshot.page_id)
        )
        found |= {row.page_id: row.at for row in session.execute(query)}
    return found
