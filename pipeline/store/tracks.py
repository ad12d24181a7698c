"""The state of pages, told anew from all their visits: so it does not depend on the order in which these come."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select, update
from sqlalchemy.orm import Session

from pipeline.store import stale
from pipeline.store.listings import Absence, absences
from pipeline.store.losses import Ledger, write_losses
from pipeline.store.models import ArchiveRecord, Change, Delisting, Loss, Page, PageAddress, Snapshot, Visit
from pipeline.store.rows import batches, table
from pipeline.watch.states import Track, after_visit, first_seen, listed_again, taken_off
from pipeline.words import Outcome, PageState

_SITE_ANSWERED_WITHIN = timedelta(days=1)
_ANSWERS = (Outcome.OK, Outcome.UNCHANGED, Outcome.MOVED)
_ALL_LOST = 3
"""Where so many other pages were asked for, and none of them answered, it is the site that is down: its lists may be
served by another machine, or from a cache."""
_TRACKED = ("state", "state_since", "visited_at", "schedule_from", "due_at", "missing_since", "missing_count")


@dataclass(frozen=True, slots=True)
class SeenVisit:
    """One visit of a page. ``status`` is None where nothing answered."""

    at: datetime
    outcome: Outcome
    status: int | None
    detail: str | None


@dataclass(slots=True)
class _Seen:
    """What was seen of a page: visits and edits, in order of time, and its absences from lists."""

    visits: list[SeenVisit]
    edits: set[datetime]
    absences: list[Absence]
    first_item: datetime | None


def follow(session: Session, page_ids: Iterable[int]) -> dict[int, list[SeenVisit]]:
    """Tell the state of the pages and their losses anew and write what differs; gives their visits in order of time."""
    wanted = sorted(set(page_ids))
    visits = _visits(session, wanted)
    edits = _edits(session, wanted)
    items = _first_items(session, [page_id for page_id in wanted if not visits[page_id]])
    changed, lost_or_found = [], []
    for some in batches(wanted):
        pages = {row["id"]: dict(row) for row in session.execute(_rows(some)).mappings()}
        away = _absences(session, (page for page in pages.values() if page["was_delisted"]))
        losses = {}
        for page_id, page in pages.items():
            seen = _Seen(visits[page_id], edits[page_id], away.get(page_id, []), items.get(page_id))
            ledger = Ledger()
            track = _track(session, page, seen, ledger)
            losses[page_id] = ledger.losses
            values = {name: getattr(track, name) for name in _TRACKED} | {"state": track.state.value}
            if any(page[name] != value for name, value in values.items()):
                changed.append({"page": page_id, **values})
            if (page["state"] == PageState.GONE) != (track.state is PageState.GONE):
                lost_or_found.append(page_id)
        write_losses(session, losses, {page_id for page_id, page in pages.items() if page["was_lost"]})
    stale.mark(session, lost_or_found)
    if changed:
        rows = table(Page)
        statement = update(rows).where(rows.c.id == bindparam("page"))
        session.connection().execute(statement.values({name: bindparam(name) for name in _TRACKED}), changed)
    return visits


def _rows(page_ids: list[int]) -> Any:
    was_delisted = exists().where(Delisting.page_id == Page.id).label("was_delisted")
    was_lost = exists().where(Loss.page_id == Page.id).label("was_lost")
    return select(table(Page), was_delisted, was_lost).where(Page.id.in_(page_ids))


def _track(session: Session, page: dict[str, Any], seen: _Seen, ledger: Ledger) -> Track:
    track = first_seen(page["first_seen_at"], page["published"])
    if seen.first_item is not None:
        edited = max(seen.edits, default=None)
        state = PageState.LIVE if edited is None else PageState.EDITED
        return replace(track, state=state, state_since=edited or seen.first_item)
    own = _own_addresses(session, page, seen.visits)
    for event in _in_order(seen):
        before = track
        if isinstance(event, datetime):
            track = taken_off(track, event) if track.delisted_since is None else listed_again(track, event)
            ledger.note(before, track, event)
            continue
        if event.outcome is Outcome.MOVED and event.detail in own:
            continue  # from http to https, or between hosts: the page itself has not moved
        answers = event.outcome is not Outcome.MISSING or _site_answers(session, page, event.at)
        after = after_visit(track, event.outcome, event.at, edited=event.at in seen.edits, site_answers=answers)
        track = after if event.status is not None else replace(after, visited_at=track.visited_at)
        ledger.note(before, track, event.at)
    return track


def _in_order(seen: _Seen) -> Iterator[SeenVisit | datetime]:
    """Visits, and the instants at which the page left its list or came back to it; these first where both are one."""
    turns = [turn for away in seen.absences for turn in (away.since, away.until) if turn is not None]
    for visit in seen.visits:
        while turns and turns[0] <= visit.at:
            yield turns.pop(0)
        yield visit
    yield from turns


def _own_addresses(session: Session, page: dict[str, Any], visits: list[SeenVisit]) -> set[str | None]:
    if not any(visit.outcome is Outcome.MOVED for visit in visits):
        return set()
    return {page["url"], *session.scalars(select(PageAddress.address).where(PageAddress.page_id == page["id"]))}


def _site_answers(session: Session, page: dict[str, Any], at: datetime) -> bool:
    """Whether the site answered shortly before: without that, a `missing` proves nothing.

    By another page or a list; but where several other pages were asked for and none answered, lists do not count.
    """
    query = (
        select(Visit.page_id.is_not(None).label("is_page"), Visit.outcome.in_(_ANSWERS).label("answered"), func.count())
        .where(Visit.site == page["site"], Visit.at <= at, Visit.at >= at - _SITE_ANSWERED_WITHIN)
        .where(or_(Visit.page_id.is_(None), Visit.page_id != page["id"]))
        .where(Visit.url.not_like("%/robots.txt"))
        .group_by("is_page", "answered")
    )
    counts = {(bool(is_page), bool(answered)): count for is_page, answered, count in session.execute(query)}
    if counts.get((True, True)):
        return True
    return bool(counts.get((False, True))) and counts.get((True, False), 0) < _ALL_LOST


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


def _absences(session: Session, pages: Iterable[dict[str, Any]]) -> dict[int, list[Absence]]:
    by_site: dict[str, list[int]] = defaultdict(list)
    for page in pages:
        by_site[page["site"]].append(page["id"])
    return {page: away for site, ids in by_site.items() for page, away in absences(session, site, ids).items()}


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
