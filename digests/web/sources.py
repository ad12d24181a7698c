"""The sites that are watched: what each is, how much of it is held, and when it was last read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from digests.texts import web_address
from digests.web.counts import is_late
from pipeline.store.known import CRAWL
from pipeline.store.models import Page, Run, Site
from pipeline.watch.health import READ


@dataclass(frozen=True, slots=True)
class Source:
    """A site. ``late``: it should have been read again long ago, so that nothing newer is known of it."""

    title: str
    url: str | None
    kind: str
    language: str
    pages: int
    newest: date | None
    read_at: datetime | None
    licence: str | None
    late: bool


def sources(session: Session, now: datetime) -> list[Source]:
    """Every site that is watched, by kind and title."""
    good = case((Run.ended_at.is_not(None) & Run.health.in_(READ), Run.started_at))
    runs = select(Run.site, func.max(good)).where(Run.kind == CRAWL).group_by(Run.site)
    reads: dict[str, datetime | None] = dict(session.execute(runs).all())
    newest = func.max(func.coalesce(Page.published, Page.listed_date))
    pages = {
        site: (number, day)
        for site, number, day in session.execute(select(Page.site, func.count(), newest).group_by(Page.site))
    }
    found = []
    for site in session.scalars(select(Site).where(Site.watched).order_by(Site.kind.desc(), Site.title, Site.name)):
        number, day = pages.get(site.name, (0, None))
        read_at = reads.get(site.name)
        late = is_late(site.every_hours, read_at, now)
        home = web_address(site.home)
        found.append(Source(site.title, home, site.kind, site.language, number, day, read_at, site.licence, late))
    return found
