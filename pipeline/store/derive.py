"""What follows from a page's snapshots: changes, mentions with their evidence, findings, the page's own date.

All of it is told anew from all readings of the page in order of time. So it is the same whatever the order in which
the records came, and after every rebuild.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from pipeline.store.changes import write_changes
from pipeline.store.mentions import Borne, bear, write_findings, write_mentions
from pipeline.store.models import ArchiveRecord, Page, Reading, Snapshot
from pipeline.store.rows import batches, table
from pipeline.store.snapshots import drop, reading_row, write_readings
from pipeline.words import Document, Extraction, Extractor, Finding, Form, Shown

Reread = Callable[[str, int], Shown]
"""Reads a record of the archive again, by file and offset, with the present rules."""


@dataclass(frozen=True, slots=True)
class Versions:
    """The versions of the rules in use."""

    reader: str
    extractor: str


@dataclass(frozen=True, slots=True)
class Derived:
    """How many rows are new."""

    changes: int = 0
    mentions: int = 0


@dataclass(frozen=True, slots=True)
class Standing:
    """A reading that stands for its page: an article's, or an item's as long as there is no article."""

    snapshot_id: int
    reading_id: int
    form: Form
    fetched_at: datetime
    file: str
    offset: int
    reader_version: str
    title: str | None
    published: date | None
    language: str
    text: str


@dataclass(slots=True)
class PageHistory:
    """The standing readings of a page in order of time, and what the extractor finds in each."""

    page_id: int
    url: str
    published: date | None
    standing: list[Standing] = field(default_factory=list)
    extractions: list[Extraction] = field(default_factory=list)

    def extract(self, extractor: Extractor) -> None:
        """Ask the extractor for every reading; one that it was asked for already answers for its equals."""
        known: dict[tuple[Any, ...], Extraction] = {}
        for reading in self.standing:
            key = (reading.text, reading.language, reading.published)
            if key not in known:
                known[key] = _extracted(extractor, self.url, reading)
            self.extractions.append(known[key])


def derive(
    session: Session,
    page_ids: Iterable[int],
    extractor: Extractor,
    versions: Versions,
    dropped: set[int],
    reread: Reread | None,
) -> Derived:
    """Derive everything of these pages anew, write what differs, then delete the ``dropped`` snapshots.

    ``reread`` serves readings made by other rules than the present ones, which can be compared with nothing.
    """
    histories = _histories(session, sorted(set(page_ids)), dropped)
    if reread is not None and any(
        reading.reader_version != versions.reader for history in histories for reading in history.standing
    ):
        _read_again(session, histories, versions, reread)
        histories = _histories(session, sorted(set(page_ids)), dropped)
    for history in histories:
        history.extract(extractor)
    changes = write_changes(session, histories)
    borne: dict[int, Sequence[Borne]] = {
        history.page_id: bear(
            [(reading.reading_id, reading.snapshot_id) for reading in history.standing], history.extractions
        )
        for history in histories
    }
    mentions = write_mentions(session, borne, versions.extractor)
    write_findings(
        session,
        {
            reading.reading_id: extraction.findings
            for history in histories
            for reading, extraction in zip(history.standing, history.extractions, strict=True)
        },
    )
    told = ((history, history.standing[-1].published if history.standing else None) for history in histories)
    if rows := [{"page": one.page_id, "day": published} for one, published in told if published != one.published]:
        pages = table(Page)
        statement = update(pages).where(pages.c.id == bindparam("page")).values(published=bindparam("day"))
        session.connection().execute(statement, rows)
    drop(session, dropped)
    return Derived(changes, mentions)


def _extracted(extractor: Extractor, url: str, reading: Standing) -> Extraction:
    document = Document(reading.text, url, reading.language, reading.published, reading.title)
    try:
        return extractor(document)
    except Exception as error:
        # one page that the extractor cannot stomach must not stop the crawl; it is told to whoever reviews
        return Extraction(findings=(Finding("extractor_failed", f"{type(error).__name__}: {error}"[:500]),))


def _histories(session: Session, page_ids: list[int], dropped: set[int]) -> list[PageHistory]:
    histories: dict[int, PageHistory] = {}
    for some in batches(page_ids):
        pages = session.execute(select(Page.id, Page.url, Page.published).where(Page.id.in_(some)).order_by(Page.id))
        histories |= {page_id: PageHistory(page_id, url, published) for page_id, url, published in pages}
        query = (
            select(
                Snapshot.page_id, Snapshot.form, Snapshot.fetched_at, ArchiveRecord.file, ArchiveRecord.offset, Reading
            )
            .join(Reading, Reading.snapshot_id == Snapshot.id)
            .join(ArchiveRecord, ArchiveRecord.id == Snapshot.record_id)
            .where(Snapshot.page_id.in_(some))
            .order_by(Snapshot.fetched_at, Snapshot.form)
        )
        for page_id, form, at, file, offset, reading in session.execute(
            query.execution_options(populate_existing=True)
        ):
            standing = histories[page_id].standing
            if reading.snapshot_id in dropped or (
                form == Form.ITEM and any(other.form is Form.ARTICLE for other in standing)
            ):
                continue
            standing.append(
                Standing(
                    snapshot_id=reading.snapshot_id,
                    reading_id=reading.id,
                    form=Form(form),
                    fetched_at=at,
                    file=file,
                    offset=offset,
                    reader_version=reading.reader_version,
                    title=reading.title,
                    published=reading.published,
                    language=reading.language,
                    text=reading.text,
                )
            )
    return list(histories.values())


def _read_again(session: Session, histories: list[PageHistory], versions: Versions, reread: Reread) -> None:
    rows = []
    for history in histories:
        for reading in history.standing:
            if reading.reader_version == versions.reader:
                continue
            shown = reread(reading.file, reading.offset)
            rows += [
                reading_row(page, reading.snapshot_id, versions.reader)
                for page in shown.pages
                if page.url == history.url and page.form is reading.form
            ][:1]
    write_readings(session, rows)
