"""Handing mails over one after the other, each state written down before it can be asked for.

A row becomes ``sending``, committed, when the server took the envelope and before DATA. Its answer is committed in one
unit with the next mail's ``sending``: so that at any instant at most one row of a killed process is ``sending``, which
becomes ``uncertain``, and a mail costs one commit, not two. Answers other than ``sent`` are committed at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import TracebackType

import structlog
from sqlalchemy import bindparam, or_, update
from sqlalchemy.orm import Session

from digests.smtp import Answer, Line, ServerError
from digests.states import MOST_ATTEMPTS, OPEN, Fate
from digests.suppression import hasher, suppress
from pipeline.config import MailSettings
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Letter

AT_ONCE = 100
"""Answers that may wait for a commit where nothing is lost by it: the same mail is written to the same file again."""
BOUNCED = "bounced"
"""Why an address is suppressed: a server said that there is no such mailbox, or mails came back."""
_log = structlog.get_logger(__name__)

Table = type[Delivery] | type[Letter]


@dataclass(frozen=True, slots=True)
class Mail:
    """A finished mail: its row, how often it was tried, its envelope, its bytes."""

    row: int
    attempts: int
    sender: str
    recipient: str
    message_id: str
    content: bytes


class Record:
    """Writes the states of the mails of one table. A context manager: what it knows is committed when it ends.

    Its statements are made once and its connection is kept, since it works between any two mails.
    """

    def __init__(self, database: Database, table: Table, now: datetime) -> None:
        self._table = table
        self._now = now
        self._hash = hasher(database)
        self._connection = database.engine.connect()
        self._known: list[tuple[Mail, Answer, bool]] = []
        self._under_way: int | None = None
        row = update(table).where(table.id == bindparam("row"))
        is_open = or_(*(table.state == state for state in OPEN))
        self._to_sending = row.where(is_open).values(
            state="sending", detail=None, changed_at=now, attempts=table.attempts + 1
        )
        # not where a quick bounce, or a reader who left, has said more meanwhile
        self._to_answer = row.where(or_(is_open, table.state == "sending")).values(
            state=bindparam("fate"),
            detail=bindparam("words"),
            changed_at=now,
            attempts=table.attempts + bindparam("more"),
        )

    def __enter__(self) -> Record:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._connection:
            self.flush()

    def sending(self, mail: Mail) -> bool:
        """Commit that a mail is handed over from now on; False where it may not be any more: its reader has left."""
        with self._connection.begin():
            self._write()
            mine = self._connection.execute(self._to_sending, {"row": mail.row}).rowcount == 1
        self._known.clear()
        self._under_way = mail.row if mine else None
        return mine

    def done(self, mail: Mail, answer: Answer) -> None:
        """Keep what became of a mail."""
        if answer.fate is Fate.DEFERRED and mail.attempts + 1 >= MOST_ATTEMPTS:
            answer = Answer(Fate.FAILED, f"given up after {MOST_ATTEMPTS} tries: {answer.detail}")
        self._known.append((mail, answer, mail.row == self._under_way))
        if answer.fate is not Fate.SENT:
            _log.warning("not_delivered", table=self._table.__tablename__, row=mail.row, state=answer.fate.value)
        if answer.fate is not Fate.SENT or len(self._known) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Commit what is known."""
        if self._known:
            with self._connection.begin():
                self._write()
            self._known.clear()

    def _write(self) -> None:
        for mail, answer, counted in self._known:
            state = answer.fate
            if state is Fate.SUPPRESSED:
                with Session(self._connection) as session:
                    suppress(session, self._hash(mail.recipient), BOUNCED, self._now)
                state = Fate.FAILED if self._table is Letter else state
            values = {"row": mail.row, "fate": state.value, "words": answer.detail, "more": 0 if counted else 1}
            self._connection.execute(self._to_answer, values)


def post(mails: Iterable[Mail], record: Record, settings: MailSettings, stop: threading.Event) -> str | None:
    """Hand mails to the server over one kept connection, at most ``mail.rate`` a second; why it stopped early.

    Once ``stop`` is set no further mail is begun.
    """
    pace = Pace(settings.rate, stop)
    ahead = Ahead(mails)
    with Line(settings) as line, record:
        while (mail := ahead.take()) is not None:
            if not pace.wait(record.flush):
                return None
            envelope = mail.sender, mail.recipient
            try:
                answer = line.send(*envelope, mail.content, partial(record.sending, mail), ahead.fetch)
            except ServerError as error:
                return str(error)
            if answer is not None:
                record.done(mail, answer)
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
