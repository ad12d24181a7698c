"""Snapshots: one for each state of a page, by the time of fetch, whatever order the records come in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from pipeline.store.models import Reading, Snapshot
from pipeline.store.rows import batches, table, upsert
from pipeline.words import Form, PageReading, Record, snapshot_code


@dataclass(frozen=True, slots=True)
class Placed:
    """Pages (by id) whose readings must be looked at again, and what happened to snapshots.

    ``dropped`` are snapshots that are none any more: an older record with the same bytes came in before them, or
    better rules see no page there. They still stand, since mentions rest on them until these are derived anew.
    ``new`` are the pages and forms of new snapshots; ``overtaken`` are pages that got one which is not their newest.
    """

    touched: set[int] = field(default_factory=set)
    dropped: set[int] = field(default_factory=set)
    new: list[tuple[int, Form]] = field(default_factory=list)
    overtaken: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Seen:
    id: int
    at: datetime
    digest: str
    record_id: int


def place(
    session: Session,
    record: Record,
    record_id: int,
    pages: Sequence[PageReading],
    ids: Mapping[str, int],
    reader_version: str,
    *,
    replay: bool,
) -> Placed:
    """Make the snapshots and readings of a record. ``replay`` says that the record was kept before."""
    placed = Placed()
    chains = _chains(session, {ids[page.url] for page in pages})
    unseen = _of_record(session, record_id) if replay else {}
    done: set[tuple[int, str]] = set()
    new: list[tuple[dict[str, Any], PageReading]] = []
    again: list[tuple[int, PageReading]] = []
    for page in pages:
        key = (ids[page.url], page.form.value)
        if key in done:
            continue  # one page twice in one list: the first counts
        done.add(key)
        before = [seen for seen in chains[key] if seen.at < record.fetched_at]
        at_once = next((seen for seen in chains[key] if seen.at == record.fetched_at), None)
        if at_once is not None and at_once.record_id != record_id:
            continue  # another answer of the same instant (the clock may be fixed): the first counts
        if before and before[-1].digest == page.digest:
            continue  # unchanged; what stood at this instant by older rules stays in `unseen`
        if at_once is not None:
            unseen.pop(at_once.id, None)
            placed.touched.add(key[0])
            again.append((at_once.id, page))
            continue
        after = next((seen for seen in chains[key] if seen.at > record.fetched_at), None)
        if after is not None:
            placed.overtaken.add(key[0])
            if after.digest == page.digest:
                placed.dropped.add(after.id)
        placed.touched.add(key[0])
        placed.new.append((key[0], page.form))
        new.append((_row(record, record_id, page, key[0]), page))
    placed.dropped.update(unseen)
    placed.touched.update(unseen.values())
    _write(session, new, again, reader_version)
    return placed


def drop(session: Session, snapshots: set[int]) -> None:
    """Delete snapshots on which no mention rests any more."""
    for some in batches(sorted(snapshots)):
        session.execute(delete(Snapshot).where(Snapshot.id.in_(some)))


def reading_row(page: PageReading, snapshot_id: int, reader_version: str) -> dict[str, Any]:
    """The row of a reading."""
    return {
        "snapshot_id": snapshot_id,
        "reader_version": reader_version,
        "address": page.address,
        "title": page.title,
        "published": page.published,
        "language": page.language,
        "body": page.body,
        "routes": dict(page.routes),
        "text_hash": page.text_hash,
    }


def write_readings(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Write readings, each in place of the one that its snapshot had."""
    upsert(session, Reading, rows, ["snapshot_id"])


def _write(
    session: Session,
    new: list[tuple[dict[str, Any], PageReading]],
    again: list[tuple[int, PageReading]],
    reader_version: str,
) -> None:
    readings = [reading_row(page, snapshot_id, reader_version) for snapshot_id, page in again]
    for snapshot_id, page in again:
        # better rules may tell the item's own bytes otherwise
        session.execute(
            update(Snapshot)
            .where(
                Snapshot.id == snapshot_id, (Snapshot.digest != page.digest) | Snapshot.item.is_distinct_from(page.item)
            )
            .values(digest=page.digest, item=page.item)
        )
    if new:
        made = session.connection().execute(_inserting(), [row for row, _ in new]).scalars().all()
        readings += [
            reading_row(page, snapshot_id, reader_version) for snapshot_id, (_, page) in zip(made, new, strict=True)
        ]
    write_readings(session, readings)


def _row(record: Record, record_id: int, page: PageReading, page_id: int) -> dict[str, Any]:
    return {
        "code": snapshot_code(page.url, page.form, record.fetched_at),
        "page_id": page_id,
        "record_id": record_id,
        "item": page.item,
        "form": page.form.value,
        "fetched_at": record.fetched_at,
        "digest": page.digest,
    }


@cache
def _in_order() -> Any:
    rows = table(Snapshot).c
    columns = (rows.id, rows.page_id, rows.form, rows.fetched_at, rows.digest, rows.record_id)
    return select(*columns).where(rows.page_id.in_(bindparam("pages", expanding=True))).order_by(rows.fetched_at)


@cache
def _inserting() -> Any:
    snapshots = table(Snapshot)
    return insert(snapshots).returning(snapshots.c.id, sort_by_parameter_order=True)


def _chains(session: Session, page_ids: set[int]) -> dict[tuple[int, str], list[_Seen]]:
    chains: dict[tuple[int, str], list[_Seen]] = defaultdict(list)
    for some in batches(sorted(page_ids)):
        rows = session.connection().execute(_in_order(), {"pages": some})
        for number, page_id, form, at, digest, record_id in rows:
            chains[page_id, form].append(_Seen(number, at, digest, record_id))
    return chains


def _of_record(session: Session, record_id: int) -> dict[int, int]:
    rows = session.execute(select(Snapshot.id, Snapshot.page_id).where(Snapshot.record_id == record_id))
    return {row.id: row.page_id for row in rows}
