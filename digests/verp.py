"""Envelope senders that name their mail (VERP), so that what comes back is known whatever the other end writes."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

from sqlalchemy.orm import Session

from digests.links import secret
from digests.message import SenderError, sender_address
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Letter

SECRET = "bounces"
TABLES: dict[str, type[Delivery] | type[Letter]] = {"d": Delivery, "l": Letter}
"""What a code names: one delivery of an edition, or one letter."""
MOST_LOCAL = 64
"""Bytes before the @ (RFC 5321, 4.5.3.1.1)."""
_CODE = re.compile(r"([dl])(\d{1,9})-([0-9a-f]{20})")
_LONGEST = "+d999999999-" + 20 * "0"


@dataclass(frozen=True, slots=True)
class Verp:
    """Makes and reads envelope senders. ``bounces`` is the address that mails come back to, None: the sender's."""

    secret: str
    sender: str
    bounces: str | None

    def address(self, table: type[Delivery] | type[Letter], row: int, message_id: str) -> str:
        """The envelope sender of a mail: bounces+CODE@…; the CODE is not to be guessed, since it acts on a reader.

        It covers the Message-ID: a number alone may become another reader's, as in a database that was brought back.
        """
        if self.bounces is None:
            return self.sender
        kind = next(kind for kind, of in TABLES.items() if of is table)
        local, _, domain = self.bounces.rpartition("@")
        return f"{local}+{kind}{row}-{self._seal(kind, row, message_id)}@{domain}"

    def mail(self, session: Session, address: str) -> Delivery | Letter | None:
        """The mail that an address names; None where it is none of ours, or its reader has gone and it with them."""
        local = address.strip().strip("<>").rpartition("@")[0].lower()
        code = _CODE.fullmatch(local.rpartition("+")[2])
        if code is None:
            return None
        found = session.get(TABLES[code[1]], int(code[2]))
        if not isinstance(found, Delivery | Letter):
            return None
        return found if hmac.compare_digest(self._seal(code[1], found.id, found.message_id), code[3]) else None

    def _seal(self, kind: str, row: int, message_id: str) -> str:
        words = f"{kind}{row} {message_id}"
        return hmac.new(self.secret.encode(), words.encode(), hashlib.sha256).hexdigest()[:20]


def verp(database: Database, settings: Settings) -> Verp:
    """The envelope senders of this installation. Raises SenderError for a mail.sender or mail.bounces that is none."""
    bounces = settings.mail.bounces
    if bounces is not None:
        local, at, domain = bounces.rpartition("@")
        if not (local and at and domain and bounces.isascii() and " " not in bounces):
            raise SenderError(f"mail.bounces is {bounces!r}; it must be an address, as bounces@example.org")
        if len(local + _LONGEST) > MOST_LOCAL:
            raise SenderError(f"mail.bounces is {bounces!r}: before the @ it has room for {MOST_LOCAL - len(_LONGEST)}")
    return Verp(secret(database, SECRET), sender_address(settings.mail.sender).addr_spec, bounces)
