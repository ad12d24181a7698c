"""Records that the archive holds and the database does not know: left by a killed run, or older than their pages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import Select, func, insert, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from pipeline.archive import BrokenArchive, iterate, read_record, warc_files
from pipeline.archive.repair import cut_torn_tail, left_behind
from pipeline.store.database import Database
from pipeline.store.derive import Versions
from pipeline.store.keep import Kept, keep_together, register, rereader
from pipeline.store.models import ArchiveRecord, Page, Run, Snapshot, Visit
from pipeline.store.rows import batches
from pipeline.words import Extractor, Form, Outcome, Reader, Record, Shown

log = structlog.get_logger(__name__)

BATCH = 20
"""Records kept in one unit of work: few enough that another writer never waits long."""


@dataclass(frozen=True, slots=True)
class Keeper:
    """All that is needed to keep records out of the archive."""

    database: Database
    folder: Path
    reader: Reader
    extractor: Extractor
    reader_version: str
    extractor_version: str

    def keep_all(self, records: Iterable[tuple[Record, int | None]]) -> Iterator[Kept]:
        """Keep records, each with its run, in units of work; one that cannot be kept is an error of its visit."""
        waiting: list[tuple[Record, int | None]] = []
        for entry in records:
            waiting.append(entry)
            if len(waiting) >= BATCH:
                yield from self._keep(waiting)
                waiting = []
        yield from self._keep(waiting)

    def _keep(self, entries: list[tuple[Record, int | None]]) -> list[Kept]:
        shown = [self._shown(record) for record, _ in entries]  # before the unit of work: others may write meanwhile
        read = [(*entry, what) for entry, what in zip(entries, shown, strict=True)]
        with self.database.writing() as session:
            try:
                with session.begin_nested():
                    return self._keep_together(session, read)
            except OperationalError:
                raise  # a full disk or a lost server is no fault of a record
            except Exception:  # one of them cannot be kept; to find it, each is kept by itself
                return [self._keep_one(session, *entry) for entry in read]

    def _keep_one(self, session: Session, record: Record, run_id: int | None, shown: Shown | Exception) -> Kept:
        try:
            with session.begin_nested():
                (kept,) = self._keep_together(session, [(record, run_id, shown)])
                return kept
        except OperationalError:
            raise
        except Exception as error:
            return _refused(session, record, run_id, error)

    def _keep_together(
        self, session: Session, read: Sequence[tuple[Record, int | None, Shown | Exception]]
    ) -> list[Kept]:
        entries = []
        for record, run_id, shown in read:
            if isinstance(shown, Exception):
                raise shown
            entries.append((record, shown, run_id))
        versions = Versions(self.reader_version, self.extractor_version)
        return keep_together(session, entries, self.extractor, versions, rereader(self.folder, self.reader))

    def _shown(self, record: Record) -> Shown | Exception:
        try:
            return self.reader(record)
        except Exception as error:
            return error


def adopt(
    database: Database,
    folder: Path,
    reader: Reader,
    extractor: Extractor,
    *,
    reader_version: str,
    extractor_version: str,
) -> int:
    """Cut torn tails and keep every whole record that has no row; gives how many.

    Files that a living run has open are left to it. Of a file whose records are known up to a certain one, only what
    follows is looked at. A file damaged elsewhere than at its end is told to the log, and bars no other.
    """
    keeper = Keeper(database, folder, reader, extractor, reader_version, extractor_version)
    with database.reading() as session:
        known = {row.file: row.last for row in session.execute(_last_known())}
        runs = [(file, run_id) for file, run_id in session.execute(select(Run.file, Run.id)) if file is not None]
    adopted = 0
    unsettled: set[int] = set()
    for file in warc_files(folder) if folder.exists() else []:
        with left_behind(folder / file) as is_left:
            if not is_left:
                continue
            for kept in keeper.keep_all(_left(folder, file, known.get(file), run_of(file, runs))):
                adopted += kept.is_new
                unsettled |= kept.unsettled
    settle(keeper, unsettled)
    return adopted


def _left(folder: Path, file: str, last: int | None, run_id: int | None) -> Iterator[tuple[Record, int | None]]:
    try:
        cut_torn_tail(folder / file, last or 0)
        for record in iterate(folder, file, last or 0):
            if record.offset != last:
                yield record, run_id
    except BrokenArchive as broken:
        log.error("archive_damaged", fault=str(broken))


def settle(keeper: Keeper, page_ids: Collection[int]) -> None:
    """Look again, in order of time, at all that was seen of pages to which older records have come.

    A later record may have been passed over as unchanged, and be a change now (A, B, A), or the other way round.
    """
    if not page_ids:
        return
    with keeper.database.reading() as session:
        records = _seen_of(session, set(page_ids))
    stored = ((read_record(keeper.folder, file, offset), run_id) for _, file, offset, run_id in sorted(records))
    for _ in keeper.keep_all(stored):
        pass


def _seen_of(session: Session, page_ids: set[int]) -> set[tuple[datetime, str, int, int | None]]:
    columns = (Visit.at, ArchiveRecord.file, ArchiveRecord.offset, Visit.run_id)
    query = select(*columns).join(ArchiveRecord, ArchiveRecord.id == Visit.record_id)
    found: set[tuple[datetime, str, int, int | None]] = set()
    for some in batches(sorted(page_ids)):
        found |= {
            (at, file, offset, run) for at, file, offset, run in session.execute(query.where(Visit.page_id.in_(some)))
        }
        lists = (
            select(Page.site, func.min(Snapshot.fetched_at))
            .join(Snapshot, Snapshot.page_id == Page.id)
            .where(Page.id.in_(some), Snapshot.form == Form.ITEM.value)
            .group_by(Page.site)
        )
        for site, since in session.execute(lists).all():
            listed = query.where(Visit.site == site, Visit.page_id.is_(None), Visit.at >= since)
            found |= {(at, file, offset, run) for at, file, offset, run in session.execute(listed)}
    return found


def _refused(session: Session, record: Record, run_id: int | None, error: Exception) -> Kept:
    record_id = register(session, record)
    if session.scalar(select(Visit.id).where(Visit.record_id == record_id)) is None:
        values = {"record_id": record_id, "run_id": run_id, "url": record.url[:500], "at": record.fetched_at}
        detail = f"not kept: {type(error).__name__}: {error}"[:500]
        session.execute(insert(Visit).values(**values, outcome=Outcome.ERROR.value, detail=detail))
    return Kept(record_id, is_new=True)


def _last_known() -> Select[str, int]:
    return select(ArchiveRecord.file, func.max(ArchiveRecord.offset).label("last")).group_by(ArchiveRecord.file)


def run_of(file: str, runs: Collection[tuple[str, int]]) -> int | None:
    """The run that wrote a file: it names its first one, further ones have the same stem and a higher serial."""
    stem = file.rpartition("-")[0]
    own = [(first, run_id) for first, run_id in runs if first.rpartition("-")[0] == stem and first <= file]
    return max(own)[1] if own else None
