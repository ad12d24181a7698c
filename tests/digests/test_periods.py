from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.periods import PeriodError, Week, parse_period


def test_a_week_runs_monday_to_sunday_in_beijing() -> None:
    week = parse_period("2025-W30")
    assert (week.first, week.last) == (date(2025, 7, 21), date(2025, 7, 27))
    assert week.starts_at == datetime(2025, 7, 20, 16, tzinfo=UTC)
    assert week.ends_at == datetime(2025, 7, 27, 16, tzinfo=UTC)


def test_the_running_week_changes_at_midnight_in_beijing_not_in_utc() -> None:
    sunday_evening_utc = datetime(2025, 7, 27, 15, 59, 59, tzinfo=UTC)
    assert Week.running(sunday_evening_utc).name == "2025-W30"
    assert Week.running(sunday_evening_utc + timedelta(seconds=1)).name == "2025-W31"
    assert Week.ended(sunday_evening_utc).name == "2025-W29"
    assert Week.ended(sunday_evening_utc + timedelta(seconds=1)).name == "2025-W30"


def test_years_are_those_of_iso_weeks() -> None:
    assert Week.holding(date(2024, 12, 30)).name == "2025-W01"
    assert Week.holding(date(2027, 1, 1)).name == "2026-W53"


@pytest.mark.parametrize("name", ["2025-W54", "2025-W53", "2025-W00", "2025-30", "W30", "2025-W3", "20251-W30", ""])
def test_what_is_no_week_is_refused_with_an_example(name: str) -> None:
    with pytest.raises(PeriodError, match="2026-W47"):
        parse_period(name)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 12, 31)))
def test_every_day_is_in_the_week_that_its_name_gives_back(day: date) -> None:
    week = Week.holding(day)
    assert week.first <= day <= week.last
    assert parse_period(week.name) == week
    assert Week.holding(week.first - timedelta(days=1)) == week.before
