"""A database with something of everything the pages show, and a browser's side of the application."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from httpx2 import Response
from lxml import html
from sqlalchemy import select
from starlette.testclient import TestClient

from digests.rows import canonical
from digests.slices import whole_slice
from digests.web.app import web
from pipeline.config import ClockSettings, DigestSettings, Settings, WebSettings
from pipeline.extract.serialise import mention_to_json
from pipeline.store.database import Database
from pipeline.store.models import Claim, Correction, Edition, EditionSlice, EventRow, Loss, MentionRow, Run
from pipeline.words import ChinesePerson, DatePrecision, ForeignPerson, Mention, Organisation, Realis, Scope
from tests.digests.web.visitors import NOW, ROOT

BODY = "7月21日，刘建超在北京会见南非非国大总书记姆巴卢拉。双方谈到其他问题。"
LISTS = (
    "/", "/events", "/countries", "/parties", "/officials", "/training", "/changes", "/corrections", "/sources",
    "/editions",
)  # fmt: skip
FEEDS = ("/feeds/events.atom", "/feeds/changes.atom", "/feeds/corrections.atom")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as a reader sees it."""

    response: Response

    @property
    def status(self) -> int:
        return self.response.status_code

    @property
    def text(self) -> str:
        return self.response.text

    @property
    def headers(self) -> Any:
        return self.response.headers

    @property
    def page(self) -> Any:
        return html.fromstring(self.text)

    @property
    def shown(self) -> str:
        """What stands in the page's main part; copies and editions are made as mails are, without one."""
        main = self.page.find(".//main")
        return " ".join((self.page if main is None else main).text_content().split())


Get = Callable[..., Answer]


@pytest.fixture
def database_url(begun_copy: str) -> str:
    return begun_copy


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return _at(settings, NOW)


def _at(settings: Settings, now: datetime) -> Settings:
    return settings.model_copy(update={"clock": ClockSettings(now=now)})


@pytest.fixture
def get(database: Any, settings: Settings) -> Iterator[Get]:
    """``get("/events", Accept="…")``: an answer of the application; faults of ours are answers too."""
    application = web(database, settings)
    with TestClient(application, raise_server_exceptions=False, follow_redirects=False) as client:
        yield lambda path, method="GET", **headers: Answer(
            client.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        )


@pytest.fixture
def at(database: Database, settings: Settings) -> Iterator[Callable[..., TestClient]]:
    """``at(now)``: a browser before the readers' pages at an instant."""
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


@pytest.fixture
def on_a_port(settings: Settings) -> Settings:
    """The settings with a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return settings.model_copy(update={"web": WebSettings(port=probe.getsockname()[1])})


@pytest.fixture
def lists() -> tuple[str, ...]:
    """The addresses of all lists."""
    return LISTS


@pytest.fixture
def feeds() -> tuple[str, ...]:
    return FEEDS


@pytest.fixture
def everything(fill: Any) -> Callable[..., dict[str, str]]:
    """``everything(text)``: rows behind every kind of page, with the text in each place that a page of a site can write
    to; gives the ids of its events by name."""
    return lambda text="A text": fill(lambda f: _everything(f, text))


@pytest.fixture
def corrected(fill: Any) -> Callable[[str, str], None]:
    """``corrected(event, text)``: an edition put right what an earlier one told of an event."""
    return lambda event_id, text: fill(lambda f: _corrected(f, event_id, text))


@pytest.fixture
def addresses(get: Get) -> Callable[..., list[str]]:
    """``addresses(ids, most)``: the pages that the rows of ``everything`` have, refusals too; of countries, parties,
    officials and copies at most so many each."""

    def of(ids: dict[str, str], most: int = 1000) -> list[str]:
        events = [f"/events/{one}" for one in ids.values()]
        found: dict[str, dict[str, None]] = {}
        for path in ("/events", "/changes", "/parties", "/officials", "/countries", *events):
            for link, kind in re.findall(r'"(/(copies|parties|officials|countries)/[^"?]+)"', get(path).text):
                found.setdefault(kind, {})[link] = None
        subjects = [link for links in found.values() for link in list(links)[:most]]
        return [*LISTS, *events, *subjects, "/subscribe", "/nothing", "/events?since=x", "/events?q=nobody+at+all"]

    return of


@pytest.fixture
def meeting(fill: Any) -> str:
    """An event with a Chinese and a host country's page, evidence, people and a body; gives its id."""
    return str(fill(_told_twice))


def _told_twice(f: Any) -> str:
    f.site("paper_en", title="The Paper", kind="media", language="en", family="local_media")
    zh, en = (
        f.page(),
        f.page("paper_en", "https://paper.example/liu-meets-anc", first_seen_at=datetime(2025, 7, 23, tzinfo=UTC)),
    )
    event = f.event(pages=[en], themes=["party_building"], title_en="Liu meets ANC")
    told = f.mention(event, zh, f.reading(zh, body=BODY))
    f.evidence(told, "date", 11, 16)  # behind the title and an empty line
    host = f.session.scalars(select(MentionRow).where(MentionRow.page_id == en.id)).one()
    for one in (told, host):
        one.content = mention_to_json(_as_read(event))
    f.body(event, "zaf-anc", "African National Congress", name_zh="非洲人国民大会")
    f.person(event, "Liu Jianchao", side="chinese", name_zh="刘建超", title="Minister")
    f.person(event, "Fikile Mbalula", name_zh="姆巴卢拉", title="Secretary-General", body="zaf-anc")
    for one, value in ((told, 12), (host, 15)):
        claim = {"mention_id": one.id, "field": "participants", "value": value, "is_best": value == 12}
        f.session.add(Claim(event_id=event.id, **claim))
    return str(event.id)


def _as_read(event: EventRow) -> Mention:
    """What the extractor would have made of a page on the meeting."""
    return Mention(
        number=1, type=event.type, date_start=event.date_start, date_end=event.date_end,
        date_precision=DatePrecision.DAY, date_basis=None, mode=event.mode, realis=Realis.ACTUAL, scope=Scope.IN,
        place="Beijing", place_zh="北京", place_id="chn-beijing", countries=("ZAF",), confidence=0.9,
        organisations=(Organisation("African National Congress", "zaf-anc", "ZAF", "party"),),
        chinese_people=(ChinesePerson("Liu Jianchao", "刘建超", "Minister", "chn-liu-jianchao"),),
        foreign_people=(ForeignPerson("Fikile Mbalula", "Secretary-General", "African National Congress", "ZAF"),),
    )  # fmt: skip


def _everything(f: Any, text: str = "A text") -> dict[str, str]:
    """Rows behind every kind of page, with a text in each place that a page of a site can write to. Gives ids."""
    meeting = _told_twice(f)
    trip = f.event(type="VISIT.OUT", is_series=True, title_zh=text, title_en=text, place=text, date_start=None)
    planned = f.event(date(2025, 8, 4), realis="planned", title_en=text)
    training = f.event(
        date(2024, 11, 4), end=date(2024, 11, 9), type="TRAIN.CADRE", countries=["KEN", "VNM"], participants=25,
        title_zh=text, title_en=text, standing="disputed",
    )  # fmt: skip
    f.person(training, text[:100], title=text, side="chinese")
    f.body(training, "ken-x", text, name_zh=text, country="KEN")
    page = f.page(url="https://www.idcpc.gov.cn/x/t20250722_1.html", listed_title=text)
    told = f.event(pages=[], title_zh=text, title_en=text, place=text)
    reading = f.reading(page, title=text, body=text)
    f.evidence(f.mention(told, page, reading), "place", 0, min(60, len(text)))
    f.person(told, text[:100], title=text)
    f.session.get(EventRow, meeting).parent_id = trip.id
    before, after = f.reading(page, body="a"), f.reading(page, body="b")
    f.change(page, before, after, diff=f"-{text}\n+{text}")
    f.session.add(Loss(page_id=page.id, kind="removed", since=NOW, confirmed_at=NOW))
    f.site("late", title=text, kind="watchdog", every_hours=24)
    f.session.add(Run(site="late", started_at=datetime(2025, 7, 1, tzinfo=UTC), health="ok", counts={}, ended_at=NOW))
    return {"meeting": meeting, "training": training.id, "told": told.id, "trip": trip.id, "planned": planned.id}


def _corrected(f: Any, event_id: str, text: str) -> None:
    """A correction in an edition of a month of what the edition of a week told."""
    one = whole_slice(f.session, "weekly")
    f.session.add(one)
    f.session.flush()
    made = [Edition(period=name, cut_off=NOW, rows="{}", sha256="0") for name in ("2025-W29", "2025-W30")]
    f.session.add_all(made)
    f.session.flush()
    for edition in made:
        f.session.add(
            EditionSlice(edition_id=edition.id, slice_id=one.id, subject=text[:200], html="", text="", sha256="0")
        )
    f.session.add(
        Correction(
            edition_id=made[1].id, slice_id=one.id, event_id=event_id, realis="actual", corrected_id=made[0].id,
            why="changed", was=_facts(text, "2025-07-20"), now=_facts(text, "2025-07-21"),
        )
    )  # fmt: skip


def _facts(text: str, day: str) -> str:
    return canonical(
        {
            "type": "MEET.BILAT", "realis": "actual", "first_day": day, "last_day": day, "iso3": ["ZAF"],
            "countries": ["South Africa"], "chinese": {}, "foreign": {"zaf-x": text}, "bodies": {},
            "standing": "confirmed", "merged_into": None,
        }
    )  # fmt: skip
