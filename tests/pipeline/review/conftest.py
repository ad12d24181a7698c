"""A small resolved database with open questions, made by the models alone; and a real terminal to answer them at."""

from __future__ import annotations

import codecs
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import struct
import sys
import termios
import time
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import typer
from sqlalchemy.orm import Session
from typer.testing import CliRunner, Result

from pipeline.config import ArchiveSettings, ClockSettings, DatabaseSettings, Settings
from pipeline.console import console
from pipeline.extract.serialise import mention_to_json
from pipeline.resolve import weights
from pipeline.resolve.queue import Kind
from pipeline.review.cases import questions
from pipeline.review.commands import app
from pipeline.store import models
from pipeline.store.database import Database, open_database
from pipeline.words import (
    ChinesePerson,
    DateBasis,
    DatePrecision,
    ForeignPerson,
    Mention,
    Organisation,
    Realis,
    Scope,
)

NOW = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
SEEN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
DAY = date(2026, 11, 2)
MIDDLE = (weights.DOUBT + weights.JOIN) / 2
HOSTILE = "\x1b]0;owned\x07"
"""Would set a terminal's title."""


def address(name: str) -> str:
    return f"https://www.idcpc.gov.cn/{name}.html"


def mention(number: int = 1, **more: Any) -> Mention:
    values: dict[str, Any] = {
        "type": "MEET.BILAT",
        "date_start": DAY,
        "date_end": DAY,
        "date_precision": DatePrecision.DAY,
        "date_basis": DateBasis.DATELINE,
        "mode": "inperson_beijing",
        "realis": Realis.ACTUAL,
        "scope": Scope.IN,
        "place": "Beijing",
        "place_zh": "北京",
        "place_id": "chn-beijing",
        "countries": ("LAO",),
        "organisations": (Organisation("Lao People's Revolutionary Party", "lao-lprp", "LAO", "party"),),
        "chinese_people": (ChinesePerson("Liu Haixing", "刘海星", "Minister", "liu-haixing"),),
    }
    return Mention(number=number, **{**values, **more})


class World:
    """A database to be filled page by page."""

    def __init__(self, session: Session) -> None:
        self.session, self.pages = session, 0
        for name, language in (("idcpc_zh", "zh"), ("idcpc_en", "en")):
            session.add(
                models.Site(
                    name=name, title=name, kind="official", language=language, family="idcpc", home="https://a.example/",
                    hosts=[], every_hours=6, quiet_days=7, empty_is_normal=False, licence=None, items_are_pages=False,
                )
            )  # fmt: skip
        session.flush()

    def page(self, name: str, text: str, *mentions: tuple[str | None, Mention, dict[str, str]]) -> None:
        """A page with its mentions, each with its event and the words that its fields were read from."""
        self.pages += 1
        number, url = self.pages, address(name)
        self.session.add_all(
            [
                models.Page(
                    id=number, url=url, site=f"idcpc_{name[:2]}", first_seen_at=SEEN, state="live", state_since=SEEN,
                    schedule_from=SEEN,
                ),
                models.ArchiveRecord(
                    id=number, warc_id=f"<urn:uuid:{number}>", url=url, fetched_at=SEEN, status=200, file="a.warc.gz",
                    offset=number,
                ),
            ]
        )  # fmt: skip
        self.session.flush()
        self.session.add(models.PageAddress(address=url.replace("https", "http"), page_id=number, first_seen_at=SEEN))
        self.session.add(
            models.Snapshot(
                id=number, code=f"sn_{name}", page_id=number, record_id=number, form="article", fetched_at=SEEN,
                digest="0" * 64,
            )
        )  # fmt: skip
        self.session.flush()
        title, _, body = text.partition("\n\n")
        self.session.add(
            models.Reading(
                id=number, snapshot_id=number, reader_version="1", address=url, title=title, published=DAY,
                language=name[:2], body=body, routes={}, text_hash="0" * 64,
            )
        )  # fmt: skip
        self.session.flush()
        for event, told, words in mentions:
            self._mention(number, event, told, words, text)

    def _mention(self, page: int, event: str | None, told: Mention, words: dict[str, str], text: str) -> None:
        if event is not None and self.session.get(models.EventRow, event) is None:
            self.session.add(
                models.EventRow(
                    id=event, type=told.type, mode=told.mode, realis=told.realis, scope=told.scope, is_series=False,
                    date_start=told.date_start, date_end=told.date_end, date_precision="day", standing="single_source",
                    title_en=f"Title of {event}", confidence=0.9, first_seen_at=SEEN, codebook_version="0.1",
                )
            )  # fmt: skip
            self.session.flush()
        row = models.MentionRow(
            page_id=page, number=told.number, reading_id=page, event_id=event, extractor_version="1", type=told.type,
            date_start=told.date_start, date_end=told.date_end, realis=told.realis, scope=told.scope, confidence=0.9,
            content=mention_to_json(told),
        )  # fmt: skip
        self.session.add(row)
        self.session.flush()
        for ordinal, (field, word) in enumerate(words.items()):
            start = text.index(word)
            self.session.add(
                models.EvidenceRow(
                    mention_id=row.id, ordinal=ordinal, field=field, start=start, end=start + len(word), rule="test",
                    confidence=0.9,
                )
            )  # fmt: skip

    def edge(self, one: str, other: str, bits: float) -> None:
        """A candidate edge between the first mentions of two pages."""
        a, b = sorted(
            self.session.query(models.MentionRow.id)
            .join(models.Reading, models.Reading.id == models.MentionRow.reading_id)
            .join(models.Page, models.Page.id == models.MentionRow.page_id)
            .filter(models.Page.url == address(name), models.MentionRow.number == 1)
            .scalar()
            for name in (one, other)
        )
        self.session.add(models.CandidateEdge(a_id=a, b_id=b, bits=bits))

    def finding(self, page: str, kind: str, words: str) -> None:
        reading, body = (
            self.session.query(models.Reading.id, models.Reading.title + "\n\n" + models.Reading.body)
            .join(models.Snapshot, models.Snapshot.id == models.Reading.snapshot_id)
            .filter(models.Snapshot.code == f"sn_{page}")
            .one()
        )
        start = body.index(words)
        self.session.add(
            models.FindingRow(reading_id=reading, ordinal=0, kind=kind, text=words, start=start, end=start + len(words))
        )


def fill(session: Session) -> None:
    """Two doubts that touch counted events, one that does not; a pair of one page that says the same; a finding."""
    world = World(session)
    zh = "刘海星会见老挝客人\n\n11月2日，刘海星在京会见老挝人民革命党代表团。双方交换了意见。"
    en = (
        "Liu Haixing Meets with a Lao Guest\n\nBeijing, November 2nd. Liu Haixing met here with Bounthong. They talked."
    )
    guest = (ForeignPerson("Bounthong", None, None, "LAO"),)
    world.page("zh1", zh, ("ev_a", mention(), {"date": "11月2日", "type": "会见"}))
    world.page("en1", en, ("ev_b", mention(foreign_people=guest), {"date": "November 2nd", "type": "met"}))
    world.page("en2", f"A {HOSTILE}Lao Guest\n\nLiu met him.", ("ev_c", mention(), {"type": "met"}))
    world.page("zh3", "背景\n\n11月2日会见。", ("ev_x", mention(scope=Scope.CONTEXT), {}))
    world.page("zh4", "背景二\n\n11月2日会见。", ("ev_y", mention(scope=Scope.CONTEXT), {}))
    same: dict[str, Any] = {
        "type": "CONF.REGION",
        "date_end": date(2026, 11, 4),
        "date_precision": DatePrecision.DAY_RANGE,
        "themes": ("bri", "youth"),
        "participants": 120,
        "foreign_people": (
            ForeignPerson("Saleumxay Kommasith", "Prime Minister", None, "LAO", office="prime_minister"),
        ),
    }
    forum = "论坛在京举行\n\n首席新星官介绍了论坛。第二届论坛继续。"
    world.page("zh5", forum, ("ev_f", mention(1, **same), {}), ("ev_g", mention(2, **same), {}))
    world.page("zh6", "论坛闭幕\n\n首席新星官出席。")
    _joined(world)
    world.edge("zh1", "en1", MIDDLE + 0.1)
    world.edge("zh1", "en2", MIDDLE - 0.2)
    world.edge("en1", "en2", weights.DOUBT - 0.1)  # no doubt any more
    world.edge("zh3", "zh4", MIDDLE)
    world.finding("zh5", "unknown_title", "首席新星官")
    world.finding("zh6", "unknown_title", "首席新星官")
    world.finding("en1", "unknown_organisation", "Bounthong")


def _joined(world: World) -> None:
    """An event of three mentions with a history, and its child, told the same on one of its pages."""
    party = (Organisation("Workers' Party", "bra-pt", "BRA", "party"),)
    guest = (ForeignPerson("Gleisi Hoffmann", "President of the Workers' Party", None, "BRA"),)
    told: dict[str, Any] = {"countries": ("BRA",), "organisations": party, "foreign_people": guest, "themes": ("bri",)}
    world.page("en7", "Liu Haixing Meets Hoffmann\n\nThey met.", ("ev_m", mention(**told), {"type": "met"}))
    again = "ev_n", mention(2, **told), {"type": "会见"}
    world.page("zh7", "刘海星会见霍夫曼\n\n会见。", ("ev_m", mention(**told), {"type": "会见"}), again)
    world.page("zh8", "刘海星会见霍夫曼\n\n会见。", ("ev_m", mention(**told), {"type": "会见"}))
    session = world.session
    event = session.get_one(models.EventRow, "ev_m")
    event.split_from = "ev_f"
    session.get_one(models.EventRow, "ev_n").parent_id = "ev_m"
    for old, reason in (("ev_old", f"an analyst's {HOSTILE}word"), ("ev_older", None)):
        row = {column.key: getattr(event, column.key) for column in models.EventRow.__table__.columns}
        merged = {"id": old, "merged_into": "ev_m" if old == "ev_old" else "ev_old", "merged_reason": reason}
        session.add(models.EventRow(**{**row, **merged, "split_from": None}))
    session.add(models.EventLedger(event_id="ev_m", page=address("en7"), number=1, members=[], given_at=SEEN))
    ids = session.query(models.MentionRow.id).filter(models.MentionRow.event_id.in_(["ev_m", "ev_n"]))
    session.add_all(models.MentionBlock(block=1, mention_id=i) for (i,) in ids)


@pytest.fixture(scope="session")
def filled_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Made once and copied for each test."""
    file = tmp_path_factory.mktemp("filled") / "filled.sqlite"
    database = open_database(Settings(database=DatabaseSettings(url=f"sqlite:///{file}")), create=True)
    with database.writing() as session:
        fill(session)
    database.close()
    return file


@pytest.fixture(scope="session")
def _read_in(filled_file: Path) -> None:
    """The gazetteer and the tables of sounds are read in once here, not in every child."""
    database = open_database(Settings(database=DatabaseSettings(url=f"sqlite:///{filled_file}")))
    for kind in Kind:
        questions(database, filled_file.parent, kind)
    database.close()


@pytest.fixture
def config(tmp_path: Path, filled_file: Path) -> Path:
    """A configuration whose clock stands still, over a database of its own."""
    shutil.copy(filled_file, tmp_path / "idwatch.sqlite")
    file = tmp_path / "idwatch.toml"
    file.write_text(
        '[database]\nurl = "sqlite:///idwatch.sqlite"\n[archive]\nfolder = "archive"\n'
        f'[clock]\nnow = "{NOW.isoformat()}"\n',
        encoding="utf-8",
    )
    return file


@pytest.fixture
def database(config: Path) -> Iterator[Database]:
    settings = Settings(
        database=DatabaseSettings(url=f"sqlite:///{config.parent / 'idwatch.sqlite'}"),
        archive=ArchiveSettings(folder=config.parent / "archive"),
        clock=ClockSettings(now=NOW),
    )
    database = open_database(settings)
    yield database
    database.close()


class Terminal:
    """A child of ours on a pseudo-terminal."""

    def __init__(self, main: Callable[[], None], columns: int = 100, lines: int = 50) -> None:
        self.shown = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            _be_child(main, struct.pack("HHHH", lines, columns, 0, 0))

    def expect(self, words: str) -> str:
        """What was shown up to some words, after whatever was expected before. Fails where they do not come."""
        if not self._comes(words, 20):
            pytest.fail(f"{words!r} did not come; there was:\n{_plain(self.shown)}", pytrace=False)
        before, _, self.shown = _plain(self.shown).partition(words)
        return before

    def interrupt(self, words: str) -> None:
        """Press Ctrl-C where a line is typed, and expect some words.

        Between two characters readline takes no notice of it before the next one comes; so it is pressed again.
        """
        for _ in range(3):
            self.send("\x03")
            if self._comes(words, 5):
                break
        self.expect(words)

    def _comes(self, words: str, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while words not in _plain(self.shown):
            if time.monotonic() > end or not self._read():
                return words in _plain(self.shown)
        return True

    def key(self, key: str) -> None:
        """Press a key, once keys are read: what is typed before that is thrown away. Expect something before."""
        end = time.monotonic() + 20
        while termios.tcgetattr(self._fd)[3] & termios.ISIG:
            assert time.monotonic() < end, "keys are not read"
            time.sleep(0.01)
        os.write(self._fd, key.encode())

    def line(self, text: str) -> None:
        """Type a line where one is asked for."""
        self.send(f"{text}\r")

    def send(self, typed: str) -> None:
        os.write(self._fd, typed.encode())

    def ended(self) -> int:
        """The exit code, once it has ended; minus the signal that ended it."""
        while self._read():
            pass
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def hang_up(self) -> int:
        """Close the terminal, as a window is closed; gives the exit code."""
        os.close(self._fd)
        _, status = os.waitpid(self.pid, 0)
        self.pid = 0
        return os.waitstatus_to_exitcode(status)

    def close(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)

    def _read(self) -> bool:
        """Take what is there, after a wait of some tenths of a second; False once the child is gone."""
        if not select.select([self._fd], [], [], 0.2)[0]:
            return True
        try:
            read = os.read(self._fd, 65536)
        except OSError:  # Linux says so once the child has gone
            return False
        self.shown += self._decoder.decode(read)
        return bool(read)


def _plain(shown: str) -> str:
    """Without what steers the terminal, but with a mark for what no program of ours may send."""
    shown = shown.replace("\x1b]", "<STEERED>")
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", shown).replace("\r", "")


def _be_child(main: Callable[[], None], size: bytes) -> None:
    code = 70
    try:
        os.environ.update(TERM="xterm-256color", LC_ALL="C.UTF-8")
        for name in ("COLUMNS", "LINES", "NO_COLOR"):
            os.environ.pop(name, None)
        fcntl.ioctl(0, termios.TIOCSWINSZ, size)
        # a worker of pytest-xdist has COLUMNS set while the module is imported; it holds for the console's life
        vars(console).update(_width=None, _height=None)
        # pytest holds the streams of its own
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
        sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr
        main()
        code = 0
    except SystemExit as left:
        code = left.code if isinstance(left.code, int) else 0 if left.code is None else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        os._exit(code)


door = typer.Typer()
door.add_typer(app)


@door.callback()
def _door(ctx: typer.Context, config: Path | None = None) -> None:
    ctx.obj = config


@pytest.fixture
def idwatch(config: Path) -> Callable[..., Result]:
    """Run a command to its end; ``code`` is the exit code that it must have."""

    def run(*arguments: str, code: int = 0, columns: int = 80) -> Result:
        result = CliRunner().invoke(door, ["--config", str(config), *arguments], env={"COLUMNS": str(columns)})
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def review(config: Path, _read_in: None) -> Iterator[Callable[..., Terminal]]:
    """Start a review on a terminal of its own."""
    started: list[Terminal] = []

    def start(*arguments: str, columns: int = 100, lines: int = 50) -> Terminal:
        words = ["--config", str(config), "review", "--author", "Ana Li", *arguments]
        started.append(Terminal(lambda: door(words), columns, lines))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def made(config: Path) -> Callable[..., list[dict[str, Any]]]:
    """The lines of a file beside the archive, by default the overrides."""

    def read(name: str = "overrides.jsonl") -> list[dict[str, Any]]:
        file = config.parent / "archive" / name
        return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []

    return read
