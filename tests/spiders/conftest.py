"""Shared by the spiders' tests: archived exchanges of our own making, the real pages, crawls in a child process."""

from __future__ import annotations

import json
import os
import shutil
import socketserver
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive import iterate
from pipeline.config import DatabaseSettings, Settings
from pipeline.store.database import open_database
from pipeline.words import Record

HERE = Path(__file__).parent
PAGES = HERE / "pages"
FETCHED_AT = datetime(2026, 4, 10, 4, tzinfo=UTC)

# With the usual 5 a crawl that asks many hosts of one server is kept waiting, a second each time.
socketserver.TCPServer.request_queue_size = 128


@pytest.fixture
def exchange() -> Callable[[str], Record]:
    """Reads a fixture as a record: ``pages/<name>.http`` (request line, answer's head, blank line, raw body), or
    ``pages/<name>.warc.gz`` (an exchange recorded by ``idwatch record``)."""
    return read_exchange


def read_exchange(name: str) -> Record:
    if not (PAGES / f"{name}.http").exists():
        (record,) = iterate(PAGES, f"{name}.warc.gz")
        return record
    head, _, body = (PAGES / f"{name}.http").read_bytes().partition(b"\n\n")
    request, status, *headers = head.decode().split("\n")
    pairs = tuple((line.partition(": ")[0], line.partition(": ")[2]) for line in headers)
    return Record(
        id=f"<urn:test:{name}>",
        url=request.split(" ")[1],
        fetched_at=FETCHED_AT,
        status=int(status.split(" ")[1]),
        headers=pairs,
        body=body,
        file=f"{name}.http",
        offset=0,
    )


@pytest.fixture
def expected() -> Callable[[str], dict[str, Any]]:
    """What a fixture is to be read as (``pages/<name>.json``). What ``idwatch record`` wrote is no more than what the
    reader made of the page that day, and so proves nothing until a person has looked."""

    def read(name: str) -> dict[str, Any]:
        values: dict[str, Any] = json.loads((PAGES / f"{name}.json").read_text(encoding="utf-8"))
        if not values.pop("checked", True):
            pytest.fail(
                f'{name}.json: nobody has held it against the page: correct it, then take out "checked"', pytrace=False
            )
        return values

    return read


@pytest.fixture(scope="session")
def real_pages() -> Path:
    """The folder of real pages that lies beside the checkout; they are their publishers' and not part of it."""
    folder = Path(os.environ.get("IDWATCH_SHARED") or HERE.parents[1].parent / "shared") / "pages"
    if not folder.is_dir():
        pytest.skip(f"no real pages in {folder}; name their folder's parent in IDWATCH_SHARED")
    return folder


@dataclass(frozen=True, slots=True)
class Crawler:
    """Crawls in a child process (a reactor starts once), in a data folder of its own."""

    folder: Path
    forked: Callable[..., Any]
    made: Path
    """An SQLite file with our tables, which a first crawl gets a copy of."""

    def start(
        self,
        *names: str,
        connect_to: Mapping[str, str],
        now: str = "2025-07-28T06:00:00+08:00",
        sites: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Any:
        """``sites``: further sites for this crawl, name to host. ``options``: ``since``, ``limit``, ``timeout`` …"""
        order = {
            "folder": str(self.folder),
            "names": names,
            "connect_to": dict(connect_to),
            "now": now,
            "sites": dict(sites or {}),
            **options,
        }
        if not (database := self.folder / "data" / "idwatch.sqlite").exists():
            database.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.made, database)
        return self.forked(str(HERE / "crawl_child.py"), json.dumps(order), folder=HERE.parents[1])

    def __call__(self, *names: str, **options: Any) -> dict[str, Any]:
        """The reports by site, as dictionaries."""
        child = self.start(*names, **options)
        assert child.wait(timeout=120) == 0, child.stderr
        return {report["site"]: report for report in json.loads(child.stdout.splitlines()[-1])}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with our tables, to be copied: making one takes half a second."""
    made = tmp_path_factory.mktemp("made") / "made.sqlite"
    open_database(Settings(database=DatabaseSettings(url=f"sqlite:///{made}"), base=made.parent), create=True).close()
    return made


@pytest.fixture(scope="session")
def crawler_in(made: Path, forked: Callable[..., Any]) -> Callable[[Path], Crawler]:
    """Makes a crawler with a data folder of its own."""
    return lambda folder: Crawler(folder, forked, made)


@pytest.fixture
def crawler(tmp_path: Path, crawler_in: Callable[[Path], Crawler]) -> Crawler:
    return crawler_in(tmp_path / "data folder")
