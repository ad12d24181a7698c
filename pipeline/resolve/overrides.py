"""Analysts' corrections: data with author, date and reason, anchored anew in whatever the present rules read.

An override names what its author saw, in sides. ``merge`` and ``confirm``: all that was seen is one event. ``split``:
what was seen on different sides is different events. ``reject``: what was seen tells no event. ``edit``: the event
that holds what was seen has this value in this field. What an analyst says crosses any veto of the rules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import combinations, product
from pathlib import Path
from typing import Any

from pipeline.archive import lines
from pipeline.resolve import anchor
from pipeline.resolve.anchor import Seen
from pipeline.resolve.edits import Edit, check
from pipeline.resolve.kept import by_page
from pipeline.words import KeptMention, MentionKey, Rulings

FILE_NAME = "overrides.jsonl"

Pair = tuple[MentionKey, MentionKey]
"""Two mentions, the smaller key first."""


class OverrideError(ValueError):
    """An override cannot be used; the message says what is wrong, and in a file where."""


class OverrideKind(StrEnum):
    MERGE = "merge"
    SPLIT = "split"
    EDIT = "edit"
    REJECT = "reject"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class Override:
    """One correction. ``seen`` has its sides; ``change`` is, for an edit, ``{"field": …, "value": …}``."""

    id: str
    kind: OverrideKind
    author: str
    made_at: datetime
    reason: str
    seen: tuple[tuple[Seen, ...], ...]
    change: Mapping[str, Any] = field(default_factory=dict)

    @property
    def all_seen(self) -> tuple[Seen, ...]:
        """What was seen, over all sides."""
        return tuple(what for side in self.seen for what in side)

    @property
    def pages(self) -> frozenset[str]:
        """The pages it names."""
        return frozenset(what.page for what in self.all_seen)

    @property
    def fault(self) -> str:
        """What a fault of it is about, by its id in the table of faults."""
        return f"override {self.id}"

    @property
    def told(self) -> str:
        """It in a few words, for messages."""
        return f"{self.kind} {self.id} by {self.author} ({self.made_at:%Y-%m-%d})"


@dataclass(frozen=True, slots=True)
class Notice:
    """What is to be told of an override: it no longer applies, or contradicts another."""

    override: str
    text: str


def make(
    kind: OverrideKind,
    author: str,
    made_at: datetime,
    reason: str,
    seen: Sequence[Sequence[Seen]],
    change: Mapping[str, Any] | None = None,
) -> Override:
    """An override, checked; its id follows from what it says. Raises OverrideError with what is wrong."""
    sides = tuple(tuple(side) for side in seen)
    change = dict(change or {})
    for name, text in (("author", author), ("reason", reason)):
        if not isinstance(text, str) or not text.strip():
            raise OverrideError(f"an override needs {'an' if name == 'author' else 'a'} {name}")
    if made_at.tzinfo is None:
        raise OverrideError("the date of an override needs a zone, as 2026-11-02T08:00:00+00:00")
    if not sides or not all(sides):
        raise OverrideError("an override names what its author saw")
    count = sum(map(len, sides))
    if kind is OverrideKind.MERGE and count < 2:
        raise OverrideError("a merge names two mentions or more")
    if kind is OverrideKind.SPLIT and len(sides) < 2:
        raise OverrideError("a split has two sides or more")
    if kind is OverrideKind.EDIT:
        if set(change) != {"field", "value"}:
            raise OverrideError("an edit changes one field: give field and value")
        try:
            check(change["field"], change["value"])
        except ValueError as error:
            raise OverrideError(str(error)) from error
    elif change:
        raise OverrideError(f"a {kind} changes no field")
    said = [kind, author, made_at.astimezone(UTC).isoformat(), reason, _sides(sides), change]
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    return Override(f"ov_{digest[:14]}", kind, author, made_at, reason, sides, change)


def read(path: Path) -> dict[str, Override]:
    """All overrides of a file by id, none where there is no file. Raises OverrideError naming file and line."""
    found = {}
    for number, line in enumerate(lines.since(path).lines, 1):
        try:
            override = from_json(json.loads(line))
        except ValueError as error:
            raise OverrideError(f"{path}, line {number}: {error}") from error
        found[override.id] = override
    return found


def append(path: Path, overrides: Iterable[Override]) -> None:
    """Add overrides to a file; they are on the disk when this returns."""
    lines.append(path, (as_line(override) for override in overrides))


def as_line(override: Override) -> str:
    """An override as a line of the file."""
    return json.dumps(to_json(override), ensure_ascii=False, sort_keys=True)


def to_json(override: Override) -> dict[str, Any]:
    """The form in the file."""
    return {
        "id": override.id,
        "kind": override.kind.value,
        "author": override.author,
        "made_at": override.made_at.astimezone(UTC).isoformat(),
        "reason": override.reason,
        "seen": _sides(override.seen),
        **({"change": dict(override.change)} if override.change else {}),
    }


def from_json(values: Any) -> Override:
    """What ``to_json`` made, or somebody by hand (the id may be left out). Raises OverrideError with what is wrong."""
    if not isinstance(values, dict):
        raise OverrideError("an override is an object with kind, author, made_at, reason and seen")
    needed = {"kind", "author", "made_at", "reason", "seen"}
    missing, unknown = sorted(needed - set(values)), sorted(set(values) - needed - {"id", "change"})
    if missing or unknown:
        raise OverrideError(f"it lacks {missing[0]!r}" if missing else f"unknown key {unknown[0]!r}")
    if values["kind"] not in set(OverrideKind):
        raise OverrideError(f"{values['kind']!r} is no kind of override; there are: {', '.join(OverrideKind)}")
    sides = values["seen"]
    if not isinstance(sides, list) or not all(isinstance(side, list) for side in sides):
        raise OverrideError("seen is a list of sides, each a list of what was seen")
    try:
        made_at = datetime.fromisoformat(values["made_at"])
        seen = [[anchor.from_json(what) for what in side] for side in sides]
    except (TypeError, ValueError) as error:
        raise OverrideError(str(error)) from error
    change = values.get("change")
    if change is not None and not isinstance(change, dict):
        raise OverrideError("change is an object with field and value")
    made = make(OverrideKind(values["kind"]), values["author"], made_at, values["reason"], seen, change)
    if values.get("id", made.id) != made.id:
        raise OverrideError(f"it was changed by hand: what it says now is {made.id}, not {values['id']} (drop the id)")
    return made


# --- what they rule ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ruled:
    """Overrides anchored in the present mentions: what they rule, and what is to be told of them.

    ``anchors`` are the mentions found for each override, side by side; ``by`` names the override behind each pair.
    ``confirmed`` are mentions of which an analyst says that they tell an event.
    """

    rulings: Rulings
    notices: tuple[Notice, ...]
    anchors: Mapping[str, tuple[tuple[MentionKey, ...], ...]]
    by: Mapping[Pair, Override]
    confirmed: frozenset[MentionKey]


def ruled(overrides: Iterable[Override], mentions: Iterable[KeptMention]) -> Ruled:
    """Anchor overrides in the mentions, which are all that the pages named in them have.

    Of two that contradict each other the later counts; the earlier is told.
    """
    pages = by_page(mentions)
    anchors = anchor.Anchors(lambda page: pages.get(page, ()))
    table = _Table()
    for override in sorted(overrides, key=lambda one: (one.made_at, one.id)):
        found = {what: anchors.find(what) for what in override.all_seen}
        table.add(override, {what: key for what, key in found.items() if key is not None})
    return table.done()


def rulings(overrides: Iterable[Override], mentions: Iterable[KeptMention]) -> tuple[Rulings, tuple[Notice, ...]]:
    """What overrides rule of the mentions, and what is to be told of them; as ``ruled``."""
    found = ruled(overrides, mentions)
    return found.rulings, found.notices


def unheard(found: Ruled, event_of: Mapping[MentionKey, str | None]) -> list[Notice]:
    """Rulings that the events do not follow, since another keeps apart (or together) what stands between."""
    notices = []
    for pair, override in sorted(found.by.items()):
        first, second = (event_of.get(key) for key in pair)
        if first is None or second is None:
            continue
        if pair in found.rulings.same and first != second:
            text = f"{_named(pair[0])} and {_named(pair[1])} stay two events: other overrides keep them apart"
            notices.append(Notice(override.id, text))
        elif pair in found.rulings.different and first == second:
            text = f"{_named(pair[0])} and {_named(pair[1])} stay one event: other overrides hold them together"
            notices.append(Notice(override.id, text))
    return notices


def edits(
    overrides: Iterable[Override], found: Ruled, event_of: Mapping[MentionKey, str | None]
) -> tuple[dict[str, list[Edit]], list[Notice]]:
    """The edits by event, and the notices of those that a later one contradicts.

    An edit belongs to the event that holds the first of what its author saw that is found.
    """
    by_field: dict[tuple[str, str], Override] = {}
    notices = []
    for override in sorted(overrides, key=lambda one: (one.made_at, one.id)):
        keys = [key for side in found.anchors.get(override.id, ()) for key in side]
        event_id = event_of.get(keys[0]) if keys else None
        if override.kind is not OverrideKind.EDIT or event_id is None:
            continue
        place = (event_id, override.change["field"])
        before = by_field.get(place)
        if before is not None and before.change["value"] != override.change["value"]:
            notices.append(Notice(before.id, f"{override.told} is later, says otherwise, and counts"))
        by_field[place] = override
    made: dict[str, list[Edit]] = {}
    for (event_id, name), override in sorted(by_field.items()):
        made.setdefault(event_id, []).append(Edit(override.id, name, override.change["value"]))
    return made, notices


class _Table:
    """Rulings as they are made, one override after the other in order of time."""

    def __init__(self) -> None:
        self.same: dict[Pair, Override] = {}
        self.different: dict[Pair, Override] = {}
        self.rejected: dict[MentionKey, Override] = {}
        self.joined: dict[MentionKey, list[Override]] = {}
        self.notices: dict[tuple[str, str], Notice] = {}
        self.anchors: dict[str, tuple[tuple[MentionKey, ...], ...]] = {}

    def add(self, override: Override, found: Mapping[Seen, MentionKey]) -> None:
        sides = tuple(tuple(dict.fromkeys(found[what] for what in side if what in found)) for side in override.seen)
        self.anchors[override.id] = sides
        lost = [what for what in override.all_seen if what not in found]
        if lost:
            named = ", ".join(f"{what.page} #{what.number}" for what in lost)
            self._tell(override, f"what it names is found no more: {named}")
        keys = sorted({key for side in sides for key in side})
        if override.kind in (OverrideKind.MERGE, OverrideKind.CONFIRM):
            for key in keys:
                self._contradict(self.rejected.pop(key, None), override)
                self.joined.setdefault(key, []).append(override)
            for pair in combinations(keys, 2):
                self._contradict(self.different.pop(pair, None), override)
                self.same[pair] = override
        elif override.kind is OverrideKind.SPLIT:
            for one, other in combinations(sides, 2):
                if set(one) & set(other):
                    self._tell(override, "what it keeps apart is one mention now")
                for a, b in product(one, other):
                    if a != b:
                        pair = (min(a, b), max(a, b))
                        self._contradict(self.same.pop(pair, None), override)
                        self.different[pair] = override
        elif override.kind is OverrideKind.REJECT:
            for key in keys:
                for earlier in self.joined.pop(key, ()):
                    self._contradict(earlier, override)
                self.rejected[key] = override

    def done(self) -> Ruled:
        rejected = frozenset(self.rejected)
        by = {pair: one for pair, one in (self.same | self.different).items() if not rejected & set(pair)}
        different = frozenset(pair for pair in by if pair in self.different)
        same = _closed([pair for pair in by if pair in self.same], different)
        return Ruled(
            Rulings(same, different, rejected), tuple(self.notices.values()), self.anchors, by, frozenset(self.joined)
        )

    def _contradict(self, earlier: Override | None, later: Override) -> None:
        if earlier is not None:
            self._tell(earlier, f"{later.told} is later, says otherwise, and counts")

    def _tell(self, override: Override, text: str) -> None:
        self.notices.setdefault((override.id, text), Notice(override.id, text))


def _closed(same: Sequence[Pair], different: frozenset[Pair]) -> frozenset[Pair]:
    """The pairs, with those that follow: who says that a is b and b is c has said that a is c, whatever the rules say.

    Not where another override keeps two of them apart.
    """
    groups: dict[MentionKey, set[MentionKey]] = {}
    for a, b in same:
        joined = groups.get(a, {a}) | groups.get(b, {b})
        groups.update(dict.fromkeys(joined, joined))
    closed = set(same)
    for group in groups.values():
        pairs = set(combinations(sorted(group), 2))
        if not pairs & different:
            closed |= pairs
    return frozenset(closed)


def _named(key: MentionKey) -> str:
    return f"{key.page} #{key.number}"


def _sides(sides: Iterable[Iterable[Seen]]) -> list[list[dict[str, Any]]]:
    return [[anchor.to_json(what) for what in side] for side in sides]
