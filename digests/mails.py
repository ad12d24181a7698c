"""The mails of an edition's open deliveries, finished one after the other.

Deliveries are read in batches, by slice, and a slice is prepared once: so that memory does not grow with the number of
readers or slices, and a mail costs a few joined strings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import Row, select, tuple_, update
from sqlalchemy.orm import Session

from digests.dkim import Sign
from digests.dkim import signer as dkim_signer
from digests.editions import images_of, mail_links
from digests.links import Purpose, Signer, signer
from digests.message import MailFacts, Own, Prepared, prepare, unsubscribe_link
from digests.record import Mail, Table
from digests.rendering import Links, Rendered, fill, mark
from digests.sendings import sending_of
from digests.signup import LEFT
from digests.states import OPEN, is_due
from digests.subscribers import ACTIVE
from digests.suppression import hasher
from digests.verp import Verp, verp
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Edition, EditionSlice, Subscriber, Suppression

BATCH = 200
"""Deliveries read at once."""
_HAD = ("sent", "uncertain")
"""States of a delivery whose reader has, or may have, read the edition."""
SUPPRESSED = "the address is on the suppression list"
_Open = Row[Delivery, Subscriber]


@dataclass(frozen=True, slots=True)
class Finisher:
    """What every mail gets at last: its envelope sender, and a signature where we sign."""

    envelope: Verp
    sign: Sign | None

    @classmethod
    def of(cls, database: Database, settings: Settings) -> Finisher:
        return cls(verp(database, settings), dkim_signer(settings))

    def mail(self, table: Table, row: int, attempts: int, own: Own, content: bytes) -> Mail:
        signed = self.sign(content) if self.sign else content
        return Mail(row, attempts, self.envelope.address(table, row, own.message_id), own.email, own.message_id, signed)


def reader_links(
    signed: Signer, settings: Settings, subscriber: Subscriber, period: str, now: datetime
) -> dict[str, str]:
    """The addresses that act for one reader, by the marks they fill (see digests.pieces).

    Without a public address there is only the way out by mail to the sender.
    """
    public = settings.digest.public_url
    if public is None:
        return {"unsubscribe": unsubscribe_link(settings.mail.sender, period)}
    root = public.rstrip("/")
    wishes = signed.sign(subscriber, Purpose.PREFERENCES, now)
    return {
        "unsubscribe": f"{root}/unsubscribe/{signed.sign(subscriber, Purpose.UNSUBSCRIBE, now)}",
        "preferences": f"{root}/preferences/{wishes}",
        "less": f"{root}/less/{wishes}",
    }


def prepared_slice(session: Session, settings: Settings, edition: Edition, slice_id: int, now: datetime) -> Prepared:
    """A frozen slice as a mail, but for what is a reader's own."""
    stored = session.scalars(
        select(EditionSlice).where(EditionSlice.edition_id == edition.id, EditionSlice.slice_id == slice_id)
    ).one()
    rendered = Rendered(stored.subject, stored.html, stored.text, images_of(session, stored))
    return prepare(fill(rendered, edition_links(settings)), MailFacts(settings.mail.sender, edition.period, now))


def edition_links(settings: Settings) -> Links:
    """What marks become once for all readers: addresses, or themselves where they are a reader's own."""
    links = replace(mail_links(settings, mark("unsubscribe")), had=lambda _: None)
    if settings.digest.public_url is None:
        return links
    return replace(links, preferences=mark("preferences"), less=lambda event: mark(f"less:{event}"))


def edition_mails(
    database: Database, settings: Settings, edition_id: int, now: datetime, *, due_only: bool
) -> Iterator[Mail]:
    """The finished mails of the open deliveries of an edition, each once. ``due_only``: deferred ones in their time.

    A delivery to who has left meanwhile, or to an address that is on the suppression list, becomes ``suppressed``.
    """
    finisher = Finisher.of(database, settings)
    signed, hash_ = signer(database), hasher(database)
    with database.reading() as session:
        edition = session.get_one(Edition, edition_id)
    prepared: tuple[int, Prepared] | None = None
    last = (0, 0)
    while rows := _batch(database, edition_id, last):
        last = (rows[-1].Delivery.slice_id, rows[-1].Delivery.id)
        due = [row for row in rows if not due_only or _is_due(row.Delivery, now)]
        stopped = _stop(database, due, hash_, now)
        open_ = [row for row in due if row.Delivery.id not in stopped]
        for slice_id, group in groupby(open_, lambda row: row.Delivery.slice_id):
            readers = list(group)
            with database.reading() as session:
                if prepared is None or prepared[0] != slice_id:
                    prepared = slice_id, prepared_slice(session, settings, edition, slice_id, now)
                had = _had(session, prepared[1].periods, readers)
            for row in readers:
                delivery, reader = row.Delivery, row.Subscriber
                links = reader_links(signed, settings, reader, edition.period, now)
                own = Own(reader.email, reader.name, delivery.message_id, links, had.get(reader.id, ()))
                yield finisher.mail(Delivery, delivery.id, delivery.attempts, own, prepared[1].mail(own))


def _is_due(row: Delivery, now: datetime) -> bool:
    return is_due(row.state, row.attempts, row.changed_at, now)


def _batch(database: Database, edition_id: int, last: tuple[int, int]) -> Sequence[_Open]:
    with database.reading() as session:
        return session.execute(
            select(Delivery, Subscriber)
            .join(Subscriber, Subscriber.id == Delivery.subscriber_id)
            .where(
                Delivery.edition_id == edition_id,
                Delivery.state.in_(OPEN),
                tuple_(Delivery.slice_id, Delivery.id) > last,
            )
            .order_by(Delivery.slice_id, Delivery.id)
            .limit(BATCH)
        ).all()


def _stop(database: Database, rows: Sequence[_Open], hashed: Callable[[str], str], now: datetime) -> Collection[int]:
    """Those of some deliveries that may not be sent; their state says so."""
    # who left while a mail was under way: it ended uncertain, and was queued again
    left = {row.Delivery.id for row in rows if row.Subscriber.state != ACTIVE}
    hashes = {row.Delivery.id: hashed(row.Subscriber.email) for row in rows if row.Delivery.id not in left}
    with database.reading() as session:
        listed = set(session.scalars(select(Suppression.hash).where(Suppression.hash.in_(set(hashes.values())))))
    banned = {delivery for delivery, hash_ in hashes.items() if hash_ in listed}
    for stopped, why in ((left, LEFT), (banned, SUPPRESSED)):
        if stopped:
            with database.writing() as session:
                change = update(Delivery).where(Delivery.id.in_(stopped), Delivery.state.in_(OPEN))
                session.execute(change.values(state="suppressed", changed_at=now, detail=why))
    return left | banned


def _had(session: Session, periods: Collection[str], rows: Sequence[_Open]) -> Mapping[int, Collection[str]]:
    """Which editions, of some, the readers of a batch were sent, by the names of who read them."""
    found: dict[int, set[str]] = defaultdict(set)
    names: dict[str, list[tuple[str, int | None]]] = defaultdict(list)
    for name in periods:
        period, slice_id = sending_of(name)
        names[period].append((name, slice_id))
    if names:
        readers = [row.Subscriber.id for row in rows]
        sent = (
            select(Delivery.subscriber_id, Delivery.slice_id, Edition.period)
            .join(Edition, Edition.id == Delivery.edition_id)
            .where(Edition.period.in_(names), Delivery.subscriber_id.in_(readers), Delivery.state.in_(_HAD))
        )
        for subscriber, through, period in session.execute(sent):
            found[subscriber] |= {name for name, slice_id in names[period] if slice_id in (None, through)}
    return found
