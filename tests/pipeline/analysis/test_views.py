"""The flat views: what a row holds, and that both databases give the same rows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from pipeline.analysis.query import run_query
from pipeline.analysis.views import VIEWS, create_views, drop_views
from pipeline.store.database import Database
from pipeline.store.models import EventRow


def rows(database: Database, statement: str) -> list[dict[str, Any]]:
    result = run_query(database, statement)
    return [dict(zip(result.columns, row, strict=True)) for row in result.rows]


def test_an_event_is_one_flat_row(database: Database) -> None:
    (row,) = rows(database, "SELECT * FROM events_flat WHERE event_id = 'ev_forum'")
    assert row == {
        "event_id": "ev_forum",
        "type": "CONF.REGION",
        "type_l1": "CONF",
        "mode": "inperson_beijing",
        "realis": "actual",
        "scope": "in",
        "is_series": 0,
        "counted": 1,
        "date_start": "2024-12-29",
        "date_end": "2024-12-30",
        "date_precision": "day_range",
        "week": "2025-W01",
        "month": "2024-12",
        "countries": "KEN;GHA;JPN",
        "country_names": "Kenya;Ghana;Japan",
        "pregs": "SSA;NEA",
        "place": "Beijing",
        "place_zh": "北京",
        "chinese_people": "Song Tao;Guo Yezhou",
        "foreign_people": "Raphael Tuju",
        "organisations": 'Jubilee Party;=HYPERLINK("https://evil.example")',
        "themes": "bri;fisheries;five_year_plan;poverty",
        "participants": 400,
        "title_zh": "中非政党对话会在京举行",
        "title_en": "+cmd|' /C calc'!A0; said the chair",
        "standing": "corroborated",
        "confidence": 0.75,
        "mentions": 2,
        "sites": "idcpc_en;idcpc_zh",
        "sources": "https://a.example/zh/1.html https://a.example/en/1.html",
        "copies": "sn_2 sn_1",
        "parent_id": None,
        "source_lost": 0,
        "published": "2024-12-31",
        "lag_days": 1,
        "first_seen_at": "2025-07-24T03:30:15Z",
        "codebook_version": "0.1",
    }


def test_only_what_the_codebook_counts_is_counted(database: Database) -> None:
    found = rows(database, "SELECT event_id, counted FROM events_flat ORDER BY event_id")
    assert {row["event_id"]: row["counted"] for row in found} == {
        "ev_aside": 0,
        "ev_forum": 1,
        "ev_mech": 1,
        "ev_meet": 1,
        "ev_memo": 0,
        "ev_plan": 0,
        "ev_train": 1,
        "ev_trip": 0,
        "ev_wrong": 0,
    }


def test_a_week_is_told_only_where_it_is_known(database: Database) -> None:
    found = rows(database, "SELECT event_id, week, month FROM events_flat")
    weeks = {row["event_id"]: (row["week"], row["month"]) for row in found}
    assert weeks["ev_train"] == (None, "2025-07")
    assert weeks["ev_mech"] == (None, None)
    assert weeks["ev_trip"] == ("2025-W30", "2025-07")


def test_weeks_are_iso_weeks_at_every_turn_of_the_year(database: Database) -> None:
    days = [date(year, 12, 26) + timedelta(days=more) for year in range(2001, 2031) for more in range(14)]
    with database.writing() as session:
        template = session.get_one(EventRow, "ev_memo")
        values = {column.name: getattr(template, column.name) for column in EventRow.__table__.columns}
        session.add_all(EventRow(**{**values, "id": f"day_{day}", "date_start": day, "date_end": day}) for day in days)
    found = rows(database, "SELECT date_start, week FROM events_flat WHERE event_id LIKE 'day%'")
    assert len(found) == len(days)
    for row in found:
        year, week, _ = date.fromisoformat(row["date_start"]).isocalendar()
        assert row["week"] == f"{year}-W{week:02d}"


def test_a_participation_is_one_flat_row(database: Database) -> None:
    found = rows(database, "SELECT * FROM participations_flat WHERE person_id = 'raphael-tuju'")
    assert found == [
        {
            "event_id": "ev_forum",
            "side": "foreign",
            "position": 4,
            "role": "guest",
            "actor": "person:raphael-tuju",
            "is_leader": 1,
            "person_id": "raphael-tuju",
            "person": "Raphael Tuju",
            "person_zh": None,
            "title": None,
            "title_zh": None,
            "organisation_id": "jubilee",
            "organisation": "Jubilee Party",
            "organisation_zh": "朱比利党",
            "kind": "party",
            "country": "KEN",
            "country_name": "Kenya",
            "preg": "SSA",
            "date_start": "2024-12-29",
            "date_end": "2024-12-30",
            "type": "CONF.REGION",
            "mode": "inperson_beijing",
            "realis": "actual",
            "counted": 1,
        }
    ]


def test_no_participation_in_a_merged_event_and_none_lost(database: Database) -> None:
    found = rows(database, "SELECT event_id FROM participations_flat")
    assert [row["event_id"] for row in found].count("ev_gone") == 0
    assert len(found) == 9


def test_edits_and_losses_are_one_register(database: Database) -> None:
    found = {row["kind"]: row for row in rows(database, "SELECT * FROM page_changes")}
    edited, delisted, removed = found["edited"], found["delisted"], found["removed"]
    assert edited == {
        "page": "https://a.example/zh/2.html",
        "site": "idcpc_zh",
        "title": None,
        "kind": "edited",
        "seen_at": "2025-07-27T03:30:00Z",
        "confirmed_at": None,
        "ended_at": None,
        "material": 1,
        "fields": "person;number",
        "touched": "person: 甲 -> 乙 | number: 3 -> 4",
        "sentences_before": "甲会见3人。",
        "sentences_after": "乙会见4人。",
        "copy_before": "sn_3",
        "copy_after": "sn_4",
        "events": "ev_meet",
    }
    assert (removed["confirmed_at"], removed["copy_before"]) == ("2025-07-28T04:00:00Z", "sn_1")
    assert (delisted["ended_at"], delisted["confirmed_at"], delisted["material"]) == (
        "2025-07-28T04:00:00Z",
        None,
        None,
    )


def test_every_column_has_a_comment_and_stands_in_its_view(database: Database) -> None:
    for view in VIEWS:
        assert run_query(database, f"SELECT * FROM {view.name}").columns == tuple(view.columns)
        assert all(view.columns.values())
        assert set(view.types) <= set(view.columns)
        assert set(view.key) <= set(view.columns)


@pytest.mark.postgres
def test_postgresql_shows_the_comments(postgres_database: Database) -> None:
    query = text(
        "SELECT attname, col_description(attrelid, attnum) FROM pg_attribute"
        " WHERE attrelid = CAST(:view AS regclass) AND attnum > 0"
    )
    with postgres_database.engine.connect() as connection:
        for view in VIEWS:
            assert dict(connection.execute(query, {"view": view.name}).all()) == view.columns


def test_views_are_dropped_and_made_anew(database: Database) -> None:
    with database.engine.begin() as connection:
        before = connection.exec_driver_sql("SELECT count(*) FROM events_flat").scalar()
        drop_views(connection)
        drop_views(connection)
        create_views(connection)
        assert connection.exec_driver_sql("SELECT count(*) FROM events_flat").scalar() == before
