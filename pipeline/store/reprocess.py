"""Every reading, mention and change anew from the archive, without network."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import delete, exists, select

from pipeline.archive import BrokenArchive, iterate, read_record, warc_files
from pipeline.store.adopt import Keeper, run_of, settle
from pipeline.store.database import Database
from pipeline.store.models import Page, Run, Snapshot, Visit
from pipeline.words import Extractor, Reader, Record

Progress = Callable[[int, int], None]
"""Told how many records are done, of how many."""


@dataclass(frozen=True, slots=True)
class Reprocessed:
    """How many records were read again, and what in the archive could not be read (a line each)."""

    records: int
    faults: tuple[str, ...] = ()


def reprocess(
    database: Database,
    folder: Path,
    reader: Reader,
    extractor: Extractor,
    *,
    reader_version: str,
    extractor_version: str,
    since: datetime | None = None,
    progress: Progress | None = None,
) -> Reprocessed:
    """Read all records of the archive again, in order of time, and bring the database to what they show.

    From an emptied database (with its sites) this gives the rows of the live runs; into a filled one it replaces
    what older rules read, and a page keeps the numbers of its mentions. With ``since`` (UTC where it has no zone)
    only records fetched from then on. A file that is broken is read up to that place and told in ``faults``; a torn
    tail, which a running crawl has at any time, is none.
    """
    if since is not None and since.tzinfo is None:
        since = since.replace(tzinfo=UTC)
    keeper = Keeper(database, folder, reader, extractor, reader_version, extractor_version)
    faults: list[str] = []
    index = sorted(
        (record.fetched_at, record.file, record.offset)
        for record in _all(folder, faults)
        if since is None or record.fetched_at >= since
    )
    with database.reading() as session:
        runs = [(file, run_id) for file, run_id in session.execute(select(Run.file, Run.id)) if file is not None]
    stored = ((read_record(folder, file, offset), run_of(file, runs)) for _, file, offset in index)
    seen: set[int] = set()
    unsettled: set[int] = set()
    for number, kept in enumerate(keeper.keep_all(stored), 1):
        seen |= kept.seen
        unsettled |= kept.unsettled
        if progress is not None:
            progress(number, len(index))
    if since is not None:
        settle(keeper, unsettled)
    elif not faults:
        _forget_unseen(database, seen)
    return Reprocessed(len(index), tuple(faults))


def _all(folder: Path, faults: list[str]) -> Iterator[Record]:
    for file in warc_files(folder) if folder.exists() else []:
        try:
            yield from iterate(folder, file)
        except BrokenArchive as broken:
            if not broken.torn:
                faults.append(str(broken))


def _forget_unseen(database: Database, seen: set[int]) -> None:
    """Delete pages that the present rules see nowhere: their address is another page's now, or no page's at all."""
    with database.writing() as session:
        bare = select(Page.id).where(
            ~exists().where(Snapshot.page_id == Page.id), ~exists().where(Visit.page_id == Page.id)
        )
        for page_id in session.scalars(bare).all():
            if page_id not in seen:
                session.execute(delete(Page).where(Page.id == page_id))
