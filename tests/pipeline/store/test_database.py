"""Opening the database: who may create it, what it says of itself, and its two kinds of session."""

from __future__ import annotations

import multiprocessing
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import column, event, func, insert, select, table, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from pipeline.config import DatabaseSettings, Settings
from pipeline.store.database import (
    DatabaseError,
    DatabaseMissing,
    DatabaseOutdated,
    DatabaseTooNew,
    make_engine,
    open_database,
)
from pipeline.store.models import Mark, Run
from pipeline.store.revisions import head


def test_only_who_may_creates_a_database(settings: Settings) -> None:
    with pytest.raises(DatabaseMissing, match=r"No database at .*idwatch.*`idwatch run`"):
        open_database(settings)
    made = open_database(settings, create=True)
    assert made.created
    assert not made.is_sample
    again = open_database(settings, create=True)
    assert not again.created
    assert open_database(settings).place in str(settings.database_file or settings.database_url)


def test_looking_for_a_database_makes_no_file(sqlite_url: str, tmp_path: Path) -> None:
    with pytest.raises(DatabaseMissing, match=str(tmp_path)):
        open_database(Settings(database=DatabaseSettings(url=sqlite_url), base=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_a_sample_is_marked_when_it_is_made_and_never_later(settings: Settings, database_url: str) -> None:
    sample = settings.model_copy(update={"database": DatabaseSettings(url=database_url, sample=True)})
    assert open_database(sample, create=True).is_sample
    assert open_database(settings).is_sample


def test_no_real_database_becomes_a_sample(settings: Settings, database_url: str) -> None:
    open_database(settings, create=True)
    sample = settings.model_copy(update={"database": DatabaseSettings(url=database_url, sample=True)})
    assert not open_database(sample, create=True).is_sample


def test_an_older_database_is_upgraded_only_by_who_may(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    database = open_database(settings, create=True)
    monkeypatch.setattr("pipeline.store.database.head", lambda: "0099")
    monkeypatch.setattr("pipeline.store.database.is_known", lambda revision: True)
    with pytest.raises(DatabaseOutdated, match=r"older \(revision 0.*`idwatch db upgrade`"):
        open_database(settings)
    assert database.created


def test_a_newer_database_is_refused(settings: Settings) -> None:
    with open_database(settings, create=True).writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '0999'"))
    for create in (False, True):
        with pytest.raises(DatabaseTooNew, match=rf"newer \(revision 0999\) than this idwatch \(revision {head()}\)"):
            open_database(settings, create=create)


def test_foreign_tables_are_refused(settings: Settings) -> None:
    if settings.database_file:
        settings.database_file.parent.mkdir(exist_ok=True)
    with make_engine(settings).begin() as connection:
        connection.execute(text("CREATE TABLE recipes (name TEXT)"))
    for create in (False, True):
        with pytest.raises(DatabaseError, match="recipes"):
            open_database(settings, create=create)


def test_a_file_that_is_no_database_is_named(sqlite_url: str, tmp_path: Path) -> None:
    (tmp_path / "idwatch.sqlite").write_text("my diary, page 1 " * 100)
    settings = Settings(database=DatabaseSettings(url=sqlite_url), base=tmp_path)
    with pytest.raises(DatabaseError, match=r"idwatch\.sqlite cannot be opened: file is not a database"):
        open_database(settings)


@pytest.mark.postgres
def test_a_server_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    url = "postgresql://me:secret@127.0.0.1:1/idwatch"
    with pytest.raises(DatabaseError, match=r"me:\*\*\*@127\.0\.0\.1:1/idwatch cannot be opened") as caught:
        open_database(Settings(database=DatabaseSettings(url=url), base=tmp_path))
    assert "secret" not in str(caught.value)


def test_a_broken_unit_of_work_leaves_nothing(house: Any) -> None:
    def fail_in_the_middle() -> None:
        with house.database.writing() as session:
            session.execute(insert(Mark).values(name="x", value="1"))
            session.execute(insert(Mark).values(name="x", value="2"))

    with pytest.raises(IntegrityError):
        fail_in_the_middle()
    with house.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Mark)) == 0


def test_who_reads_may_not_write(house: Any) -> None:
    with house.database.reading() as session, pytest.raises(DBAPIError, match=r"read-?only"):
        session.execute(insert(Mark).values(name="x", value="1"))
    with house.database.writing() as session:
        session.execute(insert(Mark).values(name="x", value="1"))


def test_who_reads_sees_one_state_and_holds_nobody_up(house: Any) -> None:
    with house.database.reading() as reader:
        assert reader.scalar(select(func.count()).select_from(Mark)) == 0
        with house.database.writing() as session:
            session.execute(insert(Mark).values(name="x", value="1"))
        assert reader.scalar(select(func.count()).select_from(Mark)) == 0
    with house.database.writing() as session, house.database.reading() as reader:
        assert reader.scalar(select(func.count()).select_from(Mark)) == 1
        session.execute(insert(Mark).values(name="y", value="1"))


def test_foreign_keys_are_on(house: Any) -> None:
    with pytest.raises(IntegrityError), house.database.writing() as session:
        session.execute(insert(Run).values(site="nobody", started_at=house.at(0), counts={}))


def test_sqlite_is_in_wal_mode_and_waits(sqlite_url: str, tmp_path: Path) -> None:
    database = open_database(Settings(database=DatabaseSettings(url=sqlite_url), base=tmp_path), create=True)
    with database.reading() as session:
        pragmas = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "busy_timeout", "foreign_keys", "synchronous")
        }
    assert pragmas == {"journal_mode": "wal", "busy_timeout": 30_000, "foreign_keys": 1, "synchronous": 2}


def test_what_is_deleted_is_gone_from_the_file(sqlite_url: str, tmp_path: Path) -> None:
    """Not by the grace of how SQLite was built, as Debian's is."""
    engine = make_engine(Settings(database=DatabaseSettings(url=sqlite_url), base=tmp_path))
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA secure_delete=OFF"), insert=True)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE reader (email TEXT)"))
        connection.execute(insert(table("reader", column("email"))), [{"email": f"ana{n}@e.org"} for n in range(200)])
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM reader"))
    engine.dispose()
    assert b"@e.org" not in (tmp_path / "idwatch.sqlite").read_bytes()


def test_a_fault_tells_the_statement_and_not_its_values(house: Any) -> None:
    def twice() -> None:
        with house.database.writing() as session:
            session.execute(insert(Mark).values(name="x", value="secret"))
            session.execute(insert(Mark).values(name="x", value="secret"))

    with pytest.raises(IntegrityError, match="INSERT INTO") as caught:
        twice()
    assert "secret" not in str(caught.value)


# Several processes

_PROCESSES = multiprocessing.get_context("forkserver")
WRITERS, ROUNDS = 3, 15


def read_then_write(settings: Settings, number: int) -> None:
    """What doubled rows and failed with "database is locked" before DESIGN.md's paragraph on writing."""
    database = open_database(settings, create=True)
    for turn in range(ROUNDS):
        with database.writing() as session:
            name = f"shared-{turn}"
            if session.scalar(select(Mark.value).where(Mark.name == name)) is None:
                session.add(Mark(name=name, value=str(number)))
            total = session.get(Mark, "total") or session.merge(Mark(name="total", value="0"))
            total.value = str(int(total.value) + 1)


def test_three_processes_create_and_write_one_sqlite_database(sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(database=DatabaseSettings(url=sqlite_url), base=tmp_path)
    processes = [_PROCESSES.Process(target=read_then_write, args=(settings, number)) for number in range(WRITERS)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0] * WRITERS
    with open_database(settings).reading() as session:
        assert session.scalar(select(Mark.value).where(Mark.name == "total")) == str(WRITERS * ROUNDS)
        assert session.scalar(select(func.count()).select_from(Mark)) == ROUNDS + 1
    with closing(sqlite3.connect(tmp_path / "idwatch.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
