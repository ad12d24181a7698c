"""Mails that did not arrive, or nobody knows, settled by the operator: uncertain ones, of which the relay's log tells,
and those that the server would not take, once what it found wrong is mended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, union_all, update

from digests.record import Table
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Letter, Subscriber

TABLES: tuple[Table, ...] = (Delivery, Letter)
UNTAKEN = ("failed", "deferred")
"""States of a mail that the server did not take, for ever or for now."""
LATELY = timedelta(days=14)
"""How long ago the server may have refused a mail that is sent again: an older digest is news to nobody."""

Which = Callable[[Table], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Unsettled:
    """A mail, and what the server said last. The relay's log has its Message-ID."""

    message_id: str
    email: str
    state: str
    changed_at: datetime
    attempts: int
    detail: str


class NotUnsettled(ValueError):
    """A Message-ID that names no such mail."""


def uncertain_mails(database: Database) -> list[Unsettled]:
    """Those that were handed over whole and got no answer, the oldest first."""
    return _mails(database, _uncertain)


def untaken_mails(database: Database, now: datetime) -> list[Unsettled]:
    """Those of late that the server did not take, the oldest first."""
    return _mails(database, _untaken(now))


def settle_uncertain(database: Database, names: Sequence[str], now: datetime, *, resend: bool) -> int:
    """Say of uncertain mails, by their Message-ID (none: all), that they arrived, or queue them again as they were; how
    many. Raises NotUnsettled, and changes nothing, where one of them is not uncertain."""
    state, detail = ("queued", "sent again by the operator") if resend else ("sent", "arrived, says the operator")
    return _settle(database, names, _uncertain, {"state": state, "detail": detail, "changed_at": now}, "uncertain")


def send_again(database: Database, names: Sequence[str], now: datetime) -> int:
    """Queue mails of late that the server did not take, by their Message-ID (none: all), as if they had never been
    tried; how many. Raises NotUnsettled, and changes nothing, where one of them is none of these."""
    values = {"state": "queued", "attempts": 0, "detail": "sent again by the operator", "changed_at": now}
    return _settle(database, names, _untaken(now), values, "failed")


def _uncertain(table: Table) -> ColumnElement[bool]:
    return table.state == "uncertain"


def _untaken(now: datetime) -> Which:
    return lambda table: table.state.in_(UNTAKEN) & (table.changed_at > now - LATELY)


def _mails(database: Database, which: Which) -> list[Unsettled]:
    rows = union_all(
        *(
            select(table.message_id, Subscriber.email, table.state, table.changed_at, table.attempts, table.detail)
            .join(Subscriber, Subscriber.id == table.subscriber_id)
            .where(which(table))
            for table in TABLES
        )
    )
    with database.reading() as session:
        found = [Unsettled(*row[:5], row[5] or "") for row in session.execute(rows)]
    return sorted(found, key=lambda one: (one.changed_at, one.message_id))


def _settle(database: Database, names: Sequence[str], which: Which, values: dict[str, object], command: str) -> int:
    wanted = {name.strip("<> ").partition("@")[0] for name in names}
    settled: set[str] = set()
    with database.writing() as session:
        for table in TABLES:
            change = update(table).where(which(table))
            if wanted:
                change = change.where(table.message_id.in_(wanted))
            settled.update(session.scalars(change.values(values).returning(table.message_id)))
        if missing := sorted(wanted - settled):
            raise NotUnsettled(f"not listed by `idwatch mail {command}`: {', '.join(missing)}")
    return len(settled)
