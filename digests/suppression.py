"""Addresses that must not be written to again, kept as salted hashes: whoever has the table has no list of readers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from digests.links import ADDRESSES, secret
from pipeline.store.database import Database
from pipeline.store.models import Suppression

ASKED, OPERATOR = "asked", "operator"
"""Why: the reader said never again; the operator said so. Delivery has reasons of its own."""


def hasher(database: Database) -> Callable[[str], str]:
    """What makes hashes of addresses, however they are spelled; the salt is read once, and made where there is none.

    Call it before a unit of writing is open: it may need one.
    """
    salt = secret(database, ADDRESSES).encode()
    return lambda email: hmac.new(salt, email.strip().lower().encode(), hashlib.sha256).hexdigest()


def is_suppressed(session: Session, hash_: str) -> bool:
    """Whether the address of this hash must not be written to."""
    return session.get(Suppression, hash_) is not None


def suppress(session: Session, hash_: str, reason: str, now: datetime) -> None:
    """Never write to the address of this hash again. What was said first stays."""
    if not is_suppressed(session, hash_):
        session.add(Suppression(hash=hash_, reason=reason, since=now))
        session.flush()


def unsuppress(session: Session, hash_: str) -> bool:
    """Take the ban off; False where there was none."""
    found = session.get(Suppression, hash_)
    if found is not None:
        session.delete(found)
        session.flush()
    return found is not None
