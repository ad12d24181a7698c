"""Corrections: what editions told beside what holds now; each told once, and only to who had the edition.

What counts as wrong is in docs/digest.md, Corrections. The facts told stand in the ledger; they are compared by ids
(``digests.facts``), so that finding what is wrong needs no event loaded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from digests.facts import NAMED, as_facts, differing, facts_of, only_respelt
from digests.firsts import Earlier
from digests.known import Known
from digests.moved import Line, Sent, lines_before
from digests.rows import Corrected, Event, Facts, Reason
from digests.slices import whole_keys
from pipeline.store.models import Correction, Edition, Slice, Told
from pipeline.store.rows import batches
from pipeline.words import Standing

CHANGED, RETRACTED, MERGED = "changed", "retracted", "merged"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A line of a ledger that no longer holds. ``now_id`` is the event that holds instead, None: none does;
    ``firsts`` are those told that still are firsts."""

    line: Line
    why: str
    fields: tuple[str, ...]
    now_id: str | None
    firsts: tuple[Reason, ...] = ()


# --- finding ---------------------------------------------------------------------------------------

_Verdict = tuple[str, tuple[str, ...], str | None]


def find_wrong(session: Session, known: Known, slices: Sequence[int], sent: Sent) -> dict[int, list[Wrong]]:
    """What is wrong in what the readers of slices were told, through these or through others (``sent``), by slice, in
    the order of the editions that told it. Reads only.
    """
    earlier = Earlier(known)
    lines = [(line.slice_id, line) for line in _suspects(session, known, slices, earlier)]
    lines += [(one, line) for one, some in lines_before(session, sent, known.merged).items() for line in some]
    judged = [(one, line, _verdict(line.event_id, line.was, known, earlier)) for one, line in lines]
    wrong = [(one, line, verdict) for one, line, verdict in judged if verdict is not None]
    ends = {now_id for _, _, (_, _, now_id) in wrong if now_id is not None}
    shown = _shown(session, {line.slice_id for _, line, _ in wrong}, ends)
    found: dict[int, list[Wrong]] = defaultdict(list)
    for one, line, (why, fields, now_id) in sorted(wrong, key=lambda some: _order(some[1])):
        if now_id not in (None, line.event_id) and fields != ("realis",):
            if (line.slice_id, now_id) in shown:
                if line.was.merged_into == now_id:
                    continue
                why, fields = MERGED, ("merged_into",)
            elif why == MERGED:
                continue  # taken over by an event the slice never read: told with it, and nothing else differs
        fact = known.facts.get(now_id or "")
        firsts = tuple(first for first in line.was.firsts if fact is not None and not earlier.known(first, fact))
        found[one].append(Wrong(line, why, fields, now_id, firsts))
    return found


def _order(line: Line) -> tuple[int, str, str]:
    return line.edition_id, line.event_id, line.realis


def _suspects(session: Session, known: Known, slices: Sequence[int], earlier: Earlier) -> Iterator[Line]:
    """The lines, in words, of these slices' ledgers that may not hold.

    Facts are the same for all slices of a language, so that each text is compared once.
    """
    told = select(Told.event_id, Told.facts).where(Told.slice_id.in_(slices), Told.facts.is_not(None))
    suspects = {
        event_id
        for event_id, text in session.execute(told.distinct())
        if text is not None and _verdict(event_id, as_facts(text), known, earlier) is not None
    }
    for some in batches(sorted(suspects)):
        rows = session.execute(
            select(Told, Edition.period)
            .join(Edition, Edition.id == Told.edition_id)
            .where(Told.slice_id.in_(slices), Told.event_id.in_(some), Told.facts.is_not(None))
        )
        for row, period in rows:
            was = as_facts(row.facts or "")
            yield Line(row.slice_id, row.event_id, row.realis, row.edition_id, period, was)


def _shown(session: Session, slices: Collection[int], events: Collection[str]) -> set[tuple[int, str]]:
    """Which of these events slices were told in words."""
    told = select(Told.slice_id, Told.event_id).where(Told.slice_id.in_(slices), Told.facts.is_not(None))
    return {
        (slice_id, event_id)
        for some in batches(sorted(events))
        for slice_id, event_id in session.execute(told.where(Told.event_id.in_(some)))
    }


def _verdict(event_id: str, was: Facts, known: Known, earlier: Earlier) -> _Verdict | None:
    """Why told facts may not hold, in which fields, and the id that holds instead; None where all is well."""
    now_id = known.merged.get(event_id, event_id)
    fact = known.facts.get(now_id)
    if fact is None:
        return None if was.standing == Standing.RETRACTED.value else (RETRACTED, ("standing",), None)
    if fields := differing(was, fact, earlier):
        return CHANGED, fields, now_id
    # a plan that the event which took place took over has come further, as one that keeps its id
    taken_over = now_id not in (event_id, was.merged_into) and was.realis == fact.realis
    return (MERGED, (), now_id) if taken_over else None


# --- telling ---------------------------------------------------------------------------------------


def corrected(wrong: Wrong, events: Mapping[str, Event], slice_id: int) -> Corrected | None:
    """A correction as an edition tells it a slice; None where only ids and spellings changed.

    ``events`` holds the events, by id, in the language of the slice.
    """
    line = wrong.line
    now = events.get(wrong.now_id) if wrong.now_id is not None else None
    facts = replace(facts_of(now), firsts=wrong.firsts) if now is not None else None
    fields = wrong.fields
    if facts is not None:
        fields = tuple(one for one in fields if one not in NAMED or not only_respelt(one, line.was, facts))
        if not fields:
            return None
    source = now or events.get(line.event_id)
    return Corrected(
        event_id=line.event_id,
        now_id=wrong.now_id or line.event_id,
        realis=line.realis,
        period=line.period,
        why=wrong.why,
        fields=fields,
        was=line.was,
        now=facts,
        copy=next((one.copy for one in source.sources), None) if source is not None else None,
        slice_id=line.slice_id,
        left=line.slice_id != slice_id,
    )


def renewed(one: Corrected) -> Facts:
    """The facts that the ledger holds once a correction was told, so that it is told once."""
    if one.now is None:
        return replace(one.was, standing=Standing.RETRACTED.value)
    return replace(one.now, merged_into=one.now_id) if one.why == MERGED else one.now


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
