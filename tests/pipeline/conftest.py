"""Sites made for these tests, whose pages are JSON: real records, a real archive, real databases, simple rules."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, text

from pipeline.archive import ArchiveWriter, Exchange
from pipeline.archive.ledger import FILE_NAME as LEDGER
from pipeline.config import ArchiveSettings, ClockSettings, DatabaseSettings, Settings
from pipeline.extract.serialise import mention_from_json, mention_to_json
from pipeline.resolve.resolver import Resolved, resolve
from pipeline.store import beside, known
from pipeline.store.adopt import Keeper, adopt, settle
from pipeline.store.database import Database, open_database
from pipeline.store.derive import Versions
from pipeline.store.keep import Kept, keep_together, rereader
from pipeline.store.models import Base
from pipeline.store.reprocess import Reprocessed, reprocess
from pipeline.store.sync import SiteDeclaration, sync_sites
from pipeline.words import (
    ChinesePerson,
    DatePrecision,
    Document,
    Evidence,
    Extraction,
    ForeignPerson,
    Form,
    Listed,
    Mention,
    Organisation,
    Outcome,
    PageReading,
    Realis,
    Record,
    Scope,
    Shown,
)

SITE = "https://site.test"
START = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
_MEETING = re.compile(r"(\d{4}-\d\d-\d\d): (\w+) met a guest from (\w{3})(?: in (\w+))?")
_KEPT_BESIDE_THE_ARCHIVE = {"site", "country", "organisation", "person", "mark", "run", "section", "event_ledger"}


def read(record: Record) -> Shown:
    """The rules of the test site."""
    page_url = None if "/list" in record.url else record.url.replace("http://", "https://").split("?")[0]
    if not record.url.split("://")[1].startswith("site.test"):
        return Shown(None, Outcome.OK)
    if record.status == 304:
        return Shown("site", Outcome.UNCHANGED, page_url)
    if record.status in (301, 302):
        return Shown("site", Outcome.MOVED, page_url, moved_to=record.header("Location"))
    if record.status in (404, 410):
        return Shown("site", Outcome.MISSING, page_url)
    if record.status != 200:
        return Shown("site", Outcome.ERROR, page_url)
    content = json.loads(record.body)
    if page_url is not None:
        return Shown("site", Outcome.OK, page_url, (_page(page_url, record.url, Form.ARTICLE, None, content),))
    return Shown(
        "site",
        Outcome.OK,
        pages=tuple(
            _page(item["url"], item["url"], Form.ITEM, number, item)
            for number, item in enumerate(content.get("items", []))
        ),
        listed=tuple(Listed(entry["url"], entry["url"], entry.get("title")) for entry in content.get("listed", [])),
    )


def _page(url: str, address: str, form: Form, item: int | None, content: dict[str, Any]) -> PageReading:
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    published = date.fromisoformat(content["published"]) if content.get("published") else None
    return PageReading(
        url, address, form, item, digest, content["title"], published, "en", content["body"], {"body": "site:json"}
    )


def extract(document: Document) -> Extraction:
    """One mention for each sentence of the form ``2026-11-02: Liu met a guest from LAO in Beijing``."""
    mentions = []
    for number, found in enumerate(_MEETING.finditer(document.text), 1):
        day = date.fromisoformat(found[1])
        mentions.append(
            Mention(
                number=number,
                type="MEET.MEETING",
                date_start=day,
                date_end=day,
                date_precision=DatePrecision.DAY,
                date_basis=None,
                mode="in_person",
                realis=Realis.ACTUAL,
                scope=Scope.IN,
                place=found[4],
                countries=(found[3],),
                chinese_people=(ChinesePerson(found[2], None, None),),
                confidence=0.9,
                evidence=(
                    Evidence("date", found.start(1), found.end(1), "test:date", 0.9),
                    Evidence("chinese_people[0]", found.start(2), found.end(2), "test:person", 0.9),
                ),
            )
        )
    return Extraction(tuple(mentions))


def article(*sentences: str, title: str = "News", published: str | None = None, **more: Any) -> bytes:
    """The body of an article."""
    return json.dumps({"title": title, "published": published, "body": "\n".join(sentences), **more}).encode()


def meeting(day: int, who: str = "Liu", country: str = "LAO", place: str = "Beijing") -> str:
    return f"2026-11-{day:02d}: {who} met a guest from {country} in {place}."


DECLARATION = SiteDeclaration("site", "Site", "official", "en", "site", SITE, ("site.test",), 24, 7, False, None, True)


@dataclass
class House:
    """A database, an archive and a crawler's hand."""

    settings: Settings
    database: Database
    folder: Path
    reader_version: str = "1"
    extractor_version: str = "1"
    reader: Any = read
    extractor: Any = extract
    kept: list[Kept] = field(default_factory=list)
    run_id: int | None = None
    writer: ArchiveWriter | None = None

    @contextmanager
    def run(self, day: float = 0) -> Iterator[int]:
        """A crawl that begins some days after the start."""
        at = START + timedelta(days=day)
        with ArchiveWriter(self.folder, "site", at, 10**9) as self.writer:
            with self.database.writing() as session:
                self.run_id = known.start_run(session, "site", at, self.writer.file)
            yield self.run_id
            with self.database.writing() as session:
                known.end_run(session, self.run_id, at, {}, "ok")
        self.run_id = self.writer = None

    def archive(self, path: str, body: bytes = b"", *, day: float = 0, status: int = 200, **headers: str) -> Record:
        """An exchange into the archive and nowhere else."""
        assert self.writer is not None
        url = path if "://" in path else SITE + path
        names = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        at = START + timedelta(days=day)
        return self.writer.write(Exchange(url, "GET", (), status, "", names, body, at))

    def keep(self, *records: Record) -> Kept:
        """Keep records as a crawl does; gives what the last one did."""
        versions = Versions(self.reader_version, self.extractor_version)
        with self.database.writing() as session:
            for record in records:
                entries = [(record, self.reader(record), self.run_id)]
                (kept,) = keep_together(session, entries, self.extractor, versions, rereader(self.folder, self.reader))
        return kept

    def visit(self, path: str, body: bytes = b"", *, day: float = 0, status: int = 200, **headers: str) -> Kept:
        """One exchange of a run of its own, archived and kept."""
        if self.writer is not None:
            return self.keep(self.archive(path, body, day=day, status=status, **headers))
        with self.run(day):
            return self.keep(self.archive(path, body, day=day, status=status, **headers))

    # what the tests need of this file: pytest loads a conftest by its path, nobody can import from it
    article = staticmethod(article)
    meeting = staticmethod(meeting)
    read = staticmethod(read)
    extract = staticmethod(extract)
    declaration = DECLARATION

    @staticmethod
    def at(day: float) -> datetime:
        return START + timedelta(days=day)

    def one(self, model: type[Base], *conditions: Any) -> Any:
        """The one row of a table that meets the conditions."""
        with self.database.reading() as session:
            return session.scalars(select(model).where(*conditions)).one()

    def adopt(self) -> int:
        return adopt(
            self.database, self.folder, self.reader, self.extractor,
            reader_version=self.reader_version, extractor_version=self.extractor_version,
        )  # fmt: skip

    def settle(self, page_ids: Collection[int]) -> None:
        keeper = Keeper(
            self.database, self.folder, self.reader, self.extractor, self.reader_version, self.extractor_version
        )
        settle(keeper, page_ids)

    def reprocess(self, **more: Any) -> Reprocessed:
        return reprocess(
            self.database, self.folder, self.reader, self.extractor,
            reader_version=self.reader_version, extractor_version=self.extractor_version, **more,
        )  # fmt: skip

    def empty(self) -> None:
        """Delete all that comes out of the archive."""
        with self.database.writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name not in _KEPT_BESIDE_THE_ARCHIVE:
                    session.execute(delete(table))

    def rows(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that comes out of the archive, by natural keys: no row number of the database in it."""
        return natural_rows(self.database)

    def count(self, name: str) -> int:
        return len(self.rows()[name])


NATURAL = {
    "page": "SELECT url, site, first_seen_at, first_run_id, listed_title, listed_date, state, state_since, visited_at,"
    " schedule_from, due_at, missing_since, missing_count, etag, last_modified, published FROM page",
    "address": "SELECT a.address, p.url, a.first_seen_at FROM page_address a JOIN page p ON p.id = a.page_id",
    "record": "SELECT warc_id, url, fetched_at, status, file, \"offset\" FROM record",
    "visit": "SELECT r.warc_id, p.url, v.run_id, v.site, v.url, v.at, v.outcome, v.detail FROM visit v"
    " JOIN record r ON r.id = v.record_id LEFT JOIN page p ON p.id = v.page_id",
    "snapshot": "SELECT s.code, p.url, r.warc_id, s.item, s.form, s.fetched_at, s.digest FROM snapshot s"
    " JOIN page p ON p.id = s.page_id JOIN record r ON r.id = s.record_id",
    "reading": "SELECT s.code, g.reader_version, g.address, g.title, g.published, g.language, g.body,"
    " CAST(g.routes AS TEXT), g.text_hash FROM reading g JOIN snapshot s ON s.id = g.snapshot_id",
    "change": "SELECT b.code, a.code, c.seen_at, c.material, CAST(c.fields AS TEXT), c.diff FROM change c"
    " JOIN snapshot b ON b.id = c.before_id JOIN snapshot a ON a.id = c.after_id",
    "mention": "SELECT p.url, m.number, s.code, l.code, m.extractor_version, m.type, m.date_start, m.date_end,"
    " m.realis, m.scope, m.confidence, CAST(m.content AS TEXT) FROM mention m JOIN page p ON p.id = m.page_id"
    " JOIN reading g ON g.id = m.reading_id JOIN snapshot s ON s.id = g.snapshot_id"
    " LEFT JOIN snapshot l ON l.id = m.lost_snapshot_id",
    "evidence": "SELECT p.url, m.number, e.ordinal, e.field, e.start, e.\"end\", e.rule, e.confidence FROM evidence e"
    " JOIN mention m ON m.id = e.mention_id JOIN page p ON p.id = m.page_id",
    "finding": "SELECT s.code, f.ordinal, f.kind, f.text, f.start, f.\"end\" FROM finding f"
    " JOIN reading g ON g.id = f.reading_id JOIN snapshot s ON s.id = g.snapshot_id",
}  # fmt: skip


def natural_rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    with database.reading() as session:
        return {
            name: sorted((tuple(row) for row in session.connection().exec_driver_sql(query)), key=repr)
            for name, query in NATURAL.items()
        }


def settings_for(url: str, folder: Path, **more: Any) -> Settings:
    return Settings(
        database=DatabaseSettings(url=url),
        archive=ArchiveSettings(folder=folder / "archive"),
        clock=ClockSettings(now=START),
        base=folder,
        **more,
    )


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return settings_for(database_url, tmp_path)


# Migrating an empty database takes longer than a test: it is done once, and each test gets a copy.


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with our tables."""
    folder = tmp_path_factory.mktemp("migrated")
    settings = settings_for(f"sqlite:///{folder / 'idwatch.sqlite'}", folder)
    _make(settings)
    assert settings.database_file is not None
    return settings.database_file


@pytest.fixture(scope="session")
def migrated_postgres(new_postgres: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a PostgreSQL database with our tables."""
    with new_postgres() as url:
        _make(settings_for(url, tmp_path_factory.mktemp("migrated")))
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """An empty database with one site, and an empty archive: once on SQLite, once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_house")
        return
    migrated = request.getfixturevalue("migrated_postgres")
    with request.getfixturevalue("new_postgres")(migrated) as url:
        yield from _house(settings_for(url, tmp_path))


@pytest.fixture
def sqlite_house(migrated_sqlite: Path, tmp_path: Path) -> Iterator[House]:
    """The same on SQLite only."""
    shutil.copy(migrated_sqlite, tmp_path / "idwatch.sqlite")
    yield from _house(settings_for(f"sqlite:///{tmp_path / 'idwatch.sqlite'}", tmp_path))


def _make(settings: Settings) -> None:
    database = open_database(settings, create=True)
    with database.writing() as session:
        sync_sites(session, [DECLARATION])
    database.close()


def _house(settings: Settings) -> Iterator[House]:
    database = open_database(settings)
    yield House(settings, database, settings.archive_folder)
    database.close()


# A newsroom, for the tests of resolution: sites whose pages say as JSON what they tell, and the real resolver


SITES = {
    "zh": ("idcpc_zh", "official", "zh", "idcpc"),
    "en": ("idcpc_en", "official", "en", "idcpc"),
    "paper": ("paper", "media", "en", "paper"),
    "watch": ("watch", "watchdog", "en", "watch"),
}
"""By host: name, kind, language and family."""
OFFICIALS = {
    "liu": ChinesePerson("Liu Jianchao", "刘建超", None, "liu-jianchao", is_leader=True),
    "sun": ChinesePerson("Sun Haiyan", "孙海燕", None, "sun-haiyan", is_leader=True),
}
PARTIES = {
    "anc": Organisation("African National Congress", "zaf-anc", "ZAF", "party"),
    "pap": Organisation("People's Action Party", "sgp-pap", "SGP", "party"),
    "wp": Organisation("Workers' Party", "sgp-wp", "SGP", "party"),
}
STAYS = {"site", "country", "mark", "run", "section"}


def told(
    number: int = 1,
    *,
    day: int | None = 25,
    who: str | None = "liu",
    party: str | None = "pap",
    people: Iterable[tuple[str, str | None]] = (),
    type_: str = "MEET.BILAT",
    mode: str = "inperson_abroad",
    place: str | None = "Singapore",
    last: int | None = None,
    wide: bool = False,
    realis: Realis = Realis.ACTUAL,
    **more: Any,
) -> Mention:
    """A mention of July 2025; people are names with their offices. ``wide`` days are those in which the day lies."""
    when = date(2025, 7, day) if day else None
    until = date(2025, 7, last) if last else when
    precision = DatePrecision.WINDOW if wide else DatePrecision.DAY_RANGE if last else DatePrecision.DAY
    country = PARTIES[party].country if party else "SGP"
    return Mention(
        number=number,
        type=type_,
        date_start=when,
        date_end=until,
        date_precision=precision if when else None,
        date_basis=None,
        mode=mode,
        realis=realis,
        scope=Scope.IN,
        place=place,
        place_id=place.lower() if place else None,
        countries=(country,) if country else (),
        organisations=(PARTIES[party],) if party else (),
        chinese_people=(OFFICIALS[who],) if who else (),
        foreign_people=tuple(ForeignPerson(name, None, None, country, office=office) for name, office in people),
        confidence=0.9,
        evidence=(Evidence("date", 0, 4, "test:date", 0.9),),
        **more,
    )


def read_told(record: Record) -> Shown:
    """The rules of these sites: the body is the mentions."""
    host = record.url.split("/")[2].split(".")[0]
    name, _, language, _ = SITES[host]
    if record.status != 200:
        return Shown(name, Outcome.MISSING, record.url)
    content = json.loads(record.body)
    digest = hashlib.sha256(record.body).hexdigest()
    body = json.dumps(content["mentions"], ensure_ascii=False)
    page = PageReading(
        record.url, record.url, Form.ARTICLE, None, digest, content["title"], None, language, body, {"body": "json"}
    )
    return Shown(name, Outcome.OK, record.url, (page,))


def extract_told(document: Document) -> Extraction:
    return Extraction(tuple(mention_from_json(entry) for entry in json.loads(document.text.split("\n\n", 1)[1])))


@dataclass
class Newsroom:
    """Tells pages to a database and resolves them."""

    house: Any
    told = staticmethod(told)
    extract = staticmethod(extract_told)

    @property
    def database(self) -> Any:
        return self.house.database

    @property
    def folder(self) -> Any:
        return self.house.folder

    def tell(self, page: str, *mentions: Mention, day: float = 0, title: str = "News") -> None:
        """A page such as ``zh/a`` says this, on some day from the start."""
        content = {"title": title, "mentions": [mention_to_json(mention) for mention in mentions]}
        self.house.visit(self.url(page), json.dumps(content, ensure_ascii=False).encode(), day=day)

    def lose(self, page: str, day: float) -> None:
        """The page is not there any more."""
        for later in (0, 4, 8):
            self.house.visit(self.url(page), status=404, day=day + later)

    def url(self, page: str) -> str:
        host, _, path = page.partition("/")
        return f"https://{host}.test/{path}"

    def resolve(self, *, day: float = 20, everything: bool = False) -> Resolved:
        return resolve(self.database, self.folder, self.house.at(day), everything=everything)

    def reprocess(self, extractor: Any = None, version: str = "2") -> None:
        """Read everything anew, by another extractor if one is given."""
        if extractor is not None:
            self.house.extractor, self.house.extractor_version = extractor, version
        assert self.house.reprocess().faults == ()

    def empty(self, *, forget_ids: bool = False) -> None:
        """Delete all that comes out of the archive and of the files beside it."""
        with self.database.writing() as session:
            for table in reversed(Base.metadata.sorted_tables):
                if table.name not in STAYS:
                    session.execute(delete(table))
            session.execute(text("DELETE FROM mark"))
        if forget_ids:
            (self.folder / LEDGER).unlink(missing_ok=True)

    def override(self, *made: Any) -> None:
        with self.database.writing() as session:
            beside.add_overrides(session, self.folder, made)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with self.database.reading() as session:
            return sorted((tuple(row) for row in session.connection().exec_driver_sql(sql)), key=repr)

    def events(self) -> dict[str, str]:
        """The event of each mention, as ``zh/a#1``."""
        rows = self.rows("SELECT p.url, m.number, m.event_id FROM mention m JOIN page p ON p.id = m.page_id")
        return {f"{self.short(url)}#{number}": event_id for url, number, event_id in rows}

    def groups(self) -> set[frozenset[str]]:
        """The mentions that stand in one event together."""
        found: dict[str, set[str]] = {}
        for name, event_id in self.events().items():
            if event_id:
                found.setdefault(event_id, set()).add(name)
        return {frozenset(group) for group in found.values()}

    @staticmethod
    def short(url: str) -> str:
        return url.removeprefix("https://").replace(".test", "")

    def state(self) -> dict[str, list[tuple[Any, ...]]]:
        """All that resolution writes, events by their mentions instead of their ids."""
        names: dict[str, str] = {}
        for name, event_id in sorted(self.events().items()):
            if event_id:
                names[event_id] = f"{names[event_id]} {name}" if event_id in names else name
        state = {
            table: sorted((tuple(names.get(cell, cell) for cell in row) for row in self.rows(sql)), key=repr)
            for table, sql in RESOLVED.items()
        }
        state["link"] = sorted(tuple(sorted(ends)) for ends in state["link"])
        state["edge"] = sorted((*sorted(ends), bits) for *ends, bits in state["edge"])
        return state


MENTION = "(SELECT p.url || '#' || m.number FROM mention m JOIN page p ON p.id = m.page_id WHERE m.id = {})"
RESOLVED = {
    "event": "SELECT id, type, mode, realis, scope, is_series, date_start, date_end, date_precision, date_basis, place,"
    " place_zh, participants, title_zh, title_en, standing, disputed, confidence, source_lost, first_seen_at,"
    " parent_id, realises_id FROM event WHERE merged_into IS NULL",
    "country": "SELECT event_id, iso3, ordinal FROM event_country",
    "theme": "SELECT event_id, theme FROM event_theme",
    "participation": "SELECT event_id, side, role, actor, ordinal, person_id, organisation_id, is_leader, title_en,"
    " title_zh FROM participation",
    "claim": f"SELECT event_id, {MENTION.format('mention_id')}, override_id, field, CAST(value AS TEXT), is_best"
    " FROM claim",
    "person": "SELECT id, name_en, name_zh, country, source FROM person",
    "organisation": "SELECT id, name_en, name_zh, country, kind, source FROM organisation",
    "actor_name": "SELECT event_id, actor, known, latin, name_en, name_zh, country, kind FROM actor_name",
    "block": f"SELECT block, {MENTION.format('mention_id')} FROM mention_block",
    "pointer": f"SELECT {MENTION.format('mention_id')}, event_id FROM mention_pointer",
    "link": f"SELECT {MENTION.format('a_id')}, {MENTION.format('b_id')} FROM mention_link",
    "edge": f"SELECT {MENTION.format('a_id')}, {MENTION.format('b_id')}, bits FROM candidate_edge",
}


@pytest.fixture
def newsroom(house: Any) -> Newsroom:
    """An empty newsroom, once on SQLite, once on PostgreSQL."""
    return opened(house)


@pytest.fixture
def sqlite_newsroom(sqlite_house: Any) -> Newsroom:
    """The same on SQLite only."""
    return opened(sqlite_house)


def opened(house: Any) -> Newsroom:
    declarations: Sequence[Any] = [
        replace(house.declaration, name=name, kind=kind, language=language, family=family, hosts=(f"{host}.test",))
        for host, (name, kind, language, family) in SITES.items()
    ]
    with house.database.writing() as session:
        sync_sites(session, declarations)
    house.reader, house.extractor = read_told, extract_told
    return Newsroom(house)
