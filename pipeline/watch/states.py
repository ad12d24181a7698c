"""The state of a page, from the outcomes of its visits (DESIGN.md, page state; codebook §12)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from pipeline.watch.schedule import next_due
from pipeline.words import Outcome, PageState

GONE_AFTER_MISSES = 3
GONE_AFTER = timedelta(days=7)
RETRY_AFTER = timedelta(days=1)

_ANSWERED = {Outcome.OK, Outcome.UNCHANGED, Outcome.MOVED}


@dataclass(frozen=True, slots=True)
class Track:
    """What is remembered of a page between visits. Instants are UTC.

    ``known`` is the state, and since when, that the page had before visits that tell nothing (blocked, site down);
    ``delisted_since`` is when the page was taken off its list, None while it is listed.
    """

    state: PageState
    state_since: datetime
    first_seen_at: datetime
    schedule_from: datetime
    published: date | None = None
    visited_at: datetime | None = None
    due_at: datetime | None = None
    missing_since: datetime | None = None
    missing_count: int = 0
    known: tuple[PageState, datetime] | None = None
    delisted_since: datetime | None = None


def first_seen(at: datetime, published: date | None = None) -> Track:
    """A page just heard of: nothing is held of it yet, and it is due at once."""
    return Track(PageState.UNKNOWN, at, first_seen_at=at, schedule_from=at, published=published)


def after_visit(
    track: Track, outcome: Outcome, at: datetime, *, edited: bool = False, site_answers: bool = True
) -> Track:
    """The track after one more visit.

    ``edited`` says that the reading differs from the one before; ``site_answers`` that other pages of the
    site answer, without which a ``missing`` proves nothing. A removal is confirmed (``gone``) by three
    ``missing`` over at least seven days; blocked, challenged and error answers leave the page ``unknown``
    and are never evidence of deletion.
    """
    if outcome is Outcome.MISSING and site_answers:
        return _missed(_as_known(track), at)
    if outcome in _ANSWERED:
        return _answered(_as_known(track), outcome, at, edited)
    if track.state is not PageState.UNKNOWN:
        track = replace(track, known=(track.state, track.state_since))
    track = _in_state(track, PageState.UNKNOWN, at)
    return replace(track, visited_at=at, due_at=at + RETRY_AFTER)


def taken_off(track: Track, at: datetime) -> Track:
    """The track after the page was seen to be gone from its list. It is asked for at once, since only a page that
    lives is ``delisted``, and then anew at days 1, 3, 7 …"""
    track = replace(track, delisted_since=at)
    return track if track.missing_since is not None else replace(track, schedule_from=at, due_at=at)


def listed_again(track: Track, at: datetime) -> Track:
    """The track after a list showed the page again."""
    track = replace(track, delisted_since=None)
    if track.known is not None and track.known[0] is PageState.DELISTED:
        track = replace(track, known=(PageState.LIVE, at))
    return _in_state(track, PageState.LIVE, at) if track.state is PageState.DELISTED else track


def _as_known(track: Track) -> Track:
    """The track as it was before visits that told nothing: a page gone before a bad day is not lost anew after it."""
    if track.state is not PageState.UNKNOWN or track.known is None:
        return track
    state, since = track.known
    return replace(track, state=state, state_since=since, known=None)


def _missed(track: Track, at: datetime) -> Track:
    since = track.missing_since or at
    count = track.missing_count + 1
    confirmed = count >= GONE_AFTER_MISSES and at - since >= GONE_AFTER
    state = PageState.GONE if confirmed or track.state is PageState.GONE else PageState.GONE_CANDIDATE
    track = replace(_in_state(track, state, at), missing_since=since, missing_count=count, schedule_from=since)
    return _scheduled(track, at)


def _answered(track: Track, outcome: Outcome, at: datetime, edited: bool) -> Track:
    came_back = track.missing_since is not None
    if track.delisted_since is not None:
        state = PageState.DELISTED
    elif edited:
        state = PageState.EDITED
    elif outcome is Outcome.MOVED:
        state = PageState.MOVED
    elif track.state in (PageState.EDITED, PageState.MOVED) and not came_back:
        state = track.state
    else:
        state = PageState.LIVE
    start = at if edited or came_back else track.schedule_from
    track = replace(_in_state(track, state, at), missing_since=None, missing_count=0, schedule_from=start)
    return _scheduled(track, at)


def _in_state(track: Track, state: PageState, at: datetime) -> Track:
    return track if track.state is state else replace(track, state=state, state_since=at)


def _scheduled(track: Track, at: datetime) -> Track:
    due = next_due(track.schedule_from, at, first_seen_at=track.first_seen_at, published=track.published)
    return replace(track, visited_at=at, due_at=due)
