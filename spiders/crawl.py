"""One crawl of some sites, all in this process: adopt what a killed run left, ask, keep, report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import structlog
from scrapy.crawler import AsyncCrawlerProcess, Crawler
from sqlalchemy import func, select

from pipeline import clock
from pipeline.archive import ArchiveWriter
from pipeline.config import Settings
from pipeline.store import known
from pipeline.store.adopt import adopt
from pipeline.store.database import Database
from pipeline.store.models import Visit
from pipeline.store.sync import sync_sites
from pipeline.watch.health import Health, finish
from pipeline.words import Extractor, Outcome
from spiders import reading, registry
from spiders.browser import obstacle
from spiders.catalogue import declarations
from spiders.keeping import Keeper
from spiders.settings import scrapy_settings
from spiders.site import SiteSpider
from spiders.walk import Walk

log = structlog.get_logger(__name__)

_ANSWERS = (Outcome.OK, Outcome.UNCHANGED, Outcome.MOVED, Outcome.MISSING)
_REFUSALS = (Outcome.BLOCKED, Outcome.CHALLENGED)
_FINISHED = "finished"
# The reasons for which Scrapy closes a spider before its end, in words; a second signal lets it close none.
_CUT_SHORT = {
    "shutdown": "stopped by a signal (SIGTERM or Ctrl-C) before its end",
    "start_error": "the spider failed before it could say what to ask; see the log",
    None: "ended without closing its spider: stopped twice, or it could not start (see the log)",
}


@dataclass(frozen=True, slots=True)
class RunReport:
    """How one site's run went. ``health`` is that of ``pipeline.watch.health``;
    ``cause`` says why, in words, where it is not ``ok``. ``counts["fields"]`` counts the readings by field and route.
    """

    site: str
    counts: dict[str, Any] = field(default_factory=dict)
    health: str = "ok"
    cause: str | None = None


@dataclass(slots=True)
class Run:
    """A run under way: its site, what it writes through, what it wants, and Scrapy's part of it."""

    spider: type[SiteSpider]
    keeper: Keeper
    walk: Walk
    crawler: Crawler | None = None
    kind: str = known.CRAWL
    obstacle: str | None = None
    """Why nothing can be asked at all: the site needs a browser, and there is none."""

    @property
    def slips(self) -> int:
        """Exceptions in our own callbacks, which Scrapy only logs."""
        return sum(value for name, value in self._stats.items() if name.startswith("spider_exceptions/"))

    @property
    def finish_reason(self) -> str | None:
        """Why Scrapy closed the spider: ``finished`` after all its requests; None where it never closed it."""
        return self._stats.get("finish_reason")

    @property
    def _stats(self) -> dict[str, Any]:
        try:
            return self.crawler.stats.get_stats() if self.crawler else {}
        except RuntimeError:  # how Scrapy says that the crawl did not come so far as to have any
            return {}


def crawl(
    settings: Settings,
    database: Database,
    names: Sequence[str],
    *,
    extractor: Extractor,
    extractor_version: str,
    since: date | None = None,
    limit: int | None = None,
) -> list[RunReport]:
    """Crawl the named sites side by side; one that fails does not stop the others.

    ``since`` leaves out pages published before that day, ``limit`` is the number of pages asked for at most on each
    site. Gives one report for each name, in their order. Raises UnknownSite before anything is asked. Runs Scrapy's
    reactor, which a process can start only once.
    """
    spiders = [registry.spider(name) for name in names]
    prepare(settings, database, extractor, extractor_version)
    process = AsyncCrawlerProcess(scrapy_settings(settings))
    with ExitStack() as writers:
        runs = [
            _begin(settings, database, spider, writers, extractor, extractor_version, since, limit)
            for spider in spiders
        ]
        for run in (run for run in runs if run.obstacle is None):
            run.crawler = process.create_crawler(run.spider)
            process.crawl(run.crawler, keeper=run.keeper, walk=run.walk)
        process.start()
        return [end(run) for run in runs]


def prepare(settings: Settings, database: Database, extractor: Extractor, extractor_version: str) -> None:
    """What comes before every run: the table of sites as declared, and what a killed run left in the archive."""
    with database.writing() as session:
        sync_sites(session, declarations(), settings.crawl.sites)
    adopt(
        database,
        settings.archive_folder,
        lambda record: reading.read(record, most_bytes=settings.crawl.max_bytes),
        extractor,
        reader_version=reading.READER_VERSION,
        extractor_version=extractor_version,
    )


def _begin(
    settings: Settings,
    database: Database,
    spider: type[SiteSpider],
    writers: ExitStack,
    extractor: Extractor,
    extractor_version: str,
    since: date | None,
    limit: int | None,
) -> Run:
    now = clock.now(settings)
    writer = writers.enter_context(
        ArchiveWriter(settings.archive_folder, spider.name, now, settings.archive.rotate_bytes)
    )
    with database.writing() as session:
        run_id = known.start_run(session, spider.name, now, writer.file)
        pages = known.known_pages(session, spider.name, now)
        due = [page for page in known.due(session, spider.name, now) if since is None or page.has_snapshot]
        walks = {section.url: known.section_walked(session, spider.name, section.url) for section in spider.sections}
    keeper = Keeper(settings, database, writer, spider.name, run_id, extractor, extractor_version)
    walked = {section: walk for section, walk in walks.items() if walk is not None}
    walk = Walk(spider, keeper, pages, due, walked, since, limit)
    return Run(spider, keeper, walk, obstacle=obstacle(spider))


def end(run: Run) -> RunReport:
    """Write what is left of a run, and its row with counts and health; gives its report."""
    keeper = run.keeper
    keeper.finish()
    with keeper.database.reading() as session:
        not_kept = (
            session.scalar(
                select(func.count()).where(Visit.run_id == keeper.run_id, Visit.detail.startswith("not kept:"))
            )
            or 0
        )
    counts: dict[str, Any] = {**keeper.counts, "not_kept": not_kept, "fields": dict(sorted(keeper.routes.items()))}
    found = Health(*_health(run, not_kept))
    with keeper.database.writing() as session:
        health = finish(session, keeper.run_id, clock.now(keeper.settings), counts, found)
    report = RunReport(run.spider.name, counts, health.word, health.cause)
    log.info("run_ended", site=report.site, health=health.word, cause=health.cause, asked=keeper.counts["asked"])
    return report


def _health(run: Run, not_kept: int) -> tuple[str, str | None]:
    if run.obstacle is not None:
        return "broken", run.obstacle
    counts, causes = run.keeper.counts, run.keeper.causes
    if run.finish_reason != _FINISHED:
        # before all else: what was counted up to here says nothing about the rest of the site
        cut_short = _CUT_SHORT.get(run.finish_reason) or f"stopped by Scrapy before its end: {run.finish_reason}"
        return "interrupted", "; ".join(filter(None, (cut_short, run.keeper.fault)))
    if run.keeper.fault:
        return "broken", run.keeper.fault
    if not counts["asked"] and counts["failed"]:
        return "unreachable", _most_common(causes)
    troubles = "; ".join(f"{section}: {trouble}" for section, trouble in sorted(run.walk.troubles.items()))
    refused = sum(counts[outcome.value] for outcome in _REFUSALS)
    answered = sum(counts[outcome.value] for outcome in _ANSWERS)
    if run.keeper.stopped or (refused and refused * 2 > answered):
        return "blocked", run.keeper.stopped or troubles or f"{refused} of {refused + answered} requests refused"
    if troubles:
        return "broken", troubles
    if run.slips:
        return "broken", f"{run.slips} errors in the spider; see the log"
    if not counts["asked"]:
        return "broken", "nothing was asked, not even robots.txt; see the log"
    if not_kept:
        return "broken", f"{not_kept} answers could not be kept; see the visits of this run"
    if counts["extractor_failed"]:
        return "broken", f"the extractor failed on {counts['extractor_failed']} texts; see the findings"
    return "ok", None


def _most_common(causes: Counter[str]) -> str:
    return causes.most_common(1)[0][0]
