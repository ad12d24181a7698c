"""The public pages: what is shown of events, countries, people, changes and editions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import pytest
from lxml import etree
from sqlalchemy import func, select

from pipeline.store.database import Database
from pipeline.store.models import Base, EventRow, Loss, Site

NAMESPACES = {"a": "http://www.w3.org/2005/Atom"}
Get = Callable[..., Any]


def test_an_event_shows_its_facts_its_sources_and_the_marked_words(get: Get, meeting: str) -> None:
    answer = get(f"/events/{meeting}")
    assert answer.status == 200
    assert "Fikile Mbalula" in answer.shown
    assert "21 July 2025" in answer.shown
    links = [link.get("href") for link in answer.page.iter("a")]
    assert {"https://paper.example/liu-meets-anc", "/officials/chn-liu-jianchao", "/parties/zaf-anc"} <= set(links)
    copies = [link for link in links if link.startswith("/copies/sn_")]
    assert len(copies) == 2
    assert get(copies[0]).status == 200
    (mark,) = answer.page.iter("mark")
    assert mark.text == "7月21日"
    quoted = mark.getparent().text_content()
    assert quoted.endswith("姆巴卢拉。"), "the sentence, not the text: no licence is declared"
    assert mark.getparent().getparent().get("lang") == "zh"


def test_a_copy_is_shown_in_full_only_under_a_licence(get: Get, meeting: str, fill: Any) -> None:
    (copy,) = re.findall(r"/copies/sn_\w+", get(f"/events/{meeting}").text)[:1]
    rest = "双方谈到其他问题"
    assert rest not in get(copy).text
    assert "SHA-256" in get(copy).text

    def allow(f: Any) -> None:
        f.session.get(Site, "idcpc_zh").licence = "CC BY 4.0"

    fill(allow)
    assert rest in get(copy).text


def test_why_two_pages_are_one_event_is_a_table(get: Get, meeting: str) -> None:
    section = get(f"/events/{meeting}").page.get_element_by_id("why").getparent()
    rows = [[cell.text_content() for cell in row] for row in section.iterfind(".//tbody/tr")]
    assert rows[0][0] == "prior"
    assert ["date", "same day", "2025-07-21 ~ 2025-07-21"] in [[row[0], *row[3:]] for row in rows]
    bits = [float(row[1]) for row in rows]
    assert sum(bits) == pytest.approx(float(rows[-1][2]), abs=0.06)
    assert "Sources 2 and 1" in section.text_content()


def test_an_event_of_one_page_needs_no_reason(get: Get, fill: Any) -> None:
    alone = fill(lambda f: f.event().id)
    assert get(f"/events/{alone}").status == 200
    assert "Why these pages" not in get(f"/events/{alone}").text


def test_sources_that_differ_stand_side_by_side(get: Get, meeting: str) -> None:
    section = get(f"/events/{meeting}").page.get_element_by_id("differ").getparent().text_content()
    assert re.search(r"12\s*\(idcpc.gov.cn\)", section)
    assert re.search(r"15\s*\(paper.example\)", section)


def test_an_event_that_was_taken_over_leads_to_the_one_that_stands(get: Get, meeting: str, fill: Any) -> None:
    old = fill(lambda f: f.event(merged_into=meeting, merged_reason="the same").id)
    answer = get(f"/events/{old}")
    assert (answer.status, answer.headers["Location"]) == (301, f"/events/{meeting}")


def test_what_belongs_together_is_linked(get: Get, meeting: str, fill: Any) -> None:
    trip = fill(lambda f: f.event(type="VISIT.OUT", is_series=True, title_zh="出访").id)

    def tie(f: Any) -> None:
        f.session.get(EventRow, meeting).parent_id = trip

    fill(tie)
    assert f"/events/{trip}" in get(f"/events/{meeting}").text
    assert f"/events/{meeting}" in get(f"/events/{trip}").text


def test_lists_and_feeds_are_narrowed(get: Get, meeting: str) -> None:
    cases = {
        "": True, "country=ZAF": True, "country=zaf": True, "country=KEN": False, "organisation=zaf-anc": True,
        "organisation=ken-uda": False, "person=zaf-fikile-mbalula": True, "type=MEET": True, "type=MEET.BILAT": True,
        "type=MEE": False, "type=TRAIN": False, "theme=party_building": True, "theme=bri": False,
        "since=2025-07-21": True, "since=2025-07-22": False, "until=2025-07-20": False, "q=mbalula": True,
        f"q={quote('姆巴卢拉')}": True, f"q={quote('非洲人国民大会 beijing')}": True, "q=mbalula+nobody": False,
        "q=%25": False, "q=_": False,
    }  # fmt: skip
    for query, found in cases.items():
        assert (f"/events/{meeting}" in get(f"/events?{query}").text) == found, query
        feed = etree.fromstring(get(f"/feeds/events.atom?{query}").text.encode())
        assert (len(feed.findall("a:entry", NAMESPACES)) == 1) == found, query


@pytest.mark.parametrize(
    "address",
    [
        "/events?since=yesterday", "/events?page=0", "/events?page=x", "/events?page=99999999999999999999",
        f"/events?q={'a' * 101}", "/changes?kind=other", "/charts/weeks.svg?ground=red", "/charts/world.svg?size=9",
        "/editions/2025-W30?language=xx",
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_understood_is_named(get: Get, address: str) -> None:
    answer = get(address)
    assert answer.status == 400
    assert address.partition("?")[2].partition("=")[0] in answer.shown


def test_a_long_list_is_turned_page_by_page(get: Get, fill: Any) -> None:
    fill(lambda f: [f.event(date(2025, 1 + number // 28, 1 + number % 28)) for number in range(60)])
    first, second = get("/events"), get("/events?page=2")
    seen = [set(re.findall(r'href="(/events/ev_\d+)"', one.text)) for one in (first, second)]
    assert [len(one) for one in seen] == [50, 10]
    assert not seen[0] & seen[1]
    assert 'href="/events?page=2"' in first.text
    assert get("/events?page=3").status == 404
    assert 'href="/countries/ZAF?page=2"' in get("/countries/ZAF").text


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/countries/ZAF", "South Africa"), ("/parties/zaf-anc", "African National Congress"),
        ("/officials/chn-liu-jianchao", "Liu Jianchao"),
    ],
)  # fmt: skip
def test_whom_a_page_is_about(get: Get, meeting: str, path: str, name: str) -> None:
    answer = get(path)
    assert name in answer.page.find(".//h1").text_content()
    assert f"/events/{meeting}" in answer.text
    years = [[cell.text_content() for cell in row] for row in answer.page.iterfind(".//div[@class='chart']//tbody/tr")]
    assert years == [["2025", "1", "0", "1", "0"]], "year, events, confirmed, of a single source, doubtful"
    listed = get("/" + path.split("/")[1])
    assert f'href="{path}"' in listed.text
    assert get(path + "x").status == 404


def test_the_training_register_has_its_columns(get: Get, everything: Any) -> None:
    ids = everything()
    (row,) = get("/training").page.iterfind(".//table[@class='list stacked']/tbody/tr")
    cells = [" ".join(cell.text_content().split()) for cell in row]
    assert cells[0].startswith("4–9 November 2024")
    assert "Kenya, Vietnam" in cells
    assert "25" in cells
    assert f"/events/{ids['training']}" in get("/training?country=KEN").text
    assert f"/events/{ids['training']}" not in get("/training?country=ZAF").text


def test_the_front_page_says_what_is_not_read(get: Get, everything: Any) -> None:
    assert "All 2 sites that are watched were read" in get("/").shown
    everything()
    assert "Not everything is read now. A text: not since 2025-07-01" in get("/").shown
    assert "2025-07-01" in get("/sources").shown


def test_the_register_tells_edits_and_confirmed_losses(get: Get, fill: Any) -> None:
    at = datetime(2025, 7, 25, tzinfo=UTC)

    def work(f: Any) -> None:
        edited, gone, missed = (f.page(listed_title=title) for title in ("改过的", "撤下的", "只缺一次"))
        f.change(edited, f.reading(edited, body="a"), f.reading(edited, body="b"))
        f.mention(f.event(countries=["KEN"]), edited)
        f.reading(gone)
        f.session.add_all(
            [
                Loss(page_id=gone.id, kind="removed", since=at, confirmed_at=at),
                Loss(page_id=missed.id, kind="removed", since=at),
            ]
        )

    fill(work)
    answer = get("/changes")
    assert "改过的" in answer.shown
    assert "撤下的" in answer.shown
    assert "只缺一次" not in answer.shown
    assert [one.text for one in answer.page.iter("ins")] == ["双方就共建“一带一路”交换意见。"]
    copies = [link.get("href") for link in answer.page.iterfind(".//main//a") if "/copies/" in link.get("href")]
    assert all(get(copy).status == 200 for copy in copies)
    for query, titles in {
        "kind=edited": {"改过的"}, "kind=removed": {"撤下的"}, "country=KEN": {"改过的"}, "country=VNM": set(),
        "kind=removed&country=KEN": set(), "page=2": set(),
    }.items():  # fmt: skip
        assert {title for title in ("改过的", "撤下的") if title in get(f"/changes?{query}").text} == titles, query
    assert len(etree.fromstring(get("/feeds/changes.atom").text.encode()).findall("a:entry", NAMESPACES)) == 2
    assert (
        len(etree.fromstring(get("/feeds/changes.atom?country=KEN").text.encode()).findall("a:entry", NAMESPACES)) == 1
    )


def test_corrections_say_what_was_told_and_what_holds(get: Get, meeting: str, corrected: Any) -> None:
    assert "No edition that was sent had to be corrected" in get("/corrections").shown
    corrected(meeting, "Somebody")
    for query, found in {"": True, "country=ZAF": True, "country=KEN": False}.items():
        told = get(f"/corrections?{query}").shown
        assert ("20 July 2025 21 July 2025" in told) == found, query
        feed = etree.fromstring(get(f"/feeds/corrections.atom?{query}").text.encode())
        assert bool(feed.findall("a:entry", NAMESPACES)) == found, query
    links = {link.get("href") for link in get("/corrections").page.iter("a")}
    assert {f"/events/{meeting}", "/editions/2025-W29", "/editions/2025-W30"} <= links


def test_an_empty_database_has_pages_too(get: Get, lists: Any, feeds: Any) -> None:
    for path in (*lists, *feeds):
        assert get(path).status == 200, path
    for path in (
        "/editions/2025-W30",
        "/editions/x",
        "/copies/sn_0",
        "/events/ev_0",
        "/countries/XXX",
        "/feeds/x.atom",
    ):
        assert get(path).status == 404, path


def test_nothing_is_written(get: Get, database: Database, everything: Any, lists: Any, feeds: Any) -> None:
    ids = everything()

    def counted() -> dict[str, int | None]:
        with database.reading() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table))
                for name, table in Base.metadata.tables.items()
            }

    before = counted()
    for path in (*lists, *feeds, f"/events/{ids['meeting']}", "/charts/weeks.vl.json"):
        get(path)
    assert counted() == before
