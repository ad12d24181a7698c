"""What is due, computed from the tables and the clock alone: downtime and summer time need no case of their own."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from digests.coverage import first_week, watch_began
from digests.editions import frozen_edition
from digests.periods import Week
from digests.slices import WEEKLY, subscribed_slices
from pipeline.config import DigestSettings
from pipeline.store.known import CRAWL
from pipeline.store.models import Delivery, Run, Site

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AFTER_A_BROKEN_RUN = timedelta(hours=1)
"""A run without an end was killed or is under way, one that was stopped is ``interrupted``: the site is asked again
sooner, but never in a circle."""
INTERRUPTED = "interrupted"
"""Health of a run that was asked to end before it was through."""
RETRY_AFTER = timedelta(minutes=15)
"""A deferred delivery is tried again after this, longer each time."""
MOST_ATTEMPTS = 8
_ALWAYS = datetime.min.replace(tzinfo=UTC)


def due_crawls(session: Session, now: datetime) -> list[str]:
    """The names of the sites whose next crawl has fallen due, the longest waiting first.

    Of those that are watched, by each site's ``every_hours`` since its last run began; a site that never ran is due
    at once.
    """
    last = select(Run.site, func.max(Run.id).label("id")).where(Run.kind == CRAWL).group_by(Run.site).subquery()
    rows = session.execute(
        select(Site.name, Site.every_hours, Run.started_at, Run.ended_at, Run.health)
        .outerjoin(last, last.c.site == Site.name)
        .outerjoin(Run, Run.id == last.c.id)
        .where(Site.watched)
    )
    waiting: list[tuple[datetime, str]] = []
    for name, every_hours, started_at, ended_at, health in rows:
        pause = timedelta(hours=every_hours)
        if started_at is not None and (ended_at is None or health == INTERRUPTED):
            pause = min(pause, AFTER_A_BROKEN_RUN)
        due_at = started_at + pause if started_at is not None else _ALWAYS
        if due_at <= now:
            waiting.append((due_at, name))
    return [name for _, name in sorted(waiting)]


def due_digest(session: Session, digest: DigestSettings, now: datetime) -> Week | None:
    """The week whose digest is to be sent now; None where everything is done.

    That of the week that had ended at the newest sending hour: where it is not frozen and somebody subscribes, or
    has deliveries that are queued, or deferred long enough ago. A service that slept over the hour catches up; a week
    that ended before the watch began is never due.
    """
    week = Week.ended(sending_hour(digest, now))
    edition = frozen_edition(session, week)
    if edition is None:
        began = watch_began(session)
        watched = began is not None and week >= first_week(began)
        return week if watched and subscribed_slices(session, WEEKLY) else None
    rows = session.execute(
        select(Delivery.state, Delivery.attempts, Delivery.changed_at).where(
            Delivery.edition_id == edition.id, Delivery.state.in_(["queued", "deferred"])
        )
    )
    for state, attempts, changed_at in rows:
        if state == "queued":
            return week
        if attempts < MOST_ATTEMPTS and now - changed_at >= RETRY_AFTER * 2 ** max(attempts - 1, 0):
            return week
    return None


def sending_hour(digest: DigestSettings, now: datetime) -> datetime:
    """The newest instant, not after ``now``, at which the configured weekday and hour stood on the zone's clocks.

    Where the hour falls into the gap of a clock change it is the instant an hour later on the new time, and where
    it comes twice the first one.
    """
    zone = ZoneInfo(digest.zone)
    local = now.astimezone(zone)
    day = local.date() - timedelta(days=(local.weekday() - WEEKDAYS.index(digest.weekday)) % 7)
    while (instant := datetime.combine(day, time(digest.hour), zone).astimezone(now.tzinfo)) > now:
        day -= timedelta(days=7)
    return instant
