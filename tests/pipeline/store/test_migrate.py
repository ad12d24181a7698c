"""Migrations: on a filled database every row stays, whole or not at all, and drift is told."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, inspect, select, text

from pipeline.analysis.views import VIEWS
from pipeline.config import Settings
from pipeline.store import migrate, revisions
from pipeline.store.database import open_database
from pipeline.store.models import Base

NEXT = '''
"""Rebuilds tables with cascading children, which our views name."""

import sqlalchemy as sa

from alembic import op

revision = "0999"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for name in ("page", "event", "snapshot", "mention"):
        rebuilt = "always" if op.get_context().dialect.name == "sqlite" else "auto"
        with op.batch_alter_table(name, recreate=rebuilt) as table:
            table.add_column(sa.Column("note", sa.String(), server_default="none", nullable=False))
    {more}


def downgrade() -> None:
    for name in ("mention", "snapshot", "event", "page"):
        with op.batch_alter_table(name) as table:
            table.drop_column("note")
'''


FILL = (
    "INSERT INTO country (iso3, name_en, name_zh) VALUES ('LAO', 'Laos', '老挝')",
    """INSERT INTO event (id, type, mode, realis, scope, is_series, standing, confidence, source_lost, first_seen_at,
    codebook_version) VALUES ('ev_1', 'MEET.MEETING', 'in_person', 'actual', 'in', FALSE, 'single_source', 0.9, FALSE,
    '2026-11-02 08:00:00', '0.1')""",
    "INSERT INTO event_country (event_id, iso3, ordinal) VALUES ('ev_1', 'LAO', 0)",
    """INSERT INTO claim (event_id, mention_id, field, value, is_best)
    SELECT 'ev_1', id, 'date_start', '1', TRUE FROM mention""",
    "UPDATE mention SET event_id = 'ev_1'",
)


@pytest.fixture
def next_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Puts a further migration into a copy of the folder, and makes the code know it."""
    folder = tmp_path / "migrations"
    shutil.copytree(revisions.folder(), folder, ignore=shutil.ignore_patterns("__pycache__"))

    def add(more: str = "pass") -> None:
        (folder / "versions" / "0999_next.py").write_text(NEXT.format(before=revisions.head(), more=more))
        monkeypatch.setattr(revisions, "folder", lambda: folder)
        monkeypatch.setattr(migrate, "folder", lambda: folder)
        revisions.known.cache_clear()

    yield add
    revisions.known.cache_clear()


def filled(house: Any) -> dict[str, int]:
    """A database with rows in tables that have children; gives how many each table holds."""
    house.visit("/list", b'{"listed": [{"url": "https://site.test/a"}]}')
    house.visit("/a", house.article(house.meeting(2), house.meeting(3, "Wang")))
    house.visit("/a", house.article(house.meeting(2)), day=1)
    with house.database.writing() as session:
        for statement in FILL:
            session.execute(text(statement))
    return counts(house)


def counts(house: Any) -> dict[str, int]:
    with house.database.reading() as session:
        return {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
        }


def test_a_migration_on_a_filled_database_keeps_every_row(house: Any, next_revision: Any) -> None:
    before, rows = filled(house), house.rows()
    assert min(before[name] for name in ("page", "snapshot", "mention", "evidence", "change", "claim")) > 0
    next_revision()
    house.database.close()

    house.database = open_database(house.settings, create=True)

    assert counts(house) == before
    assert house.rows() == rows
    with house.database.reading() as session:
        assert set(session.scalars(text("SELECT note FROM page"))) == {"none"}
        for view in VIEWS:
            assert session.execute(text(f"SELECT count(*) FROM {view.name}")).scalar() is not None
        if session.get_bind().dialect.name == "sqlite":
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    with house.database.writing() as session:  # and the children still follow their parents
        session.execute(text("DELETE FROM mention"))
        session.execute(text("DELETE FROM page"))
    assert counts(house)["snapshot"] == 0

    migrate.downgrade(house.settings, "-1")
    with house.database.reading() as session:
        columns = {column["name"] for column in inspect(session.connection()).get_columns("page")}
        assert "note" not in columns


def test_an_older_sqlite_file_is_copied_before_it_is_upgraded(sqlite_house: Any, next_revision: Any) -> None:
    before = filled(sqlite_house)
    old = revisions.head()
    next_revision()
    upgraded = open_database(sqlite_house.settings, create=True)
    copy = upgraded.copied_to
    assert copy is not None
    assert copy.name == f"idwatch.sqlite.before-0999-from-{old}-20261102T080000Z"
    with closing(sqlite3.connect(copy)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (old,)
        assert connection.execute("SELECT count(*) FROM mention").fetchone() == (before["mention"],)
    assert open_database(sqlite_house.settings, create=True).copied_to is None


def test_a_migration_that_fails_leaves_the_database_as_it_was(house: Any, next_revision: Any) -> None:
    before = filled(house)
    next_revision("raise RuntimeError('half way')")
    with pytest.raises(RuntimeError, match="half way"):
        migrate.upgrade(house.settings)
    with house.database.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) != "0999"
        columns = {column["name"] for column in inspect(session.connection()).get_columns("page")}
        assert "note" not in columns
        session.execute(text(f"SELECT * FROM {VIEWS[0].name}"))
    assert counts(house) == before


def test_a_migration_that_would_leave_orphans_is_undone(sqlite_house: Any, next_revision: Any) -> None:
    before = filled(sqlite_house)
    next_revision("op.execute('DELETE FROM reading')")
    with pytest.raises(RuntimeError, match="table mention, row 1: its parent in reading is missing"):
        migrate.upgrade(sqlite_house.settings)
    assert counts(sqlite_house) == before


def test_down_to_nothing_and_up_again(settings: Settings) -> None:
    open_database(settings, create=True).close()
    migrate.downgrade(settings, "base")
    migrate.upgrade(settings)
    assert migrate.check(settings) == []


def test_the_models_and_the_migrations_agree(settings: Settings) -> None:
    open_database(settings, create=True).close()
    assert migrate.check(settings) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("ALTER TABLE page ADD COLUMN extra INTEGER", "remove_column page"),
        ("DROP INDEX ix_page_site_first_seen_at", "add_index"),
        ("DROP TABLE notice", "add_table notice"),
    ],
)
def test_drift_is_told(house: Any, statement: str, told: str) -> None:
    with house.database.writing() as session:
        session.execute(text(statement))
    (line,) = [line for line in migrate.check(house.settings) if "ix_notice" not in line]
    assert line.startswith(f"differs from the models: {told}"), line


def test_a_row_without_its_parent_is_told(sqlite_house: Any) -> None:
    filled(sqlite_house)
    with closing(sqlite3.connect(sqlite_house.settings.database_file)) as connection:
        connection.execute("DELETE FROM record WHERE id = 1")
        connection.commit()
    assert migrate.check(sqlite_house.settings) == ["table visit, row 1: its parent in record is missing"]


def test_revisions_follow_one_another_and_are_named_by_their_files() -> None:
    files = sorted((revisions.folder() / "versions").glob("[0-9]*_*.py"))
    before = None
    for path in files:
        scope: dict[str, Any] = {}
        exec(compile(path.read_text().split("def upgrade")[0], str(path), "exec"), scope)
        assert (scope["revision"], scope["down_revision"]) == (path.name.split("_")[0], before)
        before = scope["revision"]
    assert revisions.head() == before
