"""Delisted is what stood between two that are listed still, and nothing else (codebook §12)."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from pipeline.store import known
from pipeline.store.models import Delisting, Loss, Page, Run
from pipeline.watch.delisting import Entry, vanished
from pipeline.words import Listed, Outcome, Record, Shown

DAY = date(2026, 3, 20)


def listing(*pages: int, **days: int) -> list[Entry]:
    """A list in order of time: page 9 is the newest; ``days`` puts a page (p9) on another day of the month."""
    return [(page, DAY.replace(day=days.get(f"p{page}", page + 10))) for page in pages]


def test_what_stood_between_two_that_stay() -> None:
    assert vanished(listing(9, 8, 7, 6, 5), listing(9, 8, 6, 5)) == [7]
    assert vanished(listing(9, 8, 7, 6, 5), listing(9, 5)) == [8, 7, 6]


@pytest.mark.parametrize(
    "after",
    [
        listing(9, 8, 7, 6),  # the last one moved to the next page
        listing(12, 11, 10, 9, 8),  # so did three
        listing(12, 11, 10),  # all
        listing(8, 7, 6, 5),  # the newest has nothing newer beside it
        [],
    ],
)
def test_never_by_paging_away(after: list[Entry]) -> None:
    assert vanished(listing(9, 8, 7, 6, 5), after) == []


def test_pinned_and_recommended_items_come_and_go() -> None:
    pinned = [(1, DAY.replace(day=2)), (2, DAY.replace(day=4)), *listing(9, 8, 7, 6)]
    assert vanished(pinned, [pinned[0], *pinned[2:]]) == []
    beside = [*listing(9, 8, 7, 6), *listing(19, 18, 17)]
    assert vanished(beside, [*listing(9, 8, 7, 6), *listing(19, 17)]) == []
    assert vanished(beside, [*listing(9, 7, 6), *listing(19, 18, 17)]) == [8]


def test_a_list_without_days_or_in_another_order_tells_nothing() -> None:
    undated: list[Entry] = [(page, None) for page, _ in listing(9, 8, 7)]
    assert vanished(undated, [undated[0], undated[2]]) == []
    assert vanished(listing(9, 8, 7, 6), listing(6, 7, 9)) == []


def test_small_inversions_are_usual() -> None:
    before = listing(9, 7, 8, 6)
    assert vanished(before, listing(9, 7, 6)) == [8]


@given(size=st.integers(3, 20), new=st.integers(0, 40), days=st.lists(st.integers(0, 2), min_size=60, max_size=60))
def test_new_items_and_paging_alone_never_delist(size: int, new: int, days: list[int]) -> None:
    entries: list[Entry] = []
    day = DAY
    for page, back in enumerate(days):
        day -= timedelta(days=back)
        entries.append((page, day))
    assert vanished(entries[new : new + size], entries[:size]) == []


# Kept, and told of pages


def read_with_lists(house: Any) -> Any:
    def read(record: Record) -> Shown:
        if "/list" not in record.url or record.status != 200:
            return house.read(record)
        entries = json.loads(record.body)
        listed = tuple(
            Listed(f"https://site.test/{name}", f"https://site.test/{name}", name, date.fromisoformat(day))
            for name, day in entries
        )
        return Shown("site", Outcome.OK, listed=listed)

    return read


@pytest.fixture
def lists(house: Any) -> Any:
    house.reader = read_with_lists(house)
    return house


def show(house: Any, names: str, *, day: float, path: str = "/list", **more: Any) -> None:
    """A list shows pages a, b, c …; a is the newest."""
    body = json.dumps([(name, f"2026-10-{30 - ord(name) + ord('a'):02d}") for name in names]).encode()
    house.visit(path, body, day=day, **more)


def visit(house: Any, name: str, *, day: float, status: int = 200) -> None:
    house.visit(f"/{name}", house.article(house.meeting(2)) if status == 200 else b"", day=day, status=status)


def page(house: Any, name: str) -> Any:
    return house.one(Page, Page.url == f"https://site.test/{name}")


def losses(house: Any) -> list[tuple[str, str, Any, Any, Any]]:
    with house.database.reading() as session:
        query = select(Page.url, Loss).join(Page, Page.id == Loss.page_id).order_by(Loss.since, Page.url)
        return [
            (url[-1], loss.kind, *((at - house.at(0)).days if at else None for at in times))
            for url, loss in session.execute(query)
            if (times := (loss.since, loss.confirmed_at, loss.ended_at))
        ]


def test_a_page_off_its_list_is_asked_at_once_and_delisted_only_if_it_lives(lists: Any) -> None:
    show(lists, "abcde", day=0)
    for name in "abcde":
        visit(lists, name, day=0)
    show(lists, "abde", day=2)
    assert (page(lists, "c").state, page(lists, "c").due_at) == ("live", lists.at(2))
    with lists.database.reading() as session:
        assert [one.url[-1] for one in known.due(session, "site", lists.at(2))][-1] == "c"
    visit(lists, "c", day=3)
    assert (page(lists, "c").state, page(lists, "c").state_since) == ("delisted", lists.at(3))
    assert losses(lists) == [("c", "delisted", 2, 3, None)]
    # it stays so, and is told again when it is listed again
    show(lists, "abde", day=5)
    visit(lists, "c", day=5)
    assert page(lists, "c").state == "delisted"
    show(lists, "abcde", day=6)
    assert (page(lists, "c").state, page(lists, "c").state_since) == ("live", lists.at(6))
    assert losses(lists) == [("c", "delisted", 2, 3, 6)]


def test_a_page_off_its_list_that_is_gone_is_removed(lists: Any) -> None:
    show(lists, "abcde", day=0)
    visit(lists, "c", day=0)
    for day in (1, 2, 4, 8.5):
        show(lists, "abde", day=day)
        visit(lists, "c", day=day + 0.01, status=404)
    assert page(lists, "c").state == "gone"
    assert losses(lists) == [("c", "delisted", 1, None, None), ("c", "removed", 1, 8, None)]


def test_what_another_list_shows_is_listed(lists: Any) -> None:
    show(lists, "abcde", day=0)
    show(lists, "abcde", day=0, path="/list/other")
    visit(lists, "c", day=0)
    show(lists, "abde", day=1)
    show(lists, "abcde", day=1.001, path="/list/other")
    visit(lists, "c", day=2)
    assert page(lists, "c").state == "live"
    assert losses(lists) == []
    show(lists, "abde", day=3)
    show(lists, "abde", day=3.001, path="/list/other")
    visit(lists, "c", day=4)
    assert page(lists, "c").state == "delisted"


def test_a_list_that_is_challenged_or_of_another_kind_of_run_tells_nothing(lists: Any) -> None:
    show(lists, "abcde", day=0)
    visit(lists, "c", day=0)
    lists.visit("/list", b"", day=1, status=503)
    with lists.run(2):
        with lists.database.writing() as session:
            session.get_one(Run, lists.run_id).kind = "import"
        show(lists, "abde", day=2)
    visit(lists, "c", day=3)
    assert page(lists, "c").state == "live"
    show(lists, "abcde", day=4)
    assert losses(lists) == []


def test_the_order_in_which_records_come_does_not_matter(lists: Any) -> None:
    with lists.run():
        records = []
        for day, names in ((0, "abcde"), (1, "abde"), (2, "abcde"), (3, "abcd"), (4, "abd"), (6, "abd")):
            body = json.dumps([(name, f"2026-10-{30 - ord(name) + ord('a'):02d}") for name in names]).encode()
            records.append(lists.archive("/list", body, day=day))
        for day in (0, 1.5, 2.5, 5):
            records.append(lists.archive("/c", lists.article(lists.meeting(2)), day=day))
        records.sort(key=lambda record: record.fetched_at)
        lists.keep(*records)
        in_order = lists.rows(), losses(lists)
        assert losses(lists) == [("c", "delisted", 1, 1, 2), ("c", "delisted", 4, 5, None)]
        lists.keep(*records)
        assert (lists.rows(), losses(lists)) == in_order
        for seed in range(3):
            lists.empty()
            random.Random(seed).shuffle(records)
            kept = [lists.keep(record) for record in records]
            lists.settle({page for one in kept for page in one.unsettled})
            assert losses(lists) == in_order[1]
            assert lists.rows()["page"] == in_order[0]["page"]
    with lists.database.reading() as session:
        assert len(session.scalars(select(Delisting)).all()) == 2
