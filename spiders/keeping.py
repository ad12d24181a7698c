"""One run of one site, as it is kept: archive first, then in batches into the database, and what was counted."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import structlog

from pipeline import clock
from pipeline.archive import ArchiveWriter, Exchange
from pipeline.config import Settings
from pipeline.store import adopt, known
from pipeline.store.database import Database
from pipeline.store.keep import unanswered
from pipeline.words import Document, Extraction, Extractor, Outcome, Record, Shown
from spiders import reading

log = structlog.get_logger(__name__)

_REFUSALS = {Outcome.BLOCKED, Outcome.CHALLENGED}
REFUSALS_ENOUGH = 3
"""Refusals in a row after which a site is asked no more."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An asking that nothing answered."""

    url: str
    at: datetime
    cause: str


@dataclass(slots=True)
class Keeper:
    """What a run of one site writes through. ``stopped`` says why the run asks for nothing more, None while it does;
    ``fault`` is set where storing failed."""

    settings: Settings
    database: Database
    writer: ArchiveWriter
    site: str
    run_id: int
    extractor: Extractor
    extractor_version: str
    counts: Counter[str] = field(default_factory=Counter)
    routes: Counter[str] = field(default_factory=Counter)
    causes: Counter[str] = field(default_factory=Counter)
    stopped: str | None = None
    fault: str | None = None
    _records: list[Record] = field(default_factory=list)
    _shown: dict[str, Shown] = field(default_factory=dict)
    _failures: list[Failure] = field(default_factory=list)
    _walked: list[str] = field(default_factory=list)
    _unsettled: set[int] = field(default_factory=set)
    _refusals: int = 0

    def take(self, **exchange: Any) -> Shown:
        """``put`` for an exchange of now."""
        return self.put(Exchange(fetched_at=clock.now(self.settings), **exchange))

    def put(self, exchange: Exchange) -> Shown:
        """Archive one exchange and, once that is on the disk, read it; gives what it shows. Raises OSError where it
        cannot be archived, which ends the run."""
        try:
            record = self.writer.write(exchange)
        except OSError as error:
            self._broken("archiving", error)
            raise
        shown = self.read(record)
        self._count(record, shown)
        self._records.append(record)
        self._shown[record.id] = shown
        if len(self._records) >= adopt.BATCH:
            self.flush()
        return shown

    def read(self, record: Record) -> Shown:
        """What a record shows; of one that waits to be kept, what was read already."""
        waiting = self._shown.pop(record.id, None)
        return waiting or reading.read(record, most_bytes=self.settings.crawl.max_bytes)

    def failed(self, url: str, cause: str) -> None:
        """Note that nothing answered at an address, and why."""
        self.counts["failed"] += 1
        self.causes[cause] += 1
        self._failures.append(Failure(url, clock.now(self.settings), cause))

    def walked(self, section: str) -> None:
        """Note that a section has been walked to its end."""
        self._walked.append(section)

    def flush(self) -> None:
        """Write what is waiting. A fault in storing stops the run and is told by its report; the records are
        archived, and the next run takes them from there."""
        records, self._records = self._records, []
        failures, self._failures = self._failures, []
        walked, self._walked = self._walked, []
        if self.fault or not (records or failures or walked):
            return
        try:
            for kept in self._store.keep_all((record, self.run_id) for record in records):
                self.counts.update(kept.counts())
                self._unsettled |= kept.unsettled
            if failures or walked:
                self._note(failures, walked)
        except Exception as error:  # whatever storing raises must reach the report, not only a log
            self._broken("storing", error)
            return
        log.info("crawling", site=self.site, asked=self.counts["asked"], new=self.counts["snapshots"])

    def finish(self) -> None:
        """Write what is left, and look again at pages for which records came out of order."""
        self.flush()
        if not self.fault:
            adopt.settle(self._store, self._unsettled)

    def _broken(self, what: str, error: Exception) -> None:
        log.error("keeping_failed", site=self.site, what=what, exc_info=error)
        self.fault = self.stopped = f"{what} failed: {type(error).__name__}: {error}".splitlines()[0]

    @property
    def _store(self) -> adopt.Keeper:
        return adopt.Keeper(
            self.database,
            self.settings.archive_folder,
            self.read,
            self._extract,
            reading.READER_VERSION,
            self.extractor_version,
        )

    def _extract(self, document: Document) -> Extraction:
        """The extractor, its failures counted: the store makes findings of them, which no operator would see."""
        try:
            return self.extractor(document)
        except Exception:
            self.counts["extractor_failed"] += 1
            raise

    def _note(self, failures: list[Failure], walked: list[str]) -> None:
        # only now: a section is walked once the pages that its lists named are in the database
        with self.database.writing() as session:
            for failure in failures:
                unanswered(
                    session, site=self.site, url=failure.url, at=failure.at, detail=failure.cause, run_id=self.run_id
                )
            for section in walked:
                known.mark_walked(session, self.site, section, self.run_id)

    def _count(self, record: Record, shown: Shown) -> None:
        self.counts["asked"] += 1
        self.counts[shown.outcome.value] += 1
        self.counts["items"] += sum(page.item is not None for page in shown.pages)
        self.counts["listed"] += len(shown.listed)
        self.counts["off_list"] += len(shown.off_list)
        self.counts["off_topic"] += shown.off_topic
        for page in shown.pages:
            self.routes.update(f"{name}:{route}" for name, route in page.routes.items())
        if record.url.endswith("/robots.txt"):
            return
        self._refusals = self._refusals + 1 if shown.outcome in _REFUSALS else 0
        if self._refusals >= REFUSALS_ENOUGH:
            self.stopped = f"{REFUSALS_ENOUGH} refusals in a row ({', '.join(shown.findings) or shown.outcome.value})"
