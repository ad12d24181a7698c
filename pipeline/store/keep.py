"""The one way a record enters the database: live, adopted after a kill, read again, or out of anybody's WARC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from pipeline.archive import read_record
from pipeline.store.derive import Reread, Versions, derive
from pipeline.store.listings import keep_listing
from pipeline.store.models import ArchiveRecord, Page, PageAddress, Snapshot, Visit
from pipeline.store.rows import insert_new, storable, storable_address
from pipeline.store.sightings import Sighted, Sighting, sight
from pipeline.store.snapshots import Placed, place
from pipeline.store.tracks import SeenVisit, follow
from pipeline.words import Extractor, Form, Listed, Outcome, PageReading, Reader, Record, Shown

_OK = 200


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping one record did: how many rows of each kind are new.

    ``is_new`` is False where the record was known. ``seen`` are the pages (by id) it shows, lists or answers for.
    ``unsettled`` are pages for which others, fetched later, were kept before it: what those showed must be looked at
    again (``pipeline.store.adopt.settle``).
    """

    record_id: int
    is_new: bool
    pages: int = 0
    snapshots: int = 0
    changes: int = 0
    mentions: int = 0
    seen: frozenset[int] = frozenset()
    unsettled: frozenset[int] = frozenset()

    def counts(self) -> dict[str, int]:
        """The counts for the run's row."""
        return {
            "records": int(self.is_new),
            "pages": self.pages,
            "snapshots": self.snapshots,
            "changes": self.changes,
            "mentions": self.mentions,
        }


def rereader(folder: Path, reader: Reader) -> Reread:
    """How ``keep`` reads the record of an older snapshot again, where that was read by other rules."""
    return lambda file, offset: reader(read_record(folder, file, offset))


def register(session: Session, record: Record) -> int:
    """The row of a record, made where there is none; gives its id. Interprets nothing."""
    return _register(session, record)[0]


def keep(
    session: Session,
    record: Record,
    shown: Shown,
    extractor: Extractor,
    *,
    run_id: int | None,
    reader_version: str,
    extractor_version: str,
    reread: Reread | None = None,
) -> Kept:
    """Keep what a record shows: visit, pages, snapshots, readings, changes, mentions, the state of its pages.

    Runs inside a session of ``Database.writing``; several records may share one. Idempotent, and what comes out does
    not depend on the order in which records come (once what it gives as unsettled is settled): snapshots, changes and
    states follow the time of fetch. ``reread``
    is asked where the snapshot before was read by other rules, since readings are compared only within one version.
    Raises IntegrityError where the table ``site`` does not have the site.
    """
    shown = _storable(shown)
    record_id, is_new = _register(session, record)
    sighted = _sighted(session, record, shown, run_id)
    own = sighted.ids.get(shown.page_url) if shown.page_url is not None else None
    _visit(session, record, record_id, shown, own, run_id, replay=not is_new)
    pages = shown.pages if shown.site is not None else ()
    if shown.off_topic and not _is_held(session, own, record.fetched_at):
        pages = ()
    placed = place(session, record, record_id, pages, sighted.ids, reader_version, replay=not is_new)
    versions = Versions(reader_version, extractor_version)
    derived = derive(session, placed.touched, extractor, versions, placed.dropped, reread)
    may_list = shown.page_url is None or not is_new
    listed = keep_listing(session, record, record_id, shown, sighted.ids, run_id) if may_list else set()
    followed = placed.touched | sighted.earlier | listed | ({own} if own is not None else set())
    visits = follow(session, followed) if followed else {}
    if own is not None and shown.outcome is Outcome.OK and record.status == _OK:
        _newest(session, own, record, visits[own], off_topic=shown.off_topic and not pages)
    return Kept(
        record_id=record_id,
        is_new=is_new,
        pages=sighted.new,
        snapshots=len(placed.new),
        changes=derived.changes,
        mentions=derived.mentions,
        seen=frozenset(sighted.ids.values()),
        unsettled=_unsettled(session, record, shown, placed, visits),
    )


def unanswered(
    session: Session,
    *,
    site: str,
    url: str,
    at: datetime,
    detail: str,
    run_id: int | None,
    outcome: Outcome = Outcome.ERROR,
) -> None:
    """Note an asking that got no answer, so that there is no record of it (time-out, no connection, body refused).

    ``url`` is the address asked, or the page's canonical one.
    """
    page_id = session.scalar(select(Page.id).where(Page.url == url)) or session.scalar(
        select(PageAddress.page_id).where(PageAddress.address == url)
    )
    values = {"run_id": run_id, "page_id": page_id, "site": site, "url": storable_address(url), "at": at}
    session.execute(insert(Visit).values(**values, outcome=outcome.value, detail=storable(detail)))
    if page_id is not None:
        follow(session, {page_id})


def _register(session: Session, record: Record) -> tuple[int, bool]:
    known = select(ArchiveRecord.id).where(ArchiveRecord.warc_id == record.id)
    found = session.scalar(known)
    if found is not None:
        return found, False
    row = {
        "warc_id": record.id,
        "url": storable_address(record.url),
        "fetched_at": record.fetched_at,
        "status": record.status,
        "file": record.file,
        "offset": record.offset,
        "bytes": len(record.body),
    }
    insert_new(session, ArchiveRecord, [row], ["warc_id"])
    return session.scalars(known).one(), True


def _sighted(session: Session, record: Record, shown: Shown, run_id: int | None) -> Sighted:
    if shown.site is None:
        return Sighted()
    seen = [Sighting(listed.url, listed.address, listed.title, listed.published) for listed in shown.listed]
    for page in shown.pages:
        is_item = page.form is Form.ITEM
        seen.append(
            Sighting(page.url, page.address, page.title if is_item else None, page.published if is_item else None)
        )
    if shown.page_url is not None:
        seen.append(Sighting(shown.page_url, storable_address(record.url)))
    return sight(session, shown.site, record.fetched_at, run_id, seen)


def _visit(
    session: Session,
    record: Record,
    record_id: int,
    shown: Shown,
    page_id: int | None,
    run_id: int | None,
    *,
    replay: bool,
) -> None:
    detail = shown.moved_to if shown.outcome is Outcome.MOVED else ", ".join(shown.findings) or None
    row = {
        "run_id": run_id,
        "page_id": page_id,
        "record_id": record_id,
        "site": shown.site,
        "url": storable_address(record.url),
        "at": record.fetched_at,
        "outcome": shown.outcome.value,
        "detail": detail,
    }
    insert_new(session, Visit, [row], ["record_id"])
    if not replay:
        return
    read_again = {name: row[name] for name in ("page_id", "site", "outcome", "detail")}
    if run_id is not None:
        read_again["run_id"] = run_id
    differs = [getattr(Visit, name).is_distinct_from(value) for name, value in read_again.items()]
    query = update(Visit).where(Visit.record_id == record_id)
    session.execute(query.where(or_(*differs)).values(**read_again))


def _is_held(session: Session, page_id: int | None, at: datetime) -> bool:
    """Whether a page had a state of its own before that time."""
    held = select(Snapshot.id).where(
        Snapshot.page_id == page_id, Snapshot.form == Form.ARTICLE.value, Snapshot.fetched_at < at
    )
    return page_id is not None and session.scalar(held.limit(1)) is not None


def _newest(session: Session, page_id: int, record: Record, visits: Sequence[SeenVisit], *, off_topic: bool) -> None:
    """What the newest 200 says of its page: whether it is worth asking for again, and what a conditional request will
    send, for that is the state it asks about."""
    newest = max(visit.at for visit in visits if visit.outcome is Outcome.OK and visit.status == _OK)
    if record.fetched_at == newest:
        etag, modified = record.header("ETag"), record.header("Last-Modified")
        validators = {
            "etag": storable(etag) if etag else None,
            "last_modified": storable(modified) if modified else None,
        }
        session.execute(update(Page).where(Page.id == page_id).values(**validators, off_topic=off_topic))


def _unsettled(
    session: Session, record: Record, shown: Shown, placed: Placed, visits: dict[int, list[SeenVisit]]
) -> frozenset[int]:
    late = set(placed.overtaken)
    items = {page_id for page_id, form in placed.new if form is Form.ITEM}
    for page_id, _ in placed.new:
        if visits[page_id] and visits[page_id][-1].at > record.fetched_at:
            late.add(page_id)
    if items:
        later = select(Visit.id).where(Visit.site == shown.site, Visit.page_id.is_(None), Visit.at > record.fetched_at)
        if session.scalar(later.limit(1)) is not None:
            late |= items
    return frozenset(late)


def _storable(shown: Shown) -> Shown:
    """The same without what the databases refuse, so that what is extracted counts the characters that are kept."""
    return replace(
        shown,
        page_url=storable_address(shown.page_url) if shown.page_url is not None else None,
        pages=tuple(_storable_page(page) for page in shown.pages),
        listed=tuple(_storable_listed(listed) for listed in shown.listed),
        moved_to=storable_address(shown.moved_to) if shown.moved_to is not None else None,
        findings=tuple(storable(finding) for finding in shown.findings),
    )


def _storable_page(page: PageReading) -> PageReading:
    return replace(
        page,
        url=storable_address(page.url),
        address=storable_address(page.address),
        title=storable(page.title) if page.title is not None else None,
        body=storable(page.body),
    )


def _storable_listed(listed: Listed) -> Listed:
    return replace(
        listed,
        url=storable_address(listed.url),
        address=storable_address(listed.address),
        title=storable(listed.title) if listed.title is not None else None,
    )
