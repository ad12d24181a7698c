"""What an edition tells: chosen from the database by the ledger of what its slice was told before."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from digests.coverage import edited, gaps, removed
from digests.entries import load_events
from digests.figures import figures
from digests.periods import Period
from digests.rows import EditionRows, Event, Rest
from digests.wording import region_rank
from pipeline.clock import beijing_day
from pipeline.store.models import EditionSlice, EventRow, Site, Told
from pipeline.words import Realis, Scope, Standing

TOLD_REALIS = (Realis.ACTUAL, Realis.PLANNED, Realis.CANCELLED, Realis.DENIED)
FOR_REVIEW = "OTHER.UNCLEAR"
LATE_LISTED = 30
"""Late events listed one by one, the newest; a backfill can bring thousands, which are told by their number."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What decides where an event stands in an edition."""

    id: str
    realis: str
    first_day: date | None
    last_day: date | None
    first_seen: date


@dataclass(frozen=True, slots=True)
class Sorted:
    """Untold events by the place they get: this week's, late, planned; ``waiting`` ones are left for their own week."""

    week: tuple[Candidate, ...]
    late: tuple[Candidate, ...]
    planned: tuple[Candidate, ...]
    waiting: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """An edition's rows, and what its slice has been told once it is sent: pairs of event and realis."""

    rows: EditionRows
    told: tuple[tuple[str, str], ...]


def choose(session: Session, week: Period, slice_id: int | None, cut_off: datetime, *, sample: bool = False) -> Choice:
    """What an edition of ``week`` tells a slice at ``cut_off``. ``slice_id`` None: a slice never told anything.

    Reads only. Figures come from the database; the lists hold what the slice was not told yet. A slice's first
    edition begins its ledger: what was known of earlier weeks is counted there and told, never listed as late.
    """
    known = {one.id: one for one in _candidates(session)}
    told = _told(session, slice_id)
    placed = sort_candidates([one for one in known.values() if (one.id, one.realis) not in told], week)
    begins = not _had_edition(session, slice_id)
    newest_first = sorted(placed.late, key=lambda one: (one.last_day or one.first_seen, one.id), reverse=True)
    listed = () if begins else tuple(newest_first[:LATE_LISTED])
    rest = newest_first[len(listed) :]
    events = load_events(session, [one.id for one in (*placed.week, *listed, *placed.planned)])
    edits, small_edits = edited(session, week, cut_off)
    rows = EditionRows(
        period=week.name,
        first_day=week.first,
        last_day=week.last,
        cut_off=cut_off,
        sample=sample,
        events=_in_order(events[one.id] for one in placed.week),
        late=tuple(events[one.id] for one in listed),
        late_rest=_rest(() if begins else rest),
        planned=tuple(events[one.id] for one in sorted(placed.planned, key=_by_day)),
        known_before=_rest(rest if begins else ()),
        figures=figures(session, week),
        sites=session.scalar(select(func.count()).select_from(Site).where(Site.watched)) or 0,
        gaps=gaps(session, week, cut_off),
        edited=edits,
        small_edits=small_edits,
        removed=removed(session, week, cut_off),
    )
    all_told = sorted((one.id, one.realis) for one in (*placed.week, *placed.late, *placed.planned))
    return Choice(rows, tuple(all_told))


def sort_candidates(candidates: Iterable[Candidate], week: Period) -> Sorted:
    """Where each untold event stands in an edition of ``week``.

    What took place after the week waits for its own. An undated event is late once it was first seen by the
    week's end. What is only announced (or called off) for the week or later days stands under planned.
    """
    places: dict[str, list[Candidate]] = defaultdict(list)
    for one in candidates:
        places[_place_of(one, week)].append(one)
    return Sorted(*(tuple(places[name]) for name in ("week", "late", "planned", "waiting")))


def _place_of(one: Candidate, week: Period) -> str:
    if one.last_day is None:
        return "late" if one.first_seen <= week.last else "waiting"
    if one.last_day < week.first:
        return "late"
    if one.realis != Realis.ACTUAL.value:
        return "planned"
    return "week" if one.last_day <= week.last else "waiting"


def _candidates(session: Session) -> Iterable[Candidate]:
    rows = session.execute(
        select(EventRow.id, EventRow.realis, EventRow.date_start, EventRow.date_end, EventRow.first_seen_at)
        .where(
            EventRow.scope == Scope.IN.value,
            EventRow.realis.in_([realis.value for realis in TOLD_REALIS]),
            EventRow.merged_into.is_(None),
            EventRow.standing != Standing.RETRACTED.value,
            EventRow.type != FOR_REVIEW,
        )
        .order_by(EventRow.id)
    )
    for event_id, realis, start, end, seen in rows:
        yield Candidate(event_id, realis, start, end or start, beijing_day(seen))


def _told(session: Session, slice_id: int | None) -> set[tuple[str, str]]:
    """What a slice was told. An event that took over another one counts as told with it: it is the same happening."""
    if slice_id is None:
        return set()
    ledger = select(Told.event_id, Told.realis).where(Told.slice_id == slice_id)
    pairs = {(event_id, realis) for event_id, realis in session.execute(ledger)}
    redirects = select(EventRow.id, EventRow.merged_into).where(EventRow.merged_into.is_not(None))
    merged = {row.id: row.merged_into for row in session.execute(redirects)}
    for event_id, realis in list(pairs):
        seen = {event_id}
        while (target := merged.get(event_id)) is not None and target not in seen:
            seen.add(target)
            pairs.add((target, realis))
            event_id = target
    return pairs


def _had_edition(session: Session, slice_id: int | None) -> bool:
    if slice_id is None:
        return False
    return session.scalar(select(EditionSlice.id).where(EditionSlice.slice_id == slice_id).limit(1)) is not None


def _by_day(one: Candidate) -> tuple[date, date, str]:
    return one.first_day or date.max, one.last_day or date.max, one.id


def _in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """This week's events as they are read: by region, then visits and meetings by day."""
    return tuple(sorted(events, key=lambda one: (region_rank(one.region), one.last_day or date.max, one.type, one.id)))


def _rest(candidates: Sequence[Candidate]) -> Rest:
    days = sorted(day for one in candidates for day in (one.first_day, one.last_day) if day is not None)
    return Rest(len(candidates), days[0] if days else None, days[-1] if days else None)
