"""Slices: one set of wishes, rhythm and language, shared by all subscribers who have it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from digests.wishes import Wishes, slice_key
from pipeline.store.models import Slice, Subscriber, Subscription

WEEKLY, MONTHLY, AT_ONCE = "weekly", "monthly", "at_once"
"""Rhythms. ``at_once``: a mail for each first contact, on the day it becomes known."""
RHYTHMS = (WEEKLY, MONTHLY, AT_ONCE)
DEFAULT_KEY = slice_key(Wishes(), WEEKLY, "en")


def slice_of(session: Session, wishes: Wishes, rhythm: str, language: str) -> Slice:
    """The slice of these wishes. Written where there is none."""
    key = slice_key(wishes, rhythm, language)
    found = session.scalar(select(Slice).where(Slice.key == key))
    if found is None:
        found = Slice(key=key, language=language, rhythm=rhythm, wishes=wishes.plain())
        session.add(found)
        session.flush()
    return found


def whole_slice(session: Session, rhythm: str, language: str = "en") -> Slice:
    """The slice of a rhythm that holds everything; one not written yet (its id None) where there is none. Reads only.

    It is the public one: pages and folders show it, never what some reader asked for.
    """
    key = slice_key(Wishes(), rhythm, language)
    found = session.scalar(select(Slice).where(Slice.key == key))
    return found if found is not None else Slice(key=key, language=language, rhythm=rhythm, wishes={})


def whole_keys(language: str = "en") -> tuple[str, ...]:
    """The keys of the whole slices in a language, one of each rhythm."""
    return tuple(slice_key(Wishes(), rhythm, language) for rhythm in RHYTHMS)


def subscribed_slices(session: Session, rhythm: str) -> list[Slice]:
    """The slices of a rhythm that some confirmed reader subscribes to."""
    readers = select(Subscriber.id).where(Subscriber.state == "active")
    subscribed = select(Subscription.slice_id).where(Subscription.subscriber_id.in_(readers))
    return list(
        session.scalars(select(Slice).where(Slice.id.in_(subscribed), Slice.rhythm == rhythm).order_by(Slice.id))
    )
