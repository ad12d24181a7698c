"""The service's schedule: APScheduler wakes us, the tables say what is due, one service leads by a lock."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import FrameType

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import SQLAlchemyError

from digests.children import run_child
from digests.delivery import DeliveryError, Report, check_sending, deliver, send_letters
from digests.due import due_crawls, due_editions, due_periods
from digests.editions import freeze, freeze_firsts, make_edition
from digests.jobs import Job
from digests.periods import Period
from digests.signup import forget_pending
from pipeline import clock
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.locks import LockHeld, held

LOCK = "scheduler"
TICK = 60.0
"""Seconds between two looks at what is due."""
LETTERS = 10.0
"""Seconds between two looks at the letters: somebody waits before a mail program to confirm."""
FIRSTS = timedelta(minutes=15)
"""Between two looks for first contacts to be sent at once: each reads all known events."""
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
    """Freezes the editions that are due, sends what is open of all, and writes the folders of weeks and months: each
    once, since a frozen edition never changes."""

    def __init__(self, database: Database, settings: Settings, stop: threading.Event) -> None:
        self._database = database
        self._settings = settings
        self._stop = stop
        self._firsts_at: datetime | None = None
        self._unwritten: list[Period] = []
        self._written: set[Period] = set()

    def __call__(self) -> bool:
        """True where an edition was due. Raises DeliveryError where the mail server cannot be used, and what
        ``freeze``, ``deliver`` and ``make_edition`` raise; called again, it goes on with what is left to do."""
        now = clock.now(self._settings)
        with self._database.reading() as session:
            periods = due_periods(session, self._settings.digest, now)
        if periods:
            check_sending(self._database, self._settings)
        for period in periods:
            freeze(self._database, period, now)
        if self._firsts_at is None or now - self._firsts_at >= FIRSTS:
            freeze_firsts(self._database, now)
            self._firsts_at = now
        with self._database.reading() as session:
            due = due_editions(session, now, resend=self._settings.mail.uncertain == "resend")
        reports = self._sent(due, now)
        self._write_folders(now)
        for report in reports:
            if report.trouble is not None:
                raise DeliveryError(f"{report.edition}: {report.trouble}")
            if report.whole:
                _log.info("digest_sent", edition=report.edition, mails=report.states["sent"])
        return bool(reports)

    def _sent(self, due: Sequence[int], now: datetime) -> list[Report]:
        """The reports of the editions that are due, up to the first that the server did not take."""
        reports: list[Report] = []
        for edition in due:
            report = deliver(self._database, self._settings, edition, now, by_hand=False, stop=self._stop)
            reports.append(report)
            if report.period is not None and report.period not in self._written:
                self._written.add(report.period)
                self._unwritten.append(report.period)
            if report.trouble is not None:
                break
        return reports

    def _write_folders(self, now: datetime) -> None:
        while self._unwritten:
            make_edition(self._database, self._settings, self._unwritten[0], now)
            del self._unwritten[0]


def send_waiting_letters(database: Database, settings: Settings, stop: threading.Event) -> None:
    """Send the letters that readers wait for, then forget who never confirmed. Raises what ``send_letters`` raises."""
    now = clock.now(settings)
    send_letters(database, settings, now, stop=stop)
    forget_pending(database, now)


def _lead(
    database: Database, settings: Settings, crawl_command: Sequence[str], stop: threading.Event, tick: float
) -> None:
    scheduler = BackgroundScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    works: dict[str, Callable[[], object]] = {
        "crawls": lambda: crawl_due(database, settings, crawl_command, stop),
        "digest": Sending(database, settings, stop),
        "letters": lambda: send_waiting_letters(database, settings, stop),
    }
    for name, work in works.items():
        job = Job(name, work)
        scheduler.add_job(job, id=f"{name} at the start")
        scheduler.add_job(job, "interval", seconds=min(tick, LETTERS) if name == "letters" else tick, id=name)
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
