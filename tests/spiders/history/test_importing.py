"""Captures of others taken into our archive: once, with their origin, whatever the order in which they come."""

from __future__ import annotations

import gzip
import json
import os
import random
import re
import sqlite3
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.archive.importing import Told, captures
from pipeline.store.reprocess import reprocess
from pipeline.words import Extraction, SiteKind
from spiders import reading, registry
from spiders.history import importing, unfinished
from spiders.site import ListForm, Section, SiteSpider


@pytest.fixture
def further_sites() -> Iterator[None]:
    """A paywalled site and a site about everything."""

    def site(name: str, **declared: Any) -> type[SiteSpider]:
        host = f"{name}.test"
        values = {
            "name": name, "title": name, "kind": SiteKind.MEDIA, "language": "en", "family": name, "hosts": (host,),
            "home": f"https://{host}/", "home_titles": frozenset(),
            "sections": (Section(f"https://{host}/feed", "feed", ListForm.FEED),),
            "article_paths": (re.compile("^/news/"),), "every_hours": 24, "quiet_days": 9, "empty_is_normal": True,
            "licence": None, "verified": "a test's own", **declared,
        }  # fmt: skip
        return type(name, (SiteSpider,), values)

    own = {"paid": site("paid", feed_only=True), "everything": site("everything", general=True)}
    registry.spiders().update(own)
    yield
    for name in own:
        del registry.spiders()[name]


def test_captures_are_kept_with_their_time_and_their_origin(
    house: Any, foreign: Any, pages: Any, tmp_path: Path
) -> None:
    file = foreign()
    for number in range(3):
        file.answer(pages.address(number), pages.article(number), f"2024-08-0{number + 1}T00:00:00Z")
    file.answer("https://elsewhere.test/", b"<p>nothing of ours")
    done = house.take_in(file.save(tmp_path / "other.warc.gz"))
    assert (dict(done.new), done.known, done.pages, done.snapshots) == ({"idcpc_en": 3}, 0, 3, 3)
    assert done.told.left == {"of other sites": 1}
    assert house.query("SELECT kind, site, health FROM run") == [("import", "idcpc_en", "ok")]
    assert [row[0] for row in house.query("SELECT title FROM reading ORDER BY 1")] == [
        f"Meeting {number}" for number in range(3)
    ]
    assert [(url, at, content) for url, at, content in house.archived("response")] == [
        (pages.address(number), f"2024-08-0{number + 1}T00:00:00Z", pages.article(number)) for number in range(3)
    ]
    assert house.archived("request") == []
    origin = house.archived("metadata")[0][2].decode()
    assert "source-file: other.warc.gz\r\n" in origin
    assert f"source-record: {file.ids[pages.address(0)].strip('<>')}\r\n" in origin
    assert "copied-at: 2026-11-02T08:00:00+00:00" in origin


def test_the_same_captures_twice_give_nothing_new(each_house: Any, foreign: Any, pages: Any, tmp_path: Path) -> None:
    house = each_house
    file = foreign()
    for number in range(30):
        file.answer(pages.address(number), pages.article(number))
    path = file.save(tmp_path / "other.warc.gz")
    packed = tmp_path / "other.wacz"
    with zipfile.ZipFile(packed, "w") as package:
        package.writestr("archive/data.warc.gz", path.read_bytes())
        package.writestr("archive/again.warc.gz", path.read_bytes())
    unpacked = tmp_path / "plain.warc"
    unpacked.write_bytes(gzip.decompress(path.read_bytes()))
    house.take_in(path, path)
    before, files = house.rows(), sorted(house.folder.iterdir())
    assert len(before["snapshots"]) == 30
    done = house.take_in(path, packed, unpacked)
    assert (done.new, done.known) == ({}, 120)
    assert house.rows() == before
    assert sorted(house.folder.iterdir()) == files
    assert len(house.archived("response")) == 30

    # our own archive file, given to a fresh house and then back to us
    (own,) = files
    assert house.take_in(own).known == 30
    assert house.rows() == before


def test_states_of_the_past_come_in_any_order_and_a_rebuild_gives_the_same(
    each_house: Any, foreign: Any, pages: Any, tmp_path: Path
) -> None:
    house = each_house
    url = pages.address(1)
    states = [("2024-08-01", "first"), ("2024-08-05", "edited"), ("2024-08-09", "first"), ("2024-09-01", "last")]
    files = [
        foreign().answer(url, pages.article(1, words), f"{day}T00:00:00Z").save(tmp_path / f"{day}.warc.gz")
        for day, words in states
    ]
    for number in (3, 0, 2, 1):
        house.take_in(files[number])
    rows = house.rows()
    assert len(rows["snapshots"]) == 4
    assert [seen[:10] for seen, _ in rows["changes"]] == ["2024-08-05", "2024-08-09", "2024-09-01"]
    assert house.query("SELECT first_seen_at FROM page")[0][0].startswith("2024-08-01")

    with house.database.writing() as session:
        for table in ("visit", "change", "reading", "snapshot", "page_address", "page", "record"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")
    done = reprocess(
        house.database, house.folder, reading.read, lambda document: Extraction(),
        reader_version=reading.READER_VERSION, extractor_version="test",
    )  # fmt: skip
    assert done.faults == ()
    assert house.rows() == rows


def test_a_revisit_is_kept_with_the_bytes_it_stands_for(
    each_house: Any, foreign: Any, pages: Any, tmp_path: Path
) -> None:
    house = each_house
    url, other = pages.address(1), pages.address(2)
    profile = {"WARC_Profile": "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"}
    file = foreign().answer(url, pages.article(1), "2024-08-01T00:00:00Z")
    file.answer(url, pages.article(1, "edited"), "2024-08-02T00:00:00Z")
    first = {"WARC_Refers_To_Target_URI": url, "WARC_Refers_To_Date": "2024-08-01T00:00:00Z"}
    file.answer(url, b"", "2024-08-03T00:00:00Z", kind="revisit", **profile, **first)
    file.answer(other, b"", "2024-08-04T00:00:00Z", kind="revisit", **profile, WARC_Refers_To="<urn:uuid:nowhere>")
    later = foreign().answer(url, b"", "2024-08-05T00:00:00Z", kind="revisit", **profile, **first)
    done = house.take_in(later.save(tmp_path / "a.warc.gz"), file.save(tmp_path / "b.warc.gz"))
    assert done.told.left == {"revisits without what they stand for": 1}
    assert [(at[:10], b"edited" in body) for _, at, body in house.archived("response")] == [
        ("2024-08-01", False), ("2024-08-02", True), ("2024-08-05", False), ("2024-08-03", False),
    ]  # fmt: skip
    # the edit was taken back: three states, of which the last was seen twice
    assert len(house.rows()["snapshots"]) == 3
    assert house.take_in(tmp_path / "b.warc.gz").new == {}
    assert "source-payload: <urn:uuid:" in house.archived("metadata")[2][2].decode()


def test_bodies_that_were_unpacked_before_they_were_archived_are_read(
    house: Any, foreign: Any, pages: Any, tmp_path: Path
) -> None:
    file = foreign()
    packed = gzip.compress(pages.article(0))
    file.answer(pages.address(0), packed, headers={"Content-Encoding": "gzip"})
    for number, coding in enumerate(("gzip", "br", "deflate", "zstd"), 1):
        file.answer(pages.address(number), pages.article(number), headers={"Content-Encoding": coding})
    assert house.take_in(file.save(tmp_path / "other.warc.gz")).snapshots == 5
    assert house.query("SELECT DISTINCT outcome FROM visit") == [("ok",)]


def test_what_is_paid_for_or_off_topic_is_left(house: Any, foreign: Any, tmp_path: Path, further_sites: None) -> None:
    feed = b"<rss><channel><item><title>T</title><link>https://paid.test/news/1</link></item></channel></rss>"
    file = foreign().answer("https://paid.test/news/1", b"<html><p>paid for</p></html>")
    file.answer("https://paid.test/feed", feed, headers={"Content-Type": "text/xml"})
    weather = (
        b"<html><body><h1>Weather</h1><article><p>" + b"It will rain tomorrow in the north. " * 9 + b"</p></article>"
    )
    file.answer("https://everything.test/news/2", weather)
    file.answer(
        "https://everything.test/news/3",
        weather.replace(b"It will rain", b"The International Department of the CPC Central Committee met a delegation"),
    )
    done = house.take_in(file.save(tmp_path / "other.warc.gz"))
    assert {url for url, _, _ in house.archived("response")} == {
        "https://paid.test/feed", "https://everything.test/news/3",
    }  # fmt: skip
    assert done.told.left == {"of other sites": 1, "off topic": 1}


def test_bad_files_are_told_and_stop_no_other(house: Any, foreign: Any, pages: Any, tmp_path: Path) -> None:
    good = foreign().answer(pages.address(1), pages.article(1)).save(tmp_path / "good.warc.gz")
    torn = tmp_path / "torn.warc.gz"
    torn.write_bytes(foreign().answer(pages.address(2), pages.article(2)).stream.getvalue() + good.read_bytes()[:80])
    text = tmp_path / "notes.txt"
    text.write_text("no archive")
    future = foreign().answer(pages.address(3), pages.article(3), "2027-01-01T00:00:00Z").save(tmp_path / "f.warc.gz")
    done = house.take_in(tmp_path / "absent.warc", text, torn, future, good)
    assert dict(done.new) == {"idcpc_en": 2}
    absent, none, damage = done.told.faults
    assert "absent.warc: cannot be read: No such file" in absent
    assert "notes.txt: no WARC record in it" in none
    assert re.match(r"torn\.warc\.gz, offset \d+: the file ends within a record; .*fetch the file again", damage)
    assert done.told.left == {"in the future": 1}


def test_what_a_killed_import_left_unsettled_the_next_one_settles(
    house: Any, foreign: Any, pages: Any, tmp_path: Path
) -> None:
    """An edit comes to light after the state in which it had been taken back, which was none of its own until then."""
    url, file = pages.address(1), foreign()
    for day, words in (("01", "first"), ("03", "first"), ("02", "edited")):
        file.answer(url, pages.article(1, words), f"2024-08-{day}T00:00:00Z")
    path = file.save(tmp_path / "other.warc.gz")
    unfinished.take_up(house.settings, house.database, house.extract, "test")
    with ExitStack() as writers:
        desk = importing._Desk(house.settings, house.database, house.extract, "test", writers, importing.Imported())
        for capture in captures(path, wanted=importing.is_wanted, most_bytes=10**6, told=Told()):
            desk.offer(capture)
        desk._take()
        for keeper in desk.keepers.values():
            keeper.flush()
        # killed here, before it looked again at what came out of order
    assert len(house.rows()["snapshots"]) == 2
    assert house.take_in(path).new == {}
    assert len(house.rows()["snapshots"]) == 3
    assert [seen[:10] for seen, _ in house.rows()["changes"]] == ["2024-08-02", "2024-08-03"]
    assert house.query("SELECT health FROM run") == [("interrupted",)]


@pytest.mark.soak
def test_an_import_that_is_killed_is_completed_by_the_next(
    foreign: Any, pages: Any, tmp_path: Path, forked: Any, sqlite_url: str, make_house: Any
) -> None:
    """Killed as its archive grows: while records are written, while they are kept, while pages are settled."""
    file = foreign()
    for number in range(40):  # each page twice, the later state first
        word, at = ("later", "2024-08-02") if number < 20 else ("earlier", "2024-08-01")
        file.answer(pages.address(number % 20), pages.article(number % 20, word), f"{at}T00:00:{number % 20:02d}Z")
    path = file.save(tmp_path / "other.warc.gz")
    undisturbed = make_house(tmp_path / "undisturbed", sqlite_url)
    undisturbed.take_in(path)
    assert len(undisturbed.rows()["changes"]) == 20

    seed = int(os.environ.get("IDWATCH_TEST_SEED", random.SystemRandom().randrange(10**6)))
    print(f"seed {seed} (IDWATCH_TEST_SEED repeats it)")
    draw = random.Random(seed)
    folder = tmp_path / "killed"
    order = {"folder": str(folder), "file": str(path), "now": "2026-11-02T08:00:00+00:00"}

    def size() -> int:
        return sum(file.stat().st_size for file in (folder / "data" / "archive").glob("*.warc.gz"))

    def start() -> Any:
        return forked(str(Path(__file__).with_name("import_child.py")), json.dumps(order), folder=folder.parent)

    for _ in range(10):
        child, until = start(), size() + draw.randrange(1, 12_000)
        while size() < until and child.poll() is None:
            time.sleep(0.0005)
        time.sleep(draw.random() * 0.1)
        child.kill()
        child.wait(30)
    last = start()
    assert last.wait(60) == 0, last.stderr
    with closing(sqlite3.connect(folder / "data" / "idwatch.sqlite")) as connection:
        for name, query in undisturbed.queries.items():
            rows = [tuple(map(str, row)) for row in connection.execute(query)]
            assert rows == undisturbed.rows()[name], name
    ids: Counter[str] = Counter()
    for file in (folder / "data" / "archive").glob("*.warc.gz"):
        with file.open("rb") as stream:
            answers = (one for one in ArchiveIterator(stream) if one.rec_type == "response")
            ids.update(one.rec_headers["WARC-Record-ID"] for one in answers)
    assert (len(ids), max(ids.values())) == (40, 1)
