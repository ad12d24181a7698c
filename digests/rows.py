"""The rows of an edition: what was chosen from the database, as plain values with one canonical JSON form.

Rendering works from these alone, so that a frozen edition holds all that it says.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Name:
    """A name or title to be shown, and its language (``en`` or ``zh``)."""

    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Body:
    """An organisation that took part; ``country`` is the name of its country in the language of the edition, ``names``
    are all that it is known by."""

    name: Name
    name_zh: str | None
    country: str | None
    iso3: str | None
    kind: str | None
    id: str = ""
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who took part; ``body`` is the one he or she stands for. ``leads``: the head of a delegation.
    ``names`` are all that he or she is known by."""

    name: Name
    title: Name | None
    body: Body | None
    country: str | None
    iso3: str | None
    id: str = ""
    leads: bool = False
    names: tuple[str, ...] = ()


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
class Reason:
    """Why something is told first, or as a first: the name of the rule and its figures.

    Rules of firsts: ``first_country`` (country, iso3, since), ``first_party`` (party, since), ``first_training``
    (country, iso3, since); ``since`` is the first year the database covers. Those of salience are in
    ``digests.salience``.
    """

    rule: str
    values: Mapping[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Stated:
    """What sources say in one of the fields in which they contradict one another, and the hosts that say so."""

    value: str
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A field (``date``, ``title``, ``participants``) in which the sources of an event contradict one another."""

    field: str
    values: tuple[Stated, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """One event as an edition tells it.

    ``body_ids`` and ``person_ids`` are those of both sides that were there. ``rank`` is the best of the foreign side,
    1 (head of state or government) to 6 (codebook §5.4), None where no title tells it. ``document``: it is a signed
    paper. ``parent_id`` is the trip, campaign or forum it belongs to.
    """

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
    body_ids: tuple[str, ...] = ()
    person_ids: tuple[str, ...] = ()
    rank: int | None = None
    parent_id: str | None = None
    document: bool = False
    firsts: tuple[Reason, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()


@dataclass(frozen=True, slots=True)
class Highlight:
    """One of the things that matter most: an event of the edition or, for a change of pattern, a country.

    ``reasons``: the rule that put it here first, then others that hold too.
    """

    event_id: str | None
    iso3: str | None
    country: str | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Leg:
    """A country of a trip, with the days and events known there; days are None where no event tells them."""

    iso3: str
    country: str
    first_day: date | None
    last_day: date | None
    event_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trip:
    """A visit that the edition tells, by its event's id; the known events on it and, of one abroad, its legs, both in
    the order of days."""

    event_id: str
    event_ids: tuple[str, ...]
    legs: tuple[Leg, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """A figure of the period beside that of the period before."""

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
class Before:
    """A period that a trend shows. ``missing``: how many of the ``sites`` watched then were not (wholly) read."""

    name: str
    first_day: date
    sites: int
    missing: int


@dataclass(frozen=True, slots=True)
class Trend:
    """A figure (``contacts``, ``countries``, ``officials``, ``visits``) over the periods of ``Trends``.

    None where nothing was watched; ``mean`` is that of the periods before this one, None where there are none.
    """

    name: str
    values: tuple[int | None, ...]
    mean: float | None


@dataclass(frozen=True, slots=True)
class Trends:
    """The twelve periods before this one, oldest first, and this one as the last."""

    periods: tuple[Before, ...] = ()
    figures: tuple[Trend, ...] = ()


@dataclass(frozen=True, slots=True)
class Rest:
    """Events that are counted but not listed one by one, and the days they span."""

    count: int
    first_day: date | None
    last_day: date | None


@dataclass(frozen=True, slots=True)
class Gap:
    """A site that was not read for a period. ``kind``: never, unread or stopped, with the last good reading in
    ``since``; or before the watch, with the first one there.

    ``expected``: the events of this slice that a normal period brought from it, the mean of the ``counted`` newest
    periods (at most 12) for which it was read; None where there is none.
    """

    site: str
    kind: str
    since: date | None
    cause: str | None
    expected: float | None = None
    counted: int = 0


@dataclass(frozen=True, slots=True)
class Edited:
    """A page whose content changed in the period, with the first lines taken out and put in, and its events."""

    title: Name
    url: str | None
    site: str
    seen: date
    fields: tuple[str, ...]
    before: str
    after: str
    taken_out: tuple[str, ...]
    put_in: tuple[str, ...]
    event_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Removed:
    """A page that no longer answers (``state`` gone_candidate or gone) or that its list no longer shows (delisted),
    with its newest archived copy and its events."""

    title: Name
    url: str | None
    site: str
    since: date
    state: str
    copy: str | None
    event_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What an edition says of an event that can turn out wrong. People and parties by id, with the name they had.

    ``names`` are all those of who took part, by id: an English page often follows the Chinese one. ``firsts`` are
    those that it was told as. Ledgers written before hold nothing of either, nor a precision.
    """

    type: str
    realis: str
    first_day: date | None
    last_day: date | None
    iso3: tuple[str, ...]
    countries: tuple[str, ...]
    chinese: Mapping[str, str]
    foreign: Mapping[str, str]
    bodies: Mapping[str, str]
    standing: str
    merged_into: str | None = None
    precision: str | None = None
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    firsts: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Corrected:
    """What the edition ``period`` told wrong. ``why``: changed, retracted or merged (it told one event as two).

    ``fields`` are those of ``Facts`` that changed. ``now`` is None where the event does not hold any more;
    ``event_id`` is the id it was told under, ``now_id`` the one it has. ``copy`` is an archived copy that bears it.
    ``slice_id`` is the slice through which it was told; ``left``: it is not this one, and its readers have left it.
    """

    event_id: str
    now_id: str
    realis: str
    period: str
    why: str
    fields: tuple[str, ...]
    was: Facts
    now: Facts | None
    copy: str | None
    slice_id: int = 0
    left: bool = False


@dataclass(frozen=True, slots=True)
class EditionRows:
    """All that one edition tells one slice. ``known_before`` counts what was known before its first edition.

    ``kind`` is week, month or event (one first contact sent at once: ``events`` holds it, and of the rest only
    corrections). ``language`` and ``wishes`` (see ``Wishes.plain``) are the slice's. ``trips``, ``training`` and
    ``documents`` name events of ``events``, ``late`` and ``planned`` by id. ``expected``: the events that a normal
    period brought from the sites of ``gaps`` together, which is less than their sum where they tell the same.
    """

    period: str
    kind: str
    language: str
    wishes: Mapping[str, Any]
    first_day: date
    last_day: date
    cut_off: datetime
    sample: bool
    highlights: tuple[Highlight, ...]
    events: tuple[Event, ...]
    late: tuple[Event, ...]
    late_rest: Rest
    planned: tuple[Event, ...]
    known_before: Rest
    trips: tuple[Trip, ...]
    training: tuple[str, ...]
    documents: tuple[str, ...]
    figures: Figures
    trends: Trends
    sites: int
    gaps: tuple[Gap, ...]
    expected: float | None
    edited: tuple[Edited, ...]
    small_edits: int
    removed: tuple[Removed, ...]
    delisted: tuple[Removed, ...]
    corrections: tuple[Corrected, ...]

    @property
    def empty(self) -> bool:
        """True where nothing is told: no event, no change of a page, no correction."""
        lists = (self.events, self.late, self.planned, self.edited, self.removed, self.delisted, self.corrections)
        return not any(lists) and not self.late_rest.count


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
