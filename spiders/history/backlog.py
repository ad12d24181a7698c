"""What a backfill has still to ask: lists, index pages and captures in a table, pages by what is held of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, delete, exists, func, or_, select, update

from pipeline.store.database import Database
from pipeline.store.models import ArchiveRecord, Backlog, Page, PageAddress, Snapshot, Visit
from pipeline.store.rows import insert_new, storable_address
from pipeline.words import Form
from spiders.history.span import Span
from spiders.site import SiteSpider


@dataclass(frozen=True, slots=True)
class Errand:
    """One address to be asked. ``section`` and ``number`` say which list it is, and which of its pages, if any;
    ``is_left`` that an earlier run put it down, and may have asked it."""

    address: str
    section: str | None = None
    number: int | None = None
    id: int = 0
    is_left: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page that is not held, and the address to ask; ``is_in_span`` as far as its day is known."""

    id: int
    address: str
    is_in_span: bool


@dataclass(frozen=True, slots=True)
class Job:
    """A site's backfill from somewhere over a span: the same job whenever it is asked for again.

    ``run_id`` is the run of now, 0 where there is none yet.
    """

    database: Database
    site: str
    name: str
    run_id: int = 0

    def begin(self, errands: Iterable[Errand]) -> None:
        """Put down what the job begins with, unless it has begun before."""
        with self.database.writing() as session:
            if session.scalar(select(Backlog.id).where(*self._own).limit(1)) is None:
                insert_new(session, Backlog, self._rows(errands), _KEY)

    def forget(self) -> None:
        """Let the job begin anew."""
        with self.database.writing() as session:
            session.execute(delete(Backlog).where(*self._own))

    def done(self, errand: Errand, at: datetime, further: Iterable[Errand] = ()) -> None:
        """Note that an errand's answer has been kept, and what it leads to, in one unit of work."""
        with self.database.writing() as session:
            insert_new(session, Backlog, self._rows(further), _KEY)
            session.execute(update(Backlog).where(Backlog.id == errand.id).values(done_at=at))

    def pending(self, most: int, besides: Collection[int]) -> list[Errand]:
        """The oldest errands that are not done, without those named by their ids."""
        with self.database.reading() as session:
            is_left = Backlog.run_id.is_distinct_from(self.run_id)
            query = select(Backlog.address, Backlog.section, Backlog.number, Backlog.id, is_left)
            query = query.where(*self._own, Backlog.done_at.is_(None)).order_by(Backlog.id)
            rows = session.execute(query.limit(most + len(besides))).all()
        return [Errand(*row) for row in rows if row.id not in besides][:most]

    def counts(self) -> tuple[int, int]:
        """How many errands are done, and how many are not."""
        with self.database.reading() as session:
            done = func.count(Backlog.done_at)
            counted = session.execute(select(done, func.count(Backlog.id) - done).where(*self._own)).one()
        return counted[0], counted[1]

    def answer(self, errand: Errand) -> tuple[str, int] | None:
        """The file and offset of an answer to an errand that was archived and kept, but not noted as done."""
        query = (
            select(ArchiveRecord.file, ArchiveRecord.offset)
            .join(Visit, Visit.record_id == ArchiveRecord.id)
            .join(Backlog, Backlog.id == errand.id)
            .where(ArchiveRecord.url == storable_address(errand.address), Visit.run_id >= Backlog.run_id)
            .order_by(ArchiveRecord.id.desc())
            .limit(1)
        )
        with self.database.reading() as session:
            found = session.execute(query).first()
        return (found.file, found.offset) if found else None

    @property
    def _own(self) -> tuple[Any, ...]:
        return Backlog.site == self.site, Backlog.job == self.name

    def _rows(self, errands: Iterable[Errand]) -> list[dict[str, Any]]:
        return [
            {
                "site": self.site,
                "job": self.name,
                "address": errand.address,
                "section": errand.section,
                "number": errand.number,
                "run_id": self.run_id or None,
            }
            for errand in errands
        ]


_KEY = ("site", "job", "address")


def wanted(
    database: Database, site: type[SiteSpider], span: Span, now: datetime, after: int, most: int
) -> list[Wanted]:
    """Pages of a site that lists name within a span and that are not held, in the order in which they were found.

    ``after`` is the id of the last one had. A page that failed is wanted again when it falls due.
    """
    seen = (
        select(PageAddress.address)
        .where(PageAddress.page_id == Page.id)
        .order_by(PageAddress.first_seen_at, PageAddress.address)
        .limit(1)
        .correlate(Page)
        .scalar_subquery()
    )
    held = exists().where(Snapshot.page_id == Page.id, Snapshot.form == Form.ARTICLE.value)
    in_span = [Page.listed_date >= span.since]
    if span.until is not None:
        in_span.append(Page.listed_date <= span.until)
    query = (
        select(Page.id, Page.url, func.coalesce(seen, Page.url), Page.listed_date)
        .where(Page.site == site.name, Page.id > after, ~held, Page.off_topic.is_(False), Page.url.not_like("%#%"))
        .where(or_(Page.due_at.is_(None), Page.due_at <= now))
        .where(or_(Page.listed_date.is_(None), and_(*in_span)))
        .order_by(Page.id)
        .limit(most)
    )
    with database.reading() as session:
        rows = session.execute(query).all()
    return [Wanted(number, address, span.holds(day or site.day_of(url))) for number, url, address, day in rows]
