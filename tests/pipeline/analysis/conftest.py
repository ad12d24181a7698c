"""A small filled database, made by the models alone, and made twice the same."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from pipeline.config import ClockSettings, DatabaseSettings, Settings
from pipeline.store import models
from pipeline.store.database import Database, open_database

NOW = datetime(2025, 7, 28, 4, 0, tzinfo=UTC)
SECRET = "reader@secret.example"


def filled(database: Database) -> Database:
    """Three counted events, one merged away, one planned, one trip; a page that is hostile; one subscriber."""
    with database.writing() as session:
        _world(session)
        session.flush()
        _events(session)
        session.flush()
        _pages(session)
        _changes(session)
        _private(session)
    return database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database(request: pytest.FixtureRequest) -> Database:
    """A filled database, once SQLite, once PostgreSQL."""
    name = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    found: Database = request.getfixturevalue(name)
    return found


@pytest.fixture
def sqlite_database(sqlite_url: str, filled_file: Path) -> Iterator[Database]:
    """A filled SQLite file of its own."""
    settings = settings_for(sqlite_url)
    assert settings.database_file is not None
    shutil.copy(filled_file, settings.database_file)
    yield from _opened(settings)


@pytest.fixture
def postgres_database(new_postgres: Any, filled_template: str) -> Iterator[Database]:
    """A filled PostgreSQL database of its own."""
    with new_postgres(filled_template) as url:
        yield from _opened(settings_for(url))


@pytest.fixture
def sample_database(sqlite_url: str) -> Iterator[Database]:
    """An SQLite file marked as sample."""
    yield from _opened(settings_for(sqlite_url, sample=True))


# Made once and copied for each test: migrating and filling takes a second, copying a tenth of it.


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("filled") / "filled.sqlite"
    database = open_database(settings_for(f"sqlite:///{file}"), create=True)
    filled(database).close()
    return file


@pytest.fixture(scope="session")
def filled_template(new_postgres: Any) -> Iterator[str]:
    with new_postgres() as url:
        filled(open_database(settings_for(url), create=True)).close()
        yield url


def settings_for(url: str, *, sample: bool = False) -> Settings:
    return Settings(database=DatabaseSettings(url=url, sample=sample), clock=ClockSettings(now=NOW))


def _opened(settings: Settings) -> Iterator[Database]:
    database = open_database(settings, create=True)
    try:
        yield database
    finally:
        database.close()


def _world(session: Session) -> None:
    session.add_all(
        models.Country(iso3=iso3, name_en=en, name_zh=zh, preg=preg)
        for iso3, en, zh, preg in (
            ("CHN", "China", "中国", None),
            ("JPN", "Japan", "日本", "NEA"),
            ("KEN", "Kenya", "肯尼亚", "SSA"),
            ("GHA", "Ghana", "加纳", "SSA"),
        )
    )
    session.flush()
    session.add_all(
        models.OrganisationRow(id=id_, name_en=en, name_zh=zh, country=country, kind="party", source="gazetteer")
        for id_, en, zh, country in (
            ("komeito", "Komeito", "公明党", "JPN"),
            ("jubilee", "Jubilee Party", "朱比利党", "KEN"),
            ("npp", '=HYPERLINK("https://evil.example")', "新爱国党", "GHA"),
        )
    )
    session.add_all(
        models.PersonRow(id=id_, name_en=en, name_zh=zh, country=country, source="gazetteer")
        for id_, en, zh, country in (
            ("song-tao", "Song Tao", "宋涛", "CHN"),
            ("guo-yezhou", "Guo Yezhou", "郭业洲", "CHN"),
            ("xi-jinping", "Xi Jinping", "习近平", "CHN"),
            ("raphael-tuju", "Raphael Tuju", None, "KEN"),
            ("saito", "Saito Tetsuo", "齐藤铁夫", "JPN"),
        )
    )


def _event(id_: str, type_: str, start: date | None, **more: Any) -> models.EventRow:
    values: dict[str, Any] = {
        "mode": "unknown",
        "realis": "actual",
        "scope": "in",
        "is_series": False,
        "date_end": start,
        "date_precision": "day" if start else None,
        "standing": "single_source",
        "confidence": 0.75,
        "first_seen_at": datetime(2025, 7, 24, 3, 30, 15, 250_000, tzinfo=UTC),
        "codebook_version": "0.1",
    }
    return models.EventRow(id=id_, type=type_, date_start=start, **{**values, **more})


def _events(session: Session) -> None:
    session.add(_event("ev_trip", "VISIT.OUT", date(2025, 7, 20), is_series=True, date_end=date(2025, 7, 25)))
    session.flush()
    session.add_all(
        [
            _event(
                "ev_forum", "CONF.REGION", date(2024, 12, 29), date_end=date(2024, 12, 30), date_precision="day_range",
                place="Beijing", place_zh="北京", mode="inperson_beijing", participants=400, standing="corroborated",
                title_zh="中非政党对话会在京举行", title_en="+cmd|' /C calc'!A0; said the chair",
            ),
            _event("ev_meet", "MEET.BILAT", date(2025, 7, 23), parent_id="ev_trip", title_en="-5: [bold]Song[/]"),
            _event("ev_train", "TRAIN.ONLINE", date(2025, 7, 1), date_end=date(2025, 7, 31), date_precision="month"),
            _event("ev_plan", "MEET.REMOTE", date(2025, 8, 4), realis="planned"),
            _event("ev_mech", "DOC.MECH", None, source_lost=True),
            _event("ev_memo", "DOC.MOU", date(2025, 7, 23)),
            _event("ev_gone", "MEET.BILAT", date(2025, 7, 23), merged_into="ev_meet"),
            _event("ev_wrong", "MEET.BILAT", date(2025, 7, 23), standing="retracted"),
            _event("ev_aside", "MEET.BILAT", date(2025, 7, 23), scope="context"),
        ]
    )  # fmt: skip
    session.flush()
    for event, *countries in (("ev_forum", "KEN", "GHA", "JPN"), ("ev_meet", "JPN"), ("ev_train", "GHA")):
        for ordinal, iso3 in enumerate(countries):
            session.add(models.EventCountry(event_id=event, iso3=iso3, ordinal=ordinal))
    # Under a dictionary collation "five_year_plan" would come before "fisheries".
    for theme in ("poverty", "five_year_plan", "fisheries", "bri"):
        session.add(models.EventTheme(event_id="ev_forum", theme=theme))
    _participations(session)


def _participations(session: Session) -> None:
    rows: tuple[tuple[str, str, str, int, str | None, str | None, bool], ...] = (
        ("ev_forum", "chinese", "organiser", 0, "song-tao", None, True),
        ("ev_forum", "chinese", "speaker", 1, "song-tao", None, True),
        ("ev_forum", "chinese", "attendee", 2, "guo-yezhou", None, False),
        ("ev_forum", "chinese", "mentioned", 3, "xi-jinping", None, False),
        ("ev_forum", "foreign", "guest", 4, "raphael-tuju", "jubilee", True),
        ("ev_forum", "foreign", "guest", 5, None, "npp", False),
        ("ev_meet", "chinese", "host", 0, "guo-yezhou", None, True),
        ("ev_meet", "foreign", "guest", 1, "saito", "komeito", True),
        ("ev_train", "foreign", "trainee_body", 0, None, "npp", False),
        ("ev_gone", "chinese", "host", 0, "guo-yezhou", None, True),
    )
    for event, side, role, ordinal, person, organisation, leader in rows:
        session.add(
            models.Participation(
                event_id=event, side=side, role=role, ordinal=ordinal, person_id=person, is_leader=leader,
                organisation_id=organisation, actor=f"person:{person}" if person else f"organisation:{organisation}",
                title_en="Minister" if person == "song-tao" else None,
            )
        )  # fmt: skip


def _pages(session: Session) -> None:
    for name, language in (("idcpc_zh", "zh"), ("idcpc_en", "en")):
        session.add(
            models.Site(
                name=name, title=name, kind="official", language=language, family="idcpc", home="https://a.example/",
                hosts=["a.example"], every_hours=6, quiet_days=7, empty_is_normal=False, licence=None,
                items_are_pages=False,
            )
        )  # fmt: skip
    session.flush()
    _page(session, 1, "idcpc_en", "https://a.example/en/1.html", "ev_forum", date(2025, 1, 2), day=26)
    _page(session, 2, "idcpc_zh", "https://a.example/zh/1.html", "ev_forum", date(2024, 12, 31), day=24)
    _page(session, 3, "idcpc_zh", "https://a.example/zh/2.html", "ev_meet", date(2025, 7, 24), day=24)


def _changes(session: Session) -> None:
    """A page edited in two facts, one removed, one that was off its list for a while."""
    seen = datetime(2025, 7, 27, 3, 30, tzinfo=UTC)
    record = {"warc_id": "<urn:uuid:4>", "url": "https://a.example/zh/2.html", "status": 200, "file": "a.warc.gz"}
    session.add(models.ArchiveRecord(id=4, **record, fetched_at=seen, offset=4))
    session.flush()
    snapshot = {"code": "sn_4", "page_id": 3, "record_id": 4, "form": "article", "digest": "1" * 64}
    session.add(models.Snapshot(id=4, **snapshot, fetched_at=seen))
    session.flush()
    reading = {"reader_version": "1", "address": "a", "language": "zh", "routes": {}, "text_hash": "1" * 64}
    session.add(models.Reading(id=4, snapshot_id=4, body="正文。", **reading))
    change = {"page_id": 3, "before_id": 3, "after_id": 4, "seen_at": seen, "material": True, "diff": "-甲\n+乙"}
    session.add(models.Change(id=1, **change, fields=["body", "chinese_people"]))
    session.flush()
    sentences = {"sentence_before": "甲会见3人。", "sentence_after": "乙会见4人。"}
    session.add(models.Touch(change_id=1, ordinal=0, field="person", before="甲", after="乙", **sentences))
    session.add(models.Touch(change_id=1, ordinal=1, field="number", before="3", after="4", **sentences))
    session.add(models.Loss(page_id=1, kind="removed", since=seen, confirmed_at=NOW))
    session.add(models.Loss(page_id=2, kind="delisted", since=seen, ended_at=NOW))


def _page(session: Session, number: int, site: str, url: str, event: str, published: date, *, day: int) -> None:
    seen = datetime(2025, 7, day, 3, 30, tzinfo=UTC)
    session.add_all(
        [
            models.Page(
                id=number, url=url, site=site, first_seen_at=seen, state="live", state_since=seen, schedule_from=seen,
                published=published,
            ),
            models.ArchiveRecord(
                id=number, warc_id=f"<urn:uuid:{number}>", url=url, fetched_at=seen, status=200, file="a.warc.gz",
                offset=number,
            ),
        ]
    )  # fmt: skip
    session.flush()
    session.add(
        models.Snapshot(
            id=number, code=f"sn_{number}", page_id=number, record_id=number, form="article", fetched_at=seen,
            digest="0" * 64,
        )
    )  # fmt: skip
    session.flush()
    session.add(
        models.Reading(
            id=number, snapshot_id=number, reader_version="1", address=url, language="zh", body="正文", routes={},
            text_hash="0" * 64,
        )
    )  # fmt: skip
    session.flush()
    session.add(
        models.MentionRow(
            page_id=number, number=1, reading_id=number, event_id=event, extractor_version="1", type="CONF.REGION",
            realis="actual", scope="in", confidence=0.5, content={},
        )
    )  # fmt: skip


def _private(session: Session) -> None:
    session.add(models.Slice(id=1, key="{}", language="en", rhythm="week", wishes={}))
    session.add(models.Edition(id=1, period="2025-W30", cut_off=NOW, rows="[]", sha256="0" * 64))
    session.add(models.Subscriber(id=1, email=SECRET, name=SECRET, added_at=NOW))
    session.flush()
    session.add(models.Subscription(subscriber_id=1, slice_id=1))
    session.add(
        models.Delivery(
            edition_id=1, subscriber_id=1, slice_id=1, message_id=SECRET, state="sent", changed_at=NOW, detail=SECRET
        )
    )
    session.add(
        models.Letter(subscriber_id=1, kind="confirm", message_id=SECRET, written_at=NOW, changed_at=NOW, detail=SECRET)
    )
    session.add(models.Bounce(subscriber_id=1, kind="hard", status="5.1.1", at=NOW, detail=SECRET))
    session.add(models.Secret(name="links", value=SECRET))
    session.add(models.Suppression(hash=SECRET, reason="bounce", since=NOW))


@pytest.fixture
def secret() -> str:
    """What stands in every private table, and must come out of no door."""
    return SECRET
