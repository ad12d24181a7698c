"""When a known page is asked for again (codebook §12), and a site."""

from __future__ import annotations

from datetime import date, datetime, timedelta

STEPS = (1, 3, 7, 30, 90)
HALF_YEAR = 182
OLD_AFTER = 90
AFTER_A_BROKEN_RUN = timedelta(hours=1)
"""A run without an end was killed or is under way, one that was stopped is ``interrupted``: the site is asked again
sooner, but never in a circle."""


def next_due(start: datetime, visited_at: datetime, *, first_seen_at: datetime, published: date | None) -> datetime:
    """The instant of the next visit after one at ``visited_at``.

    Visits fall due 1, 3, 7, 30 and 90 days after ``start`` (first seen, or the last edit or loss), then every
    half-year. A page published more than 90 days before it was first seen starts at 90, as long as nothing
    happened to it since.
    """
    old = published is not None and (first_seen_at.date() - published).days > OLD_AFTER
    steps = (OLD_AFTER,) if old and start == first_seen_at else STEPS
    passed = visited_at - start
    for days in steps:
        if passed < timedelta(days=days):
            return start + timedelta(days=days)
    half_years = (passed - timedelta(days=OLD_AFTER)) // timedelta(days=HALF_YEAR) + 1
    return start + timedelta(days=OLD_AFTER + HALF_YEAR * half_years)


def next_crawl(started_at: datetime, every_hours: int, *, whole: bool) -> datetime:
    """When a site's next crawl falls due after one that began at ``started_at``; ``whole``: it came to its end."""
    pause = timedelta(hours=every_hours)
    return started_at + (pause if whole else min(pause, AFTER_A_BROKEN_RUN))
