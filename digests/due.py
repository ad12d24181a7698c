"""What is due, computed from the tables and the clock alone: downtime and summer time need no case of their own."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from digests.coverage import first_period, watch_began
from digests.editions import frozen_edition
from digests.periods import Month, Period, Week
from digests.slices import MONTHLY, WEEKLY, subscribed_slices
from digests.states import MOST_RESENT, is_due
from pipeline.config import DigestSettings
from pipeline.store.known import CRAWL
from pipeline.store.models import Delivery, Run, Site

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
AFTER_A_BROKEN_RUN = timedelta(hours=1)
"""A run without an end was killed or is under way, one that was stopped is ``interrupted``: the site is asked again
sooner, but never in a circle."""
INTERRUPTED = "interrupted"
"""Health of a run that was asked to end before it was through."""
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


def due_periods(session: Session, digest: DigestSettings, now: datetime) -> list[Period]:
    """The week and the month whose editions are to be frozen now, where somebody subscribes and they are not yet.

    The week is the one that had ended at the newest sending hour of the configured weekday, the month the one that had
    ended at the newest sending hour of any day. A service that slept over the hour catches up; a period that ended
    before the watch began is never due.
    """
    began = watch_began(session)
    if began is None:
        return []
    ended: list[tuple[str, Period]] = [
        (WEEKLY, Week.ended(sending_hour(digest, now, WEEKDAYS.index(digest.weekday)))),
        (MONTHLY, Month.ended(sending_hour(digest, now))),
    ]
    return [
        period
        for rhythm, period in ended
        if period >= first_period(type(period), began)
        and frozen_edition(session, period.name) is None
        and subscribed_slices(session, rhythm)
    ]


def due_editions(session: Session, now: datetime, *, resend: bool) -> list[int]:
    """The frozen editions with mails to be sent now, the oldest first: queued, or deferred long enough ago.

    Also those with mails that a killed process left ``sending`` and, where uncertain mails are sent again
    (``resend``), uncertain ones: delivering begins with settling them.
    """
    states = ["queued", "deferred", "sending", *(["uncertain"] if resend else [])]
    rows = session.execute(
        select(Delivery.edition_id, Delivery.state, Delivery.attempts, Delivery.changed_at).where(
            Delivery.state.in_(states)
        )
    )
    due = {
        edition
        for edition, state, attempts, changed_at in rows
        if is_due(state, attempts, changed_at, now)
        or state == "sending"
        or (state == "uncertain" and attempts < MOST_RESENT)
    }
    return sorted(due)


def sending_hour(digest: DigestSettings, now: datetime, weekday: int | None = None) -> datetime:
    """The newest instant, not after ``now``, at which the configured hour (of a weekday, Monday 0) stood on the zone's
    clocks.

    Where the hour falls into the gap of a clock change it is the instant an hour later on the new time, and where
    it comes twice the first one.
    """
    zone = ZoneInfo(digest.zone)
    day = now.astimezone(zone).date()
    step = timedelta(days=1)
    if weekday is not None:
        day -= timedelta(days=(day.weekday() - weekday) % 7)
        step = timedelta(days=7)
    while (instant := datetime.combine(day, time(digest.hour), zone).astimezone(now.tzinfo)) > now:
        day -= step
    return instant
