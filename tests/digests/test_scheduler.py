"""The service: children that never stay behind, one leader, one edition, a clean end."""

from __future__ import annotations

import email
import email.policy
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from digests.children import run_child
from digests.scheduler import Sending, crawl_due, send_waiting_letters, serve_schedule
from digests.signup import ask
from digests.sink import Sink
from digests.slices import MONTHLY
from digests.subscribers import Choice, Wanted, add
from pipeline.config import ClockSettings, MailSettings, Settings
from pipeline.process import child_environment
from pipeline.store.database import Database, open_database
from pipeline.store.locks import held, process_start
from pipeline.store.models import Edition, Letter, Lock, Subscriber

NOW = datetime(2025, 7, 28, 4, 30, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


def until(true: Callable[[], object], seconds: float = 30.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.02)
    return False


def at(settings: Settings, now: datetime, port: int | None = None) -> Settings:
    mail = MailSettings(host="127.0.0.1" if port else None, port=port or 25, security="none")
    return settings.model_copy(update={"clock": ClockSettings(now=now), "mail": mail})


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


CHILD = """
import os, sys, time
from pathlib import Path
from pipeline.process import die_with_parent
die_with_parent()
Path(sys.argv[1]).write_text(str(os.getpid()))
time.sleep(120)
"""
PARENT = """
import sys, threading
from digests.children import run_child
run_child([sys.executable, "-c", sys.argv[1], sys.argv[2]], threading.Event())
"""


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_child_ends_within_five_seconds_of_its_parent(tmp_path: Path, how: signal.Signals) -> None:
    told = tmp_path / "pid"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, CHILD, str(told)], cwd=ROOT)
    assert until(lambda: told.exists() and told.read_text())
    child = int(told.read_text())
    parent.send_signal(how)
    parent.wait(10)
    assert until(lambda: process_start(child) is None, 5)


def test_a_child_whose_parent_is_gone_before_it_looks_ends_at_once(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    environment = child_environment({**os.environ, "PYTHONPATH": str(ROOT)})
    environment["_IDWATCH_PARENT"] = "1" if os.getpid() != 1 else "2"
    done = subprocess.run([sys.executable, "-c", CHILD, str(told)], env=environment, check=False, timeout=30)
    assert done.returncode == 1
    assert not told.exists()


def test_a_command_typed_by_somebody_does_not_watch_its_shell(tmp_path: Path) -> None:
    code = "from pipeline.process import die_with_parent; import sys; sys.exit(7 if die_with_parent() else 3)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 3
    assert (
        run_child([sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"], threading.Event())
        == 7
    )


def test_stopping_asks_the_child_to_end(tmp_path: Path) -> None:
    stop = threading.Event()
    told = tmp_path / "told"
    code = (
        "import pathlib, signal, sys, time\n"
        f"told = pathlib.Path({str(told)!r})\n"
        "def end(*_):\n    told.write_text('ended'); sys.exit(5)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "told.write_text('ready')\ntime.sleep(60)\n"
    )
    threading.Thread(target=lambda: (until(lambda: told.exists() and told.read_text() == "ready"), stop.set())).start()
    assert run_child([sys.executable, "-c", code], stop) == 5
    assert told.read_text() == "ended"


NAMES = """
import pathlib, sys
with open(sys.argv[1], "a") as out:
    print(*sys.argv[2:], file=out)
"""


def test_what_is_due_is_crawled_in_one_child(database: Database, settings: Settings, fill: Any, tmp_path: Path) -> None:
    out = tmp_path / "crawled"
    command = [sys.executable, "-c", NAMES, str(out)]
    assert crawl_due(database, at(settings, NOW), command, threading.Event()) is None
    assert crawl_due(database, at(settings, NOW + timedelta(days=2)), command, threading.Event()) == 0
    assert out.read_text().split() == ["idcpc_en", "idcpc_zh"]


def test_the_digest_goes_out_once_and_its_folder_is_written(database: Database, settings: Settings, fill: Any) -> None:
    fill(lambda f: f.event(date(2025, 7, 22)))
    add(database, [Wanted("a@example.org")], NOW - timedelta(days=9))
    with Sink() as sink:
        service = at(settings, NOW, sink.port)
        send = Sending(database, service, threading.Event())
        assert send()
        assert not send()
        assert [recipient for recipient, _ in sink.received] == ["a@example.org"]
    assert (settings.path(settings.digest.editions) / "2025-W30" / "index.html").is_file()


def test_two_services_send_one_edition_and_the_second_takes_over(
    database: Database, settings: Settings, tmp_path: Path
) -> None:
    add(database, [Wanted(f"reader{number}@example.org") for number in range(3)], NOW - timedelta(days=9))
    other = open_database(settings)
    with Sink() as sink:
        stops = [threading.Event(), threading.Event()]
        command = [sys.executable, "-c", "pass"]

        def serve(of: Database, stop: threading.Event) -> threading.Thread:
            arguments = {"crawl_command": command, "stop": stop, "tick": 0.2}
            thread = threading.Thread(
                target=serve_schedule, args=(of, at(settings, NOW, sink.port)), kwargs=arguments, daemon=True
            )
            thread.start()
            return thread

        services = [serve(database, stops[0]), serve(other, stops[1])]
        assert until(lambda: len(sink.received) >= 3)
        time.sleep(1)
        counted = Counter(recipient for recipient, _ in sink.received)
        for stop, service in zip(stops, services, strict=True):
            stop.set()
            service.join(20)
            assert not service.is_alive()
        # the lock is free again: a third one leads and finds nothing to do
        with held(database, "scheduler"):
            pass
    assert set(counted.values()) == {1}
    with database.reading() as session:
        assert len(session.scalars(select(Edition)).all()) == 1
    other.close()


def test_a_month_and_a_week_go_out_on_their_days_and_a_machine_asleep_catches_up(
    database: Database, settings: Settings, fill: Any
) -> None:
    """From before the end of summer time in Berlin over a month's end: one edition each, on time or caught up."""
    monthly = Choice(rhythm=MONTHLY)
    add(database, [Wanted("week@example.org"), Wanted("month@example.org", choice=monthly)], NOW - timedelta(days=9))
    sent: list[str] = []
    with Sink() as sink:

        def tick(at_: str) -> None:
            service = at(settings, datetime.fromisoformat(at_), sink.port)
            Sending(database, service, threading.Event())()
            sent.extend(recipient for recipient, _ in sink.received)
            sink.received.clear()

        tick("2025-10-20T12:00:00+00:00")
        assert sorted(sent) == ["month@example.org", "week@example.org"]  # September's, and that of week 42
        for instant, expected in {
            "2025-10-27T04:59:00+00:00": [],  # 05:59 in Berlin, in winter time since Sunday
            "2025-10-27T05:00:00+00:00": ["week@example.org"],
            "2025-10-27T05:01:00+00:00": [],
            "2025-11-01T04:59:00+00:00": [],
            "2025-11-01T05:00:00+00:00": ["month@example.org"],
            "2025-11-05T13:00:00+00:00": ["week@example.org"],  # asleep over Monday
            "2026-01-09T13:00:00+00:00": ["month@example.org", "week@example.org"],  # and over two months
            "2026-01-09T13:01:00+00:00": [],
        }.items():
            sent.clear()
            tick(instant)
            assert sorted(sent) == expected, instant
    with database.reading() as session:
        editions = session.scalars(select(Edition.period).order_by(Edition.id)).all()
    assert sorted(editions) == ["2025-09", "2025-10", "2025-12", "2025-W42", "2025-W43", "2025-W44", "2026-W01"]


def test_letters_go_out_beside_editions_and_their_states_are_true(database: Database, settings: Settings) -> None:
    settings.digest.public_url = "https://idwatch.example.org"
    ask(database, "ana@example.org", Choice(), NOW)
    with Sink() as sink, held(database, "delivery"):  # an edition is on its way at this moment
        service = at(settings, NOW, sink.port)
        send_waiting_letters(database, service, threading.Event())
        send_waiting_letters(database, service, threading.Event())
        ((recipient, raw),) = sink.received
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert recipient == mail["To"] == "ana@example.org"
    assert "https://idwatch.example.org/confirm/" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["List-Unsubscribe"] is None
    with database.reading() as session:
        assert session.scalars(select(Letter.state)).all() == ["sent"]


def test_a_letter_that_a_killed_service_left_is_settled_without_another(database: Database, settings: Settings) -> None:
    settings.digest.public_url = "https://idwatch.example.org"
    ask(database, "ana@example.org", Choice(), NOW)
    with database.writing() as session:
        session.scalars(select(Letter)).one().state = "sending"
    send_waiting_letters(database, at(settings, NOW), threading.Event())
    with database.reading() as session:
        assert session.scalars(select(Letter.state)).all() == ["uncertain"]


def test_a_first_contact_goes_out_at_once_and_once(database: Database, settings: Settings, fill: Any) -> None:
    now = datetime(2025, 7, 23, 12, tzinfo=UTC)  # the week of the event has not ended
    add(database, [Wanted("ana@example.org", choice=Choice(at_once=True)), Wanted("bo@example.org")], now)
    for year in (2023, 2024):  # "first" is said of what whole years of record do not hold
        fill(lambda f, year=year: [f.event(date(year, month, 5)) for month in range(1, 13)])
    with Sink() as sink:
        send = Sending(database, at(settings, now, sink.port), threading.Event())
        send()
        sink.received.clear()
        fill(lambda f: f.event(date(2025, 7, 22), countries=["HUN"], first_seen_at=now - timedelta(hours=1)))
        send()
        assert sink.received == []  # looked for every quarter of an hour
        for minutes in (15, 30, 45):
            service = at(settings, now + timedelta(minutes=minutes), sink.port)
            Sending(database, service, threading.Event())()
        ((recipient, raw),) = sink.received
    assert recipient == "ana@example.org"
    subject = str(email.message_from_bytes(raw, policy=email.policy.default)["Subject"])
    assert "Hungary" in subject


def test_who_never_confirmed_is_forgotten(database: Database, settings: Settings) -> None:
    settings.digest.public_url = "https://idwatch.example.org"
    ask(database, "ana@example.org", Choice(), NOW)
    send_waiting_letters(database, at(settings, NOW), threading.Event())
    send_waiting_letters(database, at(settings, NOW + timedelta(days=8)), threading.Event())
    with database.reading() as session:
        assert session.scalars(select(Subscriber)).all() == []


SERVICE = """
import sys
from pathlib import Path
from digests.scheduler import serve_schedule
from pipeline.config import load
from pipeline.store.database import open_database
settings = load(Path(sys.argv[1]))
command = [sys.executable, "-c", sys.argv[2], sys.argv[3]]
raise SystemExit(serve_schedule(open_database(settings), settings, crawl_command=command, tick=0.2))
"""


def test_sigterm_ends_the_service_and_its_crawl_cleanly(database: Database, settings: Settings, tmp_path: Path) -> None:
    config, told = tmp_path / "idwatch.toml", tmp_path / "pid"
    lines = ["[database]", f'url = "{settings.database.url}"', "[clock]", 'now = "2025-08-01T00:00:00Z"']
    config.write_text("\n".join(lines))
    service = subprocess.Popen([sys.executable, "-c", SERVICE, str(config), CHILD, str(told)], cwd=ROOT)
    assert until(lambda: told.exists() and told.read_text())
    child = int(told.read_text())
    service.send_signal(signal.SIGTERM)
    assert service.wait(20) == 0
    assert process_start(child) is None
    with database.reading() as session:
        assert session.scalars(select(Lock)).all() == []
