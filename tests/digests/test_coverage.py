"""No news and no data never look alike: what was not read, what was edited, what went away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from digests.contents import contents
from digests.coverage import edited, read_coverage, seen_window
from digests.editions import freeze
from digests.periods import Period, parse_period
from digests.rendering import render
from digests.rows import Gap
from digests.slices import whole_slice
from digests.subscribers import Wanted, add
from pipeline.config import Settings
from pipeline.store.database import Database
from pipeline.store.models import Edition

WEEK = parse_period("2025-W30")
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)


def gaps_of(database: Database, name: str, cut_off: datetime = AFTER) -> Gap | None:
    with database.reading() as session:
        return next((one.gap for one in read_coverage(session, WEEK, cut_off).gaps if one.gap.site == name), None)


def test_a_site_read_after_the_week_has_no_gap(database: Database, fill: Any) -> None:
    fill(lambda f: f.run("idcpc_zh", AFTER - timedelta(days=3), "unreachable", cause="no answer"))
    with database.reading() as session:
        assert read_coverage(session, WEEK, AFTER).gaps == ()


def test_a_site_that_never_ran_or_never_well_has_not_been_read(database: Database, fill: Any) -> None:
    fill(lambda f: (f.site("never", title="Never"), f.site("blocked", title="Blocked")))
    fill(lambda f: f.run("blocked", AFTER - timedelta(days=1), "blocked", cause="403 from every page"))
    assert gaps_of(database, "Never") == Gap("Never", "never", None, None)
    assert gaps_of(database, "Blocked") == Gap("Blocked", "never", None, "403 from every page")


def test_a_site_whose_good_runs_end_before_the_week_does_is_told_with_its_last_day(
    database: Database, fill: Any
) -> None:
    def work(f: Any) -> None:
        f.site("stopped", title="Stopped")
        f.run("stopped", datetime(2025, 7, 23, 1, tzinfo=UTC))
        f.run("stopped", datetime(2025, 7, 25, 1, tzinfo=UTC), "unreachable", cause="timeout")
        f.site("unread", title="Unread")
        f.run("unread", datetime(2025, 7, 15, 1, tzinfo=UTC))
        f.run("unread", datetime(2025, 7, 26, 1, tzinfo=UTC), None, ended_at=None)
        f.site("killed", title="Killed")
        f.run("killed", AFTER - timedelta(hours=1), None, ended_at=None)

    fill(work)
    assert gaps_of(database, "Stopped") == Gap("Stopped", "stopped", date(2025, 7, 23), "timeout")
    assert gaps_of(database, "Unread") == Gap("Unread", "unread", date(2025, 7, 15), None)
    assert gaps_of(database, "Killed") == Gap("Killed", "never", None, None)


def test_a_site_that_was_not_asked_at_all_after_a_day_of_the_week_is_told_with_it(
    database: Database, fill: Any
) -> None:
    def work(f: Any) -> None:
        for name, title, last in (("asleep", "Asleep", 22), ("sunday", "Sunday", 27)):
            f.site(name, title=title)
            for day in (20, 21, 22, last):
                f.run(name, datetime(2025, 7, day, 1, tzinfo=UTC))

    fill(work)
    assert gaps_of(database, "Asleep") == Gap("Asleep", "stopped", date(2025, 7, 22), None)
    assert gaps_of(database, "Sunday") is None  # asked daily: on Monday morning the next run is not late
    assert gaps_of(database, "Asleep", datetime(2025, 7, 23, 6, tzinfo=UTC)) is None  # a draft of the running week


def test_a_run_under_way_is_no_failure_and_one_that_was_killed_is(database: Database, fill: Any) -> None:
    def work(f: Any) -> None:
        for name, title, began in (
            ("running", "Running", AFTER - timedelta(minutes=20)),
            ("killed", "Killed", AFTER - timedelta(hours=25)),
        ):
            f.site(name, title=title)
            f.run(name, datetime(2025, 7, 26, 23, tzinfo=UTC))
            f.run(name, began, None, ended_at=None)

    fill(work)
    assert gaps_of(database, "Running") is None
    assert gaps_of(database, "Killed") == Gap("Killed", "stopped", date(2025, 7, 27), None)


def test_a_site_of_slower_rhythm_is_not_a_gap_unless_its_last_run_failed(database: Database, fill: Any) -> None:
    def work(f: Any) -> None:
        for name, title in (("monthly", "Monthly"), ("failed", "Failed")):
            f.site(name, title=title, every_hours=24 * 30)
            f.run(name, AFTER - timedelta(days=31))
        f.run("failed", AFTER - timedelta(days=1), "unreachable", cause="timeout")

    fill(work)
    assert gaps_of(database, "Monthly") is None
    assert gaps_of(database, "Failed") == Gap("Failed", "unread", date(2025, 6, 27), "timeout")


def test_a_week_before_the_watch_of_a_site_is_told_as_unwatched(database: Database, fill: Any) -> None:
    fill(lambda f: (f.site("new", title="New"), f.site("morning", title="Morning"), f.site("old", title="Old")))
    fill(lambda f: f.run("new", WEEK.ends_at + timedelta(days=1)))
    fill(lambda f: f.run("morning", WEEK.ends_at + timedelta(hours=23)))
    fill(lambda f: f.run("old", WEEK.ends_at - timedelta(days=9), "interrupted"))
    fill(lambda f: f.run("old", WEEK.ends_at + timedelta(days=2)))
    later = AFTER + timedelta(days=5)
    assert gaps_of(database, "New", later) == Gap("New", "before", date(2025, 7, 29), None)
    assert gaps_of(database, "Morning", later) is None
    assert gaps_of(database, "Old", later) == Gap("Old", "before", date(2025, 7, 30), None)


def test_an_interrupted_run_is_no_reading(database: Database, fill: Any) -> None:
    fill(lambda f: f.site("cut", title="Cut"))
    fill(lambda f: f.run("cut", AFTER - timedelta(hours=1), "interrupted", cause="stopped by SIGTERM"))
    assert gaps_of(database, "Cut") == Gap("Cut", "never", None, "stopped by SIGTERM")


def test_runs_after_the_cut_off_are_not_known_yet(database: Database, fill: Any) -> None:
    fill(lambda f: f.site("new", title="New"))
    fill(lambda f: f.run("new", AFTER + timedelta(hours=1)))
    assert gaps_of(database, "New") == Gap("New", "never", None, None)


def test_material_edits_are_told_with_their_lines_and_small_ones_counted(database: Database, fill: Any) -> None:
    def work(f: Any) -> None:
        page = f.page(state="edited")
        one, two, three = (f.reading(page, title=f"标题{number}", body=str(number)) for number in range(3))
        f.change(page, one, two)
        f.change(page, two, three, material=False)
        other = f.page(state="edited")
        before, after = f.reading(other), f.reading(other)
        f.change(other, before, after, seen_at=AFTER + timedelta(seconds=1))

    fill(work)
    with database.reading() as session:
        pages, small = edited(session, WEEK, AFTER)
    assert small == ((),)  # of a page that tells of no event
    (page,) = pages
    assert page.taken_out == ("双方交换意见。",)
    assert page.put_in == ("双方就共建“一带一路”交换意见。",)
    assert page.before != page.after
    assert (page.title.text, page.title.language) == ("标题1", "zh")


def test_a_month_is_read_by_the_same_rules_and_the_periods_before_it_too(database: Database, fill: Any) -> None:
    august = datetime(2025, 8, 1, 1, tzinfo=UTC)
    fill(lambda f: (f.run("idcpc_zh", datetime(2025, 4, 10, tzinfo=UTC)), f.run("idcpc_zh", august)))
    fill(lambda f: f.run("idcpc_en", august))
    with database.reading() as session:
        coverage = read_coverage(session, parse_period("2025-07"), datetime(2025, 8, 1, 4, tzinfo=UTC))
    assert (coverage.sites, coverage.gaps) == (2, ())
    assert [one.name for one in coverage.before] == [f"2024-{n:02}" for n in range(7, 13)] + [
        f"2025-{n:02}" for n in range(1, 8)
    ]
    assert [one.missing for one in coverage.before] == [2] * 9 + [1, 1, 1, 0]  # idcpc_en was first read in July


def test_what_the_morning_after_shows_is_told_now_and_not_again(
    database: Database, settings: Settings, fill: Any
) -> None:
    add(database, [Wanted("reader@example.org")], AFTER)

    def change(seen: datetime) -> None:
        def work(f: Any) -> None:
            page = f.page(state="edited")
            f.change(page, f.reading(page, body="a"), f.reading(page, body="b"), seen_at=seen)

        fill(work)

    def told(week: Period, cut_off: datetime) -> int:
        with database.reading() as session:
            return len(edited(session, week, cut_off)[0])

    following = parse_period("2025-W31")
    change(AFTER - timedelta(hours=1))
    assert told(WEEK, AFTER) == 1
    assert told(WEEK, AFTER + timedelta(days=100)) == 1
    freeze(database, WEEK, AFTER)
    assert told(following, AFTER + timedelta(days=7)) == 0
    change(AFTER + timedelta(hours=1))
    assert told(following, AFTER + timedelta(days=7)) == 1


def test_what_changed_in_a_week_without_an_edition_is_told_by_the_next_one(
    database: Database, settings: Settings, fill: Any
) -> None:
    add(database, [Wanted("reader@example.org")], AFTER)

    def work(f: Any) -> None:
        page = f.page(state="edited")
        f.change(page, f.reading(page, body="a"), f.reading(page, body="b"), seen_at=AFTER + timedelta(days=3))

    fill(work)
    freeze(database, WEEK, AFTER)
    with database.reading() as session:
        weeks = [parse_period(f"2025-W{number}") for number in (30, 31, 32)]
        told = [len(edited(session, week, AFTER + timedelta(days=14))[0]) for week in weeks]
        july = len(edited(session, parse_period("2025-07"), AFTER + timedelta(days=14))[0])
    assert told == [0, 1, 1]  # of the two later weeks the one whose edition is frozen first
    assert july == 1  # months have editions of their own


def test_a_week_begins_where_a_week_ended_whatever_else_was_sent(database: Database, fill: Any) -> None:
    def work(f: Any) -> None:
        for name in ("2025-06", "2025-W28", "ev_1"):
            f.session.add(Edition(period=name, cut_off=WEEK.starts_at - timedelta(days=7), rows="{}", sha256="0"))

    with database.reading() as session:
        assert seen_window(session, WEEK, AFTER)[0] == WEEK.starts_at
    fill(work)
    with database.reading() as session:
        assert seen_window(session, WEEK, AFTER)[0] == WEEK.starts_at - timedelta(days=7) + timedelta(microseconds=1)
        assert seen_window(session, parse_period("2025-W28"), AFTER)[0] == parse_period("2025-W28").starts_at


def test_an_event_that_two_silent_sites_told_counts_once_in_what_they_normally_bring(
    database: Database, fill: Any
) -> None:
    def work(f: Any) -> None:
        for name in ("zh", "en"):
            f.site(name, title=name.upper())
            f.run(name, datetime(2025, 7, 8, 1, tzinfo=UTC))
            f.run(name, datetime(2025, 7, 14, 1, tzinfo=UTC))
            f.run(name, AFTER - timedelta(days=1), "unreachable", cause="no answer")
        f.event(date(2025, 7, 9), pages=[f.page("zh"), f.page("en")])
        f.event(date(2025, 7, 10), pages=[f.page("zh"), f.page("en")])
        f.event(date(2025, 7, 11), pages=[f.page("en")])
        f.event(date(2025, 7, 11), pages=[f.page("idcpc_zh")])

    fill(work)
    with database.reading() as session:
        (content,) = contents(session, WEEK, [whole_slice(session, "weekly")], AFTER)
    assert [(gap.site, gap.expected, gap.counted) for gap in content.rows.gaps] == [("EN", 3.0, 1), ("ZH", 2.0, 1)]
    assert content.rows.expected == 3.0
    text = render(content.rows, draft=False).text
    assert "A normal period would have brought about 3 events from these sites." in " ".join(text.split())
