"""What a re-derivation did to the events: told at its end, with the editions that told readers of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.archive.ledger import LedgerEntry
from pipeline.resolve import kept
from pipeline.resolve.anchor import Anchors, Seen
from pipeline.store import beside
from pipeline.store.database import Database
from pipeline.store.models import Edition, EventRow, Told
from pipeline.store.rows import batches
from pipeline.words import KeptMention, MentionKey

Before = Mapping[str, LedgerEntry]
"""The ids that events had, with what was seen of their mentions."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A mention that went from one event to another, both of which are still there."""

    mention: Seen
    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Report:
    """Events by what became of them; ``editions`` are the sent ones that each stood in, by period.

    ``merged`` are ids with the event that took them over and the reason, ``split`` new ids with the event that they
    were taken from, ``vanished`` ids that no page bears any more.
    """

    same: int
    appeared: tuple[str, ...]
    vanished: tuple[str, ...]
    merged: tuple[tuple[str, str, str], ...]
    split: tuple[tuple[str, str], ...]
    moved: tuple[Moved, ...]
    editions: Mapping[str, Sequence[str]]
    names: Mapping[str, str]

    def lines(self) -> Iterator[str]:
        """The report for people."""
        yield (
            f"{self.same} events as before, {len(self.appeared)} appeared, {len(self.vanished)} vanished,"
            f" {len(self.merged)} merged, {len(self.split)} split off, {len(self.moved)} mentions moved"
        )
        for event_id in self.appeared:
            yield f"appeared  {self._told(event_id)}"
        for event_id in self.vanished:
            yield f"vanished  {self._told(event_id)}"
        for event_id, into, reason in self.merged:
            yield f"merged    {self._told(event_id)} into {self._told(into)}: {reason}"
        for event_id, source in self.split:
            yield f"split     {self._told(event_id)} from {self._told(source)}"
        for one in self.moved:
            mention = f"{one.mention.page} #{one.mention.number}"
            yield f"moved     {mention} from {self._told(one.source)} to {self._told(one.target)}"

    def _told(self, event_id: str) -> str:
        name = f" ({self.names[event_id]})" if event_id in self.names else ""
        periods = f" [in edition {', '.join(self.editions[event_id])}]" if event_id in self.editions else ""
        return f"{event_id}{name}{periods}"


def remember(database: Database, folder: Path) -> Before:
    """The events as they were last shown, by the ledger: also where the database was emptied since."""
    with database.writing() as session:
        beside.adopt_ledger(session, folder)
        return {event_id: entry for event_id, entry in beside.every_entry(session).items() if entry.lives}


def report(database: Database, before: Before) -> Report:
    """What became of the events since they were remembered."""
    with database.reading() as session:
        after = beside.every_entry(session)
        living = {event_id for event_id, entry in after.items() if entry.lives}
        split = {one: source for one in living - set(before) if (source := after[one].split_from) in before and source}
        merged = [
            (event_id, entry.merged_into, entry.reason or "")
            for event_id in sorted(before)
            if (entry := after[event_id]).merged_into is not None
        ]
        vanished = sorted(event_id for event_id in before if after[event_id].gone)
        appeared = sorted(living - set(before) - set(split))
        moved = _moved(session, before, living)
        concerned = {*appeared, *vanished, *split, *split.values(), *(one.source for one in moved)}
        concerned |= {one.target for one in moved} | {event_id for pair in merged for event_id in pair[:2]}
        return Report(
            same=len(living & set(before)),
            appeared=tuple(appeared),
            vanished=tuple(vanished),
            merged=tuple(merged),
            split=tuple(sorted(split.items())),
            moved=tuple(moved),
            editions=_editions(session, concerned),
            names=_names(session, concerned),
        )


def _moved(session: Session, before: Before, living: Collection[str]) -> list[Moved]:
    """Mentions that went between events which were there and are there."""
    pages: dict[str, list[KeptMention]] = {}
    event_of: dict[MentionKey, str | None] = {}
    for row in kept.everything(session):
        pages.setdefault(row.key.page, []).append(row.kept)
        event_of[row.key] = row.event_id
    anchors = Anchors(lambda page: pages.get(page, ()))
    moved = []
    for source, entry in sorted(before.items()):
        for what in entry.members if source in living else ():
            key = anchors.find(what)
            target = event_of[key] if key is not None else None
            if target is not None and target != source and target in before:
                moved.append(Moved(what, source, target))
    return moved


def _editions(session: Session, event_ids: Collection[str]) -> dict[str, list[str]]:
    """The sent editions that told readers of each of these events."""
    found: dict[str, set[str]] = defaultdict(set)
    for some in batches(sorted(event_ids)):
        query = select(Told.event_id, Edition.period).join(Edition, Edition.id == Told.edition_id)
        for event_id, period in session.execute(query.where(Told.event_id.in_(some))):
            found[event_id].add(period)
    return {event_id: sorted(periods) for event_id, periods in found.items()}


def _names(session: Session, event_ids: Collection[str]) -> dict[str, str]:
    """A few words on each of these events that is still in the database."""
    found: dict[str, str] = {}
    for some in batches(sorted(event_ids)):
        for row in session.scalars(select(EventRow).where(EventRow.id.in_(some))):
            words = (row.date_start.isoformat() if row.date_start else None, row.type, row.title_en or row.title_zh)
            found[row.id] = " ".join(word for word in words if word)
    return found
