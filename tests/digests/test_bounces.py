"""What comes back: reports of servers act once, on the right reader; whatever else arrives changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import token_hex
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
from digests.refusals import no_such_mailbox
from digests.subscribers import Wanted, add, lift_ban
from digests.suppression import BOUNCED
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


def envelope_of(database: Database, settings: Settings, mail: Delivery | Letter) -> str:
    return verp(database, settings).address(type(mail), mail.id, mail.message_id)


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
    raw = report(envelope_of(database, settings, sent[0]))
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
    raw = report(envelope_of(database, settings, sent[0]), status=status, diagnostic=diagnostic)
    assert "soft bounce" in take(database, settings, raw, NOW)
    assert facts(database) == (["bounced", "sent"], 1, 0)


@pytest.fixture
def mailed(database: Database, sent: list[Delivery]) -> Callable[[datetime], Letter]:
    """Sends ana one more mail."""

    def mail(at: datetime) -> Letter:
        with database.writing() as session:
            one = Letter(
                subscriber_id=sent[0].subscriber_id, kind="preferences", message_id=f"preferences.{token_hex(16)}",
                state="sent", attempts=1, written_at=at, changed_at=at,
            )  # fmt: skip
            session.add(one)
            session.flush()
            return one

    return mail


def soft(database: Database, settings: Settings, mail: Letter, at: datetime) -> bool:
    """A soft bounce of a mail; whether the address is suppressed by it."""
    raw = report(envelope_of(database, settings, mail), status="4.2.2", diagnostic="full")
    return "suppressed" in take(database, settings, raw, at)


@pytest.mark.parametrize("rhythm", [1, 7, 30])
def test_soft_bounces_in_a_row_on_four_days_suppress_whatever_the_rhythm(
    database: Database, settings: Settings, mailed: Callable[[datetime], Letter], rhythm: int
) -> None:
    def comes_back(number: int) -> bool:
        at = NOW + timedelta(days=number * rhythm + 1)
        return soft(database, settings, mailed(at), at)

    assert [comes_back(number) for number in (0, 0, 0, 1, 2)] == [False] * 5  # thrice on one day is one day
    mailed(NOW + timedelta(days=3 * rhythm + 1))  # this one stayed there
    assert [comes_back(number) for number in (4, 5, 6, 7)] == [False, False, False, True]


def test_a_mailbox_that_takes_every_second_mail_lives(
    database: Database, settings: Settings, mailed: Callable[[datetime], Letter]
) -> None:
    for number in range(10):
        at = NOW + timedelta(days=7 * number + 1)
        assert not soft(database, settings, mailed(at), at)
        mailed(at + timedelta(days=1))


def test_a_lifted_ban_begins_anew(database: Database, settings: Settings, mailed: Callable[[datetime], Letter]) -> None:
    days = [NOW + timedelta(days=number) for number in range(1, 6)]
    mails = [mailed(at) for at in days]
    assert [soft(database, settings, mail, at) for mail, at in zip(mails, days, strict=True)].count(True) == 1
    assert lift_ban(database, "ana@example.org")
    assert not soft(database, settings, mailed(days[-1]), days[-1] + timedelta(days=7))
    late = report(envelope_of(database, settings, mails[0]), status="4.2.2")
    assert "known already" in take(database, settings, late, NOW), "the same report twice counts once, also then"


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed", "expanded", ""])
def test_a_report_of_no_failure_changes_nothing(
    database: Database, settings: Settings, sent: list[Delivery], action: str
) -> None:
    raw = report(envelope_of(database, settings, sent[0]), action=action, status="4.4.1")
    assert take(database, settings, raw, NOW).startswith("ignored")
    assert facts(database) == (["sent", "sent"], 0, 0)


def test_an_uncertain_mail_that_comes_back_had_arrived_at_the_relay(
    database: Database, settings: Settings, sent: list[Delivery]
) -> None:
    with database.writing() as session:
        session.get_one(Delivery, sent[0].id).state = "uncertain"
    take(database, settings, report(envelope_of(database, settings, sent[0])), NOW)
    assert facts(database)[0] == ["bounced", "sent"]


def test_a_report_about_a_reader_who_left_changes_nothing(
    database: Database, settings: Settings, sent: list[Delivery]
) -> None:
    raw = report(envelope_of(database, settings, sent[0]))
    with database.writing() as session:
        session.delete(session.get_one(Subscriber, sent[0].subscriber_id))
    assert take(database, settings, raw, NOW) == "ignored: about no mail of ours"


def test_what_is_no_report_changes_nothing(database: Database, settings: Settings, sent: list[Delivery]) -> None:
    envelope = envelope_of(database, settings, sent[0])
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
        # about our bounce address: Exim could not call it out, or does not want it
        (
            "550-Verification failed for <b@x.example> 550-Response: 550 5.1.1 User unknown 550 Sender verify failed",
            "",
            False,
        ),
        ("smtp; 550 the sender address has no such user", "5.1.1", False),
        ("SMTP; 450 user unknown", "5.0.0", False),
        ("SMTP; 550 5.7.1 no such user, says a policy", "5.0.0", False),
        ("SMTP; 550 no such user", "5.0.0", True),
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
    raw = report(envelope_of(database, settings, sent[0])) + b"x" * (MOST_BYTES + 100_000)
    code, told = piped(config, raw)
    assert (code, "suppressed" in told) == (0, True)
    assert facts(database) == (["bounced", "sent"], 1, 1)
    config.write_text('[database]\nurl = "sqlite:///nowhere.sqlite"\n')
    assert piped(config, raw)[0] == 75
    config.write_text("[database]\nnonsense = 1\n")
    assert piped(config, raw)[0] == 75
