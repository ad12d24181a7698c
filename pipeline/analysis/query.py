"""One read-only statement of an analyst, run where no private table can be read (guard: SQLite, roles: PostgreSQL)."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sqlalchemy import Connection, text

from pipeline.analysis import guard
from pipeline.analysis.roles import FUNCTION
from pipeline.store.database import Database
from pipeline.store.models import PRIVATE_TABLES

if TYPE_CHECKING:
    import psycopg

TIMEOUT: Final = 60.0

Cell: TypeAlias = str | int | float | None

_REFUSED: Final = (
    "Not allowed: a query only reads, one statement at a time, and never the private tables"
    f" ({', '.join(sorted(PRIVATE_TABLES))}) nor the database's own ones."
    " `idwatch query --describe` shows what there is."
)


class QueryError(Exception):
    """The statement cannot be run; the message is the database's word, and the remedy where there is one."""


class QueryRefused(QueryError):
    """The statement wanted something that no analyst's door gives: a private table, a write, a change of role."""


@dataclass(frozen=True, slots=True)
class Result:
    """The rows of a statement. Days and instants are ISO text, yes and no 1 and 0, on both databases."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def run_query(database: Database, statement: str, *, timeout: float = TIMEOUT) -> Result:
    """Run one statement that gives rows. Raises QueryRefused, or QueryError (syntax, timeout, no role set up)."""
    if "\x00" in statement or not statement.strip():
        raise QueryError('There is no statement to run; give one as in `idwatch query "SELECT 1"`.')
    if database.engine.dialect.name == "sqlite":
        return _on_sqlite(database, statement, timeout)
    return _on_postgresql(database, statement, timeout)


# SQLite


def _on_sqlite(database: Database, statement: str, timeout: float) -> Result:
    path = database.settings.database_file
    if path is None:
        raise QueryError("A query needs the database in a file; this one is in memory.")
    connection = guard.connect(path)
    try:
        guard.stop_after(connection, timeout)
        cursor = connection.execute(statement)
        if cursor.description is None:
            raise QueryError("The statement gives no rows.")
        columns = tuple(str(column[0]) for column in cursor.description)
        return Result(columns, tuple(tuple(_cell(value) for value in row) for row in cursor))
    except sqlite3.Error as error:
        raise _sqlite_error(error, timeout) from error
    finally:
        connection.close()


def _sqlite_error(error: sqlite3.Error, timeout: float) -> QueryError:
    word = str(error)
    if "prohibited" in word or "not authorized" in word or "authorization denied" in word or "vtable con" in word:
        return QueryRefused(f"{_REFUSED} (SQLite: {word})")
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_INTERRUPT:
        return QueryError(f"The query was stopped after {timeout:g} s; give it longer with --timeout.")
    return QueryError(f"SQLite: {word}")


# PostgreSQL

# Also refuses a role that has been given more than it was made with.
_FUNCTION_STATE: Final = text(
    f"""\
SELECT has_function_privilege(p.oid, 'EXECUTE') AS may_run,
  p.prosecdef AND NOT r.rolsuper AND NOT EXISTS (
    SELECT 1 FROM pg_class c WHERE c.relnamespace = p.pronamespace AND c.relname = ANY(:private)
      AND (has_table_privilege(r.oid, c.oid, 'SELECT') OR has_any_column_privilege(r.oid, c.oid, 'SELECT'))
  ) AS is_safe
FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner
WHERE p.proname = '{FUNCTION}' AND p.pronamespace = CAST(current_schema() AS regnamespace)"""
)


def _on_postgresql(database: Database, statement: str, timeout: float) -> Result:
    import psycopg

    with database.reading() as session:
        connection = session.connection()
        connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
        connection.execute(text(f"SET LOCAL statement_timeout = {int(timeout * 1000)}"))
        _require_role(connection)
        driver: Any = connection.connection.driver_connection
        try:
            columns = _columns(driver, statement)
            rows = driver.execute(f"SELECT {FUNCTION}(%s)::text", (statement,), prepare=False).fetchall()
        except psycopg.errors.QueryCanceled as error:
            raise QueryError(f"The query was stopped after {timeout:g} s; give it longer with --timeout.") from error
        except psycopg.Error as error:
            raise _postgresql_error(error.sqlstate, error.diag.message_primary or str(error)) from error
        return Result(columns, tuple(_row(row[0]) for row in rows))


def _require_role(connection: Connection) -> None:
    state = connection.execute(_FUNCTION_STATE, {"private": sorted(PRIVATE_TABLES)}).one_or_none()
    if state is None or not state.may_run:
        raise QueryError(
            "This database has no analyst's role that the database user may use. Run `idwatch db upgrade`, which"
            " makes it or says what an administrator has to do."
        )
    if not state.is_safe:
        raise QueryRefused(
            "The analyst's role of this database has been given rights on private tables. Run `idwatch db upgrade`,"
            " which takes them away, and see that no administrator grants them anew."
        )


def _columns(driver: psycopg.Connection[Any], statement: str) -> tuple[str, ...]:
    """The names of the columns, by the server's parser alone: it takes one statement, and runs nothing."""
    from psycopg import pq

    connection, encoding = driver.pgconn, driver.info.encoding
    for answer in (connection.prepare(b"", statement.encode(encoding)), connection.describe_prepared(b"")):
        if answer.status != pq.ExecStatus.COMMAND_OK:
            word = answer.error_field(pq.DiagnosticField.MESSAGE_PRIMARY) or b"the statement was not understood"
            code = answer.error_field(pq.DiagnosticField.SQLSTATE) or b""
            raise _postgresql_error(code.decode(), word.decode(errors="replace"))
    if answer.nparams:
        raise QueryError("The statement has placeholders ($1); write the values into it.")
    if not answer.nfields:
        raise QueryRefused(f"{_REFUSED} (The statement gives no rows.)")
    return tuple((answer.fname(number) or b"").decode(encoding) for number in range(answer.nfields))


_REFUSALS: Final = frozenset(
    {
        "42501",  # insufficient_privilege
        "25006",  # read_only_sql_transaction
        "0A000",  # feature_not_supported: writing in a function that may not, a change of role
        "42P11",  # invalid_cursor_definition: no statement that gives rows, or several
    }
)


def _postgresql_error(code: str | None, word: str) -> QueryError:
    if code in _REFUSALS or "multiple commands" in word:
        return QueryRefused(f"{_REFUSED} (PostgreSQL: {word})")
    return QueryError(f"PostgreSQL: {word}")


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as its pairs: two columns of a query may have one name."""


def _row(document: str) -> tuple[Cell, ...]:
    pairs = json.loads(document, object_pairs_hook=_Pairs)
    return tuple(_cell(value) for _, value in pairs)


# Both


def _cell(value: Any) -> Cell:
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, list):
        return json.dumps(_plain(value), ensure_ascii=False)
    if value is None or isinstance(value, str | int | float):
        return value
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, _Pairs):
        return {key: _plain(inner) for key, inner in value}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
