"""Mails of which nobody knows whether they arrived, settled by the operator, who asks the relay's log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, union_all, update

from digests.posting import Table
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Letter, Subscriber

TABLES: tuple[Table, ...] = (Delivery, Letter)


@dataclass(frozen=True, slots=True)
class Uncertain:
    """A mail that was handed over whole and got no answer. The relay's log has its Message-ID."""

    message_id: str
    email: str
    changed_at: datetime
    attempts: int
    detail: str


class NotUncertain(ValueError):
    """A Message-ID that names no uncertain mail."""


def uncertain_mails(database: Database) -> list[Uncertain]:
    """All of them, the oldest first."""
    rows = union_all(
        *(
            select(table.message_id, Subscriber.email, table.changed_at, table.attempts, table.detail)
            .join(Subscriber, Subscriber.id == table.subscriber_id)
            .where(table.state == "uncertain")
            for table in TABLES
        )
    )
    with database.reading() as session:
        found = [Uncertain(*row[:4], row[4] or "") for row in session.execute(rows)]
    return sorted(found, key=lambda one: (one.changed_at, one.message_id))


def settle_uncertain(database: Database, names: Sequence[str], now: datetime, *, resend: bool) -> int:
    """Say of mails, by their Message-ID (none: all), that they arrived, or queue them again as they were; how many.

    Raises NotUncertain, and changes nothing, where one of them is not uncertain.
    """
    wanted = {name.strip("<> ").partition("@")[0] for name in names}
    state, detail = ("queued", "sent again by the operator") if resend else ("sent", "arrived, says the operator")
    settled: set[str] = set()
    with database.writing() as session:
        for table in TABLES:
            change = update(table).where(table.state == "uncertain")
            if wanted:
                change = change.where(table.message_id.in_(wanted))
            values = {"state": state, "detail": detail, "changed_at": now}
            settled.update(session.scalars(change.values(values).returning(table.message_id)))
        if missing := sorted(wanted - settled):
            raise NotUncertain(f"not an uncertain mail: {', '.join(missing)}. `idwatch mail uncertain` lists them.")
    return len(settled)
