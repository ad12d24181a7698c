"""An edition as a mail: multipart/alternative, headers, deterministic bytes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from urllib.parse import quote

from digests.rendering import Rendered
from digests.rows import checksum
from digests.texts import clean


class SenderError(ValueError):
    """The configured sender is no address; the message names the key."""


@dataclass(frozen=True, slots=True)
class MailFacts:
    """What a mail needs beside its content. ``sender`` is the configured From line, ``period`` as 2026-W47."""

    sender: str
    period: str
    date: datetime


def sender_address(sender: str) -> Address:
    """The configured From line as an address. Raises SenderError naming the key ``mail.sender``."""
    name, spec = parseaddr(sender)
    local, at, domain = spec.rpartition("@")
    if not (local and at and domain) or "\n" in sender or "\r" in sender:
        raise SenderError(f'mail.sender is {sender!r}; it must be an address, as in "idwatch <idwatch@example.org>"')
    return Address(clean(name, 120) or "", addr_spec=spec)


def unsubscribe_link(sender: str, period: str) -> str:
    """A mailto: link that asks the operator to take somebody off the list."""
    subject = quote(f"unsubscribe ({period})")
    return f"mailto:{sender_address(sender).addr_spec}?subject={subject}"


def message(rendered: Rendered, facts: MailFacts, *, to: str, name: str | None, message_id: str) -> EmailMessage:
    """The mail to one subscriber. ``rendered`` is filled, ``message_id`` the part before the sender's domain.

    The same arguments give the same bytes: what the standard library would draw by lot is derived instead.
    """
    sender = sender_address(facts.sender)
    mail = _built(rendered, facts, sender, message_id)
    mail["To"] = Address(clean(name, 120) or "", addr_spec=to)
    mail["List-Id"] = f"idwatch weekly digest <weekly.idwatch.{sender.domain}>"
    mail["List-Unsubscribe"] = f"<{unsubscribe_link(facts.sender, facts.period)}>"
    return mail


def draft_message(rendered: Rendered, facts: MailFacts) -> bytes:
    """The mail of a draft, addressed to nobody, as a file that mail programs open for sending."""
    mail = _built(rendered, facts, sender_address(facts.sender), f"{facts.period}.draft")
    mail["X-Unsent"] = "1"
    return as_bytes(mail)


def as_bytes(mail: EmailMessage) -> bytes:
    """The mail as it goes over the line: CRLF, seven bits."""
    return mail.as_bytes(policy=SMTP)


def _built(rendered: Rendered, facts: MailFacts, sender: Address, message_id: str) -> EmailMessage:
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["Subject"] = " ".join(rendered.subject.split())
    mail["Date"] = format_datetime(facts.date)
    mail["Message-ID"] = f"<{message_id}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(rendered.text, cte="quoted-printable")
    mail.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{checksum(message_id)[:40]}")
    return mail
