"""Change rows: each pair of consecutive readings of a page, compared where one version of the rules made both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from pipeline.store.models import Change
from pipeline.store.rows import batches, table
from pipeline.watch.diff import Version, compare

if TYPE_CHECKING:
    from pipeline.store.derive import PageHistory


def write_changes(session: Session, histories: Sequence[PageHistory]) -> int:
    """Bring the change rows of these pages to what their readings say; gives how many are new.

    Two readings by rules of different versions are not compared: the row that stands for them, if any, stays.
    """
    known = _known(session, [history.page_id for history in histories])
    new = []
    for history in histories:
        for position in range(1, len(history.standing)):
            row = _row(history, position)
            after_id = history.standing[position].snapshot_id
            before = known.get(after_id)
            if row is _INCOMPARABLE:
                known.pop(after_id, None)
            elif row is not None:
                known.pop(after_id, None)
                if before is None:
                    new.append(row)
                elif any(before[name] != value for name, value in row.items()):
                    session.execute(update(Change).where(Change.id == before["id"]).values(**row))
    for some in batches(row["id"] for row in known.values()):
        session.execute(delete(Change).where(Change.id.in_(some)))
    if new:
        session.connection().execute(insert(table(Change)), new)
    return len(new)


_INCOMPARABLE: dict[str, Any] = {}


def _row(history: PageHistory, position: int) -> dict[str, Any] | None:
    before, after = history.standing[position - 1], history.standing[position]
    if before.form is not after.form:
        return None  # the article that follows an item is no edit of it
    if before.reader_version != after.reader_version:
        return _INCOMPARABLE
    found = compare(
        *(
            Version(reading.title, reading.published, reading.text, reading.language, extraction.mentions)
            for reading, extraction in (
                (before, history.extractions[position - 1]),
                (after, history.extractions[position]),
            )
        )
    )
    if found is None:
        return None
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
