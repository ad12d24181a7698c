"""What was announced, called off and held: told anew as it goes on, put right where it goes back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from digests.editions import freeze, frozen_slice
from digests.periods import Week, parse_period
from digests.subscribers import Wanted, add
from pipeline.store.database import Database
from pipeline.store.models import EventRow, Told

pytestmark = pytest.mark.usefixtures("unrendered")

WEEK = parse_period("2025-W30")
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)
MONDAY = WEEK.first
EVENT = "ev_told"


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def told(database: Database, fill: Any) -> None:
    """An event told to the one reader in the edition of 2025-W30."""
    fill(lambda f: f.event(MONDAY, id=EVENT))
    add(database, [Wanted("reader@example.org")], AFTER)
    freeze(database, WEEK, AFTER)


@pytest.fixture
def planned(database: Database, fill: Any) -> None:
    """The same announced for the week after."""
    fill(lambda f: f.event(MONDAY + timedelta(days=8), id=EVENT, realis="planned"))
    add(database, [Wanted("reader@example.org")], AFTER)
    freeze(database, WEEK, AFTER)


def rows(database: Database, number: int) -> dict[str, Any]:
    """What the edition so many weeks later tells the whole slice."""
    week = Week.holding(MONDAY + timedelta(days=7 * number))
    freeze(database, week, AFTER + timedelta(days=7 * number))
    with database.reading() as session:
        frozen = frozen_slice(session, week.name)
    assert frozen is not None
    found: dict[str, Any] = json.loads(frozen.rows)
    return found


def corrections(database: Database, number: int) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rows(database, number)["corrections"]
    return found


def listed(database: Database, number: int) -> list[tuple[str, str]]:
    """The events of that edition, by id and realis."""
    told = rows(database, number)
    return [(one["id"], one["realis"]) for name in ("events", "late", "planned") for one in told[name]]


def change(**values: Any) -> Callable[[Any], None]:
    def work(f: Any) -> None:
        row = f.session.get(EventRow, EVENT)
        for name, value in values.items():
            setattr(row, name, value)

    return work


def ledger(database: Database) -> list[str]:
    with database.reading() as session:
        return sorted(session.scalars(select(Told.realis).where(Told.event_id == EVENT)))


def on(number: int, realis: str) -> Callable[[Any], None]:
    """The event has this realis, and lies so many days after the Monday of 2025-W30."""
    day = MONDAY + timedelta(days=number)
    return change(realis=realis, date_start=day, date_end=day)


def test_what_was_told_as_taken_place_by_mistake_is_told_when_it_takes_place(
    database: Database, fill: Any, told: None
) -> None:
    fill(on(10, "planned"))
    (one,) = corrections(database, 1)
    assert (one["fields"], one["now"]["realis"]) == (["realis"], "planned")
    assert listed(database, 1) == [(EVENT, "planned")]
    assert ledger(database) == ["planned"]
    fill(on(15, "actual"))
    assert listed(database, 2) == [(EVENT, "actual")]
    assert corrections(database, 2) == corrections(database, 3) == []
    assert ledger(database) == ["actual", "planned"]


def test_what_was_planned_and_told_as_taken_place_by_mistake_keeps_one_line(
    database: Database, fill: Any, planned: None
) -> None:
    fill(on(8, "actual"))
    assert listed(database, 1) == [(EVENT, "actual")]
    fill(on(8, "planned"))
    (one,) = corrections(database, 2)
    assert (one["realis"], one["fields"], one["period"]) == ("actual", ["realis"], "2025-W31")
    assert ledger(database) == ["planned"]
    fill(on(8, "actual"))
    assert listed(database, 3) == [(EVENT, "actual")]


def test_what_was_called_off_and_is_planned_again_is_put_right(database: Database, fill: Any) -> None:
    fill(lambda f: f.event(MONDAY + timedelta(days=60), id=EVENT, realis="planned"))
    add(database, [Wanted("reader@example.org")], AFTER)
    freeze(database, WEEK, AFTER)
    fill(on(60, "cancelled"))
    assert (listed(database, 1), corrections(database, 1)) == ([(EVENT, "cancelled")], [])
    fill(on(60, "planned"))
    (one,) = corrections(database, 2)
    assert (one["realis"], one["fields"], one["now"]["realis"]) == ("cancelled", ["realis"], "planned")
    assert corrections(database, 3) == []
    fill(on(60, "cancelled"))
    assert listed(database, 4) == [(EVENT, "cancelled")]


def test_a_plan_taken_over_by_the_event_that_took_place_is_no_correction(
    database: Database, fill: Any, planned: None
) -> None:
    fill(lambda f: f.event(MONDAY + timedelta(days=8), id="ev_held"))
    assert listed(database, 1) == [("ev_held", "actual")]
    fill(change(merged_into="ev_held"))
    assert corrections(database, 2) == []


def test_an_event_told_as_held_and_taken_over_by_a_plan_did_not_take_place(
    database: Database, fill: Any, told: None
) -> None:
    fill(lambda f: f.event(MONDAY + timedelta(days=30), id="ev_plan", countries=("ZAF",), realis="planned"))
    assert listed(database, 1) == [("ev_plan", "planned")]
    fill(change(merged_into="ev_plan"))
    (one,) = corrections(database, 2)
    assert (one["why"], one["fields"], one["now"]["realis"]) == ("changed", ["realis"], "planned")
    assert corrections(database, 3) == []


def test_a_plan_that_takes_place_is_told_and_not_corrected(database: Database, fill: Any, planned: None) -> None:
    fill(on(9, "actual"))
    assert corrections(database, 1) == []


def test_what_did_not_take_place_after_all_is_corrected(database: Database, fill: Any, told: None) -> None:
    fill(change(realis="cancelled"))
    (one,) = corrections(database, 1)
    assert (one["why"], one["fields"], one["now"]["realis"]) == ("changed", ["realis"], "cancelled")
