"""The tables of what stands beside the archive, the ids given out and the overrides, and keeping both in step.

The files are the source: nothing else can give again what is in them. The tables are for whoever asks by page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Select, delete, insert, select
from sqlalchemy.orm import Session

from pipeline.archive import ledger
from pipeline.archive.ledger import LedgerEntry
from pipeline.resolve import anchor, overrides
from pipeline.resolve.overrides import Override, OverrideKind
from pipeline.store import faults, stale
from pipeline.store.models import EventLedger, EventLedgerPage, EventRow, Mark, OverridePage
from pipeline.store.models import Override as OverrideRow
from pipeline.store.rows import batches, table, upsert

_LEDGER, _OVERRIDES = "ledger", "overrides"
"""Marks: up to where, and in which state, each file was taken in."""


# the ledger of ids


def adopt_ledger(session: Session, folder: Path) -> None:
    """Take in what the ledger's file has and the table does not: all of it where the database is empty.

    Ids that only the table knows (the file was lost, or is an older copy) are written to the file again.
    Raises LedgerError for a line that cannot be read.
    """
    news = ledger.news(folder, mark_of(session, _LEDGER))
    if news.whole:
        written = {entry.event_id for entry in news.entries}
        ledger.append(folder, [entry for entry in every_entry(session).values() if entry.event_id not in written])
        news = ledger.news(folder)
    if news.entries:
        _write_entries(session, {entry.event_id: entry for entry in news.entries})
        set_mark(session, _LEDGER, news.place)


def entries_of_pages(session: Session, urls: Collection[str]) -> dict[str, LedgerEntry]:
    """The ids given for mentions of these pages."""
    found: dict[str, LedgerEntry] = {}
    for some in batches(sorted(urls)):
        ids = select(EventLedgerPage.event_id).where(EventLedgerPage.page.in_(some))
        found |= _entries(session, select(table(EventLedger)).where(EventLedger.event_id.in_(ids)))
    return found


def every_entry(session: Session) -> dict[str, LedgerEntry]:
    """All ids given out."""
    return _entries(session, select(table(EventLedger)))


def entries_of(session: Session, event_ids: Collection[str]) -> dict[str, LedgerEntry]:
    """These ids."""
    found: dict[str, LedgerEntry] = {}
    for some in batches(sorted(event_ids)):
        found |= _entries(session, select(table(EventLedger)).where(EventLedger.event_id.in_(some)))
    return found


def event_ids(session: Session) -> set[str]:
    """The ids of all events that the database shows."""
    return set(session.scalars(select(EventRow.id)))


def is_given(session: Session, event_id: str) -> bool:
    """Whether an id was ever given out."""
    return session.scalar(select(EventLedger.event_id).where(EventLedger.event_id == event_id)) is not None


def _entries(session: Session, query: Select[*tuple[Any, ...]]) -> dict[str, LedgerEntry]:
    return {
        row["event_id"]: LedgerEntry(**{**row, "members": tuple(anchor.from_json(one) for one in row["members"])})
        for row in session.execute(query.order_by(EventLedger.event_id)).mappings()
    }


def _write_entries(session: Session, entries: Mapping[str, LedgerEntry]) -> None:
    names = [column.name for column in table(EventLedger).columns]
    rows = [
        {name: getattr(entry, name) for name in names} | {"members": [anchor.to_json(one) for one in entry.members]}
        for entry in entries.values()
    ]
    upsert(session, EventLedger, rows, ["event_id"])
    for some in batches(sorted(entries)):
        session.execute(delete(EventLedgerPage).where(EventLedgerPage.event_id.in_(some)))
    pages = sorted({(member.page, entry.event_id) for entry in entries.values() for member in entry.members})
    if pages:
        found = [{"page": page, "event_id": event_id} for page, event_id in pages]
        session.connection().execute(insert(table(EventLedgerPage)), found)


# the overrides


def add_overrides(session: Session, folder: Path, made: Iterable[Override]) -> int:
    """Enter overrides in file and table; gives how many are new. The pages they name are marked for the resolver."""
    path = folder / overrides.FILE_NAME
    adopt_overrides(session, folder)
    known = overrides.read(path)
    new = {override.id: override for override in made if override.id not in known}
    overrides.append(path, new.values())
    adopt_overrides(session, folder)
    return len(new)


def adopt_overrides(session: Session, folder: Path) -> bool:
    """Bring the table to the file, whatever was added, changed or taken out by hand; False where it was in step.

    The pages named are marked for the resolver. A file that is missing is made from the table. Raises OverrideError
    for a line that cannot be used; the table then stays as it is.
    """
    path = folder / overrides.FILE_NAME
    if not path.exists():
        overrides.append(path, every_override(session))
    digest = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""
    if digest == (mark_of(session, _OVERRIDES) or ""):
        return False
    before = {override.id: override for override in every_override(session)}
    after = overrides.read(path)
    gone = [override for override_id, override in before.items() if override_id not in after]
    new = [override for override_id, override in after.items() if override_id not in before]
    faults.forget(session, [override.fault for override in gone])
    for some in batches([override.id for override in gone]):
        session.execute(delete(OverrideRow).where(OverrideRow.id.in_(some)))
    if new:
        session.connection().execute(insert(table(OverrideRow)), [_override_row(override) for override in new])
        pages = [{"page": page, "override_id": override.id} for override in new for page in sorted(override.pages)]
        session.connection().execute(insert(table(OverridePage)), pages)
    stale.mark_addresses(session, (page for override in (*gone, *new) for page in override.pages))
    set_mark(session, _OVERRIDES, digest)
    return True


def overrides_of_pages(session: Session, urls: Collection[str]) -> dict[str, Override]:
    """The overrides that name mentions of these pages, by id."""
    found: dict[str, Override] = {}
    for some in batches(sorted(urls)):
        ids = select(OverridePage.override_id).where(OverridePage.page.in_(some))
        found |= {one.id: one for one in _overrides(session, select(OverrideRow).where(OverrideRow.id.in_(ids)))}
    return found


def every_override(session: Session) -> list[Override]:
    """All overrides, in order of time."""
    return _overrides(session, select(OverrideRow))


def _overrides(session: Session, query: Select[OverrideRow]) -> list[Override]:
    return [
        Override(
            row.id,
            OverrideKind(row.kind),
            row.author,
            row.made_at,
            row.reason,
            tuple(tuple(anchor.from_json(what) for what in side) for side in row.seen),
            row.change,
        )
        for row in session.scalars(query.order_by(OverrideRow.made_at, OverrideRow.id))
    ]


def _override_row(override: Override) -> dict[str, Any]:
    values = overrides.to_json(override)
    return {**values, "made_at": override.made_at, "change": dict(override.change)}


# marks


def mark_of(session: Session, name: str) -> str | None:
    """A fact about the database, by name."""
    return session.scalar(select(Mark.value).where(Mark.name == name))


def set_mark(session: Session, name: str, value: str) -> None:
    """Note a fact about the database."""
    upsert(session, Mark, [{"name": name, "value": value}], ["name"])
