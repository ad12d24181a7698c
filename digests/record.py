"""The states of mails that are handed over one after the other, each written down before it can be asked for.

A row becomes ``sending``, committed, when the server took the envelope and before DATA. Its answer is committed in one
unit with the next mail's ``sending``: so that at any instant at most one row of a killed process is ``sending``, which
becomes ``uncertain``, and a mail costs one commit, not two. Answers other than ``sent`` are committed at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import TracebackType

import structlog
from sqlalchemy import bindparam, or_, update
from sqlalchemy.orm import Session

from digests.refusals import reply_of
from digests.smtp import Answer
from digests.states import OPEN, Fate
from digests.suppression import BOUNCED, hasher, suppress
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Letter

AT_ONCE = 100
"""Answers that may wait for a commit where nothing is lost by it: the same mail is written to the same file again."""
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
        self._known: list[tuple[Mail, Answer, int]] = []
        self._under_way: int | None = None
        row = update(table).where(table.id == bindparam("row"), table.message_id == bindparam("name"))
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
            mine = self._connection.execute(self._to_sending, _named(mail)).rowcount == 1
        self._known.clear()
        self._under_way = mail.row if mine else None
        return mine

    def done(self, mail: Mail, answer: Answer, *, again: bool = False) -> None:
        """Keep what became of a mail. ``again``: more is known now of an answer that was kept before."""
        more = 0 if again or mail.row == self._under_way else 1
        self._known.append((mail, answer, more))
        if answer.fate is not Fate.SENT:
            table, state, reply = self._table.__tablename__, answer.fate.value, reply_of(answer.detail)
            _log.warning("not_delivered", table=table, row=mail.row, state=state, reply=reply)
        if answer.fate is not Fate.SENT or len(self._known) >= AT_ONCE:
            self.flush()

    def flush(self) -> None:
        """Commit what is known."""
        if self._known:
            with self._connection.begin():
                self._write()
            self._known.clear()

    def _write(self) -> None:
        for mail, answer, more in self._known:
            state = answer.fate
            if state is Fate.SUPPRESSED:
                with Session(self._connection) as session:
                    suppress(session, self._hash(mail.recipient), BOUNCED, self._now)
                state = Fate.FAILED if self._table is Letter else state
            values = {"fate": state.value, "words": answer.detail, "more": more}
            self._connection.execute(self._to_answer, _named(mail) | values)


def _named(mail: Mail) -> dict[str, str | int]:
    """A row by its number and its Message-ID: the number alone may be another reader's by now."""
    return {"row": mail.row, "name": mail.message_id}
