"""What is due follows from the tables: downtime, summer time and broken runs included."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from digests.delivery import send_edition
from digests.due import WEEKDAYS, due_crawls, due_editions, due_periods, sending_hour
from digests.editions import freeze
from digests.periods import parse_period
from digests.slices import MONTHLY
from digests.subscribers import Choice, Wanted, add
from pipeline.config import DigestSettings, Settings
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Edition, Run, Site

NOW = datetime(2025, 7, 28, 4, 30, tzinfo=UTC)
"""06:30 on a Monday in Berlin."""


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def due(database: Database, fill: Any) -> Any:
    """``due(now)`` over sites made by the test alone."""

    def clear(f: Any) -> None:
        for model in (Run, Site):
            for row in f.session.query(model):
                f.session.delete(row)
            f.session.flush()

    fill(clear)

    def ask(now: datetime = NOW) -> list[str]:
        with database.reading() as session:
            return due_crawls(session, now)

    return ask


def test_sites_fall_due_by_their_own_rhythm(due: Any, fill: Any) -> None:
    def work(f: Any) -> None:
        f.site("daily_zh", every_hours=24)
        f.run("daily_zh", NOW - timedelta(hours=23))
        f.site("hourly_zh", every_hours=1)
        f.run("hourly_zh", NOW - timedelta(hours=1))
        f.site("new_zh")

    fill(work)
    assert due() == ["new_zh", "hourly_zh"]
    assert due(NOW + timedelta(hours=1)) == ["new_zh", "hourly_zh", "daily_zh"]


def test_a_failed_run_waits_its_rhythm_and_a_killed_one_an_hour(due: Any, fill: Any) -> None:
    def work(f: Any) -> None:
        f.site("failed_zh")
        f.run("failed_zh", NOW - timedelta(hours=2), "unreachable")
        f.site("killed_zh")
        f.run("killed_zh", NOW - timedelta(hours=2), None, ended_at=None)
        f.site("interrupted_zh")
        f.run("interrupted_zh", NOW - timedelta(hours=1), "interrupted")
        f.site("just_interrupted_zh")
        f.run("just_interrupted_zh", NOW - timedelta(minutes=59), "interrupted")
        f.site("running_zh")
        f.run("running_zh", NOW - timedelta(minutes=5), None, ended_at=None)

    fill(work)
    assert due() == ["killed_zh", "interrupted_zh"]


def test_a_week_of_downtime_makes_one_crawl_due_not_seven(due: Any, fill: Any) -> None:
    fill(lambda f: (f.site("daily_zh"), f.run("daily_zh", NOW - timedelta(days=7))))
    assert due() == ["daily_zh"]
    fill(lambda f: f.run("daily_zh", NOW))
    assert due() == []


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # Berlin changes to winter time on 2025-10-26 and to summer time on 2026-03-29, both Sundays
        ("2025-10-27T04:59:59+00:00", "2025-10-20T04:00:00+00:00"),
        ("2025-10-27T05:00:00+00:00", "2025-10-27T05:00:00+00:00"),
        ("2026-03-30T03:59:59+00:00", "2026-03-23T05:00:00+00:00"),
        ("2026-03-30T04:00:00+00:00", "2026-03-30T04:00:00+00:00"),
    ],
)
def test_the_sending_hour_is_on_the_zones_clocks(now: str, expected: str) -> None:
    assert sending_hour(DigestSettings(), datetime.fromisoformat(now), 0) == datetime.fromisoformat(expected)


def test_an_hour_that_summer_time_skips_is_still_sent_once() -> None:
    digest = DigestSettings(weekday="sun", hour=2)
    change = datetime(2026, 3, 29, 1, tzinfo=UTC)  # 02:00 becomes 03:00 in Berlin
    assert sending_hour(digest, change - timedelta(seconds=1), 6) == datetime(2026, 3, 22, 1, tzinfo=UTC)
    assert sending_hour(digest, change, 6) == change


@given(
    st.integers(0, 15 * 365 * 86_400).map(
        lambda seconds: datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Shanghai", "Pacific/Apia", "Australia/Lord_Howe"]),
    st.sampled_from(WEEKDAYS),
    st.integers(0, 23),
)
def test_the_sending_hour_is_never_later_and_less_than_eight_days_back(
    now: datetime, zone: str, weekday: Any, hour: int
) -> None:
    digest = DigestSettings(zone=zone, weekday=weekday, hour=hour)
    of_week = sending_hour(digest, now, WEEKDAYS.index(weekday))
    assert of_week <= now < of_week + timedelta(days=7, hours=2)
    assert of_week.astimezone(ZoneInfo(zone)).weekday() == WEEKDAYS.index(weekday)
    assert sending_hour(digest, of_week, WEEKDAYS.index(weekday)) == of_week
    of_day = sending_hour(digest, now)
    assert of_week <= of_day <= now < of_day + timedelta(days=1, hours=2)


@pytest.fixture
def ask(database: Database, settings: Settings) -> Any:
    """The names of the periods that are due, and of the editions with mails to be sent."""

    def asked(now: datetime = NOW, *, resend: bool = False) -> str:
        with database.reading() as session:
            periods = [one.name for one in due_periods(session, settings.digest, now)]
            due = due_editions(session, now, resend=resend)
            editions = list(session.scalars(select(Edition.period).where(Edition.id.in_(due))))
            return " ".join([*periods, *editions])

    return asked


def test_monday_at_six_the_ended_week_is_due_once(database: Database, settings: Settings, ask: Any, fill: Any) -> None:
    fill(lambda f: f.run("idcpc_zh", NOW - timedelta(days=30)))
    assert ask() == ""  # nobody reads
    add(database, [Wanted("a@example.org")], NOW - timedelta(days=30))
    assert ask(datetime(2025, 7, 28, 3, 59, 59, tzinfo=UTC)) == "2025-W29"
    assert ask(datetime(2025, 7, 28, 4, tzinfo=UTC)) == "2025-W30"
    send_edition(database, settings, parse_period("2025-W30"), NOW)
    assert ask() == ""
    assert ask(NOW + timedelta(days=6)) == ""
    assert ask(NOW + timedelta(days=7)) == "2025-W31"


def test_a_week_before_the_watch_is_never_due(database: Database, ask: Any, fill: Any) -> None:
    add(database, [Wanted("a@example.org")], NOW - timedelta(days=30))

    def first_read(at: datetime | None) -> None:
        def work(f: Any) -> None:
            f.session.query(Run).delete()
            if at is not None:
                f.run("idcpc_zh", at)

        fill(work)

    ended = parse_period("2025-W30").ends_at
    first_read(None)
    assert ask() == ""
    first_read(ended + timedelta(days=1))
    assert ask(NOW + timedelta(days=3)) == ""
    assert ask(NOW + timedelta(days=7)) == "2025-W31"
    first_read(ended + timedelta(hours=23))
    assert ask(NOW + timedelta(days=3)) == "2025-W30"


def test_a_service_that_slept_over_monday_catches_up(database: Database, settings: Settings, ask: Any) -> None:
    add(database, [Wanted("a@example.org")], NOW - timedelta(days=30))
    assert ask(NOW + timedelta(days=3, hours=5)) == "2025-W30"


def test_open_deliveries_are_due_deferred_ones_after_a_while(
    database: Database, settings: Settings, ask: Any, fill: Any
) -> None:
    add(database, [Wanted("a@example.org")], NOW - timedelta(days=30))
    send_edition(database, settings, parse_period("2025-W30"), NOW)

    def put(state: str, attempts: int = 1) -> None:
        def work(f: Any) -> None:
            for row in f.session.query(Delivery):
                row.state, row.attempts, row.changed_at = state, attempts, NOW

        fill(work)

    put("queued")
    assert ask() == "2025-W30"
    put("deferred")
    assert ask(NOW + timedelta(minutes=14)) == ""
    assert ask(NOW + timedelta(minutes=15)) == "2025-W30"
    put("deferred", 3)
    assert ask(NOW + timedelta(minutes=59)) == ""
    assert ask(NOW + timedelta(minutes=60)) == "2025-W30"
    put("deferred", 8)
    assert ask(NOW + timedelta(hours=31)) == ""
    assert ask(NOW + timedelta(hours=32)) == "2025-W30"
    put("sending")  # what a killed process left is settled by delivering
    assert ask() == "2025-W30"
    put("uncertain")
    assert ask(resend=True) == "2025-W30"
    put("uncertain", 3)
    assert ask(resend=True) == ""
    for state in ("uncertain", "failed", "sent", "bounced", "suppressed"):
        put(state)
        assert ask(NOW + timedelta(days=6)) == ""


def test_a_month_is_due_on_its_first_day_at_the_hour_once(
    database: Database, settings: Settings, ask: Any, fill: Any
) -> None:
    fill(lambda f: f.run("idcpc_zh", NOW - timedelta(days=90)))
    add(database, [Wanted("a@example.org", choice=Choice(rhythm=MONTHLY))], NOW - timedelta(days=90))
    first = datetime(2025, 8, 1, 4, tzinfo=UTC)  # 06:00 in Berlin
    assert ask(first - timedelta(seconds=1)) == "2025-06"
    assert ask(first) == "2025-07"
    assert ask(first + timedelta(days=12)) == "2025-07"  # a machine asleep over the first
    send_edition(database, settings, parse_period("2025-07"), first)
    assert ask(first + timedelta(days=30)) == ""
    assert ask(datetime(2025, 9, 1, 4, tzinfo=UTC)) == "2025-08"


def test_an_edition_left_open_is_due_beside_the_next(database: Database, settings: Settings, ask: Any) -> None:
    add(database, [Wanted("a@example.org")], NOW - timedelta(days=30))
    freeze(database, parse_period("2025-W30"), NOW)
    assert ask(NOW + timedelta(days=7)) == "2025-W31 2025-W30"
