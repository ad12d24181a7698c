"""An SMTP server that follows a script, and what the tests of delivery ask of the database."""

from __future__ import annotations

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from digests.periods import parse_period
from pipeline.config import MailSettings, Settings
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Subscriber

WEEK = parse_period("2025-W30")
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)
READERS = [f"reader{number}@example.org" for number in range(5)]
REFUSALS = {
    "later": "450 4.2.0 greylisted, try again",
    "full": "452 4.2.2 mailbox full",
    "never": "550 5.1.1 <r>: Recipient address rejected: User unknown in local recipient table",
    "no such user": "550 no such user here",
    "policy": "550 5.7.1 message refused by policy",
    "says little": "550 mailbox unavailable",
    "closing": "421 4.7.0 too many mails in this connection",
    "relay": "554 5.7.1 <r>: Relay access denied",
    "relay for now": "454 4.7.1 <r>: Relay access denied",
    "local error": "451 4.3.0 queue file write error",
    "callout": "550-Verification failed for <idwatch@example.org>\r\n550-No Such User Here\r\n550 Sender verify failed",
}
"""What the server may say to RCPT."""


class Scripted(socketserver.ThreadingTCPServer):
    """An SMTP server that follows a script: recipient → where it misbehaves. ``accepted`` holds the recipients of whole
    mails, ``ids`` their Message-IDs. ``at_rcpt`` and ``at_dot`` are called with the recipient before the answer."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, script: dict[str, str], sender: str | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.script = script
        self.sender = sender
        self.accepted: list[str] = []
        self.ids: list[bytes] = []
        self.connections = 0
        self.at_rcpt: Callable[[str], None] = lambda _: None
        self.at_dot: Callable[[str], None] = lambda _: None


class _Talk(socketserver.StreamRequestHandler):
    server: Scripted

    def handle(self) -> None:
        self.server.connections += 1
        self.say("220 ready")
        recipient, act, mails = "", "", 0
        while line := self.rfile.readline():
            verb = line[:4].upper().strip()
            if verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
                act = self.server.script.get(recipient, "")
                self.server.at_rcpt(recipient)
                if act == "hang":
                    time.sleep(0.6)
                    return
                closing = (act == "closing" and mails == 0) or (
                    self.server.script.get("*") == "two a line" and mails == 2
                )
                self.say(
                    REFUSALS["closing"] if closing else "250 ok" if act == "closing" else REFUSALS.get(act, "250 ok")
                )
            elif verb == b"MAIL":
                self.say(self.server.sender or "250 ok")
            elif verb == b"DATA":
                mails += 1
                if not self.data(recipient, act):
                    return
            elif verb == b"QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def data(self, recipient: str, act: str) -> bool:
        """False where the connection is dropped."""
        if act == "drop at DATA":
            return False
        if act == "refuse DATA":
            self.say("451 not now")
            return True
        self.say("354 go ahead")
        if act == "drop in DATA":
            self.rfile.readline()
            return False
        identity = b""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return False
            if line.startswith(b"Message-ID:"):
                identity = line
        refusals = {
            "spam": "554 5.7.1 it is spam", "unknown at last": "550 5.1.1 user unknown", "later at last": "451 later",
            "closing at last": "421 closing",
        }  # fmt: skip
        if act in refusals:
            self.say(refusals[act])
            return not act.startswith("closing")
        self.server.accepted.append(recipient)
        self.server.ids.append(identity)
        self.server.at_dot(recipient)
        if act == "drop after DATA":
            return False
        if act == "slow":
            time.sleep(0.6)
        self.say("250 accepted")
        return True

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextmanager
def scripted(script: dict[str, str], sender: str | None = None) -> Iterator[Scripted]:
    with Scripted(script, sender) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()


def at(settings: Settings, server: Scripted, **values: Any) -> Settings:
    defaults: dict[str, Any] = {
        "host": "127.0.0.1", "port": server.server_address[1], "security": "none",
        "sender": "idwatch <idwatch@example.org>", "timeout": 5,
    }  # fmt: skip
    return settings.model_copy(update={"mail": MailSettings(**(defaults | values))})


def states(database: Database) -> dict[str, str]:
    with database.reading() as session:
        rows = session.execute(select(Subscriber.email, Delivery.state).join(Delivery)).all()
    return {row.email: row.state for row in rows}


def row(database: Database, email: str) -> Delivery:
    with database.reading() as session:
        return session.scalars(select(Delivery).join(Subscriber).where(Subscriber.email == email)).one()
