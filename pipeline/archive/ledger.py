"""The ledger of event ids given out: JSON lines beside the WARC files, since no archive can give them again."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FILE_NAME = "ledger.jsonl"


class LedgerError(Exception):
    """A line of the ledger cannot be read; the message names file, line and what is wrong."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """An id with its founding mention (page and number) and the mentions the event last held."""

    event_id: str
    page: str
    number: int
    members: tuple[tuple[str, int], ...]
    given_at: datetime


def append(folder: Path, entries: Iterable[LedgerEntry]) -> None:
    """Add entries; they are on the disk (fsync) when this returns. A torn last line is cut first."""
    lines = "".join(json.dumps(_as_json(entry), ensure_ascii=False, sort_keys=True) + "\n" for entry in entries)
    if not lines:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / FILE_NAME).open("a+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        stream.seek(0)
        content = stream.read()
        stream.truncate(content.rfind(b"\n") + 1)
        stream.write(lines.encode())
        stream.flush()
        os.fsync(stream.fileno())


def read(folder: Path) -> dict[str, LedgerEntry]:
    """All entries by event id, the last line for an id counts. Empty where there is no ledger.

    A last line that a killed process left unfinished is passed over. Raises LedgerError for any other bad line.
    """
    path = folder / FILE_NAME
    entries: dict[str, LedgerEntry] = {}
    if not path.exists():
        return entries
    for number, line in enumerate(path.read_bytes().split(b"\n")[:-1], 1):
        try:
            entry = _from_json(json.loads(line))
        except (ValueError, KeyError, TypeError) as error:
            raise LedgerError(f"{path}, line {number}: not an entry of the ledger: {error!r}") from error
        entries[entry.event_id] = entry
    return entries


def _as_json(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "event_id": entry.event_id,
        "page": entry.page,
        "number": entry.number,
        "members": [list(member) for member in entry.members],
        "given_at": entry.given_at.astimezone(UTC).isoformat(),
    }


def _from_json(values: dict[str, Any]) -> LedgerEntry:
    return LedgerEntry(
        event_id=str(values["event_id"]),
        page=str(values["page"]),
        number=int(values["number"]),
        members=tuple((str(page), int(number)) for page, number in values["members"]),
        given_at=datetime.fromisoformat(values["given_at"]),
    )
