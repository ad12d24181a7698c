"""The whole chain (archive, read, extract, store, resolve) over a loopback mirror, beside bare Scrapy fetching the same
pages with the same concurrency, and trafilatura alone on the same HTML.

    python benchmarks/crawl.py [--pages 5000]

Each job runs in a process of its own, on one core where the system can bind it; the mirror is another process.
Pages per second by the clock and by the processor's time of the job: a busy machine stretches the clock's, so the
ratios of both are printed (goal of the chain over bare Scrapy: 0.5 and more). Memory is the most that the job ever
held when a tenth, half and all of the pages had been asked for, and after resolution.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.request import ProxyHandler, build_opener

from _mirror import A_LIST, HOST, mirror, page_of, path_of
from rich.console import Console
from rich.table import Table

PAGES = 5_000
CONCURRENCY = 4
"""What a host named in `crawl.connect_to` gets."""
EXTRACTED = 1_000
POINTS = (0.1, 0.5, 1.0)
UNIT = 1024 if sys.platform == "linux" else 1024 * 1024
"""Of what the system counts memory in, how many make a megabyte."""


class Stopwatch:
    """Seconds of the clock and of the processor since it was made."""

    def __init__(self) -> None:
        self.clock, self.processor = time.perf_counter(), time.process_time()

    def read(self) -> dict[str, float]:
        return {"clock": time.perf_counter() - self.clock, "processor": time.process_time() - self.processor}


def chain(count: int, address: str) -> dict[str, Any]:
    """All of idwatch on the mirror: seconds with and without resolution, memory, and what was kept."""
    from datetime import UTC, datetime

    from sqlalchemy import func, select

    from pipeline.config import ClockSettings, CrawlSettings, Settings
    from pipeline.extract.extractor import EXTRACTOR_VERSION, extract
    from pipeline.resolve.resolver import resolve
    from pipeline.store.database import open_database
    from pipeline.store.models import Page, Reading
    from pipeline.words import Document
    from spiders.crawl import crawl

    extract(Document("7月1日，中联部部长刘建超在京会见老挝客人。", "", "zh"))  # loads the gazetteer
    now = datetime(2026, 1, 1, tzinfo=UTC)
    with TemporaryDirectory() as folder:
        settings = Settings(
            base=Path(folder),
            clock=ClockSettings(now=now),
            crawl=CrawlSettings(contact="mailto:operator@example.org", connect_to={HOST: address}, delay=0),
        )
        database = open_database(settings, create=True)
        memory = Memory(count, address)
        watch = Stopwatch()
        with memory:
            crawl(settings, database, ["idcpc_zh"], extractor=extract, extractor_version=EXTRACTOR_VERSION)
        crawled = watch.read()
        events = resolve(database, settings.archive_folder, now)
        whole = watch.read()
        with database.reading() as session:
            pages = session.scalar(select(func.count()).select_from(Page))
            readings = session.scalar(select(func.count()).select_from(Reading))
        database.close()
    return {
        **whole, "crawled": crawled, "memory": [*memory.points, peak()], "pages": pages, "readings": readings,
        "mentions": events.mentions,
    }  # fmt: skip


class Memory(threading.Thread):
    """Notes the most memory that this process ever held, when shares of the pages have been asked for."""

    def __init__(self, count: int, address: str) -> None:
        super().__init__(daemon=True)
        self.wanted = [int(count * point) for point in POINTS]
        self.address, self.points, self.over = address, list[float](), threading.Event()

    def __enter__(self) -> None:
        self.start()

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.join()
        self.points += [peak()] * (len(self.wanted) - len(self.points))

    def run(self) -> None:
        opener = build_opener(ProxyHandler({}))
        while len(self.points) < len(self.wanted) and not self.over.wait(0.2):
            answered = int(opener.open(f"http://{self.address}/answered").read())
            while len(self.points) < len(self.wanted) and answered >= self.wanted[len(self.points)]:
                self.points.append(peak())


def peak() -> float:
    """The most memory that this process ever held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / UNIT


def bare(count: int, address: str) -> dict[str, Any]:
    """Scrapy as it comes, asking for the same articles and lists."""
    import scrapy
    from scrapy.crawler import CrawlerProcess

    class Bare(scrapy.Spider):
        name = "bare"
        fetched = 0

        async def start(self) -> Any:
            lists = [f"/lldt/index_{number}.html" for number in range(1, -(-count // A_LIST))]
            for path in (*lists, *(path_of(number, count) for number in range(count))):
                yield scrapy.Request(f"http://{address}{path}", callback=self.parse)

        def parse(self, response: Any) -> None:
            Bare.fetched += response.status == 200

    process = CrawlerProcess(
        {
            "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY, "DOWNLOAD_DELAY": 0, "ROBOTSTXT_OBEY": False,
            "LOG_LEVEL": "WARNING", "TELNETCONSOLE_ENABLED": False,
        }
    )  # fmt: skip
    process.crawl(Bare)
    watch = Stopwatch()
    process.start()
    return {**watch.read(), "memory": [peak()], "pages": Bare.fetched}


def alone(count: int, address: str) -> dict[str, Any]:
    """trafilatura alone on the HTML of some of the pages, reckoned for all."""
    import trafilatura

    some = min(count, EXTRACTED)
    sources = [page_of(number, count) for number in range(some)]
    watch = Stopwatch()
    found = sum(trafilatura.extract(source) is not None for source in sources)
    return {**{key: value * count / some for key, value in watch.read().items()}, "memory": [peak()], "pages": found}


JOBS = {"idwatch": chain, "scrapy": bare, "trafilatura": alone}


def child(job: str, count: int, address: str) -> dict[str, Any]:
    """A job in a process of its own, on the first core that this process may use."""
    command = [sys.executable, __file__, "--job", job, "--pages", str(count), "--address", address]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def main(count: int) -> None:
    found = {}
    for job in JOBS:
        with mirror(count) as address:
            found[job] = child(job, count, address)
    ours = found["idwatch"]
    table = Table("job", "pages", "clock, s", "processor, s", "pages/s", "pages/s of processor", box=None)
    for job, one in found.items():
        speeds = (f"{count / one[key]:.0f}" for key in ("clock", "processor"))
        table.add_row(job, f"{one['pages']:,}", f"{one['clock']:.1f}", f"{one['processor']:.1f}", *speeds)
    console = Console(width=140)
    console.print(table)
    for job in ("scrapy", "trafilatura"):
        ratios = (f"{found[job][key] / ours[key]:.2f} by the {key}" for key in ("clock", "processor"))
        console.print(f"idwatch's pages per second over those of {job}: {', '.join(ratios)}")
    console.print(
        f"Without resolution: {ours['crawled']['clock']:.1f} s, processor {ours['crawled']['processor']:.1f} s"
    )
    told = ", ".join(f"{value:.0f}" for value in ours["memory"])
    console.print(f"Memory at 10, 50, 100 % of the pages and after resolution, MB: {told}")
    console.print(f"Kept: {ours['readings']:,} readings; {ours['mentions']:,} mentions resolved")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=PAGES)
    parser.add_argument("--job", choices=list(JOBS), help=argparse.SUPPRESS)
    parser.add_argument("--address", help=argparse.SUPPRESS)
    options, _ = parser.parse_known_args()  # `make bench` hands all of them the same
    if options.job:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        print(json.dumps(JOBS[options.job](options.pages, options.address)))
    else:
        main(options.pages)
