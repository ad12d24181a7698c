"""A quiet Golden Week is no finding, a quiet Tuesday of a site that writes every Tuesday is."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest

from pipeline.clock import BEIJING
from pipeline.watch.holidays import DayKind, holidays
from pipeline.watch.rhythm import Silence, lag_of, silence

AT_ONCE = [timedelta()] * 20


def morning(day: date) -> datetime:
    return datetime.combine(day, time(8), BEIJING).astimezone(UTC)


def days(first: date, last: date) -> Iterator[date]:
    yield from (first + timedelta(days=number) for number in range((last - first).days + 1))


def working(first: date, last: date) -> list[date]:
    return [day for day in days(first, last) if holidays().kind(day) in (DayKind.WORKING, DayKind.MADE_UP)]


def found(published: list[date], day: date, *, chinese: bool = True, quiet_days: int = 21) -> Silence | None:
    return silence(published, morning(day), quiet_days=quiet_days, chinese=chinese, lags=AT_ONCE)


def test_a_quiet_golden_week_is_no_finding_and_a_quiet_tuesday_is() -> None:
    published = working(date(2025, 11, 1), date(2026, 9, 30))
    assert all(found(published, day) is None for day in days(date(2026, 10, 1), date(2026, 10, 8)))
    # the first day of work was a Thursday; nothing on it is told on Friday morning
    silent = found(published, date(2026, 10, 9))
    assert silent is not None
    assert silent.since == date(2026, 9, 30)
    tuesday = date(2026, 3, 10)
    before = [day for day in published if day < tuesday]
    assert found(before, tuesday) is None
    assert found(before, tuesday + timedelta(days=1)) is not None


def test_without_the_calendar_the_same_week_would_be_one() -> None:
    published = working(date(2025, 11, 1), date(2026, 9, 30))
    assert found(published, date(2026, 10, 8), chinese=False) is not None


def test_a_weekend_with_work_counts_as_a_weekday() -> None:
    published = working(date(2025, 11, 1), date(2026, 10, 9))
    assert holidays().kind(date(2026, 10, 10)) is DayKind.MADE_UP  # a Saturday
    assert found(published, date(2026, 10, 11)) is not None
    friday = date(2026, 10, 16)
    assert found([*published, *working(date(2026, 10, 10), friday)], date(2026, 10, 18)) is None


def test_a_site_that_writes_on_mondays_is_missed_on_tuesday() -> None:
    mondays = [day for day in days(date(2025, 9, 1), date(2026, 3, 2)) if day.weekday() == 0]
    assert found(mondays, date(2026, 3, 9)) is None
    assert found(mondays, date(2026, 3, 10)) is not None


def test_while_little_is_known_the_declared_days_decide_and_holidays_are_left_out() -> None:
    published = [date(2026, 9, 24), date(2026, 9, 25)]
    assert found(published, date(2026, 10, 1), quiet_days=5) is None
    assert found(published, date(2026, 10, 10), quiet_days=5) is None  # 28-30 September, 8 and 9 October
    told = found(published, date(2026, 10, 11), quiet_days=5)
    assert told is not None
    assert "5 are declared usual" in told.why


def test_a_day_counts_as_silent_only_once_its_pages_would_have_been_seen() -> None:
    published = working(date(2025, 11, 1), date(2026, 3, 9))
    late = [timedelta(hours=hours) for hours in (0, 6, 30, 30, 30, 30, 30, 30, 30, 30)]
    wednesday = morning(date(2026, 3, 11))
    assert silence(published, wednesday, quiet_days=9, chinese=True, lags=AT_ONCE) is not None
    assert silence(published, wednesday, quiet_days=9, chinese=True, lags=late) is None
    assert silence(published, wednesday + timedelta(days=1), quiet_days=9, chinese=True, lags=late) is not None


def test_a_day_in_the_future_is_a_slip_of_the_page() -> None:
    published = working(date(2025, 11, 1), date(2026, 3, 9))
    assert found([*published, date(2062, 3, 9)], date(2026, 3, 11)) is not None
    assert found([], date(2026, 3, 11)) is None


def test_lag_is_counted_from_the_end_of_the_day() -> None:
    assert lag_of(date(2026, 3, 9), datetime(2026, 3, 9, 12, tzinfo=UTC)) == timedelta()
    assert lag_of(date(2026, 3, 9), datetime(2026, 3, 9, 18, tzinfo=UTC)) == timedelta(hours=2)


@pytest.mark.parametrize(
    ("share", "most_false", "most_days"),
    # of a year judged daily: how often a living site may be missed, and when a dead one must be
    [((0.98, 0.1), 4, 7), ((0.6, 0.1), 2, 21), ((0.3, 0.05), 2, 45)],
)
def test_living_sites_are_left_alone_and_dead_ones_missed(
    share: tuple[float, float], most_false: int, most_days: int
) -> None:
    false = []
    for seed in range(2):
        chance = random.Random(seed)
        published = [
            day
            for day in days(date(2024, 6, 1), date(2026, 6, 1))
            if holidays().kind(day) is not DayKind.HOLIDAY
            and chance.random() < share[holidays().kind(day) is DayKind.WEEKEND]
        ]
        told = False
        for day in days(date(2025, 6, 2), date(2026, 6, 1)):
            is_told = found([one for one in published if one < day], day) is not None
            false.append(is_told and not told)
            told = is_told
        dead = [found(published, date(2026, 6, 1) + timedelta(days=number)) is not None for number in range(1, 90)]
        assert dead.index(True) + 1 <= most_days
    print(f"{share}: {sum(false)} false findings in 2 years of a living site")
    assert sum(false) <= most_false * 2
