"""How readers come and go by themselves: asking, confirming, leaving, being forgotten.

Nobody is told who reads. Whoever asks for an address gets the same answer after the same work, be it unknown, known,
waiting or banned: one unit of writing with a letter in it. Where nobody may be written to, the letter goes to a
stand-in and both are taken back before the unit ends. What follows, follows by mail to the address alone.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from secrets import token_hex

from sqlalchemy import ColumnElement, Select, delete, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from digests.letters import CONFIRM, GOODBYE, KNOWN, PREFERENCES, WAITING, put_down
from digests.slices import DEFAULT_KEY
from digests.subscribers import ACTIVE, PENDING, Choice, choose, find, forgive
from digests.suppression import ASKED, BOUNCED, ban_of, bans, hasher, is_word, mailbox, suppress
from pipeline.store.database import Database
from pipeline.store.models import Correction, Delivery, EditionSlice, Letter, Slice, Subscriber, Subscription, Told

WAITS = timedelta(days=7)
"""How long an address that was not confirmed is kept: as long as its link holds."""
LEFT = "unsubscribed"
"""What is said of a delivery to who has left."""
_MAY_BE_SENT = (*WAITING, "uncertain")
"""States of a mail that is sent yet, or may be sent again."""
_TRIES = 3


def ask(database: Database, email: str, choice: Choice, now: datetime) -> None:
    """Ask for the digest on behalf of a normalised address: its owner gets a letter, whatever becomes of it.

    A mailbox that was dead may live again: it is asked to confirm, which lifts that ban.
    """
    hashed = hasher(database)

    def work(session: Session) -> None:
        found = find(session, email)
        ban = bans(session, hashed, [email]).get(email)
        if found is not None and found.state == ACTIVE:
            put_down(session, found, CONFIRM if ban == BOUNCED else KNOWN, now)
            stranger = _stand_in(session, now)
            choose(session, stranger, choice)
            session.delete(stranger)
            return
        reader = found or Subscriber(email=email)
        reader.state, reader.added_at, reader.confirmed_at = PENDING, now, None
        session.add(reader)
        session.flush()
        # who left and comes back must not be forgotten when the goodbye has gone out
        session.execute(delete(Letter).where(Letter.subscriber_id == reader.id, Letter.kind == GOODBYE))
        choose(session, reader, choice)
        put_down(session, reader, CONFIRM, now)
        if is_word(ban):
            session.delete(reader)

    _written(database, work)


def ask_link(database: Database, email: str, now: datetime) -> None:
    """Ask for a new link to the preferences of a normalised address; who has not confirmed gets that link again, and
    whose mailbox was dead is asked to confirm."""
    hash_ = hasher(database)(email)

    def work(session: Session) -> None:
        found = find(session, email)
        dead = ban_of(session, hash_) == BOUNCED
        if found is not None and not _has_left(session, found):
            put_down(session, found, CONFIRM if dead or found.state == PENDING else PREFERENCES, now)
            found.added_at = found.added_at if found.state == ACTIVE else now
            return
        stranger = _stand_in(session, now)
        put_down(session, stranger, PREFERENCES, now)
        session.delete(stranger)

    _written(database, work)


def confirm(session: Session, subscriber: Subscriber, hash_: str, now: datetime) -> None:
    """What the reader asked for begins, and a mailbox that was dead is written to again; said twice it is the same.
    ``hash_`` is that of the reader's address."""
    if subscriber.state == PENDING:
        subscriber.state, subscriber.confirmed_at = ACTIVE, now
    if ban_of(session, hash_) == BOUNCED:
        forgive(session, hash_, subscriber)


def leave(session: Session, subscriber: Subscriber, now: datetime) -> None:
    """Nothing more is sent but one goodbye; then the reader is forgotten. All links are void from here on.

    The goodbye is for who did not ask to leave: whoever a mail was forwarded to has its links too.
    """
    subscriber.state, subscriber.added_at, subscriber.confirmed_at = PENDING, now, None
    subscriber.nonce = token_hex(16)
    session.execute(delete(Letter).where(Letter.subscriber_id == subscriber.id, Letter.state.in_(_MAY_BE_SENT)))
    session.execute(
        update(Delivery)
        .where(Delivery.subscriber_id == subscriber.id, Delivery.state.in_(_MAY_BE_SENT))
        .values(state="suppressed", changed_at=now, detail=LEFT)
    )
    put_down(session, subscriber, GOODBYE, now)


def forget(
    session: Session, subscriber: Subscriber, hashed: Callable[[str], str], now: datetime, *, never: bool
) -> None:
    """Delete a reader at once. ``never``: and let nobody sign the address up again, with whichever +tag; but another
    reader of the same mailbox stays one."""
    session.delete(subscriber)
    session.flush()
    if never:
        suppress(session, hashed(subscriber.email), ASKED, now)
        if find(session, mailbox(subscriber.email)) is None:
            suppress(session, hashed(mailbox(subscriber.email)), ASKED, now)


def forget_pending(database: Database, now: datetime) -> int:
    """Delete who never confirmed, and who left and was told so; how many. Wishes that nobody has go with them.

    The service calls it at every tick.
    """
    due = (Subscriber.state == PENDING) & or_(Subscriber.added_at < now - WAITS, _goodbye_said())
    with database.reading() as session:
        work = session.scalar(select(Subscriber.id).where(due).limit(1)) or session.scalar(_unused().limit(1))
    if work is None:
        return 0
    with database.writing() as session:
        gone = list(session.scalars(select(Subscriber.id).where(due)))
        session.execute(delete(Subscriber).where(Subscriber.id.in_(gone)))
        session.execute(delete(Slice).where(Slice.id.in_(_unused())))
    return len(gone)


def _goodbye_said() -> ColumnElement[bool]:
    letters = select(Letter.subscriber_id)
    return Subscriber.id.in_(letters.where(Letter.kind == GOODBYE)) & Subscriber.id.not_in(
        letters.where(Letter.state.in_((*WAITING, "sending")))
    )


def _unused() -> Select[int]:
    """Slices that nobody has and nothing was ever made for."""
    uses = (
        select(Subscription.slice_id), select(EditionSlice.slice_id), select(Told.slice_id),
        select(Correction.slice_id), select(Delivery.slice_id),
    )  # fmt: skip
    return select(Slice.id).where(Slice.key != DEFAULT_KEY, *(Slice.id.not_in(one) for one in uses))


def _has_left(session: Session, subscriber: Subscriber) -> bool:
    said = select(Letter.id).where(Letter.subscriber_id == subscriber.id, Letter.kind == GOODBYE)
    return session.scalar(said.limit(1)) is not None


def _stand_in(session: Session, now: datetime) -> Subscriber:
    """Somebody who is nobody, for the work that a reader would have made."""
    stranger = Subscriber(email=f"{token_hex(16)}@stand-in.invalid", state=PENDING, added_at=now)
    session.add(stranger)
    session.flush()
    return stranger


def _written(database: Database, work: Callable[[Session], None]) -> None:
    """One unit of writing, again where another one wrote the same address or slice meanwhile (PostgreSQL)."""
    for left in reversed(range(_TRIES)):
        try:
            with database.writing() as session:
                return work(session)
        except IntegrityError:
            if not left:
                raise
