"""Anybody's WARC and WACZ files taken in: captures of known sites are copied into our archive and read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from pipeline import clock
from pipeline.archive import ArchiveWriter, Exchange, read_record
from pipeline.archive.copies import Capture, copied, honest, record_id
from pipeline.archive.importing import Told, captures
from pipeline.archive.packages import NotReadable
from pipeline.config import Settings
from pipeline.store import known
from pipeline.store.adopt import BATCH
from pipeline.store.database import Database
from pipeline.store.models import ArchiveRecord, Page, Snapshot
from pipeline.words import Extractor, Form, Record
from spiders import reading, registry
from spiders.history import unfinished
from spiders.keeping import Keeper
from spiders.site import SiteSpider

KIND = "import"
_A_DAY = timedelta(days=1)


@dataclass(slots=True)
class Imported:
    """What an import came to: captures of watched sites that are new, by site, and others known before; how many
    pages and states of pages are new; what reading the files came to; whether a fault in storing stopped it."""

    new: Counter[str] = field(default_factory=Counter)
    known: int = 0
    pages: int = 0
    snapshots: int = 0
    told: Told = field(default_factory=Told)
    stopped: bool = False

    def lines(self) -> list[str]:
        """What came of it, for people; the faults are told apart."""
        new = ", ".join(f"{count} of {site}" for site, count in sorted(self.new.items())) or "none"
        lines = [
            f"New captures: {new}; known before: {self.known}.",
            f"{self.pages} new pages, {self.snapshots} new states of pages.",
        ]
        if self.told.left:
            lines.append(
                "Left out: " + ", ".join(f"{count} {why}" for why, count in self.told.left.most_common()) + "."
            )
        if self.told.doubts:
            lines.append(f"{len(self.told.doubts)} captures do not fit their digest, the first: {self.told.doubts[0]}.")
        return lines


def import_files(
    settings: Settings,
    database: Database,
    paths: Sequence[Path],
    *,
    extractor: Extractor,
    extractor_version: str,
    progress: Callable[[int], None] = lambda size: None,
) -> Imported:
    """Copy the captures of watched sites out of WARC and WACZ files into our archive, and keep what they show.

    What was taken in before, out of whatever file, is not taken again; so a killed import is completed by the next.
    Files that cannot be read, damaged places and a fault in storing are told in ``told.faults``; only the last ends
    the import.
    """
    unfinished.take_up(settings, database, extractor, extractor_version)
    imported = Imported()
    with ExitStack() as writers:
        desk = _Desk(settings, database, extractor, extractor_version, writers, imported)
        try:
            for path in paths:
                _read(path, desk, progress)
            desk.finish()
        except _Stopped as stopped:
            imported.stopped = True
            imported.told.faults.append(f"{stopped}; mend it and give the same files again")
    return imported


def _read(path: Path, desk: _Desk, progress: Callable[[int], None]) -> None:
    most_bytes, told = desk.settings.crawl.max_bytes, desk.imported.told
    try:
        for capture in captures(path, wanted=is_wanted, most_bytes=most_bytes, told=told, progress=progress):
            desk.offer(capture)
    except NotReadable as error:
        told.faults.append(str(error))
    except OSError as error:
        told.faults.append(f"{path}: cannot be read: {error.strerror}")


def is_wanted(url: str) -> bool:
    """True for addresses of watched sites; of a site whose articles are paid for, those of its lists alone."""
    site = registry.owner(url)
    return site is not None and not (site.feed_only and site.canonical(url) is not None)


class _Stopped(Exception):
    """Nothing more can be stored; the message says why."""


@dataclass(slots=True)
class _Desk:
    """Where captures wait until it is known which of them are new, and a keeper for each site that has such."""

    settings: Settings
    database: Database
    extractor: Extractor
    extractor_version: str
    writers: ExitStack
    imported: Imported
    keepers: dict[str, Keeper] = field(default_factory=dict)
    _waiting: list[tuple[type[SiteSpider], Capture]] = field(default_factory=list)
    _revisits: list[tuple[type[SiteSpider], Capture]] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _ours: dict[str, str] = field(default_factory=dict)
    """By the id of a record in its file: the id of our copy."""

    def offer(self, capture: Capture) -> None:
        """Take a capture of a watched site, if it is new."""
        site = registry.owner(capture.url)
        assert site is not None  # others were not asked for
        if capture.at > self.now + _A_DAY:
            self.imported.told.left["in the future"] += 1
        elif capture.same_as is not None:
            self._revisits.append((site, capture))
        else:
            self._waiting.append((site, capture))
            if len(self._waiting) >= BATCH:
                self._take()

    def finish(self) -> None:
        """Take what waits, give revisits the bytes that they stand for, and end the runs."""
        self._take()
        for keeper in self.keepers.values():
            keeper.flush()
        for site, capture in self._revisits:
            original = self._original(capture)
            if original is None:
                self.imported.told.left["revisits without what they stand for"] += 1
            else:
                self._waiting.append((site, _with_bytes(capture, original)))
        self._take()
        for keeper in self.keepers.values():
            keeper.finish()
            self._check(keeper)
            self.imported.pages += keeper.counts["pages"]
            self.imported.snapshots += keeper.counts["snapshots"]
            with self.database.writing() as session:
                known.end_run(session, keeper.run_id, self.now, dict(keeper.counts), "ok")

    @property
    def now(self) -> datetime:
        return clock.now(self.settings)

    def _take(self) -> None:
        waiting, self._waiting = self._waiting, []
        ids = {record_id(capture) for _, capture in waiting} | {capture.warc_id for _, capture in waiting}
        with self.database.reading() as session:
            held = set(session.scalars(select(ArchiveRecord.warc_id).where(ArchiveRecord.warc_id.in_(ids - {None}))))
        for site, capture in waiting:
            copy_id = record_id(capture)
            is_ours = capture.warc_id in held
            if capture.warc_id is not None:
                self._ours[capture.warc_id] = capture.warc_id if is_ours else copy_id
            if is_ours or copy_id in held or copy_id in self._seen:
                self.imported.known += 1
                continue
            self._seen.add(copy_id)
            if site.general and self._is_off_topic(site, capture):
                self.imported.told.left["off topic"] += 1
                continue
            self._put(self._keeper(site), copied(capture, self.now))

    def _is_off_topic(self, site: type[SiteSpider], capture: Capture) -> bool:
        """True for a page that is not relevant; never so for one that was: how it lost its subject is news."""
        shown = reading.read(_as_record(capture), most_bytes=self.settings.crawl.max_bytes)
        if not shown.off_topic:
            return False
        held = select(Snapshot.id).join(Page).where(Page.url == shown.page_url, Snapshot.form == Form.ARTICLE.value)
        with self.database.reading() as session:
            return session.scalar(held.limit(1)) is None

    def _original(self, revisit: Capture) -> Record | None:
        """The record of ours that has the bytes of a revisit."""
        same_as = revisit.same_as
        assert same_as is not None
        with self.database.reading() as session:
            places = select(ArchiveRecord.file, ArchiveRecord.offset).where(ArchiveRecord.status != 304)
            by_id = places.where(ArchiveRecord.warc_id == self._ours.get(same_as.warc_id or "", same_as.warc_id))
            by_place = places.where(ArchiveRecord.url == same_as.url, ArchiveRecord.fetched_at == same_as.at)
            place = session.execute(by_id).first() or session.execute(by_place).first()
        return read_record(self.settings.archive_folder, place.file, place.offset) if place else None

    def _keeper(self, site: type[SiteSpider]) -> Keeper:
        if site.name not in self.keepers:
            rotate = self.settings.archive.rotate_bytes
            writer = ArchiveWriter(self.settings.archive_folder, f"{site.name}-{KIND}", self.now, rotate)
            self.writers.enter_context(writer)
            with self.database.writing() as session:
                run_id = known.start_run(session, site.name, self.now, writer.file, kind=KIND)
            self.keepers[site.name] = Keeper(
                self.settings, self.database, writer, site.name, run_id, self.extractor, self.extractor_version
            )
        return self.keepers[site.name]

    def _put(self, keeper: Keeper, exchange: Exchange) -> None:
        try:
            keeper.put(exchange)
        except OSError as error:
            raise _Stopped(keeper.fault) from error
        self._check(keeper)
        self.imported.new[keeper.site] += 1

    def _check(self, keeper: Keeper) -> None:
        if keeper.fault:
            raise _Stopped(keeper.fault)


def _with_bytes(revisit: Capture, original: Record) -> Capture:
    return replace(
        revisit,
        status=original.status,
        headers=original.headers,
        body=original.body,
        origin=(*revisit.origin, ("source-payload", f"<{original.id}>")),
        same_as=None,
    )


def _as_record(capture: Capture) -> Record:
    headers = honest(capture.headers, capture.body)
    return Record(record_id(capture), capture.url, capture.at, capture.status, headers, capture.body, "", 0)
