"""The register of edits and losses, and the feed of it: what stands in an entry stays, and what was added is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from lxml import etree

from digests.web.register import Entry, register
from pipeline.store.database import Database
from pipeline.store.models import EventRow, Loss, Page, Snapshot

ATOM = {"a": "http://www.w3.org/2005/Atom"}
LOST = datetime(2025, 7, 23, 2, tzinfo=UTC)
CONFIRMED = datetime(2025, 7, 26, 2, tzinfo=UTC)
BACK = datetime(2025, 7, 27, 2, tzinfo=UTC)
Get = Callable[..., Any]
Entries = Callable[[str], dict[str, str]]


@pytest.fixture
def entries(get: Get) -> Entries:
    """``entries(feed)``: when each entry of a feed was updated, by its id."""

    def of(name: str) -> dict[str, str]:
        feed = etree.fromstring(get(f"/feeds/{name}.atom").text.encode())
        found = [(one.findtext("a:id", namespaces=ATOM), one) for one in feed.findall("a:entry", ATOM)]
        assert len({id_ for id_, _ in found}) == len(found)
        return {str(id_): one.findtext("a:updated", namespaces=ATOM) for id_, one in found}

    return of


def listed(database: Database) -> list[Entry]:
    with database.reading() as session:
        return register(session, 100)


def lose(f: Any, *, kind: str = "removed", url: str | None = None) -> Any:
    """A page with a copy, and its loss."""
    page = f.page(url=url)
    before = f.reading(page, body="as it was", fetched_at=datetime(2025, 7, 22, tzinfo=UTC))
    f.session.add(Loss(page_id=page.id, kind=kind, since=LOST, confirmed_at=CONFIRMED))
    return page.id, f.session.get_one(Snapshot, before.snapshot_id).code


def come_back(f: Any, page_id: int) -> None:
    """It is there again, rewritten."""
    loss = f.session.query(Loss).filter_by(page_id=page_id).one()
    loss.ended_at = BACK
    f.reading(f.session.get_one(Page, page_id), body="rewritten", fetched_at=BACK)


@pytest.mark.parametrize("kind", ["removed", "delisted"])
def test_a_page_that_came_back_keeps_its_entry_and_the_copy_before(
    database: Database, fill: Any, entries: Entries, kind: str
) -> None:
    page_id, copy = fill(lambda f: lose(f, kind=kind))
    (before,) = listed(database)
    assert list(entries("changes").values()) == ["2025-07-26T02:00:00Z"]
    ids = set(entries("changes"))
    fill(lambda f: come_back(f, page_id))
    (after,) = listed(database)
    assert (before.before, after.before, after.after) == (copy, copy, None)
    assert set(entries("changes")) == ids
    assert list(entries("changes").values()) == ["2025-07-27T02:00:00Z"]
    assert after.detail == "confirmed on 2025-07-26; there again on 2025-07-27"


def test_pages_lost_at_one_time_without_a_copy_have_entries_of_their_own(fill: Any, entries: Entries) -> None:
    def work(f: Any) -> None:
        pages = [f.page(listed_title="of one title") for _ in range(2)]
        f.session.add_all([Loss(page_id=one.id, kind="delisted", since=LOST, confirmed_at=CONFIRMED) for one in pages])

    fill(work)
    assert len(entries("changes")) == 2


def test_an_entry_has_the_same_id_in_a_database_made_anew(fill: Any, entries: Entries) -> None:
    url = "https://www.idcpc.gov.cn/lldt/202507/t20250722_7.html"
    page_id, _ = fill(lambda f: lose(f, url=url))
    ids = set(entries("changes"))
    fill(lambda f: (f.session.delete(f.session.get_one(Page, page_id)), f.page()))
    fill(lambda f: lose(f, url=url))
    assert set(entries("changes")) == ids


def test_a_loss_confirmed_after_a_later_edit_makes_the_feed_new(get: Get, fill: Any, entries: Entries) -> None:
    def edit(f: Any) -> None:
        page = f.page()
        seen_at = LOST.replace(day=25)
        f.change(page, f.reading(page, body="a"), f.reading(page, body="b"), seen_at=seen_at)

    fill(edit)
    assert "<updated>2025-07-25T02:00:00Z</updated>" in get("/feeds/changes.atom").text.partition("<entry>")[0]
    fill(lose)
    assert "<updated>2025-07-26T02:00:00Z</updated>" in get("/feeds/changes.atom").text.partition("<entry>")[0]


def test_an_event_that_says_something_else_is_updated_under_its_id(fill: Any, meeting: str, entries: Entries) -> None:
    before = entries("events")
    assert list(before.values()) == ["2025-07-22T03:00:00Z"]
    fill(lambda f: setattr(f.session.get_one(EventRow, meeting), "changed_at", CONFIRMED))
    assert entries("events") == dict.fromkeys(before, "2025-07-26T02:00:00Z")
