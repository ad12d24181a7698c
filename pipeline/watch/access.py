"""What was asked of whom: the public log of requests, by site and day, from the database alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from statistics import median
from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.store.models import ArchiveRecord, Run, Visit

_ROBOTS = "/robots.txt"


@dataclass(frozen=True, slots=True)
class Access:
    """What one site was asked on one day (UTC).

    ``outcomes`` counts all requests, robots.txt among them; ``bytes`` are those of the bodies as they came (unpacked
    by nobody). ``robots`` counts the answers to robots.txt by their outcome, ``forbidden`` the addresses that were not
    asked because its rules forbid them. ``pause`` and ``least_pause`` are the seconds between two requests to one
    host, the median and the least; None where none followed another.
    """

    day: date
    site: str
    hosts: tuple[str, ...]
    requests: int
    outcomes: dict[str, int]
    bytes: int
    robots: dict[str, int]
    forbidden: int
    pause: float | None
    least_pause: float | None


COLUMNS = ("day", "site", "hosts", "requests", "outcomes", "bytes", "robots.txt", "forbidden", "pause", "least pause")


@dataclass(slots=True)
class _Day:
    outcomes: Counter[str] = field(default_factory=Counter)
    robots: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    forbidden: int = 0
    times: dict[tuple[str, int | None], list[datetime]] = field(default_factory=lambda: defaultdict(list))


def access_log(session: Session, since: datetime) -> list[Access]:
    """The log since an instant, by day and site."""
    days: dict[tuple[date, str], _Day] = defaultdict(_Day)
    query = (
        select(Visit.site, Run.site, Visit.run_id, Visit.url, Visit.at, Visit.outcome, ArchiveRecord.bytes)
        .outerjoin(ArchiveRecord, ArchiveRecord.id == Visit.record_id)
        .outerjoin(Run, Run.id == Visit.run_id)
        .where(Visit.at >= since)
        .order_by(Visit.at, Visit.id)
    )
    for own, of_run, run_id, url, at, outcome, size in session.execute(query):
        day = days[at.date(), of_run or own or urlsplit(url).hostname or url]
        day.outcomes[outcome] += 1
        day.bytes += size or 0
        if url.endswith(_ROBOTS):
            day.robots[outcome] += 1
        day.times[urlsplit(url).hostname or url, run_id].append(at)
    runs = select(Run.site, Run.started_at, Run.counts).where(Run.started_at >= since)
    for site, at, counts in session.execute(runs):
        if counts.get("forbidden"):
            days[at.date(), site].forbidden += counts["forbidden"]
    return [_access(day, site, found) for (day, site), found in sorted(days.items())]


def row_of(access: Access) -> tuple[str, ...]:
    """An entry as texts, in the order of ``COLUMNS``."""

    def counted(counts: dict[str, int]) -> str:
        return ", ".join(f"{name} {count}" for name, count in counts.items())

    def seconds(value: float | None) -> str:
        return "" if value is None else f"{value:.1f} s"

    return (
        access.day.isoformat(),
        access.site,
        " ".join(access.hosts),
        str(access.requests),
        counted(access.outcomes),
        str(access.bytes),
        counted(access.robots),
        str(access.forbidden),
        seconds(access.pause),
        seconds(access.least_pause),
    )


def _access(day: date, site: str, found: _Day) -> Access:
    pauses = [(later - at).total_seconds() for times in found.times.values() for at, later in pairwise(times)]
    return Access(
        day,
        site,
        tuple(sorted({host for host, _ in found.times})),
        found.outcomes.total(),
        dict(sorted(found.outcomes.items())),
        found.bytes,
        dict(sorted(found.robots.items())),
        found.forbidden,
        median(pauses) if pauses else None,
        min(pauses, default=None),
    )
