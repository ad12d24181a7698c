"""Links that act for one reader: signed, bound to one purpose, and void once they are old or the reader gone.

A link holds who it is for, the reader's nonce and its last day, signed by itsdangerous with a secret of this
installation. Nothing of it is stored: a new nonce makes all of a reader's links void.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from secrets import token_urlsafe

from itsdangerous import BadData, URLSafeSerializer
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.store.database import Database
from pipeline.store.models import Secret, Subscriber
from pipeline.store.rows import insert_new

LINKS, ADDRESSES = "links", "addresses"
"""Names of secrets: what signs links, and what salts the hashes of addresses."""


class Purpose(Enum):
    """What a link may do, and for how long."""

    CONFIRM = "confirm"
    PREFERENCES = "preferences"
    UNSUBSCRIBE = "unsubscribe"

    @property
    def lasts(self) -> timedelta:
        return _LASTS[self]


_LASTS = {
    Purpose.CONFIRM: timedelta(days=7),
    Purpose.PREFERENCES: timedelta(days=60),
    # RFC 8058 says nothing of an end; who finds a mail of last year must get out by it
    Purpose.UNSUBSCRIBE: timedelta(days=3650),
}


class BadLink(ValueError):
    """A link that is forged, old, of another purpose or of nobody any more; the message tells none of these apart."""


class Gone(BadLink):
    """A link of ours that was good once, and whose reader has left: for who asks to be taken off, that is done."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes and reads links. ``secret`` is that of this installation."""

    secret: str

    def sign(self, subscriber: Subscriber, purpose: Purpose, now: datetime) -> str:
        """A token for one reader and purpose, safe in an address."""
        until = int((now + purpose.lasts).timestamp())
        return self._serializer(purpose).dumps([subscriber.id, subscriber.nonce, until])

    def read(self, session: Session, token: str, purpose: Purpose, now: datetime) -> Subscriber:
        """The reader a token is for. Raises BadLink, and Gone where it was good once and the reader has left."""
        try:
            who, nonce, until = self._serializer(purpose).loads(token)
            in_time = now.timestamp() <= float(until)
        except (BadData, ValueError, TypeError) as error:
            raise BadLink(_BAD) from error
        if not in_time:
            raise BadLink(_BAD)
        found = session.get(Subscriber, who)
        if found is None or found.nonce != nonce:
            raise Gone(_BAD)
        return found

    def _serializer(self, purpose: Purpose) -> URLSafeSerializer:
        return URLSafeSerializer(self.secret, salt=f"idwatch {purpose.value}")


_BAD = "This link does not hold (any more)."


def signer(database: Database) -> Signer:
    """The signer of this installation; its secret is made where there is none."""
    return Signer(secret(database, LINKS))


def secret(database: Database, name: str) -> str:
    """A secret of this installation, made when it is first asked for."""
    with database.reading() as session:
        found = session.scalar(select(Secret.value).where(Secret.name == name))
    if found is not None:
        return found
    with database.writing() as session:
        # another process may make it at this very instant; the one that is written holds
        insert_new(session, Secret, [{"name": name, "value": token_urlsafe(32)}], ["name"])
        return session.scalars(select(Secret.value).where(Secret.name == name)).one()
