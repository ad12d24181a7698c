"""Corrections as readers are given them: what was told, and what holds, in words."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from digests.editions import freeze, freeze_firsts, frozen_slice
from digests.periods import Week, parse_period
from digests.rendering import Links
from digests.rendering import fill as filled
from digests.slices import slice_of
from digests.subscribers import Choice, Wanted, add
from digests.web.corrected import corrections
from digests.web.lists import Filter
from digests.wishes import Wishes
from pipeline.store.database import Database
from pipeline.store.models import EventRow, Participation, Told

WEEK = parse_period("2025-W30")
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)
FIRST = "First contact with Kenya in this database since 2023"
EVENT = "ev_told"


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def told(database: Database, fill: Any) -> None:
    """A first contact, told in the edition of 2025-W30 in both languages."""

    def work(f: Any) -> None:
        for year in (2023, 2024):
            for month in range(1, 13):
                f.event(date(year, month, 5), countries=("ZAF",), first_seen_at=datetime(year, month, 6, tzinfo=UTC))
        event = f.event(WEEK.first, countries=("KEN",), id=EVENT)
        f.person(event, None, name_zh="恩科纳", country="KEN")

    fill(work)
    add(database, [Wanted("a@example.org"), Wanted("b@example.org", choice=Choice(language="zh"))], AFTER)
    freeze(database, WEEK, AFTER)


def text(database: Database, number: int, language: str = "en") -> str:
    """The part that puts something right in the edition so many weeks later, on one line."""
    week = Week.holding(WEEK.first + timedelta(days=7 * number))
    freeze(database, week, AFTER + timedelta(days=7 * number))
    with database.reading() as session:
        frozen = frozen_slice(session, week.name, language=language)
    assert frozen is not None
    words = " ".join(filled(frozen.rendered, Links(copy=lambda code: code)).text.split())
    begins = "CORRECTION TO" if language == "en" else "更正"
    return words[words.find(begins) :].partition("copy:" if language == "en" else "存档")[0] if begins in words else ""


def parts(database: Database) -> list[tuple[str, str, str]]:
    """The same in the register on the web."""
    with database.reading() as session:
        return [(part.field, part.was, part.now) for one in corrections(session, Filter()) for part in one.parts]


def before(**values: Any) -> Any:
    """A contact with Kenya in 2024 that became known after the first had been told."""
    known = {"countries": ("KEN",), "id": "ev_before", "first_seen_at": AFTER + timedelta(days=1)}
    return lambda f: f.event(date(2024, 11, 5), **known | values)


def test_a_first_that_was_none_is_put_right_once(database: Database, fill: Any, told: None) -> None:
    fill(before())
    assert f"told as a first: {FIRST} -> no: something earlier is known" in text(database, 1)
    assert "曾报道为首次：本数据库中自2023年以来首次同肯尼亚交往 -> 否：已知更早者" in text(database, 1, "zh")
    assert parts(database) == [("Told as a first", FIRST, "no: something earlier is known")]
    assert text(database, 2) == ""
    # and another change is told without it
    fill(lambda f: setattr(f.session.get(EventRow, EVENT), "type", "MEET.REMOTE"))
    assert "told as a first" not in text(database, 3)


@pytest.mark.parametrize(
    "values",
    [
        {"countries": ("VNM",)},
        {"realis": "planned"},
        {"scope": "context"},  # not told itself
        {"date_start": None, "date_end": None},  # proves nothing
    ],
)
def test_a_first_stays_what_it_was_told_where_nothing_disproves_it(
    database: Database, fill: Any, told: None, values: Any
) -> None:
    fill(before(**values))
    assert text(database, 1) == ""


def test_a_hole_in_the_record_disproves_no_first(database: Database, fill: Any, told: None) -> None:
    """Five months' events turn out to be none: the year is no longer covered, and Kenya was still not met."""

    def work(f: Any) -> None:
        for row in f.session.scalars(select(EventRow).where(EventRow.date_start < date(2024, 6, 1))):
            row.realis = "historical_reference"
        f.session.get(EventRow, EVENT).type = "MEET.REMOTE"

    fill(work)
    assert "kind of event: Meeting ->" in (told_text := text(database, 1))
    assert "told as a first" not in told_text
    with database.reading() as session:
        kept = session.scalars(select(Told.facts).where(Told.event_id == EVENT)).all()
    assert all(json.loads(facts or "")["firsts"] for facts in kept)  # and may be disproved later


def test_who_was_sent_a_first_at_once_is_told_with_the_next_one(database: Database, fill: Any, told: None) -> None:
    add(database, [Wanted("c@example.org", choice=Choice(at_once=True))], AFTER)
    assert len(freeze_firsts(database, AFTER)) == 1
    fill(before())
    fill(lambda f: f.event(WEEK.last, countries=("VNM",), id="ev_next"))
    freeze_firsts(database, AFTER + timedelta(days=2))
    with database.reading() as session:
        one = slice_of(session, Wishes(), "at_once", "en")
        frozen = frozen_slice(session, "ev_next", one.id)
        assert frozen is not None
        assert [(one["event_id"], one["fields"]) for one in json.loads(frozen.rows)["corrections"]] == [
            (EVENT, ["firsts"])
        ]


def test_days_are_told_as_far_as_they_are_known(database: Database, fill: Any, told: None) -> None:
    def work(f: Any) -> None:
        event = f.session.get(EventRow, EVENT)
        event.date_start, event.date_end, event.date_precision = date(2025, 8, 1), date(2025, 8, 31), "month"

    fill(work)
    assert "Meeting · 21 July · Kenya What was told has changed. day: 21 July -> August 2025" in text(database, 1)
    assert "日期：7月21日 -> 2025年8月" in text(database, 1, "zh")
    assert parts(database) == [("Day", "21 July 2025", "August 2025")]


def test_the_register_leaves_out_who_is_only_spelt_otherwise(database: Database, fill: Any, told: None) -> None:
    def work(f: Any) -> None:
        event = f.session.get(EventRow, EVENT)
        event.type = "MEET.REMOTE"
        f.session.delete(f.session.scalars(select(Participation).where(Participation.event_id == EVENT)).one())
        f.session.flush()
        f.person(event, "Moses Nkona", name_zh="恩科纳", country="KEN")

    fill(work)
    assert "foreign side" not in text(database, 1)
    assert [field for field, _, _ in parts(database)] == ["Type"]


def test_what_did_not_take_place_says_so(database: Database, fill: Any, told: None) -> None:
    fill(lambda f: setattr(f.session.get(EventRow, EVENT), "realis", "cancelled"))
    assert "status: took place -> called off" in text(database, 1)
    assert parts(database) == [("Status", "took place", "called off")]
