"""One edition to every subscriber, each once: the delivery rows say what was done, and nothing is guessed.

A row becomes ``sending``, committed, when the server took the envelope and before DATA; then ``sent``, ``deferred``
or ``failed`` by its answer. What a killed process left ``sending`` becomes ``uncertain`` and is not sent again.
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
from sqlalchemy import select, update

from digests.editions import freeze, mail_links, queue
from digests.folders import worded
from digests.message import MailFacts, as_bytes, message, sender_address, unsubscribe_link
from digests.periods import Period, Week, parse_period
from digests.rendering import Rendered, fill
from digests.smtp import Fate, Line, ServerError, is_loopback
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.locks import held, process_start
from pipeline.store.models import Delivery, Edition, EditionSlice, Subscriber

LOCK = "delivery"
OPEN = ("queued", "deferred")
_UNFINISHED = re.compile(r"\.\d{4}-W\d{2}\.[0-9a-f]{32}\.(\d+)")
"""A mail on its way into the outbox: period and key of its Message-ID, and the process that writes it."""
_log = structlog.get_logger(__name__)


class DeliveryError(Exception):
    """Nothing can be delivered now; the message says why and what to do."""


class SampleRefused(DeliveryError):
    """A database of sample data may not send to a real server."""


@dataclass(slots=True)
class Report:
    """What one delivery did: deliveries by their state, and where mails were written instead of sent."""

    week: Period
    states: Counter[str] = field(default_factory=Counter)
    outbox: Path | None = None
    trouble: str | None = None

    @property
    def whole(self) -> bool:
        """True where every subscriber of the edition was sent it."""
        return self.trouble is None and set(self.states) <= {"sent"}


@dataclass(frozen=True, slots=True)
class _Letter:
    delivery: int
    recipient: str
    content: bytes
    message_id: str


def check_sample(database: Database, settings: Settings) -> None:
    """Raise SampleRefused where sample data would go to a server that is not this machine's own."""
    host = settings.mail.host
    if host is not None and database.is_sample and not is_loopback(host):
        raise SampleRefused(
            f"The database at {database.place} holds sample data, which is not sent to a real SMTP server ({host}). "
            "Unset mail.host to have the mails as files, or use a database of your own (key database.url)."
        )


def send_edition(
    database: Database,
    settings: Settings,
    week: Period | None,
    now: datetime,
    *,
    newcomers: bool = True,
    stop: threading.Event | None = None,
) -> Report:
    """Freeze the edition of a week (None: the newest ended one) where it is not yet, and deliver what is open of it.

    ``newcomers``: readers subscribed after the freezing get it too. Raises DeliveryError where nobody subscribes,
    EditionError where the week has not ended, and what ``deliver`` raises; nothing is frozen where sending is refused.
    """
    check_sample(database, settings)
    sender_address(settings.mail.sender)
    week = week or Week.ended(now)
    edition = freeze(database, week, now)
    if edition is None:
        raise DeliveryError(
            "Nobody subscribes, so nothing was sent and nothing frozen. Add readers with `idwatch subscribers add`."
        )
    if newcomers:
        with database.writing() as session:
            queue(session, session.get_one(Edition, edition), now)
    return deliver(database, settings, edition, now, stop)


def deliver(
    database: Database, settings: Settings, edition: int, now: datetime, stop: threading.Event | None = None
) -> Report:
    """Send what is open of a frozen edition; each open delivery is tried once. Returns the states of all of them.

    With ``mail.host`` over one kept connection, else as ``.eml`` files in the outbox. Where the server cannot be
    used the rest stays open and the report says why. Once ``stop`` is set no further mail is begun.

    Raises SampleRefused, pipeline.store.locks.LockHeld where another process is delivering, SenderError for a
    sender that is no address, OSError, with the path and its key, where the outbox cannot be written.
    """
    check_sample(database, settings)
    sender_address(settings.mail.sender)
    with held(database, LOCK):
        settle(database, now)
        with database.reading() as session:
            week = parse_period(session.get_one(Edition, edition).period)
        report = Report(week)
        letters = _letters(database, settings, edition, now, stop or threading.Event())
        if settings.mail.host is None:
            report.outbox = settings.path(settings.digest.outbox)
            with worded(report.outbox, "digest.outbox"):
                _to_outbox(database, letters, now, report.outbox)
        else:
            report.trouble = _to_server(database, settings, letters, now)
    with database.reading() as session:
        report.states = Counter(session.scalars(select(Delivery.state).where(Delivery.edition_id == edition)))
    if report.trouble is None:
        _log.info("delivered", edition=week.name, **report.states)
    return report


def settle(database: Database, now: datetime) -> int:
    """Mark as uncertain what a process that is gone left ``sending``; how many. Call it holding the lock alone."""
    with database.writing() as session:
        detail = "the sending process ended between DATA and the answer"
        left = update(Delivery).where(Delivery.state == "sending")
        rows = session.execute(
            left.values(state="uncertain", changed_at=now, detail=detail).returning(Delivery.id)
        ).all()
    return len(rows)


def _to_server(database: Database, settings: Settings, letters: Iterator[_Letter], now: datetime) -> str | None:
    sender = sender_address(settings.mail.sender).addr_spec
    with Line(settings.mail) as line:
        for letter in letters:

            def sending(delivery: int = letter.delivery) -> None:
                _set(database, delivery, "sending", now, None, attempt=True)

            try:
                answer = line.send(sender, letter.recipient, letter.content, sending)
            except ServerError as error:
                return str(error)
            _set(database, letter.delivery, answer.fate.value, now, answer.detail)
            if answer.fate is not Fate.SENT:
                _log.warning("not_delivered", delivery=letter.delivery, state=answer.fate.value)
    return None


def _to_outbox(database: Database, letters: Iterator[_Letter], now: datetime, folder: Path) -> None:
    """Mails as files. A file's name comes from its Message-ID, so that a second run writes the same file again."""
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    for letter in letters:
        path = folder / f"{letter.message_id}.eml"
        unfinished = folder / f".{letter.message_id}.{os.getpid()}"
        unfinished.write_bytes(letter.content)
        unfinished.replace(path)
        _set(database, letter.delivery, "sent", now, f"written to the outbox as {path.name}", attempt=True)


def _sweep(folder: Path) -> None:
    """Take away the mails of killed runs that were left unfinished. Call it holding the lock alone."""
    for left in folder.iterdir():
        found = _UNFINISHED.fullmatch(left.name)
        # our own pid too: it may have been that of the killed run, as in a container, and the lock is ours
        if found and (int(found[1]) == os.getpid() or process_start(int(found[1])) is None):
            left.unlink(missing_ok=True)


def _letters(
    database: Database, settings: Settings, edition: int, now: datetime, stop: threading.Event
) -> Iterator[_Letter]:
    """The finished mails of the open deliveries, one after the other; each is read when its turn comes."""
    with database.reading() as session:
        wanted = select(Delivery.id).where(Delivery.edition_id == edition, Delivery.state.in_(OPEN))
        deliveries = list(session.scalars(wanted.order_by(Delivery.id)))
    for delivery in deliveries:
        if stop.is_set():
            return
        letter = _letter(database, settings, delivery, now)
        if letter is not None:
            yield letter


def _letter(database: Database, settings: Settings, delivery: int, now: datetime) -> _Letter | None:
    """The finished mail of a delivery; None where its subscriber has gone meanwhile."""
    with database.reading() as session:
        found = session.execute(
            select(Delivery, Subscriber, EditionSlice, Edition)
            .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
            .join(Edition, Edition.id == Delivery.edition_id)
            .join(
                EditionSlice,
                (EditionSlice.edition_id == Delivery.edition_id) & (EditionSlice.slice_id == Delivery.slice_id),
            )
            .where(Delivery.id == delivery)
        ).first()
    if found is None:
        return None
    row, subscriber, stored, edition = found
    facts = MailFacts(settings.mail.sender, edition.period, now)
    links = mail_links(settings, unsubscribe_link(settings.mail.sender, edition.period))
    rendered = fill(Rendered(stored.subject, stored.html, stored.text), links)
    mail = message(rendered, facts, to=subscriber.email, name=subscriber.name, message_id=row.message_id)
    return _Letter(row.id, subscriber.email, as_bytes(mail), row.message_id)


def _set(
    database: Database, delivery: int, state: str, now: datetime, detail: str | None, *, attempt: bool = False
) -> None:
    with database.writing() as session:
        row = session.get(Delivery, delivery)
        if row is None:  # the subscriber was removed while the mail was on its way
            return
        row.state, row.changed_at, row.detail = state, now, detail
        row.attempts += 1 if attempt else 0
