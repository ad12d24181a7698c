"""Faults of resolution that stand: written when they arise, taken away when they are mended."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from pipeline.store.models import Fault as FaultRow
from pipeline.store.rows import batches, storable, table


@dataclass(frozen=True, slots=True)
class Fault:
    """Something an operator or analyst has to look at; ``id`` says what it is about."""

    id: str
    text: str


def standing(session: Session) -> list[Fault]:
    """All faults that stand, in the order of what they are about."""
    return [Fault(row.id, row.text) for row in session.scalars(select(FaultRow).order_by(FaultRow.id))]


def write(session: Session, told: Iterable[Fault], looked_at: Collection[str] | None, now: datetime) -> None:
    """Bring the faults about what was looked at (None: everything) to those told."""
    wanted = {fault.id: storable(fault.text) for fault in told}
    known: dict[str, str] = {}
    if looked_at is None:
        known = {fault.id: fault.text for fault in standing(session)}
    else:
        for some in batches(sorted({*looked_at, *wanted})):
            query = select(FaultRow.id, FaultRow.text).where(FaultRow.id.in_(some))
            known |= dict(session.execute(query).all())
    forget(session, set(known) - set(wanted))
    for fault_id, text in wanted.items():
        if known.get(fault_id, text) != text:
            session.execute(update(FaultRow).where(FaultRow.id == fault_id).values(text=text))
    new = [{"id": one, "since": now, "text": text} for one, text in sorted(wanted.items()) if one not in known]
    if new:
        session.connection().execute(insert(table(FaultRow)), new)


def forget(session: Session, ids: Collection[str]) -> None:
    """Take faults away, by what they are about."""
    for some in batches(sorted(ids)):
        session.execute(delete(FaultRow).where(FaultRow.id.in_(some)))
