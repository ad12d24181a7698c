"""What resolution keeps between two runs, so that a new mention costs what it touches and not what there is.

All of it can be made again by ``idwatch resolve --all``; none of it says anything about what happened.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.models.base import Base


class StalePage(Base):
    """A page whose mentions changed since they were last resolved; also one that is no more (so by its address)."""

    __tablename__ = "stale_page"

    url: Mapped[str] = mapped_column(primary_key=True)
    times: Mapped[int] = mapped_column(comment="Grows with each change: one that came while it was resolved is kept.")


class MentionBlock(Base):
    """A block that a mention stands in: only mentions that share one are compared."""

    __tablename__ = "mention_block"

    block: Mapped[int] = mapped_column(BigInteger, primary_key=True, comment="Of SHA-256 of the block's word, 8 bytes.")
    mention_id: Mapped[int] = mapped_column(ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True, index=True)


class CandidateEdge(Base):
    """Two mentions that may tell one event: nothing vetoes it, and they agree enough, or an analyst says so."""

    __tablename__ = "candidate_edge"

    a_id: Mapped[int] = mapped_column(ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True)
    b_id: Mapped[int] = mapped_column(ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True, index=True)
    bits: Mapped[float] = mapped_column(comment="How far they agree; see `idwatch explain`.")


class MentionLink(Base):
    """Two mentions of which one may stand above the other: a trip or forum and what belongs to it, a plan and what
    carries it out, a round-up and what it tells of."""

    __tablename__ = "mention_link"

    a_id: Mapped[int] = mapped_column(ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True)
    b_id: Mapped[int] = mapped_column(ForeignKey("mention.id", ondelete="CASCADE"), primary_key=True, index=True)


class ActorName(Base):
    """The names under which somebody whom the gazetteer does not know, or not in both languages, stands in an event."""

    __tablename__ = "actor_name"
    __table_args__ = (Index("ix_actor_name_name_zh_country", "name_zh", "country"),)

    event_id: Mapped[str] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True)
    ordinal: Mapped[int] = mapped_column(primary_key=True)
    actor: Mapped[str] = mapped_column(String(120), index=True, comment="As in participation: person:ID or …")
    known: Mapped[bool] = mapped_column(comment="The gazetteer gave the id.")
    latin: Mapped[str | None] = mapped_column(String(120), comment="The id its Latin name gives; NULL without.")
    name_en: Mapped[str | None]
    name_zh: Mapped[str | None]
    country: Mapped[str | None] = mapped_column(String(3))
    kind: Mapped[str | None] = mapped_column(String(30))


class EventLedgerPage(Base):
    """Where to find the ids given out for mentions of a page."""

    __tablename__ = "event_ledger_page"

    page: Mapped[str] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(
        ForeignKey("event_ledger.event_id", ondelete="CASCADE"), primary_key=True, index=True
    )


class OverridePage(Base):
    """Where to find the overrides that name mentions of a page."""

    __tablename__ = "override_page"

    page: Mapped[str] = mapped_column(primary_key=True)
    override_id: Mapped[str] = mapped_column(
        ForeignKey("override.id", ondelete="CASCADE"), primary_key=True, index=True
    )
