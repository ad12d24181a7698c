"""The ledger of event ids given out: JSON lines beside the WARC files, since no archive can give them again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.archive import lines
from pipeline.resolve import anchor
from pipeline.resolve.anchor import Seen

FILE_NAME = "ledger.jsonl"


class LedgerError(Exception):
    """A line of the ledger cannot be read; the message names file, line and what is wrong."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """An id with the mention that founded it (page and number then) and what was seen of the mentions it last held.

    ``merged_into`` is the event that took it over, ``split_from`` the one it was taken out of, ``reason`` why it was
    merged. ``gone`` says that no page bears it any more; its id stays its own and comes back with its page.
    """

    event_id: str
    page: str
    number: int
    members: tuple[Seen, ...]
    given_at: datetime
    merged_into: str | None = None
    reason: str | None = None
    split_from: str | None = None
    gone: bool = False

    @property
    def lives(self) -> bool:
        """False for an id that was merged into another or that no page bears."""
        return self.merged_into is None and not self.gone


@dataclass(frozen=True, slots=True)
class News:
    """Entries of the ledger in the order of their lines, and the place up to which it is now read.

    ``whole`` says that these are all lines of the file.
    """

    entries: tuple[LedgerEntry, ...]
    place: str
    whole: bool


def append(folder: Path, entries: Iterable[LedgerEntry]) -> None:
    """Add entries; they are on the disk (fsync) when this returns. A torn last line is cut first."""
    lines.append(
        folder / FILE_NAME, (json.dumps(_as_json(entry), ensure_ascii=False, sort_keys=True) for entry in entries)
    )


def read(folder: Path) -> dict[str, LedgerEntry]:
    """All entries by event id, the last line for an id counts. Empty where there is no ledger.

    A last line that a killed process left unfinished is passed over. Raises LedgerError for any other bad line.
    """
    return {entry.event_id: entry for entry in news(folder).entries}


def news(folder: Path, place: str | None = None) -> News:
    """The entries that follow a place given by an earlier call; all of them where the file is no longer the same."""
    path = folder / FILE_NAME
    found = lines.since(path, place)
    entries = []
    for number, line in enumerate(found.lines, found.first):
        try:
            entries.append(_from_json(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise LedgerError(f"{path}, line {number}: not an entry of the ledger: {error!r}") from error
    return News(tuple(entries), found.place, found.whole)


def _as_json(entry: LedgerEntry) -> dict[str, Any]:
    values = {
        "event_id": entry.event_id,
        "page": entry.page,
        "number": entry.number,
        "members": [anchor.to_json(member) for member in entry.members],
        "given_at": entry.given_at.astimezone(UTC).isoformat(),
        "merged_into": entry.merged_into,
        "reason": entry.reason,
        "split_from": entry.split_from,
        "gone": entry.gone or None,
    }
    return {name: value for name, value in values.items() if value is not None}


def _from_json(values: dict[str, Any]) -> LedgerEntry:
    return LedgerEntry(
        event_id=str(values["event_id"]),
        page=str(values["page"]),
        number=int(values["number"]),
        members=tuple(anchor.from_json(member) for member in values["members"]),
        given_at=datetime.fromisoformat(values["given_at"]),
        merged_into=values.get("merged_into"),
        reason=values.get("reason"),
        split_from=values.get("split_from"),
        gone=bool(values.get("gone", False)),
    )
