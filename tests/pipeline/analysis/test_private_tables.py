"""No analyst's door shows a private table: every door, every private table, every trick."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.analysis.browse import NAME, datasette_over
from pipeline.analysis.export import Format, export
from pipeline.analysis.query import QueryError, QueryRefused, run_query
from pipeline.store.database import Database
from pipeline.store.models import INTERNAL_TABLES, PRIVATE_TABLES, Base

BY_TABLE = (
    "SELECT * FROM {table}",
    "SELECT count(*) FROM {table}",
    "SELECT 1 FROM {table}",
    "SELECT EXISTS (SELECT 1 FROM {table})",
    'SELECT * FROM "{table}"',
    "WITH taken AS (SELECT * FROM {table}) SELECT * FROM taken",
    "WITH country AS (SELECT * FROM {table}) SELECT * FROM country",
    "SELECT 1 UNION ALL SELECT count(*) FROM {table}",
    "SELECT e.event_id FROM events_flat e LEFT JOIN {table} t ON 1 = 1",
    "SELECT (SELECT max(CAST(t.{column} AS text)) FROM {table} t) FROM country",
    "SELECT * FROM country ORDER BY (SELECT count(*) FROM {table})",
    "SELECT * FROM a_view_over_{table}",
    "SELECT count(*) FROM a_view_over_{table}",
    "SELECT count(*) FROM (SELECT 1 FROM {table}) AS taken",
    "SELECT count(*) FROM {table} AS country",
    "SELECT COUNT(*) FROM {TABLE}",
)
"""Tricks that work alike on both databases; each must be refused for each private table."""

SQLITE_BY_TABLE = (
    "SELECT * FROM main.{table}",
    "SELECT rowid FROM {table}",
    "SELECT * FROM [{table}] NOT INDEXED",
    "SELECT * FROM pragma_table_info('{table}')",
    "PRAGMA table_info({table})",
    "EXPLAIN SELECT * FROM {table}",
    "DELETE FROM {table} RETURNING *",
)
SQLITE = (
    "SELECT * FROM sqlite_master",
    "SELECT count(*) FROM sqlite_master",
    "SELECT sql FROM sqlite_schema",
    "SELECT * FROM sqlite_stat1",
    "SELECT * FROM dbstat",
    "SELECT data FROM sqlite_dbpage",
    "PRAGMA writable_schema = 1",
    "PRAGMA query_only = 0",
    "ATTACH '{file}' AS again",
    "VACUUM INTO '{file}.copy'",
    "SELECT load_extension('x')",
    "CREATE TEMP VIEW taken AS SELECT * FROM subscriber",
    "UPDATE event SET mode = 'video'",
    "SELECT 1; SELECT * FROM subscriber",
    "BEGIN IMMEDIATE",
)
POSTGRES_BY_TABLE = (
    "SELECT * FROM public.{table}",
    "TABLE {table}",
    "SELECT query_to_xml('SELECT * FROM {table}', true, false, '')",
    "SELECT table_to_xml('{table}', true, false, '')",
    "SELECT set_config('role', 'none', false), query_to_xml('SELECT * FROM {table}', true, false, '')",
    "SELECT set_config('role', session_user::text, true), query_to_xml('TABLE {table}', true, false, '')",
    "SELECT set_config('session_authorization', session_user::text, true), table_to_xml('{table}', true, false, '')",
    "SELECT * FROM idwatch_analyst_rows('SELECT * FROM {table}')",
    "SELECT cursor_to_xml('{table}', 1, true, false, '')",
    "SELECT ts_stat('SELECT to_tsvector({column}::text) FROM {table}')",
    "SELECT pg_get_expr(adbin, adrelid), t.* FROM pg_attrdef, {table} t",
    "SELECT row_security_active('{table}'), (SELECT count(*) FROM {table})",
    "COPY {table} TO STDOUT",
    "DELETE FROM {table} RETURNING *",
    "WITH gone AS (DELETE FROM {table} RETURNING *) SELECT * FROM gone",
    "SELECT * FROM {table} FOR UPDATE",
    "DECLARE taken CURSOR WITH HOLD FOR SELECT * FROM {table}",
    "PREPARE taken AS SELECT * FROM {table}",
)
POSTGRES = (
    "RESET ROLE",
    "SET ROLE NONE",
    "SET SESSION AUTHORIZATION DEFAULT",
    "SELECT 1; SELECT * FROM subscriber",
    "COMMIT",
    "BEGIN",
    "DO $$ BEGIN PERFORM 1; END $$",
    "SELECT * FROM pg_statistic",
    "SELECT * FROM pg_authid",
    "SELECT pg_read_file('postgresql.conf')",
    "SELECT pg_read_binary_file('postgresql.conf')",
    "SELECT pg_ls_dir('.')",
    "SELECT lo_import('/etc/passwd')",
    "SELECT * FROM dblink('dbname=postgres', 'SELECT 1') AS t(a int)",
    "CREATE TEMP TABLE taken AS SELECT 1",
    "UPDATE event SET mode = 'video'",
    "SELECT nextval('subscriber_id_seq')",
    "SELECT pg_reload_conf()",
)
POSTGRES_HARMLESS = (
    "SELECT * FROM pg_stats",
    "SELECT * FROM pg_stat_activity",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM information_schema.columns",
    "SELECT database_to_xml(true, false, '')",
    "SELECT schema_to_xml('public', true, false, '')",
    "SELECT * FROM pg_prepared_statements",
    "SELECT * FROM pg_cursors",
    "SELECT current_setting('role'), session_user, current_user",
)
"""These may answer, but with no row of a private table."""

COLUMN = {
    "subscriber": "email",
    "subscription": "subscriber_id",
    "delivery": "message_id",
    "letter": "message_id",
    "bounce": "detail",
    "suppression": "hash",
    "secret": "value",
}


def per_table(tricks: tuple[str, ...]) -> list[str]:
    return [
        trick.format(table=table, TABLE=table.upper(), column=COLUMN[table])
        for table in sorted(PRIVATE_TABLES)
        for trick in tricks
    ]


def with_views(database: Database) -> Database:
    """Somebody with full rights has made views over private tables, and let the database gather statistics."""
    with database.engine.begin() as connection:
        for table in PRIVATE_TABLES:
            connection.exec_driver_sql(f"CREATE VIEW a_view_over_{table} AS SELECT * FROM {table}")
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    return database


def answered(database: Database, statements: Sequence[str]) -> list[str]:
    """The statements that were not refused, with what they gave: there should be none."""
    found = []
    for statement in statements:
        with suppress(QueryError):
            found.append(f"{statement}: {run_query(database, statement)}")
    return found


def test_every_table_is_either_private_or_open(database: Database) -> None:
    for table in set(Base.metadata.tables) - PRIVATE_TABLES - INTERNAL_TABLES:
        run_query(database, f'SELECT count(*) FROM "{table}"')
    for table in INTERNAL_TABLES:
        with pytest.raises(QueryRefused, match="Not allowed"):
            run_query(database, f'SELECT count(*) FROM "{table}"')
    assert set(COLUMN) == PRIVATE_TABLES


def test_private_tables_are_refused_to_a_query(database: Database) -> None:
    with_views(database)
    for statement in per_table(BY_TABLE):
        with pytest.raises(QueryRefused, match="Not allowed"):
            run_query(database, statement)


def test_no_trick_of_sqlite_opens_them(sqlite_database: Database) -> None:
    with_views(sqlite_database)
    file = str(sqlite_database.settings.database_file)
    assert answered(sqlite_database, per_table(SQLITE_BY_TABLE)) == []
    assert answered(sqlite_database, [trick.format(file=file) for trick in SQLITE]) == []
    assert not Path(f"{file}.copy").exists()


@pytest.mark.postgres
def test_no_trick_of_postgresql_opens_them(postgres_database: Database, secret: str) -> None:
    with_views(postgres_database)
    assert answered(postgres_database, per_table(POSTGRES_BY_TABLE)) == []
    assert answered(postgres_database, POSTGRES) == []
    for statement in POSTGRES_HARMLESS:
        try:
            answer = str(run_query(postgres_database, statement))
        except QueryError as error:
            answer = str(error)
        assert secret not in answer, statement


@pytest.mark.postgres
def test_nothing_that_a_query_makes_stays(postgres_database: Database) -> None:
    # Before PostgreSQL 16 a read-only transaction lets large objects be made; ours is never committed.
    with suppress(QueryError):
        run_query(postgres_database, "SELECT lo_from_bytea(0, 'x')")
    with postgres_database.engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM pg_largeobject_metadata").scalar() == 0


@pytest.mark.postgres
def test_the_tricks_of_postgresql_would_work_without_the_guard(postgres_database: Database, secret: str) -> None:
    """The role is changed and the table read in one statement: what SET ROLE alone would let pass."""
    statement = "SELECT set_config('role', 'none', true), query_to_xml('TABLE subscriber', true, false, '')"
    with postgres_database.engine.connect() as connection:
        connection.exec_driver_sql("SET LOCAL ROLE idwatch_analyst_" + connection.engine.url.username)  # type: ignore[operator]
        assert secret in str(connection.exec_driver_sql(statement).all())
    with pytest.raises(QueryRefused):
        run_query(postgres_database, statement)


@pytest.mark.postgres
def test_a_role_that_was_given_more_is_not_used(postgres_database: Database) -> None:
    user = postgres_database.engine.url.username
    with postgres_database.engine.begin() as connection:
        connection.exec_driver_sql(f"GRANT SELECT (email) ON subscriber TO idwatch_analyst_{user}")
    with pytest.raises(QueryRefused, match="idwatch db upgrade"):
        run_query(postgres_database, "SELECT 1")


@pytest.mark.parametrize("kind", list(Format))
def test_no_export_holds_them(database: Database, kind: Format, tmp_path: Path, secret: str) -> None:
    for file in export(database, kind, tmp_path / "out"):
        assert secret not in file.path.read_text(encoding="utf-8")


def test_browsing_shows_none_of_them(sqlite_database: Database, secret: str) -> None:
    with_views(sqlite_database)
    datasette = datasette_over(sqlite_database)
    statements = [*per_table(BY_TABLE), *per_table(SQLITE_BY_TABLE), *SQLITE]
    pages = [
        "/", "/.json", f"/{NAME}", f"/{NAME}.json", "/-/databases.json", "/-/metadata.json", "/-/plugins.json",
        f"/{NAME}/edition/1", f"/{NAME}/slice/1", f"/{NAME}/edition", f"/{NAME}.db", "/_memory", "/_internal",
        f"/{NAME}.json?_labels=on", f"/{NAME}/told.json?_labels=on", "/-/allow-debug", "/-/threads.json",
    ]  # fmt: skip
    for table in PRIVATE_TABLES:
        pages += [
            f"/{NAME}/{table}", f"/{NAME}/{table}.json", f"/{NAME}/{table}.csv?_stream=1", f"/{NAME}/{table}/1",
            f"/{NAME}/{table}?_facet={COLUMN[table]}", f"/{NAME}/a_view_over_{table}", f"/{NAME}/{table}/1.json",
        ]  # fmt: skip

    async def visit() -> None:
        for page in pages:
            answer = await datasette.client.get(page)
            assert secret not in answer.text, page
            assert answer.status_code < 500, (page, answer.text)
            if any(f"/{table}" in page for table in PRIVATE_TABLES):
                assert answer.status_code == 404, page
            elif answer.status_code == 200 and page.startswith(f"/{NAME}"):
                assert "subscriber" not in answer.text, page
        for statement in statements:
            answer = await datasette.client.get(f"/{NAME}.json", params={"sql": statement})
            assert secret not in answer.text, statement
            assert answer.status_code == 400 or not answer.json()["ok"] or "sqlite_" in statement, statement
        for statement in per_table(BY_TABLE[:2]):
            for form in ("", ".csv"):
                answer = await datasette.client.get(f"/{NAME}{form}", params={"sql": statement, "_stream": "1"})
                assert secret not in answer.text, (form, statement)

    asyncio.run(visit())
