"""Coming back, leaving, and never again: whom letters and editions still reach, over a real SMTP server."""

from __future__ import annotations

import email
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from digests import signup
from digests.delivery import send_edition, send_letters
from digests.letters import CONFIRM, KNOWN, PREFERENCES, put_down
from digests.periods import parse_period
from digests.sink import Sink
from digests.subscribers import Choice, SubscriberError, Wanted, add, find, lift_ban, readers
from digests.suppression import ASKED, BOUNCED, OPERATOR, hasher, is_suppressed, suppress
from digests.uncertain import settle_uncertain
from digests.wishes import Wishes
from pipeline.config import DigestSettings, MailSettings, Settings
from pipeline.store.database import Database
from pipeline.store.models import Bounce, Delivery, Letter, Subscriber

NOW = datetime(2025, 7, 28, 4, tzinfo=UTC)
WEEK = parse_period("2025-W30")
ANA = "ana@example.org"
ZAF = Choice(Wishes(countries=("ZAF",)))


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


def at(settings: Settings, port: int, **mail: Any) -> Settings:
    service = MailSettings(host="127.0.0.1", port=port, security="none", timeout=5, **mail)
    return settings.model_copy(update={"mail": service, "digest": DigestSettings(public_url="https://idwatch.example")})


def banned(database: Database, reason: str, address: str = ANA) -> None:
    hash_ = hasher(database)(address)
    with database.writing() as session:
        suppress(session, hash_, reason, NOW)


def reader(session: Any, address: str = ANA) -> Subscriber:
    found = find(session, address)
    assert found is not None
    return found


def sent(database: Database, settings: Settings) -> list[str]:
    """The kinds of the letters that a server is given now."""
    with Sink() as sink:
        send_letters(database, at(settings, sink.port), NOW)
        return [str(email.message_from_bytes(raw)["Message-ID"])[1:].partition(".")[0] for _, raw in sink.received]


def letters(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return dict(session.execute(select(Letter.kind, Letter.state)).all())


@pytest.mark.parametrize("reason", [BOUNCED, ASKED, OPERATOR])
def test_no_letter_goes_to_a_suppressed_address_but_one_to_come_back(
    database: Database, settings: Settings, reason: str
) -> None:
    add(database, [Wanted(ANA, choice=ZAF)], NOW)
    banned(database, reason)
    with database.writing() as session:
        for kind in (KNOWN, PREFERENCES, CONFIRM):
            put_down(session, reader(session), kind, NOW)
    back = [CONFIRM] if reason == BOUNCED else []
    assert sent(database, settings) == back
    assert letters(database) == {KNOWN: "failed", PREFERENCES: "failed", CONFIRM: "sent" if back else "failed"}
    with database.reading() as session:
        details = session.scalars(select(Letter.detail).where(Letter.state == "failed"))
        assert set(details) == {"the address is on the suppression list"}
    with database.writing() as session:
        signup.leave(session, reader(session), NOW)
    assert sent(database, settings) == []
    assert signup.forget_pending(database, NOW) == 1, "the goodbye that must not be sent keeps nobody"


@pytest.mark.parametrize("asking", ["digest", "link"])
def test_who_came_back_from_a_dead_mailbox_confirms_and_is_written_to(
    database: Database, settings: Settings, asking: str
) -> None:
    add(database, [Wanted(ANA, choice=ZAF)], NOW)
    banned(database, BOUNCED)
    with database.writing() as session:
        session.add(Bounce(subscriber_id=reader(session).id, kind="soft", status="5.2.1", at=NOW, detail=None))
    if asking == "digest":
        signup.ask(database, "ANA@example.org", Choice(), NOW)
    else:
        signup.ask_link(database, "ANA@example.org", NOW)
    assert sent(database, settings) == [CONFIRM]
    assert signup.forget_pending(database, NOW + timedelta(days=30)) == 0, "whoever types an address takes nobody off"
    (one,) = readers(database)
    assert (one.choice, one.state, one.suppressed) == (ZAF, "active", BOUNCED)
    hash_ = hasher(database)(ANA)
    with database.writing() as session:
        signup.confirm(session, reader(session), hash_, NOW)
    (one,) = readers(database)
    assert (one.choice, one.state, one.suppressed) == (ZAF, "active", None)
    with database.reading() as session:
        assert session.scalars(select(Bounce)).all() == [], "else the next soft bounce suppresses again"


def test_a_stranger_whose_mailbox_was_dead_may_ask(database: Database, settings: Settings) -> None:
    banned(database, BOUNCED)
    signup.ask(database, ANA, ZAF, NOW)
    assert sent(database, settings) == [CONFIRM]
    hash_ = hasher(database)(ANA)
    with database.writing() as session:
        assert is_suppressed(session, hash_), "not before it is confirmed"
        signup.confirm(session, reader(session), hash_, NOW)
        assert not is_suppressed(session, hash_)


@pytest.mark.parametrize("reason", [ASKED, OPERATOR])
def test_a_word_not_to_write_outlasts_a_bounce_and_a_confirmation(database: Database, reason: str) -> None:
    signup.ask(database, ANA, ZAF, NOW)
    for why in (BOUNCED, reason, BOUNCED):
        banned(database, why)
    hash_ = hasher(database)(ANA)
    with database.writing() as session:
        signup.confirm(session, reader(session), hash_, NOW)
        assert is_suppressed(session, hash_)
    signup.ask(database, ANA, ZAF, NOW)
    with database.reading() as session:
        assert session.scalar(select(Letter.kind).where(Letter.kind == KNOWN)) == KNOWN
    assert [one.suppressed for one in readers(database)] == [reason]


def test_never_again_holds_for_all_tags_of_a_mailbox_and_takes_no_other_reader_off(
    database: Database, settings: Settings
) -> None:
    add(database, [Wanted("ana+news@example.org"), Wanted("bo@example.org"), Wanted("bo+x@example.org")], NOW)
    hashed = hasher(database)
    with database.writing() as session:
        signup.forget(session, reader(session, "ana+news@example.org"), hashed, NOW, never=True)
        signup.forget(session, reader(session, "bo+x@example.org"), hashed, NOW, never=True)
    banned(database, BOUNCED, "ana+dead@example.org")
    for address in (ANA, "ana+news@example.org", "Ana+More@example.org", "ana+dead@example.org", "bo+x@example.org"):
        signup.ask(database, address, ZAF, NOW)
        with pytest.raises(SubscriberError, match=r"must not be written to again: .*\(asked\)"):
            add(database, [Wanted(address)], NOW)
    assert sent(database, settings) == []
    assert [(one.email, one.suppressed) for one in readers(database)] == [("bo@example.org", None)]
    assert lift_ban(database, "ana+news@example.org")
    assert add(database, [Wanted("ana+news@example.org"), Wanted(ANA)], NOW) == 2
    assert len(readers(database)) == 3, "two tags are two readers"


def test_what_the_operator_said_holds_for_all_tags_and_what_a_server_said_for_one(database: Database) -> None:
    banned(database, OPERATOR)
    banned(database, BOUNCED, "bo@example.org")
    assert add(database, [Wanted("bo+x@example.org")], NOW) == 1
    signup.ask(database, "ana+x@example.org", ZAF, NOW)
    assert [one.email for one in readers(database)] == ["bo+x@example.org"]
    with pytest.raises(SubscriberError, match=r"ana\+x@example\.org \(operator\)"):
        add(database, [Wanted("ana+x@example.org")], NOW)


@pytest.mark.parametrize("left", ["while it was uncertain", "while it was being sent"])
@pytest.mark.parametrize("policy", ["ask", "resend"])
def test_no_edition_goes_to_who_has_left(
    database: Database, settings: Settings, fill: Any, policy: str, left: str
) -> None:
    fill(lambda f: f.event(WEEK.first))
    add(database, [Wanted(ANA), Wanted("bo@example.org")], NOW)

    def now_is(state: str) -> None:
        with database.writing() as session:
            own = update(Delivery).where(Delivery.subscriber_id == reader(session).id)
            session.execute(own.values(state=state))

    with Sink() as sink:
        service = at(settings, sink.port, uncertain=policy)
        send_edition(database, service, WEEK, NOW)
        now_is("uncertain" if "uncertain" in left else "sending")
        with database.writing() as session:
            put_down(session, reader(session), PREFERENCES, NOW)
            session.scalars(select(Letter)).one().state = "uncertain"
            signup.leave(session, reader(session), NOW)
        if "sent" in left:
            now_is("uncertain")
            settle_uncertain(database, [], NOW, resend=True)
        else:
            with database.reading() as session:
                assert not session.scalars(select(Delivery.id).where(Delivery.state == "uncertain")).all()
        send_edition(database, service, WEEK, NOW)
        assert sorted(recipient for recipient, _ in sink.received) == [ANA, "bo@example.org"]
    with database.reading() as session:
        rows = session.execute(select(Delivery.state, Delivery.detail).where(Delivery.state != "sent")).all()
        assert rows == [("suppressed", "unsubscribed")]
        assert session.scalars(select(Letter.kind)).all() == ["goodbye"], "none that gives a link to who has left"
