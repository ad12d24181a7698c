"""Reports in whatever form servers and gateways send them, each about the one mail it was made for."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from digests import signup
from digests.bounces import read_report, take
from digests.delivery import send_edition, send_letters
from digests.periods import parse_period
from digests.record import Mail, Record
from digests.smtp import Answer
from digests.states import Fate
from digests.subscribers import USUAL, Wanted, add, find, readers, remove
from digests.verp import verp
from pipeline.config import MailSettings, Settings
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Letter, Subscriber
from tests.digests.scripted import AFTER, WEEK, at, scripted

STATUS = """\
Reporting-MTA: dns; relay.example.net

Final-Recipient: rfc822; ana@example.org
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 user unknown
"""
KIND = "Content-Type: message/delivery-status\n"


def report(envelope: str = "bounces@example.org", status: str = STATUS, diagnostic: str | None = None) -> str:
    told = status if diagnostic is None else status.replace("550 5.1.1 user unknown", diagnostic)
    return (
        f"To: {envelope}\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status;\n boundary="B"\n\n'
        f"--B\n\nIt could not be delivered.\n\n--B\n{KIND}\n{told}\n"
        "--B\nContent-Type: text/rfc822-headers\n\nMessage-ID: <known.0f@localhost>\n\n--B--\n"
    )


def coded(coding: str, body: str) -> str:
    return report().replace(KIND + "\n" + STATUS, f"{KIND}Content-Transfer-Encoding: {coding}\n\n{body}\n")


def wrapped(inner: str) -> str:
    head, _, body = inner.partition("MIME-Version: 1.0\n")
    return (
        f'{head}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="O"\n\n'
        f"--O\n{body}\n--O\nContent-Type: text/plain\n\nThis mail was scanned.\n--O--\n"
    )


FORMS = {
    "plain": report(),
    "lines end as in SMTP": report().replace("\n", "\r\n"),
    "base64": coded("base64", base64.encodebytes(STATUS.encode()).decode()),
    "quoted-printable": coded("quoted-printable", STATUS.replace("5.1.1\n", "=35.1.1\n").replace("user", "us=\ner")),
    "of a mail in UTF-8": report()
    .replace(KIND, "Content-Type: message/global-delivery-status\n")
    .replace("rfc822; ana", "utf-8; ana")
    .replace("text/rfc822-headers", "message/global-headers"),
    "with a comment": report().replace("Action: failed", "Action: Failed (permanent)"),
    "wrapped by a gateway": wrapped(report()),
    "empty lines before": report().replace("Reporting-MTA", "\nReporting-MTA"),
    "empty lines between": report().replace("\n\nFinal", "\n\n\n \nFinal"),
}  # fmt: skip


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.mark.parametrize("form", FORMS)
def test_a_report_is_read_in_any_form(form: str) -> None:
    read = read_report(FORMS[form].encode())
    assert read is not None
    assert [(one.recipient, one.status) for one in read.failures] == [("ana@example.org", "5.1.1")]
    assert read.message_id == "known.0f"


def test_what_a_mail_brings_along_is_no_report() -> None:
    forwarded = report().replace("multipart/report; report-type=delivery-status", "multipart/mixed")
    inner = "Content-Type: multipart/report"
    attached = wrapped(report()).replace(inner, f"Content-Type: message/rfc822\n\n{inner}")
    for raw in (forwarded, attached, FORMS["with a comment"].replace("Failed (", "delayed (failed ")):
        read = read_report(raw.encode())
        assert read is None or not read.failures


@pytest.fixture
def week(database: Database, settings: Settings, fill: Callable[..., Any]) -> None:
    settings.mail = MailSettings(bounces="bounces@example.org")
    settings.digest.public_url = "https://idwatch.example.org"
    fill(lambda f: f.event(WEEK.first))


def envelope_of(database: Database, settings: Settings, table: type[Delivery] | type[Letter], email: str) -> str:
    with database.reading() as session:
        mail = session.scalars(select(table).join(Subscriber).where(Subscriber.email == email)).one()
    return verp(database, settings).address(table, mail.id, mail.message_id)


def suppressed(database: Database) -> list[str]:
    return [one.email for one in readers(database) if one.suppressed]


def test_a_late_report_about_a_reader_who_left_strikes_nobody_else(
    database: Database, settings: Settings, week: None
) -> None:
    add(database, [Wanted(f"{name}@example.org") for name in ("ana", "bo", "zoe")], AFTER)
    send_edition(database, settings, WEEK, AFTER)
    old = envelope_of(database, settings, Delivery, "zoe@example.org")
    remove(database, "zoe@example.org")
    later = AFTER + timedelta(days=7)
    send_edition(database, settings, parse_period("2025-W31"), later)
    assert take(database, settings, report(old).encode(), later) == "ignored: about no mail of ours"
    assert suppressed(database) == []


def test_a_number_that_was_given_again_names_nobody(database: Database, settings: Settings, week: None) -> None:
    """As in a database that was brought back from a copy: the code covers the Message-ID too."""
    signup.ask(database, "mallory@example.net", USUAL, AFTER)
    old = envelope_of(database, settings, Letter, "mallory@example.net")
    with database.writing() as session:
        mallory = find(session, "mallory@example.net")
        letter = session.scalars(select(Letter)).one()
        number = letter.id
        session.delete(mallory)
    signup.ask(database, "victim@example.org", USUAL, AFTER)
    with database.writing() as session:
        session.scalars(select(Letter)).one().id = number
    assert take(database, settings, report(old).encode(), AFTER) == "ignored: about no mail of ours"
    with database.reading() as session:
        assert session.scalars(select(Letter.state)).all() == ["queued"]


def test_a_letter_under_way_to_who_forgets_himself_is_not_taken_for_the_next_ones(
    database: Database, settings: Settings, week: None
) -> None:
    signup.ask(database, "first@example.org", USUAL, AFTER)
    signup.ask(database, "leaving@example.org", USUAL, AFTER)
    with scripted({}) as server:

        def leaves(recipient: str) -> None:
            if recipient == "leaving@example.org":
                remove(database, recipient)
                signup.ask(database, "next@example.org", USUAL, AFTER)

        server.at_rcpt = leaves
        service = at(settings, server)
        send_letters(database, service, AFTER)
        assert server.accepted == ["first@example.org"]
        send_letters(database, service, AFTER)
        assert server.accepted == ["first@example.org", "next@example.org"]


def test_a_mail_is_recorded_by_its_message_id_too(database: Database, week: None) -> None:
    signup.ask(database, "ana@example.org", USUAL, AFTER)
    with database.reading() as session:
        letter = session.scalars(select(Letter)).one()
    others = Mail(letter.id, 0, "idwatch@example.org", "leaving@example.org", "confirm.0f", b"")
    with Record(database, Letter, AFTER) as record:
        assert not record.sending(others)
        record.done(others, Answer(Fate.SENT, "250 accepted"))
    with database.reading() as session:
        assert session.scalars(select(Letter.state)).all() == ["queued"]


def test_a_report_that_speaks_of_our_own_address_suppresses_nobody(
    database: Database, settings: Settings, week: None
) -> None:
    add(database, [Wanted("ana@example.org")], AFTER)
    send_edition(database, settings, WEEK, AFTER)
    ours = envelope_of(database, settings, Delivery, "ana@example.org")
    raw = report(ours, diagnostic=f"550 <{ours.upper()}> no such user, it says").replace("5.1.1", "5.0.0")
    assert "soft bounce" in take(database, settings, raw.encode(), AFTER)
    assert suppressed(database) == []
