"""Looks at the mail before a reader does: at the finished bytes of an edition, and at the relay without sending any."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from enum import Enum

from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.contents import contents
from digests.delivery import check_sample
from digests.dkim import DkimError, signer, verified
from digests.editions import frozen_slice
from digests.mails import Finisher, edition_links
from digests.message import ONE_CLICK, MailFacts, Own, Prepared, prepare, sender_address
from digests.periods import Week
from digests.rendering import fill, render
from digests.slices import WEEKLY, whole_slice
from digests.smtp import Line, ServerError, is_loopback
from digests.states import Fate
from digests.subscribers import normalised
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Edition

CLIPPED = 102_400
"""Bytes of HTML past which Gmail cuts a mail off behind a link."""
OURS = "Tell us: this is a fault of idwatch."
TOKEN = "x" * 120
"""As long as a reader's signed link."""


LookUp = Callable[..., bytes | None]


class Level(Enum):
    OK, WARN, FAIL = "ok", "warn", "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, in words, and what to do about it."""

    level: Level
    what: str
    words: str
    remedy: str = ""


def examine(
    database: Database,
    settings: Settings,
    now: datetime,
    *,
    to: str | None,
    txt: LookUp | None = None,
) -> Iterator[Finding]:
    """Findings about the mail of the newest edition (a draft of the running week where none was sent) and the relay.

    A dry run: sender and recipient are offered to the relay, and no mail. With ``to`` that address is really sent one.
    ``txt`` looks up the DKIM key (else DNS). Raises SenderError, DkimError, SampleRefused.
    """
    check_sample(database, settings)
    recipient = normalised(to) if to else sender_address(settings.mail.sender).addr_spec
    with database.reading() as session:
        prepared = _prepared(session, database, settings, now)
    finisher = Finisher.of(database, settings)
    own = Own(recipient, None, f"doctor.{now:%Y%m%dT%H%M%S}", _links(settings, prepared))
    mail = finisher.mail(Delivery, 0, 0, own, prepared.mail(own))
    yield from _headers(mail.content, settings)
    yield from _content(mail.content)
    yield from _signature(mail.content, settings, txt)
    yield from _relay(settings, mail.sender, recipient, mail.content if to else None)


def _prepared(session: Session, database: Database, settings: Settings, now: datetime) -> Prepared:
    newest = session.scalar(select(Edition).order_by(Edition.id.desc()).limit(1))
    frozen = frozen_slice(session, newest.period) if newest is not None else None
    if newest is None or frozen is None:
        week = Week.running(now)
        (draft,) = contents(session, week, [whole_slice(session, WEEKLY)], now, sample=database.is_sample)
        name, rendered = week.name, render(draft.rows, draft=True)
    else:
        name, rendered = newest.period, frozen.rendered
    return prepare(fill(rendered, edition_links(settings)), MailFacts(settings.mail.sender, name, now))


def _links(settings: Settings, prepared: Prepared) -> dict[str, str]:
    """Links of nobody's, as long as a reader's."""
    public = settings.digest.public_url
    if public is None:
        return {"unsubscribe": prepared.way_out}
    return {page: f"{public.rstrip('/')}/{page}/{TOKEN}" for page in ("unsubscribe", "preferences", "less")}


def _headers(content: bytes, settings: Settings) -> Iterator[Finding]:
    mail = _parsed(content)
    wanted = ("From", "To", "Subject", "Date", "Message-ID", "List-Id", "List-Unsubscribe")
    missing = [name for name in wanted if len(mail.get_all(name, [])) != 1]
    if missing or mail.defects:
        words = ", ".join([*missing, *(type(one).__name__ for one in mail.defects)])
        yield Finding(Level.FAIL, "headers", f"missing, doubled or broken: {words}", OURS)
    else:
        yield Finding(Level.OK, "headers", ", ".join(wanted))
    domain = sender_address(settings.mail.sender).domain
    if "." not in domain or domain.endswith((".localdomain", ".local", ".invalid", ".example")):
        remedy = "Set mail.sender to an address of a domain of yours; servers refuse mail from others."
        yield Finding(Level.FAIL, "sender", f"{domain} is no domain of the internet", remedy)
    else:
        yield Finding(Level.OK, "sender", domain)
    if settings.mail.bounces is None:
        remedy = "Set mail.bounces and pipe it into `idwatch mail bounce` (docs/operation.md)."
        yield Finding(
            Level.WARN, "bounces", "mails come back to the sender, and dead addresses stay on the list", remedy
        )
    else:
        yield Finding(Level.OK, "bounces", settings.mail.bounces)
    if mail["List-Unsubscribe-Post"] == ONE_CLICK and "<https://" in str(mail["List-Unsubscribe"]):
        yield Finding(Level.OK, "unsubscribe", "one click (RFC 8058)")
    else:
        remedy = "Set digest.public_url to the https address of the web pages; Gmail and Yahoo ask for one click."
        yield Finding(Level.WARN, "unsubscribe", "by mail to the sender only", remedy)


def _content(content: bytes) -> Iterator[Finding]:
    mail = _parsed(content)
    parts = {kind: mail.get_body((kind,)) for kind in ("plain", "html")}
    missing = [kind for kind, part in parts.items() if part is None or not str(part.get_content()).strip()]
    if missing:
        yield Finding(Level.FAIL, "parts", f"missing: {', '.join(missing)}", OURS)
        return
    html = parts["html"]
    assert html is not None
    text = str(html.get_content())
    named = {str(part["Content-ID"]).strip("<>") for part in mail.walk() if part["Content-ID"]}
    lost = [name for name in named if f"cid:{name}" not in text]
    yield Finding(
        Level.FAIL if lost else Level.OK,
        "parts",
        f"plain, html, {len(named)} images" + "".join(f"; {name} is shown nowhere" for name in lost),
    )
    size = len(text.encode())
    words = f"{size:,} bytes of HTML of at most {CLIPPED:,}; the whole mail {len(content):,}"
    remedy = "Gmail cuts it off. Tell us: editions are made to fit." if size > CLIPPED else ""
    yield Finding(Level.FAIL if size > CLIPPED else Level.OK, "size", words, remedy)


def _signature(content: bytes, settings: Settings, txt: LookUp | None) -> Iterator[Finding]:
    if signer(settings) is None:
        words = "not by idwatch: the relay is to sign, List-Unsubscribe and List-Unsubscribe-Post included"
        remedy = "Send yourself one with --to and look for dkim=pass in its Authentication-Results."
        yield Finding(Level.WARN, "dkim", words, remedy)
        return
    name = f"{settings.mail.dkim_selector}._domainkey.{sender_address(settings.mail.sender).domain}"
    try:
        holds = verified(content, txt)
    except DkimError as error:
        yield Finding(Level.WARN, "dkim", f"signed; {error}", f"Look at the TXT record {name}.")
        return
    remedy = "" if holds else f"Publish the public half of mail.dkim_key as the TXT record {name}."
    words = "signed and verified" if holds else f"signed, but the key published at {name} does not verify it"
    yield Finding(Level.OK if holds else Level.FAIL, "dkim", words, remedy)


def _relay(settings: Settings, sender: str, recipient: str, content: bytes | None) -> Iterator[Finding]:
    mail = settings.mail
    if mail.host is None:
        remedy = "Set mail.host, mail.port, mail.username and IDWATCH_MAIL__PASSWORD."
        yield Finding(Level.WARN, "relay", "none: mails are written to the outbox", remedy)
        return
    try:
        with Line(mail) as line:
            refused, tls = line.rehearse(sender, recipient)
            answer = line.send(sender, recipient, content, lambda: True) if content and refused is None else None
    except ServerError as error:
        yield Finding(Level.FAIL, "relay", str(error), "Correct the keys it names, or wait until the server is back.")
        return
    if tls is not None:
        yield Finding(Level.OK, "tls", tls)
    elif is_loopback(mail.host):
        yield Finding(Level.OK, "tls", "none, to this machine itself")
    else:
        yield Finding(
            Level.FAIL, "tls", "none: mails and login go in the clear", 'Set mail.security = "starttls" or "tls".'
        )
    if refused is not None:
        remedy = "A 4xx may be greylisting: try again in some minutes." if refused.fate is Fate.DEFERRED else ""
        yield Finding(Level.FAIL, "relay", f"{mail.host} refuses {sender} → {recipient}: {refused.detail}", remedy)
        return
    yield Finding(Level.OK, "relay", f"{mail.host} takes {sender} → {recipient} (dry run)")
    if answer is not None:
        sent = answer.fate is Fate.SENT
        remedy = "" if sent else "The relay refuses the mail itself: ask its operator, or read its log."
        yield Finding(Level.OK if sent else Level.FAIL, "mail", f"to {recipient}: {answer.detail}", remedy)


def _parsed(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)
