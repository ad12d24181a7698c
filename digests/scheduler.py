"""The service's schedule: APScheduler wakes us, the tables say what is due, one service leads by a lock."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from digests.children import run_child
from digests.delivery import DeliveryError, send_edition
from digests.due import due_crawls, due_digest
from digests.editions import make_edition
from digests.jobs import Job
from digests.periods import Period
from pipeline import clock
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.locks import LockHeld, held

LOCK = "scheduler"
TICK = 60.0
"""Seconds between two looks at what is due."""
_log = structlog.get_logger(__name__)


def serve_schedule(
    database: Database,
    settings: Settings,
    *,
    crawl_command: Sequence[str],
    stop: threading.Event | None = None,
    tick: float = TICK,
) -> int:
    """Crawl and send as things fall due, until ``stop`` is set or SIGTERM or SIGINT comes; then 0.

    ``crawl_command`` with the names of the sites that are due behind it is run as a child process; it is to crawl
    and resolve. A second service stands by and takes over when the first one ends. Call it in the main thread,
    which alone gets signals, or give a ``stop`` of your own.
    """
    stop = stop or threading.Event()
    with _signals(stop):
        while not stop.is_set():
            try:
                with held(database, LOCK):
                    _lead(database, settings, crawl_command, stop, tick)
            except LockHeld as error:
                _log.info("standing_by", why=str(error))
                stop.wait(tick)
            except SQLAlchemyError as error:
                # the database went away: the lock with it, and with it the lead
                _log.error("database_lost", why=str(error))
                stop.wait(tick)
    _log.info("stopped")
    return 0


def crawl_due(
    database: Database, settings: Settings, crawl_command: Sequence[str], stop: threading.Event
) -> int | None:
    """Crawl what is due in one child process; its exit code, None where nothing was due."""
    with database.reading() as session:
        names = due_crawls(session, clock.now(settings))
    if not names:
        return None
    _log.info("crawling", sites=names)
    code = run_child([*crawl_command, *names], stop)
    (_log.info if code == 0 else _log.warning)("crawled", sites=names, exit_code=code)
    return code


class Sending:
    """Sends the digest that is due and writes its folder: once an edition, since a frozen one never changes."""

    def __init__(self, database: Database, settings: Settings, stop: threading.Event) -> None:
        self._database = database
        self._settings = settings
        self._stop = stop
        self._unwritten: Period | None = None
        self._last: Period | None = None

    def __call__(self) -> bool:
        """True where a digest was due. Raises DeliveryError where the mail server cannot be used, and what
        ``send_edition`` and ``make_edition`` raise; called again, it goes on with what is left to do."""
        now = clock.now(self._settings)
        with self._database.reading() as session:
            week = due_digest(session, self._settings.digest, now)
        report = None
        if week is not None:
            report = send_edition(self._database, self._settings, week, now, newcomers=False, stop=self._stop)
            if week != self._last:
                self._unwritten = self._last = week
        if self._unwritten is not None:
            make_edition(self._database, self._settings, self._unwritten, now)
            self._unwritten = None
        if report is None:
            return False
        if report.trouble is not None:
            raise DeliveryError(f"{report.week}: {report.trouble}")
        if report.whole:
            _log.info("digest_sent", edition=report.week.name, mails=report.states["sent"])
        return True


def _lead(
    database: Database, settings: Settings, crawl_command: Sequence[str], stop: threading.Event, tick: float
) -> None:
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    works: dict[str, Callable[[], object]] = {
        "crawls": lambda: crawl_due(database, settings, crawl_command, stop),
        "digest": Sending(database, settings, stop),
    }
    for name, work in works.items():
        job = Job(name, work)
        scheduler.add_job(job, id=f"{name} at the start")
        scheduler.add_job(job, "interval", seconds=tick, id=name)
    scheduler.start()
    _log.info("leading", tick=tick)
    try:
        stop.wait()
    finally:
        stop.set()
        scheduler.shutdown(wait=True)


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set ``stop`` while inside; outside the main thread nothing can be done about them."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        _log.info("stopping", signal=signal.Signals(number).name)
        stop.set()

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
