"""A database of either kind, and a hand that fills it with sites, pages and events as the pipeline would."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from digests import editions
from digests.rendering import Rendered
from pipeline.config import Settings
from pipeline.store.database import Database, open_database
from pipeline.store.models import (
    ArchiveRecord,
    Change,
    Country,
    EventCountry,
    EventRow,
    EventTheme,
    EvidenceRow,
    MentionRow,
    OrganisationRow,
    Page,
    Participation,
    PersonRow,
    Reading,
    Run,
    Site,
    Snapshot,
)
from pipeline.words import Form, snapshot_code

MONDAY = date(2025, 7, 21)
"""First day of 2025-W30, the week the tests are about."""

COUNTRIES = {
    "ZAF": ("South Africa", "南非", "SSA"), "KEN": ("Kenya", "肯尼亚", "SSA"), "VNM": ("Vietnam", "越南", "SEA"),
    "BRA": ("Brazil", "巴西", "LAC"), "HUN": ("Hungary", "匈牙利", "CEE"), "CHN": ("China", "中国", None),
    "USA": ("United States", "美国", "NAM"),
}  # fmt: skip


@dataclass(slots=True)
class Filling:
    """Writes rows by way of one session. Everything has a default; a test says only what it is about."""

    session: Session
    count: int = 0

    def site(self, name: str = "idcpc_zh", **values: Any) -> Site:
        defaults: dict[str, Any] = {
            "title": f"International Department, {name[-2:]}", "kind": "official", "language": name[-2:],
            "family": "idcpc", "home": "https://www.idcpc.gov.cn/", "hosts": ["www.idcpc.gov.cn"], "every_hours": 24,
            "quiet_days": 7, "empty_is_normal": False, "licence": None, "items_are_pages": False,
        }  # fmt: skip
        site = Site(name=name, **(defaults | values))
        self.session.add(site)
        self.session.flush()
        return site

    def run(self, site: str, started_at: datetime, health: str | None = "ok", **values: Any) -> Run:
        ended = values.pop("ended_at", started_at + timedelta(minutes=5))
        run = Run(site=site, started_at=started_at, ended_at=ended, health=health, counts={}, **values)
        self.session.add(run)
        self.session.flush()
        return run

    def page(self, site: str = "idcpc_zh", url: str | None = None, **values: Any) -> Page:
        self.count += 1
        seen = values.pop("first_seen_at", datetime(2025, 7, 22, tzinfo=UTC))
        page = Page(
            url=url or f"https://www.idcpc.gov.cn/lldt/202507/t20250722_{self.count:06}.html", site=site,
            first_seen_at=seen, state=values.pop("state", "live"), state_since=values.pop("state_since", seen),
            schedule_from=seen, **values,
        )  # fmt: skip
        self.session.add(page)
        self.session.flush()
        return page

    def reading(self, page: Page, *, title: str = "刘建超会见南非客人", body: str = "", **values: Any) -> Reading:
        """A snapshot of a page, its record and its reading."""
        self.count += 1
        fetched = values.pop("fetched_at", datetime(2025, 7, 22, 3, tzinfo=UTC) + timedelta(seconds=self.count))
        record = ArchiveRecord(
            warc_id=f"urn:uuid:{self.count}", url=page.url, fetched_at=fetched, status=200,
            file="idcpc_zh-20250722T030000Z-00000.warc.gz", offset=1000 + self.count,
        )  # fmt: skip
        self.session.add(record)
        self.session.flush()
        snapshot = Snapshot(
            code=snapshot_code(page.url, Form.ARTICLE, fetched), page_id=page.id, record_id=record.id, item=None,
            form="article", fetched_at=fetched, digest=hashlib.sha256(body.encode()).hexdigest(),
        )  # fmt: skip
        self.session.add(snapshot)
        self.session.flush()
        reading = Reading(
            snapshot_id=snapshot.id, reader_version="1", address=page.url, title=title, published=None,
            language=values.pop("language", "zh"), body=body, routes={},
            text_hash=hashlib.sha256(body.encode()).hexdigest(),
        )  # fmt: skip
        self.session.add(reading)
        self.session.flush()
        return reading

    def change(self, page: Page, before: Reading, after: Reading, **values: Any) -> Change:
        defaults: dict[str, Any] = {
            "seen_at": datetime(2025, 7, 24, tzinfo=UTC), "material": True, "fields": ["body"],
            "diff": "--- before\n+++ after\n@@ -1 +1 @@\n-双方交换意见。\n+双方就共建“一带一路”交换意见。",
        }  # fmt: skip
        change = Change(
            page_id=page.id, before_id=before.snapshot_id, after_id=after.snapshot_id, **(defaults | values)
        )
        self.session.add(change)
        self.session.flush()
        return change

    def event(
        self,
        day: date | None = MONDAY,
        *,
        end: date | None = None,
        countries: Sequence[str] = ("ZAF",),
        themes: Sequence[str] = (),
        pages: Sequence[Page] = (),
        **values: Any,
    ) -> EventRow:
        """An event, with a source of its own for each page given (one page where none is)."""
        self.count += 1
        defaults: dict[str, Any] = {
            "id": f"ev_{self.count:014}", "type": "MEET.BILAT", "mode": "inperson_beijing", "realis": "actual",
            "scope": "in", "is_series": False, "date_start": day, "date_end": end or day,
            "date_precision": "day_range" if end else "day", "date_basis": "dateline", "place": "Beijing",
            "place_zh": "北京", "participants": None, "title_zh": "刘建超会见南非客人", "title_en": None,
            "standing": "single_source", "confidence": 0.9, "source_lost": False,
            "first_seen_at": datetime(2025, 7, 22, 3, tzinfo=UTC), "codebook_version": "0.1",
        }  # fmt: skip
        event = EventRow(**(defaults | values))
        self.session.add(event)
        self.session.flush()
        for ordinal, iso3 in enumerate(countries):
            self.session.add(EventCountry(event_id=event.id, iso3=iso3, ordinal=ordinal))
        for theme in themes:
            self.session.add(EventTheme(event_id=event.id, theme=theme))
        for page in pages or [self.page()]:
            self.mention(event, page)
        self.session.flush()
        return event

    def mention(self, event: EventRow, page: Page, reading: Reading | None = None, **values: Any) -> MentionRow:
        reading = reading or self.reading(page, language=page.site[-2:])
        mention = MentionRow(
            page_id=page.id, number=values.pop("number", 1), reading_id=reading.id, event_id=event.id,
            extractor_version="1", type=event.type, date_start=event.date_start, date_end=event.date_end,
            realis=event.realis, scope=event.scope, confidence=0.9, content={}, **values,
        )  # fmt: skip
        self.session.add(mention)
        self.session.flush()
        return mention

    def evidence(self, mention: MentionRow, field: str, start: int, end: int) -> None:
        self.count += 1
        row = EvidenceRow(
            mention_id=mention.id, ordinal=self.count, field=field, start=start, end=end, rule="test", confidence=1.0
        )
        self.session.add(row)
        self.session.flush()

    def person(self, event: EventRow, name: str | None, **values: Any) -> Participation:
        """Somebody who takes part; ``title``/``title_zh``, ``side``, ``role``, ``body`` (an organisation's id)."""
        side = values.pop("side", "foreign")
        name_zh = values.pop("name_zh", None)
        country = values.pop("country", "CHN" if side == "chinese" else "ZAF")
        person_id = f"{country.lower()}-{(name or name_zh or '').lower().replace(' ', '-')}"
        if self.session.get(PersonRow, person_id) is None:
            row = PersonRow(id=person_id, name_en=name, name_zh=name_zh, country=country, source="page")
            self.session.add(row)
            self.session.flush()
        self.count += 1
        role = values.pop("role", "host" if side == "chinese" else "guest")
        participation = Participation(
            event_id=event.id, side=side, role=role, actor=f"person:{person_id}", ordinal=self.count,
            person_id=person_id, organisation_id=values.pop("body", None), is_leader=values.pop("is_leader", False),
            title_en=values.pop("title", None), title_zh=values.pop("title_zh", None),
        )  # fmt: skip
        self.session.add(participation)
        self.session.flush()
        return participation

    def body(self, event: EventRow | None, body_id: str, name: str | None, **values: Any) -> None:
        """An organisation, and its part in an event where one is given."""
        if self.session.get(OrganisationRow, body_id) is None:
            self.session.add(
                OrganisationRow(
                    id=body_id, name_en=name, name_zh=values.get("name_zh"), country=values.get("country", "ZAF"),
                    kind=values.get("kind", "party"), source="gazetteer",
                )
            )  # fmt: skip
            self.session.flush()
        if event is not None:
            self.count += 1
            side = values.get("side", "foreign")
            self.session.add(
                Participation(
                    event_id=event.id, side=side, role=values.get("role", "guest"), actor=f"organisation:{body_id}",
                    ordinal=self.count, person_id=None, organisation_id=body_id, is_leader=False,
                )
            )  # fmt: skip
            self.session.flush()


Fill = Callable[[Callable[[Filling], Any]], Any]
Opened = tuple[Database, Settings, Fill]


@pytest.fixture(scope="session")
def begun_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file of today's form with what every test begins with; made once, since migrating takes its time."""
    folder = tmp_path_factory.mktemp("begun")
    database = open_database(_settings(f"sqlite:///{folder / 'begun.sqlite'}", folder), create=True)
    with database.writing() as session:
        _begin(Filling(session))
    with database.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
    database.close()
    return folder / "begun.sqlite"


@pytest.fixture(scope="session")
def begun_postgres(new_postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL database of the same contents."""
    with new_postgres() as url:
        database = open_database(_settings(url, tmp_path_factory.mktemp("begun")), create=True)
        with database.writing() as session:
            _begin(Filling(session))
        database.close()
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of today's form with what every test begins with, once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("begun_copy")
        return
    with request.getfixturevalue("new_postgres")(request.getfixturevalue("begun_postgres")) as url:
        yield url


@pytest.fixture
def begun_copy(begun_sqlite: Path, tmp_path: Path) -> str:
    """The same on SQLite only."""
    shutil.copyfile(begun_sqlite, tmp_path / "idwatch.sqlite")
    return f"sqlite:///{tmp_path / 'idwatch.sqlite'}"


@pytest.fixture
def opened(database_url: str, tmp_path: Path) -> Iterator[Opened]:
    """A database with the countries the tests name and the two sites of the department, read well; its settings; and
    ``fill(lambda f: f.event())``, one unit of writing."""
    settings = _settings(database_url, tmp_path)
    database = open_database(settings)
    count = 0

    def fill(work: Callable[[Filling], Any]) -> Any:
        nonlocal count
        with database.writing() as session:
            filling = Filling(session, count)
            result = work(filling)
            count = filling.count
            return result

    yield database, settings, fill
    database.close()


def _settings(url: str, folder: Path) -> Settings:
    return Settings(database={"url": url}, base=folder)  # type: ignore[arg-type]


def _begin(f: Filling) -> None:
    for iso3, (name_en, name_zh, preg) in COUNTRIES.items():
        if f.session.get(Country, iso3) is None:
            f.session.add(Country(iso3=iso3, m49=None, name_en=name_en, name_zh=name_zh, preg=preg))
    for name in ("idcpc_zh", "idcpc_en"):
        f.site(name)
        f.run(name, datetime(2025, 7, 28, 1, tzinfo=UTC))


@pytest.fixture
def database(opened: Opened) -> Database:
    return opened[0]


@pytest.fixture
def settings(opened: Opened) -> Settings:
    return opened[1]


@pytest.fixture
def fill(opened: Opened) -> Fill:
    return opened[2]


@pytest.fixture
def unrendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some hundred editions are frozen for their rows alone: rendering them would take most of a minute."""
    monkeypatch.setattr(editions, "render", lambda rows, draft: Rendered(rows.period, "", ""))
