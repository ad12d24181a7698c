"""Editions and what was told in them, and the private tables: who reads, what they asked for, what they got."""

from __future__ import annotations

from datetime import datetime
from secrets import token_hex
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.models.base import Base

PRIVATE_TABLES = frozenset({"subscriber", "subscription", "delivery", "letter", "bounce", "suppression", "secret"})
"""Tables that no analyst's door may show (DESIGN.md, Private tables)."""
NUMBERED_ONCE = {"sqlite_autoincrement": True}
"""For tables whose numbers leave the house: SQLite gives the number of a deleted last row to the next one, and a report
about the mail of a reader who left came to the one who was mailed next."""


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
    period: Mapped[str] = mapped_column(
        String(40), unique=True, comment="2026-W47, 2026-11, or the id of the one event that was sent at once."
    )
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


class EditionImage(Base):
    """A chart of a frozen edition as it is sent with the mails of one slice."""

    __tablename__ = "edition_image"
    __table_args__ = (UniqueConstraint("edition_slice_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_slice_id: Mapped[int] = mapped_column(ForeignKey("edition_slice.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(40), comment="What the HTML calls it: cid:NAME.")
    png: Mapped[bytes] = mapped_column(LargeBinary)
    sha256: Mapped[str] = mapped_column(String(64))


class Told(Base):
    """The ledger of what a slice was told: an event is told once per realis."""

    __tablename__ = "told"

    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"), primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"), primary_key=True, index=True)
    realis: Mapped[str] = mapped_column(String(25), primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"))
    facts: Mapped[str | None] = mapped_column(
        Text, comment="What was said of it, as canonical JSON; corrections compare with this."
    )


class Correction(Base):
    """What a slice was told wrong, and the edition that put it right."""

    __tablename__ = "correction"
    __table_args__ = (UniqueConstraint("edition_id", "slice_id", "event_id", "realis"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("edition.id", ondelete="CASCADE"), comment="That told it.")
    slice_id: Mapped[int] = mapped_column(ForeignKey("slice.id"))
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id"), index=True)
    realis: Mapped[str] = mapped_column(String(25))
    corrected_id: Mapped[int] = mapped_column(
        ForeignKey("edition.id", ondelete="CASCADE"), comment="The edition that was wrong."
    )
    why: Mapped[str] = mapped_column(String(20), comment="changed, retracted or merged")
    was: Mapped[str] = mapped_column(Text, comment="The facts told, as canonical JSON.")
    now: Mapped[str | None] = mapped_column(Text, comment="The facts that hold; NULL where the event does not.")


class Subscriber(Base):
    """Who reads, or has asked to and not confirmed it yet. Private."""

    __tablename__ = "subscriber"
    __table_args__ = (
        CheckConstraint("state IN ('pending','active')", name="state"),
        # two spellings of one address are one reader
        Index("ix_subscriber_email_lower", text("lower(email)"), unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True, comment="Normalised address.")
    name: Mapped[str | None]
    added_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="active", comment="pending until confirmed; gets nothing.")
    confirmed_at: Mapped[datetime | None] = mapped_column(comment="NULL: added by the operator, or still pending.")
    nonce: Mapped[str] = mapped_column(
        String(32),
        default=lambda: token_hex(16),
        comment="Part of every signed link; a new one makes the old ones void.",
    )


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
        Index("ix_delivery_edition_id_state", "edition_id", "state"),
        CheckConstraint(
            "state IN ('queued','sending','sent','deferred','failed','bounced','suppressed','uncertain')",
            name="state",
        ),
        NUMBERED_ONCE,
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


class Letter(Base):
    """A single mail to one reader, as to confirm; written by the web pages, sent by the service. Private."""

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint("state IN ('queued','sending','sent','deferred','failed','uncertain')", name="state"),
        NUMBERED_ONCE,
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    message_id: Mapped[str] = mapped_column(unique=True)
    state: Mapped[str] = mapped_column(String(12), default="queued")
    attempts: Mapped[int] = mapped_column(default=0)
    written_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    detail: Mapped[str | None] = mapped_column(comment="The server's last word.")


class Bounce(Base):
    """A mail that came back. Private."""

    __tablename__ = "bounce"
    __table_args__ = (CheckConstraint("kind IN ('hard','soft')", name="kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subscriber_id: Mapped[int] = mapped_column(ForeignKey("subscriber.id", ondelete="CASCADE"), index=True)
    delivery_id: Mapped[int | None] = mapped_column(ForeignKey("delivery.id", ondelete="SET NULL"), unique=True)
    kind: Mapped[str] = mapped_column(String(4))
    status: Mapped[str] = mapped_column(String(12), comment="Enhanced status code (RFC 3463), as 5.1.1.")
    at: Mapped[datetime]
    detail: Mapped[str | None]


class Suppression(Base):
    """A salted hash of an address that must not be written to again. Private."""

    __tablename__ = "suppression"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(String(20))
    since: Mapped[datetime]


class Secret(Base):
    """What signs links and salts hashes; made when it is first needed. Private."""

    __tablename__ = "secret"

    name: Mapped[str] = mapped_column(String(20), primary_key=True)
    value: Mapped[str]
