"""The readers' own pages, from asking for the digest to being forgotten, over HTTP."""

from __future__ import annotations

import re
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from httpx2 import Client
from lxml import html
from playwright.sync_api import Browser
from sqlalchemy import event, func, select
from starlette.testclient import TestClient

from digests import signup
from digests.letters import letter, open_letters
from digests.links import BadLink, Purpose, signer
from digests.subscribers import Choice, Wanted, add, choice_of, find
from digests.suppression import hasher, is_suppressed, suppress
from digests.web import readers
from digests.web.app import web
from digests.web.forms import LARGEST
from digests.web.server import serving
from digests.wishes import Less, Wishes
from pipeline.config import ClockSettings, DatabaseSettings, DigestSettings, Settings, WebSettings
from pipeline.store.database import Database, open_database
from pipeline.store.models import (
    PRIVATE_TABLES,
    Base,
    Bounce,
    Delivery,
    Edition,
    Letter,
    Subscriber,
    Subscription,
)

NOW = datetime(2025, 7, 28, 4, tzinfo=UTC)
ROOT = "https://idwatch.example"
KINDS = {"subscribe", "confirm", "preferences", "unsubscribe", "less", "export", "delete"}
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def at(database: Database, settings: Settings) -> Iterator[Callable[..., TestClient]]:
    """``at(now)``: a browser before these pages at an instant."""
    with ExitStack() as open_:

        def client(now: datetime = NOW, public_url: str | None = ROOT) -> TestClient:
            configured = settings.model_copy(
                update={"digest": DigestSettings(public_url=public_url), "clock": ClockSettings(now=now)}
            )
            return open_.enter_context(TestClient(web(database, configured), base_url=ROOT, follow_redirects=False))

        yield client


@pytest.fixture
def visitor(at: Callable[..., TestClient]) -> TestClient:
    return at()


def page(answer: Any) -> Any:
    return html.fromstring(answer.text)


def shown(answer: Any) -> str:
    return " ".join(page(answer).find(".//main").text_content().split())


def token(visitor: TestClient, path: str = "/subscribe") -> str:
    return str(page(visitor.get(path)).xpath("//input[@name='form']/@value")[0])


def ask(visitor: TestClient, email: str, **fields: Any) -> Any:
    return visitor.post("/subscribe", data={"form": token(visitor), "email": email, "do": "ask", **fields})


def link(database: Database, email: str, purpose: Purpose, now: datetime = NOW) -> str:
    with database.reading() as session:
        reader = find(session, email)
        assert reader is not None
        return f"/{purpose.value}/{signer(database).sign(reader, purpose, now)}"


def choice(database: Database, email: str) -> Choice:
    with database.reading() as session:
        reader = find(session, email)
        assert reader is not None
        return choice_of(session, reader)


def state(database: Database, email: str) -> str | None:
    with database.reading() as session:
        reader = find(session, email)
        return reader.state if reader else None


def everything(database: Database) -> dict[str, list[Any]]:
    """All rows of the private tables and of the slices."""
    with database.reading() as session:
        names = sorted({*PRIVATE_TABLES, "slice"})
        return {name: list(session.execute(select(Base.metadata.tables[name]))) for name in names}


def letters(database: Database, settings: Settings, now: datetime = NOW) -> list[Any]:
    configured = settings.model_copy(update={"digest": DigestSettings(public_url=ROOT)})
    with database.reading() as session:
        ids = open_letters(session)
    return [letter(database, configured, one, now) for one in ids]


def free_port(settings: Settings) -> Settings:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return settings.model_copy(update={"web": WebSettings(port=probe.getsockname()[1])})


def queued(database: Database, email: str) -> None:
    """An edition that waits to be sent to a reader."""
    with database.writing() as session:
        reader = find(session, email)
        assert reader is not None
        edition = Edition(period="2025-W30", cut_off=NOW, rows="{}", sha256="0" * 64)
        session.add(edition)
        session.flush()
        wishes = session.scalars(select(Subscription.slice_id).where(Subscription.subscriber_id == reader.id)).one()
        own = {"edition_id": edition.id, "subscriber_id": reader.id, "slice_id": wishes}
        session.add(Delivery(**own, message_id="2025-W30.1", state="queued", attempts=0, changed_at=NOW))


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


def test_nobody_learns_who_reads(visitor: TestClient, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Known, unknown, waiting, gone and banned addresses: the same bytes, headers and kind of work."""
    monkeypatch.setattr(readers, "ASKS", (1000, 60.0))
    add(database, [Wanted("known@example.org"), Wanted("left@example.org")], NOW)
    ask(visitor, "waiting@example.org")
    visitor.post(link(database, "left@example.org", Purpose.UNSUBSCRIBE), data=ONE_CLICK)
    banned = hasher(database)("banned@example.org")
    with database.writing() as session:
        suppress(session, banned, "asked", NOW)
    names = ("known", "unknown", "waiting", "left", "banned")
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
    with database.reading() as session:
        rows = session.execute(
            select(Subscriber.email, Letter.kind).join(Letter, Letter.subscriber_id == Subscriber.id)
        )
        assert sorted(rows) == [
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
    queued(database, "a@example.org")
    with database.writing() as session:
        (reader,) = session.scalars(select(Subscriber))
        session.add(Bounce(subscriber_id=reader.id, kind="soft", status="4.2.2", at=NOW, detail="full"))
        signup.leave(session, reader, NOW)
        signup.confirm(reader, NOW)
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


ORIGINS: list[tuple[dict[str, str], bool]] = [
    ({}, True),
    ({"Origin": ROOT}, True),
    ({"Origin": "null"}, True),
    ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, True),
    ({"Sec-Fetch-Site": "none"}, True),
    ({"Sec-Fetch-Site": "cross-site", "Origin": ROOT}, False),
    ({"Sec-Fetch-Site": "same-site"}, False),
    ({"Origin": "https://evil.example"}, False),
    ({"Origin": f"{ROOT}.evil.example"}, False),
]


def test_forms_of_other_sites_are_refused(visitor: TestClient, database: Database) -> None:
    form = token(visitor)
    for number, (headers, taken) in enumerate(ORIGINS):
        asking, reading = f"asks{number}@example.org", f"reads{number}@example.org"
        add(database, [Wanted(reading)], NOW)
        own = link(database, reading, Purpose.PREFERENCES)
        code = visitor.post("/subscribe", data={"form": form, "email": asking}, headers=headers).status_code
        assert (code, state(database, asking)) == ((200, "pending") if taken else (403, None)), headers
        for path in (own, own.replace("preferences", "delete", 1)):
            assert visitor.post(path, headers=headers).status_code == (200 if taken else 403), headers
        assert state(database, reading) == (None if taken else "active"), headers


def test_a_form_token_is_for_its_form_and_its_day(at: Callable[..., TestClient], database: Database) -> None:
    visitor = at()
    own = token(visitor)
    for client, given in (
        (visitor, ""), (visitor, "x.y"), (visitor, token(visitor, "/preferences")),
        (at(NOW + timedelta(days=1, seconds=1)), own),
    ):  # fmt: skip
        answer = client.post("/subscribe", data={"form": given, "email": "a@example.org"})
        assert (answer.status_code, "open for too long" in shown(answer)) == (422, True)
        assert page(answer).get_element_by_id("email").get("value") == "a@example.org"
    assert (
        at(NOW + timedelta(hours=23)).post("/subscribe", data={"form": own, "email": "a@example.org"}).status_code
        == 200
    )
    assert state(database, "a@example.org") == "pending"


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


def test_the_client_is_who_a_trusted_proxy_says(
    database: Database, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a proxy each visitor has a limit of their own; IPv6 counts by /64."""
    monkeypatch.setattr(readers, "ASKS", (1, 3600.0))
    configured = free_port(settings).model_copy(update={"digest": DigestSettings(public_url=ROOT)})
    with serving(database, configured) as address, Client(base_url=address or "") as client:
        form = html.fromstring(client.get("/subscribe").text).xpath("//input[@name='form']/@value")[0]

        def code(client_address: str) -> int:
            fields = {"form": form, "email": "a@example.org"}
            return int(client.post("/subscribe", data=fields, headers={"X-Forwarded-For": client_address}).status_code)

        found = [
            code(one)
            for one in ("192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8::1", "2001:db8::2:1", "2001:db8:0:1::1")
        ]
    assert found == [200, 429, 200, 200, 429, 200]


def test_forms_are_read_within_bounds(visitor: TestClient, database: Database) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    multi = {"Content-Type": "multipart/form-data; boundary=x"}
    cases: list[tuple[bytes, dict[str, str], int]] = [
        (b"email=" + b"a" * LARGEST, form, 413),
        (b"&".join([b"a=1"] * 1500), form, 400),
        (b'--x\r\nContent-Disposition: form-data; name="a"; filename="b"\r\n\r\nc\r\n--x--\r\n', multi, 400),
        (b"--x\r\nbroken", multi, 422),
        (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n\xff\xfe\r\n--x--\r\n', multi, 422),
        (b"x", {"Content-Type": "multipart/form-data"}, 400),
        (b"--x", {"Content-Type": "multipart/form-data; charset=x; boundary=x"}, 422),
        (b"email=%ff%fe%00&country=%00", form, 422),
        (b"{}", {"Content-Type": "application/json"}, 422),
        (b"", {}, 422),
    ]
    for body, headers, code in cases:
        assert visitor.post("/subscribe", content=body, headers=headers).status_code == code, body[:60]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Subscriber)) == 0


def test_every_answer_is_kept_by_nobody_and_tells_nobody_where_it_came_from(
    visitor: TestClient, database: Database
) -> None:
    add(database, [Wanted("a@example.org")], NOW)
    own = link(database, "a@example.org", Purpose.PREFERENCES)
    for path in ("/subscribe", "/preferences", own, own.replace("preferences", "export", 1), "/confirm/x"):
        headers = visitor.get(path).headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["X-Robots-Tag"] == "noindex"
        assert "form-action 'self'" in headers["Content-Security-Policy"]
        assert "set-cookie" not in headers
    assert visitor.put("/subscribe").status_code == 405


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
