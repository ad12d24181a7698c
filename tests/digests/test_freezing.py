"""Freezing beside others: nothing told twice, nothing written while slices are rendered, no reading for each."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select

from digests import editions, rendering
from digests.contents import contents
from digests.editions import freeze, frozen_slice
from digests.periods import Week, parse_period
from digests.rows import EditionRows
from digests.subscribers import Choice, Wanted, add
from digests.wishes import Wishes
from pipeline.store.database import Database
from pipeline.store.models import Delivery, Edition, Mark, Slice, Told

WEEK = parse_period("2025-W30")
NEXT = parse_period("2025-W31")
AFTER = datetime(2025, 7, 28, 4, tzinfo=UTC)


@pytest.mark.parametrize("weeks", [(WEEK, WEEK), (WEEK, NEXT)])
def test_two_freezers_at_once_tell_nothing_twice(
    database: Database, fill: Any, monkeypatch: pytest.MonkeyPatch, weeks: tuple[Week, Week]
) -> None:
    """Both have chosen before either writes. One wins; the other finds the edition, or chooses what is left."""
    fill(lambda f: f.event(WEEK.first - timedelta(days=7), first_seen_at=AFTER))
    fill(lambda f: f.event(WEEK.first))
    add(database, [Wanted("reader@example.org")], AFTER)
    chosen = threading.Barrier(2, timeout=20)
    first = threading.local()

    def together(rows: EditionRows, *, draft: bool) -> rendering.Rendered:
        if not getattr(first, "done", False):
            first.done = True
            chosen.wait()
        return rendering.render(rows, draft=draft)

    monkeypatch.setattr(editions, "render", together)
    with ThreadPoolExecutor(2) as pool:
        work = [pool.submit(freeze, database, week, AFTER + timedelta(days=7)) for week in weeks]
        made = [one.result(timeout=30) for one in work]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Edition)) == len(set(weeks)) == len(set(made))
        told = [(one.event_id, one.realis) for one in session.scalars(select(Told))]
        assert len(told) == len(set(told)) == 2
        lists = [frozen_slice(session, week.name) for week in set(weeks)]
        ids = [one["id"] for frozen in lists if frozen for one in json.loads(frozen.rows)["events"]]
        assert len(ids) == len(set(ids))
        assert session.scalar(select(func.count()).select_from(Delivery)) == len(set(weeks))


def test_nothing_is_written_while_slices_are_rendered(
    database: Database, fill: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(lambda f: f.event(WEEK.first))
    asked = (Choice(Wishes(countries=(iso3,))) for iso3 in ("KEN", "VNM", "ZAF"))
    add(database, [Wanted(f"{number}@example.org", choice=one) for number, one in enumerate(asked)], AFTER)
    written: list[int] = []

    def render(rows: EditionRows, *, draft: bool) -> rendering.Rendered:
        with database.writing() as session:  # would wait for ever behind a transaction of the freezing
            session.add(Mark(name=f"while {len(written)}", value="rendering"))
        written.append(1)
        return rendering.render(rows, draft=draft)

    monkeypatch.setattr(editions, "render", render)
    freeze(database, WEEK, AFTER)
    assert len(written) == 4  # three slices and the whole one


def test_the_events_are_read_once_whatever_the_number_of_slices(database: Database, fill: Any) -> None:
    fill(lambda f: [f.event(WEEK.first, countries=(iso3,)) for iso3 in ("KEN", "VNM", "ZAF", "BRA")])

    def statements(slices: int) -> int:
        counted: list[str] = []
        count = lambda *arguments: counted.append(arguments[2])  # noqa: E731
        event.listen(database.engine, "before_cursor_execute", count)
        with database.reading() as session:
            wanted = [Slice(key=str(number), language="en", rhythm="weekly", wishes={}) for number in range(slices)]
            contents(session, WEEK, wanted, AFTER)
        event.remove(database.engine, "before_cursor_execute", count)
        return len(counted)

    assert statements(1) == statements(50)
