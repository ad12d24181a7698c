"""Labels of pages, JSON lines, in either dialect: the older words of the shared labels, or the codebook's codes.

    {"id": "en-003", "url": "https://…", "published": "2017-08-31", "relevant": true, "same_event": null,
     "events": [{"date": "2017-08-30", "type": "MEET.BILAT", "mode": "inperson_beijing", "countries": ["DEU"], …}]}

A field that is absent, ``null`` or ``[]`` is not scored. A line that cannot be used stops the loading and is named.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.evaluate.checks import Checked, LabelError
from pipeline.evaluate.vocabulary import CODES, FAMILIES, MODES, OLD_MODES, WORDS
from pipeline.words import DatePrecision, Realis, Scope

__all__ = ["LabelBody", "LabelError", "LabelEvent", "LabelPerson", "LabelRow", "label_lines", "load_labels"]

SEEN_ENGLISH, SEEN_CHINESE = 2000, 800
"""Characters of each page that the labellers of the shared labels saw: of ``en.jsonl`` and of ``zh.jsonl``."""


@dataclass(frozen=True, slots=True)
class LabelPerson:
    """Somebody present; ``names`` are the forms the label gives, in any script."""

    names: tuple[str, ...]
    title: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class LabelBody:
    """A body of the foreign side, as printed, with its id where the label gives one."""

    name: str
    id: str | None = None


@dataclass(frozen=True, slots=True)
class LabelEvent:
    """One labelled event. ``number`` counts within the row from 1. Empty means not scored, in every field.

    ``type`` is as labelled, ``families`` are the level-1 types that are right, ``code`` is the full code where the
    label is in codes. ``mode`` is what modes are compared as, ``mode_code`` the codebook's where the label gives it.
    """

    number: int
    type: str | None
    families: frozenset[str] = frozenset()
    code: str | None = None
    date_start: date | None = None
    date_end: date | None = None
    date_precision: str | None = None
    mode: str | None = None
    mode_code: str | None = None
    realis: str = Realis.ACTUAL.value
    scope: str = Scope.IN.value
    is_series: bool | None = None
    parent: int | None = None
    places: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    organisations: tuple[LabelBody, ...] = ()
    chinese_people: tuple[LabelPerson, ...] = ()
    foreign_people: tuple[LabelPerson, ...] = ()
    themes: tuple[str, ...] = ()
    participants: int | None = None
    same_event: tuple[str, ...] = ()
    same_event_rows: tuple[str, ...] = ()

    @property
    def is_visit(self) -> bool:
        return "VISIT" in self.families

    @property
    def counts(self) -> bool:
        """Whether it takes part: what predictions are left out for (rule 1), labels are left out for too."""
        return self.scope == Scope.IN and self.realis not in (Realis.HISTORICAL_REFERENCE, Realis.DENIED)


@dataclass(frozen=True, slots=True)
class LabelRow:
    """One labelled page. ``seen`` is the number of characters the labeller saw, None for all of them.

    ``same_event`` is the page's own, one entry, or one entry an event; ``disputed`` is filled by ``disputes``.
    """

    id: str
    url: str
    published: date | None
    relevant: bool
    events: tuple[LabelEvent, ...]
    where: str
    title: str | None = None
    language: str | None = None
    outlet: str | None = None
    complete: bool = True
    borderline: bool = False
    seen: int | None = None
    same_event: tuple[str | None, ...] = ()
    duplicate_of: str | None = None
    disputed: frozenset[tuple[int | None, str]] = field(default_factory=frozenset)


def load_labels(path: Path) -> list[LabelRow]:
    """The rows of a label file, or of all ``*.jsonl`` of a folder in the order of their names.

    Raises LabelError, which names file and line, for a line that cannot be used and for an id that stands twice.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    rows: dict[str, LabelRow] = {}
    for file in files:
        for where, content in label_lines(file):
            row = _row(Checked(content, where), file.name)
            if row.id in rows:
                raise LabelError(where, f"the id {row.id!r} stands already in {rows[row.id].where}")
            rows[row.id] = row
    if not rows:
        raise LabelError(str(path), "holds no labels")
    return list(rows.values())


def label_lines(file: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The JSON objects of a file of lines, each with where it stands. Raises LabelError for anything else."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise LabelError(str(file), f"cannot be read: {error}") from error
    # not splitlines(): U+2028 is a legal character of JSON
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        where = f"{file.name}, line {number}"
        try:
            content = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise LabelError(where, f"is no JSON: {error}") from error
        if not isinstance(content, dict):
            raise LabelError(where, "is no JSON object")
        yield where, content


def _row(row: Checked, file: str) -> LabelRow:
    identity = row.identity("id")
    content = row.require("events", list)
    events = tuple(_event(row.child(entry, f"event {number}"), number) for number, entry in enumerate(content, 1))
    relevant = row.require("relevant", bool)
    if not relevant and any(event.counts for event in events):
        raise row.error("`relevant` is false, but there is an event in scope")
    for event in events:
        if event.parent is not None and (event.parent == event.number or not 1 <= event.parent <= len(events)):
            raise row.error(f"event {event.number}: `parent` is {event.parent}, which is no other event of this line")
    return LabelRow(
        id=identity,
        url=row.text("url") or "",
        published=row.day("published"),
        relevant=relevant,
        events=events,
        where=row.where,
        title=row.text("title"),
        language=row.text("lang") or row.text("language"),
        outlet=row.text("outlet"),
        complete=row.flag("events_complete") is not False,
        borderline=bool(row.content.get("borderline")),
        seen=_seen(row, identity, file, events),
        same_event=row.names("same_event"),
        duplicate_of=row.text("duplicate_of"),
    )


def _seen(row: Checked, identity: str, file: str, events: tuple[LabelEvent, ...]) -> int | None:
    """What the row says itself in ``seen``; else the shared labels' limit. Only they hold the words of a query."""
    if "seen" in row.content:
        return row.number("seen")
    if "query" not in row.content or any(event.code for event in events):
        return None
    return SEEN_CHINESE if file.startswith("zh") or identity.startswith("zh") else SEEN_ENGLISH


def _event(event: Checked, number: int) -> LabelEvent:
    kind = event.one_of("type", {*WORDS, *CODES, *FAMILIES})
    families = frozenset[str]() if kind is None else WORDS.get(kind, frozenset({kind.partition(".")[0]}))
    code = kind if kind in CODES else None
    mode = event.one_of("mode", MODES)
    start, end = event.day("date"), event.day("end_date")
    if start and end and end < start:
        raise event.error(f"`end_date` {end} is before `date` {start}")
    status = event.one_of("status", {"upcoming"})
    realis = event.one_of("realis", [value.value for value in Realis])
    return LabelEvent(
        number=number,
        type=kind,
        families=families - {"OTHER"},
        code=code,
        date_start=start,
        date_end=end,
        date_precision=event.one_of("date_precision", [value.value for value in DatePrecision]),
        mode=MODES[mode] if mode else None,
        mode_code=mode if mode and MODES[mode] and mode not in OLD_MODES and kind not in WORDS else None,
        realis=realis or (Realis.PLANNED.value if status else Realis.ACTUAL.value),
        scope=event.one_of("scope", [value.value for value in Scope]) or Scope.IN.value,
        is_series=event.flag("is_series"),
        parent=event.number("parent"),
        places=tuple(name for key in ("place", "place_zh") if (name := event.text(key))),
        countries=event.countries("countries"),
        organisations=tuple(LabelBody(names[0], body.text("id")) for body, names in event.named("organisations")),
        chinese_people=_people(event, "chinese_people"),
        foreign_people=_people(event, "foreign_people"),
        # the shared labels' themes are free words (rule 6)
        themes=event.names_only("themes") if kind is None or kind not in WORDS else (),
        participants=event.number("participants"),
        same_event=tuple(name for name in event.names("same_event") if name),
        same_event_rows=tuple(name for name in event.names("same_event_rows") if name),
    )


def _people(event: Checked, key: str) -> tuple[LabelPerson, ...]:
    return tuple(LabelPerson(names, person.text("title"), person.text("country")) for person, names in event.named(key))
