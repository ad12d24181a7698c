"""The analyst's connection to an SQLite file: it can neither write nor read a private table, whatever the SQL says.

The authorizer is asked by SQLite itself while it compiles a statement, also for what stands inside views,
common table expressions and subqueries, and for ``count(*)``, which reads no column.
"""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final
from urllib.parse import quote

from pipeline.analysis.roles import READABLE
from pipeline.store.models import INTERNAL_TABLES, PRIVATE_TABLES

_Authorizer = Callable[[int, str | None, str | None, str | None, str | None], int]

# Functions that give rows from their argument; they hold nothing of their own.
_TABLE_FUNCTIONS: Final = ("json_each", "json_tree")
_TABLES: Final = frozenset(name.lower() for name in READABLE).union(_TABLE_FUNCTIONS)
_CLOSED: Final = PRIVATE_TABLES | INTERNAL_TABLES

# What Datasette has to ask about the schema of a file. The schema is public (it is in the source); the rows are not.
_SCHEMA_TABLES: Final = frozenset({"sqlite_master", "sqlite_schema", "sqlite_temp_master", "sqlite_temp_schema"})
_SCHEMA_PRAGMAS: Final = frozenset(
    {
        "database_list", "foreign_key_list", "function_list", "index_info", "index_list", "index_xinfo",
        "schema_version", "table_info", "table_list", "table_xinfo",
    }
)  # fmt: skip

# Loading is off in any case; a build of SQLite may bring the others, which touch files.
_FORBIDDEN_FUNCTIONS: Final = frozenset({"load_extension", "fts3_tokenizer", "readfile", "writefile", "edit"})

# A build of SQLite may lack these, which PostgreSQL has and a saved query needs.
_MATHEMATICS: Final[dict[str, Callable[[float], float]]] = {"exp": math.exp, "ln": math.log, "sqrt": math.sqrt}

_STEPS_BETWEEN_LOOKS: Final = 10_000


def connect(path: Path, *, schema: bool = False) -> sqlite3.Connection:
    """Open an SQLite file read-only with the authorizer in place. Raises sqlite3.OperationalError where it is absent.

    ``schema`` lets the table of tables and the pragmas that describe tables be read (Datasette lives on them).
    The connection may be used from a thread other than the one that made it.
    """
    connection = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, check_same_thread=False)
    # At its first use in a connection such a function declares its columns, which the authorizer would refuse.
    for function in _TABLE_FUNCTIONS:
        connection.execute(f"SELECT 1 FROM {function}('[]')").fetchall()
    _complete(connection)
    connection.set_authorizer(_authorizer(schema=schema))
    return connection


def stop_after(connection: sqlite3.Connection, seconds: float) -> None:
    """Interrupt whatever statement of the connection still runs after so many seconds."""
    end = time.monotonic() + seconds
    connection.set_progress_handler(lambda: time.monotonic() > end, _STEPS_BETWEEN_LOOKS)


def _complete(connection: sqlite3.Connection) -> None:
    """Bring the functions that the build lacks; of NULL they give NULL, as in SQL."""
    for name, function in _MATHEMATICS.items():
        try:
            connection.execute(f"SELECT {name}(1)").fetchall()
        except sqlite3.OperationalError:
            connection.create_function(name, 1, _of_null(function), deterministic=True)


def _of_null(function: Callable[[float], float]) -> Callable[[float | None], float | None]:
    return lambda value: None if value is None else function(value)


def _authorizer(*, schema: bool) -> _Authorizer:
    tables = _TABLES | _SCHEMA_TABLES if schema else _TABLES
    pragmas = _SCHEMA_PRAGMAS if schema else frozenset()

    def allowed(action: int, first: str | None, second: str | None) -> bool:
        if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_RECURSIVE):
            return True
        if action == sqlite3.SQLITE_READ:
            table = (first or "").lower()
            if second == "":  # count(*) and the like; such a read is told of common table expressions as well
                return table in tables or not (table in _CLOSED or table.startswith("sqlite_"))
            return table in tables
        if action == sqlite3.SQLITE_FUNCTION:
            return (second or "").lower() not in _FORBIDDEN_FUNCTIONS
        if action == sqlite3.SQLITE_PRAGMA:
            # schema_version with a value would write it.
            return (first or "").lower() in pragmas and not (first == "schema_version" and second is not None)
        return False

    def authorize(action: int, first: str | None, second: str | None, database: str | None, inner: str | None) -> int:
        return sqlite3.SQLITE_OK if allowed(action, first, second) else sqlite3.SQLITE_DENY

    return authorize
