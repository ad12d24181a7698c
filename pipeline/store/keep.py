"""The one way a record enters the database: live, adopted after a kill, read again, or out of anybody's WARC."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.orm import Session

from pipeline.archive import read_record
from pipeline.store.derive import Derived, Reread, Versions, derive
from pipeline.store.listings import keep_listing
from pipeline.store.models import ArchiveRecord, Page, PageAddress, Snapshot, Visit
from pipeline.store.rows import dialect_of, insert_new, storable, storable_address, table
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
    """How ``keep_together`` reads the record of an older snapshot again, where that was read by other rules."""
    return lambda file, offset: reader(read_record(folder, file, offset))


def register(session: Session, record: Record) -> int:
    """The row of a record, made where there is none; gives its id. Interprets nothing."""
    return _register(session, record)[0]


def keep_together(
    session: Session,
    entries: Iterable[tuple[Record, Shown, int | None]],
    extractor: Extractor,
    versions: Versions,
    reread: Reread | None = None,
) -> list[Kept]:
    """Keep what records show, each with its run: visits, pages, snapshots, readings, changes, mentions, the state of
    their pages.

    Runs inside a session of ``Database.writing``. Idempotent, and what comes out does not depend on the order in which
    records come (once what it gives as unsettled is settled): snapshots, changes and states follow the time of fetch.
    ``reread`` is asked where the snapshot before was read by other rules, since readings are compared only within one
    version. What follows from the records is derived for all of them at once, and counted with the last of them.
    Raises IntegrityError where the table ``site`` does not have the site.
    """
    done: list[Kept] = []
    entered: list[_Entered] = []
    busy: set[int] = set()
    for record, shown, run_id in entries:
        one = _Entered(record, _storable(shown), run_id, *_register(session, record))
        one.sighted = _sighted(session, record, one.shown, run_id)
        if busy & one.own_pages():  # of a page one thing follows from another
            done += _derived(session, entered, extractor, versions, reread)
            entered, busy = [], set()
        _enter(session, one, versions.reader)
        entered.append(one)
        busy |= one.own_pages() | one.placed.touched
    return [*done, *_derived(session, entered, extractor, versions, reread)]


@dataclass(slots=True)
class _Entered:
    """A record with its rows, of which nothing is derived yet."""

    record: Record
    shown: Shown
    run_id: int | None
    record_id: int
    is_new: bool
    sighted: Sighted = field(default_factory=Sighted)
    placed: Placed = field(default_factory=Placed)
    listed: set[int] = field(default_factory=set)
    is_off_topic: bool = False
    is_late: bool = False
    """Whether lists that were fetched later are known."""

    @property
    def own(self) -> int | None:
        """The page that the record is an answer for."""
        return self.sighted.ids.get(self.shown.page_url) if self.shown.page_url is not None else None

    def own_pages(self) -> set[int]:
        """The pages that the record answers for or shows."""
        shown = {self.sighted.ids[page.url] for page in self.shown.pages if page.url in self.sighted.ids}
        return shown if self.own is None else shown | {self.own}


def _enter(session: Session, one: _Entered, reader_version: str) -> None:
    """Make a record's visit, snapshots and readings."""
    record, shown = one.record, one.shown
    _visit(session, record, one.record_id, shown, one.own, one.run_id, replay=not one.is_new)
    pages = shown.pages if shown.site is not None else ()
    if shown.off_topic and not _is_held(session, one.own, record.fetched_at):
        pages = ()
        one.is_off_topic = True
    ids = one.sighted.ids
    one.placed = place(session, record, one.record_id, pages, ids, reader_version, replay=not one.is_new)
    if shown.page_url is None or not one.is_new:
        one.listed = keep_listing(session, record, one.record_id, shown, ids, one.run_id)
    if any(form is Form.ITEM for _, form in one.placed.new):
        later = select(Visit.id).where(Visit.site == shown.site, Visit.page_id.is_(None), Visit.at > record.fetched_at)
        one.is_late = session.scalar(later.limit(1)) is not None


def _derived(
    session: Session, entered: Sequence[_Entered], extractor: Extractor, versions: Versions, reread: Reread | None
) -> list[Kept]:
    """Derive what follows from records that were entered."""
    if not entered:
        return []
    touched = {page for one in entered for page in one.placed.touched}
    dropped = {snapshot for one in entered for snapshot in one.placed.dropped}
    derived = derive(session, touched, extractor, versions, dropped, reread) if touched or dropped else Derived()
    followed = touched.union(*(one.sighted.earlier | one.listed for one in entered))
    followed |= {one.own for one in entered if one.own is not None}
    visits = follow(session, followed) if followed else {}
    _newest(session, entered, visits)
    done = [
        Kept(
            record_id=one.record_id,
            is_new=one.is_new,
            pages=one.sighted.new,
            snapshots=len(one.placed.new),
            seen=frozenset(one.sighted.ids.values()),
            unsettled=_unsettled(one, visits),
        )
        for one in entered
    ]
    return [*done[:-1], replace(done[-1], changes=derived.changes, mentions=derived.mentions)]


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
    row = {
        "warc_id": record.id,
        "url": storable_address(record.url),
        "fetched_at": record.fetched_at,
        "status": record.status,
        "file": record.file,
        "offset": record.offset,
        "bytes": len(record.body),
    }
    records = table(ArchiveRecord)
    statement = dialect_of(session).insert(records).values(**row).on_conflict_do_nothing(index_elements=["warc_id"])
    made = session.connection().execute(statement.returning(records.c.id)).scalar()
    if made is not None:
        return made, True
    return session.scalars(select(ArchiveRecord.id).where(ArchiveRecord.warc_id == record.id)).one(), False


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


def _newest(session: Session, entered: Iterable[_Entered], visits: dict[int, list[SeenVisit]]) -> None:
    """What the newest 200 says of its page: whether it is worth asking for again, and what a conditional request will
    send, for that is the state it asks about."""
    rows = []
    for one in entered:
        record = one.record
        if one.own is None or one.shown.outcome is not Outcome.OK or record.status != _OK:
            continue
        newest = max(visit.at for visit in visits[one.own] if visit.outcome is Outcome.OK and visit.status == _OK)
        if record.fetched_at == newest:
            etag, modified = record.header("ETag"), record.header("Last-Modified")
            validators = (storable(value) if value else None for value in (etag, modified))
            rows.append((one.own, *validators, one.is_off_topic))
    if rows:
        pages = table(Page)
        names = ("etag", "last_modified", "off_topic")
        statement = update(pages).where(pages.c.id == bindparam("page"))
        session.connection().execute(
            statement.values({name: bindparam(name + "_") for name in names}),
            [dict(zip(("page", *(name + "_" for name in names)), row, strict=True)) for row in rows],
        )


def _unsettled(one: _Entered, visits: dict[int, list[SeenVisit]]) -> frozenset[int]:
    late = set(one.placed.overtaken)
    for page_id, form in one.placed.new:
        if visits[page_id] and visits[page_id][-1].at > one.record.fetched_at:
            late.add(page_id)
        if form is Form.ITEM and one.is_late:
            late.add(page_id)
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
