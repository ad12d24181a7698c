"""Handing mails over one after the other, over one kept connection."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from functools import partial

from digests.doubts import Doubts
from digests.record import Mail, Record
from digests.smtp import Line, ServerError
from pipeline.config import MailSettings


def post(mails: Iterable[Mail], record: Record, settings: MailSettings, stop: threading.Event) -> str | None:
    """Hand mails to the server over one kept connection, at most ``mail.rate`` a second; why it stopped early.

    Once ``stop`` is set no further mail is begun.
    """
    pace = Pace(settings.rate, stop)
    ahead = Ahead(mails)
    doubts = Doubts(record)
    with Line(settings, stop) as line, record:
        while (mail := ahead.take()) is not None:
            if not pace.wait(record.flush):
                return None
            envelope = mail.sender, mail.recipient
            try:
                answer = line.send(*envelope, mail.content, partial(record.sending, mail), ahead.fetch)
            except ServerError as error:
                return str(error)
            if answer is not None:
                doubts.heard(mail, answer)
            if (trouble := line.trouble or doubts.trouble) is not None:
                return trouble
    return None


class Ahead:
    """Finishes the next mail while the server is at work on the one before."""

    def __init__(self, mails: Iterable[Mail]) -> None:
        self._mails = iter(mails)
        self._fetched: Mail | Exception | None = None

    def fetch(self) -> None:
        """Have the next mail ready. What goes wrong waits for ``take``: an answer must be read first."""
        try:
            self._fetched = next(self._mails, None)
        except Exception as error:
            self._fetched = error

    def take(self) -> Mail | None:
        """The next mail, None where there is none. Raises what its making raised."""
        if self._fetched is None:
            self.fetch()
        found, self._fetched = self._fetched, None
        if isinstance(found, Exception):
            raise found
        return found


class Pace:
    """Keeps to a rate a second (0: none)."""

    def __init__(self, rate: float, stop: threading.Event) -> None:
        self._pause = 1 / rate if rate else 0.0
        self._stop = stop
        self._next = time.monotonic()

    def wait(self, before: Callable[[], None]) -> bool:
        """Wait for the next turn, calling ``before`` where that takes a while; False where all is to stop."""
        if self._pause and (left := self._next - time.monotonic()) > 0:
            before()
            self._stop.wait(left)
        self._next = max(self._next, time.monotonic()) + self._pause
        return not self._stop.is_set()
