"""Stable event ids: who keeps an id when clusters change, and which ids redirect (DESIGN.md, idempotent rebuilds)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pipeline.archive.ledger import LedgerEntry
from pipeline.words import Cluster, MentionKey


@dataclass(frozen=True, slots=True)
class Identified:
    """The clusters with their ids, the ids that were merged into another, and the ledger's news."""

    events: Mapping[str, Cluster]
    merged: Mapping[str, str]
    entries: tuple[LedgerEntry, ...]


def identify(clusters: Sequence[Cluster], ledger: Mapping[str, LedgerEntry], now: datetime) -> Identified:
    """Give every cluster its id: the one that held most of its mentions before, else a new one.

    ``ledger`` holds the ids given out so far with the mentions each last held. A new id is derived from the
    founding mention. ``entries`` are the ledger lines to append: new ids, and ids whose mentions changed.
    """
    owner = {MentionKey(*member): event_id for event_id, entry in ledger.items() for member in entry.members}
    claims: list[tuple[int, datetime, str, int]] = []
    for index, cluster in enumerate(clusters):
        held = [owner[key] for key in cluster.members if key in owner]
        for event_id in set(held):
            claims.append((-held.count(event_id), ledger[event_id].given_at, event_id, index))
    id_of: dict[int, str] = {}
    taken: set[str] = set()
    for _, _, event_id, index in sorted(claims):
        if event_id not in taken and index not in id_of:
            id_of[index] = event_id
            taken.add(event_id)
    used = set(ledger) | taken
    for index, cluster in enumerate(clusters):
        if index not in id_of:
            id_of[index] = _new_id(cluster.members[0], used)
            used.add(id_of[index])
    merged: dict[str, str] = {}
    for _, _, event_id, index in sorted(claims):
        if event_id not in taken:
            merged.setdefault(event_id, id_of[index])
    events = {id_of[index]: cluster for index, cluster in enumerate(clusters)}
    return Identified(events, merged, tuple(_news(events, ledger, now)))


def _new_id(founding: MentionKey, used: set[str]) -> str:
    for salt in range(len(used) + 1):
        digest = hashlib.sha256(f"{founding.page}|{founding.number}|{salt}".encode()).hexdigest()
        if (event_id := f"ev_{digest[:14]}") not in used:
            return event_id
    raise AssertionError("more ids in use than there are")  # pigeonhole: one salt more than used ids


def _news(events: Mapping[str, Cluster], ledger: Mapping[str, LedgerEntry], now: datetime) -> list[LedgerEntry]:
    news = []
    for event_id, cluster in sorted(events.items()):
        members = tuple((key.page, key.number) for key in sorted(cluster.members))
        known = ledger.get(event_id)
        if known is None:
            founding = cluster.members[0]
            news.append(LedgerEntry(event_id, founding.page, founding.number, members, now))
        elif known.members != members:
            news.append(LedgerEntry(event_id, known.page, known.number, members, known.given_at))
    return news
