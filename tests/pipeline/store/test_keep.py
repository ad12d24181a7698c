"""keep(): the one way a record enters the database."""

from __future__ import annotations

import itertools
from datetime import date
from typing import Any

import pytest
from sqlalchemy import func, select

from pipeline.store import known
from pipeline.store.keep import unanswered
from pipeline.store.models import Change, MentionRow, Page, Reading, Snapshot
from pipeline.words import Document, Extraction, PageReading, Record, Shown

URL = "https://site.test/a"


def test_keeps_everything_an_article_shows(house: Any) -> None:
    kept = house.visit("/a", house.article(house.meeting(2), published="2026-11-02"), ETag='"1"')

    assert kept.counts() == {"records": 1, "pages": 1, "snapshots": 1, "changes": 0, "mentions": 1}
    page = house.one(Page)
    assert (page.url, page.state, page.etag, page.published) == (URL, "live", '"1"', date(2026, 11, 2))
    mention = house.one(MentionRow)
    assert (mention.number, mention.date_start, mention.content["countries"]) == (1, date(2026, 11, 2), ["LAO"])
    text = house.one(Reading).text
    spans = [(row[3], text[row[4] : row[5]]) for row in house.rows()["evidence"]]
    assert spans == [("date", "2026-11-02"), ("chinese_people[0]", "Liu")]


def test_keeping_twice_is_keeping_once(house: Any) -> None:
    with house.run():
        records = [
            house.archive("/list", b'{"listed": [{"url": "https://site.test/a", "title": "A"}]}'),
            house.archive("/a", house.article(house.meeting(2), house.meeting(3))),
            house.archive("/b", status=404),
        ]
        house.keep(*records)
        once = house.rows()
        again = [house.keep(record) for record in records]
    assert house.rows() == once
    assert [sum(kept.counts().values()) for kept in again] == [0, 0, 0]


def test_an_edit_taken_back_is_news(house: Any) -> None:
    first, second = house.article(house.meeting(2)), house.article(house.meeting(2, "Wang"))
    for day, body in enumerate((first, second, first)):
        house.visit("/a", body, day=day)
    assert house.count("snapshot") == 3
    assert house.count("change") == 2
    assert house.one(Page).state == "edited"


def test_equal_bytes_later_make_no_snapshot(house: Any) -> None:
    house.visit("/a", house.article(house.meeting(2)))
    kept = house.visit("/a", house.article(house.meeting(2)), day=1)
    assert kept.counts() == {"records": 1, "pages": 0, "snapshots": 0, "changes": 0, "mentions": 0}
    assert [row[6] for row in house.rows()["visit"]] == ["ok", "ok"]
    assert house.one(Page).visited_at == house.at(1)


def test_bytes_that_differ_with_equal_text_are_a_snapshot_and_no_change(house: Any) -> None:
    house.visit("/a", house.article(house.meeting(2)))
    house.visit("/a", house.article(house.meeting(2), counter=7), day=1)
    assert (house.count("snapshot"), house.count("change")) == (2, 0)
    assert house.one(Page).state == "live"


def test_not_modified_is_a_visit_and_nothing_else(house: Any) -> None:
    house.visit("/a", house.article(house.meeting(2)), ETag='"1"')
    before = house.rows()
    kept = house.visit("/a", status=304, day=1)
    after = house.rows()
    assert sum(kept.counts().values()) == 1
    assert {row[6] for row in set(after["visit"]) - set(before["visit"])} == {"unchanged"}
    for name in ("snapshot", "reading", "mention", "change"):
        assert after[name] == before[name]
    page = house.one(Page)
    assert (page.state, page.visited_at, page.due_at, page.etag) == ("live", house.at(1), house.at(3), '"1"')


def test_a_missing_page_of_an_answering_site_is_a_candidate_for_gone(house: Any) -> None:
    house.visit("/a", house.article(house.meeting(2)))
    with house.run(1):
        house.visit("/list", b"{}", day=1)
        house.visit("/a", status=404, day=1)
    page = house.one(Page)
    assert (page.state, page.missing_count, page.due_at) == ("gone_candidate", 1, house.at(2))
    assert house.count("mention") == 1
    for day in (2, 4, 9):
        with house.run(day):
            house.visit("/list", b"{}", day=day)
            house.visit("/a", status=404, day=day)
    assert house.one(Page).state == "gone"
    assert house.count("mention") == 1


def test_missing_proves_nothing_while_the_site_is_silent(house: Any) -> None:
    house.visit("/a", house.article(house.meeting(2)))
    with house.run(5):
        house.visit("/robots.txt", status=404, day=5)
        house.visit("/a", status=404, day=5)
    assert house.one(Page, Page.url == URL).state == "unknown"


def test_what_nothing_answered_leaves_the_page_unknown(house: Any) -> None:
    house.visit("/a", house.article(house.meeting(2)))
    with house.database.writing() as session:
        unanswered(session, site="site", url=URL, at=house.at(1), detail="timeout", run_id=None)
    page = house.one(Page)
    assert (page.state, page.visited_at, page.due_at) == ("unknown", house.at(0), house.at(2))


def test_a_redirect_to_another_address_of_the_page_is_no_move(house: Any) -> None:
    with house.run():
        house.visit("http://site.test/a", status=301, Location="https://site.test/a")
        house.visit("/a", house.article(house.meeting(2)))
        house.visit("/b", status=301, Location="https://site.test/c")
    assert {row[0]: row[6] for row in house.rows()["page"]} == {URL: "live", "https://site.test/b": "moved"}
    assert [row[:2] for row in house.rows()["address"]][:2] == [("http://site.test/a", URL), (URL, URL)]


def test_a_listed_page_is_due_at_once_and_known_by_its_list(house: Any) -> None:
    with house.run() as run:
        house.visit("/list", b'{"listed": [{"url": "https://site.test/a", "title": "A title"}]}')
    page = house.one(Page)
    assert (page.state, page.due_at, page.listed_title, page.first_run_id) == ("unknown", None, "A title", run)
    with house.database.reading() as session:
        (due,) = known.due(session, "site", house.at(0))
        assert (due.url, due.has_snapshot, due.is_due) == (URL, False, True)


# Items


def items(house: Any, *bodies: str) -> bytes:
    import json

    entries = [
        {"url": f"https://site.test/{name}", "title": f"T {name}", "body": body, "published": None}
        for name, body in zip("abc", bodies, strict=False)
    ]
    return json.dumps({"items": entries}).encode()


def test_items_are_pages_until_their_article_comes(house: Any) -> None:
    house.visit("/list", items(house, house.meeting(2), house.meeting(3)))
    assert sorted(row[3:5] for row in house.rows()["snapshot"]) == [(0, "item"), (1, "item")]
    assert (house.count("mention"), house.one(Page, Page.url == URL).state) == (2, "live")

    house.visit("/a", house.article(house.meeting(2), house.meeting(4, "Wang")), day=1)
    house.visit("/list", items(house, house.meeting(2, place="Shanghai"), house.meeting(3)), day=2)

    mentions = [(row[0][-1], row[1], row[3], row[6].day) for row in normal(house, "mention")]
    assert mentions == [("a", 1, None, 2), ("a", 2, None, 4), ("b", 1, None, 3)]
    forms = {code: form for code, _, _, _, form, *_ in house.rows()["snapshot"]}
    assert {forms[row[2]] for row in house.rows()["mention"] if row[0] == URL} == {"article"}
    assert house.count("change") == 0


def normal(house: Any, name: str) -> list[tuple[Any, ...]]:
    """Rows with dates as such: SQLite gives plain queries text."""
    return [
        tuple(
            date.fromisoformat(str(value)) if position in (6, 7) and value else value
            for position, value in enumerate(row)
        )
        for row in house.rows()[name]
    ]


def test_one_item_that_changes_is_one_snapshot(house: Any) -> None:
    house.visit("/list", items(house, house.meeting(2), house.meeting(3)))
    kept = house.visit("/list", items(house, house.meeting(2), house.meeting(3, "Wang")), day=1)
    assert (kept.snapshots, kept.changes) == (1, 1)
    assert {row[0]: row[6] for row in house.rows()["page"]} == {URL: "live", "https://site.test/b": "edited"}


# Mentions


def test_a_mention_keeps_its_number_when_the_text_grows(house: Any) -> None:
    house.visit("/a", house.article(house.meeting(2), house.meeting(3, "Wang", "VNM")))
    house.visit(
        "/a", house.article(house.meeting(1, "Zhao", "CUB"), house.meeting(3, "Wang", "VNM"), house.meeting(2)), day=1
    )
    assert [(row[1], row[6].day) for row in normal(house, "mention")] == [(1, 2), (2, 3), (3, 1)]


def test_a_mention_that_is_lost_stays_and_says_where(house: Any) -> None:
    house.visit("/a", house.article(house.meeting(2), house.meeting(3, "Wang", "VNM")))
    house.visit("/a", house.article(house.meeting(2)), day=1)
    with house.database.reading() as session:
        lost = session.execute(
            select(MentionRow.number, Snapshot.fetched_at).join(Snapshot, Snapshot.id == MentionRow.lost_snapshot_id)
        ).all()
    assert lost == [(2, house.at(1))]
    assert house.one(Change).material

    house.visit("/a", house.article(house.meeting(2), house.meeting(3, "Wang", "VNM")), day=2)
    assert [(row[1], row[3]) for row in house.rows()["mention"]] == [(1, None), (2, None)]


def test_a_corrected_day_is_a_material_change_of_the_same_mention(house: Any) -> None:
    house.visit("/a", house.article(house.meeting(2)))
    house.visit("/a", house.article(house.meeting(5)), day=1)
    change = house.one(Change)
    assert change.material
    assert {"date_start", "date_end"} <= set(change.fields)
    assert "-2026-11-02" in change.diff
    assert "+2026-11-05" in change.diff
    assert [(row[1], row[6].day) for row in normal(house, "mention")] == [(1, 5)]


def test_an_extractor_that_fails_is_a_finding_and_stops_nothing(house: Any) -> None:
    def fails(document: Document) -> Extraction:
        raise ZeroDivisionError("deep in a rule")

    house.extractor = fails
    kept = house.visit("/a", house.article("Text"))
    assert (kept.snapshots, kept.mentions) == (1, 0)
    assert house.rows()["finding"][0][2:4] == ("extractor_failed", "ZeroDivisionError: deep in a rule")


# Order and versions

BODIES = ("first", "second", "first", "third")


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_snapshots_follow_the_time_of_fetch_whatever_the_order(house: Any, order: tuple[int, ...]) -> None:
    bodies = [house.article(house.meeting(number + 2, who)) for number, who in enumerate(BODIES)]
    bodies[2] = bodies[0]
    with house.run():
        records = [house.archive("/a", body, day=day) for day, body in enumerate(bodies)]
    unsettled = frozenset().union(*(house.keep(records[number]).unsettled for number in order))
    assert bool(unsettled) == (list(order) != sorted(order))
    house.settle(unsettled)
    snapshots = sorted(str(row[5])[:10] for row in house.rows()["snapshot"])
    assert snapshots == ["2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05"]
    assert house.count("change") == 3
    page = house.one(Page)
    assert (page.state, page.first_seen_at, page.visited_at, page.state_since) == (
        "edited", house.at(0), house.at(3), house.at(1),
    )  # fmt: skip


def test_an_older_record_with_the_same_bytes_takes_the_place_of_the_snapshot(house: Any) -> None:
    with house.run():
        older = house.archive("/a", house.article(house.meeting(2)))
        newer = house.archive("/a", house.article(house.meeting(2)), day=1)
    house.keep(newer)
    kept = house.keep(older)
    (snapshot,) = house.rows()["snapshot"]
    assert str(snapshot[5])[:10] == "2026-11-02"
    assert house.count("mention") == 1
    assert kept.unsettled


def test_readings_of_two_versions_are_not_compared_but_read_again(house: Any) -> None:
    house.visit("/a", house.article(house.meeting(2)))

    def better(record: Record) -> Shown:
        shown = house.read(record)
        return Shown(shown.site, shown.outcome, shown.page_url, tuple(shouted(page) for page in shown.pages))

    house.reader, house.reader_version = better, "2"
    house.visit("/a", house.article(house.meeting(2), counter=1), day=1)
    assert {row[1] for row in house.rows()["reading"]} == {"2"}
    assert house.count("change") == 0


def shouted(page: PageReading) -> PageReading:
    from dataclasses import replace

    return replace(page, title="NEWS")


def test_characters_that_a_database_refuses_cost_no_span(house: Any) -> None:
    house.visit("/a", house.article("\0\ud800 before", house.meeting(2)))
    text = house.one(Reading).text
    assert "\ufffd\ufffd before" in text
    start, end = next((row[4], row[5]) for row in house.rows()["evidence"])
    assert text[start:end] == "2026-11-02"


def test_an_endless_address_is_cut_where_an_index_could_not_hold_it(house: Any) -> None:
    house.visit("/a?" + "x" * 20_000, house.article(house.meeting(2)))
    assert house.count("record") == 1
    assert max(len(row[0]) for row in house.rows()["address"]) <= 2_000


def test_a_record_of_no_site_is_kept_and_shows_nothing(house: Any) -> None:
    house.visit("https://elsewhere.test/x", house.article("Text"))
    assert (house.count("record"), house.count("visit"), house.count("page")) == (1, 1, 0)


def test_one_article_is_a_handful_of_statements(house: Any) -> None:
    from sqlalchemy import event

    house.visit("/a", house.article(house.meeting(2)))
    with house.run(1):
        record = house.archive("/b", house.article(house.meeting(3)), day=1)
        statements: list[str] = []
        listener = lambda *arguments: statements.append(arguments[2])  # noqa: E731
        event.listen(house.database.engine, "before_cursor_execute", listener)
        house.keep(record)
    assert len(statements) <= 30, statements


def test_known_pages_tell_what_the_next_asking_needs(house: Any) -> None:
    with house.run():
        house.visit("/list", b'{"listed": [{"url": "https://site.test/a"}, {"url": "https://site.test/b"}]}')
        house.visit("http://site.test/a", house.article(house.meeting(2)), ETag='"1"', Last_Modified="then")
    with house.database.reading() as session:
        pages = known.known_pages(session, "site", house.at(0.5))
        later = known.due(session, "site", house.at(1))
    page = pages[URL]
    assert (page.address, page.etag, page.last_modified) == ("http://site.test/a", '"1"', "then")
    assert (page.due_at, page.is_due, page.has_snapshot) == (house.at(1), False, True)
    assert [one.url for one in later] == ["https://site.test/b", URL]


def test_sections_remember_the_run_that_walked_them(house: Any) -> None:
    with house.run() as first, house.database.writing() as session:
        assert known.section_walked(session, "site", "/list") is None
        known.mark_walked(session, "site", "/list", first)
    with house.run(1) as second, house.database.writing() as session:
        assert known.section_walked(session, "site", "/list") == first
        known.mark_walked(session, "site", "/list", second)
        assert known.section_walked(session, "site", "/list") == second
        assert session.scalar(select(func.count()).select_from(Page)) == 0
