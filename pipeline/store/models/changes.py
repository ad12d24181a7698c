"""What became of pages: edits and what they touched, lists and what left them, losses."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.models.base import Base


class Change(Base):
    """What changed between a page's snapshot and the one before it, compared by readings of one version."""

    __tablename__ = "change"

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    before_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id", ondelete="CASCADE"))
    after_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id", ondelete="CASCADE"), unique=True)
    seen_at: Mapped[datetime]
    material: Mapped[bool]
    fields: Mapped[list[Any]] = mapped_column(comment="Fields touched: title, published, body, and mention fields.")
    diff: Mapped[str] = mapped_column(Text, comment="Unified diff of the two texts.")


class Touch(Base):
    """One fact that a material change touched, with the sentence it stood in and the one it stands in."""

    __tablename__ = "touch"

    change_id: Mapped[int] = mapped_column(ForeignKey("change.id", ondelete="CASCADE"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(
        String(20), comment="person, organisation, title, country, place, theme, date, number, name …"
    )
    before: Mapped[str | None] = mapped_column(Text, comment="What stood there; NULL where it was put in.")
    after: Mapped[str | None] = mapped_column(Text, comment="What stands there; NULL where it was taken out.")
    sentence_before: Mapped[str | None] = mapped_column(Text)
    sentence_after: Mapped[str | None] = mapped_column(Text)


class Listing(Base):
    """The pages that one list page showed, in its order: what the next answer of that list is compared with."""

    __tablename__ = "listing"
    __table_args__ = (Index("ix_listing_site_address_at", "site", "address", "at"),)

    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("site.name", ondelete="CASCADE"))
    address: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    entries: Mapped[list[Any]] = mapped_column(comment="Pairs of a page's id and the day the list gives it, or null.")


class Delisting(Base):
    """A page that a list showed between two others which it shows still: seen by a later answer of that list."""

    __tablename__ = "delisting"

    record_id: Mapped[int] = mapped_column(ForeignKey("listing.record_id", ondelete="CASCADE"), primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), primary_key=True, index=True)


class Loss(Base):
    """A page that was taken off its list, or that no longer answers. One row for each time, also where it came back."""

    __tablename__ = "loss"

    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True, comment="removed or delisted.")
    since: Mapped[datetime] = mapped_column(primary_key=True, comment="When it was first seen to be lost.")
    confirmed_at: Mapped[datetime | None] = mapped_column(
        comment="removed: the third miss over seven days; delisted: a visit that found the page alive; NULL: not yet."
    )
    ended_at: Mapped[datetime | None] = mapped_column(comment="When it was there again; NULL: it is not.")
