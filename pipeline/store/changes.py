"""Change rows: each pair of consecutive readings of a page, compared where one version of the rules made both."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from pipeline.store.models import Change, Reading, Touch
from pipeline.store.rows import batches, table
from pipeline.watch.diff import Difference, Version, compare

if TYPE_CHECKING:
    from pipeline.store.derive import PageHistory


def write_changes(session: Session, histories: Sequence[PageHistory]) -> int:
    """Bring the change rows of these pages, and what they touched, to what their readings say; gives how many are new.

    Two readings by rules of different versions are not compared: the row that stands for them, if any, stays.
    """
    known = _known(session, [history.page_id for history in histories])
    layouts = _layouts(session, [history for history in histories if len(history.standing) > 1])
    touches: dict[int, list[dict[str, Any]]] = {}
    new: list[tuple[dict[str, Any], list[dict[str, Any]]]] = []
    for history in histories:
        for position in range(1, len(history.standing)):
            after_id = history.standing[position].snapshot_id
            if not _comparable(history, position):
                known.pop(after_id, None)
                continue
            found = _difference(history, position, layouts)
            if found is None:
                continue
            row, touched = _row(history, position, found), [asdict(touch) for touch in found.touched]
            before = known.pop(after_id, None)
            if before is None:
                new.append((row, touched))
                continue
            touches[before["id"]] = touched
            if any(before[name] != value for name, value in row.items()):
                session.execute(update(Change).where(Change.id == before["id"]).values(**row))
    for some in batches(row["id"] for row in known.values()):
        session.execute(delete(Change).where(Change.id.in_(some)))
    if new:
        changes = table(Change)
        statement = insert(changes).returning(changes.c.id, sort_by_parameter_order=True)
        made = session.connection().execute(statement, [row for row, _ in new]).scalars().all()
        _insert_touches(session, {change_id: touched for change_id, (_, touched) in zip(made, new, strict=True)})
    _write_touches(session, touches)
    return len(new)


def _comparable(history: PageHistory, position: int) -> bool:
    before, after = history.standing[position - 1], history.standing[position]
    return before.form is not after.form or before.reader_version == after.reader_version


def _difference(history: PageHistory, position: int, layouts: Mapping[int, str]) -> Difference | None:
    before, after = history.standing[position - 1], history.standing[position]
    if before.form is not after.form:
        return None  # the article that follows an item is no edit of it
    versions = (
        Version(
            reading.title,
            reading.published,
            reading.text,
            reading.language,
            extraction.mentions,
            layouts[reading.reading_id],
        )
        for reading, extraction in (
            (before, history.extractions[position - 1]),
            (after, history.extractions[position]),
        )
    )
    return compare(*versions)


def _row(history: PageHistory, position: int, found: Difference) -> dict[str, Any]:
    before, after = history.standing[position - 1], history.standing[position]
    return {
        "page_id": history.page_id,
        "before_id": before.snapshot_id,
        "after_id": after.snapshot_id,
        "seen_at": after.fetched_at,
        "material": found.material,
        "fields": list(found.fields),
        "diff": found.diff,
    }


def _known(session: Session, page_ids: list[int]) -> dict[int, dict[str, Any]]:
    return {
        row["after_id"]: dict(row)
        for some in batches(page_ids)
        for row in session.execute(select(table(Change)).where(Change.page_id.in_(some))).mappings()
    }


def _layouts(session: Session, histories: Iterable[PageHistory]) -> dict[int, str]:
    """The route that served the body, by reading."""
    ids = [reading.reading_id for history in histories for reading in history.standing]
    return {
        number: str(routes.get("body", ""))
        for some in batches(ids)
        for number, routes in session.execute(select(Reading.id, Reading.routes).where(Reading.id.in_(some)))
    }


def _write_touches(session: Session, wanted: Mapping[int, list[dict[str, Any]]]) -> None:
    known: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for some in batches(sorted(wanted)):
        query = select(table(Touch)).where(Touch.change_id.in_(some)).order_by(Touch.change_id, Touch.ordinal)
        for row in session.execute(query).mappings():
            known[row["change_id"]].append(dict(row))
    differ = {
        change_id: touched
        for change_id, touched in wanted.items()
        if [_plain(row) for row in known[change_id]] != touched
    }
    for some in batches(sorted(differ)):
        session.execute(delete(Touch).where(Touch.change_id.in_(some)))
    _insert_touches(session, differ)


def _insert_touches(session: Session, touches: Mapping[int, list[dict[str, Any]]]) -> None:
    rows = [
        {"change_id": change_id, "ordinal": ordinal, **touch}
        for change_id, touched in touches.items()
        for ordinal, touch in enumerate(touched)
    ]
    if rows:
        session.connection().execute(insert(table(Touch)), rows)


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in ("change_id", "ordinal")}
