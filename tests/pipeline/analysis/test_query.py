"""Queries: same rows on both databases, one statement that reads, clear words."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from pipeline.analysis.query import QueryError, QueryRefused, Result, run_query
from pipeline.analysis.roles import FUNCTION, grant_analyst, role_of
from pipeline.analysis.saved import saved_queries
from pipeline.analysis.views import VIEWS
from pipeline.store.database import Database

SAME = (
    *(f"SELECT * FROM {view.name} ORDER BY {', '.join(view.key)}" for view in VIEWS),
    *(query.statement for query in saved_queries().values()),
    "SELECT iso3, name_zh FROM country ORDER BY iso3;",
    "SELECT 1 AS a, 2 AS a, NULL AS b, 1.5 AS c, 'ü' AS d -- with a comment\n;",
    "VALUES (1)",
    "SELECT is_series FROM event ORDER BY id",
    "SELECT '100%' AS per_cent, '%s' AS place WHERE '%' = '%'",
    "SELECT event_id FROM events_flat WHERE type = 'NONE'",
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 5) SELECT sum(x) AS total FROM n",
    "WITH n AS (SELECT * FROM country) SELECT count(*) AS total FROM n",
    "SELECT count(*) AS total FROM (SELECT 1 AS one) AS subscribers",
)


@pytest.mark.postgres
def test_both_databases_give_the_same(sqlite_database: Database, postgres_database: Database) -> None:
    for statement in SAME:
        here, there = run_query(sqlite_database, statement), run_query(postgres_database, statement)
        assert here.rows == there.rows, statement
        kinds = [[type(value) for row in result.rows for value in row] for result in (here, there)]
        assert kinds[0] == kinds[1], statement
        if statement != "VALUES (1)":  # whose column has no name of its own
            assert here.columns == there.columns, statement


def test_saved_queries_answer(database: Database) -> None:
    found = {name: run_query(database, query.statement) for name, query in saved_queries().items()}
    assert set(found) == {
        "changes",
        "contacts_by_country_month",
        "first_contacts",
        "official_itinerary",
        "recall",
        "source_lag",
        "trainings",
    }
    assert found["contacts_by_country_month"].rows == (
        ("2024-12", "GHA", "Ghana", "CONF", 1),
        ("2024-12", "JPN", "Japan", "CONF", 1),
        ("2024-12", "KEN", "Kenya", "CONF", 1),
        ("2025-07", "GHA", "Ghana", "TRAIN", 1),
        ("2025-07", "JPN", "Japan", "MEET", 1),
    )
    assert [row[:2] for row in found["first_contacts"].rows] == [
        ("2024-12-29", "jubilee"),
        ("2024-12-29", "npp"),
        ("2025-07-23", "komeito"),
    ]
    assert [(row[0], row[3], row[12]) for row in found["official_itinerary"].rows] == [
        ("guo-yezhou", "2024-12-29", "attendee"),
        ("guo-yezhou", "2025-07-23", "host"),
        ("song-tao", "2024-12-29", "organiser"),
        ("song-tao", "2024-12-29", "speaker"),
    ]
    assert [row[0] for row in found["trainings"].rows] == ["ev_train"]
    assert ("idcpc_en;idcpc_zh", 1, 1.0, 1, 1, 0) in found["source_lag"].rows


def test_every_saved_query_says_what_it_gives() -> None:
    for query in saved_queries().values():
        assert query.title, query.name
        assert query.text, query.name


def test_an_empty_answer_still_has_its_columns(database: Database) -> None:
    assert run_query(database, "SELECT event_id AS a, type AS b FROM events_flat WHERE 1 = 0") == Result(("a", "b"), ())


def test_what_cannot_be_run_is_told(database: Database) -> None:
    for statement in ("", "  ", "SELECT 1\x00", "SELEC 1", "SELECT nothing FROM events_flat", "SELECT * FROM nowhere"):
        with pytest.raises(QueryError) as told:
            run_query(database, statement)
        assert not isinstance(told.value, QueryRefused), statement


def test_nothing_is_written(database: Database) -> None:
    before = run_query(database, "SELECT * FROM event ORDER BY id")
    for statement in (
        "UPDATE event SET mode = 'video'",
        "INSERT INTO event_theme SELECT id, 'bri' FROM event",
        "DELETE FROM event RETURNING id",
        "DROP VIEW events_flat",
        "CREATE TABLE taken(a int)",
    ):
        with pytest.raises(QueryRefused):
            run_query(database, statement)
    assert run_query(database, "SELECT * FROM event ORDER BY id") == before


def test_a_query_that_never_ends_is_stopped(database: Database) -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) FROM n"
    with pytest.raises(QueryError, match="--timeout"):
        run_query(database, endless, timeout=0.2)


def test_a_query_waits_for_no_writer(database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE event SET mode = 'video'"))
        session.flush()
        assert run_query(database, "SELECT DISTINCT mode FROM event WHERE mode = 'video'").rows == ()


# The role


@pytest.mark.postgres
def test_without_a_role_the_word_is_clear(postgres_database: Database) -> None:
    with postgres_database.engine.begin() as connection:
        connection.exec_driver_sql(f"DROP FUNCTION {FUNCTION}(text)")
    with pytest.raises(QueryError, match="idwatch db upgrade"):
        run_query(postgres_database, "SELECT 1")


@pytest.mark.postgres
def test_a_user_who_may_make_no_roles_is_told_what_to_ask_for(postgres_database: Database) -> None:
    with postgres_database.engine.connect() as connection:
        connection.exec_driver_sql("CREATE ROLE idwatch_test_weak")
        connection.exec_driver_sql("GRANT ALL ON ALL TABLES IN SCHEMA public TO idwatch_test_weak")
        connection.exec_driver_sql("SET LOCAL ROLE idwatch_test_weak")
        word = grant_analyst(connection)
        assert word is not None
        assert 'CREATE ROLE "idwatch_analyst_idwatch_test_weak" NOLOGIN' in word
        assert connection.scalar(text("SELECT 1")) == 1  # the transaction goes on
        connection.rollback()


@pytest.mark.postgres
def test_granting_twice_changes_nothing(postgres_database: Database) -> None:
    before = run_query(postgres_database, "SELECT count(*) FROM events_flat")
    with postgres_database.engine.begin() as connection:
        assert grant_analyst(connection) is None
        assert grant_analyst(connection) is None
    assert run_query(postgres_database, "SELECT count(*) FROM events_flat") == before


def test_a_role_name_fits_into_postgresql() -> None:
    assert role_of("postgres") == "idwatch_analyst_postgres"
    long = {role_of("x" * 60), role_of("x" * 59 + "y"), role_of("名" * 20)}
    assert len(long) == 3
    assert all(len(name.encode()) <= 63 for name in long)
