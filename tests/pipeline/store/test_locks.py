"""One holder at a time, between real processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from pipeline.store.locks import LockHeld, held, process_start
from pipeline.store.models import Lock

HOLD = """
import sys, time
from pathlib import Path
from pipeline.config import DatabaseSettings, Settings
from pipeline.store.database import open_database
from pipeline.store.locks import held

database = open_database(Settings(database=DatabaseSettings(url=sys.argv[1]), base=Path(".")))
with held(database, "resolver"):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def holder(house: Any, forked: Any, tmp_path: Path) -> Any:
    """Another process that holds the lock."""
    (tmp_path / "hold.py").write_text(HOLD, encoding="utf-8")
    process = forked(str(tmp_path / "hold.py"), house.settings.database_url, folder=tmp_path)
    while not process.stdout:
        assert process.poll() is None, process.stderr
        time.sleep(0.005)
    yield process
    process.kill()
    process.wait()


def test_a_lock_is_refused_while_its_holder_lives_and_names_it(house: Any, holder: Any) -> None:
    with pytest.raises(LockHeld, match=rf"'resolver' is held by .*\b{holder.pid}\b"), held(house.database, "resolver"):
        pass
    with held(house.database, "another"):
        pass


def test_a_lock_is_free_once_its_holder_is_killed(house: Any, holder: Any) -> None:
    holder.send_signal(signal.SIGKILL)
    # not waited for: the dead process is a zombie until its parent asks, and must count as gone all the same
    with held(house.database, "resolver", wait=20), pytest.raises(LockHeld), held(house.database, "resolver"):
        pass


def test_a_lock_is_given_back_also_when_its_holder_fails(house: Any) -> None:
    with pytest.raises(ZeroDivisionError), held(house.database, "resolver"):
        raise ZeroDivisionError
    with held(house.database, "resolver"):
        pass
    with held(house.database, "resolver"):
        pass


def test_waiting_ends_when_the_holder_ends(house: Any, holder: Any) -> None:
    started = time.monotonic()
    with pytest.raises(LockHeld), held(house.database, "resolver", wait=0.3):
        pass
    assert time.monotonic() - started >= 0.3


def test_a_used_again_pid_and_another_machine(sqlite_house: Any) -> None:
    """On SQLite a pid alone names no process, and a process of another machine cannot be seen from here."""
    house = sqlite_house
    other = {"name": "resolver", "host": os.uname().nodename, "pid": os.getpid(), "started": "long ago"}
    with house.database.writing() as session:
        session.execute(insert(Lock).values(**other, taken_at=house.at(0)))
    with held(house.database, "resolver"):
        assert house.one(Lock).started == process_start(os.getpid())
    with house.database.writing() as session:
        session.execute(insert(Lock).values(**other | {"host": "elsewhere"}, taken_at=house.at(0)))
    told = "on elsewhere since 2026-11-02 08:00 UTC.*remove the row"
    with pytest.raises(LockHeld, match=told), held(house.database, "resolver"):
        pass


def test_the_start_of_a_process_names_it() -> None:
    mine = process_start(os.getpid())
    assert mine
    assert process_start(os.getpid()) == mine
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        assert process_start(child.pid) not in (None, mine)
    finally:
        child.kill()
        child.wait()
    assert process_start(child.pid) is None
