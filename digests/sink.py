"""A real SMTP server on loopback that keeps what it accepts: where the demo's digest goes, and the tests'."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


class Sink:
    """Listens on 127.0.0.1 while its ``with`` block lasts.

    ``received`` holds every recipient with the bytes handed over for it, in the order of acceptance and folded by
    nothing, so that a mail that came twice stands there twice.
    """

    def __init__(self) -> None:
        self.received: list[tuple[str, bytes]] = []
        # aiosmtpd looks whether it answers at the port it was given, which 0 never does
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Accept a mail (called by aiosmtpd)."""
        content = envelope.content
        body = content.encode() if isinstance(content, str) else content or b""
        self.received.extend((recipient, body) for recipient in envelope.rcpt_tos)
        return "250 OK"

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()
