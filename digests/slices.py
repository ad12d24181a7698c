"""Slices: one set of wishes, rhythm and language, shared by all subscribers who have it."""

from __future__ import annotations

import json

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.store.models import Slice, Subscription

WEEKLY = "weekly"


def slice_key(wishes: dict[str, object], rhythm: str, language: str) -> str:
    """The key of a slice: the canonical JSON of what makes it."""
    return json.dumps({"language": language, "rhythm": rhythm, "wishes": wishes}, sort_keys=True, separators=(",", ":"))


DEFAULT_KEY = slice_key({}, WEEKLY, "en")


def default_slice(session: Session) -> Slice:
    """The slice of who asks for nothing in particular: everything, weekly, in English. Written where there is none."""
    found = session.scalar(select(Slice).where(Slice.key == DEFAULT_KEY))
    if found is None:
        found = Slice(key=DEFAULT_KEY, language="en", rhythm=WEEKLY, wishes={})
        session.add(found)
        session.flush()
    return found


def default_slice_id(session: Session) -> int | None:
    """Its id, None where it was not written yet. Reads only."""
    return session.scalar(select(Slice.id).where(Slice.key == DEFAULT_KEY))


def subscribed_slices(session: Session) -> list[Slice]:
    """The weekly slices that somebody subscribes to."""
    subscribed = select(Subscription.slice_id)
    return list(
        session.scalars(select(Slice).where(Slice.id.in_(subscribed), Slice.rhythm == WEEKLY).order_by(Slice.id))
    )
