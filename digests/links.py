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


@dataclass(frozen=True, slots=True)
class Signer:
    """Makes and reads links. ``secret`` is that of this installation."""

    secret: str

    def sign(self, subscriber: Subscriber, purpose: Purpose, now: datetime) -> str:
        """A token for one reader and purpose, safe in an address."""
        until = int((now + purpose.lasts).timestamp())
        return self._serializer(purpose).dumps([subscriber.id, subscriber.nonce, until])

    def read(self, session: Session, token: str, purpose: Purpose, now: datetime) -> Subscriber:
        """The reader a token is for. Raises BadLink."""
        try:
            who, nonce, until = self._serializer(purpose).loads(token)
            found = session.get(Subscriber, int(who)) if now.timestamp() <= float(until) else None
        except (BadData, ValueError, TypeError) as error:
            raise BadLink(_BAD) from error
        if found is None or found.nonce != nonce:
            raise BadLink(_BAD)
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
        found = session.scalar(select(Secret.value).where(Secret.name == name))
        if found is None:
            found = token_urlsafe(32)
            session.add(Secret(name=name, value=found))
        return found
