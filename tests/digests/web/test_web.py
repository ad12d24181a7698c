"""The pages, asked for over HTTP from the real server over a real database."""

from __future__ import annotations

import re
import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

import pytest
from lxml import etree, html
from sqlalchemy import func, select

from digests.web.server import serving
from pipeline.config import Settings, WebSettings
from pipeline.store.database import Database
from pipeline.store.models import Base, Claim, EventRow, Loss, MentionRow

NAMESPACES = {"a": "http://www.w3.org/2005/Atom"}
HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(1)>\"'{{ 7*7 }}"


@dataclass
class Answer:
    status: int
    text: str
    headers: Any

    @property
    def page(self) -> Any:
        return html.fromstring(self.text)

    @property
    def shown(self) -> str:
        return " ".join(self.page.find(".//main").text_content().split())


Get = Callable[..., Answer]


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def get(opened: Any) -> Iterator[Get]:
    database, settings, _ = opened
    with serving(database, free_port(settings)) as address:
        assert address is not None
        yield lambda path, **headers: asked(address.rstrip("/") + path, headers)


def free_port(settings: Settings) -> Settings:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return settings.model_copy(update={"web": WebSettings(port=probe.getsockname()[1])})


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def asked(url: str, headers: dict[str, str]) -> Answer:
    request = urllib.request.Request(url, headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=30) as response:
            return Answer(response.status, response.read().decode(), response.headers)
    except urllib.error.HTTPError as error:
        return Answer(error.code, error.read().decode(), error.headers)


@pytest.fixture
def meeting(opened: Any) -> str:
    """An event with a Chinese and a host country's page, evidence, people and a body; gives its id."""
    _, _, fill = opened

    def work(f: Any) -> str:
        f.site("paper", title="The Paper", kind="media", language="en", family="local_media")
        zh, en = (
            f.page(),
            f.page("paper", "https://paper.example/liu-meets-anc", first_seen_at=datetime(2025, 7, 23, tzinfo=UTC)),
        )
        event = f.event(pages=[en], themes=["party_building"], title_en="Liu meets ANC")
        body = "7月21日，刘建超在北京会见南非非国大总书记姆巴卢拉。双方谈到其他问题。"
        told = f.mention(event, zh, f.reading(zh, body=body))
        f.evidence(told, "date", 11, 16)  # behind the title and an empty line
        host = f.session.scalars(select(MentionRow).where(MentionRow.page_id == en.id)).one()
        f.body(event, "zaf-anc", "African National Congress", name_zh="非洲人国民大会")
        f.person(event, "Liu Jianchao", side="chinese", name_zh="刘建超", title="Minister")
        f.person(event, "Fikile Mbalula", name_zh="姆巴卢拉", title="Secretary-General", body="zaf-anc")
        for one, value in ((told, 12), (host, 15)):
            claim = {"mention_id": one.id, "field": "participants", "value": value, "is_best": value == 12}
            f.session.add(Claim(event_id=event.id, **claim))
        return str(event.id)

    return str(fill(work))


def test_an_event_shows_its_facts_its_sources_and_the_marked_words(get: Get, meeting: str) -> None:
    answer = get(f"/events/{meeting}")
    assert answer.status == 200
    assert "Fikile Mbalula" in answer.page.findtext(".//h1") or "Fikile Mbalula" in answer.shown
    assert "21 July 2025" in answer.shown
    links = [link.get("href") for link in answer.page.iter("a")]
    assert "https://paper.example/liu-meets-anc" in links
    copies = [link for link in links if link.startswith("/copies/sn_")]
    assert len(copies) == 2
    assert get(copies[0]).status == 200
    (mark,) = answer.page.iter("mark")
    assert mark.text == "7月21日"
    quoted = mark.getparent().text_content()
    assert quoted.endswith("姆巴卢拉。"), "the sentence, not the text: no licence is declared"
    assert mark.getparent().getparent().get("lang") == "zh"


def test_sources_that_differ_stand_side_by_side(get: Get, meeting: str) -> None:
    section = get(f"/events/{meeting}").page.get_element_by_id("differ").getparent().text_content()
    assert re.search(r"12\s*\(idcpc.gov.cn\)", section)
    assert re.search(r"15\s*\(paper.example\)", section)


def test_an_event_that_was_taken_over_leads_to_the_one_that_stands(get: Get, meeting: str, opened: Any) -> None:
    _, _, fill = opened
    old = fill(lambda f: f.event(merged_into=meeting, merged_reason="the same").id)
    answer = get(f"/events/{old}")
    assert (answer.status, answer.headers["Location"]) == (301, f"/events/{meeting}")


def test_what_belongs_together_is_linked(get: Get, meeting: str, opened: Any) -> None:
    _, _, fill = opened
    trip = fill(lambda f: f.event(type="VISIT.OUT", is_series=True, title_zh="出访").id)

    def tie(f: Any) -> None:
        f.session.get(EventRow, meeting).parent_id = trip

    fill(tie)
    assert f"/events/{trip}" in get(f"/events/{meeting}").text
    assert f"/events/{meeting}" in get(f"/events/{trip}").text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True), ("country=ZAF", True), ("country=zaf", True), ("country=KEN", False),
        ("organisation=zaf-anc", True), ("organisation=ken-uda", False), ("person=zaf-fikile-mbalula", True),
        ("type=MEET", True), ("type=MEET.BILAT", True), ("type=MEE", False), ("type=TRAIN", False),
        ("theme=party_building", True), ("theme=bri", False), ("since=2025-07-21", True), ("since=2025-07-22", False),
        ("until=2025-07-20", False), ("q=mbalula", True), (f"q={quote('姆巴卢拉')}", True),
        (f"q={quote('非洲人国民大会 beijing')}", True), ("q=mbalula+nobody", False), ("q=%25", False), ("q=_", False),
    ],
)  # fmt: skip
def test_the_list_is_narrowed(get: Get, meeting: str, query: str, found: bool) -> None:
    answer = get(f"/events?{query}")
    assert answer.status == 200
    assert (f"/events/{meeting}" in answer.text) == found
    feed = etree.fromstring(get(f"/feeds/events.atom?{query}").text.encode())
    assert (len(feed.findall("a:entry", NAMESPACES)) == 1) == found


@pytest.mark.parametrize(
    "query", ["since=yesterday", "page=0", "page=x", "page=99999999999999999999", f"q={'a' * 101}"]
)
def test_a_filter_that_cannot_be_understood_is_named(get: Get, query: str) -> None:
    answer = get(f"/events?{query}")
    assert answer.status == 400
    assert query.partition("=")[0] in answer.shown


def test_a_long_list_is_turned_page_by_page(get: Get, opened: Any) -> None:
    _, _, fill = opened
    fill(lambda f: [f.event(date(2025, 1 + number // 28, 1 + number % 28)) for number in range(60)])
    first, second = get("/events"), get("/events?page=2")
    seen = [set(re.findall(r'href="(/events/ev_\d+)"', one.text)) for one in (first, second)]
    assert [len(one) for one in seen] == [50, 10]
    assert not seen[0] & seen[1]
    assert 'href="/events?page=2"' in first.text
    assert get("/events?page=3").status == 404


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/countries/ZAF", "South Africa"), ("/parties/zaf-anc", "African National Congress"),
        ("/officials/chn-liu-jianchao", "Liu Jianchao"),
    ],
)  # fmt: skip
def test_whom_a_page_is_about(get: Get, meeting: str, path: str, name: str) -> None:
    answer = get(path)
    assert name in answer.page.findtext(".//h1")
    assert f"/events/{meeting}" in answer.text
    years = {
        row.find("th").text: row.find("td").text_content().split()[-1] for row in answer.page.iterfind(".//tbody/tr")
    }
    assert years == {"2025": "1"}
    listed = get("/" + path.split("/")[1])
    assert f'href="{path}"' in listed.text
    assert get(path + "x").status == 404


def test_the_register_tells_edits_and_confirmed_losses(get: Get, opened: Any) -> None:
    _, _, fill = opened
    at = datetime(2025, 7, 25, tzinfo=UTC)

    def work(f: Any) -> None:
        edited, gone, missed = (
            f.page(listed_title="改过的"),
            f.page(listed_title="撤下的"),
            f.page(listed_title="只缺一次"),
        )
        f.change(edited, f.reading(edited, body="a"), f.reading(edited, body="b"))
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
    assert all(
        get(link.get("href")).status == 200
        for link in answer.page.iterfind(".//main//a")
        if "/copies/" in link.get("href")
    )
    feed = etree.fromstring(get("/feeds/changes.atom").text.encode())
    assert len(feed.findall("a:entry", NAMESPACES)) == 2


def test_a_feed_has_ids_that_stay_and_dates(get: Get, meeting: str) -> None:
    feed = etree.fromstring(get("/feeds/events.atom").text.encode())
    (entry,) = feed.findall("a:entry", NAMESPACES)
    assert entry.findtext("a:id", namespaces=NAMESPACES).endswith(f"/events/{meeting}")
    assert entry.findtext("a:updated", namespaces=NAMESPACES) == "2025-07-22T03:00:00Z"
    assert feed.findtext("a:updated", namespaces=NAMESPACES) == "2025-07-22T03:00:00Z"


def test_hostile_texts_stay_texts(get: Get, opened: Any) -> None:
    _, _, fill = opened

    def work(f: Any) -> str:
        page = f.page(url="https://www.idcpc.gov.cn/x/t20250722_1.html", listed_title=HOSTILE)
        event = f.event(pages=[], title_zh=HOSTILE, title_en=HOSTILE, place=HOSTILE)
        f.mention(event, page, f.reading(page, title=HOSTILE, body=HOSTILE))
        f.person(event, HOSTILE, title=HOSTILE)
        f.change(page, f.reading(page, body="a"), f.reading(page, body="b"), diff=f"-{HOSTILE}\n+{HOSTILE}")
        return str(event.id)

    event_id = fill(work)
    for path in ("/", "/events", f"/events/{event_id}", "/changes", f"/events?q={quote(HOSTILE)}"):
        answer = get(path)
        assert answer.status == 200
        assert not list(answer.page.iter("script", "img")), path
        assert "7*7" in answer.text or "49" not in answer.shown
    etree.fromstring(get("/feeds/events.atom").text.encode())


def test_every_answer_forbids_scripts_and_says_what_may_be_kept(get: Get, meeting: str) -> None:
    for path in ("/", f"/events/{meeting}", "/nothing", "/feeds/events.atom", "/web.css"):
        headers = get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "script-src" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
    answer = get("/")
    assert get("/", If_None_Match=answer.headers["ETag"]).status == 304
    assert get("/", If_None_Match='"another"').status == 200


def test_an_empty_database_has_pages_too(get: Get) -> None:
    for path in ("/", "/events", "/countries", "/parties", "/officials", "/training", "/changes", "/editions"):
        assert get(path).status == 200, path
    etree.fromstring(get("/feeds/events.atom").text.encode())
    for path in ("/editions/2025-W30", "/editions/x", "/copies/sn_0", "/events/ev_0", "/countries/XXX"):
        assert get(path).status == 404, path


def test_nothing_is_written(get: Get, meeting: str, opened: Any) -> None:
    database: Database = opened[0]

    def counted() -> dict[str, int | None]:
        with database.reading() as session:
            return {
                name: session.scalar(select(func.count()).select_from(table))
                for name, table in Base.metadata.tables.items()
            }

    before = counted()
    for path in ("/", "/events?q=liu", f"/events/{meeting}", "/changes", "/feeds/changes.atom"):
        get(path)
    assert counted() == before


def test_a_port_that_is_taken_is_named(opened: Any) -> None:
    database, settings, _ = opened
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = settings.model_copy(update={"web": WebSettings(port=other.getsockname()[1])})
        with pytest.raises(OSError, match=r"web\.port"), serving(database, taken):
            pass


def test_no_port_no_pages(opened: Any) -> None:
    database, settings, _ = opened
    with serving(database, settings.model_copy(update={"web": WebSettings(port=0)})) as address:
        assert address is None


@pytest.mark.parametrize("width", [360, 1100])
def test_the_pages_fit_in_chromium(get: Get, meeting: str, browser: Any, opened: Any, width: int) -> None:
    feed = etree.fromstring(get("/feeds/events.atom").text.encode())
    base = feed.findtext("a:id", namespaces=NAMESPACES).partition("/feeds/")[0]
    page = browser.new_page(viewport={"width": width, "height": 800})
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    for path in ("/", "/events", f"/events/{meeting}", "/countries/ZAF", "/changes"):
        page.goto(base + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.close()
    assert errors == [], "a style or image that the policy forbids"
