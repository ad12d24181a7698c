"""What runs the house: marks on the database, locks, and the notices that operators get."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.models.base import Base


class Mark(Base):
    """A fact about the database itself: ``sample`` = it holds sample data and must not be sent or published."""

    __tablename__ = "mark"

    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    value: Mapped[str]


class Lock(Base):
    """A lock row that names its process; taken over once that process is gone (SQLite; PostgreSQL locks itself)."""

    __tablename__ = "lock"

    name: Mapped[str] = mapped_column(String(30), primary_key=True)
    host: Mapped[str]
    pid: Mapped[int]
    started: Mapped[str] = mapped_column(comment="Start time of the process, since pids are used again.")
    taken_at: Mapped[datetime]


class Notice(Base):
    """A fault told to operators: one row per change of state of a site, never one per run."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("site.name", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    before: Mapped[str | None] = mapped_column(String(20))
    after: Mapped[str] = mapped_column(String(20))
    text: Mapped[str]


class Fault(Base):
    """A fault of resolution that stands: told to operators once, taken away when it is mended."""

    __tablename__ = "fault"

    id: Mapped[str] = mapped_column(primary_key=True, comment="What it is about: override ID, component PAGE #NUMBER.")
    since: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
