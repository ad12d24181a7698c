"""Editions and letters to their readers, each once: the rows say what was done, and nothing is guessed.

What a killed process left ``sending`` becomes ``uncertain``; digests.states has all states, digests.record the order
in which they are committed.
"""

from __future__ import annotations

import os
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog
from sqlalchemy import ColumnElement, or_, select, update
from sqlalchemy.orm import Session

from digests.dkim import signer as dkim_signer
from digests.editions import freeze, queue
from digests.folders import worded
from digests.letters import CONFIRM, letter, open_letters
from digests.mails import SUPPRESSED, Finisher, edition_mails
from digests.message import MailFacts, Own, prepare
from digests.periods import Period, PeriodError, Week, parse_period
from digests.posting import post
from digests.record import Mail, Record, Table
from digests.smtp import Answer, is_loopback
from digests.states import MOST_RESENT, OPEN, Fate, is_due
from digests.suppression import BOUNCED, ban_of, hasher
from digests.verp import verp
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.locks import held, process_start
from pipeline.store.models import Delivery, Edition, Letter

_UNFINISHED = r"\.{table}\.[A-Za-z0-9_-]+\.[0-9a-f]{{32}}\.(\d+)"
"""A mail on its way into the outbox: its table, its Message-ID, and the process that writes it."""
_CUT = "the sending process ended between DATA and the answer"
_log = structlog.get_logger(__name__)


class DeliveryError(Exception):
    """Nothing can be delivered now; the message says why and what to do."""


class SampleRefused(DeliveryError):
    """A database of sample data may not send to a real server."""


@dataclass(slots=True)
class Report:
    """What one delivery did: deliveries by their state, and where mails were written instead of sent.

    ``edition`` is its name: 2026-W47, 2026-11, or an event's id.
    """

    edition: str
    states: Counter[str] = field(default_factory=Counter)
    outbox: Path | None = None
    trouble: str | None = None

    @property
    def whole(self) -> bool:
        """True where every subscriber of the edition was sent it who has a mailbox and wants it."""
        return self.trouble is None and set(self.states) <= {"sent", "suppressed", "bounced"}

    @property
    def period(self) -> Period | None:
        """Its week or month; None for an event that was sent at once."""
        try:
            return parse_period(self.edition)
        except PeriodError:
            return None


def check_sample(database: Database, settings: Settings) -> None:
    """Raise SampleRefused where sample data would go to a server that is not this machine's own."""
    host = settings.mail.host
    if host is not None and database.is_sample and not is_loopback(host):
        raise SampleRefused(
            f"The database at {database.place} holds sample data, which is not sent to a real SMTP server ({host}). "
            "Unset mail.host to have the mails as files, or use a database of your own (key database.url)."
        )


def check_sending(database: Database, settings: Settings) -> None:
    """Raise what would stop a delivery whoever it is for: SampleRefused, SenderError, DkimError."""
    check_sample(database, settings)
    verp(database, settings)
    dkim_signer(settings)


def send_edition(
    database: Database,
    settings: Settings,
    week: Period | None,
    now: datetime,
    *,
    by_hand: bool = True,
    stop: threading.Event | None = None,
) -> Report:
    """Freeze the edition of a week or month (None: the newest ended week) where it is not yet, and deliver what is
    open of it.

    ``by_hand``: readers subscribed after the freezing get it too, and what was deferred is tried again at once. Raises
    DeliveryError where nobody subscribes, EditionError where the week has not ended, and what ``deliver`` raises;
    nothing is frozen where sending is refused.
    """
    check_sending(database, settings)
    week = week or Week.ended(now)
    edition = freeze(database, week, now)
    if edition is None:
        raise DeliveryError(
            "Nobody subscribes, so nothing was sent and nothing frozen. Add readers with `idwatch subscribers add`."
        )
    if by_hand:
        with database.writing() as session:
            queue(session, session.get_one(Edition, edition), now)
    return deliver(database, settings, edition, now, by_hand=by_hand, stop=stop)


def deliver(
    database: Database,
    settings: Settings,
    edition: int,
    now: datetime,
    *,
    by_hand: bool = True,
    stop: threading.Event | None = None,
) -> Report:
    """Send what is open of a frozen edition; each open delivery is tried once. Returns the states of all of them.

    With ``mail.host`` over one kept connection, else as ``.eml`` files in the outbox. Where the server cannot be
    used the rest stays open and the report says why. Once ``stop`` is set no further mail is begun. Not ``by_hand``,
    what was deferred waits for its time.

    Raises SampleRefused, DkimError, pipeline.store.locks.LockHeld where another process is delivering, SenderError for
    a sender that is no address, OSError, with the path and its key, where the outbox cannot be written.
    """
    check_sending(database, settings)
    with database.reading() as session:
        report = Report(session.get_one(Edition, edition).period)
    with held(database, lock_of(Delivery)):
        settle(database, settings, Delivery, now)
        mails = edition_mails(database, settings, edition, now, due_only=not by_hand)
        report.outbox, report.trouble = _hand_over(database, settings, Delivery, mails, now, stop)
    with database.reading() as session:
        report.states = Counter(session.scalars(select(Delivery.state).where(Delivery.edition_id == edition)))
    if report.trouble is None:
        _log.info("delivered", edition=report.edition, **report.states)
    return report


def send_letters(
    database: Database, settings: Settings, now: datetime, *, stop: threading.Event | None = None
) -> Counter[str]:
    """Send the single mails that are due (to confirm, to say goodbye), as editions are; their states.

    Raises DeliveryError where the server cannot be used, and what ``deliver`` raises.
    """
    with database.reading() as session:
        waiting = [one for one in open_letters(session) if _is_due(session, one, now)]
        unsettled = session.scalar(select(Letter.id).where(_is_unsettled(settings, Letter)).limit(1))
    if not waiting and unsettled is None:
        return Counter()
    check_sending(database, settings)
    with held(database, lock_of(Letter)):
        settle(database, settings, Letter, now)
        mails = _letter_mails(database, settings, waiting, now)
        _, trouble = _hand_over(database, settings, Letter, mails, now, stop)
    if trouble is not None:
        raise DeliveryError(f"letters: {trouble}")
    with database.reading() as session:
        return Counter(session.scalars(select(Letter.state).where(Letter.id.in_(waiting))))


def lock_of(table: Table) -> str:
    """The lock of who hands over the mails of a table: whoever waits for a letter does not wait for an edition."""
    return table.__tablename__


def settle(database: Database, settings: Settings, table: Table, now: datetime) -> None:
    """Mark as uncertain what a process that is gone left ``sending``, and send uncertain mails again where the key
    ``mail.uncertain`` says so. Call it holding the lock alone.
    """
    with database.writing() as session:
        left = update(table).where(table.state == "sending")
        session.execute(left.values(state="uncertain", changed_at=now, detail=_CUT))
        if settings.mail.uncertain == "resend":
            again = update(table).where(table.state == "uncertain", table.attempts < MOST_RESENT)
            session.execute(again.values(state="deferred", changed_at=now))


def _is_unsettled(settings: Settings, table: Table) -> ColumnElement[bool]:
    """Whether ``settle`` would change a row, given that nobody is sending it."""
    again = (table.state == "uncertain") & (table.attempts < MOST_RESENT)
    return or_(table.state == "sending", again) if settings.mail.uncertain == "resend" else table.state == "sending"


def _is_due(session: Session, number: int, now: datetime) -> bool:
    row = session.get_one(Letter, number)
    return is_due(row.state, row.attempts, row.changed_at, now)


def _letter_mails(database: Database, settings: Settings, waiting: list[int], now: datetime) -> Iterator[Mail]:
    finisher, hashed = Finisher.of(database, settings), hasher(database)
    for number in waiting:
        written = letter(database, settings, number, now)
        with database.reading() as session:
            row = session.get(Letter, number)
        if written is None or row is None:  # the reader has gone meanwhile, and the letter with them
            continue
        if _is_banned(database, number, hashed(written.email), written.kind, now):
            continue
        prepared = prepare(written.rendered, MailFacts(settings.mail.sender, written.kind, now))
        own = Own(written.email, written.name, written.message_id)
        yield finisher.mail(Letter, number, row.attempts, own, prepared.mail(own, listed=False))


def _is_banned(database: Database, number: int, hash_: str, kind: str, now: datetime) -> bool:
    """Whether a letter may not be sent to the address of this hash; its state says so. Only confirming leads out of a
    bounce."""
    with database.reading() as session:
        ban = ban_of(session, hash_)
    if ban is None or (ban == BOUNCED and kind == CONFIRM):
        return False
    with database.writing() as session:
        waiting = update(Letter).where(Letter.id == number, Letter.state.in_(OPEN))
        session.execute(waiting.values(state="failed", changed_at=now, detail=SUPPRESSED))
    return True


def _hand_over(
    database: Database,
    settings: Settings,
    table: Table,
    mails: Iterator[Mail],
    now: datetime,
    stop: threading.Event | None,
) -> tuple[Path | None, str | None]:
    """Mails to the server or into the outbox: where the outbox is, and why not all were handed over."""
    stop = stop or threading.Event()
    record = Record(database, table, now)
    if settings.mail.host is not None:
        return None, post(mails, record, settings.mail, stop)
    folder = settings.path(settings.digest.outbox)
    with worded(folder, "digest.outbox"), record:
        _to_outbox(mails, record, table, folder, stop)
    return folder, None


def _to_outbox(mails: Iterator[Mail], record: Record, table: Table, folder: Path, stop: threading.Event) -> None:
    """Mails as files. A file's name comes from its Message-ID, so that a second run writes the same file again."""
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder, table)
    for mail in mails:
        if stop.is_set():
            return
        path = folder / f"{mail.message_id}.eml"
        unfinished = folder / f".{table.__tablename__}.{mail.message_id}.{os.getpid()}"
        unfinished.write_bytes(mail.content)
        unfinished.replace(path)
        record.done(mail, Answer(Fate.SENT, f"written to the outbox as {path.name}"))


def _sweep(folder: Path, table: Table) -> None:
    """Take away the mails of killed runs that were left unfinished. Call it holding the lock alone."""
    unfinished = re.compile(_UNFINISHED.format(table=table.__tablename__))
    for left in folder.iterdir():
        found = unfinished.fullmatch(left.name)
        # our own pid too: it may have been that of the killed run, as in a container, and the lock is ours
        if found and (int(found[1]) == os.getpid() or process_start(int(found[1])) is None):
            left.unlink(missing_ok=True)
