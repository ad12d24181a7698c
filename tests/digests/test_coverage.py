"""No news and no data never look alike: what was not read, what was edited, what went away."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from digests.coverage import edited, read_coverage, removed
from digests.editions import freeze
from digests.periods import Period, parse_period
from digests.rows import Gap
from digests.subscribers import Wanted, add
from pipeline.config import Settings
from pipeline.store.database import Database

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


def test_a_site_of_slower_rhythm_is_not_a_gap(database: Database, fill: Any) -> None:
    fill(lambda f: f.site("monthly", title="Monthly", every_hours=24 * 30))
    fill(lambda f: f.run("monthly", AFTER - timedelta(days=20)))
    assert gaps_of(database, "Monthly") is None


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


def test_removed_pages_are_told_with_their_newest_copy(database: Database, fill: Any) -> None:
    def work(f: Any) -> Any:
        gone = f.page(state="gone_candidate", state_since=WEEK.starts_at)
        f.reading(gone, title="旧", body="a")
        newest = f.reading(gone, title="新", body="b")
        f.page(state="gone", state_since=WEEK.starts_at - timedelta(seconds=1))
        f.page(state="unknown", state_since=WEEK.starts_at)
        return newest.snapshot_id

    newest = fill(work)
    with database.reading() as session:
        (page,) = removed(session, WEEK, AFTER)
        from pipeline.store.models import Snapshot

        assert page.copy == session.get_one(Snapshot, newest).code
    assert (page.title.text, page.state, page.since) == ("新", "gone_candidate", date(2025, 7, 21))


def test_a_month_is_read_by_the_same_rules_and_the_periods_before_it_too(database: Database, fill: Any) -> None:
    fill(lambda f: f.run("idcpc_zh", datetime(2025, 4, 10, tzinfo=UTC)))
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
