from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from digests.delivery import send_edition
from digests.periods import parse_period
from digests.subscribers import SubscriberError, Wanted, add, normalised, read_csv, readers, remove, to_csv
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import PRIVATE_TABLES, Base, Slice

NOW = datetime(2025, 7, 28, 4, tzinfo=UTC)


@pytest.fixture
def database_url(begun_copy: str) -> str:
    """SQLite alone: the same statements run on PostgreSQL in the tests of editions and delivery."""
    return begun_copy


def test_addresses_are_normalised_and_each_is_one_reader(database: Database) -> None:
    assert add(database, [Wanted(" Reader@EXAMPLE.org ", "A\r\nReader"), Wanted("reader@example.org")], NOW) == 1
    assert add(database, [Wanted("READER@example.org")], NOW) == 0
    (one,) = readers(database)
    assert (one.email, one.name, one.rhythm, one.language) == ("Reader@example.org", "A Reader", "weekly", "en")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Slice)) == 1


@pytest.mark.parametrize(
    "email", ["", "nobody", "a@b@c", "a@-.org", "x@example.org\r\nBcc: y@example.org", "<a@b.org>"]
)
def test_what_is_no_address_is_refused_by_name(email: str) -> None:
    with pytest.raises(SubscriberError, match="not an e-mail address"):
        normalised(email)


def test_one_wrong_address_adds_nobody(database: Database) -> None:
    with pytest.raises(SubscriberError):
        add(database, [Wanted("a@example.org"), Wanted("b")], NOW)
    assert readers(database) == []


def test_removing_takes_all_that_is_stored_of_an_address(database: Database, settings: Settings, fill: Any) -> None:
    add(database, [Wanted("a@example.org")], NOW)
    send_edition(database, settings, parse_period("2025-W30"), NOW)
    assert remove(database, "A@Example.org")
    assert not remove(database, "a@example.org")
    with database.reading() as session:
        for name in sorted(PRIVATE_TABLES):
            assert session.scalar(select(func.count()).select_from(Base.metadata.tables[name])) == 0, name


def test_export_and_import_give_the_same_readers(database: Database, tmp_path: Path) -> None:
    add(database, [Wanted("a@example.org", "=cmd|' /C calc'!A0"), Wanted("b@example.org", "李, 明")], NOW)
    text = to_csv(readers(database))
    assert "'=cmd" in text
    file = tmp_path / "readers.csv"
    file.write_text(text, encoding="utf-8")
    assert [(one.email, one.name) for one in read_csv(file)] == [
        ("a@example.org", "=cmd|' /C calc'!A0"), ("b@example.org", "李, 明"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a@example.org\n\nb@example.org\n", ["a@example.org", "b@example.org"]),
        ("\ufeffName,Email\r\nAnn,a@example.org\r\n".encode(), ["a@example.org"]),
        (b"", []),
    ],
)
def test_lists_of_several_forms_are_read(tmp_path: Path, content: bytes, expected: list[str]) -> None:
    file = tmp_path / "readers.csv"
    file.write_bytes(content)
    assert [one.email for one in read_csv(file)] == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"email\na@example.org\nnobody\n", r"readers\.csv, line 3: 'nobody' is not"),
        (b'email\n"a@example.org\n', r"readers\.csv, line 2: "),
        ("email\nä".encode("latin-1"), "UTF-8"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "readers.csv"
    file.write_bytes(content)
    with pytest.raises(SubscriberError, match=message):
        read_csv(file)
