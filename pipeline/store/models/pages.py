"""Sites, runs, and what was fetched from them: pages, records, visits, snapshots, readings."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, false, true
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.models.base import Base


class Site(Base):
    """A website watched, one row for each language edition: the spiders' declarations, written by the door."""

    __tablename__ = "site"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    title: Mapped[str]
    kind: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(10))
    family: Mapped[str] = mapped_column(String(40), comment="Source family; sites that copy one another count once.")
    home: Mapped[str]
    hosts: Mapped[list[Any]]
    every_hours: Mapped[int] = mapped_column(comment="Hours between two crawls.")
    quiet_days: Mapped[int] = mapped_column(comment="Days without a new page after which silence is a finding.")
    empty_is_normal: Mapped[bool]
    licence: Mapped[str | None] = mapped_column(comment="Licence under which full texts may be shown; NULL for none.")
    items_are_pages: Mapped[bool]
    watched: Mapped[bool] = mapped_column(
        default=True, server_default=true(), comment="Named by the setting crawl.sites, or that names none."
    )


class Run(Base):
    """One crawl of one spider."""

    __tablename__ = "run"
    __table_args__ = (Index("ix_run_site_started_at", "site", "started_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("site.name", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(
        String(10), default="crawl", server_default="crawl", comment="crawl, backfill or import; health is of crawls."
    )
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(comment="NULL while it runs, or where it was killed.")
    file: Mapped[str | None] = mapped_column(comment="First WARC file of the run, relative to the archive folder.")
    counts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    health: Mapped[str | None] = mapped_column(
        String(20), comment="ok, late, drifting, blocked, broken, unreachable, interrupted."
    )
    cause: Mapped[str | None] = mapped_column(comment="Why it is not ok, for people.")


class Section(Base):
    """A list of a site, and the last run that walked it to its end (so that a killed walk is walked again)."""

    __tablename__ = "section"

    site: Mapped[str] = mapped_column(ForeignKey("site.name", ondelete="CASCADE"), primary_key=True)
    url: Mapped[str] = mapped_column(primary_key=True)
    walked_run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id", ondelete="SET NULL"))


class Page(Base):
    """One document on a site, by its one canonical address."""

    __tablename__ = "page"
    __table_args__ = (Index("ix_page_site_first_seen_at", "site", "first_seen_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(unique=True, comment="Canonical address.")
    site: Mapped[str] = mapped_column(ForeignKey("site.name", ondelete="RESTRICT"))
    first_seen_at: Mapped[datetime]
    first_run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id", ondelete="SET NULL"))
    listed_title: Mapped[str | None]
    listed_date: Mapped[date | None]
    state: Mapped[str] = mapped_column(String(20), comment="Page state (live, edited, moved, delisted, …).")
    state_since: Mapped[datetime]
    visited_at: Mapped[datetime | None] = mapped_column(comment="Last time it was asked for and something answered.")
    schedule_from: Mapped[datetime] = mapped_column(
        comment="Start of its revisiting: first seen, or last edit or loss."
    )
    due_at: Mapped[datetime | None] = mapped_column(comment="When the next visit falls due; NULL: at once.")
    missing_since: Mapped[datetime | None] = mapped_column(comment="First of the present row of `missing` answers.")
    missing_count: Mapped[int] = mapped_column(default=0)
    etag: Mapped[str | None]
    last_modified: Mapped[str | None]
    published: Mapped[date | None] = mapped_column(comment="The page's own date, of its newest reading.")
    off_topic: Mapped[bool] = mapped_column(
        default=False,
        server_default=false(),
        comment="A general site's page that is not relevant: no snapshot, never asked again.",
    )


class PageAddress(Base):
    """An address under which a page was seen (hosts, schemes, moved sections)."""

    __tablename__ = "page_address"

    address: Mapped[str] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"), index=True)
    first_seen_at: Mapped[datetime]


class ArchiveRecord(Base):
    """Where one archived HTTP exchange stands in the archive (the exchange itself is in the WARC file)."""

    __tablename__ = "record"
    __table_args__ = (UniqueConstraint("file", "offset"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    warc_id: Mapped[str] = mapped_column(unique=True)
    url: Mapped[str] = mapped_column(Text, index=True)
    fetched_at: Mapped[datetime]
    status: Mapped[int]
    file: Mapped[str]
    offset: Mapped[int] = mapped_column(BigInteger)
    bytes: Mapped[int | None] = mapped_column(comment="Size of the body as it came; NULL for what is older than this.")


class Visit(Base):
    """One asking of one address and its outcome; without a record where nothing answered."""

    __tablename__ = "visit"
    __table_args__ = (Index("ix_visit_page_id_at", "page_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int | None] = mapped_column(ForeignKey("run.id", ondelete="SET NULL"), index=True)
    page_id: Mapped[int | None] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    record_id: Mapped[int | None] = mapped_column(ForeignKey("record.id", ondelete="CASCADE"), unique=True)
    site: Mapped[str | None] = mapped_column(ForeignKey("site.name", ondelete="CASCADE"))
    url: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(20))
    detail: Mapped[str | None]


class Snapshot(Base):
    """One archived state of a page. Immutable; unique per page, form and time, never per hash."""

    __tablename__ = "snapshot"
    __table_args__ = (UniqueConstraint("page_id", "form", "fetched_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True, comment="Stable public id (see words.snapshot_code).")
    page_id: Mapped[int] = mapped_column(ForeignKey("page.id", ondelete="CASCADE"))
    record_id: Mapped[int] = mapped_column(ForeignKey("record.id", ondelete="RESTRICT"), index=True)
    item: Mapped[int | None] = mapped_column(comment="Number of the item in its record, from 0; NULL: the whole.")
    form: Mapped[str] = mapped_column(String(10))
    fetched_at: Mapped[datetime]
    digest: Mapped[str] = mapped_column(String(64), comment="SHA-256 of the page's bytes (of an item: its own).")


class Reading(Base):
    """What the reading rules make of a snapshot; replaced when the rules improve."""

    __tablename__ = "reading"

    id: Mapped[int] = mapped_column(primary_key=True)
    snapshot_id: Mapped[int] = mapped_column(ForeignKey("snapshot.id", ondelete="CASCADE"), unique=True)
    reader_version: Mapped[str] = mapped_column(String(20))
    address: Mapped[str]
    title: Mapped[str | None]
    published: Mapped[date | None]
    language: Mapped[str] = mapped_column(String(10))
    body: Mapped[str] = mapped_column(Text)
    routes: Mapped[dict[str, Any]] = mapped_column(comment="Field to the route that served it.")
    text_hash: Mapped[str] = mapped_column(String(64))

    @property
    def text(self) -> str:
        """The text that evidence spans count (as ``PageReading.text``)."""
        return f"{self.title}\n\n{self.body}" if self.title else self.body
