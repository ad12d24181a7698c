"""What is held of each site, how it is and since when, for operators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from pipeline.archive.repair import left_behind
from pipeline.store import known
from pipeline.store.models import (
    Change,
    EventRow,
    Loss,
    MentionRow,
    Notice,
    Page,
    Participation,
    Reading,
    Run,
    Site,
    Snapshot,
)
from pipeline.watch.health import INTERRUPTED, OK, tells
from pipeline.watch.schedule import next_crawl

RUNNING = "running"
HEALTHY = {None, OK, RUNNING}
"""The healths of a site that asks nothing of its operator; None where it never ran."""
OVERDUE = timedelta(days=1)
"""A crawl so long after it fell due means that nobody crawls any more."""
_LAGS = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class SiteOverview:
    """One site.

    ``health`` is that of its newest crawl that tells of it (``pipeline.watch.health``), ``since`` when it became so and
    ``cause`` why; where no crawl has told yet, ``running`` or ``interrupted``. ``last_run`` is the newest crawl's begin
    (UTC), ``last_word`` how that one went where it tells nothing; ``next_crawl`` when the next falls due. ``lag`` are
    the days from publication to first sight, the median of the last month's crawls; ``newest`` the newest page's day.
    """

    site: str
    health: str | None
    cause: str | None
    since: datetime | None
    last_run: datetime | None
    last_word: str | None
    next_crawl: datetime | None
    lag: float | None
    pages: int
    due: int
    newest: date | None

    def is_overdue(self, now: datetime) -> bool:
        """True where the next crawl should long have been."""
        return self.next_crawl is not None and self.last_word != RUNNING and now - self.next_crawl > OVERDUE


def overview(session: Session, now: datetime, archive: Path) -> list[SiteOverview]:
    """Every site that is watched, by name. ``archive`` is the folder of the runs' WARC files."""
    held = exists().where(Snapshot.page_id == Page.id).correlate(Page)
    # a page without a visit but with a state was read from an item, and may never be asked for itself
    due = and_(known.is_due(now), Page.url.not_like("%#%"), or_(Page.due_at.is_not(None), ~held))
    pages = {
        name: (every_hours, count, due_count, newest)
        for name, every_hours, count, due_count, newest in session.execute(
            select(Site.name, Site.every_hours, func.count(Page.id), func.count(Page.id).filter(due), _newest())
            .outerjoin(Page, Page.site == Site.name)
            .where(Site.watched)
            .group_by(Site.name, Site.every_hours)
        )
    }
    last = _newest_runs(session, Run.kind == known.CRAWL)
    telling = _newest_runs(session, *tells())
    lags = _lags(session, now)
    rows = []
    for name, (every_hours, count, due_count, newest) in sorted(pages.items()):
        run, told = last.get(name), telling.get(name)
        word = None
        if run is not None and (told is None or run.id != told.id):
            word = RUNNING if is_running(run, archive) else INTERRUPTED
        shown = told or run
        rows.append(
            SiteOverview(
                site=name,
                health=told.health if told is not None else word,
                cause=shown.cause if shown is not None else None,
                since=_since(session, told) if told is not None else run.started_at if run is not None else None,
                last_run=run.started_at if run is not None else None,
                last_word=word,
                next_crawl=next_crawl(run.started_at, every_hours, whole=word is None) if run is not None else None,
                lag=median(lags[name]) if name in lags else None,
                pages=count,
                due=due_count,
                newest=newest,
            )
        )
    return rows


def notices(session: Session, since: datetime) -> list[Notice]:
    """The changes of sites' health since an instant, in order of time."""
    return list(session.scalars(select(Notice).where(Notice.at >= since).order_by(Notice.at, Notice.id)))


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


def _newest() -> Any:
    return func.max(func.coalesce(Page.published, Page.listed_date))


def _newest_runs(session: Session, *conditions: Any) -> dict[str, Run]:
    newest = select(Run.site, func.max(Run.id).label("id")).where(*conditions).group_by(Run.site).subquery()
    return {run.site: run for run in session.scalars(select(Run).join(newest, Run.id == newest.c.id))}


def _since(session: Session, run: Run) -> datetime:
    """When a site's health became what this run says: the newest notice of it, else the first crawl that told."""
    told = select(Notice.at).where(Notice.site == run.site, Notice.after == run.health).order_by(Notice.id.desc())
    first = select(func.min(Run.started_at)).where(Run.site == run.site, *tells())
    return session.scalar(told.limit(1)) or session.scalar(first) or run.started_at


def _lags(session: Session, now: datetime) -> dict[str, list[float]]:
    found: dict[str, list[float]] = {}
    for site, counts in session.execute(select(Run.site, Run.counts).where(*tells(), Run.started_at >= now - _LAGS)):
        if counts.get("lag_days"):
            found.setdefault(site, []).append(counts["lag_days"]["median"])
    return found


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
        Holding("edits found", count(select(Change.id)), "page_changes"),
        Holding("pages that no longer answer", sum(of_state.values()), "page_changes"),
        Holding("pages taken off their lists", count(select(Loss).where(Loss.kind == "delisted")), "page_changes"),
    ]
