"""An analyst's answers: overrides, and the pairs that somebody could not tell. Each is on the disk once it is given.

A pair that nobody can tell is no correction: it stands in a file of its own beside the overrides, so that it is not
asked again until what there is to see of it changes.
"""

from __future__ import annotations

import getpass
import json
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.archive import lines
from pipeline.resolve import anchor, overrides
from pipeline.resolve.anchor import Anchors, Seen, seen
from pipeline.resolve.edits import check
from pipeline.resolve.overrides import Override, OverrideError, OverrideKind
from pipeline.resolve.queue import Pair, is_unchanged
from pipeline.words import KeptMention, MentionKey

UNSURE = "unsure.jsonl"
MentionsOf = Callable[[str], Sequence[KeptMention]]


def author(given: str | None) -> str | None:
    """Who answers: as given, else by Git's settings, else the name of the machine's user; None where nobody is told."""
    if given and given.strip():
        return given.strip()
    with suppress(OSError, subprocess.SubprocessError, UnicodeDecodeError):  # no Git, or none that answers
        told = subprocess.run(["git", "config", "user.name"], capture_output=True, text=True, timeout=5, check=False)
        if told.stdout.strip():
            return told.stdout.strip()
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without a name; which error, depends on the Python
        return None


@dataclass(slots=True)
class Answers:
    """Where answers go, by whom, and how many were given. ``now`` is asked for each."""

    folder: Path
    author: str
    now: Callable[[], datetime]
    made: list[Override] = field(default_factory=list)
    unsure: int = 0

    def join(self, a: KeptMention, b: KeptMention, reason: str) -> None:
        """The two tell one event. Like all of these, raises OverrideError for an answer that cannot be used."""
        self._make(OverrideKind.MERGE, reason, [[seen(a)], [seen(b)]])

    def part(self, a: KeptMention, b: KeptMention, reason: str) -> None:
        """The two tell two events."""
        self._make(OverrideKind.SPLIT, reason, [[seen(a)], [seen(b)]])

    def reject(self, one: KeptMention, reason: str) -> None:
        """It tells no event."""
        self._make(OverrideKind.REJECT, reason, [[seen(one)]])

    def edit(self, one: KeptMention, name: str, value: Any, reason: str) -> None:
        """The event that it tells has this value in this field."""
        self._make(OverrideKind.EDIT, reason, [[seen(one)]], {"field": name, "value": value})

    def leave(self, a: KeptMention, b: KeptMention, reason: str) -> None:
        """Nobody can tell; the reason may be empty."""
        said = {
            "author": self.author,
            "made_at": self.now().astimezone(UTC).isoformat(),
            "reason": reason,
            "seen": [anchor.to_json(seen(a)), anchor.to_json(seen(b))],
        }
        lines.append(self.folder / UNSURE, [json.dumps(said, ensure_ascii=False, sort_keys=True)])
        self.unsure += 1

    def _make(
        self, kind: OverrideKind, reason: str, sides: Sequence[Sequence[Seen]], change: Mapping[str, Any] | None = None
    ) -> None:
        made = overrides.make(kind, self.author, self.now(), reason, sides, change)
        overrides.append(self.folder / overrides.FILE_NAME, [made])
        self.made.append(made)


def value_of(name: str, given: str) -> Any:
    """The value that somebody typed for a field: JSON, else the text itself, else a list of texts between commas.

    Raises ValueError with what would fit.
    """
    for value in _readings(given):
        with suppress(ValueError):
            check(name, value)
            return value
    check(name, given)  # which it does not stand: its words are those to show
    return given


def _readings(given: str) -> Iterator[Any]:
    with suppress(ValueError):
        yield json.loads(given)
    yield given
    yield [part.strip() for part in given.split(",") if part.strip()]


def left(folder: Path, mentions_of: MentionsOf) -> frozenset[Pair]:
    """The pairs that somebody left unsure, and of which both mentions still say what was seen.

    ``mentions_of`` gives the mentions of a page. Raises OverrideError for a line that cannot be read.
    """
    path = folder / UNSURE
    anchors = Anchors(mentions_of)
    found = set()
    for number, line in enumerate(lines.since(path).lines, 1):
        try:
            first, second = (anchor.from_json(one) for one in json.loads(line)["seen"])
        except (ValueError, KeyError, TypeError) as error:
            raise OverrideError(f"{path}, line {number}: no pair that somebody left unsure: {error!r}") from error
        a, b = _as_seen(first, anchors, mentions_of), _as_seen(second, anchors, mentions_of)
        if a is not None and b is not None and a != b:
            found.add((min(a, b), max(a, b)))
    return frozenset(found)


def _as_seen(what: Seen, anchors: Anchors, mentions_of: MentionsOf) -> MentionKey | None:
    """The mention that was seen, None where it says something else by now."""
    key = anchors.find(what)
    kept = next((one for one in mentions_of(what.page) if one.key == key), None)
    return key if kept is not None and is_unchanged(what, seen(kept)) else None
