"""What stands above an event that is not simply as its sentence says: taken back, disputed, or not counted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.known import tellable
from digests.rows import Event
from pipeline.store.models import EventRow
from pipeline.words import Standing


@dataclass(frozen=True, slots=True)
class Banner:
    """A word and what it means here; ``corrections``: editions may have told the event, and put it right."""

    word: str
    text: str
    corrections: bool


_RETRACTED = Banner(
    "Taken back",
    "This event does not hold: what bore it is gone, an analyst rejected it, or it proved to be no event of its own. It"
    " stands here for who had the address, in no list and no count.",
    corrections=True,
)
_DISPUTED = Banner(
    "Disputed",
    "The sources contradict one another in what this sentence says; see where they differ.",
    corrections=True,
)
_UNCOUNTED = Banner(
    "Not counted",
    "This is kept as context or for review, or only recalled by a page: it stands in no list, no count and no edition.",
    corrections=False,
)


def banner(session: Session, event: Event) -> Banner | None:
    """What an event's page says above all else; None where the sentence can stand alone."""
    if event.standing == Standing.RETRACTED.value:
        return _RETRACTED
    counted = session.scalar(select(EventRow.id).where(EventRow.id == event.id, *tellable()))
    if counted is None:
        return _UNCOUNTED
    return _DISPUTED if event.standing == Standing.DISPUTED.value else None
