"""The register of lost pages: each time a page was taken off its list or stopped answering, also where it came back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, tuple_
from sqlalchemy.orm import Session

from pipeline.store.models import Loss
from pipeline.store.rows import batches, upsert
from pipeline.watch.states import Track
from pipeline.words import PageState

REMOVED = "removed"
DELISTED = "delisted"


@dataclass(frozen=True, slots=True)
class Lost:
    """One loss: since when, when it was confirmed and when it ended (None: not yet)."""

    kind: str
    since: datetime
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(slots=True)
class Ledger:
    """The losses of one page, written down while its story is told from the beginning."""

    losses: dict[tuple[str, datetime], Lost] = field(default_factory=dict)

    def note(self, before: Track, after: Track, at: datetime) -> None:
        """What one event, at ``at``, did to the page."""
        for kind, state, was, now in (
            (REMOVED, PageState.GONE, before.missing_since, after.missing_since),
            (DELISTED, PageState.DELISTED, before.delisted_since, after.delisted_since),
        ):
            if was is not None and was != now:
                lost = self.losses[kind, was]
                self.losses[kind, was] = Lost(kind, was, lost.confirmed_at, at)
            if now is not None:
                lost = self.losses.get((kind, now)) or Lost(kind, now)
                confirmed_at = lost.confirmed_at or (at if after.state is state else None)
                self.losses[kind, now] = Lost(kind, now, confirmed_at)


def write_losses(
    session: Session, losses: Mapping[int, Mapping[tuple[str, datetime], Lost]], registered: Iterable[int]
) -> None:
    """Bring the register to these losses, by page; ``registered`` are the pages of which it tells something now."""
    known: dict[tuple[int, str, datetime], Lost] = {}
    for some in batches(sorted(registered)):
        for row in session.scalars(select(Loss).where(Loss.page_id.in_(some))):
            known[row.page_id, row.kind, row.since] = Lost(row.kind, row.since, row.confirmed_at, row.ended_at)
    told = {(page_id, *key): lost for page_id, own in losses.items() for key, lost in own.items()}
    gone = [key for key in known if key not in told]
    if gone:
        session.execute(delete(Loss).where(tuple_(Loss.page_id, Loss.kind, Loss.since).in_(gone)))
    rows: list[dict[str, Any]] = [
        {
            "page_id": key[0],
            "kind": lost.kind,
            "since": lost.since,
            "confirmed_at": lost.confirmed_at,
            "ended_at": lost.ended_at,
        }
        for key, lost in sorted(told.items())
        if known.get(key) != lost
    ]
    upsert(session, Loss, rows, ["page_id", "kind", "since"])
