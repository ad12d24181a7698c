"""Editions and what was told in them, and the private tables: who reads, what they asked for, what they got."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.models.base import Base

PRIVATE_TABLES = frozenset({"subscriber", "subscription", "delivery", "token", "suppression"})
"""Tables that no analyst's door may show (DESIGN.md, Private tables)."""


class Slice(Base):
    """One set of wishes, rhythm and language, shared by all subscribers who have it."""

    __tablename__ = "slice"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True, comment="Canonical JSON of wishes, rhythm and language.")
    language: Mapped[str] = mapped_column(String(10))
    rhythm: Mapped[str] = mapped_column(String(10))
    wishes: Mapped[dict[str, Any]]


class Edition(Base):
    """One digest of one period, frozen at its first sending; from then on served, never rendered again."""

    __tablename__ = "edition"

    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(String(12), unique=True, comment="2026-W47 or 2026-11")
    cut_off: Mapped[datetime] = mapped_column(comment="The instant of freezing.")
    rows: Mapped[str] = mapped_column(Text, comment="The chosen rows as canonical JSON.")
    sha256: Mapped[str] = mapped_column(String(64))


class EditionSlice(Base):
    """A frozen edition as rendered for one slice, with marks where a subscriber's own links are put in."""

    __tablename__ = "edition_slice"
    __table_args__ = (UniqueConstraint("edition_id", "slice_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"))
    subject: Mapped[str]
    html: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64), comment="Of subject, HTML and text.")


class Told(Base):
    """The ledger of what a slice was told: an event is told once per realis."""

    __tablename__ = "told"

    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"), primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"), primary_key=True, index=True)
    realis: Mapped[str] = mapped_column(String(25), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))


class Subscriber(Base):
    """Who reads. Private."""

    __tablename__ = "subscriber"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True, comment="Normalised address.")
    name: Mapped[str | None]
    added_at: Mapped[datetime]


class Subscription(Base):
    """What a subscriber asked for. Private."""

    __tablename__ = "subscription"

    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), primary_key=True)
    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"), primary_key=True)


class Delivery(Base):
    """One edition to one subscriber. Private. ``uncertain``: cut between DATA and answer, never blindly sent again."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("edition_id", "subscriber_id"),
        CheckConstraint(
            "state IN ('queued','sending','sent','deferred','failed','bounced','suppressed','uncertain')",
            name="state",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"))
    message_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(String(12))
    attempts: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]
    detail: Mapped[str | None] = mapped_column(comment="The server's last word.")


class Token(Base):
    """A purpose-bound link given to a subscriber, by its hash. Private."""

    __tablename__ = "token"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"))
    purpose: Mapped[str] = mapped_column(String(20))
    expires_at: Mapped[datetime]


class Suppression(Base):
    """A salted hash of an address that must not be written to again. Private."""

    __tablename__ = "suppression"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime]
