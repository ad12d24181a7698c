"""What a walk back into a site's past has still to ask, and has asked."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from pipeline.store.models.base import Base


class Backlog(Base):
    """A list, a page of an archive's index or a capture that a backfill asks for, once; so a killed one goes on."""

    __tablename__ = "backlog"
    __table_args__ = (UniqueConstraint("site", "job", "address"), Index(None, "site", "job", "done_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    site: Mapped[str] = mapped_column(ForeignKey("site.name", ondelete="CASCADE"))
    job: Mapped[str] = mapped_column(String(60), comment="From where, from when and to when.")
    address: Mapped[str] = mapped_column(Text)
    section: Mapped[str | None] = mapped_column(comment="Of a list: the section it belongs to.")
    number: Mapped[int | None] = mapped_column(comment="Of a list that is turned: the number of the page.")
    run_id: Mapped[int | None] = mapped_column(
        ForeignKey("run.id", ondelete="SET NULL"),
        comment="The run that put it here; an answer is of it or later.",
    )
    done_at: Mapped[datetime | None] = mapped_column(comment="When its answer was kept; NULL: still to be asked.")
