"""Who reads and what they asked for: finding, adding, listing, taking off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from digests.slices import AT_ONCE, WEEKLY, slice_of
from digests.suppression import OPERATOR, ban_of, bans, hasher, is_word, mailbox, suppress, unsuppress
from digests.texts import clean
from digests.wishes import Wishes, wishes_of
from pipeline.store.database import Database
from pipeline.store.models import (
    Base,
    Bounce,
    Delivery,
    Edition,
    Letter,
    Slice,
    Subscriber,
    Subscription,
    Suppression,
)
from pipeline.store.rows import batches

ACTIVE, PENDING = "active", "pending"


class SubscriberError(ValueError):
    """An address or a list cannot be used; the message says which one, where, and what is wrong."""


EVERYTHING = Wishes()


@dataclass(frozen=True, slots=True)
class Choice:
    """What a reader asked for. ``rhythm`` is that of the digest; ``at_once``: a mail for each first contact as well."""

    wishes: Wishes = EVERYTHING
    rhythm: str = WEEKLY
    at_once: bool = False
    language: str = "en"

    @property
    def rhythms(self) -> tuple[str, ...]:
        return (self.rhythm, AT_ONCE) if self.at_once else (self.rhythm,)


USUAL = Choice()
"""Everything, weekly, in English."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A reader to add. ``added_at``: None is now; ``confirmed_at``: None is by the operator's word."""

    email: str
    name: str | None = None
    choice: Choice = USUAL
    state: str = ACTIVE
    added_at: datetime | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reader:
    """A subscriber as a command shows one. ``suppressed``: why nothing is sent there, None where it is."""

    email: str
    name: str | None
    choice: Choice
    state: str
    added_at: datetime
    confirmed_at: datetime | None
    suppressed: str | None = None


def normalised(email: str) -> str:
    """The one form in which an address is kept: its domain in lower case and ASCII. Raises SubscriberError.

    The part before the @ keeps its case, as its server alone knows whether that matters; whoever differs in case only
    is one reader all the same. Addresses that need SMTPUTF8 are refused, since not every server takes them.
    """
    try:
        result = validate_email(email.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError as error:
        raise SubscriberError(f"{email!r} is not an e-mail address: {error}") from error
    return f"{result.local_part}@{result.ascii_domain}"


def find(session: Session, email: str) -> Subscriber | None:
    """The reader of a normalised address, however it was spelled."""
    return session.scalar(select(Subscriber).where(func.lower(Subscriber.email) == email.lower()))


def choice_of(session: Session, subscriber: Subscriber) -> Choice:
    """What a reader asked for."""
    slices = session.scalars(
        select(Slice)
        .join(Subscription, Subscription.slice_id == Slice.id)
        .where(Subscription.subscriber_id == subscriber.id)
    ).all()
    return _choice([(one.rhythm, one.language, one.wishes) for one in slices])


def lock(session: Session, subscriber: Subscriber) -> None:
    """Keep others from writing about a reader until this unit of writing ends (PostgreSQL; SQLite has one writer)."""
    session.execute(select(Subscriber.id).where(Subscriber.id == subscriber.id).with_for_update())


def choose(session: Session, subscriber: Subscriber, choice: Choice) -> None:
    """Make this what a reader gets from now on."""
    lock(session, subscriber)
    session.execute(delete(Subscription).where(Subscription.subscriber_id == subscriber.id))
    session.add_all(
        Subscription(subscriber_id=subscriber.id, slice_id=slice_id) for slice_id in _slices(session, choice)
    )
    session.flush()


def add(database: Database, wanted: Iterable[Wanted], now: datetime) -> int:
    """Subscribe readers; how many did not read before. All or none. Raises SubscriberError.

    An address that differs from a known one only in case is the same reader and is left as it is; but who has asked and
    not confirmed, or has just left, reads by the operator's word, and what the operator says. An address that must not
    be written to is refused.
    """
    entries: dict[str, Wanted] = {}
    for one in wanted:
        checked = replace(one, email=normalised(one.email), name=clean(one.name, 120))
        entries.setdefault(checked.email.lower(), checked)
    hashed = hasher(database)
    with database.writing() as session:
        known = _known(session, entries)
        waiting = {
            key: (known[key], one)
            for key, one in entries.items()
            if key in known and known[key].state == PENDING and one.state == ACTIVE
        }
        new = {key: one for key, one in entries.items() if key not in known}
        banned = bans(session, hashed, [entries[key].email for key in (*new, *waiting)])
        if banned:
            told = ", ".join(f"{email} ({reason})" for email, reason in sorted(banned.items()))
            raise SubscriberError(
                f"must not be written to again: {told}. `idwatch subscribers unsuppress ADDRESS` lifts "
                "that; do it only when the reader asked to come back."
            )
        slices = {choice: _slices(session, choice) for choice in {one.choice for one in new.values()}}
        added = {
            key: Subscriber(
                email=one.email,
                name=one.name,
                added_at=one.added_at or now,
                state=one.state,
                confirmed_at=one.confirmed_at,
            )
            for key, one in new.items()
        }
        session.add_all(added.values())
        session.flush()
        session.add_all(
            Subscription(subscriber_id=added[key].id, slice_id=slice_id)
            for key, one in new.items()
            for slice_id in slices[one.choice]
        )
        for reader, one in waiting.values():
            reader.state, reader.added_at, reader.confirmed_at = ACTIVE, one.added_at or now, one.confirmed_at
            reader.name = one.name or reader.name
            choose(session, reader, one.choice)
            # they ask to confirm, or say goodbye
            session.execute(delete(Letter).where(Letter.subscriber_id == reader.id))
    return len(new) + len(waiting)


def remove(database: Database, email: str) -> bool:
    """Take an address off with all that is stored of it, at once; False where it was not there."""
    wanted = normalised(email)
    with database.writing() as session:
        found = find(session, wanted)
        if found is not None:
            session.delete(found)
    return found is not None


def ban(database: Database, email: str, now: datetime) -> bool:
    """Take an address off and never write to it again; whether it was subscribed."""
    found = remove(database, email)
    hash_ = hasher(database)(normalised(email))
    with database.writing() as session:
        suppress(session, hash_, OPERATOR, now)
    return found


def lift_ban(database: Database, email: str) -> bool:
    """Let an address be written to again, and its mailbox; False where it was not forbidden."""
    wanted, hashed = normalised(email), hasher(database)
    with database.writing() as session:
        lifted = forgive(session, hashed(wanted), find(session, wanted))
        whole = hashed(mailbox(wanted))
        return (is_word(ban_of(session, whole)) and unsuppress(session, whole)) or lifted


def forgive(session: Session, hash_: str, reader: Subscriber | None) -> bool:
    """Take the ban off, and what came back from the reader's address: else the next mail that does is one too many."""
    if reader is not None:
        session.execute(delete(Bounce).where(Bounce.subscriber_id == reader.id))
    return unsuppress(session, hash_)


def readers(database: Database) -> list[Reader]:
    """All subscribers, by address."""
    hashed = hasher(database)
    with database.reading() as session:
        asked: dict[int, list[tuple[str, str, dict[str, object]]]] = {}
        rows = session.execute(
            select(Subscription.subscriber_id, Slice.rhythm, Slice.language, Slice.wishes).join(
                Slice, Slice.id == Subscription.slice_id
            )
        )
        for subscriber, *values in rows:
            asked.setdefault(subscriber, []).append(tuple(values))
        reasons = dict(session.execute(select(Suppression.hash, Suppression.reason)).all())
        return [
            Reader(
                one.email,
                one.name,
                _choice(asked.get(one.id, [])),
                one.state,
                one.added_at,
                one.confirmed_at,
                reasons.get(hashed(one.email)),
            )
            for one in session.scalars(select(Subscriber).order_by(Subscriber.email))
        ]


def stored(session: Session, subscriber: Subscriber) -> dict[str, Any]:
    """All that is stored of a reader, as JSON values."""

    def rows(table: type[Base]) -> list[dict[str, Any]]:
        columns = [one for one in table.__table__.columns if one.name != "subscriber_id"]
        wanted = select(*columns).where(table.__table__.c.subscriber_id == subscriber.id).order_by(*columns[:1])
        return [{name: _plain(value) for name, value in row._mapping.items()} for row in session.execute(wanted)]

    own = [one.name for one in Subscriber.__table__.columns if one.name != "nonce"]
    choice = choice_of(session, subscriber)
    editions = dict(session.execute(select(Edition.id, Edition.period)).all())
    deliveries = rows(Delivery)
    for one in deliveries:
        one["edition"] = editions[one.pop("edition_id")]
    return {
        "subscriber": {name: _plain(getattr(subscriber, name)) for name in own},
        "asked_for": {"rhythms": choice.rhythms, "language": choice.language, "wishes": choice.wishes.plain()},
        "deliveries": deliveries,
        "letters": rows(Letter),
        "bounces": rows(Bounce),
    }


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _slices(session: Session, choice: Choice) -> list[int]:
    """The slices of a choice, one for each of its rhythms. Written where there are none."""
    return [slice_of(session, choice.wishes, rhythm, choice.language).id for rhythm in choice.rhythms]


def _known(session: Session, emails: Iterable[str]) -> dict[str, Subscriber]:
    column = func.lower(Subscriber.email)
    rows = (session.execute(select(column, Subscriber).where(column.in_(some))) for some in batches(emails))
    return {email: reader for some in rows for email, reader in some}


def _choice(slices: Sequence[tuple[str, str, dict[str, object]]]) -> Choice:
    """What the slices of one reader amount to: they differ in nothing but their rhythm."""
    if not slices:
        return USUAL
    rhythms = {rhythm for rhythm, _, _ in slices}
    _, language, wishes = slices[0]
    return Choice(
        wishes_of(wishes), next(iter(rhythms - {AT_ONCE}), WEEKLY), at_once=AT_ONCE in rhythms, language=language
    )
