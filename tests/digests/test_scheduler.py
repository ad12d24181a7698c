"""The service: children that never stay behind, one leader, one edition, a clean end."""

from __future__ import annotations

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
from digests.scheduler import Sending, crawl_due, serve_schedule
from digests.sink import Sink
from digests.subscribers import Wanted, add
from pipeline.config import ClockSettings, MailSettings, Settings
from pipeline.process import child_environment
from pipeline.store.database import Database, open_database
from pipeline.store.locks import held, process_start
from pipeline.store.models import Edition, Lock

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
