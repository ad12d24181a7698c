"""Pages that name somebody who fell from office are looked at again, whatever their schedule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from pipeline.gazetteer import Post, load
from pipeline.store import known
from pipeline.store.models import EventRow, MentionRow, Page, Participation, PersonRow
from pipeline.watch import recall
from pipeline.watch.recall import recalls

END = date(2026, 11, 10)


@pytest.fixture
def fallen(monkeypatch: pytest.MonkeyPatch) -> str:
    """Somebody whose one post ended on a day."""
    book = load()
    person = next(iter(book.people.values()))
    post = Post(person.id, "idcpc", "部长", "Minister", "minister", None, END, approximate=False, source="test")
    others = {one.id: replace(one, posts=()) for one in book.people.values()}
    changed = replace(book, people={**others, person.id: replace(person, posts=(post,))})
    monkeypatch.setattr(recall, "load", lambda: changed)
    return person.id


@pytest.mark.parametrize(("days", "step"), [(0, None), (1, 1), (2, 1), (3, 3), (10, 7), (100, 90), (200, None)])
def test_the_steps_of_a_schedule_from_the_day_it_ended(fallen: str, days: int, step: int | None) -> None:
    end = datetime(2026, 11, 9, 16, tzinfo=UTC)  # midnight in Beijing
    found = [one for one in recalls(end + timedelta(days=days, hours=1)) if one.person is not None]
    assert [(one.person, one.visited_since) for one in found] == (
        [(fallen, end + timedelta(days=step))] if step is not None else []
    )


def test_a_page_that_names_the_fallen_is_due_and_no_other(house: Any, fallen: str) -> None:
    for path in ("/named", "/other"):
        house.visit(path, house.article(house.meeting(2)))
    with house.database.writing() as session:
        session.add(PersonRow(id=fallen, name_en="X", country=None, source="gazetteer"))
        event = {"type": "MEET.BILAT", "mode": "video", "realis": "actual", "scope": "in", "is_series": False}
        more = {"standing": "single_source", "confidence": 0.9, "source_lost": False, "codebook_version": "0.1"}
        session.add(EventRow(id="ev_1", **event, **more, first_seen_at=house.at(0)))
        session.flush()
        session.add(
            Participation(
                event_id="ev_1", side="chinese", role="host", actor=f"person:{fallen}", ordinal=0, person_id=fallen,
                is_leader=True,
            )
        )  # fmt: skip
        session.flush()
        named = session.query(Page).filter(Page.url.endswith("/named")).one().id
        session.execute(update(MentionRow).where(MentionRow.page_id == named).values(event_id="ev_1"))
        session.execute(update(Page).values(due_at=house.at(100)))

    def due(day: float) -> list[str]:
        with house.database.reading() as session:
            pages = known.known_pages(session, "site", house.at(day))
            listed = [page.url for page in known.due(session, "site", house.at(day))]
        assert sorted(url for url, page in pages.items() if page.is_due) == sorted(listed)
        return listed

    assert due(7) == []
    assert due(9) == ["https://site.test/named"]
    house.visit("/named", status=304, day=9)
    with house.database.writing() as session:
        session.execute(update(Page).values(due_at=house.at(100)))
    assert due(9.5) == []
    assert due(11) == ["https://site.test/named"]
