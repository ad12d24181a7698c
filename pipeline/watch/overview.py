"""What is held of each site and how its last run went, for operators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from pipeline.archive.repair import left_behind
from pipeline.store.models import Change, EventRow, MentionRow, Page, Participation, Reading, Run, Site, Snapshot

HEALTHY = {None, "ok", "running"}
"""The healths of a site that asks nothing of its operator; None where it never ran."""


@dataclass(frozen=True, slots=True)
class SiteOverview:
    """One site: its last run (UTC), that run's health and cause, the pages held, those due, the newest page's day.

    ``health`` is that of ``Run.health``; a run without an end is ``running``, or ``interrupted`` where it was killed.
    """

    site: str
    health: str | None
    cause: str | None
    last_run: datetime | None
    pages: int
    due: int
    newest: date | None


def overview(session: Session, now: datetime, archive: Path) -> list[SiteOverview]:
    """Every site known to the database, by name. ``archive`` is the folder of the runs' WARC files."""
    last = select(Run.site, func.max(Run.id).label("id")).group_by(Run.site).subquery()
    runs = {run.site: run for run in session.scalars(select(Run).join(last, Run.id == last.c.id))}
    due = func.count(Page.id).filter(or_(Page.due_at.is_(None), Page.due_at <= now))
    pages = {
        name: (count, due_count, newest)
        for name, count, due_count, newest in session.execute(
            select(Site.name, func.count(Page.id), due, func.max(Page.published))
            .outerjoin(Page, Page.site == Site.name)
            .group_by(Site.name)
        )
    }
    rows = []
    for name, (count, due_count, newest) in sorted(pages.items()):
        run = runs.get(name)
        health = None if run is None else run.health or ("running" if is_running(run, archive) else "interrupted")
        rows.append(
            SiteOverview(
                name,
                health,
                run.cause if run else None,
                run.started_at if run else None,
                count,
                due_count,
                newest,
            )
        )
    return rows


def is_running(run: Run, archive: Path) -> bool:
    """True while the process of a run lives: until then it holds the lock on the run's WARC file.

    Only on the machine that crawls; elsewhere, and for a file that is gone, it is False.
    """
    if run.ended_at is not None or run.file is None:
        return False
    try:
        with left_behind(archive / run.file) as is_left:
            return not is_left
    except FileNotFoundError:
        return False


@dataclass(frozen=True, slots=True)
class Holding:
    """A number of things the database holds, and where they can be looked at."""

    what: str
    number: int
    where: str


def holdings(session: Session) -> list[Holding]:
    """What the database holds, from pages to what changed on them."""

    def count(statement: Select[Any]) -> int:
        return session.scalar(select(func.count()).select_from(statement.subquery())) or 0

    both = (
        select(MentionRow.event_id)
        .join(Reading, MentionRow.reading_id == Reading.id)
        .where(MentionRow.event_id.is_not(None))
        .group_by(MentionRow.event_id)
        .having(func.count(Reading.language.distinct()) > 1)
    )
    of_state = {state: count(select(Page.id).where(Page.state == state)) for state in ("gone_candidate", "gone")}
    return [
        Holding("pages", count(select(Page.id)), "idwatch status"),
        Holding("archived states of them", count(select(Snapshot.id)), "archive/*.warc.gz"),
        Holding("mentions of events", count(select(MentionRow.id)), ""),
        Holding("events", count(select(EventRow.id).where(EventRow.merged_into.is_(None))), "events_flat"),
        Holding("of these told in Chinese and English", count(both), ""),
        Holding("participations", count(select(Participation.id)), "participations_flat"),
        Holding("edits found", count(select(Change.id)), "the digest, Changed pages"),
        Holding("pages that no longer answer", sum(of_state.values()), "the digest, Changed pages"),
    ]
