"""The resolver: one at a time takes what the crawlers read and keeps the events (DESIGN.md, Writing).

Each run looks at the components that stale pages touch; ``everything`` looks at all there are, by the same functions,
so that both end in the same tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.archive import ledger
from pipeline.resolve import rules
from pipeline.resolve.resolution import cast_again, resolution
from pipeline.resolve.touched import touched
from pipeline.resolve.write import MentionsMoved, write_candidates, write_events
from pipeline.store import beside, faults, stale
from pipeline.store.database import Database
from pipeline.store.locks import held
from pipeline.store.sync import sync_gazetteer

PATIENCE = 600.0
"""Seconds to wait for another resolver, which takes in what the waiting one would: two crawls may end together."""
ATTEMPTS = 3
"""How often mentions may be taken away under our hands before somebody is asked to run it again."""
RULES = "resolved_by"
"""Mark: the version of the rules that the database was resolved by. By others, everything is resolved anew."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """What one resolution did: mentions and events looked at; events new, changed or gone; the faults it met."""

    mentions: int
    events: int
    new: int
    changed: int
    gone: int
    faults: tuple[str, ...] = ()

    @property
    def told(self) -> str:
        """It in a line."""
        counts = f"{self.new} new, {self.changed} changed, {self.gone} gone"
        return f"{self.mentions} mentions resolved, {self.events} events ({counts})"


def resolve(database: Database, archive_folder: Path, now: datetime, *, everything: bool = False) -> Resolved:
    """Resolve what was told since the last time, or everything, under the resolver's lock.

    New ids stand in the ledger beside the archive, fsynced, before the database shows them, so that an id
    once given is never given to anything else. Raises LockHeld where another resolver lives, LedgerError and
    OverrideError where a file beside the archive cannot be read, MentionsMoved where a reprocess runs beside us.
    """
    with held(database, "resolver", wait=PATIENCE):
        for attempt in range(1, ATTEMPTS + 1):
            try:
                return _resolve(database, archive_folder, now, everything)
            except MentionsMoved:
                if attempt == ATTEMPTS:
                    raise
    raise AssertionError("the last attempt returns or raises")


def _resolve(database: Database, folder: Path, now: datetime, everything: bool) -> Resolved:
    with database.writing() as session:
        beside.adopt_ledger(session, folder)
        beside.adopt_overrides(session, folder)
        if beside.mark_of(session, RULES) != rules.version():
            sync_gazetteer(session)
            everything = True
    with database.reading() as session:
        marks = stale.marked(session)
        found = touched(session, None if everything else marks)
        done = resolution(session, found, now, everything=everything)
    ledger.append(folder, done.identified.entries)
    with database.writing() as session:
        beside.adopt_ledger(session, folder)
        counts = write_events(session, done.change, lambda event_ids: cast_again(session, event_ids), now)
        write_candidates(session, found.fresh, found.edges, found.links)
        faults.write(session, done.faults, None if everything else done.looked_at, now)
        stale.settle(session, marks)
        beside.set_mark(session, RULES, rules.version())
    return Resolved(
        mentions=len(done.change.event_of),
        events=len(done.change.events),
        new=counts.new,
        changed=counts.changed,
        gone=counts.gone,
        faults=tuple(fault.text for fault in done.faults),
    )
