"""Each subscriber gets one whole mail of their own; as files where there is no server. See test_faults for the rest."""

from __future__ import annotations

import email
import email.policy
import os
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from digests.delivery import DeliveryError, SampleRefused, deliver, send_edition
from digests.editions import frozen_edition
from digests.message import SenderError
from digests.periods import parse_period
from digests.sink import Sink
from digests.smtp import is_loopback
from digests.subscribers import Wanted, add, remove
from pipeline.config import MailSettings, Settings
from pipeline.store.database import Database
from pipeline.store.locks import LockHeld, held
from pipeline.store.models import Delivery, Mark, Subscriber

WEEK = parse_period("2025-W30")
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)
READERS = [f"reader{number}@example.org" for number in range(5)]


def at(settings: Settings, port: int) -> Settings:
    mail = MailSettings(host="127.0.0.1", port=port, security="none", sender="idwatch <idwatch@example.org>", timeout=5)
    return settings.model_copy(update={"mail": mail})


def states(database: Database) -> dict[str, str]:
    with database.reading() as session:
        rows = session.execute(select(Subscriber.email, Delivery.state).join(Delivery)).all()
    return {row.email: row.state for row in rows}


@pytest.fixture
def week(database: Database, fill: Any) -> None:
    fill(lambda f: f.event(WEEK.first))
    add(database, [Wanted(address) for address in READERS], AFTER)


def test_each_subscriber_gets_one_whole_mail(database: Database, settings: Settings, week: None) -> None:
    with Sink() as sink:
        report = send_edition(database, at(settings, sink.port), WEEK, AFTER)
        assert report.whole
        again = send_edition(database, at(settings, sink.port), WEEK, AFTER)
        assert again.whole
    assert sorted(recipient for recipient, _ in sink.received) == READERS
    messages = [email.message_from_bytes(raw, policy=email.policy.default) for _, raw in sink.received]
    assert len({mail["Message-ID"] for mail in messages}) == len(READERS)
    for (recipient, _), mail in zip(sink.received, messages, strict=True):
        assert mail["To"] == recipient
        assert [part.get_content_type() for part in mail.walk()] == [
            "multipart/alternative", "text/plain", "text/html",
        ]  # fmt: skip
        assert mail["Subject"] == "IDCPC, week 30: 1 contact with 1 country"
        plain = mail.get_body(("plain",))
        assert plain is not None
        assert "刘建超会见南非客人" in plain.get_content()
        assert "mailto:idwatch@example.org?subject=unsubscribe" in plain.get_content()


def test_what_a_dead_process_left_sending_is_uncertain_and_not_sent_again(
    database: Database, settings: Settings, week: None, fill: Any
) -> None:
    with Sink() as sink:
        send_edition(database, settings, WEEK, AFTER)  # into the outbox, to freeze and queue

        def cut(f: Any) -> int:
            rows = f.session.scalars(select(Delivery).order_by(Delivery.id)).all()
            for row in rows:
                row.state = "queued"
            rows[2].state = "sending"
            return int(rows[2].edition_id)

        report = deliver(database, at(settings, sink.port), fill(cut), AFTER)
    assert report.states == Counter({"sent": 4, "uncertain": 1})
    assert READERS[2] not in [recipient for recipient, _ in sink.received]


def test_without_a_server_mails_are_files_named_so_that_none_doubles(
    database: Database, settings: Settings, week: None, fill: Any
) -> None:
    report = send_edition(database, settings, WEEK, AFTER)
    assert report.whole
    folder = settings.path(settings.digest.outbox)
    assert report.outbox == folder
    first = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert len(first) == len(READERS)
    assert all(re.fullmatch(r"2025-W30\.[0-9a-f]{32}\.eml", name) for name in first)

    def forget(f: Any) -> None:
        for row in f.session.scalars(select(Delivery)):
            row.state = "queued"

    fill(forget)
    send_edition(database, settings, WEEK, AFTER)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == first


def test_what_killed_runs_left_in_the_outbox_is_swept_and_nothing_else(
    database: Database, settings: Settings, week: None
) -> None:
    folder = settings.path(settings.digest.outbox)
    folder.mkdir(parents=True)
    key, gone = "0123456789abcdef" * 2, 2**22 + 1  # above every pid
    orphans = {f".delivery.2025-W29.{key}.{gone}", f".delivery.2025-W30.{key}.{os.getpid()}"}
    others = {f".delivery.2025-W29.{key}.{os.getppid()}", f"2025-W29.{key}.eml", f".letter.confirm.{key}.{gone}"}
    others |= {f".hidden.{gone}", f".delivery.2025-W29.{gone}"}
    for name in orphans | others:
        (folder / name).write_text("To: reader@example.org")
    send_edition(database, settings, WEEK, AFTER)
    names = {path.name for path in folder.iterdir()}
    assert names & (orphans | others) == others
    assert len(names - others) == len(READERS)


def test_sample_data_goes_to_no_real_server(database: Database, settings: Settings, week: None, fill: Any) -> None:
    fill(lambda f: f.session.add(Mark(name="sample", value="demo")))
    real = at(settings, 25)
    real.mail.host = "192.0.2.1"
    with pytest.raises(SampleRefused, match=r"192\.0\.2\.1"):
        send_edition(database, real, WEEK, AFTER)
    with database.reading() as session:
        assert frozen_edition(session, WEEK.name) is None
    with Sink() as sink:
        assert send_edition(database, at(settings, sink.port), WEEK, AFTER).whole
    assert b"Sample data" in sink.received[0][1]


def test_hosts_of_this_machine() -> None:
    assert is_loopback("127.0.0.1")
    assert is_loopback("localhost")
    assert not is_loopback("192.0.2.1")
    assert not is_loopback("no-such-host.invalid")


def test_a_sender_that_is_no_address_is_told_before_anything_is_frozen(
    database: Database, settings: Settings, week: None
) -> None:
    settings.mail.sender = "nobody"
    with pytest.raises(SenderError, match=r"mail\.sender"):
        send_edition(database, settings, WEEK, AFTER)
    with database.reading() as session:
        assert frozen_edition(session, WEEK.name) is None


def test_nobody_to_send_to(database: Database, settings: Settings) -> None:
    with pytest.raises(DeliveryError, match="subscribers add"):
        send_edition(database, settings, WEEK, AFTER)


def test_who_came_later_gets_it_by_hand_and_who_left_gets_nothing(
    database: Database, settings: Settings, week: None
) -> None:
    with Sink() as sink:
        send_edition(database, at(settings, sink.port), WEEK, AFTER)
        add(database, [Wanted("late@example.org")], AFTER + timedelta(days=1))
        remove(database, READERS[0])
        send_edition(database, at(settings, sink.port), WEEK, AFTER, by_hand=False)
        assert len(sink.received) == len(READERS)
        send_edition(database, at(settings, sink.port), WEEK, AFTER)
    assert [recipient for recipient, _ in sink.received[len(READERS) :]] == ["late@example.org"]
    assert READERS[0] not in states(database)


def test_two_deliveries_at_once_are_refused(database: Database, settings: Settings, week: None) -> None:
    with held(database, "delivery"), pytest.raises(LockHeld):
        send_edition(database, settings, WEEK, AFTER)
