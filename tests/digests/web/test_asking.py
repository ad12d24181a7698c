"""Asking for the digest, or for a link, over HTTP: what is sent by mail, and what nobody learns."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, func, select
from starlette.testclient import TestClient

from digests import signup
from digests.letters import open_letters
from digests.links import Purpose
from digests.subscribers import Choice, Wanted, add
from digests.suppression import hasher, suppress
from digests.web import readers
from digests.wishes import Wishes
from pipeline.config import DatabaseSettings, Settings
from pipeline.store.database import Database, open_database
from pipeline.store.models import (
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
    letters,
    link,
    page,
    shown,
    state,
    token,
)


def test_asking_confirming_and_what_was_wished(visitor: TestClient, database: Database, settings: Settings) -> None:
    answer = ask(
        visitor, " Reader@EXAMPLE.org ", country=["ZAF", "VNM"], region="LAC", type="TRAIN", theme="bri",
        language="zh", rhythm="monthly", at_once="yes", empty="skip", nonsense="1",
    )  # fmt: skip
    assert (answer.status_code, "look into your mailbox" in shown(answer)) == (200, True)
    assert state(database, "reader@example.org") == "pending"
    (sent,) = letters(database, settings)
    assert (sent.email, sent.kind) == ("Reader@example.org", "confirm")
    where = re.search(rf"^{ROOT}(/confirm/\S+)$", sent.rendered.text, re.MULTILINE)
    assert where is not None
    assert f'href="{ROOT}{where[1]}"' in sent.rendered.html
    asked = shown(visitor.get(where[1]))
    assert "Reader@example.org" in asked
    assert state(database, "reader@example.org") == "pending", "a GET confirms nothing"
    for _ in range(2):
        assert visitor.post(where[1]).status_code == 200
        assert state(database, "reader@example.org") == "active"
    with database.reading() as session:
        assert session.scalars(select(Subscriber.confirmed_at)).one() == NOW
    assert choice(database, "reader@example.org") == Choice(
        Wishes(countries=("BRA", "VNM", "ZAF"), types=("TRAIN",), themes=("bri",), say_when_empty=False),
        rhythm="monthly", at_once=True, language="zh",
    )  # fmt: skip


def test_nobody_learns_who_reads(
    at: Callable[..., TestClient], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Known, unknown, waiting, gone, dead and banned addresses: the same bytes, headers and kind of work."""
    monkeypatch.setattr(readers, "ASKS", (1000, 60.0))
    monkeypatch.setattr(readers, "LETTERS", (1000, 60.0))
    visitor = at()
    add(database, [Wanted("known@example.org"), Wanted("left@example.org"), Wanted("dead@example.org")], NOW)
    ask(visitor, "waiting@example.org")
    visitor.post(link(database, "left@example.org", Purpose.UNSUBSCRIBE), data=ONE_CLICK)
    hashed = hasher(database)
    with database.writing() as session:
        suppress(session, hashed("banned@example.org"), "asked", NOW)
        for name in ("dead", "dead.stranger"):
            suppress(session, hashed(f"{name}@example.org"), "bounced", NOW)
    names = ("known", "unknown", "waiting", "left", "dead", "dead.stranger", "banned", "banned+tag")
    work: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        work.append(statement.split()[0])

    for path in ("/subscribe", "/preferences"):
        form = token(visitor, path)
        answers, writings = [], []
        for name in names:
            work.clear()
            fields = {"form": form, "email": f"{name}@example.org", "country": "ZAF", "do": "ask"}
            answers.append(visitor.post(path, data=fields))
            writings.append((work.count("BEGIN"), "INSERT" in work or "UPDATE" in work))
        assert len({one.content for one in answers}) == 1, path
        assert len({tuple(sorted(one.headers.items())) for one in answers}) == 1
        assert answers[0].status_code == 200
        assert len(set(writings)) == 1, f"{path}: the same transactions, each with something written"
    assert choice(database, "known@example.org") == Choice(), "nobody changes another one's wishes"
    assert state(database, "banned@example.org") is None
    assert state(database, "banned+tag@example.org") is None
    with database.reading() as session:
        rows = session.execute(
            select(Subscriber.email, Letter.kind).join(Letter, Letter.subscriber_id == Subscriber.id)
        )
        assert sorted(rows) == [
            ("dead.stranger@example.org", "confirm"), ("dead@example.org", "confirm"),
            ("known@example.org", "known"), ("known@example.org", "preferences"), ("left@example.org", "confirm"),
            ("unknown@example.org", "confirm"), ("waiting@example.org", "confirm"),
        ]  # fmt: skip


def test_asking_for_a_link_makes_no_reader(visitor: TestClient, database: Database) -> None:
    answer = visitor.post("/preferences", data={"form": token(visitor, "/preferences"), "email": "x@example.org"})
    assert answer.status_code == 200
    assert state(database, "x@example.org") is None
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Letter)) == 0


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    visitor: TestClient, database: Database
) -> None:
    before = everything(database)
    answer = ask(
        visitor, '"><script>alert(1)</script>', country=["ZAF", "<b>XXX"], region="999", rhythm="hourly",
        type="TRAIN.X1", theme="bri", party="nobody", less_themes="nothing", empty="skip",
    )  # fmt: skip
    assert answer.status_code == 422
    tree = page(answer)
    assert tree.get_element_by_id("email").get("value") == '"><script>alert(1)</script>'
    assert tree.get_element_by_id("email").get("aria-describedby") == "email-error"
    for name in ("email", "countries", "rhythm", "types", "parties", "less"):
        assert tree.get_element_by_id(f"{name}-error").text_content().strip(), name
    ticked = tree.xpath("//input[@checked]/@value")
    assert {"ZAF", "bri", "skip"} <= set(ticked)
    assert "<b>XXX" in tree.get_element_by_id("countries-error").text_content()
    assert not tree.xpath("//script")
    assert everything(database) == before


def test_what_is_no_address_is_asked_for_again(visitor: TestClient, database: Database) -> None:
    for email in ("", "nobody", "a@b", "x@example.org\r\nBcc: y@example.org", "ä@example.org"):
        assert ask(visitor, email).status_code == 422, email
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 0


def test_names_are_found_and_ticked_without_script(visitor: TestClient, database: Database, fill: Any) -> None:
    def work(f: Any) -> None:
        meeting = f.event()
        f.body(meeting, "zaf-anc", "African National Congress", name_zh="非洲人国民大会")
        f.person(meeting, "Liu Jianchao", side="chinese", name_zh="刘建超")
        f.person(meeting, "100% <script>", name_zh=None)

    fill(work)
    first = ask(visitor, "a@example.org", party_name="国民", official_name="jian", theme="bri")
    assert state(database, "a@example.org") is None, "a name that was typed and not looked for is looked for first"
    tree = page(first)
    (party,) = tree.xpath("//input[@name='party']")
    assert (party.get("value"), party.getparent().text_content().strip()) == (
        "zaf-anc", "African National Congress (非洲人国民大会)",
    )  # fmt: skip
    assert tree.xpath("//input[@name='official']/@value") == ["chn-liu-jianchao"]
    assert "bri" in tree.xpath("//input[@checked]/@value")
    assert tree.get_element_by_id("email").get("value") == "a@example.org"
    fields = {"party_name": "国民", "party_found": "国民", "official_name": "jian", "official_found": "jian"}
    assert ask(visitor, "a@example.org", **fields, party="zaf-anc", official="chn-liu-jianchao").status_code == 200
    assert choice(database, "a@example.org").wishes == Wishes(parties=("zaf-anc",), officials=("chn-liu-jianchao",))
    for typed, found in (("100%", 1), ("%", 1), ("_", 0), ("\0", 0), ("'; DROP TABLE subscriber --", 0)):
        searched = visitor.post("/subscribe", data={"official_name": typed, "do": "find", "form": token(visitor)})
        assert searched.status_code == 200
        assert len(page(searched).xpath("//input[@name='official']")) == found, typed
        assert not page(searched).xpath("//script")


def test_letters_are_rare_for_an_address_and_asking_for_a_network(
    at: Callable[..., TestClient], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = at()
    answers = []
    for _ in range(4):
        answers.append(ask(visitor, "A@example.org"))
        with database.writing() as session:
            for one in session.scalars(select(Letter)):
                one.state = "sent"
    assert len({one.content for one in answers}) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Letter)) == 3
    ask(visitor, "a+tag@example.org")
    assert state(database, "a+tag@example.org") is None, "three for a mailbox, whatever the tag"
    monkeypatch.setattr(readers, "ASKS", (2, 3600.0))
    visitor = at()
    codes = [ask(visitor, f"r{number}@example.org").status_code for number in range(3)]
    assert codes == [200, 200, 429]
    assert state(database, "r2@example.org") is None
    assert visitor.get("/subscribe").status_code == 200


def test_a_letter_that_waits_serves_for_who_asks_twice(visitor: TestClient, database: Database) -> None:
    ask(visitor, "a@example.org", country="ZAF")
    ask(visitor, "A@example.org", country="KEN")
    with database.reading() as session:
        assert len(open_letters(session)) == 1
    assert choice(database, "a@example.org").wishes.countries == ("KEN",)


def test_without_a_public_address_no_letter_is_promised(at: Callable[..., TestClient], database: Database) -> None:
    visitor = at(public_url=None)
    for path in ("/subscribe", "/preferences"):
        for answer in (visitor.get(path), visitor.post(path, data={"email": "a@example.org"})):
            assert (answer.status_code, "idwatch@localhost" in shown(answer)) == (200, True)
            assert not page(answer).xpath("//main//form")
    assert state(database, "a@example.org") is None


def test_who_never_confirms_is_forgotten_with_the_wishes(visitor: TestClient, database: Database) -> None:
    add(database, [Wanted("b@example.org", choice=Choice(Wishes(countries=("KEN",))))], NOW)
    ask(visitor, "a@example.org", country="ZAF")
    assert signup.forget_pending(database, NOW + timedelta(days=7)) == 0
    assert signup.forget_pending(database, NOW + timedelta(days=7, seconds=1)) == 1
    left = everything(database)
    assert [one.email for one in left["subscriber"]] == ["b@example.org"]
    assert left["letter"] == []
    assert [one.wishes for one in left["slice"]] == [{"countries": ["KEN"]}]
    assert signup.forget_pending(database, NOW + timedelta(days=8)) == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_pages_speak_the_language_asked_for(visitor: TestClient, language: str) -> None:
    by_browser = visitor.get("/subscribe", headers={"Accept-Language": f"{language}-XX,en;q=0.5"})
    by_address = visitor.get(f"/subscribe?language={language}")
    for answer in (by_browser, by_address):
        assert page(answer).get("lang") == language
        assert ("南非" in shown(answer)) == (language == "zh")
        assert ("South Africa" in shown(answer)) == (language == "en")
    assert page(visitor.get("/subscribe?language=xx")).get("lang") == "en"


@pytest.mark.parametrize("begun", ["begun_copy", pytest.param("begun_postgres", marks=pytest.mark.postgres)])
def test_two_who_ask_at_once_for_one_address(request: pytest.FixtureRequest, settings: Settings, begun: str) -> None:
    url = request.getfixturevalue(begun)
    with request.getfixturevalue("new_postgres")(url) if "postgres" in begun else nullcontext(url) as own:
        database = open_database(settings.model_copy(update={"database": DatabaseSettings(url=own)}))
        try:
            _ask_at_once(database)
            signup.ask_link(database, "ab@example.org", NOW)
            assert signup.forget_pending(database, NOW + timedelta(days=8)) == 1
            assert not any(everything(database)[name] for name in ("subscriber", "letter", "subscription", "slice"))
        finally:
            database.close()


def _ask_at_once(database: Database) -> None:
    barrier = threading.Barrier(4)

    def work(number: int) -> None:
        barrier.wait()
        for _ in range(5):
            email = "Ab@example.org" if number % 2 else "ab@example.org"
            signup.ask(database, email, Choice(Wishes(countries=("ZAF",))), NOW)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(work, number) for number in range(4)]:
            done.result()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 1
        assert session.scalar(select(func.count()).select_from(Letter)) == 1
        assert session.scalar(select(func.count()).select_from(Subscription)) == 1
