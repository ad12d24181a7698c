"""One holder at a time, between processes: the resolver, the service that leads."""

from __future__ import annotations

import os
import socket
import subprocess
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, delete, insert, select, text

from pipeline import clock
from pipeline.store.database import Database
from pipeline.store.models import Lock

_CLASS = 4711
_POLL = 0.2


class LockHeld(Exception):
    """Another process holds the lock; the message names it."""


@contextmanager
def held(database: Database, name: str, *, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock ``name`` while inside. Raises LockHeld where a living process still has it after ``wait`` seconds.

    SQLite: a row that names its process, taken over once that process is gone. PostgreSQL: an advisory lock on a
    connection of its own, which the server gives up with the connection.
    """
    inside = _by_row if database.engine.dialect.name == "sqlite" else _by_server
    with inside(database, name, time.monotonic() + wait):
        yield


@contextmanager
def _by_row(database: Database, name: str, until: float) -> Iterator[None]:
    mine: dict[str, str | int | None] = {
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "started": process_start(os.getpid()),
    }
    while True:
        holder = _take_row(database, name, mine)
        if holder is None:
            break
        if time.monotonic() >= until:
            raise LockHeld(holder)
        time.sleep(_POLL)
    try:
        yield
    finally:
        with database.writing() as session:
            session.execute(delete(Lock).where(Lock.name == name, *(getattr(Lock, key) == mine[key] for key in mine)))


def _take_row(database: Database, name: str, mine: dict[str, str | int | None]) -> str | None:
    """Take the lock; None when done, else who has it."""
    with database.writing() as session:
        row = session.scalar(select(Lock).where(Lock.name == name))
        if row is not None:
            who = (
                f"The lock {name!r} is held by process {row.pid} on {row.host} since {row.taken_at:%Y-%m-%d %H:%M} UTC."
            )
            if row.host != mine["host"]:
                return f"{who} If that machine is gone for good, remove the row {name!r} from the table lock."
            if process_start(row.pid) == row.started:
                return f"{who} Wait until it ends, or stop it."
            session.delete(row)
            session.flush()
        session.execute(insert(Lock).values(name=name, taken_at=clock.now(database.settings), **mine))
    return None


@contextmanager
def _by_server(database: Database, name: str, until: float) -> Iterator[None]:
    key = {"class": _CLASS, "name": zlib.crc32(name.encode()) - 2**31}
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        while not connection.scalar(text("SELECT pg_try_advisory_lock(:class, :name)"), key):
            if time.monotonic() >= until:
                raise LockHeld(f"The lock {name!r} is held by {_server_holder(connection, key)}.")
            time.sleep(_POLL)
        try:
            yield
        finally:
            connection.execute(text("SELECT pg_advisory_unlock(:class, :name)"), key)


def _server_holder(connection: Connection, key: dict[str, int]) -> str:
    row = connection.execute(
        text(
            "SELECT a.application_name, a.client_addr, a.backend_start FROM pg_locks l JOIN pg_stat_activity a"
            " ON a.pid = l.pid WHERE l.locktype = 'advisory' AND l.granted AND l.classid = :class"
            " AND CAST(l.objid AS bigint) = :bits"
            " AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        ),
        {"class": key["class"], "bits": key["name"] & 0xFFFF_FFFF},
    ).first()
    return f"{row[0]} ({row[1]}, connected {row[2]:%Y-%m-%d %H:%M} UTC)" if row else "a process that just gave it up"


def process_start(pid: int) -> str | None:
    """When a process of this machine started, in the words of its system; None where there is no such process.

    Pids are used again: only pid and start together name a process. A zombie counts as gone.
    """
    stat = Path(f"/proc/{pid}/stat")
    if Path("/proc/self/stat").exists():
        try:
            # the second field is the program's name in brackets, which may hold blanks and brackets itself
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            return None
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
        return None if fields[0] in "ZX" else f"{boot}:{fields[19]}"
    asked = subprocess.run(["ps", "-o", "stat=,lstart=", "-p", str(pid)], capture_output=True, text=True, check=False)
    state, _, started = asked.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else started.strip()
