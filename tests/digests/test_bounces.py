"""What comes back: reports of servers act once, on the right reader; whatever else arrives changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from typer.testing import CliRunner

from digests.bounces import MOST_BYTES, read_report, take
from digests.commands import app
from digests.delivery import send_edition
from digests.periods import parse_period
from digests.posting import BOUNCED
from digests.refusals import no_such_mailbox
from digests.subscribers import Wanted, add
from digests.verp import verp
from pipeline.config import MailSettings, Settings
from pipeline.store.database import Database
from pipeline.store.models import Bounce, Delivery, Letter, Subscriber, Suppression

WEEK = parse_period("2025-W30")
NOW = datetime(2025, 7, 28, 4, tzinfo=UTC)

POSTFIX = """\
Return-Path: <>
Delivered-To: {envelope}
From: MAILER-DAEMON@relay.example.net (Mail Delivery System)
Subject: Undelivered Mail Returned to Sender
To: {envelope}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status;
 boundary="B"

--B
Content-Description: Notification

I'm sorry to have to inform you that your message could not be delivered.

--B
Content-Description: Delivery report
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example.net
X-Postfix-Queue-ID: 4F1A
Arrival-Date: Mon, 28 Jul 2025 06:00:00 +0200 (CEST)

Final-Recipient: rfc822; {recipient}
Original-Recipient: rfc822;{recipient}
Action: {action}
Status: {status}
Remote-MTA: dns; mx.example.org
Diagnostic-Code: smtp; {diagnostic}

--B
Content-Type: text/rfc822-headers

Return-Path: <x@example.org>
Message-ID: <{message_id}@localhost>
Subject: IDCPC

--B--
"""


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def sent(database: Database, settings: Settings, fill: Any) -> list[Delivery]:
    """Two readers who were sent an edition."""
    settings.mail = MailSettings(bounces="bounces@example.org")
    fill(lambda f: f.event(WEEK.first))
    add(database, [Wanted("ana@example.org"), Wanted("bo@example.org")], NOW)
    send_edition(database, settings, WEEK, NOW)
    with database.reading() as session:
        return list(session.scalars(select(Delivery).order_by(Delivery.id)))


def report(envelope: str = "operator@example.org", message_id: str = "none", **values: str) -> bytes:
    defaults = {
        "recipient": "ana@example.org", "action": "failed", "status": "5.1.1",
        "diagnostic": "550 5.1.1 <ana@example.org>: Recipient address rejected: User unknown",
    }  # fmt: skip
    return POSTFIX.format(envelope=envelope, message_id=message_id, **(defaults | values)).encode()


def facts(database: Database) -> tuple[list[str], int, int]:
    """The states of the deliveries, how many bounces, how many suppressed addresses."""
    with database.reading() as session:
        states = list(session.scalars(select(Delivery.state).order_by(Delivery.id)))
        return states, len(session.scalars(select(Bounce)).all()), len(session.scalars(select(Suppression)).all())


def test_a_hard_bounce_suppresses_once(database: Database, settings: Settings, sent: list[Delivery]) -> None:
    raw = report(verp(database, settings).address(Delivery, sent[0].id))
    assert "suppressed" in take(database, settings, raw, NOW)
    assert facts(database) == (["bounced", "sent"], 1, 1)
    assert "known already" in take(database, settings, raw, NOW)
    assert facts(database) == (["bounced", "sent"], 1, 1)
    with database.reading() as session:
        assert session.scalars(select(Bounce.status)).all() == ["5.1.1"]
        assert session.scalars(select(Suppression.reason)).all() == [BOUNCED]


def test_without_verp_the_message_id_and_the_address_together_act(
    database: Database, settings: Settings, sent: list[Delivery]
) -> None:
    other = report(message_id=sent[1].message_id)  # bo's mail, ana's address
    assert take(database, settings, other, NOW) == "ignored: about no mail of ours"
    assert facts(database)[1:] == (0, 0)
    assert "suppressed" in take(database, settings, report(message_id=sent[0].message_id), NOW)
    assert facts(database) == (["bounced", "sent"], 1, 1)


@pytest.mark.parametrize(
    ("status", "diagnostic"),
    [
        ("5.2.2", "552 5.2.2 mailbox full"),
        ("4.4.7", "smtp; delivery time expired"),
        ("5.7.1", "550 5.7.1 no such user, says a policy"),
        ("5.0.0", "550 mailbox unavailable"),
        ("5.2.1", "550 5.2.1 receiving mail too quickly"),
        ("nonsense", ""),
    ],
)
def test_a_soft_bounce_is_counted(
    database: Database, settings: Settings, sent: list[Delivery], status: str, diagnostic: str
) -> None:
    raw = report(verp(database, settings).address(Delivery, sent[0].id), status=status, diagnostic=diagnostic)
    assert "soft bounce" in take(database, settings, raw, NOW)
    assert facts(database) == (["bounced", "sent"], 1, 0)


def test_soft_bounces_on_four_days_within_five_weeks_suppress(
    database: Database, settings: Settings, sent: list[Delivery]
) -> None:
    def letter(number: int) -> int:
        with database.writing() as session:
            one = Letter(
                subscriber_id=sent[0].subscriber_id, kind="preferences", message_id=f"preferences.{number:032}",
                state="sent", attempts=1, written_at=NOW, changed_at=NOW,
            )  # fmt: skip
            session.add(one)
            session.flush()
            return one.id

    def bounce(number: int, at: datetime) -> str:
        raw = report(verp(database, settings).address(Letter, letter(number)), status="4.2.2", diagnostic="full")
        return take(database, settings, raw, at)

    days = [0, 0, 0, 1, 2]  # thrice on one day is one day
    for number, day in enumerate(days):
        assert "suppressed" not in bounce(number, NOW + timedelta(days=day))
    assert "suppressed" not in bounce(7, NOW + timedelta(days=40))  # the first ones are forgotten
    for number, day in enumerate((41, 42), 8):
        assert "suppressed" not in bounce(number, NOW + timedelta(days=day))
    assert "suppressed" in bounce(10, NOW + timedelta(days=43))


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_a_report_of_no_failure_changes_nothing(
    database: Database, settings: Settings, sent: list[Delivery], action: str
) -> None:
    raw = report(verp(database, settings).address(Delivery, sent[0].id), action=action, status="4.4.1")
    assert take(database, settings, raw, NOW).startswith("ignored")
    assert facts(database) == (["sent", "sent"], 0, 0)


def test_an_uncertain_mail_that_comes_back_had_arrived_at_the_relay(
    database: Database, settings: Settings, sent: list[Delivery]
) -> None:
    with database.writing() as session:
        session.get_one(Delivery, sent[0].id).state = "uncertain"
    take(database, settings, report(verp(database, settings).address(Delivery, sent[0].id)), NOW)
    assert facts(database)[0] == ["bounced", "sent"]


def test_a_report_about_a_reader_who_left_changes_nothing(
    database: Database, settings: Settings, sent: list[Delivery]
) -> None:
    raw = report(verp(database, settings).address(Delivery, sent[0].id))
    with database.writing() as session:
        session.delete(session.get_one(Subscriber, sent[0].subscriber_id))
    assert take(database, settings, raw, NOW) == "ignored: about no mail of ours"


def test_what_is_no_report_changes_nothing(database: Database, settings: Settings, sent: list[Delivery]) -> None:
    envelope = verp(database, settings).address(Delivery, sent[0].id)
    vacation = f"To: {envelope}\r\nAuto-Submitted: auto-replied\r\nSubject: 550 5.1.1 user unknown\r\n\r\nI am away."
    deep = f"To: {envelope}\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=B\r\n\r\n"
    nested = "".join(
        f"--B\r\nContent-Type: multipart/mixed; boundary=B{number}\r\n\r\n--B{number}\r\n" for number in range(5000)
    )
    genuine = report(envelope)
    hostile = [
        b"", b"\x00" * 1000, vacation.encode(), (deep + nested).encode(),
        genuine.replace(b"report-type=delivery-status", b"report-type=disposition-notification"),
        genuine.replace(b"message/delivery-status", b"text/plain"),
        genuine.replace(b"multipart/report", b"multipart/mixed"),
        genuine.replace(envelope.encode(), b"bounces+d1-00000000000000000000@example.org"),
        b"X: " + b"a" * MOST_BYTES + genuine,
        b"Content-Type: multipart/report" + b"; a*0=b" * 40_000 + b"\r\n" + genuine,
        genuine.replace(b"Final-Recipient", b"Content-Type: multipart/mixed; boundary=Q\r\nX"),
    ]  # fmt: skip
    for raw in hostile[:10]:
        assert take(database, settings, raw, NOW).startswith("ignored")
    take(database, settings, hostile[10], NOW)
    with database.reading() as session:
        assert session.scalars(select(Delivery.state).where(Delivery.id == sent[1].id)).all() == ["sent"]


@given(st.binary(max_size=400), st.integers(0, 1500))
def test_no_bytes_break_the_reader(noise: bytes, at: int) -> None:
    genuine = report()
    read_report(noise)
    read_report(genuine[:at] + noise + genuine[at:])


@pytest.mark.parametrize(
    ("answer", "status", "gone"),
    [
        ("550 5.1.1 <x>: user unknown", "", True),
        ("550-5.1.1 The email account that you tried to reach does not exist", "", True),
        ("smtp; 550 5.1.10 RESOLVER.ADR.RecipientNotFound", "5.1.10", True),
        ("551 no such user here", "", True),
        ("smtp; 553 sorry, no mailbox here by that name", "5.0.0", True),
        ("", "5.1.1", True),
        ("x-unix; user unknown", "5.1.1", True),
        ("550 5.7.1 user unknown to our policy", "", False),
        ("554 user unknown", "", False),
        ("450 4.1.1 user unknown", "", False),
        ("smtp; 450 user unknown", "5.0.0", False),
        ("550 Requested action not taken: mailbox unavailable", "", False),
        ("550 5.4.1 Recipient address rejected: Access denied", "", False),
        ("", "", False),
    ],
)
def test_which_words_mean_that_there_is_no_mailbox(answer: str, status: str, gone: bool) -> None:
    assert no_such_mailbox(answer, status) is gone


def piped(config: Path, raw: bytes) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["mail", "bounce"], input=raw, obj=config)
    return result.exit_code, result.output


def test_the_pipe_tells_the_mta_when_to_try_again(
    database: Database, settings: Settings, sent: list[Delivery], tmp_path: Path
) -> None:
    config = tmp_path / "idwatch.toml"
    config.write_text(f'[database]\nurl = "{settings.database.url}"\n[mail]\nbounces = "bounces@example.org"\n')
    raw = report(verp(database, settings).address(Delivery, sent[0].id)) + b"x" * (MOST_BYTES + 100_000)
    code, told = piped(config, raw)
    assert (code, "suppressed" in told) == (0, True)
    assert facts(database) == (["bounced", "sent"], 1, 1)
    config.write_text('[database]\nurl = "sqlite:///nowhere.sqlite"\n')
    assert piped(config, raw)[0] == 75
    config.write_text("[database]\nnonsense = 1\n")
    assert piped(config, raw)[0] == 75
