"""A world for the whole program: the sample sites on loopback, a real SMTP sink, and idwatch as a child process."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digests.sink import Sink
from spiders.sample.server import SITE_NAMES, SampleServer

FIRST = "2025-07-27T07:00:00+08:00"
"""The first pass over the sample sites, on the Sunday of their busy week."""

NATURAL = {
    "page": "SELECT url, site, state, published, listed_title FROM page",
    "address": "SELECT a.address, p.url FROM page_address a JOIN page p ON p.id = a.page_id",
    "snapshot": "SELECT p.url, s.form, s.fetched_at, s.digest, s.code FROM snapshot s JOIN page p ON p.id = s.page_id",
    "reading": "SELECT s.code, r.title, r.published, r.language, r.text_hash FROM reading r"
    " JOIN snapshot s ON s.id = r.snapshot_id",
    "change": "SELECT b.code, a.code, c.material FROM change c JOIN snapshot b ON b.id = c.before_id"
    " JOIN snapshot a ON a.id = c.after_id",
    "mention": "SELECT p.url, m.number, m.content, m.event_id, s.code FROM mention m JOIN page p ON p.id = m.page_id"
    " JOIN reading r ON r.id = m.reading_id JOIN snapshot s ON s.id = r.snapshot_id",
    "evidence": 'SELECT p.url, m.number, e.ordinal, e.field, e.start, e."end", e.rule FROM evidence e'
    " JOIN mention m ON m.id = e.mention_id JOIN page p ON p.id = m.page_id",
    "event": "SELECT id, type, mode, realis, date_start, date_end, place, title_zh, title_en, standing FROM event",
    "participation": "SELECT event_id, side, role, actor, ordinal, title_en, title_zh FROM participation",
    "edition": 'SELECT period, "rows", sha256 FROM edition',
}
"""Every table that a killed run may not leave different, by natural keys (row numbers may differ)."""


class World:
    """One checkout's worth of idwatch in a folder, with its sites and its mail server."""

    def __init__(self, folder: Path, server: SampleServer, smtp_port: int, forked: Callable[..., Any]) -> None:
        self.folder = folder
        self.forked = forked
        self.server = server
        self.first_pass_seconds = 0.0
        self.database = folder / "data" / "idwatch.sqlite"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "idwatch.toml").write_text(
            f"[web]\nport = 0\n[crawl]\nsites = {json.dumps(SITE_NAMES)}\nconnect_to = {{"
            + ", ".join(f"{json.dumps(host)} = {json.dumps(address)}" for host, address in server.connect_to.items())
            + f'}}\n[mail]\nhost = "127.0.0.1"\nport = {smtp_port}\nsecurity = "none"\n',
            encoding="utf-8",
        )

    def run(self, *words: str, now: str) -> Any:
        """A child's ``returncode``, ``stdout`` and ``stderr``, after its end."""
        child = self.start(*words, now=now)
        child.wait()
        return child

    def start(self, *words: str, now: str) -> Any:
        """A child in a process group of its own, which it leads."""
        return self.forked(
            *("idwatch", "--config", str(self.folder / "idwatch.toml"), *words),
            folder=self.folder,
            environment={**os.environ, "IDWATCH_CLOCK__NOW": now, "NO_COLOR": "1", "COLUMNS": "200"},
            new_session=True,
        )

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        # Closed at once: copying a folder whose database this process has open drops the locks of that connection.
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(sql).fetchall()

    natural_sql = NATURAL

    def natural(self) -> dict[str, list[tuple[object, ...]]]:
        """Every table of NATURAL, sorted."""
        return {name: sorted(self.rows(sql), key=repr) for name, sql in NATURAL.items()}


def group_is_gone(group: int, seconds: float) -> bool:
    """Whether every process of a group has ended within some seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not _living(group):
            return True
        time.sleep(0.05)
    return not _living(group)


def _living(group: int) -> bool:
    listed = subprocess.run(["ps", "-eo", "pgid=,stat="], capture_output=True, text=True, check=True).stdout
    return any(line.split()[0] == str(group) and not line.split()[1].startswith("Z") for line in listed.splitlines())


@pytest.fixture(scope="session")
def sites() -> Iterator[SampleServer]:
    """The sample sites, for all tests of the door: what was copied from one world asks the same port."""
    with SampleServer() as running:
        yield running


@pytest.fixture(scope="session")
def mail_server() -> Iterator[Sink]:
    with Sink() as running:
        yield running


@pytest.fixture
def sink(mail_server: Sink) -> Sink:
    """A real SMTP server on loopback, with nothing received yet."""
    mail_server.received.clear()
    return mail_server


@pytest.fixture(scope="session")
def crawled_once(
    tmp_path_factory: pytest.TempPathFactory, sites: SampleServer, mail_server: Sink, forked: Callable[..., Any]
) -> World:
    """A world after one pass over the first state of the sites. Only to be copied."""
    sites.state = "first"
    world = World(tmp_path_factory.mktemp("crawled-once") / "world", sites, mail_server.port, forked)
    start = time.monotonic()
    done = world.run("run", now=FIRST)
    assert done.returncode == 0, done.stderr
    world.first_pass_seconds = time.monotonic() - start
    return world


@pytest.fixture
def world_in(tmp_path: Path, sites: SampleServer, sink: Sink, forked: Callable[..., Any]) -> Callable[[str], World]:
    """Makes an empty world in a folder of the given name."""
    sites.state = "first"
    return lambda name: World(tmp_path / name, sites, sink.port, forked)


@pytest.fixture
def crawled_in(
    tmp_path: Path, sites: SampleServer, sink: Sink, crawled_once: World, forked: Callable[..., Any]
) -> Callable[[str], World]:
    """Makes a world of one pass in a folder of the given name."""
    sites.state = "first"

    def copied(name: str) -> World:
        shutil.copytree(crawled_once.folder, tmp_path / name)
        return World(tmp_path / name, sites, sink.port, forked)

    return copied


@pytest.fixture
def crawled(crawled_in: Callable[[str], World]) -> World:
    """A world after one pass over the first state of the sites."""
    return crawled_in("world")


@pytest.fixture
def group_gone() -> Callable[[int, float], bool]:
    return group_is_gone
