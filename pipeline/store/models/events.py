"""Countries, organisations, people; what pages say (mentions) and what happened (events)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.models.base import Base


class Country(Base):
    """A country or area, from the gazetteer."""

    __tablename__ = "country"

    iso3: Mapped[str] = mapped_column(String(3), primary_key=True)
    m49: Mapped[str | None] = mapped_column(String(3))
    name_en: Mapped[str]
    name_zh: Mapped[str]
    preg: Mapped[str | None] = mapped_column(String(4), comment="Practical region, codebook §7.")


class OrganisationRow(Base):
    """A body that takes part in events: from the gazetteer, or as first met on a page."""

    __tablename__ = "organisation"

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    name_en: Mapped[str | None]
    name_zh: Mapped[str | None]
    country: Mapped[str | None] = mapped_column(ForeignKey("country.iso3"))
    kind: Mapped[str | None] = mapped_column(String(30))
    pf_id: Mapped[str | None] = mapped_column(String(20))
    qid: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20), comment="gazetteer or page")


class PersonRow(Base):
    """Somebody who took part in an event in a public role."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)
    name_en: Mapped[str | None]
    name_zh: Mapped[str | None]
    country: Mapped[str | None] = mapped_column(ForeignKey("country.iso3"))
    qid: Mapped[str | None] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20), comment="gazetteer or page")


class MentionRow(Base):
    """What a page says about one event; one row per page and number."""

    __tablename__ = "mention"
    __table_args__ = (
        UniqueConstraint("page_id", "number"),
        Index("ix_mention_date_start_type", "date_start", "type"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    number: Mapped[int]
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id", ondelete="RESTRICT"), index=True)
    lost_snapshot_id: Mapped[int | None] = mapped_column(
        ForeignKey("snapshot.id", ondelete="SET NULL"), comment="The later snapshot that no longer bears it."
    )
    event_id: Mapped[str | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"), index=True)
    extractor_version: Mapped[str] = mapped_column(String(20))
    type: Mapped[str] = mapped_column(String(20))
    date_start: Mapped[date | None]
    date_end: Mapped[date | None]
    realis: Mapped[str] = mapped_column(String(25))
    scope: Mapped[str] = mapped_column(String(10))
    confidence: Mapped[float]
    content: Mapped[dict[str, Any]] = mapped_column(comment="The whole mention as `extract --json` prints it.")


class EvidenceRow(Base):
    """The characters of a reading's text from which a value of a mention was read, and by which rule."""

    __tablename__ = "evidence"

    mention_id: Mapped[int] = mapped_column(ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(String(40))
    start: Mapped[int | None]
    end: Mapped[int | None]
    rule: Mapped[str] = mapped_column(String(80))
    confidence: Mapped[float]


class FindingRow(Base):
    """Something the extractor met and does not know, for review."""

    __tablename__ = "finding"
    __table_args__ = (UniqueConstraint("reading_id", "ordinal"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    reading_id: Mapped[int] = mapped_column(ForeignKey("reading.id", ondelete="CASCADE"))
    ordinal: Mapped[int]
    kind: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    start: Mapped[int | None]
    end: Mapped[int | None]


class EventRow(Base):
    """What happened: the cluster of mentions of the same happening, with the best value of each field."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_date_start_type", "date_start", "type"),
        CheckConstraint("merged_into IS NULL OR merged_into <> id", name="not_merged_into_itself"),
    )

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    type: Mapped[str] = mapped_column(String(20))
    mode: Mapped[str] = mapped_column(String(25))
    realis: Mapped[str] = mapped_column(String(25))
    scope: Mapped[str] = mapped_column(String(10))
    is_series: Mapped[bool]
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"), index=True)
    date_start: Mapped[date | None]
    date_end: Mapped[date | None]
    date_precision: Mapped[str | None] = mapped_column(String(12))
    date_basis: Mapped[str | None] = mapped_column(String(20))
    place: Mapped[str | None]
    place_zh: Mapped[str | None]
    participants: Mapped[int | None]
    title_zh: Mapped[str | None] = mapped_column(comment="Title of its best Chinese page.")
    title_en: Mapped[str | None] = mapped_column(comment="Title of its best English page.")
    standing: Mapped[str] = mapped_column(String(20))
    confidence: Mapped[float]
    source_lost: Mapped[bool] = mapped_column(default=False, comment="No live page bears it any more.")
    merged_into: Mapped[str | None] = mapped_column(
        String(40), index=True, comment="The event that took this one over."
    )
    merged_reason: Mapped[str | None] = mapped_column(Text, comment="Why it was taken over.")
    split_from: Mapped[str | None] = mapped_column(String(40), comment="The event that its mentions were taken out of.")
    realises_id: Mapped[str | None] = mapped_column(
        ForeignKey("event.id", ondelete="SET NULL"), index=True, comment="The planned event that took place in it."
    )
    disputed: Mapped[str | None] = mapped_column(
        String(80), comment="Fields in which sources contradict each other, joined by ; (date, title, participants)."
    )
    first_seen_at: Mapped[datetime]
    changed_at: Mapped[datetime | None] = mapped_column(
        comment="When it last came to say something else; NULL: it says what it first did."
    )
    codebook_version: Mapped[str] = mapped_column(String(10))


class MentionPointer(Base):
    """A mention of a round-up that only tells of events of single days: it makes none of its own, and points there."""

    __tablename__ = "mention_pointer"

    mention_id: Mapped[int] = mapped_column(ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, index=True)


class EventCountry(Base):
    __tablename__ = "event_country"

    event_id: Mapped[str] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    iso3: Mapped[str] = mapped_column(ForeignKey("country.iso3"), primary_key=True, index=True)
    ordinal: Mapped[int] = mapped_column(comment="Order in which the best source names them, from 0.")


class EventTheme(Base):
    __tablename__ = "event_theme"

    event_id: Mapped[str] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    theme: Mapped[str] = mapped_column(String(40), primary_key=True)


class Participation(Base):
    """Who took part in an event, on which side, in which role, with the title held that day."""

    __tablename__ = "participation"
    __table_args__ = (
        UniqueConstraint("event_id", "side", "role", "actor"),
        CheckConstraint("side IN ('chinese', 'foreign')", name="side"),
        CheckConstraint("person_id IS NOT NULL OR organisation_id IS NOT NULL", name="somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    side: Mapped[str] = mapped_column(String(10))
    role: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(120), comment="person:ID or organisation:ID, for uniqueness.")
    ordinal: Mapped[int]
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    organisation_id: Mapped[str | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    is_leader: Mapped[bool]
    title_en: Mapped[str | None] = mapped_column(
        comment="Title held that day: as printed in English, else by the gazetteer."
    )
    title_zh: Mapped[str | None] = mapped_column(comment="Title held that day, as printed in Chinese.")


class Claim(Base):
    """One source's value for a field of an event; the event shows the best and keeps all. An analyst's edit is one."""

    __tablename__ = "claim"
    __table_args__ = (
        UniqueConstraint("event_id", "mention_id", "field"),
        UniqueConstraint("event_id", "override_id", "field"),
        CheckConstraint("(mention_id IS NULL) <> (override_id IS NULL)", name="one_source"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"))
    mention_id: Mapped[int | None] = mapped_column(ForeignKey("mention.id", ondelete="CASCADE"), index=True)
    override_id: Mapped[str | None] = mapped_column(ForeignKey("override.id", ondelete="CASCADE"), index=True)
    field: Mapped[str] = mapped_column(String(30))
    value: Mapped[Any] = mapped_column(JSON)
    is_best: Mapped[bool]


class EventLedger(Base):
    """Ids given out, each for its founding mention; mirrored from the JSON lines beside the WARC files."""

    __tablename__ = "event_ledger"

    event_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    page: Mapped[str] = mapped_column(comment="Canonical address of the founding mention's page.")
    number: Mapped[int]
    members: Mapped[list[Any]] = mapped_column(
        comment="What was seen of each mention it last held: page, number, day, principal, party, kind, people."
    )
    given_at: Mapped[datetime]
    merged_into: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str | None] = mapped_column(Text, comment="Why it was merged.")
    split_from: Mapped[str | None] = mapped_column(String(40))
    gone: Mapped[bool] = mapped_column(default=False, comment="No page bears it any more.")


class Override(Base):
    """An analyst's correction; it names what its author saw and survives every re-run."""

    __tablename__ = "override"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), comment="merge, split, edit, reject, confirm")
    author: Mapped[str]
    made_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)
    seen: Mapped[list[Any]] = mapped_column(comment="What its author saw: page, day, principal, party of each side.")
    change: Mapped[dict[str, Any]] = mapped_column(comment="For edit: field and value.")
