"""Opening the database, and the two kinds of session: one that writes, one that reads."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from pipeline.config import Settings
from pipeline.store.models import Mark
from pipeline.store.revisions import head, is_known

SAMPLE_MARK = "sample"
_READS_ONLY = "idwatch_reads_only"
_SQLITE_PRAGMAS = (
    "PRAGMA foreign_keys=ON",
    "PRAGMA busy_timeout=30000",
    # the state of a delivery must not be forgotten in a power cut, else a mail goes out twice
    "PRAGMA synchronous=FULL",
    # a deleted reader leaves no bytes in the file; only some builds of SQLite do so by themselves
    "PRAGMA secure_delete=ON",
)


class DatabaseError(Exception):
    """The database cannot be used; the message says which one, why, and what to run."""


class DatabaseMissing(DatabaseError):
    """There is none, and this command may not create one."""


class DatabaseOutdated(DatabaseError):
    """It is older than the code."""


class DatabaseTooNew(DatabaseError):
    """It is newer than the code."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open database.

    ``created``, ``copied_to`` and ``words`` say what opening it did: made a new one, put a copy of the SQLite file
    beside it before an upgrade; what an administrator still has to do.
    """

    settings: Settings
    engine: Engine
    created: bool = False
    copied_to: Path | None = None
    words: tuple[str, ...] = ()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """One unit of work that writes: begun at once (SQLite: BEGIN IMMEDIATE), committed at the end.

        Keep it short, and never wait for the network inside. Rolled back when an exception leaves it.
        """
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            session.connection()
            yield session

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database and takes no lock; the database refuses it to write."""
        with Session(self.engine.execution_options(**{_READS_ONLY: True}), expire_on_commit=False) as session:
            yield session

    @property
    def is_sample(self) -> bool:
        """True where the database holds sample data, which must not be sent or published."""
        with self.reading() as session:
            return session.scalar(select(Mark.value).where(Mark.name == SAMPLE_MARK)) is not None

    @property
    def place(self) -> str:
        """Where it is, for people: the file, or the address without its password."""
        return place(self.settings)

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_database(settings: Settings, *, create: bool = False) -> Database:
    """Open the database that the settings name.

    With ``create`` (only for commands that may: `demo`, `run`, `serve`, `db upgrade`) a missing one is created and
    an older one upgraded, after a copy of the SQLite file. Raises DatabaseMissing, DatabaseOutdated,
    DatabaseTooNew, or DatabaseError where it cannot be reached or is no database of ours.
    """
    done = None
    if create:
        from pipeline.store.migrate import bring_up  # alembic is slow to import, and most commands need none

        done = bring_up(settings)
    revision = revision_of(settings)
    if revision is None:
        raise DatabaseMissing(
            f"No database at {place(settings)} (from {settings.source}). "
            "Run `idwatch run` or `idwatch db upgrade` to create it, or name another one with --config."
        )
    if not is_known(revision):
        raise too_new(settings, revision)
    if revision != head():
        raise DatabaseOutdated(
            f"The database at {place(settings)} is older (revision {revision}) than this idwatch (revision {head()}). "
            "Run `idwatch db upgrade`."
        )
    engine = make_engine(settings)
    return Database(settings, engine, done.created, done.copied_to, done.words) if done else Database(settings, engine)


def place(settings: Settings) -> str:
    """Where the settings say the database is, for people: the file, or the address without its password."""
    file = settings.database_file
    return str(file) if file is not None else make_url(settings.database_url).render_as_string(hide_password=True)


def too_new(settings: Settings, revision: str) -> DatabaseTooNew:
    """The error for a database of a revision that this code does not know."""
    return DatabaseTooNew(
        f"The database at {place(settings)} is newer (revision {revision}) than this idwatch (revision {head()}). "
        "Upgrade idwatch: `git pull && make upgrade`."
    )


def revision_of(settings: Settings) -> str | None:
    """The revision of the database's tables; None where there is no database, or an empty one.

    Raises DatabaseError where it cannot be reached, or holds tables that are not ours.
    """
    file = settings.database_file
    if file is not None and not (file.exists() and file.stat().st_size):
        return None
    engine = make_engine(settings)
    try:
        with engine.execution_options(**{_READS_ONLY: True}).connect() as connection:
            return _revision(connection, settings)
    except DBAPIError as error:
        raise DatabaseError(f"The database at {place(settings)} cannot be opened: {error.orig}") from error
    finally:
        engine.dispose()


def _revision(connection: Connection, settings: Settings) -> str | None:
    tables = inspect(connection).get_table_names()
    if "alembic_version" not in tables:
        if tables:
            raise DatabaseError(
                f"The database at {place(settings)} holds tables that are not idwatch's ({', '.join(tables[:5])}). "
                "Name another one in the key database.url."
            )
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def make_engine(settings: Settings) -> Engine:
    """An engine whose transactions begin as DESIGN.md says. For this package: others ask for a Database.

    Its errors tell the statement without its values, which are addresses of readers: errors are logged.
    """
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, hide_parameters=True)
        event.listen(engine, "connect", _sqlite_connected)
        event.listen(engine, "begin", _sqlite_begun)
        return engine
    name = f"idwatch {socket.gethostname()} {os.getpid()}"[:63]
    try:
        engine = create_engine(url, pool_pre_ping=True, hide_parameters=True, connect_args={"application_name": name})
    except ModuleNotFoundError as error:
        word = "pip install 'psycopg[binary]' into idwatch's environment"
        raise DatabaseError(f"No driver for {place(settings)} ({error}): {word}") from error
    event.listen(engine, "begin", _postgresql_begun)
    return engine


def _sqlite_connected(connection: Any, _: Any) -> None:
    # The driver must begin no transaction of its own: it would be a deferred one, and only before the first write,
    # so that two processes that read before they write fail with "database is locked" whatever the timeout.
    connection.isolation_level = None
    for pragma in _SQLITE_PRAGMAS:
        connection.execute(pragma)


def _sqlite_begun(connection: Connection) -> None:
    reads_only = bool(connection.get_execution_options().get(_READS_ONLY))
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reads_only else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reads_only else "BEGIN IMMEDIATE")


def _postgresql_begun(connection: Connection) -> None:
    if connection.get_execution_options().get(_READS_ONLY):
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
