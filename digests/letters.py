"""Single mails to one reader: to confirm, to say that the address is known, to send a new link, to say goodbye.

The web pages put them down, delivery sends them. A letter's words stand in ``templates/letters/KIND.txt``: its
subject, an empty line, then paragraphs; its HTML is made of the same words.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from secrets import token_hex

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from digests.describing import described, marked
from digests.links import Purpose, Signer
from digests.links import signer as signer_of
from digests.rendering import Rendered, render_page, render_template
from digests.subscribers import choice_of, lock
from digests.texts import web_address
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import Letter, Subscriber

CONFIRM, KNOWN, PREFERENCES, GOODBYE = "confirm", "known", "preferences", "goodbye"
WAITING = ("queued", "deferred")
"""States of a letter that is to be sent yet."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words of a letter; ``link``: where they lead, as a button in HTML."""

    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it is sent. ``message_id`` is the part before the sender's domain."""

    email: str
    name: str | None
    rendered: Rendered
    message_id: str
    kind: str


def put_down(session: Session, subscriber: Subscriber, kind: str, now: datetime) -> None:
    """A letter to be sent by the service. Where one of its kind still waits that one serves, and is written anew: who
    asks for an address must not tell by the time it takes whether it waits for a letter."""
    lock(session, subscriber)
    waiting = update(Letter).where(
        Letter.subscriber_id == subscriber.id, Letter.kind == kind, Letter.state.in_(WAITING)
    )
    if session.execute(waiting.values(written_at=now).returning(Letter.id)).first() is not None:
        return
    session.add(
        Letter(
            subscriber_id=subscriber.id,
            kind=kind,
            message_id=f"{kind}.{token_hex(16)}",
            state="queued",
            attempts=0,
            written_at=now,
            changed_at=now,
        )
    )
    session.flush()


def open_letters(session: Session) -> list[int]:
    """The letters that wait to be sent, the oldest first."""
    waiting = select(Letter.id).where(Letter.state.in_(WAITING))
    return list(session.scalars(waiting.order_by(Letter.written_at, Letter.id)))


def letter(database: Database, settings: Settings, letter_id: int, now: datetime) -> Written | None:
    """A finished letter; None where its reader has gone meanwhile, and it with the reader. Its links hold from ``now``.

    Needs ``digest.public_url``, without which the pages put no letter down.
    """
    signer = signer_of(database)
    with database.reading() as session:
        found = session.get(Letter, letter_id)
        if found is None:
            return None
        subscriber = session.get_one(Subscriber, found.subscriber_id)
        rendered = _rendered(session, settings, signer, subscriber, found.kind, now)
        return Written(subscriber.email, subscriber.name, rendered, found.message_id, found.kind)


def _rendered(
    session: Session, settings: Settings, signer: Signer, subscriber: Subscriber, kind: str, now: datetime
) -> Rendered:
    choice = choice_of(session, subscriber)
    root = (settings.digest.public_url or "").rstrip("/")

    def link(page: str, purpose: Purpose) -> str:
        return f"{root}/{page}/{signer.sign(subscriber, purpose, now)}"

    written = render_template(
        f"letters/{kind}.txt",
        language=choice.language,
        email=subscriber.email,
        asked=described(session, choice, choice.language),
        subscribe=f"{root}/subscribe",
        confirm=link("confirm", Purpose.CONFIRM),
        preferences=link("preferences", Purpose.PREFERENCES),
    )
    subject, _, words = written.strip().partition("\n\n")
    paragraphs = [_paragraph(one) for one in words.split("\n\n")]
    html = render_page(
        "letters/letter.html", language=choice.language, subject=subject, paragraphs=paragraphs,
        marked=partial(marked, language=choice.language),
    )  # fmt: skip
    text = "\n\n".join(f"{one.text}\n{one.link}" if one.link else one.text for one in paragraphs)
    return Rendered(subject, html, text + "\n")


def _paragraph(words: str) -> Paragraph:
    """A paragraph is a link where an address is its last line."""
    *text, last = words.strip().splitlines()
    return Paragraph("\n".join(text), last) if text and web_address(last) else Paragraph(words.strip())
