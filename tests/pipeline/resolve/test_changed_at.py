"""When an event last came to say something else: what a feed tells those who have read it before."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from pipeline.store.models import EventRow


def changed(newsroom: Any) -> datetime | None:
    """When the one event of the newsroom changed."""
    with newsroom.database.reading() as session:
        return session.query(EventRow.changed_at).one()[0]  # type: ignore[no-any-return]


def test_a_new_event_has_not_changed_and_one_resolved_again_neither(newsroom: Any) -> None:
    newsroom.tell("zh/a", newsroom.told())
    newsroom.resolve(day=1)
    assert changed(newsroom) is None
    newsroom.resolve(day=2, everything=True)
    assert changed(newsroom) is None
    newsroom.tell("zh/a", replace(newsroom.told(), confidence=0.5), day=3)  # says the same
    assert newsroom.resolve(day=3).changed == 1
    assert changed(newsroom) is None


def test_another_day_or_somebody_else_is_a_change_and_only_once(newsroom: Any) -> None:
    newsroom.tell("zh/a", newsroom.told())
    newsroom.resolve(day=1)
    newsroom.tell("zh/a", newsroom.told(day=26), day=2)
    newsroom.resolve(day=2)
    assert changed(newsroom) == newsroom.house.at(2)
    newsroom.resolve(day=3, everything=True)
    assert changed(newsroom) == newsroom.house.at(2)
    newsroom.tell("zh/a", newsroom.told(day=26, people=[("Sun Xueling", None)]), day=4)  # in no column of its row
    newsroom.resolve(day=4)
    assert changed(newsroom) == newsroom.house.at(4)


def test_another_page_that_says_the_same_changes_how_well_it_is_attested(newsroom: Any) -> None:
    newsroom.tell("zh/a", newsroom.told())
    newsroom.resolve(day=1)
    newsroom.tell("zh/b", newsroom.told(), day=2)
    assert newsroom.resolve(day=2).mentions == 2
    assert changed(newsroom) is None  # of one family with the first
    newsroom.tell("paper/a", newsroom.told(), day=3)
    newsroom.resolve(day=3)
    assert changed(newsroom) == newsroom.house.at(3)
