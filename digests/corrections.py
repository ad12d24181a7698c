"""Corrections: what editions told beside what holds now; each told once, and only to who had the edition.

What counts as wrong is in docs/digest.md, Corrections. The facts told stand in the ledger; ``differing`` compares them
by ids, so that finding what is wrong needs no event loaded.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from digests.known import Fact, Known
from digests.rows import Cast, Corrected, Event, Facts, canonical
from digests.slices import whole_keys
from pipeline.store.models import Correction, Edition, Slice, Told
from pipeline.store.rows import batches
from pipeline.words import Realis, Standing

CHANGED, RETRACTED, MERGED = "changed", "retracted", "merged"
NAMED = ("chinese", "foreign", "bodies")
"""Fields of facts that hold names by id."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """A row of a slice's ledger that no longer holds. ``now_id`` is the event that holds instead, None: none does."""

    event_id: str
    realis: str
    edition_id: int
    period: str
    why: str
    fields: tuple[str, ...]
    was: Facts
    now_id: str | None


def facts_of(event: Event) -> Facts:
    """What an edition says of an event that can turn out wrong."""
    bodies = {body.id: body.name.text for cast in (event.chinese, event.foreign) for body in cast.bodies}
    behind = (person.body for cast in (event.chinese, event.foreign) for person in cast.people)
    return Facts(
        type=event.type,
        realis=event.realis,
        first_day=event.first_day,
        last_day=event.last_day,
        iso3=event.iso3,
        countries=event.countries,
        chinese=_principals(event.chinese),
        foreign=_principals(event.foreign),
        bodies=bodies | {body.id: body.name.text for body in behind if body is not None},
        standing=event.standing,
    )


def _principals(cast: Cast) -> dict[str, str]:
    return {person.id: person.name.text for person in cast.people}


def as_facts(text: str) -> Facts:
    """Facts from their canonical JSON."""
    values: dict[str, Any] = json.loads(text)
    for name in ("first_day", "last_day"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    return Facts(**values | {name: tuple(values[name]) for name in ("iso3", "countries")})


# --- finding ---------------------------------------------------------------------------------------


def find_wrong(session: Session, known: Known, slices: Sequence[int]) -> dict[int, list[Wrong]]:
    """What is wrong in the ledgers of slices, by slice, in the order of the editions that told it. Reads only.

    Facts are the same for all slices of a language, so that each text is compared once.
    """
    told = select(Told.event_id, Told.realis, Told.facts).where(Told.slice_id.in_(slices), Told.facts.is_not(None))
    suspects = {
        event_id
        for event_id, realis, text in session.execute(told.distinct())
        if text is not None and _verdict(event_id, as_facts(text), known) is not None
    }
    if not suspects:
        return {}
    shown = _shown(session, slices, {known.merged.get(event_id, event_id) for event_id in suspects})
    found: dict[int, list[Wrong]] = defaultdict(list)
    rows = [
        pair
        for some in batches(sorted(suspects))
        for pair in session.execute(
            select(Told, Edition.period)
            .join(Edition, Edition.id == Told.edition_id)
            .where(Told.slice_id.in_(slices), Told.event_id.in_(some), Told.facts.is_not(None))
        )
    ]
    for row, period in sorted(rows, key=lambda pair: (pair[0].edition_id, pair[0].event_id, pair[0].realis)):
        was = as_facts(row.facts or "")
        verdict = _verdict(row.event_id, was, known)
        if verdict is None:
            continue
        why, fields, now_id = verdict
        if row.event_id in known.merged and now_id is not None and (row.slice_id, now_id) in shown:
            if was.merged_into == now_id:
                continue
            why, fields = MERGED, ("merged_into",)
        elif why == MERGED:
            continue  # taken over by an event the slice never read: told with it, and nothing else differs
        wrong = Wrong(row.event_id, row.realis, row.edition_id, period, why, fields, was, now_id)
        found[row.slice_id].append(wrong)
    return found


def _shown(session: Session, slices: Sequence[int], events: Collection[str]) -> set[tuple[int, str]]:
    """Which of these events slices were told in words."""
    told = select(Told.slice_id, Told.event_id).where(Told.slice_id.in_(slices), Told.facts.is_not(None))
    return {
        (slice_id, event_id)
        for some in batches(sorted(events))
        for slice_id, event_id in session.execute(told.where(Told.event_id.in_(some)))
    }


def _verdict(event_id: str, was: Facts, known: Known) -> tuple[str, tuple[str, ...], str | None] | None:
    """Why told facts may not hold, in which fields, and the id that holds instead; None where all is well."""
    now_id = known.merged.get(event_id, event_id)
    fact = known.facts.get(now_id)
    if fact is None:
        return None if was.standing == Standing.RETRACTED.value else (RETRACTED, ("standing",), None)
    if fields := differing(was, fact):
        return CHANGED, fields, now_id
    return (MERGED, (), now_id) if now_id != event_id and was.merged_into != now_id else None


def differing(was: Facts, now: Fact) -> tuple[str, ...]:
    """The material fields in which told facts are not those that hold. A realis told anew is told, not corrected."""
    if was.realis != now.realis:
        return ("realis",) if was.realis == Realis.ACTUAL.value else ()
    tests = {
        "type": was.type != now.type,
        "days": was.first_day is not None and not _within(was, now),
        "countries": bool(was.iso3) and set(was.iso3) != set(now.iso3),
        "chinese": not set(was.chinese) <= set(now.person_ids),
        "foreign": not set(was.foreign) <= set(now.person_ids),
        "bodies": not set(was.bodies) <= set(now.body_ids),
        "standing": (was.standing in DOUBTED) != (now.standing in DOUBTED),
    }
    return tuple(name for name, wrong in tests.items() if wrong)


DOUBTED = {Standing.DISPUTED.value, Standing.RETRACTED.value}


def _within(was: Facts, now: Fact) -> bool:
    """Whether the days that hold lie in those that were told: a day that became known inside a span was not wrong."""
    if was.first_day is None or was.last_day is None or now.first_day is None or now.last_day is None:
        return False
    return was.first_day <= now.first_day and now.last_day <= was.last_day


# --- telling ---------------------------------------------------------------------------------------


def corrected(wrong: Wrong, events: Mapping[str, Event]) -> Corrected | None:
    """A correction as an edition tells it; None where only ids changed and every name told is still there.

    ``events`` holds the events, by id, in the language of the slice.
    """
    now = events.get(wrong.now_id) if wrong.now_id is not None else None
    fields = wrong.fields
    if now is not None:
        names = _names(now)
        same = {field for field in NAMED if set(getattr(wrong.was, field).values()) <= names}
        fields = tuple(field for field in fields if field not in same)
        if not fields:
            return None
    source = now or events.get(wrong.event_id)
    return Corrected(
        event_id=wrong.event_id,
        now_id=wrong.now_id or wrong.event_id,
        realis=wrong.realis,
        period=wrong.period,
        why=wrong.why,
        fields=fields,
        was=wrong.was,
        now=facts_of(now) if now is not None else None,
        copy=next((one.copy for one in source.sources), None) if source is not None else None,
    )


def renewed(one: Corrected) -> Facts:
    """The facts that the ledger holds once a correction was told, so that it is told once."""
    if one.now is None:
        return replace(one.was, standing=Standing.RETRACTED.value)
    return replace(one.now, merged_into=one.now_id) if one.why == MERGED else one.now


def _names(event: Event) -> set[str]:
    people = (*event.chinese.people, *event.chinese.present, *event.foreign.people, *event.foreign.present)
    bodies = (*event.chinese.bodies, *event.foreign.bodies, *(one.body for one in people if one.body is not None))
    return {one.name.text for one in people} | {one.name.text for one in bodies}


# --- the feed --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToldCorrection:
    """A correction as it was told in public: in which edition and when, of which edition, why, and the facts."""

    event_id: str
    period: str
    told_at: datetime
    corrected: str
    why: str
    was: Facts
    now: Facts | None


def told_corrections(session: Session, limit: int) -> list[ToldCorrection]:
    """The newest corrections told to who asks for everything, in English; the newest first. Reads only."""
    wrong = aliased(Edition)
    rows = session.execute(
        select(Correction, Edition.period, Edition.cut_off, wrong.period)
        .join(Edition, Edition.id == Correction.edition_id)
        .join(wrong, wrong.id == Correction.corrected_id)
        .join(Slice, Slice.id == Correction.slice_id)
        .where(Slice.key.in_(whole_keys()))
        .order_by(Edition.cut_off.desc(), Correction.id.desc())
        .limit(limit)
    )
    return [
        ToldCorrection(
            row.event_id, period, at, before, row.why, as_facts(row.was), as_facts(row.now) if row.now else None
        )
        for row, period, at, before in rows
    ]


def as_text(facts: Facts) -> str:
    """Facts as the ledger keeps them."""
    return canonical(asdict(facts))
