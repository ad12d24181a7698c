from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, select

from digests import signup
from digests.delivery import send_edition
from digests.periods import parse_period
from digests.reader_csv import read_csv, to_csv
from digests.slices import AT_ONCE, MONTHLY, subscribed_slices
from digests.subscribers import (
    Choice,
    SubscriberError,
    Wanted,
    add,
    ban,
    choice_of,
    choose,
    find,
    lift_ban,
    normalised,
    readers,
    remove,
)
from digests.suppression import hasher, is_suppressed, suppress, unsuppress
from digests.wishes import Less, Wishes
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import (
    PRIVATE_TABLES,
    Base,
    Bounce,
    Letter,
    Slice,
    Subscriber,
    Subscription,
    Suppression,
)

NOW = datetime(2025, 7, 28, 4, tzinfo=UTC)


@pytest.fixture
def database_url(begun_copy: str) -> str:
    """SQLite alone, but for what is asked of both below."""
    return begun_copy


def test_addresses_are_normalised_and_each_is_one_reader(database: Database) -> None:
    assert add(database, [Wanted(" Reader@EXAMPLE.org ", "A\r\nReader"), Wanted("reader@example.org")], NOW) == 1
    assert add(database, [Wanted("READER@example.org")], NOW) == 0
    (one,) = readers(database)
    assert (one.email, one.name, one.choice, one.state) == ("Reader@example.org", "A Reader", Choice(), "active")
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Slice)) == 1
        found = find(session, "rEADER@example.org")
        assert found is not None
        assert choice_of(session, found) == Choice()


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


def test_an_address_is_looked_up_by_its_index(database: Database) -> None:
    plans: list[str] = []
    with database.reading() as session:

        @event.listens_for(database.engine, "before_cursor_execute")
        def explain(_: Any, cursor: Any, statement: str, parameters: Any, *__: Any) -> None:
            if statement.startswith("SELECT"):
                plans.extend(str(row) for row in cursor.execute(f"EXPLAIN QUERY PLAN {statement}", parameters))

        find(session, "a@example.org")
    assert any("ix_subscriber_email_lower" in plan for plan in plans), plans
    assert not any("SCAN" in plan for plan in plans), plans


def test_a_new_choice_takes_the_place_of_the_old(database: Database) -> None:
    add(database, [Wanted("a@example.org"), Wanted("b@example.org", state="pending")], NOW)
    wanted = Choice(Wishes(countries=("ZAF",), less=Less(types=("MSG",))), MONTHLY, at_once=True, language="zh")
    with database.writing() as session:
        for email in ("a@example.org", "b@example.org"):
            reader = find(session, email)
            assert reader is not None
            for choice in (Choice(), wanted, wanted):
                choose(session, reader, choice)
                assert choice_of(session, reader) == choice
        assert session.scalar(select(func.count()).select_from(Subscription)) == 4
        assert len(subscribed_slices(session, MONTHLY)) == len(subscribed_slices(session, AT_ONCE)) == 1
        assert subscribed_slices(session, "weekly") == []
        session.delete(session.scalars(select(Subscriber).where(Subscriber.state == "active")).one())
        session.flush()
        assert subscribed_slices(session, MONTHLY) == [], "who has not confirmed gets nothing"


def test_removing_takes_all_that_is_stored_of_an_address(database: Database, settings: Settings, fill: Any) -> None:
    add(database, [Wanted("a@example.org")], NOW)
    send_edition(database, settings, parse_period("2025-W30"), NOW)
    assert remove(database, "A@Example.org")
    assert not remove(database, "a@example.org")
    with database.reading() as session:
        for name in sorted(PRIVATE_TABLES - {"secret"}):
            assert session.scalar(select(func.count()).select_from(Base.metadata.tables[name])) == 0, name


def test_what_is_kept_of_a_banned_address_is_a_salted_hash(database: Database) -> None:
    add(database, [Wanted("a@example.org"), Wanted("b@example.org")], NOW)
    assert ban(database, "A@example.org", NOW)
    assert not ban(database, "a@example.org", NOW)
    hashed = hasher(database)
    with database.writing() as session:
        (row,) = session.scalars(select(Suppression))
        assert (row.hash, row.reason, len(row.hash)) == (hashed(" a@EXAMPLE.org"), "operator", 64)
        suppress(session, row.hash, "bounced", NOW)
        assert row.reason == "operator", "what was said first stays"
        suppress(session, hashed("b@example.org"), "bounced", NOW)
    assert [(one.email, one.suppressed) for one in readers(database)] == [("b@example.org", "bounced")]
    with pytest.raises(SubscriberError, match=r"a@example\.org \(operator\)"):
        add(database, [Wanted("a@example.org"), Wanted("c@example.org")], NOW)
    assert add(database, [Wanted("b@example.org")], NOW) == 0, "known ones are left as they are"
    assert lift_ban(database, "a@example.org")
    assert not lift_ban(database, "a@example.org")
    assert add(database, [Wanted("a@example.org")], NOW) == 1
    with database.writing() as session:
        assert unsuppress(session, hashed("b@example.org"))
        assert not is_suppressed(session, hashed("b@example.org"))


def test_a_lifted_ban_begins_anew(database: Database) -> None:
    """Else the first mail that comes back after `unsuppress` is the fifth."""
    add(database, [Wanted("a@example.org"), Wanted("b@example.org")], NOW)
    hash_ = hasher(database)("a@example.org")
    with database.writing() as session:
        for number in session.scalars(select(Subscriber.id)).all():
            session.add(Bounce(subscriber_id=number, kind="soft", status="5.2.1", at=NOW, detail=None))
        suppress(session, hash_, "bounced", NOW)
    assert lift_ban(database, "A@example.org")
    with database.reading() as session:
        (left,) = session.scalars(select(Bounce.subscriber_id))
        assert session.get_one(Subscriber, left).email == "b@example.org"


def test_the_operators_word_makes_who_has_not_confirmed_a_reader(database: Database) -> None:
    asked, wanted = Choice(Wishes(countries=("ZAF",))), Choice(Wishes(countries=("KEN",)), MONTHLY)
    signup.ask(database, "a@example.org", asked, NOW)
    add(database, [Wanted("gone@example.org")], NOW)
    with database.writing() as session:
        gone = session.scalars(select(Subscriber).where(Subscriber.email == "gone@example.org")).one()
        signup.leave(session, gone, NOW)
    assert add(database, [Wanted("a@example.org", state="pending")], NOW) == 0
    later = datetime(2025, 7, 29, tzinfo=UTC)
    assert add(database, [Wanted("A@example.org", "Ann", wanted), Wanted("gone@example.org")], later) == 2
    ann, back = readers(database)
    assert (ann.email, ann.name, ann.choice, ann.state) == ("a@example.org", "Ann", wanted, "active")
    assert (ann.added_at, ann.confirmed_at, back.state) == (later, None, "active")
    with database.writing() as session:
        assert session.scalars(select(Letter)).all() == [], "neither asked to confirm nor bidden goodbye any more"
    assert signup.forget_pending(database, datetime(2026, 1, 1, tzinfo=UTC)) == 0
    assert add(database, [Wanted("a@example.org")], later) == 0


def test_who_has_not_confirmed_and_must_not_be_written_to_is_refused(database: Database) -> None:
    add(database, [Wanted("a@example.org", state="pending")], NOW)
    hash_ = hasher(database)("a@example.org")
    with database.writing() as session:
        suppress(session, hash_, "bounced", NOW)
    with pytest.raises(SubscriberError, match=r"a@example\.org \(bounced\)"):
        add(database, [Wanted("a@example.org")], NOW)


def test_export_and_import_give_the_same_readers(database: Database, tmp_path: Path) -> None:
    wishes = Wishes(
        countries=("KEN", "ZAF"), parties=("zaf-anc", "zaf-sacp"), officials=("chn-liu-jianchao", "chn-刘"),
        types=("TRAIN",), themes=("bri",), say_when_empty=False,
        less=Less(countries=("HUN",), parties=("hun-x",), types=("MSG.CAMPAIGN", "STMT"), themes=("taiwan",)),
    )  # fmt: skip
    wanted = [
        Wanted("'o@example.org", "'Ana", added_at=NOW),
        Wanted("+y@example.org", "'=1+1", added_at=NOW),
        Wanted("a@example.org", "=cmd|' /C calc'!A0", confirmed_at=NOW, added_at=NOW),
        Wanted("b@example.org", "李, 明", Choice(wishes, MONTHLY, at_once=True, language="zh"), added_at=NOW),
        Wanted("c@example.org", None, state="pending", added_at=NOW),
    ]
    add(database, wanted, NOW)
    before = readers(database)
    text = to_csv(before)
    assert "'=cmd" in text
    file = tmp_path / "readers.csv"
    file.write_text(text, encoding="utf-8")
    assert read_csv(file) == wanted
    for one in wanted:
        remove(database, one.email)
    assert add(database, read_csv(file), datetime(2026, 1, 1, tzinfo=UTC)) == 5
    assert readers(database) == before


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
        (b"email,rhythm\na@example.org,daily\n", r"line 2: rhythm is 'daily'; it may be weekly, monthly"),
        (b"email,language\na@example.org,xx\n", r"line 2: language is 'xx'; it may be en, zh"),
        (b"email,state\na@example.org,gone\n", r"line 2: state is 'gone'"),
        (b"email,at_once\na@example.org,1\n", r"line 2: at_once is '1'; it may be no, yes"),
        (b"email,added_at\na@example.org,soon\n", r"line 2: added_at is 'soon'"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, content: bytes, message: str) -> None:
    file = tmp_path / "readers.csv"
    file.write_bytes(content)
    with pytest.raises(SubscriberError, match=message):
        read_csv(file)
