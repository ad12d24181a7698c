"""What operators see of each site's last run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.archive import ArchiveWriter
from pipeline.config import DatabaseSettings, Settings
from pipeline.store import known
from pipeline.store.database import Database, open_database
from pipeline.store.sync import SiteDeclaration, sync_sites
from pipeline.watch.overview import HEALTHY, SiteOverview, overview

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
SITE = SiteDeclaration(
    name="site",
    title="A site",
    kind="official",
    language="zh",
    family="site",
    home="https://site.test/",
    hosts=("site.test",),
    every_hours=24,
    quiet_days=7,
    empty_is_normal=False,
    licence=None,
    items_are_pages=False,
)


@pytest.fixture
def database(database_url: str, tmp_path: Path) -> Iterator[Database]:
    database = open_database(Settings(base=tmp_path, database=DatabaseSettings(url=database_url)), create=True)
    with database.writing() as session:
        sync_sites(session, [SITE])
    yield database
    database.close()


def start(database: Database, file: str | None) -> int:
    with database.writing() as session:
        return known.start_run(session, "site", NOW, file)


def seen(database: Database, archive: Path) -> SiteOverview:
    with database.reading() as session:
        (row,) = overview(session, NOW, archive)
    return row


def test_a_run_is_running_while_its_writer_holds_its_file_and_interrupted_after(
    database: Database, tmp_path: Path
) -> None:
    assert seen(database, tmp_path).health is None
    with ArchiveWriter(tmp_path, "site", NOW, 1_000_000) as writer:
        run = start(database, writer.file)
        assert seen(database, tmp_path).health == "running"
    assert seen(database, tmp_path).health == "interrupted"
    with database.writing() as session:
        known.end_run(session, run, NOW, {}, "blocked", "status_403")
    row = seen(database, tmp_path)
    assert (row.health, row.cause) == ("blocked", "status_403")


def test_a_run_whose_file_is_not_here_is_interrupted(database: Database, tmp_path: Path) -> None:
    start(database, "site-20261102T080000Z-00000.warc.gz")
    assert seen(database, tmp_path / "elsewhere").health == "interrupted"
    start(database, None)
    assert seen(database, tmp_path).health == "interrupted"


def test_what_asks_nothing_of_the_operator() -> None:
    assert {"ok", "running", None} == HEALTHY
