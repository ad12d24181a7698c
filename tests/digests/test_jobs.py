"""A fault is told once and tried later and later; what recovers is told too; the folder is written once."""

from __future__ import annotations

import shutil
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from digests.delivery import DeliveryError
from digests.jobs import PAUSES, Job
from digests.scheduler import Sending
from digests.sink import Sink
from digests.subscribers import Wanted, add
from pipeline.config import ClockSettings, MailSettings, Settings
from pipeline.store.database import Database
from pipeline.store.models import Subscriber

NOW = datetime(2025, 7, 28, 4, 30, tzinfo=UTC)


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


class Clock:
    """A monotonic clock that the test moves."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Refusing(socketserver.ThreadingTCPServer):
    """A mail server that greets with a refusal; counts who came."""

    allow_reuse_address = True
    daemon_threads = True
    came = 0


class _Refusal(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, Refusing)
        self.server.came += 1
        self.wfile.write(b"554 no service here\r\n")


@contextmanager
def refusing() -> Iterator[Refusing]:
    with Refusing(("127.0.0.1", 0), _Refusal) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def at(settings: Settings, port: int) -> Settings:
    mail = MailSettings(host="127.0.0.1", port=port, security="none", timeout=5)
    return settings.model_copy(update={"clock": ClockSettings(now=NOW), "mail": mail})


def ticks(job: Job, clock: Clock, minutes: int) -> None:
    """The scheduler's calls of some minutes, one each."""
    for _ in range(minutes):
        job()
        clock.seconds += 60


def events(logs: list[Any], level: str) -> list[str]:
    return [entry["event"] for entry in logs if entry["log_level"] == level]


@pytest.fixture
def reader(database: Database, fill: Any) -> None:
    fill(lambda f: f.event(date(2025, 7, 22)))
    add(database, [Wanted("a@example.org")], NOW - timedelta(days=9))


def test_an_unusable_server_is_asked_less_and_less_and_told_once(
    database: Database, settings: Settings, reader: None
) -> None:
    clock = Clock()
    with refusing() as server, capture_logs() as logs:
        service = at(settings, server.server_address[1])
        send = Sending(database, service, threading.Event())
        job = Job("digest", send, clock)
        job()
        folder = settings.path(settings.digest.editions) / "2025-W30"
        written = folder.stat().st_ino
        ticks(job, clock, 60)
        # at minute 0, 1, 6 and 21, next at 81
        assert server.came == 4
        assert folder.stat().st_ino == written
        assert events(logs, "error") == ["job_failed"]
        (told,) = [entry for entry in logs if entry["event"] == "job_failed"]
        assert "2025-W30: the SMTP server 127.0.0.1" in told["why"]
        assert "trace" not in told
        assert not {"digest_sent", "delivered"} & set(events(logs, "info"))
        ticks(job, clock, 60)
        assert server.came == 5
        assert events(logs, "error") == ["job_failed"]
    with Sink() as sink, capture_logs() as logs:
        service.mail.port = sink.port
        ticks(job, clock, 120)
        assert [recipient for recipient, _ in sink.received] == ["a@example.org"]
    assert events(logs, "info") == ["delivered", "digest_sent", "job_recovered"]
    assert events(logs, "error") == []
    assert folder.stat().st_ino == written


def test_a_folder_that_could_not_be_written_is_written_when_it_can_be(
    database: Database, settings: Settings, reader: None
) -> None:
    clock = Clock()
    editions = settings.path(settings.digest.editions)
    editions.parent.mkdir(parents=True, exist_ok=True)
    editions.write_text("a file stands in its place")
    with Sink() as sink, capture_logs() as logs:
        job = Job("digest", Sending(database, at(settings, sink.port), threading.Event()), clock)
        ticks(job, clock, 10)
        assert events(logs, "error") == ["job_failed"]
        assert "digest.editions" in next(entry["why"] for entry in logs if entry["event"] == "job_failed")
        editions.unlink()
        ticks(job, clock, 60)
        assert len(sink.received) == 1
    assert (editions / "2025-W30" / "index.html").is_file()
    assert events(logs, "info")[-1] == "job_recovered"
    shutil.rmtree(editions)
    ticks(job, clock, 60)
    assert not editions.exists()


def test_a_mail_that_was_refused_makes_no_digest_sent(database: Database, settings: Settings, reader: None) -> None:
    class Full(Sink):
        async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
            return "550 5.7.1 no mail from you"

    with Full() as sink, capture_logs() as logs:
        assert Sending(database, at(settings, sink.port), threading.Event())()
    assert "digest_sent" not in events(logs, "info")
    assert "not_delivered" in events(logs, "warning")


def test_pauses_grow_and_begin_anew_after_a_recovery(tmp_path: Path) -> None:
    clock = Clock()
    tries: list[float] = []
    broken = True

    def work() -> None:
        tries.append(clock.seconds)
        if broken:
            raise DeliveryError("no server")

    job = Job("digest", work, clock)
    ticks(job, clock, 200)
    assert tries == [0, 60, 360, 1260, 4860, 8460]
    broken = False
    clock.seconds += PAUSES[-1]
    job()
    broken = True
    job()
    clock.seconds += 60
    job()
    assert [later - tries[-1] for later in tries[-3:]] == [-60, -60, 0]


def test_another_fault_is_told_and_the_same_with_other_values_is_not() -> None:
    clock = Clock()
    faults: list[Exception] = [
        OperationalError("SELECT 1", {"at": number}, Exception("disk I/O error")) for number in range(3)
    ]
    faults += [RuntimeError("a fault of ours"), RuntimeError("a fault of ours"), DeliveryError("no server")]

    def work() -> None:
        raise faults.pop(0)

    job = Job("crawls", work, clock)
    with capture_logs() as logs:
        while faults:
            job()
            clock.seconds += PAUSES[-1]
    assert [(entry["why"], "trace" in entry) for entry in logs] == [
        ("Exception: disk I/O error", True),
        ("RuntimeError: a fault of ours", True),
        ("no server", False),
    ]


def test_a_fault_is_told_without_what_it_was_at_work_on(database: Database) -> None:
    """A password that could not be encoded stood in the log, as did the values of a statement that failed."""
    password, address = "geh\xe9im", "ana@example.org"
    add(database, [Wanted(address)], NOW)

    def encode() -> None:
        password.encode("ascii")

    def write() -> None:
        with database.writing() as session:
            session.add(Subscriber(email=address, added_at=NOW))

    with capture_logs() as logs:
        Job("encode", encode)()
        Job("write", write)()
    assert [entry["why"].partition(":")[0] for entry in logs] == ["UnicodeEncodeError", "IntegrityError"]
    assert "trace" in logs[1]
    assert password not in str(logs)
    assert "ana@" not in str(logs)
