"""Pages that went away, as editions tell them: each once when it is first missed and once when it is confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from digests.coverage import removed
from digests.editions import freeze
from digests.periods import parse_period
from digests.rows import Name, Removed
from digests.subscribers import Wanted, add
from pipeline.store.database import Database
from pipeline.store.losses import Ledger, write_losses
from pipeline.store.models import Page, Snapshot
from pipeline.watch.states import Track, after_visit, first_seen, listed_again, taken_off
from pipeline.words import Outcome

AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)
WEEKS = [parse_period(f"2025-W{number}") for number in (30, 31, 32, 33)]
URL = "https://www.idcpc.gov.cn/lldt/202507/t20250710_1.html"
Step = Callable[[Track, datetime], Track]
Told = Callable[..., list[list[tuple[str, date]]]]


def visit(outcome: Outcome) -> Step:
    return lambda track, at: after_visit(track, outcome, at)


def at(day: int, month: int = 7) -> datetime:
    return datetime(2025, month, day, 1, tzinfo=UTC)


def lost(f: Any, *steps: tuple[datetime, Step], url: str = URL) -> Page:
    """A page after some visits and looks at its list, as the store keeps it."""
    found = f.session.query(Page).filter_by(url=url).one_or_none() or f.page(url=url)
    ledger, track = Ledger(), after_visit(first_seen(at(10)), Outcome.OK, at(10))
    for when, step in steps:
        before, track = track, step(track, when)
        ledger.note(before, track, when)
    found.state, found.state_since, found.missing_since = track.state.value, track.state_since, track.missing_since
    write_losses(f.session, {found.id: ledger.losses}, [found.id])
    return found  # type: ignore[no-any-return]


@pytest.fixture
def told(database: Database, fill: Any) -> Told:
    """``told(steps)``: what the editions of four weeks tell of a page, each frozen on the Monday after, when only the
    steps up to then are known: its state, and since when."""

    def of(*steps: tuple[datetime, Step], frozen: tuple[int, ...] = (0, 1, 2, 3)) -> list[list[tuple[str, date]]]:
        add(database, [Wanted("reader@example.org")], AFTER)
        editions = []
        for number in frozen:
            cut_off = AFTER + timedelta(days=7 * number)
            fill(lambda f, now=cut_off: lost(f, *((when, step) for when, step in steps if when <= now)))
            with database.reading() as session:
                editions.append([(one.state, one.since) for one in removed(session, WEEKS[number], cut_off)])
            freeze(database, WEEKS[number], cut_off)
        return editions

    return of


MISSING, BLOCKED, THERE = visit(Outcome.MISSING), visit(Outcome.BLOCKED), visit(Outcome.OK)


def test_a_page_missed_before_a_day_on_which_its_site_was_blocked_is_told(told: Told) -> None:
    steps = ((at(23), MISSING), (at(27), BLOCKED), (at(29), MISSING), (at(5, 8), MISSING))
    since = date(2025, 7, 23)
    assert told(*steps) == [[("gone_candidate", since)], [], [("gone", since)], []]


def test_a_page_taken_off_its_list_before_such_a_day_is_told(told: Told) -> None:
    steps = ((at(23), taken_off), (at(24), THERE), (at(27), BLOCKED), (at(29), THERE))
    assert told(*steps) == [[("delisted", date(2025, 7, 23))], [], [], []]


def test_a_page_off_its_list_that_no_longer_answers_is_told_as_that(told: Told) -> None:
    steps = ((at(22), taken_off), (at(23), THERE), (at(25), MISSING))
    assert told(*steps) == [[("gone_candidate", date(2025, 7, 25))], [], [], []]


def test_what_is_there_again_is_not_told(told: Told) -> None:
    assert told((at(23), MISSING), (at(24), THERE)) == [[], [], [], []]


def test_what_is_on_its_list_again_is_not_told(told: Told) -> None:
    assert told((at(23), taken_off), (at(24), THERE), (at(25), listed_again)) == [[], [], [], []]


def test_a_page_that_only_a_list_misses_waits_for_a_visit(told: Told) -> None:
    steps = ((at(23), taken_off), (at(29), THERE))
    assert told(*steps) == [[], [("delisted", date(2025, 7, 23))], [], []]


def test_what_went_away_in_a_week_without_an_edition_is_told_by_the_next_one(told: Told) -> None:
    assert told((at(31), MISSING), frozen=(0, 2, 3)) == [[], [("gone_candidate", date(2025, 7, 31))], []]


def test_a_lost_page_is_told_with_its_newest_copy(database: Database, fill: Any) -> None:
    def work(f: Any) -> Any:
        gone = lost(f, (at(23), MISSING))
        f.reading(gone, title="旧", body="a")
        newest = f.reading(gone, title="新", body="b")
        lost(f, (at(20), MISSING), url="https://www.idcpc.gov.cn/lldt/202507/t20250710_2.html")  # the week before
        return f.session.get_one(Snapshot, newest.snapshot_id).code

    newest = fill(work)
    with database.reading() as session:
        assert removed(session, WEEKS[0], AFTER) == (
            Removed(
                title=Name("新", "zh"), url=URL, site="International Department, zh", since=date(2025, 7, 23),
                state="gone_candidate", copy=newest,
            ),
        )  # fmt: skip
