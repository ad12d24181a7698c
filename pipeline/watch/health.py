"""The health of a site after each crawl: what the run itself tells, then drift, then silence; one notice per change.

A run is ``ok``, ``late`` (the site has been silent longer than its rhythm explains), ``drifting`` (its rules lose their
hold), ``blocked``, ``broken`` (lists or storing fail), ``unreachable`` (nothing answered, which may be our own
network) or ``interrupted``. The site has the health of its newest run that tells of it: one that was interrupted says
nothing, and leaves the site's health as it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

import structlog
from sqlalchemy import ColumnElement, func, insert, select
from sqlalchemy.orm import Session

from pipeline.clock import beijing_day
from pipeline.store import known
from pipeline.store.models import Notice, Page, Reading, Run, Site, Snapshot
from pipeline.watch.drift import LEAST_RECENT, drift
from pipeline.watch.holidays import DayKind, holidays
from pipeline.watch.rhythm import WINDOWS, lag_of, silence
from pipeline.words import Form, SiteKind

OK = "ok"
LATE = "late"
DRIFTING = "drifting"
INTERRUPTED = "interrupted"
READ = frozenset({OK, LATE, DRIFTING})
"""Healths of a run that did read its site."""

LIVE = timedelta(days=30)
"""A page published longer before it was first seen came from the depth of a list, not with the news."""
_FRESH = timedelta(days=90)
_LOOKED_AT = 400
_LAGS = 200

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Health:
    """A health, and why, in words, where it is not ``ok``."""

    word: str
    cause: str | None = None


def finish(session: Session, run_id: int, at: datetime, counts: Mapping[str, Any], found: Health) -> Health:
    """End a run with its counts, and judge its site: gives the health that was written.

    ``found`` is what went wrong in the run itself. The lag of what was first seen (days from publication) is added to
    the counts. Only crawls have a say in the health of a site, and only a change of it makes a notice.
    """
    run = session.get_one(Run, run_id)
    counts = {**counts, "lag_days": _lag(session, run_id)}
    health = found
    if run.kind == known.CRAWL:
        before = health_of(session, run.site, before=run)
        if found.word == OK:
            health = _judged(session, run, at, before)
        if health.word not in (INTERRUPTED, before or OK):
            _notice(session, run.site, at, before, health)
    known.end_run(session, run_id, at, counts, health.word, health.cause)
    return health


def health_of(session: Session, site: str, *, before: Run | None = None) -> str | None:
    """The health of a site: that of its newest run that tells of it, before a certain one; None where none does."""
    query = select(Run.health).where(Run.site == site, *tells())
    if before is not None:
        query = query.where(Run.id < before.id)
    return session.scalar(query.order_by(Run.id.desc()).limit(1))


def tells() -> tuple[ColumnElement[bool], ...]:
    """The condition on a row of ``run`` that it tells of its site's health."""
    return Run.kind == known.CRAWL, Run.ended_at.is_not(None), Run.health != INTERRUPTED


def _judged(session: Session, run: Run, at: datetime, before: str | None) -> Health:
    site = session.get_one(Site, run.site)
    shifted = _drift(session, run)
    silent = _silence(session, site, at, before)
    causes = [*shifted, *([silent] if silent else [])]
    word = DRIFTING if shifted else LATE if silent else OK
    return Health(word, "; ".join(causes) or None)


# Silence


def _silence(session: Session, site: Site, at: datetime, before: str | None) -> str | None:
    is_chinese = site.kind == SiteKind.OFFICIAL
    if is_chinese and before != LATE and holidays().kind(beijing_day(at)) is DayKind.HOLIDAY:
        return None  # the last day of work before it may have been a quiet one; it can wait until there is work again
    first = _first_crawl(session, site.name)
    found = silence(
        _days(session, site.name, at, first),
        at,
        quiet_days=site.quiet_days,
        chinese=is_chinese,
        lags=_lags(session, site.name, at, first),
    )
    return found.why if found is not None else None


def _first_crawl(session: Session, site: str) -> int | None:
    return session.scalar(select(func.min(Run.id)).where(Run.site == site, Run.kind == known.CRAWL))


def _days(session: Session, site: str, at: datetime, first: int | None) -> set[Any]:
    """The days on which a site published: those its pages give, of pages without a day those of their finding."""
    day = func.coalesce(Page.published, Page.listed_date)
    since = beijing_day(at) - timedelta(days=WINDOWS[-1])
    days = set(session.scalars(select(day).where(Page.site == site, day >= since).distinct()))
    undated = (
        select(Page.first_seen_at)
        .join(Run, Run.id == Page.first_run_id)
        .where(Page.site == site, day.is_(None), Run.kind == known.CRAWL, Run.id != first)
    )
    return days | {beijing_day(seen_at) for seen_at in session.scalars(undated)}


def _lags(session: Session, site: str, at: datetime, first: int | None) -> list[timedelta]:
    """How late the newest pages were seen, as far as a crawl after the first one met them."""
    day = func.coalesce(Page.published, Page.listed_date)
    query = (
        select(day, Page.first_seen_at)
        .join(Run, Run.id == Page.first_run_id)
        .where(Page.site == site, day.is_not(None), Run.kind == known.CRAWL, Run.id != first)
        .where(Page.first_seen_at >= at - timedelta(days=WINDOWS[0]))
        .order_by(Page.first_seen_at.desc(), Page.id.desc())
        .limit(_LAGS)
    )
    lags = [lag_of(published, seen_at) for published, seen_at in session.execute(query)]
    return [lag for lag in lags if lag <= LIVE]


def _lag(session: Session, run_id: int) -> dict[str, float] | None:
    """Days from publication to first sight of what a run found; None where it found nothing new that has a day."""
    day = func.coalesce(Page.published, Page.listed_date)
    query = select(day, Page.first_seen_at).where(Page.first_run_id == run_id, day.is_not(None))
    lags = [(beijing_day(seen_at) - published).days for published, seen_at in session.execute(query)]
    fresh = [days for days in lags if 0 <= days <= LIVE.days]
    return {"pages": len(fresh), "median": median(fresh), "most": max(fresh)} if fresh else None


# Drift


def _drift(session: Session, run: Run) -> list[str]:
    query = (
        select(Reading.routes, Reading.reader_version, Reading.published, Snapshot.fetched_at)
        .join(Snapshot, Snapshot.id == Reading.snapshot_id)
        .join(Page, Page.id == Snapshot.page_id)
        .where(Page.site == run.site, Snapshot.form == Form.ARTICLE.value)
        .order_by(Snapshot.fetched_at.desc(), Snapshot.id.desc())
        .limit(_LOOKED_AT)
    )
    rows = session.execute(query).all()
    # old pages may stand in old layouts for good, and other rules have other routes
    fresh = [
        row
        for row in rows
        if row.reader_version == rows[0].reader_version
        and (row.published is None or row.fetched_at.date() - row.published <= _FRESH)
    ]
    of_run = sum(row.fetched_at >= run.started_at for row in fresh)
    count = max(of_run, LEAST_RECENT)
    until = _drifting_since(session, run)
    before = [row.routes for row in fresh[count:] if until is None or row.fetched_at < until]
    return drift([row.routes for row in fresh[:count]], before)


def _drifting_since(session: Session, run: Run) -> datetime | None:
    """When the drift began that is not over yet: what was read since then is no measure. After a month it is."""
    since = None
    notices = select(Notice.after, Notice.at).where(Notice.site == run.site).order_by(Notice.id.desc())
    for after, at in session.execute(notices):
        if after == OK:
            break
        since = at if after == DRIFTING else since
    return max(since, run.started_at - LIVE) if since is not None else None


# Notices


def _notice(session: Session, site: str, at: datetime, before: str | None, health: Health) -> None:
    text = health.cause or f"as it should be again (it was {before})"
    session.execute(insert(Notice).values(site=site, at=at, before=before, after=health.word, text=text))
    say = log.info if health.word == OK else log.warning
    say("health_changed", site=site, before=before, after=health.word, why=text)
