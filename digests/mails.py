"""The mails of an edition's open deliveries, finished one after the other.

Deliveries are read in batches, by slice, and a slice is prepared once: so that memory does not grow with the number of
readers or slices, and a mail costs a few joined strings.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
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
from digests.posting import Mail, Table
from digests.rendering import Links, Rendered, fill, mark
from digests.states import OPEN, is_due
from digests.suppression import hasher
from digests.verp import Verp, verp
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Edition, EditionSlice, Subscriber, Suppression

BATCH = 200
"""Deliveries read at once."""
_HAD = ("sent", "uncertain")
"""States of a delivery whose reader has, or may have, read the edition."""
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
        return Mail(row, attempts, self.envelope.address(table, row), own.email, own.message_id, signed)


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

    A delivery to an address that is on the suppression list becomes ``suppressed``.
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
        banned = _suppress(database, {row.Delivery.id: hash_(row.Subscriber.email) for row in due}, now)
        open_ = [row for row in due if row.Delivery.id not in banned]
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


def _suppress(database: Database, hashes: Mapping[int, str], now: datetime) -> frozenset[int]:
    """The deliveries, by the hashes of their addresses, that may not be sent; their state says so."""
    with database.reading() as session:
        listed = set(session.scalars(select(Suppression.hash).where(Suppression.hash.in_(set(hashes.values())))))
    banned = frozenset(delivery for delivery, hash_ in hashes.items() if hash_ in listed)
    if banned:
        values = {"state": "suppressed", "changed_at": now, "detail": "the address is on the suppression list"}
        with database.writing() as session:
            session.execute(update(Delivery).where(Delivery.id.in_(banned), Delivery.state.in_(OPEN)).values(values))
    return banned


def _had(session: Session, periods: Collection[str], rows: Sequence[_Open]) -> Mapping[int, Collection[str]]:
    """Which editions, of some, the readers of a batch were sent."""
    found: dict[int, set[str]] = defaultdict(set)
    if periods:
        readers = [row.Subscriber.id for row in rows]
        sent = (
            select(Delivery.subscriber_id, Edition.period)
            .join(Edition, Edition.id == Delivery.edition_id)
            .where(Edition.period.in_(periods), Delivery.subscriber_id.in_(readers), Delivery.state.in_(_HAD))
        )
        for subscriber, period in session.execute(sent):
            found[subscriber].add(period)
    return found
