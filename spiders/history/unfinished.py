"""What killed runs left of the past: their records kept, and the pages looked at again to which they brought it."""

from __future__ import annotations

from sqlalchemy import select

from pipeline import clock
from pipeline.config import Settings
from pipeline.store import adopt, known
from pipeline.store.database import Database
from pipeline.store.models import Run, Snapshot, Visit
from pipeline.watch.overview import is_running
from pipeline.words import Extractor, Record, Shown
from spiders import crawl, reading

INTERRUPTED = "interrupted"
_CAUSE = "stopped before its end; what it brought is kept"


def take_up(settings: Settings, database: Database, extractor: Extractor, extractor_version: str) -> None:
    """Keep whole records that no row knows, and settle the pages that killed imports and backfills touched.

    A record of the past changes what later ones of its page mean. Within a run they are looked at again at its end
    (``adopt.settle``), which a killed one never came to.
    """

    crawl.prepare(settings, database, extractor, extractor_version)
    folder = settings.archive_folder
    with database.reading() as session:
        open_runs = session.scalars(select(Run).where(Run.ended_at.is_(None), Run.kind != known.CRAWL))
        left = [run.id for run in open_runs if not is_running(run, folder)]
        past = select(Visit.record_id).join(Run, Run.id == Visit.run_id)
        past = past.where(Run.id.in_(left), Visit.at < Run.started_at)
        touched = set(session.scalars(select(Snapshot.page_id).where(Snapshot.record_id.in_(past))))

    def read(record: Record) -> Shown:
        return reading.read(record, most_bytes=settings.crawl.max_bytes)

    keeper = adopt.Keeper(database, folder, read, extractor, reading.READER_VERSION, extractor_version)
    adopt.settle(keeper, touched)
    with database.writing() as session:
        for run_id in left:
            known.end_run(session, run_id, clock.now(settings), {}, INTERRUPTED, _CAUSE)
