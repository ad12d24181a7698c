"""Saved queries: files ``queries/NAME.sql`` whose leading comment says what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parent / "queries"


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A query by name: a title of one line, a text that says how to read it, and the statement."""

    name: str
    title: str
    text: str
    statement: str


def saved_queries() -> dict[str, SavedQuery]:
    """All saved queries by name, in alphabetical order."""
    return {path.stem: _read(path) for path in sorted(FOLDER.glob("*.sql"))}


def _read(path: Path) -> SavedQuery:
    statement = path.read_text(encoding="utf-8")
    head = []
    for line in statement.splitlines():
        if not line.startswith("--"):
            break
        head.append(line.removeprefix("--").strip())
    return SavedQuery(path.stem, head[0], " ".join(head[1:]), statement)
