"""The rows of an edition: what was chosen from the database, as plain values with one canonical JSON form.

Rendering works from these alone, so that a frozen edition holds all that it says.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Name:
    """A name or title to be shown, and its language (``en`` or ``zh``)."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation that took part; ``country`` is the English name of its country."""

    name: Name
    name_zh: str | None
    country: str | None
    iso3: str | None
    kind: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who took part; ``body`` is the one he or she stands for, ``country`` an English name."""

    name: Name
    title: Name | None
    body: Body | None
    country: str | None
    iso3: str | None


@dataclass(frozen=True, slots=True)
class Cast:
    """One side of an event: who acted, who was there besides, and the bodies named without a person."""

    people: tuple[Person, ...] = ()
    present: tuple[Person, ...] = ()
    bodies: tuple[Body, ...] = ()
    inviters: tuple[Name, ...] = ()
    sends: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A page that tells of an event: its address, its site, and the archived copy it was read from.

    ``lost``: a later state of the page no longer bears it; ``state`` is the page state.
    """

    url: str | None
    site: str
    host: str
    language: str
    copy: str
    lost: bool
    state: str


@dataclass(frozen=True, slots=True)
class Event:
    """One event as an edition tells it."""

    id: str
    type: str
    mode: str
    realis: str
    is_series: bool
    first_day: date | None
    last_day: date | None
    precision: str | None
    place: Name | None
    countries: tuple[str, ...]
    iso3: tuple[str, ...]
    region: str
    chinese: Cast
    foreign: Cast
    themes: tuple[str, ...]
    participants: int | None
    title_zh: str | None
    title_en: str | None
    standing: str
    source_lost: bool
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure of the week beside that of the week before."""

    name: str
    now: int
    before: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Headline figures, computed from the database. ``regions`` by code; ``named`` are this week's countries."""

    contacts: Compared
    visits: Compared
    countries: Compared
    officials: Compared
    types: tuple[Compared, ...]
    regions: tuple[Compared, ...]
    named: tuple[Compared, ...]


@dataclass(frozen=True, slots=True)
class Rest:
    """Events that are counted but not listed one by one, and the days they span."""

    count: int
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A site that was not read for a week. ``kind``: never, unread or stopped, with the last good reading in ``since``;
    or before the watch, with the first one there."""

    site: str
    kind: str
    since: date | None
    cause: str | None


@dataclass(frozen=True, slots=True)
class Edited:
    """A page whose content changed in the week, with the first lines taken out and put in."""

    title: Name
    url: str | None
    site: str
    seen: date
    fields: tuple[str, ...]
    before: str
    after: str
    taken_out: tuple[str, ...]
    put_in: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """A page that no longer answers: ``state`` is gone_candidate or gone, ``copy`` its newest archived copy."""

    title: Name
    url: str | None
    site: str
    since: date
    state: str
    copy: str | None


@dataclass(frozen=True, slots=True)
class EditionRows:
    """All that one edition tells one slice. ``known_before`` counts what was known before its first edition."""

    period: str
    first_day: date
    last_day: date
    cut_off: datetime
    sample: bool
    events: tuple[Event, ...]
    late: tuple[Event, ...]
    late_rest: Rest
    planned: tuple[Event, ...]
    known_before: Rest
    figures: Figures
    sites: int
    gaps: tuple[Gap, ...]
    edited: tuple[Edited, ...]
    small_edits: int
    removed: tuple[Removed, ...]


def canonical(value: Any) -> str:
    """The canonical JSON of rows: keys sorted, no blanks, characters as they are, days and instants in ISO form."""
    return json.dumps(value, default=_plain, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def as_plain(rows: EditionRows) -> dict[str, Any]:
    return asdict(rows)


def checksum(*texts: str) -> str:
    """SHA-256 over texts, each closed by a NUL, so that no text can lend characters to its neighbour."""
    return hashlib.sha256(b"".join(text.encode() + b"\0" for text in texts)).hexdigest()


def _plain(value: Any) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no canonical form")
