"""Addresses that must not be written to again, kept as salted hashes: whoever has the table has no list of readers."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.links import ADDRESSES, secret
from pipeline.store.database import Database
from pipeline.store.models import Suppression
from pipeline.store.rows import batches

ASKED, OPERATOR, BOUNCED = "asked", "operator", "bounced"
"""Why: the reader said never again; the operator said so; a server said that there is no such mailbox, or mails came
back, until whoever has the mailbox confirms an address anew."""


def hasher(database: Database) -> Callable[[str], str]:
    """What makes hashes of addresses, however they are spelled; the salt is read once, and made where there is none.

    Call it before a unit of writing is open: it may need one.
    """
    salt = secret(database, ADDRESSES).encode()
    return lambda email: hmac.new(salt, email.strip().lower().encode(), hashlib.sha256).hexdigest()


def mailbox(email: str) -> str:
    """An address without its +tag. A mailbox has any number of tags: each is a reader of its own, but letters are
    counted by mailbox, and who said never again for one tag said it for those that nobody has yet."""
    local, _, domain = email.rpartition("@")
    return f"{local.partition('+')[0] or local}@{domain}"


def ban_of(session: Session, hash_: str) -> str | None:
    """Why the address of this hash must not be written to; None where it may."""
    found = session.get(Suppression, hash_)
    return found.reason if found is not None else None


def is_suppressed(session: Session, hash_: str) -> bool:
    """Whether the address of this hash must not be written to."""
    return ban_of(session, hash_) is not None


def bans(session: Session, hashed: Callable[[str], str], emails: Iterable[str]) -> dict[str, str]:
    """Of addresses that somebody asks for, those that must not be signed up, and why: by a ban of their own, or by what
    the reader or the operator said of their mailbox."""
    hashes = {email: (hashed(email), hashed(mailbox(email))) for email in emails}
    row = Suppression
    reasons = {
        hash_: reason
        for some in batches({one for both in hashes.values() for one in both})
        for hash_, reason in session.execute(select(row.hash, row.reason).where(row.hash.in_(some)))
    }
    own = {email: reasons[hash_] for email, (hash_, _) in hashes.items() if hash_ in reasons}
    return own | {email: reasons[whole] for email, (_, whole) in hashes.items() if is_word(reasons.get(whole))}


def is_word(reason: str | None) -> bool:
    """Whether a ban is somebody's word: it holds for all tags of a mailbox, and no server and no letter lifts it."""
    return reason not in (None, BOUNCED)


def suppress(session: Session, hash_: str, reason: str, now: datetime) -> None:
    """Never write to the address of this hash again. What somebody said first stays; it outlasts what a server says."""
    found = session.get(Suppression, hash_)
    if found is None:
        session.add(Suppression(hash=hash_, reason=reason, since=now))
    elif found.reason == BOUNCED:
        found.reason = reason
    session.flush()


def unsuppress(session: Session, hash_: str) -> bool:
    """Take the ban off; False where there was none."""
    found = session.get(Suppression, hash_)
    if found is not None:
        session.delete(found)
        session.flush()
    return found is not None
