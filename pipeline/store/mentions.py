"""Mentions: borne by readings in order of time, numbered within their page, and written where they differ."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from pipeline.extract.serialise import mention_from_json, mention_to_json
from pipeline.store import stale
from pipeline.store.models import EvidenceRow, FindingRow, MentionRow
from pipeline.store.rows import batches, storable, table
from pipeline.watch.overlap import pairs
from pipeline.words import Extraction, Finding, Mention


@dataclass(frozen=True, slots=True)
class Borne:
    """A mention with the newest reading that bears it, and the snapshot that no longer does, None while it stands."""

    mention: Mention
    reading_id: int
    lost_snapshot_id: int | None = None


def bear(readings: Sequence[tuple[int, int]], extractions: Sequence[Extraction]) -> list[Borne]:
    """The mentions of a page from its readings (reading and snapshot id, in order of time) and what each says.

    Numbers and parents count within the page over all readings: a mention keeps its number as long as a later
    reading has one that overlaps it, and nobody else ever gets it.
    """
    borne: list[Borne] = []
    for (reading_id, snapshot_id), extraction in zip(readings, extractions, strict=True):
        found = sorted(extraction.mentions, key=lambda mention: mention.number)
        standing = [position for position, old in enumerate(borne) if old.lost_snapshot_id is None]
        lost = [position for position in range(len(borne)) if position not in standing]
        position_of = _match(found, borne, standing)
        left = [i for i in range(len(found)) if i not in position_of]
        again = _match([found[i] for i in left], borne, lost)
        position_of |= {left[i]: position for i, position in again.items()}
        number_of = {found[i].number: borne[position].mention.number for i, position in position_of.items()}
        taken = {old.mention.number for old in borne}
        for i, mention in enumerate(found):
            if i not in position_of:
                number = mention.number if mention.number not in taken else max(taken) + 1
                taken.add(number)
                number_of[mention.number] = number
        for position in standing:
            if position not in position_of.values():
                borne[position] = replace(borne[position], lost_snapshot_id=snapshot_id)
        for i, mention in enumerate(found):
            new = Borne(_numbered(mention, number_of), reading_id)
            if i in position_of:
                borne[position_of[i]] = new
            else:
                borne.append(new)
    return borne


def write_mentions(session: Session, wanted: Mapping[int, Sequence[Borne]], extractor_version: str) -> int:
    """Bring the mentions of pages (by id) to those given; gives how many are new.

    A mention keeps the number of the row that says the same, so that what refers to it stays true when better rules
    find more on the page. A row that nothing bears any more, not even an older snapshot, is deleted. Pages that have
    or had mentions are marked for the resolver, also where the mentions stayed: their titles may not have.
    """
    rows = _rows(session, wanted)
    evidence = _evidence(session, [row["id"] for found in rows.values() for row in found])
    made: list[tuple[dict[str, Any], Mention]] = []
    gone: list[int] = []
    rewritten: list[tuple[int, Mention]] = []
    for page_id, borne in wanted.items():
        found = rows[page_id]
        kept = _renumbered(borne, [mention_from_json(row["content"]) for row in found])
        by_number = {row["number"]: row for row in found}
        gone += [row["id"] for number, row in by_number.items() if number not in {one.mention.number for one in kept}]
        for one in kept:
            row = _row(page_id, one, extractor_version)
            known = by_number.get(one.mention.number)
            if known is None:
                made.append((row, one.mention))
                continue
            if any(known[name] != value for name, value in row.items()):
                session.execute(update(MentionRow).where(MentionRow.id == known["id"]).values(**row))
            if evidence[known["id"]] != _evidence_rows(known["id"], one.mention):
                rewritten.append((known["id"], one.mention))
    stale.mark_partners(session, gone)
    stale.mark(session, [page_id for page_id, borne in wanted.items() if borne or rows[page_id]])
    for some in batches(gone):
        session.execute(delete(MentionRow).where(MentionRow.id.in_(some)))
    if made:
        mentions = table(MentionRow)
        statement = insert(mentions).returning(mentions.c.id, sort_by_parameter_order=True)
        ids = session.connection().execute(statement, [row for row, _ in made]).scalars().all()
        _write_evidence(session, [(number, mention) for number, (_, mention) in zip(ids, made, strict=True)])
    for some_ids in batches([number for number, _ in rewritten]):
        session.execute(delete(EvidenceRow).where(EvidenceRow.mention_id.in_(some_ids)))
    _write_evidence(session, rewritten)
    return len(made)


def write_findings(session: Session, wanted: Mapping[int, Sequence[Finding]]) -> None:
    """Bring the findings of readings (by id) to those given."""
    known: dict[int, list[Finding]] = defaultdict(list)
    for some in batches(sorted(wanted)):
        query = select(FindingRow).where(FindingRow.reading_id.in_(some)).order_by(FindingRow.ordinal)
        for row in session.scalars(query):
            known[row.reading_id].append(Finding(row.kind, row.text, row.start, row.end))
    cleaned = {
        reading_id: [replace(one, kind=one.kind[:40], text=storable(one.text)) for one in findings]
        for reading_id, findings in wanted.items()
    }
    differing = {reading_id: found for reading_id, found in cleaned.items() if found != known[reading_id]}
    for some in batches(sorted(differing)):
        session.execute(delete(FindingRow).where(FindingRow.reading_id.in_(some)))
    rows = [
        {
            "reading_id": reading_id,
            "ordinal": ordinal,
            "kind": one.kind,
            "text": one.text,
            "start": one.start,
            "end": one.end,
        }
        for reading_id, findings in differing.items()
        for ordinal, one in enumerate(findings)
    ]
    if rows:
        session.connection().execute(insert(table(FindingRow)), rows)


def _match(found: Sequence[Mention], borne: Sequence[Borne], positions: Sequence[int]) -> dict[int, int]:
    matched = pairs(found, [borne[position].mention for position in positions])
    return {i: positions[j] for i, j in matched.items()}


def _numbered(mention: Mention, number_of: Mapping[int, int]) -> Mention:
    parent = number_of.get(mention.parent) if mention.parent is not None else None
    return replace(mention, number=number_of[mention.number], parent=parent)


def _renumbered(borne: Sequence[Borne], known: Sequence[Mention]) -> list[Borne]:
    """The mentions under the numbers of the rows that say the same; others take their own number, if free."""
    matched = pairs([one.mention for one in borne], known)
    number_of = {borne[i].mention.number: known[j].number for i, j in matched.items()}
    taken = {mention.number for mention in known}
    for i, one in enumerate(borne):
        if i not in matched:
            number = one.mention.number if one.mention.number not in taken else max(taken) + 1
            taken.add(number)
            number_of[one.mention.number] = number
    return [replace(one, mention=_numbered(one.mention, number_of)) for one in borne]


def _row(page_id: int, one: Borne, extractor_version: str) -> dict[str, Any]:
    mention = one.mention
    return {
        "page_id": page_id,
        "number": mention.number,
        "reading_id": one.reading_id,
        "lost_snapshot_id": one.lost_snapshot_id,
        "extractor_version": extractor_version,
        "type": mention.type,
        "date_start": mention.date_start,
        "date_end": mention.date_end,
        "realis": mention.realis.value,
        "scope": mention.scope.value,
        "confidence": mention.confidence,
        # as the database will give it back: lists, not tuples
        "content": json.loads(json.dumps(mention_to_json(mention))),
    }


def _rows(session: Session, page_ids: Mapping[int, Any]) -> dict[int, list[dict[str, Any]]]:
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for some in batches(sorted(page_ids)):
        query = select(table(MentionRow)).where(MentionRow.page_id.in_(some)).order_by(MentionRow.number)
        for row in session.execute(query).mappings():
            rows[row["page_id"]].append(dict(row))
    return rows


def _evidence(session: Session, mention_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for some in batches(mention_ids):
        query = select(table(EvidenceRow)).where(EvidenceRow.mention_id.in_(some)).order_by(EvidenceRow.ordinal)
        for row in session.execute(query).mappings():
            rows[row["mention_id"]].append(dict(row))
    return rows


def _evidence_rows(mention_id: int, mention: Mention) -> list[dict[str, Any]]:
    return [
        {
            "mention_id": mention_id,
            "ordinal": ordinal,
            "field": one.field,
            "start": one.start,
            "end": one.end,
            "rule": one.rule[:80],
            "confidence": one.confidence,
        }
        for ordinal, one in enumerate(mention.evidence)
    ]


def _write_evidence(session: Session, wanted: Sequence[tuple[int, Mention]]) -> None:
    rows = [row for mention_id, mention in wanted for row in _evidence_rows(mention_id, mention)]
    if rows:
        session.connection().execute(insert(table(EvidenceRow)), rows)
