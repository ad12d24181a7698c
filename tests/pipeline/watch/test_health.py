"""The health of a site after each crawl, one notice for each change of it, and what its operator sees."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, update
from typer.testing import CliRunner

from pipeline.clock import beijing_day
from pipeline.console import console
from pipeline.store import known
from pipeline.store.models import ArchiveRecord, Notice, Page, Reading, Run, Site, Snapshot, Visit
from pipeline.store.sync import sync_sites
from pipeline.watch.access import access_log
from pipeline.watch.commands import app
from pipeline.watch.health import Health, finish, health_of
from pipeline.watch.holidays import DayKind, holidays
from pipeline.watch.overview import overview

MONDAY = datetime(2026, 3, 9, 0, tzinfo=UTC)  # 8 o'clock in Beijing
OK = Health("ok")
REFUSED = Health("blocked", "status_403")


def crawl(house: Any, at: datetime, found: Health = OK, *, kind: str = "crawl", **pages: date | None) -> Health:
    """A run that finds pages, by name and day, and ends as the run itself tells."""
    with house.database.writing() as session:
        run = known.start_run(session, "site", at, None, kind=kind)
        for name, day in pages.items():
            state = {"state": "live", "state_since": at, "schedule_from": at, "missing_count": 0, "off_topic": False}
            where = {"url": f"https://site.test/{name}", "site": "site", "first_seen_at": at, "first_run_id": run}
            session.execute(insert(Page).values(**where, **state, listed_date=day))
    with house.database.writing() as session:
        return finish(session, run, at, {"asked": 1}, found)


def notices(house: Any) -> list[tuple[Any, ...]]:
    with house.database.reading() as session:
        return [(one.before, one.after) for one in session.scalars(select(Notice).order_by(Notice.id))]


def past(house: Any, until: date, *, weekdays: bool = True) -> None:
    """A first crawl that finds half a year of pages, one on each day of work, and later ones that see them at once."""
    at = datetime.combine(until - timedelta(days=30), datetime.min.time(), UTC)
    days = [until - timedelta(days=number) for number in range(31, 200)]
    crawl(house, at, **{f"old{day:%j}": day for day in days if holidays().kind(day) is DayKind.WORKING})
    for number in range(30, 0, -1):
        day = until - timedelta(days=number)
        working = holidays().kind(day) is DayKind.WORKING
        crawl(house, datetime.combine(day, datetime.min.time(), UTC), **({f"new{number}": day} if working else {}))


def test_a_silent_tuesday_is_late_and_one_notice_is_made_until_something_comes(sqlite_house: Any) -> None:
    house = sqlite_house
    past(house, MONDAY.date())
    assert crawl(house, MONDAY, monday=MONDAY.date()) == OK
    tuesday, wednesday = MONDAY + timedelta(days=1), MONDAY + timedelta(days=2)
    assert crawl(house, tuesday) == OK
    silent = crawl(house, wednesday)
    assert silent.word == "late"
    assert "nothing published since 2026-03-09" in (silent.cause or "")
    assert crawl(house, wednesday + timedelta(hours=12)).word == "late"
    assert notices(house) == [(None, "late")] or notices(house) == [("ok", "late")]
    assert crawl(house, wednesday + timedelta(days=1), back=date(2026, 3, 12)) == OK
    assert notices(house) == [("ok", "late"), ("late", "ok")]


def test_a_quiet_golden_week_makes_no_notice(sqlite_house: Any) -> None:
    house = sqlite_house
    past(house, date(2026, 10, 1))
    for number in range(8):
        assert crawl(house, datetime(2026, 10, 1 + number, 0, tzinfo=UTC)) == OK
    # nothing on Thursday the 8th, a day of work
    assert crawl(house, datetime(2026, 10, 9, 0, tzinfo=UTC)).word == "late"
    assert notices(house) == [("ok", "late")]


def test_a_silence_is_not_first_told_on_a_holiday_and_not_forgotten_on_one(sqlite_house: Any) -> None:
    house = sqlite_house
    past(house, date(2026, 9, 30))
    assert crawl(house, datetime(2026, 10, 1, 0, tzinfo=UTC)) == OK  # the last day before it was silent
    assert crawl(house, datetime(2026, 10, 8, 0, tzinfo=UTC)).word == "late"
    with house.database.writing() as session:
        session.execute(delete(Notice))
        session.execute(update(Run).where(Run.health == "late").values(started_at=datetime(2026, 9, 30, tzinfo=UTC)))
    assert crawl(house, datetime(2026, 10, 2, 0, tzinfo=UTC)).word == "late"
    assert notices(house) == []


def test_a_change_of_state_is_one_notice_and_interruptions_tell_nothing(house: Any) -> None:
    at = MONDAY
    for number, (found, told) in enumerate(
        [
            (OK, 0),
            (REFUSED, 1),
            (REFUSED, 1),
            (Health("interrupted", "stopped"), 1),
            (REFUSED, 1),
            (Health("broken", "x"), 2),
            (Health("unreachable", "x"), 3),
            (Health("interrupted", "stopped"), 3),
            (OK, 4),
            (OK, 4),
        ]
    ):
        assert crawl(house, at + timedelta(hours=number), found) == found
        assert len(notices(house)) == told
    assert notices(house) == [
        ("ok", "blocked"),
        ("blocked", "broken"),
        ("broken", "unreachable"),
        ("unreachable", "ok"),
    ]
    with house.database.reading() as session:
        assert health_of(session, "site") == "ok"
        text = session.scalar(select(Notice.text).order_by(Notice.id.desc()).limit(1))
        assert text == "as it should be again (it was unreachable)"


def test_a_site_that_begins_badly_is_told(house: Any) -> None:
    crawl(house, MONDAY, REFUSED)
    assert notices(house) == [(None, "blocked")]


def test_runs_through_the_past_have_no_say(house: Any) -> None:
    crawl(house, MONDAY, REFUSED)
    assert crawl(house, MONDAY + timedelta(hours=1), OK, kind="import", a=date(2011, 1, 1)) == OK
    assert notices(house) == [(None, "blocked")]
    with house.database.reading() as session:
        assert health_of(session, "site") == "blocked"


def test_lag_is_kept_with_the_run_without_what_came_from_the_depth_of_a_list(house: Any) -> None:
    crawl(house, MONDAY, a=date(2026, 3, 9), b=date(2026, 3, 5), c=date(2026, 3, 8), d=date(2019, 1, 1), e=None)
    assert house.one(Run).counts["lag_days"] == {"pages": 3, "median": 1, "most": 4}
    assert house.one(Run).counts["asked"] == 1
    crawl(house, MONDAY + timedelta(days=1))
    assert house.one(Run, Run.started_at > MONDAY).counts["lag_days"] is None


def read_pages(house: Any, at: datetime, count: int, routes: dict[str, str], *, version: str = "1") -> Health:
    with house.database.writing() as session:
        run = known.start_run(session, "site", at, None)
        for number in range(count):
            name = f"{at:%j%H}-{number}"
            state = {"state": "live", "state_since": at, "schedule_from": at, "missing_count": 0, "first_seen_at": at}
            page = Page(url=f"https://site.test/{name}", site="site", published=beijing_day(at), **state)
            record = ArchiveRecord(warc_id=name, url=name, fetched_at=at, status=200, file="f", offset=abs(hash(name)))
            session.add_all([page, record])
            session.flush()
            key = {"code": name, "page_id": page.id, "record_id": record.id, "form": "article", "digest": name}
            snapshot = Snapshot(**key, fetched_at=at)
            session.add(snapshot)
            session.flush()
            text = {"address": name, "language": "zh", "body": "", "text_hash": name, "published": beijing_day(at)}
            session.add(Reading(snapshot_id=snapshot.id, reader_version=version, routes=routes, **text))
    with house.database.writing() as session:
        return finish(session, run, at, {}, OK)


def test_a_redesign_is_drift_until_the_rules_follow_or_a_month_has_passed(sqlite_house: Any) -> None:
    house = sqlite_house
    old, new = {"title": "site:h1", "body": "site:editor"}, {"title": "metadata", "body": "trafilatura"}
    for number in range(10):
        assert read_pages(house, MONDAY + timedelta(days=number), 3, old) == OK
    at = MONDAY + timedelta(days=10)
    assert read_pages(house, at, 1, new) == OK  # with four of the old among the newest five: an odd page
    drifting = read_pages(house, at + timedelta(days=1), 3, new)
    assert drifting.word == "drifting"
    assert "body: site:editor served" in (drifting.cause or "")
    for number in range(2, 20):
        assert read_pages(house, at + timedelta(days=number), 3, new).word == "drifting"
    assert notices(house) == [("ok", "drifting")]
    assert read_pages(house, at + timedelta(days=20), 5, old, version="2") == OK
    assert notices(house) == [("ok", "drifting"), ("drifting", "ok")]


def test_what_has_become_usual_is_no_drift(sqlite_house: Any) -> None:
    house = sqlite_house
    old, new = {"title": "site:h1", "body": "site:editor"}, {"title": "metadata", "body": "trafilatura"}
    words = [read_pages(house, MONDAY + timedelta(days=number), 5, old).word for number in range(10)]
    words += [read_pages(house, MONDAY + timedelta(days=number), 5, new).word for number in range(10, 60)]
    assert words[:10] == ["ok"] * 10
    assert words[10] == "drifting"
    assert words[-1] == "ok"
    assert len(notices(house)) == 2


# What the operator sees


def test_the_overview_tells_health_cause_since_when_and_when_next(house: Any, tmp_path: Path) -> None:
    crawl(house, MONDAY, a=date(2026, 3, 9), b=date(2026, 3, 7))
    crawl(house, MONDAY + timedelta(days=1), REFUSED)
    crawl(house, MONDAY + timedelta(days=2), REFUSED)
    crawl(house, MONDAY + timedelta(days=2, hours=3), Health("interrupted", "stopped"))
    crawl(house, MONDAY + timedelta(days=2, hours=5), OK, kind="backfill")
    now = MONDAY + timedelta(days=3)
    with house.database.reading() as session:
        (row,) = overview(session, now, tmp_path)
    assert (row.health, row.cause, row.since) == ("blocked", "status_403", MONDAY + timedelta(days=1))
    assert (row.last_run, row.last_word) == (MONDAY + timedelta(days=2, hours=3), "interrupted")
    assert row.next_crawl == MONDAY + timedelta(days=2, hours=4)
    assert (row.lag, row.pages, row.due, row.newest) == (1, 2, 2, date(2026, 3, 9))
    assert not row.is_overdue(now)
    assert row.is_overdue(now + timedelta(days=1))


def test_pages_that_cannot_be_asked_for_are_not_due(house: Any, tmp_path: Path) -> None:
    house.visit("/list", b'{"items": [{"url": "https://site.test/item", "title": "I", "body": "b"}]}')
    crawl(house, house.at(0), a=None)
    with house.database.writing() as session:
        session.execute(update(Page).where(Page.url.endswith("/a")).values(off_topic=True))
    crawl(house, house.at(0), b=None, **{"list#123": None})
    with house.database.reading() as session:
        (row,) = overview(session, house.at(1), tmp_path)
    assert (row.pages, row.due) == (4, 1)


def test_a_site_that_is_not_watched_is_not_told_of(house: Any, tmp_path: Path) -> None:
    with house.database.writing() as session:
        sync_sites(session, [house.declaration], only=["another"])
        assert session.scalar(select(func.count()).select_from(Site)) == 1
        assert overview(session, MONDAY, tmp_path) == []


@pytest.fixture
def idwatch(sqlite_house: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    settings = sqlite_house.settings
    monkeypatch.setenv("IDWATCH_DATABASE__URL", settings.database.url)
    monkeypatch.setenv("IDWATCH_ARCHIVE__FOLDER", str(settings.archive_folder))
    monkeypatch.setattr(console, "_width", 250)

    def run(*words: str, now: datetime) -> Any:
        monkeypatch.setenv("IDWATCH_CLOCK__NOW", now.isoformat())
        return CliRunner().invoke(app, list(words))

    return run


def test_status_prints_a_table_the_changes_and_what_lacks(sqlite_house: Any, idwatch: Any) -> None:
    assert "never run" in idwatch(now=MONDAY).stdout
    crawl(sqlite_house, MONDAY)
    well = idwatch(now=MONDAY + timedelta(hours=1))
    assert well.exit_code == 0, well.output
    assert "Changes of health" not in well.stdout
    crawl(sqlite_house, MONDAY + timedelta(days=1), REFUSED)
    ill = idwatch(now=MONDAY + timedelta(days=1, hours=1))
    assert ill.exit_code == 1
    (line,) = [line for line in ill.stdout.splitlines() if line.startswith("site ") and "newest" not in line]
    assert line.split()[:3] == ["site", "blocked", "2026-03-10"]
    assert "status_403" in line
    assert "2026-03-10 00:00  site: ok -> blocked: status_403" in ill.stdout
    crawl(sqlite_house, MONDAY + timedelta(days=2))
    overdue = idwatch(now=datetime(2026, 12, 20, tzinfo=UTC))
    assert overdue.exit_code == 1
    assert "overdue 28" in overdue.stdout
    assert "China's holidays of 2027 are taken from the rule" in overdue.stderr


def test_the_log_of_requests(sqlite_house: Any, idwatch: Any) -> None:
    house = sqlite_house
    with house.run():
        house.visit("/robots.txt", status=404)
        house.visit("/list", b"{}", day=0.001)
        house.visit("/a", house.article(house.meeting(2)), day=0.0011)
        house.visit("/a", house.article(house.meeting(2)), day=1)
        with house.database.writing() as session:
            row = {"run_id": house.run_id, "site": "site", "url": "https://site.test/b", "outcome": "error"}
            session.execute(insert(Visit).values(**row, at=house.at(1.0001), detail="timeout"))
    with house.database.writing() as session:
        session.execute(update(Run).values(counts={"forbidden": 3}))
    with house.database.reading() as session:
        first, second = access_log(session, house.at(-1))
        assert access_log(session, house.at(2)) == []
    size = len(house.article(house.meeting(2)))
    assert (first.day, first.site, first.hosts, first.requests) == (date(2026, 11, 2), "site", ("site.test",), 3)
    assert (first.outcomes, first.bytes) == ({"missing": 1, "ok": 2}, size + 2)
    assert (first.robots, first.forbidden) == ({"missing": 1}, 3)
    assert (first.least_pause, first.pause) == (pytest.approx(8.64), pytest.approx((8.64 + 86.4) / 2))
    assert (second.outcomes, second.forbidden, second.pause) == ({"error": 1, "ok": 1}, 0, pytest.approx(8.64))
    printed = idwatch("--access", "--csv", now=house.at(2))
    assert printed.exit_code == 0
    rows = list(csv.DictReader(io.StringIO(printed.stdout)))
    assert [(row["day"], row["requests"], row["forbidden"]) for row in rows] == [
        ("2026-11-02", "3", "3"),
        ("2026-11-03", "2", "0"),
    ]
    assert "missing 1, ok 2" in idwatch("--access", now=house.at(2)).stdout
    assert idwatch("--csv", now=house.at(2)).exit_code == 2
