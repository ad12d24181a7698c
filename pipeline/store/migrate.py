"""Bringing the tables to the state of the code, and telling whether they are in it."""

from __future__ import annotations

import fcntl
import sqlite3
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, insert

from pipeline import clock
from pipeline.config import Settings
from pipeline.store.database import (
    SAMPLE_MARK,
    make_engine,
    open_database,
    revision_of,
    too_new,
)
from pipeline.store.models import Base, Mark
from pipeline.store.revisions import folder, head, is_known

_UPGRADE_LOCK = 4_711_000


@dataclass(frozen=True, slots=True)
class BroughtUp:
    """What was done: created anew; where the copy of an older SQLite file is; words for an administrator."""

    created: bool = False
    copied_to: Path | None = None
    words: tuple[str, ...] = ()


def upgrade(settings: Settings, revision: str = "head") -> list[str]:
    """Migrate the database forward to a revision, in one transaction: it is done whole or not at all.

    Gives what an administrator still has to do, a line each (PostgreSQL: rights that our user may not give).
    Raises whatever the migration meets; a row whose parent is missing afterwards counts as that.
    """
    config = _config(settings)
    command.upgrade(config, revision)
    return list(config.attributes["words"])


def downgrade(settings: Settings, revision: str) -> None:
    """Migrate the database back to a revision (`base`: no tables at all). For developers and tests."""
    command.downgrade(_config(settings), revision)


def bring_up(settings: Settings) -> BroughtUp:
    """Create a missing database, upgrade an older one; of several processes one does it and the others wait.

    Raises as ``upgrade``, and DatabaseError where the database cannot be reached, holds foreign tables, or is newer
    than the code.
    """
    with _alone(settings):
        before = revision_of(settings)
        if before == head():
            return BroughtUp()
        if before is not None and not is_known(before):
            raise too_new(settings, before)
        copy = _copy(settings, before) if before is not None else None
        words = upgrade(settings)
        if before is None and settings.database.sample:
            _mark_as_sample(settings)
        return BroughtUp(created=before is None, copied_to=copy, words=tuple(words))


def check(settings: Settings) -> list[str]:
    """What is wrong with the database's structure, a line each; empty where nothing is.

    Compares tables, columns, keys and constraints with the models, and looks for rows whose parent is missing.
    Raises DatabaseError where the database is missing, older or newer.
    """
    database = open_database(settings)
    try:
        with database.engine.connect() as connection, warnings.catch_warnings():
            # SQLite cannot tell what ix_subscriber_email_lower is over; PostgreSQL can, and there it is compared
            warnings.filterwarnings("ignore", ".*expression-based index")
            context = MigrationContext.configure(connection, opts={"compare_type": True, "include_object": _is_ours})
            drift = compare_metadata(context, Base.metadata)
            return [*(f"differs from the models: {_told(entry)}" for entry in drift), *orphans(connection)]
    finally:
        database.close()


def orphans(connection: Connection) -> list[str]:
    """Rows whose parent is missing, a line each (SQLite; PostgreSQL lets none arise)."""
    if connection.dialect.name != "sqlite":
        return []
    rows = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    return [f"table {table}, row {row}: its parent in {parent} is missing" for table, row, parent, _ in rows]


def _config(settings: Settings) -> Config:
    config = Config()
    config.set_main_option("script_location", str(folder()).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["url"] = settings.database_url
    config.attributes["words"] = []
    return config


def _is_ours(_object: Any, name: str | None, kind: str, reflected: bool, _counterpart: Any) -> bool:
    """False for what the models do not hold on purpose: full-text indexes bring shadow tables of their own."""
    return not (kind == "table" and reflected and name is not None and name.startswith(("search_", "alembic_")))


def _told(entry: Any) -> str:
    entries = entry if isinstance(entry, list) else [entry]
    return "; ".join(" ".join(str(part) for part in one if part is not None) for one in entries)


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    file = settings.database_file
    if file is None:
        engine = make_engine(settings)
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_UPGRADE_LOCK})")
                yield
        finally:
            engine.dispose()
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.with_name(file.name + ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _copy(settings: Settings, revision: str) -> Path | None:
    file = settings.database_file
    if file is None:
        return None
    stem = f"{file.name}.before-{head()}-from-{revision}-{clock.now(settings):%Y%m%dT%H%M%SZ}"
    copy = file.with_name(stem)
    number = 1
    while copy.exists():
        number += 1
        copy = file.with_name(f"{stem}-{number}")
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    return copy


def _mark_as_sample(settings: Settings) -> None:
    engine = make_engine(settings)
    with engine.begin() as connection:
        connection.execute(insert(Mark).values(name=SAMPLE_MARK, value="made by idwatch demo"))
    engine.dispose()
