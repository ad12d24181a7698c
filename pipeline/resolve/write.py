"""Events into the database: only what was touched is looked at, and only what differs is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from pipeline.archive.ledger import LedgerEntry
from pipeline.resolve.actors import Actor
from pipeline.resolve.best import Facts
from pipeline.resolve.casts import Casts, forget_actors, page_made, write_casts
from pipeline.resolve.edits import Edit
from pipeline.resolve.related import Related
from pipeline.store.models import (
    Base,
    CandidateEdge,
    Claim,
    EventCountry,
    EventRow,
    EventTheme,
    MentionBlock,
    MentionLink,
    MentionPointer,
    MentionRow,
    Participation,
    Told,
)
from pipeline.store.rows import batches, insert_new, table
from pipeline.words import Cluster, MentionKey, Standing

CODEBOOK_VERSION = "0.1"
SILENT = {"confidence", "first_seen_at", "codebook_version"}
"""Columns of an event that may change without its saying anything else."""

Rows = set[tuple[Any, ...]]


class MentionsMoved(Exception):
    """The mentions changed under the resolver's hands; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was resolved, ready to be written.

    ``ledger`` holds the ids at hand as they are now; ``gone`` and ``retracted`` are events that lost all mentions, to
    their pages' going away and to an analyst's rejecting. ``pointers`` are mentions that make no event, and the events
    they point at. ``ids`` are the rows of the mentions in ``event_of``, and ``beside`` further ones that must still be
    there. ``everything`` says that nothing was left out, so that what is not here is not at all.
    """

    events: Mapping[str, Cluster]
    retracted: Mapping[str, Cluster]
    gone: Collection[str]
    ledger: Mapping[str, LedgerEntry]
    facts: Mapping[str, Facts]
    casts: Casts
    edits: Mapping[str, Sequence[Edit]]
    related: Related
    pointers: Mapping[MentionKey, Collection[str]]
    ids: Mapping[MentionKey, int]
    beside: Collection[int]
    event_of: Mapping[MentionKey, str | None]
    everything: bool = False

    @property
    def redirects(self) -> dict[str, LedgerEntry]:
        """The ids at hand that were merged into another."""
        return {event_id: entry for event_id, entry in self.ledger.items() if entry.merged_into is not None}

    @property
    def scope(self) -> set[str]:
        """All events that this is about."""
        return {*self.events, *self.retracted, *self.gone, *self.redirects}


@dataclass(slots=True)
class Counts:
    """How many events are new, changed, and gone."""

    new: int = 0
    changed: int = 0
    gone: int = 0


def write_events(
    session: Session, change: Change, cast_again: Callable[[Collection[str]], Casts], now: datetime
) -> Counts:
    """Bring the event tables to what was resolved. ``cast_again`` as ``write_casts`` asks.

    An event that was there and says something else than before gets ``now`` as its ``changed_at``.
    Raises MentionsMoved where a mention was taken away since the mentions were read (a reprocess beside us).
    """
    stood_in = _hold_mentions(session, change)
    counts, new = _write_event_rows(session, change, now)
    _write_members(session, change, stood_in)
    concerned = page_made(session) if change.everything else set()
    left = change.scope - set(change.casts)
    written = write_casts(session, change.casts, left, cast_again)
    scope = change.scope | set(written.casts)
    say_else = _sync(session, Participation, _participation_rows(written.casts), scope)
    say_else |= _sync(session, EventCountry, _country_rows(change.facts), change.scope)
    themes = {(event_id, theme) for event_id, fact in change.facts.items() for theme in fact.themes}
    say_else |= _sync(session, EventTheme, themes, change.scope)
    for some in batches(sorted(say_else - new)):
        session.execute(update(EventRow).where(EventRow.id.in_(some)).values(changed_at=now))
    _sync_claims(session, change)
    counts.gone = _retire(session, change.gone)
    alone = dict.fromkeys(change.scope)  # what is no event any more belongs to none
    _write_relation(session, "parent_id", alone | change.related.parents)
    _write_relation(session, "realises_id", alone | change.related.realises)
    _write_pointers(session, change)
    forget_actors(session, concerned | written.concerned)
    return counts


def write_candidates(
    session: Session,
    blocks: Mapping[int, Collection[int]],
    edges: Mapping[tuple[int, int], float],
    links: Iterable[tuple[int, int]],
) -> None:
    """Bring the blocks, edges and links of some mentions (the keys of ``blocks``) to those found."""
    for some in batches(sorted(blocks)):
        query = select(MentionBlock.mention_id, MentionBlock.block).where(MentionBlock.mention_id.in_(some))
        before: dict[int, set[int]] = {mention_id: set() for mention_id in some}
        for mention_id, block in session.execute(query):
            before[mention_id].add(block)
        for mention_id in some:
            for part in batches(sorted(before[mention_id] - set(blocks[mention_id]))):
                own = delete(MentionBlock).where(MentionBlock.mention_id == mention_id)
                session.execute(own.where(MentionBlock.block.in_(part)))
        new = [(block, mention_id) for mention_id in some for block in set(blocks[mention_id]) - before[mention_id]]
        if new:
            rows = [{"block": block, "mention_id": mention_id} for block, mention_id in sorted(new)]
            session.connection().execute(insert(table(MentionBlock)), rows)
        for model in (CandidateEdge, MentionLink):
            for end in (model.a_id, model.b_id):
                session.execute(delete(model).where(end.in_(some)))
    found = [{"a_id": a_id, "b_id": b_id, "bits": bits} for (a_id, b_id), bits in sorted(edges.items())]
    insert_new(session, CandidateEdge, found, ["a_id", "b_id"])
    insert_new(session, MentionLink, [{"a_id": a_id, "b_id": b_id} for a_id, b_id in sorted(links)], ["a_id", "b_id"])


def _hold_mentions(session: Session, change: Change) -> dict[int, str | None]:
    """The events that the mentions stand in so far. On PostgreSQL nobody takes one away until we are done."""
    found: dict[int, str | None] = {}
    needed = {*change.ids.values(), *change.beside}
    for some in batches(sorted(needed)):
        query = select(MentionRow.id, MentionRow.event_id).where(MentionRow.id.in_(some)).order_by(MentionRow.id)
        rows = session.execute(query.with_for_update(read=True, key_share=True))
        found |= dict(rows.all())
    if len(found) < len(needed):
        raise MentionsMoved("mentions were taken away while they were being resolved; run `idwatch resolve` again")
    return found


def _write_event_rows(session: Session, change: Change, now: datetime) -> tuple[Counts, set[str]]:
    """The counts, and the ids of the rows that are new."""
    counts = Counts()
    wanted = {event_id: _values(change, event_id) for event_id in (*change.events, *change.retracted)}
    for event_id, entry in change.redirects.items():
        target = wanted.get(entry.merged_into or "")
        wanted[event_id] = {
            **({name: value for name, value in target.items() if name != "split_from"} if target else {}),
            "merged_into": entry.merged_into,
            "merged_reason": entry.reason,
            "split_from": entry.split_from,
        }
    known = _known(session, wanted)
    new = [{"id": event_id, **values} for event_id, values in wanted.items() if event_id not in known]
    new = [row for row in new if "type" in row]  # a redirect to an event that is not at hand has nothing to show
    if new:
        session.connection().execute(insert(table(EventRow)), sorted(new, key=lambda row: row["id"]))
    for event_id, row in known.items():
        differing = {name: value for name, value in wanted[event_id].items() if row[name] != value}
        if differing:
            said = {"changed_at": now} if differing.keys() - SILENT else {}
            own = update(table(EventRow)).where(table(EventRow).c.id == event_id)
            session.execute(own.values(**differing, **said))
            counts.changed += 1
    counts.new = sum(row["merged_into"] is None for row in new)
    return counts, {row["id"] for row in new}


def _values(change: Change, event_id: str) -> dict[str, Any]:
    entry = change.ledger.get(event_id)
    return {
        **change.facts[event_id].values,
        "codebook_version": CODEBOOK_VERSION,
        "disputed": ";".join(change.facts[event_id].disputed) or None,
        "merged_into": None,
        "merged_reason": None,
        "split_from": entry.split_from if entry is not None else None,
        **({"standing": Standing.RETRACTED.value} if event_id in change.retracted else {}),
    }


def _known(session: Session, ids: Collection[str]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for some in batches(sorted(ids)):
        query = select(table(EventRow)).where(EventRow.id.in_(some))
        found |= {row["id"]: dict(row) for row in session.execute(query).mappings()}
    return found


def _write_relation(session: Session, column: str, wanted: Mapping[str, str | None]) -> None:
    events = table(EventRow)
    for some in batches(sorted(wanted)):
        query = select(events.c.id, events.c[column]).where(events.c.id.in_(some))
        for event_id, before in session.execute(query).all():
            if before != wanted[event_id]:
                session.execute(update(events).where(events.c.id == event_id).values({column: wanted[event_id]}))


def _write_pointers(session: Session, change: Change) -> None:
    pointers = table(MentionPointer)
    wanted = {(change.ids[key], event_id) for key, targets in change.pointers.items() for event_id in targets}
    held = set()
    for some in batches(sorted(change.ids.values())):
        held |= {tuple(row) for row in session.execute(select(pointers).where(pointers.c.mention_id.in_(some)))}
    for mention_id, event_id in sorted(held - wanted):
        own = delete(pointers).where(pointers.c.mention_id == mention_id, pointers.c.event_id == event_id)
        session.execute(own)
    if wanted - held:
        names = ("mention_id", "event_id")
        rows = [dict(zip(names, row, strict=True)) for row in sorted(wanted - held)]
        session.connection().execute(insert(pointers), rows)


def _write_members(session: Session, change: Change, stood_in: Mapping[int, str | None]) -> None:
    moved = [
        {"mention": change.ids[key], "event": event_id}
        for key, event_id in change.event_of.items()
        if stood_in[change.ids[key]] != event_id
    ]
    if moved:
        mentions = table(MentionRow)
        statement = update(mentions).where(mentions.c.id == bindparam("mention")).values(event_id=bindparam("event"))
        session.connection().execute(statement, sorted(moved, key=lambda row: int(row["mention"] or 0)))


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


def _sync(
    session: Session,
    model: type[EventCountry | EventTheme | Participation],
    wanted: Rows,
    scope: Collection[str],
) -> set[str]:
    """Make the child rows of the events in scope the wanted ones. An event whose rows differ has them written anew.

    Gives those events.
    """
    columns = _COLUMNS[model]
    held: Rows = set()
    for some in batches(sorted(scope)):
        held |= {tuple(row) for row in session.execute(select(*columns).where(model.event_id.in_(some)))}
    touched = {row[0] for row in held ^ wanted}
    for some in batches(sorted(touched)):
        session.execute(delete(model).where(model.event_id.in_(some)))
    names = [column.key for column in columns]
    fresh = [dict(zip(names, row, strict=True)) for row in wanted if row[0] in touched]
    if fresh:
        fresh.sort(key=lambda row: (row["event_id"], row.get("ordinal", 0)))
        session.connection().execute(insert(table(model)), fresh)
    return touched


_Key = tuple[str, int | None, str | None, str]


def _sync_claims(session: Session, change: Change) -> None:
    wanted: dict[_Key, tuple[Any, bool]] = {
        (event_id, change.ids[claim.mention], None, claim.field): (claim.value, claim.is_best)
        for event_id, fact in change.facts.items()
        for claim in fact.claims
    }
    wanted |= {
        (event_id, None, edit.override, edit.field): (edit.value, True)
        for event_id, edits in change.edits.items()
        for edit in edits
    }
    held: dict[_Key, tuple[Any, bool]] = {}
    claims = table(Claim)
    for some in batches(sorted(change.scope)):
        for row in session.execute(select(claims).where(claims.c.event_id.in_(some))).mappings():
            key = (row["event_id"], row["mention_id"], row["override_id"], row["field"])
            held[key] = (row["value"], row["is_best"])
    touched = {key[0] for key in wanted.keys() | held.keys() if wanted.get(key) != held.get(key)}
    for some in batches(sorted(touched)):
        session.execute(delete(claims).where(claims.c.event_id.in_(some)))
    names = ("event_id", "mention_id", "override_id", "field")
    fresh = [
        dict(zip(names, key, strict=True)) | {"value": value, "is_best": is_best}
        for key, (value, is_best) in sorted(wanted.items(), key=lambda item: (item[0][0], item[0][1] or 0, item[0][3]))
        if key[0] in touched
    ]
    if fresh:
        session.connection().execute(insert(claims), fresh)


def _retire(session: Session, gone: Collection[str]) -> int:
    """Events that no page bears any more: one that nobody was ever told of, and none redirects to, is deleted.

    The others stay, as retracted.
    """
    events = table(EventRow)
    count = 0
    for some in batches(sorted(gone)):
        kept = set(session.scalars(select(Told.event_id).where(Told.event_id.in_(some))))
        kept |= set(session.scalars(select(events.c.merged_into).where(events.c.merged_into.in_(some))))
        deleted = session.execute(delete(events).where(events.c.id.in_([one for one in some if one not in kept])))
        count += int(getattr(deleted, "rowcount", 0))
        retracted = update(events).where(events.c.id.in_(_present(kept)))
        session.execute(retracted.values(standing=Standing.RETRACTED.value, merged_into=None, merged_reason=None))
    return count


def _present(ids: Iterable[str | None]) -> list[str]:
    return sorted(one for one in ids if one is not None)
