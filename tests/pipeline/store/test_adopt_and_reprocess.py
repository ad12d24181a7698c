"""What the archive alone gives back: after a kill, from an emptied database, by better rules."""

from __future__ import annotations

import gzip
import json
import multiprocessing
from dataclasses import replace
from typing import Any

import pytest

from pipeline.archive import ArchiveWriter, Exchange, warc_files
from pipeline.store.database import open_database
from pipeline.store.models import Page, Visit
from pipeline.words import Document, Extraction, Outcome, Record, Shown


def live(house: Any) -> None:
    """Some days of a site: lists, edits, an edit taken back, 304, removal, redirect, items, errors."""
    listing = {
        "listed": [{"url": f"https://site.test/{name}", "title": f"Title {name}"} for name in "abc"],
        "items": [{"url": "https://site.test/i", "title": "I", "body": house.meeting(2, "Qian"), "published": None}],
    }
    edited = house.article(house.meeting(2, "Wang"), house.meeting(4, "Zhao", "CUB"))
    with house.run(0):
        house.visit("/list", json.dumps(listing).encode())
        house.visit("http://site.test/a", status=301, Location="https://site.test/a")
        house.visit("/a", house.article(house.meeting(2), published="2026-11-02"), ETag='"1"')
        house.visit("/b", house.article(house.meeting(3), house.meeting(4, "Wang", "VNM")))
        house.visit("/c", status=404)
    with house.run(1):
        listing["items"][0]["body"] = house.meeting(2, "Qian", "KEN")
        house.visit("/list", json.dumps(listing).encode(), day=1)
        house.visit("/a", edited, day=1)
        house.visit("/b", status=304, day=1)
        house.visit("/i", house.article(house.meeting(2, "Qian", "KEN"), house.meeting(1)), day=1)
    with house.run(3):
        house.visit("/list", b"{}", day=3)
        house.visit("/a", house.article(house.meeting(2), published="2026-11-02"), day=3)
        house.visit("/b", status=404, day=3)
        house.visit("/c", status=500, day=3)
        house.visit("/i", house.article("Nothing any more."), day=3)


def test_an_emptied_database_comes_back_from_the_archive(house: Any) -> None:
    live(house)
    before = house.rows()
    assert {name: len(rows) for name, rows in before.items()} == {
        "page": 4, "address": 5, "record": 14, "visit": 14, "snapshot": 8, "reading": 8, "change": 3, "mention": 6,
        "evidence": 12, "finding": 0,
    }  # fmt: skip
    house.empty()
    assert house.count("page") == 0

    done = house.reprocess()

    assert (done.records, done.faults) == (14, ())
    after = house.rows()
    for name, rows in before.items():
        assert after[name] == rows, name


def test_reprocessing_with_the_same_rules_changes_nothing(house: Any) -> None:
    live(house)
    before = house.rows()
    told: list[tuple[int, int]] = []
    house.reprocess(progress=lambda done, all_: told.append((done, all_)))
    assert house.rows() == before
    assert told[-1] == (14, 14)


def test_better_rules_replace_readings_and_mentions_and_keep_their_numbers(house: Any) -> None:
    live(house)
    before = {(row[0], row[1]): row[11] for row in house.rows()["mention"]}

    def finds_more(document: Document) -> Extraction:
        found = house.extract(Document(document.text, document.url, document.language))
        first = replace(found.mentions[0], number=1, type="NEW", evidence=()) if found.mentions else None
        later = tuple(replace(mention, number=mention.number + 1) for mention in found.mentions)
        return Extraction((first, *later) if first else ())

    house.extractor, house.extractor_version = finds_more, "2"
    house.reader = lambda record: with_title(house.read(record), "Better")
    house.reader_version = "2"
    house.reprocess()

    rows = house.rows()
    assert {row[1] for row in rows["reading"]} == {"2"}
    assert {row[3] for row in rows["reading"]} == {"Better"}
    after = {(row[0], row[1]): row for row in rows["mention"]}
    for key, content in before.items():
        assert after[key][5] != "NEW"
        assert json.loads(after[key][11])["chinese_people"] == json.loads(content)["chinese_people"]
    assert {row[4] for row in after.values()} == {"2"}
    assert sum(row[5] == "NEW" for row in after.values()) > 0


def with_title(shown: Shown, title: str) -> Shown:
    return replace(shown, pages=tuple(replace(page, title=title) for page in shown.pages))


def test_rules_that_know_a_challenge_take_its_snapshot_back(house: Any) -> None:
    house.visit("/a", house.article(house.meeting(2)))
    house.visit("/a", house.article("Are you a robot?"), day=1)
    house.visit("/a", house.article(house.meeting(2)), day=2)
    assert (house.count("snapshot"), house.count("change")) == (3, 2)

    def knows(record: Record) -> Shown:
        shown = house.read(record)
        return Shown(shown.site, Outcome.CHALLENGED, shown.page_url) if b"robot" in record.body else shown

    house.reader, house.reader_version = knows, "2"
    house.reprocess()
    assert (house.count("snapshot"), house.count("change"), house.count("mention")) == (1, 0, 1)
    assert house.one(Page).state == "live"
    before = house.rows()
    house.empty()
    house.reprocess()
    assert house.rows() == before


def test_rules_that_fold_two_addresses_leave_one_page(house: Any) -> None:
    with house.run():
        house.visit("/list", b'{"listed": [{"url": "https://site.test/old/a"}]}')
        house.visit("/old/a", house.article(house.meeting(2)))
        house.visit("/a", house.article(house.meeting(2)))
    assert house.count("page") == 2

    def folds(record: Record) -> Shown:
        shown = house.read(record)
        return replace(
            shown,
            page_url=shown.page_url and shown.page_url.replace("/old", ""),
            pages=tuple(replace(page, url=page.url.replace("/old", "")) for page in shown.pages),
            listed=tuple(replace(listed, url=listed.url.replace("/old", "")) for listed in shown.listed),
        )

    house.reader, house.reader_version = folds, "2"
    house.reprocess()
    assert [row[0] for row in house.rows()["page"]] == ["https://site.test/a"]
    assert {row[1] for row in house.rows()["address"]} == {"https://site.test/a"}
    assert (house.count("snapshot"), house.count("mention")) == (1, 1)


def test_reprocessing_since_a_day_reads_only_what_came_then(house: Any) -> None:
    live(house)
    before = house.rows()
    assert house.reprocess(since=house.at(1).replace(tzinfo=None)).records == 9
    assert house.rows() == before


def test_a_damaged_file_is_told_and_the_others_are_read(house: Any) -> None:
    live(house)
    first, second, _ = (house.folder / file for file in warc_files(house.folder))
    content = bytearray(second.read_bytes())
    content[len(content) // 2] ^= 0xFF
    second.write_bytes(bytes(content))
    first.write_bytes(first.read_bytes()[:-3])
    house.empty()
    done = house.reprocess()
    assert [second.name in fault for fault in done.faults] == [True]
    assert 5 < done.records < 14
    assert house.count("record") == done.records


# Adoption


def test_whole_records_of_a_killed_run_are_adopted_as_if_live(house: Any) -> None:
    live(house)
    expected = house.rows()
    house.empty()
    file = house.folder / warc_files(house.folder)[-1]
    whole = file.read_bytes()
    file.write_bytes(whole + gzip.compress(b"WARC/1.1\r\n and so on")[:-5])

    assert house.adopt() == 14
    assert file.read_bytes() == whole
    assert house.rows() == expected
    assert house.adopt() == 0
    assert house.rows() == expected


def test_only_what_follows_the_last_known_record_is_adopted(house: Any) -> None:
    with house.run():
        house.visit("/a", house.article(house.meeting(2)))
        house.archive("/b", house.article(house.meeting(3)))
    assert house.adopt() == 1
    assert house.count("page") == 2
    assert house.one(Page, Page.url == "https://site.test/b").first_run_id is not None


def test_the_file_of_a_living_run_is_left_to_it(house: Any) -> None:
    with house.run():
        house.archive("/a", house.article(house.meeting(2)))
        path = house.folder / house.writer.file
        with path.open("ab") as stream:
            stream.write(gzip.compress(b"torn")[:-3])
        size = path.stat().st_size
        assert house.adopt() == 0
        assert path.stat().st_size == size
    assert house.adopt() == 1
    assert path.stat().st_size < size


def test_an_older_record_adopted_late_uncovers_the_edit_taken_back(house: Any) -> None:
    same = house.article(house.meeting(2))
    with ArchiveWriter(house.folder, "site", house.at(1), 10**9) as killed:
        exchange = Exchange("https://site.test/a", "GET", (), 200, "", (), house.article(house.meeting(3)), house.at(1))
        killed.write(exchange)
    house.visit("/a", same)
    house.visit("/a", same, day=2)
    assert (house.count("snapshot"), house.count("change")) == (1, 0)

    assert house.adopt() == 1

    assert (house.count("snapshot"), house.count("change")) == (3, 2)
    before = house.rows()
    house.empty()
    house.reprocess()
    assert house.rows() == before


def test_a_record_that_cannot_be_kept_does_not_bar_the_others(house: Any) -> None:
    with house.run():
        house.archive("/a", b"this is no JSON")
        house.archive("/b", house.article(house.meeting(2)))
    assert house.adopt() == 2
    assert house.count("mention") == 1
    assert "JSONDecodeError" in house.one(Visit, Visit.outcome == "error").detail
    assert house.adopt() == 0


def test_a_file_damaged_in_its_middle_is_told_not_cut_and_bars_no_other(
    house: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    with house.run():
        for name in "abc":
            house.archive(f"/{name}", house.article(house.meeting(2)))
        path = house.folder / house.writer.file
    content = bytearray(path.read_bytes())
    content[600] ^= 0xFF
    path.write_bytes(bytes(content))
    with house.run(1):
        house.archive("/d", house.article(house.meeting(2)), day=1)

    assert house.adopt() == 1

    assert path.read_bytes() == bytes(content)
    assert path.name in capsys.readouterr().out


def test_rotated_files_belong_to_the_run_of_the_first(house: Any) -> None:
    with house.database.writing() as session:
        from pipeline.store.known import start_run

        with ArchiveWriter(house.folder, "site", house.at(0), 500) as writer:
            run_id = start_run(session, "site", house.at(0), writer.file)
            for name in "abc":
                body = house.article(house.meeting(2))
                writer.write(Exchange(f"https://site.test/{name}", "GET", (), 200, "", (), body, house.at(0)))
    assert len(warc_files(house.folder)) == 3
    assert house.adopt() == 3
    assert {row[2] for row in house.rows()["visit"]} == {run_id}
    assert house.count("mention") == 3


# Several processes


def test_processes_that_keep_the_same_records_at_once_double_nothing(house: Any) -> None:
    live(house)
    expected = house.rows()
    house.empty()
    house.database.close()
    fork = multiprocessing.get_context("fork")
    processes = [fork.Process(target=reprocess_alone, args=(house,)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert house.rows() == expected


def reprocess_alone(house: Any) -> None:
    house.database = open_database(house.settings)
    house.reprocess()
    house.database.close()
