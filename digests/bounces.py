"""Mails that come back: one report read, and what follows for its delivery and its reader.

Only a delivery status notification (RFC 3464) acts: answers, vacation notes and spam that reach the address change
nothing. Which mail it is about the envelope address says (VERP); without that, the Message-ID of the returned mail
together with the address that failed, which nobody knows who did not get the mail.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import Message
from enum import Enum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from digests.refusals import no_such_mailbox
from digests.suppression import BOUNCED, hasher, suppress
from digests.verp import TABLES, Verp, verp
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import Bounce, Delivery, Letter, Subscriber

MOST_BYTES = 256_000
"""Of a mail that are read: a report comes first, the returned mail behind it; and the library needs 20 seconds for
headers of 2 MB made of nothing but parameters."""
SOFT_LIMIT = 4
"""Soft bounces on so many days, with no mail between them that stayed there, suppress an address: four editions in a
row, be they weekly or monthly. Days, since anybody can have four letters sent to a mailbox that is full for an hour."""
MOST_PARTS = 50
_STATUS_TYPES = ("message/delivery-status", "message/global-delivery-status")
_RETURNED_TYPES = ("message/rfc822", "message/global", "message/global-headers")
"""The second of each, and the headers alone, are of mails in UTF-8 (RFC 6533)."""
_TO = ("X-Original-To", "Delivered-To", "To")
"""Headers that hold the envelope address: the first two an MTA adds at the pipe, the last the reporting one."""
_STATUS = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
_BLANK = re.compile(rb"\r?\n[ \t]*\r?\n")
_ARRIVED = ("sending", "sent", "uncertain")
"""States of a mail that may have come back."""


class Kind(Enum):
    """HARD: there is no such mailbox. SOFT: this mail did not get there."""

    HARD = "hard"
    SOFT = "soft"


@dataclass(frozen=True, slots=True)
class Failure:
    """What a report says of one recipient whom a mail did not reach."""

    recipient: str
    status: str
    detail: str

    def kind(self, sender: str) -> Kind:
        """``sender``: the envelope sender of the mail, which a report of a failed call-out speaks of."""
        return Kind.HARD if no_such_mailbox(self.detail, self.status, sender) else Kind.SOFT


@dataclass(frozen=True, slots=True)
class Read:
    """A report read: whom it was sent to, the Message-ID it is about, and the failures in it."""

    envelopes: tuple[str, ...]
    message_id: str | None
    failures: tuple[Failure, ...]


def take(database: Database, settings: Settings, raw: bytes, now: datetime) -> str:
    """Act on a mail that came back; says in a line what was done. A mail that is no report changes nothing.

    A hard bounce suppresses the address at once, soft ones by ``SOFT_LIMIT``; the same report twice counts once.
    """
    read = read_report(raw)
    if read is None:
        return "ignored: no delivery status notification"
    if not read.failures:
        return "ignored: the report tells of no failure"
    sender, hash_ = verp(database, settings), hasher(database)
    with database.writing() as session:
        found = _mail_of(session, sender, read)
        if found is None:
            return "ignored: about no mail of ours"
        mail, failure = found
        reader = session.get_one(Subscriber, mail.subscriber_id)
        kind = failure.kind(sender.address(type(mail), mail.id, mail.message_id))
        told = f"{mail.message_id}: {kind.value} bounce, {failure.status}"
        if _is_known(session, mail):
            return f"{told}; known already"
        _write(session, mail, failure, kind, now)
        if kind is Kind.HARD or _too_often(session, reader.id):
            suppress(session, hash_(reader.email), BOUNCED, now)
            return f"{told}; the address is suppressed"
    return told


def read_report(raw: bytes) -> Read | None:
    """What a mail says as a delivery status notification; None where it is none, or too strange to be read."""
    try:
        mail = email.message_from_bytes(raw[:MOST_BYTES], _Mail, policy=email.policy.compat32)
        # as it comes, or wrapped by a gateway that added a footer
        wrapped = _parts(mail) if mail.get_content_type() == "multipart/mixed" else ()
        for one in (mail, *wrapped):
            if one.get_content_type() == "multipart/report" and _parameter(one, "report-type") == "delivery-status":
                parts = list(_parts(one))
                report = next((part for part in parts if part.get_content_type() == _Mail.STATUS), None)
                if report is not None:
                    envelopes = tuple(str(value) for name in _TO for value in mail.get_all(name, []))
                    return Read(envelopes, _returned_id(parts), tuple(_failures(report)))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        # the parser's ways to fail on what was built to make it fail: thousands of parts in each other, charsets that
        # are none. Such a mail is no report of any server.
        pass
    return None


class _Mail(Message):
    """A mail in which a delivery status is text. The library parses its blocks as they stand, also where they are in
    base64, as gateways send them."""

    STATUS = "text/x-delivery-status"

    def get_content_type(self) -> str:
        found = super().get_content_type()
        return self.STATUS if found in _STATUS_TYPES else found


def _parts(mail: Message) -> Iterator[Message]:
    payload = mail.get_payload()
    if isinstance(payload, list):
        for part in payload[:MOST_PARTS]:
            if isinstance(part, Message):
                yield part


def _failures(report: Message) -> Iterator[Failure]:
    text = report.get_payload(decode=True)
    for words in _BLANK.split(text)[:MOST_PARTS] if isinstance(text, bytes) else ():
        block = email.message_from_bytes(words.lstrip(), policy=email.policy.compat32)
        action = _value(block, "Action").lower().split()  # "failed (permanent)" too
        if action[:1] != ["failed"]:
            continue
        status = _STATUS.search(_value(block, "Status"))
        recipient = _value(block, "Original-Recipient") or _value(block, "Final-Recipient")
        yield Failure(
            recipient.rpartition(";")[2].strip().lower(),
            status[0] if status else "5.0.0",
            " ".join(_value(block, "Diagnostic-Code").split())[:300],
        )


def _returned_id(parts: list[Message]) -> str | None:
    """The Message-ID of the mail that came back, of which a report holds all or the headers."""
    for part in parts:
        payload = part.get_payload()
        if part.get_content_type() in _RETURNED_TYPES and isinstance(payload, list) and payload:
            inner = payload[0]
        elif part.get_content_type() == "text/rfc822-headers":
            decoded = part.get_payload(decode=True)
            inner = email.message_from_bytes(decoded) if isinstance(decoded, bytes) else None
        else:
            continue
        if isinstance(inner, Message) and (found := _value(inner, "Message-ID")):
            return found.strip("<> ").rpartition("@")[0] or None
    return None


def _mail_of(session: Session, sender: Verp, read: Read) -> tuple[Delivery | Letter, Failure] | None:
    """The mail that came back: by its envelope, else by its Message-ID and the address it did not reach."""
    for address in read.envelopes:
        named = sender.mail(session, address)
        if named is not None:
            return named, read.failures[0]
    for table in TABLES.values() if read.message_id is not None else ():
        mail = session.scalars(select(table).where(table.message_id == read.message_id)).one_or_none()
        if isinstance(mail, Delivery | Letter):
            address = session.get_one(Subscriber, mail.subscriber_id).email.lower()
            return next(((mail, one) for one in read.failures if one.recipient == address), None)
    return None


def _is_known(session: Session, mail: Delivery | Letter) -> bool:
    """Whether it is known that a mail came back: by its state too, since a lifted ban forgets bounces."""
    if isinstance(mail, Letter):
        return mail.state == "failed"
    told = select(Bounce.id).where(Bounce.delivery_id == mail.id)
    return mail.state == "bounced" or session.scalar(told) is not None


def _write(session: Session, mail: Delivery | Letter, failure: Failure, kind: Kind, now: datetime) -> None:
    detail = f"{failure.status} {failure.detail}".strip()
    if mail.state in _ARRIVED:
        mail.state = "failed" if isinstance(mail, Letter) else "bounced"
        mail.changed_at, mail.detail = now, detail
    session.add(
        Bounce(
            subscriber_id=mail.subscriber_id,
            delivery_id=mail.id if isinstance(mail, Delivery) else None,
            kind=kind.value,
            status=failure.status,
            at=now,
            detail=detail,
        )
    )
    session.flush()


def _too_often(session: Session, subscriber: int) -> bool:
    """Whether mails to a reader came back on so many days in a row that the mailbox is held dead."""
    days = select(Bounce.at).where(Bounce.subscriber_id == subscriber)
    for table in TABLES.values():
        stayed = select(func.max(table.changed_at)).where(table.subscriber_id == subscriber, table.state == "sent")
        if (since := session.scalar(stayed)) is not None:
            days = days.where(Bounce.at > since)
    return len({at.date() for at in session.scalars(days)}) >= SOFT_LIMIT


def _value(block: Message, name: str) -> str:
    return str(block.get(name, "")).strip()


def _parameter(mail: Message, name: str) -> str:
    value = mail.get_param(name, "")
    return str(value[2] if isinstance(value, tuple) else value).lower()
