"""Shared by the history's tests: a house to take captures in, others' archive files, a web on loopback, backfills."""

from __future__ import annotations

import io
import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from sqlalchemy import text
from warcio.archiveiterator import ArchiveIterator
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.config import ArchiveSettings, ClockSettings, DatabaseSettings, Settings
from pipeline.store.database import Database, open_database
from pipeline.words import Document, Extraction
from spiders.history.importing import Imported, import_files

NOW = datetime(2026, 11, 2, 8, tzinfo=UTC)
ROOT = "https://www.idcpc.gov.cn"
_ROWS = {
    "pages": "SELECT url, site, state, listed_title, first_seen_at, due_at FROM page ORDER BY url",
    "visits": "SELECT url, at, outcome FROM visit WHERE url NOT LIKE '%/robots.txt' ORDER BY url, at, outcome",
    "snapshots": "SELECT code, form, digest FROM snapshot ORDER BY code",
    "readings": "SELECT code, title, text_hash FROM reading JOIN snapshot ON snapshot.id = snapshot_id ORDER BY code",
    "changes": "SELECT seen_at, diff FROM change ORDER BY seen_at, diff",
}


def extract(document: Document) -> Extraction:
    return Extraction()


def article(number: int, words: str = "") -> bytes:
    """A page of the department's form, its text our own."""
    body = (
        f"Beijing, day {number}: somebody of the department met somebody of another party. {words} "
        + "They spoke. " * 9
    )
    html = f"<html><head><title>Meeting {number}</title></head><body><h1>Meeting {number}</h1><div class='TRS_UEDITOR'>"
    return f"{html}<p>{body}</p></div></body></html>".encode()


def address(number: int) -> str:
    return f"{ROOT}/english2023/lldt/202407/t202407{number % 28 + 1:02d}_{1000 + number}.html"


@dataclass
class House:
    """A database and an archive of their own."""

    settings: Settings
    database: Database

    def take_in(self, *paths: Path) -> Imported:
        return import_files(self.settings, self.database, paths, extractor=extract, extractor_version="test")

    extract: ClassVar[Callable[[Document], Extraction]] = staticmethod(extract)
    queries: ClassVar[Mapping[str, str]] = _ROWS

    @property
    def folder(self) -> Path:
        return self.settings.archive_folder

    def rows(self) -> dict[str, list[Any]]:
        """What the database holds, by natural keys."""
        return {name: self.query(query) for name, query in _ROWS.items()}

    def query(self, query: str) -> list[Any]:
        with self.database.reading() as session:
            return [tuple(map(str, row)) for row in session.execute(text(query))]

    def archived(self, kind: str) -> list[tuple[str, str, bytes]]:
        """Address, date and content of the archive's records of a kind, as another tool reads them."""
        found = []
        for file in sorted(self.folder.glob("*.warc.gz")):
            with file.open("rb") as stream:
                for record in ArchiveIterator(stream, check_digests="raise"):
                    if record.rec_type == kind:
                        head = record.rec_headers
                        content = record.content_stream().read()
                        found.append((head["WARC-Target-URI"], head["WARC-Date"], content))
        return found


@pytest.fixture
def house(tmp_path: Path, made_url: str) -> House:
    return _house(tmp_path / "house", made_url)


@pytest.fixture
def made_url(made: Path, tmp_path: Path) -> str:
    """Address of an SQLite file with our tables."""
    shutil.copyfile(made, tmp_path / "idwatch.sqlite")
    return f"sqlite:///{tmp_path / 'idwatch.sqlite'}"


@pytest.fixture
def each_house(tmp_path: Path, database_url: str) -> House:
    """A house on SQLite, then one on PostgreSQL."""
    return _house(tmp_path / "house", database_url)


@pytest.fixture
def make_house() -> Callable[[Path, str], House]:
    return _house


def _house(base: Path, database_url: str) -> House:
    base.mkdir(parents=True, exist_ok=True)
    settings = Settings(
        base=base,
        database=DatabaseSettings(url=database_url),
        archive=ArchiveSettings(folder=Path("archive")),
        clock=ClockSettings(now=NOW),
    )
    return House(settings, open_database(settings, create=True))


@dataclass
class Foreign:
    """An archive file as another tool writes it."""

    stream: io.BytesIO = field(default_factory=io.BytesIO)
    ids: dict[str, str] = field(default_factory=dict)

    def answer(
        self,
        url: str,
        body: bytes,
        at: str = "2024-08-01T00:00:00Z",
        *,
        status: str = "200 OK",
        kind: str = "response",
        headers: Mapping[str, str] | None = None,
        **fields: str,
    ) -> Foreign:
        writer = WARCWriter(self.stream, gzip=True)
        record = writer.create_warc_record(
            url,
            kind,
            payload=io.BytesIO(body),
            http_headers=StatusAndHeaders(
                status, list({"Content-Type": "text/html", **(headers or {})}.items()), protocol="HTTP/1.1"
            ),
            warc_headers_dict={"WARC-Date": at} | {name.replace("_", "-"): value for name, value in fields.items()},
        )
        self.ids[url] = record.rec_headers["WARC-Record-ID"]
        writer.write_record(record)
        return self

    def save(self, path: Path) -> Path:
        path.write_bytes(self.stream.getvalue())
        return path


@pytest.fixture
def foreign() -> type[Foreign]:
    return Foreign


@pytest.fixture
def pages() -> Any:
    """``pages.article(n)`` and ``pages.address(n)``: pages of the department's English site."""
    return type("Pages", (), {"article": staticmethod(article), "address": staticmethod(address), "root": ROOT})


# A web on loopback, and backfills in child processes


@dataclass(frozen=True)
class Answer:
    """What the web answers at an address."""

    body: bytes
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("Content-Type", "text/html"),)


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed has gone away: no fault of the web."""


@dataclass
class Web:
    """Servers of all hosts in one, on 127.0.0.1 while its ``with`` block lasts.

    ``answer`` is asked for every request, by host and target; None is a 404. ``log`` has them in their order.
    """

    answer: Callable[[str, str], Answer | None]
    log: list[tuple[str, str]] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)

    def __enter__(self) -> Web:
        self.server = _Server(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server.server_port}"

    def asked(self) -> list[str]:
        """What was asked, robots.txt apart."""
        return [target for _, target in self.log if target != "/robots.txt"]

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        web = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                host = (self.headers.get("Host") or "").partition(":")[0]
                web.log.append((host, self.path))
                web.agents.add(self.headers.get("User-Agent") or "")
                answer = web.answer(host, self.path) or Answer(b"<html><h1>Not Found</h1></html>", 404)
                self.send_response(answer.status)
                for name, value in answer.headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        return Handler


@dataclass
class Backfills:
    """Backfills of the site of ``backfill_child.py``, in a data folder of its own."""

    folder: Path
    forked: Callable[..., Any]
    made: Path
    """An SQLite file with our tables, which a first backfill gets a copy of."""
    order: dict[str, Any]

    def start(self, web: Web, **options: Any) -> Any:
        if not (database := self.folder / "idwatch.sqlite").exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self.made, database)
        hosts = dict.fromkeys(("past.test", "www.past.test", "web.archive.org"), web.place)
        order = {
            "folder": str(self.folder), "now": NOW.isoformat(), "connect_to": hosts, **self.order, **options,
        }  # fmt: skip
        child = Path(__file__).with_name("backfill_child.py")
        return self.forked(str(child), json.dumps(order), folder=Path(__file__).parents[3])

    def __call__(self, web: Web, **options: Any) -> dict[str, Any]:
        child = self.start(web, **options)
        assert child.wait(120) == 0, child.stderr
        done: dict[str, Any] = json.loads(child.stdout.splitlines()[-1])
        return done

    def query(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "idwatch.sqlite")) as connection:
            return connection.execute(query).fetchall()

    def rows(self) -> dict[str, list[Any]]:
        """What the database holds, by natural keys."""
        return {name: self.query(query) for name, query in _ROWS.items()}

    def archived(self) -> list[tuple[str, str]]:
        """Address and date of every answer in the archive."""
        found = []
        for file in sorted((self.folder / "data" / "archive").glob("*.warc.gz")):
            with file.open("rb") as stream:
                for record in ArchiveIterator(stream, check_digests="raise"):
                    if record.rec_type in ("response", "revisit"):
                        found.append((record.rec_headers["WARC-Target-URI"], record.rec_headers["WARC-Date"]))
                    record.content_stream().read()
        return found


@pytest.fixture(scope="session")
def web_type() -> type[Web]:
    return Web


@pytest.fixture(scope="session")
def answer() -> type[Answer]:
    return Answer


@pytest.fixture(scope="session")
def backfills_type(made: Path, forked: Callable[..., Any]) -> Callable[..., Backfills]:
    return lambda folder, **order: Backfills(folder, forked, made, order)
