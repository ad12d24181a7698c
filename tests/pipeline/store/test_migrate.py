"""Migrations: on a filled database every row stays, whole or not at all, and drift is told."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.exc import IntegrityError

from pipeline.analysis.views import VIEWS
from pipeline.config import Settings
from pipeline.store import migrate, revisions
from pipeline.store.database import make_engine, open_database
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


OF_0001 = (
    "INSERT INTO country (iso3, name_en, name_zh) VALUES ('LAO', 'Laos', '老挝')",
    "INSERT INTO person (id, name_en, country, source) VALUES ('lao-x', 'X', 'LAO', 'page')",
    """INSERT INTO site (name, title, kind, language, family, home, hosts, every_hours, quiet_days, empty_is_normal,
    items_are_pages) VALUES ('site', 'Site', 'official', 'en', 'site', 'https://a/', '[]', 6, 7, FALSE, FALSE)""",
    """INSERT INTO page (id, url, site, first_seen_at, state, state_since, schedule_from, missing_count)
    VALUES (1, 'https://a/1', 'site', '2026-11-02 08:00', 'live', '2026-11-02 08:00', '2026-11-02 08:00', 0)""",
    """INSERT INTO record (id, warc_id, url, fetched_at, status, file, "offset")
    VALUES (1, 'w', 'https://a/1', '2026-11-02 08:00', 200, 'f', 0)""",
    """INSERT INTO snapshot (id, code, page_id, record_id, form, fetched_at, digest)
    VALUES (1, 'sn_1', 1, 1, 'article', '2026-11-02 08:00', 'd')""",
    """INSERT INTO reading (id, snapshot_id, reader_version, address, language, body, routes, text_hash)
    VALUES (1, 1, '1', 'https://a/1', 'en', 'Text', '{}', 'h')""",
    *(
        f"""INSERT INTO event (id, type, mode, realis, scope, is_series, parent_id, standing, confidence, source_lost,
        merged_into, first_seen_at, codebook_version) VALUES ('{event}', 'MEET.BILAT', 'video', 'actual', 'in', FALSE,
        {parent}, 'single_source', 0.9, FALSE, {into}, '2026-11-02 08:00', '0.1')"""
        for event, parent, into in (("ev_1", "NULL", "NULL"), ("ev_2", "'ev_1'", "NULL"), ("ev_3", "NULL", "'ev_1'"))
    ),
    *(
        f"""INSERT INTO mention (id, page_id, number, reading_id, event_id, extractor_version, type, realis, scope,
        confidence, content) VALUES ({n}, 1, {n}, 1, 'ev_{n}', '1', 'MEET.BILAT', 'actual', 'in', 0.9, '{{}}')"""
        for n in (1, 2)
    ),
    "INSERT INTO event_country (event_id, iso3, ordinal) VALUES ('ev_1', 'LAO', 0)",
    """INSERT INTO participation (id, event_id, side, role, actor, ordinal, person_id, is_leader)
    VALUES (1, 'ev_1', 'foreign', 'guest', 'person:lao-x', 0, 'lao-x', TRUE)""",
    *(
        f"""INSERT INTO claim (event_id, mention_id, field, value, is_best)
        VALUES ('ev_{n}', {n}, '{field}', '{value}', TRUE)"""
        for n in (1, 2)
        for field, value in (("type", '"MEET.BILAT"'), ("date", '["2026-11-02", null]'))
    ),
    *(
        f"""INSERT INTO event_ledger (event_id, page, number, members, given_at)
        VALUES ('ev_{n}', 'https://a/1', {n}, '[["https://a/1", {n}], ["https://b/2", 1]]', '2026-11-02 08:00')"""
        for n in (1, 2, 3)
    ),
    """INSERT INTO override (id, kind, author, made_at, reason, seen, change)
    VALUES ('ov_1', 'reject', 'ana', '2026-11-02 08:00', 'why', '[]', '{}')""",
    "INSERT INTO slice (id, key, language, rhythm, wishes) VALUES (1, '{}', 'en', 'week', '{}')",
    """INSERT INTO edition (id, period, cut_off, "rows", sha256)
    VALUES (1, '2026-W45', '2026-11-09 00:00', '[]', 's')""",
    "INSERT INTO told (slice_id, event_id, realis, edition_id) VALUES (1, 'ev_1', 'actual', 1)",
    "INSERT INTO edition_slice (edition_id, slice_id, subject, html, text, sha256) VALUES (1, 1, 's', 'h', 't', 'x')",
    *(
        f"INSERT INTO subscriber (id, email, added_at) VALUES ({n}, '{n}@example.org', '2026-11-02 08:00')"
        for n in (1, 2)
    ),
    "INSERT INTO subscription (subscriber_id, slice_id) VALUES (1, 1)",
    """INSERT INTO delivery (edition_id, subscriber_id, slice_id, message_id, state, attempts, changed_at)
    VALUES (1, 1, 1, 'm', 'sent', 1, '2026-11-09 06:00')""",
)


def test_no_revision_loses_a_row_of_a_database_filled_at_the_first(settings: Settings) -> None:
    migrate.upgrade(settings, "0001")
    engine = make_engine(settings)
    with engine.begin() as connection:
        for statement in OF_0001:
            connection.exec_driver_sql(statement)
        # revision 0007 takes away the tokens: no version ever wrote one
        names = [name for name in inspect(connection).get_table_names() if name not in ("alembic_version", "token")]
        before = {name: table_rows(connection, name) for name in names}
    engine.dispose()

    database = open_database(settings, create=True)

    with database.engine.connect() as connection:
        after = {name: table_rows(connection, name) for name in names}
        for name in names:
            kept = [{column: row[column] for column in old} for old, row in zip(before[name], after[name], strict=True)]
            assert kept == before[name], name
        pages = connection.exec_driver_sql("SELECT page, event_id FROM event_ledger_page").all()
        readers = connection.exec_driver_sql("SELECT state, nonce FROM subscriber").all()
    assert {tuple(row) for row in pages} == {
        (page, f"ev_{n}") for page in ("https://a/1", "https://b/2") for n in (1, 2, 3)
    }
    assert [state for state, _ in readers] == ["active", "active"]
    assert len({nonce for _, nonce in readers if len(nonce) == 32}) == 2, "each reader's links are signed apart"
    assert migrate.check(settings) == []
    database.close()
    migrate.downgrade(settings, "0001")
    migrate.upgrade(settings)
    assert migrate.check(settings) == []


MAILS = (
    """INSERT INTO letter (id, subscriber_id, kind, message_id, state, attempts, written_at, changed_at)
    VALUES ({number}, 1, 'known', 'known.{number}', 'sent', 1, '2026-11-09 06:00', '2026-11-09 06:00')""",
    """INSERT INTO delivery (id, edition_id, subscriber_id, slice_id, message_id, state, attempts, changed_at)
    VALUES ({number}, 1, 2, 1, 'm{number}', 'sent', 1, '2026-11-09 06:00')""",
)


def test_the_number_of_a_mail_is_never_given_again(settings: Settings) -> None:
    migrate.upgrade(settings, "0001")
    engine = make_engine(settings)
    with engine.begin() as connection:
        for statement in OF_0001:
            connection.exec_driver_sql(statement)
    migrate.upgrade(settings, "0007")
    with engine.begin() as connection:
        for statement in MAILS:
            connection.exec_driver_sql(statement.format(number=41))
        connection.exec_driver_sql(
            """INSERT INTO bounce (id, subscriber_id, delivery_id, kind, status, at)
            VALUES (1, 2, 41, 'soft', '4.2.2', '2026-11-10 06:00')"""
        )
        before = {name: table_rows(connection, name) for name in ("delivery", "letter", "bounce")}
        if engine.dialect.name == "postgresql":  # where numbers that were written by hand are not counted
            for name in ("delivery", "letter"):
                connection.exec_driver_sql(f"SELECT setval('{name}_id_seq', 41)")
    engine.dispose()

    database = open_database(settings, create=True)

    with database.engine.begin() as connection:
        assert {name: table_rows(connection, name) for name in before} == before
        for name in ("delivery", "letter"):
            connection.exec_driver_sql(f"DELETE FROM {name} WHERE id = 41")
        assert [row["delivery_id"] for row in table_rows(connection, "bounce")] == [None], "it still names its mail"
        for statement in MAILS:
            connection.exec_driver_sql(statement.replace("(id, ", "(").replace("({number}, ", "(").format(number=42))
        for name in ("delivery", "letter"):
            assert max(row["id"] for row in table_rows(connection, name)) == 42, name
    for name in ("delivery", "letter"):
        with pytest.raises(IntegrityError), database.engine.begin() as connection:
            connection.exec_driver_sql(f"UPDATE {name} SET state = 'nonsense'")
    database.close()
    migrate.downgrade(settings, "0007")
    migrate.upgrade(settings)
    assert migrate.check(settings) == []


def table_rows(connection: Connection, name: str) -> list[dict[str, Any]]:
    """The rows of a table in an order that no revision changes: a claim has its id from the second on."""
    rows = [dict(row) for row in connection.exec_driver_sql(f'SELECT * FROM "{name}"').mappings()]
    columns = ("event_id", "field") if name == "claim" else ("event_id", "id", "iso3")
    order = [column for column in columns if rows and column in rows[0]]
    return sorted(rows, key=lambda row: [str(row[column]) for column in order])


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
    assert sorted(migrate.check(sqlite_house.settings)) == [
        f"table {table}, row 1: its parent in record is missing" for table in ("listing", "visit")
    ]


def test_revisions_follow_one_another_and_are_named_by_their_files() -> None:
    files = sorted((revisions.folder() / "versions").glob("[0-9]*_*.py"))
    before = None
    for path in files:
        scope: dict[str, Any] = {}
        exec(compile(path.read_text().split("def upgrade")[0], str(path), "exec"), scope)
        assert (scope["revision"], scope["down_revision"]) == (path.name.split("_")[0], before)
        before = scope["revision"]
    assert revisions.head() == before
