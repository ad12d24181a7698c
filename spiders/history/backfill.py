"""A site's past asked for, from its own lists or out of the Internet Archive, and gone on with after a kill."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scrapy.crawler import AsyncCrawlerProcess

from pipeline import clock
from pipeline.archive import ArchiveWriter
from pipeline.clock import beijing_day
from pipeline.config import Settings
from pipeline.store import known
from pipeline.store.database import Database
from pipeline.store.locks import held
from pipeline.words import Extractor
from spiders import crawl, registry
from spiders.browser import obstacle
from spiders.history import unfinished, wayback
from spiders.history.archived import LEAST_DELAY, ArchiveSpider, ArchiveWalk, CaptureKeeper
from spiders.history.backlog import Errand, Job, wanted
from spiders.history.span import Source, Span
from spiders.history.walk import AT_ONCE, BackWalk, beginning
from spiders.keeping import Keeper
from spiders.settings import scrapy_settings
from spiders.site import SiteSpider

KIND = "backfill"


@dataclass(frozen=True, slots=True)
class Backfilled:
    """How a backfill went: its run, None where nothing was left to ask; how many of its errands (lists, or pages of the
    index and captures) are done, and how many are left for another start."""

    run: crawl.RunReport | None
    done: int
    left: int

    @property
    def is_complete(self) -> bool:
        """True where nothing is left and nothing went wrong."""
        return not self.left and (self.run is None or self.run.health == "ok")

    def lines(self) -> list[str]:
        """What came of it, for people."""
        if self.run is None:
            return [f"All of it was asked before ({self.done} lists or captures). Give --again to begin anew."]
        counts = self.run.counts
        asked, pages, states = (counts.get(name, 0) for name in ("asked", "pages", "snapshots"))
        lines = [f"{asked} answers, {pages} new pages, {states} new states; {self.done} lists or captures done."]
        if counts.get("not_played_back"):
            lines.append(f"{counts['not_played_back']} captures were not played back by the archive.")
        if self.left:
            lines.append(f"{self.left} are left: give the same command again.")
        return lines


def backfill(
    settings: Settings,
    database: Database,
    name: str,
    span: Span,
    *,
    source: Source = Source.LISTS,
    again: bool = False,
    extractor: Extractor,
    extractor_version: str,
) -> Backfilled:
    """Ask for a site's past over a span, as far as it is not held.

    From its lists: pages published in the span. Out of the Internet Archive: captures made in the span. The same call
    after a kill goes on where that one stood; after its end it has nothing to do, unless ``again`` lets it begin anew
    (what is held is not asked for even then). Raises UnknownSite, LockHeld where the site's backfill runs already.
    Runs Scrapy's reactor, which a process can start only once.
    """
    site = registry.spider(name)
    with held(database, f"backfill {name}"[:30]):
        unfinished.take_up(settings, database, extractor, extractor_version)
        job = Job(database, name, f"{source} {span}")
        if again:
            job.forget()
        if any(job.counts()) and not _has_work(settings, job, site, span, source):
            return Backfilled(None, *job.counts())
        run = _run(settings, database, job, site, span, source, extractor, extractor_version)
        return Backfilled(run, *job.counts())


def _has_work(settings: Settings, job: Job, site: type[SiteSpider], span: Span, source: Source) -> bool:
    if job.counts()[1]:
        return True
    if source is Source.WAYBACK or site.feed_only:
        return False
    after = 0
    while pages := wanted(job.database, site, span, clock.now(settings), after, 500):
        if any(page.is_in_span for page in pages):
            return True
        after = pages[-1].id
    return False


def _run(
    settings: Settings,
    database: Database,
    job: Job,
    site: type[SiteSpider],
    span: Span,
    source: Source,
    extractor: Extractor,
    extractor_version: str,
) -> crawl.RunReport:
    now = clock.now(settings)
    with ArchiveWriter(settings.archive_folder, f"{site.name}-{KIND}", now, settings.archive.rotate_bytes) as writer:
        with database.writing() as session:
            run_id = known.start_run(session, site.name, now, writer.file, kind=KIND)
        job = replace(job, run_id=run_id)
        kept_by = (settings, database, writer, site.name, run_id, extractor, extractor_version)
        if source is Source.LISTS:
            run = _walk_back(settings, Keeper(*kept_by), job, site, span)
        else:
            run = _ask_archive(settings, CaptureKeeper(*kept_by), job, site, span)
        return crawl.end(run)


def _walk_back(settings: Settings, keeper: Keeper, job: Job, site: type[SiteSpider], span: Span) -> crawl.Run:
    job.begin(beginning(site, span, beijing_day(clock.now(settings))))
    walk = BackWalk(site, keeper, {}, (), {}, job=job, at_once=AT_ONCE, span=span)
    run = crawl.Run(site, keeper, walk, kind=KIND, obstacle=obstacle(site))
    if run.obstacle is None:
        process = AsyncCrawlerProcess(scrapy_settings(settings))
        run.crawler = process.create_crawler(site)
        process.crawl(run.crawler, keeper=keeper, walk=walk)
        process.start()
    return run


def _ask_archive(settings: Settings, keeper: CaptureKeeper, job: Job, site: type[SiteSpider], span: Span) -> crawl.Run:
    job.begin(Errand(address) for address in wayback.index_addresses(site, span))
    values = scrapy_settings(settings)
    # the setting `crawl.delay` can only lengthen the archive's pause; a server of our own, in its place, has none
    pace = {wayback.HOST: {"delay": max(settings.crawl.delay, LEAST_DELAY), "concurrency": 1}}
    process = AsyncCrawlerProcess(values | {"DOWNLOAD_SLOTS": pace | values["DOWNLOAD_SLOTS"]})
    crawler = process.create_crawler(ArchiveSpider)
    walk = ArchiveWalk(site, keeper, {}, (), {}, job=job, at_once=1, crawler=crawler)
    process.crawl(crawler, keeper=keeper, walk=walk)
    process.start()
    return crawl.Run(site, keeper, walk, crawler, kind=KIND)
