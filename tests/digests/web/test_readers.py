"""The readers' own pages, from confirming to being forgotten, over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser
from sqlalchemy import func, select
from starlette.testclient import TestClient

from digests import signup
from digests.links import BadLink, Purpose, signer
from digests.subscribers import Choice, Wanted, add, find
from digests.suppression import hasher, is_suppressed, suppress
from digests.web.server import serving
from digests.wishes import Less, Wishes
from pipeline.config import ClockSettings, DigestSettings, Settings
from pipeline.store.database import Database
from pipeline.store.models import (
    Bounce,
    Delivery,
    Letter,
    Subscriber,
    Subscription,
)
from tests.digests.web.visitors import (
    NOW,
    ONE_CLICK,
    ROOT,
    ask,
    choice,
    everything,
    free_port,
    letters,
    link,
    page,
    queued,
    state,
)

KINDS = {"subscribe", "confirm", "preferences", "unsubscribe", "less", "export", "delete"}


def test_regions_stay_regions_in_the_form_and_are_countries_in_the_wishes(
    visitor: TestClient, database: Database
) -> None:
    choosing = Choice(Wishes(countries=("BRA", "KEN", "ZAF", "VNM")))
    add(database, [Wanted("a@example.org", choice=choosing)], NOW)
    where = link(database, "a@example.org", Purpose.PREFERENCES)
    ticked = page(visitor.get(where)).xpath("//input[@checked and (@name='region' or @name='country')]/@value")
    assert ticked == ["SEA", "SSA", "LAC"]
    visitor.post(where, data={"region": ["SSA"], "country": ["BRA"], "do": "save"})
    assert choice(database, "a@example.org").wishes.countries == ("BRA", "KEN", "ZAF")


def test_preferences_keep_what_the_form_does_not_offer(visitor: TestClient, database: Database) -> None:
    wishes = Wishes(types=("MEET.MULTI",), less=Less(countries=("HUN",), types=("MSG.CAMPAIGN",)))
    add(database, [Wanted("a@example.org", choice=Choice(wishes, "monthly", at_once=True, language="zh"))], NOW)
    where = link(database, "a@example.org", Purpose.PREFERENCES)
    first = visitor.get(where)
    assert page(first).find(".//html") is None
    assert page(first).get("lang") == "zh"
    fields: dict[str, list[str]] = {}
    for one in page(first).xpath("//main//form//input[@checked]"):
        fields.setdefault(one.get("name"), []).append(one.get("value"))
    assert visitor.post(where, data={**fields, "do": "save"}).status_code == 200
    assert choice(database, "a@example.org") == Choice(wishes, "monthly", at_once=True, language="zh")
    assert visitor.post(where, data={"do": "save"}).status_code == 200
    assert choice(database, "a@example.org") == Choice()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Subscription)) == 1


def test_one_click_unsubscribes_by_post_alone(
    visitor: TestClient, database: Database, settings: Settings, fill: Any
) -> None:
    add(database, [Wanted("a@example.org", choice=Choice(language="zh")), Wanted("b@example.org")], NOW)
    queued(database, "a@example.org")
    where = link(database, "a@example.org", Purpose.UNSUBSCRIBE)
    old = link(database, "a@example.org", Purpose.PREFERENCES)
    for answer in (visitor.get(where), visitor.head(where), visitor.post(where, data={"List-Unsubscribe": "no"})):
        assert answer.status_code == 200
    assert state(database, "a@example.org") == "active"
    # as a mail program sends it: another site's, without cookies, as form-data (RFC 8058, 3.2)
    hostile = {"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"}
    answer = visitor.post(where, files={"List-Unsubscribe": (None, "One-Click")}, headers=hostile)
    assert (answer.status_code, answer.headers.get("set-cookie"), answer.history) == (200, None, [])
    assert state(database, "a@example.org") == "pending"
    assert visitor.post(where, data=ONE_CLICK).status_code == 200, "said twice it is the same"
    assert visitor.get(old).status_code == 404, "the links of who left are void"
    with database.reading() as session:
        assert session.scalar(select(Delivery.state)) == "suppressed"
    (goodbye,) = letters(database, settings)
    assert (goodbye.email, goodbye.kind) == ("a@example.org", "goodbye")
    assert f"{ROOT}/subscribe" in goodbye.rendered.text
    assert signup.forget_pending(database, NOW) == 0, "not before the goodbye is sent"
    with database.writing() as session:
        session.scalars(select(Letter)).one().state = "sent"
    assert signup.forget_pending(database, NOW) == 1
    assert state(database, "a@example.org") is None
    assert state(database, "b@example.org") == "active"
    assert visitor.post(where, data=ONE_CLICK).status_code == 200


def test_who_comes_back_before_the_goodbye_is_sent_stays(visitor: TestClient, database: Database) -> None:
    add(database, [Wanted("a@example.org")], NOW)
    visitor.post(link(database, "a@example.org", Purpose.UNSUBSCRIBE), data=ONE_CLICK)
    ask(visitor, "a@example.org")
    with database.writing() as session:
        session.scalars(select(Letter)).one().state = "sent"
    assert signup.forget_pending(database, NOW) == 0
    visitor.post(link(database, "a@example.org", Purpose.CONFIRM))
    assert state(database, "a@example.org") == "active"


def test_a_scanner_that_opens_every_link_changes_nothing(
    visitor: TestClient, database: Database, settings: Settings, fill: Any
) -> None:
    event_id = fill(lambda f: f.event(themes=["bri"]).id)
    add(database, [Wanted("a@example.org")], NOW)
    ask(visitor, "b@example.org")
    ask(visitor, "a@example.org")
    written = [one for sent in letters(database, settings) for one in re.findall(rf"{ROOT}(\S+)", sent.rendered.text)]
    own = link(database, "a@example.org", Purpose.PREFERENCES)
    left = ["/subscribe", *written, own, own.replace("preferences", "less", 1) + f"?event={event_id}"]
    before = everything(database)
    opened: set[str] = set()
    while left:
        path = left.pop()
        # each page signs its links anew: one of a kind and reader is enough
        if (kind := re.sub(r"/[^/?]{60,}", "", path)) in opened:
            continue
        opened.add(kind)
        answer = visitor.get(path)
        assert (answer.status_code, visitor.head(path).status_code) == (200, 200), path
        if answer.headers["content-type"].startswith("text/html"):
            inner = [one for one in page(answer).xpath("//main//@href") if one.split("/")[-1][:1] != "?"]
            left += [one for one in inner if one.split("/")[1].partition("?")[0] in KINDS]
    assert {one.split("/")[1].partition("?")[0] for one in opened} == KINDS
    assert everything(database) == before


def test_links_hold_for_one_reader_one_purpose_and_their_time(
    at: Callable[..., TestClient], database: Database
) -> None:
    add(database, [Wanted("a@example.org"), Wanted("b@example.org")], NOW)
    visitor = at()
    good = {purpose: link(database, "a@example.org", purpose) for purpose in Purpose}
    token_of = {purpose: path.rsplit("/", 1)[1] for purpose, path in good.items()}
    before = everything(database)
    forged = {
        "/preferences/": [token_of[Purpose.UNSUBSCRIBE], token_of[Purpose.CONFIRM]],
        "/unsubscribe/": [token_of[Purpose.PREFERENCES], token_of[Purpose.CONFIRM]],
        "/confirm/": [token_of[Purpose.PREFERENCES], token_of[Purpose.UNSUBSCRIBE]],
        "/delete/": [token_of[Purpose.UNSUBSCRIBE]],
        "/less/": [token_of[Purpose.UNSUBSCRIBE]],
        "/export/": [token_of[Purpose.UNSUBSCRIBE]],
    }
    with database.reading() as session:
        other = find(session, "b@example.org")
        assert other is not None
    stranger = signer(database)
    for path, tokens in forged.items():
        own = token_of[Purpose.UNSUBSCRIBE if "unsub" in path else Purpose.PREFERENCES]
        bent = [
            own[:-8] + ("A" if own[-8] != "A" else "B") + own[-7:],
            own[:-4],
            own + "x",
            "x",
            "%00",
            "é",
            "a" * 1500,
        ]
        bent.append(type(stranger)("another secret").sign(other, Purpose.PREFERENCES, NOW))
        for token_ in (*tokens, *bent):
            posted = visitor.post(path + token_, data={**ONE_CLICK, "do": "save", "less": "types:MEET"})
            assert (visitor.get(path + token_).status_code, posted.status_code) in ((404, 404), (404, 405)), (
                path + token_
            )
    for purpose, path in good.items():
        assert at(NOW + purpose.lasts).get(path).status_code == 200
        assert at(NOW + purpose.lasts + timedelta(seconds=1)).get(path).status_code == 404
        assert at(NOW + purpose.lasts + timedelta(seconds=1)).post(path, data=ONE_CLICK).status_code == 404
    assert everything(database) == before


def test_no_page_gives_a_link_that_may_do_more_than_its_own(at: Callable[..., TestClient], database: Database) -> None:
    add(database, [Wanted("address@example.org")], NOW)
    holds = signer(database)
    later = NOW + timedelta(days=6)
    for purpose in Purpose:
        own = link(database, "address@example.org", purpose)
        answers = [at(later).get(own)]
        answers += [at(later).post(own)] if purpose is Purpose.CONFIRM else []
        for answer in answers:
            given = {one.split("/")[-1] for one in page(answer).xpath("//main//@href | //main//@action")}
            for one in given - {own.rsplit("/", 1)[1]}:
                with database.reading() as session, pytest.raises(BadLink):
                    holds.read(session, one, Purpose.PREFERENCES, later)
            assert ("address@" in answer.text) == (purpose is not Purpose.UNSUBSCRIBE), "forwarded with every mail"


def test_deletion_leaves_nothing(visitor: TestClient, database: Database, fill: Any) -> None:
    add(database, [Wanted("a@example.org", "Ann")], NOW)
    hash_ = hasher(database)("a@example.org")
    queued(database, "a@example.org")
    with database.writing() as session:
        (reader,) = session.scalars(select(Subscriber))
        session.add(Bounce(subscriber_id=reader.id, kind="soft", status="4.2.2", at=NOW, detail="full"))
        signup.leave(session, reader, NOW)
        signup.confirm(session, reader, hash_, NOW)
    own = link(database, "a@example.org", Purpose.PREFERENCES)
    stored = visitor.get(own.replace("preferences", "export", 1)).json()
    assert stored["subscriber"]["email"] == "a@example.org"
    assert stored["subscriber"]["name"] == "Ann"
    assert stored["deliveries"][0]["edition"] == "2025-W30"
    assert (stored["letters"][0]["kind"], stored["bounces"][0]["status"]) == ("goodbye", "4.2.2")
    assert "nonce" not in stored["subscriber"]
    assert visitor.post(own.replace("preferences", "delete", 1), data={"never": "yes"}).status_code == 200
    left = everything(database)
    assert {name for name, rows in left.items() if rows} == {"suppression", "secret", "slice"}
    assert hasher(database)("A@Example.org") == left["suppression"][0].hash
    assert "a@example.org" not in str(left)
    assert visitor.get(own).status_code == 404
    ask(visitor, "a@example.org")
    assert state(database, "a@example.org") is None


def test_deletion_without_the_wish_never_to_hear_again_keeps_no_hash(visitor: TestClient, database: Database) -> None:
    add(database, [Wanted("a@example.org")], NOW)
    visitor.post(link(database, "a@example.org", Purpose.PREFERENCES).replace("preferences", "delete", 1))
    with database.reading() as session:
        assert not is_suppressed(session, hasher(database)("a@example.org"))
    ask(visitor, "a@example.org")
    assert state(database, "a@example.org") == "pending"


def test_who_bounced_and_asks_again_confirms_it_on_the_page(visitor: TestClient, database: Database) -> None:
    add(database, [Wanted("a@example.org")], NOW)
    hash_ = hasher(database)("a@example.org")
    with database.writing() as session:
        suppress(session, hash_, "bounced", NOW)
    own = link(database, "a@example.org", Purpose.CONFIRM)
    assert page(visitor.get(own)).xpath("//main//form//button"), "not confirmed already: nothing is sent there"
    assert visitor.post(own).status_code == 200
    with database.reading() as session:
        assert not is_suppressed(session, hash_)
    assert not page(visitor.get(own)).xpath("//main//form//button")


def test_less_like_this(visitor: TestClient, database: Database, fill: Any) -> None:
    def work(f: Any) -> str:
        meeting = f.event(countries=["ZAF"], themes=["bri"], type="MEET.MULTI")
        f.body(meeting, "zaf-anc", "African National Congress")
        f.body(meeting, "chn-idcpc", "International Department", side="chinese", country="CHN")
        return str(meeting.id)

    event_id = fill(work)
    add(database, [Wanted("a@example.org", choice=Choice(Wishes(countries=("ZAF",)), at_once=True))], NOW)
    where = (
        link(database, "a@example.org", Purpose.PREFERENCES).replace("preferences", "less", 1) + f"?event={event_id}"
    )
    offered = page(visitor.get(where)).xpath("//input[@name='less']/@value")
    assert offered == ["types:MEET.MULTI", "types:MEET", "countries:ZAF", "parties:zaf-anc", "themes:bri"]
    visitor.post(where, data={"less": ["types:MEET.MULTI", "parties:zaf-anc", "countries:USA", "nonsense"]})
    assert choice(database, "a@example.org") == Choice(
        Wishes(countries=("ZAF",), less=Less(types=("MEET.MULTI",), parties=("zaf-anc",))), at_once=True
    )
    assert visitor.get(where.partition("?")[0]).status_code == 404
    assert visitor.post(where.partition("?")[0] + "?event=ev%00none", data={"less": "types:MEET"}).status_code == 404


@pytest.mark.chromium
def test_the_pages_fit_and_work_in_chromium(browser: Browser, database: Database, settings: Settings) -> None:
    """Without script: Enter in a field of names looks for the name, and the form of a browser is taken."""
    add(database, [Wanted("a@example.org", choice=Choice(Wishes(countries=("ZAF",))))], NOW)
    configured = free_port(settings).model_copy(
        update={"digest": DigestSettings(public_url=ROOT), "clock": ClockSettings(now=NOW)}
    )
    own = {purpose: link(database, "a@example.org", purpose) for purpose in Purpose}
    with serving(database, configured) as address:
        context = browser.new_context(
            viewport={"width": 360, "height": 800}, java_script_enabled=False, base_url=address
        )
        shown_page = context.new_page()
        errors: list[str] = []
        shown_page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        for path in ("/preferences", "/subscribe?language=zh", *own.values(), "/subscribe"):
            shown_page.goto(path)
            assert shown_page.evaluate("document.documentElement.scrollWidth") <= 360, path
        shown_page.fill("#email", "b@example.org")
        shown_page.fill("#party", "anc")
        shown_page.press("#party", "Enter")
        assert shown_page.input_value("#email") == "b@example.org"
        assert state(database, "b@example.org") is None
        shown_page.get_by_role("button", name="Ask for the digest").first.click()
        assert shown_page.get_by_role("heading", level=1).inner_text() == "Please look into your mailbox"
        assert state(database, "b@example.org") == "pending"
        shown_page.goto(own[Purpose.UNSUBSCRIBE])
        shown_page.get_by_role("button", name="Send me no more").click()
        assert state(database, "a@example.org") == "pending"
        context.close()
    assert errors == [], "a style that the policy forbids"
