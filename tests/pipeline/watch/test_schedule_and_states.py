"""When a page is asked for again, and what its visits make of it (codebook §12)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.watch.schedule import next_due
from pipeline.watch.states import Track, after_visit, first_seen
from pipeline.words import Outcome, PageState

START = datetime(2026, 1, 1, 8, tzinfo=UTC)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def days_of(visits: int, **more: object) -> list[int]:
    """The days on which a page is visited that is asked for just when it falls due."""
    at, found = START, []
    for _ in range(visits):
        due = next_due(START, at, first_seen_at=START, published=more.get("published"))  # type: ignore[arg-type]
        at = due
        found.append((due - START).days)
    return found


def test_visits_thin_out() -> None:
    assert days_of(8) == [1, 3, 7, 30, 90, 272, 454, 636]


def test_a_page_that_was_old_when_found_starts_at_90_days() -> None:
    assert days_of(3, published=date(2025, 10, 2)) == [90, 272, 454]
    assert days_of(1, published=date(2025, 10, 3)) == [1]


def test_an_old_page_that_is_edited_starts_anew() -> None:
    edited = day(100)
    assert next_due(edited, edited, first_seen_at=START, published=date(2020, 1, 1)) == day(101)


def test_a_late_visit_skips_the_days_that_passed() -> None:
    assert next_due(START, day(8), first_seen_at=START, published=None) == day(30)


@given(passed=st.floats(0, 5_000), old=st.booleans())
def test_the_next_visit_is_always_ahead(passed: float, old: bool) -> None:
    at = day(passed)
    published = date(2020, 1, 1) if old else None
    due = next_due(START, at, first_seen_at=START, published=published)
    assert at < due <= at + timedelta(days=182)


def seen(*visits: tuple[float, Outcome] | tuple[float, Outcome, str]) -> Track:
    track = first_seen(START)
    for number, outcome, *more in visits:
        track = after_visit(track, outcome, day(number), edited="edited" in more, site_answers="silent" not in more)
    return track


OK, SAME, MOVED, MISSING, BLOCKED = Outcome.OK, Outcome.UNCHANGED, Outcome.MOVED, Outcome.MISSING, Outcome.BLOCKED


def test_a_page_just_heard_of_is_due_at_once() -> None:
    track = first_seen(START, date(2025, 12, 31))
    assert (track.state, track.due_at, track.visited_at) == (PageState.UNKNOWN, None, None)


@pytest.mark.parametrize(
    ("visits", "state", "since"),
    [
        ([(0, OK)], PageState.LIVE, 0),
        ([(0, OK), (1, SAME), (3, SAME)], PageState.LIVE, 0),
        ([(0, OK), (1, OK, "edited"), (2, SAME)], PageState.EDITED, 1),
        ([(0, OK), (1, MOVED), (2, SAME)], PageState.MOVED, 1),
        ([(0, OK), (1, MISSING)], PageState.GONE_CANDIDATE, 1),
        ([(0, OK), (1, MISSING), (2, MISSING), (3, MISSING)], PageState.GONE_CANDIDATE, 1),
        ([(0, OK), (1, MISSING), (8, MISSING)], PageState.GONE_CANDIDATE, 1),
        ([(0, OK), (1, MISSING), (2, MISSING), (8, MISSING)], PageState.GONE, 8),
        ([(0, OK), (1, MISSING), (2, MISSING), (8, MISSING), (9, OK)], PageState.LIVE, 9),
        ([(0, OK), (1, MISSING), (2, OK), (3, MISSING), (9, MISSING)], PageState.GONE_CANDIDATE, 3),
        ([(0, OK), (1, MISSING, "silent")], PageState.UNKNOWN, 1),
        ([(0, OK), (1, BLOCKED), (2, Outcome.CHALLENGED), (3, Outcome.ERROR)], PageState.UNKNOWN, 1),
        ([(0, OK), (1, MISSING), (2, BLOCKED), (5, MISSING), (9, MISSING)], PageState.GONE, 9),
        ([(0, OK), (1, BLOCKED), (2, SAME)], PageState.LIVE, 0),
    ],
)
def test_states(visits: list[tuple[float, Outcome]], state: PageState, since: float) -> None:
    track = seen(*visits)
    assert (track.state, track.state_since) == (state, day(since))
    assert track.visited_at == day(visits[-1][0])


def test_a_loss_and_an_edit_start_the_page_anew() -> None:
    assert seen((0, OK), (30, MISSING)).due_at == day(31)
    assert seen((0, OK), (30, MISSING), (31, MISSING)).due_at == day(33)
    assert seen((0, OK), (30, OK, "edited")).due_at == day(31)
    assert seen((0, OK), (30, MISSING), (31, OK)).due_at == day(32)
    assert seen((0, OK), (30, OK)).due_at == day(90)


def test_what_proves_nothing_is_tried_again_the_next_day() -> None:
    assert seen((0, OK), (30, BLOCKED)).due_at == day(31)
    assert seen((0, OK), (30, MISSING, "silent")).due_at == day(31)


@given(st.lists(st.tuples(st.integers(0, 400), st.sampled_from(sorted(Outcome)), st.booleans()), max_size=12))
def test_a_page_is_never_gone_without_three_losses_over_a_week(visits: list[tuple[int, Outcome, bool]]) -> None:
    track = first_seen(START)
    losses: list[datetime] = []
    for number, outcome, answers in sorted(visits, key=lambda visit: visit[0]):
        track = after_visit(track, outcome, day(number), site_answers=answers)
        if outcome is MISSING and answers:
            losses.append(day(number))
        elif outcome in (OK, SAME, MOVED):
            losses = []
        assert track.due_at is not None
        assert track.due_at > day(number)
        if track.state is PageState.GONE:
            assert len(losses) >= 3
            assert losses[-1] - losses[0] >= timedelta(days=7)


def test_a_bad_day_of_the_site_neither_loses_a_page_anew_nor_forgets_its_edit() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)

    def visited(*visits: tuple[int, Outcome, bool]) -> Track:
        track = first_seen(start)
        for day, outcome, edited in visits:
            track = after_visit(track, outcome, start + timedelta(days=day), edited=edited)
        return track

    lost = [(0, Outcome.OK, False), *((day, Outcome.MISSING, False) for day in (1, 2, 4, 8))]
    gone = visited(*lost)
    assert gone.state is PageState.GONE
    again = visited(*lost, (20, Outcome.ERROR, False), (21, Outcome.MISSING, False))
    assert (again.state, again.state_since) == (PageState.GONE, gone.state_since)
    edited = visited(
        (0, Outcome.OK, False), (1, Outcome.OK, True), (2, Outcome.BLOCKED, False), (3, Outcome.UNCHANGED, False)
    )
    assert (edited.state, edited.state_since) == (PageState.EDITED, start + timedelta(days=1))
