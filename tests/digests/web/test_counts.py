"""The numbers behind charts and tables, on both kinds of database; and every page on PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from digests.charts import Cell, Count, Place
from digests.web import counts
from digests.web.lists import Filter
from pipeline.store.models import Run

NOW = datetime(2025, 7, 28, 4, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Both kinds; the other tests of the web run on SQLite alone."""
    if request.param == "sqlite":
        yield request.getfixturevalue("begun_copy")
        return
    with request.getfixturevalue("new_postgres")(request.getfixturevalue("begun_postgres")) as url:
        yield url


@pytest.fixture
def filled(fill: Any) -> None:
    def work(f: Any) -> None:
        f.event(date(2025, 7, 21), standing="confirmed")
        f.event(date(2025, 7, 27), standing="single_source")
        f.event(date(2025, 7, 27), standing="disputed", countries=["ZAF", "KEN"])
        f.event(date(2025, 7, 28), standing="corroborated", confidence=0.2, type="TRAIN.CADRE")
        f.event(date(2021, 3, 1), standing="confirmed")
        # none of these took place, or stands, or is counted by itself
        f.event(date(2025, 7, 22), realis="planned")
        f.event(date(2025, 7, 22), standing="retracted")
        f.event(date(2025, 7, 22), type="VISIT.OUT", is_series=True)
        f.event(None)

    fill(work)


def test_a_month_or_a_year_is_no_week_of_it(database: Any, fill: Any) -> None:
    def work(f: Any) -> None:
        f.event(date(2025, 7, 1), end=date(2025, 7, 31), date_precision="month")
        f.event(date(2025, 1, 1), end=date(2025, 12, 31), date_precision="year")
        f.event(date(2025, 7, 20), end=date(2025, 7, 25), date_precision="window")
        f.event(date(2025, 7, 22), date_precision=None)

    fill(work)
    with database.reading() as session:
        points = counts.weeks(session, Filter(), NOW)
        cells = counts.cells(session, Filter())
        years = counts.years(session, Filter())
    assert [(one.label, one.count.all) for one in points if one.count.all] == [("W30", 2)]
    assert [(cell.first, cell.count.all) for cell in cells] == [(date(2025, 7, 1), 3)]
    assert [one.count.all for one in years] == [4]


def test_events_are_counted_by_week_year_kind_and_country(database: Any, filled: None) -> None:
    with database.reading() as session:
        points = counts.weeks(session, Filter(), NOW)
        years = counts.years(session, Filter())
        cells = counts.cells(session, Filter())
        places = counts.places(session, Filter())
        kenya = counts.years(session, Filter(country="KEN"))
    assert [(one.label, one.count) for one in points[-2:]] == [("W30", Count(1, 1, 1)), ("W31", Count(0, 0, 1))]
    assert len(points) == counts.WEEKS
    assert [(one.year, one.count.all) for one in years] == [(2021, 1), (2022, 0), (2023, 0), (2024, 0), (2025, 4)]
    assert Cell("Meetings and calls", date(2025, 7, 1), date(2025, 9, 30), Count(1, 1, 1)) in cells
    assert Cell("Visits", date(2025, 7, 1), date(2025, 9, 30), Count(0, 1, 0)) in cells
    assert places == [Place("ZAF", "South Africa", 5), Place("KEN", "Kenya", 1)]
    assert kenya == [counts.Year(2025, Count(0, 0, 1))]


def test_the_watch_is_told_by_its_runs(database: Any, fill: Any) -> None:
    with database.reading() as session:
        assert counts.watch(session, NOW) == counts.Watch(date(2025, 7, 28), None)
        assert counts.watch(session, NOW + timedelta(days=3)).unread_since == date(2025, 7, 28)

    def break_one(f: Any) -> None:
        f.site("broken", every_hours=24)
        f.session.add(Run(site="broken", started_at=datetime(2025, 7, 20, tzinfo=UTC), health="broken", counts={}))

    fill(break_one)
    with database.reading() as session:
        seen = counts.watch(session, NOW)
        points = counts.weeks(session, Filter(), NOW)
    assert seen.unread_since == date(2025, 7, 20), "never read well: since it was first asked"
    assert [one.missing for one in points[-4:]] == [False, True, True, True]
    assert [one.watched for one in points[-2:]] == [False, True]


def test_every_page_stands_on_both(
    get: Callable[..., Any], everything: Any, corrected: Any, lists: tuple[str, ...], feeds: tuple[str, ...]
) -> None:
    ids = everything()
    corrected(ids["meeting"], "Text")
    subjects = ("/countries/ZAF", "/parties/zaf-anc", "/officials/chn-liu-jianchao", f"/events/{ids['meeting']}")
    charts = tuple(f"/charts/{name}.vl.json" for name in ("weeks", "years", "timeline", "world"))
    for path in (*lists, *feeds, *subjects, *charts):
        for query in ("", "?country=ZAF&q=liu&type=MEET&since=2020-01-01&theme=party_building"):
            assert get(path + query).status == 200, path + query
