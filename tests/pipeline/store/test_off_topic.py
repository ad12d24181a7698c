"""Pages of general sites that are not relevant: archived, remembered, and nothing else; but an edit of a page that is
held is news, whatever is left of its subject."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pipeline.store import known
from pipeline.store.models import Page
from pipeline.words import Record, Shown

URL = "https://site.test/a"


def judging(read: Callable[[Record], Shown]) -> Callable[[Record], Shown]:
    """A reader that calls off topic what says so itself."""

    def judged(record: Record) -> Shown:
        shown = read(record)
        is_off = bool(shown.pages) and shown.page_url is not None and json.loads(record.body).get("off_topic", False)
        return replace(shown, off_topic=True, findings=("off_topic",)) if is_off else shown

    return judged


@pytest.fixture
def general(house: Any) -> Any:
    house.reader = judging(house.read)
    return house


def off(house: Any, *sentences: str) -> bytes:
    body: bytes = house.article(*sentences, off_topic=True)
    return body


def is_due(house: Any) -> tuple[bool, bool]:
    """Whether the page is due as it is listed, and of itself, a year later."""
    with house.database.reading() as session:
        later = house.at(0) + timedelta(days=365)
        page = known.known_pages(session, "site", later)[URL]
        return page.is_due, URL in [one.url for one in known.due(session, "site", later)]


def test_what_is_off_topic_leaves_a_visit_and_is_never_asked_again(general: Any) -> None:
    general.visit("/list", b'{"listed": [{"url": "https://site.test/a"}]}')
    assert is_due(general) == (True, True)
    kept = general.visit("/a", off(general, general.meeting(2)))
    assert (kept.snapshots, kept.mentions) == (0, 0)
    assert [general.count(name) for name in ("snapshot", "reading", "mention")] == [0, 0, 0]
    assert [row[6:] for row in general.rows()["visit"] if row[4] == URL] == [("ok", "off_topic")]
    assert general.one(Page).off_topic
    assert is_due(general) == (False, False)


def test_a_page_that_is_held_is_kept_when_it_loses_its_subject(general: Any) -> None:
    general.visit("/a", general.article(general.meeting(2)))
    kept = general.visit("/a", off(general, "Nothing of the kind."), day=1)
    assert (kept.snapshots, kept.changes) == (1, 1)
    assert not general.one(Page).off_topic
    assert is_due(general) == (True, True)


def test_the_order_of_records_does_not_matter(general: Any) -> None:
    with general.run(1):
        late = general.archive("/a", off(general, "Nothing of the kind."), day=1)
        early = general.archive("/a", general.article(general.meeting(2)), day=0)
        general.keep(late)
        assert general.one(Page).off_topic
        general.settle(general.keep(early).unsettled)
    assert (general.count("snapshot"), general.count("change")) == (2, 1)
    assert not general.one(Page).off_topic


def test_better_rules_bring_a_page_back_and_let_it_go(general: Any) -> None:
    general.visit("/a", off(general, general.meeting(2)))
    general.reader, general.reader_version = general.read, "2"
    general.reprocess()
    assert (general.count("snapshot"), general.count("mention")) == (1, 1)
    assert not general.one(Page).off_topic
    general.reader, general.reader_version = judging(general.read), "3"
    general.reprocess()
    assert general.count("snapshot") == 0
    assert general.one(Page).off_topic
