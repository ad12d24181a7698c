"""Events into the database: only what differs is written, so that a second run writes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from pipeline.resolve.actors import Actor
from pipeline.resolve.best import Facts
from pipeline.store.models import (
    Base,
    Claim,
    EventCountry,
    EventLedger,
    EventRow,
    EventTheme,
    MentionRow,
    OrganisationRow,
    Page,
    Participation,
    PersonRow,
    Told,
)
from pipeline.words import Cluster, MentionKey, Standing

CODEBOOK_VERSION = "0.1"
BATCH = 400
"""Ids in one statement: SQLite takes at most 999 variables in its older builds."""

Rows = set[tuple[Any, ...]]


class MentionsMoved(Exception):
    """The mentions changed under the resolver's hands; the message says what to do."""


def write_events(
    session: Session,
    events: Mapping[str, Cluster],
    merged: Mapping[str, str],
    facts: Mapping[str, Facts],
    casts: Mapping[str, Sequence[Actor]],
    parents: Mapping[str, str],
) -> dict[str, int]:
    """Bring the event tables to what was resolved. Returns how many events are new, changed, and gone.

    Raises MentionsMoved where a mention was taken away since the mentions were read (a reprocess beside us).
    """
    mention_ids = {
        MentionKey(url, number): (mention_id, event_id)
        for url, number, mention_id, event_id in session.execute(
            select(Page.url, MentionRow.number, MentionRow.id, MentionRow.event_id).join(Page)
        )
    }
    if not all(key in mention_ids for cluster in events.values() for key in cluster.members):
        raise MentionsMoved("mentions were taken away while they were being resolved; run `idwatch resolve` again")
    _write_actors(session, casts)
    known = {row.id: row for row in session.scalars(select(EventRow))}
    counts = _write_event_rows(session, known, events, facts, merged)
    _write_parents(session, {event_id: parents.get(event_id) for event_id in events})
    _write_members(session, events, mention_ids)
    _sync(session, EventCountry, _country_rows(facts))
    _sync(session, EventTheme, {(event_id, theme) for event_id, fact in facts.items() for theme in fact.themes})
    _sync(session, Participation, _participation_rows(casts))
    _sync_claims(session, facts, mention_ids)
    counts["gone"] = _retire(session, set(known) - set(events), merged)
    return counts


def write_ledger(session: Session, entries: Iterable[Mapping[str, Any]]) -> None:
    """Mirror ledger lines into the table that analysts see."""
    known = {row.event_id: row for row in session.scalars(select(EventLedger))}
    for entry in entries:
        row = known.get(entry["event_id"])
        if row is None:
            session.add(EventLedger(**entry))
        else:
            row.members = entry["members"]


def _write_event_rows(
    session: Session,
    known: Mapping[str, EventRow],
    events: Mapping[str, Cluster],
    facts: Mapping[str, Facts],
    merged: Mapping[str, str],
) -> dict[str, int]:
    new, changed = 0, 0
    for event_id in events:
        values = {**facts[event_id].values, "merged_into": None}
        row = known.get(event_id)
        if row is None:
            session.add(EventRow(id=event_id, codebook_version=CODEBOOK_VERSION, **values))
            new += 1
        elif differing := {name: value for name, value in values.items() if getattr(row, name) != value}:
            for name, value in differing.items():
                setattr(row, name, value)
            changed += 1
    session.flush()
    for event_id, target in merged.items():
        if (row := known.get(event_id)) is not None and row.merged_into != target:
            row.merged_into = target
            changed += 1
    session.flush()
    return {"new": new, "changed": changed}


def _write_parents(session: Session, parents: Mapping[str, str | None]) -> None:
    held = dict(session.execute(select(EventRow.id, EventRow.parent_id)).tuples().all())
    for event_id, parent in parents.items():
        if held.get(event_id) != parent:
            session.execute(update(EventRow).where(EventRow.id == event_id).values(parent_id=parent))


def _write_members(
    session: Session, events: Mapping[str, Cluster], mention_ids: Mapping[MentionKey, tuple[int, str | None]]
) -> None:
    for event_id, cluster in events.items():
        moved = [mention_ids[key][0] for key in cluster.members if mention_ids[key][1] != event_id]
        if moved:
            session.execute(update(MentionRow).where(MentionRow.id.in_(moved)).values(event_id=event_id))


def _write_actors(session: Session, casts: Mapping[str, Sequence[Actor]]) -> None:
    """Persons and bodies met on pages; what the gazetteer gave is left as it is, names are only completed."""
    people: dict[str, dict[str, Any]] = {}
    bodies: dict[str, dict[str, Any]] = {}
    for _, cast in sorted(casts.items()):
        for actor in cast:
            target, actor_id = (people, actor.person) if actor.person else (bodies, actor.organisation)
            if actor_id is None:
                continue
            held = target.setdefault(actor_id, {"name_en": None, "name_zh": None, "country": None, "kind": None})
            for name in held:
                held[name] = held[name] or getattr(actor, name)
    for values in people.values():
        del values["kind"]  # of bodies alone
    _complete(session, PersonRow, people)
    _complete(session, OrganisationRow, bodies)
    session.flush()


def _complete(session: Session, model: type[PersonRow | OrganisationRow], wanted: Mapping[str, dict[str, Any]]) -> None:
    for actor_id, values in wanted.items():
        row = session.get(model, actor_id)
        if row is None:
            session.add(model(id=actor_id, source="page", **values))
            continue
        for name, value in values.items():
            if getattr(row, name) is None and value is not None:
                setattr(row, name, value)


def _country_rows(facts: Mapping[str, Facts]) -> Rows:
    return {
        (event_id, iso3, ordinal) for event_id, fact in facts.items() for ordinal, iso3 in enumerate(fact.countries)
    }


_PARTICIPATION = (
    Participation.event_id,
    Participation.side,
    Participation.role,
    Participation.actor,
    Participation.ordinal,
    Participation.person_id,
    Participation.organisation_id,
    Participation.is_leader,
    Participation.title_en,
    Participation.title_zh,
)


def _participation_rows(casts: Mapping[str, Sequence[Actor]]) -> Rows:
    return {
        (
            event_id,
            actor.side,
            actor.role,
            actor.key,
            ordinal,
            actor.person,
            actor.organisation,
            actor.is_leader,
            actor.title_en,
            actor.title_zh,
        )
        for event_id, cast in casts.items()
        for ordinal, actor in enumerate(cast)
    }


_COLUMNS: dict[type[Base], tuple[Any, ...]] = {
    EventCountry: (EventCountry.event_id, EventCountry.iso3, EventCountry.ordinal),
    EventTheme: (EventTheme.event_id, EventTheme.theme),
    Participation: _PARTICIPATION,
}


def _sync(session: Session, model: type[EventCountry | EventTheme | Participation], wanted: Rows) -> None:
    """Make the child rows of all events the wanted ones. An event whose rows differ has them written anew."""
    columns = _COLUMNS[model]
    held = {tuple(row) for row in session.execute(select(*columns))}
    touched = {row[0] for row in held ^ wanted}
    for ids in _batches(sorted(touched)):
        session.execute(delete(model).where(model.event_id.in_(ids)))
    names = [column.key for column in columns]
    fresh = [dict(zip(names, row, strict=True)) for row in wanted if row[0] in touched]
    if fresh:
        session.execute(insert(model), sorted(fresh, key=lambda row: (row["event_id"], row.get("ordinal", 0))))


def _sync_claims(
    session: Session, facts: Mapping[str, Facts], mention_ids: Mapping[MentionKey, tuple[int, str | None]]
) -> None:
    wanted = {
        (event_id, mention_ids[claim.mention][0], claim.field): (claim.value, claim.is_best)
        for event_id, fact in facts.items()
        for claim in fact.claims
    }
    held = {
        (row.event_id, row.mention_id, row.field): (row.value, row.is_best) for row in session.scalars(select(Claim))
    }
    touched = {key[0] for key in wanted.keys() | held.keys() if wanted.get(key) != held.get(key)}
    session.expunge_all()
    for ids in _batches(sorted(touched)):
        session.execute(delete(Claim).where(Claim.event_id.in_(ids)))
    fresh = [
        {"event_id": key[0], "mention_id": key[1], "field": key[2], "value": value, "is_best": is_best}
        for key, (value, is_best) in sorted(wanted.items())
        if key[0] in touched
    ]
    if fresh:
        session.execute(insert(Claim), fresh)


def _retire(session: Session, without_mentions: Collection[str], merged: Mapping[str, str]) -> int:
    """Events whose mentions all went to another event redirect to it; one nobody ever told is deleted.

    An event that a digest told and that no page ever bore (a rule was mended) stays, as retracted.
    """
    left = sorted(set(without_mentions) - set(merged))
    told = set(session.scalars(select(Told.event_id)))
    redirected = set(session.scalars(select(EventRow.id).where(EventRow.merged_into.is_not(None))))
    gone = [event_id for event_id in left if event_id not in told and event_id not in redirected]
    for ids in _batches(gone):
        session.execute(delete(EventRow).where(EventRow.id.in_(ids)))
    for ids in _batches([event_id for event_id in left if event_id in told]):
        session.execute(update(EventRow).where(EventRow.id.in_(ids)).values(standing=Standing.RETRACTED.value))
    return len(gone)


def _batches(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
